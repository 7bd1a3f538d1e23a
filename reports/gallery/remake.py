"""Make the gallery again: one report for each scheme, the studies, and the page of all charts, beside this file.

    python reports/gallery/remake.py [--schemes | --studies | --charts] [--check]

The same version of the program gives the same figures; a difference in what git shows is a change in results. The numbers of the studies are compared
with those kept, within their errors: where one is too far off, the exit code is 1. ``--check`` compares and writes nothing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from simulator.analysis.ranges import designs_of, study_of
from simulator.report.answer import write_answer
from simulator.results.answers import Answer
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

SCHEMES = ("湖北", "广东", "泉州", "岱山")
HISTORIES = 400
KEPT = ("summary.md", "measures.csv", "charts/*.png")


STUDIES = ("ratio", "pool_size", "forms_of_cover", "breaker", "refill", "funding")


def main() -> int:
    """Make what was asked for again; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the gallery again.")
    parser.add_argument("--schemes", action="store_true", help="the reports of the schemes only")
    parser.add_argument("--studies", action="store_true", help="the studies only")
    parser.add_argument("--charts", action="store_true", help="the page of all charts only")
    parser.add_argument("--check", action="store_true", help="compare the studies' numbers with those kept, and write nothing")
    asked = parser.parse_args()
    if not (asked.studies or asked.check or asked.charts):
        remake_schemes()
    if not (asked.studies or asked.check or asked.schemes):
        importlib.import_module("charts_page").remake_charts()
    return 0 if asked.schemes or asked.charts else remake_studies(writes=not asked.check)


def remake_schemes() -> None:
    """Play every scheme and keep its summary, table and pictures."""
    gallery = Path(__file__).parent
    for name in SCHEMES:
        loaded = load(name, sets=[f"run.histories={HISTORIES}"])
        (design,) = designs_of([loaded])
        results, *points = play_scenarios([loaded.scenario, *design.scenarios], workers=os.cpu_count() or 1)
        with tempfile.TemporaryDirectory() as folder:
            write_answer(Path(folder), Answer(loaded, results, "batch", study_of(design, results, points)), "zh")
            for found in (found for pattern in KEPT for found in Path(folder).glob(pattern)):
                target = gallery / loaded.path.stem / found.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, target)
        print(f"{gallery / loaded.path.stem}")


def remake_studies(*, writes: bool) -> int:
    """Play every study, compare its numbers with those kept, and keep the new ones; returns 1 where any is too far off."""
    sys.path.insert(0, str(Path(__file__).parent / "studies"))
    kept = importlib.import_module("kept")
    problems = []
    for name in STUDIES:
        rows, figure = importlib.import_module(name).study()
        found = kept.unlike(name, rows)
        problems += found
        if writes:
            kept.keep(name, rows, figure)
        print(f"{name}: {len(rows)} numbers, {len(found)} further from those kept than their errors allow")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
