"""A stress study in words, tables and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.figures import save
from simulator.report.figures_stress import one_in, stress_figures
from simulator.report.text import NOTHING, cell, either, number_and_error, percent, plain, with_brackets
from simulator.report.wording import direction
from simulator.results.measures import measure_named
from simulator.results.stress import write_stress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from simulator.results.estimates import Estimate
    from simulator.results.stress import ReverseStress, StressCase, StressStudy

FIRMS = 8
"""Kinds of firms whose stressed default rates are told; the rest stands in the table."""

CAPTIONS = {"stress": ("压力之下", "Under stress"), "factor": ("宏观路径", "Paths of the factor")}


def write_stress_report(folder: Path, study: StressStudy, lang: str) -> None:
    """Write tables, charts and summary into a folder that exists."""
    write_stress(folder, study)
    figures = []
    for stem, figure in stress_figures(study, lang):
        picture, _ = save(figure, folder / "charts", stem)
        figures.append((f"charts/{picture.name}", either(lang, *CAPTIONS[stem])))
    (folder / "summary.md").write_text(stress_markdown(study, lang, figures), encoding="utf-8", newline="\n")


def stress_markdown(study: StressStudy, lang: str, figures: Sequence[tuple[str, str]] = ()) -> str:
    """Write the summary."""
    title = study.title if lang == "zh" else study.title_en
    parts = [f"# {either(lang, '压力测试', 'Stress test')}: {plain(title)}"]
    parts.append("\n".join(f"- {sentence}" for sentence in stress_headline(study, lang)))
    parts += [
        f"## {either(lang, '并排（括号内为标准误）', 'Side by side (standard error in brackets)')}",
        _table(study, lang, head_of(study, lang), values_of),
    ]
    parts += [
        f"## {either(lang, '与情景原样之差（配对，括号内为标准误）', 'Difference from the scenario as it is (paired, standard error in brackets)')}"
    ]
    parts += [_table(study, lang, head_of(study, lang, with_rate=False), differences_of)]
    parts += [f"![{plain(caption)}]({file})" for file, caption in figures]
    if study.reverse:
        parts += [f"## {either(lang, '多大的冲击会耗尽资金池', 'How large a shock empties the pool')}"]
        parts.append("\n".join(f"- {sentence}" for sentence in reverse_sentences(study.reverse, lang)))
        parts.append(_defaults(study.reverse, lang))
    parts += [
        f"## {either(lang, '各情形', 'The cases')}",
        "\n".join(f"- **{case.words.name(lang)}** `{case.key}`{either(lang, '：', ': ')}{case.words.says(lang)}" for case in study.cases),
    ]
    parts.append("\n".join(f"> {sentence}" for sentence in cautions(study, lang)))
    return "\n\n".join(part for part in parts if part) + "\n"


def stress_headline(study: StressStudy, lang: str) -> list[str]:
    """Say what the path with most defaults does, what the bounds of dependence do, and the reverse stress."""
    said = []
    paths = [case for case in study.cases if case.kind == "path" and case.default_rate]
    if paths:
        worst = max(paths, key=lambda case: case.default_rate.mean if case.default_rate else 0.0)
        moves = either(lang, "、", ", ").join(
            f"{measure_named(name).title(lang)} {difference_words(one, lang)}" for name, one in worst.differences.items()
        )
        rate = with_brackets(worst.default_rate, lang)
        zh = f"最重的路径是 **{worst.words.zh}**：违约本金占放款 {rate}{f'；比情景原样：{moves}' if moves else ''}。"
        en = f"The hardest path is **{worst.words.en}**: {rate} of the volume lent defaults"
        said.append(either(lang, zh, f"{en}{f'; against the scenario as it is: {moves}' if moves else ''}."))
    bounds = [case for case in study.cases if case.kind in ("model", "dependence")]
    if len(bounds) > 1:
        name = study.measures[0]
        values = either(lang, "，", ", ").join(f"{case.words.name(lang)} {with_brackets(case.estimates.get(name), lang)}" for case in bounds)
        said.append(
            either(
                lang, f"违约如何相关：**{measure_named(name).zh}** {values}。", f"How defaults hang together: **{measure_named(name).en}** {values}."
            )
        )
    return said + (reverse_sentences(study.reverse, lang)[:1] if study.reverse else [])


def difference_words(found: Estimate, lang: str) -> str:
    """Write a paired difference with its sign and its standard error; one of shares in percentage points, one not told from 0 as uncertain.

    Examples
    --------
    >>> from simulator.results.estimates import Estimate
    >>> difference_words(Estimate(0.123, 0.021, 100, None, None, None, "share", 0.08, 0.165), "zh")
    '+12.3个百分点 (2.1个百分点)'
    """
    if (way := direction(found)) == "same":
        return either(lang, "不变", "unchanged")
    number, error = number_and_error(found, lang)
    if found.unit in ("share", "rate"):
        number = number.removesuffix("%") + either(lang, "个百分点", " pp")
    shown = f"{'+' if found.mean > 0 else ''}{number}" + (f" ({error})" if error not in ("0", NOTHING[lang]) else "")
    return shown + (either(lang, "，不确定", ", uncertain") if way == "uncertain" else "")


def default_rate_words(study: StressStudy, lang: str) -> str:
    """Say which part of the volume lent defaults in each case, with standard errors."""
    values = either(lang, "、", ", ").join(f"{case.words.name(lang)} {with_brackets(case.default_rate, lang)}" for case in study.cases)
    return either(
        lang, f"违约本金占放款（括号内为标准误）：{values}。", f"Part of the volume lent that defaults (standard errors in brackets): {values}."
    )


def reverse_sentences(found: ReverseStress, lang: str) -> list[str]:
    """Say what the smallest shock is, as a level, a chance and what it means for defaults."""
    share, own = percent(found.share, 0), percent(found.own_share, 0)
    interval = f"{percent(found.own_low, 0)}–{percent(found.own_high, 0)}"
    unshocked = either(
        lang, f"没有冲击时，资金池在 {own}（{interval}）的模拟中不够用。", f"Without a shock the pool runs short in {own} ({interval}) of histories."
    )
    if found.outcome == "out_of_reach":
        zh = (
            f"因子低至 {found.worst:g} 并持续 {found.months} 个月，资金池也只在 {percent(found.reached, 0)} 的模拟中不够用，达不到 {share}："
            "找不到这样的冲击。"
        )
        en = (
            f"Even a factor of {found.worst:g} for {found.months} months empties the pool in {percent(found.reached, 0)} of histories only, "
            f"not in {share}: there is no such shock."
        )
        return [either(lang, zh, en), unshocked]
    if found.factor is None or found.chance is None:
        zh = f"因子高达 {found.best:g} 并持续 {found.months} 个月，资金池仍在 {percent(found.reached, 0)} 的模拟中不够用：不需要冲击。"
        en = (
            f"Even a factor of {found.best:g} for {found.months} months leaves the pool short in {percent(found.reached, 0)} of histories: it "
            "takes no shock."
        )
        return [either(lang, zh, en), unshocked]
    low, high = (f"{value:.2f}" if value is not None else NOTHING[lang] for value in (found.low, found.high))
    rate = with_brackets(found.default_rate, lang)
    zh = (
        f"因子在前 {found.months} 个月为 {found.factor:.2f}（95%区间 {low} 至 {high}；{one_in(found.chance, lang)}，或更坏），"
        f"资金池就在至少 {share} 的模拟中不够用；那时违约本金占放款的 {rate}。"
    )
    en = (
        f"A factor of {found.factor:.2f} (95% interval {low} to {high}; {one_in(found.chance, lang)}, or worse) over the first {found.months} months "
        f"empties the pool in at least {share} of histories; {rate} of the volume lent then defaults."
    )
    said = [either(lang, zh, en), unshocked]
    if found.own_share >= found.share:
        said.append(
            either(
                lang,
                f"情景原样已超过 {share}：这里的因子是“没有冲击”的界线，比它好的年景才够用。",
                f"As modelled it is past {share} already: this factor marks how good times must be for the pool to suffice, not a shock.",
            )
        )
    if not found.is_monotone:
        said.append(
            either(
                lang,
                "因子更坏时不够用的次数有所减少：反应不单调，请看表中各点。",
                "A worse factor emptied the pool less often somewhere: the response is not monotone.",
            )
        )
    return said


def _defaults(found: ReverseStress, lang: str) -> str:
    if not found.defaults:
        return ""
    head = either(lang, "| 企业 | 情景中的违约率 | 该因子下 |", "| firms | default rate as stated | at this factor |")
    rows = [
        f"| {cell(f'{one.segment} {one.grade}'.strip())} | {percent(one.stated, 2)} | {percent(one.stressed, 2)} |" for one in found.defaults[:FIRMS]
    ]
    return "\n".join([head, "| --- | --: | --: |", *rows])


def head_of(study: StressStudy, lang: str, *, with_rate: bool = True) -> list[str]:
    """Column titles."""
    rate = [either(lang, "违约本金占放款", "defaulted, of volume")] if with_rate else []
    return [either(lang, "情形", "case"), *rate, *(measure_named(name).title(lang) for name in study.measures)]


def values_of(case: StressCase, measures: Sequence[str], lang: str) -> list[str]:
    """One case's estimates with their errors."""
    return [case.words.name(lang), with_brackets(case.default_rate, lang), *(with_brackets(case.estimates.get(name), lang) for name in measures)]


