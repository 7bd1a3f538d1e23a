"""Interactive charts with a row a name: bars and dots with their intervals, stacks, waterfalls; and scatters, whose points have names."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from simulator.report.chart_data_flows import hung
from simulator.report.live_frame import Entry, add, between, frame, name_axis, number_axis, source, span_of, tell, write
from simulator.report.live_lines import figure_key, own_colour
from simulator.report.style import BANK, GROSS, INK, POOL, QUIET, ink_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.live_frame import Figures, Live
    from simulator.report.natives import Native

MOST_ROWS = 40
"""Charts of more rows are left to the drawing."""
ROW, LOW_ROW, AROUND = 44, 28, 92
"""Height of a row, of one of many, and of what stands around them, CSS pixels."""
FEW_ROWS = 12
BESIDE = 0.22
"""Room for numbers right of the bars, part of the axis."""
NAMED = 0.15
"""Segments of at least this part of the axis bear their number."""
THICK = 0.62


def _rows(figures: Figures, span: tuple[float, float], scale_of: int, label: str, thick: int = ROW) -> Live:
    """Frame with a row a name, the first on top."""
    n = len(figures.table.rows)
    live = frame(span, (n - 0.5, -0.5), height=AROUND + thick * max(n, 2), zoom="width")
    number_axis(live, "below", figures.scales[scale_of], label)
    name_axis(live, "left", [figures.name(i) for i in range(n)])
    return live


def _tell_rows(live: Live, figures: Figures, span: tuple[float, float], told: Sequence[str] | None = None) -> None:
    """Tell a row's numbers anywhere on it."""
    n = len(figures.table.rows)
    names = [figures.name(i) for i in range(n)]
    data = source(y=range(n), left=[span[0]] * n, right=[span[1]] * n, name=names, told=told or [figures.told(i) for i in range(n)])
    guide = add(live, data, "HBar", y="y", left="left", right="right", height=1.0, fill_alpha=0, line_alpha=0)
    tell(live, [guide])


def _axis_words(figures: Figures, column: int) -> str:
    return figures.heads[column] if figures.scales[column].kind in ("money", "day") else figures.table.columns[column].title


def bars(figures: Figures, native: Native) -> Live | None:
    """Draw bars, several a row where there are several columns; one with an interval is a dot on it."""
    if len(figures.table.rows) > MOST_ROWS:
        return None
    by_key = {figure_key(figures, j): j for j in range(1, len(figures.scales))}
    if "low" in by_key and "high" in by_key and len(native.columns) == 1:
        return _dots(figures, native.columns[0], by_key)
    values = {j: figures.numbers(j) for j in native.columns}
    many, is_long = len(native.columns), len(figures.table.rows) > FEW_ROWS
    span = span_of(*values.values()) if many > 1 else _with_room(span_of(*values.values()))
    label = _axis_words(figures, native.columns[0]) if many == 1 else figures.unit(native.columns[0])
    live = _rows(figures, span, native.columns[0], label, max(LOW_ROW if is_long else ROW, 18 * many))
    thick = THICK / many
    for number, (j, colour) in enumerate(zip(native.columns, native.colours, strict=True)):
        shift = (number - (many - 1) / 2) * thick
        data = source(y=[i + shift for i in range(len(values[j]))], left=[0.0] * len(values[j]), right=values[j])
        add(live, data, "HBar", y="y", left="left", right="right", height=thick * 0.92, fill_color=colour, line_color=None)
        if many > 1:
            live.key.append(Entry(figures.table.columns[j].title, colour))
        else:
            _write_beside(live, figures, j, [max(value, 0.0) for value in values[j]])
    _tell_rows(live, figures, span)
    return live


def _dots(figures: Figures, middle: int, by_key: dict[str, int]) -> Live:
    """Dots with their intervals, and the middle 90 % of histories where it is known."""
    colour, y = own_colour(figures), list(range(len(figures.table.rows)))
    wide = [by_key[key] for key in ("p05", "p95") if key in by_key]
    ends = [by_key["low"], by_key["high"]]
    values = {j: figures.numbers(j) for j in (middle, *ends, *wide)}
    span = span_of(*values.values())
    live = _rows(figures, span, middle, _axis_words(figures, middle))
    titles = figures.table.columns
    data = source(y=y, **{f"c{j}": numbers for j, numbers in values.items()})
    live.key.append(Entry(titles[middle].title, colour, shape="dot"))
    for pair, width, alpha in ((wide, 1.5, 1.0), (ends, 7, 0.45)):
        if len(pair) == 2:
            add(live, data, "Segment", x0=f"c{pair[0]}", x1=f"c{pair[1]}", y0="y", y1="y", line_color=colour, line_width=width, line_alpha=alpha)
            live.key.append(Entry(between(titles[pair[0]].title, titles[pair[1]].title), colour, alpha, "line" if pair is wide else "band"))
    add(live, data, "Scatter", x=f"c{middle}", y="y", size=9, fill_color=colour, line_color="#ffffff")
    _write_numbers(live, figures, middle, span)
    _tell_rows(live, figures, span)
    return live


