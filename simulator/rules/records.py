"""The records that rules read and write: arrays with named fields, one layout for both engines.

Money is int64 fen, shares and rates are millionths, days count from the scenario's start. Only applications and loans are packed tightly:
elsewhere all whole numbers are int64, so that each rule is compiled for one type of argument. ``NEVER`` stands for a day that does not come,
``UNLIMITED`` for an amount without limit.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

NEVER = 2**30
UNLIMITED = 2**62
MILLION = 1_000_000


class Flag(IntEnum):
    """Bits of ``link.flags``."""

    IP_PLEDGE = 1
    KEY_LIST = 2
    POLICY_FUNDED = 4
    BORROWED_BEFORE = 8


class Repayment(IntEnum):
    """How a loan is repaid."""

    BULLET = 0
    INTEREST_ONLY = 1
    EQUAL_PRINCIPAL = 2
    EQUAL_INSTALMENT = 3


LINK = np.dtype(
    [
        ("firm", "i4"),  # dense number of the firm in this history
        ("segment", "i2"),
        ("sector", "i2"),
        ("region", "i2"),
        ("bank", "i2"),
        ("grade", "i1"),
        ("firm_class", "i1"),
        ("route", "i1"),
        ("repayment", "i1"),
        ("flags", "i1"),
        ("pays_every", "i1"),  # months between instalments
        ("term_months", "i2"),
        ("unsecured", "i4"),  # unsecured part of the loan, millionths
        ("rate", "i4"),  # a year, before any cap, millionths
        ("day", "i4"),  # application, and start of the nominal window
        ("maturity", "i4"),  # end of the nominal window
        ("late_from", "i4"),  # first missed payment of a failure that is cured, NEVER if none
        ("cured_on", "i4"),
        ("failure_day", "i4"),  # the firm's failure for good (day 0 of the default), NEVER if none
        ("lgd", "i4"),  # of this loan if it defaults, millionths
        ("fate", "i4"),  # row of this loan's recovery lags, -1 if it cannot default
        ("amount", "i8"),  # requested
    ],
    align=True,
)
"""One application of one firm, as the world draws it: 64 bytes, one line of the processor's cache."""

SEEN = np.dtype([("pd", "f8"), ("ancillary", "f8"), ("signal", "f8")], align=True)
"""What a bank sees of an applicant: its stated yearly PD; standard normal, other income from it (``ancillary``) and noise of the grade signal."""


RECORDED = np.dtype([("owed", "i8"), ("loss", "i8")], align=True)
"""What a tape records of a default: principal owed on its day 0, and the part of it that was lost; fen, of the amount requested."""


class Kind(IntEnum):
    """What an account is."""

    BORROWERS = 0
    OUTSIDE = 1
    BANK = 2
    POOL = 3
    TREASURY = 4
    GUARANTOR = 5
    RE_GUARANTOR = 6
    NATIONAL_FUND = 7
    INSURER = 8
    FUND = 9
    THIRD_PARTY = 10


class WhenShort(IntEnum):
    """What an account does that cannot pay in full."""

    PAY_WHAT_IS_LEFT = 0
    QUEUE = 1
    PRO_RATA = 2


class RefillRule(IntEnum):
    """How money is put back into an account."""

    NONE = 0
    LAST_YEAR_PAYOUTS = 1
    ANNUAL_BUDGET = 2
    TO_TARGET = 3
    AS_NEEDED = 4


ACCOUNT = np.dtype(
    [
        ("balance", "i8"),
        ("kind", "i8"),
        ("is_limited", "i8"),
        ("is_public", "i8"),
        ("when_short", "i8"),
        ("refill", "i8"),
        ("refills_after_lending", "i8"),
        ("funder_from", "i8"),  # rows of ``funders``
        ("funder_to", "i8"),
        ("first_short", "i8"),  # day on which a due was first not paid in full for want of money, NEVER
        ("endowment", "i8"),
        ("refill_amount", "i8"),
        ("annual_budget", "i8"),
        ("interest", "i8"),  # on the balance, a year, millionths
        ("spent_this_year", "i8"),  # claims paid
        ("spent_last_year", "i8"),
        ("paid_in", "i8"),  # endowment and refills
        ("topup", "i8"),  # refills alone
        ("lowest", "i8"),
        ("call", "i8"),  # cumulative net call in the shadow book
        ("needed", "i8"),  # its largest value so far
        ("expected_calls", "i8"),  # on loans now outstanding, as banks see it
        ("asked", "i8"),  # by the claims among which what is left is now being shared
        ("exposure", "i8"),  # part of loans and open claims that it stands behind for the public purse
    ],
    align=True,
)
"""One party's money. The first accounts are the borrowers, the outside world, then the banks in order."""

