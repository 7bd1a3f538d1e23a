"""Gaps and overlaps of a scheme: loans that nobody covers, shares past the whole loss, layers and tiers that are never reached, limits that bind."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.sample import direct_layers
from simulator.rules import records as r
from simulator.rules.cover import effective_cover
from simulator.rules.selectors import any_holds, holds
from simulator.scenario import phrases as p
from simulator.scenario.models import Tiers
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import write_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simulator.analysis.implied import Implied
    from simulator.analysis.sample import Sample
    from simulator.scenario.models import Scenario

LOOKED_AT = 3_000
"""Applications on which tiers and payments are tried."""

REFUSALS = {
    r.Status.NOT_ELIGIBLE: Words("不符合期限或有效期", "term or date not eligible"),
    r.Status.OVER_LIMIT: Words("超出单户余额或笔数上限", "over the firm's limits"),
    r.Status.LENDING_STOPPED: Words("放款被暂停", "lending stopped"),
    r.Status.OVER_QUOTA: Words("超出年度额度", "over a yearly quota"),
    r.Status.MARGIN_TOO_LOW: Words("利差不足", "margin too low"),
}


class Caution(NamedTuple):
    """One thing a reader should look at, and the scenario path it is about."""

    words: Words
    path: str


def cautions_of(scenario: Scenario, sample: Sample, implied: Implied) -> list[Caution]:
    """List what looks like a gap, an overlap or a limit that bites, on the applications of a sample."""
    return [
        *_of_shares(scenario, sample),
        *_of_reach(scenario, sample),
        *_of_tiers(scenario, sample),
        *_of_limits(sample),
        *_of_guards(scenario),
        *_of_money(scenario, implied),
    ]


def percent(part: float) -> str:
    """Write a part of one in per cent, to one decimal.

    Examples
    --------
    >>> percent(0.1712)
    '17.1%'
    """
    return f"{100 * part:.1f}%"


def _of_shares(scenario: Scenario, sample: Sample) -> Iterator[Caution]:
    if not scenario.scheme.layers:
        yield Caution(Words("方案没有分担层", "the scheme has no layers"), "scheme.layers")
        return
    lent = sample.is_lent
    amounts = sample.book.loans["amount"][lent].astype(np.float64)
    if not amounts.sum():
        return
    shares = sample.shares[lent]
    weights = amounts / amounts.sum()
    total = shares[:, direct_layers(sample)].sum(axis=1)
    cases = (
        (total == 0, Words("的放款额没有任何一层补偿（缺口）", "of lending is covered by no layer (a gap)")),
        (
            total == r.MILLION,
            Words("的放款额各层比例合计为100%，银行不承担本金损失", "of lending has shares of 100% in all: the bank bears no principal"),
        ),
        (
            total > r.MILLION,
            Words("的放款额各层比例合计超过100%（重叠），后面的层付不足额", "of lending has shares past 100% (an overlap): later layers pay less"),
        ),
    )
    for where, words in cases:
        if where.any():
            part = percent(float(weights[where].sum()))
            yield Caution(Words(f"{part}{words.zh}", f"{part} {words.en}"), "scheme.layers")
    for number, name in enumerate(scenario.scheme.layers):
        backers = [place for place, layer in enumerate(scenario.scheme.layers.values()) if layer.of == name]
        over = shares[:, backers].sum(axis=1) > r.MILLION if backers else np.zeros(len(shares), bool)
        if over.any():
            part = percent(float(weights[over & (shares[:, number] > 0)].sum()))
            zh, en = f"{part}的放款额对“{name}”的分担比例合计超过100%", f"on {part} of lending the shares of what {name} pays pass 100%"
            yield Caution(Words(zh, en), f"scheme.layers.{name}")


def _some(n: int, most: int = LOOKED_AT) -> NDArray[np.int64]:
    """Numbers of at most so many of ``n`` things, evenly spread."""
    return np.arange(n) if n <= most else np.linspace(0, n - 1, most).astype(np.int64)


def _of_reach(scenario: Scenario, sample: Sample) -> Iterator[Caution]:
    """Layers with no loans, and layers for which earlier ones leave nothing."""
    lent = np.flatnonzero(sample.is_lent)
    shares = sample.shares[lent]
    scratch = sample.play.scratch.books
    for number, (name, layer) in enumerate(scenario.scheme.layers.items()):
        held = lent[shares[:, number] > 0]
        if not len(held):
            zh, en = f"“{name}”对任何贷款都不适用（试了{len(lent):,}笔）", f"{name} holds for no loan ({len(lent):,} tried)"
            yield Caution(Words(zh, en), f"scheme.layers.{name}")
            continue
        paid = 0
        for loan in held[_some(len(held), 100)].tolist():
            terms = sample.book.loans[loan]
            effective_cover(sample.books, sample.book, scratch, loan, int(terms["amount"]), int(terms["is_first"]), r.MILLION)
            paid += int(scratch.positions["paid"][r.PLAYED, 0, number])
        if not paid:
            zh, en = f"“{name}”永远不会付款：前面的层已经付完", f"{name} never pays: the layers before it leave nothing"
            yield Caution(Words(zh, en), f"scheme.layers.{name}")
        if layer.per_claim is not None:
            asked = sample.book.loans["amount"][held] / r.MILLION * sample.shares[held, number]
            part = float((asked > layer.per_claim).mean())
            if part > 0:
                most = p.money(layer.per_claim)
                zh = f"“{name}”的{percent(part)}的贷款全额违约时补偿会超过单笔上限{most.zh}，超出部分留在银行"
                en = f"on {percent(part)} of its loans {name} would pay more than its limit of {most.en} a loan; the rest stays with the bank"
                yield Caution(Words(zh, en), f"scheme.layers.{name}.per_claim")


def _of_tiers(scenario: Scenario, sample: Sample) -> Iterator[Caution]:
    """Tiers that no application reaches, or that another tier always beats."""
    contract, book = sample.play.setting.contract, sample.book
    some = _some(len(book.links)).tolist()
    for number, (name, layer) in enumerate(scenario.scheme.layers.items()):
        if not isinstance(layer.share, Tiers):
            continue
        row = contract.layers[r.PLAYED, number]
        rungs = list(range(int(row["tier_from"]), int(row["tier_to"])))
        counted: set[int] = set()
        for loan in some:
            link, amount, is_first = book.links[loan], int(book.sheet["amount"][loan]), int(book.loans["is_first"][loan])
            if any_holds(contract.tiers, int(row["applies_from"]), int(row["applies_to"]), link, amount, is_first):
                met = [place for place in rungs if _meets(contract.tiers[place], layer.share.combine, link, amount, is_first)]
                counted |= {int(contract.tiers["rung"][place]) for place in _that_count(contract.tiers, met, layer.share.combine)}
        for rung, tier in enumerate(layer.share.tiers):
            if rung not in counted:
                zh = f"“{name}”的“{tier}”档从未起作用（试了{len(some):,}笔申请）"
                en = f"tier {tier} of {name} never decides ({len(some):,} applications tried)"
                yield Caution(Words(zh, en), f"scheme.layers.{name}.share.tiers.{tier}")


def _meets(tier: np.void, combine: str, link: np.void, amount: int, is_first: int) -> bool:
    return amount > int(tier["amount_over"]) if combine == "marginal" else bool(holds(tier, link, amount, is_first))


def _that_count(tiers: NDArray[np.void], met: list[int], combine: str) -> list[int]:
    if combine == "first":
        return met[:1]
    if combine == "max":
        best = max((int(tiers["value"][place]) for place in met), default=0)
        return [place for place in met if int(tiers["value"][place]) == best]
    return met


def _of_limits(sample: Sample) -> Iterator[Caution]:
    book, lent = sample.book, sample.is_lent
    links = book.links
    if not len(links):
        yield Caution(Words("没有任何贷款申请", "there is no application at all"), "population")
        return
    limits = sample.play.setting.contract.grades["loan_limit"]
    over = links["amount"] > limits[links["grade"]]
    if over.any():
        grades = sample.play.setting.names.grades
        parts = [(grades[number], float(over[links["grade"] == number].mean())) for number in np.unique(links["grade"][over])]
        listed = Words(
            "、".join(f"{grade}级{percent(part)}" for grade, part in parts), ", ".join(f"{grade} {percent(part)}" for grade, part in parts)
        )
        zh = f"{percent(float(over.mean()))}的申请金额超过单笔上限，按上限放款（{listed.zh}）"
        en = f"{percent(float(over.mean()))} of applications ask for more than the limit of one loan and get the limit ({listed.en})"
        yield Caution(Words(zh, en), "scheme.limits.loan")
    for status, words in REFUSALS.items():
        where = book.loans["status"] == status
        if where.any():
            path = "scheme.limits" if status != r.Status.MARGIN_TOO_LOW else "banks.members"
            refused = percent(float(where.mean()))
            yield Caution(Words(f"{refused}的申请未获贷款：{words.zh}", f"{refused} of applications are not lent: {words.en}"), path)
    capped = lent & (links["rate"] > book.sheet["rate"])
    if capped.any():
        part = percent(float(capped.sum() / max(1, lent.sum())))
        yield Caution(Words(f"{part}的贷款利率被上限压低", f"{part} of loans have their rate lowered by the cap"), "scheme.limits.rate")


def _of_guards(scenario: Scenario) -> Iterator[Caution]:
    for name, guard in scenario.scheme.guards.items():
        path = f"scheme.guards.{name}"
        if guard.reset == "yearly" and guard.test == "yearly" and guard.effect != "warn":
            zh = f"“{name}”每年末检测、次年1月1日恢复：最多只停一天"
            en = f"{name} is tested at the year's end and lets go on 1 January: it stops for one day at most"
            yield Caution(Words(zh, en), f"{path}.reset")
        if guard.reset == "never" and guard.effect in ("stop_compensation", "defer_payment") and guard.claims == "hold":
            zh, en = f"“{name}”一经触发不再恢复，留待受理的申请永远不会支付", f"{name} never lets go, so claims held by it are never paid"
            yield Caution(Words(zh, en), f"{path}.claims")
        if guard.test == "yearly" and datetime.date(scenario.run.start.year, 12, 31) > scenario.run.lend_until:
            zh, en = f"“{name}”在放款期内没有检测日，不起作用", f"{name} has no test day while lending goes on and does nothing"
            yield Caution(Words(zh, en), f"{path}.test")


def _of_money(scenario: Scenario, implied: Implied) -> Iterator[Caution]:
    expected = implied.default_rate
    for one in implied.break_even:
        if one.rate_after_recovery is not None and one.rate_after_recovery < expected:
            lasts = f"{one.rate_after_recovery:.2%}"
            zh = f"“{one.account}”按预期回收只够应付放款额{lasts}的违约，而预期违约为{expected:.2%}：平均情况下就会用完"
            en = f"{one.account} lasts for defaults of {lasts} of lending after recoveries, and {expected:.2%} is expected: it runs out on average"
            yield Caution(Words(zh, en), f"scheme.accounts.{one.account}.endowment")
    for name, layer in scenario.scheme.layers.items():
        cap = layer.aggregate
        if cap is None or cap.base not in ("lent_to_date", "covered_volume") or cap.reset == "yearly":
            continue
        reached = max((_part_paid(scenario, name, cover.shares) for cover in implied.covers), default=0.0)
        asked = expected * (reached if cap.base == "lent_to_date" else 1.0)
        if asked > cap.ratio / r.MILLION:
            zh = f"“{name}”的累计上限{write_share(cap.ratio)}低于预期支付（约为基数的{asked:.2%}）：平均情况下就会触顶"
            en = f"the cap of {name}, {write_share(cap.ratio)}, is below what it is expected to pay ({asked:.2%} of the base): it binds on average"
            yield Caution(Words(zh, en), f"scheme.layers.{name}.aggregate")


def _part_paid(scenario: Scenario, name: str, shares: dict[str, float]) -> float:
    """Part of a defaulted loan that a layer pays, through the layers it backs."""
    part = shares.get(name, 0.0)
    source = scenario.scheme.layers[name].of
    return part * _part_paid(scenario, source, shares) if source else part
