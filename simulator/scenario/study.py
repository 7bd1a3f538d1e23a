"""A study's file to a checked ``Asked``: what is asked, and of which scenarios.

Files lie anywhere, or in ``scenarios/studies/``; they are read as strictly as scenarios, and every value remembers its line, so that a value which
the scenario refuses is told where the study says it. The commands of the kinds build the same object from their options and write it as a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from simulator.errors import Problem, ScenarioError
from simulator.scenario import library, vocabulary
from simulator.scenario.inheritance import base_location
from simulator.scenario.library import Location
from simulator.scenario.loader import load, with_values
from simulator.scenario.messages import nearest, unknown
from simulator.scenario.positions import Entry, Findings, Items, Mapping, Place, Scalar, child_of, find, place_of
from simulator.scenario.reading import as_error, parse_tree, read_tree
from simulator.scenario.schema import DIALECT, described
from simulator.scenario.studies import KINDS, Study
from simulator.scenario.validation import model_of, values_of
from simulator.scenario.writer import changes as written_changes
from simulator.scenario.writer import write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping as ByName
    from collections.abc import Sequence

    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Node

FOLDER = "studies"
"""Folder of the built-in studies in the library."""


@dataclass(frozen=True)
class Asked:
    """A study as it was asked.

    Attributes
    ----------
    study : Study
        Checked; one of the classes of ``KINDS``.
    tree : Mapping
        The same with the place of every value.
    path : Path
        The file; ``study.yaml`` where a command asks.
    """

    study: Study
    tree: Mapping
    path: FilePath

    @property
    def kind(self) -> str:
        """The word that ``study:`` takes."""
        return self.study.study

    @property
    def shown(self) -> str:
        """The file as the user named it."""
        return self.tree.place.file

    def node(self, *path: str | int) -> Node | None:
        """Return what stands at a path, with its place; None where nothing does."""
        return find(self.tree, path)

    def nodes(self, *path: str | int) -> dict[str, Node]:
        """Return the values of a mapping at a path by their keys; empty where there is none."""
        return entries_of(self.node(*path))

    def refused(self, path: Sequence[str | int], zh: str, en: str) -> ScenarioError:
        """Return the error that a value of the study cannot be used, with its place."""
        findings = Findings()
        findings.add(place_of(self.tree, path), tuple(path), zh, en)
        return as_error(findings)


def entries_of(node: Node | None) -> dict[str, Node]:
    """Return the values of a mapping by their keys as text; empty for anything else."""
    return {str(key): entry.node for key, entry in node.entries.items()} if isinstance(node, Mapping) else {}


def load_study(source: str | FilePath) -> Asked:
    """Load a study.

    Parameters
    ----------
    source : str or Path
        A file, or the name of a built-in study.

    Raises
    ------
    ScenarioError
        If anything is wrong; holds every problem with its place.

    Examples
    --------
    >>> load_study("hubei_ratio").study.scenario
    '湖北'
    """
    location = locate_study(source)
    return study_of(read_tree(location.path, location.shown), location.path)


def parse_study(text: str, shown: str) -> Asked:
    """Load a study from its text, as ``show_study`` writes it; see ``load_study``."""
    return study_of(parse_tree(text, shown), FilePath(shown))


def study_of(tree: Mapping, path: FilePath) -> Asked:
    """Check a study's tree.

    Raises
    ------
    ScenarioError
        If anything is wrong with it; holds every problem with its place.
    """
    findings = Findings()
    kind = _kind_of(tree, findings)
    study = model_of(kind, values_of(tree, kind), tree, findings) if kind else None
    if study is None or findings.found:
        raise as_error(findings, lambda where: vocabulary.titles_at(where, kind)[0] if kind and vocabulary.kind_at(where, kind) else "")
    return Asked(study, tree, path)


def _kind_of(tree: Mapping, findings: Findings) -> type[Study] | None:
    node = child_of(tree, "study")
    known = list(KINDS)
    if isinstance(node, Scalar) and node.value in KINDS:
        return KINDS[str(node.value)]
    if node is None and child_of(tree, "population"):
        zh, en = "这是情景文件，不是研究文件；请用 riskshare run", "this is a scenario, not a study; use riskshare run"
        findings.add(replace(tree.place, line=0, column=0), (), zh, en)
    elif isinstance(node, Scalar) and node.value is not None:
        findings.add(node.place, ("study",), *unknown(str(node.value), known, "研究类型", "kind of study"))
    else:
        zh, en = f"请写 study: 研究类型；可写：{'、'.join(known)}", f"say what kind of study it is, study: and one of {', '.join(known)}"
        findings.add(node.place if node else tree.place, ("study",), zh, en)
    return None


def scenarios_of(asked: Asked, given: ByName[str, Loaded] | None = None) -> list[Loaded]:
    """Load the scenarios that a study is about, with its changes, histories and seed.

    Parameters
    ----------
    asked : Asked
    given : mapping, optional
        Scenarios that are loaded already, by the study's name for them; others are looked for beside the study's file and among the built-in ones.

    Raises
    ------
    ScenarioError
        If one is missing or refused; a refused change is told where the study says it.
    """
    bases = [(given or {}).get(name) or load_named(asked, number) for number, name in enumerate(asked.study.sources)]
    changes = changes_of(asked)
    return [_changed(base, changes) if changes else base for base in bases]


def _changed(base: Loaded, changes: ByName[str, Node]) -> Loaded:
    """A scenario with a study's changes, which it remembers beside those in what it extends."""
    found = with_values(base, changes)
    own = tuple(written_changes(base.tree, found.tree))
    paths = {path for path, _, _ in own}
    return replace(found, changed=(*(change for change in base.changed if change[0] not in paths), *own))


