"""The gallery: links lead to files, reports say what the summaries beside them say, studies are there with their numbers and pictures.

Few histories give the kept numbers of a study within their errors.
"""

from __future__ import annotations

import csv
import importlib
import re
import sys
from pathlib import Path

import pytest

GALLERY = Path(__file__).parents[2] / "reports" / "gallery"
STUDIES = GALLERY / "studies"
NAMES = sorted(path.stem for path in STUDIES.glob("*.py") if path.stem != "kept")


@pytest.fixture(autouse=True)
def _studies_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(STUDIES))


@pytest.mark.parametrize("page", ["README.md", "charts/README.md", "studies/README.md"])
def test_every_link_of_the_gallery_leads_to_a_file(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", (GALLERY / page).read_text(encoding="utf-8"))
    assert len(targets) > 5
    assert [target for target in targets if not (GALLERY / page).parent.joinpath(target).is_file()] == []


def words_of(home: str) -> str:
    """Text of a gallery report's paragraphs."""
    docx = pytest.importorskip("docx")
    return "\n".join(paragraph.text for paragraph in docx.Document(str(GALLERY / home / "report.docx")).paragraphs)


@pytest.mark.parametrize("home", ["hubei", "guangdong", "quanzhou", "daishan"])
def test_a_report_of_the_gallery_says_what_the_summary_beside_it_says(home: str) -> None:
    summary = (GALLERY / home / "summary.md").read_text(encoding="utf-8").replace("*", "")
    said = [line.removeprefix("- ") for line in summary.splitlines() if line.removeprefix("- ").startswith("银行损失：")]
    assert said
    assert [line for line in said if line not in words_of(home)] == []


def test_the_comparison_of_the_gallery_tells_the_differences_kept_beside_it() -> None:
    with (GALLERY / "comparison" / "differences.csv").open(encoding="utf-8-sig", newline="") as file:
        kept = [float(row["difference"]) for row in csv.DictReader(file) if row["measure"] == "bank.net_loss"]
    told = words_of("comparison")
    assert len(kept) == 3
    assert [mean for mean in kept if f"银行净损失比湖北{'高' if mean > 0 else '低'} {abs(mean) / 1e10:.2f}亿元" not in told] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_study_is_kept_with_its_numbers_and_picture_and_is_listed(name: str) -> None:
    assert (STUDIES / f"{name}.csv").is_file()
    assert (STUDIES / f"{name}.png").is_file()
    assert f"({name}.py)" in (STUDIES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["funding", "pool_size"])
def test_few_histories_give_the_kept_numbers_within_their_errors(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    study = importlib.import_module(name)
    monkeypatch.setattr(study, "HISTORIES", 100)
    rows, figure = study.study()
    kept = importlib.import_module("kept")
    assert len(rows) == len(kept.kept_rows(name)) > 0
    assert kept.unlike(name, rows) == []
    assert figure.axes


def test_numbers_beyond_their_errors_are_named() -> None:
    kept = importlib.import_module("kept")
    rows = kept.kept_rows("funding")
    moved = [rows[0]._replace(mean=rows[0].mean + 10 * rows[0].se), *rows[1:]]
    assert [problem.split(":")[0] for problem in kept.unlike("funding", moved)] == ["funding"]
    assert len(kept.unlike("funding", rows[1:])) == 1


def teardown_module() -> None:
    for name in (*NAMES, "kept"):
        sys.modules.pop(name, None)
