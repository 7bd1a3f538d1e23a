"""Money that a project meets on its way through its stages: grants, premiums, what insurance pays on a failure, equity and its proceeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.compiled import rule
from simulator.rules.arithmetic import interest_for, portion_of, share_of
from simulator.rules.books import move
from simulator.rules.claims import pay_in_book
from simulator.rules.pools import call_in_shadow, pay_due
from simulator.rules.records import BORROWERS, FIRST_BANK, MILLION, NEVER, OUTSIDE, PLAYED, SHADOW, UNLIMITED, Reason, Status
from simulator.rules.repayment import pay_subsidy, release_expected_call

if TYPE_CHECKING:
    from simulator.rules.books import Books, LoanBook

PERFORMING, REPAID, DEFAULTED = int(Status.PERFORMING), int(Status.REPAID), int(Status.DEFAULTED)
GRANT_REASON, GRANT_BACK, PREMIUM, PREMIUM_SUBSIDY = int(Reason.GRANT), int(Reason.GRANT_BACK), int(Reason.PREMIUM), int(Reason.PREMIUM_SUBSIDY)
INSURANCE, INSURANCE_PREPAYMENT, INSURANCE_REST = int(Reason.INSURANCE), int(Reason.INSURANCE_PREPAYMENT), int(Reason.INSURANCE_REST)
INVESTED, EXIT, EXIT_SHARE, INTEREST = int(Reason.INVESTMENT), int(Reason.EXIT), int(Reason.EXIT_SHARE), int(Reason.INTEREST)

GRANT = np.dtype([("payer", "i8"), ("amount", "i8"), ("back", "i8")], align=True)
"""One grant a project: ``back`` is the part repaid after success, millionths."""

POLICY = np.dtype(
    [
        ("insurer", "i8"),
        ("sum_insured", "i8"),
        ("deductible", "i8"),  # of the insured loss, millionths
        ("premium", "i8"),  # of the sum insured, millionths
        ("subsidy_payer", "i8"),  # -1: none
        ("subsidy", "i8"),  # of the premium, millionths
        ("lag", "i8"),  # days from the failure to the payment
        ("layer", "i8"),  # that stands for it where it is pledged, -1: it is not
    ],
    align=True,
)
"""One policy a project, against the failure of a stage."""

INVESTMENT = np.dtype(
    [
        ("investor", "i8"),
        ("amount", "i8"),
        ("exit_after", "i8"),  # months
        ("back_to", "i8"),  # -1: nobody
        ("back_share", "i8"),  # of the proceeds, millionths
    ],
    align=True,
)
"""One investment a project."""


@rule
def pay_grant(books: Books, payer: int, amount: int, loan: int, label: int, day: int) -> int:
    """Pay a grant as far as the payer's money goes; returns fen paid."""
    call_in_shadow(books, payer, amount)
    return pay_due(books, payer, BORROWERS, amount, UNLIMITED, GRANT_REASON, loan, label, day)


@rule
def repay_grant(books: Books, payer: int, granted: int, share: int, loan: int, label: int, day: int) -> int:
    """Repay the agreed part of a grant to its payer; returns fen repaid."""
    amount = share_of(granted, share)
    move(books, BORROWERS, payer, amount, GRANT_BACK, loan, label, day)
    call_in_shadow(books, payer, -amount)
    return amount


@rule
def pay_premium(books: Books, insurer: int, sum_insured: int, rate: int, subsidy_payer: int, subsidy: int, loan: int, label: int, day: int) -> int:
    """Pay a policy's premium: the subsidised part first, the firm pays what is left; returns the whole premium, fen."""
    premium = share_of(sum_insured, rate)
    paid = 0
    if subsidy_payer >= 0:
        due = share_of(premium, subsidy)
        call_in_shadow(books, subsidy_payer, due)
        paid = pay_due(books, subsidy_payer, insurer, due, UNLIMITED, PREMIUM_SUBSIDY, loan, label, day)
    move(books, BORROWERS, insurer, premium - paid, PREMIUM, loan, label, day)
    call_in_shadow(books, insurer, -premium)
    return premium


@rule
def indemnity(loss: int, sum_insured: int, deductible: int) -> int:
    """Fen that a policy owes on a loss: the loss up to the sum insured, less the deductible.

    Examples
    --------
    >>> indemnity(1_000, 320, 100_000)
    288
    """
    insured = min(loss, sum_insured)
    return insured - share_of(insured, deductible)


