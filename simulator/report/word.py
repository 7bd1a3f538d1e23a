"""A report as a Word memo: styles, editable tables, numbered captions, where it comes from at the foot of every page.

A user's own document or template keeps its letterhead, styles and fonts; the report follows what stands in it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.blocks import Bullets, Chart, Paragraph
from simulator.report.cells import aligned_right, cell_text, column_widths, head_lines, laid_on_paper, provenance_line, shared_room
from simulator.report.memo import annex_title, is_heading, main_title, memo_of, run_in
from simulator.report.packages import dated, template_as_document
from simulator.report.pictures import picture, picture_size, width_on_page

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.report.blocks import Block, Report, Section, Table
    from simulator.report.cells import Laid

LATIN, EAST_ASIAN = "Arial", "微软雅黑"
INK, QUIET, ACCENT = "1F2937", "6B7280", "0072B2"
TABLE_STYLE, CELL_STYLE = "Report Table", "Report Cell"
A4 = (21.0, 29.7)
MARGIN_CM = 2.2
TALLEST = 0.3
"""Height of a chart as a part of the page's text, where its letters stay legible."""
POINT = 12_700
"""English Metric Units in a point."""
TOGETHER = 16
"""Rows up to which a table is kept on one page."""
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
WORDS = {
    "zh": {"figure": "图", "table": "表", "note": "注：", "page": "第 {page} 页，共 {pages} 页", "annexes": "附件"},
    "en": {"figure": "Figure", "table": "Table", "note": "Note: ", "page": "Page {page} of {pages}", "annexes": "Annexes"},
}
FONT_SIZES = {
    "Normal": 10.5,
    "Title": 20,
    "Subtitle": 11,
    "Heading 1": 14,
    "Heading 2": 11,
    "Caption": 9.5,
    "Footer": 8,
    "List Bullet": 10.5,
    CELL_STYLE: 9,
}
HEADINGS = ("Title", "Heading 1", "Heading 2", "Caption")


def write(report: Report, path: Path, template: Path | None = None) -> None:
    """Write a report as a Word document.

    Parameters
    ----------
    report : Report
    path : Path
        File to write, ``.docx``.
    template : Path, optional
        Document or template that holds the user's letterhead; its styles and fonts are kept, ours fill in what it lacks.

    Raises
    ------
    ExtraMissing
        If python-docx is not installed.
    SimulatorError
        If the template is no Word file.
    """
    docx = library("docx", "python-docx")
    document = docx.Document(template_as_document(template) if template else None)
    memo = memo_of(report)
    _prepare(document, report, memo.title, has_template=template is not None)
    _empty_first_paragraph(document)
    document.add_paragraph(memo.title, style="Title")
    document.add_paragraph(memo.subtitle, style="Subtitle")
    for number, section in enumerate(memo.main, 1):
        _add_section(document, main_title(number, section.title, report.lang), section, report.lang)
    titles = [annex_title(number, section.title, report.lang) for number, section in enumerate(memo.annexes, 1)]
    if titles:
        document.add_paragraph(WORDS[report.lang]["annexes"], style="Heading 2").paragraph_format.space_before = library(
            "docx.shared", "python-docx"
        ).Pt(18)
        for title in titles:
            line = document.add_paragraph(title).paragraph_format
            line.space_after, line.keep_with_next = 0, title != titles[-1]
    for number, (title, section) in enumerate(zip(titles, memo.annexes, strict=True)):
        _add_section(document, title, section, report.lang, begins_page=number == 0)
    kept = io.BytesIO()
    document.save(kept)
    path.write_bytes(dated(kept.getvalue(), report.provenance.date))


def _empty_first_paragraph(document: Any) -> None:  # noqa: ANN401  python-docx publishes few types
    """Take the lone empty paragraph of a new template away, which would stand above the title."""
    body = document.paragraphs
    if len(body) == 1 and not body[0].text and not body[0]._p.xpath(".//w:drawing|.//w:pict|.//w:sectPr"):  # noqa: SLF001  no public door
        body[0]._p.getparent().remove(body[0]._p)  # noqa: SLF001


