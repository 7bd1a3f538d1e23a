"""What Python users call for studies: sweep, solve, frontier, sensitivity, stress, regret; each asks what the command of its name asks.

A study is put together as its file would be, with the same checks and the same words where it is refused, and played on common histories.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from simulator.analysis.finding import frontier_of, solution_of
from simulator.analysis.layouts import MOST_POINTS, lay_out, sensitivity_design
from simulator.analysis.moved import Playing, histories_asked, with_ranges
from simulator.analysis.regret import ranges_of_all, regret_design, regret_study
from simulator.analysis.sensitivity import play_base, sensitivity_study
from simulator.analysis.shocks import NAMED
from simulator.analysis.stress import reverse_stress, stress_design, stress_study
from simulator.analysis.sweep import grid_of, play_grid
from simulator.analysis.trials import How
from simulator.extras import library
from simulator.report.frontier import write_points as write_frontier_points
from simulator.report.solved import marked
from simulator.report.sweep import write_points
from simulator.results.pareto import FrontierFound
from simulator.results.regret import RegretStudy, write_regret
from simulator.results.sensitivity import SensitivityStudy, write_sensitivity
from simulator.results.solved import Optimum, Solution, write_evaluations
from simulator.results.stress import StressStudy, write_stress
from simulator.results.sweeps import SweepFound
from simulator.rules.records import MILLION
from simulator.scenario.positions import Mapping as Tree
from simulator.scenario.positions import Place
from simulator.scenario.reading import parse_value
from simulator.scenario.studies import KINDS, StudyOfOne
from simulator.scenario.study import scenarios_of, study_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from simulator.scenario.loader import Loaded
    from simulator.scenario.study import Asked


def _asked(kind: str, loaded: Sequence[Loaded], keys: Mapping[str, Any], histories: int | None, seed: int | None) -> tuple[Asked, list[Loaded]]:
    """Put a study together as its file would hold it, and give its scenarios the histories and the seed that are asked."""
    names = [f"{number + 1} {one.name}" for number, one in enumerate(loaded)]
    of = {"scenario": names[0]} if issubclass(KINDS[kind], StudyOfOne) else {"scenarios": names}
    said = {"schema": 1, "study": kind, "title": loaded[0].scenario.title, **of, "histories": histories, "seed": seed, **keys}
    tree = tree_of({key: value for key, value in said.items() if value is not None}, Place(f"simulator.{kind}"))
    asked = study_of(cast("Tree", tree), Path("study.yaml"))
    return asked, scenarios_of(asked, dict(zip(names, loaded, strict=True)))


def _values(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Values by path, texts read as a study's file would read them."""
    if not found:
        return None
    return {path: parse_value(value, path, 1, 1) if isinstance(value, str) else value for path, value in found.items()}


def _cores() -> int:
    return os.cpu_count() or 1


def sweep(
    loaded: Loaded,
    vary: Mapping[str, Any],
    *,
    reforms: Mapping[str, Mapping[str, Any]] | None = None,
    measures: Sequence[str] | None = None,
    histories: int | None = None,
    seed: int | None = None,
    engine: str = "batch",
    workers: int | None = None,
) -> SweepFound:
    """Play a grid over values of a scenario, each point on the same worlds where the values leave them alone.

    Parameters
    ----------
    loaded : Loaded
    vary : mapping
        Dotted path to a range with a step (``50%:95%:5%``) or a list of values.
    reforms : mapping, optional
        Name of a reform to the values that it changes, by path: one more axis.
    measures : sequence of str, optional
        In the order of the charts; the headline ones, if not given.
    histories, seed : int, optional
        The scenario's own, if not given.
    engine : {'batch', 'event'}
    workers : int, optional
        One a core, if not given.

    Returns
    -------
    SweepFound
        ``points`` with their measures and paired differences from the baseline; ``to_xarray()``.

    Examples
    --------
    >>> import simulator as rs
    >>> found = rs.sweep(rs.load("参照资产池"), {"scheme.layers.资金池补偿.share": "60%:80%:10%"}, histories=40, workers=1)
    >>> losses = [point.measures["bank.net_loss"].mean for point in found.points]
    >>> len(losses), losses == sorted(losses, reverse=True)
    (3, True)
    """
    keys = {"vary": _values(vary), "reforms": {name: _values(one) for name, one in reforms.items()} if reforms else None, "measures": measures}
    asked, (base,) = _asked("sweep", [loaded], keys, histories, seed)
    return play_grid(grid_of(asked, base), engine=engine, workers=workers or _cores())


