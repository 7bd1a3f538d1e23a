"""Frontiers: who is dominated by the definition, what noise leaves open, twins, given lending, the command."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner, Result

from simulator.analysis.frontier import frontier, points_of
from simulator.analysis.levers import lever_of
from simulator.analysis.targets import objective_of
from simulator.cli.main import program
from simulator.errors import UnitError
from simulator.report.frontier import frontier_sentences
from simulator.results.pareto import standings_of
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from simulator.scenario.loader import Loaded

SHARE = "scheme.layers.资金池补偿.share"
POOL = "scheme.accounts.资金池.endowment"
FIRMS = "population.segments.科技型企业.firms=100"


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


def hubei(*more: str, histories: int = 12) -> Loaded:
    return load("湖北", sets=(f"run.histories={histories}", FIRMS, *more))


def without_noise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points whose objectives differ by the same in every history."""
    shared = np.random.default_rng(3).integers(0, 50, 30).astype(float)
    return values[:, :, None] + shared


def test_without_noise_dominance_is_that_of_the_definition() -> None:
    values = np.random.default_rng(5).integers(0, 12, (60, 3)).astype(float)
    found = standings_of(without_noise(values))
    for number, one in enumerate(values):
        beaten = any(all(a <= b for a, b in zip(other, one, strict=True)) and any(other < one) for other in values)
        assert found[number].status == ("dominated" if beaten else "frontier")
        assert found[number].by is None or (values[found[number].by] <= one).all()


def test_points_that_are_the_same_in_every_history_are_named_after_the_first_and_do_not_beat_each_other() -> None:
    found = standings_of(without_noise(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0]])))
    assert [one.same for one in found] == [None, None, 0]
    assert [one.status for one in found] == ["frontier"] * 3


def test_a_difference_within_noise_is_left_open_and_one_beyond_it_is_not() -> None:
    rng = np.random.default_rng(11)
    shared, own = rng.normal(0, 10, (2, 200)), rng.normal(0, 1, (3, 2, 200))
    base = np.array([[0.0, 0.0], [0.02, 0.02], [1.0, 1.0]])
    found = standings_of(base[:, :, None] + shared + own - own.mean(axis=2, keepdims=True))
    assert [one.status for one in found] == ["frontier", "uncertain", "dominated"]
    assert [one.is_sure for one in found] == [False, False, True]


def test_a_point_that_nothing_truly_beats_is_called_dominated_in_at_most_one_of_twenty_seeds() -> None:
    wrong = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        parts = rng.normal(0, 1, (12, 2, 40))
        wrong.append(standings_of(parts)[0].status == "dominated")
    assert np.mean(wrong) <= 0.05


def test_cost_against_bank_loss_trades_off_along_the_ratio_and_added_lending_is_no_objective_where_lending_is_given() -> None:
    loaded = hubei()
    found = frontier(loaded, [lever_of(loaded, SHARE, "50%", "90%", "10%")], on_steps=True)
    assert [one.measure for one in found.objectives] == ["fiscal.net_cost", "bank.net_loss", "pool.shortfall_probability"]
    assert found.dropped == ["lending.additional_volume"]
    assert any("cannot be a lever's effect" in one for one in frontier_sentences(found, "en"))
    assert [lever.text(one.places[0]) for lever in found.levers for one in found.evaluations] == ["50%", "60%", "70%", "80%", "90%"]
    assert [one.status for one in found.standings] == ["frontier"] * 5
    assert found.own == 3


def test_a_larger_pool_that_is_never_used_is_the_same_point() -> None:
    loaded = hubei("banks.common.appetite=margin", "banks.common.trust=full")
    found = frontier(
        loaded,
        [lever_of(loaded, POOL, "50亿元", "90亿元", "20亿元")],
        [objective_of("fiscal.net_cost:min"), objective_of("bank.net_loss:min")],
        on_steps=True,
    )
    assert found.n_same == len(found.evaluations) - 1
    assert len(found.numbers("frontier")) == 1


@pytest.mark.parametrize(
    "objectives", [["fiscal.net_cost:min"], ["fiscal.net_cost:min", "fiscal.net_cost:max"], ["fiscal.net_cost:min", "lending.additional_volume:max"]]
)
def test_fewer_than_two_objectives_are_refused(objectives: list[str]) -> None:
    loaded = hubei()
    with pytest.raises(UnitError) as told:
        frontier(loaded, [lever_of(loaded, SHARE, "50%", "90%")], [objective_of(one) for one in objectives])
    assert "two different objectives" in told.value.en


def test_steps_that_give_too_many_points_are_refused_and_sobol_points_fill_the_box() -> None:
    loaded = hubei()
    levers = [lever_of(loaded, SHARE, "50%", "90%", "0.1%"), lever_of(loaded, POOL, "1亿元", "9亿元", "1亿元")]
    with pytest.raises(UnitError) as told:
        points_of(levers, None, on_steps=True)
    assert "401 × 9" in told.value.en
    points = points_of(levers, 16, on_steps=False)
    assert len(set(points)) == 20
    inside = (np.array(points[4:]) - [lever.low for lever in levers]) / [lever.span for lever in levers]
    for half in (0, 1):
        assert {(a < 0.5, b < 0.5) for a, b in inside[half * 8 : half * 8 + 8]} == {(x, y) for x in (True, False) for y in (True, False)}


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(program(), list(arguments), prog_name="riskshare")


def test_the_command_writes_all_points_draws_the_frontier_and_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    small = ("--histories", "12", "--set", FIRMS, "--set", "banks.common.appetite=margin", "--workers", "1")
    levers = ("--lever", f"{SHARE}=50%:90%:20%", "--lever", f"{POOL}=500万元:1500万元:500万元")
    done = invoke("frontier", "湖北", *levers, *small, "--json", "--out", str(folder))
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert len(printed["points"]) == 10
    with (folder / "points.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    assert [row["status"] for row in rows[::3]] == [one["status"] for one in printed["points"]]
    for suffix in ("png", "svg"):
        assert (folder / "charts" / f"frontier.{suffix}").is_file()
    assert "前沿" in (folder / "summary.md").read_text(encoding="utf-8") or "frontier" in (folder / "summary.md").read_text(encoding="utf-8")
    assert invoke("rerun", str(folder), "--workers", "1").exit_code == 0


def test_two_objectives_are_drawn_as_a_line_and_told_in_a_table(tmp_path: Path) -> None:
    asked = ("--lever", f"{SHARE}=50%:90%:20%", "--objectives", "fiscal.net_cost:min,bank.net_loss:min")
    done = invoke("frontier", "湖北", *asked, "--histories", "12", "--set", FIRMS, "--workers", "1", "--lang", "en", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "least net fiscal cost" in done.stdout
    assert (tmp_path / "charts" / "frontier.png").is_file()
