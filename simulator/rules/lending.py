"""One day's applications: who may lend, who wants to, and the drawdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.compiled import rare_rule, rule
from simulator.rules.arithmetic import portion_of, share_of
from simulator.rules.books import move, n_books
from simulator.rules.counting import add_exposure, count_covered, covered_part, refinance, share_now
from simulator.rules.cover import effective_cover
from simulator.rules.guards import lending_stopped, stopping_guard
from simulator.rules.pools import call_in_shadow
from simulator.rules.records import (
    ALL_LOANS,
    BORROWERS,
    FIRST_BANK,
    MILLION,
    PLAYED,
    TRUST_BALANCE,
    TRUST_NONE,
    Basis,
    Flag,
    Reason,
    Repayment,
    Status,
)
from simulator.rules.repayment import first_collection_day, level_instalment, number_of_instalments, put_on_list
from simulator.rules.selectors import any_holds

if TYPE_CHECKING:
    from simulator.rules.books import Books, CalendarTables, LoanBook, Record, Scratch

WAITING, PERFORMING = int(Status.WAITING), int(Status.PERFORMING)
NOT_ELIGIBLE, OVER_LIMIT, LENDING_STOPPED = int(Status.NOT_ELIGIBLE), int(Status.OVER_LIMIT), int(Status.LENDING_STOPPED)
OVER_QUOTA, MARGIN_TOO_LOW = int(Status.OVER_QUOTA), int(Status.MARGIN_TOO_LOW)
PAYMENT_OF = int(Basis.PAYMENT_OF)
LOAN, FEE = int(Reason.LOAN), int(Reason.FEE)
BORROWED_BEFORE, EQUAL_INSTALMENT = int(Flag.BORROWED_BEFORE), int(Repayment.EQUAL_INSTALMENT)


@rule
def is_first_loan(link: Record, firm: Record) -> int:
    """Whether this would be the firm's first loan: none before in this history, none elsewhere."""
    return 0 if firm.has_borrowed or link.flags & BORROWED_BEFORE else 1


@rule
def over_tolerance(books: Books, bank: int, tolerance: int) -> bool:
    """Whether a bank's NPL ratio is above what it tolerates."""
    if tolerance >= MILLION:
        return False
    npl = 0
    outstanding = 0
    for region in range(books.tallies.shape[2]):
        npl += books.tallies[ALL_LOANS, bank, region].npl
        outstanding += books.tallies[ALL_LOANS, bank, region].outstanding
    return outstanding > 0 and portion_of(npl, MILLION, outstanding) > tolerance


@rule
def first_payer(books: Books, link: Record) -> int:
    """Account that pays the first direct layer, -1 if there is none."""
    for layer in range(books.layers.shape[1]):
        terms = books.layers[PLAYED, layer]
        if terms.source < 0:
            return terms.payer + link.region if terms.is_regional else terms.payer
    return -1


@rule
def expected_call(books: Books, lending: LoanBook, number: int, amount: int, is_first: int) -> int:
    """Fen that a bank expects to claim on a loan over its term from the first direct layer."""
    term_months, pd = lending.links[number].term_months, lending.seen[number].pd
    for layer in range(books.layers.shape[1]):
        if books.layers[PLAYED, layer].source < 0:
            return int(share_of(amount, share_now(lending, number, layer, is_first)) * pd * term_months / 12.0)
    return 0


@rule
def believed_chance(books: Books, lending: LoanBook, number: int, amount: int, is_first: int) -> float:
    """Chance, as the bank sees it, that its cover will really be paid; what others share among themselves does not touch it."""
    link = lending.links[number]
    bank = lending.banks[link.bank]
    if bank.trust == TRUST_NONE:
        return 0.0
    for layer in range(books.layers.shape[1]):
        if (
            books.layers[PLAYED, layer].basis != PAYMENT_OF
            and share_now(lending, number, layer, is_first) > 0
            and stopping_guard(lending.guards, lending.guard_states, layer, link.bank, link.region) >= 0
        ):
            return 0.0
    payer = first_payer(books, link)
    if bank.trust != TRUST_BALANCE or payer < 0 or not books.accounts[payer].is_limited:
        return 1.0
    calls = books.accounts[payer].expected_calls + expected_call(books, lending, number, amount, is_first)
    return min(1.0, books.accounts[payer].balance / calls) if calls > 0 else 1.0


@rule
def fee_amount(books: Books, lending: LoanBook, row: int, number: int, amount: int, is_first: int) -> int:
    """Fee on a drawdown for its whole term, fen."""
    fee = lending.fees[row]
    link = lending.links[number]
    if not any_holds(lending.tiers, fee.tier_from, fee.tier_to, link, amount, is_first):
        return 0
    base = covered_part(books, lending, number, fee.layer, amount, is_first)
    return portion_of(base, fee.rate * link.term_months, 12 * MILLION)


