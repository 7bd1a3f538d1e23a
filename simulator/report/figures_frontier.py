"""Chart of a frontier: two objectives as axes, a third as colour; points that are beaten stay grey, only the few that matter are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.levers import lever_text, measure_scale, measure_text
from simulator.report.text import either, say
from simulator.results.measures import measure_named
from simulator.results.pareto import DOMINATED, FRONTIER, UNCERTAIN
from simulator.results.targets import ends_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.pareto import FrontierFound
    from simulator.results.targets import Objective

WIDTH, HEIGHT = 11.6, 6.4
KEY = 3.5
"""Inches right of the axes for the key of the named points and the third objective's colours."""

LETTERS = "ABCDEFGHIJ"
COLOURS = ("#fde0b2", "#f4a261", "#d55e00", "#7a2e00")
"""From little to much of the third objective: one hue that darkens, so that it reads in grey too."""


def frontier_chart(found: FrontierFound, lang: str) -> Figure:
    """Points by the first two objectives; the frontier filled and coloured by the third, with intervals and the names of a few."""
    with style.drawing():
        across, up = found.objectives[:2]
        titles = [measure_named(one.measure).title(lang) for one in found.objectives]
        title = either(lang, "、".join(titles) + "的取舍", ", ".join(titles) + " traded off")
        figure = style.blank_figure(title, f"{_subtitle(found, lang)}\n{_note(found, lang)}", width=WIDTH, height=HEIGHT)
        axes = figure.subplots()
        figure.subplots_adjust(left=0.9 / WIDTH, right=1 - KEY / WIDTH, bottom=0.75 / HEIGHT, top=figure.subplotpars.top - 0.15 / HEIGHT)
        sizes = [_size(found, one, lang) for one in found.objectives]
        axes.set_xlabel(_axis_title(across, sizes[0][1], lang))
        style.unit_on_top(axes, _axis_title(up, sizes[1][1], lang))
        _beaten(axes, found, sizes)
        _front(axes, figure, found, sizes, lang)
        axes.margins(x=0.08, y=0.1)
        _names(axes, figure, found, sizes, lang)
        return figure


def _subtitle(found: FrontierFound, lang: str) -> str:
    return f"{found.about.title(lang)}\n{say('histories', lang, n=found.about.histories)}"


def _note(found: FrontierFound, lang: str) -> str:
    note = either(
        lang,
        "实点：前沿；空心：说不清；灰点：被支配（配对差值超出噪声）；细线：标字母的点的95%区间，各点一同偏高或偏低",
        "filled: frontier; hollow: cannot be told; grey: dominated (paired differences beyond noise); thin lines: 95% intervals "
        "of the lettered points; all points err together",
    )
    return note + (either(lang, "；菱形：文件现值", "; diamond: the file's own values") if found.own is not None else "")


def _size(found: FrontierFound, objective: Objective, lang: str) -> tuple[float, str]:
    largest = max(abs(found.mean(number, objective)) for number in range(len(found.evaluations)))
    return measure_scale(objective.measure, largest, lang)


def _axis_title(objective: Objective, unit: str, lang: str) -> str:
    way = either(lang, "越少越好", "less is better") if objective.sense == "min" else either(lang, "越多越好", "more is better")
    name = measure_named(objective.measure).title(lang)
    return f"{name}（{unit + '，' if unit else ''}{way}）" if lang == "zh" else f"{name} ({unit + ', ' if unit else ''}{way})"


def _place(found: FrontierFound, number: int, sizes: list[tuple[float, str]]) -> tuple[float, float]:
    across, up = found.objectives[:2]
    return found.mean(number, across) / sizes[0][0], found.mean(number, up) / sizes[1][0]


def _beaten(axes: Axes, found: FrontierFound, sizes: list[tuple[float, str]]) -> None:
    for status, face in ((DOMINATED, "#c9ced6"), (UNCERTAIN, "white")):
        places = [_place(found, number, sizes) for number in found.numbers(status)]
        axes.plot([x for x, _ in places], [y for _, y in places], "o", color="#9aa3af", markersize=4.5, markerfacecolor=face, alpha=0.9)


