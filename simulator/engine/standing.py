"""Histories of a standing book, told by its defaults alone.

Where a fixed book is lent on one day, before anything can happen, every history starts with the same loans and differs only by those that default. So
the book is lent once; what its loans would pay if none defaulted is added up once; and a history then costs what its defaults cost: each is taken out
of that sum and meets the rules of the batch engine. The figures are those of the other engines, to the fen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import compiled, fetch_ahead, rule
from simulator.engine.agenda import WAITING, Agenda, append, new_agenda, room_for_claims, try_waiting
from simulator.engine.batch import file_claim, open_year, pay_today, recover_today
from simulator.engine.finals import FIGURES, SERIES, read_figures
from simulator.engine.ledger import FINE, check_accounts, check_cases, complain
from simulator.engine.repaid import Repayments, count_repayment, no_repayments, repay_month
from simulator.engine.state import fresh_books, fresh_loans
from simulator.rules import records as r
from simulator.rules.ageing import age_cases
from simulator.rules.books import Books, LoanBook
from simulator.rules.defaults import default_loan
from simulator.rules.lending import lend_day
from simulator.rules.pools import endow, pay_deposit_interest
from simulator.rules.repayment import accrued, paid_through
from simulator.rules.snapshot import snapshot
from simulator.world.book import Book, Room, make_room
from simulator.world.defaulters import draw_defaulters
from simulator.world.draw import World
from simulator.world.macro import MacroPlan, draw_factors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.engine.state import Setting
    from simulator.rules.books import Record, Records, Scratch
    from simulator.world.failures import FailurePlan
    from simulator.world.population import WorldPlan
    from simulator.world.recoveries import RecoveryPlan

AT_MATURITY = (int(r.Repayment.BULLET), int(r.Repayment.INTEREST_ONLY))
BORROWERS, FIRST_BANK, PLAYED = r.BORROWERS, r.FIRST_BANK, r.PLAYED
PERFORMING = int(r.Status.PERFORMING)
OVERDUE_PRINCIPAL = int(r.Basis.OVERDUE_PRINCIPAL)
MOST_LOANS = 200_000
"""A larger book is played loan by loan: room for the default of every loan would be too much."""
AHEAD = 4
"""Loans in default that are fetched from memory before they are copied."""
OVERFLOWS = -1
"""In the place of a failed check: there was no room for a claim."""


class Chances(NamedTuple):
    """What a history's defaults are drawn from."""

    macro: MacroPlan
    book: Book
    failures: FailurePlan
    recoveries: RecoveryPlan
    seed: int


class Standing(NamedTuple):
    """A standing book, lent once, and what its histories are played on.

    Attributes
    ----------
    setting : Setting
    chances : Chances
    lent : Books
        As they stand when all is lent and every loan's payments are counted as if none defaulted.
    books : Books
        Played on, set back to ``lent`` before each history.
    loans : LoanBook
        As they stand when all is lent.
    failing : LoanBook
        A history's loans in default, copied from ``loans`` in the order in which they fail: what is used together lies together.
    repaid : Repayments
        Principal repaid each month if no loan defaulted.
    withheld : Repayments
        The part of it that a history's defaulted loans do not repay.
    agenda : Agenda
    room : Room
    """

    setting: Setting
    chances: Chances
    lent: Books
    books: Books
    loans: LoanBook
    failing: LoanBook
    repaid: Repayments
    withheld: Repayments
    agenda: Agenda
    room: Room


def is_standing(setting: Setting, plan: WorldPlan) -> bool:
    """Whether histories differ only by their defaults: one day of lending, loans that pay at maturity, nothing else that could change them."""
    book, contract = plan.book, setting.contract
    return (
        book is not None
        and plan.stages is None
        and 0 < len(book.links) <= MOST_LOANS
        and bool((book.links["day"] == 0).all())
        and bool(np.isin(book.links["repayment"], AT_MATURITY).all())
        and plan.failures.cure_chance == 0.0
        and not len(contract.guards)
        and not len(contract.subsidies)
    )


