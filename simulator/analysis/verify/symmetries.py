"""What must hold whatever the figures: limits, symmetries, directions in which nothing may move."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.analysis.verify.check import Check, Subject
from simulator.analysis.verify.hand_made import HandLoan, hand_scenario, play_hand
from simulator.rules.records import MILLION
from simulator.runs.play import play_histories
from simulator.scenario.loader import load
from simulator.world.macro import conditional_chance
from simulator.world.normal import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

THEORY = "theory"
HUNDRED = 100


def check_symmetries() -> list[Check]:
    """All checks that need no published figure."""
    return [
        *more_cover_can_cost_the_bank(),
        more_cover_from_an_unlimited_payer(),
        a_larger_pool_never_costs_the_bank(),
        order_within_a_day_changes_no_total(),
        an_empty_reform_changes_nothing(),
        mean_of_the_conditional_pd(),
    ]


def pool_scheme(share: int, endowment: int) -> dict[str, Any]:
    """One pool that pays what is left, recoveries shared in proportion."""
    accounts = {"财政": {"kind": "treasury"}, "池": {"kind": "pool", "endowment": endowment, "funded_by": {"财政": MILLION}}}
    return {"accounts": accounts, "layers": {"补偿": {"payer": "池", "share": share, "basis": "overdue_principal"}}}


def more_cover_can_cost_the_bank() -> list[Check]:
    """Pool of 80, two claims on 100, only the first recovers: a higher share empties the pool on the loan that comes back."""
    loans = [HandLoan(HUNDRED, fails=100, lgd=0), HandLoan(HUNDRED, fails=100)]
    checks = []
    for percent, expected in ((80, 100), (40, 60)):
        played = play_hand(hand_scenario(pool_scheme(percent * 10_000, 80)), loans)
        zh, en = f"有限资金池与回收：比例 {percent}% 时的银行损失", f"limited pool and recoveries: bank loss at a share of {percent} %"
        checks.append(Subject(zh, en, THEORY).equal(expected, played.bank_net_loss))
    return checks


def _loans() -> list[HandLoan]:
    """Twenty loans of uneven sizes, half of them in default on a few days."""
    return [
        HandLoan(
            10_007 + 977 * number,
            day=number // 4,
            fails=100 + 7 * (number % 3) if number % 2 else None,
            lgd=MILLION * (number % 5) // 5,
            lags=(180 + number, 400),
        )
        for number in range(20)
    ]


def more_cover_from_an_unlimited_payer() -> Check:
    """With a payer that is never short, a higher share never raises the bank's loss."""
    losses = []
    for share in range(0, MILLION + 1, 100_000):
        layer = {"payer": "担保", "share": share, "basis": "overdue_principal"}
        scheme = {"accounts": {"担保": {"kind": "guarantor"}}, "layers": {"代偿": layer}}
        losses.append(play_hand(hand_scenario(scheme), _loans()).bank_net_loss)
    subject = Subject("支付方不限时，补偿越多银行损失不增", "more cover from an unlimited payer never costs the bank more", THEORY)
    return _never_rises(subject, losses)


def a_larger_pool_never_costs_the_bank() -> Check:
    """Without guards a larger endowment never raises the bank's loss."""
    losses = [play_hand(hand_scenario(pool_scheme(800_000, endowment)), _loans()).bank_net_loss for endowment in range(0, 200_001, 12_345)]
    return _never_rises(Subject("资金池越大银行损失不增", "a larger pool never costs the bank more", THEORY), losses)


def _never_rises(subject: Subject, losses: Sequence[int]) -> Check:
    rises = sum(later > earlier for earlier, later in itertools.pairwise(losses))
    got = f"{rises} ({len(losses)}: {losses[0]} → {losses[-1]})"
    return subject.check("0", got, "0", passed=rises == 0 and losses[-1] < losses[0])


def order_within_a_day_changes_no_total() -> Check:
    """Where pool and caps do not bind, the order of one day's loans changes no total."""
    scenario = hand_scenario(pool_scheme(800_000, 10**9))
    one, other = (play_hand(scenario, loans).figures for loans in (_loans(), _loans()[::-1]))
    totals = ("bank.net_loss", "pool.paid", "pool.final_balance", "pool.needed", "lending.volume", "bank.interest")
    same = sum(one[name] == other[name] for name in totals)
    subject = Subject("资金与上限不约束时，同日次序不改变合计", "order within a day changes no total where nothing binds", THEORY)
    return subject.equal(f"{len(totals)}/{len(totals)}", f"{same}/{len(totals)}")


def an_empty_reform_changes_nothing() -> Check:
    """A scheme beside itself, written once more: every figure of every history the same."""
    base = load("hubei").scenario
    reform = load("hubei", sets=["scheme.layers.资金池补偿.share=80%"]).scenario
    one, other = play_histories([base, reform], 3)
    names = [name for name in one.finals if np.array_equal(one.finals[name], other.finals[name], equal_nan=True)]
    series = [name for name in one.series if np.array_equal(one.series[name], other.series[name])]
    total = len(one.finals) + len(one.series)
    subject = Subject("空改革的差异（湖北，3 次模拟的全部指标）", "an empty reform (Hubei, all figures of 3 histories)", THEORY)
    return subject.equal(f"{total}/{total}", f"{len(names) + len(series)}/{total}")


def mean_of_the_conditional_pd() -> Check:
    """The mean of the PD over the factor is the stated PD."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    laws = [(pd, correlation) for pd in (0.001, 0.01, 0.03, 0.2) for correlation in (0.03, 0.12, 0.24, 0.5)]
    got = [_mean_chance(pd, correlation, nodes.tolist(), (weights / math.sqrt(2.0 * math.pi)).tolist()) for pd, correlation in laws]
    subject = Subject("条件违约率对系统因子的均值等于 PD", "mean of the conditional PD over the factor", "Vasicek, Risk, Dec 2002")
    return subject.all_near([pd for pd, _ in laws], got, [1e-9] * len(laws))


def _mean_chance(pd: float, correlation: float, nodes: Sequence[float], weights: Sequence[float]) -> float:
    level = normal_quantile(pd)
    return float(sum(weight * conditional_chance(level, correlation, node) for node, weight in zip(nodes, weights, strict=True)))
