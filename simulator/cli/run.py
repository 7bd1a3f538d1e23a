"""``riskshare run``: play one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import Progress, notice, print_json, warn_of_compiling
from simulator.cli.options import Play, folder_for, json_option, out_option, play_options, scenario_argument
from simulator.cli.text import Text, language
from simulator.cli.words import command

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.scenario.models import Scenario


@command(
    "run",
    "riskshare run 湖北",
    "riskshare run 湖北 --histories 200 --seed 7 --out reports/trial",
    "riskshare run 湖北 --ranges",
    "riskshare run 参照资产池 --engine exact",
    "riskshare run 我的方案.yaml --set scheme.accounts.资金池.endowment=20亿元",
    more=Text(
        "终端列出各指标及其标准误，推演假设范围时另有跨度；"
        "文件写入 reports/<名称>/：结论、指标、各月分位数、每条路径的终值、假设范围各点、图、清单。",
        "Measures with standard errors on the terminal, and with their span where assumptions are moved over their ranges; "
        "files in reports/<name>/: summary, measures, monthly quantiles, finals by history, points of the ranges, charts, manifest.",
    ),
)
@play_options
@out_option
@json_option
@scenario_argument
def main(scenario: str, play: Play, out: Path | None, as_json: bool) -> None:
    """Play, store and report one scenario."""
    from simulator.analysis.ranges import designs_of, study_of
    from simulator.cli.exact import EXACT, run_exact
    from simulator.cli.ranges import ranges_wanted, say_not_exact, say_what_is_held
    from simulator.cli.results import finish, print_answer
    from simulator.report.answer import write_answer
    from simulator.results.answers import Answer
    from simulator.results.store import open_folder
    from simulator.runs.session import play_scenarios

    loaded = play.load(scenario)
    folder = open_folder(folder_for(out, loaded.name))
    if play.engine == EXACT:
        say_not_exact(play, loaded)
        finish(folder, 1, run_exact(loaded, folder, as_json=as_json))
        return
    say_one_suffices(loaded.scenario)
    designs = designs_of([loaded]) if ranges_wanted(play, [loaded]) else []
    say_what_is_held(designs)
    warn_of_compiling()
    scenarios = [loaded.scenario, *(scenario for design in designs for scenario in design.scenarios)]
    with Progress(Text("推演", "playing"), sum(scenario.run.histories for scenario in scenarios)) as progress:
        results, *points = play_scenarios(scenarios, workers=play.workers, on_progress=progress.reached)
    answer = Answer(loaded, results, play.engine, study_of(designs[0], results, points) if designs else None)
    write_answer(folder, answer, language())
    if as_json:
        print_json(answer.as_json())
    else:
        print_answer(answer)
    finish(folder, play.workers, progress.seconds)


def say_one_suffices(scenario: Scenario) -> None:
    """Tell on standard error that a replay is the same in every history."""
    tape = scenario.population.tape
    if tape and tape.fates == "replay" and scenario.run.histories > 1:
        zh = "台账重放每次结果相同，一次即可：--histories 1"
        en = "a replayed tape is the same in every history; one suffices: --histories 1"
        notice(Text(zh, en))
