"""A tape's cells to arrays, column by column, every loan checked.

What the file does not say comes from the block ``segment``. Loans are put in the order of play, by day, then firm, then loan, so that the order of
the file's rows means nothing where loans carry their numbers.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.dates import NEVER
from simulator.errors import Problem, UnitError
from simulator.scenario import tape_values as read
from simulator.scenario.messages import unknown
from simulator.scenario.names import address_of
from simulator.scenario.quantities import resolve_rate
from simulator.scenario.tape_cells import told
from simulator.scenario.tape_checks import check_rows
from simulator.scenario.tape_rows import UNSAID, TapeRows, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario, Tape
    from simulator.scenario.tape_cells import Cells

    Whole = NDArray[np.int64]

FEATURES = ("grade", "firm_class", "region", "route", "sector")
FLAGS = ("ip_pledge", "key_list", "policy_funded", "borrowed_before")
MOST_NAMES = 60
"""Conditions on loans are bit masks of 64 names."""
_REFUSED = object()


def named_columns(tape: Tape) -> list[tuple[str, str]]:
    """Return our names and the file's, those of shares as ``shares.name``."""
    single = [(key, name) for key, name in tape.columns if isinstance(name, str)]
    return single + [(f"shares.{key}", name) for key, name in tape.columns.shares.items()]


