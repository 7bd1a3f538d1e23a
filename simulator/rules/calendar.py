"""Calendar months in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule

if TYPE_CHECKING:
    from simulator.rules.books import CalendarTables


@rule
def months_later(calendar: CalendarTables, day: int, months: int) -> int:
    """Same day of the month, some months on; the month's last day where it is shorter. The calendar must reach that far."""
    month = calendar.month[day] + months
    return min(calendar.month_start[month] + calendar.day_of_month[day], calendar.month_start[month + 1]) - 1
