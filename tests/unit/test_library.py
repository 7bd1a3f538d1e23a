"""Built-in scenarios are found by their Chinese and ASCII names, in a checkout and in a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import library
from simulator.scenario.library import find_builtin, list_builtin, locate

if TYPE_CHECKING:
    from pathlib import Path


def test_no_two_built_in_scenarios_share_a_name() -> None:
    names = [library._folded(name) for one in list_builtin() for name in {one.name, one.stem}]
    assert len(names) > 10
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["湖北", "hubei", "HUBEI", " hubei "])
def test_built_in_is_found_by_either_name(name: str) -> None:
    found = find_builtin(name)
    assert found is not None
    assert (found.stem, found.kind) == ("hubei", "scheme")


def test_dash_and_underscore_are_the_same_in_a_name() -> None:
    assert find_builtin("hubei-refill") == find_builtin("hubei_refill") is not None


def test_reforms_stand_after_schemes_and_say_what_they_extend() -> None:
    kinds = [one.kind for one in list_builtin()]
    assert kinds == sorted(kinds, key=("scheme", "reform", "case").index)
    assert find_builtin("hubei_refill").extends == "hubei.yaml"


def test_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'hubei'") as refused:
        locate("hubie")
    assert "riskshare list" in refused.value.render("zh")


def test_missing_file_is_answered_with_the_nearest_beside_it(tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"did you mean baseline\.yaml"):
        locate(tmp_path / "basline.yaml")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="this is a folder"):
        locate(tmp_path)


def test_built_in_wins_over_a_file_without_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "湖北").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert locate("湖北").shown == "scenarios/hubei.yaml"


def test_installed_library_is_found_beside_the_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "simulator"
    (package / "library" / "cases").mkdir(parents=True)
    (package / "library" / "cases" / "small.yaml").write_text("name: 小例\ntitle: '小'\n", encoding="utf-8")
    monkeypatch.setattr(library, "__file__", str(package / "scenario" / "library.py"))
    assert library.library_folder() == package / "library"
    assert [(one.stem, one.name, one.title, one.kind) for one in list_builtin()] == [("small", "小例", "小", "case")]


def test_name_like_no_other_is_answered_with_where_to_look() -> None:
    with pytest.raises(ScenarioError, match="has this name; riskshare list shows all") as refused:
        locate("无此方案")
    assert "也没有这个文件；用 riskshare list" in refused.value.render("zh")
