"""When firms fail: cumulative hazard against a threshold drawn in advance, whatever was lent.

Hazard accrues over the union of a firm's nominal windows ``(day, maturity]``; its age is the number of days at risk. Three kinds of hazard answer the
same two questions, how much has accrued by a day and on which day an amount is reached: ``STATIC`` (Gaussian copula of default times), ``STEADY``
(monthly factor, hazard even over a loan's life, one prefix sum serves all firms) and ``SEASONED`` (monthly factor, hazard by age). Kinds compare on a
*scale* of their own, increasing in the hazard: the normal quantile of the default chance for the first, the hazard itself for the others.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import compiled, rule
from simulator.dates import DAYS_A_YEAR, NEVER
from simulator.world.macro import conditional_chance
from simulator.world.normal import normal_quantile
from simulator.world.streams import FIRST_BLOCK, NO_LINK, Address, Purpose, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CURE = int(Purpose.CURE)
STATIC, STEADY, SEASONED = 0, 1, 2
LARGEST_HAZARD = 700.0
DAYS_A_MONTH = DAYS_A_YEAR / 12

HAZARD = np.dtype(
    [
        ("kind", "i8"),
        ("sector", "i8"),
        ("clock", "i8"),  # row of ``clocks``
        ("scale", "i8"),  # row of ``scales``, STATIC only
        ("until", "i8"),  # last day on which anybody with this hazard is at risk
        ("level", "f8"),  # normal quantile of the yearly PD
        ("correlation", "f8"),
    ],
    align=True,
)
"""One law of failure, shared by all firms of like PD, correlation, sector and clock."""

WINDOW = np.dtype([("after", "i8"), ("until", "i8"), ("age", "i8")], align=True)
"""A stretch at risk ``(after, until]`` and the days at risk before it."""


class FailurePlan(NamedTuple):
    """What is needed to draw failures.

    Attributes
    ----------
    hazards : ndarray of HAZARD, shape (n_hazards,)
    clocks : ndarray, shape (n_clocks, n_days + 1)
        Years of hazard after so many days at risk.
    scales : ndarray, shape (n_scales, n_days + 1)
        Normal quantile of the cumulative default chance after so many days at risk (static factor).
    month, month_start : ndarray
        The calendar.
    cure_chance : float
        Chance that a first failure is cured.
    cure_within : int
        Days within which it is.
    """

    hazards: NDArray[np.void]
    clocks: Floats
    scales: Floats
    month: NDArray[np.int32]
    month_start: NDArray[np.int32]
    cure_chance: float
    cure_within: int


class Weather(NamedTuple):
    """What one history's factor does to the hazards.

    Attributes
    ----------
    z : ndarray, shape (n_sectors, n_months)
    rates : ndarray, shape (n_hazards, n_months) or (0, n_months)
        Hazard a year of the clock, month by month; no rows under a static factor.
    accrued : ndarray, shape (n_hazards, n_days) or (0, n_days)
        Hazard of the days up to and with this one, as far as any firm is at risk (STEADY).
    bound : ndarray, shape (n_hazards,)
        A threshold draw above it never fails.
    """

    z: Floats
    rates: Floats
    accrued: Floats
    bound: Floats


class AtRisk(NamedTuple):
    """When a firm is at risk, and under which law.

    Attributes
    ----------
    law : int
        Row of ``FailurePlan.hazards``.
    deferred : float
        Part of the hazard that falls on the next maturity, 0-1.
    windows : ndarray of WINDOW
        Its stretches at risk, the first ``n_windows`` of the array.
    maturities : ndarray of int64
        Its nominal maturities in order of time, the first ``n_links`` of the array.
    """

    law: int
    deferred: float
    windows: NDArray[np.void]
    maturities: NDArray[np.int64]
    n_windows: int
    n_links: int


class Watch(NamedTuple):
    """One firm at risk in one history.

    Attributes
    ----------
    windows : ndarray of WINDOW
        Its stretches at risk, the first ``n_windows`` of the array.
    maturities : ndarray of int64
        Its nominal maturities in order of time, the first ``n_links`` of the array.
    line : ndarray
        STATIC: the scale by age; STEADY: hazard by day.
    clock : ndarray
        Years of hazard by age.
    rates : ndarray, shape (n_months,)
        Hazard a year; of no meaning under a static factor.
    month, month_start : ndarray
        The calendar.
    kind : int
    factor, correlation : float
        ``z`` and rho (STATIC).
    deferred : float
        Part of the hazard that falls on the next maturity, 0-1.
    """

    windows: NDArray[np.void]
    maturities: NDArray[np.int64]
    line: Floats
    clock: Floats
    rates: Floats
    month: NDArray[np.int32]
    month_start: NDArray[np.int32]
    kind: int
    factor: float
    correlation: float
    deferred: float
    n_windows: int
    n_links: int


@rule
def conditional_hazard(level: float, correlation: float, factor: float) -> float:
    """Hazard a year, ``-ln(1 - p(z))``, at a given factor."""
    chance = conditional_chance(level, correlation, factor)
    if chance < 0.5:
        return -math.log1p(-chance)
    survival = conditional_chance(-level, correlation, -factor)
    return min(-math.log(survival), LARGEST_HAZARD) if survival > 0.0 else LARGEST_HAZARD


@compiled
def draw_weather(plan: FailurePlan, z: Floats) -> Weather:
    """Turn one history's factor into hazards."""
    n_hazards, n_months, n_days = len(plan.hazards), z.shape[1], len(plan.month)
    n_monthly = 0 if n_hazards and plan.hazards[0].kind == STATIC else n_hazards
    rates = np.zeros((n_monthly, n_months))
    accrued = np.empty((n_monthly, n_days))
    bound = np.zeros(n_hazards)
    for row in range(n_hazards):
        hazard = plan.hazards[row]
        factor = z[hazard.sector]
        if hazard.kind == STATIC:
            bound[row] = conditional_chance(plan.scales[hazard.scale, hazard.until], hazard.correlation, factor[0])
        else:
            for month in range(plan.month[hazard.until] + 1):
                rates[row, month] = conditional_hazard(hazard.level, hazard.correlation, factor[month])
            if hazard.kind == STEADY:
                accrued[row, 0] = 0.0
                for month in range(plan.month[hazard.until] + 1):
                    each = rates[row, month] / DAYS_A_YEAR
                    for day in range(max(plan.month_start[month], 1), min(plan.month_start[month + 1], hazard.until + 1)):
                        accrued[row, day] = accrued[row, day - 1] + each
                most = accrued[row, hazard.until]
            else:
                most = rates[row].max() * plan.clocks[hazard.clock, hazard.until]
            bound[row] = -math.expm1(-most)
        bound[row] += 1e-9 * bound[row]
    return Weather(z, rates, accrued, bound)


