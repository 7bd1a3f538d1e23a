"""A loan tape's worlds: its loans with drawn fates, or with those it records.

Drawn fates use the clock of synthetic firms: a firm's hazard accrues over the union of its loans' windows and is set against one threshold. The
draws of a firm and of a loan are addressed by their names on the tape, so neither the order of its rows nor a row more changes another loan's fate. A
replay is the same in every history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import compiled
from simulator.rules.records import NEVER, RECORDED
from simulator.world.failures import WINDOW, FailurePlan, Weather, draw_fate, draw_weather, watch_firm
from simulator.world.firms import BANKING, CHAIN, FIRM, TIMING
from simulator.world.macro import draw_factors
from simulator.world.normal import normal_quantile
from simulator.world.recoveries import LOSS, RecoveryPlan, draw_lags, draw_loss
from simulator.world.streams import FIRST_BLOCK, NO_LINK, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan

LAW = np.dtype([("neutral", "f8"), ("lgd_level", "f8")], align=True)
"""What loans of one law of failure share besides their hazard; see PROFILE."""


class TapeLoans(NamedTuple):
    """A tape's loans for compiled code.

    Attributes
    ----------
    links : ndarray of LINK, shape (n_loans,)
        In the order of play, without fates.
    keys : ndarray of int64, shape (n_loans,)
        Address of each loan's draws.
    firm_keys : ndarray of int64, shape (n_firms,)
    by_firm : ndarray of int64, shape (n_loans,)
        Loans firm after firm, each firm's in order of time.
    first : ndarray of int64, shape (n_firms + 1,)
        Where each firm starts in ``by_firm``.
    laws : ndarray of int64, shape (n_firms,)
        Each firm's law of failure: a row of ``hazards`` and of ``levels``.
    levels : ndarray of LAW
    deferred : ndarray of float64, shape (n_firms,)
        Part of the hazard that falls on maturities.
    most_loans : int
        Most loans of one firm.
    """

    links: NDArray[np.void]
    keys: NDArray[np.int64]
    firm_keys: NDArray[np.int64]
    by_firm: NDArray[np.int64]
    first: NDArray[np.int64]
    laws: NDArray[np.int64]
    levels: NDArray[np.void]
    deferred: NDArray[np.float64]
    most_loans: int


class TapePlan(NamedTuple):
    """What worlds of a tape are made from.

    Attributes
    ----------
    loans : TapeLoans
    shares : ndarray of int32, shape (n_loans, n_shares)
        Shares that layers take from the tape, millionths.
    replayed : tuple or None
        The fields of the one world of a replay; None where fates are drawn.
    """

    loans: TapeLoans
    shares: NDArray[np.int32]
    replayed: tuple[Any, ...] | None


@compiled
def draw_firms(loans: TapeLoans, failures: FailurePlan, weather: Weather, seed: int, history: int) -> tuple[Any, Any]:
    """Draw every firm's fate into copies of its links; returns all links, and which of them are void: they would start after a failure."""
    links = loans.links.copy()
    is_void = np.zeros(len(links), np.bool_)
    chain, windows, maturities = np.empty(loans.most_loans, CHAIN), np.empty(loans.most_loans, WINDOW), np.empty(loans.most_loans, np.int64)
    for firm in range(len(loans.firm_keys)):
        address = (seed, history, loans.firm_keys[firm])
        own = loans.by_firm[loans.first[firm] : loans.first[firm + 1]]
        threshold = draws(address, NO_LINK, FIRM, TIMING)[0]
        _, _, ancillary, signal = draws(address, NO_LINK, FIRM, BANKING)
        failure_day, late_from, cured_on = NEVER, NEVER, NEVER
        law = loans.laws[firm]
        if threshold <= weather.bound[law]:
            for number in range(len(own)):
                chain[number].day, chain[number].maturity = links[own[number]].day, links[own[number]].maturity
            watch = watch_firm(failures, weather, law, loans.deferred[firm], chain, len(own), windows, maturities)
            failure_day, late_from, cured_on = draw_fate(watch, failures, address, threshold)
        for number in own:
            link = links[number]
            link.ancillary, link.signal = normal_quantile(ancillary), normal_quantile(signal)
            link.failure_day = failure_day
            is_void[number] = link.day >= failure_day or late_from <= link.day < cured_on
            if link.day < late_from <= link.maturity:
                link.late_from, link.cured_on = late_from, cured_on
    return links, is_void


@compiled
def draw_tape_losses(
    plan: RecoveryPlan,
    loans: TapeLoans,
    z: NDArray[np.float64],
    month: NDArray[np.int32],
    links: NDArray[np.void],
    failing: NDArray[np.int64],
    seed: int,
    history: int,
) -> NDArray[np.int32]:
    """Draw the LGD of the loans that can default (rows ``failing``) into their links, and return the lags of their recoveries."""
    lags = np.empty((len(failing), plan.n_lumps), np.int32)
    for fate in range(len(failing)):
        row = failing[fate]
        link = links[row]
        law = loans.levels[loans.laws[link.firm]]
        address = (seed, history, loans.keys[row])
        factor = z[link.sector, month[link.failure_day]]
        if np.isnan(factor):
            factor = law.neutral
        link.fate = fate
        link.lgd = draw_loss(plan, law.lgd_level, factor, draws(address, NO_LINK, LOSS, FIRST_BLOCK)[0])
        draw_lags(plan, address, NO_LINK, lags[fate])
    return lags


def draw_from_tape(plan: WorldPlan, tape: TapePlan, history: int) -> tuple[Any, ...]:
    """Return the fields of one history's ``World``."""
    if tape.replayed is not None:
        return tape.replayed
    z = draw_factors(plan.macro, plan.seed, history)
    links, is_void = draw_firms(tape.loans, plan.failures, draw_weather(plan.failures, z), plan.seed, history)
    failing = np.flatnonzero(~is_void & (links["failure_day"] <= links["maturity"]))
    lags = draw_tape_losses(plan.recoveries, tape.loans, z, plan.failures.month, links, failing, plan.seed, history)
    kept = ~is_void
    shares = tape.shares[kept] if tape.shares.size else tape.shares
    return links[kept], lags, z, len(tape.loans.firm_keys), None, np.zeros(0, RECORDED), shares