def _with_room(span: tuple[float, float]) -> tuple[float, float]:
    """Room on the right for numbers beside the bars."""
    return span[0], span[1] + (span[1] - span[0]) * BESIDE


def _write_beside(live: Live, figures: Figures, column: int, ends: Sequence[float]) -> None:
    """Write each row's number right of its bar; rows without one have none."""
    rows = [i for i, row in enumerate(figures.table.rows) if row[column] is not None]
    data = source(x=[ends[i] for i in rows], y=rows, text=[figures.bare(i, column) for i in rows])
    write(live, data, "x", "y", "text", text_align="left", x_offset=5)


def _write_numbers(live: Live, figures: Figures, column: int, span: tuple[float, float]) -> None:
    """Write each row's number above its mark, towards the middle of the chart."""
    x = figures.numbers(column)
    inward = ["right" if value > sum(span) / 2 else "left" for value in x]
    data = source(x=x, y=range(len(x)), text=[figures.bare(i, column) for i in range(len(x))], inward=inward)
    write(live, data, "x", "y", "text", text_align="inward", text_baseline="bottom", y_offset=-6)


def stack(figures: Figures, native: Native) -> Live | None:
    """Draw one bar a row, its parts one after the other; parts below 0 run to the left."""
    rows = range(len(figures.table.rows))
    if len(rows) > MOST_ROWS:
        return None
    values = {j: figures.numbers(j) for j in native.columns}
    parts = dict(zip(values, end_to_end(list(values.values())), strict=True))
    reached = [end for laid in parts.values() for _, end in laid]
    low, high = min(0.0, *reached), max(0.0, *reached) or 1.0
    span = (low, high)
    live = _rows(figures, span, native.columns[0], figures.unit(native.columns[0]) if figures.scales[native.columns[0]].kind == "money" else "")
    for j, colour in zip(native.columns, native.colours, strict=True):
        if not any(start != end for start, end in parts[j]):
            continue
        told = [figures.written(i, j) if abs(end - start) >= NAMED * (high - low) else "" for i, (start, end) in enumerate(parts[j])]
        starts, ends = zip(*parts[j], strict=True)
        data = source(y=rows, left=starts, right=ends, middle=[(start + end) / 2 for start, end in parts[j]], text=told)
        add(live, data, "HBar", y="y", left="left", right="right", height=THICK, fill_color=colour, line_color="#ffffff")
        write(live, data, "middle", "y", "text", text_color="#ffffff" if ink_on(colour) == "white" else INK)
        live.key.append(Entry(figures.table.columns[j].title, colour))
    _tell_rows(
        live, figures, span, [figures.told(i, [j for j in native.columns if values[j][i] and figures.table.rows[i][j] is not None]) for i in rows]
    )
    return live


def end_to_end(parts: Sequence[Sequence[float]]) -> list[list[tuple[float, float]]]:
    """Start and end of each part in each row: one after the other from 0, those below 0 to the other side; what is not applicable has no length.

    Examples
    --------
    >>> end_to_end([[2.0], [-1.0], [3.0]])
    [[(0.0, 2.0)], [(0.0, -1.0)], [(2.0, 5.0)]]
    """
    ahead, behind = ([0.0] * len(parts[0]) for _ in range(2))
    laid = []
    for numbers in parts:
        ends = []
        for i, value in enumerate(numbers):
            size = 0.0 if isnan(value) else value
            side = behind if size < 0 else ahead
            ends.append((side[i], side[i] + size))
            side[i] += size
        laid.append(ends)
    return laid


