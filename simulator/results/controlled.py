"""Control variates: an estimate made surer by figures whose mean is known, from the same histories.

What the sample's controls are off their known means tells in part what its losses are off theirs, and is taken away. The coefficients come from other
histories than those they are used on (ten folds), so the estimate has no bias, whatever the controls are; a poor control only fails to help.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.results.estimates import Estimate
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS = 10
NORMAL_POINT = 1.959963984540054
ROUNDING = 1e-9
"""A standard error this small beside the mean is the rounding of floats: the controls say all."""

SAME = 1e-12
"""Controls whose squares differ by no more than this part of the largest are one."""

LEAST_GAIN = 1.5
"""Ratio of variances from which an adjusted estimate is told."""


@dataclass(frozen=True)
class Controlled:
    """One measure, plain and adjusted; the plain estimate stays the run's answer.

    Attributes
    ----------
    measure : str
        Dotted name.
    plain : Estimate
    mean, se : float
        Adjusted, in the measure's unit.
    by : tuple of str
        Controls: ``factor`` (the systematic factor of each history), ``book`` (losses whose mean the exact path knows).
    """

    measure: str
    plain: Estimate
    mean: float
    se: float
    by: tuple[str, ...]

    @property
    def estimate(self) -> Estimate:
        """The adjusted estimate with its 95 % interval."""
        half = NORMAL_POINT * self.se
        return Estimate(self.mean, self.se, self.plain.n, None, None, None, self.plain.unit, self.mean - half, self.mean + half)

    @property
    def gain(self) -> float:
        """Plain variance over adjusted variance: how many times the histories would give the same error without controls."""
        if self.plain.se is None:
            return 1.0
        return (self.plain.se / self.se) ** 2 if self.se > 0.0 else math.inf

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        found = asdict(self.estimate)
        return {key: found[key] for key in ("mean", "se", "low", "high", "unit")} | {"gain": self.gain if self.se else None, "by": list(self.by)}


def adjusted_mean(values: NDArray[Any], controls: Floats, known: Floats) -> tuple[float, float]:
    """Mean over histories, adjusted by controls of known mean; and its standard error.

    Each fold of histories is adjusted with coefficients (least squares) from all others, which are independent of it: the estimate is unbiased at any
    number of histories. The standard error is that of what the controls leave unexplained out of sample.

    Source: Avramidis and Wilson (1993), A splitting scheme for control variates.

    Parameters
    ----------
    values : ndarray, shape (n_histories,)
    controls : ndarray, shape (n_histories, n_controls)
    known : ndarray, shape (n_controls,)
        Their exact means.

    Examples
    --------
    >>> x = np.linspace(-1.0, 2.0, 40)
    >>> mean, se = adjusted_mean(3.0 + 2.0 * x, x[:, None], np.array([0.0]))
    >>> round(mean, 9), round(se, 9)
    (3.0, 0.0)
    """
    y, off = np.asarray(values, dtype=np.float64), controls - known
    spread = off.std(axis=0)
    off = off[:, spread > 0.0] / spread[spread > 0.0]
    folds = [slice(number, None, FOLDS) for number in range(FOLDS)]
    design = np.column_stack([off, np.ones(y.size)])
    squares = [design[fold].T @ design[fold] for fold in folds]
    products = [design[fold].T @ y[fold] for fold in folds]
    left = np.empty(y.size)
    for fold, own_squares, own_products in zip(folds, squares, products, strict=True):
        coefficients = np.linalg.pinv(sum(squares) - own_squares, rcond=SAME, hermitian=True) @ (sum(products) - own_products)
        left[fold] = y[fold] - off[fold] @ coefficients[:-1]
    mean, se = float(left.mean()), float(left.std(ddof=1)) / math.sqrt(y.size)
    return mean, se if se > ROUNDING * abs(mean) else 0.0


def write_controlled(path: Path, found: Mapping[str, Sequence[Controlled]]) -> None:
    """Write one row a scenario and measure: plain and adjusted estimate, their errors and the ratio of their variances."""
    head = ("scenario", "measure", "unit", "plain", "plain_se", "adjusted", "adjusted_se", "gain", "by")
    rows = [
        (name, one.measure, one.plain.unit, one.plain.mean, one.plain.se, one.mean, one.se, one.gain if one.se else "", " ".join(one.by))
        for name, every in found.items()
        for one in every
    ]
    write_table(path, head, rows)
