"""A run that goes on until its headline measures are sure enough.

Histories are addressed by number, so a round plays the numbers that are missing and looks again. When it stops, the scenario is the one with that
number of histories, and so are its results, byte for byte.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from simulator.analysis.points import scenario_at
from simulator.results.measures import summarise
from simulator.results.precision import HEADLINE, Precision, errors_of, in_the_end, left_out, next_number
from simulator.results.unfinished import Shelf
from simulator.runs.session import Keep, play_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

CUT = 10_000
"""Blocks are cut as those of a run of so many histories, whatever the round, so that the blocks of one round serve the next."""


class Precise(NamedTuple):
    """Scenarios played until they were sure enough.

    Attributes
    ----------
    loaded : list of Loaded
        With the number of histories that was needed.
    results : list of Results
    precision : list of Precision
        How each scenario stands; all have the same rounds.
    """

    loaded: list[Loaded]
    results: list[Results]
    precision: list[Precision]


def play_to_precision(
    loaded: Sequence[Loaded],
    target: float,
    *,
    measures: Sequence[str] = HEADLINE,
    engine: str = "batch",
    workers: int = 1,
    executor: Executor | None = None,
    keep: Keep | None = None,
    on_round: Callable[[int], None] = lambda _: None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Precise:
    """Play scenarios until the errors of all their measures are at most ``target``, each at most its own number of histories.

    The look at the errors is of the same histories that are reported, so the stop favours samples that look calm: means of skewed losses come out a
    little low. That is a few times the square of the target, a tenth of the standard error for laws far more skewed than a portfolio's.

    Parameters
    ----------
    loaded : sequence of Loaded
        ``run.histories`` is the most; where the scenarios' differ, the least of them.
    target : float
        Greatest relative standard error of means and ratios, and greatest half width of the 95 % interval of chances; above 0.
    measures : sequence of str
        Dotted names that count.
    engine, workers, executor
        As for ``play_scenarios``.
    keep : Keep, optional
        Where finished blocks are kept, and figures stay; its ``cut`` is replaced. Blocks go through a temporary folder, and figures stay in memory,
        if not given.
    on_round : callable
        Told, before each round, about how many histories there will be in the end, those of every scenario counted.
    on_progress : callable
        Told how many are finished so far.
    """
    most = min(one.scenario.run.histories for one in loaded)
    with ExitStack() as stack:
        if keep is None:
            room = stack.enter_context(TemporaryDirectory(prefix="riskshare-"))
            keep = Keep(Shelf(Path(room), "rounds"), [None] * len(loaded))
        keep = keep._replace(cut=CUT)
        rounds, likely, before = [next_number(0, most, [], target)], next_number(0, most, [], target), 0
        while True:
            on_round(likely * len(loaded))
            told = _from(before, on_progress)
            scenarios = [_of_length(one.scenario, rounds[-1]) for one in loaded]
            results = play_scenarios(scenarios, engine=engine, workers=workers, executor=executor, keep=keep, on_progress=told)
            found = [summarise(one.finals, one.scenario) for one in results]
            errors = [errors_of(one, measures) for one in found]
            every = [error for one in errors for error in one]
            more, likely = next_number(rounds[-1], most, every, target), in_the_end(rounds[-1], most, every, target)
            if more == rounds[-1]:
                break
            before = rounds[-1] * len(loaded)
            rounds.append(more)
    stopped = [Precision(target, most, tuple(rounds), tuple(own), tuple(left_out(one, measures))) for own, one in zip(errors, found, strict=True)]
    return Precise([with_histories(one, rounds[-1]) for one in loaded], results, stopped)


def _from(least: int, on_progress: Callable[[int], None]) -> Callable[[int], None]:
    """Tell progress from where the round before left it: what is kept is read in no time."""
    return lambda done: on_progress(max(done, least))


def _of_length(scenario: Scenario, histories: int) -> Scenario:
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"histories": histories})})


def with_histories(loaded: Loaded, histories: int) -> Loaded:
    """Return the scenario with another number of histories."""
    return loaded if loaded.scenario.run.histories == histories else scenario_at(loaded, {"run.histories": str(histories)})
