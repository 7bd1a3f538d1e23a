"""A report as PowerPoint slides: charts that PowerPoint draws and the user can edit, real tables, the speaker's notes.

Twelve slides of 16:9 at most. A user's own presentation or template keeps its size, layouts, fonts and colours.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.report.blocks import Chart
from simulator.report.cells import aligned_right, cell_text, column_widths, laid_out, provenance_line, shared_room
from simulator.report.deck import columns_in, fitted, is_heading, slides_of, text_height
from simulator.report.extras import library
from simulator.report.natives import native, shares_across
from simulator.report.packages import template_as_document
from simulator.report.pictures import picture, picture_size
from simulator.report.style import width_of, wrapped
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.report.blocks import Cell, Report, Table
    from simulator.report.cells import Scale
    from simulator.report.deck import Slide
    from simulator.report.natives import Native

PACKAGE = "python-pptx"
LATIN, EAST_ASIAN = "Arial", "微软雅黑"
INK, QUIET, ACCENT, RULE, SHADE = "1F2937", "6B7280", "0072B2", "E2E5EA", "F3F5F8"
POINT, INCH = 12_700, 914_400
WIDE, HIGH = 12_192_000, 6_858_000
"""Slide of 16:9, 13.33 by 7.5 inches, in English Metric Units."""
MARGIN = 548_640
SIZES = (24, 22, 20, 18, 16, 14)
CELL_SIZES = (16, 14, 13, 12, 11, 10, 9)
TITLE_SIZES = (26, 24, 22, 20, 18)


@dataclass(frozen=True)
class Box:
    """A place on a slide, in English Metric Units."""

    left: int
    top: int
    width: int
    height: int

    def below(self, height: int) -> Box:
        """Return what is left under a strip of a height."""
        return Box(self.left, self.top + height, self.width, self.height - height)


def write(report: Report, path: Path, template: Path | None = None) -> None:
    """Write a report as a PowerPoint presentation.

    Parameters
    ----------
    report : Report
    path : Path
        File to write, ``.pptx``.
    template : Path, optional
        Presentation or template whose size, layouts and theme are kept and whose slides are left out.

    Raises
    ------
    ExtraMissing
        If python-pptx is not installed.
    SimulatorError
        If the template is no PowerPoint file.
    """
    deck = library("pptx", PACKAGE).Presentation(template_as_document(template) if template else None)
    if template:
        _drop_slides(deck)
    else:
        _make_wide(deck)
    line = provenance_line(report.provenance, report.lang)
    deck.core_properties.title, deck.core_properties.subject, deck.core_properties.comments = report.title, report.subtitle, line
    deck.core_properties.author = f"riskshare {report.provenance.version}"
    _add_title_slide(deck, report, line)
    layout = _layout(deck, is_title=False)
    for planned in slides_of(report):
        _add_slide(deck, layout, planned, report.lang, line)
    deck.save(path)


def _drop_slides(deck: Any) -> None:  # noqa: ANN401  python-pptx publishes few types
    for number in list(deck.slides._sldIdLst):  # noqa: SLF001  python-pptx has no public way to remove a slide
        deck.part.drop_rel(number.rId)
        deck.slides._sldIdLst.remove(number)  # noqa: SLF001


def _make_wide(deck: Any) -> None:  # noqa: ANN401
    """Turn the package's own 4:3 template into 16:9, with our fonts and plain titles on the left."""
    ratio = WIDE / deck.slide_width
    deck.slide_width, deck.slide_height = WIDE, HIGH
    master = deck.slide_master
    for page in (master, *deck.slide_layouts):
        for shape in page.placeholders:
            if shape._element.spPr.find(_qn("a:xfrm")) is not None:  # noqa: SLF001  only shapes with a place of their own
                shape.left, shape.width = int(shape.left * ratio), int(shape.width * ratio)
    for page in (master, _layout(deck, is_title=False)):
        title = next(shape for shape in page.placeholders if shape.placeholder_format.type == 1)
        title.left, title.top, title.width, title.height = MARGIN, 320_000, WIDE - 2 * MARGIN, 760_000
    _set_left(_layout(deck, is_title=True))
    for layout in (_layout(deck, is_title=False), _layout(deck, is_title=True)):
        first = next(shape for shape in layout.placeholders if shape.placeholder_format.type in (1, 3))
        layout.shapes._spTree.append(_bar(Box(MARGIN + 91_440, first.top - 30_000, 720_000, 54_000)))  # noqa: SLF001  layouts have no public door
    style = master._element.find(f".//{_qn('p:titleStyle')}/{_qn('a:lvl1pPr')}")  # noqa: SLF001  styles have no public door
    style.set("algn", "l")
    letters = style.find(_qn("a:defRPr"))
    letters.set("sz", str(TITLE_SIZES[0] * 100))
    letters.set("b", "1")
    theme = master.part.part_related_by(library("pptx.opc.constants", PACKAGE).RELATIONSHIP_TYPE.THEME)
    theme._blob = _with_fonts(theme.blob)  # noqa: SLF001  the theme has no public door


