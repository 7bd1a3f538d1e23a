"""What Python users call: the same figures as the parts they are made of, and each study in few lines."""

from __future__ import annotations

import pytest

import simulator as rs
from simulator.errors import ScenarioError
from simulator.runs.play import play_histories

SHARE = "scheme.layers.资金池补偿.share"
SIZE = "scheme.accounts.资金池.endowment"


@pytest.fixture(scope="module")
def pool() -> rs.Loaded:
    return rs.load("参照资产池")


@pytest.fixture(scope="module")
def hubei() -> rs.Loaded:
    return rs.change(rs.load("湖北"), {"population.segments.科技型企业.firms": "300", SIZE: "2000万元"})


def test_a_change_by_path_and_by_block_is_the_same(pool: rs.Loaded) -> None:
    by_path = rs.change(pool, {SHARE: "60%", "run.histories": 7})
    by_block = rs.change(pool, run={"histories": 7}, scheme={"layers": {"资金池补偿": {"share": "60%"}}})
    assert by_path.digest == by_block.digest
    assert (by_path.scenario.run.histories, by_path.plain["scheme"]["layers"]["资金池补偿"]["share"]) == (7, "60%")
    assert pool.plain["scheme"]["layers"]["资金池补偿"]["share"] == "80%"


def test_a_refused_change_says_why(pool: rs.Loaded) -> None:
    with pytest.raises(ScenarioError, match="140"):
        rs.change(pool, {SHARE: "140%"})


def test_a_run_has_the_figures_of_its_histories(pool: rs.Loaded) -> None:
    answer = rs.run(pool, histories=25, seed=4, workers=2)
    (found,) = play_histories([rs.change(pool, run={"seed": 4}).scenario], 25)
    assert (answer.results.finals["bank.net_loss"] == found.finals["bank.net_loss"]).all()


def test_a_comparison_is_paired_and_its_tables_keep_names_apart(pool: rs.Loaded) -> None:
    pandas = pytest.importorskip("pandas", reason="needs the extra data")
    found = rs.compare([pool, rs.change(pool, {SHARE: "50%"})], histories=20)
    assert found.paired == [True, True]
    frame = found.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    reform = frame.loc["参照资产池-2"].loc["bank.net_loss"]
    finals = [answer.results.finals["bank.net_loss"] for answer in found.answers]
    assert reform["mean"] == pytest.approx((finals[1] - finals[0]).mean())


def test_months_are_labelled(pool: rs.Loaded) -> None:
    pytest.importorskip("xarray", reason="needs the extra data")
    answer = rs.run(pool, histories=6)
    months = answer.to_xarray()
    assert months["pool.balance"].sel(month="2025-03").values.tolist() == answer.results.series["pool.balance"][:, 2].tolist()
    assert answer.to_pandas().loc["bank.net_loss", "mean"] == answer.measures["bank.net_loss"].mean


def test_every_study_is_a_few_lines(hubei: rs.Loaded) -> None:
    swept = rs.sweep(hubei, {SHARE: ["50%", "80%"]}, reforms={"大池": {SIZE: "4000万元"}}, histories=20)
    assert len(swept.points) == 4
    solved = rs.solve(hubei, {SHARE: ("30%", "95%")}, target="bank.net_loss_rate <= 1%", histories=20)
    assert solved.evaluations
    best = rs.solve(hubei, {SHARE: ("50%", "90%")}, least="fiscal.net_cost", subject_to=["bank.net_loss_rate <= 5%"], histories=20)
    assert best.evaluations
    front = rs.frontier(hubei, {SHARE: ("50%", "90%")}, objectives=["fiscal.net_cost:min", "bank.net_loss:min"], points=4, histories=20)
    assert len(front.evaluations) == len(front.standings)
    pd, lgd = "population.segments.科技型企业.pd", "losses.lgd.mean"
    felt = rs.sensitivity(hubei, ["tornado"], only=[pd, lgd], measures=["bank.net_loss"], histories=20)
    assert {one.assumption.path for one in felt.found("tornado")["bank.net_loss"]} == {pd, lgd}
    stressed = rs.stress(rs.change(hubei, run={"histories": 20}), ["crisis"], reverse_months=None, measures=["bank.net_loss"])
    model, crisis = (stressed.cases[number].estimates["bank.net_loss"].mean for number in (0, 1))
    assert crisis > model
    sorry = rs.regret([hubei, rs.change(hubei, {SHARE: "60%"})], futures=6, only=[pd], histories=10)
    assert "bank.net_loss" in sorry.measures
    if pytest.importorskip("pandas", reason="needs the extra data"):
        found = [rs.tables(one) for one in (swept, solved, best, front, felt, stressed, sorry)]
        assert [sorted(one)[0] for one in found] == ["points", "evaluations", "evaluations", "points", "tornado", "factor", "futures"]
        assert all(len(table) for one in found for table in one.values())
