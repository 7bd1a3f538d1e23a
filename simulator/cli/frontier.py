"""``riskshare frontier``: which values of some levers no other values beat in every objective."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from simulator.cli.console import Column, Progress, notice, print_table
from simulator.cli.options import Play, folder_for, json_option, out_option, scenario_argument, study_options
from simulator.cli.reporting import report_option
from simulator.cli.solve import ends_said
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.cli.study import Found, Job
    from simulator.results.pareto import FrontierFound
    from simulator.scenario.loader import Loaded
    from simulator.scenario.study import Asked

POINTS_EXPECTED = 82
"""Points of the usual grid of two levers, roughly, for the progress shown."""

MOST_ROWS = 15
"""Longest table on the terminal; of a longer frontier it has the points that the chart names, and the files have all."""


@command(
    "frontier",
    "riskshare frontier 湖北 --set banks.common.appetite=margin --lever scheme.layers.资金池补偿.share=50%:95% "
    "--lever scheme.accounts.资金池.endowment=5亿元:40亿元",
    "riskshare frontier 湖北 --lever scheme.layers.资金池补偿.share=50%:95%:5% --objectives fiscal.net_cost:min,bank.net_loss:min",
    more=Text(
        "一两个变量用网格，更多用 Sobol 点；所有点用同一批随机情景。一个点只在配对差值超出噪声时才算被支配，说不清的另外标出。"
        "放款为给定时，新增放款不是变量的结果，改用其余目标。文件写入 reports/frontier-<名称>/。",
        "A grid for one or two levers, Sobol's points for more; all on the same worlds. A point counts as dominated only where paired differences "
        "are beyond noise; those that cannot be told are marked. Where lending is given, added lending is no lever's effect and is left out. "
        "Files go to reports/frontier-<name>/.",
    ),
)
@study_options
@option(
    "--lever",
    "lever",
    multiple=True,
    required=True,
    metavar="PATH=LOW:HIGH[:STEP]",
    words=Text(
        "变动的值和范围，可重复；都写了步长时逐格推演", "value that moves and its range, may be repeated; with steps for all, every combination"
    ),
)
@option(
    "--objectives",
    metavar="MEASURE:min|max,...",
    words=Text("目标，逗号分隔（默认：财政净支出、新增放款、银行净损失）", "objectives, with commas (default: net cost, added lending, bank loss)"),
)
@option("--points", type=click.IntRange(2), metavar="N", words=Text("点数（用 Sobol 点代替网格）", "number of points (Sobol's, instead of a grid)"))
@report_option
@out_option
@json_option
@scenario_argument
def main(
    scenario: str,
    play: Play,
    lever: tuple[str, ...],
    objectives: str | None,
    points: int | None,
    formats: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Ask what the options say."""
    from simulator.cli.asking import asked_by_options
    from simulator.cli.study import start
    from simulator.scenario.loader import load

    base = load(scenario)
    said = [one.strip() for one in (objectives or "").replace("，", ",").split(",") if one.strip()]
    keys = {"levers": ends_said(lever), "objectives": said or None, "points": points}
    title = Text(f"{base.name}：财政支出、放款与银行损失的取舍", f"{base.name}: cost, lending and bank loss traded off")
    asked = asked_by_options("frontier", title, [scenario], play, keys)
    start(asked, {scenario: base}, play, folder_for(out, f"frontier-{base.name}"), formats, as_json=as_json)


def check(asked: Asked, loaded: Sequence[Loaded]) -> None:
    """Refuse levers and objectives that cannot be read, at the place where they are said."""
    from simulator.analysis.finding import trade_of

    trade_of(asked, loaded[0])


def make(job: Job) -> tuple[FrontierFound, float]:
    """Play all points, and write the files of the answer."""
    from simulator.analysis.finding import frontier_of
    from simulator.analysis.trials import How
    from simulator.report.frontier import write_frontier

    (loaded,) = job.loaded
    expected = loaded.scenario.run.histories * POINTS_EXPECTED
    with Progress(Text("推演", "playing"), expected) as progress, job.workers.open() as executor:
        found = frontier_of(job.asked, loaded, How(job.engine, job.workers.number, executor, job.shelf, progress.reached))
    study = job.asked.study
    write_frontier(job.folder, found, study.title_en if job.lang == "en" and study.title_en else study.title, job.lang)
    return found, progress.seconds


def tell(found: Found) -> None:
    """Print the frontier."""
    from simulator.cli.results import print_text
    from simulator.report.frontier import frontier_rows, frontier_sentences

    front = cast("FrontierFound", found)
    for sentence in frontier_sentences(front, language()):
        print_text(sentence.replace("**", ""))
    head, rows = frontier_rows(front, language(), most=MOST_ROWS)
    print_table([Column(Text(name, name), "left" if number == len(head) - 1 else "right") for number, name in enumerate(head)], rows)
    if front.refused:
        zh = f"{front.refused} 个组合不成立，略去。"
        notice(Text(zh, f"{front.refused} combinations were refused by the scenario's checks and left out."))
