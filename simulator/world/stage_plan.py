"""From sets of projects to the arrays that their stages are drawn from, and what chances of default they come to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.dates import days_between
from simulator.rules.records import Repayment
from simulator.scenario.models import LoanSize
from simulator.scenario.quantities import resolve_rate
from simulator.scenario.stage_checks import MOST_STAGES
from simulator.world.amounts import lower_amounts
from simulator.world.firms import PROFILE, ROW, SEGMENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.scenario.models import Projects, Scenario, Size
    from simulator.scenario.names import Names
    from simulator.world.recoveries import RecoveryPlan

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
