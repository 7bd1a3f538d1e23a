"""Estimates against scipy, closed forms, and their own promises of coverage (fixed seeds)."""

from __future__ import annotations

import datetime
import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from simulator.results.estimates import (
    estimate,
    expected_shortfall,
    histories_needed,
    order_statistic,
    paired_difference,
    proportion,
    quantile,
    ratio_of_means,
    value_at_risk,
    wilson,
)
from simulator.results.measures import BY_NAME, MEASURES, measure_named, summarise

REPEATS = 1000


def covered(rate: float, promised: float = 0.95) -> bool:
    """Whether a coverage seen in ``REPEATS`` trials agrees with the promised one at 4 standard errors."""
    return abs(rate - promised) < 4 * math.sqrt(promised * (1 - promised) / REPEATS)


def test_mean_and_error_agree_with_scipy():
    x = np.random.default_rng(1).lognormal(size=200)
    found = estimate(x, "fen")
    interval = stats.ttest_1samp(x, 0.0).confidence_interval(0.95)
    assert found.mean == pytest.approx(np.mean(x))
    assert found.se == pytest.approx(stats.sem(x))
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_large_sums_of_fen_lose_nothing_that_matters():
    x = np.full(10_000, 7_742_700_000_000_03, dtype=np.int64)
    found = estimate(x, "fen")
    assert (found.mean, found.se, found.p50) == (7_742_700_000_000_03, 0.0, 7_742_700_000_000_03)


def test_one_history_has_a_mean_and_no_error():
    found = estimate(np.array([5]), "fen")
    assert (found.mean, found.se, found.low, found.high, found.p05, found.p95) == (5.0, None, None, None, 5.0, 5.0)


@pytest.mark.parametrize("values", [np.array([]), np.ones((3, 2))])
def test_anything_but_one_number_a_history_is_refused(values):
    with pytest.raises(ValueError, match="one number a history"):
        estimate(values, "fen")


@pytest.mark.parametrize("n", [1, 2, 19, 20, 21, 100, 999])
@pytest.mark.parametrize("level", [0.05, 0.07, 0.5, 0.95, 0.99])
def test_quantiles_are_the_smallest_value_enough_histories_do_not_exceed(n, level):
    x = np.random.default_rng(n).integers(0, 50, n)
    enough = [value for value in sorted(x) if np.mean(x <= value) >= level - 1e-12]
    assert order_statistic(x, level) == enough[0]


def test_quantile_interval_is_the_tightest_pair_of_tails_that_keeps_the_promise():
    n, level = 150, 0.9
    found = quantile(np.arange(1, n + 1), level)
    below = [stats.binom.cdf(rank - 1, n, level) for rank in range(1, n + 1)]
    above = [stats.binom.sf(rank - 1, n, level) for rank in range(1, n + 1)]
    assert found.low == max(rank for rank in range(1, n + 1) if below[rank - 1] <= 0.025)
    assert found.high == min(rank for rank in range(1, n + 1) if above[rank - 1] <= 0.025)


def test_quantile_interval_covers_the_true_quantile_as_often_as_promised():
    rng, true = np.random.default_rng(2), stats.norm.ppf(0.95)
    found = [quantile(rng.normal(size=300), 0.95) for _ in range(REPEATS)]
    held = [one.low <= true <= one.high for one in found]
    assert 0.95 - 4 * math.sqrt(0.05 * 0.95 / REPEATS) < np.mean(held) < 0.99


def test_too_few_histories_leave_a_side_of_the_interval_open():
    found = quantile(np.arange(30), 0.95)
    assert found.high is None
    assert found.low is not None


@pytest.mark.parametrize(("level", "fewest"), [(0.95, 72), (0.99, 368), (0.999, 3688)])
def test_tail_measures_need_enough_histories(level, fewest):
    x = np.arange(fewest)
    assert histories_needed(level) == fewest
    assert value_at_risk(x, level, "fen") is not None
    assert expected_shortfall(x, level, "fen") is not None
    assert value_at_risk(x[1:], level, "fen") is None
    assert expected_shortfall(x[1:], level, "fen") is None


@pytest.mark.parametrize("n", [400, 437, 1000])
def test_expected_shortfall_is_the_mean_quantile_beyond_the_level(n):
    x = np.sort(np.random.default_rng(n).exponential(size=n))
    steps = np.clip(np.arange(1, n + 1) / n - 0.99, 0, 1 / n)
    assert expected_shortfall(x, 0.99, "fen").mean == pytest.approx(np.dot(steps, x) / 0.01)


def test_tail_measures_meet_the_normal_closed_form_and_their_errors_are_honest():
    rng = np.random.default_rng(3)
    var, es = stats.norm.ppf(0.95), stats.norm.pdf(stats.norm.ppf(0.95)) / 0.05
    found = [(value_at_risk(x, 0.95, "fen"), expected_shortfall(x, 0.95, "fen")) for x in rng.normal(size=(REPEATS, 2000))]
    for true, ones in zip((var, es), zip(*found, strict=True), strict=True):
        means, errors = np.array([one.mean for one in ones]), np.array([one.se for one in ones])
        assert abs(means.mean() - true) < 0.005
        assert np.median(errors) == pytest.approx(means.std(), rel=0.15)


