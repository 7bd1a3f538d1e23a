"""From a scenario to the arrays that worlds are drawn from: done once a scenario, checked here, trusted inside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.dates import DAYS_A_YEAR, days_between
from simulator.errors import ContractError, Problem, ScenarioError
from simulator.rules.records import Repayment
from simulator.scenario.labels import goes_by_grade
from simulator.scenario.names import Names, names_of
from simulator.scenario.quantities import resolve_rate
from simulator.world import failures
from simulator.world.amounts import lower_amounts
from simulator.world.clocks import clock_of, stated_pd
from simulator.world.firms import GUIDES, PROFILE, ROW, SEGMENT, FirmPlan
from simulator.world.macro import MacroPlan, plan_macro
from simulator.world.recoveries import RecoveryPlan, conditional_lgd_level, plan_recoveries
from simulator.world.stage_plan import StagePlan, last_project_day, plan_stages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.scenario.models import Scenario, Segment
    from simulator.world.book import Book
    from simulator.world.tape_plan import TapePlan

ALWAYS = 2.0
HIGHEST_PD = 1.0 - 1e-12
FEW_DAYS_A_MONTH = 28


class WorldPlan(NamedTuple):
    """All that is needed to draw any history of a scenario.

    Attributes
    ----------
    names : Names
    firms, macro, failures, recoveries
        Arrays for compiled code.
    seed : int
    lend_until : int
        Last day of applications.
    n_months : int
        Months of the calendar, the length of ``World.z``.
    end_day : int
        Last day on which anything nominal can happen: no maturity is later.
    stages : StagePlan or None
        Projects; None where there are none.
    tape : TapePlan or None
        Loans of a tape in place of all firms.
    book : Book or None
        Loans that are the same in every history; None where firms are drawn anew, and in a replay.
    """

    names: Names
    firms: FirmPlan
    macro: MacroPlan
    failures: failures.FailurePlan
    recoveries: RecoveryPlan
    seed: int
    lend_until: int
    n_months: int
    end_day: int
    stages: StagePlan | None = None
    tape: TapePlan | None = None
    book: Book | None = None


def plan_world(scenario: Scenario, calendar: Calendar, *, has_signals: bool = True) -> WorldPlan:
    """Lower a scenario's population, macro and losses to arrays.

    Parameters
    ----------
    scenario : Scenario
        Resolved and valid.
    calendar : Calendar
        From the scenario's start; must reach the latest nominal maturity.
    has_signals : bool
        Draw what banks that lend by margin look at, ``link.ancillary`` and ``link.signal``; else both are 0, a seventh of the time is saved, and all
        other draws are the same.

    Raises
    ------
    ScenarioError
        If no law has the stated figures (a mean outside its bounds, a spread too large, a curve that falls).
    ValueError
        If the calendar is too short.
    """
    lowering = Lowering(scenario, calendar, has_signals=has_signals)
    plan = lowering.plan()
    if scenario.population.tape is not None:
        from simulator.world.tape_plan import with_tape

        return with_tape(plan, lowering)
    if scenario.population.book == "fixed":
        from simulator.world.book_plan import with_fixed_firms

        return with_fixed_firms(plan, np.array([goes_by_grade(one, scenario.macro) for one in scenario.population.segments.values()], bool))
    return plan


class _Tables:
    """Collects tables of shares."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, int]] = []

    def add(self, shares: Iterable[tuple[int, float]]) -> int:
        """Add a table of values and shares; returns its first row."""
        start = len(self.rows)
        known = [(value, share) for value, share in shares if share > 0]
        parts = np.cumsum([share for _, share in known]) / math.fsum(share for _, share in known)
        parts[-1] = ALWAYS
        guides = np.searchsorted(parts, np.arange(GUIDES) / GUIDES, side="right") + start + GUIDES
        self.rows += [(float(parts[0]), int(guide)) for guide in guides]
        self.rows += [(float(part), value) for part, (value, _) in zip(parts, known, strict=True)]
        return start


def by_grade(value: Any, grade: str) -> Any:  # noqa: ANN401  of any unit
    """Value that holds for one grade."""
    return value[grade] if isinstance(value, Mapping) else value


