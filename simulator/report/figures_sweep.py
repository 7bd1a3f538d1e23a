"""Charts of a sweep: measures along an axis with intervals, or over two axes as heat maps with contours; and their differences from the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.report import style
from simulator.report.charted import sentence_instead
from simulator.report.figures_compare import DASHES, LINES
from simulator.report.sweep_text import axis_text, base_text, unit_of, words
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.results.estimates import Estimate
    from simulator.results.sweeps import Axis, SweepFound, SweptPoint

    Floats = NDArray[np.float64]

MOST_LINES = 6
"""Reforms, or other values that are no quantities, drawn as lines of one chart; more become rows of a heat map."""

MOST_TICKS = 7
COLOURS = {"bank": style.BANK, "pool": style.POOL, "lending": style.LENDING}
TONE = {"levels": "YlGnBu", "differences": "RdBu_r"}


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
    draw = _heat if cut.up is not None and not has_lines(found, cut) else _curves
    if found.headline():
        yield "sweep", draw(found, cut, lang, differences=False)
        if any(point.differences for point in found.points):
            yield "sweep_differences", draw(found, cut, lang, differences=True)


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
    """Whether the axis up is drawn as lines, not as rows of a map."""
    return cut.up is not None and found.axes[cut.up].values is None and len(found.axes[cut.up]) <= MOST_LINES


def _sheet(found: SweepFound, cut: Cut, lang: str, notes: Sequence[str], *, differences: bool, tall: float) -> tuple[Figure, list[tuple[str, Axes]]]:
    names = found.headline()
    columns = 2 if len(names) > 1 else 1
    rows = -(-len(names) // columns)
    width, height = (12.2 if columns > 1 else 8.4), tall * rows + 1.35
    title = found.title if lang == "zh" else found.title_en
    base = base_text(found, lang)
    head = words("figure_differences", lang, base=base) if differences else words("figure_levels", lang)
    held = _held(found, cut, lang)
    first = [words("histories", lang, n=found.histories), found.name, *([held] if held else [])]
    figure = style.blank_figure(f"{title} — {head}", f"{' · '.join(first)}\n{' · '.join(notes)}", width=width, height=height)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    wide = 0.28 if cut.up is None else 0.5
    figure.subplots_adjust(
        left=0.95 / width, right=1 - 1.0 / width, bottom=0.75 / height, top=figure.subplotpars.top - 0.3 / height, wspace=wide, hspace=0.62
    )
    for axes in grid[len(names) :]:
        axes.set_axis_off()
    return figure, list(zip(names, grid, strict=False))


def _held(found: SweepFound, cut: Cut, lang: str) -> str:
    """Name the values of axes that the chart does not show."""
    point = found.points[cut.rows[0][0]]
    others = [number for number in range(len(found.axes)) if number not in (cut.across, cut.up)]
    named = [f"{found.axes[number].name(lang)} {point.texts[number]}" for number in others]
    return words("held", lang, what=("、" if lang == "zh" else ", ").join(named)) if named else ""


def _estimates(found: SweepFound, name: str, *, differences: bool) -> Callable[[int], Estimate | None]:
    def estimate_of(number: int) -> Estimate | None:
        point: SweptPoint = found.points[number]
        return (point.differences if differences else point.measures).get(name)

    return estimate_of


def _title(axes: Axes, found: SweepFound, name: str, lang: str) -> None:
    given = words("given", lang) if found.given and name == "lending.volume" else ""
    axes.set_title("\n".join(style.wrapped(f"{measure_named(name).title(lang)}{given}", 46)), pad=20)


def _curves(found: SweepFound, cut: Cut, lang: str, *, differences: bool) -> Figure:
    """Each measure along the axis, with 95 % intervals; one line a reform."""
    with style.drawing():
        notes = [words("interval_note", lang)]
        notes += [words("filled_certain", lang)] if differences else []
        notes += [words("dashed_base", lang)] if found.base.place is not None else []
        figure, sheet = _sheet(found, cut, lang, notes, differences=differences, tall=3.1)
        for name, axes in sheet:
            _curve(axes, found, cut, name, lang, differences=differences)
        return figure


def _curve(axes: Axes, found: SweepFound, cut: Cut, name: str, lang: str, *, differences: bool) -> None:
    estimate_of = _estimates(found, name, differences=differences)
    axis = found.axes[cut.across]
    x = np.array(axis.values or range(len(axis)), dtype=np.float64)
    estimates = [[estimate_of(number) for number in row] for row in cut.rows]
    scale, label = unit_of(name, [one.mean for row in estimates for one in row if one], lang)
    _title(axes, found, name, lang)
    if sentence := _nothing(estimates, lang, differences=differences):
        sentence_instead(axes, sentence)
        return
    ends = []
    for number, row in enumerate(estimates):
        colour = LINES[number % len(LINES)] if len(estimates) > 1 else COLOURS.get(name.partition(".")[0], style.INK)
        places = [place for place, one in enumerate(row) if one or (differences and cut.rows[number][place] == found.baseline)]
        mean = np.array([one.mean if (one := row[place]) else 0.0 for place in places]) / scale
        low, high = (
            np.array([_bound(row[place], side, value * scale) for place, value in zip(places, mean, strict=True)]) / scale for side in ("low", "high")
        )
        if axis.values is None:
            axes.errorbar(x[places], mean, yerr=[np.maximum(mean - low, 0), np.maximum(high - mean, 0)], fmt="none", ecolor=colour, capsize=3)
        else:
            axes.fill_between(x[places], low, high, color=colour, alpha=0.18, linewidth=0)
            axes.plot(x[places], mean, color=colour, linewidth=1.8, linestyle=DASHES[number // len(LINES) % len(DASHES)])
        for place, value in zip(places, mean, strict=True):
            point = cut.rows[number][place]
            clear = not differences or found.verdict(found.points[point], name) in ("higher", "lower", "same") or point == found.baseline
            axes.plot(x[place], value, "o", color=colour, markersize=4.5, markerfacecolor=colour if clear else "white")
        if len(estimates) > 1 and cut.up is not None and places:
            ends.append((float(mean[-1]), axis_text(found.axes[cut.up], number, lang), colour))
    if differences:
        axes.axhline(0, color=style.QUIET, linewidth=0.9)
    _along(axes, axis, x, lang)
    _mark_base(axes, found, cut, x)
    axes.margins(y=0.12)
    _calm(axes)
    style.unit_on_top(axes, label)
    style.label_ends(axes, ends, size=8.5)


def _nothing(estimates: Sequence[Sequence[Estimate | None]], lang: str, *, differences: bool) -> str:
    """What to say in place of a chart that would show nothing."""
    known = [one for row in estimates for one in row if one]
    if not known:
        return words("no_measure", lang)
    return words("all_same", lang) if differences and not any(one.mean or one.se for one in known) else ""


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


def _ticks(n: int) -> list[int]:
    step = -(-(n - 1) // (MOST_TICKS - 1)) if n > MOST_TICKS else 1
    return list(range(0, n, step))


def _along(axes: Axes, axis: Axis, x: Floats, lang: str) -> None:
    shown = _ticks(len(axis)) if axis.values else list(range(len(axis)))
    texts = ["\n".join(style.wrapped(axis_text(axis, number, lang), 14)) for number in shown]
    axes.set_xticks(x[shown], texts, fontsize=8.5)
    axes.set_xlabel("\n".join(style.wrapped(axis.name(lang), 60)), fontsize=9)
    if axis.values is None:
        axes.set_xlim(-0.6, len(axis) - 0.4)


def _mark_base(axes: Axes, found: SweepFound, cut: Cut, x: Floats) -> None:
    """Draw an upright line at the baseline where it lies on the axis."""
    place = found.base.place
    if place is not None:
        axes.axvline(float(x[place[cut.across]]), color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)), zorder=0)


def _heat(found: SweepFound, cut: Cut, lang: str, *, differences: bool) -> Figure:
    """Each measure over two axes as colours, with contours; the baseline's cell is framed."""
    with style.drawing():
        notes = [words("heat_note", lang), *([words("dots_unclear", lang)] if differences else [])]
        tall = max(3.3, 1.5 + 0.3 * len(cut.rows))
        figure, sheet = _sheet(found, cut, lang, notes, differences=differences, tall=tall)
        for name, axes in sheet:
            _heat_map(figure, axes, found, cut, name, lang, differences=differences)
        return figure