def _front(axes: Axes, figure: Figure, found: FrontierFound, sizes: list[tuple[float, str]], lang: str) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    front = found.numbers(FRONTIER)
    places = np.array([_place(found, number, sizes) for number in front])
    for number in found.named:
        _interval(axes, found, number, sizes)
    if len(found.objectives) == 2:
        axes.plot(places[:, 0], places[:, 1], color=style.POOL, linewidth=1.2, alpha=0.7)
        axes.plot(places[:, 0], places[:, 1], "o", color=style.POOL, markersize=7, markeredgecolor="white", zorder=4)
        return
    third = found.objectives[2]
    values = np.array([found.mean(number, third) for number in front]) / sizes[2][0]
    shades = LinearSegmentedColormap.from_list("riskshare amount", COLOURS)
    drawn = axes.scatter(places[:, 0], places[:, 1], c=values, cmap=shades, s=48, edgecolors=style.INK, linewidths=0.7, zorder=4)
    room = figure.add_axes((1 - (KEY - 0.55) / WIDTH, 0.75 / HEIGHT, 2.2 / WIDTH, 0.16 / HEIGHT))
    bar = figure.colorbar(drawn, cax=room, orientation="horizontal")
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=9)
    bar.ax.set_title("\n".join(style.wrapped(_axis_title(third, sizes[2][1], lang), 40)), fontsize=9, color=style.QUIET, pad=6, fontweight="normal")


def _interval(axes: Axes, found: FrontierFound, number: int, sizes: list[tuple[float, str]]) -> None:
    x, y = _place(found, number, sizes)
    measures = found.evaluations[number].measures
    (left, right), (low, high) = (ends_of(measures[one.measure]) for one in found.objectives[:2])
    axes.plot([left / sizes[0][0], right / sizes[0][0]], [y, y], color=style.QUIET, linewidth=0.8, alpha=0.55, zorder=2)
    axes.plot([x, x], [low / sizes[1][0], high / sizes[1][0]], color=style.QUIET, linewidth=0.8, alpha=0.55, zorder=2)


def _names(axes: Axes, figure: Figure, found: FrontierFound, sizes: list[tuple[float, str]], lang: str) -> None:
    """Letter the few points that matter and say beside the chart what they are."""
    from matplotlib.patheffects import withStroke

    if found.own is not None:
        x, y = _place(found, found.own, sizes)
        axes.plot([x], [y], "D", color=style.INK, markersize=8, markerfacecolor="white", markeredgewidth=1.5, zorder=5)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    heads = " / ".join(lever.name(lang) for lever in found.levers)
    lines, used = [either(lang, f"（{heads}）", f"({heads})")], list[tuple[float, float]]()
    halo = [withStroke(linewidth=3, foreground="white")]
    for letter, (number, why) in zip(LETTERS, found.named.items(), strict=False):
        place = _place(found, number, sizes)
        x, y = (place[0] - left) / (right - left), (place[1] - low) / (high - low)
        crowded = sum(abs(x - a) < 0.04 and abs(y - b) < 0.05 for a, b in used)
        used.append((x, y))
        axes.annotate(
            letter, place, xytext=((-11, 11, 11, -11)[crowded % 4], (11, -11, 11, -11)[crowded % 4]), textcoords="offset points", fontsize=11,
            fontweight="bold", ha="center", va="center", color=style.INK, zorder=6, path_effects=halo,
        )  # fmt: skip
        values = [lever_text(lever, one, lang) for lever, one in zip(found.levers, found.evaluations[number].places, strict=True)]
        lines += [f"{letter}  {why_text(found, number, why, lang)}", f"     {' / '.join(values)}"]
    shown = [piece for line in lines for piece in style.wrapped(line, 46)]
    top = figure.subplotpars.top
    figure.text(1 - (KEY - 0.45) / WIDTH, top, "\n".join(shown), fontsize=9, va="top", color=style.INK, linespacing=1.55)


def why_text(found: FrontierFound, number: int, why: str, lang: str) -> str:
    """Say why a point is named."""
    if why == "own":
        return either(lang, "文件现值", "own values")
    if why == "knee":
        return either(lang, "折中", "in between")
    objective = next(one for one in found.objectives if one.measure == why)
    extreme = either(lang, "最少", "least") if objective.sense == "min" else either(lang, "最多", "most")
    name = measure_named(why).title(lang)
    value = measure_text(why, found.mean(number, objective), found.about.histories, lang)
    return f"{name}{extreme} {value}" if lang == "zh" else f"{extreme} {name}: {value}"
