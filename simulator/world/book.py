"""The layout of a fixed book, the same loans in every history, and of what a history does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan

N_GUIDES = 8192

RUNG = np.dtype([("level", "f8"), ("width", "f8"), ("jump", "f8")], align=True)
"""Levels ``[level, level + width)``; ``jump`` turns the logarithm of a draw into the number of firms to pass over."""

BLOCK = np.dtype([("key", "i8"), ("first", "i8"), ("last", "i8"), ("case_from", "i8"), ("case_to", "i8")], align=True)
"""Firms drawn together: rows ``first`` to ``last - 1`` of the borrowers; its largest hazard is that of one of its cases."""

CASE = np.dtype([("law", "i8"), ("life", "i8"), ("after", "i8"), ("until", "i8"), ("span", "i8")], align=True)
"""The firms of one block and one law of failure: most days at risk of any, first and last day at risk of any, most days from a first to a last."""

BORROWER = np.dtype(
    [
        ("key", "i8"),  # address of the firm's draws
        ("law", "i4"),
        ("is_plain", "i4"),  # one stretch at risk on an unseasoned or static clock, nothing deferred, no cures
        ("loan_from", "i4"),  # rows of ``loans`` and of ``maturities``
        ("n_loans", "i4"),
        ("window_from", "i4"),  # rows of ``windows``
        ("n_windows", "i4"),
        ("after", "i4"),  # day from which it is at risk
        ("until", "i4"),  # last day on which it is
        ("link", "i4"),  # row of its first link
        ("reach", "f8"),  # STATIC: the scale after all its days at risk
        ("deferred", "f8"),  # part of the hazard that falls on maturities
    ],
    align=True,
)
"""One firm at risk."""

SHAPE = np.dtype(
    [("kind", "i8"), ("sector", "i8"), ("scale", "i8"), ("root", "f8"), ("rest", "f8"), ("lowest", "f8"), ("per_unit", "f8")], align=True
)
"""A law of failure: its kind and sector; under a static factor the roots of rho and of 1 - rho, and how its scale is found in ``guides``."""

PLACED = np.dtype([("link", "i4"), ("day", "i4"), ("maturity", "i4")], align=True)
"""One loan of a firm, and its nominal window."""

RISK = np.dtype([("key", "i8"), ("number", "i8"), ("lgd_level", "f8"), ("neutral", "f8")], align=True)
"""Address of a loan's losses, and what they are drawn from; see PROFILE."""

DEFAULTER = np.dtype(
    [
        ("link", "i4"),  # row of the book's links
        ("failure_day", "i4"),
        ("late_from", "i4"),
        ("cured_on", "i4"),
        ("lgd", "i4"),
        ("fate", "i4"),  # row of ``lags``, -1 if it cannot default
        ("is_void", "i4"),  # would start after the failure, or while the firm is late: there is no such application
    ],
    align=True,
)
"""A link that is not as in the template in this history."""


class Book(NamedTuple):
    """A fixed book for compiled code.

    Attributes
    ----------
    links : ndarray of LINK, shape (n_links,)
        In the order of play, without fates: what holds of every link that a history does not name.
    seen : ndarray of SEEN, shape (n_links,) or (0,)
        What banks see of them; none where they do not look.
    n_firms : int
    borrowers : ndarray of BORROWER, shape (n_firms,)
        Block after block.
    blocks : ndarray of BLOCK, shape (n_blocks,)
    cases : ndarray of CASE, shape (n_cases,)
    loans : ndarray of PLACED, shape (n_links,)
        Borrower after borrower, each one's in order of time.
    maturities : ndarray of int64, shape (n_links,)
        Borrower after borrower, each one's in order of time.
    windows : ndarray of WINDOW, shape (n_windows,)
        Stretches at risk, borrower after borrower.
    risks : ndarray of RISK, shape (n_links,)
        In the order of ``links``.
    rungs : ndarray of RUNG, shape (n_rungs,)
    shapes : ndarray of SHAPE, shape (n_hazards,)
    guides : ndarray of int16, shape (n_hazards or 0, N_GUIDES)
        Days at risk from which to look for a point of the scale.
    """

    links: NDArray[np.void]
    seen: NDArray[np.void]
    n_firms: int
    borrowers: NDArray[np.void]
    blocks: NDArray[np.void]
    cases: NDArray[np.void]
    loans: NDArray[np.void]
    maturities: NDArray[np.int64]
    windows: NDArray[np.void]
    risks: NDArray[np.void]
    rungs: NDArray[np.void]
    shapes: NDArray[np.void]
    guides: NDArray[np.int16]


def laws_by_firm(book: Book) -> NDArray[np.int64]:
    """Law of failure of each firm of a book, shape (n_firms,)."""
    laws = np.zeros(book.n_firms, np.int64)
    laws[book.links["firm"][book.borrowers["link"]]] = book.borrowers["law"]
    return laws


class Room(NamedTuple):
    """Arrays that a history's defaulters are drawn into, used again by the next.

    Attributes
    ----------
    defaulters : ndarray of DEFAULTER, shape (n_links,)
        First the links that can default, by day of failure, then link; after them the other links of failed or late firms.
    lags : ndarray of int32, shape (n_links, n_lumps)
        Days from a default to each recovery, in order of time; ``fate`` is the row.
    drafts : ndarray of DEFAULTER, shape (n_links,)
        The same links as they are found: those that can default from the front, the others from the back.
    failed : ndarray of int32, shape (n_firms,)
        Borrowers that fail.
    has_failed : ndarray of uint8, shape (n_firms,)
        All 0 between histories.
    place : ndarray of int32, shape (n_days + 1,)
        Where each day's defaulters go.
    """

    defaulters: NDArray[np.void]
    lags: NDArray[np.int32]
    drafts: NDArray[np.void]
    failed: NDArray[np.int32]
    has_failed: NDArray[np.uint8]
    place: NDArray[np.int32]


def make_room(plan: WorldPlan) -> Room:
    """Room for the defaulters of any history of a plan with a fixed book."""
    book = plan.book
    if book is None:
        problem = "the plan has no fixed book"
        raise ValueError(problem)
    n_links = len(book.links)
    return Room(
        defaulters=np.empty(n_links, DEFAULTER),
        lags=np.empty((n_links, plan.recoveries.n_lumps), np.int32),
        drafts=np.empty(n_links, DEFAULTER),
        failed=np.empty(book.n_firms, np.int32),
        has_failed=np.zeros(book.n_firms, np.uint8),
        place=np.empty(len(plan.failures.month) + 1, np.int32),
    )
