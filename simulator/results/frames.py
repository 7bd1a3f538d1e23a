"""Results as pandas and xarray objects, for Python users; both come with the extra ``data``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.extras import library
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr

    from simulator.results.estimates import Estimate
    from simulator.results.results import Results

FIGURES = ("mean", "se", "low", "high", "p05", "p50", "p95", "n")


def estimates_frame(measures: Mapping[str, Estimate | None]) -> pd.DataFrame:
    """One row a measure, by dotted name: unit, estimate, standard error, interval, quantiles over histories, number of histories.

    Measures that the scenario does not have are left out; money in fen.
    """
    pandas = library("pandas")
    rows = {name: (measure_named(name).unit, *(getattr(one, figure) for figure in FIGURES)) for name, one in measures.items() if one is not None}
    frame = pandas.DataFrame.from_dict(rows, orient="index", columns=("unit", *FIGURES))
    return frame.rename_axis("measure")


def finals_frame(results: Results) -> pd.DataFrame:
    """One row a history, one column a final figure by dotted name; money in fen."""
    return library("pandas").DataFrame(dict(results.finals)).rename_axis("history")


def months_dataset(results: Results) -> xr.Dataset:
    """Every monthly series (history × month) by dotted name; money in fen."""
    xarray = library("xarray")
    variables = {name: (("history", "month"), values) for name, values in results.series.items()}
    coordinates = {"history": range(results.n_histories), "month": list(results.months)}
    dataset: xr.Dataset = xarray.Dataset(variables, coords=coordinates, attrs={"unit": "fen"})
    return dataset
