"""The systematic factor: what makes the defaults of one history move together.

One recursion serves the three kinds of factor, ``z[m] = pull[m] z[m-1] + drift[m] + spread[m] noise``: a static factor pulls with 1, an AR(1) with
its monthly persistence, a month that a path names has no noise, and the months between named ones follow the AR(1) bridge. A month held at its
neutral point is not a number: the neutral point depends on the grade, so those who use ``z`` put their stated figure in its place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import compiled, rule
from simulator.world.normal import normal_cdf, normal_quantile
from simulator.world.streams import NO_LINK, Address, Purpose, draws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMMON_FACTOR, SECTOR_FACTOR = int(Purpose.COMMON_FACTOR), int(Purpose.SECTOR_FACTOR)
COMMON = 0


class FactorLaw(NamedTuple):
    """Coefficients of the recursion, month by month; each of shape (n_months,)."""

    pull: Floats
    drift: Floats
    spread: Floats


class MacroPlan(NamedTuple):
    """Laws of the common factor and of what a sector adds, and a sector's loadings on both."""

    common: FactorLaw
    own: FactorLaw
    common_loading: float
    own_loading: float
    n_sectors: int


def plan_macro(macro: Any, n_sectors: int, n_months: int, path: Mapping[int, float]) -> MacroPlan:  # noqa: ANN401  Macro or its like
    """Lower the macro block; ``path`` holds the named months, counted from the calendar's first.

    A path fixes the common factor. What sectors add to it is drawn, so under a path and a loading below 1 sectors still differ.
    """
    monthly = float(macro.persistence) ** (1 / 12)
    if macro.factor == "static":
        own = static_law(n_months)
        common = own
    else:
        own = path_law({}, monthly, n_months, is_drawn=True)
        common = path_law(path, monthly, n_months, is_drawn=macro.otherwise == "draw") if macro.factor == "path" else own
    loading = float(macro.sector_loading)
    return MacroPlan(common, own, loading, math.sqrt(1.0 - loading * loading), n_sectors)


def static_law(n_months: int) -> FactorLaw:
    """Law of one draw a history."""
    first = np.zeros(n_months)
    first[0] = 1.0
    return FactorLaw(1.0 - first, np.zeros(n_months), first)


def path_law(path: Mapping[int, float], monthly: float, n_months: int, *, is_drawn: bool) -> FactorLaw:
    """Law of an AR(1) of unit variance given its value in the months of ``path``.

    Between two named months the law is the Gaussian bridge: with ``a`` the correlation to the month before and ``b`` that to the next named month,
    the mean is ``(a (1 - b²) before + b (1 - a²) next) / (1 - a² b²)`` and the variance ``(1 - a²)(1 - b²) / (1 - a² b²)``.

    Parameters
    ----------
    path : mapping of int to float
        Value by month; months before 0 and after the last count as knowledge too.
    monthly : float
        Correlation of neighbouring months, 0-1.
    n_months : int
        Length.
    is_drawn : bool
        Draw the other months; else they are held at the neutral point (not a number).
    """
    pull, drift, spread = np.zeros(n_months), np.zeros(n_months), np.zeros(n_months)
    earlier = [month for month in path if month < 0]
    for month in range(n_months):
        if month in path:
            drift[month] = path[month]
        elif not is_drawn:
            drift[month] = math.nan
        else:
            before = max(earlier) if month == 0 and earlier else month - 1
            to_before = monthly ** (month - before) if month > 0 or earlier else 0.0
            later = min((named for named in path if named > month), default=None)
            to_next = monthly ** (later - month) if later is not None else 0.0
            rest = 1.0 - (to_before * to_next) ** 2
            weight = to_before * (1.0 - to_next**2) / rest if rest > 0.0 else to_before
            to_later = to_next * (1.0 - to_before**2) / rest if rest > 0.0 else 0.0
            spread[month] = math.sqrt((1.0 - to_before**2) * (1.0 - to_next**2) / rest) if rest > 0.0 else 0.0
            drift[month] = to_later * path[later] if later is not None else 0.0
            if month == 0 and earlier:
                drift[month] += weight * path[before]
            else:
                pull[month] = weight
    return FactorLaw(pull, drift, spread)


@rule
def draw_factor(law: FactorLaw, address: Address, purpose: int, factor: Floats) -> None:
    """Draw one factor into ``factor``, shape (n_months,)."""
    current = -1
    block = (0.0, 0.0, 0.0, 0.0)
    value = 0.0
    for month in range(len(factor)):
        value = law.drift[month] + (law.pull[month] * value if law.pull[month] != 0.0 else 0.0)
        if law.spread[month] > 0.0:
            if month // 4 != current:
                current = month // 4
                block = draws(address, NO_LINK, purpose, current)
            value += law.spread[month] * normal_quantile(block[month % 4])
        factor[month] = value


@compiled
def draw_factors(plan: MacroPlan, seed: int, history: int) -> Floats:
    """Draw the factor of every sector in one history.

    Returns
    -------
    ndarray, shape (n_sectors, n_months)
        Of unit variance, correlated across sectors by the square of the loading; not a number in a month held at its neutral point.
    """
    n_months = len(plan.common.pull)
    factors = np.empty((plan.n_sectors, n_months))
    common = np.empty(n_months)
    own = np.zeros(n_months)
    draw_factor(plan.common, (seed, history, COMMON), COMMON_FACTOR, common)
    for sector in range(plan.n_sectors):
        if plan.own_loading > 0.0:
            draw_factor(plan.own, (seed, history, sector), SECTOR_FACTOR, own)
        for month in range(n_months):
            factors[sector, month] = plan.common_loading * common[month] + plan.own_loading * own[month]
    return factors


@rule
def conditional_chance(level: float, correlation: float, factor: float) -> float:
    """Chance of an event at a given factor: Vasicek's ``cdf((level - sqrt(rho) z) / sqrt(1 - rho))``.

    Parameters
    ----------
    level : float
        Normal quantile of the unconditional chance.
    correlation : float
        Correlation rho with the factor, 0 <= rho < 1.
    factor : float
        ``z``; where it is not a number the event keeps its unconditional chance.
    """
    if math.isnan(factor):
        return float(normal_cdf(level))
    return float(normal_cdf((level - math.sqrt(correlation) * factor) / math.sqrt(1.0 - correlation)))
