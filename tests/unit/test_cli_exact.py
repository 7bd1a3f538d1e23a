"""The exact path on the command line: what it writes, what it says, what it refuses."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from simulator.cli.faults import exit_code_of
from simulator.cli.main import program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])
    monkeypatch.setenv("LANGUAGE", "C")


@pytest.mark.parametrize(
    ("lang", "exact", "missing"),
    [("zh", "精确解，没有模拟误差", "未给出的指标"), ("en", "Exact: no simulation error", "Measures that are not given")],
)
def test_run_writes_measures_distributions_and_a_plain_word(tmp_path: Path, lang: str, exact: str, missing: str) -> None:
    done = CliRunner().invoke(program(), ["--lang", lang, "run", "参照资产池", "--engine", "exact", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert exact in done.output
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert exact in summary
    assert missing in summary
    rows = {row["measure"]: row for row in csv.DictReader((tmp_path / "measures.csv").read_text(encoding="utf-8-sig").splitlines())}
    assert float(rows["bank.net_loss"]["mean"]) == pytest.approx(257.7442004e6, rel=1e-6)
    assert (rows["bank.net_loss"]["se"], rows["bank.net_loss"]["histories"]) == ("0.0", "0")
    assert rows["bank.profit"]["mean"] == ""
    laws = [row for row in csv.reader((tmp_path / "distributions.csv").read_text(encoding="utf-8-sig").splitlines()) if row[0] == "bank.net_loss"]
    chances = [float(row[2]) for row in laws]
    assert chances == sorted(chances)
    assert chances[-1] == pytest.approx(1.0)
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["engine"] == "exact"


def test_json_of_an_exact_answer_has_no_histories(tmp_path: Path) -> None:
    done = CliRunner().invoke(program(), ["run", "参照资产池", "--engine", "exact", "--json", "--out", str(tmp_path)])
    found = json.loads(done.stdout)
    assert (found["engine"], found["histories"], found["errors"]["simulation"]) == ("exact", None, 0.0)
    assert found["measures"]["pool.shortfall_probability"]["mean"] == pytest.approx(0.42439418, rel=1e-6)
    assert found["deviations"]["bank.net_loss"] == pytest.approx(311.368975e6, rel=1e-6)


def test_scenario_without_an_exact_answer_is_refused_without_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code_of(["--lang", "en", "run", "hubei", "--engine", "exact", "--out", str(tmp_path)], program())
    told = capsys.readouterr().err
    assert code == 2
    assert "macro.factor: is ar1; an exact answer needs static" in told
    assert "scheme.guards.不良率熔断" in told
    assert "Traceback" not in told


def test_compare_refuses_the_exact_path_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code_of(["--lang", "en", "compare", "湖北", "广东", "--engine", "exact", "--out", str(tmp_path)], program())
    assert code == 2
    assert "riskshare run SCENARIO --engine exact" in capsys.readouterr().err
