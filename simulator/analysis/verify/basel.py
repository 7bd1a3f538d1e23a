"""Risk weights of the internal-ratings formula, as a closed form.

Source: Basel Committee on Banking Supervision, International Convergence of Capital Measurement and Capital Standards (June 2006), paragraphs 272-273
and 328-330; Annex 5 tabulates them. No scaling factor of 1.06 is applied, and retail claims have no maturity adjustment.
"""

from __future__ import annotations

import math
from typing import Literal

Exposure = Literal["corporate", "mortgage", "revolving", "retail"]

LARGEST_SME = 50.0
"""Million euros of yearly sales from which a firm counts as a large corporate."""


def asset_correlation(exposure: Exposure, pd: float, sales: float = LARGEST_SME) -> float:
    """Asset correlation that the formula gives a claim.

    Parameters
    ----------
    pd : float
        Probability of default within twelve months, 0-1.
    sales : float
        Yearly sales of a corporate, million euros; 5 to 50 lower the correlation.
    """
    if exposure == "mortgage":
        return 0.15
    if exposure == "revolving":
        return 0.04
    low, high, decay = (0.12, 0.24, 50.0) if exposure == "corporate" else (0.03, 0.16, 35.0)
    weight = (1.0 - math.exp(-decay * pd)) / (1.0 - math.exp(-decay))
    size = 0.04 * (1.0 - (min(max(sales, 5.0), LARGEST_SME) - 5.0) / 45.0) if exposure == "corporate" else 0.0
    return low * weight + high * (1.0 - weight) - size


def capital_requirement(exposure: Exposure, pd: float, lgd: float, *, sales: float = LARGEST_SME, maturity: float = 2.5) -> float:
    """Capital a claim ties up, as a part of the exposure at default: loss at the 99.9 % quantile of the factor less expected loss.

    Parameters
    ----------
    pd, lgd : float
        0-1.
    maturity : float
        Effective maturity of a corporate claim, years.
    """
    from scipy import special

    correlation = asset_correlation(exposure, pd, sales)
    stressed = special.ndtr((special.ndtri(pd) + math.sqrt(correlation) * special.ndtri(0.999)) / math.sqrt(1.0 - correlation))
    capital = float(lgd * (stressed - pd))
    if exposure != "corporate":
        return capital
    slope = (0.11852 - 0.05478 * math.log(pd)) ** 2
    return capital * (1.0 + (maturity - 2.5) * slope) / (1.0 - 1.5 * slope)


def risk_weight(exposure: Exposure, pd: float, lgd: float, *, sales: float = LARGEST_SME, maturity: float = 2.5) -> float:
    """Risk weight of a claim, a part of the exposure at default (1 is 100 %).

    Examples
    --------
    >>> round(100 * risk_weight("corporate", 0.01, 0.45), 2)
    92.32
    """
    return 12.5 * capital_requirement(exposure, pd, lgd, sales=sales, maturity=maturity)
