"""The seasoning clock: years of hazard after so many days at risk.

``F(tau) = 1 - (1 - PD) ** S(tau)``. A table of seasoning gives the shape of ``S``; a cumulative default curve gives ``F`` itself, and with it both
the clock and the yearly PD that it runs on: the mean over the whole curve. A monthly factor moves the curve's hazard as it would move that PD.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulator.dates import DAYS_A_YEAR
from simulator.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulator.scenario.models import Segment

DAYS_A_MONTH = DAYS_A_YEAR / 12


def clock_of(segment: Segment, n_days: int) -> NDArray[np.float64]:
    """Clock of a segment, shape (n_days + 1,), by days at risk.

    Raises
    ------
    ContractError
        If the table falls, or is 0 where it is scaled.
    """
    if segment.default_curve:
        hazard = {month: -math.log1p(-min(chance, 1.0 - 1e-12)) for month, chance in segment.default_curve.items()}
        last = max(hazard)
        return scaled_clock(hazard, last, n_days) if hazard[last] > 0.0 else np.arange(n_days + 1) / DAYS_A_YEAR
    if segment.seasoning:
        return scaled_clock(segment.seasoning, segment.pd_over, n_days)
    return np.arange(n_days + 1) / DAYS_A_YEAR


def scaled_clock(table: Mapping[int, float], months: int, n_days: int) -> NDArray[np.float64]:
    """Clock of a table's shape that shows ``months / 12`` years after ``months``; straight between its points and beyond its last two.

    Examples
    --------
    >>> scaled_clock({12: 0.5, 24: 2.0}, 24, 731)[[0, 730]].round(3).tolist()
    [0.0, 1.998]
    """
    points = {0: 0.0, **table}
    known = sorted(points)
    years = np.array([points[month] for month in known])
    if len(known) < 2 or years[0] != 0.0 or np.any(np.diff(years) < 0.0):
        zh, en = "曲线应从 0 开始，且不得下降", "the curve must start at 0 and must not fall"
        raise ContractError(zh, en)
    ages = np.append(np.arange(n_days + 1) / DAYS_A_MONTH, months)
    slope = (years[-1] - years[-2]) / (known[-1] - known[-2])
    clock = np.interp(ages, known, years) + slope * np.maximum(ages - known[-1], 0.0)
    if clock[-1] <= 0.0:
        zh, en = f"曲线在第 {months} 个月必须大于 0", f"the curve must be above 0 at month {months}"
        raise ContractError(zh, en)
    return np.asarray(clock[:-1] * (months / 12 / clock[-1]))


def stated_pd(segment: Segment, pd: float) -> float:
    """Yearly PD that a segment's clock runs on: the stated one, or the mean over its default curve."""
    if not segment.default_curve:
        return pd
    last = max(segment.default_curve)
    return -math.expm1(12 / last * math.log1p(-min(segment.default_curve[last], 1.0 - 1e-12)))
