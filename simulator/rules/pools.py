"""Money in and out of the accounts that pay: funding, refills, deposit interest, and paying what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rare_rule, rule
from simulator.rules.arithmetic import interest_for, share_of
from simulator.rules.books import move, n_books
from simulator.rules.records import NEVER, OUTSIDE, Reason, RefillRule

if TYPE_CHECKING:
    from simulator.rules.books import Books

AS_NEEDED = int(RefillRule.AS_NEEDED)
LAST_YEAR_PAYOUTS = int(RefillRule.LAST_YEAR_PAYOUTS)
ANNUAL_BUDGET = int(RefillRule.ANNUAL_BUDGET)
TO_TARGET = int(RefillRule.TO_TARGET)
ENDOWMENT, REFILL, TOP_UP, DEPOSIT_INTEREST = int(Reason.ENDOWMENT), int(Reason.REFILL), int(Reason.TOP_UP), int(Reason.DEPOSIT_INTEREST)


@rare_rule
def fund(books: Books, account: int, amount: int, reason: int, day: int) -> None:
    """Put money into an account, each funder by its share; the last funder takes what rounding leaves.

    The split follows the total asked so far, so it does not depend on how often money is asked for.
    """
    if amount <= 0:
        return
    accounts = books.accounts
    first, last = accounts[account].funder_from, accounts[account].funder_to - 1
    others = 0
    for row in range(first, last + 1):
        funder = books.funders[row]
        funder.asked += amount
        target = share_of(funder.asked, funder.share) if row < last else funder.asked - others
        others += target
        move(books, funder.account, account, target - funder.paid, reason, -1, -1, day)
        funder.paid = target
    accounts[account].paid_in += amount
    if reason != ENDOWMENT:
        accounts[account].topup += amount


@rare_rule
def endow(books: Books, day: int) -> None:
    """Pay every limited account its endowment."""
    for account in range(len(books.accounts)):
        if books.accounts[account].is_limited:
            fund(books, account, books.accounts[account].endowment, ENDOWMENT, day)
            books.accounts[account].lowest = books.accounts[account].balance


@rare_rule
def start_year(books: Books, is_lending: int, day: int) -> None:
    """Refill accounts by their rules on the first day of a calendar year, and start the yearly counts anew."""
    for number in range(len(books.accounts)):
        account = books.accounts[number]
        if account.is_limited and (is_lending or account.refills_after_lending):
            amount = 0
            if account.refill == LAST_YEAR_PAYOUTS:
                amount = account.spent_this_year
            elif account.refill == ANNUAL_BUDGET:
                amount = account.refill_amount
            elif account.refill == TO_TARGET:
                amount = account.refill_amount - account.balance
            fund(books, number, amount, REFILL, day)
        account.spent_last_year = account.spent_this_year
        account.spent_this_year = 0
    for book in range(n_books(books)):
        for number in range(books.layers.shape[1]):
            layer = books.layers[book, number]
            layer.paid_this_year = 0
            if layer.cap_is_yearly:
                layer.lent = 0
                layer.covered = 0
                layer.paid_in_period = 0
    for book in range(books.tallies.shape[0]):
        for bank in range(books.tallies.shape[1]):
            for region in range(books.tallies.shape[2]):
                tally = books.tallies[book, bank, region]
                tally.lent_this_year = 0
                tally.losses_this_year = 0
                tally.payouts_this_year = 0
    books.history[0].lent_this_year = 0


@rare_rule
def pay_deposit_interest(books: Books, days: int, day: int) -> None:
    """Credit a month's interest on each account's balance at the month's end."""
    for number in range(len(books.accounts)):
        account = books.accounts[number]
        if account.is_limited and account.interest > 0 and account.balance > 0:
            move(books, OUTSIDE, number, interest_for(account.balance, account.interest, days), DEPOSIT_INTEREST, -1, -1, day)


@rule
def within_means(books: Books, payer: int, most: int) -> int:
    """Fen of at most ``most`` that an account can pay now: under its yearly budget, from its balance unless it is refilled as needed."""
    account = books.accounts[payer]
    available = min(most, account.annual_budget - account.spent_this_year)
    if account.is_limited and account.refill != AS_NEEDED:
        available = min(available, account.balance)
    return max(0, available)


@rule
def pay_due(books: Books, payer: int, payee: int, due: int, most: int, reason: int, loan: int, layer: int, day: int) -> int:
    """Pay what is due as far as the payer's money, its budget and ``most`` allow; returns fen paid.

    An account refilled as needed asks its funders for what is missing first. A due not paid in full for want of money marks the account short.
    """
    account = books.accounts[payer]
    paid = min(due, within_means(books, payer, most))
    if account.is_limited and account.refill == AS_NEEDED:
        fund(books, payer, paid - account.balance, TOP_UP, day)
    move(books, payer, payee, paid, reason, loan, layer, day)
    account.spent_this_year += paid
    if paid < due and account.first_short == NEVER:
        account.first_short = day
    return paid


@rule
def call_in_shadow(books: Books, payer: int, amount: int) -> None:
    """Count a call on an account that is never short (a negative amount: money coming back)."""
    account = books.accounts[payer]
    account.call += amount
    account.needed = max(account.needed, account.call)
