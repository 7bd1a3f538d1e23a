"""Charts of a stress study: the cases side by side, the paths of the factor, and the reverse stress on the normal curve of the factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import placing, style
from simulator.report.charted import month_axis
from simulator.report.figures_compare import DASHES
from simulator.report.figures_ranges import scale_of
from simulator.report.text import either, percent
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.estimates import Estimate
    from simulator.results.stress import StressCase, StressStudy

ACROSS, NAMES, BETWEEN, HEAD, ROW = 3, 1.45, 0.14, 0.46, 0.34
"""Panels side by side; inches for the names of the cases, between panels, above a panel, and of a row."""

FOOT = 0.36
"""Inches under a panel for its numbers."""

PATH_NAMES = 1.75
"""Inches right of the paths for their names."""

MARKS = {"model": "o", "path": "s", "dependence": "D"}
COLOURS = {"model": style.INK, "path": style.BANK, "dependence": style.POOL}
LINES = (style.BANK, style.POOL, style.LENDING, "#cc79a7", "#332288", "#a6761d", "#56b4e9", "#e69f00")


def stress_figures(study: StressStudy, lang: str) -> Iterator[tuple[str, Figure]]:
    """Draw the charts: (file stem, figure)."""
    yield "stress", side_by_side(study, lang)
    if any(case.factor for case in study.cases):
        yield "factor", factor_paths(study, lang)


def side_by_side(study: StressStudy, lang: str, only: str | None = None) -> Figure:
    """One panel a measure, or that of one alone, one row a case: the estimate with its interval, and 5 %-95 % of histories where it has such."""
    names = [only] if only else ["default_rate", *study.measures]
    note = either(
        lang,
        "点：估计（圆：情景原样，方：路径，菱：相关）；粗线：95%区间；细线：5%–95%的模拟；虚线：情景原样。各情形同样的企业与随机情景",
        "marks: estimates (circle: as modelled, square: path, diamond: dependence); thick: 95% interval; thin: 5%-95% of histories; dashed: "
        "as modelled. All cases meet the same firms and luck",
    )
    with style.drawing():
        title = either(lang, "压力之下", "Under stress")
        columns = min(ACROSS, len(names))
        tall, down = ROW * len(study.cases), -(-len(names) // columns)
        pitch = HEAD + tall + FOOT
        figure = placing.under_head(title, f"{_subtitle(study, lang)}\n{note}", down * pitch - 0.2)
        width = (style.figure_width() - 0.3 - NAMES - BETWEEN * columns) / columns
        named = ["\n".join(style.at_most(case.words.name(lang), int((NAMES - 0.1) / placing.COLUMN))) for case in study.cases]
        for number, name in enumerate(names):
            row, column = divmod(number, columns)
            axes = placing.axes_at(figure, 0.2 + NAMES + column * (width + BETWEEN), (down - 1 - row) * pitch + FOOT, width, tall)
            _panel(axes, study.cases, name, lang, width)
            shown = named if column == 0 else []
            axes.set_yticks(range(len(named)) if shown else [], shown, color=style.INK, fontsize=style.SMALLEST, linespacing=1.1)
            axes.set_ylim(len(study.cases) - 0.5, -0.5)
        return figure


def _panel(axes: Axes, cases: Sequence[StressCase], name: str, lang: str, width: float) -> None:
    found = [case.default_rate if name == "default_rate" else case.estimates.get(name) for case in cases]
    unit = "share" if name == "default_rate" else measure_named(name).unit
    ends = [value for one in found if one for value in (one.mean, one.p95) if value is not None]
    scale, label = scale_of(np.array(ends or [0.0]), unit, lang)
    for row, (case, one) in enumerate(zip(cases, found, strict=True)):
        if one:
            _dot(axes, row, one, scale, case.kind)
    if found[0]:
        axes.axvline(found[0].mean / scale, color=style.QUIET, linewidth=0.9, linestyle=(0, (3, 3)), zorder=0)
    title = either(lang, "违约本金占放款", "defaulted, of volume lent") if name == "default_rate" else measure_named(name).title(lang)
    whole = label.replace(" ", "\u00a0")
    units = "" if not label else f"（{whole}）" if lang == "zh" else f" ({whole})"
    axes.set_title("\n".join(style.at_most(f"{title}{units}", int(width / placing.COLUMN))), fontsize=style.SMALLEST, pad=5, linespacing=1.25)
    axes.grid(visible=False)
    axes.margins(x=0.08)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=style.SMALLEST)
    axes.locator_params(axis="x", nbins=3)
    for line in range(1, len(cases)):
        axes.axhline(line - 0.5, color=style.RULE, linewidth=0.8, zorder=0)


def _dot(axes: Axes, row: int, one: Estimate, scale: float, kind: str) -> None:
    colour = COLOURS[kind]
    if one.p05 is not None and one.p95 is not None:
        axes.plot([one.p05 / scale, one.p95 / scale], [row, row], color=colour, linewidth=1, alpha=0.5)
    if one.low is not None and one.high is not None:
        axes.plot([one.low / scale, one.high / scale], [row, row], color=colour, linewidth=4, alpha=0.55, solid_capstyle="butt")
    axes.plot([one.mean / scale], [row], MARKS[kind], color=colour, markersize=5)


def factor_paths(study: StressStudy, lang: str) -> Figure:
    """Mean of the factor by month under each path, with its chances on the right."""
    from scipy.special import ndtri

    with style.drawing():
        title = either(lang, "宏观路径：系统性因子", "Paths of the systematic factor")
        note = either(
            lang,
            "给定的月份照路径，其余为条件平均（每条路径另有随机）；越低越坏",
            "named months as given, others their conditional mean (each history differs); lower is worse",
        )
        cases = [case for case in study.cases if case.factor]
        named = ["\n".join(style.at_most(case.words.name(lang), int((PATH_NAMES - 0.25) / placing.COLUMN))) for case in cases]
        tall = max(2.9, 0.2 * sum(name.count("\n") + 1 for name in named))
        figure = placing.under_head(title, f"{_subtitle(study, lang)}\n{note}", tall + 0.35)
        axes = placing.axes_at(figure, 0.6, 0.4, style.figure_width() - 0.6 - PATH_NAMES, tall)
        for number, case in enumerate(cases):
            colour, dash = LINES[number % len(LINES)], DASHES[number % len(DASHES)]
            axes.plot(range(len(case.factor)), case.factor, color=colour, linestyle=dash, linewidth=1.8)
        axes.grid(visible=False)
        month_axis(axes, tuple(study.months))
        for years in (25, 100):
            level = float(ndtri(1 / years))
            axes.axhline(level, color=style.RULE, linewidth=1, zorder=0)
            axes.annotate(
                either(lang, f"{years}年一遇", f"1 in {years}"), (1, level), xycoords=("axes fraction", "data"), xytext=(-3, 2),
                textcoords="offset points", fontsize=style.SMALLEST, color=style.QUIET, ha="right", path_effects=style.halo(),
            )  # fmt: skip
        style.unit_on_top(axes, either(lang, "因子（标准差）", "factor (standard deviations)"))
        ends = zip(cases, named, strict=True)
        style.label_ends(axes, [(case.factor[-1], name, LINES[number % len(LINES)]) for number, (case, name) in enumerate(ends)])
        return figure


def _subtitle(study: StressStudy, lang: str) -> str:
    title = study.title if lang == "zh" else study.title_en
    return f"{title} · " + either(lang, f"{study.histories:,}次模拟", f"{study.histories:,} histories")


def one_in(chance: float, lang: str) -> str:
    """Write a chance of a year as one in so many.

    Examples
    --------
    >>> one_in(0.01, "en"), one_in(0.46, "zh")
    ('1 in 100', '46.0%的年份')
    """
    if chance > 0.2:
        return either(lang, f"{percent(chance)}的年份", f"{percent(chance)} of years")
    years = f"{1 / chance:,.0f}"
    return either(lang, f"{years}年一遇", f"1 in {years}")
