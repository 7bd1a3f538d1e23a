"""The checks that come with the package, and the closed forms they stand on, against other ways to the same figure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from simulator.analysis.verify import checks_table
from simulator.analysis.verify.basel import asset_correlation, risk_weight
from simulator.analysis.verify.check import Check, Subject
from simulator.analysis.verify.exact import check_exact_path
from simulator.analysis.verify.identities import check_identities
from simulator.analysis.verify.published import check_published
from simulator.analysis.verify.simulation import check_simulation, deviation_and_error, mean_and_error
from simulator.analysis.verify.symmetries import check_symmetries
from simulator.analysis.verify.vasicek import both_below, expected_up_to, loss_chance, loss_deviation

LAWS = [(0.01, 0.1), (0.03, 0.15), (0.14, 0.15), (0.3, 0.5)]


def failed(checks: list[Check]) -> list[str]:
    return [f"{check.title_en}: expected {check.expected}, got {check.got}" for check in checks if not check.passed]


@pytest.mark.parametrize("checks", [check_published, check_identities, check_symmetries, check_exact_path], ids=lambda checks: checks.__name__)
def test_every_check_against_published_figures_and_theory_passes(checks) -> None:
    found = checks()
    assert len(found) >= 6
    assert not failed(found)


@pytest.mark.slow
def test_every_monte_carlo_check_passes() -> None:
    assert not failed(check_simulation())


def test_a_check_that_misses_its_tolerance_fails_and_says_so() -> None:
    subject = Subject("题", "title", "source", "注", "note")
    checks = [
        subject.near(1.0, 1.2, 0.1),
        subject.within_errors(1.0, 1.5, 0.1),
        subject.within_errors(1.0, math.nan, 0.1),
        subject.equal("80%", "79%"),
        subject.all_near([1.0, 2.0], [1.0, 2.5], [0.1, 0.1]),
    ]
    assert not any(check.passed for check in checks)
    rows = checks_table(checks, "zh")
    assert {row[4] for row in rows} == {"未通过"}
    assert checks[4].got == "1/2 (max |Δ| 0.5)"
    assert checks_table([subject.near(1.0, 1.05, 0.1)], "en")[0] == ("title", "1", "1.05", "0.1", "passed", "source")


def test_corporate_claim_of_1_percent_pd_and_45_percent_lgd_weighs_92_32_percent() -> None:
    assert 100 * risk_weight("corporate", 0.01, 0.45) == pytest.approx(92.32, abs=0.005)


@pytest.mark.parametrize(("pd", "expected"), [(1e-9, 0.24), (1.0, 0.12)])
def test_asset_correlation_of_corporates_runs_from_24_to_12_percent(pd: float, expected: float) -> None:
    assert asset_correlation("corporate", pd) == pytest.approx(expected, abs=1e-6)
    assert asset_correlation("corporate", pd, 5.0) == pytest.approx(expected - 0.04, abs=1e-6)


@pytest.mark.parametrize(("first", "second", "correlation"), [(-1.0, 0.5, 0.3), (0.0, 0.0, 0.5), (-2.3, -2.3, 0.12), (1.5, -0.2, -0.7)])
def test_one_integral_is_the_bivariate_normal(first: float, second: float, correlation: float) -> None:
    law = stats.multivariate_normal([0.0, 0.0], [[1.0, correlation], [correlation, 1.0]])
    assert both_below(first, second, correlation) == pytest.approx(float(law.cdf([first, second])), abs=1e-6)


def test_two_independent_or_equal_normals_are_the_corners_of_the_bivariate() -> None:
    assert both_below(-1.0, 0.3, 0.0) == pytest.approx(special.ndtr(-1.0) * special.ndtr(0.3), abs=1e-14)
    assert both_below(0.0, 0.0, 0.5) == pytest.approx(1 / 3, abs=1e-12)


@pytest.mark.parametrize(("pd", "correlation"), LAWS)
@pytest.mark.parametrize("cap", [0.02, 0.14, 0.6])
def test_mean_payout_up_to_a_cap_is_the_integral_of_the_tail(pd: float, correlation: float, cap: float) -> None:
    tail, _ = integrate.quad(lambda part: 1.0 - loss_chance(pd, correlation, part), 0.0, cap, epsabs=1e-12, limit=200)
    assert expected_up_to(pd, correlation, cap) == pytest.approx(tail, abs=1e-8)


@pytest.mark.parametrize(("pd", "correlation"), LAWS)
def test_deviation_of_the_loss_is_that_of_the_conditional_pd(pd: float, correlation: float) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    chance = special.ndtr((special.ndtri(pd) - math.sqrt(correlation) * nodes) / math.sqrt(1 - correlation))
    variance = float((weights * chance**2).sum() / math.sqrt(2 * math.pi)) - pd**2
    assert loss_deviation(pd, correlation) == pytest.approx(math.sqrt(variance), rel=1e-6)


def test_errors_of_mean_and_deviation_are_those_of_a_normal_sample() -> None:
    values = stats.norm.ppf((np.arange(4_000) + 0.5) / 4_000)
    mean, error = mean_and_error(values)
    deviation, its_error = deviation_and_error(values)
    assert (mean, deviation) == (pytest.approx(0.0, abs=1e-12), pytest.approx(1.0, abs=2e-3))
    assert (error, its_error) == (pytest.approx(1 / math.sqrt(4_000), rel=1e-2), pytest.approx(1 / math.sqrt(8_000), rel=2e-2))
