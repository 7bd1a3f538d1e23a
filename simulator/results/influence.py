"""What each history adds to an estimate, so that estimates of different scenarios on the same histories can be compared in pairs.

For any measure there is a number a history whose mean is the estimate and whose spread gives its standard error: the value itself for a mean or a
chance, the linearised ratio, the linearised quantile or tail mean (Hampel's influence function, 1974). Differences of these numbers history by
history give the error of a difference of ratios on common random numbers, which the estimates' own errors cannot.

Quantiles and tail means of two points on the same histories hang on nearly the same few of them, and the linear form then understates the error of
their difference. Their parts are put into another order, so that pairing earns nothing: the error is that of two independent runs, too large rather
than too small.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

import numpy as np

from simulator.results.estimates import Estimate, order_statistic
from simulator.results.measures import LEVELS, TAILS, measure_named, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulator.results.estimates import Values
    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]


def influence(name: str, found: Estimate, finals: Mapping[str, Values], scenario: Scenario) -> Floats:
    """Each history's part in an estimate.

    Parameters
    ----------
    name : str
        Dotted name of the measure.
    found : Estimate
        What ``summarise`` made of it.
    finals : mapping of str to ndarray, shape (n_histories,)
    scenario : Scenario

    Returns
    -------
    ndarray, shape (n_histories,)
        In the measure's unit; its mean is ``found.mean`` and its standard error that of ``found`` (for a value at risk, as its interval has it; for
        an expected shortfall, nearly). Of a tail measure not in the order of the histories; the same losses give the same order.

    Examples
    --------
    Of a ratio, twice the same, the difference is without error::

        influence("bank.net_loss_rate", rate, finals, scenario) - influence("bank.net_loss_rate", rate, finals, scenario)
    """
    measure = measure_named(name)
    known = parts_of(finals, scenario)
    x, *below = (np.asarray(known[part], dtype=np.float64) for part in measure.of or (name,))
    if measure.kind == "chance":
        return np.asarray((x != 0).astype(np.float64))
    if measure.kind == "ratio":
        return _of_ratio(x, below[0], found.mean)
    if measure.kind == "when":
        happened = (x >= 0).astype(np.float64)
        return _of_ratio(np.maximum(x, 0.0), happened, found.mean)
    if measure.kind in TAILS:
        return _of_tail(x, LEVELS[name.rpartition("_")[2]], found, is_mean=measure.kind == "expected_shortfall")
    return x


def _of_ratio(x: Floats, y: Floats, ratio: float) -> Floats:
    return np.asarray(ratio + (x - ratio * y) / y.mean())


def _of_tail(x: Floats, level: float, found: Estimate, *, is_mean: bool) -> Floats:
    edge = order_statistic(x, level)
    if is_mean:
        beyond = np.maximum(x - edge, 0.0)
        return _shuffled(found.mean + (beyond - beyond.mean()) / (1 - level), x)
    passed = (x > edge).astype(np.float64)
    spread = float(passed.std(ddof=1)) / math.sqrt(x.size)
    return _shuffled(found.mean + (passed - passed.mean()) * ((found.se or 0.0) / spread if spread else 0.0), x)


def _shuffled(parts: Floats, x: Floats) -> Floats:
    return np.random.default_rng(zlib.crc32(x.tobytes())).permutation(parts)
