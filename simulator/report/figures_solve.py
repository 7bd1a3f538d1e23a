"""Charts of what solving found: the measure along the lever with its interval, the target, and the answer with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.levers import bound_text, estimate_text, lever_axis, lever_text, measure_scale, target_text
from simulator.report.text import either, say
from simulator.results.measures import measure_named
from simulator.results.targets import ends_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.levers import Lever
    from simulator.results.solved import About, Evaluation, Optimum, Solution

WIDTH = 9.6
RIGHT = 1.9
"""Inches right of the axes for labels."""


def solution_curve(found: Solution, lang: str) -> Figure:
    """Measure at every value tried with its 95 % interval, the target, the answer with its interval, the file's own value."""
    with style.drawing():
        name = found.target.measure
        height = 5.2
        title = either(
            lang, f"{found.lever.name(lang)}：{target_text(found.target, lang)}", f"{found.lever.name(lang)}: {target_text(found.target, lang)}"
        )
        band = either(lang, "浅色带：指标的95%区间；点：试算过的值", "band: 95% interval of the measure; dots: values tried")
        figure = style.blank_figure(title, f"{_subtitle(found.about, lang)}\n{band}", width=WIDTH, height=height)
        axes = figure.subplots()
        figure.subplots_adjust(right=1 - RIGHT / WIDTH, bottom=0.7 / height, top=figure.subplotpars.top - 0.1 / height)
        scale = lever_axis(axes, found.lever, lang)
        size = _curve(axes, found.evaluations, name, scale, lang)
        axes.axhline(found.target.value / size, color=style.BANK, linewidth=1.4, linestyle=(0, (5, 3)))
        style.label_ends(axes, [(found.target.value / size, either(lang, "目标 ", "target ") + bound_text(found.target, lang), style.BANK)])
        if found.answer:
            _answer(axes, found, scale, size, lang)
        if found.own and found.lever.low <= found.own.places[0] <= found.lever.high:
            _own(axes, found.own, name, scale, size, lang)
        axes.set_xlim(found.lever.low / scale, found.lever.high / scale)
        return figure


def _subtitle(about: About, lang: str) -> str:
    return f"{about.title(lang)}\n{say('histories', lang, n=about.histories)}"


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
    style.unit_on_top(axes, f"{measure_named(name).title(lang)}{f' ({unit})' if unit and lang == 'en' else f'（{unit}）' if unit else ''}")
    axes.margins(y=0.08)
    if ends.min() >= 0:
        axes.set_ylim(bottom=max(axes.get_ylim()[0], 0.0))
    return size


def _answer(axes: Axes, found: Solution, scale: float, size: float, lang: str) -> None:
    answer = found.answer
    if answer is None:
        return
    low = found.lever.low if answer.low is None else answer.low
    high = found.lever.high if answer.high is None else answer.high
    axes.axvspan(low / scale, high / scale, color=style.LENDING, alpha=0.13, linewidth=0)
    axes.axvline(answer.place / scale, color=style.LENDING, linewidth=1.6)
    axes.plot([answer.place / scale], [answer.found.mean / size], "o", color=style.LENDING, markersize=8, markeredgecolor="white", zorder=5)
    value = lever_text(found.lever, answer.place, lang)
    axes.annotate(
        f"{value}\n{interval_text(found.lever, answer.low, answer.high, lang)}", (answer.place / scale, 1), xycoords=("data", "axes fraction"),
        xytext=(6 if answer.place < found.lever.low + 0.6 * found.lever.span else -6, -4), textcoords="offset points", va="top",
        ha="left" if answer.place < found.lever.low + 0.6 * found.lever.span else "right", color=style.LENDING, fontsize=10, linespacing=1.4,
    )  # fmt: skip


def interval_text(lever: Lever, low: float | None, high: float | None, lang: str) -> str:
    """Write the interval of an answer; an end that lies beyond what was tried says so."""
    left = either(lang, f"低于{lever_text(lever, lever.low, lang)}", f"below {lever_text(lever, lever.low, lang)}") if low is None else None
    right = either(lang, f"高于{lever_text(lever, lever.high, lang)}", f"above {lever_text(lever, lever.high, lang)}") if high is None else None
    ends = (left or lever_text(lever, low or 0.0, lang), right or lever_text(lever, high or 0.0, lang))
    return either(lang, f"95%区间 {ends[0]} – {ends[1]}", f"95% interval {ends[0]} to {ends[1]}")


def _own(axes: Axes, own: Evaluation, name: str, scale: float, size: float, lang: str) -> None:
    place, mean = own.places[0] / scale, own.measures[name].mean / size
    axes.plot([place], [mean], "D", color=style.INK, markersize=6.5, markerfacecolor="white", markeredgewidth=1.5, zorder=6)
    axes.annotate(
        either(lang, "文件现值", "own value"), (place, mean), xytext=(9, 8), textcoords="offset points", fontsize=9, color=style.INK, zorder=6
    )  # fmt: skip


def optimum_curve(found: Optimum, lang: str) -> Figure:
    """Of one lever: objective and constraints along it, with the best value and all that may be; of several: all points tried."""
    return _along_lever(found, lang) if len(found.levers) == 1 else _all_points(found, lang)


