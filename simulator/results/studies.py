"""A study's folder: what was asked, as a file that asks it again, and the manifest of what answered."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING, Any

from simulator.results.manifest import manifest_of, versions
from simulator.results.store import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.scenario.loader import Loaded

STUDY = "study.yaml"


def study_manifest(text: str, beside: Mapping[str, str], loaded: Sequence[Loaded], engine: str) -> dict[str, Any]:
    """Return all that is needed to make a study again, ready for JSON.

    Parameters
    ----------
    text : str
        The study's file.
    beside : mapping
        Files of scenarios that it names, by name.
    loaded : sequence of Loaded
        Its scenarios, with its changes.
    engine : str
    """
    here = {"python": platform.python_version(), "platform": f"{sys.platform} {platform.machine()}", "packages": versions()}
    return {"study": text, "beside": dict(beside), "engine": engine, **here, "scenarios": [manifest_of(one, engine) for one in loaded]}


def write_asked(folder: Path, text: str, beside: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
    """Write into a folder what was asked and the manifest, so that ``riskshare study`` and ``riskshare rerun`` find them."""
    for name, written in {STUDY: text, **beside}.items():
        (folder / name).write_text(written, encoding="utf-8", newline="\n")
    write_json(folder / "manifest.json", manifest)
