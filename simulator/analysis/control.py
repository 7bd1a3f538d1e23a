"""Figures of each history whose mean is known in closed form, for estimates adjusted by them (``results.controlled``).

*The factor.* Every history's systematic factor is drawn again from its address, which costs microseconds. At the factor ``z`` of a month the chance
of default is Vasicek's ``cdf((level - sqrt(rho) z) / sqrt(1 - rho))``; with ``z`` normal of mean ``m`` and variance ``v`` its mean is
``cdf((level - sqrt(rho) m) / sqrt(1 - rho + rho v))``. Controls are its averages over quarters of the time at risk, and into which of some equally
likely strata the average factor falls: what a stratified draw would gain, without touching the draw.

*The book.* Where a fixed book under a static factor has an exact mean of its losses and lending does not depend on the scheme, gross loss and
defaulted principal are controls for all that the scheme makes of them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine.exactness import check_exact
from simulator.engine.lattice import moments
from simulator.engine.state import setting_for
from simulator.errors import NotExact
from simulator.results.controlled import LEAST_GAIN, Controlled, adjusted_mean
from simulator.results.measures import measure_named
from simulator.results.ranges import HEADLINE
from simulator.scenario.models import Scheme
from simulator.world.macro import draw_factors
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.results.answers import Answer
    from simulator.results.estimates import Estimate
    from simulator.results.results import Results
    from simulator.scenario.models import Scenario
    from simulator.world.macro import FactorLaw, MacroPlan

    Floats = NDArray[np.float64]

PERIODS = 4
FEWEST_STRATA, MOST_STRATA = 4, 20
HISTORIES_A_STRATUM = 50
AT_A_TIME = 1_000
MOST_HISTORIES = 200_000
"""Beyond this nothing is adjusted: simulation error is small already, and memory must not grow with the histories."""

HISTORIES_A_CONTROL = 10
"""Fewest histories for each control: with fewer, coefficients are noise."""

LENDING_STOPS = ("stop_lending", "exclude_bank")
BOOK = ("bank.gross_loss", "bank.defaulted_principal")


class Controls(NamedTuple):
    """Figures of known mean.

    Attributes
    ----------
    values : ndarray, shape (n_histories, n_controls)
    known : ndarray, shape (n_controls,)
        Their exact means.
    by : tuple of str
        Where they come from: ``factor``, ``book``.
    """

    values: Floats
    known: Floats
    by: tuple[str, ...]

    def beside(self, other: Controls) -> Controls:
        """Return these and others together."""
        return Controls(np.hstack([self.values, other.values]), np.concatenate([self.known, other.known]), (*self.by, *other.by))


class MonthlyLaw(NamedTuple):
    """Mean and variance of a factor in each month, shape (n_months,); a month held at its neutral point has the mean nan."""

    mean: Floats
    variance: Floats


def with_controls(answer: Answer) -> Answer:
    """Return an answer with its adjusted estimates beside the plain ones, where they are worth it."""
    return replace(answer, controlled=tuple(controlled_of(answer)))


def controlled_of(answer: Answer, least_gain: float = LEAST_GAIN) -> list[Controlled]:
    """Estimates of the headline measures that controls make surer, by at least ``least_gain`` times the histories.

    Only means and chances: a quantile is not adjusted. Empty where nothing is known, or too few histories were played.
    """
    return [one for one in adjusted(answer.results, answer.measures, controls_of(answer.results)) if one.gain >= least_gain]


def adjusted(
    results: Results, measures: Mapping[str, Estimate | None], controls: Controls | None, names: Sequence[str] = HEADLINE
) -> list[Controlled]:
    """Adjust every measure that is a mean or a chance, varies, and is no control itself."""
    found = [_adjusted(name, measures.get(name), figures_of(results, name), controls) for name in _one_a_history(names)]
    return [one for one in found if one is not None]


def controlled_differences(
    reform: Answer, baseline: Answer, differences: Mapping[str, Estimate], controls: Controls | None, least_gain: float = LEAST_GAIN
) -> list[Controlled]:
    """Adjust paired differences by the controls of the baseline, whose worlds both met; those that gain at least ``least_gain``."""
    names = [name for name in _one_a_history(HEADLINE) if name in differences]
    values = {name: figures_of(reform.results, name) - figures_of(baseline.results, name) for name in names}
    found = [_adjusted(name, differences[name], values[name], controls) for name in names]
    return [one for one in found if one is not None and one.gain >= least_gain]


def _one_a_history(names: Sequence[str]) -> list[str]:
    return [name for name in names if measure_named(name).kind in ("mean", "chance")]


def figures_of(results: Results, name: str) -> Floats:
    """One number a history: the measure's own, or 1 where what it is a chance of happened. Empty where the run has none."""
    measure = measure_named(name)
    values = results.finals.get(measure.of[0] if measure.of else name, np.empty(0))
    return np.asarray(values != 0 if measure.kind == "chance" else values, dtype=np.float64)


