"""Estimates adjusted by figures of known mean: the means are right, the estimates have no bias, and their errors hold."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.analysis.control import (
    adjusted,
    book_controls,
    chance_at,
    controlled_differences,
    controlled_of,
    controls_of,
    factor_controls,
    law_of_average,
    law_of_factors,
)
from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.engine.exact import exact_results
from simulator.report.controlled import controlled_section, controlled_words
from simulator.results.answers import Answer
from simulator.results.comparisons import differences_of
from simulator.results.controlled import Controlled, adjusted_mean
from simulator.results.estimates import Estimate, estimate
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load
from simulator.world.macro import MacroPlan, path_law, static_law

if TYPE_CHECKING:
    from pathlib import Path

SMALL_POOL = ("population.segments.同质企业.firms=400", "scheme.accounts.资金池.endowment=20万元")


def covariance(phi: float, n: int) -> np.ndarray:
    return phi ** np.abs(np.subtract.outer(np.arange(n), np.arange(n)))


def given(path: dict[int, float], phi: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of an AR(1) of unit variance given some months: the textbook formula for normal vectors."""
    named, whole = list(path), covariance(phi, n)
    gain = whole[:, named] @ np.linalg.inv(whole[np.ix_(named, named)])
    return gain @ np.array(list(path.values())), whole - gain @ whole[named, :]


# known means


@pytest.mark.parametrize("path", [{}, {3: -2.0, 7: 1.0}, {0: -1.0}])
def test_factor_laws_are_those_of_normal_vectors(path: dict[int, float]) -> None:
    n, phi, a, sectors = 12, 0.9, 0.8, 3
    plan = MacroPlan(path_law(path, phi, n, is_drawn=True), path_law({}, phi, n, is_drawn=True), a, math.sqrt(1 - a * a), sectors)
    mean, common = given(path, phi, n) if path else (np.zeros(n), covariance(phi, n))
    law = law_of_factors(plan, n)
    np.testing.assert_allclose(law.mean, a * mean, atol=1e-12)
    np.testing.assert_allclose(law.variance, a * a * np.diag(common) + (1 - a * a), atol=1e-12)
    weights = np.full(n, 1 / n)
    average, deviation = law_of_average(plan, np.ones(n, bool), sectors)
    assert average == pytest.approx(a * mean.mean(), abs=1e-12)
    assert deviation**2 == pytest.approx(weights @ (a * a * common + (1 - a * a) * covariance(phi, n) / sectors) @ weights, abs=1e-12)


def test_months_held_at_their_neutral_point_do_not_move() -> None:
    held = path_law({2: -1.5}, 0.9, 6, is_drawn=False)
    plan = MacroPlan(held, path_law({}, 0.9, 6, is_drawn=True), 1.0, 0.0, 1)
    law = law_of_factors(plan, 6)
    assert np.isnan(law.mean).tolist() == [True, True, False, True, True, True]
    assert law_of_average(plan, ~np.isnan(law.mean), 1) == (-1.5, 0.0)


def test_a_static_factor_averages_to_itself() -> None:
    plan = MacroPlan(static_law(9), static_law(9), 1.0, 0.0, 1)
    assert law_of_average(plan, np.ones(9, bool), 1) == (0.0, pytest.approx(1.0))


def test_mean_chance_of_default_is_the_integral_over_the_factor() -> None:
    level, rho, mean, variance = stats.norm.ppf(0.03), 0.15, -0.7, 0.6
    chance, _ = integrate.quad(
        lambda z: stats.norm.cdf((level - math.sqrt(rho) * z) / math.sqrt(1 - rho)) * stats.norm.pdf(z, mean, math.sqrt(variance)), -9, 9
    )
    assert chance_at(level, rho, np.array(mean), variance) == pytest.approx(chance, rel=1e-9)
    assert chance_at(level, rho, np.array(math.nan), 0.0) == pytest.approx(0.03)
    assert chance_at(level, rho, np.array(0.0), 1.0) == pytest.approx(0.03)  # Vasicek's identity


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("reference_pool", ()),
        ("reference_pool", ("macro.factor=ar1",)),
        ("hubei", ()),
        ("quanzhou", ()),
        ("hubei", ("macro.sector_loading=0.7",)),
        ("hubei", ("macro.factor=path", "macro.path={2025-09: -2, 2026-06: -1}")),
    ],
)
def test_controls_have_the_means_that_they_are_said_to_have(name: str, sets: tuple[str, ...]) -> None:
    controls = factor_controls(load(name, sets=sets).scenario, 4000)
    assert controls is not None
    off = (controls.values.mean(axis=0) - controls.known) / (controls.values.std(axis=0) / math.sqrt(4000))
    assert np.abs(off).max() < 4.5


