"""Schemes over the same futures: who is best where, and what is lost by choosing another.

In a future every assumption stands at one place of its range, a Latin hypercube over all, and the schemes that share an assumption move together.
All schemes are played on the same histories in every future, so that a scheme is called best only where it is told apart from the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.compare import are_paired
from simulator.analysis.moved import chosen_assumptions, measures_of, movable, play_measures, play_some, scenario_at_row, with_histories, with_ranges
from simulator.analysis.ranges import ATTEMPTS, chance_bound, rank_correlation
from simulator.analysis.uncertain import number_of, places, value_at
from simulator.errors import Problem, ScenarioError
from simulator.results.contributions import contributions
from simulator.results.noise import is_beyond_noise
from simulator.results.ranges import Held, Influence
from simulator.results.regret import MeasureRegret, RegretStudy, Split, is_higher_better

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.analysis.moved import Playing
    from simulator.analysis.uncertain import Uncertain
    from simulator.results.ranges import Ranged
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario
    from simulator.scenario.positions import Node

    Floats = NDArray[np.float64]
    Marks = NDArray[np.bool_]
    Counts = NDArray[np.int64]

JUDGED_BY = ("fiscal.net_cost", "bank.net_loss", "pool.shortfall_probability")
"""Measures of a study that names none, as far as all schemes have them."""

FEWEST = 8
"""Futures below which nothing is said of who is best where."""

SHUFFLES = 400
LEVEL = 0.05


class RegretDesign(NamedTuple):
    """Everything to be played.

    Attributes
    ----------
    loaded : sequence of Loaded
        The schemes.
    histories : int
    moving : mapping of str to Uncertain
        What moves, by path; as the first scheme that has it says.
    held : sequence of Held
    futures : sequence of mapping
        Place of each assumption in each future, by path.
    scenarios : sequence of Scenario
        Every scheme in every future, future by future.
    redrawn, dropped : int
    """

    loaded: Sequence[Loaded]
    histories: int
    moving: Mapping[str, Uncertain]
    held: Sequence[Held]
    futures: Sequence[Mapping[str, float]]
    scenarios: Sequence[Scenario]
    redrawn: int
    dropped: int

    @property
    def n_points(self) -> int:
        """Scenarios to play: every scheme in every future."""
        return len(self.scenarios)


def ranges_of_all(loaded: Sequence[Loaded], ranges: Mapping[str, Node]) -> list[Loaded]:
    """Give each scheme the ranges whose paths it has.

    Raises
    ------
    ScenarioError
        If a range fits none of them.
    """
    found = list(loaded)
    for path, node in ranges.items():
        refusals = []
        for number, one in enumerate(found):
            try:
                found[number] = with_ranges(one, {path: node})
            except ScenarioError as error:
                refusals.append(error)
        if len(refusals) == len(found):
            raise refusals[0]
    return found


def regret_design(loaded: Sequence[Loaded], *, futures: int, histories: int, only: Sequence[str] = ()) -> RegretDesign:
    """Lay out the futures; one that any scheme refuses is drawn anew for all.

    Parameters
    ----------
    loaded : sequence of Loaded
        At least two schemes.
    futures : int
    histories : int
        Of every scheme in every future.
    only : sequence of str
        Dotted paths of the assumptions that move; all with a range if empty.

    Raises
    ------
    ScenarioError
        If there is one scheme alone, or nothing can move.
    """
    if len(loaded) < 2:
        zh, en = "至少要两个方案才有比较", "regret needs at least two schemes"
        raise ScenarioError([Problem("scenarios", 0, 0, "", zh, en)])
    own, held = _moving(loaded, only)
    moving: dict[str, Uncertain] = {}
    for several in own:
        moving = {one.ranged.path: one for one in several} | moving
    seed = loaded[0].scenario.run.seed
    found: list[tuple[dict[str, float], list[Scenario]] | None] = [None] * futures
    first_refused = 0
    for attempt in range(ATTEMPTS):
        drawn = {path: places(seed, path, attempt, futures) for path in moving}
        for number in (number for number, one in enumerate(found) if one is None):
            future = {path: float(values[number]) for path, values in drawn.items()}
            if made := _made(loaded, own, future, histories):
                found[number] = future, made
        missing = sum(one is None for one in found)
        first_refused = missing if attempt == 0 else first_refused
        if not missing:
            break
    kept = [one for one in found if one is not None]
    dropped = futures - len(kept)
    if not kept:
        zh, en = (
            "每一种未来都有方案拒绝；请用 --only 或 --vary 收窄假设的范围",
            "some scheme refuses every future; narrow the ranges with --only or --vary",
        )
        raise ScenarioError([Problem("futures", 0, 0, "", zh, en)])
    scenarios = [one for _, made in kept for one in made]
    return RegretDesign(loaded, histories, moving, held, [future for future, _ in kept], scenarios, first_refused - dropped, dropped)


def _moving(loaded: Sequence[Loaded], only: Sequence[str]) -> tuple[list[list[Uncertain]], list[Held]]:
    """What moves in each scheme; what one of them cannot move is held in all."""
    found: list[list[Uncertain]] = []
    held: dict[str, Held] = {}
    problems = []
    for one in loaded:
        try:
            uncertain, not_moved = chosen_assumptions(one, only=[path for path in only if path in one.marks])
        except ScenarioError as error:
            problems.append(error)
            uncertain, not_moved = [], []
        kept, refused = movable(one, uncertain) if uncertain else ([], [])
        found.append([each for each in kept if not only or each.ranged.path in only])
        held |= {each.path: each for each in (*not_moved, *refused)}
    known = {each.ranged.path for several in found for each in several}
    unknown = [path for path in only if path not in known and path not in held]
    if unknown:
        chosen_assumptions(loaded[0], only=unknown)
    own = [[each for each in several if each.ranged.path not in held] for several in found]
    if not any(own):
        raise problems[0] if problems else ScenarioError([Problem("only", 0, 0, "", "没有可以变动的假设", "no assumption can move")])
    return own, list(held.values())


def _made(loaded: Sequence[Loaded], own: Sequence[Sequence[Uncertain]], future: Mapping[str, float], histories: int) -> list[Scenario]:
    """Every scheme in one future; none where one of them is refused."""
    rows = [np.array([future[one.ranged.path] for one in uncertain]) for uncertain in own]
    try:
        return [scenario_at_row(*one, histories) for one in zip(loaded, own, rows, strict=True)]
    except ScenarioError:
        return []


def regret_study(design: RegretDesign, measures: Sequence[str], playing: Playing) -> RegretStudy:
    """Play every scheme in every future and say who is best where.

    Parameters
    ----------
    design : RegretDesign
    measures : sequence of str
        Dotted names of additive measures; ``JUDGED_BY`` if empty.
    playing : Playing

    Raises
    ------
    ScenarioError
        If a measure is unknown, or some scheme does not have it.
    """
    own = [with_histories(one.scenario, design.histories) for one in design.loaded]
    base = play_some(own, playing, 0, design.histories)
    for result in base:
        names = measures_of(result, measures)
    if not measures:
        names = [name for name in JUDGED_BY if all(contributions(one.finals, one.scenario, name) is not None for one in base)]
    later = playing._replace(on_progress=lambda done: playing.on_progress(len(own) * design.histories + done))
    later = later._replace(shelf=playing.shelf.behind(len(own)) if playing.shelf else None)
    played = play_measures(design.scenarios, names, later)
    n, n_schemes = len(design.futures), len(design.loaded)
    whole = [
        number for number in range(n) if all(np.isfinite(values[number * n_schemes : (number + 1) * n_schemes]).all() for values in played.values())
    ]
    shown = [_shown(design, number) for number in whole]
    values = np.array([numbers for _, numbers in shown]).reshape(len(whole), len(design.moving))
    ranged = [one.ranged for one in design.moving.values()]
    found = {}
    for name in names:
        outcomes = played[name].reshape(n, n_schemes, -1)[whole]
        means = np.array([float(np.mean(_known(contributions(one.finals, one.scenario, name)))) for one in base])
        found[name] = measure_regret(name, means, outcomes, ranged, values, [texts for texts, _ in shown], design.loaded[0].scenario.run.seed)
    scenarios = [one.scenario for one in design.loaded]
    return RegretStudy(
        schemes=_names([one.name for one in scenarios]),
        titles=[(one.title, one.title_en or one.title) for one in scenarios],
        seed=scenarios[0].run.seed,
        histories=design.histories,
        assumptions=ranged,
        texts=[texts for texts, _ in shown],
        places=values,
        measures=found,
        paired=all(are_paired(with_histories(one, 1), with_histories(scenarios[0], 1)) for one in scenarios),
        redrawn=design.redrawn,
        dropped=design.dropped + n - len(whole),
        chance_bound=chance_bound(len(whole), len(ranged)),
        held=design.held,
    )


def _known(values: Floats | None) -> Floats:
    assert values is not None, "measures_of keeps only measures that the scenario has"  # noqa: S101
    return values


def _names(names: Sequence[str]) -> list[str]:
    """Names of schemes, numbered where two are alike."""
    counts = [names[:number].count(name) for number, name in enumerate(names)]
    return [f"{name}-{before + 1}" if before else name for name, before in zip(names, counts, strict=True)]


def _shown(design: RegretDesign, number: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Values of one future, as people write them and as numbers."""
    values = [(one, value_at(one, design.futures[number][path])) for path, one in design.moving.items()]
    return tuple(one.unit.show(value) for one, value in values), tuple(number_of(value) for _, value in values)


