"""What a default costs and when money comes back: loss given default and the lags of recoveries.

The stated LGD is the mean among defaulted loans. With wrong-way risk the mean at factor ``z`` is ``cdf((level - sqrt(omega) z) / sqrt(1 - omega))``,
its level solved so that the mean over defaulted loans is the stated one; around it the loss is Beta with the concentration that the spread implies.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import rule
from simulator.errors import ContractError
from simulator.world.macro import conditional_chance
from simulator.world.normal import normal_quantile
from simulator.world.streams import Address, Purpose, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOSS, LAG = int(Purpose.LOSS), int(Purpose.LAG)
N_MEANS, N_QUANTILES = 128, 256
LONGEST_LAG = 2**28


class RecoveryPlan(NamedTuple):
    """What is needed to draw losses and lags.

    Attributes
    ----------
    mean : float
        Stated LGD, 0-1.
    omega : float
        Correlation of the LGD with the factor, 0-1.
    quantiles : ndarray, shape (n_means, n_quantiles + 1)
        Beta quantiles at evenly spaced chances, by mean (evenly spaced from 0 to 1; one row where the mean does not move); none if LGD has no spread.
    n_lumps : int
        Payments in which a recovery comes.
    lag_mean : float
        Mean lag, days.
    lag_location, lag_scale : float
        Of the lag's logarithm; a scale of 0 means that every lag is the mean.
    """

    mean: float
    omega: float
    quantiles: NDArray[np.float64]
    n_lumps: int
    lag_mean: float
    lag_location: float
    lag_scale: float


def plan_recoveries(losses: Any) -> RecoveryPlan:  # noqa: ANN401  Losses or its like
    """Lower the block of losses.

    Raises
    ------
    ContractError
        If no Beta law has the stated mean and spread.
    """
    mean, omega = losses.lgd.mean / 1e6, losses.wrong_way / 1e6
    variance = math.log1p(losses.lag.spread**2)
    lag_mean = float(losses.lag.mean)
    return RecoveryPlan(
        mean=mean,
        omega=omega,
        quantiles=beta_quantiles(mean, losses.lgd.spread, moves=omega > 0.0),
        n_lumps=losses.lumps,
        lag_mean=lag_mean,
        lag_location=math.log(max(lag_mean, 1e-9)) - variance / 2,
        lag_scale=math.sqrt(variance),
    )


def beta_quantiles(mean: float, spread: float, *, moves: bool) -> NDArray[np.float64]:
    """Table of Beta quantiles, shape (n_means, n_quantiles + 1); its rows differ in mean and share their concentration.

    Losses between two entries are read off a straight line; the first and the last entry are set so that the outermost stretches, where a Beta
    quantile is most curved, keep their mean.

    Raises
    ------
    ContractError
        If ``spread`` is not below ``sqrt(mean (1 - mean))``, the standard deviation of all or nothing.
    """
    from scipy import special

    if spread == 0.0:
        return np.zeros((0, 0))
    concentration = mean * (1.0 - mean) / spread**2 - 1.0
    if concentration <= 0.0:
        most = math.sqrt(mean * (1.0 - mean))
        zh = f"平均违约损失率为 {mean:.1%} 时，标准差必须小于 {most:.1%}，现为 {spread:.1%}"
        en = f"with a mean LGD of {mean:.1%} the standard deviation must be below {most:.1%}; found {spread:.1%}"
        raise ContractError(zh, en)
    means = np.linspace(0.0, 1.0, N_MEANS + 1)[1:-1] if moves else np.array([mean])
    chances = np.linspace(0.0, 1.0, N_QUANTILES + 1)
    alpha, beta = concentration * means[:, None], concentration * (1.0 - means[:, None])
    table = special.betaincinv(alpha, beta, chances)
    within = N_QUANTILES * means[:, None] * np.diff(special.betainc(alpha + 1.0, beta, table), axis=1)
    table[:, 0] = np.clip(2.0 * within[:, 0] - table[:, 1], 0.0, table[:, 1])
    table[:, -1] = np.clip(2.0 * within[:, -1] - table[:, -2], table[:, -2], 1.0)
    if not moves:
        return np.ascontiguousarray(table)
    return np.vstack([np.zeros_like(chances), table, np.ones_like(chances)])


def conditional_lgd_level(pd: float, correlation: float, lgd: float, omega: float) -> float:
    """Level of the conditional LGD at which defaulted loans lose ``lgd`` on average.

    Solves ``bivariate_cdf(quantile(PD), level; sqrt(rho omega)) = PD * LGD``.

    Examples
    --------
    >>> from scipy.special import ndtr
    >>> round(float(ndtr(conditional_lgd_level(0.03, 0.12, 0.75, 0.2))), 3)
    0.624
    """
    from scipy import integrate, optimize, special

    plain = float(special.ndtri(lgd))
    together = math.sqrt(correlation * omega)
    if together == 0.0 or not 0.0 < pd < 1.0 or not 0.0 < lgd < 1.0:
        return plain
    top = float(special.ndtri(pd))
    rest = math.sqrt(1.0 - together**2)

    def excess(level: float) -> float:
        def density(x: float) -> float:
            return float(math.exp(-0.5 * (x * x - top * top)) * special.ndtr((level - together * x) / rest))

        whole = math.exp(-0.5 * top * top) / math.sqrt(2.0 * math.pi) / pd
        return whole * float(integrate.quad(density, top - 12.0, top, epsabs=1e-13)[0]) - lgd

    return float(optimize.brentq(excess, plain - 12.0, plain + 12.0, xtol=1e-12))


@rule
def draw_loss(plan: RecoveryPlan, level: float, factor: float, draw: float) -> int:
    """Draw the LGD of one loan, millionths; increasing in the draw.

    Parameters
    ----------
    level : float
        Of the conditional LGD, from ``conditional_lgd_level``.
    factor : float
        ``z`` of the month of the default.
    draw : float
        Uniform.
    """
    mean = conditional_chance(level, plan.omega, factor) if plan.omega > 0.0 else plan.mean
    loss = mean
    if plan.quantiles.size > 0:
        column = int(draw * N_QUANTILES)
        part = draw * N_QUANTILES - column
        row, weight = 0, 0.0
        if len(plan.quantiles) > 1:
            row = min(int(mean * N_MEANS), N_MEANS - 1)
            weight = mean * N_MEANS - row
        loss = (1.0 - part) * plan.quantiles[row, column] + part * plan.quantiles[row, column + 1]
        if weight > 0.0:
            above = (1.0 - part) * plan.quantiles[row + 1, column] + part * plan.quantiles[row + 1, column + 1]
            loss += weight * (above - loss)
    return int(loss * 1e6 + 0.5)


@rule
def draw_lags(plan: RecoveryPlan, address: Address, link: int, lags: NDArray[np.int32]) -> None:
    """Draw the lags of a recovery into ``lags``, shape (n_lumps,), days after the default in order of time."""
    block = (0.5, 0.5, 0.5, 0.5)
    for lump in range(len(lags)):
        lag = plan.lag_mean
        if plan.lag_scale > 0.0 and plan.lag_mean > 0.0:
            if lump % 4 == 0:
                block = draws(address, link, LAG, lump // 4)
            lag = math.exp(plan.lag_location + plan.lag_scale * normal_quantile(block[lump % 4]))
        days = int(min(lag, LONGEST_LAG) + 0.5)
        place = lump
        while place > 0 and lags[place - 1] > days:
            lags[place] = lags[place - 1]
            place -= 1
        lags[place] = days
