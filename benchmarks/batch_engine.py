"""The batch engine against its floors and a competitor, all in one run; one core unless said.

    python benchmarks/batch_engine.py [--histories 200] [--rounds 5] [--large] [--workers] [--parts]

Bars (ratios and rates, each the median over the rounds):

- 湖北, one scheme, all monthly outputs: at least 5 million applications a second, at most 1.8 times drawing the same worlds;
- each further scheme on the same worlds: at most 0.7 times the first, drawing included;
- reference job as a fixed book, every loan different: at most 0.2 s per 1,000 histories, not slower than hand-written numpy for like loans;
- ``--large``: seconds an application at 10,000, 100,000 and 1,000,000 firms a history (at most 2.5 times at a million);
- ``--workers``: two workers at least 1.8 times one.

``--parts`` tells where the time of an application goes, by leaving parts out.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from scipy.special import ndtr, ndtri

from simulator.engine.batch import play_world
from simulator.engine.state import fresh_books, fresh_loans
from simulator.runs.play import pack, play_block, prepare, responds
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load
from simulator.world.book import make_room
from simulator.world.defaulters import draw_defaulters
from simulator.world.draw import draw_history, draw_to_play
from simulator.world.macro import draw_factors
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.world.book import Book
    from simulator.world.population import WorldPlan

LOANS, YEARS, PD, CORRELATION, LGD, SHARE, CAP = 10_000, 5, 0.03, 0.15, 0.45, 0.8, 500.0
HISTORIES = 100
VARIED = Path(__file__).with_name("reference_pool_varied.yaml")


def seconds(run: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of one call."""
    start = clock()
    run()
    return clock() - start


def plan_of(name: str, changes: Sequence[str] = ()) -> WorldPlan:
    """What a scenario's worlds are drawn from when it is run."""
    scenario = load(name, sets=changes).scenario
    return plan_world(scenario, prepare(scenario).setting.calendar, has_signals=responds(scenario))


def by_hand(histories: int, seed: int = 1) -> tuple[float, float]:
    """Play the reference job with numpy, history by history, for like loans: mean bank loss and the chance of an empty pool."""
    random = np.random.default_rng(seed)
    threshold = float(ndtri(1.0 - (1.0 - PD) ** YEARS))
    root, rest = math.sqrt(CORRELATION), math.sqrt(1.0 - CORRELATION)
    losses, dry = [], 0
    for _ in range(histories):
        chance = float(ndtr((threshold - root * random.standard_normal()) / rest))
        level = random.random(LOANS)
        times = np.sort(-np.log1p(-ndtr(root * threshold + rest * ndtri(level[level < chance]))))
        paid = np.minimum(np.cumsum(np.full(len(times), SHARE * LGD)), CAP)
        losses.append(LGD * len(times) - (paid[-1] if len(paid) else 0.0))
        dry += bool(len(paid) and SHARE * LGD * len(times) >= CAP)
    return statistics.fmean(losses), dry / histories


def hubei(histories: int, rounds: int) -> None:
    """Rate of applications, ratio to drawing, cost of a further scheme."""
    one, two = (pack([load(name).scenario for name in names]) for names in (("hubei",), ("hubei", "hubei_ratio_50")))
    plan = plan_of("hubei")
    applications = sum(len(draw_history(plan, history).links) for history in range(histories))
    for packed in (one, two):
        play_block(packed, "batch", 0, 2)

    def draw() -> None:
        for history in range(histories):
            draw_history(plan, history)

    found = [
        (seconds(draw), seconds(lambda: play_block(one, "batch", 0, histories)), seconds(lambda: play_block(two, "batch", 0, histories)))
        for _ in range(rounds)
    ]
    rates = [applications / first / 1e6 for _, first, _ in found]
    ratios = [first / drawn for drawn, first, _ in found]
    further = [(both - first) / first for _, first, both in found]
    print(f"湖北: {statistics.median(rates):.2f} million applications a second and core (best {max(rates):.2f}; bar 5)")
    print(f"湖北: {statistics.median(ratios):.2f} times drawing the same worlds (bar 1.8)")
    print(f"湖北: a further scheme costs {statistics.median(further):.2f} of the first (bar 0.7)")


def reference(histories: int, rounds: int) -> None:
    """Fixed books against numpy."""
    like, varied = (pack([load(str(source)).scenario]) for source in ("reference_pool", VARIED))
    for packed in (like, varied):
        play_block(packed, "batch", 0, 2)
    found = [
        (
            seconds(lambda: by_hand(histories)),
            seconds(lambda: play_block(like, "batch", 0, histories)),
            seconds(lambda: play_block(varied, "batch", 0, histories)),
        )
        for _ in range(rounds)
    ]
    scale = 1000 / histories
    hand, ours, different = (statistics.median(column) * scale for column in zip(*found, strict=True))
    ratio = statistics.median(one / other for other, _, one in found)
    print(f"reference job, numpy, like loans:          {hand:.3f} s per 1,000 histories")
    print(f"reference job, fixed book, like loans:     {ours:.3f} s per 1,000 histories")
    print(f"reference job, fixed book, every loan different: {different:.3f} s per 1,000 histories, {ratio:.2f} times numpy (bars 0.2, 1)")


