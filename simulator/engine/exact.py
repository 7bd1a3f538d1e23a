"""The exact path: what a fixed book under a static factor loses and what its cover pays, with no simulation.

The laws of sums come from ``lattice``, what each loan costs whom from ``fixed_book``, what stands in the way from ``exactness``. Here they become
measures: the limited payer pays ``min(sum, limit)``, the rest falls back on the bank, or on who bears the excess over a cap.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine.exactness import check_exact, limit_of
from simulator.engine.lattice import bernstein, law_of_sum, moments, rounding_of
from simulator.results.exact import ExactAnswer, Law, known
from simulator.results.measures import MEASURES, OF_PROJECTS, has_pool
from simulator.rules.records import MILLION, Kind
from simulator.scenario.names import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulator.engine.fixed_book import FixedBook, Limit
    from simulator.results.estimates import Estimate
    from simulator.scenario.models import Scenario

    Whole = NDArray[np.int64]

LEVELS = {"95": 0.95, "99": 0.99, "999": 0.999}
NOWHERE = 2**62
ONE_FEN = 0.5
"""Amounts whose ratio is the same up to the rounding of a fen move as one."""

OF_TIME = ("取决于何时违约，精确路径不计日子", "depends on when loans default; the exact path does not count days")
OF_SUPPORT = ("有费用或贴息，取决于何时违约", "there are fees or subsidies, which depend on when loans default")
OF_RECOVERIES = ("支付方会收回一部分，只算最后承担额", "payers get a part back; only what they bear in the end is worked out")
OF_POOL = ("没有资金池", "no pool")
TOO_ROUGH = (
    "不同补偿比例的贷款太多，联合格点太粗，只给出平均",
    "too many loans under different shares for a lattice of two amounts; only means are given",
)
GIVEN = ("放款为给定", "lending is given")
OTHER = ("精确路径不给出", "not given by the exact path")


class Sums(NamedTuple):
    """What the default of one loan of each kind brings, ndarray of int64, shape (n_kinds, n_outcomes), fen.

    Attributes
    ----------
    principal, gross : ndarray
    called : ndarray
        Owed by the layers that have a limit together.
    others : ndarray
        Borne by all other layers.
    """

    principal: Whole
    gross: Whole
    called: Whole
    others: Whole

    @property
    def kept(self) -> Whole:
        """What stays with the bank if nobody is short."""
        return self.gross - self.called - self.others


class Ends(NamedTuple):
    """Where the limited layers stop.

    Attributes
    ----------
    cap : int
        Aggregate cap, fen.
    endowment : int
        Money of their payer, fen.
    excess_to : str
        Who bears what the cap cuts off: ``bank`` or an account.
    """

    cap: int
    endowment: int
    excess_to: str

    @property
    def limit(self) -> int:
        """Most that is paid."""
        return min(self.cap, self.endowment)


def exact_results(scenario: Scenario) -> ExactAnswer:
    """Work out the exact answer of a scenario.

    Raises
    ------
    NotExact
        Naming every feature that keeps it from one.
    """
    book, limit = check_exact(scenario), limit_of(scenario)
    sums, ends = sums_of(book, limit), ends_of(scenario, book, limit)
    laws, quadrature = laws_of(book, sums, ends)
    found, missing = lending_measures(book), dict[str, tuple[str, str]]()
    net = mean_net_loss(laws, moments(book.loans, sums.kept).mean, ends)
    found |= loss_measures(laws, net, found["lending.volume"].mean)
    cover, absent = cover_measures(scenario, book, limit, ends, laws)
    found |= cover
    missing |= absent
    found["paid_by.银行"] = known(net, "fen")
    banks = names_of(scenario).banks
    if len(banks) == 1:
        found[f"bank.net_loss.{banks[0]}"] = found["bank.net_loss"]
    pool = pool_measures(scenario, book, limit, ends, laws)
    found |= pool
    names = [measure.name for measure in MEASURES if not measure.name.startswith(OF_PROJECTS)]
    measures = {name: found.get(name) for name in [*names, *(name for name in found if name not in names)]}
    for name in (name for name, one in measures.items() if one is None and name not in missing):
        missing[name] = why_missing(name, scenario)
    return ExactAnswer(measures, laws, int(book.loans.copies.sum()), len(book.amount), quadrature, missing)


def sums_of(book: FixedBook, limit: Limit | None) -> Sums:
    """Add up the layers that share a limit, and the others."""
    by_layer = book.costs.by_layer
    counted = np.isin(np.arange(len(by_layer)), limit.layers if limit else ())
    return Sums(book.costs.principal, book.costs.gross, by_layer[counted].sum(axis=0), by_layer[~counted].sum(axis=0))


def ends_of(scenario: Scenario, book: FixedBook, limit: Limit | None) -> Ends:
    """Read off where the limited layers stop."""
    if limit is None:
        return Ends(NOWHERE, NOWHERE, "bank")
    capped = list(scenario.scheme.layers.values())[limit.capped] if limit.capped >= 0 else None
    excess_to = capped.aggregate.excess_to if capped and capped.aggregate else "bank"
    return Ends(NOWHERE if book.cap is None else book.cap, NOWHERE if limit.endowment is None else limit.endowment, excess_to)


def laws_of(book: FixedBook, sums: Sums, ends: Ends) -> tuple[dict[str, Law], float]:
    """Laws of losses and payments, and the quadrature's last change."""
    changes: list[float] = []
    gross = law_of(book, sums.gross, changes)
    principal = follow(book, gross, sums.gross, sums.principal) or law_of(book, sums.principal, changes)
    called = follow(book, gross, sums.gross, sums.called) or law_of(book, sums.called, changes)
    laws = {"bank.defaulted_principal": principal, "bank.gross_loss": gross, "cover.called": called}
    net = net_law(book, sums, ends, laws, changes)
    return laws | ({"bank.net_loss": net} if net else {}), max(changes)


