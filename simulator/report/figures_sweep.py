"""Charts of a sweep: measures along an axis as lines, over two axes as maps, of names as rows; and their differences from the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.report import placing, style
from simulator.report.charted import sentence_instead
from simulator.report.figures_sweep_lines import sweep_lines
from simulator.report.figures_sweep_map import sweep_map
from simulator.report.figures_sweep_rows import sweep_rows
from simulator.report.sweep_charted import SweepCharted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.figure import Figure

    from simulator.results.sweeps import SweepFound

MOST_LINES = 6
"""Reforms, or other values that are no quantities, drawn as lines of one chart; more become rows of a heat map."""

MOST_ROWS = 16
"""Points of names against names that are written out as rows; more become a heat map."""


class Cut(NamedTuple):
    """The part of a grid that a chart shows: its lines, each with its name and the numbers of its points along ``across``.

    Attributes
    ----------
    across : int
        Number of the axis along the chart.
    up : int or None
        Number of the axis of lines or rows; None with one line.
    rows : sequence of sequence of int
        Numbers of points: a row a value of ``up``.
    """

    across: int
    up: int | None
    rows: Sequence[Sequence[int]]


def sweep_figures(found: SweepFound, lang: str) -> Iterator[tuple[str, Figure]]:
    """Draw the charts of a sweep, one after another: (file stem, figure); none where no measure shown is there."""
    cut = cut_of(found)
    draw = _drawing_of(found, cut)
    if found.headline():
        is_compared = any(point.differences for point in found.points)
        for stem, differences in (("sweep", False), *([("sweep_differences", True)] if is_compared else [])):
            asked = SweepCharted(found, cut, lang, differences)
            yield stem, draw(asked) if asked.shown() else _nothing_shown(asked)


def _drawing_of(found: SweepFound, cut: Cut) -> Callable[[SweepCharted], Figure]:
    is_along = found.axes[cut.across].values is not None
    if not is_along and (cut.up is None or sum(map(len, cut.rows)) <= MOST_ROWS):
        return sweep_rows
    return sweep_map if cut.up is not None and not (is_along and has_lines(found, cut)) else sweep_lines


def _nothing_shown(asked: SweepCharted) -> Figure:
    """Say in one sentence why there is nothing to draw."""
    with style.drawing():
        figure = placing.under_head(*asked.head([]), 1.2)
        sentence_instead(placing.axes_at(figure, 0.3, 0.2, style.figure_width() - 0.6, 1.0), asked.nothing(asked.found.headline()[0]))
        return figure


def cut_of(found: SweepFound) -> Cut:
    """Choose the axes of the charts: quantities along the chart, the reforms (or the first axis) up; further axes stay at the baseline's value."""
    axes = found.axes
    order = sorted(range(len(axes)), key=lambda number: (axes[number].values is None, number))
    across, up = order[0], min(order[1:], default=None, key=lambda number: (axes[number].values is not None, number))
    held = [found.base.place[number] if found.base.place else 0 for number in range(len(axes))]
    rows = []
    for row in range(len(axes[up]) if up is not None else 1):
        places = [list(held) for _ in range(len(axes[across]))]
        for column, place in enumerate(places):
            place[across] = column
            if up is not None:
                place[up] = row
        rows.append([int(np.ravel_multi_index(place, found.shape)) for place in places])
    return Cut(across, up, rows)


def has_lines(found: SweepFound, cut: Cut) -> bool:
    """Whether the axis up is drawn as lines, not as rows of a map, along a quantity."""
    return cut.up is not None and found.axes[cut.up].values is None and len(found.axes[cut.up]) <= MOST_LINES
