"""The batch engine's agenda: what is to be done on which day, as linked lists in arrays, and the claims on their way.

A list is a pair (first item, last item); the next item stands beside the item itself. Nothing grows: where there is no room for a claim,
``overflows`` is set and the history is played again with more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.rules.books import Record, Records

LIST = np.dtype([("first", "i4"), ("last", "i4")], align=True)
"""First and last item of one day; -1: none."""

CLAIM = np.dtype([("filed", "i8"), ("loan", "i8"), ("layer", "i8"), ("case", "i8"), ("is_accepted", "i8"), ("following", "i8")], align=True)
"""One layer's claim on one case; ``is_accepted``: filed, and now to be paid.

Claims are paid in the order of the first three fields: first filed first, then by loan, then by layer.
"""

DESK = np.dtype(
    [
        ("n_claims", "i8"),  # places used so far
        ("free", "i8"),  # first place that is free again, -1
        ("overflows", "i8"),
        ("next_link", "i8"),  # first application still to come
        ("next_item", "i8"),  # first act of a project still to come
    ],
    align=True,
)
"""How far a history has come: places for claims, applications and acts taken."""

WAITING, HELD = 0, 1
"""Claims on no day's list: those that wait for money, those that a guard holds."""


class Agenda(NamedTuple):
    """All lists of one history.

    Attributes
    ----------
    failures, recoveries, filings, payments : ndarray of LIST, shape (n_days,)
    next_failure : ndarray of int32, shape (n_fates,)
        Next loan (by its fate) that fails on the same day.
    loan_of_fate : ndarray of int32, shape (n_fates,)
    next_recovery : ndarray of int32, shape (n_fates * n_lumps,)
        Next recovery of the same day; a recovery is ``case * n_lumps + lump``.
    claims : ndarray of CLAIM, shape (n_places,)
    queues : ndarray of LIST, shape (2,)
        Claims ``WAITING`` and ``HELD``.
    desk : ndarray of DESK, shape (1,)
    today : ndarray of int64, shape (n_places,)
        The claims paid or filed today, in their order.
    rows : ndarray of int64, shape (n_places, 4)
        The same as rules take them: day filed, loan, layer, case.
    most : ndarray of int64, shape (n_places,)
        Most that each of them gets.
    stack : ndarray of int64, shape (n_layers + 1,)
        Layers still to be asked for one claim.
    empty_on : ndarray of int64, shape (n_accounts,)
        Last day on which an account that keeps a queue was found short.
    """

    failures: Records
    recoveries: Records
    filings: Records
    payments: Records
    next_failure: NDArray[np.int32]
    loan_of_fate: NDArray[np.int32]
    next_recovery: NDArray[np.int32]
    claims: Records
    queues: Records
    desk: Records
    today: NDArray[np.int64]
    rows: NDArray[np.int64]
    most: NDArray[np.int64]
    stack: NDArray[np.int64]
    empty_on: NDArray[np.int64]


def new_agenda(n_days: int, n_fates: int, n_lumps: int, n_places: int, n_layers: int, n_accounts: int) -> Agenda:
    """Agenda of a history of so many days, loans that can default, recoveries each and claims at a time."""
    return Agenda(
        failures=empty_lists(n_days),
        recoveries=empty_lists(n_days),
        filings=empty_lists(n_days),
        payments=empty_lists(n_days),
        next_failure=np.zeros(n_fates, np.int32),
        loan_of_fate=np.zeros(n_fates, np.int32),
        next_recovery=np.zeros(n_fates * n_lumps, np.int32),
        claims=np.zeros(n_places, CLAIM),
        queues=empty_lists(2),
        desk=np.array([(0, -1, 0, 0, 0)], DESK),
        today=np.zeros(n_places, np.int64),
        rows=np.zeros((n_places, 4), np.int64),
        most=np.zeros(n_places, np.int64),
        stack=np.zeros(n_layers + 1, np.int64),
        empty_on=np.full(n_accounts, -1, np.int64),
    )