def _add_section(document: Any, title: str, section: Section, lang: str, *, begins_page: bool = False) -> None:  # noqa: ANN401
    document.add_heading(title, level=1).paragraph_format.page_break_before = begins_page or None
    for block in section.blocks:
        _add_block(document, block, lang)


def _prepare(document: Any, report: Report, title: str, *, has_template: bool) -> None:  # noqa: ANN401
    """Set page, styles, properties and footers before the first paragraph."""
    cm = library("docx.shared", "python-docx").Cm
    if not has_template:
        page = document.sections[0]
        page.page_width, page.page_height = cm(A4[0]), cm(A4[1])
        page.left_margin = page.right_margin = cm(MARGIN_CM)
        page.top_margin = page.bottom_margin = cm(MARGIN_CM)
    _prepare_styles(document, report.lang, has_template=has_template)
    properties = document.core_properties
    properties.title, properties.subject = title, report.subtitle
    properties.author, properties.comments = f"riskshare {report.provenance.version}", provenance_line(report.provenance, report.lang)
    properties.language, properties.keywords = LANGUAGES[report.lang], report.provenance.scenario
    properties.last_modified_by = properties.author
    for i, section in enumerate(document.sections):
        _add_footers(section, report, is_first=i == 0)


def _prepare_styles(document: Any, lang: str, *, has_template: bool) -> None:  # noqa: ANN401
    """Give our fonts to the styles of an empty document; in a template only add the styles it lacks."""
    shared, style_type = library("docx.shared", "python-docx"), library("docx.enum.style", "python-docx").WD_STYLE_TYPE
    for name, size in FONT_SIZES.items():
        is_known = name in document.styles
        if is_known and has_template:
            continue
        style = document.styles[name] if is_known else document.styles.add_style(name, style_type.PARAGRAPH)
        _set_fonts(style.element, lang)
        style.font.size, style.font.italic = shared.Pt(size), False
        style.font.bold = name in HEADINGS
        style.font.color.rgb = shared.RGBColor.from_string(QUIET if name in ("Subtitle", "Footer") else ACCENT if name == "Heading 1" else INK)
        _space(style.paragraph_format, name, shared)
    if not has_template:
        _remove_rule_below(document.styles["Title"].element)
    if TABLE_STYLE not in document.styles:
        document.styles.element.append(library("docx.oxml", "python-docx").parse_xml(TABLE_STYLE_XML))


SPACES = {
    "Title": (0, 4),
    "Subtitle": (0, 12),
    "Heading 1": (12, 4),
    "Heading 2": (8, 3),
    "Caption": (6, 3),
    "Footer": (0, 0),
    "List Bullet": (0, 3),
    CELL_STYLE: (1, 1),
}
"""Points above and below a paragraph of each style."""


def _space(form: Any, name: str, shared: Any) -> None:  # noqa: ANN401
    before, after = SPACES.get(name, (0, 4))
    form.space_before, form.space_after = shared.Pt(before), shared.Pt(after)
    form.line_spacing = 1.0 if name in ("Footer", "Caption", CELL_STYLE) else 1.15
    form.keep_with_next = name in HEADINGS


def _set_fonts(style: Any, lang: str) -> None:  # noqa: ANN401
    """Name fonts for Latin and for Chinese letters and drop the theme's, which would win over them."""
    qn = library("docx.oxml.ns", "python-docx").qn
    properties = style.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = properties._add_rFonts()  # noqa: SLF001  python-docx has no public way to East Asian fonts
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for attribute, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", EAST_ASIAN)):
        fonts.set(qn(f"w:{attribute}"), font)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = library("docx.oxml", "python-docx").OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-US" if lang == "zh" else LANGUAGES[lang])
    language.set(qn("w:eastAsia"), "zh-CN")


