"""The Pareto set over some levers: all points on common random numbers, a point dominated only where paired differences say so."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from simulator.analysis.optimise import sobol_points
from simulator.analysis.solve import about
from simulator.analysis.trials import How, Trials
from simulator.errors import UnitError
from simulator.results.measures import lending_is_given
from simulator.results.pareto import FrontierFound, standings_of
from simulator.results.targets import Objective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.analysis.trials import Places
    from simulator.results.levers import Lever
    from simulator.scenario.loader import Loaded

USUAL = (Objective("fiscal.net_cost", "min"), Objective("lending.additional_volume", "max"), Objective("bank.net_loss", "min"))
USUAL_GIVEN = (Objective("fiscal.net_cost", "min"), Objective("bank.net_loss", "min"), Objective("pool.shortfall_probability", "min"))
"""Objectives of a scenario in which lending is given: cost and bank loss, and the chance that the pool is short."""

GRID = {1: 25, 2: 9}
"""Values a lever where one or two move."""

POINTS = 64
"""Points where more do."""

MOST_OF_GRID = 400
"""Most points of a grid whose steps are given."""


def frontier(
    loaded: Loaded,
    levers: Sequence[Lever],
    objectives: Sequence[Objective] = (),
    *,
    n_points: int | None = None,
    on_steps: bool = False,
    how: How = How(),  # noqa: B008  a named tuple of plain values
) -> FrontierFound:
    """Find the points of some levers that no other point beats in every objective.

    Parameters
    ----------
    loaded : Loaded
    levers : sequence of Lever
    objectives : sequence of Objective
        At least two that the scenario has; cost, added lending and bank loss if none are given.
    n_points : int, optional
        Points of Sobol's sequence instead of a grid.
    on_steps : bool
        The levers' steps are a grid: every combination is played.
    how : How

    Raises
    ------
    UnitError
        If fewer than two objectives are left, or the grid is too large.
    """
    given = lending_is_given(loaded.scenario)
    wanted = list(objectives) or list(USUAL_GIVEN if given else USUAL)
    dropped = [one.measure for one in wanted if given and one.measure == "lending.additional_volume"]
    if not objectives:
        has_limit = any(account.endowment is not None for account in loaded.scenario.scheme.accounts.values())
        wanted = [one for one in wanted if has_limit or not one.measure.startswith("pool.")]
        dropped += ["lending.additional_volume"] if given else []
    kept = [one for one in dict.fromkeys(wanted) if one.measure not in dropped]
    _check_objectives(kept)
    trials = Trials(loaded, levers, [one.measure for one in kept], how)
    trials.play(points_of(levers, n_points, on_steps=on_steps), may_be_refused=len(levers) > 1)
    owns = tuple(lever.own for lever in levers if lever.own is not None)
    own = owns if len(owns) == len(levers) else None
    if own:
        trials.play([own])
    places = sorted(trials.played)
    parts = np.array([[one.sign * trials.played[place].parts[one.measure] for one in kept] for place in places])
    return FrontierFound(
        about=about(loaded, how.engine),
        levers=levers,
        objectives=kept,
        evaluations=[trials.played[place].evaluation for place in places],
        standings=standings_of(parts),
        own=places.index(own) if own else None,
        dropped=dropped,
        refused=len(trials.refused),
    )


def _check_objectives(kept: Sequence[Objective]) -> None:
    names = [one.measure for one in kept]
    if len(names) < 2 or len(set(names)) < len(names):
        zh = f"前沿至少要两个不同的目标，现有：{'、'.join(names) or '无'}；如 fiscal.net_cost:min,bank.net_loss:min"
        en = f"a frontier needs two different objectives or more, and has {', '.join(names) or 'none'}; such as fiscal.net_cost:min,bank.net_loss:min"
        raise UnitError(zh, en)


def points_of(levers: Sequence[Lever], n_points: int | None, *, on_steps: bool) -> list[Places]:
    """Points to play: every combination of the levers' steps, a grid, or Sobol's points with the corners.

    Raises
    ------
    UnitError
        If the steps give too many points.
    """
    if on_steps and n_points is None:
        sizes = [round(lever.span / lever.step) + 1 for lever in levers]
        if np.prod(sizes) > MOST_OF_GRID:
            zh = f"步长给出 {' × '.join(map(str, sizes))} = {np.prod(sizes)} 个点，最多 {MOST_OF_GRID}；请放大步长，或用 --points"
            en = f"the steps give {' × '.join(map(str, sizes))} = {np.prod(sizes)} points, at most {MOST_OF_GRID} are allowed; "
            raise UnitError(zh, en + "take larger steps, or use --points")
        return list(product(*(_on_steps(lever) for lever in levers)))
    if n_points is None and len(levers) in GRID:
        return list(product(*(lever.grid(GRID[len(levers)]) for lever in levers)))
    corners = list(product(*((lever.low, lever.high) for lever in levers))) if len(levers) <= 4 else []
    return [*corners, *sobol_points(levers, [(lever.low, lever.high) for lever in levers], n_points or POINTS)]


def _on_steps(lever: Lever) -> list[float]:
    """Every value from the lower end on in steps, and the upper end."""
    found = [lever.low + lever.step * number for number in range(int(lever.span / lever.step + 1e-9) + 1)]
    return [*found, *([lever.high] if found[-1] < lever.high - 1e-9 * lever.span else [])]
