"""A grid over values of a scenario: every point's scenario made and checked, all played on common draws, each compared with a baseline.

``grid_of`` does all that can fail before anything is played. Points whose firms are the same are played on the same worlds; where a value changes the
firms themselves, every draw keeps its address, so that differences are still taken history by history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.axes import REFORM, sides_of
from simulator.analysis.points import scenario_at
from simulator.errors import ScenarioError
from simulator.results.answers import Answer
from simulator.results.comparisons import differences_of
from simulator.results.estimates import paired_difference_of_ratios
from simulator.results.measures import MEASURES, lending_is_given, measure_named, parts_of
from simulator.results.store import LEVELS
from simulator.results.sweeps import ABSENT, HEADLINE, Grids, SweepFound, SweptPoint
from simulator.runs.session import fate_key, play_scenarios
from simulator.scenario.loader import digest_of
from simulator.scenario.messages import unknown
from simulator.scenario.positions import Scalar
from simulator.scenario.study import entries_of
from simulator.scenario.writer import flow_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from simulator.analysis.axes import Side
    from simulator.results.estimates import Estimate
    from simulator.results.results import Results
    from simulator.results.sweeps import Axis
    from simulator.runs.session import Keep
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario
    from simulator.scenario.positions import Node
    from simulator.scenario.study import Asked

MOST_POINTS = 2000
"""Points of a grid."""

MOST_TOLD = 5
"""Refused points that are told one by one."""


class GridPoint(NamedTuple):
    """A point before it is played: its place on the grid (None beside it), its values as texts, its scenario."""

    place: tuple[int, ...] | None
    texts: tuple[str, ...]
    loaded: Loaded


@dataclass(frozen=True)
class Grid:
    """What a sweep plays.

    Attributes
    ----------
    asked : Asked
    loaded : Loaded
        The scenario that is changed.
    axes : tuple of Axis
    points : tuple of GridPoint
        Last axis fastest; the baseline last where it lies beside the grid.
    baseline : int
        Number of the point that others are compared with.
    shown : tuple of str
        Measures in charts, summary and terminal.
    """

    asked: Asked
    loaded: Loaded
    axes: tuple[Axis, ...]
    points: tuple[GridPoint, ...]
    baseline: int
    shown: tuple[str, ...]

    @property
    def scenarios(self) -> list[Scenario]:
        """What to play, point by point."""
        return [point.loaded.scenario for point in self.points]

    @property
    def histories(self) -> int:
        """Histories of all points together."""
        return sum(scenario.run.histories for scenario in self.scenarios)


def grid_of(asked: Asked, loaded: Loaded) -> Grid:
    """Make and check every point of a sweep.

    Parameters
    ----------
    asked : Asked
        The study, of kind ``sweep``.
    loaded : Loaded
        Its scenario, with its changes.

    Raises
    ------
    ScenarioError
        If the study cannot be read, or the scenario refuses a point, which is named.
    """
    sides = sides_of(asked, loaded)
    axes = tuple(side.axis for side in sides)
    n_points = int(np.prod([len(axis) for axis in axes]))
    if n_points > MOST_POINTS:
        zh, en = (
            f"共有 {n_points:,} 个点，最多 {MOST_POINTS:,} 个；请加大步长",
            f"{n_points:,} points, and at most {MOST_POINTS:,} are allowed; take larger steps",
        )
        raise asked.refused(("vary",), zh, en)
    shown = _measures(asked)
    points = _points(loaded, sides)
    base = _baseline(asked, loaded, sides)
    played = [_what_is_played(point.loaded) for point in points]
    if (own := _what_is_played(base.loaded)) in played:
        return Grid(asked, loaded, axes, tuple(points), played.index(own), shown)
    return Grid(asked, loaded, axes, (*points, base), len(points), shown)


def _what_is_played(loaded: Loaded) -> str:
    """Return the digest of a scenario without its assumptions: a value that is set to what it was is assumed no more, and plays the same."""
    return digest_of(loaded.scenario.model_copy(update={"assumptions": {}}))


def _points(loaded: Loaded, sides: Sequence[Side]) -> list[GridPoint]:
    found, refused = [], []
    for place in product(*(range(len(side.axis)) for side in sides)):
        texts = tuple(side.axis.texts[number] for side, number in zip(sides, place, strict=True))
        changes = {path: node for side, number in zip(sides, place, strict=True) for path, node in side.changes[number].items()}
        try:
            found.append(GridPoint(place, texts, scenario_at(loaded, changes)))
        except ScenarioError as error:
            refused.append((texts, error))
    if refused:
        raise _refusal(refused, sides)
    return found


def _refusal(refused: Sequence[tuple[tuple[str, ...], ScenarioError]], sides: Sequence[Side]) -> ScenarioError:
    """One error that names the refused points."""
    problems = []
    for texts, error in refused[:MOST_TOLD]:
        zh, en = (
            comma.join(f"{side.axis.name(lang)} {text}" for side, text in zip(sides, texts, strict=True))
            for lang, comma in (("zh", "，"), ("en", ", "))
        )
        problems += [replace(one, zh=f"（{zh} 这一点）{one.zh}", en=f"(at the point {en}) {one.en}") for one in error.problems]
    more = len(refused) - MOST_TOLD
    if more > 0:
        problems.append(replace(problems[-1], zh=f"另有 {more} 个点被拒绝", en=f"{more} more points are refused"))
    return ScenarioError(problems)


def _measures(asked: Asked) -> tuple[str, ...]:
    said = getattr(asked.study, "measures", None)
    for number, name in enumerate(said or ()):
        try:
            measure_named(name)
        except KeyError:
            raise asked.refused(("measures", number), *unknown(name, [one.name for one in MEASURES], "指标", "measure")) from None
    return tuple(said or HEADLINE)


def _baseline(asked: Asked, loaded: Loaded, sides: Sequence[Side]) -> GridPoint:
    node = asked.node("baseline")
    said: dict[str, Node] = {REFORM: node} if isinstance(node, Scalar) else entries_of(node)
    known = [side.axis.path for side in sides]
    changes: dict[str, Node] = {}
    texts = {side.axis.path: loaded.name if side.axis.path == REFORM else "" for side in sides}
    for path, value in said.items():
        if path == REFORM:
            name = str(value.value) if isinstance(value, Scalar) else ""
            names = sides[0].axis.texts if known[0] == REFORM else (loaded.name,)
            if name not in names:
                raise asked.refused(("baseline",), *unknown(name, names, "改革方案", "reform"))
            changes |= sides[0].changes[names.index(name)] if known[0] == REFORM else {}
            texts |= {REFORM: name} if known[0] == REFORM else {}
        elif path not in known:
            raise asked.refused(("baseline", path), *unknown(path, known, "变动的值", "value that varies"))
        else:
            changes[path] = value
            texts[path] = flow_text(value, None)
    return GridPoint(None, tuple(texts[path] for path in known), scenario_at(loaded, changes) if changes else loaded)


def play_grid(
    grid: Grid,
    *,
    engine: str = "batch",
    workers: int = 1,
    executor: Executor | None = None,
    keep: Keep | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> SweepFound:
    """Play every point of a grid and compare each with the baseline.

    Parameters
    ----------
    grid : Grid
    engine, workers, executor, keep, on_progress
        As for ``play_scenarios``.
    """
    played = play_scenarios(grid.scenarios, engine=engine, workers=workers, executor=executor, keep=keep, on_progress=on_progress)
    answers = [Answer(point.loaded, results, engine) for point, results in zip(grid.points, played, strict=True)]
    base = answers[grid.baseline]
    fates = fate_key(base.loaded.scenario)
    points = [
        SweptPoint(
            point.place,
            point.texts,
            point.loaded.digest,
            answer.measures,
            {} if number == grid.baseline else differences_between(answer, base),
            fate_key(point.loaded.scenario) == fates,
        )
        for number, (point, answer) in enumerate(zip(grid.points, answers, strict=True))
    ]
    study = grid.asked.study
    return SweepFound(
        name=grid.loaded.name,
        title=study.title,
        title_en=study.title_en or study.title,
        axes=grid.axes,
        points=tuple(points),
        baseline=grid.baseline,
        shown=grid.shown,
        given=all(lending_is_given(scenario) for scenario in grid.scenarios),
        histories=base.results.n_histories,
        seed=grid.loaded.scenario.run.seed,
        engine=engine,
        grids=grids_of(played),
    )


def differences_between(reform: Answer, baseline: Answer) -> dict[str, Estimate]:
    """Differences of all measures that are means, chances or ratios, history by history; empty where the numbers of histories differ."""
    if reform.results.n_histories != baseline.results.n_histories:
        return {}
    found = differences_of(reform, baseline)
    parts, base_parts = (parts_of(one.results.finals, one.loaded.scenario) for one in (reform, baseline))
    for measure in MEASURES:
        old, new = baseline.measures.get(measure.name), reform.measures.get(measure.name)
        if measure.kind == "ratio" and old is not None and new is not None:
            top, bottom = measure.of
            difference = paired_difference_of_ratios((parts[top], parts[bottom]), (base_parts[top], base_parts[bottom]), measure.unit)
            if difference is not None:
                found[measure.name] = difference
    return found


def grids_of(played: Sequence[Results]) -> Grids:
    """Gather figures and monthly quantiles of all points; only one point's months are in memory at a time where they are files."""
    figures = tuple(dict.fromkeys(name for results in played for name in results.finals))
    series = tuple(dict.fromkeys(name for results in played for name in results.series))
    months = tuple(sorted({month for results in played for month in results.months}))
    n_histories = max(results.n_histories for results in played)
    finals = np.full((len(played), n_histories, len(figures)), ABSENT, np.int64)
    bands = np.full((len(played), len(months), len(series), len(LEVELS)), ABSENT, np.int64)
    for number, results in enumerate(played):
        for column, name in enumerate(figures):
            if name in results.finals:
                finals[number, : results.n_histories, column] = results.finals[name]
        first = months.index(results.months[0])
        for column, name in enumerate(series):
            if name in results.series:
                bands[number, first : first + len(results.months), column] = monthly_quantiles(results.series[name])
    return Grids(figures, series, months, LEVELS, finals, bands)


def monthly_quantiles(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order statistics over histories at ``LEVELS``, month by month.

    Parameters
    ----------
    values : ndarray of int64, shape (n_histories, n_months)

    Returns
    -------
    ndarray of int64, shape (n_months, n_levels)

    Examples
    --------
    >>> monthly_quantiles(np.arange(1, 101)[:, np.newaxis])
    array([[ 5, 25, 50, 75, 95]])
    """
    return np.asarray(np.quantile(values, LEVELS, axis=0, method="inverted_cdf").T, np.int64)