def stand(setting: Setting, scratch: Scratch, plan: WorldPlan) -> Standing | None:
    """Lend a standing book; None where the book is none, or the contract could change it."""
    book = plan.book
    if book is None or not is_standing(setting, plan):
        return None
    shares = plan.tape.shares if plan.tape is not None else np.zeros((0, 0), np.int32)
    no_lags, no_factor = np.zeros((0, plan.recoveries.n_lumps), np.int32), np.zeros((1, setting.n_months))
    world = World(book.links, no_lags, no_factor, book.n_firms, shares=shares, seen=book.seen)
    lent, loans = fresh_books(setting, 0), fresh_loans(setting, world)
    loans = loans._replace(links=book.links.copy())
    endow(lent, 0)
    lend_day(lent, loans, scratch, setting.calendar, 0, len(book.links), 0)
    repaid = no_repayments(setting)
    count_payments(lent, loans, setting.calendar, setting.end_day, repaid)
    n_links, n_layers = len(book.links), setting.contract.layers.shape[1]
    n_claims = room_for_claims(n_links, n_layers)
    return Standing(
        setting=setting,
        chances=Chances(plan.macro, book, plan.failures, plan.recoveries, plan.seed),
        lent=lent,
        books=Books(*(array.copy() for array in lent))._replace(
            cases=np.zeros(n_links, r.CASE), positions=np.zeros((2, n_links, n_layers + 1), r.POSITION)
        ),
        loans=loans,
        failing=loans._replace(
            **{name: np.empty_like(getattr(loans, name)) for name in ("links", "loans", "sheet", "cover")}, firms=np.zeros(n_links, r.FIRM)
        ),
        repaid=repaid,
        withheld=no_repayments(setting),
        agenda=new_agenda(setting.end_day + 1, n_links, plan.recoveries.n_lumps, n_claims, n_layers, len(lent.accounts)),
        room=make_room(plan),
    )


def play_standing(standing: Standing, first: int, last: int) -> tuple[NDArray[np.void], NDArray[np.int64], NDArray[np.int64]] | None:
    """Play histories ``first`` to ``last - 1``.

    Returns
    -------
    tuple of ndarray or None
        Their figures (FIGURES, shape (n_histories,)), parts (n_histories, n_parts) and series (n_histories, n_months, n_series), int64; None
        where some history had more claims at a time than there is room for.

    Raises
    ------
    LedgerError
        If a history's money does not add up.
    """
    setting, n_histories = standing.setting, last - first
    fixed, parts = np.zeros(n_histories, FIGURES), np.zeros((n_histories, len(setting.parts.names)), np.int64)
    series = np.zeros((n_histories, setting.n_months, len(SERIES)), np.int64)
    found = np.zeros(3, np.int64)
    check = play_histories(
        standing.chances,
        standing.lent,
        standing.books,
        standing.loans,
        standing.failing,
        standing.repaid,
        standing.withheld,
        standing.agenda,
        standing.room,
        setting.calendar,
        setting.conduct,
        setting.parts.purses,
        setting.parts.party_of_layer,
        setting.parts.bank_column,
        first,
        fixed,
        parts,
        series,
        found,
    )
    if check == OVERFLOWS:
        return None
    complain(check, found[:2], int(found[2]))
    return fixed, parts, series


@rule
def last_payment(loans: LoanBook, calendar: Calendar, number: int, end_day: int) -> int:
    """Day through which a loan that does not default pays interest within the history."""
    link = loans.links[number]
    return link.maturity if link.maturity <= end_day else paid_through(link, calendar, end_day + 1)


