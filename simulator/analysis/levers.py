"""Levers as users name them: a path of the scenario with two ends, read in the unit that the scenario language gives the path."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from simulator.analysis.uncertain import number_of, short_names, whole_path
from simulator.errors import UnitError
from simulator.results.levers import Lever, sensible_step
from simulator.scenario import vocabulary
from simulator.scenario.messages import unknown
from simulator.scenario.positions import Scalar, children, dotted, find, split_path
from simulator.scenario.quantities import LprSpread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Path
    from simulator.scenario.units import Unit

STEPS_OF = {"share": 100, "share_or_none": 100, "rate": 10, "points": 10, "rate_or_lpr": 10}
"""Finest sensible step of what is kept in millionths: 0.01 % of a share, 0.001 percentage points of a rate."""


def lever_of(loaded: Loaded, path: str, low: str, high: str, step: str | None = None, *, among: Sequence[str] = ()) -> Lever:
    """Read a lever.

    Parameters
    ----------
    loaded : Loaded
    path : str
        Dotted path of a quantity: a share, money, a time, a rate, a number, a date.
    low, high : str
        Its ends as people write them.
    step : str, optional
        Finest difference that is tried; a power of ten that suits the span, if not given.
    among : sequence of str
        Paths of all levers of a study, so that no two get the same name.

    Raises
    ------
    UnitError
        If the path is no quantity that can move alone, or the ends are not of its kind.
    """
    _check_named(loaded, path)
    whole = whole_path(loaded.tree, path)
    unit = _unit_of(whole)
    first, last = (_read(unit, whole, text) for text in (low, high))
    if type(first) is not type(last) or (isinstance(first, LprSpread) and first.factor != last.factor):
        zh = f"{dotted(whole)}：{low} 与 {high} 不是同一种写法，中间没有值可试"
        en = f"{dotted(whole)}: {low} and {high} are not of one kind, there is nothing between them to try"
        raise UnitError(zh, en)
    ends = number_of(first), number_of(last)
    if ends[0] >= ends[1]:
        zh = f"{dotted(whole)}：起点 {low} 应小于终点 {high}"
        en = f"{dotted(whole)}: the range starts at {low}, which must be below its end {high}"
        raise UnitError(zh, en)
    zh, en = short_names({one: whole_path(loaded.tree, one) for one in (path, *among)})[path]
    node = find(loaded.tree, whole)
    own = _own(unit, node.value, first) if isinstance(node, Scalar) else None
    finest = 1.0 if isinstance(first, (int, datetime.date, LprSpread)) else 1e-12
    wanted = _step(unit, whole, step, first) if step else sensible_step(ends[1] - ends[0], max(finest, STEPS_OF.get(unit.name, finest)))
    return Lever(dotted(whole), zh, en, unit, *ends, wanted, first, own)


def _check_named(loaded: Loaded, path: str) -> None:
    """Refuse a path into something that the scenario does not have: a layer, an account, a segment of another name."""
    known, rest = split_path(loaded.tree, path)
    if "." in rest and not vocabulary.keys_at(known):
        names = [str(key) for key, _ in children(find(loaded.tree, known) or loaded.tree)]
        zh, en = unknown(rest.split(".")[0], names, f"名称（{dotted(known)} 之下）", f"name under {dotted(known)}")
        raise UnitError(zh, en)


def _unit_of(path: Path) -> Unit:
    unit = vocabulary.unit_at(vocabulary.kind_at(path))
    if unit is None or unit.name in ("calendar_month", "yes_or_chance"):
        zh = f"{dotted(path)}：不是可以在两个值之间变动的数量；请写比例、金额、时间、利率或数字的路径，如 scheme.layers.资金池补偿.share"
        en = f"{dotted(path)}: is no quantity that moves between two values; name a share, money, a time, a rate or a number, "
        en += "such as scheme.layers.资金池补偿.share"
        raise UnitError(zh, en)
    if vocabulary.is_vector(vocabulary.kind_at(path[:-1])):
        zh = f"{dotted(path)}：它与同组的比例合计须为100%，不能单独变动"
        en = f"{dotted(path)}: it is one of several shares that sum to 100% and cannot move alone"
        raise UnitError(zh, en)
    return unit


def _read(unit: Unit, path: Path, text: str) -> Any:  # noqa: ANN401  in the unit's own type
    try:
        found = unit.take(text, written=True)
    except UnitError as error:
        zh, en = f"{dotted(path)}：{error.zh}", f"{dotted(path)}: {error.en}"
        raise UnitError(zh, en) from None
    if found is None:
        zh, en = f"{dotted(path)}：范围的两端要写数值，不能写 {text}", f"{dotted(path)}: the ends of a range are values, not {text}"
        raise UnitError(zh, en)
    return found


def _step(unit: Unit, path: Path, text: str, like: Any) -> float:  # noqa: ANN401
    """Read a step; that of a date is in days, that of a rate against the LPR a spread."""
    from simulator.scenario.units import DAYS, RATE

    reader = DAYS if isinstance(like, datetime.date) else RATE if isinstance(like, LprSpread) else unit
    found = number_of(_read(reader, path, text))
    if found <= 0:
        zh, en = f"{dotted(path)}：步长 {text} 应大于 0", f"{dotted(path)}: the step {text} must be above 0"
        raise UnitError(zh, en)
    return found


def _own(unit: Unit, written: object, like: Any) -> float | None:  # noqa: ANN401
    found = unit.take(written, written=True)
    if type(found) is not type(like) or (isinstance(found, LprSpread) and found.factor != like.factor):
        return None
    return number_of(found)


def parsed_lever(text: str) -> tuple[str, str, str, str | None]:
    """Split ``PATH=LOW:HIGH`` or ``PATH=LOW:HIGH:STEP``.

    Raises
    ------
    UnitError
        If it is written otherwise.

    Examples
    --------
    >>> parsed_lever("scheme.layers.资金池补偿.share=50%:95%:5%")
    ('scheme.layers.资金池补偿.share', '50%', '95%', '5%')
    """
    path, equals, ends = text.replace("：", ":").replace("＝", "=").partition("=")
    parts = [part.strip() for part in ends.split(":")]
    if not equals or not path.strip() or len(parts) not in (2, 3) or not all(parts):
        zh = f"“{text}”看不懂；请写 路径=起点:终点 或 路径=起点:终点:步长，如 scheme.layers.资金池补偿.share=50%:95%"
        en = f"{text!r} is not understood; write PATH=LOW:HIGH or PATH=LOW:HIGH:STEP, such as scheme.layers.资金池补偿.share=50%:95%"
        raise UnitError(zh, en)
    return path.strip(), parts[0], parts[1], parts[2] if len(parts) == 3 else None
