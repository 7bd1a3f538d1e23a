"""From one number a history to an estimate with its error: means, quantiles, tails, ratios, proportions, paired differences.

Quantiles are order statistics (values that some history really had), with intervals that need no assumption on the distribution; where there are too
few histories for such an interval, a tail measure is ``None``. Intervals are two-sided at 95 %.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """What a run says about one measure.

    Attributes
    ----------
    mean : float
        The estimate itself: a mean, a ratio of means, a proportion, a quantile or a tail mean.
    se : float or None
        Standard error of ``mean``; ``None`` with one history.
    n : int
        Number of histories behind it.
    p05, p50, p95 : float or None
        Quantiles over histories; ``None`` where a history has no such value.
    unit : str
        ``fen``, ``share``, ``count``, ``rate``, ``day`` or ``times``.
    low, high : float or None
        95 % interval of ``mean``; ``None`` where it cannot be given.
    """

    mean: float
    se: float | None
    n: int
    p05: float | None
    p50: float | None
    p95: float | None
    unit: str
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Quantile:
    """An order statistic with its interval; a side is ``None`` where too few histories bound it.

    Attributes
    ----------
    value, low, high : float
        In the unit of the values.
    level : float
        0-1.
    n : int
        Number of histories.
    """

    value: float
    low: float | None
    high: float | None
    level: float
    n: int


def estimate(values: Values, unit: str) -> Estimate:
    """Mean over histories with its standard error and quantiles.

    Parameters
    ----------
    values : ndarray, shape (n_histories,)
        One number a history, at least one.
    unit : str
        Unit of the values.

    Raises
    ------
    ValueError
        If ``values`` is empty or not one number a history.

    Examples
    --------
    >>> found = estimate(np.array([1, 2, 3, 4]), "count")
    >>> found.mean, round(found.se, 4), found.p05, found.p50, found.p95
    (2.5, 0.6455, 1.0, 2.0, 4.0)
    """
    x = _checked(values)
    mean, se = float(x[0]) if np.ptp(x) == 0 else float(x.mean()), _standard_error(x)
    low, high = _student_interval(mean, se, x.size)
    p05, p50, p95 = (order_statistic(x, level) for level in (0.05, 0.5, 0.95))
    return Estimate(mean, se, x.size, p05, p50, p95, unit, low, high)


def paired_difference(reform: Values, baseline: Values, unit: str) -> Estimate:
    """Estimate of ``reform - baseline``, history by history; both met the same worlds.

    Raises
    ------
    ValueError
        If the two do not have the same histories.
    """
    if np.shape(reform) != np.shape(baseline):
        message = f"a paired difference needs the same histories: {np.shape(reform)} against {np.shape(baseline)}"
        raise ValueError(message)
    return estimate(_checked(reform) - _checked(baseline), unit)


def ratio_of_means(numerator: Values, denominator: Values, unit: str) -> Estimate | None:
    """Ratio of two means: standard error by the delta method, interval by Fieller (1954).

    Quantiles are of the ratio within a history and are left out where a history's denominator is 0.

    Returns
    -------
    Estimate or None
        ``None`` where the denominator's own interval holds 0.

    Examples
    --------
    >>> found = ratio_of_means(np.array([1, 0, 2, 1, 1]), np.array([10, 11, 9, 10, 10]), "share")
    >>> found.mean, round(found.se, 4), round(found.low, 4), round(found.high, 4)
    (0.1, 0.0348, 0.0112, 0.2059)
    """
    x, y = _checked(numerator), _checked(denominator)
    if x.shape != y.shape:
        message = f"a ratio needs the same histories: {x.shape} against {y.shape}"
        raise ValueError(message)
    bottom = float(y.mean())
    if bottom == 0.0:
        return None
    ratio, n = float(x.mean()) / bottom, x.size
    p05, p50, p95 = (order_statistic(x / y, level) for level in (0.05, 0.5, 0.95)) if np.all(y != 0) else (None, None, None)
    if n == 1:
        return Estimate(ratio, None, n, p05, p50, p95, unit)
    interval = _fieller(x, y)
    if interval is None:
        return None
    se = _standard_error(x - ratio * y)
    return Estimate(ratio, None if se is None else se / abs(bottom), n, p05, p50, p95, unit, *interval)


def paired_difference_of_ratios(reform: tuple[Values, Values], baseline: tuple[Values, Values], unit: str) -> Estimate | None:
    """Estimate of the difference of two ratios of means that met the same worlds.

    Standard error by the delta method on the histories' own contributions, ``(x - r y) / mean(y)`` of the one less that of the other; interval by
    Student's t.

    Parameters
    ----------
    reform, baseline : tuple of ndarray, each of shape (n_histories,)
        Numerator and denominator.
    unit : str
        Unit of the ratios.

    Returns
    -------
    Estimate or None
        ``None`` where a denominator is 0 on average.

    Examples
    --------
    >>> one, other = (np.array([1, 0, 2, 1]), np.array([10, 11, 9, 10])), (np.array([2, 0, 4, 2]), np.array([10, 11, 9, 10]))
    >>> found = paired_difference_of_ratios(one, other, "share")
    >>> found.mean, round(found.se, 4)
    (-0.1, 0.0449)
    """
    means, pulls = [], []
    for x, y in ((_checked(top), _checked(bottom)) for top, bottom in (reform, baseline)):
        bottom = float(y.mean())
        if bottom == 0.0:
            return None
        ratio = float(x.mean()) / bottom
        means.append(ratio)
        pulls.append((x - ratio * y) / bottom)
    difference, se = means[0] - means[1], _standard_error(pulls[0] - pulls[1])
    low, high = _student_interval(difference, se, pulls[0].size)
    return Estimate(difference, se, pulls[0].size, None, None, None, unit, low, high)


def simultaneous_point(n: int, n_comparisons: int) -> float:
    """Standard errors that a difference must pass to be certain, where some are judged together: Student's t, Bonferroni, at 95 % for all.

    Examples
    --------
    >>> round(simultaneous_point(1000, 1), 3), round(simultaneous_point(1000, 49), 3)
    (1.962, 3.295)
    """
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 1 - (1 - CONFIDENCE) / (2 * n_comparisons)))


def proportion(happened: Values, unit: str = "share") -> Estimate:
    """Share of histories in which something happened, with Wilson's (1927) interval.

    Parameters
    ----------
    happened : ndarray, shape (n_histories,)
        1 or true where it did.

    Examples
    --------
    >>> found = proportion(np.array([0] * 90 + [1] * 10))
    >>> found.mean, round(found.se, 4), round(found.low, 4), round(found.high, 4)
    (0.1, 0.03, 0.0552, 0.1744)
    """
    x = _checked(happened)
    share = float(np.mean(x != 0))
    low, high = wilson(round(share * x.size), x.size)
    se = math.sqrt(share * (1 - share) / x.size) if x.size > 1 else None
    return Estimate(share, se, x.size, None, None, None, unit, low, high)


def wilson(n_happened: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's interval of a proportion."""
    z = _normal_point(confidence)
    share = n_happened / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def order_statistic(values: Values, level: float) -> float:
    """Smallest value that at least a share ``level`` of the histories do not exceed.

    Examples
    --------
    >>> order_statistic(np.arange(1, 101), 0.95)
    95.0
    """
    x = np.asarray(values)
    rank = _rank(x.size, level)
    return float(np.partition(x, rank - 1)[rank - 1])


