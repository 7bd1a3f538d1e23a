"""Fresh books for one history: a contract's rows copied, a world's applications with their terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.dates import DAYS_A_YEAR, Calendar, calendar_from, days_between
from simulator.engine.finals import Parts, parts_of
from simulator.rules import records as r
from simulator.rules.books import Books, LoanBook, Scratch
from simulator.scenario.names import Names, names_of
from simulator.terms.contract import Contract, lower_contract
from simulator.terms.sheet import sheet_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simulator.rules.books import Records
    from simulator.scenario.models import Scenario
    from simulator.world.draw import World


CONDUCT = np.dtype(
    [
        ("is_guarded", "i8"),  # a guard can hold claims back
        ("has_sharing", "i8"),  # a payer shares what is left among the claims of a day
        ("has_queue", "i8"),
        ("has_backers", "i8"),
        ("has_disposal", "i8"),  # a layer pays on the net loss, after the last recovery
        ("is_plain", "i8"),  # none of the first four: claims are paid one by one, once
        ("earns_interest", "i8"),  # some account does on its balance
        ("n_months", "i8"),
        ("first_month", "i8"),  # calendar month of the start, 0-11
        ("lend_until", "i8"),
        ("end_day", "i8"),
        ("write_off_days", "i8"),
    ],
    align=True,
)
"""What the engines need to know of a contract and its horizon to keep to the order of a day."""

HORIZON = ("n_months", "first_month", "lend_until", "end_day", "write_off_days")


class Setting(NamedTuple):
    """What does not change between histories: calendar, horizon and contract.

    Attributes
    ----------
    lend_until, end_day : int
        Last day of lending; last day of the history.
    n_months : int
        Calendar months from the start to the end.
    first_month : int
        Calendar month of the start, 0-11.
    write_off_days : int
        Days from day 0 to the write-off.
    parts : Parts
        Figures named after something in the file.
    conduct : ndarray of CONDUCT, shape (1,)
    discounts : ndarray of float64, shape (n_days,)
        Value on day 0 of a unit of money paid on each day.
    """

    names: Names
    calendar: Calendar
    contract: Contract
    lend_until: int
    end_day: int
    n_months: int
    first_month: int
    write_off_days: int
    parts: Parts
    conduct: Records
    discounts: NDArray[np.float64]


def setting_for(scenario: Scenario, lower: Callable[[Scenario, Names], Contract] = lower_contract) -> Setting:
    """Lower a scenario to all that its histories share; ``lower`` makes its contract."""
    names = names_of(scenario)
    lend_until = days_between(scenario.run.start, scenario.run.lend_until)
    settle = 0 if scenario.run.run_off == "cut" else round(scenario.run.settle_years * 365.25)
    end_day = lend_until + settle
    calendar = calendar_from(scenario.run.start, lend_until + 366 * 31)
    contract = lower(scenario, names)
    n_months = int(calendar.month[end_day]) + 1
    write_off_days = round(scenario.losses.write_off_after * 365.25 / 12)
    horizon = np.zeros(1, CONDUCT)
    horizon[list(HORIZON)] = [(n_months, scenario.run.start.month - 1, lend_until, end_day, write_off_days)]
    return Setting(
        names=names,
        calendar=calendar,
        contract=contract,
        lend_until=lend_until,
        end_day=end_day,
        n_months=n_months,
        first_month=scenario.run.start.month - 1,
        write_off_days=write_off_days,
        parts=parts_of(contract, names.banks, range(scenario.run.start.year, scenario.run.lend_until.year + 1)),
        conduct=conduct_of(contract, horizon),
        discounts=(1.0 + scenario.prices.discount / r.MILLION) ** (np.arange(end_day + 1) / -DAYS_A_YEAR),
    )


def conduct_of(contract: Contract, horizon: Records) -> Records:
    """How a contract is played over a horizon (the ``HORIZON`` of another conduct)."""
    layers = contract.layers[r.PLAYED]
    conduct = horizon.copy()
    conduct["is_guarded"] = np.isin(contract.guards["effect"], (r.GuardEffect.STOP_COMPENSATION, r.GuardEffect.DEFER_PAYMENT)).any()
    conduct["has_sharing"] = (contract.accounts.rows["when_short"][layers["payer"]] == r.WhenShort.PRO_RATA).any()
    conduct["has_queue"] = layers["is_queued"].any()
    conduct["has_backers"] = (layers["basis"] == r.Basis.PAYMENT_OF).any()
    conduct["is_plain"] = not any(conduct[name][0] for name in ("is_guarded", "has_sharing", "has_queue", "has_backers"))
    conduct["has_disposal"] = (layers["basis"] == r.Basis.NET_LOSS).any()
    conduct["earns_interest"] = contract.accounts.rows["interest"].any()
    return conduct


def scratch_for(setting: Setting, expected_lgd: int) -> Scratch:
    """Books of one imaginary case under a contract."""
    return Scratch(_books(setting, 1, 1, 1, 0), expected_lgd)


def fresh_books(setting: Setting, n_cases: int, n_entries: int = 0) -> Books:
    """Opening books of one history, with room for so many defaults and journal entries."""
    return _books(setting, n_cases, len(setting.names.banks), len(setting.names.regions), n_entries)


def _books(setting: Setting, n_cases: int, n_banks: int, n_regions: int, n_entries: int) -> Books:
    contract = setting.contract
    return Books(
        accounts=contract.accounts.rows.copy(),
        funders=contract.accounts.funders.copy(),
        layers=contract.layers.copy(),
        cases=np.zeros(n_cases, r.CASE),
        positions=np.zeros((2, n_cases, contract.layers.shape[1] + 1), r.POSITION),
        tallies=np.zeros((1 + contract.guards["book"].max(initial=0), n_banks, n_regions), r.TALLY),
        history=contract.history.copy(),
        journal=np.zeros(n_entries, r.ENTRY),
        discounts=setting.discounts,
    )


def fresh_loans(setting: Setting, world: World) -> LoanBook:
    """All applications of a history with their terms; nothing lent yet."""
    contract = setting.contract
    if len(world.seen) != len(world.links) and contract.banks["by_margin"].any():
        message = "banks lend by margin in a world drawn without what they see"
        raise ValueError(message)
    sheet, cover = sheet_for(contract, world.links, world.shares)
    loans = np.zeros(len(world.links), r.LOAN)
    loans["case"] = -1
    return LoanBook(
        links=world.links,
        sheet=sheet,
        cover=cover,
        seen=world.seen,
        loans=loans,
        firms=np.zeros(world.n_firms, r.FIRM),
        banks=contract.banks.copy(),
        fees=contract.fees,
        subsidies=contract.subsidies,
        tiers=contract.tiers,
        grades=contract.grades,
        guards=contract.guards,
        guard_states=np.zeros((len(contract.guards), max(len(setting.names.banks), len(setting.names.regions), 1)), r.GUARD_STATE),
        due=np.full(setting.end_day + 1, -1, np.int32),
        recorded=world.recorded,
    )
