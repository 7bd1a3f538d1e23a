"""The numbers behind the charts of a comparison that say which scheme is better at what: headline measures, and lending against public cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from simulator.report.blocks import Column, Table
from simulator.report.chart_data import KINDS, spread_columns
from simulator.report.text import either, say
from simulator.report.wording import direction
from simulator.results.estimates import estimate, paired_difference
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Cell, Kind
    from simulator.report.charted import Charted
    from simulator.results.estimates import Estimate

SIDE_BY_SIDE = ("bank.net_loss", "pool.shortfall_probability", "lending.volume", "fiscal.net_cost", "bank.realised_cover")
"""Measures of the panels of a comparison, in order."""

COST, VOLUME, ADDED = "fiscal.net_cost", "lending.volume", "lending.additional_volume"
Standing = Literal["front", "beaten", "unsure", "apart", "given"]


def measures_table(charted: Sequence[Charted]) -> Table:
    """Headline measures of all schemes, a row a measure and scheme, with intervals; a scheme without such a measure has empty cells."""
    lang = charted[0].lang
    columns = (
        Column(either(lang, "指标", "measure"), "text", "measure"),
        Column(either(lang, "方案", "scheme"), "text", "scheme"),
        *spread_columns(lang, "number"),
    )
    rows: list[tuple[Cell, ...]] = []
    kinds: list[Kind] = []
    for name in SIDE_BY_SIDE:
        found = [one.measures.get(name) for one in charted]
        if any(found):
            measure = measure_named(name)
            rows += [(measure.title(lang), one.name, *_figures(own, measure.kind)) for one, own in zip(charted, found, strict=True)]
            kinds += [KINDS[measure.unit]] * len(charted)
    return Table("compare_measures", say("compare_measures", lang), columns, rows, kinds)


def _figures(found: Estimate | None, kind: str) -> tuple[Cell, ...]:
    if found is None:
        return (None,) * 5
    return (found.mean, found.low, found.high, *((found.p05, found.p95) if kind == "mean" else (None, None)))


def can_be_placed(charted: Sequence[Charted]) -> bool:
    """Whether every scheme's cost to the public purse and its lending are known."""
    return all({COST, VOLUME} <= set(one.finals) for one in charted)


class Placed(NamedTuple):
    """A scheme among others by what it costs and what it lends.

    Attributes
    ----------
    name : str
    cost, lent : Estimate
    standing : str
        ``front``, ``beaten``, ``unsure`` (the differences are within the error), ``apart`` (met no luck that another met) or ``given`` (lending is an
        input of some scheme, so that none can be called better for it).
    by : str
        Scheme that beats it; the one it is beaten by at the least cost.
    """

    name: str
    cost: Estimate
    lent: Estimate
    standing: Standing
    by: str = ""


def lending_measure(charted: Sequence[Charted]) -> str:
    """Additional lending, where it can be told of every scheme; else all lending."""
    told = all(not one.given and one.measures.get(ADDED) and ADDED in one.finals for one in charted)
    return ADDED if told else VOLUME


def placed(charted: Sequence[Charted]) -> list[Placed]:
    """Place schemes by public cost and lending; one dominates another if it surely costs no more, lends no less and is surely better in one."""
    lent = lending_measure(charted)
    found = []
    for number, one in enumerate(charted):
        others = [other for place, other in enumerate(charted) if place != number and one.is_paired and other.is_paired]
        against = [(other, _better(one, other, COST, 1), _better(one, other, lent, -1)) for other in others]
        beating = [other for other, *better in against if min(better) >= 0 and max(better) > 0]
        if any(each.given for each in charted):
            standing, whom = "given", ""
        elif beating:
            by = min(beating, key=lambda other: float(other.finals[COST].mean()))
            standing, whom = "beaten", by.name
        elif not others:
            standing, whom = "apart", ""
        else:
            standing, whom = ("front" if all(_is_safe(better) for _, *better in against) else "unsure"), ""
        found.append(Placed(one.name, estimate(one.finals[COST], "fen"), estimate(one.finals[lent], "fen"), standing, whom))  # type: ignore[arg-type]
    return found


UNKNOWN = -0.5
"""Neither better nor worse nor the same, as far as the histories tell."""


def _better(one: Charted, other: Charted, name: str, sign: int) -> float:
    """Whether another scheme is surely better (1), surely worse (-1), the same (0) or neither (``UNKNOWN``), history by history."""
    way = direction(paired_difference(one.finals[name], other.finals[name], "fen"))
    return {"same": 0.0, "uncertain": UNKNOWN, "higher": float(sign), "lower": float(-sign)}[way]


def _is_safe(better: Sequence[float]) -> bool:
    """Whether a scheme is surely not beaten by another: surely better somewhere, or the same throughout."""
    return min(better) == -1 or max(better) == min(better) == 0


def trade_off_table(charted: Sequence[Charted]) -> Table:
    """Public cost and lending of each scheme with their intervals, and whether another dominates it."""
    lang, lent = charted[0].lang, lending_measure(charted)
    ends = (("", "", "mean"), ("，95%区间下限", ", 95% interval, low", "low"), ("，95%区间上限", ", 95% interval, high", "high"))
    columns = [Column(either(lang, "方案", "scheme"), "text", "scheme")]
    columns += [
        Column(f"{measure_named(name).title(lang)}{either(lang, zh, en)}", "money", f"{name}.{key}") for name in (COST, lent) for zh, en, key in ends
    ]
    columns.append(Column(either(lang, "位置", "standing"), "text", "standing"))
    rows = [
        (one.name, *(end for found in (one.cost, one.lent) for end in (found.mean, found.low, found.high)), standing_words(one, lang))
        for one in placed(charted)
    ]
    return Table("lending_against_cost", say("trade_off", lang), columns, rows)


def standing_words(one: Placed, lang: str) -> str:
    """Say how a scheme stands among the others."""
    return say(f"trade_off_{one.standing}", lang, who=one.by) if one.standing == "beaten" else say(f"trade_off_{one.standing}", lang)
