"""A lever: one value of a scenario that a study moves between two ends, in steps that people would write."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.scenario.quantities import LprSpread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.scenario.units import Unit

DIGITS = 12
"""Decimals that a place keeps: finer ones are the computer's, not the user's."""


@dataclass(frozen=True)
class Lever:
    """What is moved. Places are numbers in the program's units: fen, millionths, days, probabilities; a date's is its day.

    Attributes
    ----------
    path : str
        Dotted path in the scenario.
    zh, en : str
        Short names.
    unit : Unit
        How values are read and written.
    low, high : float
        Ends, as places.
    step : float
        Finest difference between two values that are tried.
    like : object
        Some value of the lever in the unit's own type.
    own : float or None
        The file's value as a place; ``None`` where it is none or of another kind.
    """

    path: str
    zh: str
    en: str
    unit: Unit
    low: float
    high: float
    step: float
    like: Any
    own: float | None

    def name(self, lang: str) -> str:
        """Short name in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    @property
    def span(self) -> float:
        """Distance of the ends."""
        return self.high - self.low

    @property
    def names_money(self) -> bool:
        """Whether values are amounts of money."""
        return self.unit.name in ("money", "money_or_none")

    @property
    def names_share(self) -> bool:
        """Whether values are written in per cent and kept as millionths."""
        return self.unit.name in ("share", "share_or_none", "rate", "points")

    def at(self, place: float) -> float:
        """Return the nearest place that is a whole number of steps, within the ends."""
        return min(max(round(round(place / self.step) * self.step, DIGITS), self.low), self.high)

    def value(self, place: float) -> Any:  # noqa: ANN401  in the unit's own type
        """Return the value at a place, in the unit's own type."""
        if isinstance(self.like, datetime.date):
            return datetime.date.fromordinal(round(place))
        if isinstance(self.like, LprSpread):
            return LprSpread(round(place), self.like.factor)
        return round(place) if isinstance(self.like, int) else float(place)

    def text(self, place: float) -> str:
        """Write the value at a place as people write it."""
        return self.unit.show(self.value(place))

    def step_text(self) -> str:
        """Write the step as people write it."""
        if isinstance(self.like, datetime.date):
            return f"{round(self.step)}天"
        if isinstance(self.like, LprSpread):
            return f"{self.step / 100:g}bp"
        return self.unit.show(self.value(self.step))

    def grid(self, n_points: int) -> list[float]:
        """Places evenly from end to end; fewer where there are not so many steps."""
        cuts = max(n_points - 1, 1)
        return sorted({self.low, self.high, *(self.at(self.low + self.span * number / cuts) for number in range(1, cuts))})

    def between(self, left: float, right: float, fractions: Sequence[float]) -> list[float]:
        """Places strictly between two others at some fractions of the way; none where they are one step apart."""
        found = {self.at(left + (right - left) * fraction) for fraction in fractions}
        return sorted(place for place in found if left < place < right)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "path": self.path,
            "zh": self.zh,
            "en": self.en,
            "from": self.text(self.low),
            "to": self.text(self.high),
            "step": self.step_text(),
            "own": None if self.own is None else self.text(self.own),
        }


def sensible_step(span: float, least: float, parts: int = 300) -> float:
    """Power of ten that cuts a span into at least so many steps, never below ``least``.

    Examples
    --------
    Between 30 % and 95 % (millionths) 0.1 %; between 5亿元 and 40亿元 (fen) 100万元:

    >>> sensible_step(650_000, 1), sensible_step(3.5e11, 1)
    (1000.0, 1000000000.0)
    """
    return max(10.0 ** math.floor(math.log10(span / parts)), least) if span > 0 else max(least, 1e-9)
