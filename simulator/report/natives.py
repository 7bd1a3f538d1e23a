"""Which charts an Office program can draw itself, from which columns and in which colours; which shares make up a whole."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simulator.report.cells import is_number, kind_at
from simulator.report.chart_data_flows import hung
from simulator.report.style import BANK, GROSS, LENDING, PAYERS, POOL, QUIET, payer_colours
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell, Chart, Table

Form = Literal["line", "bar", "stack", "scatter", "waterfall"]
BESIDE = ("low", "high", "se", "n", "p05", "p95")
"""Figures of a chart of bars or points that say how sure another is; they are no bars of their own."""
ESTIMATED = ("mean", "amount", "mu_star", "total")
"""Figures to which ``low`` and ``high`` belong where several are drawn."""
SIMULATED = ("mean", "amount")
"""Those whose interval holds the error of the simulation and nothing else."""
BAND_TINTS = (POOL, "#5fa8d3", "#a9cfe6")
"""Middle line, inner and outer lines of a fan."""
MOST_BARS = 12
STEP_COLOURS = {"total": GROSS, "rise": BANK, "fall": POOL}
"""Of a waterfall's bars."""
NOTHING = 0.5
"""Fen below which rounding is not money."""
OWN = {"bank.gross_loss": GROSS, "bank.net_loss": BANK, "pool.balance": POOL, "lending.volume": LENDING}
"""Measures that have a colour of their own in all charts."""


