"""Laying one scenario tree over another: a reform over its baseline, a bank over what all banks share, one value from the command line."""

from __future__ import annotations

from dataclasses import replace

from simulator.scenario import vocabulary
from simulator.scenario.messages import unknown
from simulator.scenario.positions import Entry, Findings, Mapping, Node, Path, Scalar, child_of, children, dotted, find, split_path, with_entry

REMOVE = "remove"
OWN_KEYS = ("name", "title", "title_en", "summary", "summary_en", "changes")
"""What a reform says of itself and never inherits."""


def lay(base: Mapping, top: Mapping, findings: Findings, path: Path = ()) -> Mapping:
    """Lay ``top`` over ``base``, key by key.

    Mappings are merged, everything else is replaced; so is a set of shares, which only makes sense as a whole. A key set to the word ``remove`` drops
    what is inherited. New keys come last.

    Parameters
    ----------
    base, top : Mapping
        Trees; neither is changed.
    findings : Findings
        Takes note of a ``remove`` that has nothing to remove.
    path : tuple
        Where both stand, for messages and to know the kind of value.
    """
    result = replace(base, place=top.place, is_block=top.is_block, remark=top.remark or base.remark)
    for key, entry in top.entries.items():
        here = (*path, _as_part(key))
        if is_remove(entry.node):
            if key not in base.entries:
                zh, en = unknown(str(key), [str(known) for known in base.entries], "可删去的", "inherited key")
                findings.add(entry.node.place, here, zh, en)
            result = with_entry(result, key, None)
        else:
            result = with_entry(result, key, Entry(entry.place, _laid(base, key, entry, findings, here)))
    return result


def _laid(base: Mapping, key: str | float, entry: Entry, findings: Findings, path: Path) -> Node:
    below = base.entries.get(key)
    if isinstance(entry.node, Mapping) and below and isinstance(below.node, Mapping) and not vocabulary.is_vector(vocabulary.kind_at(path)):
        return lay(below.node, entry.node, findings, path)
    return entry.node


def without_stale(laid: Mapping, base: Mapping, top: Mapping) -> Mapping:
    """Drop assumptions of the base about values that the overlay has set or removed, unless the overlay states them anew."""
    table, stated = child_of(laid, "assumptions"), child_of(top, "assumptions")
    if not isinstance(table, Mapping):
        return laid
    kept = table
    for text in table.entries:
        anew = stated is not None and child_of(stated, str(text)) is not None
        if not anew and _touches(top, split_path(base, str(text))[0]):
            kept = with_entry(kept, text, None)
    return with_entry(laid, "assumptions", replace(laid.entries["assumptions"], node=kept))


def _touches(top: Node, path: Path) -> bool:
    for part in path:
        child = child_of(top, part)
        if child is None:
            return False
        if not isinstance(child, Mapping):
            return True
        top = child
    return bool(path)


def is_remove(node: Node) -> bool:
    """Whether a value is the word ``remove``."""
    return isinstance(node, Scalar) and node.value == REMOVE


def own_removed(tree: Mapping) -> Mapping:
    """Return a base without what it says of itself."""
    for key in OWN_KEYS:
        tree = with_entry(tree, key, None)
    return tree


def leftover_removes(node: Node, findings: Findings, path: Path = ()) -> None:
    """Note each ``remove`` in a tree that inherits nothing there."""
    if is_remove(node):
        zh = "这里没有可删去的继承值；remove 只用于 extends 的改革文件"
        en = "nothing is inherited here; remove belongs in a file that extends another"
        findings.add(node.place, path, zh, en)
    for key, child in children(node):
        leftover_removes(child, findings, (*path, key))


def _as_part(key: str | float) -> str | int:
    return key if isinstance(key, (str, int)) else str(key)


def put(tree: Mapping, text: str, value: Node, findings: Findings) -> Mapping:
    """Set one value by its dotted path, as ``--set`` does.

    Parameters
    ----------
    tree : Mapping
        The scenario as it stands.
    text : str
        Dotted path; names may hold dots as long as they exist.
    value : Node
        Its value; the word ``remove`` drops the key.
    """
    known, rest = split_path(tree, text)
    parent = known if rest else known[:-1]
    names = rest.split(".") if rest else [known[-1]]
    node = find(tree, parent)
    if not isinstance(node, Mapping) and len(known) and rest:
        zh = f"{dotted(known)} 之下没有“{rest}”：它是一个值"
        en = f"nothing called {rest!r} stands under {dotted(known)}: it is a single value"
        findings.add(value.place, known, zh, en)
        return tree
    for key in reversed(names[1:]):
        value = Mapping({key: Entry(value.place, value)}, value.place)
    path = (*parent, names[0])
    return without_stale(_replaced(tree, path, value, findings, ()), tree, _nested(path, value))


def _nested(path: Path, value: Node) -> Mapping:
    node = value
    for key in reversed(path):
        node = Mapping({key: Entry(value.place, node)}, value.place)
    return node if isinstance(node, Mapping) else Mapping({}, value.place)


def _replaced(tree: Mapping, path: tuple[str | int, ...], value: Node, findings: Findings, above: Path) -> Mapping:
    key, *rest = path
    if rest:
        child = tree.entries[key].node
        if isinstance(child, Mapping):
            return with_entry(tree, key, replace(tree.entries[key], node=_replaced(child, tuple(rest), value, findings, (*above, key))))
        findings.add(
            value.place, (*above, *path), "列表中的值请整列改写，如 a.b=[甲, 乙]", "a value in a list is set with the whole list, such as a.b=[x, y]"
        )
        return tree
    top = Mapping({key: Entry(value.place, value)}, value.place)
    return lay(tree, top, findings, above)
