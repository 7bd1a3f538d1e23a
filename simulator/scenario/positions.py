"""A scenario file as a tree in which every key and value remembers its file, line and column.

Files are laid over one another as trees; only the end result is turned into plain values for the models. A problem found anywhere later is traced
back here to the line that somebody wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list indices from the root."""


@dataclass(frozen=True)
class Place:
    """Where something is written; line and column count from 1, 0 means the file as a whole.

    ``folder`` is where the file really lies, kept for values that name another file beside it.
    """

    file: str
    line: int = 0
    column: int = 0
    folder: str = field(default="", compare=False)


@dataclass(frozen=True)
class Remark:
    """What a file says about a value: a source, or that it is an assumption, and its range as written."""

    source: str | None = None
    assumption: str | None = None
    range: tuple[object, object] | None = None


@dataclass(frozen=True)
class Scalar:
    """One value: text, number, truth value or null."""

    value: object
    place: Place
    remark: Remark | None = None


@dataclass(frozen=True)
class Entry:
    """One key of a mapping with its value."""

    place: Place
    node: Node


@dataclass(frozen=True)
class Mapping:
    """Keys and values, in the order of the file; a block is written over several lines, without braces."""

    entries: dict[str | int | float, Entry]
    place: Place
    remark: Remark | None = None
    is_block: bool = False


@dataclass(frozen=True)
class Items:
    """A list."""

    nodes: tuple[Node, ...]
    place: Place
    remark: Remark | None = None


Node: TypeAlias = Scalar | Mapping | Items


@dataclass
class Findings:
    """Problems met on the way, so that all are told at once."""

    found: list[tuple[Place, Path, str, str]] = field(default_factory=list)

    def add(self, place: Place, path: Path, zh: str, en: str) -> None:
        """Note one problem: its place, its path and its text in both languages."""
        self.found.append((place, path, zh, en))


def plain(node: Node) -> object:
    """Return the tree as plain dicts, tuples and values."""
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    return tuple(plain(part) for part in node.nodes) if isinstance(node, Items) else node.value


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as people type it: ``scheme.layers.资金池补偿.share``."""
    return ".".join(str(part) for part in path)


def find(node: Node, path: Sequence[str | int]) -> Node | None:
    """Return what stands at a path, or None."""
    for part in path:
        child = child_of(node, part)
        if child is None:
            return None
        node = child
    return node


def child_of(node: Node, part: str | int) -> Node | None:
    """Return what stands under one key or index, or None."""
    if isinstance(node, Mapping):
        entry = node.entries.get(part)
        return entry.node if entry else None
    if isinstance(node, Items) and isinstance(part, int) and part < len(node.nodes):
        return node.nodes[part]
    return None


def children(node: Node) -> list[tuple[str | int, Node]]:
    """Return what stands directly under a node, with keys and indices as parts of a path."""
    if isinstance(node, Mapping):
        return [(key if isinstance(key, (str, int)) else str(key), entry.node) for key, entry in node.entries.items()]
    return [] if isinstance(node, Scalar) else list(enumerate(node.nodes))


def place_of(node: Node, path: Sequence[str | int], *, key: bool = False) -> Place:
    """Return where a path's value is written; of its key with ``key`` and for blocks; of the nearest parent's key where there is none."""
    place, at_key = node.place, node.place
    for part in path:
        child = child_of(node, part)
        if child is None:
            return at_key
        at_key = node.entries[part].place if isinstance(node, Mapping) else child.place
        place, node = child.place, child
    at_key_too = (isinstance(node, Scalar) and node.value is None) or (isinstance(node, Mapping) and node.is_block)
    return at_key if key or at_key_too else place


def split_path(node: Node, text: str) -> tuple[Path, str]:
    """Split a dotted path along the names of a tree (names may hold dots); returns the part that exists and the rest as text."""
    path: list[str | int] = []
    rest = text
    while rest:
        step = _step(node, rest)
        if step is None:
            break
        name, key = step
        path.append(key)
        rest = rest[len(name) + 1 :]
        node = child_of(node, key) or node
    return tuple(path), rest


def _step(node: Node, rest: str) -> tuple[str, str | int] | None:
    if isinstance(node, Items):
        name = rest.split(".", 1)[0]
        return (name, int(name)) if name.isdigit() and int(name) < len(node.nodes) else None
    if not isinstance(node, Mapping):
        return None
    fits = [key for key in node.entries if rest == str(key) or rest.startswith(f"{key}.")]
    best = max(fits, key=lambda key: len(str(key)), default=None)
    return None if best is None else (str(best), best)  # type: ignore[return-value]


def with_entry(node: Mapping, key: str | int | float, entry: Entry | None) -> Mapping:
    """Return a mapping with one key set, or dropped where ``entry`` is None."""
    entries = dict(node.entries)
    if entry is None:
        entries.pop(key, None)
    else:
        entries[key] = entry
    return replace(node, entries=entries)
