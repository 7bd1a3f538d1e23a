"""Chart of the best values of several levers: every point tried, by the objective and the first constraint, and what is best written out under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report import placing, style
from simulator.report.levers import bound_text, estimate_text, lever_axis, lever_text, measure_scale
from simulator.report.text import either, say
from simulator.results.measures import measure_named
from simulator.results.targets import ends_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.solved import Evaluation, Optimum

LEFT, RIGHT, TALL, FOOT = 0.75, 0.35, 3.3, 0.62
"""Inches left and right of the axes, their height, and under them."""

MOST_INTERVALS = 12
"""Points that may be the optimum and are drawn with their intervals; of more only the best is."""


def optimum_points(found: Optimum, title: str, lang: str) -> Figure:
    """Points by objective and first constraint, or by objective and first lever where nothing is constrained."""
    with style.drawing():
        notes = [
            *([either(lang, "实点：满足全部约束；空心：不满足", "filled: meets all constraints; hollow: does not")] if found.constraints else []),
            either(lang, "绿色方点：可能的最优，竖线为95%区间；星：最优", "green squares: may be the optimum, line: 95% interval; star: the best"),
            *([either(lang, "菱形：文件现值", "diamond: the file's own values")] if found.own else []),
        ]
        note = either(lang, "；", "; ").join(notes)
        key = _key_lines(found, lang)
        foot = FOOT + placing.LINE * sum(map(len, key))
        subtitle = f"{found.about.title(lang)} · {say('histories', lang, n=found.about.histories)}"
        figure = placing.under_head(title, f"{subtitle}\n{note}", foot + TALL)
        axes = placing.axes_at(figure, LEFT, foot, style.figure_width() - LEFT - RIGHT, TALL)
        objective = found.objective.measure
        size, unit = measure_scale(objective, max(abs(one.measures[objective].mean) for one in found.evaluations), lang)
        other = _across(axes, found, lang)
        for one in found.evaluations:
            _point(axes, found, one, other, size)
        for marked, mark, colour, points in ((found.own, "D", style.INK, 7), (found.best, "*", style.LENDING, 15)):
            if marked:
                face = "white" if mark == "D" else colour
                edge = style.INK if mark == "D" else "white"
                axes.plot([_x(found, marked) / other], [marked.measures[objective].mean / size], mark, color=edge, markerfacecolor=face,
                          markersize=points, markeredgewidth=1.4, zorder=6)  # fmt: skip
        axes.margins(0.08)
        axes.grid(visible=True, axis="both")
        axes.tick_params(labelsize=style.SMALLEST)
        style.unit_on_top(axes, _with_unit(measure_named(objective).title(lang), unit, lang))
        _name_bound(axes, found, other, lang)
        top = foot - 0.5
        for lines in key:
            top = placing.write_lines(figure, lines, 0.25, top)
        return figure


def _with_unit(name: str, unit: str, lang: str) -> str:
    return f"{name}（{unit}）" if unit and lang == "zh" else f"{name} ({unit})" if unit else name


def _across(axes: Axes, found: Optimum, lang: str) -> float:
    """Name the axis across; returns what one unit of it is worth."""
    if not found.constraints:
        scale = lever_axis(axes, found.levers[0], lang)
        axes.set_xlabel("\n".join(style.at_most(axes.get_xlabel(), 84, 1)), fontsize=style.SMALLEST)
        return scale
    name = found.constraints[0].measure
    scale, unit = measure_scale(name, max(abs(one.measures[name].mean) for one in found.evaluations), lang)
    axes.set_xlabel(_with_unit(measure_named(name).title(lang), unit, lang), fontsize=style.SMALLEST)
    return scale


def _x(found: Optimum, one: Evaluation) -> float:
    return one.measures[found.constraints[0].measure].mean if found.constraints else one.places[0]


def _point(axes: Axes, found: Optimum, one: Evaluation, other: float, size: float) -> None:
    met = all(target.is_met(one.measures[target.measure].mean) for target in found.constraints)
    may_be = one in found.plausible
    colour = style.LENDING if may_be else style.POOL
    x, estimated = _x(found, one) / other, one.measures[found.objective.measure]
    if may_be and (len(found.plausible) <= MOST_INTERVALS or one is found.best):
        low, high = ends_of(estimated)
        axes.plot([x, x], [low / size, high / size], color=colour, linewidth=1, alpha=0.6)
    mark = "s" if may_be else "o"
    axes.plot([x], [estimated.mean / size], mark, color=colour, markersize=5.5, markerfacecolor=colour if met else "white", alpha=0.9)


def _name_bound(axes: Axes, found: Optimum, other: float, lang: str) -> None:
    """Draw the first constraint as an upright line and write it at its foot."""
    if not found.constraints:
        return
    target = found.constraints[0]
    axes.axvline(target.value / other, color=style.BANK, linewidth=1.4, linestyle=(0, (5, 3)))
    low, high = axes.get_xlim()
    is_right = (target.value / other - low) / (high - low) > 0.75
    axes.annotate(
        either(lang, "约束 ", "bound ") + bound_text(target, lang), (target.value / other, 0), xycoords=("data", "axes fraction"),
        xytext=(-4 if is_right else 4, 4), textcoords="offset points", ha="right" if is_right else "left", color=style.BANK,
        fontsize=style.SMALLEST, path_effects=style.halo(),
    )  # fmt: skip


def _key_lines(found: Optimum, lang: str) -> list[list[str]]:
    """Say what the best point is, or that none meets the constraints, and what the file's own values are."""
    said = []
    for one, word in ((found.best, either(lang, "最优", "best")), (found.own, either(lang, "文件现值", "own values"))):
        if one:
            values = [f"{lever.name(lang)} {lever_text(lever, place, lang)}" for lever, place in zip(found.levers, one.places, strict=True)]
            there = estimate_text(found.objective.measure, one.measures[found.objective.measure], lang)
            said.append(f"{word}{either(lang, '：', ': ')}{' · '.join(values)} · {measure_named(found.objective.measure).title(lang)} {there}")
    if not found.best:
        said.insert(0, either(lang, "没有试过的点满足全部约束。", "No point tried meets all constraints."))
    columns = int((style.figure_width() - 0.5) / placing.COLUMN) + 4
    return [style.at_most(one, columns, 4) for one in said]
