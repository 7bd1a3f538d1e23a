"""A report as PowerPoint slides: charts that PowerPoint draws and the user can edit, real tables, the speaker's notes.

Twelve slides of 16:9 at most. A user's own presentation or template keeps its size, layouts, fonts and colours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.blocks import Chart
from simulator.report.cells import provenance_line
from simulator.report.deck import fitted, slides_of, text_height
from simulator.report.packages import template_as_document
from simulator.report.slide_charts import add_chart
from simulator.report.slide_parts import ACCENT, INCH, PACKAGE, POINT, QUIET, Box, add_text, fill, qn
from simulator.report.slide_tables import add_table

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.report.blocks import Report
    from simulator.report.deck import Slide

LATIN, EAST_ASIAN = "Arial", "微软雅黑"
WIDE, HIGH = 12_192_000, 6_858_000
"""Slide of 16:9, 13.33 by 7.5 inches, in English Metric Units."""
MARGIN = 548_640
SIZES = (24, 22, 20, 18, 16, 14)
TITLE_SIZES = (26, 24, 22, 20, 18)


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
            if shape._element.spPr.find(qn("a:xfrm")) is not None:  # noqa: SLF001  only shapes with a place of their own
                shape.left, shape.width = int(shape.left * ratio), int(shape.width * ratio)
    for page in (master, _layout(deck, is_title=False)):
        title = next(shape for shape in page.placeholders if shape.placeholder_format.type == 1)
        title.left, title.top, title.width, title.height = MARGIN, 320_000, WIDE - 2 * MARGIN, 760_000
    _set_left(_layout(deck, is_title=True))
    for layout in (_layout(deck, is_title=False), _layout(deck, is_title=True)):
        first = next(shape for shape in layout.placeholders if shape.placeholder_format.type in (1, 3))
        layout.shapes._spTree.append(_bar(Box(MARGIN + 91_440, first.top - 30_000, 720_000, 54_000)))  # noqa: SLF001  layouts have no public door
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")  # noqa: SLF001  styles have no public door
    style.set("algn", "l")
    letters = style.find(qn("a:defRPr"))
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
            for level in shape._element.iter(*(qn(f"a:lvl{n}pPr") for n in range(1, 10))):  # noqa: SLF001
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
        fill(others[0].text_frame, texts, size, QUIET)
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
        add_text(slide, room, texts, size, is_listed=planned.is_listed)
    else:
        if planned.texts:
            size, texts = fitted(planned.texts, room.width / POINT - 20, room.height * 0.2 / POINT, (16, 14, 13))
            high = int((text_height(texts, room.width / POINT - 20, size) + 12) * POINT)
            add_text(slide, Box(room.left, room.top, room.width, high), texts, size)
            room = room.below(high)
        if isinstance(planned.shown, Chart):
            add_chart(slide, room, planned.shown, lang)
        else:
            add_table(slide, room, planned.shown, lang)
    _add_provenance(deck, slide, line)
    slide.notes_slide.notes_text_frame.text = "\n".join([*planned.notes, line])


def _add_provenance(deck: Any, slide: Any, line: str) -> None:  # noqa: ANN401
    """Write where the figures come from, and the slide's number, at its foot."""
    top = int(deck.slide_height - 0.42 * INCH)
    width = deck.slide_width - 2 * MARGIN
    size, (text,) = fitted([line], width * 0.9 / POINT, 14, (9, 8, 7, 6))
    add_text(slide, Box(MARGIN, top, int(width * 0.9), int(0.3 * INCH)), [text], size, QUIET).name = "Provenance"
    number = add_text(slide, Box(MARGIN + int(width * 0.9), top, int(width * 0.1), int(0.3 * INCH)), ["0"], 9, QUIET)
    number.name = "Slide number"
    paragraph = number.text_frame.paragraphs[0]
    paragraph.alignment = library("pptx.enum.text", PACKAGE).PP_ALIGN.RIGHT
    run = paragraph._p.r_lst[0]  # noqa: SLF001  fields have no public door
    run.tag = qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")
