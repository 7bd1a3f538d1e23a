"""The part of a sensitivity study in a report: which assumptions move each measure, by how much, and what cannot be told apart from noise."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.report.blocks import Bullets, Chart, Column, Paragraph, Table
from simulator.report.figures_sensitivity import BARS, sensitivity_figures
from simulator.report.outline_parts import LEADS, Part, by_party, clean, drawing, ends_in_words, key_of, kind_of, moved_table, rows_by_measure
from simulator.report.sensitivity import METHOD_WORDS, NO_EFFECT, how_made, noise_sentence, noise_word, sensitivity_sentence
from simulator.report.text import either
from simulator.results.measures import measure_named
from simulator.results.sensitivity import Index, Screened, Swing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.report.blocks import Block, Cell
    from simulator.results.sensitivity import SensitivityStudy
    from simulator.scenario.study import Asked


def sensitivity_part(found: SensitivityStudy, _asked: Asked, lang: str) -> Part:
    """Say which assumptions matter most."""
    titles = either(lang, "、", ", ").join(measure_named(name).title(lang) for name in found.measures)
    question = either(
        lang,
        f"问题：{len(found.assumptions)}项假设各自在范围内变动时，哪些最影响{titles}？",
        f"The question: of {len(found.assumptions)} assumptions that move over their ranges, which move the {titles} most?",
    )
    said = {name: sensitivity_sentence(found, name, lang) for name in found.measures}
    varied: list[Block] = [moved_table("moved", found.assumptions, lang)]
    if found.held:
        lines = [f"`{one.path}`{either(lang, '：', ': ')}{either(lang, one.zh, one.en)}" for one in found.held]
        varied += [Paragraph(either(lang, "没有变动的范围：", "Ranges that did not move:")), Bullets(clean(lines))]
    own = either(lang, "文件取值", "file's own values")
    caption = either(lang, "假设取文件值时的指标", "Measures at the file's own values")
    return Part(
        question=question,
        leads=clean(list(said.values())[:LEADS]),
        notes=[noise_note(lang)],
        varied=varied,
        headline=[
            rows_by_measure("headline", caption, [either(lang, "取值", "at")], [(name, (own,), found.own[name]) for name in found.measures], lang),
            strongest_table(found, lang),
        ],
        found=by_party(found.measures, lang, lambda name: [said[name]], lambda name: measure_blocks(found, name, lang)),
        method=clean(how_made(found, lang)),
        histories=found.histories,
        seed=found.seed,
    )


def noise_note(lang: str) -> str:
    """Say what the figures do not hold."""
    return either(
        lang,
        "影响是假设在所写范围内变动的影响；没有写范围的假设不在其中，范围之外的也不在。",
        "Effects are of assumptions that move within the ranges written; what has no range, or lies outside one, is not in them.",
    )


def strongest_table(found: SensitivityStudy, lang: str) -> Table:
    """By each method, the assumption that moves each measure most, and how many are told apart from noise."""
    columns = [
        Column(either(lang, *words))
        for words in (("指标", "measure"), ("方法", "method"), ("最要紧的假设", "assumption that matters most"), ("范围", "range"))
    ]
    columns += [Column(either(lang, *words), "count") for words in (("超出噪声", "beyond noise"), ("假设项数", "of assumptions"))]
    nobody = either(lang, "（没有超出噪声的）", "(none beyond noise)")
    rows: list[tuple[Cell, ...]] = []
    for name in found.measures:
        for method in found.methods:
            every = found.found(method).get(name, ())
            told = [one for one in every if one.told_apart]
            who = (told[0].assumption.name(lang), " – ".join(ends_in_words(told[0].assumption, lang))) if told else (nobody, "")
            rows.append((measure_named(name).title(lang), either(lang, *METHOD_WORDS[method]), *who, len(told), len(every)))
    return Table("strongest", either(lang, "各方法认为最要紧的假设", "The assumption that matters most, by each method"), columns, rows)


def measure_blocks(found: SensitivityStudy, name: str, lang: str) -> Iterator[Block]:
    """Chart and table of each method that has found something on a measure."""
    for method in found.methods:
        if not found.found(method).get(name):
            continue
        caption = f"{measure_named(name).title(lang)}{either(lang, '：', ': ')}{either(lang, *METHOD_WORDS[method])}"
        key = key_of(method, found.measures, name)
        data, form = data_of(found, method, name, key, caption, lang)
        yield Chart(key, caption, drawing(partial(sensitivity_figures, found, lang), f"{method}_{name}"), data, form)  # type: ignore[arg-type]
        yield table_of(found, method, name, f"table_{key}", caption, lang)


def table_of(found: SensitivityStudy, method: str, name: str, key: str, caption: str, lang: str) -> Table:
    """Every assumption's figures by one method, the strongest first."""
    kind = kind_of(name)
    heads = [Column(either(lang, "假设", "assumption")), Column(either(lang, "范围", "range"))]
    titles = {
        "tornado": (("下限时", "at low end"), ("上限时", "at high end"), ("上限减下限", "high less low"), ("标准误", "s.e.")),
        "morris": (
            ("平均影响 μ*", "mean size μ*"), ("95%区间下限", "95% low"), ("95%区间上限", "95% high"), ("离散 σ", "spread σ"), ("噪声", "noise"),
        ),
        "sobol": (
            ("单独（一阶）", "alone (first)"), ("区间下限", "low"), ("区间上限", "high"),
            ("连同交互（总）", "with others (total)"), ("区间下限", "low"), ("区间上限", "high"),
        ),
    }  # fmt: skip
    columns = [*heads, *(Column(either(lang, *words), "share" if method == "sobol" else kind) for words in titles[method])]
    columns.append(Column(either(lang, "与噪声", "noise"), "text", "told_apart"))
    rows: list[tuple[Cell, ...]] = []
    nothing = either(lang, *NO_EFFECT)
    idle = [one.assumption.name(lang) for one in found.found(method)[name] if noise_word(one, lang) == nothing]
    for one in found.found(method)[name]:
        if noise_word(one, lang) == nothing:
            continue
        about = (one.assumption.name(lang), " – ".join(ends_in_words(one.assumption, lang)))
        rows.append((*about, *figures_of(one), noise_word(one, lang) or either(lang, "超出噪声", "beyond noise")))
    notes = [f"{nothing}{either(lang, '：', ': ')}{either(lang, '、', ', ').join(idle)}{either(lang, '。', '.')}"] if idle else []
    if method == "sobol":
        notes.append(noise_sentence(found.noise.get(name, 0.0), lang))
        notes.append(either(lang, "大于100%的按100%列；负值是噪声。", "What is above 100% is listed as 100%; what is below 0 is noise."))
    return Table(key, caption, columns, rows, note=either(lang, "", " ").join(notes))


