"""One project followed from its first grant to the last recovery, to the fen: it fails half-way through an insured stage and its loan defaults.

Played by the engine under the scenario's own contract, like the loan of ``worked_loan``. What looks odd about the support of projects is told
beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.analysis.cautions import Caution
from simulator.analysis.worked_loan import Loan, WorkedLoan, alone, expected_lags, follow
from simulator.dates import days_between
from simulator.engine.state import setting_for
from simulator.errors import ContractError
from simulator.rules import records as r
from simulator.rules.calendar import months_later
from simulator.scenario import phrases as p
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import resolve_rate, write_share
from simulator.scenario.stage_checks import MOST_STAGES, users_of
from simulator.world.draw import World
from simulator.world.stages import OUTCOME, Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.engine.state import Setting
    from simulator.scenario.models import Policy, ProjectLoan, Projects, Scenario


def follow_project(scenario: Scenario) -> WorkedLoan | None:
    """Play the first project with a loan, and a pledged policy where there is one; None where no project has a loan.

    Raises
    ------
    ContractError
        If the contract does not admit the loan.
    """
    with_loan = {name: one for name, one in scenario.population.projects.items() if one.loan}
    if not with_loan:
        return None
    name = next((name for name in with_loan if pledged_policies(scenario, name)), next(iter(with_loan)))
    one, stage = with_loan[name], failing_stage(scenario, name)
    loan = one.loan
    if loan is None:
        return None
    setting, left_out = alone(setting_for(scenario), scenario)
    world = _world_of(scenario, setting, name, stage)
    fate = Words(
        f"项目在{stage}过半时失败，贷款当日违约，失败损失和损失率取平均值",
        f"the project fails half-way through {stage} and the loan defaults that day; the loss and the LGD are the mean ones",
    )
    return follow(scenario, setting, world, _kind_of(scenario, name, one, loan), left_out, fate)


def pledged_policies(scenario: Scenario, name: str) -> dict[str, Policy]:
    """Pledged policies of a set of projects."""
    found = scenario.scheme.policies.items()
    return {key: policy for key, policy in found if policy.pledged and name in dict(users_of(scenario, policy.projects))}


def failing_stage(scenario: Scenario, name: str) -> str:
    """Stage in which the followed project fails: the first insured one that the loan has reached, else the loan's own."""
    one = scenario.population.projects[name]
    stages = list(one.stages)
    first = one.loan.stage if one.loan else stages[0]
    insured = {stage for policy in pledged_policies(scenario, name).values() for stage in policy.stages}
    return next((stage for stage in stages[stages.index(first) :] if stage in insured), first)


def _kind_of(scenario: Scenario, name: str, one: Projects, loan: ProjectLoan) -> Loan:
    shares = {bank: terms.share for bank, terms in scenario.banks.members.items()}
    return Loan(
        segment=name,
        grade=one.grade,
        firm_class=one.firm_class,
        region=one.region,
        route=one.route,
        bank=max(shares, key=lambda bank: shares[bank]),
        unsecured=r.MILLION,
        term_months=loan.term,
        repayment=loan.repayment,
        is_first=False,
    )


