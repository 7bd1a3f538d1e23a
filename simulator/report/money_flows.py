"""Where public money goes, from each history's final figures: who puts it in, through which account, what it is spent on, what is left.

Every flow is net of what came back the same way, so that each is known from figures that runs keep. What an account got or spent beside its pools and
the losses it bears (fees, interest, subsidies) is what is left of its net cost. All flows are linear in the figures, so that their means balance at
every node that money passes through, to the fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.report.text import BANK, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulator.report.charted import Charted
    from simulator.scenario.models import Account, Scenario, Scheme

    Money1D = NDArray[np.float64]

MILLION = 1_000_000
A_YUAN = 100.0
"""Flows smaller than this on average are what rounding leaves, and not drawn."""


class Flow(NamedTuple):
    """Money from one node to another.

    Attributes
    ----------
    source, target : str
    amounts : ndarray of float64, shape (n_histories,)
        Fen; single histories may go the other way.
    """

    source: str
    target: str
    amounts: Money1D


@dataclass(frozen=True)
class Pool:
    """An account with limited money: what was paid in, what is left, what it bore, and who funded it.

    Attributes
    ----------
    name : str
    paid_in, left, borne : ndarray of float64, shape (n_histories,)
        Fen.
    funders : mapping of str to int
        Their shares in millionths.
    is_public : bool
    """

    name: str
    paid_in: Money1D
    left: Money1D
    borne: Money1D
    funders: Mapping[str, int]
    is_public: bool

    def parts(self, amount: Money1D) -> dict[str, Money1D]:
        """Split an amount by the funders' shares; the last takes what rounding leaves."""
        found: dict[str, Money1D] = {}
        for name, share in self.funders.items():
            is_last = len(found) == len(self.funders) - 1
            found[name] = amount - sum(found.values(), np.zeros_like(amount)) if is_last else np.floor(amount * share / MILLION)
        return found


class Flows:
    """Flows of public money of one scenario.

    Parameters
    ----------
    charted : Charted
    scenario : Scenario
        As played; its accounts say who funds which pool.
    """

    def __init__(self, charted: Charted, scenario: Scenario) -> None:
        self.lang = charted.lang
        self.finals = charted.finals
        self.scheme = scenario.scheme
        self.zero = np.zeros(charted.n_histories)
        self.purses = {name.removeprefix("fiscal.net_cost."): self.final(name) for name in self.finals if name.startswith("fiscal.net_cost.")}
        self.found: list[Flow] = []

    def final(self, name: str) -> Money1D:
        """Figures of every history; 0 where the scenario has none."""
        return np.asarray(self.finals[name], dtype=np.float64) if name in self.finals else self.zero

    def word(self, key: str) -> str:
        """Name of a node that is no account, told apart from accounts of that name."""
        name = say(key, self.lang)
        return f"{name}-2" if name in self.scheme.accounts else name

    def add(self, source: str, target: str, amounts: Money1D) -> None:
        """Note a flow; one that goes the other way on average is turned round, one that is only rounding left out."""
        mean = float(np.mean(amounts))
        if mean >= A_YUAN:
            self.found.append(Flow(source, target, amounts))
        elif mean <= -A_YUAN:
            self.found.append(Flow(target, source, -amounts))

    def all(self) -> list[Flow]:
        """All flows; none where no pool can be told from another, or no public account does anything."""
        pools = pools_of(self)
        if pools is None or not self.purses:
            return []
        back = projects_back(self)
        if back is None:
            return []
        self._through_pools(pools)
        for name in self.purses:
            self._of_purse(name, pools, back.get(name, self.zero))
        if self.found and self._is_shared(pools):
            self._from_others(pools)
        elif not back:
            return []
        self._through_projects(back)
        return self.found

    def _is_shared(self, pools: list[Pool]) -> bool:
        return any(pool.is_public and np.any(pool.borne) for pool in pools) or any(np.any(self.final(f"paid_by.{name}")) for name in self.purses)

    def _through_pools(self, pools: list[Pool]) -> None:
        for pool in pools:
            for funder, amount in pool.parts(pool.paid_in).items():
                self.add(funder, pool.name, amount)
            self.add(pool.name, self.word("flow_cover"), pool.borne)
            self.add(pool.name, self.word("flow_left"), pool.left)
            self.add(self.word("flow_pool_income"), pool.name, pool.left + pool.borne - pool.paid_in)

    def _of_purse(self, name: str, pools: list[Pool], back: Money1D) -> None:
        """Losses that a public account bears itself, its fees and subsidies, and what it gives to projects."""
        borne, spent = self.final(f"paid_by.{name}"), self.purses[name] + back
        rest = spent - borne
        for pool in pools:
            rest = rest - pool.parts(pool.paid_in).get(name, self.zero)
            rest = rest + (pool.parts(pool.left).get(name, self.zero) if pool.is_public else self.zero)
        if np.mean(rest) >= 0:
            self._spend(name, rest)
            self._bear(name, borne)
        else:
            self._earn(name, -rest, borne)

    def _bear(self, name: str, borne: Money1D) -> None:
        """Losses that a public account bears with its own money; one that got back more than it paid has gained."""
        if np.mean(borne) >= 0:
            self.add(name, self.word("flow_cover"), borne)
        else:
            self.add(self.word("flow_cover"), self.word("flow_kept"), -borne)

    def _earn(self, name: str, income: Money1D, borne: Money1D) -> None:
        """Fees go to losses first; what is over is kept, what is missing is the account's own money."""
        if np.mean(borne) < 0:
            self._bear(name, borne)
            self.add(self.word("flow_income"), self.word("flow_kept"), income)
        elif np.mean(income) <= np.mean(borne):
            self.add(self.word("flow_income"), self.word("flow_cover"), income)
            self.add(name, self.word("flow_cover"), borne - income)
        else:
            self.add(self.word("flow_income"), self.word("flow_cover"), borne)
            self.add(self.word("flow_income"), self.word("flow_kept"), income - borne)

    def _spend(self, name: str, amount: Money1D) -> None:
        """What a public account spends beside losses and pools: grants, equity, the rest."""
        roles = roles_of(self.scheme, name)
        if "grant" in roles and len({one.payer for one in self.scheme.grants.values()}) == 1:
            self.add(name, self.word("flow_grants"), self.final("grant.paid"))
            amount, roles = amount - self.final("grant.paid"), roles - {"grant"}
        if roles & {"grant", "equity"}:
            self.add(name, self.word("flow_equity" if roles == {"equity"} else "flow_to_projects"), amount)
        else:
            self.add(name, self.word(RESTS.get(frozenset(roles), "flow_rest")), amount)

    def _from_others(self, pools: list[Pool]) -> None:
        """Payers that are no public account, and what recoveries brought back."""
        cover = self.word("flow_cover")
        known = {*self.purses, *(pool.name for pool in pools), BANK}
        for name in (name.removeprefix("paid_by.") for name in self.finals if name.startswith("paid_by.")):
            if name not in known:
                self.add(name, cover, self.final(f"paid_by.{name}"))
        self.add(self.word("flow_recoveries"), cover, self.final("cover.got_back"))

    def _through_projects(self, back: Mapping[str, Money1D]) -> None:
        """What projects get of public money, and what comes back to the public purse; the difference is gained or gone."""
        into = [self.word(key) for key in ("flow_grants", "flow_equity", "flow_to_projects")]
        projects, given = self.word("flow_projects"), self.zero
        for node in into:
            through = sum((one.amounts for one in self.found if one.target == node), self.zero)
            self.add(node, projects, through)
            given = given + through
        returned = sum(back.values(), self.zero)
        if not np.any(given) and not np.any(returned):
            return
        self.add(projects, self.word("flow_back"), returned)
        if np.mean(given) >= np.mean(returned):
            self.add(projects, self.word("flow_gone"), given - returned)
        else:
            self.add(self.word("flow_value"), projects, returned - given)


