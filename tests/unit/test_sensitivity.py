"""Sensitivity: the methods against functions whose indices are known, noise told apart from effects, and whole studies of a small scheme."""

from __future__ import annotations

import csv
import json
import math
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.analysis.layouts import lay_out, morris_rows, sensitivity_design, sobol_rows, tornado_rows
from simulator.analysis.moved import Playing, chosen_assumptions, measures_of, with_ranges
from simulator.analysis.sensitivity import indices, play_base, screened, sensitivity_study, swings
from simulator.cli.asking import pairs
from simulator.cli.main import program
from simulator.errors import ExtraMissing, ScenarioError
from simulator.report.sensitivity import sensitivity_markdown
from simulator.results.contributions import contributions
from simulator.results.measures import summarise
from simulator.results.noise import is_beyond_noise, noise_share, noise_variance
from simulator.results.ranges import Ranged
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]

NEEDS_STUDY = "needs the extra study: pip install riskshare[study]"
SHARE = "scheme.layers.财政补偿.share"
PD = "population.segments.科技企业.pd"
LGD = "losses.lgd.mean"
FILE = """
schema: 1
name: 小例
title: 检验敏感性的小例
run: {start: 2025-01-01, lend_until: 2025-06-30, histories: 300, seed: 7}
population:
  segments:
    科技企业: {firms: 60, loan: {mean: 300万元}, pd: {value: 5%, assumption: 没有公布, range: [2%, 10%]}}
losses: {lgd: {mean: {value: 60%, assumption: 没有公布, range: [50%, 70%]}}}
prices: {discount: {value: 3%, assumption: 不影响名义损失, range: [2%, 4%]}}
banks: {members: {合作银行: {share: 100%}}}
scheme:
  accounts:
    财政: {kind: treasury, public: true}
  layers:
    财政补偿: {payer: 财政, share: {value: 70%, assumption: 未定, range: [50%, 90%]}, basis: overdue_principal, lag: 60天}
"""


def ranged(n: int) -> list[Ranged]:
    return [Ranged(f"x{column}", f"甲{column}", f"x{column}", "0.5", "0", "1", (0.0, 1.0), 0.5) for column in range(n)]


def evaluated(
    groups: Sequence[Floats], function: Callable[[Floats], Floats], noise: Callable[[Floats], Floats] = lambda _: np.zeros(1)
) -> list[tuple[Floats, Floats]]:
    """Values at every row: the function, and beside it what each history adds."""
    return [(rows, np.array([function(row) + noise(row) for row in rows])) for rows in groups]


def ishigami(row: Floats) -> Floats:
    x, y, z = np.pi * (2 * row - 1)
    return np.array([math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)])


def test_sobol_indices_of_ishigamis_function_are_the_known_ones() -> None:
    # Ishigami and Homma (1990): a = 7, b = 0.1; V1 = (1 + b π⁴/5)²/2, V2 = a²/8, V13 = b² π⁸ (1/18 - 1/50)
    v1, v2, v13 = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    total = v1 + v2 + v13
    found = {one.assumption.path: one for one in indices(ranged(3), evaluated(sobol_rows(3, 5 * 2048, 1), ishigami), 1)}
    for path, first, whole in (("x0", v1 / total, (v1 + v13) / total), ("x1", v2 / total, v2 / total), ("x2", 0.0, v13 / total)):
        one = found[path]
        assert one.first == pytest.approx(first, abs=0.02)
        assert one.total == pytest.approx(whole, abs=0.02)
        assert one.first_low - 0.01 <= first <= one.first_high + 0.01
        assert one.total_low - 0.01 <= whole <= one.total_high + 0.01
        assert one.told_apart


def test_an_input_that_does_nothing_is_not_told_apart_from_noise() -> None:
    draw = np.random.default_rng(3)
    histories = draw.normal(size=200)
    groups = evaluated(sobol_rows(3, 5 * 64, 1), lambda row: row[:1] * 3, lambda _: histories + draw.normal(size=200) * 0.5)
    found = {one.assumption.path: one for one in indices(ranged(3), groups, 1)}
    assert [found[f"x{column}"].told_apart for column in range(3)] == [True, False, False]
    assert found["x1"].total == pytest.approx(found["x1"].noise, rel=0.4)
    assert found["x1"].noise < 0.01 < 0.8 < found["x0"].first


