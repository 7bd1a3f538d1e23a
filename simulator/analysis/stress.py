"""A scheme under stress: named paths of the economy and bounds of dependence side by side, and the smallest shock that empties the pool.

Every case is played with the scenario's seed on as many histories: each history's firms, thresholds and recoveries are the same draws, so that
differences from the scenario as it is are paired. Histories are independent of each other whatever the case, which makes the paired error sound.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.moved import play_some, with_histories
from simulator.analysis.shocks import DEPENDENCE, along, shock_named
from simulator.errors import Problem, ScenarioError
from simulator.results.contributions import contributions, is_additive
from simulator.results.estimates import Estimate, paired_difference, ratio_of_means, wilson
from simulator.results.measures import measure_named, summarise
from simulator.results.ranges import HEADLINE
from simulator.results.stress import ConditionalDefault, ReverseStress, StressCase, StressStudy, Words
from simulator.scenario.messages import unknown
from simulator.world.macro import conditional_chance, path_law

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.analysis.moved import Playing
    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

MEASURES = 4
"""Headline measures of a study that names none."""

GRAIN = 50
"""Levels of the factor tried, in a unit: a reverse stress is found to 0.02."""

WORST, BEST = -5.0, 3.0
"""Ends of the search: one year in 3.5 million, and a very good time."""

MODEL = Words("情景原样", "as modelled", "因子和相关系数照情景", "the factor and its correlations as the scenario says")


class StressDesign(NamedTuple):
    """Everything to be played side by side.

    Attributes
    ----------
    loaded : Loaded
    keys, kinds, words : sequences
        Of each case.
    scenarios : sequence of Scenario
    factors : sequence of mapping
        Levels of the factor that the case's path names, by month.
    """

    loaded: Loaded
    keys: Sequence[str]
    kinds: Sequence[str]
    words: Sequence[Words]
    scenarios: Sequence[Scenario]
    factors: Sequence[Mapping[int, float]]

    @property
    def histories(self) -> int:
        """Histories of all cases."""
        return sum(scenario.run.histories for scenario in self.scenarios)


def stress_design(loaded: Loaded, paths: Sequence[str], dependence: Sequence[str]) -> StressDesign:
    """Lay out the cases: the scenario as it is, each path, each bound of dependence.

    Parameters
    ----------
    loaded : Loaded
    paths : sequence of str
        Names of paths, or shocks of one's own (``shocks.shock_named``).
    dependence : sequence of {'independent', 'comonotone'}

    Raises
    ------
    ScenarioError
        If a path is unknown or the scenario is refused with it, or recorded defaults are replayed: then no economy moves them.
    """
    tape = loaded.scenario.population.tape
    if tape and tape.fates == "replay":
        zh, en = (
            "台账重放记录的违约，宏观路径动不了它；请用 fates: drawn",
            "a replayed tape has its defaults on record, and no path moves them; use fates: drawn",
        )
        raise ScenarioError([Problem(loaded.name, 0, 0, "population.tape.fates", zh, en)])
    shocks = [shock_named(text) for text in paths]
    made = [loaded, *(along(loaded, shock.levels) for shock in shocks), *(DEPENDENCE[name][0](loaded) for name in dependence)]
    return StressDesign(
        loaded,
        ["model", *(shock.key for shock in shocks), *dependence],
        ["model", *("path" for _ in shocks), *("dependence" for _ in dependence)],
        [MODEL, *(shock.words for shock in shocks), *(DEPENDENCE[name][1] for name in dependence)],
        [with_histories(one.scenario, loaded.scenario.run.histories) for one in made],
        [{}, *(shock.levels for shock in shocks), *({} for _ in dependence)],
    )


def stress_study(design: StressDesign, measures: Sequence[str], playing: Playing, reverse: ReverseStress | None = None) -> StressStudy:
    """Play the cases and take their differences from the scenario as it is.

    Parameters
    ----------
    design : StressDesign
    measures : sequence of str
        Dotted names; the first headline measures that the scenario has if empty.
    playing : Playing
    reverse : ReverseStress, optional
        Found before (``reverse_stress``).

    Raises
    ------
    ScenarioError
        If a measure is unknown or not in the scenario.
    """
    histories = design.loaded.scenario.run.histories
    played = []
    for number, scenario in enumerate(design.scenarios):
        played += [replace(one, series={}) for one in play_some([scenario], playing, number, histories)]
    base = played[0]
    names = _measures(base, measures)
    months = base.months
    scenario = design.loaded.scenario
    cases = [
        StressCase(
            key,
            kind,  # type: ignore[arg-type]
            words,
            {name: found.get(name) for name in names},
            {} if number == 0 else _differences(results, base, names),
            default_rate(results),
            _mean_factor(scenario, levels, len(months)) if levels else (),
        )
        for number, (key, kind, words, results, levels) in enumerate(
            zip(design.keys, design.kinds, design.words, played, design.factors, strict=True)
        )
        for found in [summarise(results.finals, results.scenario)]
    ]
    return StressStudy(
        name=scenario.name,
        title=scenario.title,
        title_en=scenario.title_en or scenario.title,
        seed=scenario.run.seed,
        histories=histories,
        months=months,
        measures=names,
        cases=cases,
        reverse=reverse,
        is_static=scenario.macro.factor == "static",
    )


def _measures(base: Results, asked: Sequence[str]) -> list[str]:
    found = summarise(base.finals, base.scenario)
    for name in asked:
        if name not in found:
            raise ScenarioError([Problem("measures", 0, 0, name, *unknown(name, list(found), "指标", "measure"))])
        if found[name] is None:
            zh, en = f"{base.scenario.name}没有这个指标，或模拟次数太少", f"{base.scenario.name} has no such measure, or too few histories for it"
            raise ScenarioError([Problem("measures", 0, 0, name, zh, en)])
    return list(dict.fromkeys(asked)) or [name for name in HEADLINE if found.get(name) is not None][:MEASURES]


def _differences(results: Results, base: Results, names: Sequence[str]) -> dict[str, Estimate]:
    found = {}
    for name in names:
        if is_additive(name):
            new, old = (contributions(one.finals, one.scenario, name) for one in (results, base))
            if new is not None and old is not None:
                found[name] = paired_difference(new, old, measure_named(name).unit)
    return found


def default_rate(results: Results) -> Estimate | None:
    """Defaulted principal over the volume lent; None where nothing is lent."""
    return ratio_of_means(results.finals["bank.defaulted_principal"], results.finals["lending.volume"], "share")


def _mean_factor(scenario: Scenario, levels: Mapping[int, float], n_months: int) -> list[float]:
    """Mean of the common factor by month, given the named ones."""
    law = path_law(levels, float(scenario.macro.persistence) ** (1 / 12), n_months, is_drawn=True)
    found: list[float] = []
    for pull, drift in zip(law.pull, law.drift, strict=True):
        found.append(float(drift + (pull * found[-1] if found else 0.0)))
    return found


def reverse_stress(loaded: Loaded, *, months: int, share: float, playing: Playing) -> ReverseStress | None:
    """Find the smallest shock that empties the pool in enough histories.

    The factor is held at one level from the start, then free. Each history has its own mildest level that still empties the pool; the answer is a
    quantile of these over histories, found by bisection with all levels played on the same draws, and its interval that of an order statistic.

    Parameters
    ----------
    loaded : Loaded
    months : int
        How long the level is held.
    share : float
        Part of histories in which the pool must be emptied, 0-1.
    playing : Playing

    Returns
    -------
    ReverseStress or None
        None where no account can run out.
    """
    histories = loaded.scenario.run.histories
    (own,) = play_some([loaded.scenario], playing, 0, histories)
    if summarise(own.finals, own.scenario).get("pool.shortfall_probability") is None:
        return None
    tried: dict[int, tuple[int, Estimate | None]] = {}

    def emptied(level: int) -> int:
        if level not in tried:
            (results,) = play_some([along(loaded, dict.fromkeys(range(months), level / GRAIN)).scenario], playing, 1 + len(tried), histories)
            tried[level] = int(np.count_nonzero(results.finals["pool.short"])), default_rate(results)
        return tried[level][0]

    wanted, fewer, more = ranks(histories, share)
    worst, best = round(WORST * GRAIN), round(BEST * GRAIN)
    found = mildest(emptied, wanted, worst, best)
    outcome = "out_of_reach" if found is None else "needs_none" if found == best else "found"
    bounds = [mildest(emptied, count, worst, best) if outcome == "found" and 0 < count <= histories else None for count in (more, fewer)]
    at = worst if found is None else found
    level = found / GRAIN if found is not None and outcome == "found" else None
    n_own = int(np.count_nonzero(own.finals["pool.short"]))
    return ReverseStress(
        months=months,
        share=share,
        own_share=n_own / histories,
        own_low=wilson(n_own, histories)[0],
        own_high=wilson(n_own, histories)[1],
        outcome=outcome,  # type: ignore[arg-type]
        factor=level,
        low=None if bounds[0] is None else bounds[0] / GRAIN,
        high=None if bounds[1] is None else bounds[1] / GRAIN,
        reached=emptied(at) / histories,
        chance=None if level is None else normal_chance(level),
        defaults=conditional_defaults(loaded.scenario, at / GRAIN) if level is not None else (),
        default_rate=tried[at][1],
        worst=WORST,
        best=BEST,
        is_monotone=is_falling([count for _, (count, _) in sorted(tried.items())]),
        evaluations=len(tried) + 1,
    )


def ranks(n: int, share: float) -> tuple[int, int, int]:
    """Return how many of ``n`` histories make a share, and the counts that bound it at 95 % as an order statistic does.

    Examples
    --------
    >>> ranks(100, 0.5)
    (50, 40, 61)
    """
    from scipy.stats import binom

    return math.ceil(n * share - 1e-9), int(binom.ppf(0.025, n, share)), int(binom.ppf(0.975, n, share)) + 1


def mildest(emptied: Callable[[int], int], wanted: int, worst: int, best: int) -> int | None:
    """Return the highest level that empties the pool in at least ``wanted`` histories; None where not even the lowest does.

    Examples
    --------
    >>> mildest(lambda level: -level, 37, -100, 50)
    -37
    """
    if emptied(worst) < wanted:
        return None
    if emptied(best) >= wanted:
        return best
    low, high = worst, best
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if emptied(middle) >= wanted else (low, middle)
    return low


def is_falling(counts: Sequence[int]) -> bool:
    """Whether a better factor never empties the pool more often."""
    return all(after <= before for before, after in pairwise(counts))


def normal_chance(level: float) -> float:
    """Chance of a factor as low or lower."""
    from scipy.special import ndtr

    return float(ndtr(level))


def conditional_defaults(scenario: Scenario, factor: float) -> list[ConditionalDefault]:
    """Default rates of the scenario's firms at a factor, each over the months it is stated for; none for a tape.

    Parameters
    ----------
    scenario : Scenario
    factor : float
        ``z``.
    """
    from scipy.special import ndtri

    found = []
    for name, segment in scenario.population.segments.items():
        for grade, stated in by_grade(segment.pd, segment.grade):
            correlation = _of_grade(segment.asset_correlation if segment.asset_correlation is not None else scenario.macro.asset_correlation, grade)
            stressed = conditional_chance(float(ndtri(stated)), correlation, factor) if 0 < stated < 1 else stated
            found.append(ConditionalDefault(name, grade, stated, float(stressed)))
    return found


def by_grade(stated: float | Mapping[str, float], grades: Mapping[str, int]) -> list[tuple[str, float]]:
    """Return a value grade by grade, for grades that occur; once, with no grade, where it does not go by grade."""
    if isinstance(stated, float | int):
        return [("", float(stated))]
    return [(grade, float(value)) for grade, value in stated.items() if grades.get(grade)]


def _of_grade(value: float | Mapping[str, float], grade: str) -> float:
    return float(value) if isinstance(value, float | int) else float(value.get(grade) or next(iter(value.values())))
