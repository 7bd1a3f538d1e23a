"""The only multiplications of money: exact, rounded down, never overflowing."""

from __future__ import annotations

from simulator.compiled import rule
from simulator.rules.records import MILLION

SAFE = 9.0e18
"""Products below this, judged in floating point, fit into 64 bits; the test costs a multiplication where an exact one costs a division."""


@rule
def portion_of(amount: int, numerator: int, denominator: int) -> int:
    """``floor(amount * numerator / denominator)`` of whole numbers >= 0, exact where the product passes 64 bits.

    Examples
    --------
    >>> portion_of(100, 29, 100)
    29
    >>> portion_of(3 * 10**18, 10**18 - 1, 10**18)
    2999999999999999997
    """
    if float(amount) * float(numerator) < SAFE:
        return amount * numerator // denominator
    whole = amount // denominator * numerator
    rest = amount % denominator
    if float(rest) * float(numerator) < SAFE:
        return whole + rest * numerator // denominator
    quotient = 0
    remainder = 0
    for bit in range(62, -1, -1):
        quotient *= 2
        remainder *= 2
        if remainder >= denominator:
            remainder -= denominator
            quotient += 1
        if (numerator >> bit) & 1:
            remainder += rest
            if remainder >= denominator:
                remainder -= denominator
                quotient += 1
    return whole + quotient


@rule
def share_of(amount: int, share: int) -> int:
    """Part of an amount, rounded down; ``share`` in millionths.

    Examples
    --------
    >>> share_of(100, 290_000)
    29
    """
    return portion_of(amount, share, MILLION)


@rule
def interest_for(balance: int, rate: int, days: int) -> int:
    """Interest on a balance at a yearly rate (millionths) over some days, actual/360, rounded down.

    Examples
    --------
    >>> interest_for(100_000_000, 36_000, 90)
    900000
    """
    return portion_of(balance, int(rate) * int(days), 360 * MILLION)
