"""Scenarios side by side: paired differences where they share their worlds, and a plain word where they do not."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from simulator.analysis.control import controlled_differences, controls_of, with_controls
from simulator.analysis.ranges import designs_of, study_of
from simulator.results.answers import Answer
from simulator.results.comparisons import Comparison, differences_of
from simulator.results.ranges import Span
from simulator.runs.session import fate_key, play_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from simulator.analysis.ranges import Design
    from simulator.results.estimates import Estimate
    from simulator.results.precision import Precision
    from simulator.results.ranges import RangeStudy
    from simulator.results.results import Results
    from simulator.runs.session import Keep
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario


def are_paired(scenario: Scenario, base: Scenario) -> bool:
    """Whether two scenarios meet the same fates in as many histories."""
    return fate_key(scenario) == fate_key(base) and scenario.run.histories == base.run.histories


def compared_designs(loaded: Sequence[Loaded]) -> list[Design]:
    """Return the points at which each scenario's assumptions are tried; those compared in pairs with the first share theirs."""
    paired = [are_paired(one.scenario, loaded[0].scenario) for one in loaded]
    together = iter(designs_of([one for one, is_paired in zip(loaded, paired, strict=True) if is_paired]))
    return [next(together) if is_paired else designs_of([one])[0] for one, is_paired in zip(loaded, paired, strict=True)]


def studies_of(designs: Sequence[Design], results: Sequence[Results], points: Sequence[Results]) -> list[RangeStudy | None]:
    """Gather what each design found, from the results of all points in the order of the designs."""
    cuts = pairwise(accumulate((len(design.points) for design in designs), initial=0))
    return [study_of(design, result, points[first:last]) for design, result, (first, last) in zip(designs, results, cuts, strict=True)]


def compare_scenarios(
    loaded: Sequence[Loaded],
    *,
    designs: Sequence[Design] = (),
    engine: str = "batch",
    workers: int = 1,
    executor: Executor | None = None,
    keep: Keep | None = None,
    precision: Sequence[Precision | None] | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """Play scenarios, those that share a world on the same draws, and take their differences from the first.

    Parameters
    ----------
    loaded : sequence of Loaded
        The first is the baseline.
    designs : sequence of Design
        Points at which assumptions are tried too, one a scenario (``compared_designs``); none are, if empty.
    engine, workers, executor, keep, on_progress
        As for ``play_scenarios``, which plays the scenarios and after them the points of every design.
    precision : sequence of Precision or None, optional
        How each scenario's number of histories came about, where it was found and not given.
    """
    scenarios = [one.scenario for one in loaded]
    tried = [scenario for design in designs for scenario in design.scenarios]
    played = play_scenarios([*scenarios, *tried], engine=engine, workers=workers, executor=executor, keep=keep, on_progress=on_progress)
    results = played[: len(loaded)]
    studies = studies_of(designs, results, played[len(loaded) :]) if designs else [None] * len(loaded)
    stopped = precision or [None] * len(loaded)
    answers = [
        with_controls(Answer(one, result, engine, study, stop)) for one, result, study, stop in zip(loaded, results, studies, stopped, strict=True)
    ]
    paired = [are_paired(scenario, scenarios[0]) for scenario in scenarios]
    differences = [
        differences_of(answer, answers[0]) if is_paired and number > 0 else {}
        for number, (answer, is_paired) in enumerate(zip(answers, paired, strict=True))
    ]
    spans = (
        [
            _difference_spans(answer, answers[0], found) if found and _move_together(design, designs[0]) else {}
            for answer, found, design in zip(answers, differences, designs, strict=True)
        ]
        if designs
        else [{} for _ in answers]
    )
    controls = controls_of(answers[0].results) if any(differences) else None
    surer = [controlled_differences(answer, answers[0], found, controls) for answer, found in zip(answers, differences, strict=True)]
    return Comparison(answers, paired, differences, spans, surer)


def _move_together(design: Design, base: Design) -> bool:
    """Whether two scenarios meet the same fates at every point."""
    return all(are_paired(one.scenario, other.scenario) for one, other in zip(design.points, base.points, strict=True))


def _difference_spans(reform: Answer, baseline: Answer, differences: Mapping[str, Estimate]) -> dict[str, Span]:
    """Least and greatest difference over the points, each scenario at the level of its whole run."""
    new, old = reform.ranges, baseline.ranges
    if new is None or old is None:
        return {}
    found = {}
    for name in differences:
        if name in new.moved and name in old.moved:
            moved = new.moved[name] - old.moved[name]
            found[name] = Span(float(moved.min()), float(moved.max()))
    return found
