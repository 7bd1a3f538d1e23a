"""Scenario files: read strictly, laid over one another, and refused with file, line, column and a helpful word, all at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.scenario.loader import load

BAD = Path(__file__).resolve().parents[1] / "bad"
GOOD = BAD / "good.yaml"
REFUSALS = [
    ("account_funds_itself", 6, 23, "cannot fund itself", "不能给自己出资"),
    ("accounts_fund_each_other", 7, 23, "funds itself through others", "又给自己出资"),
    ("anchor", 7, 11, "anchors and aliases", "不支持锚点和引用"),
    ("assumption_about_nothing", 5, 3, "did you mean '资金池补偿'", "是否想写“资金池补偿”"),
    ("bank_to_be_excluded", 6, 18, "exclude_bank) is not supported yet; write stop_lending", "请写 stop_lending"),
    ("banks_do_not_sum_to_100", 5, 3, "sum to 110%", "现为 110%"),
    ("basis_of_principal_and_interest", 6, 20, "principal and interest as a basis is not supported yet", "尚不支持以本息为基数"),
    ("blank_cap", 7, 7, "blank means neither unlimited nor 0", "空白不等于不限"),
    ("block_given_as_text", 5, 11, "a block of keys", "这里要一组键"),
    ("both_mean_and_table", 7, 13, "either mean or table", "mean（平均）或 table"),
    ("bound_in_units", 4, 27, "must be at least 3个月", "不能小于 3个月"),
    ("bound_passed", 4, 17, "must be at most 12", "不能大于 12"),
    ("brace_never_opened", 4, 8, "without an opening one", "多了一个括号"),
    ("ceiling_without_sum", 9, 18, "belongs to combine sum", "只用于 combine: sum"),
    ("chance_given_as_3", 7, 11, "write 3% or 0.03", "请写 3% 或 0.03"),
    ("choice_misspelt", 6, 20, "did you mean net_loss", "是否想写 net_loss"),
    ("condition_no_loan_meets", 6, 40, "no loan is over", "没有贷款既大于"),
    ("condition_on_an_unknown_route", 6, 35, "unknown route '批量'", "没有业务通道“批量”"),
    ("condition_on_an_unknown_segment", 7, 71, "did you mean '成长期'", "是否想写“成长期”"),
    ("control_character", 2, 1, "control character", "控制字符"),
    ("correlation_of_one", 4, 28, "must be below 100%", "应小于 100%"),
    ("count_with_decimals", 4, 18, "not a whole number", "不是不小于 1 的整数"),
    ("cure_after_the_trigger", 5, 31, "fall after the earliest trigger", "治愈应先于代偿"),
    ("curve_that_falls", 7, 22, "cannot fall", "不能随月数下降"),
    ("date_that_is_none", 4, 14, "is not a date", "不是日期"),
    ("days_in_wrong_unit", 6, 18, "not a span of time", "不是期限"),
    ("days_without_unit", 6, 22, "write 90 days", "请写 90天"),
    ("deferred_claims_refused", 6, 93, "write claims: hold", "claims: hold"),
    ("empty", 0, 0, "the file is empty", "文件是空的"),
    ("empty_source", 7, 27, "source must be a text", "source 要写一段文字"),
    ("extends_a_file_that_is_not_there", 3, 10, "did you mean good.yaml", "是否想写 good.yaml"),
    ("extends_an_unknown_name", 3, 10, "unknown built-in scenario", "没有内置情景"),
    ("extends_itself", 3, 10, "goes in a circle", "绕成了圈"),
    ("extends_outside_its_folder", 3, 10, "lies outside this folder", "在本文件夹之外"),
    ("fee_from_a_limited_account", 6, 18, "let an unlimited account", "不限额的账户"),
    ("fee_from_nobody", 6, 18, "unknown account 'firm'", "没有账户“firm”"),
    ("fee_on_an_unknown_layer", 6, 55, "unknown layer '担保'", "没有分担层“担保”"),
    ("fee_to_the_bank", 7, 45, "unknown account", "bank"),
    ("fixed_book_without_firms", 5, 9, "there are no firms to keep", "没有可固定的普通企业"),
    ("full_width_brace", 7, 14, "write '{' instead", "请改为半角“{”"),
    ("full_width_colon", 4, 7, "write ':' and a space", "请改为半角“:”"),
    ("full_width_colon_in_braces", 6, 34, "write ':' and a space", "请改为半角“:”"),
    ("full_width_comma", 7, 21, "write ',' and a space", "请改为半角“,”"),
    ("full_width_mark_in_value", 7, 18, "it holds the full-width mark", "含全角符号"),
    ("gbk", 1, 7, "save it as UTF-8", "请用编辑器另存为 UTF-8"),
    ("grade_that_no_firm_has", 5, 40, "unknown grade 'C'", "没有等级“C”"),
    ("grade_without_a_value", 7, 7, "grade B has no value", "等级 B 没有值"),
    ("grades_do_not_sum_to_100", 7, 14, "40% + 50% = 90%", "40% + 50% = 90%"),
    ("guarantor_guard_of_a_direct_layer", 6, 34, "资金池补偿 has basis overdue_principal", "“资金池补偿”的 basis 是 overdue_principal"),
    ("guarantor_guard_of_two_guarantors", 12, 34, "write a guard for each", "请各写一条"),
    ("guarantor_guard_without_layers", 6, 15, "per: guarantor needs layers", "per: guarantor 要写 layers"),
    ("guarantor_that_nobody_funds", 7, 9, "nobody funds the limited account", "没有人出资"),
    ("guard_of_an_unknown_layer", 6, 26, "unknown layer '风险补偿'", "没有分担层“风险补偿”"),
    ("guard_without_a_stop", 6, 32, "needs a stop threshold", "要写 stop"),
    ("indentation_differs", 6, 8, "the indentation may differ", "缩进不一致"),
    ("innovation_score", 6, 11, "innovation scores are not supported yet", "尚不支持创新积分"),
    ("key_in_chinese", 6, 13, "for '比例' write share", "“比例”请写 share"),
    ("least_above_largest", 7, 21, "is above the largest", "大于最大金额"),
    ("lending_ends_before_it_starts", 4, 19, "is before the start", "早于起始日"),
    ("lgd_spread_too_wide", 5, 17, "too wide for a mean of 60%", "过大"),
    ("limit_of_zero", 5, 18, "write none for no limit", "不限请写 none"),
    ("marginal_tiers_by_grade", 10, 14, "divided by amount only", "只能按金额划分"),
    ("mean_above_the_largest_amount", 7, 20, "not between the least and the largest", "不在最小与最大金额之间"),
    ("missing_brace", 7, 14, "has no matching }", "没有配对的 }"),
    ("missing_bracket", 7, 19, "has no matching ]", "没有配对的 ]"),
    ("missing_key", 6, 5, "basis (basis) is missing", "缺少 basis"),
    ("missing_quotation_mark", 4, 10, "a quotation mark has no partner", "引号没有配对"),
    ("money_finer_than_a_fen", 6, 22, "whole number of fen", "不是整数分"),
    ("money_negative", 6, 22, "money cannot be below 0", "金额不能小于 0"),
    ("money_too_large", 6, 22, "too large; at most", "过大；最多"),
    ("money_without_unit", 6, 22, "has no unit; write 1000万元", "缺单位；请写 1000万元"),
    ("month_that_is_none", 7, 5, "is not a month", "不是月份"),
    ("months_without_unit", 5, 18, "write 36 months", "请写 36个月"),
    ("neither_firms_nor_arrivals", 6, 5, "either firms or arrivals", "firms（户数）与 arrivals"),
    ("no_population", 4, 1, "either segments or a tape", "企业要么用 segments"),
    ("no_space_after_colon", 5, 8, "lacks a space after the colon; write start: 2026-01-01", "冒号后少一个空格"),
    ("not_a_mapping", 1, 1, "must be a mapping", "应为“键: 值”的对照"),
    ("number_with_unit", 7, 25, "carries a unit", "带了单位"),
    ("of_without_payment_of", 6, 17, "belongs to basis payment_of only", "只有 basis: payment_of 才写 of"),
    ("one_where_a_list_belongs", 7, 28, "a list such as [a, b]", "要一个列表"),
    ("path_factor_without_a_path", 4, 17, "needs a path", "要给出 path"),
    ("payment_of_a_later_layer", 6, 59, "does not stand before this layer", "不在本层之前"),
    ("payment_of_nothing", 6, 43, "payment_of needs of", "要写 of"),
    ("percent_first", 4, 10, "a value cannot begin with '%'", "值不能以 '%' 开头"),
    ("persistence_without_period", 4, 22, "names no period", "缺周期"),
    ("pool_that_nobody_funds", 6, 10, "nobody funds the pool", "没有人出资"),
    ("range_in_wrong_unit", 7, 22, "an end of the range", "range 的端点"),
    ("range_upside_down", 7, 22, "from low to high", "由小到大"),
    ("range_with_one_end", 7, 27, "takes its two ends", "要写两个端点"),
    ("rate_against_lpr_misspelt", 7, 13, "LPR+150bp", "LPR+150bp"),
    ("rate_without_unit", 7, 13, "write 3.4% or 3.4bp", "请写 3.4% 或 3.4bp"),
    ("refill_with_an_idle_amount", 6, 45, "takes no amount", "不用 amount"),
    ("refill_without_an_amount", 6, 26, "needs an amount", "要写 amount"),
    ("reform_without_a_name", 1, 1, "name (short Chinese name", "缺少 name"),
    ("remove_leaves_a_name_dangling", 7, 15, "unknown layer '担保代偿'", "没有分担层“担保代偿”"),
    ("remove_of_a_required_key", 6, 5, "payer (payer) is missing", "缺少 payer"),
    ("remove_of_nothing", 6, 12, "unknown inherited key", "没有可删去的"),
    ("repeated_key", 7, 5, "is repeated, first on line 6", "重复，第 6 行已有"),
    ("retrocession_past_100", 6, 30, "the shares of what '担保代偿' pays pass 100%", "对“担保代偿”支付的分担比例超过 100%"),
    ("scheme_ends_before_it_begins", 5, 40, "before it begins", "早于施行日"),
    ("scheme_not_in_force", 5, 21, "not in force at any time of lending", "没有重叠"),
    ("several_where_one_belongs", 7, 14, "one value such as 80%", "这里要一个值"),
    ("share_above_100", 6, 20, "outside 0% to 100%", "超出比例的范围"),
    ("share_given_as_80", 6, 20, "write 80% or 0.8", "请写 80% 或 0.8"),
    ("share_too_fine", 6, 20, "a millionth", "百万分之一"),
    ("shares_past_100", 7, 19, "pass 100%", "超过 100%"),
    ("source_and_assumption", 7, 39, "exclude each other", "只能写一个"),
    ("tab_indentation", 5, 1, "indented with a tab", "缩进用了制表符"),
    ("tag", 4, 10, "is not read; write a plain value", "不支持 YAML 标签"),
    ("tape_outside_its_folder", 6, 54, "lies outside the scenario's folder", "在情景文件夹之外"),
    ("term_limit_below_every_term", 5, 18, "shorter than every term", "短于所有贷款的期限"),
    ("text_given_as_number", 4, 10, "put a number in quotation marks", "数字请加引号"),
    ("truth_value_in_chinese", 6, 19, "write true or false", "只能写 true（是）或 false（否）"),
    ("two_documents", 4, 1, "a file holds one scenario", "一个文件只能有一个情景"),
    ("two_kinds_of_subsidy", 6, 9, "exactly one of final_rate", "写且只写一个"),
    ("unconditional_shares_past_100", 7, 31, "60% + 又一层 50% = 110%", "60% + 又一层 50% = 110%"),
    ("unknown_account", 6, 20, "did you mean '资金池'", "是否想写“资金池”"),
    ("unknown_bearer_of_the_excess", 6, 66, "unknown account '省财政'", "没有账户“省财政”"),
    ("unknown_funder", 6, 34, "unknown account '市级财政'", "没有账户“市级财政”"),
    ("unknown_key", 6, 13, "did you mean 'share'", "是否想写“share”"),
    ("unknown_key_that_banks_share", 5, 12, "did you mean 'trust'", "是否想写“trust”"),
    ("unknown_repayment", 7, 19, "did you mean 'equal_instalment'", "是否想写“equal_instalment”"),
    ("value_outside_its_range", 7, 22, "lies outside its range", "不在 range"),
    ("warning_above_the_stop", 6, 16, "lies above the stop", "高于熔断线"),
    ("wrapper_with_unknown_key", 7, 27, "cannot stand beside value", "不能与 value 同写"),
    ("yearly_true_up", 6, 73, "a yearly true_up is not supported yet", "尚不支持年终清算"),
]
"""One bad file a refusal: its name, line, column, and the words that help in both languages."""


@pytest.mark.parametrize(("name", "line", "column", "en", "zh"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_bad_file_is_refused_where_it_is_wrong_in_words_that_help(name: str, line: int, column: int, en: str, zh: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(BAD / f"{name}.yaml")
    told = [problem for problem in refused.value.problems if (problem.line, problem.column) == (line, column)]
    assert told, refused.value.render("en")
    assert en in told[0].en
    assert zh in told[0].zh
    assert Path(told[0].file).name == f"{name}.yaml"
    assert told[0].render("zh") in refused.value.render("zh")
    assert len(refused.value.problems) == (2 if name == "accounts_fund_each_other" else 1)


def test_every_bad_file_has_its_refusal() -> None:
    assert sorted(path.stem for path in BAD.glob("*.yaml") if path != GOOD) == [row[0] for row in REFUSALS]


def test_good_file_loads() -> None:
    loaded = load(GOOD)
    assert loaded.name == "好例子"
    assert loaded.scenario.banks.members["甲银行"].funding_cost == 17_000
    assert loaded.scenario.population.segments["成长期"].pd == {"A": 0.01, "B": 0.03}


def save(folder: Path, text: str, name: str = "x.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def edited(folder: Path, *edits: tuple[str, str]) -> Path:
    text = GOOD.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return save(folder, text)


def problems_of(path: Path, *, sets: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        load(path, sets=sets)
    return [problem.render("en") for problem in refused.value.problems]


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = edited(
        tmp_path,
        ("share: 50%, basis: overdue", "shar: 50%, basis: overdu"),
        ("payer: 担保公司", "payer: 担保"),
        ("300万元, most", "300, most"),
        ("firms: 100", "firms: -1"),
    )
    lines = [int(text.split(":")[1]) for text in problems_of(path) if text.startswith(str(path))]
    assert len(lines) >= 5
    assert lines == sorted(lines)


def test_byte_order_mark_crlf_and_utf_16_are_read(tmp_path: Path) -> None:
    text = GOOD.read_text(encoding="utf-8")
    for number, data in enumerate([text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode(), text.encode("utf-16")]):
        path = tmp_path / f"{number}.yaml"
        path.write_bytes(data)
        assert load(path).digest == load(GOOD).digest


def test_error_names_the_file_as_the_user_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    with pytest.raises(ScenarioError, match=r"^share_given_as_80\.yaml:6:20: scheme\.layers\.资金池补偿\.share（比例）: 80 不是比例"):
        load("share_given_as_80.yaml")


def test_problem_in_the_base_is_told_at_the_base(tmp_path: Path) -> None:
    edited(tmp_path, ("share: 50%, basis: overdue", "share: 50, basis: overdue"))
    reform = save(tmp_path, "name: 改\ntitle: 改\nextends: x.yaml\n", "reform.yaml")
    assert problems_of(reform)[0].startswith(f"{(tmp_path / 'x.yaml').as_posix()}:26:")


def test_digest_does_not_depend_on_how_a_value_is_written_or_where_a_key_stands(tmp_path: Path) -> None:
    same = edited(
        tmp_path, ("share: 50%, basis: overdue_principal}", "basis: overdue_principal, share: 0.5}"), ("1000万元, funded", "0.1亿元, funded")
    )
    other = edited(tmp_path, ("endowment: 1000万元", "endowment: 1001万元"))
    digest = load(GOOD).digest
    assert load(save(tmp_path, same.read_text(encoding="utf-8"))).digest != digest
    same = edited(
        tmp_path, ("share: 50%, basis: overdue_principal}", "basis: overdue_principal, share: 0.5}"), ("1000万元, funded", "0.1亿元, funded")
    )
    assert load(same).digest == digest
    assert load(other).digest == digest


def reform(folder: Path, body: str) -> Path:
    (folder / "good.yaml").write_bytes(GOOD.read_bytes())
    return save(folder, f"name: 改革\ntitle: 改革\nextends: good.yaml\n{body}", "reform.yaml")


def test_reform_holds_only_what_differs_and_tells_what_changed(tmp_path: Path) -> None:
    loaded = load(reform(tmp_path, "scheme:\n  layers:\n    资金池补偿: {share: 60%}\n"))
    assert loaded.scenario.scheme.layers["资金池补偿"].share == 600_000
    assert loaded.scenario.scheme.layers["资金池补偿"].payer == "资金池"
    assert loaded.base is not None
    assert loaded.base.name == "好例子"
    assert loaded.changed == (("scheme.layers.资金池补偿.share", "50%", "60%"),)


def test_empty_reform_changes_nothing_but_its_name(tmp_path: Path) -> None:
    loaded = load(reform(tmp_path, ""))
    assert loaded.changed == ()
    assert loaded.base is not None
    assert loaded.scenario.model_copy(update={"name": "好例子", "title": loaded.base.scenario.title}) == loaded.base.scenario


def test_remove_drops_what_is_inherited(tmp_path: Path) -> None:
    loaded = load(reform(tmp_path, "scheme:\n  layers: {再担保: remove}\n  guards: {熔断: remove}\n"))
    assert list(loaded.scenario.scheme.layers) == ["资金池补偿", "担保代偿"]
    assert loaded.scenario.scheme.guards == {}


def test_set_of_shares_is_replaced_as_a_whole(tmp_path: Path) -> None:
    loaded = load(
        reform(
            tmp_path,
            "population: {segments: {成长期: {route: {信用: 20%, 担保: 80%}}}}\nscheme: {accounts: {资金池: {funded_by: {担保公司: 100%}}}}\n",
        )
    )
    assert loaded.scenario.scheme.accounts["资金池"].funded_by == {"担保公司": 1_000_000}
    assert loaded.scenario.population.segments["成长期"].route == {"信用": 200_000, "担保": 800_000}


def test_reform_of_a_reform_extends_a_built_in_by_name(tmp_path: Path) -> None:
    save(tmp_path, "name: 一\ntitle: 一\nextends: 湖北\nscheme: {layers: {资金池补偿: {share: 70%}}}\n", "one.yaml")
    two = load(save(tmp_path, "name: 二\ntitle: 二\nextends: one.yaml\nrun: {histories: 7}\n", "two.yaml"))
    assert two.base is not None
    assert two.base.base is not None
    assert (two.base.name, two.base.base.name) == ("一", "湖北")
    assert two.scenario.scheme.layers["资金池补偿"].share == 700_000
    assert two.changed == (("run.histories", "1000", "7"),)


def test_circle_of_two_files_is_refused(tmp_path: Path) -> None:
    save(tmp_path, "name: 一\ntitle: 一\nextends: two.yaml\n", "one.yaml")
    two = save(tmp_path, "name: 二\ntitle: 二\nextends: one.yaml\n", "two.yaml")
    assert "two.yaml → one.yaml → two.yaml" in problems_of(two)[0]


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    save(tmp_path, GOOD.read_text(encoding="utf-8"), "secret.yaml")
    try:
        (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    except OSError:
        pytest.skip("links cannot be made here")
    inside = save(tmp_path / "inside", "name: 改\ntitle: 改\nextends: link.yaml\n")
    assert "lies outside this folder" in problems_of(inside)[0]


def test_set_changes_one_value_and_makes_keys_that_are_not_there() -> None:
    loaded = load(GOOD, sets=["run.seed=7", "scheme.limits.term=3年", "scheme.recoveries={order: fund_first, cost: 5%}", "banks.common.trust=none"])
    assert loaded.scenario.run.seed == 7
    assert loaded.scenario.scheme.limits.term == 36
    assert loaded.scenario.scheme.recoveries.cost == 50_000
    assert {bank.trust for bank in loaded.scenario.banks.members.values()} == {"none"}
    assert ("scheme.recoveries.order", "pro_rata", "fund_first") in loaded.changed


def test_set_finds_names_that_hold_dots(tmp_path: Path) -> None:
    path = edited(tmp_path, ("担保代偿", "第1.5层"))
    assert load(path, sets=["scheme.layers.第1.5层.share=30%"]).scenario.scheme.layers["第1.5层"].share == 300_000


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("scheme.layers.资金池补偿.share=80", "--set:1:27", "write 80% or 0.8"),
        ("scheme.layers.资金池补偿.shar=80%", "--set:1:26", "did you mean 'share'"),
        ("run.seed", "--set:1:1", "must read path=value"),
        ("run.seed=", "--set:", "blank means neither"),
        ("run.histories.x=1", "--set:1:17", "it is a single value"),
        ("run={histories: 10", "--set:", "has no matching }"),
        ("scheme.layers.资金池补尝=remove", "--set:1:21", "did you mean '资金池补偿'"),
        ("sources.0=甲", "--set:1:11", "set with the whole list"),
    ],
)
def test_wrong_set_is_refused_at_its_place(text: str, place: str, words: str, tmp_path: Path) -> None:
    path = edited(tmp_path, ("losses:", "sources: [某文件]\nlosses:"))
    told = problems_of(path, sets=(text,))
    assert any(one.startswith(place) and words in one for one in told), told


def test_what_a_file_says_about_a_value_is_kept_by_path(tmp_path: Path) -> None:
    path = edited(
        tmp_path,
        ("share: 50%, basis: overdue", "share: {value: 50%, source: 某文件第三条}, basis: overdue"),
        ("firms: 100", "firms: {value: 100, assumption: 粗估, range: [50, 200]}"),
        (
            "  recoveries:",
            "assumptions:\n  losses.lgd.mean: {range: [40%, 80%], why: 没有公布}\n  macro.persistence: {range: [0.8每年, 0.95每年], why: 默认值}\n",
        ),
        ("{order: pro_rata}", ""),
    )
    loaded = load(path)
    assert loaded.marks["scheme.layers.资金池补偿.share"].source == "某文件第三条"
    assert loaded.marks["population.segments.成长期.firms"].range == (50, 200)
    assert loaded.marks["losses.lgd.mean"].range == (400_000, 800_000)
    assert loaded.marks["macro.persistence"].range == (0.8, 0.95)
    assert set(loaded.scenario.assumptions) == {"population.segments.成长期.firms", "losses.lgd.mean", "macro.persistence"}
    assert loaded.plain["population"]["segments"]["成长期"]["firms"] == 100


def test_assumption_about_a_value_that_a_reform_sets_or_removes_is_dropped(tmp_path: Path) -> None:
    table = "assumptions:\n  losses.lgd.mean: {range: [40%, 80%], why: 没有公布}\n  scheme.guards.熔断.stop: {range: [6%, 10%], why: 未定}\n"
    path = edited(tmp_path, ("scheme:", f"{table}scheme:"))
    assert set(load(path).marks) == {"losses.lgd.mean", "scheme.guards.熔断.stop"}
    assert set(load(path, sets=["losses.lgd.mean=90%"]).marks) == {"scheme.guards.熔断.stop"}
    assert set(load(path, sets=["scheme.guards.熔断=remove"]).marks) == {"losses.lgd.mean"}


def test_what_all_banks_share_is_refused_once_and_at_its_own_line(tmp_path: Path) -> None:
    path = edited(tmp_path, ("funding_cost: 1.7%", "funding_cost: 1.7"))
    assert problems_of(path) == [f"{path}:16:26: banks.common.funding_cost: 1.7 has no unit; write 1.7% or 1.7bp"]


def test_bank_may_differ_from_what_all_share(tmp_path: Path) -> None:
    path = edited(tmp_path, ("甲银行: {share: 60%}", "甲银行: {share: 60%, funding_cost: 2%, ancillary: {mean: 0.5%}}"))
    members = load(path).scenario.banks.members
    assert (members["甲银行"].funding_cost, members["乙银行"].funding_cost) == (20_000, 17_000)
    assert (members["甲银行"].ancillary.mean, members["乙银行"].ancillary.mean) == (5_000, 0)


def test_limits_that_may_be_open_take_the_word_none(tmp_path: Path) -> None:
    path = edited(tmp_path, ("limits: {loan: {A: 1000万元, B: 500万元}}", "limits: {loan: none, term: none, rate: none, open_loans: none}"))
    limits = load(path).scenario.scheme.limits
    assert (limits.loan, limits.term, limits.rate, limits.open_loans) == (None, None, None, None)


def test_place_of_a_value_is_known_after_loading() -> None:
    place = load(GOOD).place("scheme.layers.资金池补偿.share")
    assert (Path(place.file).name, place.line) == ("good.yaml", 26)


def test_alternative_layers_may_each_take_most_of_a_loss(tmp_path: Path) -> None:
    path = edited(
        tmp_path,
        ("share: 50%, basis: overdue_principal}", "share: 80%, basis: overdue_principal, applies_to: [{route: [信用]}]}"),
        ("share: 40%, basis", "share: 80%, basis"),
    )
    assert load(path).scenario.scheme.layers["资金池补偿"].share == 800_000


def test_brackets_without_end_are_refused_not_crashed_on(tmp_path: Path) -> None:
    assert "nested too deeply" in problems_of(save(tmp_path, "a: " + "[" * 5000))[0]


def test_file_too_large_to_be_a_scenario_is_refused(tmp_path: Path) -> None:
    assert "loan tapes are CSV" in problems_of(save(tmp_path, "# " + "x" * 2_100_000))[0]


@pytest.mark.parametrize("stem", ["hubei", "quanzhou", "hubei_cities"])
def test_scenario_loads_in_half_a_second(stem: str) -> None:
    load(GOOD)
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        load(stem)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.5
