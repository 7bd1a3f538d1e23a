"""A month's closing figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rare_rule, rule
from simulator.rules.claims import NO_CAP, room_in_cap
from simulator.rules.records import ALL_LOANS, PLAYED, Kind, RefillRule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.rules.books import Books


POOL, AS_NEEDED = int(Kind.POOL), int(RefillRule.AS_NEEDED)


@rule
def over_cap(books: Books, layer: int) -> int:
    """Part of what a layer covers that is above its aggregate cap; 0 where the cap starts anew each year or the layer has regional payers."""
    terms = books.layers[PLAYED, layer]
    if terms.cap_base == NO_CAP or terms.cap_is_yearly or terms.is_regional:
        return 0
    return max(0, terms.exposed - max(0, room_in_cap(terms)))


@rare_rule
def public_exposure(books: Books) -> int:
    """Most that public payers may have to pay on the loans that are out and the claims that are open, if none of it ever comes back.

    An account that nobody tops up as needed cannot lose more than its balance; what an aggregate cap cuts off is its bearer's.
    """
    total = 0
    for number in range(len(books.accounts)):
        account = books.accounts[number]
        if not account.is_public:
            continue
        most = account.exposure
        for layer in range(books.layers.shape[1]):
            terms = books.layers[PLAYED, layer]
            if terms.is_exposed and terms.payer == number:
                most -= over_cap(books, layer)
            if terms.excess_layer >= 0 and books.layers[PLAYED, terms.excess_layer].payer == number:
                most += over_cap(books, layer)
        if account.is_limited and account.refill != AS_NEEDED:
            most = min(most, max(0, account.balance))
        total += most
    return total


@rule
def snapshot(books: Books, row: NDArray[np.int64]) -> None:
    """Write a month's closing figures, and keep the highest of what the public purse and the central bank stand behind.

    Pool balance; loans outstanding, lent to date; the bank's net loss and the net cover paid to date; NPL; public exposure.
    """
    pool = 0
    for number in range(len(books.accounts)):
        if books.accounts[number].kind == POOL:
            pool += books.accounts[number].balance
    outstanding = 0
    lent = 0
    loss = 0
    cover = 0
    npl = 0
    for bank in range(books.tallies.shape[1]):
        for region in range(books.tallies.shape[2]):
            tally = books.tallies[ALL_LOANS, bank, region]
            outstanding += tally.outstanding
            lent += tally.lent
            paid = tally.cover_paid - tally.cover_got_back
            cover += paid
            loss += tally.defaulted - tally.recovered + tally.cost - paid
            npl += tally.npl
    row[0] = pool
    row[1] = outstanding
    row[2] = lent
    row[3] = loss
    row[4] = cover
    row[5] = npl
    row[6] = public_exposure(books)
    history = books.history[0]
    history.most_exposed = max(history.most_exposed, row[6])
    history.most_refinanced = max(history.most_refinanced, history.refinanced)