def _heat_map(figure: Figure, axes: Axes, found: SweepFound, cut: Cut, name: str, lang: str, *, differences: bool) -> None:
    estimate_of = _estimates(found, name, differences=differences)
    estimates = [[estimate_of(number) for number in row] for row in cut.rows]
    known = [one.mean for row in estimates for one in row if one]
    _title(axes, found, name, lang)
    axes.grid(visible=False)
    if cut.up is None or (sentence := _nothing(estimates, lang, differences=differences)):
        sentence_instead(axes, sentence if cut.up is not None else words("no_measure", lang))
        return
    scale, label = unit_of(name, known, lang)
    is_base = [[number == found.baseline for number in row] for row in cut.rows]
    values = np.array(
        [[one.mean / scale if one else (0.0 if base and differences else np.nan) for one, base in zip(*pair, strict=True)]
         for pair in zip(estimates, is_base, strict=True)]
    )  # fmt: skip
    most = float(np.nanmax(np.abs(values))) or 1.0
    low, high = (-most, most) if differences else (None, None)
    image = axes.imshow(values, cmap=TONE["differences" if differences else "levels"], aspect="auto", origin="lower", vmin=low, vmax=high)
    bar = figure.colorbar(image, ax=axes, pad=0.02, fraction=0.06)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, color=style.QUIET)
    bar.ax.ticklabel_format(useOffset=False, style="plain")
    bar.ax.set_title(label, fontsize=8.5, color=style.QUIET, pad=6)
    _contours(axes, values)
    if differences:
        for row, numbers in enumerate(cut.rows):
            for column, number in enumerate(numbers):
                if found.verdict(found.points[number], name) == "unclear":
                    axes.plot(column, row, "o", color=style.INK, markersize=2.6)
    _frame_base(axes, is_base)
    across, up = found.axes[cut.across], found.axes[cut.up]
    columns = np.arange(len(across), dtype=np.float64)
    _along(axes, across, columns, lang)
    axes.set_xlim(-0.5, len(across) - 0.5)
    shown = _ticks(len(up)) if up.values else list(range(len(up)))
    axes.set_yticks(shown, ["\n".join(style.wrapped(axis_text(up, number, lang), 14)) for number in shown], fontsize=8.5)
    axes.set_ylabel("\n".join(style.wrapped(up.name(lang), 34)), fontsize=9)


def _contours(axes: Axes, values: Floats) -> None:
    from matplotlib.patheffects import withStroke

    if min(values.shape) < 3 or np.isnan(values).any() or np.ptp(values) <= 1e-9 * float(np.abs(values).max()):
        return
    lines = axes.contour(values, levels=6, colors=style.INK, linewidths=0.7, alpha=0.7)
    for text in axes.clabel(lines, fontsize=7.5, fmt=lambda level: f"{level:.4g}"):
        text.set_path_effects([withStroke(linewidth=2, foreground="white")])


def _frame_base(axes: Axes, is_base: Sequence[Sequence[bool]]) -> None:
    from matplotlib.patches import Rectangle

    for row, column in np.argwhere(np.array(is_base)):
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=style.INK, linewidth=1.8, zorder=5))
