"""Who pays, where public money flows and how far projects get: the numbers behind the charts add up, in real runs and in cases worked by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from report_results import played

from simulator.report.chart_data_flows import flow_table, stage_flow_table, stage_money, stage_money_table, waterfall_table
from simulator.report.charted import Charted, charted_from
from simulator.report.figures_waterfall import spans_of
from simulator.report.money_flows import flows_of
from simulator.report.outline import report_of
from simulator.report.outline_compare import comparison_report_of
from simulator.results.comparisons import Comparison

YI = 10**10
SCHEMES = ("湖北", "广东", "泉州", "岱山")


def of_run(name, lang="zh"):
    answer = played(name)
    return charted_from(answer.results, lang, None, answer.measures)


def account(kind="treasury", *, public=True, endowment=None, funded_by=None, refill="none", interest=0):
    return SimpleNamespace(
        kind=kind, public=public, endowment=endowment, funded_by=funded_by, refill=SimpleNamespace(rule=refill), interest=interest
    )  # fmt: skip


def made(accounts, finals, **scheme):
    """A scenario of accounts alone, and two histories with these figures."""
    parts = {"layers": {}, "grants": {}, "policies": {}, "investments": {}, "interest_subsidies": {}, "fees": {}} | scheme
    scenario = SimpleNamespace(scheme=SimpleNamespace(accounts=accounts, **parts), population=SimpleNamespace(projects=None))
    arrays = {name: np.asarray(values) for name, values in finals.items()}
    return Charted("甲", "甲", ("2025-01",), arrays, scenario=scenario)  # type: ignore[arg-type]


def flows(one):
    return {(str(row[0]), str(row[1])): float(row[2]) for row in flow_table(one).rows}  # type: ignore[arg-type]


def unbalanced(found):
    """Nodes that money passes through, and where more comes in than goes out or less."""
    into, out = defaultdict(float), defaultdict(float)
    for (source, target), amount in found.items():
        assert amount > 0
        out[source] += amount
        into[target] += amount
    return [node for node in into if node in out and not np.isclose(into[node], out[node], rtol=1e-12)]


@pytest.mark.parametrize("name", SCHEMES)
def test_who_pays_goes_from_gross_loss_to_bank_net_loss_to_the_fen(name):
    one = of_run(name)
    rows = waterfall_table(one).rows
    n = one.n_histories
    assert [row[2] for row in rows] == ["total", *["change"] * (len(rows) - 2), "total"]
    changes = sum(round(float(row[1]) * n) for row in rows[1:-1])
    assert int(one.finals["bank.gross_loss"].sum()) + changes == int(one.finals["bank.net_loss"].sum())
    steps = [(str(row[0]), float(row[1]), str(row[2]), None, None) for row in rows]
    assert spans_of(steps)[-2][1] == pytest.approx(float(np.mean(one.finals["bank.net_loss"])), abs=0.5)


def test_a_payer_that_gets_back_more_than_it_paid_adds_to_the_loss():
    finals = {"bank.gross_loss": [100, 200], "bank.net_loss": [90, 170], "paid_by.银行": [90, 170], "paid_by.甲": [20, 40], "paid_by.乙": [-10, -10]}
    rows = waterfall_table(made({}, finals)).rows
    assert [(row[0], row[1], row[2]) for row in rows[1:3]] == [("甲", -30.0, "change"), ("乙", 10.0, "change")]
    assert [end for _, end in spans_of([(*row[:3], None, None) for row in rows])] == [150.0, 120.0, 130.0, 130.0]


@pytest.mark.parametrize("name", SCHEMES)
def test_what_comes_into_every_node_of_a_real_run_goes_out_of_it(name):
    one = of_run(name)
    found = flows(one)
    assert found
    assert unbalanced(found) == []


@pytest.mark.parametrize("name", ["湖北", "广东", "泉州"])
def test_flows_agree_with_what_was_paid_to_banks_left_in_pools_and_spent_by_each_purse(name):
    one = of_run(name)
    found = flows(one)
    into, out = defaultdict(float), defaultdict(float)
    for (source, target), amount in found.items():
        into[target] += amount
        out[source] += amount
    assert into["补偿银行的损失"] == pytest.approx(float(one.finals["cover.paid"].mean()), abs=200)
    assert into["资金池期末结余"] == pytest.approx(float(one.finals["pool.final_balance"].mean()), abs=200)
    net = float(one.finals["fiscal.net_cost"].mean())
    purses = {key.removeprefix("fiscal.net_cost.") for key in one.finals if key.startswith("fiscal.net_cost.")}
    assert sum(out[purse] for purse in purses) - into["资金池期末结余"] - into["机构留存收入"] == pytest.approx(net, abs=500)


def test_a_pool_by_hand():
    accounts = {
        "省": account(),
        "市": account(),
        "池": account("pool", endowment=10 * YI, funded_by={"省": 600_000, "市": 400_000}),
    }
    finals = {
        "pool.paid_in": [10 * YI] * 2, "pool.final_balance": [7 * YI] * 2, "paid_by.池": [3 * YI] * 2, "paid_by.银行": [YI] * 2,
        "cover.got_back": [YI] * 2, "fiscal.net_cost.省": [int(1.8 * YI)] * 2, "fiscal.net_cost.市": [int(1.2 * YI)] * 2, "bank.net_loss": [YI] * 2,
    }  # fmt: skip
    assert flows(made(accounts, finals)) == {
        ("省", "池"): 6.0 * YI,
        ("市", "池"): 4.0 * YI,
        ("池", "补偿银行的损失"): 3.0 * YI,
        ("池", "资金池期末结余"): 7.0 * YI,
        ("追偿回收", "补偿银行的损失"): 1.0 * YI,
    }


def test_a_guarantor_pays_losses_from_its_fees_first_and_keeps_what_is_over():
    for net, expected in (
        (2 * YI, {("担保费等收入", "补偿银行的损失"): 1.0 * YI, ("担保", "补偿银行的损失"): 2.0 * YI}),
        (-2 * YI, {("担保费等收入", "补偿银行的损失"): 3.0 * YI, ("担保费等收入", "机构留存收入"): 2.0 * YI}),
    ):
        finals = {"paid_by.担保": [3 * YI] * 2, "fiscal.net_cost.担保": [net] * 2, "cover.got_back": [0, 0], "bank.net_loss": [0, 0]}
        assert flows(made({"担保": account("guarantor")}, finals)) == expected


def test_what_a_treasury_spends_beside_losses_is_named_after_its_one_task():
    finals = {"paid_by.市": [YI] * 2, "fiscal.net_cost.市": [3 * YI] * 2, "cover.got_back": [0, 0], "bank.net_loss": [0, 0]}
    subsidy = {"贴息": SimpleNamespace(payer="市")}
    assert flows(made({"市": account()}, finals, interest_subsidies=subsidy))["市", "贴息"] == 2.0 * YI
    assert flows(made({"市": account()}, finals))["市", "贴息、费用等支出"] == 2.0 * YI


def test_pools_that_cannot_be_told_apart_are_not_drawn():
    pools = {name: account("pool", endowment=YI, funded_by={"市": 1_000_000}, refill="as_needed") for name in ("甲池", "乙池")}
    finals = {
        "pool.paid_in": [3 * YI] * 2, "pool.final_balance": [2 * YI] * 2, "paid_by.甲池": [YI] * 2, "paid_by.乙池": [0, 0],
        "fiscal.net_cost.市": [YI] * 2, "cover.got_back": [0, 0], "bank.net_loss": [0, 0],
    }  # fmt: skip
    assert flows_of(made({"市": account(), **pools}, finals)) == []


def test_no_public_money_and_no_loss_give_no_flow():
    insurer = account("insurer", public=False)
    assert flows_of(made({"保险": insurer}, {"paid_by.保险": [5, 5], "cover.got_back": [0, 0], "bank.net_loss": [0, 0]})) == []
    assert flows_of(made({"市": account()}, {"fiscal.net_cost.市": [0, 0], "paid_by.市": [0, 0], "bank.net_loss": [0, 0]})) == []
    assert flows_of(replace(of_run("湖北"), scenario=None)) == []


def test_projects_that_enter_a_stage_pass_it_or_fail_and_those_that_pass_enter_the_next():
    one = of_run("岱山")
    rows = stage_flow_table(one).rows
    assert [row[0] for row in rows] == ["萌发期", "初始期", "转化期", "熟化期", "全部走完"]
    assert rows[0][1] == 12.0
    for row, following in pairwise(rows):
        assert float(row[4]) + float(row[5]) == pytest.approx(float(row[1]))  # type: ignore[arg-type]
        assert row[4] == pytest.approx(following[1])


def test_money_at_each_stage_is_what_the_run_paid():
    one = of_run("岱山")
    found = {money.key: (list(money.stages), money.amount.mean) for money in stage_money(one)}
    assert found["money_grants"] == (["萌发期", "初始期"], one.finals["grant.paid"].mean())
    assert found["money_insurance"] == (["初始期"], one.finals["insurance.premium"].mean())
    assert found["money_loans"] == (["转化期"], one.finals["lending.volume"].mean())
    assert found["money_equity"][0] == ["熟化期"]
    funding = sum(found[key][1] for key in ("money_grants", "money_loans", "money_equity"))
    assert funding == pytest.approx(one.finals["project.funding"].mean())
    assert len(stage_money_table(one).rows) == len(found)


def charts_of(report):
    return {block.key: block for section in report.sections for block in section.blocks if hasattr(block, "draw")}


def test_reports_hold_the_charts_that_their_schemes_have():
    for name, expected in (("湖北", {"waterfall", "public_money"}), ("岱山", {"waterfall", "public_money", "stage_flow"})):
        found = charts_of(report_of(played(name), "zh", "2026-11-27"))
        assert expected <= set(found)
        assert ("stage_flow" in found) == (name == "岱山")
        assert [column.key for column in found["waterfall"].data.columns][:3] == ["step", "amount", "role"]
        assert [column.key for column in found["public_money"].data.columns][:3] == ["from", "to", "amount"]
        assert (found["waterfall"].form, found["public_money"].form) == ("waterfall", "flow")
    both = Comparison([played("湖北"), played("岱山")], [True, False], [{}, {}], [{}, {}])
    found = charts_of(comparison_report_of(both, "en", "2026-11-27"))
    assert {"compare_measures", "lending_against_cost", "s1_public_money", "s2_public_money"} <= set(found)
