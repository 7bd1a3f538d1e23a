"""Who gets what comes back, in each order."""

from __future__ import annotations

import pytest
from builders import GUARANTOR, Deal, layer, pool, scheme

from simulator.rules import records as r
from simulator.rules.recoveries import recognise_npl, recover_lump, write_off

ORDERS = ("pro_rata", "bank_first", "fund_first", "advance_then_settle")


def one(order: str, cost: object = 0, share: str = "80%") -> dict:
    return scheme({"担保": GUARANTOR}, {"代偿": layer("担保", share)}, order, cost)


@pytest.mark.parametrize(
    ("order", "borne"),
    [("pro_rata", [480, 120]), ("bank_first", [600, 0]), ("fund_first", [400, 200]), ("advance_then_settle", [480, 120])],
)
def test_400_of_1000_come_back_to_a_cover_of_80_percent(order: str, borne: list[int]) -> None:
    deal = Deal(one(order), 1000)
    deal.claim("代偿")
    assert deal.recover(400) == 400
    assert deal.all_borne() == borne


@pytest.mark.parametrize(
    ("order", "borne"),
    [("pro_rata", [192, 48]), ("bank_first", [240, 0]), ("fund_first", [40, 200]), ("advance_then_settle", [192, 48])],
)
def test_collection_costs_come_first(order: str, borne: list[int]) -> None:
    deal = Deal(one(order, "5%"), 1000)
    deal.claim("代偿")
    assert deal.recover(800) == 760
    assert deal.all_borne() == borne
    assert deal.balance("outside") == 40


def test_recoveries_before_any_payment_are_the_banks() -> None:
    deal = Deal(one("pro_rata"), 1000)
    deal.recover(300)
    assert deal.all_borne() == [0, 700]


def test_a_layer_that_was_short_gets_back_in_proportion_to_what_it_paid() -> None:
    deal = Deal(scheme({"池": pool(300)}, {"补偿": layer("池", "80%")}), 1000)
    deal.claim("补偿")
    deal.recover(500)
    assert deal.all_borne() == [150, 350]
    assert deal.balance("池") == 150


def test_to_settle_hands_back_what_was_advanced_above_the_share_of_the_net_loss() -> None:
    deal = Deal(scheme({"池": pool(300)}, {"补偿": layer("池", "80%")}, "advance_then_settle"), 1000)
    deal.claim("补偿")
    deal.recover(500)
    assert deal.all_borne() == [300, 200]
    deal.recover(300)
    assert deal.all_borne() == [160, 40]


def test_backers_get_their_part_of_what_comes_back() -> None:
    layers = {"代偿": layer("担保", "80%"), "省级": layer("省", "25%", "payment_of", of="代偿")}
    for order in ("pro_rata", "advance_then_settle"):
        deal = Deal(scheme({"担保": GUARANTOR, "省": {"kind": "re_guarantor"}}, layers, order), 1000)
        deal.claim("代偿")
        deal.claim("省级")
        deal.recover(500)
        assert deal.all_borne() == [300, 100, 100]
        assert deal.balance("省") == -100


def test_a_payment_between_two_recoveries_changes_the_split_from_then_on() -> None:
    deal = Deal(one("pro_rata"), 1000)
    deal.recover(500)
    deal.claim("代偿")
    deal.recover(250)
    assert deal.all_borne() == [200, 50]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("lumps", [2, 3, 7])
def test_many_lumps_split_as_one(order: str, lumps: int) -> None:
    accounts = {"甲": GUARANTOR, "乙": GUARANTOR, "丙": {"kind": "re_guarantor"}}
    layers = {"一": layer("甲", "33.3333%"), "二": layer("乙", "41.7%"), "三": layer("丙", "27.77%", "payment_of", of="一")}
    whole, parts = (Deal(scheme(accounts, layers, order, "5%"), 1_000_003) for _ in range(2))
    for deal in (whole, parts):
        for name in layers:
            deal.claim(name)
    whole.recover(777_777)
    for lump in range(1, lumps + 1):
        parts.recover(777_777 * lump // lumps - 777_777 * (lump - 1) // lumps)
    assert parts.all_borne() == whole.all_borne()


@pytest.mark.parametrize("order", ORDERS)
def test_nobody_gets_more_than_it_bears_where_layers_bear_all(order: str) -> None:
    layers = {"一": layer("甲", "50%"), "二": layer("乙", "50%")}
    deal = Deal(scheme({"甲": GUARANTOR, "乙": GUARANTOR}, layers, order), 1001)
    deal.claim("一")
    deal.claim("二")
    for gross in (33, 1, 400, 566, 1):
        deal.recover(gross)
        assert min(deal.all_borne()) >= 0
    assert deal.all_borne() == [0, 0, 0]


@pytest.mark.parametrize("order", ORDERS)
def test_who_bears_the_excess_over_a_cap_gets_back_too(order: str) -> None:
    cap = {"ratio": "50%", "base": "lent_to_date", "excess_to": "国担"}
    layers = {"代偿": layer("担保", "80%", aggregate=cap)}
    deal = Deal(scheme({"担保": GUARANTOR, "国担": {"kind": "national_fund"}}, layers, order), 1000, lent=1000)
    deal.claim("代偿")
    assert deal.all_borne() == [500, 300, 200]
    deal.recover(400)
    expected = {"pro_rata": [300, 180, 120], "bank_first": [375, 225, 0], "fund_first": [250, 150, 200], "advance_then_settle": [300, 180, 120]}
    assert deal.all_borne() == expected[order]


def test_a_recovery_lowers_the_call_in_the_shadow_book() -> None:
    deal = Deal(scheme({"池": pool(10_000)}, {"补偿": layer("池", "80%")}), 1000, 1000)
    deal.claim("补偿", 0)
    deal.recover(1000, 0)
    deal.claim("补偿", 1)
    assert deal.account("池")["needed"] == 800


def test_lumps_add_up_to_what_is_recoverable() -> None:
    deal = Deal(one("pro_rata"), 1000)
    deal.books.cases["recoverable"] = 100
    assert [bool(recover_lump(deal.books, 0, 3, 0)) for _ in range(3)] == [False, False, True]
    assert deal.books.cases["recovered"][0] == 100
    assert deal.books.cases["is_closed"][0] == 1


def test_npl_falls_by_recoveries_until_it_is_written_off() -> None:
    deal = Deal(one("pro_rata"), 1000)
    tally = deal.books.tallies[0, 0, 0]
    deal.recover(100)
    recognise_npl(deal.books, 0)
    assert (tally["npl"], tally["outstanding"]) == (900, 900)
    deal.claim("代偿")
    assert tally["npl"] == 900
    deal.recover(300)
    assert (tally["npl"], tally["outstanding"]) == (600, 600)
    write_off(deal.books, 0)
    assert (tally["npl"], tally["outstanding"]) == (0, 0)
    deal.recover(200)
    assert (tally["npl"], tally["outstanding"]) == (0, 0)
    assert deal.books.cases["is_npl"][0] == 2
    assert deal.books.positions["borne"][r.PLAYED, 0].sum() == 400
