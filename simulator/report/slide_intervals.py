"""Intervals on PowerPoint's own charts: error bars whose lengths are cells of the chart's own workbook, which the user can edit.

The lengths are written as series of their own, so that they get cells; the series are then taken off the chart and its error bars look at the cells.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.report.slide_parts import POINT, qn
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = 1.5
"""Width of an interval's line, points."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_STEPS = 8
"""Distances between the lines of an axis, times a power of ten; how many at most."""
ROOM = 0.11
"""Part of an axis beyond the longest bar and its interval, for its number."""


class Lengths(NamedTuple):
    """How far intervals reach below and above the points of a series, in the unit of the axis; None where that is not known."""

    below: Sequence[float | None]
    above: Sequence[float | None]


def lengths_of(found: Sequence[tuple[float, float] | None], one: float) -> Lengths:
    """Lengths of intervals in a unit; those of no length are left out, for they would show as a stroke.

    Examples
    --------
    >>> lengths_of([(100.0, 300.0), (0.0, 0.0), None], 100.0)
    Lengths(below=[1.0, None, None], above=[3.0, None, None])
    """
    below, above = ([pair[i] / one if pair and sum(pair) > 0 else None for pair in found] for i in (0, 1))
    return Lengths(below, above)


def add_lengths(kept: Any, name: str, lengths: Lengths, lang: str) -> None:  # noqa: ANN401  python-pptx publishes few types
    """Give the lengths cells in a chart's workbook, as two series."""
    for values, words in zip(lengths, (("距区间下限", "to its low end"), ("距区间上限", "to its high end")), strict=True):
        kept.add_series(f"{name}{either(lang, '：', ': ')}{either(lang, *words)}", values)


def draw_lengths(series: Any, below: Any, above: Any, colour: str = "tx1") -> None:  # noqa: ANN401
    """Turn two series of lengths into the error bars of a third."""
    lengths = [one.find(f"{qn('c:val')}/{qn('c:numRef')}") for one in (below, above)]
    _error_bars(series, "", lengths[0], lengths[1], colour)
    for one in (below, above):
        one.getparent().remove(one)


def draw_lengths_on_line(ends: Any, below: Any, above: Any) -> None:  # noqa: ANN401
    """Draw intervals at the ends of a waterfall's bars: as error bars of a line without colour, which stands before the bars."""
    draw_lengths(ends, below, above)
    bars = ends.getparent()
    line = bars.makeelement(qn("c:lineChart"), {})
    for name, value in (("c:grouping", "standard"), ("c:varyColors", "0")):
        line.append(line.makeelement(qn(name), {"val": value}))
    for name in ("c:invertIfNegative", "c:spPr"):
        for old in ends.findall(qn(name)):
            ends.remove(old)
    look, stroke, marker = (ends.makeelement(qn(name), {}) for name in ("c:spPr", "a:ln", "c:marker"))
    stroke.append(stroke.makeelement(qn("a:noFill"), {}))
    look.append(stroke)
    marker.append(marker.makeelement(qn("c:symbol"), {"val": "none"}))
    ends.find(qn("c:tx")).addnext(look)
    look.addnext(marker)
    ends.append(ends.makeelement(qn("c:smooth"), {"val": "0"}))
    line.append(ends)
    line.append(line.makeelement(qn("c:marker"), {"val": "1"}))
    for axis in bars.findall(qn("c:axId")):
        line.append(line.makeelement(qn("c:axId"), {"val": axis.get("val")}))
    bars.addnext(line)


def draw_crossed(series: Any, lengths: Sequence[Any | None]) -> None:  # noqa: ANN401
    """Turn series whose points are (below, above) into error bars along and up, those that are given."""
    for way, one in zip("xy", lengths, strict=True):
        if one is not None:
            below, above = (one.find(f"{qn(name)}/{qn('c:numRef')}") for name in ("c:xVal", "c:yVal"))
            _error_bars(series, way, below, above, "tx1")
            one.getparent().remove(one)


def _error_bars(series: Any, way: str, below: Any, above: Any, colour: str) -> None:  # noqa: ANN401
    def part(name: str, **settings: str) -> Any:  # noqa: ANN401
        return series.makeelement(qn(name), settings)

    made = part("c:errBars")
    if way:
        made.append(part("c:errDir", val=way))
    made.append(part("c:errBarType", val="both"))
    made.append(part("c:errValType", val="cust"))
    made.append(part("c:noEndCap", val="0"))
    for name, cells in (("c:plus", above), ("c:minus", below)):
        holder = part(name)
        holder.append(cells)
        made.append(holder)
    look, line, fill = part("c:spPr"), part("a:ln", w=str(int(LINE * POINT))), part("a:solidFill")
    fill.append(part("a:schemeClr", val=colour))
    line.append(fill)
    look.append(line)
    made.append(look)
    after = next(found for name in ("c:cat", "c:xVal", "c:val", "c:yVal") if (found := series.find(qn(name))) is not None)
    after.addprevious(made)


def axis_with_room(low: float, high: float) -> tuple[float, float, float]:
    """Ends of an axis of bars with room for the numbers beyond them, and the distance of its lines.

    Parameters
    ----------
    low, high : float
        Least and greatest end of a bar or its interval.

    Examples
    --------
    >>> axis_with_room(0.61, 14.2), axis_with_room(-2.0, 1.0)
    ((0.0, 16.0, 2.0), (-2.5, 1.5, 0.5))
    """
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 0.0, 1.0, 0.2
    room = ROOM * (high - low)
    low, high = low - room * (low < 0), high + room * (high > 0)
    size = 10.0 ** math.floor(math.log10((high - low) / MOST_STEPS))
    step = next(one * size for one in STEPS if (high - low) / (one * size) <= MOST_STEPS)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step
