"""Scenarios side by side: paired differences where they share their worlds, and a plain word where they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.results.answers import Answer
from simulator.results.estimates import Estimate, paired_difference
from simulator.results.measures import MADE_UP, MEASURES
from simulator.runs.session import fate_key, play_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from simulator.runs.session import Keep
    from simulator.scenario.loader import Loaded


@dataclass(frozen=True)
class Comparison:
    """Answers of several scenarios; the first is the baseline.

    Attributes
    ----------
    answers : sequence of Answer
        In the order asked for.
    paired : sequence of bool
        Whether each scenario was played on the baseline's worlds; the baseline itself is.
    differences : sequence of mapping
        For each scenario, dotted name to the estimated difference from the baseline, of every measure that is a mean or a chance over histories;
        empty where not paired.
    """

    answers: Sequence[Answer]
    paired: Sequence[bool]
    differences: Sequence[Mapping[str, Estimate]]

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "scenarios": [answer.as_json() for answer in self.answers],
            "paired": list(self.paired),
            "differences": [{name: found.as_dict() for name, found in one.items()} for one in self.differences],
        }


def compare_scenarios(
    loaded: Sequence[Loaded],
    *,
    engine: str = "batch",
    workers: int = 1,
    executor: Executor | None = None,
    keep: Keep | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """Play scenarios, those that share a world on the same draws, and take their differences from the first.

    Parameters
    ----------
    loaded : sequence of Loaded
        The first is the baseline.
    engine, workers, executor, keep, on_progress
        As for ``play_scenarios``.
    """
    scenarios = [one.scenario for one in loaded]
    results = play_scenarios(scenarios, engine=engine, workers=workers, executor=executor, keep=keep, on_progress=on_progress)
    answers = [Answer(one, result, engine) for one, result in zip(loaded, results, strict=True)]
    base = scenarios[0]
    paired = [fate_key(scenario) == fate_key(base) and scenario.run.histories == base.run.histories for scenario in scenarios]
    differences = [
        differences_of(answer, answers[0]) if is_paired and number > 0 else {}
        for number, (answer, is_paired) in enumerate(zip(answers, paired, strict=True))
    ]
    return Comparison(answers, paired, differences)


def differences_of(reform: Answer, baseline: Answer) -> dict[str, Estimate]:
    """Paired differences of all measures that are one number a history."""
    names = [measure.name for measure in MEASURES if measure.kind in ("mean", "chance")]
    names += [name for name in reform.results.finals if name.startswith(MADE_UP)]
    found = {}
    for name in names:
        old, new = baseline.measures.get(name), reform.measures.get(name)
        source = "pool.short" if name == "pool.shortfall_probability" else name
        if old is None or new is None or source not in baseline.results.finals or source not in reform.results.finals:
            continue
        found[name] = paired_difference(reform.results.finals[source], baseline.results.finals[source], new.unit)
    return found
