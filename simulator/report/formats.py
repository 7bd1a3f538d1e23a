"""The formats that a report is written in, and reports read from stored results; nothing here plays a model."""

from __future__ import annotations

import json
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from simulator.errors import ExtraMissing, ResultsError
from simulator.report.chart_files import write_chart_data
from simulator.report.outline import report_of
from simulator.report.outline_compare import comparison_report_of
from simulator.report.outline_study import exact_report_of, study_report_of
from simulator.report.signs import with_minus_signs
from simulator.results.comparisons import load_comparison
from simulator.results.store import load_results, open_folder
from simulator.results.studies_kept import load_exact, load_found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from simulator.report.blocks import Report

FORMATS = {
    "html": "simulator.report.page",
    "docx": "simulator.report.word",
    "pptx": "simulator.report.slides",
    "xlsx": "simulator.report.workbook",
    "pdf": "simulator.report.paper",
}
"""Module of each format; ``write(report, path, template)`` writes it."""

NEEDED = {
    "html": (("jinja2", "jinja2"), ("bokeh", "bokeh")),
    "docx": (("docx", "python-docx"),),
    "pptx": (("pptx", "python-pptx"),),
    "xlsx": (("xlsxwriter", "XlsxWriter"),),
    "pdf": (("typst", "typst"),),
}
"""Packages that each format needs: as imported, as installed."""

TEMPLATES = {
    "html": (".html", ".jinja"),
    "docx": (".docx", ".dotx"),
    "pptx": (".pptx", ".potx"),
    "xlsx": (),
    "pdf": (".typ",),
}
"""Endings of the templates that each format takes; a workbook takes none."""


def check_installed(formats: Sequence[str]) -> None:
    """Refuse formats whose packages are not installed.

    Raises
    ------
    ExtraMissing
        Naming all of them, and what to install.
    """
    missing = [package for one in formats for module, package in NEEDED[one] if find_spec(module) is None]
    if missing:
        zh = f"这些格式需要 {'、'.join(missing)}：python -m pip install 'riskshare[reports]'"
        raise ExtraMissing(zh, f"these formats need {', '.join(missing)}: python -m pip install 'riskshare[reports]'")


def template_for(kind: str, templates: Sequence[Path]) -> Path | None:
    """Return the last template of a format's ending."""
    return next((one for one in reversed(templates) if one.suffix.lower() in TEMPLATES[kind]), None)


def check_templates(formats: Sequence[str], templates: Sequence[Path]) -> None:
    """Refuse a template that is not there, or that no format asked for takes.

    Raises
    ------
    ResultsError
        Naming it.
    """
    endings = [ending for kind in formats for ending in TEMPLATES[kind]]
    for one in templates:
        if not one.is_file():
            zh = f"{one}：没有这个模板文件"
            raise ResultsError(zh, f"{one}: there is no such template")
        if one.suffix.lower() not in endings:
            known = " ".join(endings)
            zh = f"；可用的后缀有 {known}" if endings else ""
            en = f"; endings are {known}" if endings else ""
            zh = f"{one}：所选格式（{'、'.join(formats)}）不用这种模板{zh}"
            raise ResultsError(zh, f"{one}: no format asked for ({', '.join(formats)}) takes such a template{en}")


def report_from(folder: Path, lang: str, date: str) -> Report:
    """Make the report on what a folder holds: a run, a comparison, a study or an exact answer.

    Parameters
    ----------
    folder : Path
        As ``run``, ``compare`` or the command of a study wrote it.
    lang : {'zh', 'en'}
    date : str
        ``2026-11-27``.

    Raises
    ------
    ResultsError
        If it holds none of them, or something that is not finished.
    """
    said = _manifest(folder)
    if isinstance(said.get("scenarios"), list) and "paired" in said:
        return comparison_report_of(load_comparison(folder), lang, date)
    if "study" in said:
        return study_report_of(load_found(folder, histories=False), lang, date)
    if said.get("engine") == "exact":
        return exact_report_of(load_exact(folder), lang, date)
    return report_of(load_results(folder), lang, date)


def _manifest(folder: Path) -> Mapping[str, object]:
    """Read what a folder says of itself; empty where it says nothing, so that reading its results says what is wrong."""
    try:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def data_folder(home: Path, stem: str) -> Path:
    """Where the numbers behind a report's charts stand."""
    return home / f"{stem}_data"


def write_report(report: Report, folder: Path, stem: str, formats: Sequence[str], templates: Sequence[Path] = ()) -> list[Path]:
    """Write a report in several formats into one folder, which is made if need be, and the numbers behind its charts into a folder beside them.

    Returns
    -------
    list of Path
        The files, in the order of the formats.

    Raises
    ------
    ExtraMissing
        If a format's package is not installed; nothing is written then.
    ResultsError
        If the folder cannot be written, or a template is not to be used.
    """
    check_installed(formats)
    check_templates(formats, templates)
    home = open_folder(folder)
    report, files = with_minus_signs(report), []
    for kind in formats:
        file = home / f"{stem}.{kind}"
        with _told_where(file):
            import_module(FORMATS[kind]).write(report, file, template_for(kind, templates))
        files.append(file)
    data = data_folder(home, stem)
    with _told_where(data):
        write_chart_data(report, data)
    return files


@contextmanager
def _told_where(place: Path) -> Iterator[None]:
    """Say which file or folder could not be written."""
    try:
        yield
    except OSError as error:
        zh = f"{place}：无法写入（{error.strerror}）；如果正在别的程序里打开，请先关闭"
        raise ResultsError(zh, f"{place}: cannot be written ({error.strerror}); close it if another program has it open") from error
