"""The agenda of projects: on which day which grant, premium, insurance, investment or exit comes, from what the world drew and the terms say.

Which stages a project reaches and when is the world's; all of its days stand on the agenda before time starts. How much is paid is worked out by the
functions of ``rules.stages`` on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.compiled import compiled
from simulator.rules.calendar import months_later
from simulator.rules.stages import STAGE_ITEM, STAGE_TOTALS, Act, StageBook, cover_by_policies, first_insured
from simulator.world.stages import OUTCOME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.engine.state import Setting
    from simulator.rules.books import LoanBook, Records
    from simulator.terms.stages import StageTerms
    from simulator.world.draw import World

GRANT, GRANT_BACK, PREMIUM, INSURANCE, INVESTMENT, EXIT = (int(act) for act in Act)
ACTS_A_PROJECT = 2
"""Most acts of one grant, policy or investment for one project."""


def stage_book(setting: Setting, loans: LoanBook, world: World) -> StageBook:
    """Open the book of a history's projects, and tell the loan book what their policies cover; empty where there are no projects."""
    terms = setting.contract.stages
    n_instruments = len(terms.grants) + len(terms.policies) + len(terms.investments)
    if world.projects is None:
        outcomes, items = np.zeros(0, OUTCOME), np.zeros(0, STAGE_ITEM)
    else:
        outcomes = world.projects.outcomes
        cover_by_policies(loans, outcomes, terms.policies, terms.insured)
        items = stage_agenda(
            outcomes,
            world.projects.days,
            terms.grants,
            terms.grant_stage,
            terms.policies,
            terms.insured,
            terms.investments,
            terms.investment_stage,
            setting.calendar,
            setting.end_day,
        )
    paid = np.zeros((n_instruments, len(outcomes)), np.int64)
    return StageBook(items, outcomes, terms.grants, terms.policies, terms.investments, paid, np.zeros(1, STAGE_TOTALS))


@compiled
def put_act(items: Records, used: int, day: int, act: int, number: int, project: int, end_day: int) -> int:
    """Put an act on the agenda, unless it would come after the history's end; returns the number of items."""
    if day > end_day:
        return used
    items[used].day = day
    items[used].act = act
    items[used].number = number
    items[used].project = project
    return used + 1


@compiled
def stage_agenda(
    outcomes: Records,
    days: NDArray[np.int64],
    grants: Records,
    grant_stage: NDArray[np.int64],
    policies: Records,
    insured: NDArray[np.bool_],
    investments: Records,
    investment_stage: NDArray[np.int64],
    calendar: Calendar,
    end_day: int,
) -> Records:
    """All that will happen for all projects; ndarray of STAGE_ITEM in order of day, then of project."""
    room = ACTS_A_PROJECT * len(outcomes) * (len(grants) + len(policies) + len(investments))
    items = np.zeros(room, STAGE_ITEM)
    used = 0
    for project in range(len(outcomes)):
        outcome = outcomes[project]
        for number in range(len(grants)):
            stage = grant_stage[number, outcome.set]
            if 0 <= stage < outcome.reached:
                used = put_act(items, used, days[project, stage], GRANT, number, project, end_day)
                if outcome.failed_stage < 0 and grants[number].back > 0:
                    used = put_act(items, used, outcome.ends_on, GRANT_BACK, number, project, end_day)
        for number in range(len(policies)):
            stage = first_insured(insured, number, outcome.set)
            if 0 <= stage < outcome.reached:
                used = put_act(items, used, days[project, stage], PREMIUM, number, project, end_day)
                if outcome.failed_stage >= 0 and insured[number, outcome.set, outcome.failed_stage]:
                    used = put_act(items, used, outcome.ends_on + policies[number].lag, INSURANCE, number, project, end_day)
        for number in range(len(investments)):
            stage = investment_stage[number, outcome.set]
            if 0 <= stage < outcome.reached:
                used = put_act(items, used, days[project, stage], INVESTMENT, number, project, end_day)
                sold_on = outcome.ends_on
                if outcome.failed_stage < 0:
                    sold_on = months_later(calendar, sold_on, investments[number].exit_after)
                used = put_act(items, used, sold_on, EXIT, number, project, end_day)
    return in_order_of_days(items[:used], end_day)


@compiled
def in_order_of_days(items: Records, end_day: int) -> Records:
    """Sort items by day; those of one day keep their order."""
    place = np.zeros(end_day + 2, np.int64)
    for number in range(len(items)):
        place[items[number].day + 1] += 1
    for day in range(end_day + 1):
        place[day + 1] += place[day]
    ordered = np.empty_like(items)
    for number in range(len(items)):
        day = items[number].day
        ordered[place[day]] = items[number]
        place[day] += 1
    return ordered


def stage_names(terms: StageTerms) -> tuple[str, ...]:
    """Dotted names of the figures that ``stage_figures`` gives; none where there are no projects."""
    if not terms.stages:
        return ()
    totals = [name.replace("_", ".", 1) for name in STAGE_TOTALS.names or ()]
    return (*_by_stage(terms), "project.succeeded", *totals, "project.funding")


def _by_stage(terms: StageTerms) -> list[str]:
    names = dict.fromkeys(name for stages in terms.stages for name in stages)
    return [f"stage.{name}.{what}" for name in names for what in ("reached", "failed")]


def stage_figures(terms: StageTerms, book: StageBook, loans: LoanBook) -> list[int]:
    """How far projects came, and the money that was no loan, in the order of ``stage_names``."""
    if not terms.stages:
        return []
    outcomes = book.outcomes
    counts = dict.fromkeys(_by_stage(terms), 0)
    for row, stages in enumerate(terms.stages):
        own = outcomes[outcomes["set"] == row]
        for place, name in enumerate(stages):
            counts[f"stage.{name}.reached"] += int(np.count_nonzero(own["reached"] > place))
            counts[f"stage.{name}.failed"] += int(np.count_nonzero(own["failed_stage"] == place))
    totals = [int(total) for total in book.totals[0].item()]
    lent = int(loans.loans["amount"][outcomes["link"][outcomes["link"] >= 0]].sum())
    funding = int(book.totals["grant_paid"][0]) + int(book.totals["equity_invested"][0]) + lent
    return [*counts.values(), int(np.count_nonzero(outcomes["failed_stage"] < 0)), *totals, funding]