def measure_regret(
    name: str, own: Floats, outcomes: Floats, ranged: Sequence[Ranged], values: Floats, texts: Sequence[Sequence[str]], seed: int
) -> MeasureRegret:
    """Judge schemes by one measure.

    Parameters
    ----------
    name : str
    own : ndarray, shape (n_schemes,)
        At the file's own values.
    outcomes : ndarray, shape (n_futures, n_schemes, n_histories)
        What each history adds to the measure.
    ranged : sequence of Ranged
        What moves.
    values : ndarray, shape (n_futures, n_assumptions)
    texts : sequence of sequence of str
        The same as people write them.
    seed : int
        Of the shuffles that judge a split.
    """
    sign = -1.0 if is_higher_better(name) else 1.0
    costs = sign * outcomes
    means = costs.mean(axis=2)
    best = means.argmin(axis=1)
    behind = costs - np.take_along_axis(costs, best[:, None, None], axis=1)
    level = np.array([[not is_beyond_noise(one[None], max(1, len(own) - 1)) for one in future] for future in behind])
    n = outcomes.shape[2]
    errors = behind.mean(axis=0).std(axis=1, ddof=1) / np.sqrt(n) if n > 1 else np.zeros(len(own))
    regrets = means - means.min(axis=1, keepdims=True)
    rivals = _rivals(level, regrets)
    margin = means[:, rivals[0]] - means[:, rivals[1]]
    influences = sorted(
        (Influence(one, rank_correlation(values[:, column], margin)) for column, one in enumerate(ranged)), key=lambda one: -abs(one.correlation)
    )
    split = best_split(ranged, values, texts, level, best, seed) if len(values) >= FEWEST else None
    return MeasureRegret(name, "higher" if sign < 0 else "lower", own, sign * means, regrets, best, level, errors, influences, rivals, split)


