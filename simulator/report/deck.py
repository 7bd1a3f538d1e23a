"""Which slides a report becomes, and how much text fits on one: twelve at most, the answer first, charts before tables.

What does not fit on a slide is said in the speaker's notes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.report.blocks import Bullets, Chart, Paragraph, Table
from simulator.report.style import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Report, Section

MOST_SLIDES = 12
LEADING = 1.35
AFTER = 0.4
"""Space after a paragraph, as a part of its letters' size."""
ENDS = "。；！？.;!?"


@dataclass
class Slide:
    """One slide to be.

    Attributes
    ----------
    title : str
    texts : list of str
        Sentences to show, as far as they fit.
    shown : Chart, Table or None
        What the slide is about, besides.
    notes : list of str
        What the speaker says.
    is_listed : bool
        Whether the sentences are a list.
    """

    title: str
    texts: list[str]
    shown: Chart | Table | None = None
    notes: list[str] = field(default_factory=list)
    is_listed: bool = False


def slides_of(report: Report) -> list[Slide]:
    """Slides after the title slide, in the report's order.

    Each section has one with its first chart, else its first table, else its sentences; then further charts and, room permitting, further tables
    have their own. Sections beyond the last slide are said in its notes.
    """
    room = MOST_SLIDES - 1
    ranked = [(rank, i, j) for i, section in enumerate(report.sections) for j, rank in _ranks(section)]
    chosen = sorted(sorted(ranked)[:room], key=lambda one: one[1:])
    slides = [_slide(report.sections[i], j) for _, i, j in chosen]
    shown = {i for _, i, _ in chosen}
    for i, section in enumerate(report.sections):
        if i not in shown and slides:
            slides[-1].notes += [section.title, *sentences_of(section)]
    return slides


def _ranks(section: Section) -> list[tuple[int, int]]:
    """Blocks of a section that want a slide, as (place in the section, rank); -1 stands for its sentences."""
    charts = [j for j, block in enumerate(section.blocks) if isinstance(block, Chart)]
    tables = [j for j, block in enumerate(section.blocks) if isinstance(block, Table) and block.rows]
    if not charts and not tables:
        return [(-1, 0 if any(isinstance(block, Paragraph) and block.is_lead for block in section.blocks) else 1)]
    first, *others = charts + tables
    return [(first, 0), *((j, 2 if j in charts else 3) for j in others)]


def _slide(section: Section, place: int) -> Slide:
    texts = sentences_of(section)
    leads = [block.text for block in section.blocks if isinstance(block, Paragraph) and block.is_lead]
    if place < 0:
        return Slide(section.title, texts, None, texts, is_listed=any(isinstance(block, Bullets) for block in section.blocks))
    block = section.blocks[place]
    before = [one.text for one in section.blocks[:place] if isinstance(one, Paragraph)]
    notes = [*texts, block.caption] if isinstance(block, Chart | Table) else texts
    said = [text for text in leads or before or texts if not is_heading(text)]
    return Slide(section.title, said[:2], block if isinstance(block, Chart | Table) else None, notes)


def sentences_of(section: Section) -> list[str]:
    """All sentences of a section, in order."""
    found: list[str] = []
    for block in section.blocks:
        found += [block.text] if isinstance(block, Paragraph) else list(block.items) if isinstance(block, Bullets) else []
    return found


def is_heading(text: str) -> bool:
    """Whether a text only announces what follows it."""
    return text.endswith(("：", ":"))


def fitted(texts: Sequence[str], width: float, height: float, sizes: Sequence[int]) -> tuple[int, list[str]]:
    """Size of letters at which texts fit a box, and the texts that do.

    Parameters
    ----------
    texts : sequence of str
        Paragraphs.
    width, height : float
        Of the box, in points.
    sizes : sequence of int
        Allowed sizes in points, largest first.

    Returns
    -------
    tuple of int and list of str
        At the smallest size texts that do not fit are left out from the end, and a first one that does not fit alone is cut after a sentence.
    """
    for size in sizes:
        if text_height(texts, width, size) <= height:
            return size, list(texts)
    size, kept = sizes[-1], list(texts)
    while len(kept) > 1 and text_height(kept, width, size) > height:
        kept.pop()
    while len(kept) > 1 and is_heading(kept[-1]):
        kept.pop()
    return size, [_cut(kept[0], width, height, size), *kept[1:]] if kept else []


def text_height(texts: Sequence[str], width: float, size: float) -> float:
    """Height in points of paragraphs set in a box of a width."""
    lines = sum(len(wrapped(text, columns_in(width, size))) for text in texts)
    return lines * size * LEADING + max(len(texts) - 1, 0) * size * AFTER


def columns_in(width: float, size: float) -> int:
    """Half-width characters that a line of a width holds."""
    return max(int(width / (size * 0.53)), 4)


def _cut(text: str, width: float, height: float, size: int) -> str:
    """Text cut to a box: after its last whole sentence there, or anywhere with an ellipsis."""
    room = max(int(height / (size * LEADING)), 1)
    lines = wrapped(text, columns_in(width, size))
    if len(lines) <= room:
        return text
    kept = "".join(lines[:room])
    end = max(kept.rfind(mark) for mark in ENDS)
    return kept[: end + 1] if end > len(kept) // 3 else kept[:-2] + "……"
