"""How sure the headline measures are, how many histories would make them surer, and when enough have been played.

A mean or a ratio is measured by its relative standard error, a chance by the half width of its 95 % interval (a rare chance has no useful relative
error: it would ask for more histories the rarer it is). A measure that the scheme does not have, or that is 0 in every history so far, has neither
and is left out. Rounds of histories only append, so stopping early leaves the same bytes as asking for that number at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.results.estimates import Estimate

HEADLINE = ("bank.net_loss", "pool.shortfall_probability", "lending.volume", "fiscal.net_cost", "project.succeeded", "fiscal.back")
"""Measures that a run is stopped by, and that advice is given on: the answers of every run, with what the public purse pays and gets."""

FIRST = 200
"""Histories of the first round: fewer say too little about their own error."""

LEAST_GROWTH, MOST_GROWTH = 1.25, 4.0
"""A round multiplies the histories so far by what their errors ask for, within these bounds: fewer looks, and no leap on a first impression."""

ROOM = 1.1
"""Histories beyond those that the errors so far ask for, so that the next look is mostly the last."""

STEP = 100
"""Rounds end at a multiple of this."""


class Error(NamedTuple):
    """How sure one measure is.

    Attributes
    ----------
    measure : str
        Dotted name.
    size : float
        Relative standard error of a mean or ratio, infinite where its estimate is 0; half width of the 95 % interval of a chance; 0-1.
    is_chance : bool
    n : int
        Histories behind it.
    """

    measure: str
    size: float
    is_chance: bool
    n: int

    def needed(self, target: float) -> int:
        """Histories that would bring the error to a target, as far as the present ones can tell: errors fall with the root of their number.

        Examples
        --------
        >>> Error("bank.net_loss", 0.05, False, 1000).needed(0.02)
        6250
        """
        return math.ceil(self.n * (self.size / target) ** 2 - 1e-9) if math.isfinite(self.size) else 0

    def meets(self, target: float) -> bool:
        """Whether the measure is sure enough."""
        return self.size <= target


def errors_of(measures: Mapping[str, Estimate | None], names: Sequence[str] = HEADLINE) -> list[Error]:
    """How sure each measure is; those that the scheme does not have, or that are 0 in every history, are left out."""
    found = []
    for name in names:
        one = measures.get(name)
        if one is None or one.se is None:
            continue
        if measure_named(name).kind == "chance":
            if one.low is not None and one.high is not None:
                found.append(Error(name, (one.high - one.low) / 2, is_chance=True, n=one.n))
        elif one.mean != 0.0 or one.se > 0.0:
            found.append(Error(name, one.se / abs(one.mean) if one.mean else math.inf, is_chance=False, n=one.n))
    return found


def left_out(measures: Mapping[str, Estimate | None], names: Sequence[str] = HEADLINE) -> list[str]:
    """Measures that the scheme has and that are 0 in every history, so that they have no relative error."""
    told = {error.measure for error in errors_of(measures, names)}
    return [name for name in names if measures.get(name) is not None and name not in told]


def next_number(n: int, most: int, errors: Sequence[Error], target: float) -> int:
    """Histories to play until the next look; ``n`` itself where it is time to stop.

    Parameters
    ----------
    n : int
        Histories played so far; 0 at the start.
    most : int
        Histories never to be passed.
    errors : sequence of Error
        Of all measures that count, over those histories.
    target : float
        0-1.

    Examples
    --------
    >>> next_number(0, 10_000, [], 0.02), next_number(200, 10_000, [Error("bank.net_loss", 0.03, False, 200)], 0.02)
    (200, 500)
    """
    if n == 0:
        return min(FIRST, most)
    if n >= most or all(error.meets(target) for error in errors):
        return n
    return _rounded(min(max(n * _times(errors, target), n * LEAST_GROWTH), n * MOST_GROWTH), most)


def in_the_end(n: int, most: int, errors: Sequence[Error], target: float) -> int:
    """About how many histories there will be, as far as those played so far can tell."""
    return _rounded(min(max(n * _times(errors, target), n), most), most)


def _rounded(n: float, most: int) -> int:
    return min(most, STEP * math.ceil(n / STEP - 1e-9))


def _times(errors: Sequence[Error], target: float) -> float:
    """By how much the histories must grow, with some room."""
    return max(((error.size / target) ** 2 for error in errors), default=0.0) * ROOM


@dataclass(frozen=True)
class Precision:
    """How a run that stops by its errors came to its number of histories.

    Attributes
    ----------
    target : float
        Error asked for, 0-1.
    most : int
        Histories never to be passed.
    rounds : tuple of int
        Histories after each round; the last is the run's.
    errors : tuple of Error
        Of every scenario's headline measures at the end.
    left_out : tuple of str
        Measures without a relative error: 0 in every history.
    """

    target: float
    most: int
    rounds: tuple[int, ...]
    errors: tuple[Error, ...]
    left_out: tuple[str, ...] = ()

    @property
    def histories(self) -> int:
        """Histories played."""
        return self.rounds[-1]

    @property
    def is_reached(self) -> bool:
        """Whether every measure is sure enough."""
        return all(error.meets(self.target) for error in self.errors)

    @property
    def last(self) -> Error | None:
        """The measure furthest from the target, or nearest to missing it."""
        return max(self.errors, key=lambda error: error.size, default=None)

    def as_manifest(self) -> dict[str, Any]:
        """How the number of histories came about, ready for JSON."""
        reached = {error.measure: error.size if math.isfinite(error.size) else None for error in self.errors}
        return {"target": self.target, "most": self.most, "rounds": list(self.rounds), "reached": self.is_reached, "errors": reached}
