"""A sweep of 50 points and 1,000 histories of 湖北, from the file to the files, against its bar; two cores.

    python benchmarks/sweep.py [--points 50] [--histories 1000] [--workers 2]

Bars: 60 s on two cores, all files written. Where other work runs beside it, read the processor seconds: half of them is what two free cores take.
Memory must not hold every month of every history of every point.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from simulator.analysis.sweep import grid_of, play_grid
from simulator.cli.keeping import kept
from simulator.report.sweep import write_sweep
from simulator.results.unfinished import Plan, written
from simulator.runs.session import Keep, play_scenarios
from simulator.scenario.positions import Mapping, Place
from simulator.scenario.study import scenarios_of, study_of, tree_of

SHARE = "scheme.layers.资金池补偿.share"
BAR_SECONDS = 60.0


def main() -> None:
    """Print the time of each part, the whole against its bar, and the most memory."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--points", type=int, default=50)
    reader.add_argument("--histories", type=int, default=1000)
    reader.add_argument("--workers", type=int, default=2)
    asked_for = reader.parse_args()
    shares = [f"{460_000 + 10_000 * number}e-6" for number in range(asked_for.points)]
    said = {"schema": 1, "study": "sweep", "title": "湖北", "scenario": "湖北", "histories": asked_for.histories}
    tree = tree_of(said | {"vary": {SHARE: [float(share) for share in shares]}}, Place("sweep.yaml"))
    assert isinstance(tree, Mapping)  # noqa: S101  a mapping makes a mapping

    start = time.perf_counter()
    (loaded,) = scenarios_of(study_of(tree, Path("sweep.yaml")))
    grid = grid_of(study_of(tree, Path("sweep.yaml")), loaded)
    made = time.perf_counter()
    print(f"{len(grid.points)} points made and checked: {made - start:.2f} s")
    play_scenarios([grid.scenarios[0].model_copy(update={"run": grid.scenarios[0].run.model_copy(update={"histories": 1})})])
    warm, warm_cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        with kept(folder, Plan("study", "batch", "zh", (written(loaded),)), anew=True) as shelf:
            homes = [shelf.folder / "points" / str(number) for number in range(len(grid.points))]
            found = play_grid(grid, workers=asked_for.workers, keep=Keep(shelf, homes))
            played = time.perf_counter()
            print(f"played and summarised: {played - warm:.1f} s")
            write_sweep(folder, found, "zh")
        print(f"files: {time.perf_counter() - played:.1f} s")
    whole = time.perf_counter() - warm + made - start
    processor = time.process_time() - warm_cpu + (made - start)
    print(f"whole: {whole:.1f} s (bar {BAR_SECONDS:.0f} s), processor {processor:.1f} s: {processor / 2:.1f} s on two free cores")
    print(f"loading kernels, left out: {warm - made:.1f} s; most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