def _world_of(scenario: Scenario, setting: Setting, name: str, failing: str) -> World:
    names, one = setting.names, scenario.population.projects[name]
    loan = one.loan
    if loan is None:
        zh, en = f"“{name}”没有贷款", f"{name!r} has no loan"
        raise ContractError(zh, en)
    kind, places = _kind_of(scenario, name, one, loan), list(one.stages)
    days = np.full((1, MOST_STAGES), r.NEVER, np.int64)
    day = days_between(scenario.run.start, one.starts_from) if one.starts_from else 0
    for place, stage in enumerate(places[: places.index(failing) + 1]):
        days[0, place] = day
        day = int(months_later(setting.calendar, day, one.stages[stage].duration))
    began = int(days[0, places.index(loan.stage)])
    maturity = int(months_later(setting.calendar, began, loan.term))
    half = int(months_later(setting.calendar, int(days[0, places.index(failing)]), max(1, one.stages[failing].duration // 2)))
    fails = min(half, maturity)
    links = np.zeros(1, r.LINK)
    for key, chosen in (("segment", kind.segment), ("grade", kind.grade), ("region", kind.region), ("route", kind.route), ("bank", kind.bank)):
        links[key] = getattr(names, f"{key}s").index(chosen)
    links["firm_class"], links["sector"] = names.firm_classes.index(kind.firm_class), names.sectors.index(name)
    links["repayment"], links["flags"] = r.Repayment[loan.repayment.upper()], r.Flag.BORROWED_BEFORE
    links["unsecured"], links["rate"] = r.MILLION, resolve_rate(loan.rate, scenario.prices.lpr)
    links["day"], links["maturity"], links["term_months"], links["pays_every"] = began, maturity, loan.term, loan.pays_every
    links["failure_day"], links["late_from"], links["cured_on"] = fails, r.NEVER, r.NEVER
    links["lgd"], links["amount"] = scenario.losses.lgd.mean, loan.amount.mean
    loss = one.stages[failing].loss
    value = round(1e6 * one.exit_value.failure) if one.exit_value else 0
    outcomes = np.zeros(1, OUTCOME)
    place = list(scenario.population.projects).index(name)
    outcomes[0] = (place, places.index(failing) + 1, places.index(failing), fails, loss.mean if loss else 0, value, 0)
    return World(links, expected_lags(scenario), np.zeros((len(names.sectors), setting.n_months)), 1, Drawn(outcomes, days), seen=np.zeros(1, r.SEEN))


def cautions_of_projects(scenario: Scenario) -> Iterator[Caution]:
    """List what a reader should look at: premiums far from what is expected to be paid, loans that insurance covers in part, nobody for the rest."""
    for name, one in scenario.population.projects.items():
        for key, policy in scenario.scheme.policies.items():
            if name not in dict(users_of(scenario, policy.projects)):
                continue
            yield from _of_premium(name, one, key, policy)
            if policy.pledged and one.loan and policy.sum_insured < one.loan.amount.mean:
                part = f"{policy.sum_insured / one.loan.amount.mean:.0%}"
                rest = Words("", "") if scenario.scheme.layers else Words("，其余没有分担方，由银行承担", ", and nobody but the bank bears the rest")
                zh, en = f"“{key}”的保险金额为“{name}”贷款的{part}{rest.zh}", f"{key} insures {part} of the loan of {name}{rest.en}"
                yield Caution(Words(zh, en), f"scheme.policies.{key}.sum_insured")


def _of_premium(name: str, one: Projects, key: str, policy: Policy) -> Iterator[Caution]:
    alive, expected, reached = 1.0, 0.0, 0.0
    for stage, terms in one.stages.items():
        if stage in policy.stages and terms.loss:
            reached = reached or alive
            insured = min(policy.sum_insured, terms.loss.mean) * (1 - policy.deductible / r.MILLION)
            expected += alive * (1.0 - terms.success) * insured
        alive *= terms.success
    premium = reached * policy.sum_insured * policy.premium / r.MILLION
    if premium > 0 and not 0.5 <= expected / premium <= 2.0:
        fair = write_share(round(policy.premium * expected / premium / 100) * 100)
        times = f"{expected / premium:.1f}"
        paid, got = p.money(round(expected / 1e6) * 1_000_000), p.money(round(premium / 1e4) * 10_000)
        zh = f"“{key}”对“{name}”每个项目的预期赔款约{paid.zh}，为预期保费{got.zh}的{times}倍；保本费率约{fair}"
        en = (
            f"{key} is expected to pay about {paid.en} a project of {name}, {times} times the expected premium of {got.en}; "
            f"the premium would break even at about {fair}"
        )
        yield Caution(Words(zh, en), f"scheme.policies.{key}.premium")
