"""Measures of a sweep along one quantity: a small panel a measure, with 95 % intervals; one line a reform, lettered at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
from simulator.report.figures_compare import DASHES, LINES
from simulator.report.sweep_text import axis_text, unit_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.report.sweep_charted import SweepCharted
    from simulator.results.estimates import Estimate
    from simulator.results.sweeps import Axis

    Floats = NDArray[np.float64]

COLOURS = {"bank": style.BANK, "pool": style.POOL, "lending": style.LENDING}
LETTERS = "ABCDEF"
TALL = {1: 2.7, 2: 1.85, 3: 1.45}
"""Inches of height of a panel, by how many stand side by side."""

LEFT, ABOVE, FEET, BELOW = 0.6, 0.36, 0.26, 0.32
"""Inches left of a panel, for its unit, for the numbers under it, and for the name of the axis under the lowest."""


def sweep_lines(asked: SweepCharted) -> Figure:
    """Each measure along the axis, with 95 % intervals; one line a reform."""
    with style.drawing():
        lang, names = asked.lang, asked.shown()
        notes = [words("interval_note", lang), *([words("filled_certain", lang)] if asked.differences else [])]
        notes += [words("dashed_base", lang)] if asked.found.base.place is not None else []
        columns = 3 if len(names) > 4 else min(len(names), 2)
        down = -(-len(names) // columns)
        keyed = _key_lines(asked)
        widest = max(style.width_of(axis_text(asked.across, number, lang)) for number in range(len(asked.across)))
        width = (style.figure_width() - 0.2) / columns - LEFT - max(0.3 if keyed else 0.06, placing.COLUMN * widest / 2 - 0.05)
        name = style.wrapped(asked.across.name(lang), int(width / placing.COLUMN) + 6)[:3]
        key, below = placing.LINE * sum(map(len, keyed)), BELOW + placing.LINE * (len(name) - 1)
        titles = [asked.titled(measure, int(width / 0.075) + 5) for measure in names]
        pitch = ABOVE + 0.165 * max(title.count("\n") + 1 for title in titles) + TALL[columns] + FEET
        top = key + down * pitch + below
        figure = placing.under_head(*asked.head(notes), top - 0.2)
        _key(figure, keyed, top)
        for number, measure in enumerate(names):
            row, column = divmod(number, columns)
            left = 0.1 + LEFT + column * (style.figure_width() - 0.2) / columns
            axes = placing.axes_at(figure, left, top - key - (row + 1) * pitch + FEET, width, TALL[columns])
            _curve(axes, asked, measure, width)
            axes.set_title(titles[number], pad=19, fontsize=9.5, linespacing=1.25)
            if number + columns >= len(names):
                axes.set_xlabel("\n".join(name), fontsize=style.SMALLEST)
        return figure


def _key_lines(asked: SweepCharted) -> list[list[str]]:
    """Lines of text of each entry of the key of letters; none where there is one line."""
    up = asked.up
    if up is None or len(up) == 1:
        return []
    return [style.at_most(axis_text(up, number, asked.lang) or words("as_it_is", asked.lang), 88) for number in range(len(up))]


def _key(figure: Figure, entries: Sequence[Sequence[str]], top: float) -> None:
    """Say under the head which letter, colour and dash is what; ``top`` in inches from the bottom."""
    from matplotlib.lines import Line2D

    width, height = figure.get_size_inches()
    for number, lines in enumerate(entries):
        colour, dash = LINES[number % len(LINES)], DASHES[number % len(DASHES)]
        middle = (top - placing.LINE / 2) / height
        line = Line2D([0.27 / width, 0.62 / width], [middle, middle], color=colour, linewidth=1.8)
        line.set(linestyle=dash)
        figure.add_artist(line)
        placing.write_lines(figure, [LETTERS[number]], 0.7, top, colour=colour, weight="bold")
        top = placing.write_lines(figure, lines, 0.88, top)


def _curve(axes: Axes, asked: SweepCharted, name: str, width: float) -> None:
    estimates = asked.estimates(name)
    x = np.array(asked.across.values, dtype=np.float64)
    scale, label = unit_of(name, [one.mean for row in estimates for one in row if one], asked.lang)
    ends = [_line(axes, asked, name, number, x, scale) for number in range(len(estimates))]
    if asked.differences:
        axes.axhline(0, color=style.QUIET, linewidth=0.9)
    base = asked.found.base.place
    if base is not None:
        axes.axvline(float(x[base[asked.cut.across]]), color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)), zorder=0)
    axes.margins(y=0.12)
    _calm(axes)
    _along(axes, asked.across, x, asked.lang, width)
    style.unit_on_top(axes, label)
    known = [(end, LETTERS[number], LINES[number % len(LINES)]) for number, end in enumerate(ends) if end is not None]
    if len(known) > 1 and np.ptp([end for end, _, _ in known]) == 0:
        known = [(known[0][0], f"{known[0][1]}–{known[-1][1]}", style.INK)]
    style.label_ends(axes, known if len(estimates) > 1 else [])


def _line(axes: Axes, asked: SweepCharted, name: str, number: int, x: Floats, scale: float) -> float | None:
    """Draw one line of a panel with its band; returns the height of its end, None where it has no point."""
    numbers, row = asked.cut.rows[number], asked.estimates(name)[number]
    several = len(asked.cut.rows) > 1
    colour = LINES[number % len(LINES)] if several else COLOURS.get(name.partition(".")[0], style.INK)
    places = [place for place, one in enumerate(row) if one or (asked.differences and numbers[place] == asked.found.baseline)]
    mean = np.array([one.mean if (one := row[place]) else 0.0 for place in places]) / scale
    low, high = (
        np.array([_bound(row[place], side, value * scale) for place, value in zip(places, mean, strict=True)]) / scale for side in ("low", "high")
    )
    axes.fill_between(x[places], low, high, color=colour, alpha=0.1 if several else 0.18, linewidth=0)
    axes.plot(x[places], mean, color=colour, linewidth=1.8, linestyle=DASHES[number % len(DASHES)] if several else "solid")
    for place, value in zip(places, mean, strict=True):
        face = colour if asked.is_clear(numbers[place], name) else "white"
        axes.plot(x[place], value, "o", color=colour, markersize=4.5, markerfacecolor=face)
    return float(mean[-1]) if places else None


def _bound(one: Estimate | None, side: str, otherwise: float) -> float:
    bound = getattr(one, side, None)
    return otherwise if bound is None else float(bound)


def _calm(axes: Axes) -> None:
    """Give a level line a scale, and keep offsets off the axis."""
    low, high = axes.get_ylim()
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        half = 0.05 * max(abs(low), abs(high), 1e-9)
        axes.set_ylim(low - half, high + half)
    axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.locator_params(axis="y", nbins=5)
    axes.tick_params(axis="y", labelsize=style.SMALLEST)


def _along(axes: Axes, axis: Axis, x: Floats, lang: str, width: float) -> None:
    """Write as many values under the axis as there is room for."""
    low, high = axes.get_xlim()
    texts = [axis_text(axis, number, lang) for number in range(len(axis))]
    order = [int(number) for number in np.argsort(x, kind="stable")]
    places = [width * float(x[number] - low) / (high - low) for number in order]
    shown = [order[i] for i in placing.spaced(places, [placing.COLUMN * style.width_of(texts[number]) + 0.14 for number in order])]
    axes.set_xticks(x[shown], [texts[number] for number in shown], fontsize=style.SMALLEST)
