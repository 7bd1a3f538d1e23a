"""Charts of a sensitivity study: tornado, Morris's plane, Sobol's indices. What cannot be told apart from noise is drawn hollow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
from simulator.report.charted import sentence_instead
from simulator.report.figures_ranges import scale_of
from simulator.report.figures_trade_off import apart
from simulator.report.text import either, percent
from simulator.results.measures import measure_named
from simulator.results.noise import are_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.ranges import Ranged
    from simulator.results.sensitivity import Index, Screened, SensitivityStudy, Swing

BARS = 12
"""Assumptions in one chart, the strongest first."""

NAMES, NUMBERS = 2.15, 1.3
"""Inches left of the bars for the assumptions, right of them for the figures."""

NAME_COLUMN = 1.9
"""Inches right of Morris's plane for the names of the dots."""

LOW, HIGH = style.PAYERS[4], style.POOL
HOLLOW = {"facecolor": "white", "linewidth": 1.2}


def sensitivity_figures(study: SensitivityStudy, lang: str) -> Iterator[tuple[str, Figure]]:
    """Draw each method's chart of each measure that some point moves: (file stem, figure)."""
    for name in study.measures:
        if name in study.tornado:
            yield f"tornado_{name}", tornado(study, name, lang)
        if name in study.morris:
            yield f"morris_{name}", morris_plane(study, name, lang)
        if name in study.sobol:
            yield f"sobol_{name}", sobol_bars(study, name, lang)


def tornado(study: SensitivityStudy, name: str, lang: str) -> Figure:
    """Bars from the file's own value to the measure at both ends of each assumption, the widest on top."""
    rows, own = study.tornado[name][:BARS], study.own[name].mean
    measure = measure_named(name)
    title = either(lang, f"{measure.zh}：每次只动一项假设", f"{measure.en.capitalize()}: one assumption at a time")
    note = either(
        lang,
        "竖线为文件取值；浅色为假设取下限，深色为取上限；空心：与模拟噪声分不开",
        "line: the file's own values; light: assumption at its low end, dark: at its high end; hollow: not told apart from noise",
    )
    with style.drawing():
        names = [_row_name(one.assumption, lang, with_range=are_alike(np.array([one.at_low, one.at_high, own]))) for one in rows]
        figure, axes = _rows_figure(study, title, note, names, lang)
        scale, unit = scale_of(np.array([own, *(value for one in rows for value in (one.at_low, one.at_high))]), measure.unit, lang)
        for row, one in enumerate(rows):
            _swing(axes, row, one, own, scale)
        axes.axvline(own / scale, color=style.INK, linewidth=1)
        axes.margins(x=0.3)
        for row, one in enumerate(rows):
            found = f"{_signed(one.difference.mean / scale)} ± {_digits((one.difference.se or 0.0) / scale)}"
            _right(axes, row, found, told=one.told_apart)
        _heading(axes, either(lang, "上限减下限 ± 标准误", "high less low ± s.e."))
        axes.set_xlabel(_with_unit(measure.title(lang), unit, lang), fontsize=style.SMALLEST)
        return figure


def _with_unit(name: str, unit: str, lang: str) -> str:
    return f"{name}（{unit}）" if unit and lang == "zh" else f"{name} ({unit})" if unit else name


def _swing(axes: Axes, row: int, one: Swing, own: float, scale: float) -> None:
    """Two bars from the own value, the end of the range written beyond each; of two that go one way only the farther one bears it."""
    ends = [(one.at_low, one.assumption.low, LOW), (one.at_high, one.assumption.high, HIGH)]
    for value, text, colour in sorted(ends, key=lambda end: -abs(end[0] - own)):
        face = {"color": colour} if one.told_apart else {**HOLLOW, "edgecolor": colour}
        axes.barh(row, (value - own) / scale, left=own / scale, height=0.6 if value == one.at_low else 0.42, **face)
        others = [other for other, _, _ in ends if other != value and (other - own) * (value - own) > 0]
        if not are_alike(np.array([value, own])) and all(abs(other - own) < abs(value - own) for other in others):
            side = 1 if value > own else -1
            axes.annotate(
                text, (value / scale, row), xytext=(4 * side, 0), textcoords="offset points", va="center",
                ha="left" if side > 0 else "right", fontsize=style.SMALLEST, color=style.QUIET,
            )  # fmt: skip


