"""Points of a study: the scenario with some of its values changed, as ``--set`` changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario.loader import with_values
from simulator.scenario.reading import parse_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Node


def scenario_at(loaded: Loaded, values: Mapping[str, str | Node]) -> Loaded:
    """Return the scenario with some values changed, as ``--set`` does, with all checks.

    Parameters
    ----------
    loaded : Loaded
    values : mapping of str to str or Node
        Each value by its dotted path: a text as ``--set`` takes it, or what a study's file holds, with its place there.

    Raises
    ------
    ScenarioError
        If it is refused so.

    Examples
    --------
    >>> from simulator.scenario.loader import load
    >>> scenario_at(load("湖北"), {"scheme.layers.资金池补偿.share": "70%"}).scenario.scheme.layers["资金池补偿"].share
    700000
    """
    nodes = {
        path: parse_value(value, "--set", number, len(path) + 2) if isinstance(value, str) else value
        for number, (path, value) in enumerate(values.items(), 1)
    }
    return with_values(loaded, nodes)
