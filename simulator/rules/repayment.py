"""What a borrower pays on a due day: interest, principal by the loan's type, and the subsidy that comes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import fetch_ahead, rule
from simulator.rules.arithmetic import interest_for, portion_of, share_of
from simulator.rules.books import move
from simulator.rules.calendar import months_later
from simulator.rules.counting import count_covered, follow_repayment
from simulator.rules.records import ALL_LOANS, BORROWERS, FIRST_BANK, MILLION, Reason, Repayment, Status

if TYPE_CHECKING:
    from simulator.rules.books import Books, CalendarTables, Lent, LoanBook, Record

BULLET, INTEREST_ONLY = int(Repayment.BULLET), int(Repayment.INTEREST_ONLY)
EQUAL_PRINCIPAL, EQUAL_INSTALMENT = int(Repayment.EQUAL_PRINCIPAL), int(Repayment.EQUAL_INSTALMENT)
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
def accrued(loan: Record, rate: int, day: int) -> int:
    """Interest that a loan owes by a day beyond what it has paid.

    It is rounded on all that has accrued since the balance last changed, so that its sum does not depend on how often it is paid.
    """
    total = interest_for(loan.balance, rate, day - loan.balance_from)
    return total - interest_for(loan.balance, rate, loan.interest_from - loan.balance_from) if loan.interest_from > loan.balance_from else total


@rule
def principal_due(link: Record, loan: Record, dues: int, interest: int, day: int) -> int:
    """Principal owed on a day on which the first ``dues`` payments are due."""
    if day >= link.maturity:
        return loan.balance
    if link.repayment == EQUAL_PRINCIPAL:
        payments = number_of_instalments(link)
        return min(loan.balance, portion_of(loan.amount, dues, payments) - portion_of(loan.amount, loan.instalments, payments))
    if link.repayment == EQUAL_INSTALMENT:
        return min(loan.balance, max(0, loan.instalment * (dues - loan.instalments) - interest))
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
    books.tallies[ALL_LOANS, lending.links[number].bank, lending.links[number].region].subsidy += part


@rule
def put_on_list(lending: LoanBook, number: int, day: int) -> None:
    """Hang a loan on a day's list of payments."""
    if day < len(lending.due):
        lending.loans[number].next_loan = lending.due[day]
        lending.due[day] = number


@rule
def collect_interest(books: Books, lending: LoanBook | Lent, number: int, day: int) -> int:
    """Collect all interest that has accrued by a day; returns fen."""
    loan = lending.loans[number]
    link = lending.links[number]
    interest = accrued(loan, lending.sheet[number].rate, day)
    tally = books.tallies[ALL_LOANS, link.bank, link.region]
    tally.balance_days += loan.balance * (day - loan.interest_from)
    tally.interest += interest
    move(books, BORROWERS, FIRST_BANK + link.bank, interest, INTEREST, number, -1, day)
    loan.interest_from = day
    return interest


@rule
def repay_principal(books: Books, lending: LoanBook | Lent, number: int, principal: int) -> None:
    """Lower a performing loan's balance, and the balances it is part of, by what has been repaid."""
    if principal == 0:
        return
    link = lending.links[number]
    loan = lending.loans[number]
    books.tallies[ALL_LOANS, link.bank, link.region].outstanding -= principal
    if books.tallies.shape[0] > 1:
        count_covered(books, lending, number, 0, -principal)
    follow_repayment(books, lending, number, loan.balance, loan.balance - principal)
    lending.firms[link.firm].outstanding -= principal
    loan.balance -= principal
    loan.balance_from = loan.interest_from


@rule
def end_loan(books: Books, lending: LoanBook | Lent, number: int) -> None:
    """Close a loan that is repaid in full."""
    lending.loans[number].status = REPAID
    lending.firms[lending.links[number].firm].open_loans -= 1
    release_expected_call(books, lending, number)


