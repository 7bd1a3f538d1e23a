"""What made a result: the scenario as resolved, its hash, seed, histories, versions and platform. Nothing here changes from one run to the next."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from simulator.scenario.writer import show

if TYPE_CHECKING:
    from simulator.scenario.loader import Loaded

PACKAGES = ("riskshare", "numpy", "scipy", "numba", "simpy", "pydantic")

SETTINGS = ("run.histories", "run.seed")
"""Values that say how to compute, not what a scheme is."""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def versions() -> dict[str, str]:
    """Version of each package that a result depends on."""
    return {package: _version(package) for package in PACKAGES}


def versions_of_result() -> dict[str, str]:
    """Return ``versions`` with those of Python and the platform."""
    return {**versions(), "python": platform.python_version(), "platform": f"{sys.platform} {platform.machine()}"}


def manifest_of(loaded: Loaded, engine: str) -> dict[str, Any]:
    """Return the manifest of one scenario's results, ready for JSON.

    ``scenario`` is for programs to look into; ``file`` is the same as a scenario file with its sources and assumptions, from which ``rerun`` plays.
    ``changed`` lists what a reform changes in what it extends, as (dotted path, old, new); how it is played is no part of it.
    """
    changes = [list(change) for change in loaded.changed if change[0] not in SETTINGS]
    changed = {"changed": changes} if changes else {}
    return {
        "name": loaded.name,
        "scenario": loaded.plain,
        "file": show(loaded, marks="inline"),
        "sha256": loaded.digest,
        "seed": loaded.scenario.run.seed,
        "histories": loaded.scenario.run.histories,
        "engine": engine,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": versions(),
        **changed,
    }
