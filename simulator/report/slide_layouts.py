"""Layouts that slides are made from: our own plain one, or a user's with its placeholders for title, text, foot and number."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.slide_parts import INCH, INK, PACKAGE, Box, qn

if TYPE_CHECKING:
    from collections.abc import Sequence

LATIN, EAST_ASIAN = "Arial", "微软雅黑"
WIDE, HIGH = 12_192_000, 6_858_000
"""Slide of 16:9, 13.33 by 7.5 inches, in English Metric Units."""
MARGIN = 548_640
TITLE_SIZE = 24
TITLE, BODY, MAIN_TITLE, SUBTITLE, OBJECT, NUMBER, FOOT, DATE = 1, 2, 3, 4, 7, 13, 15, 16
"""Kinds of placeholder, as PowerPoint numbers them."""
AT_FOOT = (NUMBER, FOOT, DATE)
PALETTE = ("0072B2", "D55E00", "009E73", "E69F00", "56B4E9", "CC79A7")


def make_wide(deck: Any) -> None:  # noqa: ANN401  python-pptx publishes few types
    """Turn the package's own 4:3 template into 16:9, with our fonts, colours and places."""
    ratio = WIDE / deck.slide_width
    deck.slide_width, deck.slide_height = WIDE, HIGH
    master = deck.slide_master
    for page in (master, *deck.slide_layouts):
        for shape in page.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:  # noqa: SLF001  only shapes with a place of their own
                shape.left, shape.width = int(shape.left * ratio), int(shape.width * ratio)
    foot_top, foot_high = int(HIGH - 0.46 * INCH), int(0.32 * INCH)
    places = {
        TITLE: Box(MARGIN, 310_000, WIDE - 2 * MARGIN, 920_000),
        BODY: Box(MARGIN, 1_290_000, WIDE - 2 * MARGIN, foot_top - 1_350_000),
        OBJECT: Box(MARGIN, 1_290_000, WIDE - 2 * MARGIN, foot_top - 1_350_000),
        FOOT: Box(MARGIN, foot_top, int((WIDE - 2 * MARGIN) * 0.9), foot_high),
        NUMBER: Box(MARGIN + int((WIDE - 2 * MARGIN) * 0.9), foot_top, int((WIDE - 2 * MARGIN) * 0.1), foot_high),
    }
    for page in (master, layout_of(deck, (TITLE,)), layout_of(deck, (TITLE, OBJECT))):
        for shape in page.placeholders:
            _place(shape, places.get(shape.placeholder_format.type))
    for page in (master, *deck.slide_layouts):
        _dress_foot(page, places)
    _dress_title_slide(layout_of(deck, (MAIN_TITLE,)))
    for page in (layout_of(deck, (TITLE,)), layout_of(deck, (TITLE, OBJECT))):
        page.shapes._spTree.append(_bar(Box(MARGIN + 91_440, 215_000, 720_000, 54_000)))  # noqa: SLF001  layouts have no public door
    _set_styles(master)
    theme = master.part.part_related_by(library("pptx.opc.constants", PACKAGE).RELATIONSHIP_TYPE.THEME)
    theme._blob = _themed(theme.blob)  # noqa: SLF001  the theme has no public door


def _place(shape: Any, box: Box | None) -> None:  # noqa: ANN401
    if box is not None:
        shape.left, shape.top, shape.width, shape.height = box.left, box.top, box.width, box.height


def _dress_foot(page: Any, places: dict[int, Box]) -> None:  # noqa: ANN401
    """Stand what comes from where on the left and the number on the right; the date stands with the former."""
    for shape in list(page.placeholders):
        kind = shape.placeholder_format.type
        if kind == DATE:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001  no public way to drop a placeholder
        elif kind in AT_FOOT:
            _place(shape, places[kind])
            for level in shape._element.iter(qn("a:lvl1pPr")):  # noqa: SLF001
                level.set("algn", "l" if kind == FOOT else "r")


def _dress_title_slide(layout: Any) -> None:  # noqa: ANN401
    """Stand the title slide's lines on the left, one under the other, beside a band of our colour."""
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type
        if kind in (MAIN_TITLE, SUBTITLE):
            left = 1_100_000
            _place(shape, Box(left, 2_050_000 if kind == MAIN_TITLE else 3_500_000, WIDE - left - MARGIN, 1_350_000))
            for level in shape._element.iter(*(qn(f"a:lvl{n}pPr") for n in range(1, 10))):  # noqa: SLF001
                level.set("algn", "l")
            shape._element.txBody.bodyPr.set("anchor", "b" if kind == MAIN_TITLE else "t")  # noqa: SLF001
    layout.shapes._spTree.insert(2, _bar(Box(0, 0, 420_000, HIGH)))  # noqa: SLF001


