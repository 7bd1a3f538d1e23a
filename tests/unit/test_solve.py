"""Solving: answers against closed forms, intervals, targets out of reach, measures that do not run one way, constrained optima, the command."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner, Result

from simulator.analysis.levers import lever_of, parsed_lever
from simulator.analysis.optimise import optimise
from simulator.analysis.solve import solve, why_not_needed
from simulator.analysis.targets import objective_of, target_of
from simulator.analysis.trials import How, Trial, Trials
from simulator.cli.main import program
from simulator.engine.exact import exact_results
from simulator.errors import UnitError
from simulator.report.levers import lever_text
from simulator.report.solved import sentences_of, warnings_of
from simulator.results.estimates import estimate
from simulator.results.measures import summarise
from simulator.results.solved import Evaluation
from simulator.results.unfinished import Shelf
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from simulator.results.levers import Lever
    from simulator.scenario.loader import Loaded

FILE = """
schema: 1
name: 小例
title: 求解的小例
title_en: A small case to solve
run: {{start: 2025-01-01, lend_until: 2025-06-30, histories: {histories}, seed: 7}}
population:
  segments:
    科技企业: {{firms: 80, loan: {{mean: 300万元}}, pd: 8%}}
losses: {{lgd: {{mean: 60%}}}}
banks: {{members: {{合作银行: {{share: 100%}}}}}}
scheme:
  accounts:
    财政: {{kind: treasury, public: true}}
  layers:
    财政补偿: {{payer: 财政, share: 70%, basis: net_loss, trigger: 90天, lag: 60天}}
