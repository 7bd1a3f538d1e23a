"""Calendar months in compiled code."""

from __future__ import annotations

from simulator.compiled import rule


@rule
def months_later(calendar, day, months):  # type: ignore[no-untyped-def]
    """Same day of the month, some months on; the month's last day where it is shorter. The calendar must reach that far."""
    month = calendar.month[day] + months
    return min(calendar.month_start[month] + calendar.day_of_month[day], calendar.month_start[month + 1]) - 1
