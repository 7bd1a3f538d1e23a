"""``riskshare trace``: one history as a dated journal."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from simulator.cli.console import notice, print_json
from simulator.cli.layout import page_width
from simulator.cli.options import json_option, out_option, scenario_argument, seed_option, set_option, with_seed
from simulator.cli.text import Language, Text, language, say
from simulator.cli.words import cells, command, option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from simulator.engine.journal import Line

HEADS = (
    Text("日期", "date"),
    Text("付款方", "payer"),
    Text("收款方", "payee"),
    Text("金额", "CNY"),
    Text("原因", "reason"),
    Text("分担层", "layer"),
    Text("贷款", "loan"),
    Text("付后余额", "CNY after"),
)
CSV_HEADS = (
    *HEADS[:3],
    Text("金额（元）", "amount, yuan"),
    *HEADS[4:7],
    Text("付款方余额（元）", "payer's balance after, yuan"),
    Text("收款方余额（元）", "payee's balance after, yuan"),
)
NUMBERS, NAMES = {3, 6, 7}, {1, 2, 5}
"""Columns that keep right; columns that may be cut short."""

NARROW = 12


class Shown(NamedTuple):
    """Which lines of a journal are told."""

    everything: bool = False
    loan: int | None = None
    party: str | None = None


@command(
    "trace",
    "riskshare trace 湖北 --history 17",
    "riskshare trace 湖北 --history 17 --loan 1203",
    "riskshare trace 湖北 --history 17 --party 资金池",
    "riskshare trace 湖北 --history 17 --all --out history17.csv",
    more=Text(
        "每行：日期、付款方、收款方、金额、原因、付后余额。不加 --all 时略去普通的放款、付息和还本。同一种子的同一条路径永远相同。",
        "Each line: date, payer, payee, amount, reason, balance after. Ordinary lending, interest and repayment are left out without --all. "
        "The same history of the same seed is always the same.",
    ),
)
@option(
    "--history",
    type=click.IntRange(0),
    metavar="N",
    default=0,
    show_default=True,
    words=Text("第几条路径，从 0 数起", "which history, counted from 0"),
)
@option("--all", "everything", is_flag=True, words=Text("也列出普通的放款、付息和还本", "also tell ordinary lending, interest and repayment"))
@option(
    "--loan", type=click.IntRange(1), metavar="N", words=Text("只列第 N 笔贷款，包括放款和还款", "tell loan N alone, lending and repayment included")
)
@option("--party", metavar="NAME", words=Text("只列一方的收付", "tell only what one party pays or gets"))
@option(
    "--lines",
    type=click.IntRange(0),
    metavar="N",
    default=200,
    show_default=True,
    words=Text("终端最多显示几行，0 为全部", "most lines on the terminal, 0 for all"),
)
@set_option
@seed_option
@out_option
@json_option
@scenario_argument
def main(scenario: str, sets: tuple[str, ...], seed: int | None, history: int, lines: int, out: Path | None, as_json: bool, **shown: Any) -> None:  # noqa: ANN401
    """Play one history and tell it."""
    from simulator.runs.session import check_size
    from simulator.runs.trace import trace
    from simulator.scenario.loader import load
    from simulator.scenario.names import names_of

    loaded = load(scenario, sets=with_seed(sets, seed)).scenario
    check_size([loaded.model_copy(update={"run": loaded.run.model_copy(update={"histories": 1})})])
    told, _ = trace(loaded, history, language())
    kept = [line for line in told if is_told(line, Shown(**shown), language())]
    if out is not None:
        write_csv(kept, out)
        notice(Text(f"已写入 {out}：{len(kept):,} 行，全部 {len(told):,} 行", f"Wrote {out}: {len(kept):,} of {len(told):,} lines"))
    if as_json:
        print_json([{**line._asdict(), "date": line.date.isoformat()} for line in kept])
    elif out is None:
        listed = kept[: lines or None]
        print_lines(listed, frozenset(names_of(loaded).banks))
        notice(
            Text(
                f"显示了前 {len(listed):,} 行，符合的有 {len(kept):,} 行，全部 {len(told):,} 行；"
                "--lines 0 显示所有符合的，--all 加上普通收付，--out 写成 CSV。",
                f"Shown: {len(listed):,} of {len(kept):,} lines that fit, of {len(told):,} in all; --lines 0 prints all that fit, "
                "--all adds ordinary payments, --out writes CSV.",
            )
        )


def is_told(line: Line, shown: Shown, lang: Language) -> bool:
    """Whether a line is told: those of one loan, or those that concern the scheme, or all."""
    from simulator.engine.journal import REASONS
    from simulator.rules.records import Reason

    if shown.party is not None and shown.party not in {line.payer, line.payee}:
        return False
    if shown.loan is not None:
        return line.loan == shown.loan
    place = 0 if lang == "zh" else 1
    return shown.everything or line.reason not in {REASONS[reason][place] for reason in (Reason.LOAN, Reason.INTEREST, Reason.REPAYMENT)}


def print_lines(lines: Sequence[Line], banks: frozenset[str]) -> None:
    """Print lines as a table; on a terminal that is too narrow, names are cut short."""
    table = [tuple(say(head) for head in HEADS), *(as_row(line, banks) for line in lines)]
    widths = [max(cells(row[column]) for row in table) for column in range(len(HEADS))]
    room = page_width() if sys.stdout.isatty() else None
    if room is not None and sum(widths) + 2 * len(widths) > room:
        widths = [min(width, NARROW) if column in NAMES else width for column, width in enumerate(widths)]
    for number, row in enumerate(table):
        click.echo(
            "  ".join(_padded(cell, width, right=column in NUMBERS) for column, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        )
        if number == 0:
            click.echo("-" * (sum(widths) + 2 * (len(widths) - 1)))


def _padded(text: str, width: int, *, right: bool) -> str:
    if cells(text) > width:
        while cells(text) > width - 2:
            text = text[:-1]
        text += ".."
    space = " " * (width - cells(text))
    return space + text if right else text + space


def as_row(line: Line, banks: frozenset[str]) -> tuple[str, ...]:
    """Write a line for the terminal; the balance is that of the scheme's account, the payer's where there are two, else the bank's."""
    from simulator.money import format_money

    lang = language()
    sides = [(line.payer, line.payer_after), (line.payee, line.payee_after)]
    others = _outsiders(lang)
    balance = min(sides, key=lambda side: 2 if side[0] in others else 1 if side[0] in banks else 0)[1]
    amount, after = (format_money(fen, lang).removeprefix("CNY ") for fen in (line.amount, balance))
    return (line.date.isoformat(), line.payer, line.payee, amount, line.reason, line.layer or "-", str(line.loan) if line.loan else "-", after)


