"""A report as one web page: no outside request, charts to point at, its Chinese letters carried along, fit for paper and for a phone.

Each chart is in the page as a drawing, which is printed and shown where no script runs, and as data for BokehJS, which takes the drawing's place on
screen. Names and texts are escaped by the template; the page lets no script run but its own, and fetches nothing. Without fonttools the reader's own
fonts are used.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import ResultsError
from simulator.extras import library
from simulator.report import style
from simulator.report.blocks import Bullets, Chart, Paragraph
from simulator.report.cells import aligned_right, cell_text, laid_out, provenance_line
from simulator.report.interactive import bundle, interactive
from simulator.report.memo import annex_title, is_pointer, main_title, memo_of
from simulator.report.page_scripts import Script, css_text, json_text, policy
from simulator.report.page_tiles import tiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.report.blocks import Block, Report, Table
    from simulator.report.memo import Memo

TEMPLATES = Path(__file__).parent / "templates"
WEIGHTS = {400: "NotoSansSC-Regular.ttf", 700: "NotoSansSC-Bold.ttf"}
WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "contents": "目录",
        "data": "图中数据",
        "figure": "图 {number}　{caption}",
        "table": "表 {number}　{caption}",
        "zoom": "框选放大",
        "reset": "复原",
        "drawing": "看印刷用图",
        "live": "看交互图",
        "key_numbers": "主要数字",
        "page": ("第 ", " 页，共 ", " 页"),
    },
    "en": {
        "contents": "Contents",
        "data": "Numbers behind the chart",
        "figure": "Figure {number}. {caption}",
        "table": "Table {number}. {caption}",
        "zoom": "zoom to a box",
        "reset": "reset",
        "drawing": "as printed",
        "live": "interactive",
        "key_numbers": "Key numbers",
        "page": ("Page ", " of ", ""),
    },
}
EVERY_PAGE = "".join(map(chr, range(0x20, 0x7F))) + "•"
"""Letters carried whatever the text: what marks lists, and numbers as a reader may want to add them."""


FINER = re.compile(r"(\.\d\d)\d+")
"""Digits of a drawing's paths beyond a hundredth of a point, which nobody sees and which make up a quarter of it."""


class Font(NamedTuple):
    """A font as the page carries it.

    Attributes
    ----------
    kind : str
        ``woff2`` or ``woff``.
    data : str
        Base64.
    """

    kind: str
    data: str


def write(report: Report, path: Path, template: Path | None = None) -> None:
    """Write a report as a web page.

    Parameters
    ----------
    report : Report
    path : Path
        File to write, ``.html``.
    template : Path, optional
        Jinja template in place of ours, with the same names in it; it cannot reach anything but them.

    Raises
    ------
    ExtraMissing
        If jinja2 or bokeh is not installed.
    ResultsError
        If the template cannot be read or understood.
    """
    path.write_text(page_of(report, template), encoding="utf-8", newline="\n")


def page_of(report: Report, template: Path | None = None) -> str:
    """Return the page's text; the same report gives the same text."""
    jinja2, sandbox = library("jinja2", "jinja2"), library("jinja2.sandbox", "jinja2")
    environment = sandbox.SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    memo, numbered, markup = memo_of(report), _Numbered(report.lang), library("markupsafe", "jinja2").Markup
    sections = list(numbered.sections(memo))
    scripts = [Script(bundle()), Script((TEMPLATES / "page.js").read_text(encoding="utf-8"))] if numbered.items else []
    values: dict[str, Any] = {
        "report": report,
        "title": memo.title,
        "subtitle": memo.subtitle,
        "sections": sections,
        "tiles": tiles(report),
        "words": WORDS[report.lang],
        "provenance": provenance_line(report.provenance, report.lang),
        "provenance_css": markup(css_text(provenance_line(report.provenance, report.lang))),
        "plots": markup(json_text(numbered.items)) if numbered.items else "",
        "policy": policy(scripts),
    }
    try:
        made = environment.from_string((template or TEMPLATES / "page.html").read_text(encoding="utf-8"))
        letters = EVERY_PAGE + made.render(**values, fonts=(), scripts=())
        text: str = made.render(**values, fonts=fonts_for(letters), scripts=[markup(script.text) for script in scripts])
    except (OSError, UnicodeDecodeError, jinja2.TemplateError) as error:
        zh = f"{template}：网页模板无法使用（{error}）"
        raise ResultsError(zh, f"{template}: the page's template cannot be used ({error})") from error
    return text


