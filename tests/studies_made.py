"""Studies made by hand with names as long as users give them, for the tests of their charts; nothing is played."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simulator.results.estimates import Estimate
from simulator.results.levers import Lever
from simulator.results.pareto import FrontierFound, standings_of
from simulator.results.ranges import Influence, Ranged
from simulator.results.regret import MeasureRegret, RegretStudy, Split
from simulator.results.sensitivity import Index, Screened, SensitivityStudy, Swing
from simulator.results.solved import About, Crossing, Evaluation, Optimum, Solution
from simulator.results.stress import StressCase, StressStudy, Words
from simulator.results.sweeps import HEADLINE, Axis, Grids, SweepFound, SweptPoint
from simulator.results.targets import Objective, Target
from simulator.scenario import units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

YI = 10**10
UNITS = {"pool.shortfall_probability": "share", "bank.net_loss_rate": "rate", "fiscal.cost_per_added_yuan": "share"}
LONG = (
    "武汉市硚口区风险补偿资金池甲方案",
    "比例提高到百分之八十五并按年补充",
    "a very long English name of a reform with many words",
    "县乡两级财政分担与再担保合并方案",
    "不设封顶",
    "资金池二十亿元",
    "岱山扩围",
    "Pneumonoultramicroscopicsilicovolcanoconiosis-fund",
)
TITLE, TITLE_EN = (
    "武汉市硚口区知识价值信用贷款风险补偿资金池（存量到期即止，起始日为假定）",
    "Knowledge-value credit loans of a district (run off; start assumed)",
)
SHARE = Axis(
    "scheme.layers.a.share", "资金池补偿 比例", "pool cover share", tuple(f"{n}%" for n in range(50, 95, 5)), tuple(range(50, 95, 5)), "share"
)
POOL = Axis("scheme.accounts.a.endowment", "风险补偿资金池 初始资金", "pool endowment", tuple(f"{n}00万元" for n in range(1, 10)),
            tuple(n * 10**8 for n in range(1, 10)), "money")  # fmt: skip
REFORMS = Axis("reform", "改革方案", "reform", LONG)
STOPS = Axis("scheme.accounts.a.when_short", "资金不足时", "when short", ("queue", "pay_what_is_left"))


def estimate(mean: float, error: float, unit: str = "fen", n: int = 20) -> Estimate:
    """Estimate with an interval of two errors on both sides."""
    return Estimate(mean, error, n, mean - 3 * error, mean, mean + 3 * error, unit, mean - 2 * error, mean + 2 * error)


def first(axis: Axis, n: int) -> Axis:
    """The first values of an axis."""
    return replace(axis, texts=axis.texts[:n], values=axis.values[:n] if axis.values else None)


def swept(*axes: Axis, idle: Sequence[str] = (), baseline: int = 0) -> SweepFound:
    """Sweep whose measures rise along all axes, small beside their error at the second point; those in ``idle`` are the same everywhere."""
    shape = tuple(len(axis) for axis in axes)
    points = []
    for number, place in enumerate(np.ndindex(*shape)):
        measures, differences = {}, {}
        for order, name in enumerate(HEADLINE, 1):
            unit, size = UNITS.get(name, "fen"), 1.0 if name in UNITS else 10 * YI
            step = 0.0 if name in idle else size * (number - baseline) * 0.01 * order
            measures[name] = estimate(size * 0.3 + step, size * 0.05, unit)
            noise = 0.0 if name in idle else size * 0.012
            differences[name] = estimate(step, noise, unit)
        texts = tuple(axis.texts[i] for axis, i in zip(axes, place, strict=True))
        points.append(SweptPoint(place, texts, "", measures, {} if number == baseline else differences, on_same_fates=True))
    grids = Grids((), (), (), (), np.zeros((0, 0, 0), np.int64), np.zeros((0, 0, 0, 0), np.int64))
    return SweepFound("硚口", TITLE, TITLE_EN, axes, tuple(points), baseline, HEADLINE, True, 20, 1, "batch", grids)


ABOUT = About("硚口", TITLE, TITLE_EN, 20, 1, "batch", 3, given=False)
COVER = Lever("scheme.layers.a.share", "武汉市硚口区政府性融资担保有限责任公司 补偿比例", "cover share of the long-named fund", units.SHARE,
              500_000.0, 950_000.0, 1000.0, 800_000, 800_000.0)  # fmt: skip
SIZE = Lever("scheme.accounts.a.endowment", "资金池 初始资金", "pool endowment", units.MONEY, YI / 1.0, 20.0 * YI, YI / 100, 10 * YI, 10.0 * YI)
STOP = Lever("scheme.guards.a.stop", "不良率熔断 停止线", "stop threshold of the guard", units.SHARE, 30_000.0, 80_000.0, 1000.0, 50_000, 50_000.0)
LEVERS = (COVER, SIZE, STOP)
COST, LENT, LOSS = Objective("fiscal.net_cost", "min"), Objective("lending.additional_volume", "max"), Objective("bank.net_loss", "min")


def frontier(n_levers: int, n_points: int, *, third: bool = False, noise: float = 0.02) -> FrontierFound:
    """Points of which each other one lies under the line of the rest: cost and lending rise together; the own values are in the middle."""
    chance = np.random.default_rng(5)
    objectives = (COST, LENT, LOSS) if third else (COST, LENT)
    levers, evaluations, parts = LEVERS[:n_levers], [], []
    for number in range(n_points):
        part = number / max(n_points - 1, 1)
        cost, lent = (2 + 8 * part) * YI, (100 + 300 * part**0.5 - (40 if number % 2 else 0)) * YI
        values = [cost, lent, (9 - 5 * part) * YI][: len(objectives)]
        rows = np.array([value * (1 + noise * chance.normal(size=20)) for value in values])
        measures = {one.measure: estimate(float(row.mean()), float(row.std() / 4)) for one, row in zip(objectives, rows, strict=True)}
        places = tuple(
            lever.at(lever.low + lever.span * ((number * step) % n_points) / max(n_points - 1, 1))
            for lever, step in zip(levers, (1, 3, 7), strict=False)
        )
        evaluations.append(Evaluation(places, measures, 1))
        parts.append([row * (1 if one.sense == "min" else -1) for one, row in zip(objectives, rows, strict=True)])
    return FrontierFound(ABOUT, levers, objectives, evaluations, standings_of(np.array(parts)), n_points // 2, (), 0)


def evaluations(levers: Sequence[Lever], value: Callable[[float], dict[str, Estimate]], n: int = 25) -> list[Evaluation]:
    """Points along all levers at once."""
    return [Evaluation(tuple(lever.at(lever.low + lever.span * i / (n - 1)) for lever in levers), value(i / (n - 1)), 1) for i in range(n)]


def solution(target: float, at: float | None) -> Solution:
    """Measure that falls from 90 % to 10 % along a lever with a long name; the answer a part of the way."""
    name = "pool.shortfall_probability"
    tried = evaluations([COVER], lambda part: {name: estimate(0.9 - 0.8 * part, 0.04, "share")})
    place = None if at is None else COVER.at(COVER.low + COVER.span * at)
    answer = None if place is None else Crossing(place, None, COVER.at(min(place + 30_000, COVER.high)), estimate(target, 0.04, "share"))
    own = Evaluation((800_000.0,), {name: estimate(0.37, 0.04, "share")}, 1)
    return Solution(ABOUT, COVER, Target(name, "<=", target), tried, own, 3, answer, (), tried[-1], None)


def optimum(n_levers: int, n_constraints: int, *, is_found: bool = True) -> Optimum:
    """Cost that rises along all levers, with so many constraints."""

    def value(part: float) -> dict[str, Estimate]:
        return {"fiscal.net_cost": estimate((1 + 9 * part) * YI, YI / 5),
                "bank.net_loss_rate": estimate(0.06 - 0.05 * part, 0.004, "rate"),
                "pool.shortfall_probability": estimate(0.9 - 0.8 * part, 0.04, "share"),
                "bank.net_loss": estimate((9 - 8 * part) * YI, YI / 5)}  # fmt: skip

    bounds = (Target("bank.net_loss_rate", "<=", 0.04), Target("pool.shortfall_probability", "<=", 0.4), Target("bank.net_loss", "<=", 300.0 * YI))
    levers = LEVERS[:n_levers]
    tried = evaluations(levers, value)
    best = tried[13] if is_found else None
    own = Evaluation(tuple(float(lever.own or 0) for lever in levers), value(0.6), 1)
    return Optimum(ABOUT, levers, COST, bounds[:n_constraints], tried, own, 3, 0, best, tried[-1], tried[12:16] if is_found else [])


def ranged(n: int) -> list[Ranged]:
    """Assumptions with long names."""
    names = (*LONG, "平均违约损失率", "回收时滞 平均天数", "宏观 资产相关系数", "贷款金额 离散系数", "单笔上限", "提款间隔")
    return [
        Ranged(f"x{i}", f"{names[i % len(names)]}{i}", f"assumption {i} {names[2]}", "1460天", "365天", "2920天", (365.0, 2920.0), 1460.0)
        for i in range(n)
    ]


def sensitivity(n: int) -> SensitivityStudy:
    """All methods on one measure; every third assumption is told apart, every fourth does nothing, every fifth moves it one way at both ends."""
    tornado, morris, sobol = [], [], []
    for i, one in enumerate(ranged(n)):
        size, told, idle = 4 * YI / (i + 1), i % 3 == 0, i % 4 == 3
        low, high = (5 * YI, 5 * YI) if idle else (5 * YI - size, 5 * YI + size * (-0.4 if i % 5 == 4 else 1))
        tornado.append(Swing(one, low, high, estimate(high - low, size * 0.1), told))
        morris.append(Screened(one, size, size, size * 0.7, size * 1.4, size * 0.5, size * 0.1, told))
        sobol.append(Index(one, 0.5 / (i + 1), 0.3 / (i + 1), 0.8 / (i + 1), 0.6 / (i + 1), 0.3 / (i + 1), 0.9 / (i + 1), 0.1, told))
    name = "bank.net_loss"
    return SensitivityStudy("硚口", TITLE, TITLE_EN, 1, 20, ranged(n), (), (name,), {name: estimate(5.0 * YI, YI / 5)},
                            {"tornado": 9, "morris": 9, "sobol": 9},
                            {name: tornado}, {name: morris}, {name: sobol}, {}, {}, {name: 0.17}, {})  # fmt: skip


def stress(n: int) -> StressStudy:
    """The scenario as it is, so many paths, and a bound of dependence that has no default rate."""
    measures = ("pool.shortfall_probability", "bank.net_loss", "fiscal.net_cost", "lending.volume")
    months = [f"{2025 + i // 12}-{i % 12 + 1:02d}" for i in range(72)]
    cases = []
    for i in range(n + 2):
        kind = "model" if i == 0 else "path" if i <= n else "dependence"
        found = {name: estimate(0.1 + 0.8 * i / (n + 2), 0.02, "share") if name in UNITS else estimate((1.0 + i) * YI, YI / 9) for name in measures}
        factor = tuple(-2.5 + 0.02 * month * (1 + i / 9) for month in range(72)) if kind == "path" else ()
        name = LONG[i % len(LONG)]
        cases.append(
            StressCase(
                f"c{i}", kind, Words(name, f"case {name}", "", ""), found, {}, None if i > n else estimate(0.02 + 0.01 * i, 0.002, "share"), factor
            )
        )
    return StressStudy("硚口", TITLE, TITLE_EN, 1, 20, months, measures, cases, None, is_static=False)


def regret(n_schemes: int, n_assumptions: int, n_futures: int = 40) -> RegretStudy:
    """Schemes with long names, each best somewhere; a third of the futures are level."""
    chance = np.random.default_rng(3)
    assumptions = ranged(n_assumptions)
    places = chance.uniform(365, 2920, (n_futures, n_assumptions))
    values = chance.uniform(1, 9, (n_futures, n_schemes)) * YI
    behind = values - values.min(axis=1, keepdims=True)
    level = (behind == 0) | ((np.arange(n_futures) % 3 == 0)[:, None] & (behind <= np.sort(behind, axis=1)[:, 1:2]))
    influences = [Influence(one, 0.9 / (i + 1)) for i, one in enumerate(assumptions)]
    split = Split(assumptions[0], 0, 1000.0, "1000天", 0, 1, 9, 12, 11, 14)
    name = "bank.net_loss"
    found = MeasureRegret(name, "lower", values[0], values, behind, behind.argmin(axis=1), level, behind.mean(axis=0) / 9, influences, (0, 1), split)
    schemes = [LONG[i % len(LONG)] for i in range(n_schemes)]
    texts = [tuple(f"{value:.0f}天" for value in row) for row in places]
    titles = [(one, one) for one in schemes]
    return RegretStudy(schemes, titles, 1, 20, assumptions, texts, places, {name: found}, True, 0, 0, 0.4, ())