def test_paired_difference_sees_what_two_separate_errors_would_hide():
    rng = np.random.default_rng(4)
    baseline = rng.normal(100, 30, 500)
    reform = baseline - 1 + rng.normal(0, 0.5, 500)
    found = paired_difference(reform, baseline, "fen")
    reference = stats.ttest_rel(reform, baseline)
    assert found.mean / found.se == pytest.approx(reference.statistic)
    assert found.high < 0 < estimate(baseline, "fen").se


def test_empty_reform_differs_by_exactly_zero():
    x = np.random.default_rng(5).integers(0, 10**13, 100)
    found = paired_difference(x, x.copy(), "fen")
    assert (found.mean, found.se, found.low, found.high) == (0.0, 0.0, 0.0, 0.0)


def test_paired_difference_of_other_histories_is_refused():
    with pytest.raises(ValueError, match="same histories"):
        paired_difference(np.ones(3), np.ones(4), "fen")


def test_fieller_interval_holds_just_the_ratios_that_a_t_test_does_not_refuse():
    rng = np.random.default_rng(6)
    y = rng.normal(10, 2, 60)
    x = 0.3 * y + rng.normal(0, 1, 60)
    found = ratio_of_means(x, y, "share")
    for end in (found.low, found.high):
        assert stats.ttest_1samp(x - end * y, 0.0).pvalue == pytest.approx(0.05, abs=1e-6)
    assert stats.ttest_1samp(x - found.mean * y, 0.0).pvalue == pytest.approx(1.0)


def test_ratio_error_follows_the_delta_method_and_covers_the_truth():
    rng = np.random.default_rng(7)
    held, ratios, errors = [], [], []
    for _ in range(REPEATS):
        y = rng.gamma(4.0, 1.0, 100)
        found = ratio_of_means(0.5 * y + rng.normal(0, 1, 100), y, "share")
        held.append(found.low <= 0.5 <= found.high)
        ratios.append(found.mean)
        errors.append(found.se)
    assert covered(np.mean(held))
    assert np.mean(errors) == pytest.approx(np.std(ratios), rel=0.1)


def test_ratio_with_a_denominator_that_may_be_zero_is_not_given():
    rng = np.random.default_rng(8)
    assert ratio_of_means(rng.normal(size=50), rng.normal(0.1, 1.0, 50), "share") is None
    assert ratio_of_means(np.ones(5), np.zeros(5), "share") is None


def test_ratio_in_one_history_has_no_error():
    found = ratio_of_means(np.array([3]), np.array([4]), "share")
    assert (found.mean, found.se, found.low) == (0.75, None, None)


@pytest.mark.parametrize(("happened", "n"), [(0, 10), (1, 10), (5, 10), (47, 100), (1000, 1000)])
def test_wilson_interval_agrees_with_scipy(happened, n):
    interval = stats.binomtest(happened, n).proportion_ci(0.95, method="wilson")
    assert wilson(happened, n) == (pytest.approx(interval.low, abs=1e-12), pytest.approx(interval.high, abs=1e-12))
    found = proportion(np.arange(n) < happened)
    assert (found.mean, found.low, found.high) == (happened / n, *wilson(happened, n))


def scenario(appetite="fixed", pool=True, guards=("stop_compensation",), borrowed_before=0.5):
    return SimpleNamespace(
        banks=SimpleNamespace(
            members={
                "甲": SimpleNamespace(appetite="fixed", share=750_000, capital=80_000),
                "乙": SimpleNamespace(appetite=appetite, share=250_000, capital=100_000),
            }
        ),
        scheme=SimpleNamespace(
            accounts={"资金池" if pool else "担保公司": SimpleNamespace(kind="pool" if pool else "guarantor", endowment=1, public=pool)},
            guards={effect: SimpleNamespace(effect=effect) for effect in guards},
            relending=None,
        ),
        population=SimpleNamespace(tape=None, segments={"科技型企业": SimpleNamespace(borrowed_before=borrowed_before)}),
        run=SimpleNamespace(start=datetime.date(2025, 3, 25)),
    )


def finals(n=100):
    rng = np.random.default_rng(9)
    gross = rng.integers(10**9, 10**10, n)
    net = gross // 5
    zero = np.zeros(n, np.int64)
    return {
        "bank.gross_loss": gross,
        "bank.net_loss": net,
        "bank.profit": net * 2,
        "bank.balance_days": np.full(n, 365.25 * 10**12),
        "lending.volume": np.full(n, 10**12),
        "lending.yearly_interest": np.full(n, 0.035 * 10**12),
        "lending.additional_volume": zero + 5,
        "fiscal.net_cost": gross - net,
        "pool.paid": gross - net,
        "pool.promised": gross - net,
        "pool.paid_in": np.full(n, 10**11),
        "pool.needed": gross,
        "pool.short": (np.arange(n) < 30).astype(np.int64),
        "pool.first_shortfall": np.where(np.arange(n) < 30, 400, -1),
        "paid_by.资金池": gross - net,
        "paid_by.银行": net,
    }


