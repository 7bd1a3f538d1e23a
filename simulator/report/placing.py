"""Where texts of a chart go: under the head of a figure, beside points where nothing else is, in keys; all in inches or columns of text.

``style`` says how charts look; this says where things are put so that nothing is cut and nothing lies on anything else.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import BboxBase

COLUMN = 0.0675
"""Inches that a column of text of the smallest size takes at most, on average."""

LINE = 0.176
"""Inches from one line of text of the smallest size to the next."""

DIRECTIONS = ((1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
REACHES = (7.0, 14.0, 24.0)
"""Points between a point and the text beside it, nearest first."""


def under_head(title: str, subtitle: str, body: float) -> Figure:
    """Figure whose part under title and subtitle is ``body`` inches tall, however many lines those take."""
    tried = style.blank_figure(title, subtitle)
    head = (1 - tried.subplotpars.top) * tried.get_figheight()
    return style.blank_figure(title, subtitle, height=head + body)


def axes_at(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes to a figure; all in inches from its lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def write_lines(figure: Figure, lines: Sequence[str], left: float, top: float, colour: str = style.INK, weight: str = "normal") -> float:
    """Write lines of text from a place in inches from the lower left corner; returns where the next line would start.

    Lines stand on common baselines, so that texts side by side are level whatever their letters.
    """
    width, height = figure.get_size_inches()
    for number, line in enumerate(lines):
        figure.text(left / width, (top - 0.13 - LINE * number) / height, line, fontsize=style.SMALLEST, color=colour, fontweight=weight)
    return top - LINE * len(lines)


def spaced(places: Sequence[float], sizes: Sequence[float]) -> list[int]:
    """Choose which labels to write along an axis so that none touches its neighbour: the first, the last if it is free, and what fits between.

    Parameters
    ----------
    places : sequence of float
        Middles of the labels, rising, inches.
    sizes : sequence of float
        Their widths with the room beside them, inches.

    Examples
    --------
    >>> spaced([0.0, 0.5, 1.0, 1.5, 2.0], [0.9] * 5)
    [0, 2, 4]
    """
    chosen: list[int] = []
    last = len(places) - 1
    for number, (place, size) in enumerate(zip(places, sizes, strict=True)):
        is_free = not chosen or place - places[chosen[-1]] >= (size + sizes[chosen[-1]]) / 2
        leaves_room = number in (0, last) or places[last] - place >= (size + sizes[last]) / 2
        if is_free and leaves_room:
            chosen.append(number)
    return chosen


def around(axes: Axes, places: Sequence[tuple[float, float]], points: float = 9.0) -> list[BboxBase]:
    """Boxes of marks of a size in points, in dots: what texts must keep clear of. Limits of the axes are final from here on."""
    from matplotlib.transforms import Bbox

    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    half = points / 72 * axes.figure.dpi / 2
    middles = axes.transData.transform(np.asarray(places, dtype=np.float64).reshape(-1, 2))
    return [Bbox.from_extents(x - half, y - half, x + half, y + half) for x, y in middles]


def along(axes: Axes, places: Sequence[tuple[float, float]], points: float = 4.0) -> list[BboxBase]:
    """Boxes of a size in points, in dots, that follow a line from place to place. Limits of the axes are final from here on."""
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    ends = np.asarray(places, dtype=np.float64)
    inches = axes.transData.transform(ends) / axes.figure.dpi if len(places) else ends
    found = [ends[:1]]
    for (start, stop), (first, last) in zip(pairwise(ends), pairwise(inches), strict=True):
        steps = max(int(np.hypot(*(last - first)) * 72 / points), 1)
        found.append(start + (stop - start) * np.linspace(0, 1, steps + 1)[1:, None])
    return around(axes, [(float(x), float(y)) for x, y in np.concatenate(found)], points) if len(places) else []


def write_near(
    axes: Axes,
    text: str,
    place: tuple[float, float],
    taken: list[BboxBase],
    *,
    must: bool = False,
    reaches: int = len(REACHES),
    colour: str = style.INK,
    weight: str = "normal",
) -> Text | None:
    """Write a text beside a point where it lies on nothing taken and stays within the axes; its box is added to those taken.

    Parameters
    ----------
    place : tuple of float
        In data units; limits of the axes must be final.
    taken : list of box
        In dots.
    must : bool
        Write it, at the first direction, even where there is no room; else nothing is written then.
    reaches : int
        How many of ``REACHES`` are tried.
    colour, weight : str
        Of the text.

    Returns
    -------
    Text or None
    """
    bounds = axes.get_window_extent()
    for reach in REACHES[:reaches]:
        for direction in DIRECTIONS:
            written, box = _beside(axes, text, place, direction, reach, (colour, weight))
            inside = box.x0 >= bounds.x0 and box.x1 <= bounds.x1 and box.y0 >= bounds.y0 and box.y1 <= bounds.y1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                return written
            written.remove()
    if not must:
        return None
    written, box = _beside(axes, text, place, DIRECTIONS[0], REACHES[0], (colour, weight))
    taken.append(box)
    return written


def _beside(
    axes: Axes, text: str, place: tuple[float, float], direction: tuple[int, int], reach: float, looks: tuple[str, str]
) -> tuple[Text, BboxBase]:
    """Write a text in one direction from a point; returns it and the box it fills, in dots."""
    side, up = direction
    written = axes.annotate(
        text, place, xytext=(reach * side, reach * up), textcoords="offset points", fontsize=style.SMALLEST, zorder=7,
        ha=("right", "center", "left")[side + 1], va=("top", "center", "bottom")[up + 1], path_effects=style.halo(),
        color=looks[0], fontweight=looks[1],
    )  # fmt: skip
    return written, written.get_window_extent(axes.figure.canvas.get_renderer()).padded(1.5)  # type: ignore[attr-defined]
