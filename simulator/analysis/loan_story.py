"""The journal of one followed loan told in sentences: date, amount to the fen, balance after, and the rule that moved the money."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.dates import date_of
from simulator.money import exact_yuan
from simulator.rules import records as r
from simulator.scenario import phrases as p
from simulator.scenario.phrases import Words

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from simulator.engine.event import History
    from simulator.engine.state import Setting

ROUTINE = {int(reason) for reason in (r.Reason.INTEREST, r.Reason.REPAYMENT, r.Reason.SUBSIDY)}
"""Payments of a healthy loan, told together where there are several of a kind."""

ON_A_CLAIM = {int(reason) for reason in (r.Reason.CLAIM, r.Reason.REIMBURSEMENT, r.Reason.EXCESS, r.Reason.INSURANCE)}
"""Payments that follow the claims of their day."""


class Step(NamedTuple):
    """One event of the loan's life.

    Attributes
    ----------
    date : date
    words : Words
        What happened, with amounts in yuan to the fen.
    rule : str
        Function that played it, as a dotted name below ``simulator``.
    """

    date: datetime.date
    words: Words
    rule: str


def tell_story(start: datetime.date, setting: Setting, history: History) -> list[Step]:
    """Tell what the journal of a played history says of its first loan, and the claims that move no money, in the order of the days.

    Parameters
    ----------
    start : date
        The scenario's first day.
    setting : Setting
    history : History
        Played, with its journal; its first loan has failed.
    """
    return _Teller(start, setting, history).tell()


class _Teller:
    def __init__(self, start: datetime.date, setting: Setting, history: History) -> None:
        self.start, self.setting, self.history = start, setting, history
        self.contract = setting.contract
        self.names = {number: p.named(name) for number, name in enumerate(self.contract.accounts.names)}
        self.names |= {r.BORROWERS: Words("企业", "the firm"), r.OUTSIDE: Words("外部", "outside")}
        self.case = history.books.cases[0]
        self.bank = self.names[r.FIRST_BANK + int(history.world.links["bank"][0])]

    def tell(self) -> list[Step]:
        """Return all steps; on one day in the order in which a day runs: recoveries, the default, claims filed, claims paid."""
        journal = self.history.books.journal[: int(self.history.books.history["n_entries"][0])]
        own = [entry for entry in journal if entry["loan"] == 0 or entry["reason"] == r.Reason.TOP_UP or self.makes_good(entry)]
        failure = int(self.case["day"])
        found = list(self.payments(own))
        recovered = [int(entry["day"]) for entry in own if entry["reason"] == r.Reason.RECOVERY]
        closed = max(recovered, default=failure + int(self.history.world.lags.max()))
        found += [(failure, 2, self.default()), *self.claims(failure, closed)]
        return [step for _, _, step in sorted(found, key=lambda one: one[:2])]

    def makes_good(self, entry: Any) -> bool:  # noqa: ANN401  one journal entry
        """Whether a refill replaces what the loan's claim took out."""
        rule = self.contract.accounts.rows["refill"][entry["payee"]]
        return bool(entry["reason"] == r.Reason.REFILL and rule in (r.RefillRule.LAST_YEAR_PAYOUTS, r.RefillRule.TO_TARGET))

    def payments(self, entries: list[Any]) -> Iterator[tuple[int, int, Step]]:
        """Tell the payments, the routine ones of a kind together; with the day, and the place within it."""
        routine = sorted((entry for entry in entries if int(entry["reason"]) in ROUTINE), key=lambda entry: int(entry["reason"]))
        for _, kind in groupby(routine, key=lambda entry: int(entry["reason"])):
            day, step = self.several(list(kind))
            yield day, 1, step
        for entry in entries:
            if int(entry["reason"]) not in ROUTINE:
                place = 4 if int(entry["reason"]) in ON_A_CLAIM else 1
                yield int(entry["day"]), place, self.payment(entry, yuan(int(entry["amount"])))

    def several(self, entries: list[Any]) -> tuple[int, Step]:
        """Tell routine payments of one kind as one step, on the day of the last."""
        first, last = entries[0], entries[-1]
        total = yuan(sum(int(entry["amount"]) for entry in entries))
        if len(entries) == 1:
            return int(last["day"]), self.payment(last, total)
        since, times = self.date(int(first["day"])).isoformat(), len(entries)
        words = Words(f"{total.zh}（自{since}起共{times}次合计）", f"{total.en} (in all, {times} times since {since})")
        return int(last["day"]), self.payment(last, words)

    def date(self, day: int) -> datetime.date:
        """Return the date of a day."""
        return date_of(self.start, day)

    def default(self) -> Step:
        """Tell the first missed payment."""
        principal, interest = (yuan(int(self.case[key])) for key in ("principal", "interest"))
        words = Words(
            f"企业未能按期付款，违约发生（逾期第0天）：未还本金{principal.zh}，欠息{interest.zh}（由银行承担）",
            f"the firm misses a payment (day 0 of the default): principal owed {principal.en}, interest owed {interest.en} (lost to the bank)",
        )
        return Step(self.date(int(self.case["day"])), words, "rules.defaults.default_loan")

    def claims(self, failure: int, closed: int) -> Iterator[tuple[int, int, Step]]:
        """Tell the claims filed on the bank's own loss, from the layers' trigger days and the day on which recovery ended."""
        for number, layer in enumerate(self.contract.layers[r.PLAYED]):
            name, basis, trigger = self.contract.layer_names[number], int(layer["basis"]), int(layer["trigger"])
            if basis not in (r.Basis.OVERDUE_PRINCIPAL, r.Basis.NET_LOSS) or not self.history.books.positions["share"][r.PLAYED, 0, number]:
                continue
            waits = basis == r.Basis.NET_LOSS and closed >= failure + trigger
            day = closed if waits else failure + trigger
            why = Words("追偿结束", "recovery has ended") if waits else Words(f"逾期满{trigger}天", f"day {trigger} of the default")
            words = Words(f"{why.zh}，{self.bank.zh}按“{name}”提出申请", f"{why.en}: {self.bank.en} files its claim under {name}")
            yield day, 3, Step(self.date(day), words, "engine.event.History.file")

    def payment(self, entry: Any, amount: Words) -> Step:  # noqa: ANN401  one journal entry
        """Tell one payment with the balance after."""
        form, rule = PAYMENTS[int(entry["reason"])]
        payer, payee = self.names[int(entry["payer"])], self.names[int(entry["payee"])]
        layer = self.contract.entry_names[int(entry["layer"])] if entry["layer"] >= 0 else ""
        after = self.balances(entry)
        zh = form.zh.format(payer=payer.zh, payee=payee.zh, amount=amount.zh, layer=layer)
        en = form.en.format(payer=payer.en, payee=payee.en, amount=amount.en, layer=layer)
        return Step(self.date(int(entry["day"])), Words(zh + after.zh, en + after.en), rule)

    def balances(self, entry: Any) -> Words:  # noqa: ANN401  one journal entry
        """Write the balance after of the scheme's accounts in a payment; for an unlimited one what it has taken in less paid out so far."""
        parts = []
        for side in ("payer", "payee"):
            account = int(entry[side])
            if account < r.FIRST_BANK + len(self.setting.names.banks):
                continue
            name, after = self.names[account], yuan(int(entry[f"{side}_after"]))
            if self.contract.accounts.rows["is_limited"][account]:
                parts.append(Words(f"{name.zh}余额{after.zh}", f"{name.en} holds {after.en}"))
            else:
                parts.append(Words(f"{name.zh}累计净收入{after.zh}", f"{name.en} is at {after.en} in all"))
        words = p.listed(parts, "、", "and")
        return Words(f"；{words.zh}", f"; {words.en}") if parts else Words("", "")


