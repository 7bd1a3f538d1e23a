"""A scenario back to text: resolved, in people's units, with what is known about each value; and what differs between two scenarios."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from simulator.errors import UnitError
from simulator.scenario import vocabulary
from simulator.scenario.models import Scenario
from simulator.scenario.overlay import OWN_KEYS
from simulator.scenario.positions import Entry, Items, Mapping, Node, Place, Remark, Scalar, dotted, find, split_path
from simulator.scenario.quantities import write_share
from simulator.scenario.units import NONE_WORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from simulator.scenario.loader import Loaded

WIDTH = 110
NO_PLACE = Place("")
COMMENTS = {"zh": ("来源", "假设", "范围"), "en": ("source", "assumption", "range")}
_SAFE = re.compile(r"\w[\w.%/+*()（）·〔〕、；。 -]*")
_NOT_TEXT = re.compile(r"[-+]?[0-9][0-9_.eE+-]*|0[xo][0-9a-f]+|true|false|null", re.IGNORECASE)


@dataclass(frozen=True)
class Difference:
    """One value that two scenarios do not share.

    Attributes
    ----------
    path : str
        Dotted path.
    zh, en : str
        Titles of its key.
    old, new : str
        The values as people write them; empty where there is none.
    """

    path: str
    zh: str
    en: str
    old: str
    new: str


def show(loaded: Loaded, *, lang: str = "zh", marks: Literal["comments", "inline"] = "comments") -> str:
    """Write a loaded scenario as one resolved file; loading it again gives the same digest.

    Parameters
    ----------
    loaded : Loaded
        From ``load``.
    lang : str
        Language of the comments, ``"zh"`` or ``"en"``.
    marks : str
        Sources and assumptions as ``comments``, or ``inline`` as ``{value, source | assumption, range}``, which loses nothing when read again.
    """
    tree = _with_assumptions(loaded)
    return "\n".join(_Text(lang, inline=marks == "inline").block(tree, Scenario, 0)) + "\n"


def write_tree(tree: Mapping, kind: type[BaseModel]) -> str:
    """Write a tree whose values are as people write them, keys in the order of its block; reading it again gives the same tree."""
    return "\n".join(_Text("en", inline=True).block(tree, kind, 0)) + "\n"


def _with_assumptions(loaded: Loaded) -> Mapping:
    entries = {key: entry for key, entry in loaded.tree.entries.items() if key != "assumptions"}
    table: dict[str | int | float, Entry] = {}
    for path, said in loaded.scenario.assumptions.items():
        row: dict[str | int | float, Entry] = {}
        if said.range is not None:
            row["range"] = Entry(NO_PLACE, Items(tuple(Scalar(end, NO_PLACE) for end in said.range), NO_PLACE))
        row["why"] = Entry(NO_PLACE, Scalar(said.why, NO_PLACE))
        table[path] = Entry(NO_PLACE, Mapping(row, NO_PLACE))
    if table:
        entries["assumptions"] = Entry(NO_PLACE, Mapping(table, NO_PLACE))
    return replace(loaded.tree, entries=entries)


class _Text:
    """Writes a tree as YAML lines."""

    def __init__(self, lang: str, *, inline: bool) -> None:
        self.words, self.inline = COMMENTS["zh" if lang == "zh" else "en"], inline

    def block(self, tree: Mapping, kind: Any, indent: int) -> list[str]:  # noqa: ANN401  a type annotation
        lines = []
        for key, entry in _in_order(tree, kind):
            lines += self.entry(f"{' ' * indent}{key_text(key, kind)}:", entry.node, vocabulary.under(kind, key), indent)
        return lines

    def entry(self, head: str, node: Node, kind: Any, indent: int) -> list[str]:  # noqa: ANN401
        wrapped = self.wrapped(node, kind)
        if wrapped is not None:
            return [f"{head} {wrapped}"]
        comment = self.comment(node.remark)
        flow = flow_text(node, kind)
        if isinstance(node, Scalar) or (not _has_remarks(node) and len(head) + len(flow) <= WIDTH) or flow in ("{}", "[]"):
            return [f"{head} {flow}{comment}"]
        if isinstance(node, Mapping):
            return [f"{head}{comment}", *self.block(node, kind, indent + 2)]
        pad = " " * (indent + 2)
        return [f"{head}{comment}", *(f"{pad}- {flow_text(part, vocabulary.under(kind, i))}" for i, part in enumerate(node.nodes))]

    def wrapped(self, node: Node, kind: Any) -> str | None:  # noqa: ANN401
        remark = node.remark
        if not self.inline or remark is None:
            return None
        said = [f"value: {flow_text(node, kind)}"]
        said += [f"{key}: {quoted(text)}" for key, text in (("source", remark.source), ("assumption", remark.assumption)) if text]
        if remark.range:
            said.append(f"range: [{', '.join(scalar_text(end, None) for end in remark.range)}]")
        return "{" + ", ".join(said) + "}"

    def comment(self, remark: Remark | None) -> str:
        if remark is None:
            return ""
        source, assumption, span = self.words
        parts = [f"{word}: {text}" for word, text in ((source, remark.source), (assumption, remark.assumption)) if text]
        parts += [f"{span}: {remark.range[0]} – {remark.range[1]}"] if remark.range else []
        return "  # " + "; ".join(" ".join(part.split()) for part in parts) if parts else ""


def _in_order(tree: Mapping, kind: Any) -> list[tuple[Any, Entry]]:  # noqa: ANN401
    block = vocabulary.block_at(kind) if kind is not None else None
    if block is None:
        return list(tree.entries.items())
    order = list(vocabulary.entries_of(block))
    return sorted(tree.entries.items(), key=lambda item: order.index(str(item[0])) if item[0] in order else len(order))


def _has_remarks(node: Node) -> bool:
    if isinstance(node, Scalar):
        return False
    parts = [entry.node for entry in node.entries.values()] if isinstance(node, Mapping) else node.nodes
    return any(part.remark or _has_remarks(part) for part in parts)


def flow_text(node: Node, kind: Any) -> str:  # noqa: ANN401
    """Write a value on one line, in people's units."""
    if isinstance(node, Mapping):
        return (
            "{"
            + ", ".join(f"{key_text(key, kind)}: {flow_text(entry.node, vocabulary.under(kind, key))}" for key, entry in _in_order(node, kind))
            + "}"
        )
    if isinstance(node, Items):
        return "[" + ", ".join(flow_text(part, vocabulary.under(kind, i)) for i, part in enumerate(node.nodes)) + "]"
    return scalar_text(node.value, kind)


