"""The web page: one file, nothing fetched, names escaped, its own letters, the same bytes for the same report."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pytest
from report_results import compared, played
from report_sample import awkward

from simulator.errors import ResultsError
from simulator.report.blocks import Bullets, Chart, Column, Paragraph, Provenance, Report, Section, Table
from simulator.report.outline import report_of
from simulator.report.outline_compare import comparison_report_of
from simulator.report.page import page_of, write
from simulator.report.page_tiles import tiles

if TYPE_CHECKING:
    from pathlib import Path

for _module in ("jinja2", "bokeh"):
    pytest.importorskip(_module, reason="needs the extra reports: pip install riskshare[reports]")

NASTY = "<script>alert(\"1\")</script> & '硚口区'"


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(played("湖北"), "zh", "2026-11-27")


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return page_of(report)


class Tags(HTMLParser):
    """Tags and attributes of a page, and what stands in its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.scripts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "script":
            self.scripts.append((dict(attrs).get("type") or "", ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            kind, before = self.scripts.pop()
            self.scripts.append((kind, before + data))


def markup_of(page: str) -> str:
    """A page without its scripts, which the policy keeps from fetching."""
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def nasty() -> Report:
    table = Table("t", NASTY, [Column(NASTY), Column("金额", "money")], [(NASTY, 1e10), ("=1+1", None)], note=NASTY)
    section = Section("answer", NASTY, [Paragraph(NASTY, is_lead=True), Bullets([NASTY]), table])
    return Report(NASTY, NASTY, "zh", [section], Provenance(NASTY, "0" * 16, 1, 2, "0.1.0", "2026-11-27"))


def test_a_page_asks_for_nothing_outside_itself(page: str) -> None:
    found = Tags(page)
    assert not {"link", "iframe", "img", "object", "base"} & set(found.tags)
    links = [value for name, value in found.attributes if name in ("src", "href", "xlink:href", "action", "data", "srcset")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert all(target.startswith(("data:", "#")) for target in re.findall(r"url\(([^)]*)\)", markup_of(page)))
    assert "default-src 'none'" in html.unescape(page)
    assert "connect-src 'none'" in html.unescape(page)


def test_the_policy_names_the_pages_own_scripts_by_their_hashes_and_no_others(page: str) -> None:
    run = [text for kind, text in Tags(page).scripts if kind == ""]
    assert len(run) == 2
    hashes = [base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in run]
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (allowed,) = re.findall(r"script-src ([^;]*)", html.unescape(policy))
    assert allowed.split() == [f"'sha256-{one}'" for one in hashes]
    assert "unsafe-eval" not in policy


def test_a_report_without_such_charts_carries_no_script() -> None:
    text = page_of(nasty())
    assert "<script" not in text
    assert "script-src" not in text
    assert len(text) < 500_000


def test_hostile_names_stay_texts_in_data_and_style() -> None:
    hostile = '</script></style><script>alert(1)</script><!-- 硚口区 "};'
    table = Table("t", hostile, [Column(hostile), Column("甲", "money"), Column("乙", "money")], [(hostile, 1e10, 2e10), ("丙", 1e10, 3e10)])
    chart = Chart("c", hostile, awkward().sections[-1].blocks[0].draw, table, "bar")  # type: ignore[union-attr]
    where = Provenance(hostile, "0" * 16, 1, 2, "0.1.0", "2026-11-27")
    text = page_of(Report(hostile, "", "zh", [Section("answer", hostile, [chart])], where))
    found = Tags(text)
    assert [kind for kind, _ in found.scripts] == ["application/json", "", ""]
    assert text.count("</style>") == found.tags.count("style")
    data = found.scripts[0][1]
    assert "<" not in data
    assert hostile in json.dumps(json.loads(data), ensure_ascii=False).replace('\\"', '"')


def test_the_page_carries_every_letter_of_its_charts(page: str) -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    letters = set(Tags(page).scripts[0][1])
    for font in re.findall(r"data:font/woff2?;base64,([^)]*)\)", page):
        assert letters <= set(map(chr, ttlib.TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()))


def test_key_numbers_are_those_of_the_headline_table_with_their_intervals(report: Report, page: str) -> None:
    found = {tile.title: tile.lines for tile in tiles(report)}
    table = next(one for one in report.tables if one.key == "headline")
    row = next(row for row in table.rows if row[0] == "银行净损失")
    assert list(found) == ["银行净损失", "资金短缺概率", "累计放款额", "财政净支出"]
    (line,) = found["银行净损失"]
    for text, value in zip(
        re.findall(r"-?[\d.,]+(?=亿元| 至|万元)", f"{line.value} {line.sure.splitlines()[0]}"), (row[1], row[3], row[4]), strict=True
    ):
        unit = 1e10 if "亿元" in line.value else 1e6
        assert float(text.replace(",", "")) == pytest.approx(float(value) / unit, abs=0.51 * 10.0 ** -len(text.partition(".")[2]))  # type: ignore[arg-type]
    assert html.escape(line.sure.splitlines()[0]) in page


def test_points_of_a_study_are_named_in_their_tiles() -> None:
    columns = [Column("指标", "text", "measure"), Column("哪一点"), Column("取值"), *(Column(key, "number", key) for key in ("mean", "low", "high"))]
    rows = [("银行净损失", "最低", "95%", 2e10, 1e10, 3e10), ("银行净损失", "最高", "50%", 4e10, 3e10, 5e10)]
    table = Table("headline", "主要结果", columns, rows, kinds=["money", "money"])
    (tile,) = tiles(replace(nasty(), sections=[Section("headline", "主要结果", [table])]))
    assert [(line.name, line.value, line.sure) for line in tile.lines] == [
        ("最低 95%", "2亿元", "95%区间 1 至 3亿元"),
        ("最高 50%", "4亿元", "95%区间 3 至 5亿元"),
    ]


def test_schemes_side_by_side_have_each_their_interval() -> None:
    report = comparison_report_of(compared(played("湖北"), np.random.default_rng(1)), "zh", "2026-11-27")
    found = {tile.title: tile.lines for tile in tiles(report)}
    assert "银行净损失" in found
    assert all(line.name and "95%区间" in line.sure for lines in found.values() for line in lines)
    assert {len(lines) for lines in found.values()} == {2}


def test_names_are_escaped_wherever_they_stand() -> None:
    text = page_of(nasty())
    assert text.count("&lt;script&gt;") >= 8


def test_ids_are_unique_and_every_reference_has_its_target(page: str) -> None:
    found = Tags(page).attributes
    ids = [value for name, value in found if name == "id"]
    assert len(set(ids)) == len(ids)
    assert {value[1:] for name, value in found if name in ("href", "xlink:href")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", markup_of(page))) <= set(ids)


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


def test_parts_of_the_page_are_named_in_words(page: str) -> None:
    names = re.findall(r'aria-label="([^"]*)"', page)
    assert "主要数字" in names
    assert [name for name in names if "built-in" in name or "object" in name] == []


def test_the_same_report_gives_the_same_bytes(page: str, report: Report) -> None:
    assert page_of(report) == page


def test_a_page_reads_on_a_phone_and_carries_where_it_comes_from(page: str, report: Report) -> None:
    assert 'name="viewport"' in page
    where = report.provenance
    footer = page[page.index("<footer>") : page.index("</footer>")]
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


def test_annexes_stand_behind_what_is_read_first_and_every_link_leads_somewhere(page: str) -> None:
    sections = re.findall(r'<section id="([^"]+)"( class="annex")?', page)
    flags = [bool(annex) for _, annex in sections]
    assert flags == sorted(flags)
    assert any(flags)
    targets = re.findall(r'<a href="#([^"]+)"', page)
    assert set(targets) == {key for key, _ in sections}
    assert len(targets) > len(sections), "no sentence names an annex"
