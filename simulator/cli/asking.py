"""From the options of a command to the study that they ask, and to files that ask it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.cli.options import Play
    from simulator.cli.text import Text
    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Node
    from simulator.scenario.study import Asked


def asked_by_options(kind: str, title: Text, sources: Sequence[str], play: Play, keys: Mapping[str, Any]) -> Asked:
    """Put together what the options of a kind's command ask, as its file would.

    Parameters
    ----------
    kind : str
    title : Text
        What the study is called.
    sources : sequence of str
        The scenarios as the user names them.
    play : Play
        Its changes become those of the study.
    keys : mapping
        What else the kind's file holds: plain values, and nodes of ``parse_value`` with their places; None where nothing is said.

    Raises
    ------
    ScenarioError
        If it is refused, at the option where it is said.
    """
    from pathlib import Path

    from simulator.scenario.positions import Mapping as Tree
    from simulator.scenario.positions import Place
    from simulator.scenario.studies import KINDS, StudyOfOne
    from simulator.scenario.study import study_of, tree_of

    names = list(sources)
    of = {"scenario": names[0]} if issubclass(KINDS[kind], StudyOfOne) else {"scenarios": names}
    said = {"schema": 1, "study": kind, "title": title.zh, "title_en": title.en, **of, **changes_said(play), **keys}
    tree = tree_of({key: value for key, value in said.items() if value is not None and value != {}}, Place(f"riskshare {kind}"))
    return study_of(cast("Tree", tree), Path("study.yaml"))


def changes_said(play: Play) -> dict[str, Any]:
    """Return what ``--set``, ``--histories`` and ``--seed`` change, as keys of a study's file.

    Raises
    ------
    ScenarioError
        If one does not read ``path=value``.
    """
    own = {"run.histories": "histories", "run.seed": "seed"}
    said = pairs("--set", play.sets)
    found: dict[str, Any] = {own[path]: node for path, node in said.items() if path in own}
    others = {path: node for path, node in said.items() if path not in own}
    return {**({"set": others} if others else {}), **found}


def pairs(option: str, texts: Sequence[str]) -> dict[str, Node]:
    """Read the values of an option that is given as ``path=value``, any number of times.

    Raises
    ------
    ScenarioError
        If one does not read so.
    """
    from simulator.errors import Problem, ScenarioError
    from simulator.scenario.reading import parse_value

    found = {}
    for number, text in enumerate(texts, 1):
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            zh, en = f"“{text}”应写成 路径=值，如 run.seed=7", f"{text!r} must read path=value, such as run.seed=7"
            raise ScenarioError([Problem(option, number, 1, "", zh, en)])
        found[path.strip()] = parse_value(value, option, number, len(path) + 2)
    return found


def with_changes(asked: Asked, play: Play) -> Asked:
    """Return a study with what ``--set``, ``--histories`` and ``--seed`` change besides."""
    from simulator.scenario.positions import Entry, with_entry
    from simulator.scenario.study import study_of, tree_of

    tree = asked.tree
    for key, value in changes_said(play).items():
        both = asked.nodes("set") | value if key == "set" else value
        node = tree_of(both, next(iter(both.values())).place if isinstance(both, dict) else both.place)
        tree = with_entry(tree, key, Entry(node.place, node))
    return study_of(tree, asked.path)


def portable(asked: Asked, bases: Mapping[str, Loaded]) -> tuple[str, dict[str, str]]:
    """Return a study's file, and the files of its scenarios that are not built in, to lie beside it: together they need nothing else."""
    from dataclasses import replace

    from simulator.scenario.library import library_folder
    from simulator.scenario.positions import Entry, with_entry
    from simulator.scenario.study import show_study, tree_of
    from simulator.scenario.writer import show

    names: list[str] = []
    beside: dict[str, str] = {}
    for name, base in bases.items():
        if base.path.resolve().is_relative_to(library_folder().resolve()):
            names.append(base.path.stem if name.endswith((".yaml", ".yml")) else name)
            continue
        file = f"scenario-{len(beside) + 1}.yaml" if beside else "scenario.yaml"
        beside[file] = show(base, marks="inline")
        names.append(file)
    key = "scenario" if asked.node("scenario") is not None else "scenarios"
    place = asked.tree.entries[key].place
    tree = with_entry(asked.tree, key, Entry(place, tree_of(names[0] if key == "scenario" else names, place)))
    return show_study(replace(asked, tree=tree)), beside
