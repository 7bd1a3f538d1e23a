"""Runs: sized before they start, grouped by world, the same bytes whoever plays them."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.analysis.compare import compare_scenarios
from simulator.errors import RunTooLarge
from simulator.runs.play import play_histories
from simulator.runs.session import check_size, fate_key, play_scenarios, world_key
from simulator.runs.trace import trace
from simulator.scenario.loader import load
from simulator.scenario.transplant import on_population_of

SMALL = ("population.segments.科技型企业.firms=300", "run.seed=11")


@pytest.fixture(scope="module")
def small():
    return load("hubei", sets=[*SMALL, "run.histories=5"])


def test_more_histories_leave_the_first_ones_as_they_were(small) -> None:
    (few,), (many,) = play_histories([small.scenario], 4), play_histories([small.scenario], 7)
    assert np.array_equal(few.finals["bank.net_loss"], many.finals["bank.net_loss"][:4])


def test_one_history_traced_alone_ends_as_in_a_run(small) -> None:
    (results,) = play_histories([small.scenario], 4)
    lines, finals = trace(small.scenario, 3)
    assert lines
    assert all(finals.figures[name] == values[3] for name, values in results.finals.items())


def test_a_scheme_beside_itself_differs_by_exactly_zero(small) -> None:
    comparison = compare_scenarios([small, load("hubei", sets=[*SMALL, "run.histories=5"])])
    assert comparison.paired == [True, True]
    assert comparison.differences[1]
    assert all(found.mean == 0 and found.se == 0 for found in comparison.differences[1].values())


def test_a_reform_meets_the_same_fates_as_its_baseline(small) -> None:
    reform = load("hubei", sets=[*SMALL, "run.histories=5", "scheme.layers.资金池补偿.share=50%"])
    comparison = compare_scenarios([small, reform])
    assert comparison.differences[1]["bank.gross_loss"].mean == 0
    assert comparison.differences[1]["bank.net_loss"].mean > 0


def test_scenarios_with_different_seeds_are_not_paired(small) -> None:
    other = load("hubei", sets=[SMALL[0], "run.seed=12", "run.histories=5"])
    comparison = compare_scenarios([small, other])
    assert comparison.paired == [True, False]
    assert comparison.differences[1] == {}


def test_a_scheme_moved_to_another_population_keeps_its_fates_and_its_own_products(small) -> None:
    moved = on_population_of(load("广东"), small)
    assert moved.scenario.population.segments["科技型企业"].route != small.scenario.population.segments["科技型企业"].route
    assert world_key(moved.scenario) != world_key(small.scenario)
    assert fate_key(moved.scenario) == fate_key(small.scenario)
    comparison = compare_scenarios([small, moved])
    assert comparison.paired == [True, True]
    assert moved.scenario.scheme.layers.keys() == load("广东").scenario.scheme.layers.keys()


def test_a_scheme_moved_to_a_fixed_book_plays_on_that_book() -> None:
    fixed = load("hubei", sets=["population.segments.科技型企业.firms=100", "run.histories=3", "population.book=fixed"])
    moved = on_population_of(load("广东"), fixed)
    assert moved.scenario.population.book == "fixed"
    assert fate_key(moved.scenario) == fate_key(fixed.scenario)
    assert compare_scenarios([fixed, moved]).paired == [True, True]
    assert fate_key(fixed.scenario) != fate_key(load("hubei", sets=["population.segments.科技型企业.firms=100", "run.histories=3"]).scenario)


def test_limits_of_grades_that_the_population_does_not_have_are_left_out() -> None:
    """The small tape holds grades A and B; 湖北 limits a loan of A to 10 million and of B to 7."""
    moved = on_population_of(load("湖北"), load("tape_small"))
    assert moved.scenario.scheme.limits.loan == {"A": 10_000_000_00, "B": 7_000_000_00}


def test_a_run_of_a_trillion_firms_is_refused_with_the_estimate_and_what_to_change(small) -> None:
    huge = load("hubei", sets=["population.segments.科技型企业.firms=1000000000000"])
    with pytest.raises(RunTooLarge) as refused:
        play_scenarios([huge.scenario])
    assert "GiB" in refused.value.render("zh")
    assert "population.segments.科技型企业" in refused.value.render("en")


def test_a_run_that_would_take_months_is_refused() -> None:
    long = load("hubei", sets=["run.histories=100000000"])
    with pytest.raises(RunTooLarge) as refused:
        check_size([long.scenario])
    assert "--histories" in refused.value.render("zh")


def test_margin_banks_lend_more_under_cover_and_additional_volume_is_counted() -> None:
    sets = [*SMALL, "run.histories=4", "banks.common.appetite=margin"]
    covered, bare = (load("hubei", sets=[*sets, f"scheme.layers.资金池补偿.share={share}"]) for share in ("80%", "0%"))
    with_cover, without = (play_scenarios([one.scenario])[0].finals for one in (covered, bare))
    assert (with_cover["lending.volume"] > without["lending.volume"]).all()
    assert (with_cover["lending.additional_volume"] > without["lending.additional_volume"]).all()


def test_under_a_fixed_appetite_additional_volume_is_not_a_figure(small) -> None:
    (results,) = play_scenarios([small.scenario])
    assert "lending.additional_volume" not in results.finals
