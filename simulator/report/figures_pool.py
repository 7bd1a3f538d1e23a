"""Charts of the pool: its balance over time, how long it lasts, and which endowment would have been enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report import style
from simulator.report.charted import fan, fan_ends, mark_horizon, month_axis, sentence_instead
from simulator.report.text import MoneyUnit, chance, money_unit, percent
from simulator.results.estimates import order_statistic, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.report.charted import Charted


HEIGHT, NAMED = 4.1, 1.5
"""Inches: height of the chart of survival, and room right of it for the sizes named there."""

UNDER = 0.4
"""Share of histories above which the end of the line is named under it, where a falling line leaves room."""


def pool_balance(charted: Charted) -> Figure:
    """Fan of the pool's month-end balance with its median, a few single histories, the endowment and the end of lending."""
    with style.drawing():
        figure = style.blank_figure(charted.say("pool_balance"), charted.subtitle(charted.say("bands") if charted.has_pool else ""))
        axes = figure.subplots()
        if not charted.has_pool:
            sentence_instead(axes, charted.say("no_pool"))
            return figure
        figure.subplots_adjust(right=1 - 1.3 / style.figure_width())
        unit = balance_fan(axes, charted, charted.series["pool.balance"], singles=6)
        style.unit_on_top(axes, unit.label)
        return figure


def balance_fan(axes: Axes, charted: Charted, balance: NDArray[Any], *, singles: int, unit: MoneyUnit | None = None, top: float = 0.0) -> MoneyUnit:
    """Draw one fan of balances with its labels, on a scale that reaches ``top`` fen; returns the unit of the vertical axis."""
    endowment = charted.endowment or 0
    unit = unit or money_unit(max(float(np.max(balance)), endowment), charted.lang)
    found = fan(axes, np.asarray(balance) / unit.fen, style.POOL, singles=singles)
    axes.axhline(endowment / unit.fen, color=style.INK, linewidth=0.9, linestyle=(0, (5, 3)))
    month_axis(axes, charted.months, most=8 if singles else 4)
    bottom = min(0.0, float(found.min()))
    axes.set_ylim(bottom, max(float(found.max()), endowment / unit.fen, top / unit.fen) * 1.06 or 1)
    mark_horizon(axes, charted)
    ends = [
        *fan_ends(charted, found, unit, style.POOL),
        (endowment / unit.fen, f"{charted.say('endowment')} {unit.number(endowment)}", style.INK),
    ]
    style.label_ends(axes, ends)
    return unit


