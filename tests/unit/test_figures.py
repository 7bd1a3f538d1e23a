"""Charts draw for every shape of result, with every glyph, the same bytes each time, and leave matplotlib as they found it."""

from __future__ import annotations

import datetime
import hashlib
import warnings
from dataclasses import replace
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from studies import study

from simulator.report import style
from simulator.report.charted import Charted, bands, charted_from, mark_horizon
from simulator.report.figures import comparison_figures_of, figures_of, save
from simulator.report.figures_loss import loss_distribution, shares_of_yuan
from simulator.report.figures_pool import not_short
from simulator.report.figures_projects import project_stages
from simulator.report.text import WORDS, chance, money_unit, number_and_error, quantity
from simulator.results.estimates import Estimate

pytestmark = pytest.mark.filterwarnings("error")


def charted(n=40, months=30, losses=1.0, payers=("资金池",), endowment=10**11, lang="zh", **changes):
    rng = np.random.default_rng(1)
    gross = (losses * 2e10 * rng.lognormal(size=n)).astype(np.int64)
    grown = (gross[:, None] * np.linspace(0, 1, months)[None, :]).astype(np.int64)
    paid = np.minimum(grown * 4 // 5, endowment or 0)
    short = grown[:, -1] * 4 // 5 > (endowment or 0)
    volume = np.broadcast_to(np.linspace(0, 7e12, months).astype(np.int64), (n, months))
    finals = {
        "bank.gross_loss": gross,
        "bank.net_loss": gross - paid[:, -1],
        "pool.first_shortfall": np.where(short, 300, -1),
        "pool.needed": grown[:, -1] * 4 // 5,
        "lending.volume": volume[:, -1],
        "paid_by.银行": gross - paid[:, -1],
        **{f"paid_by.{payer}": paid[:, -1] // len(payers) for payer in payers},
    }
    series = {"pool.balance": (endowment or 0) - paid, "lending.volume": volume, "lending.balance": volume // 2}
    names = tuple(str(month) for month in np.datetime64("2025-03") + np.arange(months))
    one = Charted(
        "湖北", "湖北知识价值信用贷款（武汉市硚口区）", names, finals, series, lang, datetime.date(2025, 3, 25), min(7, months - 1), endowment
    )
    return replace(one, **changes)


def with_projects(n=40, lang="zh", cost=1e8):
    rng = np.random.default_rng(2)
    entered = np.full(n, 12)
    failed = rng.integers(0, 6, n)
    of_projects = {
        "stage.萌发期.reached": entered,
        "stage.萌发期.failed": failed,
        "stage.转化期.reached": entered - failed,
        "stage.转化期.failed": np.zeros(n, np.int64),
        "project.succeeded": entered - failed,
        "fiscal.net_cost": (cost * rng.normal(size=n)).astype(np.int64),
    }
    one = charted(n, endowment=None, lang=lang, has_limit=False)
    return replace(one, finals={**one.finals, **of_projects})


def every_short(n=20):
    one = charted(n, losses=50.0)
    return replace(one, finals={**one.finals, "pool.first_shortfall": np.zeros(n, np.int64)})


def with_ranges(lang="zh", measure="pool.shortfall_probability", span=(0.1, 0.7)):
    moved = study({measure: span}, {measure: (0.8, -0.3, 0.0)})
    own = Estimate(sum(span) / 2, None, 40, None, None, None, "fen" if "loss" in measure else "share")
    return replace(charted(lang=lang), ranges=moved, measures={measure: own})


EIGHT = ("资金池", "省级财政", "市级财政", "国家融资担保基金", "省再担保公司", "担保公司", "知识产权评估机构", "互保金")
SHAPES = {
    "ordinary": charted(),
    "enough histories for all tails": charted(400),
    "English": charted(lang="en", payers=EIGHT),
    "one history": charted(1),
    "one month": charted(months=1),
    "two months": charted(months=2),
    "ten years": charted(months=120),
    "no pool": charted(endowment=None),
    "pool of nothing": charted(endowment=0),
    "no losses": charted(losses=0.0),
    "all short": every_short(),
    "eight payers": charted(payers=EIGHT),
    "no series": replace(charted(), series={}),
    "lending given": charted(given=True),
    "projects": with_projects(),
    "one history of projects that cost nothing": with_projects(1, "en", cost=0.0),
    "assumptions moved": with_ranges(),
    "assumptions moved, money, English": with_ranges("en", "bank.net_loss", (-2e9, 3e10)),
    "a very long title": charted(title="武汉市硚口区科技型企业知识价值信用贷款风险补偿资金池" * 4),
}


def assert_drawn_inside(figure, stem):
    """Draw a chart (a missing glyph is an error) and look for labels beyond its edges."""
    with style.drawing():
        figure.canvas.draw()
        box = figure.get_tightbbox(figure.canvas.get_renderer())
    width, height = figure.get_size_inches()
    assert box.x0 >= 0, stem
    assert box.y0 >= 0, stem
    assert box.x1 <= width, stem
    assert box.y1 <= height, stem


@pytest.mark.parametrize("name", SHAPES)
def test_every_chart_draws_every_glyph_and_keeps_its_labels_inside(name):
    drawn = set()
    for stem, figure in figures_of(SHAPES[name]):
        assert_drawn_inside(figure, stem)
        drawn.add(stem)
    assert drawn - {"pool_balance", "pool_survival", "project_stages", "assumption_ranges"} == {
        "loss_distribution",
        "who_pays",
        "waterfall",
        "lending_volume",
    }
    assert ("pool_balance" in drawn) == SHAPES[name].has_pool
    assert ("pool_survival" in drawn) == SHAPES[name].has_limit
    assert ("project_stages" in drawn) == SHAPES[name].has_projects
    assert ("assumption_ranges" in drawn) == SHAPES[name].has_ranges


def bars_of(axes):
    return [(round(patch.get_x(), 6), round(patch.get_width(), 6)) for patch in axes.patches]


def test_stages_show_mean_passed_then_mean_failed_and_the_share_of_histories_that_pay_back():
    n = 4
    finals = {
        "stage.甲.reached": np.full(n, 10),
        "stage.甲.failed": np.array([1, 2, 3, 4]),
        "project.succeeded": np.array([9, 8, 7, 6]),
        "fiscal.net_cost": np.array([-3, -1, 5, 7]) * 10**8,
    }
    one = with_projects(n)
    kept = {name: values for name, values in one.finals.items() if not name.startswith("stage.")}
    figure = project_stages(replace(one, finals={**kept, **finals}))
    left, right = figure.axes
    assert bars_of(left) == [(0.0, 7.5), (7.5, 2.5), (0.0, 7.5), (7.5, 0.0)]
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["净支出（50%的模拟）", "净收回（50%）"]
    assert sum(patch.get_height() for patch in right.patches) == pytest.approx(100)


def test_axis_in_per_cent_names_its_ticks_exactly():
    figure = loss_distribution(charted())
    (axes,) = figure.axes
    ticks = [tick for tick in axes.get_yticks() if tick <= axes.get_ylim()[1]]
    assert [float(axes.yaxis.get_major_formatter()(tick).rstrip("%")) for tick in ticks] == pytest.approx(ticks)


@pytest.mark.parametrize("names", [["ordinary"], ["ordinary", "no pool", "no losses", "one month"], ["no pool"], list(SHAPES)])
def test_every_comparison_draws_every_glyph_and_keeps_its_labels_inside(names):
    together = [replace(SHAPES[name], name=f"{name} 硚口") for name in names]
    drawn = set()
    for stem, figure in comparison_figures_of(together):
        assert_drawn_inside(figure, stem)
        drawn.add(stem)
    assert drawn - {"compare_pool_balance", "compare_measures"} == {"compare_survival", "compare_losses", "compare_who_pays", "compare_lending"}


def test_saved_charts_need_no_font_to_be_read(tmp_path):
    for stem, figure in figures_of(charted(n=5)):
        picture, drawing = save(figure, tmp_path, stem)
        assert picture.read_bytes().startswith(b"\x89PNG")
        text = drawing.read_text(encoding="utf-8")
        assert "<text" not in text
        assert "font-family" not in text


def test_glyph_that_no_bundled_font_has_is_noticed(tmp_path):
    figure = loss_distribution(charted(title="\U0002ffff"))
    with pytest.raises(UserWarning, match="missing"):
        save(figure, tmp_path, "x")


def test_same_results_give_the_same_bytes(tmp_path):
    digests = []
    for folder in ("a", "b"):
        for stem, figure in figures_of(charted()):
            save(figure, tmp_path / folder, stem)
        digests.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (tmp_path / folder).iterdir()})
    assert digests[0] == digests[1]
    assert not any(b"Matplotlib" in file.read_bytes() for file in (tmp_path / "a").glob("*.png"))


def test_drawing_leaves_global_settings_alone(tmp_path):
    before, backend = dict(mpl.rcParams), mpl.get_backend()
    for stem, figure in figures_of(charted()):
        save(figure, tmp_path, stem)
    assert dict(mpl.rcParams) == before
    assert mpl.get_backend() == backend


def test_users_own_settings_do_not_leak_into_charts(tmp_path):
    save(loss_distribution(charted()), tmp_path, "plain")
    with mpl.rc_context({"font.size": 25, "axes.facecolor": "black", "figure.dpi": 33}):
        save(loss_distribution(charted()), tmp_path, "own")
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "own.png").read_bytes()


