"""Formulas that a reader of the workbook checks its tables with; each is written only where its value is the table's own.

A difference of two schemes is a cell less another, on the sheet where the two stand side by side; a cost per yuan is the cost over the volume.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from simulator.report.cells import is_number, laid_out
from simulator.results.measures import BY_NAME, MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell, Chart, Table
    from simulator.report.cells import Laid, Scale

HEAD = 4
"""Row of the heads, counted from 0; above it stand caption, provenance and note."""
LEAST_ROWS = 3
"""Differences that must agree before two columns of another sheet are taken for the two schemes."""


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


def between_sheets(table: Table, sheets: Sequence[tuple[Table, Chart | None]], names: Sequence[str], lang: str) -> dict[tuple[int, int], str]:
    """Formulas of a table of differences: for each row one scheme's cell less another's on the sheet where they stand side by side.

    Parameters
    ----------
    table : Table
        With a column whose key is ``difference``.
    sheets : sequence of (Table, Chart or None)
        All tables, in order.
    names : sequence of str
        Their sheets.
    lang : {'zh', 'en'}
    """
    found = [j for j, column in enumerate(table.columns) if column.key.rpartition(".")[2] == "difference"]
    if not found or table.kinds is None:
        return {}
    laid = laid_out(table, lang)
    for (other, chart), name in zip(sheets, names, strict=True):
        pair = _schemes_of(table, other, found[0])
        if pair is not None:
            rows = {row[0]: i for i, row in enumerate(other.rows)}
            beside = laid_out(other, lang, one_unit=chart is not None)
            told = {}
            for i, row in enumerate(table.rows):
                k = rows.get(row[0])
                if k is not None and _is_difference(other.rows[k][pair[0]], other.rows[k][pair[1]], row[found[0]]):
                    first, second = (f"'{name}'!{address(HEAD + 1 + k, j)}" for j in pair)
                    told[i, found[0]] = _scaled(f"{second}-{first}", beside.scales[k][pair[0]], laid.scales[i][found[0]])
            return told
    return {}


def _schemes_of(table: Table, other: Table, column: int) -> tuple[int, int] | None:
    """Two columns of another table whose difference is this table's column, in most of the rows that both have."""
    if other is table or other.kinds is None:
        return None
    rows = {row[0]: row for row in other.rows}
    both = [(rows[row[0]], row[column]) for row in table.rows if row[0] in rows and is_number(row[column])]
    values = [j for j, own in enumerate(other.columns) if own.key == "mean"]
    for pair in itertools.permutations(values, 2):
        agreed = sum(_is_difference(row[pair[0]], row[pair[1]], value) for row, value in both)
        if agreed >= max(LEAST_ROWS, len(both) / 2):
            return pair
    return None


def _scaled(formula: str, there: Scale, here: Scale) -> str:
    """Formula in the unit of the cell that it stands in."""
    if there.kind != "money" or there.one == here.one:
        return f"={formula}"
    by, whole = there.one / here.one, f"({formula})"
    return f"={whole}*{by:.0f}" if by >= 1 else f"={whole}/{1 / by:.0f}"


def ratios_in(table: Table, laid: Laid, lang: str) -> dict[tuple[int, int], str]:
    """Formulas of measures that are one over another in the same table, in columns of estimates."""
    rows = {row[0]: i for i, row in enumerate(table.rows)}
    found: dict[tuple[int, int], str] = {}
    for measure in MEASURES:
        if measure.kind != "ratio" or len(measure.of) != 2:
            continue
        titles = [measure.title(lang), *(BY_NAME[part].title(lang) for part in measure.of if part in BY_NAME)]
        here, above, below = ([rows.get(title) for title in titles] + [None, None])[:3]
        if here is None or above is None or below is None:
            continue
        for j, column in enumerate(table.columns):
            cells = [table.rows[i][j] for i in (here, above, below)]
            if column.key == "mean" and _is_ratio(*cells):
                money = _scaled(address(HEAD + 1 + above, j), laid.scales[above][j], laid.scales[below][j])
                found[here, j] = f"{money}/{address(HEAD + 1 + below, j)}"
    return found


def _is_ratio(ratio: Cell, above: Cell, below: Cell) -> bool:
    numbers = [float(value) for value in (ratio, above, below) if isinstance(value, int | float) and math.isfinite(value)]
    return len(numbers) == 3 and numbers[2] != 0 and math.isclose(numbers[0], numbers[1] / numbers[2], rel_tol=1e-9)


def formulas_in(table: Table, laid: Laid, lang: str) -> dict[tuple[int, int], str]:
    """Formulas that a reader checks a table with, by row and column.

    A column whose key ends in ``difference``, and whose every number is the difference of the same two columns before it, is computed from them; a
    column of shares whose every number is the part that an amount of the same row has in all amounts, from those.
    """
    found = ratios_in(table, laid, lang) if table.kinds is not None else {}
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
