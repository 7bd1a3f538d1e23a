"""Which slides a report becomes, and how much text fits on one: eight to twelve, the answer first, charts before tables.

Sections are handled by what stands in them, not by name. Of a report with much to show the first chart or table of each section comes first; one with
little shows all of its tables, parted if need be. What does not fit on a slide is said in the speaker's notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.report.blocks import Bullets, Chart, Paragraph, Table
from simulator.report.memo import headline_of, is_pointer, memo_of
from simulator.report.memo import is_heading as is_heading_block
from simulator.report.style import width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Report, Section

FEWEST_SLIDES, MOST_SLIDES = 8, 12
MOST_ROWS = 14
"""Rows of the longest table that is shown whole; of a longer one ``FIRST_ROWS`` are."""
FIRST_ROWS = 10
FEW_SENTENCES = 2
MOST_SENTENCES = 20
"""Of an answer in parts; of a longer one the first sentence of each part is shown."""
FIRST_CHINESE = 0x2E80
LONGEST_TITLE = 120
"""Half-width characters of a title of two lines."""
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

    Each section of the main part has one with its first chart, else its first table, else its sentences; then further charts have their own, then the
    annexes, then further tables. Too few are parted: long tables by their rows, sentences one by one. Sections without a slide are said in the notes
    of the last.
    """
    memo = memo_of(report)
    told = {section.key: replace(section, blocks=[block for block in section.blocks if not _is_pointer(block)]) for section in memo.main}
    sections = [_shown_of(section, told) for section in report.sections]
    names = report.provenance.scenario.split("、")
    headline = headline_of(report)
    ranked = [(rank, i, j) for i, section in enumerate(sections) for j, rank in _ranks(section, headline)]
    chosen = sorted(sorted(ranked)[: MOST_SLIDES - 1], key=lambda one: one[1:])
    firsts = {i: j for _, i, j in reversed(chosen)}
    slides = [_slide(sections[i], j, names, is_first=firsts[i] == j) for _, i, j in chosen]
    slides = _parted(slides)
    for i, section in enumerate(report.sections):
        if i not in firsts and slides:
            slides[-1].notes += [section.title, *sentences_of(section)]
    return slides


def _shown_of(section: Section, told: dict[str, Section]) -> Section:
    """Return a section as the main part tells it, unless that leaves too little to show."""
    short = told.get(section.key, section)
    has_more = any(isinstance(block, Chart | Table) for block in short.blocks)
    if has_more or len(sentences_of(short)) > FEW_SENTENCES:
        return section if any(isinstance(block, Chart) for block in section.blocks) else short
    return section


def _is_pointer(block: object) -> bool:
    return isinstance(block, Paragraph) and is_pointer(block.text)


def _ranks(section: Section, headline: Table | None) -> list[tuple[int, int]]:
    """Blocks of a section that want a slide, as (place in the section, rank); -1 stands for its sentences."""
    charts = [j for j, block in enumerate(section.blocks) if isinstance(block, Chart)]
    tables = [j for j, block in enumerate(section.blocks) if isinstance(block, Table) and block.rows]
    if section.is_annex:
        return [((charts + tables)[0] if charts or tables else -1, 2)]
    if any(isinstance(block, Paragraph) and block.is_lead for block in section.blocks) and (charts or tables):
        return [(-1, 0), *((j, 1) for j in charts), *((j, 3) for j in tables)]
    if not charts and not tables:
        return [(-1, 0)]
    if any(section.blocks[j] is headline for j in tables):
        return [
            (j, 0 if section.blocks[j] is headline else 1 if j in charts or _is_of_differences(section.blocks[j]) else 3) for j in tables + charts
        ]
    first, *others = charts + tables
    repeats = {j for n, j in enumerate(charts) if n and _parts_before(section, j) >= 2}
    return [(first, 0), *((j, 4 if j in repeats else 1 if j in charts else 3) for j in others)]


def _is_of_differences(block: object) -> bool:
    """Whether a block tells schemes apart, which is what a comparison is for."""
    return isinstance(block, Table) and any(column.key == "difference" for column in block.columns)


def _parts_before(section: Section, place: int) -> int:
    """Count the named parts that begin before a block."""
    return sum(is_heading_block(block) for block in section.blocks[:place])


def _slide(section: Section, place: int, names: Sequence[str], *, is_first: bool) -> Slide:
    if place < 0:
        return _told(section, names)
    block = section.blocks[place]
    if not isinstance(block, Chart | Table):
        reason = "only charts and tables have a place"
        raise TypeError(reason)
    whose, said = _about(section, place)
    notes = [*sentences_of(section), block.caption] if is_first else [block.caption, *_said_before(section, place)]
    title = message(said[:1], names) if (is_first or whose) and not section.is_annex else ""
    if title and said[0].lower().startswith(title.lower()):
        said = [rest for rest in (said[0][len(title) :].lstrip("。. "), *said[1:]) if rest]
    shown = said if (is_first or whose) and not section.is_annex else []
    return Slide(whose + title if title else _topic(section, block), shown, block, notes)


def _told(section: Section, names: Sequence[str]) -> Slide:
    """Slide of a section's sentences: those that answer, or all of them."""
    texts = sentences_of(section)
    leads = [block.text for block in section.blocks if isinstance(block, Paragraph) and block.is_lead]
    is_listed = any(isinstance(block, Bullets) for block in section.blocks)
    n_parts = sum(map(is_heading, texts))
    shown = texts if is_listed or not leads else [text for text in texts if text in leads or is_heading(text)]
    if len(shown) > MOST_SENTENCES and not is_listed:
        shown = [text + after for text, after in pairwise(shown) if is_heading(text)]
    opening = leads if leads else [block.text for block in section.blocks[:1] if isinstance(block, Paragraph)]
    title = "" if leads and n_parts > 1 else message(opening[:1], names)
    is_all = [title] == [text.rstrip("。.") for text in shown]
    return Slide(section.title if is_all else title or section.title, shown, None, texts, is_listed=is_listed)


