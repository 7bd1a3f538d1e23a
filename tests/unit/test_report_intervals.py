"""Intervals on Office's own charts are those of the table, in cells that a user can edit; pictures on slides are drawn for slides."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
import report_sample as sample
from office import converted, needs_office, without_values, words_of
from report_results import played, played_together

from simulator.report import style
from simulator.report.blocks import Chart, Column, Report, Section, Table
from simulator.report.formats import write_report
from simulator.report.natives import bounds_of, native
from simulator.report.outline import report_of
from simulator.report.outline_compare import comparison_report_of
from simulator.report.pictures import DOTS_AN_INCH, picture, picture_size, slide_picture
from simulator.report.slide_intervals import axis_with_room

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DATE, PICTURE = "2026-11-27", 13
FEN = 10**10
ROWS = [("甲", 5 * FEN, 4 * FEN, 7 * FEN), ("乙", 2 * FEN, 1.5 * FEN, 2.25 * FEN), ("丙", 3 * FEN, None, None)]
BELOW, ABOVE = {0: 1.0, 1: 0.5}, {0: 2.0, 1: 0.25}
"""Worked by hand from the rows, 亿元."""


def report(chart):
    return Report("区间", "", "zh", [Section("only", "只有一张图", [chart])], sample.WHERE)


def bars():
    columns = [Column("方案"), Column("平均", "money", "mean"), Column("下限", "money", "low"), Column("上限", "money", "high")]
    return Chart("bars", "净损失", sample._plain_figure, Table("bars", "净损失", columns, ROWS), "bar")


def crossed():
    columns = [Column("方案")]
    for name in ("fiscal.net_cost", "lending.volume"):
        columns += [Column(f"{name}{key}", "money", f"{name}{key}") for key in (".mean", ".low", ".high")]
    rows = [("甲", 5 * FEN, 4 * FEN, 7 * FEN, 20 * FEN, 19 * FEN, 22 * FEN), ("乙", 2 * FEN, 1.5 * FEN, 2.25 * FEN, 30 * FEN, 30 * FEN, 30 * FEN)]
    return Chart("crossed", "代价与放款", sample._plain_figure, Table("crossed", "代价与放款", columns, rows), "scatter")


def hung():
    columns = [Column("步骤", "text", "step"), Column("金额", "money", "amount"), Column("性质", "text", "role")]
    columns += [Column("下限", "money", "low"), Column("上限", "money", "high")]
    rows = [
        ("总", 5 * FEN, "total", 4 * FEN, 7 * FEN),
        ("池", -2 * FEN, "change", -2.5 * FEN, -1.75 * FEN),
        ("银行", 3 * FEN, "total", 2 * FEN, 4 * FEN),
    ]
    return Chart("hung", "谁承担", sample._plain_figure, Table("hung", "谁承担", columns, rows), "waterfall")


def chart_on_slide(path):
    deck = pytest.importorskip("pptx").Presentation(path)
    return next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)


def cached(side):
    """Numbers of error bars by place, as PowerPoint or Excel keeps them beside the reference."""
    return {int(point.get("idx")): float(point.find(f"{C}v").text) for point in side.iter(f"{C}pt")}


def cell_values(chart, reference):
    """Numbers in the cells of the chart's own workbook that a reference names."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    sheet, cells = reference.split("!")
    found = book[sheet.strip("'")][cells.replace("$", "")]
    return [cell.value for row in (found if isinstance(found, tuple) else ((found,),)) for cell in row]


