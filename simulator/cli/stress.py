"""``riskshare stress``: named paths of the economy, bounds of dependence, and the smallest shock that empties the pool."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import click

from simulator.cli.console import Column, Progress, print_table
from simulator.cli.options import Play, folder_for, json_option, out_option, scenario_argument, study_options
from simulator.cli.reporting import report_option
from simulator.cli.sensitivity import listed, measures_option
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.analysis.stress import StressDesign
    from simulator.cli.study import Job
    from simulator.results.stress import StressStudy
    from simulator.scenario.loader import Loaded
    from simulator.scenario.studies import Stress
    from simulator.scenario.study import Asked

REVERSE_PLAYS = 24
"""About how many levels of the factor a reverse stress tries."""

MILLION = 1_000_000


@command(
    "stress",
    "riskshare stress 湖北",
    "riskshare stress 湖北 --paths recession,crisis,1/50:18 --measures bank.net_loss,pool.shortfall_probability",
    "riskshare stress 湖北 --no-reverse --dependence independent",
    more=Text(
        "内置路径：recession 一次衰退、long_recession 长衰退、severe_recession 严重衰退、crisis 危机、double_dip 双底、upswing 景气；"
        "自定：1/N:月数 或 1/N:月数:起始月，即 N 年一遇的因子。反向压力：因子在前几个月保持多低，资金池就在给定比例的模拟中不够用。",
        "Built-in paths: recession, long_recession, severe_recession, crisis, double_dip, upswing; one's own: 1/N:months or 1/N:months:first month, "
        "the factor of one year in N. Reverse stress: how low the factor must stay, for how many months, to empty the pool in a given part "
        "of histories.",
    ),
)
@study_options
@option(
    "--paths",
    multiple=True,
    metavar="NAME,...",
    words=Text("宏观路径，逗号分隔（默认：全部内置的）", "paths, comma between (default: all built-in ones)"),
)
@option(
    "--dependence",
    default="independent,comonotone",
    show_default=True,
    metavar="NAME,...",
    words=Text("相关的边界：independent 互相独立，comonotone 同生共死", "bounds of dependence: independent, comonotone"),
)
@option(
    "--reverse/--no-reverse",
    default=True,
    words=Text("是否找耗尽资金池的最小冲击（默认：是）", "look for the smallest shock that empties the pool (default)"),
)
@option("--reverse-months", type=click.IntRange(1), metavar="N", words=Text("冲击持续几个月（默认 12）", "months that the shock lasts (default: 12)"))
@option(
    "--reverse-share",
    metavar="SHARE",
    words=Text("要在多大比例的模拟中耗尽（默认 50%）", "part of histories in which the pool must be emptied (default: 50%)"),
)
@measures_option
@report_option
@out_option
@json_option
@scenario_argument
def main(
    scenario: str,
    play: Play,
    paths: tuple[str, ...],
    dependence: str,
    reverse: bool,
    reverse_months: int | None,
    reverse_share: str | None,
    measures: tuple[str, ...],
    formats: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Play a stress study and write what it found."""
    from simulator.cli.asking import asked_by_options
    from simulator.cli.study import start
    from simulator.scenario.loader import load

    loaded = load(scenario)
    keys = {
        "paths": listed(*paths),
        "dependence": listed(dependence),
        "reverse": None if reverse else False,
        "reverse_months": None if reverse_months is None else f"{reverse_months}月",
        "reverse_share": reverse_share,
        "measures": listed(*measures),
    }
    title = Text(f"{loaded.name}：压力测试", f"{loaded.name}: stress test")
    start(
        asked_by_options("stress", title, [scenario], play, keys),
        {scenario: loaded},
        play,
        folder_for(out, f"stress-{loaded.name}"),
        formats,
        as_json=as_json,
    )


def kind_of(asked: Asked) -> Stress:
    """Return the study as the class of its kind."""
    return cast("Stress", asked.study)


def design_of(asked: Asked, loaded: Loaded) -> StressDesign:
    """Lay out the cases that a study asks for."""
    from simulator.analysis.shocks import NAMED
    from simulator.analysis.stress import stress_design

    study = kind_of(asked)
    return stress_design(loaded, list(NAMED) if study.paths is None else study.paths, study.dependence)


def check(asked: Asked, loaded: Sequence[Loaded]) -> None:
    """Refuse what cannot be made."""
    design_of(asked, loaded[0])


def make(job: Job) -> tuple[StressStudy, float]:
    """Play and write the files of the answer."""
    from simulator.analysis.moved import Playing
    from simulator.analysis.stress import reverse_stress, stress_study
    from simulator.report.stress import write_stress_report

    asked, (loaded,) = kind_of(job.asked), job.loaded
    design = design_of(job.asked, loaded)
    with job.workers.open() as executor:
        playing = Playing(job.engine, job.workers.number, executor)
        with Progress(Text("推演", "playing"), design.histories) as progress:
            study = stress_study(design, asked.measures or (), playing._replace(on_progress=progress.reached, shelf=job.shelf))
        seconds = progress.seconds
        if asked.reverse:
            with Progress(Text("反向压力", "reverse stress"), REVERSE_PLAYS * loaded.scenario.run.histories) as progress:
                shelf = job.shelf.behind(len(design.scenarios)) if job.shelf else None
                playing = playing._replace(on_progress=progress.reached, shelf=shelf)
                found = reverse_stress(loaded, months=asked.reverse_months, share=asked.reverse_share / MILLION, playing=playing)
            study, seconds = replace(study, reverse=found), seconds + progress.seconds
    write_stress_report(job.folder, study, job.lang)
    return study, seconds


def tell(study: StressStudy) -> None:
    """Print the answer: sentences, the cases side by side, and their differences."""
    from simulator.cli.results import print_text
    from simulator.report.stress import differences_of, head_of, stress_headline, values_of

    lang = language()
    for sentence in stress_headline(study, lang):
        print_text(sentence.replace("**", ""))
    print_text("")
    print_table(_columns(head_of(study, lang)), [values_of(case, study.measures, lang) for case in study.cases])
    rows = [row for case in study.cases if (row := differences_of(case, study.measures, lang))]
    if rows:
        print_text("")
        title = Text("与情景原样之差（配对，括号内为标准误）", "Differences from the scenario as it is (paired, standard error in brackets)")
        print_table(_columns(head_of(study, lang, with_rate=False)), rows, title)


def _columns(titles: list[str]) -> list[Column]:
    return [Column(Text(title, title), "right" if number else "left") for number, title in enumerate(titles)]
