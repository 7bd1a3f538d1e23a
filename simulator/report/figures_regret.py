"""Charts of a regret study: what each scheme may cost against the best, and which scheme is best where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
from simulator.report.figures_ranges import scale_of
from simulator.report.text import either, percent
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.ranges import Ranged
    from simulator.results.regret import MeasureRegret, RegretStudy

COLOURS = (style.POOL, style.BANK, style.LENDING, "#cc79a7", "#332288", "#a6761d", "#56b4e9", "#6b7280")
NAMES, NUMBERS, ROW = 1.65, 1.6, 0.52
"""Inches for the names of the schemes at the left, for the shares of futures at the right, and of a row."""

KEY = 1.85
"""Inches right of the map for the key of the schemes."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")


def regret_figures(study: RegretStudy, lang: str) -> Iterator[tuple[str, Figure]]:
    """Draw both charts of each measure: (file stem, figure)."""
    for name, found in study.measures.items():
        yield f"regret_{name}", regret_dots(study, found, lang)
        yield f"map_{name}", decision_map(study, found, lang)


def regret_dots(study: RegretStudy, found: MeasureRegret, lang: str) -> Figure:
    """Regret of each scheme over the futures: all of them, their mean, nine of ten, and the worst."""
    measure = measure_named(found.name)
    note = either(
        lang,
        "小点：每种未来；大点：平均；竖线：九成未来不超过；右端：最大",
        "small dots: futures; large dot: mean; tick: not exceeded in nine of ten; right end: worst",
    )
    with style.drawing():
        title = either(lang, f"选错会后悔多少：{measure.zh}", f"What the wrong choice costs: {measure.en}")
        tall = ROW * max(len(study.schemes), 2)
        figure = placing.under_head(title, f"{_subtitle(study, lang)}\n{note}", tall + 0.5)
        axes = placing.axes_at(figure, 0.15 + NAMES, 0.6, style.figure_width() - NAMES - NUMBERS - 0.25, tall)
        scale, unit = scale_of(found.regrets.ravel(), measure.unit, lang)
        for row in range(len(study.schemes)):
            colour = COLOURS[row % len(COLOURS)]
            axes.plot(found.regrets[:, row] / scale, np.full(study.n_futures, row), ".", color=colour, alpha=0.35, markersize=5)
            axes.plot([0, found.worst[row] / scale], [row, row], color=colour, linewidth=1)
            axes.plot([found.often[row] / scale] * 2, [row - 0.25, row + 0.25], color=colour, linewidth=2)
            axes.plot([found.mean[row] / scale], [row], MARKERS[row % len(MARKERS)], color=colour, markersize=8)
            best, level = percent(float(found.share_best[row]), 0), percent(float(found.share_level[row]), 0)
            text = either(lang, f"最好 {best}\n最好或不相上下 {level}", f"best in {best}\nbest or level in {level}")
            axes.annotate(
                text, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points", va="center",
                fontsize=style.SMALLEST, color=style.INK, linespacing=1.3,
            )  # fmt: skip
        names = ["\n".join(style.at_most(name, int((NAMES - 0.1) / placing.COLUMN))) for name in study.schemes]
        axes.set_yticks(range(len(study.schemes)), names, color=style.INK, fontsize=style.SMALLEST, linespacing=1.2)
        axes.set_ylim(len(study.schemes) - 0.5, -0.5)
        axes.set_xlim(left=-0.03 * max(axes.get_xlim()[1], 1e-9))
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        axes.locator_params(axis="x", nbins=5)
        axes.set_xlabel(either(lang, f"比当时最好的方案差多少（{unit}）", f"behind the best of that future ({unit})"), fontsize=style.SMALLEST)
        return figure


