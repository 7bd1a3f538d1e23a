"""What stands where on paper: the part that a director reads, the annexes behind it, a title of one line.

Sections say themselves whether they are annexes. Of the others long tables, tables of measures beside a chart, a scheme told sentence by sentence,
and the charts of a section that goes through several schemes stand in an annex of their own, which the section names at its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

from simulator.report.blocks import Bullets, Chart, Paragraph, Section, Table
from simulator.report.style import width_of
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.report.blocks import Block, Report

LONG_TABLE = 14
"""Rows beyond which a table stands in an annex."""
MOST_COLUMNS, COLUMNS = 13, 9
"""Columns beyond which a table is parted, and of each of its parts at most."""
LONG_LIST = 15
"""Sentences in lists beyond which a section's lists stand in an annex."""
MANY_CHARTS = 3
"""Charts that a section keeps."""
MANY_PARTS = 3
"""Named parts with charts beyond which a section's charts and tables stand in an annex."""
LONG_TITLE = 48
"""Half-width characters beyond which a title sheds what can stand under it."""
NUMERALS = "一二三四五六七八九十"
ENDS_OF_HEADINGS = ("：", ":")


@dataclass(frozen=True)
class Memo:
    """A report as it stands on paper.

    Attributes
    ----------
    title : str
        Of one line where it can be.
    subtitle : str
        What the title shed, and on a line of its own the report's subtitle.
    main, annexes : sequence of Section
    """

    title: str
    subtitle: str
    main: Sequence[Section]
    annexes: Sequence[Section]


def memo_of(report: Report) -> Memo:
    """Part a report into what is read first and its annexes."""
    own = [section for section in report.sections if section.is_annex]
    main, moved = [], []
    for section in report.sections:
        if section.is_annex:
            continue
        kept, rest = _parted(section.blocks, headline_of(report))
        if rest:
            moved.append(Section(f"{section.key}_in_full", in_full(section.title, report.lang), rest, is_annex=True))
            kept = [*kept, Paragraph(pointer(len(moved), report.lang))]
        main.append(replace(section, blocks=kept))
    main, annexes = ([_with_narrow_tables(section, report.lang) for section in sections] for sections in (main, [*moved, *own]))
    title, shed = headed(report.title)
    return Memo(title, "\n".join(part for part in (shed, report.subtitle) if part), main, annexes)


def _with_narrow_tables(section: Section, lang: str) -> Section:
    """Part a section's tables that are too wide for a page."""
    return replace(section, blocks=[one for block in section.blocks for one in (narrow(block, lang) if isinstance(block, Table) else [block])])


