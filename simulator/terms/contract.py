"""A scheme as arrays: accounts, layers, tiers, guards, fees and the banks that lend under it.

Everything the words of a scenario say about money becomes a row here, once a scenario; ``fresh_books`` copies the rows for each history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.dates import days_between
from simulator.rules import records as r
from simulator.scenario.models import FromTape
from simulator.scenario.tape import tape_of
from simulator.scenario.units import resolve_rate
from simulator.terms.accounts import Accounts, lower_accounts
from simulator.terms.selectors import TierList
from simulator.terms.stages import StageTerms, add_insured_layers, lower_stages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.rules.books import Records
    from simulator.scenario.models import Bank, Guard, Layer, Limits, Scenario, Scheme, Tiers
    from simulator.scenario.names import Names

BASIS = {
    "overdue_principal": r.Basis.OVERDUE_PRINCIPAL,
    "npl_balance": r.Basis.OVERDUE_PRINCIPAL,
    "net_loss": r.Basis.NET_LOSS,
    "payment_of": r.Basis.PAYMENT_OF,
}
COMBINE = {"first": r.Combine.FIRST, "max": r.Combine.MAX, "sum": r.Combine.SUM, "marginal": r.Combine.MARGINAL}
CAP_BASE = {
    "lent_to_date": r.CapBase.LENT_TO_DATE,
    "lent_in_period": r.CapBase.LENT_IN_PERIOD,
    "covered_volume": r.CapBase.COVERED_VOLUME,
    "covered_in_period": r.CapBase.COVERED_IN_PERIOD,
}
ORDER = {"pro_rata": r.PRO_RATA, "bank_first": r.BANK_FIRST, "fund_first": r.FUND_FIRST, "advance_then_settle": r.ADVANCE_THEN_SETTLE}
NUMERATOR = {"npl": r.NPL, "losses_this_year": r.LOSSES_THIS_YEAR, "payouts_this_year": r.PAYOUTS_THIS_YEAR}
DENOMINATOR = {"outstanding": r.OUTSTANDING, "lent_this_year": r.LENT_THIS_YEAR, "lent_to_date": r.LENT_TO_DATE}
PER = {"bank": r.PER_BANK, "scheme": r.PER_SCHEME, "region": r.PER_REGION}
EFFECT = {
    "warn": r.GuardEffect.WARN,
    "stop_compensation": r.GuardEffect.STOP_COMPENSATION,
    "stop_lending": r.GuardEffect.STOP_LENDING,
    "defer_payment": r.GuardEffect.DEFER_PAYMENT,
}
HELD = {"hold": r.HeldClaims.HOLD, "refuse": r.HeldClaims.REFUSE, "old_loans_still_paid": r.HeldClaims.OLD_LOANS_STILL_PAID}
RHYTHM = {"monthly": 1, "quarterly": 3, "yearly": 12}
RESET = {"below_stop": r.RESET_BELOW_STOP, "below_warn": r.RESET_BELOW_WARN, "yearly": r.RESET_YEARLY, "never": r.RESET_NEVER}
TRUST = {"full": r.TRUST_FULL, "balance": r.TRUST_BALANCE, "none": r.TRUST_NONE}
NO_CAP_ON_RATE = 2**30


class Contract(NamedTuple):
    """A scheme and its banks as arrays, with the names of their rows.

    Attributes
    ----------
    accounts : Accounts
        Rows of accounts and funders, their names, and the party each belongs to.
    layers, tiers, fees, subsidies, grades, guards, banks, history
        Record arrays of ``rules.records``.
    sheet_terms : ndarray of SHEET_TERMS, shape (1,)
        What decides whether and on what terms an application is eligible.
    layer_names, guard_names : tuple of str
        Names in the file; a layer that bears an excess is named after the capped layer, one that stands for a pledged policy after the policy.
    stages : StageTerms
        Grants, policies and investments.
    """

    accounts: Accounts
    layers: Records
    tiers: Records
    fees: Records
    subsidies: Records
    grades: Records
    guards: Records
    banks: Records
    history: Records
    sheet_terms: Records
    layer_names: tuple[str, ...]
    guard_names: tuple[str, ...]
    stages: StageTerms

    @property
    def entry_names(self) -> tuple[str, ...]:
        """Names that an entry's ``layer`` counts through: the layers, then the grants, policies and investments."""
        return (*self.layer_names, *self.stages.names)


SHEET_TERMS = np.dtype(
    [("since", "i4"), ("until", "i4"), ("term_limit", "i4"), ("rate_cap", "i4"), ("amount_share", "i4")],
    align=True,
)
"""Eligibility and caps that hold for every application."""


