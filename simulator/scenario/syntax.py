"""What keeps a file from being YAML, in the user's words: full-width marks, tabs, missing braces and spaces, each at its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.errors import Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

MARKS = {"：": ":", "，": ",", "｛": "{", "｝": "}", "［": "[", "］": "]", "“": '"', "”": '"'}
_KEY_WITH_WIDE_COLON = re.compile(r"^\s*(?:- )?([^\s:#\"'：][^:#\"'：]*)(：)")


def wide_mark(mark: str, found: str) -> tuple[str, str]:
    """Say in Chinese and English that a full-width mark stands where YAML needs the plain one."""
    plain_mark = MARKS[mark]
    after = "，后面留一个空格" if plain_mark in ":," else ""
    zh = f"“{found}”中有全角符号“{mark}”；请改为半角“{plain_mark}”{after}"
    return zh, f"{found!r} holds the full-width mark {mark!r}; write {plain_mark!r}{' and a space' if after else ''} instead"


def explain_syntax(error: MarkedYAMLError, text: str, shown: str) -> list[Problem]:
    """Say what breaks a file: the usual slips on and before the line where the reader stumbled; its own complaint where none is near.

    Parameters
    ----------
    error : MarkedYAMLError
        From the YAML library.
    text : str
        The file's text.
    shown : str
        The file as the user named it.
    """
    mark = error.problem_mark or error.context_mark
    last = mark.line + 1 if mark else 0
    slips = [slip for number, line in enumerate(text.split("\n")[:last], 1) for slip in _suspects(line, number, shown)]
    if any(slip.line >= last - 1 for slip in slips):
        return slips
    zh, en = _plain_words(error)
    opened = error.context_mark if error.context and ("flow" in error.context or "quoted" in error.context) else mark
    opened = opened or mark
    return [Problem(shown, opened.line + 1 if opened else 0, opened.column + 1 if opened else 0, "", zh, en), *slips]


def _suspects(line: str, number: int, shown: str) -> list[Problem]:
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return [
            Problem(shown, number, indent.index("\t") + 1, "", "缩进用了制表符（Tab）；请改用空格", "the line is indented with a tab; use spaces")
        ]
    code = re.sub(r"\"[^\"]*\"|'[^']*'|(^|\s)#.*$", lambda m: " " * len(m[0]), line)
    key = _KEY_WITH_WIDE_COLON.match(code)
    if key and not line.lstrip().startswith("- "):
        return [Problem(shown, number, key.start(2) + 1, "", *wide_mark("：", key[1] + "："))]
    found = next(((i, mark) for i, mark in enumerate(code) if mark in "｛｝［］" or (mark in "，：" and "{" in code[:i])), None)
    if found:
        return [Problem(shown, number, found[0] + 1, "", *wide_mark(found[1], line.strip()))]
    glued = re.match(r"^\s*([A-Za-z_]\w*):([^\s:/].*)$", code)
    if glued:
        words = (
            f"“{line.strip()}”的冒号后少一个空格；请写 {glued[1]}: {glued[2].strip()}",
            f"{line.strip()!r} lacks a space after the colon; write {glued[1]}: {glued[2].strip()}",
        )
        return [Problem(shown, number, glued.end(1) + 1, "", *words)]
    return []


def _plain_words(error: MarkedYAMLError) -> tuple[str, str]:
    problem, context = str(error.problem or ""), str(error.context or "")
    if "flow mapping" in context:
        return "这里的 { 没有配对的 }，或两项之间少了逗号", "this { has no matching }, or a comma is missing between two entries"
    if "flow sequence" in context:
        return "这里的 [ 没有配对的 ]，或两项之间少了逗号", "this [ has no matching ], or a comma is missing between two entries"
    if "<stream end>" in problem:
        return "文件在括号没有配对时就结束了", "the file ends inside an open bracket"
    if "undefined alias" in problem:
        return "值不能以 * 开头；请加引号", "a value cannot begin with *; put it in quotation marks"
    if "quoted scalar" in context:
        return "引号没有配对", "a quotation mark has no partner"
    if "found '}'" in problem or "found ']'" in problem:
        return "多了一个括号，前面没有与它配对的", "a closing bracket without an opening one"
    if "mapping values are not allowed" in problem:
        return (
            "这里不能再有冒号：上一行可能少了“: ”，或缩进不一致，或一行写了两个“键: 值”",
            "a colon cannot stand here: the line above may lack its ': ', the indentation may differ, or two keys share one line",
        )
    if "another document" in problem:
        return "一个文件只能有一个情景；请删去 ---", "a file holds one scenario; delete the ---"
    character = re.search(r"found character ('.*?') that cannot", problem)
    if character:
        return f"值不能以 {character[1]} 开头；请加引号", f"a value cannot begin with {character[1]}; put it in quotation marks"
    return f"YAML 写法有误：{context} {problem}".strip(), f"this is not YAML: {context} {problem}".strip()
