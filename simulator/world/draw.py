"""One history's world: every application with its fate, drawn before any policy is looked at.

Firms are drawn segment by segment into one array, which is then put in the order of play: by day, then firm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import compiled, rule
from simulator.rules.records import LINK, NEVER, RECORDED, SEEN, Repayment
from simulator.world.defaulters import draw_from_book
from simulator.world.failures import WINDOW, AtRisk, FailurePlan, Weather, draw_fate, draw_weather, lay_out
from simulator.world.firms import CHAIN, FIRM, TIMING, FirmPlan, choose, draw_amount, draw_chain, draw_traits, fill_traits
from simulator.world.macro import draw_factors
from simulator.world.recoveries import LOSS, RecoveryPlan, draw_lags, draw_loss
from simulator.world.stages import draw_projects
from simulator.world.streams import ARRIVING, FIRST_BLOCK, NO_LINK, Purpose, draws, firm_address

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan
    from simulator.world.stages import Drawn

ARRIVALS = int(Purpose.ARRIVALS)
PRINCIPAL_AT_MATURITY = (int(Repayment.BULLET), int(Repayment.INTEREST_ONLY))
NOT_RECORDED = np.zeros(0, RECORDED)
NO_SHARES = np.zeros((0, 0), np.int32)
NOT_SEEN = np.zeros(0, SEEN)

FIRMS_AT_HAND = 50_000
"""What so many firms owe fits into a processor's cache, wherever each of them stands."""


FATE = np.dtype([("firm", "i8"), ("number", "i8")], align=True)
"""Address of a link that can default: its firm and its number in the chain."""


class World(NamedTuple):
    """Everything drawn in one history.

    Attributes
    ----------
    links : ndarray of LINK, shape (n_links,)
        Applications in order of day, then firm. A link that would start on or after its firm's failure, or while the firm is late, is left out.
    lags : ndarray of int32, shape (n_fates, n_lumps)
        Days from a default to each recovery, in order of time; ``link.fate`` is the row.
    z : ndarray, shape (n_sectors, n_months)
        Systematic factor; not a number in a month held at its neutral point.
    n_firms : int
        Firms of this history, with those who never got as far as an application; projects come last.
    projects : Drawn or None
        Projects and what becomes of them; None where there are none.
    recorded : ndarray of RECORDED, shape (n_fates,) or (0,)
        Defaults as a tape records them, in replay.
    shares : ndarray of int32, shape (n_links, n_tape_shares) or (0, 0)
        Shares that layers take from the tape, millionths.
    seen : ndarray of SEEN, shape (n_links,) or (0,)
        What banks see of the applications; none where they do not look.
    """

    links: NDArray[np.void]
    lags: NDArray[np.int32]
    z: NDArray[np.float64]
    n_firms: int
    projects: Drawn | None = None
    recorded: NDArray[np.void] = NOT_RECORDED
    shares: NDArray[np.int32] = NO_SHARES
    seen: NDArray[np.void] = NOT_SEEN


class Bench(NamedTuple):
    """Where one firm is drawn: its chain, its stretches at risk, its maturities, and what its links, and what banks see of them, have in common.

    Attributes
    ----------
    chain : ndarray of CHAIN, shape (longest_chain,)
    windows : ndarray of WINDOW, shape (longest_chain,)
    maturities : ndarray of int64, shape (longest_chain,)
    template : ndarray of LINK, shape (1,)
    sight : ndarray of SEEN, shape (1,)
    """

    chain: NDArray[np.void]
    windows: NDArray[np.void]
    maturities: NDArray[np.int64]
    template: NDArray[np.void]
    sight: NDArray[np.void]


