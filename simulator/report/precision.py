"""How sure a run is, in words: why it stopped where it did, and how many histories would make its headline measures surer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.report.text import either, percent
from simulator.results.measures import measure_named
from simulator.results.precision import errors_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.results.estimates import Estimate
    from simulator.results.precision import Error, Precision

TARGETS = (0.01, 0.05)
"""Errors that advice is given on."""


def stopping_words(precision: Precision, lang: str) -> str:
    """Why a run by ``--precision`` has as many histories as it has."""
    target, n, last = percent_of(precision.target), precision.histories, precision.last
    if last is None:
        told = either(lang, f"精度目标 {target}：没有需要看的指标，推演 {n:,} 次。", f"Precision {target}: no measure to look at; {n:,} histories.")
    elif precision.is_reached:
        told = either(
            lang,
            f"精度目标 {target}：推演 {n:,} 次后主要指标都已达到，最不准的是{error_words(last, lang)}。",
            f"Precision {target}: reached by every headline measure after {n:,} histories; the least certain is {error_words(last, lang)}.",
        )
    else:
        behind = either(lang, "、", ", ").join(error_words(error, lang) for error in precision.errors if not error.meets(precision.target))
        more = max((error.needed(precision.target) for error in precision.errors), default=0)
        about = either(lang, f"；约需 {rounded(more)} 次", f"; about {rounded(more)} histories would do") if more > n else ""
        told = either(
            lang,
            f"精度目标 {target}：到上限 {n:,} 次仍未达到：{behind}{about}。",
            f"Precision {target}: not reached within {n:,} histories, the most allowed: {behind}{about}.",
        )
    if precision.left_out:
        names = titles(precision.left_out, lang)
        told += either(lang, f"各次模拟均为0、不计入：{names}。", f" Left out, as 0 in every history: {names}.")
    return told


def error_words(error: Error, lang: str) -> str:
    """Name one measure and its error."""
    name = measure_named(error.measure).title(lang)
    if math.isinf(error.size):
        return either(lang, f"{name}（平均为0，没有相对误差）", f"{name} (mean 0, no relative error)")
    if error.is_chance:
        half = f"{error.size * 100:.2g}"
        return either(lang, f"{name}（95%区间 ±{half} 个百分点）", f"{name} (95% interval ±{half} points)")
    return either(lang, f"{name}（相对标准误 {percent_of(error.size)}）", f"{name} (relative standard error {percent_of(error.size)})")


def replication_words(measures: Mapping[str, Estimate | None], lang: str) -> str:
    """How many histories would bring each headline measure to given errors, in one sentence; empty where no measure has an error.

    Those that every target is met for are left out.
    """
    errors = [error for error in errors_of(measures) if math.isfinite(error.size) and error.size > 0.0]
    if not errors:
        return ""
    parts = []
    for target in TARGETS:
        behind = [error for error in errors if not error.meets(target)]
        wanted = [f"{measure_named(error.measure).title(lang)} {rounded(error.needed(target))}" for error in behind]
        met = either(lang, "已达到", "reached")
        parts.append(f"{percent_of(target)}: {', '.join(wanted) or met}" if lang == "en" else f"{percent_of(target)}：{'，'.join(wanted) or met}")
    has_chance = any(error.is_chance for error in errors)
    of_chances = either(lang, "；概率为95%区间半宽", "; chances: half width of the 95% interval") if has_chance else ""
    return either(
        lang,
        f"要更准各约需多少次模拟（相对标准误{of_chances}）：{'；'.join(parts)}。",
        f"Histories it would take (relative standard error{of_chances}): {'; '.join(parts)}.",
    )


def titles(names: Sequence[str], lang: str) -> str:
    """Titles of measures, in a row."""
    return either(lang, "、", ", ").join(measure_named(name).title(lang) for name in names)


def percent_of(share: float) -> str:
    """Write an error in per cent, to two significant digits.

    Examples
    --------
    >>> percent_of(0.02), percent_of(0.00734), percent_of(0.125)
    ('2%', '0.73%', '12%')
    """
    return f"{share * 100:.2g}%" if share < 1 else percent(share, 0)


def rounded(n: int) -> str:
    """Write a number of histories to two significant digits: it is known no better.

    Examples
    --------
    >>> rounded(1234), rounded(96), rounded(0)
    ('1,300', '96', '0')
    """
    step = 10 ** max(len(str(n)) - 2, 0)
    return f"{math.ceil(n / step) * step:,}"