def test_fonts_are_ours_and_keep_their_licence():
    from matplotlib.font_manager import findfont

    style.register_fonts()
    for weight, file in (("normal", "NotoSansSC-Regular.ttf"), ("bold", "NotoSansSC-Bold.ttf")):
        assert findfont(mpl.font_manager.FontProperties(family=style.FAMILY, weight=weight)) == str(style.FONTS / file)
    assert "SIL OPEN FONT LICENSE" in (style.FONTS / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", ["NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"])
def test_fonts_hold_gb2312_place_names_and_our_own_words(file):
    from matplotlib.ft2font import FT2Font

    held = set(map(chr, FT2Font(str(style.FONTS / file)).get_charmap()))
    gb2312 = {bytes([a, b]).decode("gb2312") for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF) if a != 0xD7 or b < 0xFA}
    words = {character for pair in WORDS.values() for text in pair for character in text} - {"\n"}
    assert len(gb2312) == 6763
    assert not (gb2312 | words | set("硚口区邛崃栾川溧阳濉溪浉河磴口猇亭洑䓖䴔")) - held


def test_survival_counts_histories_whose_first_shortfall_is_not_yet_past():
    one = replace(charted(4, months=3), finals={"pool.first_shortfall": np.array([-1, 6, 7, 37])})
    share, band = not_short(one)
    assert one.month_ends().tolist() == [6, 36, 67]
    assert share.tolist() == [0.75, 0.5, 0.25]
    assert np.all(band[0] < share)
    assert np.all(band[1] > share)


