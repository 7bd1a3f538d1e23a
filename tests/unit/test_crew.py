"""Who plays makes no difference: threads, processes, executors handed in, workers that are killed, a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.errors import ExtraMissing, WorkerLost
from simulator.runs import crew, play
from simulator.runs.crew import Crew, Task, dask_executor, local_executor, play_tasks
from simulator.runs.play import block_size, pack
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.results.blocks import Block
    from simulator.results.results import Results
    from simulator.scenario.models import Scenario

SETS = ("population.segments.科技型企业.firms=60", "run.seed=11", "run.histories=64")


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    """Two schemes on one world, and one on a world of its own."""
    return [load("hubei", sets=SETS).scenario, load("hubei_ratio_50", sets=SETS).scenario, load("tape_small", sets=["run.histories=25"]).scenario]


@pytest.fixture(scope="module")
def alone(scenarios: list[Scenario]) -> list[Results]:
    return play_scenarios(scenarios)


def assert_same(found: list[Results], expected: list[Results]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert list(one.finals) == list(other.finals)
        assert all(one.finals[name].tobytes() == other.finals[name].tobytes() for name in other.finals)
        assert all(np.array_equal(one.series[name], other.series[name]) for name in other.series)


@pytest.mark.parametrize("workers", [2, 16])
def test_any_number_of_threads_gives_the_same_bytes(scenarios: list[Scenario], alone: list[Results], workers: int) -> None:
    assert_same(play_scenarios(scenarios, workers=workers), alone)


def test_any_executor_gives_the_same_bytes_and_stays_open(scenarios: list[Scenario], alone: list[Results]) -> None:
    with ThreadPoolExecutor(3) as executor:
        assert_same(play_scenarios(scenarios, executor=executor), alone)
        assert executor.submit(int, "7").result() == 7


def test_progress_counts_the_histories_of_every_scenario(scenarios: list[Scenario]) -> None:
    told: list[int] = []
    play_scenarios(scenarios, workers=2, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 64 + 64 + 25


def test_blocks_are_cut_by_what_is_played_alone() -> None:
    assert [block_size(histories, 24_000.0) for histories in (1, 1_000, 10_000, 100_000)] == [20, 20, 50, 83]
    assert block_size(100, 1e6) == 2
    assert block_size(100_000, 0.0) == 200
    assert block_size(10, 1e9) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_worker_process_is_replaced_and_the_bytes_are_the_same(scenarios: list[Scenario], alone: list[Results]) -> None:
    opened: list[Any] = []

    def open_pool() -> Executor:
        opened.append(local_executor("event", 2))
        return opened[-1]

    tasks = [Task(0, first, first + 8) for first in range(0, 64, 8)]
    found: dict[Task, list[Block]] = {}
    for task, blocks in play_tasks([pack(scenarios[:2])], "event", tasks, Crew(open_pool, 4)):
        if not found:
            os.kill(next(iter(opened[0]._processes)), signal.SIGKILL)
        found[task] = blocks
    assert len(opened) == 2
    assert sorted(found) == tasks
    paid = np.concatenate([found[task][1].fixed["pool_paid"] for task in tasks])
    assert np.array_equal(paid, alone[1].finals["pool.paid"])


class Breaks(Executor):
    """An executor whose workers are always killed."""

    def submit(self, _function: Callable[..., Any], /, *_arguments: Any, **_named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("killed"))
        return future


def test_a_worker_killed_twice_at_the_same_block_is_reported(scenarios: list[Scenario]) -> None:
    with pytest.raises(WorkerLost, match="--workers") as lost:
        play_scenarios(scenarios, executor=Breaks())
    assert "内存" in lost.value.render("zh")


def test_a_worker_with_other_kernels_is_refused(scenarios: list[Scenario], monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack(scenarios[:1])
    monkeypatch.setattr(play, "kernels", lambda: "others")
    with pytest.raises(WorkerLost, match="another version"):
        play.play_block(packed, "batch", 0, 1)


def test_a_cluster_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExtraMissing, match=r"riskshare\[cluster\]"), dask_executor("tcp://127.0.0.1:1"):
        pass


@pytest.mark.parametrize("options", [("--executor", "dask"), ("--scheduler", "tcp://10.0.0.1:8786")])
def test_a_cluster_and_its_scheduler_go_together(options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(["run", "hubei", *options, "--lang", "en"], program()) == 2
    assert "go together" in capsys.readouterr().err


@pytest.fixture
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster: pip install riskshare[cluster]")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as found:
        yield found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(scenarios: list[Scenario], alone: list[Results], cluster: Any) -> None:
    victims = [cluster.workers[0].process.pid]

    def kill_one(_done: int) -> None:
        while victims:
            os.kill(victims.pop(), signal.SIGKILL)

    with dask_executor(cluster.scheduler_address) as executor:
        assert_same(play_scenarios(scenarios, engine="event", executor=executor, on_progress=kill_one), alone)
        assert_same(play_scenarios(scenarios, engine="batch", executor=executor), alone)
    assert not victims


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the extra cluster: pip install riskshare[cluster]")
    monkeypatch.setattr(crew, "PATIENCE_SECONDS", 1)
    with pytest.raises(WorkerLost, match="no Dask scheduler answers"), dask_executor("tcp://127.0.0.1:9"):
        pass
