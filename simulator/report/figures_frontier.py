"""Chart of a frontier: two objectives as axes, a third as colour; its points bear their values, beaten ones are grey, those that matter named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
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

LEFT, TALL = 0.75, 3.7
"""Inches left of the axes, and their height."""

MOST_CROSSES = 12
"""Points of the frontier that bear their intervals all together; of more only the lettered ones do."""

LETTERS = "ABCDEFGHIJ"
COLOURS = ("#fde0b2", "#f4a261", "#d55e00", "#7a2e00")
"""From little to much of the third objective: one hue that darkens, so that it reads in grey too."""

Sizes = list[tuple[float, str]]


def frontier_chart(found: FrontierFound, lang: str) -> Figure:
    """Points by the first two objectives; the frontier filled and coloured by the third, with intervals and the names of a few."""
    with style.drawing():
        across, up = found.objectives[:2]
        titles = [measure_named(one.measure).title(lang) for one in found.objectives]
        title = either(lang, "、".join(titles) + "的取舍", ", ".join(titles) + " traded off")
        key = _key_lines(found, lang)
        foot, scale = 0.72 + placing.LINE * sum(map(len, key)), 0.38 if len(found.objectives) > 2 else 0.0
        figure = placing.under_head(title, f"{_subtitle(found, lang)}\n{_note(found, lang)}", foot + TALL + scale)
        axes = placing.axes_at(figure, LEFT, foot, style.figure_width() - LEFT - 0.3, TALL)
        sizes = [_size(found, one, lang) for one in found.objectives]
        axes.set_xlabel(_axis_title(across, sizes[0][1], lang), fontsize=style.SMALLEST)
        style.unit_on_top(axes, _axis_title(up, sizes[1][1], lang))
        axes.grid(visible=True, axis="both")
        _beaten(axes, found, sizes)
        _front(axes, figure, found, sizes, lang)
        axes.margins(x=0.08, y=0.1)
        _names(axes, found, sizes, lang)
        _key(figure, key, foot - 0.5)
        return figure


def _subtitle(found: FrontierFound, lang: str) -> str:
    return f"{found.about.title(lang)} · {say('histories', lang, n=found.about.histories)}"


def _note(found: FrontierFound, lang: str) -> str:
    crossed = _crossed(found)
    which = either(lang, "前沿", "frontier") if len(crossed) > len(found.named) else either(lang, "标字母的点", "lettered points")
    note = either(
        lang,
        f"实点：前沿；空心方点：说不清；灰点：被支配（配对差值超出噪声）；十字：{which}的95%区间，各点一同偏高或偏低",
        f"filled: frontier; hollow squares: cannot be told; grey: dominated (paired differences beyond noise); crosses: 95% intervals ({which}); "
        "all points err together",
    )
    values = either(lang, "；数字：变量的取值", "; figures: values of the levers") if len(found.objectives) == 2 else ""
    return note + values + (either(lang, "；菱形：文件现值", "; diamond: the file's own values") if found.own is not None else "")


def _crossed(found: FrontierFound) -> list[int]:
    """Numbers of the points that are drawn with their intervals."""
    front = found.numbers(FRONTIER)
    return list(dict.fromkeys([*found.named, *(front if len(front) <= MOST_CROSSES else [])]))


def _size(found: FrontierFound, objective: Objective, lang: str) -> tuple[float, str]:
    largest = max(abs(found.mean(number, objective)) for number in range(len(found.evaluations)))
    return measure_scale(objective.measure, largest, lang)


def _axis_title(objective: Objective, unit: str, lang: str) -> str:
    way = either(lang, "越少越好", "less is better") if objective.sense == "min" else either(lang, "越多越好", "more is better")
    name = measure_named(objective.measure).title(lang)
    return f"{name}（{unit + '，' if unit else ''}{way}）" if lang == "zh" else f"{name} ({unit + ', ' if unit else ''}{way})"


def _place(found: FrontierFound, number: int, sizes: Sizes) -> tuple[float, float]:
    x, y = (found.mean(number, one) / size for one, (size, _) in zip(found.objectives[:2], sizes, strict=False))
    return x, y


def _beaten(axes: Axes, found: FrontierFound, sizes: Sizes) -> None:
    for status, face, mark in ((DOMINATED, "#c9ced6", "o"), (UNCERTAIN, "white", "s")):
        places = [_place(found, number, sizes) for number in found.numbers(status)]
        axes.plot([x for x, _ in places], [y for _, y in places], mark, color="#9aa3af", markersize=4.5, markerfacecolor=face, alpha=0.9)


def _front(axes: Axes, figure: Figure, found: FrontierFound, sizes: Sizes, lang: str) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    front = found.numbers(FRONTIER)
    places = np.array([_place(found, number, sizes) for number in front])
    for number in _crossed(found):
        _interval(axes, found, number, sizes)
    if len(found.objectives) == 2:
        axes.plot(places[:, 0], places[:, 1], color=style.POOL, linewidth=1.2, alpha=0.7)
        axes.plot(places[:, 0], places[:, 1], "o", color=style.POOL, markersize=7, markeredgecolor="white", zorder=4)
        return
    third = found.objectives[2]
    values = np.array([found.mean(number, third) for number in front]) / sizes[2][0]
    shades = LinearSegmentedColormap.from_list("riskshare amount", COLOURS)
    drawn = axes.scatter(places[:, 0], places[:, 1], c=values, cmap=shades, s=48, edgecolors=style.INK, linewidths=0.7, zorder=4)
    width, height = figure.get_size_inches()
    top = axes.get_position().y1 + 0.42 / height
    bar = figure.colorbar(drawn, cax=figure.add_axes((1 - 2.5 / width, top, 2.1 / width, 0.12 / height)), orientation="horizontal")
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=style.SMALLEST, length=2, pad=2)
    bar.ax.locator_params(nbins=4)
    words = style.at_most(_axis_title(third, sizes[2][1], lang), 56)
    figure.text(
        1 - 2.62 / width, top + 0.06 / height, "\n".join(words), fontsize=style.SMALLEST, color=style.QUIET, ha="right", va="center", linespacing=1.3
    )


def _interval(axes: Axes, found: FrontierFound, number: int, sizes: Sizes) -> None:
    x, y = _place(found, number, sizes)
    measures = found.evaluations[number].measures
    (left, right), (low, high) = (ends_of(measures[one.measure]) for one in found.objectives[:2])
    axes.plot([left / sizes[0][0], right / sizes[0][0]], [y, y], color=style.QUIET, linewidth=0.8, alpha=0.55, zorder=2)
    axes.plot([x, x], [low / sizes[1][0], high / sizes[1][0]], color=style.QUIET, linewidth=0.8, alpha=0.55, zorder=2)


def _names(axes: Axes, found: FrontierFound, sizes: Sizes, lang: str) -> None:
    """Letter the few points that matter; write the values of the levers beside the others of the frontier, as far as there is room."""
    if found.own is not None:
        x, y = _place(found, found.own, sizes)
        axes.plot([x], [y], "D", color=style.INK, markersize=8, markerfacecolor="white", markeredgewidth=1.5, zorder=5)
    front = found.numbers(FRONTIER)
    taken = placing.around(axes, [_place(found, number, sizes) for number in {*front, *found.named}])
    with_values = len(found.objectives) == 2
    if with_values:
        taken += placing.along(axes, [_place(found, number, sizes) for number in front])
    for letter, number in zip(LETTERS, found.named, strict=False):
        text = f"{letter}  {_values(found, number, lang)}" if with_values and number in front else letter
        if placing.write_near(axes, text, _place(found, number, sizes), taken, weight="bold") is None:
            placing.write_near(axes, letter, _place(found, number, sizes), taken, must=True, weight="bold")
    beaten = [number for status in (DOMINATED, UNCERTAIN) for number in found.numbers(status)]
    taken += placing.around(axes, [_place(found, number, sizes) for number in beaten], 5.0)
    for number in front if with_values else []:
        if number not in found.named:
            placing.write_near(axes, _values(found, number, lang), _place(found, number, sizes), taken, reaches=2, colour=style.POOL)


def _values(found: FrontierFound, number: int, lang: str) -> str:
    return " / ".join(lever_text(lever, one, lang) for lever, one in zip(found.levers, found.evaluations[number].places, strict=True))


def _key_lines(found: FrontierFound, lang: str) -> list[list[str]]:
    """Lines of each entry of the key: first what the values are of, then what each letter is."""
    columns = int((style.figure_width() - 0.8) / placing.COLUMN) + 6
    heads = " / ".join(lever.name(lang) for lever in found.levers)
    entries = [style.at_most(either(lang, f"变量：{heads}", f"levers: {heads}"), columns, 3)]
    for number, why in found.named.items():
        entries.append(style.at_most(f"{_values(found, number, lang)}{either(lang, '：', ': ')}{why_text(found, number, why, lang)}", columns))
    return entries


def _key(figure: Figure, entries: list[list[str]], top: float) -> None:
    """Write the key under the axes; ``top`` in inches from the bottom."""
    for number, lines in enumerate(entries):
        if number:
            placing.write_lines(figure, [LETTERS[number - 1]], 0.25, top, weight="bold")
        top = placing.write_lines(figure, lines, 0.45 if number else 0.25, top, colour=style.INK if number else style.QUIET)


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
