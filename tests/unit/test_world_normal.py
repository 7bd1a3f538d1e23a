"""The compiled normal distribution against scipy."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from simulator.world.normal import normal_cdf, normal_quantile


def test_the_cumulative_function_agrees_with_scipy() -> None:
    middle = np.linspace(-8.0, 8.0, 4001)
    np.testing.assert_allclose([normal_cdf(x) for x in middle], special.ndtr(middle), rtol=2e-14)
    tail = np.linspace(-37.0, -8.0, 2001)
    np.testing.assert_allclose([normal_cdf(x) for x in tail], special.ndtr(tail), rtol=2e-13)


def test_the_quantile_agrees_with_scipy() -> None:
    chances = np.concatenate([np.logspace(-300, -1, 3000), np.linspace(0.001, 0.999, 3001), 1.0 - np.logspace(-15, -1, 1000)])
    np.testing.assert_allclose([normal_quantile(p) for p in chances], special.ndtri(chances), rtol=2e-15, atol=1e-15)


def test_the_quantile_is_infinite_at_the_ends() -> None:
    assert normal_quantile(0.0) == -math.inf
    assert normal_quantile(1.0) == math.inf


def test_the_quantile_undoes_the_cumulative_function() -> None:
    values = np.linspace(-6.0, 5.0, 1001)
    np.testing.assert_allclose([normal_quantile(normal_cdf(x)) for x in values], values, atol=1e-9)
