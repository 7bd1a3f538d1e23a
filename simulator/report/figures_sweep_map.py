"""Measures of a sweep over two axes: a map a measure, with the number in each cell where it fits, else with contours and a scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.report import placing, style
from simulator.report.figures_sweep_rows import decimals_of, number_text
from simulator.report.sweep_text import axis_text, unit_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import BboxBase
    from numpy.typing import NDArray

    from simulator.report.sweep_charted import SweepCharted

    Floats = NDArray[np.float64]

TONE = {"levels": "YlGnBu", "differences": "RdBu_r"}
BAR, HEAD, FEET = 0.72, 0.28, 0.3
"""Inches for a colour scale right of a map, above a map's title, and for the values under it."""

CONTOURS = 5


class Room(NamedTuple):
    """Sizes of a map, in inches: left of it for the values up, its own width and height, and whether numbers fit its cells."""

    left: float
    width: float
    tall: float
    has_numbers: bool


def sweep_map(asked: SweepCharted) -> Figure:
    """Each measure over two axes as colours; the baseline's cell is framed."""
    with style.drawing():
        lang, names = asked.lang, asked.shown()
        columns = min(2, len(names))
        room = _room(asked, columns)
        notes = [
            *([words("frame_base", lang)] if asked.found.base.place is not None else []),
            *([] if room.has_numbers else [words("contours", lang)]),
        ]
        notes += [words("question_unclear" if room.has_numbers else "dots_unclear", lang)] if asked.differences else []
        columns_of_title = int(room.width / 0.075) + (2 if room.has_numbers else 6)
        titles = [asked.titled(name, columns_of_title, _unit(asked, name)) for name in names]
        down, pitch = -(-len(names) // columns), HEAD + 0.16 * max(title.count("\n") + 1 for title in titles) + room.tall + FEET
        below = style.at_most(asked.across.name(lang), int(room.width / placing.COLUMN) + 8, 3)
        foot = 0.14 + placing.LINE * len(below)
        figure = placing.under_head(*asked.head(notes), down * pitch + foot - 0.3)
        for number, name in enumerate(names):
            row, column = divmod(number, columns)
            left = room.left + column * (room.width + (0.2 if room.has_numbers else BAR) + 0.12)
            axes = placing.axes_at(figure, left, foot + (down - 1 - row) * pitch + FEET, room.width, room.tall)
            axes.set_title(titles[number], pad=6, fontsize=9.5, linespacing=1.25)
            axes.grid(visible=False)
            _map(figure, axes, asked, name, room, is_first=column == 0)
            if number + columns >= len(names):
                axes.set_xlabel("\n".join(below), fontsize=style.SMALLEST)
        return figure


def _room(asked: SweepCharted, columns: int) -> Room:
    """Share out the width, and choose between numbers in the cells and contours with a scale."""
    rows, cells = len(asked.cut.rows), len(asked.across)
    texts = _up_texts(asked)
    named = 0.1 + placing.COLUMN * max(style.width_of(line) for text in texts for line in text.split("\n"))
    left = 0.15 + 2 * placing.LINE + named
    across = (style.figure_width() - left - 0.1) / columns
    numbers = across - 0.2 - 0.12
    widest = max(style.width_of(text) for name in asked.shown() for row in _numbers(asked, name) for text in row)
    row = 0.16 * (max(text.count("\n") for text in texts) + 1) + 0.06 if asked.up is not None and asked.up.values is None else 0.2
    if numbers / cells >= placing.COLUMN * (widest + 1):
        return Room(left, numbers, max(1.3, max(row, 0.3) * rows), has_numbers=True)
    return Room(left, across - BAR - 0.12, max(1.7, row * rows), has_numbers=False)


def _unit(asked: SweepCharted, name: str) -> str:
    return unit_of(name, [one.mean for row in asked.estimates(name) for one in row if one], asked.lang)[1]


def _up_texts(asked: SweepCharted) -> list[str]:
    up = asked.up
    if up is None:
        return [""]
    return ["\n".join(style.at_most(axis_text(up, number, asked.lang) or words("as_it_is", asked.lang), 20)) for number in range(len(up))]


def _numbers(asked: SweepCharted, name: str) -> list[list[str]]:
    """Texts of the cells; a difference that cannot be told from none bears a question mark."""
    estimates = asked.estimates(name)
    scale, _ = unit_of(name, [one.mean for row in estimates for one in row if one], asked.lang)
    decimals = decimals_of([one.mean / scale for row in estimates for one in row if one])
    return [
        [
            number_text(one.mean / scale, decimals) + ("" if asked.is_clear(number, name) else "?") if one else ""
            for number, one in zip(*pair, strict=True)
        ]
        for pair in zip(asked.cut.rows, estimates, strict=True)
    ]


def _map(figure: Figure, axes: Axes, asked: SweepCharted, name: str, room: Room, *, is_first: bool) -> None:
    estimates = asked.estimates(name)
    scale, _ = unit_of(name, [one.mean for row in estimates for one in row if one], asked.lang)
    is_base = [[number == asked.found.baseline for number in row] for row in asked.cut.rows]
    values = np.array(
        [[one.mean / scale if one else (0.0 if base and asked.differences else np.nan) for one, base in zip(*pair, strict=True)]
         for pair in zip(estimates, is_base, strict=True)]
    )  # fmt: skip
    most = float(np.nanmax(np.abs(values))) or 1.0
    low, high = (-most, most) if asked.differences else (None, None)
    image = axes.imshow(values, cmap=TONE["differences" if asked.differences else "levels"], aspect="auto", origin="lower", vmin=low, vmax=high)
    _frame_base(axes, is_base)
    _sides(axes, asked, room, is_first=is_first)
    if room.has_numbers:
        for row, texts in enumerate(_numbers(asked, name)):
            for column, text in enumerate(texts):
                if text:
                    ink = style.ink_on(f"#{np.asarray(image.to_rgba(values[row, column], bytes=True))[:3].tobytes().hex()}")
                    axes.text(column, row, text, ha="center", va="center", fontsize=style.SMALLEST, color=ink)
        return
    _scale(figure, axes, image)
    _contours(axes, values)
    for row, numbers in enumerate(asked.cut.rows):
        for column, number in enumerate(numbers):
            if not asked.is_clear(number, name):
                axes.plot(column, row, "o", color=style.INK, markersize=2.6)


def _scale(figure: Figure, axes: Axes, image: object) -> None:
    """Colour scale right of a map, in the free room there."""
    width, height = figure.get_size_inches()
    box = axes.get_position()
    bar = figure.colorbar(image, cax=figure.add_axes((box.x1 + 0.08 / width, box.y0, 0.1 / width, box.height)))  # type: ignore[arg-type]
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=style.SMALLEST, color=style.QUIET, length=2, pad=2)
    bar.ax.ticklabel_format(useOffset=False, style="plain")
    bar.ax.locator_params(nbins=max(3, int(box.height * height / 0.35)))


