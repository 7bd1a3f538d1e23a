"""Charts of losses: their distribution, and who bears them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import sentence_instead
from simulator.report.text import chance, money_unit, payer_word, say
from simulator.results.estimates import expected_shortfall, value_at_risk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulator.report.charted import Charted
    from simulator.report.text import MoneyUnit

LEFT = 0.03
"""Margin of the bar, part of the figure's width."""

COLUMN = 0.069
"""Inches that a column of text takes (a Chinese character takes two)."""

SMALLEST_DRAWN = 0.05
"""Fen of a yuan below which a payer gets no segment of its own."""


def loss_distribution(charted: Charted) -> Figure:
    """Histogram of bank net loss before that of gross loss, with the mean, value at risk and expected shortfall marked."""
    with style.drawing():
        net, gross = (np.asarray(charted.finals[name], dtype=np.float64) for name in ("bank.net_loss", "bank.gross_loss"))
        largest = max(net.max(), gross.max())
        marks, missing = _marks(charted, net)
        right = _right_edge(net, gross, [place for place, _ in marks])
        beyond = float(np.mean(gross > right))
        notes = [charted.say("too_few", what=missing)] if missing else []
        notes += [charted.say("losses_cut", share=chance(beyond, net.size))] if beyond else []
        figure = style.blank_figure(charted.say("losses"), charted.subtitle(*notes), height=4.6)
        axes = figure.subplots()
        if largest <= 0:
            sentence_instead(axes, charted.say("losses_none"))
            return figure
        unit = money_unit(largest, charted.lang)
        figure.subplots_adjust(bottom=0.62 / 4.6)
        _draw_histograms(axes, charted, net, gross, unit, right)
        _draw_marks(axes, [(place / unit.fen, f"{name} {unit.amount(place)}") for place, name in marks])
        return figure


def _marks(charted: Charted, net: NDArray[np.float64]) -> tuple[list[tuple[float, str]], str]:
    """Places to mark on the axis with their names, and the name of the first that too few histories leave out."""
    marks, missing = [(float(net.mean()), f"{charted.say('losses_net')}{charted.say('colon')}{charted.say('mean')}")], ""
    for measure, key, level in ((value_at_risk, "var", 0.95), (value_at_risk, "var", 0.99), (expected_shortfall, "es", 0.99)):
        found, name = measure(net, level, "fen"), charted.say(key, level=f"{level:.0%}")
        if found:
            marks.append((found.mean, name))
        missing = missing or ("" if found else name)
    return marks, missing


def _right_edge(net: NDArray[np.float64], gross: NDArray[np.float64], places: Sequence[float]) -> float:
    usual = max(float(np.quantile(gross, 0.995)), float(np.quantile(net, 0.999)), *places) * 1.08
    largest = max(float(gross.max()), float(net.max())) * 1.02
    return largest if largest < 1.35 * usual else usual


def _draw_histograms(axes: Axes, charted: Charted, net: NDArray[np.float64], gross: NDArray[np.float64], unit: MoneyUnit, right: float) -> None:
    left = min(0.0, float(net.min()))
    edges = (np.linspace(left, right, min(60, max(12, int(2 * net.size**0.5))) + 1) / unit.fen).tolist()
    weights = np.full(net.size, 100 / net.size)
    for values, colour, key in ((gross, style.GROSS, "losses_gross"), (net, style.BANK, "losses_net")):
        axes.hist(values / unit.fen, edges, weights=weights, histtype="stepfilled", color=colour, alpha=0.45, label=charted.say(key))
        axes.hist(values / unit.fen, edges, weights=weights, histtype="step", color=colour, linewidth=1.3)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xlabel(charted.say("losses_axis", unit=unit.label), fontsize=9)
    axes.yaxis.set_major_formatter("{x:g}%")
    style.unit_on_top(axes, charted.say("losses_share"))
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.985), ncols=2, frameon=False, handlelength=1.2, fontsize=style.SMALLEST)


