"""A run that is not finished: what it plays, where its finished blocks lie, and who is at work in its folder.

``blocks/plan.json`` is written before anything is played and taken away when everything else is written, so a folder holds an unfinished run exactly
when it holds a plan. The plan has each scenario as text, so that a file changed since makes no difference. A lock of the operating system keeps two
programs out of one folder; it goes with the program that held it, however that ended.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import ResultsError
from simulator.results.blocks import read_block, write_block, write_whole
from simulator.results.manifest import versions_of_result
from simulator.scenario.loader import load_text
from simulator.scenario.tape_file import folder_of_tape
from simulator.scenario.writer import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from simulator.results.blocks import Block
    from simulator.scenario.loader import Loaded

BLOCKS, PLAN, LOCK = "blocks", "plan.json", ".riskshare.lock"
FORMAT = 1


class Written(NamedTuple):
    """A scenario as a plan keeps it.

    Attributes
    ----------
    name : str
    text : str
        The resolved scenario as a file, with its sources and assumptions.
    file : str
        The file it came from, for messages.
    folder : str
        Where its loan tape lies; empty without one.
    sha256 : str
        Of the resolved scenario.
    changed : tuple
        What it changes in what it extends, as ``Loaded`` has it.
    """

    name: str
    text: str
    file: str
    folder: str
    sha256: str
    changed: Sequence[Sequence[str]] = ()

    def loaded(self) -> Loaded:
        """Read the scenario back.

        Raises
        ------
        ResultsError
            If it is no longer what it was: its loan tape has changed.
        """
        found = load_text(self.text, self.file, folder=self.folder)
        if found.digest != self.sha256:
            zh = f"“{self.name}”与开始时不同：它的贷款台账（{self.folder}）或本程序已改变；请用 riskshare run 或 compare 加 --anew 重新开始"
            en = f"{self.name!r} is not what it was: its loan tape ({self.folder}) or this program has changed; start afresh with --anew"
            raise ResultsError(zh, en)
        return replace(found, changed=tuple((path, old, new) for path, old, new in self.changed))


def written(loaded: Loaded) -> Written:
    """Write a scenario so that it can be read back whatever happens to its file."""
    return Written(loaded.name, show(loaded, marks="inline"), str(loaded.path), folder_of_tape(loaded.tree), loaded.digest, loaded.changed)


def maker() -> dict[str, str]:
    """What makes the bytes of a result beside its scenario: versions, kernels, platform."""
    from simulator.compiled import kernel_hash

    return {**versions_of_result(), "kernels": kernel_hash()}


@dataclass(frozen=True)
class Plan:
    """What a run plays.

    Attributes
    ----------
    command : str
        ``run`` or ``compare``.
    engine : str
        ``batch`` or ``event``.
    lang : str
        Language of the files.
    scenarios : tuple of Written
    options : mapping
        What else decides the files.
    made_by : mapping
        Versions, kernels and platform; only the same can go on with the run.
    """

    command: str
    engine: str
    lang: str
    scenarios: tuple[Written, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    made_by: Mapping[str, str] = field(default_factory=maker)

    @property
    def key(self) -> str:
        """Hash of all that decides the histories: scenarios, engine, options, versions, platform."""
        decides = [self.engine, dict(self.options), dict(self.made_by), [one.sha256 for one in self.scenarios]]
        return hashlib.sha256(json.dumps(decides, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def histories(self) -> int:
        """Histories of all scenarios together."""
        return sum(one.loaded().scenario.run.histories for one in self.scenarios)


def write_plan(folder: Path, plan: Plan) -> None:
    """Write a plan into a folder; whole or not at all."""
    (folder / BLOCKS).mkdir(exist_ok=True)
    text = json.dumps({"format": FORMAT, **asdict(plan), "scenarios": [one._asdict() for one in plan.scenarios]}, ensure_ascii=False, indent=1)
    write_whole(folder / BLOCKS / PLAN, (text + "\n").encode())


def read_plan(folder: Path) -> Plan | None:
    """Read the plan of the unfinished run in a folder; None where there is none.

    Raises
    ------
    ResultsError
        If it cannot be understood.
    """
    path = folder / BLOCKS / PLAN
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        said = json.loads(text)
        scenarios = tuple(Written(**one) for one in said.pop("scenarios"))
        if said.pop("format") != FORMAT:
            raise ValueError(path)
        return Plan(**said, scenarios=scenarios)
    except (ValueError, TypeError, KeyError, AttributeError):
        zh = f"{path}：看不懂这份推演计划；如不再需要，请删去 {path.parent} 文件夹"
        en = f"{path}: this plan of a run cannot be read; if it is not needed any more, delete the folder {path.parent}"
        raise ResultsError(zh, en) from None


def check_made_by(folder: Path, plan: Plan) -> None:
    """Refuse to go on with a run that another version began.

    Raises
    ------
    ResultsError
        Naming what differs.
    """
    then, now = plan.made_by, maker()
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    differ = [f"{name} {then.get(name, '-')} → {now.get(name, '-')}" for name in names]
    if differ:
        zh = f"{folder}：这次推演由另一版本开始（{'；'.join(differ)}），不能接着做；请装回原来的版本，或加 --anew 重新开始"
        en = f"{folder}: another version began this run ({'; '.join(differ)}) and alone can finish it; install it, or start afresh with --anew"
        raise ResultsError(zh, en)


class Shelf(NamedTuple):
    """Finished blocks of one run, by the world they share and their first and last history.

    Attributes
    ----------
    folder : Path
        ``blocks/`` of the result folder.
    key : str
        The plan's.
    before : int
        Worlds of the same run that were numbered before.
    """

    folder: Path
    key: str
    before: int = 0

    def behind(self, before: int) -> Shelf:
        """Return the shelf for worlds that come after ``before`` others, where a run plays in several calls."""
        return self._replace(before=self.before + before)

    def _place(self, group: int, first: int, last: int) -> tuple[Path, str]:
        name = f"{self.before + group}/{first:08d}-{last - 1:08d}"
        return self.folder / f"{name}.block", f"{self.key} {name}"

    def take(self, group: int, first: int, last: int) -> list[Block] | None:
        """Read a block; None where it is not there, or spoilt."""
        return read_block(*self._place(group, first, last))

    def put(self, group: int, first: int, last: int, blocks: Sequence[Block]) -> None:
        """Keep a finished block."""
        path, address = self._place(group, first, last)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_block(path, address, blocks)


def shelf_of(folder: Path, plan: Plan) -> Shelf:
    """Where the blocks of a plan lie."""
    return Shelf(folder / BLOCKS, plan.key)


def n_kept(folder: Path) -> int:
    """Histories of finished blocks, as the names of their files say."""
    spans = (path.stem.split("-") for path in (folder / BLOCKS).glob("*/*.block") if not path.name.startswith("."))
    return sum(int(last) - int(first) + 1 for first, last in spans)


def discard(folder: Path) -> None:
    """Take the plan and the blocks away; the plan first, so that what is left is never taken for a run."""
    (folder / BLOCKS / PLAN).unlink(missing_ok=True)
    shutil.rmtree(folder / BLOCKS, ignore_errors=True)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Be the only program that plays into a folder.

    Raises
    ------
    ResultsError
        If another one does.
    """
    path = folder / LOCK
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _lock(descriptor):
            os.close(descriptor)
            zh = f"{folder}：另一个 riskshare 正在往这个文件夹里推演；请等它结束，或用 --out 指定另一个文件夹"
            en = f"{folder}: another riskshare is playing into this folder; wait for it, or name another folder with --out"
            raise ResultsError(zh, en)
        if _is_still(path, descriptor):
            break
        os.close(descriptor)
    try:
        yield
    finally:
        if sys.platform == "win32":  # which lets no open file go
            os.close(descriptor)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        else:
            path.unlink(missing_ok=True)
            os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether a lock is on the file that stands in the folder now, not on one that its last holder has just taken away."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock(descriptor: int) -> bool:
    """Lock a file; false where another program has. A file system without locks has none to respect."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