def morris_plane(study: SensitivityStudy, name: str, lang: str) -> Figure:
    """Each assumption by the size of its effects (across) and by how much they differ (up): bent responses and interactions stand high."""
    rows = study.morris[name]
    measure = measure_named(name)
    title = either(lang, f"{measure.zh}：Morris 筛选", f"{measure.en.capitalize()}: Morris screening")
    note = either(
        lang,
        "横：假设走过整个范围的平均影响 μ*（线为95%区间）；纵：影响的离散 σ，越高越弯曲或与别的假设交互；空心：与噪声分不开",
        "across: mean size μ* of the effect over the whole range (line: 95% interval); up: spread σ, higher where bent or interacting; "
        "hollow: not told apart from noise",
    )
    with style.drawing():
        shown = ([one for one in rows if one.told_apart] or rows[:3])[:BARS]
        named = [style.at_most(one.assumption.name(lang), int((NAME_COLUMN - 0.2) / placing.COLUMN)) for one in shown]
        tall = max(3.4, (placing.LINE + 0.02) * sum(len(lines) + 0.4 for lines in named))
        figure = placing.under_head(title, f"{_subtitle(study, lang)}\n{note}", tall + 0.6)
        axes = placing.axes_at(figure, 0.7, 0.6, style.figure_width() - 0.7 - NAME_COLUMN - 0.15, tall)
        scale, unit = scale_of(np.array([max(one.mu_star, one.sigma) for one in rows]), measure.unit, lang)
        for one in rows:
            axes.plot([one.low / scale, one.high / scale], [one.sigma / scale] * 2, color=HIGH, linewidth=1.2, alpha=0.6)
            face = HIGH if one.told_apart else "white"
            axes.plot([one.mu_star / scale], [one.sigma / scale], "o", color=HIGH, markerfacecolor=face, markersize=7)
        axes.margins(0.08)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        most = min(axes.get_xlim()[1], axes.get_ylim()[1])
        axes.plot([0, most], [0, most], color=style.RULE, linewidth=1, zorder=0, scalex=False, scaley=False)
        axes.annotate(
            "σ = μ*", (most, most), xytext=(-4, -4), textcoords="offset points", fontsize=style.SMALLEST, color=style.QUIET, ha="right", va="top",
            path_effects=style.halo(),
        )  # fmt: skip
        _name_dots(axes, shown, named, scale)
        axes.set_xlabel(_with_unit("μ*", unit, lang), fontsize=style.SMALLEST)
        style.unit_on_top(axes, _with_unit("σ", unit, lang))
        return figure


def _name_dots(axes: Axes, rows: Sequence[Screened], named: Sequence[Sequence[str]], scale: float) -> None:
    """Write names in a column at the right, in the order of their dots' heights, each joined to its dot."""
    low, high = axes.get_ylim()
    line = (high - low) * placing.LINE / (axes.get_window_extent().height / axes.figure.dpi)
    order = sorted(range(len(rows)), key=lambda number: rows[number].sigma)
    tall = [line * (len(named[number]) + 0.4) for number in order]
    wanted = [min(max(rows[number].sigma / scale, low + size / 2), high - size / 2) for number, size in zip(order, tall, strict=True)]
    for number, place in zip(order, apart(wanted, tall, high), strict=True):
        axes.annotate(
            "\n".join(named[number]), (rows[number].mu_star / scale, rows[number].sigma / scale), xytext=(1.04, place),
            textcoords=("axes fraction", "data"), fontsize=style.SMALLEST, color=style.INK, va="center", ha="left", linespacing=1.3,
            annotation_clip=False, arrowprops={"arrowstyle": "-", "color": style.QUIET, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4,
                                               "relpos": (0, 0.5)},
        )  # fmt: skip


