"""The hand-sized cases of the schemes, played by the compiled rules: what stands in the files comes out, to the fen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from case_files import DAY, each_case, loans_of, millionths, read, sets_of

from simulator.analysis.verify.hand_made import hand_world
from simulator.engine.state import fresh_books, fresh_loans, scratch_for, setting_for
from simulator.money import parse_money
from simulator.rules import records as r
from simulator.rules.claims import pay_claim
from simulator.rules.defaults import default_loan
from simulator.rules.guards import test_guards as run_guards
from simulator.rules.lending import lend_day
from simulator.rules.pools import endow
from simulator.rules.recoveries import recover
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path


def amounts(said: dict[str, str] | None) -> dict[str, int]:
    return {name: parse_money(str(text)) for name, text in (said or {}).items()}


class Replay:
    """One case: everything lent on day 0, claims paid in order, then recoveries shared in order."""

    def __init__(self, case: dict[str, Any], scenario_name: str) -> None:
        scenario = load(scenario_name, sets=sets_of(case)).scenario
        setting = setting_for(scenario)
        loans = loans_of(case)
        world = hand_world(setting.names, loans, setting)
        self.calendar = setting.calendar
        self.names = setting.contract.layer_names
        self.guards = setting.contract.guard_names
        self.accounts = setting.contract.accounts.names
        self.books = fresh_books(setting, len(loans))
        self.loans = fresh_loans(setting, world)
        endow(self.books, 0)
        lend_day(self.books, self.loans, scratch_for(setting, scenario.losses.lgd.mean), setting.calendar, 0, len(loans), 0)

    def default(self, number: int, principal: int) -> None:
        self.loans.loans["balance"][number] = principal
        assert default_loan(self.books, self.loans, self.calendar, number, DAY) == number

    def claim(self, number: int, *, after_recovery: bool) -> None:
        layers = self.books.layers[r.PLAYED]
        for layer, terms in enumerate(layers):
            if terms["basis"] == (r.Basis.NET_LOSS if after_recovery else r.Basis.OVERDUE_PRINCIPAL):
                self.pay(number, layer)

    def pay(self, number: int, layer: int) -> None:
        pay_claim(self.books, number, layer, r.UNLIMITED, DAY)
        for other, terms in enumerate(self.books.layers[r.PLAYED]):
            if terms["basis"] == r.Basis.PAYMENT_OF and terms["source"] == layer:
                self.pay(number, other)

    def field(self, name: str, number: int) -> dict[str, int]:
        values = self.books.positions[name][r.PLAYED, number]
        return {layer: int(value) for layer, value in zip((*self.names, "bank"), values, strict=True)}

    def tested(self) -> dict[str, tuple[int, bool]]:
        """Ratio of each guard at its first unit, and whether it stops, at a year's end after all claims."""
        run_guards(self.loans.guards, self.loans.guard_states, self.books.tallies, 12, DAY)
        states = self.loans.guard_states[:, 0]
        return {name: (int(state["ratio"]), bool(state["is_stopped"])) for name, state in zip(self.guards, states, strict=True)}


def nonzero(figures: dict[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in figures.items() if amount}


@pytest.mark.parametrize(("path", "name"), each_case())
def test_the_rules_give_what_the_case_says_to_the_fen(path: Path, name: str) -> None:
    file = read(path)
    case = file["cases"][name]
    replay = Replay(case, file["scenario"])
    for number, claim in enumerate(case["claims"]):
        assert int(replay.loans.loans["amount"][number]) == parse_money(str(claim["lent"]))
        replay.default(number, parse_money(str(claim["principal"])))
        shares = {layer: share for layer, share in replay.field("share", number).items() if share and layer != "bank"}
        assert shares == nonzero({layer: millionths(share) for layer, share in claim["share"].items()})
        replay.claim(number, after_recovery=False)
        if "bank_after_claim" in claim:
            assert replay.field("borne", number)["bank"] == parse_money(str(claim["bank_after_claim"]))
    for number, claim in enumerate(case["claims"]):
        before = replay.field("borne", number)
        for gross in claim.get("recoveries", []):
            recover(replay.books, number, parse_money(str(gross)), DAY)
        got_back = {layer: before[layer] - borne for layer, borne in replay.field("borne", number).items()}
        assert nonzero({layer: got_back[layer] for layer in replay.names}) == nonzero(amounts(claim.get("got_back")))
        assert int(replay.books.cases["cost"][number]) == parse_money(str(claim.get("cost", "0元")))
        replay.claim(number, after_recovery=True)
        assert nonzero({layer: paid for layer, paid in replay.field("paid", number).items() if layer != "bank"}) == nonzero(amounts(claim["paid"]))
        assert replay.field("borne", number)["bank"] == parse_money(str(claim["bank_net"]))
    tested = replay.tested()
    for guard, said in case.get("guards", {}).items():
        assert tested[guard] == (millionths(said["ratio"]), said["is_stopped"])
    for account, balance in amounts(case.get("balance_after")).items():
        assert int(replay.books.accounts["balance"][replay.accounts.index(account)]) == balance
