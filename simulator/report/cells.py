"""How the numbers of a report's tables are written in every document: units, decimals, widths.

A column of money or days names its unit in its head, and all columns of money in a table share one unit unless one of them would vanish in it; a
table whose rows are of different kinds names the unit in each cell. Decimals are the same down a column, and enough for its smallest number.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.report.signs import MINUS
from simulator.report.style import width_of
from simulator.report.text import NOTHING, money_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell, Kind, Provenance, Table

DAYS = {"zh": "天", "en": "days"}
VANISHES = 1000
"""A column of money whose largest amount is this many times smaller than the table's has a unit of its own."""
MOST_DECIMALS = 4
NOISE = 1e-9
"""Numbers this much smaller than the largest are rounding, and get no decimals of their own."""
SHORT = 16
"""Columns up to this wide, in half-width characters, are not made narrower while others can be."""
LEAST = 10
"""Long columns are not made narrower than this, on average."""
SHORT_HEAD, LONG_HEAD = 13, 16
"""Heads up to the first stand on one line, lines up to the second are not broken but where they read well."""
HEAD_BREAKS = re.compile(r"\s+(?=\S)|(?=（)|(?<=区间)(?=[上下]限)|(?<=时)(?=最[低高])")
A_SERIES = 12
"""More numbers than this are a series, whose decimals follow the largest alone."""


@dataclass(frozen=True)
class Scale:
    """How the numbers of one column, or of one row, are written.

    Attributes
    ----------
    kind : Kind
    one : float
        What is written as 1: fen in the unit of money; 0.01 for shares.
    decimals : int
    before, after : str
        Around each number, where the column's head does not name the unit.
    unit : str
        The unit itself: ``亿元``, ``CNY m``, ``天``, ``%`` or nothing.
    """

    kind: Kind
    one: float
    decimals: int
    before: str = ""
    after: str = ""
    unit: str = ""

    def number(self, value: float) -> float:
        """Value as a spreadsheet keeps it: money in its unit, shares as shares."""
        return value / self.one if self.kind == "money" else value

    def text(self, value: float) -> str:
        """Value as a reader meets it.

        Examples
        --------
        >>> Scale("share", 0.01, 1, after="%").text(0.4732), Scale("money", 10**10, 2).text(23_100_000_000)
        ('47.3%', '2.31')
        """
        written = f"{value / self.one:,.{self.decimals}f}"
        return f"{self.before}{written.replace('-', MINUS) if written.strip('-0.') else written.removeprefix('-')}{self.after}"

    @property
    def spreadsheet_format(self) -> str:
        """Number format of a spreadsheet's cell.

        Examples
        --------
        >>> Scale("share", 0.01, 1, after="%").spreadsheet_format, Scale("money", 10**10, 2, after="亿元").spreadsheet_format
        ('0.0%', '#,##0.00"亿元"')
        """
        fraction = "." + "0" * self.decimals if self.decimals else ""
        if self.kind == "share":
            return f"0{fraction}%"
        before, after = (f'"{part}"' if part else "" for part in (self.before, self.after))
        return f"{before}#,##0{fraction}{after}"

    @property
    def axis_format(self) -> str:
        """Number format of a chart's axis, whose unit stands beside it.

        Examples
        --------
        >>> Scale("share", 0.01, 1).axis_format, Scale("money", 10**10, 0).axis_format, Scale("money", 10**10, 2).axis_format
        ('0%', '#,##0', 'General')
        """
        if self.kind == "share":
            return "0%" if self.decimals < 2 else "0.0%"
        return "General" if self.decimals >= 2 else "#,##0"


@dataclass(frozen=True)
class Laid:
    """A table ready to be written.

    Attributes
    ----------
    heads : sequence of str
        Titles of the columns, with units.
    scales : sequence of sequence of Scale
        How each cell's number is written, row by row.
    """

    heads: Sequence[str]
    scales: Sequence[Sequence[Scale]]


def is_number(value: Cell) -> bool:
    """Whether a cell holds a number that can be written."""
    return isinstance(value, int | float) and math.isfinite(value)


def cell_text(value: Cell, scale: Scale, lang: str) -> str:
    """Write one cell."""
    if isinstance(value, str):
        return value
    return scale.text(value) if value is not None and math.isfinite(value) else NOTHING[lang]


def kind_at(table: Table, row: int, column: int) -> Kind:
    """Kind of a cell's number: the column's if it names one, else the row's, else a plain number."""
    own = table.columns[column].kind
    if own in ("text", "number"):
        of_row: Kind = table.kinds[row] if table.kinds is not None else "number"
        return "number" if of_row == "text" else of_row
    return own


