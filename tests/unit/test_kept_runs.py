"""Nothing finished is lost: blocks on disk, interrupted and killed runs, resume, rerun, results read back."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.errors import ResultsError
from simulator.results import unfinished
from simulator.results.arrays import Shape, fill_files, make_files, open_files
from simulator.results.blocks import Block, read_block, write_block
from simulator.results.store import homes_in, load_results
from simulator.results.unfinished import BLOCKS, PLAN, alone_in, n_kept, read_plan, written
from simulator.runs import crew
from simulator.runs.play import play_block
from simulator.runs.session import play_scenarios
from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALL = ("--set", "population.segments.科技型企业.firms=60", "--seed", "5", "--histories", "70", "--no-ranges", "--lang", "en")
OTHERWISE = ("run.json",)


def riskshare(*arguments: object) -> int:
    return exit_code_of([str(argument) for argument in arguments], program())


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a result but those that may differ from run to run."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in OTHERWISE}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    assert riskshare("run", "hubei", *SMALL, "--out", folder) == 0
    return folder


@pytest.fixture
def stop_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Function that makes the user press Ctrl-C after so many more blocks; returns the first histories of the blocks played."""

    def arrange(blocks: int) -> list[int]:
        played: list[int] = []

        def until_then(packed: bytes, engine: str, first: int, last: int) -> list[Block]:
            if len(played) == blocks:
                raise KeyboardInterrupt
            played.append(first)
            return play_block(packed, engine, first, last)

        monkeypatch.setattr(crew, "play_block", until_then)
        return played

    return arrange


@pytest.fixture
def halfway(tmp_path: Path, stop_after: Callable[[int], list[int]], capsys: pytest.CaptureFixture[str]) -> Path:
    """A run interrupted after two of its four blocks."""
    folder = tmp_path / "run"
    stop_after(2)
    assert riskshare("run", "hubei", *SMALL, "--workers", "1", "--out", folder) == 130
    capsys.readouterr()
    stop_after(1000)
    return folder


# blocks and arrays


def some_block(seed: int, n: int = 3) -> Block:
    rng = np.random.default_rng(seed)
    fixed = np.zeros(n, [("pool_paid", "i8"), ("pool_short", "i8")])
    fixed["pool_paid"] = rng.integers(0, 1000, n)
    return Block(fixed, rng.integers(-5, 5, (n, 2)), rng.integers(0, 9, (n, 4, 2)))


def same(one: Block, other: Block) -> bool:
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


