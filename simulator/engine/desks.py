"""How a desk gets its work on the right day and in the right order of the day.

A desk keeps an agenda, day by day. The first item of a day puts one event on SimPy's calendar, with the step's place in the day as its priority, so
nothing runs on days without work. Work for a step of today that is already past is done tomorrow.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Step(IntEnum):
    """The order of one day; each step is the priority of its events."""

    BUDGETS = 1
    REPAYMENTS = 2
    RECOVERIES = 3
    FAILURES = 4
    GUARDS = 5
    CLAIMS_FILED = 6
    CLAIMS_PAID = 7
    STAGES = 8
    LENDING = 9
    MONTH_END = 10


class Clock(simpy.Environment):
    """SimPy's clock, counting days, that knows which step of the day is being done."""

    now_at: int = 0

    def wait_until(self, day: int, step: Step) -> WorkDay:
        """Event of one step of one day, for a process with its own rhythm."""
        return WorkDay(self, day, step, self._mark(step))

    def _mark(self, step: Step) -> Callable[[simpy.Event], None]:
        def mark(_: simpy.Event) -> None:
            self.now_at = step

        return mark


class WorkDay(simpy.Event):
    """One desk's work on one day."""

    def __init__(self, clock: Clock, day: int, step: int, work: Callable[[simpy.Event], None]) -> None:
        self.env = clock
        self.callbacks = [work]
        self._value = day
        self._ok = True
        clock.schedule(self, step, day - clock.now)  # type: ignore[arg-type]  # SimPy's calendar takes any whole number as priority


class Desk:
    """One step of the day with its agenda.

    Parameters
    ----------
    clock : Clock
    step : Step
        When in the day the desk works.
    work : callable
        ``work(day, items)`` does all that is on the agenda of a day.
    last_day : int
        Work after this day is not done.
    """

    def __init__(self, clock: Clock, step: Step, work: Callable[[int, list[Any]], None], last_day: int) -> None:
        self.clock = clock
        self.step = int(step)
        self.work = work
        self.last_day = last_day
        self.agenda: dict[int, list[Any]] = {}
        self.known: Iterator[tuple[int, object]] = iter(())
        self.known_day = -1

    def follow(self, known: Iterator[tuple[int, object]]) -> None:
        """Take work that is known in advance, in order of its days: only its next day stands on the calendar, which keeps the calendar short."""
        self.known = known
        self._put_next_known()

    def _put_next_known(self) -> None:
        for day, item in self.known:
            self.known_day = day
            self.put(day, item)
            return

    def put(self, day: int, item: object) -> None:
        """Put an item on the agenda of a day; tomorrow's, where this step of today is past."""
        if day <= (today := self.clock.now) and self.step <= self.clock.now_at:
            day = int(today) + 1
        items = self.agenda.get(day)
        if items is not None:
            items.append(item)
        elif day <= self.last_day:
            self.agenda[day] = [item]
            WorkDay(self.clock, day, self.step, self._open)

    def _open(self, event: simpy.Event) -> None:
        self.clock.now_at = self.step
        day: int = event._value  # noqa: SLF001  the property looks the value up again
        self.work(day, self.agenda.pop(day))
        if day == self.known_day:
            self._put_next_known()