def draw_links(
    plan: FirmPlan, failures: FailurePlan, weather: Weather, seed: int, history: int
) -> tuple[NDArray[np.void], NDArray[np.void], NDArray[np.void], int]:
    """Draw every firm's chain and fate.

    Returns
    -------
    tuple
        Links that are not void, firm after firm; what banks see of them, none where they do not look; ndarray of FATE, of those that can default
        (``link.fate`` is the row); the number of firms.
    """
    longest, room = plan.longest_chain, plan.expected_links
    bench = Bench(np.empty(longest, CHAIN), np.empty(longest, WINDOW), np.empty(longest, np.int64), np.zeros(1, LINK), np.zeros(1, SEEN))
    is_seen = bool(plan.segments["is_seen_by_banks"].any())
    while True:
        links, seen, fates = np.empty(room, LINK), np.empty(room if is_seen else 0, SEEN), np.empty(room, FATE)
        n_links, n_fates, n_firms = write_links(plan, failures, weather, seed, history, bench, links, seen, fates)
        if n_links <= room:
            return links[:n_links], seen[:n_links], fates[:n_fates], n_firms
        room = n_links


@rule
def write_links(
    plan: FirmPlan,
    failures: FailurePlan,
    weather: Weather,
    seed: int,
    history: int,
    bench: Bench,
    links: NDArray[np.void],
    seen: NDArray[np.void],
    fates: NDArray[np.void],
) -> tuple[int, int, int]:
    """Write every firm's links and fates as far as there is room; returns the numbers of links, fates and firms there are."""
    segments, profiles, rows, month, month_start = plan.segments, plan.profiles, plan.rows, plan.month, plan.month_start
    bound, chain, windows, maturities = weather.bound, bench.chain, bench.windows, bench.maturities
    firm, sight = bench.template[0], bench.sight[0]
    n_links, n_fates, n_firms = 0, 0, 0
    for number in range(len(segments)):
        segment = segments[number]
        fill_traits(segment, number, rows, firm)
        arrivals = 0
        if segment.arrivals >= 0:
            address = (seed, history, firm_address(number, 0))
            arrivals = choose(rows, segment.arrivals, draws(address, NO_LINK, ARRIVALS, FIRST_BLOCK)[0])
        for count in range(segment.firms + arrivals):
            own_number = count if count < segment.firms else ARRIVING + count - segment.firms
            address = (seed, history, firm_address(number, own_number))
            threshold, first, more, grade_draw = draws(address, NO_LINK, FIRM, TIMING)
            grade = choose(rows, segment.grade, grade_draw)
            profile = profiles[number, grade]
            length = draw_chain(segment, rows, month, month_start, address, first, more, chain)
            draw_traits(segment, rows, address, firm, sight)
            firm.firm, firm.grade, firm.rate, sight.pd = n_firms, grade, profile.rate, profile.pd
            firm.failure_day, firm.late_from, firm.cured_on = NEVER, NEVER, NEVER
            n_firms += 1
            if threshold <= bound[profile.hazard]:
                deferred = segment.at_maturity if firm.repayment in PRINCIPAL_AT_MATURITY else 0.0
                at_risk = AtRisk(profile.hazard, deferred, windows, maturities, lay_out(chain, length, windows, maturities), length)
                firm.failure_day, firm.late_from, firm.cured_on = draw_fate(failures, weather, at_risk, address, threshold)
            for step in range(length):
                drawn = chain[step]
                if drawn.day >= firm.failure_day or firm.late_from <= drawn.day < firm.cured_on:
                    continue
                n_links += 1
                if n_links > len(links):
                    continue
                links[n_links - 1] = firm
                if len(seen) > 0:
                    seen[n_links - 1] = sight
                link = links[n_links - 1]
                link.day, link.maturity, link.term_months = drawn.day, drawn.maturity, drawn.term
                link.amount = draw_amount(segment, profile, rows, drawn.amount_draw)
                if not drawn.day < firm.late_from <= drawn.maturity:
                    link.late_from, link.cured_on = NEVER, NEVER
                if firm.failure_day <= drawn.maturity:
                    link.fate = n_fates
                    fates[n_fates].firm, fates[n_fates].number = address[2], drawn.number
                    n_fates += 1
    return n_links, n_fates, n_firms


@compiled
def in_order_of_play(links: NDArray[np.void], seen: NDArray[np.void], n_days: int) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """Sort links, and what banks see of them if they look, by day; within a day they keep the order of their firms."""
    place = np.zeros(n_days + 1, np.int64)
    for number in range(len(links)):
        place[links[number].day + 1] += 1
    for day in range(n_days):
        place[day + 1] += place[day]
    ordered, ordered_seen = np.empty(len(links), LINK), np.empty(len(seen), SEEN)
    for number in range(len(links)):
        day = links[number].day
        ordered[place[day]] = links[number]
        if len(seen) > 0:
            ordered_seen[place[day]] = seen[number]
        place[day] += 1
    return ordered, ordered_seen


