"""Chart of the flow of public money: ribbons from who puts it in, through pools and projects, to what it is spent on; drawn as curves of our own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import sentence_instead
from simulator.report.money_flows import flows_of
from simulator.report.text import money_unit, say
from simulator.results.estimates import estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from numpy.typing import NDArray

    from simulator.report.charted import Charted
    from simulator.report.money_flows import Flow

THICK, BESIDE, COLUMN = 0.13, 0.07, 0.066
"""Inches: width of a node, space between it and its name, width of a column of bold text."""

LONGEST = 24
"""Columns of a name, beyond which it is cut."""

HEAD, FOOT = 0.24, 0.12
"""Inches above and below the ribbons."""

SLOT, GAP, TALLEST = 0.4, 0.07, 2.9
"""Inches: least height of a node with its name, space between nodes, most of the tallest column."""


@dataclass
class Node:
    """A place that money comes from, passes or goes to; or, without a name, one that a ribbon passes on its way over a column.

    Attributes
    ----------
    name : str
        Empty for one that is only passed.
    column : int
    size : float
        Fen, the larger of what goes in and out.
    top, slot, thick : float
        Inches from the upper edge; height of its place in the column; height of the node itself.
    into, out : list of int
        Numbers of the ribbons that end and begin here.
    """

    name: str
    column: int
    size: float = 0.0
    top: float = 0.0
    slot: float = 0.0
    thick: float = 0.0
    into: list[int] = field(default_factory=list)
    out: list[int] = field(default_factory=list)


@dataclass
class Ribbon:
    """A part of a flow between two neighbouring columns; ``kind`` is where the money came from."""

    source: int
    target: int
    amount: float
    kind: str


def public_money(charted: Charted) -> Figure:
    """Ribbons of public money, each node named with its amount and the half width of its interval."""
    with style.drawing():
        flows = flows_of(charted)
        nodes, ribbons = network(flows)
        scale = place(nodes, ribbons)
        tall = max((node.top + node.slot for node in nodes), default=1.0)
        figure = style.blank_figure(charted.say("public_money"), charted.subtitle(charted.say("public_money_note")))
        above = (1 - figure.subplotpars.top) * figure.get_figheight() - 0.2
        height = above + HEAD + tall + FOOT if flows else figure.get_figheight()
        figure = style.blank_figure(charted.say("public_money"), charted.subtitle(charted.say("public_money_note")), height=height)
        axes = figure.add_axes((0, 0, 1, 1 - above / height))
        axes.set_axis_off()
        if not flows:
            sentence_instead(axes, charted.say("no_flows"))
            return figure
        axes.set_xlim(0, style.figure_width())
        axes.set_ylim(height - above, 0)
        for node in nodes:
            node.top += HEAD
        amounts = {name: _amount(values, charted.lang) for name, values in totals_of(flows).items()}
        x = node_places(nodes, amounts)
        _ribbons(axes, nodes, ribbons, x, scale)
        _names(axes, nodes, x, amounts, charted.lang)
        return figure


def totals_of(flows: Sequence[Flow]) -> dict[str, NDArray[np.float64]]:
    """What goes through each node, history by history: all that leaves it, or what ends there."""
    totals: dict[str, NDArray[np.float64]] = {}
    for node in dict.fromkeys(end for one in flows for end in (one.source, one.target)):
        out = [one.amounts for one in flows if one.source == node]
        totals[node] = np.sum(out or [one.amounts for one in flows if one.target == node], axis=0)
    return totals


def columns_of(flows: Sequence[Flow]) -> dict[str, int]:
    """Column of each node: sources first, then as many steps on as the longest way there; what nothing leaves stands in the last.

    Examples
    --------
    >>> from simulator.report.money_flows import Flow
    >>> ones = np.ones(1)
    >>> columns_of([Flow("city", "pool", ones), Flow("pool", "banks", ones), Flow("city", "firms", ones)])
    {'city': 0, 'pool': 1, 'banks': 2, 'firms': 2}
    """
    columns = dict.fromkeys((one.source for one in flows), 0) | dict.fromkeys((one.target for one in flows), 0)
    for _ in columns:
        for one in flows:
            columns[one.target] = max(columns[one.target], columns[one.source] + 1)
    last = max(columns.values(), default=0)
    leaving = {one.source for one in flows}
    return {name: column if name in leaving else last for name, column in columns.items()}


def network(flows: Sequence[Flow]) -> tuple[list[Node], list[Ribbon]]:
    """Nodes and ribbons; a flow that skips columns passes a nameless node in each."""
    columns = columns_of(flows)
    nodes = [Node(name, column) for name, column in columns.items()]
    number = {node.name: i for i, node in enumerate(nodes)}
    together: dict[tuple[str, str], float] = {}
    for one in flows:
        together[one.source, one.target] = together.get((one.source, one.target), 0.0) + float(np.mean(one.amounts))
    ribbons: list[Ribbon] = []
    for (source, target), amount in together.items():
        at = number[source]
        for column in range(columns[source] + 1, columns[target]):
            nodes.append(Node("", column))
            ribbons.append(Ribbon(at, len(nodes) - 1, amount, source))
            at = len(nodes) - 1
        ribbons.append(Ribbon(at, number[target], amount, source))
    for i, ribbon in enumerate(ribbons):
        nodes[ribbon.source].out.append(i)
        nodes[ribbon.target].into.append(i)
    for node in nodes:
        node.size = max(sum(ribbons[i].amount for i in node.into), sum(ribbons[i].amount for i in node.out))
    return nodes, ribbons


def place(nodes: list[Node], ribbons: Sequence[Ribbon]) -> float:
    """Give each node its place; returns inches a fen. Columns are ordered so that ribbons cross little, and stand in the middle."""
    columns = [[node for node in nodes if node.column == i] for i in range(max((node.column for node in nodes), default=-1) + 1)]
    low, high = 0.0, TALLEST / max((sum(node.size for node in column) for column in columns), default=1.0) if columns else 0.0
    for _ in range(40):
        scale = (low + high) / 2
        tall = max((_height(column, scale) for column in columns), default=0.0)
        low, high = (scale, high) if tall <= max(TALLEST, _height_of_names(columns)) else (low, scale)
    scale = low
    for node in nodes:
        node.thick = node.size * scale
        node.slot = max(node.thick, SLOT) if node.name else node.thick
    tall = max((_height(column, scale) for column in columns), default=0.0)
    for sweep in range(4):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _order(column, nodes, ribbons, is_first=sweep == 0)
            _stack(column, tall)
    return scale


def _height(column: Sequence[Node], scale: float) -> float:
    return sum(max(node.size * scale, SLOT if node.name else 0.0) for node in column) + GAP * (len(column) - 1)


def _height_of_names(columns: Sequence[Sequence[Node]]) -> float:
    """Height that names alone need, and some more for the ribbons to be told apart."""
    return 1.25 * max((SLOT * sum(bool(node.name) for node in column) + GAP * (len(column) - 1) for column in columns), default=0.0)


def _order(column: list[Node], nodes: Sequence[Node], ribbons: Sequence[Ribbon], *, is_first: bool) -> None:
    """Sort a column by the middle of what its nodes are joined to."""

    def middle(node: Node) -> float:
        joined = [(nodes[ribbons[i].source], ribbons[i].amount) for i in node.into]
        joined += [] if is_first else [(nodes[ribbons[i].target], ribbons[i].amount) for i in node.out]
        weight = sum(amount for _, amount in joined)
        return sum((other.top + other.slot / 2) * amount for other, amount in joined) / weight if weight else node.top

    column.sort(key=middle)


def _stack(column: Sequence[Node], tall: float) -> None:
    top = (tall - sum(node.slot for node in column) - GAP * (len(column) - 1)) / 2
    for node in column:
        node.top = top
        top += node.slot + GAP


def _ribbons(axes: Axes, nodes: Sequence[Node], ribbons: Sequence[Ribbon], x: Sequence[float], scale: float) -> None:
    """Draw every ribbon between the edges of its nodes; at a node they lie in the order of their other ends."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for node in nodes:
        top = node.top + (node.slot - node.thick) / 2
        for own, other, found in ((node.out, "target", starts), (node.into, "source", ends)):
            at = top
            for i in sorted(own, key=lambda i: nodes[getattr(ribbons[i], other)].top):
                found[i] = at
                at += ribbons[i].amount * scale
    kinds = kinds_of(nodes, ribbons)
    for i, ribbon in enumerate(ribbons):
        left, right, thick = x[ribbon.source] + THICK, x[ribbon.target], ribbon.amount * scale
        left -= 0.0 if nodes[ribbon.source].name else THICK
        a, b, half = starts[i], ends[i], (left + right) / 2
        points = [(left, a), (half, a), (half, b), (right, b), (right, b + thick), (half, b + thick), (half, a + thick), (left, a + thick), (left, a)]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        axes.add_patch(PathPatch(Path(points, codes), facecolor=kinds[ribbon.kind], alpha=0.38, linewidth=0))
    for i, node in enumerate(nodes):
        if node.name:
            axes.add_patch(_box(x[i], node))


