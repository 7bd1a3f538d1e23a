"""What slides are made of: places, texts, our measures and colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.deck import is_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = "python-pptx"
INK, QUIET, RULE = "1F2937", "6B7280", "E2E5EA"
POINT, INCH = 12_700, 914_400
"""English Metric Units in a point and in an inch."""


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


def qn(name: str) -> str:
    """Full name of an XML element from its short one, ``a:xfrm``."""
    return str(library("pptx.oxml.ns", PACKAGE).qn(name))


def fill(frame: Any, texts: Sequence[str], size: float, colour: str = "", *, is_listed: bool = False, is_marked: bool = False) -> None:  # noqa: ANN401
    """Set paragraphs in a frame, letters of one size and colour; of a list headings are bold and the rest is marked.

    Parameters
    ----------
    frame : TextFrame
    texts : sequence of str
    size : float
        Of letters, in points.
    colour : str
        ``QUIET``, or nothing: the theme's own colour of texts.
    is_listed : bool
        Whether the texts are a list.
    is_marked : bool
        Whether the frame's own style marks paragraphs, as a placeholder for texts does.
    """
    for i, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        for j, line in enumerate(text.split("\n")):
            if j:
                paragraph.add_line_break()
            run = paragraph.add_run()
            run.text = line
            run.font.size = int(size * POINT)
            colour_letters(run.font, colour)
            if is_heading(text):
                run.font.bold = True
        paragraph.space_after = int(size * 0.4 * POINT)
        if is_listed and not is_heading(text):
            _mark(paragraph, size)
        elif is_marked:
            _unmark(paragraph)


def colour_letters(font: Any, colour: str) -> None:  # noqa: ANN401
    """Give letters the theme's colour of texts, paler where they are quiet, so that a dark template stays readable."""
    if colour == QUIET:
        font.color.theme_color = library("pptx.enum.dml", PACKAGE).MSO_THEME_COLOR.TEXT_1
        font.color.brightness = 0.35


def _mark(paragraph: Any, size: float) -> None:  # noqa: ANN401
    """Set a paragraph as an item of a list."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  marks of lists have no public door
    properties.set("marL", str(int(size * POINT)))
    properties.set("indent", str(-int(size * POINT)))
    properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))


def _unmark(paragraph: Any) -> None:  # noqa: ANN401
    """Set a paragraph as plain text where the placeholder's style would mark it."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.append(properties.makeelement(qn("a:buNone"), {}))


def add_text(slide: Any, box: Box, texts: Sequence[str], size: float, colour: str = "", *, is_listed: bool = False) -> Any:  # noqa: ANN401
    """Put a box of text on a slide."""
    shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
    frame = shape.text_frame
    frame.word_wrap = True
    fill(frame, texts, size, colour, is_listed=is_listed)
    return shape
