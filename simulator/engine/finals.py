"""A history's final figures under their dotted names (MODEL 5), read off its books once all is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine.ledger import check_ledger
from simulator.rules import records as r

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook

SERIES = ("pool.balance", "lending.balance", "lending.volume", "bank.net_loss", "cover.paid", "bank.npl")
"""Monthly series, in the order of ``rules.snapshot``."""


class Finals(NamedTuple):
    """What one history leaves.

    Attributes
    ----------
    figures : dict
        Dotted name to figure; money in fen, days as day numbers (-1: never).
    series : ndarray, shape (n_months, n_series)
        Month-end figures, int64 fen, in the order of ``SERIES``.
    """

    figures: dict[str, float]
    series: NDArray[np.int64]


def close_history(setting: Setting, books: Books, loans: LoanBook, series: NDArray[np.int64]) -> Finals:
    """Check the ledger and read off the final figures."""
    check_ledger(books, loans)
    figures = (
        bank_figures(setting, books, loans)
        | pool_figures(books)
        | lending_figures(books)
        | fiscal_figures(setting, books)
        | payer_figures(setting, books)
    )
    return Finals(figures, series)


def bank_figures(setting: Setting, books: Books, loans: LoanBook) -> dict[str, float]:
    """Losses, income and profit of the banks together.

    Profit is interest, without ancillary income, less funding and operating cost on the balance, fees borne and net loss; before tax and capital.
    """
    tallies = books.tallies
    total = {name: tallies[name].sum().item() for name in r.TALLY.names or ()}
    gross = total["defaulted"] - total["recovered"] + total["cost"]
    net = gross - total["cover_paid"] + total["cover_got_back"]
    cost_rates = loans.banks["funding_cost"] + loans.banks["operating_cost"]
    carrying = float((tallies["amount_days"].sum(axis=1) * cost_rates).sum()) / 360.0
    return {
        "bank.defaulted_principal": total["defaulted"],
        "bank.gross_loss": gross,
        "bank.net_loss": net,
        "bank.lost_interest": total["lost_interest"],
        "bank.interest": total["interest"],
        "bank.balance_days": total["amount_days"],
        "bank.profit": total["interest"] - carrying - total["fees"] - net,
    } | {
        f"bank.net_loss.{name}": (row["defaulted"] - row["recovered"] + row["cost"] - row["cover_paid"] + row["cover_got_back"]).sum().item()
        for name, row in zip(setting.names.banks, tallies, strict=True)
    }


def pool_figures(books: Books) -> dict[str, float]:
    """Depletion of the pools; where there is none, of all limited accounts."""
    accounts, layers = books.accounts, books.layers[r.PLAYED]
    is_pool = accounts["kind"] == r.Kind.POOL
    watched = is_pool if is_pool.any() else accounts["is_limited"] == 1
    first_short = int(accounts["first_short"][watched].min(initial=r.NEVER))
    by_layer = watched[layers["payer"]] if len(layers) else np.zeros(0, bool)
    return {
        "pool.paid": int(layers["paid"][by_layer].sum()),
        "pool.promised": int(layers["due"][by_layer].sum()),
        "pool.short": int(first_short < r.NEVER),
        "pool.first_shortfall": first_short if first_short < r.NEVER else -1,
        "pool.needed": int(accounts["needed"][watched].sum()),
        "pool.topup": int(accounts["topup"][watched].sum()),
        "pool.paid_in": int(accounts["paid_in"][watched].sum()),
        "pool.lowest_balance": int(accounts["lowest"][watched].sum()),
        "pool.final_balance": int(accounts["balance"][watched].sum()),
        "cover.paid": int(books.tallies["cover_paid"].sum()),
        "cover.got_back": int(books.tallies["cover_got_back"].sum()),
        "cover.capped": int(layers["capped"].sum()),
        "cover.stopped": int(layers["stopped"].sum()),
    }


def lending_figures(books: Books) -> dict[str, float]:
    """Applications, loans, borrowers and volume."""
    tallies, history = books.tallies, books.history[0]
    return {
        "lending.applications": int(tallies["applications"].sum()),
        "lending.loans": int(tallies["loans"].sum()),
        "lending.volume": int(tallies["lent"].sum()),
        "lending.rate_sum": float(tallies["rate_sum"].sum()),
        "lending.borrowers": int(history["borrowers"]),
        "lending.first_time_borrowers": int(history["first_time_borrowers"]),
        "lending.subsidy": int(tallies["subsidy"].sum()),
    }


def fiscal_figures(setting: Setting, books: Books) -> dict[str, float]:
    """Cost to the public purse, in all and by public purse: what it paid, less its share of what is left in the public accounts it funded."""
    history, accounts = books.history[0], books.accounts
    cost = -accounts["balance"].astype(object)
    for account in np.flatnonzero((accounts["is_limited"] == 1) & (accounts["is_public"] == 1)):
        left = int(accounts["balance"][account])
        for funder in books.funders[accounts["funder_from"][account] : accounts["funder_to"][account]]:
            cost[funder["account"]] -= left * int(funder["share"]) // r.MILLION
    purses = np.flatnonzero((accounts["is_limited"] == 0) & (accounts["is_public"] == 1)).tolist()
    by_purse = {f"fiscal.net_cost.{setting.contract.accounts.parties[account]}": int(cost[account]) for account in purses}
    return by_purse | {
        "fiscal.net_cost": int(history["fiscal_cost"]),
        "fiscal.net_cost_pv": float(history["fiscal_cost_pv"]),
        "fiscal.committed": int(history["committed"]),
    }


def payer_figures(setting: Setting, books: Books) -> dict[str, float]:
    """Who bears the loss in the end: each payer's payments, less what backers reimbursed and recoveries gave back; the banks' net loss.

    What others would bear if nobody were ever short of money is read off the shadow book.
    """
    parties = setting.contract.accounts.parties
    n_cases = int(books.history["n_cases"][0])
    borne = books.positions["borne"][r.PLAYED, :n_cases].sum(axis=0)
    figures: dict[str, float] = {}
    for layer, row in enumerate(books.layers[r.PLAYED]):
        name = f"paid_by.{parties[row['payer']]}"
        figures[name] = figures.get(name, 0) + int(borne[layer])
    figures["paid_by.银行"] = int(borne[-1])
    figures["cover.promised"] = int(borne.sum() - books.positions["borne"][r.SHADOW, :n_cases, -1].sum())
    return figures
