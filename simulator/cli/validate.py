"""``riskshare validate``: every error of scenario files at once."""

from __future__ import annotations

from dataclasses import asdict

import click

from simulator.cli.console import print_json, say_line
from simulator.cli.faults import BAD_INPUT
from simulator.cli.options import json_option, scenarios_argument, set_option
from simulator.cli.text import Text, language
from simulator.cli.words import command
from simulator.errors import ScenarioError


@command(
    "validate",
    "riskshare validate 我的方案.yaml",
    "riskshare validate 方案/*.yaml --json",
    more=Text(
        "每个错误写明文件、行、列、发现了什么、应当怎样。有错时退出码为 2。",
        "Each error names file, line, column, what was found and what is allowed. Exit code 2 if there is any.",
    ),
)
@set_option
@json_option
@scenarios_argument
def main(scenarios: tuple[str, ...], sets: tuple[str, ...], as_json: bool) -> None:
    """Load each scenario and print what is wrong with it."""
    faults = {source: error_in(source, sets) for source in scenarios}
    if as_json:
        print_json([as_record(source, error) for source, error in faults.items()])
    else:
        for source, error in faults.items():
            if error is None:
                say_line(Text(f"{source}: 正确", f"{source}: valid"))
            else:
                click.echo(error.render(language()))
    if any(faults.values()):
        raise click.exceptions.Exit(BAD_INPUT)


def as_record(source: str, error: ScenarioError | None) -> dict[str, object]:
    """Return what ``--json`` prints for one scenario."""
    return {"scenario": source, "valid": error is None, "problems": [asdict(problem) for problem in error.problems] if error else []}


def error_in(source: str, sets: tuple[str, ...]) -> ScenarioError | None:
    """Return the error that loading a scenario raises, None if it is valid."""
    from simulator.scenario.loader import load

    try:
        load(source, sets=sets)
    except ScenarioError as error:
        return error
    return None