@rule
def lay_out(chain: NDArray[np.void], n_links: int, windows: NDArray[np.void], maturities: NDArray[np.int64]) -> int:
    """Merge a chain's nominal windows and sort its maturities; returns the number of windows."""
    n_windows = 0
    covered = -1
    at_risk = 0
    for link in range(n_links):
        day, maturity = chain[link].day, chain[link].maturity
        if day > covered:
            window = windows[n_windows]
            window.after, window.until, window.age = day, maturity, at_risk
            at_risk += maturity - day
            n_windows += 1
        elif maturity > covered:
            windows[n_windows - 1].until = maturity
            at_risk += maturity - covered
        covered = max(covered, maturity)
        place = link
        while place > 0 and maturities[place - 1] > maturity:
            maturities[place] = maturities[place - 1]
            place -= 1
        maturities[place] = maturity
    return n_windows


@rule
def scaled_in(watch: Watch, window: Any, before: float, day: int) -> float:  # noqa: ANN401  a record
    """Hazard accrued by the end of a day in one window, on the scale of its kind, with what accrued ``before`` it."""
    if watch.kind == STATIC:
        return float(watch.line[window.age + day - window.after])
    if watch.kind == STEADY:
        return float(before + (watch.line[day] - watch.line[window.after]))
    total = before
    now = window.after
    while now < day:
        month = watch.month[now + 1]
        end = min(day, watch.month_start[month + 1] - 1)
        age = window.age - window.after
        total += watch.rates[month] * (watch.clock[age + end] - watch.clock[age + now])
        now = end
    return total


