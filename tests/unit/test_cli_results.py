"""``run`` and ``compare`` on the terminal and in files: one answer, told three times."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from simulator.cli.main import program
from simulator.report.text import quantity

if TYPE_CHECKING:
    from pathlib import Path

SMALL = (
    "--histories",
    "12",
    "--workers",
    "1",
    "--set",
    "population.segments.科技型企业.firms=300",
    "--set",
    "scheme.accounts.资金池.endowment=0.2亿元",
)


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(program(), list(arguments), prog_name="riskshare")
    assert result.exit_code == 0, result.output
    return result


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_json_measures_and_summary_of_a_run_say_the_same(tmp_path: Path) -> None:
    printed = json.loads(invoke("run", "湖北", *SMALL, "--json", "--lang", "zh", "--out", str(tmp_path)).stdout)
    rows = {row["measure"]: row for row in rows_of(tmp_path / "measures.csv")}
    assert set(rows) == set(printed["measures"])
    for name, measure in printed["measures"].items():
        for key in ("mean", "se", "p05", "p50", "p95"):
            cell = rows[name][key]
            assert (float(cell) if cell else None) == (measure[key] if measure else None)
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    (line,) = [line for line in summary.splitlines() if "`pool.needed`" in line]
    needed = printed["measures"]["pool.needed"]
    assert [cell.strip() for cell in line.split("|")[4:7]] == [quantity(needed[key], "fen", "zh") for key in ("p05", "p50", "p95")]


def test_comparison_on_the_terminal_shows_what_would_have_sufficed_beside_the_chance_of_a_shortfall(tmp_path: Path) -> None:
    told = invoke("compare", "湖北", "湖北补偿50", *SMALL, "--lang", "zh", "--out", str(tmp_path)).stdout.splitlines()
    names = [line.split()[0] for line in told if line.strip()]
    place = names.index("所需资金池规模")
    assert names[place + 1 : place + 4] == ["假设变动时", "其中一半模拟够用", "其中95%模拟够用"]
    sides = [row for name in ("湖北", "湖北补偿50") for row in rows_of(tmp_path / name / "measures.csv") if row["measure"] == "pool.needed"]
    half = [quantity(float(row["p50"]), "fen", "zh") for row in sides]
    assert next(line for line in told if "其中一半模拟够用" in line).split()[1:] == half


def test_every_scheme_plays_the_population_that_is_asked_for(tmp_path: Path) -> None:
    arguments = ("--population", "珠海2022", "--histories", "6", "--workers", "1", "--json", "--lang", "en", "--out", str(tmp_path))
    printed = json.loads(invoke("compare", "珠海2022", "广东", *arguments).stdout)
    applications = [one["measures"]["lending.applications"]["mean"] for one in printed["scenarios"]]
    assert applications[0] == applications[1]
    assert printed["paired"] == [True, True]
