"""Tables on slides, in letters as large as fit."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.cells import aligned_right, cell_text, column_widths, head_lines, laid_on_paper, shared_room
from simulator.report.deck import FIRST_ROWS, MOST_ROWS, columns_in, fitted
from simulator.report.memo import MOST_COLUMNS
from simulator.report.slide_parts import INCH, PACKAGE, POINT, QUIET, Box, add_text, fill, qn
from simulator.report.style import width_of, wrapped
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Table

PATH = r"[a-z_]+(\.\S.*)+"
"""Where a value stands in a scenario's file."""
CELL_SIZES = (16, 14, 13, 12, 11, 10, 9)
THIN_LINES = "{9D7B26C5-4107-4FEC-AEDC-1716B250A1EF}"
"""PowerPoint's own Light Style 1: lines above, below and under the head."""


def add_table(slide: Any, box: Box, table: Table, lang: str) -> None:  # noqa: ANN401
    """Add a table, in letters as large as fit; rows that do not fit even in the smallest are counted below it."""
    table = _without_errors(_without_paths(table), lang)
    (laid, caption), right = laid_on_paper(table, lang), aligned_right(table)
    lines = [["\n".join(head_lines(head)) for head in laid.heads]]
    lines += [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]
    wanted = [min(max(width, 5), 44) + 3 for width in column_widths(table, laid, lang)]
    fit = shared_room(wanted, 130)
    taken = min(1.0, max(sum(fit) / 85, 0.6))
    widths = [int(box.width * taken * width / sum(fit)) for width in fit]
    add_text(slide, Box(box.left, box.top, box.width, int(0.34 * INCH)), [caption], 13, QUIET)
    place = Box(box.left + 91_440, box.top + int(0.36 * INCH), sum(widths), box.height - int(0.72 * INCH))
    n_rows = len(lines)
    lines = lines[: 1 + FIRST_ROWS] if len(table.rows) > MOST_ROWS else lines
    size, heights = _table_size(lines, widths, place.height)
    grid = slide.shapes.add_table(len(heights), len(lines[0]), place.left, place.top, place.width, sum(heights))
    grid.name = table.key
    _bare(grid)
    for j, width in enumerate(widths):
        grid.table.columns[j].width = width
    for i, height in enumerate(heights):
        grid.table.rows[i].height = height
        for j, text in enumerate(lines[i]):
            _fill_cell(grid.table.cell(i, j), _short(text, widths[j], size), size, is_right=right[j], is_head=i == 0)
    left_out = n_rows - len(heights)
    below = (
        either(
            lang, f"另有{left_out}行，见Word、PDF报告的附件和Excel工作簿。", f"{left_out} more rows: see the annexes of the memo, and the workbook."
        )
        if left_out
        else ""
    )
    under = " ".join(part for part in (table.note, below) if part)
    if under:
        small, texts = fitted([under], box.width / POINT - 20, 0.3 * INCH / POINT, (11, 10, 9))
        add_text(slide, Box(box.left, place.top + sum(heights) + 40_000, box.width, int(0.3 * INCH)), texts, small, QUIET)


def _without_paths(table: Table) -> Table:
    """Table without where its values stand in the scenario's file, which no audience asks for."""
    kept = [j for j in range(len(table.columns)) if not all(re.fullmatch(PATH, str(row[j])) for row in table.rows)] or [0]
    return replace(table, columns=[table.columns[j] for j in kept], rows=[[row[j] for j in kept] for row in table.rows])


def _without_errors(table: Table, lang: str) -> Table:
    """Table of many schemes without standard errors, for which a slide has no room; it says where they are."""
    kept = [j for j, column in enumerate(table.columns) if column.key != "se"]
    if len(table.columns) <= MOST_COLUMNS or len(kept) == len(table.columns):
        return table
    said = either(lang, "标准误见Word、PDF报告和Excel工作簿。", "Standard errors: see the memo and the workbook.")
    columns, rows = [table.columns[j] for j in kept], [[row[j] for j in kept] for row in table.rows]
    return replace(table, columns=columns, rows=rows, note=" ".join(part for part in (table.note, said) if part))


def _table_size(lines: Sequence[Sequence[str]], widths: Sequence[int], room: int) -> tuple[int, list[int]]:
    """Size of letters in points, and heights of the rows that fit."""
    heights: list[int] = []
    for size in CELL_SIZES:
        heights = [max(_cell_height(text, width, size) for text, width in zip(line, widths, strict=True)) for line in lines]
        if sum(heights) <= room and not _breaks(lines, widths, size):
            return size, heights
    fit = [sum(heights[: i + 1]) <= room for i in range(len(heights))]
    return CELL_SIZES[-1], heights[: max(fit.count(True), 1)]


def _breaks(lines: Sequence[Sequence[str]], widths: Sequence[int], size: float) -> bool:
    """Whether a head would take more than two lines, or a word or number of twelve characters at most would be broken."""
    room = [columns_in(width / POINT - 11, size) for width in widths]
    is_head_cut = any(
        len(wrapped(line, columns)) > 1 for head, columns in zip(lines[0], room, strict=True) for line in head.split("\n") if width_of(line) <= 16
    )
    tight = [(width / POINT - 11) / (size * 0.53) for width in widths]
    return is_head_cut or any(columns < width_of(text) <= 12 for line in lines for text, columns in zip(line, tight, strict=True))


def _cell_height(text: str, width: int, size: float) -> int:
    columns = columns_in(width / POINT - 12, size)
    n = min(sum(max(len(wrapped(line, columns)), math.ceil(width_of(line) / columns)) for line in text.split("\n")), 3)
    return int((n * size * 1.25 + 7) * POINT)


def _short(text: str, width: int, size: float) -> str:
    """Text of at most two lines of its column."""
    columns = columns_in(width / POINT - 12, size)
    lines = [part for line in wrapped(text, columns) for part in _broken(line, columns)]
    return text if "\n" in text or len(lines) <= 2 else "".join(lines[:2])[:-2] + "…"


def _broken(line: str, columns: int) -> list[str]:
    """A line, in parts where a name in it is too long for the column."""
    if width_of(line) <= columns:
        return [line]
    most = max(columns * len(line) // width_of(line), 1)
    return [line[i : i + most] for i in range(0, len(line), most)]


def _fill_cell(cell: Any, text: str, size: float, *, is_right: bool, is_head: bool) -> None:  # noqa: ANN401
    enum = library("pptx.enum.text", PACKAGE)
    cell.margin_left = cell.margin_right = 70_000
    cell.margin_top = cell.margin_bottom = 36_000
    cell.vertical_anchor = enum.MSO_ANCHOR.MIDDLE
    fill(cell.text_frame, [text], size)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.space_after = 0
    for run in paragraph.runs:
        run.font.bold = is_head
    if is_right:
        paragraph.alignment = enum.PP_ALIGN.RIGHT


def _bare(grid: Any) -> None:  # noqa: ANN401
    """Take the coloured style from a table; thin lines between its rows stay."""
    style = grid._element.find(f".//{qn('a:tableStyleId')}")  # noqa: SLF001  table styles have no public door
    style.text = THIN_LINES
    grid.table.horz_banding = False
