"""Assumptions moved over their ranges: the scenario at each point, and what the measures do there.

A point gives every assumption a value at once (``uncertain`` has the values). Its scenario is made as ``--set`` makes it, with all checks, and
played on the first histories of the run: same seed, same luck. Nothing here plays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.points import scenario_at
from simulator.analysis.uncertain import POINTS, Uncertain, number_of, places, uncertain_of, value_at
from simulator.errors import ScenarioError
from simulator.results.measures import measure_named, summarise
from simulator.results.ranges import Held, Influence, Ranged, RangeStudy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]

LEAST_HISTORIES = 20
"""Fewest histories of a point, where the run has as many: a tenth of a short run says nothing."""

ATTEMPTS = 20
"""How often a point whose combination is refused is drawn anew."""

MOST_TIMES = 2.0
"""How many times the level of the whole run may be that of the points' histories, and still be moved in proportion."""

SPANNED = ("mean", "ratio", "chance")
"""Kinds of measures that so few histories can tell."""


class Point(NamedTuple):
    """One scenario in which every assumption has another value, as written."""

    texts: tuple[str, ...]
    values: tuple[float, ...]
    scenario: Scenario


@dataclass(frozen=True)
class Design:
    """Points at which one scenario's assumptions are tried.

    Attributes
    ----------
    loaded : Loaded
    uncertain : sequence of Uncertain
        What moves.
    points : sequence of Point
    redrawn, dropped : int
        Points drawn anew because their combination was refused, and those given up.
    held : sequence of Held
        Ranges that do not move, and why.
    """

    loaded: Loaded
    uncertain: Sequence[Uncertain]
    points: Sequence[Point]
    redrawn: int
    dropped: int
    held: Sequence[Held]

    @property
    def scenarios(self) -> list[Scenario]:
        """What to play, point by point."""
        return [point.scenario for point in self.points]

    @property
    def histories(self) -> int:
        """Histories of all points together."""
        return sum(point.scenario.run.histories for point in self.points)


def histories_of_a_point(scenario: Scenario) -> int:
    """A tenth of the run's, at least ``LEAST_HISTORIES`` where there are as many; one where recorded defaults are replayed."""
    tape, histories = scenario.population.tape, scenario.run.histories
    if tape and tape.fates == "replay":
        return 1
    return min(histories, max(LEAST_HISTORIES, math.ceil(histories / 10)))


def designs_of(group: Sequence[Loaded]) -> list[Design]:
    """Return the points of scenarios that are compared in pairs: a point that one of them refuses is drawn anew for all.

    An assumption that the file's checks refuse at both ends of its range while all else stays (amounts that must sum to a stated total) is held.
    """
    found = [uncertain_of(loaded) for loaded in group]
    moving = [uncertain for uncertain, _ in found]
    held = [list(one) for _, one in found]
    if not any(moving):
        return [Design(loaded, [], [], 0, 0, one) for loaded, one in zip(group, held, strict=True)]
    points = _accepted(group, moving, 0)
    if any(point is None for point in points):
        for number, loaded in enumerate(group):
            moving[number], refused = _apart(loaded, moving[number])
            held[number] += refused
        points = _accepted(group, moving, 0)
    redrawn = {number for number, point in enumerate(points) if point is None}
    for attempt in range(1, ATTEMPTS):
        missing = [number for number, point in enumerate(points) if point is None]
        if not missing:
            break
        again = _accepted(group, moving, attempt, missing)
        points = [old or new for old, new in zip(points, again, strict=True)]
    kept = [point for point in points if point is not None]
    dropped = len(points) - len(kept)
    return [
        Design(loaded, moving[number], [point[number] for point in kept], len(redrawn) - dropped, dropped, held[number])
        for number, loaded in enumerate(group)
    ]


def _apart(loaded: Loaded, uncertain: Sequence[Uncertain]) -> tuple[list[Uncertain], list[Held]]:
    moving, held = [], []
    for one in uncertain:
        refusals = [_refusal(loaded, {one.ranged.path: end}) for end in (one.ranged.low, one.ranged.high)]
        if all(refusals) and refusals[0]:
            zh, en = refusals[0]
            held.append(Held(one.ranged.path, f"单独改为 {one.ranged.low} 会被拒绝：{zh}", f"refused where it alone is {one.ranged.low}: {en}"))
        else:
            moving.append(one)
    return moving, held


def _refusal(loaded: Loaded, texts: Mapping[str, str]) -> tuple[str, str] | None:
    try:
        scenario_at(loaded, texts)
    except ScenarioError as error:
        problem = error.problems[0]
        return problem.zh, problem.en
    return None


def _accepted(
    group: Sequence[Loaded], moving: Sequence[Sequence[Uncertain]], attempt: int, wanted: Sequence[int] | None = None
) -> list[list[Point] | None]:
    """Return the points of every scenario in the group; None where one of them is refused, or not wanted."""
    drawn = [
        {one.ranged.path: places(loaded.scenario.run.seed, one.ranged.path, attempt) for one in uncertain}
        for loaded, uncertain in zip(group, moving, strict=True)
    ]
    points: list[list[Point] | None] = []
    for number in range(POINTS):
        try:
            if wanted is not None and number not in wanted:
                points.append(None)
            else:
                points.append([_point(loaded, uncertain, row, number) for loaded, uncertain, row in zip(group, moving, drawn, strict=True)])
        except ScenarioError:
            points.append(None)
    return points


