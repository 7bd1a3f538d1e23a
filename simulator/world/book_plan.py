"""From the loans of a fixed book to the arrays that its defaulters are drawn from.

Synthetic firms are drawn once, by the ordinary law and at a history of their own; the firms of a tape are what it says. Blocks are named by what
their firms are (segment, and grade where values go by it; on a tape the grade it states, or the PD by factors of two where the tape gives one),
never by their place among the blocks, and within a block firms stand in an order to which more firms only append.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import rule
from simulator.scenario.names import address_of
from simulator.world.book import BLOCK, BORROWER, CASE, N_GUIDES, PLACED, RISK, RUNG, SHAPE, Book
from simulator.world.draw import PRINCIPAL_AT_MATURITY, draw_links, in_order_of_play
from simulator.world.failures import SEASONED, STATIC, WINDOW, FailurePlan, Weather, lay_out
from simulator.world.firms import BANKING, FIRM
from simulator.world.normal import normal_quantile
from simulator.world.streams import ARRIVING, NO_LINK, SEGMENT_SHIFT, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan

    Whole = NDArray[np.int64]

BOOK_HISTORY = 2**62
"""History at whose addresses the firms of a fixed book are drawn; no run has so many."""

NO_GRADES = "grade A"
"""Name of the block of firms whose fates do not go by grade: that of firms of which nothing is said."""

FINEST_RUNG, RUNGS_A_DOUBLING, HIGHEST_RUNG = -8, 4, 5
"""The first rung ends at a hazard of 2 ** -8, each further one ends 2 ** (1 / 4) higher, and the last starts at 2 ** 5."""


class Firms(NamedTuple):
    """Firms of a book, each array of shape (n_firms,), by the dense number of ``link.firm``.

    Attributes
    ----------
    keys : ndarray of int64
        Address of a firm's draws.
    laws : ndarray of int64
        Row of the failure plan's hazards.
    deferred : ndarray of float64
        Part of the hazard that falls on maturities.
    blocks : ndarray of int64
        Key of each firm's block.
    places : ndarray of int64
        What firms of a block are ordered by.
    """

    keys: Whole
    laws: Whole
    deferred: NDArray[np.float64]
    blocks: Whole
    places: Whole


def book_of(links: NDArray[np.void], seen: NDArray[np.void], firms: Firms, risks: NDArray[np.void], failures: FailurePlan) -> Book:
    """Lower a fixed book.

    Parameters
    ----------
    links : ndarray of LINK, shape (n_links,)
        In the order of play, without fates.
    seen : ndarray of SEEN, shape (n_links,) or (0,)
    firms : Firms
        Each has at least one link.
    risks : ndarray of RISK, shape (n_links,)
    failures : FailurePlan
    """
    order = np.lexsort((firms.places, firms.blocks))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    by_borrower = np.lexsort((links["day"], rank[links["firm"]]))
    loans = np.zeros(len(links), PLACED)
    loans["link"], loans["day"], loans["maturity"] = by_borrower, links["day"][by_borrower], links["maturity"][by_borrower]
    first = np.searchsorted(rank[links["firm"][by_borrower]], np.arange(len(order) + 1))
    borrowers = np.zeros(len(order), BORROWER)
    borrowers["key"], borrowers["law"], borrowers["deferred"] = firms.keys[order], firms.laws[order], firms.deferred[order]
    borrowers["loan_from"], borrowers["n_loans"], borrowers["link"] = first[:-1], np.diff(first), by_borrower[first[:-1]]
    windows, maturities = np.zeros(len(links), WINDOW), np.zeros(len(links), np.int64)
    windows = windows[: lay_out_all(loans, borrowers, windows, maturities)]
    last = windows[borrowers["window_from"] + borrowers["n_windows"] - 1]
    borrowers["after"] = windows["after"][borrowers["window_from"]]
    life = last["age"] + last["until"] - last["after"]
    shapes, guides = shapes_of(failures)
    hazards = failures.hazards[borrowers["law"]]
    is_static = hazards["kind"] == STATIC
    if is_static.any():
        borrowers["reach"] = failures.scales[hazards["scale"], life]
    borrowers["until"] = last["until"]
    is_one_stretch = (borrowers["n_windows"] == 1) & (borrowers["deferred"] == 0.0)
    borrowers["is_plain"] = is_one_stretch & (hazards["kind"] != SEASONED) & (failures.cure_chance == 0.0)
    blocks, cases = _blocks_of(firms.blocks[order], borrowers, life, last["until"])
    return Book(links, seen, len(order), borrowers, blocks, cases, loans, maturities, windows, risks, rungs_of(), shapes, guides)


@rule
def lay_out_all(loans: NDArray[np.void], borrowers: NDArray[np.void], windows: NDArray[np.void], maturities: Whole) -> int:
    """Write every borrower's stretches at risk and maturities; returns the number of stretches."""
    n_windows = 0
    for number in range(len(borrowers)):
        borrower = borrowers[number]
        first, last = borrower.loan_from, borrower.loan_from + borrower.n_loans
        borrower.window_from = n_windows
        borrower.n_windows = lay_out(loans[first:last], borrower.n_loans, windows[n_windows:], maturities[first:last])
        n_windows += borrower.n_windows
    return n_windows


def _blocks_of(keys: Whole, borrowers: NDArray[np.void], life: Whole, until: Whole) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """Blocks and their cases; ``keys``, ``life`` and ``until`` go with the borrowers, which stand block after block."""
    starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1 if len(keys) else 0))
    blocks = np.zeros(len(starts), BLOCK)
    blocks["key"], blocks["first"], blocks["last"] = keys[starts], starts, [*starts[1:], len(keys)]
    cases: list[tuple[int, ...]] = []
    for block in blocks:
        block["case_from"] = len(cases)
        members = np.arange(block["first"], block["last"])
        for law in np.unique(borrowers["law"][members]):
            same = members[borrowers["law"][members] == law]
            after, end = borrowers["after"][same], until[same]
            cases.append((law, life[same].max(), after.min(), end.max(), (end - after).max()))
        block["case_to"] = len(cases)
    return blocks, np.array(cases, CASE)


