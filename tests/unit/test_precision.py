"""Runs that stop by their errors: the rule, the words, and that nothing but the number of histories is decided by them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import simulator as rs
from simulator.analysis.precision import play_to_precision
from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.report.precision import replication_words, stopping_words
from simulator.results.estimates import estimate, proportion
from simulator.results.precision import FIRST, Error, Precision, errors_of, in_the_end, left_out, next_number
from simulator.runs import crew
from simulator.runs.play import play_block
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.blocks import Block

FEW_FIRMS = ("population.segments.科技型企业.firms=60", "run.seed=5")
SMALL = ("--set", FEW_FIRMS[0], "--seed", "5", "--lang", "en", "--workers", "1")
BY_WORDS = ("run.json", "manifest.json", "found.json.gz", "summary.md")
"""Files that say how the number of histories came about, or when."""


def riskshare(*arguments: object) -> int:
    return exit_code_of([str(argument) for argument in arguments], program())


def tables_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in BY_WORDS}


# the rule


def test_a_mean_is_measured_by_its_relative_standard_error_and_a_chance_by_its_interval() -> None:
    loss, short = errors_of(
        {"bank.net_loss": estimate(np.array([1.0, 2.0, 3.0, 4.0]), "fen"), "pool.shortfall_probability": proportion(np.zeros(96))}
    )
    assert loss.size == pytest.approx(math.sqrt(5 / 3 / 4) / 2.5)
    z2 = 1.959964**2
    assert short.size == pytest.approx(z2 / (96 + z2) / 2, rel=1e-5)  # Wilson's interval of 0 in n runs from 0 to z²/(n + z²)


def test_measures_that_are_not_told_or_nothing_but_0_do_not_count() -> None:
    measures = {"bank.net_loss": None, "fiscal.net_cost": estimate(np.zeros(50), "fen"), "lending.volume": estimate(np.full(50, 7.0), "fen")}
    assert [error.measure for error in errors_of(measures)] == ["lending.volume"]
    assert errors_of(measures)[0].size == 0.0
    assert left_out(measures) == ["fiscal.net_cost"]


def test_a_mean_of_0_that_is_not_always_0_is_never_sure_enough() -> None:
    (error,) = errors_of({"fiscal.net_cost": estimate(np.array([-1.0, 1.0]), "fen")})
    assert math.isinf(error.size)
    assert next_number(1000, 1000, [error], 0.5) == 1000
    assert next_number(1000, 9000, [error], 0.5) == 4000


def test_errors_fall_with_the_root_of_the_number_of_histories() -> None:
    assert Error("bank.net_loss", 0.04, is_chance=False, n=500).needed(0.02) == 2000
    rng = np.random.default_rng(4)
    values = rng.gamma(2.0, 1.0, 40_000)
    (few,) = errors_of({"bank.net_loss": estimate(values[:1000], "fen")})
    (enough,) = errors_of({"bank.net_loss": estimate(values[: few.needed(0.005)], "fen")})
    assert enough.size == pytest.approx(0.005, rel=0.1)


def test_rounds_grow_within_bounds_and_never_pass_the_most() -> None:
    def at(size: float, n: int = 1000, most: int = 10**6) -> int:
        return next_number(n, most, [Error("bank.net_loss", size, is_chance=False, n=n)], 0.02)

    assert next_number(0, 10**6, [], 0.02) == FIRST
    assert next_number(0, 50, [], 0.02) == 50
    assert at(0.02) == 1000
    assert at(0.0201) == 1300  # a quarter more at least
    assert at(0.03) == 2500  # 1.1 times the 2,250 that the error asks for
    assert at(0.5) == 4000  # four times at most
    assert at(0.5, most=3000) == 3000
    assert at(0.5, n=3000, most=3000) == 3000
    assert in_the_end(1000, 10**6, [Error("bank.net_loss", 0.2, is_chance=False, n=1000)], 0.02) == 110_000


@pytest.mark.parametrize(
    ("draw", "mean"), [(lambda rng, size: rng.gamma(0.5, 2.0, size), 1.0), (lambda rng, size: rng.lognormal(0.0, 1.0, size), math.exp(0.5))]
)
def test_stopping_by_the_error_hardly_moves_the_mean(draw, mean) -> None:
    """Losses far more skewed than a pool's, 4,000 runs that each stop by themselves at 5 %: what stopping moves the mean by is a tenth of that."""
    rng = np.random.default_rng(11)
    ends = []
    for _ in range(4000):
        values = draw(rng, 6000)
        n, more = 0, FIRST
        while more != n:
            n = more
            more = next_number(n, len(values), errors_of({"bank.net_loss": estimate(values[:n], "fen")}), 0.05)
        ends.append(values[:n].mean())
    off = np.mean(ends) / mean - 1
    error = np.std(ends) / math.sqrt(len(ends)) / mean
    assert abs(off) < 0.1 * 0.05 + 4 * error
    assert np.std(ends) / mean < 0.06


# what a run does


def test_a_run_by_precision_is_the_run_of_that_many_histories(tmp_path: Path) -> None:
    assert riskshare("run", "hubei", *SMALL, "--precision", "12%", "--histories", "5000", "--out", tmp_path / "by") == 0
    stopped = json.loads((tmp_path / "by" / "manifest.json").read_text(encoding="utf-8"))
    n = stopped["histories"]
    assert stopped["precision"]["rounds"][0] == FIRST
    assert stopped["precision"]["rounds"][-1] == n
    assert FIRST < n < 5000
    assert stopped["precision"]["reached"]
    assert riskshare("run", "hubei", *SMALL, "--histories", n, "--out", tmp_path / "asked") == 0
    asked = json.loads((tmp_path / "asked" / "manifest.json").read_text(encoding="utf-8"))
    assert stopped | {"precision": None} == asked | {"precision": None}
    assert tables_of(tmp_path / "by") == tables_of(tmp_path / "asked")
    assert not (tmp_path / "by" / "blocks").exists()


