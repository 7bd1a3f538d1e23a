"""What a run writes: every assumption in the units of its file, tables that open anywhere, the same bytes for the same results."""

from __future__ import annotations

import csv
import gzip
import json
from typing import TYPE_CHECKING

import pytest

from simulator.errors import ResultsError
from simulator.report.answer import assumption_lines, write_answer, write_comparison
from simulator.results.answers import Answer
from simulator.results.store import open_folder
from simulator.results.tables import write_table
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def answer() -> Answer:
    loaded = load("hubei", sets=["population.segments.科技型企业.firms=200", "run.histories=4"])
    (results,) = play_scenarios([loaded.scenario])
    return Answer(loaded, results, "event")


def test_ranges_of_assumptions_are_told_in_peoples_units() -> None:
    lines = {line.path: (line.value, line.low, line.high) for line in assumption_lines(load("hubei"))}
    assert lines["losses.lgd.mean"] == ("75%", "55%", "90%")
    assert lines["losses.lag.mean"] == ("730天", "365天", "1460天")
    assert lines["population.segments.科技型企业.rate"] == ("3.4%", "3%", "4.3%")


def test_a_run_writes_tables_charts_summary_and_manifest(answer: Answer, tmp_path: Path) -> None:
    write_answer(tmp_path, answer, "zh")
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert {"summary.md", "measures.csv", "bands.csv", "finals.csv.gz", "manifest.json"} <= written
    charts = ("pool_balance", "pool_survival", "loss_distribution", "who_pays", "lending_volume")
    assert {f"{stem}.{kind}" for stem in charts for kind in ("png", "svg")} <= written
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == answer.loaded.scenario.run.seed
    assert manifest["scenario"]["population"]["segments"]["科技型企业"]["firms"] == 200
    rows = list(csv.reader(gzip.decompress((tmp_path / "finals.csv.gz").read_bytes()).decode().splitlines()))
    assert [row[0] for row in rows] == ["history", "0", "1", "2", "3"]
    place = rows[0].index("bank.net_loss")
    assert [int(row[place]) for row in rows[1:]] == answer.results.finals["bank.net_loss"].tolist()


def test_the_same_results_give_the_same_bytes(answer: Answer, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        write_answer(open_folder(folder), answer, "en")
    for path in one.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (two / path.relative_to(one)).read_bytes(), path.name


def test_a_comparison_with_nothing_paired_says_so(answer: Answer, tmp_path: Path) -> None:
    write_comparison(tmp_path, [answer, answer], [True, False], [{}, {}], "zh")
    assert "没有配对" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_cell_that_starts_like_a_formula_is_not_one(tmp_path: Path) -> None:
    write_table(tmp_path / "table.csv", ["name"], [["=1+1"], ["plain"]])
    assert (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines() == ["name", "'=1+1", "plain"]


def test_a_folder_that_cannot_be_made_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ResultsError) as refused:
        open_folder(tmp_path / "file" / "reports")
    assert "--out" in refused.value.render("zh")
