"""The page in a browser: charts come alive under the page's own policy, hostile names do nothing, paper has the drawings and where they come from."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from report_results import played
from report_sample import awkward

from simulator.report.blocks import Chart, Column, Provenance, Section, Table
from simulator.report.outline import report_of
from simulator.report.page import page_of

if TYPE_CHECKING:
    from pathlib import Path

for _module in ("jinja2", "bokeh"):
    pytest.importorskip(_module, reason="needs the extra reports: pip install riskshare[reports]")
BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
PDFTOTEXT, PDFFONTS = shutil.which("pdftotext"), shutil.which("pdffonts")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs chromium")

NASTY = "硚口区</script><script>document.title='破'</script><!-- $$x$$ \" onload=\"document.title='破'"
BENIGN = ("setting log level", "ResizeObserver loop")
"""What Bokeh writes to the console although nothing is wrong; the second is the browser's word for a layout put off by a frame."""


def seen(page: Path, *flags: str) -> tuple[str, list[str]]:
    """What a browser makes of a page, and what it writes to its console."""
    usual = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=20000",
        "--enable-logging=stderr",
        f"--user-data-dir={page.parent / 'profile'}",
    ]
    done = subprocess.run([str(BROWSER), *usual, *flags, page.as_uri()], capture_output=True, timeout=120, check=True)
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
    return done.stdout.decode("utf-8"), [line for line in lines if not any(words in line for words in BENIGN)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("网页") / "湖北.html"
    report = report_of(played("湖北"), "zh", "2026-11-27")
    marked = replace(report, title="武汉市硚口区试点", provenance=replace(report.provenance, scenario="硚口区"))
    file.write_text(page_of(marked), encoding="utf-8", newline="\n")
    return file


def test_every_chart_comes_alive_without_a_word_on_the_console(page: Path) -> None:
    shown, said = seen(page, "--dump-dom")
    assert said == []
    n_plots = len(re.findall(r'id="f\d+-live"', page.read_text(encoding="utf-8")))
    assert n_plots >= 5
    assert shown.count('<figure class="is-live">') == n_plots
    assert len(re.findall(r'<div[^>]* class="bk-Plot[" ]', shown)) == n_plots
    assert shown.count('<div class="tools">') == n_plots


def test_hostile_names_do_nothing(tmp_path: Path) -> None:
    columns = [Column(NASTY), Column(NASTY, "money"), Column(NASTY + "2", "money")]
    table = Table("t", NASTY, columns, [(NASTY, 1e10, 2e10), ("乙", 3e10, 1e10)])
    charts = [Chart(f"c{form}", NASTY, awkward().sections[-1].blocks[0].draw, table, form) for form in ("bar", "stack", "scatter", "line")]  # type: ignore[union-attr, arg-type]
    hostile = replace(
        awkward(), title="无恙", sections=[Section("answer", NASTY, charts)], provenance=Provenance(NASTY, "0" * 16, 1, 2, "0.1.0", "2026-11-27")
    )
    file = tmp_path / "page.html"
    file.write_text(page_of(hostile), encoding="utf-8", newline="\n")
    shown, said = seen(file, "--dump-dom")
    assert said == []
    assert "<title>无恙</title>" in shown
    assert shown.count('<figure class="is-live">') == 4


def test_a_script_that_is_not_ours_is_refused(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("</main>", "</main><script>document.title='破'</script>", 1)
    (tmp_path / "page.html").write_text(text, encoding="utf-8", newline="\n")
    shown, said = seen(tmp_path / "page.html", "--dump-dom")
    assert "<title>武汉市硚口区试点</title>" in shown
    assert any("Content Security Policy" in line for line in said)


@pytest.mark.skipif(not PDFTOTEXT or not PDFFONTS, reason="needs poppler's pdftotext and pdffonts")
def test_paper_has_the_drawings_the_letters_and_where_they_come_from_on_every_page(page: Path, tmp_path: Path) -> None:
    seen(page, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}")
    text = subprocess.run([str(PDFTOTEXT), "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, check=True).stdout.decode("utf-8")
    sheets = text.split("\f")[:-1]
    assert len(sheets) > 5
    for number, sheet in enumerate(sheets, 1):
        assert "种子" in sheet
        assert "硚口区" in sheet
        assert f"第 {number} 页，共 {len(sheets)} 页" in re.sub(r" +", " ", sheet)
    assert "框选放大" not in text
    assert "图中数据" not in text
    fonts = subprocess.run([str(PDFFONTS), str(tmp_path / "page.pdf")], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    assert fonts
    assert all("NotoSansSC" in line and " yes yes " in line for line in fonts)
