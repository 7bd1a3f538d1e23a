"""The event engine and its rules against contracts played by their wording, fen by fen."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

import pytest
from builders import hand_scenario
from contracts import loans, schemes
from hypothesis import HealthCheck, given, settings
from oracle.contract_words import BANK, Account, Layer, Loan, Play

from simulator.analysis.verify.hand_made import HandLoan, Played, play_hand
from simulator.rules import records as r

START = datetime.date(2025, 1, 1)
END = datetime.date(2030, 12, 31)


def in_words(terms: dict[str, Any], applications: list[HandLoan]) -> Play:
    """The same contract and loans for the oracle."""
    accounts = {name: account_in_words(account) for name, account in terms["accounts"].items()}
    rows = {name: layer_in_words(row) for name, row in terms["layers"].items()}
    lent = [Loan(loan.amount, loan.day, loan.fails, Fraction(loan.lgd, r.MILLION), loan.lags) for loan in applications]
    recoveries = terms["recoveries"]
    return Play(accounts, rows, lent, order=recoveries["order"], cost=Fraction(recoveries["cost"], r.MILLION), start=START)


def account_in_words(account: dict[str, Any]) -> Account:
    refill = account.get("refill", {"rule": "none"})
    rest = {key: account[key] for key in ("endowment", "when_short", "annual_budget") if key in account}
    return Account(**rest, refill=refill["rule"], refill_amount=refill.get("amount", 0))


def layer_in_words(row: dict[str, Any]) -> Layer:
    cap = row.get("aggregate")
    rest = {key: row[key] for key in ("basis", "of", "trigger", "lag", "per_claim", "annual_limit") if key in row}
    if cap:
        rest |= {
            "cap": Fraction(cap["ratio"], r.MILLION),
            "cap_base": cap["base"],
            "excess_to": cap["excess_to"],
            "cap_yearly": cap.get("reset") == "yearly",
        }
    return Layer(payer=row["payer"], share=Fraction(row["share"], r.MILLION), **rest)


def compare(terms: dict[str, Any], applications: list[HandLoan]) -> Played:
    """Play both and hold them side by side: what each party bears of each loan, every balance, the first day money was short."""
    played = play_hand(hand_scenario(terms), applications)
    words = in_words(terms, applications)
    words.play(played.history.setting.end_day)
    names = [*played.history.setting.contract.layer_names, BANK]
    cases = played.history.books.cases[: played.n_cases]
    borne = played.history.books.positions["borne"][r.PLAYED, : played.n_cases]
    ours = {int(case["loan"]): dict(zip(names, row.tolist(), strict=True)) for case, row in zip(cases, borne, strict=True)}
    assert ours == {number: case.borne for number, case in words.cases.items()}
    rows = played.history.books.accounts
    for name, account in words.accounts.items():
        if name == "财政":
            continue
        row = rows[played.history.setting.contract.accounts.number[name]]
        assert row["balance"] == account.balance, name
        assert (int(row["first_short"]) if row["first_short"] < r.NEVER else None) == account.first_short, name
    return played


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], derandomize=True)
@given(terms=schemes(), applications=loans())
def test_any_contract_is_played_by_its_words(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    compare(terms, applications)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(terms=schemes(), applications=loans(most=12))
def test_thousands_of_contracts_are_played_by_their_words(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    compare(terms, applications)
