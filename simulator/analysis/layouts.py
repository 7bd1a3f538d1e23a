"""Points of a sensitivity study: both ends of each range, Morris's trajectories, the rows of Sobol's matrices; and their scenarios, with all checks.

A row gives each assumption a place of 0 to 1 in its range. Rows that only mean something together (a trajectory, a row of the matrices) are a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.analysis.moved import chosen_assumptions, lone, movable, scenario_at_row
from simulator.errors import ExtraMissing, Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.analysis.uncertain import Uncertain
    from simulator.results.ranges import Held
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]

LEVELS = 4
"""Morris's levels; with an even number every level is as likely as any other (Morris 1991, section 3)."""

FEWEST_TRAJECTORIES, FEWEST_ROWS = 4, 8
FEWEST = {"tornado": 1, "morris": FEWEST_TRAJECTORIES, "sobol": FEWEST_ROWS}
"""Groups of each method below which it says nothing."""

MOST_POINTS = 1000
"""Points of Morris and of Sobol, each, unless asked otherwise."""


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
        if len(kept[method]) < FEWEST[method]:
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
    morris = salib("SALib.sample.morris")
    n = points // (n_assumptions + 1)
    _enough(n, FEWEST_TRAJECTORIES, n_assumptions + 1, "morris")
    rows: Floats = morris.sample(unit_problem(n_assumptions), n, num_levels=LEVELS, seed=seed % 2**32)
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


def unit_problem(n_assumptions: int) -> dict[str, object]:
    """Return what SALib calls a problem: so many inputs, each from 0 to 1."""
    return {"num_vars": n_assumptions, "names": [str(column) for column in range(n_assumptions)], "bounds": [[0.0, 1.0]] * n_assumptions}


def salib(module: str) -> Any:  # noqa: ANN401  an optional package without types
    """Import a module of SALib.

    Raises
    ------
    ExtraMissing
        If it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        zh = "Morris 筛选需要 SALib：pip install riskshare[study]；tornado 和 sobol 不需要"
        en = "Morris screening needs SALib: pip install riskshare[study]; tornado and sobol do without"
        raise ExtraMissing(zh, en) from error
