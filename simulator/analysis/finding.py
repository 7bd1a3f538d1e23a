"""What a study's file asks to be found, read against its scenario: levers, targets, objectives; a refusal names the place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.analysis.frontier import frontier
from simulator.analysis.levers import lever_of
from simulator.analysis.optimise import MOST, optimise
from simulator.analysis.solve import solve
from simulator.analysis.targets import measure_of, objective_of, target_of
from simulator.errors import UnitError
from simulator.results.targets import Objective, Target
from simulator.scenario.studies import Frontier, Solve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from simulator.analysis.trials import How
    from simulator.results.levers import Lever
    from simulator.results.pareto import FrontierFound
    from simulator.results.solved import Optimum, Solution
    from simulator.scenario.loader import Loaded
    from simulator.scenario.studies import Ends
    from simulator.scenario.study import Asked

    T = TypeVar("T")


class Question(NamedTuple):
    """What a study of the kind ``solve`` asks, read against its scenario.

    Attributes
    ----------
    levers : sequence of Lever
    goal : Target or Objective
    constraints : sequence of Target
    where : str
        Key of the study's file that names the goal.
    """

    levers: Sequence[Lever]
    goal: Target | Objective
    constraints: Sequence[Target]
    where: str


def question_of(asked: Asked, loaded: Loaded) -> Question:
    """Read what a study of the kind ``solve`` asks.

    Raises
    ------
    ScenarioError
        If something in it cannot be read, with its place.
    """
    study = asked.study
    if not isinstance(study, Solve):
        raise TypeError(study.study)
    levers = levers_of(asked, loaded, "find", study.find)
    goals = [key for key in ("target", "least", "most") if getattr(study, key) is not None]
    if len(goals) != 1:
        found_zh, found_en = ("、".join(goals), " and ".join(goals)) if goals else ("都没有", "none of them")
        zh = f"target、least、most 只写一个；现有：{found_zh}"
        raise asked.refused((goals[-1] if goals else "study",), zh, f"say one of target, least and most; found {found_en}")
    (where,) = goals
    if study.target is not None:
        if len(levers) > 1 or study.subject_to:
            zh = "求目标值只变动一个值，也不带约束；几个值或带约束，请用 least 或 most"
            en = "a target is met with one value and no constraints; with several values or constraints, use least or most"
            raise asked.refused((where,), zh, en)
        return Question(levers, _placed(asked, (where,), lambda: target_of(study.target or "")), [], where)
    measure = _placed(asked, (where,), lambda: measure_of(study.least or study.most or ""))
    constraints = [_placed(asked, ("subject_to", number), lambda text=text: target_of(text)) for number, text in enumerate(study.subject_to)]  # type: ignore[misc]
    return Question(levers, Objective(measure, "min" if where == "least" else "max"), constraints, where)


def solution_of(asked: Asked, loaded: Loaded, how: How) -> Solution | Optimum:
    """Solve what a study of the kind ``solve`` asks.

    Raises
    ------
    ScenarioError
        If something in it cannot be used, with its place.
    """
    levers, goal, constraints, where = question_of(asked, loaded)
    if isinstance(goal, Target):
        return _placed(asked, (where,), lambda: solve(loaded, levers[0], goal, how=how))
    most = asked.study.evaluations if isinstance(asked.study, Solve) else MOST
    return _placed(asked, (where,), lambda: optimise(loaded, levers, goal, constraints, most=most, how=how))


class Trade(NamedTuple):
    """What a study of the kind ``frontier`` asks, read against its scenario; no objectives: the usual ones."""

    levers: Sequence[Lever]
    objectives: Sequence[Objective]
    n_points: int | None
    on_steps: bool


def trade_of(asked: Asked, loaded: Loaded) -> Trade:
    """Read what a study of the kind ``frontier`` asks.

    Raises
    ------
    ScenarioError
        If something in it cannot be read, with its place.
    """
    study = asked.study
    if not isinstance(study, Frontier):
        raise TypeError(study.study)
    levers = levers_of(asked, loaded, "levers", study.levers)
    objectives = [
        _placed(asked, ("objectives", number), lambda text=text: objective_of(text))  # type: ignore[misc]
        for number, text in enumerate(study.objectives or ())
    ]
    return Trade(levers, objectives, study.points, all(ends.step is not None for ends in study.levers.values()))


def frontier_of(asked: Asked, loaded: Loaded, how: How) -> FrontierFound:
    """Find the frontier that a study of the kind ``frontier`` asks for.

    Raises
    ------
    ScenarioError
        If something in it cannot be used, with its place.
    """
    levers, objectives, n_points, on_steps = trade_of(asked, loaded)
    where = ("objectives",) if objectives else ("levers",)
    return _placed(asked, where, lambda: frontier(loaded, levers, objectives, n_points=n_points, on_steps=on_steps, how=how))


def levers_of(asked: Asked, loaded: Loaded, key: str, ends: Mapping[str, Ends]) -> list[Lever]:
    """Read the levers under a key of a study, each refusal with its place.

    Raises
    ------
    ScenarioError
        If there is none, or one cannot be used.
    """
    if not ends:
        raise asked.refused((key,), "至少写一个要变动的值", "name at least one value that moves")
    return [
        _placed(
            asked,
            (key, path),
            lambda path=path, one=one: lever_of(  # type: ignore[misc]
                loaded, path, str(one.from_), str(one.to), None if one.step is None else str(one.step), among=list(ends)
            ),
        )
        for path, one in ends.items()
    ]


def _placed(asked: Asked, path: Sequence[str | int], read: Callable[[], T]) -> T:
    try:
        return read()
    except UnitError as error:
        raise asked.refused(path, error.zh, error.en) from None
