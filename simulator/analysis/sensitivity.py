"""Which assumptions move the answer: one at a time (tornado), screened (Morris), or by their shares of its variance (Sobol).

A method is a function from the measures at its points (``layouts``) to what they say. All points share their histories, so that every
difference is paired and the noise of Monte Carlo can be told apart from what an assumption does (``results.noise``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.analysis.layouts import FEWEST, LEVELS, salib, unit_problem
from simulator.analysis.moved import measures_of, play_measures, play_some, with_histories
from simulator.results.contributions import contributions
from simulator.results.estimates import estimate, paired_difference
from simulator.results.measures import measure_named
from simulator.results.noise import are_alike, is_beyond_noise, noise_share, paired_errors
from simulator.results.sensitivity import Index, Screened, SensitivityStudy, Swing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.analysis.layouts import SensitivityDesign
    from simulator.analysis.moved import Playing
    from simulator.results.ranges import Ranged
    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded

    Floats = NDArray[np.float64]
    Groups = Sequence[tuple[Floats, Floats]]
    """Rows of places and the measure there, history by history, of what belongs together."""

RESAMPLES = 400
"""Bootstrap samples behind an interval."""


def play_base(loaded: Loaded, histories: int, playing: Playing) -> Results:
    """Play the file's own values on the histories of the points."""
    (results,) = play_some([with_histories(loaded.scenario, histories)], playing, 0, histories)
    return results


def sensitivity_study(design: SensitivityDesign, base: Results, measures: Sequence[str], playing: Playing) -> SensitivityStudy:
    """Play a study's points and say what they found.

    Parameters
    ----------
    design : SensitivityDesign
    base : Results
        The file's own values, on as many histories.
    measures : sequence of str
        Dotted names of additive measures; the first headline measures if empty.
    playing : Playing
    """
    names = measures_of(base, measures)
    own = {name: _known(contributions(base.finals, base.scenario, name)) for name in names}
    layout = design.layout
    ranged = [one.ranged for one in layout.uncertain]
    played = play_measures(design.scenarios, names, playing)
    cut = _cut(layout.groups, played)
    constant: dict[str, list[str]] = {method: [] for method in layout.groups}
    missing: dict[str, list[str]] = {method: [] for method in layout.groups}
    found: dict[str, dict[str, list[Any]]] = {method: {} for method in layout.groups}
    noise: dict[str, float] = {}
    dropped = dict(design.dropped)
    for method, groups in layout.groups.items():
        for name in names:
            whole = [(rows, values) for rows, values in zip(groups, cut[method][name], strict=True) if np.isfinite(values).all()]
            dropped[method] = max(dropped[method], design.dropped[method] + len(groups) - len(whole))
            if len(whole) < FEWEST[method]:
                missing[method].append(name)
                continue
            told = _told(method, ranged, whole, own[name], measure_named(name).unit, layout.loaded.scenario.run.seed)
            if told is None:
                constant[method].append(name)
            else:
                found[method][name] = told
                if method == "sobol":
                    noise[name] = noise_share(np.concatenate([values[:2] for _, values in whole]))
    scenario = layout.loaded.scenario
    return SensitivityStudy(
        name=scenario.name,
        title=scenario.title,
        title_en=scenario.title_en or scenario.title,
        seed=scenario.run.seed,
        histories=design.histories,
        assumptions=ranged,
        held=layout.held,
        measures=names,
        own={name: estimate(own[name], measure_named(name).unit) for name in names},
        points={method: sum(len(group) for group in groups) for method, groups in layout.groups.items()},
        constant=constant,
        missing=missing,
        noise=noise,
        dropped=dropped,
        **found,
    )


def _known(values: Floats | None) -> Floats:
    assert values is not None, "measures_of keeps only measures that the scenario has"  # noqa: S101
    return values


def _cut(by_method: Mapping[str, Sequence[Floats]], played: Mapping[str, Floats]) -> dict[str, dict[str, list[Floats]]]:
    """Measures of each group of each method: method to measure to arrays of shape (n_points, n_histories)."""
    ends = np.cumsum([len(group) for groups in by_method.values() for group in groups])[:-1]
    parts = {name: iter(np.split(values, ends)) for name, values in played.items()}
    return {method: {name: [next(part) for _ in groups] for name, part in parts.items()} for method, groups in by_method.items()}


def _told(method: str, ranged: Sequence[Ranged], groups: Groups, own: Floats, unit: str, seed: int) -> list[Any] | None:
    """What a method says of one measure, the strongest first; None where no point moves it."""
    means = [values.mean(axis=1) for _, values in groups]
    everywhere = {"tornado": [own.mean(keepdims=True), *means], "morris": means, "sobol": [one[:2] for one in means]}[method]
    if are_alike(np.concatenate(everywhere)):
        return None
    if method == "tornado":
        return swings(ranged, groups, own, unit)
    return screened(ranged, groups, seed) if method == "morris" else indices(ranged, groups, seed)


