"""Intervals of solved answers against the exact path: over seeds they hold the true pool size as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.analysis.levers import lever_of
from simulator.analysis.solve import solve
from simulator.analysis.targets import target_of
from simulator.engine.exact import exact_results
from simulator.scenario.loader import load

pytestmark = pytest.mark.slow
SEEDS = 120
POOL = "scheme.accounts.资金池.endowment"


@pytest.mark.parametrize("chance", [0.05, 0.2])
def test_the_interval_of_a_pool_size_holds_the_exact_quantile_as_often_as_it_says(chance: float) -> None:
    sets = ("run.histories=150", "population.segments.同质企业.firms=400")
    exact = exact_results(load("参照资产池", sets=sets).scenario).laws["cover.called"].quantile(1 - chance)
    held = []
    for seed in range(SEEDS):
        loaded = load("参照资产池", sets=(*sets, f"run.seed={seed + 1}"))
        answer = solve(loaded, lever_of(loaded, POOL, "1万元", "200万元"), target_of(f"pool.shortfall_probability <= {chance}")).answer
        assert answer is not None
        held.append((answer.low or 0.0) <= exact <= (answer.high or math.inf))
    assert abs(np.mean(held) - 0.95) <= 4 * math.sqrt(0.05 * 0.95 / SEEDS)
