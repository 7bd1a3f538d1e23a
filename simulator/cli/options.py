"""Options and arguments that mean the same on every command that has them."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from simulator.cli.text import Text
from simulator.cli.words import argument, option

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.scenario.loader import Loaded

ENGINES = ("event", "exact")
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
    "--workers", type=click.IntRange(1), metavar="N", words=Text("同时工作的进程数（默认等于核数）", "processes at work (default: one a core)")
)
engine_option = option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    words=Text(
        "推演引擎：event 逐事件（SimPy）；exact 精确解，不模拟，只用于固定贷款、静态因子",
        "engine: event (SimPy); exact: no simulation, for fixed books under a static factor",
    ),
)


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
    workers: int
    ranges: bool | None

    def load(self, source: str) -> Loaded:
        """Load a scenario with all that the options change in it."""
        from simulator.scenario.loader import load

        return load(source, sets=self.sets)


def play_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that play scenarios; the command gets them as one ``play``.

    ``--histories`` is ``--set run.histories=`` in short, as ``--seed`` is of ``run.seed``, so that what is played is what the scenario says.
    """

    @wraps(function)
    def with_play(
        *,
        sets: tuple[str, ...],
        histories: int | None,
        seed: int | None,
        engine: str,
        workers: int | None,
        ranges: bool | None,
        **others: Any,  # noqa: ANN401
    ) -> None:
        if histories is not None:
            sets = (*sets, f"run.histories={histories}")
        function(play=Play(with_seed(sets, seed), engine, workers or os.cpu_count() or 1, ranges), **others)

    for add in (workers_option, ranges_option, engine_option, seed_option, histories_option, set_option):
        with_play = add(with_play)
    return with_play
