"""Which values of some levers make a measure least or most while constraints hold, on common random numbers.

One lever is searched on a grid, several on points of a Sobol sequence (1967) with the corners; then the search moves into ever smaller boxes around
the best point found. That is plain and honest: the answer is the best of the points tried, all of them are shown, and nothing promises that no better
one lies where none was tried. Beside the best point stands every point that may be the true optimum as far as the histories can tell.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from simulator.analysis.solve import about
from simulator.analysis.trials import How, Trials
from simulator.errors import UnitError
from simulator.results.solved import Optimum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.analysis.trials import Places
    from simulator.results.levers import Lever
    from simulator.results.solved import Evaluation
    from simulator.results.targets import Objective, Target
    from simulator.scenario.loader import Loaded

GRID = 17
"""Values of the first round of one lever."""

FIRST = 32
"""Points of the first round of several levers, a power of two as Sobol's sequence wants it; the corners come on top."""

LATER = 8
"""Points of a later round of one lever; of several, twice as many."""

SHRINK = 0.4
"""How much smaller the box around the best point gets with each round."""

MOST = 160
"""Most points of one search."""

ROUNDS_OF_ENDS = 2
"""Rounds in which, of one lever, the ends of what may be the optimum are looked for more closely."""

RIVALS = 4
"""Safe points, the best first, that a point is held against: what none of them surely beats, hardly any other does."""

CORNERS = 4
"""Levers up to which all corners are tried."""


def optimise(
    loaded: Loaded,
    levers: Sequence[Lever],
    objective: Objective,
    constraints: Sequence[Target],
    *,
    most: int = MOST,
    how: How = How(),  # noqa: B008  a named tuple of plain values
) -> Optimum:
    """Find the values of levers that make a measure least or most while constraints hold.

    Parameters
    ----------
    loaded : Loaded
    levers : sequence of Lever
    objective : Objective
    constraints : sequence of Target
        With ``<=`` or ``>=``.
    most : int
        Most points to play.
    how : How

    Raises
    ------
    UnitError
        If the scenario has no such measure, or a constraint says ``=``.
    ScenarioError
        If the scenario's checks refuse a value of the only lever.
    """
    if equal := next((one for one in constraints if one.relation == "="), None):
        zh = f"{equal.measure} =：约束请写 <= 或 >=；要恰好等于某值，用 --target"
        en = f"{equal.measure} =: a constraint says <= or >=; to meet a value exactly, use --target"
        raise UnitError(zh, en)
    measures = list(dict.fromkeys([objective.measure, *(one.measure for one in constraints)]))
    trials = Trials(loaded, levers, measures, how)
    owns = tuple(lever.own for lever in levers if lever.own is not None)
    own = owns if len(owns) == len(levers) else None
    box = [(lever.low, lever.high) for lever in levers]
    may_be_refused = len(levers) > 1
    trials.play(_first_points(levers) + ([own] if own else []), may_be_refused=may_be_refused)
    while len(trials.played) < most:
        ranked = _inside(trials, levers)
        best = min(ranked, key=lambda places: _rank(trials, places, objective, constraints))
        box = [_around(lever, place, ends) for lever, place, ends in zip(levers, best, box, strict=True)]
        before = len(trials.played)
        trials.play(_next_points(trials, levers, box, best)[: most - before], may_be_refused=may_be_refused)
        if len(trials.played) == before:
            break
    if len(levers) == 1:
        for _ in range(ROUNDS_OF_ENDS):
            trials.play([(place,) for place in _at_ends(trials, levers[0], objective, constraints)])
    return _optimum(trials, levers, objective, constraints, own)


def _inside(trials: Trials, levers: Sequence[Lever]) -> list[Places]:
    """Points between the levers' ends: the file's own values may lie outside."""
    return [places for places in trials.played if all(lever.low <= place <= lever.high for lever, place in zip(levers, places, strict=True))]


def _rank(trials: Trials, places: Places, objective: Objective, constraints: Sequence[Target]) -> tuple[float, float]:
    """Order of points, best first: those that meet all constraints by the objective, before the others by how far they miss."""
    evaluation = trials.played[places].evaluation
    return _missed(evaluation, constraints), objective.sign * evaluation.measures[objective.measure].mean


def _missed(evaluation: Evaluation, constraints: Sequence[Target]) -> float:
    """By how much the worst constraint is missed, as a part of its value; 0 where all are met.

    The value, not the standard error, is the yardstick: an error shrinks with the loss itself and would draw the search to where little is known.
    """
    return max((max(one.missed_by(evaluation.measures[one.measure].mean), 0.0) / (abs(one.value) or 1.0) for one in constraints), default=0.0)


def _first_points(levers: Sequence[Lever]) -> list[Places]:
    if len(levers) == 1:
        return [(place,) for place in levers[0].grid(GRID)]
    corners = list(product(*((lever.low, lever.high) for lever in levers))) if len(levers) <= CORNERS else []
    return [*corners, *sobol_points(levers, [(lever.low, lever.high) for lever in levers], FIRST)]


