"""What is known about values: sources, assumptions and their ranges, gathered from beside the values and from the table of assumptions."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulator.errors import UnitError
from simulator.scenario import vocabulary
from simulator.scenario.messages import unknown
from simulator.scenario.positions import Scalar, children, dotted, find, place_of, plain, split_path

if TYPE_CHECKING:
    from simulator.scenario.positions import Findings, Mapping, Node, Path, Place, Remark
    from simulator.scenario.units import Unit


@dataclass(frozen=True)
class Mark:
    """What is known about a value.

    Attributes
    ----------
    source : str or None
        Where the value comes from: it is a fact.
    assumption : str or None
        Why the value was assumed: nobody knows it.
    range : tuple or None
        Least and greatest value it may have, in the program's units.
    """

    source: str | None = None
    assumption: str | None = None
    range: tuple[Any, Any] | None = None


def remarks_of(node: Node, path: Path) -> list[tuple[Path, Remark]]:
    """Return what stands beside the values of a tree, with their paths."""
    found = [(path, node.remark)] if node.remark else []
    return found + [one for key, child in children(node) for one in remarks_of(child, (*path, key))]


def assumptions_of(said: object, tree: Mapping, remarks: dict[Path, Remark]) -> object:
    """Put what is assumed beside values into the one table of assumptions; what has a source and no range leaves it."""
    if said is not None and not isinstance(said, dict):
        return said
    table = dict(said or {})
    named = {split_path(tree, str(text)): text for text in reversed(table)}
    for path, remark in remarks.items():
        known = named.get((path, ""), dotted(path))
        if remark.assumption or remark.range:
            table[known] = {"why": remark.assumption or f"来源: {remark.source}" if remark.source or remark.assumption else "未说明"}
            if remark.range:
                table[known]["range"] = remark.range
        elif remark.source:
            table.pop(known, None)
    return table


def marks_of(table: object, tree: Mapping, remarks: dict[Path, Remark], findings: Findings) -> dict[str, Mark]:
    """Return everything known about values by dotted path; ranges are read and checked."""
    marks = {dotted(path): Mark(remark.source, remark.assumption) for path, remark in remarks.items()}
    for text, said in table.items() if isinstance(table, dict) else ():
        if not isinstance(said, dict):
            continue
        span = _checked_span(str(text), said, tree, findings)
        mark = marks.get(str(text), Mark(assumption=str(said.get("why", ""))))
        marks[str(text)] = replace(mark, range=span)
    return marks


def _checked_span(text: str, said: dict[str, Any], tree: Mapping, findings: Findings) -> tuple[Any, Any] | None:
    """Check one assumption and read its range.

    Parameters
    ----------
    text : str
        Dotted path of the value.
    said : dict
        ``range`` and ``why``.
    tree : Mapping
        The scenario's tree.
    findings : Findings
        Takes a path that does not exist, ends in the wrong unit or order, and a value outside its range.

    Returns
    -------
    tuple or None
        Least and greatest value in the program's units.
    """
    known, rest = split_path(tree, text)
    path = (*known, *rest.split(".")) if rest else known
    stated = ("assumptions", text)
    place = place_of(tree, stated, key=True) if find(tree, stated) else place_of(tree, path)
    kind = vocabulary.kind_at(path)
    if kind is None or (rest and not _is_default(known, rest)):
        names = [str(key) for key in (getattr(find(tree, known), "entries", None) or vocabulary.keys_at(known))]
        zh, en = unknown(rest.split(".")[0], names, f"{dotted(known)} 之下的名称" if known else "键", "name" if known else "key")
        findings.add(place, stated, f"假设所指的路径不存在：{zh}", f"the path of this assumption does not exist: {en}")
        return None
    ends = said.get("range")
    if not isinstance(ends, tuple) or len(ends) != 2:
        return None
    return _span(ends, find(tree, path), kind, place, path, findings)


def _is_default(known: Path, rest: str) -> bool:
    keys = vocabulary.keys_at(known)
    for part in rest.split("."):
        if part not in keys:
            return False
        known = (*known, part)
        keys = vocabulary.keys_at(known)
    return True


def _span(ends: tuple[Any, Any], node: Node | None, kind: Any, place: Place, path: Path, findings: Findings) -> tuple[Any, Any] | None:  # noqa: ANN401
    unit = vocabulary.unit_at(kind)
    try:
        low, high = (unit.take(end, written=True) if unit else end for end in ends)
    except UnitError as error:
        findings.add(place, path, f"range 的端点：{error.zh}", f"an end of the range: {error.en}")
        return None
    value = _value(unit, node)
    if not _ordered(low, high):
        zh = f"range 的两端应由小到大，现为 {ends[0]} 至 {ends[1]}"
        en = f"the ends of a range go from low to high, but these are {ends[0]} to {ends[1]}"
        findings.add(place, path, zh, en)
    elif node is not None and value is not None and not (_ordered(low, value) and _ordered(value, high)):
        zh = f"取值 {plain(node)} 不在 range {ends[0]} 至 {ends[1]} 之内"
        en = f"the value {plain(node)} lies outside its range {ends[0]} to {ends[1]}"
        findings.add(place, path, zh, en)
    return low, high


def _value(unit: Unit | None, node: Node | None) -> Any:  # noqa: ANN401  in the unit's own type
    if unit is None or not isinstance(node, Scalar):
        return None
    with contextlib.suppress(UnitError):
        return unit.take(node.value, written=True)
    return None


def _ordered(low: Any, high: Any) -> bool:  # noqa: ANN401
    return bool(low <= high) if isinstance(low, type(high)) and hasattr(low, "__le__") else True
