"""Loss given default and the lags of recoveries."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import special, stats

from simulator.errors import ScenarioError
from simulator.world.draw import draw_history
from simulator.world.recoveries import RecoveryPlan, beta_quantiles, conditional_lgd_level, draw_loss

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.world.population import WorldPlan

    Plans = Callable[..., WorldPlan]

M = 1_000_000
FAILING = {"甲": {"firms": 3000, "pd": 0.3, "first_application": "at_start"}}


def recoveries(mean: float, spread: float, omega: float = 0.0) -> RecoveryPlan:
    return RecoveryPlan(mean, omega, beta_quantiles(mean, spread, moves=omega > 0.0), 1, 730.0, 0.0, 0.0)


def test_the_wrong_way_parameter_is_the_published_one() -> None:
    assert special.ndtr(conditional_lgd_level(0.03, 0.12, 0.75, 0.2)) == pytest.approx(0.624, abs=5e-4)


@pytest.mark.parametrize(("pd", "rho", "lgd", "omega"), [(0.03, 0.12, 0.75, 0.2), (0.001, 0.24, 0.45, 0.5), (0.2, 0.05, 0.1, 0.1)])
def test_the_wrong_way_parameter_solves_its_bivariate_equation(pd: float, rho: float, lgd: float, omega: float) -> None:
    level = conditional_lgd_level(pd, rho, lgd, omega)
    together = stats.multivariate_normal([0, 0], [[1, math.sqrt(rho * omega)], [math.sqrt(rho * omega), 1]])
    assert together.cdf([special.ndtri(pd), level]) == pytest.approx(pd * lgd, rel=1e-4)


@pytest.mark.parametrize(("mean", "spread"), [(0.45, 0.2), (0.75, 0.3), (0.1, 0.05), (0.5, 0.45)])
def test_losses_have_the_stated_mean_and_spread(mean: float, spread: float) -> None:
    plan = recoveries(mean, spread)
    losses = np.array([draw_loss(plan, 0.0, 0.0, draw) for draw in (np.arange(20_000) + 0.5) / 20_000]) / M
    assert losses.mean() == pytest.approx(mean, abs=5e-4)
    assert losses.std() == pytest.approx(spread, abs=2e-3)
    assert (np.diff(losses) >= 0).all()


@pytest.mark.parametrize("factor", [-2.0, 0.3, 2.5])
def test_the_conditional_mean_moves_with_the_factor_and_the_draw_stays_monotone(factor: float) -> None:
    level = conditional_lgd_level(0.03, 0.12, 0.45, 0.2)
    plan = recoveries(0.45, 0.2, 0.2)
    losses = np.array([draw_loss(plan, level, factor, draw) for draw in (np.arange(20_000) + 0.5) / 20_000]) / M
    expected = special.ndtr((level - math.sqrt(0.2) * factor) / math.sqrt(0.8))
    assert losses.mean() == pytest.approx(expected, abs=1e-3)
    assert (np.diff(losses) >= 0).all()


def test_without_spread_every_loss_is_the_mean(plan_of: Plans) -> None:
    world = draw_history(plan_of(FAILING), 0)
    links = world.links
    assert set(links["lgd"][links["fate"] >= 0].tolist()) == {450_000}
    assert set(links["lgd"][links["fate"] < 0].tolist()) == {0}
    assert world.lags.shape == ((links["fate"] >= 0).sum(), 1)
    assert (world.lags == 730).all()
    assert sorted(links["fate"][links["fate"] >= 0].tolist()) == list(range(len(world.lags)))


def test_lags_are_whole_days_in_order_of_time_with_the_stated_mean(plan_of: Plans) -> None:
    losses = {"lgd": {"mean": 450_000}, "lumps": 6, "lag": {"mean": 400, "spread": 0.5}}
    lags = draw_history(plan_of(FAILING, losses=losses), 0).lags
    assert lags.shape[1] == 6
    assert (np.diff(lags, axis=1) >= 0).all()
    assert lags.min() >= 0
    assert lags.mean() == pytest.approx(400, abs=4 * 200 / math.sqrt(lags.size))
    assert lags.std() == pytest.approx(200, rel=0.1)


def test_a_changed_lag_leaves_losses_alone(plan_of: Plans) -> None:
    lgd = {"mean": 450_000, "spread": 0.2}
    one, other = (draw_history(plan_of(FAILING, losses={"lgd": lgd, "lag": {"mean": mean, "spread": 0.5}}), 0) for mean in (400, 800))
    assert one.links.tobytes() == other.links.tobytes()
    assert (one.lags != other.lags).any()


def test_a_spread_that_no_beta_law_has_is_refused_by_name(plan_of: Plans) -> None:
    with pytest.raises(ScenarioError, match=r"losses\.lgd.*必须小于 49\.7%"):
        plan_of(FAILING, losses={"lgd": {"mean": 450_000, "spread": 0.6}})