def sobol_points(levers: Sequence[Lever], box: Sequence[tuple[float, float]], n_points: int) -> list[Places]:
    """Points that fill a box evenly, on the levers' steps: the first of Sobol's sequence, without its start at the corner.

    Parameters
    ----------
    levers : sequence of Lever
    box : sequence of (low, high)
        A pair a lever.
    n_points : int
    """
    from scipy.stats import qmc

    power = max((n_points - 1).bit_length(), 1)
    draws = qmc.Sobol(len(levers), scramble=False).random_base2(power + 1)[1 : n_points + 1]
    return [tuple(lever.at(low + float(part) * (high - low)) for lever, (low, high), part in zip(levers, box, row, strict=True)) for row in draws]


def _around(lever: Lever, place: float, ends: tuple[float, float]) -> tuple[float, float]:
    """Smaller box around a place, at least a step to each side."""
    half = max((ends[1] - ends[0]) * SHRINK / 2, lever.step)
    return max(place - half, lever.low), min(place + half, lever.high)


def _next_points(trials: Trials, levers: Sequence[Lever], box: Sequence[tuple[float, float]], best: Places) -> list[Places]:
    """Points to try next: of one lever between the best value and its neighbours, of several in the box and a step along each lever."""
    if len(levers) == 1:
        lever, (middle,) = levers[0], best
        tried = sorted(places[0] for places in trials.played)
        left = max((one for one in tried if one < middle), default=middle)
        right = min((one for one in tried if one > middle), default=middle)
        parts = [number / (LATER // 2) for number in range(1, LATER // 2)]
        return [(place,) for place in lever.between(left, middle, parts) + lever.between(middle, right, parts)]
    is_small = all(high - low <= 4 * lever.step for lever, (low, high) in zip(levers, box, strict=True))
    along = [
        (*best[:number], lever.at(best[number] + way * reach), *best[number + 1 :])
        for number, (lever, (low, high)) in enumerate(zip(levers, box, strict=True))
        for reach in sorted({lever.step, (high - low) / 4})
        for way in (-1, 1)
    ]
    return [one for one in [*along, *([] if is_small else sobol_points(levers, box, LATER))] if one not in trials.played]


def _at_ends(trials: Trials, lever: Lever, objective: Objective, constraints: Sequence[Target]) -> list[float]:
    """Values of one lever between the first and last that may be the optimum and their neighbours that surely are not."""
    tried = sorted(_inside(trials, [lever]))
    may_be = [tried.index(places) for places in plausible(trials, tried, objective, constraints)]
    if not may_be:
        return []
    pairs = [(left, left + 1) for left in (may_be[0] - 1, may_be[-1]) if 0 <= left < len(tried) - 1]
    return [place for left, right in pairs for place in lever.between(tried[left][0], tried[right][0], (0.25, 0.5, 0.75))]


def _optimum(trials: Trials, levers: Sequence[Lever], objective: Objective, constraints: Sequence[Target], own: Places | None) -> Optimum:
    inside = sorted(_inside(trials, levers))
    nearest = min(inside, key=lambda places: _rank(trials, places, objective, constraints))
    is_met = _missed(trials.played[nearest].evaluation, constraints) == 0
    return Optimum(
        about=about(trials.loaded, trials.how.engine),
        levers=levers,
        objective=objective,
        constraints=constraints,
        evaluations=[trials.played[places].evaluation for places in inside],
        own=trials.played[own].evaluation if own in trials.played else None,
        rounds=trials.rounds,
        refused=len(trials.refused),
        best=trials.played[nearest].evaluation if is_met else None,
        nearest=trials.played[nearest].evaluation,
        plausible=[trials.played[places].evaluation for places in plausible(trials, inside, objective, constraints)] if is_met else [],
    )


def plausible(trials: Trials, points: Sequence[Places], objective: Objective, constraints: Sequence[Target]) -> list[Places]:
    """Points that may be the true optimum: none of their constraints is surely broken, and no point that surely meets all is surely better.

    "Surely" is by 95 % intervals, paired for the objective. Where a constraint holds the optimum back this is the inverted interval of the constraint
    on one side, and on the other the point from which a safe value costs surely less.
    """
    measured = {places: trials.played[places].evaluation.measures for places in points}
    safe = [places for places in points if all(one.is_surely_met(measured[places][one.measure]) for one in constraints)]
    safe.sort(key=lambda places: objective.sign * trials.mean(places, objective.measure))
    found = []
    for places in points:
        if not all(one.may_be_met(measured[places][one.measure]) for one in constraints):
            continue
        if not any(_is_surely_better(trials, other, places, objective) for other in safe[:RIVALS]):
            found.append(places)
    return found


def _is_surely_better(trials: Trials, one: Places, other: Places, objective: Objective) -> bool:
    difference = trials.difference(one, other, objective.measure)
    if difference.low is None or difference.high is None:
        return objective.sign * difference.mean < 0
    return difference.high < 0 if objective.sign > 0 else difference.low > 0
