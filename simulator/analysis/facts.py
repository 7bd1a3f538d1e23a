"""Facts and assumptions told apart: every number of a scenario with its source, or why it was assumed, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from simulator.scenario import vocabulary
from simulator.scenario.phrases import Words
from simulator.scenario.positions import Mapping, children, dotted, find, split_path
from simulator.scenario.units import NONE_WORD
from simulator.scenario.writer import flow_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.loader import Loaded
    from simulator.scenario.marks import Mark
    from simulator.scenario.positions import Node

BLOCKS = ("run", "population", "macro", "losses", "prices", "banks", "scheme", "without_scheme")
SETTINGS = {"run.histories", "run.seed"}
"""Numbers that say how to compute, not what the world is like."""


class Fact(NamedTuple):
    """One value of a scenario and what is known about it.

    Attributes
    ----------
    path : str
        Dotted path.
    title : Words
        Title of the key.
    value : str
        As people write it.
    kind : {'fact', 'assumption', 'unmarked'}
        With a source; assumed; neither said.
    why : str
        The source, or why it was assumed.
    range : tuple of str or None
        Least and greatest value it may have.
    """

    path: str
    title: Words
    value: str
    kind: Literal["fact", "assumption", "unmarked"]
    why: str
    range: tuple[str, str] | None


def facts_of(loaded: Loaded) -> list[Fact]:
    """List every marked value, then every number that the file marks neither as a fact nor as an assumption."""
    marked = [_marked(loaded, path, mark) for path, mark in loaded.marks.items()]
    known = {split_path(loaded.tree, path)[0] for path in loaded.marks}
    unmarked = [_fact(loaded.tree, path, "unmarked", "", None) for path in _numbers(loaded.tree, known)]
    return marked + unmarked


def _marked(loaded: Loaded, text: str, mark: Mark) -> Fact:
    path, rest = split_path(loaded.tree, text)
    unit = vocabulary.unit_at(vocabulary.kind_at((*path, *rest.split("."))) if rest else vocabulary.kind_at(path))
    span = None
    if mark.range is not None:
        least, most = (unit.show(value) if unit else str(value) for value in mark.range)
        span = (least, most)
    fact = _fact(loaded.tree, path, "fact" if mark.source else "assumption", mark.source or mark.assumption or "", span)
    return fact._replace(path=text, value="" if rest else fact.value)


def _fact(tree: Mapping, path: tuple[Any, ...], kind: Literal["fact", "assumption", "unmarked"], why: str, span: tuple[str, str] | None) -> Fact:
    node, annotation = find(tree, path), vocabulary.kind_at(path)
    value = flow_text(node, annotation) if node is not None else ""
    return Fact(dotted(path), Words(*vocabulary.titles_at(path)), value, kind, " ".join(why.split()), span)


def _numbers(tree: Mapping, known: set[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for block in BLOCKS:
        node = find(tree, (block,))
        if node is not None:
            yield from _under(node, (block,), known)


def _under(node: Node, path: tuple[Any, ...], known: set[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    if path in known or dotted(path) in SETTINGS or (path[-1] == "when" and (*path[:-1], "share") in known):
        return
    kind = vocabulary.kind_at(path)
    if isinstance(node, Mapping) and vocabulary.is_vector(kind):
        if len(node.entries) > 1:
            yield path
    elif children(node):
        for key, child in children(node):
            yield from _under(child, (*path, key), known)
    elif kind is not None and vocabulary.unit_at(kind) is not None and flow_text(node, kind) != NONE_WORD:
        yield path
