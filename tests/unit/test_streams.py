"""Addressed draws: equal to numpy's generator, and strictly inside 0 and 1."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.world.streams import SEGMENT_SHIFT, Purpose, draws, firm_address, philox, unit_draw


def numpy_words(seed: int, counter: tuple[int, int, int, int]) -> list[int]:
    """Four words of numpy's generator at one counter; it counts up before it draws."""
    number = sum(word << (64 * place) for place, word in enumerate(counter))
    return [int(word) for word in np.random.Philox(counter=(number - 1) % 2**256, key=seed).random_raw(4)]


@pytest.mark.parametrize("counter", [(0, 0, 0, 0), (1, 2, 3, 4), (2**64 - 1,) * 4, (7, (5 << 16) | 3, (2 << SEGMENT_SHIFT) | 9, 123_456)])
@pytest.mark.parametrize("seed", [0, 293, 2**63 - 1])
def test_the_generator_equals_numpys_bit_for_bit(seed: int, counter: tuple[int, int, int, int]) -> None:
    words = philox(np.uint64(seed), *(np.uint64(word) for word in counter))
    assert [int(word) for word in words] == numpy_words(seed, counter)


def test_a_draw_stands_at_its_address() -> None:
    address = (293, 17, firm_address(3, 5))
    words = numpy_words(293, (2, (4 << 16) | Purpose.LAG, (3 << SEGMENT_SHIFT) | 5, 17))
    assert draws(address, 4, int(Purpose.LAG), 2) == tuple(((word >> 12) + 0.5) / 2**52 for word in words)


def test_no_draw_is_0_or_1() -> None:
    assert 0.0 < unit_draw(np.uint64(0)) < unit_draw(np.uint64(2**64 - 1)) < 1.0


def test_purposes_are_never_renumbered() -> None:
    assert {purpose.name: int(purpose) for purpose in Purpose} == {
        "COMMON_FACTOR": 1,
        "SECTOR_FACTOR": 2,
        "ARRIVALS": 3,
        "FIRM": 4,
        "LINK": 5,
        "CURE": 6,
        "LOSS": 7,
        "LAG": 8,
        "TECHNOLOGY": 9,
        "PROJECT": 10,
        "STAGE": 11,
        "PROJECT_LOAN": 12,
        "THRESHOLD": 13,
    }