BORROWERS, OUTSIDE, FIRST_BANK = 0, 1, 2
TREASURY_KIND = int(Kind.TREASURY)

FUNDER = np.dtype([("account", "i8"), ("share", "i8"), ("asked", "i8"), ("paid", "i8")], align=True)
"""One funder of one account; ``asked`` and ``paid`` make the split independent of the number of payments."""


class Basis(IntEnum):
    """What a layer's share is taken of."""

    OVERDUE_PRINCIPAL = 0
    NET_LOSS = 1
    PAYMENT_OF = 2
    EXCESS_OF = 3
    INSURED = 4  # paid on the failure of a project's stage, never on a claim of its own


class CapBase(IntEnum):
    """What an aggregate cap is a share of."""

    NONE = 0
    LENT_TO_DATE = 1
    LENT_IN_PERIOD = 2
    COVERED_VOLUME = 3
    COVERED_IN_PERIOD = 4


class Combine(IntEnum):
    """How the tiers of a ratio make one share."""

    FIRST = 0
    MAX = 1
    SUM = 2
    MARGINAL = 3


LAYER = np.dtype(
    [
        ("payer", "i8"),
        ("is_regional", "i8"),  # the payer is the sub-account of the loan's region: account ``payer + region``
        ("basis", "i8"),
        ("source", "i8"),  # layer shared (PAYMENT_OF) or topped (EXCESS_OF), -1
        ("backed", "i8"),  # layer whose loss it takes over, -1: the bank's; who bears an excess stands in the capped layer's place
        ("backers", "i8"),  # bit mask: itself and the layers that share its payments, directly or through layers between them
        ("group", "i8"),  # bit mask: the same and who bears its excess
        ("excess_layer", "i8"),  # layer that bears what an aggregate cap cuts off, -1: the bank
        ("trigger", "i8"),
        ("lag", "i8"),
        ("combine", "i8"),
        ("tier_from", "i8"),
        ("tier_to", "i8"),
        ("applies_from", "i8"),
        ("applies_to", "i8"),
        ("ceiling", "i8"),
        ("otherwise", "i8"),
        ("tape_share", "i8"),  # column of the tape's shares that holds this layer's, -1: none
        ("per_claim", "i8"),
        ("annual_limit", "i8"),
        ("cap_ratio", "i8"),
        ("cap_base", "i8"),
        ("cap_is_yearly", "i8"),
        ("lent", "i8"),  # loans this layer covers, in the cap's period
        ("covered", "i8"),  # the covered part of them
        ("paid_in_period", "i8"),
        ("paid_this_year", "i8"),
        ("due", "i8"),
        ("paid", "i8"),
        ("got_back", "i8"),
        ("capped", "i8"),
        ("stopped", "i8"),
        ("is_queued", "i8"),  # claims wait in a queue where the payer is short
        ("room", "i8"),  # under its caps, while what is left is being shared
        ("give", "i8"),  # its part of the recovery now being split
        ("counts_in", "i8"),  # bit mask: books of tallies in which the loans it covers count
        ("pays_in", "i8"),  # bit mask: books of tallies in which its payments count
        ("is_exposed", "i8"),  # the public purse stands behind it
        ("exposed", "i8"),  # part of loans and open claims that it covers, where the public purse stands behind it and an aggregate cap holds
    ],
    align=True,
)
"""One layer as the kernel knows it; row 0 of ``layers`` is the book as played, row 1 the shadow book in which nobody is ever short.

What a guard counts and what the public purse stands behind is kept in the book as played alone. Until a payer is short the two books are the same,
and only the one as played is kept.
"""

PLAYED, SHADOW = 0, 1

TIER = np.dtype(
    [
        ("rung", "i8"),  # tiers of one rung are alternatives: any of them may hold
        ("value", "i8"),
        ("segments", "i8"),
        ("sectors", "i8"),
        ("grades", "i8"),
        ("firm_classes", "i8"),
        ("regions", "i8"),
        ("routes", "i8"),
        ("flags_needed", "i8"),
        ("flags_refused", "i8"),
        ("first_loan", "i8"),  # 1 only first, 0 only later, -1 any
        ("term_up_to", "i8"),
        ("unsecured_at_least", "i8"),
        ("amount_over", "i8"),
        ("amount_up_to", "i8"),
    ],
    align=True,
)
"""A condition on a loan, each named list as a bit mask (-1: any), with the share that holds then."""

GRADE = np.dtype([("loan_limit", "i8"), ("firm_limit", "i8"), ("market_rate", "i8")], align=True)
"""Limits of one grade."""

SHEET = np.dtype(
    [
        ("amount", "i8"),  # most that may be lent on this application, before the firm's outstanding limit
        ("rate", "i4"),  # after the cap
        ("is_eligible", "i2"),
        ("subsidy", "i2"),  # row of ``subsidies``, -1
    ],
    align=True,
)
"""The terms of one application."""

