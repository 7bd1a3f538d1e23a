"""The numbers behind a report's charts as CSV files beside it, one a chart: whole, not rounded for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.blocks import Chart
from simulator.report.cells import kind_at
from simulator.report.text import either
from simulator.results.results import told_apart
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.report.blocks import Cell, Kind, Report, Table

UNITS: dict[Kind, tuple[str, str]] = {
    "text": ("", ""),
    "money": ("元", "yuan"),
    "share": ("占1的比例", "part of 1"),
    "count": ("个", "number"),
    "day": ("天", "days"),
    "number": ("", ""),
}
"""Unit of each kind of number, in Chinese and English."""
FEN = 100


def write_chart_data(report: Report, folder: Path) -> list[Path]:
    """Write the table behind every chart of a report into a folder, which is made if there are any.

    Returns
    -------
    list of Path
        The files, in the order of the charts, named after them.
    """
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    files = []
    for chart, stem in zip(charts, told_apart([chart.key for chart in charts]), strict=True):
        folder.mkdir(exist_ok=True)
        files.append(folder / f"{stem}.csv")
        write_table(files[-1], heads(chart.data, report.lang), rows(chart.data, report.lang))
    return files


def heads(table: Table, lang: str) -> list[str]:
    """Titles of the columns, each with its unit; where that differs by row it stands in a column of its own."""
    named = [column.title if table.kinds else with_unit(column.title, unit_of(column.kind, lang), lang) for column in table.columns]
    return [*named, either(lang, "单位", "unit")] if table.kinds else named


def rows(table: Table, lang: str) -> list[list[Cell]]:
    """Cells of a table, money in yuan."""
    found: list[list[Cell]] = []
    for i, row in enumerate(table.rows):
        cells = [value / FEN if isinstance(value, int | float) and kind_at(table, i, j) == "money" else value for j, value in enumerate(row)]
        found.append([*cells, unit_of(table.kinds[i], lang)] if table.kinds else cells)
    return found


def unit_of(kind: Kind, lang: str) -> str:
    """Unit of a kind of number; nothing where its title says it."""
    return either(lang, *UNITS[kind])


def with_unit(title: str, unit: str, lang: str) -> str:
    """Title of a column with the unit that it is written in."""
    return title + either(lang, f"（{unit}）", f" ({unit})") if unit else title