def test_the_noise_share_is_the_variance_of_interaction_over_that_of_means() -> None:
    # f varies with variance 1, each figure's own noise has variance 4 over 16 histories: 0.25 of 1.25; what histories share does not count
    draw = np.random.default_rng(5)
    levels, luck = draw.normal(size=4000), 50 * draw.normal(size=16)
    values = levels[:, None] + luck + 2 * draw.normal(size=(4000, 16))
    assert noise_variance(values) == pytest.approx(0.25, rel=0.05)
    assert noise_share(values) == pytest.approx(0.2, abs=0.015)
    assert noise_share(np.ones((5, 3))) == 0.0
    assert noise_share(levels[:, None]) == 0.0


def test_noise_alone_is_taken_for_an_effect_in_at_most_five_studies_of_a_hundred() -> None:
    draw = np.random.default_rng(8)
    false = sum(is_beyond_noise(draw.normal(size=(6, 30)), 1) for _ in range(1000))
    assert 20 <= false <= 70  # 50 if neither question were stricter than it need be


def test_a_tornado_of_a_linear_function_gives_its_slopes_in_order() -> None:
    slopes = np.array([1.0, -3.0, 0.0])
    histories = np.random.default_rng(1).normal(size=50)
    function = lambda row: np.array([slopes @ np.where(np.isnan(row), 0.5, row)])  # noqa: E731
    groups = evaluated(tornado_rows(3), function, lambda _: histories)
    found = swings(ranged(3), groups, function(np.full(3, np.nan)) + histories, "fen")
    assert [one.assumption.path for one in found] == ["x1", "x0", "x2"]
    assert [one.difference.mean for one in found] == pytest.approx([-3.0, 1.0, 0.0])
    assert [one.told_apart for one in found] == [True, True, False]
    assert found[0].difference.se == pytest.approx(0.0, abs=1e-12)  # the luck that points share cancels


def test_a_bent_response_with_equal_ends_still_reaches() -> None:
    function = lambda row: np.array([(np.where(np.isnan(row), 0.5, row)[0] - 0.5) ** 2] * 4)  # noqa: E731
    (found,) = swings(ranged(1), evaluated(tornado_rows(1), function), function(np.array([np.nan])), "fen")
    assert found.difference.mean == 0.0
    assert found.reach(0.0) == 0.25
    assert found.told_apart


def test_morris_effects_of_a_linear_function_are_its_slopes() -> None:
    pytest.importorskip("SALib", reason=NEEDS_STUDY)
    slopes = np.array([1.0, -3.0, 0.0])
    found = {one.assumption.path: one for one in screened(ranged(3), evaluated(morris_rows(3, 40, 1), lambda row: np.array([slopes @ row])), 1)}
    assert [found[f"x{column}"].mu for column in range(3)] == pytest.approx(slopes)
    assert [found[f"x{column}"].mu_star for column in range(3)] == pytest.approx(np.abs(slopes))
    assert max(one.sigma for one in found.values()) < 1e-9
    assert [found[f"x{column}"].told_apart for column in range(3)] == [True, True, False]


def test_morris_tells_an_interaction_by_its_spread() -> None:
    pytest.importorskip("SALib", reason=NEEDS_STUDY)
    found = {one.assumption.path: one for one in screened(ranged(3), evaluated(morris_rows(3, 200, 1), lambda row: row[:1] * row[1] + row[2]), 1)}
    assert found["x0"].sigma > 0.2 > 1e-9 > found["x2"].sigma
    # E|∂f/∂x0| = E[x1] = 1/2
    assert found["x0"].mu_star == pytest.approx(0.5, abs=0.1)


def test_morris_without_salib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(ExtraMissing, match=r"pip install riskshare\[study\]"):
        morris_rows(3, 40, 1)


