"""Charts on slides: PowerPoint's own, which the user can edit, labelled where the eye is, or pictures."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.cells import cell_text, laid_out, scale_of
from simulator.report.natives import ends_of_axis, interval_words, is_monthly, month_of, months_apart, native, reach, shares_across, steps_of
from simulator.report.pictures import picture_size, slide_picture
from simulator.report.slide_intervals import add_lengths, axis_with_room, draw_crossed, draw_lengths, draw_lengths_on_line, lengths_of
from simulator.report.slide_labels import label_bars, label_ends, label_parts, name_points, readable_on
from simulator.report.slide_parts import PACKAGE, POINT, QUIET, colour_letters, fill, qn
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell, Chart, Table
    from simulator.report.cells import Scale
    from simulator.report.natives import Native
    from simulator.report.slide_intervals import Lengths
    from simulator.report.slide_parts import Box

LETTERS = 12
LARGE_CHANCE, NEARLY_ALL = 0.4, 0.8
"""Shares from which an axis is drawn up to the whole, of lines and of bars."""
ROOM_FOR_NAMES = {"x": 0.075, "y": 0.11, "w": 0.765, "h": 0.76}
"""Place of a line chart's plot, in parts of the whole; its lines' names stand right of it."""


def add_chart(slide: Any, box: Box, chart: Chart, lang: str, title: str = "") -> None:  # noqa: ANN401
    """Add a chart that PowerPoint draws, or its picture; what the slide's title says is not said again."""
    drawn = native(chart)
    if drawn is None:
        png = slide_picture(chart)
        width, height = picture_size(png)
        scale = min(box.width / width, box.height / height)
        left = int(box.left + (box.width - width * scale) / 2)
        shape = slide.shapes.add_picture(io.BytesIO(png), left, box.top, int(width * scale), int(height * scale))
    elif drawn.form == "waterfall":
        shape = _add_waterfall(slide, box, chart, drawn, lang)
    else:
        shape = _add_native(slide, box, chart, drawn, lang)
    if drawn is not None:
        said = "" if title.endswith(chart.caption) else chart.caption
        _dress(shape.chart, either(lang, "；", "; ").join(part for part in (said, interval_words(chart.data, drawn, lang)) if part))
    described = shape._element.find(f".//{qn('p:cNvPr')}")  # noqa: SLF001  alternative texts have no public door
    described.set("descr", chart.caption)
    shape.name = chart.key


def _add_native(slide: Any, box: Box, chart: Chart, drawn: Native, lang: str) -> Any:  # noqa: ANN401
    kinds = library("pptx.enum.chart", PACKAGE).XL_CHART_TYPE
    kind = {
        "line": kinds.LINE,
        "bar": kinds.COLUMN_CLUSTERED if drawn.is_upright else kinds.BAR_CLUSTERED,
        "stack": kinds.BAR_CLUSTERED if drawn.is_single else kinds.COLUMN_STACKED if drawn.is_upright else kinds.BAR_STACKED,
        "scatter": kinds.XY_SCATTER,
    }[drawn.form]
    laid = laid_out(chart.data, lang, one_unit=True)
    scales = laid.scales[0]
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, _chart_data(chart.data, drawn, scales, lang))
    made = frame.chart
    made.font.size = LETTERS * POINT
    _draw_intervals(made, drawn)
    has_names_at_ends = drawn.form == "line" and len(drawn.columns) > 1
    made.has_legend = drawn.form in ("bar", "stack") and len(drawn.columns) > 1 and not drawn.is_single
    if made.has_legend:
        _name_below(made)
    _colour(made, drawn)
    across = scales[drawn.columns[0]]
    up = scales[drawn.columns[1]] if drawn.form == "scatter" else across
    _axis(made.value_axis, up, laid.heads[drawn.columns[1]] if drawn.form == "scatter" else _unit_of(chart.data, drawn, up, lang))
    if drawn.form == "stack" and shares_across(chart.data):
        made.value_axis.minimum_scale, made.value_axis.maximum_scale, made.value_axis.tick_labels.number_format = 0, 1, "0%"
    if drawn.form in ("bar", "stack"):
        ends = ends_of_axis([value for series in made.plots[0].series for value in series.values])
        made.value_axis.minimum_scale = ends.get("min", made.value_axis.minimum_scale)
        made.value_axis.maximum_scale = ends.get("max", made.value_axis.maximum_scale)
        if drawn.has_intervals and not drawn.is_upright:
            _make_room(made, chart.data, drawn, scales)
        if across.kind == "share" and _reach(made) > NEARLY_ALL:
            made.value_axis.maximum_scale = 1
    if drawn.form == "line" and across.kind == "share" and _is_of_chances(made):
        made.value_axis.minimum_scale, made.value_axis.maximum_scale = 0, 1
    if drawn.form == "scatter":
        _axis(made.category_axis, across, laid.heads[drawn.columns[0]])
        made.category_axis.has_major_gridlines = False
        name_points(made, drawn)
    else:
        _names_axis(made, chart.data, drawn, laid.heads[0])
    if has_names_at_ends:
        if label_ends(made, chart.data, drawn, lang):
            _leave_room(made)
        else:
            _name_below(made)
    elif drawn.form == "stack" and not drawn.is_single:
        label_parts(made, drawn)
    elif drawn.form in ("bar", "stack") and not drawn.is_upright:
        lengths = [_lengths(chart.data, j, bounds, scales) if bounds else None for j, bounds in zip(drawn.columns, drawn.bounds, strict=True)]
        label_bars(made, across, lengths)
    return frame