COVER = np.dtype([("first", "i4"), ("later", "i4")], align=True)
"""Share of one layer on one application, if it is the firm's first loan or a later one."""

SUBSIDY = np.dtype(
    [
        ("payer", "i8"),
        ("needs_repayment", "i8"),
        ("final_rate", "i8"),  # -1: not this form
        ("share", "i8"),
        ("points", "i8"),
        ("tier_from", "i8"),
        ("tier_to", "i8"),
    ],
    align=True,
)
"""One interest subsidy."""

FEE = np.dtype(
    [
        ("payer", "i8"),  # account; BORROWERS; -1: the lending bank
        ("payee", "i8"),
        ("rate", "i8"),
        ("layer", "i8"),  # covered part of this layer is the base; -1: the loan
        ("tier_from", "i8"),
        ("tier_to", "i8"),
    ],
    align=True,
)
"""One fee, charged at the drawdown for the whole term."""

BANK = np.dtype(
    [
        ("by_margin", "i8"),
        ("trust", "i8"),
        ("funding_cost", "f8"),
        ("operating_cost", "f8"),
        ("capital_charge", "f8"),  # capital times hurdle
        ("minimum_margin", "f8"),
        ("ancillary_mean", "f8"),
        ("ancillary_spread", "f8"),
        ("signal_noise", "f8"),
        ("relending_gain", "f8"),
        ("capital", "i8"),
        ("quota", "i8"),
        ("npl_tolerance", "i8"),
        ("lent_this_year", "i8"),
    ],
    align=True,
)
"""One bank's costs and appetite."""

TRUST_FULL, TRUST_BALANCE, TRUST_NONE = 0, 1, 2


class Status(IntEnum):
    """What became of an application."""

    WAITING = 0
    PERFORMING = 1
    REPAID = 2
    DEFAULTED = 3
    NOT_ELIGIBLE = 4
    OVER_LIMIT = 5
    LENDING_STOPPED = 6
    OVER_QUOTA = 7
    MARGIN_TOO_LOW = 8


LOAN = np.dtype(
    [
        ("status", "i2"),
        ("is_first", "i2"),
        ("instalments", "i4"),  # paid so far
        ("case", "i4"),
        ("interest_from", "i4"),  # interest is paid up to this day
        ("balance_from", "i4"),  # the balance has been what it is since this day
        ("next_loan", "i4"),  # next in the same day's list of payments
        ("amount", "i8"),
        ("balance", "i8"),
        ("instalment", "i8"),
        ("subsidy_due", "i8"),  # held back until repaid on time
        ("expected_call", "i8"),
    ],
    align=True,
)
"""State of one application's loan: 64 bytes, one line of the processor's cache."""

FIRM = np.dtype([("outstanding", "i8"), ("open_loans", "i4"), ("has_borrowed", "i4")], align=True)
"""What a firm owes now."""

CASE = np.dtype(
    [
        ("loan", "i4"),
        ("day", "i4"),  # day 0 of the default
        ("bank", "i2"),
        ("region", "i2"),
        ("lumps", "i2"),  # recoveries so far
        ("is_npl", "i1"),  # 2: written off
        ("is_closed", "i1"),
        ("principal", "i8"),
        ("interest", "i8"),  # unpaid on day 0
        ("recoverable", "i8"),  # principal that will come back, before costs
        ("recovered", "i8"),
        ("cost", "i8"),
        ("counts_in", "i8"),  # bit mask: books of tallies
    ],
    align=True,
)
"""One loan in default: 64 bytes, one line of the processor's cache."""

POSITION = np.dtype(
    [
        ("share", "i8"),  # the layer's share on this loan
        ("borne", "i8"),  # paid, less reimbursed by others, less got back
        ("base", "i8"),  # ``borne`` when the last payment was made
        ("since", "i8"),  # got back since then
        ("due", "i8"),  # most the contract asked for so far
        ("paid", "i8"),
        ("capped", "i8"),  # cut off by an aggregate cap
        ("open", "i8"),  # what the public purse may still have to pay through it
    ],
    align=True,
)
"""What one party has borne on one case; the last party of a case is its bank. 64 bytes, one line of the processor's cache."""

TALLY = np.dtype(
    [
        ("applications", "i8"),
        ("loans", "i8"),
        ("lent", "i8"),
        ("lent_this_year", "i8"),
        ("yearly_interest", "i8"),  # what the loans made would bring in a year
        ("outstanding", "i8"),
        ("interest", "i8"),
        ("balance_days", "i8"),  # sum of balance times days, fen
        ("npl", "i8"),
        ("losses_this_year", "i8"),
        ("payouts_this_year", "i8"),
        ("defaulted", "i8"),
        ("recovered", "i8"),
        ("cost", "i8"),
        ("cover_paid", "i8"),
        ("cover_got_back", "i8"),
        ("subsidy", "i8"),
        ("lost_interest", "i8"),
        ("fees", "i8"),
    ],
    align=True,
)
"""Running figures of one bank in one region.

Book 0 of the tallies counts all loans. Each further book counts the loans that a guard's layers cover, and of these figures only what guards read.
"""

