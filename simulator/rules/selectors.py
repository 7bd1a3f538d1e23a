"""Which loans a tier holds for, and the share that a list of tiers makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.records import Combine

if TYPE_CHECKING:
    from simulator.rules.books import Record, Records

FIRST, MAX, SUM, MARGINAL = int(Combine.FIRST), int(Combine.MAX), int(Combine.SUM), int(Combine.MARGINAL)


@rule
def holds(tier: Record, link: Record, amount: int, is_first: int) -> bool:
    """Whether one tier's condition holds for an application of this amount, as a first loan or a later one."""
    if not (tier.amount_over < amount <= tier.amount_up_to):
        return False
    if tier.first_loan >= 0 and tier.first_loan != is_first:
        return False
    if (link.flags & tier.flags_needed) != tier.flags_needed or (link.flags & tier.flags_refused) != 0:
        return False
    if link.unsecured < tier.unsecured_at_least or link.term_months > tier.term_up_to:
        return False
    one = 1
    return (
        (tier.segments >> link.segment) & one
        and (tier.sectors >> link.sector) & one
        and (tier.grades >> link.grade) & one
        and (tier.firm_classes >> link.firm_class) & one
        and (tier.regions >> link.region) & one
        and (tier.routes >> link.route) & one
    ) != 0


@rule
def asks_for_first_loan(tiers: Records, first: int, last: int) -> bool:
    """Whether a range of tiers tells first loans from later ones."""
    for row in range(first, last):  # noqa: SIM110  compiled: any() of a generator is not
        if tiers[row].first_loan >= 0:
            return True
    return False


@rule
def any_holds(tiers: Records, first: int, last: int, link: Record, amount: int, is_first: int) -> bool:
    """Whether any tier of a range holds; an empty range holds for all."""
    if first == last:
        return True
    for row in range(first, last):  # noqa: SIM110  compiled: any() of a generator is not
        if holds(tiers[row], link, amount, is_first):
            return True
    return False


@rule
def share_from_tiers(tiers: Records, layer: Record, link: Record, amount: int, is_first: int) -> int:
    """Share of a layer on one application, millionths: the first tier that holds, the highest, the sum up to a ceiling, or by slices of the amount.

    Tiers of one rung stand next to each other; a rung counts once, whichever of its alternatives holds.
    """
    if not any_holds(tiers, layer.applies_from, layer.applies_to, link, amount, is_first):
        return 0
    total = 0
    best = -1
    rung_met = -1
    for row in range(layer.tier_from, layer.tier_to):
        tier = tiers[row]
        if layer.combine == MARGINAL:
            slice_ = min(amount, tier.amount_up_to) - max(0, tier.amount_over)
            if slice_ > 0:
                total += slice_ * tier.value
            continue
        if tier.rung == rung_met or not holds(tier, link, amount, is_first):
            continue
        rung_met = tier.rung
        best = max(best, tier.value)
        total += tier.value
        if layer.combine == FIRST:
            return tier.value
    if layer.combine == MARGINAL:
        return total // amount if amount > 0 else 0
    if layer.combine == SUM:
        return min(total, layer.ceiling)
    return layer.otherwise if best < 0 else best
