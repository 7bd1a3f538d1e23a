"""Words and numbers that charts, summary and terminal of a sweep share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.text import either, money_unit, quantity
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.results.sweeps import Axis, SweepFound, SweptPoint

PHRASES: dict[str, tuple[str, str]] = {
    "histories": ("{n:,}次模拟", "{n:,} histories"),
    "figure_levels": ("各点的估计", "estimates"),
    "figure_differences": ("与基线（{base}）之差", "difference from the baseline ({base})"),
    "interval_note": ("浅色带或横杠为95%区间（只含模拟误差）", "band or bar: 95% interval (simulation error only)"),
    "filled_certain": ("实心点：差别确定；空心点：分不清", "filled: certain; hollow: cannot be told from none"),
    "dashed_base": ("虚线：基线", "dashed: baseline"),
    "all_same": ("每次模拟都与基线相同", "the same as the baseline in every history"),
    "dashed_zero": ("虚线：与基线没有差别", "dashed: no difference"),
    "baseline": ("基线", "baseline"),
    "frame_base": ("方框为基线", "frame: baseline"),
    "contours": ("曲线为等值线", "lines: contours"),
    "question_unclear": ("带问号的：与基线分不清", "question mark: cannot be told from the baseline"),
    "dots_unclear": ("小黑点：与基线分不清", "dot: cannot be told from the baseline"),
    "held": ("其余取 {what}", "others at {what}"),
    "given": ("（给定）", " (given)"),
    "no_measure": ("这里没有这个指标", "this measure is not there"),
    "as_it_is": ("照情景文件", "as the scenario is"),
}


def words(key: str, lang: str, **values: object) -> str:
    """Look up a phrase of sweeps and fill it in."""
    return PHRASES[key][0 if lang == "zh" else 1].format(**values)


def axis_text(axis: Axis, number: int, lang: str) -> str:
    """Write one value of an axis; money in the reader's units."""
    if lang == "en" and axis.values and axis.unit.startswith("money"):
        return quantity(axis.values[number], "fen", lang)
    return axis.texts[number]


def point_texts(found: SweepFound, point: SweptPoint, lang: str) -> list[str]:
    """Write what a point changes, a text an axis; empty where it leaves the axis as the scenario is."""
    if point.place is None:
        return list(point.texts)
    return [axis_text(axis, place, lang) for axis, place in zip(found.axes, point.place, strict=True)]


def point_text(found: SweepFound, point: SweptPoint, lang: str) -> str:
    """Name a point by what it changes."""
    texts = point_texts(found, point, lang)
    if len(texts) == 1:
        return texts[0] or words("as_it_is", lang)
    named = [f"{axis.name(lang)} {text}" for axis, text in zip(found.axes, texts, strict=True) if text]
    return either(lang, "，", ", ").join(named) or words("as_it_is", lang)


def base_text(found: SweepFound, lang: str) -> str:
    """Name the baseline."""
    return point_text(found, found.base, lang)


def unit_of(name: str, values: Sequence[float], lang: str) -> tuple[float, str]:
    """Return what a measure's values are divided by in charts, and what that unit is called."""
    unit = measure_named(name).unit
    if unit == "fen":
        money = money_unit(max((abs(value) for value in values), default=0.0), lang)
        return money.fen, money.label
    if unit in ("share", "rate"):
        return 0.01, "%"
    return 1.0, {"day": either(lang, "天", "days"), "times": either(lang, "倍", "times")}.get(unit, "")
