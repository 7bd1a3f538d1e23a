"""Which value of a lever meets a target: bracketed search on common random numbers, with the interval of the answer.

On one set of worlds the measure is a function of the value without noise, so a bracket that holds a crossing can be cut down to the lever's step.
Every round plays several values at once. The interval of the answer is found by inversion: it holds every value at which the measure's own 95 %
interval holds the target. At the true answer the measure truly equals the target, so its interval misses the target in at most 5 % of seeds, and so
does the inverted one: no slope is needed, chances near 0 and ratios keep their own (Wilson, Fieller) intervals, and where the measure hardly moves
with the value the interval is as wide as it must be. A delta method would divide by that slope.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from simulator.analysis.trials import How, Trials
from simulator.analysis.uncertain import has_ranges, uncertain_of
from simulator.results.estimates import quantile
from simulator.results.levers import DIGITS
from simulator.results.measures import lending_is_given
from simulator.results.solved import About, Crossing, PoolCheck, Solution, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.results.estimates import Estimate
    from simulator.results.levers import Lever
    from simulator.results.solved import Evaluation
    from simulator.results.targets import Target
    from simulator.scenario.loader import Loaded

POINTS = 9
"""Values of the first round, the ends among them."""

ROUNDS = 9
"""Most rounds; nine values and a quarter of every bracket from then on reach one step in 300,000 of the span."""

ROUNDS_OF_ENDS = 2
"""Rounds in which the ends of the interval are looked for more closely; they are then interpolated."""

PARTS = (0.25, 0.5, 0.75)
CROSSINGS = 4
"""Most crossings that are followed down to a step."""

LEVEL = 0.05
"""Chance that noise alone is taken for a measure that does not run one way."""


def solve(loaded: Loaded, lever: Lever, target: Target, *, how: How = How()) -> Solution:  # noqa: B008  a named tuple of plain values
    """Find the value of a lever that meets a target.

    Parameters
    ----------
    loaded : Loaded
    lever : Lever
        What may move, between which ends.
    target : Target
        For ``<=`` and ``>=`` the answer is the last value, going from the end where the target is met, up to which every value tried meets it.
    how : How

    Returns
    -------
    Solution

    Raises
    ------
    ScenarioError
        If the scenario's checks refuse a value between the ends.
    UnitError
        If the scenario has no such measure.

    Examples
    --------
    >>> from simulator.scenario.loader import load
    >>> from simulator.analysis.levers import lever_of
    >>> from simulator.analysis.targets import target_of
    >>> pool = load("参照资产池", sets=("run.histories=100",))
    >>> lever = lever_of(pool, "scheme.accounts.资金池.endowment", "100万元", "2000万元", "10万元")
    >>> found = solve(pool, lever, target_of("pool.shortfall_probability <= 20%"))
    >>> found.verdict, found.check.agrees
    ('found', True)
    """
    trials = Trials(loaded, [lever], [target.measure], how, also=("pool.needed", "pool.short"))
    own = [] if lever.own is None or not lever.low < lever.own < lever.high else [lever.own]
    trials.play([(place,) for place in sorted({*lever.grid(POINTS), *own})])
    for number in range(ROUNDS):
        new = _next_places(trials, lever, target, with_ends=number < ROUNDS_OF_ENDS)
        if not new:
            break
        trials.play([(place,) for place in new])
    inside = dict(sorted(trials.played.items()))
    evaluations = [trial.evaluation for trial in inside.values()]
    crossings = _crossings(lever, target, evaluations)
    chosen = _chosen(target, evaluations, crossings)
    check, no_check = _pool_check(trials, lever, target, crossings[chosen] if crossings else None)
    return Solution(
        about=about(loaded, how.engine),
        lever=lever,
        target=target,
        evaluations=evaluations,
        own=_own(trials),
        rounds=trials.rounds,
        answer=crossings[chosen] if crossings else None,
        others=[one for number, one in enumerate(crossings) if number != chosen],
        best=min(evaluations, key=lambda one: target.missed_by(one.measures[target.measure].mean)),
        turn=turn_of(trials, target.measure),
        check=check,
        no_check=no_check,
    )


def about(loaded: Loaded, engine: str) -> About:
    """What a study of a scenario is made of."""
    scenario = loaded.scenario
    held = len(uncertain_of(loaded)[0]) if has_ranges(loaded) else 0
    titles = (scenario.title, scenario.title_en or "")
    return About(scenario.name, *titles, scenario.run.histories, scenario.run.seed, engine, held, lending_is_given(scenario))


def _own(trials: Trials) -> Evaluation | None:
    """Play the file's own value too, wherever it lies."""
    owns = [lever.own for lever in trials.levers]
    if any(place is None for place in owns):
        return None
    places = tuple(place for place in owns if place is not None)
    if places not in trials.played:
        trials.play([places])
    return trials.played[places].evaluation