def sobol_bars(study: SensitivityStudy, name: str, lang: str) -> Figure:
    """First and total index of each assumption with their intervals, the largest total on top."""
    rows: Sequence[Index] = study.sobol[name][:BARS]
    measure = measure_named(name)
    title = either(lang, f"{measure.zh}：方差由谁而来（Sobol 指数）", f"{measure.en.capitalize()}: where its variance comes from (Sobol)")
    share = percent(study.noise.get(name, 0.0), 0)
    note = either(
        lang,
        f"深色：单独（一阶）；浅色：连同交互（总）；细线为95%区间；空心：与噪声分不开；各点方差中噪声占{share}",
        "dark: alone (first order); light: with interactions (total); lines: 95% intervals; hollow: not told apart from noise; noise: "
        f"{share} of the variance",
    )
    with style.drawing():
        figure, axes = _rows_figure(study, title, note, [_row_name(one.assumption, lang) for one in rows], lang)
        for row, one in enumerate(rows):
            _indices(axes, row, one)
            _right(axes, row, f"{one.first:z.2f} / {one.total:z.2f}".replace("-", "−"), told=one.told_apart)
        axes.axvline(0, color=style.QUIET, linewidth=0.8)
        least = max(-0.4, min(0.0, *(one.first_low for one in rows)))
        axes.set_xlim(least - 0.05, min(1.6, max(1.0, *(max(one.total_high, one.first_high) for one in rows))))
        _heading(axes, either(lang, "一阶 / 总", "first / total"))
        axes.set_xlabel(either(lang, "占方差的部分", "part of the variance"), fontsize=style.SMALLEST)
        return figure


def _indices(axes: Axes, row: int, one: Index) -> None:
    bars = ((-0.17, one.first, one.first_low, one.first_high, HIGH), (0.17, one.total, one.total_low, one.total_high, LOW))
    for shift, value, low, high, colour in bars:
        face = {"color": colour} if one.told_apart else {**HOLLOW, "edgecolor": colour}
        axes.barh(row + shift, value, height=0.3, **face)
        axes.plot([low, high], [row + shift] * 2, color=style.INK, linewidth=1)


def _rows_figure(study: SensitivityStudy, title: str, note: str, names: Sequence[str], lang: str) -> tuple[Figure, Axes]:
    """Figure with a row an assumption, named at the left."""
    row = 0.16 * max((name.count("\n") + 1 for name in names), default=1) + 0.14
    tall = row * max(len(names), 2)
    figure = placing.under_head(title, f"{_subtitle(study, lang)}\n{note}", tall + 0.6)
    axes = placing.axes_at(figure, NAMES, 0.55, style.figure_width() - NAMES - NUMBERS - 0.1, tall)
    if not names:
        sentence_instead(axes, either(lang, "没有假设变动", "no assumption moves"))
        return figure, axes
    axes.set_yticks(range(len(names)), names, color=style.INK, fontsize=style.SMALLEST, linespacing=1.1)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=5)
    return figure, axes


def _row_name(one: Ranged, lang: str, *, with_range: bool = True) -> str:
    """Name of an assumption, of at most two lines, and its range where the bars do not bear it."""
    columns = int((NAMES - 0.2) / placing.COLUMN)
    ends = style.at_most(f"{one.low} – {one.high}", columns, 1) if with_range else []
    return "\n".join([*style.at_most(one.name(lang), columns, 2 if with_range else 3), *ends])


def _subtitle(study: SensitivityStudy, lang: str) -> str:
    title = study.title if lang == "zh" else study.title_en
    return f"{title} · " + either(
        lang, f"每点{study.histories:,}次模拟，各点同样的随机情景", f"{study.histories:,} histories a point, on the same luck"
    )


def _right(axes: Axes, row: int, text: str, *, told: bool) -> None:
    axes.annotate(
        text, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points", va="center", fontsize=style.SMALLEST,
        color=style.INK if told else style.QUIET,
    )  # fmt: skip


def _heading(axes: Axes, text: str) -> None:
    axes.annotate(
        text, (1, 1), xycoords="axes fraction", xytext=(8, 4), textcoords="offset points", va="bottom", fontsize=style.SMALLEST, color=style.QUIET
    )


def _signed(value: float) -> str:
    return (f"{value:+,.2f}" if abs(value) < 1000 else f"{value:+,.0f}").replace("-", "−")


def _digits(value: float) -> str:
    return f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"
