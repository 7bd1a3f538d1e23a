"""Projects stage by stage: what is paid on the way, who bears a loss, and the law of their outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulator.analysis.explain import explain
from simulator.analysis.verify.hand_made import HandLoan, Played, hand_world
from simulator.dates import calendar_from
from simulator.engine.event import History
from simulator.engine.state import scratch_for, setting_for
from simulator.errors import RunTooLarge, ScenarioError
from simulator.money import parse_money
from simulator.results.measures import summarise
from simulator.rules import records as r
from simulator.runs.play import play_histories
from simulator.runs.session import check_size
from simulator.runs.trace import trace
from simulator.scenario import library
from simulator.scenario.loader import load
from simulator.scenario.models import Scenario
from simulator.scenario.sentences import tell_scheme
from simulator.scenario.stage_checks import MOST_STAGES
from simulator.world.draw import draw_history
from simulator.world.population import plan_world
from simulator.world.stage_plan import chance_of_default
from simulator.world.stages import OUTCOME, Drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.world.population import WorldPlan

WAN = 1_000_000
"""万元, fen."""

STAGES = {"早期": {"duration": "6个月", "success": "80%"}, "中试": {"duration": "12个月", "success": "70%", "loss": {"mean": 500 * WAN}}}
LOAN = {
    "stage": "中试",
    "amount": {"mean": 1000 * WAN},
    "term": "12个月",
    "rate": 36_000,
    "default_given_failure": 0.6,
    "default_given_success": 0.05,
}
ACCOUNTS = {
    "财政": {"kind": "treasury", "public": True},
    "保险公司": {"kind": "insurer"},
    "基金": {"kind": "fund", "public": True},
    "社会资本": {"kind": "fund"},
}
POLICY = {"insurer": "保险公司", "stages": ("中试",), "sum_insured": 320 * WAN, "lag": 30}


def scenario(scheme: Mapping[str, Any] | None = None, *, lgd: object = 1_000_000, run: Mapping[str, Any] | None = None, **projects: Any) -> Scenario:
    """Projects of two stages with a loan in the second, under a scheme."""
    said = {"number": 1, "stages": STAGES, "loan": LOAN, "exit_value": {"success": {"mean": 2.0}, "failure": 0.1}, **projects}
    return Scenario.model_validate(
        {
            "name": "项目",
            "title": "项目",
            "run": {"start": "2025-01-01", "lend_until": "2027-12-31", **(run or {})},
            "population": {"projects": {"项目": said}},
            "losses": {"lgd": {"mean": lgd}},
            "banks": {"members": {"甲行": {"share": 1_000_000}}},
            "scheme": {"recoveries": {"order": "pro_rata"}, **(scheme or {}), "accounts": {**ACCOUNTS, **(scheme or {}).get("accounts", {})}},
        }
    )


def play(
    terms: Scenario,
    *,
    failed_stage: int = 1,
    failed_on: int = 300,
    loss: int = 1000 * WAN,
    defaults: bool = True,
    requested: int = 1000 * WAN,
    value: int = 2_000_000,
    lgd: int = r.MILLION,
) -> Played:
    """Play one project with a written fate: its second stage starts on day 181, with the loan, and it fails or ends on a day."""
    setting = setting_for(terms)
    world = hand_world(setting.names, [HandLoan(requested, day=181, fails=failed_on if defaults else None, lgd=lgd)], setting)
    outcomes, days = np.zeros(1, OUTCOME), np.full((1, MOST_STAGES), r.NEVER, np.int64)
    outcomes[0] = (0, 2, failed_stage, failed_on if failed_stage >= 0 else 546, loss if failed_stage >= 0 else 0, value, 0)
    days[0, :2] = (0, 181)
    history = History(setting, scratch_for(setting, terms.losses.lgd.mean), world._replace(projects=Drawn(outcomes, days)), 1000)
    return Played(history, history.play().figures)


def amounts(played: Played, reason: r.Reason) -> list[int]:
    """Amounts that a journal says were paid for a reason."""
    journal = played.history.books.journal[: int(played.history.books.history["n_entries"][0])]
    return [int(amount) for amount in journal["amount"][journal["reason"] == reason]]


CASES = YAML(typ="safe", pure=True).load((library.library_folder() / "cases" / "daishan.cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES["stages"])
def test_a_hand_case_of_daishan_comes_out_to_the_fen(name: str) -> None:
    case = CASES["stages"][name]
    terms = load(CASES["scenario"], sets=[f"{path}={value}" for path, value in case.get("set", {}).items()]).scenario
    given = case["project"]
    played = play_daishan(terms, given)
    for key, expected in case["expected"].items():
        assert played.figures[key] == parse_money(expected), key
    if "insurance_covers" in case:
        loss = played.figures["bank.gross_loss"]
        assert round(1_000_000 * played.figures["paid_by.保险公司"] / loss) == round(10_000 * float(case["insurance_covers"].removesuffix("%")))


def play_daishan(terms: Scenario, given: Mapping[str, Any]) -> Played:
    """Play one project of 岱山 with a written fate; the loan is drawn on the first day of its third stage."""
    setting = setting_for(terms)
    start, fails = 730, int(given["fails_after_days"]) + 730 if "fails_after_days" in given else None
    loan = HandLoan(
        parse_money(given["loan"]),
        day=start,
        fails=fails if given.get("defaults") else None,
        lgd=round(10_000 * float(str(given.get("lgd", "100%")).removesuffix("%"))),
        term_months=36,
        route="科创贷",
        region="岱山",
    )
    world = hand_world(setting.names, [loan], setting)
    outcomes, days = np.zeros(1, OUTCOME), np.full((1, MOST_STAGES), r.NEVER, np.int64)
    passed = fails is None
    value = round(1_000_000 * float(given.get("multiple", 0)))
    loss = 0 if passed else parse_money(given["insured_loss"])
    outcomes[0] = (0, 4, -1, 2008, loss, value, 0) if passed else (0, 3, 2, fails, loss, value, 0)
    days[0, :4] = (0, 365, start, 1278 if passed else r.NEVER)
    history = History(setting, scratch_for(setting, terms.losses.lgd.mean), world._replace(projects=Drawn(outcomes, days)), 1000)
    return Played(history, history.play().figures)


def test_the_insurer_bears_its_payment_and_the_bank_the_rest_of_a_loan_in_default() -> None:
    played = play(scenario({"policies": {"保险": POLICY}}))
    assert played.figures["paid_by.保险公司"] == 320 * WAN
    assert played.bank_net_loss == 680 * WAN
    assert played.figures["bank.gross_loss"] == 1000 * WAN
    assert amounts(played, r.Reason.INSURANCE) == [320 * WAN]


def test_insurance_prepays_a_loan_whose_firm_has_not_defaulted() -> None:
    played = play(scenario({"policies": {"保险": POLICY}}), defaults=False)
    assert amounts(played, r.Reason.INSURANCE_PREPAYMENT) == [320 * WAN]
    assert amounts(played, r.Reason.REPAYMENT) == [680 * WAN]
    assert played.bank_net_loss == 0
    interest = 1000 * WAN * 36 * (330 - 181) // 360_000 + 680 * WAN * 36 * (546 - 330) // 360_000
    assert played.figures["bank.interest"] == interest


def test_the_firm_gets_what_the_bank_is_not_owed() -> None:
    played = play(scenario({"policies": {"保险": POLICY}}), requested=100 * WAN)
    assert amounts(played, r.Reason.INSURANCE) == [100 * WAN]
    assert amounts(played, r.Reason.INSURANCE_REST) == [220 * WAN]
    assert played.bank_net_loss == 0
    assert played.figures["insurance.paid"] == 320 * WAN


def test_a_policy_that_is_not_pledged_pays_the_firm_alone() -> None:
    played = play(scenario({"policies": {"保险": {**POLICY, "pledged": False}}}))
    assert played.bank_net_loss == 1000 * WAN
    assert amounts(played, r.Reason.INSURANCE_REST) == [320 * WAN]


def test_insurance_pays_no_more_than_the_loss_less_the_deductible() -> None:
    played = play(scenario({"policies": {"保险": {**POLICY, "deductible": "10%"}}}), loss=200 * WAN)
    assert played.figures["insurance.paid"] == 180 * WAN


def test_a_failure_in_a_stage_that_is_not_insured_pays_nothing() -> None:
    policy = {**POLICY, "stages": ("早期",), "pledged": False}
    stages = {**STAGES, "早期": {**STAGES["早期"], "loss": {"mean": 500 * WAN}}}
    assert play(scenario({"policies": {"保险": policy}}, stages=stages)).figures["insurance.paid"] == 0


def test_recoveries_are_shared_with_the_insurer_by_what_each_has_borne() -> None:
    played = play(scenario({"policies": {"保险": POLICY}}), lgd=500_000)
    assert played.figures["paid_by.保险公司"] == 160 * WAN
    assert played.bank_net_loss == 340 * WAN


def test_a_layer_and_a_policy_never_pay_more_than_the_loss_together() -> None:
    accounts = {"基金池": {"kind": "guarantor"}}
    layers = {"代偿": {"payer": "基金池", "share": "80%", "basis": "overdue_principal", "trigger": 90, "lag": 0}}
    played = play(scenario({"policies": {"保险": POLICY}, "accounts": accounts, "layers": layers}))
    assert [played.figures[f"paid_by.{who}"] for who in ("保险公司", "基金池", "银行")] == [320 * WAN, 680 * WAN, 0]


def test_the_premium_is_shared_between_the_subsidy_and_the_firm() -> None:
    policy = {**POLICY, "premium": "3%", "premium_subsidy": {"payer": "财政", "share": "50%"}}
    played = play(scenario({"policies": {"保险": policy}}))
    assert (amounts(played, r.Reason.PREMIUM), amounts(played, r.Reason.PREMIUM_SUBSIDY)) == ([4_800_000], [4_800_000])
    assert played.figures["insurance.premium"] == 9_600_000
    assert played.figures["fiscal.net_cost"] == 4_800_000


def test_grants_are_paid_stage_by_stage_and_partly_repaid_after_success() -> None:
    grants = {
        "一期": {"payer": "财政", "stage": "早期", "amount": 200 * WAN},
        "二期": {"payer": "财政", "stage": "中试", "amount": 300 * WAN, "repaid_on_success": "50%"},
    }
    failed, passed = play(scenario({"grants": grants})), play(scenario({"grants": grants}), failed_stage=-1, defaults=False)
    assert (failed.figures["grant.paid"], failed.figures["fiscal.back"]) == (500 * WAN, 0)
    assert (passed.figures["grant.paid"], passed.figures["fiscal.back"]) == (500 * WAN, 150 * WAN)
    assert passed.figures["fiscal.net_cost"] == 350 * WAN


def test_equity_of_a_public_fund_comes_back_to_the_purse_at_its_multiple() -> None:
    investments = {"直投": {"investor": "基金", "stage": "中试", "amount": 400 * WAN, "exit_after": "6个月"}}
    played = play(scenario({"investments": investments}), failed_stage=-1, defaults=False, value=2_500_000)
    assert [played.figures[name] for name in ("equity.invested", "equity.proceeds", "fiscal.back")] == [400 * WAN, 1000 * WAN, 1000 * WAN]


def test_only_the_agreed_part_of_private_proceeds_comes_back_to_the_purse() -> None:
    investments = {"跟投": {"investor": "社会资本", "stage": "中试", "amount": 400 * WAN, "back_to": "财政", "back_share": "20%"}}
    played = play(scenario({"investments": investments}), failed_stage=-1, defaults=False, value=2_500_000)
    assert (played.figures["fiscal.back"], played.figures["fiscal.net_cost"]) == (200 * WAN, -200 * WAN)


def test_an_investor_with_too_little_money_invests_what_it_has() -> None:
    accounts = {"基金": {"kind": "fund", "endowment": 100 * WAN, "funded_by": {"财政": 1_000_000}, "public": True}}
    played = play(scenario({"accounts": accounts, "investments": {"直投": {"investor": "基金", "stage": "中试", "amount": 400 * WAN}}}))
    assert (played.figures["equity.invested"], played.figures["equity.proceeds"]) == (100 * WAN, 200 * WAN)


def test_funding_counts_grants_loans_and_equity_and_no_sum_insured() -> None:
    scheme = {
        "grants": {"一期": {"payer": "财政", "stage": "早期", "amount": 200 * WAN}},
        "policies": {"保险": POLICY},
        "investments": {"直投": {"investor": "基金", "stage": "中试", "amount": 400 * WAN}},
    }
    assert play(scenario(scheme)).figures["project.funding"] == 1600 * WAN


def plan_of(terms: Scenario) -> WorldPlan:
    return plan_world(terms, calendar_from(terms.run.start, 366 * 40))


def within_4_se(count: int, n: int, chance: float) -> bool:
    return abs(count - n * chance) <= 4 * (n * chance * (1 - chance)) ** 0.5


def test_stages_succeed_at_their_chance_and_loans_default_at_theirs() -> None:
    terms = scenario(number=40_000, lgd="50%")
    world = draw_history(plan_of(terms), 3)
    assert world.projects is not None
    outcomes = world.projects.outcomes
    reached = outcomes[outcomes["reached"] > 1]
    assert within_4_se(int((outcomes["failed_stage"] == 0).sum()), 40_000, 0.2)
    assert within_4_se(int((reached["failed_stage"] == 1).sum()), len(reached), 0.3)
    links = world.links[reached["link"]]
    in_time = (reached["failed_stage"] == 1) & (reached["ends_on"] <= links["maturity"])
    fails = links["failure_day"] < r.NEVER
    assert within_4_se(int(fails[in_time].sum()), int(in_time.sum()), 0.6)
    assert within_4_se(int(fails[~in_time].sum()), int((~in_time).sum()), 0.05)
    assert within_4_se(int(fails.sum()), len(links), chance_of_default(terms.population.projects["项目"]))
    assert (links["failure_day"][fails & in_time] == reached["ends_on"][fails & in_time]).all()
    days = (reached["ends_on"] - world.projects.days[outcomes["reached"] > 1, 1])[reached["failed_stage"] == 1]
    assert abs(days.mean() - 183) <= 4 * days.std() / len(days) ** 0.5


def test_the_technology_factor_makes_the_failures_of_one_history_move_together() -> None:
    plan = plan_of(scenario(number=2, factor_loading=0.8))
    pairs = np.array([draw_history(plan, number).projects.outcomes["failed_stage"] == 0 for number in range(4000)])  # type: ignore[union-attr]
    both = pairs.all(axis=1).mean()
    from scipy import stats

    expected = stats.multivariate_normal.cdf([stats.norm.ppf(0.2)] * 2, cov=[[1.0, 0.64], [0.64, 1.0]])
    assert abs(both - expected) <= 4 * (expected * (1 - expected) / 4000) ** 0.5
    assert abs(pairs.mean() - 0.2) <= 4 * (0.2 * 0.8 * (1 + 0.5) / 8000) ** 0.5


def test_the_mean_exit_multiple_is_the_stated_one() -> None:
    terms = scenario(number=40_000, exit_value={"success": {"mean": 2.5, "spread": 0.5}, "failure": 0.1})
    world = draw_history(plan_of(terms), 0)
    assert world.projects is not None
    outcomes = world.projects.outcomes
    values = outcomes["value"][outcomes["failed_stage"] < 0] / 1e6
    assert abs(values.mean() - 2.5) <= 4 * values.std() / len(values) ** 0.5
    assert set(outcomes["value"][outcomes["failed_stage"] >= 0].tolist()) == {100_000}


def test_projects_leave_every_draw_of_the_firms_alone() -> None:
    plain = load("湖北", sets=["population.segments.科技型企业.firms=50"]).scenario
    projects = scenario(number=5).population.projects
    both = plain.model_copy(update={"population": plain.population.model_copy(update={"projects": projects})})
    alone, mixed = (draw_history(plan_of(terms), 7).links for terms in (plain, both))
    own = mixed["segment"] == 1
    assert own.any()
    assert (alone == mixed[~own]).all()


@settings(max_examples=60, deadline=None)
@given(
    success=st.floats(0.0, 1.0),
    loading=st.floats(0.0, 0.99),
    sum_insured=st.integers(0, 2000),
    deductible=st.integers(0, r.MILLION),
    pledged=st.booleans(),
    endowment=st.one_of(st.none(), st.integers(0, 800)),
    repayment=st.sampled_from(["bullet", "equal_principal", "equal_instalment", "interest_only"]),
    order=st.sampled_from(["pro_rata", "bank_first", "fund_first", "advance_then_settle"]),
    pool_share=st.integers(0, r.MILLION),
    seed=st.integers(0, 2**32),
)
def test_ledgers_balance_and_every_loss_is_borne_under_any_setting(
    success: float,
    loading: float,
    sum_insured: int,
    deductible: int,
    pledged: bool,
    endowment: int | None,
    repayment: str,
    order: str,
    pool_share: int,
    seed: int,
) -> None:
    limited = {} if endowment is None else {"endowment": endowment * WAN, "funded_by": {"财政": 1_000_000}}
    stages = {**STAGES, "中试": {"duration": "12个月", "success": success, "loss": {"mean": 500 * WAN, "spread": 1.0}}}
    policy = {**POLICY, "sum_insured": sum_insured * WAN, "deductible": deductible, "pledged": pledged, "premium": 30_000}
    terms = scenario(
        {
            "accounts": {"保险公司": {"kind": "insurer", **limited}, "池": {"kind": "guarantor"}},
            "policies": {"保险": {**policy, "premium_subsidy": {"payer": "财政", "share": 500_000}}},
            "grants": {"一期": {"payer": "财政", "stage": "早期", "amount": 3_333_333, "repaid_on_success": 333_333}},
            "investments": {"直投": {"investor": "基金", "stage": "中试", "amount": 1_234_567, "back_to": "财政", "back_share": 777_777}},
            "layers": {"代偿": {"payer": "池", "share": pool_share, "basis": "overdue_principal", "trigger": 45, "lag": 0}},
            "recoveries": {"order": order, "cost": 50_000},
        },
        lgd=500_000,
        number=8,
        stages=stages,
        loan={**LOAN, "repayment": repayment, "default_given_failure": 0.5, "amount": {"mean": 1000 * WAN, "spread": 0.5}},
        factor_loading=loading,
        run={"seed": seed},
    )
    setting = setting_for(terms)
    world = draw_history(plan_world(terms, setting.calendar), 0)
    figures = History(setting, scratch_for(setting, terms.losses.lgd.mean), world).play().figures
    borne = sum(value for name, value in figures.items() if name.startswith("paid_by."))
    assert borne == figures["bank.gross_loss"]
    assert figures["insurance.paid"] <= sum_insured * WAN * figures["stage.中试.failed"]


def test_measures_of_projects_stand_only_where_there_are_projects() -> None:
    [found_here] = play_histories([load("岱山").scenario], 3)
    assert found_here.finals["stage.萌发期.reached"].tolist() == [12, 12, 12]
    measures = summarise(found_here.finals, found_here.scenario)
    assert measures["stage.转化期.failed"] is not None
    assert measures["insurance.paid"] is not None
    [elsewhere] = play_histories([load("湖北", sets=["population.segments.科技型企业.firms=20"]).scenario], 2)
    plain = summarise(elsewhere.finals, elsewhere.scenario)
    assert not any(name.startswith(("stage.", "project.", "grant.", "insurance.", "equity.", "fiscal.back")) for name in plain)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("scheme.funding.糖能.counts=[中试综合保险]", "保险金额不是资金"),
        ("scheme.funding.糖能.total=2亿元", "之和应为"),
        ("scheme.policies.中试综合保险.stages=[萌发期]", "质押落空"),
        ("scheme.policies.中试综合保险.stages=[]", "承保阶段"),
        ("scheme.grants.其他项目拨款.stage=萌芽期", "萌发期"),
        ("scheme.investments.糖能社会资本.back_share=10%", "要一起写"),
        ("population.projects.糖能.loan.stage=中试期", "阶段"),
        ("population.projects.糖能.exit_value=remove", "退出价值"),
        ("run.lend_until=2026-06-30", "最后放款日"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_reason(change: str, says: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load("岱山", sets=[change])
    assert any(says in problem.zh for problem in refused.value.problems), [problem.zh for problem in refused.value.problems]


def test_a_million_million_projects_are_refused_with_what_to_lower() -> None:
    terms = load("岱山", sets=["population.projects.糖能.number=1000000000000"]).scenario
    with pytest.raises(RunTooLarge) as refused:
        check_size([terms])
    assert "population.projects.糖能" in refused.value.zh


def test_the_followed_project_shares_its_loss_between_insurer_and_bank() -> None:
    worked = explain(load("岱山")).worked
    assert worked is not None
    assert sum(share.borne for share in worked.shares) == worked.net_loss
    assert [round(100 * share.borne / worked.net_loss) for share in worked.shares] == [68, 32]
    assert any("提前" in step.words.zh or "质押权人" in step.words.zh for step in worked.steps)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_of_a_projects_journal_has_words(lang: str) -> None:
    lines, finals = trace(load("岱山").scenario, 3, lang)
    paid = sum(line.amount for line in lines if line.reason == ("拨款" if lang == "zh" else "grant"))
    assert paid == finals.figures["grant.paid"] > 0
    assert {"中试综合保险", "其他项目引导基金"} <= {line.layer for line in lines}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_instrument_of_daishan_is_told_in_sentences(lang: str) -> None:
    told = [one.words.say(lang) for one in tell_scheme(load("岱山").scenario) if one.section == "stages"]
    terms = load("岱山").scenario.scheme
    for name in (*terms.grants, *terms.policies, *terms.investments):
        assert any(name in sentence for sentence in told), name
    assert any("3.2 million" in sentence or "320万元" in sentence for sentence in told)
