"""Firms and their chains: dates, amounts, shares, and that no draw disturbs another."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.dates import calendar_from, date_of, days_between
from simulator.errors import ScenarioError
from simulator.rules.records import NEVER, Flag, Repayment
from simulator.world import draw
from simulator.world.amounts import solve_location, truncated_mean
from simulator.world.draw import World, draw_history, draw_to_play
from simulator.world.firms import maturity_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.world.population import WorldPlan

    Plans = Callable[..., WorldPlan]

START = datetime.date(2025, 3, 25)
M = 1_000_000
RICH = {
    "firms": 400,
    "pd": 0.15,
    "grade": {"A": 300_000, "B": 700_000},
    "region": {"甲市": 500_000, "乙市": 500_000},
    "firm_class": {"小巨人": 100_000, "其他": 900_000},
    "route": {"银行": 400_000, "担保": 600_000},
    "unsecured": {M: 500_000, 300_000: 500_000},
    "repayment": {"bullet": 500_000, "interest_only": 200_000, "equal_principal": 200_000, "equal_instalment": 100_000},
    "term": {6: 500_000, 12: 500_000},
    "ip_pledge": 0.3,
    "key_list": 0.2,
    "policy_funded": 0.4,
    "borrowed_before": 0.6,
    "drawdowns": {"mean": 2.4, "spacing": 60},
    "renewal": 0.7,
    "loan": {"mean": {"A": 500_000_000, "B": 200_000_000}, "most": 10**9},
    "rate": {"A": 30_000, "B": 45_000},
}
LOSSES = {
    "lgd": {"mean": 600_000, "spread": 0.2},
    "wrong_way": 200_000,
    "lumps": 3,
    "lag": {"mean": 400, "spread": 0.8},
    "cure": {"chance": 0.3, "within": 60},
}


def same(first: World, second: World) -> bool:
    """Whether two worlds have the same bytes."""
    return first.links.tobytes() == second.links.tobytes() and first.lags.tobytes() == second.lags.tobytes()


def by_firm(world: World) -> dict[int, list[tuple[object, ...]]]:
    """Links by firm, without what depends on the number of other firms' fates."""
    firms: dict[int, list[tuple[object, ...]]] = {}
    for link in world.links:
        lags = tuple(world.lags[link["fate"]]) if link["fate"] >= 0 else ()
        firms.setdefault(int(link["firm"]), []).append((*(link[name].item() for name in link.dtype.names if name != "fate"), lags))
    return firms


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        ("2025-03-25", 12, "2026-03-25"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2025-03-31", 1, "2025-04-30"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_a_loan_falls_due_on_the_same_date_or_the_last_of_the_month(day: str, months: int, due: str) -> None:
    calendar = calendar_from(START, 2000)
    number = days_between(START, datetime.date.fromisoformat(day))
    assert date_of(START, maturity_of(calendar.month, calendar.month_start, number, months)) == datetime.date.fromisoformat(due)


def test_links_stand_in_order_of_day_then_firm(plan_of: Plans) -> None:
    links = draw_history(plan_of({"甲": RICH, "乙": RICH}), 3).links
    order = np.lexsort((links["firm"], links["day"]))
    assert (order == np.arange(len(links))).all()
    assert set(zip(links["segment"].tolist(), (links["firm"] >= 400).tolist(), strict=True)) == {(0, False), (1, True)}


def test_a_history_does_not_depend_on_what_was_drawn_before(plan_of: Plans) -> None:
    plan = plan_of({"甲": RICH}, losses=LOSSES)
    alone = draw_history(plan, 7)
    draw_history(plan, 2)
    assert same(alone, draw_history(plan, 7))
    assert same(alone, draw_history(plan_of({"甲": RICH}, losses=LOSSES), 7))
    assert not same(alone, draw_history(plan, 8))
    assert not same(alone, draw_history(plan_of({"甲": RICH}, losses=LOSSES, seed=2), 7))


def test_more_firms_only_append(plan_of: Plans) -> None:
    few = by_firm(draw_history(plan_of({"甲": RICH}, losses=LOSSES), 0))
    many = by_firm(draw_history(plan_of({"甲": RICH | {"firms": 600}}, losses=LOSSES), 0))
    assert few == {firm: links for firm, links in many.items() if firm < 400}
    assert max(many) == 599


def test_a_larger_segment_leaves_the_next_one_alone(plan_of: Plans) -> None:
    few = by_firm(draw_history(plan_of({"甲": RICH, "乙": RICH}), 0))
    many = by_firm(draw_history(plan_of({"甲": RICH | {"firms": 450}, "乙": RICH}), 0))
    before, after = (
        [[link[1:] for link in links] for firm, links in sorted(firms.items()) if firm >= fixed] for firms, fixed in ((few, 400), (many, 450))
    )
    assert before == after


def test_a_changed_pd_leaves_every_other_draw_alone(plan_of: Plans) -> None:
    low, high = (draw_history(plan_of({"甲": RICH | {"pd": pd}}), 1).links for pd in (0.0, 0.3))
    chosen = [name for name in low.dtype.names if name not in {"pd", "failure_day", "late_from", "cured_on", "lgd", "fate"}]
    kept = np.isin(low[["firm", "day"]], high[["firm", "day"]])
    assert low[kept][chosen].tolist() == high[chosen].tolist()
    assert (low["failure_day"] == NEVER).all()
    assert (high["failure_day"] < NEVER).sum() > 0


def test_a_world_to_be_played_only_names_its_firms_in_the_order_in_which_they_first_apply_where_there_are_many(
    plan_of: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of({"甲": RICH, "乙": RICH})
    world = draw_history(plan, 3)
    assert draw_to_play(plan, 3).links.tobytes() == world.links.tobytes()
    monkeypatch.setattr(draw, "FIRMS_AT_HAND", world.n_firms - 1)
    played = draw_to_play(plan, 3)
    others = [name for name in world.links.dtype.names if name != "firm"]
    assert played.links[others].tolist() == world.links[others].tolist()
    pairs = set(zip(world.links["firm"].tolist(), played.links["firm"].tolist(), strict=True))
    assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})
    _, first = np.unique(played.links["firm"], return_index=True)
    assert (np.diff(first) > 0).all()
    assert played.links["firm"].max() == len(pairs) - 1


