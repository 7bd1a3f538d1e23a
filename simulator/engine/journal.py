"""The journal of one history in words: who paid whom, how much, why, and the balance after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.dates import date_of
from simulator.rules.records import BORROWERS, FIRST_BANK, OUTSIDE, Reason

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from simulator.engine.state import Setting
    from simulator.rules.books import Records

REASONS = {
    Reason.ENDOWMENT: ("注资", "endowment"),
    Reason.REFILL: ("补充资金", "refill"),
    Reason.TOP_UP: ("应补尽补", "top-up as needed"),
    Reason.DEPOSIT_INTEREST: ("存款利息", "deposit interest"),
    Reason.LOAN: ("放款", "loan drawn"),
    Reason.REPAYMENT: ("还本", "principal repaid"),
    Reason.INTEREST: ("付息", "interest"),
    Reason.SUBSIDY: ("贴息", "interest subsidy"),
    Reason.FEE: ("费用", "fee"),
    Reason.CLAIM: ("补偿", "compensation"),
    Reason.REIMBURSEMENT: ("分担", "reimbursement"),
    Reason.RECOVERY: ("追偿回收", "recovery"),
    Reason.COLLECTION_COST: ("追偿费用", "collection cost"),
    Reason.RECOVERY_SHARE: ("回收分配", "share of recovery"),
    Reason.EXCESS: ("超额承担", "excess over a cap"),
    Reason.GRANT: ("拨款", "grant"),
    Reason.GRANT_BACK: ("拨款返还", "grant repaid"),
    Reason.PREMIUM: ("保费", "premium"),
    Reason.PREMIUM_SUBSIDY: ("保费补贴", "premium subsidy"),
    Reason.INSURANCE: ("保险赔付银行", "insurance to the bank"),
    Reason.INSURANCE_PREPAYMENT: ("保险赔款提前还贷", "loan prepaid by insurance"),
    Reason.INSURANCE_REST: ("保险赔付企业", "insurance to the firm"),
    Reason.INVESTMENT: ("股权投资", "equity invested"),
    Reason.EXIT: ("股权退出", "equity proceeds"),
    Reason.EXIT_SHARE: ("退出返还", "share of proceeds"),
}
PARTIES = {BORROWERS: ("企业", "borrowers"), OUTSIDE: ("外部", "outside")}


class Line(NamedTuple):
    """One payment; money in fen."""

    date: datetime.date
    payer: str
    payee: str
    amount: int
    reason: str
    layer: str
    loan: int
    payer_after: int
    payee_after: int


def journal_lines(journal: Records, setting: Setting, start: datetime.date, lang: str) -> Iterator[Line]:
    """Tell a journal in words, in the order of its days; a loan is numbered from 1, 0 where the payment is about none."""
    place = 0 if lang == "zh" else 1
    names = [PARTIES[number][place] if number < FIRST_BANK else name for number, name in enumerate(setting.contract.accounts.names)]
    reasons = {int(reason): words[place] for reason, words in REASONS.items()}
    layers = setting.contract.entry_names
    for day, reason, loan, layer, payer, payee, amount, payer_after, payee_after in journal.tolist():
        yield Line(
            date_of(start, day),
            names[payer],
            names[payee],
            amount,
            reasons[reason],
            layers[layer] if layer >= 0 else "",
            loan + 1,
            payer_after,
            payee_after,
        )
