"""Options and arguments that mean the same on every command that has them."""

from __future__ import annotations

import os
from contextlib import nullcontext
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from simulator.cli.text import Text, say
from simulator.cli.words import argument, option

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from simulator.scenario.loader import Loaded

ENGINES = ("batch", "event", "exact")
EXECUTORS = ("local", "dask")
SCENARIO = Text("情景", "SCENARIO")

_SCENARIO_WORDS = Text("内置情景的名称（湖北 或 hubei），或情景文件", "name of a built-in scenario (湖北 or hubei), or a file")

scenario_argument = argument("scenario", title=SCENARIO, words=_SCENARIO_WORDS)
scenarios_argument = argument("scenarios", nargs=-1, required=True, title=SCENARIO, words=_SCENARIO_WORDS)

set_option = option(
    "--set",
    "sets",
    multiple=True,
    metavar="PATH=VALUE",
    words=Text("改一个值再用，可重复，如 scheme.layers.资金池补偿.share=70%", "change one value first; may be repeated"),
)
json_option = option("--json", "as_json", is_flag=True, words=Text("输出 JSON", "print JSON"))
out_option = option("--out", type=click.Path(path_type=Path), words=Text("写到哪里", "where to write"))
seed_option = option("--seed", type=click.IntRange(0), metavar="N", words=Text("随机种子（默认用情景中的）", "random seed (default: the scenario's)"))
histories_option = option(
    "--histories",
    type=click.IntRange(1),
    metavar="N",
    words=Text("模拟路径数（默认用情景中的）", "number of histories (default: the scenario's)"),
)
workers_option = option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    words=Text("同时工作的线程或进程数（默认等于核数）", "threads or processes at work (default: one a core)"),
)
engine_option = option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    words=Text(
        "推演引擎：batch 编译的批量引擎；event 逐事件（SimPy），结果相同，供对照；exact 精确解，不模拟，只用于固定贷款、静态因子",
        "engine: batch (compiled); event (SimPy): the same figures, to read and compare; exact: no simulation, for fixed books under a static factor",
    ),
)


executor_option = option(
    "--executor",
    type=click.Choice(EXECUTORS),
    default=EXECUTORS[0],
    show_default=True,
    words=Text("在哪里推演：local 本机；dask 集群（另写 --scheduler）", "where to play: local, or dask, a cluster (with --scheduler)"),
)
scheduler_option = option(
    "--scheduler",
    metavar="ADDRESS",
    words=Text("Dask 调度器的地址，如 tcp://10.0.0.1:8786", "address of the Dask scheduler, such as tcp://10.0.0.1:8786"),
)
anew_option = option(
    "--anew",
    is_flag=True,
    words=Text("丢弃文件夹里没有做完的推演，重新开始", "discard the unfinished run in the folder and start afresh"),
)


class Workers(NamedTuple):
    """Who is to play, as the options say: so many workers of this machine, or the cluster of a scheduler."""

    number: int
    scheduler: str | None

    def open(self) -> AbstractContextManager[Executor | None]:
        """Open the cluster's executor; None where this machine plays."""
        from simulator.runs.crew import dask_executor

        return nullcontext() if self.scheduler is None else dask_executor(self.scheduler)


def workers_of(workers: int | None, executor: str, scheduler: str | None) -> Workers:
    """Put ``--workers``, ``--executor`` and ``--scheduler`` together.

    Raises
    ------
    click.UsageError
        If a cluster is asked for without its scheduler, or the other way round.
    """
    if (executor == "dask") != (scheduler is not None):
        zh = "--executor dask 和 --scheduler 地址 要一起写，如 --executor dask --scheduler tcp://10.0.0.1:8786"
        en = "--executor dask and --scheduler go together, such as --executor dask --scheduler tcp://10.0.0.1:8786"
        raise click.UsageError(say(Text(zh, en)))
    return Workers(workers or os.cpu_count() or 1, scheduler)


def workers_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say who plays; the command gets them as one ``workers``."""

    @wraps(function)
    def with_workers(*, workers: int | None, executor: str, scheduler: str | None, **others: Any) -> None:  # noqa: ANN401
        function(workers=workers_of(workers, executor, scheduler), **others)

    for add in (scheduler_option, executor_option, workers_option):
        with_workers = add(with_workers)
    return with_workers


ranges_option = option(
    "--ranges/--no-ranges",
    "ranges",
    default=None,
    words=Text(
        "是否让带 range 的假设在范围内变动，另报一个区间（默认：批量引擎是，其他否）",
        "move assumptions over their ranges for a second interval (default: on the batch engine only)",
    ),
)


def with_seed(sets: tuple[str, ...], seed: int | None) -> tuple[str, ...]:
    """Return the changes of ``--set`` with that of ``--seed``, which is ``--set run.seed=`` in short."""
    return sets if seed is None else (*sets, f"run.seed={seed}")


def folder_for(out: Path | None, name: str) -> Path:
    """Return the folder of ``--out``, by default the name's in ``reports/``."""
    return out or Path("reports") / name


class Play(NamedTuple):
    """How scenarios are to be played, as the options say."""

    sets: tuple[str, ...]
    engine: str
    workers: Workers
    anew: bool
    ranges: bool | None

    def load(self, source: str) -> Loaded:
        """Load a scenario with all that the options change in it."""
        from simulator.scenario.loader import load

        return load(source, sets=self.sets)


def play_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that play scenarios; the command gets them as one ``play``.

    ``--histories`` is ``--set run.histories=`` in short, as ``--seed`` is of ``run.seed``, so that what is played is what the scenario says.
    """
    return _with_play(function, ranges_option)


def study_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that play a study, which does not move assumptions over their ranges; see ``play_options``."""
    return _with_play(function)


def _with_play(function: Callable[..., None], *more: Callable[[Any], Any]) -> Callable[..., None]:
    @workers_options
    @wraps(function)
    def with_play(
        *,
        sets: tuple[str, ...],
        histories: int | None,
        seed: int | None,
        engine: str,
        workers: Workers,
        anew: bool,
        ranges: bool | None = None,
        **others: Any,  # noqa: ANN401
    ) -> None:
        if histories is not None:
            sets = (*sets, f"run.histories={histories}")
        function(play=Play(with_seed(sets, seed), engine, workers, anew, ranges), **others)

    for add in (anew_option, *more, engine_option, seed_option, histories_option, set_option):
        with_play = add(with_play)
    return with_play
