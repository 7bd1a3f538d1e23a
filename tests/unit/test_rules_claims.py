"""What layers owe and pay on a loan in default, small enough to check by eye."""

from __future__ import annotations

import pytest
from builders import BANK, GUARANTOR, Deal, layer, pool, scheme

from simulator.rules import records as r


def one(share: object = "80%", order: str = "pro_rata", cost: object = 0, **rest: object) -> dict:
    return scheme({"担保": GUARANTOR}, {"代偿": layer("担保", share, **rest)}, order, cost)


def stack() -> dict:
    accounts = {"担保": GUARANTOR, "省": {"kind": "re_guarantor"}, "国担": {"kind": "national_fund"}}
    layers = {
        "代偿": layer("担保", "80%"),
        "省级": layer("省", "25%", "payment_of", of="代偿"),
        "国家": layer("国担", "50%", "payment_of", of="代偿"),
    }
    return scheme(accounts, layers)


def test_a_share_of_the_principal_is_rounded_down_and_the_bank_keeps_the_rest() -> None:
    deal = Deal(one("33.3333%"), 101)
    assert deal.claim("代偿") == 0
    assert deal.all_borne() == [33, 68]


def test_a_claim_paid_twice_pays_once() -> None:
    deal = Deal(one(), 1000)
    deal.claim("代偿")
    deal.claim("代偿")
    assert deal.all_borne() == [800, 200]


def test_a_claim_after_a_recovery_is_on_principal_less_what_came_back() -> None:
    deal = Deal(one(), 1000)
    deal.recover(400)
    deal.claim("代偿")
    assert deal.all_borne() == [480, 120]


def test_the_limit_of_one_claim_cuts_the_share() -> None:
    deal = Deal(one(per_claim=300), 1000, 200)
    deal.claim("代偿", 0)
    deal.claim("代偿", 1)
    assert (deal.all_borne(0), deal.all_borne(1)) == ([300, 700], [160, 40])


def test_a_yearly_limit_leaves_the_rest_with_the_bank_and_is_no_shortage_of_money() -> None:
    deal = Deal(scheme({"池": pool(10_000)}, {"补偿": layer("池", "80%", annual_limit=1000)}), 1000, 1000)
    assert [deal.claim("补偿", case) for case in (0, 1)] == [0, 0]
    assert (deal.all_borne(0), deal.all_borne(1)) == ([800, 200], [200, 800])
    assert deal.account("池")["first_short"] == r.NEVER
    assert deal.account("池")["needed"] == 1000


def test_an_aggregate_cap_leaves_the_excess_with_the_bank() -> None:
    cap = {"ratio": "5%", "base": "lent_to_date", "excess_to": "bank"}
    deal = Deal(one(aggregate=cap), 1000, 1000, lent=20_000)
    deal.claim("代偿", 0)
    deal.claim("代偿", 1)
    assert (deal.all_borne(0), deal.all_borne(1)) == ([800, 200], [200, 800])
    assert deal.books.layers["capped"][r.PLAYED, 0] == 600


def test_room_that_opens_later_does_not_reopen_what_was_cut_off() -> None:
    cap = {"ratio": "5%", "base": "lent_to_date", "excess_to": "bank"}
    deal = Deal(one(aggregate=cap), 1000, lent=2_000)
    deal.claim("代偿")
    deal.books.layers["lent"] = 1_000_000
    deal.claim("代偿")
    assert deal.all_borne() == [100, 900]


def test_the_named_bearer_pays_the_excess_over_a_cap_at_once() -> None:
    cap = {"ratio": "5%", "base": "covered_volume", "excess_to": "国担"}
    terms = scheme({"担保": GUARANTOR, "国担": {"kind": "national_fund"}}, {"代偿": layer("担保", "80%", aggregate=cap)})
    deal = Deal(terms, 1000, lent=10_000)
    deal.claim("代偿")
    assert deal.all_borne() == [400, 400, 200]
    assert (deal.balance("担保"), deal.balance("国担")) == (-400, -400)


def test_each_backer_reimburses_its_share_of_the_payment() -> None:
    deal = Deal(stack(), 1000)
    for name in ("代偿", "省级", "国家"):
        deal.claim(name)
    assert deal.all_borne() == [200, 200, 400, 200]
    assert (deal.balance("担保"), deal.balance("省"), deal.balance("国担"), deal.balance("甲行")) == (-200, -200, -400, 800)


def test_a_backer_of_a_backer_shares_what_the_one_before_bears() -> None:
    accounts = {"担保": GUARANTOR, "省": {"kind": "re_guarantor"}, "国担": {"kind": "national_fund"}}
    layers = {
        "代偿": layer("担保", "80%"),
        "省级": layer("省", "50%", "payment_of", of="代偿"),
        "国家": layer("国担", "50%", "payment_of", of="省级"),
    }
    deal = Deal(scheme(accounts, layers), 1000)
    for name in layers:
        deal.claim(name)
    assert deal.all_borne() == [400, 200, 200, 200]


