"""Money into the accounts that pay: funders, refills, interest, top-ups."""

from __future__ import annotations

import pytest
from builders import GUARANTOR, Deal, layer, pool, scheme

from simulator.rules import records as r
from simulator.rules.pools import endow, fund, pay_deposit_interest, start_year

REFILL = int(r.Reason.REFILL)


def with_pool(**rest: object) -> dict:
    return scheme({"池": pool(1000, **rest)}, {"补偿": layer("池", "80%")})


def new_year(deal: Deal, *, lending: bool = True) -> None:
    start_year(deal.books, lending, 365)


def test_funders_pay_by_their_shares_and_the_last_takes_the_rounding() -> None:
    accounts = {"省": {"kind": "treasury"}, "市": {"kind": "treasury"}, "池": pool(101) | {"funded_by": {"省": "33.3333%", "市": "66.6667%"}}}
    deal = Deal(scheme(accounts, {}))
    assert (deal.balance("省"), deal.balance("市"), deal.balance("池")) == (-33, -68, 101)


def test_funding_in_parts_splits_as_in_one_piece() -> None:
    accounts = {"省": {"kind": "treasury"}, "市": {"kind": "treasury"}, "池": pool(0) | {"funded_by": {"省": "40%", "市": "60%"}}}
    deal = Deal(scheme(accounts, {}))
    for _ in range(7):
        fund(deal.books, deal.setting.contract.accounts.number["池"], 3, REFILL, 1)
    assert (deal.balance("省"), deal.balance("市")) == (-8, -13)
    assert (deal.account("池")["paid_in"], deal.account("池")["topup"]) == (21, 21)


def test_an_endowment_is_no_top_up_and_sets_the_lowest_balance() -> None:
    account = Deal(with_pool()).account("池")
    assert (account["paid_in"], account["topup"], account["lowest"]) == (1000, 0, 1000)


@pytest.mark.parametrize(
    ("refill", "expected"),
    [
        ({"rule": "none"}, 200),
        ({"rule": "last_year_payouts"}, 1000),
        ({"rule": "annual_budget", "amount": 500}, 700),
        ({"rule": "to_target", "amount": 900}, 900),
        ({"rule": "to_target", "amount": 100}, 200),
    ],
)
def test_a_new_year_refills_by_the_rule(refill: dict, expected: int) -> None:
    deal = Deal(with_pool(refill=refill), 1000)
    deal.claim("补偿")
    new_year(deal)
    assert deal.balance("池") == expected


def test_refills_stop_with_lending_unless_said() -> None:
    for after, expected in ((False, 200), (True, 1000)):
        deal = Deal(with_pool(refill={"rule": "last_year_payouts", "after_lending": after}), 1000)
        deal.claim("补偿")
        new_year(deal, lending=False)
        assert deal.balance("池") == expected


def test_last_years_payouts_are_those_of_one_year() -> None:
    deal = Deal(with_pool(refill={"rule": "last_year_payouts"}), 1000)
    deal.claim("补偿")
    new_year(deal)
    new_year(deal)
    assert deal.balance("池") == 1000
    assert deal.account("池")["topup"] == 800


def test_an_account_refilled_as_needed_is_never_short() -> None:
    deal = Deal(with_pool(refill={"rule": "as_needed"}), 1000, 1000)
    assert [deal.claim("补偿", case) for case in (0, 1)] == [0, 0]
    account = deal.account("池")
    assert (account["balance"], account["topup"], account["first_short"]) == (0, 600, r.NEVER)


def test_a_budget_bounds_what_is_topped_up() -> None:
    deal = Deal(with_pool(refill={"rule": "as_needed"}, annual_budget=1200), 1000, 1000)
    assert [deal.claim("补偿", case) for case in (0, 1)] == [0, 400]
    assert deal.balance("池") == 0


def test_a_new_year_opens_a_yearly_cap_and_a_yearly_limit() -> None:
    cap = {"ratio": "50%", "base": "lent_in_period", "reset": "yearly", "excess_to": "bank"}
    deal = Deal(scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%", aggregate=cap, annual_limit=900)}), 1000, 1000, lent=1000)
    deal.claim("代偿", 0)
    new_year(deal)
    deal.books.layers["lent"] = 4000
    deal.claim("代偿", 1)
    assert (deal.borne("代偿", 0), deal.borne("代偿", 1)) == (500, 800)
    assert deal.books.layers["paid_this_year"][r.PLAYED, 0] == 800


def test_deposit_interest_is_paid_on_the_balance() -> None:
    deal = Deal(with_pool(interest=36_000))
    pay_deposit_interest(deal.books, 100, 31)
    assert deal.balance("池") == 1010


def test_public_money_that_stays_public_is_no_cost_and_peaks_as_committed() -> None:
    deal = Deal(with_pool(), 1000)
    history = deal.books.history[0]
    assert (history["fiscal_cost"], history["committed"]) == (0, 1000)
    deal.claim("补偿")
    assert history["fiscal_cost"] == 800
    deal.recover(500)
    assert history["fiscal_cost"] == 400


def test_an_account_that_is_not_limited_has_no_endowment() -> None:
    deal = Deal(scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%")}))
    endow(deal.books, 0)
    assert deal.balance("担保") == 0


def test_the_journal_tells_every_payment_with_the_balances_after_it() -> None:
    deal = Deal(with_pool(), 1000)
    deal.claim("补偿", day=90)
    entries = deal.books.journal[: int(deal.books.history["n_entries"][0])]
    assert entries["reason"].tolist() == [r.Reason.ENDOWMENT, r.Reason.CLAIM]
    assert entries["amount"].tolist() == [1000, 800]
    assert entries["payer_after"].tolist() == [-1000, 200]
    assert entries["payee_after"].tolist() == [1000, 800]
