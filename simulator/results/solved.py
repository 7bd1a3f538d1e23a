"""What solving found: the points that were tried, where the target is met, how sure that is, and the warnings that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.results.measures import measure_named
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.results.estimates import Estimate
    from simulator.results.levers import Lever
    from simulator.results.targets import Objective, Target


class Evaluation(NamedTuple):
    """One point played.

    Attributes
    ----------
    places : tuple of float
        A place a lever.
    measures : mapping of str to Estimate
        Those that the study asks for.
    round : int
        In which call it was played, from 1.
    """

    places: tuple[float, ...]
    measures: Mapping[str, Estimate]
    round: int


class Crossing(NamedTuple):
    """A value at which the measure passes the target.

    Attributes
    ----------
    place : float
        The value, on the lever's steps; the target is met there (for ``=``, it is missed by least there).
    low, high : float or None
        95 % interval: all values next to it at which the measure's own interval holds the target. ``None``: it reaches beyond what was tried.
    found : Estimate
        The measure there.
    """

    place: float
    low: float | None
    high: float | None
    found: Estimate


class Turn(NamedTuple):
    """Evidence that a measure does not run one way: it rises between two values and falls between two others, both beyond noise."""

    rises: tuple[float, float]
    falls: tuple[float, float]


class PoolCheck(NamedTuple):
    """The same answer from ``pool.needed`` of a single run.

    Attributes
    ----------
    place : float
        Where that run had the lever.
    needed : float
        Quantile of the pool that would just have sufficed.
    low, high : float or None
        Its order-statistic interval at 95 %; ``None`` where too few histories bound it.
    level : float
        Of the quantile, 0-1.
    disagreements : int
        Histories, over all sizes tried, in which a pool of that size ran short and the run says it would not, or the other way round.
    compared : int
        Histories compared.
    """

    place: float
    needed: float
    low: float | None
    high: float | None
    level: float
    disagreements: int
    compared: int

    @property
    def agrees(self) -> bool:
        """Whether every history agrees."""
        return self.disagreements == 0


class About(NamedTuple):
    """What a study was made of.

    Attributes
    ----------
    name, zh, en : str
        Scenario's name and titles.
    histories, seed : int
    engine : str
    held : int
        Assumptions with a range that stayed at the file's value.
    given : bool
        Whether lending is an input.
    """

    name: str
    zh: str
    en: str
    histories: int
    seed: int
    engine: str
    held: int
    given: bool

    def title(self, lang: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.en if lang == "en" and self.en else self.zh


@dataclass(frozen=True)
class Solution:
    """The value of one lever that meets a target.

    Attributes
    ----------
    about : About
    lever : Lever
    target : Target
    evaluations : sequence of Evaluation
        All points between the lever's ends, in order.
    own : Evaluation or None
        At the file's own value.
    rounds : int
        Calls in which points were played.
    answer : Crossing or None
    others : sequence of Crossing
        Further values at which the measure passes the target.
    best : Evaluation
        Where the target is met with most room, or missed by least.
    turn : Turn or None
        Where the measure does not run one way.
    check : PoolCheck or None
    no_check : tuple of str or None
        Why there is no such check although a pool's size is solved for, in Chinese and English.
    """

    about: About
    lever: Lever
    target: Target
    evaluations: Sequence[Evaluation]
    own: Evaluation | None
    rounds: int
    answer: Crossing | None
    others: Sequence[Crossing]
    best: Evaluation
    turn: Turn | None
    check: PoolCheck | None = None
    no_check: tuple[str, str] | None = None

    @property
    def verdict(self) -> str:
        """``found``, ``met_everywhere`` or ``out_of_reach``."""
        if self.answer:
            return "found"
        met = self.target.relation != "=" and self.target.is_met(self.best.measures[self.target.measure].mean)
        return "met_everywhere" if met else "out_of_reach"

    @property
    def n_evaluations(self) -> int:
        """Points played, the file's own value included."""
        return len(self.evaluations) + (self.own is not None and self.own not in self.evaluations)

    @property
    def is_at_end(self) -> bool:
        """Whether the answer is one of the lever's ends."""
        return self.answer is not None and self.answer.place in (self.lever.low, self.lever.high)

    def curve(self, part: str) -> list[tuple[float, float]]:
        """Return ``mean``, ``low`` or ``high`` of the measure along the lever."""
        found = [(one.places[0], one.measures[self.target.measure]) for one in self.evaluations]
        return [(place, value if (value := getattr(one, part)) is not None else one.mean) for place, one in found]

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "study": "solve",
            **self.about._asdict(),
            "find": self.lever.as_dict(),
            "target": self.target._asdict(),
            "verdict": self.verdict,
            "answer": None if self.answer is None else self._crossing(self.answer),
            "others": [self._crossing(one) for one in self.others],
            "best": self._evaluation(self.best),
            "missed_by": max(self.target.missed_by(self.best.measures[self.target.measure].mean), 0.0),
            "monotone": self.turn is None,
            "turn": self.turn and {way: [self.lever.text(place) for place in getattr(self.turn, way)] for way in ("rises", "falls")},
            "pool_needed": self.check and self._check(self.check),
            "own": self.own and self._evaluation(self.own),
            "n_evaluations": self.n_evaluations,
            "rounds": self.rounds,
            "evaluations": [self._evaluation(one) for one in self.evaluations],
        }

    def _crossing(self, one: Crossing) -> dict[str, Any]:
        low, high = (None if place is None else self.lever.text(place) for place in (one.low, one.high))
        found = {"value": self.lever.text(one.place), "place": one.place, "low": low, "high": high}
        return found | {"measure": one.found.as_dict()}

    def _check(self, one: PoolCheck) -> dict[str, Any]:
        return one._asdict() | {"place": self.lever.text(one.place), "agrees": one.agrees}

    def _evaluation(self, one: Evaluation) -> dict[str, Any]:
        return evaluation_as_dict([self.lever], one)