RESTS = {frozenset({"interest"}): "flow_subsidy", frozenset({"premium"}): "flow_premium"}
"""What an account spends beside losses and pools, where it has but one such task."""


def roles_of(scheme: Scheme, name: str) -> set[str]:
    """What an account does beside bearing losses: pays grants, invests, pays a part of premiums or of interest."""
    roles = {"grant"} if any(one.payer == name for one in scheme.grants.values()) else set()
    roles |= {"equity"} if any(one.investor == name for one in scheme.investments.values()) else set()
    roles |= {"premium"} if any(one.premium_subsidy and one.premium_subsidy.payer == name for one in scheme.policies.values()) else set()
    roles |= {"interest"} if any(one.payer == name for one in scheme.interest_subsidies.values()) else set()
    return roles | ({"fee"} if any(one.payer == name for one in scheme.fees.values()) else set())


def projects_back(flows: Flows) -> dict[str, Money1D] | None:
    """What projects bring back, by the public account that gets it; None where several do, and no figure tells them apart."""
    if "fiscal.back" not in flows.finals or not np.any(flows.final("fiscal.back")):
        return {}
    scheme = flows.scheme
    getters = {one.payer for one in scheme.grants.values() if one.repaid_on_success}
    for one in scheme.investments.values():
        getters |= {one.back_to} if one.back_to and one.back_share else set()
        getters |= {one.investor} if one.back_share < MILLION or not one.back_to else set()
    public = [name for name in flows.purses if name in getters]
    return {public[0]: flows.final("fiscal.back")} if len(public) == 1 else None


def pools_of(flows: Flows) -> list[Pool] | None:
    """Accounts with limited money that count as pools; None where runs do not keep what tells one from another."""
    limited = {name: account for name, account in flows.scheme.accounts.items() if account.endowment is not None}
    pools = {name: account for name, account in limited.items() if account.kind == "pool"} or limited
    if not pools:
        return []
    endowments = {name: np.full_like(flows.zero, float(account.endowment or 0)) for name, account in pools.items()}
    borne = {name: flows.final(f"paid_by.{name}") for name in pools}
    topup = flows.final("pool.paid_in") - sum(endowments.values(), flows.zero)
    refilled = [name for name, account in pools.items() if account.refill.rule != "none"]
    net = sum((endowments[name] - borne[name] for name in pools), topup)
    more = flows.final("pool.final_balance") - net
    earning = [name for name, account in pools.items() if account.interest]
    to_top, to_earn = (_only(names, pools) for names in (refilled, earning))
    if (np.any(topup) and to_top is None) or (np.any(more) and to_earn is None):
        return None
    found = []
    for name, account in pools.items():
        paid_in = endowments[name] + (topup if name == to_top else flows.zero)
        left = paid_in - borne[name] + (more if name == to_earn else flows.zero)
        found.append(Pool(name, paid_in, left, borne[name], dict(account.funded_by or {}), account.public))
    return found


def _only(names: list[str], pools: Mapping[str, Account]) -> str | None:
    return names[0] if len(names) == 1 else next(iter(pools)) if len(pools) == 1 else None


def flows_of(charted: Charted) -> list[Flow]:
    """Flows of public money of one scenario, those from its funders first; none where it is not known as played."""
    return Flows(charted, charted.scenario).all() if charted.scenario is not None else []
