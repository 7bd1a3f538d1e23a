"""Every chart can be read where it is put: nothing smaller than 8 points on a page, no label on another, none cut, nothing said by colour alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from charts_read import faults
from report_results import played

from simulator.report.chart_data_compare import measures_table, placed, trade_off_table
from simulator.report.charted import charted_from
from simulator.report.figures import comparison_figures_of, figures_of
from simulator.report.figures_flow import public_money
from simulator.report.figures_multiples import compare_measures
from simulator.report.figures_stage_flow import stage_flow
from simulator.report.figures_trade_off import apart, lending_against_cost
from simulator.report.figures_waterfall import waterfall
from simulator.results.estimates import Estimate

pytestmark = pytest.mark.filterwarnings("error")
SCHEMES = ("湖北", "广东", "泉州", "岱山")
NAMES = (
    "武汉市硚口区风险补偿资金池甲方案",
    "比例提高到百分之八十五并按年补充",
    "a very long English name of a scheme with many words",
    "广东",
    "县乡两级财政分担与再担保合并方案",
    "不设封顶",
    "资金池二十亿元",
    "岱山扩围",
)


@cache
def of_run(name, lang="zh"):
    answer = played(name)
    return charted_from(answer.results, lang, None, answer.measures)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SCHEMES)
def test_charts_of_every_scheme_can_be_read(name, lang):
    drawn = {stem: faults(figure) for stem, figure in figures_of(of_run(name, lang))}
    assert {stem: wrong for stem, wrong in drawn.items() if wrong} == {}
    assert {"waterfall", "public_money"} <= set(drawn)
    assert ("stage_flow" in drawn) == (name == "岱山")


def eight(lang="zh"):
    base = of_run("湖北", lang)
    found = []
    for i, name in enumerate(NAMES):
        finals = dict(base.finals) | {key: np.asarray(base.finals[key]) * (10 + i) // 10 for key in ("fiscal.net_cost", "bank.net_loss")}
        found.append(replace(base, name=name, finals=finals, given=False))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_comparisons_of_the_schemes_and_of_eight_with_long_names_can_be_read(lang):
    for together in ([of_run(name, lang) for name in SCHEMES], eight(lang), [of_run("湖北", lang)] * 2):
        drawn = {stem: faults(figure) for stem, figure in comparison_figures_of(together)}
        assert {stem: wrong for stem, wrong in drawn.items() if wrong} == {}
        assert {"compare_measures", "lending_against_cost"} <= set(drawn)


def with_payers(n, gross=10**10):
    """Losses split evenly among so many payers with long names and the banks; the last payer gets more than it pays."""
    base = of_run("湖北")
    kept = {name: values for name, values in base.finals.items() if not name.startswith("paid_by.")}
    ones = np.full(base.n_histories, 1, dtype=np.int64)
    part = gross // (n + 1)
    paid = {f"paid_by.{number}号武汉市硚口区政府性融资担保有限责任公司": ones * part for number in range(n)}
    if n > 1:
        paid[list(paid)[-1]] = -ones * part
    net = gross - sum(int(values[0]) for values in paid.values())
    kept |= {"bank.gross_loss": ones * gross, "bank.net_loss": ones * net, "paid_by.银行": ones * net}
    return replace(base, finals={**kept, **paid})


@pytest.mark.parametrize(("n", "gross"), [(0, 10**10), (1, 10**10), (8, 10**10), (8, 30), (3, 0), (2, 10**15)])
def test_who_pays_can_be_read_with_no_loss_one_payer_or_many(n, gross):
    figure = waterfall(with_payers(n, gross))
    assert faults(figure) == []
    if gross == 0:
        assert [text.get_text() for text in figure.axes[0].texts] == ["所有模拟中都没有损失"]
    else:
        assert sum(bool(bar.get_hatch()) for bar in figure.axes[0].patches) == (1 if n > 1 else 0)


def test_charts_with_nothing_to_draw_say_so():
    bare = replace(of_run("湖北"), scenario=None)
    assert [text.get_text() for text in public_money(bare).axes[0].texts] == ["没有可画的公共资金"]
    none = replace(of_run("岱山"), finals={**of_run("岱山").finals, "stage.萌发期.reached": np.zeros(24, np.int64)})
    assert "本方案没有分阶段的项目" in [text.get_text() for text in stage_flow(none).axes[0].texts]
    assert "没有可比的指标" in [text.get_text() for text in compare_measures([replace(of_run("湖北"), measures={})]).axes[0].texts]


def test_every_node_of_the_flow_bears_its_name_and_amount():
    for name in SCHEMES:
        texts = [text.get_text() for text in public_money(of_run(name)).axes[0].texts]
        assert "资金来源" in texts
        assert sum("元" in text for text in texts) >= 3
        assert all(of_run(name).finals[f"fiscal.net_cost.{purse}"].mean() <= 0 or purse in texts for purse in purses(name))


def purses(name):
    return [key.removeprefix("fiscal.net_cost.") for key in of_run(name).finals if key.startswith("fiscal.net_cost.")]


def schemes(*figures, given=False, paired=True):
    """Schemes of two histories with these costs and this lending in each."""
    base = of_run("湖北")
    found = []
    for number, (cost, lent) in enumerate(figures):
        finals = {"fiscal.net_cost": np.asarray(cost) * 10**8, "lending.volume": np.asarray(lent) * 10**8}
        found.append(replace(base, name=f"方案{number}", finals=finals, measures={}, given=given, is_paired=paired or number == 0))
    return found


def test_a_scheme_is_dominated_only_by_one_that_surely_costs_no_more_and_lends_no_less():
    dear, cheap, noisy = ((5, 6, 7), (10, 11, 12)), ((4, 5, 6), (11, 12, 13)), ((1, 9, 5), (10, 12, 10))
    assert [(one.standing, one.by) for one in placed(schemes(dear, cheap))] == [("beaten", "方案1"), ("front", "")]
    assert [one.standing for one in placed(schemes(dear, noisy))] == ["unsure", "unsure"]
    more_for_more = ((6, 7, 8), (20, 21, 22))
    assert [one.standing for one in placed(schemes(dear, more_for_more))] == ["front", "front"]
    assert [one.standing for one in placed(schemes(dear, dear))] == ["front", "front"]
    assert [one.standing for one in placed(schemes(dear, cheap, paired=False))] == ["apart", "apart"]
    assert [one.standing for one in placed(schemes(dear, cheap, given=True))] == ["given", "given"]


def test_standing_is_said_in_words_beside_its_point():
    together = schemes(((5, 6, 7), (10, 11, 12)), ((4, 5, 6), (11, 12, 13)))
    texts = {text.get_text() for text in lending_against_cost(together).axes[0].texts}
    assert {"被“方案1”支配", "没有被支配", "方案0"} <= texts
    assert [row[-1] for row in trade_off_table(together).rows] == ["被“方案1”支配", "没有被支配"]


def test_panels_show_the_estimates_of_each_measure_in_its_own_kind():
    together = [of_run(name) for name in SCHEMES]
    table = measures_table(together)
    kinds = dict(zip([(row[0], row[1]) for row in table.rows], table.kinds or (), strict=True))
    assert len(table.rows) == 5 * 4
    assert (kinds["银行净损失", "湖北"], kinds["实际补偿率", "泉州"]) == ("money", "share")
    loss = together[0].measures["bank.net_loss"]
    assert isinstance(loss, Estimate)
    assert list(table.rows[0][2:]) == [loss.mean, loss.low, loss.high, loss.p05, loss.p95]
    without = next(row for row in table.rows if row[0] == "资金短缺概率" and row[1] == "岱山")
    assert without[2:] == (None,) * 5


def test_boxes_are_moved_apart_under_their_bound():
    assert apart([5.0, 5.0], [2.0, 4.0], 10.0) == [5.0, 8.0]
    assert apart([9.0, 9.0], [2.0, 2.0], 10.0) == [7.0, 9.0]
    assert apart([], [], 1.0) == []
