"""The part of a sweep in a report: what varies, each measure over the points with its interval, which differences from the baseline are certain."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simulator.report.blocks import Chart, Column, Table
from simulator.report.figures_sweep import cut_of, has_lines, sweep_figures
from simulator.report.outline_parts import LEADS, Part, by_party, clean, drawing, estimate_cells, key_of, kind_of, money_columns, rows_by_measure
from simulator.report.sweep import VERDICTS, cautions, least_and_most, sweep_sentence, sweep_sentences
from simulator.report.sweep_text import axis_text, base_text, point_text, point_texts, words
from simulator.report.text import either
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.report.blocks import Block, Cell
    from simulator.results.estimates import Estimate
    from simulator.results.sweeps import Axis, SweepFound, SweptPoint
    from simulator.scenario.study import Asked

MOST_ROWS = 30
"""Points beyond which a measure's table is left to the numbers behind its charts."""


def sweep_part(found: SweepFound, asked: Asked, lang: str) -> Part:
    """Say what a sweep found."""
    names = found.headline()
    titles = either(lang, "、", ", ").join(measure_named(name).title(lang) for name in names)
    axes = either(lang, "、", ", ").join(axis.name(lang) for axis in found.axes)
    question = either(
        lang,
        f"问题：{axes}变动时，{titles}怎样变化？与基线（{base_text(found, lang)}）相比，哪些差别是确定的？",
        f"The question: with {axes} varied, what becomes of the {titles}, and which differences from the baseline "
        f"({base_text(found, lang)}) are certain?",
    )
    return Part(
        question=question,
        leads=clean(sweep_sentences(found, lang)[:LEADS]),
        notes=clean(cautions(found, lang)),
        varied=list(varied_blocks(found, asked, lang)),
        headline=[ends_table(found, names, lang)],
        found=by_party(names, lang, lambda name: [sweep_sentence(found, name, lang)], lambda name: measure_blocks(found, name, lang)),
        method=clean(how_swept(found, lang)),
        histories=found.histories,
        seed=found.seed,
    )


def varied_blocks(found: SweepFound, asked: Asked, lang: str) -> Iterator[Block]:
    """What varies along each side of the grid, what each reform changes, and how many points that makes."""
    columns = [Column(either(lang, *word)) for word in (("变动的值", "what varies"), ("各档", "values"), ("基线", "baseline"), ("位置", "where"))]
    base = point_texts(found, found.base, lang)
    rows = [
        (
            axis.name(lang),
            either(lang, "、", ", ").join(axis_text(axis, i, lang) for i in range(len(axis))),
            own or words("as_it_is", lang),
            axis.path,
        )
        for axis, own in zip(found.axes, base, strict=True)
    ]
    n = len(found.grid)
    caption = either(lang, f"变动的值，共 {n} 个点", f"What varies: {n} {'point' if n == 1 else 'points'}")
    yield Table("varied", caption, columns, rows)
    changes = [
        (reform, path, str(getattr(node, "value", "")) if not hasattr(node, "entries") else either(lang, "（见研究文件）", "(see study.yaml)"))
        for reform, values in asked.nodes("reforms").items()
        for path, node in values_of(values).items()
    ]
    if changes:
        heads = [Column(either(lang, *word)) for word in (("改革方案", "reform"), ("位置", "where"), ("新值", "new value"))]
        yield Table("reforms", either(lang, "各改革方案改动的值", "What each reform changes"), heads, changes)


def values_of(node: object) -> dict[str, object]:
    """Values of a reform by path."""
    return {str(key): entry.node for key, entry in getattr(node, "entries", {}).items()}


def ends_table(found: SweepFound, names: Sequence[str], lang: str) -> Table:
    """Least and greatest of each measure over the grid, with the baseline's, and where they are."""
    which = (("最低", "least"), ("最高", "greatest"))
    rows: list[tuple[str, Sequence[str], Estimate | None]] = []
    for name in names:
        rows += [
            (name, (either(lang, *word), point_text(found, point, lang)), one)
            for word, (point, one) in zip(which, least_and_most(found, name), strict=False)
        ]
        rows.append((name, (either(lang, "基线", "baseline"), base_text(found, lang)), found.base.measures.get(name)))
    caption = either(lang, "各指标的最低、最高与基线", "Least, greatest and baseline of each measure")
    table = rows_by_measure("headline", caption, [either(lang, "哪一点", "which"), either(lang, "取值", "at")], rows, lang)
    all_points = either(
        lang, "全部点的数字见图后的数据（Excel）和 points.csv。", "The figures of all points are behind the charts (Excel) and in points.csv."
    )
    return replace(table, note=all_points) if len(found.points) > MOST_ROWS else table


def measure_blocks(found: SweepFound, name: str, lang: str) -> Iterator[Block]:
    """Charts of a measure and of its differences, and its table; none where it is the same at all points."""
    ends = least_and_most(found, name)
    if not ends or ends[0][1].mean == ends[1][1].mean:
        return
    yield chart_of(found, name, lang, differences=False)
    if any(found.verdict(point, name) not in ("", "same") for point in found.points):
        yield chart_of(found, name, lang, differences=True)
    if len(found.points) <= MOST_ROWS:
        yield points_table(found, name, lang)