def by_grade(value: Any, grade: str) -> Any:  # noqa: ANN401  a value or a mapping of grades to values
    """Value of one grade; grades a mapping does not name have none."""
    return value.get(grade) if isinstance(value, dict) else value


def lower_contract(scenario: Scenario, names: Names) -> Contract:
    """Turn a resolved scenario's scheme and banks into arrays."""
    accounts = lower_accounts(scenario, names)
    tiers = TierList(names)
    layers, layer_names = add_insured_layers(scenario, accounts, *_lower_layers(scenario, accounts, tiers))
    _relate(layers)
    fees = _lower_fees(scenario, accounts, layer_names, tiers)
    subsidies = _lower_subsidies(scenario, accounts, tiers)
    history = _lower_history(scenario, len(layer_names), tiers)
    guards = _lower_guards(scenario.scheme, accounts, layers, layer_names)
    _mark_exposed(layers, accounts)
    return Contract(
        accounts=accounts,
        layers=layers,
        tiers=tiers.records(),
        fees=fees,
        subsidies=subsidies,
        grades=_lower_grades(scenario, names),
        guards=guards,
        banks=_lower_banks(scenario),
        history=history,
        sheet_terms=_lower_sheet_terms(scenario),
        layer_names=layer_names,
        guard_names=tuple(scenario.scheme.guards),
        stages=lower_stages(scenario, accounts, layer_names),
    )


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _lower_layers(scenario: Scenario, accounts: Accounts, tiers: TierList) -> tuple[Records, tuple[str, ...]]:
    scheme = scenario.scheme
    stays = {name: ("bank", scheme.layers[layer.of].payer if layer.of else "bank") for name, layer in scheme.layers.items()}
    capped = [name for name, layer in scheme.layers.items() if layer.aggregate and layer.aggregate.excess_to not in stays[name]]
    layer_names = (*scheme.layers, *(f"{name} (excess)" for name in capped))
    rows = np.zeros((2, len(layer_names)), r.LAYER)
    for number, (name, layer) in enumerate(scheme.layers.items()):
        rows[:, number] = _lower_layer(layer, accounts, layer_names, tiers, _tape_share(scenario, layer))
        if name in capped and layer.aggregate:
            bearer = len(scheme.layers) + capped.index(name)
            rows["excess_layer"][:, number] = bearer
            rows[:, bearer] = _blank_layer()
            rows["payer"][:, bearer] = accounts.number[layer.aggregate.excess_to]
            rows["basis"][:, bearer] = r.Basis.EXCESS_OF
            rows["source"][:, bearer] = number
    return rows, layer_names


def _relate(layers: Records) -> None:
    """Say of every layer whose loss it takes over, and which layers bear with it."""
    basis, source = layers["basis"][r.PLAYED].tolist(), layers["source"][r.PLAYED].tolist()
    backed = [source[of] if kind == r.Basis.EXCESS_OF else of for kind, of in zip(basis, source, strict=True)]
    for number, of in enumerate(backed):
        layers["backed"][:, number] = of
        above = number
        while above >= 0:
            layers["backers"][:, above] |= 1 << number
            layers["group"][:, above] |= 1 << number
            above = backed[above]
        if basis[number] == r.Basis.EXCESS_OF:
            layers["group"][:, source[number]] |= 1 << number


def _blank_layer() -> Any:  # noqa: ANN401  one record
    row = np.zeros(1, r.LAYER)[0]
    row["source"] = row["excess_layer"] = row["tape_share"] = -1
    row["per_claim"] = row["annual_limit"] = r.UNLIMITED
    row["ceiling"] = r.MILLION
    return row


def _lower_layer(layer: Layer, accounts: Accounts, layer_names: tuple[str, ...], tiers: TierList, tape_share: tuple[int, int]) -> Any:  # noqa: ANN401  one record
    row = _blank_layer()
    row["payer"] = accounts.number[layer.payer]
    row["is_regional"] = layer.payer in accounts.regional
    row["is_queued"] = accounts.rows["when_short"][row["payer"]] == r.WhenShort.QUEUE
    row["basis"] = BASIS[layer.basis]
    row["source"] = layer_names.index(layer.of) if layer.of else -1
    row["trigger"], row["lag"] = layer.trigger, layer.lag
    row["per_claim"] = _or(layer.per_claim, r.UNLIMITED)
    row["annual_limit"] = _or(layer.annual_limit, r.UNLIMITED)
    row["applies_from"], row["applies_to"] = tiers.add_conditions(layer.applies_to)
    if isinstance(layer.share, int):
        row["otherwise"] = layer.share
    elif isinstance(layer.share, FromTape):
        row["tape_share"], row["otherwise"] = tape_share
    else:
        _lower_tiers(row, layer.share, tiers)
    if layer.aggregate:
        row["cap_ratio"] = layer.aggregate.ratio
        row["cap_base"] = CAP_BASE[layer.aggregate.base]
        row["cap_is_yearly"] = layer.aggregate.reset == "yearly"
    return row


