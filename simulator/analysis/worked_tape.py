"""One loan of a tape followed to the fen: in a replay a default as the tape records it, else the most common kind of loan, failing half-way.

Played by the engine under the scenario's own contract, like the loan of ``worked_loan``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.analysis.worked_loan import AMOUNT, Loan, WorkedLoan, alone, expected_lags, follow, no_such_loan
from simulator.engine.state import setting_for
from simulator.rules import records as r
from simulator.rules.calendar import months_later
from simulator.scenario.phrases import Words
from simulator.scenario.tape import tape_of
from simulator.world.draw import NO_SHARES, NOT_SEEN, World
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.engine.state import Setting
    from simulator.scenario.models import Scenario
    from simulator.scenario.names import Names


def follow_tape(scenario: Scenario, grade: str | None = None, route: str | None = None) -> WorkedLoan | None:
    """Play one loan of a tape; None where a replay has no default to follow.

    Parameters
    ----------
    scenario : Scenario
        With a tape.
    grade, route : str, optional
        Of the loan; any if not given.

    Raises
    ------
    ContractError
        If the tape has no loan of the grade or route, or the contract does not admit the one that is followed.
    """
    setting, left_out = alone(setting_for(scenario), scenario)
    plan = plan_world(scenario, setting.calendar)
    tape = plan.tape
    if tape is None:
        return None
    links = plan.book.links if plan.book is not None else tape.replayed[0] if tape.replayed else np.zeros(0, r.LINK)
    fits = _fitting(links, setting.names, grade, route)
    if tape.replayed is None:
        common = most_common(links, fits)
        seen = plan.book.seen[common : common + 1] if plan.book is not None else NOT_SEEN
        world = _failing_half_way(scenario, setting, links[common : common + 1].copy(), seen, tape.shares[common : common + 1])
        return follow(scenario, setting, world, kind_of(links[common], plan.names), left_out)
    row = most_telling(tape.replayed, fits)
    if row is None:
        return None
    line = int(tape_of(scenario).lines[row])
    fate = Words(f"重放台账第{line}行记录的违约", f"it defaults as line {line} of the tape records")
    return follow(scenario, setting, _as_recorded(tape.replayed, row), kind_of(links[row], plan.names), left_out, fate)


def _fitting(links: NDArray[np.void], names: Names, grade: str | None, route: str | None) -> NDArray[np.int64]:
    """Rows of the tape of a grade and route."""
    fits = np.ones(len(links), bool)
    for feature, known, wanted in (("grade", names.grades, grade), ("route", names.routes, route)):
        if wanted is not None:
            fits &= links[feature] == (known.index(wanted) if wanted in known else -1)
    if not fits.any():
        raise no_such_loan(grade, route, names.grades, names.routes)
    return np.flatnonzero(fits)


def most_common(links: NDArray[np.void], fits: NDArray[np.int64]) -> int:
    """Row of the first loan of the most frequent kind: grade, route, class, bank, term and repayment."""
    kinds = np.stack([links[fits][key] for key in ("grade", "route", "firm_class", "bank", "term_months", "repayment")], axis=1)
    _, first, counts = np.unique(kinds, axis=0, return_index=True, return_counts=True)
    return int(fits[first[np.argmax(counts)]])


def most_telling(replayed: tuple[Any, ...], fits: NDArray[np.int64]) -> int | None:
    """Row of the recorded default with the largest loss, of those from which something came back if there are any; None without defaults."""
    links, recorded = replayed[0], replayed[5]
    failed = fits[links["failure_day"][fits] < r.NEVER]
    if not len(failed):
        return None
    owed, loss = (recorded[key][links["fate"][failed]] for key in ("owed", "loss"))
    return int(failed[np.lexsort((loss, owed > loss))[-1]])


def _as_recorded(replayed: tuple[Any, ...], row: int) -> World:
    links, lags, z, _, _, recorded, shares, seen = replayed
    link, fate = links[row : row + 1].copy(), int(links["fate"][row])
    link["firm"] = link["fate"] = 0
    own = shares[row : row + 1] if shares.size else NO_SHARES
    return World(link, lags[fate : fate + 1], z, 1, None, recorded[fate : fate + 1], own, seen[row : row + 1])


def _failing_half_way(scenario: Scenario, setting: Setting, link: NDArray[np.void], seen: NDArray[np.void], shares: NDArray[np.int32]) -> World:
    link["firm"] = link["fate"] = 0
    link["failure_day"] = months_later(setting.calendar, int(link["day"][0]), max(1, int(link["term_months"][0]) // 2))
    link["amount"], link["lgd"] = AMOUNT, scenario.losses.lgd.mean
    own = shares if shares.size else NO_SHARES
    return World(link, expected_lags(scenario), np.zeros((len(setting.names.sectors), setting.n_months)), 1, shares=own, seen=seen)


def kind_of(link: np.void, names: Names) -> Loan:
    """Name the kind of loan that a link is."""
    return Loan(
        segment=names.segments[link["segment"]],
        grade=names.grades[link["grade"]],
        firm_class=names.firm_classes[link["firm_class"]],
        region=names.regions[link["region"]],
        route=names.routes[link["route"]],
        bank=names.banks[link["bank"]],
        unsecured=int(link["unsecured"]),
        term_months=int(link["term_months"]),
        repayment=r.Repayment(int(link["repayment"])).name.lower(),
        is_first=not link["flags"] & r.Flag.BORROWED_BEFORE,
    )