def _set_styles(master: Any) -> None:  # noqa: ANN401
    """Titles bold on the left, texts of a readable size with round marks."""
    styles = master._element.find(f".//{qn('p:txStyles')}")  # noqa: SLF001  styles have no public door
    title = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    title.find(qn("a:defRPr")).set("sz", str(TITLE_SIZE * 100))
    title.find(qn("a:defRPr")).set("b", "1")
    text = styles.find(f"{qn('p:bodyStyle')}/{qn('a:lvl1pPr')}")
    text.set("marL", "250000")
    text.set("indent", "-250000")
    text.find(qn("a:defRPr")).set("sz", "1800")
    shape = next(one for one in master.placeholders if one.placeholder_format.type == TITLE)
    shape._element.txBody.bodyPr.set("anchor", "ctr")  # noqa: SLF001


def _bar(box: Box) -> Any:  # noqa: ANN401
    """A plain block of our colour, as a shape's XML."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    place = f'<a:xfrm><a:off x="{box.left}" y="{box.top}"/><a:ext cx="{box.width}" cy="{box.height}"/></a:xfrm>'
    look = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln>'
    return library("pptx.oxml", PACKAGE).parse_xml(
        f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{drawing}">'
        f'<p:nvSpPr><p:cNvPr id="99" name="Bar"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{place}{look}</p:spPr></p:sp>'
    )


def _themed(theme: bytes) -> bytes:
    """Theme whose fonts for titles and texts, Latin and Chinese, and whose colours are ours."""
    text = theme.decode("utf-8")
    text = re.sub(r'(<a:m(?:ajor|inor)Font>\s*<a:latin typeface=")[^"]*("[^>]*>\s*<a:ea typeface=")[^"]*"', rf'\g<1>{LATIN}\g<2>{EAST_ASIAN}"', text)
    text = re.sub(r'(<a:font script="Hans" typeface=")[^"]*"', rf'\g<1>{EAST_ASIAN}"', text)
    colours = {"dk1": INK, **{f"accent{n}": colour for n, colour in enumerate(PALETTE, 1)}}
    for name, colour in colours.items():
        text = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{colour}"/>\g<2>', text, flags=re.DOTALL)
    return text.encode("utf-8")


def layout_of(deck: Any, wanted: Sequence[int]) -> Any:  # noqa: ANN401
    """Layout whose placeholders, those at the foot aside, are the wanted kinds, or as near as the template has one.

    Parameters
    ----------
    deck : Presentation
    wanted : sequence of int
        Of a title slide only ``MAIN_TITLE`` need be named; text may stand in a placeholder for texts or for anything.
    """
    kinds = [
        [shape.placeholder_format.type for shape in layout.placeholders if shape.placeholder_format.type not in AT_FOOT]
        for layout in deck.slide_layouts
    ]
    if MAIN_TITLE in wanted:
        found = next((i for i, own in enumerate(kinds) if MAIN_TITLE in own or SUBTITLE in own), 0)
        return deck.slide_layouts[found]
    asked = [BODY if kind == OBJECT else kind for kind in wanted]
    plain = [[BODY if kind == OBJECT else kind for kind in own] for own in kinds]
    exact = next((i for i, own in enumerate(plain) if sorted(own) == sorted(asked)), None)
    if exact is not None:
        return deck.slide_layouts[exact]
    titled = [(len(own), i) for i, own in enumerate(plain) if TITLE in own]
    return deck.slide_layouts[min(titled)[1] if titled else len(kinds) - 1]


def title_size(deck: Any) -> int:  # noqa: ANN401
    """Size of titles' letters in points, as the master says."""
    letters = deck.slide_master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")  # noqa: SLF001  styles have no public door
    return int(letters.get("sz", "4400")) // 100 if letters is not None else 44


def body_box(deck: Any) -> Box | None:  # noqa: ANN401
    """Place that a template gives to what a slide shows; None where it has no layout of a title and one body."""
    layout = layout_of(deck, (TITLE, OBJECT))
    bodies = [shape for shape in layout.placeholders if shape.placeholder_format.type in (BODY, OBJECT)]
    if len(bodies) != 1 or not bodies[0].width:
        return None
    return Box(bodies[0].left, bodies[0].top, bodies[0].width, bodies[0].height)


def add_foot(slide: Any, kind: int) -> Any:  # noqa: ANN401
    """Put the layout's placeholder for the foot or the number on a slide, which a new slide lacks; None where the layout has none."""
    found = next((shape for shape in slide.slide_layout.placeholders if shape.placeholder_format.type == kind), None)
    if found is None:
        return None
    element = copy.deepcopy(found._element)  # noqa: SLF001  python-pptx has no public way to the foot of a slide
    frame = element.find(qn("p:spPr"))
    for part in list(frame):
        frame.remove(part)
    slide.shapes._spTree.append(element)  # noqa: SLF001
    element.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in slide.shapes) + 1))
    return next(shape for shape in slide.placeholders if shape._element is element)  # noqa: SLF001


def drop_slides(deck: Any) -> None:  # noqa: ANN401
    """Leave the slides of a template out."""
    for number in list(deck.slides._sldIdLst):  # noqa: SLF001  python-pptx has no public way to remove a slide
        deck.part.drop_rel(number.rId)
        deck.slides._sldIdLst.remove(number)  # noqa: SLF001
