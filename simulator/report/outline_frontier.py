"""The part of a frontier in a report: which values of the levers no others beat, what each objective ranges over, and how sure that is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.report.blocks import Chart, Column, Section, Table
from simulator.report.figures_frontier import LETTERS, frontier_chart, why_text
from simulator.report.frontier import STATUS, frontier_sentences
from simulator.report.levers import estimate_text, lever_text, values_text
from simulator.report.outline_parts import LEADS, Part, by_party, clean, kind_of, rows_by_measure
from simulator.report.outline_solve import levers_table
from simulator.report.text import either
from simulator.results.measures import measure_named
from simulator.results.pareto import DOMINATED, FRONTIER, UNCERTAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell
    from simulator.results.pareto import FrontierFound
    from simulator.results.targets import Objective
    from simulator.scenario.study import Asked

MOST_ROWS = 40
"""Points of the frontier in a table; of more only those that the chart names."""


def frontier_part(found: FrontierFound, _asked: Asked, lang: str) -> Part:
    """Say which points no others beat."""
    levers = either(lang, "、", " and ").join(lever.name(lang) for lever in found.levers)
    question = either(
        lang,
        f"问题：{levers}取哪些值时，没有别的取值在每项目标上都更好？",
        f"The question: which {levers} does no other choice beat in every objective?",
    )
    said = clean(frontier_sentences(found, lang))
    objectives = {one.measure: one for one in found.objectives}
    caption = either(lang, "前沿上的几个点", "Some points of the frontier")
    return Part(
        question=question,
        leads=said[:LEADS],
        notes=said[LEADS:],
        varied=[levers_table(list(found.levers), lang)],
        headline=[named_table("headline", caption, found, lang)],
        found=[
            Section("frontier", either(lang, "取舍", "What is traded off"), [chart(found, lang), front_table(found, lang)]),
            *by_party(
                objectives,
                lang,
                lambda name: [range_words(found, objectives[name], lang)],
                lambda name: [range_table(found, objectives[name], lang)],
            ),
        ],
        method=how_traded(lang),
        histories=found.about.histories,
        seed=found.about.seed,
    )


def named_table(key: str, caption: str, found: FrontierFound, lang: str) -> Table:
    """Objectives with their standard errors at the points that the chart letters: best in each, in between, the file's own values."""
    error = either(lang, "标准误", "standard error")
    columns = [Column(either(lang, "字母", "letter")), Column(either(lang, "哪一点", "which")), *(Column(lever.name(lang)) for lever in found.levers)]
    for one in found.objectives:
        columns += [Column(measure_named(one.measure).title(lang), kind_of(one.measure), "mean"), Column(error, kind_of(one.measure), "se")]
    rows: list[tuple[Cell, ...]] = []
    for letter, (number, why) in zip(LETTERS, found.named.items(), strict=False):
        point = found.evaluations[number]
        places = [lever_text(lever, place, lang) for lever, place in zip(found.levers, point.places, strict=True)]
        estimates = [point.measures[one.measure] for one in found.objectives]
        rows.append((letter, reason(found, why, lang), *places, *(cell for one in estimates for cell in (one.mean, one.se))))
    note = either(lang, "字母同图；95%区间见后面各表。", "Letters are those of the chart; 95% intervals stand in the tables below.")
    return Table(key, caption, columns, rows, note=note)


def reason(found: FrontierFound, why: str, lang: str) -> str:
    """Say why a point is named, without its figure, which stands beside it."""
    if why in ("own", "knee"):
        return either(lang, *{"own": ("文件现值", "own values"), "knee": ("折中", "in between")}[why])
    sense = next(one.sense for one in found.objectives if one.measure == why)
    return either(
        lang, f"{measure_named(why).zh}{'最少' if sense == 'min' else '最多'}", f"{'least' if sense == 'min' else 'most'} {measure_named(why).en}"
    )


def values_at(found: FrontierFound, number: int, lang: str) -> str:
    """Values of the levers at a point."""
    return values_text(list(found.levers), found.evaluations[number].places, lang)


ENDS = (("", "", ""), ("，95%区间下限", ", 95% interval, low", ".low"), ("，95%区间上限", ", 95% interval, high", ".high"))


def points_table(key: str, caption: str, found: FrontierFound, numbers: Sequence[int], lang: str, *, named_first: bool = False) -> Table:
    """Points with their objectives and how they stand; for a scatter with intervals, the name of the point in front."""
    levers = [Column(lever.name(lang)) for lever in found.levers]
    means = [
        Column(f"{measure_named(one.measure).title(lang)}{either(lang, zh, en)}", kind_of(one.measure), f"{one.measure}{key}")
        for one in found.objectives
        for zh, en, key in (ENDS if named_first else ENDS[:1])
    ]
    standing = Column(either(lang, "地位", "standing"), "text", "status")
    columns = [Column(either(lang, "点", "point")), *means, standing] if named_first else [*levers, *means, standing]
    rows: list[tuple[Cell, ...]] = []
    for number in numbers:
        own = [found.evaluations[number].measures[one.measure] for one in found.objectives]
        figures = [end for one in own for end in ((one.mean, one.low, one.high) if named_first else (one.mean,))]
        places = found.evaluations[number].places
        texts = [lever_text(lever, place, lang) for lever, place in zip(found.levers, places, strict=True)]
        first = [" / ".join(texts)] if named_first else texts
        rows.append((*first, *figures, standing_words(found, number, lang)))
    return Table(key, caption, columns, rows)


