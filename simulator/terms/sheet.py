"""The terms sheet: what each application would get, once a history, before time starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.compiled import rule
from simulator.rules import records as r
from simulator.rules.arithmetic import share_of
from simulator.rules.selectors import any_holds, asks_for_first_loan, share_from_tiers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.rules.books import Records
    from simulator.terms.contract import Contract

EXCESS_OF = int(r.Basis.EXCESS_OF)
MILLION = r.MILLION


NO_SHARES = np.zeros((0, 0), np.int32)


def sheet_for(contract: Contract, links: Records, shares: NDArray[np.int32] = NO_SHARES) -> tuple[Records, Records]:
    """Evaluate a contract on every application of a history.

    Parameters
    ----------
    contract : Contract
    links : ndarray of LINK, shape (n_links,)
    shares : ndarray, shape (n_links, n_tape_shares)
        Shares that a tape records, millionths; without them a layer that takes its share from a tape has the tape's mean.

    Returns
    -------
    sheet : ndarray of SHEET, shape (n_links,)
    cover : ndarray of COVER, shape (n_links, n_layers)
    """
    sheet = np.empty(len(links), r.SHEET)
    cover = np.empty((len(links), contract.layers.shape[1]), r.COVER)
    write_sheet(links, contract.layers, contract.tiers, contract.grades, contract.subsidies, contract.sheet_terms, shares, sheet, cover)
    return sheet, cover


@rule
def write_sheet(
    links: Records,
    layers: Records,
    tiers: Records,
    grades: Records,
    subsidies: Records,
    sheet_terms: Records,
    tape_shares: NDArray[np.int32],
    sheet: Records,
    cover: Records,
) -> None:
    """Fill the sheet and the shares of every layer, application by application."""
    common = sheet_terms[0]
    asking = 0
    for layer in range(layers.shape[1]):
        own = layers[0, layer]
        if asks_for_first_loan(tiers, own.applies_from, own.applies_to) or asks_for_first_loan(tiers, own.tier_from, own.tier_to):
            asking |= 1 << layer
    for number in range(len(links)):
        link = links[number]
        terms = sheet[number]
        grade = grades[link.grade]
        terms.amount = min(share_of(link.amount, common.amount_share), grade.loan_limit)
        rate = grade.market_rate if grade.market_rate > 0 else link.rate
        terms.rate = min(rate, common.rate_cap)
        terms.is_eligible = 1 if common.since <= link.day <= common.until and link.term_months <= common.term_limit else 0
        terms.subsidy = -1
        for row in range(len(subsidies)):
            if any_holds(tiers, subsidies[row].tier_from, subsidies[row].tier_to, link, terms.amount, 0):
                terms.subsidy = row
                break
        for layer in range(layers.shape[1]):
            shares = cover[number, layer]
            shares.first = share_from_tiers(tiers, layers[0, layer], link, terms.amount, 1)
            shares.later = share_from_tiers(tiers, layers[0, layer], link, terms.amount, 0) if asking >> layer & 1 else shares.first
            column = layers[0, layer].tape_share
            if 0 <= column < tape_shares.shape[1]:
                shares.first = tape_shares[number, column] if shares.first > 0 else 0
                shares.later = tape_shares[number, column] if shares.later > 0 else 0
