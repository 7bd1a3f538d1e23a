"""Sweeps: points are runs with --set, on the same worlds; stored, interrupted, resumed, made again; told in honest words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.analysis.axes import stepped
from simulator.analysis.sweep import Grid, grid_of, play_grid
from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.engine.exact import exact_results
from simulator.errors import ScenarioError, UnitError
from simulator.report.figures_sweep import cut_of, sweep_figures
from simulator.report.sweep import sweep_markdown, sweep_sentences
from simulator.results import labelled
from simulator.results.estimates import estimate, paired_difference_of_ratios, ratio_of_means
from simulator.results.labelled import as_dataset, write_labelled
from simulator.results.store import load_results, read_table
from simulator.results.sweeps import ABSENT
from simulator.results.unfinished import BLOCKS, read_plan
from simulator.runs import crew
from simulator.runs.play import play_block
from simulator.runs.session import groups_of
from simulator.scenario import units
from simulator.scenario.study import parse_study, scenarios_of

if TYPE_CHECKING:
    from simulator.results.blocks import Block
    from simulator.results.sweeps import SweepFound

SHARE, POOL, FIRMS = "scheme.layers.资金池补偿.share", "scheme.accounts.资金池.endowment", "population.segments.科技型企业.firms"
PD = "population.segments.科技型企业.pd"
SMALL = ("--set", f"{FIRMS}=60", "--set", f"{POOL}=400万元", "--histories", "60", "--seed", "5", "--lang", "en")
ASKED = f"""
schema: 1
study: sweep
title: 小
title_en: small
scenario: 湖北
set: {{{FIRMS}: 60, {POOL}: 400万元}}
histories: 60
seed: 5
"""


def riskshare(*arguments: object) -> int:
    return exit_code_of([str(argument) for argument in arguments], program())


def grid(more: str, text: str = ASKED) -> Grid:
    asked = parse_study(text + more, "study.yaml")
    (loaded,) = scenarios_of(asked)
    return grid_of(asked, loaded)


@pytest.fixture(scope="module")
def one_axis() -> SweepFound:
    return play_grid(grid(f"vary: {{{SHARE}: '50%:90%:20%'}}"))


@pytest.fixture(scope="module")
def reforms() -> SweepFound:
    more = f"vary: {{{SHARE}: [50%, 90%]}}\nreforms: {{池子加倍: {{{POOL}: 800万元}}, 资金/另一档: {{{POOL}: 200万元}}}}"
    return play_grid(grid(f"{more}\nbaseline: {{reform: 池子加倍, {SHARE}: 90%}}"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished sweep."""
    where = tmp_path_factory.mktemp("sweep") / "whole"
    assert riskshare("sweep", "hubei", *SMALL, "--vary", f"{SHARE}=50%:90%:20%", "--out", where) == 0
    return where


def files_of(where: Path) -> dict[str, bytes]:
    return {str(path.relative_to(where)): path.read_bytes() for path in sorted(where.rglob("*")) if path.is_file() and path.name != "run.json"}


# what is played


def test_a_point_is_the_run_with_set_to_the_last_bit(folder: Path, tmp_path: Path) -> None:
    assert riskshare("run", "hubei", *SMALL, "--set", f"{SHARE}=70%", "--no-ranges", "--out", tmp_path / "run") == 0
    run = load_results(tmp_path / "run")
    xr = pytest.importorskip("xarray")
    with xr.open_dataset(folder / "sweep.nc", engine="h5netcdf") as found:
        point = found.sel({SHARE: 0.7})
        for name, values in run.results.finals.items():
            assert np.array_equal(point["finals"].sel(figure=name), values)
        bands = {
            (row["series"], row["month"]): [int(row[level]) for level in ("p05", "p25", "p50", "p75", "p95")]
            for row in read_table(tmp_path / "run" / "bands.csv")
        }
        for (series, month), levels in bands.items():
            assert point["bands"].sel(series=series, month=month).values.tolist() == levels
    stored = {row["measure"]: row for row in read_table(folder / "points.csv") if row[SHARE] == "70%"}
    for row in read_table(tmp_path / "run" / "measures.csv"):
        assert all(stored[row["measure"]][column] == row[column] for column in ("mean", "se", "low", "high", "p05", "p50", "p95"))


