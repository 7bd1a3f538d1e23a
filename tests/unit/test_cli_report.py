"""``riskshare report`` and ``--report``: every format from stored results, nothing played, refusals that say what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.errors import ExtraMissing, ResultsError
from simulator.report import formats

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ("--histories", "6", "--set", "population.segments.科技型企业.firms=60", "--no-ranges")
MAGIC = {"docx": b"PK", "pptx": b"PK", "xlsx": b"PK", "pdf": b"%PDF", "html": b"<!DOCTYPE html>"}


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("比较") / "两案"
    done = CliRunner().invoke(program(), ["compare", "湖北", "湖北补偿50", *SMALL, "--out", str(folder), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    return folder


def installed() -> list[str]:
    return [kind for kind, packages in formats.NEEDED.items() if all(find_spec(module) for module, _ in packages)]


def test_every_format_has_a_module_that_writes_it_and_names_what_it_needs() -> None:
    assert list(formats.FORMATS) == list(formats.NEEDED) == list(formats.TEMPLATES) == ["html", "docx", "pptx", "xlsx", "pdf"]
    for module in formats.FORMATS.values():
        assert callable(import_module(module).write)


@pytest.mark.skipif(not installed(), reason="needs the extra reports: pip install riskshare[reports]")
def test_reports_on_a_run_and_on_a_comparison_are_written_in_every_format(compared: Path, tmp_path: Path) -> None:
    asked = ",".join(installed())
    done = CliRunner().invoke(program(), ["report", str(compared), str(compared / "湖北"), "--format", asked, "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    for stem in ("两案", "湖北"):
        for kind in installed():
            assert (tmp_path / f"{stem}.{kind}").read_bytes().startswith(MAGIC[kind])
    assert len(json.loads(done.stdout)) == 2 * len(installed())


def test_a_list_without_a_format_is_refused_with_the_formats_there_are(compared: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(program(), ["report", str(compared), "--format", " ,", "--out", str(tmp_path), "--lang", "zh"])
    assert done.exit_code == 2
    assert "html,docx,pptx,xlsx,pdf" in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_results_is_said_to_lack_its_manifest_in_words(tmp_path: Path) -> None:
    done = CliRunner().invoke(program(), ["report", str(tmp_path / "没有"), "--lang", "zh"])
    assert isinstance(done.exception, ResultsError)
    assert "没有 manifest.json" in done.exception.zh
    assert "Errno" not in done.exception.zh


def test_a_report_plays_nothing(compared: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from simulator.report.formats import report_from; "
        f"report = report_from(Path({str(compared)!r}), 'zh', '2026-11-27'); [draw() for draw in ()]; "
        "print(len(report.sections), [name for name in sys.modules if name.startswith(('simulator.engine', 'simulator.runs'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    n_sections, played = done.stdout.split(maxsplit=1)
    assert int(n_sections) > 8
    assert played.strip() == "[]"


def test_an_unknown_format_is_refused_with_the_known_ones(compared: Path) -> None:
    done = CliRunner().invoke(program(), ["report", str(compared), "--format", "doc", "--lang", "en"])
    assert done.exit_code == 2
    assert "html,docx,pptx,xlsx,pdf" in done.output


def test_a_missing_extra_is_one_line_that_says_what_to_install(
    compared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    assert exit_code_of(["report", str(compared), "--format", "docx,pdf", "--lang", "zh"], program()) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert all(words in told for words in ("python-docx、typst", "riskshare[reports]"))


def test_a_run_looks_for_the_packages_before_it_plays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    done = CliRunner().invoke(program(), ["run", "湖北", *SMALL, "--report", "docx", "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, ExtraMissing)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_run_with_report_writes_results_and_report(tmp_path: Path) -> None:
    pytest.importorskip("jinja2", reason="needs the extra reports: pip install riskshare[reports]")
    done = CliRunner().invoke(program(), ["run", "湖北", *SMALL, "--report", "html", "--out", str(tmp_path / "甲"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "甲" / "manifest.json").is_file()
    assert '<html lang="en">' in (tmp_path / "甲" / "甲.html").read_text(encoding="utf-8")


def test_a_folder_without_results_and_a_study_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ResultsError) as refused:
        formats.report_from(tmp_path, "zh", "2026-11-27")
    assert "riskshare run" in refused.value.render("en")
    (tmp_path / "manifest.json").write_text(json.dumps({"study": "", "engine": "batch", "scenarios": []}), encoding="utf-8")
    with pytest.raises(ResultsError) as refused:
        formats.report_from(tmp_path, "zh", "2026-11-27")
    assert "riskshare study" in refused.value.render("en")


def test_a_template_goes_to_the_format_of_its_ending(tmp_path: Path) -> None:
    word, slides = tmp_path / "信头.DOTX", tmp_path / "a.pptx"
    assert formats.template_for("docx", [slides, word]) == word
    assert formats.template_for("pptx", [slides, word]) == slides
    assert formats.template_for("pdf", [slides, word]) is None
    for one, asked in ((word, ["docx"]), (slides, ["docx"])):
        with pytest.raises(ResultsError) as refused:
            formats.check_templates(asked, [one])
        assert one.name in refused.value.render("zh")
        one.write_bytes(b"")
    formats.check_templates(["docx"], [word])
    with pytest.raises(ResultsError) as refused:
        formats.check_templates(["docx"], [slides])
    assert ".dotx" in refused.value.render("en")
