"""A loan defaults: its case is opened with each layer's share on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.arithmetic import portion_of, share_of
from simulator.rules.books import n_books
from simulator.rules.claims import open_case
from simulator.rules.counting import books_of, follow_default
from simulator.rules.records import ALL_LOANS, MILLION, Status
from simulator.rules.repayment import accrued, release_expected_call, repay_down_to, settle_interest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.rules.books import Books, CalendarTables, Lent, LoanBook


PERFORMING, DEFAULTED = int(Status.PERFORMING), int(Status.DEFAULTED)


@rule
def default_loan(books: Books, lending: LoanBook | Lent, calendar: CalendarTables, number: int, day: int) -> int:
    """Open the case of a loan whose firm fails today; returns its number, or -1 where nothing is owed.

    Where a tape records the default, what it shows to have been repaid before is repaid first, and its loss holds to the fen; where less was lent
    than the tape says, both fall with the amount.
    """
    loan = lending.loans[number]
    if loan.status != PERFORMING:
        return -1
    link = lending.links[number]
    case = books.history[0].n_cases
    books.history[0].n_cases += 1
    settle_interest(books, lending, calendar, number, day)
    is_recorded = len(lending.recorded) > 0
    if is_recorded:
        repay_down_to(books, lending, number, portion_of(lending.recorded[link.fate].owed, loan.amount, link.amount), day)
    interest = accrued(loan, lending.sheet[number].rate, day)
    recoverable = share_of(loan.balance, MILLION - link.lgd)
    if is_recorded:
        recoverable = max(0, loan.balance - portion_of(lending.recorded[link.fate].loss, loan.amount, link.amount))
    open_case(books, case, number, link.bank, link.region, day, loan.balance, interest, recoverable)
    for layer in range(books.layers.shape[1]):
        row = lending.cover[number, layer]
        share = row.first if loan.is_first else row.later
        for book in range(n_books(books)):
            books.positions[book, case, layer].share = share
    if books.tallies.shape[0] > 1:
        books.cases[case].counts_in = books_of(books, lending, number)
    follow_default(books, lending, number, case, loan.balance)
    books.tallies[ALL_LOANS, link.bank, link.region].balance_days += loan.balance * (day - loan.interest_from)
    release_expected_call(books, lending, number)
    loan.status = DEFAULTED
    loan.case = case
    firm = lending.firms[link.firm]
    firm.outstanding -= loan.balance
    firm.open_loans -= 1
    loan.balance = 0
    return case


@rule
def default_day(books: Books, lending: LoanBook | Lent, calendar: CalendarTables, failing: NDArray[np.int64], first: int, last: int, day: int) -> int:
    """Open the cases of a day's failing loans (rows ``first`` to ``last - 1`` of ``failing``); returns the number of cases opened so far."""
    for row in range(first, last):
        default_loan(books, lending, calendar, failing[row], day)
    return books.history[0].n_cases