def _draw_marks(axes: Axes, marks: Sequence[tuple[float, str]]) -> None:
    """Mark places with lines of falling height, each named at its top."""
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top * 1.45)
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= 100])
    middle = sum(axes.get_xlim()) / 2
    for row, (place, name) in enumerate(sorted(marks)):
        height = top * (1.38 - 0.105 * row)
        axes.plot([place, place], [0, height], color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)))
        on_left = place > middle * 1.35
        axes.annotate(
            name, (place, height), xytext=(-4 if on_left else 4, 0), textcoords="offset points", ha="right" if on_left else "left",
            va="center", fontsize=9, color=style.INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip


def who_pays(charted: Charted) -> Figure:
    """One bar of a yuan of loss, split by who finally bears it, in fen."""
    with style.drawing():
        shares = shares_of_yuan(charted.payers)
        receivers = [payer_word(payer, charted.lang) for payer, share in shares.items() if share < -SMALLEST_DRAWN]
        notes = [charted.say("who_pays_note")] + ([charted.say("negative_left_out", who="、".join(receivers))] if receivers else [])
        listed = style.payer_colours(list(shares))
        inside, outside = placed_names(shares, charted.lang, (1 - 2 * LEFT) * style.figure_width() / 100)
        lines = _lines_of_names(outside)
        height = 2.3 + 0.3 * len(lines)
        figure = style.blank_figure(charted.say("who_pays"), charted.subtitle(*notes), height=height)
        axes = figure.subplots()
        figure.subplots_adjust(left=LEFT, right=1 - LEFT, bottom=(0.2 + 0.3 * len(lines)) / height, top=figure.subplotpars.top + 0.2 / height)
        if not any(share > 0 for share in shares.values()):
            sentence_instead(axes, charted.say("losses_none"))
            return figure
        yuan_bar(axes, 0.0, shares, listed, charted.lang, height=1.0, names=inside)
        axes.set_xlim(0, 100)
        axes.set_ylim(-0.5, 0.5)
        axes.set_axis_off()
        for row, line in enumerate(lines):
            for place, payer, text in line:
                y = (0.3 * (len(lines) - row) - 0.02) / height
                figure.text(LEFT + place, y, "\u25a0", color=listed[payer], fontsize=11, va="center")
                figure.text(LEFT + place + 0.022, y, text, fontsize=10, va="center")
        return figure


def placed_names(shares: Mapping[str, float], lang: str, inches_a_fen: float) -> tuple[dict[str, str], dict[str, str]]:
    """Names of payers that fit inside their segments, and of those to be listed below with their figures."""
    inside, outside = {}, {}
    for payer, share in shares.items():
        name = payer_word(payer, lang)
        if share <= SMALLEST_DRAWN:
            continue
        if (style.width_of(name) + 1) * COLUMN <= share * inches_a_fen:
            inside[payer] = name
        else:
            outside[payer] = f"{name} {say('fen_of_yuan', lang, value=f'{share:.1f}')}"
    return inside, outside


def _lines_of_names(names: Mapping[str, str]) -> list[list[tuple[float, str, str]]]:
    """Lines of (place in the figure's width, payer, text), as many as the widths need."""
    lines: list[list[tuple[float, str, str]]] = []
    place = 1.0
    for payer, text in names.items():
        width = 0.045 + style.width_of(text) * COLUMN / style.figure_width()
        if place + width > 1 - 2 * LEFT:
            lines.append([])
            place = 0.0
        lines[-1].append((place, payer, text))
        place += width
    return lines


def shares_of_yuan(borne: Mapping[str, float]) -> dict[str, float]:
    """Fen of one yuan of loss that each payer bears; empty shares where there is no loss.

    Examples
    --------
    >>> shares_of_yuan({"银行": 20.0, "资金池": 80.0})
    {'银行': 20.0, '资金池': 80.0}
    """
    total = sum(borne.values())
    return {payer: 100 * amount / total if total > 0 else 0.0 for payer, amount in borne.items()}


def yuan_bar(
    axes: Axes, y: float, shares: Mapping[str, float], colours: Mapping[str, str], lang: str, *, height: float, names: Mapping[str, str] | None = None
) -> None:
    """Draw one stacked bar of 100 fen; names and figures stand inside the segments that are wide enough for them."""
    left = 0.0
    for payer, share in shares.items():
        if share <= 0:
            continue
        axes.barh(y, share, left=left, height=height, color=colours[payer], edgecolor="white", linewidth=1.2)
        lines = [names[payer]] if names and payer in names else []
        if share >= 6:
            lines.append(say("fen_of_yuan", lang, value=f"{share:.1f}") if share >= 12 else f"{share:.1f}")
        axes.text(
            left + share / 2,
            y,
            "\n".join(lines),
            ha="center",
            va="center",
            color=style.ink_on(colours[payer]),
            fontsize=style.SMALLEST,
            linespacing=1.3,
        )
        left += share
