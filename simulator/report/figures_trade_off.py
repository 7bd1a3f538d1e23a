"""Chart of a comparison's trade-off: what each scheme lends against what it costs the public purse, and which another dominates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report import style
from simulator.report.chart_data_compare import lending_measure, placed, standing_words
from simulator.report.text import histories_of, money_unit, say
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.chart_data_compare import Placed
    from simulator.report.charted import Charted

KEY = 2.35
"""Inches right of the axes for the names of the schemes."""

ROOM = 0.06
"""Of an axis, kept free beyond the points, so that none is cut."""
NAME_COLUMNS, JOINT = 32, 0.138
"""Columns that a line of a name holds; inches right of the axes at which the line to a name begins."""
MARKS = {"front": ("o", style.LENDING, style.LENDING), "beaten": ("X", style.GROSS, style.GROSS), "unsure": ("o", "white", style.POOL),
         "apart": ("s", "white", style.QUIET), "given": ("s", "white", style.QUIET)}  # fmt: skip
"""Marker, face and edge of each standing; the same is said in words beside it."""


def lending_against_cost(charted: Sequence[Charted]) -> Figure:
    """Public net cost across, lending upwards, a point a scheme with its intervals, named at the right with how it stands."""
    with style.drawing():
        lang, found = charted[0].lang, placed(charted)
        lines = [_lines(one, lang) for one in found]
        height = max(3.9, 1.9 + 0.17 * sum(len(own) + 0.45 for own in lines))
        notes = [f"{histories_of(charted)} · {say('trade_off_note', lang)}"]
        figure = style.blank_figure(say("trade_off", lang), "\n".join(notes), height=height)
        axes = figure.subplots()
        figure.subplots_adjust(left=0.72 / style.figure_width(), right=1 - KEY / style.figure_width(), bottom=0.6 / height)
        across, up = (money_unit(max(abs(getattr(one, name).mean) for one in found), lang) for name in ("cost", "lent"))
        for one in found:
            _point(axes, one, across.fen, up.fen)
        axes.margins(0.08)
        for limits, change in ((axes.get_xlim(), axes.set_xlim), (axes.get_ylim(), axes.set_ylim)):
            low, high = min(0.0, limits[0]), max(0.0, limits[1])
            room = ROOM * (high - low)
            change(low - room if low < 0.0 else low, high + room if high > 0.0 else high)
        axes.axvline(0, color=style.QUIET, linewidth=0.8)
        axes.grid(visible=True, axis="both")
        axes.set_xlabel(say("trade_off_cost", lang, unit=across.label), fontsize=style.SMALLEST)
        title = measure_named(lending_measure(charted)).title(lang)
        style.unit_on_top(axes, f"{title}（{up.label}）" if lang == "zh" else f"{title} ({up.label})")
        axes.locator_params(axis="x", nbins=5)
        _names(axes, found, lines, across.fen, up.fen)
        return figure


def _lines(one: Placed, lang: str) -> list[str]:
    return [*style.wrapped(one.name, NAME_COLUMNS)[:2], *style.wrapped(standing_words(one, lang), NAME_COLUMNS)[:3]]


def _point(axes: Axes, one: Placed, across: float, up: float) -> None:
    x, y = one.cost.mean / across, one.lent.mean / up
    marker, face, edge = MARKS[one.standing]
    for ends, is_level in (((one.cost.low, one.cost.high), True), ((one.lent.low, one.lent.high), False)):
        if ends[0] is not None and ends[1] is not None:
            own = [end / (across if is_level else up) for end in ends if end is not None]
            axes.plot(own if is_level else [x, x], [y, y] if is_level else own, color=style.QUIET, linewidth=1.1, zorder=2)
    axes.plot([x], [y], marker, color=edge, markerfacecolor=face, markersize=8, markeredgewidth=1.5, zorder=4)


def _names(axes: Axes, found: Sequence[Placed], lines: Sequence[Sequence[str]], across: float, up: float) -> None:
    """Name the points in a column at the right, in the order of their heights, each joined to its point."""
    low, high = axes.get_ylim()
    extent = axes.get_window_extent()
    inches, beside = extent.height / axes.figure.dpi, 1 + JOINT * axes.figure.dpi / extent.width
    line = (high - low) * 0.172 / inches
    order = sorted(range(len(found)), key=lambda i: (found[i].lent.mean, found[i].cost.mean))
    tall = [line * (len(lines[i]) + 0.45) for i in order]
    wanted = [min(max(found[i].lent.mean / up, low + size / 2), high - size / 2) for i, size in zip(order, tall, strict=True)]
    for i, place, size in zip(order, apart(wanted, tall, high), tall, strict=True):
        one = found[i]
        name = style.wrapped(one.name, NAME_COLUMNS)[:2]
        axes.annotate(
            "", (one.cost.mean / across, one.lent.mean / up), xytext=(beside, place), textcoords=("axes fraction", "data"), annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": style.QUIET, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 6},
        )  # fmt: skip
        top = place + size / 2 - 0.22 * line
        for number, (text, weight) in enumerate([*((text, "bold") for text in name), *((text, "normal") for text in lines[i][len(name) :])]):
            axes.annotate(
                text, (1, top - number * line), xycoords=("axes fraction", "data"), xytext=(13, 0), textcoords="offset points", va="top",
                fontsize=style.SMALLEST, fontweight=weight, color=style.INK if weight == "bold" else style.QUIET,
            )  # fmt: skip


def apart(wanted: Sequence[float], tall: Sequence[float], high: float) -> list[float]:
    """Move the middles of boxes of given heights apart, lowest first, their tops no higher than a bound.

    Examples
    --------
    >>> apart([1.0, 1.0, 9.0], [2.0, 2.0, 2.0], 10.0)
    [1.0, 3.0, 9.0]
    """
    places = list(wanted)
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + (tall[i] + tall[i - 1]) / 2)
    if places and places[-1] > high - tall[-1] / 2:
        places[-1] = high - tall[-1] / 2
        for i in range(len(places) - 2, -1, -1):
            places[i] = min(places[i], places[i + 1] - (tall[i] + tall[i + 1]) / 2)
    return places