@dataclass(frozen=True)
class Native:
    """A chart that an Office program draws.

    Attributes
    ----------
    form : str
    columns : tuple of int
        Those drawn; of a scatter, its horizontal and vertical axis.
    colours : tuple of str
        ``#rrggbb``, one a column.
    widths : tuple of float
        Of lines, in points.
    is_upright : bool
        Whether bars stand up, as time series do.
    is_named : bool
        Whether each point of a scatter bears its name; of many none does.
    is_single : bool
        Whether there is one row, whose parts are the bars.
    bounds : tuple of (int, int) or None
        Columns of the ends of each drawn column's interval, where it has one; of a waterfall that of its amount.
    """

    form: Form
    columns: tuple[int, ...]
    colours: tuple[str, ...]
    widths: tuple[float, ...]
    is_upright: bool = False
    is_named: bool = True
    is_single: bool = False
    bounds: tuple[tuple[int, int] | None, ...] = ()

    @property
    def has_intervals(self) -> bool:
        """Whether some of what is drawn has an interval."""
        return any(self.bounds)


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall.

    Attributes
    ----------
    name : str
    base : float
        Where the bar begins, fen.
    size : float
        Its height, fen, >= 0.
    kind : str
        ``total``, ``rise`` or ``fall``.
    end : float
        Where the bar ends, and the next change begins, fen.
    """

    name: str
    base: float
    size: float
    kind: Literal["total", "rise", "fall"]
    end: float = 0.0


def steps_of(table: Table) -> list[Step]:
    """Bars of a waterfall: totals stand on nothing, changes hang on where the step before ended; none if one would reach below nothing."""
    keys = [column.key for column in table.columns]
    if not {"step", "amount", "role"} <= set(keys):
        return []
    name, amount, role = (keys.index(key) for key in ("step", "amount", "role"))
    values = [float(row[amount] or 0.0) for row in table.rows if is_number(row[amount])]
    if len(values) < len(table.rows):
        return []
    spans = hung(values, [row[role] == "total" for row in table.rows])
    if any(end < -NOTHING for span in spans for end in span):
        return []
    steps = []
    for row, value, (start, end) in zip(table.rows, values, spans, strict=True):
        kind: Literal["total", "rise", "fall"] = "total" if row[role] == "total" else "rise" if value >= 0 else "fall"
        steps.append(Step(str(row[name]), max(min(start, end), 0.0), abs(end - start), kind, end))
    return steps


def ends_of_axis(values: Sequence[float | None]) -> dict[str, float]:
    """Ends that an axis of bars must have, so that it begins at nothing and lengths compare.

    Examples
    --------
    >>> ends_of_axis([7.1, None, 9.4]), ends_of_axis([-3.0, -1.0]), ends_of_axis([-3.0, 1.0])
    ({'min': 0}, {'max': 0}, {})
    """
    known = [value for value in values if value is not None]
    return {"min": 0} if all(value >= 0 for value in known) else {"max": 0} if all(value <= 0 for value in known) else {}


def is_monthly(table: Table) -> bool:
    """Whether a table has a row a month."""
    return table.columns[0].key == "month" and bool(table.rows) and all(re.fullmatch(r"\d{4}-\d{2}", str(row[0])) for row in table.rows)


def month_of(text: str) -> datetime.date:
    """First day of a month.

    Examples
    --------
    >>> month_of("2025-03")
    datetime.date(2025, 3, 1)
    """
    return datetime.date.fromisoformat(f"{text}-01")


def months_apart(n_months: int, most: int = 10) -> int:
    """Months from one label to the next, so that at most ten stand on an axis."""
    return next((step for step in (1, 2, 3, 6, 12, 24, 36, 60) if n_months <= step * most), 120)


def native(chart: Chart) -> Native | None:
    """How an Office program can draw a chart; None where only the picture does it justice."""
    table = chart.data
    if chart.form == "waterfall" and steps_of(table):
        amount = [column.key for column in table.columns].index("amount")
        return Native("waterfall", (amount,), (QUIET, *STEP_COLOURS.values()), (), bounds=bounds_of(table, [amount]))
    if chart.form not in ("line", "bar", "stack", "scatter") or table.kinds is not None or not table.rows:
        return None
    columns = [j for j in range(1, len(table.columns)) if any(is_number(row[j]) for row in table.rows)]
    if chart.form in ("bar", "scatter"):
        columns = [j for j in columns if _figure_of(table, j) not in BESIDE] or columns
    if chart.form == "scatter":
        axes, is_named = columns[:2], len(table.rows) <= MOST_BARS
        return Native("scatter", (*axes,), (POOL,), (0.0,), is_named=is_named, bounds=bounds_of(table, axes)) if len(axes) == 2 else None
    columns = [j for j in columns if kind_at(table, 0, j) == kind_at(table, 0, columns[0])]
    if not columns:
        return None
    colours, widths = _looks(table, columns, chart.form)
    is_upright = chart.form in ("bar", "stack") and len(table.rows) > MOST_BARS
    bounds = bounds_of(table, columns) if chart.form == "bar" else (None,) * len(columns)
    return Native(chart.form, tuple(columns), colours, widths, is_upright, is_single=chart.form == "stack" and len(table.rows) == 1, bounds=bounds)


def bounds_of(table: Table, columns: Sequence[int]) -> tuple[tuple[int, int] | None, ...]:
    """Columns of the ends of intervals: ``x.low`` and ``x.high`` are those of ``x`` and ``x.mean``, ``low`` and ``high`` those of the estimate.

    Parameters
    ----------
    table : Table
    columns : sequence of int
        Those drawn.

    Returns
    -------
    tuple of (int, int) or None
        One a drawn column.
    """
    keys = [column.key for column in table.columns]
    estimated = next((j for j in columns if _figure_of(table, j) in ESTIMATED), columns[0] if len(columns) == 1 else -1)
    found: list[tuple[int, int] | None] = []
    for j in columns:
        stem = keys[j].removesuffix(".mean")
        own = [[f"{stem}.{end}" for end in ("low", "high")], ["low", "high"] if j == estimated else [""]]
        places = next(([keys.index(key) for key in pair] for pair in own if set(pair) <= set(keys) and all(pair)), None)
        found.append((places[0], places[1]) if places else None)
    return tuple(found)


def reach(table: Table, column: int, bounds: tuple[int, int]) -> list[tuple[float, float] | None]:
    """How far each row's interval reaches below and above its figure; None where it is not known.

    Examples
    --------
    >>> from simulator.report.blocks import Column, Table
    >>> reach(Table("t", "t", [Column("x", "number")] * 3, [(5.0, 4.0, 7.0), (5.0, None, None)]), 0, (1, 2))
    [(1.0, 2.0), None]
    """
    found: list[tuple[float, float] | None] = []
    for row in table.rows:
        own, low, high = (row[j] for j in (column, *bounds))
        if isinstance(own, str) or isinstance(low, str) or isinstance(high, str) or own is None or low is None or high is None:
            found.append(None)
        else:
            found.append((max(float(own - low), 0.0), max(float(high - own), 0.0)) if math.isfinite(own + low + high) else None)
    return found


def interval_words(table: Table, drawn: Native, lang: str) -> str:
    """What the lines through bars or points are; nothing where there are none."""
    whose = [table.columns[j].key for j, bounds in zip(drawn.columns, drawn.bounds, strict=True) if bounds]
    if not whose:
        return ""
    crossed = drawn.form == "scatter" and len(whose) > 1
    is_simulated = all(key.rpartition(".")[2] in SIMULATED or "." in key for key in whose)
    zh, en = ("十字", "crosses") if crossed else ("细线", "thin lines")
    return either(
        lang,
        f"{zh}：95%区间" + ("（只含模拟误差）" if is_simulated else ""),
        f"{en}: 95% intervals" + (" (simulation error only)" if is_simulated else ""),
    )


def _figure_of(table: Table, column: int) -> str:
    return table.columns[column].key.rpartition(".")[2]


def _looks(table: Table, columns: Sequence[int], form: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Colours and widths: quantiles fade from the median outwards, payers keep theirs, anything else takes the palette in order."""
    if form == "line" and len(columns) > 1 and all(re.fullmatch(r"p\d+", _figure_of(table, j)) for j in columns):
        steps = [min(abs(i - len(columns) // 2), len(BAND_TINTS) - 1) for i in range(len(columns))]
        return tuple(BAND_TINTS[step] for step in steps), tuple(2.5 if step == 0 else 1.25 for step in steps)
    if form == "line" and [_figure_of(table, j) for j in columns[1:]] == ["low", "high"]:
        return (POOL, BAND_TINTS[-1], BAND_TINTS[-1]), (2.5, 1.25, 1.25)
    names = [table.columns[j].key or table.columns[j].title for j in columns]
    known = payer_colours(names) if form == "stack" else {name: OWN[name] for name in names if name in OWN and names.count(name) == 1}
    return tuple(known.get(name, PAYERS[i % len(PAYERS)]) for i, name in enumerate(names)), (2.0,) * len(columns)


def shares_down(table: Table) -> list[int]:
    """Columns of shares that add up to one."""
    if table.kinds is not None or len(table.rows) < 2:
        return []
    return [j for j in range(1, len(table.columns)) if table.columns[j].kind == "share" and _is_whole([row[j] for row in table.rows])]


def shares_across(table: Table) -> list[int]:
    """Neighbouring columns of shares, all there are, that add up to one in every row."""
    columns = [j for j, column in enumerate(table.columns) if column.kind == "share"]
    is_run = len(columns) >= 2 and columns == list(range(columns[0], columns[-1] + 1))
    if table.kinds is not None or not table.rows or not is_run:
        return []
    return columns if all(_is_whole([row[j] for j in columns]) for row in table.rows) else []


def _is_whole(values: Sequence[Cell]) -> bool:
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    return not any(isinstance(value, str) for value in values) and len(numbers) >= 1 and math.isclose(sum(numbers), 1, abs_tol=1e-9)
