"""What each layer owes on a loan in default, and paying it.

A case keeps for every party what it has borne so far: the bank starts with the whole principal, a payment moves a part of it to the payer, a
reimbursement moves it on, a recovery takes it away. All that is borne adds up to the net loss, always. Two books are kept side by side: as played,
and a shadow in which nobody is ever short of money, whose largest net call is the endowment that would just have sufficed. They part on the first
claim that may find a payer short; until then one stands for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rare_rule, rule
from simulator.rules.arithmetic import portion_of, share_of
from simulator.rules.books import begin_shadow, n_books
from simulator.rules.counting import count_payment, leave_open
from simulator.rules.guards import stopping_guard, unit_of
from simulator.rules.pools import call_in_shadow, pay_due, within_means
from simulator.rules.records import ALL_LOANS, FIRST_BANK, PLAYED, SHADOW, UNLIMITED, Basis, CapBase, HeldClaims, Reason, RefillRule, WhenShort

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.rules.books import Books, Lent, LoanBook, Record, Records

PAYMENT_OF, EXCESS_OF = int(Basis.PAYMENT_OF), int(Basis.EXCESS_OF)
NO_CAP, LENT_TO_DATE, LENT_IN_PERIOD = int(CapBase.NONE), int(CapBase.LENT_TO_DATE), int(CapBase.LENT_IN_PERIOD)
PRO_RATA_OF_DAY, AS_NEEDED = int(WhenShort.PRO_RATA), int(RefillRule.AS_NEEDED)
REFUSE, OLD_LOANS_STILL_PAID = int(HeldClaims.REFUSE), int(HeldClaims.OLD_LOANS_STILL_PAID)
GOES_ON, IS_HELD, IS_REFUSED = 0, 1, 2
CLAIM, REIMBURSEMENT, EXCESS = int(Reason.CLAIM), int(Reason.REIMBURSEMENT), int(Reason.EXCESS)


@rule
def open_case(books: Books, number: int, loan: int, bank: int, region: int, day: int, principal: int, interest: int, recoverable: int) -> None:
    """Open the case of one defaulted loan: the bank bears all of the principal at first; interest is lost to the bank."""
    case = books.cases[number]
    case.loan = loan
    case.bank = bank
    case.region = region
    case.day = day
    case.is_npl = 0
    case.is_closed = 0
    case.lumps = 0
    case.principal = principal
    case.interest = interest
    case.recoverable = recoverable
    case.recovered = 0
    case.cost = 0
    case.counts_in = 1
    bank_party = books.positions.shape[2] - 1
    for book in range(n_books(books)):
        for party in range(bank_party + 1):
            position = books.positions[book, number, party]
            position.share = 0
            position.borne = principal if party == bank_party else 0
            position.base = position.borne
            position.since = 0
            position.due = 0
            position.paid = 0
            position.capped = 0
            position.open = 0
    tally = books.tallies[ALL_LOANS, bank, region]
    tally.defaulted += principal
    tally.lost_interest += interest


@rule
def net_loss(books: Books, book: int, case: int) -> int:
    """Principal less recoveries net of cost: what all parties together have borne."""
    total = 0
    for party in range(books.positions.shape[2]):
        total += books.positions[book, case, party].borne
    return total


@rule
def borne_with_backers(books: Books, book: int, case: int, layer: int) -> int:
    """What a layer has borne, with what its backers have borne in its stead."""
    total = 0
    backers = books.layers[PLAYED, layer].backers
    for other in range(books.layers.shape[1]):
        if (backers >> other) & 1:
            total += books.positions[book, case, other].borne
    return total


@rule
def entitlement(books: Books, book: int, case: int, number: int) -> int:
    """Fen that a layer still owes on a case under its contract, before caps and budgets.

    The share is taken of the principal less recoveries so far, or of the payment that is shared; at most the per-claim limit; less what was paid.
    """
    layer = books.layers[book, number]
    position = books.positions[book, case, number]
    base = borne_with_backers(books, book, case, layer.source) if layer.basis == PAYMENT_OF else net_loss(books, book, case)
    owed = min(share_of(base, position.share), layer.per_claim) - borne_with_backers(books, book, case, number) - position.capped
    return max(0, min(owed, books.positions[book, case, payee_party(books, number)].borne))


@rule
def payee_party(books: Books, number: int) -> int:
    """Party whose loss a layer takes over: the bank, or the layer it backs."""
    backed = books.layers[PLAYED, number].backed
    return backed if backed >= 0 else books.positions.shape[2] - 1


@rule
def room_in_cap(layer: Record) -> int:
    """Fen that a layer may still pay under its aggregate cap; below 0 where more has been paid than the cap allows now."""
    if layer.cap_base == NO_CAP:
        return UNLIMITED
    base = layer.lent if layer.cap_base in (LENT_TO_DATE, LENT_IN_PERIOD) else layer.covered
    return share_of(base, layer.cap_ratio) - layer.paid_in_period


@rule
def cap_room(books: Books, book: int, number: int) -> int:
    """Fen that a layer may still pay under its yearly limit and its aggregate cap."""
    layer = books.layers[book, number]
    return max(0, min(layer.annual_limit - layer.paid_this_year, room_in_cap(layer)))


@rule
def payer_of(books: Books, number: int, region: int) -> int:
    """Account that pays for a layer: its payer, or the payer's sub-account of the loan's region."""
    layer = books.layers[PLAYED, number]
    return layer.payer + region if layer.is_regional else layer.payer


@rule
def take_over(books: Books, book: int, case: int, number: int, amount: int) -> None:
    """Move a loss from the party that bore it to the layer that has paid; recoveries are split anew from here."""
    if amount == 0:
        return
    positions = books.positions
    positions[book, case, number].borne += amount
    positions[book, case, number].paid += amount
    positions[book, case, payee_party(books, number)].borne -= amount
    for party in range(positions.shape[2]):
        positions[book, case, party].base = positions[book, case, party].borne
        positions[book, case, party].since = 0
    layer = books.layers[book, number]
    layer.paid += amount
    layer.paid_in_period += amount
    layer.paid_this_year += amount


@rule
def pay_in_book(books: Books, book: int, number: int, layer: int, due: int, most: int, reason: int, day: int) -> int:
    """Pay one due in one book; returns fen paid."""
    case = books.cases[number]
    payer = payer_of(books, layer, case.region)
    payee = payee_party(books, layer)
    is_direct = payee == books.positions.shape[2] - 1
    receiver = FIRST_BANK + case.bank if is_direct else payer_of(books, payee, case.region)
    if book == n_books(books) - 1:
        call_in_shadow(books, payer, due)
        call_in_shadow(books, receiver, -due)
    if book == SHADOW:
        take_over(books, SHADOW, number, layer, due)
        return due
    paid = pay_due(books, payer, receiver, due, most, reason, case.loan, layer, day)
    take_over(books, book, number, layer, paid)
    if is_direct:
        tally = books.tallies[ALL_LOANS, case.bank, case.region]
        tally.cover_paid += paid
        tally.payouts_this_year += paid
    if books.tallies.shape[0] > 1:
        count_payment(books, number, layer, paid)
    return paid


@rule
def may_be_short(books: Books, number: int, layer: int, owed: int, most: int) -> bool:
    """Whether a claim, or the excess that it leaves, may not be paid in full for want of money."""
    region = books.cases[number].region
    if owed > within_means(books, payer_of(books, layer, region), most):
        return True
    bearer = books.layers[PLAYED, layer].excess_layer
    return bearer >= 0 and owed > within_means(books, payer_of(books, bearer, region), UNLIMITED)


@rule
def settle_claim(books: Books, book: int, number: int, layer: int, owed: int, most: int, day: int) -> int:
    """Pay what a layer owes on one case in one book; returns fen that stay unpaid for want of money."""
    unpaid = 0
    position = books.positions[book, number, layer]
    due = min(owed, cap_room(books, book, layer))
    position.capped += owed - due
    asked = borne_with_backers(books, book, number, layer) + due
    books.layers[book, layer].due += max(0, asked - position.due)
    position.due = max(position.due, asked)
    books.layers[book, layer].capped += owed - due
    if due > 0:
        reason = REIMBURSEMENT if books.layers[book, layer].basis == PAYMENT_OF else CLAIM
        unpaid = due - pay_in_book(books, book, number, layer, due, most, reason, day)
    bearer = books.layers[book, layer].excess_layer
    if owed > due and bearer >= 0:
        books.layers[book, bearer].due += owed - due
        pay_in_book(books, book, number, bearer, owed - due, UNLIMITED, EXCESS, day)
    return unpaid


@rule
def paid_so_far(books: Books, layer: int) -> int:
    """What a layer has paid, as played and if nobody were ever short: it grows with every payment in either book."""
    return books.layers[PLAYED, layer].paid + books.layers[n_books(books) - 1, layer].paid


@rule
def pay_claim(books: Books, number: int, layer: int, most: int, day: int) -> int:
    """Pay one layer's claim on one case, at most ``most``; returns fen that stay unpaid for want of money.

    What a yearly limit or an aggregate cap cuts off goes at once to the named bearer, or stays with the bank.
    """
    owed = entitlement(books, PLAYED, number, layer)
    if not books.history[0].has_shadow and may_be_short(books, number, layer, owed, most):
        begin_shadow(books)
    unpaid = settle_claim(books, PLAYED, number, layer, owed, most, day)
    if books.history[0].has_shadow:
        settle_claim(books, SHADOW, number, layer, entitlement(books, SHADOW, number, layer), UNLIMITED, day)
    leave_open(books, number, layer, unpaid if books.layers[PLAYED, layer].is_queued else 0)
    return unpaid


@rule
def shares_what_is_left(account: Record) -> bool:
    """Whether an account that is short shares what it has among the claims of a day."""
    return account.when_short == PRO_RATA_OF_DAY and account.is_limited and account.refill != AS_NEEDED


@rare_rule
def share_what_is_left(books: Books, claims: NDArray[np.int64], most: NDArray[np.int64]) -> None:
    """Set the most that each of a day's claims gets: its part of what is left, where its payer shares that among more than it has."""
    for layer in range(books.layers.shape[1]):
        books.layers[PLAYED, layer].room = cap_room(books, PLAYED, layer)
    for number in range(len(books.accounts)):
        books.accounts[number].asked = 0
    for row in range(len(claims)):
        layer, case = claims[row, 2], claims[row, 3]
        payer = books.accounts[payer_of(books, layer, books.cases[case].region)]
        most[row] = UNLIMITED
        if shares_what_is_left(payer):
            due = min(entitlement(books, PLAYED, case, layer), books.layers[PLAYED, layer].room)
            books.layers[PLAYED, layer].room -= due
            payer.asked += due
            most[row] = due
    for row in range(len(claims)):
        payer = books.accounts[payer_of(books, claims[row, 2], books.cases[claims[row, 3]].region)]
        if most[row] < UNLIMITED:
            left = max(0, payer.balance)
            most[row] = portion_of(left, most[row], payer.asked) if payer.asked > left else UNLIMITED