def test_points_that_share_a_world_are_played_on_it_together() -> None:
    found = grid(f"vary: {{{SHARE}: '50%:90%:5%', {POOL}: [200万元, 400万元]}}")
    assert len(found.points) == 18
    assert [len(group) for group in groups_of(found.scenarios)] == [18]


def test_a_baseline_on_the_grid_is_one_of_its_points_and_another_is_played_beside_it() -> None:
    on = grid(f"vary: {{{SHARE}: '50%:90%:20%'}}\nbaseline: {{{SHARE}: 70%}}")
    beside = grid(f"vary: {{{SHARE}: '50%:90%:20%'}}")
    assert (len(on.points), on.baseline) == (3, 1)
    assert (len(beside.points), beside.baseline) == (4, 3)
    assert beside.points[3].loaded.digest == beside.loaded.digest


def test_reforms_are_one_side_of_the_grid_after_the_scenario_as_it_is(reforms: SweepFound) -> None:
    assert [axis.texts for axis in reforms.axes] == [("湖北", "池子加倍", "资金/另一档"), ("50%", "90%")]
    assert reforms.base.texts == ("池子加倍", "90%")
    assert reforms.base.place == (1, 1)


@pytest.mark.parametrize("share", ["50%", "90%"])
def test_estimates_meet_the_exact_answer(share: str) -> None:
    text = "schema: 1\nstudy: sweep\ntitle: 参照\nscenario: 参照资产池\nhistories: 400\n"
    found = grid("vary: {scheme.layers.资金池补偿.share: [50%, 90%]}", text)
    number = [point.texts[0] for point in found.points].index(share)
    exact = exact_results(found.points[number].loaded.scenario).measures["bank.net_loss"]
    played = play_grid(found).points[number].measures["bank.net_loss"]
    assert exact is not None
    assert played is not None
    assert played.se is not None
    assert abs(played.mean - exact.mean) < 4 * played.se


def test_a_value_that_changes_the_firms_keeps_the_draws_so_that_differences_are_sharp() -> None:
    found = play_grid(grid(f"vary: {{{PD}: [2%, 3%]}}\nbaseline: {{{PD}: 2%}}"))
    lower, higher = found.points
    difference = higher.differences["bank.gross_loss"]
    apart = np.hypot(*(point.measures["bank.gross_loss"].se for point in (lower, higher)))
    assert not higher.on_same_fates
    assert difference.se < 0.8 * apart
    values = found.grids.finals[:, :, found.grids.figures.index("bank.gross_loss")]
    assert difference.mean == pytest.approx(values[1].mean() - values[0].mean())


# statistics


def test_the_difference_of_two_ratios_has_the_error_that_a_bootstrap_finds() -> None:
    rng = np.random.default_rng(3)
    y = rng.gamma(4, 1, 400)
    x, other = 0.2 * y + rng.normal(0, 0.3, 400), 0.25 * y + rng.normal(0, 0.3, 400)
    found = paired_difference_of_ratios((x, y), (other, 2 * y), "share")
    again = [(x[i].sum() / y[i].sum()) - (other[i].sum() / (2 * y[i].sum())) for i in (rng.integers(0, 400, 400) for _ in range(2000))]
    assert found is not None
    assert found.mean == pytest.approx(x.mean() / y.mean() - other.mean() / (2 * y.mean()))
    assert found.se == pytest.approx(np.std(again), rel=0.08)


def test_the_difference_of_a_ratio_from_itself_is_exactly_nothing() -> None:
    x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 4.0])
    found = paired_difference_of_ratios((x, y), (x, y), "share")
    assert found is not None
    assert (found.mean, found.se) == (0.0, 0.0)
    assert ratio_of_means(x, y, "share") is not None


def test_what_is_certain_is_judged_for_all_points_together(one_axis: SweepFound) -> None:
    point = one_axis.points[0]
    for mean, verdict in ((2.2, "unclear"), (2.9, "higher"), (-2.9, "lower")):  # Student's t at 59 degrees: 2.00 for one, 2.46 for three
        wave = np.where(np.arange(60) % 2, 1.0, -1.0)
        values = wave / estimate(wave, "fen").se + mean
        moved = {**point.differences, "bank.net_loss": estimate(values, "fen")}
        assert one_axis.verdict(type(point)(point.place, point.texts, "", point.measures, moved, on_same_fates=True), "bank.net_loss") == verdict


