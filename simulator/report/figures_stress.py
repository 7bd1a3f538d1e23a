"""Charts of a stress study: the cases side by side, the paths of the factor, and the reverse stress on the normal curve of the factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import month_axis
from simulator.report.figures_ranges import scale_of
from simulator.report.text import either, percent
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.estimates import Estimate
    from simulator.results.stress import StressCase, StressStudy

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
    height = 1.75 + 0.36 * len(study.cases)
    width = 8.4 if only else 3.1 + 2.7 * len(names)
    note = either(
        lang,
        "点：估计，粗线：95%区间；细线：5%–95%的模拟；虚线：情景原样。各情形同样的企业与运气",
        "dot: estimate, thick line: 95% interval; thin line: 5%-95% of histories; dashed: as modelled. All cases meet the same firms and luck",
    )
    with style.drawing():
        title = either(lang, "压力之下", "Under stress")
        figure = style.blank_figure(title, f"{_subtitle(study, lang)}\n{note}", width=width, height=height)
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        figure.subplots_adjust(left=2.2 / width, wspace=0.16, bottom=0.5 / height, top=figure.subplotpars.top - 0.28 / height)
        for axes, name in zip(panels, names, strict=True):
            _panel(axes, study.cases, name, lang)
        panels[0].set_yticks(range(len(study.cases)), [case.words.name(lang) for case in study.cases], color=style.INK, fontsize=9)
        panels[0].set_ylim(len(study.cases) - 0.4, -0.6)
        return figure


def _panel(axes: Axes, cases: Sequence[StressCase], name: str, lang: str) -> None:
    found = [case.default_rate if name == "default_rate" else case.estimates.get(name) for case in cases]
    unit = "share" if name == "default_rate" else measure_named(name).unit
    ends = [value for one in found if one for value in (one.mean, one.p95) if value is not None]
    scale, label = scale_of(np.array(ends or [0.0]), unit, lang)
    for row, (case, one) in enumerate(zip(cases, found, strict=True)):
        if one:
            _dot(axes, row, one, scale, COLOURS[case.kind])
    if found[0]:
        axes.axvline(found[0].mean / scale, color=style.QUIET, linewidth=0.9, linestyle=(0, (3, 3)), zorder=0)
    title = either(lang, "违约本金占放款", "defaulted, of volume lent") if name == "default_rate" else measure_named(name).title(lang)
    axes.set_title("\n".join(style.wrapped(title, 26)), fontsize=9.5, pad=6)
    axes.set_xlabel(label, fontsize=9)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=8.5)


def _dot(axes: Axes, row: int, one: Estimate, scale: float, colour: str) -> None:
    if one.p05 is not None and one.p95 is not None:
        axes.plot([one.p05 / scale, one.p95 / scale], [row, row], color=colour, linewidth=1, alpha=0.5)
    if one.low is not None and one.high is not None:
        axes.plot([one.low / scale, one.high / scale], [row, row], color=colour, linewidth=4, alpha=0.55, solid_capstyle="butt")
    axes.plot([one.mean / scale], [row], "o", color=colour, markersize=5)


def factor_paths(study: StressStudy, lang: str) -> Figure:
    """Mean of the factor by month under each path, with its chances on the right."""
    from scipy.special import ndtri

    width, height = 9.2, 4.6
    with style.drawing():
        title = either(lang, "宏观路径：系统性因子", "Paths of the systematic factor")
        note = either(
            lang,
            "给定的月份照路径，其余为条件平均（每条路径另有随机）；越低越坏",
            "named months as given, others their conditional mean (each history differs); lower is worse",
        )
        figure = style.blank_figure(title, f"{_subtitle(study, lang)}\n{note}", width=width, height=height)
        axes = figure.subplots()
        figure.subplots_adjust(right=1 - 2.2 / width)
        cases = [case for case in study.cases if case.factor]
        for number, case in enumerate(cases):
            axes.plot(range(len(case.factor)), case.factor, color=LINES[number % len(LINES)], linewidth=1.8)
        for years in (25, 100):
            axes.axhline(float(ndtri(1 / years)), color=style.RULE, linewidth=1, zorder=0)
            axes.annotate(
                either(lang, f"{years}年一遇", f"1 in {years}"),
                (0, float(ndtri(1 / years))),
                xytext=(3, 2),
                textcoords="offset points",
                fontsize=8,
                color=style.QUIET,
            )
        axes.grid(visible=False)
        month_axis(axes, tuple(study.months))
        style.label_ends(axes, [(case.factor[-1], case.words.name(lang), LINES[number % len(LINES)]) for number, case in enumerate(cases)])
        return figure


def _subtitle(study: StressStudy, lang: str) -> str:
    title = study.title if lang == "zh" else study.title_en
    return f"{title}\n" + either(lang, f"{study.histories:,}次模拟", f"{study.histories:,} histories")


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
