"""``riskshare diff``: what differs between two scenarios."""

from __future__ import annotations

from dataclasses import asdict

from simulator.cli.console import Column, print_json, print_table, say_line
from simulator.cli.options import SCENARIO, json_option
from simulator.cli.text import Text, language
from simulator.cli.words import argument, command


@command(
    "diff",
    "riskshare diff 湖北 湖北补偿50",
    "riskshare diff 湖北 我的方案.yaml --json",
    more=Text("比较解析后的取值，不比较写法。", "Values are compared as resolved, however they are written."),
)
@json_option
@argument("first", title=SCENARIO, words=Text("基线", "the baseline"))
@argument("second", title=SCENARIO, words=Text("改革方案", "the reform"))
def main(first: str, second: str, as_json: bool) -> None:
    """Print path and both values of everything that differs."""
    from simulator.scenario.loader import load
    from simulator.scenario.writer import difference

    rows = difference(load(first), load(second))
    if as_json:
        print_json([asdict(row) for row in rows])
    elif not rows:
        say_line(Text("没有不同。", "They do not differ."))
    else:
        columns = (Column(Text("路径", "path")), Column(Text("含义", "meaning")), Column(Text(first, first)), Column(Text(second, second)))
        print_table(columns, [(row.path, row.zh if language() == "zh" else row.en, row.old, row.new) for row in rows])
