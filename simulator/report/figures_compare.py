"""Charts of several scenarios side by side; all take the scenarios in the order in which they are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import month_axis, sentence_instead
from simulator.report.figures_loss import COLUMN, placed_names, shares_of_yuan, yuan_bar
from simulator.report.figures_pool import balance_fan, not_short
from simulator.report.text import chance, histories_of, money_unit, say
from simulator.results.estimates import estimate, order_statistic, value_at_risk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.charted import Charted

LINES = (style.POOL, style.BANK, style.LENDING, "#cc79a7", "#332288", "#a6761d", "#56b4e9", "#6b7280")
DASHES = ("solid", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)))

NAMES, NUMBERS, BAR, ROW = 1.6, 1.65, 5.2, 0.34
"""Inches left of a chart for the names of schemes, right of it for numbers; width of a bar of one yuan; height of a row with a name of two lines."""


def compare_pool_balance(charted: Sequence[Charted]) -> Figure:
    """Pool balance fans as small multiples on one scale; schemes without a pool are named under the title."""
    with style.drawing():
        lang = charted[0].lang
        drawn = [one for one in charted if one.has_pool]
        others = [one.name for one in charted if not one.has_pool]
        rows = max(-(-len(drawn) // 2), 1)
        notes = [say("bands_plain", lang)] + ([say("without_pool", lang, who="、".join(others))] if others else [])
        height = 1.3 + 2.35 * rows
        figure = style.blank_figure(say("compare_pool", lang), f"{histories_of(charted)}\n{' · '.join(notes)}", height=height)
        grid = figure.subplots(rows, 2, squeeze=False).ravel()
        left, right, top = 0.55 / style.figure_width(), 1 - 1.1 / style.figure_width(), figure.subplotpars.top - 0.25 / height
        figure.subplots_adjust(wspace=0.82, hspace=0.62, left=left, right=right, top=top, bottom=0.35 / height)
        largest = max((max(float(np.max(one.series["pool.balance"])), one.endowment or 0) for one in drawn), default=0.0)
        unit = money_unit(largest, lang)
        for axes in grid:
            axes.set_axis_off()
        for axes, one in zip(grid, drawn, strict=False):
            axes.set_axis_on()
            balance_fan(axes, one, one.series["pool.balance"], singles=0, unit=unit, top=largest)
            style.unit_on_top(axes, unit.label)
            axes.set_title("\n".join(_two_lines(one.name, 34)), pad=20)
        if not drawn:
            sentence_instead(grid[0], say("no_pool", lang))
        return figure


def compare_survival(charted: Sequence[Charted]) -> Figure:
    """Share of histories not yet short, a line a scenario; under it the pool that would have sufficed, with the endowment."""
    with style.drawing():
        lang, n = charted[0].lang, len(charted)
        lines, dots = max(2.0, 0.25 * n), ROW * n
        height = 2.65 + lines + dots
        figure = style.blank_figure(say("compare_survival", lang), f"{histories_of(charted)}\n{say('dots_needed', lang)}", height=height)
        upper, lower = figure.subplots(2, 1, gridspec_kw={"height_ratios": (lines, dots)})
        left, right, top = NAMES / style.figure_width(), 1 - NUMBERS / style.figure_width(), figure.subplotpars.top - 0.1 / height
        figure.subplots_adjust(hspace=1.6 / (lines + dots), top=top, bottom=0.55 / height, left=left, right=right)
        longest = max(charted, key=lambda one: len(one.months))
        ends = []
        for i, one in enumerate(charted):
            share, _ = not_short(one)
            colour, dash = LINES[i % len(LINES)], DASHES[i % len(DASHES)]
            upper.step(np.arange(len(share)), share * 100, where="post", color=colour, linestyle=dash, linewidth=2)
            ends.append((share[-1] * 100, f"{_short(one.name)} {chance(share[-1], one.n_histories)}", colour))
        upper.set_ylim(0, 103)
        upper.yaxis.set_major_formatter("{x:.0f}%")
        upper.set_title(say("survival_left", lang), pad=10)
        month_axis(upper, longest.months)
        style.label_ends(upper, ends)
        _needed_dots(lower, charted)
        return figure


def _needed_dots(axes: Axes, charted: Sequence[Charted]) -> None:
    lang = charted[0].lang
    with_pool = [one for one in charted if one.has_pool]
    unit = money_unit(max((max(order_statistic(one.finals["pool.needed"], 0.95), one.endowment or 0) for one in with_pool), default=0.0), lang)
    for row, one in enumerate(charted):
        if not one.has_pool:
            axes.text(0, row, f" {one.say('no_pool')}", va="center", fontsize=style.SMALLEST, color=style.QUIET)
            continue
        p05, p50, p95 = (order_statistic(one.finals["pool.needed"], level) / unit.fen for level in (0.05, 0.5, 0.95))
        axes.plot([p05, p95], [row, row], color=style.POOL, linewidth=2.2, alpha=0.5, solid_capstyle="round")
        axes.plot([p50], [row], "o", color=style.POOL, markersize=6)
        axes.plot([(one.endowment or 0) / unit.fen] * 2, [row - 0.28, row + 0.28], color=style.INK, linewidth=1.6)
        numbers = [unit.number(size * unit.fen) for size in (p50, p05, p95)]
        _write_right(axes, row, "{} ({}–{})".format(*numbers), style.POOL)
    axes.set_title(say("compare_needed", lang), pad=10)
    _rows(axes, charted, say("needed_axis", lang, unit=unit.label))


def compare_losses(charted: Sequence[Charted]) -> Figure:
    """Bank net loss: mean with its interval, 5 %-95 % of histories, and the 99 % value at risk."""
    return _dot_chart(charted, "bank.net_loss", "compare_losses", style.BANK, "losses_axis", tail=True)


def compare_lending(charted: Sequence[Charted]) -> Figure:
    """Volume lent: mean with its interval and 5 %-95 % of histories."""
    return _dot_chart(charted, "lending.volume", "compare_lending", style.LENDING, "lent_axis", tail=False)


def _dot_chart(charted: Sequence[Charted], name: str, title: str, colour: str, axis: str, *, tail: bool) -> Figure:
    with style.drawing():
        lang = charted[0].lang
        height = 1.85 + ROW * len(charted)
        notes = [say("dots", lang)] + ([say("var_mark", lang)] if tail else [])
        figure = style.blank_figure(say(title, lang), f"{histories_of(charted)}\n{' · '.join(notes)}", height=height)
        axes = figure.subplots()
        left, right, top = NAMES / style.figure_width(), 1 - NUMBERS / style.figure_width(), figure.subplotpars.top + 0.15 / height
        figure.subplots_adjust(left=left, right=right, bottom=0.55 / height, top=top)
        found = [estimate(one.finals[name], "fen") for one in charted]
        tails = [value_at_risk(one.finals[name], 0.99, "fen") if tail else None for one in charted]
        unit = money_unit(max(max(one.p95 or 0.0, one.mean) for one in found), lang)
        for row, (one, far) in enumerate(zip(found, tails, strict=True)):
            axes.plot([(one.p05 or 0.0) / unit.fen, (one.p95 or 0.0) / unit.fen], [row, row], color=colour, linewidth=1.2)
            if one.low is not None and one.high is not None:
                axes.plot([one.low / unit.fen, one.high / unit.fen], [row, row], color=colour, linewidth=5, alpha=0.45, solid_capstyle="butt")
            axes.plot([one.mean / unit.fen], [row], "o", color=colour, markersize=6)
            if far:
                axes.plot([far.mean / unit.fen], [row], "D", color=colour, markersize=5, markerfacecolor="white")
            given = say("given", lang) if name == "lending.volume" and charted[row].given else ""
            _write_right(axes, row, f"{unit.amount(one.mean)}{given}", colour)
        _rows(axes, charted, say(axis, lang, unit=unit.label))
        return figure


def compare_who_pays(charted: Sequence[Charted]) -> Figure:
    """A yuan of loss split by who bears it, a bar a scenario; payers whose part is too narrow for their name are named under it, from the left."""
    with style.drawing():
        lang = charted[0].lang
        shares = [shares_of_yuan(one.payers) for one in charted]
        colours = style.payer_colours(list(dict.fromkeys(payer for one in shares for payer in one)))
        split_names = [placed_names(split, lang, BAR / 100) for split in shares]
        below = [packed(list(outside.values()), int(BAR / COLUMN)) for _, outside in split_names]
        tall = [0.62 + 0.18 * len(lines) for lines in below]
        height = 1.15 + sum(tall)
        figure = style.blank_figure(say("compare_who_pays", lang), f"{histories_of(charted)}\n{say('who_pays_note', lang)}", height=height)
        axes = figure.add_axes((NAMES / style.figure_width(), 0.1 / height, BAR / style.figure_width(), sum(tall) / height))
        top = 0.0
        for one, split, (inside, _), lines, own in zip(charted, shares, split_names, below, tall, strict=True):
            yuan_bar(axes, top + 0.28, split, colours, lang, height=0.44, names=inside)
            axes.text(-1.2, top + 0.28, "\n".join(_two_lines(one.name, 20)), ha="right", va="center", fontsize=style.SMALLEST)
            axes.text(0, top + 0.53, "\n".join(lines), va="top", fontsize=style.SMALLEST, color=style.QUIET, linespacing=1.25)
            if not any(share > 0 for share in split.values()):
                axes.text(1, top + 0.28, one.say("losses_none"), va="center", fontsize=style.SMALLEST, color=style.QUIET)
            top += own
        axes.set_xlim(0, 100)
        axes.set_ylim(top, 0)
        axes.set_axis_off()
        return figure


def _write_right(axes: Axes, row: int, text: str, colour: str) -> None:
    """Write a row's numbers right of the chart."""
    axes.annotate(
        text, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9, color=colour
    )  # fmt: skip


