"""A report as PowerPoint slides: charts that PowerPoint draws and the user can edit, real tables, the speaker's notes.

Eight to twelve slides of 16:9. A user's own presentation or template keeps its size, layouts, fonts and colours: texts stand in its placeholders,
charts and tables in the place that it gives to what a slide shows.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.blocks import Chart
from simulator.report.cells import provenance_line
from simulator.report.deck import fitted, slides_of, text_height
from simulator.report.memo import memo_of
from simulator.report.natives import native
from simulator.report.packages import dated, template_as_document
from simulator.report.slide_charts import add_chart
from simulator.report.slide_layouts import (
    BODY,
    FOOT,
    MAIN_TITLE,
    MARGIN,
    NUMBER,
    OBJECT,
    SUBTITLE,
    TITLE,
    add_foot,
    body_box,
    drop_slides,
    layout_of,
    make_wide,
    title_size,
)
from simulator.report.slide_parts import INCH, PACKAGE, POINT, QUIET, Box, add_text, fill, qn
from simulator.report.slide_tables import add_table

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.report.blocks import Report
    from simulator.report.deck import Slide
    from simulator.report.memo import Memo

SIZES = (20, 18, 16, 15, 14, 13, 12)
TITLE_SIZES = (28, 26, 24, 22, 20, 18, 16, 14)
"""Sizes of a title that is a sentence; none larger than the template's own is used."""
SAID_SIZES = (16, 15, 14, 13)
SAID, SAID_ON_LARGE = 0.3, 0.18
"""Part of a slide's room that sentences may take above a chart or table, and above a picture or a long table, whose letters shrink with it."""
MANY_ROWS = 8


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
        drop_slides(deck)
    else:
        make_wide(deck)
    line, memo = provenance_line(report.provenance, report.lang), memo_of(report)
    properties = deck.core_properties
    properties.title, properties.subject, properties.comments = memo.title, report.subtitle, line
    properties.author = properties.last_modified_by = f"riskshare {report.provenance.version}"
    properties.language = report.lang
    _add_title_slide(deck, memo, report, line)
    for planned in slides_of(report):
        _add_slide(deck, planned, report.lang, line)
    kept = io.BytesIO()
    deck.save(kept)
    path.write_bytes(dated(kept.getvalue(), report.provenance.date))


def _add_title_slide(deck: Any, memo: Memo, report: Report, line: str) -> None:  # noqa: ANN401  python-pptx publishes few types
    slide = deck.slides.add_slide(layout_of(deck, (MAIN_TITLE,)))
    title = slide.shapes.title
    if title is not None:
        size, (text,) = fitted([memo.title], title.width / POINT - 15, title.height / POINT, (36, 32, 28, 24))
        title.text_frame.text = text
        title.text_frame.paragraphs[0].runs[0].font.size = size * POINT
    others = [shape for shape in slide.placeholders if shape.placeholder_format.type in (BODY, SUBTITLE)]
    if others:
        size, texts = fitted(memo.subtitle.split("\n"), others[0].width / POINT - 15, others[0].height / POINT, (18, 16, 14))
        fill(others[0].text_frame, texts, size, QUIET)
    for shape in others[1:]:
        shape._element.getparent().remove(shape._element)  # noqa: SLF001  an empty placeholder would show its prompt
    _add_provenance(deck, slide, line)
    slide.notes_slide.notes_text_frame.text = "\n".join([report.title, report.subtitle, line])


def _add_slide(deck: Any, planned: Slide, lang: str, line: str) -> None:  # noqa: ANN401
    is_text = planned.shown is None
    slide = deck.slides.add_slide(layout_of(deck, (TITLE, OBJECT) if is_text else (TITLE,)))
    body = next((shape for shape in slide.placeholders if shape.placeholder_format.type in (BODY, OBJECT)), None) if is_text else None
    for shape in list(slide.placeholders):
        if shape.placeholder_format.type != TITLE and (body is None or shape.placeholder_format.idx != body.placeholder_format.idx):
            shape._element.getparent().remove(shape._element)  # noqa: SLF001  an empty placeholder would show its prompt
    room = _titled(deck, slide, planned.title)
    if body is not None:
        size, texts = fitted(planned.texts, body.width / POINT - 35, body.height / POINT - 10, SIZES)
        fill(body.text_frame, texts, size, is_listed=planned.is_listed, is_marked=True)
    elif is_text:
        size, texts = fitted(planned.texts, room.width / POINT - 35, room.height / POINT, SIZES)
        add_text(slide, room, texts, size, is_listed=planned.is_listed)
    else:
        _show(slide, room, planned, lang)
    _add_provenance(deck, slide, line)
    slide.notes_slide.notes_text_frame.text = "\n".join([*planned.notes, line])


