"""A run as users ask for it: scenarios grouped by the world they share, sized before they start, played on all cores, kept as results."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import RunTooLarge
from simulator.results.arrays import Arrays, blank, fill, fill_files, make_files, move_files, open_files
from simulator.results.blocks import joined
from simulator.results.results import Results, month_names
from simulator.rules.records import COVER, FIRM, LINK, LOAN, SEEN, SHEET
from simulator.runs.crew import Task, crew_of, local_crew, play_tasks
from simulator.runs.play import Columns, block_size, columns_of, pack
from simulator.scenario.labels import without_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from simulator.results.blocks import Block
    from simulator.results.unfinished import Shelf
    from simulator.runs.crew import Crew
    from simulator.scenario.models import Scenario, Segment

GIB = 2**30
MEMORY_LIMIT = 8 * GIB
"""Bytes one history may take."""

TIME_LIMIT_DAYS = 30.0
SECONDS_AN_APPLICATION = 4e-6
"""Rough cost of playing one application on one core, for the estimate of a run too long to start."""


def world_key(scenario: Scenario) -> str:
    """What decides a scenario's worlds: two scenarios with the same key meet the same firms and fates."""
    world = scenario.model_dump_json(
        include={"population": True, "macro": True, "losses": True, "prices": {"lpr"}, "run": {"start", "lend_until", "seed"}}
    )
    return f"{world} {[(name, bank.share) for name, bank in scenario.banks.members.items()]}"


def fate_key(scenario: Scenario) -> str:
    """What decides the fates of a scenario's firms: two scenarios with the same key can be compared in pairs.

    Labels that only contracts look at (product, firm class, collateral ...; the grade where no value goes by it) are drawn on their own and move no
    other draw.
    """
    return world_key(without_labels(scenario))


def expected_applications(scenario: Scenario) -> float:
    """Applications a history, roughly: firms times drawdowns, renewed while lending lasts; one a project."""
    projects = sum(one.number for one in scenario.population.projects.values())
    return projects + sum(_applications(scenario, segment) for segment in scenario.population.segments.values())


def _largest(scenario: Scenario) -> tuple[str, str]:
    """What to lower where there are too many applications, in Chinese and English."""
    sizes = {
        f"population.segments.{name}": (_applications(scenario, segment), "firms 或 drawdowns.mean", "firms or drawdowns.mean")
        for name, segment in scenario.population.segments.items()
    }
    sizes |= {f"population.projects.{name}": (one.number, "number", "number") for name, one in scenario.population.projects.items()}
    path = max(sizes, key=lambda one: sizes[one][0])
    return f"{path} 的 {sizes[path][1]}", f"{sizes[path][2]} in {path}"


def _applications(scenario: Scenario, segment: Segment) -> float:
    years = max(1, (scenario.run.lend_until - scenario.run.start).days) / 365.25
    firms = segment.firms if segment.firms is not None else (segment.arrivals or 0.0) * years
    rounds = min(years * 12 / max(1, min(segment.term)), 1 / max(1e-9, 1 - segment.renewal))
    return firms * segment.drawdowns.mean * max(1.0, rounds)


def check_size(scenarios: Sequence[Scenario]) -> None:
    """Refuse, before it starts, a run that cannot fit.

    Raises
    ------
    RunTooLarge
        With the estimate and what to change.
    """
    for scenario in scenarios:
        applications = expected_applications(scenario)
        layers = len(scenario.scheme.layers)
        need = applications * (LINK.itemsize + SEEN.itemsize + SHEET.itemsize + LOAN.itemsize + FIRM.itemsize + COVER.itemsize * layers)
        if need > MEMORY_LIMIT:
            largest_zh, largest_en = _largest(scenario)
            zh = f"{scenario.name}：每次模拟约有 {applications:.3g} 笔申请，约需内存 {need / GIB:,.0f} GiB，上限 {MEMORY_LIMIT / GIB:.0f} GiB；"
            en = f"{scenario.name}: about {applications:.3g} applications a history need about {need / GIB:,.0f} GiB, and at most "
            zh, en = f"{zh}请减小 {largest_zh}", f"{en}{MEMORY_LIMIT / GIB:.0f} GiB is allowed; lower {largest_en}"
            raise RunTooLarge(zh, en)
        histories = scenario.run.histories
        days = applications * histories * SECONDS_AN_APPLICATION / 86400
        if days > TIME_LIMIT_DAYS:
            zh = f"{scenario.name}：{histories:,} 次模拟约需 {days:,.0f} 天，上限 {TIME_LIMIT_DAYS:.0f} 天；请减少 --histories"
            en = f"{scenario.name}: {histories:,} histories would take about {days:,.0f} days, at most {TIME_LIMIT_DAYS:.0f}; lower --histories"
            raise RunTooLarge(zh, en)


HISTORIES_AT_A_TIME = 200
"""Histories of a scenario that are written to its files at once."""


class Keep(NamedTuple):
    """Where a run is kept, so that nothing finished is lost.

    Attributes
    ----------
    shelf : Shelf
        Where finished blocks lie; those already there are not played again.
    homes : sequence of Path
        A folder a scenario, where its figures stay as ``.npy``; None keeps them in memory.
    cut : int, optional
        Number of histories whose blocks' size is used, so that runs of different length share their blocks; each scenario's own if not given.
    """

    shelf: Shelf
    homes: Sequence[Path | None]
    cut: int | None = None