def test_a_higher_share_lowers_the_loss_of_banks_and_lending_stays(one_axis: SweepFound) -> None:
    losses = [point.measures["bank.net_loss"].mean for point in one_axis.grid]
    assert losses == sorted(losses, reverse=True)
    assert {one_axis.verdict(point, "lending.volume") for point in one_axis.grid} == {"same"}


# ranges and lists


@pytest.mark.parametrize(
    ("text", "unit", "values"),
    [
        ("50%:95%:15%", units.SHARE, ["50%", "65%", "80%", "95%"]),
        ("95%:50%:15%", units.SHARE, ["95%", "80%", "65%", "50%"]),
        ("0.8%:2%:0.4%", units.CHANCE, ["0.8%", "1.2%", "1.6%", "2%"]),
        ("9千万元:1.1亿元:1000万元", units.MONEY, ["9000万元", "1亿元", "1.1亿元"]),
        ("1年:2年:6个月", units.MONTHS, ["1年", "18个月", "2年"]),
        ("60天:90天:15天", units.DAYS, ["60天", "75天", "90天"]),
        ("2025-12-01:2026-02-01:31天", units.DATE, ["2025-12-01", "2026-01-01", "2026-02-01"]),
        ("LPR+50bp:LPR+100bp:25bp", units.RATE_OR_LPR, ["LPR+50bp", "LPR+75bp", "LPR+100bp"]),
        ("1.2:1.8:0.2", units.NUMBER, ["1.2", "1.4", "1.6", "1.8"]),
        ("10:30:10", units.COUNT, ["10", "20", "30"]),
    ],
)
def test_a_range_is_written_out_in_its_unit(text: str, unit: units.Unit, values: list[str]) -> None:
    assert stepped(text, unit) == values


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("50%:93%:5%", units.SHARE, "do not lead to its end"),
        ("50%:90%:0%", units.SHARE, "must be above 0"),
        ("50%:90%:0.0001%", units.SHARE, "at most 1,000"),
        ("5:20:5", units.MONEY, "has no unit"),
        ("a:b:c", None, "write a list"),
        ("LPR+50bp:4%:25bp", units.RATE_OR_LPR, "one kind"),
    ],
)
def test_a_range_that_leads_nowhere_is_refused(text: str, unit: units.Unit | None, words: str) -> None:
    with pytest.raises(UnitError) as told:
        stepped(text, unit)
    assert words in told.value.en or "unit" in told.value.en


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", "nothing varies"),
        (f"vary: {{{SHARE}: 50%}}", "write a list"),
        (f"vary: {{{SHARE}: [50%]}}", "at least two values"),
        (f"vary: {{{SHARE}: [50%, 0.5]}}", "none twice"),
        (f"vary: {{{SHARE}: [50%, 60%]}}\nreforms: {{甲: {{{SHARE}: 70%}}}}", "varies under vary already"),
        (f"vary: {{{SHARE}: [50%, 60%]}}\nreforms: {{湖北: {{{POOL}: 1亿元}}}}", "the scenario's own name"),
        ("vary: {scheme.layers.资金池补尝.share: [50%, 60%]}", "did you mean '资金池补偿'"),
        (f"vary: {{{SHARE}: [50%, 60%]}}\nbaseline: 甲", "unknown reform"),
        (f"vary: {{{SHARE}: [50%, 60%]}}\nbaseline: {{{POOL}: 1亿元}}", "unknown value that varies"),
        (f"vary: {{{SHARE}: [50%, 60%]}}\nmeasures: [bank.netloss]", "did you mean 'bank.net_loss'"),
        (f"vary: {{{SHARE}: '1%:99%:1%', {POOL}: '1亿元:30亿元:1亿元'}}", "at most 2,000"),
    ],
)
def test_what_makes_no_grid_is_refused_with_its_place(more: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=r"study\.yaml:") as told:
        grid(more)
    assert words in told.value.en


def test_a_refused_point_is_named_and_nothing_is_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("sweep", "hubei", *SMALL, "--vary", f"{SHARE}=[80%,120%]", "--vary", f"{POOL}=[1亿元,2亿元]", "--out", tmp_path / "out")
    assert riskshare(*arguments) == 2
    told = capsys.readouterr().err
    assert "at the point 资金池补偿 share 120%, 资金池 endowment 1亿元" in told
    assert "--vary:1" in told
    assert read_plan(tmp_path / "out") is None
    assert not (tmp_path / "out").exists()


