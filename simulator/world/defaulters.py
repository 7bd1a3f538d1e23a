"""Who defaults in a fixed book: only those that do are drawn.

A firm fails when its threshold, as a level between 0 and 1, lies below the chance of failing that its hazard amounts to. Levels are cut into fixed
*rungs*. Within one block of firms and one rung, jumps of geometric length lead from one firm whose threshold lies in the rung to the next, so that
the others cost nothing; rungs above what any firm of the block can reach in this history are not looked at. Of a firm met in several rungs the lowest
counts. So its threshold does not depend on how far one looks: another PD or another factor adds or takes away only the firms whose threshold lies
between the old hazard and the new.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import compiled, rule
from simulator.rules.records import NEVER, RECORDED
from simulator.world.book import N_GUIDES, make_room
from simulator.world.failures import STATIC, STEADY, AtRisk, draw_fate, draw_weather
from simulator.world.macro import conditional_chance, draw_factors
from simulator.world.normal import logarithm, normal_quantile
from simulator.world.recoveries import LONGEST_LAG, LOSS, draw_lags, draw_loss
from simulator.world.streams import FIRST_BLOCK, Purpose, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.world.book import Book, Room
    from simulator.world.failures import FailurePlan, Weather
    from simulator.world.population import WorldPlan
    from simulator.world.recoveries import RecoveryPlan

    Floats = NDArray[np.float64]

THRESHOLD = int(Purpose.THRESHOLD)


class Found(NamedTuple):
    """Numbers of borrowers that fail, of their links that can default, and of their other links."""

    firms: int
    defaulters: int
    others: int


@rule
def most_accrued(line: Floats, case: Any, month: NDArray[np.int32], month_start: NDArray[np.int32]) -> float:  # noqa: ANN401  a record
    """Most hazard that falls within any ``span`` days of a case.

    Hazard is even within a month, so the most is met where the stretch starts or ends with a month, or at either end of the case.
    """
    first, last = case.after, case.until - case.span
    most = max(line[first + case.span] - line[first], line[case.until] - line[last])
    for number in range(month[first] + 1, month[case.until] + 1):
        turn = month_start[number] - 1
        if first <= turn <= last:
            most = max(most, line[turn + case.span] - line[turn])
        if first <= turn - case.span <= last:
            most = max(most, line[turn] - line[turn - case.span])
    return float(most)


@rule
def highest_level(book: Book, block: Any, failures: FailurePlan, weather: Weather) -> float:  # noqa: ANN401  a record
    """Chance of failing that no firm of a block exceeds in one history."""
    highest = 0.0
    for number in range(block.case_from, block.case_to):
        case = book.cases[number]
        hazard = failures.hazards[case.law]
        if hazard.kind == STATIC:
            level = conditional_chance(failures.scales[hazard.scale, case.life], hazard.correlation, weather.z[hazard.sector, 0])
        else:
            if hazard.kind == STEADY:
                most = most_accrued(weather.accrued[case.law], case, failures.month, failures.month_start)
            else:
                first, last = failures.month[case.after], failures.month[case.until]
                most = weather.rates[case.law, first : last + 1].max() * failures.clocks[hazard.clock, case.life]
            level = -math.expm1(-most)
        highest = max(highest, level)
    return highest * (1.0 + 1e-9)


@rule
def age_at(book: Book, law: int, line: Floats, scaled: float) -> int:
    """Days at risk after which a law's scale first reaches ``scaled``."""
    shape = book.shapes[law]
    guide = int(min(max((scaled - shape.lowest) * shape.per_unit, 0.0), N_GUIDES - 1.0))
    age = np.int64(book.guides[law, guide])
    age += line[age] < scaled
    age += line[age] < scaled
    while line[age] < scaled:
        age += 1
    return int(age)


@rule
def steady_day(line: Floats, month: NDArray[np.int32], month_start: NDArray[np.int32], after: int, until: int, amount: float) -> int:
    """First day in ``(after, until]`` by whose end ``amount`` of hazard has accrued after ``after``; ``NEVER`` if none.

    Hazard is even within a month: the month is guessed from the whole stretch and found from there, the day worked out and set right by rounding.
    """
    base = line[after]
    most = line[until] - base
    if most < amount:
        return NEVER
    number = np.int64(month[after + int((until - after) * (amount / most))])
    while line[min(month_start[number + 1] - 1, until)] - base < amount:
        number += 1
    while line[max(month_start[number] - 1, after)] - base >= amount:
        number -= 1
    before, last = max(month_start[number] - 1, after), min(month_start[number + 1] - 1, until)
    day = min(before + 1 + int((amount - (line[before] - base)) / (line[before + 1] - line[before])), last)
    while day > before + 1 and line[day - 1] - base >= amount:
        day -= 1
    while line[day] - base < amount:
        day += 1
    return int(day)