def large() -> None:
    """Seconds an application as a history grows."""
    first = 0.0
    for firms, histories in ((10_000, 30), (100_000, 4), (1_000_000, 1)):
        changes = [f"population.segments.科技型企业.firms={firms}"]
        packed, plan = pack([load("hubei", sets=changes).scenario]), plan_of("hubei", changes)
        applications = sum(len(draw_history(plan, history).links) for history in range(histories))
        play_block(packed, "batch", 0, 1)
        each = min(seconds(lambda packed=packed, histories=histories: play_block(packed, "batch", 0, histories)) for _ in range(3)) / applications
        first = first or each
        print(f"{firms:>9,} firms: {each * 1e9:.0f} ns an application, {each / first:.2f} times the smallest (best of three)")


def workers(histories: int) -> None:
    """Wall time of two workers against one."""
    scenario = load("hubei", sets=[f"run.histories={histories}"]).scenario
    play_scenarios([scenario], workers=2)
    one, two = (min(seconds(lambda n=n: play_scenarios([scenario], workers=n), time.perf_counter) for _ in range(5)) for n in (1, 2))
    print(f"two workers are {one / two:.2f} times as fast as one, best of five each ({os.cpu_count()} cores; bar 1.8)")


def parts(rounds: int) -> None:
    """Nanoseconds an application of 湖北, and a default of the reference job, part by part."""
    cut, safe = "run.run_off=cut", "population.segments.科技型企业.pd=0.000001%"
    packed, plan = pack([load("hubei").scenario]), plan_of("hubei")
    applications = sum(len(draw_history(plan, history).links) for history in range(HISTORIES))
    together = min(seconds(lambda: play_block(packed, "batch", 0, HISTORIES)) for _ in range(rounds)) / applications
    whole, no_defaults, lending = (play_seconds(changes, rounds) for changes in ((), (safe,), (safe, cut)))
    print("湖北, ns an application:")
    for name, value in (
        ("a block of histories", together),
        ("drawing their worlds", together - whole.all),
        ("playing drawn worlds", whole.all),
        ("  terms of each application, empty books", whole.opening),
        ("  lending, with the interest owed when it ends", lending.all - lending.opening),
        ("  repayments in the years after", no_defaults.all - lending.all),
        ("  defaults, claims, recoveries, breaker", whole.all - no_defaults.all),
    ):
        print(f"  {name}: {value * 1e9:.0f}")
    scenario = load(str(VARIED)).scenario
    packed, plan = pack([scenario]), plan_world(scenario, prepare(scenario).setting.calendar)
    book, room = cast("Book", plan.book), make_room(plan)

    def draw(history: int) -> int:
        z = draw_factors(plan.macro, plan.seed, history)
        return draw_defaulters(book, plan.failures, plan.recoveries, z, plan.seed, history, room)[0]

    defaults = sum(draw(history) for history in range(HISTORIES))
    drawn, played = (
        min(seconds(run) for _ in range(rounds)) / defaults
        for run in (lambda: [draw(history) for history in range(HISTORIES)], lambda: play_block(packed, "batch", 0, HISTORIES))
    )
    print(f"reference job, ns a default: drawing {drawn * 1e9:.0f}, its case, claim, payment and recovery in the books {(played - drawn) * 1e9:.0f}")


class Played(NamedTuple):
    """Seconds an application: of a whole history, and of what comes before its first day."""

    all: float
    opening: float


def play_seconds(changes: Sequence[str], rounds: int) -> Played:
    """Play worlds of 湖北 with some values changed."""
    play, plan = prepare(load("hubei", sets=changes).scenario), plan_of("hubei", changes)
    worlds = [draw_to_play(plan, history) for history in range(20)]
    applications = sum(len(world.links) for world in worlds)

    def open_all() -> None:
        for world in worlds:
            fresh_books(play.setting, len(world.lags))
            fresh_loans(play.setting, world)

    runs = (lambda: [play_world(play.setting, play.scratch, world) for world in worlds], open_all)
    return Played(*(min(seconds(run) for _ in range(rounds + 1)) / applications for run in runs))


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--workers", action="store_true")
    parser.add_argument("--parts", action="store_true")
    options = parser.parse_args()
    if options.parts:
        parts(options.rounds)
        return
    hubei(options.histories, options.rounds)
    reference(5 * options.histories, options.rounds)
    if options.large:
        large()
    if options.workers:
        workers(5 * options.histories)


if __name__ == "__main__":
    main()