def _box(x: float, node: Node) -> Patch:
    from matplotlib.patches import Rectangle

    thick = max(node.thick, 0.02)
    return Rectangle((x, node.top + (node.slot - thick) / 2), THICK, thick, facecolor=style.INK, linewidth=0)


def node_places(nodes: Sequence[Node], amounts: Mapping[str, str]) -> list[float]:
    """Left edge of each node, inches; names stand left of the first column and right of all others."""
    last = max((node.column for node in nodes), default=0) or 1
    margin = 0.2 + BESIDE
    left, right = (
        margin
        + COLUMN
        * max(
            (style.width_of(text) for node in nodes if node.column == column and node.name for text in (_cut(node.name), amounts[node.name])),
            default=0,
        )
        for column in (0, last)
    )
    room = style.figure_width() - left - right - THICK
    return [left + room * node.column / last for node in nodes]


def kinds_of(nodes: Sequence[Node], ribbons: Sequence[Ribbon]) -> Mapping[str, str]:
    """Colour of what leaves each node: one a source, the pool's blue for what passes a node; names beside the nodes say the same."""
    joined = {nodes[one.target].name for one in ribbons}
    sources = [node.name for node in nodes if node.name and node.name not in joined]
    tints = [tint for tint in style.PAYERS if tint != style.POOL]
    return {node.name: style.POOL for node in nodes} | {name: tints[i % len(tints)] for i, name in enumerate(sources)}


