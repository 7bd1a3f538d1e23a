"""The orders in which a scenario's names are numbered, by first appearance, and addresses that do not depend on any order."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.scenario.models import Scenario


MOST = 63
"""Grades, classes and routes that rules can tell apart: each is a bit of a mask."""


class Names(NamedTuple):
    """Names in the order of their numbers in the arrays."""

    segments: tuple[str, ...]
    sectors: tuple[str, ...]
    grades: tuple[str, ...]
    firm_classes: tuple[str, ...]
    regions: tuple[str, ...]
    routes: tuple[str, ...]
    banks: tuple[str, ...]


def address_of(text: str) -> int:
    """Address of the draws of what is named by a text, 0 to 2 ** 63 - 1: the same wherever the name stands."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def names_of(scenario: Scenario) -> Names:
    """Number every name of a scenario; sets of projects come after the segments."""
    segments, projects = scenario.population.segments, scenario.population.projects
    some = projects.values()
    names = Names(
        segments=_in_order([*segments, *projects]),
        sectors=_in_order([*(segment.sector or name for name, segment in segments.items()), *projects]),
        grades=_in_order([*(grade for segment in segments.values() for grade in segment.grade), *(one.grade for one in some)]),
        firm_classes=_in_order([*(name for segment in segments.values() for name in segment.firm_class), *(one.firm_class for one in some)]),
        regions=_in_order([*(name for segment in segments.values() for name in segment.region), *(one.region for one in some)]),
        routes=_in_order([*(name for segment in segments.values() for name in segment.route), *(one.route for one in some)]),
        banks=tuple(scenario.banks.members),
    )
    kinds = (("等级", "grades", names.grades), ("企业类别", "classes of firms", names.firm_classes), ("渠道", "routes", names.routes))
    for zh, en, found in kinds:
        if len(found) > MOST:
            said = f"{zh}有 {len(found)} 种，最多 {MOST} 种；请合并一些"
            raise ContractError(said, f"there are {len(found)} {en}; at most {MOST} can be told apart: merge some")
    return names
