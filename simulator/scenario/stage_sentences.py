"""Projects in sentences: the stages they pass, and what a scheme pays, insures, lends and invests on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario import phrases as p
from simulator.scenario.layer_sentences import Sentence, sentence
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import write_chance, write_number, write_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.models import Funding, Grant, Investment, Policy, Projects, Scenario, Size

REPAYMENTS = {
    "bullet": Words("到期一次还本付息", "principal and interest at maturity"),
    "interest_only": Words("按期付息、到期还本", "interest as it falls due, principal at maturity"),
    "equal_principal": Words("等额本金", "equal parts of principal"),
    "equal_instalment": Words("等额本息", "equal instalments"),
}


def tell_stages(scenario: Scenario) -> Iterator[Sentence]:
    """Tell projects and what the scheme does for them; nothing where there are none."""
    scheme = scenario.scheme
    for name, one in scenario.population.projects.items():
        yield from _tell_projects(name, one, scenario)
    for name, grant in scheme.grants.items():
        yield _tell_grant(name, grant)
    for name, policy in scheme.policies.items():
        yield from _tell_policy(name, policy)
    for name, investment in scheme.investments.items():
        yield from _tell_investment(name, investment)
    for name, funding in scheme.funding.items():
        yield _tell_funding(name, funding)


def _about(size: Size) -> Words:
    amount = p.money(size.mean)
    if not size.spread:
        return amount
    spread = write_number(size.spread)
    return Words(f"平均{amount.zh}（离散系数{spread}）", f"{amount.en} on average (coefficient of variation {spread})")


def _tell_projects(name: str, one: Projects, scenario: Scenario) -> Iterator[Sentence]:
    path = f"population.projects.{name}"
    first, last = one.starts_from or scenario.run.start, one.starts_until or one.starts_from or scenario.run.start
    since, until = p.date(first), p.date(last)
    zh = f"“{name}”共{one.number}个项目，" + (f"{since.zh}启动" if first == last else f"{since.zh}至{until.zh}陆续启动")
    en = f"{name}: {p.counted(one.number, 'project')}, " + (f"started on {since.en}" if first == last else f"started from {since.en} to {until.en}")
    yield sentence("stages", zh, en, f"{path}.number", "world.stages.fill_projects")
    steps = [
        Words(
            f"{stage}（{p.months(terms.duration).zh}，成功率{write_chance(terms.success)}）",
            f"{stage} ({p.months(terms.duration).en}, succeeds with {write_chance(terms.success)})",
        )
        for stage, terms in one.stages.items()
    ]
    zh = f"依次经过{'、'.join(step.zh for step in steps)}；任一阶段失败即终止"
    en = f"they pass {', then '.join(step.en for step in steps)}; a stage that fails ends the project"
    yield sentence("stages", zh, en, f"{path}.stages", "world.stages.pass_stages")
    chances, alive = [], 1.0
    for stage, terms in one.stages.items():
        chances.append(Words(f"{stage}{alive:.1%}", f"{stage} {alive:.1%}"))
        alive *= terms.success
    zh = f"由此推算，进入各阶段的机会为{'、'.join(one_of.zh for one_of in chances)}，全部走完{alive:.1%}"
    en = f"the chances of reaching each are therefore {', '.join(one_of.en for one_of in chances)}, and {alive:.1%} pass them all"
    yield sentence("stages", zh, en, f"{path}.stages", "world.stages.pass_stages")
    if one.factor_loading:
        loading, together = write_number(one.factor_loading), f"{one.factor_loading**2:.0%}"
        zh = f"同一阶段的成败受共同技术因子影响，载荷{loading}（两个项目的潜在结果相关{together}）"
        en = f"outcomes of one stage load {loading} on a common technology factor (correlation behind the outcomes of two projects: {together})"
        yield sentence("stages", zh, en, f"{path}.factor_loading", "world.stages.pass_stages")
    for stage, terms in one.stages.items():
        if terms.loss:
            loss = _about(terms.loss)
            zh, en = f"{stage}失败的损失{loss.zh}", f"a failure in {stage} costs {loss.en}"
            yield sentence("stages", zh, en, f"{path}.stages.{stage}.loss", "world.stages.pass_stages")
    if one.loan:
        yield from _tell_loan(name, one, scenario.prices.lpr)
    if one.exit_value:
        multiple, failure = one.exit_value.success, write_number(one.exit_value.failure)
        spread = write_number(multiple.spread)
        zh = f"股权退出时，成功为投入的{write_number(multiple.mean)}倍（平均，离散系数{spread}），失败为{failure}倍"
        en = (
            f"equity is sold at {write_number(multiple.mean)} times what was put in after success (on average, coefficient of variation "
            f"{spread}), at {failure} times after a failure"
        )
        yield sentence("stages", zh, en, f"{path}.exit_value", "world.stages.exit_multiple")


def _tell_loan(name: str, one: Projects, lpr: int) -> Iterator[Sentence]:
    if one.loan is None:
        return
    loan, path = one.loan, f"population.projects.{name}.loan"
    amount, rate, term, how = _about(loan.amount), p.rate(loan.rate, lpr), p.months(loan.term), REPAYMENTS[loan.repayment]
    zh = f"贷：进入{loan.stage}时申请贷款{amount.zh}，期限{term.zh}，年利率{rate.zh}，{how.zh}"
    en = f"loan: on reaching {loan.stage} the firm asks for {amount.en} over {term.en} at {rate.en} a year, {how.en}"
    yield sentence("stages", zh, en, path, "rules.lending.lend")
    failed, passed = write_chance(loan.default_given_failure), write_chance(loan.default_given_success)
    zh = f"贷款到期前项目失败的，{failed}当日违约；没有失败的，{passed}在贷款期内违约"
    en = f"if the project fails before the loan is due it defaults on that day with {failed}; if not, {passed} default at some time"
    yield sentence("stages", zh, en, f"{path}.default_given_failure", "world.stages.ask_for_loan")


def _whose(projects: tuple[str, ...] | None) -> Words:
    if projects is None:
        return Words("每个项目", "each project")
    some = p.listed([p.named(one) for one in projects])
    return Words(f"{some.zh}的每个项目", f"each project of {some.en}")


def _tell_grant(name: str, grant: Grant) -> Sentence:
    whose, amount = _whose(grant.projects), p.money(grant.amount)
    zh = f"拨：“{name}”，{whose.zh}进入{grant.stage}时，“{grant.payer}”拨款{amount.zh}"
    en = f"grant {name}: when {whose.en} reaches {grant.stage}, {grant.payer} pays {amount.en}"
    if grant.repaid_on_success:
        part = write_share(grant.repaid_on_success)
        zh, en = f"{zh}；走完全部阶段后返还{part}", f"{en}; {part} is repaid after the last stage"
    return sentence("stages", zh, en, f"scheme.grants.{name}", "rules.stages.pay_grant")


def _tell_policy(name: str, policy: Policy) -> Iterator[Sentence]:
    path, whose, most = f"scheme.policies.{name}", _whose(policy.projects), p.money(policy.sum_insured)
    stages = p.one_of(policy.stages)
    zh = f"保：“{name}”，“{policy.insurer}”承保{whose.zh}在{stages.zh}的失败，保险金额{most.zh}，免赔率{write_share(policy.deductible)}"
    en = (
        f"insurance {name}: {policy.insurer} insures {whose.en} against a failure in {stages.en} for {most.en}; "
        f"the firm bears {write_share(policy.deductible)} of each insured loss"
    )
    yield sentence("stages", zh, en, path, "rules.stages.indemnity")
    premium = write_share(policy.premium)
    subsidy = policy.premium_subsidy
    paid = Words("", "")
    if subsidy:
        part = write_share(subsidy.share)
        paid = Words(f"，其中“{subsidy.payer}”补贴{part}", f", {part} of it by {subsidy.payer}")
    zh = f"进入第一个承保阶段时，企业一次付清保费，为保险金额的{premium}{paid.zh}"
    en = f"on reaching the first insured stage the firm pays a premium of {premium} of the sum insured once for all{paid.en}"
    yield sentence("stages", zh, en, f"{path}.premium", "rules.stages.pay_premium")
    lag = p.days(policy.lag)
    if policy.pledged:
        zh = (
            f"保单质押给放款银行：失败{lag.zh}后，赔款先付银行，以保险金额、失败损失、贷款余额中最小者为限（已违约的抵减银行损失，"
            "未违约的提前还贷），余下付给企业"
        )
        en = (
            f"the policy is pledged to the lending bank: {lag.en} after the failure it pays the bank first, at most the least of sum insured, loss "
            "and loan balance (against the bank's loss on a loan in default, as a prepayment on another), and the rest to the firm"
        )
    else:
        zh, en = f"失败{lag.zh}后赔款付给企业", f"it pays the firm {lag.en} after the failure"
    yield sentence("stages", zh, en, f"{path}.pledged", "rules.stages.pay_insurance")


def _tell_investment(name: str, investment: Investment) -> Iterator[Sentence]:
    path, whose, amount = f"scheme.investments.{name}", _whose(investment.projects), p.money(investment.amount)
    wait = p.months(investment.exit_after)
    when = Words(f"{wait.zh}后", f"{wait.en} after") if investment.exit_after else Words("时", "at the end of")
    zh = f"投：“{name}”，{whose.zh}进入{investment.stage}时，“{investment.investor}”股权投资{amount.zh}；走完全部阶段{when.zh}退出，失败即清算"
    en = (
        f"equity {name}: when {whose.en} reaches {investment.stage}, {investment.investor} invests {amount.en} and sells {when.en} the last stage, "
        "at once after a failure"
    )
    yield sentence("stages", zh, en, path, "rules.stages.invest")
    if investment.back_to:
        part = write_share(investment.back_share)
        zh, en = f"“{name}”退出收入的{part}返还“{investment.back_to}”", f"{part} of the proceeds of {name} go back to {investment.back_to}"
        yield sentence("stages", zh, en, f"{path}.back_share", "rules.stages.hand_back")


def _tell_funding(name: str, funding: Funding) -> Sentence:
    total = p.money(funding.total)
    parts = p.listed([Words("贷款", "the loan") if part == "loan" else p.named(part) for part in funding.counts])
    zh = f"“{name}”单个项目资金合计{total.zh}，由{parts.zh}构成；保险金额不是资金，不计入"
    en = f"one project of {name} is funded with {total.en} in all: {parts.en}; the sum insured is no funding and does not count"
    return sentence("stages", zh, en, f"scheme.funding.{name}", "scenario.stage_checks.check_stages")
