"""One scheme on another scenario's firms, so that schemes are compared on one population.

The other scenario gives firms, macro, losses, prices, banks, dates and seed. What it does not say of its firms (which product a loan uses, firm
class, collateral and the like) is taken in the proportions of the scheme's own population: such labels decide what a contract covers, never a
firm's fate.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.errors import ContractError
from simulator.scenario.loader import Loaded, loaded_from
from simulator.scenario.positions import Entry, Mapping, Place, Scalar, find, with_entry
from simulator.scenario.quantities import write_share

if TYPE_CHECKING:
    from simulator.scenario.models import Segment

CHANCE = ("run", "population", "macro", "losses", "prices", "banks")
"""Blocks that make the world and the banks; the rest is the scheme."""

LABELS = ("route", "firm_class", "unsecured", "ip_pledge", "key_list", "policy_funded", "borrowed_before")
"""What a segment says of its firms that only contracts look at."""

MILLION = 1_000_000
NO_PLACE = Place("")


def on_population_of(loaded: Loaded, base: Loaded) -> Loaded:
    """Give a scheme the firms, macro, losses, prices, banks, dates and seed of another scenario.

    The scheme's own dates in force are left out: it is played as if it were in force there.

    Parameters
    ----------
    loaded : Loaded
        The scheme.
    base : Loaded
        The population.

    Raises
    ------
    ContractError
        If either is made of projects in stages, or the scheme limits loans by grade and the population states no grades.
    ScenarioError
        If the scheme names loans by words (grades, regions, sectors) that the population does not have.

    Examples
    --------
    >>> on_population_of(load("广东"), load("湖北")).name  # doctest: +SKIP
    '广东@湖北'
    """
    if loaded.digest == base.digest:
        return loaded
    for one in (loaded, base):
        if one.scenario.population.projects:
            zh = f"“{one.name}”按项目分阶段推演，不是普通贷款方案，不能换企业；请不加 --population 并排比较"
            en = f"{one.name!r} plays projects in stages, not ordinary loans, and cannot share a population; compare it without --population"
            raise ContractError(zh, en)
    tree = _with_grades_of(loaded, base)
    for key in CHANCE:
        tree = with_entry(tree, key, base.tree.entries.get(key))
    for name, segment in base.scenario.population.segments.items():
        tree = _with_labels(tree, name, segment, loaded)
    scheme = tree.entries.get("scheme")
    if scheme and isinstance(scheme.node, Mapping):
        tree = with_entry(tree, "scheme", replace(scheme, node=with_entry(scheme.node, "in_force", None)))
    tree = with_entry(tree, "assumptions", _assumptions_of_both(loaded.tree, base.tree))
    name_entry = tree.entries["name"]
    tree = with_entry(tree, "name", replace(name_entry, node=Scalar(f"{loaded.name}@{base.name}", name_entry.node.place)))
    return loaded_from(tree, loaded.path, loaded)


def _with_grades_of(loaded: Loaded, base: Loaded) -> Mapping:
    """Leave the limits of grades that the population does not have out of a scheme; where it states no grades, limits by grade say nothing."""
    tree, limits = loaded.tree, loaded.scenario.scheme.limits
    grades = {grade for segment in base.scenario.population.segments.values() for grade in segment.grade}
    for key, limit in (("loan", limits.loan), ("firm", limits.firm)):
        written = find(tree, ("scheme", "limits", key))
        if not isinstance(limit, Table) or not isinstance(written, Mapping):
            continue
        if not _states_grades(base):
            zh = (
                f"“{loaded.name}”按等级限额（scheme.limits.{key}），而“{base.name}”没有写企业的等级；"
                f"请复制“{base.name}”，给每个分组写上 grade，如 grade: {{A: 20%, B: 80%}}"
            )
            en = (
                f"{loaded.name!r} has limits by grade (scheme.limits.{key}) and {base.name!r} states no grades of its firms; "
                f"copy {base.name!r} and give each segment its grade, such as grade: {{A: 20%, B: 80%}}"
            )
            raise ContractError(zh, en)
        if grades <= set(limit):
            kept: dict[str | int | float, Entry] = {grade: entry for grade, entry in written.entries.items() if grade in grades}
            tree = _put(tree, ("scheme", "limits", key), replace(written, entries=kept))
    return tree


def _states_grades(base: Loaded) -> bool:
    """Whether a population says which grade each of its firms has."""
    tape = base.scenario.population.tape
    if tape:
        return tape.columns.grade is not None
    return all(find(base.tree, ("population", "segments", name, "grade")) is not None for name in base.scenario.population.segments)


def _with_labels(tree: Mapping, name: str, segment: Segment, scheme: Loaded) -> Mapping:
    """Give one segment the labels that it does not write itself."""
    written = find(tree, ("population", "segments", name))
    if not isinstance(written, Mapping):
        return tree
    for label in LABELS:
        value = _label_of(scheme, label) if label not in written.entries else None
        if value is not None and value != getattr(segment, label):
            written = with_entry(written, label, Entry(NO_PLACE, _node(value)))
    return _put(tree, ("population", "segments", name), written)


def _put(tree: Mapping, path: tuple[str, ...], node: Mapping) -> Mapping:
    key, *rest = path
    entry = tree.entries[key]
    if not rest:
        return with_entry(tree, key, replace(entry, node=node))
    below = entry.node
    return with_entry(tree, key, replace(entry, node=_put(below, tuple(rest), node))) if isinstance(below, Mapping) else tree


def _label_of(scheme: Loaded, label: str) -> Table[object, int] | float | None:
    """Proportions of a label over the scheme's own firms; None where it has none."""
    segments = list(scheme.scenario.population.segments.values())
    weights = [float(segment.firms or segment.arrivals or 0.0) for segment in segments]
    if not sum(weights):
        return None
    values = [getattr(segment, label) for segment in segments]
    if not isinstance(values[0], Table):
        return float(sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights))
    names = dict.fromkeys(name for value in values for name in value)
    shares = {name: round(sum(weight * value.get(name, 0) for weight, value in zip(weights, values, strict=True)) / sum(weights)) for name in names}
    largest = max(shares, key=lambda name: shares[name])
    shares[largest] += MILLION - sum(shares.values())
    return shares


def _node(value: Table[object, int] | float) -> Mapping | Scalar:
    if isinstance(value, Table):
        entries: dict[str | int | float, Entry] = {_key(name): Entry(NO_PLACE, Scalar(write_share(share), NO_PLACE)) for name, share in value.items()}
        return Mapping(entries, NO_PLACE)
    return Scalar(value, NO_PLACE)


def _key(name: object) -> str:
    return write_share(name) if isinstance(name, int) else str(name)


def _assumptions_of_both(scheme: Mapping, chance: Mapping) -> Entry | None:
    entry = scheme.entries.get("assumptions") or chance.entries.get("assumptions")
    kept: dict[str | int | float, Entry] = {}
    for tree, of_chance in ((chance, True), (scheme, False)):
        table = find(tree, ("assumptions",))
        if isinstance(table, Mapping):
            kept |= {path: one for path, one in table.entries.items() if (str(path).split(".")[0] in CHANCE) is of_chance}
    return replace(entry, node=Mapping(kept, entry.node.place)) if entry and kept else None