@rule
def count_loan(books: Books, loans: LoanBook, calendar: Calendar, number: int, end_day: int, sign: int) -> None:
    """Count a loan's payments as if it did not default, or (``sign`` -1) take them out again."""
    link, loan = loans.links[number], loans.loans[number]
    through = last_payment(loans, calendar, number, end_day)
    bullet_pays = link.maturity <= end_day or link.repayment != AT_MATURITY[0]
    if not bullet_pays:
        return
    interest = accrued(loan, loans.sheet[number].rate, through)
    tally = books.tallies[r.ALL_LOANS, link.bank, link.region]
    tally.interest += sign * interest
    tally.balance_days += sign * loan.balance * (through - loan.interest_from)
    paid = interest + (loan.balance if link.maturity <= end_day else 0)
    books.accounts[BORROWERS].balance -= sign * paid
    books.accounts[FIRST_BANK + link.bank].balance += sign * paid


@rule
def count_payments(books: Books, loans: LoanBook, calendar: Calendar, end_day: int, repaid: Repayments) -> None:
    """Count the payments of all loans as if none defaulted, and by month what principal they repay."""
    for number in range(len(loans.loans)):
        loan, link = loans.loans[number], loans.links[number]
        if loan.status == PERFORMING:
            count_loan(books, loans, calendar, number, end_day, 1)
            if link.maturity <= end_day:
                count_repayment(books, loans, number, repaid, calendar.month[link.maturity])


@compiled
def play_histories(
    chances: Chances,
    lent: Books,
    books: Books,
    loans: LoanBook,
    failing: LoanBook,
    repaid: Repayments,
    withheld: Repayments,
    agenda: Agenda,
    room: Room,
    calendar: Calendar,
    conducts: Records,
    purses: NDArray[np.int64],
    party_of_layer: NDArray[np.int64],
    bank_column: int,
    first: int,
    fixed: Records,
    parts: NDArray[np.int64],
    series: NDArray[np.int64],
    found: NDArray[np.int64],
) -> int:
    """Play a history for each row of ``fixed``; returns the first check that failed (``found``: its figures, the history), or ``FINE``."""
    for row in range(len(fixed)):
        history = first + row
        z = draw_factors(chances.macro, chances.seed, history)
        n_defaulters, _ = draw_defaulters(chances.book, chances.failures, chances.recoveries, z, chances.seed, history, room)
        set_back(lent, books, agenda)
        for part in (withheld.principal, withheld.covered):
            part[:] = 0
        withheld.refinanced[:] = 0
        set_apart(loans, failing, room.defaulters, n_defaulters)
        live(books, failing, calendar, conducts[0], agenda, room.defaulters, n_defaulters, room.lags, repaid, withheld, series[row])
        check = check_accounts(books, found)
        if check == FINE:
            check = check_cases(books, found)
        found[2] = history
        if agenda.desk[0].overflows:
            return OVERFLOWS
        if check != FINE:
            return int(check)
        read_figures(books, loans, calendar, conducts, purses, party_of_layer, bank_column, series[row], fixed[row : row + 1], parts[row])
    return FINE


@rule
def set_back(lent: Books, books: Books, agenda: Agenda) -> None:
    """Set the books back to the day on which all was lent."""
    for row in range(len(lent.accounts)):
        books.accounts[row] = lent.accounts[row]
    for row in range(len(lent.funders)):
        books.funders[row] = lent.funders[row]
    for book in range(2):
        for row in range(lent.layers.shape[1]):
            books.layers[book, row] = lent.layers[book, row]
    for row in range(lent.tallies.shape[1]):
        for region in range(lent.tallies.shape[2]):
            books.tallies[r.ALL_LOANS, row, region] = lent.tallies[r.ALL_LOANS, row, region]
    books.history[0] = lent.history[0]
    desk = agenda.desk[0]
    desk.n_claims = desk.overflows = 0
    desk.free = agenda.queues[WAITING].first = -1
    agenda.empty_on[:] = -1


