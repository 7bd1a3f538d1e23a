"""A tree through the models: what all banks share laid under each bank, every value read in its unit, every refusal traced to its line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.scenario import messages, overlay, vocabulary
from simulator.scenario.models import Scenario
from simulator.scenario.positions import Items, Mapping, Scalar, child_of, children, find, place_of, with_entry
from simulator.scenario.units import MANY, NONE_WORD, ONE, TAPE, WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.scenario.positions import Findings, Node, Path

M = TypeVar("M", bound=BaseModel)


def with_common(tree: Mapping, findings: Findings) -> Mapping:
    """Return a tree in which each bank holds what all banks share, unless it says otherwise."""
    banks = child_of(tree, "banks")
    common, members = (child_of(banks, key) if banks else None for key in ("common", "members"))
    if common and not isinstance(common, Mapping):
        findings.add(
            common.place, ("banks", "common"), "common 要写成一组键，如 {appetite: fixed}", "common is a block of keys, such as {appetite: fixed}"
        )
    if not isinstance(banks, Mapping) or not isinstance(common, Mapping) or not isinstance(members, Mapping):
        return tree
    merged = members
    for name, entry in members.entries.items():
        if isinstance(entry.node, Mapping):
            laid = overlay.lay(common, entry.node, findings, ("banks", "members", str(name)))
            merged = with_entry(merged, name, replace(entry, node=laid))
    banks = with_entry(banks, "members", replace(banks.entries["members"], node=merged))
    return with_entry(tree, "banks", replace(tree.entries["banks"], node=banks))


def values_of(node: Node, kind: Any) -> Any:  # noqa: ANN401  a type annotation in, plain values out
    """Return a tree as plain values for the models; the word ``none`` becomes None where a value may be left open."""
    if isinstance(node, Mapping):
        return {key: values_of(entry.node, vocabulary.under(kind, key)) for key, entry in node.entries.items()}
    if isinstance(node, Items):
        return tuple(values_of(part, vocabulary.under(kind, i)) for i, part in enumerate(node.nodes))
    return None if node.value == NONE_WORD and vocabulary.is_optional(kind) else node.value


def validated(values: dict[str, Any], merged: Mapping, tree: Mapping, findings: Findings) -> Scenario | None:
    """Return the scenario, or None where values are refused; every refusal is noted with its place."""
    return model_of(Scenario, values, merged, findings, lambda path: _shown_path(path, tree))


def model_of(kind: type[M], values: dict[str, Any], tree: Mapping, findings: Findings, shown: Callable[[Path], Path] = lambda path: path) -> M | None:
    """Return plain values as the block they are, or None where some are refused; every refusal is noted with its place.

    Parameters
    ----------
    kind : type
        The block: a scenario, a study.
    values : dict
        From ``values_of``.
    tree : Mapping
        Where they stand.
    findings : Findings
        Takes the refusals.
    shown : callable
        From the path of a value to the one that is named.
    """
    blanks = set(_blanks(tree, ()))
    for path in blanks:
        zh = "空白不等于不限，也不等于 0；请写值、写 none（不限），或删去这一行"
        en = "blank means neither unlimited nor 0; write a value, none (no limit), or delete the line"
        findings.add(place_of(tree, path), shown(path), zh, en)
    try:
        return kind.model_validate(values, context=WRITTEN)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            at_key = "[key]" in one["loc"]
            path = tuple(part for part in one["loc"] if part not in (ONE, MANY, TAPE, "[key]"))
            if path in blanks:
                continue
            place = place_of(tree, path, key=at_key or one["type"] == "extra_forbidden")
            findings.add(place, shown(path), *messages.explain(one, path, kind))
    return None


def _blanks(node: Node, path: Path) -> list[Path]:
    if isinstance(node, Scalar):
        return [path] if node.value is None else []
    return [blank for key, child in children(node) for blank in _blanks(child, (*path, key))]


def _shown_path(path: Path, tree: Mapping) -> Path:
    """Name what all banks share by its own place."""
    common = ("banks", "common", *path[3:])
    return common if path[:2] == ("banks", "members") and len(path) > 3 and find(tree, path) is None and find(tree, common) else path
