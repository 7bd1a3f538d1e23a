"""What a run leaves in its folder comes back as it was: figures, what the assumptions moved, what a reform changes, paired differences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.analysis.compare import compare_scenarios, compared_designs
from simulator.errors import ResultsError
from simulator.report.answer import write_comparison
from simulator.results.comparisons import load_comparison
from simulator.results.ranges_kept import FILE
from simulator.results.store import load_results
from simulator.results.unfinished import written
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.comparisons import Comparison

SMALL = ("population.segments.科技型企业.firms=120", "run.histories=12")
SHARE = "scheme.layers.资金池补偿.share"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    loaded = [load("湖北", sets=SMALL), load("湖北补偿50", sets=SMALL)]
    return compare_scenarios(loaded, designs=compared_designs(loaded))


@pytest.fixture
def folder(comparison: Comparison, tmp_path: Path) -> Path:
    keep_series(comparison, tmp_path)
    write_comparison(tmp_path, comparison.answers, comparison.paired, comparison.differences, "zh", spans=comparison.spans)
    return tmp_path


def keep_series(comparison: Comparison, folder: Path) -> None:
    """Lay the monthly figures where ``compare`` lays them while it plays."""
    for answer in comparison.answers:
        home = folder / answer.loaded.name
        (home / "series").mkdir(parents=True)
        names = list(answer.results.finals)
        np.save(home / "finals.npy", np.stack([np.asarray(answer.results.finals[name], dtype=np.int64) for name in names], axis=1))
        for name, values in answer.results.series.items():
            np.save(home / "series" / f"{name}.npy", np.asarray(values))


def test_a_comparison_comes_back_with_its_estimates_differences_and_spans(comparison: Comparison, folder: Path) -> None:
    found = load_comparison(folder)
    assert found.paired == comparison.paired
    assert [answer.measures for answer in found.answers] == [answer.measures for answer in comparison.answers]
    assert found.differences == comparison.differences
    assert found.spans == comparison.spans
    assert any(found.spans[1].values())


def test_a_study_of_ranges_comes_back_figure_by_figure(comparison: Comparison, folder: Path) -> None:
    before, after = comparison.answers[0].ranges, load_results(folder / "湖北").ranges
    assert before is not None
    assert after is not None
    assert (after.spans, after.principal, after.n_points, after.chance_bound) == (
        before.spans,
        before.principal,
        before.n_points,
        before.chance_bound,
    )
    assert np.array_equal(after.values, before.values)
    assert {name: list(found) for name, found in after.influences.items()} == {name: list(found) for name, found in before.influences.items()}
    assert list(after.assumptions) == list(before.assumptions)


def test_what_a_reform_changes_is_kept_with_old_and_new(folder: Path) -> None:
    changed = {path: (old, new) for path, old, new in load_results(folder / "湖北补偿50").loaded.changed}
    assert changed[SHARE] == ("80%", "50%")
    assert "run.histories" not in changed


def test_a_plan_keeps_what_a_reform_changes() -> None:
    loaded = load("湖北补偿50")
    assert written(loaded).loaded().changed == loaded.changed


def test_a_folder_from_before_studies_were_kept_loads_without(folder: Path) -> None:
    home = folder / "湖北"
    (home / FILE).unlink()
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    manifest.pop("changed")
    (home / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    found = load_results(home)
    assert (found.ranges, found.loaded.changed) == (None, ())


def test_a_run_is_no_comparison_and_is_told_what_to_do(folder: Path) -> None:
    with pytest.raises(ResultsError) as refused:
        load_comparison(folder / "湖北")
    assert "riskshare compare" in refused.value.render("en")
