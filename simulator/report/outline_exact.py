"""The part of an exact answer in a report: laws instead of histories, no simulation error, and what the exact path does not give."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from simulator.report import report_tables as tables
from simulator.report.blocks import Chart, Column, Table
from simulator.report.exact import exact_headline, how_exact, not_given
from simulator.report.figures_exact import chances_in, edges_of, exact_losses, exact_pool, marks_of, pool_sizes
from simulator.report.outline_parts import Part, by_party, clean, kind_of, party_of
from simulator.report.outline_scheme import title_of
from simulator.report.text import either, percent, quantity
from simulator.report.wording import likelihood
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.report.blocks import Block, Cell
    from simulator.results.exact import ExactAnswer, Law
    from simulator.scenario.loader import Loaded

NEEDED = "cover.called"
"""Law of what falls due from the pool: without a cap on what the pool pays, a pool of that size would just have sufficed."""


def exact_part(found: ExactAnswer, loaded: Loaded, lang: str) -> Part:
    """Say what the exact path finds."""
    question = either(
        lang,
        f"问题：按“{loaded.name}”方案的规则执行，银行要承担多少损失，资金池会不会不够用？（精确计算，不作模拟）",
        f"The question: under the rules of {loaded.name}, what do banks lose, and does the pool suffice? (Worked out exactly, without simulation.)",
    )
    names = [name for name, one in found.measures.items() if one]
    headline = [name for name in tables.HEADLINE if name in names]
    caption = either(lang, "主要指标及其分位数", "Headline measures and their quantiles")
    return Part(
        question=question,
        leads=clean(exact_headline(found, lang)),
        notes=[how_exact(found, lang)],
        varied=[],
        headline=[figures_table("headline", caption, found, headline, lang)],
        found=by_party(
            parties_of(names), lang, lambda name: sentences_on(found, name, lang), lambda name: blocks_on(found, loaded, names, name, lang)
        ),
        method=[*how_worked_out(found, lang), *clean(line.removeprefix("- ") for line in not_given(found, lang))],
        histories=None,
        seed=None,
    )


def parties_of(names: Iterable[str]) -> list[str]:
    """One measure for each party, the first it has: what is said of a party is said once."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(party_of(name), name)
    return list(first.values())


def sentences_on(found: ExactAnswer, name: str, lang: str) -> list[str]:
    """What is to be said of a party beside its table."""
    party = party_of(name)
    law = found.laws.get("bank.net_loss")
    if party == "banks" and law is not None:
        parts = either(lang, "，", ", ").join(f"{word} {quantity(value, 'fen', lang)}" for word, value in marks_of(law, lang))
        return [either(lang, f"银行净损失：{parts}。", f"Bank net loss: {parts}.")]
    if party == "lending":
        return [
            either(lang, "放款是给定的，不是结论；因此不计算新增放款。", "Lending is given and no finding; additional lending is not worked out.")
        ]
    short = found.measures.get("pool.shortfall_probability")
    if party == "pool" and short is not None:
        likely, share = likelihood(short.mean, lang), percent(short.mean)
        return [either(lang, f"资金池短缺{likely}：概率 {share}（精确值）。", f"A shortfall of the pool is {likely}: {share} (exact).")]
    cost = found.measures.get("fiscal.net_cost")
    if party == "fiscal" and cost is not None:
        size = quantity(abs(cost.mean), "fen", lang)
        return [
            either(
                lang,
                f"财政净{'支出' if cost.mean >= 0 else '收回'}平均 {size}。",
                f"The net fiscal {'cost' if cost.mean >= 0 else 'gain'} averages {size}.",
            )
        ]
    return []


