"""Charts of studies can be read on a page whatever the names and numbers, and say in text what their marks say."""

from __future__ import annotations

import numpy as np
import pytest
from charts_read import faults, written
from matplotlib.colors import to_hex
from studies_made import (
    COVER,
    LONG,
    POOL,
    REFORMS,
    SHARE,
    STOPS,
    first,
    frontier,
    optimum,
    regret,
    sensitivity,
    solution,
    stress,
    swept,
)

from simulator.report import placing, style
from simulator.report.figures_frontier import LETTERS, frontier_chart
from simulator.report.figures_regret import decision_map, regret_figures
from simulator.report.figures_sensitivity import sensitivity_figures
from simulator.report.figures_solve import optimum_curve, solution_curve
from simulator.report.figures_stress import side_by_side, stress_figures
from simulator.report.figures_sweep import sweep_figures
from simulator.results.pareto import DOMINATED, FRONTIER, UNCERTAIN

pytestmark = pytest.mark.filterwarnings("error")
WIDE_LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])

SWEEPS = {
    "one line": swept(SHARE),
    "one point": swept(first(SHARE, 1)),
    "large money": swept(first(POOL, 9), idle=("lending.volume",), baseline=4),
    "six reforms": swept(first(POOL, 5), first(REFORMS, 6)),
    "map of 9 by 9": swept(SHARE, POOL, baseline=40),
    "small map": swept(first(SHARE, 3), first(POOL, 2)),
    "eight reforms": swept(first(POOL, 4), REFORMS, idle=("lending.volume", "bank.net_loss")),
    "eight reforms alone": swept(REFORMS),
    "names against names": swept(first(REFORMS, 4), STOPS),
    "many names against names": swept(REFORMS, first(REFORMS, 7)),
    "three levers": swept(first(SHARE, 3), first(POOL, 3), STOPS),
    "nothing moves": swept(
        STOPS, idle=("bank.net_loss", "pool.shortfall_probability", "lending.volume", "fiscal.net_cost", "fiscal.cost_per_added_yuan")
    ),
}


def texts_of(figure):
    return [one.get_text() for one, _ in written(figure)]


def assert_can_be_read(figure):
    assert faults(figure) == []
    assert figure.get_size_inches()[0] == style.figure_width()


@WIDE_LANGUAGES
@pytest.mark.parametrize("name", SWEEPS)
def test_charts_of_sweeps_can_be_read(name, lang):
    drawn = dict(sweep_figures(SWEEPS[name], lang))
    assert "sweep" in drawn
    for figure in drawn.values():
        assert_can_be_read(figure)


def test_a_measure_that_never_differs_is_named_under_the_title_and_has_no_panel():
    found = swept(SHARE, idle=("lending.volume", "bank.net_loss"))
    drawn = dict(sweep_figures(found, "zh"))
    assert [axes.get_title(loc="left") for axes in drawn["sweep_differences"].axes] == ["资金短缺概率", "财政净支出", "每元新增放款的财政净支出"]
    assert "银行净损失：每次模拟都与基线相同 · 累计放款额（给定）：每次模拟都与基线相同" in drawn["sweep_differences"].texts[1].get_text().replace(
        "\n", ""
    )
    (said,) = dict(sweep_figures(SWEEPS["nothing moves"], "zh"))["sweep_differences"].axes
    assert [one.get_text() for one in said.texts] == ["每次模拟都与基线相同"]


def test_cells_of_a_small_map_bear_their_numbers_and_a_question_mark_where_nothing_is_certain():
    found = swept(first(SHARE, 3), first(POOL, 2))
    loss = dict(sweep_figures(found, "zh"))["sweep_differences"].axes[0]
    shown = {text.get_position(): text.get_text() for text in loss.texts if isinstance(text.get_position()[0], int)}
    expected = {}
    for point in found.grid[1:]:
        mark = "?" if found.verdict(point, "bank.net_loss") == "unclear" else ""
        expected[point.place] = f"{point.differences['bank.net_loss'].mean / 1e6:,.0f}{mark}"
    assert shown == expected
    assert {text[-1] == "?" for text in expected.values()} == {True, False}