class Reader:
    """One tape on its way to arrays; notes what is wrong on the way.

    Parameters
    ----------
    scenario : Scenario
    tape : Tape
        Of the scenario.
    cells : Cells
        Of all its columns.
    """

    def __init__(self, scenario: Scenario, tape: Tape, cells: Cells) -> None:
        self.scenario, self.tape, self.cells = scenario, tape, cells
        self.n_loans = len(cells.lines)
        self.problems: list[Problem] = []
        self.named = dict(named_columns(tape))
        self.start = scenario.run.start

    def column(self, key: str, value_in: Callable[[str], Any], otherwise: Any = None, *, must: bool = False) -> list[Any]:  # noqa: ANN401  any unit
        """Values of one column; ``otherwise`` where the file has no such column or a blank, which is refused if there ``must`` be a value."""
        name = self.named.get(key)
        if name is None:
            return [otherwise] * self.n_loans
        known: dict[str, Any] = {} if must else {"": otherwise}
        values = []
        for row, text in enumerate(self.cells.columns[name]):
            if text not in known:
                known[text] = self.value(row, name, text, value_in, otherwise)
            elif known[text] is _REFUSED:
                self.value(row, name, text, value_in, otherwise)
            values.append(otherwise if known[text] is _REFUSED else known[text])
        return values

    def value(self, row: int, name: str, text: str, value_in: Callable[[str], Any], otherwise: Any) -> Any:  # noqa: ANN401, ARG002
        """Read one cell; note what is wrong with it."""
        try:
            if text:
                return value_in(text)
        except UnitError as error:
            self.problems.append(self.cells.problem(row, name, error.zh, error.en))
            return _REFUSED
        self.problems.append(self.cells.problem(row, name, "空白；每笔贷款都要有值", "blank; every loan needs a value here"))
        return _REFUSED

    def whole(self, values: list[Any]) -> Whole:
        """Column of whole numbers; what is not known becomes -1."""
        return np.array([UNSAID if value is None else value for value in values], np.int64)

    def money(self, key: str, *, must: bool = False) -> Whole:
        """Column of amounts, fen."""
        return self.whole(self.column(key, lambda text: read.money_in(text, self.tape.money_unit), must=must))

    def dates(self, key: str, *, must: bool = False) -> list[datetime.date | None]:
        """Column of dates."""
        return self.column(key, lambda text: read.date_in(text, self.tape.date_format), must=must)

    def days(self, dates: list[datetime.date | None], otherwise: int) -> Whole:
        """Dates as days since the start."""
        return np.array([otherwise if date is None else (date - self.start).days for date in dates], np.int64)

    def is_percent(self, key: str) -> bool:
        """Whether bare numbers of a column are per cent."""
        return key in self.tape.percent

    def rows(self) -> TapeRows:
        """Read everything, check it, and put it in order.

        Raises
        ------
        TapeError
            If anything is wrong.
        """
        self.check_percent()
        drawdowns = self.dates("drawdown", must=True)
        terms, maturities = self.terms(drawdowns)
        numbers, names = self.features()
        keys, firms, firm_keys = self.identities(drawdowns)
        defaults = self.defaults()
        rows = TapeRows(
            sha256=self.cells.sha256,
            lines=np.array(self.cells.lines, np.int64),
            keys=keys,
            firms=firms,
            firm_keys=firm_keys,
            day=self.days(drawdowns, 0),
            maturity=self.days(maturities, 0),
            term_months=terms,
            amount=self.money("amount", must=True),
            rate=self.rates(numbers["grade"], names["grade"]),
            pd=self.chances(numbers["grade"], names["grade"]),
            names=names,
            numbers=numbers,
            bank=self.banks(),
            repayment=np.array(self.column("repayment", read.repayment_in, self.tape.segment.repayment)),
            unsecured=self.whole(self.column("unsecured", self.share_reader("unsecured"), sole(self.tape.segment.unsecured))),
            flags={flag: self.whole(self.column(flag, read.yes_in, surely(getattr(self.tape.segment, flag)))) for flag in FLAGS},
            shares=self.shares(),
            **defaults,
        )
        if not self.problems:
            rows, found = check_rows(rows, self.scenario, self.cells, self.named)
            self.problems += found
        if self.problems:
            raise told(sorted(self.problems, key=lambda one: (one.line == 0, one.line, one.column)))
        order = np.lexsort((rows.keys if "loan" in self.named else np.arange(self.n_loans), rows.firms, rows.day))
        return in_order(rows, order)

    def check_percent(self) -> None:
        """Refuse names of columns to be read as per cent that hold no parts of a whole."""
        known = [key for key in self.named if key in ("rate", "pd", "unsecured") or key.startswith("shares.")]
        for key in self.tape.percent:
            if key not in known:
                zh, en = unknown(key, known, "可写百分数的列", "column of parts of a whole")
                self.problems.append(Problem(self.cells.shown, 0, 0, "population.tape.percent", zh, en))

    def share_reader(self, key: str) -> Callable[[str], int]:
        """Reader of a column of shares."""
        return lambda text: read.share_in(text, is_percent=self.is_percent(key))

    def shares(self) -> Whole:
        """Shares that layers take from the tape."""
        keys = [f"shares.{key}" for key in self.tape.columns.shares]
        columns = [self.whole(self.column(key, self.share_reader(key), must=True)) for key in keys]
        return np.stack(columns, axis=1) if columns else np.zeros((self.n_loans, 0), np.int64)

    def terms(self, drawdowns: list[datetime.date | None]) -> tuple[Whole, list[datetime.date | None]]:
        """Terms in months and days of maturity, each from the other where the file has only one."""
        otherwise = self.tape.segment.term
        if "maturity" in self.named:
            maturities = self.dates("maturity", must=True)
            known = self.column("term_months", read.term_in)
            pairs = zip(drawdowns, maturities, known, strict=True)
            return self.whole([months or (start and end and months_between(start, end)) for start, end, months in pairs]), maturities
        if otherwise is None and "term_months" not in self.named:
            zh = "不知道期限：请在 columns 中写 term_months（期限列）或 maturity（到期日列），或写 segment.term"
            en = "the term is not known: name the column term_months or maturity, or write segment.term"
            self.problems.append(Problem(self.cells.shown, 0, 0, "population.tape.columns", zh, en))
        terms = self.column("term_months", read.term_in, otherwise, must=otherwise is None)
        ends = {(start, months): months_after(start, months) for start, months in set(zip(drawdowns, terms, strict=True)) if start and months}
        return self.whole(terms), [ends.get((start, months)) if start else None for start, months in zip(drawdowns, terms, strict=True)]

    def features(self) -> tuple[dict[str, Whole], dict[str, tuple[str, ...]]]:
        """Names of grades, regions and the like, numbered in alphabetical order; -1 where the name is to be drawn."""
        numbers, names = {}, {}
        for feature in FEATURES:
            said = getattr(self.tape.segment, feature)
            shares = {said: 1} if isinstance(said, str) else said
            found = self.column(feature, read.word_in, sole(shares))
            drawn = [name for name, share in shares.items() if share > 0] if None in found else []
            known = sorted({*found, *drawn} - {None})
            if len(known) > MOST_NAMES:
                column = self.named.get(feature, f"population.tape.segment.{feature}")
                zh = f"“{column}”列有 {len(known)} 种取值，最多 {MOST_NAMES} 种；请先归并"
                en = f"column {column!r} has {len(known)} different names, at most {MOST_NAMES} are allowed; group them first"
                self.problems.append(Problem(self.cells.shown, 1, self.cells.places.get(column, 0), column, zh, en))
            place = {name: number for number, name in enumerate(known)}
            numbers[feature], names[feature] = self.whole([place.get(name) for name in found]), tuple(known)
        self.check_drawn_grades(numbers["grade"])
        return numbers, names

    def check_drawn_grades(self, grades: Whole) -> None:
        """Refuse values by grade where grades are drawn: the file's rates and PDs are read before anything is drawn."""
        if not (grades == UNSAID).any():
            return
        for key in ("rate", "pd"):
            if isinstance(getattr(self.tape.segment, key), dict):
                zh = "等级是抽取的，不能再按等级写；请写一个值，或在 columns.grade 里给出等级列"
                en = "grades are drawn, so this cannot go by grade: write one value, or name the column of grades in columns.grade"
                self.problems.append(Problem(self.cells.shown, 0, 0, f"population.tape.segment.{key}", zh, en))

    def rates(self, grades: Whole, names: tuple[str, ...]) -> Whole:
        """Loan rates; those the file does not say by grade."""
        lpr = self.scenario.prices.lpr
        by_grade = np.array([resolve_rate(self.of_grade("rate", name, 0), lpr) for name in names], np.int64)
        said = self.whole(self.column("rate", lambda text: read.rate_in(text, is_percent=self.is_percent("rate"))))
        return np.where(said < 0, by_grade[grades], said)

    def chances(self, grades: Whole, names: tuple[str, ...]) -> NDArray[np.float64]:
        """Yearly PDs; those the file does not say by grade."""
        by_grade = np.array([self.of_grade("pd", name, np.nan) for name in names], np.float64)
        said = np.array(self.column("pd", lambda text: read.chance_in(text, is_percent=self.is_percent("pd")), np.nan), np.float64)
        return np.where(np.isnan(said), by_grade[grades], said)

    def of_grade(self, key: str, grade: str, otherwise: Any) -> Any:  # noqa: ANN401  any unit
        """Value of the block ``segment`` for one grade."""
        said = getattr(self.tape.segment, key)
        if not isinstance(said, dict):
            return otherwise if said is None else said
        if grade not in said:
            zh, en = f"等级“{grade}”没有值；台账里有这个等级", f"grade {grade!r} has no value, but the tape has loans of it"
            self.problems.append(Problem(self.cells.shown, 0, 0, f"population.tape.segment.{key}", zh, en))
        return said.get(grade, otherwise)

    def banks(self) -> Whole:
        """Numbers of the banks."""
        members = list(self.scenario.banks.members)
        otherwise = self.tape.segment.bank or (members[0] if len(members) == 1 else None)
        if otherwise is None and "bank" not in self.named:
            zh, en = "不知道贷款属于哪家银行：请写 columns.bank 或 segment.bank", "which bank lent is not known: write columns.bank or segment.bank"
            self.problems.append(Problem(self.cells.shown, 0, 0, "population.tape.columns", zh, en))
        elif otherwise is not None and otherwise not in members:
            zh, en = unknown(otherwise, members, "银行", "bank")
            self.problems.append(Problem(self.cells.shown, 0, 0, "population.tape.segment.bank", zh, en))

        def number_of(name: str) -> int:
            if name not in members:
                raise UnitError(*unknown(name, members, "银行", "bank"))
            return members.index(name)

        return self.whole(self.column("bank", number_of, members.index(otherwise) if otherwise in members else None, must=otherwise is None))

    def identities(self, drawdowns: list[datetime.date | None]) -> tuple[Whole, Whole, Whole]:
        """Addresses of loans, numbers of firms in alphabetical order, and their addresses; the file's order stands where there are no names."""
        loans = self.column("loan", read.word_in, must=True)
        firms = self.column("firm", read.word_in, must=True) if "firm" in self.named else loans
        if "loan" in self.named:
            self.check_alike(loans)
        elif "firm" in self.named:
            order = sorted(range(self.n_loans), key=lambda row: (drawdowns[row] or self.start, row))
            met: dict[str, int] = {}
            for row in order:
                met[firms[row]] = met.get(firms[row], 0) + 1
                loans[row] = f"{firms[row]}\x1f{met[firms[row]]}"
        else:
            loans = firms = [f"{row:012d}" for row in range(self.n_loans)]
        known = sorted({str(firm) for firm in firms})
        place = {firm: number for number, firm in enumerate(known)}
        keys = np.array([address_of(f"loan {loan}") for loan in loans], np.int64)
        firm_keys = np.array([address_of(f"firm {firm}") for firm in known], np.int64)
        return keys, np.array([place[str(firm)] for firm in firms], np.int64), firm_keys

    def check_alike(self, loans: list[str]) -> None:
        """Refuse a loan that stands on the tape twice."""
        first: dict[str, int] = {}
        name = self.named["loan"]
        for row, loan in enumerate(loans):
            if first.setdefault(loan, row) != row and loan is not None:
                line = self.cells.lines[first[loan]]
                zh, en = f"借据号“{loan}”重复，第 {line} 行已有", f"loan {loan!r} is repeated, first on line {line}"
                self.problems.append(self.cells.problem(row, name, zh, en))

    def defaults(self) -> dict[str, Whole]:
        """Recorded defaults; amounts that are not said are -1 until the checks have filled them in."""
        return {
            "default_day": self.days(self.dates("default_date"), NEVER),
            "recovery_day": self.days(self.dates("recovered_on"), NEVER),
            "owed": self.money("owed"),
            "loss": self.money("loss"),
            "recovered": self.money("recovered"),
        }


def sole(shares: Mapping[Any, int]) -> Any:  # noqa: ANN401  a name or a number
    """Value that has all of a set of shares; None where one of several is to be drawn."""
    return next((value for value, share in shares.items() if share == sum(shares.values())), None)


def surely(chance: float) -> bool | None:
    """Truth value that a chance amounts to; None where it is to be drawn."""
    return bool(chance) if chance in (0.0, 1.0) else None


def months_between(start: datetime.date, end: datetime.date) -> int:
    """Months of a term, a begun month counting as one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(1, months + (end.day > start.day))


def months_after(start: datetime.date, months: int) -> datetime.date:
    """Same day of the month some months later; the month's last day where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(datetime.date(year, month + 1, 1) + datetime.timedelta(days=start.day - 1), following - datetime.timedelta(days=1))
