"""Tables as files that spreadsheets open: CSV in UTF-8, in which no text can be run as a formula."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

RISKY = ("=", "+", "-", "@", "\t")


def _cell(value: object) -> object:
    """Keep a text from being run as a formula by a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV that Excel opens as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([_cell(title) for title in head])
        writer.writerows([_cell(value) for value in row] for row in rows)