@pytest.mark.parametrize("made", [bars, crossed, hung])
def test_an_interval_on_a_slide_has_the_table_s_ends_in_cells_that_can_be_edited(tmp_path, made):
    (path,) = write_report(report(made()), tmp_path, "report", ["pptx"])
    chart = chart_on_slide(path)
    found = list(chart._chartSpace.iter(f"{C}errBars"))
    sides = [(cached(one.find(f"{C}minus")), cached(one.find(f"{C}plus"))) for one in found]
    if made is bars:
        assert sides == [(BELOW, ABOVE)]
    elif made is hung:
        assert sides == [({0: 1.0, 1: 0.5, 2: 1.0}, {0: 2.0, 1: 0.25, 2: 1.0})]
    else:
        ways = [one.find(f"{C}errDir").get("val") for one in found]
        lengths = [(minus.get(0, 0.0), plus.get(0, 0.0)) for minus, plus in sides]
        assert list(zip(ways, lengths, strict=True)) == [("x", (1.0, 2.0)), ("y", (1.0, 2.0)), ("x", (0.5, 0.25)), ("y", (0.0, 0.0))]
    for one in found:
        for side in ("plus", "minus"):
            kept = [value for value in cell_values(chart, one.find(f"{C}{side}").find(f".//{C}f").text) if value is not None]
            assert kept == list(cached(one.find(f"{C}{side}")).values())


def test_parts_of_a_slide_s_chart_stand_in_the_order_that_the_format_asks_for(tmp_path):
    order = ["idx", "order", "tx", "spPr", "marker", "invertIfNegative", "dPt", "dLbls", "errBars", "cat", "xVal", "val", "yVal", "smooth"]
    label = ["idx", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "showLegendKey", "showVal", "showCatName", "showSerName", "showPercent"]
    for made in (bars, crossed, hung):
        (path,) = write_report(report(made()), tmp_path, made.__name__, ["pptx"])
        for known, tag in ((order, "ser"), ([*label, "showBubbleSize"], "dLbl")):
            for one in chart_on_slide(path)._chartSpace.iter(f"{C}{tag}"):
                names = [child.tag.removeprefix(C) for child in one]
                assert [known.index(name) for name in names] == sorted(known.index(name) for name in names)
                assert len(names) == len(set(names)) or names.count("errBars") == 2


def test_numbers_of_bars_stand_past_their_intervals_and_remain_the_bars(tmp_path):
    (path,) = write_report(report(bars()), tmp_path, "report", ["pptx"])
    chart = chart_on_slide(path)
    assert [series.name for series in chart.plots[0].series] == ["平均"]
    moved = [float(label.find(f"{C}layout/{C}manualLayout/{C}x").get("val")) for label in chart._chartSpace.iter(f"{C}dLbl")]
    assert len(moved) == 2
    assert moved[0] > 7 * moved[1] > 0
    assert chart.value_axis.maximum_scale > 7


def test_a_chart_says_what_its_lines_are_and_a_slide_says_its_title_once(tmp_path):
    pptx = pytest.importorskip("pptx")
    (path,) = write_report(comparison_report_of(played_together("湖北", "广东"), "zh", DATE), tmp_path, "report", ["pptx"])
    titles = {}
    for slide in pptx.Presentation(path).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                own = shape.chart.chart_title.text_frame.text if shape.chart.has_title else ""
                titles[shape.name] = own
                assert not (own and slide.shapes.title.text.endswith(own))
    assert "95%区间（只含模拟误差）" in titles["compare_losses"]
    assert "95%区间" not in titles["compare_who_pays"]


@pytest.mark.parametrize("made", [bars, crossed, hung])
def test_an_interval_in_the_workbook_is_computed_from_the_table(tmp_path, made):
    openpyxl = pytest.importorskip("openpyxl")
    (path,) = write_report(report(made()), tmp_path, "report", ["xlsx"])
    with zipfile.ZipFile(path) as package:
        (name,) = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        xml = package.read(name).decode()
    refs = re.findall(r"<c:(plus|minus)><c:numRef><c:f>'?([^'!]+)'?!([^<]+)</c:f>", xml)
    assert len(refs) == {bars: 2, hung: 2, crossed: 8}[made]
    values, formulas = (openpyxl.load_workbook(path, data_only=kept) for kept in (True, False))
    found = {side: [] for side in ("plus", "minus")}
    for side, sheet, cells in refs:
        found[side] += [cell.value for row in values[sheet][cells.replace("$", "")] for cell in row]
        assert all(str(cell.value).startswith("=") for row in formulas[sheet][cells.replace("$", "")] for cell in row if cell.value is not None)
    expected = {
        bars: ([1.0, 0.5, None], [2.0, 0.25, None]),
        hung: ([1.0, 0.5, 1.0], [2.0, 0.25, 1.0]),
        crossed: ([1.0, 1.0, 0.5, 0.0], [2.0, 2.0, 0.25, 0.0]),
    }[made]
    assert (found["minus"], found["plus"]) == expected
    assert "95%区间" in xml


