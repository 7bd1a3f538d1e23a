"""What stress did to a scheme: its measures under named paths of the economy and at the bounds of dependence, and the smallest shock it cannot bear.

Made by ``analysis.stress``, shown by reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from simulator.results.measures import measure_named
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from simulator.results.estimates import Estimate


class Words(NamedTuple):
    """A name and a sentence of explanation, in both languages."""

    zh: str
    en: str
    zh_says: str
    en_says: str

    def name(self, lang: str) -> str:
        """Name in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def says(self, lang: str) -> str:
        """Explanation in ``zh`` or ``en``."""
        return self.zh_says if lang == "zh" else self.en_says


@dataclass(frozen=True)
class StressCase:
    """One way in which the economy may go.

    Attributes
    ----------
    key : str
        ``model``, the name of a path, ``independent`` or ``comonotone``.
    kind : {'model', 'path', 'dependence'}
    words : Words
    estimates : mapping of str to Estimate or None
        By dotted name.
    differences : mapping of str to Estimate
        From the scenario as it is, paired, of measures that are a mean over histories; empty for that itself.
    default_rate : Estimate or None
        Defaulted principal over the volume lent.
    factor : sequence of float
        Mean of the systematic factor by month, given what the path names; empty where no path is played.
    """

    key: str
    kind: Literal["model", "path", "dependence"]
    words: Words
    estimates: Mapping[str, Estimate | None]
    differences: Mapping[str, Estimate]
    default_rate: Estimate | None
    factor: Sequence[float] = ()


class ConditionalDefault(NamedTuple):
    """What a factor does to the twelve-month default rate of firms alike: Vasicek's ``cdf((q - sqrt(rho) z) / sqrt(1 - rho))``.

    Attributes
    ----------
    segment, grade : str
        ``grade`` is empty where the rate does not go by it.
    stated, stressed : float
        Rate over the months it is stated for, 0-1: as the scenario states it, and at the shock's factor.
    """

    segment: str
    grade: str
    stated: float
    stressed: float


@dataclass(frozen=True)
class ReverseStress:
    """The smallest shock that empties the pool: the factor held at one level for some months from the start, then free.

    Attributes
    ----------
    months : int
        How long it is held.
    share : float
        Part of histories in which the pool must be emptied, 0-1.
    own_share, own_low, own_high : float
        Part in which it is without a shock, with its 95 % interval.
    outcome : {'found', 'out_of_reach', 'needs_none'}
        ``out_of_reach``: not even at ``worst``; ``needs_none``: even at ``best``.
    factor, low, high : float or None
        Level of the factor, and its 95 % interval: that of a quantile over histories, since each history has its own smallest shock. A side is None
        where too few histories bound it.
    reached : float
        Part of histories in which the pool is emptied at ``factor`` (at ``worst`` or ``best`` where there is none).
    chance : float or None
        Of a factor as low or lower, 0-1: one year in ``1 / chance``.
    defaults : sequence of ConditionalDefault
        Twelve-month default rates at ``factor``.
    default_rate : Estimate or None
        Defaulted principal over volume, as played at ``factor``.
    worst, best : float
        Ends of the search.
    is_monotone : bool
        Whether a worse factor never emptied the pool in fewer histories.
    evaluations : int
    """

    months: int
    share: float
    own_share: float
    own_low: float
    own_high: float
    outcome: Literal["found", "out_of_reach", "needs_none"]
    factor: float | None
    low: float | None
    high: float | None
    reached: float
    chance: float | None
    defaults: Sequence[ConditionalDefault]
    default_rate: Estimate | None
    worst: float
    best: float
    is_monotone: bool
    evaluations: int


@dataclass(frozen=True)
class StressStudy:
    """What stress did to one scenario.

    Attributes
    ----------
    name, title, title_en : str
        Of the scenario.
    seed, histories : int
    months : sequence of str
        Calendar months of the factor.
    measures : sequence of str
        Dotted names.
    cases : sequence of StressCase
        The scenario as it is first.
    reverse : ReverseStress or None
        None where it was not asked for, or no account can run out.
    is_static : bool
        Whether the scenario's factor is one draw a history: then a path is another law than the scenario's own.
    """

    name: str
    title: str
    title_en: str
    seed: int
    histories: int
    months: Sequence[str]
    measures: Sequence[str]
    cases: Sequence[StressCase]
    reverse: ReverseStress | None
    is_static: bool

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        from dataclasses import asdict

        return {
            "scenario": self.name,
            "seed": self.seed,
            "histories": self.histories,
            "cases": [_case_json(case) for case in self.cases],
            "reverse": asdict(self.reverse) | {"defaults": [one._asdict() for one in self.reverse.defaults]} if self.reverse else None,
        }


def _case_json(case: StressCase) -> dict[str, Any]:
    return {
        "case": case.key,
        "kind": case.kind,
        "name": case.words.en,
        "measures": {name: found.as_dict() if found else None for name, found in case.estimates.items()},
        "differences": {name: found.as_dict() for name, found in case.differences.items()},
        "default_rate": case.default_rate.as_dict() if case.default_rate else None,
        "factor": list(case.factor),
    }


def write_stress(folder: Path, study: StressStudy) -> None:
    """Write the cases (one row a case and measure), the paths of the factor, and the reverse stress."""
    head = ("case", "情形", "kind", "measure", "unit", "estimate", "se", "low", "high", "p05", "p50", "p95", "difference", "difference_se")
    write_table(folder / "stress.csv", (*head, "difference_low", "difference_high"), _case_rows(study))
    paths = [case for case in study.cases if case.factor]
    if paths:
        rows = [(month, *(case.factor[number] for case in paths)) for number, month in enumerate(study.months)]
        write_table(folder / "factor.csv", ("month", *(case.key for case in paths)), rows)
    if study.reverse:
        write_table(folder / "reverse.csv", ("what", "value"), _reverse_rows(study.reverse))


def _case_rows(study: StressStudy) -> Iterable[tuple[object, ...]]:
    for case in study.cases:
        about = (case.key, case.words.zh, case.kind)
        yield (*about, "default_rate", "share", *_figures(case.default_rate), *("",) * 4)
        for name in study.measures:
            found = case.differences.get(name)
            moved = (found.mean, found.se, found.low, found.high) if found else ("",) * 4
            yield (*about, name, measure_named(name).unit, *_figures(case.estimates.get(name)), *map(_blank, moved))


def _figures(found: Estimate | None) -> tuple[object, ...]:
    return tuple(map(_blank, (found.mean, found.se, found.low, found.high, found.p05, found.p50, found.p95))) if found else ("",) * 7


def _reverse_rows(found: ReverseStress) -> list[tuple[object, object]]:
    rows: list[tuple[object, object]] = [
        ("months", found.months),
        ("share", found.share),
        ("own_share", found.own_share),
        ("own_share_low", found.own_low),
        ("own_share_high", found.own_high),
        ("outcome", found.outcome),
        ("factor", _blank(found.factor)),
        ("factor_low", _blank(found.low)),
        ("factor_high", _blank(found.high)),
        ("chance", _blank(found.chance)),
        ("reached", found.reached),
        ("default_rate_played", found.default_rate.mean if found.default_rate else ""),
        ("evaluations", found.evaluations),
    ]
    for one in found.defaults:
        label = f"{one.segment} {one.grade}".strip()
        rows += [(f"default rate of {label}, stated", one.stated), (f"default rate of {label}, stressed", one.stressed)]
    return rows


def _blank(value: object) -> object:
    return "" if value is None else value
