"""Named paths of the systematic factor, and scenarios that follow them or go to a bound of dependence.

The factor is standard normal month by month, low when times are bad, so a level is a chance: ``1/25`` is the factor that is undercut in one year of
25. A path holds that level for some months from the start; the months after it are drawn as the scenario's own law goes on from there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.analysis.points import scenario_at
from simulator.errors import Problem, ScenarioError
from simulator.results.results import month_names
from simulator.results.stress import Words
from simulator.scenario.messages import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.scenario.loader import Loaded

NEAREST_TO_ONE = "99.9%"
"""Asset correlation that stands for comonotone defaults: it must be less than 1, and at 0.999 nearly all firms of a history default, or none."""

MEDIAN = 0.5

CUSTOM = re.compile(r"1/(\d+(?:\.\d+)?):(\d+)(?::(\d+))?")


class Spell(NamedTuple):
    """Months at one level: the first (counted from 1), how many, and the chance of a factor as low or lower."""

    first: int
    months: int
    chance: float


class Shock(NamedTuple):
    """A path of the factor."""

    key: str
    words: Words
    spells: tuple[Spell, ...]

    @property
    def levels(self) -> dict[int, float]:
        """Factor by month, counted from 0."""
        from scipy.special import ndtri

        return {spell.first - 1 + month: float(ndtri(spell.chance)) for spell in self.spells for month in range(spell.months)}


def _shock(key: str, zh: str, en: str, *spells: Spell) -> Shock:
    said_zh = "，".join(f"第{one.first}至{one.first + one.months - 1}个月因子为{_level_zh(one.chance)}" for one in spells)
    said_en = ", ".join(f"months {one.first} to {one.first + one.months - 1} at {_level_en(one.chance)}" for one in spells)
    return Shock(
        key,
        Words(
            zh,
            en,
            f"{said_zh}；其余月份随机，照情景的持续性回复（假定）",
            f"{said_en}; other months are drawn and come back as persistence has it (assumed)",
        ),
        spells,
    )


def _level_zh(chance: float) -> str:
    if chance == MEDIAN:
        return "中位"
    return f"{_years(chance)}年一遇的低位" if chance < MEDIAN else f"{_years(1 - chance)}年一遇的高位"


def _level_en(chance: float) -> str:
    if chance == MEDIAN:
        return "its median"
    return f"a 1-in-{_years(chance)} low" if chance < MEDIAN else f"a 1-in-{_years(1 - chance)} high"


def _years(chance: float) -> str:
    return f"{1 / chance:.4g}"


NAMED = {
    shock.key: shock
    for shock in (
        _shock("recession", "一次衰退", "one recession", Spell(1, 12, 1 / 25)),
        _shock("long_recession", "长衰退", "a long recession", Spell(1, 24, 1 / 25)),
        _shock("severe_recession", "严重衰退", "a severe recession", Spell(1, 12, 1 / 100)),
        _shock("crisis", "危机", "a crisis", Spell(1, 24, 1 / 100)),
        _shock("double_dip", "双底", "a double dip", Spell(1, 12, 1 / 25), Spell(13, 12, 1 / 2), Spell(25, 12, 1 / 25)),
        _shock("upswing", "景气", "an upswing", Spell(1, 24, 24 / 25)),
    )
}
"""Built-in paths. Their levels and lengths are assumptions: 1 in 25 is the adverse level that supervisors' stress tests are often given, 1 in 100 a
round tail beyond it; none is a forecast."""


def shock_named(text: str) -> Shock:
    """Return a built-in path, by its key or Chinese name, or one that reads ``1/N:months`` or ``1/N:months:first month``.

    Raises
    ------
    ScenarioError
        If it is neither.

    Examples
    --------
    >>> shock_named("crisis").spells, shock_named("1/50:18:7").spells
    ((Spell(first=1, months=24, chance=0.01),), (Spell(first=7, months=18, chance=0.02),))
    """
    found = next((shock for shock in NAMED.values() if text in (shock.key, shock.words.zh)), None)
    if found:
        return found
    match = CUSTOM.fullmatch(text.replace("：", ":"))
    if match and float(match[1]) > 1 and int(match[2]) >= 1 and int(match[3] or 1) >= 1:
        spell = Spell(int(match[3] or 1), int(match[2]), 1 / float(match[1]))
        return _shock(text, f"1/{match[1]} × {match[2]}个月", f"1/{match[1]} for {match[2]} months", spell)
    zh, en = unknown(text, [*NAMED, *(shock.words.zh for shock in NAMED.values())], "宏观路径", "path")
    own = ("也可写 1/N:月数 或 1/N:月数:起始月，如 1/50:18", "or write 1/N:months or 1/N:months:first month, such as 1/50:18")
    raise ScenarioError([Problem("paths", 0, 0, text, f"{zh}；{own[0]}", f"{en}; {own[1]}")])


def along(loaded: Loaded, levels: Mapping[int, float]) -> Loaded:
    """Return the scenario with the factor at given levels in some months, counted from 0; other months as it says, or drawn.

    Raises
    ------
    ScenarioError
        If the scenario is refused so.
    """
    names = month_names(loaded.scenario, max(levels) + 1)
    values = {"macro.factor": "path"} | {f"macro.path.{names[month]}": repr(round(level, 6)) for month, level in levels.items()}
    return scenario_at(loaded, values)


def independent(loaded: Loaded) -> Loaded:
    """Return the scenario in which no default depends on another: all asset correlations are 0, default rates as stated."""
    return scenario_at(loaded, dict.fromkeys(_correlations(loaded), "0%"))


def comonotone(loaded: Loaded) -> Loaded:
    """Return the scenario in which defaults come as nearly together as the language allows, default rates as stated.

    One static factor for all sectors: under a factor that moves month by month a correlation near 1 would raise the default rates too, since its
    lowest month decides.
    """
    without_path = {"macro.path": "remove"} if loaded.scenario.macro.factor == "path" else {}
    values = {"macro.factor": "static", "macro.sector_loading": "1"} | without_path | dict.fromkeys(_correlations(loaded), NEAREST_TO_ONE)
    return scenario_at(loaded, values)


def _correlations(loaded: Loaded) -> Sequence[str]:
    """Paths of all asset correlations of a scenario."""
    population = loaded.scenario.population
    own = [f"population.segments.{name}.asset_correlation" for name, one in population.segments.items() if one.asset_correlation is not None]
    tape = ["population.tape.segment.asset_correlation"] if population.tape and population.tape.segment.asset_correlation is not None else []
    return ["macro.asset_correlation", *own, *tape]


DEPENDENCE = {
    "independent": (
        independent,
        Words(
            "互相独立",
            "independent",
            "资产相关系数为0：违约互不相干，违约率不变",
            "asset correlation 0: no default depends on another; default rates as stated",
        ),
    ),
    "comonotone": (
        comonotone,
        Words(
            "同生共死",
            "comonotone",
            f"静态因子、资产相关系数{NEAREST_TO_ONE}：违约几乎一起来或都不来，违约率不变",
            f"a static factor and asset correlation {NEAREST_TO_ONE}: defaults come nearly all together or not at all; default rates as stated",
        ),
    ),
}
"""Bounds of dependence: what makes the scenario, and its words."""
