"""Layers on the loss of a whole portfolio: borrower by borrower, then for all together, in order of priority.

Contracts of one priority see the same loss, what all lower numbers have left; each takes its part from the loans it covers. Nothing in here
knows accounts or days: it is the arithmetic of a portfolio layer alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import compiled, rule
from simulator.rules.arithmetic import portion_of, share_of
from simulator.rules.records import MILLION

Money1D = NDArray[np.int64]

PORTFOLIO_LAYER = np.dtype(
    [
        ("priority", "i8"),
        ("ratio", "i8"),  # part of each loss that counts, millionths
        ("borrower_attachment", "i8"),
        ("borrower_limit", "i8"),
        ("attachment", "i8"),  # of all borrowers together
        ("limit", "i8"),
        ("share", "i8"),  # part of the layer that is taken, millionths
    ],
    align=True,
)
"""One contract on a portfolio; amounts in fen, ``UNLIMITED`` for no limit."""


@rule
def layer_loss(loss: int, attachment: int, limit: int, share: int) -> int:
    """Loss borne by one layer.

    Parameters
    ----------
    loss : int
        Loss that the layer stands on. Fen, >= 0.
    attachment, limit : int
        Where the layer starts and how thick it is. Fen, >= 0.
    share : int
        Part of the layer that is taken, millionths.

    Returns
    -------
    int
        ``floor(share * min(max(loss - attachment, 0), limit))``. Fen.

    Examples
    --------
    >>> [layer_loss(loss, 100, 200, 500_000) for loss in (50, 150, 900)]
    [0, 25, 100]
    """
    return share_of(min(max(loss - attachment, 0), limit), share)


@compiled
def cede(layer: Any, losses: Money1D, borrowers: Money1D, ceded: Money1D) -> int:  # noqa: ANN401  a record
    """Work out what one contract takes of each loss.

    Borrowers' losses are cut to the contract's terms one by one, then all together; the part of the whole is given back to borrowers in proportion to
    what was left of them, and to loans in proportion to their losses, rounded cumulatively.

    Parameters
    ----------
    layer : record of PORTFOLIO_LAYER
    losses : ndarray of int64, shape (n_loans,)
        Loss of each loan, fen.
    borrowers : ndarray of int64, shape (n_loans,)
        Number of each loan's borrower, below ``n_loans``; -1 where the contract does not cover it.
    ceded : ndarray of int64, shape (n_loans,)
        Written: fen the contract takes of each loss.

    Returns
    -------
    int
        Fen the contract takes in all.
    """
    n_loans = len(losses)
    of_borrower = np.zeros(n_loans, np.int64)
    counted = np.zeros(n_loans, np.int64)
    for loan in range(n_loans):
        if borrowers[loan] >= 0:
            of_borrower[borrowers[loan]] += share_of(losses[loan], layer.ratio)
    for borrower in range(n_loans):
        counted[borrower] = layer_loss(of_borrower[borrower], layer.borrower_attachment, layer.borrower_limit, MILLION)
    whole = counted.sum()
    total = layer_loss(whole, layer.attachment, layer.limit, layer.share)
    part = np.zeros(n_loans, np.int64)
    reached = 0
    given = 0
    for borrower in range(n_loans):
        reached += counted[borrower]
        part[borrower] = portion_of(total, reached, whole) - given if whole > 0 else 0
        given += part[borrower]
    so_far = np.zeros(n_loans, np.int64)
    taken = np.zeros(n_loans, np.int64)
    for loan in range(n_loans):
        ceded[loan] = 0
        borrower = borrowers[loan]
        if borrower >= 0 and of_borrower[borrower] > 0:
            so_far[borrower] += share_of(losses[loan], layer.ratio)
            ceded[loan] = portion_of(part[borrower], so_far[borrower], of_borrower[borrower]) - taken[borrower]
            taken[borrower] += ceded[loan]
    return total


@compiled
def net_of_layers(layers: NDArray[Any], borrowers: NDArray[np.int64], losses: Money1D) -> Money1D:
    """Loss of each loan that contracts of several priorities leave.

    Parameters
    ----------
    layers : ndarray of PORTFOLIO_LAYER, shape (n_layers,)
        In order of priority.
    borrowers : ndarray of int64, shape (n_layers, n_loans)
        As each contract sees them, see ``cede``.
    losses : ndarray of int64, shape (n_loans,)
        Fen.

    Returns
    -------
    ndarray of int64, shape (n_loans,)
        Fen, never below 0: where contracts of one priority together ask for more than a loss, none of it is left.
    """
    net = losses.copy()
    seen = losses.copy()
    ceded = np.zeros(len(losses), np.int64)
    for number in range(len(layers)):
        if number > 0 and layers[number].priority != layers[number - 1].priority:
            seen = net.copy()
        cede(layers[number], seen, borrowers[number], ceded)
        for loan in range(len(losses)):
            net[loan] = max(0, net[loan] - ceded[loan])
    return net
