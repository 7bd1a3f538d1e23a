"""The noise of Monte Carlo told apart from what parameters do, where all points were played on the same histories.

A point's estimate is a mean over histories. Since all points share the histories, the luck common to them does not move one against another; what is
left of the noise is the interaction of history and point. Its size follows from the figures of the single histories: no further play is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVEL = 0.05
"""Chance that noise alone is taken for an effect, in a whole family of tests."""

ALIKE = 1e-12
"""Values this close to each other, as part of their size, are the same but for the last bits of sums."""


def are_alike(values: Floats) -> bool:
    """Whether values do not differ, but for rounding.

    Examples
    --------
    >>> are_alike(np.array([0.3, 0.1 + 0.2])), are_alike(np.array([1.0, 1.1]))
    (True, False)
    """
    return bool(np.ptp(values) <= ALIKE * float(np.abs(values).max())) if values.size else True


def paired_errors(differences: Floats) -> Floats:
    """Return the standard error of each row's mean.

    Parameters
    ----------
    differences : ndarray, shape (n_pairs, n_histories)
        Of two points, history by history.

    Returns
    -------
    ndarray, shape (n_pairs,)
        0 with one history: a replay has no noise.
    """
    n = differences.shape[1]
    return np.zeros(len(differences)) if n < 2 else differences.std(axis=1, ddof=1) / np.sqrt(n)


def is_beyond_noise(differences: Floats, n_tests: int = 1) -> bool:
    """Whether some paired differences are more than noise would have them.

    Two questions share the level: whether any pair alone is beyond Student's t, with Bonferroni for their number, which holds however the pairs
    depend on each other; and whether all together are larger than when the histories' signs are drawn anew, which keeps that dependence and finds
    what is small everywhere.

    Parameters
    ----------
    differences : ndarray, shape (n_pairs, n_histories)
        Of two points, history by history.
    n_tests : int
        Families of as many pairs that are asked at the same time.

    Examples
    --------
    >>> is_beyond_noise(np.array([[1.0, 1.1, 0.9, 1.0]])), is_beyond_noise(np.array([[1.0, -1.1, 0.9, -1.0]]))
    (True, False)
    """
    n_pairs, n = differences.shape
    if differences.size == 0:
        return False
    if n == 1 or n_pairs == 1:
        return _is_one_beyond(differences, LEVEL / n_tests)
    return _is_one_beyond(differences, LEVEL / (2 * n_tests)) or _are_all_beyond(differences, LEVEL / (2 * n_tests))


def _is_one_beyond(differences: Floats, level: float) -> bool:
    from scipy.special import stdtrit

    n_pairs, n = differences.shape
    bound = float(stdtrit(n - 1, 1 - level / (2 * n_pairs))) if n > 1 else 0.0
    least = ALIKE * float(np.abs(differences).max())
    return bool(np.any(np.abs(differences.mean(axis=1)) > np.maximum(bound * paired_errors(differences), least)))


def _are_all_beyond(differences: Floats, level: float) -> bool:
    """Whether the squared means sum to more than with the histories' signs drawn anew."""
    n_draws = int(np.ceil(20 / level))
    signs = np.random.default_rng(n_draws).choice((-1.0, 1.0), size=(n_draws, differences.shape[1]))
    found = float((differences.sum(axis=1) ** 2).sum())
    drawn = ((signs @ differences.T) ** 2).sum(axis=1)
    reached = np.count_nonzero(drawn >= found * (1 - ALIKE))
    return bool(found > 0 and (1 + reached) / (1 + n_draws) <= level)


def noise_variance(values: Floats) -> float:
    """Return the part of the variance of points' means that is noise: interaction of history and point over the number of histories.

    The residual of a two-way layout without repetition: what is left of the single figures once each point's mean and each history's mean are taken
    off, over its degrees of freedom.

    Parameters
    ----------
    values : ndarray, shape (n_points, n_histories)
        One measure at every point on the same histories.

    Returns
    -------
    float
        In the square of the measure's unit; 0 with one history.
    """
    n_points, n = values.shape
    if n < 2 or n_points < 2:
        return 0.0
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    return float((left * left).sum() / ((n_points - 1) * (n - 1)) / n)


def noise_share(values: Floats) -> float:
    """Return the noise as a part of the variance of the points' means, 0-1; 0 where the means do not differ."""
    means = values.mean(axis=1)
    if are_alike(means):
        return 0.0
    return min(1.0, noise_variance(values) / float(means.var(ddof=1)))