def law_of(book: FixedBook, amounts: Whole, changes: list[float]) -> Law:
    """Law of the sum of one amount over the loans in default."""
    found, exact = law_of_sum(book.loans, [amounts]), moments(book.loans, amounts)
    changes.append(found.quadrature)
    values = found.steps[1] * np.arange(found.chances.shape[1], dtype=np.float64)
    return Law(values, found.chances[0], exact.mean, exact.deviation, found.rounding[1] + of_lgd(book, amounts))


def of_lgd(book: FixedBook, amounts: Whole) -> float:
    """What the lattice of the LGD can move a sum by: a level is off by less than a step, its mean by nothing."""
    if book.lgd_step == 0.0:
        return 0.0
    steps = np.diff(amounts.astype(float), axis=1).max(axis=1)
    return bernstein(float(book.loans.copies @ steps**2) / 4.0, float(steps.max()))


def follow(book: FixedBook, law: Law, amounts: Whole, others: Whole) -> Law | None:
    """Law of an amount that is the same part of another on every loan; None where it is not."""
    part = float(others.sum()) / float(amounts.sum()) if amounts.any() else 0.0
    off = np.abs(others - part * amounts).max(axis=1)
    if off.max() > ONE_FEN:
        return None
    fen = float(book.loans.copies @ off) if off.max() > 1e-6 else 0.0
    exact = moments(book.loans, others)
    return Law(law.values * part, law.chances, exact.mean, exact.deviation, law.rounding * part + fen)


def mean_net_loss(laws: Mapping[str, Law], kept: float, ends: Ends) -> float:
    """Mean of the bank's net loss: what it keeps, and what the limited layers leave unpaid."""
    called = laws["cover.called"]
    return kept + (called.mean - called.mean_up_to(ends.limit) if ends.excess_to == "bank" else 0.0)


def net_law(book: FixedBook, sums: Sums, ends: Ends, laws: Mapping[str, Law], changes: list[float]) -> Law | None:
    """Law of the bank's net loss; None where the rounding of two amounts together would be larger than the law's own deviation."""
    gross, called = laws["bank.gross_loss"], laws["cover.called"]
    limit = ends.limit if ends.excess_to == "bank" else NOWHERE
    kept = follow(book, gross, sums.gross, sums.kept)
    if called.values[-1] <= limit:
        return kept or law_of(book, sums.kept, changes)
    if kept is not None and follow(book, gross, sums.gross, sums.called) is not None:
        return settled(kept.values + np.maximum(called.values - limit, 0.0), gross.chances, kept.mean, called, limit, gross.rounding)
    pair = [sums.called, sums.kept]
    if sum(rounding_of(book.loans, pair)) > sum(moments(book.loans, one).deviation for one in pair):
        return None
    found = law_of_sum(book.loans, pair)
    changes.append(found.quadrature)
    calls, rests = (step * np.arange(size, dtype=np.float64) for step, size in zip(found.steps, found.chances.shape, strict=True))
    values = (np.maximum(calls - limit, 0.0)[:, None] + rests).ravel()
    order = np.argsort(values, kind="stable")
    rounding = sum(found.rounding) + of_lgd(book, sums.gross)
    return settled(values[order], found.chances.ravel()[order], moments(book.loans, sums.kept).mean, called, limit, rounding)


