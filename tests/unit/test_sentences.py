"""A scheme in sentences: what they say, where they point, and that no console spoils them."""

from __future__ import annotations

import re
from functools import cache, reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from simulator.scenario import phrases, vocabulary
from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load
from simulator.scenario.models import When
from simulator.scenario.positions import split_path
from simulator.scenario.sentences import SECTIONS, tell_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.loader import Loaded
    from simulator.scenario.sentences import Sentence

BUILT_IN = [one.name for one in list_builtin()]
CHINESE = re.compile(r"[\u4e00-\u9fff，。；：、（）“”]")


@cache
def loaded(name: str, *sets: str) -> Loaded:
    return load(name, sets=sets)


def told(name: str, *sets: str) -> list[Sentence]:
    return tell_scheme(loaded(name, *sets).scenario)


def at(path: str, name: str, *sets: str) -> Sentence:
    return next(sentence for sentence in told(name, *sets) if sentence.path == path)


def names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from names_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from names_in(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_sentence_names_a_function_that_exists(name: str) -> None:
    for sentence in told(name):
        module, _, function = sentence.rule.partition(".History") if ".History" in sentence.rule else sentence.rule.rpartition(".")
        attributes = ["History", *function.strip(".").split(".")] if ".History" in sentence.rule else [function]
        assert callable(reduce(getattr, attributes, import_module(f"simulator.{module}"))), sentence.rule


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_sentence_comes_from_a_path_of_the_scenario(name: str) -> None:
    for sentence in told(name):
        known, rest = split_path(loaded(name).tree, sentence.path)
        assert known
        assert len(rest.split(".")) == 1
        assert vocabulary.kind_at((*known, rest) if rest else known) is not None, sentence.path


@pytest.mark.parametrize("name", BUILT_IN)
def test_sentences_survive_a_gbk_console_and_stand_in_the_order_of_the_sections(name: str) -> None:
    sentences = told(name)
    for sentence in sentences:
        "".join(sentence.words).encode("gbk")
    order = [list(SECTIONS).index(sentence.section) for sentence in sentences]
    assert order == sorted(order)


@pytest.mark.parametrize("name", BUILT_IN)
def test_english_sentences_hold_no_chinese_but_the_names_of_the_file(name: str) -> None:
    names = sorted(set(names_in(loaded(name).plain)), key=len, reverse=True)
    for sentence in told(name):
        english = reduce(lambda text, known: text.replace(known, ""), names, sentence.words.en)
        assert not CHINESE.search(english), sentence.words.en


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_layer_guard_account_and_fee_is_told(name: str) -> None:
    scheme = loaded(name).scenario.scheme
    paths = {sentence.path for sentence in told(name)}
    blocks = ("accounts", "layers", "guards", "fees", "interest_subsidies")
    assert {f"scheme.{block}.{one}" for block in blocks for one in getattr(scheme, block)} <= paths


def test_a_layer_says_who_pays_which_share_of_what_and_when() -> None:
    words = at("scheme.layers.资金池补偿", "hubei").words
    assert words.zh == "第1层“资金池补偿”：逾期满90天，银行申请，“资金池”补偿逾期本金的80%，申请后60天到账。"
    assert words.en == (
        "Layer 1, 资金池补偿: 90 days after the first missed payment the bank claims, and 资金池 pays 80% of the overdue principal, "
        "paid 60 days after the claim."
    )


def test_a_changed_share_changes_the_sentence() -> None:
    assert "逾期本金的70%" in at("scheme.layers.资金池补偿", "hubei", "scheme.layers.资金池补偿.share=70%").words.zh


LAYER, POOL, GUARD = "scheme.layers.资金池补偿", "scheme.accounts.资金池", "scheme.guards.不良率熔断"


@pytest.mark.parametrize(
    ("change", "path", "zh", "en"),
    [
        (f"{LAYER}.trigger=0天", LAYER, "违约当日，银行申请", "on the day of the first missed payment"),
        (f"{LAYER}.lag=0天", LAYER, "当日到账", "paid the same day"),
        (f"{LAYER}.basis=net_loss", LAYER, "追偿结束且逾期满90天后", "when recovery has ended"),
        (f"{LAYER}.basis=npl_balance", LAYER, "补偿不良贷款余额的80%", "80% of the non-performing balance"),
        (f"{LAYER}.per_claim=300万元", f"{LAYER}.per_claim", "每笔贷款最多支付300万元", "at most CNY 3 million on one loan"),
        (f"{LAYER}.annual_limit=2亿元", f"{LAYER}.annual_limit", "每个自然年度最多支付2亿元", "at most CNY 200 million in a calendar year"),
        (f"{LAYER}.applies_to=[{{grade: [A, B]}}]", LAYER, "对等级为“A”或“B”的贷款", "only for loans of grade A or B"),
        (f"{LAYER}.applies_to=[{{first_loan: true}}, {{ip_pledge: true}}]", LAYER, "对属于首贷，或有知识产权质押的贷款", "first, or with IP pledged"),
        (
            f"{LAYER}.aggregate={{ratio: 2%, base: lent_in_period, reset: yearly, excess_to: 省级财政}}",
            f"{LAYER}.aggregate.excess_to",
            "超出上限的部分由“省级财政”承担",
            "borne by 省级财政",
        ),
        (f"{POOL}.refill={{rule: to_target, amount: 5亿元}}", f"{POOL}.refill", "补足到5亿元，停止放款后不再补充", "filled up to CNY 500 million"),
        (
            f"{POOL}.refill={{rule: annual_budget, amount: 2亿元, after_lending: true}}",
            f"{POOL}.refill",
            "补充2亿元，停止放款后继续补充",
            "also after",
        ),
        (f"{POOL}.when_short=queue", f"{POOL}.when_short", "按申请先后排队", "wait in the order of filing"),
        (f"{POOL}.interest=1.5%", f"{POOL}.interest", "按年利率1.5%计", "earns 1.5% a year"),
        (f"{GUARD}.effect=stop_lending", f"{GUARD}.stop", "达到8%时暂停放款", "at 8% lending stops"),
        (f"{GUARD}.claims=refuse", f"{GUARD}.claims", "不予受理", "refused for good"),
        (f"{GUARD}.reset=yearly", f"{GUARD}.reset", "次年1月1日恢复", "on 1 January"),
        ("scheme.limits.firm=2000万元", "scheme.limits.firm", "单户贷款余额最高2000万元", "at most CNY 20 million"),
        ("scheme.limits.open_loans=1", "scheme.limits.open_loans", "最多1笔", "at most 1 open loan."),
        ("scheme.recoveries.order=fund_first", "scheme.recoveries.order", "先补足各支付方", "goes to those who paid"),
        (
            "scheme.relending={share: 60%, rate: 1.75%}",
            "scheme.relending",
            "按贷款的60%获得年利率1.75%的再贷款",
            "refinances 60% of the loan at 1.75%",
        ),
        ("population.book=fixed", "population.book", "只抽取一次，各次模拟相同", "drawn once, the same in every history"),
        ("run.run_off=cut", "run.run_off", "不再计入", "cut off"),
        ("scheme.in_force.until=2028-03-24", "scheme.in_force", "自2025年3月25日起至2028年3月24日止", "until 24 March 2028"),
    ],
)
def test_what_the_file_says_is_what_is_told(change: str, path: str, zh: str, en: str) -> None:
    words = at(path, "hubei", change).words
    assert zh in words.zh
    assert en.lower() in words.en.lower()


def test_tiers_are_a_list_with_their_ceiling() -> None:
    sentences = told("guangzhou_2025")
    tiers = [one.words.zh for one in sentences if one.path.startswith("scheme.layers.政银补偿.share.tiers.")]
    assert tiers[1] == "· 五百万至一千五百万元：金额超过500万元且金额不超过1500万元的贷款，30%。"
    assert len(tiers) == 5
    assert "各档之和，合计不超过50%" in at("scheme.layers.政银补偿.share", "guangzhou_2025").words.zh


def test_a_pool_topped_up_as_needed_is_not_said_to_be_short() -> None:
    paths = [one.path for one in told("hubei", f"{POOL}.refill={{rule: as_needed}}")]
    assert f"{POOL}.refill" in paths
    assert f"{POOL}.when_short" not in paths


def test_what_is_not_limited_is_said() -> None:
    assert at("scheme.limits", "hubei").words.zh == "不设上限的有：单户余额、单行年度放款、年度总放款和在贷笔数。"


def test_a_condition_that_holds_for_all_is_no_condition() -> None:
    assert phrases.when(When()) is None
    assert phrases.whens((When(grade=("A",)), When())) is None


def test_money_is_told_exactly_in_both_languages() -> None:
    assert phrases.money(4_779_800_000_000) == ("477.98亿元", "CNY 47.798 billion")
    assert phrases.money(123) == ("1.23元", "CNY 1.23")


def test_bank_that_decides_tells_what_it_believes_and_what_additional_lending_is_counted_against() -> None:
    scenario = load("湖北", sets=["banks.common.appetite=margin", "banks.members.合作银行甲.trust=none"]).scenario
    found = {sentence.path: sentence.words.zh for sentence in tell_scheme(scenario) if sentence.section == "banks"}
    assert found["banks.members.合作银行甲.trust"] == "“合作银行甲”不相信会有补偿。"
    assert "熔断停付期间视为没有补偿" in found["banks.members.合作银行乙.trust"]
    assert "利率为4.3%，只提供申请金额的50%" in found["without_scheme"]


def test_bank_that_lends_what_is_asked_for_tells_nothing_of_belief_or_additional_lending() -> None:
    paths = [sentence.path for sentence in tell_scheme(load("湖北").scenario)]
    assert not [path for path in paths if path.endswith(".trust") or path == "without_scheme"]
