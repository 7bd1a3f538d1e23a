"""What each history adds to a measure that is a mean over histories, where a scenario has that measure.

Means, chances and ratios of means are; quantiles, tails and first days are not. Differences of these numbers between scenarios on the same histories
are paired, and noise can be told apart from what a parameter does (``noise``). The numbers are those of ``influence``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.results.estimates import estimate, ratio_of_means
from simulator.results.influence import influence
from simulator.results.measures import BY_NAME, MADE_UP, lending_is_given, measure_named, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from simulator.results.estimates import Values
    from simulator.scenario.models import Scenario

    Floats = NDArray[np.float64]

ADDITIVE = ("mean", "ratio", "chance")
"""Kinds of measures that are a mean of something over histories."""


def is_additive(name: str) -> bool:
    """Whether a measure is known and a mean of something over histories.

    Examples
    --------
    >>> is_additive("bank.net_loss_rate"), is_additive("bank.net_loss_var_99"), is_additive("bank.netloss")
    (True, False, False)
    """
    return (name in BY_NAME and BY_NAME[name].kind in ADDITIVE) or name.startswith(MADE_UP)


def contributions(finals: Mapping[str, Values], scenario: Scenario, name: str) -> Floats | None:
    """Return what each history adds to a measure.

    Parameters
    ----------
    finals : mapping of str to ndarray, shape (n_histories,)
        Raw dotted names, as ``Results`` holds them.
    scenario : Scenario
        As played.
    name : str
        Dotted name of an additive measure.

    Returns
    -------
    ndarray, shape (n_histories,), or None
        In the measure's unit; its mean is the measure. None where the scenario has no such measure, or a ratio's denominator
        may be 0.
    """
    measure = measure_named(name)
    if name == "lending.additional_volume" and lending_is_given(scenario):
        return None
    known = parts_of(finals, scenario)
    parts = measure.of or (name,)
    if any(part not in known for part in parts):
        return None
    top, under = known[parts[0]], known[parts[-1]]
    found = ratio_of_means(top, under, measure.unit) if measure.kind == "ratio" else estimate(top, measure.unit)
    return None if found is None else influence(name, found, finals, scenario)
