"""``riskshare verify``: the program against published figures."""

from __future__ import annotations

import click

from simulator.cli.console import Column, print_json, print_table
from simulator.cli.options import json_option
from simulator.cli.text import Text, language
from simulator.cli.words import command

COLUMNS = (
    Column(Text("检验", "check")),
    Column(Text("应得", "expected"), "right"),
    Column(Text("实得", "got"), "right"),
    Column(Text("容差", "tolerance"), "right"),
    Column(Text("结果", "result")),
    Column(Text("出处", "source")),
)


@command(
    "verify",
    "riskshare verify",
    "riskshare verify --json",
    more=Text(
        "检验随程序安装，任何机器上都可以做。有一项未通过时退出码为 1。",
        "The checks come with the program and run on any machine. Exit code 1 if one fails.",
    ),
)
@json_option
def main(as_json: bool) -> None:
    """Run every check and print expected, got and tolerance."""
    from simulator.analysis.verify import run_checks
    from simulator.analysis.verify.check import checks_table

    checks = run_checks()
    if as_json:
        print_json([check.as_record() for check in checks])
    else:
        print_table(COLUMNS, checks_table(checks, language()))
        for note in dict.fromkeys(check.note(language()) for check in checks):
            if note:
                click.echo(f"* {note}")
    if not all(check.passed for check in checks):
        raise click.exceptions.Exit(1)