def quantile(values: Values, level: float, confidence: float = CONFIDENCE) -> Quantile:
    """Quantile with its order-statistic (binomial) interval.

    The chance that the interval holds the true quantile is at least ``confidence``, whatever the distribution.

    Examples
    --------
    >>> quantile(np.arange(1, 1001), 0.95)
    Quantile(value=950.0, low=936.0, high=964.0, level=0.95, n=1000)
    """
    from scipy.stats import binom

    x = np.sort(_checked(values))
    outside = (1 - confidence) / 2
    lower, upper = int(binom.ppf(outside, x.size, level)), int(binom.ppf(1 - outside, x.size, level)) + 1
    return Quantile(
        value=float(x[_rank(x.size, level) - 1]),
        low=float(x[lower - 1]) if lower >= 1 else None,
        high=float(x[upper - 1]) if upper <= x.size else None,
        level=level,
        n=x.size,
    )


def histories_needed(level: float, confidence: float = CONFIDENCE) -> int:
    """Fewest histories that bound a quantile from above: the largest must pass it with enough certainty.

    Examples
    --------
    >>> histories_needed(0.95), histories_needed(0.99), histories_needed(0.999)
    (72, 368, 3688)
    """
    return math.ceil(math.log((1 - confidence) / 2) / math.log(level))