def differences_of(case: StressCase, measures: Sequence[str], lang: str) -> list[str]:
    """One case's paired differences; empty for the scenario as it is."""
    return [case.words.name(lang), *(with_brackets(case.differences.get(name), lang) for name in measures)] if case.differences else []


def _table(study: StressStudy, lang: str, head: Sequence[str], row: Callable[[StressCase, Sequence[str], str], list[str]]) -> str:
    lines = [f"| {' | '.join(map(cell, head))} |", "| --- |" + " --: |" * (len(head) - 1)]
    rows = [row(case, study.measures, lang) for case in study.cases]
    return "\n".join(lines + [f"| {' | '.join(map(cell, one))} |" for one in rows if one])


def cautions(study: StressStudy, lang: str) -> list[str]:
    """Say what the comparison is and is not."""
    said = [
        either(
            lang,
            "各情形的企业、门槛和回收是同样的抽样，只有宏观因子或相关系数不同，所以差值逐次配对；共 "
            f"{study.histories:,} 次模拟，种子 {study.seed}。路径的高低和长短是假定，不是预测。",
            "Firms, thresholds and recoveries are the same draws in all cases; only the factor or the correlations differ, so differences "
            "are paired. "
            f"{study.histories:,} histories, seed {study.seed}. Levels and lengths of the paths are assumptions, not forecasts.",
        )
    ]
    if study.is_static:
        said.append(
            either(
                lang,
                "情景的因子是静态的（每次模拟一个）；路径按月变动，规律不同，与情景原样之差也含这一不同。",
                "The scenario's factor is static, one a history; a path moves by month, which is another law, and the differences hold that too.",
            )
        )
    return said