def _set_left(layout: Any) -> None:  # noqa: ANN401
    """Stand the title slide's lines on the left, one under the other."""
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type
        if kind in (3, 4):
            shape.left, shape.width = MARGIN, WIDE - 2 * MARGIN
            shape.top, shape.height = (2_000_000, 1_300_000) if kind == 3 else (3_400_000, 1_200_000)
            for level in shape._element.iter(*(_qn(f"a:lvl{n}pPr") for n in range(1, 10))):  # noqa: SLF001
                level.set("algn", "l")


def _bar(box: Box) -> Any:  # noqa: ANN401
    """A short bar of our colour, as a shape's XML."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    place = f'<a:xfrm><a:off x="{box.left}" y="{box.top}"/><a:ext cx="{box.width}" cy="{box.height}"/></a:xfrm>'
    look = f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{ACCENT}"/></a:solidFill><a:ln><a:noFill/></a:ln>'
    return library("pptx.oxml", PACKAGE).parse_xml(
        f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{drawing}">'
        f'<p:nvSpPr><p:cNvPr id="99" name="Bar"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{place}{look}</p:spPr></p:sp>'
    )


def _with_fonts(theme: bytes) -> bytes:
    """Theme whose fonts for titles and texts are ours, Latin and Chinese."""
    text = theme.decode("utf-8")
    text = re.sub(r'(<a:m(?:ajor|inor)Font>\s*<a:latin typeface=")[^"]*("[^>]*>\s*<a:ea typeface=")[^"]*"', rf'\g<1>{LATIN}\g<2>{EAST_ASIAN}"', text)
    return re.sub(r'(<a:font script="Hans" typeface=")[^"]*"', rf'\g<1>{EAST_ASIAN}"', text).encode("utf-8")


def _qn(name: str) -> str:
    return str(library("pptx.oxml.ns", PACKAGE).qn(name))


def _layout(deck: Any, *, is_title: bool) -> Any:  # noqa: ANN401
    """Layout of the title slide, or one with a title and nothing else to fill, as near as the template has it."""
    kinds = [[shape.placeholder_format.type for shape in layout.placeholders] for layout in deck.slide_layouts]
    if is_title:
        found = next((i for i, own in enumerate(kinds) if 3 in own), 0)
    else:
        counted = [(sum(kind not in (1, 13, 15, 16) for kind in own), i) for i, own in enumerate(kinds) if 1 in own]
        found = min(counted)[1] if counted else len(kinds) - 1
    return deck.slide_layouts[found]


def _add_title_slide(deck: Any, report: Report, line: str) -> None:  # noqa: ANN401
    layout = _layout(deck, is_title=True)
    slide = deck.slides.add_slide(layout)
    title = slide.shapes.title
    if title is not None:
        size, _ = fitted([report.title], title.width / POINT, title.height / POINT, (36, 32, 28, 24))
        title.text_frame.text = report.title
        title.text_frame.paragraphs[0].runs[0].font.size = size * POINT
    others = [shape for shape in slide.placeholders if shape.placeholder_format.type in (2, 4)]
    if others:
        size, texts = fitted([report.subtitle, report.provenance.date], others[0].width / POINT, others[0].height / POINT, SIZES)
        _fill(others[0].text_frame, texts, size, QUIET)
    _add_provenance(deck, slide, line)
    slide.notes_slide.notes_text_frame.text = "\n".join([report.title, report.subtitle, line])


def _add_slide(deck: Any, layout: Any, planned: Slide, lang: str, line: str) -> None:  # noqa: ANN401
    slide = deck.slides.add_slide(layout)
    for shape in list(slide.placeholders):
        if shape.placeholder_format.type != 1:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001  an empty placeholder would show its prompt
    title = slide.shapes.title
    room = Box(MARGIN, MARGIN, deck.slide_width - 2 * MARGIN, deck.slide_height - 2 * MARGIN)
    if title is not None:
        size, (text,) = fitted([planned.title], title.width / POINT - 15, title.height / POINT * 0.9, TITLE_SIZES)
        title.text_frame.text = text
        if size != TITLE_SIZES[0]:
            title.text_frame.paragraphs[0].runs[0].font.size = size * POINT
        top = title.top + title.height + 60_000
        room = Box(title.left, top, title.width, int(deck.slide_height - 0.55 * INCH) - top)
    if planned.shown is None:
        size, texts = fitted(planned.texts, room.width / POINT - 20, room.height / POINT, SIZES)
        _add_text(slide, room, texts, size, is_listed=planned.is_listed)
    else:
        if planned.texts:
            size, texts = fitted(planned.texts, room.width / POINT - 20, room.height * 0.2 / POINT, (16, 14, 13))
            high = int((text_height(texts, room.width / POINT - 20, size) + 12) * POINT)
            _add_text(slide, Box(room.left, room.top, room.width, high), texts, size)
            room = room.below(high)
        if isinstance(planned.shown, Chart):
            _add_chart(slide, room, planned.shown, lang)
        else:
            _add_table(slide, room, planned.shown, lang)
    _add_provenance(deck, slide, line)
    slide.notes_slide.notes_text_frame.text = "\n".join([*planned.notes, line])


def _fill(frame: Any, texts: Sequence[str], size: float, colour: str, *, is_listed: bool = False) -> None:  # noqa: ANN401
    """Set paragraphs in a frame, letters of one size and colour; of a list headings are bold and the rest is marked."""
    rgb = library("pptx.dml.color", PACKAGE).RGBColor.from_string(colour)
    for i, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.color.rgb = int(size * POINT), rgb
        paragraph.space_after = int(size * 0.4 * POINT)
        if is_heading(text):
            run.font.bold = True
        elif is_listed:
            _mark(paragraph, size)


def _mark(paragraph: Any, size: float) -> None:  # noqa: ANN401
    """Set a paragraph as an item of a list."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  marks of lists have no public door
    properties.set("marL", str(int(size * POINT)))
    properties.set("indent", str(-int(size * POINT)))
    properties.append(properties.makeelement(_qn("a:buChar"), {"char": "•"}))