def _rivals(level: Marks, regrets: Floats) -> tuple[int, int]:
    """Return the two schemes that are most often best or level with it; of those alike, those with the least mean regret."""
    order = np.lexsort((regrets.mean(axis=0), -level.sum(axis=0)))
    return int(order[0]), int(order[1])


def best_split(ranged: Sequence[Ranged], values: Floats, texts: Sequence[Sequence[str]], level: Marks, best: Counts, seed: int) -> Split | None:
    """Return the assumption and value that part the futures best by who is best; None where chance would do as well.

    A future counts as right where its side's scheme is the best or not told apart from it. The gain over one scheme everywhere is held against
    that of futures shuffled against their outcomes.

    Parameters
    ----------
    ranged : sequence of Ranged
    values : ndarray, shape (n_futures, n_assumptions)
    texts : sequence of sequence of str
    level : ndarray of bool, shape (n_futures, n_schemes)
    best : ndarray, shape (n_futures,)
        Parts splits that get as many right.
    seed : int
    """
    orders = np.argsort(values, axis=0, kind="stable")
    cuts = [np.flatnonzero(np.diff(values[order, column]) > 0) + 1 for column, order in enumerate(orders.T)]
    each = len(level) + 1
    weights = level * each + (best[:, None] == np.arange(level.shape[1]))
    score, column, cut = _parted(weights, orders, cuts)
    if score // each <= level.sum(axis=0).max():
        return None
    draw = np.random.default_rng([seed, SHUFFLES])
    reached = sum(_parted(weights[draw.permutation(len(level))], orders, cuts)[0] // each >= score // each for _ in range(SHUFFLES))
    if (1 + reached) / (1 + SHUFFLES) > LEVEL:
        return None
    order = orders[:, column]
    below, above = level[order[:cut]], level[order[cut:]]
    sides = int(weights[order[:cut]].sum(axis=0).argmax()), int(weights[order[cut:]].sum(axis=0).argmax())
    last, following = order[cut - 1], order[cut]
    return Split(
        ranged[column],
        column,
        float(values[last, column] + values[following, column]) / 2,
        texts[last][column],
        *sides,
        int(below[:, sides[0]].sum()),
        len(below),
        int(above[:, sides[1]].sum()),
        len(above),
    )


def _parted(weights: Counts, orders: Counts, cuts: Sequence[Counts]) -> tuple[int, int, int]:
    """Highest score of one split, its assumption and where it cuts."""
    found = (-1, 0, 0)
    total = weights.sum(axis=0)
    for column, places_of_cut in enumerate(cuts):
        if places_of_cut.size:
            below = np.cumsum(weights[orders[:, column]], axis=0)[places_of_cut - 1]
            hits = below.max(axis=1) + (total - below).max(axis=1)
            at = int(hits.argmax())
            found = max(found, (int(hits[at]), -column, -int(places_of_cut[at])))
    return found[0], -found[1], -found[2]
