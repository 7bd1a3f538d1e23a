"""``riskshare show``: a scenario as resolved."""

from __future__ import annotations

import click

from simulator.cli.console import print_json
from simulator.cli.options import json_option, scenario_argument, set_option
from simulator.cli.text import Text, language
from simulator.cli.words import command, option


@command(
    "show",
    "riskshare show 湖北",
    "riskshare show 湖北补偿50 --set run.histories=200",
    "riskshare show hubei --json",
    more=Text(
        "合并 extends 和 --set；输出本身就是情景文件，取值完全相同。",
        "With extends and --set laid over; the output is itself a scenario file of the same values.",
    ),
)
@option(
    "--inline",
    is_flag=True,
    words=Text("来源和假设写进取值（{value, source}），不写成注释", "write sources and assumptions into values, not as comments"),
)
@set_option
@json_option
@scenario_argument
def main(scenario: str, sets: tuple[str, ...], inline: bool, as_json: bool) -> None:
    """Print a scenario as YAML or JSON."""
    from simulator.scenario.loader import load
    from simulator.scenario.writer import show

    loaded = load(scenario, sets=sets)
    if as_json:
        print_json(loaded.plain)
    else:
        click.echo(show(loaded, lang=language(), marks="inline" if inline else "comments"), nl=False)
