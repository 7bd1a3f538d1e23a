"""Reports on studies and exact answers: made of what their folders hold, in every format, and no sentence says what no table says."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from figures_told import figures_in
from report_studies import ASKED, POOL, regrets, sensitivities, stored, varied

from simulator.cli.main import program
from simulator.errors import ResultsError
from simulator.report import formats
from simulator.report.blocks import Bullets, Chart, Paragraph, Report, Table
from simulator.report.cells import is_number, kind_at
from simulator.report.exact import exact_markdown
from simulator.report.frontier import frontier_markdown
from simulator.report.outline_study import exact_report_of, study_report_of
from simulator.report.regret import regret_markdown
from simulator.report.sensitivity import sensitivity_markdown
from simulator.report.solved import solved_markdown
from simulator.report.stress import stress_markdown
from simulator.report.sweep import sweep_markdown
from simulator.results import labelled
from simulator.results.answers_kept import write_surer_differences
from simulator.results.comparisons import load_comparison
from simulator.results.controlled import Controlled
from simulator.results.kept import FILE
from simulator.results.measures import measure_named
from simulator.results.store import load_results
from simulator.results.studies_kept import load_exact, load_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.report.blocks import Section

DATE = "2026-11-27"
EVERY = [*ASKED, "exact"]
SETTLED = {"scheme", "assumptions", "method", "manifest"}
"""Sections that tell what was given, not what was found."""

SAID_BY_DEFINITION = re.compile(
    r"95%的?区间|95% intervals?|（95%）|\(95%\)|不超过5%|at most 5%|不到 1%|below 1%|够用95%情形|in 95% of them|（Bonferroni）"
    r"|\d+年一遇|1 in \d+|小于 \S+。|below \S+ of probability|最高水平"
)


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("研究")


@pytest.fixture(scope="module")
def folder_of(shelf: Path) -> Any:
    """Folder of each study, made when it is first asked for."""
    made: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in made:
            made[name] = stored(shelf, name)
        return made[name]

    return folder


def sentences_of(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items


def cells_of(report: Report) -> dict[str, list[tuple[float, float]]]:
    """Figures of the report's tables by kind, each with half of its last digit where it is written out as text."""
    found: dict[str, list[tuple[float, float]]] = {"money": [], "share": []}
    tables = [block for section in report.sections for block in section.blocks if isinstance(block, Table)]
    for table in tables:
        for i, row in enumerate(table.rows):
            for j, value in enumerate(row):
                if isinstance(value, str):
                    for kind, figure, slack in figures_in(value, report.lang, SAID_BY_DEFINITION):
                        found[kind].append((figure, slack))
                elif is_number(value) and kind_at(table, i, j) in found:
                    found[kind_at(table, i, j)].append((float(value), 0.0))  # type: ignore[arg-type]
        for text in (table.note, table.caption):
            for kind, figure, slack in figures_in(text, report.lang, SAID_BY_DEFINITION):
                found[kind].append((figure, slack))
    return found


def unmatched(report: Report) -> list[tuple[str, str]]:
    """Figures of sentences on findings that no table of the report holds."""
    cells = cells_of(report)
    missing = []
    for section in report.sections:
        if section.key in SETTLED:
            continue
        for text in sentences_of(section):
            for kind, value, slack in figures_in(text, report.lang, SAID_BY_DEFINITION):
                if not any(abs(abs(cell) - abs(value)) <= slack + more for cell, more in cells[kind]):
                    missing.append((f"{kind} {value:g}", text))
    return missing


def report_on(folder: Path, lang: str, found: Any = None) -> Report:
    """Report on a stored study, or on other findings of it."""
    if folder.name == "exact":
        return exact_report_of(load_exact(folder), lang, DATE)
    answer = load_found(folder, histories=False)
    return study_report_of(replace(answer, found=found) if found is not None else answer, lang, DATE)


# read back


