"""What a study's file may say: one class a kind of study, one field a key.

A study asks something of a scenario; the kind decides what. All kinds share the keys of ``Study``, those about one scenario the keys of
``StudyOfOne``, those about several the keys of ``StudyOfSeveral``. Values of a scenario stand here as its own file writes them and are read in their
units when the scenario is made with them. ``study.py`` loads the files; ``KINDS`` is the table of kinds.
"""

from __future__ import annotations

from typing import Any, Literal

from simulator.scenario.models import Block
from simulator.scenario.units import Either, Months, PositiveInt, Share, item

Value = Any
"""A value of a scenario as its file writes it: a text, a number, a list, or a mapping of names to such."""


class Study(Block):
    """What every study says of itself."""

    schema_version: Literal[1] = item("格式版本", "version of the file format", 1, alias="schema")
    study: str = item("研究类型", "kind of study")
    title: str = item("标题", "title")
    title_en: str | None = item("英文标题", "English title", None)
    summary: str | None = item("说明", "what is asked, in a sentence", None)
    summary_en: str | None = item("英文说明", "the same in English", None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names or files of the scenarios it is about."""
        raise NotImplementedError


class StudyOfOne(Study):
    """A study of one scenario."""

    scenario: str = item("情景", "built-in name of the scenario, or a file beside this one")
    changes: dict[str, Value] = item("改动", "values that are changed first, by path, as --set does", {}, alias="set")
    histories: PositiveInt | None = item("模拟次数", "number of histories (default: the scenario's)", None)
    seed: int | None = item("随机种子", "random seed (default: the scenario's)", None, ge=0, le=2**63 - 1)

    @property
    def sources(self) -> tuple[str, ...]:
        """Name or file of the scenario it is about."""
        return (self.scenario,)


class StudyOfSeveral(Study):
    """A study of several scenarios."""

    scenarios: tuple[str, ...] = item("情景", "built-in names of the scenarios, or files beside this one")
    changes: dict[str, Value] = item("改动", "values that are changed first in each, by path, as --set does", {}, alias="set")
    histories: PositiveInt | None = item("模拟次数", "number of histories (default: the scenarios')", None)
    seed: int | None = item("随机种子", "random seed (default: the scenarios')", None, ge=0, le=2**63 - 1)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names or files of the scenarios it is about."""
        return self.scenarios


class Sweep(StudyOfOne):
    """A grid over values of a scenario, and over named reforms of it."""

    study: Literal["sweep"] = item("研究类型", "kind of study")
    vary: dict[str, Value] = item("变动", "values by path: a list, or a range from:to:step such as 50%:95%:5%", {})
    reforms: dict[str, dict[str, Value]] = item("改革方案", "named reforms, each a set of values by path", {})
    baseline: Either[str, dict[str, Value]] | None = item("基线", "point that others are compared with: values by path, or a reform's name", None)
    measures: tuple[str, ...] | None = item("指标", "measures in tables and charts (default: the headline ones)", None)


class Ends(Block):
    """Ends between which a value moves."""

    from_: Value = item("起点", "lower end", alias="from")
    to: Value = item("终点", "upper end")
    step: Value | None = item("步长", "finest difference that is tried (default: one that suits the range)", None)


class Solve(StudyOfOne):
    """The value that meets a target, or the values that make a measure least or most while constraints hold."""

    study: Literal["solve"] = item("研究类型", "kind of study")
    find: dict[str, Ends] = item("求解", "values to find: a path and the ends it moves between")
    target: str | None = item("目标", "measure, <=, >= or =, and a value: pool.shortfall_probability <= 5%", None)
    least: str | None = item("求最小", "measure to make as small as can be", None)
    most: str | None = item("求最大", "measure to make as large as can be", None)
    subject_to: tuple[str, ...] = item("约束", "what must hold: lending.volume >= 700亿元", ())
    evaluations: PositiveInt = item("最多试算", "most points to try with least or most", 160)


class Frontier(StudyOfOne):
    """The points of some levers that no other point beats in every objective."""

    study: Literal["frontier"] = item("研究类型", "kind of study")
    levers: dict[str, Ends] = item("政策变量", "what moves: a path and the ends it moves between")
    objectives: tuple[str, ...] | None = item("目标", "measures with min or max: fiscal.net_cost:min (default: cost, added lending, bank loss)", None)
    points: PositiveInt | None = item("点数", "points to play (default: a grid for one or two levers, 64 for more)", None)


class Sensitivity(StudyOfOne):
    """Which assumptions move the answer, when they move over their ranges."""

    study: Literal["sensitivity"] = item("研究类型", "kind of study")
    method: tuple[Literal["tornado", "morris", "sobol"], ...] = item("方法", "methods", ("tornado",))
    vary: dict[str, Value] = item("范围", "ranges by path, low:high, added or in place of the scenario's", {})
    only: tuple[str, ...] = item("只动", "paths of the assumptions that move (default: all with a range)", ())
    measures: tuple[str, ...] | None = item("指标", "measures (default: the headline ones)", None)
    points: PositiveInt | None = item("点数", "most points of Morris and of Sobol, each", None)


class Stress(StudyOfOne):
    """Named paths of the economy, bounds of dependence, and the smallest shock that empties the pool."""

    study: Literal["stress"] = item("研究类型", "kind of study")
    paths: tuple[str, ...] | None = item(
        "宏观路径", "names of paths, or shocks 1/N:months and 1/N:months:first month (default: all named ones)", None
    )
    dependence: tuple[Literal["independent", "comonotone"], ...] = item("相关边界", "bounds of dependence", ("independent", "comonotone"))
    reverse: bool = item("反向压力", "look for the smallest shock that empties the pool", True)  # noqa: FBT003
    reverse_months: Months = item("反向压力月数", "months that the shock lasts", 12, ge=1)
    reverse_share: Share = item("反向压力占比", "part of histories in which the pool must be emptied", 500_000, gt=0, lt=1_000_000)
    measures: tuple[str, ...] | None = item("指标", "measures (default: the headline ones)", None)


class Regret(StudyOfSeveral):
    """Which scheme is best where, when the assumptions that they share move together."""

    study: Literal["regret"] = item("研究类型", "kind of study")
    population: PositiveInt | None = item(
        "企业总体", "number in the list of the scenario on whose firms, macro and seed every scheme is played", None
    )
    vary: dict[str, Value] = item("范围", "ranges by path, low:high, added or in place of the scenarios'", {})
    only: tuple[str, ...] = item("只动", "paths of the assumptions that move (default: all with a range)", ())
    measures: tuple[str, ...] | None = item("指标", "measures to judge by (default: net fiscal cost, bank net loss)", None)
    futures: PositiveInt = item("未来数", "number of futures", 40)


KINDS: dict[str, type[Study]] = {
    "sweep": Sweep,
    "solve": Solve,
    "frontier": Frontier,
    "sensitivity": Sensitivity,
    "stress": Stress,
    "regret": Regret,
}
"""Kinds of studies, by the word that ``study:`` takes; the command of a kind has its name."""
