"""Stress: paths give Vasicek's conditional default rates, bounds of dependence the binomial and one coin, reverse stress its closed form."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import norm

from simulator.analysis.moved import Playing
from simulator.analysis.shocks import NAMED, along, comonotone, independent, shock_named
from simulator.analysis.stress import conditional_defaults, default_rate, mildest, ranks, reverse_stress, stress_design, stress_study
from simulator.cli.main import program
from simulator.errors import ScenarioError
from simulator.report.stress import reverse_sentences, stress_headline, stress_markdown
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.scenario.loader import Loaded

PD, RHO, FIRMS = 0.03, 0.15, 1000
SMALL = ("population.segments.同质企业.firms=1000", "scheme.accounts.资金池.endowment=50万元", "run.histories=60")


def pool(*sets: str) -> Loaded:
    """The reference pool with a tenth of its firms: the same shares of loss."""
    return load("参照资产池", sets=[*SMALL, *sets])


def conditional(z: float) -> float:
    """Vasicek (1987)."""
    return float(norm.cdf((norm.ppf(PD) - math.sqrt(RHO) * z) / math.sqrt(1 - RHO)))


def defaults_over(years: int, z: float) -> float:
    return 1 - (1 - conditional(z)) ** years


def test_a_path_held_throughout_gives_vasiceks_default_rate() -> None:
    for z in (-2.0, 0.5):
        (results,) = play_scenarios([along(pool(), dict.fromkeys(range(61), z)).scenario])
        found = default_rate(results)
        assert found is not None
        assert found.se is not None
        assert abs(found.mean - defaults_over(5, z)) < 4 * found.se


def test_a_shock_of_a_year_then_free_lies_between_a_year_and_five() -> None:
    (results,) = play_scenarios([along(pool(), NAMED["recession"].levels).scenario])
    found = default_rate(results)
    assert found is not None
    z = float(norm.ppf(1 / 25))
    assert defaults_over(1, z) < found.mean < defaults_over(5, z)


def test_independent_defaults_vary_as_the_binomial_does() -> None:
    loaded = pool("run.histories=400")
    (results,) = play_scenarios([independent(loaded).scenario])
    counts = results.finals["bank.defaulted_principal"] / 10**6  # loans of 1万元
    p = 1 - 0.97**5
    assert counts.mean() == pytest.approx(FIRMS * p, abs=4 * math.sqrt(FIRMS * p * (1 - p) / 400))
    # a sample variance of 400 has a relative standard error of about sqrt(2/400)
    assert counts.var(ddof=1) == pytest.approx(FIRMS * p * (1 - p), rel=4 * math.sqrt(2 / 400))


def test_comonotone_defaults_are_one_coin_with_the_stated_default_rate() -> None:
    loaded = pool("run.histories=800")
    (results,) = play_scenarios([comonotone(loaded).scenario])
    share = results.finals["bank.defaulted_principal"] / results.finals["lending.volume"]
    p = 1 - 0.97**5
    assert share.mean() == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 800))
    # at a correlation of 0.999 a few histories lie between none and all, so the variance is a little less than that of a coin of the same mean
    coin = share.mean() * (1 - share.mean())
    assert 0.9 * coin < share.var() <= coin
    assert np.mean((share < 0.05) | (share > 0.95)) > 0.95


def test_the_bounds_hold_the_model_between_them() -> None:
    study = stress_study(stress_design(pool("run.histories=200"), [], ["independent", "comonotone"]), ["bank.gross_loss"], Playing())
    model, below, above = (case.estimates["bank.gross_loss"] for case in study.cases)
    assert below is not None
    assert model is not None
    assert above is not None
    assert below.se < model.se < above.se


def test_the_reverse_stress_of_the_reference_pool_is_its_closed_form() -> None:
    # the pool of 5 % of volume pays 80 % of a loss of 45 %: it is empty once 0.36 D > 0.05, D = 1 - (1 - p(z))^5
    p = 1 - (1 - 0.05 / 0.36) ** 0.2
    z = (norm.ppf(PD) - math.sqrt(1 - RHO) * norm.ppf(p)) / math.sqrt(RHO)
    found = reverse_stress(pool(), months=61, share=0.5, playing=Playing())
    assert found is not None
    assert found.outcome == "found"
    assert found.low is not None
    assert found.high is not None
    assert found.low - 0.02 <= z <= found.high + 0.02
    assert found.factor == pytest.approx(z, abs=0.08)
    assert found.chance == pytest.approx(norm.cdf(found.factor))
    assert found.is_monotone
    (one,) = found.defaults
    assert one.stressed == pytest.approx(conditional(found.factor))


def test_a_pool_that_no_shock_empties_is_told_so() -> None:
    found = reverse_stress(pool("scheme.accounts.资金池.endowment=1亿元", "run.histories=10"), months=12, share=0.5, playing=Playing())
    assert found is not None
    assert (found.outcome, found.factor, found.reached) == ("out_of_reach", None, 0.0)
    assert "there is no such shock" in reverse_sentences(found, "en")[0]


def test_a_pool_that_is_empty_anyway_needs_no_shock() -> None:
    found = reverse_stress(pool("scheme.accounts.资金池.endowment=1元", "run.histories=10"), months=12, share=0.5, playing=Playing())
    assert found is not None
    assert (found.outcome, found.factor, found.reached, found.own_share) == ("needs_none", None, 1.0, 1.0)
    assert "不需要冲击" in reverse_sentences(found, "zh")[0]


def test_without_limited_money_there_is_no_reverse_stress() -> None:
    sets = ("scheme.layers.资金池补偿.payer=财政", "scheme.accounts.资金池=remove", "run.histories=4")
    assert reverse_stress(pool(*sets), months=12, share=0.5, playing=Playing()) is None


def test_the_mildest_level_is_the_quantile_of_the_histories_own() -> None:
    own = np.random.default_rng(4).integers(-90, 40, size=201)
    found = mildest(lambda level: int(np.count_nonzero(own >= level)), 101, -100, 50)
    assert found == np.sort(own)[-101]
    assert mildest(lambda _: 0, 1, -100, 50) is None
    assert mildest(lambda _: 5, 5, -100, 50) == 50


def test_ranks_bound_a_share_at_95_percent() -> None:
    wanted, fewer, more = ranks(1000, 0.5)
    assert wanted == 500
    assert 500 - fewer == pytest.approx(1.96 * math.sqrt(250), abs=1)
    assert more - 500 == pytest.approx(1.96 * math.sqrt(250), abs=2)


def test_default_rates_at_a_factor_are_told_by_grade() -> None:
    loaded = load("湖北", sets=["population.segments.科技型企业.pd={A: 1%, B: 2%, C: 3%, D: 4%, E: 5%}"])
    found = conditional_defaults(loaded.scenario, -1.5)
    assert [one.grade for one in found] == list("ABCDE")
    expected = norm.cdf((norm.ppf(0.02) + math.sqrt(0.12) * 1.5) / math.sqrt(0.88))
    assert found[1].stressed == pytest.approx(expected)


def test_a_shock_of_ones_own_is_read_and_a_mistyped_path_is_answered_with_the_nearest() -> None:
    shock = shock_named("1/50:2:4")
    assert shock.levels == {3: pytest.approx(norm.ppf(0.02)), 4: pytest.approx(norm.ppf(0.02))}
    assert shock_named("危机") is NAMED["crisis"]
    with pytest.raises(ScenarioError) as told:
        shock_named("recesion")
    assert "did you mean 'recession'" in told.value.en
    assert "1/N:months" in told.value.en
    for text in ("1/0:12", "1/25:0", "1/25", "2/25:12"):
        with pytest.raises(ScenarioError):
            shock_named(text)


def test_paths_of_a_scenario_that_has_one_keep_its_other_months() -> None:
    loaded = load("湖北", sets=["macro.factor=path", "macro.path={2026-01: 1.0, 2027-06: -0.5}"])
    found = along(loaded, {0: -2.0, 10: -3.0}).scenario.macro.path
    assert {f"{month:%Y-%m}": value for month, value in found.items()} == {"2025-03": -2.0, "2026-01": -3.0, "2027-06": -0.5}
    assert comonotone(loaded).scenario.macro.factor == "static"


def test_correlations_of_segments_go_to_the_bounds_too() -> None:
    loaded = load("湖北", sets=["population.segments.科技型企业.asset_correlation={A: 10%, B: 12%, C: 14%, D: 16%, E: 18%}"])
    assert independent(loaded).scenario.population.segments["科技型企业"].asset_correlation == 0.0
    assert comonotone(loaded).scenario.population.segments["科技型企业"].asset_correlation == 0.999


def test_a_replayed_tape_is_refused() -> None:
    with pytest.raises(ScenarioError, match="台账重放"):
        stress_design(load("tape_small"), ["recession"], [])


def test_the_command_writes_tables_charts_and_summary_that_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sets = [word for text in SMALL[:2] for word in ("--set", text)]
    arguments = [
        "stress",
        "参照资产池",
        *sets,
        "--histories",
        "20",
        "--paths",
        "recession,upswing",
        "--out",
        "out",
        "--workers",
        "1",
        "--lang",
        "en",
        "--json",
    ]
    done = CliRunner().invoke(program(), arguments)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    with (tmp_path / "out" / "stress.csv").open(encoding="utf-8-sig") as file:
        rows = {(row["case"], row["measure"]): row for row in csv.DictReader(file)}
    assert [case["case"] for case in said["cases"]] == ["model", "recession", "upswing", "independent", "comonotone"]
    for case in said["cases"]:
        for name, found in case["measures"].items():
            assert float(rows[case["case"], name]["estimate"]) == found["mean"]
    summary = (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    assert "one recession" in summary
    assert "static, one a history" in summary
    assert (tmp_path / "out" / "charts" / "stress.png").stat().st_size > 10_000
    again = CliRunner().invoke(program(), ["rerun", "out", "--workers", "2", "--lang", "en"])
    assert again.exit_code == 0, again.output
    assert "every figure is the same" in again.output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_speaks_one_language(lang: str) -> None:
    study = stress_study(stress_design(pool("run.histories=6"), ["recession"], ["independent"]), [], Playing())
    text = "\n".join(stress_headline(study, lang)) + stress_markdown(study, lang)
    assert ("最重的路径" in text) == (lang == "zh")
    assert ("The hardest path" in text) == (lang == "en")
