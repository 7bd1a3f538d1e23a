"""Findings as a file from which they come back as they were: records by name, arrays with their shape, every figure to its last bit.

A file names the classes of its records; only those that the reader expects are ever made, so that a file is data and nothing else.
"""

from __future__ import annotations

import datetime
import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.results.blocks import write_whole
from simulator.scenario import units
from simulator.scenario.quantities import LprSpread

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "found.json.gz"
FORMAT = 1
IS = "is"
"""Key under which a record names its class."""

UNITS = {one.name: one for one in vars(units).values() if isinstance(one, units.Unit)}


def write_kept(folder: Path, value: object, made_from: object = None) -> None:
    """Write findings into a folder that exists, whole or not at all; the same findings give the same bytes.

    Parameters
    ----------
    folder : Path
    value : object
        Records (dataclasses, named tuples), arrays, dates, units, plain values, and tuples, lists and mappings of such.
    made_from : object
        Plain values that say what the findings were made from, to be compared when they are read.
    """
    said = {"format": FORMAT, "made_from": made_from, "found": plain(value)}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    write_whole(folder / FILE, gzip.compress(text.encode("utf-8"), mtime=0))


def read_kept(folder: Path, records: Iterable[type], made_from: object = None) -> Any:  # noqa: ANN401  whatever was written
    """Read findings back.

    Parameters
    ----------
    folder : Path
    records : iterable of type
        Classes that the file may name.
    made_from : object
        As it was written; findings of anything else are refused.

    Raises
    ------
    FileNotFoundError
        If there are none, as in folders of older versions.
    ValueError
        If they cannot be read.
    """
    packed = (folder / FILE).read_bytes()
    try:
        said = json.loads(gzip.decompress(packed))
        if said["format"] == FORMAT and said["made_from"] == made_from:
            return made(said["found"], {one.__name__: one for one in records})
        message = f"{FILE}: of {said['made_from']}, format {said['format']}"
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{FILE}: {type(error).__name__} {error}"
    raise ValueError(message)


def plain(value: object) -> Any:  # noqa: ANN401  what JSON holds
    """Turn findings into what JSON holds.

    Examples
    --------
    >>> plain((1, np.float64(0.5))), plain(datetime.date(2026, 11, 27))
    ({'is': 'tuple', 'of': [1, 0.5]}, {'is': 'date', 'of': '2026-11-27'})
    """
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray):
        return {IS: "array", "type": value.dtype.str, "shape": list(value.shape), "of": value.ravel().tolist()}
    if isinstance(value, datetime.date):
        return {IS: "date", "of": value.isoformat()}
    if isinstance(value, units.Unit):
        return {IS: "unit", "of": value.name}
    if names := field_names(value):
        return {IS: type(value).__name__, **{name: plain(getattr(value, name)) for name in names}}
    if isinstance(value, tuple):
        return {IS: "tuple", "of": [plain(one) for one in value]}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    message = f"{type(value).__name__} cannot be kept"
    raise TypeError(message)


def field_names(value: object) -> list[str]:
    """Names of a record's fields; empty for anything that is none."""
    if is_dataclass(value) and not isinstance(value, type):
        return [field.name for field in fields(value)]
    return list(getattr(value, "_fields", ()))


def made(said: Any, records: Mapping[str, type]) -> Any:  # noqa: ANN401
    """Make findings of what JSON holds; see ``plain``.

    Raises
    ------
    KeyError
        If it names a class that is not among the records.
    """
    if isinstance(said, list):
        return [made(one, records) for one in said]
    if not isinstance(said, dict):
        return said
    name = said.get(IS)
    if name is None:
        return {key: made(one, records) for key, one in said.items()}
    if name == "array":
        return np.array(said["of"], dtype=said["type"]).reshape(said["shape"])
    if name == "date":
        return datetime.date.fromisoformat(said["of"])
    if name == "unit":
        return UNITS[said["of"]]
    if name == "tuple":
        return tuple(made(one, records) for one in said["of"])
    record = LprSpread if name == LprSpread.__name__ else records[name]
    return record(**{key: made(one, records) for key, one in said.items() if key != IS})
