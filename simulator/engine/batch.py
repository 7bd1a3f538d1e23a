"""The batch engine: the same day as the event engine's, for thousands of histories, as one compiled loop.

The order of a day stands here a second time, since SimPy's calendar cannot be compiled; every formula is the one in ``rules`` that the event engine
calls. ``tests/oracle/test_engines.py`` holds the two side by side, fen by fen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.compiled import rare_rule, rule
from simulator.engine.agenda import (
    HELD,
    WAITING,
    Agenda,
    append,
    drop_claim,
    new_agenda,
    new_claim,
    put_claim,
    release_held,
    room_for_claims,
    sort_today,
    take_list,
    try_waiting,
)
from simulator.engine.finals import SERIES, close_history
from simulator.engine.stages import stage_book
from simulator.engine.state import fresh_books, fresh_loans
from simulator.rules.ageing import age_cases
from simulator.rules.claims import GOES_ON, IS_HELD, held_back, paid_so_far, pay_claim, payer_of, refuse_claim, share_what_is_left
from simulator.rules.defaults import default_loan
from simulator.rules.guards import reset_yearly, test_guards
from simulator.rules.lending import lend_day
from simulator.rules.pools import endow, pay_deposit_interest, start_year
from simulator.rules.records import NEVER, PLAYED, UNLIMITED, Basis, Status
from simulator.rules.recoveries import recover_lump
from simulator.rules.repayment import collect_day
from simulator.rules.snapshot import snapshot
from simulator.rules.stages import stage_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.engine.finals import Finals
    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook, Record, Records, Scratch
    from simulator.rules.stages import StageBook
    from simulator.world.draw import World

OVERDUE_PRINCIPAL, NET_LOSS, PAYMENT_OF = int(Basis.OVERDUE_PRINCIPAL), int(Basis.NET_LOSS), int(Basis.PAYMENT_OF)
PERFORMING = int(Status.PERFORMING)


def play_world(setting: Setting, scratch: Scratch, world: World) -> Finals:
    """Play one history.

    Parameters
    ----------
    setting : Setting
    scratch : Scratch
        Books on which banks work out what cover is worth.
    world : World

    Returns
    -------
    Finals
        The same as the event engine's, to the fen.
    """
    layers = setting.contract.layers.shape[1]
    room = room_for_claims(len(world.lags), layers)
    while True:
        agenda = new_agenda(setting.end_day + 1, len(world.lags), world.lags.shape[1], room, layers, len(setting.contract.accounts.rows))
        books, loans = fresh_books(setting, len(world.lags)), fresh_loans(setting, world)
        stages = stage_book(setting, loans, world)
        series = np.zeros((setting.n_months, len(SERIES)), np.int64)
        play_days(books, loans, scratch, stages, setting.calendar, setting.conduct, agenda, world.lags, series)
        if not agenda.desk["overflows"][0]:
            return close_history(setting, books, loans, stages, series)
        room *= 2


@rule
def play_days(
    books: Books,
    loans: LoanBook,
    scratch: Scratch,
    stages: StageBook,
    calendar: Calendar,
    conducts: Records,
    agenda: Agenda,
    lags: NDArray[np.int32],
    series: NDArray[np.int64],
) -> None:
    """Let time pass from the endowment to the last settlement."""
    conduct = conducts[0]
    endow(books, 0)
    for month in range(conduct.n_months):
        first_day = max(0, calendar.month_start[month])
        last_day = min(calendar.month_start[month + 1] - 1, conduct.end_day)
        for day in range(first_day, last_day + 1):
            if day == first_day and day > 0 and (conduct.first_month + month) % 12 == 0:
                open_year(books, loans, conduct, agenda, day)
            meet_borrowers(books, loans, calendar, conduct, agenda, lags, day)
            if day == last_day:
                test_at_month_end(books, loans, conduct, agenda, month, day)
            meet_payers(books, loans, conduct, agenda, day)
            meet_firms(books, loans, scratch, stages, calendar, conduct, agenda, day)
        if conduct.earns_interest:
            pay_deposit_interest(books, last_day - max(calendar.month_start[month] - 1, 0), last_day)
        snapshot(books, series[month])
        try_waiting(agenda, last_day + 1)
    refuse_held(books, agenda)


@rare_rule
def refuse_held(books: Books, agenda: Agenda) -> None:
    """Count as stopped, when the history ends, the claims that a guard still holds."""
    place = agenda.queues[HELD].first
    while place >= 0:
        claim = agenda.claims[place]
        refuse_claim(books, claim.case, claim.layer)
        place = claim.following


@rule
def meet_borrowers(books: Books, loans: LoanBook, calendar: Calendar, conduct: Record, agenda: Agenda, lags: NDArray[np.int32], day: int) -> None:
    """Repayments, then recoveries, then failures."""
    if loans.due[day] >= 0:
        collect_day(books, loans, calendar, day)
    if agenda.recoveries[day].first >= 0:
        recover_today(books, conduct, agenda, lags.shape[1], day)
    if agenda.failures[day].first >= 0:
        default_today(books, loans, calendar, conduct, agenda, lags, day)


@rule
def meet_payers(books: Books, loans: LoanBook, conduct: Record, agenda: Agenda, day: int) -> None:
    """Claims filed, then claims paid."""
    if agenda.filings[day].first >= 0:
        file_today(books, loans, agenda, day)
    if agenda.payments[day].first >= 0:
        pay_today(books, loans, conduct, agenda, day)


@rule
def meet_firms(
    books: Books, loans: LoanBook, scratch: Scratch, stages: StageBook, calendar: Calendar, conduct: Record, agenda: Agenda, day: int
) -> None:
    """Acts of projects, then lending."""
    desk = agenda.desk[0]
    first = desk.next_item
    while desk.next_item < len(stages.items) and stages.items[desk.next_item].day == day:
        desk.next_item += 1
    if desk.next_item > first:
        stage_day(books, loans, stages, first, desk.next_item, day)
    first = desk.next_link
    while desk.next_link < len(loans.links) and loans.links[desk.next_link].day == day:
        desk.next_link += 1
    if desk.next_link > first and day <= conduct.lend_until:
        lend_day(books, loans, scratch, calendar, first, desk.next_link, day)
        expect_failures(loans, agenda, first, desk.next_link)


@rare_rule
def open_year(books: Books, loans: LoanBook, conduct: Record, agenda: Agenda, day: int) -> None:
    """Start a calendar year: refill, and count anew."""
    start_year(books, 1 if day <= conduct.lend_until else 0, day)
    for bank in range(len(loans.banks)):
        loans.banks[bank].lent_this_year = 0
    if reset_yearly(loans.guards, loans.guard_states) > 0:
        release_held(agenda, day)


@rare_rule
def test_at_month_end(books: Books, loans: LoanBook, conduct: Record, agenda: Agenda, month: int, day: int) -> None:
    """Let defaults grow old and test the guards."""
    age_cases(books, conduct.write_off_days, day)
    if len(loans.guards) > 0 and day <= conduct.lend_until:
        calendar_month = (conduct.first_month + month) % 12 + 1
        if test_guards(loans.guards, loans.guard_states, books.tallies, calendar_month, day) > 0:
            release_held(agenda, day)


@rule
def expect_failures(loans: LoanBook, agenda: Agenda, first: int, last: int) -> None:
    """Note the failures that will come of the day's new loans."""
    for number in range(first, last):
        link = loans.links[number]
        if link.fate >= 0 and loans.loans[number].status == PERFORMING and link.failure_day < NEVER:
            agenda.loan_of_fate[link.fate] = number
            append(agenda.failures, agenda.next_failure, link.failure_day, link.fate)


