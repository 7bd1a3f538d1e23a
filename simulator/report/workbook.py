"""A report as an Excel workbook: a sheet of contents, then one sheet a table, those behind charts with the chart beside them.

Money is kept in the unit that the column's head names (万元, 亿元; CNY m, CNY bn), or the cell's number format where each row has its own; shares are
kept as shares and shown in per cent. What comes from a scenario is written as text, so nothing in it can be a formula; the only formulas are ours,
where a reader would check: totals of shares, parts of an amount, differences of two columns or of two schemes, costs per yuan. Each formula is
written with its value, so that a program that does not compute shows it too.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.extras import library
from simulator.report.blocks import Chart, Paragraph, Table
from simulator.report.cells import aligned_right, column_widths, is_number, laid_out, provenance_line
from simulator.report.natives import is_monthly, month_of, shares_across, shares_down
from simulator.report.packages import dated
from simulator.report.style import width_of, wrapped
from simulator.report.text import NOTHING
from simulator.report.workbook_charts import add_chart
from simulator.report.workbook_formulas import HEAD, address, amounts_of, between_sheets, formulas_in
from simulator.report.workbook_intervals import FONT, QUIET, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.report.blocks import Cell, Report
    from simulator.report.cells import Laid, Scale

WIDEST = 60
ONE_LINE = 24
"""Half-width characters of a head that stands on one line."""
LINE = 15.0
"""Height of a line of text in points."""
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
    kept = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with library("xlsxwriter", "XlsxWriter").Workbook(kept, options) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle, "comments": provenance_line(report.provenance, report.lang)})
        book.set_calc_mode("auto")
        writer = _Book(book, report)
        sheets = sheets_of(report)
        names = sheet_names([table.key for table, _ in sheets], WORDS[report.lang]["contents"])
        writer.write_contents(names, [table for table, _ in sheets])
        for name, (table, chart) in zip(names, sheets, strict=True):
            writer.write_table(name, table, chart, between_sheets(table, sheets, names, report.lang))
    path.write_bytes(dated(kept.getvalue(), report.provenance.date))


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

    def write_table(self, name: str, table: Table, chart: Chart | None, known: Mapping[tuple[int, int], str]) -> None:
        """Write one table on a sheet of its own, and the chart drawn from it.

        Parameters
        ----------
        name : str
            Of the sheet.
        table : Table
        chart : Chart or None
        known : mapping
            Formulas that look at other sheets, by row and column.
        """
        sheet = self.book.add_worksheet(name)
        laid, right = laid_out(table, self.lang, one_unit=chart is not None), aligned_right(table)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, table.caption, self.format(bold=True, font_size=13))
        sheet.set_row(0, 22)
        sheet.write_string(1, 0, provenance_line(self.report.provenance, self.lang), self.format(font_color=QUIET, font_size=9))
        sheet.write_string(2, 0, self.words["note"] + table.note if table.note else "", self.format(font_color=QUIET, font_size=9))
        sheet.write_url(3, 0, f"internal:'{self.words['contents']}'!A1", self.format(font_color="#0072B2", font_size=9), self.words["back"])
        for j, (head, is_right) in enumerate(zip(laid.heads, right, strict=True)):
            sheet.write_string(HEAD, j, head, self._head(is_right=is_right, is_first=j == 0))
        fit = [max(width, min(width_of(head), ONE_LINE)) for width, head in zip(column_widths(table, laid, self.lang), laid.heads, strict=True)]
        widths = [max(min(width + 3, WIDEST), 9) for width in fit]
        is_dated = is_monthly(table)
        for j, width in enumerate(widths):
            sheet.set_column(j, j, width)
        sheet.set_row(HEAD, 6 + LINE * max(_lines(head, width - 2) for head, width in zip(laid.heads, widths, strict=True)))
        formulas = {**known, **formulas_in(table, laid, self.lang)}
        for i, (row, scales) in enumerate(zip(table.rows, laid.scales, strict=True)):
            high = max(_lines(value, width - 2) if isinstance(value, str) else 1 for value, width in zip(row, widths, strict=True))
            if high > 1:
                sheet.set_row(HEAD + 1 + i, LINE * high)
            for j, (value, scale) in enumerate(zip(row, scales, strict=True)):
                place = (HEAD + 1 + i, j)
                if is_dated and j == 0:
                    sheet.write_datetime(*place, month_of(str(value)), self._body(num_format="yyyy-mm", align="left"))
                else:
                    self._write_cell(sheet, place, value, scale, formulas.get((i, j), ""), is_right=right[j])
        beside = self._write_totals(sheet, table, laid)
        sheet.freeze_panes(HEAD + 1, 1)
        self._print_setup(sheet)
        sheet.repeat_rows(HEAD)
        if chart is not None:
            add_chart(self.book, sheet, chart, laid, Place(name, len(table.columns) + beside + 1), self._head(is_right=True), self.lang)

    def _write_cell(self, sheet: Any, place: tuple[int, int], value: Cell, scale: Scale, formula: str, *, is_right: bool) -> None:  # noqa: ANN401
        if isinstance(value, str):
            beside = {} if is_right or place[1] == 0 else {"indent": 1}
            sheet.write_string(*place, value, self._body(text_wrap=True, align="right" if is_right else "left", **beside))
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

    def _head(self, *, is_right: bool, is_first: bool = True) -> Any:  # noqa: ANN401
        align, beside = "right" if is_right else "left", {} if is_right or is_first else {"indent": 1}
        return self.format(**beside, bold=True, bg_color="#F3F5F8", top=2, bottom=1, text_wrap=True, align=align, valign="vcenter")

    def _body(self, **properties: object) -> Any:  # noqa: ANN401
        return self.format(bottom=4, bottom_color="#D1D5DB", **properties)

    def _print_setup(self, sheet: Any) -> None:  # noqa: ANN401
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8" + provenance_line(self.report.provenance, self.lang).replace("&", "&&") + "&R&8&P / &N")


def _lines(text: str, columns: int) -> int:
    return len(wrapped(text, columns))