def _make_room(made: Any, table: Table, drawn: Native, scales: Sequence[Scale]) -> None:  # noqa: ANN401
    """Draw the axis of bars far enough for their intervals and numbers."""
    columns = {j for k, bounds in enumerate(drawn.bounds) for j in (drawn.columns[k], *(bounds or ()))}
    ends = [value for row in table.rows for j in columns if (value := _written(row[j], scales[j])) is not None]
    axis = made.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = axis_with_room(min(ends), max(ends))


def _name_below(made: Any) -> None:  # noqa: ANN401
    """Name the series below the chart."""
    made.has_legend = True
    made.legend.position, made.legend.include_in_layout = library("pptx.enum.chart", PACKAGE).XL_LEGEND_POSITION.BOTTOM, False


def _is_of_chances(made: Any) -> bool:  # noqa: ANN401
    """Whether a line chart shows chances large enough to be seen on an axis from 0 to 1."""
    values = [value for series in made.plots[0].series for value in series.values if value is not None]
    return bool(min(values) >= 0 and LARGE_CHANCE <= max(values) <= 1)


def _reach(made: Any) -> float:  # noqa: ANN401
    """Largest share that a chart shows; 0 where one is more than the whole, or less than nothing."""
    values = [float(value) for series in made.plots[0].series for value in series.values if value is not None]
    return max(values, default=0.0) if all(0 <= value <= 1 for value in values) else 0.0


def _unit_of(table: Table, drawn: Native, scale: Scale, lang: str) -> str:
    """What the axis of numbers is called: its unit, of shares what they are parts of where the table's note says so."""
    if scale.kind == "share":
        return either(lang, "占比（%）", "share (%)") if drawn.form in ("line", "bar") else ""
    return scale.unit or (table.columns[drawn.columns[0]].title if len(drawn.columns) == 1 else "")


def _add_waterfall(slide: Any, box: Box, chart: Chart, drawn: Native, lang: str) -> Any:  # noqa: ANN401
    """Add stacked columns that stand on columns without colour."""
    data, steps = library("pptx.chart.data", PACKAGE), steps_of(chart.data)
    scale = scale_of("money", [step.size for step in steps], lang)
    kept = data.CategoryChartData(number_format=scale.spreadsheet_format)
    kept.categories = [step.name for step in steps]
    kept.add_series(either(lang, "底座", "base"), [scale.number(step.base) for step in steps])
    names = {"total": either(lang, "合计", "total"), "rise": either(lang, "增加", "rise"), "fall": either(lang, "减少", "fall")}
    for kind, name in names.items():
        kept.add_series(name, [scale.number(step.size) if step.kind == kind else None for step in steps])
    lengths = lengths_of(reach(chart.data, drawn.columns[0], drawn.bounds[0]), scale.one) if drawn.bounds[0] else None
    if lengths:
        ends = either(lang, "终点", "end")
        kept.add_series(ends, [scale.number(step.end) for step in steps])
        add_lengths(kept, ends, lengths, lang)
    kind = library("pptx.enum.chart", PACKAGE).XL_CHART_TYPE.COLUMN_STACKED
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, kept)
    made = frame.chart
    made.font.size = LETTERS * POINT
    made.has_legend = False
    plot = made.plots[0]
    if lengths:
        draw_lengths_on_line(*(one._element for one in list(plot.series)[-3:]))  # noqa: SLF001  error bars have no public door
    plot.gap_width, plot.overlap = 50, 100
    for series, colour in zip(plot.series, drawn.colours, strict=True):
        if series is plot.series[0] or colour == drawn.colours[0]:
            series.format.fill.background()
            continue
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(colour)
        series.data_labels.show_value, series.data_labels.number_format_is_linked = True, False
        sign = {"rise": "+", "fall": "\N{MINUS SIGN}"}.get(list(names)[list(drawn.colours[1:]).index(colour)], "")
        series.data_labels.number_format = f'"{sign}"{scale.spreadsheet_format}' if sign else scale.spreadsheet_format
        series.data_labels.font.size, series.data_labels.font.bold = LETTERS * POINT, True
        series.data_labels.font.color.rgb = readable_on(colour)
    _axis(made.value_axis, scale, scale.unit)
    if lengths:
        tops = [scale.number(step.end) + (length or 0.0) for step, length in zip(steps, lengths.above, strict=True)]
        made.value_axis.minimum_scale, made.value_axis.maximum_scale, made.value_axis.major_unit = axis_with_room(0.0, max(tops))
    axis = made.category_axis
    axis.tick_labels.font.size = LETTERS * POINT
    axis.format.line.color.rgb = _rgb(QUIET)
    return frame


