"""What the models say about a path: its titles, its unit, the keys allowed there.

The models are the one dictionary of the scenario language; this module looks things up in it, for errors, ``show``, ``diff`` and the reference.
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from simulator.scenario.models import Bank, Banks, Scenario
from simulator.scenario.units import Unit, Vector, unit_of

if typing.TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Entry:
    """One key of the scenario language.

    Attributes
    ----------
    key : str
        As written in files.
    kind : type annotation
        What the value may be.
    zh, en : str
        Titles.
    required : bool
        Whether a file must give it.
    default : object
        Value where the file says nothing, in the program's units.
    """

    key: str
    kind: Any
    zh: str
    en: str
    required: bool
    default: Any


@cache
def entries_of(model: type[BaseModel]) -> dict[str, Entry]:
    """Return the keys of one block by their names in files."""
    hints = typing.get_type_hints(model, include_extras=True)
    found = {}
    for name, info in model.model_fields.items():
        titles = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        key = info.alias or name
        found[key] = Entry(key, hints[name], str(titles.get("zh", "")), str(titles.get("en", "")), info.is_required(), info.default)
    return found


def options(kind: Any) -> list[tuple[Any, tuple[object, ...]]]:  # noqa: ANN401  a type annotation
    """Return the alternatives of an annotation, each with the marks that stand beside it; ``None`` is left out."""
    marks: tuple[object, ...] = ()
    if typing.get_origin(kind) is typing.Annotated:
        kind, *beside = typing.get_args(kind)
        marks = tuple(beside)
    if unit_of(marks) or typing.get_origin(kind) not in (typing.Union, types.UnionType):
        return [(kind, marks)]
    return [option for part in typing.get_args(kind) if part is not type(None) for option in options(part)]


def is_optional(kind: Any) -> bool:  # noqa: ANN401
    """Whether an annotation allows None."""
    return typing.get_origin(kind) in (typing.Union, types.UnionType) and type(None) in typing.get_args(kind)


def unit_at(kind: Any) -> Unit | None:  # noqa: ANN401
    """Return the unit of an annotation's single value, if it is a quantity."""
    return next((unit for _, marks in options(kind) if (unit := unit_of(marks))), None)


def key_unit(kind: Any) -> Unit | None:  # noqa: ANN401
    """Return the unit of an annotation's keys, where they are quantities."""
    for option, _ in options(kind) if kind is not None else ():
        if typing.get_origin(option) is dict:
            return unit_of(getattr(typing.get_args(option)[0], "__metadata__", ()))
    return None


def is_vector(kind: Any) -> bool:  # noqa: ANN401
    """Whether an annotation is a set of shares that sum to one."""
    return any(isinstance(mark, Vector) for _, marks in options(kind) for mark in marks)


def block_at(kind: Any) -> type[BaseModel] | None:  # noqa: ANN401
    """Return the block of an annotation, if it is one."""
    return next((k for k, _ in options(kind) if isinstance(k, type) and issubclass(k, BaseModel)), None)


def under(kind: Any, part: str | float) -> Any:  # noqa: ANN401
    """Return the annotation under one key or index of an annotation; None where nothing can stand there. What all banks share reads as a bank."""
    for option, _ in options(kind):
        origin, arguments = typing.get_origin(option), typing.get_args(option)
        if isinstance(option, type) and issubclass(option, BaseModel):
            entry = entries_of(option).get(str(part))
            if entry:
                return Bank if option is Banks and part == "common" else entry.kind
        elif origin is dict:
            return arguments[1]
        elif origin is tuple and isinstance(part, int):
            return arguments[0]
    return None


def kind_at(path: Sequence[str | float], root: type[BaseModel] = Scenario) -> Any:  # noqa: ANN401
    """Return the annotation at a path under a block; None where the language has none."""
    kind: Any = root
    for part in path:
        kind = under(kind, part)
        if kind is None:
            return None
    return kind


def titles_at(path: Sequence[str | float], root: type[BaseModel] = Scenario) -> tuple[str, str]:
    """Return the Chinese and English title of the nearest key on a path under a block.

    Examples
    --------
    >>> titles_at(("scheme", "layers", "资金池补偿", "share"))
    ('比例', 'share')
    """
    kind: Any = root
    zh = en = ""
    for part in path:
        block = block_at(kind)
        entry = entries_of(block).get(str(part)) if block else None
        if entry:
            zh, en = entry.zh, entry.en
        kind = under(kind, part)
        if kind is None:
            break
    return zh, en


def keys_at(path: Sequence[str | float], root: type[BaseModel] = Scenario) -> dict[str, Entry]:
    """Return the keys that may stand under a path; empty where names are the user's own."""
    kind = kind_at(path, root)
    block = block_at(kind) if kind is not None else None
    return entries_of(block) if block else {}
