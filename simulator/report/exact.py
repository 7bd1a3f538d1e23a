"""The summary of an exact answer in Markdown: said plainly that nothing is simulated, what is given and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.text import cell, either, percent, plain, quantity
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.results.estimates import Estimate
    from simulator.results.exact import ExactAnswer


def exact_markdown(answer: ExactAnswer, title: str, manifest: Mapping[str, object], lang: str) -> str:
    """Write the summary of an exact answer.

    Parameters
    ----------
    answer : ExactAnswer
    title : str
        Of the scenario.
    manifest : mapping
        Shown on one line.
    lang : str
        ``zh`` or ``en``.
    """
    line = " · ".join(f"{plain(key)} {plain(value)}" for key, value in manifest.items())
    parts = [
        f"# {plain(title)}",
        *exact_headline(answer, lang),
        f"> {how_exact(answer, lang)}",
        either(lang, "## 指标", "## Measures"),
        _table(answer, lang),
        either(lang, "## 未给出的指标", "## Measures that are not given"),
        "\n".join(not_given(answer, lang)),
        "---",
        f"{either(lang, '复现：', 'To make it again: ')}{line}",
    ]
    return "\n\n".join(parts) + "\n"


def exact_headline(answer: ExactAnswer, lang: str) -> list[str]:
    """Return the three answers, one sentence each."""
    measures = answer.measures
    net, rate, tail = (_figure(measures.get(name), lang) for name in ("bank.net_loss", "bank.net_loss_rate", "bank.net_loss_var_99"))
    zh, en = f"**银行损失**：银行净损失平均 {net}，为放款额的 {rate}", f"**Bank losses**: bank net loss averages {net}, {rate} of the volume lent"
    law = answer.laws.get("bank.net_loss")
    if law is not None:
        deviation = quantity(law.deviation, "fen", lang)
        zh += f"；标准差 {deviation}；超过 {tail} 的概率不到 1%"
        en += f"; standard deviation {deviation}; it exceeds {tail} with a chance below 1%"
    said = [either(lang, f"{zh}。", f"{en}.")]
    short, needed = measures.get("pool.shortfall_probability"), measures.get("pool.needed")
    if short is not None:
        enough = ""
        if needed is not None:
            p50, p95 = (quantity(value, "fen", lang) for value in (needed.p50, needed.p95))
            enough = either(lang, f"；够用一半情形需 {p50}，够用95%情形需 {p95}", f"; {p50} would suffice in half of all cases, {p95} in 95% of them")
        chance = percent(short.mean, 3)
        said.append(
            either(
                lang,
                f"**资金池耗尽**：有到期款项付不出的概率 {chance}{enough}。",
                f"**Pool depletion**: the chance that something due is not paid is {chance}{enough}.",
            )
        )
    volume = _figure(measures["lending.volume"], lang)
    zh, en = f"**放款规模**：{volume}，{answer.loans:,} 笔，是给定的。", f"**Lending volume**: {volume}, {answer.loans:,} loans; given."
    return [*said, either(lang, zh, en)]


def how_exact(answer: ExactAnswer, lang: str) -> str:
    """Say what kind of error is left."""
    if answer.rounding > 0.0:
        size = quantity(answer.rounding, "fen", lang)
        rounding = either(lang, f"金额取整使分位数和尾部平均最多相差 {size}", f"rounding of amounts moves quantiles and tail means by {size} at most")
    else:
        rounding = either(lang, "金额没有取整", "amounts are not rounded")
    zh = f"精确解，没有模拟误差：对因子求积得出，{rounding}；求积误差（概率）小于 {max(answer.quadrature, 1e-15):.0e}。假设本身的不确定没有计入。"
    en = (
        f"Exact: no simulation error. By quadrature over the factor; {rounding}; the quadrature's error is below {max(answer.quadrature, 1e-15):.0e} "
        "of probability. What the assumptions leave open is not in it."
    )
    return either(lang, zh, en)


def exact_rows(answer: ExactAnswer, lang: str) -> list[tuple[str, str, str, str, str, str]]:
    """Return one row a measure that is given: title, figure, what rounding can do, three quantiles."""
    rows = []
    for name, found in answer.measures.items():
        if found is not None:
            quantiles = (quantity(value, found.unit, lang) if value is not None else "" for value in (found.p05, found.p50, found.p95))
            rows.append((measure_named(name).title(lang), _figure(found, lang), _bounds(found, lang), *quantiles))
    return rows  # type: ignore[return-value]


def _bounds(found: Estimate, lang: str) -> str:
    if found.low is None or found.high is None or found.high <= found.low:
        return ""
    return f"{quantity(found.low, found.unit, lang)} – {quantity(found.high, found.unit, lang)}"


def _table(answer: ExactAnswer, lang: str) -> str:
    head = either(lang, "| 指标 | 数值 | 取整误差内 | 5% | 50% | 95% |", "| measure | figure | within rounding | 5% | 50% | 95% |")
    rows = ["| " + " | ".join(cell(text) for text in row) + " |" for row in exact_rows(answer, lang)]
    return "\n".join([head, "| --- | --: | --: | --: | --: | --: |", *rows])


def not_given(answer: ExactAnswer, lang: str) -> list[str]:
    """Name the measures that are not given, a line a reason."""
    reasons: dict[str, list[str]] = {}
    for name, words in answer.missing.items():
        reasons.setdefault(either(lang, *words), []).append(measure_named(name).title(lang))
    joint, colon = either(lang, "、", ", "), either(lang, "：", ": ")
    return [f"- {why}{colon}{joint.join(titles)}" for why, titles in reasons.items()]


def _figure(found: Estimate | None, lang: str) -> str:
    return quantity(found.mean, found.unit, lang) if found else "-"
