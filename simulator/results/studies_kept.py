"""Studies and exact answers read back from their folders, with every figure that their summaries were made from; nothing is played."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from simulator.errors import ResultsError, ScenarioError, why_unread
from simulator.results import pareto, ranges, regret, sensitivity, solved, stress, sweeps, targets
from simulator.results.estimates import Estimate
from simulator.results.exact import ExactAnswer, Law
from simulator.results.kept import FILE, read_kept, write_kept
from simulator.results.labelled import read_grids
from simulator.results.levers import Lever
from simulator.results.store import find_tape
from simulator.results.studies import STUDY
from simulator.results.unfinished import read_plan
from simulator.scenario.loader import load_text
from simulator.scenario.study import parse_study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.scenario.loader import Loaded
    from simulator.scenario.study import Asked

Found: TypeAlias = (
    sweeps.SweepFound
    | solved.Solution
    | solved.Optimum
    | pareto.FrontierFound
    | sensitivity.SensitivityStudy
    | stress.StressStudy
    | regret.RegretStudy
)

RECORDS = (
    Estimate,
    Lever,
    targets.Target,
    targets.Objective,
    ranges.Ranged,
    ranges.Held,
    ranges.Influence,
    sweeps.Axis,
    sweeps.SweptPoint,
    sweeps.Grids,
    sweeps.SweepFound,
    solved.About,
    solved.Evaluation,
    solved.Crossing,
    solved.Turn,
    solved.PoolCheck,
    solved.Solution,
    solved.Optimum,
    pareto.Standing,
    pareto.FrontierFound,
    sensitivity.Swing,
    sensitivity.Screened,
    sensitivity.Index,
    sensitivity.SensitivityStudy,
    stress.Words,
    stress.StressCase,
    stress.ConditionalDefault,
    stress.ReverseStress,
    stress.StressStudy,
    regret.Split,
    regret.MeasureRegret,
    regret.RegretStudy,
)
"""Classes that a study's file may name."""

NO_GRIDS = sweeps.Grids((), (), (), (), np.zeros((0, 0, 0), np.int64), np.zeros((0, 0, 0, 0), np.int64))
"""Stands in a sweep that was read without its histories."""


@dataclass(frozen=True)
class StudyAnswer:
    """A study as its folder holds it.

    Attributes
    ----------
    asked : Asked
    loaded : sequence of Loaded
        Its scenarios, with its changes.
    found : SweepFound, Solution, Optimum, FrontierFound, SensitivityStudy, StressStudy or RegretStudy
    manifest : mapping
    """

    asked: Asked
    loaded: Sequence[Loaded]
    found: Found
    manifest: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The word that ``study:`` takes: ``sweep``, ``solve`` and so on."""
        return self.asked.kind


@dataclass(frozen=True)
class StoredExact:
    """An exact answer as its folder holds it."""

    loaded: Loaded
    found: ExactAnswer
    manifest: Mapping[str, Any]


def write_found(folder: Path, found: Any, digests: Sequence[str]) -> None:  # noqa: ANN401  one of ``Found``
    """Write a study's findings into a folder that exists.

    Parameters
    ----------
    folder : Path
    found : SweepFound, Solution, Optimum, FrontierFound, SensitivityStudy, StressStudy or RegretStudy
        Figures of every history of a sweep stay in its array file.
    digests : sequence of str
        Hashes of its scenarios, with its changes.
    """
    write_kept(folder, replace(found, grids=NO_GRIDS) if isinstance(found, sweeps.SweepFound) else found, list(digests))


def write_exact_found(folder: Path, found: ExactAnswer, digest: str) -> None:
    """Write an exact answer with its whole laws into a folder that exists."""
    write_kept(folder, found, digest)


def load_found(folder: Path | str, *, histories: bool = True) -> StudyAnswer:
    """Read a finished study back.

    Parameters
    ----------
    folder : Path or str
        As ``sweep``, ``solve``, ``frontier``, ``sensitivity``, ``stress``, ``regret`` or ``study`` wrote it.
    histories : bool
        Whether a sweep's figures of every history are read too (``sweep.nc`` needs the extra ``data``).

    Raises
    ------
    ResultsError
        If there is no finished study, its files do not fit together, or an older version wrote it.

    Examples
    --------
    >>> load_found("reports/sweep-湖北").found.base.texts  # doctest: +SKIP
    """
    home = Path(folder)
    if read_plan(home) is not None:
        zh = f"{home}：这项研究还没有做完；接着做：riskshare resume {home}"
        raise ResultsError(zh, f"{home}: this study is not finished; go on with riskshare resume {home}")
    try:
        said = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
        asked = parse_study(said["study"], str(home / STUDY))
        loaded = [_loaded(one, home) for one in said["scenarios"]]
        found = _read(home, RECORDS, [one["sha256"] for one in said["scenarios"]])
        if histories and isinstance(found, sweeps.SweepFound):
            found = replace(found, grids=read_grids(home, found))
        return StudyAnswer(asked, loaded, found, said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ScenarioError) as error:
        why = why_unread(error)
        zh = f"{home}：这里没有完整的研究结果（{why[0]}）；请重新推演：riskshare study {home / STUDY} --out {home}"
        en = f"{home}: there is no whole study here ({why[1]}); play it afresh: riskshare study {home / STUDY} --out {home}"
        raise ResultsError(zh, en) from error


def load_exact(folder: Path | str) -> StoredExact:
    """Read an exact answer back, as ``run --engine exact`` writes it.

    Raises
    ------
    ResultsError
        If there is none, its files do not fit together, or an older version wrote it.
    """
    home = Path(folder)
    try:
        said = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
        return StoredExact(_loaded(said, home), _read(home, (ExactAnswer, Law, Estimate), said["sha256"]), said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ScenarioError) as error:
        why = why_unread(error)
        zh = f"{home}：这里没有完整的精确解（{why[0]}）；请重新计算：riskshare run 情景 --engine exact --out {home}"
        en = f"{home}: there is no whole exact answer here ({why[1]}); work it out afresh: riskshare run SCENARIO --engine exact --out {home}"
        raise ResultsError(zh, en) from error


def _loaded(manifest: Mapping[str, Any], home: Path) -> Loaded:
    """Read a scenario as it was played, with what it changes in what it extends."""
    loaded = load_text(manifest["file"], manifest["name"], folder=find_tape(manifest, home))
    return replace(loaded, changed=tuple(tuple(change) for change in manifest.get("changed", ())))


def _read(home: Path, records: Sequence[type], made_from: object) -> Any:  # noqa: ANN401
    try:
        return read_kept(home, records, made_from)
    except FileNotFoundError:
        zh = f"{home}：旧版本存下的结果，里面没有写报告所需的 {FILE}；请先补上：riskshare rerun {home}"
        en = f"{home}: an older version stored this, without the {FILE} that a report is made from; add it with riskshare rerun {home}"
        raise ResultsError(zh, en) from None
