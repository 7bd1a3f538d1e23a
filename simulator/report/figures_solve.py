"""Charts of what solving found: the measure along the lever with its interval, the target, and the answer with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
from simulator.report.figures_optimum import optimum_points
from simulator.report.levers import bound_text, estimate_text, lever_axis, lever_text, measure_scale, target_text
from simulator.report.text import either, say
from simulator.results.measures import measure_named
from simulator.results.targets import ends_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import BboxBase

    from simulator.results.levers import Lever
    from simulator.results.solved import About, Evaluation, Optimum, Solution
    from simulator.results.targets import Target

LEFT, RIGHT, TALL, FOOT = 0.7, 1.3, 2.9, 0.6
"""Inches left of the axes, right of them for labels, their height, and under them."""

BETWEEN = 0.6
"""Inches between panels, for the numbers under the upper and the unit of the lower."""

LABEL_ROOM = 0.3
"""Part of the axes' height that is kept free above what is drawn, for the answer."""


def solution_curve(found: Solution, lang: str) -> Figure:
    """Measure at every value tried with its 95 % interval, the target, the answer with its interval, the file's own value."""
    with style.drawing():
        name = found.target.measure
        title = f"{found.lever.name(lang)}{either(lang, '：', ': ')}{target_text(found.target, lang)}"
        band = either(lang, "浅色带：指标的95%区间；点：试算过的值", "band: 95% interval of the measure; dots: values tried")
        if found.answer:
            band += either(lang, "；绿色：答案及其95%区间", "; green: the answer and its 95% interval")
        figure = placing.under_head(title, f"{_subtitle(found.about, lang)}\n{band}", TALL + FOOT)
        axes = placing.axes_at(figure, LEFT, FOOT, style.figure_width() - LEFT - RIGHT, TALL)
        scale = lever_axis(axes, found.lever, lang)
        _small_label(axes)
        size = _curve(axes, found.evaluations, name, scale, lang)
        axes.axhline(found.target.value / size, color=style.BANK, linewidth=1.4, linestyle=(0, (5, 3)))
        axes.set_xlim(found.lever.low / scale, found.lever.high / scale)
        taken = _kept_free(axes, found.evaluations, name, scale, size)
        style.label_ends(axes, [_at_right(axes, either(lang, "目标 ", "target "), found.target, size, lang)])
        if found.answer:
            _answer(axes, found, scale, size, taken, lang)
        if found.own and found.lever.low <= found.own.places[0] <= found.lever.high:
            _own(axes, found.own, name, scale, size, taken, lang)
        return figure


def _at_right(axes: Axes, word: str, target: Target, size: float, lang: str) -> tuple[float, str, str]:
    """Label of a bound right of its line: height, text, colour; an arrow says that the line lies beyond the axes."""
    low, high = axes.get_ylim()
    beyond = " ↑" if target.value / size > high else " ↓" if target.value / size < low else ""
    lines = style.at_most(f"{word}{bound_text(target, lang)}{beyond}", int((RIGHT - 0.15) / placing.COLUMN))
    return target.value / size, "\n".join(lines), style.BANK


def _small_label(axes: Axes) -> None:
    """Write the name of the lever small and within the axes' width."""
    inches = axes.get_window_extent().width / axes.figure.dpi
    axes.set_xlabel("\n".join(style.at_most(axes.get_xlabel(), int(inches / placing.COLUMN))), fontsize=style.SMALLEST)
    axes.locator_params(axis="x", nbins=6)


def _kept_free(axes: Axes, evaluations: Sequence[Evaluation], name: str, scale: float, size: float) -> list[BboxBase]:
    """Leave room for the answer above what is drawn; returns the boxes of the curve, on which no text may lie."""
    low, high = axes.get_ylim()
    axes.set_yticks([place for place in axes.get_yticks() if low <= place <= high])
    axes.set_ylim(low, high + LABEL_ROOM * (high - low))
    return placing.along(axes, [(one.places[0] / scale, one.measures[name].mean / size) for one in evaluations])


