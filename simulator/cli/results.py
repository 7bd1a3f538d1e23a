"""Results on the terminal: the table of measures of one scenario, and of several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import Column, notice, print_table
from simulator.cli.text import Text, language, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.results.answers import Answer
    from simulator.results.comparisons import Comparison
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Span

MEASURE = Column(Text("指标", "measure"))
HEADLINE = (
    "bank.gross_loss",
    "bank.net_loss",
    "bank.net_loss_rate",
    "bank.profit",
    "pool.paid",
    "pool.shortfall_probability",
    "pool.first_shortfall",
    "pool.needed",
    "pool.topup",
    "pool.final_balance",
    "cover.stopped",
    "lending.volume",
    "lending.borrowers",
    "lending.additional_volume",
    "lending.average_rate",
    "project.succeeded",
    "project.funding",
    "grant.paid",
    "insurance.premium",
    "insurance.paid",
    "equity.invested",
    "equity.proceeds",
    "fiscal.back",
    "fiscal.net_cost",
    "fiscal.cost_per_yuan",
)
"""Measures on the terminal; the rest stands in the files."""

SPAN = (Text("假设变动时最低", "assumptions: least"), Text("最高", "greatest"))
AS_THEY_MOVE = Text("假设变动时", "as the assumptions move")
ENOUGH_HALF = Text("其中一半模拟够用", "enough in half of the histories")
ENOUGH_MOST = Text("其中95%模拟够用", "enough in 95% of the histories")
ALSO = ("stage.", "fiscal.net_cost.", "paid_by.")
"""Measures named after something in the scenario that stand on the terminal too."""


def print_answer(answer: Answer) -> None:
    """Print the headline sentences of a run and its main measures with their errors."""
    from simulator.report.answer import findings_of
    from simulator.report.controlled import controlled_words
    from simulator.report.precision import replication_words, stopping_words
    from simulator.report.ranges import span_cells
    from simulator.report.summary import headline
    from simulator.report.text import number_and_error, quantity
    from simulator.results.measures import measure_named

    lang = language()
    title = answer.loaded.scenario.title_en if lang == "en" and answer.loaded.scenario.title_en else answer.loaded.scenario.title
    print_text(f"{title}\n")
    findings = findings_of(answer, lang)
    for sentence in headline(findings, lang):
        print_text(sentence.replace("**", ""))
    stopping = stopping_words(answer.precision, lang) if answer.precision else ""
    for words in (stopping, replication_words(answer.measures, lang), controlled_words(answer.controlled, lang)):
        if words:
            print_text(words)
    rows = []
    for name in [*HEADLINE, *(name for prefix in ALSO for name in answer.measures if name.startswith(prefix))]:
        found = answer.measures.get(name)
        if found is not None:
            mean, error = number_and_error(found, lang)
            quantiles = [quantity(value, found.unit, lang) if value is not None else "" for value in (found.p05, found.p50, found.p95)]
            rows.append((measure_named(name).title(lang), mean, error, *quantiles, *span_cells(name, findings.ranges, lang)))
    heads = (Text("估计", "estimate"), Text("标准误", "s.e."), *map(_quantile, (5, 50, 95)), *(SPAN if findings.ranges else ()))
    columns = (MEASURE, *(Column(text, "right") for text in heads))
    print_table(columns, rows)


def _quantile(level: int) -> Text:
    return Text(f"{level}%分位", f"{level}%")


def print_text(text: str) -> None:
    """Print a line that is already in the user's language."""
    import click

    click.echo(text)


def print_comparison(comparison: Comparison) -> None:
    """Print the main measures side by side, and the paired differences from the first scenario where there are any."""
    from simulator.report.precision import stopping_words

    for answer in comparison.answers:
        if answer.precision:
            print_text(f"{answer.loaded.name}: {stopping_words(answer.precision, language())}")
    measures = [answer.measures for answer in comparison.answers]
    spans = [answer.ranges.spans if answer.ranges else {} for answer in comparison.answers]
    print_table(*_side_by_side([answer.loaded.name for answer in comparison.answers], measures, spans, with_quantiles=True))
    pairs = [
        (f"{answer.loaded.name} - {comparison.answers[0].loaded.name}", found, moved)
        for answer, found, moved in zip(comparison.answers, comparison.differences, comparison.spans, strict=True)
        if found
    ]
    if pairs:
        print_text("")
        columns, rows = _side_by_side([name for name, _, _ in pairs], [found for _, found, _ in pairs], [moved for _, _, moved in pairs])
        print_table(
            columns,
            rows,
            Text("配对差值（同一批企业与宏观路径；± 为标准误）", "Paired differences (same firms and macro paths; ± is the standard error)"),
        )
    unpaired = [answer.loaded.name for answer, is_paired in zip(comparison.answers, comparison.paired, strict=True) if not is_paired]
    if unpaired:
        names = "、".join(unpaired)
        base = comparison.answers[0].loaded.name
        notice(
            Text(
                f"{names} 与 {base} 的企业、宏观、损失、种子或模拟次数不同：只能并排看，差值没有配对。",
                f"{', '.join(unpaired)}: firms, macro, losses, seed or number of histories differ from {base}'s; "
                "read side by side, differences are not paired.",
            )
        )


def _side_by_side(
    names: Sequence[str],
    measures: Sequence[Mapping[str, Estimate | None]],
    spans: Sequence[Mapping[str, Span]],
    *,
    with_quantiles: bool = False,
) -> tuple[list[Column], list[list[str]]]:
    from simulator.report.ranges import span_texts
    from simulator.report.text import number_and_error, quantity
    from simulator.results.measures import measure_named

    lang = language()
    rows = []
    payers = [name for prefix in ALSO for name in dict.fromkeys(name for one in measures for name in one if name.startswith(prefix))]
    for name in (*HEADLINE, *payers):
        found = [one.get(name) for one in measures]
        if any(found):
            cells = [" ± ".join(number_and_error(one, lang)) if one else "-" for one in found]
            rows.append([measure_named(name).title(lang), *cells])
        moved = [one.get(name) for one in spans]
        if any(found) and any(one and one.width > 0 for one in moved):
            rows.append([say(AS_THEY_MOVE), *(" – ".join(span_texts(name, one, lang)) if one else "-" for one in moved)])
        if name == "pool.needed" and any(found) and with_quantiles:
            for text, level in ((ENOUGH_HALF, "p50"), (ENOUGH_MOST, "p95")):
                rows.append([say(text), *(quantity(getattr(one, level), "fen", lang) if one else "-" for one in found)])
    return [MEASURE, *(Column(Text(name, name), "right") for name in names)], rows


def finish(folder: Path, workers: int, seconds: float) -> None:
    """Note beside the results when, how long and with what command they were made, and say where they are."""
    import datetime
    import sys

    from simulator.results.store import write_json

    record = {"command": ["riskshare", *sys.argv[1:]], "finished": datetime.datetime.now().astimezone().isoformat(timespec="seconds")}
    write_json(folder / "run.json", record | {"seconds": round(seconds, 1), "workers": workers})
    notice(Text(f"文件写入 {folder}", f"files written to {folder}"))
