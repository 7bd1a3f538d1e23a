"""``riskshare explain``: a scheme in sentences, and one loan followed to the fen."""

from __future__ import annotations

import click

from simulator.cli.options import scenario_argument, set_option
from simulator.cli.text import Text, language
from simulator.cli.words import command


@command(
    "explain",
    "riskshare explain 湖北",
    "riskshare explain 我的方案.yaml --set scheme.layers.资金池补偿.share=70%",
    more=Text(
        "分开写出有出处的数字和假定的数字，算出隐含违约率和有效补偿，并把一笔100万元贷款从违约、申请、补偿跟踪到回收，精确到分。",
        "Facts and assumptions are told apart, implied default rates and effective cover are worked out, "
        "and one loan of 1 million yuan is followed through default, claim, payment and recovery, to the fen.",
    ),
)
@set_option
@scenario_argument
def main(scenario: str, sets: tuple[str, ...]) -> None:
    """Print the explanation."""
    from simulator.analysis.explain import explain
    from simulator.scenario.loader import load

    click.echo(explain(load(scenario, sets=sets), language()))