@rule
def fate_of(book: Book, borrower: Any, failures: FailurePlan, weather: Weather, seed: int, history: int, level: float) -> tuple[int, int, int]:  # noqa: ANN401  a record
    """Fate of a borrower whose threshold is at ``level``; see ``draw_fate``."""
    if borrower.is_plain:
        shape = book.shapes[borrower.law]
        if shape.kind == STEADY:
            line = weather.accrued[borrower.law]
            return steady_day(line, failures.month, failures.month_start, borrower.after, borrower.until, -math.log1p(-level)), NEVER, NEVER
        scaled = shape.root * weather.z[shape.sector, 0] + shape.rest * normal_quantile(level)
        if scaled > borrower.reach:
            return NEVER, NEVER, NEVER
        return borrower.after + age_at(book, borrower.law, failures.scales[shape.scale], scaled), NEVER, NEVER
    windows = book.windows[borrower.window_from : borrower.window_from + borrower.n_windows]
    maturities = book.maturities[borrower.loan_from : borrower.loan_from + borrower.n_loans]
    at_risk = AtRisk(borrower.law, borrower.deferred, windows, maturities, borrower.n_windows, borrower.n_loans)
    return draw_fate(failures, weather, at_risk, (seed, history, borrower.key), level)


@rule
def note_links(book: Book, borrower: Any, fate: tuple[int, int, int], drafts: NDArray[np.void], defaulters: int, others: int) -> tuple[int, int]:  # noqa: ANN401  a record
    """Note what a fate does to a borrower's links; returns how many links of either kind are noted by now."""
    failure_day, late_from, cured_on = fate
    if borrower.is_plain and borrower.n_loans == 1:
        draft = drafts[defaulters]
        draft.link, draft.failure_day, draft.late_from, draft.cured_on = borrower.link, failure_day, NEVER, NEVER
        draft.is_void = 0
        return defaulters + 1, others
    for number in range(borrower.loan_from, borrower.loan_from + borrower.n_loans):
        loan = book.loans[number]
        is_void = loan.day >= failure_day or late_from <= loan.day < cured_on
        is_late = loan.day < late_from <= loan.maturity
        can_default = not is_void and failure_day <= loan.maturity
        if can_default:
            draft = drafts[defaulters]
            defaulters += 1
        else:
            draft = drafts[len(drafts) - 1 - others]
            others += 1
        draft.link, draft.failure_day, draft.is_void = loan.link, failure_day, is_void
        draft.late_from, draft.cured_on = (late_from, cured_on) if is_late else (NEVER, NEVER)
        draft.lgd, draft.fate = 0, -1
    return defaulters, others


