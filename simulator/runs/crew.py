"""Who plays the blocks: this process, threads or processes of this machine, a cluster, or any ``concurrent.futures.Executor``.

The batch engine's kernels leave the interpreter's lock alone, so threads serve it; the event engine is Python and gets processes. A block whose
worker was killed is played once more, then reported.
"""

from __future__ import annotations

import signal
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from simulator.compiled import is_warm
from simulator.errors import ExtraMissing, WorkerLost
from simulator.runs.play import play_block

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager

    from simulator.results.blocks import Block

TRIES = 2
"""Times a block is played if its worker is killed."""

BLOCKS_AHEAD = 128
"""Blocks handed at once to an executor whose size is not known."""

PATIENCE_SECONDS = 20
"""How long a cluster's scheduler may take to answer."""


class Task(NamedTuple):
    """Histories ``first`` to ``last - 1`` of one group of scenarios that share their worlds."""

    group: int
    first: int
    last: int


class Crew(NamedTuple):
    """Those who play.

    Attributes
    ----------
    open : callable
        Opens an executor; called again after it broke.
    n_ahead : int
        Blocks handed over at once.
    """

    open: Callable[[], AbstractContextManager[Executor]]
    n_ahead: int


def local_executor(engine: str, workers: int) -> Executor:
    """Workers of this machine: threads for the batch engine; for the event engine processes, started afresh (never forked)."""
    if engine == "batch":
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def local_crew(engine: str, workers: int) -> Crew:
    """Crew of some workers of this machine."""
    return Crew(lambda: local_executor(engine, workers), 2 * workers)


def crew_of(executor: Executor) -> Crew:
    """Crew of an executor that somebody else opened and will close."""
    return Crew(lambda: nullcontext(executor), BLOCKS_AHEAD)


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Open the executor of a Dask cluster.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    ExtraMissing
        If ``dask.distributed`` is not installed.
    WorkerLost
        If no scheduler answers there.
    """
    try:
        from distributed import Client
    except ImportError:
        zh = '在集群上推演要先安装扩展：python -m pip install "riskshare[cluster]"'
        en = 'playing on a cluster needs an extra: python -m pip install "riskshare[cluster]"'
        raise ExtraMissing(zh, en) from None
    try:
        client = Client(address, timeout=PATIENCE_SECONDS)
    except (OSError, ValueError) as error:
        zh = f"{address}：没有 Dask 调度器应答；请检查地址（如 tcp://10.0.0.1:8786）和网络"
        en = f"{address}: no Dask scheduler answers; check the address (such as tcp://10.0.0.1:8786) and the network"
        raise WorkerLost(zh, en) from error
    with client:
        yield client.get_executor()


def play_tasks(packed: Sequence[bytes], engine: str, tasks: Sequence[Task], crew: Crew | None) -> Generator[tuple[Task, list[Block]], None, None]:
    """Play blocks, each as soon as somebody is free.

    Parameters
    ----------
    packed : sequence of bytes
        Each group's scenarios, from ``pack``.
    engine : str
    tasks : sequence of Task
    crew : Crew, optional
        This process, one block after the other, if not given.

    Yields
    ------
    Task, list of Block
        As they are finished, in any order.

    Raises
    ------
    WorkerLost
        If the workers were killed twice at the same block.
    """
    if crew is None:
        for task in tasks:
            yield task, play_block(packed[task.group], engine, task.first, task.last)
        return
    left, tries = deque(tasks), Counter[Task]()
    while left:
        at_work: dict[Future[list[Block]], Task] = {}
        try:
            with crew.open() as executor:
                if isinstance(executor, ProcessPoolExecutor) and not is_warm():
                    executor.submit(play_block, packed[0], engine, 0, 1).result()  # one compiles, the others load what it compiled
                yield from _played(packed, engine, left, at_work, executor, crew.n_ahead)
        except BrokenExecutor as error:
            again = sorted(at_work.values()) or [left.popleft()]
            tries.update(again)
            left.extendleft(reversed(again))
            if max(tries.values()) >= TRIES:
                raise _lost(again[0]) from error


def _played(
    packed: Sequence[bytes],
    engine: str,
    left: deque[Task],
    at_work: dict[Future[list[Block]], Task],
    executor: Executor,
    n_ahead: int,
) -> Generator[tuple[Task, list[Block]], None, None]:
    """Hand out what is left and yield what is finished; when the executor breaks, ``at_work`` holds what it was given."""
    try:
        while left or at_work:
            while left and len(at_work) < n_ahead:
                task = left[0]
                at_work[executor.submit(play_block, packed[task.group], engine, task.first, task.last)] = task
                left.popleft()
            for future in wait(at_work, return_when=FIRST_COMPLETED).done:
                blocks = future.result()
                yield at_work.pop(future), blocks
    finally:
        for future in at_work:
            future.cancel()


def _lost(task: Task) -> WorkerLost:
    zh = f"工作进程两次被系统结束（在第 {task.first} 至 {task.last - 1} 条路径上），多半是内存不足；请减少 --workers 再试"
    en = f"a worker was killed twice (at histories {task.first} to {task.last - 1}), most likely for want of memory; try again with fewer --workers"
    return WorkerLost(zh, en)
