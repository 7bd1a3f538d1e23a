"""A few histories played to see what a scenario comes to: who asks for how much, what is lent, which shares apply.

Enough applications to name means and mixtures, far too few for losses: those are for ``run``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.rules import records as r
from simulator.runs.play import Play, prepare
from simulator.runs.session import check_size
from simulator.world.draw import draw_history
from simulator.world.population import WorldPlan, plan_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.rules.books import Books, LoanBook, Records
    from simulator.scenario.models import Scenario

ENOUGH = 20_000
"""Applications after which no further history is played."""

FEWEST, MOST = 4, 100
TOO_MANY = 300_000
"""Applications in one history that make a second one needless."""


class Sample(NamedTuple):
    """Applications of some histories, with what became of them.

    Attributes
    ----------
    play : Play
    plan : WorldPlan
    books : Books
        Of the last history; its ``history`` row holds the terms of recovery.
    book : LoanBook
        Links, sheet, cover and loans of all histories, one after another; the other arrays are the last history's.
    volumes : ndarray, shape (n_histories,)
        Lent in each history, fen.
    """

    play: Play
    plan: WorldPlan
    books: Books
    book: LoanBook
    volumes: NDArray[np.float64]

    @property
    def is_lent(self) -> NDArray[np.bool_]:
        """Which applications became loans."""
        return np.asarray(self.book.loans["amount"] > 0)

    @property
    def shares(self) -> NDArray[np.int64]:
        """Share of each layer on each application as it was met, first loan or later; shape (n_links, n_layers), millionths."""
        cover = self.book.cover
        return np.where(self.book.loans["is_first"][:, None] == 1, cover["first"], cover["later"]).astype(np.int64)


def take_sample(scenario: Scenario) -> Sample:
    """Play histories 0, 1, 2 … until enough applications have been seen; of a replayed tape, which is the same in all, one.

    Raises
    ------
    RunTooLarge
        If one history cannot fit.
    """
    check_size([scenario.model_copy(update={"run": scenario.run.model_copy(update={"histories": FEWEST})})])
    play = prepare(scenario)
    plan = plan_world(scenario, play.setting.calendar)
    is_replay = plan.tape is not None and plan.tape.replayed is not None
    parts: list[LoanBook] = []
    volumes: list[float] = []
    seen = 0
    for number in range(MOST):
        history, finals = play.history(draw_history(plan, number))
        parts.append(history.loans)
        volumes.append(finals.figures["lending.volume"])
        seen += len(history.loans.links)
        if is_replay or seen >= TOO_MANY or (number + 1 >= FEWEST and seen >= ENOUGH):
            break
    book = parts[-1]._replace(**{key: _joined([getattr(part, key) for part in parts]) for key in ("links", "sheet", "cover", "loans")})
    return Sample(play, plan, history.books, book, np.array(volumes))


def _joined(arrays: list[Records]) -> Records:
    return np.concatenate(arrays) if len(arrays) > 1 else arrays[0]


def largest_groups(shares: NDArray[np.int64], weights: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Group rows that are alike; returns each distinct row with the numbers of its members, heaviest group first."""
    if len(shares) == 0:
        return []
    distinct, member_of = np.unique(shares, axis=0, return_inverse=True)
    member_of = member_of.ravel()
    order = np.argsort(-np.bincount(member_of, weights=weights.astype(np.float64)), kind="stable")
    return [(distinct[group], np.flatnonzero(member_of == group)) for group in order]


def direct_layers(sample: Sample) -> NDArray[np.bool_]:
    """Which layers pay the bank itself: neither a backer of another layer nor the bearer of an excess."""
    return np.asarray(sample.play.setting.contract.layers["source"][r.PLAYED] < 0)
