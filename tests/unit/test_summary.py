"""The summary says what the numbers say, no more, in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from studies import study

from simulator.money import format_money
from simulator.report.comparison import comparison_markdown
from simulator.report.summary import AssumptionLine, Findings, headline, summary_markdown
from simulator.results.estimates import estimate, proportion, ratio_of_means, value_at_risk
from simulator.results.ranges import Held, Span


def measures(n=1000, short=0.47):
    rng = np.random.default_rng(1)
    net = rng.gamma(4.0, 5e9, n)
    volume = np.full(n, 774.27e10)
    return {
        "bank.net_loss": estimate(net, "fen"),
        "bank.net_loss_rate": ratio_of_means(net, volume, "share"),
        "bank.net_loss_var_99": value_at_risk(net, 0.99, "fen"),
        "pool.shortfall_probability": proportion(np.arange(n) < short * n),
        "pool.needed": estimate(net * 4, "fen"),
        "lending.volume": estimate(volume, "fen"),
        "lending.borrowers": estimate(np.full(n, 14916), "count"),
        "lending.additional_volume": None,
        "paid_by.银行": estimate(net, "fen"),
    }


FINDINGS = Findings(
    title="湖北科技型企业知识价值信用贷款",
    name="湖北",
    measures=measures(),
    histories=1000,
    seed=293,
    period="2025-03-25 – 2025-10-31",
    given=True,
    endowment=10**11,
    assumptions=(
        AssumptionLine("banks.common.operating_cost", "1.0%", why="未公布"),
        AssumptionLine("population.segments.成长期.pd", "1.5%", "0.5%", "3%", "没有公布成熟的不良率 | 见说明"),
    ),
    sources=("简报第293期(上)", "鄂科技规〔2025〕3号"),
    gaps=("补偿资金的年度追加规则未公布",),
    figures=(("pool_survival.png", "资金池能撑多久"),),
    manifest={"scenario": "ab12", "riskshare": "0.1.0"},
)


def test_three_headlines_answer_losses_depletion_and_lending():
    losses, depletion, lending = headline(FINDINGS)
    assert losses.startswith("**银行损失**：银行净损失平均 1.992亿元（标准误 0.032亿元），为放款额的 0.26%；")
    assert "每100次模拟约有1次超过" in losses
    assert "47.0% 的模拟里资金池有到期款项付不出（95%区间 43.9%–50.1%）" in depletion
    assert lending == "**放款规模**：累计放款 774.27亿元（各次模拟相同），惠及企业 14,916 户；放款是给定的，不是模拟结论，新增放款不计算。"


def test_a_chance_of_a_shortfall_never_stands_without_the_pool_that_would_have_sufficed():
    needed = FINDINGS.measures["pool.needed"]
    for lang, words in (("zh", "初始资金 10亿元"), ("en", "the endowment is CNY 1bn")):
        said = headline(FINDINGS, lang)[1]
        assert words in said
        assert format_money(needed.p50, lang) in said
        assert format_money(needed.p95, lang) in said


def test_english_summary_holds_no_chinese_but_names():
    plain = replace(
        FINDINGS, title="Hubei", assumptions=(), sources=(), gaps=(), figures=(), measures={k: v for k, v in measures().items() if "银行" not in k}
    )
    assert not [character for character in summary_markdown(plain, "en") if "\u4e00" <= character <= "\u9fff" or character in "，。；（）"]


def test_table_names_unit_error_and_quantiles_and_null_is_never_zero():
    text = summary_markdown(FINDINGS)
    rows = {
        line.split("`")[1]: [cell.strip() for cell in line.split("|")[2:-1]] for line in text.splitlines() if line.startswith("| ") and "` |" in line
    }
    net = FINDINGS.measures["bank.net_loss"]
    assert rows["bank.net_loss"][0] == f"{net.mean / 1e10:.3f}亿元"
    assert rows["bank.net_loss"][1] == f"{net.se / 1e10:.3f}亿元"
    assert rows["bank.net_loss"][4] == f"{net.p95 / 1e10:.2f}亿元"
    assert rows["lending.volume"][:2] == ["774.27亿元（给定）", "0"]
    assert rows["lending.additional_volume"] == ["放款为给定", "", "", "", ""]
    assert rows["pool.shortfall_probability"][1] == "1.6个百分点"


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    for lang in ("zh", "en"):
        width = 0
        for line in summary_markdown(FINDINGS, lang).splitlines():
            cells = line.replace("\\|", "").count("|")
            width = cells if line.startswith("|") and not width else width if line.startswith("|") else 0
            assert not width or cells == width, line


def test_assumptions_with_ranges_come_first_and_before_the_findings_table():
    text = summary_markdown(FINDINGS)
    assert text.index("成长期.pd") < text.index("operating_cost") < text.index("## 指标")
    assert "0.5% – 3%" in text
    assert "下列 1 项假设带有范围" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sources_gaps_charts_and_manifest_are_shown(lang):
    text = summary_markdown(FINDINGS, lang)
    for part in ("鄂科技规〔2025〕3号", "补偿资金的年度追加规则未公布", "](pool_survival.png)", "ab12", "293", "1,000"):
        assert part in text
    assert text.endswith("\n")


def test_one_history_claims_no_error_and_no_distribution():
    few = replace(FINDINGS, measures=measures(1), histories=1)
    assert "只有一次模拟，没有标准误" in headline(few)[0]
    assert "只有一次模拟，看不出分布" in headline(few)[0]
    assert "one history" in headline(few, "en")[0]


def test_too_few_histories_speak_of_the_95_per_cent_alone():
    few = replace(FINDINGS, measures=measures(100), histories=100)
    assert "说不出更远的尾部" in headline(few)[0]
    assert "1次超过" not in headline(few)[0]
    assert "47% 的模拟" in headline(few)[1]


def test_without_a_pool_limited_accounts_are_named_instead():
    bare = {name: None if name == "pool.needed" else one for name, one in measures().items()}
    said = headline(replace(FINDINGS, measures=bare, has_pool=False, endowment=None))[1]
    assert "有限账户有到期款项付不出" in said
    assert "初始资金" not in said


def test_never_short_is_not_called_impossible():
    said = headline(replace(FINDINGS, measures=measures(short=0.0)))[1]
    assert "0% 的模拟" in said
    assert "0.0%–0.4%" in said


def test_missing_results_are_said_to_be_missing():
    losses, depletion, lending = headline(replace(FINDINGS, measures={}))
    assert "没有结果" in losses
    assert "没有结果" in lending
    assert "没有资金池" in depletion
    losses, depletion, lending = headline(replace(FINDINGS, measures={}), "en")
    assert "no result" in losses
    assert "no result" in lending
    assert "no pool" in depletion


def test_lending_that_banks_decide_shows_what_the_scheme_added():
    decided = {**measures(), "lending.additional_volume": estimate(np.array([1e11, 2e11, 3e11]), "fen")}
    assert "比没有方案时多 20.0亿元（标准误 5.8亿元）" in headline(replace(FINDINGS, given=False, measures=decided))[2]


def test_names_from_a_scenario_cannot_break_the_page():
    text = summary_markdown(replace(FINDINGS, title="a\n# b <script>alert(1)</script>", sources=("x | y",)))
    assert "<script" not in text
    assert text.splitlines()[0].startswith("# a # b")


def test_comparison_stands_scenarios_side_by_side_with_paired_differences():
    reform = replace(FINDINGS, name="改革", measures=measures(short=0.1))
    gap = {"改革": {"bank.net_loss": estimate(np.array([-1e9, -2e9, -3e9]), "fen"), "bank.net_loss_var_99": None}}
    text = comparison_markdown([FINDINGS, reform], gap)
    assert "| 指标 | 湖北 | 改革 |" in text
    assert "| 资金短缺概率 `pool.shortfall_probability` | 47.0% (1.6个百分点) | 10.00% (0.95个百分点) |" in text
    assert text.index("其中95%模拟够用") > text.index("`pool.needed`")
    assert "与湖北之差（同一随机情景，逐次配对）" in text
    assert text.rstrip().endswith("| 银行净损失 `bank.net_loss` | -2,000万元 (577万元) |")


def test_comparison_without_common_chance_says_that_nothing_is_paired():
    text = comparison_markdown([FINDINGS, replace(FINDINGS, name="岱山")], None, "en")
    assert "differences are not paired" in text
    assert "Difference from" not in text


def test_replay_is_told_without_errors_of_simulation():
    one = {"bank.net_loss": estimate(np.array([39_135_471]), "fen"), "lending.volume": estimate(np.array([560_000_000]), "fen")}
    replay = replace(FINDINGS, measures=one, histories=1, replayed=True, assumptions=())
    losses, _, lending = headline(replay)
    assert losses == "**银行损失**：银行净损失 39.14万元；重放台账记录的违约，没有抽样误差。"
    assert lending.startswith("**放款规模**：累计放款 560万元；")
    assert "A replay has no simulation error." in summary_markdown(replay, "en")


@pytest.mark.parametrize(
    ("name", "why"),
    [("lending.first_time_borrowers", "没有首贷户的假定"), ("cover.stopped", "没有停止补偿的熔断"), ("pool.first_shortfall", "没有资金池")],
)
def test_what_the_scheme_does_not_have_says_so_instead_of_0(name, why):
    one = replace(FINDINGS, measures={**measures(), name: None, "pool.shortfall_probability": None}, has_pool=False)
    (row,) = [line for line in summary_markdown(one).splitlines() if f"`{name}`" in line]
    assert why in row


def moved(correlations=(0.9, 0.2, 0.1), short=(0.12, 0.83), **changes):
    spans = {"bank.net_loss": (6e9, 5.1e10), "pool.shortfall_probability": short, "lending.volume": (774.27e10, 774.27e10)}
    return study(spans, {"bank.net_loss": correlations, "pool.shortfall_probability": correlations}, **changes)


def test_headlines_carry_what_the_assumptions_move_where_it_is_wider_and_name_what_moves_it_most():
    losses, depletion, lending = headline(replace(FINDINGS, ranges=moved()))
    assert losses.startswith("**银行损失**：银行净损失平均 1.992亿元（假设变动时 6,000万元 至 5.1亿元，主要取决于成长期 年违约率），")
    assert "47.0% 的模拟里资金池有到期款项付不出（假设变动时 12% 至 83%，主要取决于成长期 年违约率）" in depletion
    assert "累计放款 774.27亿元（各次模拟相同）" in lending
    losses, depletion, _ = headline(replace(FINDINGS, ranges=moved()), "en")
    assert "(CNY 60m to CNY 510m as the assumptions move, mostly by 成长期 default rate)" in losses
    assert "(12% to 83% as the assumptions move, mostly by 成长期 default rate)" in depletion


def test_headlines_keep_simulation_error_where_that_is_wider():
    depletion = headline(replace(FINDINGS, ranges=moved(short=(0.465, 0.475))))[1]
    assert "95%区间 43.9%–50.1%" in depletion
    assert "假设变动时" not in depletion


def test_no_assumption_is_named_in_a_headline_where_none_stands_out():
    said = headline(replace(FINDINGS, ranges=moved((0.6, 0.55, 0.1))))
    assert "假设变动时 12% 至 83%）" in said[1]
    assert not any("主要取决于" in sentence for sentence in said)
    text = summary_markdown(replace(FINDINGS, ranges=moved((0.6, 0.55, 0.1))))
    assert "没有哪一项假设的影响明显超过其余各项之和；可以看出影响的是 **成长期 年违约率**、**平均违约损失率**" in text
    assert "都没有超出偶然的程度" in summary_markdown(replace(FINDINGS, ranges=moved((0.4, 0.3, 0.1))))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_carries_the_span_and_every_row_its_cells(lang):
    text = summary_markdown(replace(FINDINGS, ranges=moved()), lang)
    (row,) = [line for line in text.splitlines() if "`pool.shortfall_probability` |" in line and line.startswith("| ")]
    assert [cell.strip() for cell in row.split("|")[-3:-1]] == ["12%", "83%"]
    widths = [
        line.replace("\\|", "").count("|")
        for line in text.split("## " + ("指标" if lang == "zh" else "Measures"))[1].splitlines()
        if line.startswith("|")
    ]
    assert len(set(widths)) == 1


def test_the_caution_says_how_the_span_was_made_and_what_was_not_moved():
    held = (Held("scheme.grants.拨款.amount", "计入的资金之和应为 1.8亿元", "what counts must sum to 1.8亿元"),)
    text = summary_markdown(replace(FINDINGS, ranges=moved(redrawn=3, dropped=1, held=held)))
    for words in ("3 项假设", "20 个拉丁超立方点", "每点 100 次模拟", "不是置信区间", "3 个点的组合不成立，已重抽", "1 个点抽不到", "1.8亿元"):
        assert words in text
    assert "它们的变动没有计入" not in text
    assert "A replay has no simulation error." in summary_markdown(replace(FINDINGS, ranges=moved(), replayed=True), "en")


def test_a_comparison_shows_what_the_assumptions_move_under_each_measure_and_difference():
    reform = replace(FINDINGS, name="改革", ranges=moved(short=(0.05, 0.4)))
    gap = {"改革": {"bank.net_loss": estimate(np.array([-1e9, -2e9, -3e9]), "fen")}}
    text = comparison_markdown([replace(FINDINGS, ranges=moved()), reform], gap, spans={"改革": {"bank.net_loss": Span(-4e9, -1e9)}})
    assert "| 假设变动时 | 12% – 83% | 5% – 40% |" in text
    assert text.rstrip().endswith("| 假设变动时 | -4,000万元 – -1,000万元 |")


def test_what_the_assumptions_do_not_move_gets_no_row_in_a_comparison():
    both = [replace(FINDINGS, ranges=moved()), replace(FINDINGS, name="改革", ranges=moved())]
    lines = comparison_markdown(both, None).splitlines()
    place = next(number for number, line in enumerate(lines) if "`lending.volume` |" in line)
    assert "假设变动时" not in lines[place + 1]


def test_losses_by_the_year_of_the_loan_have_a_table_of_their_own():
    lent, defaulted = np.full(4, 10**12), np.array([2, 4, 4, 6]) * 10**10
    added = {
        "vintage.2025.lent": estimate(lent, "fen"),
        "vintage.2025.defaulted": estimate(defaulted, "fen"),
        "vintage.2025.default_rate": ratio_of_means(defaulted, lent, "share"),
        "vintage.2025.loss_rate": None,
    }
    text = summary_markdown(replace(FINDINGS, measures=FINDINGS.measures | added))
    assert "| 2025 | 100亿元 |" in text
    assert "低估损失" in text
    assert "vintage." not in text
    assert "放款年份" not in summary_markdown(FINDINGS)
