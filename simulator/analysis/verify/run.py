"""All checks that come with the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.analysis.verify.exact import check_exact_path
from simulator.analysis.verify.identities import check_identities
from simulator.analysis.verify.published import check_published
from simulator.analysis.verify.replay import check_replay
from simulator.analysis.verify.simulation import check_simulation
from simulator.analysis.verify.symmetries import check_symmetries

if TYPE_CHECKING:
    from simulator.analysis.verify.check import Check


def run_checks() -> list[Check]:
    """Run every check of the program against figures that are not ours; under a minute once the kernels are compiled.

    Returns
    -------
    list of Check
        In the order in which they are read: published tables, the schemes' own arithmetic, a replayed tape, symmetries, the exact path, Monte Carlo.
    """
    return [*check_published(), *check_identities(), *check_replay(), *check_symmetries(), *check_exact_path(), *check_simulation()]
