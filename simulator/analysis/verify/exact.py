"""The exact path against the reference pool job, the loss law of a large portfolio, and every subset of a small book."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from simulator.analysis.verify.check import Check, Subject
from simulator.analysis.verify.figures import reference_pool
from simulator.analysis.verify.vasicek import expected_up_to, loss_chance
from simulator.engine.exact import exact_results
from simulator.engine.lattice import Loans, law_of_sum
from simulator.results.exact import Law
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Sequence

RELATIVE = 1e-6
JOB, PRINCIPAL = "reference_pool", 1_000_000
LAW = "Vasicek, Risk, Dec 2002"
LARGE, PD, CORRELATION, CAP = 100_000, 0.05, 0.2, 0.08
SMALL: Sequence[tuple[float, int, int]] = ((0.02, 60, 48), (0.05, 150, 120), (0.14, 240, 120), (0.03, 300, 150), (0.4, 36, 0), (0.14, 195, 156))
"""Six loans: chance of default, loss, part of it that is called; units of money."""
POOL = 200


def check_exact_path() -> list[Check]:
    """All checks of the exact path; none of them simulates."""
    return [*reference_job(), *large_portfolio(), *small_book()]


def reference_job() -> list[Check]:
    """The reference pool job as a scenario, in units of one loan's principal."""
    expected, found = reference_pool(), exact_results(load(JOB).scenario)
    net, short = found.laws["bank.net_loss"], found.measures["pool.shortfall_probability"]
    figures = (
        ("gross_loss_mean", "毛损失均值", "mean gross loss", found.laws["bank.gross_loss"].mean / PRINCIPAL),
        ("bank_loss_mean", "银行损失均值", "mean bank loss", net.mean / PRINCIPAL),
        ("bank_loss_sd", "银行损失标准差", "standard deviation of the bank's loss", net.deviation / PRINCIPAL),
        ("p_pool_depleted", "资金池用尽概率", "chance that the pool is depleted", short.mean if short else math.nan),
    )
    source = "quadrature over the factor with exact binomials"
    return [
        Subject(f"精确解，参照作业：{zh}", f"exact path, reference job: {en}", source).near(expected[name], got, RELATIVE * expected[name], ".9g")
        for name, zh, en, got in figures
    ]


def large_portfolio() -> list[Check]:
    """Many like loans: the loss law, and the mean payout up to a cap by one bivariate normal."""
    from scipy import special

    loans = Loans(np.array([special.ndtri(PD)]), np.array([CORRELATION]), np.array([LARGE]), np.ones(1))
    chances = law_of_sum(loans, [np.array([[1]])]).chances[0]
    below, law = np.cumsum(chances), Law(np.arange(chances.size) / LARGE, chances, PD, 0.0, 0.0)
    parts = (0.01, 0.05, 0.1, 0.2, 0.4)
    got, expected = [float(below[int(part * LARGE)]) for part in parts], [loss_chance(PD, CORRELATION, part) for part in parts]
    count = f"{LARGE:,}"
    return [
        Subject(f"精确解：{count} 笔同质贷款的损失分布", f"exact path: loss law of {count} like loans", LAW).all_near(
            expected, got, [2e-4] * len(parts)
        ),
        Subject("精确解：E[min(X, 上限)]", "exact path: E[min(X, cap)]", "one bivariate normal").near(
            expected_up_to(PD, CORRELATION, CAP), law.mean_up_to(CAP), 5e-6
        ),
    ]


def small_book() -> list[Check]:
    """Six different loans that call on a pool: all 64 sets of defaults, each by quadrature of its own."""
    from scipy import special

    level = special.ndtri([chance for chance, *_ in SMALL])
    called = np.array([[call] for *_, call in SMALL])
    kept = np.array([[loss - call] for _, loss, call in SMALL])
    law = law_of_sum(Loans(level, np.full(len(SMALL), CORRELATION), np.ones(len(SMALL), np.int64), np.ones(1)), [called, kept])
    calls, rests = (step * np.arange(size) for step, size in zip(law.steps, law.chances.shape, strict=True))
    net = np.maximum(calls - POOL, 0)[:, None] + rests
    nodes, weights = np.polynomial.hermite_e.hermegauss(96)
    chances = special.ndtr((level[:, None] - math.sqrt(CORRELATION) * nodes) / math.sqrt(1.0 - CORRELATION))
    short, mean, square = 0.0, 0.0, 0.0
    for fails in itertools.product((False, True), repeat=len(SMALL)):
        together = np.prod([one if fail else 1.0 - one for one, fail in zip(chances, fails, strict=True)], axis=0)
        chance = float(together @ weights) / math.sqrt(2.0 * math.pi)
        owed, left = (sum(int(figure[0]) for figure, fail in zip(figures, fails, strict=True) if fail) for figures in (called, kept))
        loss = left + max(owed - POOL, 0)
        short, mean, square = short + chance * (owed > POOL), mean + chance * loss, square + chance * loss * loss
    found_mean = float((law.chances * net).sum())
    figures = (
        ("银行损失均值", "mean bank loss", mean, found_mean),
        (
            "银行损失标准差",
            "standard deviation of the bank's loss",
            math.sqrt(square - mean**2),
            math.sqrt(float((law.chances * (net - found_mean) ** 2).sum())),
        ),
        ("资金短缺概率", "chance of a shortfall", short, float(law.chances[calls > POOL].sum())),
    )
    return [
        Subject(f"精确解，六笔不同贷款：{zh}", f"exact path, six different loans: {en}", "all 64 sets of defaults").near(
            expected, got, RELATIVE * expected, ".9g"
        )
        for zh, en, expected, got in figures
    ]
