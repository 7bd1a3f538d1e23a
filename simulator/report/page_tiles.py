"""Key numbers of a report, set apart at its head; read off the headline table, each with its interval or error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.report.cells import cell_text, is_number, kind_at, laid_out, named, scale_of
from simulator.report.text import either
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.report.blocks import Cell, Report, Table
    from simulator.report.cells import Scale

SHOWN = {
    "bank.net_loss": "compare_losses",
    "pool.shortfall_probability": "pool_chances",
    "lending.volume": "compare_lending",
    "fiscal.net_cost": "fiscal_cost",
}
"""The three answers and what they cost the public purse; of a comparison, the table that has each scheme's interval."""


@dataclass(frozen=True)
class Line:
    """One number of a tile.

    Attributes
    ----------
    name : str
        Whose it is, where schemes stand side by side.
    value : str
    sure : str
        How sure it is.
    """

    name: str
    value: str
    sure: str


@dataclass(frozen=True)
class Tile:
    """A measure and its number, or one a scheme.

    Attributes
    ----------
    title : str
    lines : sequence of Line
    """

    title: str
    lines: Sequence[Line]


def tiles(report: Report) -> list[Tile]:
    """Read the key numbers off the headline table, or a comparison's off its tables of intervals; none where a report has no headline table."""
    tables = {table.key: table for table in report.tables}
    headline = tables.get("headline")
    if headline is None or not headline.columns or headline.columns[0].key != "measure":
        return []
    is_single = [column.key for column in headline.columns].count("mean") == 1
    found = []
    for name, beside in SHOWN.items():
        title = measure_named(name).title(report.lang)
        rows = [i for i, row in enumerate(headline.rows) if row[0] == title]
        if is_single:
            lines = _lines(headline, rows, report.lang, names=_points_named(headline, rows))
        elif rows and beside in tables:
            lines = _lines(tables[beside], range(len(tables[beside].rows)), report.lang, names=[str(row[0]) for row in tables[beside].rows])
        else:
            lines = []
        found.append(Tile(title, lines))
    return [tile for tile in found if tile.lines]


def _points_named(table: Table, rows: Sequence[int]) -> list[str]:
    """Names of the points of a study that a measure's rows are of: what stands between the measure and its number; none of a single row."""
    first, last = 1, [column.key for column in table.columns].index("mean")
    return [" ".join(str(cell) for cell in table.rows[i][first:last] if cell) for i in rows] if len(rows) > 1 else []


def _lines(table: Table, rows: Iterable[int], lang: str, *, names: Sequence[str]) -> list[Line]:
    """Numbers of some rows with their intervals; without ``names``, of one scheme, with how far the assumptions move them where that is known.

    One scheme's numbers are written as in its table; schemes side by side have units of their own, so that none vanishes beside another.
    """
    keys, lines = [column.key for column in table.columns], []
    scales = laid_out(table, lang).scales
    for number, i in enumerate(rows):
        cells = dict(zip(keys, table.rows[i], strict=True))
        own = [cells.get(key) for key in ("mean", "low", "high")]
        scale = scale_of(kind_at(table, i, keys.index("mean")), own, lang) if names else scales[i][keys.index("mean")]
        scale = named(scale, lang)
        spans = [(either(lang, "95%区间", "95% interval"), "low", "high")]
        spans += [] if names else [(either(lang, "假设变动", "as assumptions move,"), "range_low", "range_high")]
        sure = [
            f"{words} {_from_to(cells[low], cells[high], scale, lang)}"
            for words, low, high in spans
            if is_number(cells.get(low)) and is_number(cells.get(high))
        ]
        lines.append(Line(names[number] if names else "", cell_text(cells["mean"], scale, lang), "\n".join(sure)))
    return lines


def _from_to(low: Cell, high: Cell, scale: Scale, lang: str) -> str:
    """Two ends of an interval, money in Chinese with the unit once."""
    first = replace(scale, after="") if lang == "zh" and scale.kind == "money" else scale
    return f"{cell_text(low, first, lang)} {either(lang, '至', 'to')} {cell_text(high, scale, lang)}"
