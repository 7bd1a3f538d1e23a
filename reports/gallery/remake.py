"""Make the gallery again: one report for each scheme, in Chinese, beside this file.

    python reports/gallery/remake.py

The same version of the program gives the same figures; a difference in what git shows is a change in results.
"""

from __future__ import annotations

import os
import shutil
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


def main() -> None:
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


if __name__ == "__main__":
    main()
