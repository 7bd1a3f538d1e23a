"""A loan tape replayed through a scheme, against each loan's recorded loss shared by hand."""

from __future__ import annotations

import csv
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from simulator.analysis.verify.check import Check, Subject
from simulator.runs.play import play_histories
from simulator.scenario.library import library_folder
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = "tape_small"
SOURCE = "scenarios/cases/tape_small.csv"
CENT = Decimal("0.01")


def check_replay() -> list[Check]:
    """Replay the small tape of the library: what was lost, and what its guarantor and its banks bear of it, to the fen."""
    (results,) = play_histories([load(CASE).scenario], 1)
    lost = list(_recorded())
    total = sum((loss for loss, _ in lost), Decimal(0))
    shared = sum(((loss * share).quantize(CENT, ROUND_FLOOR) for loss, share in lost), Decimal(0))
    figures = (
        ("台账重放：记录的损失合计（元）", "replayed tape: recorded losses, yuan", total, "bank.gross_loss"),
        ("台账重放：担保公司按各笔比例承担（元）", "replayed tape: the guarantor's share of each loss, yuan", shared, "paid_by.担保公司"),
        ("台账重放：银行承担其余（元）", "replayed tape: the banks bear the rest, yuan", total - shared, "bank.net_loss"),
    )
    return [Subject(zh, en, SOURCE).equal(expected, Decimal(int(results.finals[name][0])) / 100) for zh, en, expected, name in figures]


def _recorded() -> Iterator[tuple[Decimal, Decimal]]:
    """Loss and guarantee share of each recorded default."""
    path = library_folder() / "cases" / f"{CASE}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["违约日"]:
                yield Decimal(row["损失"].replace(",", "")), Decimal(row["担保比例"].removesuffix("%")) / 100
