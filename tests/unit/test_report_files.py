"""The Word, Excel, PowerPoint and PDF files of a report open with their own libraries, hold its texts and numbers, and obey none of its signs."""

from __future__ import annotations

import importlib
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
import report_sample as sample

from simulator.errors import ExtraMissing, ResultsError, SimulatorError
from simulator.report.blocks import Bullets, Chart, Column, Paragraph, Section, Table
from simulator.report.cells import cell_text, laid_out, provenance_line, scale_of, shared_room
from simulator.report.deck import MOST_SLIDES, fitted, slides_of, text_height
from simulator.report.formats import write_report
from simulator.report.memo import memo_of
from simulator.report.natives import native
from simulator.report.packages import EARLIEST
from simulator.report.style import BANK
from simulator.report.workbook import address, sheet_names

FORMATS = {"word": "docx", "workbook": "xlsx", "slides": "pptx", "paper": "pdf"}
PACKAGES = {"word": "docx", "workbook": "xlsxwriter", "slides": "pptx", "paper": "typst"}
SOFFICE, PDFTOTEXT = shutil.which("soffice"), shutil.which("pdftotext")


def written(format_, report, folder, template=None):
    pytest.importorskip(PACKAGES[format_])
    path = folder / f"report.{FORMATS[format_]}"
    importlib.import_module(f"simulator.report.{format_}").write(report, path, template)
    return path


def rows_of(table, lang="zh"):
    laid = laid_out(table, lang)
    return [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]


def one_table(columns, rows, kinds=None):
    return Table("t", "t", columns, rows, kinds)


def report_with(*blocks, lang="zh"):
    return replace(sample.awkward(lang), sections=[Section("one", "一", blocks)])


# cells


def test_columns_of_money_share_a_unit_and_their_decimals():
    table = one_table([Column("名"), Column("甲", "money"), Column("乙", "money")], [("一", 10**10, 10**10 + 5 * 10**8)])
    assert list(laid_out(table, "zh").heads) == ["名", "甲（亿元）", "乙（亿元）"]
    assert rows_of(table) == [["一", "1.00", "1.05"]]


def test_a_column_of_small_money_has_a_unit_of_its_own_unless_a_chart_needs_one():
    table = one_table([Column("名"), Column("甲", "money"), Column("乙", "money")], [("一", 5 * 10**12, 3 * 10**8)])
    assert list(laid_out(table, "zh").heads) == ["名", "甲（亿元）", "乙（万元）"]
    assert list(laid_out(table, "zh", one_unit=True).heads) == ["名", "甲（亿元）", "乙（亿元）"]


def test_a_column_without_amounts_has_the_unit_of_its_neighbours():
    table = Table("t", "", [Column("需要", "money"), Column("上限", "money")], [(3.4e11, None), (2.7e11, 0)])
    assert laid_out(table, "zh").heads == ["需要（亿元）", "上限（亿元）"]


def test_a_table_of_measures_names_the_unit_in_each_row():
    columns = [Column("指标"), Column("平均", "number"), Column("次数", "count")]
    table = one_table(
        columns, [("损失", 23_120_000_000, 60), ("概率", 0.473, 60), ("天", 410.0, 60), ("—", None, 60)], ["money", "share", "day", "money"]
    )
    assert rows_of(table) == [["损失", "2.31亿元", "60"], ["概率", "47.3%", "60"], ["天", "410天", "60"], ["—", "—", "60"]]
    assert rows_of(table, "en")[0] == ["损失", "CNY 231.2m", "60"]


def test_a_small_share_beside_a_large_one_keeps_a_digit():
    assert rows_of(one_table([Column("a"), Column("b", "share")], [("x", 0.5), ("y", 0.0004)])) == [["x", "50.00%"], ["y", "0.04%"]]


def test_rounding_errors_get_no_decimals():
    assert scale_of("share", [0.804, 1e-17], "zh").text(0.804) == "80.4%"


def test_a_negative_that_rounds_to_nothing_has_no_sign():
    assert scale_of("money", [10**12, 10**12], "zh").text(-1.0) == "0"


@pytest.mark.parametrize("room", [20, 50, 90, 200])
def test_shared_room_is_never_more_than_the_room(room):
    assert sum(shared_room([8, 12, 60, 40], room)) <= room + 1e-9


