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

from simulator.compiled import compiled
from simulator.dates import days_between
from simulator.rules.records import LINK, NEVER, Flag, Repayment
from simulator.scenario.models import LoanSize
from simulator.scenario.quantities import resolve_rate
from simulator.world.amounts import lower_amounts
from simulator.world.firms import PROFILE, ROW, SEGMENT, draw_amount, maturity_of
from simulator.world.normal import normal_quantile
from simulator.world.recoveries import RecoveryPlan, draw_lags, draw_loss
from simulator.world.streams import FIRST_BLOCK, NO_LINK, Purpose, draws, firm_address

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.scenario.models import Projects, Scenario, Size
    from simulator.scenario.names import Names

TECHNOLOGY, PROJECT, STAGE, PROJECT_LOAN = (
    int(Purpose.TECHNOLOGY),
    int(Purpose.PROJECT),
    int(Purpose.STAGE),
    int(Purpose.PROJECT_LOAN),
)
PROJECT_ADDRESS = 2**14
"""Sets of projects are addressed like segments from here on, so that they share no address with firms."""

MOST_STAGES = 8
BORROWED_BEFORE = int(Flag.BORROWED_BEFORE)
ROUND_TO = 1_000_000
"""Amounts drawn with a spread are rounded to 1万元."""

SET = np.dtype(
    [
        ("number", "i8"),
        ("segment", "i8"),
        ("sector", "i8"),
        ("grade", "i8"),
        ("firm_class", "i8"),
        ("region", "i8"),
        ("route", "i8"),
        ("first_from", "i8"),
        ("first_days", "i8"),
        ("n_stages", "i8"),
        ("loan_stage", "i8"),  # -1: no loan
        ("term", "i8"),
        ("rate", "i8"),
        ("repayment", "i8"),
        ("pays_every", "i8"),
        ("pd", "f8"),  # of the loan, a year
        ("loading", "f8"),
        ("default_if_failed", "f8"),
        ("default_if_not", "f8"),
        ("value_location", "f8"),  # of the logarithm of the multiple after success
        ("value_scale", "f8"),
        ("value_if_failed", "f8"),
    ],
    align=True,
)
"""What projects drawn alike share."""

STEP = np.dtype([("name", "i8"), ("months", "i8"), ("has_loss", "i8"), ("barrier", "f8")], align=True)
"""One stage of a set; ``name`` numbers the stages of all sets by their names, ``barrier`` is the quantile of the chance of failure."""

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


class StagePlan(NamedTuple):
    """What is needed to draw projects.

    Attributes
    ----------
    sets : ndarray of SET, shape (n_sets,)
    steps : ndarray of STEP, shape (n_sets, MOST_STAGES)
    loans : ndarray of PROFILE, shape (n_sets,)
        Laws of the amounts requested.
    losses : ndarray of PROFILE, shape (n_sets, MOST_STAGES)
        Laws of what a failure costs.
    banks : ndarray, shape (n_banks,)
        Cumulative shares of applications.
    blank : ndarray of SEGMENT, shape (1,)
        Says that amounts come from no table.
    rows : ndarray of ROW, shape (1,)
    month, month_start : ndarray
        The calendar.
    n_names : int
        Stage names in all sets.
    last_day : int
        Of lending: no application is later.
    lgd_level, neutral : float
        Of the conditional LGD; factor at which it is the stated one.
    """

    sets: NDArray[np.void]
    steps: NDArray[np.void]
    loans: NDArray[np.void]
    losses: NDArray[np.void]
    banks: NDArray[np.float64]
    blank: NDArray[np.void]
    rows: NDArray[np.void]
    month: NDArray[np.int32]
    month_start: NDArray[np.int32]
    n_names: int
    last_day: int
    lgd_level: float
    neutral: float