def _add_text(slide: Any, box: Box, texts: Sequence[str], size: float, colour: str = INK, *, is_listed: bool = False) -> Any:  # noqa: ANN401
    shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
    frame = shape.text_frame
    frame.word_wrap = True
    _fill(frame, texts, size, colour, is_listed=is_listed)
    return shape


def _add_provenance(deck: Any, slide: Any, line: str) -> None:  # noqa: ANN401
    """Write where the figures come from, and the slide's number, at its foot."""
    top = int(deck.slide_height - 0.42 * INCH)
    width = deck.slide_width - 2 * MARGIN
    size, (text,) = fitted([line], width * 0.9 / POINT, 14, (9, 8, 7, 6))
    _add_text(slide, Box(MARGIN, top, int(width * 0.9), int(0.3 * INCH)), [text], size, QUIET).name = "Provenance"
    number = _add_text(slide, Box(MARGIN + int(width * 0.9), top, int(width * 0.1), int(0.3 * INCH)), ["0"], 9, QUIET)
    number.name = "Slide number"
    paragraph = number.text_frame.paragraphs[0]
    paragraph.alignment = library("pptx.enum.text", PACKAGE).PP_ALIGN.RIGHT
    run = paragraph._p.r_lst[0]  # noqa: SLF001  fields have no public door
    run.tag = _qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")


