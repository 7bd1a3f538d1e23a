"""What each history adds to a measure: one number a history whose mean is the measure, so that differences of measures get paired errors.

A mean, a chance and a ratio of means can all be written so; a ratio by its linear form (the delta method): ``ratio + (x - ratio y) / mean(y)``.
Quantiles, tails and first days cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.results.estimates import ratio_of_means
from simulator.results.measures import BY_NAME, MADE_UP, lending_is_given, measure_named, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    top = np.asarray(known[parts[0]], dtype=np.float64)
    if measure.kind == "chance":
        happened: Floats = (top != 0).astype(np.float64)
        return happened
    if measure.kind != "ratio":
        return top
    under = np.asarray(known[parts[1]], dtype=np.float64)
    found = ratio_of_means(top, under, measure.unit)
    if found is None:
        return None
    ratio, level = found.mean, float(under.mean())
    linear: Floats = ratio + (top - ratio * under) / level
    return linear
