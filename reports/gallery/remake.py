"""Make the gallery again: a report on each scheme and on a comparison, the studies, and the page of all charts, beside this file.

    python reports/gallery/remake.py [--reports | --studies | --charts] [--check]

The same version of the program gives the same files; a difference in what git shows is a change in results. The numbers of the studies are compared
with those kept, within their errors: where one is too far off, the exit code is 1. ``--check`` compares and writes nothing.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import tempfile
from pathlib import Path

import simulator as rs
from simulator.report.answer import write_answer, write_comparison
from simulator.report.formats import write_report
from simulator.report.outline import report_of
from simulator.report.outline_compare import comparison_report_of

HOME = Path(__file__).parent
SCHEMES = ("湖北", "广东", "泉州", "岱山")
COMPARED = ("湖北", "湖北补偿50", "湖北资金池20亿", "湖北应补尽补")
"""The baseline and its reforms."""
HISTORIES = 400
DATE = "2026-11-27"
"""Date on the reports: of the last time that their figures changed."""
KEPT = ("summary.md", "measures.csv", "differences.csv", "charts/*.png")
LIGHT = ("docx", "pptx", "xlsx")
"""Formats whose files are small enough to keep; the page and the PDF carry fonts and drawings."""

STUDIES = ("ratio", "pool_size", "forms_of_cover", "breaker", "refill", "funding")


def main() -> int:
    """Make what was asked for again; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the gallery again.")
    parser.add_argument("--reports", action="store_true", help="the reports on the schemes and on the comparison only")
    parser.add_argument("--studies", action="store_true", help="the studies only")
    parser.add_argument("--charts", action="store_true", help="the page of all charts only")
    parser.add_argument("--check", action="store_true", help="compare the studies' numbers with those kept, and write nothing")
    asked = parser.parse_args()
    if not (asked.studies or asked.check or asked.charts):
        remake_reports()
    if not (asked.studies or asked.check or asked.reports):
        importlib.import_module("charts_page").remake_charts()
    return 0 if asked.reports or asked.charts else remake_studies(writes=not asked.check)


def remake_reports() -> None:
    """Play every scheme and the comparison, and keep their summaries, tables, pictures and reports."""
    for name in SCHEMES:
        answer = rs.run(rs.load(name), histories=HISTORIES, ranges=True)
        home = HOME / answer.loaded.path.stem
        with tempfile.TemporaryDirectory() as folder:
            write_answer(Path(folder), answer, "zh")
            keep(Path(folder), home)
        write_report(report_of(answer, "zh", DATE), home, "report", LIGHT)
        print(home)
    comparison = rs.compare([rs.load(name) for name in COMPARED], histories=HISTORIES, ranges=True)
    home = HOME / "comparison"
    with tempfile.TemporaryDirectory() as folder:
        write_comparison(
            Path(folder),
            comparison.answers,
            comparison.paired,
            comparison.differences,
            "zh",
            spans=comparison.spans,
            controlled=comparison.controlled,
        )
        keep(Path(folder), home)
    for lang, stem in (("zh", "report"), ("en", "report_en")):
        write_report(comparison_report_of(comparison, lang, DATE), home, stem, LIGHT)
    print(home)


def keep(folder: Path, home: Path) -> None:
    """Copy what the gallery keeps of a folder of results."""
    for found in (found for pattern in KEPT for found in folder.glob(pattern)):
        target = home / found.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, target)


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
