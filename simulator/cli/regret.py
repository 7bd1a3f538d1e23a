"""``riskshare regret``: which scheme is best in which future."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from simulator.cli.console import Column, Progress, notice, print_table
from simulator.cli.options import Play, folder_for, json_option, out_option, scenarios_argument, study_options
from simulator.cli.reporting import report_option
from simulator.cli.sensitivity import listed, measures_option, only_option, vary_option
from simulator.cli.text import Text, language, say
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.cli.study import Job
    from simulator.results.regret import RegretStudy
    from simulator.scenario.loader import Loaded
    from simulator.scenario.studies import Regret
    from simulator.scenario.study import Asked


@command(
    "regret",
    "riskshare regret 湖北 湖北补偿50 湖北资金池20亿",
    "riskshare regret 湖北 湖北补偿50 --measures fiscal.net_cost,bank.profit --futures 100",
    "riskshare regret 湖北 广东 泉州 --population 湖北",
    more=Text(
        "各方案共有的假设在各自范围内一同变动（拉丁超立方），每种未来里看哪个方案最好、其余差多少；配对差在噪声之内算不相上下。"
        "每种未来的路径数：--histories，默认情景的十分之一。",
        "Assumptions that the schemes share move together over their ranges (a Latin hypercube); in each future, which scheme is best and "
        "how far the "
        "others are behind; level where the paired difference is within noise. Histories of each future: --histories, by default a tenth of "
        "the scenario's.",
    ),
)
@study_options
@measures_option
@option("--futures", type=click.IntRange(2), metavar="N", words=Text("多少种未来（默认 40）", "number of futures (default: 40)"))
@option(
    "--population",
    metavar="SCENARIO",
    words=Text("所有方案都用其中这个情景的企业、宏观和种子", "play every scheme on the firms, macro and seed of this one of the scenarios"),
)
@vary_option
@only_option
@report_option
@out_option
@json_option
@scenarios_argument
def main(
    scenarios: tuple[str, ...],
    play: Play,
    measures: tuple[str, ...],
    futures: int | None,
    population: str | None,
    vary: tuple[str, ...],
    only: tuple[str, ...],
    formats: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Play a regret study and write what it found."""
    from simulator.cli.asking import asked_by_options, pairs
    from simulator.cli.study import start
    from simulator.scenario.loader import load

    if population is not None and population not in scenarios:
        zh = f"--population 要写其中一个情景：{'、'.join(scenarios)}"
        raise click.UsageError(say(Text(zh, f"--population takes one of the scenarios: {', '.join(scenarios)}")))
    loaded = {one: load(one) for one in scenarios}
    keys = {
        "population": None if population is None else scenarios.index(population) + 1,
        "vary": pairs("--vary", vary),
        "only": list(only) or None,
        "measures": listed(*measures),
        "futures": futures,
    }
    names = [one.name for one in loaded.values()]
    title = Text(f"{'、'.join(names)}：各种未来里哪个最好", f"{', '.join(names)}: which is best in which future")
    start(
        asked_by_options("regret", title, scenarios, play, keys), loaded, play, folder_for(out, f"regret-{'-'.join(names)}"), formats, as_json=as_json
    )


def kind_of(asked: Asked) -> Regret:
    """Return the study as the class of its kind."""
    return cast("Regret", asked.study)


def schemes_of(asked: Asked, loaded: Sequence[Loaded]) -> list[Loaded]:
    """Return the schemes on the population, and with the ranges, that a study asks for."""
    from simulator.analysis.regret import ranges_of_all
    from simulator.scenario.transplant import on_population_of

    number = kind_of(asked).population
    if number is not None and number > len(loaded):
        raise asked.refused(("population",), f"只有 {len(loaded)} 个情景", f"there are {len(loaded)} scenarios")
    on_one = list(loaded) if number is None else [on_population_of(one, loaded[number - 1]) for one in loaded]
    return ranges_of_all(on_one, asked.nodes("vary"))


def check(asked: Asked, loaded: Sequence[Loaded]) -> None:
    """Refuse what cannot be made."""
    from simulator.analysis.regret import regret_design

    regret_design(schemes_of(asked, loaded), futures=1, histories=1, only=kind_of(asked).only)


def make(job: Job) -> tuple[RegretStudy, float]:
    """Play and write the files of the answer."""
    from simulator.analysis.moved import Playing, histories_asked
    from simulator.analysis.regret import regret_design, regret_study
    from simulator.report.regret import write_regret_report

    asked, loaded = kind_of(job.asked), schemes_of(job.asked, job.loaded)
    histories = min(histories_asked(one, asked.histories) for one in loaded)
    design = regret_design(loaded, futures=asked.futures, histories=histories, only=asked.only)
    n = design.n_points + len(loaded)
    notice(
        Text(
            f"{len(design.futures)} 种未来 × {len(loaded)} 个方案 × {histories:,} 次模拟；要少些，减小 --futures 或 --histories。",
            f"{len(design.futures)} futures × {len(loaded)} schemes × {histories:,} histories; lower --futures or --histories to have less.",
        )
    )
    with Progress(Text("推演", "playing"), n * histories) as progress, job.workers.open() as executor:
        playing = Playing(job.engine, job.workers.number, executor, progress.reached, job.shelf)
        study = regret_study(design, asked.measures or (), playing)
    write_regret_report(job.folder, study, job.lang)
    return study, progress.seconds


def tell(study: RegretStudy) -> None:
    """Print the answer: a sentence and a table a measure, and where each scheme is best."""
    from simulator.cli.results import print_text
    from simulator.report.regret import head_of, regret_headline, rows_of, where_best
    from simulator.results.measures import measure_named

    lang = language()
    for sentence in regret_headline(study, lang):
        print_text(sentence.replace("**", ""))
    columns = [Column(Text(title, title), "right" if number else "left") for number, title in enumerate(head_of(lang))]
    for name, found in study.measures.items():
        print_text("")
        measure = measure_named(name)
        print_table(columns, rows_of(study, found, lang), Text(measure.zh, measure.en))
        for sentence in where_best(study, found, lang):
            print_text(sentence.replace("**", ""))