def _rows(axes: Axes, charted: Sequence[Charted], label: str) -> None:
    """Name the rows of a chart after the scenarios, first on top."""
    axes.set_yticks(range(len(charted)), ["\n".join(_two_lines(one.name, 20)) for one in charted], color=style.INK, fontsize=style.SMALLEST)
    axes.set_ylim(len(charted) - 0.4, -0.6)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(label, fontsize=9)


def packed(texts: Sequence[str], columns: int) -> list[str]:
    """Lines of texts that are kept whole, three spaces apart.

    Examples
    --------
    >>> packed(["a 1", "b 22", "c 3"], 10)
    ['a 1   b 22', 'c 3']
    """
    lines: list[str] = []
    for text in texts:
        if lines and style.width_of(lines[-1]) + 3 + style.width_of(text) <= columns:
            lines[-1] += f"   {text}"
        else:
            lines.append(text)
    return lines


def _two_lines(name: str, columns: int) -> list[str]:
    """At most two lines of a name, the second cut short where there are more."""
    lines = style.wrapped(name, columns)
    return lines if len(lines) <= 2 else [lines[0], style.wrapped(lines[1], columns - 2)[0] + "…"]


def _short(name: str) -> str:
    lines = style.wrapped(name, 14)
    return lines[0] if len(lines) == 1 else f"{lines[0]}…"