def plan_stages(scenario: Scenario, names: Names, calendar: Calendar, recoveries: RecoveryPlan) -> StagePlan | None:
    """Lower the sets of projects; None where there are none.

    Raises
    ------
    ContractError
        If no law has a stated mean and spread.
    """
    from scipy import special

    projects = scenario.population.projects
    if not projects:
        return None
    stage_names = list(dict.fromkeys(stage for one in projects.values() for stage in one.stages))
    sets = np.zeros(len(projects), SET)
    steps = np.zeros((len(projects), MOST_STAGES), STEP)
    loans, losses = np.zeros(len(projects), PROFILE).view(np.recarray), np.zeros((len(projects), MOST_STAGES), PROFILE).view(np.recarray)
    for row, (name, one) in enumerate(projects.items()):
        _lower_set(sets[row], scenario, names, name, one)
        for place, (stage_name, stage) in enumerate(one.stages.items()):
            steps[row, place] = (stage_names.index(stage_name), stage.duration, stage.loss is not None, special.ndtri(1.0 - stage.success))
            if stage.loss:
                _lower_size(losses[row, place], stage.loss)
        if one.loan:
            _lower_size(loans[row], one.loan.amount)
    blank = np.zeros(1, SEGMENT)
    blank["amount"] = -1
    shares = np.array([bank.share for bank in scenario.banks.members.values()], np.float64)
    level = float(special.ndtri(recoveries.mean))
    omega = recoveries.omega
    return StagePlan(
        sets=sets,
        steps=steps,
        loans=loans.view(np.ndarray).view(PROFILE),
        losses=losses.view(np.ndarray).view(PROFILE),
        banks=np.cumsum(shares) / shares.sum(),
        blank=blank,
        rows=np.zeros(1, ROW),
        month=calendar.month,
        month_start=calendar.month_start,
        n_names=len(stage_names),
        last_day=days_between(scenario.run.start, scenario.run.lend_until),
        lgd_level=level,
        neutral=level * (1.0 - math.sqrt(1.0 - omega)) / math.sqrt(omega) if omega > 0.0 and math.isfinite(level) else 0.0,
    )


def _lower_size(profile: Any, size: Size) -> None:  # noqa: ANN401  a record
    unit = ROUND_TO if size.spread > 0.0 and size.mean >= ROUND_TO else 1
    lower_amounts(profile, LoanSize(mean=size.mean, spread=size.spread, round_to=unit), size.mean)


def _lower_set(row: Any, scenario: Scenario, names: Names, name: str, one: Projects) -> None:  # noqa: ANN401  a record
    run = scenario.run
    first = days_between(run.start, one.starts_from) if one.starts_from else 0
    last = days_between(run.start, one.starts_until) if one.starts_until else first
    row["number"], row["segment"], row["sector"] = one.number, names.segments.index(name), names.sectors.index(name)
    row["grade"], row["firm_class"] = names.grades.index(one.grade), names.firm_classes.index(one.firm_class)
    row["region"], row["route"] = names.regions.index(one.region), names.routes.index(one.route)
    row["first_from"], row["first_days"], row["n_stages"] = first, last - first + 1, len(one.stages)
    row["loading"], row["loan_stage"] = one.factor_loading, -1
    if one.exit_value:
        success = one.exit_value.success
        variance = math.log1p(success.spread**2)
        row["value_location"] = math.log(success.mean) - variance / 2 if success.mean > 0.0 else -math.inf
        row["value_scale"], row["value_if_failed"] = math.sqrt(variance), one.exit_value.failure
    if one.loan:
        loan = one.loan
        row["loan_stage"] = list(one.stages).index(loan.stage)
        row["term"], row["pays_every"], row["repayment"] = loan.term, loan.pays_every, Repayment[loan.repayment.upper()]
        row["rate"] = resolve_rate(loan.rate, scenario.prices.lpr)
        row["default_if_failed"], row["default_if_not"] = loan.default_given_failure, loan.default_given_success
        row["pd"] = 1.0 - (1.0 - min(chance_of_default(one), 1.0 - 1e-12)) ** (12 / loan.term)


def chance_of_failure_before_due(one: Projects) -> float:
    """Chance that a project that has reached its loan's stage fails before the loan is due.

    Raises
    ------
    ValueError
        If it has no loan.
    """
    if one.loan is None:
        problem = "these projects have no loan"
        raise ValueError(problem)
    left, alive, found = float(one.loan.term), 1.0, 0.0
    for stage in list(one.stages.values())[list(one.stages).index(one.loan.stage) :]:
        found += alive * (1.0 - stage.success) * min(1.0, max(0.0, left) / stage.duration)
        alive *= stage.success
        left -= stage.duration
    return found


