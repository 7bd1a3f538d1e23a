"""Guards against their wording: which month's end stops a bank, and on which day a claim is paid that meets a stop."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from builders import GUARANTOR, HandLoan, hand_scenario, layer, scheme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.analysis.verify.hand_made import Played, play_hand
from simulator.rules import records as r

START = datetime.date(2025, 1, 1)
LEND_UNTIL = datetime.date(2027, 12, 31)
TRIGGER, NPL_DAYS, WRITE_OFF_DAYS = 90, 90, 365
BANKS = ("甲行", "乙行")
ROUTES = ("担", "银")
BY_ROUTE = {"segment": {"route": dict.fromkeys(ROUTES, "50%")}}


@st.composite
def portfolios(draw: st.DrawFn) -> list[HandLoan]:
    """Loans of two banks over three years, a few of them in default."""
    days = sorted(draw(st.lists(st.integers(0, 1_000), min_size=5, max_size=25)))
    return [
        HandLoan(
            draw(st.integers(1_000, 9_999)),
            day=day,
            fails=draw(st.one_of(st.none(), st.none(), st.integers(day + 1, day + 300))),
            lgd=draw(st.sampled_from([10_000, 500_000, r.MILLION])),
            lags=(draw(st.integers(1, 500)),),
            bank=draw(st.sampled_from(BANKS)),
            route=draw(st.sampled_from(ROUTES)),
        )
        for day in days
    ]


def month_ends() -> list[int]:
    """Last day of every month in which the scheme lends."""
    days = range((LEND_UNTIL - START).days + 1)
    return [day for day in days if (START + datetime.timedelta(days=day + 1)).day == 1]


def a_year_on(day: int) -> int:
    """Maturity of a loan of twelve months."""
    date = START + datetime.timedelta(days=day)
    last = 28 if (date.month, date.day) == (2, 29) else date.day
    return (date.replace(year=date.year + 1, day=last) - START).days


def ratio(loans: list[HandLoan], bank: str, day: int) -> float:
    """Unpaid principal of defaults from 90 days to the write-off, over all that is outstanding."""
    npl = outstanding = 0
    for loan in loans:
        if loan.bank != bank or loan.day > day or (loan.fails is None and a_year_on(loan.day) <= day):
            continue
        left, age = loan.amount, -1
        if loan.fails is not None and loan.fails <= day:
            age = day - loan.fails
            left -= loan.amount * (r.MILLION - loan.lgd) // r.MILLION if age >= loan.lags[0] else 0
        if age < WRITE_OFF_DAYS:
            outstanding += left
            npl += left if age >= NPL_DAYS else 0
    return npl / outstanding if outstanding else 0.0


def stops(loans: list[HandLoan], bank: str, warn: float, stop: float, reset: str) -> list[tuple[int, bool, int]]:
    """State of a bank after each test: day, whether stopped, since when."""
    states, stopped, since = [], False, 0
    for day in month_ends():
        date = START + datetime.timedelta(days=day)
        now = ratio(loans, bank, day)
        if not stopped and now >= stop:
            stopped, since = True, day
        elif stopped and ((reset == "below_stop" and now < stop) or (reset == "below_warn" and now < warn)):
            stopped = False
        states.append((day, stopped, since))
        if reset == "yearly" and date.month == 12:
            stopped = False
            states.append((day + 1, stopped, since))
    return states


def pay_day(loan: HandLoan, states: list[tuple[int, bool, int]], claims: str) -> int | None:
    """Day on which the claim on a loan is paid, None if never."""
    filed = int(loan.fails or 0) + TRIGGER
    before = [state for state in states if state[0] <= filed]
    _, stopped, since = before[-1] if before else (0, False, 0)
    if not stopped or (claims == "old_loans_still_paid" and loan.day < since):
        return filed
    if claims == "refuse":
        return None
    return next((day for day, still, _ in states if day > filed and not still), None)


def paid_on(played: Played, reason: r.Reason = r.Reason.CLAIM) -> dict[int, int]:
    entries = played.history.books.journal[: int(played.history.books.history["n_entries"][0])]
    return {int(entry["loan"]): int(entry["day"]) for entry in entries[entries["reason"] == reason]}


FEW = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
RUN = {"lend_until": str(LEND_UNTIL), "settle_years": 4}


@FEW
@given(
    loans=portfolios(),
    claims=st.sampled_from(["hold", "refuse", "old_loans_still_paid"]),
    reset=st.sampled_from(["below_stop", "below_warn", "yearly", "never"]),
    stop=st.sampled_from(["8%", "20%", "40%"]),
    names_its_layer=st.booleans(),
)
def test_a_guard_stops_and_frees_claims_by_its_words(loans: list[HandLoan], claims: str, reset: str, stop: str, names_its_layer: bool) -> None:
    """The layer covers one route alone. A guard that names it counts that route's loans, one that does not counts all."""
    terms: dict[str, Any] = scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%", trigger=TRIGGER, applies_to=({"route": ("担",)},))})
    guard = {"numerator": "npl", "denominator": "outstanding", "per": "bank", "warn": "5%", "stop": stop, "effect": "stop_compensation"}
    terms["guards"] = {"熔断": {**guard, "claims": claims, "reset": reset, **({"layers": ("代偿",)} if names_its_layer else {})}}
    played = play_hand(hand_scenario(terms, banks=BANKS, run=RUN, **BY_ROUTE), loans)
    threshold = int(stop.removesuffix("%")) / 100
    counted = [loan for loan in loans if loan.route == "担" or not names_its_layer]
    states = {bank: stops(counted, bank, 0.05, threshold, reset) for bank in BANKS}
    claimed = {number: loan for number, loan in enumerate(loans) if loan.fails is not None and loan.route == "担"}
    expected = {number: pay_day(loan, states[loan.bank], claims) for number, loan in claimed.items()}
    assert paid_on(played) == {loan: day for loan, day in expected.items() if day is not None}
    final = played.history.loans.guard_states["is_stopped"][0, : len(BANKS)]
    assert (final == np.array([states[bank][-1][1] for bank in BANKS])).all()


