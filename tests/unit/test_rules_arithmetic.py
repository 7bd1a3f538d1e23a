"""The multiplications of money, and layers on a portfolio."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from builders import IS_PLAIN_PYTHON, r, with_attributes

from simulator.rules.arithmetic import interest_for, portion_of, share_of
from simulator.rules.layering import PORTFOLIO_LAYER, cede, layer_loss, net_of_layers

LARGE = 10**16


@pytest.mark.parametrize(
    ("amount", "share", "expected"),
    [(100, 290_000, 29), (1, 999_999, 0), (0, 1_000_000, 0), (LARGE, 1_000_000, LARGE), (LARGE - 1, 333_333, 3333329999999999)],
)
def test_a_share_is_exact_where_floats_are_not(amount: int, share: int, expected: int) -> None:
    assert share_of(amount, share) == expected


@pytest.mark.parametrize("amount", [1, 99, 10**9 + 7, LARGE - 3])
@pytest.mark.parametrize(("numerator", "denominator"), [(1, 3), (LARGE - 1, LARGE), (10**15 + 1, 10**16 + 9), (7, 7)])
def test_a_portion_is_the_floor_of_the_exact_fraction(amount: int, numerator: int, denominator: int) -> None:
    assert portion_of(amount, numerator, denominator) == int(Fraction(amount * numerator, denominator))


def test_interest_is_actual_over_360_rounded_down() -> None:
    assert interest_for(100_000_000, 36_000, 90) == 900_000
    assert interest_for(100, 36_000, 1) == 0
    assert interest_for(10**15, 35_000, 365) == int(Fraction(10**15 * 35_000 * 365, 360 * 10**6))


@pytest.mark.parametrize(("loss", "expected"), [(0, 0), (100, 0), (101, 0), (150, 25), (300, 100), (900, 100)])
def test_a_layer_pays_its_share_between_attachment_and_limit(loss: int, expected: int) -> None:
    assert layer_loss(loss, 100, 200, 500_000) == expected


def portfolio_layers(*contracts: dict[str, int]) -> np.ndarray:
    rows = np.zeros(len(contracts), with_attributes(PORTFOLIO_LAYER) if IS_PLAIN_PYTHON else PORTFOLIO_LAYER)
    for row, terms in zip(rows, contracts, strict=True):
        row["priority"], row["ratio"], row["share"] = 1, r.MILLION, r.MILLION
        row["borrower_limit"] = row["limit"] = r.UNLIMITED
        for name, value in terms.items():
            row[name] = value
    return rows


def test_what_a_contract_takes_is_spread_over_the_loans_to_the_fen() -> None:
    losses = np.array([100, 50, 7, 1000])
    ceded = np.zeros(4, np.int64)
    total = cede(portfolio_layers({"borrower_limit": 120, "attachment": 10})[0], losses, np.array([0, 0, 1, -1]), ceded)
    assert total == 120 + 7 - 10
    assert ceded.sum() == total
    assert ceded[3] == 0
    assert (ceded <= losses).all()


def test_contracts_of_one_priority_see_the_same_loss_and_later_ones_what_is_left() -> None:
    borrowers = np.zeros((2, 1), np.int64)
    losses = np.array([1000])
    halves = portfolio_layers({"share": 500_000}, {"share": 500_000})
    assert net_of_layers(halves, borrowers, losses).tolist() == [0]
    halves["priority"] = [1, 2]
    assert net_of_layers(halves, borrowers, losses).tolist() == [250]


def test_contracts_of_one_priority_that_ask_for_more_than_the_loss_leave_nothing() -> None:
    layers = portfolio_layers({"share": 800_000}, {"share": 800_000})
    assert net_of_layers(layers, np.zeros((2, 1), np.int64), np.array([1000])).tolist() == [0]