def figures_of(one: Swing | Screened | Index) -> tuple[float | None, ...]:
    """An assumption's figures, in the order of the table's columns."""
    if isinstance(one, Swing):
        return (one.at_low, one.at_high, one.difference.mean, one.difference.se)
    if isinstance(one, Screened):
        return (one.mu_star, one.low, one.high, one.sigma, one.noise)
    return tuple(min(part, 1.0) for part in (one.first, one.first_low, one.first_high, one.total, one.total_low, one.total_high))


def data_of(found: SensitivityStudy, method: str, name: str, key: str, caption: str, lang: str) -> tuple[Table, str]:
    """Numbers behind a chart: changes from the file's own value as bars, Morris's plane as a scatter, Sobol's indices as bars."""
    kind, own = kind_of(name), found.own[name].mean
    first = Column(either(lang, "假设", "assumption"), "text", "assumption")
    rows: list[tuple[Cell, ...]] = []
    columns: list[Column] = []
    every = found.found(method)[name]
    moving = [one for one in every if noise_word(one, lang) != either(lang, *NO_EFFECT)]
    for one in (moving or every)[:BARS]:
        who = one.assumption.name(lang)
        if isinstance(one, Swing):
            columns = [
                Column(either(lang, "取下限时的变化", "change at its low end"), kind, "at_low_end"),
                Column(either(lang, "取上限时的变化", "change at its high end"), kind, "at_high_end"),
            ]
            rows.append((who, one.at_low - own, one.at_high - own))
        elif isinstance(one, Screened):
            columns = [
                Column(either(lang, "平均影响 μ*", "mean size μ*"), kind, "mu_star"),
                Column(either(lang, "离散 σ", "spread σ"), kind, "sigma"),
                Column(either(lang, "μ* 区间下限", "μ*, low"), kind, "low"),
                Column(either(lang, "μ* 区间上限", "μ*, high"), kind, "high"),
            ]
            rows.append((who, one.mu_star, one.sigma, one.low, one.high))
        else:
            columns = [
                Column(either(lang, "单独（一阶）", "alone (first)"), "share", "first"),
                Column(either(lang, "连同交互（总）", "with others (total)"), "share", "total"),
                Column(either(lang, "总，区间下限", "total, low"), "share", "low"),
                Column(either(lang, "总，区间上限", "total, high"), "share", "high"),
            ]
            rows.append((who, one.first, one.total, one.total_low, one.total_high))
    return Table(key, caption, [first, *columns], rows), "scatter" if method == "morris" else "bar"
