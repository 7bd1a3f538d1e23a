"""Blocks of histories as files: written whole or not at all, and read back only if nothing in them has changed.

A block's file starts with the SHA-256 of its address and its body; the address says which run, which scenarios and which histories it belongs to, so
a spoilt block and one of another run are told apart from a good one in the same way. The body is the block's arrays in numpy's own format.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SEAL_BYTES = 32


class Block(NamedTuple):
    """Results of consecutive histories under one scheme.

    Attributes
    ----------
    fixed : ndarray of FIGURES, shape (n_histories,)
    parts : ndarray of int64, shape (n_histories, n_parts)
        Figures named after something in the file.
    series : ndarray, shape (n_histories, n_months, n_series)
        Month-end figures, int64 fen.
    """

    fixed: NDArray[np.void]
    parts: NDArray[np.int64]
    series: NDArray[np.int64]


def joined(blocks: Sequence[tuple[int, Block]]) -> list[tuple[int, Block]]:
    """Put blocks of one scheme together where one goes on with the histories of another; each stands with its first history."""
    runs: list[list[tuple[int, Block]]] = []
    for first, block in sorted(blocks, key=lambda one: one[0]):
        if runs and runs[-1][-1][0] + len(runs[-1][-1][1].fixed) == first:
            runs[-1].append((first, block))
        else:
            runs.append([(first, block)])
    return [(run[0][0], Block(*(np.concatenate(arrays) for arrays in zip(*(block for _, block in run), strict=True)))) for run in runs]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the program or the machine stops."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _seal(address: str, body: bytes) -> bytes:
    return hashlib.sha256(address.encode() + b"\n" + body).digest()


def write_block(path: Path, address: str, blocks: Sequence[Block]) -> None:
    """Write what some schemes left on the same histories.

    Parameters
    ----------
    path : Path
    address : str
        What the block belongs to; reading asks for the same.
    blocks : sequence of Block
        One a scheme.
    """
    body = io.BytesIO()
    for block in blocks:
        for array in block:
            np.lib.format.write_array(body, np.ascontiguousarray(array), allow_pickle=False)
    data = body.getvalue()
    write_whole(path, _seal(address, data) + data)


def read_block(path: Path, address: str) -> list[Block] | None:
    """Read a block back; None where there is none, or it was truncated, damaged, or belongs to something else."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    body = data[SEAL_BYTES:]
    if data[:SEAL_BYTES] != _seal(address, body):
        return None
    file, blocks = io.BytesIO(body), []
    while file.tell() < len(body):
        fixed, parts, series = (np.lib.format.read_array(file, allow_pickle=False) for _ in Block._fields)
        blocks.append(Block(fixed, parts, series))
    return blocks