def _cut(name: str) -> str:
    lines = style.wrapped(name, LONGEST)
    return name if len(lines) == 1 else style.wrapped(name, LONGEST - 1)[0] + "…"


def _names(axes: Axes, nodes: Sequence[Node], x: Sequence[float], amounts: Mapping[str, str], lang: str) -> None:
    for node, left in zip(nodes, x, strict=True):
        if not node.name:
            continue
        side, place = ("right", left - BESIDE) if node.column == 0 else ("left", left + THICK + BESIDE)
        middle = node.top + node.slot / 2
        for text, below, weight in ((_cut(node.name), -0.085, "bold"), (amounts[node.name], 0.095, "normal")):
            axes.text(
                place, middle + below, text, ha=side, va="center", fontsize=style.SMALLEST, fontweight=weight, path_effects=style.halo(), zorder=6
            )  # fmt: skip
    for key, place, side in (("flow_from", min(x) - BESIDE, "right"), ("flow_to", max(x) + THICK + BESIDE, "left")):
        axes.text(place, 0.1, say(key, lang), ha=side, va="center", fontsize=style.SMALLEST, color=style.QUIET, zorder=6)


def _amount(amounts: NDArray[np.float64], lang: str) -> str:
    """Write a mean with half of its interval, to the same digits; one that rounds to nothing is left out."""
    found = estimate(amounts, "fen")
    unit = money_unit(found.mean, lang)
    half = 0.0 if found.low is None or found.high is None else (found.high - found.low) / 2
    decimals = unit.decimals(found.mean)
    beside = f" ±{half / unit.fen:,.{decimals}f}" if round(half / unit.fen, decimals) else ""
    return f"{unit.amount(found.mean)}{beside}"
