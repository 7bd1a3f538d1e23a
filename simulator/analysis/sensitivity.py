"""Which assumptions move the answer: one at a time (tornado), screened (Morris), or by their shares of its variance (Sobol).

A method is a set of rows of places, and a function from the measures there to what they say. All points share their histories, so that every
difference is paired and the noise of Monte Carlo can be told apart from what an assumption does (``results.noise``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.analysis.moved import chosen_assumptions, lone, measures_of, movable, play_measures, play_some, scenario_at_row, with_histories
from simulator.errors import ExtraMissing, Problem, ScenarioError
from simulator.results.contributions import contributions
from simulator.results.estimates import estimate, paired_difference
from simulator.results.measures import measure_named
from simulator.results.noise import are_alike, is_beyond_noise, noise_share, paired_errors
from simulator.results.sensitivity import Index, Screened, SensitivityStudy, Swing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.analysis.moved import Playing
    from simulator.analysis.uncertain import Uncertain
    from simulator.results.ranges import Held, Ranged
    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]
    Groups = Sequence[tuple[Floats, Floats]]
    """Rows of places and the measure there, history by history, of what belongs together."""

LEVELS = 4
"""Morris's levels; with an even number every level is as likely as any other (Morris 1991, section 3)."""

FEWEST_TRAJECTORIES, FEWEST_ROWS = 4, 8
_FEWEST = {"tornado": 1, "morris": FEWEST_TRAJECTORIES, "sobol": FEWEST_ROWS}
MOST_POINTS = 1000
"""Points of Morris and of Sobol, each, unless asked otherwise."""

RESAMPLES = 400


class Layout(NamedTuple):
    """Points of a study before the scenario's checks have seen them.

    Attributes
    ----------
    loaded : Loaded
    uncertain : sequence of Uncertain
        What moves.
    held : sequence of Held
    groups : mapping of str to sequence of ndarray
        Of each method, what belongs together, each of shape (n_points, n_assumptions): the two ends of an assumption, a trajectory, a row of Sobol's
        matrices.
    """

    loaded: Loaded
    uncertain: Sequence[Uncertain]
    held: Sequence[Held]
    groups: Mapping[str, Sequence[Floats]]

    @property
    def n_points(self) -> int:
        """Points of all methods."""
        return sum(len(group) for groups in self.groups.values() for group in groups)


class SensitivityDesign(NamedTuple):
    """Everything to be played of one study.

    Attributes
    ----------
    layout : Layout
        Without the groups in which the scenario is refused at some point.
    histories : int
        Of each point.
    scenarios : sequence of Scenario
        Of all points, in their order.
    dropped : mapping of str to int
        Of each method, groups left out.
    """

    layout: Layout
    histories: int
    scenarios: Sequence[Scenario]
    dropped: Mapping[str, int]

    @property
    def n_points(self) -> int:
        """Points of all methods."""
        return len(self.scenarios)


def lay_out(loaded: Loaded, methods: Sequence[str], *, points: int = MOST_POINTS, only: Sequence[str] = ()) -> Layout:
    """Lay out a study.

    Parameters
    ----------
    loaded : Loaded
    methods : sequence of {'tornado', 'morris', 'sobol'}
    points : int
        Most points of Morris and of Sobol, each.
    only : sequence of str
        Dotted paths of the assumptions that move; all with a range if empty.

    Raises
    ------
    ScenarioError
        If nothing can move, or ``points`` are too few for a method.
    ExtraMissing
        If Morris is asked for without SALib.
    """
    chosen, held = chosen_assumptions(loaded, only=only)
    uncertain, refused = movable(loaded, chosen)
    if not uncertain:
        raise ScenarioError([Problem(loaded.name, 0, 0, refused[0].path, refused[0].zh, refused[0].en)])
    groups = {method: _ROWS[method](len(uncertain), points, loaded.scenario.run.seed) for method in methods}
    return Layout(loaded, uncertain, [*held, *refused], groups)


def sensitivity_design(layout: Layout, histories: int, on_checked: Callable[[int], None] = lambda _: None) -> SensitivityDesign:
    """Make the scenario of every point, with all checks.

    Parameters
    ----------
    layout : Layout
    histories : int
        Of each point.
    on_checked : callable
        Told how many points are done so far.

    Raises
    ------
    ScenarioError
        If too few groups of some method are left.
    """
    kept: dict[str, list[Floats]] = {}
    scenarios: list[Scenario] = []
    done = 0
    for method, groups in layout.groups.items():
        kept[method] = []
        for rows in groups:
            made = _made(layout, rows, histories)
            if made:
                kept[method].append(rows)
                scenarios += made
            done += len(rows)
            on_checked(done)
        if len(kept[method]) < _FEWEST[method]:
            zh = f"{method} 的点几乎都被情景的检查拒绝；请用 only 或 vary 收窄假设的范围"
            en = f"the scenario's checks refuse nearly all points of {method}; narrow the ranges with only or vary"
            raise ScenarioError([Problem(layout.loaded.name, 0, 0, "", zh, en)])
    dropped = {method: len(groups) - len(kept[method]) for method, groups in layout.groups.items()}
    return SensitivityDesign(layout._replace(groups=kept), histories, scenarios, dropped)


