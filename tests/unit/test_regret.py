"""Regret: tables worked by hand, ties within noise, splits that chance would not give, and whole studies of small schemes."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.analysis.moved import Playing
from simulator.analysis.regret import best_split, measure_regret, ranges_of_all, regret_design, regret_study
from simulator.cli.asking import pairs
from simulator.cli.main import program
from simulator.errors import ScenarioError
from simulator.results.measures import BY_NAME
from simulator.results.ranges import Ranged
from simulator.results.regret import HIGHER
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PD = "population.segments.科技企业.pd"
FILE = """
schema: 1
name: {name}
title: 检验后悔的小例
run: {{start: 2025-01-01, lend_until: 2025-06-30, histories: 200, seed: 7}}
population:
  segments:
    科技企业: {{firms: 80, loan: {{mean: 300万元}}, pd: {{value: 5%, assumption: 没有公布, range: [2%, 12%]}}}}
losses: {{lgd: {{mean: {{value: 60%, assumption: 没有公布, range: [50%, 70%]}}}}}}
banks: {{members: {{合作银行: {{share: 100%}}}}}}
scheme:
  accounts:
    财政: {{kind: treasury, public: true}}
    资金池: {{kind: pool, public: true, endowment: {endowment}, funded_by: {{财政: 100%}}}}
  layers:
    资金池补偿: {{payer: 资金池, share: {share}, basis: overdue_principal, lag: 60天}}
