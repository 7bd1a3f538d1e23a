"""Measures of a sweep whose values are names, such as reforms: a small panel a measure, a row a value, estimate with interval and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
from simulator.report.sweep_text import axis_text, unit_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.sweep_charted import SweepCharted

NAMES, BETWEEN, HEAD = 1.55, 0.12, 0.5
"""Inches for the names of the rows, between panels, and above a panel."""

ROOM = 0.5
"""Part of a panel's width for its dots; the rest is for the numbers."""

COLOURS = {"bank": style.BANK, "pool": style.POOL, "lending": style.LENDING}


def sweep_rows(asked: SweepCharted) -> Figure:
    """Each measure at each value, the baseline as a dashed line."""
    with style.drawing():
        lang, measures = asked.lang, asked.shown()
        notes = [words("interval_note", lang), words("dashed_zero" if asked.differences else "dashed_base", lang)]
        notes += [words("filled_certain", lang)] if asked.differences else []
        points = [(row, column) for row in range(len(asked.cut.rows)) for column in range(len(asked.across))]
        columns = min(3, len(measures))
        names = ["\n".join(_name(asked, *point)) for point in points]
        row = 0.155 * max(2, *(name.count("\n") + 1 for name in names)) + 0.05
        down, tall = -(-len(measures) // columns), row * len(points)
        figure = placing.under_head(*asked.head(notes), down * (HEAD + tall) - 0.18)
        top = down * (HEAD + tall) + 0.12
        width = (style.figure_width() - 0.2 - NAMES - BETWEEN * columns) / columns
        for number, measure in enumerate(measures):
            line, column = divmod(number, columns)
            left = 0.2 + NAMES + column * (width + BETWEEN)
            axes = placing.axes_at(figure, left, top - (line + 1) * (HEAD + tall), width, tall)
            _panel(axes, asked, measure, width)
            axes.set_ylim(len(points) - 0.5, -0.5)
            shown = names if column == 0 else []
            axes.set_yticks(range(len(points)) if shown else [], shown, color=style.INK, fontsize=style.SMALLEST, linespacing=1.1)
        return figure


def _name(asked: SweepCharted, row: int, column: int) -> list[str]:
    """Lines of a row's name: the value along, and under it the one up where there are two axes."""
    columns = int((NAMES - 0.12) / placing.COLUMN)
    lines = style.at_most(axis_text(asked.across, column, asked.lang) or words("as_it_is", asked.lang), columns)
    if asked.up is None:
        return lines
    return [*lines, *style.at_most(axis_text(asked.up, row, asked.lang) or words("as_it_is", asked.lang), columns, 1)]


def _panel(axes: Axes, asked: SweepCharted, name: str, width: float) -> None:
    numbers = [number for row in asked.cut.rows for number in row]
    estimates = [one for row in asked.estimates(name) for one in row]
    scale, label = unit_of(name, [one.mean for one in estimates if one], asked.lang)
    colour = COLOURS.get(name.partition(".")[0], style.INK)
    axes.set_title(asked.titled(name, int(width / placing.COLUMN), label), fontsize=style.SMALLEST, pad=5, linespacing=1.3)
    axes.grid(visible=False)
    axes.set_xticks([])
    for edge in ("left", "bottom"):
        axes.spines[edge].set_visible(False)
    decimals = decimals_of([one.mean / scale for one in estimates if one])
    for place, (number, one) in enumerate(zip(numbers, estimates, strict=True)):
        if one is None:
            _write(axes, place, words("baseline", asked.lang) if asked.differences and number == asked.found.baseline else "—")
            continue
        if one.low is not None and one.high is not None:
            axes.plot([one.low / scale, one.high / scale], [place, place], color=colour, linewidth=5, alpha=0.4, solid_capstyle="butt")
        face = colour if asked.is_clear(number, name) else "white"
        axes.plot([one.mean / scale], [place], "o", color=colour, markersize=5.5, markerfacecolor=face, markeredgewidth=1.3)
        _write(axes, place, number_text(one.mean / scale, decimals, signed=asked.differences))
    _limits(axes, asked, name, scale)
    for line in range(1, len(numbers)):
        axes.axhline(line - 0.5, color=style.RULE, linewidth=0.8)


def _limits(axes: Axes, asked: SweepCharted, name: str, scale: float) -> None:
    """Leave room for the numbers at the right, and draw the baseline."""
    base = None if asked.differences else asked.estimate(asked.found.baseline, name)
    own = 0.0 if asked.differences else base.mean / scale if base else None
    known = [one for row in asked.estimates(name) for one in row if one]
    ends = np.array([value for one in known for value in (one.low, one.mean, one.high) if value is not None]) / scale
    low, high = float(ends.min()), float(ends.max())
    if own is not None:
        low, high = min(low, own), max(high, own)
        axes.axvline(own, color=style.QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    span = (high - low) or abs(high) or 1.0
    axes.set_xlim(low - 0.06 * span, low + span / ROOM)


def decimals_of(values: Sequence[float]) -> int:
    """Decimals that all numbers of a panel are written with, by the largest.

    Examples
    --------
    >>> decimals_of([1234.5, 3.0]), decimals_of([55.0, 5.0]), decimals_of([0.12])
    (0, 1, 2)
    """
    largest = max(map(abs, values), default=0.0)
    return 0 if largest >= 1000 else 1 if largest >= 10 else 2


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """Write a number of a panel, with a true minus; nothing less than nothing.

    Examples
    --------
    >>> number_text(1234.5, 0), number_text(0.123, 2, signed=True), number_text(-12.34, 1), number_text(-0.001, 2)
    ('1,234', '+0.12', '−12.3', '0.00')
    """
    shown = round(value, decimals) + 0.0
    return f"{shown:{'+' if signed and shown else ''},.{decimals}f}".replace("-", "−")


def _write(axes: Axes, row: int, text: str) -> None:
    axes.annotate(
        text, (1, row), xycoords=("axes fraction", "data"), xytext=(-3, 0), textcoords="offset points", ha="right", va="center",
        fontsize=style.SMALLEST,
    )  # fmt: skip