@needs_office
@pytest.mark.parametrize("kind", ["pptx", "xlsx"])
def test_libreoffice_opens_charts_with_intervals(tmp_path, kind):
    charts = [bars(), crossed(), hung()]
    (path,) = write_report(Report("区间", "", "zh", [Section("all", "三张图", charts)], sample.WHERE), tmp_path, "report", [kind])
    whole = "".join(words_of(converted(path)))
    assert whole.count("95%区间（只含模拟误差）") == 3
    if kind == "xlsx":
        openpyxl = pytest.importorskip("openpyxl")
        own, anew = (openpyxl.load_workbook(one, data_only=True)["bars"] for one in (path, converted(without_values(path), "xlsx")))
        first = next(cell.column for cell in own[5] if cell.value == "平均：距区间下限")
        for row in (6, 7):
            assert [anew.cell(row, first + k).value for k in (0, 1)] == pytest.approx([own.cell(row, first + k).value for k in (0, 1)])


@pytest.mark.parametrize(
    ("keys", "drawn", "expected"),
    [
        (("", "mean", "low", "high"), [1], ((2, 3),)),
        (("", "first", "total", "low", "high"), [1, 2], (None, (3, 4))),
        (("", "mu_star", "sigma", "low", "high"), [1, 2], ((3, 4), None)),
        (("", "a.mean", "a.low", "a.high", "b", "b.low", "b.high"), [1, 4], ((2, 3), (5, 6))),
        (("", "mean", "low"), [1], (None,)),
        (("", "line_1", "line_2", "low", "high"), [1, 2], (None, None)),
    ],
)
def test_an_interval_belongs_to_the_figure_it_is_of(keys, drawn, expected):
    assert bounds_of(Table("t", "t", [Column(key, "number", key) for key in keys], []), drawn) == expected


def test_points_are_drawn_at_their_means_not_at_the_ends_of_their_intervals():
    assert native(crossed()).columns == (1, 4)


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.11), (-3.0, 2.0), (-7.0, -1.0), (0.0, 0.0), (3.0, 91.7)])
def test_an_axis_leaves_room_beyond_its_bars_and_ends_on_a_line(low, high):
    first, last, step = axis_with_room(low, high)
    assert first <= min(low, 0)
    assert last >= max(high, 0)
    assert (last - first) / step == pytest.approx(round((last - first) / step))
    assert (last - first) / step <= 10


@pytest.mark.parametrize("names", [("岱山",), ("湖北", "广东", "岱山")])
def test_letters_of_pictures_on_slides_are_about_ten_points(tmp_path, names):
    pptx = pytest.importorskip("pptx")
    made = comparison_report_of(played_together(*names), "zh", DATE) if len(names) > 1 else report_of(played(*names), "zh", DATE)
    (path,) = write_report(made, tmp_path, "report", ["pptx"])
    shapes = [shape for slide in pptx.Presentation(path).slides for shape in slide.shapes if shape.shape_type == PICTURE]
    assert shapes
    for shape in shapes:
        drawn = picture_size(shape.image.blob)[0] / DOTS_AN_INCH
        assert style.SMALLEST * shape.width / 914_400 / drawn >= 9.7, shape.name


def test_a_picture_on_a_page_keeps_its_width():
    chart = next(block for section in sample.hubei().sections for block in section.blocks if isinstance(block, Chart))
    slide_picture(chart)
    assert picture_size(picture(chart))[0] == style.WIDTH * DOTS_AN_INCH


def test_a_picture_for_a_slide_has_no_title_of_its_own():
    with style.drawing():
        own = [text.get_text() for text in style.blank_figure("题目", "说明").texts]
        with style.for_slides():
            shown = [text.get_text() for text in style.blank_figure("题目", "说明").texts]
    assert "题目" in own
    assert "题目" not in shown
    assert "说明" in shown
    assert style.figure_width() == style.WIDTH