def test_every_line_is_lettered_at_its_end_and_in_the_key():
    figure = dict(sweep_figures(swept(first(POOL, 5), first(REFORMS, 6)), "zh"))["sweep"]
    texts = texts_of(figure)
    for letter in "ABCDEF":
        assert texts.count(letter) == 1 + 5
    for name in LONG[:6]:
        assert name in texts


def test_names_are_rows_with_an_interval_each_and_the_own_one_is_dashed():
    figure = dict(sweep_figures(swept(REFORMS), "zh"))["sweep"]
    left = figure.axes[0]
    assert [label.get_text().replace("\n", "")[:6] for label in left.get_yticklabels()] == [name[:6] for name in LONG]
    assert sum(line.get_linewidth() == 5 for line in left.lines) == len(LONG)
    assert sum(line.get_linestyle() == "--" for line in left.lines) == 1


FRONTIERS = [(1, 2, False), (1, 10, False), (2, 81, False), (3, 60, False), (3, 60, True), (1, 1, False)]


@WIDE_LANGUAGES
@pytest.mark.parametrize(("n_levers", "n_points", "third"), FRONTIERS)
def test_frontiers_can_be_read(n_levers, n_points, third, lang):
    for noise in (0.0, 0.05):
        assert_can_be_read(frontier_chart(frontier(n_levers, n_points, third=third, noise=noise), lang))


def test_points_of_a_frontier_bear_the_values_of_their_levers_and_intervals_as_crosses():
    found = frontier(1, 10)
    axes = frontier_chart(found, "zh").axes[0]
    texts = [text.get_text() for text in axes.texts]
    front = found.numbers(FRONTIER)
    assert 3 < len(front) <= 12
    for number in front:
        value = COVER.text(found.evaluations[number].places[0])
        assert any(text.endswith(value) for text in texts)
    crosses = [line for line in axes.lines if len(line.get_xdata()) == 2 and (np.ptp(line.get_xdata()) == 0) != (np.ptp(line.get_ydata()) == 0)]
    assert len(crosses) == 2 * len({*front, *found.named})
    assert [text for text in texts if text[0] in LETTERS] != []


def test_what_is_beaten_is_grey_and_what_cannot_be_told_is_a_hollow_square():
    found = frontier(1, 40, noise=0.05)
    lines = frontier_chart(found, "en").axes[0].lines
    marks = {(line.get_marker(), to_hex(line.get_markerfacecolor())): len(line.get_xdata()) for line in lines if line.get_linestyle() == "None"}
    assert (marks["o", "#c9ced6"], marks["s", "#ffffff"]) == (len(found.numbers(DOMINATED)), len(found.numbers(UNCERTAIN)))
    assert found.numbers(DOMINATED)
    assert found.numbers(UNCERTAIN)


@WIDE_LANGUAGES
@pytest.mark.parametrize(("target", "at"), [(0.2, 0.875), (0.5, 0.0), (0.5, 0.5), (0.0001, None), (3.0, None)])
def test_charts_of_solving_can_be_read(target, at, lang):
    assert_can_be_read(solution_curve(solution(target, at), lang))


@WIDE_LANGUAGES
@pytest.mark.parametrize("n_levers", [1, 2, 3])
@pytest.mark.parametrize("n_constraints", [0, 1, 3])
def test_charts_of_optima_can_be_read(n_levers, n_constraints, lang):
    for is_found in (True, False):
        assert_can_be_read(optimum_curve(optimum(n_levers, n_constraints, is_found=is_found), lang))


def test_a_bound_beyond_the_axes_says_so_by_an_arrow_and_axes_of_chances_end_at_one():
    texts = texts_of(optimum_curve(optimum(1, 3), "zh"))
    assert {"约束 4%", "约束 40%", "约束 300亿元 ↑"} <= {text.replace("\n", " ") for text in texts}
    ticks = [label.get_text() for label in solution_curve(solution(0.2, 0.875), "zh").axes[0].get_yticklabels()]
    assert "80" in ticks
    assert all(float(tick) <= 100 for tick in ticks)