@rule
def default_today(books: Books, loans: LoanBook, calendar: Calendar, conduct: Record, agenda: Agenda, lags: NDArray[np.int32], day: int) -> None:
    """Open a case for each loan that defaults; file what is claimed on overdue principal, and expect recoveries."""
    fate = agenda.failures[day].first
    while fate >= 0:
        number = agenda.loan_of_fate[fate]
        case = default_loan(books, loans, calendar, number, day)
        if case >= 0:
            for layer in range(books.layers.shape[1]):
                if books.layers[PLAYED, layer].basis == OVERDUE_PRINCIPAL:
                    file_claim(books, conduct, agenda, day + books.layers[PLAYED, layer].trigger, number, layer, case)
            for lump in range(lags.shape[1]):
                append(agenda.recoveries, agenda.next_recovery, day + max(1, lags[fate, lump]), case * lags.shape[1] + lump)
        fate = agenda.next_failure[fate]


@rule
def recover_today(books: Books, conduct: Record, agenda: Agenda, lumps: int, day: int) -> None:
    """Share out the day's recoveries; where one is a case's last, file what is claimed on the net loss."""
    item = agenda.recoveries[day].first
    while item >= 0:
        number = item // lumps
        if recover_lump(books, number, lumps, day) and conduct.has_disposal:
            case = books.cases[number]
            for layer in range(books.layers.shape[1]):
                terms = books.layers[PLAYED, layer]
                if terms.basis == NET_LOSS:
                    file_claim(books, conduct, agenda, max(day, case.day + terms.trigger), case.loan, layer, number)
        item = agenda.next_recovery[item]
    try_waiting(agenda, day)