@dataclass(frozen=True)
class Optimum:
    """The values of levers that make a measure least or most while constraints hold.

    Attributes
    ----------
    about : About
    levers : sequence of Lever
    objective : Objective
    constraints : sequence of Target
    evaluations : sequence of Evaluation
        All points, in order of their places.
    own : Evaluation or None
        At the file's own values.
    rounds, refused : int
        Calls in which points were played; points whose values clash and that were left out.
    best : Evaluation or None
        Best of those that meet every constraint; ``None`` where none does.
    nearest : Evaluation
        The one that misses its worst constraint by least, in standard errors; the best itself where there is one.
    plausible : sequence of Evaluation
        Points that may be the true optimum: no constraint is surely broken there, and no point that surely meets all is surely better.
    """

    about: About
    levers: Sequence[Lever]
    objective: Objective
    constraints: Sequence[Target]
    evaluations: Sequence[Evaluation]
    own: Evaluation | None
    rounds: int
    refused: int
    best: Evaluation | None
    nearest: Evaluation
    plausible: Sequence[Evaluation]

    @property
    def verdict(self) -> str:
        """``found`` or ``out_of_reach``."""
        return "found" if self.best else "out_of_reach"

    @property
    def n_evaluations(self) -> int:
        """Points played, the file's own values included."""
        return len(self.evaluations) + (self.own is not None and self.own not in self.evaluations)

    @property
    def binding(self) -> list[Target]:
        """Constraints that hold the optimum back: their value lies within the measure's interval there."""
        if self.best is None:
            return []
        return [one for one in self.constraints if one.may_be_met(self.best.measures[one.measure]) and not _is_clear(one, self.best)]

    @property
    def at_end(self) -> list[Lever]:
        """Levers that stand at one of their ends in the optimum."""
        if self.best is None:
            return []
        return [lever for lever, place in zip(self.levers, self.best.places, strict=True) if place in (lever.low, lever.high)]

    def span(self, number: int) -> tuple[float, float]:
        """Least and greatest place of a lever among the plausible points."""
        places = [one.places[number] for one in self.plausible]
        return min(places), max(places)

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        spans = [[lever.text(end) for end in self.span(number)] for number, lever in enumerate(self.levers)] if self.best else None
        return {
            "study": "solve",
            **self.about._asdict(),
            "find": [lever.as_dict() for lever in self.levers],
            "objective": self.objective._asdict(),
            "subject_to": [one._asdict() for one in self.constraints],
            "verdict": self.verdict,
            "best": self.best and evaluation_as_dict(self.levers, self.best),
            "nearest": evaluation_as_dict(self.levers, self.nearest),
            "missed_by": {one.measure: max(one.missed_by(self.nearest.measures[one.measure].mean), 0.0) for one in self.constraints},
            "spans": spans,
            "plausible": len(self.plausible),
            "binding": [one.measure for one in self.binding],
            "at_end": [lever.path for lever in self.at_end],
            "own": self.own and evaluation_as_dict(self.levers, self.own),
            "n_evaluations": self.n_evaluations,
            "rounds": self.rounds,
            "refused": self.refused,
            "evaluations": [evaluation_as_dict(self.levers, one) for one in self.evaluations],
        }


def _is_clear(target: Target, evaluation: Evaluation) -> bool:
    return target.is_surely_met(evaluation.measures[target.measure])


def evaluation_as_dict(levers: Sequence[Lever], one: Evaluation) -> dict[str, Any]:
    """Plain values, ready for JSON."""
    values = {lever.path: lever.text(place) for lever, place in zip(levers, one.places, strict=True)}
    return {"values": values, "measures": {name: found.as_dict() for name, found in one.measures.items()}, "round": one.round}


def write_evaluations(path: Path, levers: Sequence[Lever], rows: Sequence[tuple[str, Evaluation]]) -> None:
    """Write one row a point and measure: the values as written and as numbers, what the point is, estimate, error and interval."""
    head = ["point", "what", "round", *(part for lever in levers for part in (lever.path, f"{lever.path} (number)"))]
    head += ["measure", "名称", "title", "unit", "mean", "se", "low", "high", "histories"]
    lines: list[list[object]] = []
    for number, (what, one) in enumerate(rows, 1):
        values = [part for lever, place in zip(levers, one.places, strict=True) for part in (lever.text(place), place)]
        for name, found in one.measures.items():
            measure = measure_named(name)
            figures = ["" if value is None else value for value in (found.mean, found.se, found.low, found.high)]
            lines.append([number, what, one.round, *values, name, measure.zh, measure.en, measure.unit, *figures, found.n])
    write_table(path, head, lines)
