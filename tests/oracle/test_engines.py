"""The batch engine against the event engine: the same figures, monthly series and ledger, bit for bit.

``pytest -m differential`` plays thousands of generated scenarios; the default run plays hundreds, which hold every word of the scenario language and
in which everything that can happen to a claim does happen.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from builders import hand_scenario
from case_files import each_case, loans_of, read, sets_of
from contracts import late_loans, loans, schemes
from engines import acts_that_count, all_different, play_both, play_world_twice
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from whole_scenarios import all_words, whole_scenarios, words_of

from simulator.analysis.verify.hand_made import HandLoan, hand_world
from simulator.engine import batch
from simulator.engine.state import scratch_for, setting_for
from simulator.runs.play import responds
from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.scenario.models import Scenario

FEW_FIRMS = 40
EXAMPLES, MANY_EXAMPLES, MOST_ROUNDS = 250, 5_000, 10
OFTEN = 4
"""Fewest generated scenarios that must hold each word, and fewest histories in which each act must happen."""
STRESS = ("pd=40%", "pd=90%")
same_every_time = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def scaled(name: str, sets: tuple[str, ...] = (), stress: str = "") -> Scenario:
    """A built-in scenario with at most ``FEW_FIRMS`` firms a segment and its accounts in proportion, if asked for with a high PD."""
    scenario = load(name, sets=sets).scenario
    if scenario.population.tape:
        return scenario
    changes = list(sets)
    before = after = 0.0
    for segment_name, segment in scenario.population.segments.items():
        key = "firms" if segment.firms else "arrivals"
        number = segment.firms or segment.arrivals or 0
        changes.append(f"population.segments.{segment_name}.{key}={min(number, FEW_FIRMS)}")
        changes += [f"population.segments.{segment_name}.{stress}"] if stress else []
        before, after = before + number, after + min(number, FEW_FIRMS)
    for account_name, account in scenario.scheme.accounts.items():
        for key, amount in (("endowment", account.endowment), ("refill.amount", account.refill.amount), ("annual_budget", account.annual_budget)):
            if amount is not None and before:
                changes.append(f"scheme.accounts.{account_name}.{key}={amount * after / before / 100:.2f}元")
    return load(name, sets=changes).scenario


@pytest.mark.parametrize("stress", ["", *STRESS])
@pytest.mark.parametrize("name", [one.stem for one in list_builtin()])
def test_engines_are_equal_on_every_scenario_of_the_library(name: str, stress: str) -> None:
    scenario = scaled(name, (), stress)
    assert not all_different(play_both(scenario, 0, 1, 2, 3))
    if responds(scenario):
        assert not all_different(play_both(scenario, 0, 1, without=True))


@pytest.mark.parametrize(("path", "name"), each_case())
def test_engines_are_equal_on_every_case_of_the_library(path: Path, name: str) -> None:
    file = read(path)
    case = file["cases"][name]
    scenario = load(file["scenario"], sets=sets_of(case)).scenario
    fates = [replace(loan, fails=100 + number % 3, lgd=333_333, lags=(0, 200, 200)) for number, loan in enumerate(loans_of(case))]
    assert not play_hand_twice(scenario, fates)
    assert not all_different(play_both(scaled(file["scenario"], tuple(sets_of(case)), STRESS[0]), 4, 5))


def play_hand_twice(scenario: Scenario, fates: list[HandLoan]) -> list[str]:
    """Differences between the engines on a world that is written down."""
    setting = setting_for(scenario)
    return play_world_twice(setting, scratch_for(setting, scenario.losses.lgd.mean), hand_world(setting.names, fates, setting)).differences


@settings(same_every_time, max_examples=200)
@given(terms=schemes(), fates=st.one_of(loans(most=12), late_loans()))
def test_engines_are_equal_on_worlds_written_down(terms: dict[str, Any], fates: list[HandLoan]) -> None:
    assert not play_hand_twice(hand_scenario(terms), fates)


class Seen:
    """Plays generated scenarios with both engines and counts what they hold and what happens in them."""

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()

    def play(self, scenario: Scenario, history: int) -> None:
        """Play two histories, with the scheme and, where banks respond to it, without."""
        played = play_both(scenario, history, history + 1)
        if responds(scenario):
            played += play_both(scenario, history, without=True)
        differences = all_different(played)
        assert not differences, "\n".join(differences[:10])
        self.words.update(set(words_of(scenario)))
        for both in played:
            self.acts.update(act for act, number in both.acts.items() if number)

    @property
    def seldom(self) -> dict[str, int]:
        """Words and acts that are too rare for the comparison to mean much."""
        return {
            name: seen[name] for known, seen in ((all_words(), self.words), (acts_that_count(), self.acts)) for name in known if seen[name] < OFTEN
        }


def play_generated(folder: Path, how: settings, seen: Seen, number: int) -> None:
    """Play one round of generated scenarios."""

    @seed(number)
    @how
    @given(scenario=whole_scenarios(folder), history=st.integers(0, 99))
    def engines_are_equal(scenario: Scenario, history: int) -> None:
        seen.play(scenario, history)

    engines_are_equal()


def test_engines_are_equal_on_generated_scenarios_that_hold_every_word_and_every_act(tmp_path: Path) -> None:
    """Rounds go on until nothing is seldom: what is generated depends on the modules that happen to be loaded, not on the seed alone."""
    seen = Seen()
    for number in range(MOST_ROUNDS):
        play_generated(tmp_path, settings(same_every_time, max_examples=EXAMPLES), seen, number)
        if number > 0 and not seen.seldom:
            break
    assert seen.seldom == {}


@pytest.mark.slow
@pytest.mark.differential
def test_engines_are_equal_on_thousands_of_generated_scenarios(tmp_path: Path) -> None:
    how = settings(deadline=None, database=None, max_examples=MANY_EXAMPLES, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    seen = Seen()
    play_generated(tmp_path, how, seen, random.SystemRandom().randrange(2**32))
    assert seen.seldom == {}


def test_a_history_with_more_claims_than_room_is_played_again_with_more(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def new_agenda(*sizes: int) -> Any:
        tries.append(sizes)
        return first_agenda(*sizes)

    first_agenda = batch.new_agenda
    monkeypatch.setattr(batch, "new_agenda", new_agenda)
    monkeypatch.setattr(batch, "room_for_claims", lambda _loans, _layers: 64)
    terms = {"accounts": {"基金": {"kind": "guarantor"}}, "layers": {"代偿": {"payer": "基金", "share": "80%", "basis": "overdue_principal"}}}
    assert not play_hand_twice(hand_scenario(terms), [HandLoan(1_000, fails=100 + number % 2) for number in range(200)])
    assert [sizes[3] for sizes in tries] == [64, 128, 256]


def test_the_comparison_notices_a_single_fen(monkeypatch: pytest.MonkeyPatch) -> None:
    def close(setting: Any, books: Any, *rest: Any) -> Any:
        books.accounts["spent_this_year"][-1] += 1
        return close_history(setting, books, *rest)

    close_history = batch.close_history
    monkeypatch.setattr(batch, "close_history", close)
    terms = {"accounts": {"基金": {"kind": "guarantor"}}, "layers": {"代偿": {"payer": "基金", "share": "80%", "basis": "overdue_principal"}}}
    (difference,) = play_hand_twice(hand_scenario(terms), [HandLoan(1_000, fails=100)])
    assert difference.startswith("accounts.spent_this_year[3]")
