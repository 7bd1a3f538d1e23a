"""A frontier in sentences, as a table, as a summary and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.figures import save
from simulator.report.figures_frontier import frontier_chart, why_text
from simulator.report.levers import estimate_text, lever_text, values_text
from simulator.report.text import cell, either, plain
from simulator.results.measures import measure_named
from simulator.results.pareto import DOMINATED, FRONTIER, UNCERTAIN
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.pareto import FrontierFound

CHARTS = "charts"
STATUS = {FRONTIER: ("前沿", "frontier"), UNCERTAIN: ("说不清", "cannot be told"), DOMINATED: ("被支配", "dominated")}


def frontier_sentences(found: FrontierFound, lang: str) -> list[str]:
    """Say how many points stand where, which objectives there are, and how the file's own values stand."""
    counts = [len(found.numbers(status)) for status in (FRONTIER, UNCERTAIN, DOMINATED)]
    names = [f"{measure_named(one.measure).title(lang)}{sense_words(one.sense, lang)}" for one in found.objectives]
    sure = sum(found.standings[number].is_sure for number in found.numbers(FRONTIER))
    said = [
        either(
            lang,
            f"目标：{'、'.join(names)}。试了 {len(found.evaluations)} 个点，每点 {found.about.histories:,} 次模拟，用同一批随机情景："
            f"**{counts[0]} 个在前沿**（其中 {sure} 个超出噪声），{counts[2]} 个确定被支配，{counts[1]} 个说不清（相同的点只计一次）。",
            f"Objectives: {', '.join(names)}. {len(found.evaluations)} points of {found.about.histories:,} histories on the same worlds: "
            f"**{counts[0]} on the frontier** ({sure} of them beyond noise), {counts[2]} surely dominated, {counts[1]} cannot be told "
            "(points that are the same count once).",
        )
    ]
    if found.n_same:
        zh = f"另有 {found.n_same} 个点与所列的点在每次模拟中都相同（多出来的规模等没有用上），不另列。"
        en = f"{found.n_same} more points are the same as one of these in every history (what tells them apart was never needed) and are not listed."
        said.append(either(lang, zh, en))
    if "lending.additional_volume" in found.dropped:
        said.append(
            either(
                lang,
                "放款为给定（appetite: fixed）：新增放款不可能是变量的结果，不作目标；要看放款，用 --set banks.common.appetite=margin。",
                "Lending is given (appetite: fixed): added lending cannot be a lever's effect and is no objective; "
                "to see lending move, use --set banks.common.appetite=margin.",
            )
        )
    if found.own is not None:
        said.append(_own_said(found, found.own, lang))
    if found.about.held:
        zh = f"区间只含模拟误差；{found.about.held} 项带范围的假设取文件值不动。"
        said.append(either(lang, zh, f"Intervals are of simulation only; {found.about.held} assumptions with ranges stay at the file's values."))
    return said


def sense_words(sense: str, lang: str) -> str:
    """Say which way an objective is better."""
    return either(lang, "（越少越好）", " (less is better)") if sense == "min" else either(lang, "（越多越好）", " (more is better)")


def _own_said(found: FrontierFound, own: int, lang: str) -> str:
    standing = found.standings[own]
    values = values_text(list(found.levers), found.evaluations[own].places, lang)
    word = STATUS[standing.status][0 if lang == "zh" else 1]
    if standing.by is None:
        return either(lang, f"文件现值（{values}）在前沿上。", f"The file's own values ({values}) are on the frontier.")
    by = values_text(list(found.levers), found.evaluations[standing.by].places, lang)
    zh = f"文件现值（{values}）：{word}；按估计，{by} 在各项目标上都不比它差。"
    return either(lang, zh, f"The file's own values ({values}): {word}; by the estimates {by} is at least as good in every objective.")


def frontier_rows(
    found: FrontierFound, lang: str, statuses: tuple[str, ...] = (FRONTIER,), *, most: int | None = None
) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of the points of some statuses, and the file's own values; best by the first objective first.

    Where there are more than ``most`` only those that a chart names.
    """
    head = [*(lever.name(lang) for lever in found.levers), *(measure_named(one.measure).title(lang) for one in found.objectives), ""]
    numbers = [number for status in statuses for number in found.numbers(status)]
    if most is not None and len(numbers) > most:
        numbers = [number for number in numbers if number in found.named]
    if found.own is not None and found.own not in numbers:
        numbers.append(found.own)
    rows, named = [], found.named
    for number in numbers:
        one, standing = found.evaluations[number], found.standings[number]
        marks = [STATUS[standing.status][0 if lang == "zh" else 1]] if standing.status != FRONTIER else []
        marks += [either(lang, "未必", "not for sure")] if standing.status == FRONTIER and not standing.is_sure else []
        marks += [why_text(found, number, why, lang)] if (why := named.get(number)) else []
        cells = [lever_text(lever, place, lang) for lever, place in zip(found.levers, one.places, strict=True)]
        cells += [estimate_text(objective.measure, one.measures[objective.measure], lang) for objective in found.objectives]
        rows.append([*cells, either(lang, "；", "; ").join(marks)])
    return head, rows


def frontier_markdown(found: FrontierFound, title: str, figure: str, lang: str) -> str:
    """Write the summary: sentences, chart, the points of the frontier and those that cannot be told."""
    head, rows = frontier_rows(found, lang, (FRONTIER, UNCERTAIN))
    lines = ["| " + " | ".join(map(cell, head)) + " |", "|" + " --: |" * (len(head) - 1) + " --- |"]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    parts = [f"# {plain(title)}", plain(found.about.title(lang)), "\n".join(f"- {one}" for one in frontier_sentences(found, lang))]
    parts += [f"![{plain(title)}]({figure})", "## " + either(lang, "前沿上的点", "Points of the frontier"), "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def write_frontier(folder: Path, found: FrontierFound, title: str, lang: str) -> None:
    """Write summary, chart and table into a folder that exists."""
    write_points(folder / "points.csv", found)
    picture, _ = save(frontier_chart(found, lang), folder / CHARTS, "frontier")
    text = frontier_markdown(found, title, f"{CHARTS}/{picture.name}", lang)
    (folder / "summary.md").write_text(text, encoding="utf-8", newline="\n")


def write_points(path: Path, found: FrontierFound) -> None:
    """Write one row a point and objective: values as written and as numbers, how the point stands, estimate, error, interval."""
    head = ["point", *(part for lever in found.levers for part in (lever.path, f"{lever.path} (number)"))]
    head += ["status", "sure", "beaten_by", "same_as", "named", "measure", "名称", "title", "unit", "sense", "mean", "se", "low", "high", "histories"]
    lines: list[list[object]] = []
    for number, (one, standing) in enumerate(zip(found.evaluations, found.standings, strict=True)):
        values = [part for lever, place in zip(found.levers, one.places, strict=True) for part in (lever.text(place), place)]
        by, same = ("" if other is None else other + 1 for other in (standing.by, standing.same))
        for objective in found.objectives:
            measure, figures = measure_named(objective.measure), one.measures[objective.measure]
            cells = ["" if value is None else value for value in (figures.mean, figures.se, figures.low, figures.high)]
            point = [number + 1, *values, standing.status, standing.is_sure, by, same, found.named.get(number, "")]
            lines.append([*point, measure.name, measure.zh, measure.en, measure.unit, objective.sense, *cells, figures.n])
    write_table(path, head, lines)
