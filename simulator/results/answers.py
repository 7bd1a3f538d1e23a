"""A scenario's results with all that is needed to report them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.results.frames import estimates_frame, months_dataset
from simulator.results.manifest import manifest_of
from simulator.results.measures import summarise
from simulator.results.ranges import with_span

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr

    from simulator.results.estimates import Estimate
    from simulator.results.ranges import RangeStudy
    from simulator.results.results import Results
    from simulator.scenario.loader import Loaded


@dataclass(frozen=True)
class Answer:
    """What one scenario's run found.

    Attributes
    ----------
    loaded : Loaded
        The scenario with its sources and assumptions.
    results : Results
        Figures of every history.
    engine : str
        Engine that played it.
    ranges : RangeStudy, optional
        What the assumptions move; ``None`` where they were not moved.
    """

    loaded: Loaded
    results: Results
    engine: str
    ranges: RangeStudy | None = None

    @cached_property
    def measures(self) -> Mapping[str, Estimate | None]:
        """Estimates of all measures by dotted name; None where the scenario has no such measure."""
        return summarise(self.results.finals, self.loaded.scenario)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What is needed to make the results again."""
        return manifest_of(self.loaded, self.engine) | ({"ranges": self.ranges.as_manifest()} if self.ranges else {})

    def to_pandas(self) -> pd.DataFrame:
        """Return one row a measure, by dotted name; money in fen."""
        return estimates_frame(self.measures)

    def to_xarray(self) -> xr.Dataset:
        """Return every monthly series, history by history; money in fen."""
        return months_dataset(self.results)

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints; measures carry ``range_low`` and ``range_high`` where assumptions were moved."""
        study = self.ranges
        measures = {
            name: with_span(found, study.span(name)) if study else (found.as_dict() if found else None) for name, found in self.measures.items()
        }
        return {
            "scenario": self.loaded.name,
            "engine": self.engine,
            "seed": self.loaded.scenario.run.seed,
            "histories": self.results.n_histories,
            "measures": measures,
            "manifest": dict(self.manifest),
        }
