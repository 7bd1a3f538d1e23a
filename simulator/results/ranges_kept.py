"""A study of ranges as JSON, to be read back with every figure as it was."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.results.ranges import Held, Influence, Ranged, RangeStudy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simulator.results.ranges import Floats

FILE = "ranges.json"
FORMAT = 1


def write_study(folder: Path, study: RangeStudy) -> None:
    """Write a study into a folder that exists; the same study gives the same bytes."""
    said = {
        "format": FORMAT,
        "histories": study.histories,
        "chance_bound": study.chance_bound,
        "redrawn": study.redrawn,
        "dropped": study.dropped,
        "assumptions": [asdict(one) for one in study.assumptions],
        "held": [one._asdict() for one in study.held],
        "texts": [list(row) for row in study.texts],
        "values": np.asarray(study.values).tolist(),
        "own": {name: float(value) for name, value in study.own.items()},
        "played": _lists(study.played),
        "moved": _lists(study.moved),
        "influences": {name: [[one.assumption.path, float(one.correlation)] for one in found] for name, found in study.influences.items()},
    }
    (folder / FILE).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def forget_study(folder: Path) -> None:
    """Remove what an earlier run into the same folder left, where this one moves no assumption."""
    (folder / FILE).unlink(missing_ok=True)
    (folder / "ranges.csv").unlink(missing_ok=True)


def read_study(folder: Path) -> RangeStudy | None:
    """Read a study back; None where the run moved no assumption, or is older than this file.

    Raises
    ------
    ValueError
        If it is of another format.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if said["format"] != FORMAT:
        message = f"{FILE}: format {said['format']}"
        raise ValueError(message)
    assumptions = tuple(Ranged(**{**one, "ends": tuple(one["ends"])}) for one in said["assumptions"])
    by_path = {one.path: one for one in assumptions}
    return RangeStudy(
        assumptions=assumptions,
        texts=[tuple(row) for row in said["texts"]],
        values=np.array(said["values"], dtype=np.float64).reshape(len(said["texts"]), len(assumptions)),
        histories=said["histories"],
        own=said["own"],
        played=_arrays(said["played"]),
        moved=_arrays(said["moved"]),
        chance_bound=said["chance_bound"],
        influences={name: [Influence(by_path[path], found) for path, found in rows] for name, rows in said["influences"].items()},
        redrawn=said["redrawn"],
        dropped=said["dropped"],
        held=[Held(**one) for one in said["held"]],
    )


def _lists(values: Mapping[str, Floats]) -> dict[str, list[float]]:
    return {name: np.asarray(found, dtype=np.float64).tolist() for name, found in values.items()}


def _arrays(values: Mapping[str, list[float]]) -> dict[str, Floats]:
    return {name: np.array(found, dtype=np.float64) for name, found in values.items()}
