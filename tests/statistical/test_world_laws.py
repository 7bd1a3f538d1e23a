"""Worlds against the laws they are drawn from, at four standard errors."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from simulator.dates import DAYS_A_YEAR, days_between
from simulator.rules.records import NEVER
from simulator.world.draw import draw_history
from simulator.world.failures import draw_weather
from simulator.world.macro import draw_factors

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan

    Plans = Callable[..., WorldPlan]

pytestmark = pytest.mark.slow
M = 1_000_000
BOOK = {"first_application": "at_start", "term": {60: M}}


def assert_mean(values: Any, expected: float) -> None:
    """Independent values average to what is expected, within four standard errors."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / math.sqrt(len(values))
    off = values.mean() - expected
    assert abs(off) <= 4 * error, f"{values.mean():.6g} is {off / error:.1f} standard errors from {expected:.6g}"


def failure_counts(plan: WorldPlan, days: list[int], n_histories: int) -> NDArray[np.float64]:
    """Firms failed by each day, history by history."""
    counts = np.zeros((n_histories, len(days)))
    for history in range(n_histories):
        counts[history] = np.searchsorted(np.sort(draw_history(plan, history).links["failure_day"]), days, side="right")
    return counts


def test_a_static_cohort_follows_vasicek_at_every_horizon(plan_of: Plans) -> None:
    n_firms, pd, rho = 400, 0.03, 0.15
    plan = plan_of({"甲": BOOK | {"firms": n_firms, "pd": pd}}, macro={"factor": "static", "asset_correlation": rho})
    days = [180, 365, 1095, 1826]
    counts = failure_counts(plan, days, 20_000)
    for column, day in zip(counts.T, days, strict=True):
        chance = 1 - (1 - pd) ** (day / DAYS_A_YEAR)
        level = stats.norm.ppf(chance)
        both = float(stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([level, level]))
        assert_mean(column / n_firms, chance)
        assert_mean(column * (column - 1) / (n_firms * (n_firms - 1)), both)
        bad = n_firms * stats.norm.cdf((level + math.sqrt(rho) * stats.norm.ppf(0.99)) / math.sqrt(1 - rho))
        factors = np.linspace(-9.0, 9.0, 20_001)
        tails = stats.binom.sf(bad, n_firms, stats.norm.cdf((level - math.sqrt(rho) * factors) / math.sqrt(1 - rho)))
        assert_mean(column > bad, float(np.trapezoid(tails * stats.norm.pdf(factors), factors)))


@pytest.mark.parametrize("factor", ["static", "ar1"])
def test_without_correlation_defaults_are_binomial(plan_of: Plans, factor: str) -> None:
    plan = plan_of({"甲": BOOK | {"firms": 200, "pd": 0.1}}, macro={"factor": factor, "asset_correlation": 0.0})
    counts = failure_counts(plan, [1826], 8000)[:, 0]
    chance = 1 - 0.9 ** (1826 / DAYS_A_YEAR)
    assert_mean(counts, 200 * chance)
    assert_mean((counts - 200 * chance) ** 2, 200 * chance * (1 - chance))


def test_an_ar1_factor_is_stationary_and_keeps_its_persistence(plan_of: Plans) -> None:
    plan = plan_of({"甲": BOOK | {"firms": 1, "pd": 0.1}}, macro={"factor": "ar1", "persistence": 0.9})
    z = np.array([draw_factors(plan.macro, plan.seed, history)[0, :61] for history in range(20_000)])
    for month in (0, 1, 60):
        assert_mean(z[:, month], 0.0)
        assert_mean(z[:, month] ** 2, 1.0)
    assert_mean(z[:, 0] * z[:, 12], 0.9)
    assert_mean(z[:, 48] * z[:, 60], 0.9)
    assert_mean(z[:, 20] * z[:, 21], 0.9 ** (1 / 12))


def test_sectors_correlate_by_the_square_of_their_loading(plan_of: Plans) -> None:
    firms = {"甲": BOOK | {"firms": 1, "pd": 0.1}, "乙": BOOK | {"firms": 1, "pd": 0.1}}
    plan = plan_of(firms, macro={"factor": "ar1", "sector_loading": 0.6})
    z = np.array([draw_factors(plan.macro, plan.seed, history)[:, 30] for history in range(20_000)])
    assert_mean(z[:, 0] ** 2, 1.0)
    assert_mean(z[:, 0] * z[:, 1], 0.36)


@pytest.mark.parametrize(("years", "low", "high"), [(1, 0.0300, 0.0304), (5, 0.137, 0.143)])
def test_default_rates_under_an_ar1_factor_are_the_models(plan_of: Plans, years: int, low: float, high: float) -> None:
    plan = plan_of({"甲": BOOK | {"firms": 1, "pd": 0.03}}, macro={"factor": "ar1", "persistence": 0.9, "asset_correlation": 0.12})
    day = round(years * DAYS_A_YEAR)
    rates = [-math.expm1(-draw_weather(plan.failures, draw_factors(plan.macro, plan.seed, history)).accrued[0, day]) for history in range(20_000)]
    error = 4 * np.std(rates) / math.sqrt(len(rates))
    assert low - error <= np.mean(rates) <= high + error


def test_lgd_among_defaulted_loans_is_the_stated_one(plan_of: Plans) -> None:
    losses = {"lgd": {"mean": 750_000, "spread": 0.2}, "wrong_way": 200_000}
    segment = {"firms": 2000, "pd": 0.03, "first_application": "at_start", "term": {12: M}}
    plan = plan_of({"甲": segment}, macro={"factor": "static", "asset_correlation": 0.12}, losses=losses)
    totals = np.zeros((6000, 2))
    for history in range(len(totals)):
        links = draw_history(plan, history).links
        totals[history] = (links["fate"] >= 0).sum(), links["lgd"].sum() / M
    assert_mean(totals[:, 1] - 0.75 * totals[:, 0], 0.0)
    rate = totals[:, 0] / 2000
    worst = rate > np.quantile(rate, 0.9)
    assert totals[worst, 1].sum() / totals[worst, 0].sum() > 0.78


