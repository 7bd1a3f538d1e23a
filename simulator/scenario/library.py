"""The built-in scenarios: where they lie, what they are called, and how a name becomes a file.

In a checkout they lie in ``scenarios/`` beside the package, in an installed package in ``simulator/library/``. Each has a Chinese name (the file's
``name:``) and an ASCII one (the file's stem).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from simulator.errors import Problem, ScenarioError
from simulator.scenario.messages import nearest

SUFFIXES = (".yaml", ".yml")
_TOP_LINE = re.compile(r"^(name|title|title_en|extends|schema)\s*:\s*(.*?)\s*(?:\s#.*)?$")


@dataclass(frozen=True)
class BuiltIn:
    """One built-in scenario.

    Attributes
    ----------
    stem : str
        ASCII name, e.g. ``hubei``.
    name : str
        Chinese name, e.g. ``湖北``.
    title, title_en : str
        Titles; ``title_en`` may be empty.
    kind : str
        ``scheme``, ``reform`` (it extends another) or ``case`` (small enough to check by hand).
    extends : str
        What it extends, or empty.
    path : Path
        The file.
    """

    stem: str
    name: str
    title: str
    title_en: str
    kind: str
    extends: str
    path: Path


@dataclass(frozen=True)
class Location:
    """A scenario file and how to call it in messages."""

    path: Path
    shown: str


def library_folder() -> Path:
    """Return the folder of the built-in scenarios."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "library"
    return installed if installed.is_dir() else package.parent / "scenarios"


def list_builtin(folder: Path | None = None) -> list[BuiltIn]:
    """Return the built-in scenarios: schemes, then reforms, then cases, each by file name.

    Parameters
    ----------
    folder : Path, optional
        Another folder of scenario files in place of the library.
    """
    root = folder or library_folder()
    found = [_glance(path) for path in sorted(root.rglob("*.yaml"))]
    order = ("scheme", "reform", "case")
    return sorted((one for one in found if one), key=lambda one: (order.index(one.kind), one.stem))


def _glance(path: Path) -> BuiltIn | None:
    said: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _TOP_LINE.match(line)
        if match:
            said.setdefault(match[1], match[2].strip("\"'"))
    if "name" not in said:
        return None
    kind = "case" if path.parent.name == "cases" else "reform" if "extends" in said else "scheme"
    return BuiltIn(path.stem, said["name"], said.get("title", ""), said.get("title_en", ""), kind, said.get("extends", ""), path)


def find_builtin(name: str) -> BuiltIn | None:
    """Return the built-in of that Chinese or ASCII name (case, ``-`` and ``_`` do not matter), or None."""
    wanted = _folded(name)
    return next((one for one in list_builtin() if wanted in (_folded(one.name), _folded(one.stem))), None)


def _folded(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def locate(source: str | Path) -> Location:
    """Turn what a user names into a file: a path, or the name of a built-in scenario.

    Raises
    ------
    ScenarioError
        If there is neither, with the nearest name.
    """
    path = Path(source)
    looks_like_file = isinstance(source, Path) or path.suffix.lower() in SUFFIXES or len(path.parts) > 1
    if path.is_file() and (looks_like_file or not find_builtin(str(source))):
        return Location(path, str(source))
    builtin = None if looks_like_file else find_builtin(str(source))
    if builtin:
        return located(builtin)
    raise ScenarioError([Problem(str(source), 0, 0, "", *_not_found(path, looks_like_file=looks_like_file))])


def located(builtin: BuiltIn) -> Location:
    """Return where a built-in lies, called by its place in the library."""
    return Location(builtin.path, f"scenarios/{builtin.path.relative_to(library_folder()).as_posix()}")


def _not_found(path: Path, *, looks_like_file: bool) -> tuple[str, str]:
    if looks_like_file:
        if path.is_dir():
            return "这是文件夹，不是情景文件", "this is a folder, not a scenario file"
        beside = [one.name for one in path.parent.iterdir() if one.suffix.lower() in SUFFIXES] if path.parent.is_dir() else []
        close = nearest(path.name, beside)
        return (
            f"找不到文件{f'；是否想写 {close}？' if close else '；请检查路径'}",
            f"no such file{f'; did you mean {close}?' if close else '; check the path'}",
        )
    known = [word for one in list_builtin() for word in (one.name, one.stem)]
    close = nearest(path.name, known)
    guess = (f"；是否想写“{close}”？", f"; did you mean {close!r}? ") if close else ("；", "; ")
    return (
        f"没有这个名字的内置情景，也没有这个文件{guess[0]}用 riskshare list 可查看全部",
        f"no built-in scenario and no file has this name{guess[1]}riskshare list shows all",
    )