def laid_out(table: Table, lang: str, *, one_unit: bool = False) -> Laid:
    """Choose units and decimals for a table.

    Parameters
    ----------
    table : Table
    lang : {'zh', 'en'}
    one_unit : bool
        All columns of money in one unit however small, as a chart needs it.
    """
    if table.kinds is not None:
        return _laid_by_row(table, lang)
    rows = range(len(table.rows))
    amounts = [[row[j] for row in table.rows] for j in range(len(table.columns))]
    kinds = [kind_at(table, 0, j) if table.rows else column.kind for j, column in enumerate(table.columns)]
    top = max((_largest(column) for column, kind in zip(amounts, kinds, strict=True) if kind == "money"), default=0.0)
    shares_unit = [one_unit or not _largest(column) or _largest(column) * VANISHES >= top for column in amounts]
    scales = [scale_of(kind, column, lang, largest=top if shared else None) for kind, column, shared in zip(kinds, amounts, shares_unit, strict=True)]
    scales = _alike(scales)
    heads = [_head(column.title, scale, lang) for column, scale in zip(table.columns, scales, strict=True)]
    return Laid(heads, [scales for _ in rows])


def laid_on_paper(table: Table, lang: str) -> tuple[Laid, str]:
    """Choose units and decimals for a page: a currency that would stand before every number of a table is said once, in its caption.

    Returns
    -------
    tuple of Laid and str
        And the caption.
    """
    laid = laid_out(table, lang)
    named = {scale.before for row in laid.scales for scale in row if scale.before}
    if not named:
        return laid, table.caption
    scales = [[replace(scale, before="") for scale in row] for row in laid.scales]
    return Laid(laid.heads, scales), f"{table.caption} (money in {' and '.join(sorted(one.strip() for one in named))})"


def _alike(scales: Sequence[Scale]) -> list[Scale]:
    """Give columns of one unit of money, or of shares, at least the decimals (two at most) that the finest of them has."""
    finest: dict[tuple[Kind, float], int] = {}
    for scale in scales:
        key = (scale.kind, scale.one)
        finest[key] = max(finest.get(key, 0), min(scale.decimals, 2))
    return [
        replace(scale, decimals=max(scale.decimals, finest[scale.kind, scale.one])) if scale.kind in ("money", "share") else scale for scale in scales
    ]


def _laid_by_row(table: Table, lang: str) -> Laid:
    """Lay out a table of measures: each row has its unit, columns that name a kind of their own keep it."""
    scales = []
    for i, row in enumerate(table.rows):
        kinds = [kind_at(table, i, j) for j in range(len(table.columns))]
        values = {kind: [value for value, other in zip(row, kinds, strict=True) if other == kind] for kind in kinds}
        of_kind = {kind: named(scale_of(kind, found, lang), lang) for kind, found in values.items()}
        scales.append([of_kind[kind] for kind in kinds])
    return Laid([column.title for column in table.columns], scales)


def scale_of(kind: Kind, values: Sequence[Cell], lang: str, *, largest: float | None = None) -> Scale:
    """Unit and decimals in which numbers of one kind read well together.

    Parameters
    ----------
    kind : Kind
    values : sequence
        All that are written so; texts and None are passed over.
    lang : {'zh', 'en'}
    largest : float, optional
        Amount that decides the unit of money; the largest of ``values``, if not given.

    Examples
    --------
    >>> scale_of("money", [23_100_000_000, 150_000_000], "zh")
    Scale(kind='money', one=10000000000, decimals=2, before='', after='', unit='亿元')
    """
    if kind == "money":
        unit = money_unit(_largest(values) if largest is None else largest, lang)
        return Scale(kind, unit.fen, _decimals(values, unit.fen, kind), unit=unit.label)
    if kind == "share":
        return Scale(kind, 0.01, _decimals(values, 0.01, kind), after="%", unit="%")
    return Scale(kind, 1, _decimals(values, 1, kind), unit=DAYS[lang] if kind == "day" else "")


def named(scale: Scale, lang: str) -> Scale:
    """Return the scale with the unit beside each number."""
    if scale.kind == "money" and lang == "en":
        return replace(scale, before="CNY ", after=scale.unit.removeprefix("CNY").strip())
    if scale.kind in ("money", "day"):
        return replace(scale, after=scale.unit if lang == "zh" else f" {scale.unit}")
    return scale


def _head(title: str, scale: Scale, lang: str) -> str:
    if scale.kind not in ("money", "day"):
        return title
    return f"{title}（{scale.unit}）" if lang == "zh" else f"{title} ({scale.unit})"