def chance_of_default(one: Projects) -> float:
    """Chance that a loan of these projects defaults."""
    if one.loan is None:
        return 0.0
    failure = chance_of_failure_before_due(one)
    return failure * one.loan.default_given_failure + (1.0 - failure) * one.loan.default_given_success


def last_project_day(scenario: Scenario, calendar: Calendar) -> int:
    """Latest day on which anything nominal can happen to a project: its last stage, its loan's maturity.

    Raises
    ------
    ValueError
        If the calendar is too short.
    """
    latest = 0
    for one in scenario.population.projects.values():
        day = max(0, days_between(scenario.run.start, one.starts_until or one.starts_from or scenario.run.start))
        months = sum(stage.duration for stage in one.stages.values()) + (one.loan.term if one.loan else 0)
        month = int(calendar.month[day]) + months + 1
        if month + 1 >= len(calendar.month_start):
            problem = f"the calendar has {len(calendar.month_start) - 1} months and must have more than {month + 1}"
            raise ValueError(problem)
        latest = max(latest, int(calendar.month_start[month + 1]) - 1)
    return latest


def draw_projects(
    plan: StagePlan, recoveries: RecoveryPlan, z: NDArray[np.float64], seed: int, history: int
) -> tuple[Drawn, NDArray[np.void], NDArray[np.int32]]:
    """Draw all projects of one history.

    Returns
    -------
    tuple
        The projects; the links of their loans, project after project (``link.firm`` is the project's number, ``link.fate`` the row of the lags); the
        lags of recoveries, shape (n_fates, n_lumps).
    """
    n_projects = int(plan.sets["number"].sum())
    outcomes, days = np.zeros(n_projects, OUTCOME), np.full((n_projects, MOST_STAGES), NEVER, np.int64)
    links, lags = np.zeros(n_projects, LINK), np.zeros((n_projects, recoveries.n_lumps), np.int32)
    n_links, n_fates = fill_projects(plan, recoveries, z, seed, history, outcomes, days, links, lags)
    return Drawn(outcomes, days), links[:n_links], lags[:n_fates]


@compiled
def fill_projects(
    plan: StagePlan,
    recoveries: RecoveryPlan,
    z: NDArray[np.float64],
    seed: int,
    history: int,
    outcomes: NDArray[np.void],
    days: NDArray[np.int64],
    links: NDArray[np.void],
    lags: NDArray[np.int32],
) -> tuple[int, int]:
    """Draw all projects into the last four arrays; returns the numbers of links and of fates."""
    technology = np.empty(plan.n_names)
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


@compiled
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


@compiled
def exit_multiple(own: Any, failed_stage: int, draw: float) -> int:  # noqa: ANN401  a record
    """Value of equity at the exit, millionths of what was put in."""
    if failed_stage >= 0:
        return int(own.value_if_failed * 1e6 + 0.5)
    multiple = math.exp(own.value_location + (own.value_scale * normal_quantile(draw) if own.value_scale > 0.0 else 0.0))
    return int(multiple * 1e6 + 0.5)


@compiled
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
    link.rate, link.pd, link.term_months = own.rate, own.pd, own.term
    link.day, link.maturity = day, maturity_of(plan.month, plan.month_start, day, own.term)
    link.amount = draw_amount(plan.blank[0], plan.loans[row], plan.rows, amount_draw)
    link.failure_day, link.late_from, link.cured_on, link.fate = NEVER, NEVER, NEVER, -1
    default, when, _, _ = draws(address, NO_LINK, PROJECT_LOAN, FIRST_BLOCK)
    has_failed = outcome.failed_stage >= 0 and outcome.ends_on <= link.maturity
    if default < (own.default_if_failed if has_failed else own.default_if_not):
        link.failure_day = outcome.ends_on if has_failed else day + 1 + int(when * (link.maturity - day))
