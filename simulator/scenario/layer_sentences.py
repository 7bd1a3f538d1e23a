"""Layers and guards in sentences: who pays which share of what, when, up to how much, and what suspends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.scenario import phrases as p
from simulator.scenario.models import FromTape, Tiers
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import write_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.scenario.models import AggregateCap, Guard, Layer, Scheme

BASES = {
    "overdue_principal": Words("逾期本金", "the overdue principal"),
    "npl_balance": Words("不良贷款余额", "the non-performing balance"),
    "net_loss": Words("净损失（本金减去追偿净额）", "the net loss (principal less net recoveries)"),
}
COMBINED = {
    "first": Words("按第一个符合的档次确定", "that of the first tier that holds"),
    "max": Words("按符合各档中最高的确定（从高不叠加）", "the highest of the tiers that hold"),
    "sum": Words("为符合各档之和", "the sum of the tiers that hold"),
    "marginal": Words("按金额分段累进计算", "worked out slice by slice of the amount"),
}
CAP_BASES = {
    "lent_to_date": Words("所覆盖贷款的累计放款额", "all lending that the layer covers to date"),
    "lent_in_period": Words("所覆盖贷款的当期放款额", "lending that the layer covers in the period"),
    "covered_volume": Words("累计承担责任额（放款额乘以比例）", "its share of all lending to date"),
    "covered_in_period": Words("当期承担责任额（放款额乘以比例）", "its share of lending in the period"),
}
NUMERATORS = {
    "npl": Words("不良贷款余额", "non-performing loans"),
    "losses_this_year": Words("当年新认定不良本金", "principal that turned non-performing this year"),
    "payouts_this_year": Words("当年补偿支出", "compensation paid this year"),
}
DENOMINATORS = {
    "outstanding": Words("贷款余额", "loans outstanding"),
    "lent_this_year": Words("当年放款额", "lending this year"),
    "lent_to_date": Words("累计放款额", "lending to date"),
}
UNITS = {
    "bank": Words("按银行逐家", "bank by bank"),
    "scheme": Words("按方案整体", "for the whole scheme"),
    "region": Words("按地区", "region by region"),
    "guarantor": Words("按担保机构", "guarantor by guarantor"),
}
RHYTHMS = {
    "monthly": Words("每月末", "at each month's end"),
    "quarterly": Words("每季末", "at each quarter's end"),
    "yearly": Words("每年末", "at each year's end"),
}
EFFECTS = {
    "warn": Words("只预警，不停止任何支付", "it only warns"),
    "stop_compensation": Words("暂停补偿", "compensation stops"),
    "stop_lending": Words("暂停放款", "lending stops"),
    "defer_payment": Words("暂缓支付", "payment is deferred"),
}
HELD = {
    "hold": Words("暂停期间的申请留待恢复后受理", "claims filed meanwhile wait until it is let go"),
    "refuse": Words("暂停期间的申请不予受理，事后也不补付", "claims filed meanwhile are refused for good"),
    "old_loans_still_paid": Words("暂停前发放的贷款照常补偿，其余申请留待恢复", "loans made before are still paid, other claims wait"),
}


class Sentence(NamedTuple):
    """One sentence of the scheme.

    Attributes
    ----------
    section : str
        Key of ``sentences.SECTIONS``.
    words : Words
        The sentence in both languages.
    path : str
        Dotted scenario path that it comes from.
    rule : str
        Function that plays it, as a dotted name below ``simulator``.
    """

    section: str
    words: Words
    path: str
    rule: str


def sentence(section: str, zh: str, en: str, path: str, rule: str) -> Sentence:
    """Make one sentence; its first letter and full stop are added."""
    return Sentence(section, Words(f"{zh}。", f"{en[:1].upper()}{en[1:]}."), path, rule)


def tell_layers(scheme: Scheme) -> Iterator[Sentence]:
    """Tell the layers in their order, and what is left with the bank."""
    for number, (name, layer) in enumerate(scheme.layers.items(), 1):
        yield from _tell_layer(number, name, layer, scheme)
    zh, en = (
        "各层补偿以外的本金损失由放款银行承担，利息损失全部由银行承担",
        "what no layer pays of the principal stays with the lending bank, and so does all lost interest",
    )
    if not scheme.layers:
        zh, en = "没有分担层：本金损失和利息损失全部由放款银行承担", "there are no layers: the lending bank bears all lost principal and interest"
    yield sentence("layers", zh, en, "scheme.layers", "rules.claims.open_case")


def _tell_layer(number: int, name: str, layer: Layer, scheme: Scheme) -> Iterator[Sentence]:
    path = f"scheme.layers.{name}"
    part = _part(layer)
    scope = p.whens(layer.applies_to)
    only = Words(f"对{scope.zh}的贷款，", f" (only for loans {scope.en})") if scope else Words("", "")
    say = {"net_loss": _after_recovery, "payment_of": _of_payment}.get(layer.basis, _on_default)
    words = say(layer, part)
    yield sentence(
        "layers", f"第{number}层“{name}”：{only.zh}{words.zh}", f"layer {number}, {name}{only.en}: {words.en}", path, "rules.claims.entitlement"
    )
    if isinstance(layer.share, Tiers):
        yield from _tell_tiers(layer.share, f"{path}.share", name)
    if scheme.accounts[layer.payer].sub_accounts:
        zh, en = f"“{name}”由贷款所在地区的分账户支付", f"{name} is paid by the sub-account of the loan's region"
        yield sentence("layers", zh, en, f"scheme.accounts.{layer.payer}.sub_accounts", "rules.claims.payer_of")
    yield from _tell_limits(name, layer, path)


def _part(layer: Layer) -> Words:
    if isinstance(layer.share, Tiers):
        return Words("一定比例（分档见下）", "a share by tiers (below)")
    if isinstance(layer.share, FromTape):
        return Words(f"台账所记比例（{layer.share.from_tape}）", f"the share on the tape ({layer.share.from_tape})")
    return Words(write_share(layer.share), write_share(layer.share))


def _pays(days: int, since: Words) -> Words:
    if days == 0:
        return Words("当日到账", "paid the same day")
    return Words(f"{since.zh}{days}天到账", f"paid {p.counted(days, 'day')} after {since.en}")


def _on_default(layer: Layer, part: Words) -> Words:
    base, lag = BASES[layer.basis], _pays(layer.lag, Words("申请后", "the claim"))
    day = Words(f"逾期满{layer.trigger}天", f"{p.counted(layer.trigger, 'day')} after the first missed payment")
    if layer.trigger == 0:
        day = Words("违约当日", "on the day of the first missed payment")
    return Words(
        f"{day.zh}，银行申请，“{layer.payer}”补偿{base.zh}的{part.zh}，{lag.zh}",
        f"{day.en} the bank claims, and {layer.payer} pays {part.en} of {base.en}, {lag.en}",
    )


def _after_recovery(layer: Layer, part: Words) -> Words:
    base, lag = BASES[layer.basis], _pays(layer.lag, Words("申请后", "the claim"))
    day = Words("", "")
    if layer.trigger:
        day = Words(f"且逾期满{layer.trigger}天", f", and not before day {layer.trigger} of the default")
    return Words(
        f"追偿结束{day.zh}后，银行申请，“{layer.payer}”补偿{base.zh}的{part.zh}，{lag.zh}",
        f"when recovery has ended{day.en}, the bank claims, and {layer.payer} pays {part.en} of {base.en}, {lag.en}",
    )


def _of_payment(layer: Layer, part: Words) -> Words:
    after = (
        Words(f"付款后{layer.lag}天", f"{p.counted(layer.lag, 'day')} after {layer.of} has paid")
        if layer.lag
        else Words("付款当日", f"on the day {layer.of} pays")
    )
    return Words(f"“{layer.of}”{after.zh}，“{layer.payer}”分担其付款的{part.zh}", f"{after.en}, {layer.payer} takes over {part.en} of that payment")


def _tell_tiers(tiers: Tiers, path: str, layer: str) -> Iterator[Sentence]:
    how = COMBINED[tiers.combine]
    ceiling = (
        Words(f"，合计不超过{write_share(tiers.ceiling)}", f", {write_share(tiers.ceiling)} at most") if tiers.combine == "sum" else Words("", "")
    )
    rest = Words("", "")
    if tiers.combine in ("first", "max"):
        rest = Words(f"，各档都不符合的为{write_share(tiers.otherwise)}", f"; {write_share(tiers.otherwise)} where none holds")
    zh, en = f"“{layer}”的比例{how.zh}{ceiling.zh}{rest.zh}", f"the share of {layer} is {how.en}{ceiling.en}{rest.en}"
    yield sentence("layers", zh, en, path, "rules.selectors.share_from_tiers")
    for name, tier in tiers.tiers.items():
        scope = p.whens(tier.when)
        loans = Words(f"{scope.zh}的贷款", f"loans {scope.en}") if scope else Words("全部贷款", "all loans")
        part = write_share(tier.share)
        yield sentence("layers", f"· {name}：{loans.zh}，{part}", f"· {name}: {part} for {loans.en}", f"{path}.tiers.{name}", "rules.selectors.holds")


def _tell_limits(name: str, layer: Layer, path: str) -> Iterator[Sentence]:
    if layer.per_claim is not None:
        most = p.money(layer.per_claim)
        zh, en = f"“{name}”每笔贷款最多支付{most.zh}", f"{name} pays at most {most.en} on one loan"
        yield sentence("layers", zh, en, f"{path}.per_claim", "rules.claims.entitlement")
    if layer.annual_limit is not None:
        most = p.money(layer.annual_limit)
        zh, en = f"“{name}”每个自然年度最多支付{most.zh}", f"{name} pays at most {most.en} in a calendar year"
        yield sentence("layers", zh, en, f"{path}.annual_limit", "rules.claims.pay_in_book")
    if layer.aggregate:
        yield from _tell_cap(name, layer.aggregate, f"{path}.aggregate")


def _tell_cap(name: str, cap: AggregateCap, path: str) -> Iterator[Sentence]:
    base = CAP_BASES[cap.base]
    anew = Words("，每年重新计算", ", counted anew each year") if cap.reset == "yearly" else Words("，不重新计算", ", never counted anew")
    zh, en = (
        f"“{name}”累计支付以{base.zh}的{write_share(cap.ratio)}为限{anew.zh}",
        f"all that {name} pays is capped at {write_share(cap.ratio)} of {base.en}{anew.en}",
    )
    yield sentence("layers", zh, en, path, "rules.claims.cap_room")
    bearer = Words("放款银行", "the lending bank") if cap.excess_to == "bank" else p.named(cap.excess_to)
    zh, en = f"“{name}”超出上限的部分由{bearer.zh}承担", f"what the cap of {name} cuts off is borne by {bearer.en}"
    yield sentence("layers", zh, en, f"{path}.excess_to", "rules.claims.pay_claim")


def tell_guards(scheme: Scheme) -> Iterator[Sentence]:
    """Tell what is watched, what it stops and when it lets go."""
    for name, guard in scheme.guards.items():
        yield from _tell_guard(name, guard, scheme.layers, f"scheme.guards.{name}")


def _unit(guard: Guard, layers: Mapping[str, Layer]) -> Words:
    """Unit that a guard watches; a guarantor by its name."""
    source = layers[guard.layers[0]].of if guard.per == "guarantor" and guard.layers else None
    if source is None:
        return UNITS[guard.per]
    name = layers[source].payer
    return Words(f"按担保机构“{name}”", f"for the guarantor {name}")


def _tell_guard(name: str, guard: Guard, layers: Mapping[str, Layer], path: str) -> Iterator[Sentence]:
    unit, rhythm = _unit(guard, layers), RHYTHMS[guard.test]
    over, under = NUMERATORS[guard.numerator], DENOMINATORS[guard.denominator]
    if guard.per == "guarantor" and guard.numerator == "payouts_this_year":
        over = Words("其当年代偿支出", "what it has paid on claims this year")
    zh = f"“{name}”{rhythm.zh}{unit.zh}检测{over.zh}与{under.zh}之比，只在放款期内检测，其后保持最后一次检测的结果"
    en = (
        f"{name} tests, {rhythm.en} and {unit.en}, the ratio of {over.en} to {under.en}, as long as lending goes on; "
        "the last test's result stands from then on"
    )
    yield sentence("guards", zh, en, path, "rules.guards.guard_ratio")
    if guard.layers:
        named = p.listed([p.named(layer) for layer in guard.layers])
        zh, en = f"比率只计{named.zh}覆盖的贷款", f"the ratio counts only loans that {named.en} cover{'' if len(guard.layers) > 1 else 's'}"
        yield sentence("guards", zh, en, f"{path}.layers", "rules.counting.books_of")
    if guard.warn is not None:
        part = write_share(guard.warn)
        yield sentence("guards", f"比率达到{part}时预警", f"at {part} it warns", f"{path}.warn", "rules.guards.test_guards")
    if guard.stop is not None and guard.effect != "warn":
        yield from _tell_stop(guard, write_share(guard.stop), path)


def _tell_stop(guard: Guard, part: str, path: str) -> Iterator[Sentence]:
    effect = EFFECTS[guard.effect]
    layers = p.listed([p.named(layer) for layer in guard.layers]) if guard.layers else None
    scope = Words(f"（只对{layers.zh}）", f" (only of {layers.en})") if layers else Words("", "")
    rule = "lending_stopped" if guard.effect == "stop_lending" else "stopping_guard"
    yield sentence("guards", f"比率达到{part}时{effect.zh}{scope.zh}", f"at {part} {effect.en}{scope.en}", f"{path}.stop", f"rules.guards.{rule}")
    if guard.effect != "stop_lending":
        held = HELD[guard.claims]
        rule = "rules.claims.refuse_claim" if guard.claims == "refuse" else "rules.claims.held_back"
        yield sentence("guards", held.zh, held.en, f"{path}.claims", rule)
    resets = {
        "below_stop": Words(f"检测时降到{part}以下即恢复", f"it lets go when a test finds the ratio below {part}"),
        "below_warn": Words("检测时降到预警线以下才恢复", "it lets go when a test finds the ratio below the warning threshold"),
        "yearly": Words("次年1月1日恢复", "it lets go on 1 January"),
        "never": Words("一经触发不再恢复", "it never lets go"),
    }
    words = resets[guard.reset]
    yield sentence(
        "guards", words.zh, words.en, f"{path}.reset", "rules.guards.reset_yearly" if guard.reset == "yearly" else "rules.guards.test_guards"
    )
