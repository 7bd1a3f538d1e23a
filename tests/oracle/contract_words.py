"""Contracts played by their wording: day by day, in exact fractions, with nothing taken from the simulator.

Every figure is worked out anew from what happened so far: slow, and short enough to hold against the contract. Money is whole fen; a share of
money is rounded down in the order of the layers and the bank keeps the rest; what comes in parts is rounded on the total so far.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from fractions import Fraction

BANK = "bank"


@dataclass
class Account:
    """A payer. ``endowment`` None: never short."""

    endowment: int | None = None
    when_short: str = "pay_what_is_left"
    annual_budget: int | None = None
    refill: str = "none"
    refill_amount: int = 0
    balance: int = 0
    spent_this_year: int = 0
    first_short: int | None = None


@dataclass
class Layer:
    """Who pays which part of a loss."""

    payer: str
    share: Fraction
    basis: str = "overdue_principal"
    of: str | None = None
    trigger: int = 90
    lag: int = 0
    per_claim: int | None = None
    annual_limit: int | None = None
    cap: Fraction | None = None
    cap_base: str = "lent_to_date"
    cap_yearly: bool = False
    excess_to: str = BANK
    lent: int = 0
    covered: int = 0
    paid_in_period: int = 0
    paid_this_year: int = 0


@dataclass
class Loan:
    """A bullet loan lent on a day; ``fails`` is day 0 of its default."""

    amount: int
    day: int
    fails: int | None
    lgd: Fraction
    lags: tuple[int, ...]


@dataclass
class Case:
    """A loan in default: what each party has paid, been handed on by others, and got back."""

    loan: int
    day: int
    principal: int
    recoverable: int
    lumps: int
    recovered: int = 0
    net_recovered: int = 0
    received: int = 0
    borne: dict[str, int] = field(default_factory=dict)
    stood: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)

    @property
    def loss(self) -> int:
        """What is lost so far."""
        return self.principal - self.net_recovered


def floor(value: Fraction) -> int:
    """Whole fen."""
    return value.numerator // value.denominator


class Play:
    """A contract and its loans."""

    def __init__(
        self, accounts: dict[str, Account], layers: dict[str, Layer], loans: list[Loan], *, order: str, cost: Fraction, start: datetime.date
    ) -> None:
        self.accounts, self.layers, self.loans, self.order, self.cost, self.start = accounts, layers, loans, order, cost, start
        self.cases: dict[int, Case] = {}
        self.due: list[tuple[int, int, int, int]] = []  # pay day, filed, loan, place of the layer
        self.waiting: list[tuple[int, int, int]] = []
        self.names = list(layers)
        self.parties = [*layers, *(f"{name} (excess)" for name, layer in layers.items() if self.has_bearer(name))]

    def has_bearer(self, name: str) -> bool:
        """Whether somebody other than the party that is paid bears what a cap cuts off."""
        layer = self.layers[name]
        return layer.cap is not None and layer.excess_to not in (BANK, self.layers[layer.of].payer if layer.of else BANK)

    def play(self, last_day: int) -> None:
        """Let the days pass."""
        for account in self.accounts.values():
            account.balance = account.endowment or 0
        for day in range(last_day + 1):
            date = self.start + datetime.timedelta(days=day)
            if day and (date.month, date.day) == (1, 1):
                self.new_year()
            self.recoveries(day)
            self.failures(day)
            self.payments(day)
            self.lend(day)

    def new_year(self) -> None:
        """Refill, and count anew."""
        for account in self.accounts.values():
            if account.endowment is not None:
                if account.refill == "last_year_payouts":
                    account.balance += account.spent_this_year
                elif account.refill == "annual_budget":
                    account.balance += account.refill_amount
                elif account.refill == "to_target":
                    account.balance = max(account.balance, account.refill_amount)
            account.spent_this_year = 0
        for layer in self.layers.values():
            layer.paid_this_year = 0
            if layer.cap_yearly:
                layer.lent = layer.covered = layer.paid_in_period = 0

    def lend(self, day: int) -> None:
        """Loans count towards the caps of the layers that cover them, each through those whose payments it shares."""
        for loan in self.loans:
            if loan.day == day:
                for layer in self.layers.values():
                    covered, one = loan.amount, layer
                    while True:
                        covered = floor(covered * one.share)
                        if one.of is None:
                            break
                        one = self.layers[one.of]
                    if covered:
                        layer.lent += loan.amount
                        layer.covered += covered

    def failures(self, day: int) -> None:
        """A default: the bank bears all of it until somebody pays."""
        for number, loan in enumerate(self.loans):
            if loan.fails == day:
                case = Case(number, day, loan.amount, floor(loan.amount * (1 - loan.lgd)), len(loan.lags))
                case.borne = {**dict.fromkeys(self.parties, 0), BANK: loan.amount}
                case.stood, case.back, case.cut = dict(case.borne), dict.fromkeys(case.borne, 0), dict.fromkeys(case.borne, 0)
                self.cases[number] = case
                for place, layer in enumerate(self.layers.values()):
                    if layer.basis == "overdue_principal":
                        self.due.append((day + layer.trigger + layer.lag, day + layer.trigger, number, place))

    def recoveries(self, day: int) -> None:
        """The day's recoveries: costs first, then the parties; when the last has come, claims on the net loss are filed."""
        for number, case in self.cases.items():
            for lag in self.loans[number].lags:
                if case.day + max(lag, 1) == day:
                    self.recover(case)
                    if case.received == case.lumps:
                        for place, layer in enumerate(self.layers.values()):
                            if layer.basis == "net_loss":
                                filed = max(day, case.day + layer.trigger)
                                self.due.append((filed + layer.lag, filed, number, place))

    def recover(self, case: Case) -> None:
        """Hand on the next of equal recoveries."""
        case.received += 1
        case.recovered = floor(Fraction(case.recoverable * case.received, case.lumps))
        before = case.net_recovered
        case.net_recovered = case.recovered - floor(case.recovered * self.cost)
        total = sum(case.back.values()) + case.net_recovered - before
        given = self.split(case, total)
        for party in self.parties:
            extra = max(0, given[party] - case.back[party])
            self.give(case, party, extra)
            self.accounts[self.payer(party)].balance += extra
        self.give(case, BANK, total - sum(case.back.values()))

    def give(self, case: Case, party: str, amount: int) -> None:
        case.back[party] += amount
        case.borne[party] -= amount

    def split(self, case: Case, total: int) -> dict[str, int]:
        """What each layer has of all that came back since the last payment."""
        stood = sum(case.stood[party] for party in self.parties)
        if stood == 0:
            return dict.fromkeys(self.parties, 0)
        if self.order == "pro_rata":
            return self.shared(case, self.parties, total, stood + case.stood[BANK], max(0, total - case.stood[BANK]))
        if self.order == "bank_first":
            rest = max(0, total - case.stood[BANK])
            return self.shared(case, self.parties, rest, stood, rest)
        if self.order == "fund_first":
            first = min(total, stood)
            return self.shared(case, self.parties, first, stood, first)
        return self.settled(case, total)

    def shared(self, case: Case, parties: list[str], amount: int, of: int, at_least: int) -> dict[str, int]:
        """An amount shared in proportion to what each bore; fen that must not be left over go to who bore most, then to the others."""
        parts = {party: floor(Fraction(amount * case.stood[party], of)) for party in parties}
        missing = at_least - sum(parts.values())
        for party in sorted(parties, key=lambda party: party != max(parties, key=case.stood.__getitem__)):
            extra = max(0, min(missing, case.stood[party] - parts[party]))
            parts[party] += extra
            missing -= extra
        return parts

    def settled(self, case: Case, total: int) -> dict[str, int]:
        """Each layer ends with its share of the net loss; with it those who paid in its stead, in proportion."""
        loss = sum(case.stood.values()) - total
        parts = dict.fromkeys(self.parties, 0)
        left = total
        for name, layer in self.layers.items():
            if layer.basis == "payment_of":
                continue
            group = [party for party in self.parties if name in self.chain(party) or party == f"{name} (excess)"]
            stood = sum(case.stood[party] for party in group)
            owed = floor(loss * layer.share)
            owed = owed if layer.per_claim is None else min(owed, layer.per_claim)
            had = sum(case.back[party] for party in group)
            back = max(had, min(stood - owed, left))
            if stood and back:
                parts |= self.shared(case, group, back, stood, back)
            left -= back
        return parts

    def chain(self, party: str) -> list[str]:
        """A layer, the layer it backs, the one that one backs; who bears an excess over a cap stands where the capped layer stands."""
        found = [party]
        of = self.layers[party.removesuffix(" (excess)")].of
        while of:
            found.append(of)
            of = self.layers[of].of
        return found

    def payer(self, party: str) -> str:
        name = party.removesuffix(" (excess)")
        return self.layers[name].payer if name == party else self.layers[name].excess_to

    def behind(self, case: Case, name: str) -> int:
        """What a layer bears with those who have paid in its stead."""
        return sum(case.borne[party] for party in self.parties if name in self.chain(party))

    def owed(self, case: Case, name: str) -> int:
        """What a layer owes now, before its caps."""
        layer = self.layers[name]
        base = self.behind(case, layer.of) if layer.of else case.loss
        most = floor(base * layer.share)
        most = most if layer.per_claim is None else min(most, layer.per_claim)
        return max(0, min(most - self.behind(case, name) - case.cut[name], case.borne[layer.of or BANK]))

    def room(self, layer: Layer) -> int | None:
        """What caps still allow a layer to pay, None: any amount."""
        bounds = []
        if layer.annual_limit is not None:
            bounds.append(layer.annual_limit - layer.paid_this_year)
        if layer.cap is not None:
            base = layer.lent if layer.cap_base.startswith("lent") else layer.covered
            bounds.append(floor(base * layer.cap) - layer.paid_in_period)
        return max(0, min(bounds)) if bounds else None

    def payments(self, day: int) -> None:
        """The day's claims, those that wait first: first filed first, then by loan, then by layer."""
        today = [claim[1:] for claim in self.due if claim[0] == day] + self.waiting
        self.due = [claim for claim in self.due if claim[0] > day]
        self.waiting = []
        most = self.shares_of_the_day(sorted(today))
        blocked: set[str] = set()
        for claim in sorted(today):
            self.pay(claim, most.get(claim), blocked, day)

    def shares_of_the_day(self, claims: list[tuple[int, int, int]]) -> dict[tuple[int, int, int], int]:
        """What each claim gets where an account shares what is left among the claims of the day, as far as caps let them be due."""
        most: dict[tuple[int, int, int], int] = {}
        rooms = {name: self.room(layer) for name, layer in self.layers.items()}
        for payer, account in self.accounts.items():
            if account.when_short != "pro_rata" or account.endowment is None or account.refill == "as_needed":
                continue
            dues: dict[tuple[int, int, int], int] = {}
            for claim in claims:
                name = self.names[claim[2]]
                if self.layers[name].payer == payer:
                    owed, room = self.owed(self.cases[claim[1]], name), rooms[name]
                    dues[claim] = owed if room is None else min(owed, room)
                    rooms[name] = None if room is None else room - dues[claim]
            total = sum(dues.values())
            if total > account.balance:
                most |= {claim: floor(Fraction(account.balance * due, total)) for claim, due in dues.items()}
        return most

    def pay(self, claim: tuple[int, int, int], most: int | None, blocked: set[str], day: int) -> None:
        """Pay one claim as far as caps and money go, then ask those who share the payment."""
        filed, number, place = claim
        case, name = self.cases[number], self.names[place]
        layer = self.layers[name]
        if layer.payer in blocked:
            self.waiting.append(claim)
            return
        owed, room = self.owed(case, name), self.room(layer)
        due = owed if room is None else min(owed, room)
        case.cut[name] += owed - due
        paid = self.take(layer.payer, due, most, day)
        self.hand_over(case, name, paid)
        if paid < due and self.accounts[layer.payer].when_short == "queue":
            self.waiting.append(claim)
            blocked.add(layer.payer)
        if owed > due and self.has_bearer(name):
            self.hand_over(case, f"{name} (excess)", self.take(layer.excess_to, owed - due, None, day))
        for other, backer in enumerate(self.layers.values()):
            if backer.of == name:
                if backer.lag == 0:
                    self.pay((filed, number, other), None, blocked, day)
                else:
                    self.due.append((day + backer.lag, filed, number, other))

    def take(self, payer: str, due: int, most: int | None, day: int) -> int:
        """Money an account has for a due."""
        account = self.accounts[payer]
        bounds = [due] if most is None else [due, most]
        if account.annual_budget is not None:
            bounds.append(account.annual_budget - account.spent_this_year)
        if account.refill == "as_needed":
            account.balance = max(account.balance, min(bounds))
        if account.endowment is not None:
            bounds.append(account.balance)
        paid = max(0, min(bounds))
        account.balance -= paid
        account.spent_this_year += paid
        if paid < due and account.first_short is None:
            account.first_short = day
        return paid

    def hand_over(self, case: Case, party: str, amount: int) -> None:
        """A payment moves the loss from who bore it; what comes back later is split by what each bears from now on."""
        if amount == 0:
            return
        name = party.removesuffix(" (excess)")
        layer = self.layers[name]
        bearer = layer.of or BANK
        case.borne[party] += amount
        case.borne[bearer] -= amount
        if bearer != BANK:
            self.accounts[self.layers[bearer].payer].balance += amount
        if name == party:
            layer.paid_in_period += amount
            layer.paid_this_year += amount
        case.stood, case.back = dict(case.borne), dict.fromkeys(case.borne, 0)
