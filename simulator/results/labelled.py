"""A sweep as one labelled array file: NetCDF where the extra ``data`` is installed, else one ``.npz`` with the same arrays and labels.

Dimensions are the axes of the grid (named by their paths), ``history``, ``month``, ``measure``, ``figure``, ``series`` and ``quantile``. ``finals``
and ``bands`` are whole numbers, money in fen; ``absent`` stands where a point has no such figure. The baseline's own arrays stand beside the grid's.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.extras import library
from simulator.results.measures import measure_named
from simulator.results.sweeps import ABSENT, Grids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from simulator.results.sweeps import SweepFound

    Array = tuple[tuple[str, ...], NDArray[Any]]

STEM = "sweep"
ESTIMATES = ("mean", "se", "low", "high")
UNITS = {"share": "1", "share_or_none": "1", "rate": "1", "points": "1", "rate_or_lpr": "1", "chance": "1", "money": "fen", "money_or_none": "fen"}
"""Units of axes as they are called in the file, where they are not called as in the reference of the language."""


def has_netcdf() -> bool:
    """Whether the extra ``data`` is installed."""
    return all(find_spec(package) is not None for package in ("xarray", "h5netcdf", "h5py"))


def dimension(path: str) -> str:
    """Name of an axis as a dimension: its path, without the slashes and spaces that the file format keeps for itself.

    Examples
    --------
    >>> dimension("scheme.layers.pool pays.share")
    'scheme.layers.pool_pays.share'
    """
    return "_".join(path.split()).replace("/", "∕")


def arrays_of(found: SweepFound) -> dict[str, Array]:
    """Return every array of the file by name, with the names of its dimensions; texts are texts."""
    axes = tuple(dimension(axis.path) for axis in found.axes)
    grids, shape, n_grid = found.grids, found.shape, len(found.grid)
    measures = tuple(dict.fromkeys(name for point in found.points for name in point.measures))
    on_grid = slice(0, n_grid)

    def gridded(values: NDArray[Any], *dims: str) -> Array:
        return (*axes, *dims), values[on_grid].reshape((*shape, *values.shape[1:]))

    arrays: dict[str, Array] = {}
    for axis, name in zip(found.axes, axes, strict=True):
        arrays[name] = ((name,), np.array(axis.values if axis.values else axis.texts))
        arrays[f"{name}.text"] = ((name,), np.array(axis.texts))
    labels = {"measure": measures, "figure": grids.figures, "series": grids.series, "month": grids.months}
    arrays |= {name: ((name,), np.array(texts)) for name, texts in labels.items()}
    arrays["quantile"] = (("quantile",), np.array(grids.levels))
    arrays["history"] = (("history",), np.arange(grids.finals.shape[1]))
    arrays["unit"] = (("measure",), np.array([measure_named(name).unit for name in measures]))
    for column in ESTIMATES:
        values = np.array([[_number(point.measures.get(name), column) for name in measures] for point in found.points])
        arrays[column] = gridded(values, "measure")
        differences = np.array([[_number(point.differences.get(name), column) for name in measures] for point in found.points])
        arrays[f"difference_{column}"] = gridded(differences, "measure")
        arrays[f"baseline_{column}"] = (("measure",), values[found.baseline])
    arrays["finals"] = gridded(grids.finals, "history", "figure")
    arrays["bands"] = gridded(grids.bands, "month", "series", "quantile")
    arrays["baseline_finals"] = (("history", "figure"), grids.finals[found.baseline])
    arrays["baseline_bands"] = (("month", "series", "quantile"), grids.bands[found.baseline])
    return arrays


def _number(found: object, column: str) -> float:
    value = getattr(found, column, None)
    return float("nan") if value is None else float(value)


def _attributes(found: SweepFound) -> dict[str, Any]:
    base = "，".join(f"{axis.path}={text}" for axis, text in zip(found.axes, found.base.texts, strict=True) if text)
    return {
        "title": found.title,
        "title_en": found.title_en,
        "scenario": found.name,
        "engine": found.engine,
        "seed": found.seed,
        "histories": found.histories,
        "baseline": base or found.name,
        "absent": ABSENT,
        "money": "fen",
    }


def write_labelled(folder: Path, found: SweepFound) -> Path:
    """Write the array file of a sweep into a folder that exists; the same sweep gives the same bytes.

    Returns
    -------
    Path
        ``sweep.nc``, or ``sweep.npz`` where the extra ``data`` is not installed.
    """
    if has_netcdf():
        path = folder / f"{STEM}.nc"
        packed = {name: {"zlib": True, "complevel": 4} for name in ("finals", "bands", "baseline_finals", "baseline_bands")}
        as_dataset(found).to_netcdf(path, engine="h5netcdf", encoding=packed)
        return path
    path = folder / f"{STEM}.npz"
    arrays: dict[str, NDArray[Any]] = {}
    for name, (dims, values) in arrays_of(found).items():
        arrays[name] = values
        arrays[f"{name}:dims"] = np.array(dims)
    arrays |= {f"attribute:{name}": np.array(value) for name, value in _attributes(found).items()}
    np.savez_compressed(path, allow_pickle=False, **arrays)
    return path


def as_dataset(found: SweepFound) -> Any:  # noqa: ANN401  an xarray.Dataset, of an extra that may be missing
    """Return a sweep as an ``xarray.Dataset``: axes by path, and along ``history``, ``month``, ``measure``, ``figure``, ``series``, ``quantile``.

    Raises
    ------
    ExtraMissing
        If the extra ``data`` is not installed.

    Examples
    --------
    >>> as_dataset(found)["mean"].sel(measure="bank.net_loss")  # doctest: +SKIP
    """
    xr = library("xarray")
    arrays = arrays_of(found)
    lines = {name for dims, _ in arrays.values() for name in dims}
    texts = {name for name in arrays if name.endswith(".text")} | {"unit"}
    coords = {name: arrays[name] for name in arrays if name in lines | texts}
    data = {name: array for name, array in arrays.items() if name not in coords}
    dataset = xr.Dataset(data, coords, _attributes(found))
    for axis in found.axes:
        dataset[dimension(axis.path)].attrs.update(path=axis.path, zh=axis.zh, en=axis.en, units=UNITS.get(axis.unit, axis.unit))
    return dataset


def read_grids(folder: Path, found: SweepFound) -> Grids:
    """Read a sweep's figures of every history and monthly quantiles back from its array file.

    Parameters
    ----------
    folder : Path
    found : SweepFound
        With its points; its own ``grids`` are not looked at.

    Raises
    ------
    ExtraMissing
        If the file is ``sweep.nc`` and the extra ``data`` is not installed.
    FileNotFoundError
        If there is none.
    """
    names = ("figure", "series", "month", "quantile", "finals", "bands", "baseline_finals", "baseline_bands")
    arrays = _read_arrays(folder, names)
    n_grid = len(found.grid)
    figures, series, months = (tuple(str(text) for text in arrays[name]) for name in names[:3])
    finals = arrays["finals"].reshape(n_grid, -1, len(figures))
    bands = arrays["bands"].reshape(n_grid, len(months), len(series), -1)
    if found.base.place is None:
        finals = np.concatenate([finals, arrays["baseline_finals"][None]])
        bands = np.concatenate([bands, arrays["baseline_bands"][None]])
    return Grids(figures, series, months, tuple(arrays["quantile"].tolist()), finals, bands)


def _read_arrays(folder: Path, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    if (folder / f"{STEM}.nc").is_file():
        with library("xarray").open_dataset(folder / f"{STEM}.nc", engine="h5netcdf") as dataset:
            return {name: np.asarray(dataset[name].values) for name in names}
    with np.load(folder / f"{STEM}.npz", allow_pickle=False) as file:
        return {name: file[name] for name in names}