def solve(
    loaded: Loaded,
    find: Mapping[str, tuple[str, str]],
    *,
    target: str | None = None,
    least: str | None = None,
    most: str | None = None,
    subject_to: Sequence[str] = (),
    histories: int | None = None,
    seed: int | None = None,
    engine: str = "batch",
    workers: int | None = None,
) -> Solution | Optimum:
    """Find the value that meets a target, or the values that make a measure least or most while constraints hold.

    Parameters
    ----------
    loaded : Loaded
    find : mapping
        Dotted path to the two ends between which its value moves.
    target : str, optional
        ``pool.shortfall_probability <= 5%``.
    least, most : str, optional
        Measure to make as small, or as large, as can be.
    subject_to : sequence of str
        ``lending.volume >= 700亿元``.
    histories, seed, engine, workers
        As for ``sweep``.

    Examples
    --------
    >>> import simulator as rs
    >>> size = {"scheme.accounts.资金池.endowment": ("100万元", "3000万元")}
    >>> found = rs.solve(rs.load("参照资产池"), size, target="pool.shortfall_probability <= 5%", histories=60, workers=1)
    >>> found.answer.low <= found.answer.place
    True
    """
    ends = {path: {"from": _read(low), "to": _read(high)} for path, (low, high) in find.items()}
    keys = {"find": ends, "target": target, "least": least, "most": most, "subject_to": list(subject_to) or None}
    asked, (base,) = _asked("solve", [loaded], keys, histories, seed)
    return solution_of(asked, base, How(engine, workers or _cores()))


def _read(value: Any) -> Any:  # noqa: ANN401  a value or its text
    return parse_value(value, "value", 1, 1) if isinstance(value, str) else value


def frontier(
    loaded: Loaded,
    levers: Mapping[str, tuple[str, str]],
    *,
    objectives: Sequence[str] | None = None,
    points: int | None = None,
    histories: int | None = None,
    seed: int | None = None,
    engine: str = "batch",
    workers: int | None = None,
) -> FrontierFound:
    """Find the points of some levers that no other beats in every objective.

    Parameters
    ----------
    loaded : Loaded
    levers : mapping
        Dotted path to the two ends between which its value moves.
    objectives : sequence of str, optional
        ``fiscal.net_cost:min``; cost, added lending and bank loss, if not given.
    points : int, optional
        Points to play.
    histories, seed, engine, workers
        As for ``sweep``.
    """
    ends = {path: {"from": _read(low), "to": _read(high)} for path, (low, high) in levers.items()}
    asked, (base,) = _asked("frontier", [loaded], {"levers": ends, "objectives": objectives, "points": points}, histories, seed)
    return frontier_of(asked, base, How(engine, workers or _cores()))


def sensitivity(
    loaded: Loaded,
    method: Sequence[str] = ("tornado",),
    *,
    vary: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    measures: Sequence[str] = (),
    points: int = MOST_POINTS,
    histories: int | None = None,
    engine: str = "batch",
    workers: int | None = None,
) -> SensitivityStudy:
    """Tell which assumptions move the answer, when they move over their ranges.

    Parameters
    ----------
    loaded : Loaded
    method : sequence of {'tornado', 'morris', 'sobol'}
    vary : mapping, optional
        Dotted path to a range ``low:high``, added or in place of the scenario's.
    only : sequence of str
        Paths of the assumptions that move; all with a range, if empty.
    measures : sequence of str
        The headline ones, if empty.
    points : int
        Most points of Morris and of Sobol, each.
    histories : int, optional
        Of each point; a tenth of the scenario's, if not given.
    engine, workers
        As for ``sweep``.
    """
    layout = lay_out(with_ranges(loaded, _values(vary) or {}), tuple(method), points=points, only=tuple(only))
    playing, n = Playing(engine, workers or _cores()), histories_asked(layout.loaded, histories)
    return sensitivity_study(sensitivity_design(layout, n), play_base(layout.loaded, n, playing), tuple(measures), playing)


