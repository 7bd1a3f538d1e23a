"""The part of a solved study in a report: the value that meets a target, or those that are best under constraints, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from simulator.report.blocks import Chart, Column, Paragraph, Section, Table
from simulator.report.figures_solve import interval_text, optimum_curve, solution_curve
from simulator.report.levers import bound_text, estimate_text, lever_text, target_text, values_text
from simulator.report.outline_parts import Part, by_party, clean, kind_of, rows_by_measure
from simulator.report.solved import (
    MARKS,
    held_words,
    marked,
    optimum_sentences,
    optimum_warnings,
    solution_sentences,
    solution_warnings,
    tried_words,
)
from simulator.report.text import either
from simulator.results.measures import measure_named
from simulator.scenario.studies import Solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Block, Cell
    from simulator.results.estimates import Estimate
    from simulator.results.levers import Lever
    from simulator.results.solved import Evaluation, Optimum, PoolCheck, Solution
    from simulator.scenario.study import Asked

Row = tuple[str, tuple[str, ...], "Estimate | None"]


def solution_part(found: Solution, asked: Asked, lang: str) -> Part:
    """Say at which value a target is met."""
    lever, target = found.lever, found.target
    question = either(
        lang,
        f"问题：{lever.zh}取多少，才能做到{target_text(target, lang)}？",
        f"The question: which value of {lever.en} gives {target_text(target, lang)}?",
    )
    blocks: list[Block] = [Paragraph(tried_words(found, lang)), solution_chart(found, lang), tried_table(found, [lever], lang)]
    blocks += [check_table(found, found.check, lang)] if found.check else []
    places = [(either(lang, "答案", "answer"), found.answer.found)] if found.answer else [(either(lang, "最接近处", "nearest"), measured(found))]
    places += [(either(lang, "文件现值", "file's own value"), found.own.measures[target.measure])] if found.own else []
    return Part(
        question=question,
        leads=answers_of(solution_sentences(found, lang), found, lang),
        notes=[*warned(solution_warnings(found, lang), lang), *clean(held_words(found.about, lang))],
        varied=[Paragraph(either(lang, "目标：", "Target: ") + target_text(target, lang)), levers_table([lever], lang)],
        headline=[answer_table(found, lang)],
        found=[tried_section(blocks, lang), *by_party([target.measure], lang, lambda name: compared(name, places, lang), lambda _: [])],
        method=[how_solved(lang), *how_answered(lang)],
        histories=found.about.histories,
        seed=found.about.seed,
        words={str(asked.study.target): target_text(target, lang)} if isinstance(asked.study, Solve) else {},
    )


def optimum_part(found: Optimum, _asked: Asked, lang: str) -> Part:
    """Say which values are best."""
    levers, objective = list(found.levers), measure_named(found.objective.measure)
    least = found.objective.sense == "min"
    what = either(lang, "、", " and ").join(lever.name(lang) for lever in levers)
    held = either(lang, "、", " and ").join(target_text(one, lang) for one in found.constraints)
    question = either(
        lang,
        f"问题：{f'在满足{held}的条件下，' if held else ''}{what}取多少，能使{objective.zh}最{'小' if least else '大'}？",
        f"The question: which {what} makes {objective.en} as {'small' if least else 'large'} as can be{f', with {held}' if held else ''}?",
    )
    names = list(dict.fromkeys([found.objective.measure, *(one.measure for one in found.constraints)]))
    best = found.best or found.nearest
    at_best = either(lang, "最优处", "best point") if found.best else either(lang, "最接近处", "nearest point")
    own = found.own

    def on(name: str) -> list[str]:
        places = [(at_best, best.measures[name])] + ([(either(lang, "文件现值", "file's own values"), own.measures[name])] if own else [])
        return compared(name, places, lang)

    blocks: list[Block] = [Paragraph(tried_words(found, lang)), optimum_chart(found, names, lang), tried_table(found, levers, lang)]
    goal = either(lang, f"目标：{objective.zh}最{'小' if least else '大'}", f"Objective: {'least' if least else 'most'} {objective.en}")
    bounds = either(lang, f"；约束：{held}", f"; subject to {held}") if held else ""
    return Part(
        question=question,
        leads=answers_of(optimum_sentences(found, lang), found, lang),
        notes=[*warned(optimum_warnings(found, lang), lang), *clean(held_words(found.about, lang))],
        varied=[Paragraph(goal + bounds + either(lang, "。", ".")), levers_table(levers, lang)],
        headline=[best_table(found, names, lang)],
        found=[tried_section(blocks, lang), *by_party(names, lang, on, lambda _: [])],
        method=[how_solved(lang), *how_best(lang)],
        histories=found.about.histories,
        seed=found.about.seed,
        words={found.objective.measure: either(lang, f"{objective.zh}最{'小' if least else '大'}", f"{'least' if least else 'most'} {objective.en}")},
    )


def answers_of(sentences: Sequence[str], found: Solution | Optimum, lang: str) -> list[str]:
    """Sentences of a summary that answer; how it was tried and what was held stand elsewhere."""
    others = {tried_words(found, lang), *held_words(found.about, lang)}
    return clean(one for one in sentences if one not in others)


def warned(warnings: Sequence[str], lang: str) -> list[str]:
    """Warnings under the answer, called such."""
    return [either(lang, f"注意：{one}", f"Note: {one}") for one in clean(warnings)]


def measured(found: Solution) -> Estimate:
    """The target's measure where it is nearest to being met, or met with most room."""
    return found.best.measures[found.target.measure]