@rule
def file_claim(books: Books, conduct: Record, agenda: Agenda, day: int, loan: int, layer: int, case: int) -> None:
    """File a claim on a day; where no guard can stop it, it goes straight to payment."""
    place = new_claim(agenda, day, loan, layer, case)
    if conduct.is_guarded:
        put_claim(agenda, agenda.filings, day, place)
    else:
        put_claim(agenda, agenda.payments, day + books.layers[PLAYED, layer].lag, place)


@rule
def goes_on(books: Books, loans: LoanBook, agenda: Agenda, place: int) -> bool:
    """Whether no guard keeps a claim from being accepted or paid; else it is held or refused."""
    claim = agenda.claims[place]
    verdict = held_back(books, loans, loans.guards, loans.guard_states, claim.case, claim.layer)
    if verdict == GOES_ON:
        return True
    if verdict == IS_HELD:
        put_claim(agenda, agenda.queues, HELD, place)
    else:
        refuse_claim(books, claim.case, claim.layer)
        drop_claim(agenda, place)
    return False


@rare_rule
def file_today(books: Books, loans: LoanBook, agenda: Agenda, day: int) -> None:
    """Accept the day's claims in their order, unless a guard stops them."""
    taken = take_list(agenda, agenda.filings[day].first, 0)
    sort_today(agenda, taken)
    for row in range(taken):
        place = agenda.today[row]
        if goes_on(books, loans, agenda, place):
            agenda.claims[place].is_accepted = 1
            put_claim(agenda, agenda.payments, day + books.layers[PLAYED, agenda.claims[place].layer].lag, place)


@rule
def pay_today(books: Books, loans: LoanBook, conduct: Record, agenda: Agenda, day: int) -> None:
    """Pay the day's claims in their order, with those that wait, as far as the payers' money goes."""
    taken = take_list(agenda, agenda.payments[day].first, 0)
    taken = take_list(agenda, agenda.queues[WAITING].first, taken)
    agenda.queues[WAITING].first = -1
    sort_today(agenda, taken)
    if conduct.has_sharing:
        for row in range(taken):
            claim = agenda.claims[agenda.today[row]]
            agenda.rows[row, 0], agenda.rows[row, 1] = claim.filed, claim.loan
            agenda.rows[row, 2], agenda.rows[row, 3] = claim.layer, claim.case
        share_what_is_left(books, agenda.rows[:taken], agenda.most)
    for row in range(taken):
        place = agenda.today[row]
        agenda.claims[place].is_accepted = 1
        if conduct.is_guarded and not goes_on(books, loans, agenda, place):
            continue
        pay_with_backers(books, loans, conduct, agenda, place, agenda.most[row] if conduct.has_sharing else UNLIMITED, day)


@rule
def backer_goes_on(books: Books, loans: LoanBook, agenda: Agenda, place: int) -> bool:
    """Whether no guard keeps who backs a payer from paying at once."""
    agenda.claims[place].is_accepted = 1
    if not goes_on(books, loans, agenda, place):
        return False
    drop_claim(agenda, place)
    return True


@rule
def pay_with_backers(books: Books, loans: LoanBook, conduct: Record, agenda: Agenda, place: int, most: int, day: int) -> None:
    """Pay one claim, or let it wait where its payer is short and keeps a queue; then ask those who back its payer, and so on."""
    claim = agenda.claims[place]
    filed, loan, root, case = claim.filed, claim.loan, claim.layer, claim.case
    must_wait = False
    agenda.stack[0] = root
    asked = 1
    while asked > 0:
        asked -= 1
        layer = agenda.stack[asked]
        if layer != root and conduct.is_guarded and not backer_goes_on(books, loans, agenda, new_claim(agenda, filed, loan, layer, case)):
            continue
        payer = payer_of(books, layer, books.cases[case].region)
        at_most = most if layer == root else UNLIMITED
        if conduct.has_queue and agenda.empty_on[payer] == day:
            at_most = 0
        paid_before = paid_so_far(books, layer)
        unpaid = pay_claim(books, case, layer, at_most, day)
        if unpaid > 0 and books.layers[PLAYED, layer].is_queued:
            agenda.empty_on[payer] = day
            if layer == root:
                must_wait = True
            else:
                put_claim(agenda, agenda.queues, WAITING, new_claim(agenda, filed, loan, layer, case))
        if conduct.has_backers and paid_so_far(books, layer) > paid_before:
            for backer in range(books.layers.shape[1] - 1, -1, -1):
                terms = books.layers[PLAYED, backer]
                if terms.basis == PAYMENT_OF and terms.source == layer:
                    if terms.lag == 0:
                        agenda.stack[asked] = backer
                        asked += 1
                    else:
                        put_claim(agenda, agenda.payments, day + terms.lag, new_claim(agenda, filed, loan, backer, case))
    if must_wait:
        put_claim(agenda, agenda.queues, WAITING, place)
    else:
        drop_claim(agenda, place)
