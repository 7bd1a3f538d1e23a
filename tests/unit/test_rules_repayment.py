"""What a borrower pays who is late, and that the sum of interest does not depend on how often it is collected."""

from __future__ import annotations

import datetime
from fractions import Fraction
from math import floor

import pytest
from builders import GUARANTOR, Desk, HandLoan, layer, scheme
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.rules import records as r
from simulator.rules.defaults import default_loan
from simulator.rules.lending import lend_day
from simulator.rules.repayment import collect_day, next_due_day, paid_through, payments_due, settle_all_interest

TERMS = scheme({"担保": GUARANTOR}, {"代偿": layer("担保", "80%")})
START = datetime.date(2025, 1, 1)


def lent(*loans: HandLoan, journal: int = 1000) -> Desk:
    """Loans drawn down on day 0."""
    desk = Desk(TERMS, loans, journal=journal)
    lend_day(desk.books, desk.loans, desk.scratch, desk.setting.calendar, 0, len(loans), 0)
    return desk


def collect_until(desk: Desk, last: int) -> None:
    """Collect every payment up to a day."""
    day = int(next_due_day(desk.loans, 0))
    while day <= min(last, len(desk.loans.due) - 1):
        day = int(collect_day(desk.books, desk.loans, desk.setting.calendar, day))


def principal_by_day(desk: Desk) -> dict[int, int]:
    entries = desk.books.journal[: int(desk.books.history["n_entries"][0])]
    return {int(entry["day"]): int(entry["amount"]) for entry in entries[entries["reason"] == r.Reason.REPAYMENT]}


def test_two_missed_payments_are_made_good_on_the_day_of_the_cure() -> None:
    desk = lent(HandLoan(1200, repayment=r.Repayment.EQUAL_PRINCIPAL, rate=0, late=(20, 80)))
    collect_until(desk, 400)
    paid = principal_by_day(desk)
    assert list(paid)[:3] == [80, 90, 120]
    assert list(paid.values()) == [200] + [100] * 10
    assert desk.loans.loans["status"][0] == r.Status.REPAID


def test_a_cure_on_a_due_day_pays_that_payment_too() -> None:
    desk = lent(HandLoan(1200, repayment=r.Repayment.EQUAL_INSTALMENT, rate=0, late=(31, 90)))
    collect_until(desk, 400)
    assert list(principal_by_day(desk).items())[:2] == [(90, 300), (120, 100)]


@pytest.mark.parametrize(
    ("day", "late", "through"),
    [(31, None, 0), (32, None, 31), (59, None, 31), (60, None, 59), (70, (40, 65), 65), (91, (40, 65), 90), (60, (40, 65), 31), (50, (31, 80), 0)],
)
def test_interest_is_paid_through_the_last_due_day_before(day: int, late: tuple[int, int] | None, through: int) -> None:
    desk = lent(HandLoan(1200, repayment=r.Repayment.INTEREST_ONLY, late=late))
    assert int(paid_through(desk.loans.links.view(type(desk.loans.links))[0], desk.setting.calendar, day)) == through


@given(start=st.integers(0, 364), every=st.sampled_from([1, 3, 6]), term=st.integers(1, 36), day=st.integers(0, 1500))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_payments_due_are_those_whose_date_has_come(start: int, every: int, term: int, day: int) -> None:
    desk = Desk(TERMS, [HandLoan(1200, day=start, repayment=r.Repayment.EQUAL_PRINCIPAL, term_months=term)])
    desk.loans.links["pays_every"] = every
    drawn = START + datetime.timedelta(days=start)
    dates = [months_after(drawn, min(term, number * every)) for number in range(1, -(-term // every) + 1)]
    expected = sum(date <= START + datetime.timedelta(days=day) for date in dates)
    assert int(payments_due(desk.loans.links[0], desk.setting.calendar, day)) == expected


def months_after(date: datetime.date, months: int) -> datetime.date:
    """Same day of a later month, or its last day."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = (datetime.date(year + month // 11, (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(date.day, last))


@given(
    amount=st.integers(1, 10**6),
    rate=st.integers(0, 240_000),
    late=st.one_of(st.none(), st.tuples(st.integers(1, 300), st.integers(1, 89))),
    fails=st.one_of(st.none(), st.integers(1, 365)),
    ends=st.integers(1, 400),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_interest_collected_once_or_monthly_adds_up_to_the_same_fen(
    amount: int, rate: int, late: tuple[int, int] | None, fails: int | None, ends: int
) -> None:
    spell = None if late is None else (late[0], late[0] + late[1])
    if spell and fails and fails <= spell[1]:
        spell = None
    loan = HandLoan(amount, rate=rate, repayment=r.Repayment.INTEREST_ONLY, late=spell, fails=fails)
    found = []
    for journal in (0, 1000):
        desk = lent(loan, journal=journal)
        collect_until(desk, min(ends, (fails or ends + 1) - 1))
        if fails and fails <= ends:
            default_loan(desk.books, desk.loans, desk.setting.calendar, 0, fails)
        settle_all_interest(desk.books, desk.loans, desk.setting.calendar, ends)
        tally = desk.books.tallies[0, 0, 0]
        found.append(tuple(int(tally[name]) for name in ("interest", "balance_days", "lost_interest", "outstanding")))
    assert found[0] == found[1]
    if fails and fails <= ends:
        assert found[0][0] + found[0][2] == floor(Fraction(amount * rate * fails, 360 * 10**6))
