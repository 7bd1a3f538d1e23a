"""A book in which only defaults are left to chance: its kinds of loan, their chances of default, and what each default costs whom.

What a default costs is not worked out here. The whole contract is played once by the event engine on a history in which every kind of loan defaults,
with the payer whose money is limited left empty: the shadow book, in which nobody is ever short, shows what each layer owes on each loan, the book as
played what it owes if that payer never pays. Played again with every default on its latest day it shows whether the day matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine.event import History
from simulator.engine.lattice import Loans
from simulator.engine.state import Setting, scratch_for, setting_for
from simulator.rules import records as r
from simulator.rules.arithmetic import share_of
from simulator.rules.books import n_books
from simulator.rules.counting import covered_part
from simulator.terms.accounts import Accounts
from simulator.world.book import laws_by_firm
from simulator.world.draw import NO_SHARES, World, draw_history
from simulator.world.population import plan_world
from simulator.world.recoveries import draw_lags, draw_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario
    from simulator.world.population import WorldPlan

    Whole = NDArray[np.int64]

FATE_FIELDS = ("firm", "fate", "lgd", "failure_day", "late_from", "cured_on")
"""Fields of a link that chance fills in, or that only number it."""

LEVELS = 64
"""Steps of the LGD's lattice."""
MOST_KINDS = 200
"""Most kinds of loan whose LGD may have a spread: each outcome of each kind is a product at every frequency."""
LGD_DRAWS = 4096


class Limit(NamedTuple):
    """The one limit on what layers pay together.

    Attributes
    ----------
    layers : tuple of int
        Layers whose payments count.
    account : int
        Row of their payer.
    endowment : int or None
        Its money, fen; None where it is unlimited.
    capped : int
        Layer with an aggregate cap, -1 if none.
    """

    layers: tuple[int, ...]
    account: int
    endowment: int | None
    capped: int


class Costs(NamedTuple):
    """What one default of each kind costs, in each outcome; ndarray of int64, shape (n_kinds, n_outcomes), fen.

    Attributes
    ----------
    principal : ndarray
        Owed on the day of default.
    gross : ndarray
        Principal less recoveries net of cost.
    by_layer : ndarray, shape (n_layers, n_kinds, n_outcomes)
        What each layer bears in the end if nobody is ever short.
    if_empty : ndarray, shape (n_layers, n_kinds, n_outcomes)
        What each layer bears in the end if the limited payer pays nothing.
    got_back : ndarray, shape (n_layers,)
        What each layer got back from recoveries.
    """

    principal: Whole
    gross: Whole
    by_layer: Whole
    if_empty: Whole
    got_back: Whole


class FixedBook(NamedTuple):
    """A book of loans granted for certain.

    Attributes
    ----------
    loans : Loans
        Kinds that were granted.
    costs : Costs
    latest : Costs
        The same with every default on the day the loan is due.
    amount, rate, is_first : ndarray of int64, shape (n_kinds,)
        Of one loan of each kind.
    applications : int
    cap : int or None
        Aggregate cap on the capped layer, fen.
    setting : Setting
    lgd_step : float
        Step of the LGD's lattice, 0-1; 0 where the LGD is fixed.
    days : (int, int)
        First and last day of lending.
    """

    loans: Loans
    costs: Costs
    latest: Costs
    amount: Whole
    rate: Whole
    is_first: Whole
    applications: int
    cap: int | None
    setting: Setting
    lgd_step: float
    days: tuple[int, int]


def fixed_book(scenario: Scenario, limit: Limit | None) -> FixedBook:
    """Read the book of a scenario whose lending leaves nothing to chance."""
    setting = with_empty_payer(scenario, limit)
    plan = plan_world(scenario, setting.calendar, has_signals=False)
    links, laws, shares = links_and_laws(plan)
    kinds, first, count = kinds_of(links, laws, shares)
    kind_links, kind_shares = kinds, shares[first] if shares.size else NO_SHARES
    levels, weights = lgd_levels(plan, LEVELS if len(kinds) <= MOST_KINDS else 1)
    early = played(setting, plan, kind_links, kind_shares, levels, is_late=False)
    late = played(setting, plan, kind_links, kind_shares, levels, is_late=True)
    loans = early.loans.loans[:: len(levels)]
    granted = loans["amount"] > 0
    hazards = plan.failures.hazards[laws[first]]
    scale = plan.failures.scales[hazards["scale"], kinds["maturity"] - kinds["day"]]
    return FixedBook(
        loans=Loans(scale[granted], hazards["correlation"][granted], count[granted], weights),
        costs=costs_of(early, len(levels), granted),
        latest=costs_of(late, len(levels), granted),
        amount=loans["amount"][granted],
        rate=early.loans.sheet["rate"][:: len(levels)][granted].astype(np.int64),
        is_first=loans["is_first"][granted],
        applications=len(links),
        cap=aggregate_cap(setting_for(scenario), early, limit, count, len(levels)),
        setting=setting,
        lgd_step=0.0 if len(levels) == 1 else 1.0 / (len(levels) - 1),
        days=(int(links["day"].min()), int(links["day"].max())) if len(links) else (0, 0),
    )


