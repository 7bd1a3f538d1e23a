"""``riskshare rerun``: make a stored result again."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.console import Progress, notice, say_line, warn_of_compiling
from simulator.cli.options import workers_options
from simulator.cli.text import Text
from simulator.cli.words import argument, command
from simulator.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.analysis.again import Changed
    from simulator.cli.options import Workers
    from simulator.scenario.loader import Loaded


@command(
    "rerun",
    "riskshare rerun reports/湖北/manifest.json",
    "riskshare rerun reports/湖北-湖北补偿50/manifest.json --workers 4",
    more=Text(
        "照清单里的情景、种子和引擎重新推演，与旁边的 measures.csv、bands.csv（研究：全部 CSV）逐个数字比较。"
        "全部相同退出码 0；不同退出码 1，并指出第一个不同的指标和版本差别。",
        "Plays the manifest's scenario with its seed and engine, and compares every figure with measures.csv and bands.csv beside it "
        "(all tables of a study). "
        "Exit code 0 if all are the same, 1 if not: the first measure that differs is named, and the versions that do.",
    ),
)
@workers_options
@argument(
    "manifest",
    type=click.Path(path_type=Path),
    title=Text("清单", "MANIFEST"),
    words=Text("结果旁边的 manifest.json，或它所在的文件夹", "manifest.json beside a result, or its folder"),
)
@click.pass_context
def main(context: click.Context, manifest: Path, workers: Workers) -> None:
    """Make a result again and compare."""
    from simulator.analysis.again import first_change, other_versions, scenario_of
    from simulator.results.store import homes_in

    path = manifest / "manifest.json" if manifest.is_dir() else manifest
    said = read_manifest(path)
    if "study" in said:
        rerun_study(said, path.parent, workers, context)
        return
    several = "scenarios" in said
    parts: list[Mapping[str, Any]] = said["scenarios"] if several else [said]
    loaded = [scenario_of(one, path.parent) for one in parts]
    stored = homes_in(path.parent, [one.name for one in loaded]) if several else [path.parent]
    missing = next((home for home in stored if not (home / "measures.csv").is_file()), None)
    if missing:
        zh = f"{missing}：旁边没有 measures.csv，没有可比的数字"
        raise ResultsError(zh, f"{missing}: there is no measures.csv beside the manifest, so no figures to compare with")
    for name, before, now in other_versions(parts[0]):
        notice(Text(f"版本不同：{name} {before} → {now}", f"another version: {name} {before} → {now}"))
    warn_of_compiling()
    with TemporaryDirectory(prefix="riskshare-") as room:
        made = [Path(room) / str(number) for number in range(len(loaded))]
        for home in made:
            home.mkdir()
        make_again(parts, loaded, made, workers)
        changes = [first_change(before, now) for before, now in zip(stored, made, strict=True)]
        if not several:
            complete(path.parent, made[0], changes[0])
    for one, changed in zip(loaded, changes, strict=True):
        say_change(one.name, changed)
    if any(changes):
        context.exit(1)


def rerun_study(said: Mapping[str, Any], folder: Path, workers: Workers, context: click.Context) -> None:
    """Make a study again and compare its tables."""
    from simulator.analysis.again import first_change_in_tables, other_versions, scenario_of
    from simulator.cli.study import make_again as make_study

    loaded = [scenario_of(one, folder) for one in said["scenarios"]]
    for name, before, now in other_versions(said):
        notice(Text(f"版本不同：{name} {before} → {now}", f"another version: {name} {before} → {now}"))
    with TemporaryDirectory(prefix="riskshare-") as room:
        make_study(said, loaded, Path(room), workers)
        changed = first_change_in_tables(folder, Path(room))
        complete(folder, Path(room), changed)
    say_change(folder.resolve().name, changed)
    if changed:
        context.exit(1)


def complete(folder: Path, made: Path, changed: Changed | None) -> None:
    """Add to an older result, once its figures are found to be the same, what reports are made from."""
    from simulator.results.blocks import write_whole
    from simulator.results.kept import FILE

    if changed is None and (made / FILE).is_file() and not (folder / FILE).is_file():
        write_whole(folder / FILE, (made / FILE).read_bytes())
        notice(Text(f"补上 {folder / FILE}，可以写报告了", f"added {folder / FILE}, from which reports can be made"))


def say_change(name: str, changed: Changed | None) -> None:
    """Say whether a scenario's figures are the same."""
    if changed is None:
        say_line(Text(f"{name}：全部数字相同", f"{name}: every figure is the same"))
        return
    where, stored, found = f"{changed.measure}, {changed.column}", changed.stored or "-", changed.found or "-"
    zh = f"{name}：数字不同，第一处：{where}：存的是 {stored}，重做得 {found}"
    say_line(Text(zh, f"{name}: figures differ, first {where}: stored {stored}, now {found}"))


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest.

    Raises
    ------
    ResultsError
        If there is none, or it is none of ours.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        zh, en = f"{path}：无法读取清单（{error.strerror}）", f"{path}: the manifest cannot be read ({error.strerror})"
        raise ResultsError(zh, en) from error
    except ValueError:
        said = None
    if not isinstance(said, dict) or not ("scenarios" in said or "engine" in said):
        zh, en = f"{path}：不是结果的清单", f"{path}: is not the manifest of a result"
        raise ResultsError(zh, en)
    return said


def make_again(manifests: Sequence[Mapping[str, Any]], loaded: Sequence[Loaded], folders: Sequence[Path], workers: Workers) -> None:
    """Play scenarios again, with their assumptions moved if they were, and write their tables into folders that exist."""
    from simulator.analysis.compare import compare_scenarios, compared_designs
    from simulator.cli.exact import EXACT
    from simulator.engine.exact import exact_results
    from simulator.results.store import write_measures, write_results
    from simulator.results.studies_kept import write_exact_found

    engine = manifests[0]["engine"]
    if engine == EXACT:
        for one, folder in zip(loaded, folders, strict=True):
            exact = exact_results(one.scenario)
            write_measures(folder / "measures.csv", exact.measures)
            write_exact_found(folder, exact, one.digest)
        return
    designs = compared_designs(loaded) if any("ranges" in manifest for manifest in manifests) else []
    histories = sum(one.scenario.run.histories for one in loaded) + sum(design.histories for design in designs)
    with Progress(Text("重做", "playing again"), histories) as progress, workers.open() as executor:
        found = compare_scenarios(loaded, designs=designs, engine=engine, workers=workers.number, executor=executor, on_progress=progress.reached)
    for answer, folder in zip(found.answers, folders, strict=True):
        write_results(folder, answer.results, answer.measures, answer.manifest, answer.ranges)
