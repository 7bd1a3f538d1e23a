"""A report as an Excel workbook: a sheet of contents, then one sheet a table, those behind charts with the chart beside them.

Money is kept in the unit that the column's head names (万元, 亿元; CNY m, CNY bn), or the cell's number format where each row has its own; shares are
kept as shares and shown in per cent. What comes from a scenario is written as text, so nothing in it can be a formula; the only formulas are ours,
where a reader would check: totals of shares, parts of an amount, differences of two columns.
"""

from __future__ import annotations

import io
import itertools
import math
import re
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.extras import library
from simulator.report.blocks import Chart, Paragraph, Table
from simulator.report.cells import aligned_right, column_widths, is_number, laid_out, provenance_line
from simulator.report.natives import native, shares_across, shares_down
from simulator.report.pictures import DOTS_AN_INCH, picture, picture_size
from simulator.report.style import wrapped
from simulator.report.text import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.report.blocks import Cell, Report
    from simulator.report.cells import Laid, Scale
    from simulator.report.natives import Native

INK, QUIET = "#1F2937", "#6B7280"
FONT = {"zh": "微软雅黑", "en": "Arial"}
HEAD = 4
"""Row of the heads, counted from 0; above it stand caption, provenance and note."""
WIDEST = 60
LINE = 15.0
"""Height of a line of text in points."""
PICTURE_WIDTH = 760
WORDS = {
    "zh": {"contents": "目录", "sheet": "工作表", "holds": "内容", "total": "合计", "back": "返回目录", "note": "注："},
    "en": {"contents": "Contents", "sheet": "Sheet", "holds": "What it holds", "total": "Total", "back": "Back to contents", "note": "Note: "},
}


def write(report: Report, path: Path, template: Path | None = None) -> None:
    """Write a report as an Excel workbook.

    Parameters
    ----------
    report : Report
    path : Path
        File to write, ``.xlsx``.
    template : None
        A workbook has none.

    Raises
    ------
    ExtraMissing
        If XlsxWriter is not installed.
    SimulatorError
        If a template is given.
    """
    if template is not None:
        zh, en = f"{template}: Excel报告没有模板", f"{template}: a workbook has no template"
        raise SimulatorError(zh, en)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with library("xlsxwriter", "XlsxWriter").Workbook(str(path), options) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle, "comments": provenance_line(report.provenance, report.lang)})
        book.set_calc_mode("auto")
        writer = _Book(book, report)
        sheets = sheets_of(report)
        names = sheet_names([table.key for table, _ in sheets], WORDS[report.lang]["contents"])
        writer.write_contents(names, [table for table, _ in sheets])
        for name, (table, chart) in zip(names, sheets, strict=True):
            writer.write_table(name, table, chart)


def sheets_of(report: Report) -> list[tuple[Table, Chart | None]]:
    """Each table once, in order, with the chart drawn from it."""
    sheets: dict[int, tuple[Table, Chart | None]] = {}
    for block in (block for section in report.sections for block in section.blocks):
        if isinstance(block, Chart):
            sheets[id(block.data)] = (block.data, block)
        elif isinstance(block, Table):
            sheets.setdefault(id(block), (block, None))
    return list(sheets.values())


def sheet_names(keys: Sequence[str], taken: str) -> list[str]:
    """Names of sheets: 31 characters at most, without the signs Excel refuses, each once whatever its case.

    Examples
    --------
    >>> sheet_names(["pool/balance", "POOL_balance"], "目录")
    ['pool_balance', 'POOL_balance_2']
    """
    names: list[str] = []
    used = {taken.lower()}
    for key in keys:
        stem = re.sub(r"[\[\]:*?/\\']", "_", key)[:31] or "table"
        name, n = stem, 1
        while name.lower() in used:
            n += 1
            name = f"{stem[: 30 - len(str(n))]}_{n}"
        names.append(name)
        used.add(name.lower())
    return names


