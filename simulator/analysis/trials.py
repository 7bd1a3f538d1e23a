"""Points of a study played on common random numbers: each at most once, many in one call, so that they share their worlds.

Of every point only what the study asks for is kept: estimates of its measures, and each history's part in them for paired differences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from simulator.analysis.points import scenario_at
from simulator.analysis.targets import need
from simulator.errors import ScenarioError
from simulator.results.estimates import Estimate, estimate
from simulator.results.influence import influence
from simulator.results.measures import lending_is_given, summarise
from simulator.results.solved import Evaluation
from simulator.runs.session import Keep, play_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from simulator.results.levers import Lever
    from simulator.results.unfinished import Shelf
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]
    Places = tuple[float, ...]

AT_A_TIME = 24
"""Points played in one call: drawing their worlds is then a fortieth of the work, and monthly series of few points are in memory at once."""


CALLS_APART = 10_000
"""Numbers of worlds set aside for each call on the shelf of finished blocks."""


class How(NamedTuple):
    """How points are played.

    Attributes
    ----------
    engine : {'batch', 'event'}
    workers : int
    executor : Executor, optional
    shelf : Shelf, optional
        Where finished blocks are kept; the same study plays the same points again and finds them there.
    on_progress : callable
        Told how many histories are finished, those of all rounds counted.
    """

    engine: str = "batch"
    workers: int = 1
    executor: Executor | None = None
    shelf: Shelf | None = None
    on_progress: Callable[[int], None] = lambda _: None


class Trial(NamedTuple):
    """One point played.

    Attributes
    ----------
    evaluation : Evaluation
    parts : mapping of str to ndarray, shape (n_histories,)
        Each history's part in the estimate of a measure.
    also : mapping of str to ndarray, shape (n_histories,)
        Final figures kept besides.
    """

    evaluation: Evaluation
    parts: Mapping[str, Floats]
    also: Mapping[str, NDArray[np.generic]]


@dataclass
class Trials:
    """Points of one scenario's levers, played when asked for and remembered.

    Attributes
    ----------
    loaded : Loaded
    levers : sequence of Lever
    measures : sequence of str
        Estimated at every point; the scenario must have them.
    how : How
    also : sequence of str
        Final figures of every history that are kept too, where there are such.
    played : dict
        Places to trials.
    refused : list
        Places whose combination of values the scenario's checks refuse.
    rounds : int
        Rounds in which points were played.
    calls, finished : int
        Calls and histories so far.
    """

    loaded: Loaded
    levers: Sequence[Lever]
    measures: Sequence[str]
    how: How
    also: Sequence[str] = ()
    played: dict[Places, Trial] = field(default_factory=dict)
    refused: list[Places] = field(default_factory=list)
    rounds: int = 0
    calls: int = 0
    finished: int = 0

    def play(self, points: Sequence[Places], *, may_be_refused: bool = False) -> None:
        """Play points that have not been played.

        Parameters
        ----------
        points : sequence of tuple of float
            A place a lever.
        may_be_refused : bool
            Note points that the checks refuse, where several values only clash with one another; else the refusal is the user's to put right.
        """
        new = [one for one in dict.fromkeys(points) if one not in self.played and one not in self.refused]
        scenarios: list[tuple[Places, Scenario]] = []
        for places in new:
            try:
                scenarios.append((places, scenario_at(self.loaded, self.texts(places)).scenario))
            except ScenarioError:
                if not may_be_refused:
                    raise
                self.refused.append(places)
        self.rounds += bool(scenarios)
        for first in range(0, len(scenarios), AT_A_TIME):
            self._play_some(scenarios[first : first + AT_A_TIME])

    def _play_some(self, some: Sequence[tuple[Places, Scenario]]) -> None:
        before, shelf = self.finished, self.how.shelf
        results = play_scenarios(
            [scenario for _, scenario in some],
            engine=self.how.engine,
            workers=self.how.workers,
            executor=self.how.executor,
            keep=Keep(shelf.behind(self.calls * CALLS_APART), [None] * len(some)) if shelf else None,
            on_progress=lambda done: self.how.on_progress(before + done),
        )
        self.calls += 1
        for (places, scenario), result in zip(some, results, strict=True):
            self.finished += scenario.run.histories
            summary = summarise(result.finals, scenario)
            found = {name: need(summary, name, is_given=lending_is_given(scenario)) for name in self.measures}
            parts = {name: influence(name, one, result.finals, scenario) for name, one in found.items()}
            kept = {name: result.finals[name] for name in self.also if name in result.finals}
            self.played[places] = Trial(Evaluation(places, found, self.rounds), parts, kept)

    def texts(self, places: Places) -> dict[str, str]:
        """Return the values of a point as ``--set`` takes them."""
        return {lever.path: lever.text(place) for lever, place in zip(self.levers, places, strict=True)}

    @property
    def evaluations(self) -> list[Evaluation]:
        """All points, in the order of their places."""
        return [self.played[places].evaluation for places in sorted(self.played)]

    def mean(self, places: Places, measure: str) -> float:
        """Estimate of a measure at a point."""
        return self.played[places].evaluation.measures[measure].mean

    def difference(self, places: Places, base: Places, measure: str) -> Estimate:
        """Paired difference of a measure between two points, history by history."""
        a, b = self.played[places], self.played[base]
        return estimate(a.parts[measure] - b.parts[measure], a.evaluation.measures[measure].unit)
