"""Words and numbers on PowerPoint's own charts, beside what they name."""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.slide_parts import PACKAGE, POINT, qn
from simulator.report.style import ink_on
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Table
    from simulator.report.cells import Scale
    from simulator.report.natives import Native
    from simulator.report.slide_intervals import Lengths

NEAR = 0.055
"""Ends of lines nearer than this, in parts of the chart's height, share a label."""
MOST_NAMES = 2
"""Names of lines that one label holds."""
LEAST_PART = 0.06
"""Smaller parts of a bar have no room for a number."""
PLOT, BESIDE = 0.84, 0.004
"""Parts of a chart's width: what its bars may take, and the space between an interval and its number."""


def label_ends(made: Any, table: Table, drawn: Native, lang: str) -> bool:  # noqa: ANN401  python-pptx publishes few types
    """Write each line's name at its end; lines that end together share one label. False if too many do, and none is written."""
    series = list(made.plots[0].series)
    ends = [max((i for i, value in enumerate(one.values) if value is not None), default=-1) for one in series]
    values = [value for one in series for value in one.values if value is not None]
    span = (max(values) - min(*values, 0)) or 1.0
    bounds = [k for k, j in enumerate(drawn.columns) if table.columns[j].key.rpartition(".")[2] in ("low", "high")]
    order = sorted((k for k in range(len(series)) if ends[k] >= 0 and k not in bounds), key=lambda k: series[k].values[ends[k]])
    groups: list[list[int]] = []
    for k in order:
        is_near = (
            bool(groups) and ends[groups[-1][-1]] == ends[k] and abs(series[k].values[ends[k]] - series[groups[-1][-1]].values[ends[k]]) < NEAR * span
        )
        groups[-1].append(k) if is_near else groups.append([k])
    if any(len(group) > MOST_NAMES and not _are_quantiles(table, drawn, group) for group in groups):
        return False
    heights = [series[group[-1]].values[ends[group[-1]]] for group in groups]
    if any(later - first < NEAR * span for first, later in zip(heights, heights[2:], strict=False)):
        return False
    between = either(lang, "、", ", ")
    for group in groups:
        shown = max(group, key=lambda k: drawn.widths[k])
        names = between.join(_name(table, drawn.columns[k], lang) for k in sorted(group))
        label = series[shown].points[ends[shown]].data_label
        beside = either(lang, "（细线：95%区间）", " (thin: 95% interval)") if bounds else ""
        label.text_frame.text = _short_names(names, group, table, drawn, lang) + beside
        run = label.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = 12 * POINT, drawn.widths[shown] >= 2
        run.font.color.rgb = library("pptx.dml.color", PACKAGE).RGBColor.from_string(_dark(drawn.colours[shown]))
        label.position = library("pptx.enum.chart", PACKAGE).XL_LABEL_POSITION.RIGHT
    _part(series, groups, ends, span)
    return True


def _part(series: list[Any], groups: list[list[int]], ends: list[int], span: float) -> None:
    """Write names of lines that end side by side at different times above and below them, where they would stand on each other."""
    places = library("pptx.enum.chart", PACKAGE).XL_LABEL_POSITION
    for lower, upper in pairwise(groups):
        low, high = lower[-1], upper[0]
        if ends[low] != ends[high] and series[high].values[ends[high]] - series[low].values[ends[low]] < NEAR * span:
            for group, place in ((lower, places.BELOW), (upper, places.ABOVE)):
                for k in group:
                    if series[k].points[ends[k]].data_label.has_text_frame:
                        series[k].points[ends[k]].data_label.position = place


def _name(table: Table, column: int, lang: str) -> str:
    """Name of a line; of a quantile that it is one."""
    one = table.columns[column]
    return one.title + either(lang, "分位", "") if re.fullmatch(r"p\d+", one.key.rpartition(".")[2]) and one.title.endswith("%") else one.title


def _short_names(names: str, group: list[int], table: Table, drawn: Native, lang: str) -> str:
    """Names of lines that end together; of quantiles the outermost two."""
    titles = [table.columns[drawn.columns[k]].title for k in sorted(group)]
    if len(group) > 1 and _are_quantiles(table, drawn, group):
        return f"{titles[0]}–{titles[-1]}" + either(lang, "分位", "")
    return names


