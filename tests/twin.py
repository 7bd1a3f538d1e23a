"""One firm's fate worked out day by day in plain Python, as the model is written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from simulator.rules.records import NEVER, Repayment
from simulator.world.clocks import scaled_clock
from simulator.world.streams import Purpose, draws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.world.draw import World
    from simulator.world.population import WorldPlan

M = 1_000_000


class Twin:
    """One firm, one day after another, as the model is written."""

    def __init__(self, plan: WorldPlan, history: int, links: Any, z: Any, segment: dict[str, Any], rho: float, kind: str) -> None:
        self.plan, self.links, self.z, self.rho, self.kind = plan, links, z, rho, kind
        self.address = (plan.seed, history, int(links["firm"][0]))
        pd = segment["pd"]
        self.pd = float(list(pd.values())[links["grade"][0]] if isinstance(pd, dict) else pd)
        pays_at_maturity = links["repayment"][0] in (Repayment.BULLET, Repayment.INTEREST_ONLY)
        self.deferred = segment.get("at_maturity", 0) / M if pays_at_maturity else 0.0
        months = segment.get("seasoning", {12: 1.0})
        self.clock = scaled_clock(months, segment.get("pd_over", 12), len(plan.firms.month))

    def conditional(self, level: float, factor: float) -> float:
        """Vasicek's chance."""
        if math.isnan(factor):
            return float(special.ndtr(level))
        return float(special.ndtr((level - math.sqrt(self.rho) * factor) / math.sqrt(1 - self.rho)))

    def hazards(self) -> Iterator[tuple[int, float]]:
        """Days at risk and the hazard accrued on each."""
        days = sorted({day for link in self.links for day in range(link["day"] + 1, link["maturity"] + 1)})
        before = 0.0
        for age, day in enumerate(days, start=1):
            if self.kind == "static":
                level = float(special.ndtri(-math.expm1(self.clock[age] * math.log1p(-self.pd))))
                total = -math.log1p(-self.conditional(level, self.z[0]))
                yield day, total - before
                before = total
            else:
                chance = self.conditional(float(special.ndtri(self.pd)), self.z[self.plan.firms.month[day]])
                yield day, -math.log1p(-chance) * (self.clock[age] - self.clock[age - 1])

    def fate(self, level: float) -> tuple[int, int, int]:
        """Final failure, first missed payment of a cured failure, cure; ``level`` is the threshold, as a chance."""
        maturities = set(self.links["maturity"].tolist())
        threshold = -math.log1p(-level)
        is_cured, length, second, _ = draws(self.address, 0, int(Purpose.CURE), 0)
        fallen, held, late, cured_on = 0.0, 0.0, NEVER, NEVER
        for day, hazard in self.hazards():
            held += self.deferred * hazard
            falls = (1 - self.deferred) * hazard
            if day in maturities:
                falls, held = falls + held, 0.0
            if late != NEVER and day <= cured_on:
                continue
            fallen += falls
            if fallen < threshold:
                continue
            if late != NEVER or is_cured >= self.plan.failures.cure_chance:
                return day, late, cured_on
            late, cured_on = day, day + 1 + int(length * self.plan.failures.cure_within)
            fallen, threshold = 0.0, -math.log1p(-second)
        return NEVER, late, cured_on


def firms_of(world: World) -> dict[int, Any]:
    """Links by firm."""
    return {int(firm): world.links[world.links["firm"] == firm] for firm in np.unique(world.links["firm"])}
