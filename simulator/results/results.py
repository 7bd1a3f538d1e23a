"""Results of a run: per-history figures and month-end series of one scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario


@dataclass(frozen=True)
class Results:
    """What the histories of one scenario left.

    Attributes
    ----------
    scenario : Scenario
        As resolved.
    months : sequence of str
        Calendar months of the series.
    finals : mapping
        Dotted name (MODEL 5, and ``paid_by.<party>``) to ndarray, shape (n_histories,); money in fen.
    series : mapping
        Dotted name to ndarray, shape (n_histories, n_months); month-end figures, int64 fen.
    """

    scenario: Scenario
    months: Sequence[str]
    finals: Mapping[str, NDArray[np.generic]]
    series: Mapping[str, NDArray[np.int64]]

    @property
    def n_histories(self) -> int:
        """Number of histories."""
        return len(self.finals["bank.net_loss"])


def month_names(scenario: Scenario, n_months: int) -> list[str]:
    """Calendar months of the series, ``2025-03`` and on."""
    first = scenario.run.start.year * 12 + scenario.run.start.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, first + n_months)]


def told_apart(names: Sequence[str]) -> list[str]:
    """Names of several scenarios, numbered from the second on where two have one name.

    Examples
    --------
    >>> told_apart(["湖北", "广东", "湖北"])
    ['湖北', '广东', '湖北-2']
    """
    again = [names[:number].count(name) for number, name in enumerate(names)]
    return [f"{name}-{before + 1}" if before else name for name, before in zip(names, again, strict=True)]