def _are_quantiles(table: Table, drawn: Native, group: list[int]) -> bool:
    return all(re.fullmatch(r"\d+%", table.columns[drawn.columns[k]].title) for k in group)


def _dark(colour: str) -> str:
    """Colour of a line's name: the line's own, darker where it would be too pale to read."""
    parts = [int(colour.removeprefix("#")[i : i + 2], 16) for i in (0, 2, 4)]
    light = sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), parts, strict=True))
    by = 1.0 if light < 140 else 0.62
    return "".join(f"{int(part * by):02X}" for part in parts)


def label_bars(made: Any, scale: Scale, lengths: Sequence[Lengths | None] = ()) -> None:  # noqa: ANN401
    """Write each bar's number at its end, past its interval.

    Parameters
    ----------
    made : Chart
    scale : Scale
    lengths : sequence of Lengths or None
        Of the intervals, one a series.
    """
    plot = made.plots[0]
    plot.has_data_labels = True
    _number(plot.data_labels, scale)
    for series, own in zip(plot.series, lengths, strict=False):
        if own:
            _number(series.data_labels, scale)
            _move_out(series, own, PLOT / (made.value_axis.maximum_scale - made.value_axis.minimum_scale))


def _number(labels: Any, scale: Scale) -> None:  # noqa: ANN401
    labels.show_value, labels.number_format_is_linked = True, False
    labels.number_format = scale.spreadsheet_format
    labels.font.size, labels.font.bold = 12 * POINT, True
    labels.position = library("pptx.enum.chart", PACKAGE).XL_LABEL_POSITION.OUTSIDE_END


def _move_out(series: Any, lengths: Lengths, part: float) -> None:  # noqa: ANN401
    """Move numbers from the ends of bars to the ends of their intervals; they stay the bars' own numbers.

    Parameters
    ----------
    series : BarSeries
    lengths : Lengths
    part : float
        Part of the chart's width that one of the axis takes.
    """
    labels = series.data_labels._element  # noqa: SLF001  places of single numbers have no public door
    for i, value in enumerate(series.values):
        length = None if value is None else lengths.above[i] if value >= 0 else lengths.below[i]
        if value is None or not length:
            continue
        label = labels.get_or_add_dLbl_for_point(i)
        layout, manual = label.makeelement(qn("c:layout"), {}), label.makeelement(qn("c:manualLayout"), {})
        far = length * part + BESIDE
        for way, moved in (("c:x", far if value >= 0 else -far), ("c:y", 0.0)):
            manual.append(manual.makeelement(qn(way), {"val": f"{moved:.5f}"}))
        layout.append(manual)
        label.find(qn("c:idx")).addnext(layout)
        layout.addnext(deepcopy(labels.find(qn("c:numFmt"))))
        label.replace(label.find(qn("c:txPr")), deepcopy(labels.find(qn("c:txPr"))))
        label.get_or_add_dLblPos().set("val", "outEnd")


def label_parts(made: Any, drawn: Native) -> None:  # noqa: ANN401
    """Write the share of each part of a stacked bar that has room for it."""
    for series, colour in zip(made.plots[0].series, drawn.colours, strict=True):
        labels = series.data_labels
        labels.show_value, labels.number_format_is_linked = True, False
        labels.number_format = f'[>={LEAST_PART}]0.0%;""'
        labels.font.size, labels.font.bold = 12 * POINT, True
        labels.font.color.rgb = readable_on(colour)


def readable_on(colour: str) -> Any:  # noqa: ANN401
    """Colour of letters on a bar."""
    ink = ink_on(colour)
    return library("pptx.dml.color", PACKAGE).RGBColor.from_string(ink.removeprefix("#").upper() if ink.startswith("#") else "FFFFFF")


def name_points(made: Any, drawn: Native) -> None:  # noqa: ANN401
    """Write each point's name beside it, where points are few."""
    if not drawn.is_named:
        return
    for series in made.plots[0].series:
        labels = library("pptx.chart.datalabel", PACKAGE).DataLabels(series._element.get_or_add_dLbls())  # noqa: SLF001  no public door
        labels.show_series_name, labels.show_value = True, False
        labels.position = library("pptx.enum.chart", PACKAGE).XL_LABEL_POSITION.RIGHT
