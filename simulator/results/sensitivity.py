"""What a sensitivity study found: how far each assumption alone moves a measure, which matter at all, and how its variance is shared out.

Made by ``analysis.sensitivity``, shown by reports.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.results.measures import measure_named
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Held, Ranged

METHODS = ("tornado", "morris", "sobol")


class Swing(NamedTuple):
    """What one assumption does to a measure when it alone goes from one end of its range to the other.

    Attributes
    ----------
    assumption : Ranged
    at_low, at_high : float
        The measure at the ends.
    difference : Estimate
        At the high end less at the low one, paired.
    told_apart : bool
        Whether it moves the measure (either end from the file's own value, or one end from the other) more than noise would.
    """

    assumption: Ranged
    at_low: float
    at_high: float
    difference: Estimate
    told_apart: bool

    def reach(self, own: float) -> float:
        """How far apart the values at both ends and the file's own are."""
        values = (self.at_low, own, self.at_high)
        return max(values) - min(values)


class Screened(NamedTuple):
    """Elementary effects of one assumption (Morris 1991; Campolongo and others 2007), each over the whole range.

    Attributes
    ----------
    assumption : Ranged
    mu : float
        Mean effect.
    mu_star, low, high : float
        Mean size of the effects, and its 95 % interval over trajectories.
    sigma : float
        Standard deviation of the effects: bent responses and interactions.
    noise : float
        Root mean square of the standard errors of the single effects: what ``mu_star`` would be about if nothing but noise were there.
    told_apart : bool
        Whether some effect is more than noise.
    """

    assumption: Ranged
    mu: float
    mu_star: float
    low: float
    high: float
    sigma: float
    noise: float
    told_apart: bool


class Index(NamedTuple):
    """Parts of a measure's variance that go with one assumption (Sobol 1993), with 95 % intervals.

    Attributes
    ----------
    assumption : Ranged
    first, first_low, first_high : float
        Alone.
    total, total_low, total_high : float
        Alone and together with others.
    noise : float
        What the total index would be about if nothing but noise were there.
    told_apart : bool
        Whether moving it alone does more than noise somewhere.
    """

    assumption: Ranged
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float
    noise: float
    told_apart: bool


@dataclass(frozen=True)
class SensitivityStudy:
    """What moves the measures of one scenario.

    Attributes
    ----------
    name, title, title_en : str
        Of the scenario.
    seed, histories : int
        Of every point.
    assumptions : sequence of Ranged
        Those that moved.
    held : sequence of Held
        Ranges that did not, and why.
    measures : sequence of str
        Dotted names.
    own : mapping of str to Estimate
        Each measure at the file's own values.
    points : mapping of str to int
        Points played for each method.
    tornado, morris, sobol : mapping of str to sequence
        Of each method asked for, by measure, the strongest first. A measure that no point moves is not in it (``constant``).
    constant : mapping of str to sequence of str
        Of each method, the measures that have one and the same value at all points.
    missing : mapping of str to sequence of str
        Of each method, the measures that have no value at most points.
    noise : mapping of str to float
        Part of the variance over Sobol's points that is noise, 0-1, by measure.
    dropped : mapping of str to int
        Of each method, trajectories or rows left out because the scenario is refused or a measure has no value at one of their points.
    """

    name: str
    title: str
    title_en: str
    seed: int
    histories: int
    assumptions: Sequence[Ranged]
    held: Sequence[Held]
    measures: Sequence[str]
    own: Mapping[str, Estimate]
    points: Mapping[str, int]
    tornado: Mapping[str, Sequence[Swing]] = field(default_factory=dict)
    morris: Mapping[str, Sequence[Screened]] = field(default_factory=dict)
    sobol: Mapping[str, Sequence[Index]] = field(default_factory=dict)
    constant: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    noise: Mapping[str, float] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def methods(self) -> list[str]:
        """Methods used, in the order in which they are told."""
        return [method for method in METHODS if method in self.points]

    def found(self, method: str) -> Mapping[str, Sequence[Swing | Screened | Index]]:
        """What one method found, by measure."""
        by_method: dict[str, Mapping[str, Sequence[Swing | Screened | Index]]] = {"tornado": self.tornado, "morris": self.morris, "sobol": self.sobol}
        return by_method[method]

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "scenario": self.name,
            "seed": self.seed,
            "histories": self.histories,
            "assumptions": [asdict(one) for one in self.assumptions],
            "held": [one._asdict() for one in self.held],
            "measures": {name: found.as_dict() for name, found in self.own.items()},
            "points": dict(self.points),
            "constant": {method: list(names) for method, names in self.constant.items()},
            "missing": {method: list(names) for method, names in self.missing.items()},
            "noise_share": dict(self.noise),
            "dropped": dict(self.dropped),
        } | {method: {name: [_plain(one) for one in rows] for name, rows in self.found(method).items()} for method in self.methods}


def _plain(one: Swing | Screened | Index) -> dict[str, Any]:
    said = one._asdict() | {"assumption": one.assumption.path}
    if isinstance(one, Swing):
        said["difference"] = one.difference.as_dict()
    return said


def write_sensitivity(folder: Path, study: SensitivityStudy) -> None:
    """Write one tidy table a method, one row a measure and assumption; constant measures stand in it with the word."""
    for method in study.methods:
        rows = _swings(study) if method == "tornado" else _figures(study, method)
        write_table(folder / f"{method}.csv", [*_ABOUT, *_COLUMNS[method]], rows)


_ABOUT = ("measure", "unit", "assumption", "假设", "low", "own", "high")
_COLUMNS = {
    "tornado": ("at_low", "at_own", "at_high", "difference", "se", "difference_low", "difference_high", "beyond_noise"),
    "morris": ("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma", "noise", "beyond_noise"),
    "sobol": ("first", "first_low", "first_high", "total", "total_low", "total_high", "noise", "beyond_noise"),
}


def _about(name: str, one: Ranged) -> tuple[object, ...]:
    return (name, measure_named(name).unit, one.path, one.zh, one.low, one.value, one.high)


def _swings(study: SensitivityStudy) -> Iterable[tuple[object, ...]]:
    for name in study.measures:
        own = study.own[name].mean
        for one in study.tornado.get(name, ()):
            found = one.difference
            yield (
                *_about(name, one.assumption),
                one.at_low,
                own,
                one.at_high,
                found.mean,
                *map(_blank, (found.se, found.low, found.high)),
                _word(one.told_apart),
            )
        if name not in study.tornado:
            yield _without(study, name, "tornado")


def _figures(study: SensitivityStudy, method: str) -> Iterable[tuple[object, ...]]:
    for name in study.measures:
        for one in study.found(method).get(name, ()):
            yield (*_about(name, one.assumption), *one[1:-1], _word(one.told_apart))
        if name not in study.found(method):
            yield _without(study, name, method)


def _without(study: SensitivityStudy, name: str, method: str) -> tuple[object, ...]:
    word = "no value" if name in study.missing.get(method, ()) else "constant"
    return (name, measure_named(name).unit, *("",) * (len(_ABOUT) - 2), *("",) * (len(_COLUMNS[method]) - 1), word)


def _blank(value: float | None) -> object:
    return "" if value is None else value


def _word(told_apart: object) -> str:
    return "yes" if told_apart else "no"