class _Numbered:
    """Sections ready for the template, tables and charts numbered as they come."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.n_figures = 0
        self.n_tables = 0
        self.items: list[Mapping[str, Any]] = []

    def sections(self, memo: Memo) -> Iterator[dict[str, Any]]:
        """The main part, then the annexes; a sentence that names an annex leads there."""
        keys = [section.key for section in memo.annexes]
        for titled, sections in ((main_title, memo.main), (annex_title, memo.annexes)):
            for number, section in enumerate(sections, 1):
                blocks = [self.block(block, keys) for block in section.blocks]
                yield {"key": section.key, "title": titled(number, section.title, self.lang), "is_annex": section.is_annex, "blocks": blocks}

    def block(self, block: Block, annexes: Sequence[str]) -> dict[str, Any]:
        words = WORDS[self.lang]
        if isinstance(block, Paragraph) and is_pointer(block.text):
            return {"kind": "pointer", "text": block.text, "key": annexes[int(re.sub(r"\D", "", block.text)) - 1]}
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "text": block.text, "is_lead": block.is_lead}
        if isinstance(block, Bullets):
            return {"kind": "bullets", "lines": list(block.items)}
        if isinstance(block, Chart):
            return self.figure(block)
        self.n_tables += 1
        caption = words["table"].format(number=self.n_tables, caption=block.caption)
        return {"kind": "table", "table": shown_table(block, caption, self.lang)}

    def figure(self, chart: Chart) -> dict[str, Any]:
        self.n_figures += 1
        caption = WORDS[self.lang]["figure"].format(number=self.n_figures, caption=chart.caption)
        prefix = f"f{self.n_figures}"
        live = interactive(chart, self.lang, f"{prefix}-live")
        if live:
            self.items.append(live.item)
        return {
            "kind": "chart",
            "caption": caption,
            "drawing": library("markupsafe", "jinja2").Markup(drawn(chart, prefix)),
            "live": f"{prefix}-live" if live else "",
            "key": live.key if live else [],
            "table": shown_table(chart.data, chart.data.caption, self.lang),
        }


@dataclass(frozen=True)
class ShownTable:
    """A table of texts.

    Attributes
    ----------
    caption : str
    heads : list of str
    rows : list of list of str
    right : list of bool
        Whether each column stands flush right.
    note : str
    """

    caption: str
    heads: list[str]
    rows: list[list[str]]
    right: list[bool]
    note: str


def shown_table(table: Table, caption: str, lang: str) -> ShownTable:
    """Write a table's numbers as texts, units in the heads or beside them."""
    laid = laid_out(table, lang)
    rows = [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]
    return ShownTable(caption, list(laid.heads), rows, aligned_right(table), table.note)


def drawn(chart: Chart, prefix: str) -> str:
    """Draw a chart as SVG for a page: named for those who cannot see it, with ids of its own.

    Letters are outlines, so that it needs no font.
    """
    from xml.sax.saxutils import escape

    kept = io.StringIO()
    with style.drawing():
        chart.draw().savefig(kept, format="svg", metadata={"Date": None, "Creator": None})
    text = kept.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'((?:id="|href="#|url\(#))', rf"\1{prefix}-", text)
    text = re.sub(r' d="[^"]*"', lambda path: FINER.sub(r"\1", path[0]), text)
    start, rest = text.split(">", 1)
    start = re.sub(r' (?:width|height)="[^"]*pt"', "", start)
    name = f'<title id="{prefix}-title">{escape(chart.caption)}</title>'
    return f'{start} role="img" aria-labelledby="{prefix}-title">{name}{rest}'


def fonts_for(text: str) -> list[tuple[int, Font]]:
    """Subsets of the bundled fonts with the characters of a text; none without fonttools."""
    try:
        from fontTools.subset import Options, Subsetter
        from fontTools.ttLib import TTFont
    except ImportError:
        return []
    kind = _kind()
    characters = {ord(character) for character in text}
    found = []
    for weight, file in WEIGHTS.items():
        with TTFont(style.FONTS / file, recalcTimestamp=False, lazy=True) as font:
            subsetter = Subsetter(Options(flavor=kind, layout_features=[], hinting=False, notdef_outline=True))
            subsetter.populate(unicodes=characters)
            subsetter.subset(font)
            font.flavor = kind
            kept = io.BytesIO()
            font.save(kept)
        found.append((weight, Font(kind, base64.b64encode(kept.getvalue()).decode())))
    return found


def _kind() -> str:
    """Format of the fonts: woff2 needs brotli, which comes with fonttools[woff]."""
    try:
        import brotli  # noqa: F401  whether it is there
    except ImportError:
        return "woff"
    return "woff2"