@rule
def accrued_by(watch: Watch, day: int) -> float:
    """Hazard accrued by the end of ``day``."""
    scaled = 0.0
    for number in range(watch.n_windows):
        window = watch.windows[number]
        if day <= window.after:
            break
        scaled = scaled_in(watch, window, scaled, min(window.until, day))
    return float(conditional_hazard(scaled, watch.correlation, watch.factor) if watch.kind == STATIC else scaled)


@rule
def first_day(watch: Watch, amount: float, after: int, until: int) -> int:
    """First day in ``(after, until]`` by whose end ``amount`` of hazard has accrued; ``NEVER`` if none."""
    target = amount
    if watch.kind == STATIC:
        target = math.sqrt(watch.correlation) * watch.factor + math.sqrt(1.0 - watch.correlation) * normal_quantile(-math.expm1(-amount))
    before = 0.0
    for number in range(watch.n_windows):
        window = watch.windows[number]
        high = min(window.until, until)
        if high <= window.after:
            break
        reached = scaled_in(watch, window, before, high)
        if high > after and reached >= target:
            low = max(after, window.after)
            while high - low > 1:
                middle = (low + high) // 2
                if scaled_in(watch, window, before, middle) >= target:
                    high = middle
                else:
                    low = middle
            return int(high)
        before = reached
    return NEVER


@rule
def failure_after(watch: Watch, amount: float, after: int) -> int:
    """First day after ``after`` by which ``amount`` of hazard has fallen; ``NEVER`` if none.

    The deferred part of the hazard accrued since one maturity falls on the day of the next, the rest day by day.
    """
    maturities = watch.maturities
    if watch.deferred == 0.0:
        return int(first_day(watch, amount, after, maturities[watch.n_links - 1]))
    earlier, base = after, 0.0
    for number in range(watch.n_links):
        maturity = maturities[number]
        accrued = accrued_by(watch, maturity)
        if maturity > after and accrued >= amount:
            day = NEVER
            if watch.deferred < 1.0 and maturity - 1 > earlier:
                day = first_day(watch, base + (amount - base) / (1.0 - watch.deferred), earlier, maturity - 1)
            return int(min(day, maturity))
        earlier, base = max(after, maturity), accrued
    return NEVER


@rule
def fallen_by(watch: Watch, day: int) -> float:
    """Hazard that has fallen by the end of ``day``."""
    base = 0.0
    if watch.deferred > 0.0:
        for number in range(watch.n_links):
            if watch.maturities[number] <= day:
                base = accrued_by(watch, watch.maturities[number])
    return float(base + (1.0 - watch.deferred) * (accrued_by(watch, day) - base))


@rule
def draw_fate(plan: FailurePlan, weather: Weather, firm: AtRisk, address: Address, draw: float) -> tuple[int, int, int]:
    """Draw when a firm fails.

    Parameters
    ----------
    plan : FailurePlan
    weather : Weather
        Of the history.
    firm : AtRisk
    address : tuple of int
        Of the firm's draws.
    draw : float
        Uniform draw of its threshold: it fails when its hazard passes ``-ln(1 - draw)``.

    Returns
    -------
    tuple of int
        Day of the failure for good, first missed payment of a failure that is cured, day of the cure; each ``NEVER`` if it does not come.
    """
    hazard = plan.hazards[firm.law]
    is_static = hazard.kind == STATIC
    line = plan.scales[hazard.scale] if is_static else weather.accrued[firm.law]
    rates = weather.z[hazard.sector] if is_static else weather.rates[firm.law]
    watch = Watch(
        firm.windows,
        firm.maturities,
        line,
        plan.clocks[hazard.clock],
        rates,
        plan.month,
        plan.month_start,
        hazard.kind,
        weather.z[hazard.sector, 0],
        hazard.correlation,
        firm.deferred,
        firm.n_windows,
        firm.n_links,
    )
    day = failure_after(watch, -math.log1p(-draw), watch.windows[0].after)
    if day == NEVER or plan.cure_chance == 0.0:
        return day, NEVER, NEVER
    is_cured, length, second, _ = draws(address, NO_LINK, CURE, FIRST_BLOCK)
    if is_cured >= plan.cure_chance:
        return day, NEVER, NEVER
    cured_on = day + 1 + int(length * plan.cure_within)
    if cured_on >= watch.maturities[watch.n_links - 1]:
        return NEVER, day, cured_on
    return failure_after(watch, fallen_by(watch, cured_on) - math.log1p(-second), cured_on), day, cured_on
