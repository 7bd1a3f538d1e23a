"""The systematic factor: its laws month by month, and what it does to a chance of default."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import integrate, special, stats

from simulator.world.draw import draw_history
from simulator.world.macro import FactorLaw, conditional_chance, path_law, static_law
from simulator.world.population import neutral_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan

FIRMS = {"制造业": {"firms": 3, "pd": 0.02}, "软件业": {"firms": 3, "pd": 0.02}}


def moments(law: FactorLaw) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and covariance of a factor that follows a law."""
    n_months = len(law.pull)
    weights, mean = np.zeros((n_months, n_months)), np.zeros(n_months)
    for month in range(n_months):
        if month:
            weights[month] = law.pull[month] * weights[month - 1]
        weights[month, month] += law.spread[month]
        mean[month] = law.drift[month] + (law.pull[month] * mean[month - 1] if month else 0.0)
    return mean, weights @ weights.T


def conditional_moments(path: dict[int, float], monthly: float, n_months: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same by the textbook formula for a Gaussian vector of which some parts are known."""
    named = np.array(sorted(path))
    known = np.array([path[month] for month in sorted(path)])
    months = np.arange(n_months)
    covariance = lambda a, b: monthly ** np.abs(np.subtract.outer(a, b))  # noqa: E731  one line, used thrice
    gain = covariance(months, named) @ np.linalg.inv(covariance(named, named))
    return gain @ known, covariance(months, months) - gain @ covariance(named, months)


@pytest.mark.parametrize("path", [{3: 1.2}, {0: -1.0, 5: 2.0, 6: 1.5}, {-4: 0.7, 4: -2.0}, {-4: 0.7, -2: 1.1, 30: 0.3}])
def test_months_that_a_path_does_not_name_follow_the_bridge(path: dict[int, float]) -> None:
    mean, covariance = moments(path_law(path, 0.9, 12, is_drawn=True))
    expected_mean, expected_covariance = conditional_moments(path, 0.9, 12)
    np.testing.assert_allclose(mean, expected_mean, atol=1e-12)
    np.testing.assert_allclose(covariance, expected_covariance, atol=1e-12)


def test_an_ar1_factor_has_unit_variance_and_its_persistence() -> None:
    mean, covariance = moments(path_law({}, 0.99, 30, is_drawn=True))
    months = np.arange(30)
    np.testing.assert_allclose(mean, 0.0)
    np.testing.assert_allclose(covariance, 0.99 ** np.abs(np.subtract.outer(months, months)), atol=1e-12)


def test_a_static_factor_is_one_draw() -> None:
    np.testing.assert_allclose(moments(static_law(6))[1], np.ones((6, 6)))


def test_months_of_a_path_are_as_given_and_others_neutral(plan_of: Callable[..., WorldPlan]) -> None:
    path = {datetime.date(2025, 4, 1): -1.5, datetime.date(2025, 6, 1): 2.0}
    z = draw_history(plan_of(FIRMS, macro={"factor": "path", "path": path, "otherwise": "neutral"}), 0).z
    assert z[:, [1, 3]].tolist() == [[-1.5, 2.0], [-1.5, 2.0]]
    assert np.isnan(np.delete(z, [1, 3], axis=1)).all()


def test_sectors_share_one_factor_at_full_loading_and_none_at_zero(plan_of: Callable[..., WorldPlan]) -> None:
    shared = draw_history(plan_of(FIRMS, macro={"factor": "ar1"}), 5).z
    apart = draw_history(plan_of(FIRMS, macro={"factor": "ar1", "sector_loading": 0.0}), 5).z
    assert (shared[0] == shared[1]).all()
    assert (apart[0] != apart[1]).all()


@pytest.mark.parametrize(("pd", "rho"), [(0.03, 0.12), (0.001, 0.24), (0.4, 0.5), (0.02, 0.0)])
def test_the_conditional_chance_averages_to_the_stated_one(pd: float, rho: float) -> None:
    level = float(special.ndtri(pd))
    total = integrate.quad(lambda z: conditional_chance(level, rho, z) * stats.norm.pdf(z), -12.0, 12.0, epsabs=1e-13)[0]
    assert total == pytest.approx(pd, rel=1e-9)


def test_a_chance_at_the_neutral_point_is_the_stated_one() -> None:
    level = float(special.ndtri(0.03))
    assert conditional_chance(level, 0.12, neutral_factor(0.03, 0.12)) == pytest.approx(0.03, rel=1e-12)
    assert conditional_chance(level, 0.12, math.nan) == pytest.approx(0.03, rel=1e-12)
    assert neutral_factor(0.03, 0.12) == pytest.approx(-0.34, abs=0.005)
