"""Grants, policies and investments of a scheme as rows, and where in each set of projects they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.rules import records as r
from simulator.rules.stages import GRANT, INVESTMENT, POLICY, indemnity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from simulator.rules.books import Records
    from simulator.scenario.models import Policy, Projects, Scenario
    from simulator.terms.accounts import Accounts

NOWHERE = -1


class StageTerms(NamedTuple):
    """What a scheme does for projects.

    Attributes
    ----------
    grants : ndarray of GRANT, shape (n_grants,)
    policies : ndarray of POLICY, shape (n_policies,)
    investments : ndarray of INVESTMENT, shape (n_investments,)
    grant_stage, investment_stage : ndarray of int64, shape (n_grants or n_investments, n_sets)
        Place of the stage at whose start they are paid, among the stages of each set; ``NOWHERE`` where they do not apply.
    insured : ndarray of bool, shape (n_policies, n_sets, n_stages)
        Stages whose failure is insured.
    sets : tuple of str
        Sets of projects.
    stages : tuple of tuple of str
        Names of the stages of each set.
    names : tuple of str
        Names of grants, policies and investments, in this order.
    """

    grants: Records
    policies: Records
    investments: Records
    grant_stage: NDArray[np.int64]
    investment_stage: NDArray[np.int64]
    insured: NDArray[np.bool_]
    sets: tuple[str, ...]
    stages: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]


def lower_stages(scenario: Scenario, accounts: Accounts, layer_names: tuple[str, ...]) -> StageTerms:
    """Turn grants, policies and investments into rows."""
    scheme, projects = scenario.scheme, scenario.population.projects
    grants, policies = np.zeros(len(scheme.grants), GRANT), np.zeros(len(scheme.policies), POLICY)
    investments = np.zeros(len(scheme.investments), INVESTMENT)
    for row, grant in zip(grants, scheme.grants.values(), strict=True):
        row["payer"], row["amount"], row["back"] = accounts.number[grant.payer], grant.amount, grant.repaid_on_success
    for row, (name, policy) in zip(policies, scheme.policies.items(), strict=True):
        _lower_policy(row, name, policy, accounts, layer_names)
    for row, investment in zip(investments, scheme.investments.values(), strict=True):
        row["investor"], row["amount"], row["exit_after"] = accounts.number[investment.investor], investment.amount, investment.exit_after
        row["back_to"] = NOWHERE if investment.back_to is None else accounts.number[investment.back_to]
        row["back_share"] = investment.back_share
    insured = np.zeros((len(policies), len(projects), max((len(one.stages) for one in projects.values()), default=0)), np.bool_)
    for number, policy in enumerate(scheme.policies.values()):
        for row_of_set, (name, one) in enumerate(projects.items()):
            if policy.projects is None or name in policy.projects:
                insured[number, row_of_set, : len(one.stages)] = [stage in policy.stages for stage in one.stages]
    return StageTerms(
        grants=grants,
        policies=policies,
        investments=investments,
        grant_stage=_stages_of(((grant.stage, grant.projects) for grant in scheme.grants.values()), projects),
        investment_stage=_stages_of(((one.stage, one.projects) for one in scheme.investments.values()), projects),
        insured=insured,
        sets=tuple(projects),
        stages=tuple(tuple(one.stages) for one in projects.values()),
        names=(*scheme.grants, *scheme.policies, *scheme.investments),
    )


def _lower_policy(row: Any, name: str, policy: Policy, accounts: Accounts, layer_names: tuple[str, ...]) -> None:  # noqa: ANN401  a record
    subsidy = policy.premium_subsidy
    row["insurer"], row["sum_insured"], row["deductible"] = accounts.number[policy.insurer], policy.sum_insured, policy.deductible
    row["premium"], row["lag"] = policy.premium, policy.lag
    row["subsidy_payer"] = accounts.number[subsidy.payer] if subsidy else NOWHERE
    row["subsidy"] = subsidy.share if subsidy else 0
    row["layer"] = layer_names.index(name) if policy.pledged else NOWHERE


def _stages_of(uses: Iterable[tuple[str, tuple[str, ...] | None]], projects: Mapping[str, Projects]) -> NDArray[np.int64]:
    found = [
        [list(one.stages).index(stage) if stage in one.stages and (some is None or name in some) else NOWHERE for name, one in projects.items()]
        for stage, some in uses
    ]
    return np.array(found, np.int64).reshape(len(found), len(projects))


def add_insured_layers(scenario: Scenario, accounts: Accounts, layers: Records, names: tuple[str, ...]) -> tuple[Records, tuple[str, ...]]:
    """Add a layer for each pledged policy: what its insurer pays on a loan in default is borne and recovered like any layer's payment."""
    pledged = {name: policy for name, policy in scenario.scheme.policies.items() if policy.pledged}
    rows = np.zeros((2, len(pledged)), r.LAYER)
    for number, policy in enumerate(pledged.values()):
        rows["payer"][:, number] = accounts.number[policy.insurer]
        rows["basis"][:, number] = r.Basis.INSURED
        rows["source"][:, number] = rows["excess_layer"][:, number] = -1
        rows["lag"][:, number] = policy.lag
        rows["per_claim"][:, number] = indemnity(policy.sum_insured, policy.sum_insured, policy.deductible)
        rows["annual_limit"][:, number] = r.UNLIMITED
        rows["ceiling"][:, number] = r.MILLION
    return np.concatenate([layers, rows], axis=1), (*names, *pledged)