def test_more_drawdowns_leave_the_first_ones_alone(plan_of: Plans) -> None:
    one, two = (by_firm(draw_history(plan_of({"甲": RICH | {"pd": 0.0, "renewal": 0.0, "drawdowns": {"mean": mean}}}), 1)) for mean in (1.0, 2.0))
    assert all(two[firm][: len(links)] == links for firm, links in one.items())


def test_signals_can_be_left_out_without_moving_other_draws(plan_of: Plans) -> None:
    plan = plan_of({"甲": RICH}, losses=LOSSES)
    blind = plan._replace(firms=plan.firms._replace(segments=plan.firms.segments.copy()))
    blind.firms.segments["is_seen_by_banks"] = 0
    seeing, unseeing = draw_history(plan, 0), draw_history(blind, 0)
    assert len(seeing.seen) == len(seeing.links)
    assert (seeing.seen["signal"] != 0.0).all()
    assert len(unseeing.seen) == 0
    assert seeing.links.tobytes() == unseeing.links.tobytes()


def test_renewals_start_the_day_after_all_has_matured_and_nothing_starts_after_lending_ends(plan_of: Plans) -> None:
    until = days_between(START, datetime.date(2028, 10, 31))
    firm = RICH | {"pd": 0.0, "renewal": 1.0, "drawdowns": {"mean": 2.0, "spacing": 30}, "first_application": "at_start"}
    for links in _days(draw_history(plan_of({"甲": firm}, until="2028-10-31"), 0)).values():
        assert links[0][0] == 0
        assert 15 <= links[1][0] - links[0][0] <= 45
        latest = max(links[0][1], links[1][1])
        for day, maturity in links[2:]:
            assert day == latest + 1
            latest = maturity
        assert links[-1][0] <= until <= latest


def _days(world: World) -> dict[int, list[tuple[int, int]]]:
    firms: dict[int, list[tuple[int, int]]] = {}
    for firm, day, maturity in world.links[["firm", "day", "maturity"]].tolist():
        firms.setdefault(firm, []).append((day, maturity))
    return firms


def test_first_applications_fall_into_the_segments_window_whatever_the_schemes_dates(plan_of: Plans) -> None:
    firm = RICH | {"firms": 4000, "drawdowns": {"mean": 1.0}, "renewal": 0.0, "pd": 0.0, "applies_from": datetime.date(2025, 5, 1)}
    days = draw_history(plan_of({"甲": firm}, scheme={"in_force": {"since": datetime.date(2025, 6, 1)}}), 0).links["day"]
    assert days.min() == days_between(START, datetime.date(2025, 5, 1))
    assert days.max() == days_between(START, datetime.date(2025, 10, 31))