def not_short(charted: Charted) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of histories with no shortfall up to the end of each month, and its Wilson band.

    Returns
    -------
    share : ndarray, shape (n_months,)
    band : ndarray, shape (2, n_months)
    """
    first = np.asarray(charted.finals["pool.first_shortfall"])
    short = np.sort(first[first >= 0])
    n = charted.n_histories
    left = n - np.searchsorted(short, charted.month_ends(), side="right")
    return left / n, np.array([wilson(int(count), n) for count in left]).T


def pool_survival(charted: Charted) -> Figure:
    """Share of histories not yet short by month, and beside it the chance that an endowment of any size would be too small."""
    with style.drawing():
        title = charted.say("survival" if charted.has_pool else "survival_no_pool")
        figure = style.blank_figure(title, charted.subtitle(charted.say("survival_note")), height=HEIGHT)
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1, 1)})
        figure.subplots_adjust(wspace=0.26, right=1 - NAMED / style.figure_width(), bottom=0.6 / HEIGHT, top=figure.subplotpars.top - 0.02)
        _draw_survival(left, charted)
        if charted.has_pool and "pool.needed" in charted.finals:
            _draw_needed(right, charted)
        else:
            sentence_instead(right, charted.say("survival_right_none"))
        return figure


def _draw_survival(axes: Axes, charted: Charted) -> None:
    share, band = not_short(charted)
    x = np.arange(len(charted.months))
    axes.fill_between(x, band[0] * 100, band[1] * 100, step="post", color=style.POOL, alpha=0.2, linewidth=0)
    axes.step(x, share * 100, where="post", color=style.POOL, linewidth=2, marker="o" if len(x) == 1 else "")
    axes.set_ylim(0, 103)
    month_axis(axes, charted.months, most=4)
    axes.yaxis.set_major_formatter("{x:.0f}%")
    axes.set_title(charted.say("survival_left"), pad=10)
    mark_horizon(axes, charted)
    ends = charted.say("interval", low=percent(band[0, -1], 0), high=percent(band[1, -1], 0))
    is_below = share[-1] > UNDER
    place = 100 * (band[0, -1] if is_below else band[1, -1])
    axes.annotate(
        f"{charted.say('not_short', share=chance(share[-1], charted.n_histories))}\n{ends}", (1, place), xycoords=("axes fraction", "data"),
        xytext=(-2, -4 if is_below else 4), textcoords="offset points", ha="right", va="top" if is_below else "bottom", color=style.POOL,
        fontsize=style.SMALLEST, linespacing=1.35, path_effects=style.halo(),
    )  # fmt: skip


def _draw_needed(axes: Axes, charted: Charted) -> None:
    needed = np.sort(np.asarray(charted.finals["pool.needed"], dtype=np.float64))
    endowment = charted.endowment or 0
    unit = money_unit(max(needed[-1], endowment), charted.lang)
    title = "\n".join(style.wrapped(charted.say("survival_right"), 40))
    axes.set_title(title, pad=10)
    if needed[-1] <= 0:
        sentence_instead(axes, charted.say("never_called"))
        axes.set_title(title, pad=10)
        return
    p50, p95 = order_statistic(needed, 0.5), order_statistic(needed, 0.95)
    right = max(endowment, p95) * 1.25
    x = np.concatenate([[0.0], needed])
    y = np.concatenate([[np.mean(needed > 0)], 1 - np.searchsorted(needed, needed, side="right") / needed.size]) * 100
    axes.fill_between(x / unit.fen, y, step="post", color=style.POOL, alpha=0.12, linewidth=0)
    axes.step(x / unit.fen, y, where="post", color=style.POOL, linewidth=2)
    axes.set_xlim(0, right / unit.fen)
    axes.set_ylim(0, 103)
    axes.yaxis.set_major_formatter("{x:.0f}%")
    axes.set_xlabel(charted.say("needed_axis", unit=unit.label), fontsize=9)
    axes.axvline(endowment / unit.fen, color=style.INK, linewidth=0.9, linestyle=(0, (5, 3)))
    marks = [(p50, "P50", style.POOL), (p95, "P95", style.POOL), (float(endowment), charted.say("endowment"), style.INK)]
    _label_sizes(axes, charted, needed, sorted(marks, reverse=True), unit)


def _label_sizes(axes: Axes, charted: Charted, needed: NDArray[np.float64], marks: list[tuple[float, str, str]], unit: MoneyUnit) -> None:
    """Name points of the curve in a column at the right, each joined to its point."""
    too_small = [float(np.mean(needed > size)) for size, _, _ in marks]
    low, high = 8.0, 97.0
    places = style.spread([min(max(share * 100, low), high) for share in too_small], 18.0, low, high)
    for (size, name, colour), share, place in zip(marks, too_small, places, strict=True):
        axes.plot([size / unit.fen], [share * 100], "o", color=colour, markersize=5, clip_on=False, zorder=5)
        axes.annotate(
            charted.say("needed_at", what=name, amount=unit.amount(size), share=chance(share, needed.size)),
            (size / unit.fen, share * 100), xytext=(1.02, place), textcoords=("axes fraction", "data"),
            va="center", fontsize=9, color=colour, linespacing=1.35,
            annotation_clip=False, arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 3},
        )  # fmt: skip
