"""The studies of the gallery: each is there with its numbers and picture, and few histories give the kept numbers within their errors."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

STUDIES = Path(__file__).parents[2] / "reports" / "gallery" / "studies"
NAMES = sorted(path.stem for path in STUDIES.glob("*.py") if path.stem != "kept")


@pytest.fixture(autouse=True)
def _studies_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(STUDIES))


@pytest.mark.parametrize("name", NAMES)
def test_a_study_is_kept_with_its_numbers_and_picture_and_is_listed(name: str) -> None:
    assert (STUDIES / f"{name}.csv").is_file()
    assert (STUDIES / f"{name}.png").is_file()
    assert f"({name}.py)" in (STUDIES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["funding", "pool_size"])
def test_few_histories_give_the_kept_numbers_within_their_errors(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    study = importlib.import_module(name)
    monkeypatch.setattr(study, "HISTORIES", 100)
    rows, figure = study.study()
    kept = importlib.import_module("kept")
    assert len(rows) == len(kept.kept_rows(name)) > 0
    assert kept.unlike(name, rows) == []
    assert figure.axes


def test_numbers_beyond_their_errors_are_named() -> None:
    kept = importlib.import_module("kept")
    rows = kept.kept_rows("funding")
    moved = [rows[0]._replace(mean=rows[0].mean + 10 * rows[0].se), *rows[1:]]
    assert [problem.split(":")[0] for problem in kept.unlike("funding", moved)] == ["funding"]
    assert len(kept.unlike("funding", rows[1:])) == 1


def teardown_module() -> None:
    for name in (*NAMES, "kept"):
        sys.modules.pop(name, None)
