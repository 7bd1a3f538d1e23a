"""``riskshare compare``: scenarios side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import Progress, print_json, warn_of_compiling
from simulator.cli.options import Play, folder_for, json_option, out_option, play_options, scenarios_argument
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from pathlib import Path


@command(
    "compare",
    "riskshare compare 湖北 湖北补偿50",
    "riskshare compare 湖北 广东 泉州 岱山 --out reports/four",
    "riskshare compare 湖北 广东 --population 湖北",
    more=Text(
        "企业、宏观和种子相同的情景配对比较，差值带误差；不相同的并排列出，并说明差值没有配对。",
        "Scenarios of the same firms, macro and seed are compared in pairs, with errors of the differences; "
        "others stand side by side, which is said.",
    ),
)
@play_options
@option(
    "--population",
    metavar="SCENARIO",
    words=Text("所有方案都用这个情景的企业、宏观和种子", "play every scheme on the firms, macro and seed of this scenario"),
)
@out_option
@json_option
@scenarios_argument
def main(scenarios: tuple[str, ...], play: Play, population: str | None, out: Path | None, as_json: bool) -> None:
    """Play, store and report several scenarios."""
    from simulator.analysis.compare import compare_scenarios, compared_designs
    from simulator.cli.exact import refuse_exact
    from simulator.cli.ranges import ranges_wanted, say_what_is_held
    from simulator.cli.results import finish, print_comparison
    from simulator.report.answer import write_comparison
    from simulator.results.store import open_folder
    from simulator.scenario.transplant import on_population_of

    refuse_exact(play.engine, "compare")
    loaded = [play.load(scenario) for scenario in scenarios]
    if population:
        base = play.load(population)
        loaded = [on_population_of(one, base) for one in loaded]
    folder = open_folder(folder_for(out, "-".join(one.name for one in loaded)))
    designs = compared_designs(loaded) if ranges_wanted(play, loaded) else []
    say_what_is_held(designs)
    warn_of_compiling()
    histories = sum(one.scenario.run.histories for one in loaded) + sum(design.histories for design in designs)
    with Progress(Text("推演", "playing"), histories) as progress:
        comparison = compare_scenarios(loaded, designs=designs, engine=play.engine, workers=play.workers, on_progress=progress.reached)
    write_comparison(folder, comparison.answers, comparison.paired, comparison.differences, language(), spans=comparison.spans)
    if as_json:
        print_json(comparison.as_json())
    else:
        print_comparison(comparison)
    finish(folder, play.workers, progress.seconds)
