"""Estimates adjusted by figures of known mean, in words and as a table beside the plain ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.text import cell, either, number_and_error, with_brackets
from simulator.results.measures import measure_named
from simulator.results.precision import HEADLINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.results.controlled import Controlled

SURELY = 1_000
"""A gain beyond this is told as such: it is known no better."""


def controlled_words(found: Sequence[Controlled], lang: str) -> str:
    """Name the headline measures with their adjusted estimates, in one sentence; empty where there are none."""
    parts = []
    for one in found:
        if one.measure in HEADLINE:
            number, error = number_and_error(one.estimate, lang)
            title = measure_named(one.measure).title(lang)
            parts.append(
                either(
                    lang,
                    f"{title} {number}（标准误 {error}，抵{times(one)}倍路径）",
                    f"{title} {number} (s.e. {error}, worth {times(one)}x the histories)",
                )
            )
    if not parts:
        return ""
    return either(lang, f"用平均已知的数修正：{'；'.join(parts)}。", f"Adjusted by figures whose mean is known: {'; '.join(parts)}.")


def controlled_section(found: Sequence[Controlled], lang: str) -> list[str]:
    """Chapter with plain and adjusted estimates side by side; none where there are none."""
    if not found:
        return []
    head = either(
        lang,
        "| 指标 | 估计（标准误） | 修正后（标准误） | 抵几倍路径 |",
        "| measure | estimate (s.e.) | adjusted (s.e.) | worth times the histories |",
    )
    rows = [
        f"| {cell(measure_named(one.measure).title(lang))} `{one.measure}` | {with_brackets(one.plain, lang)} "
        f"| {with_brackets(one.estimate, lang)} | {times(one)} |"
        for one in found
    ]
    return [
        either(lang, "## 减少模拟误差后的估计", "## Estimates with less simulation error"),
        what_is_known(found, lang),
        "\n".join([head, "| --- | --: | --: | --: |", *rows]),
    ]


def what_is_known(found: Sequence[Controlled], lang: str) -> str:
    """Say what adjusted estimates are, and that the other tables are not adjusted."""
    with_book = any("book" in one.by for one in found)
    known = either(
        lang,
        "系统性因子" + ("和固定贷款的损失" if with_book else ""),
        "the systematic factor" + (" and of the losses of this fixed book" if with_book else ""),
    )
    return either(
        lang,
        f"{known}的真实平均是已知的。这些路径碰巧偏离多少，估计就相应修正多少；修正没有偏差，只减少模拟误差。上面各表是未修正的。",
        f"The true mean of {known} is known. What these histories are off it by chance tells what the estimates are off, and is taken away: "
        "without bias, and with less simulation error. The tables above are not adjusted.",
    )


def controlled_differences_section(found: Mapping[str, Sequence[Controlled]], lang: str) -> list[str]:
    """Chapter with plain and adjusted paired differences side by side, scenario by scenario; none where there are none."""
    if not found:
        return []
    head = either(
        lang,
        "| 方案 | 指标 | 差值（标准误） | 修正后（标准误） | 抵几倍路径 |",
        "| scheme | measure | difference (s.e.) | adjusted (s.e.) | worth times the histories |",
    )
    rows = [
        f"| {cell(name)} | {cell(measure_named(one.measure).title(lang))} `{one.measure}` | {with_brackets(one.plain, lang)} "
        f"| {with_brackets(one.estimate, lang)} | {times(one)} |"
        for name, every in found.items()
        for one in every
    ]
    return [
        either(lang, "## 减少模拟误差后的差值", "## Differences with less simulation error"),
        either(
            lang,
            "用平均已知的系统性因子修正，没有偏差；上面各表是未修正的。",
            "Adjusted, without bias, by the systematic factor, whose true mean is known; the tables above are not adjusted.",
        ),
        "\n".join([head, "| --- | --- | --: | --: | --: |", *rows]),
    ]


def times(one: Controlled) -> str:
    """Write a gain, no finer than it is known."""
    return f">{SURELY:,}" if one.gain > SURELY else f"{one.gain:.0f}" if one.gain >= 10 else f"{one.gain:.1f}"
