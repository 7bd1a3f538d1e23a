"""Firms and their applications: who asks, for how much, when, and for how long.

All applications of a firm are drawn in advance as one chain: drawdowns under its credit line, then renewals after the last of them has matured. Draws
of one firm stand in few blocks; a renewal's number in the chain starts at ``RENEWAL`` so that it does not depend on the number of drawdowns.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.compiled import rule
from simulator.rules.records import Flag
from simulator.world.normal import normal_quantile
from simulator.world.streams import FIRST_BLOCK, NO_LINK, Address, Purpose, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]

FIRM, LINK_DRAW = int(Purpose.FIRM), int(Purpose.LINK)
TIMING, PLACE, PRODUCT, BANKING = range(4)
"""Blocks of a firm's draws: threshold, first day, drawdowns, grade; bank, region, repayment, class; route, unsecured part, pledge, key list;
policy funds, borrowed before, ancillary income, signal."""
RENEWAL = 32
IP_PLEDGE, KEY_LIST, POLICY_FUNDED, BORROWED_BEFORE = (int(flag) for flag in Flag)


SEGMENT = np.dtype(
    [
        ("firms", "i8"),
        ("sector", "i4"),
        ("pays_every", "i4"),
        ("is_seen_by_banks", "i4"),  # banks look at ancillary income and signal
        ("first_from", "i4"),  # first applications are uniform over ``first_days`` days from here
        ("first_days", "i4"),
        ("last_day", "i4"),  # of applications
        ("drawdowns", "i4"),
        ("arrivals", "i4"),  # first rows of tables, -1: no table
        ("grade", "i4"),
        ("bank", "i4"),
        ("region", "i4"),
        ("repayment", "i4"),
        ("firm_class", "i4"),
        ("route", "i4"),
        ("unsecured", "i4"),
        ("term", "i4"),
        ("amount", "i4"),
        ("one_more", "f8"),  # chance of one drawdown more
        ("spacing", "f8"),
        ("renewal", "f8"),
        ("at_maturity", "f8"),
        ("ip_pledge", "f8"),
        ("key_list", "f8"),
        ("policy_funded", "f8"),
        ("borrowed_before", "f8"),
    ],
    align=True,
)
"""What firms drawn alike share."""

PROFILE = np.dtype(
    [
        ("pd", "f8"),
        ("lgd_level", "f8"),  # normal quantile of the conditional LGD's parameter q
        ("neutral", "f8"),  # factor at which the conditional PD is the stated one
        ("location", "f8"),  # of the logarithm of the amount in units of ``round_to``
        ("scale", "f8"),
        ("low", "f8"),  # part of the lognormal below the least amount
        ("width", "f8"),  # part of it between the least and the largest
        ("round_to", "i8"),
        ("least", "i8"),  # in units of ``round_to``
        ("most", "i8"),
        ("rate", "i4"),
        ("hazard", "i4"),
    ],
    align=True,
)
"""What firms of one segment and one grade share."""

CHAIN = np.dtype([("number", "i8"), ("term", "i8"), ("day", "i8"), ("maturity", "i8"), ("amount_draw", "f8")], align=True)
"""One link of a firm's chain before anybody failed."""


GUIDES = 64

ROW = np.dtype([("cumulative", "f8"), ("value", "i8")], align=True)
"""One row of a table of shares.

A table starts with ``GUIDES`` rows that hold, for draws from ``k / GUIDES`` on, the row at which to start looking; the rows of its values follow, the
last with ``cumulative`` above 1. The ``cumulative`` of a guide is that of the first value.
"""


class FirmPlan(NamedTuple):
    """What is needed to draw firms and chains.

    Attributes
    ----------
    segments : ndarray of SEGMENT, shape (n_segments,)
    profiles : ndarray of PROFILE, shape (n_segments, n_grades)
    rows : ndarray of ROW, shape (n_rows,)
        All tables of shares, one after another.
    month, month_start : ndarray
        The calendar.
    longest_chain : int
        Most links a firm can have.
    expected_links : int
        Room that suffices nearly always.
    """

    segments: NDArray[np.void]
    profiles: NDArray[np.void]
    rows: NDArray[np.void]
    month: NDArray[np.int32]
    month_start: NDArray[np.int32]
    longest_chain: int
    expected_links: int


@rule
def choose(rows: NDArray[np.void], table: int, draw: float) -> int:
    """Value that a uniform draw picks from the table of shares that starts at row ``table``."""
    row = rows[table + int(draw * GUIDES)].value
    while draw >= rows[row].cumulative:
        row += 1
    return int(rows[row].value)


@rule
def is_single(rows: NDArray[np.void], table: int) -> bool:
    """Whether a table of shares has one row, so that no draw is needed."""
    return bool(rows[table].cumulative > 1.0)


@rule
def is_open(chance: float) -> bool:
    """Whether a chance is neither 0 nor 1."""
    return 0.0 < chance < 1.0


@rule
def maturity_of(month: NDArray[np.int32], month_start: NDArray[np.int32], day: int, term_months: int) -> int:
    """Day of the same date ``term_months`` later; the month's last day where it has no such date.

    Source: market custom, 对月对日，无对日的为月末.
    """
    drawn = month[day]
    due = drawn + term_months
    return int(min(month_start[due] + day - month_start[drawn], month_start[due + 1] - 1))


