"""The web page: one file, nothing fetched, names escaped, its own letters, the same bytes for the same report."""

from __future__ import annotations

import base64
import io
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from report_results import played

from simulator.errors import ResultsError
from simulator.report.blocks import Bullets, Column, Paragraph, Provenance, Report, Section, Table
from simulator.report.outline import report_of
from simulator.report.page import heading_number, page_of, write

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("jinja2", reason="needs the extra reports: pip install riskshare[reports]")

NASTY = "<script>alert(\"1\")</script> & '硚口区'"


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(played("湖北"), "zh", "2026-11-27")


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return page_of(report)


class Tags(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def nasty() -> Report:
    table = Table("t", NASTY, [Column(NASTY), Column("金额", "money")], [(NASTY, 1e10), ("=1+1", None)], note=NASTY)
    section = Section("answer", NASTY, [Paragraph(NASTY, is_lead=True), Bullets([NASTY]), table])
    return Report(NASTY, NASTY, "zh", [section], Provenance(NASTY, "0" * 16, 1, 2, "0.1.0", "2026-11-27"))


def test_a_page_asks_for_nothing_outside_itself(page: str) -> None:
    found = Tags(page)
    assert not {"script", "link", "iframe", "img", "object", "base"} & set(found.tags)
    links = [value for name, value in found.attributes if name in ("src", "href", "xlink:href", "action", "data", "srcset")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert all(target.startswith(("data:", "#")) for target in re.findall(r"url\(([^)]*)\)", page))
    assert "default-src 'none'" in page


def test_names_are_escaped_wherever_they_stand() -> None:
    text = page_of(nasty())
    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 8


def test_ids_are_unique_and_every_reference_has_its_target(page: str) -> None:
    found = Tags(page).attributes
    ids = [value for name, value in found if name == "id"]
    assert len(set(ids)) == len(ids)
    assert {value[1:] for name, value in found if name in ("href", "xlink:href")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", page)) <= set(ids)


def test_every_chart_has_a_name_and_its_numbers(page: str, report: Report) -> None:
    n_charts = sum(hasattr(block, "draw") for section in report.sections for block in section.blocks)
    found = Tags(page)
    assert n_charts > 3
    assert found.tags.count("svg") == found.tags.count("details") == [name for name, _ in found.attributes].count("aria-labelledby") == n_charts


def test_a_page_carries_the_letters_it_shows_rare_ones_included() -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    text = page_of(nasty())
    fonts = re.findall(r"data:font/woff2?;base64,([^)]*)\)", text)
    assert len(fonts) == 2
    shown = set(re.sub(r"<style>.*?</style>|<[^>]*>|\s", "", text, flags=re.DOTALL))
    for font in fonts:
        known = set(map(chr, ttlib.TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()))
        assert shown <= known
        assert "硚" in known
        assert len(known) < 300


def test_without_fonttools_the_readers_own_fonts_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fontTools.subset", None)
    text = page_of(nasty())
    assert "@font-face" not in text
    assert "Microsoft YaHei" in text


def test_the_same_report_gives_the_same_bytes(page: str, report: Report) -> None:
    assert page_of(report) == page


def test_a_page_reads_on_a_phone_and_carries_where_it_comes_from(page: str, report: Report) -> None:
    assert 'name="viewport"' in page
    where = report.provenance
    footer = page[page.index("<footer>") :]
    assert all(str(part) in footer for part in (where.sha256, where.seed, where.version, where.date))


def test_a_template_of_ones_own_is_filled_and_reaches_nothing_else(tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text("<h1>某某局</h1>{{ report.title }}", encoding="utf-8")
    write(nasty(), tmp_path / "page.html", own)
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<h1>某某局</h1>&lt;script")
    own.write_text("{{ report.__class__.__mro__[1].__subclasses__() }}", encoding="utf-8")
    with pytest.raises(ResultsError) as refused:
        write(nasty(), tmp_path / "page.html", own)
    assert "own.html" in refused.value.render("en")


def test_sections_are_numbered_as_official_documents_are() -> None:
    assert [heading_number(number, "zh") for number in (1, 10, 11, 20, 21)] == ["一、", "十、", "十一、", "二十、", "二十一、"]
    assert replace(nasty(), lang="en").lang == "en"