def test_the_best_of_several_levers_is_written_out_with_its_interval():
    found = optimum(2, 1)
    said = "".join(texts_of(optimum_curve(found, "zh")))
    assert f"最优：{COVER.zh} {COVER.text(found.best.places[0])}" in said
    assert "财政净支出 5.88亿元（5.48亿元 – 6.28亿元）" in said
    assert "没有试过的点满足全部约束" in "".join(texts_of(optimum_curve(optimum(2, 1, is_found=False), "zh")))


@WIDE_LANGUAGES
@pytest.mark.parametrize("n", [0, 1, 3, 14])
def test_charts_of_sensitivity_can_be_read(n, lang):
    drawn = dict(sensitivity_figures(sensitivity(n), lang)) if n else {}
    assert set(drawn) == ({"tornado_bank.net_loss", "morris_bank.net_loss", "sobol_bank.net_loss"} if n else set())
    for figure in drawn.values():
        assert_can_be_read(figure)


def test_both_ends_of_a_range_stand_at_the_bars_that_go_two_ways_and_in_the_name_of_a_bar_that_is_not_there():
    axes = dict(sensitivity_figures(sensitivity(5), "zh"))["tornado_bank.net_loss"].axes[0]
    ends = [text.get_text() for text in axes.texts]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert (ends.count("365天"), ends.count("2920天")) == (4, 3)
    assert ["365天 – 2920天" in name for name in names] == [False, False, False, True, False]


@WIDE_LANGUAGES
@pytest.mark.parametrize("n", [0, 1, 8])
def test_charts_of_stress_can_be_read(n, lang):
    drawn = dict(stress_figures(stress(n), lang))
    assert ("factor" in drawn) == (n > 0)
    for figure in drawn.values():
        assert_can_be_read(figure)


def test_kinds_of_cases_differ_in_shape_and_a_case_without_a_measure_has_no_mark():
    panels = side_by_side(stress(2), "zh").axes
    marks = [[line.get_marker() for line in axes.lines if line.get_marker() != "None"] for axes in panels]
    assert marks == [["o", "s", "s"]] + [["o", "s", "s", "D"]] * 4


@WIDE_LANGUAGES
@pytest.mark.parametrize(("n_schemes", "n_assumptions"), [(2, 1), (3, 2), (8, 3)])
def test_charts_of_regret_can_be_read(n_schemes, n_assumptions, lang):
    for _, figure in regret_figures(regret(n_schemes, n_assumptions), lang):
        assert_can_be_read(figure)


def test_the_key_of_a_decision_map_counts_every_future_once():
    study = regret(5, 2)
    (found,) = study.measures.values()
    axes = decision_map(study, found, "zh").axes[0]
    lines = [text.get_text().split("\n")[-1] for text in axes.texts if "实心" in text.get_text()]
    counts = [[int(part.split()[-1]) for part in line.split("，")] for line in lines]
    assert len(lines) == 5
    assert [sum(column) for column in zip(*counts, strict=True)] == [int((~found.tied).sum()), int(found.tied.sum())]


def test_labels_along_an_axis_keep_apart_and_hold_both_ends():
    assert placing.spaced([0, 1, 2, 3], [0.5] * 4) == [0, 1, 2, 3]
    assert placing.spaced([0, 1, 2, 3], [1.5] * 4) == [0, 3]
    assert placing.spaced([1.0], [9.0]) == [0]
    assert placing.spaced([0, 0.2], [1.0, 1.0]) == [0]


def test_a_text_is_put_beside_its_point_only_where_nothing_else_is():
    with style.drawing():
        figure = style.blank_figure("", "")
        axes = placing.axes_at(figure, 1, 1, 3, 2)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        taken = placing.around(axes, [(0.5, 0.5)])
        first_one, second = (placing.write_near(axes, text, (0.5, 0.5), taken) for text in ("甲", "乙"))
        assert first_one.get_position() != second.get_position()
        assert placing.write_near(axes, "太" * 40, (0.5, 0.5), taken) is None
        assert placing.write_near(axes, "太" * 40, (0.5, 0.5), taken, must=True) is not None
