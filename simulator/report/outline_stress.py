"""The part of a stress study in a report: each measure under every path and bound of dependence, and the smallest shock that empties the pool."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.report.blocks import Bullets, Chart, Column, Section, Table
from simulator.report.figures_stress import factor_paths, side_by_side
from simulator.report.outline_parts import LEADS, Part, by_party, clean, estimate_cells, key_of, kind_of, money_columns
from simulator.report.report_tables import estimated_columns
from simulator.report.stress import FIRMS, cautions, default_rate_words, reverse_sentences, stress_headline
from simulator.report.text import either, with_brackets
from simulator.report.wording import direction, verdict
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.report.blocks import Block, Cell
    from simulator.results.estimates import Estimate
    from simulator.results.stress import ReverseStress, StressCase, StressStudy
    from simulator.scenario.study import Asked


def stress_part(found: StressStudy, _asked: Asked, lang: str) -> Part:
    """Say what stress does to a scheme."""
    titles = either(lang, "、", ", ").join(measure_named(name).title(lang) for name in found.measures)
    question = either(
        lang,
        f"问题：宏观走坏、违约相关或强或弱时，{titles}会怎样？多大的冲击会耗尽资金池？",
        f"The question: what becomes of the {titles} when the economy turns down and as defaults hang together more or less, and what shock "
        "empties the pool?",
    )
    headline: list[Block] = [rates_table(found, lang), moved_cases_table(found, lang)]
    reverse = [reverse_section(found.reverse, lang)] if found.reverse else []
    return Part(
        question=question,
        leads=clean(stress_headline(found, lang)[:LEADS]),
        notes=clean(cautions(found, lang)),
        varied=[cases_table(found, lang)],
        headline=headline,
        found=[
            *paths_section(found, lang),
            *by_party(found.measures, lang, lambda name: [worst_words(found, name, lang)], lambda name: measure_blocks(found, name, lang)),
            *reverse,
        ],
        method=[*clean(cautions(found, lang)), *how_stressed(found, lang)],
        histories=found.histories,
        seed=found.seed,
    )


def cases_table(found: StressStudy, lang: str) -> Table:
    """What each case is."""
    columns = [Column(either(lang, *words)) for words in (("情形", "case"), ("说明", "what it is"), ("名称", "name"))]
    rows = [(case.words.name(lang), case.words.says(lang), case.key) for case in found.cases]
    return Table("cases", either(lang, "各情形", "The cases"), columns, rows)


def rates_table(found: StressStudy, lang: str) -> Table:
    """Defaulted principal over volume lent in each case, with its interval."""
    columns = [
        Column(either(lang, "情形", "case")),
        *(Column(one.title, "share", one.key) for one in estimated_columns(lang)),
    ]
    rows = [(case.words.name(lang), *estimate_cells(case.default_rate)) for case in found.cases]
    return Table("headline", either(lang, "违约本金占放款", "Defaulted principal over the volume lent"), columns, rows)


def moved_cases_table(found: StressStudy, lang: str) -> Table:
    """Every measure in every case, with standard errors."""
    columns = [
        Column(either(lang, "情形", "case")),
        *(Column(measure_named(name).title(lang), kind_of(name), name) for name in found.measures),
    ]
    rows = [(case.words.name(lang), *(one.mean if (one := case.estimates.get(name)) else None for name in found.measures)) for case in found.cases]
    note = either(lang, "误差和差值见下面各表。", "Errors and differences are in the tables below.")
    return Table("side_by_side", either(lang, "各情形并排", "The cases side by side"), columns, rows, note=note)


def paths_section(found: StressStudy, lang: str) -> list[Section]:
    """The paths of the factor; none where no path is played."""
    cases = [case for case in found.cases if case.factor]
    if not cases:
        return []
    caption = either(lang, "各宏观路径下系统性因子的平均，越低越坏", "Mean of the systematic factor under each path; lower is worse")
    columns = [Column(either(lang, "月份", "month"), "text", "month"), *(Column(case.words.name(lang), "number", case.key) for case in cases)]
    rows: list[tuple[Cell, ...]] = [(month, *(case.factor[number] for case in cases)) for number, month in enumerate(found.months)]
    chart = Chart("factor", caption, partial(factor_paths, found, lang), Table("factor", caption, columns, rows), "line")
    return [Section("paths", either(lang, "宏观路径", "Paths of the economy"), [Bullets([default_rate_words(found, lang)]), chart])]


def worst_words(found: StressStudy, name: str, lang: str) -> str:
    """Say where a measure stands as modelled, where it is greatest, and which cases surely move it."""
    title = measure_named(name).title(lang)
    known = [(case, one) for case in found.cases if (one := case.estimates.get(name))]
    if not known:
        return either(lang, f"{title}：没有这个指标。", f"{title}: there is no such measure.")
    case, most = max(known, key=lambda pair: pair[1].mean)
    own = found.cases[0].estimates.get(name)
    alike = sum(one.mean == most.mean for _, one in known)
    said = either(
        lang,
        f"{title}：情景原样 {with_brackets(own, lang)}；"
        f"最高是{case.words.zh}{f'等 {alike} 种情形' if alike > 1 else ''}，{with_brackets(most, lang)}",
        f"{title}: {with_brackets(own, lang)} as modelled; greatest in "
        f"{f'{alike} cases, among them' if alike > 1 else 'the case'} “{case.words.en}”, {with_brackets(most, lang)}",
    )
    if all(one.mean == most.mean for _, one in known):
        said = either(lang, f"{title}：各情形相同，{with_brackets(own, lang)}", f"{title}: the same in all cases, {with_brackets(own, lang)}")
    return f"{said}{moved_words(found, name, lang)}{either(lang, '（括号内为标准误）。', ' (standard errors in brackets).')}"


def moved_words(found: StressStudy, name: str, lang: str) -> str:
    """Count the cases whose difference from the scenario as it is goes one way, or cannot be told."""
    ways = [direction(case.differences[name]) for case in found.cases if name in case.differences]
    words = {"higher": ("高于原样", "higher"), "lower": ("低于原样", "lower"), "uncertain": ("说不准", "uncertain"), "same": ("相同", "the same")}
    counts = {way: ways.count(way) for way in words if way in ways}
    if not counts:
        return ""
    parts = either(lang, "、", ", ").join(f"{n} {either(lang, '种', '')}{either(lang, *words[way])}" for way, n in counts.items())
    n = len(ways)
    return either(lang, f"；{n} 种情形的配对差值中，{parts}", f"; of {n} paired differences {parts}").replace("  ", " ")


def measure_blocks(found: StressStudy, name: str, lang: str) -> Iterator[Block]:
    """Chart of a measure in all cases, and its table; none where the scenario has no such measure."""
    if not any(case.estimates.get(name) for case in found.cases):
        return
    table = case_table(found, name, lang)
    caption = either(lang, f"压力之下的{measure_named(name).zh}", f"{measure_named(name).en} under stress")
    key = key_of("stress", found.measures, name)
    columns = [Column(either(lang, "情形", "case"), "text", "case"), *(one for one in money_columns(name, lang) if one.key != "se")]
    rows = [(case.words.name(lang), *_without_error(case.estimates.get(name))) for case in found.cases]
    drawn = partial(side_by_side, found, lang, name)
    yield Chart(key, caption, drawn, Table(key, caption, columns, rows), "bar")
    yield table


def _without_error(one: Estimate | None) -> tuple[Cell, ...]:
    return (one.mean, one.low, one.high) if one else (None, None, None)


def case_table(found: StressStudy, name: str, lang: str) -> Table:
    """A measure in every case, its paired difference from the scenario as it is, and which way that goes."""
    columns = [Column(either(lang, "情形", "case")), *money_columns(name, lang)]
    compared = any(name in case.differences for case in found.cases)
    if compared:
        columns += [
            Column(either(lang, "与原样之差", "difference"), kind_of(name), "difference"),
            Column(either(lang, "差的标准误", "its standard error"), kind_of(name), "difference_se"),
            Column(either(lang, "判断", "reading"), "text", "verdict"),
        ]
    rows = [(case.words.name(lang), *estimate_cells(case.estimates.get(name)), *_difference(case, name, lang, compared)) for case in found.cases]
    caption = either(
        lang, f"{measure_named(name).zh}：各情形及与情景原样之差", f"{measure_named(name).en}: the cases, and differences from the model"
    )
    return Table(key_of("cases", found.measures, name), caption, columns, rows)


def _difference(case: StressCase, name: str, lang: str, compared: bool) -> tuple[Cell, ...]:  # noqa: FBT001
    if not compared:
        return ()
    one = case.differences.get(name)
    return (one.mean, one.se, verdict(one, lang)) if one else (None, None, "")


def reverse_section(found: ReverseStress, lang: str) -> Section:
    """The smallest shock, what it means for defaults, and its figures."""
    columns = [Column(either(lang, "项目", "what")), Column(either(lang, "数值", "figure"), "number")]
    figures: list[tuple[tuple[str, str], float | None, str]] = [
        (("要在多大比例的模拟中耗尽", "part of histories to be emptied"), found.share, "share"),
        (("没有冲击时的比例", "part without a shock"), found.own_share, "share"),
        (("其95%区间下限", "its 95% interval, low"), found.own_low, "share"),
        (("其95%区间上限", "its 95% interval, high"), found.own_high, "share"),
        (("因子", "factor"), found.factor, "number"),
        (("因子的95%区间下限", "factor, 95% interval, low"), found.low, "number"),
        (("因子的95%区间上限", "factor, 95% interval, high"), found.high, "number"),
        (("因子这样低或更低的概率", "chance of a factor as low"), found.chance, "share"),
        (("该处耗尽的比例", "part emptied there"), found.reached, "share"),
        (("持续月数", "months"), found.months, "count"),
        (("试过的因子水平", "levels tried"), found.evaluations, "count"),
    ]
    if found.default_rate:
        figures.append((("该处违约本金占放款", "defaulted principal there"), found.default_rate.mean, "share"))
        figures.append((("其标准误", "its standard error"), found.default_rate.se, "share"))
    rows = [(either(lang, *words), value) for words, value, _ in figures]
    table = Table("reverse", either(lang, "反向压力", "Reverse stress"), columns, rows, kinds=[kind for _, _, kind in figures])  # type: ignore[misc]
    blocks: list[Block] = [Bullets(clean(reverse_sentences(found, lang))), table]
    if found.defaults:
        heads = [
            Column(either(lang, "企业", "firms")),
            Column(either(lang, "情景中的违约率", "default rate as stated"), "share", "stated"),
            Column(either(lang, "该因子下", "at this factor"), "share", "stressed"),
        ]
        firms = [(f"{one.segment} {one.grade}".strip(), one.stated, one.stressed) for one in found.defaults[:FIRMS]]
        blocks.append(Table("reverse_defaults", either(lang, "该冲击下的违约率", "Default rates under that shock"), heads, firms))
    return Section("reverse", either(lang, "多大的冲击会耗尽资金池", "How large a shock empties the pool"), blocks)


def how_stressed(found: StressStudy, lang: str) -> list[str]:
    """Say what reverse stress finds, and what stress leaves alone."""
    said = [
        either(
            lang,
            "压力只改变宏观因子或违约的相关，其余假设取文件值；带范围的假设没有变动。差值与0分不开的写“不确定”，各情形分别判断，没有按情形个数校正。",
            "Stress changes the factor or how defaults hang together; all other assumptions, ranges included, stay at the file's values. Differences "
            "not told from 0 are called uncertain, each case by itself, without a correction for their number.",
        )
    ]
    if found.reverse:
        said.append(
            either(
                lang,
                "反向压力：把因子在头几个月固定在一个水平，找出使资金池在给定比例的模拟中不够用的最高水平；区间是各次模拟自己的临界水平的分位数区间。",
                "Reverse stress holds the factor at one level over the first months and looks for the highest at which the pool falls short in the "
                "part of histories asked for; its interval is that of a quantile over the histories' own critical levels.",
            )
        )
    return said