def _tape_share(scenario: Scenario, layer: Layer) -> tuple[int, int]:
    """Column of the tape's shares that a layer takes, and its mean, at least a millionth: shares of 0 are read off the tape alone."""
    if not isinstance(layer.share, FromTape) or scenario.population.tape is None:
        return -1, 0
    column = list(scenario.population.tape.columns.shares).index(layer.share.from_tape)
    rows = tape_of(scenario)
    return column, max(1, int(np.average(rows.shares[:, column], weights=rows.amount)))


def _lower_tiers(row: Any, share: Tiers, tiers: TierList) -> None:  # noqa: ANN401  one record
    row["combine"] = COMBINE[share.combine]
    row["ceiling"], row["otherwise"] = share.ceiling, share.otherwise
    row["tier_from"], row["tier_to"] = tiers.add_rungs([(tier.share, tier.when) for tier in share.tiers.values()])


def _lower_fees(scenario: Scenario, accounts: Accounts, layer_names: tuple[str, ...], tiers: TierList) -> Records:
    rows = np.zeros(len(scenario.scheme.fees), r.FEE)
    payers: Mapping[str, int] = {"borrower": r.BORROWERS, "bank": -1}
    for row, fee in zip(rows, scenario.scheme.fees.values(), strict=True):
        row["payer"] = payers[fee.payer] if fee.payer in payers else accounts.number[fee.payer]
        row["payee"] = accounts.number[fee.payee]
        row["rate"] = fee.rate
        row["layer"] = layer_names.index(fee.on) if fee.on else -1
        row["tier_from"], row["tier_to"] = tiers.add_conditions(fee.when)
    return rows


def _lower_subsidies(scenario: Scenario, accounts: Accounts, tiers: TierList) -> Records:
    rows = np.zeros(len(scenario.scheme.interest_subsidies), r.SUBSIDY)
    for row, subsidy in zip(rows, scenario.scheme.interest_subsidies.values(), strict=True):
        row["payer"] = accounts.number[subsidy.payer]
        row["needs_repayment"] = subsidy.if_repaid
        row["final_rate"], row["share"], row["points"] = _or(subsidy.final_rate, -1), _or(subsidy.share, -1), _or(subsidy.points, -1)
        row["tier_from"], row["tier_to"] = tiers.add_conditions(subsidy.when)
    return rows


def _lower_grades(scenario: Scenario, names: Names) -> Records:
    rows = np.zeros(len(names.grades), r.GRADE)
    limits: Limits = scenario.scheme.limits
    for row, grade in zip(rows, names.grades, strict=True):
        row["loan_limit"] = _or(by_grade(limits.loan, grade), r.UNLIMITED)
        row["firm_limit"] = _or(by_grade(limits.firm, grade), r.UNLIMITED)
    return rows


def _lower_guards(scheme: Scheme, accounts: Accounts, layers: Records, layer_names: tuple[str, ...]) -> Records:
    """Turn the guards into rows, and tell the layers in which books of tallies they count."""
    rows = np.zeros(len(scheme.guards), r.GUARD)
    covers: list[tuple[int, int | None]] = []
    for row, guard in zip(rows, scheme.guards.values(), strict=True):
        row["numerator"], row["denominator"] = NUMERATOR[guard.numerator], DENOMINATOR[guard.denominator]
        row["effect"], row["claims"] = EFFECT[guard.effect], HELD[guard.claims]
        row["rhythm"], row["reset"] = RHYTHM[guard.test], RESET[guard.reset]
        row["warn"], row["stop"] = _or(guard.warn, r.UNLIMITED), _or(guard.stop, r.UNLIMITED)
        guarantor = _guarantor(guard, scheme)
        row["per"] = PER[guard.per] if guarantor is None else r.PER_REGION if guarantor in accounts.regional else r.PER_SCHEME
        row["layers"] = -1
        if guard.layers is not None:
            row["layers"] = sum(1 << layer_names.index(layer) for layer in guard.layers)
            cover = (int(row["layers"]), None if guarantor is None else accounts.number[guarantor])
            covers += [cover] if cover not in covers else []
            row["book"] = 1 + covers.index(cover)
    _open_books(layers, covers)
    return rows


