"""The checks after each history: no money made or lost, every loss attributed, nobody better off than before the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.errors import LedgerError
from simulator.rules.records import ALL_LOANS, PLAYED, UNLIMITED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.rules.books import Books, Records

FINE = 0
COMPLAINTS = {
    1: "the ledger does not add up: all balances: {0} and {1} fen",
    2: "the ledger does not add up: losses borne and net losses: {0} and {1} fen",
    3: "the ledger does not add up: banks' net losses by case and by tally: {0} and {1} fen",
    4: "case {0} ends with a party that got more than the loss: borne {1} fen",
    5: "account {0} has paid more than it had: {1} fen",
    6: "layer {0} has paid more than its yearly limit: {1} fen",
    7: "the ledger does not add up: amounts lent by loan and by tally: {0} and {1} fen",
    8: "the ledger does not add up: balance outstanding by tally and by loan: {0} and {1} fen",
}
"""What each check says of the two figures that it found wrong."""


@rule
def found_wrong(found: NDArray[np.int64], check: int, one: int, other: int) -> int:
    """Note the two figures of a check that failed."""
    found[0] = one
    found[1] = other
    return check


@rule
def check_accounts(books: Books, found: NDArray[np.int64]) -> int:
    """Check that no money was made or lost and no limit passed; returns the number of the check that failed, or ``FINE``."""
    balances = 0
    for number in range(len(books.accounts)):
        account = books.accounts[number]
        balances += account.balance
        if account.is_limited and account.balance < 0:
            return found_wrong(found, 5, number, account.balance)
    if balances != 0:
        return found_wrong(found, 1, balances, 0)
    for number in range(books.layers.shape[1]):
        layer = books.layers[PLAYED, number]
        if layer.annual_limit < UNLIMITED and layer.paid_this_year > layer.annual_limit:
            return found_wrong(found, 6, number, layer.paid_this_year)
    return FINE


@rule
def check_cases(books: Books, found: NDArray[np.int64]) -> int:
    """Check that every loss is attributed and nobody got more than it; returns the number of the check that failed, or ``FINE``."""
    bank = books.positions.shape[2] - 1
    net = 0
    borne = 0
    by_banks = 0
    for number in range(books.history[0].n_cases):
        case = books.cases[number]
        net += case.principal - case.recovered + case.cost
        by_banks += books.positions[PLAYED, number, bank].borne
        for party in range(bank + 1):
            part = books.positions[PLAYED, number, party].borne
            borne += part
            if part < 0:
                return found_wrong(found, 4, number, part)
    if borne != net:
        return found_wrong(found, 2, borne, net)
    by_tally = 0
    for row in range(books.tallies.shape[1]):
        for region in range(books.tallies.shape[2]):
            tally = books.tallies[ALL_LOANS, row, region]
            by_tally += tally.defaulted - tally.recovered + tally.cost - tally.cover_paid + tally.cover_got_back
    if by_banks != by_tally:
        return found_wrong(found, 3, by_banks, by_tally)
    return FINE


@rule
def check_loans(books: Books, loans: Records, found: NDArray[np.int64]) -> int:
    """Check the loans of a finished history against the tallies; returns the number of the check that failed, or ``FINE``."""
    lent = 0
    outstanding = 0
    for number in range(len(loans)):
        lent += loans[number].amount
        outstanding += loans[number].balance
    for number in range(books.history[0].n_cases):
        if books.cases[number].is_npl < 2:
            outstanding += books.cases[number].principal - books.cases[number].recovered
    lent_by_tally = 0
    outstanding_by_tally = 0
    for row in range(books.tallies.shape[1]):
        for region in range(books.tallies.shape[2]):
            lent_by_tally += books.tallies[ALL_LOANS, row, region].lent
            outstanding_by_tally += books.tallies[ALL_LOANS, row, region].outstanding
    if lent != lent_by_tally:
        return found_wrong(found, 7, lent, lent_by_tally)
    if outstanding != outstanding_by_tally:
        return found_wrong(found, 8, outstanding_by_tally, outstanding)
    return FINE


def complain(check: int, found: NDArray[np.int64], history: int | None = None) -> None:
    """Raise what a check found.

    Raises
    ------
    LedgerError
        If ``check`` is not ``FINE``: naming what was compared and both figures.
    """
    if check != FINE:
        where = "" if history is None else f"history {history}: "
        message = where + COMPLAINTS[check].format(*found.tolist())
        raise LedgerError(message)
