"""Charts of a regret study: what each scheme may cost against the best, and which scheme is best where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.figures_ranges import scale_of
from simulator.report.text import either, percent
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.ranges import Ranged
    from simulator.results.regret import MeasureRegret, RegretStudy

COLOURS = (style.POOL, style.BANK, style.LENDING, "#cc79a7", "#332288", "#a6761d", "#56b4e9", "#6b7280")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")


def regret_figures(study: RegretStudy, lang: str) -> Iterator[tuple[str, Figure]]:
    """Draw both charts of each measure: (file stem, figure)."""
    for name, found in study.measures.items():
        yield f"regret_{name}", regret_dots(study, found, lang)
        yield f"map_{name}", decision_map(study, found, lang)


def regret_dots(study: RegretStudy, found: MeasureRegret, lang: str) -> Figure:
    """Regret of each scheme over the futures: all of them, their mean, nine of ten, and the worst."""
    width, height = 8.8, 1.9 + 0.5 * max(len(study.schemes), 2)
    measure = measure_named(found.name)
    note = either(
        lang,
        "小点：每种未来；大点：平均；竖线：九成未来不超过；右端：最大",
        "small dots: futures; large dot: mean; tick: not exceeded in nine of ten; right end: worst",
    )
    with style.drawing():
        title = either(lang, f"选错会后悔多少：{measure.zh}", f"What the wrong choice costs: {measure.en}")
        figure = style.blank_figure(title, f"{_subtitle(study, lang)}\n{note}", width=width, height=height)
        axes = figure.subplots()
        figure.subplots_adjust(left=2.2 / width, right=1 - 2.5 / width, bottom=0.65 / height)
        scale, unit = scale_of(found.regrets.ravel(), measure.unit, lang)
        for row in range(len(study.schemes)):
            colour = COLOURS[row % len(COLOURS)]
            axes.plot(found.regrets[:, row] / scale, np.full(study.n_futures, row), ".", color=colour, alpha=0.35, markersize=5)
            axes.plot([0, found.worst[row] / scale], [row, row], color=colour, linewidth=1)
            axes.plot([found.often[row] / scale] * 2, [row - 0.25, row + 0.25], color=colour, linewidth=2)
            axes.plot([found.mean[row] / scale], [row], "o", color=colour, markersize=8)
            best, level = percent(float(found.share_best[row]), 0), percent(float(found.share_level[row]), 0)
            text = either(lang, f"最好 {best}\n最好或不相上下 {level}", f"best in {best}\nbest or level in {level}")
            axes.annotate(
                text,
                (1, row),
                xycoords=("axes fraction", "data"),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                color=style.INK,
            )
        axes.set_yticks(range(len(study.schemes)), ["\n".join(style.wrapped(name, 22)[:2]) for name in study.schemes], color=style.INK, fontsize=9.5)
        axes.set_ylim(len(study.schemes) - 0.5, -0.5)
        axes.set_xlim(left=-0.01 * max(axes.get_xlim()[1], 1e-9))
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(either(lang, f"比当时最好的方案差多少（{unit}）", f"behind the best of that future ({unit})"))
        return figure


def decision_map(study: RegretStudy, found: MeasureRegret, lang: str) -> Figure:
    """Futures by the two assumptions that decide most who is best, each with its best scheme; hollow where that is within noise."""
    width, height = 8.8, 5.6
    measure = measure_named(found.name)
    note = either(
        lang,
        "每点一种未来，颜色和形状为最好的方案；空心：与另一方案在噪声之内不相上下",
        "a dot a future, its colour and shape the best scheme; hollow: level with another within noise",
    )
    with style.drawing():
        title = either(lang, f"什么情况下哪个方案最好：{measure.zh}", f"Which scheme is best where: {measure.en}")
        figure = style.blank_figure(title, f"{_subtitle(study, lang)}\n{note}", width=width, height=height)
        axes = figure.subplots()
        figure.subplots_adjust(left=1.1 / width, right=1 - 2.4 / width, bottom=0.75 / height)
        across, up = _axes_of(study, found)
        x = study.places[:, across]
        y = study.places[:, up] if up is not None else np.zeros(len(x))
        for number in range(len(study.schemes)):
            colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            for tied in (False, True):
                chosen = (found.best == number) & (found.tied == tied)
                axes.plot(x[chosen], y[chosen], marker, color=colour, markerfacecolor="white" if tied else colour, markersize=7, linestyle="none")
        _legend(axes, study, found, lang)
        _range_axis(axes, study.assumptions[across], lang, is_x=True)
        if up is None:
            axes.set_yticks([])
        else:
            _range_axis(axes, study.assumptions[up], lang, is_x=False)
        if found.split and found.split.column in (across, up):
            draw = axes.axvline if found.split.column == across else axes.axhline
            draw(found.split.threshold, color=style.QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
        axes.grid(visible=False)
        return figure


def _axes_of(study: RegretStudy, found: MeasureRegret) -> tuple[int, int | None]:
    """Columns of the assumption of the split, if there is one, and of those that go with the difference of the rivals most."""
    paths = [one.path for one in study.assumptions]
    order = [paths.index(one.assumption.path) for one in found.influences]
    if found.split:
        order = [found.split.column, *(column for column in order if column != found.split.column)]
    return order[0], order[1] if len(order) > 1 else None


def _legend(axes: Axes, study: RegretStudy, found: MeasureRegret, lang: str) -> None:
    from matplotlib.lines import Line2D

    handles = []
    for number, name in enumerate(study.schemes):
        count = int(np.count_nonzero(found.best == number))
        label = "\n".join(style.wrapped(name, 22)[:2]) + either(lang, f"\n{count} 种未来最好", f"\nbest in {count} futures")
        handles.append(Line2D([], [], color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)], linestyle="none", label=label))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=9, labelspacing=1.1)


def _range_axis(axes: Axes, ranged: Ranged, lang: str, *, is_x: bool) -> None:
    low, high = ranged.ends
    margin = 0.04 * (high - low) or 1.0
    axis = axes.xaxis if is_x else axes.yaxis
    ticks, labels = [low, high], [ranged.low, ranged.high]
    if ranged.own is not None and min(ranged.own - low, high - ranged.own) > 0.1 * (high - low):
        ticks, labels = [low, ranged.own, high], [ranged.low, ranged.value, ranged.high]
    axis.set_ticks(ticks, labels)
    (axes.set_xlim if is_x else axes.set_ylim)(low - margin, high + margin)
    if is_x:
        axes.set_xlabel(ranged.name(lang), fontsize=9.5)
    else:
        axes.annotate(
            ranged.name(lang), (0, 1), xycoords="axes fraction", xytext=(-50, 8), textcoords="offset points", fontsize=9.5, color=style.QUIET
        )


def _subtitle(study: RegretStudy, lang: str) -> str:
    return either(
        lang,
        f"{len(study.schemes)} 个方案，{study.n_futures} 种未来（{len(study.assumptions)} 项假设一同变动），每种{study.histories:,}次模拟",
        f"{len(study.schemes)} schemes in {study.n_futures} futures ({len(study.assumptions)} assumptions move together), {study.histories:,} "
        "histories each",
    )
