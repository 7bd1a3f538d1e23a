"""The books a rule works on, and the one way money moves.

``Books`` is what claims and recoveries need, ``LoanBook`` what lending and repayment need besides. Both are named tuples of record arrays, so that a
call from Python costs little and rules read ``books.accounts[payer].balance``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from numpy.typing import NDArray

from simulator.compiled import rare_rule, rule
from simulator.rules.records import PLAYED, SHADOW, TREASURY_KIND

if TYPE_CHECKING:
    import numpy as np

Records: TypeAlias = NDArray[Any]
"""An array of records."""

Record: TypeAlias = Any
"""One record of an array: numba knows its fields, mypy does not."""


class CalendarTables(Protocol):
    """What rules read of a calendar; see ``dates.Calendar``."""

    @property
    def month(self) -> NDArray[np.int32]:
        """Month of each day."""

    @property
    def day_of_month(self) -> NDArray[np.int32]:
        """Day of the month of each day."""

    @property
    def month_start(self) -> NDArray[np.int32]:
        """First day of each month."""


class Books(NamedTuple):
    """Money and claims of one history.

    Attributes
    ----------
    accounts : ndarray of ACCOUNT, shape (n_accounts,)
    funders : ndarray of FUNDER, shape (n_funders,)
    layers : ndarray of LAYER, shape (2, n_layers)
        Book as played, shadow book; the latter only once they differ (``n_books``).
    cases : ndarray of CASE, shape (n_cases,)
    positions : ndarray of POSITION, shape (2, n_cases, n_layers + 1)
        The last party is the bank.
    tallies : ndarray of TALLY, shape (1 + n_covers, n_banks, n_regions)
        All loans, then those that the layers named by a guard cover.
    history : ndarray of HISTORY, shape (1,)
    journal : ndarray of ENTRY, shape (n_entries,)
        Length 0 keeps no journal.
    discounts : ndarray of float64, shape (n_days,)
        Value on day 0 of a unit of money paid on each day.
    """

    accounts: Records
    funders: Records
    layers: Records
    cases: Records
    positions: Records
    tallies: Records
    history: Records
    journal: Records
    discounts: NDArray[np.float64]


class LoanBook(NamedTuple):
    """Applications, their terms and their loans in one history.

    Attributes
    ----------
    links : ndarray of LINK, shape (n_links,)
    sheet : ndarray of SHEET, shape (n_links,)
    cover : ndarray of COVER, shape (n_links, n_layers)
    seen : ndarray of SEEN, shape (n_links,) or (0,)
        What banks that lend by margin see; none where no bank does.
    loans : ndarray of LOAN, shape (n_links,)
    firms : ndarray of FIRM, shape (n_firms,)
    banks : ndarray of BANK, shape (n_banks,)
    fees : ndarray of FEE, shape (n_fees,)
    subsidies : ndarray of SUBSIDY, shape (n_subsidies,)
    tiers : ndarray of TIER, shape (n_tiers,)
    grades : ndarray of GRADE, shape (n_grades,)
    guards : ndarray of GUARD, shape (n_guards,)
    guard_states : ndarray of GUARD_STATE, shape (n_guards, n_units)
    due : ndarray of int32, shape (n_days,)
        First loan with a payment on each day, -1 if none; the next ones hang on ``loan.next_loan``.
    recorded : ndarray of RECORDED, shape (n_fates,) or (0,)
        Defaults as a tape records them; none where they are drawn.
    """

    links: Records
    sheet: Records
    cover: Records
    seen: Records
    loans: Records
    firms: Records
    banks: Records
    fees: Records
    subsidies: Records
    tiers: Records
    grades: Records
    guards: Records
    guard_states: Records
    due: NDArray[np.int32]
    recorded: Records


class Lent(NamedTuple):
    """The part of a ``LoanBook`` that a default needs: fewer arrays to hand over, once a day with defaults."""

    links: Records
    sheet: Records
    cover: Records
    loans: Records
    firms: Records
    tiers: Records
    recorded: Records


class Scratch(NamedTuple):
    """Books of one imaginary case, on which banks work out what cover is worth, and the loss they expect (millionths)."""

    books: Books
    expected_lgd: int


@rule
def n_books(books: Books) -> int:
    """Books that are kept: the one as played, and the shadow book once a payer has been short; the last is the one in which nobody ever is."""
    return 2 if books.history[0].has_shadow else 1


@rare_rule
def begin_shadow(books: Books) -> None:
    """Keep the shadow book apart from now on; so far it is the same as the one as played."""
    for layer in range(books.layers.shape[1]):
        books.layers[SHADOW, layer] = books.layers[PLAYED, layer]
    for case in range(books.history[0].n_cases):
        for party in range(books.positions.shape[2]):
            books.positions[SHADOW, case, party] = books.positions[PLAYED, case, party]
    books.history[0].has_shadow = 1


@rule
def move(books: Books, payer: int, payee: int, amount: int, reason: int, loan: int, layer: int, day: int) -> None:
    """Move money between two accounts; keep the public purse's count and the journal.

    Money from a public account to one that is not is fiscal cost, the way back lowers it; between public accounts it costs nothing.
    """
    if amount == 0:
        return
    accounts = books.accounts
    history = books.history[0]
    accounts[payer].balance -= amount
    accounts[payee].balance += amount
    if accounts[payer].balance < accounts[payer].lowest:
        accounts[payer].lowest = accounts[payer].balance
    if accounts[payer].is_public != accounts[payee].is_public:
        cost = amount if accounts[payer].is_public else -amount
        history.fiscal_cost += cost
        history.fiscal_cost_pv += math.floor(cost * books.discounts[day] + 0.5)
    if accounts[payer].kind == TREASURY_KIND and accounts[payer].is_public:
        history.treasury_out += amount
        history.committed = max(history.committed, history.treasury_out)
    if accounts[payee].kind == TREASURY_KIND and accounts[payee].is_public:
        history.treasury_out -= amount
    if len(books.journal) > 0:
        write_entry(books, payer, payee, amount, reason, loan, layer, day)


@rare_rule
def write_entry(books: Books, payer: int, payee: int, amount: int, reason: int, loan: int, layer: int, day: int) -> None:
    """Add a line to the journal, as far as there is room; count it in any case."""
    history = books.history[0]
    if history.n_entries < len(books.journal):
        entry = books.journal[history.n_entries]
        entry.day = day
        entry.reason = reason
        entry.loan = loan
        entry.layer = layer
        entry.payer = payer
        entry.payee = payee
        entry.amount = amount
        entry.payer_after = books.accounts[payer].balance
        entry.payee_after = books.accounts[payee].balance
    history.n_entries += 1
