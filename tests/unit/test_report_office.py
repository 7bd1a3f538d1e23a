"""A report's files as a reader meets them: turned into pages by LibreOffice, formulas computed anew, a user's templates taken."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import pytest
import report_sample as sample
from office import converted, fonts_of, needs_office, unshown, without_values, words_of
from report_results import played, played_together

from simulator.report.blocks import Bullets, Chart, Column, Paragraph, Section, Table
from simulator.report.cells import provenance_line
from simulator.report.deck import FEWEST_SLIDES, MOST_SLIDES, message, slides_of
from simulator.report.formats import write_report
from simulator.report.memo import memo_of
from simulator.report.natives import is_monthly, months_apart, native, steps_of
from simulator.report.outline import report_of
from simulator.report.outline_compare import comparison_report_of

DATE = "2026-11-27"


def single(lang="zh"):
    return report_of(played("湖北"), lang, DATE)


def several(lang="zh"):
    return comparison_report_of(played_together("湖北", "广东", "岱山"), lang, DATE)


def waterfall(rows):
    columns = [Column("步骤", "text", "step"), Column("金额", "money", "amount"), Column("类别", "text", "role")]
    return Chart("waterfall", "谁来承担", sample._plain_figure, Table("waterfall", "谁来承担", columns, rows), "waterfall")


# what a reader sees


@needs_office
@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_pages_of_an_office_file_show_answer_headline_and_every_letter(tmp_path, kind):
    report = single()
    (path,) = write_report(report, tmp_path, "report", [kind])
    pdf = converted(path)
    pages = words_of(pdf)
    whole = "".join(pages)
    lead = next(block.text for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead)
    assert "".join(lead.split())[:24] in whole
    table = next(block for section in report.sections for block in section.blocks if isinstance(block, Table) and block.key == "headline")
    gross = float(table.rows[0][1])
    found = re.search(r"总损失([\d.,]+)(万元|亿元)", whole)
    assert float(found[1].replace(",", "")) * {"万元": 1e6, "亿元": 1e10}[found[2]] == pytest.approx(gross, rel=0.005)
    assert unshown(pages) == set()
    assert "\N{REPLACEMENT CHARACTER}" not in whole
    assert all(fonts_of(pdf).values())
    assert any("NotoSansSC" in name for name in fonts_of(pdf))


@needs_office
@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_names_with_rare_letters_and_signs_are_shown(tmp_path, kind):
    (path,) = write_report(sample.awkward(), tmp_path, "report", [kind])
    pages = words_of(converted(path))
    whole = "".join(pages)
    assert "武汉市硚口区" in whole
    assert "=1+1" in whole
    assert "###" not in whole
    assert "".join(provenance_line(sample.WHERE, "zh").split()) in whole
    assert unshown(pages) == set()


@needs_office
def test_libreoffice_makes_as_many_pages_as_there_are_slides(tmp_path):
    pptx = pytest.importorskip("pptx")
    (path,) = write_report(several(), tmp_path, "report", ["pptx"])
    assert len(words_of(converted(path))) == len(pptx.Presentation(path).slides)


@needs_office
def test_the_memo_is_short_and_its_annexes_begin_on_a_page_of_their_own(tmp_path):
    (one,) = write_report(single(), tmp_path, "one", ["docx"])
    (many,) = write_report(several(), tmp_path, "many", ["docx"])
    for path, most in ((one, 6), (many, 9)):
        pages = words_of(converted(path))
        begins = next(i for i, page in enumerate(pages) if page.startswith("附件1"))
        assert 2 <= begins <= most
        assert "附件附件1" in "".join(pages[:begins])


def test_a_pdf_embeds_its_fonts_and_says_what_it_is(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    report = single()
    (path,) = write_report(report, tmp_path, "report", ["pdf"])
    made = pypdf.PdfReader(path)
    pages = words_of(path)
    assert made.metadata.title == memo_of(report).title
    assert made.metadata.author == "riskshare 0.1.0"
    assert str(made.trailer["/Root"]["/Lang"]).lower().startswith("zh")
    assert fonts_of(path)
    assert all(is_embedded and "NotoSansSC" in name for name, is_embedded in fonts_of(path).items())
    assert unshown(pages) == set()
    begins = next(i for i, page in enumerate(pages) if "附件1" in page and i > 0)
    assert begins <= 6
    assert not any(image.name for page in made.pages for image in page.images)


# formulas


@needs_office
def test_formulas_computed_anew_give_the_numbers_written_with_them(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    report = comparison_report_of(played_together("湖北", "湖北补偿50"), "zh", DATE)
    (path,) = write_report(report, tmp_path, "report", ["xlsx"])
    formulas, stored = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    computed = openpyxl.load_workbook(converted(without_values(path), "xlsx"), data_only=True, read_only=True)
    told = {(sheet.title, cell.coordinate): cell.value for sheet in formulas for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert any("'headline'!" in text for text in told.values())
    assert any("/" in text and "SUM" not in text for text in told.values())
    assert any(text.startswith("=SUM(") for text in told.values())
    for (sheet, place), text in told.items():
        assert computed[sheet][place].value == pytest.approx(stored[sheet][place].value, rel=1e-9, abs=1e-9), (sheet, place, text)


def test_every_difference_of_two_schemes_is_a_cell_less_another(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    comparison = played_together("湖北", "湖北补偿50")
    (path,) = write_report(comparison_report_of(comparison, "zh", DATE), tmp_path, "report", ["xlsx"])
    sheet, beside = openpyxl.load_workbook(path)["differences_2"], openpyxl.load_workbook(path)["headline"]
    titles = {beside.cell(row, 1).value: row for row in range(6, beside.max_row + 1)}
    row = next(row for row in range(6, sheet.max_row + 1) if sheet.cell(row, 1).value == "银行净损失")
    assert f"'headline'!D{titles['银行净损失']}-'headline'!B{titles['银行净损失']}" in sheet.cell(row, 2).value
    value = openpyxl.load_workbook(path, data_only=True)["differences_2"].cell(row, 2).value
    fen = comparison.differences[1]["bank.net_loss"].mean
    assert value == pytest.approx(fen / (1e10 if "亿元" in sheet.cell(row, 2).number_format else 1e6))


def test_a_waterfall_in_the_workbook_stands_on_bases_that_are_computed(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    chart = waterfall([("总损失", 1e10, "total"), ("资金池", -4e9, "change"), ("追加", 1e9, "change"), ("银行", 7e9, "total")])
    report = replace(sample.awkward(), sections=[Section("one", "一", [chart])])
    (path,) = write_report(report, tmp_path, "report", ["xlsx"])
    shown = openpyxl.load_workbook(path, data_only=True)["waterfall"]
    assert [[shown.cell(row, column).value for column in (5, 6, 7, 8, 9)] for row in range(6, 10)] == [
        [1, 0, 1, None, None],
        [0.6, 0.6, None, None, 0.4],
        [0.7, 0.6, None, 0.1, None],
        [0.7, 0, 0.7, None, None],
    ]
    assert openpyxl.load_workbook(path)["waterfall"]["F7"].value == "=MIN(E6,E7)"


# slides


def test_a_waterfall_that_would_reach_below_nothing_is_left_to_its_picture():
    assert native(waterfall([("甲", 1e9, "total"), ("乙", -2e9, "change")])) is None
    assert [(step.base, step.size, step.kind) for step in steps_of(waterfall([("甲", 3.0, "total"), ("乙", -2.0, "change")]).data)] == [
        (0.0, 3.0, "total"),
        (1.0, 2.0, "fall"),
    ]


def test_a_waterfall_on_a_slide_can_be_edited(tmp_path):
    pptx = pytest.importorskip("pptx")
    chart = waterfall([("总损失", 1e10, "total"), ("资金池", -4e9, "change"), ("银行", 6e9, "total")])
    (path,) = write_report(replace(sample.awkward(), sections=[Section("one", "一", [chart])]), tmp_path, "report", ["pptx"])
    (made,) = [shape.chart for slide in pptx.Presentation(path).slides for shape in slide.shapes if shape.has_chart]
    base, total, rise, fall = made.plots[0].series
    assert list(base.values) == pytest.approx([0, 0.6, 0])
    assert list(fall.values) == [None, pytest.approx(0.4), None]
    assert list(total.values) == [1, None, pytest.approx(0.6)]
    assert list(rise.values) == [None, None, None]
    assert base.format.fill.type == 5


def test_lines_over_months_have_dates_far_enough_apart_and_names_at_their_ends(tmp_path):
    pptx = pytest.importorskip("pptx")
    (path,) = write_report(single(), tmp_path, "report", ["pptx"])
    made = next(shape.chart for slide in pptx.Presentation(path).slides for shape in slide.shapes if shape.name == "pool_balance")
    xml = made._chartSpace.xml
    assert "c:dateAx" in xml
    assert 'c:majorTimeUnit val="months"' in xml
    assert made.category_axis.tick_labels.number_format == "yyyy-mm"
    assert not made.has_legend
    names = [text for series in made.plots[0].series for text in label_texts(series)]
    assert len(names) >= 1
    assert all("分位" in name for name in names)


def label_texts(series):
    return ["".join(node.text for node in label.iter() if node.tag.endswith("}t")) for label in series._element.iter() if label.tag.endswith("}dLbl")]


@pytest.mark.parametrize(("n", "apart"), [(6, 1), (24, 3), (60, 6), (104, 12), (120, 12), (360, 36)])
def test_months_on_an_axis_are_ten_at_most(n, apart):
    assert months_apart(n) == apart
    assert n / apart <= 10


def test_only_rows_of_months_are_a_time_axis():
    assert is_monthly(Table("t", "t", [Column("月份", "text", "month")], [("2025-03",)]))
    assert not is_monthly(Table("t", "t", [Column("月份", "text", "month")], [("三月",)]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_slides_are_eight_to_twelve_for_reports_of_all_shapes(lang):
    names = ("湖北", "广东", "岱山", "参照资产池")
    reports = [report_of(played(name), lang, DATE) for name in names]
    reports += [comparison_report_of(played_together(*names[:n]), lang, DATE) for n in (2, 3, 4)]
    for report in reports:
        planned = slides_of(report)
        assert FEWEST_SLIDES <= len(planned) + 1 <= MOST_SLIDES
        assert all(slide.title for slide in planned)
        assert not any(slide.title.endswith(("：", ":", "？", "?")) for slide in planned)


def test_a_small_report_is_parted_into_eight_slides_and_nothing_is_lost():
    rows = [(f"第{i}行", float(i)) for i in range(40)]
    table = Table("t", "长表", [Column("名"), Column("值", "number")], rows)
    sections = [
        Section("a", "结论", [Paragraph(f"第{i}句话。", is_lead=True) for i in range(4)]),
        Section("b", "长表", [table]),
        Section("c", "说明", [Bullets(["一。", "二。", "三。"])]),
    ]
    planned = slides_of(replace(sample.awkward(), sections=sections))
    assert len(planned) + 1 >= FEWEST_SLIDES
    shown = [row for slide in planned if isinstance(slide.shown, Table) for row in slide.shown.rows]
    assert shown == rows
    assert [text for slide in planned for text in slide.texts if text.startswith("第")] == [f"第{i}句话。" for i in range(4)]


def test_a_title_is_a_sentence_of_the_report_and_never_about_one_scheme_of_several():
    for report in (single(), several()):
        texts = "".join(text for section in report.sections for block in section.blocks for text in told(block))
        names = report.provenance.scenario.split("、")
        for slide in slides_of(report):
            if len(names) > 1 and slide.title.startswith(tuple(names)):
                assert slide.title.startswith(tuple(f"{name}：" for name in names))
        assert any(slide.title in texts for slide in slides_of(report)) or len(names) > 1
    assert message(["资金池短缺可能性约为一半：概率 45%。首次短缺在 592天。"], ["湖北"]) == "资金池短缺可能性约为一半：概率 45%"
    assert message(["湖北资金短缺可能性约为一半。"], ["湖北", "广东"]) == ""


def told(block):
    return [block.text] if isinstance(block, Paragraph) else list(block.items) if isinstance(block, Bullets) else []


# memo


def test_annexes_hold_what_the_main_part_leaves_out_and_nothing_is_lost():
    for report in (single(), several()):
        memo = memo_of(report)
        before = [block for section in report.sections for block in section.blocks if not isinstance(block, Paragraph)]
        after = [block for section in (*memo.main, *memo.annexes) for block in section.blocks if not isinstance(block, Paragraph)]
        assert sorted(map(id, before)) == sorted(map(id, after))
        assert all(section.is_annex for section in memo.annexes)
        assert [section.key for section in memo.main][:3] == ["answer", "scheme", "headline"]
        assert {"assumptions", "method", "manifest"} <= {section.key for section in memo.annexes}
        tables = [block for section in memo.main for block in section.blocks if isinstance(block, Table)]
        assert all(len(table.rows) <= 14 for table in tables)
        assert "headline" in [table.key for table in tables]


def test_a_long_title_sheds_its_remark():
    memo = memo_of(replace(sample.awkward(), title="湖北科技型企业知识价值信用贷款(存量到期即止; 违约率、回收、起始日均为假定)", subtitle="报告"))
    assert (memo.title, memo.subtitle) == ("湖北科技型企业知识价值信用贷款", "存量到期即止; 违约率、回收、起始日均为假定\n报告")


# templates


def test_a_template_of_each_kind_takes_over_the_look(tmp_path):
    docx, pptx, pypdf = (pytest.importorskip(name) for name in ("docx", "pptx", "pypdf"))
    letter = docx.Document()
    letter.sections[0].header.paragraphs[0].text = "硚口区财政局"
    letter.save(tmp_path / "信头.docx")
    plain = pptx.Presentation()
    place = plain.slide_layouts[1].placeholders[1]
    place.left, place.top, place.width, place.height = 1_500_000, 1_600_200, 6_000_000, 4_000_000
    plain.save(tmp_path / "版式.pptx")
    (tmp_path / "排版.typ").write_text(
        '#let report = json("report.json")\n#set text(font: "Noto Sans SC")\n硚口区财政局 #report.title\n'
        "#for section in report.sections { if not section.annex [= #section.title] }",
        encoding="utf-8",
    )
    (tmp_path / "网页.jinja").write_text(
        "<h1>硚口区财政局 {{ report.title }}</h1>{% for one in sections %}<h2>{{ one.title }}</h2>{% endfor %}", encoding="utf-8"
    )
    templates = [tmp_path / name for name in ("信头.docx", "版式.pptx", "排版.typ", "网页.jinja")]
    word, slides, page, pdf = write_report(sample.hubei(), tmp_path, "own", ["docx", "pptx", "html", "pdf"], templates)
    assert docx.Document(word).sections[0].header.paragraphs[0].text == "硚口区财政局"
    made = pptx.Presentation(slides)
    text = next(slide for slide in made.slides if slide.slide_layout.name == plain.slide_layouts[1].name)
    body = next(shape for shape in text.placeholders if shape.placeholder_format.idx == 1)
    assert body.left == 1_500_000
    assert body.text_frame.text
    shown = next(shape for slide in made.slides for shape in slide.shapes if shape.has_chart)
    assert (shown.left, shown.width) == (1_500_000, 6_000_000)
    sizes = [slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt for slide in list(made.slides)[1:]]
    assert max(sizes) <= 28
    kinds = {shape.placeholder_format.type for shape in text.placeholders}
    assert {13, 15} <= kinds
    assert "硚口区财政局" in page.read_text(encoding="utf-8")
    assert "硚口区财政局" in pypdf.PdfReader(pdf).pages[0].extract_text()


def test_a_template_for_a_workbook_is_refused(tmp_path):
    from simulator.errors import ResultsError

    (tmp_path / "own.xltx").write_bytes(b"x")
    with pytest.raises(ResultsError, match=r"own\.xltx: no format asked for \(xlsx\)"):
        write_report(sample.awkward(), tmp_path, "x", ["xlsx"], [tmp_path / "own.xltx"])


def test_the_same_report_is_the_same_pdf_and_has_no_dates_of_the_day(tmp_path):
    (first,) = write_report(single(), tmp_path / "a", "report", ["pdf"])
    (second,) = write_report(single(), tmp_path / "b", "report", ["pdf"])
    assert first.read_bytes() == second.read_bytes()


def test_word_documents_have_properties_and_fields(tmp_path):
    docx = pytest.importorskip("docx")
    report = single()
    (path,) = write_report(report, tmp_path, "report", ["docx"])
    made = docx.Document(path)
    properties = made.core_properties
    assert (properties.title, properties.language, properties.keywords) == (memo_of(report).title, "zh-CN", "湖北")
    breaks = [paragraph.text for paragraph in made.paragraphs if paragraph.paragraph_format.page_break_before]
    assert len(breaks) == 1
    assert breaks[0].startswith("附件1")
    with zipfile.ZipFile(path) as package:
        xml = package.read("word/document.xml").decode()
    assert xml.count("w:tblHeader") == len(made.tables)
    assert xml.count("w:cantSplit") == sum(len(table.rows) for table in made.tables)


def chart_on_a_slide(chart, folder):
    pptx = pytest.importorskip("pptx")
    (path,) = write_report(replace(sample.awkward(), sections=[Section("one", "一", [chart])]), folder, "report", ["pptx"])
    (made,) = [shape.chart for slide in pptx.Presentation(path).slides for shape in slide.shapes if shape.has_chart]
    return made


def test_bars_begin_at_nothing_and_chances_end_at_one(tmp_path):
    bars = Table("bars", "损失", [Column("方案"), Column("平均", "money", "mean")], [("甲", 8.1e9), ("乙", 9.4e9)])
    made = chart_on_a_slide(Chart("bars", "损失", sample._plain_figure, bars, "bar"), tmp_path)
    assert made.value_axis.minimum_scale == 0
    chances = replace(bars, columns=[Column("方案"), Column("概率", "share", "mean")], rows=[("甲", 0.97), ("乙", 0.4)])
    made = chart_on_a_slide(Chart("bars", "概率", sample._plain_figure, chances, "bar"), tmp_path)
    assert (made.value_axis.minimum_scale, made.value_axis.maximum_scale) == (0, 1)


def test_a_difference_of_chances_below_nothing_is_not_cut_off(tmp_path):
    rows = [("50%", -0.2, -0.3, -0.1), ("80%", 0.0, 0.0, 0.0), ("95%", 0.05, 0.01, 0.09)]
    columns = [Column("比例"), Column("估计", "share", "mean"), Column("下限", "share", "low"), Column("上限", "share", "high")]
    made = chart_on_a_slide(Chart("line", "差", sample._plain_figure, Table("line", "差", columns, rows), "line"), tmp_path)
    assert made.value_axis.minimum_scale is None
    names = [text for series in made.plots[0].series for text in label_texts(series)]
    assert names == ["估计（细线：95%区间）"]


def test_lines_that_all_end_together_are_named_below_the_chart(tmp_path):
    columns = [Column("月份", "text", "month"), *(Column(f"银行{i}", "money", "pool.balance") for i in range(4))]
    rows = [(f"2025-{month:02d}", *(1e10 + i * 1e7 for i in range(4))) for month in range(1, 7)]
    made = chart_on_a_slide(Chart("line", "余额", sample._plain_figure, Table("line", "余额", columns, rows), "line"), tmp_path)
    assert made.has_legend


def test_a_section_with_many_charts_of_one_form_keeps_the_others():
    flow = [
        Chart(f"flow{i}", "流向", sample._plain_figure, Table(f"f{i}", "流向", [Column("自"), Column("额", "money")], [("甲", 1e9)]), "flow")
        for i in range(4)
    ]
    bar = Chart("bar", "成本", sample._plain_figure, Table("b", "成本", [Column("甲"), Column("额", "money")], [("甲", 1e9)]), "bar")
    memo = memo_of(replace(sample.awkward(), sections=[Section("one", "一", [bar, *flow])]))
    assert [block.key for block in memo.main[0].blocks if isinstance(block, Chart)] == ["bar"]
    assert [block.key for block in memo.annexes[0].blocks] == ["flow0", "flow1", "flow2", "flow3"]


def test_a_currency_before_every_number_is_said_once_in_the_caption(tmp_path):
    docx = pytest.importorskip("docx")
    columns = [Column("measure"), Column("estimate", "number", "mean")]
    table = Table("t", "Headline", columns, [("loss", 23_120_000_000), ("chance", 0.47)], ["money", "share"])
    report = replace(sample.awkward("en"), sections=[Section("one", "One", [table])])
    (path,) = write_report(report, tmp_path, "report", ["docx"])
    made = docx.Document(path)
    assert [cell.text for cell in made.tables[0].columns[1].cells] == ["estimate", "231.2m", "47%"]
    assert any(paragraph.text.endswith("Headline (money in CNY)") for paragraph in made.paragraphs)


@needs_office
def test_a_difference_in_a_smaller_unit_than_its_schemes_is_computed_in_its_own(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    measures = [("甲", 2.31e10, 2.32e10), ("乙", 5e10, 5.0002e10), ("丙", 7e10, 9e10)]
    schemes = [Column("指标"), Column("湖北", "number", "mean"), Column("标准误", "number", "se"), Column("改革", "number", "mean")]
    beside = Table("headline", "并排", schemes, [(name, old, 1e8, new) for name, old, new in measures], ["money"] * 3)
    columns = [Column("指标"), Column("差额", "number", "difference")]
    apart = Table("differences_2", "之差", columns, [(name, new - old) for name, old, new in measures], ["money"] * 3)
    report = replace(sample.awkward(), sections=[Section("one", "一", [beside, apart])])
    (path,) = write_report(report, tmp_path, "report", ["xlsx"])
    sheet = openpyxl.load_workbook(path)["differences_2"]
    assert [sheet.cell(row, 2).value for row in (6, 7, 8)] == [
        "=('headline'!D6-'headline'!B6)*10000",
        "=('headline'!D7-'headline'!B7)*10000",
        "='headline'!D8-'headline'!B8",
    ]
    computed = openpyxl.load_workbook(converted(without_values(path), "xlsx"), data_only=True, read_only=True)["differences_2"]
    assert [computed.cell(row, 2).value for row in (6, 7, 8)] == pytest.approx([100, 20 * 0.1, 2])