def _outsiders(lang: Language) -> frozenset[str]:
    from simulator.engine.journal import PARTIES

    return frozenset(words[0 if lang == "zh" else 1] for words in PARTIES.values())


def write_csv(lines: Iterable[Line], path: Path) -> None:
    """Write lines as CSV that a spreadsheet opens rightly: UTF-8 with its mark, exact yuan, no cell that runs.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    from simulator.errors import ResultsError
    from simulator.results.tables import write_table

    try:
        write_table(path, [say(head) for head in CSV_HEADS], (_cells_of(line) for line in lines))
    except OSError as error:
        zh, en = f"不能写入 {path}：{error.strerror}；请换一个文件名或文件夹", f"cannot write {path}: {error.strerror}; name another file or folder"
        raise ResultsError(zh, en) from error


def _cells_of(line: Line) -> list[object]:
    amounts = [yuan(fen) for fen in (line.amount, line.payer_after, line.payee_after)]
    return [line.date.isoformat(), line.payer, line.payee, amounts[0], line.reason, line.layer, line.loan or "", *amounts[1:]]


def yuan(fen: int) -> Decimal:
    """Yuan of an amount in fen, exact and with two decimals.

    Examples
    --------
    >>> str(yuan(123_456_789)), str(yuan(-5)), str(yuan(500))
    ('1234567.89', '-0.05', '5.00')
    """
    return Decimal(fen).scaleb(-2)
