"""What control variates gain: plain and adjusted estimates of many short runs, each with a seed of its own.

    python benchmarks/variance.py [--histories 400] [--seeds 40] [--workers 2]

For each scenario and measure: the gain that a run tells (plain over adjusted variance, from its own standard errors; the median run), the gain that
is there (variance of the plain over that of the adjusted means, across the runs), how often the adjusted 95 % interval holds the mean of all runs,
and the difference of the two means in its standard errors: what bias would show in.
"""

from __future__ import annotations

import argparse
import math
import time
from typing import TYPE_CHECKING

import numpy as np

from simulator.analysis.control import adjusted, controls_of
from simulator.results.answers import Answer
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from simulator.results.controlled import Controlled

JOBS: dict[str, tuple[str, list[str]]] = {
    "参照资产池": ("reference_pool", []),
    "参照资产池, ar1": ("reference_pool", ["macro.factor=ar1"]),
    "湖北": ("hubei", []),
    "广东": ("guangdong", []),
    "泉州": ("quanzhou", []),
}
MEASURES = ("bank.net_loss", "pool.shortfall_probability", "pool.needed", "fiscal.net_cost", "lending.volume")
SURELY = 1_000.0


def runs_of(name: str, sets: list[str], histories: int, seeds: int, workers: int) -> tuple[list[list[Controlled]], float, float]:
    """Adjust the measures of many runs; with the seconds of playing and of adjusting."""
    loaded = [load(name, sets=[*sets, f"run.histories={histories}", f"run.seed={seed}"]) for seed in range(seeds)]
    start = time.perf_counter()
    played = play_scenarios([one.scenario for one in loaded], workers=workers)
    middle = time.perf_counter()
    found = [adjusted(one, Answer(source, one, "batch").measures, controls_of(one), MEASURES) for source, one in zip(loaded, played, strict=True)]
    return found, middle - start, time.perf_counter() - middle


def row(found: list[Controlled]) -> str:
    """One measure over all runs."""
    plain, means, errors = (np.array(values) for values in zip(*((one.plain.mean, one.mean, one.se) for one in found), strict=True))
    told = float(np.median([one.gain for one in found]))
    if means.std() <= 1e-9 * abs(means.mean()):
        return f"{'known exactly':>22}"
    there = (plain.std() / means.std()) ** 2
    truth = float(means.mean())
    covered = float((np.abs(means - truth) < 1.96 * errors).mean())
    shift = plain - means
    bias = float(shift.mean() / (shift.std() / math.sqrt(len(found))))
    told_text, there_text = (f">{SURELY:,.0f}" if gain > SURELY else f"{gain:.1f}" for gain in (told, there))
    return f"{told_text:>11}{there_text:>11}{covered:>10.0%}{bias:>8.1f}"


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print(f"{options.seeds} runs of {options.histories} histories")
    print(f"{'':46}{'gain told':>11}{'gain there':>11}{'covered':>10}{'bias':>8}")
    for name, (file, sets) in JOBS.items():
        runs, playing, adjusting = runs_of(file, sets, options.histories, options.seeds, options.workers)
        print(f"{name}: adjusting takes {adjusting / playing:.1%} of the time of playing")
        for measure in MEASURES:
            found = [one for run in runs for one in run if one.measure == measure]
            if len(found) == len(runs):
                print(f"  {measure:44}{row(found)}")


if __name__ == "__main__":
    main()