def with_empty_payer(scenario: Scenario, limit: Limit | None) -> Setting:
    """Lower a scenario with its limited payer left without money, no aggregate caps and no queues.

    What is owed on one loan then does not depend on another, and both books hold every claim: one that waits stands in neither.
    """
    scheme = scenario.scheme
    layers = {name: layer.model_copy(update={"aggregate": None}) for name, layer in scheme.layers.items()}
    accounts = {name: account.model_copy(update={"when_short": "pay_what_is_left"}) for name, account in scheme.accounts.items()}
    plain = scenario.model_copy(update={"scheme": scheme.model_copy(update={"layers": layers, "accounts": accounts})})
    setting = setting_for(plain)
    if limit is None:
        return setting
    contract = setting.contract
    rows = contract.accounts.rows.copy()
    rows["is_limited"][limit.account], rows["endowment"][limit.account] = 1, 0
    return setting._replace(contract=contract._replace(accounts=Accounts(rows, *contract.accounts[1:])))


def links_and_laws(plan: WorldPlan) -> tuple[NDArray[np.void], Whole, NDArray[np.int32]]:
    """Every application of the book, the law of failure of each, and its shares on the tape."""
    if plan.book is not None:
        links = plan.book.links
        return links, laws_by_firm(plan.book)[links["firm"]], plan.tape.shares if plan.tape else NO_SHARES
    links = draw_history(plan, 0).links
    return links, plan.firms.profiles["hazard"][links["segment"], links["grade"]].astype(np.int64), NO_SHARES


def kinds_of(links: NDArray[np.void], laws: Whole, shares: NDArray[np.int32]) -> tuple[NDArray[np.void], Whole, Whole]:
    """Applications that differ in something, in order of their days; where each is first met, and how many are like it."""
    columns = [links[name].astype(np.float64) for name in links.dtype.names or () if name not in FATE_FIELDS]
    keys = np.column_stack([links["day"].astype(np.float64), *columns, laws, *(shares.T if shares.size else ())])
    _, first, count = np.unique(keys, axis=0, return_index=True, return_counts=True)
    return links[first], first, count


def lgd_levels(plan: WorldPlan, steps: int) -> tuple[Whole, NDArray[np.float64]]:
    """Levels of the LGD, millionths, and their chances; an LGD with a spread is put on a lattice that keeps its mean."""
    losses = plan.recoveries
    if losses.quantiles.size == 0:
        return np.array([draw_loss(losses, 0.0, 0.0, 0.5)]), np.ones(1)
    drawn = np.array([draw_loss(losses, 0.0, 0.0, (number + 0.5) / LGD_DRAWS) for number in range(LGD_DRAWS)]) * (steps / r.MILLION)
    below = np.minimum(drawn.astype(np.int64), steps - 1)
    weights = np.bincount(below, 1.0 - (drawn - below), steps + 1) + np.bincount(below + 1, drawn - below, steps + 1)
    return np.arange(steps + 1) * (r.MILLION // steps), weights / LGD_DRAWS


def played(setting: Setting, plan: WorldPlan, kinds: NDArray[np.void], shares: NDArray[np.int32], levels: Whole, *, is_late: bool) -> History:
    """History in which a loan of each kind and level of LGD defaults: the day after it is drawn, or on the day it is due."""
    links = np.repeat(kinds, len(levels))
    links["firm"] = links["fate"] = np.arange(len(links))
    links["lgd"] = np.tile(levels, len(kinds))
    links["failure_day"] = links["maturity"] if is_late else links["day"] + 1
    links["late_from"] = links["cured_on"] = r.NEVER
    lags = np.zeros(plan.recoveries.n_lumps, np.int32)
    draw_lags(plan.recoveries, (plan.seed, 0, 0), 0, lags)
    z = np.zeros((len(plan.names.sectors), plan.n_months))
    world = World(links, np.tile(lags, (len(links), 1)), z, len(links), shares=np.repeat(shares, len(levels), axis=0) if shares.size else shares)
    history = History(setting, scratch_for(setting, 0), world)
    history.play()
    return history


def costs_of(history: History, n_levels: int, granted: NDArray[np.bool_]) -> Costs:
    """Costs of each kind that was granted."""
    case = history.loans.loans["case"][np.repeat(granted, n_levels)]
    books, shape = history.books, (-1, n_levels)
    never_short = n_books(books) - 1
    cases = books.cases[case]
    gross = cases["principal"] - cases["recovered"] + cases["cost"]
    borne = books.positions["borne"][:, case, :-1]
    by_layer, if_empty = (borne[book].T.reshape(borne.shape[2], *gross.reshape(shape).shape) for book in (never_short, r.PLAYED))
    return Costs(cases["principal"].reshape(shape), gross.reshape(shape), by_layer, if_empty, books.layers["got_back"][never_short])


def aggregate_cap(setting: Setting, history: History, limit: Limit | None, count: Whole, n_levels: int) -> int | None:
    """Most that the capped layer pays in all, fen: its ratio of what was lent or covered."""
    if limit is None or limit.capped < 0:
        return None
    terms = setting.contract.layers[r.PLAYED, limit.capped]
    base = 0
    for kind, (loan, number) in enumerate(zip(history.loans.loans[::n_levels], count.tolist(), strict=True)):
        covered = covered_part(history.books, history.loans, kind * n_levels, limit.capped, int(loan["amount"]), int(loan["is_first"]))
        lent = int(loan["amount"]) if covered > 0 else 0
        base += number * (lent if terms["cap_base"] in (r.CapBase.LENT_TO_DATE, r.CapBase.LENT_IN_PERIOD) else covered)
    return int(share_of(base, int(terms["cap_ratio"])))
