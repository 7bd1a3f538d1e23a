"""Interactive charts: what they draw is what stands in their tables, in whatever form; nothing in them needs more than the page allows."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest
from report_results import played
from report_sample import awkward

from simulator.errors import ExtraMissing
from simulator.report import formats
from simulator.report.blocks import Chart, Column, Table
from simulator.report.interactive import bundle, interactive
from simulator.report.outline import report_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.report.blocks import Cell, Report

pytest.importorskip("bokeh", reason="needs the extra reports: pip install riskshare[reports]")

YI = 10**10


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(played("湖北"), "zh", "2026-11-27")


def chart_named(report: Report, key: str) -> Chart:
    return next(block for section in report.sections for block in section.blocks if isinstance(block, Chart) and block.key == key)


def made(form: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], key: str = "t") -> Chart:
    return Chart(key, "试", awkward().sections[-1].blocks[0].draw, Table(key, "试", columns, rows), form)  # type: ignore[arg-type, union-attr]


def models_in(part: Any) -> Iterator[dict[str, Any]]:
    """All models of a document, in order."""
    if isinstance(part, dict):
        if "name" in part and "id" in part:
            yield part
        for one in part.values():
            yield from models_in(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from models_in(one)


def drawn(chart: Chart, lang: str = "zh") -> list[tuple[str, dict[str, Any], dict[str, list[Any]]]]:
    """Glyphs of a chart in order: kind, looks, columns they are drawn from."""
    live = interactive(chart, lang, "x")
    assert live is not None
    found = []
    columns: dict[str, dict[str, list[Any]]] = {}
    for model in models_in(live.item["doc"]):
        if model["name"] == "GlyphRenderer":
            source, glyph = model["attributes"]["data_source"], model["attributes"]["glyph"]
            if "attributes" in source:
                columns[source["id"]] = {name: [as_number(one) for one in values] for name, values in source["attributes"]["data"]["entries"]}
            found.append((glyph["name"], glyph["attributes"], columns[source["id"]]))
    return found


def as_number(value: Any) -> Any:
    return float(value["value"]) if isinstance(value, dict) else value


def told(glyphs: list[tuple[str, dict[str, Any], dict[str, list[Any]]]]) -> tuple[list[str], list[str]]:
    return next((columns["name"], columns["told"]) for _, _, columns in glyphs if "told" in columns)


def test_a_fan_is_drawn_from_its_table_and_tells_every_quantile(report: Report) -> None:
    chart = chart_named(report, "pool_balance")
    glyphs = drawn(chart)
    assert [name for name, _, _ in glyphs] == ["VArea", "VArea", "Line", "Line"]
    columns = glyphs[0][2]
    for j in range(1, 6):
        assert columns[f"c{j}"] == pytest.approx([row[j] / YI for row in chart.data.rows])  # type: ignore[operator]
    assert [(looks["y1"]["field"], looks["y2"]["field"]) for name, looks, _ in glyphs if name == "VArea"] == [("c1", "c5"), ("c2", "c4")]
    names, lines = told(glyphs)
    assert names == [row[0] for row in chart.data.rows]
    assert [line.split("：")[0] for line in lines[-1].split("\n")] == ["5%", "25%", "50%", "75%", "95%"]
    assert all(line.endswith("亿元") for line in lines[-1].split("\n"))


def test_months_stand_at_their_dates() -> None:
    chart = made("line", [Column("月份"), Column("甲", "money"), Column("乙", "money")], [("2025-12", 1e10, 2e10), ("2026-01", 3e10, None)])
    x = drawn(chart)[0][2]["x"]
    assert x == [1764547200000.0, 1767225600000.0]
    _, lines = told(drawn(chart))
    assert lines == ["甲：1亿元\n乙：2亿元", "甲：3亿元"]


def test_survival_is_a_step_with_the_band_of_its_interval(report: Report) -> None:
    chart = chart_named(report, "pool_survival")
    glyphs = drawn(chart)
    assert [name for name, _, _ in glyphs] == ["VAreaStep", "Step", "Line"]
    assert glyphs[1][2]["c1"] == [row[1] for row in chart.data.rows]


def test_a_histogram_has_the_shares_and_edges_of_its_table(report: Report) -> None:
    chart = chart_named(report, "loss_distribution")
    glyphs = [one for one in drawn(chart) if one[0] == "Quad"]
    assert len(glyphs) == 3
    assert glyphs[0][2]["top"] == [row[1] for row in chart.data.rows]
    assert glyphs[1][2]["top"] == [row[2] for row in chart.data.rows]
    left, right = glyphs[0][2]["left"], glyphs[0][2]["right"]
    assert left[1:] == right[:-1]
    assert right[-1] - left[-1] == pytest.approx(right[0] - left[0])


def test_parts_of_a_stack_follow_each_other_and_empty_ones_are_neither_drawn_nor_told() -> None:
    columns = [Column("方案"), *(Column(name, "share", name) for name in ("银行", "资金池", "保险公司"))]
    chart = made("stack", columns, [("甲", 0.2, 0.8, None), ("乙", 1.1, -0.1, None)])
    bars = [columns for name, _, columns in drawn(chart) if name == "HBar" and "told" not in columns]
    assert len(bars) == 2
    assert [bars[0]["left"], bars[0]["right"]] == [[0.0, 0.0], [0.2, 1.1]]
    assert bars[1]["left"] == [0.2, 0.0]
    assert bars[1]["right"] == pytest.approx([1.0, -0.1])
    assert told(drawn(chart))[1] == ["银行：20%\n资金池：80%", "银行：110%\n资金池：−10%"]


def test_a_mean_is_a_dot_on_its_interval() -> None:
    columns = [Column("方案"), *(Column(key, "money", key) for key in ("mean", "low", "high", "p05", "p95"))]
    glyphs = drawn(made("bar", columns, [("甲", 5e10, 4e10, 6e10, 1e10, 9e10)]))
    assert [name for name, _, _ in glyphs] == ["Segment", "Segment", "Scatter", "Text", "HBar"]
    assert [glyphs[1][2][looks] for looks in ("c2", "c3")] == [[4.0], [6.0]]
    assert told(glyphs)[1] == ["mean：5亿元\nlow：4亿元\nhigh：6亿元\np05：1亿元\np95：9亿元"]


def test_a_waterfall_hangs_its_changes_where_the_step_before_ended() -> None:
    columns = [Column("步骤", "text", "step"), Column("金额", "money", "amount"), Column("角色", "text", "role")]
    rows = [("总损失", 10e10, "total"), ("资金池", -6e10, "change"), ("加回", 1e10, "change"), ("银行净损失", 5e10, "total")]
    glyphs = drawn(made("waterfall", columns, rows))
    bars = next(columns for name, _, columns in glyphs if name == "HBar")
    assert bars["left"] == [0.0, 10.0, 4.0, 0.0]
    assert bars["right"] == [10.0, 4.0, 5.0, 5.0]
    assert told(glyphs) == (["总损失", "资金池", "加回", "银行净损失"], ["金额：10亿元", "金额：−6亿元", "金额：1亿元", "金额：5亿元"])
    assert interactive(made("waterfall", columns[:2], [row[:2] for row in rows]), "zh", "x") is None


def test_a_waterfalls_intervals_lie_about_the_ends_of_its_bars() -> None:
    columns = [
        Column("步骤", "text", "step"),
        Column("金额", "money", "amount"),
        Column("角色", "text", "role"),
        *(Column(key, "money", key) for key in ("low", "high")),
    ]
    glyphs = drawn(
        made(
            "waterfall",
            columns,
            [("总损失", 10e10, "total", 9e10, 12e10), ("资金池", -6e10, "change", -7e10, -5e10), ("净", 4e10, "total", None, None)],
        )
    )
    low, high = next((columns["low"], columns["high"]) for name, _, columns in glyphs if name == "Segment" and "low" in columns)
    assert low[:2] == [9.0, 3.0]
    assert high[:2] == [12.0, 5.0]
    assert isnan(low[2])
    assert told(glyphs)[1][1:] == ["金额：−6亿元\nlow：−7亿元\nhigh：−5亿元", "金额：4亿元"]


def test_few_points_bear_their_names_many_tell_them(report: Report) -> None:
    columns = [Column("方案"), Column("成本", "money"), Column("放款", "money")]
    few = drawn(made("scatter", columns, [(name, 1e10 * i, 2e10 * i) for i, name in enumerate("甲乙丙", 1)]))
    assert [name for name, _, _ in few] == ["Scatter", "Text"]
    assert few[0][2]["x"] == [1.0, 2.0, 3.0]
    many = drawn(made("scatter", columns, [(str(i), 1e10 * i, 2e10 * i) for i in range(1, 31)]))
    assert [name for name, _, _ in many] == ["Scatter"]
    assert told(many)[0][0] == "方案 1"


def test_a_trade_off_shows_both_intervals_of_every_point() -> None:
    keys = [f"{name}.{end}" for name in ("fiscal.net_cost", "lending.volume") for end in ("mean", "low", "high")]
    words = {"mean": "", "low": "，95%区间下限", "high": "，95%区间上限"}
    columns = [Column("方案"), *(Column(f"甲{words[key.rpartition('.')[2]]}", "money", key) for key in keys), Column("位置")]
    rows = [("甲", 2e10, 1e10, 3e10, 50e10, 40e10, 60e10, "前沿"), ("乙", 4e10, 3e10, 5e10, 45e10, 40e10, 50e10, "被压过")]
    chart = made("picture", columns, rows)
    glyphs = drawn(chart)
    assert [name for name, _, _ in glyphs] == ["Segment", "Segment", "Scatter", "Text"]
    ends = [[glyphs[i][2][looks[side]["field"]] for side in ("x0", "x1", "y0", "y1")] for i, looks in enumerate(looks for _, looks, _ in glyphs[:2])]
    assert ends == [[[1.0, 3.0], [3.0, 5.0], [50.0, 45.0], [50.0, 45.0]], [[2.0, 4.0], [2.0, 4.0], [40.0, 40.0], [60.0, 50.0]]]
    assert told(glyphs)[1][1].endswith("位置：被压过")
    live = interactive(chart, "zh", "x")
    assert live is not None
    assert [entry.name for entry in live.key] == ["95%区间"]


def test_what_is_not_applicable_is_left_out_not_drawn_as_nought() -> None:
    glyphs = drawn(made("bar", [Column("方案"), Column("净损失", "money", "mean")], [("甲", 2e10), ("乙", None)]))
    right = next(columns["right"] for name, _, columns in glyphs if name == "HBar")
    assert right[0] == 2.0
    assert isnan(right[1])


def test_what_only_a_drawing_can_show_stays_one() -> None:
    months = [Column("月份"), Column("甲", "money")]
    assert interactive(made("flow", [Column("自"), Column("至"), Column("金额", "money")], [("甲", "乙", 1e10)]), "zh", "x") is None
    assert interactive(made("picture", months, [("2025-01", 1e10), ("2025-02", 1e10)]), "zh", "x") is None
    assert interactive(made("line", months, [("2025-01", 1e10)]), "zh", "x") is None
    assert interactive(made("bar", months, []), "zh", "x") is None
    assert interactive(made("bar", [Column("名"), Column("甲", "money")], [(f"第{i}", 1e10) for i in range(41)]), "zh", "x") is None
    mixed = made("bar", months, [("甲", 1e10)])
    assert interactive(replace(mixed, data=replace(mixed.data, kinds=["money"])), "zh", "x") is None


def test_names_are_texts_whatever_they_hold() -> None:
    nasty = ["</script><script>alert(1)</script>", "<!--", "$$x^2$$", "@{told}", "硚口区\u2028"]
    live = interactive(made("bar", [Column("名$$"), Column("额", "money")], [(name, 1e10) for name in nasty]), "zh", "x")
    assert live is not None
    labels = next(
        one["attributes"]["major_label_overrides"]["entries"]
        for one in models_in(live.item["doc"])
        if "major_label_overrides" in one.get("attributes", {})
    )
    assert [label["name"] for _, label in labels] == ["PlainText"] * 5


def test_the_same_chart_gives_the_same_plot_and_no_model_of_it_runs_code(report: Report) -> None:
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    pairs = [(interactive(chart, "zh", "x"), interactive(chart, "zh", "x")) for chart in charts]
    drawn_live = [(first, second) for first, second in pairs if first and second]
    assert len(drawn_live) >= 5
    assert all(bool(first) == bool(second) == (chart.form not in ("flow", "picture")) for chart, (first, second) in zip(charts, pairs, strict=True))
    for first, second in drawn_live:
        assert json.dumps(first.item) == json.dumps(second.item)
        names = {model["name"] for model in models_in(first.item["doc"])}
        assert not [name for name in names if name.startswith(("Custom", "AjaxData", "ServerSent"))]
        assert {name for name in names if name.endswith("Tool")} <= {"BoxZoomTool", "HoverTool", "CrosshairTool"}


def test_english_charts_speak_english() -> None:
    chart = made("bar", [Column("scheme"), Column("net loss", "money", "mean")], [("A", 2e12), ("B", 1e12)])
    assert told(drawn(chart, "en"))[1] == ["net loss: CNY 20bn", "net loss: CNY 10bn"]


def test_bokehjs_comes_from_the_package_and_cannot_end_its_script() -> None:
    text = bundle().lower()
    assert "bokeh" in text[:2000]
    assert "</script" not in text
    assert "<!--" not in text


def test_a_missing_bokeh_is_said_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda module: None if module == "bokeh" else module)
    with pytest.raises(ExtraMissing) as refused:
        formats.check_installed(["html", "docx"])
    assert "bokeh" in refused.value.render("zh")
    assert "jinja2" not in refused.value.render("zh")
    formats.check_installed(["docx"])