def value_at_risk(values: Values, level: float, unit: str) -> Estimate | None:
    """Loss not exceeded in a share ``level`` of the histories; ``None`` with too few of them.

    The standard error is the interval's width over twice the normal point.
    """
    if np.size(values) < histories_needed(level):
        return None
    found = quantile(values, level)
    if found.low is None or found.high is None:
        return None
    se = (found.high - found.low) / (2 * _normal_point(CONFIDENCE))
    return Estimate(found.value, se, found.n, None, None, None, unit, found.low, found.high)


def expected_shortfall(values: Values, level: float, unit: str) -> Estimate | None:
    """Mean of the worst ``1 - level`` of the histories; ``None`` with too few of them.

    The history on the boundary counts in part (Acerbi and Tasche 2002). Standard error: variance in the tail plus ``level`` times the squared
    distance of mean and quantile, over ``n (1 - level)``.

    Examples
    --------
    >>> expected_shortfall(np.arange(1, 101), 0.95, "fen").mean
    98.0
    """
    n = int(np.size(values))
    if n < histories_needed(level):
        return None
    x = np.sort(_checked(values))
    rank, weight = _rank(n, level), n - n * level
    tail, edge = x[rank:], float(x[rank - 1])
    mean = (float(tail.sum()) + (rank - n * level) * edge) / weight
    spread = float(np.var(tail)) if tail.size else 0.0
    se = math.sqrt((spread + level * (mean - edge) ** 2) / weight)
    half = _normal_point(CONFIDENCE) * se
    return Estimate(mean, se, n, None, None, None, unit, mean - half, mean + half)


def _checked(values: Values) -> NDArray[np.float64]:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size == 0:
        message = f"an estimate needs one number a history, and at least one history; the shape is {x.shape}"
        raise ValueError(message)
    return x


def _rank(n: int, level: float) -> int:
    return min(max(math.ceil(n * level - 1e-9), 1), n)


def _standard_error(x: NDArray[np.float64]) -> float | None:
    if x.size < 2:
        return None
    return 0.0 if np.ptp(x) == 0 else float(x.std(ddof=1)) / math.sqrt(x.size)


def _student_point(n: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, (1 + CONFIDENCE) / 2))


def _normal_point(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def _student_interval(mean: float, se: float | None, n: int) -> tuple[float | None, float | None]:
    if se is None:
        return None, None
    half = _student_point(n) * se
    return mean - half, mean + half


def _fieller(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float] | None:
    """Interval of mean(x) / mean(y); ``None`` where that of mean(y) holds 0."""
    n, a, b = x.size, float(x.mean()), float(y.mean())
    covariance = np.cov(x, y) / n
    t2 = _student_point(n) ** 2
    square = b * b - t2 * float(covariance[1, 1])
    if square <= 0:
        return None
    cross = a * b - t2 * float(covariance[0, 1])
    rest = a * a - t2 * float(covariance[0, 0])
    root = math.sqrt(max(cross * cross - square * rest, 0.0))
    return (cross - root) / square, (cross + root) / square
