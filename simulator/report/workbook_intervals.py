"""Intervals on Excel's own charts: error bars whose lengths are computed from the table, in columns right of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.report.natives import reach
from simulator.report.text import either
from simulator.report.workbook_formulas import HEAD, address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Table
    from simulator.report.cells import Laid
    from simulator.report.natives import Native

INK, QUIET = "#1F2937", "#6B7280"
FONT = {"zh": "微软雅黑", "en": "Arial"}


@dataclass(frozen=True)
class Place:
    """Where a chart goes: a sheet's name and the first free column right of its table."""

    sheet: str
    column: int


@dataclass(frozen=True)
class Bars:
    """Error bars of one drawn column; none where no column is given.

    Attributes
    ----------
    sheet : str
    column : int
        Of the lengths below; those above stand right of it.
    below, above : sequence of float or None
        The lengths, a row each, as kept in the cells.
    """

    sheet: str = ""
    column: int = -1
    below: Sequence[float | None] = field(default_factory=tuple)
    above: Sequence[float | None] = field(default_factory=tuple)

    @property
    def is_drawn(self) -> bool:
        """Whether there are any."""
        return self.column >= 0

    def of_rows(self, first: int, last: int) -> dict[str, object]:
        """Error bars as XlsxWriter takes them, of the sheet's rows from first to last."""
        found: dict[str, object] = {"type": "custom", "direction": "both", "end_style": 1, "line": {"color": INK, "width": 1.25}}
        for name, column, values in (("minus", self.column, self.below), ("plus", self.column + 1, self.above)):
            sheet = self.sheet.replace("'", "''")
            found[f"{name}_values"] = f"='{sheet}'!{address(first, column, fixed=True)}:{address(last, column, fixed=True)}"
            found[f"{name}_data"] = list(values[first - HEAD - 1 : last - HEAD])
        return found


def write_lengths(
    book: Any,  # noqa: ANN401  XlsxWriter is optional
    sheet: Any,  # noqa: ANN401
    table: Table,
    laid: Laid,
    drawn: Native,
    place: Place,
    head: Any,  # noqa: ANN401
    lang: str,
) -> tuple[list[Bars], int]:
    """Write the lengths of a chart's intervals right of its table, as differences of its cells.

    Returns
    -------
    list of Bars
        One a drawn column.
    int
        Columns taken, a free one between them and the chart among them.
    """
    made, column = [], place.column
    for j, bounds in zip(drawn.columns, drawn.bounds or (None,) * len(drawn.columns), strict=True):
        if bounds is None:
            made.append(Bars())
            continue
        found, scale = reach(table, j, bounds), laid.scales[0][j]
        form = book.add_format({"font_name": FONT[lang], "font_size": 10, "num_format": scale.spreadsheet_format, "font_color": QUIET})
        for k, words in enumerate((("距区间下限", "to the low end"), ("距区间上限", "to the high end"))):
            sheet.write_string(HEAD, column + k, f"{table.columns[j].title}{either(lang, '：', ': ')}{either(lang, *words)}", head)
            sheet.set_column(column + k, column + k, 13)
            for i, pair in enumerate(found):
                if pair is not None:
                    row, ends = HEAD + 1 + i, (bounds[0], j) if k == 0 else (j, bounds[1])
                    sheet.write_formula(row, column + k, f"={address(row, ends[1])}-{address(row, ends[0])}", form, scale.number(pair[k]))
        below, above = ([None if pair is None else scale.number(pair[k]) for pair in found] for k in (0, 1))
        made.append(Bars(place.sheet, column, below, above))
        column += 2
    return made, column - place.column + (column > place.column)
