"""``riskshare sensitivity``: which assumptions move the answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

import click

from simulator.cli.console import Column, Progress, notice, print_table
from simulator.cli.options import Play, folder_for, json_option, out_option, scenario_argument, study_options
from simulator.cli.reporting import report_option
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.analysis.layouts import Layout
    from simulator.cli.study import Job
    from simulator.results.sensitivity import SensitivityStudy
    from simulator.scenario.loader import Loaded
    from simulator.scenario.studies import Sensitivity
    from simulator.scenario.study import Asked

vary_option = option(
    "--vary",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    words=Text("给取值加范围，或改窄已有的，可重复，如 losses.lgd.mean=60%:80%", "give a value a range, or another one; may be repeated"),
)
only_option = option(
    "--only",
    multiple=True,
    metavar="PATH",
    words=Text("只动这项假设，可重复（默认：全部带范围的）", "move this assumption only; may be repeated (default: all with a range)"),
)
measures_option = option(
    "--measures",
    multiple=True,
    metavar="NAME,...",
    words=Text(
        "指标，逗号分隔或重复，如 bank.net_loss,fiscal.net_cost（默认：头几个要点指标）",
        "measures, comma between or repeated, such as bank.net_loss,fiscal.net_cost (default: the headline ones)",
    ),
)


def listed(*texts: str) -> list[str] | None:
    """Parts of an option that takes names with commas between, and may be repeated; None where it is not given."""
    return [part.strip() for text in texts for part in text.replace("，", ",").split(",") if part.strip()] or None


@command(
    "sensitivity",
    "riskshare sensitivity 湖北",
    "riskshare sensitivity 湖北 --method tornado,sobol --points 2000 --measures bank.net_loss,pool.shortfall_probability",
    "riskshare sensitivity 湖北 --vary losses.lgd.mean=60%:80% --only losses.lgd.mean --only population.segments.科技型企业.pd",
    more=Text(
        "假设在情景写的 range 之内变动：tornado 每次一项；morris 筛选（需要 riskshare[study]）；sobol 方差分解。"
        "各点用同一组命运；与模拟噪声分不开的影响画成空心。每点的路径数：--histories，默认情景的十分之一。",
        "Assumptions move over the ranges that the scenario gives: tornado one at a time, morris to screen (needs riskshare[study]), sobol "
        "by shares of the "
        "variance. All points meet the same fates; effects that cannot be told apart from noise are drawn hollow. Histories of each point: "
        "--histories, by "
        "default a tenth of the scenario's.",
    ),
)
@study_options
@option(
    "--method",
    default="tornado",
    show_default=True,
    metavar="NAME,...",
    words=Text("方法，逗号分隔：tornado、morris、sobol", "methods, comma between: tornado, morris, sobol"),
)
@measures_option
@vary_option
@only_option
@option(
    "--points",
    type=click.IntRange(1),
    metavar="N",
    words=Text("morris 和 sobol 各最多多少个点（默认 1000）", "most points of morris and of sobol, each (default: 1000)"),
)
@report_option
@out_option
@json_option
@scenario_argument
def main(
    scenario: str,
    play: Play,
    method: str,
    measures: tuple[str, ...],
    vary: tuple[str, ...],
    only: tuple[str, ...],
    points: int | None,
    formats: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Play a sensitivity study and write what it found."""
    from simulator.cli.asking import asked_by_options, pairs
    from simulator.cli.study import start
    from simulator.scenario.loader import load

    loaded = load(scenario)
    title = Text(f"{loaded.name}：哪些假设最要紧", f"{loaded.name}: which assumptions matter most")
    keys = {"method": listed(method), "vary": pairs("--vary", vary), "only": list(only) or None, "measures": listed(*measures), "points": points}
    asked = asked_by_options("sensitivity", title, [scenario], play, keys)
    start(asked, {scenario: loaded}, play, folder_for(out, f"sensitivity-{loaded.name}"), formats, as_json=as_json)


def kind_of(asked: Asked) -> Sensitivity:
    """Return the study as the class of its kind."""
    return cast("Sensitivity", asked.study)


def layout_of(asked: Asked, loaded: Loaded) -> Layout:
    """Lay out the points that a study asks for."""
    from simulator.analysis.layouts import MOST_POINTS, lay_out
    from simulator.analysis.moved import with_ranges

    study = kind_of(asked)
    return lay_out(with_ranges(loaded, asked.nodes("vary")), study.method, points=study.points or MOST_POINTS, only=study.only)


def check(asked: Asked, loaded: Sequence[Loaded]) -> None:
    """Refuse what cannot be made."""
    layout_of(asked, loaded[0])


def make(job: Job) -> tuple[SensitivityStudy, float]:
    """Play and write the files of the answer."""
    from simulator.analysis.layouts import sensitivity_design
    from simulator.analysis.moved import Playing, histories_asked
    from simulator.analysis.sensitivity import play_base, sensitivity_study
    from simulator.report.sensitivity import write_sensitivity_report

    layout, asked = layout_of(job.asked, job.loaded[0]), kind_of(job.asked)
    loaded = layout.loaded
    histories = histories_asked(loaded, asked.histories)
    with Progress(Text("检查各点", "checking the points"), layout.n_points) as progress:
        design = sensitivity_design(layout, histories, progress.reached)
    with job.workers.open() as executor:
        playing = Playing(job.engine, job.workers.number, executor)
        play_base(loaded, 1, playing)
        began = time.monotonic()
        base = play_base(loaded, histories, playing)
        say_cost(design.n_points, histories, time.monotonic() - began)
        with Progress(Text("推演", "playing"), design.n_points * histories) as progress:
            study = sensitivity_study(design, base, asked.measures or (), playing._replace(on_progress=progress.reached, shelf=job.shelf))
    write_sensitivity_report(job.folder, study, job.lang)
    return study, progress.seconds


def say_cost(n_points: int, histories: int, seconds_a_point: float) -> None:
    """Tell, before it starts, how much there is to play and about how long it takes."""
    seconds = n_points * seconds_a_point
    zh = f"{seconds / 60:,.0f} 分钟" if seconds >= 120 else f"{max(1, round(seconds)):,} 秒"
    en = f"{seconds / 60:,.0f} minutes" if seconds >= 120 else f"{max(1, round(seconds)):,} s"
    notice(
        Text(
            f"{n_points:,} 个点 × {histories:,} 次模拟，最多约 {zh}；要少些，减小 --points 或 --histories。",
            f"{n_points:,} points × {histories:,} histories, at most about {en}; lower --points or --histories to have less.",
        )
    )


def tell(study: SensitivityStudy) -> None:
    """Print the answer: a sentence and a table a measure."""
    from simulator.cli.results import print_text
    from simulator.report.sensitivity import METHOD_WORDS, head_of, rows_of, sensitivity_headline
    from simulator.results.measures import measure_named

    lang = language()
    for sentence in sensitivity_headline(study, lang):
        print_text(sentence.replace("**", ""))
    for method in study.methods:
        for name in study.found(method):
            print_text("")
            words, measure = Text(*METHOD_WORDS[method]), measure_named(name)
            columns = [Column(Text(title, title), "left" if number in (0, 1, 6) else "right") for number, title in enumerate(head_of(method, lang))]
            print_table(columns, rows_of(study, method, name, lang, most=12), Text(f"{measure.zh}（{words.zh}）", f"{measure.en} ({words.en})"))