def _sides(axes: Axes, asked: SweepCharted, room: Room, *, is_first: bool) -> None:
    """Write the values along and, on the first map of a row, up."""
    across, up = asked.across, asked.up
    texts = ["\n".join(style.at_most(axis_text(across, number, asked.lang), 14)) for number in range(len(across))]
    cell = room.width / len(across)
    sizes = [placing.COLUMN * max(style.width_of(line) for line in text.split("\n")) + 0.12 for text in texts]
    shown = placing.spaced([cell * number for number in range(len(across))], sizes)
    axes.set_xticks(shown, [texts[number] for number in shown], fontsize=style.SMALLEST)
    if up is None or not is_first:
        axes.set_yticks([])
        return
    rows = _up_texts(asked)
    step = room.tall / len(rows)
    shown = placing.spaced([step * number for number in range(len(rows))], [0.16 * (text.count("\n") + 1) for text in rows])
    axes.set_yticks(shown, [rows[number] for number in shown], fontsize=style.SMALLEST, linespacing=1.1)
    lines = style.at_most(up.name(asked.lang), int(room.tall / placing.COLUMN) + 2)
    axes.annotate(
        "\n".join(lines), (0, 0.5), xycoords="axes fraction", xytext=(-72 * (room.left - 0.1), 0), textcoords="offset points", rotation=90,
        va="center", ha="left", fontsize=style.SMALLEST, color=style.QUIET, linespacing=1.3,
    )  # fmt: skip


def _contours(axes: Axes, values: Floats) -> None:
    """Lines of equal values with their numbers, as many as do not touch."""
    if min(values.shape) < 3 or np.isnan(values).any() or np.ptp(values) <= 1e-9 * float(np.abs(values).max()):
        return
    lines = axes.contour(values, levels=CONTOURS, colors=style.INK, linewidths=0.7, alpha=0.7)
    taken: list[BboxBase] = []
    renderer = axes.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    bounds = axes.get_window_extent()
    for text in axes.clabel(lines, fontsize=style.SMALLEST, fmt=lambda level: f"{level:.4g}".replace("-", "−")):
        box = text.get_window_extent(renderer).padded(1.0)
        if any(box.overlaps(other) for other in taken) or not (
            bounds.x0 <= box.x0 and box.x1 <= bounds.x1 and bounds.y0 <= box.y0 <= box.y1 <= bounds.y1
        ):
            text.set_visible(False)
            continue
        taken.append(box)
        text.set(path_effects=style.halo(2.0))


def _frame_base(axes: Axes, is_base: Sequence[Sequence[bool]]) -> None:
    from matplotlib.patches import Rectangle

    for row, column in np.argwhere(np.array(is_base)):
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=style.INK, linewidth=2.2, zorder=5))
