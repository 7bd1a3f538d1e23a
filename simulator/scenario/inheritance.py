"""Which file ``extends``, or a study's ``scenario``, names: one in the same folder or a built-in scenario, and never one that comes round again."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from simulator.errors import Problem, ScenarioError
from simulator.scenario import library, messages
from simulator.scenario.positions import Scalar

if TYPE_CHECKING:
    from simulator.scenario.library import Location
    from simulator.scenario.positions import Entry


def base_location(entry: Entry, location: Location, above: tuple[FilePath, ...], key: str = "extends") -> Location:
    """Return the file that a key names.

    Parameters
    ----------
    entry : Entry
        The key and its value.
    location : Location
        The file in which it stands.
    above : tuple of Path
        This file and all that extend it, resolved.
    key : str
        The key, for messages.

    Raises
    ------
    ScenarioError
        If there is no such file or name, it lies outside the folder, or it comes round again.
    """
    place = entry.node.place
    name = entry.node.value if isinstance(entry.node, Scalar) else None

    def refused(zh: str, en: str) -> ScenarioError:
        return ScenarioError([Problem(place.file, place.line, place.column, key, zh, en)])

    if not isinstance(name, str) or not name.strip():
        zh = f"{key} 要写一个文件名或内置情景名，如 hubei.yaml"
        en = f"{key} takes one file or built-in name, such as hubei.yaml"
        raise refused(zh, en)
    beside = location.path.parent / name
    if beside.suffix.lower() in library.SUFFIXES:
        shown = str(FilePath(location.shown).parent / name).replace("\\", "/")
        target = library.Location(beside, shown)
        if not _is_within(beside, location.path.parent):
            zh = f"“{name}”在本文件夹之外；只能用同一文件夹（含子文件夹）的文件或内置情景名"
            en = f"{name!r} lies outside this folder; name a file in it, or a built-in scenario"
            raise refused(zh, en)
        if not beside.is_file():
            close = messages.nearest(beside.name, [one.name for one in beside.parent.iterdir()] if beside.parent.is_dir() else [])
            zh = f"找不到“{name}”{f'；是否想写 {close}？' if close else ''}"
            en = f"there is no {name!r}{f'; did you mean {close}?' if close else ''}"
            raise refused(zh, en)
    else:
        builtin = library.find_builtin(name)
        if builtin is None:
            known = [one.name for one in library.list_builtin()]
            raise refused(*messages.unknown(name, known, "内置情景", "built-in scenario"))
        target = library.located(builtin)
    if target.path.resolve() in above:
        chain = " → ".join(path.name for path in (*above, target.path))
        zh = f"extends 绕成了圈：{chain}"
        en = f"extends goes in a circle: {chain}"
        raise refused(zh, en)
    return target


def _is_within(path: FilePath, folder: FilePath) -> bool:
    allowed = [folder.resolve()]
    if allowed[0].is_relative_to(library.library_folder().resolve()):
        allowed.append(library.library_folder().resolve())
    return any(path.resolve().is_relative_to(root) for root in allowed)
