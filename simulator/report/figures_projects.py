"""Chart of projects that pass stages: how far they get, and what they cost the public purse in the end, history by history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report import style
from simulator.report.text import money_unit
from simulator.results.estimates import order_statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.report.charted import Charted

BACK = "#56b4e9"
"""Money that comes back to the public purse in the end."""

EACH_STAGE = 0.42
"""Inches of height that one stage takes."""


def project_stages(charted: Charted) -> Figure:
    """Projects that enter each stage, those that fail there apart; beside it the distribution of the net fiscal cost."""
    with style.drawing():
        stages = stages_of(charted)
        height = max(4.2, 2.4 + EACH_STAGE * (len(stages) + 1))
        figure = style.blank_figure(charted.say("project_stages"), charted.subtitle(charted.say("stages_note")), height=height)
        left, right = figure.subplots(1, 2)
        width = max(style.width_of(name) for name in (*stages, charted.say("passed_all")))
        left_edge, top = (0.3 + 0.072 * width) / style.figure_width(), figure.subplotpars.top - 0.5 / height
        figure.subplots_adjust(left=left_edge, wspace=0.75, right=1 - 0.2 / style.figure_width(), bottom=0.62 / height, top=top)
        _draw_stages(left, charted, stages)
        _draw_cost(right, charted)
        return figure


def stages_of(charted: Charted) -> list[str]:
    """Stages of the scheme's projects, in order."""
    return [
        name.removeprefix("stage.").removesuffix(".reached") for name in charted.finals if name.startswith("stage.") and name.endswith(".reached")
    ]


def _draw_stages(axes: Axes, charted: Charted, stages: Sequence[str]) -> None:
    rows = [(stage, charted.finals[f"stage.{stage}.reached"], charted.finals[f"stage.{stage}.failed"]) for stage in stages]
    succeeded = charted.finals["project.succeeded"]
    rows.append((charted.say("passed_all"), succeeded, np.zeros_like(succeeded)))
    for row, (_, reached, failed) in enumerate(rows):
        on, out = float(np.mean(reached - failed)), float(np.mean(failed))
        axes.barh(row, on, height=0.62, color=style.LENDING, alpha=0.85, label=charted.say("stage_passed") if row == 0 else None)
        axes.barh(
            row,
            out,
            left=on,
            height=0.62,
            color=style.BANK,
            alpha=0.85,
            hatch="////",
            edgecolor="white",
            linewidth=0,
            label=charted.say("stage_failed") if row == 0 else None,
        )
        low, high = _middle(reached)
        axes.plot([low, high], [row, row], color=style.INK, linewidth=1.2, marker="|", markersize=7)
        span = f"{on + out:,.1f} ({low:,.0f}–{high:,.0f})" if low < high else f"{low:,.0f}"
        axes.annotate(
            span, (1, row), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9, color=style.INK
        )
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axes.invert_yaxis()
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(charted.say("projects_axis"), fontsize=9)
    axes.set_title(charted.say("stages_left"), pad=40)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.04, 0.985), frameon=False, handlelength=1.2, fontsize=9, labelspacing=0.3)


def _draw_cost(axes: Axes, charted: Charted) -> None:
    cost = np.asarray(charted.finals["fiscal.net_cost"], dtype=np.float64)
    unit = money_unit(float(np.abs(cost).max()), charted.lang)
    edges = _edges(cost / unit.fen)
    for some, colour, key in ((cost > 0, style.POOL, "cost_spent"), (cost <= 0, BACK, "cost_back")):
        weights = np.full(int(some.sum()), 100 / cost.size)
        axes.hist(cost[some] / unit.fen, edges, weights=weights, color=colour, alpha=0.85, label=charted.say(key, share=f"{some.mean():.0%}"))
    low, high = _middle(cost)
    for place, height, name in ((low, 0.85, "5%"), (float(cost.mean()), 0.92, charted.say("mean")), (high, 0.85, "95%")):
        axes.axvline(place / unit.fen, color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)), ymax=height - 0.01)
        axes.annotate(name, (place / unit.fen, height), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=9, color=style.INK)
    axes.margins(y=0.25)
    axes.yaxis.set_major_formatter("{x:g}%")
    axes.set_xlabel(charted.say("cost_axis", unit=unit.label), fontsize=9)
    axes.set_title("\n".join(style.wrapped(charted.say("stages_right"), 28)), pad=40)
    axes.locator_params(axis="x", nbins=5)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.04, 0.985), frameon=False, handlelength=1.2, fontsize=9, labelspacing=0.3)


def _edges(values: NDArray[np.float64]) -> list[float]:
    """Edges of a histogram's bins, one of them at 0 where values lie on both sides of it."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    step = (high - low) / min(40, max(10, int(2 * values.size**0.5))) or 1.0
    return [step * place for place in range(int(np.floor(low / step)), int(np.ceil(high / step)) + 2)]


def _middle(values: NDArray[Any]) -> tuple[float, float]:
    return order_statistic(values, 0.05), order_statistic(values, 0.95)