@pytest.mark.parametrize("name", EVERY)
def test_a_study_read_back_has_the_summary_that_it_was_stored_with(folder_of: Any, name: str) -> None:
    folder = folder_of(name)
    written = (folder / "summary.md").read_text(encoding="utf-8")
    if name == "exact":
        exact = load_exact(folder)
        scenario, shown = exact.loaded.scenario, {"sha256": exact.manifest["sha256"][:16], "riskshare": exact.manifest["packages"]["riskshare"]}
        assert exact_markdown(exact.found, scenario.title, shown | {"engine": "exact"}, "zh") == written
        return
    answer = load_found(folder)
    figures = re.findall(r"^!\[(.*)\]\((.*)\)$", written, re.MULTILINE)
    pictures = [(file, caption) for caption, file in figures]
    made: dict[str, Any] = {
        "sweep": lambda found: sweep_markdown(found, "zh", pictures),
        "solve": lambda found: solved_markdown(found, answer.asked.study.title, pictures[0][0], "zh"),
        "frontier": lambda found: frontier_markdown(found, answer.asked.study.title, pictures[0][0], "zh"),
        "sensitivity": lambda found: sensitivity_markdown(found, "zh", pictures),
        "stress": lambda found: stress_markdown(found, "zh", pictures),
        "regret": lambda found: regret_markdown(found, "zh", pictures),
    }
    assert made[answer.kind](answer.found) == written


def test_a_sweep_read_back_has_the_figures_of_every_history(folder_of: Any) -> None:
    grids = load_found(folder_of("sweep_map")).found.grids
    answer = load_found(folder_of("sweep_map"))
    losses = grids.finals[:, :, grids.figures.index("bank.net_loss")]
    assert losses.shape == (len(answer.found.points), answer.found.histories)
    for point, values in zip(answer.found.points, losses, strict=True):
        assert point.measures["bank.net_loss"].mean == pytest.approx(values.mean())
    assert answer.found.base.place is None
    assert grids.bands.shape == (len(answer.found.points), len(grids.months), len(grids.series), len(grids.levels))


def test_figures_of_every_history_are_read_from_either_array_file(folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load_found(folder_of("sweep_map")).found
    monkeypatch.setattr(labelled, "has_netcdf", lambda: False)
    assert labelled.write_labelled(tmp_path, found).suffix == ".npz"
    again = labelled.read_grids(tmp_path, found)
    assert (again.figures, again.series, again.months, again.levels) == (
        found.grids.figures, found.grids.series, found.grids.months, found.grids.levels,
    )  # fmt: skip
    assert np.array_equal(again.finals, found.grids.finals)
    assert np.array_equal(again.bands, found.grids.bands)


def test_a_study_stored_by_an_older_version_is_told_what_to_do_and_that_helps(folder_of: Any, tmp_path: Path) -> None:
    for name in ("solve", "exact"):
        old = tmp_path / name
        shutil.copytree(folder_of(name), old)
        whole = (old / FILE).read_bytes()
        (old / FILE).unlink()
        with pytest.raises(ResultsError) as refused:
            formats.report_from(old, "zh", DATE)
        assert f"riskshare rerun {old}" in refused.value.render("zh")
        assert "\n" not in refused.value.render("en")
        done = CliRunner().invoke(program(), ["rerun", str(old), "--workers", "1", "--lang", "zh"])
        assert done.exit_code == 0, done.output
        assert (old / FILE).read_bytes() == whole


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-9] + b"\0" + data[-8:],
        lambda _: b"",
        lambda _: gzip.compress(b"[]"),
        lambda data: gzip.compress(gzip.decompress(data).replace(b'"is":"Solution"', b'"is":"os"')),
        lambda data: gzip.compress(gzip.decompress(data).replace(b'"rounds"', b'"round"')),
        lambda data: gzip.compress(gzip.decompress(data).replace(b'"made_from":["', b'"made_from":["0')),
    ],
    ids=["cut", "a byte", "empty", "no record", "unknown class", "unknown field", "another scenario"],
)
def test_findings_that_are_spoilt_are_refused_in_one_line(folder_of: Any, tmp_path: Path, spoil: Any) -> None:
    folder = tmp_path / "solve"
    shutil.copytree(folder_of("solve"), folder)
    (folder / FILE).write_bytes(spoil((folder / FILE).read_bytes()))
    with pytest.raises(ResultsError) as refused:
        formats.report_from(folder, "zh", DATE)
    for lang in ("zh", "en"):
        assert "riskshare study" in refused.value.render(lang)
        assert "\n" not in refused.value.render(lang)