@rule
def insure_case(books: Books, case: int, layer: int, owed: int, day: int) -> int:
    """Pay the pledgee on a loan in default, at most what the bank still bears of it; returns fen due, of which the insurer bears what it pays."""
    found = 0
    for book in (PLAYED, SHADOW):
        bank = books.positions[book, case, books.layers.shape[1]]
        due = min(owed, bank.borne)
        books.layers[book, layer].due += due
        books.positions[book, case, layer].due += due
        pay_in_book(books, book, case, layer, due, UNLIMITED, INSURANCE, day)
        if book == PLAYED:
            found = due
    return found


@rule
def take_prepayment(books: Books, lending: LoanBook, number: int, amount: int, day: int) -> None:
    """Lower the balance of a performing loan by a payment that came before it was due; interest so far is collected first."""
    loan = lending.loans[number]
    link = lending.links[number]
    tally = books.tallies[link.bank, link.region]
    days = day - loan.interest_from
    interest = interest_for(loan.balance, lending.sheet[number].rate, days)
    move(books, BORROWERS, FIRST_BANK + link.bank, interest, INTEREST, number, -1, day)
    tally.interest += interest
    tally.amount_days += float(loan.balance) * days
    loan.interest_from = day
    loan.balance -= amount
    tally.outstanding -= amount
    lending.firms[link.firm].outstanding -= amount
    pay_subsidy(books, lending, number, interest, loan.balance == 0, day)
    if loan.balance == 0:
        loan.status = REPAID
        loan.next_due = NEVER
        lending.firms[link.firm].open_loans -= 1
        release_expected_call(books, lending, number)


@rule
def insure_loan(books: Books, lending: LoanBook, number: int, insurer: int, label: int, owed: int, day: int) -> int:
    """Pay the pledgee on a loan that is not in default, at most its balance; returns fen due."""
    loan = lending.loans[number]
    due = min(owed, loan.balance)
    call_in_shadow(books, insurer, due)
    paid = pay_due(books, insurer, FIRST_BANK + lending.links[number].bank, due, UNLIMITED, INSURANCE_PREPAYMENT, number, label, day)
    if paid > 0:
        take_prepayment(books, lending, number, paid, day)
    return due


@rule
def pay_insurance(books: Books, lending: LoanBook, number: int, insurer: int, layer: int, label: int, owed: int, day: int) -> int:
    """Pay what a policy owes: the pledgee first, what is left to the firm; returns fen paid.

    Parameters
    ----------
    number : int
        The project's loan, -1 where none was asked for.
    layer : int
        Layer of the pledged policy, -1 where it is not pledged.
    label : int
        Name of the policy in the journal.
    """
    before = books.accounts[insurer].balance
    due = 0
    if number >= 0 and layer >= 0:
        status = lending.loans[number].status
        if status == DEFAULTED:
            due = insure_case(books, lending.loans[number].case, layer, owed, day)
        elif status == PERFORMING:
            due = insure_loan(books, lending, number, insurer, label, owed, day)
    call_in_shadow(books, insurer, owed - due)
    pay_due(books, insurer, BORROWERS, owed - due, UNLIMITED, INSURANCE_REST, number, label, day)
    return before - books.accounts[insurer].balance


@rule
def invest(books: Books, investor: int, amount: int, loan: int, label: int, day: int) -> int:
    """Put equity into a project as far as the investor's money goes; returns fen invested."""
    call_in_shadow(books, investor, amount)
    return pay_due(books, investor, BORROWERS, amount, UNLIMITED, INVESTED, loan, label, day)


@rule
def exit_investment(books: Books, investor: int, invested: int, multiple: int, loan: int, label: int, day: int) -> int:
    """Sell equity at a multiple (millionths) of what was put in; returns the proceeds, fen."""
    proceeds = portion_of(invested, multiple, MILLION)
    move(books, OUTSIDE, investor, proceeds, EXIT, loan, label, day)
    call_in_shadow(books, investor, -proceeds)
    return proceeds


@rule
def hand_back(books: Books, investor: int, back_to: int, proceeds: int, share: int, loan: int, label: int, day: int) -> int:
    """Hand the agreed part of the proceeds to another account; returns fen."""
    back = share_of(proceeds, share)
    move(books, investor, back_to, back, EXIT_SHARE, loan, label, day)
    call_in_shadow(books, investor, back)
    call_in_shadow(books, back_to, -back)
    return back
