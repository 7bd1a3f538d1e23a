"""How a run scales: two workers beside one, and memory with many histories beside few; each a ratio taken in one run.

    python benchmarks/scale.py [--scenario 湖北] [--histories 400] [--many 4000] [--rounds 5]

Memory is what the process owns itself at its peak (Linux: anonymous memory); pages of files on disk are the system's to take back. Each number of
histories is played in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

MEMORY = """
import sys, threading, time
from pathlib import Path

peak, stop = 0, threading.Event()

def watch():
    global peak
    while not stop.wait(0.01):
        status = Path("/proc/self/status").read_text()
        peak = max(peak, int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon"))))

watcher = threading.Thread(target=watch)
watcher.start()
from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
code = exit_code_of(sys.argv[1:], program())
stop.set()
watcher.join()
print("PEAK", peak, file=sys.stderr)
sys.exit(code)
"""


def seconds_of(scenario: str, histories: int, workers: int) -> float:
    """Wall time of a run in memory."""
    from simulator.runs.session import play_scenarios
    from simulator.scenario.loader import load

    one = load(scenario, sets=[f"run.histories={histories}"]).scenario
    start = time.perf_counter()
    play_scenarios([one], workers=workers)
    return time.perf_counter() - start


def burnt(threads: int, steps: int = 150_000_000) -> float:
    """Wall time of as much pure work in each of some threads: what the machine offers at this moment."""
    import numba

    @numba.njit(nogil=True)
    def work(n: int) -> int:
        found = 1
        for step in range(n):
            found = (found * 6364136223846793005 + step) & 0xFFFFFFFFFFFF
        return found

    work(1)
    pool = [threading.Thread(target=work, args=(steps,)) for _ in range(threads)]
    start = time.perf_counter()
    for one in pool:
        one.start()
    for one in pool:
        one.join()
    return time.perf_counter() - start


def peak_mib(scenario: str, histories: int) -> float:
    """Largest anonymous memory of ``riskshare run`` in a process of its own, MiB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", MEMORY, "run", scenario, "--histories", str(histories), "--workers", "2", "--out", str(Path(folder) / "run")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stderr.split("PEAK")[1]) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="湖北")
    parser.add_argument("--histories", type=int, default=400)
    parser.add_argument("--many", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    seconds_of(options.scenario, 2, 1)
    found: dict[str, list[float]] = {"one": [], "two": [], "burn one": [], "burn two": []}
    for _ in range(options.rounds):
        found["burn one"].append(burnt(1))
        found["burn two"].append(burnt(2))
        found["one"].append(seconds_of(options.scenario, options.histories, 1))
        found["two"].append(seconds_of(options.scenario, options.histories, 2))
    best = {name: min(times) for name, times in found.items()}
    print(f"{options.scenario}, {options.histories} histories: one worker {best['one']:.2f} s, two {best['two']:.2f} s")
    print(f"two workers {best['one'] / best['two']:.2f}x one (bar 1.8; the machine offered {2 * best['burn one'] / best['burn two']:.2f}x)")
    if sys.platform == "linux":
        few, many = peak_mib(options.scenario, options.histories), peak_mib(options.scenario, options.many)
        print(
            f"memory at its peak: {few:.0f} MiB with {options.histories} histories, {many:.0f} MiB with {options.many}: {many / few:.2f}x (bar: flat)"
        )


if __name__ == "__main__":
    main()
