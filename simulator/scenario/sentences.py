"""A scheme in sentences, made from the resolved scenario alone: each says where it is written and which function plays it.

Layers and guards are told in ``layer_sentences``, quantities and conditions in ``phrases``; this module tells the rest and puts all in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario import phrases as p
from simulator.scenario.bank_sentences import tell_banks
from simulator.scenario.layer_sentences import Sentence, sentence, tell_guards, tell_layers
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import write_share
from simulator.scenario.stage_sentences import tell_stages
from simulator.scenario.tape_sentences import tell_tape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.models import Account, Fee, InterestSubsidy, Refill, Relending, Scenario

__all__ = ["SECTIONS", "Sentence", "tell_scheme"]

SECTIONS = {
    "dates": Words("适用时间", "Dates in force"),
    "book": Words("贷款组合", "Book of loans"),
    "tape": Words("贷款台账", "Loan tape"),
    "accounts": Words("账户与资金", "Accounts and funding"),
    "stages": Words("项目各阶段：拨、保、贷、投", "Projects, stage by stage"),
    "layers": Words("损失分担（按顺序）", "Who bears a loss, in order"),
    "guards": Words("预警与熔断", "Guards"),
    "limits": Words("放贷限制", "Limits on lending"),
    "recoveries": Words("追偿回收", "Recoveries"),
    "prices": Words("费用、贴息与再贷款", "Fees, interest subsidies, relending"),
    "banks": Words("银行", "Banks"),
}
KINDS = {
    "pool": Words("资金池", "a pool"),
    "treasury": Words("财政账户", "a treasury account"),
    "guarantor": Words("担保机构", "a guarantor"),
    "re_guarantor": Words("再担保机构", "a re-guarantor"),
    "national_fund": Words("国家担保基金", "a national guarantee fund"),
    "insurer": Words("保险机构", "an insurer"),
    "fund": Words("基金", "a fund"),
    "third_party": Words("第三方机构", "a third party"),
}
SHORT = {
    "pay_what_is_left": Words("资金不足时以余额为限支付，差额不再补付", "when short it pays what is left, and the rest is never paid"),
    "queue": Words("资金不足时按申请先后排队，有钱时补付", "when short, claims wait in the order of filing until there is money"),
    "pro_rata": Words(
        "资金不足时当日各笔按应付额同比例支付，差额不再补付",
        "when short, the claims of a day share what is left in proportion, and the rest is never paid",
    ),
}
ORDERS = {
    "pro_rata": Words(
        "追偿净额按各方已实际承担的损失同比例分配", "what is recovered, net of costs, is shared in proportion to what each party has actually borne"
    ),
    "bank_first": Words(
        "追偿净额先补足银行，余下的再由各支付方同比例分配",
        "what is recovered, net of costs, goes to the bank until it is whole, then to those who paid",
    ),
    "fund_first": Words(
        "追偿净额先补足各支付方，余下的再归银行", "what is recovered, net of costs, goes to those who paid until they are whole, then to the bank"
    ),
    "advance_then_settle": Words(
        "先行垫付、事后清算：每次回收后，各支付方退回超出“净损失乘以比例”的部分",
        "payments are advances: after each recovery those who paid get back what exceeds their share of the net loss",
    ),
}


def tell_scheme(scenario: Scenario) -> list[Sentence]:
    """Tell a resolved scenario's scheme.

    Returns
    -------
    list of Sentence
        In the order of ``SECTIONS``; a section with nothing to say is left out.
    """
    return [
        *_tell_dates(scenario),
        *_tell_book(scenario),
        *tell_tape(scenario),
        *_tell_accounts(scenario),
        *tell_stages(scenario),
        *tell_layers(scenario.scheme),
        *tell_guards(scenario.scheme),
        *_tell_limits(scenario),
        *_tell_recoveries(scenario),
        *_tell_prices(scenario),
        *tell_banks(scenario),
    ]


def _tell_dates(scenario: Scenario) -> Iterator[Sentence]:
    run, force = scenario.run, scenario.scheme.in_force
    start, last = p.date(run.start), p.date(run.lend_until)
    yield sentence(
        "dates", f"模拟自{start.zh}起，放款至{last.zh}", f"the clock starts on {start.en}; lending ends on {last.en}", "run", "rules.lending.lend_day"
    )
    if run.run_off == "settle":
        zh, en = f"停止放款后继续清算，最长{run.settle_years}年", f"claims and recoveries then run on, {p.counted(run.settle_years, 'year')} at most"
    else:
        zh, en = "停止放款之日即截止，未了结的代偿和追偿不再计入", "all ends on that day; open claims and recoveries are cut off"
    yield sentence("dates", zh, en, "run.run_off", "engine.state.setting_for")
    if force.since or force.until:
        since, until = (p.date(day) if day else None for day in (force.since, force.until))
        zh = f"{f'自{since.zh}起' if since else ''}{f'至{until.zh}止' if until else ''}"
        en = " ".join([*([f"from {since.en}"] if since else []), *([f"until {until.en}"] if until else [])])
        yield sentence("dates", f"适用于{zh}发放的贷款", f"the scheme holds for loans made {en}", "scheme.in_force", "terms.sheet.write_sheet")


def _tell_book(scenario: Scenario) -> Iterator[Sentence]:
    if scenario.population.book == "fixed" and scenario.population.segments and not scenario.population.tape:
        zh = "企业和贷款申请只抽取一次，各次模拟相同；各次不同的是宏观、违约、治愈、损失和回收时间"
        en = "firms and their applications are drawn once, the same in every history; the economy, defaults, cures, losses and recovery times differ"
        yield sentence("book", zh, en, "population.book", "world.book_plan.with_fixed_firms")


def _tell_accounts(scenario: Scenario) -> Iterator[Sentence]:
    for name, account in scenario.scheme.accounts.items():
        yield from _tell_account(name, account, f"scheme.accounts.{name}")


def _tell_account(name: str, account: Account, path: str) -> Iterator[Sentence]:
    kind = KINDS[account.kind]
    public = Words("，属公共资金", ", public money") if account.public else Words("", "")
    if account.endowment is None:
        yield sentence(
            "accounts",
            f"“{name}”为{kind.zh}{public.zh}，支付能力不设限",
            f"{name} is {kind.en}{public.en}, without a limit",
            path,
            "rules.pools.pay_due",
        )
    else:
        total = p.money(account.endowment)
        given = p.shares(account.funded_by) if account.funded_by else None
        funded = Words(f"，出资：{given.zh}", f", funded by {given.en}") if given else Words("", "")
        zh, en = f"“{name}”为{kind.zh}{public.zh}，初始资金{total.zh}{funded.zh}", f"{name} is {kind.en}{public.en} of {total.en}{funded.en}"
        yield sentence("accounts", zh, en, path, "rules.pools.endow")
        yield from _tell_refill(name, account.refill, path)
        if account.refill.rule != "as_needed":
            words = SHORT[account.when_short]
            yield sentence("accounts", f"“{name}”{words.zh}", f"{name}: {words.en}", f"{path}.when_short", "rules.pools.pay_due")
    if account.annual_budget is not None:
        most = p.money(account.annual_budget)
        zh, en = f"“{name}”每个自然年度最多支付{most.zh}", f"{name} pays at most {most.en} in a calendar year"
        yield sentence("accounts", zh, en, f"{path}.annual_budget", "rules.pools.pay_due")
    if account.interest:
        zh, en = (
            f"“{name}”余额按年利率{write_share(account.interest)}计存款利息",
            f"the balance of {name} earns {write_share(account.interest)} a year",
        )
        yield sentence("accounts", zh, en, f"{path}.interest", "rules.pools.pay_deposit_interest")
    if account.sub_accounts:
        parts = (
            p.shares(account.sub_accounts.shares) if account.sub_accounts.shares else Words("按各地区企业数占比", "by the regions' shares of firms")
        )
        zh, en = f"“{name}”按地区分设分账户，份额：{parts.zh}", f"{name} is divided into sub-accounts by region: {parts.en}"
        yield sentence("accounts", zh, en, f"{path}.sub_accounts", "rules.claims.payer_of")


def _tell_refill(name: str, refill: Refill, path: str) -> Iterator[Sentence]:
    amount = p.money(refill.amount or 0)
    rules = {
        "none": Words("的资金用完后不再补充", "is not refilled"),
        "last_year_payouts": Words("每年1月1日按上一年度实际支付额补充", "is refilled on 1 January by what it paid in the year before"),
        "annual_budget": Words(f"每年1月1日补充{amount.zh}", f"gets {amount.en} on 1 January of each year"),
        "to_target": Words(f"每年1月1日补足到{amount.zh}", f"is filled up to {amount.en} on 1 January of each year"),
        "as_needed": Words("不足支付时由出资方随时补足（应补尽补）", "is topped up by its funders whenever it is short"),
    }
    words = rules[refill.rule]
    ends = Words("", "")
    if refill.rule not in ("none", "as_needed"):
        ends = (
            Words("，停止放款后继续补充", ", also after lending has ended")
            if refill.after_lending
            else Words("，停止放款后不再补充", ", as long as lending goes on")
        )
    rule = "rules.pools.pay_due" if refill.rule == "as_needed" else "rules.pools.start_year"
    yield sentence("accounts", f"“{name}”{words.zh}{ends.zh}", f"{name} {words.en}{ends.en}", f"{path}.refill", rule)


MOST = {
    "loan": Words("单笔贷款最高", "one loan may be at most"),
    "firm": Words("单户贷款余额最高", "one firm may owe at most"),
    "bank_year": Words("单家银行每个自然年度最多放款", "a bank may lend in a calendar year at most"),
    "scheme_year": Words("全部银行每个自然年度最多放款", "all banks together may lend in a calendar year at most"),
}
UNLIMITED = {
    "loan": Words("单笔金额", "one loan"),
    "firm": Words("单户余额", "one firm's balance"),
    "bank_year": Words("单行年度放款", "a bank's lending a year"),
    "scheme_year": Words("年度总放款", "all lending a year"),
    "open_loans": Words("在贷笔数", "open loans"),
    "term": Words("期限", "term"),
    "rate": Words("利率", "rate"),
}


def _tell_limits(scenario: Scenario) -> Iterator[Sentence]:
    limits = scenario.scheme.limits
    for key, lead in MOST.items():
        most = _amounts(getattr(limits, key))
        if most is not None:
            rule = "terms.sheet.write_sheet" if key == "loan" else "rules.lending.decide"
            yield sentence("limits", f"{lead.zh}{most.zh}", f"{lead.en} {most.en}", f"scheme.limits.{key}", rule)
    if limits.open_loans is not None:
        zh, en = f"一户企业同时在贷最多{limits.open_loans}笔", f"a firm may have at most {p.counted(limits.open_loans, 'open loan')}"
        yield sentence("limits", zh, en, "scheme.limits.open_loans", "rules.lending.decide")
    if limits.term is not None:
        longest = p.months(limits.term)
        zh, en = f"贷款期限最长{longest.zh}，更长的不予受理", f"a loan may run for at most {longest.en}; longer ones are not eligible"
        yield sentence("limits", zh, en, "scheme.limits.term", "terms.sheet.write_sheet")
    if limits.rate is not None:
        cap = p.rate(limits.rate, scenario.prices.lpr)
        zh, en = f"贷款利率最高{cap.zh}，更高的降到上限", f"the loan rate is at most {cap.en}; higher ones come down to it"
        yield sentence("limits", zh, en, "scheme.limits.rate", "terms.sheet.write_sheet")
    unsaid = [words for key, words in UNLIMITED.items() if _is_unlimited(getattr(limits, key))]
    if unsaid:
        some = p.listed(unsaid)
        yield sentence("limits", f"不设上限的有：{some.zh}", f"without a limit: {some.en}", "scheme.limits", "rules.lending.decide")


def _is_unlimited(limit: object) -> bool:
    return limit is None or (isinstance(limit, dict) and all(most is None for most in limit.values()))


def _amounts(limit: int | dict[str, int | None] | None) -> Words | None:
    """Write one limit or one a grade; None where nothing is limited."""
    if limit is None or _is_unlimited(limit):
        return None
    if not isinstance(limit, dict):
        return p.money(limit)
    none = Words("不限", "no limit")
    parts = [(grade, none if most is None else p.money(most)) for grade, most in limit.items()]
    return Words("：" + "、".join(f"{grade}级{most.zh}" for grade, most in parts), ", ".join(f"{most.en} ({grade})" for grade, most in parts))


def _tell_recoveries(scenario: Scenario) -> Iterator[Sentence]:
    recoveries = scenario.scheme.recoveries
    if recoveries.cost:
        cost = write_share(recoveries.cost)
        zh, en = f"追回的款项先扣除{cost}的追偿费用", f"{cost} of what is recovered goes to collection costs first"
        yield sentence("recoveries", zh, en, "scheme.recoveries.cost", "rules.recoveries.recover")
    words = ORDERS[recoveries.order]
    yield sentence("recoveries", words.zh, words.en, "scheme.recoveries.order", "rules.recoveries.split_recovery")


def _tell_prices(scenario: Scenario) -> Iterator[Sentence]:
    for name, fee in scenario.scheme.fees.items():
        yield _tell_fee(name, fee)
    for name, subsidy in scenario.scheme.interest_subsidies.items():
        yield _tell_subsidy(name, subsidy)
    if scenario.scheme.relending:
        yield _tell_relending(scenario.scheme.relending)


def _only(conditions: Words | None) -> Words:
    return Words(f"对{conditions.zh}的贷款，", f"for loans {conditions.en}, ") if conditions else Words("", "")


def _tell_fee(name: str, fee: Fee) -> Sentence:
    scope = _only(p.whens(fee.when))
    payer = {"borrower": Words("企业", "the firm"), "bank": Words("放款银行", "the lending bank")}.get(fee.payer, p.named(fee.payer))
    base = Words(f"“{fee.on}”所承担金额", f"the part that {fee.on} covers") if fee.on else Words("贷款金额", "the loan")
    part = write_share(fee.rate)
    return sentence(
        "prices",
        f"“{name}”：{scope.zh}{payer.zh}按{base.zh}每年{part}向“{fee.payee}”付费，放款时按全部期限一次付清",
        f"{name}: {scope.en}{payer.en} pays {fee.payee} {part} of {base.en} a year, for the whole term at the drawdown",
        f"scheme.fees.{name}",
        "rules.lending.fee_amount",
    )


def _tell_subsidy(name: str, subsidy: InterestSubsidy) -> Sentence:
    scope = _only(p.whens(subsidy.when))
    if subsidy.final_rate is not None:
        rate = write_share(subsidy.final_rate)
        how = Words(f"贴息到企业只负担{rate}", f"pays the interest above {rate}")
    elif subsidy.share is not None:
        how = Words(f"贴补利息的{write_share(subsidy.share)}", f"pays {write_share(subsidy.share)} of the interest")
    else:
        points = f"{(subsidy.points or 0) / 10_000:g}"
        how = Words(f"贴补{points}个百分点", f"pays {points} percentage points")
    held = (
        Words("，按时还清后一次拨付", ", once the loan is repaid on time")
        if subsidy.if_repaid
        else Words("，每次付息后拨付", ", with each interest payment")
    )
    zh, en = f"“{name}”：{scope.zh}“{subsidy.payer}”{how.zh}{held.zh}", f"{name}: {scope.en}{subsidy.payer} {how.en}{held.en}"
    return sentence("prices", zh, en, f"scheme.interest_subsidies.{name}", "rules.repayment.pay_subsidy")


def _tell_relending(relending: Relending) -> Sentence:
    scope = _only(p.whens(relending.when))
    part, rate = write_share(relending.share), write_share(relending.rate)
    zh, en = f"{scope.zh}银行按贷款的{part}获得年利率{rate}的再贷款", f"{scope.en}the central bank refinances {part} of the loan at {rate} a year"
    return sentence("prices", zh, en, "scheme.relending", "rules.lending.margin")
