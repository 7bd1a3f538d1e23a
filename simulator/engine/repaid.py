"""What a standing book repays each month, in all and by what stands behind it, so that a history need only take out its defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import rule
from simulator.rules.counting import add_exposure, covered_part, refinanced_part
from simulator.rules.records import ALL_LOANS, PLAYED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook


class Repayments(NamedTuple):
    """Principal repaid each month.

    Attributes
    ----------
    principal : ndarray of int64, shape (n_months, n_banks, n_regions)
    covered : ndarray of int64, shape (n_months, n_layers, n_regions)
        The part that each layer covers through which the public purse stands behind it; 0 for the others.
    refinanced : ndarray of int64, shape (n_months,)
        The part that the central bank refinances.
    """

    principal: NDArray[np.int64]
    covered: NDArray[np.int64]
    refinanced: NDArray[np.int64]


def no_repayments(setting: Setting) -> Repayments:
    """Nothing repaid yet."""
    n_months, n_banks, n_regions = setting.n_months, len(setting.names.banks), len(setting.names.regions)
    n_layers = setting.contract.layers.shape[1]
    return Repayments(
        np.zeros((n_months, n_banks, n_regions), np.int64), np.zeros((n_months, n_layers, n_regions), np.int64), np.zeros(n_months, np.int64)
    )


@rule
def count_repayment(books: Books, loans: LoanBook, number: int, repaid: Repayments, month: int) -> None:
    """Count a loan's principal among what is repaid in a month."""
    loan, link = loans.loans[number], loans.links[number]
    repaid.principal[month, link.bank, link.region] += loan.balance
    for layer in range(books.layers.shape[1]):
        if books.layers[PLAYED, layer].is_exposed:
            repaid.covered[month, layer, link.region] += covered_part(books, loans, number, layer, loan.balance, loan.is_first)
    if books.history[0].relending_share > 0:
        repaid.refinanced[month] += refinanced_part(books, loans, number, loan.balance)


@rule
def repay_month(books: Books, repaid: Repayments, withheld: Repayments, month: int) -> None:
    """Lower balances by what is repaid in a month, but for the loans that have defaulted."""
    for bank in range(books.tallies.shape[1]):
        for region in range(books.tallies.shape[2]):
            paid = repaid.principal[month, bank, region] - withheld.principal[month, bank, region]
            books.tallies[ALL_LOANS, bank, region].outstanding -= paid
    for layer in range(books.layers.shape[1]):
        if books.layers[PLAYED, layer].is_exposed:
            for region in range(books.tallies.shape[2]):
                add_exposure(books, layer, region, withheld.covered[month, layer, region] - repaid.covered[month, layer, region])
    books.history[0].refinanced -= repaid.refinanced[month] - withheld.refinanced[month]
