"""One scheme on another scenario's firms, so that schemes are compared on one population.

The other scenario gives firms, macro, losses, prices, banks, dates and seed. What it does not say of its firms and the scheme looks at (grade,
region, route, firm class, collateral and the like) is drawn in the proportions of the scheme's own firms: such labels decide what a contract covers,
never a firm's fate.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import ContractError
from simulator.scenario.labels import LABELS, NOT_STATED, OTHER_ROUTES, goes_by_grade, labels_needed, names_needed
from simulator.scenario.loader import Loaded, loaded_from
from simulator.scenario.positions import Entry, Mapping, Place, Remark, Scalar, find, with_entry
from simulator.scenario.quantities import write_share

if TYPE_CHECKING:
    from simulator.scenario.models import Segment, TapeSegment

CHANCE = ("run", "population", "macro", "losses", "prices", "banks")
"""Blocks that make the world and the banks; the rest is the scheme."""

BY_GRADE = (("scheme", "limits", "loan"), ("scheme", "limits", "firm"), ("without_scheme", "market_rate"))
"""What of a scheme may go by grade; every grade of the population needs its value there."""

MILLION = 1_000_000
NO_PLACE = Place("")
Value = Table[object, int] | float


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
        If either is made of projects in stages, or the scheme limits loans by grade and neither scenario says which grades those firms have.
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
    tree = loaded.tree
    for key in CHANCE:
        tree = with_entry(tree, key, base.tree.entries.get(key))
    grades: set[str] = set()
    for kind in _kinds_of_firms(base):
        labels = _labels_for(kind, loaded, base)
        tree = _with_labels(tree, kind.path, labels)
        grades |= _grades_of(kind, labels, loaded, base)
    tree = _with_limits_of(tree, grades)
    scheme = tree.entries.get("scheme")
    if scheme and isinstance(scheme.node, Mapping):
        tree = with_entry(tree, "scheme", replace(scheme, node=with_entry(scheme.node, "in_force", None)))
    tree = with_entry(tree, "assumptions", _assumptions_of_both(loaded.tree, base.tree))
    name_entry = tree.entries["name"]
    tree = with_entry(tree, "name", replace(name_entry, node=Scalar(f"{loaded.name}@{base.name}", name_entry.node.place)))
    return loaded_from(tree, loaded.path, loaded)


class Kind(NamedTuple):
    """Firms of which a scenario says the same: a segment, or the loans of a tape.

    Attributes
    ----------
    path : tuple of str
        Where labels are written for them.
    said : Segment or TapeSegment
    stated : frozenset of str
        Labels that are written for them, or have a column.
    """

    path: tuple[str, ...]
    said: Segment | TapeSegment
    stated: frozenset[str]


def _kinds_of_firms(loaded: Loaded) -> list[Kind]:
    population = loaded.scenario.population
    tape = population.tape
    if tape:
        path: tuple[str, ...] = ("population", "tape", "segment")
        columns = frozenset(label for label in LABELS if getattr(tape.columns, label) is not None)
        return [Kind(path, tape.segment, columns | _written(loaded, path))]
    paths = {name: ("population", "segments", name) for name in population.segments}
    return [Kind(paths[name], segment, _written(loaded, paths[name])) for name, segment in population.segments.items()]


def _written(loaded: Loaded, path: tuple[str, ...]) -> frozenset[str]:
    node = find(loaded.tree, path)
    return frozenset(label for label in LABELS if isinstance(node, Mapping) and label in node.entries)


def _labels_for(kind: Kind, scheme: Loaded, base: Loaded) -> dict[str, tuple[Value, str]]:
    """Labels that a scheme brings to firms which do not have them, each with its proportions and the reason."""
    found: dict[str, tuple[Value, str]] = {}
    for label in sorted(labels_needed(scheme.scenario), key=LABELS.index):
        is_replaced = label in kind.stated and label == "route" and _has_other_routes(scheme, base)
        if (label in kind.stated and not is_replaced) or (label == "grade" and goes_by_grade(kind.said, base.scenario.macro)):
            continue
        value = _proportions(scheme, label)
        if value is not None and (is_replaced or value != getattr(kind.said, label) or label == "grade"):
            found[label] = (value, OTHER_ROUTES if is_replaced else NOT_STATED)
    return found


def _has_other_routes(scheme: Loaded, base: Loaded) -> bool:
    """Whether a population has routes, which are products of its own scheme, and none that another scheme knows."""
    known = names_needed(scheme.scenario, "route") | _names(scheme, "route")
    return known.isdisjoint(_names(base, "route"))


def _names(loaded: Loaded, label: str) -> set[str]:
    return {name for segment in loaded.scenario.population.segments.values() for name in getattr(segment, label)}


def _proportions(scheme: Loaded, label: str) -> Value | None:
    """Proportions of a label over a scheme's own firms; None where it has none, or does not say which grades they have."""
    if label == "grade" and not any("grade" in kind.stated for kind in _kinds_of_firms(scheme)):
        return None
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
    return {name: share for name, share in shares.items() if share > 0}