def yuan(fen: int) -> Words:
    """Write an amount in yuan to the fen.

    Examples
    --------
    >>> yuan(123_456_789)
    Words(zh='1,234,567.89元', en='CNY 1,234,567.89')
    """
    return Words(f"{exact_yuan(fen)}元", f"CNY {exact_yuan(fen)}")


PAYMENTS = {
    int(r.Reason.LOAN): (Words("{payer}向{payee}放款{amount}", "{payer} lends {payee} {amount}"), "rules.lending.lend"),
    int(r.Reason.FEE): (Words("{payer}向{payee}付费{amount}", "{payer} pays {payee} a fee of {amount}"), "rules.lending.charge_fees"),
    int(r.Reason.INTEREST): (
        Words("{payer}向{payee}付息{amount}", "{payer} pays {payee} interest of {amount}"),
        "rules.repayment.collect_instalment",
    ),
    int(r.Reason.REPAYMENT): (
        Words("{payer}向{payee}还本{amount}", "{payer} repays {payee} {amount} of principal"),
        "rules.repayment.collect_instalment",
    ),
    int(r.Reason.SUBSIDY): (
        Words("{payer}向{payee}贴息{amount}", "{payer} pays {payee} an interest subsidy of {amount}"),
        "rules.repayment.pay_subsidy",
    ),
    int(r.Reason.REFILL): (Words("{payer}为{payee}补充资金{amount}", "{payer} refills {payee} with {amount}"), "rules.pools.start_year"),
    int(r.Reason.TOP_UP): (Words("{payer}向{payee}补足资金{amount}", "{payer} tops up {payee} by {amount}"), "rules.pools.fund"),
    int(r.Reason.CLAIM): (
        Words("{payer}按“{layer}”向{payee}支付补偿{amount}", "{payer} pays {payee} {amount} under {layer}"),
        "rules.claims.pay_claim",
    ),
    int(r.Reason.REIMBURSEMENT): (
        Words("{payer}按“{layer}”向{payee}支付分担款{amount}", "{payer} reimburses {payee} {amount} under {layer}"),
        "rules.claims.pay_claim",
    ),
    int(r.Reason.EXCESS): (Words("{payer}向{payee}承担超出上限的{amount}", "{payer} pays {payee} the excess of {amount}"), "rules.claims.pay_claim"),
    int(r.Reason.RECOVERY): (Words("{payee}从{payer}追回{amount}", "{payee} recovers {amount} from {payer}"), "rules.recoveries.recover"),
    int(r.Reason.COLLECTION_COST): (Words("{payer}支出追偿费用{amount}", "{payer} pays collection costs of {amount}"), "rules.recoveries.recover"),
    int(r.Reason.RECOVERY_SHARE): (
        Words("{payer}将追偿所得{amount}分给{payee}（“{layer}”）", "{payer} hands {amount} of it to {payee} ({layer})"),
        "rules.recoveries.split_recovery",
    ),
    int(r.Reason.GRANT): (Words("{payer}向{payee}拨款{amount}（“{layer}”）", "{payer} grants {payee} {amount} ({layer})"), "rules.stages.pay_grant"),
    int(r.Reason.GRANT_BACK): (
        Words("{payer}向{payee}返还拨款{amount}（“{layer}”）", "{payer} repays {payee} {amount} of a grant ({layer})"),
        "rules.stages.repay_grant",
    ),
    int(r.Reason.PREMIUM): (
        Words("{payer}向{payee}支付保费{amount}（“{layer}”）", "{payer} pays {payee} a premium of {amount} ({layer})"),
        "rules.stages.pay_premium",
    ),
    int(r.Reason.PREMIUM_SUBSIDY): (
        Words("{payer}向{payee}补贴保费{amount}（“{layer}”）", "{payer} pays {payee} {amount} of the premium ({layer})"),
        "rules.stages.pay_premium",
    ),
    int(r.Reason.INSURANCE): (
        Words("{payer}按“{layer}”向质押权人{payee}赔付{amount}", "{payer} pays {payee}, the pledgee, {amount} under {layer}"),
        "rules.stages.insure_case",
    ),
    int(r.Reason.INSURANCE_PREPAYMENT): (
        Words("{payer}按“{layer}”赔付{amount}，向{payee}提前还贷", "{payer} pays {amount} under {layer} and so prepays the loan of {payee}"),
        "rules.stages.insure_loan",
    ),
    int(r.Reason.INSURANCE_REST): (
        Words("{payer}按“{layer}”向{payee}赔付余下的{amount}", "{payer} pays {payee} the remaining {amount} under {layer}"),
        "rules.stages.pay_insurance",
    ),
    int(r.Reason.INVESTMENT): (
        Words("{payer}向{payee}股权投资{amount}（“{layer}”）", "{payer} puts {amount} of equity into {payee} ({layer})"),
        "rules.stages.invest",
    ),
    int(r.Reason.EXIT): (
        Words("{payee}退出股权，收到{amount}（“{layer}”）", "{payee} sells its equity for {amount} ({layer})"),
        "rules.stages.exit_investment",
    ),
    int(r.Reason.EXIT_SHARE): (
        Words("{payer}将退出收入中的{amount}返还{payee}（“{layer}”）", "{payer} hands {amount} of the proceeds back to {payee} ({layer})"),
        "rules.stages.hand_back",
    ),
}
