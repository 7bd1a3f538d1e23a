"""``riskshare trace``: one history as a dated journal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.console import Column, notice, print_json, print_table
from simulator.cli.options import json_option, scenario_argument, seed_option, set_option, with_seed
from simulator.cli.text import Text, language, say
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.journal import Line

COLUMNS = (
    Column(Text("日期", "date")),
    Column(Text("付款方", "payer")),
    Column(Text("收款方", "payee")),
    Column(Text("金额（元）", "amount (yuan)"), "right"),
    Column(Text("原因", "reason")),
    Column(Text("分担层", "layer")),
    Column(Text("贷款", "loan"), "right"),
    Column(Text("付款方余额（元）", "payer's balance (yuan)"), "right"),
    Column(Text("收款方余额（元）", "payee's balance (yuan)"), "right"),
)


@command(
    "trace",
    "riskshare trace 湖北 --history 17",
    "riskshare trace 湖北 --history 17 --party 资金池",
    "riskshare trace 湖北 --history 17 --loan 2041",
    "riskshare trace 湖北 --history 17 --out history17.csv",
    more=Text(
        "每行：日期、付款方、收款方、金额、原因、付后余额。同一种子的同一条路径永远相同。",
        "Each line: date, payer, payee, amount, reason, balances after. The same history of the same seed is always the same.",
    ),
)
@option("--history", type=click.IntRange(0), metavar="N", default=0, show_default=True, words=Text("第几条路径，从 0 数起", "which history, from 0"))
@option("--loan", type=click.IntRange(1), metavar="N", words=Text("只看一笔贷款", "only one loan"))
@option("--party", metavar="NAME", words=Text("只看一方的收付", "only what one party pays or gets"))
@option(
    "--lines",
    type=click.IntRange(0),
    metavar="N",
    default=200,
    show_default=True,
    words=Text("终端最多显示几行，0 为全部", "most lines to print, 0 for all"),
)
@set_option
@seed_option
@option("--out", type=click.Path(path_type=Path, dir_okay=False), words=Text("写成 CSV 文件", "write a CSV file"))
@json_option
@scenario_argument
def main(
    scenario: str,
    sets: tuple[str, ...],
    seed: int | None,
    history: int,
    loan: int | None,
    party: str | None,
    lines: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Play one history and tell it."""
    from simulator.runs.trace import trace
    from simulator.scenario.loader import load

    told, _ = trace(load(scenario, sets=with_seed(sets, seed)).scenario, history, language())
    kept = [line for line in told if (loan is None or line.loan == loan) and (party is None or party in {line.payer, line.payee})]
    if as_json:
        print_json([line._asdict() | {"date": line.date.isoformat()} for line in kept])
    elif out is not None:
        write_csv(kept, out)
        notice(Text(f"已写入 {out}：{len(kept)} 行", f"Wrote {out}: {len(kept)} lines"))
    else:
        shown = kept[: lines or None]
        print_table(COLUMNS, [cells_of(line) for line in shown])
        if len(shown) < len(kept):
            more = Text(
                f"共 {len(kept)} 行，显示了前 {len(shown)} 行；--lines 0 显示全部，--out 写成 CSV，--party、--loan 只看一部分。",
                f"{len(shown)} of {len(kept)} lines; --lines 0 prints all, --out writes CSV, --party and --loan narrow.",
            )
            notice(more)


def cells_of(line: Line) -> tuple[str, ...]:
    """Return one payment as the terminal shows it; money in yuan."""
    loan = str(line.loan) if line.loan else ""
    return (
        line.date.isoformat(),
        line.payer,
        line.payee,
        yuan(line.amount),
        line.reason,
        line.layer,
        loan,
        yuan(line.payer_after),
        yuan(line.payee_after),
    )


def yuan(fen: int) -> str:
    """Write fen as yuan, to the fen.

    Examples
    --------
    >>> yuan(123456789), yuan(-5)
    ('1,234,567.89', '-0.05')
    """
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def write_csv(lines: Sequence[Line], path: Path) -> None:
    """Write payments as a CSV file; money in yuan, to the fen."""
    from simulator.results.store import write_table

    rows = (
        [cell.replace(",", "") if column.side == "right" else cell for column, cell in zip(COLUMNS, cells_of(line), strict=True)] for line in lines
    )
    write_table(path, [say(column.title) for column in COLUMNS], rows)