ALL_LOANS = 0


class GuardEffect(IntEnum):
    """What a guard does when it stops."""

    WARN = 0
    STOP_COMPENSATION = 1
    STOP_LENDING = 2
    DEFER_PAYMENT = 3


class HeldClaims(IntEnum):
    """What happens to claims while a guard stops compensation."""

    HOLD = 0
    REFUSE = 1
    OLD_LOANS_STILL_PAID = 2


GUARD = np.dtype(
    [
        ("numerator", "i8"),
        ("denominator", "i8"),
        ("per", "i8"),
        ("effect", "i8"),
        ("claims", "i8"),
        ("rhythm", "i8"),  # months between tests
        ("reset", "i8"),
        ("warn", "i8"),
        ("stop", "i8"),
        ("layers", "i8"),  # bit mask
        ("book", "i8"),  # of the tallies that it reads
    ],
    align=True,
)
"""A ratio that is watched."""

GUARD_STATE = np.dtype([("is_warned", "i8"), ("is_stopped", "i8"), ("since", "i8"), ("ratio", "i8"), ("stops", "i8")], align=True)
"""State of one guard at one unit."""

NPL, LOSSES_THIS_YEAR, PAYOUTS_THIS_YEAR = 0, 1, 2
OUTSTANDING, LENT_THIS_YEAR, LENT_TO_DATE = 0, 1, 2
PER_BANK, PER_SCHEME, PER_REGION = 0, 1, 2
RESET_BELOW_STOP, RESET_BELOW_WARN, RESET_YEARLY, RESET_NEVER = 0, 1, 2, 3

HISTORY = np.dtype(
    [
        ("n_cases", "i8"),
        ("n_npl", "i8"),  # cases recognised as non-performing so far
        ("n_written_off", "i8"),
        ("n_entries", "i8"),
        ("has_shadow", "i8"),  # a payer has been short, so the shadow book differs from the one as played
        ("borrowers", "i8"),
        ("first_time_borrowers", "i8"),
        ("fiscal_cost", "i8"),  # money from public accounts to others, less money from others
        ("treasury_out", "i8"),  # public money out of the treasuries
        ("committed", "i8"),  # its peak
        ("fiscal_cost_pv", "i8"),  # each payment discounted to the start and rounded
        ("recovery_cost", "i8"),  # collection cost, millionths of what is recovered
        ("recovery_order", "i8"),
        ("n_layers", "i8"),
        ("open_loans_limit", "i8"),
        ("relending_from", "i8"),  # rows of ``tiers``: loans that are refinanced
        ("relending_to", "i8"),
        ("relending_share", "i8"),  # part of such a loan that is refinanced, millionths
        ("refinanced", "i8"),
        ("most_refinanced", "i8"),  # at a month's end
        ("most_exposed", "i8"),  # of the public purse, at a month's end
        ("year_limit", "i8"),  # most all banks lend in a calendar year
        ("lent_this_year", "i8"),
    ],
    align=True,
)
"""Figures of the whole history, and the few terms that are no one party's."""

PRO_RATA, BANK_FIRST, FUND_FIRST, ADVANCE_THEN_SETTLE = 0, 1, 2, 3


class Reason(IntEnum):
    """Why money moved; append only."""

    ENDOWMENT = 1
    REFILL = 2
    TOP_UP = 3
    DEPOSIT_INTEREST = 4
    LOAN = 5
    REPAYMENT = 6
    INTEREST = 7
    SUBSIDY = 8
    FEE = 9
    CLAIM = 10
    REIMBURSEMENT = 11
    RECOVERY = 12
    COLLECTION_COST = 13
    RECOVERY_SHARE = 14
    EXCESS = 15
    GRANT = 16
    GRANT_BACK = 17
    PREMIUM = 18
    PREMIUM_SUBSIDY = 19
    INSURANCE = 20
    INSURANCE_PREPAYMENT = 21
    INSURANCE_REST = 22
    INVESTMENT = 23
    EXIT = 24
    EXIT_SHARE = 25


ENTRY = np.dtype(
    [
        ("day", "i8"),
        ("reason", "i8"),
        ("loan", "i8"),
        ("layer", "i8"),
        ("payer", "i8"),
        ("payee", "i8"),
        ("amount", "i8"),
        ("payer_after", "i8"),
        ("payee_after", "i8"),
    ],
    align=True,
)
"""One line of the journal."""
