"""Addressed randomness: every draw has an address, and no draw depends on another or on what was drawn before.

The generator is Philox 4x64 with ten rounds (Salmon, Moraes, Dror, Shaw, SC 2011), equal bit for bit to ``numpy.random.Philox``. Its key is the seed;
its counter holds, from the lowest word, the block (``number // 4``), the link with the purpose, the firm, and the history. A block gives four draws.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from simulator.compiled import rule

from numba import types  # isort: skip  the cache folder must be set first
from numba.extending import intrinsic  # isort: skip

SEGMENT_SHIFT = 40
ARRIVING = 2**39
FIRST_BLOCK = 0
NO_LINK = 0
Address = tuple[int, int, int]
"""Seed, history and firm."""
Word = np.uint64


class Purpose(IntEnum):
    """What a draw is for. Append only; a number is never reused."""

    COMMON_FACTOR = 1
    SECTOR_FACTOR = 2
    ARRIVALS = 3
    FIRM = 4
    LINK = 5
    CURE = 6
    LOSS = 7
    LAG = 8
    TECHNOLOGY = 9
    PROJECT = 10
    STAGE = 11
    PROJECT_LOAN = 12
    THRESHOLD = 13


def _wide_product(typing_context: Any, a: Any, b: Any) -> Any:  # noqa: ANN401, ARG001  numba's own types
    """High and low word of the product of two 64-bit words."""
    pair: Any = types.UniTuple
    signature = pair(types.uint64, 2)(types.uint64, types.uint64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        from llvmlite import ir

        wide, word = ir.IntType(128), ir.IntType(64)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), word)
        return context.make_tuple(builder, signature.return_type, (high, builder.trunc(product, word)))

    return signature, generate


_multiply_wide: Any = intrinsic(_wide_product)

MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)


@rule
def philox(seed: Word, block: Word, word: Word, firm: Word, history: Word) -> tuple[Word, Word, Word, Word]:
    """Return the four 64-bit words at one counter, for the key ``(seed, 0)``."""
    a, b, c, d = block, word, firm, history
    key, other = seed, np.uint64(0)
    for _ in range(10):
        high_0, low_0 = _multiply_wide(MULTIPLIER_0, a)
        high_1, low_1 = _multiply_wide(MULTIPLIER_1, c)
        a, b, c, d = high_1 ^ b ^ key, low_1, high_0 ^ d ^ other, low_0
        key += WEYL_0
        other += WEYL_1
    return a, b, c, d


@rule
def unit_draw(word: Word) -> float:
    """Turn 64 random bits into a number strictly between 0 and 1.

    52 bits are kept: with 53, adding one half rounds, and the largest draw would be 1.
    """
    return float((np.float64(word >> np.uint64(12)) + 0.5) * 2.0**-52)


@rule
def draws(address: Address, link: int, purpose: int, block: int) -> tuple[float, float, float, float]:
    """Return the four uniform draws ``4 * block`` to ``4 * block + 3`` of one purpose."""
    word = (np.uint64(link) << np.uint64(16)) | np.uint64(purpose)
    a, b, c, d = philox(np.uint64(address[0]), np.uint64(block), word, np.uint64(address[2]), np.uint64(address[1]))
    return unit_draw(a), unit_draw(b), unit_draw(c), unit_draw(d)


@rule
def firm_address(segment: int, firm: int) -> int:
    """Address of a firm: more firms in one segment move no firm of another."""
    return int((np.int64(segment) << SEGMENT_SHIFT) | np.int64(firm))