def _made(layout: Layout, rows: Floats, histories: int) -> list[Scenario]:
    """Scenarios of points that belong together; none where one of them is refused."""
    try:
        return [scenario_at_row(layout.loaded, layout.uncertain, row, histories) for row in rows]
    except ScenarioError:
        return []


def tornado_rows(n_assumptions: int, _points: int = 0, _seed: int = 0) -> list[Floats]:
    """Return both ends of each assumption, all others at the file's own values; one array of shape (2, n_assumptions) each."""
    return [np.array([lone(n_assumptions, column, place) for place in (0.0, 1.0)]) for column in range(n_assumptions)]


def morris_rows(n_assumptions: int, points: int, seed: int) -> list[Floats]:
    """Return Morris's trajectories, each of shape (n_assumptions + 1, n_assumptions): from one point to the next a single assumption moves.

    Raises
    ------
    ScenarioError
        If ``points`` are too few.
    ExtraMissing
        If SALib is not installed.
    """
    morris = _salib("SALib.sample.morris")
    n = points // (n_assumptions + 1)
    _enough(n, FEWEST_TRAJECTORIES, n_assumptions + 1, "morris")
    rows: Floats = morris.sample(_problem(n_assumptions), n, num_levels=LEVELS, seed=seed % 2**32)
    return list(rows.reshape(n, n_assumptions + 1, n_assumptions))


def sobol_rows(n_assumptions: int, points: int, seed: int) -> list[Floats]:
    """Return the rows of Saltelli's (2010) matrices, each of shape (n_assumptions + 2, n_assumptions): A, B, and A with one column of B at a time.

    A scrambled Sobol sequence; the number of rows is the largest power of two that ``points`` allow.

    Raises
    ------
    ScenarioError
        If ``points`` are too few.
    """
    from scipy.stats import qmc

    n = points // (n_assumptions + 2)
    _enough(n, FEWEST_ROWS, n_assumptions + 2, "sobol")
    drawn: Floats = qmc.Sobol(2 * n_assumptions, scramble=True, seed=np.random.default_rng(seed)).random_base2(n.bit_length() - 1)
    groups = []
    for row in drawn:
        a, b = row[:n_assumptions], row[n_assumptions:]
        mixed = np.where(np.eye(n_assumptions, dtype=bool), b, a)
        groups.append(np.vstack([a, b, mixed]))
    return groups


_ROWS: dict[str, Callable[[int, int, int], list[Floats]]] = {"tornado": tornado_rows, "morris": morris_rows, "sobol": sobol_rows}


def _enough(n: int, fewest: int, points_each: int, method: str) -> None:
    if n < fewest:
        zh = f"{method} 至少要 {fewest * points_each} 个点（{fewest} × {points_each}）；请加大 --points，或用 --only 少动几项假设"
        en = (
            f"{method} needs at least {fewest * points_each} points ({fewest} × {points_each}); raise --points, or move fewer assumptions with --only"
        )
        raise ScenarioError([Problem("points", 0, 0, "", zh, en)])


def _problem(n_assumptions: int) -> dict[str, object]:
    return {"num_vars": n_assumptions, "names": [str(column) for column in range(n_assumptions)], "bounds": [[0.0, 1.0]] * n_assumptions}


def _salib(module: str) -> Any:  # noqa: ANN401  an optional package without types
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        zh = "Morris 筛选需要 SALib：pip install riskshare[study]；tornado 和 sobol 不需要"
        en = "Morris screening needs SALib: pip install riskshare[study]; tornado and sobol do without"
        raise ExtraMissing(zh, en) from error


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
            if len(whole) < _FEWEST[method]:
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
    analyze = _salib("SALib.analyze.morris")
    places = np.concatenate([rows for rows, _ in groups])
    means = np.concatenate([values.mean(axis=1) for _, values in groups])
    found = analyze.analyze(_problem(len(ranged)), places, means, num_resamples=RESAMPLES, num_levels=LEVELS, seed=seed % 2**32)
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
