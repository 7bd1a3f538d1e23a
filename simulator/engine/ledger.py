"""The checks after each history: no money made or lost, every loss attributed, nobody better off than before the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.errors import LedgerError
from simulator.rules.records import PLAYED, UNLIMITED

if TYPE_CHECKING:
    from simulator.rules.books import Books, LoanBook


def check_ledger(books: Books, loans: LoanBook) -> None:
    """Check a finished history against its own parts.

    Raises
    ------
    LedgerError
        If money does not add up: naming what was compared and both figures.
    """
    n_cases = int(books.history["n_cases"][0])
    cases, positions = books.cases[:n_cases], books.positions[PLAYED, :n_cases]
    _same("all balances", int(books.accounts["balance"].sum()), 0)
    net = int(cases["principal"].sum() - cases["recovered"].sum() + cases["cost"].sum())
    _same("losses borne and net losses", int(positions["borne"].sum()), net)
    tallies = books.tallies
    bank_net = int((tallies["defaulted"] - tallies["recovered"] + tallies["cost"] - tallies["cover_paid"] + tallies["cover_got_back"]).sum())
    _same("banks' net losses by case and by tally", int(positions["borne"][:, -1].sum()), bank_net)
    lent = int(loans.loans["amount"].sum())
    _same("amounts lent by loan and by tally", lent, int(tallies["lent"].sum()))
    gone = (
        int(tallies["outstanding"].sum())
        - int(loans.loans["balance"].sum())
        - int((cases["principal"] - cases["recovered"])[cases["is_npl"] < 2].sum())
    )
    _same("balance outstanding by tally and by loan", gone, 0)
    if n_cases and int(positions["borne"].min()) < 0:
        case, party = np.argwhere(positions["borne"] < 0)[0]
        message = f"case {case}: party {party} ends with more than the loss, borne {positions['borne'][case, party]} fen"
        raise LedgerError(message)
    _limits(books)


def _limits(books: Books) -> None:
    limited = books.accounts["is_limited"].astype(bool)
    if limited.any() and int(books.accounts["balance"][limited].min()) < 0:
        number = int(np.flatnonzero(limited & (books.accounts["balance"] < 0))[0])
        message = f"account {number} has paid more than it had: {books.accounts['balance'][number]} fen"
        raise LedgerError(message)
    layers = books.layers[PLAYED]
    over = (layers["annual_limit"] < UNLIMITED) & (layers["paid_this_year"] > layers["annual_limit"])
    if over.any():
        message = f"layer {int(np.flatnonzero(over)[0])} has paid more than its yearly limit"
        raise LedgerError(message)


def _same(what: str, one: int, other: int) -> None:
    if one != other:
        message = f"the ledger does not add up: {what}: {one} and {other} fen"
        raise LedgerError(message)
