"""The commands that read and write scenario files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from simulator.cli.main import program
from simulator.errors import ScenarioError, SimulatorError
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])
    monkeypatch.setenv("LANGUAGE", "C")


def riskshare(*arguments: str) -> Result:
    return CliRunner().invoke(program(), [*arguments, "--lang", "zh"], prog_name="riskshare")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "错.yaml"
    file.write_text("schema: 1\nname: 错\ntitle: 错\nrun: {start: 2025-01-01, lend_until: 2025-12-31, seed: 一}\nrunn: 1\n", encoding="utf-8")
    return file


def test_list_names_every_scheme_in_both_scripts() -> None:
    listed = riskshare("list").stdout
    for word in ("湖北", "hubei", "广东", "guangdong", "方案", "改动"):
        assert word in listed


def test_list_as_json_tells_schemes_from_reforms() -> None:
    kinds = {one["ascii"]: one["kind"] for one in json.loads(riskshare("list", "--json").stdout)}
    assert (kinds["hubei"], kinds["hubei_refill"]) == ("scheme", "reform")


def test_lines_of_a_table_end_where_their_text_ends() -> None:
    assert all(line == line.rstrip() for line in riskshare("list").stdout.splitlines())


def test_what_show_prints_loads_again_as_the_same_scenario(tmp_path: Path) -> None:
    shown = tmp_path / "shown.yaml"
    shown.write_text(riskshare("show", "湖北补偿50").stdout, encoding="utf-8")
    assert load(shown).digest == load("湖北补偿50").digest


def test_show_lays_changes_of_the_command_line_over_the_file() -> None:
    shown = json.loads(riskshare("show", "hubei", "--json", "--set", "run.histories=7").stdout)
    assert shown["run"]["histories"] == 7


def test_show_marks_assumptions_in_the_language_of_the_user() -> None:
    english = CliRunner().invoke(program(), ["show", "hubei", "--lang", "en"]).stdout
    assert "# assumption:" in english
    assert "# 假设:" in riskshare("show", "hubei").stdout


def test_validate_says_of_a_right_file_that_it_is_right() -> None:
    result = riskshare("validate", "湖北")
    assert (result.stdout, result.exit_code) == ("湖北: 正确\n", 0)


def test_validate_tells_every_problem_of_every_file_and_ends_with_2(wrong: Path) -> None:
    result = riskshare("validate", "湖北", str(wrong))
    assert result.exit_code == 2
    assert "湖北: 正确" in result.stdout
    assert f"{wrong}:4:" in result.stdout
    assert f"{wrong}:5:1: runn" in result.stdout


def test_validate_gives_problems_as_json_with_their_places(wrong: Path) -> None:
    (told,) = json.loads(riskshare("validate", str(wrong), "--json").stdout)
    assert not told["valid"]
    assert {(problem["line"], problem["path"]) for problem in told["problems"]} >= {(4, "run.seed"), (5, "runn")}


def test_an_unknown_scenario_is_answered_with_the_nearest_name() -> None:
    result = riskshare("show", "hubie")
    assert isinstance(result.exception, ScenarioError)
    assert "hubei" in result.exception.render("zh")


def test_diff_shows_the_baseline_before_the_reform() -> None:
    (row,) = json.loads(riskshare("diff", "湖北", "湖北补偿50", "--json").stdout)
    assert (row["path"], row["old"], row["new"]) == ("scheme.layers.资金池补偿.share", "80%", "50%")
    printed = riskshare("diff", "湖北", "湖北补偿50").stdout
    assert printed.index("80%") < printed.index("50%", printed.index("80%"))


def test_diff_of_a_scenario_and_itself_is_empty() -> None:
    assert riskshare("diff", "湖北", "hubei").stdout == "没有不同。\n"


def test_a_new_file_is_valid_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "我的方案.yaml"
    assert riskshare("new", str(file)).exit_code == 0
    assert load(file).name == "我的方案"


def test_a_new_reform_differs_from_its_baseline_in_nothing_yet(tmp_path: Path) -> None:
    file = tmp_path / "改革.yaml"
    riskshare("new", str(file), "--extends", "湖北")
    assert load(file).changed == ()


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "我的方案.yaml"
    file.write_text("mine", encoding="utf-8")
    result = riskshare("new", str(file))
    assert isinstance(result.exception, SimulatorError)
    assert "已经存在" in result.exception.render("zh")
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_new_file_in_no_folder_says_to_make_the_folder(tmp_path: Path) -> None:
    result = riskshare("new", str(tmp_path / "no" / "mine.yaml"))
    assert isinstance(result.exception, SimulatorError)
    assert "no folder" in result.exception.render("en")


def test_the_schema_is_json_and_knows_the_keys_of_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    riskshare("schema", "--out", str(file))
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert schema == json.loads(riskshare("schema").stdout)
    assert {"run", "population", "scheme"} <= set(schema["properties"])
