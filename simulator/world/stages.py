"""Projects that pass stages: when they start, which stage fails them and on what day, what their loans come to, what their equity is worth.

A stage fails when ``a Z + sqrt(1 - a^2) e`` stays below the normal quantile of its chance of failure; ``e`` is the project's own, ``Z`` the history's
technology factor of that stage, one for all projects: the outcomes of two projects in one stage have the correlation ``a^2`` behind them, and the
chance of success of those who reach a stage is the stated one. A loan follows from it: one chance of default if the project fails before the loan is
due, on the day of the failure, and one if it does not, on any day of the loan's life.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import rule
from simulator.rules.records import LINK, NEVER, SEEN, Flag
from simulator.scenario.stage_checks import MOST_STAGES
from simulator.world.firms import draw_amount, maturity_of
from simulator.world.normal import normal_quantile
from simulator.world.recoveries import draw_lags, draw_loss
from simulator.world.streams import FIRST_BLOCK, NO_LINK, Purpose, draws, firm_address

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.world.recoveries import RecoveryPlan
    from simulator.world.stage_plan import StagePlan

TECHNOLOGY, PROJECT, STAGE, PROJECT_LOAN = (
    int(Purpose.TECHNOLOGY),
    int(Purpose.PROJECT),
    int(Purpose.STAGE),
    int(Purpose.PROJECT_LOAN),
)
PROJECT_ADDRESS = 2**14
"""Sets of projects are addressed like segments from here on, so that they share no address with firms."""

BORROWED_BEFORE = int(Flag.BORROWED_BEFORE)

OUTCOME = np.dtype(
    [
        ("set", "i8"),
        ("reached", "i8"),  # stages entered
        ("failed_stage", "i8"),  # -1: passed all
        ("ends_on", "i8"),  # day on which it failed, or passed the last stage
        ("loss", "i8"),  # what the failure costs, fen
        ("value", "i8"),  # equity at the exit, millionths of what was put in
        ("link", "i8"),  # its loan's row, -1: none asked for
    ],
    align=True,
)
"""What becomes of one project."""


class Drawn(NamedTuple):
    """Projects of one history.

    Attributes
    ----------
    outcomes : ndarray of OUTCOME, shape (n_projects,)
    days : ndarray of int64, shape (n_projects, MOST_STAGES)
        First day of each stage reached; ``NEVER`` for the others.
    """

    outcomes: NDArray[np.void]
    days: NDArray[np.int64]


def draw_projects(
    plan: StagePlan, recoveries: RecoveryPlan, z: NDArray[np.float64], seed: int, history: int
) -> tuple[Drawn, NDArray[np.void], NDArray[np.void], NDArray[np.int32]]:
    """Draw all projects of one history.

    Returns
    -------
    tuple
        The projects; the links of their loans, project after project (``link.firm`` is the project's number, ``link.fate`` the row of the lags);
        what banks see of them; the lags of recoveries, shape (n_fates, n_lumps).
    """
    n_projects = int(plan.sets["number"].sum())
    outcomes, days = np.zeros(n_projects, OUTCOME), np.full((n_projects, MOST_STAGES), NEVER, np.int64)
    links, seen, lags = np.zeros(n_projects, LINK), np.zeros(n_projects, SEEN), np.zeros((n_projects, recoveries.n_lumps), np.int32)
    n_links, n_fates = fill_projects(plan, recoveries, z, seed, history, np.empty(plan.n_names), outcomes, days, links, seen, lags)
    return Drawn(outcomes, days), links[:n_links], seen[:n_links], lags[:n_fates]


@rule
def fill_projects(
    plan: StagePlan,
    recoveries: RecoveryPlan,
    z: NDArray[np.float64],
    seed: int,
    history: int,
    technology: NDArray[np.float64],
    outcomes: NDArray[np.void],
    days: NDArray[np.int64],
    links: NDArray[np.void],
    seen: NDArray[np.void],
    lags: NDArray[np.int32],
) -> tuple[int, int]:
    """Draw the technologies' factors and all projects into the last six arrays; returns the numbers of links and of fates."""
    for name in range(plan.n_names):
        technology[name] = normal_quantile(draws((seed, history, 0), name, TECHNOLOGY, FIRST_BLOCK)[0])
    number, n_links, n_fates = 0, 0, 0
    for row in range(len(plan.sets)):
        for own in range(plan.sets[row].number):
            address = (seed, history, firm_address(PROJECT_ADDRESS + row, own))
            start_draw, bank_draw, amount_draw, value_draw = draws(address, NO_LINK, PROJECT, FIRST_BLOCK)
            outcome = outcomes[number]
            outcome.set = row
            outcome.link = -1
            pass_stages(plan, row, address, start_draw, technology, outcome, days[number])
            outcome.value = exit_multiple(plan.sets[row], outcome.failed_stage, value_draw)
            stage = plan.sets[row].loan_stage
            if 0 <= stage < outcome.reached and days[number, stage] <= plan.last_day:
                link = links[n_links]
                seen[n_links].pd = plan.sets[row].pd
                link.firm = number
                ask_for_loan(plan, row, address, amount_draw, bank_draw, days[number, stage], outcome, link)
                if link.failure_day < NEVER:
                    factor = z[link.sector, plan.month[link.failure_day]]
                    if np.isnan(factor):
                        factor = plan.neutral
                    link.lgd = draw_loss(recoveries, plan.lgd_level, factor, draws(address, NO_LINK, PROJECT_LOAN, FIRST_BLOCK)[2])
                    draw_lags(recoveries, address, NO_LINK, lags[n_fates])
                    link.fate = n_fates
                    n_fates += 1
                n_links += 1
            number += 1
    return n_links, n_fates


@rule
def pass_stages(plan: StagePlan, row: int, address: Any, start_draw: float, technology: Any, outcome: Any, days: Any) -> None:  # noqa: ANN401  records
    """Let one project pass its stages until one fails; a stage starts on the day on which the one before ended."""
    own = plan.sets[row]
    day = own.first_from + int(start_draw * own.first_days)
    loading = own.loading
    outcome.failed_stage = -1
    for place in range(own.n_stages):
        step = plan.steps[row, place]
        days[place] = day
        outcome.reached = place + 1
        end = maturity_of(plan.month, plan.month_start, day, step.months)
        result, when, loss, _ = draws(address, place, STAGE, FIRST_BLOCK)
        if loading * technology[step.name] + math.sqrt(1.0 - loading * loading) * normal_quantile(result) < step.barrier:
            outcome.failed_stage = place
            outcome.ends_on = day + 1 + int(when * (end - day))
            if step.has_loss:
                outcome.loss = draw_amount(plan.blank[0], plan.losses[row, place], plan.rows, loss)
            return
        day = end
    outcome.ends_on = day


@rule
def exit_multiple(own: Any, failed_stage: int, draw: float) -> int:  # noqa: ANN401  a record
    """Value of equity at the exit, millionths of what was put in."""
    if failed_stage >= 0:
        return int(own.value_if_failed * 1e6 + 0.5)
    multiple = math.exp(own.value_location + (own.value_scale * normal_quantile(draw) if own.value_scale > 0.0 else 0.0))
    return int(multiple * 1e6 + 0.5)


@rule
def ask_for_loan(plan: StagePlan, row: int, address: Any, amount_draw: float, bank_draw: float, day: int, outcome: Any, link: Any) -> None:  # noqa: ANN401  records
    """Fill the link of one project's loan with its terms and its fate."""
    own = plan.sets[row]
    link.segment, link.sector, link.grade, link.firm_class = own.segment, own.sector, own.grade, own.firm_class
    link.region, link.route, link.repayment, link.pays_every = own.region, own.route, own.repayment, own.pays_every
    bank = 0
    while bank < len(plan.banks) - 1 and bank_draw >= plan.banks[bank]:
        bank += 1
    link.bank = bank
    link.flags, link.unsecured = BORROWED_BEFORE, 1_000_000
    link.rate, link.term_months = own.rate, own.term
    link.day, link.maturity = day, maturity_of(plan.month, plan.month_start, day, own.term)
    link.amount = draw_amount(plan.blank[0], plan.loans[row], plan.rows, amount_draw)
    link.failure_day, link.late_from, link.cured_on, link.fate = NEVER, NEVER, NEVER, -1
    default, when, _, _ = draws(address, NO_LINK, PROJECT_LOAN, FIRST_BLOCK)
    has_failed = outcome.failed_stage >= 0 and outcome.ends_on <= link.maturity
    if default < (own.default_if_failed if has_failed else own.default_if_not):
        link.failure_day = outcome.ends_on if has_failed else day + 1 + int(when * (link.maturity - day))
