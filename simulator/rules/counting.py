"""What a loan counts towards while it runs: the books of tallies that guards read, what the public purse stands behind, what is refinanced.

All follow a loan's balance from the drawdown on. The part that a layer covers is rounded once, on the balance, so what is added is taken away again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rare_rule, rule
from simulator.rules.arithmetic import share_of
from simulator.rules.records import PLAYED, CapBase
from simulator.rules.selectors import any_holds

if TYPE_CHECKING:
    from simulator.rules.books import Books, Lent, LoanBook

NO_CAP = int(CapBase.NONE)


@rule
def share_now(lending: LoanBook | Lent, number: int, layer: int, is_first: int) -> int:
    """Share of a layer on this application."""
    return lending.cover[number, layer].first if is_first else lending.cover[number, layer].later


@rule
def covered_part(books: Books, lending: LoanBook | Lent, number: int, layer: int, amount: int, is_first: int) -> int:
    """Part of an amount that a layer covers, through the layers whose payments it shares; fen."""
    while layer >= 0:
        amount = share_of(amount, share_now(lending, number, layer, is_first))
        layer = books.layers[PLAYED, layer].source
    return amount


@rule
def books_of(books: Books, lending: LoanBook | Lent, number: int) -> int:
    """Books of tallies in which a loan that has been lent counts, as a bit mask: all loans, and each whose layers cover a part of it."""
    counts_in = 1
    loan = lending.loans[number]
    for layer in range(books.layers.shape[1]):
        named = books.layers[PLAYED, layer].counts_in
        if named != 0 and covered_part(books, lending, number, layer, loan.amount, loan.is_first) > 0:
            counts_in |= named
    return counts_in


@rare_rule
def count_covered(books: Books, lending: LoanBook | Lent, number: int, lent: int, outstanding: int) -> None:
    """Count what is lent or repaid in the books of tallies of covered loans; schemes whose guards name no layers have none."""
    link = lending.links[number]
    counts_in = books_of(books, lending, number)
    for book in range(1, books.tallies.shape[0]):
        if (counts_in >> book) & 1:
            tally = books.tallies[book, link.bank, link.region]
            tally.lent += lent
            tally.lent_this_year += lent
            tally.outstanding += outstanding


@rare_rule
def count_case(books: Books, number: int, outstanding: int, npl: int, new_npl: int) -> None:
    """Count what changes on a loan in default in the books of tallies of covered loans."""
    case = books.cases[number]
    for book in range(1, books.tallies.shape[0]):
        if (case.counts_in >> book) & 1:
            tally = books.tallies[book, case.bank, case.region]
            tally.outstanding += outstanding
            tally.npl += npl
            tally.losses_this_year += new_npl


@rare_rule
def count_payment(books: Books, number: int, layer: int, paid: int) -> None:
    """Count what a layer has paid on a loan in default in the books of tallies of covered loans."""
    case = books.cases[number]
    counts_in = case.counts_in & books.layers[PLAYED, layer].pays_in
    for book in range(1, books.tallies.shape[0]):
        if (counts_in >> book) & 1:
            books.tallies[book, case.bank, case.region].payouts_this_year += paid


@rule
def add_exposure(books: Books, layer: int, region: int, amount: int) -> None:
    """Add to what the public purse stands behind through a layer; a negative amount takes away."""
    terms = books.layers[PLAYED, layer]
    if terms.cap_base != NO_CAP:
        terms.exposed += amount
    books.accounts[terms.payer + region if terms.is_regional else terms.payer].exposure += amount


@rare_rule
def refinanced_part(books: Books, lending: LoanBook | Lent, number: int, balance: int) -> int:
    """Part of a loan's balance that the central bank refinances; fen."""
    history = books.history[0]
    loan = lending.loans[number]
    if any_holds(lending.tiers, history.relending_from, history.relending_to, lending.links[number], loan.amount, loan.is_first):
        return share_of(balance, history.relending_share)
    return 0


@rule
def refinance(books: Books, lending: LoanBook | Lent, number: int, before: int, after: int) -> None:
    """Follow a loan's balance in what the central bank refinances."""
    if books.history[0].relending_share > 0:
        books.history[0].refinanced += refinanced_part(books, lending, number, after) - refinanced_part(books, lending, number, before)


@rule
def follow_repayment(books: Books, lending: LoanBook | Lent, number: int, before: int, after: int) -> None:
    """Follow a loan's balance down in what the public purse stands behind and in what is refinanced."""
    is_first = lending.loans[number].is_first
    for layer in range(books.layers.shape[1]):
        if books.layers[PLAYED, layer].is_exposed:
            left = covered_part(books, lending, number, layer, after, is_first) if after > 0 else 0
            change = left - covered_part(books, lending, number, layer, before, is_first)
            add_exposure(books, layer, lending.links[number].region, change)
    refinance(books, lending, number, before, after)


@rare_rule
def follow_default(books: Books, lending: LoanBook | Lent, number: int, case: int, principal: int) -> None:
    """Note what the public purse may have to pay on a loan in default; it is refinanced no longer."""
    loan = lending.loans[number]
    for layer in range(books.layers.shape[1]):
        if books.layers[PLAYED, layer].is_exposed:
            books.positions[PLAYED, case, layer].open = covered_part(books, lending, number, layer, principal, loan.is_first)
    refinance(books, lending, number, principal, 0)


@rule
def leave_open(books: Books, case: int, layer: int, amount: int) -> None:
    """Lower what the public purse may still have to pay through a layer on a case to an amount."""
    position = books.positions[PLAYED, case, layer]
    if position.open > amount:
        add_exposure(books, layer, books.cases[case].region, amount - position.open)
        position.open = amount