def _adjusted(name: str, plain: Estimate | None, values: Floats, controls: Controls | None) -> Controlled | None:
    if plain is None or not plain.se or controls is None or values.size < HISTORIES_A_CONTROL * len(controls.known):
        return None
    if "book" in controls.by and name in BOOK:
        return None
    return Controlled(name, plain, *adjusted_mean(values, controls.values, controls.known), controls.by)


def controls_of(results: Results) -> Controls | None:
    """Controls of a run; None where no factor is drawn, or there are too many histories to need them."""
    if results.n_histories > MOST_HISTORIES:
        return None
    found = [one for one in (factor_controls(results.scenario, results.n_histories), book_controls(results)) if one is not None]
    return found[0].beside(found[1]) if len(found) == 2 else found[0] if found else None


def book_controls(results: Results) -> Controls | None:
    """Losses of a fixed book whose mean the exact path knows, and that no scheme changes; None where there is no such book."""
    scenario = results.scenario
    guards = scenario.scheme.guards.values()
    if scenario.macro.factor != "static" or any(guard.effect in LENDING_STOPS for guard in guards):
        return None
    scheme = Scheme(in_force=scenario.scheme.in_force, limits=scenario.scheme.limits, recoveries=scenario.scheme.recoveries)
    try:
        book = check_exact(scenario.model_copy(update={"scheme": scheme}))
    except NotExact:
        return None
    known = [moments(book.loans, amounts).mean for amounts in (book.costs.gross, book.costs.principal)]
    return Controls(np.column_stack([results.finals[name] for name in BOOK]).astype(np.float64), np.array(known), ("book",))


def factor_controls(scenario: Scenario, n_histories: int) -> Controls | None:
    """Chances of default at each history's factor, and its strata; None where no factor moves defaults."""
    plan = plan_world(scenario, setting_for(scenario).calendar, has_signals=False)
    hazards = plan.failures.hazards
    if len(hazards) == 0 or (plan.tape is not None and plan.tape.replayed is not None):
        return None
    n_months = min(int(plan.failures.month[min(plan.end_day, len(plan.failures.month) - 1)]) + 1, len(plan.macro.common.pull))
    sectors = np.unique(hazards["sector"])
    levels, correlations = (np.array([np.median(hazards[field][hazards["sector"] == one]) for one in sectors]) for field in ("level", "correlation"))
    law = law_of_factors(plan.macro, n_months)
    moves = ~np.isnan(law.mean)
    n_periods = 1 if scenario.macro.factor == "static" else min(PERIODS, n_months)
    periods = np.array_split(np.arange(n_months), n_periods)
    average, deviation = law_of_average(plan.macro, moves, len(sectors))
    edges = stratum_edges(n_histories)
    values = np.empty((n_histories, n_periods + len(edges)))
    for first in range(0, n_histories, AT_A_TIME):
        last = min(first + AT_A_TIME, n_histories)
        z = np.stack([draw_factors(plan.macro, plan.seed, history)[sectors, :n_months] for history in range(first, last)])
        chances = chance_at(levels[:, None], correlations[:, None], z, 0.0).mean(axis=1)
        values[first:last, :n_periods] = np.column_stack([chances[:, months].mean(axis=1) for months in periods])
        if deviation > 0.0:
            values[first:last, n_periods:] = _ranks(z[:, :, moves].mean(axis=(1, 2)), average, deviation)[:, None] < edges
    expected = chance_at(levels[:, None], correlations[:, None], law.mean, law.variance).mean(axis=0)
    known = np.array([*(expected[months].mean() for months in periods), *edges])
    if deviation == 0.0:
        values, known = values[:, :n_periods], known[:n_periods]
    moving = np.ptp(values, axis=0) > 0.0
    return Controls(values[:, moving], known[moving], ("factor",)) if moving.any() else None


