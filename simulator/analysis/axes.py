"""Axes of a grid: a range or a list of values of one path, read in its unit, and the named reforms."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.analysis.uncertain import number_of, short_names, whole_path
from simulator.errors import UnitError
from simulator.results.sweeps import Axis
from simulator.scenario import vocabulary
from simulator.scenario.messages import unknown
from simulator.scenario.positions import Items, Scalar, children, dotted, find, split_path
from simulator.scenario.quantities import LprSpread
from simulator.scenario.study import entries_of
from simulator.scenario.units import DAYS
from simulator.scenario.writer import flow_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Node
    from simulator.scenario.study import Asked
    from simulator.scenario.units import Unit

REFORM = "reform"
MOST_VALUES = 1000
"""Values of one axis."""

NAMES_OF_REFORMS = ("改革方案", "reform")


class Side(NamedTuple):
    """One side of a grid: its axis, and what each of its values changes in the scenario, by path."""

    axis: Axis
    changes: tuple[Mapping[str, Node], ...]


def sides_of(asked: Asked, loaded: Loaded) -> list[Side]:
    """Return the sides of a sweep's grid: named reforms first, after the scenario as it is, then every path that varies.

    Raises
    ------
    ScenarioError
        If a side cannot be read, at its place in the study.
    """
    vary, reforms = asked.nodes("vary"), {name: entries_of(node) for name, node in asked.nodes("reforms").items()}
    if not vary and not reforms:
        raise asked.refused((), "没有要变动的值；请写 vary 或 reforms", "nothing varies; write vary or reforms")
    for name, changes in reforms.items():
        if path := next((one for one in changes if one in vary), None):
            zh, en = f"{path} 已在 vary 中变动，改革方案不能再设", f"{path} varies under vary already, so a reform cannot set it"
            raise asked.refused(("reforms", name, path), zh, en)
    names = short_names({path: whole_path(loaded.tree, path) for path in vary})
    sides = [_reforms_side(asked, loaded, reforms)] if reforms else []
    return sides + [_side(asked, loaded, path, node, names[path]) for path, node in vary.items()]


def _reforms_side(asked: Asked, loaded: Loaded, reforms: Mapping[str, Mapping[str, Node]]) -> Side:
    if loaded.name in reforms:
        zh, en = "这是情景自己的名称；请换一个名字", "this is the scenario's own name; choose another"
        raise asked.refused(("reforms", loaded.name), zh, en)
    return Side(Axis(REFORM, *NAMES_OF_REFORMS, (loaded.name, *reforms)), ({}, *reforms.values()))


def _check_named(asked: Asked, loaded: Loaded, path: str) -> None:
    """Refuse a path into something that the scenario does not have: a layer, an account, a segment of another name."""
    known, rest = split_path(loaded.tree, path)
    if "." in rest and not vocabulary.keys_at(known):
        names = [str(key) for key, _ in children(find(loaded.tree, known) or loaded.tree)]
        zh, en = unknown(rest.split(".")[0], names, f"名称（{dotted(known)} 之下）", f"name under {dotted(known)}")
        raise asked.refused(("vary", path), zh, en)


def _side(asked: Asked, loaded: Loaded, path: str, node: Node, names: tuple[str, str]) -> Side:
    _check_named(asked, loaded, path)
    kind = vocabulary.kind_at(whole_path(loaded.tree, path))
    unit = vocabulary.unit_at(kind) if kind is not None else None
    if isinstance(node, Items):
        values = node.nodes
    elif isinstance(node, Scalar) and isinstance(node.value, str) and node.value.count(":") == 2:
        try:
            values = tuple(Scalar(text, node.place) for text in stepped(node.value, unit))
        except UnitError as error:
            raise asked.refused(("vary", path), error.zh, error.en) from None
    else:
        zh = "请写成列表，如 [50%, 80%]，或 起:止:步长，如 50%:95%:5%"
        raise asked.refused(("vary", path), zh, "write a list such as [50%, 80%], or a range from:to:step such as 50%:95%:5%")
    texts = tuple(flow_text(value, kind) for value in values)
    if len(set(texts)) < max(2, len(texts)):
        zh, en = f"至少要两个不同的值，不能重复；现为 {'、'.join(texts)}", f"at least two values, none twice, belong here; found {', '.join(texts)}"
        raise asked.refused(("vary", path), zh, en)
    places = _places(values, unit)
    axis = Axis(path, *names, texts, places, unit.name if unit and places else "")
    return Side(axis, tuple({path: value} for value in values))


def _places(values: Sequence[Node], unit: Unit | None) -> tuple[float, ...] | None:
    """Where values stand on a scale; None where one of them is no quantity."""
    found = []
    for value in values:
        if unit is None or not isinstance(value, Scalar):
            return None
        try:
            taken = unit.take(value.value, written=True)
        except UnitError:
            return None
        if taken is None or (isinstance(taken, LprSpread) and taken.factor != LprSpread(0).factor):
            return None
        found.append(number_of(taken) / (1e6 if isinstance(taken, LprSpread) or unit.name in IN_MILLIONTHS else 1.0))
    return tuple(found)


IN_MILLIONTHS = ("share", "share_or_none", "rate", "points", "rate_or_lpr")
"""Units whose numbers are millionths in the program and parts of 1 on an axis."""


def stepped(text: str, unit: Unit | None) -> list[str]:
    """Write out a range ``from:to:step``, both ends among its values.

    Parameters
    ----------
    text : str
    unit : Unit
        Of the values.

    Raises
    ------
    UnitError
        If the values are no quantities, or the steps do not lead from one end to the other.

    Examples
    --------
    >>> from simulator.scenario.units import MONEY, SHARE
    >>> stepped("50%:65%:5%", SHARE), stepped("9千万元:1.1亿元:1000万元", MONEY)
    (['50%', '55%', '60%', '65%'], ['9000万元', '1亿元', '1.1亿元'])
    """
    first, last, step = (part.strip() for part in text.split(":"))
    if unit is None:
        zh, en = "这里的值不是数量，不能写范围；请写列表，如 [甲, 乙]", "values here are no quantities and have no range; write a list such as [a, b]"
        raise UnitError(zh, en)
    low, high = (unit.take(part, written=True) for part in (first, last))
    if low is None or high is None or type(low) is not type(high):
        zh, en = f"“{text}”的两端要是同类的数量", f"both ends of {text!r} must be quantities of one kind"
        raise UnitError(zh, en)
    if isinstance(low, datetime.date):
        days = DAYS.take(step, written=True)
        return [unit.show(low + datetime.timedelta(days=int(one))) for one in _even(0, (high - low).days, days, text)]
    if isinstance(low, LprSpread):
        width = unit.take(step, written=True)
        if low.factor != high.factor or isinstance(width, LprSpread):
            zh, en = f"“{text}”应像 LPR+50bp:LPR+150bp:25bp", f"{text!r} should read like LPR+50bp:LPR+150bp:25bp"
            raise UnitError(zh, en)
        return [unit.show(LprSpread(int(one), low.factor)) for one in _even(low.spread, high.spread, width, text)]
    kind: type[Any] = type(low)
    return [unit.show(kind(one)) for one in _even(low, high, unit.take(step, written=True), text)]


def _even(low: float, high: float, step: float, text: str) -> list[Decimal]:
    least, most, width = (Decimal(repr(one)) for one in (low, high, step))
    if width <= 0:
        zh, en = f"“{text}”的步长应大于 0", f"the step of {text!r} must be above 0"
        raise UnitError(zh, en)
    n_steps = abs(most - least) / width
    if n_steps != int(n_steps):
        zh = f"“{text}”按步长走不到终点；请改步长或终点"
        raise UnitError(zh, f"the steps of {text!r} do not lead to its end; change the step or the end")
    if n_steps >= MOST_VALUES:
        zh = f"“{text}”有 {int(n_steps) + 1:,} 个值，最多 {MOST_VALUES:,} 个"
        raise UnitError(zh, f"{text!r} has {int(n_steps) + 1:,} values, and at most {MOST_VALUES:,} are allowed")
    way = 1 if most >= least else -1
    return [least + way * width * number for number in range(int(n_steps) + 1)]
