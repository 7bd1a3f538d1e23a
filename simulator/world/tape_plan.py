"""A loan tape's worlds: the fixed book that its loans with drawn fates are, or the one world of a replay.

Drawn fates use the clock of synthetic firms: a firm's hazard accrues over the union of its loans' windows and is set against one threshold. The
losses of a loan are addressed by its name on the tape, and firms stand in the order of their first loans, so the order of its rows changes no fate,
and firms of later days change none of those before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.rules.records import LINK, NEVER, RECORDED, SEEN, Repayment
from simulator.scenario.labels import grade_names_blocks
from simulator.scenario.names import address_of
from simulator.scenario.tape import tape_of
from simulator.scenario.tape_reader import FLAGS
from simulator.world.book import RISK
from simulator.world.book_plan import NO_GRADES, Firms, book_of, class_of, draw_banking
from simulator.world.clocks import clock_of, stated_pd
from simulator.world.population import HIGHEST_PD, Lowering, WorldPlan, by_grade, neutral_factor
from simulator.world.recoveries import conditional_lgd_level
from simulator.world.streams import NO_LINK
from simulator.world.tape_labels import FLAG_OF, ORDER_OF, draw_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario
    from simulator.scenario.names import Names
    from simulator.scenario.tape_rows import TapeRows

LAW = np.dtype([("neutral", "f8"), ("lgd_level", "f8")], align=True)
"""What loans of one law of failure share besides their hazard; see PROFILE."""

AMORTISING = (int(Repayment.EQUAL_PRINCIPAL), int(Repayment.EQUAL_INSTALMENT))
MOST_LAWS = 400
"""Most laws of failure; a tape with more different PDs has them rounded to three significant figures, or two."""


class TapePlan(NamedTuple):
    """What worlds of a tape need besides its book.

    Attributes
    ----------
    shares : ndarray of int32, shape (n_loans, n_shares)
        Shares that layers take from the tape, millionths.
    replayed : tuple or None
        The fields of the one world of a replay; None where fates are drawn.
    """

    shares: NDArray[np.int32]
    replayed: tuple[Any, ...] | None


def with_tape(plan: WorldPlan, lowering: Lowering) -> WorldPlan:
    """Put a tape's loans in the place of the firms of a plan.

    Parameters
    ----------
    plan : WorldPlan
        Of the segments that the tape makes.
    lowering : Lowering
        That made it.
    """
    scenario = lowering.scenario
    rows = tape_of(scenario)
    links = links_of(rows, scenario, plan.names)
    draw_labels(links, rows, scenario, plan.names)
    shares = rows.shares.astype(np.int32) if rows.shares.shape[1] else np.zeros((0, 0), np.int32)
    seen = np.zeros(len(links), SEEN)
    seen["pd"] = np.nan_to_num(rows.pd)
    plan, firms, risks = _firms_of(rows, links, lowering, plan)
    if scenario.population.tape is not None and scenario.population.tape.fates == "replay":
        return plan._replace(tape=TapePlan(shares, _replay(rows, links, shares, seen, plan)))
    draw_banking(links, rows.firm_keys, plan.seed, seen)
    return plan._replace(tape=TapePlan(shares, None), book=book_of(links, seen, firms, risks, plan.failures))


def links_of(rows: TapeRows, scenario: Scenario, names: Names) -> NDArray[np.void]:
    """Links of a tape's loans in the order of play, without fates; what the file does not say is left for ``draw_labels``."""
    links = np.zeros(len(rows.day), LINK)
    for field in ("day", "maturity", "term_months", "amount", "rate", "bank", "unsecured"):
        links[field] = getattr(rows, field)
    for feature, order in ORDER_OF.items():
        known = getattr(names, order)
        links[feature] = np.array([known.index(name) for name in rows.names[feature]])[rows.numbers[feature]]
    links["segment"] = np.array([names.segments.index(name) for name in rows.names["sector"]])[rows.numbers["sector"]]
    links["firm"] = rows.firms
    kinds = {kind.name.lower(): int(kind) for kind in Repayment}
    links["repayment"] = np.array([kinds[name] for name in rows.repayment.tolist()])
    for flag in FLAGS:
        links["flags"] |= np.where(rows.flags[flag] == 1, int(FLAG_OF[flag]), 0).astype(np.int8)
    links["pays_every"] = scenario.population.tape.segment.pays_every if scenario.population.tape else 1
    links["late_from"] = links["cured_on"] = links["failure_day"] = NEVER
    links["fate"] = -1
    return links