def test_bands_are_order_statistics_month_by_month():
    values = np.arange(1, 101)[::-1, None] * np.array([1, 10])
    assert bands(values).T.tolist() == [[5, 25, 50, 75, 95], [50, 250, 500, 750, 950]]


def test_shares_of_a_yuan_add_up_to_one_hundred_fen():
    assert shares_of_yuan({"银行": 1.0, "甲": 2.0, "乙": 5.0}) == {"银行": 12.5, "甲": 25.0, "乙": 62.5}
    assert shares_of_yuan({"银行": 0.0}) == {"银行": 0.0}


def test_results_of_a_run_become_a_chart_with_endowment_and_horizon():
    account = SimpleNamespace(kind="pool", endowment=10**11)
    scenario = SimpleNamespace(
        name="湖北",
        title="湖北",
        title_en="Hubei",
        run=SimpleNamespace(start=datetime.date(2025, 3, 25), lend_until=datetime.date(2025, 10, 31)),
        scheme=SimpleNamespace(accounts={"资金池": account, "省级财政": SimpleNamespace(kind="treasury", endowment=None)}),
        banks=SimpleNamespace(members={"甲": SimpleNamespace(appetite="fixed")}),
    )
    source = charted()
    found = charted_from(SimpleNamespace(scenario=scenario, months=source.months, finals=source.finals, series=source.series), "en")
    assert (found.title, found.endowment, found.horizon, found.given) == ("Hubei", 10**11, 7, True)


