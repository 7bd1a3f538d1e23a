"""What the assumptions move, in words and tables: the wider interval of a headline, the assumption behind it, the ranking of all.

Pure functions of a study and estimates; the study says which assumption stands out, these say it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.quoted import value_words
from simulator.report.text import NOTHING, cell, either, percent, plain, quantity
from simulator.results.measures import measure_named
from simulator.results.ranges import HEADLINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Influence, RangeStudy, Span

SHOWN = 6
"""Assumptions in the ranking."""

COLUMNS = 3
"""Measures in the ranking."""


def is_wider(span: Span, found: Estimate) -> bool:
    """Whether what the assumptions move is more than the interval of simulation."""
    return found.low is None or found.high is None or span.width > found.high - found.low


def span_texts(name: str, span: Span, lang: str) -> tuple[str, str]:
    """Both ends of a span as people read them; chances no finer than so few histories allow."""
    measure = measure_named(name)
    if measure.kind == "chance":
        return _chance(span.low), _chance(span.high)
    return quantity(span.low, measure.unit, lang), quantity(span.high, measure.unit, lang)


def _chance(share: float) -> str:
    return percent(share, 1 if 0 < share < 0.01 or 0.99 < share < 1 else 0)


def span_in_words(name: str, study: RangeStudy, lang: str) -> str:
    """Write a measure's span, and the assumption it depends on most where one stands out.

    Empty where the study has no such measure.
    """
    span = study.span(name)
    if span is None:
        return ""
    low, high = span_texts(name, span, lang)
    leader = study.leader(name)
    most = either(lang, f"，主要取决于{leader.assumption.zh}", f", mostly by {leader.assumption.en}") if leader else ""
    return either(lang, f"假设变动时 {low} 至 {high}{most}", f"{low} to {high} as the assumptions move{most}")


def span_cells(name: str, study: RangeStudy | None, lang: str) -> list[str]:
    """Two cells of a table; nothing where no assumption was moved."""
    if study is None:
        return []
    span = study.span(name)
    return list(span_texts(name, span, lang)) if span else ["", ""]


def range_caution(study: RangeStudy, lang: str, *, replayed: bool) -> str:
    """Say how the span was made and what it is not; a replay has no other error."""
    moved, points, histories = len(study.assumptions), study.n_points, study.histories
    redrawn = either(
        lang, f"其中 {study.redrawn} 个点的组合不成立，已重抽。", f" {study.redrawn} points were drawn anew, as their combination is refused."
    )
    dropped = either(lang, f"另有 {study.dropped} 个点抽不到成立的组合，略去。", f" {study.dropped} points more were given up for the same reason.")
    zh = (
        f"“假设变动时”是 {moved} 项假设在各自范围内一同变动的最低和最高：{points} 个拉丁超立方点，每点 {histories:,} 次模拟，与正式推演同批随机情景，"
        f"并校正到正式推演的水平。这是跨度，不是置信区间：{points} 个点未必碰到最坏的组合；没有写范围的假设不在其中。"
    )
    en = (
        f" “As the assumptions move” is the least and greatest while {moved} assumptions move together over their ranges: {points} Latin-hypercube "
        f"points, histories of each: {histories:,}, on the same luck as the run and moved to its level. It is a span, not a confidence interval: "
        f"{points} points need not meet the worst combination, and assumptions without a range are not in it."
    )
    if replayed:
        start = either(lang, "重放没有模拟误差。", "A replay has no simulation error.")
    else:
        start = either(lang, "标准误只是模拟误差。", "Standard errors are simulation error only.")
    return start + either(lang, zh, en) + (redrawn if study.redrawn else "") + (dropped if study.dropped else "")


def ranking_section(study: RangeStudy, lang: str) -> list[str]:
    """Write which assumption moves the answer most: a sentence a measure, the ranking, what was held. Empty where nothing moves."""
    if study.principal is None:
        return []
    names = measures_ranked(study)
    parts = [either(lang, "## 哪项假设最要紧", "## Which assumption moves the answer most")]
    parts.append("\n".join(f"- {who_leads(name, study, lang)}" for name in names))
    parts += [_ranking(study, names, lang), how_ranked(study, lang)]
    if study.held:
        parts.append(either(lang, "没有变动的范围：", "Ranges that did not move:"))
        parts.append("\n".join(f"- `{cell(one.path)}`{either(lang, '：', ': ')}{plain(either(lang, one.zh, one.en))}" for one in study.held))
    return parts


def measures_ranked(study: RangeStudy) -> list[str]:
    """Headline measures that move, as many as the ranking shows; the first is the principal one."""
    return [name for name in HEADLINE if name in study.influences][:COLUMNS]


def who_leads(name: str, study: RangeStudy, lang: str) -> str:
    """Say which assumption a measure depends on most, or that none stands out; in Markdown."""
    title, leader, beyond = measure_named(name).title(lang), study.leader(name), study.beyond_chance(name)
    if leader and len(study.assumptions) == 1:
        return either(lang, f"**{title}**：只有{plain(leader.assumption.zh)}在变动。", f"**{title}**: only {plain(leader.assumption.en)} moves.")
    if leader:
        part = percent(leader.correlation**2, 0)
        path, low, high = leader.assumption.path, *(value_words(end, lang) for end in (leader.assumption.low, leader.assumption.high))
        return either(
            lang,
            f"**{title}** 主要取决于 **{plain(leader.assumption.zh)}**（`{path}`，{low} 至 {high}）："
            f"名次的变动有 {part} 与它一致，超过其余各项之和。",
            f"**{title}** depends most on **{plain(leader.assumption.en)}** (`{path}`, {low} to {high}): "
            f"{part} of the variation in ranks goes with it, more than with all others together.",
        )
    if beyond:
        who = either(lang, "、", ", ").join(f"**{plain(one.assumption.name(lang))}**" for one in beyond)
        return either(
            lang,
            f"**{title}**：没有哪一项假设的影响明显超过其余各项之和；可以看出影响的是 {who}。",
            f"**{title}**: no assumption clearly outweighs all others together; influence shows of {who}.",
        )
    return either(
        lang,
        f"**{title}**：没有哪一项假设明显更要紧；{study.n_points} 个点上的相关都没有超出偶然的程度。",
        f"**{title}**: no assumption stands out; over {study.n_points} points none goes with it more than chance would have it.",
    )


def _ranking(study: RangeStudy, names: Sequence[str], lang: str) -> str:
    by_path = {name: {one.assumption.path: one for one in study.influences[name]} for name in names}
    titles = " | ".join(cell(measure_named(name).title(lang)) for name in names)
    head = either(lang, f"| 假设 | 范围 | {titles} |", f"| assumption | range | {titles} |")
    rows = [head, "| --- | --- |" + " --: |" * len(names)]
    for first in study.influences[names[0]][:SHOWN]:
        one = first.assumption
        cells = " | ".join(_correlation(by_path[name].get(one.path), lang) for name in names)
        rows.append(f"| {cell(one.name(lang))} `{cell(one.path)}` | {cell(one.low)} – {cell(one.high)} | {cells} |")
    return "\n".join(rows)


def _correlation(one: Influence | None, lang: str) -> str:
    return f"{one.correlation:+.2f}" if one else NOTHING[lang]


def how_ranked(study: RangeStudy, lang: str) -> str:
    """Say what the figures of the ranking are and which of them chance alone would give."""
    bound = f"{study.chance_bound:.2f}"
    return either(
        lang,
        f"数字是 {study.n_points} 个点上假设与指标的秩相关（−1 至 1）；绝对值不到 {bound} 的，偶然也会有，不能当作影响。",
        f"Figures are rank correlations of assumption and measure over {study.n_points} points (−1 to 1); those below {bound} in size may be chance "
        "and are no evidence of influence.",
    )