def test_shares_chances_and_stated_figures_reach_the_links(plan_of: Plans) -> None:
    banks = {"members": {"甲银行": {"share": 250_000}, "乙银行": {"share": 750_000}}}
    firm = RICH | {"firms": 6000, "drawdowns": {"mean": 1.0}, "renewal": 0.0, "pd": {"A": 0.01, "B": 0.04}, "pays_every": 3}
    plan = plan_of({"甲": firm}, banks=banks)
    world = draw_history(plan, 0)
    links = world.links
    expected = {"grade": 0.7, "region": 0.5, "firm_class": 0.9, "route": 0.6, "bank": 0.75}
    for name, share in expected.items():
        assert (links[name] == 1).mean() == pytest.approx(share, abs=0.03)
    for kind, share in ((Repayment.BULLET, 0.5), (Repayment.EQUAL_INSTALMENT, 0.1)):
        assert (links["repayment"] == kind).mean() == pytest.approx(share, abs=0.03)
    for flag, chance in ((Flag.IP_PLEDGE, 0.3), (Flag.KEY_LIST, 0.2), (Flag.POLICY_FUNDED, 0.4), (Flag.BORROWED_BEFORE, 0.6)):
        assert ((links["flags"] & flag) > 0).mean() == pytest.approx(chance, abs=0.03)
    assert set(zip(links["grade"].tolist(), links["rate"].tolist(), world.seen["pd"].tolist(), strict=True)) == {(0, 30_000, 0.01), (1, 45_000, 0.04)}
    assert set(links["pays_every"].tolist()) == {3}
    assert plan.names.grades == ("A", "B")
    assert plan.names.banks == ("甲银行", "乙银行")


def test_an_amount_stays_within_its_bounds_and_is_rounded(plan_of: Plans) -> None:
    firm = RICH | {"loan": {"mean": 300_000_000, "least": 20_000_000, "most": 655_000_000, "spread": 1.5, "round_to": 10_000_000}}
    amounts = draw_history(plan_of({"甲": firm}), 0).links["amount"]
    assert (amounts % 10_000_000 == 0).all()
    assert amounts.min() >= 20_000_000
    assert amounts.max() == 650_000_000


def test_an_amount_without_spread_is_the_mean(plan_of: Plans) -> None:
    amounts = draw_history(plan_of({"甲": RICH | {"loan": {"mean": 123_000_000, "spread": 0.0}}}), 0).links["amount"]
    assert set(amounts.tolist()) == {123_000_000}


def test_amounts_from_a_table_are_its_own(plan_of: Plans) -> None:
    table = {50_000_050: 250_000, 300_000_000: 500_000, 900_000_000: 250_000}
    amounts = draw_history(plan_of({"甲": RICH | {"firms": 4000, "loan": {"table": table}}}), 0).links["amount"]
    assert set(amounts.tolist()) == set(table)
    assert (amounts == 300_000_000).mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("mean", "scale", "least", "most"), [(3.0, 0.8, 1.0, 10.0), (9.0, 0.5, 1.0, 10.0), (1.5, 1.2, 1.0, 1e9)])
def test_the_mean_of_a_cut_lognormal_is_the_stated_one(mean: float, scale: float, least: float, most: float) -> None:
    location = solve_location(mean, scale, least, most)
    law = stats.lognorm(scale, scale=math.exp(location))
    top = min(most, float(law.ppf(1 - 1e-14)))
    whole = integrate.quad(law.pdf, least, top, limit=500)[0]
    assert integrate.quad(lambda x: x * law.pdf(x), least, top, limit=500)[0] / whole == pytest.approx(mean, rel=1e-6)
    assert truncated_mean(location, scale, least, most) == pytest.approx(mean, rel=1e-10)


def test_a_mean_outside_its_bounds_is_refused_by_name(plan_of: Plans) -> None:
    with pytest.raises(ScenarioError, match=r"population\.segments\.甲\.loan.*500.*300") as refused:
        plan_of({"甲": RICH | {"loan": {"mean": 500_000_000, "most": 300_000_000}}})
    assert "most" in refused.value.render("en")


def test_arriving_firms_come_after_the_fixed_ones_and_do_not_move_with_them(plan_of: Plans) -> None:
    few = draw_history(plan_of({"甲": RICH | {"firms": 10, "arrivals": 100.0}}), 0)
    more = draw_history(plan_of({"甲": RICH | {"firms": 20, "arrivals": 100.0}}), 0)
    assert more.n_firms - 20 == few.n_firms - 10 > 30
    arrived, same_arrived = (
        [[link[1:] for link in links] for firm, links in sorted(by_firm(world).items()) if firm >= fixed] for world, fixed in ((few, 10), (more, 20))
    )
    assert arrived == same_arrived


def test_a_window_without_days_is_refused_by_name(plan_of: Plans) -> None:
    with pytest.raises(ScenarioError, match=r"population\.segments\.甲.*起始日晚于截止日"):
        plan_of({"甲": RICH | {"applies_from": datetime.date(2026, 5, 1)}})