def _remove_rule_below(style: Any) -> None:  # noqa: ANN401
    qn = library("docx.oxml.ns", "python-docx").qn
    for rule in style.findall(f".//{qn('w:pBdr')}"):
        rule.getparent().remove(rule)


def _add_footers(section: Any, report: Report, *, is_first: bool) -> None:  # noqa: ANN401
    """Write provenance and page number under what a template has in its footers, on first and even pages too where those differ."""
    footers = [section.footer]
    if section.different_first_page_header_footer:
        footers.append(section.first_page_footer)
    if _pages_differ(section):
        footers.append(section.even_page_footer)
    for footer in footers:
        if is_first or not footer.is_linked_to_previous:
            _fill_footer(footer, report)


def _pages_differ(section: Any) -> bool:  # noqa: ANN401
    """Whether even pages have footers of their own."""
    return bool(section.footer.part.package.main_document_part.document.settings.odd_and_even_pages_header_footer)


def _fill_footer(footer: Any, report: Report) -> None:  # noqa: ANN401
    is_blank = len(footer.paragraphs) == 1 and not footer.paragraphs[0].text and not footer.tables
    line = footer.paragraphs[0] if is_blank else footer.add_paragraph()
    line.style = "Footer"
    line.add_run(provenance_line(report.provenance, report.lang))
    number = footer.add_paragraph(style="Footer")
    before, _, rest = WORDS[report.lang]["page"].partition("{page}")
    between, _, after = rest.partition("{pages}")
    number.add_run(before)
    _add_field(number, "PAGE", "1")
    number.add_run(between)
    _add_field(number, "NUMPAGES", "1")
    number.add_run(after)


def _add_field(paragraph: Any, code: str, shown: str) -> None:  # noqa: ANN401
    """Add a field that Word keeps up to date; ``shown`` stands until it does."""
    element, qn = library("docx.oxml", "python-docx").OxmlElement, library("docx.oxml.ns", "python-docx").qn
    field = element("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run(shown)
    field.append(run._r)  # noqa: SLF001  a field wraps the run
    paragraph._p.append(field)  # noqa: SLF001


def _add_block(document: Any, block: Block, lang: str) -> None:  # noqa: ANN401
    if is_heading(block):
        document.add_paragraph(block.text.rstrip("：:"), style="Heading 2")
    elif isinstance(block, Paragraph):
        opening, rest = run_in(block.text) if block.is_lead else ("", block.text)
        paragraph = document.add_paragraph()
        paragraph.add_run(opening).bold = True
        paragraph.add_run(rest).bold = True if block.is_lead and not opening else None
    elif isinstance(block, Bullets):
        for item in block.items:
            document.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Chart):
        _add_chart(document, block, lang)
    else:
        _add_table(document, block, lang)


def _caption(document: Any, word: str, text: str) -> Any:  # noqa: ANN401
    """Add a caption numbered by a field, so that the numbers follow when the user moves things."""
    qn = library("docx.oxml.ns", "python-docx").qn
    is_of_kind = f"SEQ {word} "
    before = sum(field.get(qn("w:instr"), "").startswith(is_of_kind) for field in document.element.body.iter(qn("w:fldSimple")))
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(f"{word} ")
    _add_field(paragraph, f"{is_of_kind}\\* ARABIC", str(before + 1))
    paragraph.add_run(f"  {text}")
    return paragraph


def _add_chart(document: Any, chart: Chart, lang: str) -> None:  # noqa: ANN401
    """Add a picture as wide as the text, with its caption below and a description for readers who cannot see it."""
    png = picture(chart)
    width, height = picture_size(png)
    room_wide, room_high = _room(document)
    text = room_wide / POINT, room_high / POINT
    shown = int(width_on_page((width, height), text, text[1] * TALLEST) * POINT)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    drawn = paragraph.add_run().add_picture(io.BytesIO(png), width=shown)
    described = drawn._inline.docPr  # noqa: SLF001  python-docx has no public way to alternative texts
    described.set("descr", chart.caption)
    described.set("title", chart.key)
    caption = _caption(document, WORDS[lang]["figure"], chart.caption)
    caption.paragraph_format.keep_with_next = False
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = 0, library("docx.shared", "python-docx").Pt(9)
    paragraph.paragraph_format.space_after = 0


