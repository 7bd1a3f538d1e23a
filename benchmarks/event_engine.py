"""The event engine beside hand-written SimPy on the reference job, and its pace on 湖北; one core, one run.

    python benchmarks/event_engine.py [--histories 100] [--hubei 20]

Prints seconds a 1,000 histories and the ratio (bar: at most 1.5). The hand-written program does only the reference job: it draws default times with
numpy, starts one process a default, and pays 80 % of a fixed loss until the pool is empty.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import simpy
from scipy.special import ndtr, ndtri

from simulator.runs.play import pack, play_block
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

LOANS, YEARS, PD, CORRELATION, LGD, SHARE, CAP = 10_000, 5, 0.03, 0.15, 0.45, 0.8, 500.0


def hand_written(histories: int, seed: int = 1) -> tuple[float, float]:
    """Play the reference job as one would by hand; returns mean bank loss and the share of histories in which the pool ran dry."""
    random = np.random.default_rng(seed)
    threshold = float(ndtri(1 - (1 - PD) ** YEARS))
    losses, dry = [], 0
    for _ in range(histories):
        asset = math.sqrt(CORRELATION) * random.standard_normal() + math.sqrt(1 - CORRELATION) * random.standard_normal(LOANS)
        times = -np.log1p(-ndtr(asset[asset < threshold])) / -math.log(1 - PD)
        books = {"left": CAP, "bank": 0.0}
        env = simpy.Environment()

        def default(env: simpy.Environment, books: dict[str, float], when: float) -> Generator[simpy.Event]:
            yield env.timeout(when)
            paid = min(SHARE * LGD, books["left"])
            books["left"] -= paid
            books["bank"] += LGD - paid

        for when in times.tolist():
            env.process(default(env, books, when))
        env.run()
        losses.append(books["bank"])
        dry += books["left"] <= 1e-9
    return statistics.fmean(losses), dry / histories


def ours(packed: bytes, histories: int) -> tuple[float, float]:
    """Play the same job with the event engine, through its whole contract, ledger and monthly series."""
    (block,) = play_block(packed, "event", 0, histories)
    return float(block.fixed["bank_net_loss"].mean()) / 1_000_000, float(block.fixed["pool_short"].mean())


def seconds(run: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--hubei", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    reference, hubei = (pack([load(name).scenario]) for name in ("reference_pool", "hubei"))
    play_block(reference, "event", 0, 2), play_block(hubei, "event", 0, 2), hand_written(2)
    pairs = [(seconds(lambda: hand_written(options.histories)), seconds(lambda: ours(reference, options.histories))) for _ in range(options.rounds)]
    scale = 1000 / options.histories
    by_hand, by_engine = (statistics.median(times) * scale for times in zip(*pairs, strict=True))
    ratio = statistics.median(engine / hand for hand, engine in pairs)
    print(f"reference job, hand-written SimPy   {by_hand:8.2f} s per 1,000 histories")
    print(f"reference job, event engine         {by_engine:8.2f} s per 1,000 histories   ratio {ratio:.2f} (bar 1.5)")
    if options.hubei:
        pace = seconds(lambda: play_block(hubei, "event", 0, options.hubei)) * 1000 / options.hubei
        print(f"湖北, event engine                  {pace:8.2f} s per 1,000 histories   (bar 60)")


if __name__ == "__main__":
    main()