def _title(found: Optimum, lang: str) -> str:
    measure = measure_named(found.objective.measure).title(lang)
    least = found.objective.sense == "min"
    goal = either(lang, f"{measure}{'最小' if least else '最大'}", f"{'least' if least else 'most'} {measure}")
    held = (
        "，".join(target_text(one, lang) for one in found.constraints)
        if lang == "zh"
        else ", ".join(target_text(one, lang) for one in found.constraints)
    )
    return goal + (either(lang, f"，约束：{held}", f", subject to {held}") if held else "")


def _along_lever(found: Optimum, lang: str) -> Figure:
    with style.drawing():
        lever = found.levers[0]
        names = list(dict.fromkeys([found.objective.measure, *(one.measure for one in found.constraints)]))
        height = 1.9 + 2.7 * len(names)
        note = either(
            lang,
            "浅色带：指标的95%区间；绿色：最优值与分不出高下的范围",
            "band: 95% interval of the measure; green: the best value and all that may be",
        )
        figure = style.blank_figure(_title(found, lang), f"{_subtitle(found.about, lang)}\n{note}", width=WIDTH, height=height)
        grid = figure.subplots(len(names), 1, squeeze=False)[:, 0]
        figure.subplots_adjust(right=1 - RIGHT / WIDTH, bottom=0.7 / height, hspace=0.42, top=figure.subplotpars.top - 0.1 / height)
        for axes, name in zip(grid, names, strict=True):
            scale = lever_axis(axes, lever, lang)
            size = _curve(axes, found.evaluations, name, scale, lang)
            bounds = [one for one in found.constraints if one.measure == name]
            for one in bounds:
                axes.axhline(one.value / size, color=style.BANK, linewidth=1.4, linestyle=(0, (5, 3)))
            style.label_ends(axes, [(one.value / size, either(lang, "约束 ", "bound ") + bound_text(one, lang), style.BANK) for one in bounds])
            if found.best:
                low, high = found.span(0)
                axes.axvspan(low / scale, high / scale, color=style.LENDING, alpha=0.13, linewidth=0)
                axes.axvline(found.best.places[0] / scale, color=style.LENDING, linewidth=1.6)
            if found.own and lever.low <= found.own.places[0] <= lever.high:
                _own(axes, found.own, name, scale, size, lang)
            axes.set_xlim(lever.low / scale, lever.high / scale)
            if axes is not grid[-1]:
                axes.set_xlabel("")
        if found.best:
            place = found.best.places[0]
            is_left = place < lever.low + 0.6 * lever.span
            grid[0].annotate(
                f"{lever_text(lever, place, lang)}\n{estimate_text(found.objective.measure, found.best.measures[found.objective.measure], lang)}",
                (place / scale, 1), xycoords=("data", "axes fraction"), xytext=(6 if is_left else -6, -4), textcoords="offset points", va="top",
                ha="left" if is_left else "right", color=style.LENDING, fontsize=10, linespacing=1.4,
            )  # fmt: skip
        return figure


def _all_points(found: Optimum, lang: str) -> Figure:
    """Points by objective and first constraint, or by objective and first lever where nothing is constrained."""
    with style.drawing():
        height = 5.4
        note = either(
            lang, "实点：满足全部约束；空心：不满足；绿色：可能的最优", "filled: meets all constraints; hollow: does not; green: may be the optimum"
        )
        figure = style.blank_figure(_title(found, lang), f"{_subtitle(found.about, lang)}\n{note}", width=WIDTH, height=height)
        axes = figure.subplots()
        figure.subplots_adjust(left=0.9 / WIDTH, right=1 - RIGHT / WIDTH, bottom=0.7 / height, top=figure.subplotpars.top - 0.1 / height)
        objective = [one.measures[found.objective.measure].mean for one in found.evaluations]
        size, unit = measure_scale(found.objective.measure, max(map(abs, objective)), lang)
        if found.constraints:
            name = found.constraints[0].measure
            across = [one.measures[name].mean for one in found.evaluations]
            other, label = measure_scale(name, max(map(abs, across)), lang)
            axes.set_xlabel(f"{measure_named(name).title(lang)} ({label})" if label else measure_named(name).title(lang))
            bound = found.constraints[0].value / other
            axes.axvline(bound, color=style.BANK, linewidth=1.4, linestyle=(0, (5, 3)))
            axes.annotate(
                bound_text(found.constraints[0], lang), (bound, 1), xycoords=("data", "axes fraction"), xytext=(4, 4), textcoords="offset points",
                color=style.BANK, fontsize=9,
            )  # fmt: skip
        else:
            across = [one.places[0] for one in found.evaluations]
            other = lever_axis(axes, found.levers[0], lang)
        for one, x, y in zip(found.evaluations, across, objective, strict=True):
            met = all(target.is_met(one.measures[target.measure].mean) for target in found.constraints)
            colour = style.LENDING if one in found.plausible else style.POOL
            axes.plot([x / other], [y / size], "o", color=colour, markersize=5.5, markerfacecolor=colour if met else "white", alpha=0.9)
        style.unit_on_top(axes, f"{measure_named(found.objective.measure).title(lang)} ({unit})")
        if found.best:
            number = list(found.evaluations).index(found.best)
            lines = [f"{lever.name(lang)} {lever_text(lever, place, lang)}" for lever, place in zip(found.levers, found.best.places, strict=True)]
            axes.plot(
                [across[number] / other], [objective[number] / size], "o", color=style.LENDING, markersize=10, markeredgecolor="white", zorder=5
            )
            style.label_ends(
                axes, [(objective[number] / size, "\n".join(piece for line in lines for piece in style.wrapped(line, 24)), style.LENDING)]
            )
        return figure
