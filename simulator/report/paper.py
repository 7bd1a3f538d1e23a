"""A report as a PDF, typeset by typst from data: contents, numbered captions, page numbers, our fonts embedded.

Texts reach the typesetter as JSON, never as markup; charts as SVG. A template is a typst file that reads the same ``report.json``, whose names
``_as_data`` lists; ours is ``templates/paper.typ``.
"""

from __future__ import annotations

import datetime
import itertools
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.extras import library
from simulator.report.blocks import Bullets, Chart, Paragraph
from simulator.report.cells import aligned_right, cell_text, column_widths, head_lines, laid_on_paper, provenance_line, shared_room
from simulator.report.memo import annex_title, is_heading, main_title, memo_of, run_in
from simulator.report.pictures import vector_picture, width_on_page
from simulator.report.style import FONTS

if TYPE_CHECKING:
    from simulator.report.blocks import Block, Report, Table

TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"
TEXT_WIDTH = 464.0
"""Width of the page's text in points: A4 less its margins."""
TEXT_HEIGHT, TALLEST = 690.0, 235.0
"""Height of the page's text, and of a chart where its letters stay legible, in points."""
WORDS = {
    "zh": {"figure": "图", "table": "表", "note": "注：", "contents": "目录", "page": "第 {page} 页，共 {pages} 页"},
    "en": {"figure": "Figure", "table": "Table", "note": "Note: ", "contents": "Contents", "page": "Page {page} of {pages}"},
}


def write(report: Report, path: Path, template: Path | None = None) -> None:
    """Write a report as a PDF; the same report gives the same bytes.

    Parameters
    ----------
    report : Report
    path : Path
        File to write, ``.pdf``.
    template : Path, optional
        Typst file to use instead of ours; files beside it are not read.

    Raises
    ------
    ExtraMissing
        If typst is not installed.
    SimulatorError
        If the template is missing or typst refuses it.
    OSError
        If the file cannot be written.
    """
    typst = library("typst", "typst")
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "report.json").write_text(json.dumps(_as_data(report, home), ensure_ascii=False), encoding="utf-8")
        try:
            (home / "paper.typ").write_text((template or TEMPLATE).read_text(encoding="utf-8"), encoding="utf-8")
            typeset = typst.compile(
                home / "paper.typ",
                root=home,
                font_paths=[FONTS],
                ignore_system_fonts=True,
                timestamp=datetime.datetime.fromisoformat(report.provenance.date).replace(tzinfo=datetime.UTC),
            )
        except (OSError, UnicodeDecodeError, typst.TypstError) as error:
            named = template or path
            zh, en = f"{named}：排版失败：{error}", f"{named}: typst refuses it: {error}"
            raise SimulatorError(zh, en) from error
    path.write_bytes(typeset)


def _as_data(report: Report, home: Path) -> dict[str, object]:
    """Report as the template reads it; pictures of charts are put beside it.

    Returns
    -------
    dict
        ``title``, ``subtitle``, ``author``, ``keywords``, ``lang``, ``date`` (year, month and day), ``provenance`` (one line), ``words`` (``figure``,
        ``table``, ``note``, ``contents``, ``page``) and ``sections``, each with its ``title``, numbered, whether it is an ``annex``, and its
        ``blocks``. A block's ``kind`` is ``paragraph`` (``text``; ``opening`` and ``rest``, the parts of a leading sentence; ``lead``), ``heading``
        (``text``), ``bullets`` (``items``), ``chart`` (``file``, ``caption``, ``width`` in points) or ``table`` (``caption``, ``note``, ``heads``,
        ``rows``, ``right``: columns flush right, ``widths`` in points, ``size`` of letters).
    """
    memo, numbers = memo_of(report), itertools.count(1)
    titled = [(main_title(n, one.title, report.lang), one) for n, one in enumerate(memo.main, 1)]
    titled += [(annex_title(n, one.title, report.lang), one) for n, one in enumerate(memo.annexes, 1)]
    sections = [
        {"title": title, "annex": one.is_annex, "blocks": [_block(block, report.lang, home / f"{next(numbers)}.svg") for block in one.blocks]}
        for title, one in titled
    ]
    return {
        "title": memo.title,
        "subtitle": memo.subtitle,
        "author": f"riskshare {report.provenance.version}",
        "keywords": report.provenance.scenario,
        "date": [int(part) for part in report.provenance.date.split("-")],
        "lang": report.lang,
        "provenance": provenance_line(report.provenance, report.lang),
        "words": WORDS[report.lang],
        "sections": sections,
    }


def _block(block: Block, lang: str, file: Path) -> dict[str, object]:
    if is_heading(block):
        return {"kind": "heading", "text": block.text.rstrip("：:")}
    if isinstance(block, Paragraph):
        opening, rest = run_in(block.text) if block.is_lead else ("", block.text)
        return {"kind": "paragraph", "text": block.text, "opening": opening, "rest": rest, "lead": block.is_lead}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": list(block.items)}
    if isinstance(block, Chart):
        drawn = vector_picture(block)
        file.write_text(drawn, encoding="utf-8")
        width, height = (float(size) for size in re.findall(r'(?:width|height)="([\d.]+)pt"', drawn)[:2])
        return {
            "kind": "chart",
            "file": file.name,
            "caption": block.caption,
            "width": width_on_page((width, height), (TEXT_WIDTH, TEXT_HEIGHT), TALLEST),
        }
    return _table(block, lang)


def _table(table: Table, lang: str) -> dict[str, object]:
    laid, caption = laid_on_paper(table, lang)
    wanted = [min(max(width, 5), 44) + 3 for width in column_widths(table, laid, lang)]
    size, most = next(((size, most) for size, most in ((8.5, 100), (7.5, 113)) if sum(wanted) <= most), (7.0, 120))
    fit = shared_room(wanted, most)
    unit = min(TEXT_WIDTH / sum(fit), size * 0.62)
    rows = [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]
    return {
        "kind": "table",
        "caption": caption,
        "note": table.note,
        "heads": ["\n".join(head_lines(head)) for head in laid.heads],
        "rows": rows,
        "right": aligned_right(table),
        "widths": [width * unit for width in fit],
        "size": size,
    }
