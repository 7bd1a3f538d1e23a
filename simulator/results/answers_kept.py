"""What a run's tables do not hold and its report needs: why it stopped where it did, and its estimates made surer by figures of known mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.results.controlled import Controlled
from simulator.results.estimates import Estimate
from simulator.results.kept import read_kept, write_kept
from simulator.results.precision import Error, Precision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RECORDS = (Estimate, Error, Precision, Controlled)


class Surer(NamedTuple):
    """How sure a run is, beyond its tables; see ``Answer``."""

    precision: Precision | None = None
    controlled: Sequence[Controlled] = ()


def write_surer(folder: Path, found: Surer) -> None:
    """Write it into a run's folder, in place of what an earlier run left there."""
    write_kept(folder, found)


def read_surer(folder: Path) -> Surer:
    """Read it back; nothing in folders of older versions."""
    try:
        found: Surer = read_kept(folder, (Surer, *RECORDS))
    except FileNotFoundError:
        return Surer()
    return found


def write_surer_differences(folder: Path, found: Sequence[Sequence[Controlled]]) -> None:
    """Write the adjusted differences of a comparison into its folder, a sequence a scenario."""
    write_kept(folder, list(found))


def read_surer_differences(folder: Path) -> Sequence[Sequence[Controlled]]:
    """Read them back; none in folders of older versions."""
    try:
        found: Sequence[Sequence[Controlled]] = read_kept(folder, RECORDS)
    except FileNotFoundError:
        return ()
    return found
