"""``riskshare solve``: the value that meets a target, or the values that are best under constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from simulator.cli.console import Progress, notice
from simulator.cli.options import Play, folder_for, json_option, out_option, scenario_argument, study_options
from simulator.cli.reporting import report_option
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.cli.study import Found, Job
    from simulator.results.solved import Optimum, Solution
    from simulator.scenario.loader import Loaded
    from simulator.scenario.study import Asked

ROUNDS_EXPECTED = 40
"""Points a search takes, roughly, for the progress shown: how many it will be is not known before."""


@command(
    "solve",
    'riskshare solve 湖北 --find scheme.accounts.资金池.endowment=5亿元:60亿元 --target "pool.shortfall_probability <= 5%"',
    'riskshare solve 湖北 --find scheme.layers.资金池补偿.share=30%:95% --target "bank.net_loss_rate <= 1%"',
    "riskshare solve 湖北 --set banks.common.appetite=margin --find scheme.layers.资金池补偿.share=30%:95% "
    '--least fiscal.net_cost --subject-to "lending.volume >= 600亿元"',
    "riskshare solve 湖北 --find population.segments.科技型企业.rate=3%:5% --target bank.profit=0",
    more=Text(
        "同一批随机情景上，指标是取值的确定函数：括住目标，逐轮收窄到步长；答案带95%区间（指标的区间含目标值的全部取值）、试算次数和警告"
        "（不单调、达不到、在范围一端）。路径可以是比例、金额、期限、利率、数字。"
        "--least、--most 在约束下求最优，可变动几个值。文件写入 reports/solve-<名称>/。",
        "On the same worlds a measure is a function of the value without noise: the target is bracketed and the bracket cut down to a step. "
        "The answer comes with its 95% interval (every value at which the measure's interval holds the target), the number of points and warnings "
        "(not one way, out of reach, at an end). A path may be a share, money, a time, a rate or a number. "
        "--least and --most look for the best under constraints, over several values if asked. Files go to reports/solve-<name>/.",
    ),
)
@study_options
@option(
    "--find",
    "find",
    multiple=True,
    required=True,
    metavar="PATH=LOW:HIGH[:STEP]",
    words=Text("要求的值和范围，可另写步长；可重复（限 --least、--most）", "value to find and its range, with a step if wanted; may be repeated"),
)
@option("--target", metavar="MEASURE<=VALUE", words=Text('目标，如 "bank.net_loss_rate <= 1%"；也可 >=、=', "target: <=, >= or ="))
@option("--least", metavar="MEASURE", words=Text("使这个指标最小", "make this measure as small as can be"))
@option("--most", metavar="MEASURE", words=Text("使这个指标最大", "make this measure as large as can be"))
@option(
    "--subject-to",
    multiple=True,
    metavar="MEASURE>=VALUE",
    words=Text("约束，可重复", "constraint; may be repeated"),
)
@report_option
@out_option
@json_option
@scenario_argument
def main(
    scenario: str,
    play: Play,
    find: tuple[str, ...],
    target: str | None,
    least: str | None,
    most: str | None,
    subject_to: tuple[str, ...],
    formats: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Ask what the options say."""
    from simulator.cli.asking import asked_by_options
    from simulator.cli.study import start
    from simulator.scenario.loader import load

    base = load(scenario)
    keys = {"find": ends_said(find), "target": target, "least": least, "most": most, "subject_to": list(subject_to) or None}
    goal = next((word for word in (target, least, most) if word), "")
    title = Text(f"{base.name}求解：{goal}", f"{base.name}, solved: {goal}")
    asked = asked_by_options("solve", title, [scenario], play, keys)
    start(asked, {scenario: base}, play, folder_for(out, f"solve-{base.name}"), formats, as_json=as_json)


def ends_said(texts: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return values with their ranges, given as ``PATH=LOW:HIGH[:STEP]``, as keys of a study's file."""
    from simulator.analysis.levers import parsed_lever

    found = {}
    for text in texts:
        path, low, high, step = parsed_lever(text)
        found[path] = {"from": low, "to": high} | ({"step": step} if step else {})
    return found


def check(asked: Asked, loaded: Sequence[Loaded]) -> None:
    """Refuse levers, targets and measures that cannot be read, at the place where they are said."""
    from simulator.analysis.finding import question_of

    question_of(asked, loaded[0])


def make(job: Job) -> tuple[Solution | Optimum, float]:
    """Solve, and write the files of the answer."""
    from simulator.analysis.finding import solution_of
    from simulator.analysis.trials import How
    from simulator.report.solved import write_solved

    (loaded,) = job.loaded
    expected = loaded.scenario.run.histories * ROUNDS_EXPECTED
    with Progress(Text("求解", "solving"), expected) as progress, job.workers.open() as executor:
        how = How(job.engine, job.workers.number, executor, job.shelf, progress.reached)
        found = solution_of(job.asked, loaded, how)
    study = job.asked.study
    write_solved(job.folder, found, study.title_en if job.lang == "en" and study.title_en else study.title, job.lang)
    return found, progress.seconds


def tell(found: Found) -> None:
    """Print the answer and its warnings."""
    from simulator.cli.results import print_text
    from simulator.report.solved import sentences_of, warnings_of

    solved = cast("Solution | Optimum", found)
    for sentence in sentences_of(solved, language()):
        print_text(sentence.replace("**", ""))
    for warning in warnings_of(solved, language()):
        notice(Text(f"注意：{warning}", f"Note: {warning}"))
