"""``explain`` on a loan tape: what the tape records, rates of drawn fates, one loan to the fen. The small tape's figures are worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from simulator.analysis.explain import explain
from simulator.cli.main import program
from simulator.errors import ContractError
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.analysis.explain import Explanation
    from simulator.analysis.worked_loan import WorkedLoan

SCENARIO = """
schema: 1
name: tape
title: a tape
run: {start: 2025-01-01, lend_until: 2025-12-31, histories: 1, seed: 1}
population:
  tape:
    file: loans.csv
    fates: drawn
    columns: {loan: loan, firm: firm, drawdown: from, maturity: to, amount: amount, grade: grade, pd: pd}
    segment: {rate: 4%}
macro: {factor: static, asset_correlation: 12%}
losses: {lgd: {mean: 60%}, lag: {mean: 200天}}
banks: {members: {甲银行: {share: 100%}}}
scheme:
  accounts:
    财政: {kind: treasury, public: true}
    资金池: {kind: pool, endowment: 100万元, funded_by: {财政: 100%}}
  layers:
    补偿: {payer: 资金池, share: 50%, basis: overdue_principal, trigger: 90天}
  recoveries: {order: pro_rata, cost: 0%}
"""
HEAD = "loan,firm,from,to,amount,grade,pd"
ROWS = ("1,F1,2025-01-01,2026-01-01,1000000,A,2%", "2,F2,2025-01-01,2026-01-01,3000000,A,4%", "3,F3,2025-01-01,2027-01-01,1000000,B,10%")


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    (tmp_path / "loans.csv").write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    path = tmp_path / "tape.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def worked(explanation: Explanation) -> WorkedLoan:
    assert explanation.worked is not None
    return explanation.worked


def test_replay_tells_what_the_tape_records() -> None:
    implied = explain(load("tape_small")).implied
    assert implied is not None
    assert implied.defaults == []
    assert implied.recorded == (6, 4, 560_000_000, 313_333_333, 155_679_013)
    assert implied.default_rate == pytest.approx(3_133_333.33 / 5_600_000)
    assert [(cover.shares, round(cover.effective, 6)) for cover in implied.covers][:2] == [({"担保": 0.75}, 0.75), ({"担保": 0.8}, 0.8)]


def test_replay_follows_the_default_from_which_most_is_learned_to_the_fen() -> None:
    loan = worked(explain(load("tape_small")))
    assert (loan.requested, loan.net_loss) == (50_000_000, 12_345_679)
    assert [(one.party, one.borne) for one in loan.shares] == [("甲银行", 2_469_136), ("担保公司", 9_876_543)]
    assert "台账第3行" in loan.fate.zh
    assert "line 3 of the tape" in loan.fate.en
    recovered = next(step for step in loan.steps if step.rule == "rules.recoveries.recover")
    assert (recovered.date.isoformat(), "376,543.21" in recovered.words.zh) == ("2024-01-15", True)


def test_replay_follows_a_loan_of_the_grade_asked_for() -> None:
    loan = worked(explain(load("tape_small"), grade="B"))
    assert (loan.loan.grade, loan.loan.bank, loan.net_loss) == ("B", "甲银行", 10_000_001)


def test_grade_that_the_tape_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(ContractError, match="grades: A, B"):
        explain(load("tape_small"), grade="Z")


def test_drawn_fates_have_the_mean_rates_of_their_firms_by_amount(drawn: Path) -> None:
    """Under a static factor a firm's chance within twelve months is its PD, and ``1 - (1 - PD)^2`` within two years."""
    implied = explain(load(str(drawn))).implied
    assert implied is not None
    one, other = implied.defaults
    assert (one.grades, one.pd) == (("A",), pytest.approx(0.035))
    assert one.lasting[0] == pytest.approx(0.035, abs=2e-4)
    assert (other.grades, other.lasting[1]) == (("B",), pytest.approx(1 - 0.9**2, abs=2e-4))
    assert implied.default_rate == pytest.approx((1 * 0.02 + 3 * 0.04 + 1 * 0.19) / 5, abs=2e-4)


def test_drawn_fates_follow_one_million_of_the_most_common_kind(drawn: Path) -> None:
    """Half of 1 million is paid; 40% comes back and is shared half and half, so each bears 0.3 million."""
    loan = worked(explain(load(str(drawn))))
    assert (loan.loan.grade, loan.requested, loan.loan.term_months) == ("A", 100_000_000, 12)
    assert [(one.party, one.borne) for one in loan.shares] == [("甲银行", 30_000_000), ("资金池", 30_000_000)]


def test_tape_without_defaults_has_no_loan_to_follow(tmp_path: Path) -> None:
    text = SCENARIO.replace("fates: drawn", "fates: replay").replace("pd: pd", "default_date: out, loss: lost")
    (tmp_path / "tape.yaml").write_text(text, encoding="utf-8")
    rows = "1,F1,2025-01-01,2026-01-01,1000000,A,,"
    (tmp_path / "loans.csv").write_text(f"{HEAD.replace('pd', 'out')},lost\n{rows}\n", encoding="utf-8")
    explanation = explain(load(str(tmp_path / "tape.yaml")))
    assert explanation.worked is None
    assert "台账没有记录违约" in " ".join(one.words.zh for one in explanation.cautions)


@pytest.mark.parametrize(("scenario", "numbers"), [("tape_small", "一二三四五"), ("daishan", "一二三四")])
def test_chapters_are_numbered_one_after_another(scenario: str, numbers: str) -> None:
    told = CliRunner().invoke(program(), ["explain", scenario, "--lang", "zh"]).output
    assert [line[0] for line in told.splitlines() if line[1:2] == "、" and line[0] in "一二三四五"] == list(numbers)


def test_claims_come_before_their_payment_on_the_day_on_which_recovery_ends() -> None:
    rules = [step.rule for step in worked(explain(load("reference_pool"))).steps]
    assert rules[-3:] == ["rules.recoveries.recover", "engine.event.History.file", "rules.claims.pay_claim"]


def test_projects_have_no_grade_to_choose() -> None:
    with pytest.raises(ContractError, match="leave out --grade"):
        explain(load("daishan"), grade="B")