def points_table(found: SweepFound, name: str, lang: str) -> Table:
    """A measure at every point, its paired difference from the baseline, and whether that is certain."""
    columns = [*(Column(axis.name(lang)) for axis in found.axes), *money_columns(name, lang)]
    compared = any(found.verdict(point, name) for point in found.points)
    if compared:
        columns += [
            Column(either(lang, "与基线之差", "difference"), kind_of(name), "difference"),
            Column(either(lang, "差的标准误", "its standard error"), kind_of(name), "difference_se"),
            Column(either(lang, "判断", "reading"), "text", "verdict"),
        ]
    rows = []
    for point in found.points:
        cells: list[Cell] = [*place_cells(found, point, lang), *estimate_cells(point.measures.get(name))]
        if compared:
            one = point.differences.get(name)
            cells += [one.mean if one else None, one.se if one else None, reading(found, point, name, lang)]
        rows.append(tuple(cells))
    caption = either(lang, f"{measure_named(name).zh}：各点", f"{measure_named(name).en}: all points")
    return Table(key_of("points", found.headline(), name), caption, columns, rows)


def place_cells(found: SweepFound, point: SweptPoint, lang: str) -> list[Cell]:
    """What a point changes, with a word on the baseline."""
    texts = [text or words("as_it_is", lang) for text in point_texts(found, point, lang)]
    if point is found.base:
        texts[0] += either(lang, "（基线）", " (baseline)")
    return list(texts)


def reading(found: SweepFound, point: SweptPoint, name: str, lang: str) -> str:
    """Whether a point differs from the baseline for certain, in a word."""
    verdict = found.verdict(point, name)
    return either(lang, *VERDICTS[verdict]) if verdict else ""


def chart_of(found: SweepFound, name: str, lang: str, *, differences: bool) -> Chart:
    """Chart of one measure over the grid, or of its differences from the baseline, with the numbers behind it."""
    stem = "sweep_differences" if differences else "sweep"
    measure, base = measure_named(name).title(lang), base_text(found, lang)
    axes = either(lang, "、", ", ").join(axis.name(lang) for axis in found.axes)
    caption = either(lang, f"{measure}随{axes}的变化", f"{measure} by {axes}")
    if differences:
        caption = either(lang, f"{measure}与基线（{base}）之差", f"{measure}: difference from the baseline ({base})")
    one = replace(found, shown=(name,))
    data, form = data_of(found, name, key_of(stem, found.headline(), name), caption, lang, differences=differences)
    return Chart(data.key, caption, drawing(partial(sweep_figures, one, lang), stem), data, form)  # type: ignore[arg-type]


def data_of(found: SweepFound, name: str, key: str, caption: str, lang: str, *, differences: bool) -> tuple[Table, str]:
    """Numbers behind a chart, and the form in which a program may draw them: lines along an even scale, bars else, a picture for a map."""
    cut = cut_of(found)
    across = found.axes[cut.across]

    def at(number: int) -> Estimate | None:
        point = found.points[number]
        return (point.differences if differences else point.measures).get(name)

    first = Column(across.name(lang), "text", "at")
    names = [axis_text(across, i, lang) for i in range(len(across))]
    if cut.up is None:
        columns = [first, *money_columns(name, lang)]
        columns = [column for column in columns if column.key != "se"]
        rows: list[tuple[Cell, ...]] = []
        for text, number in zip(names, cut.rows[0], strict=True):
            one = at(number)
            zero = differences and number == found.baseline
            rows.append((text, *((one.mean, one.low, one.high) if one else (0.0, 0.0, 0.0) if zero else (None, None, None))))
        return Table(key, caption, columns, rows), "line" if is_even(across) else "bar"
    up = found.axes[cut.up]
    columns = [first, *(Column(axis_text(up, i, lang), kind_of(name), f"line_{i + 1}") for i in range(len(up)))]
    grid = [[at(number) for number in row] for row in cut.rows]
    zeros = [[differences and number == found.baseline for number in row] for row in cut.rows]
    rows = [(text, *(one.mean if (one := grid[i][j]) else 0.0 if zeros[i][j] else None for i in range(len(up)))) for j, text in enumerate(names)]
    form = "picture" if not has_lines(found, cut) else "line" if is_even(across) else "bar"
    return Table(key, caption, columns, rows), form


def is_even(axis: Axis) -> bool:
    """Whether the values of an axis stand at even distances, so that a scale of names shows them truly."""
    if axis.values is None or len(axis) < 3:
        return False
    steps = np.diff(axis.values)
    return bool(np.allclose(steps, steps[0], rtol=1e-6))


def how_swept(found: SweepFound, lang: str) -> list[str]:
    """Say what a sweep's figures are."""
    return [
        either(
            lang,
            "各点是同一批随机情景上的推演，与基线逐次配对；差值的区间因此通常比两个估计各自的区间窄。",
            "All points are played on the same worlds and paired with the baseline history by history, so that intervals of differences are mostly "
            "narrower than those of the estimates.",
        ),
        *cautions(found, lang),
    ]
