"""Play histories: draw each world once, play every scheme that shares it, block by block on any executor.

Blocks are cut by number alone and put together in their order, so the same seed gives the same bytes on any number of workers.
"""

from __future__ import annotations

import pickle
import signal
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine.event import History
from simulator.engine.finals import DOTTED, SERIES, Finals
from simulator.engine.state import Setting, scratch_for, setting_for
from simulator.results.results import Results
from simulator.terms.without import lower_without_scheme
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from simulator.rules.books import Scratch
    from simulator.scenario.models import Scenario
    from simulator.world.draw import World
    from simulator.world.population import WorldPlan

BLOCK = 20
"""Histories a task plays: small enough for a smooth progress bar, large enough to keep workers busy."""


class Block(NamedTuple):
    """Results of consecutive histories under one scheme.

    Attributes
    ----------
    fixed : ndarray of FIGURES, shape (n_histories,)
    parts : ndarray of int64, shape (n_histories, n_parts)
        Figures named after something in the file.
    series : ndarray, shape (n_histories, n_months, n_series)
        Month-end figures, int64 fen.
    """

    fixed: NDArray[np.void]
    parts: NDArray[np.int64]
    series: NDArray[np.int64]


class Play(NamedTuple):
    """One scheme ready to be played on worlds."""

    setting: Setting
    scratch: Scratch

    def history(self, world: World, n_entries: int = 0) -> tuple[History, Finals]:
        """Play one world."""
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
    """Scenarios as the bytes that a task carries, so that a worker prepares each set of schemes once."""
    return pickle.dumps(list(scenarios))


@lru_cache(maxsize=2)
def _ready(packed: bytes) -> tuple[WorldPlan, list[tuple[Play, Play | None]]]:
    scenarios: list[Scenario] = pickle.loads(packed)  # noqa: S301  our own bytes, never a file's
    plays = [(prepare(scenario), prepare_without(scenario)) for scenario in scenarios]
    has_signals = any(responds(scenario) for scenario in scenarios)
    return plan_world(scenarios[0], plays[0][0].setting.calendar, has_signals=has_signals), plays


def play_block(packed: bytes, first: int, last: int) -> list[Block]:
    """Play histories ``first`` to ``last - 1`` of one world under each of some schemes.

    The scenarios must share population, macro, losses and seed: the world is drawn from the first.
    """
    plan, plays = _ready(packed)
    finals: list[list[Finals]] = [[] for _ in plays]
    for number in range(first, last):
        world = draw_history(plan, number)
        for (play, without), kept in zip(plays, finals, strict=True):
            _, final = play.history(world)
            if without:
                _, bare = without.history(world)
                final.fixed["lending_additional_volume"] = final.fixed["lending_volume"] - bare.fixed["lending_volume"]
            kept.append(final)
    return [_stack(kept) for kept in finals]


def _stack(finals: list[Finals]) -> Block:
    return Block(
        np.concatenate([final.fixed for final in finals]),
        np.stack([final.parts for final in finals]),
        np.stack([final.series for final in finals]),
    )


def local_executor(workers: int) -> Executor:
    """Worker processes of this machine, started afresh (never forked)."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def play_histories(
    scenarios: Sequence[Scenario],
    histories: int,
    *,
    executor: Executor | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> list[Results]:
    """Play some schemes on the same worlds.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Resolved scenarios that share population, macro, losses and seed.
    histories : int
        Number of histories, >= 1.
    executor : Executor, optional
        Where blocks are played; in this process if not given.
    on_progress : callable
        Told the number of histories finished, after each block.

    Returns
    -------
    list of Results
        One a scenario, in their order.
    """
    packed = pack(scenarios)
    cuts = [(first, min(first + BLOCK, histories)) for first in range(0, histories, BLOCK)]
    done = 0
    blocks: dict[int, list[Block]] = {}
    for first, played in _play_cuts(packed, cuts, executor):
        blocks[first] = played
        done += len(played[0].series)
        on_progress(done)
    ordered = [blocks[first] for first, _ in cuts]
    return [_assemble(scenario, [played[number] for played in ordered]) for number, scenario in enumerate(scenarios)]


def _play_cuts(packed: bytes, cuts: Sequence[tuple[int, int]], executor: Executor | None) -> Iterator[tuple[int, list[Block]]]:
    if executor is None:
        for first, last in cuts:
            yield first, play_block(packed, first, last)
        return
    pending = {executor.submit(play_block, packed, first, last): first for first, last in cuts}
    try:
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                yield pending.pop(future), future.result()
    finally:
        for future in pending:
            future.cancel()


def _assemble(scenario: Scenario, blocks: Sequence[Block]) -> Results:
    setting = setting_for(scenario)
    series = np.concatenate([block.series for block in blocks])
    return Results(
        scenario=scenario,
        months=month_names(scenario, setting.n_months),
        finals=named_figures(scenario, setting, np.concatenate([block.fixed for block in blocks]), np.concatenate([block.parts for block in blocks])),
        series={name: series[:, :, number] for number, name in enumerate(SERIES)},
    )


def named_figures(scenario: Scenario, setting: Setting, fixed: NDArray[np.void], parts: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Final figures by dotted name, each of shape (n_histories,); no additional volume where lending does not depend on the scheme."""
    named = {dotted: fixed[field] for field, dotted in DOTTED.items() if responds(scenario) or dotted != "lending.additional_volume"}
    return named | {name: parts[:, column] for column, name in enumerate(setting.parts.names)}


def month_names(scenario: Scenario, n_months: int) -> list[str]:
    """Calendar months of the series, ``2025-03`` and on."""
    first = scenario.run.start.year * 12 + scenario.run.start.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, first + n_months)]