def test_book_controls_are_the_losses_that_the_exact_path_knows() -> None:
    loaded = load("reference_pool", sets=["run.histories=60"])
    (results,) = play_scenarios([loaded.scenario])
    controls = book_controls(results)
    assert controls is not None
    assert controls.known[0] == pytest.approx(0.06357 * 10**10, rel=1e-4)  # the file's own quadrature, of 1亿元
    assert controls.known[0] == pytest.approx(0.45 * controls.known[1], rel=1e-6)


def test_what_a_guard_may_do_to_lending_makes_the_book_no_control() -> None:
    guard = "scheme.guards={熔断: {numerator: npl, denominator: outstanding, per: scheme, stop: 8%, effect: %s}}"
    for effect, is_control in (("stop_compensation", True), ("stop_lending", False)):
        loaded = load("reference_pool", sets=[*SMALL_POOL, "run.histories=20", guard.replace("%s", effect)])
        (results,) = play_scenarios([loaded.scenario])
        assert (book_controls(results) is not None) == is_control


@pytest.mark.parametrize("name", ["台账小例", "岱山"])
def test_scenarios_without_a_drawn_factor_have_no_controls(name: str) -> None:
    (results,) = play_scenarios([load(name, sets=["run.histories=2"]).scenario])
    assert controls_of(results) is None


# estimates


def test_an_adjusted_mean_has_no_bias_even_with_few_histories_and_a_control_that_is_not_linear() -> None:
    """4,000 samples of 40: with coefficients from the same histories the mean is off by many standard errors; from others it is not."""
    rng = np.random.default_rng(3)
    found, same = [], []
    for _ in range(4000):
        x = rng.normal(size=40)
        y = np.exp(1.2 * x)
        found.append(adjusted_mean(y, x[:, None], np.zeros(1))[0])
        slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)
        same.append(y.mean() - slope * x.mean())
    errors = np.std(found) / math.sqrt(4000), np.std(same) / math.sqrt(4000)
    assert abs(np.mean(found) - math.exp(0.72)) < 4 * errors[0]
    assert abs(np.mean(same) - math.exp(0.72)) > 4 * errors[1]


def test_adjusted_estimates_of_a_pool_are_right_over_many_seeds() -> None:
    """300 runs of 200 histories against the exact answer: no bias, intervals that cover, errors several times smaller."""
    loaded = load("reference_pool", sets=[*SMALL_POOL, "run.histories=200"])
    exact = exact_results(loaded.scenario).measures
    seeds = [load("reference_pool", sets=[*SMALL_POOL, "run.histories=200", f"run.seed={seed}"]) for seed in range(300)]
    names = ("bank.net_loss", "pool.shortfall_probability", "pool.paid")
    found: dict[str, list[Controlled]] = {name: [] for name in names}
    for one, results in zip(seeds, play_scenarios([one.scenario for one in seeds]), strict=True):
        answer = Answer(one, results, "batch")
        factor = factor_controls(one.scenario, 200)
        for controlled in adjusted(results, answer.measures, factor, names):
            found[controlled.measure].append(controlled)
    for name in names:
        true = exact[name]
        assert true is not None
        means, errors = (np.array([getattr(one, key) for one in found[name]]) for key in ("mean", "se"))
        plain = np.array([one.plain.mean for one in found[name]])
        assert len(means) == 300
        assert abs(means.mean() - true.mean) < 4 * means.std() / math.sqrt(300)
        assert plain.var() / means.var() > 3
        assert errors.mean() == pytest.approx(means.std(), rel=0.15)
        covered = (np.abs(means - true.mean) < 1.96 * errors).mean()
        assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 300)


def test_adjusted_differences_are_right_over_many_seeds() -> None:
    """150 pairs of runs of 200 histories, a pool of 20万元 and one of 30万元, against the difference of their exact answers."""
    pools = [[*SMALL_POOL, "run.histories=200", f"scheme.accounts.资金池.endowment={size}万元"] for size in (20, 30)]
    exact = [exact_results(load("reference_pool", sets=sets).scenario).measures["bank.net_loss"] for sets in pools]
    assert exact[0] is not None
    assert exact[1] is not None
    true = exact[1].mean - exact[0].mean
    loaded = [load("reference_pool", sets=[*sets, f"run.seed={seed}"]) for seed in range(150) for sets in pools]
    answers = [Answer(one, results, "batch") for one, results in zip(loaded, play_scenarios([one.scenario for one in loaded]), strict=True)]
    found = []
    for base, reform in zip(answers[::2], answers[1::2], strict=True):
        factor = factor_controls(base.loaded.scenario, 200)
        told = controlled_differences(reform, base, differences_of(reform, base), factor, least_gain=0.0)
        found.append(next(one for one in told if one.measure == "bank.net_loss"))
    means, plain = np.array([one.mean for one in found]), np.array([one.plain.mean for one in found])
    assert abs(means.mean() - true) < 4 * means.std() / math.sqrt(150)
    assert plain.var() / means.var() > 2
    assert np.mean([one.se for one in found]) == pytest.approx(means.std(), rel=0.2)


