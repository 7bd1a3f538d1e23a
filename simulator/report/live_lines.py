"""Interactive charts along an axis: fans, intervals, several lines, histograms."""

from __future__ import annotations

import re
from math import isnan
from typing import TYPE_CHECKING

from simulator.report.figures_compare import LINES
from simulator.report.live_frame import Entry, add, between, frame, month_axis, month_of, name_axis, number_axis, source, span_of, tell
from simulator.report.style import BANK, LENDING, POOL
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.live_frame import Figures, Live
    from simulator.report.natives import Native

STEPPED = ("not_short",)
"""Shares of histories, which change by steps."""
FAN_ALPHAS = (0.15, 0.28)
"""Of the outer and the inner bands of a fan, as on paper."""
DASHES = ("solid", [9, 3], [4, 2], [9, 3, 2, 3])
"""CSS pixels; one line is solid."""
MEASURED = {"lending": LENDING, "loss": BANK}
"""Colours of what a table's key names; anything else has the pool's."""


def figure_key(figures: Figures, column: int) -> str:
    """Last part of a column's key: ``p05``, ``low``, ``mean``."""
    return figures.table.columns[column].key.rpartition(".")[2]


def own_colour(figures: Figures) -> str:
    """Colour of a chart that shows one measure."""
    return next((colour for word, colour in MEASURED.items() if word in figures.table.key), POOL)


def places_along(figures: Figures) -> tuple[list[float], str]:
    """Where rows stand along the horizontal axis, and whether it is of months, of numbers, or of names."""
    months = [month_of(figures.name(i)) for i in range(len(figures.table.rows))]
    if all(month is not None for month in months):
        return [month for month in months if month is not None], "months"
    numbers = figures.numbers(0) if figures.table.columns[0].kind != "text" else []
    if numbers and numbers == sorted(numbers):
        return numbers, "numbers"
    return [float(i) for i in range(len(figures.table.rows))], "names"


def _unit_above(figures: Figures, column: int) -> str:
    """Unit of the vertical axis; shares carry their sign with them."""
    return "" if figures.scales[column].kind == "share" else figures.unit(column)


def lines(figures: Figures, native: Native) -> Live | None:
    """Draw a fan, a line with its interval, or one line a column; a single point along the axis is left to the drawing."""
    x, kind = places_along(figures)
    if len(x) < 2:
        return None
    columns = list(native.columns)
    values = {j: figures.numbers(j) for j in columns}
    live = frame((x[0], x[-1]), span_of(*values.values()), unit=_unit_above(figures, columns[0]), zoom="width")
    number_axis(live, "left", figures.scales[columns[0]])
    if kind == "months":
        month_axis(live)
    elif kind == "numbers":
        number_axis(live, "below", figures.scales[0], figures.heads[0])
    else:
        name_axis(live, "below", [figures.name(i) for i in range(len(x))])
    keys = [figure_key(figures, j) for j in columns]
    if len(columns) > 1 and len(columns) % 2 and all(re.fullmatch(r"p\d+", key) for key in keys):
        _fan(live, figures, columns, x)
    elif keys[1:] == ["low", "high"]:
        _interval(live, figures, columns, x)
    else:
        _several(live, figures, native, x)
    tops = [max((numbers[i] for numbers in values.values() if not isnan(numbers[i])), default=0.0) for i in range(len(x))]
    names, told = zip(*((figures.name(i), figures.told(i)) for i in range(len(x))), strict=True)
    guide = add(live, source(x=x, y=tops, name=names, told=told), "Line", x="x", y="y", line_alpha=0)
    tell(live, [guide], "vline")
    return live


