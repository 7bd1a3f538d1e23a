"""The law of amounts requested: lognormal, cut at its bounds, with the stated mean after the cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulator.errors import ContractError

if TYPE_CHECKING:
    from simulator.scenario.models import LoanSize


def lower_amounts(profile: Any, size: LoanSize, mean: int | None) -> None:  # noqa: ANN401  a record
    """Fill the fields of a profile that say what amounts its firms ask for.

    Raises
    ------
    ContractError
        If neither mean nor table is given, or the mean is not between the bounds.
    """
    if size.table is not None:
        return
    if mean is None:
        zh, en = "请给出平均金额 mean 或金额表 table", "give the mean amount or a table of amounts"
        raise ContractError(zh, en)
    if not size.least <= mean <= size.most:
        zh = f"平均金额 {mean / 1e6:g}万元 不在最小金额 {size.least / 1e6:g}万元 与最大金额 {size.most / 1e6:g}万元 之间"
        en = f"the mean amount {mean / 1e6:g}万元 is not between the least, {size.least / 1e6:g}万元, and the most, {size.most / 1e6:g}万元"
        raise ContractError(zh, en)
    profile.round_to = max(size.round_to, 1)
    profile.least = max(1, -(-size.least // profile.round_to))
    profile.most = max(profile.least, size.most // profile.round_to)
    profile.location, profile.width = math.log(mean / profile.round_to), 1.0
    if size.spread > 0.0 and size.least < mean < size.most:
        profile.scale = math.sqrt(math.log1p(size.spread**2))
        location = solve_location(mean, profile.scale, size.least, size.most)
        profile.location = location - math.log(profile.round_to)
        profile.low, high = (share_below(bound, location, profile.scale) for bound in (size.least, size.most))
        profile.width = high - profile.low


def share_below(amount: float, location: float, scale: float) -> float:
    """Part of a lognormal below an amount."""
    from scipy import special

    return float(special.ndtr((math.log(max(amount, 1)) - location) / scale))


def solve_location(mean: float, scale: float, least: float, most: float) -> float:
    """Location of a lognormal whose mean between ``least`` and ``most`` is ``mean``.

    Parameters
    ----------
    mean, least, most : float
        Amounts, ``least < mean < most``.
    scale : float
        Standard deviation of the logarithm.

    Raises
    ------
    ContractError
        If the mean is so near a bound that no such law exists in double precision.

    Examples
    --------
    >>> round(solve_location(100.0, 0.5, 1.0, 1e9), 6) == round(math.log(100.0) - 0.125, 6)
    True
    """
    from scipy import optimize

    def excess(location: float) -> float:
        return truncated_mean(location, scale, least, most) / mean - 1.0

    plain = math.log(mean) - scale**2 / 2
    low, high = plain - scale, plain + scale
    for _ in range(40):
        if excess(low) <= 0.0 <= excess(high):
            return float(optimize.brentq(excess, low, high, xtol=1e-13))
        low, high = low - scale, high + scale
    zh = "平均金额离边界太近，请放宽最小或最大金额，或减小离散系数"
    en = "the mean amount is too near a bound; widen the bounds or lower the spread"
    raise ContractError(zh, en)


def truncated_mean(location: float, scale: float, least: float, most: float) -> float:
    """Mean of a lognormal between two bounds."""
    from scipy import special

    low, high = ((math.log(max(bound, 1e-300)) - location) / scale for bound in (least, most))
    within, shifted = special.ndtr([high, high - scale]) - special.ndtr([low, low - scale])
    if within <= 0.0:
        return least if low > 0.0 else most
    return float(math.exp(location + scale**2 / 2) * shifted / within)
