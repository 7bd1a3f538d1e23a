"""Histories of a standing book against the event engine's, which lends, collects and plays every loan."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.event import History
from simulator.engine.standing import play_standing, stand
from simulator.engine.state import scratch_for, setting_for
from simulator.scenario.loader import load
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

SEGMENT = "population.segments.同质企业."
LAYER = "scheme.layers.资金池补偿."
SMALL = (SEGMENT + "firms=300", SEGMENT + "pd=6%", "scheme.accounts.资金池.endowment=20万元")
VARIED = (SEGMENT + "loan.spread=0.6", SEGMENT + "term={1年: 30%, 3年: 40%, 5年: 30%}", "losses.lgd.spread=0.2", SEGMENT + "rate=4%")
BOOKS = {
    "like loans": (),
    "different loans": VARIED,
    "interest paid monthly": (*VARIED, SEGMENT + "repayment={interest_only: 60%, bullet: 40%}"),
    "claims on overdue principal": (*VARIED, LAYER + "basis=overdue_principal", LAYER + "trigger=90天", LAYER + "lag=60天", "losses.lag.mean=400天"),
    "recoveries in parts": (*VARIED, "losses.lumps=3", "losses.lag.mean=300天", "losses.lag.spread=0.5", LAYER + "basis=overdue_principal"),
    "recoveries after a queue": (LAYER + "basis=overdue_principal", "scheme.accounts.资金池.when_short=queue", "losses.lag.mean=200天"),
    "what is left is shared": (*VARIED, "scheme.accounts.资金池.when_short=pro_rata"),
    "refilled yearly": (*VARIED, "scheme.accounts.资金池.refill={rule: last_year_payouts, after_lending: true}"),
    "a pool with interest": (*VARIED, "scheme.accounts.资金池.interest=2%"),
    "cut at the horizon": (*VARIED, SEGMENT + "repayment={interest_only: 100%}", "run.settle_years=2"),
    "a monthly factor": (*VARIED, "macro.factor=ar1", "macro.persistence=0.9每年"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_standing_book_told_by_its_defaults_gives_the_figures_of_every_loan_played(name: str) -> None:
    scenario = load("reference_pool", sets=[*SMALL, *BOOKS[name]]).scenario
    setting = setting_for(scenario)
    plan, scratch = plan_world(scenario, setting.calendar), scratch_for(setting, scenario.losses.lgd.mean)
    standing = stand(setting, scratch, plan)
    assert standing is not None
    played = [play_standing(standing, first, first + 3) for first in (0, 3)]
    fixed, parts, series = (np.concatenate([one[place] for one in played if one is not None]) for place in range(3))
    for history in range(6):
        finals = History(setting, scratch, draw_history(plan, history)).play()
        assert finals.fixed[0] == fixed[history]
        assert (finals.parts == parts[history]).all()
        assert (finals.series == series[history]).all()
    assert fixed["bank_defaulted_principal"].min() > 0


@pytest.mark.parametrize(
    "change",
    [
        "population.book=drawn",
        "losses.cure={chance: 20%, within: 60天}",
        SEGMENT + "repayment={equal_principal: 100%}",
        "run.lend_until=2025-06-30",
    ],
)
def test_a_book_that_play_could_change_does_not_stand(change: str) -> None:
    extra = [SEGMENT + "first_application=spread"] if "lend_until" in change else [LAYER + "trigger=90天"]
    scenario = load("reference_pool", sets=[*SMALL, change, *extra]).scenario
    setting = setting_for(scenario)
    assert stand(setting, scratch_for(setting, scenario.losses.lgd.mean), plan_world(scenario, setting.calendar)) is None
