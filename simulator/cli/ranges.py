"""``--ranges/--no-ranges``: whether assumptions are moved over their ranges, said where that is not plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import notice
from simulator.cli.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.analysis.ranges import Design
    from simulator.cli.options import Play
    from simulator.scenario.loader import Loaded

UNLESS_ASKED = ("event", "exact")
"""Engines on which twenty more runs are not played unasked: the readable one is slow, the exact one plays none."""


def ranges_wanted(play: Play, loaded: Sequence[Loaded]) -> bool:
    """Whether to move assumptions: as asked, else where the engine is quick; told where the answer may surprise."""
    from simulator.analysis.uncertain import has_ranges

    some = any(has_ranges(one) for one in loaded)
    if play.ranges and not some:
        notice(Text("没有带 range 的假设，只报告模拟误差。", "No assumption carries a range: only simulation error is reported."))
    elif play.ranges is None and some and play.engine in UNLESS_ASKED:
        zh = f"--engine {play.engine} 不自动推演假设的范围；要推演，加 --ranges。"
        en = f"--engine {play.engine} does not move assumptions over their ranges by itself; add --ranges to have it."
        notice(Text(zh, en))
    return some and (play.engine not in UNLESS_ASKED if play.ranges is None else play.ranges)


def say_not_exact(play: Play, loaded: Loaded) -> None:
    """Say that the exact path moves no assumptions."""
    from simulator.analysis.uncertain import has_ranges

    if play.ranges or (play.ranges is None and has_ranges(loaded)):
        zh = "精确路径只算文件中的取值，不推演假设的范围；要推演，换一个引擎加 --ranges。"
        en = "The exact path answers for the file's own values and moves no assumptions; another engine does, with --ranges."
        notice(Text(zh, en))


def say_what_is_held(designs: Sequence[Design]) -> None:
    """Tell of points drawn anew or given up; what was held stands in the summary."""
    for design in designs:
        name = design.loaded.name
        if design.redrawn:
            zh = f"{name}：{design.redrawn} 个点的取值组合不成立，已重抽。"
            en = f"{name}: {design.redrawn} points were drawn anew, as their combination is refused."
            notice(Text(zh, en))
        if design.dropped:
            zh = f"{name}：{design.dropped} 个点始终抽不到成立的组合，略去。"
            en = f"{name}: {design.dropped} points were given up, as every combination drawn is refused."
            notice(Text(zh, en))
