"""Failures against a day-by-day twin in plain Python, and the clocks they run on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import special
from twin import Twin, firms_of

from simulator.dates import DAYS_A_YEAR
from simulator.errors import ScenarioError
from simulator.rules.records import NEVER
from simulator.world.clocks import scaled_clock
from simulator.world.draw import draw_history
from simulator.world.streams import Purpose, draws

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.world.population import WorldPlan

    Plans = Callable[..., WorldPlan]

M = 1_000_000
CHAINS = {
    "firms": 150,
    "pd": 0.25,
    "term": {3: 400_000, 6: 300_000, 24: 300_000},
    "drawdowns": {"mean": 2.5, "spacing": 100},
    "renewal": 0.6,
    "repayment": {"bullet": 700_000, "equal_principal": 300_000},
}
SEASONED = {"seasoning": {6: 0.1, 12: 0.4, 36: 3.0}, "pd_over": 24, "at_maturity": 300_000}
CURE = {"lgd": {"mean": 450_000}, "cure": {"chance": 0.5, "within": 80}}


@pytest.mark.parametrize("factor", ["static", "ar1"])
@pytest.mark.parametrize("extra", [{}, {"at_maturity": 600_000}, {"at_maturity": M}, SEASONED])
@pytest.mark.parametrize("losses", [{"lgd": {"mean": 450_000}}, CURE])
def test_failures_are_those_of_the_day_by_day_twin(plan_of: Plans, factor: str, extra: dict[str, Any], losses: dict[str, Any]) -> None:
    segment = CHAINS | extra
    macro = {"factor": factor, "asset_correlation": 0.3}
    blocks = {"until": "2027-10-31", "macro": macro, "losses": losses}
    plan = plan_of({"甲": segment}, **blocks)
    world = draw_history(plan, 4)
    chains = firms_of(draw_history(plan_of({"甲": segment | {"pd": 0.0}}, **blocks), 4))
    drawn = firms_of(world)
    n_failed = n_cured = 0
    for firm, links in chains.items():
        failure, late, cured_on = Twin(plan, 4, links, world.z[0], segment, 0.3, factor).fate(draws((plan.seed, 4, firm), 0, int(Purpose.FIRM), 0)[0])
        lived = links[(links["day"] < failure) & ~((links["day"] >= late) & (links["day"] < cured_on))]
        assert drawn[firm]["day"].tolist() == lived["day"].tolist()
        assert set(drawn[firm]["failure_day"].tolist()) == {failure}
        for link in drawn[firm]:
            met = link["day"] < late <= link["maturity"]
            assert (link["late_from"], link["cured_on"]) == ((late, cured_on) if met else (NEVER, NEVER))
            assert (link["fate"] >= 0) == (link["day"] < failure <= link["maturity"])
        n_failed += failure != NEVER
        n_cured += late != NEVER
    assert n_failed > 10
    assert (n_cured > 10) == (losses is CURE)


def test_without_spread_over_time_a_neutral_month_has_the_stated_hazard(plan_of: Plans) -> None:
    segment = {"firms": 20_000, "pd": 0.2, "first_application": "at_start", "term": {12: M}}
    plan = plan_of({"甲": segment}, macro={"factor": "path", "path": {}, "otherwise": "neutral"})
    failed = (draw_history(plan, 0).links["failure_day"] < NEVER).mean()
    assert failed == pytest.approx(1 - 0.8 ** (365 / DAYS_A_YEAR), abs=4 * math.sqrt(0.16 / 20_000))


def test_a_firm_that_never_pays_late_has_no_fate(plan_of: Plans) -> None:
    world = draw_history(plan_of({"甲": CHAINS | {"pd": 0.0}}), 0)
    assert len(world.lags) == 0
    assert (world.links["fate"] == -1).all()


def test_a_certain_default_comes_within_days(plan_of: Plans) -> None:
    segment = {"firms": 50, "pd": 1.0, "first_application": "at_start"}
    links = draw_history(plan_of({"甲": segment}, macro={"factor": "static", "asset_correlation": 0.0}), 0).links
    assert (links["failure_day"] < 120).all()


def test_a_seasoning_clock_shows_pd_over_at_its_month() -> None:
    clock = scaled_clock({12: 0.5, 24: 2.0, 36: 2.5}, 24, 4000)
    month = DAYS_A_YEAR / 12
    assert np.interp(24 * month, np.arange(4001), clock) == pytest.approx(2.0, abs=2e-3)
    assert np.interp(12 * month, np.arange(4001), clock) == pytest.approx(0.5, abs=2e-3)
    assert clock[4000] - clock[3000] == pytest.approx(1000 / month * 0.5 / 12, rel=1e-9)


def test_a_default_curve_is_met_at_its_points(plan_of: Plans) -> None:
    curve = {12: 0.02, 36: 0.15, 60: 0.2}
    segment = {"firms": 1, "pd": 0.5, "default_curve": curve, "first_application": "at_start", "term": {60: M}}
    scales = plan_of({"甲": segment}, macro={"factor": "static"}).failures.scales[0]
    for month, chance in curve.items():
        reached = special.ndtr(np.interp(month * DAYS_A_YEAR / 12, np.arange(len(scales)), scales))
        assert reached == pytest.approx(chance, rel=2e-3)


def test_a_curve_that_falls_is_refused_by_name(plan_of: Plans) -> None:
    with pytest.raises(ScenarioError, match=r"population\.segments\.甲.*不得下降"):
        plan_of({"甲": {"firms": 1, "pd": 0.1, "seasoning": {12: 1.0, 24: 0.5}}})
