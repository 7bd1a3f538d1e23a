"""A file's bytes to a tree with positions: YAML 1.2, read strictly, with a helpful word for what breaks it.

The YAML library only composes; numbers, dates and truth values are made here, so that every repeated key, anchor or odd mark is told with its line,
all at once.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.errors import Problem, ScenarioError
from simulator.scenario.positions import Entry, Findings, Items, Mapping, Node, Path, Place, Remark, Scalar, dotted, plain
from simulator.scenario.syntax import MARKS, explain_syntax, wide_mark

if TYPE_CHECKING:
    from pathlib import Path as FilePath


MOST_BYTES = 500_000
MOST_DEPTH = 100
TOO_DEEP = ("括号或缩进嵌套太深", "brackets or indentation are nested too deeply")
TAG = "tag:yaml.org,2002:"
WRAPPER_KEYS = ("value", "source", "assumption", "range")


def read_tree(path: FilePath, shown: str) -> Mapping:
    """Read a scenario file into a tree.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        The file as the user named it, for messages.

    Raises
    ------
    ScenarioError
        If it cannot be read, is no UTF-8, no YAML or no mapping; holds every problem found.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        zh, en = f"无法读取文件：{error.strerror}", f"the file cannot be read: {error.strerror}"
        raise _refused(shown, zh, en) from None
    return parse_tree(_decode(data, shown), shown)


def _decode(data: bytes, shown: str) -> str:
    if len(data) > MOST_BYTES:
        zh = f"文件超过 {MOST_BYTES // 1000} KB；情景文件是短文本，贷款台账请另存 CSV"
        raise _refused(shown, zh, f"the file is larger than {MOST_BYTES // 1000} KB; a scenario is a short text, loan tapes are CSV files")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
    zh = "文件不是 UTF-8 编码（多半是 GBK/ANSI）；请用编辑器另存为 UTF-8"
    raise _refused(shown, zh, "the file is not UTF-8 (most likely GBK); save it as UTF-8 in your editor", line, column)


def _refused(shown: str, zh: str, en: str, line: int = 0, column: int = 0) -> ScenarioError:
    return ScenarioError([Problem(shown, line, column, "", zh, en)])


def parse_tree(text: str, shown: str) -> Mapping:
    """Parse the text of a scenario file; see ``read_tree``."""
    root = _compose(text, shown)
    findings = Findings()
    if root is None:
        findings.add(Place(shown), (), "文件是空的；可用 riskshare new 生成一个样例", "the file is empty; riskshare new writes one to start from")
        raise as_error(findings)
    tree = _Builder(shown, findings).node(root, ())
    if not isinstance(tree, Mapping) and not findings.found:
        findings.add(tree.place, (), "文件应为“键: 值”的对照，如 title: 标题", "the file must be a mapping of keys to values, such as title: a title")
    if findings.found or not isinstance(tree, Mapping):
        raise as_error(findings)
    return tree


def parse_value(text: str, shown: str, line: int, column: int) -> Node:
    """Parse one value of a command line, a YAML scalar or flow mapping, as if written at the given place."""
    root = _compose(text, shown)
    findings = Findings()
    node = Scalar(None, Place(shown)) if root is None else _Builder(shown, findings, (line - 1, column - 1)).node(root, ())
    if findings.found:
        raise as_error(findings)
    return node


def as_error(findings: Findings, titles: Any = None) -> ScenarioError:  # noqa: ANN401  a function of a path, or None
    """Turn findings into one error, in the order of the files, each problem once."""
    problems: dict[tuple[object, ...], Problem] = {}
    for place, path, zh, en in findings.found:
        problem = Problem(place.file, place.line, place.column, dotted(path), zh, en, titles(path) if titles else "")
        problems.setdefault((place, zh), problem)
    return ScenarioError(sorted(problems.values(), key=lambda p: (p.file, p.line, p.column)))


def _compose(text: str, shown: str) -> Any:  # noqa: ANN401  the library's nodes have no public type
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    if _depth(text) > MOST_DEPTH:
        raise _refused(shown, *TOO_DEEP)
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ScenarioError(explain_syntax(error, text, shown)) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        zh, en = "含有不可见的控制字符，请删去", "an invisible control character stands here; delete it"
        raise _refused(shown, zh, en, line, 1) from None
    except AttributeError:
        zh, en = "键必须是简单文字，不能是列表或对照", "a key must be plain text, not a list or a mapping"
        raise _refused(shown, zh, en) from None
    except RecursionError:
        raise _refused(shown, *TOO_DEEP) from None


def _depth(text: str) -> int:
    """Depth of open brackets; the library takes time with the square of it."""
    return max(itertools.accumulate((1 if found[0] in "[{" else -1 for found in re.finditer(r"[\[\]{}]", text)), initial=0))


