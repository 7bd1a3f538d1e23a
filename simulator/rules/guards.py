"""Ratios that are watched, bank by bank, region by region or for the whole scheme, and what is stopped while they are too high."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.arithmetic import portion_of
from simulator.rules.records import (
    LENT_THIS_YEAR,
    LOSSES_THIS_YEAR,
    MILLION,
    NPL,
    OUTSTANDING,
    PER_BANK,
    PER_REGION,
    RESET_BELOW_STOP,
    RESET_BELOW_WARN,
    RESET_YEARLY,
    GuardEffect,
)

if TYPE_CHECKING:
    from simulator.rules.books import Record, Records

WARN, STOP_COMPENSATION, STOP_LENDING, DEFER_PAYMENT = (int(effect) for effect in GuardEffect)


@rule
def unit_of(guard: Record, bank: int, region: int) -> int:
    """Unit that a guard watches a loan under."""
    if guard.per == PER_BANK:
        return bank
    if guard.per == PER_REGION:
        return region
    return 0


@rule
def guard_ratio(guard: Record, tallies: Records, unit: int) -> int:
    """Ratio of one guard at one unit, millionths; 0 where nothing is lent. A guard that names layers counts the loans that they cover."""
    numerator = 0
    denominator = 0
    for bank in range(tallies.shape[1]):
        for region in range(tallies.shape[2]):
            if unit_of(guard, bank, region) != unit:
                continue
            tally = tallies[guard.book, bank, region]
            if guard.numerator == NPL:
                numerator += tally.npl
            elif guard.numerator == LOSSES_THIS_YEAR:
                numerator += tally.losses_this_year
            else:
                numerator += tally.payouts_this_year
            if guard.denominator == OUTSTANDING:
                denominator += tally.outstanding
            elif guard.denominator == LENT_THIS_YEAR:
                denominator += tally.lent_this_year
            else:
                denominator += tally.lent
    return portion_of(numerator, MILLION, denominator) if denominator > 0 else 0


@rule
def test_guards(guards: Records, states: Records, tallies: Records, calendar_month: int, day: int) -> int:
    """Test the guards due at the end of a calendar month (1-12); returns how many units were let go.

    A unit stops at or above its stop threshold, and goes on by the guard's own reset rule.
    """
    freed = 0
    for number in range(len(guards)):
        guard = guards[number]
        if calendar_month % guard.rhythm != 0:
            continue
        n_units = tallies.shape[1] if guard.per == PER_BANK else tallies.shape[2] if guard.per == PER_REGION else 1
        for unit in range(n_units):
            state = states[number, unit]
            state.ratio = guard_ratio(guard, tallies, unit)
            state.is_warned = 1 if state.ratio >= guard.warn else 0
            if guard.effect == WARN:
                continue
            if not state.is_stopped:
                if state.ratio >= guard.stop:
                    state.is_stopped = 1
                    state.since = day
                    state.stops += 1
            elif (guard.reset == RESET_BELOW_STOP and state.ratio < guard.stop) or (guard.reset == RESET_BELOW_WARN and state.ratio < guard.warn):
                state.is_stopped = 0
                freed += 1
    return freed


@rule
def reset_yearly(guards: Records, states: Records) -> int:
    """Let go on the first day of a year what the contract resets yearly; returns how many units were let go."""
    freed = 0
    for number in range(len(guards)):
        if guards[number].reset == RESET_YEARLY:
            for unit in range(states.shape[1]):
                freed += states[number, unit].is_stopped
                states[number, unit].is_stopped = 0
    return freed


@rule
def stopping_guard(guards: Records, states: Records, layer: int, bank: int, region: int) -> int:
    """Guard that now keeps a layer from paying for a bank's loans in a region, -1 if none."""
    for number in range(len(guards)):
        guard = guards[number]
        stops = guard.effect in (STOP_COMPENSATION, DEFER_PAYMENT) and (guard.layers >> layer) & 1
        if stops and states[number, unit_of(guard, bank, region)].is_stopped:
            return number
    return -1


@rule
def lending_stopped(guards: Records, states: Records, bank: int, region: int) -> bool:
    """Whether a guard keeps a bank from lending in a region."""
    for number in range(len(guards)):
        if guards[number].effect == STOP_LENDING and states[number, unit_of(guards[number], bank, region)].is_stopped:
            return True
    return False
