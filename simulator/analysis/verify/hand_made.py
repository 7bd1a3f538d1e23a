"""Histories small enough to check by hand: a few named loans with given fates, played by the event engine under any scheme.

No chance is involved: the world is written down, not drawn. Used by the checks of ``verify`` and by the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.engine.event import History
from simulator.engine.state import Setting, scratch_for, setting_for
from simulator.rules import records as r
from simulator.scenario.models import Scenario
from simulator.world.draw import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.scenario.names import Names

ROOM_FOR_JOURNAL = 100_000
BANKS = ("甲行",)
OPEN_LAYER = {"trigger": 90, "lag": 0}


@dataclass(frozen=True)
class HandLoan:
    """One application with its fate.

    Attributes
    ----------
    amount : int
        Requested, fen.
    day : int
        Day of the application.
    fails : int or None
        Day 0 of the default; None if it is repaid.
    lgd : int
        Part never recovered, millionths.
    lags : tuple of int
        Days from the default to each of some equal recoveries; all defaulting loans of a world have the same number.
    firm : int or None
        Dense number of the firm; None: a firm of its own.
    late : tuple of int or None
        First missed payment of a failure that is cured, and day of the cure.
    """

    amount: int
    day: int = 0
    fails: int | None = None
    lgd: int = r.MILLION
    lags: tuple[int, ...] = (365,)
    firm: int | None = None
    late: tuple[int, int] | None = None
    term_months: int = 12
    rate: int = 36_000
    repayment: r.Repayment = r.Repayment.BULLET
    unsecured: int = r.MILLION
    flags: int = r.Flag.BORROWED_BEFORE
    bank: str = ""
    region: str = ""
    grade: str = ""
    firm_class: str = ""
    route: str = ""
    pd: float = 0.01


class Played(NamedTuple):
    """A history that has been played, and its final figures."""

    history: History
    figures: dict[str, int]

    def borne(self, layer: str) -> int:
        """Fen that a layer has borne in the end."""
        return int(self.of_layer("borne", layer).sum())

    def paid(self, layer: str) -> int:
        """Fen that a layer has paid."""
        return int(self.of_layer("paid", layer).sum())

    def of_layer(self, field: str, layer: str) -> Any:  # noqa: ANN401  ndarray, shape (n_cases,)
        """One figure of a layer's position on every case, as played."""
        number = self.history.setting.contract.layer_names.index(layer)
        return self.history.books.positions[field][r.PLAYED, : self.n_cases, number]

    @property
    def n_cases(self) -> int:
        """Loans that defaulted."""
        return int(self.history.books.history["n_cases"][0])

    def balance(self, account: str) -> int:
        """Closing balance of an account."""
        return int(self.history.books.accounts["balance"][self.history.setting.contract.accounts.names.index(account)])

    @property
    def bank_net_loss(self) -> int:
        """Net loss of all banks."""
        return int(self.figures["bank.net_loss"])


def hand_scenario(scheme: Mapping[str, Any], *, banks: Sequence[str] = BANKS, regions: Sequence[str] = ("全域",), **blocks: Any) -> Scenario:  # noqa: ANN401  blocks of a scenario
    """Scenario around a hand-made scheme: amounts, shares and times in the program's units, or as people write them.

    Parameters
    ----------
    scheme : mapping
        The block ``scheme`` of a scenario file. Layers trigger on day 90 and pay at once unless they say otherwise.
    banks, regions : sequence of str
        Names to choose from.
    **blocks
        Other blocks of a scenario file that matter, such as ``run``.
    """
    segment = {"firms": 1, "pd": 0.01, "loan": {"mean": 100}, "region": _even(regions), "unsecured": {r.MILLION: r.MILLION}}
    tree = {
        "name": "手工",
        "title": "手工算例",
        "run": {"start": "2025-01-01", "lend_until": "2025-12-31", **blocks.pop("run", {})},
        "population": {"segments": {"企业": {**segment, **blocks.pop("segment", {})}}},
        "losses": {"lgd": {"mean": 500_000}},
        "banks": {"members": {name: {"share": share} for name, share in _even(banks).items()}},
        "scheme": {**scheme, "layers": {name: {**OPEN_LAYER, **layer} for name, layer in scheme.get("layers", {}).items()}},
        **blocks,
    }
    return Scenario.model_validate(tree)


def _even(names: Sequence[str]) -> dict[str, int]:
    shares = dict.fromkeys(names, r.MILLION // len(names))
    shares[names[-1]] += r.MILLION - sum(shares.values())
    return shares


def hand_world(names: Names, loans: Sequence[HandLoan], setting: Setting) -> World:
    """World that holds these applications, in order of their days."""
    ordered = sorted(range(len(loans)), key=lambda number: loans[number].day)
    links, seen = np.zeros(len(loans), r.LINK), np.zeros(len(loans), r.SEEN)
    seen["pd"] = [loans[number].pd for number in ordered]
    failing = [loans[number] for number in ordered if loans[number].fails is not None]
    for row, number in enumerate(ordered):
        _write_link(links[row], loans[number], number, names, setting)
    links["fate"] = np.where(links["failure_day"] < r.NEVER, np.cumsum(links["failure_day"] < r.NEVER) - 1, -1)
    lags = np.array([loan.lags for loan in failing], np.int32).reshape(len(failing), len(loans[0].lags))
    return World(links, lags, np.zeros((1, setting.n_months)), 1 + max((int(firm) for firm in links["firm"]), default=0), seen=seen)


def _write_link(link: Any, loan: HandLoan, number: int, names: Names, setting: Setting) -> None:  # noqa: ANN401  a record
    link["firm"] = number if loan.firm is None else loan.firm
    for field, chosen, known in (
        ("bank", loan.bank, names.banks),
        ("region", loan.region, names.regions),
        ("grade", loan.grade, names.grades),
        ("firm_class", loan.firm_class, names.firm_classes),
        ("route", loan.route, names.routes),
    ):
        link[field] = known.index(chosen) if chosen else 0
    for field in ("day", "amount", "rate", "repayment", "unsecured", "flags", "term_months", "lgd"):
        link[field] = getattr(loan, field)
    link["maturity"] = _months_later(setting, loan.day, loan.term_months)
    link["pays_every"] = 1
    link["late_from"], link["cured_on"] = (r.NEVER, r.NEVER) if loan.late is None else loan.late
    link["failure_day"] = r.NEVER if loan.fails is None else loan.fails


def _months_later(setting: Setting, day: int, months: int) -> int:
    calendar = setting.calendar
    month = int(calendar.month[day]) + months
    return min(int(calendar.month_start[month]) + int(calendar.day_of_month[day]), int(calendar.month_start[month + 1])) - 1


def hand_history(scenario: Scenario, loans: Sequence[HandLoan]) -> History:
    """History of these loans, ready to be played."""
    setting = setting_for(scenario)
    return History(setting, scratch_for(setting, scenario.losses.lgd.mean), hand_world(setting.names, loans, setting), ROOM_FOR_JOURNAL)


def play_hand(scenario: Scenario, loans: Sequence[HandLoan]) -> Played:
    """Play these loans under a scenario's scheme.

    Examples
    --------
    >>> scheme = {"accounts": {"基金": {"kind": "guarantor"}}, "layers": {"代偿": {"payer": "基金", "share": "80%", "basis": "overdue_principal"}}}
    >>> play_hand(hand_scenario(scheme), [HandLoan(10_000, fails=100)]).bank_net_loss
    2000
    """
    history = hand_history(scenario, loans)
    return Played(history, history.play().figures)
