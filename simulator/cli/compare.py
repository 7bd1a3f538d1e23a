"""``riskshare compare``: scenarios side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import Progress, notice, print_json, warn_of_compiling
from simulator.cli.keeping import kept
from simulator.cli.options import Play, Workers, folder_for, json_option, out_option, play_options, scenarios_argument
from simulator.cli.precision import precision_option
from simulator.cli.reporting import option_of as reports_of
from simulator.cli.reporting import report_on, report_option
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.unfinished import Plan


@command(
    "compare",
    "riskshare compare 湖北 湖北补偿50",
    "riskshare compare 湖北 广东 泉州 岱山 --out reports/four",
    "riskshare compare 湖北 广东 --population 湖北",
    "riskshare compare 湖北 湖北补偿50 --precision 2%",
    more=Text(
        "企业、宏观和种子相同的情景配对比较，差值带误差；不相同的并排列出，并说明差值没有配对。"
        "做完的部分随时存盘：中断后用 riskshare resume 接着做。",
        "Scenarios of the same firms, macro and seed are compared in pairs, with errors of the differences; "
        "others stand side by side, which is said. "
        "What is finished is kept at once: riskshare resume goes on after an interruption.",
    ),
)
@play_options
@precision_option
@option(
    "--population",
    metavar="SCENARIO",
    words=Text("所有方案都用这个情景的企业、宏观和种子", "play every scheme on the firms, macro and seed of this scenario"),
)
@report_option
@out_option
@json_option
@scenarios_argument
def main(
    scenarios: tuple[str, ...], play: Play, precision: float | None, population: str | None, formats: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Play, store and report several scenarios."""
    from simulator.cli.exact import refuse_exact
    from simulator.cli.precision import option_of, up_to_most
    from simulator.cli.ranges import ranges_wanted
    from simulator.results.store import open_folder
    from simulator.results.unfinished import Plan, written
    from simulator.scenario.transplant import on_population_of

    refuse_exact(play.engine, "compare")
    loaded = [play.load(scenario) for scenario in scenarios]
    if population:
        base = play.load(population)
        loaded = [on_population_of(one, base) for one in loaded]
    loaded = up_to_most(play, precision, loaded)
    folder = open_folder(folder_for(out, "-".join(one.name for one in loaded)))
    options = {"ranges": ranges_wanted(play, loaded)} | option_of(precision) | reports_of(formats)
    plan = Plan("compare", play.engine, language(), tuple(written(one) for one in loaded), options)
    carry_out(plan, folder, play.workers, anew=play.anew, as_json=as_json)


def carry_out(plan: Plan, folder: Path, workers: Workers, *, anew: bool = False, as_json: bool) -> None:
    """Play what a plan says, store and report it; what an earlier try finished is not played again."""
    from simulator.analysis.compare import compare_scenarios, compared_designs
    from simulator.cli.precision import settle
    from simulator.cli.ranges import say_what_is_held
    from simulator.cli.results import finish, print_comparison
    from simulator.report.answer import write_comparison
    from simulator.results.store import homes_in
    from simulator.scenario.labels import tell_drawn_labels

    with kept(folder, plan, anew=anew) as shelf:
        settled = settle(plan, shelf, workers)
        loaded = settled.loaded
        for words in filter(None, map(tell_drawn_labels, loaded)):
            notice(Text(*words))
        designs = compared_designs(loaded) if plan.options.get("ranges") else []
        say_what_is_held(designs)
        homes = [*homes_in(folder, [one.name for one in loaded]), *(None for design in designs for _ in design.scenarios)]
        warn_of_compiling()
        histories = sum(one.scenario.run.histories for one in loaded) + sum(design.histories for design in designs)
        with Progress(Text("推演", "playing"), histories) as progress, workers.open() as executor:
            comparison = compare_scenarios(
                loaded,
                designs=designs,
                engine=plan.engine,
                workers=workers.number,
                executor=executor,
                keep=settled.keep(shelf, homes),
                precision=settled.precision,
                on_progress=progress.reached,
            )
        write_comparison(
            folder,
            comparison.answers,
            comparison.paired,
            comparison.differences,
            plan.lang,
            spans=comparison.spans,
            controlled=comparison.controlled,
        )
    if as_json:
        print_json(comparison.as_json())
    else:
        print_comparison(comparison)
    finish(folder, workers.number, settled.seconds + progress.seconds)
    report_on(folder, plan.options, plan.lang)
