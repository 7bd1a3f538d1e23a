"""One loan followed through default, claim, payment and recovery, to the fen, played by the engine under the scenario's own contract.

The world holds this loan alone, so what depends on a whole book is left out and said: guards, aggregate caps, and the bank's own wish to lend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.analysis.loan_story import Step, tell_story
from simulator.dates import days_between
from simulator.engine.event import History
from simulator.engine.state import Setting, scratch_for, setting_for
from simulator.errors import ContractError
from simulator.rules import records as r
from simulator.rules.calendar import months_later
from simulator.scenario.phrases import Words
from simulator.scenario.quantities import resolve_rate
from simulator.terms.contract import by_grade
from simulator.world.draw import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario, Segment

AMOUNT = 1_000_000_00
"""100万元, fen."""

JOURNAL_ROOM = 10_000
HALF_WAY = Words("期限过半时违约，损失率取预期值", "it fails half-way and loses what is expected")


class Loan(NamedTuple):
    """What kind of loan is followed: the most common of its segment, but for what was asked for."""

    segment: str
    grade: str
    firm_class: str
    region: str
    route: str
    bank: str
    unsecured: int
    term_months: int
    repayment: str
    is_first: bool


class Share(NamedTuple):
    """What one party paid, got back and has borne in the end, fen; the borne parts of all parties make the net loss."""

    party: str
    paid: int
    got_back: int
    borne: int


class WorkedLoan(NamedTuple):
    """A followed loan.

    Attributes
    ----------
    loan : Loan
    requested, lent : int
        Fen.
    steps : list of Step
    shares : list of Share
        The lending bank first.
    net_loss, lost_interest : int
        Principal less net recoveries; interest unpaid on the day of default. Fen.
    left_out : list of Words
        What one loan alone cannot show.
    fate : Words
        When and how it fails.
    """

    loan: Loan
    requested: int
    lent: int
    steps: list[Step]
    shares: list[Share]
    net_loss: int
    lost_interest: int
    left_out: list[Words]
    fate: Words


def choose_loan(scenario: Scenario, grade: str | None = None, route: str | None = None) -> Loan:
    """Choose the most common kind of loan, of a grade or route where one is named.

    Raises
    ------
    ContractError
        If no segment has such firms, naming those there are.
    """
    segments = scenario.population.segments
    fits = {
        name: (segment.firms or segment.arrivals or 0.0) * segment.drawdowns.mean * _part(segment.grade, grade) * _part(segment.route, route)
        for name, segment in segments.items()
    }
    name = max(fits, key=lambda key: fits[key], default="")
    if not name or fits[name] <= 0:
        grades, routes = (list(dict.fromkeys(one for segment in segments.values() for one in getattr(segment, key))) for key in ("grade", "route"))
        raise no_such_loan(grade, route, grades, routes)
    return _most_common(scenario, name, segments[name], grade, route)


def no_such_loan(grade: str | None, route: str | None, grades: Sequence[str], routes: Sequence[str]) -> ContractError:
    """Say that there is no loan of a grade and route, and which there are."""
    zh = f"没有等级为“{grade or '任意'}”、业务通道为“{route or '任意'}”的贷款；等级有 {'、'.join(grades)}，通道有 {'、'.join(routes)}"
    en = f"there is no loan of grade {grade or 'any'} on route {route or 'any'}; grades: {', '.join(grades)}; routes: {', '.join(routes)}"
    return ContractError(zh, en)


def _part(shares: Mapping[str, int], name: str | None) -> int:
    return shares.get(name, 0) if name is not None else r.MILLION


def _top(shares: Mapping[Any, int]) -> Any:  # noqa: ANN401  a key of the mapping
    return max(shares, key=lambda key: shares[key])


def _most_common(scenario: Scenario, name: str, segment: Segment, grade: str | None, route: str | None) -> Loan:
    longest = scenario.scheme.limits.term
    terms = {term: share for term, share in segment.term.items() if longest is None or term <= longest} or segment.term
    return Loan(
        segment=name,
        grade=grade or _top(segment.grade),
        firm_class=_top(segment.firm_class),
        region=_top(segment.region),
        route=route or _top(segment.route),
        bank=_top({bank: terms.share for bank, terms in scenario.banks.members.items()}),
        unsecured=_top(segment.unsecured),
        term_months=_top(terms),
        repayment=_top(segment.repayment),
        is_first=segment.borrowed_before < 0.5,
    )


def follow_loan(scenario: Scenario, loan: Loan | None = None, amount: int = AMOUNT) -> WorkedLoan:
    """Play one loan that fails half-way through its term and loses what is expected.

    Parameters
    ----------
    scenario : Scenario
    loan : Loan, optional
        The most common kind if not given.
    amount : int
        Requested, fen.

    Raises
    ------
    ContractError
        If the contract does not admit the loan.
    """
    loan = loan or choose_loan(scenario)
    setting, left_out = alone(setting_for(scenario), scenario)
    return follow(scenario, setting, _world_of(scenario, setting, loan, amount), loan, left_out)


def follow(scenario: Scenario, setting: Setting, world: World, loan: Loan, left_out: list[Words], fate: Words = HALF_WAY) -> WorkedLoan:
    """Play a world of one loan and tell what became of it.

    Parameters
    ----------
    scenario : Scenario
    setting : Setting
        From ``alone``.
    world : World
        Whose only loan fails.
    loan : Loan
        What kind it is.
    left_out : list of Words
        From ``alone``.
    fate : Words
        When and how it fails.

    Raises
    ------
    ContractError
        If the contract does not admit the loan.
    """
    history = History(long_enough(setting, world), scratch_for(setting, scenario.losses.lgd.mean), world, JOURNAL_ROOM)
    history.play()
    lent = int(history.loans.loans["amount"][0])
    if not lent:
        status = r.Status(int(history.loans.loans["status"][0])).name.lower()
        zh = f"方案不接受这笔贷款（{status}）；请看 scheme.limits，或换等级或通道"
        en = f"the scheme does not admit this loan ({status}); see scheme.limits, or name another grade or route"
        raise ContractError(zh, en)
    case = history.books.cases[0]
    return WorkedLoan(
        loan=loan,
        requested=int(world.links["amount"][0]),
        lent=lent,
        steps=tell_story(scenario.run.start, history.setting, history),
        shares=shares_of(history.setting, history, loan),
        net_loss=int(case["principal"] - case["recovered"] + case["cost"]),
        lost_interest=int(case["interest"]),
        left_out=left_out,
        fate=fate,
    )


def alone(setting: Setting, scenario: Scenario) -> tuple[Setting, list[Words]]:
    """Take out of a contract what one loan alone would trip, and say so."""
    contract = setting.contract
    left_out = []
    layers, banks = contract.layers.copy(), contract.banks.copy()
    if len(contract.guards):
        left_out.append(Words("熔断（只有一笔贷款时不良率即为100%）", "guards (with one loan alone any ratio is 100%)"))
    if (layers["cap_base"] != r.CapBase.NONE).any():
        left_out.append(Words("累计上限（其基数是整个贷款组合）", "aggregate caps (their base is the whole book)"))
        layers["cap_base"] = r.CapBase.NONE
    if banks["by_margin"].any():
        left_out.append(Words("银行按利差的取舍（假定放贷）", "the bank's choice by margin (it is taken to lend)"))
        banks["by_margin"] = 0
    if scenario.run.run_off == "cut":
        left_out.append(Words("期末截止（清算到底）", "the cut at the end (all is settled)"))
    bare = contract._replace(guards=contract.guards[:0], guard_names=(), layers=layers, banks=banks)
    return setting._replace(contract=bare), left_out


def long_enough(setting: Setting, world: World) -> Setting:
    """Let the history run until everything about the loan is settled."""
    layers = setting.contract.layers[r.PLAYED]
    wait = int(layers["trigger"].max() + layers["lag"].sum()) if len(layers) else 0
    last = int(world.links["failure_day"][0]) + wait + int(world.lags.max()) + 31
    end = min(max(setting.end_day, last), len(setting.calendar.month) - 32)
    return setting._replace(end_day=end, n_months=int(setting.calendar.month[end]) + 1)


def _world_of(scenario: Scenario, setting: Setting, loan: Loan, amount: int) -> World:
    """World of this one loan: drawn down on the first day in force, failing on the middle month of its term."""
    names, segment = setting.names, scenario.population.segments[loan.segment]
    since = scenario.scheme.in_force.since
    day = max(0, days_between(scenario.run.start, since)) if since else 0
    links = np.zeros(1, r.LINK)
    link: Any = links[0]
    for key, name in (("segment", loan.segment), ("grade", loan.grade), ("region", loan.region), ("route", loan.route), ("bank", loan.bank)):
        link[key] = getattr(names, f"{key}s").index(name)
    link["firm_class"] = names.firm_classes.index(loan.firm_class)
    link["sector"] = names.sectors.index(segment.sector or loan.segment)
    link["repayment"] = r.Repayment[loan.repayment.upper()]
    chances = {r.Flag.IP_PLEDGE: segment.ip_pledge, r.Flag.KEY_LIST: segment.key_list, r.Flag.POLICY_FUNDED: segment.policy_funded}
    link["flags"] = sum(flag for flag, chance in chances.items() if chance > 0.5) | (0 if loan.is_first else r.Flag.BORROWED_BEFORE)
    link["unsecured"] = loan.unsecured
    link["rate"] = resolve_rate(by_grade(segment.rate, loan.grade), scenario.prices.lpr)
    link["day"], link["term_months"], link["pays_every"] = day, loan.term_months, segment.pays_every
    link["maturity"] = months_later(setting.calendar, day, loan.term_months)
    link["failure_day"] = months_later(setting.calendar, day, max(1, loan.term_months // 2))
    link["late_from"] = link["cured_on"] = r.NEVER
    link["lgd"], link["amount"] = scenario.losses.lgd.mean, amount
    seen = np.zeros(1, r.SEEN)
    seen["pd"] = by_grade(segment.pd, loan.grade)
    return World(links, expected_lags(scenario), np.zeros((len(names.sectors), setting.n_months)), 1, seen=seen)


def expected_lags(scenario: Scenario) -> NDArray[np.int32]:
    """Days from the default to each of its recoveries, evenly spread about the mean; shape (1, n_lumps)."""
    lumps, mean = scenario.losses.lumps, scenario.losses.lag.mean
    return np.array([[round(2 * mean * (lump + 1) / (lumps + 1)) for lump in range(lumps)]], np.int32)


def shares_of(setting: Setting, history: History, loan: Loan) -> list[Share]:
    """Who has paid, got back and borne what; the journal's payments are the only source."""
    journal = history.books.journal[: int(history.books.history["n_entries"][0])]
    parties, contract = setting.contract.accounts.names, setting.contract
    own = journal[journal["loan"] == 0]
    cover = own[np.isin(own["reason"], (r.Reason.CLAIM, r.Reason.REIMBURSEMENT, r.Reason.EXCESS, r.Reason.INSURANCE))]
    back = own[own["reason"] == r.Reason.RECOVERY_SHARE]
    bank = r.FIRST_BANK + setting.names.banks.index(loan.bank)
    case = history.books.cases[0]
    paid_bank = int(case["principal"])
    accounts = dict.fromkeys([*cover["payer"].tolist(), *cover["payee"].tolist(), *contract.layers["payer"][r.PLAYED].tolist()])
    got = {account: int(cover["amount"][cover["payee"] == account].sum() + back["amount"][back["payee"] == account].sum()) for account in accounts}
    paid = {account: int(cover["amount"][cover["payer"] == account].sum()) for account in accounts}
    handed_on = int(back["amount"].sum())
    bank_got = int(cover["amount"][cover["payee"] == bank].sum() + case["recovered"] - case["cost"]) - handed_on
    shares = [Share(loan.bank, paid_bank, bank_got, paid_bank - bank_got)]
    return shares + [Share(parties[one], paid[one], got[one], paid[one] - got[one]) for one in accounts if one != bank and paid[one] > 0]
