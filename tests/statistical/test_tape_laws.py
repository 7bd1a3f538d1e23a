"""Drawn fates of a tape's loans against the PDs that the tape states, at four standard errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.rules.records import NEVER
from simulator.runs.play import prepare
from simulator.scenario.loader import load
from simulator.world.draw import World, draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.slow
PDS = (0.01, 0.05, 0.2)
EACH = 3000
SCENARIO = """
name: 台账
title: drawn fates
run: {{start: 2021-01-01, lend_until: 2021-12-31, histories: 1, seed: 293}}
population:
  tape:
    file: loans.csv
    fates: drawn
    columns: {{loan: loan, firm: firm, drawdown: day, maturity: until, amount: amount, pd: pd}}
macro: {{factor: {factor}, asset_correlation: {correlation}}}
losses: {{lgd: {{mean: 45%, spread: 0.2}}, lag: {{mean: 300天}}}}
banks: {{members: {{甲: {{share: 100%}}}}}}
"""


def links_of(folder: Path, rows: list[str], histories: int, *, factor: str = "static", correlation: float = 0.0) -> list[NDArray[np.void]]:
    return [world.links for world in worlds_of(folder, rows, histories, factor=factor, correlation=correlation)]


def worlds_of(folder: Path, rows: list[str], histories: int, *, factor: str = "static", correlation: float = 0.0) -> list[World]:
    (folder / "loans.csv").write_text("\n".join(["loan,firm,day,until,amount,pd", *rows]), encoding="utf-8")
    (folder / "x.yaml").write_text(SCENARIO.format(factor=factor, correlation=correlation), encoding="utf-8")
    scenario = load(folder / "x.yaml").scenario
    plan = plan_world(scenario, prepare(scenario).setting.calendar)
    return [draw_history(plan, history) for history in range(histories)]


def one_year_loans() -> list[str]:
    return [f"L{number},F{number},2021-01-01,2022-01-01,1000,{PDS[number % 3]}" for number in range(3 * EACH)]


def test_default_rate_of_each_pd_is_that_pd(tmp_path: Path) -> None:
    (world,) = worlds_of(tmp_path, one_year_loans(), 1)
    years = 365 / 365.25
    for pd in PDS:
        failed = world.links["failure_day"][world.seen["pd"] == pd] < NEVER
        expected = 1 - (1 - pd) ** years
        assert len(failed) == EACH
        assert abs(failed.mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / EACH)


def test_mean_default_rate_under_a_common_factor_is_the_pd(tmp_path: Path) -> None:
    worlds = worlds_of(tmp_path, one_year_loans(), 400, correlation=0.15)
    for pd in PDS:
        rates = np.array([(world.links["failure_day"][world.seen["pd"] == pd] < NEVER).mean() for world in worlds])
        expected = 1 - (1 - pd) ** (365 / 365.25)
        assert abs(rates.mean() - expected) < 4 * rates.std(ddof=1) / math.sqrt(len(rates))
        assert rates.std() > 3 * math.sqrt(pd * (1 - pd) / EACH)


def test_firm_at_risk_twice_as_long_fails_on_the_clock_of_both_loans(tmp_path: Path) -> None:
    pd = PDS[1]
    rows = [
        f"L{number}x{part},F{number},{day},{until},1000,{pd}"
        for number in range(EACH)
        for part, day, until in ((1, "2021-01-01", "2021-07-01"), (2, "2021-07-01", "2022-01-01"))
    ]
    (links,) = links_of(tmp_path, rows, 1)
    first = links[links["day"] == 0]
    expected = 1 - (1 - pd) ** (365 / 365.25)
    assert len(first) == EACH
    assert abs((first["failure_day"] < NEVER).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / EACH)
    assert len(links) == 2 * EACH - (first["failure_day"] <= 181).sum()


def test_losses_of_drawn_defaults_have_the_stated_mean(tmp_path: Path) -> None:
    (links,) = links_of(tmp_path, one_year_loans(), 1)
    losses = links["lgd"][links["fate"] >= 0] / 1e6
    assert abs(losses.mean() - 0.45) < 4 * losses.std(ddof=1) / math.sqrt(len(losses))
    assert abs(losses.std() - 0.2) < 0.03
