"""What a sweep found: its axes, every point's estimates and differences from the baseline, figures of every history, monthly quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.results.estimates import simultaneous_point

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from simulator.results.estimates import Estimate

HEADLINE = (
    "bank.net_loss",
    "pool.shortfall_probability",
    "lending.volume",
    "fiscal.net_cost",
    "fiscal.cost_per_added_yuan",
)
"""Measures that charts, summary and terminal show where a study names none."""


@dataclass(frozen=True)
class Axis:
    """What varies along one side of the grid.

    Attributes
    ----------
    path : str
        Dotted path of a value of the scenario; ``reform`` for the axis of named reforms.
    zh, en : str
        Short names.
    texts : tuple of str
        The values as files write them, or the reforms' names.
    values : tuple of float or None
        Where they stand on a scale, in the program's units (fen, shares of 1, days); None where they are no quantities.
    unit : str
        Name of the unit; empty where they are no quantities.
    """

    path: str
    zh: str
    en: str
    texts: tuple[str, ...]
    values: tuple[float, ...] | None = None
    unit: str = ""

    def name(self, lang: str) -> str:
        """Short name in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class SweptPoint:
    """One point of the grid, or the baseline beside it.

    Attributes
    ----------
    place : tuple of int or None
        Number of its value on each axis; None where the baseline lies beside the grid.
    texts : tuple of str
        What it changes in the scenario, a text an axis; empty texts where an axis is left as it is.
    sha256 : str
        Of the scenario that was played.
    measures : mapping of str to Estimate or None
        By dotted name; None where the scenario has no such measure.
    differences : mapping of str to Estimate
        From the baseline, history by history. Empty for the baseline itself, and where the numbers of histories differ.
    on_same_fates : bool
        Whether its firms meet the same fates as the baseline's; else only their draws are the same, and differences are less sharp.
    """

    place: tuple[int, ...] | None
    texts: tuple[str, ...]
    sha256: str
    measures: Mapping[str, Estimate | None]
    differences: Mapping[str, Estimate]
    on_same_fates: bool


@dataclass(frozen=True)
class Grids:
    """Figures of every history and monthly quantiles of the points, in their order; ``ABSENT`` where a point has no such figure or month.

    Attributes
    ----------
    figures, series, months : tuple of str
        Names along the axes.
    levels : tuple of float
        Of the quantiles.
    finals : ndarray of int64, shape (n_points, n_histories, n_figures)
        Money in fen, days since the start (-1: never), counts.
    bands : ndarray of int64, shape (n_points, n_months, n_series, n_levels)
        Month-end figures, fen: order statistics over histories.
    """

    figures: tuple[str, ...]
    series: tuple[str, ...]
    months: tuple[str, ...]
    levels: tuple[float, ...]
    finals: NDArray[np.int64]
    bands: NDArray[np.int64]


ABSENT = -(2**63)
"""Stands in ``Grids`` for a figure that a point does not have: no real figure comes near it."""


@dataclass(frozen=True)
class SweepFound:
    """A sweep's answer.

    Attributes
    ----------
    name, title, title_en : str
        Of the scenario; titles of the study.
    axes : tuple of Axis
    points : tuple of SweptPoint
        The grid, last axis fastest; the baseline after it where it lies beside the grid.
    baseline : int
        Number of the point that others are compared with.
    shown : tuple of str
        Measures in charts, summary and terminal.
    given : bool
        Whether lending is an input everywhere and not a finding.
    histories, seed : int
    engine : str
    grids : Grids
    """

    name: str
    title: str
    title_en: str
    axes: tuple[Axis, ...]
    points: tuple[SweptPoint, ...]
    baseline: int
    shown: tuple[str, ...]
    given: bool
    histories: int
    seed: int
    engine: str
    grids: Grids

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values on each axis."""
        return tuple(len(axis) for axis in self.axes)

    @property
    def grid(self) -> tuple[SweptPoint, ...]:
        """Points of the grid alone."""
        return tuple(point for point in self.points if point.place is not None)

    @property
    def base(self) -> SweptPoint:
        """The point that others are compared with."""
        return self.points[self.baseline]

    def headline(self) -> list[str]:
        """Measures shown that some point has."""
        return [name for name in self.shown if any(point.measures.get(name) for point in self.points)]

    def verdict(self, point: SweptPoint, name: str) -> str:
        """Whether a measure differs from the baseline's for certain: ``higher``, ``lower``, ``unclear``, ``same``, or empty without a comparison.

        All points of a measure are judged together: the chance that any of them is called different by mere simulation error is at most 5 %
        (Bonferroni). ``same`` means equal in every history.
        """
        found = point.differences.get(name)
        if found is None or found.se is None:
            return ""
        if found.se == 0 and found.mean == 0:
            return "same"
        bound = simultaneous_point(found.n, max(1, len(self.points) - 1)) * found.se
        return "higher" if found.mean > bound else "lower" if found.mean < -bound else "unclear"

    def to_xarray(self) -> Any:  # noqa: ANN401  an xarray.Dataset, of an extra that may be missing
        """Return everything as an ``xarray.Dataset``, as ``sweep.nc`` holds it."""
        from simulator.results.labelled import as_dataset

        return as_dataset(self)

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "scenario": self.name,
            "engine": self.engine,
            "seed": self.seed,
            "histories": self.histories,
            "axes": [
                {"path": one.path, "unit": one.unit, "values": list(one.texts), "at": list(one.values) if one.values else None} for one in self.axes
            ],
            "baseline": self.baseline,
            "points": [
                {
                    "place": list(point.place) if point.place is not None else None,
                    "values": list(point.texts),
                    "sha256": point.sha256,
                    "measures": {name: found.as_dict() if found else None for name, found in point.measures.items()},
                    "differences": {name: found.as_dict() for name, found in point.differences.items()},
                }
                for point in self.points
            ],
        }