def _largest(values: Sequence[Cell]) -> float:
    return max((abs(float(value)) for value in values if isinstance(value, int | float) and math.isfinite(value)), default=0.0)


def _decimals(values: Sequence[Cell], one: float, kind: Kind) -> int:
    """Decimals that three or four digits of the largest number need, or, of a few, one digit of the smallest."""
    sizes = [abs(float(value)) / one for value in values if isinstance(value, int | float) and math.isfinite(value) and value]
    if all(math.isclose(size, round(size), abs_tol=1e-9) for size in sizes):
        return 0
    top = max(sizes)
    least = min(size for size in sizes if size > top * NOISE)
    if kind in ("count", "day"):
        return 0 if top >= 1000 else 1
    enough = 0 if top >= 1000 else 1 if top >= 100 or (kind == "share" and top >= 10) else 2
    finer = -math.floor(math.log10(least if len(sizes) <= A_SERIES else top))
    return min(max(enough, finer), MOST_DECIMALS)


def column_widths(table: Table, laid: Laid, lang: str) -> list[int]:
    """Width of each column in half-width characters, as its widest cell needs, or a line of its head."""
    widths = [max(_head_width(line) for line in head_lines(head)) for head in laid.heads]
    for row, scales in zip(table.rows, laid.scales, strict=True):
        widths = [max(width, width_of(cell_text(value, scale, lang))) for width, value, scale in zip(widths, row, scales, strict=True)]
    return widths


def _head_width(line: str) -> int:
    """Width of a line of a head; a long one that cannot be broken well is broken anywhere."""
    width = width_of(line)
    return width if width <= LONG_HEAD else max(LONG_HEAD, width // 2 + 2)


def head_lines(head: str) -> list[str]:
    """Lines of a column's head, broken before its unit, before what tells it from its neighbours, or between words.

    Examples
    --------
    >>> head_lines("95%区间下限（亿元）"), head_lines("假设变动时最低"), head_lines("95% interval, low"), head_lines("Bank net loss")
    (['95%区间下限', '（亿元）'], ['假设变动时', '最低'], ['95% interval,', 'low'], ['Bank net loss'])
    """
    if width_of(head) <= SHORT_HEAD:
        return [head]
    pieces = HEAD_BREAKS.split(head)
    n_lines = min(len(pieces), max(2, -(-width_of(head) // LONG_HEAD)), 3)
    cuts = itertools.combinations(range(1, len(pieces)), n_lines - 1)
    split = [[_joined(pieces[i:j]) for i, j in itertools.pairwise((0, *cut, len(pieces)))] for cut in cuts]
    return min(split, key=lambda lines: max(width_of(line) for line in lines) - 4 * lines[0].endswith(","))


def _joined(pieces: Sequence[str]) -> str:
    return "".join(f" {piece}" if i and piece[0].isascii() and pieces[i - 1][-1].isascii() else piece for i, piece in enumerate(pieces))


def shared_room(widths: Sequence[int], room: float) -> list[float]:
    """Widths that fit a room: columns of short cells keep theirs, the long ones share what is left.

    Examples
    --------
    >>> shared_room([10, 60, 40], 60)
    [10.0, 30.0, 20.0]
    """
    short = sum(width for width in widths if width <= SHORT)
    long = sum(widths) - short
    if short + long <= room:
        return [float(width) for width in widths]
    if room - short < LEAST * sum(width > SHORT for width in widths):
        return [width * room / (short + long) for width in widths]
    return [float(width) if width <= SHORT else width * (room - short) / long for width in widths]


def aligned_right(table: Table) -> list[bool]:
    """Whether each column holds numbers, and so stands flush right."""
    return [any(is_number(row[j]) for row in table.rows) for j in range(len(table.columns))]


def provenance_line(where: Provenance, lang: str) -> str:
    """Where the figures come from, on one line: what makes them again; figures that nothing was simulated for have neither seed nor histories."""
    simulated = where.seed is not None and where.histories is not None
    if lang == "zh":
        made = [f"种子 {where.seed}", f"{where.histories:,}次模拟"] if simulated else ["精确解"]
        return "　".join([where.scenario, f"哈希 {where.sha256}", *made, f"riskshare {where.version}", where.date])
    made = [f"seed {where.seed}", f"{where.histories:,} histories"] if simulated else ["exact"]
    parts = [where.scenario, f"hash {where.sha256}", *made, f"riskshare {where.version}", where.date]
    return " · ".join(parts)
