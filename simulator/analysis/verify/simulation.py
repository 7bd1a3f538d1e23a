"""Monte Carlo against closed forms: drawn worlds against the loss law, the whole program against the reference pool job."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.analysis.verify.check import Check, Subject
from simulator.analysis.verify.figures import reference_pool
from simulator.analysis.verify.vasicek import expected_up_to, loss_deviation, loss_quantile
from simulator.dates import calendar_from
from simulator.runs.play import play_histories
from simulator.scenario.loader import load
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]

HISTORIES, WORLDS = 400, 2_000
JOB = "reference_pool"
LOANS, CORRELATION, COVER, LGD, CAP = 10_000, 0.15, 0.8, 0.45, 500.0
FIVE_YEAR_PD = 1.0 - 0.97**5
PRINCIPAL = 1_000_000
LAW = "Vasicek, Risk, Dec 2002"


def check_simulation(histories: int = HISTORIES, worlds: int = WORLDS) -> list[Check]:
    """All Monte Carlo checks, at 4 standard errors, with fixed seeds."""
    defaults = default_rates(load(JOB).scenario, worlds)
    finals = play_histories([load(JOB).scenario], histories)[0].finals
    return [
        *check_loss_law(defaults),
        *check_without_correlation(default_rates(load(JOB, sets=["macro.asset_correlation=0%"]).scenario, worlds // 2)),
        check_full_correlation(default_rates(load(JOB, sets=["macro.asset_correlation=99.9999%"]).scenario, worlds // 2)),
        *check_reference_pool({name: np.asarray(figure, np.float64) / PRINCIPAL for name, figure in finals.items()}),
    ]


def default_rates(scenario: Scenario, worlds: int) -> Floats:
    """Part of the loans in default in each world, shape (worlds,)."""
    plan = plan_world(scenario, calendar_from(scenario.run.start, 366 * 40))
    return np.array([len(draw_history(plan, history).lags) for history in range(worlds)]) / LOANS


def mean_and_error(values: Floats) -> tuple[float, float]:
    """Mean of independent values and its standard error."""
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values))


def deviation_and_error(values: Floats) -> tuple[float, float]:
    """Standard deviation of independent values and its standard error, by the fourth moment."""
    variance = float(values.var(ddof=1))
    fourth = float(((values - values.mean()) ** 4).mean())
    error = math.sqrt(max(fourth - variance**2, 0.0) / len(values))
    return math.sqrt(variance), error / (2.0 * math.sqrt(variance))


def check_loss_law(rates: Floats) -> list[Check]:
    """Mean, deviation and three quantiles of the default rate of a static portfolio."""
    mean, deviation = mean_and_error(rates), deviation_and_error(rates)
    spread = math.hypot(loss_deviation(FIVE_YEAR_PD, CORRELATION), math.sqrt(FIVE_YEAR_PD * (1.0 - FIVE_YEAR_PD) / LOANS))
    count = f"{len(rates)}"
    checks = [
        Subject(f"违约率均值（{count} 个世界）", f"mean default rate ({count} worlds)", LAW).within_errors(FIVE_YEAR_PD, *mean),
        Subject("违约率标准差", "standard deviation of the default rate", LAW).within_errors(spread, *deviation),
    ]
    for chance in (0.5, 0.9, 0.99):
        below = float((rates <= loss_quantile(FIVE_YEAR_PD, CORRELATION, chance)).mean())
        subject = Subject(f"不超过 {chance:.0%} 分位数的比例", f"part of worlds up to the {chance:.0%} quantile", LAW)
        checks.append(subject.within_errors(chance, below, math.sqrt(chance * (1.0 - chance) / len(rates))))
    return checks


def check_without_correlation(rates: Floats) -> list[Check]:
    """Without correlation defaults are binomial."""
    deviation = math.sqrt(FIVE_YEAR_PD * (1.0 - FIVE_YEAR_PD) / LOANS)
    return [
        Subject("相关系数 0：均值", "correlation 0: mean", "binomial").within_errors(FIVE_YEAR_PD, *mean_and_error(rates)),
        Subject("相关系数 0：标准差", "correlation 0: standard deviation", "binomial").within_errors(deviation, *deviation_and_error(rates)),
    ]


def check_full_correlation(rates: Floats) -> Check:
    """With correlation near one all default or none."""
    between = float(((rates > 0.01) & (rates < 0.99)).mean())
    all_default = float((rates > 0.5).mean())
    error = math.sqrt(FIVE_YEAR_PD * (1.0 - FIVE_YEAR_PD) / len(rates))
    subject = Subject("相关系数趋于 1：全部违约或全不违约", "correlation near 1: all default or none", "theory")
    passed = between < 0.01 and abs(all_default - FIVE_YEAR_PD) <= 4.0 * error
    return subject.check(f"{FIVE_YEAR_PD:.4f}, 0", f"{all_default:.4f}, {between:.4f}", f"4 SE = {4 * error:.2g}, 0.01", passed=passed)


def check_reference_pool(finals: dict[str, Any]) -> list[Check]:
    """The reference pool job through the whole program; money in units of one loan's principal."""
    exact = reference_pool()
    count = len(finals["bank.net_loss"])
    short = float((finals["pool.short"] > 0.0).mean())
    chance = exact["p_pool_depleted"]
    part = LGD * COVER * LOANS
    source = "quadrature over the factor with exact binomials"
    paid = Subject("资金池支付均值 E[min(X, 上限)]", "mean paid by the pool, E[min(X, cap)]", "one bivariate normal")
    names: Sequence[tuple[str, str, str, str]] = (
        ("gross_loss_mean", "bank.gross_loss", "毛损失均值", "mean gross loss"),
        ("bank_loss_mean", "bank.net_loss", "银行损失均值", "mean bank loss"),
    )
    return [
        *(
            Subject(f"参照作业：{zh}（{count} 次）", f"reference job: {en} ({count} histories)", source).within_errors(
                exact[figure], *mean_and_error(finals[name])
            )
            for figure, name, zh, en in names
        ),
        Subject("参照作业：银行损失标准差", "reference job: standard deviation of the bank's loss", source).within_errors(
            exact["bank_loss_sd"], *deviation_and_error(finals["bank.net_loss"])
        ),
        Subject("参照作业：资金池用尽概率", "reference job: chance that the pool is depleted", source).within_errors(
            chance, short, math.sqrt(chance * (1.0 - chance) / count)
        ),
        paid.within_errors(part * expected_up_to(FIVE_YEAR_PD, CORRELATION, CAP / part), *mean_and_error(finals["pool.paid"])),
    ]
