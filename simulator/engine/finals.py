"""A history's final figures under their dotted names (MODEL 5), read off its books once all is settled.

``FIGURES`` are those that every scenario has, in a record; ``Parts`` those named after a bank, an account or a stage of the file, in one row of whole
numbers. Both are written by one compiled call, so that thousands of short histories are closed without a detour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import rule
from simulator.engine.ledger import check_accounts, check_cases, check_loans, complain
from simulator.engine.stages import stage_figures, stage_names
from simulator.rules import records as r
from simulator.rules.arithmetic import share_of
from simulator.rules.books import n_books
from simulator.rules.repayment import settle_all_interest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulator.dates import Calendar
    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook, Record, Records
    from simulator.rules.stages import StageBook
    from simulator.terms.contract import Contract

SERIES = ("pool.balance", "lending.balance", "lending.volume", "bank.net_loss", "cover.paid", "bank.npl", "fiscal.outstanding_exposure")
"""Monthly series, in the order of ``rules.snapshot``."""

FIGURES = np.dtype(
    [
        (name, "i8")
        for name in (
            "bank_defaulted_principal",
            "bank_gross_loss",
            "bank_net_loss",
            "bank_lost_interest",
            "bank_interest",
            "bank_balance_days",
            "bank_profit",
            "pool_paid",
            "pool_promised",
            "pool_short",
            "pool_first_shortfall",
            "pool_needed",
            "pool_topup",
            "pool_paid_in",
            "pool_lowest_balance",
            "pool_final_balance",
            "cover_paid",
            "cover_got_back",
            "cover_capped",
            "cover_stopped",
            "cover_promised",
            "lending_applications",
            "lending_loans",
            "lending_volume",
            "lending_yearly_interest",
            "lending_borrowers",
            "lending_first_time_borrowers",
            "lending_subsidy",
            "lending_additional_volume",
            "fiscal_net_cost",
            "fiscal_net_cost_pv",
            "fiscal_committed",
            "fiscal_outstanding_exposure",
            "fiscal_quasi",
        )
    ]
)
"""Money in fen, balance times days in fen, days as day numbers (-1: never). Additional volume is 0 until a world is played without the scheme too."""

DOTTED = {field: field.replace("_", ".", 1) for field in FIGURES.names or ()}
"""Field of ``FIGURES`` to the dotted name of its figure."""

OF_VINTAGE = ("lent", "defaulted", "gross_loss", "net_loss")
"""Figures of the loans drawn down in one calendar year, in the order of their columns."""

N_OF_VINTAGE = len(OF_VINTAGE)

LENT = SERIES.index("lending.volume")
BANKS = "银行"
POOL = int(r.Kind.POOL)
NEVER, FIRST_BANK, PLAYED, MILLION = r.NEVER, r.FIRST_BANK, r.PLAYED, r.MILLION


class Parts(NamedTuple):
    """What the figures of a scenario's own names are made of.

    Attributes
    ----------
    names : tuple of str
        Dotted names, one a column: net loss by bank; net cost by public purse; who bears the loss by party, the banks last; what was lent in each
        calendar year and what became of it; projects by stage.
    purses : ndarray of int64, shape (n_purses,)
        Accounts of the public purses.
    party_of_layer : ndarray of int64, shape (n_layers,)
        Column of each layer's payer.
    bank_column : int
        Column of the loss that stays with the banks; those of the vintages follow.
    n_vintages : int
        Calendar years in which the scheme lends.
    """

    names: tuple[str, ...]
    purses: NDArray[np.int64]
    party_of_layer: NDArray[np.int64]
    bank_column: int
    n_vintages: int


def parts_of(contract: Contract, banks: Sequence[str], years: Sequence[int]) -> Parts:
    """Name the parts of the figures that a contract has with these banks, where it lends in these calendar years."""
    accounts, parties = contract.accounts.rows, contract.accounts.parties
    purses = np.flatnonzero((accounts["is_limited"] == 0) & (accounts["is_public"] == 1))
    names = [f"bank.net_loss.{name}" for name in banks]
    names += [f"fiscal.net_cost.{parties[account]}" for account in purses.tolist()]
    payers = [f"paid_by.{parties[payer]}" for payer in contract.layers[r.PLAYED]["payer"].tolist()]
    borne = list(dict.fromkeys(payers))
    first = len(names)
    names += [*borne, f"paid_by.{BANKS}"]
    columns = np.array([first + borne.index(payer) for payer in payers], np.int64)
    vintages = [f"vintage.{year}.{what}" for year in years for what in OF_VINTAGE]
    return Parts((*names, *vintages, *stage_names(contract.stages)), purses, columns, len(names) - 1, len(years))


@rule
def pool_is_watched(accounts: Records, number: int) -> bool:
    """Whether an account counts as a pool: those of that kind; where there is none, all limited accounts."""
    for other in range(len(accounts)):
        if accounts[other].kind == POOL:
            return bool(accounts[number].kind == POOL)
    return bool(accounts[number].is_limited == 1)


@rule
def read_banks(books: Books, banks: Records, figures: Records, parts: NDArray[np.int64]) -> None:
    """Losses, income and profit of the banks, lending, and what covers paid.

    Profit is interest, without ancillary income, less funding and operating cost on the balance, fees borne and net loss; before tax and capital.
    """
    row = figures[0]
    carrying = 0.0
    fees = 0
    for bank in range(books.tallies.shape[1]):
        loss = 0
        balance_days = 0
        for region in range(books.tallies.shape[2]):
            tally = books.tallies[r.ALL_LOANS, bank, region]
            gross = tally.defaulted - tally.recovered + tally.cost
            loss += gross - tally.cover_paid + tally.cover_got_back
            balance_days += tally.balance_days
            row.bank_defaulted_principal += tally.defaulted
            row.bank_gross_loss += gross
            row.bank_lost_interest += tally.lost_interest
            row.bank_interest += tally.interest
            row.cover_paid += tally.cover_paid
            row.cover_got_back += tally.cover_got_back
            row.lending_applications += tally.applications
            row.lending_loans += tally.loans
            row.lending_volume += tally.lent
            row.lending_yearly_interest += tally.yearly_interest
            row.lending_subsidy += tally.subsidy
            fees += tally.fees
        parts[bank] = loss
        row.bank_net_loss += loss
        row.bank_balance_days += balance_days
        carrying += balance_days * (banks[bank].funding_cost + banks[bank].operating_cost) / 360.0
    row.bank_profit = row.bank_interest - int(carrying + 0.5) - fees - row.bank_net_loss
    row.lending_borrowers = books.history[0].borrowers
    row.lending_first_time_borrowers = books.history[0].first_time_borrowers


@rule
def read_pools(books: Books, figures: Records) -> None:
    """Depletion of the pools; where there is none, of all limited accounts."""
    row = figures[0]
    row.pool_first_shortfall = NEVER
    for number in range(len(books.accounts)):
        if pool_is_watched(books.accounts, number):
            account = books.accounts[number]
            row.pool_first_shortfall = min(row.pool_first_shortfall, account.first_short)
            row.pool_needed += account.needed
            row.pool_topup += account.topup
            row.pool_paid_in += account.paid_in
            row.pool_lowest_balance += account.lowest
            row.pool_final_balance += account.balance
    row.pool_short = 1 if row.pool_first_shortfall < NEVER else 0
    if row.pool_short == 0:
        row.pool_first_shortfall = -1
    for number in range(books.layers.shape[1]):
        layer = books.layers[PLAYED, number]
        row.cover_capped += layer.capped
        row.cover_stopped += layer.stopped
        if pool_is_watched(books.accounts, layer.payer):
            row.pool_paid += layer.paid
            row.pool_promised += books.layers[n_books(books) - 1, number].due


@rule
def read_purses(books: Books, purses: NDArray[np.int64], figures: Records, parts: NDArray[np.int64]) -> None:
    """Cost to the public purse, in all and by public purse: what it paid, less its share of what is left in the public accounts it funded."""
    row = figures[0]
    row.fiscal_net_cost = books.history[0].fiscal_cost
    row.fiscal_net_cost_pv = books.history[0].fiscal_cost_pv
    row.fiscal_committed = books.history[0].committed
    row.fiscal_outstanding_exposure = books.history[0].most_exposed
    row.fiscal_quasi = books.history[0].most_refinanced
    first = books.tallies.shape[1]
    for place in range(len(purses)):
        cost = -books.accounts[purses[place]].balance
        for number in range(len(books.accounts)):
            account = books.accounts[number]
            if account.is_limited and account.is_public:
                for funder in range(account.funder_from, account.funder_to):
                    if books.funders[funder].account == purses[place]:
                        cost -= share_of(account.balance, books.funders[funder].share)
        parts[first + place] = cost


@rule
def read_payers(books: Books, party_of_layer: NDArray[np.int64], bank_column: int, figures: Records, parts: NDArray[np.int64]) -> None:
    """Who bears the loss in the end: each payer's payments, less what backers reimbursed and recoveries gave back; the banks' net loss.

    What others would bear if nobody were ever short of money is read off the shadow book.
    """
    n_layers = books.layers.shape[1]
    promised = 0
    for case in range(books.history[0].n_cases):
        for party in range(n_layers + 1):
            borne = books.positions[PLAYED, case, party].borne
            parts[party_of_layer[party] if party < n_layers else bank_column] += borne
            promised += borne
        promised -= books.positions[n_books(books) - 1, case, n_layers].borne
    figures[0].cover_promised = promised


@rule
def read_vintages(books: Books, links: Records, calendar: Calendar, conduct: Record, series: NDArray[np.int64], parts: NDArray[np.int64]) -> None:
    """Write what was lent in each calendar year, and what its loans defaulted on and lost in the end, with and without cover.

    ``parts`` holds for each year the figures of ``OF_VINTAGE``, and what follows them.
    """
    first_year = calendar.year[0]
    last = calendar.year[conduct.lend_until] - first_year
    before = 0
    for month in range(len(series)):
        parts[N_OF_VINTAGE * min((conduct.first_month + month) // 12, last)] += series[month, LENT] - before
        before = series[month, LENT]
    bank = books.layers.shape[1]
    for number in range(books.history[0].n_cases):
        case = books.cases[number]
        place = N_OF_VINTAGE * (calendar.year[links[case.loan].day] - first_year) if last > 0 else 0
        parts[place + 1] += case.principal
        parts[place + 2] += case.principal - case.recovered + case.cost
        parts[place + 3] += books.positions[PLAYED, number, bank].borne


@rule
def read_figures(
    books: Books,
    loans: LoanBook,
    calendar: Calendar,
    conducts: Records,
    purses: NDArray[np.int64],
    party_of_layer: NDArray[np.int64],
    bank_column: int,
    series: NDArray[np.int64],
    figures: Records,
    parts: NDArray[np.int64],
) -> None:
    """Write a history's final figures into ``figures`` (one row of FIGURES) and ``parts``, both zero before."""
    read_banks(books, loans.banks, figures, parts)
    read_pools(books, figures)
    read_purses(books, purses, figures, parts)
    read_payers(books, party_of_layer, bank_column, figures, parts)
    read_vintages(books, loans.links, calendar, conducts[0], series, parts[bank_column + 1 :])


