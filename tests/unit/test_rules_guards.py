"""Ratios that are watched: what they are made of, when they stop and when they let go."""

from __future__ import annotations

import pytest
from builders import GUARANTOR, Desk, HandLoan, layer, scheme

from simulator.rules import guards as rules
from simulator.rules import records as r
from simulator.rules.guards import lending_stopped, reset_yearly, stopping_guard
from simulator.rules.lending import believed_chance

GUARD = {"numerator": "npl", "denominator": "outstanding", "per": "bank", "warn": "5%", "stop": "8%", "effect": "stop_compensation"}


class Watch:
    """A guard over some banks and regions, tested by hand."""

    def __init__(self, *, banks: int = 2, regions: int = 2, **changes: object) -> None:
        layers = {"一": layer("担保", "50%"), "二": layer("担保", "30%")}
        terms = scheme({"担保": GUARANTOR}, layers, guards={"熔断": {**GUARD, **changes}})
        desk = Desk(terms, [HandLoan(100)], banks=[f"{n}行" for n in range(banks)], regions=[f"{n}区" for n in range(regions)])
        self.guards, self.states, self.all = desk.loans.guards, desk.loans.guard_states, desk.books.tallies
        self.tallies = self.all[int(self.guards["book"][0])]
        self.tallies["outstanding"] = 1000
        self.tallies["lent"] = 4000
        self.tallies["lent_this_year"] = 2000

    def test(self, month: int = 1, day: int = 30) -> int:
        return int(rules.test_guards(self.guards, self.states, self.all, month, day))

    def stopped(self, units: int = 2) -> list[int]:
        return [int(value) for value in self.states["is_stopped"][0, :units]]

    def by(self, number: int, bank: int, region: int) -> int:
        return int(stopping_guard(self.guards, self.states, number, bank, region))


@pytest.mark.parametrize(("npl", "is_warned", "is_stopped"), [(99, 0, 0), (100, 1, 0), (159, 1, 0), (160, 1, 1)])
def test_a_bank_stops_at_its_threshold(npl: int, is_warned: int, is_stopped: int) -> None:
    watch = Watch()
    watch.tallies["npl"][1] = (npl, 0)
    watch.test()
    assert (watch.states["is_warned"][0, 1], watch.states["is_stopped"][0, 1]) == (is_warned, is_stopped)
    assert watch.states["is_stopped"][0, 0] == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [("npl", "outstanding", 50_000), ("losses_this_year", "lent_this_year", 30_000), ("payouts_this_year", "lent_to_date", 10_000)],
)
def test_a_ratio_is_its_numerator_over_its_denominator(numerator: str, denominator: str, expected: int) -> None:
    watch = Watch(numerator=numerator, denominator=denominator, per="scheme", stop="99%")
    for field, value in (("npl", 50), ("losses_this_year", 60), ("payouts_this_year", 40)):
        watch.tallies[field] = value
    watch.test()
    assert watch.states["ratio"][0, 0] == expected


def test_a_region_is_watched_over_all_its_banks() -> None:
    watch = Watch(per="region")
    watch.tallies["npl"][:, 1] = 80
    watch.test()
    assert watch.stopped() == [0, 1]
    assert [watch.by(0, bank, 1) for bank in (0, 1)] == [0, 0]
    assert [watch.by(0, bank, 0) for bank in (0, 1)] == [-1, -1]


def test_nothing_lent_is_a_ratio_of_nothing() -> None:
    watch = Watch()
    watch.tallies["outstanding"] = 0
    watch.tallies["npl"] = 10
    assert watch.test() == 0
    assert watch.stopped() == [0, 0]


@pytest.mark.parametrize(("reset", "freed_at"), [("below_stop", 159), ("below_warn", 99)])
def test_a_guard_lets_go_by_its_own_rule(reset: str, freed_at: int) -> None:
    watch = Watch(reset=reset)
    watch.tallies["npl"][0] = (200, 0)
    watch.test()
    for npl, freed in ((freed_at + 1, 0), (freed_at, 1)):
        watch.tallies["npl"][0] = (npl, 0)
        assert watch.test() == freed
    assert watch.stopped() == [0, 0]
    assert watch.states["stops"][0, 0] == 1


@pytest.mark.parametrize(("reset", "left"), [("yearly", 0), ("never", 1)])
def test_a_new_year_frees_only_what_the_contract_resets_yearly(reset: str, left: int) -> None:
    watch = Watch(reset=reset)
    watch.tallies["npl"][0] = (200, 0)
    watch.test()
    watch.tallies["npl"] = 0
    assert watch.test() == 0
    reset_yearly(watch.guards, watch.states)
    assert watch.stopped() == [left, 0]


@pytest.mark.parametrize(("test", "months"), [("monthly", list(range(1, 13))), ("quarterly", [3, 6, 9, 12]), ("yearly", [12])])
def test_a_guard_is_tested_in_its_rhythm(test: str, months: list[int]) -> None:
    tested = []
    for month in range(1, 13):
        watch = Watch(test=test)
        watch.tallies["npl"] = 100
        watch.test(month)
        if watch.stopped() == [1, 1]:
            tested.append(month)
    assert tested == months


def test_a_guard_stops_only_the_layers_it_names() -> None:
    watch = Watch(layers=("二",))
    watch.tallies["npl"] = 100
    watch.test()
    assert [watch.by(number, 0, 0) for number in (0, 1)] == [-1, 0]


def test_a_guard_on_lending_stops_lending_and_no_payment() -> None:
    watch = Watch(effect="stop_lending")
    watch.tallies["npl"][1] = 100
    watch.test()
    assert [bool(lending_stopped(watch.guards, watch.states, bank, 0)) for bank in (0, 1)] == [False, True]
    assert watch.by(0, 1, 0) == -1


def test_a_warning_stops_nothing() -> None:
    watch = Watch(effect="warn", stop=None)
    watch.tallies["npl"] = 1000
    watch.test()
    assert watch.states["is_warned"][0, 0] == 1
    assert watch.by(0, 0, 0) == -1
    assert watch.guards["effect"][0] == r.GuardEffect.WARN


def test_what_others_share_among_themselves_does_not_touch_a_banks_trust() -> None:
    layers = {"代偿": layer("担保", "80%"), "分担": layer("基金", "25%", "payment_of", of="代偿")}
    guard = {**GUARD, "warn": None, "numerator": "payouts_this_year", "denominator": "lent_this_year", "per": "guarantor", "layers": ("分担",)}
    desk = Desk(scheme({"担保": GUARANTOR, "基金": GUARANTOR}, layers, guards={"熔断": guard}), [HandLoan(1000)])
    desk.loans.guard_states["is_stopped"] = 1
    assert believed_chance(desk.books, desk.loans, 0, 1000, 0) == 1.0
