"""What a study asks of a measure: to stay on one side of a value, to reach it, to be as small or as large as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simulator.results.estimates import Estimate


class Target(NamedTuple):
    """A measure and the value it is to keep to.

    Attributes
    ----------
    measure : str
        Dotted name.
    relation : str
        ``<=``, ``>=`` or ``=``.
    value : float
        In the measure's unit.
    """

    measure: str
    relation: str
    value: float

    def missed_by(self, mean: float) -> float:
        """How far a value is on the wrong side; 0 or below where the target is met, its distance for ``=``.

        Examples
        --------
        >>> round(Target("pool.shortfall_probability", "<=", 0.05).missed_by(0.07), 6)
        0.02
        """
        if self.relation == "=":
            return abs(mean - self.value)
        return mean - self.value if self.relation == "<=" else self.value - mean

    def is_met(self, mean: float) -> bool:
        """Whether a value is on the right side; for ``=``, at or above it, so that a change of side is a crossing."""
        return mean >= self.value if self.relation == "=" else self.missed_by(mean) <= 0

    def may_be_met(self, found: Estimate) -> bool:
        """Whether the interval of an estimate reaches the right side."""
        low, high = ends_of(found)
        return low <= self.value <= high if self.relation == "=" else (low <= self.value if self.relation == "<=" else high >= self.value)

    def is_surely_met(self, found: Estimate) -> bool:
        """Whether the whole interval of an estimate is on the right side."""
        low, high = ends_of(found)
        return low == self.value == high if self.relation == "=" else (high <= self.value if self.relation == "<=" else low >= self.value)


class Objective(NamedTuple):
    """A measure that is to be as small (``min``) or as large (``max``) as can be."""

    measure: str
    sense: str

    @property
    def sign(self) -> float:
        """1 where less is better, -1 where more is."""
        return 1.0 if self.sense == "min" else -1.0


def ends_of(found: Estimate) -> tuple[float, float]:
    """95 % interval of an estimate; the estimate itself where it has none."""
    return (found.mean if found.low is None else found.low, found.mean if found.high is None else found.high)
