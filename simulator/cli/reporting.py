"""What ``report`` and ``--report`` share: the formats asked for, and writing them from a folder of stored results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from simulator.cli.console import notice
from simulator.cli.text import Text, say
from simulator.cli.words import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NAMES = ("html", "docx", "pptx", "xlsx", "pdf")
"""Formats, in the order in which help names them; those of ``report.formats``, which is not imported for help."""


def read_formats(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Read ``html,docx``; a format named twice counts once.

    Raises
    ------
    click.BadParameter
        If a format is unknown, or none is named.
    """
    asked = tuple(dict.fromkeys(part.strip().lower().lstrip(".") for part in (value or "").replace("，", ",").split(",") if part.strip()))
    if value is not None and not asked:
        raise click.BadParameter(say(Text(f"没有写格式；可用的有 {','.join(NAMES)}", f"no format is named; there are {','.join(NAMES)}")))
    unknown = [one for one in asked if one not in NAMES]
    if unknown:
        known = ",".join(NAMES)
        raise click.BadParameter(say(Text(f"没有“{unknown[0]}”这种格式；可用的有 {known}", f"{unknown[0]!r} is no format; there are {known}")))
    return asked


report_option = option(
    "--report",
    "formats",
    metavar="FORMATS",
    callback=read_formats,
    words=Text("推演后再写报告，如 html,docx（另有 pptx、xlsx、pdf）", "write reports too, such as html,docx (or pptx, xlsx, pdf)"),
)


def option_of(formats: Sequence[str]) -> dict[str, Any]:
    """What a plan keeps of ``--report``; nothing where it is not asked for.

    Raises
    ------
    ExtraMissing
        If a format's package is not installed; nothing has been played then.
    """
    if not formats:
        return {}
    from simulator.report.formats import check_installed

    check_installed(formats)
    return {"report": list(formats)}


def report_on(folder: Path, options: Mapping[str, Any], lang: str) -> None:
    """Write the reports that a run was asked for beside its results."""
    if formats := options.get("report"):
        write(folder, folder, folder.resolve().name, formats, lang)


def write(results: Path, out: Path, stem: str, formats: Sequence[str], lang: str, templates: Sequence[Path] = ()) -> list[Path]:
    """Write reports on stored results and say where they are."""
    import datetime

    from simulator.report.formats import data_folder, report_from, write_report

    report = report_from(results, lang, f"{datetime.datetime.now().astimezone():%Y-%m-%d}")
    files = write_report(report, out, stem, formats, templates)
    for file in files:
        notice(Text(f"报告写入 {file}", f"report written to {file}"))
    if (data := data_folder(out, stem)).is_dir():
        notice(Text(f"图中数据写入 {data}", f"numbers behind its charts written to {data}"))
    return files