def test_the_book_itself_is_a_better_control_than_the_factor() -> None:
    loaded = load("reference_pool", sets=["run.histories=400"])
    (results,) = play_scenarios([loaded.scenario])
    measures = Answer(loaded, results, "batch").measures
    both = {one.measure: one for one in adjusted(results, measures, controls_of(results))}
    alone = {one.measure: one for one in adjusted(results, measures, factor_controls(loaded.scenario, 400))}
    true = exact_results(loaded.scenario).measures
    assert both["bank.net_loss"].gain > alone["bank.net_loss"].gain > 5
    assert "bank.gross_loss" in alone
    assert "bank.gross_loss" not in both  # a control is not adjusted by itself
    for one in both.values():
        if true[one.measure] is not None:
            assert abs(one.mean - true[one.measure].mean) <= 4 * one.se + 1e-6 * abs(one.mean)


def test_only_what_is_worth_it_is_told() -> None:
    loaded = load("reference_pool", sets=["run.histories=300"])
    (results,) = play_scenarios([loaded.scenario])
    answer = Answer(loaded, results, "batch")
    told = controlled_of(answer)
    assert {"bank.net_loss", "pool.shortfall_probability"} <= {one.measure for one in told}
    assert [one for one in controlled_of(answer, math.inf) if one.se > 0] == []
    few = load("reference_pool", sets=["run.histories=30"])
    (results,) = play_scenarios([few.scenario])
    assert controlled_of(Answer(few, results, "batch")) == []


# what a run says


def test_a_run_tells_adjusted_estimates_beside_plain_ones_and_changes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "reference_pool", "--histories", "300", "--workers", "1", "--lang", "en", "--out", str(tmp_path)]
    assert exit_code_of([*arguments, "--json"], program()) == 0
    said = json.loads(capsys.readouterr().out)
    net = said["controlled"]["bank.net_loss"]
    loaded = load("reference_pool", sets=["run.histories=300"])
    (results,) = play_scenarios([loaded.scenario])
    assert said["measures"]["bank.net_loss"] == estimate(results.finals["bank.net_loss"], "fen").as_dict()
    assert net["se"] < said["measures"]["bank.net_loss"]["se"] / 2
    with (tmp_path / "controlled.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    assert float(rows["bank.net_loss"]["adjusted"]) == net["mean"]
    assert "## Estimates with less simulation error" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_comparison_tells_adjusted_differences_beside_plain_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pools = ["reference_pool", str(tmp_path / "larger.yaml")]
    (tmp_path / "larger.yaml").write_text(
        "name: larger\ntitle: larger\nextends: reference_pool\nscheme: {accounts: {资金池: {endowment: 700万元}}}\n", encoding="utf-8"
    )
    arguments = ["compare", *pools, "--histories", "200", "--workers", "1", "--lang", "en", "--json", "--out", str(tmp_path / "out")]
    assert exit_code_of(arguments, program()) == 0
    said = json.loads(capsys.readouterr().out)
    none, larger = said["controlled_differences"]
    assert none == {}
    assert larger["bank.net_loss"]["se"] < said["differences"][1]["bank.net_loss"]["se"]
    assert "## Differences with less simulation error" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "controlled_differences.csv").is_file()


def test_words_name_both_estimates_and_the_gain() -> None:
    plain = Estimate(4.0e8, 2.0e7, 500, None, None, None, "fen")
    one = Controlled("bank.net_loss", plain, 4.2e8, 4.0e6, ("factor",))
    assert one.gain == pytest.approx(25)
    assert controlled_words([one], "zh") == "用平均已知的数修正：银行净损失 420.0万元（标准误 4.0万元，抵25倍路径）。"
    assert controlled_words([replace(one, measure="pool.paid")], "en") == ""
    table = controlled_section([one], "en")[-1].splitlines()
    assert table[-1] == "| bank net loss `bank.net_loss` | CNY 4.00m (CNY 0.20m) | CNY 4.200m (CNY 0.040m) | 25 |"
    assert controlled_section([], "zh") == []
