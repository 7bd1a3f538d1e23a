"""Who is lent what, on which terms, and what the loan pays back."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from builders import GUARANTOR, Desk, HandLoan, layer, pool, scheme

from simulator.rules import records as r
from simulator.rules.ageing import age_cases
from simulator.rules.claims import pay_claim
from simulator.rules.cover import effective_cover
from simulator.rules.defaults import default_loan
from simulator.rules.lending import lend_day
from simulator.rules.recoveries import recognise_npl, recover
from simulator.rules.repayment import collect_day, next_due_day
from simulator.rules.snapshot import snapshot

YUAN = 100
WAN = 10_000 * YUAN


def lend(desk: Desk, day: int = 0) -> list[str]:
    """Take all applications of a day; returns what became of each."""
    days = desk.loans.links["day"]
    first, last = int((days < day).sum()), int((days <= day).sum())
    lend_day(desk.books, desk.loans, desk.scratch, desk.setting.calendar, first, last, day)
    return [r.Status(int(status)).name for status in desk.loans.loans["status"][first:last]]


def run_to_the_end(desk: Desk) -> None:
    """Collect every payment."""
    day = int(next_due_day(desk.loans, 0))
    while day < len(desk.loans.due):
        day = int(collect_day(desk.books, desk.loans, desk.setting.calendar, day))


def guaranteed(**limits: object) -> dict:
    return scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%")}, limits=limits)


def test_a_loan_is_cut_to_the_limit_of_its_grade() -> None:
    loans = [HandLoan(5000, grade="A"), HandLoan(5000, grade="E"), HandLoan(50, grade="E")]
    desk = Desk(guaranteed(loan={"A": 1000, "E": 100}), loans, segment={"grade": {"A": 500_000, "E": 500_000}})
    lend(desk)
    assert desk.loans.loans["amount"].tolist() == [1000, 100, 50]


def test_a_firm_gets_no_more_than_its_limit_less_what_it_owes() -> None:
    desk = Desk(guaranteed(firm=1000), [HandLoan(700, firm=0), HandLoan(700, firm=0), HandLoan(700, firm=0)])
    assert lend(desk) == ["PERFORMING", "PERFORMING", "OVER_LIMIT"]
    assert desk.loans.loans["amount"].tolist() == [700, 300, 0]


def test_one_open_loan_a_firm() -> None:
    desk = Desk(guaranteed(open_loans=1), [HandLoan(100, firm=0), HandLoan(100, firm=0), HandLoan(100, firm=1)])
    assert lend(desk) == ["PERFORMING", "OVER_LIMIT", "PERFORMING"]


def test_quotas_of_a_bank_and_of_all_banks_bound_a_years_lending() -> None:
    loans = [HandLoan(600, bank="甲行"), HandLoan(600, bank="甲行"), HandLoan(600, bank="乙行"), HandLoan(600, bank="乙行")]
    desk = Desk(guaranteed(bank_year=1000), loans, banks=("甲行", "乙行"))
    assert lend(desk) == ["PERFORMING", "OVER_QUOTA", "PERFORMING", "OVER_QUOTA"]
    desk = Desk(guaranteed(scheme_year=1000), loans, banks=("甲行", "乙行"))
    assert lend(desk) == ["PERFORMING", "OVER_QUOTA", "OVER_QUOTA", "OVER_QUOTA"]


def test_terms_too_long_and_days_out_of_force_are_not_eligible() -> None:
    terms = guaranteed(term=12) | {"in_force": {"since": "2025-01-02"}}
    desk = Desk(terms, [HandLoan(100), HandLoan(100, day=1), HandLoan(100, day=1, term_months=13)])
    assert lend(desk) + lend(desk, 1) == ["NOT_ELIGIBLE", "PERFORMING", "NOT_ELIGIBLE"]


def test_the_rate_is_capped() -> None:
    desk = Desk(guaranteed(rate=40_000), [HandLoan(100, rate=50_000), HandLoan(100, rate=30_000)])
    assert desk.loans.sheet["rate"].tolist() == [40_000, 30_000]


def test_first_loan_status_depends_on_what_was_lent_before() -> None:
    tiers = {"combine": "first", "tiers": {"首贷": {"share": "90%", "when": ({"first_loan": True},)}}, "otherwise": "50%"}
    terms = scheme({"担保": GUARANTOR}, {"代偿": layer("担保", tiers)})
    desk = Desk(terms, [HandLoan(100, firm=0, flags=0), HandLoan(100, firm=0, flags=0), HandLoan(100, firm=1)])
    lend(desk)
    assert desk.loans.loans["is_first"].tolist() == [1, 0, 0]
    assert (desk.loans.cover["first"][0, 0], desk.loans.cover["later"][0, 0]) == (900_000, 500_000)
    assert (desk.books.history["borrowers"][0], desk.books.history["first_time_borrowers"][0]) == (2, 1)


@pytest.mark.parametrize(
    ("combine", "amount", "expected"),
    [("first", 300, 400_000), ("max", 300, 600_000), ("sum", 300, 900_000), ("sum", 100, 600_000), ("max", 900, 50_000), ("first", 900, 50_000)],
)
def test_tiers_combine_as_they_say(combine: str, amount: int, expected: int) -> None:
    tiers = {
        "小": {"share": "40%", "when": ({"amount_up_to": 500},)},
        "中": {"share": "60%", "when": ({"amount_over": 200, "amount_up_to": 500},)},
        "微": {"share": "20%", "when": ({"amount_up_to": 100},)},
    }
    share = {"combine": combine, "tiers": tiers, "otherwise": 0 if combine == "sum" else "5%"} | ({"ceiling": "90%"} if combine == "sum" else {})
    desk = Desk(scheme({"担保": GUARANTOR}, {"代偿": layer("担保", share)}), [HandLoan(amount)])
    assert desk.loans.cover["later"][0, 0] == expected


def test_marginal_tiers_weigh_each_slice_of_the_amount() -> None:
    tiers = {"低": {"share": "80%", "when": ({"amount_up_to": 500},)}, "高": {"share": "50%", "when": ({"amount_over": 500},)}}
    desk = Desk(scheme({"担保": GUARANTOR}, {"代偿": layer("担保", {"combine": "marginal", "tiers": tiers})}), [HandLoan(1000), HandLoan(500)])
    assert desk.loans.cover["later"][:, 0].tolist() == [650_000, 800_000]


def test_covered_volume_of_a_backer_goes_through_the_layer_it_backs() -> None:
    cap = {"ratio": "5%", "base": "covered_volume", "excess_to": "bank"}
    layers = {"代偿": layer("担保", "80%"), "国家": layer("国担", "25%", "payment_of", of="代偿", aggregate=cap)}
    desk = Desk(scheme({"担保": GUARANTOR, "国担": {"kind": "national_fund"}}, layers), [HandLoan(1000)])
    lend(desk)
    assert desk.books.layers["covered"][r.PLAYED].tolist() == [800, 200]
    assert desk.books.layers["lent"][r.PLAYED].tolist() == [1000, 1000]


def test_fees_are_for_the_whole_term_on_the_covered_part() -> None:
    fees = {
        "担保费": {"payer": "borrower", "payee": "担保", "rate": "1%", "on": "代偿"},
        "银行缴费": {"payer": "bank", "payee": "担保", "rate": "0.5%"},
    }
    desk = Desk(guaranteed() | {"fees": fees}, [HandLoan(100_000, term_months=6)])
    lend(desk)
    assert desk.books.tallies["fees"][0, 0, 0] == 250
    number = desk.setting.contract.accounts.number["担保"]
    assert desk.books.accounts["balance"][number] == 400 + 250


def test_a_bullet_loan_pays_all_at_maturity() -> None:
    desk = Desk(guaranteed(), [HandLoan(WAN, rate=36_000)])
    lend(desk)
    run_to_the_end(desk)
    tally = desk.books.tallies[0, 0, 0]
    assert tally["interest"] == int(Fraction(WAN * 36_000 * 365, 360 * 10**6))
    assert (tally["outstanding"], desk.loans.loans["status"][0], desk.loans.firms["open_loans"][0]) == (0, r.Status.REPAID, 0)


@pytest.mark.parametrize("repayment", list(r.Repayment))
def test_every_loan_type_is_repaid_in_full_with_interest_on_the_balance(repayment: r.Repayment) -> None:
    desk = Desk(guaranteed(), [HandLoan(1_000_003, rate=60_000, repayment=repayment, term_months=24)])
    lend(desk)
    run_to_the_end(desk)
    entries = desk.books.journal[: int(desk.books.history["n_entries"][0])]
    principal = entries[entries["reason"] == r.Reason.REPAYMENT]["amount"]
    assert principal.sum() == 1_000_003
    assert len(principal) == (1 if repayment in (r.Repayment.BULLET, r.Repayment.INTEREST_ONLY) else 24)
    average_days = desk.books.tallies["balance_days"][0, 0, 0] / 1_000_003
    assert desk.books.tallies["interest"][0, 0, 0] == pytest.approx(1_000_003 * 0.06 * average_days / 360, abs=24)


def test_equal_instalments_are_level() -> None:
    desk = Desk(guaranteed(), [HandLoan(1_200_000, rate=36_000, repayment=r.Repayment.EQUAL_INSTALMENT)])
    lend(desk)
    run_to_the_end(desk)
    entries = desk.books.journal[: int(desk.books.history["n_entries"][0])]
    paid: dict[int, int] = {}
    for entry in entries[(entries["payer"] == r.BORROWERS)]:
        paid[int(entry["day"])] = paid.get(int(entry["day"]), 0) + int(entry["amount"])
    level = 1_200_000 * 0.003 / (1 - 1.003**-12)
    assert list(paid.values())[:-1] == [int(level)] * 11


@pytest.mark.parametrize(("form", "expected"), [({"share": "35%"}, 8015), ({"points": "1.5%"}, 15_000), ({"final_rate": "2%"}, 2900)])
def test_a_subsidy_pays_its_part_of_each_interest_payment(form: dict, expected: int) -> None:
    terms = guaranteed() | {"interest_subsidies": {"贴息": {"payer": "财政", **form}}}
    desk = Desk(terms, [HandLoan(360_000_000, rate=22_900)])
    lend(desk)
    run_to_the_end(desk)
    assert desk.books.tallies["subsidy"][0, 0, 0] == expected * 365


def test_a_subsidy_for_repayment_on_time_is_lost_by_a_default() -> None:
    terms = guaranteed() | {"interest_subsidies": {"贴息": {"payer": "财政", "share": "50%", "if_repaid": True}}}
    loans = [HandLoan(WAN, repayment=r.Repayment.INTEREST_ONLY), HandLoan(WAN, repayment=r.Repayment.INTEREST_ONLY, fails=200)]
    desk = Desk(terms, loans)
    lend(desk)
    run_to_the_end(desk)
    paid = desk.books.journal[desk.books.journal["reason"] == r.Reason.SUBSIDY]
    assert paid["loan"].tolist() == [0]
    assert paid["amount"][0] == pytest.approx(WAN * 0.018 * 365 / 360, abs=12)


def test_a_default_opens_a_case_on_what_is_still_owed() -> None:
    desk = Desk(guaranteed(), [HandLoan(1200, repayment=r.Repayment.EQUAL_PRINCIPAL, rate=360_000, fails=70, lgd=600_000)])
    lend(desk)
    for _ in range(2):
        day = int(next_due_day(desk.loans, 0))
        if day < 70:
            collect_day(desk.books, desk.loans, desk.setting.calendar, day)
    assert default_loan(desk.books, desk.loans, desk.setting.calendar, 0, 70) == 0
    case = desk.books.cases[0]
    assert (case["principal"], case["recoverable"], case["interest"]) == (1000, 400, 11)
    assert default_loan(desk.books, desk.loans, desk.setting.calendar, 0, 71) == -1


def test_cases_are_npl_after_90_days_and_written_off_later() -> None:
    desk = Desk(guaranteed(), [HandLoan(1000, fails=10)])
    lend(desk)
    default_loan(desk.books, desk.loans, desk.setting.calendar, 0, 10)
    tally = desk.books.tallies[0, 0, 0]
    seen = []
    for day in (99, 100, 374, 375):
        age_cases(desk.books, 365, day)
        seen.append((int(tally["npl"]), int(tally["outstanding"])))
    assert seen == [(0, 1000), (1000, 1000), (1000, 1000), (0, 0)]


@pytest.mark.parametrize(("order", "expected"), [("pro_rata", 0.8), ("fund_first", 1 - 0.2 / 0.6), ("bank_first", 1.0), ("advance_then_settle", 0.8)])
def test_effective_cover_is_the_part_of_the_net_loss_that_others_bear(order: str, expected: float) -> None:
    desk = Desk(scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%")}, order), [HandLoan(WAN)])
    cover = effective_cover(desk.books, desk.loans, desk.scratch.books, 0, WAN, 0, 600_000)
    assert cover == pytest.approx(expected)


@pytest.mark.parametrize(("trust", "endowment", "lent"), [("full", 1, 1), ("none", 10**9, 0), ("balance", 10**9, 1), ("balance", 1, 0)])
def test_a_bank_lends_by_margin_as_far_as_it_trusts_its_cover(trust: str, endowment: int, lent: int) -> None:
    terms = scheme({"池": pool(endowment)}, {"补偿": layer("池", "100%")})
    desk = Desk(terms, [HandLoan(WAN, rate=36_000, pd=0.2)])
    row = desk.loans.banks[0]
    row["by_margin"], row["trust"] = 1, {"full": r.TRUST_FULL, "balance": r.TRUST_BALANCE, "none": r.TRUST_NONE}[trust]
    row["funding_cost"] = row["operating_cost"] = row["capital_charge"] = 0.0
    lend(desk)
    assert (desk.loans.loans["status"][0] == r.Status.PERFORMING) == bool(lent)


def test_a_bank_above_its_npl_tolerance_does_not_lend() -> None:
    desk = Desk(guaranteed(), [HandLoan(100)])
    desk.loans.banks["npl_tolerance"] = 50_000
    desk.books.tallies["outstanding"], desk.books.tallies["npl"] = 1000, 51
    assert lend(desk) == ["LENDING_STOPPED"]


def test_a_month_end_tells_pool_loans_losses_and_npl() -> None:
    desk = Desk(scheme({"池": pool(1000)}, {"补偿": layer("池", "80%")}), [HandLoan(500, fails=10)])
    lend(desk)
    default_loan(desk.books, desk.loans, desk.setting.calendar, 0, 10)
    pay_claim(desk.books, 0, 0, r.UNLIMITED, 100)
    recognise_npl(desk.books, 0)
    recover(desk.books, 0, 50, 200)
    row = np.zeros(7, np.int64)
    snapshot(desk.books, row)
    assert row.tolist() == [640, 450, 500, 90, 360, 450, 0]
