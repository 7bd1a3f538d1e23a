"""``riskshare run``: play one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import Progress, notice, print_json, warn_of_compiling
from simulator.cli.keeping import kept
from simulator.cli.options import Play, Workers, folder_for, json_option, out_option, play_options, scenario_argument
from simulator.cli.precision import precision_option
from simulator.cli.reporting import option_of as reports_of
from simulator.cli.reporting import report_on, report_option
from simulator.cli.text import Text, language
from simulator.cli.words import command

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.unfinished import Plan
    from simulator.scenario.models import Scenario


@command(
    "run",
    "riskshare run 湖北",
    "riskshare run 湖北 --histories 200 --seed 7 --out reports/trial",
    "riskshare run 湖北 --no-ranges",
    "riskshare run 湖北 --precision 2%",
    "riskshare run 参照资产池 --engine exact",
    "riskshare run 湖北 --histories 100000 --executor dask --scheduler tcp://10.0.0.1:8786",
    "riskshare run 我的方案.yaml --set scheme.accounts.资金池.endowment=20亿元",
    more=Text(
        "终端列出各指标及其标准误，推演假设范围时另有跨度；"
        "文件写入 reports/<名称>/：结论、指标、各月分位数、每条路径的终值和逐月数、假设范围各点、图、清单。"
        "做完的部分随时存盘：中断后用 riskshare resume 接着做。",
        "Measures with standard errors on the terminal, and with their span where assumptions are moved over their ranges; "
        "files in reports/<name>/: summary, measures, monthly quantiles, finals and months by history, points of the ranges, charts, manifest. "
        "What is finished is kept at once: riskshare resume goes on after an interruption.",
    ),
)
@play_options
@precision_option
@report_option
@out_option
@json_option
@scenario_argument
def main(scenario: str, play: Play, precision: float | None, formats: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Play, store and report one scenario."""
    from simulator.cli.exact import EXACT, run_exact
    from simulator.cli.precision import option_of, up_to_most
    from simulator.cli.ranges import ranges_wanted, say_not_exact
    from simulator.cli.results import finish
    from simulator.results.store import open_folder
    from simulator.results.unfinished import Plan, written

    (loaded,) = up_to_most(play, precision, [play.load(scenario)])
    folder = open_folder(folder_for(out, loaded.name))
    if play.engine == EXACT:
        say_not_exact(play, loaded)
        options = reports_of(formats)
        finish(folder, 1, run_exact(loaded, folder, as_json=as_json))
        report_on(folder, options, language())
        return
    say_one_suffices(loaded.scenario)
    plan = Plan(
        "run", play.engine, language(), (written(loaded),), {"ranges": ranges_wanted(play, [loaded])} | option_of(precision) | reports_of(formats)
    )
    carry_out(plan, folder, play.workers, anew=play.anew, as_json=as_json)


def carry_out(plan: Plan, folder: Path, workers: Workers, *, anew: bool = False, as_json: bool) -> None:
    """Play what a plan says, store and report it; what an earlier try finished is not played again."""
    from simulator.analysis.control import with_controls
    from simulator.analysis.ranges import designs_of, study_of
    from simulator.cli.precision import settle
    from simulator.cli.ranges import say_what_is_held
    from simulator.cli.results import finish, print_answer
    from simulator.report.answer import write_answer
    from simulator.results.answers import Answer
    from simulator.runs.session import play_scenarios

    with kept(folder, plan, anew=anew) as shelf:
        settled = settle(plan, shelf, workers)
        (loaded,), (precision,) = settled.loaded, settled.precision
        designs = designs_of([loaded]) if plan.options.get("ranges") else []
        say_what_is_held(designs)
        tried = [scenario for design in designs for scenario in design.scenarios]
        warn_of_compiling()
        histories = loaded.scenario.run.histories + sum(design.histories for design in designs)
        with Progress(Text("推演", "playing"), histories) as progress, workers.open() as executor:
            results, *points = play_scenarios(
                [loaded.scenario, *tried],
                engine=plan.engine,
                workers=workers.number,
                executor=executor,
                keep=settled.keep(shelf, [folder, *(None for _ in tried)]),
                on_progress=progress.reached,
            )
        answer = with_controls(Answer(loaded, results, plan.engine, study_of(designs[0], results, points) if designs else None, precision))
        write_answer(folder, answer, plan.lang)
    if as_json:
        print_json(answer.as_json())
    else:
        print_answer(answer)
    finish(folder, workers.number, settled.seconds + progress.seconds)
    report_on(folder, plan.options, plan.lang)


def say_one_suffices(scenario: Scenario) -> None:
    """Tell on standard error that a replay is the same in every history."""
    tape = scenario.population.tape
    if tape and tape.fates == "replay" and scenario.run.histories > 1:
        zh = "台账重放每次结果相同，一次即可：--histories 1"
        en = "a replayed tape is the same in every history; one suffices: --histories 1"
        notice(Text(zh, en))