def test_summary_of_finals_gives_means_ratios_chances_and_days():
    raw = finals()
    found = summarise(raw, scenario())
    assert found["bank.net_loss"].mean == pytest.approx(raw["bank.net_loss"].mean())
    assert found["bank.net_loss_rate"].mean == pytest.approx(raw["bank.net_loss"].mean() / 10**12)
    assert found["bank.net_loss_rate_annual"].mean == pytest.approx(found["bank.net_loss_rate"].mean)
    assert found["bank.raroc"].mean == pytest.approx(2 * raw["bank.net_loss"].mean() / (0.085 * 10**12))
    assert found["bank.realised_cover"].mean == pytest.approx(0.8, abs=1e-8)
    assert found["lending.average_rate"].mean == pytest.approx(0.035)
    assert found["pool.shortfall_probability"].mean == 0.3
    assert (found["pool.first_shortfall"].mean, found["pool.first_shortfall"].n) == (400.0, 30)
    assert found["pool.leverage"].mean == pytest.approx(10.0)
    assert found["pool.needed"].p95 == order_statistic(raw["pool.needed"], 0.95)
    assert found["paid_by.银行"].mean == found["bank.net_loss"].mean
    assert found["bank.net_loss_var_95"].mean == order_statistic(raw["bank.net_loss"], 0.95)
    assert found["bank.net_loss_var_99"] is None


def test_additional_volume_is_null_where_lending_is_given_and_not_where_a_bank_decides():
    assert summarise(finals(), scenario())["lending.additional_volume"] is None
    assert summarise(finals(), scenario())["fiscal.cost_per_added_yuan"] is None
    assert summarise(finals(), scenario(appetite="margin"))["lending.additional_volume"].mean == 5.0


def test_what_is_0_only_because_the_scenario_has_no_such_thing_is_null():
    names = ("cover.stopped", "lending.first_time_borrowers", "fiscal.outstanding_exposure")
    raw = finals() | {name: np.zeros(100, np.int64) for name in (*names, "fiscal.quasi")}
    has, has_not = summarise(raw, scenario()), summarise(raw, scenario(guards=("warn", "stop_lending"), borrowed_before=1.0, pool=False))
    for name in names:
        assert (has[name].mean, has_not[name]) == (0.0, None)
    assert has["fiscal.quasi"] is None


def test_without_a_pool_only_the_chance_of_a_shortfall_is_left_of_the_pool_measures():
    found = summarise(finals(), scenario(pool=False))
    left = {name for name, one in found.items() if name.startswith("pool.") and one is not None}
    assert left == {"pool.shortfall_probability", "pool.first_shortfall"}


def test_never_short_has_no_day_and_zero_losses_have_no_cover():
    raw = finals() | {"pool.first_shortfall": np.full(100, -1), "bank.gross_loss": np.zeros(100, np.int64), "bank.net_loss": np.zeros(100, np.int64)}
    found = summarise(raw, scenario())
    assert found["pool.first_shortfall"] is None
    assert found["bank.realised_cover"] is None
    assert (found["bank.net_loss"].mean, found["bank.net_loss"].se) == (0.0, 0.0)


def test_the_rates_of_a_year_are_ratios_of_means_and_null_where_nothing_was_lent():
    lent, defaulted = np.array([190, 210, 200, 200]), np.full(4, 10)
    vintage = {
        "vintage.2025.lent": lent,
        "vintage.2025.defaulted": defaulted,
        "vintage.2025.gross_loss": defaulted // 2,
        "vintage.2025.net_loss": lent * 0,
    }
    empty = {name.replace("2025", "2026"): values * 0 for name, values in vintage.items()}
    found = summarise(finals(4) | vintage | empty, scenario())
    assert (found["vintage.2025.default_rate"].mean, found["vintage.2025.loss_rate"].mean) == (0.05, 0.025)
    assert found["vintage.2026.default_rate"] is None
    assert found["vintage.2026.lent"].mean == 0
    assert measure_named("vintage.2025.loss_rate").title("zh") == "2025年放款的损失率"


def test_one_history_can_be_summarised():
    found = summarise(finals(1), scenario())
    assert found["bank.net_loss"].se is None
    assert found["bank.net_loss_rate"].se is None


def test_every_measure_has_two_titles_two_definitions_and_its_own_name():
    assert len(BY_NAME) == len(MEASURES)
    for measure, lang in itertools.product(MEASURES, ("zh", "en")):
        assert measure.title(lang)
        assert measure.says(lang).endswith("。" if lang == "zh" else ".")
    assert measure_named("paid_by.资金池").title("zh") == "资金池承担"