def compared(name: str, places: Sequence[tuple[str, Estimate]], lang: str) -> list[str]:
    """Say what a measure is at the answer and at the file's own values."""
    said = either(lang, "，", ", ").join(f"{where} {estimate_text(name, one, lang)}" for where, one in places)
    return [f"{measure_named(name).title(lang)}{either(lang, '：', ': ')}{said}{either(lang, '。括号内为95%区间。', '. 95% intervals in brackets.')}"]


def tried_section(blocks: Sequence[Block], lang: str) -> Section:
    """What was tried."""
    return Section("tried", either(lang, "试过的取值", "What was tried"), blocks)


def levers_table(levers: Sequence[Lever], lang: str) -> Table:
    """Table of what is moved: between which ends, in which steps, and the file's own value."""
    words = (("变动的值", "what moves"), ("从", "from"), ("到", "to"), ("步长", "step"), ("文件现值", "file's own value"), ("位置", "where"))
    rows = []
    for one in levers:
        own = lever_text(one, one.own, lang) if one.own is not None else either(lang, "（无）", "(none)")
        step = lever_text(one, one.step, lang) if lang == "en" and one.names_money else one.step_text()
        rows.append((one.name(lang), lever_text(one, one.low, lang), lever_text(one, one.high, lang), step, own, one.path))
    return Table(
        "levers", either(lang, "变动的值及其范围", "What is moved, and between which ends"), [Column(either(lang, *word)) for word in words], rows
    )


def answer_table(found: Solution, lang: str) -> Table:
    """Answer with its interval, further crossings, the nearest point where there is none, and the file's own value."""
    lever, name = found.lever, found.target.measure
    interval = either(lang, "95%区间 ", "95% interval ")
    rows: list[Row] = []
    if found.answer:
        for word, one in ((("答案", "answer"), found.answer), *((("另一处", "another"), one) for one in found.others)):
            spread = interval_text(lever, one.low, one.high, lang).removeprefix(interval)
            rows.append((name, (either(lang, *word), lever_text(lever, one.place, lang), spread), one.found))
    else:
        word = ("余地最大处", "most room") if found.verdict == "met_everywhere" else ("最接近处", "nearest")
        rows.append((name, (either(lang, *word), lever_text(lever, found.best.places[0], lang), ""), measured(found)))
    if found.own:
        rows.append((name, (either(lang, "文件现值", "own value"), lever_text(lever, found.own.places[0], lang), ""), found.own.measures[name]))
    heads = [either(lang, "哪一点", "which"), lever.name(lang), either(lang, "取值的95%区间", "95% interval of the value")]
    table = rows_by_measure("headline", either(lang, "答案及其区间", "The answer and its interval"), heads, rows, lang)
    note = either(lang, f"目标：{target_text(found.target, lang)}", f"Target: {target_text(found.target, lang)}")
    missed = [0.0 if found.answer else found.target.missed_by(one.mean) for _, _, one in rows if one]
    return with_gaps(replace(table, note=note), missed, lang)


def with_gaps(table: Table, missed: Sequence[float], lang: str) -> Table:
    """A table with one more column: how far each row's estimate is on the wrong side; nothing where none is."""
    gaps = [gap if gap > 0 else None for gap in missed]
    if not any(gaps):
        return table
    column = Column(either(lang, "还差", "off by"), "number", "missed")
    return replace(table, columns=[*table.columns, column], rows=[(*row, gap) for row, gap in zip(table.rows, gaps, strict=True)])


def best_table(found: Optimum, names: Sequence[str], lang: str) -> Table:
    """Objective and constraints at the best point (the nearest where no constraint can be met) and at the file's own values."""
    levers = list(found.levers)
    best = found.best or found.nearest
    word = either(lang, "最优", "best") if found.best else either(lang, "最接近", "nearest")
    points: list[tuple[str, Evaluation]] = [(word, best), *([(either(lang, "文件现值", "own values"), found.own)] if found.own else [])]
    bounds = {
        one.measure: f"{'≤' if one.relation == '<=' else '≥' if one.relation == '>=' else '='} {bound_text(one, lang)}" for one in found.constraints
    }
    rows: list[Row] = [
        (name, (which, values_text(levers, one.places, lang), bounds.get(name, "")), one.measures[name]) for name in names for which, one in points
    ]
    heads = [either(lang, "哪一点", "which"), either(lang, "取值", "values"), either(lang, "约束", "bound")]
    table = rows_by_measure("headline", either(lang, "最优值与现值", "The best values and the file's own"), heads, rows, lang)
    asked = {one.measure: one for one in found.constraints}
    return with_gaps(table, [asked[name].missed_by(one.mean) if name in asked else 0.0 for name, _, one in rows if one], lang)