"""
SHARE = "scheme.layers.财政补偿.share"
POOL = "scheme.accounts.资金池.endowment"


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, histories: int = 20) -> Path:
    file = folder / "小例.yaml"
    file.write_text(FILE.format(histories=histories), encoding="utf-8")
    return file


def made_up(monkeypatch: pytest.MonkeyPatch, curve: Callable[..., dict[str, float]], n: int = 400, spread: float = 1.0, seed: int = 1) -> None:
    """Replace playing by a curve with noise that all points share and a little of their own."""
    shared = np.random.default_rng(seed).normal(0, spread, n)

    def play(self: Trials, some: Sequence[tuple[tuple[float, ...], object]]) -> None:
        for places, _ in some:
            own = np.random.default_rng([seed, *(abs(hash(place)) for place in places)]).normal(0, spread / 20, n)
            parts = {name: value + shared + own for name, value in curve(*places).items() if name in self.measures}
            self.played[places] = Trial(Evaluation(places, {k: estimate(v, "fen") for k, v in parts.items()}, self.rounds), parts, {})

    monkeypatch.setattr(Trials, "_play_some", play)


def share_lever(loaded: Loaded, low: str = "0%", high: str = "100%") -> Lever:
    return lever_of(loaded, SHARE, low, high)


def reference(histories: int, *more: str) -> Loaded:
    return load("参照资产池", sets=(f"run.histories={histories}", "population.segments.同质企业.firms=400", *more))


def test_a_pool_for_a_shortfall_chance_of_5_percent_holds_the_exact_quantile_in_its_interval_and_one_run_agrees() -> None:
    loaded = reference(400)
    found = solve(loaded, lever_of(loaded, POOL, "5万元", "200万元", "1万元"), target_of("pool.shortfall_probability <= 5%"))
    exact = exact_results(loaded.scenario).laws["cover.called"].quantile(0.95)
    assert found.answer is not None
    assert found.answer.low is not None
    assert found.answer.high is not None
    assert found.answer.low <= exact <= found.answer.high
    assert found.answer.found.mean <= 0.05
    assert found.check is not None
    assert found.check.agrees
    assert found.check.needed <= found.answer.place < found.check.needed + found.lever.step
    assert found.turn is None
    assert "compared history by history" in " ".join(sentences_of(found, "en"))


def test_the_same_chance_is_reached_by_a_ratio_and_no_check_of_sizes_is_made() -> None:
    loaded = reference(60, f"{POOL}=20万元")
    found = solve(loaded, lever_of(loaded, "scheme.layers.资金池补偿.share", "10%", "90%"), target_of("pool.shortfall_probability <= 20%"))
    assert found.verdict == "found"
    assert (found.check, found.no_check) == (None, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("scheme.accounts.资金池.interest=2%", "bears interest"),
        ("scheme.accounts.资金池.refill.rule=last_year_payouts", "refilled"),
        ("scheme.accounts.资金池.annual_budget=3亿元", "yearly budget"),
        ("banks.common.appetite=margin", "lending goes by its size"),
    ],
)
def test_a_pool_whose_size_is_not_fixed_is_not_checked_against_one_run_and_it_is_said_why(change: str, words: str) -> None:
    loaded = load("湖北", sets=(change,))
    why = why_not_needed(loaded, "资金池")
    assert why is not None
    assert words in why[1]


def test_a_pool_of_fixed_size_is_checked_and_the_reason_against_one_that_is_not_stands_in_the_answer() -> None:
    sets = ("run.histories=10", "population.segments.科技型企业.firms=200")
    assert why_not_needed(load("湖北"), "资金池") is None
    loaded = load("湖北", sets=(*sets, "scheme.accounts.资金池.interest=2%"))
    found = solve(loaded, lever_of(loaded, POOL, "100万元", "4亿元"), target_of("pool.shortfall_probability <= 40%"))
    assert found.check is None
    assert any("bears interest" in one for one in sentences_of(found, "en"))


def test_a_ratio_for_a_given_bank_loss_is_the_one_of_the_linear_closed_form(small: Path) -> None:
    loaded = load(small)
    (result,) = play_scenarios([loaded.scenario])
    gross = result.finals["bank.gross_loss"].astype(float)
    goal = 0.37 * gross.mean()
    found = solve(loaded, share_lever(loaded), target_of(f"bank.net_loss <= {goal / 100:.2f}元"))
    assert found.answer is not None
    assert found.answer.place / 1e6 == pytest.approx(0.63, abs=0.0011)
    mean = estimate(gross, "fen")
    low, high = (1 - goal / end for end in (mean.low, mean.high))
    assert found.answer.low / 1e6 == pytest.approx(low, abs=0.0021)
    assert found.answer.high / 1e6 == pytest.approx(high, abs=0.0021)
    assert found.answer.low / 1e6 <= low
    assert found.answer.high / 1e6 >= high


def test_one_point_is_enough_seen_from_the_estimates_that_run_gives(small: Path) -> None:
    loaded = load(small, sets=(f"{SHARE}=63%",))
    found = solve(load(small), share_lever(loaded, "60%", "66%"), target_of("bank.net_loss_rate <= 5%"))
    (result,) = play_scenarios([loaded.scenario])
    run = summarise(result.finals, loaded.scenario)["bank.net_loss_rate"]
    tried = next(one for one in found.evaluations if one.places == (630_000.0,))
    assert tried.measures["bank.net_loss_rate"] == run


def test_ends_of_an_interval_are_written_as_people_would(small: Path) -> None:
    loaded = load(small)
    found = solve(loaded, lever_of(loaded, "population.segments.科技企业.pd", "0.1%", "20%"), target_of("bank.net_loss_rate <= 1%"))
    assert found.answer is not None
    texts = [found.lever.text(place) for place in (found.answer.place, found.answer.low, found.answer.high) if place is not None]
    assert all(len(text) <= len("12.34%") for text in texts)


def test_a_target_out_of_reach_says_how_far_off_the_best_is_and_where(small: Path) -> None:
    loaded = load(small)
    found = solve(loaded, share_lever(loaded, "10%", "50%"), target_of("bank.net_loss <= 1元"))
    assert found.verdict == "out_of_reach"
    assert found.best.places == (500_000.0,)
    said = sentences_of(found, "en")[0]
    assert "out of reach" in said
    assert "nearest is 50%" in said
    assert found.as_json()["missed_by"] == pytest.approx(found.best.measures["bank.net_loss"].mean - 100)


def test_a_target_that_is_met_everywhere_says_so(small: Path) -> None:
    loaded = load(small)
    found = solve(loaded, share_lever(loaded, "10%", "50%"), target_of("bank.net_loss >= 1元"))
    assert found.verdict == "met_everywhere"
    assert "every value tried from 10% to 50% meets the target" in sentences_of(found, "en")[0]


def test_a_measure_that_turns_is_warned_of_and_both_crossings_are_named(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(small)
    made_up(monkeypatch, lambda place: {"bank.net_loss": 100 * (place / 1e6 - 0.5) ** 2 + 10})
    found = solve(loaded, share_lever(loaded), target_of("bank.net_loss <= 0.19元"))
    assert found.turn is not None
    assert [round(one.place / 1e6, 2) for one in (found.answer, *found.others)] == [pytest.approx(0.2, abs=0.01), pytest.approx(0.8, abs=0.01)]
    assert any("does not run one way" in one for one in warnings_of(found, "en"))


def test_noise_is_not_taken_for_a_measure_that_turns(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(small)
    turned = []
    for seed in range(40):
        made_up(monkeypatch, lambda place: {"bank.net_loss": 50.0 - 0.002 * place / 1e6}, n=40, spread=3.0, seed=seed)
        turned.append(solve(loaded, share_lever(loaded), target_of("bank.net_loss <= 0.5元")).turn is not None)
    assert np.mean(turned) <= 0.15


def test_the_interval_holds_the_true_answer_in_19_of_20_seeds(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, goal = load(small), target_of("bank.net_loss <= 0.5元")
    held = []
    for seed in range(200):
        made_up(monkeypatch, lambda place: {"bank.net_loss": 80 - 60 * (place / 1e6) ** 2}, n=25, spread=20.0, seed=1000 + seed)
        answer = solve(loaded, share_lever(loaded), goal).answer
        true = 1e6 * np.sqrt(0.5)
        held.append(answer is None or ((answer.low or 0.0) <= true <= (answer.high or 1e6)))
    assert 0.95 - 4 * np.sqrt(0.95 * 0.05 / 200) <= np.mean(held)
    assert np.mean(held) < 1.0


def test_a_break_even_margin_is_found_where_profit_is_nearest_to_nothing() -> None:
    loaded = load("湖北", sets=("run.histories=20", "population.segments.科技型企业.firms=300"))
    found = solve(loaded, lever_of(loaded, "population.segments.科技型企业.rate", "2%", "6%"), target_of("bank.profit = 0"))
    assert found.answer is not None
    profits = {one.places[0]: one.measures["bank.profit"].mean for one in found.evaluations}
    assert abs(profits[found.answer.place]) == min(map(abs, profits.values()))
    step = found.lever.step
    assert any(profits.get(found.answer.place + way * step, profits[found.answer.place]) * profits[found.answer.place] <= 0 for way in (-1, 1))


def test_least_cost_under_a_bank_loss_is_where_the_loss_meets_its_bound(small: Path) -> None:
    loaded = load(small)
    (result,) = play_scenarios([loaded.scenario])
    gross = result.finals["bank.gross_loss"].astype(float).mean()
    found = optimise(loaded, [share_lever(loaded)], objective_of("fiscal.net_cost:min"), [target_of(f"bank.net_loss <= {0.4 * gross / 100:.2f}元")])
    assert found.best is not None
    assert found.best.places[0] / 1e6 == pytest.approx(0.6, abs=0.0011)
    assert [one.measure for one in found.binding] == ["bank.net_loss"]
    low, high = found.span(0)
    assert low < found.best.places[0] < high


def test_without_a_constraint_the_best_stands_at_an_end_and_that_is_warned_of(small: Path) -> None:
    loaded = load(small)
    found = optimise(loaded, [share_lever(loaded, "20%", "80%")], objective_of("fiscal.net_cost:min"), [])
    assert found.best is not None
    assert found.best.places == (200_000.0,)
    assert any("stands at an end" in one for one in warnings_of(found, "en"))


def test_constraints_that_no_point_meets_are_answered_with_the_nearest(small: Path) -> None:
    loaded = load(small)
    found = optimise(loaded, [share_lever(loaded, "20%", "80%")], objective_of("fiscal.net_cost:min"), [target_of("bank.net_loss <= 1元")])
    assert found.best is None
    assert found.nearest.places == (800_000.0,)
    assert "No point tried meets the constraints" in sentences_of(found, "en")[0]


def test_several_levers_reach_the_optimum_of_a_bowl_under_a_line(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(small)

    def bowl(x: float, y: float) -> dict[str, float]:
        a, b = x / 1e6, y / 1e6
        return {"fiscal.net_cost": 1e4 * ((a - 0.2) ** 2 + (b - 0.3) ** 2), "lending.volume": 1e4 * (a + b)}

    made_up(monkeypatch, bowl, spread=0.0)
    levers = [share_lever(loaded), lever_of(loaded, "losses.lgd.mean", "0%", "100%")]
    found = optimise(loaded, levers, objective_of("fiscal.net_cost:min"), [target_of("lending.volume >= 90元")])
    assert found.best is not None
    assert np.array(found.best.places) / 1e6 == pytest.approx([0.4, 0.5], abs=0.02)
    assert found.n_evaluations <= 160


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pool.shortfal_probability <= 5%", "did you mean 'pool.shortfall_probability'"),
        ("bank.net_loss 5", "write MEASURE <= VALUE"),
        ("bank.net_loss <= 5", "is not an amount of money"),
        ("pool.shortfall_probability <= 5", "is no value of this measure"),
        ("lending.loans >= 5%", "is no value of this measure"),
    ],
)
def test_targets_that_cannot_be_read_are_told_what_to_write(text: str, words: str) -> None:
    with pytest.raises(UnitError) as told:
        target_of(text)
    assert words in told.value.en


@pytest.mark.parametrize(
    ("path", "low", "high", "words"),
    [
        (SHARE, "80%", "30%", "must be below its end"),
        (SHARE, "30", "95%", "write 30% or 0.3"),
        ("scheme.layers.财政补偿.payer", "1", "2", "is no quantity"),
        ("population.segments.科技企业.grade.A", "10%", "20%", "sum to 100%"),
        ("scheme.layers.财政补偿.per_claim", "100万元", "none", "are values, not none"),
    ],
)
def test_levers_that_cannot_move_are_told_why(small: Path, path: str, low: str, high: str, words: str) -> None:
    with pytest.raises(UnitError) as told:
        lever_of(load(small, sets=("population.segments.科技企业.grade={A: 50%, B: 50%}",)), path, low, high)
    assert words in told.value.en


@pytest.mark.parametrize(
    ("path", "ends", "grid", "step"),
    [
        (SHARE, "30%:90%", ["30%", "50%", "70%", "90%"], "0.1%"),
        ("scheme.layers.财政补偿.per_claim", "100万元:1000万元", ["100万元", "400万元", "700万元", "1000万元"], "1万元"),
        ("scheme.layers.财政补偿.trigger", "30天:180天", ["30天", "80天", "130天", "180天"], "1天"),
        ("population.segments.科技企业.rate", "LPR-60bp:LPR+30bp", ["LPR-60bp", "LPR-30bp", "LPR", "LPR+30bp"], "0.1bp"),
        ("population.segments.科技企业.pd", "1%:4%", ["1%", "2%", "3%", "4%"], "0.01%"),
        ("run.lend_until", "2025-06-30:2025-07-30", ["2025-06-30", "2025-07-10", "2025-07-20", "2025-07-30"], "1天"),
    ],
)
def test_levers_of_every_unit_move_in_steps_that_people_would_write(small: Path, path: str, ends: str, grid: list[str], step: str) -> None:
    loaded = load(small)
    lever = lever_of(loaded, *parsed_lever(f"{path}={ends}"))
    assert [lever.text(place) for place in lever.grid(4)] == grid
    assert lever.step_text() == step
    assert [load(loaded.path, sets=(f"{path}={text}",)).name for text in grid[:1]] == ["小例"]


def test_money_and_days_are_written_in_the_readers_language(small: Path) -> None:
    lever = lever_of(load(small), "scheme.layers.财政补偿.per_claim", "100万元", "1亿元")
    assert (lever_text(lever, 10_000_000_000, "zh"), lever_text(lever, 10_000_000_000, "en")) == ("1亿元", "CNY 100m")


def test_a_search_that_was_interrupted_finds_its_finished_points_again(small: Path, tmp_path: Path) -> None:
    loaded, target = load(small), target_of("bank.net_loss_rate <= 2%")
    whole = solve(loaded, share_lever(loaded), target)
    shelf = Shelf(tmp_path / "blocks", "key")
    shelf.folder.mkdir()
    played: list[int] = []
    first = solve(loaded, share_lever(loaded), target, how=How(shelf=shelf, on_progress=played.append))
    kept = sorted(path.name for path in shelf.folder.glob("*/*.block"))
    assert len(list(shelf.folder.glob("*/*.block"))) == first.rounds
    again = solve(loaded, share_lever(loaded), target, how=How(shelf=shelf))
    assert sorted(path.name for path in shelf.folder.glob("*/*.block")) == kept
    assert whole.as_json() == first.as_json() == again.as_json()
    assert played[-1] == 20 * whole.n_evaluations


def test_two_workers_give_the_same_answer_as_one(small: Path) -> None:
    loaded, target = load(small), target_of("bank.net_loss_rate <= 2%")
    one = solve(loaded, share_lever(loaded, "40%", "90%"), target)
    two = solve(loaded, share_lever(loaded, "40%", "90%"), target, how=How(workers=2))
    assert one.as_json() == two.as_json()


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(program(), list(arguments), prog_name="riskshare")


def test_the_command_says_the_same_on_the_terminal_in_json_and_in_files_and_is_made_again(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    asked = ("solve", str(small), "--find", f"{SHARE}=20%:95%", "--target", "bank.net_loss_rate <= 2%", "--workers", "1", "--lang", "en")
    printed = json.loads(invoke(*asked, "--json", "--out", str(folder)).stdout)
    value = printed["answer"]["value"]
    assert f"{value} meets the target" in (folder / "summary.md").read_text(encoding="utf-8").replace("**", "")
    assert f"{value} meets the target" in invoke(*asked, "--out", str(tmp_path / "more")).stdout
    with (folder / "evaluations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row[SHARE] for row in rows if row["what"] == "answer"] == [value]
    assert len(rows) == printed["n_evaluations"]
    for suffix in ("png", "svg"):
        assert (folder / "charts" / f"solve.{suffix}").is_file()
    assert "every figure is the same" in invoke("rerun", str(folder), "--lang", "en", "--workers", "1").stdout
    again = json.loads(invoke("study", str(folder / "study.yaml"), "--json", "--out", str(tmp_path / "again"), "--workers", "1").stdout)
    assert again["answer"] == printed["answer"]


def test_the_command_finds_a_least_cost_and_draws_it(small: Path, tmp_path: Path) -> None:
    find = ("--find", f"{SHARE}=20%:95%", "--least", "fiscal.net_cost", "--subject-to", "bank.net_loss_rate <= 2%")
    done = invoke("solve", str(small), *find, "--lang", "zh", "--workers", "1", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "是试过的点中满足约束的最优" in done.stdout
    assert (tmp_path / "out" / "charts" / "solve.png").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--find", f"{SHARE}=20%:95%"), "one of target, least and most"),
        (("--find", f"{SHARE}=20%:95%", "--target", "bank.net_los <= 1元"), "did you mean 'bank.net_loss'"),
        (("--find", f"{SHARE}=20%", "--target", "bank.net_loss <= 1元"), "write PATH=LOW:HIGH"),
        (("--find", "scheme.layers.财政补尝.share=20%:95%", "--target", "bank.net_loss <= 1元"), "did you mean '财政补偿'"),
        (("--find", f"{SHARE}=20%:95%", "--target", "银行净损 <= 1元"), "did you mean '银行净损失'"),
        (("--find", "scheme.layers.财政补偿.shar=20%:95%", "--target", "bank.net_loss <= 1元"), "is no quantity"),
        (("--find", f"{SHARE}=20%:95%", "--target", "pool.needed <= 1元"), "has no such measure"),
        (("--find", f"{SHARE}=20%:95%", "--target", "lending.additional_volume >= 1元"), "no lever's effect"),
        (("--find", f"{SHARE}=20%:95%", "--least", "fiscal.net_cost", "--subject-to", "bank.net_loss = 1元"), "to meet a value exactly"),
    ],
)
def test_a_mistake_is_told_without_a_traceback_and_leaves_nothing_to_resume(
    small: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    folder = tmp_path / "out"
    done = invoke("solve", str(small), *options, "--lang", "en", "--workers", "1", "--out", str(folder))
    assert done.exit_code != 0
    said = done.output + (done.stderr or "") + (done.exception.render("en") if hasattr(done.exception, "render") else "")  # type: ignore[union-attr]
    assert words in said
    assert not (folder / "blocks").exists()
