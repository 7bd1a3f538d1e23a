"""Which points of a study no other beats: the Pareto set, told apart from what noise alone might say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.results.solved import evaluation_as_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulator.results.levers import Lever
    from simulator.results.solved import About, Evaluation
    from simulator.results.targets import Objective

    Floats = NDArray[np.float64]

FRONTIER, UNCERTAIN, DOMINATED = "frontier", "uncertain", "dominated"
LEVEL = 0.05


class Standing(NamedTuple):
    """How a point stands among the others.

    Attributes
    ----------
    status : str
        ``frontier``: no point is estimated to be at least as good in every objective and better in one. ``dominated``: some point surely is.
        ``uncertain``: some point is estimated to be, none surely.
    is_sure : bool
        Whether that is beyond noise; a point of the frontier for sure is surely better than each other point in some objective.
    by : int or None
        The point that beats it most clearly.
    same : int or None
        The first point that is the same in every objective and history: what tells the two apart makes no difference.
    """

    status: str
    is_sure: bool
    by: int | None
    same: int | None


@dataclass(frozen=True)
class FrontierFound:
    """The Pareto set of some objectives over some levers.

    Attributes
    ----------
    about : About
    levers : sequence of Lever
    objectives : sequence of Objective
    evaluations : sequence of Evaluation
        All points, in order of their places.
    standings : sequence of Standing
        One a point.
    own : int or None
        The point of the file's own values.
    dropped : sequence of str
        Objectives asked for, or usual, that the scenario does not have.
    refused : int
        Points whose values clash and that were left out.
    """

    about: About
    levers: Sequence[Lever]
    objectives: Sequence[Objective]
    evaluations: Sequence[Evaluation]
    standings: Sequence[Standing]
    own: int | None
    dropped: Sequence[str]
    refused: int

    def numbers(self, status: str) -> list[int]:
        """Numbers of the points of one status, by the first objective, best first; of points that are the same only the first."""
        first = self.objectives[0]
        found = [number for number, one in enumerate(self.standings) if one.status == status and one.same is None]
        return sorted(found, key=lambda number: first.sign * self.mean(number, first))

    def mean(self, number: int, objective: Objective) -> float:
        """Estimate of an objective at a point."""
        return self.evaluations[number].measures[objective.measure].mean

    @property
    def named(self) -> dict[int, str]:
        """The few points that a chart names and why: best in an objective (its measure), the knee (``knee``), the file's own values (``own``)."""
        front = self.numbers(FRONTIER)
        found: dict[int, str] = {}
        for objective in self.objectives:
            best = min(front, key=lambda number: objective.sign * self.mean(number, objective))
            found.setdefault(best, objective.measure)
        if len(front) > 2:
            found.setdefault(self._knee(front), "knee")
        if self.own is not None:
            found[self.own] = "own"
        return found

    @property
    def n_same(self) -> int:
        """Points that are the same as another in every history."""
        return sum(one.same is not None for one in self.standings)

    def _knee(self, front: Sequence[int]) -> int:
        """Point of the frontier nearest to the best of every objective, each scaled to 0-1 over the frontier."""
        values = np.array([[one.sign * self.mean(number, one) for one in self.objectives] for number in front])
        spread = np.ptp(values, axis=0)
        scaled = (values - values.min(axis=0)) / np.where(spread > 0, spread, 1.0)
        return front[int(np.argmin(np.hypot.reduce(scaled, axis=1)))]

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        points = [
            evaluation_as_dict(self.levers, one)
            | {"status": standing.status, "sure": standing.is_sure, "beaten_by": standing.by, "same_as": standing.same}
            for one, standing in zip(self.evaluations, self.standings, strict=True)
        ]
        return {
            "study": "frontier",
            **self.about._asdict(),
            "levers": [lever.as_dict() for lever in self.levers],
            "objectives": [one._asdict() for one in self.objectives],
            "dropped": list(self.dropped),
            "refused": self.refused,
            "own": self.own,
            "named": {str(number): why for number, why in self.named.items()},
            "points": points,
        }


def standings_of(parts: Floats) -> list[Standing]:
    """Tell for each point whether another beats it, and whether that is beyond noise.

    One point surely beats another where it is surely better in one objective, and in every other surely better or the
    same in every history. All objectives must agree, so that no correction for their number is needed; for the number of rivals, Bonferroni's is
    made: a point that no other truly beats is called dominated with a chance of at most 5 %.

    Parameters
    ----------
    parts : ndarray, shape (n_points, n_objectives, n_histories)
        Each history's part in each objective; less is better.

    Examples
    --------
    Two histories of one objective in which the second point is always better by 1:

    >>> [one.status for one in standings_of(np.array([[[5.0, 7.0]], [[4.0, 6.0]]]))]
    ['dominated', 'frontier']
    """
    from scipy.special import stdtrit

    n_points, _, n_histories = parts.shape
    means = parts.mean(axis=2)
    bound = float(stdtrit(n_histories - 1, 1 - LEVEL / (2 * max(n_points - 1, 1)))) if n_histories > 1 else np.inf
    found = []
    for number in range(n_points):
        differences = parts - parts[number]
        gaps = means - means[number]
        spreads = differences.std(axis=2, ddof=1) / np.sqrt(n_histories) if n_histories > 1 else np.full(gaps.shape, np.inf)
        steady = np.ptp(differences, axis=2) == 0
        better = np.where(steady, gaps < 0, gaps < -bound * spreads)
        worse = np.where(steady, gaps > 0, gaps > bound * spreads)
        level = steady & (gaps == 0)
        surely = (better | level).all(axis=1) & better.any(axis=1)
        seemingly = (gaps <= 0).all(axis=1) & (gaps < 0).any(axis=1)
        twins = np.flatnonzero(level.all(axis=1))
        same = int(twins[0]) if twins[0] < number else None
        found.append(_standing(number, surely, seemingly, worse.any(axis=1) | level.all(axis=1), gaps, spreads)._replace(same=same))
    return found


def _standing(
    number: int, surely: NDArray[np.bool_], seemingly: NDArray[np.bool_], surely_not: NDArray[np.bool_], gaps: Floats, spreads: Floats
) -> Standing:
    """Standing of one point; ``surely_not`` are the points that surely do not beat it."""
    beating = surely if surely.any() else seemingly
    if not beating.any():
        others = np.arange(len(surely)) != number
        return Standing(FRONTIER, bool(surely_not[others].all()), None, None)
    scores = np.where(spreads > 0, -gaps / np.where(spreads > 0, spreads, 1.0), np.where(gaps < 0, np.inf, 0.0)).max(axis=1)
    by = int(np.argmax(np.where(beating, scores, -np.inf)))
    return Standing(DOMINATED if surely.any() else UNCERTAIN, bool(surely.any()), by, None)
