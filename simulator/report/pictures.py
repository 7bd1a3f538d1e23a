"""Charts as pictures of dots or of lines, each drawn once however many documents hold it."""

from __future__ import annotations

import io
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.report import style

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from simulator.report.blocks import Chart

DOTS_AN_INCH = 200
COLOURS = 256
"""Enough for flat areas and the edges of letters; a picture takes a third of the room."""
LEAST_LETTERS, WHOLE_PAGE = 7.0, 0.92
"""Letters of charts on a page, points; part of a page that a chart may take, its caption left."""
OWN_NAME = "Noto Sans SC"
"""Of the bundled fonts, as their files say."""


def picture(chart: Chart) -> bytes:
    """Draw a chart as PNG, 200 dots an inch, of few colours; the same chart gives the same bytes."""
    return _drawn(chart.draw)


def slide_picture(chart: Chart) -> bytes:
    """Draw a chart as PNG for a slide: wide, without its title and the margins around it."""
    with style.for_slides():
        return _png(chart.draw, is_cropped=True)


def vector_picture(chart: Chart) -> str:
    """Draw a chart as SVG whose texts are texts in our font; the same chart gives the same text."""
    return _traced(chart.draw)


def picture_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in dots."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def width_on_page(size: tuple[float, float], text: tuple[float, float], tallest: float) -> float:
    """Width at which a chart stands on a page: as high as charts should be there, but with letters of 7 points and on one page.

    Parameters
    ----------
    size : tuple of float
        Width and height of the chart, in any unit.
    text : tuple of float
        Width and height of the page's text, points.
    tallest : float
        Height that a chart should have, points.

    Examples
    --------
    >>> [round(width_on_page((7.0, high), (480.0, 700.0), 230.0)) for high in (2.0, 4.0, 8.0, 16.0)]
    [480, 402, 392, 282]
    """
    ratio = size[0] / size[1]
    legible = 72 * style.WIDTH * LEAST_LETTERS / style.SMALLEST
    return min(text[0], max(tallest * ratio, legible), text[1] * WHOLE_PAGE * ratio)


@lru_cache(maxsize=40)
def _drawn(draw: Callable[[], Figure]) -> bytes:
    return _png(draw)


def _png(draw: Callable[[], Figure], *, is_cropped: bool = False) -> bytes:
    from PIL import Image

    drawn, kept = io.BytesIO(), io.BytesIO()
    with style.drawing():
        box = "tight" if is_cropped else None
        draw().savefig(drawn, format="png", dpi=DOTS_AN_INCH, bbox_inches=box, pad_inches=0.04, pil_kwargs={"compress_level": 1})
    few = Image.open(drawn).convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(kept, format="png", dpi=(DOTS_AN_INCH, DOTS_AN_INCH))
    return kept.getvalue()


@lru_cache(maxsize=40)
def _traced(draw: Callable[[], Figure]) -> str:
    import matplotlib as mpl

    kept = io.StringIO()
    with style.drawing():
        mpl.rcParams["svg.fonttype"] = "none"
        draw().savefig(kept, format="svg", metadata={"Date": None, "Creator": None})
    return kept.getvalue().replace(style.FAMILY, OWN_NAME)
