"""Chart of what the assumptions move: a measure at every point against its strongest assumption, and the ranking of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import sentence_instead
from simulator.report.text import chance, money_unit, quantity
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.report.charted import Charted
    from simulator.results.ranges import Ranged, RangeStudy

BARS = 8
HEIGHT = 5.6
CLOSE = 0.13
"""Part of an axis that two labels under it need between them."""


def assumption_ranges(charted: Charted) -> Figure:
    """Points of the study against the assumption that goes with the principal measure most; beside it the rank correlations of the strongest."""
    study = charted.ranges
    name = study.principal if study else None
    with style.drawing():
        if study is None or name is None:
            figure = style.blank_figure(charted.say("assumption_ranges"), charted.subtitle())
            sentence_instead(figure.subplots(), charted.say("ranges_none"))
            return figure
        title = charted.say("ranges", what=measure_named(name).title(charted.lang))
        note = charted.say("ranges_note", n=study.n_points, k=len(study.assumptions), h=study.histories)
        figure = style.blank_figure(title, f"{charted.subtitle()}\n{note}", height=HEIGHT)
        left, right = figure.subplots(1, 2)
        top = figure.subplotpars.top - 0.2 / HEIGHT
        figure.subplots_adjust(left=0.55 / style.figure_width(), wspace=1.2, bottom=0.85 / HEIGHT, right=1 - 0.6 / style.figure_width(), top=top)
        _points(left, charted, study, name)
        _bars(right, charted, study, name)
        return figure


def _points(axes: Axes, charted: Charted, study: RangeStudy, name: str) -> None:
    strongest = study.influences[name][0].assumption
    column = [one.path for one in study.assumptions].index(strongest.path)
    estimated = charted.measures[name]
    own = estimated.mean if estimated else float("nan")
    scale, unit = scale_of(np.append(study.moved[name], own), measure_named(name).unit, charted.lang)
    axes.axhline(own / scale, color=style.RULE, linewidth=1.2)
    axes.plot(study.values[:, column], study.moved[name] / scale, "o", color=style.POOL, markersize=6, alpha=0.85)
    if strongest.own is not None:
        axes.plot([strongest.own], [own / scale], "D", color=style.INK, markersize=7, markerfacecolor="white", markeredgewidth=1.6)
    axes.annotate(
        charted.say("ranges_own", value=_shown(own, charted, name)), (1, own / scale), xycoords=("axes fraction", "data"),
        xytext=(-2, 3), textcoords="offset points", ha="right", va="bottom", fontsize=9, color=style.INK, path_effects=style.halo(),
    )  # fmt: skip
    _range_axis(axes, strongest)
    axes.margins(y=0.1)
    style.unit_on_top(axes, unit)
    axes.set_title("\n".join(style.wrapped(charted.say("ranges_against"), 30)), pad=20)
    axes.set_xlabel("\n".join(style.wrapped(strongest.name(charted.lang), 34)), fontsize=9)


def _shown(value: float, charted: Charted, name: str) -> str:
    measure = measure_named(name)
    return chance(value, charted.n_histories) if measure.kind == "chance" else quantity(value, measure.unit, charted.lang)


def scale_of(values: NDArray[np.float64], unit: str, lang: str) -> tuple[float, str]:
    """Return what one step of an axis is worth in the measure's unit, and how the axis is labelled."""
    if unit == "fen":
        money = money_unit(float(np.abs(values).max()), lang)
        return money.fen, money.label
    return (0.01, "%") if unit in ("share", "rate") else (1.0, "")


def _range_axis(axes: Axes, ranged: Ranged) -> None:
    """Name the ends of the range and the file's own value under the axis, as the file writes them."""
    low, high = ranged.ends
    ticks = {low: ranged.low, high: ranged.high}
    own = ranged.own
    if own is not None and min(own - low, high - own) > CLOSE * (high - low):
        ticks[own] = ranged.value
    axes.set_xticks(sorted(ticks), [ticks[place] for place in sorted(ticks)])
    margin = 0.04 * (high - low) or 1.0
    axes.set_xlim(low - margin, high + margin)


def _bars(axes: Axes, charted: Charted, study: RangeStudy, name: str) -> None:
    found = study.influences[name][:BARS]
    axes.axvspan(-study.chance_bound, study.chance_bound, color=style.RULE, alpha=0.6, linewidth=0)
    axes.axvline(0, color=style.QUIET, linewidth=0.8)
    for row, one in enumerate(found):
        shows = abs(one.correlation) > study.chance_bound
        axes.barh(row, one.correlation, height=0.62, color=style.POOL if shows else style.GROSS)
        axes.annotate(
            f"{one.correlation:+.2f}", (1, row), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=9, color=style.INK if shows else style.QUIET,
        )  # fmt: skip
    names = ["\n".join(style.wrapped(one.assumption.name(charted.lang), 26)[:2]) for one in found]
    axes.set_yticks(range(len(found)), names, color=style.INK, fontsize=9, linespacing=1.0)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_xlim(-1, 1)
    axes.set_xticks((-1, 0, 1))
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_title("\n".join(style.wrapped(charted.say("ranges_ranking"), 28)), pad=10)
    axes.set_xlabel("\n".join(style.wrapped(charted.say("ranges_grey", bound=f"{study.chance_bound:.2f}"), 30)), fontsize=9)