def _subtitle(about: About, lang: str) -> str:
    return f"{about.title(lang)} · {say('histories', lang, n=about.histories)}"


def _curve(axes: Axes, evaluations: Sequence[Evaluation], name: str, scale: float, lang: str) -> float:
    """Draw a measure along a lever; returns what one unit of the vertical axis is worth."""
    rows = [(one.places[0] / scale, one.measures[name]) for one in evaluations]
    places = np.array([place for place, _ in rows])
    means = np.array([one.mean for _, one in rows])
    ends = np.array([ends_of(one) for _, one in rows])
    size, unit = measure_scale(name, float(np.abs(ends).max()), lang)
    axes.fill_between(places, ends[:, 0] / size, ends[:, 1] / size, color=style.POOL, alpha=0.18, linewidth=0)
    axes.plot(places, means / size, color=style.POOL, linewidth=1.8)
    axes.plot(places, means / size, "o", color=style.POOL, markersize=4.5, markeredgecolor="white", markeredgewidth=0.6)
    style.unit_on_top(axes, _with_unit(name, unit, lang))
    axes.tick_params(labelsize=style.SMALLEST)
    axes.margins(y=0.08)
    if ends.min() >= 0:
        axes.set_ylim(bottom=max(axes.get_ylim()[0], 0.0))
    return size


def _with_unit(name: str, unit: str, lang: str) -> str:
    title = measure_named(name).title(lang)
    return f"{title}（{unit}）" if unit and lang == "zh" else f"{title} ({unit})" if unit else title


def _answer(axes: Axes, found: Solution, scale: float, size: float, taken: list[BboxBase], lang: str) -> None:
    answer = found.answer
    if answer is None:
        return
    low = found.lever.low if answer.low is None else answer.low
    high = found.lever.high if answer.high is None else answer.high
    axes.axvspan(low / scale, high / scale, color=style.LENDING, alpha=0.13, linewidth=0)
    axes.axvline(answer.place / scale, color=style.LENDING, linewidth=1.6)
    axes.plot([answer.place / scale], [answer.found.mean / size], "o", color=style.LENDING, markersize=8, markeredgecolor="white", zorder=5)
    _at_top(axes, found.lever, answer.place, scale, interval_text(found.lever, answer.low, answer.high, lang), taken, lang)


def _at_top(axes: Axes, lever: Lever, place: float, scale: float, below: str, taken: list[BboxBase], lang: str) -> None:
    """Write a value of the lever and a line under it at the top, beside its upright line, on the side with more room."""
    is_left = place < lever.low + 0.5 * lever.span
    inches = axes.get_window_extent().width / axes.figure.dpi
    room = inches * max(place - lever.low, lever.high - place) / lever.span - 0.12
    lines = [lever_text(lever, place, lang), *style.at_most(below, int(room / placing.COLUMN))]
    written = axes.annotate(
        "\n".join(lines), (place / scale, 1), xycoords=("data", "axes fraction"), xytext=(6 if is_left else -6, -4), textcoords="offset points",
        va="top", ha="left" if is_left else "right", color=style.LENDING, fontsize=style.SMALLEST, linespacing=1.35, path_effects=style.halo(),
        zorder=7,
    )  # fmt: skip
    taken.append(written.get_window_extent(axes.figure.canvas.get_renderer()).padded(2.0))  # type: ignore[attr-defined]


def interval_text(lever: Lever, low: float | None, high: float | None, lang: str) -> str:
    """Write the interval of an answer; an end that lies beyond what was tried says so."""
    left = either(lang, f"低于{lever_text(lever, lever.low, lang)}", f"below {lever_text(lever, lever.low, lang)}") if low is None else None
    right = either(lang, f"高于{lever_text(lever, lever.high, lang)}", f"above {lever_text(lever, lever.high, lang)}") if high is None else None
    ends = (left or lever_text(lever, low or 0.0, lang), right or lever_text(lever, high or 0.0, lang))
    return either(lang, f"95%区间 {ends[0]} – {ends[1]}", f"95% interval {ends[0]} to {ends[1]}")