def standing_words(found: FrontierFound, number: int, lang: str) -> str:
    """How a point stands, and why it is named."""
    standing = found.standings[number]
    said = [either(lang, *STATUS[standing.status])]
    said += [either(lang, "未必", "not for sure")] if standing.status == FRONTIER and not standing.is_sure else []
    said += [why_text(found, number, why, lang)] if (why := found.named.get(number)) else []
    return either(lang, "；", "; ").join(said)


def front_table(found: FrontierFound, lang: str) -> Table:
    """The points of the frontier and the file's own values, the best by the first objective first."""
    numbers = found.numbers(FRONTIER)
    numbers = [number for number in numbers if number in found.named] if len(numbers) > MOST_ROWS else numbers
    numbers += [found.own] if found.own is not None and found.own not in numbers else []
    return points_table("front", either(lang, "前沿上的点与文件现值", "Points of the frontier and the file's own values"), found, numbers, lang)


def chart(found: FrontierFound, lang: str) -> Chart:
    """The frontier; of two objectives Office can draw it, a third is colour and stays a picture."""
    titles = either(lang, "、", ", ").join(measure_named(one.measure).title(lang) for one in found.objectives)
    caption = either(lang, f"{titles}的取舍", f"{titles} traded off")
    numbers = [number for status in (FRONTIER, UNCERTAIN, DOMINATED) for number in found.numbers(status)]
    two = len(found.objectives) == 2
    if two:
        numbers = found.numbers(FRONTIER)
        numbers += [found.own] if found.own is not None and found.own not in numbers else []
    data = points_table("frontier", caption, found, numbers, lang, named_first=True)
    return Chart("frontier", caption, partial(frontier_chart, found, lang), data, "scatter" if two else "picture")


def ends_of_front(found: FrontierFound, objective: Objective) -> tuple[int, int]:
    """Points of the frontier that are best and worst in an objective."""
    ranked = sorted(found.numbers(FRONTIER), key=lambda number: objective.sign * found.mean(number, objective))
    return ranked[0], ranked[-1]


def range_words(found: FrontierFound, objective: Objective, lang: str) -> str:
    """Say between what an objective ranges along the frontier, and where."""
    name = objective.measure
    title = measure_named(name).title(lang)
    best, worst = ends_of_front(found, objective)
    told = [(estimate_text(name, found.evaluations[number].measures[name], lang), values_at(found, number, lang)) for number in (best, worst)]
    own = ""
    if found.own is not None:
        shown = estimate_text(name, found.evaluations[found.own].measures[name], lang)
        own = either(lang, f"；文件现值处 {shown}", f"; {shown} at the file's own values")
    if best == worst:
        return either(lang, f"{title}：前沿上只有一个点，{told[0][0]}{own}。", f"{title}: the frontier is one point, {told[0][0]}{own}.")
    return either(
        lang,
        f"{title}：在前沿上，最好 {told[0][0]}，在{told[0][1]}处；最差 {told[1][0]}，在{told[1][1]}处{own}。括号内为95%区间。",
        f"{title}: along the frontier from {told[0][0]}, at {told[0][1]}, the best, to {told[1][0]}, at {told[1][1]}, the worst{own}. "
        "95% intervals in brackets.",
    )


def range_table(found: FrontierFound, objective: Objective, lang: str) -> Table:
    """An objective at its best and its worst along the frontier, and at the file's own values."""
    best, worst = ends_of_front(found, objective)
    points = [(("前沿上最好", "best of the frontier"), best), (("前沿上最差", "worst of the frontier"), worst)]
    points += [(("文件现值", "own values"), found.own)] if found.own is not None else []
    name = objective.measure
    rows = [(name, (either(lang, *word), values_at(found, number, lang)), found.evaluations[number].measures[name]) for word, number in points]
    number = [one.measure for one in found.objectives].index(name) + 1
    caption = either(lang, f"{measure_named(name).zh}在前沿上的两端", f"{measure_named(name).en}: both ends of the frontier")
    return rows_by_measure(f"range_{number}", caption, [either(lang, "哪一点", "which"), either(lang, "取值", "values")], rows, lang)


def how_traded(lang: str) -> list[str]:
    """Say when a point counts as beaten."""
    return [
        either(
            lang,
            "一个点“被支配”，是指另有一点在某项目标上确定更好、在其余目标上确定更好或每次模拟都相同（配对差值；按对手的个数作 Bonferroni 校正，"
            "误判机会不超过5%）。按估计被超过、但在噪声之内的写“说不清”；“未必”指前沿上的点还不能与每个其他点区分开。",
            "A point is “dominated” where another is surely better in some objective and in each other surely better or the same in every history "
            "(paired differences, Bonferroni's correction for the number of rivals: wrongly said with a chance of at most 5%). Points beaten by the "
            "estimates, but within noise, “cannot be told”; “not for sure” marks points of the frontier not told apart from each other one.",
        ),
        either(
            lang,
            "各点用同一批随机情景，一同偏高或偏低，因此比较比单个估计的区间准。前沿不移动假设的范围：带范围的假设都取文件值。",
            "All points are played on the same worlds and err together, so that comparisons are surer than the intervals of single estimates. The "
            "frontier moves no assumption over its range: all stay at the file's values.",
        ),
    ]