def stress(
    loaded: Loaded,
    paths: Sequence[str] | None = None,
    *,
    dependence: Sequence[str] = ("independent", "comonotone"),
    reverse_months: int | None = 12,
    reverse_share: float = 0.5,
    measures: Sequence[str] = (),
    engine: str = "batch",
    workers: int | None = None,
) -> StressStudy:
    """Play named paths of the economy and bounds of dependence side by side, and find the smallest shock that empties the pool.

    Parameters
    ----------
    loaded : Loaded
    paths : sequence of str, optional
        Names of paths, or shocks ``1/N:months``; all named ones, if not given.
    dependence : sequence of {'independent', 'comonotone'}
    reverse_months : int, optional
        Months that the shock lasts; None looks for none.
    reverse_share : float
        Part of histories in which the pool must be emptied, 0-1.
    measures : sequence of str
        The headline ones, if empty.
    engine, workers
        As for ``sweep``.
    """
    playing = Playing(engine, workers or _cores())
    found = stress_study(stress_design(loaded, list(NAMED) if paths is None else list(paths), tuple(dependence)), tuple(measures), playing)
    if reverse_months is None:
        return found
    share = round(reverse_share * MILLION) / MILLION
    return replace(found, reverse=reverse_stress(loaded, months=reverse_months, share=share, playing=playing))


def regret(
    loaded: Sequence[Loaded],
    *,
    measures: Sequence[str] = (),
    futures: int = 40,
    only: Sequence[str] = (),
    histories: int | None = None,
    engine: str = "batch",
    workers: int | None = None,
) -> RegretStudy:
    """Tell which scheme is best where, when the assumptions that they share move together.

    Parameters
    ----------
    loaded : sequence of Loaded
    measures : sequence of str
        To judge by; net fiscal cost and bank net loss, if empty.
    futures : int
    only : sequence of str
        Paths of the assumptions that move; all with a range, if empty.
    histories : int, optional
        Of each future and scheme; a tenth of the scenarios', if not given.
    engine, workers
        As for ``sweep``.
    """
    schemes = ranges_of_all(list(loaded), {})
    n = min(histories_asked(one, histories) for one in schemes)
    return regret_study(regret_design(schemes, futures=futures, histories=n, only=tuple(only)), tuple(measures), Playing(engine, workers or _cores()))


Found = SweepFound | Solution | Optimum | FrontierFound | SensitivityStudy | StressStudy | RegretStudy


def tables(found: Found) -> dict[str, pd.DataFrame]:
    """Return the tables of a study as pandas has them: those that its command writes as CSV, by file stem; money in fen.

    Examples
    --------
    >>> import simulator as rs
    >>> pool = rs.load("参照资产池")
    >>> swept = rs.sweep(pool, {"scheme.layers.资金池补偿.share": ["50%", "80%"]}, histories=20, workers=1)
    >>> table = rs.tables(swept)["points"].query("measure == 'bank.net_loss'")
    >>> table["scheme.layers.资金池补偿.share"].tolist(), bool(table["mean"].is_monotonic_decreasing)
    (['50%', '80%'], True)
    """
    pandas = library("pandas")
    with TemporaryDirectory(prefix="riskshare-") as room:
        folder = Path(room)
        _write(found, folder)
        return {path.stem: pandas.read_csv(path, encoding="utf-8-sig") for path in sorted(folder.glob("*.csv"))}


def _write(found: Found, folder: Path) -> None:
    if isinstance(found, SweepFound):
        write_points(folder / "points.csv", found)
    elif isinstance(found, FrontierFound):
        write_frontier_points(folder / "points.csv", found)
    elif isinstance(found, SensitivityStudy):
        write_sensitivity(folder, found)
    elif isinstance(found, StressStudy):
        write_stress(folder, found)
    elif isinstance(found, RegretStudy):
        write_regret(folder, found)
    else:
        write_evaluations(folder / "evaluations.csv", [found.lever] if isinstance(found, Solution) else found.levers, marked(found))
