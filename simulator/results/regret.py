"""Which scheme is best in which future, and what is lost by choosing another: regret (Savage 1951) over futures in which assumptions move together.

A scheme's regret in a future is how far it falls behind the best one there. Made by ``analysis.regret``, shown by reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from simulator.results.measures import measure_named
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from simulator.results.ranges import Held, Influence, Ranged

    Floats = NDArray[np.float64]
    Marks = NDArray[np.bool_]

HIGHER = (
    "bank.profit",
    "bank.raroc",
    "bank.interest",
    "bank.promised_cover",
    "bank.realised_cover",
    "pool.paid_over_promised",
    "pool.lowest_balance",
    "pool.final_balance",
    "pool.leverage",
    "cover.paid",
    "lending.applications",
    "lending.volume",
    "lending.loans",
    "lending.borrowers",
    "lending.first_time_borrowers",
    "lending.additional_volume",
    "project.succeeded",
    "fiscal.back",
    "equity.proceeds",
)
"""Measures of which more is better; of all others less is."""

OFTEN = 0.9
"""Quantile of the regret over futures that is told beside its mean and its worst."""


def is_higher_better(name: str) -> bool:
    """Whether more of a measure is better.

    Examples
    --------
    >>> is_higher_better("lending.volume"), is_higher_better("fiscal.net_cost")
    (True, False)
    """
    return name in HIGHER


class Split(NamedTuple):
    """The one assumption and value that part the futures best into those of one best scheme and those of another.

    Attributes
    ----------
    assumption : Ranged
    column : int
        Of the assumption.
    threshold : float
        Halfway between the values on both sides.
    text : str
        The greatest value on the low side, as people write it.
    below, above : int
        Number of the scheme on each side.
    right_below, n_below, right_above, n_above : int
        Futures on each side, and those of them in which its scheme is the best or not told apart from it.
    """

    assumption: Ranged
    column: int
    threshold: float
    text: str
    below: int
    above: int
    right_below: int
    n_below: int
    right_above: int
    n_above: int


@dataclass(frozen=True)
class MeasureRegret:
    """Regrets by one measure.

    Attributes
    ----------
    name : str
        Dotted name.
    better : {'lower', 'higher'}
    own : ndarray, shape (n_schemes,)
        Each scheme at the file's own values.
    values : ndarray, shape (n_futures, n_schemes)
        Each scheme in each future.
    regrets : ndarray, shape (n_futures, n_schemes)
        How far it falls behind the best, >= 0.
    best : ndarray, shape (n_futures,)
        Number of the best scheme.
    level : ndarray of bool, shape (n_futures, n_schemes)
        The best, and those whose paired difference from it is within noise.
    errors : ndarray, shape (n_schemes,)
        Standard error of each mean regret, from the histories.
    influences : sequence of Influence
        How each assumption goes with the difference of the two schemes that are most often best, the strongest first.
    rivals : tuple of int
        Those two.
    split : Split or None
        None where no split tells more than chance would.
    """

    name: str
    better: Literal["lower", "higher"]
    own: Floats
    values: Floats
    regrets: Floats
    best: NDArray[np.int64]
    level: Marks
    errors: Floats
    influences: Sequence[Influence]
    rivals: tuple[int, int]
    split: Split | None

    @property
    def mean(self) -> Floats:
        """Mean regret of each scheme."""
        found: Floats = self.regrets.mean(axis=0)
        return found

    @property
    def worst(self) -> Floats:
        """Greatest regret of each scheme."""
        found: Floats = self.regrets.max(axis=0)
        return found

    @property
    def often(self) -> Floats:
        """Regret of each scheme not exceeded in nine futures of ten."""
        return np.quantile(self.regrets, OFTEN, axis=0, method="inverted_cdf")

    @property
    def tied(self) -> Marks:
        """Futures in which the best is not told apart from another, shape (n_futures,)."""
        found: Marks = self.level.sum(axis=1) > 1
        return found

    @property
    def share_best(self) -> Floats:
        """Part of futures in which each scheme is best and told apart from all others."""
        n = self.values.shape[1]
        return np.array([np.mean((self.best == scheme) & ~self.tied) for scheme in range(n)])

    @property
    def share_level(self) -> Floats:
        """Part of futures in which each scheme is best or not told apart from the best."""
        found: Floats = self.level.mean(axis=0)
        return found

    @property
    def least_regret(self) -> int:
        """Number of the scheme whose greatest regret is least; of those alike, the one with the least mean."""
        return int(np.lexsort((self.mean, self.worst))[0])

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "better": self.better,
            "own": self.own.tolist(),
            "mean_regret": self.mean.tolist(),
            "se": self.errors.tolist(),
            "p90_regret": self.often.tolist(),
            "max_regret": self.worst.tolist(),
            "share_best": self.share_best.tolist(),
            "share_best_or_tied": self.share_level.tolist(),
            "share_tied": float(self.tied.mean()),
            "least_regret": self.least_regret,
            "influences": [{"assumption": one.assumption.path, "correlation": one.correlation} for one in self.influences],
            "rivals": list(self.rivals),
            "split": self.split._asdict() | {"assumption": self.split.assumption.path} if self.split else None,
        }


@dataclass(frozen=True)
class RegretStudy:
    """Schemes over futures.

    Attributes
    ----------
    schemes : sequence of str
        Their names.
    titles : sequence of (str, str)
        Their titles in Chinese and English.
    seed, histories : int
        Of every scheme in every future.
    assumptions : sequence of Ranged
        Those that move, together in all schemes that have them.
    texts : sequence of sequence of str
        Value of each assumption in each future, as people write it.
    places : ndarray, shape (n_futures, n_assumptions)
        The same as numbers.
    measures : mapping of str to MeasureRegret
    paired : bool
        Whether all schemes meet the same fates; else differences hold the luck of each.
    redrawn, dropped : int
        Futures drawn anew because a scheme refuses them, and those given up.
    chance_bound : float
        Rank correlation that the strongest of as many assumptions without any influence passes in 5 % of studies.
    held : sequence of Held
    """

    schemes: Sequence[str]
    titles: Sequence[tuple[str, str]]
    seed: int
    histories: int
    assumptions: Sequence[Ranged]
    texts: Sequence[Sequence[str]]
    places: Floats
    measures: Mapping[str, MeasureRegret]
    paired: bool
    redrawn: int
    dropped: int
    chance_bound: float
    held: Sequence[Held]

    @property
    def n_futures(self) -> int:
        """Number of futures."""
        return len(self.texts)

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "schemes": list(self.schemes),
            "seed": self.seed,
            "histories": self.histories,
            "futures": self.n_futures,
            "paired": self.paired,
            "redrawn": self.redrawn,
            "dropped": self.dropped,
            "assumptions": [one.path for one in self.assumptions],
            "held": [one._asdict() for one in self.held],
            "measures": {name: found.as_json() for name, found in self.measures.items()},
        }


def write_regret(folder: Path, study: RegretStudy) -> None:
    """Write the regret table, one row a measure and scheme; the futures; and every scheme in every future."""
    head = ("measure", "unit", "better", "scheme", "own", "mean_regret", "se", "p90_regret", "max_regret", "share_best", "share_best_or_tied")
    write_table(folder / "regret.csv", head, _table(study))
    futures = [(number + 1, *texts) for number, texts in enumerate(study.texts)]
    write_table(folder / "futures.csv", ("future", *(one.path for one in study.assumptions)), futures)
    write_table(folder / "outcomes.csv", ("future", "measure", "unit", "scheme", "value", "regret", "best", "tied_with_best"), _outcomes(study))


def _table(study: RegretStudy) -> Iterable[tuple[object, ...]]:
    for name, found in study.measures.items():
        columns = (found.own, found.mean, found.errors, found.often, found.worst, found.share_best, found.share_level)
        for number, scheme in enumerate(study.schemes):
            yield (name, measure_named(name).unit, found.better, scheme, *(float(column[number]) for column in columns))


def _outcomes(study: RegretStudy) -> Iterable[tuple[object, ...]]:
    for name, found in study.measures.items():
        for future in range(study.n_futures):
            for number, scheme in enumerate(study.schemes):
                is_best, is_tied = found.best[future] == number, found.level[future, number] and found.tied[future]
                figures = float(found.values[future, number]), float(found.regrets[future, number])
                yield (future + 1, name, measure_named(name).unit, scheme, *figures, "yes" if is_best else "no", "yes" if is_tied else "no")
