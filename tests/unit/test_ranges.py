"""Assumptions moved over their ranges: where the points lie, that spans are those of plays, and what is said to move an answer most."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner, Result
from scipy.stats import spearmanr
from studies import LGD, PD, study

from simulator.analysis.compare import compare_scenarios, compared_designs
from simulator.analysis.points import scenario_at
from simulator.analysis.ranges import chance_bound, designs_of, histories_of_a_point, levelled, rank_correlation, study_of
from simulator.analysis.uncertain import POINTS, places, uncertain_of, value_at
from simulator.cli.main import program
from simulator.results.measures import summarise
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.ranges import RangeStudy
    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded

SHARE = "scheme.layers.财政补偿.share"
PD_PATH = "population.segments.科技企业.pd"
FILE = """
schema: 1
name: 小例
title: 检验假设范围的小例
run: {{start: 2025-01-01, lend_until: 2025-06-30, histories: {histories}, seed: 7}}
population:
  segments:
    科技企业: {{firms: 60, loan: {loan}, pd: {pd}}}
losses: {{lgd: {{mean: 60%}}}}
banks: {{members: {{合作银行: {{share: 100%}}}}}}
scheme:
  accounts:
    财政: {{kind: treasury, public: true}}
  layers:
    财政补偿: {{payer: 财政, share: {share}, basis: overdue_principal, lag: 60天}}
