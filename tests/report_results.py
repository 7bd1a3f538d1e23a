"""Results of all shapes for reports: real ones of small runs, and many more made from them by changing what each history brought."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.analysis.compare import compare_scenarios
from simulator.results.answers import Answer
from simulator.results.comparisons import Comparison, differences_of
from simulator.results.ranges import Influence, Ranged, RangeStudy, Span
from simulator.results.results import Results
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

HISTORIES = 24
SIZES = ("run.histories=24",)
SOURCES = {
    "湖北": ("population.segments.科技型企业.firms=100",),
    "广东": (),
    "岱山": (),
    "泉州": (),
    "参照资产池": (),
    "湖北补偿50": ("population.segments.科技型企业.firms=100",),
}
MEASURES = (
    "pool.shortfall_probability",
    "bank.net_loss",
    "fiscal.net_cost",
    "lending.volume",
    "lending.additional_volume",
    "fiscal.back",
    "project.succeeded",
)
PD = Ranged("population.segments.成长期.pd", "成长期 年违约率", "成长期 default rate", "1.5%", "0.8%", "2.5%", (0.008, 0.025), 0.015)
LGD = Ranged("losses.lgd.mean", "平均违约损失率", "mean LGD", "75%", "55%", "90%", (550_000.0, 900_000.0), 750_000.0)


@cache
def played(name: str) -> Answer:
    """A small run of a built-in scheme."""
    loaded = load(name, sets=(*SIZES, *SOURCES[name]))
    (results,) = play_scenarios([loaded.scenario])
    return Answer(loaded, results, "batch")


@cache
def played_together(*names: str) -> Comparison:
    """A small comparison of built-in schemes."""
    return compare_scenarios([load(name, sets=(*SIZES, *SOURCES[name])) for name in names])


def varied(answer: Answer, chance: Generator, n: int) -> Answer:
    """The same scheme with other figures: histories drawn anew, money scaled alike, some figures quiet, with a study of ranges or without."""
    results = answer.results
    drawn = chance.integers(0, results.n_histories, n)
    scale = float(10 ** chance.uniform(-4, 2))
    finals = {name: scaled(name, np.asarray(values)[drawn], scale, chance) for name, values in results.finals.items()}
    series = {name: scaled(name, np.asarray(values)[drawn], scale, chance) for name, values in results.series.items()}
    made = Answer(answer.loaded, replace_results(results, finals, series), answer.engine)
    return replace(made, ranges=study_on(made, chance)) if chance.random() < 0.6 else made


def replace_results(results: Results, finals: Mapping[str, NDArray[Any]], series: Mapping[str, NDArray[Any]]) -> Results:
    return Results(results.scenario, results.months, finals, series)


COUNTED = (
    "lending.loans",
    "lending.applications",
    "lending.borrowers",
    "lending.first_time",
    "project.succeeded",
    "stage.",
    "pool.short",
    "pool.first",
)


def scaled(name: str, values: NDArray[Any], scale: float, chance: Generator) -> NDArray[Any]:
    """Money times a factor, sometimes with a sign or a spread of its own; counts and days stay."""
    if name.startswith(COUNTED):
        return values
    if name.startswith(("fiscal.", "lending.additional")):
        noise = chance.normal(0.0, 1.0, len(values)) * 10 ** chance.uniform(4, 11)
        values = values + noise.astype(np.int64).reshape(-1, *[1] * (values.ndim - 1))
    return np.rint(values * scale).astype(np.int64)


def study_on(answer: Answer, chance: Generator) -> RangeStudy:
    """A study whose points lie about the run's own estimates."""
    moved = {
        name: found.mean * chance.uniform(0.2, 2.0, 20) + (chance.normal(0, abs(found.mean), 20) if name.startswith("fiscal") else 0.0)
        for name in MEASURES
        if (found := answer.measures.get(name))
    }
    if "pool.shortfall_probability" in moved:
        moved["pool.shortfall_probability"] = np.clip(moved["pool.shortfall_probability"], 0.0, 1.0)
    values = np.stack([chance.uniform(*one.ends, 20) for one in (PD, LGD)], axis=1)
    influences = {}
    for name, found in moved.items():
        if np.ptp(found) > 0:
            pairs = [Influence(one, float(chance.uniform(-1, 1))) for one in (PD, LGD)]
            influences[name] = sorted(pairs, key=lambda one: -abs(one.correlation))
    return RangeStudy(
        assumptions=(PD, LGD),
        texts=[tuple(f"{value:g}" for value in row) for row in values],
        values=values,
        histories=20,
        own={name: float(np.mean(found)) for name, found in moved.items()},
        played=moved,
        moved=moved,
        chance_bound=0.53,
        influences=influences,
    )


def compared(base: Answer, chance: Generator) -> Comparison:
    """A reform of the same scheme whose figures differ from the base's: not at all, by noise, or clearly."""
    finals = {}
    for name, values in base.results.finals.items():
        kind = chance.integers(0, 4)
        spread = float(np.std(values)) or 1e6
        centre = (0.0, 0.0, -1.0, 1.0)[kind] * spread
        shift = chance.normal(centre, spread, len(values)) if kind else 0.0
        finals[name] = np.asarray(values) if name.startswith(COUNTED) else np.rint(np.asarray(values) + shift).astype(np.int64)
    if "pool.short" in finals:
        finals["pool.short"] = (chance.random(len(finals["pool.short"])) < chance.random()).astype(np.int64)
    reform = Answer(base.loaded, replace_results(base.results, finals, base.results.series), base.engine)
    found = differences_of(reform, base)
    spans = {name: Span(*sorted(one.mean * chance.uniform(-1, 2, 2))) for name, one in found.items()} if chance.random() < 0.5 else {}
    return Comparison([base, reform], [True, True], [{}, found], [{}, spans])
