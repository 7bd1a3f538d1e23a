"""Recorded loans replayed through a scheme: each charge-off split at its own guarantee share, to the cent.

Source: the US Small Business Administration's national loan file (Li, Mickel and Taylor, Journal of Statistics Education, 2018), loans resolved by
fiscal year 2003; not part of the project. Figures are worked out here in whole cents from the file's own text.
"""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from simulator.analysis.verify.replay import check_replay
from simulator.rules import records as r
from simulator.runs.play import play_histories, prepare
from simulator.scenario.loader import load
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.engine.event import History

COLUMNS = ("loan_nr", "state", "disbursement_date", "term_contract_est_m", "amount", "guar_share", "chargeoff_date", "chargeoff_principal_usd")
SCENARIO = """
schema: 1
name: 国家档案
title: recorded loans of a guarantee programme
run: {start: 1971-01-01, lend_until: 2009-12-31, histories: 1, seed: 1, settle_years: 30}
population:
  tape:
    file: loans.csv
    fates: FATES
    columns:
      loan: loan_nr
      region: state
      drawdown: disbursement_date
      term_months: term_contract_est_m
      amount: amount
      default_date: chargeoff_date
      loss: chargeoff_principal_usd
      OWED
      shares: {guarantee: guar_share}
    segment: {rate: 8%, repayment: REPAYMENT, pd: 1%}
losses: {lgd: {mean: 50%}, lag: {mean: 0天}}
banks: {members: {lenders: {share: 100%}}}
scheme:
  accounts: {guarantor: {kind: guarantor, public: true}}
  layers: {guarantee: {payer: guarantor, share: {from_tape: guarantee}, basis: BASIS, trigger: 0天, lag: 0天}}
  recoveries: {order: pro_rata, cost: 0%}
"""


class Recorded(NamedTuple):
    """One charged-off loan, cents and exact share."""

    loan: str
    loss: int
    share: Decimal

    @property
    def guarantor(self) -> int:
        """Cents that the guarantor bears, rounded down."""
        return int(self.loss * self.share)


def recorded_loans(folder: Path) -> list[dict[str, str]]:
    """Rows of the file that hold what a replay needs; a loan's amount is at least what was charged off."""
    (source,) = sorted((folder / "sba_national").glob("window_*.csv.gz"))
    with gzip.open(source, "rt", encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["disbursement_date"] and row["status"]]
    kept = []
    for row in rows:
        if row["status"] == "CHGOFF" and not row["disbursement_date"] < row["chargeoff_date"]:
            continue
        if row["status"] != "CHGOFF":
            row["chargeoff_date"] = row["chargeoff_principal_usd"] = ""
        amounts = [row[key] for key in ("gross_approved_usd", "disbursed_gross_usd", "chargeoff_principal_usd") if row[key]]
        kept.append({**row, "amount": str(max(Decimal(amount) for amount in amounts))})
    return kept


def charged_off(rows: list[dict[str, str]]) -> list[Recorded]:
    """The losses among them."""
    lost = [row for row in rows if row["chargeoff_date"]]
    return [Recorded(row["loan_nr"], int(Decimal(row["chargeoff_principal_usd"]) * 100), Decimal(row["guar_share"])) for row in lost]


def write(folder: Path, rows: list[dict[str, str]], **words: str) -> Path:
    """Write a tape and its scenario."""
    with (folder / "loans.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    text = SCENARIO
    for word, said in {"FATES": "replay", "OWED": "", "BASIS": "net_loss", "REPAYMENT": "bullet", **words}.items():
        text = text.replace(word, said)
    (folder / "national.yaml").write_text(text, encoding="utf-8")
    return folder / "national.yaml"


@pytest.fixture(scope="module")
def rows(loan_data: Path) -> list[dict[str, str]]:
    return recorded_loans(loan_data)


def replayed(source: Path) -> History:
    scenario = load(source).scenario
    play = prepare(scenario)
    history, _ = play.history(draw_history(plan_world(scenario, play.setting.calendar), 0))
    return history


@pytest.mark.parametrize(
    "words",
    [
        {"BASIS": "net_loss"},
        {"BASIS": "overdue_principal", "OWED": "owed: chargeoff_principal_usd"},
        {"BASIS": "overdue_principal", "OWED": "owed: chargeoff_principal_usd", "REPAYMENT": "equal_instalment"},
    ],
    ids=["after_recovery", "on_the_balance_charged_off", "instalment_loans"],
)
def test_each_recorded_charge_off_is_split_at_its_recorded_share_to_the_cent(
    words: dict[str, str], rows: list[dict[str, str]], tmp_path: Path
) -> None:
    lost = charged_off(rows)
    assert len(lost) > 750
    history = replayed(write(tmp_path, rows, **words))
    n_cases = int(history.books.history["n_cases"][0])
    assert n_cases == len(lost)
    borne = history.books.positions["borne"][r.PLAYED, :n_cases]
    assert borne[:, 0].sum() == sum(loan.guarantor for loan in lost)
    assert borne.sum() == sum(loan.loss for loan in lost)
    got = sorted(zip(borne.sum(axis=1).tolist(), borne[:, 0].tolist(), strict=True))
    assert got == sorted((loan.loss, loan.guarantor) for loan in lost)
    assert history.books.layers["got_back"][r.PLAYED].sum() == 0
    assert len(history.loans.links) == len(rows)


def test_order_of_rows_changes_nothing(rows: list[dict[str, str]], tmp_path: Path) -> None:
    shuffled = [rows[number] for number in np.random.default_rng(293).permutation(len(rows))]
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = (
        play_histories([load(write(tmp_path / name, some, FATES="drawn")).scenario], 2)[0] for name, some in (("one", rows), ("other", shuffled))
    )
    for name, figures in one.finals.items():
        assert np.array_equal(figures, other.finals[name]), name


def test_small_tape_of_the_library_meets_its_figures_worked_out_by_hand() -> None:
    (results,) = play_histories([load("台账小例").scenario], 1)
    expected = {
        "lending.volume": 560_000_000,
        "bank.gross_loss": 12_345_679 + 133_333_333 + 10_000_001,
        "paid_by.担保公司": 9_876_543 + 99_999_999 + 6_667_000,
        "bank.net_loss.甲银行": 2_469_136 + 3_333_001,
        "bank.net_loss.乙银行": 33_333_334,
    }
    assert {name: int(results.finals[name][0]) for name in expected} == expected


def test_verify_replays_the_small_tape() -> None:
    assert [check.passed for check in check_replay()] == [True, True, True]
