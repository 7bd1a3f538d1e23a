"""``riskshare study``: play what a study's file asks; and what the commands of all kinds of studies share.

A kind of study is a command of its name, whose module has two more functions: ``make(job)`` plays and writes the files of its answer, and
``tell(found)`` prints it. With a third, ``check(asked, loaded)``, it refuses what cannot be made before anything is kept. What was asked is kept as a
plan, so that ``resume`` and ``rerun`` serve every kind.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from simulator.cli.console import notice, print_json, warn_of_compiling
from simulator.cli.keeping import kept
from simulator.cli.options import Play, Workers, folder_for, json_option, out_option, study_options
from simulator.cli.reporting import report_on, report_option
from simulator.cli.text import Text, language
from simulator.cli.words import argument, command
from simulator.errors import RunTooLarge, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.results.unfinished import Plan, Shelf
    from simulator.scenario.loader import Loaded
    from simulator.scenario.study import Asked

STUDY = "study.yaml"
"""What a study is called in its folder of results."""


class Job(NamedTuple):
    """A study to be made.

    Attributes
    ----------
    asked : Asked
    loaded : sequence of Loaded
        Its scenarios, with its changes.
    folder : Path
        Where its files go.
    engine : str
    lang : str
        Language of the files.
    workers : Workers
    shelf : Shelf, optional
        Where finished blocks are kept; a job that is made again keeps none.
    """

    asked: Asked
    loaded: Sequence[Loaded]
    folder: Path
    engine: str
    lang: str
    workers: Workers
    shelf: Shelf | None


class Found(Protocol):
    """What a study found."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""


class Tool(Protocol):
    """The module of a kind of study."""

    def make(self, job: Job) -> tuple[Found, float]:
        """Play and write the files of the answer; returns the answer and the seconds it took."""

    def tell(self, found: Found) -> None:
        """Print the answer."""


@command(
    "study",
    "riskshare study hubei_ratio",
    "riskshare study hubei_ratio --histories 200 --out reports/trial",
    "riskshare study reports/trial/study.yaml",
    more=Text(
        "研究文件写明对哪个情景、问什么；各类研究的命令（如 riskshare sweep）也会在结果文件夹里写下 study.yaml。中断后用 riskshare resume 接着做。",
        "A study's file says what is asked of which scenario; the commands of the kinds (such as riskshare sweep) write theirs as study.yaml "
        "into the folder of the results. riskshare resume goes on after an interruption.",
    ),
)
@study_options
@report_option
@out_option
@json_option
@argument(
    "study",
    title=Text("研究", "STUDY"),
    words=Text("研究文件，或内置研究的名称（hubei_ratio）", "a study's file, or the name of a built-in one (hubei_ratio)"),
)
def main(study: str, play: Play, formats: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Play a study and write what it found."""
    from simulator.cli.asking import with_changes
    from simulator.scenario.study import load_study

    asked = with_changes(load_study(study), play)
    path = asked.path.resolve()
    folder = folder_for(out, path.parent.name if path.name == STUDY else path.stem)
    start(asked, {}, play, folder, formats, as_json=as_json)


def start(asked: Asked, given: Mapping[str, Loaded], play: Play, folder: Path, formats: Sequence[str] = (), *, as_json: bool) -> None:
    """Carry a study out from its beginning.

    Parameters
    ----------
    asked : Asked
    given : mapping
        Scenarios that the command has loaded, as they are without the study's changes, by the study's name for them.
    play : Play
    folder : Path
        Where its files go.
    formats : sequence of str
        Of the reports that are written too.
    as_json : bool
    """
    from simulator.cli.asking import portable
    from simulator.cli.exact import refuse_exact
    from simulator.cli.reporting import option_of
    from simulator.results.store import open_folder
    from simulator.results.unfinished import Plan, written
    from simulator.scenario.study import load_named, scenarios_of

    refuse_exact(play.engine, asked.kind)
    bases = {name: given.get(name) or load_named(asked, number) for number, name in enumerate(asked.study.sources)}
    loaded = scenarios_of(asked, bases)
    if check := getattr(tool_of(asked.kind), "check", None):
        check(asked, loaded)
    text, beside = portable(asked, bases)
    plan = Plan("study", play.engine, language(), tuple(written(one) for one in loaded), {"study": text, "beside": beside} | option_of(formats))
    carry_out(plan, open_folder(folder), play.workers, anew=play.anew, as_json=as_json)


def job_of(plan: Plan, folder: Path, workers: Workers, shelf: Shelf | None) -> Job:
    """Return the job that a plan holds."""
    from simulator.scenario.study import parse_study

    asked = parse_study(plan.options["study"], str(folder / STUDY))
    return Job(asked, [one.loaded() for one in plan.scenarios], folder, plan.engine, plan.lang, workers, shelf)


def tool_of(kind: str) -> Tool:
    """Load the module of a kind of study."""
    return cast("Tool", import_module(f"simulator.cli.{kind}"))


def carry_out(plan: Plan, folder: Path, workers: Workers, *, anew: bool = False, as_json: bool) -> None:
    """Make the study of a plan, store and report it; what an earlier try finished is not played again."""
    from simulator.cli.results import finish
    from simulator.results.studies import study_manifest, write_asked
    from simulator.results.studies_kept import write_found
    from simulator.results.unfinished import discard
    from simulator.scenario.labels import tell_drawn_labels

    with kept(folder, plan, anew=anew) as shelf:
        job = job_of(plan, folder, workers, shelf)
        for words in filter(None, map(tell_drawn_labels, job.loaded)):
            notice(Text(*words))
        warn_of_compiling()
        tool = tool_of(job.asked.kind)
        try:
            found, seconds = tool.make(job)
        except (ScenarioError, RunTooLarge):
            discard(folder)  # what the scenario or the machine refuses is no unfinished run
            raise
        write_found(folder, found, [one.digest for one in job.loaded])
        beside = plan.options["beside"]
        write_asked(folder, plan.options["study"], beside, study_manifest(plan.options["study"], beside, job.loaded, plan.engine))
    if as_json:
        print_json(found.as_json())
    else:
        tool.tell(found)
    finish(folder, workers.number, seconds)
    report_on(folder, plan.options, plan.lang)


def make_again(said: Mapping[str, Any], loaded: Sequence[Loaded], folder: Path, workers: Workers) -> None:
    """Make the study of a manifest into another folder."""
    from simulator.results.studies_kept import write_found
    from simulator.scenario.study import parse_study

    asked = parse_study(said["study"], STUDY)
    warn_of_compiling()
    found, _ = tool_of(asked.kind).make(Job(asked, loaded, folder, said["engine"], language(), workers, None))
    write_found(folder, found, [one.digest for one in loaded])
