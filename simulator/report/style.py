"""The one visual language of all charts: bundled Chinese fonts, a palette safe for colour-blind readers, labels that do not collide.

Figures are built and saved inside ``drawing()``; matplotlib's global settings and backend are never touched.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = Path(__file__).parent / "fonts"
FAMILY = "riskshare Noto Sans SC"
"""Our own name for the bundled fonts, so that a font of the same name on the machine is never taken for them."""

INK, QUIET, RULE = "#1f2937", "#6b7280", "#e2e5ea"
BANK, POOL, LENDING, GROSS = "#d55e00", "#0072b2", "#00805e", "#8a919c"
PAYERS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#332288", "#a6761d", "#999933", "#882255", "#44aa99", "#ddcc77", "#661100")
"""Payers other than the bank, in order (Okabe and Ito 2008, filled up from Tol's muted set)."""

WIDTH, SLIDE_WIDTH = 7.0, 10.5
"""Inches, on a page and on a slide. On a page a chart is 16 cm wide, nine tenths of this: ``SMALLEST`` is then 8 points."""

SMALLEST = 9.0
"""Points; nothing in a chart is written smaller."""

MOST_LINES = 3
"""Lines of a chart's title, and of each remark under it; longer ones end in an ellipsis, so that there is always room for the chart."""

SETTINGS: dict[str, object] = {
    "font.family": [FAMILY, "DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.linewidth": 0.8,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "ytick.major.size": 0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "riskshare",
    "pdf.fonttype": 42,
    "path.simplify": True,
}


@cache
def register_fonts() -> None:
    """Make the bundled fonts known to matplotlib under ``FAMILY``; once a process."""
    from matplotlib.font_manager import fontManager

    for file in sorted(FONTS.glob("*.ttf")):
        known = len(fontManager.ttflist)
        fontManager.addfont(file)
        fontManager.ttflist[known:] = [dataclasses.replace(entry, name=FAMILY) for entry in fontManager.ttflist[known:]]


_IS_SLIDE: ContextVar[bool] = ContextVar("is_slide", default=False)


@contextmanager
def for_slides() -> Iterator[None]:
    """Draw for slides for the length of a ``with`` block: wider, since height is short there, and without the title, which the slide bears."""
    token = _IS_SLIDE.set(True)
    try:
        yield
    finally:
        _IS_SLIDE.reset(token)


def figure_width() -> float:
    """Width of a chart in inches, where it is to stand."""
    return SLIDE_WIDTH if _IS_SLIDE.get() else WIDTH


@contextmanager
def drawing() -> Iterator[None]:
    """Settings of our charts for the length of a ``with`` block; everything global is as before afterwards."""
    import matplotlib as mpl

    register_fonts()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)  # type: ignore[arg-type]
        yield


def blank_figure(title: str, subtitle: str, *, width: float | None = None, height: float = 4.2) -> Figure:
    """Figure with a title, but for slides, and a quiet line under it, both wrapped to its width; axes are added below ``figure_top``.

    Parameters
    ----------
    title, subtitle : str
        Shown at the top left.
    width, height : float
        Inches; the width is that of the place where the chart is to stand if not given.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    wide = width or figure_width()
    figure = Figure(figsize=(wide, height))
    FigureCanvasAgg(figure)
    lines = [] if _IS_SLIDE.get() else at_most(title, int(wide * 9.7), MOST_LINES)
    below = [line for part in subtitle.split("\n") if part for line in at_most(part, int(wide * 14.0), MOST_LINES)]
    top = 1 - 0.16 / height
    figure.text(0.25 / wide, top, "\n".join(lines), fontsize=13, fontweight="bold", va="top", linespacing=1.35)
    top -= len(lines) * 0.26 / height
    figure.text(0.25 / wide, top, "\n".join(below), fontsize=SMALLEST, color=QUIET, va="top", linespacing=1.35)
    top -= len(below) * 0.185 / height
    figure.subplots_adjust(left=0.7 / wide, right=1 - 0.3 / wide, bottom=0.45 / height, top=top - 0.36 / height)
    return figure


WIDE = frozenset("≤≥×±…—“”‘’·→↑↓")
"""Signs that the bundled fonts draw as wide as a Chinese character, although Unicode leaves their width open."""


def width_of(text: str) -> int:
    """Width of a text in columns; a Chinese character counts two, and so does a sign as wide as one.

    Examples
    --------
    >>> width_of("资金池 A")
    8
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" or character in WIDE else 1 for character in text)


CLOSING = "，。；：、）」》%）)]"
"""Signs that do not start a line."""


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns`` columns; Latin words stay whole, closing punctuation does not start a line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_of(line + piece.rstrip()) > columns and piece[0] not in CLOSING:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def at_most(text: str, columns: int, lines: int = 2) -> list[str]:
    """Break a text into lines; where there are more than ``lines``, the last one is cut short and ends in an ellipsis.

    Examples
    --------
    >>> at_most("资金池补偿比例", 8), at_most("资金池补偿比例和封顶", 8)
    (['资金池补', '偿比例'], ['资金池补', '偿比例…'])
    """
    found = wrapped(text, columns)
    if len(found) <= lines:
        return [_cut(line, columns) for line in found]
    return [_cut(line, columns) for line in found[: lines - 1]] + [_cut(found[lines - 1], columns, ends_cut=True)]


def _cut(line: str, columns: int, *, ends_cut: bool = False) -> str:
    """Shorten a line that is too wide, or that goes on, so that it ends in an ellipsis and fits; closing signs may hang over."""
    if not ends_cut and width_of(line.rstrip(CLOSING)) <= columns:
        return line
    while width_of(line) > columns - 2:
        line = line[:-1]
    return f"{line}…"


def _pieces(text: str) -> list[str]:
    """Parts that may not be broken: one wide character, or a run of narrow ones up to a space."""
    pieces: list[str] = []
    for character in text:
        narrow = _is_narrow(character)
        if pieces and narrow and _is_narrow(pieces[-1][-1]) and pieces[-1][-1] != " ":
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_narrow(character: str) -> bool:
    """Whether a line is never broken between a character and another such: by Unicode's width, not by the font's."""
    return unicodedata.east_asian_width(character) not in "WF"


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move label places apart to at least ``gap``, staying within ``low`` to ``high`` where they fit; order is kept.

    Examples
    --------
    >>> spread([1.0, 1.1, 5.0], 1.0, 0.0, 6.0)
    [1.0, 2.0, 5.0]
    """
    order = np.argsort(np.asarray(places), kind="stable")
    moved = [float(places[i]) for i in order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    if moved and moved[-1] > high:
        moved[-1] = high
        for i in range(len(moved) - 2, -1, -1):
            moved[i] = min(moved[i], moved[i + 1] - gap)
    if moved and moved[0] < low:
        moved = [max(place, low + i * gap) for i, place in enumerate(moved)]
    found = [0.0] * len(moved)
    for place, i in zip(moved, order, strict=True):
        found[int(i)] = place
    return found


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], *, size: float = 9) -> None:
    """Write labels right of the axes at the heights of line ends, moved apart where they would overlap.

    Parameters
    ----------
    ends : sequence of (height, text, colour)
        Heights in data units of ``axes``.
    """
    low, high = axes.get_ylim()
    inches = axes.get_window_extent().height / axes.figure.dpi
    rows = max((text.count("\n") + 1 for _, text, _ in ends), default=1)
    gap = (high - low) * rows * size * 1.5 / 72 / inches
    places = spread([height for height, _, _ in ends], gap, low + gap / 2, high - gap / 2)
    for place, (_, text, colour) in zip(places, ends, strict=True):
        axes.annotate(
            text, (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center", color=colour, fontsize=size,
            linespacing=1.35,
        )  # fmt: skip


def unit_on_top(axes: Axes, unit: str) -> None:
    """Name the unit of the vertical axis, level, above its top left corner."""
    axes.annotate(unit, (0, 1), xycoords="axes fraction", xytext=(-26, 9), textcoords="offset points", va="bottom", color=QUIET, fontsize=9)


def halo(width: float = 2.5) -> list[object]:
    """Path effect that keeps a text readable over lines and areas."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=width, foreground="white")]


def ink_on(colour: str) -> str:
    """White or dark ink, whichever reads better on a colour."""
    from matplotlib.colors import to_rgb

    channels = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    return "white" if luminance < 0.3 else INK


def payer_colours(payers: Sequence[str], bank: str = "银行") -> dict[str, str]:
    """One colour a payer, by order of first mention; the bank's is always the same."""
    others = [payer for payer in dict.fromkeys(payers) if payer != bank]
    return {bank: BANK} | {payer: PAYERS[i % len(PAYERS)] for i, payer in enumerate(others)}