def guarantor_pays(loan: HandLoan) -> int:
    """What the guarantor pays on a default: 80 % of the principal less what has come back by then."""
    came_back = loan.amount * (r.MILLION - loan.lgd) // r.MILLION if loan.lags[0] <= TRIGGER else 0
    return (loan.amount - came_back) * 4 // 5


def year_of(day: int) -> int:
    return (START + datetime.timedelta(days=day)).year


def guarantor_states(loans: list[HandLoan], stop: float) -> list[tuple[int, bool, int]]:
    """State of the guarantor after each test: what it has paid this year before the test, over what has been lent with it this year by then."""
    states, stopped = [], False
    for day in month_ends():
        year = year_of(day)
        paid = sum(
            guarantor_pays(loan) for loan in loans if loan.fails is not None and loan.fails + TRIGGER < day and year_of(loan.fails + TRIGGER) == year
        )
        lent = sum(loan.amount for loan in loans if loan.day < day and year_of(loan.day) == year)
        stopped = stopped or (lent > 0 and paid * r.MILLION // lent >= stop * r.MILLION)
        states.append((day, stopped, day))
        if (START + datetime.timedelta(days=day)).month == 12:
            stopped = False
            states.append((day + 1, stopped, day))
    return states


def shared_on(loan: HandLoan, states: list[tuple[int, bool, int]], lag: int) -> int | None:
    """Day on which the fund pays its part of the guarantor's payment, None if never."""
    due = int(loan.fails or 0) + TRIGGER + lag
    before = [state for state in states if state[0] <= due]
    if not before or not before[-1][1]:
        return due
    return next((day for day, still, _ in states if day > due and not still), None)


@FEW
@given(loans=portfolios(), stop=st.sampled_from([3, 10, 30]), lag=st.sampled_from([0, 45]))
def test_a_guarantors_payments_over_its_own_lending_defer_what_the_fund_shares(loans: list[HandLoan], stop: int, lag: int) -> None:
    only = ({"route": ("担",)},)
    layers = {
        "补偿": layer("基金", "50%", trigger=TRIGGER, applies_to=({"route": ("银",)},)),
        "代偿": layer("担保", "80%", trigger=TRIGGER, applies_to=only),
        "分担": layer("基金", "25%", "payment_of", of="代偿", trigger=TRIGGER, lag=lag, applies_to=only),
    }
    guard = {"numerator": "payouts_this_year", "denominator": "lent_this_year", "per": "guarantor", "stop": f"{stop}%", "layers": ("分担",)}
    terms = scheme({"担保": GUARANTOR, "基金": GUARANTOR}, layers, guards={"暂缓": {**guard, "effect": "defer_payment", "reset": "yearly"}})
    played = play_hand(hand_scenario(terms, banks=BANKS, run=RUN, **BY_ROUTE), loans)
    states = guarantor_states([loan for loan in loans if loan.route == "担"], stop / 100)
    defaults = {number: loan for number, loan in enumerate(loans) if loan.fails is not None}
    assert paid_on(played) == {number: int(loan.fails or 0) + TRIGGER for number, loan in defaults.items()}
    expected = {number: shared_on(loan, states, lag) for number, loan in defaults.items() if loan.route == "担"}
    assert paid_on(played, r.Reason.REIMBURSEMENT) == {number: day for number, day in expected.items() if day is not None}


TWO_ROUTES = {
    "代偿": layer("担保", "80%", applies_to=({"route": ("担",)},)),
    "补偿": layer("基金", "50%", applies_to=({"route": ("银",)},)),
    "分担": layer("基金", "25%", "payment_of", of="代偿", applies_to=({"route": ("担",)},)),
}


def two_routes(lag: int = 0, **changes: object) -> dict[str, object]:
    """A guarantor for one route, a fund for the other, which also takes a quarter of what the guarantor pays."""
    guard = {"numerator": "payouts_this_year", "denominator": "lent_this_year", "effect": "defer_payment", "claims": "hold", "reset": "yearly"}
    layers = {**TWO_ROUTES, "分担": {**TWO_ROUTES["分担"], "lag": lag}}
    return scheme({"担保": GUARANTOR, "基金": GUARANTOR}, layers, guards={"熔断": {**guard, "stop": "3%", **changes}})


@pytest.mark.parametrize(("layers", "expected"), [(("代偿",), 80_000), (("补偿",), 25_000), (("代偿", "补偿"), 43_333), (None, 43_333)])
def test_a_guard_that_names_layers_counts_only_the_loans_they_cover(layers: tuple[str, ...] | None, expected: int) -> None:
    """1,000 lent with the guarantor, of which 100 defaults and 80 is paid; 2,000 with the fund, 100 and 50: 8 %, 2.5 %, together 130 / 3,000."""
    loans = [HandLoan(100, fails=10, route="担"), HandLoan(900, route="担"), HandLoan(100, fails=10, route="银"), HandLoan(1900, route="银")]
    played = play_hand(hand_scenario(two_routes(per="scheme", stop="99%", layers=layers), **BY_ROUTE), loans)
    assert played.history.loans.guard_states["ratio"][0, 0] == expected


@pytest.mark.parametrize(("lag", "first"), [(0, 100), (15, 115), (30, 365)])
def test_a_guarantors_guard_defers_what_is_shared_of_its_payments(lag: int, first: int) -> None:
    """Its 30 of 1,000 paid on day 100 are 3 % at the end of April, day 119: what is shared later waits until 1 January; its own payments go on."""
    loans = [HandLoan(38, fails=10, route="担"), HandLoan(125, fails=120, route="担"), HandLoan(837, route="担"), HandLoan(9000, route="银")]
    played = play_hand(hand_scenario(two_routes(lag, per="guarantor", layers=("分担",)), **BY_ROUTE), loans)
    entries = played.history.books.journal[: int(played.history.books.history["n_entries"][0])]
    paid = [(int(entry["day"]), int(entry["amount"])) for entry in entries[entries["reason"] == r.Reason.REIMBURSEMENT]]
    assert paid == [(first, 7), (365, 25)]
    assert [int(entry["day"]) for entry in entries[entries["reason"] == r.Reason.CLAIM]] == [100, 210]
    assert played.history.loans.guard_states["stops"][0, 0] == 1
