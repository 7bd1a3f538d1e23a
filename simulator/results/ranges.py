"""What moving the assumptions over their ranges found: the points, each measure there, its span, and how strongly each assumption goes with it.

A second interval beside that of simulation: it says what nobody knows, not what chance does. Made by ``analysis.ranges``, shown by reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.results.measures import measure_named
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from simulator.results.estimates import Estimate

    Floats = NDArray[np.float64]

HALF = 0.5
"""Part of the variation of ranks an assumption must go with to move a measure more than all others together."""

HEADLINE = (
    "pool.shortfall_probability",
    "bank.net_loss",
    "fiscal.net_cost",
    "lending.additional_volume",
    "project.succeeded",
    "fiscal.back",
    "lending.volume",
    "bank.net_loss_rate",
    "bank.gross_loss",
    "bank.profit",
    "pool.needed",
    "pool.paid",
    "fiscal.cost_per_yuan",
)
"""Measures of ``ranges.csv``, the first that moves being what the ranking is about."""


class Span(NamedTuple):
    """Least and greatest value of a measure over the points, in the measure's unit."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far apart the two are."""
        return self.high - self.low


@dataclass(frozen=True)
class Ranged:
    """One assumption that moves.

    Attributes
    ----------
    path : str
        Dotted path in the scenario.
    zh, en : str
        Short names, each unique among the scenario's assumptions.
    value, low, high : str
        The file's value (empty: the default) and the ends of its range, as people write them.
    ends : tuple of float
        The ends as numbers.
    own : float or None
        The file's value as a number.
    """

    path: str
    zh: str
    en: str
    value: str
    low: str
    high: str
    ends: tuple[float, float]
    own: float | None

    def name(self, lang: str) -> str:
        """Short name in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class Held(NamedTuple):
    """An assumption with a range that was not moved, and why."""

    path: str
    zh: str
    en: str


class Influence(NamedTuple):
    """How an assumption goes with a measure: Spearman's rank correlation over the points, -1 to 1."""

    assumption: Ranged
    correlation: float


@dataclass(frozen=True)
class RangeStudy:
    """What the assumptions move when they move over their ranges.

    Attributes
    ----------
    assumptions : sequence of Ranged
        Those that moved.
    texts : sequence of sequence of str
        Value of each assumption at each point, as people write it.
    values : ndarray, shape (n_points, n_assumptions)
        The same as numbers.
    histories : int
        Of each point: the first of the run's own.
    own : mapping
        Each measure of the file's own values on those same histories.
    played : mapping
        Dotted name to ndarray, shape (n_points,): each measure as played.
    moved : mapping
        The same, moved from the level of those few histories to that of the whole run (``analysis.ranges.levelled``).
    chance_bound : float
        Rank correlation that the strongest of as many assumptions without any influence passes in 5 % of studies.
    influences : mapping
        Of each measure that moves, all assumptions, the strongest first.
    redrawn, dropped : int
        Points drawn anew because their combination was refused, and those given up.
    held : sequence of Held
        Ranges that were not moved.
    """

    assumptions: Sequence[Ranged]
    texts: Sequence[Sequence[str]]
    values: Floats
    histories: int
    own: Mapping[str, float]
    played: Mapping[str, Floats]
    moved: Mapping[str, Floats]
    chance_bound: float
    influences: Mapping[str, Sequence[Influence]]
    redrawn: int = 0
    dropped: int = 0
    held: Sequence[Held] = ()

    @property
    def n_points(self) -> int:
        """Number of points played."""
        return len(self.texts)

    @property
    def spans(self) -> dict[str, Span]:
        """Least and greatest value over the points of every measure that each of them has; empty where no assumption moved."""
        found = self.moved if self.assumptions else {}
        return {name: Span(float(values.min()), float(values.max())) for name, values in found.items()}

    def span(self, measure: str) -> Span | None:
        """Least and greatest value of a measure over the points; None where some point has no such value."""
        return self.spans.get(measure)

    def beyond_chance(self, measure: str) -> list[Influence]:
        """Assumptions whose correlation chance alone would hardly give, the strongest first."""
        return [one for one in self.influences.get(measure, ()) if abs(one.correlation) > self.chance_bound]

    def leader(self, measure: str) -> Influence | None:
        """The assumption that moves a measure most; None where none stands out.

        It stands out where its correlation is beyond chance and its square beyond one half, and no other's is: it then goes with more of the
        variation than all others together. The only one that moves stands out.
        """
        found = self.influences.get(measure, ())
        if len(found) == 1:
            return found[0]
        strong = [one for one in self.beyond_chance(measure) if one.correlation**2 > HALF]
        return strong[0] if len(strong) == 1 else None

    @property
    def principal(self) -> str | None:
        """The measure that the ranking is about: the first headline measure that moves."""
        return next((name for name in HEADLINE if name in self.influences), None)

    def as_manifest(self) -> dict[str, Any]:
        """What is needed to make the study again, beside the scenario and its seed."""
        return {"points": self.n_points, "histories": self.histories, "assumptions": [one.path for one in self.assumptions]}


def with_span(found: Estimate | None, span: Span | None) -> dict[str, Any] | None:
    """Return an estimate ready for JSON, with ``range_low`` and ``range_high``."""
    if found is None:
        return None
    return found.as_dict() | {"range_low": span.low if span else None, "range_high": span.high if span else None}


def write_ranges(path: Path, study: RangeStudy, measures: Mapping[str, Estimate | None]) -> None:
    """Write one row a point, after one of the file's own values: every assumption, every headline measure and the same as played.

    ``range_low`` and ``range_high`` of a measure are the least and greatest of its first column over the points.
    """
    names = [name for name in HEADLINE if name in study.moved]
    head = ["point", *(one.path for one in study.assumptions)]
    head += [part for name in names for part in (f"{name} [{measure_named(name).unit}]", f"{name} as played")]
    own = [measures[name] for name in names]
    first: list[object] = ["own", *(one.value for one in study.assumptions)]
    first += [part for name, found in zip(names, own, strict=True) for part in (found.mean if found else "", study.own[name])]
    write_table(path, head, [first, *_points(study, names)])


def _points(study: RangeStudy, names: Sequence[str]) -> Iterable[list[object]]:
    for number, texts in enumerate(study.texts):
        figures = [float(values[number]) for name in names for values in (study.moved[name], study.played[name])]
        yield [number + 1, *texts, *figures]