def room_for_claims(n_loans: int, n_layers: int) -> int:
    """Places for claims at a time that nearly always suffice for so many loans that can default."""
    return 2 * n_loans * n_layers + 64


def empty_lists(n_days: int) -> Records:
    """One empty list a day."""
    return np.array([(-1, -1)], LIST).repeat(n_days)


@rule
def append(days: Records, following: NDArray[np.int32], day: int, item: int) -> None:
    """Put an item at the end of a day's list; days past the last are dropped."""
    if day >= len(days):
        return
    of_day = days[day]
    following[item] = -1
    if of_day.first < 0:
        of_day.first = item
    else:
        following[of_day.last] = item
    of_day.last = item


@rule
def new_claim(agenda: Agenda, filed: int, loan: int, layer: int, case: int) -> int:
    """Take a free place for a claim; returns it, or -1 where there is none."""
    desk = agenda.desk[0]
    place = int(desk.free)
    if place >= 0:
        desk.free = agenda.claims[place].following
    elif desk.n_claims < len(agenda.claims):
        place = int(desk.n_claims)
        desk.n_claims += 1
    else:
        desk.overflows = 1
        return -1
    claim = agenda.claims[place]
    claim.filed = filed
    claim.loan = loan
    claim.layer = layer
    claim.case = case
    claim.is_accepted = 0
    return place


@rule
def drop_claim(agenda: Agenda, place: int) -> None:
    """Free a claim's place."""
    agenda.claims[place].following = agenda.desk[0].free
    agenda.desk[0].free = place


@rule
def put_claim(agenda: Agenda, days: Records, day: int, place: int) -> None:
    """Put a claim at the end of a day's list, or (``agenda.queues``) of those that wait or are held."""
    if place < 0:
        return
    if day >= len(days):
        drop_claim(agenda, place)
        return
    of_day = days[day]
    agenda.claims[place].following = -1
    if of_day.first < 0:
        of_day.first = place
    else:
        agenda.claims[of_day.last].following = place
    of_day.last = place


@rule
def release_held(agenda: Agenda, day: int) -> None:
    """Bring all held claims back, on a day, to where they were held."""
    place = agenda.queues[HELD].first
    agenda.queues[HELD].first = -1
    while place >= 0:
        following = agenda.claims[place].following
        put_claim(agenda, agenda.payments if agenda.claims[place].is_accepted else agenda.filings, day, place)
        place = following


@rule
def try_waiting(agenda: Agenda, day: int) -> None:
    """Bring all claims that wait for money to the payments of a day."""
    place = agenda.queues[WAITING].first
    agenda.queues[WAITING].first = -1
    while place >= 0:
        following = agenda.claims[place].following
        put_claim(agenda, agenda.payments, day, place)
        place = following


@rule
def take_list(agenda: Agenda, first: int, taken: int) -> int:
    """Add a list of claims to those of today; returns their number."""
    while first >= 0:
        agenda.today[taken] = first
        taken += 1
        first = agenda.claims[first].following
    return taken


@rule
def comes_before(one: Record, other: Record) -> bool:
    """Whether a claim is paid before another."""
    if one.filed != other.filed:
        return bool(one.filed < other.filed)
    if one.loan != other.loan:
        return bool(one.loan < other.loan)
    if one.layer != other.layer:
        return bool(one.layer < other.layer)
    return bool(one.case < other.case)


@rule
def sort_today(agenda: Agenda, taken: int) -> None:
    """Put the claims of today in their order: by insertion over halving gaps, which is quick for the few and nearly sorted ones of a day."""
    today, claims = agenda.today, agenda.claims
    gap = max(1, taken // 2)
    while gap > 0:
        for start in range(gap, taken):
            place = today[start]
            row = start
            while row >= gap and comes_before(claims[place], claims[today[row - gap]]):
                today[row] = today[row - gap]
                row -= gap
            today[row] = place
        gap //= 2
