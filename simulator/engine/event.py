"""The event engine: one history, day by day, as the contract reads.

Each step of the day is a desk. What happens once an application (lending, instalments) is one compiled call a day; what happens once a default is
told here in Python, with the money worked out by the functions of ``rules``. This is the readable reference: the order of events stands in this
file, every formula in ``rules``.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from simulator.compiled import entry_of
from simulator.engine.desks import Clock, Desk, Step
from simulator.engine.finals import SERIES, Finals, close_history
from simulator.engine.stages import stage_book
from simulator.engine.state import CONDUCT, Setting, fresh_books, fresh_loans
from simulator.rules import records as r
from simulator.rules.ageing import age_cases
from simulator.rules.books import Lent
from simulator.rules.claims import (
    GOES_ON,
    IS_HELD,
    IS_REFUSED,
    held_back,
    paid_so_far,
    pay_claim,
    pay_day,
    payer_of,
    refuse_claim,
    share_what_is_left,
)
from simulator.rules.defaults import default_day
from simulator.rules.guards import reset_yearly, test_guards
from simulator.rules.lending import lend_day
from simulator.rules.pools import endow, pay_deposit_interest, start_year
from simulator.rules.recoveries import recover_day
from simulator.rules.repayment import collect_day, next_due_day
from simulator.rules.snapshot import snapshot
from simulator.rules.stages import stage_day

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import simpy
    from numpy.typing import NDArray

    from simulator.rules.books import Books, LoanBook, Scratch
    from simulator.world.draw import World

Claim: TypeAlias = tuple[int, int, int, int]
"""One layer's claim on one case: (day filed, loan, layer, case). Claims are paid in this order: first filed first, then by loan, then by layer."""


