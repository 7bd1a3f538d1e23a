"""The part of a regret study in a report: which scheme is best in which future, and what the wrong choice may cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.report.blocks import Chart, Column, Table
from simulator.report.figures_regret import regret_figures
from simulator.report.outline_parts import LEADS, Part, by_party, clean, drawing, key_of, kind_of, moved_table
from simulator.report.regret import CAPTIONS, how_made, regret_sentence, where_best
from simulator.report.text import either, first_upper
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.report.blocks import Block, Cell
    from simulator.results.regret import MeasureRegret, RegretStudy
    from simulator.scenario.study import Asked


def regret_part(found: RegretStudy, _asked: Asked, lang: str) -> Part:
    """Say which scheme is best where."""
    titles = either(lang, "、", ", ").join(measure_named(name).title(lang) for name in found.measures)
    question = either(
        lang,
        f"问题：假设说不准时，{'、'.join(found.schemes)}中哪个最稳妥？以{titles}衡量，选错会差多少？",
        f"The question: with the assumptions unsure, which of {', '.join(found.schemes)} is the safest choice, and what may the wrong one "
        f"cost in {titles}?",
    )
    names = list(found.measures)
    return Part(
        question=question,
        leads=clean(regret_sentence(found, name, lang) for name in names[:LEADS]),
        notes=clean(how_made(found, lang)[1:2]),
        varied=[moved_table("moved", found.assumptions, lang)],
        headline=[regret_table(found, name, lang) for name in names],
        found=by_party(
            names,
            lang,
            lambda name: [regret_sentence(found, name, lang), *where_best(found, found.measures[name], lang)],
            lambda name: charts_of(found, name, lang),
        ),
        method=clean(how_made(found, lang)),
        histories=found.histories,
        seed=found.seed,
    )


def regret_table(found: RegretStudy, name: str, lang: str) -> Table:
    """What each scheme gives at the file's own values, its regret over the futures, and how often it is best."""
    measure, one, kind = measure_named(name), found.measures[name], kind_of(name)
    columns = [
        Column(either(lang, "方案", "scheme")),
        Column(either(lang, "文件取值时", "at own values"), kind, "own"),
        Column(either(lang, "平均后悔", "mean regret"), kind, "mean"),
        Column(either(lang, "标准误", "standard error"), kind, "se"),
        Column(either(lang, "九成未来不超过", "nine futures in ten below"), kind, "p90"),
        Column(either(lang, "最大后悔", "greatest regret"), kind, "worst"),
        Column(either(lang, "确定最好", "surely best"), "share", "share_best"),
        Column(either(lang, "最好或不相上下", "best or level"), "share", "share_level"),
    ]
    shares = zip(one.share_best, one.share_level, strict=True)
    figures = zip(found.schemes, one.own, one.mean, one.errors, one.often, one.worst, shares, strict=True)
    rows = [(name, *map(float, values), *map(float, both)) for name, *values, both in figures]
    way = either(lang, "越高越好", "higher is better") if one.better == "higher" else either(lang, "越低越好", "lower is better")
    tied = float(one.tied.mean())
    note = either(
        lang,
        f"{way}；在 {tied * 100:.1f}% 的未来里分不出最好的。",
        f"{first_upper(way)}; in {tied * 100:.1f}% of futures no single scheme is told apart as best.",
    )
    caption = either(lang, f"各方案的后悔：{measure.zh}", f"Regret of each scheme: {measure.en}")
    return Table(key_of("regret_table", list(found.measures), name), caption, columns, rows, note=note)


def charts_of(found: RegretStudy, name: str, lang: str) -> Iterator[Block]:
    """What the wrong choice costs, and which scheme is best where; nothing where no choice costs anything."""
    one, measure = found.measures[name], measure_named(name)
    if not one.regrets.any():
        return
    figures = partial(regret_figures, found, lang)
    captions = {stem: either(lang, f"{zh}：{measure.zh}", f"{en}: {measure.en}") for stem, (zh, en) in CAPTIONS.items()}
    keys = {stem: key_of(stem, list(found.measures), name) for stem in CAPTIONS}
    yield Chart(
        keys["regret"], captions["regret"], drawing(figures, f"regret_{name}"), bars(found, one, keys["regret"], captions["regret"], lang), "bar"
    )
    yield Chart(keys["map"], captions["map"], drawing(figures, f"map_{name}"), futures(found, one, keys["map"], captions["map"], lang), "picture")


def bars(found: RegretStudy, one: MeasureRegret, key: str, caption: str, lang: str) -> Table:
    """Mean regret, that of nine futures in ten, and the greatest, a row a scheme."""
    kind = kind_of(one.name)
    words = (
        ("平均后悔", "mean regret", "mean_regret"),
        ("九成未来不超过", "nine futures in ten below", "often"),
        ("最大后悔", "greatest regret", "worst"),
    )
    columns = [Column(either(lang, "方案", "scheme")), *(Column(either(lang, zh, en), kind, name) for zh, en, name in words)]
    rows = [(scheme, float(one.mean[i]), float(one.often[i]), float(one.worst[i])) for i, scheme in enumerate(found.schemes)]
    return Table(key, caption, columns, rows)


def futures(found: RegretStudy, one: MeasureRegret, key: str, caption: str, lang: str) -> Table:
    """Every future: its assumptions, the best scheme, whether another is level, and each scheme's figure."""
    columns = [Column(either(lang, "未来", "future")), *(Column(ranged.name(lang)) for ranged in found.assumptions)]
    columns += [Column(either(lang, "最好的方案", "best scheme")), Column(either(lang, "是否不相上下", "level with another"))]
    columns += [Column(scheme, kind_of(one.name), f"scheme_{number}") for number, scheme in enumerate(found.schemes, 1)]
    yes, no = either(lang, "是", "yes"), either(lang, "否", "no")
    rows: list[tuple[Cell, ...]] = []
    for i, texts in enumerate(found.texts):
        best = found.schemes[int(one.best[i])]
        rows.append((str(i + 1), *texts, best, yes if one.tied[i] else no, *(float(value) for value in one.values[i])))
    return Table(key, caption, columns, rows)
