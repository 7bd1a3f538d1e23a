"""Charts on slides: PowerPoint's own, which the user can edit, or pictures."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.cells import cell_text, laid_out
from simulator.report.natives import native, shares_across
from simulator.report.pictures import picture, picture_size
from simulator.report.slide_parts import INK, PACKAGE, POINT, QUIET, RULE, fill, qn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell, Chart, Table
    from simulator.report.cells import Scale
    from simulator.report.natives import Native
    from simulator.report.slide_parts import Box


def add_chart(slide: Any, box: Box, chart: Chart, lang: str) -> None:  # noqa: ANN401
    """Add a chart that PowerPoint draws, or its picture."""
    drawn = native(chart)
    if drawn is None:
        png = picture(chart)
        width, height = picture_size(png)
        scale = min(box.width / width, box.height / height)
        shape = slide.shapes.add_picture(
            io.BytesIO(png), int(box.left + (box.width - width * scale) / 2), box.top, int(width * scale), int(height * scale)
        )
    else:
        shape = _add_native(slide, box, chart, drawn, lang)
    described = shape._element.find(f".//{qn('p:cNvPr')}")  # noqa: SLF001  alternative texts have no public door
    described.set("descr", chart.caption)
    shape.name = chart.key


def _add_native(slide: Any, box: Box, chart: Chart, drawn: Native, lang: str) -> Any:  # noqa: ANN401
    kinds = library("pptx.enum.chart", PACKAGE).XL_CHART_TYPE
    kind = {
        "line": kinds.LINE,
        "bar": kinds.COLUMN_CLUSTERED if drawn.is_upright else kinds.BAR_CLUSTERED,
        "stack": kinds.COLUMN_STACKED if drawn.is_upright else kinds.BAR_STACKED,
        "scatter": kinds.XY_SCATTER,
    }[drawn.form]
    laid = laid_out(chart.data, lang, one_unit=True)
    scales = laid.scales[0]
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, _chart_data(chart.data, drawn, scales, lang))
    made = frame.chart
    rgb = library("pptx.dml.color", PACKAGE).RGBColor.from_string
    made.font.size, made.font.color.rgb = 12 * POINT, rgb(INK)
    made.has_title = True
    fill(made.chart_title.text_frame, [chart.caption], 14, INK)
    made.has_legend = drawn.form != "scatter" and len(drawn.columns) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = library("pptx.enum.chart", PACKAGE).XL_LEGEND_POSITION.BOTTOM, False
    _colour(made, drawn, rgb)
    across = scales[drawn.columns[0]]
    up = scales[drawn.columns[1]] if drawn.form == "scatter" else across
    _axis(made.value_axis, up, laid.heads[drawn.columns[1]] if drawn.form == "scatter" else up.unit, rgb)
    if drawn.form == "stack" and shares_across(chart.data):
        made.value_axis.minimum_scale, made.value_axis.maximum_scale, made.value_axis.tick_labels.number_format = 0, 1, "0%"
    if drawn.form == "scatter":
        _axis(made.category_axis, across, laid.heads[drawn.columns[0]], rgb)
        made.category_axis.has_major_gridlines = False
    else:
        _names_axis(made, chart.data, drawn, rgb)
    return frame


def _chart_data(table: Table, drawn: Native, scales: Sequence[Scale], lang: str) -> Any:  # noqa: ANN401
    """Numbers behind a chart as PowerPoint keeps them, in the unit of its axis."""
    data = library("pptx.chart.data", PACKAGE)
    if drawn.form == "scatter":
        across, up = drawn.columns
        points = data.XyChartData()
        places = [(row[0], _written(row[across], scales[across]), _written(row[up], scales[up])) for row in table.rows]
        whole = None if drawn.is_named else points.add_series(table.caption)
        for name, x, y in places:
            if x is not None and y is not None:
                series = whole if whole is not None else points.add_series(cell_text(name, scales[0], lang))
                series.add_data_point(x, y)
        return points
    kept = data.CategoryChartData(number_format=scales[drawn.columns[0]].spreadsheet_format)
    kept.categories = [cell_text(row[0], scales[0], lang) for row in table.rows]
    for j in drawn.columns:
        kept.add_series(table.columns[j].title, [_written(row[j], scales[j]) for row in table.rows])
    return kept


def _written(value: Cell, scale: Scale) -> float | None:
    return scale.number(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _colour(made: Any, drawn: Native, rgb: Any) -> None:  # noqa: ANN401
    """Give series our colours and labels."""
    plot = made.plots[0]
    for i, series in enumerate(plot.series):
        colour = rgb(drawn.colours[min(i, len(drawn.colours) - 1)].removeprefix("#").upper())
        if drawn.form == "line":
            series.smooth = False
            series.format.line.color.rgb, series.format.line.width = colour, int(drawn.widths[i] * POINT)
            series.marker.style = library("pptx.enum.chart", PACKAGE).XL_MARKER_STYLE.NONE
        elif drawn.form == "scatter":
            series.marker.style, series.marker.size = library("pptx.enum.chart", PACKAGE).XL_MARKER_STYLE.CIRCLE, 10
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour
            series.format.line.fill.background()
            if drawn.is_named:
                _name_points(series)
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
            series.invert_if_negative = False
    if drawn.form in ("bar", "stack"):
        plot.gap_width = 60 if len(plot.categories) > 2 else 200
    if drawn.form == "bar" and not drawn.is_upright:
        plot.has_data_labels = True
        plot.data_labels.show_value = True


def _name_points(series: Any) -> None:  # noqa: ANN401
    """Write a series' name beside its one point."""
    labels = library("pptx.chart.datalabel", PACKAGE).DataLabels(series._element.get_or_add_dLbls())  # noqa: SLF001  no public door
    labels.show_series_name, labels.show_value = True, False
    labels.position = library("pptx.enum.chart", PACKAGE).XL_LABEL_POSITION.RIGHT


def _axis(axis: Any, scale: Scale, title: str, rgb: Any) -> None:  # noqa: ANN401
    axis.has_title = bool(title) and title != "%"
    if axis.has_title:
        fill(axis.axis_title.text_frame, [title], 11, QUIET)
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb(RULE)
    axis.format.line.fill.background()
    axis.tick_labels.font.size, axis.tick_labels.font.color.rgb = 11 * POINT, rgb(QUIET)
    axis.tick_labels.number_format = scale.axis_format
    axis.tick_labels.number_format_is_linked = False


def _names_axis(made: Any, table: Table, drawn: Native, rgb: Any) -> None:  # noqa: ANN401
    """Axis of names or months: names from the top down, of months about eight."""
    axis, enum = made.category_axis, library("pptx.enum.chart", PACKAGE)
    axis.tick_labels.font.size, axis.tick_labels.font.color.rgb = 11 * POINT, rgb(INK)
    axis.format.line.color.rgb = rgb(QUIET)
    axis.tick_label_position = enum.XL_TICK_LABEL_POSITION.LOW
    if drawn.form == "line" or drawn.is_upright:
        element = axis._element  # noqa: SLF001  the distance of labels has no public door
        skip = element.makeelement(qn("c:tickLblSkip"), {"val": str(max(len(table.rows) // 8, 1))})
        after = element.find(qn("c:noMultiLvlLbl"))
        if after is not None:
            after.addprevious(skip)
        else:
            element.append(skip)
    else:
        axis.reverse_order = True
        made.value_axis.tick_label_position = enum.XL_TICK_LABEL_POSITION.HIGH