def test_an_unfinished_study_is_refused_and_told_how_to_go_on(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder_of: Any) -> None:
    folder_of("stress")
    monkeypatch.setattr("simulator.cli.stress.make", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    done = CliRunner().invoke(program(), ["stress", str(shelf / "小例.yaml"), "--histories", "30", "--out", str(tmp_path / "甲")])
    assert done.exit_code != 0
    with pytest.raises(ResultsError) as refused:
        formats.report_from(tmp_path / "甲", "zh", DATE)
    assert "riskshare resume" in refused.value.render("zh")
    shutil.copy(folder_of("stress") / "manifest.json", tmp_path / "甲" / "manifest.json")
    with pytest.raises(ResultsError) as refused:
        formats.report_from(tmp_path / "甲", "en", DATE)
    assert "riskshare resume" in refused.value.render("en")


def test_a_run_leaves_neither_precision_nor_ranges_of_an_earlier_one_behind(shelf: Path, folder_of: Any, tmp_path: Path) -> None:
    folder_of("stress")
    for options, is_there in ((("--precision", "20%", "--histories", "60"), True), (("--histories", "8", "--no-ranges"), False)):
        done = CliRunner().invoke(program(), ["run", str(shelf / "小例.yaml"), *options, "--workers", "1", "--out", str(tmp_path)])
        assert done.exit_code == 0, done.output
        answer = load_results(tmp_path)
        assert (answer.precision is not None, answer.ranges is not None) == (is_there, is_there)


# the outline


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_has_the_common_sections_and_a_table_behind_every_chart(folder_of: Any, name: str, lang: str) -> None:
    report = report_on(folder_of(name), lang)
    keys = [section.key for section in report.sections]
    assert keys[:3] == ["answer", "scheme", "headline"]
    assert keys[-3:] == ["assumptions", "method", "manifest"]
    assert len(set(keys)) == len(keys)
    assert 4 <= len(keys) - 2 <= 11
    tables = report.tables
    assert len({table.key for table in tables}) == len(tables)
    for table in tables:
        assert table.key.isascii()
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    assert charts or name == "solve_never"
    texts = [text for section in report.sections for text in sentences_of(section)]
    assert not [text for text in texts if "**" in text or "`" in text or "None" in text or "nan" in text]


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_of_a_stored_study_contradicts_its_tables(folder_of: Any, name: str, lang: str) -> None:
    assert unmatched(report_on(folder_of(name), lang)) == []


@pytest.mark.parametrize("name", [name for name in ASKED if not name.startswith(("sensitivity", "regret"))])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_contradicts_the_tables_whatever_the_figures(folder_of: Any, name: str, lang: str) -> None:
    chance, found = np.random.default_rng(11), load_found(folder_of(name), histories=False).found
    for _ in range(12):
        assert unmatched(report_on(folder_of(name), lang, varied(found, chance))) == []


@pytest.mark.parametrize(("name", "other"), [("sensitivity", sensitivities), ("regret", regrets)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_on_assumptions_contradicts_the_tables_whatever_the_figures(folder_of: Any, name: str, other: Any, lang: str) -> None:
    chance, found = np.random.default_rng(12), load_found(folder_of(name)).found
    for _ in range(30):
        assert unmatched(report_on(folder_of(name), lang, other(found, chance))) == []


def test_a_figure_that_no_table_holds_is_noticed(folder_of: Any) -> None:
    report = report_on(folder_of("solve"), "zh")
    first = report.sections[0]
    wrong = replace(first, blocks=[Paragraph("银行净损失最低 123.456万元 ± 7.7%。")])
    assert len(unmatched(replace(report, sections=[wrong, *report.sections[1:]]))) == 2


# words follow figures


def test_points_that_a_sweep_calls_certain_are_those_of_its_table(folder_of: Any) -> None:
    chance, found, seen = np.random.default_rng(3), load_found(folder_of("sweep"), histories=False).found, set()
    for _ in range(25):
        report = report_on(folder_of("sweep"), "zh", varied(found, chance))
        (section,) = (one for one in report.sections if one.key == "banks")
        (text,) = sentences_of(section)
        tables = [block for block in section.blocks if isinstance(block, Table)]
        for word in ("确定更高", "确定更低", "分不清"):
            rows = [str(row[0]) for row in tables[0].rows if row[-1] == word]
            said = re.search(rf"(全部 \d+ 个点都)?{word} ?([^；。]*)", text.partition("与基线")[2])
            assert bool(rows) == bool(said)
            if said:
                seen.add(word)
                assert said.groups("") in (("", "、".join(rows)), (f"全部 {len(rows)} 个点都", ""))
    assert seen == {"确定更高", "确定更低", "分不清"}


def test_counts_of_cases_under_stress_are_those_of_the_table(folder_of: Any) -> None:
    chance, found, seen = np.random.default_rng(4), load_found(folder_of("stress")).found, set()
    words = {"高于原样": "增加", "低于原样": "减少", "说不准": "不确定", "相同": "相同"}
    for _ in range(25):
        report = report_on(folder_of("stress"), "zh", varied(found, chance))
        (section,) = (one for one in report.sections if one.key == "banks")
        text, table = next(iter(sentences_of(section))), next(block for block in section.blocks if isinstance(block, Table))
        for said, read in words.items():
            counted = sum(row[-1] == read for row in table.rows)
            found_in = re.search(rf"(\d+) 种{said}", text)
            assert (int(found_in[1]) if found_in else 0) == counted
            seen |= {said} if counted else set()
    assert {"高于原样", "低于原样", "说不准"} <= seen


def test_the_answer_of_a_solved_study_stands_in_its_table_and_meets_the_target(folder_of: Any) -> None:
    report, found = report_on(folder_of("solve"), "zh"), load_found(folder_of("solve")).found
    lead = next(block.text for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead)
    row = next(row for table in report.tables if table.key == "headline" for row in table.rows if row[1] == "答案")
    assert str(row[2]) in lead
    assert "时达到目标" in lead
    assert found.target.is_met(float(row[4]))  # type: ignore[arg-type]
    assert found.target.measure not in report.title
    assert measure_named(found.target.measure).zh in report.title


@pytest.mark.parametrize(("name", "said"), [("solve_never", "达不到目标"), ("solve_always", "处处达到目标")])
def test_a_target_out_of_reach_and_one_met_everywhere_are_told(folder_of: Any, name: str, said: str) -> None:
    report = report_on(folder_of(name), "zh")
    assert said in next(block.text for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead)
    rows = next(table.rows for table in report.tables if table.key == "headline")
    assert not [row for row in rows if row[1] == "答案"]


def test_the_scheme_that_is_called_safest_has_the_least_greatest_regret_of_its_table(folder_of: Any) -> None:
    chance, found = np.random.default_rng(5), load_found(folder_of("regret")).found
    for _ in range(25):
        study = regrets(found, chance)
        report = report_on(folder_of("regret"), "zh", study)
        leads = [block.text for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead]
        tables = [block for block in report.sections[2].blocks if isinstance(block, Table)]
        for text, table in zip(leads, tables, strict=False):
            named = re.search(r"最大后悔最小的是(\S+?)，", text)
            assert named
            worst = {str(row[0]): float(row[5]) for row in table.rows}  # type: ignore[arg-type]
            assert {worst[name] for name in named[1].split("、")} == {min(worst.values())}


def test_numbers_of_assumptions_beyond_noise_are_those_of_the_table(folder_of: Any) -> None:
    chance, found = np.random.default_rng(6), load_found(folder_of("sensitivity")).found
    told = 0
    for _ in range(25):
        report = report_on(folder_of("sensitivity"), "zh", sensitivities(found, chance))
        rows = next(table for table in report.tables if table.key == "strongest").rows
        for text in (text for section in report.sections for text in sentences_of(section)):
            said = re.search(r"^([^：]+)：.*?(\d+) 项中 (\d+) 项的影响超出噪声", text)
            if said:
                told += 1
                assert (int(said[3]), int(said[2])) in [(row[4], row[5]) for row in rows if row[0] == said[1]]
    assert told > 20


def test_where_a_frontier_says_the_files_own_values_stand_the_table_says_so_too(folder_of: Any) -> None:
    for name in ("frontier", "frontier_three"):
        report, found = report_on(folder_of(name), "zh"), load_found(folder_of(name)).found
        (text,) = (one for one in sentences_of(report.sections[0]) if one.startswith("文件现值"))
        row = next(row for table in report.tables if table.key == "front" for row in table.rows if "文件现值" in str(row[-1]))
        word = str(row[-1]).partition("；")[0]
        assert ("在前沿上" in text) == (word == "前沿")
        assert word == "前沿" or word in text
        assert found.own is not None


def test_an_exact_report_claims_no_simulation(folder_of: Any) -> None:
    report = report_on(folder_of("exact"), "zh")
    assert (report.provenance.seed, report.provenance.histories) == (None, None)
    assert any("没有模拟误差" in text for text in sentences_of(report.sections[0]))
    assert not [column for table in report.tables for column in table.columns if column.title == "标准误"]
    shares = next(block.data for section in report.sections for block in section.blocks if isinstance(block, Chart) and block.key == "exact_losses")
    for column in (1, 2):
        assert sum(float(row[column]) for row in shares.rows) == pytest.approx(1.0)  # type: ignore[arg-type]
    sizes = next(block.data for section in report.sections for block in section.blocks if isinstance(block, Chart) and block.key == "exact_pool").rows
    own = {float(size): float(chance) for size, chance in sizes}[500e6]  # type: ignore[arg-type]
    assert own == pytest.approx(0.42439418, rel=1e-6)  # own quadrature, as in test_cli_exact


# files


def text_of(path: Path) -> str:
    """All text of a report's file, by a library that did not write it."""
    if path.suffix == ".docx":
        document = pytest.importorskip("docx").Document(path)
        footer = document.sections[0].footer
        return "\n".join(paragraph.text for paragraph in [*document.paragraphs, *footer.paragraphs])
    if path.suffix == ".pptx":
        deck = pytest.importorskip("pptx").Presentation(path)
        shapes = [shape for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
        return "\n".join(shape.text_frame.text for shape in shapes) + "".join(
            slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.has_notes_slide
        )
    if path.suffix == ".xlsx":
        book = pytest.importorskip("openpyxl").load_workbook(path)
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
    if path.suffix == ".pdf":
        return "".join(page.extract_text() for page in pytest.importorskip("pypdf").PdfReader(path).pages)
    return path.read_text(encoding="utf-8")


def squeezed(text: str) -> str:
    """A text without spaces and marks, which formats break and write each in their own way."""
    return re.sub(r"\W", "", text)


KINDS_WRITTEN = ["sweep", "sweep_map", "solve", "solve_two", "frontier", "frontier_three", "sensitivity", "stress", "regret", "exact"]


@pytest.mark.parametrize("name", KINDS_WRITTEN)
def test_every_kind_is_written_in_every_format_with_its_answer(folder_of: Any, tmp_path: Path, name: str) -> None:
    asked = [kind for kind, packages in formats.NEEDED.items() if all(find_spec(module) for module, _ in packages)]
    if not asked:
        pytest.skip("needs the extra reports: pip install riskshare[reports]")
    report = report_on(folder_of(name), "zh")
    lead = next(block.text for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead)
    for file in formats.write_report(report, tmp_path, name, asked):
        text = squeezed(text_of(file))
        assert squeezed(lead)[:24] in text
        assert all(one in text for one in report.provenance.sha256.split())


@pytest.mark.parametrize("command", ["sweep", "regret", "study"])
def test_report_options_of_studies_write_reports_beside_their_results(folder_of: Any, shelf: Path, tmp_path: Path, command: str) -> None:
    pytest.importorskip("bokeh", reason="needs the extra reports: pip install riskshare[reports]")
    folder_of("regret")
    asked = {
        "sweep": [str(shelf / "小例.yaml"), "--vary", f"{POOL}=[100万元,500万元]"],
        "regret": [str(shelf / "小例.yaml"), str(shelf / "改例.yaml"), "--futures", "3"],
        "study": [str(folder_of("solve") / "study.yaml")],
    }[command]
    home = tmp_path / "结果"
    done = CliRunner().invoke(program(), [command, *asked, "--histories", "12", "--report", "html", "--out", str(home), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert '<html lang="en">' in (home / "结果.html").read_text(encoding="utf-8")


def test_an_exact_run_with_report_writes_one(tmp_path: Path) -> None:
    pytest.importorskip("bokeh", reason="needs the extra reports: pip install riskshare[reports]")
    home = tmp_path / "精确"
    done = CliRunner().invoke(program(), ["run", "参照资产池", "--engine", "exact", "--report", "html", "--out", str(home), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    assert "没有模拟误差" in (home / "精确.html").read_text(encoding="utf-8")


def test_a_study_looks_for_the_packages_of_its_reports_before_it_plays(
    folder_of: Any, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of("stress")
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    done = CliRunner().invoke(program(), ["stress", str(shelf / "小例.yaml"), "--report", "docx", "--out", str(tmp_path / "甲")])
    assert done.exit_code != 0
    assert not (tmp_path / "甲" / "manifest.json").exists()


def test_reports_on_studies_play_nothing(folder_of: Any) -> None:
    folders = [str(folder_of(name)) for name in ("sweep", "solve", "frontier", "sensitivity", "stress", "regret", "exact")]
    code = (
        "import sys; from pathlib import Path; from simulator.report.formats import report_from; "
        f"reports = [report_from(Path(one), 'zh', '{DATE}') for one in {folders!r}]; "
        "[block.draw() for report in reports for section in report.sections for block in section.blocks if hasattr(block, 'draw')]; "
        "print(len(reports), [name for name in sys.modules if name.startswith(('simulator.engine', 'simulator.runs', 'simulator.analysis'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.split(maxsplit=1) == [str(len(folders)), "[]\n"]


# runs by precision and with control variates


def test_a_report_says_which_rule_stopped_a_run_and_shows_adjusted_estimates_beside_the_plain_ones(
    shelf: Path, folder_of: Any, tmp_path: Path
) -> None:
    folder_of("stress")
    done = CliRunner().invoke(
        program(),
        ["run", str(shelf / "小例.yaml"), "--precision", "30%", "--histories", "400", "--no-ranges", "--workers", "1", "--out", str(tmp_path)],
    )
    assert done.exit_code == 0, done.output
    answer, report = load_results(tmp_path), formats.report_from(tmp_path, "zh", DATE)
    (method,) = (section for section in report.sections if section.key == "method")
    assert any(text.startswith("精度目标 30%：推演 200 次后") for text in sentences_of(method))
    assert answer.controlled
    table = next(block for block in method.blocks if isinstance(block, Table) and block.key == "adjusted")
    for row, one in zip(table.rows, answer.controlled, strict=True):
        assert tuple(row[1:5]) == (one.plain.mean, one.plain.se, one.mean, one.se)
        assert one.plain.mean == answer.measures[one.measure].mean
    assert any("真实平均是已知的" in text for text in sentences_of(method))
    again = formats.report_from(tmp_path, "en", DATE)
    assert any(text.startswith("Precision 30%: reached") for section in again.sections for text in sentences_of(section))
    stored_rows = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["precision"]["rounds"]
    assert answer.precision.rounds == tuple(stored_rows)


def test_a_comparison_read_back_has_its_adjusted_differences_and_shows_them(shelf: Path, folder_of: Any, tmp_path: Path) -> None:
    folder_of("regret")
    options = ["--histories", "12", "--no-ranges", "--workers", "1", "--out", str(tmp_path)]
    done = CliRunner().invoke(program(), ["compare", str(shelf / "小例.yaml"), str(shelf / "改例.yaml"), *options])
    assert done.exit_code == 0, done.output
    plain = load_comparison(tmp_path).differences[1]["bank.net_loss"]
    found = Controlled("bank.net_loss", plain, plain.mean * 1.01, (plain.se or 0.0) / 3, ("factor",))
    write_surer_differences(tmp_path, [[], [found]])
    assert load_comparison(tmp_path).controlled == [[], [found]]
    report = formats.report_from(tmp_path, "zh", DATE)
    (table,) = (one for one in report.tables if one.key == "adjusted_differences_2")
    assert table.rows[0][1:] == (plain.mean, plain.se, found.mean, found.se, "9.0")
    assert "改例 − 小例" in table.caption


def test_what_a_study_changes_first_is_told_old_to_new(shelf: Path, folder_of: Any, tmp_path: Path) -> None:
    folder_of("stress")
    asked = ["stress", str(shelf / "小例.yaml"), "--paths", "crisis", "--no-reverse", "--histories", "8", "--set", f"{POOL}=700万元"]
    done = CliRunner().invoke(program(), [*asked, "--workers", "1", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    report = formats.report_from(tmp_path, "zh", DATE)
    (table,) = (one for one in report.tables if one.key == "changes")
    assert [row[1:] for row in table.rows] == [("600万元", "700万元", POOL)]