def _fan(live: Live, figures: Figures, columns: Sequence[int], x: Sequence[float]) -> None:
    """Bands of quantiles from the outermost in, and the middle line."""
    colour, titles = own_colour(figures), [figures.table.columns[j].title for j in columns]
    data = source(x=x, **{f"c{j}": figures.numbers(j) for j in columns})
    middle = len(columns) // 2
    is_median = figure_key(figures, columns[middle]) == "p50"
    live.key.append(Entry(either(figures.lang, "中位数", "median") if is_median else titles[middle], colour, shape="line"))
    for i in range(middle):
        alpha = FAN_ALPHAS[min(i, len(FAN_ALPHAS) - 1)]
        add(live, data, "VArea", x="x", y1=f"c{columns[i]}", y2=f"c{columns[-1 - i]}", fill_color=colour, fill_alpha=alpha)
        live.key.append(Entry(between(titles[i], titles[-1 - i]), colour, sum(FAN_ALPHAS[: i + 1])))
    add(live, data, "Line", x="x", y=f"c{columns[middle]}", line_color=colour, line_width=2)


def _interval(live: Live, figures: Figures, columns: Sequence[int], x: Sequence[float]) -> None:
    """A line and the band of its interval."""
    colour, titles = own_colour(figures), [figures.table.columns[j].title for j in columns]
    data = source(x=x, **{f"c{j}": figures.numbers(j) for j in columns})
    middle, low, high = columns
    is_stepped = figure_key(figures, middle) in STEPPED
    step = {"step_mode": "after"} if is_stepped else {}
    add(live, data, "VAreaStep" if is_stepped else "VArea", x="x", y1=f"c{low}", y2=f"c{high}", fill_color=colour, fill_alpha=0.2, **step)
    _line(live, data, middle, colour, is_stepped=is_stepped)
    live.key += [Entry(titles[0], colour, shape="line"), Entry(between(titles[1], titles[2]), colour, 0.2)]


def _several(live: Live, figures: Figures, native: Native, x: Sequence[float]) -> None:
    """One line a column; several in the colours and dashes that they have on paper."""
    data = source(x=x, **{f"c{j}": figures.numbers(j) for j in native.columns})
    for number, (j, own) in enumerate(zip(native.columns, native.colours, strict=True)):
        colour = LINES[number % len(LINES)] if len(native.columns) > 1 else own
        dash = DASHES[number % len(DASHES)]
        _line(live, data, j, colour, is_stepped=figure_key(figures, j) in STEPPED, dash=dash)
        live.key.append(Entry(figures.table.columns[j].title, colour, shape="line"))


def _line(live: Live, data: object, column: int, colour: str, *, is_stepped: bool, dash: str | list[int] = "solid") -> None:
    looks = {"x": "x", "y": f"c{column}", "line_color": colour, "line_width": 2, "line_dash": dash}
    if is_stepped:
        add(live, data, "Step", mode="after", **looks)
    else:
        add(live, data, "Line", **looks)


def histogram(figures: Figures, native: Native) -> Live | None:
    """Draw classes side by side, one outline a column; the first column says where each class begins, the last class is open."""
    edges, _ = places_along(figures)
    if len(edges) < 2:
        return None
    edges = [*edges, 2 * edges[-1] - edges[-2]]
    values = {j: figures.numbers(j) for j in native.columns}
    span = span_of(*values.values())
    live = frame((edges[0], edges[-1]), span, zoom="width")
    number_axis(live, "left", figures.scales[native.columns[0]])
    number_axis(live, "below", figures.scales[0], figures.heads[0])
    for j, colour in zip(native.columns, native.colours, strict=True):
        data = source(left=edges[:-1], right=edges[1:], bottom=[0.0] * len(values[j]), top=values[j])
        sides = {"left": "left", "right": "right", "bottom": "bottom", "top": "top"}
        add(live, data, "Quad", **sides, fill_color=colour, fill_alpha=0.55, line_color="#ffffff", line_width=0.6)
        live.key.append(Entry(figures.table.columns[j].title, colour, 0.55))
    names = [f"{figures.table.columns[0].title} {figures.name(i)}" for i in range(len(figures.table.rows))]
    told = [figures.told(i) for i in range(len(names))]
    whole = source(left=edges[:-1], right=edges[1:], bottom=[span[0]] * len(names), top=[span[1]] * len(names), name=names, told=told)
    guide = add(live, whole, "Quad", left="left", right="right", bottom="bottom", top="top", fill_alpha=0, line_alpha=0)
    tell(live, [guide])
    return live
