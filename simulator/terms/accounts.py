"""A scheme's accounts as rows: borrowers, the outside world, the banks, then the accounts of the file, regional ones in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.errors import ContractError
from simulator.rules import records as r
from simulator.rules.arithmetic import share_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.rules.books import Records
    from simulator.scenario.models import Account, Scenario
    from simulator.scenario.names import Names

KIND = {
    "pool": r.Kind.POOL,
    "treasury": r.Kind.TREASURY,
    "guarantor": r.Kind.GUARANTOR,
    "re_guarantor": r.Kind.RE_GUARANTOR,
    "national_fund": r.Kind.NATIONAL_FUND,
    "insurer": r.Kind.INSURER,
    "fund": r.Kind.FUND,
    "third_party": r.Kind.THIRD_PARTY,
}
WHEN_SHORT = {"pay_what_is_left": r.WhenShort.PAY_WHAT_IS_LEFT, "queue": r.WhenShort.QUEUE, "pro_rata": r.WhenShort.PRO_RATA}
REFILL = {
    "none": r.RefillRule.NONE,
    "last_year_payouts": r.RefillRule.LAST_YEAR_PAYOUTS,
    "annual_budget": r.RefillRule.ANNUAL_BUDGET,
    "to_target": r.RefillRule.TO_TARGET,
    "as_needed": r.RefillRule.AS_NEEDED,
}


class Accounts(NamedTuple):
    """Rows of accounts and funders, and whose they are.

    Attributes
    ----------
    rows : ndarray of ACCOUNT, shape (n_accounts,)
    funders : ndarray of FUNDER, shape (n_funders,)
    names : tuple of str
        Name of each row; a regional sub-account is ``name/region``.
    parties : tuple of str
        Account of the file (or bank) that each row belongs to.
    number : mapping
        Row of each account of the file; the first of its sub-accounts.
    regional : frozenset of str
        Accounts with regional sub-accounts.
    """

    rows: Records
    funders: Records
    names: tuple[str, ...]
    parties: tuple[str, ...]
    number: Mapping[str, int]
    regional: frozenset[str]


def lower_accounts(scenario: Scenario, names: Names) -> Accounts:
    """Turn the accounts of a scenario into rows.

    Raises
    ------
    ContractError
        If a funder has a limited balance of its own: its emptiness would have no rule.
    """
    accounts = scenario.scheme.accounts
    row_names = ["borrowers", "outside", *names.banks]
    parties = list(row_names)
    number: dict[str, int] = {}
    for name, account in accounts.items():
        number[name] = len(row_names)
        parts = [f"{name}/{region}" for region in names.regions] if account.sub_accounts else [name]
        row_names += parts
        parties += [name] * len(parts)
    rows = np.zeros(len(row_names), r.ACCOUNT)
    rows["kind"][: r.FIRST_BANK] = (r.Kind.BORROWERS, r.Kind.OUTSIDE)
    rows["kind"][r.FIRST_BANK : r.FIRST_BANK + len(names.banks)] = r.Kind.BANK
    rows["first_short"] = r.NEVER
    rows["annual_budget"] = r.UNLIMITED
    funders: list[tuple[int, int, int, int]] = []
    for name, account in accounts.items():
        _lower_account(rows, funders, name, account, accounts, number, _region_shares(scenario, names, account))
    return Accounts(
        rows=rows,
        funders=np.array(funders, r.FUNDER),
        names=tuple(row_names),
        parties=tuple(parties),
        number=number,
        regional=frozenset(name for name, account in accounts.items() if account.sub_accounts),
    )


def _region_shares(scenario: Scenario, names: Names, account: Account) -> list[int]:
    if not account.sub_accounts:
        return [r.MILLION]
    if account.sub_accounts.shares:
        return [account.sub_accounts.shares.get(region, 0) for region in names.regions]
    firms = dict.fromkeys(names.regions, 0.0)
    for segment in scenario.population.segments.values():
        for region, share in segment.region.items():
            firms[region] += share * (segment.firms or segment.arrivals or 0)
    for projects in scenario.population.projects.values():
        firms[projects.region] += r.MILLION * projects.number
    total = sum(firms.values())
    shares = [int(r.MILLION * value / total) for value in firms.values()]
    shares[-1] += r.MILLION - sum(shares)
    return shares


def _lower_account(
    rows: Records,
    funders: list[tuple[int, int, int, int]],
    name: str,
    account: Account,
    accounts: Mapping[str, Account],
    number: Mapping[str, int],
    shares: list[int],
) -> None:
    spread = 0
    for place, share in enumerate(shares):
        row: Any = rows[number[name] + place]
        is_last = place == len(shares) - 1
        row["kind"] = KIND[account.kind]
        row["is_public"] = account.public or _is_publicly_funded(account, accounts)
        row["is_limited"] = account.endowment is not None
        row["endowment"] = 0 if account.endowment is None else account.endowment - spread if is_last else share_of(account.endowment, share)
        spread += int(row["endowment"])
        row["when_short"] = WHEN_SHORT[account.when_short]
        row["refill"] = REFILL[account.refill.rule]
        row["refills_after_lending"] = account.refill.after_lending
        row["refill_amount"] = share_of(account.refill.amount or 0, share)
        row["interest"] = account.interest
        if account.annual_budget is not None:
            row["annual_budget"] = share_of(account.annual_budget, share)
        row["funder_from"] = len(funders)
        for funder, part in (account.funded_by or {}).items():
            if accounts[funder].endowment is not None:
                message = f"scheme.accounts.{name}.funded_by: {funder} has an endowment of its own; a funder must be unlimited (endowment: none)"
                raise ContractError(message)
            funders.append((number[funder], part, 0, 0))
        row["funder_to"] = len(funders)


def _is_publicly_funded(account: Account, accounts: Mapping[str, Account]) -> bool:
    return bool(account.funded_by) and all(accounts[funder].public for funder in account.funded_by or {})
