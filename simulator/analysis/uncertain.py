"""Assumptions that can move: which of a scenario's ranges are quantities, what they are called, and the values they take at the points.

Over the points each assumption visits each twentieth of its range once: together they are a Latin hypercube. Its places depend on the seed and its
path alone, so that two scenarios of one seed give it the same values and a further assumption changes none.
"""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.results.ranges import Held, Ranged
from simulator.scenario import vocabulary
from simulator.scenario.positions import Scalar, find, split_path
from simulator.scenario.quantities import LprSpread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Mapping as Tree
    from simulator.scenario.positions import Path
    from simulator.scenario.units import Unit

    Floats = NDArray[np.float64]

POINTS = 20
STEPS = 1000
"""A range is cut into about so many steps, so that values read well: 1.37 % rather than 1.3689731 %."""


class Uncertain(NamedTuple):
    """An assumption that can move: its path, its unit, and its range in the program's units."""

    ranged: Ranged
    unit: Unit
    low: Any
    high: Any


def has_ranges(loaded: Loaded) -> bool:
    """Whether any assumption carries a range."""
    return any(mark.range is not None for mark in loaded.marks.values())


def uncertain_of(loaded: Loaded) -> tuple[list[Uncertain], list[Held]]:
    """Return the assumptions that can move, and those with a range that cannot."""
    found, held = [], []
    paths = [text for text, mark in loaded.marks.items() if mark.range is not None]
    names = short_names({text: whole_path(loaded.tree, text) for text in paths})
    for text in paths:
        path, span = whole_path(loaded.tree, text), loaded.marks[text].range
        unit, node = vocabulary.unit_at(vocabulary.kind_at(path)), find(loaded.tree, path)
        why = _why_held(path, unit, node, span)
        if why or unit is None or span is None:
            held.append(Held(text, *(why or _NOT_A_QUANTITY)))
            continue
        own = unit.take(node.value, written=True) if isinstance(node, Scalar) else None
        value, low, high = ("" if one is None else unit.show(one) for one in (own, *span))
        place = None if own is None or type(own) is not type(span[0]) else number_of(own)
        ranged = Ranged(text, *names[text], value, low, high, (number_of(span[0]), number_of(span[1])), place)
        found.append(Uncertain(ranged, unit, *span))
    return found, held


_NOT_A_QUANTITY = ("不是可以连续变动的数量", "it is no quantity that can move")


def _why_held(path: Path, unit: Unit | None, node: object, span: Any) -> tuple[str, str] | None:  # noqa: ANN401  two values of the unit
    if node is not None and not isinstance(node, Scalar):
        return ("范围写在一组值上；请写在其中各项上", "its range stands over several values; give each its own")
    if vocabulary.is_vector(vocabulary.kind_at(path[:-1])):
        return ("它与同组的比例合计须为100%，不能单独变动", "it is one of several shares that sum to 100% and cannot move alone")
    low, high = span
    of_one_kind = type(low) is type(high) and isinstance(low, (int, float, datetime.date, LprSpread))
    if isinstance(low, LprSpread) and isinstance(high, LprSpread):
        of_one_kind = low.factor == high.factor
    return None if unit and unit.name != "calendar_month" and of_one_kind else _NOT_A_QUANTITY


def whole_path(tree: Tree, text: str) -> Path:
    """Return a dotted path as its parts, those that no file writes too."""
    known, rest = split_path(tree, text)
    return (*known, *rest.split(".")) if rest else known


def short_names(paths: Mapping[str, Path]) -> dict[str, tuple[str, str]]:
    """Short names from the last two parts of each path, longer where two would be alike."""
    parts = {text: _titled(path) for text, path in paths.items()}
    depth = dict.fromkeys(parts, 2)
    for _ in range(max((len(found) for found in parts.values()), default=0)):
        shown = {text: tuple(zh for zh, _ in found[-depth[text] :]) for text, found in parts.items()}
        alike = [text for text in parts if list(shown.values()).count(shown[text]) > 1 and depth[text] < len(parts[text])]
        if not alike:
            break
        for text in alike:
            depth[text] += 1
    return {
        text: (_joined([zh for zh, _ in found[-depth[text] :]]), _joined([en for _, en in found[-depth[text] :]])) for text, found in parts.items()
    }


def _titled(path: Path) -> list[tuple[str, str]]:
    """Titles of the parts of a path, to their first comma or bracket; names that the file gives stand for themselves and for what holds them."""
    is_key = [str(part) in vocabulary.keys_at(path[:depth]) for depth, part in enumerate(path)]
    found = []
    for depth, part in enumerate(path):
        names_blocks = depth + 2 < len(path) and not is_key[depth + 1]
        if is_key[depth] and not names_blocks and part != "common":
            zh, en = vocabulary.titles_at(path[: depth + 1])
            found.append((re.split("[，（]", zh)[0], re.split(r",| \(", en)[0]))
        elif not is_key[depth]:
            found.append((str(part), str(part)))
    return found


def _joined(words: Sequence[str]) -> str:
    """Words in a row, without one that the next repeats."""
    kept = [word for word, following in zip(words, [*words[1:], ""], strict=True) if not following or word not in following]
    return " ".join(kept)


def number_of(value: Any) -> float:  # noqa: ANN401  in the unit's own type
    """Return a value as a number: a date by its day, a rate against the LPR by its spread."""
    if isinstance(value, datetime.date):
        return float(value.toordinal())
    return float(value.spread if isinstance(value, LprSpread) else value)


def places(seed: int, path: str, attempt: int = 0, points: int = POINTS) -> Floats:
    """Where an assumption stands at each point, 0 to 1 of its range: one place in each of as many equal parts, in random order.

    Parameters
    ----------
    seed : int
        The scenario's.
    path : str
        Dotted path of the assumption.
    attempt : int
        Counts the times that points are drawn anew.
    points : int
        How many.

    Returns
    -------
    ndarray, shape (points,)
    """
    from scipy.stats import qmc

    entropy = int.from_bytes(hashlib.sha256(f"{seed} {attempt} {path}".encode()).digest())
    draws: Floats = qmc.LatinHypercube(1, seed=np.random.default_rng(entropy)).random(points)
    return draws[:, 0]


def value_at(uncertain: Uncertain, place: float) -> Any:  # noqa: ANN401  in the unit's own type
    """Return the value at a place of a range, on the grain of its unit (days, fen, millionths) and of ``STEPS``.

    Parameters
    ----------
    uncertain : Uncertain
    place : float
        0 to 1.
    """
    low, high = uncertain.low, uncertain.high
    if isinstance(low, datetime.date):
        return low + datetime.timedelta(days=round(place * (high - low).days))
    if isinstance(low, LprSpread):
        return LprSpread(int(_stepped(low.spread, high.spread, place)), low.factor)
    return type(low)(_stepped(low, high, place))


def _stepped(low: float, high: float, place: float) -> Decimal:
    least, most = Decimal(repr(low)), Decimal(repr(high))
    if least == most:
        return least
    step = Decimal(1).scaleb((most - least).adjusted() - round(math.log10(STEPS)))
    if isinstance(low, int):
        step = max(step, Decimal(1))
    value = (least + (most - least) * Decimal(place)).quantize(step)
    return min(max(value, least), most)
