"""Money that a project meets on its way through its stages: grants, premiums, what insurance pays on a failure, equity and its proceeds."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import rare_rule, rule
from simulator.rules.arithmetic import portion_of, share_of
from simulator.rules.books import begin_shadow, move, n_books
from simulator.rules.claims import may_be_short, pay_in_book
from simulator.rules.pools import call_in_shadow, pay_due
from simulator.rules.records import BORROWERS, FIRST_BANK, MILLION, OUTSIDE, PLAYED, UNLIMITED, Reason, Status
from simulator.rules.repayment import collect_interest, end_loan, pay_subsidy, repay_principal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.rules.books import Books, LoanBook, Record, Records

PERFORMING, DEFAULTED = int(Status.PERFORMING), int(Status.DEFAULTED)
GRANT_REASON, GRANT_BACK, PREMIUM, PREMIUM_SUBSIDY = int(Reason.GRANT), int(Reason.GRANT_BACK), int(Reason.PREMIUM), int(Reason.PREMIUM_SUBSIDY)
INSURANCE, INSURANCE_PREPAYMENT, INSURANCE_REST = int(Reason.INSURANCE), int(Reason.INSURANCE_PREPAYMENT), int(Reason.INSURANCE_REST)
INVESTED, EXIT, EXIT_SHARE = int(Reason.INVESTMENT), int(Reason.EXIT), int(Reason.EXIT_SHARE)

GRANT = np.dtype([("payer", "i8"), ("amount", "i8"), ("back", "i8")], align=True)
"""One grant a project: ``back`` is the part repaid after success, millionths."""

POLICY = np.dtype(
    [
        ("insurer", "i8"),
        ("sum_insured", "i8"),
        ("deductible", "i8"),  # of the insured loss, millionths
        ("premium", "i8"),  # of the sum insured, millionths
        ("subsidy_payer", "i8"),  # -1: none
        ("subsidy", "i8"),  # of the premium, millionths
        ("lag", "i8"),  # days from the failure to the payment
        ("layer", "i8"),  # that stands for it where it is pledged, -1: it is not
    ],
    align=True,
)
"""One policy a project, against the failure of a stage."""

INVESTMENT = np.dtype(
    [
        ("investor", "i8"),
        ("amount", "i8"),
        ("exit_after", "i8"),  # months
        ("back_to", "i8"),  # -1: nobody
        ("back_share", "i8"),  # of the proceeds, millionths
    ],
    align=True,
)
"""One investment a project."""


class Act(IntEnum):
    """What is done for one project on one day."""

    GRANT = 0
    GRANT_BACK = 1
    PREMIUM = 2
    INSURANCE = 3
    INVESTMENT = 4
    EXIT = 5


PAYS_GRANT, REPAYS_GRANT, PAYS_PREMIUM, PAYS_INSURANCE, INVESTS, SELLS = (int(act) for act in Act)

STAGE_ITEM = np.dtype([("day", "i8"), ("act", "i8"), ("number", "i8"), ("project", "i8")], align=True)
"""One act on the agenda: which grant, policy or investment, and for which project."""

STAGE_TOTALS = np.dtype(
    [
        ("grant_paid", "i8"),
        ("insurance_premium", "i8"),
        ("insurance_paid", "i8"),
        ("equity_invested", "i8"),
        ("equity_proceeds", "i8"),
        ("fiscal_back", "i8"),
    ],
    align=True,
)
"""What projects were paid and brought back, fen."""


class StageBook(NamedTuple):
    """Projects of one history and what is done for them.

    Attributes
    ----------
    items : ndarray of STAGE_ITEM, shape (n_items,)
        In order of day, then project.
    outcomes : ndarray of world.stages.OUTCOME, shape (n_projects,)
        What becomes of each project.
    grants, policies, investments : ndarray of GRANT, POLICY, INVESTMENT
    paid : ndarray of int64, shape (n_grants + n_policies + n_investments, n_projects)
        Granted or invested, fen.
    totals : ndarray of STAGE_TOTALS, shape (1,)
    """

    items: Records
    outcomes: Records
    grants: Records
    policies: Records
    investments: Records
    paid: NDArray[np.int64]
    totals: Records


@rule
def pay_grant(books: Books, payer: int, amount: int, loan: int, label: int, day: int) -> int:
    """Pay a grant as far as the payer's money goes; returns fen paid."""
    call_in_shadow(books, payer, amount)
    return pay_due(books, payer, BORROWERS, amount, UNLIMITED, GRANT_REASON, loan, label, day)


@rule
def repay_grant(books: Books, payer: int, granted: int, share: int, loan: int, label: int, day: int) -> int:
    """Repay the agreed part of a grant to its payer; returns fen repaid."""
    amount = share_of(granted, share)
    move(books, BORROWERS, payer, amount, GRANT_BACK, loan, label, day)
    call_in_shadow(books, payer, -amount)
    return amount


