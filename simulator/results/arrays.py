"""One scenario's figures of every history as arrays, in memory or as ``.npy`` files that are filled block by block and read month by month.

``finals.npy`` has one column a figure (named in the first line of ``finals.csv.gz``), ``series/<name>.npy`` one column a month. Columns are stored
one after another, so that a figure or a month is read in one piece and memory does not grow with the number of histories.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FINALS, SERIES = "finals.npy", "series"
FEN_BYTES = 8
INT64 = "<i8"


class Arrays(NamedTuple):
    """Figures of every history, by dotted name.

    Attributes
    ----------
    finals : mapping
        To ndarray of int64, shape (n_histories,).
    series : mapping
        To ndarray of int64, shape (n_histories, n_months).
    """

    finals: Mapping[str, NDArray[np.int64]]
    series: Mapping[str, NDArray[np.int64]]


class Shape(NamedTuple):
    """Which arrays a scenario has.

    Attributes
    ----------
    figures, series : sequence of str
        Dotted names.
    n_histories, n_months : int
    """

    figures: Sequence[str]
    series: Sequence[str]
    n_histories: int
    n_months: int


def blank(shape: Shape) -> Arrays:
    """Arrays in memory, to be filled."""
    return Arrays(
        {name: np.empty(shape.n_histories, np.int64) for name in shape.figures},
        {name: np.empty((shape.n_histories, shape.n_months), np.int64, order="F") for name in shape.series},
    )


def fill(arrays: Arrays, first: int, finals: Mapping[str, NDArray[np.int64]], series: Mapping[str, NDArray[np.int64]]) -> None:
    """Put the figures of a block of histories in their place in memory."""
    for name, values in finals.items():
        arrays.finals[name][first : first + len(values)] = values
    for name, months in series.items():
        arrays.series[name][first : first + len(months)] = months


def make_files(folder: Path, shape: Shape) -> None:
    """Make the files of a scenario, to be filled."""
    (folder / SERIES).mkdir(parents=True, exist_ok=True)
    _make(folder / FINALS, shape.n_histories, len(shape.figures))
    for name in shape.series:
        _make(folder / SERIES / f"{name}.npy", shape.n_histories, shape.n_months)


def _make(path: Path, n_histories: int, n_columns: int) -> None:
    with path.open("wb") as file:
        head = {"descr": INT64, "fortran_order": True, "shape": (n_histories, n_columns)}
        np.lib.format.write_array_header_1_0(file, head)
        file.truncate(file.tell() + n_histories * n_columns * FEN_BYTES)


def fill_files(folder: Path, first: int, finals: Mapping[str, NDArray[np.int64]], series: Mapping[str, NDArray[np.int64]]) -> None:
    """Put the figures of a block of histories in their place in the files.

    Written, not mapped: a full disk is then an error that can be told, and what was written does not stay in memory.
    """
    _write_rows(folder / FINALS, first, np.stack(list(finals.values()), axis=1))
    for name, months in series.items():
        _write_rows(folder / SERIES / f"{name}.npy", first, months)


def _write_rows(path: Path, first: int, rows: NDArray[np.int64]) -> None:
    with path.open("r+b") as file:
        np.lib.format.read_magic(file)
        (n_histories, n_columns), _, _ = np.lib.format.read_array_header_1_0(file)
        start = file.tell()
        for column in range(n_columns):
            file.seek(start + (column * n_histories + first) * FEN_BYTES)
            file.write(rows[:, column].astype(INT64).tobytes())


def move_files(folder: Path, home: Path) -> None:
    """Move finished files to where they stay."""
    home.mkdir(parents=True, exist_ok=True)
    (folder / FINALS).replace(home / FINALS)
    shutil.rmtree(home / SERIES, ignore_errors=True)
    (folder / SERIES).replace(home / SERIES)


def open_files(home: Path, figures: Sequence[str]) -> Arrays:
    """Open the files of a finished run; nothing is read before it is looked at.

    Raises
    ------
    OSError, ValueError
        If a file is missing, or is none of ours.
    """
    finals = np.asarray(np.load(home / FINALS, mmap_mode="r"))
    if finals.ndim != 2 or finals.shape[1] != len(figures):
        problem = f"{FINALS} has the shape {finals.shape}, and {len(figures)} figures have names"
        raise ValueError(problem)
    paths = sorted((home / SERIES).glob("*.npy"))
    return Arrays(
        {name: finals[:, column] for column, name in enumerate(figures)},
        {path.name.removesuffix(".npy"): np.asarray(np.load(path, mmap_mode="r")) for path in paths},
    )
