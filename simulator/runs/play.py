"""Play a block of histories: draw each world once, and play every scheme that shares it.

Blocks are cut by what is played alone, so the same seed gives the same bytes on any number of workers.
"""

from __future__ import annotations

import pickle
import threading
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import kernel_hash
from simulator.engine import batch
from simulator.engine.event import History
from simulator.engine.finals import DOTTED, FIGURES, SERIES, Finals
from simulator.engine.standing import Standing, play_standing, stand
from simulator.engine.state import Setting, scratch_for, setting_for
from simulator.errors import WorkerLost
from simulator.results.arrays import Shape
from simulator.results.blocks import Block
from simulator.results.results import Results, month_names
from simulator.terms.without import lower_without_scheme
from simulator.world.draw import draw_to_play
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulator.rules.books import Scratch
    from simulator.scenario.models import Scenario
    from simulator.world.draw import World
    from simulator.world.population import WorldPlan

ENGINES = ("batch", "event")
"""Engines that play histories, the default first: the compiled loop, and the readable reference. Both leave the same figures, to the fen."""

FEWEST, MOST = 20, 200
SHARES = 200
APPLICATIONS = 2_000_000
"""A block is one of some 200 shares of a run, of 20 to 200 histories and no more than two million applications: seconds of work, so that progress is
smooth, workers end together and an interruption loses little."""