def _firms_of(rows: TapeRows, links: NDArray[np.void], lowering: Lowering, plan: WorldPlan) -> tuple[WorldPlan, Firms, NDArray[np.void]]:
    """Plan with a tape's laws of failure, its firms, and what its loans' losses are drawn from; firms are drawn in the order of their first loans."""
    firms, first = np.unique(links["firm"], return_index=True)
    starts, pds = links[first], np.nan_to_num(rows.pd[first])
    laws, levels = _laws_of(rows, starts, pds, lowering, plan)
    plan = plan._replace(failures=lowering.lower_failures(), end_day=int(rows.maturity.max()))
    tape = lowering.scenario.population.tape
    at_maturity = tape.segment.at_maturity / 1e6 if tape else 0.0
    pays_at_maturity = np.isin(starts["repayment"], (Repayment.BULLET, Repayment.INTEREST_ONLY))
    if tape is not None and tape.columns.pd is not None:
        classes = [f"pd {class_of(pd)}" for pd in pds.tolist()]
    elif tape is not None and grade_names_blocks(tape, lowering.scenario.macro):
        classes = [f"grade {plan.names.grades[grade]}" for grade in starts["grade"].tolist()]
    else:
        classes = [NO_GRADES] * len(starts)
    addresses = {name: address_of(name) for name in set(classes)}
    places = np.empty(len(firms), np.int64)
    places[np.lexsort((firms, starts["day"]))] = np.arange(len(firms))
    risks = np.zeros(len(links), RISK)
    risks["key"], risks["number"] = rows.keys, NO_LINK
    risks["lgd_level"], risks["neutral"] = levels["lgd_level"][laws[links["firm"]]], levels["neutral"][laws[links["firm"]]]
    blocks = np.array([addresses[name] for name in classes], np.int64)
    return plan, Firms(rows.firm_keys, laws, np.where(pays_at_maturity, at_maturity, 0.0), blocks, places), risks


def _laws_of(
    rows: TapeRows, starts: NDArray[np.void], pds: NDArray[np.float64], lowering: Lowering, plan: WorldPlan
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Each firm's law of failure, from its first loan; the laws go into ``lowering.hazards``."""
    scenario = lowering.scenario
    tape = scenario.population.tape
    said: Any = tape.segment if tape else None
    stated = scenario.macro.asset_correlation if said.asset_correlation is None else said.asset_correlation
    correlations = np.array([by_grade(stated, grade) for grade in plan.names.grades])[starts["grade"]]
    clock = clock_of(said, lowering.n_days)
    lowering.clocks = {clock.tobytes(): clock}
    lowering.hazards = {}
    stated_pds = [min(stated_pd(said, pd), HIGHEST_PD) for pd in _few(pds).tolist()]
    until = int(rows.maturity.max())
    laws = np.zeros(len(starts), np.int64)
    for firm, (pd, correlation, sector) in enumerate(zip(stated_pds, correlations.tolist(), starts["sector"].tolist(), strict=True)):
        laws[firm] = lowering.hazards.setdefault((pd, correlation, sector, 0, until), len(lowering.hazards))
    levels = np.zeros(len(lowering.hazards), LAW)
    for number, (pd, correlation, *_) in enumerate(lowering.hazards):
        level = conditional_lgd_level(pd, correlation, plan.recoveries.mean, plan.recoveries.omega)
        levels[number] = (neutral_factor(pd, correlation), level)
    return laws, levels


def _few(pds: NDArray[np.float64]) -> NDArray[np.float64]:
    """PDs, rounded where there are too many different ones."""
    for figures in (3, 2):
        if len(np.unique(pds)) <= MOST_LAWS:
            break
        pds = np.array([float(f"{pd:.{figures}g}") for pd in pds])
    return pds


def _replay(rows: TapeRows, links: NDArray[np.void], shares: NDArray[np.int32], seen: NDArray[np.void], plan: WorldPlan) -> tuple[Any, ...]:
    """Fields of the one world in which every loan does what the tape records.

    A loan recorded as defaulted after its maturity was not repaid on that day: it stands until the default. What it still owed then is on the tape,
    so one repaid in instalments pays nothing of its principal before.
    """
    links = links.copy()
    failing = np.flatnonzero(rows.default_day < NEVER)
    links["failure_day"] = rows.default_day
    links["fate"][failing] = np.arange(len(failing))
    links["maturity"][failing] = np.maximum(links["maturity"][failing], rows.default_day[failing])
    amortises = failing[np.isin(links["repayment"][failing], AMORTISING)]
    links["repayment"][amortises] = int(Repayment.INTEREST_ONLY)
    recorded = np.zeros(len(failing), RECORDED)
    recorded["owed"], recorded["loss"] = rows.owed[failing], rows.loss[failing]
    lag = rows.recovery_day[failing] - rows.default_day[failing]
    lag = np.where(rows.recovery_day[failing] < NEVER, lag, round(plan.recoveries.lag_mean))
    lags = np.repeat(lag[:, None], plan.recoveries.n_lumps, axis=1).astype(np.int32)
    z = np.full((len(plan.names.sectors), plan.n_months), np.nan)
    return links, lags, z, len(rows.firm_keys), None, recorded, shares, seen
