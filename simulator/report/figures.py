"""All charts of one scenario or of a comparison, by file stem; and how they are saved.

The charts stand in the ``figures_…`` modules; all draw from ``Charted``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report import style
from simulator.report.chart_data_compare import can_be_placed
from simulator.report.figures_compare import compare_lending, compare_losses, compare_pool_balance, compare_survival, compare_who_pays
from simulator.report.figures_flow import public_money
from simulator.report.figures_lending import lending_volume
from simulator.report.figures_loss import loss_distribution, who_pays
from simulator.report.figures_multiples import compare_measures
from simulator.report.figures_pool import pool_balance, pool_survival
from simulator.report.figures_projects import project_stages
from simulator.report.figures_ranges import assumption_ranges
from simulator.report.figures_stage_flow import stage_flow
from simulator.report.figures_trade_off import lending_against_cost
from simulator.report.figures_waterfall import waterfall
from simulator.report.money_flows import flows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from simulator.report.charted import Charted

SINGLE: dict[str, Callable[[Charted], Figure]] = {
    "stage_flow": stage_flow,
    "project_stages": project_stages,
    "pool_balance": pool_balance,
    "pool_survival": pool_survival,
    "loss_distribution": loss_distribution,
    "who_pays": who_pays,
    "waterfall": waterfall,
    "public_money": public_money,
    "lending_volume": lending_volume,
    "assumption_ranges": assumption_ranges,
}
COMPARED: dict[str, Callable[[Sequence[Charted]], Figure]] = {
    "compare_measures": compare_measures,
    "compare_pool_balance": compare_pool_balance,
    "compare_survival": compare_survival,
    "compare_losses": compare_losses,
    "compare_who_pays": compare_who_pays,
    "compare_lending": compare_lending,
    "lending_against_cost": lending_against_cost,
}
DOTS_AN_INCH = 150


def figures_of(charted: Charted) -> Iterator[tuple[str, Figure]]:
    """Draw the charts of one scenario, one after another: (file stem, figure).

    A scheme without projects has no chart of their stages, one without a pool none of its balance, one in which no account is limited none of its
    survival, one without public accounts none of their money, one whose assumptions were not moved none of what they move.
    """
    drawn = {
        "stage_flow": charted.has_projects and charted.scenario is not None,
        "public_money": bool(flows_of(charted)),
        "project_stages": charted.has_projects,
        "pool_balance": charted.has_pool,
        "pool_survival": charted.has_limit,
        "assumption_ranges": charted.has_ranges,
    }
    for stem, draw in SINGLE.items():
        if drawn.get(stem, True):
            yield stem, draw(charted)


def comparison_figures_of(charted: Sequence[Charted]) -> Iterator[tuple[str, Figure]]:
    """Draw the charts of a comparison, one after another: (file stem, figure)."""
    limited = [one for one in charted if one.has_limit]
    drawn = {
        "compare_measures": any(one.measures for one in charted),
        "compare_pool_balance": any(one.has_pool for one in charted),
        "compare_survival": bool(limited),
        "lending_against_cost": can_be_placed(charted),
    }
    for stem, draw in COMPARED.items():
        if drawn.get(stem, True):
            yield stem, draw(limited if stem == "compare_survival" else charted)


def save(figure: Figure, folder: Path, stem: str) -> tuple[Path, Path]:
    """Write a chart as PNG (150 dots an inch) and SVG (letters as outlines, so no font is needed to read it).

    The same figure gives the same bytes: no dates, no versions, fixed ids.

    Returns
    -------
    tuple of Path
        The PNG and the SVG file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    picture, drawing = folder / f"{stem}.png", folder / f"{stem}.svg"
    with style.drawing():
        figure.savefig(picture, dpi=DOTS_AN_INCH, metadata={"Software": None})
        figure.savefig(drawing, metadata={"Date": None, "Creator": None})
    return picture, drawing