def _guarantor(guard: Guard, scheme: Scheme) -> str | None:
    """Account whose payments a guard watches: that of the layer whose payment its layers take over."""
    if guard.per != "guarantor" or guard.layers is None:
        return None
    return scheme.layers[scheme.layers[guard.layers[0]].of or ""].payer


def _open_books(layers: Records, covers: list[tuple[int, int | None]]) -> None:
    """Mark the layers whose loans and payments count in each book of tallies: book 0 is of all loans, the others of those that some layers cover.

    Payments are those to the bank; in a guarantor's book, those of the guarantor.
    """
    for number in range(layers.shape[1]):
        backed = layers["backed"][0, number]
        pays_in = 0
        for book, (mask, guarantor) in enumerate(covers, 1):
            layers["counts_in"][:, number] |= (mask >> number & 1) << book
            pays = backed < 0 if guarantor is None else layers["payer"][0, number] == guarantor
            pays_in |= int(pays) << book
        layers["pays_in"][:, number] = pays_in


def _mark_exposed(layers: Records, accounts: Accounts) -> None:
    """Mark the layers through which public money stands behind loans: a public account pays one that is not, or bears the excess."""
    is_public = accounts.rows["is_public"][layers["payer"][0]].astype(bool)
    for number in range(layers.shape[1]):
        basis, backed, bearer = (int(layers[field][0, number]) for field in ("basis", "backed", "excess_layer"))
        if basis not in (r.Basis.EXCESS_OF, r.Basis.INSURED):
            relieves_others = is_public[number] and not (backed >= 0 and is_public[backed])
            layers["is_exposed"][r.PLAYED, number] = relieves_others or (bearer >= 0 and is_public[bearer])


def _lower_banks(scenario: Scenario) -> Records:
    rows = np.zeros(len(scenario.banks.members), r.BANK)
    for row, bank in zip(rows, scenario.banks.members.values(), strict=True):
        _lower_bank(row, bank, scenario)
    if not rows["by_margin"].any():
        rows["trust"] = r.TRUST_FULL  # nobody asks what cover is worth, so expected claims need not be counted
    return rows


def _lower_bank(row: Any, bank: Bank, scenario: Scenario) -> None:  # noqa: ANN401  one record
    relending = scenario.scheme.relending
    row["by_margin"] = bank.appetite == "margin"
    row["trust"] = TRUST[bank.trust]
    row["funding_cost"], row["operating_cost"] = bank.funding_cost / r.MILLION, bank.operating_cost / r.MILLION
    row["capital_charge"] = bank.capital / r.MILLION * bank.hurdle / r.MILLION
    row["capital"] = bank.capital
    row["minimum_margin"] = bank.minimum_margin / r.MILLION
    row["ancillary_mean"], row["ancillary_spread"] = bank.ancillary.mean / r.MILLION, bank.ancillary.spread / r.MILLION
    row["signal_noise"] = bank.signal_noise
    row["relending_gain"] = relending.share / r.MILLION * (bank.funding_cost - relending.rate) / r.MILLION if relending else 0.0
    row["quota"] = min(_or(bank.quota, r.UNLIMITED), _or(scenario.scheme.limits.bank_year, r.UNLIMITED))
    row["npl_tolerance"] = _or(bank.npl_tolerance, r.UNLIMITED)


def _lower_history(scenario: Scenario, n_layers: int, tiers: TierList) -> Records:
    row = np.zeros(1, r.HISTORY)
    if scenario.scheme.relending:
        row["relending_share"] = scenario.scheme.relending.share
        row["relending_from"], row["relending_to"] = tiers.add_conditions(scenario.scheme.relending.when)
    row["recovery_cost"] = scenario.scheme.recoveries.cost
    row["recovery_order"] = ORDER[scenario.scheme.recoveries.order]
    row["n_layers"] = n_layers
    row["open_loans_limit"] = _or(scenario.scheme.limits.open_loans, 2**30)
    row["year_limit"] = _or(scenario.scheme.limits.scheme_year, r.UNLIMITED)
    return row


def _lower_sheet_terms(scenario: Scenario) -> Records:
    row = np.zeros(1, SHEET_TERMS)
    scheme, start = scenario.scheme, scenario.run.start
    row["since"] = days_between(start, scheme.in_force.since) if scheme.in_force.since else -r.NEVER
    row["until"] = days_between(start, scheme.in_force.until) if scheme.in_force.until else r.NEVER
    row["term_limit"] = _or(scheme.limits.term, r.NEVER)
    row["rate_cap"] = NO_CAP_ON_RATE if scheme.limits.rate is None else resolve_rate(scheme.limits.rate, scenario.prices.lpr)
    row["amount_share"] = r.MILLION
    return row