def swings(ranged: Sequence[Ranged], groups: Groups, own: Floats, unit: str) -> list[Swing]:
    """Return what each assumption does alone, the widest first.

    Parameters
    ----------
    ranged : sequence of Ranged
    groups : sequence of (rows, values)
        Both ends of some assumptions (``tornado_rows``): values of shape (2, n_histories).
    own : ndarray, shape (n_histories,)
        The measure at the file's own values.
    unit : str
    """
    found = []
    for rows, (low, high) in groups:
        column = int(np.flatnonzero(~np.isnan(rows[0]))[0])
        told = is_beyond_noise(np.array([low - own, high - own, high - low]), len(ranged))
        found.append(Swing(ranged[column], float(low.mean()), float(high.mean()), paired_difference(high, low, unit), told))
    middle = float(own.mean())
    return sorted(found, key=lambda one: -one.reach(middle))


def screened(ranged: Sequence[Ranged], groups: Groups, seed: int) -> list[Screened]:
    """Return the elementary effects of each assumption, the largest first.

    Parameters
    ----------
    ranged : sequence of Ranged
    groups : sequence of (rows, values)
        Trajectories (``morris_rows``): values of shape (n_assumptions + 1, n_histories).
    seed : int
        Of the interval's resampling.
    """
    analyze = salib("SALib.analyze.morris")
    places = np.concatenate([rows for rows, _ in groups])
    means = np.concatenate([values.mean(axis=1) for _, values in groups])
    found = analyze.analyze(unit_problem(len(ranged)), places, means, num_resamples=RESAMPLES, num_levels=LEVELS, seed=seed % 2**32)
    effects = elementary_effects(groups)
    said = []
    for column, one in enumerate(ranged):
        mu_star, half = float(found["mu_star"][column]), float(found["mu_star_conf"][column])
        noise = float(np.sqrt(np.mean(paired_errors(effects[column]) ** 2)))
        told = is_beyond_noise(effects[column], len(ranged))
        said.append(
            Screened(one, float(found["mu"][column]), mu_star, max(0.0, mu_star - half), mu_star + half, float(found["sigma"][column]), noise, told)
        )
    return sorted(said, key=lambda one: -one.mu_star)


def elementary_effects(groups: Groups) -> Floats:
    """Return each assumption's effects history by history, over its whole range; shape (n_assumptions, n_trajectories, n_histories)."""
    n_assumptions, n = groups[0][0].shape[1], groups[0][1].shape[1]
    effects = np.empty((n_assumptions, len(groups), n))
    for trajectory, (rows, values) in enumerate(groups):
        steps = np.diff(rows, axis=0)
        for step, column in enumerate(np.abs(steps).argmax(axis=1)):
            effects[column, trajectory] = (values[step + 1] - values[step]) / steps[step, column]
    return effects


def indices(ranged: Sequence[Ranged], groups: Groups, seed: int) -> list[Index]:
    """Return each assumption's first and total index, the largest total first.

    Intervals are percentiles of a bootstrap that draws rows and histories anew at once, so that they hold the error of both.

    Parameters
    ----------
    ranged : sequence of Ranged
    groups : sequence of (rows, values)
        Rows of Saltelli's matrices (``sobol_rows``): values of shape (n_assumptions + 2, n_histories).
    seed : int
        Of the bootstrap.
    """
    from scipy.stats import sobol_indices

    values = np.array([one for _, one in groups])
    outputs = _resampled(values, seed)
    n = values.shape[0]
    found = sobol_indices(func={"f_A": outputs[0], "f_B": outputs[1], "f_AB": outputs[2:]}, n=n)
    first, total = (np.reshape(one, (RESAMPLES + 1, len(ranged))) for one in (found.first_order, found.total_order))
    variance = float(values[:, :2].mean(axis=2).var())
    said = []
    for column, one in enumerate(ranged):
        apart = values[:, 2 + column] - values[:, 0]
        noise = 0.5 * float(np.mean(paired_errors(apart) ** 2)) / variance
        (first_low, first_high), (total_low, total_high) = (map(float, np.percentile(index[1:, column], (2.5, 97.5))) for index in (first, total))
        told = is_beyond_noise(apart, len(ranged))
        said.append(Index(one, float(first[0, column]), first_low, first_high, float(total[0, column]), total_low, total_high, noise, told))
    return sorted(said, key=lambda one: -one.total)


def _resampled(values: Floats, seed: int) -> Floats:
    """Means over histories of each row's points, first as they are, then of rows and histories drawn anew.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_assumptions + 2, n_histories)

    Returns
    -------
    ndarray, shape (n_assumptions + 2, 1 + RESAMPLES, n_rows)
    """
    n_rows, _, n = values.shape
    draw = np.random.default_rng([seed, RESAMPLES])
    weights = np.vstack([np.ones(n), draw.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)]) / n
    rows = np.vstack([np.arange(n_rows), draw.integers(n_rows, size=(RESAMPLES, n_rows))])
    means = values @ weights.T
    return np.moveaxis(np.array([means[chosen, :, number] for number, chosen in enumerate(rows)]), 2, 0)