def changes_of(asked: Asked) -> dict[str, Node]:
    """Return what a study changes in its scenarios first, by path."""
    run = {f"run.{key}": node for key in ("histories", "seed") if (node := asked.node(key)) is not None}
    return asked.nodes("set") | run


def load_named(asked: Asked, number: int) -> Loaded:
    """Load one of the scenarios that a study names, as its file is.

    Raises
    ------
    ScenarioError
        If there is none of that name, or it lies outside the study's folder.
    """
    node = asked.node("scenario") or asked.node("scenarios", number)
    if node is None:
        raise asked.refused(("scenario",), "缺少情景", "no scenario is named")
    target = base_location(Entry(node.place, node), Location(asked.path, asked.shown), (), "scenario")
    return load(target.path.stem if _is_builtin(target) else target.path)


def _is_builtin(location: Location) -> bool:
    return location.path.resolve().is_relative_to(library.library_folder().resolve())


def locate_study(source: str | FilePath) -> Location:
    """Turn what a user names into a study's file: a path, or the name of a built-in study.

    Raises
    ------
    ScenarioError
        If there is neither, with the nearest name.
    """
    path = FilePath(source)
    looks_like_file = isinstance(source, FilePath) or path.suffix.lower() in library.SUFFIXES or len(path.parts) > 1
    if path.is_file():
        return Location(path, str(source))
    builtin = {one.stem: one for one in list_studies()}
    name = str(source).strip().lower().replace("-", "_")
    if not looks_like_file and name in builtin:
        return Location(builtin[name], f"scenarios/{FOLDER}/{builtin[name].name}")
    if looks_like_file:
        problem = ("找不到研究文件；请检查路径", "no such study file; check the path")
    else:
        close = nearest(str(source), builtin)
        zh, en = (f"；是否想写“{close}”？", f"; did you mean {close!r}?") if close else ("", "")
        problem = (
            f"没有这个名字的内置研究，也没有这个文件{zh or '；'}内置：{'、'.join(builtin)}",
            f"no built-in study and no file has this name{en or ';'} built in: {', '.join(builtin)}",
        )
    raise ScenarioError([Problem(str(source), 0, 0, "", *problem)])


def list_studies() -> list[FilePath]:
    """Return the files of the built-in studies."""
    return sorted((library.library_folder() / FOLDER).glob("*.yaml"))


def show_study(asked: Asked) -> str:
    """Write a study as a file; loading it again gives the same study."""
    return write_tree(asked.tree, type(asked.study))


def tree_of(value: Any, place: Place) -> Node:  # noqa: ANN401  plain values, nodes among them
    """Put plain values, and nodes that know their own places, together to a tree.

    Parameters
    ----------
    value : object
        A mapping, a list, a value or a node.
    place : Place
        Where values without a place of their own are said to stand.

    Examples
    --------
    >>> study_of(tree_of({"study": "sweep", "title": "比例", "scenario": "湖北"}, Place("study.yaml")), FilePath("study.yaml")).kind
    'sweep'
    """
    if isinstance(value, (Mapping, Items, Scalar)):
        return value
    if isinstance(value, dict):
        return Mapping({key: Entry(_place_of(part, place), tree_of(part, place)) for key, part in value.items()}, place)
    if isinstance(value, (tuple, list)):
        return Items(tuple(tree_of(part, place) for part in value), place)
    return Scalar(value, place)


def _place_of(value: object, place: Place) -> Place:
    return value.place if isinstance(value, (Mapping, Items, Scalar)) else place


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of study files, for editors: one shape a kind.

    Examples
    --------
    >>> study_schema()["oneOf"][0]["properties"]["study"]["const"]
    'sweep'
    """
    blocks: dict[str, Any] = {}
    shapes = []
    for kind in KINDS.values():
        shape = kind.model_json_schema(by_alias=True)
        blocks |= shape.pop("$defs", {})
        shapes.append(described(shape))
    return {"$schema": DIALECT, "title": "riskshare 研究文件", "oneOf": shapes, "$defs": {name: described(block) for name, block in blocks.items()}}
