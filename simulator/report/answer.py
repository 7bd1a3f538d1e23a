"""The answer of a run as files in one folder: tables, charts, summary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.report.charted import charted_from
from simulator.report.comparison import comparison_markdown
from simulator.report.figures import comparison_figures_of, figures_of, save
from simulator.report.summary import AssumptionLine, Findings, summary_markdown
from simulator.report.text import say
from simulator.results.answers_kept import Surer, write_surer, write_surer_differences
from simulator.results.controlled import write_controlled
from simulator.results.measures import has_pool, lending_is_given
from simulator.results.ranges import write_ranges
from simulator.results.ranges_kept import forget_study, write_study
from simulator.results.store import homes_in, write_differences, write_json, write_measures_side_by_side, write_results
from simulator.scenario import vocabulary
from simulator.scenario.labels import tell_drawn_labels
from simulator.scenario.positions import find, split_path
from simulator.scenario.writer import flow_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.results.answers import Answer
    from simulator.results.controlled import Controlled
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Span
    from simulator.scenario.loader import Loaded

CHARTS = "charts"
CAPTIONS = {
    "pool_survival": "survival",
    "loss_distribution": "losses",
    "lending_volume": "lending",
    "compare_pool_balance": "compare_pool",
    "lending_against_cost": "trade_off",
}
"""Phrase of each chart's caption where it is not named after the file."""


def assumption_lines(loaded: Loaded) -> list[AssumptionLine]:
    """Every assumed value of a scenario, with its range and why, as its file says."""
    lines = []
    for path, mark in loaded.marks.items():
        if mark.assumption is not None:
            keys, _ = split_path(loaded.tree, path)
            kind = vocabulary.kind_at(keys)
            node = find(loaded.tree, keys)
            value = flow_text(node, kind) if node is not None else ""
            unit = vocabulary.unit_at(kind)
            low, high = (unit.show(bound) if unit else str(bound) for bound in mark.range) if mark.range else ("", "")
            lines.append(AssumptionLine(path, value, low, high, mark.assumption))
    return lines


def findings_of(answer: Answer, lang: str, figures: Sequence[tuple[str, str]] = ()) -> Findings:
    """All that the summary of one scenario says."""
    scenario, manifest = answer.loaded.scenario, answer.manifest
    labels = tell_drawn_labels(answer.loaded)
    pools = [account.endowment or 0 for account in scenario.scheme.accounts.values() if account.kind == "pool"]
    return Findings(
        title=scenario.title_en if lang == "en" and scenario.title_en else scenario.title,
        name=scenario.name,
        measures=answer.measures,
        histories=scenario.run.histories,
        seed=scenario.run.seed,
        period=f"{scenario.run.start} – {scenario.run.lend_until}",
        given=lending_is_given(scenario),
        has_pool=has_pool(scenario),
        replayed=scenario.population.tape is not None and scenario.population.tape.fates == "replay",
        endowment=sum(pools) if pools else None,
        summary=(scenario.summary_en if lang == "en" and scenario.summary_en else scenario.summary) or "",
        changes=scenario.changes or "",
        assumptions=assumption_lines(answer.loaded),
        ranges=answer.ranges if answer.ranges and answer.ranges.assumptions else None,
        precision=answer.precision,
        controlled=answer.controlled,
        sources=scenario.sources,
        gaps=scenario.gaps,
        labels=labels.say(lang) if labels else "",
        figures=figures,
        manifest={"sha256": str(manifest["sha256"])[:16], "riskshare": manifest["packages"]["riskshare"], "engine": str(manifest["engine"])},
    )


def write_answer(folder: Path, answer: Answer, lang: str) -> None:
    """Write one scenario's tables, charts and summary into a folder that exists."""
    write_results(folder, answer.results, answer.measures, answer.manifest, answer.ranges)
    if answer.ranges:
        write_ranges(folder / "ranges.csv", answer.ranges, answer.measures)
        write_study(folder, answer.ranges)
    else:
        forget_study(folder)
    write_surer(folder, Surer(answer.precision, answer.controlled))
    if answer.controlled:
        write_controlled(folder / "controlled.csv", {answer.loaded.name: answer.controlled})
    figures = _draw(folder, figures_of(charted_from(answer.results, lang, answer.ranges, answer.measures)), lang)
    (folder / "summary.md").write_text(summary_markdown(findings_of(answer, lang, figures), lang), encoding="utf-8", newline="\n")


def write_comparison(
    folder: Path,
    answers: Sequence[Answer],
    paired: Sequence[bool],
    differences: Sequence[Mapping[str, Estimate]],
    lang: str,
    *,
    spans: Sequence[Mapping[str, Span]] = (),
    controlled: Sequence[Sequence[Controlled]] = (),
) -> None:
    """Write a comparison into a folder that exists: each scenario's own answer, tables side by side, paired differences and their spans, charts."""
    for answer, own in zip(answers, homes_in(folder, [answer.loaded.name for answer in answers]), strict=True):
        own.mkdir(exist_ok=True)
        write_answer(own, answer, lang)
    charted = [
        replace(charted_from(answer.results, lang, measures=answer.measures), is_paired=one) for answer, one in zip(answers, paired, strict=True)
    ]
    figures = _draw(folder, comparison_figures_of(charted), lang)
    write_measures_side_by_side(folder / "measures.csv", answers)
    write_differences(folder / "differences.csv", answers, differences, spans)
    write_json(folder / "manifest.json", {"scenarios": [answer.manifest for answer in answers], "paired": list(paired)})
    findings = [findings_of(answer, lang) for answer in answers]
    by_name = {answer.loaded.name: found for answer, found in zip(answers, differences, strict=True) if found}
    moved = {answer.loaded.name: one for answer, one in zip(answers, spans, strict=False)}
    surer = {answer.loaded.name: found for answer, found in zip(answers, controlled, strict=False) if found}
    if surer:
        write_controlled(folder / "controlled_differences.csv", surer)
    write_surer_differences(folder, controlled)
    text = comparison_markdown(findings, by_name or None, lang, figures=figures, spans=moved, controlled=surer)
    (folder / "summary.md").write_text(text, encoding="utf-8", newline="\n")


def _draw(folder: Path, figures: Any, lang: str) -> list[tuple[str, str]]:  # noqa: ANN401  an iterator of stems and figures
    drawn = []
    for stem, figure in figures:
        picture, _ = save(figure, folder / CHARTS, stem)
        drawn.append((f"{CHARTS}/{picture.name}", say(CAPTIONS.get(stem, stem), lang)))
    return drawn
