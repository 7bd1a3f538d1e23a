"""Chart of who pays: from gross loss, payer by payer, down to what stays with the banks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report import style
from simulator.report.chart_data_flows import hung, waterfall_table
from simulator.report.charted import sentence_instead
from simulator.report.text import money_unit, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.charted import Charted
    from simulator.report.text import MoneyUnit

ROW = 0.42
"""Inches of height that a step takes."""

NAMES, PERCENT, COLUMN = 1.75, 0.8, 0.069
"""Inches: left of the bars for names, right of them for per cents, and of a column of the numbers beyond those."""

COLUMNS = 22
"""Columns of text that a line of a name holds."""

Step = tuple[str, float, str, "float | None", "float | None"]


def waterfall(charted: Charted) -> Figure:
    """Bars that hang on each other from gross loss to bank net loss, with the interval of each mean and its part of the gross loss."""
    with style.drawing():
        steps: Sequence[Step] = waterfall_table(charted).rows  # type: ignore[assignment]
        height = 1.75 + ROW * len(steps)
        figure = style.blank_figure(charted.say("waterfall"), charted.subtitle(charted.say("waterfall_note")), height=height)
        axes = figure.subplots()
        bottom, top = 0.55 / height, figure.subplotpars.top + 0.2 / height
        figure.subplots_adjust(left=NAMES / style.figure_width(), bottom=bottom, top=top)
        gross = steps[0][1]
        if gross <= 0:
            sentence_instead(axes, charted.say("losses_none"))
            return figure
        unit = money_unit(max(end for pair in spans_of(steps) for end in pair), charted.lang)
        numbers = _numbers(steps, unit)
        beside = PERCENT + COLUMN * max(style.width_of(text) for text in numbers)
        figure.subplots_adjust(right=1 - beside / style.figure_width())
        _draw(axes, steps, numbers, unit)
        axes.set_yticks(range(len(steps)), ["\n".join(style.at_most(step[0], COLUMNS)) for step in steps], color=style.INK, fontsize=style.SMALLEST)
        axes.set_ylim(len(steps) - 0.45, -0.6)
        axes.set_xlabel(charted.say("waterfall_axis", unit=unit.label), fontsize=style.SMALLEST)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        return figure


def spans_of(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each bar starts and ends: totals on 0, changes where the step before ended.

    Examples
    --------
    >>> spans_of([("gross", 10.0, "total", None, None), ("pool", -4.0, "change", None, None), ("net", 6.0, "total", None, None)])
    [(0.0, 10.0), (10.0, 6.0), (0.0, 6.0)]
    """
    return hung([amount for _, amount, *_ in steps], [role == "total" for _, _, role, *_ in steps])


def _numbers(steps: Sequence[Step], unit: MoneyUnit) -> list[str]:
    """Write each step's amount and its interval, all to the same digits; an interval that holds 0 is only drawn."""
    decimals, found = unit.decimals(steps[0][1]), []
    for _, amount, role, low, high in steps:
        text = f"{amount / unit.fen:{'' if role == 'total' else '+'},.{decimals}f}".replace("-", "−")
        if low is not None and high is not None and low * high >= 0:
            least, most = sorted(abs(bound) / unit.fen for bound in (low, high))
            text += f" ({least:,.{decimals}f}–{most:,.{decimals}f})"
        found.append(text)
    return found


def _draw(axes: Axes, steps: Sequence[Step], numbers: Sequence[str], unit: MoneyUnit) -> None:
    spans = [(start / unit.fen, end / unit.fen) for start, end in spans_of(steps)]
    for row, ((_, amount, role, low, high), (start, end)) in enumerate(zip(steps, spans, strict=True)):
        axes.barh(row, end - start, left=start, height=0.62, **_look(row, role, amount))  # type: ignore[arg-type]
        if row + 1 < len(steps):
            axes.plot([end, end], [row - 0.31, row + 1.31], color=style.QUIET, linewidth=0.8, zorder=1)
        if low is not None and high is not None:
            ends = [end + (bound - amount) / unit.fen for bound in (low, high)]
            axes.plot(ends, [row, row], color=style.INK, linewidth=1.1, marker="|", markersize=7, zorder=4)
        part = percent(abs(amount) / steps[0][1], 0 if row == 0 else 1)
        for text, place, side, weight, colour in ((part, 44, "right", "bold", style.INK), (numbers[row], 50, "left", "normal", style.QUIET)):
            axes.annotate(
                text, (1, row), xycoords=("axes fraction", "data"), xytext=(place, 0), textcoords="offset points", ha=side, va="center",
                fontsize=style.SMALLEST, color=colour, fontweight=weight,
            )  # fmt: skip
    axes.set_xlim(min(0.0, *(min(pair) for pair in spans)), None)


def _look(row: int, role: str, amount: float) -> dict[str, object]:
    """Gross loss grey, the banks' orange, payers blue; one that gets more than it pays is hatched."""
    if role == "total":
        return {"color": style.GROSS if row == 0 else style.BANK}
    if amount <= 0:
        return {"color": style.POOL}
    return {"facecolor": "white", "edgecolor": style.POOL, "hatch": "////"}