def narrow(table: Table, lang: str) -> list[Table]:
    """Part a wide table by its columns; each part repeats the first, and a standard error stays beside its estimate."""
    if len(table.columns) <= MOST_COLUMNS:
        return [table]
    groups: list[list[int]] = []
    for j in range(1, len(table.columns)):
        groups[-1].append(j) if groups and table.columns[j].key == "se" else groups.append([j])
    size = max(len(group) for group in groups)
    many = -(-len(groups) * size // (COLUMNS - 1))
    each = -(-len(groups) // many)
    parts = []
    for number in range(many):
        columns = [0, *(j for group in groups[number * each : (number + 1) * each] for j in group)]
        caption = table.caption + either(lang, f"（{number + 1}/{many}）", f" ({number + 1} of {many})")
        rows = [[row[j] for j in columns] for row in table.rows]
        note = table.note if number == many - 1 else ""
        parts.append(
            replace(table, key=f"{table.key}_{number + 1}", caption=caption, columns=[table.columns[j] for j in columns], rows=rows, note=note)
        )
    return parts


def in_full(title: str, lang: str) -> str:
    """Title of the annex with the rest of a section.

    Examples
    --------
    >>> in_full("方案", "zh"), in_full("财政成本（按级次）", "zh"), in_full("Lending", "en")
    ('方案（详细）', '财政成本（按级次，详细）', 'Lending (in full)')
    """
    return either(lang, f"{title[:-1]}，详细）" if title.endswith("）") else f"{title}（详细）", f"{title} (in full)")


def headline_of(report: Report) -> Table | None:
    """Return the report's first table of measures, which is read first wherever it stands."""
    blocks = [block for section in report.sections for block in section.blocks]
    return next((block for block in blocks if isinstance(block, Table) and block.kinds is not None), None)


def _parted(blocks: Sequence[Block], headline: Table | None) -> tuple[list[Block], list[Block]]:
    """Blocks that a section keeps, and those that go to its annex."""
    if sum(len(block.items) for block in blocks if isinstance(block, Bullets)) > LONG_LIST:
        return _without(blocks, lambda block: isinstance(block, Bullets) or is_heading(block))
    n_parts = sum(is_heading(block) for block in blocks)
    if n_parts >= MANY_PARTS and any(isinstance(block, Chart) for block in blocks):
        kept: list[Block] = [block for block in blocks if isinstance(block, Bullets) or is_heading(block)]
        return kept, [block for block in blocks if not isinstance(block, Bullets)]
    charts = [block for block in blocks if isinstance(block, Chart)]
    leave = {id(chart) for chart in _beyond(charts)}
    return _without(
        blocks,
        lambda block: (
            id(block) in leave
            or (isinstance(block, Table) and block is not headline and (len(block.rows) > LONG_TABLE or bool(charts and block.kinds)))
        ),
    )


def _beyond(charts: Sequence[Chart]) -> Sequence[Chart]:
    """Charts that a section has too many of: those of one form that come again and again, else those after the first few."""
    if len(charts) <= MANY_CHARTS:
        return []
    forms = [chart.form for chart in charts]
    repeated = [chart for chart in charts if forms.count(chart.form) >= MANY_CHARTS]
    return repeated if 0 < len(repeated) < len(charts) and len(charts) - len(repeated) <= MANY_CHARTS else charts[MANY_CHARTS:]


def _without(blocks: Sequence[Block], goes: Callable[[Block], bool]) -> tuple[list[Block], list[Block]]:
    moved = [block for block in blocks if goes(block)]
    kept = [block for block in blocks if not goes(block)]
    return (kept, moved) if kept else (list(blocks), [])


def is_heading(block: Block) -> TypeGuard[Paragraph]:
    """Whether a block only announces what follows it."""
    return isinstance(block, Paragraph) and block.text.endswith(ENDS_OF_HEADINGS)


def pointer(number: int, lang: str) -> str:
    """Sentence that names the annex with the rest of a section."""
    return either(lang, f"详见附件{number}。", f"More in annex {number}.")


def is_pointer(text: str) -> bool:
    """Whether a text only names an annex."""
    return re.fullmatch(r"详见附件\d+。|More in annex \d+\.", text) is not None


def headed(title: str) -> tuple[str, str]:
    """Title of one line and what it shed: a remark in brackets at its end, or the names after its colon.

    Examples
    --------
    >>> headed("湖北科技型企业知识价值信用贷款(存量到期即止; 违约率、回收、等级额度、起始日均为假定)")
    ('湖北科技型企业知识价值信用贷款', '存量到期即止; 违约率、回收、等级额度、起始日均为假定')
    """
    if width_of(title) <= LONG_TITLE:
        return title, ""
    for pattern in (r"(?s)(.+?)\s*[(（](.+)[)）]", r"(?s)(.+?)\s*[：:]\s*(.+)"):
        found = re.fullmatch(pattern, title)
        if found and found[1].strip():
            return found[1], found[2]
    return title, ""


def main_title(number: int, title: str, lang: str) -> str:
    """Title of a section of the main part with its number, from 1.

    Examples
    --------
    >>> main_title(3, "主要指标", "zh"), main_title(12, "主要指标", "zh"), main_title(3, "Headline figures", "en")
    ('三、主要指标', '十二、主要指标', '3. Headline figures')
    """
    return either(lang, f"{numeral(number)}、{title}", f"{number}. {title}")


def annex_title(number: int, title: str, lang: str) -> str:
    """Title of an annex with its number, from 1."""
    return either(lang, f"附件{number}　{title}", f"Annex {number}. {title}")


def numeral(number: int) -> str:
    """Write a number of 1 to 99 in Chinese.

    Examples
    --------
    >>> [numeral(n) for n in (1, 10, 12, 20, 31)]
    ['一', '十', '十二', '二十', '三十一']
    """
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens - 1] + "十") + ("" if ones == 0 else NUMERALS[ones - 1])


def run_in(text: str) -> tuple[str, str]:
    """Part a sentence into the short words that open it, colon included, and the rest; nothing where none do.

    Examples
    --------
    >>> run_in("银行损失：银行净损失平均 7.36亿元。"), run_in("银行净损失平均 7.36亿元。")
    (('银行损失：', '银行净损失平均 7.36亿元。'), ('', '银行净损失平均 7.36亿元。'))
    """
    found = re.match(r"([^：:，,。.（(]{1,24}[：:])(.+)", text, re.DOTALL)
    return (found[1], found[2]) if found and width_of(found[1]) <= 26 else ("", text)