@rule
def number_firms(links: NDArray[np.void], numbers: NDArray[np.int32]) -> None:
    """Number firms anew in the order in which they first apply, so that those who play together lie together (``numbers``: -1 for each firm)."""
    known = 0
    for row in range(len(links)):
        link = links[row]
        if numbers[link.firm] < 0:
            numbers[link.firm] = known
            known += 1
        link.firm = numbers[link.firm]


@rule
def draw_losses(
    plan: RecoveryPlan,
    firms: FirmPlan,
    z: NDArray[np.float64],
    links: NDArray[np.void],
    fates: NDArray[np.void],
    seed: int,
    history: int,
    lags: NDArray[np.int32],
) -> None:
    """Draw the LGD of links that can default into them, and the lags of their recoveries into ``lags``."""
    for number in range(len(links)):
        link = links[number]
        if link.fate >= 0:
            fate = fates[link.fate]
            address = (seed, history, fate.firm)
            profile = firms.profiles[link.segment, link.grade]
            factor = z[link.sector, firms.month[link.failure_day]]
            if np.isnan(factor):
                factor = profile.neutral
            link.lgd = draw_loss(plan, profile.lgd_level, factor, draws(address, fate.number, LOSS, FIRST_BLOCK)[0])
            draw_lags(plan, address, fate.number, lags[link.fate])


def draw_history(plan: WorldPlan, history: int) -> World:
    """Draw the world of one history; it depends on the plan and the history's number alone."""
    if plan.tape is not None and plan.tape.replayed is not None:
        return World(*plan.tape.replayed)
    if plan.book is not None:
        return with_projects(plan, World(*draw_from_book(plan, plan.book, history)), history)
    z = draw_factors(plan.macro, plan.seed, history)
    if not len(plan.firms.segments):
        return with_projects(plan, World(np.zeros(0, LINK), np.zeros((0, plan.recoveries.n_lumps), np.int32), z, 0), history)
    links, seen, fates, n_firms = draw_links(plan.firms, plan.failures, draw_weather(plan.failures, z), plan.seed, history)
    links, seen = in_order_of_play(links, seen, plan.lend_until + 1)
    lags = np.empty((len(fates), plan.recoveries.n_lumps), np.int32)
    draw_losses(plan.recoveries, plan.firms, z, links, fates, plan.seed, history, lags)
    world = World(links, lags, z, n_firms, seen=seen)
    return with_projects(plan, world, history) if plan.stages else world


def draw_to_play(plan: WorldPlan, history: int) -> World:
    """Draw the world of one history to be played only: ``link.firm`` tells firms apart, and of many firms no longer says which they are."""
    world = draw_history(plan, history)
    if world.n_firms > FIRMS_AT_HAND and plan.tape is None and plan.book is None and plan.stages is None:
        number_firms(world.links, np.full(world.n_firms, -1, np.int32))
    return world


def with_projects(plan: WorldPlan, world: World, history: int) -> World:
    """Draw the projects and put the links of their loans among the others."""
    if plan.stages is None:
        return world
    projects, asked, asked_seen, lags = draw_projects(plan.stages, plan.recoveries, world.z, plan.seed, history)
    asked["firm"] += world.n_firms
    asked["fate"][asked["fate"] >= 0] += len(world.lags)
    seen = np.concatenate([world.seen, asked_seen]) if len(world.seen) == len(world.links) else NOT_SEEN
    links, seen = in_order_of_play(np.concatenate([world.links, asked]), seen, plan.lend_until + 1)
    rows = np.flatnonzero(links["firm"] >= world.n_firms)
    projects.outcomes["link"][links["firm"][rows] - world.n_firms] = rows
    return World(links, np.concatenate([world.lags, lags]), world.z, world.n_firms + len(projects.outcomes), projects, seen=seen)