class Finals(NamedTuple):
    """What one history leaves.

    Attributes
    ----------
    fixed : ndarray of FIGURES, shape (1,)
    parts : ndarray of int64, shape (n_parts,)
    names : tuple of str
        Dotted names of the parts.
    series : ndarray, shape (n_months, n_series)
        Month-end figures, int64 fen, in the order of ``SERIES``.
    """

    fixed: Records
    parts: NDArray[np.int64]
    names: tuple[str, ...]
    series: NDArray[np.int64]

    @property
    def figures(self) -> dict[str, int]:
        """Dotted name to figure."""
        fixed = dict(zip(DOTTED.values(), self.fixed[0].item(), strict=True))
        return fixed | dict(zip(self.names, self.parts.tolist(), strict=True))


def close_history(setting: Setting, books: Books, loans: LoanBook, stages: StageBook, series: NDArray[np.int64]) -> Finals:
    """Settle interest, check the ledger and read off the final figures."""
    settle_all_interest(books, loans, setting.calendar, setting.end_day)
    found = np.zeros(2, np.int64)
    complain(check_accounts(books, found), found)
    complain(check_cases(books, found), found)
    complain(check_loans(books, loans.loans, found), found)
    fixed, parts = np.zeros(1, FIGURES), np.zeros(len(setting.parts.names), np.int64)
    where = setting.parts
    read_figures(books, loans, setting.calendar, setting.conduct, where.purses, where.party_of_layer, where.bank_column, series, fixed, parts)
    parts[where.bank_column + 1 + where.n_vintages * N_OF_VINTAGE :] = stage_figures(setting.contract.stages, stages, loans)
    return Finals(fixed, parts, setting.parts.names, series)