def block_size(histories: int, applications: float) -> int:
    """Histories to a block, by what is played alone, never by who plays it.

    Examples
    --------
    >>> block_size(1_000, 24_000), block_size(100_000, 24_000), block_size(100, 1_000_000)
    (20, 83, 2)
    """
    share = min(max(histories // SHARES, FEWEST), MOST)
    return max(1, min(share, int(APPLICATIONS / max(applications, 1.0))))


class Play(NamedTuple):
    """One scheme ready to be played on worlds."""

    setting: Setting
    scratch: Scratch

    def finals(self, world: World, engine: str) -> Finals:
        """Play one world on an engine."""
        return batch.play_world(self.setting, self.scratch, world) if engine == "batch" else self.history(world)[1]

    def history(self, world: World, n_entries: int = 0) -> tuple[History, Finals]:
        """Play one world on the event engine, and keep its books and the first ``n_entries`` of its journal."""
        history = History(self.setting, self.scratch, world, n_entries)
        return history, history.play()


def prepare(scenario: Scenario) -> Play:
    """Lower a scenario's scheme."""
    setting = setting_for(scenario)
    return Play(setting, scratch_for(setting, scenario.losses.lgd.mean))


def prepare_without(scenario: Scenario) -> Play | None:
    """Lower the same banks and firms without the scheme; None where lending does not depend on it."""
    if not responds(scenario):
        return None
    setting = setting_for(scenario, lower_without_scheme)
    return Play(setting, scratch_for(setting, scenario.losses.lgd.mean))


def responds(scenario: Scenario) -> bool:
    """Whether any bank decides by its margin, so that lending depends on the scheme."""
    return any(bank.appetite == "margin" for bank in scenario.banks.members.values())


def pack(scenarios: Sequence[Scenario]) -> bytes:
    """Scenarios as the bytes that a task carries, so that a worker prepares each set of schemes once, and which kernels are meant to play them."""
    return pickle.dumps((kernels(), list(scenarios)))


@cache
def kernels() -> str:
    """Hash of the kernels of this process."""
    return kernel_hash()


class Prepared(NamedTuple):
    """One scheme of a task.

    Attributes
    ----------
    play : Play
    without : Play or None
        The same banks and firms without the scheme; None where lending does not depend on it.
    standing : Standing or None
        The book, lent once, where histories differ by their defaults alone.
    """

    play: Play
    without: Play | None
    standing: Standing | None


class Ready(NamedTuple):
    """Schemes prepared by one thread for itself, since the books on which banks work out their cover are written while they are used."""

    packed: bytes
    engine: str
    plan: WorldPlan
    plays: list[Prepared]


_of_thread = threading.local()


def _ready(packed: bytes, engine: str) -> Ready:
    found: Ready | None = getattr(_of_thread, "ready", None)
    if found is None or found.packed != packed or found.engine != engine:
        meant, scenarios = pickle.loads(packed)  # noqa: S301  our own bytes, never a file's
        if meant != kernels():
            zh = "工作进程装的 riskshare（或 numba、numpy、Python）与这里不同，结果会不一致；请在各处装同一版本"
            en = "a worker has another version of riskshare (or numba, numpy, Python), so figures could differ; install the same everywhere"
            raise WorkerLost(zh, en)
        found = _of_thread.ready = _prepared(packed, engine, scenarios)
    return found


def _prepared(packed: bytes, engine: str, scenarios: Sequence[Scenario]) -> Ready:
    pairs = [(prepare(scenario), prepare_without(scenario)) for scenario in scenarios]
    has_signals = any(without is not None for _, without in pairs)
    plan = plan_world(scenarios[0], pairs[0][0].setting.calendar, has_signals=has_signals)
    plays = [
        Prepared(play, without, stand(play.setting, play.scratch, plan) if engine == "batch" and without is None else None) for play, without in pairs
    ]
    return Ready(packed, engine, plan, plays)


def play_block(packed: bytes, engine: str, first: int, last: int) -> list[Block]:
    """Play histories ``first`` to ``last - 1`` of one world under each of some schemes.

    The scenarios must share population, macro, losses and seed: the world is drawn from the first.
    """
    ready = _ready(packed, engine)
    blocks = {place: told for place, one in enumerate(ready.plays) if one.standing and (told := play_standing(one.standing, first, last))}
    rest = [place for place in range(len(ready.plays)) if place not in blocks]
    finals: dict[int, list[Finals]] = {place: [] for place in rest}
    for number in range(first, last) if rest else ():
        world = draw_to_play(ready.plan, number)
        for place in rest:
            play, without, _ = ready.plays[place]
            final = play.finals(world, engine)
            if without:
                bare = without.finals(world, engine)
                final.fixed["lending_additional_volume"] = final.fixed["lending_volume"] - bare.fixed["lending_volume"]
            finals[place].append(final)
    return [Block(*blocks[place]) if place in blocks else _stack(finals[place]) for place in range(len(ready.plays))]


def _stack(finals: list[Finals]) -> Block:
    fixed = np.empty(len(finals), FIGURES)
    for row, final in enumerate(finals):
        fixed[row] = final.fixed[0]
    return Block(fixed, np.stack([final.parts for final in finals]), np.stack([final.series for final in finals]))


class Columns(NamedTuple):
    """How the columns of a scenario's blocks are called.

    Attributes
    ----------
    fixed : mapping
        Field of FIGURES to dotted name.
    parts : sequence of str
        Dotted names.
    n_months : int
    """

    fixed: Mapping[str, str]
    parts: Sequence[str]
    n_months: int

    def figures(self, block: Block) -> dict[str, NDArray[np.int64]]:
        """Final figures of a block by dotted name, each of shape (n_histories,)."""
        fixed = {dotted: block.fixed[field] for field, dotted in self.fixed.items()}
        return fixed | {name: block.parts[:, column] for column, name in enumerate(self.parts)}

    def series(self, block: Block) -> dict[str, NDArray[np.int64]]:
        """Monthly series of a block by dotted name, each of shape (n_histories, n_months)."""
        return {name: block.series[:, :, number] for number, name in enumerate(SERIES)}

    def shape(self, n_histories: int) -> Shape:
        """Arrays that a run of so many histories fills."""
        return Shape((*self.fixed.values(), *self.parts), SERIES, n_histories, self.n_months)


def columns_of(scenario: Scenario) -> Columns:
    """Name the columns of a scenario's blocks; no additional volume where lending does not depend on the scheme."""
    setting = setting_for(scenario)
    named = {field: dotted for field, dotted in DOTTED.items() if responds(scenario) or dotted != "lending.additional_volume"}
    return Columns(named, setting.parts.names, setting.n_months)


def play_histories(scenarios: Sequence[Scenario], histories: int, *, engine: str = "batch") -> list[Results]:
    """Play some schemes on the same worlds, at once, here and in memory.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Resolved scenarios that share population, macro, losses and seed.
    histories : int
        Number of histories, >= 1, whatever the scenarios say.
    engine : {'batch', 'event'}

    Returns
    -------
    list of Results
        One a scenario, in their order.
    """
    blocks = play_block(pack(scenarios), engine, 0, histories)
    return [_as_results(scenario, columns_of(scenario), block) for scenario, block in zip(scenarios, blocks, strict=True)]


def _as_results(scenario: Scenario, columns: Columns, block: Block) -> Results:
    return Results(scenario, month_names(scenario, columns.n_months), columns.figures(block), columns.series(block))
