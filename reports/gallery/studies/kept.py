"""What the studies of the gallery share: their rows of numbers, their pictures, and the comparison with the numbers kept beside them."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simulator.report import style
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.results.answers import Answer
    from simulator.results.estimates import Estimate

HERE = Path(__file__).parent
HISTORIES = 400
YI = 10**10
"""Fen in 亿元."""
ERRORS = 4.0
"""A number made again may be so many standard errors of the difference away from the one kept."""
HEAD = ("case", "measure", "unit", "mean", "se")


class Row(NamedTuple):
    """One number of a study: the case, the measure, its unit, the estimate and its standard error."""

    case: str
    measure: str
    unit: str
    mean: float
    se: float


def row(case: str, measure: str, found: Estimate) -> Row:
    """Row of one estimate."""
    return Row(case, measure, found.unit, found.mean, found.se or 0.0)


def rows_of(case: str, answer: Answer, measures: Sequence[str]) -> list[Row]:
    """Rows of an answer's measures, as far as it has them."""
    return [row(case, name, found) for name in measures if (found := answer.measures.get(name)) is not None]


def column(rows: Sequence[Row], measure: str, scale: float = 1.0) -> tuple[list[float], list[float]]:
    """Estimates of one measure over the cases and half-widths of their 95 % intervals."""
    found = [one for one in rows if one.measure == measure]
    return [one.mean / scale for one in found], [1.96 * one.se / scale for one in found]


def keep(name: str, rows: Sequence[Row], figure: Figure) -> None:
    """Write a study's numbers and picture beside this file."""
    write_table(HERE / f"{name}.csv", HEAD, rows)
    figure.savefig(HERE / f"{name}.png", dpi=150)


def kept_rows(name: str) -> list[Row]:
    """Numbers kept by ``keep``; none where the study is new."""
    path = HERE / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [Row(one["case"], one["measure"], one["unit"], float(one["mean"]), float(one["se"])) for one in csv.DictReader(file)]


def unlike(name: str, rows: Sequence[Row]) -> list[str]:
    """Name the numbers that are further from those kept than their errors allow, and those that are missing on one side."""
    old = {(one.case, one.measure): one for one in kept_rows(name)}
    new = {(one.case, one.measure): one for one in rows}
    found = [f"{name}: {case}, {measure}: only on one side" for case, measure in sorted(old.keys() ^ new.keys())] if old else []
    for key in old.keys() & new.keys():
        allowed = ERRORS * math.hypot(old[key].se, new[key].se) + 1e-9 * abs(old[key].mean)
        if abs(old[key].mean - new[key].mean) > allowed:
            found.append(f"{name}: {key[0]}, {key[1]}: {new[key].mean:.6g}, kept {old[key].mean:.6g}, allowed {allowed:.2g} apart")
    return found


def points(axes: Axes, x: Sequence[float], found: tuple[list[float], list[float]], colour: str, label: str = "") -> None:
    """Draw estimates with their 95 % intervals, joined by a line."""
    axes.errorbar(x, found[0], yerr=found[1], color=colour, marker="o", markersize=4, linewidth=1.6, capsize=2.5, label=label or None)


def framed(
    title: str, subtitle: str, rows: int = 1, columns: int = 1, *, width: float = style.WIDTH, height: float = 4.8, apart: float = 0.3
) -> tuple[Figure, list[Axes]]:
    """Figure with room for panels that have titles and units of their own, and its panels."""
    figure = style.blank_figure(title, subtitle, width=width, height=height)
    panels = figure.subplots(rows, columns, squeeze=False, gridspec_kw={"wspace": apart, "hspace": 0.62})
    figure.subplots_adjust(top=figure.subplotpars.top - 0.32 / height, bottom=0.62 / height)
    return figure, list(panels.flat)


def titled(axes: Axes, title: str, unit: str, below: str) -> None:
    """Title, unit of the vertical axis above it, name of the horizontal one."""
    axes.set_title(title, pad=20)
    axes.set_xlabel(below)
    style.unit_on_top(axes, unit)