def _next_places(trials: Trials, lever: Lever, target: Target, *, with_ends: bool) -> list[float]:
    """Values to try next: inside every bracket of a crossing, and of the ends of its interval; else around the best."""
    evaluations = trials.evaluations
    brackets = _brackets(evaluations, lambda one: target.is_met(one.mean), target)[:CROSSINGS]
    found = {place for left, right in brackets for place in lever.between(left, right, (*PARTS, _secant(trials, target, left, right)))}
    if with_ends:
        for end in ("low", "high"):
            sides = _brackets(evaluations, lambda one, end=end: _end(one, end) >= target.value, target)[:CROSSINGS]  # type: ignore[misc]
            found |= {place for left, right in sides for place in lever.between(left, right, (1 / 3, 2 / 3))}
        if not brackets:
            found |= set(_around_best(lever, target, evaluations))
    return sorted(found)


def _brackets(evaluations: Sequence[Evaluation], is_so: Callable[[Estimate], bool], target: Target) -> list[tuple[float, float]]:
    """Neighbours between which something about the measure changes."""
    return [
        (one.places[0], other.places[0])
        for one, other in pairwise(evaluations)
        if is_so(one.measures[target.measure]) != is_so(other.measures[target.measure])
    ]


def _end(found: Estimate, end: str) -> float:
    value = found.low if end == "low" else found.high
    return found.mean if value is None else value


def _secant(trials: Trials, target: Target, left: float, right: float) -> float:
    """Where a straight line between two values meets the target, as a part of the way."""
    a, b = (trials.mean((place,), target.measure) - target.value for place in (left, right))
    return min(max(a / (a - b), 0.01), 0.99) if a != b else 0.5


def _around_best(lever: Lever, target: Target, evaluations: Sequence[Evaluation]) -> list[float]:
    """Values on both sides of the best one: the target may be met between two that miss it, or missed between two that meet it."""
    excess = [target.missed_by(one.measures[target.measure].mean) for one in evaluations]
    met_everywhere = target.relation != "=" and max(excess) <= 0
    best = int(np.argmax(excess) if met_everywhere else np.argmin(excess))
    if best in (0, len(evaluations) - 1):
        return []
    left, middle, right = (evaluations[number].places[0] for number in (best - 1, best, best + 1))
    return [*lever.between(left, middle, (0.5,)), *lever.between(middle, right, (0.5,))]


def _crossings(lever: Lever, target: Target, evaluations: Sequence[Evaluation]) -> list[Crossing]:
    """Each change of side, from the lower end of the lever on, with its interval."""
    found = []
    for number in range(len(evaluations) - 1):
        one, other = (evaluations[at].measures[target.measure] for at in (number, number + 1))
        if target.is_met(one.mean) == target.is_met(other.mean):
            continue
        is_left = target.missed_by(one.mean) <= target.missed_by(other.mean) if target.relation == "=" else target.is_met(one.mean)
        chosen = number if is_left else number + 1
        low, high = _reach(lever, target, evaluations, number, -1), _reach(lever, target, evaluations, number + 1, 1)
        found.append(Crossing(evaluations[chosen].places[0], low, high, evaluations[chosen].measures[target.measure]))
    return found


def _reach(lever: Lever, target: Target, evaluations: Sequence[Evaluation], start: int, way: int) -> float | None:
    """How far from a crossing, one way, the measure's interval still holds the target; rounded outwards to the lever's step."""
    number = start
    while 0 <= number < len(evaluations):
        found = evaluations[number].measures[target.measure]
        is_above, is_below = _end(found, "low") > target.value, _end(found, "high") < target.value
        if is_above or is_below:
            inner = evaluations[number - way]
            end = "low" if is_above else "high"
            outside, inside = _end(found, end) - target.value, _end(inner.measures[target.measure], end) - target.value
            part = outside / (outside - inside) if outside != inside else 0.0
            place = evaluations[number].places[0] + min(max(part, 0.0), 1.0) * (inner.places[0] - evaluations[number].places[0])
            steps = place / lever.step
            whole = math.floor(steps + 1e-9) if way < 0 else math.ceil(steps - 1e-9)
            return min(max(round(whole * lever.step, DIGITS), lever.low), lever.high)
        number += way
    return None