@rule
def pay_premium(books: Books, insurer: int, sum_insured: int, rate: int, subsidy_payer: int, subsidy: int, loan: int, label: int, day: int) -> int:
    """Pay a policy's premium: the subsidised part first, the firm pays what is left; returns the whole premium, fen."""
    premium = share_of(sum_insured, rate)
    paid = 0
    if subsidy_payer >= 0:
        due = share_of(premium, subsidy)
        call_in_shadow(books, subsidy_payer, due)
        paid = pay_due(books, subsidy_payer, insurer, due, UNLIMITED, PREMIUM_SUBSIDY, loan, label, day)
    move(books, BORROWERS, insurer, premium - paid, PREMIUM, loan, label, day)
    call_in_shadow(books, insurer, -premium)
    return premium


@rule
def indemnity(loss: int, sum_insured: int, deductible: int) -> int:
    """Fen that a policy owes on a loss: the loss up to the sum insured, less the deductible.

    Examples
    --------
    >>> indemnity(1_000, 320, 100_000)
    288
    """
    insured = min(loss, sum_insured)
    return insured - share_of(insured, deductible)


@rule
def insure_case(books: Books, case: int, layer: int, owed: int, day: int) -> int:
    """Pay the pledgee on a loan in default, at most what the bank still bears of it; returns fen due, of which the insurer bears what it pays."""
    found = 0
    if not books.history[0].has_shadow and may_be_short(books, case, layer, owed, UNLIMITED):
        begin_shadow(books)
    for book in range(n_books(books)):
        bank = books.positions[book, case, books.layers.shape[1]]
        due = min(owed, bank.borne)
        books.layers[book, layer].due += due
        books.positions[book, case, layer].due += due
        pay_in_book(books, book, case, layer, due, UNLIMITED, INSURANCE, day)
        if book == PLAYED:
            found = due
    return found


@rule
def take_prepayment(books: Books, lending: LoanBook, number: int, amount: int, day: int) -> None:
    """Lower the balance of a performing loan by a payment that came before it was due; interest so far is collected first."""
    interest = collect_interest(books, lending, number, day)
    repay_principal(books, lending, number, amount)
    is_last = lending.loans[number].balance == 0
    pay_subsidy(books, lending, number, interest, is_last, day)
    if is_last:
        end_loan(books, lending, number)


@rule
def insure_loan(books: Books, lending: LoanBook, number: int, insurer: int, label: int, owed: int, day: int) -> int:
    """Pay the pledgee on a loan that is not in default, at most its balance; returns fen due."""
    loan = lending.loans[number]
    due = min(owed, loan.balance)
    call_in_shadow(books, insurer, due)
    paid = pay_due(books, insurer, FIRST_BANK + lending.links[number].bank, due, UNLIMITED, INSURANCE_PREPAYMENT, number, label, day)
    if paid > 0:
        take_prepayment(books, lending, number, paid, day)
    return due


@rule
def pay_insurance(books: Books, lending: LoanBook, number: int, insurer: int, layer: int, label: int, owed: int, day: int) -> int:
    """Pay what a policy owes: the pledgee first, what is left to the firm; returns fen paid.

    Parameters
    ----------
    number : int
        The project's loan, -1 where none was asked for.
    layer : int
        Layer of the pledged policy, -1 where it is not pledged.
    label : int
        Name of the policy in the journal.
    """
    before = books.accounts[insurer].balance
    due = 0
    if number >= 0 and layer >= 0:
        status = lending.loans[number].status
        if status == DEFAULTED:
            due = insure_case(books, lending.loans[number].case, layer, owed, day)
        elif status == PERFORMING:
            due = insure_loan(books, lending, number, insurer, label, owed, day)
    call_in_shadow(books, insurer, owed - due)
    pay_due(books, insurer, BORROWERS, owed - due, UNLIMITED, INSURANCE_REST, number, label, day)
    return before - books.accounts[insurer].balance


@rule
def invest(books: Books, investor: int, amount: int, loan: int, label: int, day: int) -> int:
    """Put equity into a project as far as the investor's money goes; returns fen invested."""
    call_in_shadow(books, investor, amount)
    return pay_due(books, investor, BORROWERS, amount, UNLIMITED, INVESTED, loan, label, day)


@rule
def exit_investment(books: Books, investor: int, invested: int, multiple: int, loan: int, label: int, day: int) -> int:
    """Sell equity at a multiple (millionths) of what was put in; returns the proceeds, fen."""
    proceeds = portion_of(invested, multiple, MILLION)
    move(books, OUTSIDE, investor, proceeds, EXIT, loan, label, day)
    call_in_shadow(books, investor, -proceeds)
    return proceeds


