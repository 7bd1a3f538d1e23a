"""Every example in a docstring gives what it says."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import simulator

PACKAGE = Path(simulator.__file__).parent
NAMES = sorted(
    ".".join(("simulator", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if any(">>>" in line and "+SKIP" not in line for line in path.read_text(encoding="utf-8").splitlines())
)
NEED_PANDAS = {"simulator.api", "simulator.api_studies"}


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold(name: str) -> None:
    if name in NEED_PANDAS:
        pytest.importorskip("pandas", reason="needs the extra data")
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0
