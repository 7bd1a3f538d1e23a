"""Runs whose finished blocks are kept in their folder, so that Ctrl-C or a crash loses nothing that is done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.cli.console import notice
from simulator.cli.faults import Stopped
from simulator.cli.text import Text
from simulator.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.results.unfinished import Plan, Shelf


@contextmanager
def kept(folder: Path, plan: Plan, *, anew: bool) -> Iterator[Shelf]:
    """Keep a run's blocks in a folder that exists until the run is finished.

    Parameters
    ----------
    folder : Path
    plan : Plan
    anew : bool
        Discard an unfinished run that the folder holds; else the same one is continued and another one is in the way.

    Raises
    ------
    ResultsError
        If another program plays into the folder, or it holds another unfinished run.
    Stopped
        If the user interrupts.
    """
    from simulator.results.unfinished import alone_in, discard, shelf_of

    with alone_in(folder):
        begin(folder, plan, anew=anew)
        try:
            yield shelf_of(folder, plan)
        except KeyboardInterrupt:
            raise Stopped(how_to_resume(folder)) from None
        discard(folder)


def begin(folder: Path, plan: Plan, *, anew: bool) -> None:
    """Write the plan into its folder, unless another unfinished run is there."""
    from simulator.results.unfinished import discard, n_kept, read_plan, write_plan

    found = None if anew else read_plan(folder)
    if found is None:
        discard(folder)
    elif (found.command, found.key, found.options) != (plan.command, plan.key, plan.options):
        names = "、".join(one.name for one in found.scenarios)
        how = f"riskshare resume {quoted(folder)}"
        zh = f"{folder}：里面有一次没有做完的推演（{names}）。接着做：{how}；不要了：加 --anew；都要：用 --out 指定另一个文件夹"
        en = f"{folder}: holds an unfinished run ({names}). Finish it: {how}; discard it: add --anew; keep both: name another --out"
        raise ResultsError(zh, en)
    elif done := n_kept(folder):
        notice(Text(f"接着上次的推演：已有 {done} 条路径做完", f"going on: {done} histories are finished already"))
    write_plan(folder, plan)


def how_to_resume(folder: Path) -> Text:
    """What an interrupted run says."""
    from simulator.results.unfinished import n_kept

    done, how = n_kept(folder), f"riskshare resume {quoted(folder)}"
    return Text(f"已中断；做完的 {done} 条路径已存盘。接着做：{how}", f"Interrupted; the {done} histories that are finished are kept. Go on: {how}")


def quoted(folder: Path) -> str:
    """Write a folder as the command line takes it."""
    return f'"{folder}"' if " " in str(folder) else str(folder)
