"""A scenario file to a checked ``Scenario``: read, laid over what it extends, changed by ``--set``, validated, cross-checked.

Every problem found on the way carries file, line and column, and all are told at once. What a file says about its values (sources, assumptions,
ranges) is kept beside the scenario by path.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from simulator.errors import ScenarioError
from simulator.scenario import checks, library, overlay, references, vocabulary, writer
from simulator.scenario.inheritance import base_location
from simulator.scenario.marks import Mark, assumptions_of, marks_of, remarks_of
from simulator.scenario.models import Scenario
from simulator.scenario.positions import (
    Findings,
    Mapping,
    Place,
    place_of,
    plain,
    split_path,
    with_entry,
)
from simulator.scenario.reading import as_error, parse_tree, parse_value, read_tree
from simulator.scenario.tape_file import with_folder, with_tape
from simulator.scenario.validation import validated, values_of, with_common

if TYPE_CHECKING:
    from collections.abc import Mapping as ByPath
    from collections.abc import Sequence

    from simulator.scenario.library import Location
    from simulator.scenario.positions import Node


@dataclass(frozen=True)
class Loaded:
    """A scenario with everything its file said.

    Attributes
    ----------
    scenario : Scenario
        Resolved and checked; banks hold what ``banks.common`` gave them.
    plain : dict
        The resolved tree as written, before units are read.
    marks : dict
        Sources, assumptions and ranges by dotted path.
    path : Path
        The file.
    name : str
        The scenario's name.
    digest : str
        SHA-256 of the resolved scenario; the same for the same content however it is written.
    base : Loaded or None
        What it extends.
    changed : tuple
        ``(dotted path, old text, new text)`` against what it extends, or against the file where only ``--set`` changed it.
    tree : Mapping
        The resolved tree with the place of every value.
    """

    scenario: Scenario
    plain: dict[str, Any]
    marks: dict[str, Mark]
    path: FilePath
    name: str
    digest: str
    base: Loaded | None
    changed: tuple[tuple[str, str, str], ...]
    tree: Mapping

    def place(self, path: str) -> Place:
        """Return file, line and column of a dotted path."""
        known, rest = split_path(self.tree, path)
        return place_of(self.tree, (*known, rest) if rest else known)


def load(source: str | FilePath, *, sets: Sequence[str] = ()) -> Loaded:
    """Load a scenario.

    Parameters
    ----------
    source : str or Path
        A file, or the Chinese or ASCII name of a built-in scenario.
    sets : sequence of str
        Changes as ``path=value``; the value is a YAML scalar or flow mapping, or the word ``remove``.

    Raises
    ------
    ScenarioError
        If anything is wrong; holds every problem with its place.

    Examples
    --------
    >>> load("湖北", sets=["scheme.layers.资金池补偿.share=70%"]).changed  # doctest: +SKIP
    (('scheme.layers.资金池补偿.share', '80%', '70%'),)
    """
    return _load(library.locate(source), tuple(sets), ())


def _load(location: Location, sets: tuple[str, ...], above: tuple[FilePath, ...]) -> Loaded:
    findings = Findings()
    written = read_tree(location.path, location.shown)
    base, tree = _over_base(written, location, (*above, location.path.resolve()), findings)
    before = base.tree if base else tree
    for number, text in enumerate(sets, 1):
        tree = _set(tree, text, number, findings)
    overlay.leftover_removes(tree, findings)
    tree = with_folder(tree, location)
    scenario, marks = _checked(tree, findings)
    return Loaded(
        scenario=scenario,
        plain=plain(tree),  # type: ignore[arg-type]
        marks=marks,
        path=location.path,
        name=scenario.name,
        digest=digest_of(scenario),
        base=base,
        changed=tuple(writer.changes(before, tree)) if base or sets else (),
        tree=tree,
    )


def _over_base(tree: Mapping, location: Location, above: tuple[FilePath, ...], findings: Findings) -> tuple[Loaded | None, Mapping]:
    entry = tree.entries.get("extends")
    if entry is None:
        return None, tree
    target = base_location(entry, location, above)
    base = _load(target, (), above)
    top = with_entry(tree, "extends", None)
    return base, overlay.without_stale(overlay.lay(overlay.own_removed(base.tree), top, findings), base.tree, top)


def _set(tree: Mapping, text: str, number: int, findings: Findings) -> Mapping:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        findings.add(Place("--set", number, 1), (), f"“{text}”应写成 路径=值，如 run.seed=7", f"{text!r} must read path=value, such as run.seed=7")
        return tree
    try:
        node = parse_value(value, "--set", number, len(path) + 2)
    except ScenarioError as error:
        findings.found.extend((Place(p.file, p.line, p.column), (), p.zh, p.en) for p in error.problems)
        return tree
    return overlay.put(tree, path.strip(), node, findings)


def load_text(text: str, file: str, *, folder: str = "") -> Loaded:
    """Load a resolved scenario from its text, as ``show`` writes it with its marks inline.

    Parameters
    ----------
    text : str
        The file's text; it extends nothing.
    file : str
        What to call it in messages.
    folder : str
        Where its loan tape lies, if it has one.

    Raises
    ------
    ScenarioError
        If anything is wrong; holds every problem with its place.
    """
    path = FilePath(folder) / FilePath(file).name
    tree = with_folder(parse_tree(text, file), library.Location(path, file))
    scenario, marks = _checked(tree, Findings())
    found = plain(tree)
    return Loaded(scenario, found, marks, path, scenario.name, digest_of(scenario), None, (), tree)  # type: ignore[arg-type]


def with_values(loaded: Loaded, values: ByPath[str, Node]) -> Loaded:
    """Return the scenario with some values changed, as ``--set`` does.

    Parameters
    ----------
    loaded : Loaded
    values : mapping of str to Node
        Each value by its dotted path, with the place where it is written; the word ``remove`` drops a key.

    Raises
    ------
    ScenarioError
        If it is refused so; every problem names the place of the value that it comes from.
    """
    tree, findings = loaded.tree, Findings()
    for path, node in values.items():
        tree = overlay.put(tree, path, node, findings)
    return loaded_from(tree, loaded.path, loaded, findings)


def loaded_from(tree: Mapping, path: FilePath, base: Loaded, findings: Findings | None = None) -> Loaded:
    """Check a tree that was put together from others, of which some problems may be known already.

    Raises
    ------
    ScenarioError
        If anything is wrong with it.
    """
    scenario, marks = _checked(tree, findings or Findings())
    found = plain(tree)
    return replace(base, scenario=scenario, plain=found, marks=marks, path=path, name=scenario.name, digest=digest_of(scenario), tree=tree)  # type: ignore[arg-type]


def _checked(tree: Mapping, findings: Findings) -> tuple[Scenario, dict[str, Mark]]:
    merged = with_common(tree, findings)
    remarks = dict(remarks_of(tree, ()))
    values: Any = values_of(merged, Scenario)
    values["assumptions"] = assumptions_of(values.get("assumptions"), tree, remarks)
    if isinstance(values.get("banks"), dict):
        values["banks"].pop("common", None)
    scenario = validated(values, merged, tree, findings)
    references.check(values, lambda path, **key: place_of(merged, path, **key), findings)
    marks = marks_of(values["assumptions"], tree, remarks, findings)
    if scenario and not findings.found:
        checks.check(scenario, lambda path, **key: place_of(merged, path, **key), findings)
    if scenario and scenario.population.tape and not findings.found:
        scenario = with_tape(scenario, tree, values, findings)
    if findings.found or scenario is None:
        raise as_error(findings, lambda path: vocabulary.titles_at(path)[0] if vocabulary.kind_at(path) else "")
    return scenario, marks


def digest_of(scenario: Scenario) -> str:
    """Return the SHA-256 of a resolved scenario, in hexadecimal."""
    text = json.dumps(_jsonable(scenario.model_dump(by_alias=True)), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _jsonable(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(key): _jsonable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(part) for part in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