def test_an_interrupted_run_by_precision_goes_on_to_the_same_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("run", "hubei", *SMALL, "--precision", "12%", "--histories", "5000", "--no-ranges")
    assert riskshare(*arguments, "--out", tmp_path / "whole") == 0
    played: list[int] = []

    def until_then(packed: bytes, engine: str, first: int, last: int) -> list[Block]:
        if len(played) == 5:
            raise KeyboardInterrupt
        played.append(first)
        return play_block(packed, engine, first, last)

    monkeypatch.setattr(crew, "play_block", until_then)
    assert riskshare(*arguments, "--out", tmp_path / "cut") == 130
    assert played[-1] >= FIRST  # in the second round
    monkeypatch.setattr(crew, "play_block", lambda packed, engine, first, last: played.append(first) or play_block(packed, engine, first, last))
    assert riskshare("resume", tmp_path / "cut", "--workers", "1") == 0
    assert len(played) == len(set(played))
    assert tables_of(tmp_path / "cut") == tables_of(tmp_path / "whole")
    assert (tmp_path / "cut" / "summary.md").read_bytes() == (tmp_path / "whole" / "summary.md").read_bytes()


def test_a_comparison_by_precision_plays_all_on_the_same_histories_until_each_is_sure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (*SMALL, "--precision", "12%", "--histories", "900", "--no-ranges", "--json")
    assert riskshare("compare", "hubei", "湖北补偿50", *arguments, "--out", tmp_path) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["paired"] == [True, True]
    rounds = [one["manifest"]["precision"]["rounds"] for one in said["scenarios"]]
    assert rounds[0] == rounds[1]
    assert len({one["histories"] for one in said["scenarios"]}) == 1


def test_python_gets_results_in_memory_and_the_scenario_that_was_played() -> None:
    loaded = load("hubei", sets=[*FEW_FIRMS, "run.histories=300"])
    found = play_to_precision([loaded], 0.001)
    assert found.precision[0].rounds == (200, 300)
    assert not found.precision[0].is_reached
    (plain,) = play_scenarios([loaded.scenario])
    assert found.loaded[0].scenario == loaded.scenario
    assert all(np.array_equal(values, plain.finals[name]) for name, values in found.results[0].finals.items())


def test_the_python_interface_stops_by_precision_as_the_command_does() -> None:
    loaded = load("hubei", sets=list(FEW_FIRMS))
    answer = rs.run(loaded, precision=0.12, histories=5000, workers=1)
    assert answer.precision is not None
    assert answer.precision.is_reached
    n = answer.precision.histories
    assert answer.loaded.scenario.run.histories == answer.results.n_histories == n
    asked = rs.run(loaded, histories=n, workers=1)
    assert answer.loaded.digest == asked.loaded.digest
    assert answer.measures == asked.measures
    reform = rs.change(loaded, {"scheme.layers.资金池补偿.share": "50%"})
    found = rs.compare([loaded, reform], precision=0.12, histories=5000, workers=1)
    assert found.answers[0].precision is not None
    assert found.answers[0].results.n_histories == found.answers[1].results.n_histories >= n
    assert found.paired == [True, True]


def test_precision_is_refused_where_it_means_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert riskshare("run", "reference_pool", "--engine", "exact", "--precision", "2%", "--lang", "en", "--out", tmp_path) == 2
    assert "no simulation error" in capsys.readouterr().err
    for wrong in ("0", "150%", "soon"):
        assert riskshare("run", "hubei", "--precision", wrong, "--lang", "en", "--out", tmp_path) == 2
        assert "write 2% or 0.02" in capsys.readouterr().err


# words


def test_the_stop_is_told_in_both_languages() -> None:
    near = Error("bank.net_loss", 0.0193, is_chance=False, n=3000)
    chance = Error("pool.shortfall_probability", 0.031, is_chance=True, n=3000)
    reached = Precision(0.02, 10_000, (200, 3000), (near,), ("fiscal.net_cost",))
    assert stopping_words(reached, "zh") == (
        "精度目标 2%：推演 3,000 次后主要指标都已达到，最不准的是银行净损失（相对标准误 1.9%）。各次模拟均为0、不计入：财政净支出。"
    )
    missed = Precision(0.02, 3000, (200, 3000), (near, chance))
    assert stopping_words(missed, "en") == (
        "Precision 2%: not reached within 3,000 histories, the most allowed: chance of a shortfall (95% interval ±3.1 points); "
        "about 7,300 histories would do."
    )


def test_advice_names_the_histories_that_each_measure_would_take() -> None:
    values = np.array([0.0, 2.0] * 500)  # relative standard error 1/sqrt(999)
    words = replication_words({"bank.net_loss": estimate(values, "fen"), "pool.shortfall_probability": proportion(values)}, "en")
    # the mean: 1000/999/0.01² histories; the chance of one half: half width 0.0309, so 0.0309²/0.01² times 1000
    assert words == (
        "Histories it would take (relative standard error; chances: half width of the 95% interval): "
        "1%: bank net loss 11,000, chance of a shortfall 9,600; 5%: reached."
    )
    assert replication_words({"lending.volume": estimate(np.full(9, 3.0), "fen")}, "zh") == ""