class _Book:
    """A workbook in the making: XlsxWriter's, the report, and each cell format once."""

    def __init__(self, book: Any, report: Report) -> None:  # noqa: ANN401  XlsxWriter is optional
        self.book, self.report, self.lang = book, report, report.lang
        self.words = WORDS[report.lang]
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:  # noqa: ANN401
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": FONT[self.lang], "font_size": 10, "valign": "top", **properties})
        return self.formats[key]

    def write_contents(self, names: Sequence[str], tables: Sequence[Table]) -> None:
        """Write the first sheet: the report's title and answer, and a link to each table."""
        sheet = self.book.add_worksheet(self.words["contents"])
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 26, self.format())
        sheet.set_column(1, 1, 100, self.format())
        sheet.write_string(0, 0, self.report.title, self.format(bold=True, font_size=16))
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, self.report.subtitle, self.format(font_color=QUIET))
        sheet.write_string(2, 0, provenance_line(self.report.provenance, self.lang), self.format(font_color=QUIET, font_size=9))
        row = 4
        for text in (block.text for section in self.report.sections for block in section.blocks if isinstance(block, Paragraph) and block.is_lead):
            sheet.merge_range(row, 0, row, 1, "", self.format(text_wrap=True))
            sheet.write_string(row, 0, text, self.format(text_wrap=True))
            sheet.set_row(row, 2 + LINE * _lines(text, 122))
            row += 1
        row += 1
        for column, word in enumerate(("sheet", "holds")):
            sheet.write_string(row, column, self.words[word], self._head(is_right=False))
        for i, (name, table) in enumerate(zip(names, tables, strict=True), row + 1):
            sheet.write_url(i, 0, f"internal:'{name}'!A1", self.format(font_color="#0072B2", underline=1), name)
            sheet.write_string(i, 1, table.caption, self.format(text_wrap=True))
        self._print_setup(sheet)

    def write_table(self, name: str, table: Table, chart: Chart | None) -> None:
        """Write one table on a sheet of its own, and the chart drawn from it."""
        sheet = self.book.add_worksheet(name)
        laid, right = laid_out(table, self.lang, one_unit=chart is not None), aligned_right(table)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, table.caption, self.format(bold=True, font_size=13))
        sheet.set_row(0, 22)
        sheet.write_string(1, 0, provenance_line(self.report.provenance, self.lang), self.format(font_color=QUIET, font_size=9))
        sheet.write_string(2, 0, self.words["note"] + table.note if table.note else "", self.format(font_color=QUIET, font_size=9))
        sheet.write_url(3, 0, f"internal:'{self.words['contents']}'!A1", self.format(font_color="#0072B2", font_size=9), self.words["back"])
        for j, (head, is_right) in enumerate(zip(laid.heads, right, strict=True)):
            sheet.write_string(HEAD, j, head, self._head(is_right=is_right))
        widths = [max(min(width + 3, WIDEST), 9) for width in column_widths(table, laid, self.lang)]
        for j, width in enumerate(widths):
            sheet.set_column(j, j, width)
        sheet.set_row(HEAD, 6 + LINE * max(_lines(head, width - 2) for head, width in zip(laid.heads, widths, strict=True)))
        formulas = formulas_in(table, laid)
        for i, (row, scales) in enumerate(zip(table.rows, laid.scales, strict=True)):
            high = max(_lines(value, width - 2) if isinstance(value, str) else 1 for value, width in zip(row, widths, strict=True))
            if high > 1:
                sheet.set_row(HEAD + 1 + i, LINE * high)
            for j, (value, scale) in enumerate(zip(row, scales, strict=True)):
                self._write_cell(sheet, (HEAD + 1 + i, j), value, scale, formulas.get((i, j), ""), is_right=right[j])
        beside = self._write_totals(sheet, table, laid)
        sheet.freeze_panes(HEAD + 1, 1)
        self._print_setup(sheet)
        sheet.repeat_rows(HEAD)
        if chart is not None:
            self._insert_chart(sheet, name, chart, laid, len(table.columns) + beside + 1)

    def _write_cell(self, sheet: Any, place: tuple[int, int], value: Cell, scale: Scale, formula: str, *, is_right: bool) -> None:  # noqa: ANN401
        if isinstance(value, str):
            sheet.write_string(*place, value, self._body(text_wrap=True, align="right" if is_right else "left"))
        elif value is None or not is_number(value):
            sheet.write_string(*place, NOTHING[self.lang], self._body(align="right", font_color=QUIET))
        elif formula:
            sheet.write_formula(*place, formula, self._body(num_format=scale.spreadsheet_format), scale.number(value))
        else:
            sheet.write_number(*place, scale.number(value), self._body(num_format=scale.spreadsheet_format))

    def _write_totals(self, sheet: Any, table: Table, laid: Laid) -> int:  # noqa: ANN401
        """Add up shares of a whole, down or across; returns how many columns were added."""
        down, across = shares_down(table), shares_across(table)
        if down:
            last = HEAD + len(table.rows)
            sheet.write_string(last + 1, 0, self.words["total"], self.format(bold=True, top=1))
            for j in range(1, len(table.columns)):
                scale = laid.scales[0][j]
                form = self.format(bold=True, top=1, num_format=scale.spreadsheet_format)
                if j in down or j == amounts_of(table, down[0]):
                    total = sum(float(value) for value in (row[j] for row in table.rows) if isinstance(value, int | float))
                    sheet.write_formula(last + 1, j, f"=SUM({address(HEAD + 1, j)}:{address(last, j)})", form, scale.number(total))
                else:
                    sheet.write_blank(last + 1, j, None, form)
        elif across:
            beside = len(table.columns)
            sheet.write_string(HEAD, beside, self.words["total"], self._head(is_right=True))
            for i in range(HEAD + 1, HEAD + 1 + len(table.rows)):
                sheet.write_formula(i, beside, f"=SUM({address(i, across[0])}:{address(i, across[-1])})", self._body(num_format="0.0%"), 1)
            return 1
        return 0

    def _insert_chart(self, sheet: Any, name: str, chart: Chart, laid: Laid, column: int) -> None:  # noqa: ANN401
        """Put the chart right of its data: Excel's own where it can draw it, else the picture."""
        drawn = native(chart)
        described = {"description": chart.caption, "object_position": 2}
        if drawn is None:
            png = picture(chart)
            scale = PICTURE_WIDTH / picture_size(png)[0] * DOTS_AN_INCH / 96
            sheet.insert_image(HEAD, column, f"{chart.key}.png", {"image_data": io.BytesIO(png), "x_scale": scale, "y_scale": scale, **described})
            return
        made = self._native_chart(name, chart, drawn, laid)
        sheet.insert_chart(HEAD, column, made, {"x_scale": 1.6, "y_scale": 1.5, **described})

    def _native_chart(self, name: str, chart: Chart, drawn: Native, laid: Laid) -> Any:  # noqa: ANN401
        kinds = {
            "line": {"type": "line"},
            "bar": {"type": "column" if drawn.is_upright else "bar"},
            "stack": {"type": "column" if drawn.is_upright else "bar", "subtype": "stacked"},
            "scatter": {"type": "scatter"},
        }
        made = self.book.add_chart(kinds[drawn.form])
        first, last = HEAD + 1, HEAD + len(chart.data.rows)
        font = {"name": FONT[self.lang], "size": 9, "color": QUIET}
        scales = laid.scales[0]
        if drawn.form == "scatter":
            across, up = drawn.columns
            named = {"data_labels": {"series_name": True, "value": False, "position": "right", "font": font}} if drawn.is_named else {}
            marker = {"type": "circle", "size": 9, "fill": {"color": drawn.colours[0]}, "border": {"none": True}}
            for i, j in ((i, i) for i in range(first, last + 1)) if drawn.is_named else [(first, last)]:
                places = {"categories": [name, i, across, j, across], "values": [name, i, up, j, up]}
                made.add_series({"name": [name, i if drawn.is_named else HEAD, 0 if drawn.is_named else up], **places, "marker": marker, **named})
            made.set_legend({"none": True})
            made.set_x_axis({**_axis(laid.heads[across], scales[across], font), "major_gridlines": {"visible": False}})
            made.set_y_axis(_axis(laid.heads[up], scales[up], font))
        else:
            for j, colour, width in zip(drawn.columns, drawn.colours, drawn.widths, strict=True):
                look = {"line": {"color": colour, "width": width}} if drawn.form == "line" else {"fill": {"color": colour}, "gap": 60}
                made.add_series({"name": [name, HEAD, j], "categories": [name, first, 0, last, 0], "values": [name, first, j, last, j], **look})
            unit = _axis(scales[drawn.columns[0]].unit, scales[drawn.columns[0]], font)
            if drawn.form == "stack" and shares_across(chart.data):
                unit |= {"min": 0, "max": 1, "num_format": "0%"}
            names: dict[str, object] = {"num_font": font, "line": {"color": QUIET}, "label_position": "low"}
            if drawn.form == "line" or drawn.is_upright:
                names["interval_unit"] = max(len(chart.data.rows) // 8, 1)
            else:
                names |= {"reverse": True, "crossing": "max"}
            is_level = drawn.form != "line" and not drawn.is_upright
            made.set_x_axis(unit if is_level else names)
            made.set_y_axis(names if is_level else unit)
            made.set_legend({"position": "bottom", "font": font} if len(drawn.columns) > 1 else {"none": True})
        made.set_title({"name": chart.caption, "name_font": {"name": FONT[self.lang], "size": 12, "color": INK}, "overlay": False})
        return made

    def _head(self, *, is_right: bool) -> Any:  # noqa: ANN401
        align = "right" if is_right else "left"
        return self.format(bold=True, bg_color="#F3F5F8", top=2, bottom=1, text_wrap=True, align=align, valign="vcenter")

    def _body(self, **properties: object) -> Any:  # noqa: ANN401
        return self.format(bottom=4, bottom_color="#D1D5DB", **properties)

    def _print_setup(self, sheet: Any) -> None:  # noqa: ANN401
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8" + provenance_line(self.report.provenance, self.lang).replace("&", "&&") + "&R&8&P / &N")


def address(row: int, column: int, *, fixed: bool = False) -> str:
    """Name of a cell, rows and columns counted from 0.

    Examples
    --------
    >>> address(4, 1), address(4, 27, fixed=True)
    ('B5', '$AB$5')
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"${letters}${row + 1}" if fixed else f"{letters}{row + 1}"


def _lines(text: str, columns: int) -> int:
    return len(wrapped(text, columns))


def formulas_in(table: Table, laid: Laid) -> dict[tuple[int, int], str]:
    """Formulas that a reader checks a table with, by row and column.

    A column whose key ends in ``difference``, and whose every number is the difference of the same two columns before it, is computed from them; a
    column of shares whose every number is the part that an amount of the same row has in all amounts, from those.
    """
    found: dict[tuple[int, int], str] = {}
    for j, column in enumerate(table.columns):
        if column.key.rpartition(".")[2] == "difference" and (pair := _pair_of(table, j)) is not None:
            for i, (row, scales) in enumerate(zip(table.rows, laid.scales, strict=True)):
                if all(is_number(row[k]) for k in (*pair, j)) and len({scales[k].one for k in (*pair, j)}) == 1:
                    found[i, j] = f"={address(HEAD + 1 + i, pair[1])}-{address(HEAD + 1 + i, pair[0])}"
        if column.kind == "share" and table.kinds is None and (amounts := amounts_of(table, j)) is not None:
            first, last = address(HEAD + 1, amounts, fixed=True), address(HEAD + len(table.rows), amounts, fixed=True)
            found |= {(i, j): f"={address(HEAD + 1 + i, amounts)}/SUM({first}:{last})" for i in range(len(table.rows))}
    return found


def amounts_of(table: Table, column: int) -> int | None:
    """Column of money of which a column holds the parts."""
    for j, other in enumerate(table.columns):
        amounts = [float(value) for value in (row[j] for row in table.rows) if isinstance(value, int | float) and math.isfinite(value)]
        shares = [float(value) for value in (row[column] for row in table.rows) if isinstance(value, int | float)]
        is_complete = other.kind == "money" and len(table.rows) == len(amounts) == len(shares) > 1 and sum(amounts) != 0
        if is_complete and all(math.isclose(share, amount / sum(amounts), abs_tol=1e-9) for share, amount in zip(shares, amounts, strict=True)):
            return j
    return None


def _pair_of(table: Table, column: int) -> tuple[int, int] | None:
    """The two columns, in order, whose second less the first is this one."""
    for first, second in itertools.permutations(range(column), 2):
        whole = [(row[first], row[second], row[column]) for row in table.rows if is_number(row[column])]
        if whole and all(_is_difference(*three) for three in whole):
            return first, second
    return None


def _is_difference(first: Cell, second: Cell, difference: Cell) -> bool:
    numbers = [float(value) for value in (first, second, difference) if isinstance(value, int | float) and math.isfinite(value)]
    if len(numbers) < 3:
        return False
    return math.isclose(numbers[1] - numbers[0], numbers[2], rel_tol=1e-9, abs_tol=1e-9 * max(map(abs, numbers)))


def _axis(title: str, scale: Scale, font: Mapping[str, object]) -> dict[str, object]:
    """An axis of numbers: its unit as its title, quiet lines."""
    return {
        "name": title,
        "name_font": {**font, "bold": False},
        "num_font": font,
        "num_format": scale.axis_format,
        "major_gridlines": {"visible": True, "line": {"color": "#E2E5EA"}},
        "line": {"none": True},
    }