def test_a_title_of_any_length_leaves_room_for_the_chart():
    titled = charted(title="很长的标题" * 60)
    for name, figure in figures_of(titled):
        top, bottom = figure.subplotpars.top, figure.subplotpars.bottom
        assert (top - bottom) * figure.get_figheight() > 0.5, name
        assert any("…" in text.get_text() for text in figure.texts), name


def test_numbers_carry_their_units_and_the_digits_their_errors_allow():
    assert number_and_error(Estimate(7.7427e12, 3.1e9, 9, None, None, None, "fen"), "zh") == ("774.27亿元", "0.31亿元")
    assert number_and_error(Estimate(7.7427e12, 3.1e9, 9, None, None, None, "fen"), "en") == ("CNY 77.427bn", "CNY 0.031bn")
    assert number_and_error(Estimate(410.2, 12.3, 9, None, None, None, "day"), "zh") == ("410天", "12天")
    assert number_and_error(Estimate(0.0, 0.0, 9, None, None, None, "fen"), "zh") == ("0元", "0")
    assert number_and_error(Estimate(5e8, None, 1, None, None, None, "fen"), "zh") == ("500万元", "—")
    assert (quantity(0.123, "rate", "en"), chance(0.5, 100), money_unit(0, "zh").label) == ("12.30%", "50%", "元")


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_of_a_phrase_ask_for_the_same_values(key):
    import string

    zh, en = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in WORDS[key])
    assert zh == en


def test_lines_break_between_chinese_characters_and_never_inside_a_latin_word():
    assert style.wrapped("资金池 endowment", 8) == ["资金池", "endowment"]
    assert style.wrapped("一二三，四", 6) == ["一二三，", "四"]
    assert style.wrapped("", 6) == [""]


def test_labels_are_moved_apart_and_kept_in_order():
    assert style.spread([0.0, 0.0, 0.0], 1.0, 0.0, 10.0) == [0.0, 1.0, 2.0]
    assert style.spread([10.0, 10.0], 1.0, 0.0, 10.0) == [9.0, 10.0]
    assert style.spread([], 1.0, 0.0, 10.0) == []


def test_figures_need_no_display():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = loss_distribution(charted())
    assert isinstance(figure, Figure)
    assert type(figure.canvas).__name__ == "FigureCanvasAgg"


@pytest.mark.parametrize(("levels", "dashed", "on_top"), [((0.5, 1.0), 2.0, True), ((8.0, 9.9), 2.0, False), ((0.1, 0.2), 9.8, False)])
def test_the_end_of_lending_is_named_where_no_curve_or_level_runs(levels, dashed, on_top):
    axes = Figure().subplots()
    axes.plot(np.arange(30), np.linspace(*levels, 30))
    axes.axhline(dashed)
    axes.set_ylim(0.0, 10.0)
    mark_horizon(axes, charted())
    (name,) = axes.texts
    assert name.get_text() == "停止放款"
    assert name.xy == (7, 1 if on_top else 0)
