"""``--precision``: play in rounds until the headline measures are sure enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from simulator.cli.console import Progress, warn_of_compiling
from simulator.cli.text import Text, say
from simulator.cli.words import option
from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.cli.options import Play, Workers
    from simulator.results.precision import Precision
    from simulator.results.unfinished import Plan, Shelf
    from simulator.runs.session import Keep
    from simulator.scenario.loader import Loaded

MOST = 100_000
"""Histories never to be passed where ``--histories`` does not say."""


def read_precision(_context: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    """Read ``2%`` or ``0.02``.

    Raises
    ------
    click.BadParameter
        If it is no share between 0 and 1.
    """
    from simulator.errors import UnitError
    from simulator.scenario.units import CHANCE

    if value is None:
        return None
    try:
        target = float(CHANCE.take(value, written=True))
    except UnitError:
        target = 0.0
    if not 0.0 < target < 1.0:
        raise click.BadParameter(say(Text(f"“{value}”不是精度；请写 2% 或 0.02", f"{value!r} is no precision; write 2% or 0.02")))
    return target


precision_option = option(
    "--precision",
    metavar="SHARE",
    callback=read_precision,
    words=Text(
        "推演到主要指标的相对标准误（概率：95%区间的半宽）都不超过它为止，如 2%；--histories 是上限（默认 100000）",
        "play until the relative standard errors of the headline measures (chances: half the width of the 95% interval) are no larger, such as 2%; "
        "--histories is the most (default: 100000)",
    ),
)


def up_to_most(play: Play, precision: float | None, loaded: Sequence[Loaded]) -> list[Loaded]:
    """Return scenarios with the most histories that a run by precision may take: as ``--histories`` says, else ``MOST``.

    Raises
    ------
    SimulatorError
        If the exact path is asked for, which has no simulation error.
    """
    from simulator.analysis.precision import with_histories
    from simulator.cli.exact import EXACT

    if precision is None:
        return list(loaded)
    if play.engine == EXACT:
        zh = "--engine exact 没有模拟误差，不必写 --precision"
        raise SimulatorError(zh, "--engine exact has no simulation error; leave --precision out")
    if any(one.startswith("run.histories=") for one in play.sets):
        return list(loaded)
    return [with_histories(one, MOST) for one in loaded]


def option_of(precision: float | None) -> dict[str, float]:
    """What a plan keeps of ``--precision``; nothing where it is not asked for."""
    return {} if precision is None else {"precision": precision}


class Settled(NamedTuple):
    """Scenarios whose number of histories stands.

    Attributes
    ----------
    loaded : list of Loaded
    precision : list of Precision or None
        How each number came about; None where it was asked for.
    cut : int or None
        As ``Keep`` takes it.
    seconds : float
        Spent on it.
    """

    loaded: list[Loaded]
    precision: list[Precision | None]
    cut: int | None
    seconds: float

    def keep(self, shelf: Shelf, homes: Sequence[Path | None]) -> Keep:
        """Where the run is kept, its blocks cut as they were in the rounds."""
        from simulator.runs.session import Keep

        return Keep(shelf, homes, self.cut)


def settle(plan: Plan, shelf: Shelf, workers: Workers) -> Settled:
    """Find each scenario's number of histories: what the plan says, or what its precision takes, whose blocks then lie on the shelf."""
    loaded = [one.loaded() for one in plan.scenarios]
    target = plan.options.get("precision")
    if target is None:
        return Settled(loaded, [None] * len(loaded), None, 0.0)
    from simulator.analysis.precision import CUT, play_to_precision
    from simulator.runs.session import Keep

    warn_of_compiling()
    homes = [shelf.folder / "rounds" / str(number) for number in range(len(loaded))]
    with Progress(Text("推演", "playing"), 0) as progress, workers.open() as executor:
        found = play_to_precision(
            loaded,
            float(target),
            engine=plan.engine,
            workers=workers.number,
            executor=executor,
            keep=Keep(shelf, homes),
            on_round=progress.expect,
            on_progress=progress.reached,
        )
    return Settled(found.loaded, list(found.precision), CUT, progress.seconds)
