"""Charts of an exact answer: the laws of gross and bank net loss, and the chance that a pool of any size would be too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import sentence_instead
from simulator.report.text import either, money_unit, percent, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.report.text import MoneyUnit
    from simulator.results.exact import Law

    Floats = NDArray[np.float64]

CLASSES = 30
SIZES = 41
FARTHEST = 1.25
"""Largest pool drawn, as a multiple of what suffices in 99 % of cases or of the scheme's own."""


def edges_of(laws: Sequence[Law]) -> Floats:
    """Edges of the classes in which losses are shown: from 0 to what few cases pass; the last class is open."""
    least = min(0.0, *(float(law.values[0]) for law in laws))
    most = max(1.0, *(law.quantile(0.995) for law in laws))
    return np.linspace(least, most, CLASSES + 1)


def chances_in(law: Law, edges: Floats) -> Floats:
    """Chance of each class, the last one open.

    Parameters
    ----------
    law : Law
    edges : ndarray, shape (n_classes + 1,)
        Rising, fen.

    Returns
    -------
    ndarray, shape (n_classes,)
        0-1; they sum to 1 where no value lies below the first edge.
    """
    found: Floats = np.histogram(law.values, np.append(edges[:-1], np.inf), weights=law.chances)[0]
    return found


def marks_of(law: Law, lang: str) -> list[tuple[str, float]]:
    """Mean, value at risk and expected shortfall of a law, each with its name."""
    return [
        (say("mean", lang), law.mean),
        (say("var", lang, level="95%"), law.quantile(0.95)),
        (say("var", lang, level="99%"), law.quantile(0.99)),
        (say("es", lang, level="99%"), law.tail_mean(0.99)),
    ]


def exact_losses(gross: Law, net: Law, title: str, lang: str) -> Figure:
    """Chances of classes of gross and of bank net loss, with the marks of the net loss."""
    with style.drawing():
        note = either(lang, "精确分布，没有模拟误差；各档为概率，最后一档不封顶", "exact, no simulation error; chances by class, the last one open")
        figure = style.blank_figure(say("losses", lang), f"{title}\n{note}", height=5.0)
        axes = figure.subplots()
        if gross.values[-1] <= 0 and net.values[-1] <= 0:
            sentence_instead(axes, either(lang, "没有损失", "There is no loss"))
            return figure
        edges = edges_of([gross, net])
        unit = money_unit(float(edges[-1]), lang)
        figure.subplots_adjust(bottom=0.62 / 5.0)
        for law, colour, key in ((gross, style.GROSS, "losses_gross"), (net, style.BANK, "losses_net")):
            heights = chances_in(law, edges) * 100
            axes.stairs(heights, edges / unit.fen, fill=True, color=colour, alpha=0.4, label=say(key, lang))
            axes.stairs(heights, edges / unit.fen, color=colour, linewidth=1.3)
        axes.set_xlim(edges[0] / unit.fen, edges[-1] / unit.fen)
        axes.set_xlabel(say("losses_axis", lang, unit=unit.label), fontsize=9)
        axes.yaxis.set_major_formatter("{x:g}%")
        style.unit_on_top(axes, either(lang, "概率", "chance"))
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.985), ncols=2, frameon=False, handlelength=1.2, fontsize=9.5)
        name = say("losses_net", lang)
        marks = [(place / unit.fen, f"{word} {unit.amount(place)}") for word, place in marks_of(net, lang)]
        _mark(axes, [(place, f"{name}{say('colon', lang)}{text}" if number == 0 else text) for number, (place, text) in enumerate(marks)])
        return figure


def _mark(axes: Axes, marks: Sequence[tuple[float, str]]) -> None:
    """Mark places with lines of falling height, each named at its top; those beyond the right edge are named there."""
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top * 1.45)
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= 100])
    left, right = axes.get_xlim()
    for row, (place, name) in enumerate(sorted(marks)):
        height, at = top * (1.38 - 0.105 * row), min(place, right)
        axes.plot([at, at], [0, height], color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)))
        on_left = at > left + 0.6 * (right - left)
        axes.annotate(
            name, (at, height), xytext=(-4 if on_left else 4, 0), textcoords="offset points", ha="right" if on_left else "left",
            va="center", fontsize=9, color=style.INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip


def pool_sizes(law: Law, own: float) -> Floats:
    """Sizes of the pool at which the chance of being too small is shown, the scheme's own among them."""
    most = max(own, law.quantile(0.99), 1.0) * FARTHEST
    return np.unique(np.append(np.linspace(0.0, most, SIZES), own))


def exact_pool(law: Law, own: float, title: str, lang: str) -> Figure:
    """Chance that a pool would be too small, by its size; the scheme's own is marked."""
    with style.drawing():
        head = either(lang, "资金池多大才够：不够用的概率", "Chance that a pool of this size is too small")
        note = either(lang, "精确分布，没有模拟误差", "exact, no simulation error")
        figure = style.blank_figure(head, f"{title}\n{note}", height=4.8)
        axes = figure.subplots()
        figure.subplots_adjust(bottom=0.62 / 4.8)
        sizes = pool_sizes(law, own)
        unit = money_unit(float(sizes[-1]), lang)
        chances = np.array([law.passing(size) for size in sizes]) * 100
        axes.fill_between(sizes / unit.fen, chances, color=style.POOL, alpha=0.12, linewidth=0)
        axes.plot(sizes / unit.fen, chances, color=style.POOL, linewidth=2)
        axes.set_xlim(0, sizes[-1] / unit.fen)
        axes.set_ylim(0, max(float(chances.max()) * 1.12, 1.0))
        axes.yaxis.set_major_formatter("{x:g}%")
        axes.set_xlabel(either(lang, f"资金池规模（{unit.label}）", f"size of the pool ({unit.label})"), fontsize=9)
        figure.subplots_adjust(right=1 - 1.9 / 8.4)
        names = [(own, either(lang, "初始资金", "endowment")), (law.quantile(0.5), "P50"), (law.quantile(0.95), "P95")]
        _name_sizes(axes, law, sorted(names, reverse=True), own, unit, lang)
        return figure


def _name_sizes(axes: Axes, law: Law, names: Sequence[tuple[float, str]], own: float, unit: MoneyUnit, lang: str) -> None:
    """Name points of the curve in a column at the right, each joined to its point; the largest size lowest."""
    top = axes.get_ylim()[1]
    chances = [law.passing(size) * 100 for size, _ in names]
    places = style.spread(chances, 0.15 * top, 0.06 * top, 0.95 * top)
    for (size, name), short, place in zip(names, chances, places, strict=True):
        colour = style.INK if size == own else style.POOL
        axes.plot([size / unit.fen], [short], "o", color=colour, markersize=6, markeredgecolor="white", zorder=5)
        axes.annotate(
            f"{name} {unit.amount(size)}\n{either(lang, '不够用的概率', 'too small:')} {percent(short / 100, 1)}", (size / unit.fen, short),
            xytext=(1.02, place), textcoords=("axes fraction", "data"), va="center", fontsize=9, color=colour, linespacing=1.35,
            annotation_clip=False, arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 3},
        )  # fmt: skip
