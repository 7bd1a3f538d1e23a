"""Losses by the year in which loans were drawn down: a short table of the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.text import either, with_brackets
from simulator.results.measures import vintages_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.results.estimates import Estimate

VINTAGE_COLUMNS = {
    "lent": ("放款", "lent"),
    "defaulted": ("违约本金", "defaulted"),
    "default_rate": ("违约率", "default rate"),
    "gross_loss": ("总损失", "gross loss"),
    "loss_rate": ("损失率", "loss rate"),
    "net_loss": ("银行净损失", "bank net loss"),
}
"""Columns of the table of vintages."""


def vintage_section(measures: Mapping[str, Estimate | None], lang: str) -> list[str]:
    """Paragraphs on what was lent in each calendar year and what became of it, over the loans' whole life; none where there are no such measures."""
    years = vintages_in(measures)
    if not years:
        return []
    head = " | ".join(either(lang, *words) for words in VINTAGE_COLUMNS.values())
    lines = [f"| {either(lang, '放款年份', 'drawn down in')} | {head} |", "| --- |" + " --: |" * len(VINTAGE_COLUMNS)]
    for year in years:
        cells = [measures.get(f"vintage.{year}.{what}") for what in VINTAGE_COLUMNS]
        lines.append(f"| {year} | {' | '.join(with_brackets(found, lang) for found in cells)} |")
    why = either(
        lang,
        "每一年放出的贷款，一直看到结清（括号内为标准误）。余额增长时，不良率的分母里有许多刚放出、还没到违约时候的贷款，因此低估损失；"
        "按放款年份看则不会。",
        "The loans of each year, followed until all is settled (standard error in brackets). On a growing book an NPL ratio understates "
        "losses: many of the loans below the line are too young to have defaulted. Losses by the year of the loan do not.",
    )
    return [either(lang, "## 按放款年份的损失", "## Losses by the year of the loan"), "\n".join(lines), why]