def _room(document: Any) -> tuple[int, int]:  # noqa: ANN401
    page = document.sections[-1]
    return page.page_width - page.left_margin - page.right_margin, page.page_height - page.top_margin - page.bottom_margin


def _add_table(document: Any, table: Table, lang: str) -> None:  # noqa: ANN401
    """Add a table whose head is repeated on each page and whose rows are not torn apart."""
    shared, oxml = library("docx.shared", "python-docx"), library("docx.oxml", "python-docx")
    (laid, caption), right = laid_on_paper(table, lang), aligned_right(table)
    _caption(document, WORDS[lang]["table"], caption)
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.columns), style=TABLE_STYLE)
    grid.autofit = False
    texts = [["\n".join(head_lines(head)) for head in laid.heads]]
    texts += [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]
    widths, size = _shares_of_room(_room(document)[0], table, laid, lang)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for i, (row, line) in enumerate(zip(grid.rows, texts, strict=True)):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001  python-docx has no public way to repeated heads
        properties.append(oxml.OxmlElement("w:cantSplit"))
        if i == 0:
            properties.append(oxml.OxmlElement("w:tblHeader"))
        for element, text, width, is_right in zip(row._tr.tc_lst, line, widths, right, strict=True):  # noqa: SLF001  row.cells is slow
            element.width = width
            paragraph = library("docx.text.paragraph", "python-docx").Paragraph(element.p_lst[0], grid)
            _fill_cell(paragraph, text, size, is_right=is_right, is_head=i == 0)
            if i == 0 or (len(texts) - 1 <= TOGETHER and i + 1 < len(texts)):
                paragraph.paragraph_format.keep_with_next = True
    after = document.add_paragraph()
    after.paragraph_format.space_before = shared.Pt(3)
    if table.note:
        run = after.add_run(WORDS[lang]["note"] + table.note)
        run.font.size, run.font.color.rgb = shared.Pt(8.5), shared.RGBColor.from_string(QUIET)


def _shares_of_room(room: int, table: Table, laid: Laid, lang: str) -> tuple[list[int], float]:
    """Widths of columns as their texts need them, within the page, and the size of letters in points that goes with them."""
    wanted = [min(max(width, 5), 44) + 3 for width in column_widths(table, laid, lang)]
    size, most = next(((size, most) for size, most in ((9.0, 103), (8.0, 116)) if sum(wanted) <= most), (7.5, 124))
    fit = shared_room(wanted, most)
    taken = min(1.0, max(sum(fit) / most, 0.5))
    return [int(room * taken * width / sum(fit)) for width in fit], size


def _fill_cell(paragraph: Any, text: str, size: float, *, is_right: bool, is_head: bool) -> None:  # noqa: ANN401
    paragraph.style = CELL_STYLE
    if is_right:
        paragraph.alignment = library("docx.enum.text", "python-docx").WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.bold = True if is_head else None
    if size != FONT_SIZES[CELL_STYLE]:
        run.font.size = library("docx.shared", "python-docx").Pt(size)


TABLE_STYLE_XML = f"""
<w:style xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:type="table" w:customStyle="1" w:styleId="ReportTable">
  <w:name w:val="{TABLE_STYLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
  <w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="12" w:space="0" w:color="{INK}"/><w:bottom w:val="single" w:sz="12" w:space="0" w:color="{INK}"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="E2E5EA"/>
  </w:tblBorders><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>
    <w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="F3F5F8"/>
  </w:tcPr></w:tblStylePr>
</w:style>"""
