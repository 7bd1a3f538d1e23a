"""The published figures that come with the package, re-tabulated; each table's source stands with the check that uses it."""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).parent / "figures"


def read_figures(name: str) -> list[dict[str, str]]:
    """Rows of one table, as text by column.

    Parameters
    ----------
    name : str
        File name without ``.csv``.
    """
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reference_pool() -> dict[str, float]:
    """Exact answer of the reference pool job, in units of one loan's principal."""
    return {row["figure"]: float(row["value"]) for row in read_figures("reference_pool")}
