"""What stands behind the loans at each month's end, added up anew from the loans; and losses by the year of the loan."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from builders import GUARANTOR, HandLoan, hand_scenario, layer, pool, scheme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.analysis.verify.hand_made import Played, play_hand
from simulator.engine.finals import SERIES
from simulator.rules import records as r
from simulator.runs.play import play_histories
from simulator.scenario.loader import load

START = datetime.date(2025, 1, 1)
TRIGGER, LAG, TERM = 90, 40, 12
PUBLIC = {"kind": "fund", "public": True}
TWO_ROUTES = {"segment": {"route": {"担": "50%", "直": "50%"}}}


def exposure(played: Played) -> list[int]:
    """Month-end figures."""
    return [int(value) for value in played.history.series[:, SERIES.index("fiscal.outstanding_exposure")]]


def month_ends(played: Played) -> list[int]:
    """Last day of each month."""
    return [int(day) - 1 for day in played.history.setting.calendar.month_start[1 : played.history.setting.n_months + 1]]


def a_year_on(day: int) -> int:
    date = START + datetime.timedelta(days=day)
    return (date.replace(year=date.year + 1, day=28 if (date.month, date.day) == (2, 29) else date.day) - START).days


@st.composite
def portfolios(draw: st.DrawFn) -> list[HandLoan]:
    """Bullet loans of two routes, some in default, each with one recovery."""
    days = sorted(draw(st.lists(st.integers(0, 360), min_size=1, max_size=15)))
    return [
        HandLoan(
            draw(st.integers(1_000, 99_999)),
            day=day,
            fails=draw(st.one_of(st.none(), st.integers(day + 1, day + 300))),
            lgd=draw(st.sampled_from([10_000, 500_000, r.MILLION])),
            lags=(draw(st.integers(1, 500)),),
            route=draw(st.sampled_from(["担", "直"])),
        )
        for day in days
    ]


def still_to_pay(loan: HandLoan, day: int) -> int:
    """What public accounts may have to pay on one loan after a day: 70 %, or a quarter (rounded first) of the 80 % that a private guarantor pays."""

    def share(amount: int) -> int:
        return amount * 7 // 10 if loan.route == "直" else amount // 4 * 4 // 5

    if day < loan.day or (loan.fails is None and a_year_on(loan.day) <= day):
        return 0
    if loan.fails is None or day < loan.fails:
        return share(loan.amount)
    pays_on = loan.fails + TRIGGER + (LAG if loan.route == "直" else 0)
    came_back = loan.amount * (r.MILLION - loan.lgd) // r.MILLION if loan.route == "直" and loan.fails + loan.lags[0] <= day else 0
    return 0 if pays_on <= day else share(loan.amount - came_back)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(loans=portfolios())
def test_exposure_is_what_public_accounts_may_still_have_to_pay(loans: list[HandLoan]) -> None:
    layers = {
        "补偿": layer("公共", "70%", trigger=TRIGGER, lag=LAG, applies_to=({"route": ("直",)},)),
        "代偿": layer("担保", "80%", trigger=TRIGGER, applies_to=({"route": ("担",)},)),
        "分担": layer("公共", "25%", "payment_of", of="代偿", trigger=TRIGGER, applies_to=({"route": ("担",)},)),
    }
    played = play_hand(hand_scenario(scheme({"公共": PUBLIC, "担保": GUARANTOR}, layers), **TWO_ROUTES), loans)
    expected = [sum(still_to_pay(loan, day) for loan in loans) for day in month_ends(played)]
    assert exposure(played) == expected
    assert played.figures["fiscal.outstanding_exposure"] == max(expected)


def by_month(terms: dict[str, Any], *loans: HandLoan, **blocks: Any) -> list[int]:
    return exposure(play_hand(hand_scenario(terms, **blocks), list(loans)))


def test_a_limited_account_stands_behind_no_more_than_its_balance() -> None:
    """80 % of 1,000 with 500 in the pool; the default of 31 May 2025 is claimed on 29 August: the pool is then empty and owes nothing."""
    found = by_month(scheme({"池": pool(500)}, {"补偿": layer("池", "80%")}), HandLoan(1_000, fails=150))
    assert (found[:7], found[7:9]) == ([500] * 7, [0, 0])


def test_an_account_topped_up_as_needed_stands_behind_all_of_it() -> None:
    found = by_month(scheme({"池": pool(500, refill={"rule": "as_needed"})}, {"补偿": layer("池", "80%")}), HandLoan(1_000, fails=150))
    assert (found[:7], found[7:9]) == ([800] * 7, [0, 0])


def test_what_a_queue_leaves_unpaid_is_still_owed() -> None:
    """The pool pays 500 of 800 in August 2025 and the rest in January, when it is refilled with 400, of which 100 is left."""
    rest = {"when_short": "queue", "refill": {"rule": "annual_budget", "amount": 400, "after_lending": True}}
    treasury_pays = scheme({"池": {**pool(500, **rest), "endowment": 500}}, {"补偿": layer("池", "80%")})
    played = play_hand(hand_scenario(treasury_pays), [HandLoan(1_000, fails=150)])
    opened = played.history.books.accounts["exposure"]
    assert exposure(played)[7:12] == [0] * 5  # 300 is owed, and the account is empty
    assert int(opened.sum()) == 0
    assert played.paid("补偿") == 800


def test_money_that_one_public_account_hands_another_counts_once() -> None:
    layers = {"代偿": layer("国担", "80%"), "分担": layer("公共", "25%", "payment_of", of="代偿")}
    assert by_month(scheme({"公共": PUBLIC, "国担": {"kind": "guarantor", "public": True}}, layers), HandLoan(1_000))[0] == 800


@pytest.mark.parametrize(("bearer", "expected"), [("bank", 50), ("公共", 800), ("担保", 50)])
def test_what_a_cap_cuts_off_counts_with_its_bearer(bearer: str, expected: int) -> None:
    """80 % of 1,000, capped at 5 % of what is lent: 50 for the pool, 750 for who bears the excess."""
    cap = {"ratio": "5%", "base": "lent_to_date", "excess_to": bearer}
    accounts = {"池": pool(10_000), "公共": PUBLIC, "担保": GUARANTOR}
    assert by_month(scheme(accounts, {"补偿": layer("池", "80%", aggregate=cap)}), HandLoan(1_000))[0] == expected


def test_a_refused_claim_is_owed_no_longer() -> None:
    """Stopped from the end of April 2025 (100 of 1,100 non-performing), the claim of 9 May is refused; the other loan stays covered."""
    guard = {"numerator": "npl", "denominator": "outstanding", "stop": "5%", "effect": "stop_compensation", "claims": "refuse", "reset": "never"}
    terms = scheme({"公共": PUBLIC}, {"补偿": layer("公共", "80%", trigger=120)}, guards={"熔断": guard})
    assert by_month(terms, HandLoan(100, fails=8), HandLoan(1_000))[:6] == [880, 880, 880, 880, 800, 800]


def test_relending_follows_the_balance_of_refinanced_loans_that_perform() -> None:
    """60 % of two refinanced loans of 1,000 and 500 in March 2025, of one after the other has failed; a loan over 5,000 is not refinanced."""
    terms = scheme({}, {}, relending={"share": "60%", "rate": "1.5%", "when": ({"amount_up_to": 5_000},)})
    loans = [HandLoan(1_000), HandLoan(500, day=70, fails=100), HandLoan(9_000)]
    played = play_hand(hand_scenario(terms), loans)
    assert played.figures["fiscal.quasi"] == 900
    assert played.history.books.history["refinanced"][0] == 0


def test_losses_by_the_year_of_the_loan() -> None:
    """3,000 lent in 2025, 500 in 2026; the defaults of 2026, of 1,000 and 400, count with their loans; half of one comes back, less a tenth."""
    loans = [HandLoan(2_000), HandLoan(1_000, day=300, fails=400, lgd=500_000), HandLoan(400, day=380, fails=420), HandLoan(100, day=390)]
    terms = scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%")}, order="bank_first", cost="10%")
    found = play_hand(hand_scenario(terms, run={"lend_until": "2027-02-01"}), loans).figures
    vintages = [[found[f"vintage.{year}.{what}"] for what in ("lent", "defaulted", "gross_loss", "net_loss")] for year in (2025, 2026, 2027)]
    assert vintages == [[3_000, 1_000, 550, 0], [500, 400, 400, 80], [0, 0, 0, 0]]


def test_vintages_add_up_to_the_whole() -> None:
    loaded = load("guangzhou_2025", sets=["run.histories=3"])
    finals = play_histories([loaded.scenario], 3)[0].finals
    wholes = {"lent": "lending.volume", "defaulted": "bank.defaulted_principal", "gross_loss": "bank.gross_loss", "net_loss": "bank.net_loss"}
    for what, whole in wholes.items():
        parts = [values for name, values in finals.items() if name.startswith("vintage.") and name.endswith(f".{what}")]
        assert len(parts) == 4
        assert (np.sum(parts, axis=0) == finals[whole]).all()
