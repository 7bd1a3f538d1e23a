"""``explain``: facts and assumptions, implied figures against their closed forms, one loan to the fen, and what is to be looked at."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.analysis.cautions import cautions_of
from simulator.analysis.explain import as_record, explain
from simulator.analysis.facts import facts_of
from simulator.analysis.implied import Hazard, implied_figures
from simulator.analysis.sample import take_sample
from simulator.analysis.worked_loan import choose_loan, follow_loan
from simulator.cli.main import program
from simulator.cli.words import cells
from simulator.errors import ContractError
from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from simulator.analysis.cautions import Caution
    from simulator.analysis.explain import Explanation
    from simulator.analysis.implied import Implied
    from simulator.analysis.worked_loan import WorkedLoan

BUILT_IN = [one.name for one in list_builtin()]
WITH_FIRMS = [name for name in BUILT_IN if load(name).scenario.population.segments]
FEWER_FIRMS = "population.segments.科技型企业.firms=1500"


@cache
def explained(name: str) -> Explanation:
    return explain(load(name))


@cache
def implied(name: str, *sets: str) -> Implied:
    scenario = load(name, sets=sets).scenario
    return implied_figures(scenario, take_sample(scenario))


@cache
def followed(name: str, *sets: str) -> WorkedLoan:
    return follow_loan(load(name, sets=sets).scenario)


def cautions(name: str, *sets: str) -> list[Caution]:
    scenario = load(name, sets=sets).scenario
    sample = take_sample(scenario)
    return cautions_of(scenario, sample, implied_figures(scenario, sample))


def of(found: list[Caution], path: str) -> str:
    return " ".join(one.words.zh for one in found if one.path == path)


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])
    monkeypatch.setenv("LANGUAGE", "C")


def test_facts_have_their_source_and_assumptions_their_reason_and_range() -> None:
    facts = {fact.path: fact for fact in facts_of(load("hubei"))}
    share, pd = facts["scheme.layers.资金池补偿.share"], facts["population.segments.科技型企业.pd"]
    assert (share.kind, share.value, share.range) == ("fact", "80%", None)
    assert "补偿80%" in share.why
    assert (pd.kind, pd.value, pd.range) == ("assumption", "1.5%", ("0.8%", "2.5%"))
    assert pd.title.zh == "年违约率"


def test_a_number_that_is_neither_is_listed_as_such() -> None:
    kinds = {fact.path: fact.kind for fact in facts_of(load("reference_pool"))}
    assert kinds["macro.asset_correlation"] == "unmarked"
    assert "run.seed" not in kinds


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_value_is_listed_twice(name: str) -> None:
    paths = [fact.path for fact in facts_of(load(name))]
    assert len(paths) == len(set(paths))


def test_cumulative_default_rates_under_a_static_factor_are_the_closed_form() -> None:
    [defaults] = implied("reference_pool").defaults
    whole_days = [1 - 0.97 ** (round(year * 365.25) / 365.25) for year in (1, 2, 3)]
    assert defaults.cumulative == pytest.approx([*whole_days, 1 - 0.97**5], abs=1e-6)


def test_cumulative_default_rates_under_a_monthly_factor_are_near_the_stated_pd() -> None:
    [defaults] = implied("hubei", FEWER_FIRMS, "population.segments.科技型企业.pd=3%").defaults
    assert defaults.cumulative[0] == pytest.approx(0.0302, abs=0.0006)
    assert 0.135 < defaults.cumulative[3] < 0.143


def test_a_cure_leaves_only_second_failures() -> None:
    hazard = Hazard(np.array([[0.0, 0.1]]), np.array([1.0]))
    assert hazard.lasting(1, 0.0) == pytest.approx(1 - math.exp(-0.1))
    assert hazard.lasting(1, 1.0) == pytest.approx(1 - math.exp(-0.1) * 1.1)


def test_effective_pd_is_the_stated_one_less_cures() -> None:
    [defaults] = implied("hubei", FEWER_FIRMS, "losses.cure={chance: 40%, within: 60天}").defaults
    assert defaults.effective_pd == pytest.approx(0.015 * 0.6)
    assert defaults.lasting[0] < defaults.cumulative[0]


def test_a_headline_of_80_percent_is_67_when_the_fund_is_repaid_first_and_100_when_the_bank_is() -> None:
    [cover] = implied("hubei", FEWER_FIRMS, "losses.lgd.mean=60%", "scheme.recoveries.cost=0%").covers
    assert cover.promised == 0.8
    assert cover.effective == pytest.approx(0.8)
    assert cover.by_order["fund_first"] == pytest.approx(1 - 0.2 / 0.6)
    assert cover.by_order["bank_first"] == pytest.approx(1.0)


def test_the_pool_of_hubei_is_used_up_at_1614_millionths_of_a_hundredth_of_its_lending() -> None:
    figures = implied("hubei")
    [pool] = figures.break_even
    assert pool.rate is not None
    assert pool.rate == pytest.approx(1e11 / (0.8 * figures.amounts.volume))
    assert pool.rate == pytest.approx(0.01614, rel=0.01)
    assert figures.amounts.volume == pytest.approx(774.27e10, rel=0.01)


def test_a_pool_that_is_refilled_has_no_break_even() -> None:
    assert {one.account: one.rate for one in implied("guangzhou_2025").break_even} == {"风险补偿资金": None}


def test_the_parts_of_lending_with_like_shares_make_the_whole() -> None:
    assert sum(cover.volume for cover in implied("guangzhou_2025").covers) == pytest.approx(1.0)


def test_one_loan_of_hubei_is_followed_to_the_fen() -> None:
    told = followed("hubei")
    assert [(step.date.isoformat(), step.rule) for step in told.steps] == [
        ("2025-03-25", "rules.lending.lend"),
        ("2025-08-25", "rules.repayment.collect_instalment"),
        ("2025-09-25", "rules.defaults.default_loan"),
        ("2025-12-24", "engine.event.History.file"),
        ("2026-02-22", "rules.claims.pay_claim"),
        ("2027-09-25", "rules.recoveries.recover"),
        ("2027-09-25", "rules.recoveries.recover"),
        ("2027-09-25", "rules.recoveries.split_recovery"),
    ]
    assert told.steps[4].words.zh == "“资金池”按“资金池补偿”向“合作银行甲”支付补偿800,000.00元；“资金池”余额999,200,000.00元"
    assert told.steps[7].words.en == "合作银行甲 hands CNY 190,000.00 of it to 资金池 (资金池补偿); 资金池 holds CNY 999,390,000.00"
    assert [(one.party, one.paid, one.got_back, one.borne) for one in told.shares] == [
        ("合作银行甲", 100_000_000, 84_750_000, 15_250_000),
        ("资金池", 80_000_000, 19_000_000, 61_000_000),
    ]


@pytest.mark.parametrize("name", WITH_FIRMS)
def test_what_all_parties_have_borne_is_the_net_loss(name: str) -> None:
    told = followed(name)
    assert sum(one.borne for one in told.shares) == told.net_loss
    assert [step.date for step in told.steps] == sorted(step.date for step in told.steps)


def test_the_followed_loan_and_the_implied_cover_agree() -> None:
    told = followed("hubei")
    [cover] = implied("hubei", FEWER_FIRMS).covers
    assert 1 - told.shares[0].borne / told.net_loss == pytest.approx(cover.effective)


def test_backers_take_over_what_the_guarantor_paid() -> None:
    told = followed("quanzhou")
    borne = {one.party: one.borne / told.net_loss for one in told.shares}
    assert borne == pytest.approx({"合作银行甲": 0.2, "市级担保机构": 0.25, "省级再担保": 0.2, "国家融资担保基金": 0.35})
    assert any("累计上限" in one.zh for one in told.left_out)


def test_routine_payments_are_told_together() -> None:
    scenario = load("quanzhou").scenario
    told = follow_loan(scenario, choose_loan(scenario, route="技术创新基金"))
    subsidies = [step.words.zh for step in told.steps if step.rule == "rules.repayment.pay_subsidy"]
    assert len(subsidies) == 1
    assert "共17次合计" in subsidies[0]


def test_several_recoveries_are_shared_as_one_would_be() -> None:
    assert [one.borne for one in followed("hubei", "losses.lumps=3").shares] == [one.borne for one in followed("hubei").shares]


def test_every_step_names_a_function_that_exists() -> None:
    for name in WITH_FIRMS:
        for step in followed(name).steps:
            if not step.rule.startswith("engine"):
                module, _, function = step.rule.rpartition(".")
                assert callable(getattr(import_module(f"simulator.{module}"), function))


def test_an_unknown_route_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ContractError, match="routes: 融资担保, 科技保"):
        choose_loan(load("quanzhou").scenario, route="民间借贷")


def test_a_gap_between_tiers_is_found() -> None:
    found = of(cautions("guangdong"), "scheme.layers")
    assert "没有任何一层补偿（缺口）" in found


def test_a_bank_that_bears_nothing_is_found() -> None:
    assert "银行不承担本金损失" in of(cautions("hubei", FEWER_FIRMS, "scheme.layers.资金池补偿.share=100%"), "scheme.layers")


def test_layers_that_overlap_for_some_loans_are_found_and_so_is_the_one_that_gets_nothing() -> None:
    layer = "{payer: 资金池, share: {combine: first, tiers: {甲: {share: 100%, when: [{grade: [A]}]}}}, basis: overdue_principal}"
    found = cautions("hubei", FEWER_FIRMS, "scheme.layers.资金池补偿.share=100%", f"scheme.layers.再补偿={layer}")
    assert "超过100%（重叠）" in of(found, "scheme.layers")
    assert "永远不会付款" in of(found, "scheme.layers.再补偿")


def test_a_layer_that_holds_for_no_loan_and_a_tier_that_never_decides_are_found() -> None:
    never = "scheme.layers.资金池补偿.applies_to=[{amount_over: 9亿元}]"
    assert "对任何贷款都不适用" in of(cautions("hubei", FEWER_FIRMS, never), "scheme.layers.资金池补偿")
    tiers = "{combine: max, tiers: {高: {share: 80%}, 低: {share: 50%, when: [{grade: [A]}]}}}"
    found = cautions("hubei", FEWER_FIRMS, f"scheme.layers.资金池补偿.share={tiers}")
    assert "“低”档从未起作用" in of(found, "scheme.layers.资金池补偿.share.tiers.低")
    assert not of(found, "scheme.layers.资金池补偿.share.tiers.高")


def test_limits_that_bind_are_found() -> None:
    found = cautions("hubei", FEWER_FIRMS, "scheme.layers.资金池补偿.per_claim=100万元", "scheme.limits.rate=3%")
    assert "超过单笔上限" in of(found, "scheme.limits.loan")
    assert "超过单笔上限100万元" in of(found, "scheme.layers.资金池补偿.per_claim")
    assert "100.0%的贷款利率被上限压低" in of(found, "scheme.limits.rate")


def test_a_pool_too_small_for_the_expected_defaults_is_found() -> None:
    path = "scheme.accounts.资金池.endowment"
    assert "平均情况下就会用完" in of(cautions("hubei"), path)
    assert not of(cautions("hubei", f"{path}=30亿元"), path)


def test_a_cap_below_what_is_expected_is_found() -> None:
    change = "scheme.layers.批量担保代偿.aggregate.ratio=1%"
    path = "scheme.layers.批量担保代偿.aggregate"
    assert "平均情况下就会触顶" in of(cautions("quanzhou", change), path)
    assert not of(cautions("quanzhou"), path)


def test_json_holds_everything_in_plain_values() -> None:
    record = json.loads(json.dumps(as_record(explained("hubei"), "en")))
    assert record["scenario"] == "湖北"
    assert {"section", "text", "path", "rule"} == set(record["sentences"][0])
    assert record["implied"]["covers"][0]["shares"] == {"资金池补偿": 0.8}
    assert record["loan"]["shares"][1]["borne"] == 61_000_000
    assert record["cautions"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_fits_80_columns_and_a_gbk_console(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = CliRunner().invoke(program(), ["explain", "hubei", "--lang", lang], prog_name="riskshare")
    assert result.exit_code == 0, result.output
    result.stdout.encode("gbk")
    assert max(cells(line) for line in result.stdout.splitlines()) <= 80


def test_the_command_prints_one_json_object() -> None:
    result = CliRunner().invoke(program(), ["explain", "quanzhou", "--route", "科技保", "--json", "--lang", "zh"], prog_name="riskshare")
    assert json.loads(result.stdout)["loan"]["kind"]["route"] == "科技保"


def test_a_loan_that_does_not_exist_ends_in_a_message() -> None:
    with pytest.raises(ContractError, match="等级有 A"):
        explain(load("quanzhou"), grade="Z")