def _dress(made: Any, caption: str) -> None:  # noqa: ANN401
    """Caption of a chart, in the theme's colour of texts."""
    made.has_title = bool(caption)
    if caption:
        made.chart_title.include_in_layout = False
        fill(made.chart_title.text_frame, [caption], 13, QUIET)


def _draw_intervals(made: Any, drawn: Native) -> None:  # noqa: ANN401
    """Turn series of lengths, which stand behind those drawn, into error bars."""
    if not drawn.has_intervals:
        return
    series = [one._element for one in made.plots[0].series]  # noqa: SLF001  error bars have no public door
    if drawn.form == "scatter":
        many = 1 + sum(map(bool, drawn.bounds))
        for place in range(0, len(series), many):
            own, *lengths = series[place : place + many]
            draw_crossed(own, [lengths.pop(0) if bounds else None for bounds in drawn.bounds])
        return
    spare = series[len(drawn.columns) :]
    for own, bounds in zip(series, drawn.bounds, strict=False):
        if bounds:
            draw_lengths(own, spare.pop(0), spare.pop(0))


def _rgb(colour: str) -> Any:  # noqa: ANN401
    return library("pptx.dml.color", PACKAGE).RGBColor.from_string(colour.removeprefix("#").upper())


def _chart_data(table: Table, drawn: Native, scales: Sequence[Scale], lang: str) -> Any:  # noqa: ANN401
    """Numbers behind a chart as PowerPoint keeps them, in the unit of its axis; months as dates."""
    data = library("pptx.chart.data", PACKAGE)
    if drawn.form == "scatter":
        return _points(data.XyChartData(), table, drawn, scales, lang)
    kept = data.CategoryChartData(number_format=scales[drawn.columns[0]].spreadsheet_format)
    if drawn.is_single:
        kept.categories = [table.columns[j].title for j in drawn.columns]
        kept.add_series(table.caption, [_written(table.rows[0][j], scales[j]) for j in drawn.columns])
        return kept
    first = replace(scales[0], decimals=min(scales[0].decimals, 1)) if drawn.is_upright else scales[0]
    kept.categories = [month_of(str(row[0])) if is_monthly(table) else cell_text(row[0], first, lang) for row in table.rows]
    for j in drawn.columns:
        kept.add_series(table.columns[j].title, [_written(row[j], scales[j]) for row in table.rows])
    for j, bounds in zip(drawn.columns, drawn.bounds, strict=True):
        if bounds:
            add_lengths(kept, table.columns[j].title, _lengths(table, j, bounds, scales), lang)
    return kept


def _points(points: Any, table: Table, drawn: Native, scales: Sequence[Scale], lang: str) -> Any:  # noqa: ANN401
    """Points of a scatter: a series each where they have names, else one of all; behind it the lengths of its intervals, along and up."""
    across, up = drawn.columns
    known = [i for i, row in enumerate(table.rows) if _written(row[across], scales[across]) is not None and _written(row[up], scales[up]) is not None]
    lengths = [_lengths(table, j, bounds, scales) if bounds else None for j, bounds in zip(drawn.columns, drawn.bounds, strict=True)]
    groups = [(cell_text(table.rows[i][0], scales[0], lang), [i]) for i in known] if drawn.is_named else [(table.caption, known)]
    for name, places in groups:
        series = points.add_series(name)
        for i in places:
            series.add_data_point(*(_written(table.rows[i][j], scales[j]) for j in (across, up)))
        for j, one in zip(drawn.columns, lengths, strict=True):
            if one:
                beside = points.add_series(f"{name}{either(lang, '：区间，', ': interval, ')}{table.columns[j].title}")
                for i in places:
                    beside.add_data_point(one.below[i] or 0.0, one.above[i] or 0.0)
    return points


def _lengths(table: Table, column: int, bounds: tuple[int, int], scales: Sequence[Scale]) -> Lengths:
    scale = scales[column]
    return lengths_of(reach(table, column, bounds), scale.one if scale.kind == "money" else 1.0)