def settled(values: NDArray[np.float64], chances: NDArray[np.float64], kept: float, called: Law, limit: int, rounding: float) -> Law:
    """Law of a net loss with its mean: what the bank keeps on average, and what is called beyond the limit."""
    mean = kept + called.mean - called.mean_up_to(limit)
    return Law(values, chances, mean, deviation_of(values, chances), rounding)


def deviation_of(values: NDArray[np.float64], chances: NDArray[np.float64]) -> float:
    """Standard deviation of a law."""
    return math.sqrt(float(chances @ (values - chances @ values) ** 2))


def loss_measures(laws: Mapping[str, Law], mean: float, volume: float) -> dict[str, Estimate]:
    """Losses of the banks together; ``mean`` is that of their net loss."""
    found = {name: laws[name].estimate() for name in ("bank.defaulted_principal", "bank.gross_loss")}
    found |= {"bank.net_loss": known(mean, "fen"), "bank.net_loss_rate": known(mean / volume, "share")}
    if laws["bank.gross_loss"].mean > 0.0:
        found["bank.realised_cover"] = known(1.0 - mean / laws["bank.gross_loss"].mean, "share")
    net = laws.get("bank.net_loss")
    if net is None:
        return found
    found |= {"bank.net_loss": net.estimate(), "bank.net_loss_rate": net.estimate("share", 1.0 / volume)}
    for name, level in LEVELS.items():
        edge, tail = net.quantile(level), net.tail_mean(level)
        found[f"bank.net_loss_var_{name}"] = known(edge, "fen", edge - net.rounding, edge + net.rounding)
        found[f"bank.net_loss_es_{name}"] = known(tail, "fen", tail - net.rounding, tail + net.rounding)
    return found


def lending_measures(book: FixedBook) -> dict[str, Estimate]:
    """What is lent: the same in every history."""
    count = book.loans.copies
    volume = int(count @ book.amount)
    return {
        "lending.applications": known(book.applications, "count"),
        "lending.volume": known(volume, "fen"),
        "lending.loans": known(int(count.sum()), "count"),
        "lending.borrowers": known(int(count.sum()), "count"),
        "lending.first_time_borrowers": known(int(count @ book.is_first), "count"),
        "lending.average_rate": known(float(count @ (book.amount.astype(float) * book.rate)) / MILLION / volume, "rate"),
    }


def cover_measures(
    scenario: Scenario, book: FixedBook, limit: Limit | None, ends: Ends, laws: Mapping[str, Law]
) -> tuple[dict[str, Estimate], dict[str, tuple[str, str]]]:
    """What all who cover pay and bear in the end, and why some of it is not given."""
    found, missing = dict[str, "Estimate"](), dict[str, tuple[str, str]]()
    called, gross = laws["cover.called"], laws["bank.gross_loss"].mean
    borne = borne_by_party(scenario, book, limit, ends, called)
    total, paid = sum(borne.values()), called.mean_up_to(ends.limit)
    found |= {f"paid_by.{party}": known(mean, "fen") for party, mean in borne.items()}
    if gross > 0.0:
        found["bank.promised_cover"] = known((total - paid + called.mean_up_to(ends.cap)) / gross, "share")
    found["cover.stopped"] = known(0.0, "fen")
    if ends.endowment >= ends.cap:
        found["cover.capped"] = known(called.mean - called.mean_up_to(ends.cap), "fen")
    if book.costs.got_back.any():
        missing |= dict.fromkeys(("cover.paid", "cover.got_back"), OF_RECOVERIES)
    else:
        found |= {"cover.paid": known(total, "fen"), "cover.got_back": known(0.0, "fen")}
    if scenario.scheme.fees or scenario.scheme.interest_subsidies:
        missing |= dict.fromkeys(("fiscal.net_cost", "fiscal.cost_per_yuan"), OF_SUPPORT)
    else:
        cost = sum(mean for party, mean in borne.items() if is_public(book, party))
        found |= {"fiscal.net_cost": known(cost, "fen"), "fiscal.cost_per_yuan": known(cost / float(book.loans.copies @ book.amount), "share")}
    return found, missing