def test_a_block_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    blocks = [some_block(1), some_block(2)]
    write_block(tmp_path / "a.block", "run 0/0-2", blocks)
    found = read_block(tmp_path / "a.block", "run 0/0-2")
    assert found is not None
    assert all(same(one, other) for one, other in zip(blocks, found, strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["a.block"]


def test_a_block_with_any_byte_changed_or_cut_off_is_no_block(tmp_path: Path) -> None:
    path = tmp_path / "a.block"
    write_block(path, "run", [some_block(1)])
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert read_block(path, "run") is None
    for length in (0, 10, 32, len(data) - 1):
        path.write_bytes(data[:length])
        assert read_block(path, "run") is None


def test_a_block_of_another_run_is_no_block(tmp_path: Path) -> None:
    write_block(tmp_path / "a.block", "one run", [some_block(1)])
    assert read_block(tmp_path / "a.block", "another run") is None
    assert read_block(tmp_path / "b.block", "one run") is None


def test_arrays_filled_in_any_order_are_read_by_plain_numpy(tmp_path: Path) -> None:
    make_files(tmp_path, Shape(("a", "b"), ("pool.balance",), 5, 3))
    a, b, months = np.arange(5), np.arange(5) * 10, np.arange(15).reshape(5, 3)
    for first, last in ((3, 5), (0, 3)):
        fill_files(tmp_path, first, {"a": a[first:last], "b": b[first:last]}, {"pool.balance": months[first:last]})
    assert np.load(tmp_path / "finals.npy").tolist() == np.stack([a, b], axis=1).tolist()
    assert np.load(tmp_path / "series" / "pool.balance.npy").tolist() == months.tolist()
    assert open_files(tmp_path, ("a", "b")).finals["b"].tolist() == b.tolist()


def test_two_scenarios_of_one_name_get_a_folder_each(tmp_path: Path) -> None:
    assert [home.name for home in homes_in(tmp_path, ["甲", "乙", "甲"])] == ["甲", "乙", "甲-2"]


@pytest.mark.parametrize("builtin", list_builtin(), ids=lambda one: one.stem)
def test_a_plan_keeps_every_built_in_scenario_as_it_is(builtin) -> None:
    loaded = load(builtin.path)
    found = written(loaded).loaded()
    assert found.digest == loaded.digest
    assert found.marks == loaded.marks


# interrupted and resumed


def test_an_interrupted_run_exits_130_and_says_how_to_go_on(
    tmp_path: Path, stop_after: Callable[[int], list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    stop_after(2)
    assert riskshare("run", "hubei", *SMALL, "--workers", "1", "--out", tmp_path / "my run") == 130
    said = capsys.readouterr().err
    assert "40 histories" in said
    assert f'riskshare resume "{tmp_path / "my run"}"' in said
    assert not (tmp_path / "my run" / "manifest.json").exists()


@pytest.mark.parametrize("workers", [1, 2, 16])
def test_a_resumed_run_plays_what_is_missing_and_ends_in_the_same_bytes(
    halfway: Path, whole: Path, stop_after: Callable[[int], list[int]], workers: int
) -> None:
    played = stop_after(1000)
    assert riskshare("resume", halfway, "--workers", workers) == 0
    assert sorted(played) == [40, 60]
    assert files_of(halfway) == files_of(whole)


def test_a_run_interrupted_among_the_points_of_its_ranges_is_resumed_and_made_again(tmp_path: Path, stop_after: Callable[[int], list[int]]) -> None:
    """Two blocks of the run itself and twenty points, interrupted at the fifth."""
    command = ("run", "hubei", "--set", "population.segments.科技型企业.firms=60", "--histories", "40", "--ranges", "--workers", "1", "--out")
    assert riskshare(*command, tmp_path / "alone") == 0
    stop_after(7)
    assert riskshare(*command, tmp_path / "broken") == 130
    played = stop_after(1000)
    assert riskshare("resume", tmp_path / "broken", "--workers", "2") == 0
    assert len(played) == 15
    assert files_of(tmp_path / "broken") == files_of(tmp_path / "alone")
    assert riskshare("rerun", tmp_path / "alone") == 0
    assert "range_low" in (tmp_path / "alone" / "measures.csv").read_text(encoding="utf-8-sig")


def test_a_resumed_comparison_ends_in_the_same_bytes(tmp_path: Path, stop_after: Callable[[int], list[int]]) -> None:
    """Two schemes on one world and one on another; interrupted in the first world, then in the second."""
    alone, broken = tmp_path / "alone", tmp_path / "broken"
    command = ("compare", "hubei", "hubei_ratio_50", "reference_pool", "--histories", "45", "--set", "run.seed=3", "--workers", "1", "--no-ranges")
    assert riskshare(*command, "--out", alone) == 0
    stop_after(2)
    assert riskshare(*command, "--out", broken) == 130
    stop_after(2)
    assert riskshare("resume", broken, "--workers", "1") == 130
    stop_after(1000)
    assert riskshare("resume", broken, "--workers", "2") == 0
    assert files_of(broken) == files_of(alone)


def test_a_run_is_resumed_as_it_began_though_its_file_has_changed_since(tmp_path: Path, stop_after: Callable[[int], list[int]]) -> None:
    file = tmp_path / "mine.yaml"
    shutil.copyfile(next(one.path for one in list_builtin() if one.stem == "reference_pool"), file)
    command = ("run", file, "--histories", "50", "--workers", "1", "--out")
    assert riskshare(*command, tmp_path / "alone") == 0
    stop_after(1)
    assert riskshare(*command, tmp_path / "broken") == 130
    file.write_text("no scenario any more", encoding="utf-8")
    stop_after(1000)
    assert riskshare("resume", tmp_path / "broken") == 0
    assert files_of(tmp_path / "broken") == files_of(tmp_path / "alone")


def test_a_run_whose_tape_has_changed_is_not_resumed(
    tmp_path: Path, stop_after: Callable[[int], list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    case = next(one.path for one in list_builtin() if one.stem == "tape_small")
    for name in ("tape_small.yaml", "tape_small.csv"):
        shutil.copyfile(case.parent / name, tmp_path / name)
    stop_after(0)
    assert riskshare("run", tmp_path / "tape_small.yaml", "--out", tmp_path / "run", "--lang", "en") == 130
    tape = tmp_path / "tape_small.csv"
    lines = tape.read_text(encoding="utf-8").splitlines()
    tape.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    stop_after(1000)
    assert riskshare("resume", tmp_path / "run", "--lang", "en") == 2
    assert "loan tape" in capsys.readouterr().err


@pytest.mark.parametrize("spoil", [lambda data: data[:-7], lambda data: data[:100] + b"?" + data[101:], lambda _: b""])
def test_a_spoilt_block_is_played_again(halfway: Path, whole: Path, stop_after: Callable[[int], list[int]], spoil: Callable[[bytes], bytes]) -> None:
    block = min((halfway / BLOCKS).rglob("*.block"))
    block.write_bytes(spoil(block.read_bytes()))
    played = stop_after(1000)
    assert riskshare("resume", halfway, "--workers", "1") == 0
    assert played == [0, 40, 60]
    assert files_of(halfway) == files_of(whole)


def test_the_same_command_goes_on_where_it_was_interrupted(halfway: Path, whole: Path, stop_after: Callable[[int], list[int]]) -> None:
    played = stop_after(1000)
    assert riskshare("run", "hubei", *SMALL, "--workers", "1", "--out", halfway) == 0
    assert played == [40, 60]
    assert files_of(halfway) == files_of(whole)


def test_another_run_does_not_take_the_folder_of_an_unfinished_one(
    halfway: Path, whole: Path, stop_after: Callable[[int], list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert riskshare("run", "guangdong", *SMALL[2:], "--out", halfway) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in ("unfinished", "riskshare resume", "--anew", "--out"))
    assert n_kept(halfway) == 40
    played = stop_after(1000)
    assert riskshare("run", "hubei", *SMALL, "--workers", "1", "--out", halfway, "--anew") == 0
    assert played == [0, 20, 40, 60]
    assert files_of(halfway) == files_of(whole)


def test_two_programs_do_not_play_into_one_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with alone_in(tmp_path):
        assert riskshare("run", "hubei", *SMALL, "--out", tmp_path) == 2
    assert "another riskshare" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_another_version_does_not_go_on_with_a_run(halfway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = halfway / BLOCKS / PLAN
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan["made_by"]["numpy"] = "0.9"
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert riskshare("resume", halfway, "--lang", "en") == 2
    assert "numpy 0.9" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1, "scenarios": []}', '{"format": 2, "scenarios": []}'])
def test_a_plan_that_cannot_be_read_is_told(halfway: Path, text: str) -> None:
    (halfway / BLOCKS / PLAN).write_text(text, encoding="utf-8")
    with pytest.raises(ResultsError, match="delete the folder"):
        read_plan(halfway)


def test_a_finished_run_has_nothing_to_resume(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files_of(whole)
    assert riskshare("resume", whole, "--lang", "en") == 0
    assert "nothing to resume" in capsys.readouterr().err
    assert files_of(whole) == before
    assert riskshare("resume", tmp_path / "nowhere") == 2


def test_blocks_left_by_a_kill_after_the_last_file_are_cleared_away(whole: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "copy")
    (folder / BLOCKS / "0").mkdir(parents=True)
    assert riskshare("resume", folder) == 0
    assert not (folder / BLOCKS).exists()


def test_a_full_disk_is_told_and_the_run_resumed_later(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, written_so_far = unfinished.write_block, []

    def until_full(path: Path, address: str, blocks: list[Block]) -> None:
        if len(written_so_far) == 1:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        written_so_far.append(path)
        real(path, address, blocks)

    monkeypatch.setattr(unfinished, "write_block", until_full)
    assert riskshare("run", "hubei", *SMALL, "--out", tmp_path / "run") == 2
    assert "No space left" in capsys.readouterr().err
    monkeypatch.setattr(unfinished, "write_block", real)
    assert riskshare("resume", tmp_path / "run") == 0
    assert files_of(tmp_path / "run") == files_of(whole)


# killed


def heed_interrupts() -> None:
    """Undo what a shell does to what it starts in the background: Ctrl-C would be ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from simulator.cli.main import main; main()", *(str(argument) for argument in arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=heed_interrupts)  # noqa: PLW1509  no thread of this process is in a system call then


def killed_after(process: subprocess.Popen[bytes], folder: Path, blocks: int, more_seconds: float) -> bool:
    """Kill a program once its folder holds so many more blocks, and a moment later; false where it was finished first."""
    aim = n_kept(folder) + 20 * blocks
    while process.poll() is None and n_kept(folder) < aim and not (folder / "measures.csv").exists():
        time.sleep(0.002)
    time.sleep(more_seconds)
    process.kill()
    process.communicate()
    return process.returncode != 0


def kill_until_finished(folder: Path, command: tuple[object, ...], chance: random.Random, most: int) -> int:
    """Start a run, kill it at random moments and resume it, at most so many times; then let it end. Returns the number of kills."""
    kills, process = 0, start(*command, "--out", folder)
    while kills < most:
        if not killed_after(process, folder, chance.randint(0, 3), chance.choice((0.0, 0.01, 0.1, 0.4, 1.0))):
            return kills
        kills += 1
        process = start("resume", folder) if (folder / BLOCKS / PLAN).exists() else start(*command, "--out", folder)
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()
    return kills


@pytest.mark.parametrize(("seed", "most"), [(1, 5), pytest.param(2, 30, marks=pytest.mark.slow), pytest.param(3, 30, marks=pytest.mark.slow)])
def test_a_run_killed_at_random_moments_ends_in_the_same_bytes(tmp_path: Path, seed: int, most: int) -> None:
    command = ("run", "hubei", "--histories", "160", "--workers", "2", "--seed", seed)
    assert riskshare(*command, "--out", tmp_path / "alone") == 0
    kills = kill_until_finished(tmp_path / "killed", command, random.Random(seed), most)  # noqa: S311  moments, not secrets
    assert kills >= 1
    assert files_of(tmp_path / "killed") == files_of(tmp_path / "alone")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is not sent as a signal there")
def test_ctrl_c_leaves_a_folder_that_can_be_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = start("run", "hubei", "--histories", "2000", "--workers", "2", "--out", folder, "--lang", "en")
    while process.poll() is None and n_kept(folder) == 0:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said.decode()
    assert "riskshare resume" in said.decode()
    assert "Traceback" not in said.decode()
    assert read_plan(folder) is not None
    assert n_kept(folder) > 0


# read back and made again


def test_results_read_back_are_those_of_the_run(whole: Path) -> None:
    answer = load_results(whole)
    (played,) = play_scenarios([answer.loaded.scenario])
    assert list(answer.results.finals) == list(played.finals)
    assert all(np.array_equal(answer.results.finals[name], played.finals[name]) for name in played.finals)
    assert set(answer.results.series) == set(played.series)
    assert all(np.array_equal(answer.results.series[name], played.series[name]) for name in played.series)
    assert answer.results.months == played.months
    assert answer.results.n_histories == 70
    assert json.loads(json.dumps(answer.manifest, default=str)) == json.loads((whole / "manifest.json").read_text(encoding="utf-8"))


def test_a_folder_without_results_is_refused_when_read_back(tmp_path: Path, halfway: Path) -> None:
    for folder in (tmp_path / "nowhere", halfway):
        with pytest.raises(ResultsError, match="riskshare resume"):
            load_results(folder)


def test_a_result_made_again_has_the_same_figures(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert riskshare("rerun", whole / "manifest.json", "--lang", "en") == 0
    assert "every figure is the same" in capsys.readouterr().out


def test_a_figure_that_is_not_the_same_is_named(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shutil.copytree(whole, tmp_path / "copy")
    table, manifest = folder / "measures.csv", folder / "manifest.json"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith("pool.paid,"))
    cells = lines[row].split(",")
    cells[4] = "12345.0"
    lines[row] = ",".join(cells)
    table.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"numba": "', '"numba": "9.'), encoding="utf-8")
    assert riskshare("rerun", folder, "--lang", "en") == 1
    said = capsys.readouterr()
    assert "pool.paid, mean: stored 12345.0" in said.out
    assert "another version: numba 9." in said.err


def test_a_manifest_that_was_edited_or_is_none_is_refused(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(whole / "measures.csv", tmp_path)
    path = tmp_path / "manifest.json"
    whole_text = (whole / "manifest.json").read_text(encoding="utf-8")
    edited = whole_text.replace("seed: 5", "seed: 6")
    assert edited != whole_text
    path.write_text(edited, encoding="utf-8")
    assert riskshare("rerun", path, "--lang", "en") == 2
    assert "hash" in capsys.readouterr().err
    for text in ("{", "[]", "{}", '{"engine": "batch"}'):
        path.write_text(text, encoding="utf-8")
        assert riskshare("rerun", path, "--lang", "en") == 2
    assert riskshare("rerun", tmp_path / "nothing.json", "--lang", "en") == 2


def test_an_exact_answer_is_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert riskshare("run", "reference_pool", "--engine", "exact", "--out", tmp_path) == 0
    assert riskshare("rerun", tmp_path, "--lang", "en") == 0
    assert "every figure is the same" in capsys.readouterr().out