@rule
def hand_back(books: Books, investor: int, back_to: int, proceeds: int, share: int, loan: int, label: int, day: int) -> int:
    """Hand the agreed part of the proceeds to another account; returns fen."""
    back = share_of(proceeds, share)
    move(books, investor, back_to, back, EXIT_SHARE, loan, label, day)
    call_in_shadow(books, investor, back)
    call_in_shadow(books, back_to, -back)
    return back


@rule
def count_back(books: Books, stages: StageBook, account: int, amount: int) -> None:
    """Count what comes back to the public purse."""
    if books.accounts[account].is_public:
        stages.totals[0].fiscal_back += amount


@rule
def act_grant(books: Books, stages: StageBook, item: Record, label: int, loan: int, day: int) -> None:
    """Pay a grant, or repay a part of it after success."""
    grant = stages.grants[item.number]
    if item.act == PAYS_GRANT:
        paid = pay_grant(books, grant.payer, grant.amount, loan, label + item.number, day)
        stages.paid[item.number, item.project] = paid
        stages.totals[0].grant_paid += paid
    else:
        back = repay_grant(books, grant.payer, stages.paid[item.number, item.project], grant.back, loan, label + item.number, day)
        count_back(books, stages, grant.payer, back)


@rule
def act_policy(books: Books, lending: LoanBook, stages: StageBook, item: Record, label: int, loan: int, day: int) -> None:
    """Pay a premium, or what a policy owes on a failure."""
    policy = stages.policies[item.number]
    place = label + len(stages.grants) + item.number
    if item.act == PAYS_PREMIUM:
        stages.totals[0].insurance_premium += pay_premium(
            books, policy.insurer, policy.sum_insured, policy.premium, policy.subsidy_payer, policy.subsidy, loan, place, day
        )
    else:
        owed = indemnity(stages.outcomes[item.project].loss, policy.sum_insured, policy.deductible)
        stages.totals[0].insurance_paid += pay_insurance(books, lending, loan, policy.insurer, policy.layer, place, owed, day)


@rule
def act_investment(books: Books, stages: StageBook, item: Record, label: int, loan: int, day: int) -> None:
    """Put equity into a project, or sell it and hand on what was agreed."""
    investment = stages.investments[item.number]
    row = len(stages.grants) + len(stages.policies) + item.number
    place = label + row
    investor, back_to = investment.investor, investment.back_to
    if item.act == INVESTS:
        invested = invest(books, investor, investment.amount, loan, place, day)
        stages.paid[row, item.project] = invested
        stages.totals[0].equity_invested += invested
        return
    proceeds = exit_investment(books, investor, stages.paid[row, item.project], stages.outcomes[item.project].value, loan, place, day)
    stages.totals[0].equity_proceeds += proceeds
    count_back(books, stages, investor, proceeds)
    if back_to >= 0:
        back = hand_back(books, investor, back_to, proceeds, investment.back_share, loan, place, day)
        if not books.accounts[investor].is_public:
            count_back(books, stages, back_to, back)


@rare_rule
def stage_day(books: Books, lending: LoanBook, stages: StageBook, first: int, last: int, day: int) -> None:
    """Do a day's acts (rows ``first`` to ``last - 1``) in the order of the projects. Labels in the journal count on from the layers."""
    label = books.layers.shape[1]
    for row in range(first, last):
        item = stages.items[row]
        loan = stages.outcomes[item.project].link
        if item.act in (PAYS_GRANT, REPAYS_GRANT):
            act_grant(books, stages, item, label, loan, day)
        elif item.act in (PAYS_PREMIUM, PAYS_INSURANCE):
            act_policy(books, lending, stages, item, label, loan, day)
        else:
            act_investment(books, stages, item, label, loan, day)


@rule
def cover_by_policies(lending: LoanBook, outcomes: Records, policies: Records, insured: NDArray[np.bool_]) -> None:
    """Tell the loan book what part of each project's loan its pledged policies cover at most, so that banks and recoveries know it."""
    for project in range(len(outcomes)):
        loan = outcomes[project].link
        amount = lending.sheet[loan].amount if loan >= 0 else 0
        for number in range(len(policies)):
            policy = policies[number]
            if amount > 0 and policy.layer >= 0 and first_insured(insured, number, outcomes[project].set) >= 0:
                most = indemnity(policy.sum_insured, policy.sum_insured, policy.deductible)
                share = min(MILLION, portion_of(most, MILLION, amount))
                lending.cover[loan, policy.layer].first = share
                lending.cover[loan, policy.layer].later = share


@rule
def first_insured(insured: NDArray[np.bool_], policy: int, of_set: int) -> int:
    """First stage of a set of projects that a policy insures, -1 if none."""
    for stage in range(insured.shape[2]):
        if insured[policy, of_set, stage]:
            return stage
    return -1
