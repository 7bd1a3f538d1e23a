"""Study files: read as strictly as scenarios, told where they are wrong, written back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.analysis.points import scenario_at
from simulator.errors import ScenarioError
from simulator.scenario.loader import load
from simulator.scenario.positions import Mapping, Place
from simulator.scenario.study import list_studies, load_study, parse_study, scenarios_of, show_study, study_of, study_schema, tree_of

SHARE = "scheme.layers.资金池补偿.share"
GOOD = f"""schema: 1
study: sweep
title: 比例
scenario: 湖北
set: {{scheme.accounts.资金池.endowment: 20亿元}}
histories: 40
seed: 7
vary:
  {SHARE}: [50%, 80%]
"""


@pytest.mark.parametrize("path", list_studies(), ids=lambda path: path.stem)
def test_every_built_in_study_loads_and_is_written_back_as_it_was(path: Path) -> None:
    asked = load_study(path.stem)
    again = parse_study(show_study(asked), "study.yaml")
    assert again.study == asked.study
    assert scenarios_of(asked)


def test_its_changes_histories_and_seed_are_those_of_set() -> None:
    (found,) = scenarios_of(parse_study(GOOD, "study.yaml"))
    same = load("湖北", sets=["scheme.accounts.资金池.endowment=20亿元", "run.histories=40", "run.seed=7"])
    assert found.digest == same.digest


REFUSALS = {
    "study: sweep": ("study: swep", "study.yaml:2:8", "did you mean 'sweep'"),
    "title: 比例\n": ("", "study.yaml:1:1", "title (title) is missing"),
    "seed: 7": ("seed: -7", "study.yaml:7:7", "must be at least 0"),
    "histories: 40": ("histores: 40", "study.yaml:6:1", "did you mean 'histories'"),
    "scenario: 湖北": ("scenario: [湖北]", "study.yaml:4:11", "a text belongs here"),
    "vary:": ("变动:", "study.yaml:8:1", "write vary"),
}


@pytest.mark.parametrize("old", REFUSALS, ids=str.strip)
def test_what_is_wrong_is_told_with_its_line_and_what_to_write(old: str) -> None:
    new, place, words = REFUSALS[old]
    with pytest.raises(ScenarioError) as told:
        parse_study(GOOD.replace(old, new), "study.yaml")
    assert words in told.value.en
    assert place in told.value.en


def test_a_value_that_the_scenario_refuses_is_told_where_the_study_says_it() -> None:
    asked = parse_study(GOOD.replace("20亿元", "20"), "study.yaml")
    with pytest.raises(ScenarioError, match=r"study\.yaml:5:38: scheme\.accounts\.资金池\.endowment") as told:
        scenarios_of(asked)
    assert "has no unit" in told.value.en


def test_a_scenario_is_not_a_study() -> None:
    with pytest.raises(ScenarioError, match="riskshare run"):
        load_study(Path(load("湖北").path))


def test_an_unknown_study_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="hubei_ratio"):
        load_study("hubei_rato")


def test_a_scenario_is_found_beside_its_study_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "my.yaml").write_text("extends: 湖北\nname: 我的\ntitle: 我的\n", encoding="utf-8")
    for name, scenario in {"b.yaml": "my.yaml", "a/b.yaml": "../my.yaml"}.items():
        (tmp_path / name).write_text(GOOD.replace("scenario: 湖北", f"scenario: {scenario}"), encoding="utf-8")
    (found,) = scenarios_of(load_study(tmp_path / "b.yaml"))
    assert found.name == "我的"
    with pytest.raises(ScenarioError, match="outside this folder"):
        scenarios_of(load_study(tmp_path / "a" / "b.yaml"))


def test_a_study_put_together_from_values_is_the_same_as_its_file() -> None:
    said = {"schema": 1, "study": "sweep", "title": "比例", "scenario": "湖北", "histories": 40, "seed": 7}
    said |= {"set": {"scheme.accounts.资金池.endowment": "20亿元"}, "vary": {SHARE: ["50%", "80%"]}}
    tree = tree_of(said, Place("study.yaml"))
    assert isinstance(tree, Mapping)
    assert study_of(tree, Path("study.yaml")).study == parse_study(GOOD, "study.yaml").study


def test_a_point_is_the_scenario_with_set() -> None:
    point = scenario_at(load("湖北"), {SHARE: "70%", "scheme.accounts.资金池.endowment": "20亿元"})
    assert point.digest == load("湖北", sets=[f"{SHARE}=70%", "scheme.accounts.资金池.endowment=20亿元"]).digest


def test_a_point_under_a_plain_value_is_refused() -> None:
    with pytest.raises(ScenarioError, match="it is a single value"):
        scenario_at(load("湖北"), {"run.seed.x": "1"})


def test_the_schema_of_studies_names_every_kind_and_its_keys() -> None:
    (sweep,) = [one for one in study_schema()["oneOf"] if one["properties"]["study"]["const"] == "sweep"]
    assert {"schema", "title", "scenario", "set", "histories", "seed", "vary", "reforms", "baseline", "measures"} <= set(sweep["properties"])
