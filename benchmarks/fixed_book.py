"""Drawing the defaulters of a fixed book beside drawing every firm anew, on the reference job; one core, one run.

    python benchmarks/fixed_book.py [--histories 1000] [--rounds 5]

Prints seconds a 1,000 histories and nanoseconds a default, everything drawn (factor, who, when, loss, lags), and the ratio to the same scenario with
``book: drawn``. Nothing is played.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.compiled import compiled
from simulator.dates import calendar_from
from simulator.scenario.loader import load
from simulator.world.book import make_room
from simulator.world.defaulters import draw_defaulters
from simulator.world.draw import draw_history
from simulator.world.macro import draw_factors
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from simulator.world.book import Book, Room
    from simulator.world.failures import FailurePlan
    from simulator.world.macro import MacroPlan
    from simulator.world.population import WorldPlan
    from simulator.world.recoveries import RecoveryPlan

VARIED = str(Path(__file__).parent / "reference_pool_varied.yaml")
JOBS: dict[str, tuple[str, list[str]]] = {
    "reference job": ("reference_pool", []),
    "every loan different, five grades": (VARIED, []),
    "... monthly factor": (VARIED, ["macro.factor=ar1"]),
    "... and Beta losses, lognormal lags": (VARIED, ["macro.factor=ar1", "losses.lgd.spread=0.2", "losses.lag.mean=300天", "losses.lag.spread=0.5"]),
}


@compiled
def count_defaulters(
    book: Book, failures: FailurePlan, recoveries: RecoveryPlan, macro: MacroPlan, room: Room, seed: int, first: int, last: int
) -> int:
    """Draw some histories of a fixed book; returns how many links can default."""
    total = 0
    for history in range(first, last):
        total += draw_defaulters(book, failures, recoveries, draw_factors(macro, seed, history), seed, history, room)[0]
    return total


def plan_of(name: str, changes: list[str], book: str) -> WorldPlan:
    """Plan of a job's worlds."""
    scenario = load(name, sets=[*changes, f"population.book={book}"]).scenario
    return plan_world(scenario, calendar_from(scenario.run.start, 366 * 14))


def fixed(plan: WorldPlan, histories: int, rounds: int) -> tuple[float, int]:
    """Seconds for some histories, the median of some rounds, and the defaults in them."""
    assert plan.book is not None  # noqa: S101  asked for above
    room = make_room(plan)
    times, total = [], count_defaulters(plan.book, plan.failures, plan.recoveries, plan.macro, room, plan.seed, 0, 1)
    for _ in range(rounds):
        start = time.perf_counter()
        total = count_defaulters(plan.book, plan.failures, plan.recoveries, plan.macro, room, plan.seed, 0, histories)
        times.append(time.perf_counter() - start)
    return statistics.median(times), total


def drawn(plan: WorldPlan, histories: int) -> float:
    """Seconds a history with every firm drawn anew."""
    draw_history(plan, 0)
    start = time.perf_counter()
    for history in range(histories):
        draw_history(plan, history)
    return (time.perf_counter() - start) / histories


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{'':38}{'s per 1,000':>12}{'defaults':>10}{'ns a default':>14}{'drawn anew':>12}{'ratio':>8}")
    for name, (file, changes) in JOBS.items():
        seconds, total = fixed(plan_of(file, changes, "fixed"), options.histories, options.rounds)
        anew = 1000 * drawn(plan_of(file, changes, "drawn"), min(options.histories, 100))
        each = seconds * 1000 / options.histories
        print(f"{name:38}{each:12.3f}{total / options.histories:10.0f}{seconds / total * 1e9:14.0f}{anew:12.2f}{each / anew:8.3f}")


if __name__ == "__main__":
    main()
