"""Assumptions chosen for a study, scenarios in which they are moved, and the measures of many scenarios history by history.

A row gives each assumption a place of 0 to 1 in its range, or none: then it keeps the file's own value. All scenarios of a study are played with one
seed on the same number of histories, so that every difference between two of them is paired.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.points import scenario_at
from simulator.analysis.ranges import histories_of_a_point
from simulator.analysis.uncertain import uncertain_of, value_at
from simulator.errors import Problem, ScenarioError
from simulator.results.contributions import contributions, is_additive
from simulator.results.measures import BY_NAME
from simulator.results.ranges import HEADLINE, Held
from simulator.runs.session import Keep, play_scenarios
from simulator.scenario.marks import marks_of
from simulator.scenario.messages import unknown
from simulator.scenario.positions import Findings, plain
from simulator.scenario.reading import as_error, parse_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from simulator.analysis.uncertain import Uncertain
    from simulator.results.results import Results
    from simulator.results.unfinished import Shelf
    from simulator.scenario.loader import Loaded
    from simulator.scenario.marks import Mark
    from simulator.scenario.models import Scenario
    from simulator.scenario.positions import Node

    Floats = NDArray[np.float64]

SLICE, HISTORIES = 48, 20_000
"""Most scenarios, and histories of all together, that are played in one call: those that share a world do so within it, and the monthly figures of no
more are held at once."""

MEASURES = 3
"""Measures of a study that names none."""


class Playing(NamedTuple):
    """How scenarios are played: as for ``play_scenarios``, with the shelf on which finished blocks are kept."""

    engine: str = "batch"
    workers: int = 1
    executor: Executor | None = None
    on_progress: Callable[[int], None] = lambda _: None
    shelf: Shelf | None = None


def histories_asked(loaded: Loaded, histories: int | None) -> int:
    """Histories of each point: as asked, else as many as a point of ``--ranges`` has."""
    return histories_of_a_point(loaded.scenario) if histories is None else histories


def with_ranges(loaded: Loaded, ranges: Mapping[str, Node]) -> Loaded:
    """Give assumptions another range, or values a first one.

    Parameters
    ----------
    loaded : Loaded
    ranges : mapping of str to Node
        Dotted path to ``low:high``, both as the scenario would write the value, with the place where it is said.

    Raises
    ------
    ScenarioError
        If there is no such path, or the ends are not in its unit, not in order, or do not hold the file's own value.
    """
    told, marks = Findings(), dict(loaded.marks)
    for path, node in ranges.items():
        found = Findings()
        marks |= _mark(loaded, path, node, found)
        for _, _, zh, en in found.found:
            told.add(node.place, (path,), zh, en)
    if told.found:
        raise as_error(told)
    return replace(loaded, marks=marks)


def _mark(loaded: Loaded, path: str, node: Node, findings: Findings) -> dict[str, Mark]:
    text = str(plain(node))
    low, colon, high = text.partition(":")
    if not (colon and low.strip() and high.strip()):
        findings.add(node.place, (path,), f"“{text}”应写成 低:高，如 1%:3%", f"{text!r} must read low:high, such as 1%:3%")
        return {}
    place = node.place
    ends = tuple(plain(parse_value(end.strip(), place.file, place.line, place.column)) for end in (low, high))
    known = loaded.marks.get(path)
    return marks_of({path: {"why": known.assumption if known else "--vary", "range": ends}}, loaded.tree, {}, findings)


def chosen_assumptions(loaded: Loaded, *, only: Sequence[str] = ()) -> tuple[list[Uncertain], list[Held]]:
    """Return the assumptions that can move, and those with a range that cannot.

    Parameters
    ----------
    loaded : Loaded
    only : sequence of str
        Dotted paths; the others keep their values. Empty: all.

    Raises
    ------
    ScenarioError
        If nothing moves, or ``only`` names what has no range.
    """
    uncertain, held = uncertain_of(loaded)
    known = [one.ranged.path for one in uncertain]
    for path in only:
        if path not in known:
            zh, en = unknown(path, known, "带 range 的假设", "assumption with a range")
            raise ScenarioError([Problem("only", 0, 0, path, zh, en)])
    moving = [one for one in uncertain if not only or one.ranged.path in only]
    if not moving:
        zh = "没有可以变动的假设：给取值写 range，或加 --vary 路径=低:高"
        en = "no assumption can move: give values a range, or add --vary path=low:high"
        raise ScenarioError([Problem(loaded.name, 0, 0, "", zh, en)])
    return moving, held


def scenario_at_row(loaded: Loaded, uncertain: Sequence[Uncertain], row: Floats, histories: int) -> Scenario:
    """Return the scenario with its assumptions at the places of a row.

    Parameters
    ----------
    loaded : Loaded
    uncertain : sequence of Uncertain
    row : ndarray, shape (n_assumptions,)
        0-1 of each range; not a number: the file's own value.
    histories : int

    Raises
    ------
    ScenarioError
        If the scenario is refused so.
    """
    texts = {one.ranged.path: one.unit.show(value_at(one, float(place))) for one, place in zip(uncertain, row, strict=True) if not math.isnan(place)}
    scenario = (scenario_at(loaded, texts) if texts else loaded).scenario
    return with_histories(scenario, histories)


def with_histories(scenario: Scenario, histories: int) -> Scenario:
    """Return the scenario with another number of histories."""
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"histories": histories})})


def refusal_at(loaded: Loaded, uncertain: Sequence[Uncertain], row: Floats) -> tuple[str, str] | None:
    """Why the scenario is refused at a row, in Chinese and English; None where it is not."""
    try:
        scenario_at_row(loaded, uncertain, row, 1)
    except ScenarioError as error:
        return error.problems[0].zh, error.problems[0].en
    return None


def movable(loaded: Loaded, uncertain: Sequence[Uncertain]) -> tuple[list[Uncertain], list[Held]]:
    """Part the assumptions into those that the file's checks let go to both ends of their range alone, and those held, with the refusal."""
    kept, held = [], []
    for column, one in enumerate(uncertain):
        ends = ((one.ranged.low, 0.0), (one.ranged.high, 1.0))
        refusals = [(end, refusal_at(loaded, uncertain, lone(len(uncertain), column, place))) for end, place in ends]
        refused = next(((end, why) for end, why in refusals if why), None)
        if refused is None:
            kept.append(one)
        else:
            end, why = refused
            held.append(Held(one.ranged.path, f"单独改为 {end} 会被拒绝：{why[0]}", f"refused where it alone is {end}: {why[1]}"))
    return kept, held


