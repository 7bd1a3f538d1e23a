"""The same banks and firms with no scheme: what additionality is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario.models import Limits, Scheme
from simulator.scenario.units import resolve_rate
from simulator.terms.contract import Contract, by_grade, lower_contract

if TYPE_CHECKING:
    from simulator.scenario.models import Scenario
    from simulator.scenario.names import Names


def lower_without_scheme(scenario: Scenario, names: Names) -> Contract:
    """Turn the overlay ``without_scheme`` of a scenario into arrays.

    No layers, guards, fees, subsidies or relending and no rate cap; limits on amounts and terms stay; loans cost the market rate, and only a part of
    what is asked for is offered without a collateral product.
    """
    limits = scenario.scheme.limits
    bare = Scheme(limits=Limits(loan=limits.loan, firm=limits.firm, open_loans=limits.open_loans, term=limits.term))
    contract = lower_contract(scenario.model_copy(update={"scheme": bare}), names)
    overlay = scenario.without_scheme
    contract.sheet_terms["amount_share"] = overlay.share_without_collateral_product
    for number, grade in enumerate(names.grades):
        rate = by_grade(overlay.market_rate, grade)
        if rate is not None:
            contract.grades["market_rate"][number] = resolve_rate(rate, scenario.prices.lpr)
    return contract