@rare_rule
def margin(books: Books, lending: LoanBook, scratch: Scratch, number: int, amount: int, is_first: int) -> float:
    """Yearly margin of a loan as its bank sees it, as a part of the amount.

    Rate, ancillary income and relending gain, less funding, operating cost, fees, the hurdle on capital and the expected loss that cover leaves.
    """
    link = lending.links[number]
    seen = lending.seen[number]
    bank = lending.banks[link.bank]
    fees = 0
    for row in range(len(lending.fees)):
        if lending.fees[row].payer < 0:
            fees += fee_amount(books, lending, row, number, amount, is_first)
    pd = min(1.0, seen.pd * math.exp(bank.signal_noise * seen.signal))
    lgd = scratch.expected_lgd
    cover = effective_cover(books, lending, scratch.books, number, amount, is_first, lgd) * believed_chance(books, lending, number, amount, is_first)
    history = books.history[0]
    is_refinanced = any_holds(lending.tiers, history.relending_from, history.relending_to, link, amount, is_first)
    gain = bank.relending_gain if is_refinanced else 0.0
    income = lending.sheet[number].rate / MILLION + bank.ancillary_mean + bank.ancillary_spread * seen.ancillary + gain
    costs = bank.funding_cost + bank.operating_cost + bank.capital_charge + fees * 12.0 / (amount * link.term_months)
    return income - costs - pd * (lgd / MILLION) * (1.0 - cover)


@rule
def decide(books: Books, lending: LoanBook, scratch: Scratch, number: int) -> tuple[int, int]:
    """Decide on one application; returns (status, amount): ``PERFORMING`` if it is lent."""
    link = lending.links[number]
    terms = lending.sheet[number]
    firm = lending.firms[link.firm]
    bank = lending.banks[link.bank]
    history = books.history[0]
    if not terms.is_eligible:
        return NOT_ELIGIBLE, 0
    if lending_stopped(lending.guards, lending.guard_states, link.bank, link.region):
        return LENDING_STOPPED, 0
    if over_tolerance(books, link.bank, bank.npl_tolerance):
        return LENDING_STOPPED, 0
    amount = min(terms.amount, lending.grades[link.grade].firm_limit - firm.outstanding)
    if amount <= 0 or firm.open_loans >= history.open_loans_limit:
        return OVER_LIMIT, 0
    if bank.lent_this_year + amount > bank.quota or history.lent_this_year + amount > history.year_limit:
        return OVER_QUOTA, 0
    if bank.by_margin and margin(books, lending, scratch, number, amount, is_first_loan(link, firm)) < bank.minimum_margin:
        return MARGIN_TOO_LOW, 0
    return PERFORMING, amount


@rule
def charge_fees(books: Books, lending: LoanBook, number: int, amount: int, is_first: int, day: int) -> None:
    """Charge the fees of a drawdown; fees into an account lower its net call."""
    link = lending.links[number]
    for row in range(len(lending.fees)):
        fee = lending.fees[row]
        due = fee_amount(books, lending, row, number, amount, is_first)
        payer = FIRST_BANK + link.bank if fee.payer < 0 else fee.payer
        move(books, payer, fee.payee, due, FEE, number, fee.layer, day)
        call_in_shadow(books, fee.payee, -due)
        if fee.payer < 0:
            books.tallies[ALL_LOANS, link.bank, link.region].fees += due


@rule
def lend(books: Books, lending: LoanBook, calendar: CalendarTables, number: int, amount: int, day: int) -> None:
    """Draw down one loan."""
    link = lending.links[number]
    loan = lending.loans[number]
    firm = lending.firms[link.firm]
    bank = lending.banks[link.bank]
    history = books.history[0]
    is_first = is_first_loan(link, firm)
    rate = lending.sheet[number].rate
    loan.status = PERFORMING
    loan.is_first = is_first
    loan.amount = amount
    loan.balance = amount
    loan.interest_from = day
    loan.balance_from = day
    if link.repayment == EQUAL_INSTALMENT:
        loan.instalment = level_instalment(amount, rate, link.pays_every, number_of_instalments(link))
    if bank.trust == TRUST_BALANCE and len(lending.seen) > 0:
        loan.expected_call = expected_call(books, lending, number, amount, is_first)
        payer = first_payer(books, link)
        if payer >= 0:
            books.accounts[payer].expected_calls += loan.expected_call
    put_on_list(lending, number, first_collection_day(books, lending, calendar, number))
    move(books, FIRST_BANK + link.bank, BORROWERS, amount, LOAN, number, -1, day)
    charge_fees(books, lending, number, amount, is_first, day)
    if not firm.has_borrowed:
        history.borrowers += 1
        history.first_time_borrowers += is_first
    firm.has_borrowed = 1
    firm.outstanding += amount
    firm.open_loans += 1
    bank.lent_this_year += amount
    history.lent_this_year += amount
    tally = books.tallies[ALL_LOANS, link.bank, link.region]
    tally.loans += 1
    tally.lent += amount
    tally.lent_this_year += amount
    tally.outstanding += amount
    tally.yearly_interest += share_of(amount, rate)
    if books.tallies.shape[0] > 1:
        count_covered(books, lending, number, amount, amount)
    refinance(books, lending, number, 0, amount)
    for layer in range(books.layers.shape[1]):
        covered = covered_part(books, lending, number, layer, amount, is_first)
        if covered > 0:
            for book in range(n_books(books)):
                books.layers[book, layer].lent += amount
                books.layers[book, layer].covered += covered
            if books.layers[PLAYED, layer].is_exposed:
                add_exposure(books, layer, link.region, covered)


@rule
def lend_day(books: Books, lending: LoanBook, scratch: Scratch, calendar: CalendarTables, first: int, last: int, day: int) -> int:
    """Take one day's applications in order; returns the number of loans made."""
    made = 0
    for number in range(first, last):
        link = lending.links[number]
        books.tallies[ALL_LOANS, link.bank, link.region].applications += 1
        status, amount = decide(books, lending, scratch, number)
        lending.loans[number].status = status
        if status == PERFORMING:
            lend(books, lending, calendar, number, amount, day)
            made += 1
    return made