def _titled(deck: Any, slide: Any, text: str) -> Box:  # noqa: ANN401
    """Write a slide's title; returns the room under it, as wide as the template's own body."""
    title, body = slide.shapes.title, body_box(deck)
    foot = int(deck.slide_height - 0.5 * INCH)
    if title is None:
        return body or Box(MARGIN, MARGIN, deck.slide_width - 2 * MARGIN, foot - MARGIN)
    own = title_size(deck)
    size, (shown,) = fitted([text], title.width / POINT - 15, title.height / POINT * 0.96, [one for one in TITLE_SIZES if one <= own] or [own])
    title.text_frame.text = shown
    if size != own:
        title.text_frame.paragraphs[0].runs[0].font.size = size * POINT
    top = title.top + title.height + 60_000
    if body is not None and body.top >= title.top + title.height:
        return Box(body.left, body.top, body.width, min(body.height, foot - body.top))
    return Box(title.left, top, title.width, foot - top)


def _show(slide: Any, room: Box, planned: Slide, lang: str) -> None:  # noqa: ANN401
    """Put a chart or a table on a slide, under the sentences about it if all of them have room."""
    if planned.texts:
        wide = room.width / POINT - 20
        shown = planned.shown
        is_large = native(shown) is None if isinstance(shown, Chart) else shown is not None and len(shown.rows) > MANY_ROWS
        size, texts = fitted(planned.texts, wide, room.height * (SAID_ON_LARGE if is_large else SAID) / POINT, SAID_SIZES)
        if len(texts) == len(planned.texts) or len(planned.texts) <= 2:
            high = int((text_height(texts, wide, size) + 12) * POINT)
            add_text(slide, Box(room.left, room.top, room.width, high), texts, size)
            room = room.below(high)
    if isinstance(planned.shown, Chart):
        add_chart(slide, room, planned.shown, lang, planned.title)
    elif planned.shown is not None:
        add_table(slide, room, planned.shown, lang)


def _add_provenance(deck: Any, slide: Any, line: str) -> None:  # noqa: ANN401
    """Write where the figures come from, and the slide's number, at its foot, in the template's own places where it has them."""
    top, width = int(deck.slide_height - 0.42 * INCH), deck.slide_width - 2 * MARGIN
    place, number = add_foot(slide, FOOT), add_foot(slide, NUMBER)
    wide = place.width / POINT - 15 if place is not None else width * 0.9 / POINT
    high = max(place.height / POINT - 6, 14) if place is not None else 14
    size, (text,) = fitted([line], wide, high, (9, 8, 7, 6))
    if place is None:
        place = add_text(slide, Box(MARGIN, top, int(width * 0.9), int(0.3 * INCH)), [text], size, QUIET)
    else:
        place.text_frame.clear()
        fill(place.text_frame, [text], size, QUIET)
    place.name = "Provenance"
    if number is None:
        number = add_text(slide, Box(MARGIN + int(width * 0.9), top, int(width * 0.1), int(0.3 * INCH)), ["0"], 9, QUIET)
        number.text_frame.paragraphs[0].alignment = library("pptx.enum.text", PACKAGE).PP_ALIGN.RIGHT
    else:
        number.text_frame.clear()
        fill(number.text_frame, ["0"], 9, QUIET)
    number.name = "Slide number"
    run = number.text_frame.paragraphs[0]._p.r_lst[0]  # noqa: SLF001  fields have no public door
    run.tag = qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")
