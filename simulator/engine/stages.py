"""The desk of projects: what is paid when a stage starts, when one fails, and at the exit.

Which stages a project reaches and when is the world's; all of its days stand on the agenda before time starts. How much is paid is worked out by the
functions of ``rules.stages`` on the day.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.desks import Desk, Step
from simulator.rules import records as r
from simulator.rules.arithmetic import portion_of
from simulator.rules.calendar import months_later
from simulator.rules.stages import (
    exit_investment,
    hand_back,
    indemnity,
    invest,
    pay_grant,
    pay_insurance,
    pay_premium,
    repay_grant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.engine.desks import Clock
    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook
    from simulator.world.stages import Drawn

FIGURES = ("grant.paid", "insurance.premium", "insurance.paid", "equity.invested", "equity.proceeds", "fiscal.back")


class StageDesk:
    """What one history's projects are paid and pay.

    Parameters
    ----------
    setting : Setting
    books : Books
    loans : LoanBook
        Its cover of the pledged policies is set here, so that banks and recoveries know it.
    projects : Drawn
        What becomes of each project.
    """

    def __init__(self, setting: Setting, books: Books, loans: LoanBook, projects: Drawn) -> None:
        self.setting, self.books, self.loans, self.projects = setting, books, loans, projects
        self.terms = setting.contract.stages
        self.first_label = len(setting.contract.layer_names)
        self.first_policy = len(self.terms.grants)
        self.first_investment = self.first_policy + len(self.terms.policies)
        self.total: dict[str, int] = dict.fromkeys(FIGURES, 0)
        self.paid: dict[tuple[int, int], int] = defaultdict(int)
        self.is_public = books.accounts["is_public"].astype(bool).tolist()
        self.outcomes: list[dict[str, int]] = [dict(zip(projects.outcomes.dtype.names or (), row, strict=True)) for row in projects.outcomes.tolist()]
        self.set_cover()

    def set_cover(self) -> None:
        """Tell the loan book what part of each loan its pledged policy covers at most."""
        for outcome in self.outcomes:
            loan = outcome["link"]
            amount = int(self.loans.sheet["amount"][loan]) if loan >= 0 else 0
            for number, policy in enumerate(self.terms.policies):
                if amount > 0 and policy["layer"] >= 0 and self.terms.insured[number, outcome["set"]].any():
                    most = indemnity(policy["sum_insured"], policy["sum_insured"], policy["deductible"])
                    share = min(r.MILLION, portion_of(most, r.MILLION, amount))
                    self.loans.cover[loan, policy["layer"]] = (share, share)

    def open(self, clock: Clock, last_day: int) -> None:
        """Put all that will happen on the agenda, project by project."""
        self.desk = Desk(clock, Step.STAGES, self.work, last_day)
        for project, outcome in enumerate(self.outcomes):
            days = self.projects.days[project].tolist()
            for number in range(len(self.terms.grants)):
                self.post_grant(number, project, outcome, days)
            for number in range(len(self.terms.policies)):
                self.post_policy(number, project, outcome, days)
            for number in range(len(self.terms.investments)):
                self.post_investment(number, project, outcome, days)

    def post_grant(self, number: int, project: int, outcome: dict[str, int], days: list[int]) -> None:
        """Put a grant on the agenda, and what is repaid of it after success."""
        stage = int(self.terms.grant_stage[number, outcome["set"]])
        if 0 <= stage < outcome["reached"]:
            self.desk.put(days[stage], (self.grant, number, project))
            if outcome["failed_stage"] < 0 and self.terms.grants["back"][number] > 0:
                self.desk.put(outcome["ends_on"], (self.grant_back, number, project))

    def post_policy(self, number: int, project: int, outcome: dict[str, int], days: list[int]) -> None:
        """Put a premium on the agenda, and the payment where an insured stage fails."""
        insured = self.terms.insured[number, outcome["set"]]
        if insured.any() and int(insured.argmax()) < outcome["reached"]:
            self.desk.put(days[int(insured.argmax())], (self.premium, number, project))
            if outcome["failed_stage"] >= 0 and insured[outcome["failed_stage"]]:
                self.desk.put(outcome["ends_on"] + int(self.terms.policies["lag"][number]), (self.insurance, number, project))

    def post_investment(self, number: int, project: int, outcome: dict[str, int], days: list[int]) -> None:
        """Put an investment on the agenda, and its exit: some months after success, at once after a failure."""
        stage = int(self.terms.investment_stage[number, outcome["set"]])
        if 0 <= stage < outcome["reached"]:
            self.desk.put(days[stage], (self.investment, number, project))
            exit_day = outcome["ends_on"]
            if outcome["failed_stage"] < 0:
                exit_day = int(months_later(self.setting.calendar, exit_day, self.terms.investments["exit_after"][number]))
            self.desk.put(exit_day, (self.exit, number, project))

    def work(self, day: int, items: list[tuple[Callable[[int, int, int], None], int, int]]) -> None:
        """Do the day's payments in the order of the projects."""
        for act, number, project in items:
            act(number, project, day)

    def grant(self, number: int, project: int, day: int) -> None:
        """Pay a grant."""
        row = self.terms.grants[number]
        paid = int(pay_grant(self.books, row["payer"], row["amount"], self.loan(project), self.first_label + number, day))
        self.paid[number, project] = paid
        self.total["grant.paid"] += paid

    def grant_back(self, number: int, project: int, day: int) -> None:
        """Repay a part of a grant."""
        row, label = self.terms.grants[number], self.first_label + number
        back = int(repay_grant(self.books, row["payer"], self.paid[number, project], row["back"], self.loan(project), label, day))
        self.count_back(row["payer"], back)

    def premium(self, number: int, project: int, day: int) -> None:
        """Pay a premium."""
        row, label = self.terms.policies[number], self.first_label + self.first_policy + number
        terms = (row["insurer"], row["sum_insured"], row["premium"], row["subsidy_payer"], row["subsidy"])
        self.total["insurance.premium"] += int(pay_premium(self.books, *terms, self.loan(project), label, day))

    def insurance(self, number: int, project: int, day: int) -> None:
        """Pay what a policy owes."""
        row, label = self.terms.policies[number], self.first_label + self.first_policy + number
        owed = indemnity(self.outcomes[project]["loss"], row["sum_insured"], row["deductible"])
        paid = pay_insurance(self.books, self.loans, self.loan(project), row["insurer"], row["layer"], label, owed, day)
        self.total["insurance.paid"] += int(paid)

    def investment(self, number: int, project: int, day: int) -> None:
        """Put equity into a project."""
        row, place = self.terms.investments[number], self.first_investment + number
        invested = int(invest(self.books, row["investor"], row["amount"], self.loan(project), self.first_label + place, day))
        self.paid[place, project] = invested
        self.total["equity.invested"] += invested

    def exit(self, number: int, project: int, day: int) -> None:
        """Sell equity and hand on what was agreed."""
        row, place, loan = self.terms.investments[number], self.first_investment + number, self.loan(project)
        label, investor, back_to = self.first_label + place, int(row["investor"]), int(row["back_to"])
        proceeds = int(exit_investment(self.books, investor, self.paid[place, project], self.outcomes[project]["value"], loan, label, day))
        self.total["equity.proceeds"] += proceeds
        self.count_back(investor, proceeds)
        if back_to >= 0:
            back = int(hand_back(self.books, investor, back_to, proceeds, row["back_share"], loan, label, day))
            if not self.is_public[investor]:
                self.count_back(back_to, back)

    def count_back(self, account: int, amount: int) -> None:
        """Count what comes back to the public purse."""
        if self.is_public[account]:
            self.total["fiscal.back"] += amount

    def loan(self, project: int) -> int:
        """Row of a project's loan, -1 where none was asked for."""
        return self.outcomes[project]["link"]

    def figures(self) -> dict[str, float]:
        """Final figures: how far projects came, and the money that was no loan."""
        outcomes = self.projects.outcomes
        figures: dict[str, float] = {}
        for row, stages in enumerate(self.terms.stages):
            own = outcomes[outcomes["set"] == row]
            for place, name in enumerate(stages):
                for key, count in (("reached", own["reached"] > place), ("failed", own["failed_stage"] == place)):
                    figures[f"stage.{name}.{key}"] = figures.get(f"stage.{name}.{key}", 0) + int(np.count_nonzero(count))
        figures["project.succeeded"] = int(np.count_nonzero(outcomes["failed_stage"] < 0))
        loans = outcomes["link"][outcomes["link"] >= 0]
        lent = int(self.loans.loans["amount"][loans].sum())
        return figures | self.total | {"project.funding": self.total["grant.paid"] + self.total["equity.invested"] + lent}
