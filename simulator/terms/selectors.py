"""Conditions on loans as rows of bit masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.rules import records as r

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.rules.books import Records
    from simulator.scenario.models import When
    from simulator.scenario.names import Names

MASKS = {
    "segment": ("segments", "segments"),
    "sector": ("sectors", "sectors"),
    "grade": ("grades", "grades"),
    "firm_class": ("firm_classes", "firm_classes"),
    "region": ("regions", "regions"),
    "route": ("routes", "routes"),
}
FLAGS = {"ip_pledge": r.Flag.IP_PLEDGE, "key_list": r.Flag.KEY_LIST, "policy_funded": r.Flag.POLICY_FUNDED}


class TierList:
    """All conditions of a scheme in one array; each user keeps the range that is its own."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.rows: list[Any] = []

    def records(self) -> Records:
        """All rows as one array."""
        return np.array(self.rows, r.TIER) if self.rows else np.zeros(0, r.TIER)

    def add_conditions(self, whens: Iterable[When]) -> tuple[int, int]:
        """Add alternatives, any of which may hold; an empty range where one of them holds for all."""
        return self.add_rungs([(0, tuple(whens))]) if not any(self._is_open(when) for when in whens) else (0, 0)

    def add_rungs(self, rungs: Sequence[tuple[int, Sequence[When]]]) -> tuple[int, int]:
        """Add the tiers of a ratio; returns their range of rows."""
        first = len(self.rows)
        for rung, (value, whens) in enumerate(rungs):
            self.rows += [self._row(rung, value, when) for when in whens]
        return first, len(self.rows)

    def _is_open(self, when: When) -> bool:
        return not when.model_dump(exclude_none=True)

    def _row(self, rung: int, value: int, when: When) -> Any:  # noqa: ANN401  one record
        row = np.zeros(1, r.TIER)[0]
        row["rung"], row["value"] = rung, value
        for key, (mask, order) in MASKS.items():
            named = getattr(when, key)
            row[mask] = -1 if named is None else sum(1 << getattr(self.names, order).index(name) for name in named)
        for key, flag in FLAGS.items():
            wanted = getattr(when, key)
            if wanted is not None:
                row["flags_needed" if wanted else "flags_refused"] |= flag
        row["first_loan"] = -1 if when.first_loan is None else int(when.first_loan)
        row["term_up_to"] = when.term_up_to or 2**14
        row["unsecured_at_least"] = max(when.unsecured_at_least or 0, -1 if when.unsecured_over is None else when.unsecured_over + 1)
        row["amount_over"] = -1 if when.amount_over is None else when.amount_over
        row["amount_up_to"] = r.UNLIMITED if when.amount_up_to is None else when.amount_up_to
        return row