class History:
    """One history under one contract.

    Parameters
    ----------
    setting : Setting
        Calendar, horizon and contract.
    scratch : Scratch
        Books on which banks work out what cover is worth.
    world : World
        Applications and fates of this history.
    n_entries : int
        Room for the journal; 0 keeps none.
    """

    def __init__(self, setting: Setting, scratch: Scratch, world: World, n_entries: int = 0) -> None:
        self.setting, self.scratch, self.world = setting, scratch, world
        self.books: Books = fresh_books(setting, len(world.lags), n_entries)
        self.loans: LoanBook = fresh_loans(setting, world)
        self.lent = Lent(*(getattr(self.loans, field) for field in Lent._fields))
        self.loan_of_case = self.books.cases["loan"]
        self.series = np.zeros((setting.n_months, len(SERIES)), np.int64)
        self.layers = self.books.layers[r.PLAYED]
        self.bank_layers = [number for number, layer in enumerate(self.layers) if layer["basis"] == r.Basis.OVERDUE_PRINCIPAL]
        self.disposal_layers = [number for number, layer in enumerate(self.layers) if layer["basis"] == r.Basis.NET_LOSS]
        self.backers = [self._backers_of(number) for number in range(len(self.layers))]
        self.trigger = self.layers["trigger"].tolist()
        self.lag = self.layers["lag"].tolist()
        self.conduct = dict(zip(CONDUCT.names or (), setting.conduct[0].item(), strict=True))
        self.is_queued = self.layers["is_queued"].tolist()
        fates = world.links["fate"]
        can_default = np.flatnonzero(fates >= 0)
        self.failing = can_default[np.argsort(world.links["failure_day"][can_default], kind="stable")]
        self.fates: list[int] = fates.tolist()
        self.lags: list[list[int]] = world.lags.tolist()
        self.lumps: int = world.lags.shape[1]
        few, row, books = np.zeros(0, np.int64), np.zeros((0, 4), np.int64), self.books
        self.default_day = entry_of(default_day, books, self.lent, setting.calendar, self.failing, 0, 0, 0)
        self.recover_day = entry_of(recover_day, books, few, 0, 0)
        self.pay_day = entry_of(pay_day, books, row, 0)
        self.collect_day = entry_of(collect_day, books, self.loans, setting.calendar, 0)
        self.case_days: list[int] = []
        self.case_loans: list[int] = []
        self.held: list[tuple[Claim, Desk]] = []
        self.waiting: list[Claim] = []
        self.stages = stage_book(setting, self.loans, world)

    def _backers_of(self, layer: int) -> list[int]:
        return [other for other, row in enumerate(self.layers) if row["basis"] == r.Basis.PAYMENT_OF and row["source"] == layer]

    def play(self) -> Finals:
        """Let time pass from the endowment to the last settlement."""
        clock = Clock()
        end = self.setting.end_day
        self.repayments = Desk(clock, Step.REPAYMENTS, self.collect, end)
        self.recoveries = Desk(clock, Step.RECOVERIES, self.share_recoveries, end)
        self.failures = Desk(clock, Step.FAILURES, self.open_cases, end)
        self.filings = Desk(clock, Step.CLAIMS_FILED, self.file_claims, end)
        self.payments = Desk(clock, Step.CLAIMS_PAID, self.pay_claims, end)
        self.projects = Desk(clock, Step.STAGES, self.do_stages, end)
        self.lending = Desk(clock, Step.LENDING, self.lend, self.setting.lend_until)
        clock.process(self.budget_years(clock))
        clock.process(self.month_ends(clock))
        with no_collection():
            self.lending.follow(day_batches(self.world.links["day"]))
            self.failures.follow(day_batches(self.world.links["failure_day"][self.failing]))
            self.projects.follow(day_batches(self.stages.items["day"]))
            endow(self.books, 0)
            clock.run(until=end + 1)
        for (_, _, layer, case), _ in self.held:
            refuse_claim(self.books, case, layer)
        return close_history(self.setting, self.books, self.loans, self.stages, self.series)

    def budget_years(self, clock: Clock) -> Generator[simpy.Event, None, None]:
        """Start each calendar year: refill, and count anew."""
        years = self.setting.calendar.year
        for day in (np.flatnonzero(np.diff(years[: self.setting.end_day + 1])) + 1).tolist():
            yield clock.wait_until(day, Step.BUDGETS)
            start_year(self.books, int(day <= self.setting.lend_until), day)
            self.loans.banks["lent_this_year"] = 0
            if reset_yearly(self.loans.guards, self.loans.guard_states):
                self.release_held(day)

    def month_ends(self, clock: Clock) -> Generator[simpy.Event, None, None]:
        """Test the guards on a month's last day, then close the month."""
        calendar, setting = self.setting.calendar, self.setting
        for month in range(setting.n_months):
            day = min(int(calendar.month_start[month + 1]) - 1, setting.end_day)
            yield clock.wait_until(day, Step.GUARDS)
            age_cases(self.books, setting.write_off_days, day)
            if len(self.loans.guards) and day <= setting.lend_until:
                calendar_month = (setting.first_month + month) % 12 + 1
                if test_guards(self.loans.guards, self.loans.guard_states, self.books.tallies, calendar_month, day):
                    self.release_held(day)
            yield clock.wait_until(day, Step.MONTH_END)
            if self.conduct["earns_interest"]:
                pay_deposit_interest(self.books, day - max(int(calendar.month_start[month]) - 1, 0), day)
            snapshot(self.books, self.series[month])
            if self.waiting:
                self.try_waiting(day)

    def lend(self, day: int, batches: list[tuple[int, int]]) -> None:
        """Take the day's applications in order."""
        for first, last in batches:
            if lend_day(self.books, self.loans, self.scratch, self.setting.calendar, first, last, day):
                self.repayments.put(next_due_day(self.loans, day), None)

    def collect(self, day: int, _: list[None]) -> None:
        """Collect the day's instalments."""
        following = self.collect_day(self.books, self.loans, self.setting.calendar, day)
        self.repayments.put(following, None)

    def do_stages(self, day: int, batches: list[tuple[int, int]]) -> None:
        """Pay what projects get and bring on a day."""
        for first, last in batches:
            stage_day(self.books, self.loans, self.stages, first, last, day)

    def open_cases(self, day: int, batches: list[tuple[int, int]]) -> None:
        """Open a case for each loan that defaults; file what is claimed on overdue principal, and expect recoveries."""
        for first, last in batches:
            opened = self.default_day(self.books, self.lent, self.setting.calendar, self.failing, first, last, day)
            for case, loan in enumerate(self.loan_of_case[len(self.case_days) : opened].tolist(), len(self.case_days)):
                self.case_days.append(day)
                self.case_loans.append(loan)
                for layer in self.bank_layers:
                    self.file(day + self.trigger[layer], loan, layer, case)
                for lag in self.lags[self.fates[loan]]:
                    self.recoveries.put(day + lag, case)

    def share_recoveries(self, day: int, cases: list[int]) -> None:
        """Share out the day's recoveries; a case whose last one has come is settled."""
        self.recover_day(self.books, np.array(cases, np.int64), self.lumps, day)
        if self.disposal_layers:
            for case in dict.fromkeys(cases):
                if self.lumps == 1 or self.books.cases["is_closed"][case]:
                    self.file_after_disposal(case, day)
        if self.waiting:
            self.try_waiting(day)

    def file_after_disposal(self, case: int, day: int) -> None:
        """File what is claimed on the net loss, once nothing more will come back."""
        for layer in self.disposal_layers:
            self.file(max(day, self.case_days[case] + self.trigger[layer]), self.case_loans[case], layer, case)

    def file(self, day: int, loan: int, layer: int, case: int) -> None:
        """File a claim on a day; where no guard can stop it, it goes straight to payment."""
        if self.conduct["is_guarded"]:
            self.filings.put(day, (day, loan, layer, case))
        else:
            self.payments.put(day + self.lag[layer], (day, loan, layer, case))

    def file_claims(self, day: int, claims: list[Claim]) -> None:
        """Accept the day's claims, unless a guard stops them."""
        for claim in sorted(claims):
            if not self.is_stopped(claim, self.filings):
                self.payments.put(day + self.lag[claim[2]], claim)

    def is_stopped(self, claim: Claim, desk: Desk) -> bool:
        """Whether a guard keeps a claim from being accepted or paid at a desk; it is then held to come back there, or refused."""
        if not self.conduct["is_guarded"]:
            return False
        _, _, layer, case = claim
        verdict = held_back(self.books, self.lent, self.loans.guards, self.loans.guard_states, case, layer)
        if verdict == IS_REFUSED:
            refuse_claim(self.books, case, layer)
        elif verdict == IS_HELD:
            self.held.append((claim, desk))
        return bool(verdict != GOES_ON)

    def release_held(self, day: int) -> None:
        """Bring held claims back to the desk that held them when a guard lets go."""
        held, self.held = self.held, []
        for claim, desk in held:
            desk.put(day, claim)

    def try_waiting(self, day: int) -> None:
        """Bring claims that wait for money back to the payment desk."""
        waiting, self.waiting = self.waiting, []
        for claim in waiting:
            self.payments.put(day, claim)

    def pay_claims(self, day: int, claims: list[Claim]) -> None:
        """Pay the day's claims in order, after those that wait, as far as the payers' money goes."""
        claims += self.waiting
        self.waiting = []
        claims.sort()
        rows = np.array(claims, np.int64)
        if self.conduct["is_plain"]:
            self.pay_day(self.books, rows, day)
            return
        most = np.full(len(claims), r.UNLIMITED)
        if self.conduct["has_sharing"]:
            share_what_is_left(self.books, rows, most)
        empty: set[int] = set()
        for claim, limit in zip(claims, most.tolist(), strict=True):
            if not (self.conduct["is_guarded"] and self.is_stopped(claim, self.payments)):
                self.pay(claim, limit, empty, day)

    def pay(self, claim: Claim, most: int, empty: set[int], day: int) -> None:
        """Pay one claim, or let it wait where its payer is short and keeps a queue; then ask those who back its payer.

        A claim behind one that waits is paid nothing, but is due all the same: it is counted, and paid in the shadow book.
        """
        _, loan, layer, case = claim
        if empty and self.payer(claim) in empty:
            most = 0
        paid_before = paid_so_far(self.books, layer)
        unpaid = pay_claim(self.books, case, layer, most, day)
        if unpaid and self.is_queued[layer]:
            empty.add(self.payer(claim))
            self.waiting.append(claim)
        if paid_so_far(self.books, layer) == paid_before:
            return
        for backer in self.backers[layer]:
            backed = (claim[0], loan, backer, case)
            if self.lag[backer] > 0:
                self.payments.put(day + self.lag[backer], backed)
            elif not self.is_stopped(backed, self.payments):
                self.pay(backed, r.UNLIMITED, empty, day)

    def payer(self, claim: Claim) -> int:
        """Account that pays a claim."""
        _, _, layer, case = claim
        return int(payer_of(self.books, layer, self.books.cases["region"][case]))


def day_batches(days: NDArray[np.integer]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Cut an array sorted by day into (day, (first row, row after the last))."""
    first = np.flatnonzero(np.diff(days, prepend=-1))
    rows = [*first.tolist(), len(days)]
    yield from zip(days[first].tolist(), pairwise(rows), strict=True)


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking the agenda again and again; a history is short, and its cycles are collected after it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