def _with_labels(tree: Mapping, path: tuple[str, ...], labels: Table[str, tuple[Value, str]]) -> Mapping:
    """Write labels for one kind of firms, each marked as assumed and why."""
    if not labels:
        return tree
    written = find(tree, path)
    node = written if isinstance(written, Mapping) else Mapping({}, NO_PLACE)
    for label, (value, why) in labels.items():
        node = with_entry(node, label, Entry(NO_PLACE, _node(value, Remark(assumption=why))))
    return _put(tree, path, node)


def _grades_of(kind: Kind, labels: Table[str, tuple[Value, str]], scheme: Loaded, base: Loaded) -> set[str]:
    """Grades of one kind of firms once a scheme has brought its labels; refused where it has limits by grade and nothing says them."""
    if "grade" in labels:
        value = labels["grade"][0]
        return set(map(str, value)) if isinstance(value, Table) else set()
    if "grade" not in kind.stated:
        _refuse_limits_by_grade(scheme, base, has_values=goes_by_grade(kind.said, base.scenario.macro))
    return set(kind.said.grade) if not base.scenario.population.tape else _names(base, "grade")


def _refuse_limits_by_grade(scheme: Loaded, base: Loaded, *, has_values: bool) -> None:
    limits = scheme.scenario.scheme.limits
    reason = f"“{base.name}”有按等级写的数值，抽取的等级会改变它们" if has_values else f"“{scheme.name}”自己也没有写等级分布，无从抽取"
    why = (
        f"{base.name!r} has values by grade, which a drawn grade would change"
        if has_values
        else f"{scheme.name!r} has no shares of grades to draw by"
    )
    for key, limit in (("loan", limits.loan), ("firm", limits.firm)):
        if isinstance(limit, Table):
            zh = (
                f"“{scheme.name}”按等级限额（scheme.limits.{key}），而“{base.name}”没有写企业的等级；{reason}。"
                f"请复制“{base.name}”，给每个分组写上 grade，如 grade: {{A: 20%, B: 80%}}"
            )
            en = (
                f"{scheme.name!r} has limits by grade (scheme.limits.{key}) and {base.name!r} states no grades of its firms; {why}; "
                f"copy {base.name!r} and give each segment its grade, such as grade: {{A: 20%, B: 80%}}"
            )
            raise ContractError(zh, en)


def _with_limits_of(tree: Mapping, grades: set[str]) -> Mapping:
    """Leave what a scheme says of grades that the population does not have out of it."""
    for path in BY_GRADE:
        written = find(tree, path)
        if isinstance(written, Mapping) and grades <= set(map(str, written.entries)):
            kept: dict[str | int | float, Entry] = {grade: entry for grade, entry in written.entries.items() if str(grade) in grades}
            tree = _put(tree, path, replace(written, entries=kept))
    return tree


def _put(tree: Mapping, path: tuple[str, ...], node: Mapping) -> Mapping:
    key, *rest = path
    entry = tree.entries.get(key)
    if not rest:
        return with_entry(tree, key, Entry(entry.place if entry else NO_PLACE, node))
    below = entry.node if entry else None
    return with_entry(tree, key, replace(entry, node=_put(below, tuple(rest), node))) if entry and isinstance(below, Mapping) else tree


def _node(value: Value, remark: Remark) -> Mapping | Scalar:
    if isinstance(value, Table):
        entries: dict[str | int | float, Entry] = {_key(name): Entry(NO_PLACE, Scalar(write_share(share), NO_PLACE)) for name, share in value.items()}
        return Mapping(entries, NO_PLACE, remark)
    return Scalar(value, NO_PLACE, remark)


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
