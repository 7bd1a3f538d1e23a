"""``riskshare trace``: one history told to the terminal, as JSON and as CSV."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from simulator.cli.main import program
from simulator.cli.trace import yuan

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
schema: 1
name: 小例
title: 小例
run: {start: 2025-01-01, lend_until: 2025-12-31, seed: 7}
population:
  segments:
    科技企业: {firms: 40, loan: {mean: 300万元}, pd: 30%}
losses: {lgd: {mean: 60%}}
banks: {members: {合作银行: {share: 100%}}}
scheme:
  accounts:
    财政: {kind: treasury, public: true}
    资金池: {kind: pool, endowment: 2000万元, funded_by: {财政: 100%}}
  layers:
    资金池补偿: {payer: 资金池, share: 80%, basis: overdue_principal, lag: 60天}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trace") / "small.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])
    monkeypatch.setenv("LANGUAGE", "C")


def trace(scenario: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(program(), ["trace", str(scenario), "--lang", "zh", *arguments], prog_name="riskshare")
    assert result.exit_code == 0, result.output
    return result


def test_money_is_written_to_the_fen() -> None:
    assert [str(yuan(fen)) for fen in (123456789, -5, 0)] == ["1234567.89", "-0.05", "0.00"]


def test_the_pool_is_endowed_before_anything_else(scenario: Path) -> None:
    first = json.loads(trace(scenario, "--json").stdout)[0]
    assert (first["date"], first["payer"], first["payee"], first["amount"]) == ("2025-01-01", "财政", "资金池", 2_000_000_000)


def test_one_party_sees_only_what_it_pays_or_gets(scenario: Path) -> None:
    lines = json.loads(trace(scenario, "--json", "--party", "资金池").stdout)
    assert all("资金池" in (line["payer"], line["payee"]) for line in lines)
    assert {line["reason"] for line in lines} >= {"注资", "补偿"}


def test_one_loan_is_followed_from_drawing_on(scenario: Path) -> None:
    lines = json.loads(trace(scenario, "--json", "--loan", "3").stdout)
    assert {line["loan"] for line in lines} == {3}
    assert lines[0]["reason"] == "放款"


def test_another_history_is_another_story_and_the_same_one_is_the_same(scenario: Path) -> None:
    told = [trace(scenario, "--json", "--history", number).stdout for number in ("0", "1", "1")]
    assert told[0] != told[1]
    assert told[1] == told[2]


def test_the_terminal_shows_some_lines_and_says_how_many_there_are(scenario: Path) -> None:
    result = trace(scenario, "--lines", "3")
    assert result.stdout.count("2025-") == 3
    assert "显示了前 3 行" in result.stderr


def test_csv_holds_every_payment_in_yuan(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "journal.csv"
    trace(scenario, "--out", str(out))
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    lines = json.loads(trace(scenario, "--json").stdout)
    assert [round(float(row["金额（元）"]) * 100) for row in rows] == [line["amount"] for line in lines]