def rungs_of() -> NDArray[np.void]:
    """The fixed ladder: levels of the chance of failing, dense where hazards are small.

    Examples
    --------
    >>> rungs = rungs_of()
    >>> bool(np.isclose(-np.log1p(-rungs["level"][5]), 2.0**-7)), float(rungs["level"][-1] + rungs["width"][-1])
    (True, 1.0)
    """
    steps = np.arange((HIGHEST_RUNG - FINEST_RUNG) * RUNGS_A_DOUBLING + 1)
    hazards = np.array([0.0, *2.0 ** (FINEST_RUNG + steps / RUNGS_A_DOUBLING), np.inf])
    levels = -np.expm1(-hazards)
    rungs = np.zeros(len(hazards) - 1, RUNG)
    rungs["level"], rungs["width"], rungs["jump"] = levels[:-1], np.diff(levels), -1.0 / np.diff(hazards)
    return rungs


def shapes_of(failures: FailurePlan) -> tuple[NDArray[np.void], NDArray[np.int16]]:
    """Shapes of the laws of failure, and the guides into their scales, none without a static factor."""
    hazards = failures.hazards
    shapes = np.zeros(len(hazards), SHAPE)
    for field in ("kind", "sector", "scale"):
        shapes[field] = hazards[field]
    shapes["root"], shapes["rest"] = np.sqrt(hazards["correlation"]), np.sqrt(1.0 - hazards["correlation"])
    guides = np.ones((len(failures.scales), N_GUIDES), np.int16)
    for law, hazard in enumerate(hazards if len(failures.scales) else []):
        line = failures.scales[hazard["scale"], 1 : hazard["until"] + 1]
        finite = line[np.isfinite(line)]
        if len(finite) and finite[-1] > finite[0]:
            per_unit = N_GUIDES / (finite[-1] - finite[0])
            points = finite[0] + np.arange(N_GUIDES) / per_unit
            guides[law] = 1 + np.searchsorted(line, points - 1e-9 * (1.0 + np.abs(points)))
            shapes[law]["lowest"], shapes[law]["per_unit"] = finite[0], per_unit
    return shapes, guides


def with_fixed_firms(plan: WorldPlan, by_grade: NDArray[np.bool_]) -> WorldPlan:
    """Draw a plan's synthetic firms once, for all its histories.

    Parameters
    ----------
    plan : WorldPlan
    by_grade : ndarray of bool, shape (n_segments,)
        Segments whose values go by grade; where they do not, a grade is a label that moves no fate.
    """
    failures, firms = plan.failures, plan.firms
    nobody_fails = Weather(np.zeros((0, 0)), np.zeros((0, 0)), np.zeros((0, 0)), np.full(len(failures.hazards), -1.0))
    links, seen, _, n_firms = draw_links(firms, failures, nobody_fails, plan.seed, BOOK_HISTORY)
    number = np.arange(len(links)) - np.searchsorted(links["firm"], links["firm"])
    starts = links[np.searchsorted(links["firm"], np.arange(n_firms))]
    profiles = firms.profiles[links["segment"], links["grade"]]
    segment = starts["segment"].astype(np.int64)
    own = np.arange(n_firms) - np.searchsorted(segment, segment)
    has_arrived = own >= firms.segments["firms"][segment]
    own = np.where(has_arrived, ARRIVING + own - firms.segments["firms"][segment], own)
    grades = np.array([address_of(f"grade {name}") for name in plan.names.grades], np.int64)
    classes = np.where(by_grade[segment], grades[starts["grade"]], address_of(NO_GRADES))
    risks = np.zeros(len(links), RISK)
    keys = (segment << SEGMENT_SHIFT) | own
    risks["key"], risks["number"] = keys[links["firm"]], number
    risks["lgd_level"], risks["neutral"] = profiles["lgd_level"], profiles["neutral"]
    order = np.argsort(links["day"], kind="stable")
    links, seen = in_order_of_play(links, seen, plan.lend_until + 1)
    at_maturity = np.isin(starts["repayment"], PRINCIPAL_AT_MATURITY)
    return plan._replace(
        book=book_of(
            links,
            seen,
            Firms(
                keys=keys,
                laws=firms.profiles["hazard"][segment, starts["grade"]].astype(np.int64),
                deferred=np.where(at_maturity, firms.segments["at_maturity"][segment], 0.0),
                blocks=(classes ^ (segment << 1)) & ~1 | has_arrived,
                places=own,
            ),
            risks[order],
            failures,
        )
    )


@rule
def draw_banking(links: NDArray[np.void], keys: Whole, seed: int, seen: NDArray[np.void]) -> None:
    """Draw once what banks see of the firms of a tape besides their PD: ancillary income and signal, into ``seen``."""
    for number in range(len(links)):
        _, _, ancillary, signal = draws((seed, BOOK_HISTORY, keys[links[number].firm]), NO_LINK, FIRM, BANKING)
        seen[number].ancillary, seen[number].signal = normal_quantile(ancillary), normal_quantile(signal)


def class_of(pd: float) -> int:
    """Class of like PDs, by factors of two.

    Examples
    --------
    >>> class_of(0.03) == class_of(0.017), class_of(0.03) == class_of(0.032)
    (True, False)
    """
    return math.frexp(pd)[1]
