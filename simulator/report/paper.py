"""A report as a PDF, typeset by typst from data: contents, numbered captions, page numbers, our fonts embedded.

Texts reach the typesetter as JSON, never as markup. A template is a typst file that reads the same ``report.json``; ours is ``templates/paper.typ``.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.extras import library
from simulator.report.blocks import Bullets, Chart, Paragraph
from simulator.report.cells import aligned_right, cell_text, column_widths, laid_out, provenance_line, shared_room
from simulator.report.pictures import picture, picture_size
from simulator.report.style import FONTS

if TYPE_CHECKING:
    from simulator.report.blocks import Block, Report, Table

TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"
TEXT_WIDTH = 464.0
"""Width of the page's text in points: A4 less its margins."""
TALLEST = 400.0
WORDS = {
    "zh": {"figure": "图", "table": "表", "note": "注：", "contents": "目录"},
    "en": {"figure": "Figure", "table": "Table", "note": "Note: ", "contents": "Contents"},
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
    """
    typst = library("typst", "typst")
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "report.json").write_text(json.dumps(_as_data(report, home), ensure_ascii=False), encoding="utf-8")
        try:
            (home / "paper.typ").write_text((template or TEMPLATE).read_text(encoding="utf-8"), encoding="utf-8")
            typst.compile(
                home / "paper.typ",
                output=path,
                root=home,
                font_paths=[FONTS],
                ignore_system_fonts=True,
                timestamp=datetime.datetime.fromisoformat(report.provenance.date).replace(tzinfo=datetime.UTC),
            )
        except (OSError, UnicodeDecodeError, typst.TypstError) as error:
            named = template or path
            zh, en = f"{named}: 排版失败：{error}", f"{named}: typst refuses it: {error}"
            raise SimulatorError(zh, en) from error


def _as_data(report: Report, home: Path) -> dict[str, object]:
    """Report as the template reads it; pictures of charts are put beside it."""
    n = 0
    sections = []
    for section in report.sections:
        blocks = []
        for block in section.blocks:
            n += 1
            blocks.append(_block(block, report.lang, home / f"{n}.png"))
        sections.append({"title": section.title, "blocks": blocks})
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "author": f"riskshare {report.provenance.version}",
        "lang": report.lang,
        "provenance": provenance_line(report.provenance, report.lang),
        "words": WORDS[report.lang],
        "sections": sections,
    }


def _block(block: Block, lang: str, file: Path) -> dict[str, object]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text, "lead": block.is_lead}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": list(block.items)}
    if isinstance(block, Chart):
        png = picture(block)
        file.write_bytes(png)
        width, height = picture_size(png)
        return {"kind": "chart", "file": file.name, "caption": block.caption, "width": min(TEXT_WIDTH, TALLEST * width / height)}
    return _table(block, lang)


def _table(table: Table, lang: str) -> dict[str, object]:
    laid = laid_out(table, lang)
    wanted = [min(max(width, 5), 44) + 3 for width in column_widths(table, laid, lang)]
    size, most = next(((size, most) for size, most in ((8.5, 100), (7.5, 113)) if sum(wanted) <= most), (7.0, 120))
    fit = shared_room(wanted, most)
    unit = min(TEXT_WIDTH / sum(fit), size * 0.62)
    rows = [
        [cell_text(value, scale, lang) for value, scale in zip(row, scales, strict=True)] for row, scales in zip(table.rows, laid.scales, strict=True)
    ]
    return {
        "kind": "table",
        "caption": table.caption,
        "note": table.note,
        "heads": list(laid.heads),
        "rows": rows,
        "right": aligned_right(table),
        "widths": [width * unit for width in fit],
        "size": size,
    }