def stratum_edges(n_histories: int) -> Floats:
    """Edges between equally likely strata, 0-1: the more histories, the finer.

    Examples
    --------
    >>> stratum_edges(200)
    array([0.25, 0.5 , 0.75])
    """
    strata = min(max(n_histories // HISTORIES_A_STRATUM, FEWEST_STRATA), MOST_STRATA)
    return np.arange(1, strata) / strata


def chance_at(level: Floats, correlation: Floats, z: Floats, variance: Floats | float) -> Floats:
    """Mean chance of an event at a normal factor of mean ``z`` and some variance; at a factor that is not a number its unconditional chance."""
    from scipy.special import ndtr

    argument = (level - np.sqrt(correlation) * z) / np.sqrt(1.0 - correlation + correlation * variance)
    return np.asarray(ndtr(np.where(np.isnan(z), level, argument)))


def law_of_factors(macro: MacroPlan, n_months: int) -> MonthlyLaw:
    """Mean and variance, month by month, of the factor of a sector."""
    common, own = _monthly(macro.common, n_months), _monthly(macro.own, n_months)
    return MonthlyLaw(
        macro.common_loading * common.mean + macro.own_loading * np.nan_to_num(own.mean),
        macro.common_loading**2 * common.variance + macro.own_loading**2 * own.variance,
    )


def _monthly(law: FactorLaw, n_months: int) -> MonthlyLaw:
    mean, variance = np.empty(n_months), np.empty(n_months)
    before = spread = 0.0
    for month in range(n_months):
        pull = law.pull[month]
        before = law.drift[month] + (pull * before if pull else 0.0)
        spread = pull * pull * spread + law.spread[month] ** 2
        mean[month], variance[month] = before, spread
    return MonthlyLaw(mean, variance)


def law_of_average(macro: MacroPlan, moves: NDArray[np.bool_], n_sectors: int) -> tuple[float, float]:
    """Mean and standard deviation of the factor's average over the months that ``moves`` marks and over sectors."""
    if not moves.any():
        return 0.0, 0.0
    common, own = _average(macro.common, moves), _average(macro.own, moves)
    variance = macro.common_loading**2 * common[1] + macro.own_loading**2 * own[1] / n_sectors
    return macro.common_loading * common[0], math.sqrt(variance)


def _average(law: FactorLaw, moves: NDArray[np.bool_]) -> tuple[float, float]:
    """Mean and variance of one factor's average: the weight of each month's noise is its own month's and what later months keep of it."""
    mean = variance = weight = 0.0
    for month in range(len(moves) - 1, -1, -1):
        weight = moves[month] / moves.sum() + weight
        mean += weight * law.drift[month] if weight else 0.0
        variance += (weight * law.spread[month]) ** 2
        weight *= law.pull[month]
    return float(mean), float(variance)


def _ranks(average: Floats, mean: float, deviation: float) -> Floats:
    """Where an average stands in its law, 0-1."""
    from scipy.special import ndtr

    return np.asarray(ndtr((average - mean) / deviation))
