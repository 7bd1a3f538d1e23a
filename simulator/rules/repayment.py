"""What a borrower pays on a due day: interest, principal by the loan's type, and the subsidy that comes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.arithmetic import interest_for, portion_of, share_of
from simulator.rules.books import move
from simulator.rules.calendar import months_later
from simulator.rules.records import BORROWERS, FIRST_BANK, MILLION, NEVER, Reason, Repayment, Status

if TYPE_CHECKING:
    from simulator.rules.books import Books, CalendarTables, Lent, LoanBook, Record

BULLET, EQUAL_PRINCIPAL, EQUAL_INSTALMENT = int(Repayment.BULLET), int(Repayment.EQUAL_PRINCIPAL), int(Repayment.EQUAL_INSTALMENT)
PERFORMING, REPAID = int(Status.PERFORMING), int(Status.REPAID)
REPAYMENT, INTEREST, SUBSIDY = int(Reason.REPAYMENT), int(Reason.INTEREST), int(Reason.SUBSIDY)


@rule
def number_of_instalments(link: Record) -> int:
    """Payments over the whole term; a bullet loan has one."""
    if link.repayment == BULLET:
        return 1
    return (link.term_months + link.pays_every - 1) // link.pays_every


@rule
def level_instalment(amount: int, rate: int, pays_every: int, payments: int) -> int:
    """Equal instalment of an annuity, rounded down to the fen; the last payment takes what is left."""
    period_rate = rate * pays_every / (12.0 * MILLION)
    if period_rate == 0.0:
        return amount // payments
    return int(amount * period_rate / (1.0 - (1.0 + period_rate) ** -payments))


@rule
def principal_due(link: Record, loan: Record, interest: int, day: int) -> int:
    """Principal of one payment."""
    if day >= link.maturity:
        return loan.balance
    if link.repayment == EQUAL_PRINCIPAL:
        payments = number_of_instalments(link)
        paid = loan.instalments
        return min(loan.balance, portion_of(loan.amount, paid + 1, payments) - portion_of(loan.amount, paid, payments))
    if link.repayment == EQUAL_INSTALMENT:
        return min(loan.balance, max(0, loan.instalment - interest))
    return 0


@rule
def subsidy_rate(subsidy: Record, rate: int) -> int:
    """Part of a loan rate that a subsidy pays, millionths a year."""
    if subsidy.final_rate >= 0:
        return max(0, rate - subsidy.final_rate)
    if subsidy.share >= 0:
        return share_of(rate, subsidy.share)
    return min(rate, subsidy.points)


@rule
def pay_subsidy(books: Books, lending: LoanBook, number: int, interest: int, is_last: int, day: int) -> None:
    """Pay the subsidy on one interest payment to the borrower, or hold it back until the loan is repaid on time."""
    terms = lending.sheet[number]
    if terms.subsidy < 0:
        return
    subsidy = lending.subsidies[terms.subsidy]
    loan = lending.loans[number]
    part = portion_of(interest, subsidy_rate(subsidy, terms.rate), terms.rate) if terms.rate > 0 else 0
    if subsidy.needs_repayment:
        loan.subsidy_due += part
        part = loan.subsidy_due if is_last else 0
    move(books, subsidy.payer, BORROWERS, part, SUBSIDY, number, -1, day)
    books.tallies[lending.links[number].bank, lending.links[number].region].subsidy += part


@rule
def put_on_list(lending: LoanBook, number: int, day: int) -> None:
    """Hang a loan on a day's list of payments."""
    loan = lending.loans[number]
    loan.next_due = day
    if day < len(lending.due):
        loan.next_loan = lending.due[day]
        lending.due[day] = number


@rule
def collect_instalment(books: Books, lending: LoanBook, calendar: CalendarTables, number: int, day: int) -> None:
    """Collect one payment of a performing loan and name the next."""
    link = lending.links[number]
    loan = lending.loans[number]
    days = day - loan.interest_from
    interest = interest_for(loan.balance, lending.sheet[number].rate, days)
    principal = principal_due(link, loan, interest, day)
    bank = FIRST_BANK + link.bank
    tally = books.tallies[link.bank, link.region]
    tally.amount_days += float(loan.balance) * days
    tally.interest += interest
    tally.outstanding -= principal
    move(books, BORROWERS, bank, interest, INTEREST, number, -1, day)
    move(books, BORROWERS, bank, principal, REPAYMENT, number, -1, day)
    loan.balance -= principal
    loan.interest_from = day
    loan.instalments += 1
    firm = lending.firms[link.firm]
    firm.outstanding -= principal
    is_last = loan.balance == 0
    pay_subsidy(books, lending, number, interest, is_last, day)
    if is_last:
        loan.status = REPAID
        loan.next_due = NEVER
        firm.open_loans -= 1
        release_expected_call(books, lending, number)
    else:
        put_on_list(lending, number, next_payment_day(link, calendar, loan.instalments + 1))


@rule
def repay_down_to(books: Books, lending: LoanBook | Lent, number: int, owed: int, day: int) -> None:
    """Repay a loan down to what a record shows to have been owed on a day."""
    link = lending.links[number]
    loan = lending.loans[number]
    principal = loan.balance - owed
    if principal <= 0:
        return
    tally = books.tallies[link.bank, link.region]
    tally.amount_days += float(principal) * (day - loan.interest_from)
    tally.outstanding -= principal
    move(books, BORROWERS, FIRST_BANK + link.bank, principal, REPAYMENT, number, -1, day)
    loan.balance = owed
    lending.firms[link.firm].outstanding -= principal


@rule
def release_expected_call(books: Books, lending: LoanBook | Lent, number: int) -> None:
    """Take a loan that has ended out of what banks expect to claim."""
    loan = lending.loans[number]
    link = lending.links[number]
    for layer in range(books.layers.shape[1]):
        terms = books.layers[0, layer]
        if terms.source < 0:
            payer = terms.payer + link.region if terms.is_regional else terms.payer
            books.accounts[payer].expected_calls -= loan.expected_call
            return


@rule
def next_payment_day(link: Record, calendar: CalendarTables, payment: int) -> int:
    """Day of a loan's n-th payment."""
    if link.repayment == BULLET or payment * link.pays_every >= link.term_months:
        return link.maturity
    return months_later(calendar, link.day, payment * link.pays_every)


@rule
def collect_day(books: Books, lending: LoanBook, calendar: CalendarTables, day: int) -> int:
    """Collect all that is due on a day; a firm that has failed pays nothing, one that is late pays on the day it is cured.

    Returns the next day with a payment on its list, or the length of the list.
    """
    number = lending.due[day]
    lending.due[day] = -1
    while number >= 0:
        loan = lending.loans[number]
        following = loan.next_loan
        link = lending.links[number]
        if loan.status == PERFORMING and link.failure_day > day:
            if link.late_from <= day < link.cured_on:
                put_on_list(lending, number, link.cured_on)
            else:
                collect_instalment(books, lending, calendar, number, day)
        number = following
    return next_due_day(lending, day)


@rule
def next_due_day(lending: LoanBook, day: int) -> int:
    """First later day with a payment on its list, or the length of the list."""
    day += 1
    while day < len(lending.due) and lending.due[day] < 0:
        day += 1
    return day
