"""What single cells of a tape cannot show: dates in order, losses within amounts, defaults within the time that is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.dates import DAYS_A_YEAR, NEVER, date_of, days_between
from simulator.errors import Problem
from simulator.money import exact_yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario
    from simulator.scenario.tape_cells import Cells
    from simulator.scenario.tape_rows import TapeRows

    Say = Callable[[int], tuple[str, str]]

YEARS_AFTER_LENDING = 30
MOST_YEARS_TO_SETTLE = 30


def check_rows(rows: TapeRows, scenario: Scenario, cells: Cells, named: Mapping[str, str]) -> tuple[TapeRows, list[Problem]]:
    """Check every loan of a tape against itself and the scenario's dates.

    Parameters
    ----------
    rows : TapeRows
        In the order of the file; amounts of defaults that are not said are -1.
    scenario : Scenario
    cells : Cells
        For the places of what is wrong.
    named : mapping
        Our names of the columns to the file's.

    Returns
    -------
    rows : TapeRows
        With every amount of a default filled in.
    problems : list of Problem
    """
    check = _Checks(rows, scenario, cells, named)
    check.dates()
    if scenario.population.tape is not None and scenario.population.tape.fates == "replay":
        return check.replay(), check.problems
    check.drawn()
    nothing = np.zeros_like(rows.amount)
    return rows._replace(owed=nothing, loss=nothing, recovered=nothing, default_day=np.full_like(rows.day, NEVER)), check.problems


class _Checks:
    def __init__(self, rows: TapeRows, scenario: Scenario, cells: Cells, named: Mapping[str, str]) -> None:
        self.rows, self.scenario, self.cells, self.named = rows, scenario, cells, named
        self.problems: list[Problem] = []
        self.start = scenario.run.start
        self.lend_until = days_between(self.start, scenario.run.lend_until)

    def refuse(self, is_wrong: NDArray[np.bool_], key: str, say: Say) -> None:
        """Note each row that is wrong, at the column of ours called ``key``."""
        for row in np.flatnonzero(is_wrong).tolist():
            self.problems.append(self.cells.problem(row, self.named[key], *say(row)))

    def refuse_all(self, path: str, zh: str, en: str) -> None:
        """Note what is wrong with the tape as a whole."""
        self.problems.append(Problem(self.cells.shown, 0, 0, path, zh, en))

    def date(self, day: int) -> str:
        """Write a day as a date."""
        return date_of(self.start, day).isoformat()

    def dates(self) -> None:
        """Drawdowns within the time of lending, maturities after them and within what the calendar holds."""
        rows, run = self.rows, self.scenario.run
        first, last = run.start.isoformat(), run.lend_until.isoformat()
        self.refuse(
            rows.day < 0,
            "drawdown",
            lambda row: (
                f"放款日 {self.date(rows.day[row])} 早于起始日 {first}；请把 run.start 提前",
                f"the drawdown on {self.date(rows.day[row])} is before the start, {first}; move run.start",
            ),
        )
        self.refuse(
            rows.day > self.lend_until,
            "drawdown",
            lambda row: (
                f"放款日 {self.date(rows.day[row])} 晚于最后放款日 {last}；请把 run.lend_until 推后",
                f"the drawdown on {self.date(rows.day[row])} is after the last day of lending, {last}; move run.lend_until",
            ),
        )
        key = "maturity" if "maturity" in self.named else "term_months" if "term_months" in self.named else "drawdown"
        self.refuse(
            rows.maturity <= rows.day,
            key,
            lambda row: (
                f"到期日 {self.date(rows.maturity[row])} 不晚于放款日",
                f"the maturity on {self.date(rows.maturity[row])} is not after the drawdown",
            ),
        )
        furthest = self.lend_until + int(YEARS_AFTER_LENDING * DAYS_A_YEAR)
        self.refuse(
            rows.maturity > furthest,
            key,
            lambda row: (
                f"到期日 {self.date(rows.maturity[row])} 晚于最后放款日之后 {YEARS_AFTER_LENDING} 年",
                f"the maturity on {self.date(rows.maturity[row])} is more than {YEARS_AFTER_LENDING} years after the last day of lending",
            ),
        )
        self.refuse(rows.amount == 0, "amount", lambda _: ("金额应大于 0", "the amount must be above 0"))
        if not self.problems:
            self.reaches(int(rows.maturity.max()), "到期日", "maturity")

    def reaches(self, day: int, zh: str, en: str) -> None:
        """Refuse a settlement that ends before a day."""
        run = self.scenario.run
        end = self.lend_until + round(run.settle_years * DAYS_A_YEAR)
        if run.run_off == "cut" or day <= end:
            return
        years = next((years for years in range(1, MOST_YEARS_TO_SETTLE + 1) if self.lend_until + round(years * DAYS_A_YEAR) >= day), None)
        todo = (f"请写 run.settle_years: {years}", f"write run.settle_years: {years}") if years else ("请改 run.lend_until", "move run.lend_until")
        self.refuse_all(
            "run.settle_years",
            f"台账里最晚的{zh}是 {self.date(day)}，而清算到 {self.date(end)} 为止；{todo[0]}",
            f"the latest {en} of the tape is {self.date(day)}, but settlement ends on {self.date(end)}; {todo[1]}",
        )

    def drawn(self) -> None:
        """Every loan needs a PD."""
        lacking = np.isnan(self.rows.pd)
        if lacking.any():
            zh = f"{int(lacking.sum())} 笔贷款没有违约率：请写 columns.pd 或 segment.pd，或用 fates: replay 重放记录的违约"
            en = f"{int(lacking.sum())} loans have no PD: write columns.pd or segment.pd, or replay what is recorded with fates: replay"
            self.refuse_all("population.tape", zh, en)

    def replay(self) -> TapeRows:
        """Recorded defaults: after the drawdown, with a loss, and no more lost or owed than was lent."""
        rows = self.rows
        if "default_date" not in self.named or not {"loss", "recovered"} & set(self.named):
            zh = "重放要有违约日和损失：请写 columns.default_date 与 columns.loss（或 columns.recovered），或用 fates: drawn"
            en = "a replay needs columns.default_date and columns.loss (or columns.recovered); or draw the defaults with fates: drawn"
            self.refuse_all("population.tape.columns", zh, en)
            return rows
        if any(bank.appetite == "margin" for bank in self.scenario.banks.members.values()) and np.isnan(rows.pd).any():
            zh = "按利差放贷的银行要看违约率：请写 columns.pd 或 segment.pd"
            self.refuse_all("population.tape", zh, "banks that lend by margin look at the PD: write columns.pd or segment.pd")
        has_failed = rows.default_day < NEVER
        self.refuse(
            has_failed & (rows.default_day <= rows.day),
            "default_date",
            lambda row: (
                f"违约日 {self.date(rows.default_day[row])} 不晚于放款日",
                f"the default on {self.date(rows.default_day[row])} is not after the drawdown",
            ),
        )
        for key in ("loss", "recovered"):
            found = getattr(rows, key)
            self.refuse(~has_failed & (found > 0), key, lambda _: ("有损失或回收，却没有违约日", "a loss or a recovery without a date of default"))
        self.refuse(
            has_failed & (rows.loss < 0) & (rows.recovered < 0),
            "loss" if "loss" in self.named else "recovered",
            lambda _: ("已违约，却没有损失额；没有损失请写 0", "a default without a loss; write 0 where nothing was lost"),
        )
        settled = self.amounts(has_failed)
        if not self.problems and has_failed.any():
            self.reaches(int(self.last_day(settled).max()), "赔付或回收日", "payment or recovery")
        return settled

    def amounts(self, has_failed: NDArray[np.bool_]) -> TapeRows:
        """Fill in what is owed, lost and recovered from what is said, and check them against each other and the amount."""
        rows = self.rows
        is_owed_said, both = rows.owed >= 0, (rows.loss >= 0) & (rows.recovered >= 0)
        told = np.maximum(rows.loss, 0) + np.maximum(rows.recovered, 0)
        most = np.where(is_owed_said, rows.owed, rows.amount)
        self.refuse(
            has_failed & (rows.owed > rows.amount),
            "owed",
            lambda row: (f"欠款大于放款额 {exact_yuan(rows.amount[row])}", f"more is owed than was lent, {exact_yuan(rows.amount[row])}"),
        )
        self.refuse(
            has_failed & (told > most),
            "loss" if "loss" in self.named else "recovered",
            lambda row: (
                f"损失与回收共 {exact_yuan(told[row])}，大于{'违约时欠款' if is_owed_said[row] else '放款额'} {exact_yuan(most[row])}",
                f"loss and recovery {exact_yuan(told[row])} are above the {'debt' if is_owed_said[row] else 'amount lent'}, {exact_yuan(most[row])}",
            ),
        )
        self.refuse(
            has_failed & both & is_owed_said & (told < rows.owed),
            "owed",
            lambda row: (
                f"欠款应等于损失加回收 {exact_yuan(told[row])}",
                f"what is owed must be loss plus recovery, {exact_yuan(told[row])}",
            ),
        )
        owed = np.where(is_owed_said, rows.owed, np.where(both, told, rows.amount))
        loss = np.where(rows.loss >= 0, rows.loss, owed - rows.recovered)
        self.refuse(
            has_failed & (rows.recovery_day < rows.default_day),
            "recovered_on",
            lambda row: (
                f"回收日 {self.date(rows.recovery_day[row])} 早于违约日",
                f"the recovery on {self.date(rows.recovery_day[row])} is before the default",
            ),
        )
        owed, loss = np.where(has_failed, owed, 0), np.where(has_failed, loss, 0)
        return rows._replace(owed=owed, loss=loss, recovered=owed - loss)

    def last_day(self, rows: TapeRows) -> NDArray[np.int64]:
        """Day on which each default is settled: recovered, claimed and paid."""
        has_failed = rows.default_day < NEVER
        day, back = rows.default_day[has_failed], rows.recovery_day[has_failed]
        back = np.where(back < NEVER, back, day + self.scenario.losses.lag.mean)
        layers = self.scenario.scheme.layers.values()
        trigger, lag = max((layer.trigger for layer in layers), default=0), sum(layer.lag for layer in layers)
        return np.maximum(day + trigger, back) + lag
