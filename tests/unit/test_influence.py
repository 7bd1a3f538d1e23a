"""Each history's part in an estimate: parts average to the estimate, spread as its error, and give the error of differences a bootstrap gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.results.estimates import estimate
from simulator.results.influence import influence
from simulator.results.measures import TAILS, measure_named, summarise
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from simulator.results.results import Results

SMALL = ("run.histories=500", "population.segments.科技型企业.firms=60", "scheme.accounts.资金池.endowment=300万元")
NAMES = (
    "bank.net_loss",
    "bank.net_loss_rate",
    "bank.raroc",
    "bank.realised_cover",
    "pool.shortfall_probability",
    "pool.paid_over_promised",
    "bank.net_loss_var_95",
    "bank.net_loss_es_95",
)


@pytest.fixture(scope="module")
def pair() -> list[Results]:
    shares = ("80%", "50%")
    return play_scenarios([load("湖北", sets=(*SMALL, f"scheme.layers.资金池补偿.share={share}")).scenario for share in shares])


def resampled(result: Results, rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in result.finals.items()}


@pytest.mark.parametrize("name", NAMES)
def test_parts_average_to_the_estimate_and_spread_as_its_error(pair: list[Results], name: str) -> None:
    result = pair[0]
    found = summarise(result.finals, result.scenario)[name]
    assert found is not None
    parts = estimate(influence(name, found, result.finals, result.scenario), found.unit)
    assert parts.mean == pytest.approx(found.mean, rel=1e-9)
    assert parts.se == pytest.approx(found.se, rel=0.05 if measure_named(name).kind == "expected_shortfall" else 0.002)


@pytest.mark.parametrize("name", NAMES)
def test_the_error_of_a_difference_is_that_of_a_bootstrap_and_of_tails_that_of_independent_runs(pair: list[Results], name: str) -> None:
    found = [summarise(one.finals, one.scenario)[name] for one in pair]
    parts = [influence(name, estimate_, one.finals, one.scenario) for estimate_, one in zip(found, pair, strict=True)]
    difference = estimate(parts[0] - parts[1], "fen")
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(150):
        rows = rng.integers(0, 500, 500)
        new, old = (summarise(resampled(one, rows), one.scenario)[name] for one in pair)
        drawn.append(new.mean - old.mean)
    bootstrap = float(np.std(drawn, ddof=1))
    if measure_named(name).kind in TAILS:
        assert difference.se > bootstrap
        assert difference.se == pytest.approx(math.hypot(*(one.se for one in found)), rel=0.15)
    else:
        assert difference.se == pytest.approx(bootstrap, rel=0.3)


def test_the_same_losses_differ_by_nothing_in_their_tails_too(pair: list[Results]) -> None:
    result = pair[0]
    found = summarise(result.finals, result.scenario)["bank.net_loss_es_95"]
    once, twice = (influence("bank.net_loss_es_95", found, result.finals, result.scenario) for _ in range(2))
    assert not (once - twice).any()
