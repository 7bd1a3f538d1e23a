"""What Python users call: load a scenario, change it, run it, compare it.

Everything here is also a command; the figures are the same, to the fen, for the same seed and number of histories.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.analysis.compare import compare_scenarios, compared_designs
from simulator.analysis.control import with_controls
from simulator.analysis.points import scenario_at
from simulator.analysis.precision import CUT, play_to_precision
from simulator.analysis.ranges import designs_of, study_of
from simulator.results.answers import Answer
from simulator.results.unfinished import Shelf
from simulator.runs.session import Keep, play_scenarios

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from simulator.results.comparisons import Comparison
    from simulator.results.precision import Precision
    from simulator.scenario.loader import Loaded


def change(loaded: Loaded, values: Mapping[str, Any] | None = None, /, **blocks: Any) -> Loaded:  # noqa: ANN401  whatever YAML may hold
    """Return a scenario with some values changed, with all checks, as ``--set`` does.

    Parameters
    ----------
    loaded : Loaded
        It is not changed.
    values : mapping, optional
        Dotted path to value, as written in a file: ``{"scheme.layers.资金池补偿.share": "60%"}``.
    **blocks
        The same by block: ``run={"histories": 200}, scheme={"layers": {"资金池补偿": {"share": "60%"}}}``.

    Raises
    ------
    ScenarioError
        If the scenario is refused so.

    Examples
    --------
    >>> import simulator as rs
    >>> hubei = rs.load("湖北")
    >>> reform = rs.change(hubei, {"scheme.layers.资金池补偿.share": "60%"}, run={"histories": 50})
    >>> reform.plain["scheme"]["layers"]["资金池补偿"]["share"], reform.scenario.run.histories
    ('60%', 50)
    """
    texts = {path: str(value) for path, value in (values or {}).items()}
    return scenario_at(loaded, texts | _paths(blocks, ""))


def _paths(tree: Mapping[str, Any], above: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{above}{key}"
        found |= _paths(value, f"{path}.") if isinstance(value, dict) else {path: str(value)}
    return found


def _sized(loaded: Loaded, histories: int | None, seed: int | None) -> Loaded:
    run = {name: value for name, value in (("histories", histories), ("seed", seed)) if value is not None}
    return change(loaded, run=run) if run else loaded


def run(
    loaded: Loaded,
    *,
    histories: int | None = None,
    seed: int | None = None,
    precision: float | None = None,
    ranges: bool = False,
    engine: str = "batch",
    workers: int | None = None,
    executor: Executor | None = None,
) -> Answer:
    """Play one scenario.

    Parameters
    ----------
    loaded : Loaded
    histories, seed : int, optional
        The scenario's own, if not given.
    precision : float, optional
        Play until the headline measures are that sure, 0-1 (``play_to_precision``); ``histories`` is then the most.
    ranges : bool
        Whether to move the assumptions over their ranges too, for the second interval.
    engine : {'batch', 'event'}
    workers : int, optional
        One a core, if not given.
    executor : Executor, optional
        Where blocks are played instead; see ``play_scenarios``.

    Returns
    -------
    Answer
        ``measures`` by dotted name, ``results.finals`` by history, ``to_pandas()``, ``to_xarray()``; ``controlled`` has estimates made surer by
        figures of known mean, ``precision`` how many histories were needed and why.

    Examples
    --------
    >>> import simulator as rs
    >>> answer = rs.run(rs.load("参照资产池"), histories=40, workers=1)
    >>> loss = answer.measures["bank.net_loss"]
    >>> loss.n, loss.low < loss.mean < loss.high
    (40, True)
    """
    crew = _Crew(engine, workers or _cores(), executor)
    with _settled([_sized(loaded, histories, seed)], precision, crew) as settled:
        (sized,), (stopped,) = settled.loaded, settled.precision
        designs = designs_of([sized]) if ranges else []
        tried = [scenario for design in designs for scenario in design.scenarios]
        results, *points = play_scenarios([sized.scenario, *tried], **crew._asdict(), keep=settled.keep(1 + len(tried)))
    return with_controls(Answer(sized, results, engine, study_of(designs[0], results, points) if designs else None, stopped))


def compare(
    loaded: Sequence[Loaded],
    *,
    histories: int | None = None,
    seed: int | None = None,
    precision: float | None = None,
    ranges: bool = False,
    engine: str = "batch",
    workers: int | None = None,
    executor: Executor | None = None,
) -> Comparison:
    """Play scenarios side by side; where they meet the same fates their differences from the first are paired.

    Parameters are those of ``run``.

    Examples
    --------
    >>> import simulator as rs
    >>> pool = rs.load("参照资产池")
    >>> half = rs.change(pool, {"scheme.layers.资金池补偿.share": "50%"})
    >>> found = rs.compare([pool, half], histories=40, workers=1)
    >>> found.paired, found.differences[1]["bank.net_loss"].mean > 0
    ([True, True], True)
    """
    crew = _Crew(engine, workers or _cores(), executor)
    with _settled([_sized(one, histories, seed) for one in loaded], precision, crew) as settled:
        designs = compared_designs(settled.loaded) if ranges else []
        keep = settled.keep(len(settled.loaded) + sum(len(design.points) for design in designs))
        return compare_scenarios(settled.loaded, designs=designs, **crew._asdict(), keep=keep, precision=settled.precision)


class _Crew(NamedTuple):
    """Who plays, as ``play_scenarios`` takes it."""

    engine: str
    workers: int
    executor: Executor | None


class _Settled(NamedTuple):
    """Scenarios whose number of histories stands, and where their blocks lie if that took playing."""

    loaded: Sequence[Loaded]
    precision: Sequence[Precision | None]
    shelf: Shelf | None

    def keep(self, n_scenarios: int) -> Keep | None:
        """Take what was played from the shelf; figures stay in memory."""
        return Keep(self.shelf, [None] * n_scenarios, CUT) if self.shelf else None


@contextmanager
def _settled(loaded: Sequence[Loaded], precision: float | None, crew: _Crew) -> Iterator[_Settled]:
    if precision is None:
        yield _Settled(loaded, [None] * len(loaded), None)
        return
    with TemporaryDirectory(prefix="riskshare-") as room:
        shelf = Shelf(Path(room), "rounds")
        found = play_to_precision(loaded, precision, **crew._asdict(), keep=Keep(shelf, [None] * len(loaded)))
        yield _Settled(found.loaded, found.precision, shelf)


def _cores() -> int:
    return os.cpu_count() or 1