def _written(value: Cell, scale: Scale) -> float | None:
    return scale.number(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _colour(made: Any, drawn: Native) -> None:  # noqa: ANN401
    """Give series our colours; of a single row its parts."""
    plot = made.plots[0]
    for i, series in enumerate(plot.series):
        colour = _rgb(drawn.colours[min(i, len(drawn.colours) - 1)])
        if drawn.form == "line":
            series.smooth = False
            series.format.line.color.rgb, series.format.line.width = colour, int(drawn.widths[i] * POINT)
            series.marker.style = library("pptx.enum.chart", PACKAGE).XL_MARKER_STYLE.NONE
        elif drawn.form == "scatter":
            series.marker.style, series.marker.size = library("pptx.enum.chart", PACKAGE).XL_MARKER_STYLE.CIRCLE, 10
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour
            series.format.line.fill.background()
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
            series.invert_if_negative = False
    if drawn.is_single:
        for i, own in enumerate(drawn.colours):
            point = plot.series[0].points[i]
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = _rgb(own)
    if drawn.form in ("bar", "stack"):
        few = len(plot.categories) <= 2
        plot.gap_width = 10 if drawn.form == "bar" and drawn.is_upright else 180 if few else 60


def _axis(axis: Any, scale: Scale, title: str) -> None:  # noqa: ANN401
    axis.has_title = bool(title)
    if axis.has_title:
        fill(axis.axis_title.text_frame, [title], 11, QUIET)
        for run in axis.axis_title.text_frame.paragraphs[0].runs:
            run.font.bold = False
    axis.has_major_gridlines = True
    _draw_faintly(axis.major_gridlines.format.line)
    axis.format.line.fill.background()
    axis.tick_labels.font.size = 11 * POINT
    colour_letters(axis.tick_labels.font, QUIET)
    axis.tick_labels.number_format = scale.axis_format
    axis.tick_labels.number_format_is_linked = False


def _draw_faintly(line: Any) -> None:  # noqa: ANN401
    """Draw a line in a grey that lets a light or a dark ground through."""
    line.color.rgb = _rgb(QUIET)
    colour = line._ln.find(f".//{qn('a:srgbClr')}")  # noqa: SLF001  transparency has no public door
    colour.append(colour.makeelement(qn("a:alpha"), {"val": "25000"}))


def _names_axis(made: Any, table: Table, drawn: Native, title: str) -> None:  # noqa: ANN401
    """Axis of names or months: names from the top down, of months and classes about eight."""
    axis, enum = made.category_axis, library("pptx.enum.chart", PACKAGE)
    axis.tick_labels.font.size = 11 * POINT
    axis.format.line.color.rgb = _rgb(QUIET)
    axis.tick_label_position = enum.XL_TICK_LABEL_POSITION.LOW
    axis.has_major_gridlines = False
    if is_monthly(table):
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "yyyy-mm", False
        apart = str(months_apart(len(table.rows)))
        _append(axis, ("c:baseTimeUnit", "months"), ("c:majorUnit", apart), ("c:majorTimeUnit", "months"))
    elif drawn.form == "line" or drawn.is_upright:
        axis.has_title = True
        fill(axis.axis_title.text_frame, [title], 11, QUIET)
        axis.axis_title.text_frame.paragraphs[0].runs[0].font.bold = False
        _append(axis, ("c:tickLblSkip", str(max(len(table.rows) // 8, 1))))
    else:
        axis.reverse_order = True
        made.value_axis.tick_label_position = enum.XL_TICK_LABEL_POSITION.HIGH


def _append(axis: Any, *settings: tuple[str, str]) -> None:  # noqa: ANN401
    """Set what has no public door, before the setting that must stand last."""
    element = axis._element  # noqa: SLF001
    for name, _ in settings:
        for old in element.findall(qn(name)):
            element.remove(old)
    last = element.find(qn("c:noMultiLvlLbl"))
    for name, value in settings:
        made = element.makeelement(qn(name), {"val": value})
        if last is not None:
            last.addprevious(made)
        else:
            element.append(made)


def _leave_room(made: Any) -> None:  # noqa: ANN401
    """Keep the plot of a line chart off the right edge, where the lines' names stand."""
    area = made._chartSpace.chart.plotArea  # noqa: SLF001  layouts of plots have no public door
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = area.makeelement(qn("c:layout"), {})
    manual = layout.makeelement(qn("c:manualLayout"), {})
    layout.append(manual)
    for name, value in (("c:layoutTarget", "inner"), ("c:xMode", "edge"), ("c:yMode", "edge")):
        manual.append(manual.makeelement(qn(name), {"val": value}))
    for name, part in ROOM_FOR_NAMES.items():
        manual.append(manual.makeelement(qn(f"c:{name}"), {"val": str(part)}))
    area.insert(0, layout)