# files


def test_the_folder_holds_tables_arrays_charts_study_and_manifest(folder: Path) -> None:
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    charts = {f"charts/{stem}.{kind}" for stem in ("sweep", "sweep_differences") for kind in ("png", "svg")}
    assert names == charts | {"points.csv", labelled_file(), "summary.md", "study.yaml", "manifest.json", "run.json", "found.json.gz"}
    row = next(row for row in read_table(folder / "points.csv") if row["measure"] == "bank.net_loss" and row[SHARE] == "50%")
    assert row["verdict"] == "higher"
    assert float(row["difference_mean"]) > 0
    assert float(row["low"]) < float(row["mean"]) < float(row["high"])


def labelled_file() -> str:
    return "sweep.nc" if labelled.has_netcdf() else "sweep.npz"


def test_an_interrupted_sweep_is_resumed_to_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played: list[int] = []

    def until_then(packed: bytes, engine: str, first: int, last: int) -> list[Block]:
        if len(played) == 1:
            raise KeyboardInterrupt
        played.append(first)
        return play_block(packed, engine, first, last)

    where = tmp_path / "whole"
    monkeypatch.setattr(crew, "play_block", until_then)
    assert riskshare("sweep", "hubei", *SMALL, "--vary", f"{SHARE}=50%:90%:20%", "--workers", "1", "--out", where) == 130
    assert "riskshare resume" in capsys.readouterr().err
    assert list((where / BLOCKS).glob("*/*.block"))
    monkeypatch.setattr(crew, "play_block", play_block)
    assert riskshare("resume", where, "--workers", "2") == 0
    assert files_of(where) == files_of(folder)


