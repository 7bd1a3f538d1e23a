"""Names and their numbers: in order of appearance, and no more than rules can tell apart."""

from __future__ import annotations

import pytest

from simulator.errors import ContractError
from simulator.scenario.loader import load
from simulator.scenario.names import MOST, names_of


def graded(number: int) -> str:
    """Change that gives the reference pool so many grades; the shares add up to 100 %."""
    shares = [100 // number + (rank < 100 % number) for rank in range(number)]
    return "population.segments.同质企业.grade={" + ", ".join(f"G{rank}: {share}%" for rank, share in enumerate(shares)) + "}"


def test_grades_are_numbered_in_the_order_of_the_file() -> None:
    assert names_of(load("参照资产池", sets=[graded(MOST)]).scenario).grades == tuple(f"G{rank}" for rank in range(MOST))


def test_more_grades_than_a_mask_has_bits_for_are_refused() -> None:
    with pytest.raises(ContractError, match="there are 64 grades; at most 63") as raised:
        names_of(load("参照资产池", sets=[graded(MOST + 1)]).scenario)
    assert "等级有 64 种，最多 63 种" in raised.value.zh