# Word


def test_word_holds_every_sentence_and_every_cell(tmp_path):
    docx = pytest.importorskip("docx")
    report = sample.awkward()
    document = docx.Document(written("word", report, tmp_path))
    texts = [paragraph.text for paragraph in document.paragraphs]
    memo = memo_of(report)
    for section in report.sections:
        assert any(text.endswith(section.title) for text in texts)
        for block in section.blocks:
            said = [block.text] if isinstance(block, Paragraph) else list(block.items) if isinstance(block, Bullets) else []
            assert set(said) <= set(texts)
    tables = [block for section in (*memo.main, *memo.annexes) for block in section.blocks if isinstance(block, Table)]
    assert len(document.tables) == len(tables)
    for grid, table in zip(document.tables, tables, strict=True):
        found = [[cell.text for cell in row.cells] for row in grid.rows]
        assert ["".join(head.split("\n")) for head in found[0]] == list(laid_out(table, "zh").heads)
        assert found[1:] == rows_of(table)


def test_word_repeats_heads_numbers_captions_and_describes_pictures(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document(written("word", sample.awkward(), tmp_path))
    xml = document.element.xml
    assert all(grid.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for grid in document.tables)
    captions = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    found = [
        re.match(r"(图|表) (\d+)  ", "".join(node.text or "" for node in caption._p.iter() if node.tag.endswith("}t"))).groups()
        for caption in captions
    ]
    assert [int(n) for kind, n in found if kind == "表"] == [1, 2, 3, 4, 5]
    assert [int(n) for kind, n in found if kind == "图"] == [1, 2, 3]
    assert xml.count("SEQ 图") == 3
    assert 'descr="资金流向 &lt;&amp;&gt;"' in xml


def test_word_names_a_chinese_font_in_every_style_it_uses(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document(written("word", sample.hubei(), tmp_path))
    for name in ("Normal", "Title", "Heading 1", "Caption", "List Bullet", "Footer", "Report Cell"):
        fonts = document.styles[name].element.xpath("./w:rPr/w:rFonts")[0]
        assert fonts.get(docx.oxml.ns.qn("w:eastAsia")) == "微软雅黑"
        assert not any("Theme" in attribute for attribute in fonts.attrib)


def test_word_has_provenance_and_page_numbers_at_the_foot(tmp_path):
    docx = pytest.importorskip("docx")
    footer = docx.Document(written("word", sample.hubei(), tmp_path)).sections[0].footer
    assert footer.paragraphs[0].text == provenance_line(sample.WHERE, "zh")
    assert "0123456789abcdef" in footer.paragraphs[0].text
    assert "NUMPAGES" in footer._element.xml


@pytest.mark.parametrize("suffix", ["docx", "dotx"])
def test_word_keeps_the_letterhead_of_a_template(tmp_path, suffix):
    docx = pytest.importorskip("docx")
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "硚口区财政局文件"
    own.sections[0].footer.paragraphs[0].text = "内部资料"
    own.styles["Normal"].font.name = "仿宋"
    template = tmp_path / f"own.{suffix}"
    own.save(template)
    if suffix == "dotx":
        as_template(template, b"wordprocessingml.document.main", b"wordprocessingml.template.main")
    made = docx.Document(written("word", sample.hubei(), tmp_path, template))
    assert made.sections[0].header.paragraphs[0].text == "硚口区财政局文件"
    assert [line.text for line in made.sections[0].footer.paragraphs[:2]] == ["内部资料", provenance_line(sample.WHERE, "zh")]
    assert made.styles["Normal"].font.name == "仿宋"


def test_word_writes_provenance_on_first_and_even_pages_of_a_template_that_parts_them(tmp_path):
    docx = pytest.importorskip("docx")
    own = docx.Document()
    own.sections[0].different_first_page_header_footer = True
    own.settings.odd_and_even_pages_header_footer = True
    own.save(tmp_path / "own.docx")
    section = docx.Document(written("word", sample.hubei(), tmp_path, tmp_path / "own.docx")).sections[0]
    for footer in (section.footer, section.first_page_footer, section.even_page_footer):
        assert footer.paragraphs[0].text == provenance_line(sample.WHERE, "zh")


def as_template(path, found, wanted):
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content.replace(found, wanted))


# Excel


def test_excel_obeys_no_text(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(written("workbook", sample.awkward(), tmp_path))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert set(sample.AWKWARD) <= texts
    ours = re.compile(r"=(SUM\(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+\)|[A-Z]+\d+-[A-Z]+\d+|[A-Z]+\d+/SUM\(\$[A-Z]+\$\d+:\$[A-Z]+\$\d+\))")
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert len(formulas) == 30
    assert all(ours.fullmatch(formula) for formula in formulas)
    with zipfile.ZipFile(tmp_path / "report.xlsx") as package:
        assert not [name for name in package.namelist() if "external" in name.lower()]
        assert not any(b"TargetMode" in package.read(name) for name in package.namelist() if name.endswith(".rels"))


def test_excel_keeps_numbers_as_numbers_in_the_unit_of_the_head(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(written("workbook", sample.awkward(), tmp_path))["strange"]
    assert [cell.value for cell in sheet[5]] == ["名称=1", "<金额>（万元）", "比例&", "天数（天）"]
    assert [cell.value for cell in sheet[7]] == ["+86 027", 2000, 0.1, 30]
    assert [sheet.cell(7, j).number_format for j in (2, 3, 4)] == ["#,##0", "0%", "#,##0"]
    assert sheet.cell(6, 2).value == "—"


def test_excel_writes_a_measure_with_its_unit_in_the_cell_s_format(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(written("workbook", sample.hubei(), tmp_path))["headline"]
    table = sample.hubei().tables[0]
    assert sheet.cell(6, 2).value == pytest.approx(table.rows[0][1] / 1e10)
    assert sheet.cell(6, 2).number_format.endswith('"亿元"')


def test_excel_has_provenance_frozen_heads_and_room_on_every_sheet(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(written("workbook", sample.awkward(), tmp_path))
    for sheet in book:
        line = provenance_line(sample.WHERE, "zh")
        assert line in {cell.value for row in sheet.iter_rows(max_row=3) for cell in row}
        assert line in sheet.oddFooter.left.text
        if sheet.title != "目录":
            assert sheet.freeze_panes == "B6"
            assert all(9 <= sheet.column_dimensions[name].width <= 62 for name in "A")
    assert book["many"].column_dimensions["B"].width >= len("基线") * 2 + len("（亿元）") * 2


def test_excel_computes_what_a_reader_would_check(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    many = openpyxl.load_workbook(written("workbook", sample.awkward(), tmp_path))["many"]
    assert many["D6"].value == "=C6-B6"
    shown = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)["many"]
    assert shown["D6"].value == pytest.approx(shown["C6"].value - shown["B6"].value)
    payers = one_table([Column("方"), Column("比例", "share"), Column("金额", "money")], [("甲", 0.25, 10**10), ("乙", 0.75, 3 * 10**10)])
    sheet = openpyxl.load_workbook(written("workbook", report_with(payers), tmp_path))["t"]
    assert [sheet.cell(8, j).value for j in (1, 2, 3)] == ["合计", "=SUM(B6:B7)", "=SUM(C6:C7)"]
    assert sheet["B6"].value == "=C6/SUM($C$6:$C$7)"


def test_excel_does_not_add_up_shares_that_are_no_whole(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    table = one_table([Column("方"), Column("比例", "share")], [("甲", 0.25), ("乙", 0.5)])
    sheet = openpyxl.load_workbook(written("workbook", report_with(table), tmp_path))["t"]
    assert sheet.max_row == 7


def test_excel_draws_charts_of_its_own_where_it_can(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(written("workbook", sample.awkward(), tmp_path))
    assert {sheet.title: (len(sheet._charts), len(sheet._images)) for sheet in book if sheet._charts or sheet._images} == {
        "points": (1, 0),
        "bars": (1, 0),
        "flow": (0, 1),
    }


def test_names_of_sheets_are_allowed_and_told_apart():
    names = sheet_names(["a/b:c", "A_B_C", "x" * 40, "x" * 50, "", "目录"], "目录")
    assert len({name.lower() for name in [*names, "目录"]}) == 7
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_address_of_a_cell():
    assert [address(0, j) for j in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_a_workbook_takes_no_template(tmp_path):
    with pytest.raises(SimulatorError, match="no template"):
        written("workbook", sample.hubei(), tmp_path, tmp_path / "own.xltx")


# PowerPoint


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    pptx = pytest.importorskip("pptx")
    made = {}
    for name in ("hubei", "awkward"):
        folder = tmp_path_factory.mktemp(name)
        made[name] = pptx.Presentation(written("slides", getattr(sample, name)(), folder))
    return made


@pytest.mark.parametrize("name", ["hubei", "awkward"])
def test_slides_are_wide_few_and_carry_provenance_and_notes(decks, name):
    deck = decks[name]
    line = provenance_line(sample.WHERE, "zh")
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9)
    assert 8 <= len(deck.slides) <= MOST_SLIDES
    for slide in deck.slides:
        shapes = {shape.name: shape for shape in slide.shapes}
        assert shapes["Provenance"].text_frame.text == line
        assert 'type="slidenum"' in slide.shapes._spTree.xml
        assert slide.notes_slide.notes_text_frame.text.endswith(line)


@pytest.mark.parametrize("name", ["hubei", "awkward"])
def test_nothing_on_a_slide_stands_outside_it_or_on_something_else(decks, name):
    deck = decks[name]
    for slide in deck.slides:
        boxes = [shape for shape in slide.shapes if shape.name != "Slide number"]
        for shape in boxes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
        solid = [shape for shape in boxes if shape.has_chart or shape.has_table or shape.shape_type == 13]
        foot = next(shape for shape in boxes if shape.name == "Provenance")
        assert all(shape.top >= slide.shapes.title.top + slide.shapes.title.height for shape in solid)
        assert all(shape.top + shape.height <= foot.top for shape in solid)


def test_slides_have_charts_to_edit_with_the_table_s_numbers(decks):
    charts = {shape.name: shape.chart for slide in decks["hubei"].slides for shape in slide.shapes if shape.has_chart}
    fan = next(table for table in sample.hubei().tables if table.key == "pool_balance")
    plot = charts["pool_balance"].plots[0]
    assert [series.name for series in plot.series] == ["5%", "25%", "中位数", "75%", "95%"]
    assert [str(month)[:7] for month in plot.categories] == [row[0] for row in fan.rows]
    assert list(plot.series[2].values) == pytest.approx([row[3] / 1e10 for row in fan.rows])
    (borne,) = charts["who_pays"].plots[0].series
    assert sum(borne.values) == pytest.approx(1)
    assert next(iter(charts["who_pays"].plots[0].categories)) == "银行"


def test_slides_name_a_chinese_font(decks):
    deck = decks["hubei"]
    theme = deck.slide_master.part.part_related_by("http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme").blob.decode()
    assert theme.count('<a:ea typeface="微软雅黑"') == 2


def test_slides_show_signs_as_they_are(decks):
    cells = {
        cell.text for slide in decks["awkward"].slides for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells
    }
    assert {name for name in sample.AWKWARD if "\t" not in name} <= cells


def test_slides_say_how_many_rows_they_leave_out(decks):
    slide = next(slide for slide in decks["awkward"].slides if any(shape.name == "many" for shape in slide.shapes))
    shown = len(next(shape for shape in slide.shapes if shape.name == "many").table.rows) - 1
    assert any(f"另有{30 - shown}行" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


@pytest.mark.parametrize("suffix", ["pptx", "potx"])
def test_slides_keep_the_size_and_layouts_of_a_template_and_drop_its_slides(tmp_path, suffix):
    pptx = pytest.importorskip("pptx")
    own = pptx.Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "示例页"
    own.slide_layouts[5].name = "我的版式"
    template = tmp_path / f"own.{suffix}"
    own.save(template)
    if suffix == "potx":
        as_template(template, b"presentationml.presentation.main", b"presentationml.template.main")
    made = pptx.Presentation(written("slides", sample.hubei(), tmp_path, template))
    assert (made.slide_width, made.slide_height) == (own.slide_width, own.slide_height)
    assert "我的版式" in [slide.slide_layout.name for slide in made.slides if any(shape.has_chart for shape in slide.shapes)]
    assert all(shape.text_frame.text != "示例页" for slide in made.slides for shape in slide.shapes if shape.has_text_frame)
    with zipfile.ZipFile(tmp_path / "report.pptx") as package:
        names = package.namelist()
        assert len(names) == len(set(names))


def test_sections_beyond_the_last_slide_are_said_in_its_notes():
    sections = [Section(f"s{i}", f"第{i}节", [Paragraph(f"第{i}句。")]) for i in range(15)]
    planned = slides_of(replace(sample.awkward(), sections=sections))
    assert [slide.title for slide in planned] == [f"第{i}节" for i in range(11)]
    assert all(f"第{i}句。" in planned[-1].notes for i in range(10, 15))


def test_charts_come_before_tables_where_slides_are_few():
    table = one_table([Column("a"), Column("b", "money")], [("x", 1)])
    chart = next(block for block in sample.awkward().sections[-1].blocks if isinstance(block, Chart))
    sections = [Section(f"s{i}", f"{i}", [table, chart]) for i in range(8)]
    planned = slides_of(replace(sample.awkward(), sections=sections))
    assert sum(slide.shown is chart for slide in planned) == 8
    assert len(planned) == 11


@pytest.mark.parametrize("height", [30, 60, 200])
def test_fitted_text_fits(height):
    texts = [sample.LONG + "。", "短句。", sample.LONG + "。"]
    size, kept = fitted(texts, 400, height, (20, 16, 12))
    assert text_height(kept, 400, size) <= max(height, text_height(["一"], 400, 12))
    assert kept


def test_only_charts_that_a_program_does_justice_are_its_own():
    forms = {block.key: native(block) for section in sample.awkward().sections for block in section.blocks if isinstance(block, Chart)}
    assert forms["flow"] is None
    assert (forms["bars"].form, forms["points"].form) == ("bar", "scatter")


def test_a_payer_has_one_colour_whatever_the_language():
    columns = [Column("scheme"), Column("banks", "share", "银行"), Column("pool", "share", "资金池")]
    chart = Chart("t", "t", sample._plain_figure, one_table(columns, [("一", 0.4, 0.6)]), "stack")
    assert native(chart).colours[0] == BANK


def test_columns_of_short_cells_keep_their_width_beside_long_ones():
    assert shared_room([10, 12, 60, 40], 72) == pytest.approx([10, 12, 30, 20])


# PDF


def test_pdf_embeds_our_fonts_and_no_other(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    pdf = pypdf.PdfReader(written("paper", sample.awkward(), tmp_path))
    fonts = {}
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[below["/BaseFont"]] = "/FontFile2" in below["/FontDescriptor"].get_object()
    assert fonts
    assert all("NotoSansSC" in name and is_embedded for name, is_embedded in fonts.items())


def test_pdf_has_every_sign_page_numbers_contents_and_provenance(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(written("paper", sample.awkward(), tmp_path)).pages]
    whole = "".join("".join(pages).split())
    for name in sample.AWKWARD:
        assert "".join(name.split()) in whole
    assert "目录" in pages[0]
    for number, page in enumerate(pages, 1):
        joined = "".join(page.split())
        assert f"第{number}页，共{len(pages)}页" in joined
        assert "".join(provenance_line(sample.WHERE, "zh").split()) in joined
    for caption in ("表1", "表5", "图1", "图3"):
        assert caption in whole


def test_a_pdf_that_cannot_be_written_is_said_to_be_so_as_other_files_are(tmp_path):
    pytest.importorskip("typst")
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(ResultsError, match=r"无法写入.*关闭"):
        write_report(sample.awkward(), tmp_path, "report", ["pdf"])


def test_pdf_of_the_same_report_is_the_same(tmp_path):
    first = written("paper", sample.awkward(), tmp_path).read_bytes()
    assert written("paper", sample.awkward(), tmp_path).read_bytes() == first


def test_pdf_takes_a_template_and_says_where_it_fails(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    (tmp_path / "own.typ").write_text('#let report = json("report.json")\n#set text(font: "Noto Sans SC")\n抬头 #report.title', encoding="utf-8")
    made = pypdf.PdfReader(written("paper", sample.hubei(), tmp_path, tmp_path / "own.typ"))
    assert "抬头" in made.pages[0].extract_text()
    (tmp_path / "bad.typ").write_text("#nonsense()", encoding="utf-8")
    with pytest.raises(SimulatorError, match=r"bad\.typ"):
        written("paper", sample.hubei(), tmp_path, tmp_path / "bad.typ")


# all


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_in_english_is_written_in_english(tmp_path, format_):
    columns = [Column("Bank"), Column("Net loss", "money")]
    report = replace(report_with(one_table(columns, [("One", 23_000_000_000)]), lang="en"), title="Report", subtitle="For discussion")
    path = written(format_, report, tmp_path)
    if format_ == "paper":
        pypdf = pytest.importorskip("pypdf")
        text = pypdf.PdfReader(path).pages[0].extract_text()
    else:
        with zipfile.ZipFile(path) as package:
            text = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
    assert "CNY m" in text
    assert "60 histories" in text
    assert not re.search("亿元|注：|目录|哈希", text)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_missing_package_is_one_line_that_says_what_to_install(tmp_path, monkeypatch, format_):
    real = importlib.import_module

    def missing(name, *rest):
        if name.partition(".")[0] == PACKAGES[format_]:
            raise ImportError(name)
        return real(name, *rest)

    module = real(f"simulator.report.{format_}")
    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ExtraMissing) as caught:
        module.write(sample.awkward(), tmp_path / "x")
    for lang in ("zh", "en"):
        assert "riskshare[reports]" in caught.value.render(lang)
        assert "\n" not in caught.value.render(lang)


@pytest.mark.parametrize("format_", ["word", "slides"])
def test_a_template_that_is_no_office_file_is_refused_with_its_name(tmp_path, format_):
    bad = tmp_path / "bad.docx"
    bad.write_text("no", encoding="utf-8")
    with pytest.raises(SimulatorError, match=r"bad\.docx"):
        written(format_, sample.awkward(), tmp_path, bad)


@pytest.mark.parametrize("format_", ["word", "workbook", "slides"])
@pytest.mark.skipif(not (SOFFICE and PDFTOTEXT), reason="LibreOffice and poppler are not installed")
def test_libreoffice_opens_it_and_shows_its_words(tmp_path, format_):
    path = written(format_, sample.awkward(), tmp_path)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run([SOFFICE, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path], check=True, capture_output=True, timeout=180)
    text = subprocess.run([PDFTOTEXT, tmp_path / "report.pdf", "-"], check=True, capture_output=True).stdout.decode()
    joined = "".join(text.split())
    assert "武汉市硚口区" in joined
    assert "=1+1" in joined
    assert "0123456789abcdef" in joined
    assert "\N{REPLACEMENT CHARACTER}" not in text
    assert "###" not in text


def parts_of(package):
    """Name, time and content of every part of an Office file, those of the workbooks within it included."""
    with zipfile.ZipFile(package) as found:
        for part in found.infolist():
            content = found.read(part)
            yield part.filename, part.date_time, content
            if part.filename.endswith(".xlsx"):
                yield from parts_of(io.BytesIO(content))


@pytest.mark.parametrize("format_", ["word", "workbook", "slides"])
def test_an_office_file_bears_the_reports_date_and_no_clock(tmp_path, format_):
    report = replace(sample.awkward(), provenance=replace(sample.awkward().provenance, date="2001-02-03"))
    parts = list(parts_of(written(format_, report, tmp_path)))
    assert {when for _, when, _ in parts} == {EARLIEST}
    stamps = {stamp for name, _, content in parts if name == "docProps/core.xml" for stamp in re.findall(rb">(\d{4}-[^<]*)<", content)}
    assert stamps == {b"2001-02-03T00:00:00Z"}


def test_negative_numbers_of_a_written_report_bear_minus_signs_and_names_and_dates_keep_their_hyphens(tmp_path):
    docx = pytest.importorskip("docx")
    words = "比湖北-2低 1.4亿元（95%区间 -1.47亿元 至 -1.26亿元），2026-11-27。"
    report = report_with(Paragraph(words), Bullets([words]), one_table([Column("名"), Column("差", "money")], [("甲-2", -(10**10)), ("乙", 10**10)]))
    (path,) = write_report(report, tmp_path, "signs", ["docx"])
    document = docx.Document(str(path))
    meant = "比湖北-2低 1.4亿元（95%区间 −1.47亿元 至 −1.26亿元），2026-11-27。"
    assert [paragraph.text for paragraph in document.paragraphs].count(meant) == 2
    assert [cell.text for row in document.tables[0].rows[1:] for cell in row.cells] == ["甲-2", "−1", "乙", "1"]