def test_rerun_finds_every_figure_the_same_and_a_changed_one(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = Path(shutil.copytree(folder, tmp_path / "copy"))
    assert riskshare("rerun", where, "--lang", "en") == 0
    assert "every figure is the same" in capsys.readouterr().out
    table = where / "points.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",unclear,", ",higher,").replace(",lower,", ",higher,"), encoding="utf-8")
    assert riskshare("rerun", where / "manifest.json", "--lang", "en") == 1
    assert "verdict" in capsys.readouterr().out


def test_the_study_in_the_folder_asks_the_same_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "elsewhere" / "my.yaml"
    mine.parent.mkdir()
    mine.write_text("extends: 湖北\nname: 我的\ntitle: 我的\n", encoding="utf-8")
    first, second = tmp_path / "first", tmp_path / "second"
    assert (
        riskshare("sweep", mine, *SMALL, "--reform", f"加倍:{POOL}=800万元", "--baseline", "加倍", "--measures", "bank.net_loss", "--out", first) == 0
    )
    mine.unlink()
    assert riskshare("study", first / "study.yaml", "--lang", "en", "--out", second) == 0
    assert files_of(second) == files_of(first)


def test_json_holds_axes_points_and_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert riskshare("sweep", "hubei", *SMALL, "--histories", "20", "--vary", f"{SHARE}=[50%,70%]", "--json", "--out", tmp_path / "j") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["axes"] == [{"path": SHARE, "unit": "share", "values": ["50%", "70%"], "at": [0.5, 0.7]}]
    assert [point["place"] for point in said["points"]] == [[0], [1], None]
    assert said["points"][0]["differences"]["bank.net_loss"]["mean"] > 0
    assert said["histories"] == 20


def test_the_array_file_keeps_chinese_names_and_every_figure(reforms: SweepFound, tmp_path: Path) -> None:
    xr = pytest.importorskip("xarray")
    path = write_labelled(tmp_path, reforms)
    with xr.open_dataset(path, engine="h5netcdf") as found:
        assert found.sizes["reform"] == 3
        assert found["reform"].values.tolist() == ["湖北", "池子加倍", "资金/另一档"]
        assert found[SHARE].attrs["zh"] == "资金池补偿 比例"
        assert found["finals"].dims == ("reform", SHARE, "history", "figure")
        assert found["finals"].dtype == np.int64
        assert found.attrs["baseline"] == f"reform=池子加倍，{SHARE}=90%"
        for number, point in enumerate(reforms.grid):
            chosen = found.isel(dict(zip(("reform", SHARE), point.place, strict=True)))
            assert np.array_equal(chosen["finals"], reforms.grids.finals[number])
            assert np.array_equal(chosen["bands"], reforms.grids.bands[number])
            assert float(chosen["mean"].sel(measure="bank.net_loss")) == point.measures["bank.net_loss"].mean
        xr.testing.assert_identical(found.load(), as_dataset(reforms))


def test_names_with_spaces_and_slashes_make_dimensions(tmp_path: Path) -> None:
    xr = pytest.importorskip("xarray")
    text = ASKED.replace("histories: 60", "histories: 20")
    layer = "{payer: 资金池, share: 10%, basis: overdue_principal, trigger: 90天}"
    changed = text.replace("set: {", f"set: {{scheme.layers: {{a b/c: {layer}}}, ")
    found = play_grid(grid("vary: {scheme.layers.a b/c.share: [10%, 20%]}", changed))
    with xr.open_dataset(write_labelled(tmp_path, found), engine="h5netcdf") as read:
        (name,) = [name for name in read.sizes if str(name).startswith("scheme")]
        assert read[name].attrs["path"] == "scheme.layers.a b/c.share"
        assert read[f"{name}.text"].values.tolist() == ["10%", "20%"]


def test_without_the_extra_one_npz_holds_the_same_arrays(reforms: SweepFound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "has_netcdf", lambda: False)
    with np.load(write_labelled(tmp_path, reforms)) as found:
        assert found["finals:dims"].tolist() == ["reform", SHARE, "history", "figure"]
        assert found["finals"].shape == (3, 2, 60, len(reforms.grids.figures))
        assert found[SHARE].tolist() == [0.5, 0.9]
        assert found["reform.text"].tolist()[1] == "池子加倍"
        assert int(found["attribute:absent"]) == ABSENT


# charts and words


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "more",
    [
        f"vary: {{{SHARE}: [50%, 90%], {POOL}: [200万元, 400万元, 600万元]}}",
        f"vary: {{{SHARE}: [50%, 90%], {POOL}: [200万元, 400万元], scheme.accounts.资金池.when_short: [queue, pay_what_is_left]}}",
        "vary: {scheme.accounts.资金池.when_short: [queue, pay_what_is_left]}",
        f"reforms: {{甲: {{{SHARE}: 90%}}}}\nmeasures: [pool.needed, lending.additional_volume]",
    ],
    ids=["two", "three", "words", "reforms"],
)
def test_every_grid_has_charts_and_a_summary(more: str, lang: str) -> None:
    text = ASKED.replace("histories: 60", "histories: 20")
    found = play_grid(grid(more, text))
    assert [stem for stem, _ in sweep_figures(found, lang)] == ["sweep", "sweep_differences"]
    page = sweep_markdown(found, lang)
    assert len(found.axes) == len(page.split("| --- |")[0].splitlines()[-1].split("|")) - 2 - len(found.headline())


def test_a_chart_of_three_axes_holds_the_third_at_the_baseline() -> None:
    text = ASKED.replace("histories: 60", "histories: 20")
    more = f"vary: {{{SHARE}: [50%, 90%], {POOL}: [200万元, 400万元], scheme.accounts.资金池.when_short: [queue, pay_what_is_left]}}"
    found = play_grid(grid(f"{more}\nbaseline: {{{SHARE}: 90%}}", text))
    shown = [found.points[number].texts for row in cut_of(found).rows for number in row]
    assert {texts[1] for texts in shown} == {"400万元"}
    assert len(shown) == 4


def test_sentences_name_what_is_certain_and_what_is_not(one_axis: SweepFound) -> None:
    losses, short, volume, cost = sweep_sentences(one_axis, "en")
    assert "against the baseline (as the scenario is)" in losses
    assert "certainly higher at 50%, 70%; certainly lower at 90%" in losses
    assert "the same in every history at all 3 points" in volume
    assert "(given)" in volume
    assert "certainly lower at 50%, 70%" in cost
    assert "chance of a shortfall" in short
    assert "Bonferroni" in sweep_markdown(one_axis, "en")
    assert "确定更高 50%、70%" in sweep_sentences(one_axis, "zh")[0]