@rule
def draw_rung(
    book: Book,
    number: int,
    rung: int,
    highest: float,
    failures: FailurePlan,
    weather: Weather,
    seed: int,
    history: int,
    room: Room,
    found: Found,
) -> Found:
    """Draw which firms of a block have their threshold in one rung, and what becomes of them."""
    block, step = book.blocks[number], book.rungs[rung]
    firms, defaulters, others = found
    firm = block.first - 1
    jump = 0
    next_skip, next_level = 0.0, 0.0
    while True:
        if jump % 2 == 0:
            skip, level, next_skip, next_level = draws((seed, history, block.key), rung, THRESHOLD, jump // 2)
        else:
            skip, level = next_skip, next_level
        jump += 1
        firm += 1 + int(logarithm(skip) * step.jump)
        if firm >= block.last:
            return Found(firms, defaulters, others)
        level = step.level + step.width * level
        if level > highest or room.has_failed[firm]:
            continue
        borrower = book.borrowers[firm]
        fate = fate_of(book, borrower, failures, weather, seed, history, level)
        if fate[0] == NEVER and fate[1] == NEVER:
            continue
        room.has_failed[firm] = 1
        room.failed[firms] = firm
        firms += 1
        defaulters, others = note_links(book, borrower, fate, room.drafts, defaulters, others)


@rule
def put_in_order(room: Room, defaulters: int, others: int) -> None:
    """Sort the drafts of links that can default by day of failure, then link, and put the others after them."""
    place, drafts, ordered = room.place, room.drafts, room.defaulters
    place[:] = 0
    for number in range(defaulters):
        place[drafts[number].failure_day + 1] += 1
    for day in range(1, len(place)):
        place[day] += place[day - 1]
    for number in range(defaulters):
        day = drafts[number].failure_day
        ordered[place[day]] = drafts[number]
        place[day] += 1
    for number in range(1, defaulters):
        if comes_before(ordered[number], ordered[number - 1]):
            drafts[0] = ordered[number]
            moved = number
            while moved > 0 and comes_before(drafts[0], ordered[moved - 1]):
                ordered[moved] = ordered[moved - 1]
                moved -= 1
            ordered[moved] = drafts[0]
    for number in range(others):
        ordered[defaulters + number] = drafts[len(drafts) - 1 - number]


@rule
def comes_before(one: Any, other: Any) -> bool:  # noqa: ANN401  records
    """Whether of two defaulters of one day the first has the smaller link."""
    return bool(one.failure_day == other.failure_day and one.link < other.link)


@rule
def draw_book_losses(
    plan: RecoveryPlan, book: Book, failures: FailurePlan, z: Floats, seed: int, history: int, room: Room, n_defaulters: int
) -> None:
    """Draw the LGD and the lags of the links that can default."""
    is_spread = plan.quantiles.size > 0
    if not is_spread and plan.omega == 0.0 and (plan.lag_scale == 0.0 or plan.lag_mean == 0.0):
        lgd, lag = draw_loss(plan, 0.0, 0.0, 0.5), int(min(plan.lag_mean, LONGEST_LAG) + 0.5)
        for fate in range(n_defaulters):
            room.defaulters[fate].fate, room.defaulters[fate].lgd = fate, lgd
            room.lags[fate] = lag
        return
    for fate in range(n_defaulters):
        defaulter = room.defaulters[fate]
        defaulter.fate = fate
        risk = book.risks[defaulter.link]
        address = (seed, history, risk.key)
        factor = z[book.links[defaulter.link].sector, failures.month[defaulter.failure_day]] if plan.omega > 0.0 else 0.0
        if math.isnan(factor):
            factor = risk.neutral
        draw = draws(address, risk.number, LOSS, FIRST_BLOCK)[0] if is_spread else 0.5
        defaulter.lgd = draw_loss(plan, risk.lgd_level, factor, draw)
        draw_lags(plan, address, risk.number, room.lags[fate])


@compiled
def draw_defaulters(book: Book, failures: FailurePlan, recoveries: RecoveryPlan, z: Floats, seed: int, history: int, room: Room) -> tuple[int, int]:
    """Draw the links of a fixed book that are not as in its template in one history.

    Parameters
    ----------
    book : Book
    failures, recoveries : FailurePlan, RecoveryPlan
        Of the book's plan.
    z : ndarray, shape (n_sectors, n_months)
        From ``draw_factors`` for the same seed and history.
    seed, history : int
    room : Room
        Written: ``defaulters`` and ``lags``.

    Returns
    -------
    tuple of int
        Number of links that can default, the first of ``room.defaulters``; number of all links written there.
    """
    weather = draw_weather(failures, z)
    found = Found(0, 0, 0)
    for number in range(len(book.blocks)):
        highest = highest_level(book, book.blocks[number], failures, weather)
        for rung in range(len(book.rungs)):
            if book.rungs[rung].level >= highest:
                break
            found = draw_rung(book, number, rung, highest, failures, weather, seed, history, room, found)
    for number in range(found.firms):
        room.has_failed[room.failed[number]] = 0
    put_in_order(room, found.defaulters, found.others)
    draw_book_losses(recoveries, book, failures, z, seed, history, room, found.defaulters)
    return found.defaulters, found.defaulters + found.others


def draw_from_book(plan: WorldPlan, book: Book, history: int) -> tuple[Any, ...]:
    """Return the fields of one history's ``World``."""
    room = make_room(plan)
    z = draw_factors(plan.macro, plan.seed, history)
    n_defaulters, n_changed = draw_defaulters(book, plan.failures, plan.recoveries, z, plan.seed, history, room)
    changed = room.defaulters[:n_changed]
    links, seen = book.links.copy(), book.seen
    for field in ("failure_day", "late_from", "cured_on", "lgd", "fate"):
        links[field][changed["link"]] = changed[field]
    shares = plan.tape.shares if plan.tape is not None else np.zeros((0, 0), np.int32)
    if changed["is_void"].any():
        void = changed["link"][changed["is_void"] == 1]
        links = np.delete(links, void)
        shares = np.delete(shares, void, axis=0) if shares.size else shares
        seen = np.delete(seen, void) if seen.size else seen
    return links, room.lags[:n_defaulters], z, book.n_firms, None, np.zeros(0, RECORDED), shares, seen
