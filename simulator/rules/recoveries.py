"""Who gets what comes back: collection costs first, then the order that the contract names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.arithmetic import portion_of, share_of
from simulator.rules.books import move, n_books
from simulator.rules.claims import EXCESS_OF, PAYMENT_OF, entitlement, net_loss, payer_of
from simulator.rules.counting import count_case, leave_open
from simulator.rules.pools import call_in_shadow
from simulator.rules.records import (
    ADVANCE_THEN_SETTLE,
    ALL_LOANS,
    BANK_FIRST,
    BORROWERS,
    FIRST_BANK,
    FUND_FIRST,
    OUTSIDE,
    PLAYED,
    Reason,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.rules.books import Books

RECOVERY, COLLECTION_COST, RECOVERY_SHARE = int(Reason.RECOVERY), int(Reason.COLLECTION_COST), int(Reason.RECOVERY_SHARE)


@rule
def group_of(books: Books, layer: int) -> int:
    """Layers that bear with a layer, as a bit mask: itself, its backers, who bears its excess; -1 stands for all layers."""
    return books.layers[PLAYED, layer].group if layer >= 0 else -1


@rule
def split_in_group(books: Books, book: int, number: int, group: int, amount: int, total: int, at_least: int) -> int:
    """Set the parts of a group of layers in an amount recovered since the last payment; returns their sum.

    Each gets in proportion to what it bore then (``total`` in all), rounded down; what the group lacks of ``at_least`` goes to who bore most, then to
    the others.
    """
    given = 0
    missing = at_least
    largest = -1
    members = group_of(books, group)
    for layer in range(books.layers.shape[1]):
        if (members >> layer) & 1:
            position = books.positions[book, number, layer]
            part = max(0, portion_of(amount, position.base, total) - position.since)
            books.layers[book, layer].give = part
            given += part
            missing -= position.since + part
            if largest < 0 or position.base > books.positions[book, number, largest].base:
                largest = layer
    if missing <= 0:
        return given
    for layer in range(-1, books.layers.shape[1]):
        taker = layer if layer >= 0 else largest
        if missing > 0 and (members >> taker) & 1:
            extra = min(missing, books.positions[book, number, taker].borne - books.layers[book, taker].give)
            books.layers[book, taker].give += extra
            given += extra
            missing -= extra
    return given


@rule
def split_by_share(books: Books, book: int, number: int, net: int) -> int:
    """Set each layer's part so that it ends with its share of the net loss (advance now, settle later); returns the parts' sum.

    Where shares pass 100 % (a policy beside a layer), later layers owe what earlier ones leave of the loss.
    """
    left = net_loss(books, book, number) - net
    room = left
    given = 0
    for layer in range(books.layers.shape[1]):
        terms = books.layers[book, layer]
        if terms.basis in (PAYMENT_OF, EXCESS_OF):
            continue
        borne = 0
        base = 0
        for other in range(books.layers.shape[1]):
            if (terms.group >> other) & 1:
                borne += books.positions[book, number, other].borne
                base += books.positions[book, number, other].base
        owed = min(room, share_of(left, books.positions[book, number, layer].share), terms.per_claim)
        room -= owed
        back = min(max(0, borne - owed), net - given)
        if back > 0:
            so_far = base - borne + back
            given += split_in_group(books, book, number, layer, so_far, base, so_far)
    return given


@rule
def split_recovery(books: Books, book: int, number: int, net: int) -> int:
    """Set every layer's part of a net recovery (``give``); returns what is left for the bank, with what rounding leaves.

    The split follows the total since the last payment, so it does not depend on the number of lumps.
    """
    n_layers = books.layers.shape[1]
    bank = books.positions[book, number, n_layers]
    order = books.history[0].recovery_order
    layers_base = 0
    so_far = bank.since + net
    for layer in range(n_layers):
        layers_base += books.positions[book, number, layer].base
        so_far += books.positions[book, number, layer].since
        books.layers[book, layer].give = 0
    given = 0
    if order == ADVANCE_THEN_SETTLE:
        given = split_by_share(books, book, number, net)
    elif layers_base > 0:
        for_layers = max(0, so_far - bank.base)
        if order == FUND_FIRST:
            for_layers = min(so_far, layers_base)
        if order in (BANK_FIRST, FUND_FIRST):
            given = split_in_group(books, book, number, -1, for_layers, layers_base, for_layers)
        else:
            given = split_in_group(books, book, number, -1, so_far, layers_base + bank.base, for_layers)
    return net - given


@rule
def take_back(books: Books, book: int, number: int, party: int, part: int) -> None:
    """Lower what a party has borne on a case by its part of a recovery."""
    position = books.positions[book, number, party]
    position.borne -= part
    position.since += part


@rule
def recover(books: Books, number: int, gross: int, day: int) -> int:
    """Share out one recovery of principal: costs, then the parties; returns the net amount.

    The bank collects and hands on. The NPL balance falls by the gross amount while the loan is on the books.
    """
    case = books.cases[number]
    history = books.history[0]
    case.recovered += gross
    case.lumps += 1
    cost = share_of(case.recovered, history.recovery_cost) - case.cost
    case.cost += cost
    net = gross - cost
    bank = FIRST_BANK + case.bank
    move(books, BORROWERS, bank, gross, RECOVERY, case.loan, -1, day)
    move(books, bank, OUTSIDE, cost, COLLECTION_COST, case.loan, -1, day)
    tally = books.tallies[ALL_LOANS, case.bank, case.region]
    last_book = n_books(books) - 1
    for book in range(last_book + 1):
        take_back(books, book, number, books.layers.shape[1], split_recovery(books, book, number, net))
        for layer in range(books.layers.shape[1]):
            part = books.layers[book, layer].give
            if part == 0:
                continue
            take_back(books, book, number, layer, part)
            books.layers[book, layer].got_back += part
            payer = payer_of(books, layer, case.region)
            if book == last_book:
                call_in_shadow(books, payer, -part)
            if book == PLAYED:
                move(books, bank, payer, part, RECOVERY_SHARE, case.loan, layer, day)
                tally.cover_got_back += part
    tally.recovered += gross
    tally.cost += cost
    if case.is_npl < 2:
        tally.outstanding -= gross
        if case.is_npl == 1:
            tally.npl -= gross
        if books.tallies.shape[0] > 1:
            count_case(books, number, -gross, -gross * case.is_npl, 0)
    for layer in range(books.layers.shape[1]):
        if books.positions[PLAYED, number, layer].open > 0 and books.layers[PLAYED, layer].basis != PAYMENT_OF:
            leave_open(books, number, layer, entitlement(books, PLAYED, number, layer))
    return net


@rule
def recover_lump(books: Books, number: int, lumps: int, day: int) -> bool:
    """Share out the next of so many equal lumps of a case; returns whether it is the last."""
    case = books.cases[number]
    lump = case.lumps + 1
    recover(books, number, portion_of(case.recoverable, lump, lumps) - case.recovered, day)
    case.is_closed = 1 if lump == lumps else 0
    return lump == lumps


@rule
def recover_day(books: Books, cases: NDArray[np.int64], lumps: int, day: int) -> None:
    """Share out the next lump of each of the day's cases; those that are then settled are marked closed."""
    for row in range(len(cases)):
        recover_lump(books, cases[row], lumps, day)


@rule
def recognise_npl(books: Books, number: int) -> None:
    """Count a default as non-performing, 90 days after day 0."""
    case = books.cases[number]
    case.is_npl = 1
    left = case.principal - case.recovered
    tally = books.tallies[ALL_LOANS, case.bank, case.region]
    tally.npl += left
    tally.losses_this_year += left
    if books.tallies.shape[0] > 1:
        count_case(books, number, 0, left, left)


@rule
def write_off(books: Books, number: int) -> None:
    """Take what is left of a case off the bank's books; the right to recover lives on."""
    case = books.cases[number]
    left = case.principal - case.recovered
    tally = books.tallies[ALL_LOANS, case.bank, case.region]
    tally.outstanding -= left
    if case.is_npl == 1:
        tally.npl -= left
    if books.tallies.shape[0] > 1:
        count_case(books, number, -left, -left * case.is_npl, 0)
    case.is_npl = 2