@rule
def draw_amount(segment: Any, profile: Any, rows: NDArray[np.void], draw: float) -> int:  # noqa: ANN401  records
    """Amount requested, fen: from the segment's table, or truncated lognormal by inversion, rounded."""
    if segment.amount >= 0:
        return int(choose(rows, segment.amount, draw))
    log_amount = profile.location
    if profile.scale > 0.0:
        log_amount += profile.scale * normal_quantile(profile.low + profile.width * draw)
    units = np.int64(math.exp(log_amount) + 0.5)
    return int(min(max(units, profile.least), profile.most) * profile.round_to)


@rule
def fill_traits(segment: Any, number: int, rows: NDArray[np.void], link: Any) -> None:  # noqa: ANN401  records
    """Write what all firms of a segment share into the record of their links: traits whose table has one row need no draw."""
    link.segment, link.sector, link.pays_every = number, segment.sector, segment.pays_every
    link.bank, link.region = choose(rows, segment.bank, 0.0), choose(rows, segment.region, 0.0)
    link.repayment, link.firm_class = choose(rows, segment.repayment, 0.0), choose(rows, segment.firm_class, 0.0)
    link.route, link.unsecured = choose(rows, segment.route, 0.0), choose(rows, segment.unsecured, 0.0)
    link.fate = -1


@rule
def draw_traits(segment: Any, rows: NDArray[np.void], address: Address, link: Any, seen: Any) -> None:  # noqa: ANN401  records
    """Draw what a firm is, apart from its grade, into the record of its links and of what its bank sees; blocks that decide nothing are not drawn."""
    is_one_place = is_single(rows, segment.bank) and is_single(rows, segment.region)
    if not (is_one_place and is_single(rows, segment.repayment) and is_single(rows, segment.firm_class)):
        bank, region, repayment, firm_class = draws(address, NO_LINK, FIRM, PLACE)
        link.bank, link.region = choose(rows, segment.bank, bank), choose(rows, segment.region, region)
        link.repayment, link.firm_class = choose(rows, segment.repayment, repayment), choose(rows, segment.firm_class, firm_class)
    ip_pledge, key_list = 0.5, 0.5
    if is_open(segment.ip_pledge) or is_open(segment.key_list) or not (is_single(rows, segment.route) and is_single(rows, segment.unsecured)):
        route, unsecured, ip_pledge, key_list = draws(address, NO_LINK, FIRM, PRODUCT)
        link.route, link.unsecured = choose(rows, segment.route, route), choose(rows, segment.unsecured, unsecured)
    policy_funded, borrowed_before = 0.5, 0.5
    if segment.is_seen_by_banks or is_open(segment.policy_funded) or is_open(segment.borrowed_before):
        policy_funded, borrowed_before, ancillary, signal = draws(address, NO_LINK, FIRM, BANKING)
        if segment.is_seen_by_banks:
            seen.ancillary, seen.signal = normal_quantile(ancillary), normal_quantile(signal)
    flags = IP_PLEDGE if ip_pledge < segment.ip_pledge else 0
    flags |= KEY_LIST if key_list < segment.key_list else 0
    flags |= POLICY_FUNDED if policy_funded < segment.policy_funded else 0
    flags |= BORROWED_BEFORE if borrowed_before < segment.borrowed_before else 0
    link.flags = flags


@rule
def draw_chain(
    segment: Any,  # noqa: ANN401  a record
    rows: NDArray[np.void],
    month: Days,
    month_start: Days,
    address: Address,
    first_draw: float,
    more_draw: float,
    chain: NDArray[np.void],
) -> int:
    """Draw a firm's chain into ``chain`` in order of time; returns the number of links.

    A drawdown starts a gap after the one before, uniform on 0.5 to 1.5 times the spacing and at least a day. A renewal starts the day after all that
    was drawn has matured. Links that would start after the last day of lending do not exist.
    """
    drawdowns = segment.drawdowns + (1 if more_draw < segment.one_more else 0)
    day = segment.first_from + int(first_draw * segment.first_days)
    latest = 0
    n_links = 0
    for number in range(drawdowns):
        amount, term, gap, _ = draws(address, number, LINK_DRAW, FIRST_BLOCK)
        if number > 0:
            day += max(1, int(segment.spacing * (0.5 + gap) + 0.5))
        if day > segment.last_day:
            break
        link = chain[n_links]
        link.number, link.day, link.amount_draw, link.term = number, day, amount, choose(rows, segment.term, term)
        link.maturity = maturity_of(month, month_start, day, link.term)
        latest = max(latest, link.maturity)
        n_links += 1
    renewals = 0
    while segment.renewal > 0.0 and latest < segment.last_day:
        amount, term, _, renewed = draws(address, RENEWAL + renewals, LINK_DRAW, FIRST_BLOCK)
        if renewed >= segment.renewal:
            break
        link = chain[n_links]
        link.number, link.day, link.amount_draw, link.term = RENEWAL + renewals, latest + 1, amount, choose(rows, segment.term, term)
        link.maturity = maturity_of(month, month_start, latest + 1, link.term)
        latest = link.maturity
        n_links += 1
        renewals += 1
    return n_links
