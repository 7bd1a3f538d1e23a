"""What the models' refusals mean, in the user's words: one text a code, in Chinese and English, and the nearest known name."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from simulator.scenario import not_yet, vocabulary
from simulator.scenario.models import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import BaseModel

    from simulator.scenario.units import Unit

MOST_LISTED = 12
"""Names listed beside a guess; without a guess all are."""
BOUNDS = {
    "greater_than_equal": ("ge", "不能小于 {bound}", "must be at least {bound}"),
    "greater_than": ("gt", "应大于 {bound}", "must be above {bound}"),
    "less_than_equal": ("le", "不能大于 {bound}", "must be at most {bound}"),
    "less_than": ("lt", "应小于 {bound}", "must be below {bound}"),
}
KINDS = {
    "int_type": ("要一个整数，如 1000", "a whole number such as 1000 belongs here"),
    "int_from_float": ("要一个整数，如 1000", "a whole number such as 1000 belongs here"),
    "float_type": ("要一个数，如 1.6", "a number such as 1.6 belongs here"),
    "string_type": ("要一段文字；数字请加引号", "a text belongs here; put a number in quotation marks"),
    "bool_type": ("只能写 true（是）或 false（否）", "write true or false"),
    "tuple_type": ("要一个列表，如 [甲, 乙]；一项也要写成列表", "a list such as [a, b] belongs here, even for one entry"),
    "dict_type": ("要“名称: 值”的对照", "a mapping of names to values belongs here"),
    "model_type": ("要一组键，如 {keys}", "a block of keys belongs here, such as {keys}"),
}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to a mistyped one, or None."""
    names = [str(one) for one in known]
    folded = {one.lower().replace("-", "_"): one for one in reversed(names)}
    close = difflib.get_close_matches(name.lower().replace("-", "_"), folded, n=1, cutoff=0.5)
    return folded[close[0]] if close else None


def unknown(name: str, known: Sequence[str], zh: str, en: str) -> tuple[str, str]:
    """Say that a name is not known, with the nearest one and all that are.

    Parameters
    ----------
    name : str
        What was found.
    known : sequence of str
        What is allowed.
    zh, en : str
        What kind of name it is.

    Examples
    --------
    >>> unknown("shar", ["share", "payer"], "键", "key")[1]
    "unknown key 'shar'; did you mean 'share'? Known: share, payer"
    """
    close = nearest(name, known)
    guess = (f"；是否想写“{close}”？", f"; did you mean {close!r}?") if close else ("；", ";")
    some = known if close is None else known[:MOST_LISTED]
    more = ("……", ", …") if len(some) < len(known) else ("", "")
    listed = ("、".join(some) + more[0], ", ".join(some) + more[1]) if known else ("（无）", "(none)")
    return f"没有{zh}“{name}”{guess[0]}可用：{listed[0]}", f"unknown {en} {name!r}{guess[1]} {'Known' if close else 'known'}: {listed[1]}"


def unknown_key(path: Sequence[str | float], root: type[BaseModel] = Scenario) -> tuple[str, str]:
    """Say that the last key of a path is not known; a Chinese title is answered with its key."""
    name, known = str(path[-1]), vocabulary.keys_at(path[:-1], root)
    titled = next((key for key, entry in known.items() if entry.zh == name), None)
    if titled:
        return f"键一律用英文；“{name}”请写 {titled}", f"keys are English; for {name!r} write {titled}"
    return unknown(name, list(known), "键", "key")


def missing_key(path: Sequence[str | float], root: type[BaseModel] = Scenario) -> tuple[str, str]:
    """Say that a key must be given."""
    zh, en = vocabulary.titles_at(path, root)
    unit = vocabulary.unit_at(vocabulary.kind_at(path, root))
    example = (f"，如 {path[-1]}: {unit.examples[0]}", f", such as {path[-1]}: {unit.examples[0]}") if unit else ("", "")
    return f"缺少 {path[-1]}（{zh}）；请补上{example[0]}", f"{path[-1]} ({en}) is missing; add it{example[1]}"


def explain(error: Mapping[str, Any], path: Sequence[str | float], root: type[BaseModel] = Scenario) -> tuple[str, str]:
    """Put one refusal of the models into words.

    Parameters
    ----------
    error : mapping
        As pydantic lists it: ``type``, ``ctx``, ``input``.
    path : sequence
        Path of the value, or of the missing or unknown key.
    root : type
        Block in which the path starts.

    Returns
    -------
    tuple of str
        Chinese and English.
    """
    code, context, found = error["type"], error.get("ctx") or {}, _brief(error["input"])
    if code == "quantity":
        return _with_wide_mark(context["zh"], context["en"], found)
    later = not_yet.said_of(path, error["input"] if code == "literal_error" else None) if root is Scenario else None
    if later and code in ("extra_forbidden", "literal_error"):
        return later
    if code == "extra_forbidden":
        return unknown_key(path, root)
    if code == "missing":
        return missing_key(path, root)
    if code == "literal_error":
        return _not_among(found, re.findall(r"'([^']*)'|(\d+)", context["expected"]))
    if code in BOUNDS:
        return _out_of_bounds(code, context, found, vocabulary.unit_at(vocabulary.kind_at(path, root)))
    if code in KINDS:
        return _wrong_kind(code, found, vocabulary.keys_at(path, root))
    return f"“{found}”不合要求（{code}）", f"{found!r} is not accepted: {error['msg']}"


def _brief(found: object) -> str:
    text = "、".join(str(key) for key in found) if isinstance(found, dict) else str(found)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _with_wide_mark(zh: str, en: str, found: str) -> tuple[str, str]:
    wide = next((mark for mark in "：，｛｝；" if mark in found), None)
    if wide is None:
        return zh, en
    return f"{zh}（含全角符号“{wide}”，请用半角）", f"{en} (it holds the full-width mark {wide!r}; use the plain one)"


def _not_among(found: str, listed: list[tuple[str, str]]) -> tuple[str, str]:
    known = [text or number for text, number in listed]
    close = nearest(found, known)
    guess = (f"是否想写 {close}？", f" did you mean {close}?") if close else ("", "")
    return (
        f"“{found}”不在可选之列；{guess[0]}可写：{'、'.join(known)}",
        f"{found!r} is not one of the choices;{guess[1]} write one of {', '.join(known)}",
    )


def _out_of_bounds(code: str, context: Mapping[str, Any], found: str, unit: Unit | None) -> tuple[str, str]:
    key, zh, en = BOUNDS[code]
    bound = unit.show(context[key]) if unit else str(context[key])
    return f"{found} {zh.format(bound=bound)}", f"{found} {en.format(bound=bound)}"


def _wrong_kind(code: str, found: str, known: Iterable[str]) -> tuple[str, str]:
    zh, en = KINDS[code]
    keys = "、".join(list(known)[:4]) if code == "model_type" else ""
    return _with_wide_mark(f"找到“{found}”，这里{zh.format(keys=keys)}", f"found {found!r}; {en.format(keys=keys.replace('、', ', '))}", found)