@rule
def set_apart(loans: LoanBook, failing: LoanBook, defaulters: Records, n_defaulters: int) -> None:
    """Copy a history's loans in default, with their fates, from the book of all loans."""
    for row in range(n_defaulters):
        defaulter = defaulters[row]
        number = defaulter.link
        if row + AHEAD < n_defaulters:
            later = defaulters[row + AHEAD].link
            fetch_ahead(loans.links, later)
            fetch_ahead(loans.loans, later)
            fetch_ahead(loans.sheet, later)
            fetch_ahead(loans.cover, later * loans.cover.shape[1])
        failing.links[row] = loans.links[number]
        failing.loans[row] = loans.loans[number]
        failing.sheet[row] = loans.sheet[number]
        for layer in range(loans.cover.shape[1]):
            failing.cover[row, layer] = loans.cover[number, layer]
        link = failing.links[row]
        link.firm = row
        link.failure_day = defaulter.failure_day
        link.lgd = defaulter.lgd
        link.fate = defaulter.fate


@rule
def live(
    books: Books,
    failing: LoanBook,
    calendar: Calendar,
    conduct: Record,
    agenda: Agenda,
    defaulters: Records,
    n_defaulters: int,
    lags: NDArray[np.int32],
    repaid: Repayments,
    withheld: Repayments,
    series: NDArray[np.int64],
) -> None:
    """Let time pass: the days of the batch engine without lending, repayments and guards."""
    following = 0
    for month in range(conduct.n_months):
        first_day = max(0, calendar.month_start[month])
        last_day = min(calendar.month_start[month + 1] - 1, conduct.end_day)
        for day in range(first_day, last_day + 1):
            if day == first_day and day > 0 and (conduct.first_month + month) % 12 == 0:
                open_year(books, failing, conduct, agenda, day)
            if agenda.recoveries[day].first >= 0:
                recover_today(books, conduct, agenda, lags.shape[1], day)
                agenda.recoveries[day].first = -1
            while following < n_defaulters and defaulters[following].failure_day <= day:
                default_one(books, failing, calendar, conduct, agenda, following, defaulters[following], lags, withheld, day)
                following += 1
            if day == last_day:
                age_cases(books, conduct.write_off_days, day)
            if agenda.payments[day].first >= 0:
                pay_today(books, failing, conduct, agenda, day)
                agenda.payments[day].first = -1
        repay_month(books, repaid, withheld, month)
        if conduct.earns_interest:
            pay_deposit_interest(books, last_day - max(calendar.month_start[month] - 1, 0), last_day)
        snapshot(books, series[month])
        try_waiting(agenda, last_day + 1)


@rule
def default_one(
    books: Books,
    failing: LoanBook,
    calendar: Calendar,
    conduct: Record,
    agenda: Agenda,
    row: int,
    defaulter: Any,  # noqa: ANN401  a record
    lags: NDArray[np.int32],
    withheld: Repayments,
    day: int,
) -> None:
    """Take a loan's payments out of the sum, open its case, file what is claimed on overdue principal, and expect recoveries.

    The case and its claims carry the loan's number in the whole book, by which claims of a day are put in order.
    """
    loan, link = failing.loans[row], failing.links[row]
    if loan.status != PERFORMING:
        return
    count_loan(books, failing, calendar, row, conduct.end_day, -1)
    if link.maturity <= conduct.end_day:
        count_repayment(books, failing, row, withheld, calendar.month[link.maturity])
    case = default_loan(books, failing, calendar, row, day)
    books.cases[case].loan = defaulter.link
    for layer in range(books.layers.shape[1]):
        if books.layers[PLAYED, layer].basis == OVERDUE_PRINCIPAL:
            file_claim(books, conduct, agenda, day + books.layers[PLAYED, layer].trigger, defaulter.link, layer, case)
    for lump in range(lags.shape[1]):
        append(agenda.recoveries, agenda.next_recovery, day + max(1, lags[defaulter.fate, lump]), case * lags.shape[1] + lump)