def test_the_excess_over_a_backers_cap_is_paid_to_the_layer_it_backs_and_never_to_the_bank() -> None:
    accounts = {"担保": GUARANTOR, "省": {"kind": "re_guarantor"}, "国担": {"kind": "national_fund"}}
    cap = {"ratio": "10%", "base": "lent_to_date", "excess_to": "省"}
    layers = {"代偿": layer("担保", "80%"), "国家": layer("国担", "50%", "payment_of", of="代偿", aggregate=cap)}
    deal = Deal(scheme(accounts, layers), 1000, lent=1000)
    deal.claim("代偿")
    deal.claim("国家")
    assert deal.all_borne() == [400, 100, 300, 200]
    assert (deal.balance("甲行"), deal.balance("担保"), deal.balance("省")) == (800, -400, -300)


def test_shares_that_pass_the_loss_stop_at_what_the_bank_still_bears() -> None:
    deal = Deal(scheme({"甲": GUARANTOR, "乙": GUARANTOR}, {"甲方": layer("甲", "80%"), "乙方": layer("乙", "20%")}), 1000)
    deal.books.positions["share"][:, 0, 1] = 500_000
    deal.claim("甲方")
    deal.claim("乙方")
    assert deal.all_borne() == [800, 200, 0]


def test_a_refused_claim_is_counted_and_nothing_is_paid() -> None:
    deal = Deal(one(), 1000)
    assert deal.refuse("代偿") == 800
    assert deal.all_borne() == [0, 1000]
    assert deal.books.layers["stopped"][r.PLAYED, 0] == 800


def test_a_short_pool_pays_what_is_left_and_is_marked_with_the_day() -> None:
    deal = Deal(scheme({"池": pool(1000)}, {"补偿": layer("池", "80%")}), 1000, 1000)
    assert deal.claim("补偿", 0, day=100) == 0
    assert deal.claim("补偿", 1, day=200) == 600
    assert (deal.balance("池"), deal.account("池")["first_short"], deal.account("池")["lowest"]) == (0, 200, 0)


def test_a_claim_that_waited_is_paid_on_what_is_still_lost() -> None:
    deal = Deal(scheme({"池": pool(100)}, {"补偿": layer("池", "80%")}), 1000)
    assert deal.claim("补偿") == 700
    deal.recover(500)
    deal.books.accounts["balance"][deal.setting.contract.accounts.names.index("池")] += 10_000
    assert deal.claim("补偿") == 0
    assert deal.all_borne() == [400, 100]


def test_the_shadow_book_pays_in_full_where_the_pool_cannot() -> None:
    deal = Deal(scheme({"池": pool(100)}, {"补偿": layer("池", "80%")}), 1000, 1000)
    deal.claim("补偿", 0)
    deal.claim("补偿", 1)
    assert deal.account("池")["needed"] == 1600
    assert deal.borne("补偿", 1, r.SHADOW) == 800


def test_what_a_backer_gives_a_pool_lowers_what_the_pool_needs() -> None:
    layers = {"补偿": layer("池", "80%"), "省级": layer("省", "50%", "payment_of", of="补偿")}
    deal = Deal(scheme({"池": pool(10_000), "省": {"kind": "re_guarantor"}}, layers), 1000, 1000)
    for case in (0, 1):
        deal.claim("补偿", case)
        deal.claim("省级", case)
    assert deal.account("池")["needed"] == 1200
    assert deal.balance("池") == 10_000 - 800


def test_a_yearly_budget_holds_for_all_layers_of_an_account() -> None:
    accounts = {"担保": {"kind": "guarantor", "annual_budget": 1000}}
    deal = Deal(scheme(accounts, {"一": layer("担保", "50%"), "二": layer("担保", "30%")}), 1000, 1000)
    assert [deal.claim(name, case) for case in (0, 1) for name in ("一", "二")] == [0, 0, 300, 300]


def test_a_regional_pool_pays_from_the_sub_account_of_the_loans_region() -> None:
    accounts = {"池": pool(1000, sub_accounts={"by": "region", "shares": {"东": "60%", "西": "40%"}})}
    deal = Deal(scheme(accounts, {"补偿": layer("池", "80%")}), 1000, 1000, where=[(0, 1), (0, 0)], regions=("东", "西"))
    assert deal.claim("补偿", 0) == 400
    assert deal.claim("补偿", 1) == 200
    assert (deal.balance("池/东"), deal.balance("池/西")) == (0, 0)


@pytest.mark.parametrize("share", [0, 1, 500_000, 999_999, 1_000_000])
def test_all_that_is_borne_is_the_loss(share: int) -> None:
    deal = Deal(one(share), 99_999_999)
    deal.claim("代偿")
    assert sum(deal.all_borne()) == 99_999_999
    assert deal.borne(BANK) == 99_999_999 - deal.borne("代偿")