def tried_table(found: Solution | Optimum, levers: Sequence[Lever], lang: str) -> Table:
    """Table of all points: values, estimates with their intervals, and what each point is."""
    names = list(found.evaluations[0].measures)
    columns = [Column(lever.name(lang)) for lever in levers]
    for name in names:
        title = measure_named(name).title(lang)
        columns += [Column(title, kind_of(name), name)]
        columns += [
            Column(either(lang, zh, en), kind_of(name), f"{name}.{end}") for zh, en, end in (("区间下限", "low", "low"), ("区间上限", "high", "high"))
        ]
    columns.append(Column(either(lang, "说明", "which"), "text", "what"))
    rows: list[tuple[Cell, ...]] = []
    for what, one in marked(found):
        cells: list[Cell] = [lever_text(lever, place, lang) for lever, place in zip(levers, one.places, strict=True)]
        for name in names:
            cells += [one.measures[name].mean, one.measures[name].low, one.measures[name].high]
        rows.append((*cells, either(lang, *MARKS[what])))
    return Table("tried", either(lang, "试过的点及95%区间", "Points tried, with 95% intervals"), columns, rows)


def solution_chart(found: Solution, lang: str) -> Chart:
    """Measure at every value tried, target and answer; a picture, since only it shows values at their true distances with both."""
    name, lever = found.target.measure, found.lever
    caption = either(
        lang, f"{lever.zh}与{measure_named(name).zh}：试过的值、目标与答案", f"{measure_named(name).en} by {lever.en}: values tried and answer"
    )
    table = tried_table(found, [lever], lang)
    data = Table("solve", caption, table.columns, table.rows)
    return Chart("solve", caption, partial(solution_curve, found, lang), data, "picture")


def optimum_chart(found: Optimum, names: Sequence[str], lang: str) -> Chart:
    """Objective and constraints at all points tried."""
    titles = either(lang, "、", ", ").join(measure_named(name).title(lang) for name in names)
    caption = either(lang, f"{titles}：试过的点与最优", f"{titles}: points tried and the best")
    table = tried_table(found, list(found.levers), lang)
    return Chart("solve", caption, partial(optimum_curve, found, lang), Table("solve", caption, table.columns, table.rows), "picture")


def check_table(found: Solution, check: PoolCheck, lang: str) -> Table:
    """What a single run's ``pool.needed`` says of the same question."""
    columns = [
        Column(either(lang, "推演时的规模", "size played")),
        Column(either(lang, "分位", "quantile"), "share", "level"),
        Column(either(lang, "所需规模", "pool that would have sufficed"), "money", "needed"),
        Column(either(lang, "95%区间下限", "95% interval, low"), "money", "low"),
        Column(either(lang, "95%区间上限", "95% interval, high"), "money", "high"),
        Column(either(lang, "逐次比对", "histories compared"), "count", "compared"),
        Column(either(lang, "不一致", "that disagree"), "count", "disagreements"),
    ]
    row = (lever_text(found.lever, check.place, lang), check.level, check.needed, check.low, check.high, check.compared, check.disagreements)
    return Table("check", either(lang, "用一次推演的所需规模核对", "Check against the pool that a single run would have needed"), columns, [row])


def how_solved(lang: str) -> str:
    """Say why a search on common worlds finds a value at all."""
    return either(
        lang,
        "所有点用同一批随机情景，指标因此是取值的确定函数：先括住，再逐轮收窄到步长。",
        "All points are played on the same worlds, so that a measure is a function of the value without noise: it is bracketed, and the bracket cut "
        "down to the step.",
    )


def how_answered(lang: str) -> list[str]:
    """Say what the interval of an answer is, and what it is not."""
    return [
        either(
            lang,
            "答案的95%区间：与答案相邻、指标自己的95%区间仍含目标值的全部取值。它只反映模拟次数有限，不含假设的不确定。",
            "The 95% interval of the answer holds all values next to it at which the measure's own 95% interval still holds the target. It says only "
            "that histories are finite in number, not what the assumptions leave open.",
        ),
        either(
            lang,
            "求解不移动假设的范围：带范围的假设都取文件值；换假设要重新求解。",
            "Solving moves no assumption over its range: all stay at the file's values, and others need solving again.",
        ),
    ]


def how_best(lang: str) -> list[str]:
    """Say what may as well be the optimum, and what a search does not promise."""
    return [
        either(
            lang,
            "“分不出高下的范围”：约束没有被确定违反、且没有哪个确定满足约束的点确定更好的全部试过的点（配对差值，95%）。它只反映模拟次数有限。",
            "“May as well be the optimum”: all points tried that surely break no constraint and than which no point that surely meets all is surely "
            "better (paired differences, 95%). It says only that histories are finite in number.",
        ),
        either(
            lang,
            "求解不移动假设的范围：带范围的假设都取文件值；结论以试过的点为限。",
            "Solving moves no assumption over its range: all stay at the file's values; what is found holds for the points tried.",
        ),
    ]