"""


def ranged(n: int) -> list[Ranged]:
    return [Ranged(f"x{column}", f"甲{column}", f"x{column}", "0.5", "0", "1", (0.0, 1.0), 0.5) for column in range(n)]


def judged(table: list[list[float]], name: str = "fiscal.net_cost", noise: float = 0.0, histories: int = 20):
    """Two or more schemes (columns) in some futures (rows), with noise of each figure."""
    means = np.array(table)
    outcomes = means[:, :, None] + noise * np.random.default_rng(2).normal(size=(*means.shape, histories))
    values = np.linspace(0, 1, len(means))[:, None]
    return measure_regret(name, means.mean(axis=0), outcomes, ranged(1), values, [(f"{one[0]:.2f}",) for one in values], 1)


def test_regret_is_what_each_scheme_falls_behind_the_best() -> None:
    # Savage's example in small: costs of three schemes in three futures
    found = judged([[1, 4, 2], [9, 4, 5], [5, 4, 7]])
    assert found.regrets.tolist() == [[0, 3, 1], [5, 0, 1], [1, 0, 3]]
    assert found.best.tolist() == [0, 1, 1]
    assert found.mean.tolist() == [2, 1, pytest.approx(5 / 3)]
    assert found.worst.tolist() == [5, 3, 3]
    assert found.often.tolist() == [5, 3, 3]
    assert found.share_best.tolist() == [pytest.approx(1 / 3), pytest.approx(2 / 3), 0]
    assert found.least_regret == 1  # both 1 and 2 fall behind by 3 at most; 1 by less on average
    assert found.rivals == (1, 0)


def test_more_is_better_for_measures_that_are_gains() -> None:
    found = judged([[1, 4], [9, 4]], "bank.profit")
    assert found.better == "higher"
    assert found.best.tolist() == [1, 0]
    assert found.regrets.tolist() == [[3, 0], [0, 5]]
    assert found.values.tolist() == [[1, 4], [9, 4]]


def test_every_measure_of_which_more_is_better_exists() -> None:
    assert set(HIGHER) <= set(BY_NAME)


def test_schemes_within_paired_noise_are_level() -> None:
    found = judged([[1.0, 1.05], [1.0, 9.0]], noise=1.0)
    assert found.tied.tolist() == [True, False]
    assert found.level.tolist() == [[True, True], [True, False]]
    assert found.share_level.tolist() == [1.0, 0.5]
    assert found.share_best.tolist() == [0.5, 0.0]


def test_luck_that_schemes_share_makes_no_ties() -> None:
    luck = 100 * np.random.default_rng(1).normal(size=(1, 1, 30))
    outcomes = np.array([[1.0, 1.1]])[:, :, None] + luck
    found = measure_regret("fiscal.net_cost", np.ones(2), outcomes, ranged(1), np.zeros((1, 1)), [("0",)], 1)
    assert not found.tied[0]
    assert found.errors == pytest.approx([0, 0], abs=1e-9)


def test_a_split_is_found_where_an_assumption_decides() -> None:
    n = 30
    values = np.random.default_rng(3).random((n, 3))
    level = np.zeros((n, 2), dtype=bool)
    level[np.arange(n), (values[:, 1] > 0.6).astype(int)] = True
    texts = [tuple(f"{value:.3f}" for value in row) for row in values]
    split = best_split(ranged(3), values, texts, level, level.argmax(axis=1), 1)
    assert split is not None
    assert (split.column, split.below, split.above) == (1, 0, 1)
    assert split.right_below + split.right_above == n
    low, high = values[values[:, 1] <= 0.6, 1].max(), values[values[:, 1] > 0.6, 1].min()
    assert split.threshold == pytest.approx((low + high) / 2)
    assert split.text == f"{low:.3f}"


def test_chance_gives_a_split_in_about_five_studies_of_a_hundred() -> None:
    draw = np.random.default_rng(4)
    found = 0
    for seed in range(60):
        values = draw.random((24, 3))
        level = np.zeros((24, 2), dtype=bool)
        level[np.arange(24), draw.integers(2, size=24)] = True
        found += best_split(ranged(3), values, [("", "", "")] * 24, level, level.argmax(axis=1), seed) is not None
    assert found <= 9  # binomial(60, 0.05): more than 9 has a chance of 0.1 %


def test_one_scheme_best_everywhere_needs_no_split() -> None:
    level = np.zeros((20, 2), dtype=bool)
    level[:, 1] = True
    assert best_split(ranged(1), np.random.default_rng(1).random((20, 1)), [("",)] * 20, level, np.ones(20, dtype=int), 1) is None


@pytest.fixture
def schemes(tmp_path: Path) -> list[Path]:
    """Two schemes: a generous share of a small pool, a small share of a large one."""
    files = []
    for name, share, endowment in (("高比例", "90%", "1000万元"), ("低比例", "50%", "1亿元")):
        path = tmp_path / f"{name}.yaml"
        path.write_text(FILE.format(name=name, share=share, endowment=endowment), encoding="utf-8")
        files.append(path)
    return files


def test_the_better_scheme_turns_with_the_default_rate(schemes: list[Path]) -> None:
    # banks do better by 90 % while the small pool lasts, and by 50 % of a pool that lasts once many default
    loaded = [load(path) for path in schemes]
    design = regret_design(loaded, futures=24, histories=40)
    assert design.n_points == 48
    study = regret_study(design, ["bank.net_loss"], Playing())
    found = study.measures["bank.net_loss"]
    assert study.paired
    assert found.influences[0].assumption.path == PD
    assert found.split is not None
    assert (found.split.assumption.path, found.split.below, found.split.above) == (PD, 0, 1)
    assert json.dumps(study.as_json(), allow_nan=False)


def test_schemes_move_together_and_the_futures_are_a_latin_hypercube(schemes: list[Path]) -> None:
    design = regret_design([load(path) for path in schemes], futures=10, histories=5)
    assert list(design.moving) == [PD, "losses.lgd.mean"]
    for path in design.moving:
        assert sorted(int(future[path] * 10) for future in design.futures) == list(range(10))


def test_a_range_is_given_to_the_schemes_that_have_its_path(schemes: list[Path]) -> None:
    loaded = [load(schemes[0]), load("湖北")]
    found = ranges_of_all(loaded, pairs("--vary", [f"{PD}=1%:9%"]))
    assert found[0].marks[PD].range == (0.01, 0.09)
    assert PD not in found[1].marks
    with pytest.raises(ScenarioError, match="路径不存在"):
        ranges_of_all(loaded, pairs("--vary", ["population.segments.没有.pd=1%:9%"]))


def test_one_scheme_alone_and_unknown_assumptions_are_refused(schemes: list[Path]) -> None:
    loaded = [load(path) for path in schemes]
    with pytest.raises(ScenarioError, match="至少要两个方案"):
        regret_design(loaded[:1], futures=4, histories=2)
    with pytest.raises(ScenarioError, match="带 range 的假设"):
        regret_design(loaded, futures=4, histories=2, only=["macro.persistence"])


def test_the_command_writes_tables_charts_and_summary_that_say_the_same(schemes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = [
        "regret",
        "高比例.yaml",
        "低比例.yaml",
        "--futures",
        "9",
        "--histories",
        "8",
        "--out",
        "out",
        "--workers",
        "1",
        "--lang",
        "en",
        "--json",
    ]
    done = CliRunner().invoke(program(), arguments)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert list(said["measures"]) == ["fiscal.net_cost", "bank.net_loss", "pool.shortfall_probability"]
    with (tmp_path / "out" / "regret.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    for name, found in said["measures"].items():
        assert [float(row["mean_regret"]) for row in rows if row["measure"] == name] == found["mean_regret"]
    with (tmp_path / "out" / "outcomes.csv").open(encoding="utf-8-sig") as file:
        outcomes = [row for row in csv.DictReader(file) if row["measure"] == "bank.net_loss"]
    assert len(outcomes) == 18
    for first, second in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert min(float(first["regret"]), float(second["regret"])) == 0.0
        assert abs(float(first["value"]) - float(second["value"])) == pytest.approx(max(float(first["regret"]), float(second["regret"])))
    assert "# Which scheme is best in which future" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "charts" / "map_bank.net_loss.png").stat().st_size > 10_000
    again = CliRunner().invoke(program(), ["rerun", "out", "--workers", "2", "--lang", "en"])
    assert again.exit_code == 0, again.output


def test_a_population_that_is_no_scheme_of_the_list_is_refused(schemes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(program(), ["regret", "高比例.yaml", "低比例.yaml", "--population", "湖北", "--lang", "en"])
    assert done.exit_code == 2
    assert "one of the scenarios" in done.output


def test_schemes_on_one_population_are_paired(schemes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    other = FILE.format(name="别处", share="70%", endowment="1000万元").replace("firms: 80", "firms: 40")
    (tmp_path / "别处.yaml").write_text(other, encoding="utf-8")
    words = ["regret", "高比例.yaml", "别处.yaml", "--futures", "2", "--histories", "3", "--workers", "1", "--lang", "en", "--json"]
    apart = json.loads(CliRunner().invoke(program(), [*words, "--out", "apart"]).stdout)
    together = json.loads(CliRunner().invoke(program(), [*words, "--out", "together", "--population", "高比例.yaml"]).stdout)
    assert (apart["paired"], together["paired"]) == (False, True)
    assert "--population plays all on one" in (tmp_path / "apart" / "summary.md").read_text(encoding="utf-8")