"""
RANGED_SHARE = "{value: 70%, assumption: 未定, range: [50%, 90%]}"
RANGED_PD = "{value: 5%, assumption: 没有公布, range: [2%, 10%]}"


def written(folder: Path, *, histories: int = 12, loan: str = "{mean: 300万元}", pd: str = "5%", share: str = "70%", more: str = "") -> Path:
    file = folder / "小例.yaml"
    file.write_text(FILE.format(histories=histories, loan=loan, pd=pd, share=share) + more, encoding="utf-8")
    return file


def studied(loaded: Loaded) -> tuple[RangeStudy, Results]:
    (design,) = designs_of([loaded])
    results, *points = play_scenarios([loaded.scenario, *design.scenarios])
    found = study_of(design, results, points)
    assert found is not None
    return found, results


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


def test_an_assumption_visits_each_twentieth_of_its_range_once_whatever_else_moves() -> None:
    for path in (PD_PATH, SHARE):
        assert sorted(np.floor(places(7, path) * POINTS).astype(int)) == list(range(POINTS))
    assert not np.array_equal(places(7, PD_PATH), places(7, SHARE))
    assert not np.array_equal(places(7, PD_PATH), places(8, PD_PATH))
    assert not np.array_equal(places(7, PD_PATH), places(7, PD_PATH, 1))


def test_values_stand_on_the_grain_of_their_unit_and_reach_both_ends() -> None:
    uncertain = {one.ranged.path: one for one in uncertain_of(load("湖北"))[0]}
    expected = {
        "losses.lag.mean": (365, 1460, 912),
        "scheme.limits.loan.B": (500_0000_00, 900_0000_00, 700_0000_00),
        "losses.lgd.mean": (550_000, 900_000, 725_000),
        "population.segments.科技型企业.pd": (0.008, 0.025, 0.0165),
    }
    for path, (low, high, middle) in expected.items():
        assert [value_at(uncertain[path], place) for place in (0.0, 1.0, 0.5)] == [low, high, middle]
        assert isinstance(value_at(uncertain[path], 0.3), type(low))


def test_what_all_banks_share_and_values_by_grade_have_short_names_of_their_own() -> None:
    names = [one.ranged.zh for one in uncertain_of(load("湖北"))[0]]
    assert {"科技型企业 年违约率", "平均违约损失率", "银行 资金成本", "单笔上限 B", "单笔上限 C"} <= set(names)
    for scenario in ("湖北", "广东", "泉州", "岱山"):
        shown = [one.ranged.zh for one in uncertain_of(load(scenario))[0]]
        assert len(set(shown)) == len(shown)


def test_a_value_by_grade_moves_alone() -> None:
    loaded = load("湖北")
    before, after = loaded.scenario.scheme.limits.loan, scenario_at(loaded, {"scheme.limits.loan.B": "612.3万元"}).scenario.scheme.limits.loan
    assert isinstance(before, dict)
    assert after == {**before, "B": 612_3000_00}


def test_the_span_of_a_measure_that_falls_with_a_share_is_its_closed_form(tmp_path: Path) -> None:
    found, results = studied(load(written(tmp_path, share=RANGED_SHARE)))
    gross = float(np.mean(results.finals["bank.gross_loss"]))
    shares = found.values[:, 0] / 1_000_000
    assert found.played["bank.gross_loss"] == pytest.approx(np.full(POINTS, gross), rel=1e-12)
    assert found.played["bank.net_loss"] == pytest.approx(gross * (1 - shares), rel=1e-6)
    span = found.span("bank.net_loss")
    assert span is not None
    assert (span.low, span.high) == pytest.approx((gross * (1 - shares.max()), gross * (1 - shares.min())), rel=1e-6)
    leader = found.leader("bank.net_loss")
    assert leader is not None
    assert (leader.assumption.path, leader.correlation) == (SHARE, pytest.approx(-1.0))
    assert "bank.gross_loss" not in found.influences


def test_the_span_over_default_rates_is_that_of_plays_with_set(tmp_path: Path) -> None:
    file = written(tmp_path, pd=RANGED_PD)
    found, _ = studied(load(file))
    least, most = int(np.argmin(found.values[:, 0])), int(np.argmax(found.values[:, 0]))
    for number in (least, most):
        (alone,) = play_scenarios([load(file, sets=[f"{PD_PATH}={found.texts[number][0]}"]).scenario])
        assert found.played["bank.net_loss"][number] == np.mean(alone.finals["bank.net_loss"])
    assert found.span("bank.net_loss") == (found.played["bank.net_loss"][least], found.played["bank.net_loss"][most])


def test_points_of_few_histories_are_moved_to_the_level_of_the_whole_run(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, pd=RANGED_PD, histories=60))
    found, results = studied(loaded)
    assert found.histories == histories_of_a_point(loaded.scenario) == 20
    losses = results.finals["bank.net_loss"]
    assert found.own["bank.net_loss"] == pytest.approx(np.mean(losses[:20]))
    assert found.moved["bank.net_loss"] == pytest.approx(found.played["bank.net_loss"] * np.mean(losses) / np.mean(losses[:20]))
    profits = results.finals["bank.profit"]
    assert found.played["bank.profit"].min() < 0
    assert found.moved["bank.profit"] == pytest.approx(found.played["bank.profit"] + np.mean(profits) - np.mean(profits[:20]))
    whole = summarise(results.finals, results.scenario)["bank.net_loss"]
    assert whole is not None
    assert found.span("bank.net_loss").low < whole.mean < found.span("bank.net_loss").high  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("played", "own", "whole", "is_share", "expected"),
    [
        ([0.0, 20.0, 50.0], 20.0, 16.0, False, [0.0, 16.0, 40.0]),  # in proportion: a loss stays above 0
        ([-10.0, 20.0], 20.0, 16.0, False, [-14.0, 16.0]),  # profits by the difference
        ([0.0, 0.2, 0.5, 1.0], 0.5, 0.4, True, [0.0, 1 / 7, 0.4, 1.0]),  # odds 1/4 times 2/3 are 1/6
        ([0.0, 0.5], 0.0, 0.01, True, [0.01, 0.51]),  # never short in so few histories
        ([0.0, 900.0], 1.0, 40.0, False, [39.0, 939.0]),  # rare: no factor of 40
    ],
)
def test_a_level_is_moved_within_what_a_measure_can_be(played, own, whole, is_share, expected) -> None:
    assert levelled(np.array(played), own, whole, is_share=is_share) == pytest.approx(np.array(expected))


def test_the_same_scenario_has_the_same_points(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, pd=RANGED_PD, share=RANGED_SHARE))
    (one,), (two,) = designs_of([loaded]), designs_of([loaded])
    assert [point.texts for point in one.points] == [point.texts for point in two.points]
    (less,) = designs_of([load(written(tmp_path, pd=RANGED_PD))])
    place = [one.ranged.path for one in one.uncertain].index(PD_PATH)
    assert [point.texts[place] for point in one.points] == [point.texts[0] for point in less.points]


def test_points_whose_combination_is_refused_are_drawn_anew(tmp_path: Path) -> None:
    least = "{value: 100万元, assumption: 未定, range: [50万元, 500万元]}"
    most = "{value: 600万元, assumption: 未定, range: [310万元, 900万元]}"
    (design,) = designs_of([load(written(tmp_path, loan=f"{{mean: 305万元, least: {least}, most: {most}}}"))])
    assert len(design.points) == POINTS
    assert design.redrawn > 0
    assert design.dropped == 0
    for point in design.points:
        loan = point.scenario.population.segments["科技企业"].loan
        assert loan.least <= loan.most  # type: ignore[union-attr, operator]


def test_amounts_that_must_sum_to_a_stated_total_are_held_and_the_rest_moves() -> None:
    (design,) = designs_of([load("岱山")])
    assert {one.path for one in design.held} == {
        "scheme.grants.糖能萌发期拨款.amount",
        "scheme.grants.糖能初始期拨款.amount",
        "scheme.investments.糖能引导基金.amount",
        "scheme.investments.糖能社会资本.amount",
    }
    assert all("单独改为 " in one.zh and "1.8亿元" in one.zh and "must sum to" in one.en for one in design.held)
    assert len(design.points) == POINTS


def test_ranges_that_cannot_move_alone_are_held_with_the_reason(tmp_path: Path) -> None:
    pd = "{A: 2%, B: 5%}, grade: {A: {value: 50%, assumption: 未定, range: [40%, 60%]}, B: 50%}"
    more = f'assumptions:\n  {PD_PATH}: {{range: [1%, 10%], why: "没有公布"}}\n'
    uncertain, held = uncertain_of(load(written(tmp_path, pd=pd, more=more)))
    assert uncertain == []
    reasons = {one.path: one.zh for one in held}
    assert "各项" in reasons[PD_PATH]
    assert "合计须为100%" in reasons["population.segments.科技企业.grade.A"]
    assert designs_of([load(written(tmp_path, pd=pd, more=more))])[0].points == []


def test_a_replay_plays_one_history_a_point() -> None:
    loaded = load("台账小例", sets=["run.histories=50"])
    assert histories_of_a_point(loaded.scenario) == 1
    assert designs_of([loaded])[0].points == []


def test_a_value_that_is_set_no_longer_moves(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, pd=RANGED_PD, share=RANGED_SHARE), sets=[f"{SHARE}=60%"])
    assert [one.ranged.path for one in uncertain_of(loaded)[0]] == [PD_PATH]


def test_paired_differences_move_over_the_same_points(tmp_path: Path) -> None:
    base = load(written(tmp_path, pd=RANGED_PD))
    reform = load(written(tmp_path, pd=RANGED_PD), sets=[f"{SHARE}=90%"])
    designs = compared_designs([base, reform, base])
    assert [point.texts for point in designs[0].points] == [point.texts for point in designs[1].points]
    found = compare_scenarios([base, reform, base], designs=designs)
    gross = found.answers[0].ranges.played["bank.gross_loss"]  # type: ignore[union-attr]
    span = found.spans[1]["bank.net_loss"]
    assert (span.low, span.high) == pytest.approx((-0.2 * gross.max(), -0.2 * gross.min()), rel=1e-6)
    assert set(found.spans[2].values()) == {(0.0, 0.0)}
    assert found.as_json()["differences"][1]["bank.net_loss"]["range_low"] == span.low


def test_differences_have_no_span_where_the_points_meet_other_fates(tmp_path: Path) -> None:
    base = load(written(tmp_path, pd=RANGED_PD))
    fixed = load(written(tmp_path, pd=RANGED_PD), sets=[f"{PD_PATH}=5%", f"{SHARE}=90%"])
    found = compare_scenarios([base, fixed], designs=compared_designs([base, fixed]))
    assert found.paired == [True, True]
    assert found.spans == [{}, {}]
    assert found.answers[1].ranges is not None
    assert found.answers[1].ranges.spans == {}


def test_rank_correlation_is_spearmans() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=20), rng.integers(0, 5, 20).astype(float)
    assert rank_correlation(x, y) == pytest.approx(float(spearmanr(x, y).statistic))
    assert rank_correlation(x, np.ones(20)) == 0.0


def test_the_strongest_of_many_idle_assumptions_seldom_passes_the_bound() -> None:
    rng = np.random.default_rng(2)
    n, assumptions = 2_000, 21
    ranks = np.arange(20) - 9.5
    passed = 0
    for _ in range(n):
        drawn = np.stack([rng.permutation(ranks) for _ in range(assumptions)])
        passed += int(np.abs(drawn @ ranks / (ranks @ ranks)).max() > chance_bound(20, assumptions))
    assert passed / n < 0.05 + 4 * np.sqrt(0.05 * 0.95 / n)
    assert passed / n > 0.02


@pytest.mark.parametrize(
    ("correlations", "leads", "shows"),
    [
        ((0.8, 0.3, 0.1), PD, [PD]),
        ((0.2, -0.9, 0.1), LGD, [LGD]),
        ((0.6, 0.55, 0.1), None, [PD, LGD]),
        ((0.75, 0.72, 0.1), None, [PD, LGD]),
        ((0.4, 0.3, 0.1), None, []),
    ],
)
def test_an_assumption_is_said_to_move_an_answer_most_only_where_it_outweighs_all_others(correlations, leads, shows) -> None:
    found = study({"bank.net_loss": (1e9, 3e9)}, {"bank.net_loss": correlations})
    leader = found.leader("bank.net_loss")
    assert (leader and leader.assumption) == leads
    assert [one.assumption for one in found.beyond_chance("bank.net_loss")] == shows


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(program(), ["run", *arguments, "--workers", "1"], prog_name="riskshare")
    assert result.exit_code == 0, result.output
    return result


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_terminal_json_tables_and_summary_tell_one_span(tmp_path: Path) -> None:
    file, out = str(written(tmp_path, pd=RANGED_PD)), tmp_path / "out"
    printed = json.loads(run(file, "--ranges", "--json", "--lang", "zh", "--out", str(out)).stdout)
    rows = {row["measure"]: row for row in rows_of(out / "measures.csv")}
    points = rows_of(out / "ranges.csv")
    assert [row["point"] for row in points] == ["own", *(str(number) for number in range(1, POINTS + 1))]
    for name in ("bank.net_loss", "bank.profit", "lending.volume"):
        measure = printed["measures"][name]
        assert (float(rows[name]["range_low"]), float(rows[name]["range_high"])) == (measure["range_low"], measure["range_high"])
        values = [float(row[f"{name} [fen]"]) for row in points]
        assert values[0] == measure["mean"]
        assert (min(values[1:]), max(values[1:])) == (measure["range_low"], measure["range_high"])
    assert printed["measures"]["bank.net_loss_var_99"] is None
    assert printed["manifest"]["ranges"] == {"points": POINTS, "histories": 12, "assumptions": [PD_PATH]}
    summary = (out / "summary.md").read_text(encoding="utf-8")
    assert "主要取决于科技企业 年违约率" in summary
    assert "## 哪项假设最要紧" in summary
    assert (out / "charts" / "assumption_ranges.svg").exists()
    told = run(file, "--ranges", "--lang", "zh", "--out", str(out)).stdout
    low, high = next(line for line in told.splitlines() if line.strip().startswith("银行净损失 ")).split()[-2:]
    assert f"（假设变动时 {low} 至 {high}，主要取决于科技企业 年违约率）" in told


@pytest.mark.parametrize(("flag", "said"), [((), "加 --ranges"), (("--no-ranges",), "")])
def test_the_event_engine_moves_nothing_unless_asked(flag: tuple[str, ...], said: str, tmp_path: Path) -> None:
    result = run(str(written(tmp_path, pd=RANGED_PD)), *flag, "--engine", "event", "--lang", "zh", "--out", str(tmp_path / "out"))
    assert said in result.stderr
    assert bool(said) == ("--ranges" in result.stderr)
    assert "range_low" not in rows_of(tmp_path / "out" / "measures.csv")[0]
    assert not (tmp_path / "out" / "ranges.csv").exists()
    assert "假设变动时" not in result.stdout


def test_without_ranges_there_is_no_column_and_it_is_said(tmp_path: Path) -> None:
    result = run(str(written(tmp_path)), "--ranges", "--lang", "en", "--out", str(tmp_path / "out"))
    assert "No assumption carries a range" in result.stderr
    assert "range_low" not in rows_of(tmp_path / "out" / "measures.csv")[0]


def test_the_exact_path_says_that_it_moves_no_assumption(tmp_path: Path) -> None:
    result = run("参照资产池", "--engine", "exact", "--ranges", "--lang", "en", "--out", str(tmp_path))
    assert "moves no assumptions" in result.stderr


def test_a_result_with_ranges_can_be_made_again(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    run(str(written(tmp_path, pd=RANGED_PD)), "--lang", "en", "--out", out)
    assert "range_low" in rows_of(tmp_path / "out" / "measures.csv")[0]
    result = CliRunner().invoke(program(), ["rerun", out, "--workers", "1", "--lang", "en"], prog_name="riskshare")
    assert (result.exit_code, "every figure is the same" in result.stdout) == (0, True)


def test_an_interrupted_run_goes_on_with_its_points_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(written(tmp_path, pd=RANGED_PD))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run(file, "--lang", "en", "--out", str(whole))
    done = []

    def stop_in_the_middle(progress: object, reached: int) -> None:
        done.append(reached)
        if len(done) == 8:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("simulator.cli.console.Progress.reached", stop_in_the_middle)
        CliRunner().invoke(program(), ["run", file, "--workers", "1", "--lang", "en", "--out", str(broken)], prog_name="riskshare")
    assert not (broken / "measures.csv").exists()
    result = CliRunner().invoke(program(), ["resume", str(broken), "--workers", "1", "--lang", "en"], prog_name="riskshare")
    assert result.exit_code == 0, result.output
    for name in ("measures.csv", "ranges.csv", "summary.md", "manifest.json"):
        assert (broken / name).read_bytes() == (whole / name).read_bytes(), name
