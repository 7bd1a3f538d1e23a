"""The banks in sentences: who lends, on what grounds, how far a bank that decides believes in its cover, and what it would lend with no scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario import phrases as p
from simulator.scenario.layer_sentences import Sentence, sentence
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import write_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.models import Bank, Scenario

APPETITES = {
    "fixed": (Words("限额之内有求必贷（放款量为给定输入）", "lend all that limits allow (volume is an input)"), "rules.lending.decide"),
    "margin": (Words("按利差决定是否放贷", "lend where the margin suffices"), "rules.lending.margin"),
}
TRUSTS = {
    "full": Words("相信约定的补偿都会兑现，熔断停付期间除外", "cover counts in full, but for what a guard stops"),
    "balance": Words(
        "按资金余额与预期代偿之比相信补偿会兑现，熔断停付期间视为没有补偿",
        "cover counts as far as the payer's balance goes for the claims expected, and not at all while a guard stops it",
    ),
    "none": Words("不相信会有补偿", "cover does not count"),
}


def tell_banks(scenario: Scenario) -> Iterator[Sentence]:
    """Tell who lends, how banks decide and what they believe, and against what additional lending is counted."""
    members = scenario.banks.members
    known = p.shares({name: bank.share for name, bank in members.items()})
    zh, en = f"共{len(members)}家银行放款，份额：{known.zh}", f"{p.counted(len(members), 'bank')} lend; shares of applications: {known.en}"
    if scenario.population.tape:
        listed = p.listed([p.named(name) for name in members])
        zh = f"共{len(members)}家银行，各笔贷款由台账所记的银行发放：{listed.zh}"
        en = f"each loan is made by the bank that the tape names: {listed.en}"
    yield sentence("banks", zh, en, "banks.members", "rules.lending.lend_day")
    for appetite, (words, rule) in APPETITES.items():
        names = [name for name, bank in members.items() if bank.appetite == appetite]
        if names:
            who = _who(names, scenario)
            yield sentence("banks", f"{who.zh}{words.zh}", f"{who.en} {words.en}", f"banks.members.{names[0]}.appetite", rule)
    for trust, words in TRUSTS.items():
        names = [name for name, bank in members.items() if bank.appetite == "margin" and bank.trust == trust]
        if names:
            who = _who(names, scenario)
            yield sentence(
                "banks", f"{who.zh}{words.zh}", f"to {who.en}, {words.en}", f"banks.members.{names[0]}.trust", "rules.lending.believed_chance"
            )
    for name, bank in members.items():
        yield from _tell_bank(name, bank)
    if any(bank.appetite == "margin" for bank in members.values()):
        yield _tell_without_scheme(scenario)


def _who(names: list[str], scenario: Scenario) -> Words:
    return Words("各家银行", "all banks") if len(names) == len(scenario.banks.members) else p.listed([p.named(name) for name in names])


def _tell_without_scheme(scenario: Scenario) -> Sentence:
    """What additional lending is measured against."""
    overlay, lpr = scenario.without_scheme, scenario.prices.lpr
    part, rate = write_share(overlay.share_without_collateral_product), overlay.market_rate
    if isinstance(rate, dict):
        rates = [(grade, p.rate(one, lpr)) for grade, one in rate.items()]
        price = Words("、".join(f"{grade}级{one.zh}" for grade, one in rates), ", ".join(f"{one.en} ({grade})" for grade, one in rates))
    else:
        price = p.rate(rate, lpr) if rate is not None else Words("原来的水平", "what it was")
    zh = f"新增放款与没有方案的同一世界相比：没有分担、熔断、费用、贴息、再贷款和利率上限，利率为{price.zh}，只提供申请金额的{part}"
    en = (
        "additional lending is counted against the same world with no scheme: no layers, guards, fees, subsidies, relending or rate cap, "
        f"a rate of {price.en}, and {part} of the amount requested on offer"
    )
    return sentence("banks", zh, en, "without_scheme", "terms.without.lower_without_scheme")


def _tell_bank(name: str, bank: Bank) -> Iterator[Sentence]:
    if bank.quota is not None:
        most = p.money(bank.quota)
        yield sentence(
            "banks",
            f"“{name}”每个自然年度最多放款{most.zh}",
            f"{name} lends at most {most.en} in a calendar year",
            f"banks.members.{name}.quota",
            "rules.lending.decide",
        )
    if bank.npl_tolerance is not None:
        part = write_share(bank.npl_tolerance)
        zh, en = f"“{name}”不良率超过{part}时停止放款", f"{name} stops lending while its NPL ratio is above {part}"
        yield sentence("banks", zh, en, f"banks.members.{name}.npl_tolerance", "rules.lending.over_tolerance")
