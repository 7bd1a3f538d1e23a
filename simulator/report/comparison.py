"""The summary of a comparison in Markdown: the headline measures of all scenarios in one table, and differences from the first.

A pure function of plain data, as ``summary`` is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.controlled import controlled_differences_section
from simulator.report.precision import stopping_words
from simulator.report.ranges import span_texts
from simulator.report.summary import headline, labels_note
from simulator.report.text import NOTHING, cell, either, plain, quantity, with_brackets
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.report.summary import Findings
    from simulator.results.controlled import Controlled
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Span

SHOWN = (
    "bank.gross_loss",
    "bank.net_loss",
    "bank.net_loss_rate",
    "bank.net_loss_var_99",
    "bank.profit",
    "pool.shortfall_probability",
    "pool.needed",
    "pool.paid_over_promised",
    "lending.volume",
    "lending.borrowers",
    "lending.additional_volume",
    "fiscal.net_cost",
    "fiscal.cost_per_yuan",
)


def comparison_markdown(
    findings: Sequence[Findings],
    differences: Mapping[str, Mapping[str, Estimate | None]] | None = None,
    lang: str = "zh",
    *,
    figures: Sequence[tuple[str, str]] = (),
    spans: Mapping[str, Mapping[str, Span]] | None = None,
    controlled: Mapping[str, Sequence[Controlled]] | None = None,
) -> str:
    """Write the summary of several scenarios, the first being the baseline.

    Parameters
    ----------
    findings : sequence of Findings
        At least one.
    differences : mapping of str to mapping, optional
        Scenario's name to measure to paired difference from the baseline. ``None``: the scenarios do not share chance, and the page says so.
    lang : str
        ``zh`` or ``en``.
    figures : sequence of (str, str)
        File name and caption of each chart.
    spans : mapping of str to mapping, optional
        Scenario's name to measure to least and greatest paired difference as the assumptions move.
    controlled : mapping of str to sequence of Controlled, optional
        Scenario's name to its differences made surer by figures of known mean.

    Returns
    -------
    str
        Markdown, ending in a line break.
    """
    title = either(lang, "方案比较：", "Comparison: ") + either(lang, "、", ", ").join(plain(one.name) for one in findings)
    parts = [f"# {title}"]
    for one in findings:
        parts += [f"**{plain(one.title)}**", "\n".join(f"- {sentence}" for sentence in headline(one, lang)), *labels_note(one)]
        parts += [stopping_words(one.precision, lang)] if one.precision else []
    parts += ["## " + either(lang, "指标（括号内为标准误）", "Measures (standard error in brackets)"), _side_by_side(findings, lang)]
    base = plain(findings[0].name)
    if differences is None:
        parts.append(
            either(
                lang,
                "> 各方案不共用随机情景，差异没有配对，不列标准误。",
                "> The scenarios do not share chance: differences are not paired and not shown.",
            )
        )
    else:
        parts += ["## " + either(lang, f"与{base}之差（同一随机情景，逐次配对）", f"Difference from {base} (same chance, paired history by history)")]
        parts.append(_differences(findings, differences, spans or {}, lang))
        parts += controlled_differences_section(controlled or {}, lang)
    parts += [f"![{plain(caption)}]({file})" for file, caption in figures]
    return "\n\n".join(parts) + "\n"


def _side_by_side(findings: Sequence[Findings], lang: str) -> str:
    lines = _head([one.name for one in findings], lang)
    for name in SHOWN:
        found = [one.measures.get(name) for one in findings]
        if any(found):
            lines.append(_line(name, [with_brackets(one, lang) for one in found], lang))
            lines += _spans(name, [one.ranges.span(name) if one.ranges else None for one in findings], lang)
            lines += _quantiles(found, lang) if name == "pool.needed" else []
    return "\n".join(lines)


def _quantiles(found: Sequence[Estimate | None], lang: str) -> list[str]:
    """Rows of the pool that would have sufficed in half and in 95 % of histories."""
    halves = [quantity(one.p50 if one else None, "fen", lang) for one in found]
    most = [quantity(one.p95 if one else None, "fen", lang) for one in found]
    names = (either(lang, "其中一半模拟够用", "enough in half of histories"), either(lang, "其中95%模拟够用", "enough in 95% of histories"))
    return [f"| {name} | {' | '.join(values)} |" for name, values in zip(names, (halves, most), strict=True)]


def _spans(name: str, spans: Sequence[Span | None], lang: str) -> list[str]:
    """Row of what the assumptions move a measure between; none where they do not move it."""
    if not any(span and span.width > 0 for span in spans):
        return []
    texts = [" – ".join(span_texts(name, span, lang)) if span else NOTHING[lang] for span in spans]
    return [f"| {either(lang, '假设变动时', 'as the assumptions move')} | {' | '.join(texts)} |"]


def _differences(
    findings: Sequence[Findings],
    differences: Mapping[str, Mapping[str, Estimate | None]],
    spans: Mapping[str, Mapping[str, Span]],
    lang: str,
) -> str:
    others = [one.name for one in findings[1:]]
    lines = _head(others, lang)
    for name in SHOWN:
        found = [differences.get(other, {}).get(name) for other in others]
        if any(found):
            lines.append(_line(name, [with_brackets(one, lang) for one in found], lang))
            lines += _spans(name, [spans.get(other, {}).get(name) for other in others], lang)
    return "\n".join(lines)


def _head(names: Sequence[str], lang: str) -> list[str]:
    columns = " | ".join(cell(name) for name in names)
    return [f"| {either(lang, '指标', 'measure')} | {columns} |", "| --- |" + " --: |" * len(names)]


def _line(name: str, values: Sequence[str], lang: str) -> str:
    return f"| {cell(measure_named(name).title(lang))} `{name}` | {' | '.join(values)} |"