def play_scenarios(
    scenarios: Sequence[Scenario],
    *,
    engine: str = "batch",
    workers: int = 1,
    executor: Executor | None = None,
    keep: Keep | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> list[Results]:
    """Play scenarios, those that share a world on the same draws.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Resolved; each with its own number of histories.
    engine : {'batch', 'event'}
        The compiled engine or the readable reference; the figures are the same.
    workers : int
        Threads (batch) or processes (event) of this machine; with one, all is played where it was called.
    executor : Executor, optional
        Where blocks are played instead: a cluster's, an MPI pool's, any that runs functions elsewhere. It stays open.
    keep : Keep, optional
        Where finished blocks are kept; all is in memory if not given.
    on_progress : callable
        Told how many histories are finished so far, those of every scenario counted.

    Returns
    -------
    list of Results
        In the order of the scenarios; the same bytes for any number of workers.

    Raises
    ------
    RunTooLarge
        Before anything is played.
    WorkerLost
        If a worker was killed twice at the same work.
    """
    check_size(scenarios)
    groups = groups_of(scenarios)
    packed = [pack([scenarios[number] for number in members]) for members in groups]
    tasks = [task for group, members in enumerate(groups) for task in tasks_of(group, scenarios[members[0]], keep.cut if keep else None)]
    crew = crew_of(executor) if executor else local_crew(engine, workers) if workers > 1 and len(tasks) > 1 else None
    sinks = [_sink_for(number, scenario, keep) for number, scenario in enumerate(scenarios)]
    done = 0
    for task, blocks in _blocks(packed, engine, tasks, crew, keep, [len(members) for members in groups]):
        for number, block in zip(groups[task.group], blocks, strict=True):
            sinks[number].put(task.first, block)
        done += (task.last - task.first) * len(blocks)
        on_progress(done)
    return [sink.results() for sink in sinks]


def groups_of(scenarios: Sequence[Scenario]) -> list[list[int]]:
    """Numbers of the scenarios that share their worlds."""
    groups: dict[tuple[str, int], list[int]] = {}
    for number, scenario in enumerate(scenarios):
        groups.setdefault((world_key(scenario), scenario.run.histories), []).append(number)
    return list(groups.values())


def tasks_of(group: int, scenario: Scenario, cut: int | None = None) -> list[Task]:
    """Cut a group's histories into blocks, of the size that a run of ``cut`` histories has."""
    histories = scenario.run.histories
    size = block_size(cut or histories, expected_applications(scenario))
    return [Task(group, first, min(first + size, histories)) for first in range(0, histories, size)]


def _blocks(
    packed: Sequence[bytes], engine: str, tasks: Sequence[Task], crew: Crew | None, keep: Keep | None, sizes: Sequence[int]
) -> Iterator[tuple[Task, list[Block]]]:
    """Blocks of all tasks: those that are kept already, then those that are played, each kept before it is told.

    ``sizes`` has the schemes of each group: a block kept when fewer shared the group's worlds is played again.
    """
    left = []
    for task in tasks:
        kept = keep.shelf.take(*task) if keep else None
        if kept is None or len(kept) != sizes[task.group]:
            left.append(task)
        else:
            yield task, kept
    with closing(play_tasks(packed, engine, left, crew)) as played:
        for task, blocks in played:
            if keep:
                keep.shelf.put(*task, blocks)
            yield task, blocks


class Sink(NamedTuple):
    """Where the blocks of one scenario go.

    Attributes
    ----------
    scenario : Scenario
    columns : Columns
    arrays : Arrays or None
        In memory; None where they are files.
    filling, home : Path or None
        Folder of the files while they are filled, and where they stay.
    waiting : list of (int, Block)
        Blocks that are still to be written: a file's columns are months, so that many histories at once are written as quickly as few.
    """

    scenario: Scenario
    columns: Columns
    arrays: Arrays | None
    filling: Path | None
    home: Path | None
    waiting: list[tuple[int, Block]]

    def put(self, first: int, block: Block) -> None:
        """Put a block in its place."""
        if self.arrays:
            fill(self.arrays, first, self.columns.figures(block), self.columns.series(block))
            return
        self.waiting.append((first, block))
        if sum(len(one.fixed) for _, one in self.waiting) >= HISTORIES_AT_A_TIME:
            self.write()

    def write(self) -> None:
        """Write the blocks that wait, neighbours together."""
        for first, block in joined(self.waiting):
            if self.filling:
                fill_files(self.filling, first, self.columns.figures(block), self.columns.series(block))
        self.waiting.clear()

    def results(self) -> Results:
        """Return the results once every block is in its place."""
        self.write()
        arrays = self.arrays
        if self.filling and self.home:
            move_files(self.filling, self.home)
            arrays = open_files(self.home, self.columns.shape(self.scenario.run.histories).figures)
        if arrays is None:
            problem = "a sink has arrays or files"
            raise ValueError(problem)
        return Results(self.scenario, month_names(self.scenario, self.columns.n_months), arrays.finals, arrays.series)


def _sink_for(number: int, scenario: Scenario, keep: Keep | None) -> Sink:
    columns, home = columns_of(scenario), keep.homes[number] if keep else None
    shape = columns.shape(scenario.run.histories)
    if keep is None or home is None:
        return Sink(scenario, columns, blank(shape), None, None, [])
    filling = keep.shelf.folder / "arrays" / str(number)
    make_files(filling, shape)
    return Sink(scenario, columns, None, filling, home, [])
