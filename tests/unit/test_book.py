"""Fixed books: who defaults is drawn firm by firm along the rungs, against thresholds met in plain Python."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from twin import Twin, firms_of

from simulator.rules.records import LINK, NEVER
from simulator.world.book import make_room
from simulator.world.defaulters import draw_defaulters, draw_from_book
from simulator.world.draw import World, draw_history
from simulator.world.macro import draw_factors
from simulator.world.streams import Purpose, draws

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.world.population import WorldPlan

    Plans = Callable[..., WorldPlan]

M = 1_000_000
FATE = {"failure_day", "late_from", "cured_on", "lgd", "fate"}
FEATURES = [field for field in LINK.names or () if field not in FATE]
CHAINS = {
    "firms": 150,
    "pd": 0.25,
    "term": {3: 400_000, 6: 300_000, 24: 300_000},
    "drawdowns": {"mean": 2.5, "spacing": 100},
    "renewal": 0.6,
    "repayment": {"bullet": 700_000, "equal_principal": 300_000},
}
SEASONED = {"seasoning": {6: 0.1, 12: 0.4, 36: 3.0}, "pd_over": 24, "at_maturity": 300_000}
CURE = {"lgd": {"mean": 450_000}, "cure": {"chance": 0.5, "within": 80}}
FIVE_YEARS = {"firms": 2000, "first_application": "at_start", "term": {60: M}}
GRADED = FIVE_YEARS | {"grade": {"A": 500_000, "B": 500_000}, "pd": {"A": 0.01, "B": 0.06}}
SPREAD = {"lgd": {"mean": 450_000, "spread": 0.2}, "lag": {"mean": 300, "spread": 0.5}, "lumps": 3}


def levels_of(plan: WorldPlan, history: int) -> dict[int, float]:
    """Threshold of every firm, as a chance, by its address: every rung is walked from its first firm to its last."""
    assert plan.book is not None
    ends = [0.0, *(2.0 ** (-8 + step / 4) for step in range(53)), math.inf]
    found: dict[int, float] = {}
    for block in plan.book.blocks:
        keys = plan.book.borrowers["key"][block["first"] : block["last"]].tolist()
        for rung, (low, high) in enumerate(pairwise(ends)):
            firm, jump = -1, 0
            while True:
                block_of_draws = draws((plan.seed, history, int(block["key"])), rung, int(Purpose.THRESHOLD), jump // 2)
                skip, part = block_of_draws[2 * (jump % 2) : 2 * (jump % 2) + 2]
                firm, jump = firm + 1 + int(-math.log(skip) / (high - low)), jump + 1
                if firm >= len(keys):
                    break
                level = -math.expm1(-low) + part * (math.expm1(-low) - math.expm1(-high))
                found[keys[firm]] = min(found.get(keys[firm], 1.0), level)
    return found


def failed(world: World) -> dict[int, int]:
    """Failure day of each firm that fails."""
    has_failed = world.links[world.links["failure_day"] < NEVER]
    return dict(zip(has_failed["firm"].tolist(), has_failed["failure_day"].tolist(), strict=True))


@pytest.mark.parametrize("factor", ["static", "ar1"])
@pytest.mark.parametrize("extra", [{}, {"at_maturity": 600_000}, SEASONED])
@pytest.mark.parametrize("losses", [{"lgd": {"mean": 450_000}}, CURE])
def test_failures_of_a_fixed_book_are_those_of_the_day_by_day_twin(
    plan_of: Plans, factor: str, extra: dict[str, Any], losses: dict[str, Any]
) -> None:
    segment = CHAINS | extra
    macro = {"factor": factor, "asset_correlation": 0.3}
    plan = plan_of({"甲": segment}, until="2027-10-31", macro=macro, losses=losses, book="fixed")
    assert plan.book is not None
    world, levels = draw_history(plan, 4), levels_of(plan, 4)
    drawn = firms_of(world)
    n_failed = n_cured = n_void = 0
    for firm in range(plan.book.n_firms):
        links = plan.book.links[plan.book.links["firm"] == firm]
        failure, late, cured_on = Twin(plan, 4, links, world.z[0], segment, 0.3, factor).fate(levels[firm])
        lived = links[(links["day"] < failure) & ~((links["day"] >= late) & (links["day"] < cured_on))]
        assert drawn[firm]["day"].tolist() == lived["day"].tolist()
        assert set(drawn[firm]["failure_day"].tolist()) == {failure}
        for link in drawn[firm]:
            met = link["day"] < late <= link["maturity"]
            assert (link["late_from"], link["cured_on"]) == ((late, cured_on) if met else (NEVER, NEVER))
            assert (link["fate"] >= 0) == (link["day"] < failure <= link["maturity"])
        n_failed += failure != NEVER
        n_cured += late != NEVER
        n_void += len(links) - len(lived)
    assert n_failed > 10
    assert n_void > 5
    assert (n_cured > 10) == (losses is CURE)


def test_loans_of_one_term_fail_on_the_day_their_threshold_is_passed(plan_of: Plans) -> None:
    segment = GRADED | {"first_application": "spread"}
    plan = plan_of({"甲": segment}, macro={"factor": "static", "asset_correlation": 0.2}, book="fixed")
    assert plan.book is not None
    assert plan.book.borrowers["is_plain"].all()
    for history in range(3):
        world, levels = draw_history(plan, history), levels_of(plan, history)
        links = world.links[::10]
        expected = [
            Twin(plan, history, links[row : row + 1], world.z[0], segment, 0.2, "static").fate(levels[int(firm)])[0]
            for row, firm in enumerate(links["firm"])
        ]
        assert links["failure_day"].tolist() == expected
        assert (links["failure_day"] < NEVER).sum() > 5


def test_the_short_way_for_single_stretches_gives_the_same_days(plan_of: Plans) -> None:
    plan = plan_of({"甲": GRADED | {"drawdowns": {"mean": 1.5, "spacing": 40}}}, macro={"factor": "static"}, book="fixed")
    assert plan.book is not None
    slow = plan.book._replace(borrowers=plan.book.borrowers.copy())
    slow.borrowers["is_plain"] = 0
    for history in range(5):
        assert np.array_equal(draw_history(plan, history).links, draw_history(plan._replace(book=slow), history).links)


def test_firms_and_loans_are_the_same_in_every_history(plan_of: Plans) -> None:
    segment = CHAINS | {"region": {"甲县": 500_000, "乙县": 500_000}, "pd": 0.0, "loan": {"mean": 300_000_000, "spread": 0.8}}
    one, other = (draw_history(plan_of({"甲": segment}, book="fixed"), history).links for history in (0, 7))
    assert np.array_equal(one, other)
    assert len(np.unique(one["amount"])) > 50
    drawn = plan_of({"甲": segment})
    assert not np.array_equal(draw_history(drawn, 0).links["day"], draw_history(drawn, 7).links["day"])


def test_arriving_firms_are_part_of_the_fixed_book(plan_of: Plans) -> None:
    plan = plan_of({"甲": {"arrivals": 300.0, "pd": 0.2}, "乙": {"firms": 40, "pd": 0.2}}, book="fixed")
    assert plan.book is not None
    assert {draw_history(plan, history).n_firms for history in range(5)} == {plan.book.n_firms}
    assert plan.book.n_firms == len(np.unique(plan.book.links["firm"])) > 150
    assert len(np.unique(plan.book.borrowers["key"])) == plan.book.n_firms


def test_links_follow_one_another_by_day_then_firm(plan_of: Plans) -> None:
    plan = plan_of({"甲": CHAINS, "乙": CHAINS}, book="fixed")
    assert plan.book is not None
    links = plan.book.links
    assert np.array_equal(np.lexsort((links["firm"], links["day"])), np.arange(len(links)))
    borrower = plan.book.borrowers[np.repeat(np.arange(plan.book.n_firms), plan.book.borrowers["n_loans"])]
    assert np.array_equal(plan.book.risks["key"][plan.book.loans["link"]], borrower["key"])


def test_defaulters_stand_by_day_of_failure_then_link_before_all_others(plan_of: Plans) -> None:
    plan = plan_of({"甲": CHAINS | {"firms": 1500}}, losses=CURE | SPREAD, until="2027-10-31", book="fixed")
    assert plan.book is not None
    room = make_room(plan)
    z = draw_factors(plan.macro, plan.seed, 3)
    n_defaulters, n_changed = draw_defaulters(plan.book, plan.failures, plan.recoveries, z, plan.seed, 3, room)
    found, others = room.defaulters[:n_defaulters], room.defaulters[n_defaulters:n_changed]
    assert np.array_equal(np.lexsort((found["link"], found["failure_day"])), np.arange(n_defaulters))
    assert len(np.unique(found["failure_day"])) < n_defaulters
    assert np.array_equal(found["fate"], np.arange(n_defaulters))
    assert set(others["fate"].tolist()) == {-1}
    assert len(np.unique(room.defaulters["link"][:n_changed])) == n_changed
    assert (np.diff(room.lags[:n_defaulters], axis=1) >= 0).all()
    world = draw_history(plan, 3)
    ranked = world.links[world.links["fate"] >= 0]
    ranked = ranked[np.argsort(ranked["fate"])]
    for field in ("failure_day", "late_from", "cured_on", "lgd"):
        assert np.array_equal(ranked[field], found[field])
    assert np.array_equal(world.lags, room.lags[:n_defaulters])
    assert len(world.links) == len(plan.book.links) - others["is_void"].sum()


def test_a_history_does_not_depend_on_what_was_drawn_before_it_in_the_same_room(plan_of: Plans) -> None:
    plan = plan_of({"甲": GRADED}, losses=SPREAD, book="fixed")
    assert plan.book is not None
    room = make_room(plan)
    for history in (9, 2, 5):
        z = draw_factors(plan.macro, plan.seed, history)
        n_defaulters, n_changed = draw_defaulters(plan.book, plan.failures, plan.recoveries, z, plan.seed, history, room)
        alone = draw_from_book(plan, plan.book, history)
        links = plan.book.links.copy()
        for field in FATE:
            links[field][room.defaulters["link"][:n_changed]] = room.defaulters[field][:n_changed]
        assert np.array_equal(links, alone[0])
        assert np.array_equal(room.lags[:n_defaulters], alone[1])


def test_more_firms_only_append(plan_of: Plans) -> None:
    few = plan_of({"甲": GRADED}, losses=SPREAD, book="fixed")
    many = plan_of({"甲": GRADED | {"firms": 5000}}, losses=SPREAD, book="fixed")
    for history in range(5):
        one, other = draw_history(few, history), draw_history(many, history)
        kept = other.links[other.links["firm"] < 2000]
        for field in [*FEATURES, "failure_day", "lgd"]:
            assert np.array_equal(one.links[field], kept[field])
        assert np.array_equal(one.lags[one.links["fate"][one.links["fate"] >= 0]], other.lags[kept["fate"][kept["fate"] >= 0]])


def test_firms_of_another_kind_change_no_fate(plan_of: Plans) -> None:
    alone = draw_history(plan_of({"甲": GRADED}, book="fixed"), 1)
    joined = draw_history(plan_of({"甲": GRADED, "乙": GRADED | {"pd": 0.4, "grade": {"C": M}}}, book="fixed"), 1)
    assert failed(alone) == {firm: day for firm, day in failed(joined).items() if firm < 2000}


@pytest.mark.parametrize("macro", [{"factor": "static", "asset_correlation": 0.15}, {"factor": "ar1", "asset_correlation": 0.15}])
def test_a_higher_pd_keeps_every_default_and_brings_it_forward(plan_of: Plans, macro: dict[str, Any]) -> None:
    plans = [plan_of({"甲": FIVE_YEARS | {"pd": pd}}, macro=macro, losses=SPREAD, book="fixed") for pd in (0.03, 0.031)]
    added = total = 0
    for history in range(20):
        low, high = (draw_history(plan, history) for plan in plans)
        before, after = failed(low), failed(high)
        assert all(after[firm] <= day for firm, day in before.items())
        losses = [dict(zip(world.links["firm"].tolist(), world.links["lgd"].tolist(), strict=True)) for world in (low, high)]
        assert all(losses[0][firm] == losses[1][firm] for firm in before)
        added, total = added + len(after) - len(before), total + len(before)
    assert 0 < added < 0.1 * total


def test_another_correlation_moves_only_thresholds_between_the_hazards(plan_of: Plans) -> None:
    plans = [plan_of({"甲": FIVE_YEARS | {"pd": 0.03}}, macro={"factor": "static", "asset_correlation": rho}, book="fixed") for rho in (0.15, 0.16)]
    for history in range(20):
        one, other = (set(failed(draw_history(plan, history))) for plan in plans)
        assert one <= other or other <= one


def test_firms_certain_to_fail_all_fail(plan_of: Plans) -> None:
    segment = FIVE_YEARS | {"firms": 50, "pd": 1.0}
    for factor in ("static", "ar1"):
        links = draw_history(plan_of({"甲": segment}, macro={"factor": factor, "asset_correlation": 0.0}, book="fixed"), 0).links
        assert (links["failure_day"] < 120).all()


def test_firms_that_cannot_fail_are_not_looked_at(plan_of: Plans) -> None:
    plan = plan_of({"甲": FIVE_YEARS | {"pd": 0.0}}, book="fixed")
    world = draw_history(plan, 0)
    assert len(world.lags) == 0
    assert (world.links["failure_day"] == NEVER).all()


def test_a_neutral_month_has_the_stated_hazard(plan_of: Plans) -> None:
    plan = plan_of({"甲": FIVE_YEARS | {"pd": 0.03}}, macro={"factor": "path", "path": {}, "otherwise": "neutral"}, book="fixed")
    rates = [(draw_history(plan, history).links["failure_day"] < NEVER).mean() for history in range(50)]
    expected = 1 - 0.97 ** (1826 / 365.25)
    assert abs(np.mean(rates) - expected) < 4 * math.sqrt(expected * (1 - expected) / 2000 / 50)
