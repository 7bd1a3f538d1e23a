"""``riskshare resume``: finish a run that was interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.console import notice
from simulator.cli.options import json_option, workers_options
from simulator.cli.text import Text
from simulator.cli.words import argument, command
from simulator.errors import ResultsError

if TYPE_CHECKING:
    from simulator.cli.options import Workers


@command(
    "resume",
    "riskshare resume reports/湖北",
    "riskshare resume reports/湖北 --workers 4",
    more=Text(
        "只推演还没有做完的路径，结果与一次做完的逐字节相同。情景用的是开始时的内容，此后改过文件也不受影响。",
        "Plays only the histories that are missing; the files are the same, byte for byte, as without the interruption. "
        "The scenario is the one the run began with, even if its file has changed since.",
    ),
)
@workers_options
@json_option
@argument(
    "folder",
    type=click.Path(path_type=Path),
    title=Text("文件夹", "FOLDER"),
    words=Text("结果文件夹，如 reports/湖北", "folder of the results, such as reports/湖北"),
)
def main(folder: Path, workers: Workers, as_json: bool) -> None:
    """Finish the run in a folder."""
    from simulator.cli import compare, run, study
    from simulator.results.unfinished import check_made_by, read_plan

    plan = read_plan(folder)
    if plan is None:
        say_nothing_to_resume(folder)
        return
    check_made_by(folder, plan)
    carry_out = {"run": run.carry_out, "compare": compare.carry_out, "study": study.carry_out}[plan.command]
    carry_out(plan, folder, workers, as_json=as_json)


def say_nothing_to_resume(folder: Path) -> None:
    """Say that a folder's run is finished.

    Raises
    ------
    ResultsError
        If there is no run at all.
    """
    from simulator.results.unfinished import discard

    if not (folder / "manifest.json").is_file():
        zh = f"{folder}：这里没有推演结果，也没有中断的推演；请检查文件夹的名称"
        en = f"{folder}: there is neither a result nor an interrupted run here; check the folder's name"
        raise ResultsError(zh, en)
    discard(folder)
    notice(Text(f"{folder}：推演已经做完，不必接着做", f"{folder}: this run is finished; there is nothing to resume"))
