"""Books, cases and loans in a few lines, for tests of rules and of the engine.

Where numba is switched off (NUMBA_DISABLE_JIT=1) every record array is made of records with attributes, so that the same rules run as plain Python.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.rules import records as r

IS_PLAIN_PYTHON = os.environ.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}


class Row(np.record):
    """A record whose fields come before numpy's own attributes (``base``, ``flags``) and are plain numbers of Python."""

    def __getattribute__(self, name: str) -> Any:
        fields = np.void.__getattribute__(self, "dtype").fields
        return np.void.__getitem__(self, name).item() if name in fields else np.void.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        np.void.__setitem__(self, name, value)


def with_attributes(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The same layout, its scalars read as ``record.field``."""
    return np.dtype((Row, dtype))


if IS_PLAIN_PYTHON:
    for _name, _layout in list(vars(r).items()):
        if isinstance(_layout, np.dtype):
            setattr(r, _name, with_attributes(_layout))

from simulator.analysis.verify.hand_made import HandLoan, hand_scenario, hand_world  # noqa: E402  after the records have their attributes
from simulator.engine.state import Scratch, fresh_books, fresh_loans, scratch_for, setting_for  # noqa: E402
from simulator.rules.claims import entitlement, open_case, pay_claim, refuse_claim  # noqa: E402
from simulator.rules.pools import endow  # noqa: E402
from simulator.rules.recoveries import recover  # noqa: E402
from simulator.terms import contract  # noqa: E402

if IS_PLAIN_PYTHON:
    contract.SHEET_TERMS = with_attributes(contract.SHEET_TERMS)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook
    from simulator.scenario.models import Scenario

BANK = "bank"
TREASURY = {"kind": "treasury", "public": True}
GUARANTOR = {"kind": "guarantor"}


def pool(endowment: int, **rest: object) -> dict[str, Any]:
    """A public pool that the treasury funds."""
    return {"kind": "pool", "public": True, "endowment": endowment, "funded_by": {"财政": "100%"}, **rest}


def layer(payer: str, share: object, basis: str = "overdue_principal", **rest: object) -> dict[str, Any]:
    """A layer on overdue principal."""
    return {"payer": payer, "share": share, "basis": basis, **rest}


def scheme(accounts: dict[str, Any], layers: dict[str, Any], order: str = "pro_rata", cost: object = 0, **rest: object) -> dict[str, Any]:
    """A scheme with its treasury."""
    return {"accounts": {"财政": TREASURY, **accounts}, "layers": layers, "recoveries": {"order": order, "cost": cost}, **rest}


class Deal:
    """A scheme's books with some loans in default, worked rule by rule; money in fen.

    Every bank and region is the first unless ``where`` says otherwise.
    """

    def __init__(
        self, terms: dict[str, Any] | Scenario, *principals: int, where: Sequence[tuple[int, int]] = (), lent: int = 0, **blocks: Any
    ) -> None:
        scenario = hand_scenario(terms, **blocks) if isinstance(terms, dict) else terms
        self.setting: Setting = setting_for(scenario)
        self.books: Books = fresh_books(self.setting, max(1, len(principals)), 1000)
        self.layer_names = self.setting.contract.layer_names
        endow(self.books, 0)
        for name in self.layer_names:
            number = self.layer_names.index(name)
            self.books.layers["lent"][:, number] = lent
            self.books.layers["covered"][:, number] = lent * self.books.layers["otherwise"][0, number] // r.MILLION
        for case, principal in enumerate(principals):
            bank, region = where[case] if where else (0, 0)
            open_case(self.books, case, case, bank, region, 0, principal, 0, principal)
            self.books.tallies["outstanding"][r.ALL_LOANS, bank, region] += principal
            for book in (r.PLAYED, r.SHADOW):
                self.books.positions["share"][book, case, :-1] = self.books.layers["otherwise"][book]
        self.books.history["n_cases"] = len(principals)

    def number(self, name: str) -> int:
        """Place of a layer in the positions of a case; the bank's is the last."""
        return len(self.layer_names) if name == BANK else self.layer_names.index(name)

    def owed(self, name: str, case: int = 0) -> int:
        """Fen a layer owes now."""
        return int(entitlement(self.books, r.PLAYED, case, self.number(name)))

    def claim(self, name: str, case: int = 0, day: int = 0, most: int = r.UNLIMITED) -> int:
        """Pay a layer's claim; returns fen unpaid."""
        return int(pay_claim(self.books, case, self.number(name), most, day))

    def refuse(self, name: str, case: int = 0) -> int:
        """Refuse a layer's claim; returns fen refused."""
        return int(refuse_claim(self.books, case, self.number(name)))

    def recover(self, gross: int, case: int = 0, day: int = 0) -> int:
        """Share out a recovery; returns the net amount."""
        return int(recover(self.books, case, gross, day))

    def borne(self, name: str, case: int = 0, book: int = r.PLAYED) -> int:
        """Fen a party bears now."""
        return int(self.books.positions["borne"][book, case, self.number(name)])

    def all_borne(self, case: int = 0) -> list[int]:
        """Fen each layer bears, then the bank."""
        return [int(value) for value in self.books.positions["borne"][r.PLAYED, case]]

    def account(self, name: str) -> Any:
        """Row of an account."""
        return self.books.accounts[self.setting.contract.accounts.names.index(name)]

    def balance(self, name: str) -> int:
        """Balance of an account."""
        return int(self.account(name)["balance"])


class Desk:
    """A scheme's books and loans before anything is lent, worked rule by rule."""

    def __init__(self, terms: dict[str, Any] | Scenario, loans: Sequence[HandLoan], *, journal: int = 1000, **blocks: Any) -> None:
        scenario = hand_scenario(terms, **blocks) if isinstance(terms, dict) else terms
        self.setting: Setting = setting_for(scenario)
        self.world = hand_world(self.setting.names, loans, self.setting)
        self.books: Books = fresh_books(self.setting, max(1, len(self.world.lags)), journal)
        self.loans: LoanBook = fresh_loans(self.setting, self.world)
        self.scratch: Scratch = scratch_for(self.setting, scenario.losses.lgd.mean)
        endow(self.books, 0)