def _about(section: Section, place: int) -> tuple[str, list[str]]:
    """Whose a block is, where a section goes through several parts, and the sentences about it."""
    texts: list[str] = []
    whose = ""
    if sum(is_heading_block(block) for block in section.blocks) <= 1:
        texts = sentences_of(section)
    else:
        for j, block in enumerate(section.blocks):
            if isinstance(block, Paragraph) and is_heading_block(block):
                if j > place:
                    break
                whose, texts = block.text, []
            else:
                texts += _sentences(block)
    between = " " if whose.endswith(":") else ""
    return whose + between, [text for text in texts if not is_heading(text) and not is_question(text)]


def _topic(section: Section, block: Chart | Table) -> str:
    """Title of a slide without a message of its own: its section, and what it shows."""
    between = "：" if any(ord(letter) > FIRST_CHINESE for letter in section.title) else ": "
    if block.caption.startswith(section.title) or section.title.startswith(block.caption):
        return max(block.caption, section.title, key=len)
    return f"{section.title}{between}{block.caption}"


def _said_before(section: Section, place: int) -> list[str]:
    """Sentences between a block and the chart or table before it."""
    said: list[str] = []
    for block in section.blocks[:place]:
        said = [] if isinstance(block, Chart | Table) else said + _sentences(block)
    return said


def message(texts: Sequence[str], names: Sequence[str]) -> str:
    """First sentence of the first text, as a title; nothing where there is none that speaks for all.

    One that is too long loses its brackets, then what follows a semicolon. A question, a heading and a sentence on one of several schemes are none.

    Examples
    --------
    >>> message(["平均每损失1元，各方最终承担：银行 51.9%、资金池 48.1%。详见附表。"], ["湖北"])
    '平均每损失1元，各方最终承担：银行 51.9%、资金池 48.1%'
    >>> message(["湖北：平均每损失1元，银行承担 0.5元。"], ["湖北", "广东"])
    ''
    """
    if not texts or is_heading(texts[0]) or is_question(texts[0]):
        return ""
    if len(names) > 1 and any(texts[0].startswith(name) for name in names):
        return ""
    sentence = re.split(r"(?<=[。！])|(?<=[a-z%)]\.) (?=[A-Z])", texts[0])[0].strip().rstrip("。.")
    for one in (sentence, bare(sentence), re.split("[；;]", bare(sentence))[0]):
        if width_of(one) <= LONGEST_TITLE:
            return one[:1].upper() + one[1:]
    return ""


def bare(text: str) -> str:
    """Text without what stands in brackets.

    Examples
    --------
    >>> bare("平均 7.36亿元（假设变动时 1.75亿元 至 14.27亿元），为放款额的 0.95%。")
    '平均 7.36亿元，为放款额的 0.95%。'
    """
    return re.sub(r"\s?[（(][^（）()]*[）)]", "", text)


def is_question(text: str) -> bool:
    """Whether a text asks."""
    return text.endswith(("？", "?"))


def _parted(slides: list[Slide]) -> list[Slide]:
    """Part tables by rows, then sentences, until there are enough slides or nothing more to part."""
    for part in (_by_rows, _by_sentences):
        while len(slides) + 1 < FEWEST_SLIDES:
            found = next(((i, parts) for i, slide in enumerate(slides) if (parts := part(slide))), None)
            if found is None:
                break
            slides = [*slides[: found[0]], *found[1], *slides[found[0] + 1 :]]
    return slides


def _by_rows(slide: Slide) -> list[Slide]:
    table = slide.shown
    if not isinstance(table, Table) or len(table.rows) <= MOST_ROWS:
        return []
    parts = []
    for start in (0, FIRST_ROWS):
        rows = slice(start, FIRST_ROWS if start == 0 else None)
        kinds = table.kinds[rows] if table.kinds is not None else None
        parts.append(replace(slide, shown=replace(table, rows=table.rows[rows], kinds=kinds), texts=slide.texts if start == 0 else []))
    return parts


def _by_sentences(slide: Slide) -> list[Slide]:
    if slide.shown is not None and slide.texts:
        return [Slide(slide.title, slide.texts, None, slide.notes), replace(slide, texts=[])] if len(slide.texts) > 1 else []
    if slide.shown is None and len(slide.texts) > 1:
        middle = (len(slide.texts) + 1) // 2
        middle = middle - 1 if middle > 1 and is_heading(slide.texts[middle - 1]) else middle
        return [replace(slide, texts=slide.texts[:middle]), replace(slide, texts=slide.texts[middle:])]
    return []


def sentences_of(section: Section) -> list[str]:
    """All sentences of a section, in order."""
    return [text for block in section.blocks for text in _sentences(block)]


def _sentences(block: object) -> list[str]:
    return [block.text] if isinstance(block, Paragraph) else list(block.items) if isinstance(block, Bullets) else []


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
        What does not fit at the smallest size is told without its brackets; what does not even so is left out from the end, and a first text that
        does not fit alone is cut after a sentence.
    """
    for told in (list(texts), [bare(text) for text in texts]):
        for size in sizes:
            if text_height(told, width, size) <= height:
                return size, told
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