def lone(n_assumptions: int, column: int, place: float) -> Floats:
    """Return the row in which one assumption moves and all others keep their own values."""
    row = np.full(n_assumptions, np.nan)
    row[column] = place
    return row


def measures_of(base: Results, asked: Sequence[str]) -> list[str]:
    """Return the measures of a study: those asked for, else the first headline measures that the scenario has.

    Raises
    ------
    ScenarioError
        If one is unknown, no mean over histories (a quantile, a tail), or not in the scenario.
    """
    has = [name for name in HEADLINE if contributions(base.finals, base.scenario, name) is not None]
    for name in asked:
        problem = _why_not(base, name)
        if problem:
            raise ScenarioError([Problem("measures", 0, 0, name, *problem)])
    return list(dict.fromkeys(asked)) or has[:MEASURES]


def _why_not(base: Results, name: str) -> tuple[str, str] | None:
    if not is_additive(name):
        if name in BY_NAME:
            return (
                "它不是各条路径的平均（分位数、尾部或日期），这里不能用",
                "it is no mean over histories (a quantile, a tail or a day) and cannot be used here",
            )
        return unknown(name, [one for one in BY_NAME if is_additive(one)], "指标", "measure")
    try:
        found = contributions(base.finals, base.scenario, name)
    except KeyError:
        found = None
    if found is not None:
        return None
    return f"{base.scenario.name}没有这个指标，或模拟次数太少", f"{base.scenario.name} has no such measure, or too few histories for it"


def play_measures(scenarios: Sequence[Scenario], names: Sequence[str], playing: Playing) -> dict[str, Floats]:
    """Play scenarios and keep, of each history, what it adds to some measures.

    Parameters
    ----------
    scenarios : sequence of Scenario
        All with the same number of histories.
    names : sequence of str
        Additive measures.
    playing : Playing

    Returns
    -------
    dict
        Measure to ndarray, shape (n_scenarios, n_histories); a scenario that has no such value is a row of not-a-number.
    """
    n = scenarios[0].run.histories if scenarios else 0
    found = {name: np.full((len(scenarios), n), np.nan) for name in names}
    size = max(1, min(SLICE, HISTORIES // max(n, 1)))
    for first in range(0, len(scenarios), size):
        part = scenarios[first : first + size]
        results = play_some(part, playing, first, n)
        for number, result in enumerate(results, first):
            for name in names:
                values = contributions(result.finals, result.scenario, name)
                if values is not None:
                    found[name][number] = values
    return found


def play_some(scenarios: Sequence[Scenario], playing: Playing, before: int, histories: int) -> list[Results]:
    """Play some of a study's scenarios.

    Parameters
    ----------
    scenarios : sequence of Scenario
    playing : Playing
    before : int
        Scenarios of the study that came before: progress goes on from theirs, and blocks are kept behind theirs.
    histories : int
        Of each scenario.
    """
    return play_scenarios(
        scenarios,
        engine=playing.engine,
        workers=playing.workers,
        executor=playing.executor,
        keep=Keep(playing.shelf.behind(before), [None] * len(scenarios)) if playing.shelf else None,
        on_progress=lambda done: playing.on_progress(before * histories + done),
    )