def decision_map(study: RegretStudy, found: MeasureRegret, lang: str) -> Figure:
    """Futures by the two assumptions that decide most who is best, each with its best scheme; hollow where that is within noise."""
    measure = measure_named(found.name)
    note = either(
        lang,
        "每点一种未来，颜色和形状为最好的方案；空心：与另一方案在噪声之内不相上下",
        "a dot a future, its colour and shape the best scheme; hollow: level with another within noise",
    )
    with style.drawing():
        title = either(lang, f"什么情况下哪个方案最好：{measure.zh}", f"Which scheme is best where: {measure.en}")
        across, up = _axes_of(study, found)
        entries = [_entry(study, found, number, lang) for number in range(len(study.schemes))]
        tall = max(3.3, 0.12 + sum(placing.LINE * len(lines) + 0.1 for lines in entries))
        below = style.at_most(study.assumptions[across].name(lang), 64)
        foot = 0.34 + placing.LINE * len(below)
        figure = placing.under_head(title, f"{_subtitle(study, lang)}\n{note}", tall + foot)
        left = 0.25 + placing.COLUMN * max(style.width_of(text) for text in _ends(study.assumptions[up])) if up is not None else 0.4
        axes = placing.axes_at(figure, left, foot, style.figure_width() - left - KEY - 0.15, tall)
        x = study.places[:, across]
        y = study.places[:, up] if up is not None else np.zeros(len(x))
        for number in range(len(study.schemes)):
            colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            for tied in (False, True):
                chosen = (found.best == number) & (found.tied == tied)
                axes.plot(x[chosen], y[chosen], marker, color=colour, markerfacecolor="white" if tied else colour, markersize=7, linestyle="none")
        _legend(axes, entries)
        _range_axis(axes, study.assumptions[across], is_x=True)
        axes.set_xlabel("\n".join(below), fontsize=style.SMALLEST)
        if up is None:
            axes.set_yticks([])
        else:
            _range_axis(axes, study.assumptions[up], is_x=False)
            name = style.at_most(study.assumptions[up].name(lang), 66, 1)[0]
            axes.annotate(
                name, (0, 1), xycoords="axes fraction", xytext=(-72 * (left - 0.25), 8), textcoords="offset points", fontsize=style.SMALLEST,
                color=style.QUIET,
            )  # fmt: skip
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


def _entry(study: RegretStudy, found: MeasureRegret, number: int, lang: str) -> list[str]:
    """Lines of a scheme in the key: its name, and in how many futures it is best, alone or level with another."""
    chosen = found.best == number
    alone, level = int(np.count_nonzero(chosen & ~found.tied)), int(np.count_nonzero(chosen & found.tied))
    name = style.at_most(study.schemes[number], int((KEY - 0.35) / placing.COLUMN))
    return [*name, either(lang, f"实心 {alone}，空心 {level}", f"{alone} filled, {level} hollow")]


def _legend(axes: Axes, entries: Sequence[Sequence[str]]) -> None:
    """Name colours and shapes in a column right of the map."""
    inches = axes.get_window_extent().height / axes.figure.dpi
    top = inches - 0.05
    for number, lines in enumerate(entries):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        axes.annotate(
            "\n".join(lines), (1, top / inches), xycoords="axes fraction", xytext=(22, 0), textcoords="offset points", va="top",
            fontsize=style.SMALLEST, color=style.INK, linespacing=1.3,
        )  # fmt: skip
        width = axes.get_window_extent().width / axes.figure.dpi
        axes.plot([1 + 0.17 / width], [(top - 0.08) / inches], marker, color=colour, markersize=7, transform=axes.transAxes, clip_on=False)
        top -= placing.LINE * len(lines) + 0.1


def _ends(ranged: Ranged) -> tuple[str, ...]:
    return (ranged.low, ranged.high, ranged.value)


def _range_axis(axes: Axes, ranged: Ranged, *, is_x: bool) -> None:
    """Name the ends of a range and the file's own value, as the file writes them, where they do not touch."""
    low, high = ranged.ends
    margin = 0.04 * (high - low) or 1.0
    box = axes.get_window_extent()
    inches = (box.width if is_x else box.height) / axes.figure.dpi
    known = {low: ranged.low, high: ranged.high} | ({ranged.own: ranged.value} if ranged.own is not None and ranged.value else {})
    places = sorted(known)
    sizes = [placing.COLUMN * style.width_of(known[place]) + 0.12 if is_x else 0.2 for place in places]
    at = [inches * (place - low + margin) / (high - low + 2 * margin) for place in places]
    shown = [places[number] for number in placing.spaced(at, sizes)]
    (axes.xaxis if is_x else axes.yaxis).set_ticks(shown, [known[place] for place in shown], fontsize=style.SMALLEST)
    (axes.set_xlim if is_x else axes.set_ylim)(low - margin, high + margin)


def _subtitle(study: RegretStudy, lang: str) -> str:
    return either(
        lang,
        f"{len(study.schemes)} 个方案，{study.n_futures} 种未来（{len(study.assumptions)} 项假设一同变动），每种{study.histories:,}次模拟",
        f"{len(study.schemes)} schemes in {study.n_futures} futures ({len(study.assumptions)} assumptions move together), {study.histories:,} "
        "histories each",
    )
