"""Guards against their wording: which month's end stops a bank, and on which day a claim is paid that meets a stop."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from builders import GUARANTOR, HandLoan, hand_scenario, layer, scheme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.analysis.verify.hand_made import Played, play_hand
from simulator.rules import records as r

START = datetime.date(2025, 1, 1)
LEND_UNTIL = datetime.date(2027, 12, 31)
TRIGGER, NPL_DAYS, WRITE_OFF_DAYS = 90, 90, 365
BANKS = ("甲行", "乙行")


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


def paid_on(played: Played) -> dict[int, int]:
    entries = played.history.books.journal[: int(played.history.books.history["n_entries"][0])]
    return {int(entry["loan"]): int(entry["day"]) for entry in entries[entries["reason"] == r.Reason.CLAIM]}


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    loans=portfolios(),
    claims=st.sampled_from(["hold", "refuse", "old_loans_still_paid"]),
    reset=st.sampled_from(["below_stop", "below_warn", "yearly", "never"]),
    stop=st.sampled_from(["8%", "20%", "40%"]),
)
def test_a_guard_stops_and_frees_claims_by_its_words(loans: list[HandLoan], claims: str, reset: str, stop: str) -> None:
    terms: dict[str, Any] = scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%", trigger=TRIGGER)})
    guard = {"numerator": "npl", "denominator": "outstanding", "per": "bank", "warn": "5%", "stop": stop, "effect": "stop_compensation"}
    terms["guards"] = {"熔断": {**guard, "claims": claims, "reset": reset}}
    played = play_hand(hand_scenario(terms, banks=BANKS, run={"lend_until": str(LEND_UNTIL), "settle_years": 4}), loans)
    threshold = int(stop.removesuffix("%")) / 100
    states = {bank: stops(loans, bank, 0.05, threshold, reset) for bank in BANKS}
    expected = {number: pay_day(loan, states[loan.bank], claims) for number, loan in enumerate(loans) if loan.fails is not None}
    assert paid_on(played) == {loan: day for loan, day in expected.items() if day is not None}
    final = played.history.loans.guard_states["is_stopped"][0, : len(BANKS)]
    assert (final == np.array([states[bank][-1][1] for bank in BANKS])).all()