def blocks_on(found: ExactAnswer, loaded: Loaded, names: Iterable[str], name: str, lang: str) -> Iterator[Block]:
    """Charts and the table of all measures of a party."""
    party = party_of(name)
    laws, title = found.laws, title_of(loaded, lang)
    if party == "banks" and "bank.gross_loss" in laws and "bank.net_loss" in laws:
        caption = either(lang, "总损失和银行净损失的精确分布", "Exact distribution of gross and bank net loss")
        gross, net = laws["bank.gross_loss"], laws["bank.net_loss"]
        yield Chart("exact_losses", caption, partial(exact_losses, gross, net, title, lang), losses_table(gross, net, caption, lang), "bar")
        amounts = [*marks_of(net, lang), (either(lang, "标准差", "standard deviation"), net.deviation)]
        yield tables.amounts_table(
            "loss_marks", either(lang, "银行净损失的平均、尾部与标准差", "Bank net loss: mean, tail, deviation"), amounts, lang
        )
    pools = [account.endowment or 0 for account in loaded.scenario.scheme.accounts.values() if account.kind == "pool"]
    needed = found.measures.get("pool.needed")
    if party == "pool" and NEEDED in laws and needed and math.isclose(needed.mean, laws[NEEDED].mean):
        caption = either(lang, "资金池多大才够：不够用的概率", "Chance that a pool of this size is too small")
        law, own = laws[NEEDED], float(sum(pools))
        yield Chart("exact_pool", caption, partial(exact_pool, law, own, title, lang), sizes_table(law, own, caption, lang), "line")
    own_names = [one for one in names if party_of(one) == party]
    yield figures_table(f"measures_{party}", either(lang, "有关指标", "Measures"), found, own_names, lang)


def figures_table(key: str, caption: str, found: ExactAnswer, names: Iterable[str], lang: str) -> Table:
    """Table of measures: figure, bounds of what rounding can do where it does anything, three quantiles."""
    shown = [(name, one) for name in names if (one := found.measures.get(name))]
    rounded = any(one.low is not None and one.high is not None and one.high > one.low for _, one in shown)
    columns = [tables.measure_column(lang), Column(either(lang, "数值", "figure"), "number", "mean")]
    columns += (
        [Column(either(lang, zh, en), "number", key_) for zh, en, key_ in (("取整误差内最低", "rounding, low", "low"), ("最高", "high", "high"))]
        if rounded
        else []
    )
    spread = any(one.p50 is not None for _, one in shown)
    columns += [Column(either(lang, f"{level}%分位", f"{level}%"), "number", f"p{level:02d}") for level in (5, 50, 95)] if spread else []
    rows: list[tuple[Cell, ...]] = [
        (measure_named(name).title(lang), one.mean, *((one.low, one.high) if rounded else ()), *((one.p05, one.p50, one.p95) if spread else ()))
        for name, one in shown
    ]
    note = either(lang, "精确值，没有标准误。", "Exact, without standard errors.")
    note += either(lang, "没有分位数的是全部情形合起来的数。", " Figures without quantiles are of all cases together.") if spread else ""
    return Table(key, caption, columns, rows, kinds=[kind_of(name) for name, _ in shown], note=note)


def losses_table(gross: Law, net: Law, caption: str, lang: str) -> Table:
    """Chance of each class of loss."""
    edges = edges_of([gross, net])
    columns = (
        Column(either(lang, "损失不低于", "loss from"), "money", "from"),
        Column(either(lang, "总损失", "gross loss"), "share", "bank.gross_loss"),
        Column(either(lang, "银行净损失", "bank net loss"), "share", "bank.net_loss"),
    )
    rows = list(zip(edges[:-1].tolist(), chances_in(gross, edges).tolist(), chances_in(net, edges).tolist(), strict=True))
    note = either(lang, "各档为概率，最后一档不封顶。", "Chances; the last class is open.")
    return Table("exact_losses", caption, columns, rows, note=note)


def sizes_table(law: Law, own: float, caption: str, lang: str) -> Table:
    """Chance that a pool of each size would be too small."""
    columns = (
        Column(either(lang, "资金池规模", "size of the pool"), "money", "size"),
        Column(either(lang, "不够用的概率", "chance that it is too small"), "share", "too_small"),
    )
    return Table("exact_pool", caption, columns, [(float(size), law.passing(float(size))) for size in pool_sizes(law, own)])


def how_worked_out(found: ExactAnswer, lang: str) -> list[str]:
    """Say how the figures come about, and what is left of error."""
    kinds = either(lang, f"{found.kinds:,} 种不同的贷款", f"{found.kinds:,} {'kind' if found.kinds == 1 else 'kinds'} that differ")
    return [
        either(
            lang,
            f"固定的 {found.loans:,} 笔贷款（{kinds}），违约由一个静态的系统性因子联系：给定因子，各笔贷款互相独立，损失的分布逐笔合成；"
            "再对因子求积。"
            "没有抽样，因此没有标准误，也没有随机种子。",
            f"A fixed book of {found.loans:,} loans ({kinds}), whose defaults hang together by one static factor: given the factor loans are "
            "independent and the law of losses is put together loan by loan; then integrated over the factor. Nothing is drawn, so that there is "
            "no standard error and no seed.",
        ),
        how_exact(found, lang),
    ]
