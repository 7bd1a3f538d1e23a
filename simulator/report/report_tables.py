"""Tables of a report: measures with their intervals, what a reform changes, facts, assumptions, the manifest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.report.blocks import Column, Table
from simulator.report.chart_data import KINDS
from simulator.report.controlled import times
from simulator.report.quoted import value_words
from simulator.report.text import either
from simulator.report.wording import verdict
from simulator.results.manifest import SETTINGS
from simulator.results.measures import measure_named
from simulator.scenario import vocabulary
from simulator.scenario.positions import find, split_path
from simulator.scenario.writer import flow_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.report.blocks import Cell
    from simulator.report.summary import AssumptionLine
    from simulator.results.controlled import Controlled
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import RangeStudy, Span
    from simulator.scenario.loader import Loaded

HEADLINE = (
    "bank.gross_loss",
    "bank.net_loss",
    "bank.net_loss_rate",
    "bank.net_loss_var_99",
    "bank.profit",
    "pool.shortfall_probability",
    "pool.needed",
    "lending.volume",
    "lending.borrowers",
    "lending.additional_volume",
    "project.succeeded",
    "fiscal.back",
    "fiscal.net_cost",
    "fiscal.cost_per_yuan",
)
"""Measures of the headline table."""


def measure_column(lang: str) -> Column:
    """Name the column of measures."""
    return Column(either(lang, "指标", "measure"), "text", "measure")


def estimated_columns(lang: str) -> list[Column]:
    """Columns of an estimate: itself, its standard error, its 95 % interval."""
    return [
        Column(either(lang, "估计", "estimate"), "number", "mean"),
        Column(either(lang, "标准误", "standard error"), "number", "se"),
        Column(either(lang, "95%区间下限", "95% interval, low"), "number", "low"),
        Column(either(lang, "95%区间上限", "95% interval, high"), "number", "high"),
    ]


def _spanned(lang: str) -> list[Column]:
    return [
        Column(either(lang, "假设变动时最低", "least as assumptions move"), "number", "range_low"),
        Column(either(lang, "假设变动时最高", "greatest as assumptions move"), "number", "range_high"),
    ]


def _ends(span: Span | None) -> tuple[Cell, Cell]:
    return (span.low, span.high) if span else (None, None)


def measures_table(
    key: str, caption: str, names: Iterable[str], measures: Mapping[str, Estimate | None], lang: str, study: RangeStudy | None = None
) -> Table:
    """Table of measures that the run has: estimate, standard error, 95 % interval, span over the assumptions where they were moved."""
    shown = [(name, found) for name in names if (found := measures.get(name))]
    rows = [
        (measure_named(name).title(lang), found.mean, found.se, found.low, found.high, *(_ends(study.span(name)) if study else ()))
        for name, found in shown
    ]
    columns = [measure_column(lang), *estimated_columns(lang), *(_spanned(lang) if study else ())]
    return Table(key, caption, columns, rows, kinds=[KINDS[measure_named(name).unit] for name, _ in shown])


def quantiles_table(key: str, caption: str, names: Iterable[str], measures: Mapping[str, Estimate | None], lang: str) -> Table:
    """Table of measures with their quantiles over histories."""
    shown = [(name, found) for name in names if (found := measures.get(name))]
    columns = [
        measure_column(lang),
        *estimated_columns(lang)[:2],
        *(Column(f"{level}%", "number", f"p{level:02d}") for level in (5, 50, 95)),
        Column(either(lang, "名称", "name"), "text", "name"),
    ]
    rows = [(measure_named(name).title(lang), found.mean, found.se, found.p05, found.p50, found.p95, name) for name, found in shown]
    return Table(key, caption, columns, rows, kinds=[KINDS[measure_named(name).unit] for name, _ in shown])


def differences_table(key: str, caption: str, found: Mapping[str, Estimate], spans: Mapping[str, Span], names: Iterable[str], lang: str) -> Table:
    """Table of paired differences: size, error, interval, span over the assumptions, and which way it goes if that can be told."""
    shown = [name for name in names if name in found]
    columns = [
        measure_column(lang),
        Column(either(lang, "差额", "difference"), "number", "difference"),
        *estimated_columns(lang)[1:],
        *(_spanned(lang) if spans else ()),
        Column(either(lang, "判断", "reading"), "text", "verdict"),
    ]
    rows = []
    for name in shown:
        one = found[name]
        moved = _ends(spans.get(name)) if spans else ()
        rows.append((measure_named(name).title(lang), one.mean, one.se, one.low, one.high, *moved, verdict(one, lang)))
    note = either(
        lang,
        "95%区间含0的，判断为不确定；占比之差以百分点计。",
        "Uncertain where the 95% interval holds 0; differences of shares are percentage points.",
    )
    return Table(key, caption, columns, rows, kinds=[KINDS[measure_named(name).unit] for name in shown], note=note)


def side_by_side_table(
    key: str, caption: str, names: Iterable[str], schemes: Sequence[str], measures: Sequence[Mapping[str, Estimate | None]], lang: str
) -> Table:
    """Table of measures with estimate and standard error of every scheme."""
    shown = [name for name in names if any(one.get(name) for one in measures)]
    columns = [measure_column(lang)]
    for scheme in schemes:
        columns += [Column(scheme, "number", "mean"), Column(either(lang, "标准误", "standard error"), "number", "se")]
    rows = []
    for name in shown:
        found = [one.get(name) for one in measures]
        rows.append((measure_named(name).title(lang), *(cell for one in found for cell in ((one.mean, one.se) if one else (None, None)))))
    return Table(key, caption, columns, rows, kinds=[KINDS[measure_named(name).unit] for name in shown])


def titled(loaded: Loaded, path: str, lang: str) -> str:
    """Title of the key on a path."""
    known, rest = split_path(loaded.tree, path)
    zh, en = vocabulary.titles_at((*known, *rest.split(".")) if rest else known)
    return either(lang, zh, en)


def changes_table(key: str, caption: str, loaded: Loaded, changed: Iterable[tuple[str, str, str]], lang: str) -> Table:
    """Table of what a reform changes: old and new value, and where they stand in the file."""
    nothing = either(lang, "（无）", "(none)")
    columns = [
        Column(either(lang, zh, en), "text", column)
        for zh, en, column in (("项目", "what", "title"), ("原值", "old", "old"), ("新值", "new", "new"), ("位置", "where", "path"))
    ]
    rows = [
        (titled(loaded, path, lang), value_words(old, lang) or nothing, value_words(new, lang) or nothing, path)
        for path, old, new in changed
        if path not in SETTINGS
    ]
    return Table(key, caption, columns, rows)


def facts_table(key: str, loaded: Loaded, lang: str) -> Table:
    """Table of values with a source."""
    columns = [
        Column(either(lang, zh, en), "text", column)
        for zh, en, column in (("项目", "what", "title"), ("取值", "value", "value"), ("出处", "source", "source"), ("位置", "where", "path"))
    ]
    rows = []
    for path, mark in loaded.marks.items():
        if mark.source:
            keys, rest = split_path(loaded.tree, path)
            node = None if rest else find(loaded.tree, keys)
            value = flow_text(node, vocabulary.kind_at(keys)) if node is not None else ""
            rows.append((titled(loaded, path, lang), value_words(value, lang), " ".join(mark.source.split()), path))
    return Table(key, either(lang, "有出处的数值", "Values with a source"), columns, rows)


def assumptions_table(key: str, loaded: Loaded, lines: Sequence[AssumptionLine], lang: str) -> Table:
    """Table of assumed values, those with a range first."""
    words = (("项目", "what"), ("取值", "value"), ("最低", "least"), ("最高", "greatest"), ("理由", "why"), ("位置", "where"))
    columns = [Column(either(lang, *word), "text", word[1]) for word in words]
    ordered = sorted(lines, key=lambda line: not (line.low or line.high))
    rows = [
        (
            titled(loaded, line.path, lang),
            *(value_words(text, lang) for text in (line.value, line.low, line.high)),
            " ".join(line.why.split()),
            line.path,
        )
        for line in ordered
    ]
    return Table(key, either(lang, "假定的数值", "Assumed values"), columns, rows)


def ranking_table(key: str, study: RangeStudy, names: Sequence[str], most: int, lang: str) -> Table:
    """Table of the assumptions that matter most: range, and rank correlation with each measure."""
    columns = [
        Column(either(lang, "假设", "assumption"), "text", "assumption"),
        Column(either(lang, "取值", "value"), "text", "value"),
        Column(either(lang, "最低", "least"), "text", "low"),
        Column(either(lang, "最高", "greatest"), "text", "high"),
        *(Column(measure_named(name).title(lang), "number", name) for name in names),
    ]
    rows = []
    for first in study.influences[names[0]][:most]:
        one = first.assumption
        found = (next((other.correlation for other in study.influences[name] if other.assumption.path == one.path), None) for name in names)
        rows.append((one.name(lang), *(value_words(text, lang) for text in (one.value, one.low, one.high)), *found))
    return Table(key, either(lang, "各项假设与指标的秩相关", "Rank correlation of assumptions and measures"), columns, rows)


def estimates_table(key: str, caption: str, name: str, said: Iterable[tuple[str, Estimate, Span | None]], lang: str) -> Table:
    """Table of one measure, a row a scheme, with its interval and its span over the assumptions where one has it."""
    rows = [(scheme, found.mean, found.se, found.low, found.high, *_ends(span)) for scheme, found, span in said]
    columns = [Column(either(lang, "方案", "scheme"), "text", "scheme"), *estimated_columns(lang), *_spanned(lang)]
    columns = [replace(column, kind=KINDS[measure_named(name).unit]) if column.kind == "number" else column for column in columns]
    if all(row[-1] is None for row in rows):
        return Table(key, caption, columns[:-2], [row[:-2] for row in rows])
    return Table(key, caption, columns, rows)


def adjusted_table(key: str, found: Iterable[Controlled], lang: str, difference: str = "") -> Table:
    """Table of plain estimates (of a named difference), the same adjusted by figures of known mean, and what that is worth in histories."""
    columns = [
        measure_column(lang),
        Column(either(lang, "估计", "estimate"), "number", "mean"),
        Column(either(lang, "标准误", "standard error"), "number", "se"),
        Column(either(lang, "修正后", "adjusted"), "number", "adjusted"),
        Column(either(lang, "修正后标准误", "standard error, adjusted"), "number", "adjusted_se"),
        Column(either(lang, "抵几倍路径", "worth times the histories"), "text", "gain"),
    ]
    shown = list(found)
    rows = [(measure_named(one.measure).title(lang), one.plain.mean, one.plain.se, one.mean, one.se, times(one)) for one in shown]
    kinds = [KINDS[one.plain.unit] for one in shown]
    caption = either(
        lang, f"减少模拟误差后的{'差值' if difference else '估计'}", f"{'Differences' if difference else 'Estimates'} with less simulation error"
    )
    return Table(key, f"{caption}{either(lang, '：', ': ')}{difference}" if difference else caption, columns, rows, kinds=kinds)


def amounts_table(key: str, caption: str, said: Iterable[tuple[str, float]], lang: str) -> Table:
    """Table of names and amounts of money."""
    columns = [Column(either(lang, "项目", "what"), "text", "what"), Column(either(lang, "金额", "amount"), "money", "amount")]
    return Table(key, caption, columns, list(said))


def listed_table(key: str, caption: str, said: Iterable[tuple[str, str]], lang: str) -> Table:
    """Table of names and texts."""
    columns = [Column(either(lang, "项目", "what"), "text", "what"), Column(either(lang, "内容", "value"), "text", "value")]
    return Table(key, caption, columns, list(said))
