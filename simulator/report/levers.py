"""Levers and targets as a reader meets them: values in the reader's language, axes in a pleasant unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.text import chance, money_unit, quantity
from simulator.results.measures import measure_named
from simulator.results.targets import ends_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.results.estimates import Estimate
    from simulator.results.levers import Lever
    from simulator.results.targets import Target

SIGNS = {"<=": "≤", ">=": "≥", "=": "="}


def lever_text(lever: Lever, place: float, lang: str) -> str:
    """Write the value of a lever; money and days in the reader's language, the rest as files have it."""
    if lang == "en" and lever.names_money:
        return quantity(place, "fen", "en")
    if lang == "en" and lever.unit.name == "days":
        return f"{round(place)} days"
    return lever.text(place)


def values_text(levers: list[Lever], places: tuple[float, ...], lang: str) -> str:
    """Write the values of several levers, each after its name."""
    parts = [f"{lever.name(lang)} {lever_text(lever, place, lang)}" for lever, place in zip(levers, places, strict=True)]
    return ("，" if lang == "zh" else ", ").join(parts)


def measure_text(name: str, value: float, n: int, lang: str) -> str:
    """Write a value of a measure; a chance no finer than the histories allow."""
    measure = measure_named(name)
    return chance(value, n) if measure.kind == "chance" else quantity(value, measure.unit, lang)


def estimate_text(name: str, found: Estimate, lang: str) -> str:
    """Write an estimate with its 95 % interval."""
    low, high = ends_of(found)
    value, *ends = (measure_text(name, one, found.n, lang) for one in (found.mean, low, high))
    return f"{value}（{ends[0]} – {ends[1]}）" if lang == "zh" else f"{value} ({ends[0]} to {ends[1]})"


def bound_text(target: Target, lang: str) -> str:
    """Write the value of a target in its measure's unit."""
    unit = measure_named(target.measure).unit
    if unit in ("share", "rate"):
        return f"{target.value * 100:.10g}%"
    return quantity(target.value, unit, lang)


def target_text(target: Target, lang: str) -> str:
    """Write a target."""
    return f"{measure_named(target.measure).title(lang)} {SIGNS[target.relation]} {bound_text(target, lang)}"


def measure_scale(name: str, largest: float, lang: str) -> tuple[float, str]:
    """Return what one unit of a measure's axis is worth, and the unit's name."""
    unit = measure_named(name).unit
    if unit == "fen":
        money = money_unit(largest, lang)
        return float(money.fen), money.label
    return (0.01, "%") if unit in ("share", "rate") else (1.0, "")


def lever_scale(lever: Lever, lang: str) -> tuple[float, str]:
    """Return what one unit of a lever's axis is worth, and the unit's name."""
    if lever.names_money:
        money = money_unit(lever.high, lang)
        return float(money.fen), money.label
    if lever.names_share:
        return 10_000.0, "%"
    if lever.unit.name in ("chance", "correlation", "loading"):
        return 0.01, "%"
    if lever.unit.name == "rate_or_lpr":
        return (100.0, "bp") if not isinstance(lever.like, int) else (10_000.0, "%")
    if lever.unit.name in ("days", "months"):
        return 1.0, {"days": ("天", "days"), "months": ("个月", "months")}[lever.unit.name][0 if lang == "zh" else 1]
    return 1.0, ""


def lever_axis(axes: Axes, lever: Lever, lang: str) -> float:
    """Name the horizontal axis after a lever; returns what one unit of it is worth."""
    scale, unit = lever_scale(lever, lang)
    axes.set_xlabel(f"{lever.name(lang)}（{unit}）" if unit and lang == "zh" else f"{lever.name(lang)} ({unit})" if unit else lever.name(lang))
    if lever.unit.name == "date":
        axes.xaxis.set_major_formatter(lambda place, _: lever.text(place))
    return scale