def borne_by_party(scenario: Scenario, book: FixedBook, limit: Limit | None, ends: Ends, called: Law) -> dict[str, float]:
    """Mean of what each payer bears in the end."""
    borne = dict.fromkeys((layer.payer for layer in scenario.scheme.layers.values()), 0.0)
    counted = limit.layers if limit else ()
    for number, layer in enumerate(scenario.scheme.layers.values()):
        if number not in counted:
            borne[layer.payer] += moments(book.loans, book.costs.by_layer[number]).mean
    if limit is not None:
        payer = book.setting.contract.accounts.parties[limit.account]
        borne[payer] += called.mean_up_to(ends.limit)
        if ends.excess_to != "bank":
            borne[ends.excess_to] = borne.get(ends.excess_to, 0.0) + called.mean - called.mean_up_to(ends.cap)
    return borne


def is_public(book: FixedBook, party: str) -> bool:
    """Whether what an account pays is public money."""
    accounts = book.setting.contract.accounts
    return bool(accounts.rows["is_public"][accounts.number[party]])


def pool_measures(scenario: Scenario, book: FixedBook, limit: Limit | None, ends: Ends, laws: Mapping[str, Law]) -> dict[str, Estimate]:
    """Depletion of the pool; where there is none, the chance that the limited account is short."""
    accounts = scenario.scheme.accounts
    limited = [name for name, account in accounts.items() if account.endowment is not None]
    if not limited:
        return {}
    rows = book.setting.contract.accounts
    payer = rows.parties[limit.account] if limit else ""
    is_watched = limit is not None and (rows.rows["kind"][limit.account] == Kind.POOL or not has_pool(scenario))
    called = laws["cover.called"]
    chance = called.passing(ends.endowment) if is_watched and ends.endowment < ends.cap else 0.0
    low, high = (called.passing(ends.endowment + sign * called.rounding) if chance else chance for sign in (1.0, -1.0))
    found = {"pool.shortfall_probability": known(chance, "share", low, high)}
    if not has_pool(scenario) or not is_watched or payer not in limited:
        return found
    needed, paid = up_to(called, ends.cap), up_to(called, ends.limit)
    left, endowment = rest_of(paid, ends.endowment), float(ends.endowment)
    volume = float(book.loans.copies @ book.amount)
    found |= {
        "pool.needed": needed.estimate(),
        "pool.promised": needed.estimate(),
        "pool.paid": paid.estimate(),
        "pool.topup": known(0.0, "fen"),
        "pool.paid_in": known(endowment, "fen"),
        "pool.lowest_balance": left.estimate(),
        "pool.final_balance": left.estimate(),
    }
    if needed.mean > 0.0:
        found["pool.paid_over_promised"] = known(paid.mean / needed.mean, "share")
    if endowment > 0.0:
        found["pool.leverage"] = known(volume / endowment, "times")
    return found


def up_to(law: Law, most: int) -> Law:
    """Law of the lesser of an amount and a limit."""
    if law.values[-1] <= most:
        return law
    values = np.minimum(law.values, most)
    return Law(values, law.chances, law.mean_up_to(most), deviation_of(values, law.chances), law.rounding)


def rest_of(law: Law, amount: int) -> Law:
    """Law of what an amount leaves of another."""
    return Law((amount - law.values)[::-1], law.chances[::-1], amount - law.mean, law.deviation, law.rounding)


def why_missing(name: str, scenario: Scenario) -> tuple[str, str]:
    """Why a measure is not given."""
    if name.startswith("pool.") and not has_pool(scenario):
        return OF_POOL
    if name.startswith(("bank.net_loss_var", "bank.net_loss_es")):
        return TOO_ROUGH
    if name in ("lending.additional_volume", "fiscal.cost_per_added_yuan"):
        return GIVEN
    timed = ("bank.lost", "bank.interest", "bank.profit", "bank.raroc", "bank.net_loss_rate_annual", "pool.first_shortfall", "fiscal.")
    return OF_TIME if name.startswith(timed) else OTHER
