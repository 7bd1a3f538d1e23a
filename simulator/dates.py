"""Days since the scenario's start, and the calendar that real months, quarters and years need.

Inside, time is a whole number of days. The calendar's arrays answer in one look-up what month a day falls in, so that compiled code needs no dates.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = 2**30
"""A day that does not come."""

DAYS_A_YEAR = 365.25


class Calendar(NamedTuple):
    """Look-up tables of one scenario's calendar; day 0 is its first day.

    Attributes
    ----------
    month : ndarray, shape (n_days,)
        Month of each day, counted from the start's month. int32.
    day_of_month : ndarray, shape (n_days,)
        1-31. int32.
    year : ndarray, shape (n_days,)
        Calendar year of each day. int32.
    month_start : ndarray, shape (n_months + 1,)
        Day on which each month starts (the first is at or before day 0); the last entry is one past the end. int32.
    """

    month: NDArray[np.int32]
    day_of_month: NDArray[np.int32]
    year: NDArray[np.int32]
    month_start: NDArray[np.int32]


def calendar_from(start: datetime.date, n_days: int) -> Calendar:
    """Build the calendar of ``n_days`` days from ``start``.

    Examples
    --------
    >>> calendar = calendar_from(datetime.date(2025, 3, 25), 10)
    >>> calendar.month.tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]
    >>> calendar.month_start.tolist()
    [-24, 7, 37]
    """
    days = np.datetime64(start, "D") + np.arange(n_days)
    months = days.astype("datetime64[M]")
    month = (months - months[0]).astype(np.int32)
    starts = (months[0] + np.arange(int(month[-1]) + 2)).astype("datetime64[D]")
    return Calendar(
        month=month,
        day_of_month=((days - months).astype(np.int32) + 1).astype(np.int32),
        year=(days.astype("datetime64[Y]").astype(np.int32) + 1970).astype(np.int32),
        month_start=(starts - days[0]).astype(np.int32),
    )


def days_between(start: datetime.date, day: datetime.date) -> int:
    """Whole days from ``start`` to ``day``."""
    return (day - start).days


def date_of(start: datetime.date, day: int) -> datetime.date:
    """Date of a day number."""
    return start + datetime.timedelta(days=int(day))