def waterfall(figures: Figures) -> Live | None:
    """Draw totals from 0 and changes from where the step before ended, a row a step; intervals about their ends where the table has them."""
    keys = [column.key for column in figures.table.columns]
    rows = range(len(figures.table.rows))
    if not {"step", "amount", "role"} <= set(keys) or len(rows) > MOST_ROWS:
        return None
    amount, role = keys.index("amount"), keys.index("role")
    amounts, is_total = figures.numbers(amount), [row[role] == "total" for row in figures.table.rows]
    spans = hung(amounts, is_total)
    starts, ends = zip(*spans, strict=True)
    bounds = [[end + bound - own for end, bound, own in zip(ends, figures.numbers(keys.index(key)), amounts, strict=True)] for key in _bounds(keys)]
    span = _with_room(span_of(starts, ends, *bounds))
    live = _rows(figures, span, amount, figures.heads[amount], 34)
    joined = source(x=ends[:-1], y0=[i - THICK / 2 for i in rows[:-1]], y1=[i + 1 + THICK / 2 for i in rows[:-1]])
    add(live, joined, "Segment", x0="x", x1="x", y0="y0", y1="y1", line_color=QUIET, line_width=0.8)
    edges = [(GROSS if i == 0 else BANK) if is_total[i] else POOL for i in rows]
    fills = [colour if is_total[i] or not amounts[i] > 0 else "#ffffff" for i, colour in enumerate(edges)]
    data = source(y=rows, left=starts, right=ends, edge=edges, fill=fills)
    add(live, data, "HBar", y="y", left="left", right="right", height=THICK, fill_color="fill", line_color="edge")
    if bounds:
        add(live, source(y=rows, low=bounds[0], high=bounds[1]), "Segment", x0="low", x1="high", y0="y", y1="y", line_color=INK, line_width=1.2)
    _write_beside(live, figures, amount, [max(values) for values in zip(starts, ends, *bounds, strict=True)])
    _tell_rows(live, figures, span, [figures.told(i, [j for j in range(1, len(keys)) if j != role]) for i in rows])
    return live


def _bounds(keys: Sequence[str]) -> list[str]:
    """Columns of the interval, both or none."""
    return ["low", "high"] if {"low", "high"} <= set(keys) else []


def scatter(figures: Figures, native: Native) -> Live | None:
    """Draw points, named beside them where they are few, else when pointed at."""
    across, up = native.columns[:2]
    x, y = figures.numbers(across), figures.numbers(up)
    live = frame(_axis_ends(x), _axis_ends(y), unit=_axis_words(figures, up), zoom="both")
    number_axis(live, "left", figures.scales[up])
    number_axis(live, "below", figures.scales[across], _axis_words(figures, across))
    rows = range(len(figures.table.rows))
    kind = f"{figures.table.columns[0].title} " if not native.is_named else ""
    data = source(
        x=x, y=y, name=[f"{kind}{figures.name(i)}" for i in rows], label=[figures.name(i) for i in rows], told=[figures.told(i) for i in rows]
    )
    points = add(live, data, "Scatter", x="x", y="y", size=11, fill_color=POOL, fill_alpha=0.7, line_color="#ffffff")
    if native.is_named:
        write(live, data, "x", "y", "label", text_baseline="bottom", y_offset=-8)
    tell(live, [points])
    return live


def trade_off(figures: Figures) -> Live | None:
    """Draw points of two measures that both have intervals, named, each interval a bar through its point; None for any other table."""
    keys = [column.key for column in figures.table.columns]
    measures = [key.removesuffix(".mean") for key in keys if key.endswith(".mean")]
    if len(measures) != 2 or not all(f"{name}.{end}" in keys for name in measures for end in ("low", "high")):
        return None
    across, up = ({end: keys.index(f"{name}.{end}") for end in ("mean", "low", "high")} for name in measures)
    values = {j: figures.numbers(j) for one in (across, up) for j in one.values()}
    ends = [_axis_ends([value for j in one.values() for value in values[j]]) for one in (across, up)]
    live = frame(ends[0], ends[1], unit=_axis_words(figures, up["mean"]), height=380)
    number_axis(live, "left", figures.scales[up["mean"]])
    number_axis(live, "below", figures.scales[across["mean"]], _axis_words(figures, across["mean"]))
    rows = range(len(figures.table.rows))
    names = [figures.name(i) for i in rows]
    data = source(**{f"c{j}": numbers for j, numbers in values.items()}, name=names, told=[figures.told(i) for i in rows])
    x, y = f"c{across['mean']}", f"c{up['mean']}"
    bar = {"line_color": POOL, "line_width": 5, "line_alpha": 0.35}
    add(live, data, "Segment", x0=f"c{across['low']}", x1=f"c{across['high']}", y0=y, y1=y, **bar)
    add(live, data, "Segment", x0=x, x1=x, y0=f"c{up['low']}", y1=f"c{up['high']}", **bar)
    points = add(live, data, "Scatter", x=x, y=y, size=11, fill_color=POOL, line_color="#ffffff")
    if len(names) <= FEW_ROWS:
        write(live, data, x, y, "name", text_baseline="bottom", y_offset=-8)
    titles = {end: figures.table.columns[j].title for end, j in across.items()}
    live.key.append(Entry(between(titles["low"], titles["high"]).removeprefix(titles["mean"]).lstrip(" ,，"), POOL, 0.35))
    tell(live, [points])
    return live


def _axis_ends(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis with room for names: from 0 unless the numbers lie far from it and close together."""
    found = [value for value in values if not isnan(value)]
    is_far = bool(found) and min(abs(value) for value in found) > 2 * (max(found) - min(found)) > 0
    low, high = span_of(found, from_zero=not is_far)
    return low - (high - low) * 0.04, high + (high - low) * 0.06
