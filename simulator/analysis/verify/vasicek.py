"""The loss law of a large portfolio of like loans under one factor, as closed forms.

Source: O. Vasicek, Loan portfolio value, Risk, December 2002. The chance of default given factor ``z`` is
``cdf((quantile(p) - sqrt(rho) z) / sqrt(1 - rho))``; a large portfolio loses just that part.
"""

from __future__ import annotations

import math

TIGHT = 1e-14


def loss_quantile(pd: float, correlation: float, chance: float) -> float:
    """Part of a large portfolio in default that is not passed with a given chance."""
    from scipy import special

    top = special.ndtri(pd) + math.sqrt(correlation) * special.ndtri(chance)
    return float(special.ndtr(top / math.sqrt(1.0 - correlation)))


def loss_chance(pd: float, correlation: float, part: float) -> float:
    """Chance that no more than a part of a large portfolio defaults; the inverse of ``loss_quantile``."""
    from scipy import special

    return float(special.ndtr((math.sqrt(1.0 - correlation) * special.ndtri(part) - special.ndtri(pd)) / math.sqrt(correlation)))


def both_below(first: float, second: float, correlation: float) -> float:
    """Chance that two standard normals of given correlation are both below their bounds.

    One integral (Owen 1956): the derivative of the chance by the correlation is the bivariate density.
    """
    from scipy import integrate, special

    def density(angle: float) -> float:
        sine = math.sin(angle)
        return math.exp(-(first**2 - 2.0 * first * second * sine + second**2) / (2.0 * (1.0 - sine**2)))

    area, _ = integrate.quad(density, 0.0, math.asin(correlation), epsabs=TIGHT, epsrel=1e-12)
    return float(special.ndtr(first) * special.ndtr(second) + area / (2.0 * math.pi))


def loss_deviation(pd: float, correlation: float) -> float:
    """Standard deviation of the part of a large portfolio in default."""
    from scipy import special

    bound = float(special.ndtri(pd))
    return math.sqrt(both_below(bound, bound, correlation) - pd**2)


def standardised_percentile(pd: float, correlation: float, chance: float) -> float:
    """Quantile of the loss in standard deviations above its mean."""
    return (loss_quantile(pd, correlation, chance) - pd) / loss_deviation(pd, correlation)


def expected_up_to(pd: float, correlation: float, cap: float) -> float:
    """Mean of ``min(loss, cap)`` of a large portfolio, by one bivariate normal.

    Below the factor ``z`` at which the cap is reached the cap is paid, above it the loss:
    ``pd - both_below(quantile(pd), z; sqrt(rho)) + cap * cdf(z)``.
    """
    from scipy import special

    bound = float(special.ndtri(pd))
    reached = (bound - math.sqrt(1.0 - correlation) * float(special.ndtri(cap))) / math.sqrt(correlation)
    return pd - both_below(bound, reached, math.sqrt(correlation)) + cap * float(special.ndtr(reached))