def _chosen(target: Target, evaluations: Sequence[Evaluation], crossings: Sequence[Crossing]) -> int:
    """Which crossing is the answer: the one next to the end at which the target is met; the first where that is neither or both."""
    first, last = (target.is_met(one.measures[target.measure].mean) for one in (evaluations[0], evaluations[-1]))
    return len(crossings) - 1 if last and not first and target.relation != "=" else 0


def turn_of(trials: Trials, measure: str) -> Turn | None:
    """Values between which a measure of one lever rises and others between which it falls, both beyond noise; None where it runs one way.

    Paired differences of all pairs of the first round's values, by Student's t with Bonferroni's correction for their number.
    """
    from scipy.special import stdtrit

    places = [one for one in sorted(trials.played) if trials.played[one].evaluation.round == 1]
    pairs = [(one, other) for number, one in enumerate(places) for other in places[number + 1 :]]
    if not pairs:
        return None
    n = next(iter(trials.played.values())).evaluation.measures[measure].n
    bound = float(stdtrit(n - 1, 1 - LEVEL / (2 * len(pairs)))) if n > 1 else 0.0
    scores = {}
    for one, other in pairs:
        found = trials.difference(other, one, measure)
        if found.mean and abs(found.mean) >= bound * (found.se or 0.0):
            scores[(one[0], other[0])] = found.mean
    rises, falls = (max(scores, key=lambda pair: sign * scores[pair], default=None) for sign in (1, -1))
    if rises is None or falls is None or scores[rises] < 0 or scores[falls] > 0:
        return None
    return Turn(rises, falls)


def _pool_check(trials: Trials, lever: Lever, target: Target, answer: Crossing | None) -> tuple[PoolCheck | None, tuple[str, str] | None]:
    """Read the same answer off ``pool.needed`` of one run: that of the largest pool tried, which is short least often."""
    if target.measure != "pool.shortfall_probability" or not lever.path.endswith(".endowment") or answer is None:
        return None, None
    why = why_not_needed(trials.loaded, lever.path.split(".")[-2])
    if why:
        return None, why
    (largest,) = max(trials.played)
    needed = np.asarray(trials.played[(largest,)].also["pool.needed"])
    disagreements = sum(
        int(np.count_nonzero((needed > place) != (np.asarray(trial.also["pool.short"]) != 0))) for (place,), trial in trials.played.items()
    )
    found = quantile(needed, 1 - target.value)
    return PoolCheck(largest, found.value, found.low, found.high, found.level, disagreements, needed.size * len(trials.played)), None


def why_not_needed(loaded: Loaded, name: str) -> tuple[str, str] | None:
    """Why ``pool.needed`` of one run does not answer for other sizes of a pool; None where it does.

    Until a pool is first short all sizes must have lived the same: nothing may look at the balance, nor add to it by the size.
    """
    scenario = loaded.scenario
    account = scenario.scheme.accounts[name]
    pools = [one for one in scenario.scheme.accounts.values() if one.kind == "pool"]
    looks = any(bank.appetite != "fixed" and bank.trust == "balance" for bank in scenario.banks.members.values())
    reasons = (
        (
            account.kind != "pool" or len(pools) > 1,
            "短缺概率与所需规模不只关于这一个资金池",
            "the chance of a shortfall is not about this one pool alone",
        ),
        (account.sub_accounts is not None, "资金池分设子账户", "the pool has sub-accounts"),
        (account.refill.rule != "none", "资金池会补充，规模不固定", "the pool is refilled, so its size is not fixed"),
        (
            account.annual_budget is not None,
            "年度预算也会造成短缺",
            "its yearly budget may leave it short too",
        ),
        (account.interest > 0, "余额计息，所需规模随规模变", "its balance bears interest, which goes by its size"),
        (looks, "银行按资金池余额决定放贷，放款随规模变", "banks look at the pool's balance when they lend, so lending goes by its size"),
    )
    return next(((zh, en) for holds, zh, en in reasons if holds), None)
