"""``riskshare report``: reports from stored results, in the formats that people open."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.options import json_option, out_option
from simulator.cli.reporting import NAMES, read_formats
from simulator.cli.text import Text, language
from simulator.cli.words import argument, command, option


@command(
    "report",
    "riskshare report reports/湖北",
    "riskshare report reports/湖北-湖北补偿50 --format docx,pptx,xlsx,pdf --lang zh --out 会议材料",
    "riskshare report reports/sweep-湖北 --format html,pdf --lang zh",
    "riskshare report reports/湖北 --format docx --template 本单位信头.docx",
    more=Text(
        "只读存好的结果，不再推演；单个情景、比较、各类研究和精确解都可以。报告默认写在结果旁边，以结果文件夹的名称为名。"
        "各格式需要 python -m pip install 'riskshare[reports]'。",
        "Reads stored results and plays nothing; for runs, comparisons, studies of every kind and exact answers. Reports go beside the results, "
        "named after their folder. "
        "Formats need python -m pip install 'riskshare[reports]'.",
    ),
)
@option(
    "--format",
    "formats",
    metavar="FORMATS",
    default="html",
    show_default=True,
    callback=read_formats,
    words=Text(f"格式，以逗号分开：{'、'.join(NAMES)}", f"formats, parted by commas: {', '.join(NAMES)}"),
)
@option(
    "--template",
    "templates",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    words=Text(
        "自己的模板（.docx .dotx .pptx .potx .typ .html .jinja），按后缀用于相应格式，可重复",
        "your own template (.docx .dotx .pptx .potx .typ .html .jinja), used for the format of its ending; may be repeated",
    ),
)
@out_option
@json_option
@argument(
    "results",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    title=Text("结果", "RESULTS"),
    words=Text("run、compare 或研究写出的文件夹，如 reports/湖北", "folder that run, compare or a study wrote, such as reports/湖北"),
)
def main(results: tuple[Path, ...], formats: tuple[str, ...], templates: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Write reports on stored results."""
    from simulator.cli.console import print_json
    from simulator.cli.reporting import write
    from simulator.results.results import told_apart

    stems = told_apart([folder.resolve().name for folder in results])
    files = []
    for folder, stem in zip(results, stems, strict=True):
        files += write(folder, out or folder, stem, formats, language(), templates)
    if as_json:
        print_json([str(file) for file in files])