def _own(axes: Axes, own: Evaluation, name: str, scale: float, size: float, taken: list[BboxBase], lang: str) -> None:
    place, mean = own.places[0] / scale, own.measures[name].mean / size
    axes.plot([place], [mean], "D", color=style.INK, markersize=6.5, markerfacecolor="white", markeredgewidth=1.5, zorder=6)
    placing.write_near(axes, either(lang, "文件现值", "own value"), (place, mean), taken, must=True)


def optimum_curve(found: Optimum, lang: str) -> Figure:
    """Of one lever: objective and constraints along it, with the best value and all that may be; of several: all points tried."""
    return _along_lever(found, lang) if len(found.levers) == 1 else optimum_points(found, _title(found, lang), lang)


def _title(found: Optimum, lang: str) -> str:
    measure = measure_named(found.objective.measure).title(lang)
    least = found.objective.sense == "min"
    goal = either(lang, f"{measure}{'最小' if least else '最大'}", f"{'least' if least else 'most'} {measure}")
    held = either(lang, "，", ", ").join(target_text(one, lang) for one in found.constraints)
    return goal + (either(lang, f"，约束：{held}", f", subject to {held}") if held else "")


def _along_lever(found: Optimum, lang: str) -> Figure:
    with style.drawing():
        names = list(dict.fromkeys([found.objective.measure, *(one.measure for one in found.constraints)]))
        note = either(
            lang,
            "浅色带：指标的95%区间；绿色：最优值与分不出高下的范围",
            "band: 95% interval of the measure; green: the best value and all that may be",
        )
        tall = {1: TALL, 2: 2.0}.get(len(names), 1.45)
        pitch = tall + BETWEEN
        body = len(names) * pitch + FOOT - BETWEEN
        figure = placing.under_head(_title(found, lang), f"{_subtitle(found.about, lang)}\n{note}", body)
        for row, name in enumerate(names):
            axes = placing.axes_at(figure, LEFT, body - tall - row * pitch, style.figure_width() - LEFT - RIGHT, tall)
            _lever_panel(axes, found, name, lang, is_first=row == 0)
            if row < len(names) - 1:
                axes.set_xlabel("")
        return figure


def _lever_panel(axes: Axes, found: Optimum, name: str, lang: str, *, is_first: bool) -> None:
    """One measure along the one lever, with the constraints on it and the best value."""
    lever = found.levers[0]
    scale = lever_axis(axes, lever, lang)
    _small_label(axes)
    size = _curve(axes, found.evaluations, name, scale, lang)
    bounds = [one for one in found.constraints if one.measure == name]
    for one in bounds:
        axes.axhline(one.value / size, color=style.BANK, linewidth=1.4, linestyle=(0, (5, 3)))
    axes.set_xlim(lever.low / scale, lever.high / scale)
    taken = _kept_free(axes, found.evaluations, name, scale, size)
    style.label_ends(axes, [_at_right(axes, either(lang, "约束 ", "bound "), one, size, lang) for one in bounds])
    if found.best:
        low, high = found.span(0)
        axes.axvspan(low / scale, high / scale, color=style.LENDING, alpha=0.13, linewidth=0)
        axes.axvline(found.best.places[0] / scale, color=style.LENDING, linewidth=1.6)
        if is_first:
            there = estimate_text(found.objective.measure, found.best.measures[found.objective.measure], lang)
            _at_top(axes, lever, found.best.places[0], scale, there, taken, lang)
    if found.own and lever.low <= found.own.places[0] <= lever.high:
        _own(axes, found.own, name, scale, size, taken, lang)