@rule
def collect_instalment(books: Books, lending: LoanBook, calendar: CalendarTables, number: int, day: int) -> None:
    """Collect what a performing loan owes on a day, the payments missed before a cure included, and name the next day of payment."""
    link = lending.links[number]
    loan = lending.loans[number]
    dues = payments_due(link, calendar, day) if day == link.cured_on else loan.instalments + 1
    interest = collect_interest(books, lending, number, day)
    principal = principal_due(link, loan, dues, interest, day)
    move(books, BORROWERS, FIRST_BANK + link.bank, principal, REPAYMENT, number, -1, day)
    repay_principal(books, lending, number, principal)
    loan.instalments = dues
    is_last = loan.balance == 0
    pay_subsidy(books, lending, number, interest, is_last, day)
    if is_last:
        end_loan(books, lending, number)
    else:
        put_on_list(lending, number, next_payment_day(link, calendar, dues + 1))


@rule
def is_collected_at_maturity(books: Books, lending: LoanBook | Lent, number: int) -> bool:
    """Whether a loan's interest is collected in one go when it ends, though it is paid in parts.

    The parts add up to the same fen (``accrued``) and nobody but borrower and bank is touched by them, so only a journal shows the difference.
    """
    return lending.links[number].repayment == INTEREST_ONLY and lending.sheet[number].subsidy < 0 and len(books.journal) == 0


@rule
def first_collection_day(books: Books, lending: LoanBook, calendar: CalendarTables, number: int) -> int:
    """First day on which a new loan's payments are looked at."""
    link = lending.links[number]
    return link.maturity if is_collected_at_maturity(books, lending, number) else next_payment_day(link, calendar, 1)


@rule
def paid_through(link: Record, calendar: CalendarTables, day: int) -> int:
    """Day through which the borrower of an interest-only loan has paid interest before a day: the last due day, or the day of a cure after it."""
    if link.late_from < day <= link.cured_on:
        day = link.late_from
    dues = payments_due(link, calendar, day - 1)
    through = next_payment_day(link, calendar, dues) if dues > 0 else link.day
    return link.cured_on if link.late_from <= through < link.cured_on else through


@rule
def settle_interest(books: Books, lending: LoanBook | Lent, calendar: CalendarTables, number: int, day: int) -> None:
    """Collect what was paid before a day by a loan whose interest is otherwise collected at its maturity."""
    if is_collected_at_maturity(books, lending, number):
        through = paid_through(lending.links[number], calendar, day)
        if through > lending.loans[number].interest_from:
            collect_interest(books, lending, number, through)


@rule
def settle_all_interest(books: Books, lending: LoanBook, calendar: CalendarTables, end_day: int) -> None:
    """Collect, when the history ends, what loans that still run have paid until then."""
    outstanding = 0
    for bank in range(books.tallies.shape[1]):
        for region in range(books.tallies.shape[2]):
            outstanding += books.tallies[ALL_LOANS, bank, region].outstanding
    if outstanding == 0:
        return
    for number in range(len(lending.loans)):
        if lending.loans[number].status == PERFORMING:
            settle_interest(books, lending, calendar, number, end_day + 1)


@rule
def repay_down_to(books: Books, lending: LoanBook | Lent, number: int, owed: int, day: int) -> None:
    """Repay a loan down to what a record shows to have been owed on a day."""
    link = lending.links[number]
    loan = lending.loans[number]
    principal = loan.balance - owed
    if principal <= 0:
        return
    books.tallies[ALL_LOANS, link.bank, link.region].balance_days += principal * (day - loan.interest_from)
    move(books, BORROWERS, FIRST_BANK + link.bank, principal, REPAYMENT, number, -1, day)
    repay_principal(books, lending, number, principal)


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
def payments_due(link: Record, calendar: CalendarTables, day: int) -> int:
    """Number of payments whose day has come."""
    if day >= link.maturity:
        return number_of_instalments(link)
    if link.repayment == BULLET or day <= link.day:
        return 0
    dues = (calendar.month[day] - calendar.month[link.day]) // link.pays_every
    return dues if dues == 0 or next_payment_day(link, calendar, dues) <= day else dues - 1


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
        if following >= 0:
            fetch_ahead(lending.loans, following)
            fetch_ahead(lending.links, following)
            fetch_ahead(lending.sheet, following)
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