def _add_chart(slide: Any, box: Box, chart: Chart, lang: str) -> None:  # noqa: ANN401
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
    described = shape._element.find(f".//{_qn('p:cNvPr')}")  # noqa: SLF001  alternative texts have no public door
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
    _fill(made.chart_title.text_frame, [chart.caption], 14, INK)
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
                (points.add_series(cell_text(name, scales[0], lang)) if drawn.is_named else whole).add_data_point(x, y)
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
        _fill(axis.axis_title.text_frame, [title], 11, QUIET)
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
        skip = element.makeelement(_qn("c:tickLblSkip"), {"val": str(max(len(table.rows) // 8, 1))})
        after = element.find(_qn("c:noMultiLvlLbl"))
        if after is not None:
            after.addprevious(skip)
        else:
            element.append(skip)
    else:
        axis.reverse_order = True
        made.value_axis.tick_label_position = enum.XL_TICK_LABEL_POSITION.HIGH


def _add_table(slide: Any, box: Box, table: Table, lang: str) -> None:  # noqa: ANN401
    """Add a table, in letters as large as fit; rows that do not fit even in the smallest are counted below it."""
    laid, right = laid_out(table, lang), aligned_right(table)
    lines = [list(laid.heads)]
    lines += [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]
    wanted = [min(max(width, 5), 44) + 3 for width in column_widths(table, laid, lang)]
    fit = shared_room(wanted, 130)
    taken = min(1.0, max(sum(fit) / 85, 0.6))
    widths = [int(box.width * taken * width / sum(fit)) for width in fit]
    _add_text(slide, Box(box.left, box.top, box.width, int(0.34 * INCH)), [table.caption], 13, QUIET)
    place = Box(box.left + 91_440, box.top + int(0.36 * INCH), sum(widths), box.height - int(0.72 * INCH))
    size, heights = _table_size(lines, widths, place.height)
    grid = slide.shapes.add_table(len(heights), len(lines[0]), place.left, place.top, place.width, sum(heights))
    grid.name = table.key
    _bare(grid)
    for j, width in enumerate(widths):
        grid.table.columns[j].width = width
    for i, height in enumerate(heights):
        grid.table.rows[i].height = height
        for j, text in enumerate(lines[i]):
            _fill_cell(grid.table.cell(i, j), _short(text, widths[j], size), size, is_right=right[j], is_head=i == 0)
    left_out = len(lines) - len(heights)
    below = either(lang, f"另有{left_out}行，见报告全文。", f"{left_out} more rows: see the full report.") if left_out else ""
    under = " ".join(part for part in (table.note, below) if part)
    if under:
        small, texts = fitted([under], box.width / POINT - 20, 0.3 * INCH / POINT, (11, 10, 9))
        _add_text(slide, Box(box.left, place.top + sum(heights) + 40_000, box.width, int(0.3 * INCH)), texts, small, QUIET)


def _table_size(lines: Sequence[Sequence[str]], widths: Sequence[int], room: int) -> tuple[int, list[int]]:
    """Size of letters in points, and heights of the rows that fit."""
    heights: list[int] = []
    for size in CELL_SIZES:
        heights = [max(_cell_height(text, width, size) for text, width in zip(line, widths, strict=True)) for line in lines]
        if sum(heights) <= room and not _breaks(lines, widths, size):
            return size, heights
    fit = [sum(heights[: i + 1]) <= room for i in range(len(heights))]
    return CELL_SIZES[-1], heights[: max(fit.count(True), 1)]


def _breaks(lines: Sequence[Sequence[str]], widths: Sequence[int], size: float) -> bool:
    """Whether a head would take more than two lines, or a word or number of twelve characters at most would be broken."""
    room = [columns_in(width / POINT - 11, size) for width in widths]
    is_head_cut = any(len(wrapped(head, columns)) > 2 for head, columns in zip(lines[0], room, strict=True))
    tight = [(width / POINT - 11) / (size * 0.53) for width in widths]
    return is_head_cut or any(columns < width_of(text) <= 12 for line in lines for text, columns in zip(line, tight, strict=True))


def _cell_height(text: str, width: int, size: float) -> int:
    columns = columns_in(width / POINT - 12, size)
    n = min(max(len(wrapped(text, columns)), math.ceil(width_of(text) / columns)), 2)
    return int((n * size * 1.25 + 7) * POINT)


def _short(text: str, width: int, size: float) -> str:
    """Text of at most two lines of its column."""
    columns = columns_in(width / POINT - 12, size)
    lines = [part for line in wrapped(text, columns) for part in _broken(line, columns)]
    return text if len(lines) <= 2 else "".join(lines[:2])[:-2] + "…"


def _broken(line: str, columns: int) -> list[str]:
    """A line, in parts where a name in it is too long for the column."""
    if width_of(line) <= columns:
        return [line]
    most = max(columns * len(line) // width_of(line), 1)
    return [line[i : i + most] for i in range(0, len(line), most)]


def _fill_cell(cell: Any, text: str, size: float, *, is_right: bool, is_head: bool) -> None:  # noqa: ANN401
    rgb, enum = library("pptx.dml.color", PACKAGE).RGBColor.from_string, library("pptx.enum.text", PACKAGE)
    cell.margin_left = cell.margin_right = 70_000
    cell.margin_top = cell.margin_bottom = 36_000
    cell.vertical_anchor = enum.MSO_ANCHOR.MIDDLE
    _fill(cell.text_frame, [text], size, INK)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.space_after = 0
    paragraph.runs[0].font.bold = is_head
    if is_right:
        paragraph.alignment = enum.PP_ALIGN.RIGHT
    if is_head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = rgb(SHADE)


def _bare(grid: Any) -> None:  # noqa: ANN401
    """Take the coloured style from a table; thin lines between its rows stay."""
    style = grid._element.find(f".//{_qn('a:tableStyleId')}")  # noqa: SLF001  table styles have no public door
    style.text = THIN_LINES
    grid.table.horz_banding = False


THIN_LINES = "{9D7B26C5-4107-4FEC-AEDC-1716B250A1EF}"
"""PowerPoint's own Light Style 1: lines above, below and under the head."""