def scalar_text(value: object, kind: Any) -> str:  # noqa: ANN401
    """Write one value as a file holds it, in the unit of its kind."""
    unit = vocabulary.unit_at(kind) if kind is not None else None
    if unit:
        try:
            return unit.show(unit.take(value, written=True))
        except UnitError:
            return quoted(str(value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    return str(value)


def key_text(key: object, kind: Any) -> str:  # noqa: ANN401
    """Write a key, in its unit where keys are quantities."""
    unit = vocabulary.key_unit(kind)
    if unit:
        try:
            return unit.show(unit.take(key, written=True))
        except UnitError:
            return quoted(str(key))
    return quoted(str(key))


def quoted(text: str) -> str:
    """Write a text so that YAML reads it back as this text.

    Examples
    --------
    >>> quoted("湖北"), quoted("80"), quoted("a: b"), quoted("true")
    ('湖北', '"80"', '"a: b"', '"true"')
    """
    if _SAFE.fullmatch(text) and not _NOT_TEXT.fullmatch(text) and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def difference(old: Loaded, new: Loaded) -> list[Difference]:
    """List what two scenarios do not share, in the order of the file, units levelled (``0.8`` and ``80%`` are the same).

    Parameters
    ----------
    old, new : Loaded
        From ``load``.
    """
    return [Difference(path, *vocabulary.titles_at(_keys(path, old, new)), before, after) for path, before, after in changes(old.tree, new.tree)]


def _keys(path: str, old: Loaded, new: Loaded) -> tuple[str | int, ...]:
    known, rest = max((split_path(one.tree, path) for one in (old, new)), key=lambda split: len(split[0]))
    return (*known, *rest.split(".")) if rest else known


def changes(old: Mapping, new: Mapping) -> list[tuple[str, str, str]]:
    """List ``(dotted path, old text, new text)`` of all values that differ between two trees.

    A value that one side does not write counts with its default. What a scenario says of itself (name, title, summary) is left out, and so are
    the sources of values.
    """
    before, after = ({path: text for path, text in _leaves(tree, Scenario, ()) if text != "{}"} for tree in (old, new))
    paths = list(after) + [path for path in before if path not in after]
    found = []
    for path in paths:
        if any(path[:length] in side for length in range(1, len(path)) for side in (before, after)):
            continue
        texts = tuple(side[path] if path in side else _text_at(tree, path) for side, tree in ((before, old), (after, new)))
        if texts[0] != texts[1]:
            found.append((dotted(path), *texts))
    return found + _reordered(old, new)  # type: ignore[return-value]


def _text_at(tree: Mapping, path: tuple[Any, ...]) -> str:
    """Text of a path that is no leaf of a tree: all that stands there, or else the default; empty where the thing it belongs to is not there."""
    node = find(tree, path)
    if node is not None:
        return flow_text(node, vocabulary.kind_at(path))
    return "" if any(find(tree, path[:length]) is None and not _has_default(path[:length]) for length in range(1, len(path))) else _default_text(path)


def _has_default(path: tuple[Any, ...]) -> bool:
    """Whether a block that a file leaves out counts with its defaults; what users name and what may be absent does not."""
    entry = vocabulary.keys_at(path[:-1]).get(str(path[-1]))
    return entry is not None and entry.default is not None


def _leaves(node: Node, kind: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:  # noqa: ANN401
    if isinstance(node, Mapping) and not vocabulary.is_vector(kind) and node.entries:
        for key, entry in _in_order(node, kind):
            if path or key not in (*OWN_KEYS, "sources", "gaps", "schema", "assumptions"):
                yield from _leaves(entry.node, vocabulary.kind_at((*path, key)), (*path, key))
    else:
        yield path, flow_text(node, kind)


def _default_text(path: tuple[Any, ...]) -> str:
    entry = vocabulary.keys_at(path[:-1]).get(str(path[-1])) if path else None
    if entry is None or entry.required:
        return ""
    unit, value = vocabulary.unit_at(entry.kind), entry.default
    if value is None:
        return NONE_WORD
    if vocabulary.is_vector(entry.kind):
        keys = vocabulary.key_unit(entry.kind)
        return "{" + ", ".join(f"{keys.show(key) if keys else key}: {write_share(share)}" for key, share in value.items()) + "}"
    if unit:
        return unit.show(value)
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (str, int)) else ""


def _reordered(old: Mapping, new: Mapping) -> list[tuple[str, str, str]]:
    before, after = (list(getattr(find(tree, ("scheme", "layers")), "entries", {})) for tree in (old, new))
    shared = [name for name in before if name in after]
    moved = [name for name in after if name in before]
    return [] if shared == moved else [("scheme.layers", "、".join(shared), "、".join(moved))]
