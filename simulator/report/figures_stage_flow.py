"""Chart of projects through their stages: a stream that thins where projects fail, and under it the money of each kind at the stages it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report import style
from simulator.report.chart_data_flows import stage_flow_table, stage_money
from simulator.report.charted import sentence_instead
from simulator.report.text import money_unit, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.chart_data_flows import StageMoney
    from simulator.report.charted import Charted

LEFT, RIGHT = 1.4, 0.2
"""Inches left and right of the stream."""

STREAM, FALL, LANE = 1.05, 0.62, 0.3
"""Inches: height of the stream at its start, depth to which failures fall, height of a lane of money."""

COLOURS = {"money_grants": "#0072b2", "money_insurance": "#cc79a7", "money_paid": "#cc79a7", "money_loans": "#d55e00", "money_equity": "#332288"}
"""Of each kind of money; what comes back is green. Each lane is named."""


def stage_flow(charted: Charted) -> Figure:
    """Projects as a stream through the stages, those that fail falling out of it; the money paid at each stage in lanes below."""
    with style.drawing():
        lanes = stage_money(charted)
        figure = style.blank_figure(charted.say("stage_flow"), charted.subtitle(charted.say("stage_flow_note")))
        above = (1 - figure.subplotpars.top) * figure.get_figheight() - 0.25
        height = above + 0.45 + STREAM + FALL + 0.62 + LANE * len(lanes)
        figure = style.blank_figure(charted.say("stage_flow"), charted.subtitle(charted.say("stage_flow_note")), height=height)
        axes = figure.add_axes((0, 0, 1, 1 - above / height))
        axes.set_axis_off()
        rows = stage_flow_table(charted).rows
        if not rows or not rows[0][1]:
            sentence_instead(axes, charted.say("no_projects"))
            return figure
        axes.set_xlim(0, style.figure_width())
        axes.set_ylim(height - above, 0)
        step = (style.figure_width() - LEFT - RIGHT) / len(rows)
        _stream(axes, rows, step, charted.lang)
        _lanes(axes, lanes, [str(row[0]) for row in rows], step, charted.lang)
        return figure


def _stream(axes: Axes, rows: Sequence[Sequence[object]], step: float, lang: str) -> None:
    top, scale = 0.5, STREAM / float(rows[0][1])  # type: ignore[arg-type]
    for number, row in enumerate(rows):
        name, entered, low, high, passed, failed = str(row[0]), *(float(value) for value in row[1:])  # type: ignore[arg-type]
        x = LEFT + number * step
        is_last = number == len(rows) - 1
        axes.fill_between([x, x + 0.06], top, top + entered * scale, color=style.INK, linewidth=0, zorder=3)
        _write(axes, x, top - 0.3, "\n".join(style.wrapped(name, max(int(step / 0.068), 4))[:1]), weight="bold")
        spread = f" ({low:,.0f}–{high:,.0f})" if low < high else ""
        _write(axes, x, top - 0.12, f"{entered:,.1f}{spread}")
        if is_last:
            break
        axes.fill_between([x + 0.06, x + step], top, top + passed * scale, color=style.LENDING, alpha=0.45, linewidth=0)
        if failed > 0:
            _fall(axes, x + 0.06, top + passed * scale, failed * scale, step)
            _write(axes, x + 0.1 + 0.45 * step, top + STREAM + FALL - 0.1, say("stage_fails", lang, n=f"{failed:,.1f}"), colour=style.BANK)


def _fall(axes: Axes, x: float, top: float, thick: float, step: float) -> None:
    """Draw the part of the stream that bends down and out of it."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    bottom, across, wide = 0.5 + STREAM + FALL - 0.22, x + 0.1 * step, min(thick, 0.3 * step)
    outer, inner = (across + wide, top), (x, top + thick)
    points = [
        (x, top), outer, (across + wide + 0.16 * step, top), (across + wide + 0.16 * step, bottom),
        (across + 0.16 * step, bottom), (across + 0.16 * step, top + thick), inner, inner, (x, top),
    ]  # fmt: skip
    codes = [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=style.BANK, alpha=0.55, linewidth=0, hatch="////", edgecolor="white"))


def _lanes(axes: Axes, lanes: Sequence[StageMoney], stages: Sequence[str], step: float, lang: str) -> None:
    """A bar a kind of money over the stages at which it is paid, with its amount."""
    top = 0.5 + STREAM + FALL + 0.3
    for number, one in enumerate(lanes):
        y = top + number * LANE
        places = [stages.index(stage) for stage in one.stages] or [len(stages) - 1]
        left, right = LEFT + min(places) * step, LEFT + (max(places) + 1) * step - 0.08
        colour = COLOURS.get(one.key, style.LENDING)
        axes.plot([LEFT, LEFT + len(stages) * step - 0.08], [y, y], color=style.RULE, linewidth=0.8, zorder=1)
        axes.plot([left, right], [y, y], color=colour, linewidth=7, solid_capstyle="butt", alpha=0.35 if one.key == "money_paid" else 0.9, zorder=2)
        axes.text(LEFT - 0.12, y, say(one.key, lang), ha="right", va="center", fontsize=style.SMALLEST)
        found = one.amount
        unit = money_unit(found.mean, lang)
        half = 0.0 if found.low is None or found.high is None else (found.high - found.low) / 2
        decimals = unit.decimals(found.mean)
        text = unit.amount(found.mean) + (f" ±{half / unit.fen:,.{decimals}f}" if round(half / unit.fen, decimals) else "")
        is_right = max(places) == len(stages) - 1
        axes.text(
            left - 0.08 if is_right else right + 0.08, y, text, ha="right" if is_right else "left", va="center", fontsize=style.SMALLEST,
            path_effects=style.halo(), zorder=4,
        )  # fmt: skip


def _write(axes: Axes, x: float, y: float, text: str, *, weight: str = "normal", colour: str = style.INK) -> None:
    axes.text(x, y, text, va="center", fontsize=style.SMALLEST, fontweight=weight, color=colour, path_effects=style.halo(), zorder=5)