class Lowering:
    """One scenario on its way to arrays."""

    def __init__(self, scenario: Scenario, calendar: Calendar, *, has_signals: bool) -> None:
        self.scenario = scenario
        self.calendar = calendar
        self.has_signals = has_signals
        self.segments = scenario.population.segments
        self.names = names_of(scenario)
        run = scenario.run
        self.lend_until = days_between(run.start, run.lend_until)
        self.n_days = len(calendar.month)
        self.tables = _Tables()
        self.clocks: dict[bytes, NDArray[np.float64]] = {}
        self.hazards: dict[tuple[Any, ...], int] = {}

    def plan(self) -> WorldPlan:
        """Lower everything."""
        ends = [self.last_maturity(segment) for segment in self.segments.values()]
        stages_end = last_project_day(self.scenario, self.calendar)
        macro = self.lower_macro()
        recoveries = self.at("losses.lgd", plan_recoveries, self.scenario.losses)
        segments = np.zeros(len(self.segments), SEGMENT).view(np.recarray)
        profiles = np.zeros((len(self.segments), len(self.names.grades)), PROFILE).view(np.recarray)
        for number, (name, segment) in enumerate(self.segments.items()):
            self.lower_segment(segments[number], name, segment)
            self.lower_profiles(profiles[number], name, segment, recoveries, ends[number])
        return WorldPlan(
            names=self.names,
            firms=self.lower_firms(segments, profiles),
            macro=macro,
            failures=self.lower_failures(),
            recoveries=recoveries,
            seed=self.scenario.run.seed,
            lend_until=self.lend_until,
            n_months=len(self.calendar.month_start) - 1,
            end_day=max([*ends, stages_end]),
            stages=self.at("population.projects", plan_stages, self.scenario, self.names, self.calendar, recoveries),
        )

    def at(self, path: str, lower: Any, *arguments: Any) -> Any:  # noqa: ANN401  of any law
        """Lower one thing; what it refuses is the scenario's fault, at this path."""
        try:
            return lower(*arguments)
        except ContractError as error:
            raise ScenarioError([Problem(self.scenario.name, 0, 0, path, error.zh, error.en)]) from error

    def last_maturity(self, segment: Segment) -> int:
        """Latest nominal maturity of any firm of a segment."""
        is_one_loan_from_start = segment.first_application == "at_start" and segment.drawdowns.mean == 1.0 and segment.renewal == 0.0
        day = 0 if is_one_loan_from_start else self.lend_until
        month = int(self.calendar.month[day]) + max(segment.term)
        if month + 1 >= len(self.calendar.month_start):
            problem = f"the calendar has {len(self.calendar.month_start) - 1} months and must have more than {month + 1}"
            raise ValueError(problem)
        return int(self.calendar.month_start[month + 1]) - 1

    def lower_macro(self) -> MacroPlan:
        """Lower the factor; a path's months count from the calendar's first."""
        start, macro = self.scenario.run.start, self.scenario.macro
        path = {(month.year - start.year) * 12 + month.month - start.month: value for month, value in macro.path.items()}
        return plan_macro(macro, len(self.names.sectors), len(self.calendar.month_start) - 1, path)

    def lower_segment(self, row: Any, name: str, segment: Segment) -> None:  # noqa: ANN401  a record
        """Fill one row of the segments."""
        row.firms = segment.firms or 0
        row.sector = self.names.sectors.index(segment.sector or name)
        row.pays_every = segment.pays_every
        row.is_seen_by_banks = self.has_signals
        if segment.first_application == "spread":
            row.first_from, row.first_days = self.at(f"population.segments.{name}", self.first_window, segment)
        row.last_day = self.lend_until
        row.drawdowns = math.floor(segment.drawdowns.mean)
        row.one_more = segment.drawdowns.mean - row.drawdowns
        row.spacing = segment.drawdowns.spacing
        row.renewal = segment.renewal
        row.at_maturity = segment.at_maturity / 1e6
        for chance in ("ip_pledge", "key_list", "policy_funded", "borrowed_before"):
            row[chance] = getattr(segment, chance)
        self.lower_tables(row, segment)

    def lower_tables(self, row: Any, segment: Segment) -> None:  # noqa: ANN401  a record
        """Add a segment's tables of shares."""
        names, add = self.names, self.tables.add
        banks = {name: bank.share for name, bank in self.scenario.banks.members.items()}
        row.grade = add(numbered(segment.grade, names.grades))
        row.bank = add(numbered(banks if any(banks.values()) else dict.fromkeys(banks, 1), names.banks))
        row.region = add(numbered(segment.region, names.regions))
        row.repayment = add((int(Repayment[repayment.upper()]), share) for repayment, share in segment.repayment.items())
        row.firm_class = add(numbered(segment.firm_class, names.firm_classes))
        row.route = add(numbered(segment.route, names.routes))
        row.unsecured = add(segment.unsecured.items())
        row.term = add(segment.term.items())
        row.amount = add(segment.loan.table.items()) if segment.loan.table else -1
        row.arrivals = add(self.arrivals_of(segment)) if segment.arrivals else -1

    def first_window(self, segment: Segment) -> tuple[int, int]:
        """First day of a segment's first applications, and the number of days over which they are spread."""
        start = self.scenario.run.start
        first = days_between(start, segment.applies_from) if segment.applies_from else 0
        last = min(self.lend_until, days_between(start, segment.applies_until)) if segment.applies_until else self.lend_until
        if first > last:
            zh, en = "首次申请的时间段为空：起始日晚于截止日", "there is no day for first applications: the first is after the last"
            raise ContractError(zh, en)
        return first, last - first + 1

    def arrivals_of(self, segment: Segment) -> Iterable[tuple[int, float]]:
        """Poisson law of the number of firms that arrive over the lending window."""
        from scipy import stats

        law = stats.poisson((segment.arrivals or 0.0) * self.first_window(segment)[1] / DAYS_A_YEAR)
        counts = np.arange(int(law.ppf(1e-16)), int(law.isf(1e-16)) + 1)
        return zip(counts.tolist(), law.pmf(counts).tolist(), strict=True)

    def lower_profiles(self, row: Any, name: str, segment: Segment, recoveries: RecoveryPlan, until: int) -> None:  # noqa: ANN401  records
        """Fill one segment's row of the profiles."""
        path = f"population.segments.{name}"
        clock = self.at(path, clock_of, segment, self.n_days)
        self.clocks.setdefault(clock.tobytes(), clock)
        for number, grade in enumerate(self.names.grades):
            if not segment.grade.get(grade):
                continue
            profile = row[number]
            profile.pd = by_grade(segment.pd, grade)
            profile.rate = resolve_rate(by_grade(segment.rate, grade), self.scenario.prices.lpr)
            pd = min(stated_pd(segment, profile.pd), HIGHEST_PD)
            stated = self.scenario.macro.asset_correlation if segment.asset_correlation is None else segment.asset_correlation
            correlation = by_grade(stated, grade)
            sector = self.names.sectors.index(segment.sector or name)
            key = (pd, correlation, sector, list(self.clocks).index(clock.tobytes()), until)
            profile.hazard = self.hazards.setdefault(key, len(self.hazards))
            profile.neutral = neutral_factor(pd, correlation)
            profile.lgd_level = conditional_lgd_level(pd, correlation, recoveries.mean, recoveries.omega)
            self.at(f"{path}.loan", lower_amounts, profile, segment.loan, by_grade(segment.loan.mean, grade))

    def lower_failures(self) -> failures.FailurePlan:
        """Lower the laws of failure met so far."""
        from scipy import special

        is_static = self.scenario.macro.factor == "static"
        clocks = np.array(list(self.clocks.values()))
        hazards = np.zeros(len(self.hazards), failures.HAZARD)
        scales = np.zeros((len(self.hazards) if is_static else 0, self.n_days + 1))
        steady = np.arange(self.n_days + 1) / DAYS_A_YEAR
        for number, (pd, correlation, sector, clock, until) in enumerate(self.hazards):
            kind = failures.STEADY if np.array_equal(clocks[clock], steady) else failures.SEASONED
            hazards[number] = (failures.STATIC if is_static else kind, sector, clock, number, until, special.ndtri(pd), correlation)
            if is_static:
                scales[number] = special.ndtri(-np.expm1(clocks[clock] * math.log1p(-pd)))
        cure = self.scenario.losses.cure
        chance, within = (cure.chance, cure.within) if cure else (0.0, 1)
        return failures.FailurePlan(hazards, clocks, scales, self.calendar.month, self.calendar.month_start, chance, within)

    def lower_firms(self, segments: NDArray[np.void], profiles: NDArray[np.void]) -> FirmPlan:
        """Put the tables of firms together."""
        shortest = min((min(segment.term) for segment in self.segments.values()), default=1)
        renewals = self.lend_until // (max(shortest, 1) * FEW_DAYS_A_MONTH) + 1
        return FirmPlan(
            segments=segments.view(np.ndarray).view(SEGMENT),
            profiles=profiles.view(np.ndarray).view(PROFILE),
            rows=np.array(self.tables.rows, ROW),
            month=self.calendar.month,
            month_start=self.calendar.month_start,
            longest_chain=int(segments["drawdowns"].max(initial=0)) + 1 + renewals,
            expected_links=self.expected_links(),
        )

    def expected_links(self) -> int:
        """Room for links that suffices nearly always; more is made when it does not."""
        firms = 0.0
        for segment in self.segments.values():
            arrivals = (segment.arrivals or 0.0) * self.first_window(segment)[1] / DAYS_A_YEAR
            firms += ((segment.firms or 0) + arrivals) * segment.drawdowns.mean
        return int(firms + 6 * math.sqrt(firms)) + 16


def numbered(shares: Mapping[str, int], names: tuple[str, ...]) -> list[tuple[int, float]]:
    """Shares by the number of their name."""
    return [(names.index(name), share) for name, share in shares.items()]


def neutral_factor(pd: float, correlation: float) -> float:
    """Factor at which the conditional PD is the stated one.

    Examples
    --------
    >>> round(neutral_factor(0.03, 0.12), 2)
    -0.34
    """
    from scipy import special

    if correlation == 0.0 or pd == 0.0:
        return 0.0
    return float(special.ndtri(pd)) * (1.0 - math.sqrt(1.0 - correlation)) / math.sqrt(correlation)