def test_amounts_and_drawdowns_have_their_stated_means(plan_of: Plans) -> None:
    segment = {"firms": 20_000, "pd": 0.0, "drawdowns": {"mean": 2.3, "spacing": 10}, "first_application": "at_start"}
    loan = {"mean": 333_000_000, "spread": 0.9, "least": 20_000_000, "most": 800_000_000}
    links = draw_history(plan_of({"甲": segment | {"loan": loan}}), 0).links
    assert_mean(links["amount"], 333e6)
    assert_mean(np.bincount(links["firm"], minlength=20_000), 2.3)


def test_gaps_between_drawdowns_are_uniform_about_their_spacing(plan_of: Plans) -> None:
    segment = {"firms": 20_000, "pd": 0.0, "drawdowns": {"mean": 2.0, "spacing": 60}, "first_application": "at_start"}
    links = draw_history(plan_of({"甲": segment}), 0).links
    gaps = np.sort(links, order=["firm", "day"])["day"][1::2]
    assert_mean(gaps, 60.0)
    assert (gaps.min(), gaps.max()) == (30, 90)
    assert_mean((gaps - 60.0) ** 2, (60.0**2 + 1) / 12)


def test_first_applications_are_uniform_over_the_window(plan_of: Plans) -> None:
    days = draw_history(plan_of({"甲": {"firms": 40_000, "pd": 0.0}}), 0).links["day"]
    n_days = days_between(datetime.date(2025, 3, 25), datetime.date(2025, 10, 31)) + 1
    counts = np.bincount(days, minlength=n_days)
    assert len(counts) == n_days
    assert stats.chisquare(counts).pvalue > 1e-4


def test_arrivals_are_poisson(plan_of: Plans) -> None:
    plan = plan_of({"甲": {"arrivals": 50.0, "pd": 0.0}}, until="2026-03-24")
    counts = np.array([draw_history(plan, history).n_firms for history in range(8000)])
    mean = 50.0 * 365 / DAYS_A_YEAR
    assert_mean(counts, mean)
    assert_mean((counts - mean) ** 2, mean)


def test_the_stated_part_of_bullet_defaults_falls_on_the_maturity_day(plan_of: Plans) -> None:
    segment = {"firms": 60_000, "pd": 0.05, "first_application": "at_start", "at_maturity": 700_000}
    links = draw_history(plan_of({"甲": segment}, macro={"factor": "static", "asset_correlation": 0.0}), 0).links
    failed = links[links["failure_day"] < NEVER]
    whole = -math.log(0.95) * 365 / DAYS_A_YEAR
    total = -math.expm1(-whole)
    assert_mean(links["failure_day"] < NEVER, total)
    assert_mean(failed["failure_day"] == failed["maturity"], 1 + math.expm1(-0.3 * whole) / total)


def test_the_stated_part_of_failures_is_cured_within_the_stated_days(plan_of: Plans) -> None:
    losses = {"lgd": {"mean": 450_000}, "cure": {"chance": 0.3, "within": 60}}
    plan = plan_of({"甲": BOOK | {"firms": 40_000, "pd": 0.1}}, losses=losses, macro={"factor": "static", "asset_correlation": 0.0})
    links = draw_history(plan, 0).links
    late = links["late_from"] < NEVER
    first = np.where(late, links["late_from"], links["failure_day"])
    assert_mean(first < NEVER, 1 - 0.9 ** (1826 / DAYS_A_YEAR))
    assert_mean(late[first < NEVER], 0.3)
    length = (links["cured_on"] - links["late_from"])[late]
    assert_mean(length, 30.5)
    assert (length.min(), length.max()) == (1, 60)
    left = 1826 - links["cured_on"][late]
    failed_again = links["failure_day"][late] < NEVER
    assert_mean(failed_again - (1 - 0.9 ** (np.maximum(left, 0) / DAYS_A_YEAR)), 0.0)


def test_seasoning_keeps_the_pd_at_its_month_and_moves_defaults_later(plan_of: Plans) -> None:
    segment = BOOK | {"firms": 60_000, "pd": 0.1, "seasoning": {12: 0.3, 24: 1.5, 60: 3.0}, "pd_over": 24}
    links = draw_history(plan_of({"甲": segment}, macro={"factor": "ar1", "asset_correlation": 0.0}), 0).links
    two_years = 2 * DAYS_A_YEAR
    assert_mean(links["failure_day"] <= round(two_years), 1 - 0.9**2)
    assert_mean(links["failure_day"] <= round(two_years / 2), 1 - 0.9 ** (0.3 * 2 / 1.5))
    assert_mean(links["failure_day"] < NEVER, 1 - 0.9 ** (3.0 * 2 / 1.5 * 1826 / (5 * DAYS_A_YEAR)))


def test_renewals_happen_with_their_chance(plan_of: Plans) -> None:
    segment = {"firms": 20_000, "pd": 0.0, "first_application": "at_start", "term": {6: M}, "renewal": 0.6}
    links = draw_history(plan_of({"甲": segment}, until="2027-03-20"), 0).links
    n_links = np.bincount(links["firm"])
    for length in (1, 2, 3):
        assert_mean(n_links[n_links >= length] > length, 0.6)
    assert n_links.max() == 4
