"""A month's closing figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.records import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.rules.books import Books


POOL = int(Kind.POOL)


@rule
def snapshot(books: Books, row: NDArray[np.int64]) -> None:
    """Write a month's closing figures: pool balance; loans outstanding, lent to date; the bank's net loss and the net cover paid to date; NPL."""
    pool = 0
    for number in range(len(books.accounts)):
        if books.accounts[number].kind == POOL:
            pool += books.accounts[number].balance
    outstanding = 0
    lent = 0
    loss = 0
    cover = 0
    npl = 0
    for bank in range(books.tallies.shape[0]):
        for region in range(books.tallies.shape[1]):
            tally = books.tallies[bank, region]
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
