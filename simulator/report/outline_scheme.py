"""What every report says of the schemes it is about: their sentences, what one changes against another, and what is fact and what assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.report import report_tables as tables
from simulator.report.answer import assumption_lines
from simulator.report.blocks import Bullets, Paragraph, Section, Table
from simulator.report.quoted import in_language
from simulator.report.text import either
from simulator.scenario.labels import tell_drawn_labels
from simulator.scenario.sentences import SECTIONS, tell_scheme
from simulator.scenario.writer import difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.report.blocks import Block
    from simulator.scenario.loader import Loaded

TIER = "· "
"""Before the sentence of a tier, which belongs to the sentence before it."""

MOST_CHANGES = 40
"""Changed values beyond which schemes are told one by one, not as one's changes."""


def title_of(loaded: Loaded, lang: str) -> str:
    """Title of a scenario."""
    return loaded.scenario.title_en if lang == "en" and loaded.scenario.title_en else loaded.scenario.title


def sentences_of_scheme(loaded: Loaded, lang: str) -> Iterator[Block]:
    """The sentences of a scheme, part by part, each part under its name; a tier's sentence joins that of its layer."""
    by_part: dict[str, list[str]] = {}
    for sentence in tell_scheme(loaded.scenario):
        said, text = by_part.setdefault(sentence.section, []), sentence.words.say(lang)
        if said and text.startswith(TIER):
            said[-1] += either(lang, "", " ") + text.removeprefix(TIER)
        else:
            said.append(text)
    for part, sentences in by_part.items():
        yield Paragraph(SECTIONS[part].say(lang) + either(lang, "：", ":"))
        yield Bullets(sentences)


def schemes_blocks(names: Sequence[str], loaded: Sequence[Loaded], lang: str) -> Iterator[Block]:
    """The first scheme in sentences, and what the others change in it, old to new; one that is altogether another in sentences too.

    One alone is told with what it changes in what it extends.
    """
    yield Paragraph(f"{names[0]}{either(lang, '：', ': ')}{title_of(loaded[0], lang)}")
    if len(loaded) == 1:
        caption = either(lang, "改动：原值与新值", "What changes: old and new values")
        own = tables.changes_table("changes", caption, loaded[0], loaded[0].changed, lang)
        yield from [own] if own.rows else []
    yield from rules_of(names[0], loaded[0], lang) if len(loaded) > 1 else sentences_of_scheme(loaded[0], lang)
    for number, (name, one) in enumerate(zip(names[1:], loaded[1:], strict=True), 2):
        changed = [(change.path, change.old, change.new) for change in difference(loaded[0], one)]
        caption = either(lang, f"{name}：原值与新值", f"{name}: old and new values")
        table = tables.changes_table(f"changes_{number}", caption, one, changed, lang)
        yield Paragraph(f"{name}{either(lang, '：', ': ')}{title_of(one, lang)}")
        if len(table.rows) > MOST_CHANGES:
            yield from rules_of(name, one, lang)
        else:
            yield table if table.rows else Paragraph(either(lang, "与基线没有不同。", "It does not differ from the baseline."))


def rules_of(name: str, loaded: Loaded, lang: str) -> Iterator[Block]:
    """A scheme's sentences under its name, where several are told."""
    yield Paragraph(either(lang, f"{name}的规则：", f"Rules of {name}:"))
    yield from sentences_of_scheme(loaded, lang)


def marked_blocks(loaded: Loaded, key: str, lang: str) -> list[Block]:
    """Assumed values, values with a source, and documents of one scenario; ``key`` stands before the keys of its tables."""
    assumed = tables.assumptions_table(f"{key}assumptions", loaded, assumption_lines(loaded), lang)
    blocks: list[Block] = [table for table in (assumed, tables.facts_table(f"{key}facts", loaded, lang)) if table.rows]
    if loaded.scenario.sources:
        documents = Bullets([" ".join(str(one).split()) for one in loaded.scenario.sources])
        blocks += [Paragraph(either(lang, "文件与来源：", "Documents and sources:")), documents]
    if not blocks:
        blocks.append(Paragraph(either(lang, "情景文件没有标明出处或假定。", "The scenario file marks neither sources nor assumptions.")))
    return blocks


def facts_section(names: Sequence[str], loaded: Sequence[Loaded], lang: str) -> Section:
    """Facts and assumptions of the first scenario, then of each other one what was not said before."""
    title = either(lang, "事实与假定", "Facts and assumptions")
    if len(loaded) == 1:
        return Section("assumptions", title, marked_blocks(loaded[0], "", lang), is_annex=True)
    blocks: list[Block] = []
    said: set[object] = set()
    for number, (name, one) in enumerate(zip(names, loaded, strict=True), 1):
        own = [kept for block in marked_blocks(one, f"s{number}_", lang) if (kept := unsaid(block, said))]
        if any(isinstance(block, Table | Bullets) for block in own):
            blocks += [Paragraph(f"{name}{either(lang, '：', ':')}"), *own]
    return Section("assumptions", title, blocks, is_annex=True)


def unsaid(block: Block, said: set[object]) -> Block | None:
    """Return a table or list without the rows that were said before, which grow by its own; None where nothing is left."""
    if isinstance(block, Table):
        rows = [row for row in block.rows if tuple(row) not in said]
        said |= {tuple(row) for row in rows}
        return replace(block, rows=rows) if rows else None
    if isinstance(block, Bullets):
        items = [item for item in block.items if item not in said]
        said |= set(items)
        return Bullets(items) if items else None
    return block


def limits_blocks(names: Sequence[str], loaded: Sequence[Loaded], more: Iterable[Sequence[str]], lang: str) -> list[Block]:
    """How firms got labels they were not given, what else is to be said of each scenario, and what is not modelled; each thing once."""
    blocks: list[Block] = []
    told: set[str] = set()
    for name, one, further in zip(names, loaded, more, strict=True):
        labels = tell_drawn_labels(one)
        lines = [*([labels.say(lang)] if labels else []), *further]
        gaps = [gap for text in one.scenario.gaps if (gap := in_language(" ".join(str(text).split()), lang)) not in told]
        told |= set(gaps)
        if len(loaded) > 1 and (lines or gaps):
            blocks.append(Paragraph(f"{name}{either(lang, '：', ':')}"))
        blocks += [Bullets(lines)] if lines else []
        blocks += [Paragraph(either(lang, "缺口与未建模之处：", "Gaps and what is not modelled:")), Bullets(gaps)] if gaps else []
    return blocks
