"""Chart of a comparison at a glance: a small panel a measure, each in its own unit, the schemes as rows with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.chart_data_compare import SIDE_BY_SIDE, measures_table
from simulator.report.charted import sentence_instead
from simulator.report.figures_ranges import scale_of
from simulator.report.text import NOTHING, histories_of, say
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.blocks import Cell
    from simulator.report.charted import Charted

PANEL, NAMES, BETWEEN = 1.75, 1.3, 0.12
"""Inches that a panel needs, for the names of the schemes, and between panels."""

ROW, HEAD, NAME_COLUMNS = 0.34, 0.5, 17
"""Inches of height a scheme and above a panel; columns of text that a line of a name holds."""

COLOURS = dict(zip(SIDE_BY_SIDE, (style.BANK, style.POOL, style.LENDING, "#332288", "#a6761d"), strict=True))
ROOM = 0.52
"""Part of a panel's width for its dots; the rest is for the numbers."""


def compare_measures(charted: Sequence[Charted]) -> Figure:
    """Small multiples: a panel a measure, a row a scheme, the mean with its interval and 5 %-95 % of histories."""
    with style.drawing():
        lang = charted[0].lang
        rows = measures_table(charted).rows
        names = [name for name in SIDE_BY_SIDE if any(row[0] == measure_named(name).title(lang) for row in rows)]
        across = int((style.figure_width() - NAMES) / PANEL)
        down = max(-(-len(names) // across), 1)
        given = say("given_who", lang, who="、".join(one.name for one in charted if one.given)) if any(one.given for one in charted) else ""
        notes = [f"{histories_of(charted)} · {say('compare_measures_note', lang, base=charted[0].name)}", given]
        above = style.blank_figure(say("compare_measures", lang), "\n".join(notes))
        taken = (1 - above.subplotpars.top) * above.get_figheight() - 0.32
        height = taken + down * (HEAD + ROW * len(charted)) + 0.12
        figure = style.blank_figure(say("compare_measures", lang), "\n".join(notes), height=height)
        if not names:
            sentence_instead(figure.subplots(), say("no_measures", lang))
            return figure
        width = (style.figure_width() - 0.2 - NAMES - BETWEEN * across) / across
        for number, name in enumerate(names):
            line, column = divmod(number, across)
            left = 0.2 + NAMES + column * (width + BETWEEN)
            bottom = height - taken - (line + 1) * (HEAD + ROW * len(charted)) + 0.06
            axes = figure.add_axes((left / style.figure_width(), bottom / height, width / style.figure_width(), ROW * len(charted) / height))
            own = [row[2:] for row in rows if row[0] == measure_named(name).title(lang)]
            _panel(axes, name, own, lang)
            labels = ["\n".join(_two_lines(one.name)) for one in charted] if column == 0 else []
            axes.set_yticks(range(len(charted)) if labels else [], labels, color=style.INK, fontsize=style.SMALLEST)
        return figure


def _two_lines(name: str) -> list[str]:
    lines = style.wrapped(name, NAME_COLUMNS)
    return lines if len(lines) <= 2 else [lines[0], style.wrapped(lines[1], NAME_COLUMNS - 1)[0] + "…"]


def _panel(axes: Axes, name: str, rows: Sequence[Sequence[Cell]], lang: str) -> None:
    measure = measure_named(name)
    known = np.array([float(value) for row in rows for value in row if value is not None])
    scale, unit = scale_of(known, measure.unit, lang)
    for place, (mean, low, high, p05, p95) in enumerate(rows):
        if mean is None:
            _number(axes, place, NOTHING[lang])
            continue
        for ends, width, alpha in (((p05, p95), 1.1, 0.9), ((low, high), 5.0, 0.4)):
            drawn = [float(end) / scale for end in ends if end is not None]
            if len(drawn) == 2:
                axes.plot(drawn, [place, place], color=COLOURS[name], linewidth=width, alpha=alpha, solid_capstyle="butt")
        axes.plot([float(mean) / scale], [place], "o", color=COLOURS[name], markersize=5)
        _number(axes, place, _written(float(mean) / scale, measure.unit))
    if rows[0][0] is not None:
        axes.axvline(float(rows[0][0]) / scale, color=style.QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    low, high = min(0.0, float(known.min()) / scale), max(float(known.max()) / scale, 0.0)
    span = (high - low) or 1.0
    axes.set_xlim(low - 0.04 * span, low + span / ROOM)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.axvline(0, color=style.QUIET, linewidth=0.8)
    for edge in ("left", "bottom"):
        axes.spines[edge].set_visible(False)
    for line in range(1, len(rows)):
        axes.axhline(line - 0.5, color=style.RULE, linewidth=0.8)
    head = "\n".join(style.wrapped(f"{measure.title(lang)}{f'（{unit}）' if lang == 'zh' else f' ({unit})'}", 26)[:2])
    axes.set_title(head, fontsize=style.SMALLEST, pad=5, linespacing=1.3)


def _written(value: float, unit: str) -> str:
    if unit in ("share", "rate"):
        return f"{value:.0f}%" if value in (0.0, 100.0) or value >= 10 else f"{value:.1f}%"
    return f"{value:,.{0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2}f}".replace("-", "−")


def _number(axes: Axes, row: int, text: str) -> None:
    axes.annotate(
        text,
        (1, row),
        xycoords=("axes fraction", "data"),
        xytext=(-3, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=style.SMALLEST,
    )