def test_a_trajectory_moves_each_assumption_once() -> None:
    pytest.importorskip("SALib", reason=NEEDS_STUDY)
    for rows in morris_rows(4, 50, 2):
        assert (np.count_nonzero(np.diff(rows, axis=0), axis=1) == 1).all()
        assert sorted(np.nonzero(np.diff(rows, axis=0))[1]) == [0, 1, 2, 3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "小例.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_contributions_average_to_the_measures_and_their_errors(file: Path) -> None:
    scenario = load(file).scenario
    (results,) = play_scenarios([scenario.model_copy(update={"run": scenario.run.model_copy(update={"histories": 40})})])
    known = summarise(results.finals, results.scenario)
    for name in ("bank.net_loss", "bank.net_loss_rate", "bank.raroc", "fiscal.cost_per_yuan", "bank.realised_cover", "paid_by.财政"):
        values, found = contributions(results.finals, results.scenario, name), known[name]
        assert found is not None
        assert values is not None
        assert values.mean() == pytest.approx(found.mean)
        assert values.std(ddof=1) / math.sqrt(40) == pytest.approx(found.se)
    assert contributions(results.finals, results.scenario, "pool.paid_over_promised") is None
    assert contributions(results.finals, results.scenario, "lending.additional_volume") is None


def test_a_study_finds_what_the_scheme_makes_plain(file: Path) -> None:
    pytest.importorskip("SALib", reason=NEEDS_STUDY)
    loaded = load(file)
    design = sensitivity_design(lay_out(loaded, ["tornado", "morris", "sobol"], points=60), 20)
    base = play_base(loaded, 20, Playing())
    told: list[int] = []
    study = sensitivity_study(design, base, ["fiscal.net_cost", "lending.volume"], Playing(on_progress=told.append))
    assert told[-1] == design.n_points * 20
    assert told == sorted(told)
    # pd and cover move the cost; the discount rate moves no nominal money
    for method in ("tornado", "morris", "sobol"):
        rows = {one.assumption.path: one for one in study.found(method)["fiscal.net_cost"]}
        assert not rows["prices.discount"].told_apart, method
        assert rows[PD].told_apart, method
        assert study.constant[method] == ["lending.volume"], method
    # the sum of what is paid is share times what is overdue: 90 % against 50 % cost 9/5, to a fen a claim
    share = next(one for one in study.tornado["fiscal.net_cost"] if one.assumption.path == SHARE)
    assert share.at_high > share.at_low > 0
    assert json.dumps(study.as_json(), allow_nan=False)


def test_the_tornado_is_what_two_runs_give(file: Path) -> None:
    loaded = load(file)
    design = sensitivity_design(lay_out(loaded, ["tornado"], only=[PD]), 15)
    study = sensitivity_study(design, play_base(loaded, 15, Playing()), ["bank.net_loss"], Playing())
    (swing,) = study.tornado["bank.net_loss"]
    ends = [load(file, sets=[f"{PD}={end}", "run.histories=15"]).scenario for end in ("2%", "10%")]
    low, high = (one.finals["bank.net_loss"].astype(float) for one in play_scenarios(ends))
    assert (swing.at_low, swing.at_high) == (low.mean(), high.mean())
    assert swing.difference.se == pytest.approx((high - low).std(ddof=1) / math.sqrt(15))


def test_ranges_are_added_and_narrowed_by_hand(file: Path) -> None:
    loaded = with_ranges(load(file), pairs("--vary", [f"{PD}=4%:6%", "losses.lag.mean=100天:400天"]))
    found = {one.ranged.path: one.ranged for one in chosen_assumptions(loaded)[0]}
    assert (found[PD].low, found[PD].high) == ("4%", "6%")
    assert found["losses.lag.mean"].ends == (100.0, 400.0)


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (PD, "4%", "低:高"),
        (PD, "6%:4%", "由小到大"),
        ("population.segments.科技企业.pp", "1%:2%", "路径不存在"),
        (PD, "高:低", "端点"),
        (PD, "6%:8%", "不在 range"),
    ],
)
def test_a_range_that_is_none_is_refused(file: Path, path: str, text: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        with_ranges(load(file), pairs("--vary", [f"{path}={text}"]))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bank.netloss", "是否想写"),
        ("bank.net_loss_var_99", "不是各条路径的平均"),
        ("pool.paid_over_promised", "没有这个指标"),
        ("vintage.x", "没有这个指标"),
    ],
)
def test_a_measure_that_cannot_be_used_is_refused(file: Path, name: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        measures_of(play_base(load(file), 2, Playing()), [name])


def test_too_few_points_are_refused_with_the_number_needed(file: Path) -> None:
    with pytest.raises(ScenarioError, match="48"):
        lay_out(load(file), ["sobol"], points=40)
    with pytest.raises(ScenarioError, match="带 range 的假设"):
        lay_out(load(file), ["tornado"], only=["run.seed"])


def test_the_command_writes_tables_charts_and_summary_that_say_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("SALib", reason=NEEDS_STUDY)
    monkeypatch.chdir(file.parent)
    arguments = [
        "sensitivity",
        "小例.yaml",
        "--method",
        "tornado,morris,sobol",
        "--points",
        "48",
        "--histories",
        "8",
        "--measures",
        "fiscal.net_cost,lending.volume",
    ]
    done = CliRunner().invoke(program(), [*arguments, "--out", "out", "--workers", "1", "--lang", "en", "--json"])
    assert done.exit_code == 0, done.output
    assert "points × 8 histories" in done.stderr
    said = json.loads(done.stdout)
    for method, column in (("tornado", "at_high"), ("morris", "mu_star"), ("sobol", "total")):
        with (file.parent / "out" / f"{method}.csv").open(encoding="utf-8-sig") as table:
            rows = list(csv.DictReader(table))
        assert [float(row[column]) for row in rows if row["measure"] == "fiscal.net_cost"] == [one[column] for one in said[method]["fiscal.net_cost"]]
        assert [row["beyond_noise"] for row in rows if row["measure"] == "lending.volume"] == ["constant"]
        assert (file.parent / "out" / "charts" / f"{method}_fiscal.net_cost.png").stat().st_size > 10_000
    summary = (file.parent / "out" / "summary.md").read_text(encoding="utf-8")
    assert "constant, the same at all points" in summary
    assert "nan" not in summary.lower()
    again = CliRunner().invoke(program(), ["rerun", "out", "--workers", "2", "--lang", "en"])
    assert again.exit_code == 0, again.output


def test_a_study_that_is_interrupted_goes_on_where_it_stopped(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.analysis import moved

    monkeypatch.chdir(file.parent)
    monkeypatch.setattr(moved, "SLICE", 2)
    whole = ["sensitivity", "小例.yaml", "--histories", "6", "--workers", "1", "--lang", "en"]
    assert CliRunner().invoke(program(), [*whole, "--out", "whole"]).exit_code == 0
    real, calls = moved.play_scenarios, []

    def stopping(*given: object, **named: object) -> object:
        calls.append(named["keep"])
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*given, **named)

    monkeypatch.setattr(moved, "play_scenarios", stopping)
    assert CliRunner().invoke(program(), [*whole, "--out", "broken"]).exit_code != 0
    kept = sorted(path.parent.name for path in (file.parent / "broken").rglob("*.block"))
    assert len(kept) == len(set(kept)) == 4
    monkeypatch.setattr(moved, "play_scenarios", real)
    done = CliRunner().invoke(program(), ["resume", "broken", "--workers", "1", "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert (file.parent / "broken" / "tornado.csv").read_bytes() == (file.parent / "whole" / "tornado.csv").read_bytes()


def test_a_measure_without_a_value_at_most_points_is_called_so_and_gives_no_figures(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.analysis import moved

    def without_high_pd(finals: Mapping[str, Floats], scenario: Scenario, name: str) -> Floats | None:
        has_value = name == "lending.volume" or scenario.population.segments["科技企业"].pd != 0.1
        return contributions(finals, scenario, name) if has_value else None

    loaded = load(file)
    base = play_base(loaded, 4, Playing())
    monkeypatch.setattr(moved, "contributions", without_high_pd)
    design = sensitivity_design(lay_out(loaded, ["tornado"], only=[PD]), 4)
    study = sensitivity_study(design, base, ["bank.net_loss", "lending.volume"], Playing())
    assert study.missing["tornado"] == ["bank.net_loss"]
    assert study.constant["tornado"] == ["lending.volume"]
    assert study.tornado == {}
    assert study.dropped["tornado"] == 1
    assert "多数点没有这个值" in sensitivity_markdown(study, "zh")
    json.dumps(study.as_json(), allow_nan=False)