class _Builder:
    """Turns composed nodes into a tree and notes what is not allowed."""

    def __init__(self, shown: str, findings: Findings, offset: tuple[int, int] = (0, 0)) -> None:
        self.shown, self.findings, self.offset = shown, findings, offset
        self.seen: set[int] = set()

    def node(self, composed: Any, path: Path) -> Node:  # noqa: ANN401
        place = self.place(composed)
        if id(composed) in self.seen or composed.anchor:
            zh = "不支持锚点和引用（& 与 *）；请写出值，或用 extends"
            en = "anchors and aliases (& and *) are not read; write the value out or use extends"
            self.findings.add(place, path, zh, en)
        if id(composed) in self.seen:
            return Scalar(None, place)
        self.seen.add(id(composed))
        kind = type(composed).__name__
        if kind == "MappingNode":
            return self.mapping(composed, place, path)
        if kind == "SequenceNode":
            return Items(tuple(self.node(part, (*path, i)) for i, part in enumerate(composed.value)), place)
        return Scalar(self.scalar(composed, place, path), place)

    def place(self, composed: Any) -> Place:  # noqa: ANN401
        line, column = composed.start_mark.line, composed.start_mark.column
        return Place(self.shown, line + self.offset[0] + 1, column + 1 + (self.offset[1] if line == 0 else 0))

    def mapping(self, composed: Any, place: Place, path: Path) -> Node:  # noqa: ANN401
        entries: dict[str | int | float, Entry] = {}
        self.tagged(composed, place, path, "map")
        for key_node, value_node in composed.value:
            key_place = self.place(key_node)
            key: Any = self.scalar(key_node, key_place, path)
            key = key if isinstance(key, (str, int, float)) and not isinstance(key, bool) else str(key_node.value)
            self.check_key(key, key_place, path)
            if key in entries:
                first = entries[key].place.line
                zh = f"键“{key}”重复，第 {first} 行已有；请删去一个"
                en = f"key {str(key)!r} is repeated, first on line {first}; delete one"
                self.findings.add(key_place, (*path, key), zh, en)
            node = self.node(value_node, (*path, key))
            if isinstance(node, Scalar) and node.value is None:
                node = Scalar(None, key_place)
            entries[key] = Entry(key_place, node)
        tree = Mapping(entries, place, is_block=not composed.flow_style)
        return self.unwrapped(tree, path) if "value" in entries else tree

    def check_key(self, key: str | float, place: Place, path: Path) -> None:
        wide = next((mark for mark in str(key) if mark in MARKS), None)
        if wide:
            self.findings.add(place, path, *wide_mark(wide, str(key)))

    def unwrapped(self, tree: Mapping, path: Path) -> Node:
        """Take ``{value, source | assumption, range}`` apart: the value, with what is said about it."""
        for key, entry in tree.entries.items():
            if key not in WRAPPER_KEYS:
                zh = f"“{key}”不能与 value 同写；可用：{'、'.join(WRAPPER_KEYS)}"
                en = f"{str(key)!r} cannot stand beside value; known are {', '.join(WRAPPER_KEYS)}"
                self.findings.add(entry.place, path, zh, en)
        if "source" in tree.entries and "assumption" in tree.entries:
            zh = "source 与 assumption 只能写一个：有出处的是事实，没有的是假设"
            en = "source and assumption exclude each other: a value with a source is a fact"
            self.findings.add(tree.entries["assumption"].place, path, zh, en)
        said = {key: plain(entry.node) for key, entry in tree.entries.items()}
        for key in ("source", "assumption"):
            if key in said and not (isinstance(said[key], str) and str(said[key]).strip()):
                self.findings.add(tree.entries[key].place, path, f"{key} 要写一段文字", f"{key} must be a text")
        span = self.span(tree.entries.get("range"), path)
        remark = Remark(said.get("source"), said.get("assumption"), span)  # type: ignore[arg-type]
        value = tree.entries["value"].node
        return replace(value, remark=remark)

    def span(self, entry: Entry | None, path: Path) -> tuple[object, object] | None:
        if entry is None:
            return None
        ends = plain(entry.node)
        if isinstance(ends, tuple) and len(ends) == 2 and not any(isinstance(end, (tuple, dict)) or end is None for end in ends):
            return ends[0], ends[1]
        self.findings.add(entry.place, path, "range 要写两个端点，如 [0.5%, 3%]", "range takes its two ends, such as [0.5%, 3%]")
        return None

    def tagged(self, composed: Any, place: Place, path: Path, *known: str) -> str:  # noqa: ANN401
        kind = str(composed.tag).removeprefix(TAG)
        if kind not in known:
            self.findings.add(
                place, path, f"不支持 YAML 标签 {composed.tag}；只写普通的值", f"the YAML tag {composed.tag} is not read; write a plain value"
            )
        return kind

    def scalar(self, composed: Any, place: Place, path: Path) -> object:  # noqa: ANN401
        kind = self.tagged(composed, place, path, "str", "int", "float", "bool", "null", "timestamp", "merge")
        text = str(composed.value)
        try:
            return _typed(kind, text)
        except ValueError:
            self.findings.add(place, path, f"“{text}”不是有效的数字", f"{text!r} is not a number")
            return None


def _typed(kind: str, text: str) -> object:
    if kind == "int":
        digits = text.replace("_", "")
        return int(digits, 0) if re.match(r"[-+]?0[xob]", digits) else int(digits)
    if kind == "float":
        number = float(text.replace("_", ""))
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    if kind == "bool":
        return text.lower() == "true"
    return None if kind == "null" else text
