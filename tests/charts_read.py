"""What keeps a chart from being read where it is put, for the tests of all charts: small, cut or overlapping texts, characters without a glyph."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from matplotlib.text import Text

from simulator.report import style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

ON_A_PAGE = 16 / 2.54
"""Inches that a chart is wide on a page."""


def written(figure: Figure) -> list[tuple[Text, Bbox]]:
    """Texts of a drawn figure with the boxes they fill, in dots; arrows from texts to points do not count."""
    with style.drawing():
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        unseen = {id(text) for axes in figure.axes for text in not_drawn(axes)}
        texts = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip() and id(one) not in unseen]
        return [(one, Text.get_window_extent(one, renderer)) for one in texts]


def not_drawn(axes: Axes) -> Iterator[Text]:
    """Labels of axes that are switched off, and of ticks beyond the ends of their axis."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not axes.axison or not low - slack <= tick.get_loc() <= high + slack:
                yield from (tick.label1, tick.label2)


@cache
def drawn_by_our_fonts() -> frozenset[int]:
    """Characters that both bundled fonts have."""
    from fontTools.ttLib import TTFont

    return frozenset.intersection(*(frozenset(TTFont(file).getBestCmap()) for file in style.FONTS.glob("*.ttf")))


def faults(figure: Figure) -> list[str]:
    """What keeps a chart from being read."""
    found, dots = written(figure), figure.dpi
    width, height = figure.get_size_inches() * dots
    wrong = [f"small: {one.get_text()}" for one, _ in found if one.get_fontsize() * ON_A_PAGE / (width / dots) < 8.0]
    wrong += [f"cut: {one.get_text()}" for one, box in found if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    strange = {character for one, _ in found for character in one.get_text() if character != "\n" and ord(character) not in drawn_by_our_fonts()}
    wrong += [f"no glyph: {character}" for character in sorted(strange)]
    for (one, box), (other, second) in combinations(found, 2):
        across = min(box.x1, second.x1) - max(box.x0, second.x0)
        down = min(box.y1, second.y1) - max(box.y0, second.y0)
        if across > 1.0 and down > 3.0:
            wrong.append(f"overlap: {one.get_text()!r} and {other.get_text()!r}")
    return wrong