@rule
def pay_day(books: Books, claims: NDArray[np.int64], day: int) -> None:
    """Pay a day's claims, rows of (day filed, loan, layer, case) in their order, where nothing may stop them and none can wait."""
    for row in range(len(claims)):
        pay_claim(books, claims[row, 3], claims[row, 2], UNLIMITED, day)


@rule
def held_back(books: Books, lending: LoanBook | Lent, guards: Records, states: Records, case: int, layer: int) -> int:
    """Whether a guard keeps a claim from being accepted or paid now: ``GOES_ON``, ``IS_HELD`` until the guard lets go, or ``IS_REFUSED``."""
    claim = books.cases[case]
    number = stopping_guard(guards, states, layer, claim.bank, claim.region)
    if number < 0:
        return GOES_ON
    guard = guards[number]
    if guard.claims == REFUSE:
        return IS_REFUSED
    is_old = lending.links[claim.loan].day < states[number, unit_of(guard, claim.bank, claim.region)].since
    return GOES_ON if guard.claims == OLD_LOANS_STILL_PAID and is_old else IS_HELD


@rule
def refuse_claim(books: Books, number: int, layer: int) -> int:
    """Count a claim that a guard stops for good; returns its amount."""
    amount = entitlement(books, PLAYED, number, layer)
    for book in range(n_books(books)):
        books.layers[book, layer].stopped += amount
    for other in range(books.layers.shape[1]):
        if (books.layers[PLAYED, layer].backers >> other) & 1:
            leave_open(books, number, other, 0)
    return amount
