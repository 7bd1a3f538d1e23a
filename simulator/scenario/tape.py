"""The loan tape of a scenario: found beside it, read once, and kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.scenario.tape_cells import Cells, read_cells, refused
from simulator.scenario.tape_reader import Reader, named_columns

if TYPE_CHECKING:
    from simulator.scenario.models import Scenario, Tape
    from simulator.scenario.tape_rows import TapeRows

_kept: dict[str, TapeRows] = {}


def tape_of(scenario: Scenario) -> TapeRows:
    """Read the loan tape of a scenario; a tape read before is not read again unless its file has changed.

    Raises
    ------
    TapeError
        Naming every row that cannot be read or contradicts itself, at most twenty; or if the file has changed since the scenario was loaded.
    ExtraMissing
        If it is Parquet and the extra ``data`` is not installed.
    """
    tape = scenario.population.tape
    if tape is None:
        problem = "the scenario has no tape"
        raise ValueError(problem)
    said = scenario.model_dump_json(include={"population": {"tape"}, "run": {"start", "lend_until", "run_off", "settle_years"}, "prices": {"lpr"}})
    layers = [(layer.trigger, layer.lag) for layer in scenario.scheme.layers.values()]
    key = f"{tape.folder} {_state_of(Path(tape.folder) / tape.file)} {said} {layers} {list(scenario.banks.members)}"
    if key not in _kept:
        while len(_kept) > 1:
            _kept.pop(next(iter(_kept)))
        _kept[key] = Reader(scenario, tape, _cells_of(tape)).rows()
    return _kept[key]


def _state_of(path: Path) -> tuple[int, int]:
    """When a file was last written, and its size; zeros where there is none, which reading it refuses."""
    if not path.is_file():
        return 0, 0
    state = path.stat()
    return state.st_mtime_ns, state.st_size


def _cells_of(tape: Tape) -> Cells:
    path = Path(tape.folder) / tape.file
    shown = tape.shown
    if not path.resolve().is_relative_to(Path(tape.folder).resolve()):
        zh, en = "台账在情景文件夹之外；请把台账放在情景文件旁边", "the tape lies outside the scenario's folder; put it beside the scenario"
        raise refused(shown, zh, en)
    cells = read_cells(path, shown, named_columns(tape))
    if tape.sha256 and tape.sha256 != cells.sha256:
        zh = f"台账内容与校验码 {tape.sha256[:12]}… 不符，现为 {cells.sha256[:12]}…；请换回原文件，或改 population.tape.sha256"
        en = f"the tape is not the one of SHA-256 {tape.sha256[:12]}… but of {cells.sha256[:12]}…; restore it or change population.tape.sha256"
        raise refused(shown, zh, en)
    return cells