def _point(loaded: Loaded, uncertain: Sequence[Uncertain], drawn: Mapping[str, Floats], number: int) -> Point:
    values = [value_at(one, float(drawn[one.ranged.path][number])) for one in uncertain]
    texts = tuple(one.unit.show(value) for one, value in zip(uncertain, values, strict=True))
    scenario = scenario_at(loaded, {one.ranged.path: text for one, text in zip(uncertain, texts, strict=True)}).scenario
    run = scenario.run.model_copy(update={"histories": histories_of_a_point(loaded.scenario)})
    return Point(texts, tuple(map(number_of, values)), scenario.model_copy(update={"run": run}))


def study_of(design: Design, results: Results, points: Sequence[Results]) -> RangeStudy | None:
    """Gather what the points found.

    Parameters
    ----------
    design : Design
    results : Results
        Of the whole run.
    points : sequence of Results
        Of each point of the design.

    Returns
    -------
    RangeStudy or None
        None where nothing moves.
    """
    if not points:
        return None
    whole = _means(results)
    own = _means(results, histories_of_a_point(design.loaded.scenario))
    found = [_means(point) for point in points]
    names = [name for name in whole if name in own and all(name in one for one in found)]
    played = {name: np.array([one[name] for one in found]) for name in names}
    moved = {name: levelled(values, own[name], whole[name], is_share=measure_named(name).unit == "share") for name, values in played.items()}
    values = np.array([point.values for point in design.points])
    ranged = [one.ranged for one in design.uncertain]
    return RangeStudy(
        assumptions=ranged,
        texts=[point.texts for point in design.points],
        values=values,
        histories=points[0].n_histories,
        own={name: own[name] for name in names},
        played=played,
        moved=moved,
        chance_bound=chance_bound(len(points), len(ranged)),
        influences={name: _influences(ranged, values, one) for name, one in played.items() if np.ptp(one) > 0},
        redrawn=design.redrawn,
        dropped=design.dropped,
        held=design.held,
    )


def _means(results: Results, histories: int | None = None) -> dict[str, float]:
    """Every measure that few histories can tell, over the first histories."""
    found = summarise({name: values[:histories] for name, values in results.finals.items()}, results.scenario)
    return {name: one.mean for name, one in found.items() if one is not None and measure_named(name).kind in SPANNED}


def levelled(played: Floats, own: float, whole: float, *, is_share: bool) -> Floats:
    """Move a measure of the points from the level of their few histories to that of the whole run.

    What is never negative is moved in proportion, shares of 0 to 1 by their odds, so that neither leaves its bounds; where the two levels are more
    than ``MOST_TIMES`` apart (a rare event that few histories hardly meet), or the measure may be negative, by the difference.

    Parameters
    ----------
    played : ndarray, shape (n_points,)
        At the points.
    own, whole : float
        With the file's own values: on the histories of the points, and on all.
    is_share : bool
        Chances and parts of a whole.

    Examples
    --------
    >>> levelled(np.array([10.0, 30.0]), 20.0, 22.0, is_share=False).round(6)
    array([11., 33.])
    >>> levelled(np.array([0.0, 0.5, 1.0]), 0.5, 0.6, is_share=True).round(6)
    array([0. , 0.6, 1. ])
    """
    least, most = min(float(played.min()), own, whole), max(float(played.max()), own, whole)
    if is_share and least >= 0 and most <= 1:
        if 0 < own < 1 and 0 < whole < 1 and _is_near(times := whole * (1 - own) / (own * (1 - whole))):
            return np.asarray(played * times / (1 - played + played * times))
        return np.clip(played + (whole - own), 0.0, 1.0)
    if least >= 0 and own > 0 and _is_near(whole / own):
        return np.asarray(played * (whole / own))
    return np.maximum(played + (whole - own), 0.0 if least >= 0 else -np.inf)


def _is_near(times: float) -> bool:
    return 1 / MOST_TIMES <= times <= MOST_TIMES


def _influences(ranged: Sequence[Ranged], values: Floats, measure: Floats) -> list[Influence]:
    found = [Influence(one, rank_correlation(values[:, column], measure)) for column, one in enumerate(ranged)]
    return sorted(found, key=lambda one: -abs(one.correlation))


def rank_correlation(x: Floats, y: Floats) -> float:
    """Spearman's (1904) rank correlation, ties sharing their mean rank; 0 where one of the two does not move.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([5.0, 7.0, 40.0]))
    1.0
    """
    from scipy.stats import rankdata

    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    a, b = (rankdata(one) - (len(x) + 1) / 2 for one in (x, y))
    return float(a @ b / math.sqrt((a @ a) * (b @ b)))


def chance_bound(n_points: int, n_assumptions: int, level: float = 0.05) -> float:
    """Rank correlation that the strongest of some assumptions without influence passes with a chance of at most ``level``.

    Student's t for one correlation, Bonferroni for their number. 1 where there are too few points.

    Examples
    --------
    >>> round(chance_bound(20, 1), 3), round(chance_bound(20, 21), 3)
    (0.444, 0.64)
    """
    from scipy.special import stdtrit

    if n_points < 4 or n_assumptions < 1:
        return 1.0
    t = float(stdtrit(n_points - 2, 1 - level / (2 * n_assumptions)))
    return t / math.sqrt(n_points - 2 + t * t)
