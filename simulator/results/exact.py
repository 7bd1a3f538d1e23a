"""What the exact path delivers: the laws of losses and payments themselves, and measures read off them without simulation error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.results.estimates import Estimate
from simulator.results.store import write_json, write_measures
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROWS = 2_000
"""Most rows a law has as a table."""

SLACK = 1e-12
"""A chance this near to a level counts as reaching it: quadrature and sums are not better."""


@dataclass(frozen=True)
class Law:
    """Law of one amount.

    Attributes
    ----------
    values : ndarray, shape (n_values,)
        Fen, rising.
    chances : ndarray, shape (n_values,)
        Chance of each.
    mean, deviation : float
        Of the amount, fen.
    rounding : float
        What rounding to the lattice can move a quantile or a tail mean by, fen; 0 where nothing is rounded.
    """

    values: Floats
    chances: Floats
    mean: float
    deviation: float
    rounding: float

    def quantile(self, level: float) -> float:
        """Smallest value that is not passed with a chance of ``level``.

        Examples
        --------
        >>> Law(np.array([0.0, 10.0]), np.array([0.9, 0.1]), 1.0, 3.0, 0.0).quantile(0.95)
        10.0
        """
        return float(self.values[min(int(np.searchsorted(np.cumsum(self.chances), level - SLACK)), len(self.values) - 1)])

    def tail_mean(self, level: float) -> float:
        """Mean of the worst ``1 - level``; the value on the boundary counts in part (Acerbi and Tasche 2002)."""
        edge = self.quantile(level)
        beyond = self.values > edge
        tail = 1.0 - level
        return float((self.values[beyond] @ self.chances[beyond] + edge * (tail - self.chances[beyond].sum())) / tail)

    def passing(self, amount: float) -> float:
        """Chance of more than an amount."""
        return float(self.chances[self.values > amount].sum())

    def mean_up_to(self, amount: float) -> float:
        """Mean of the lesser of the value and an amount."""
        return float(np.minimum(self.values, amount) @ self.chances)

    def estimate(self, unit: str = "fen", scale: float = 1.0) -> Estimate:
        """Mean with quantiles; no standard error, no histories."""
        p05, p50, p95 = (self.quantile(level) * scale for level in (0.05, 0.5, 0.95))
        return Estimate(self.mean * scale, 0.0, 0, p05, p50, p95, unit, self.mean * scale, self.mean * scale)

    def table(self) -> list[tuple[float, float]]:
        """Values with their cumulative chances, at most ``ROWS`` of them."""
        kept = np.flatnonzero(self.chances > 0.0)
        cumulative = np.cumsum(self.chances)
        if len(kept) > ROWS:
            kept = np.unique(np.searchsorted(cumulative, np.append(np.linspace(0.0, 1.0, ROWS)[:-1], 1.0 - SLACK)))
        return [(float(self.values[row]), float(min(cumulative[row], 1.0))) for row in np.minimum(kept, len(cumulative) - 1)]


def known(value: float, unit: str, low: float | None = None, high: float | None = None) -> Estimate:
    """A figure without error, or between bounds."""
    return Estimate(value, 0.0, 0, None, None, None, unit, value if low is None else low, value if high is None else high)


@dataclass(frozen=True)
class ExactAnswer:
    """The exact answer of one scenario.

    Attributes
    ----------
    measures : mapping
        Dotted name to figure. ``se`` is 0 and ``n`` is 0: there are no histories; ``low`` and ``high`` bound what rounding to the lattice can do.
        None where the scheme has no such measure or the exact path does not give it.
    laws : mapping
        Dotted name to the law behind it: gross loss, bank net loss, what the pool would need and pays.
    loans, kinds : int
        Loans of the book, and kinds of them that differ in something.
    quadrature : float
        Change of the distribution functions when the step of the quadrature was last halved: its error is smaller still.
    missing : mapping
        Why a measure is None, in Chinese and English.
    """

    measures: Mapping[str, Estimate | None]
    laws: Mapping[str, Law]
    loans: int
    kinds: int
    quadrature: float
    missing: Mapping[str, tuple[str, str]]

    @property
    def rounding(self) -> float:
        """Largest bound of the lattice's rounding, fen."""
        return max((law.rounding for law in self.laws.values()), default=0.0)

    def as_json(self, name: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "scenario": name,
            "engine": "exact",
            "seed": None,
            "histories": None,
            "measures": {measure: found.as_dict() if found else None for measure, found in self.measures.items()},
            "deviations": {measure: law.deviation for measure, law in self.laws.items()},
            "errors": {"simulation": 0.0, "rounding_fen": self.rounding, "quadrature": self.quadrature},
            "manifest": dict(manifest),
        }


def write_exact(folder: Path, answer: ExactAnswer, manifest: Mapping[str, Any]) -> None:
    """Write the tables of an exact answer and its manifest into a folder that exists."""
    write_measures(folder / "measures.csv", answer.measures)
    rows = [(name, value, chance) for name, law in answer.laws.items() for value, chance in law.table()]
    write_table(folder / "distributions.csv", ("measure", "fen", "chance_of_no_more"), rows)
    write_json(folder / "manifest.json", manifest)
