"""The hand-sized cases of the library: read from their files, and their loans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from simulator.analysis.verify.hand_made import HandLoan
from simulator.money import parse_money
from simulator.rules import records as r

CASES = Path(__file__).parents[1] / "scenarios" / "cases"
FLAGS = {"ip_pledge": r.Flag.IP_PLEDGE, "key_list": r.Flag.KEY_LIST, "policy_funded": r.Flag.POLICY_FUNDED}
DAY = 100


def read(path: Path) -> dict[str, Any]:
    """A file of cases."""
    found: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return found


def each_case() -> list[Any]:
    """File and name of every case, as parameters of a test."""
    return [
        pytest.param(path, name, id=f"{path.name.partition('.')[0]}-{name}")
        for path in sorted(CASES.glob("*.cases.yaml"))
        for name in read(path)["cases"]
    ]


def sets_of(case: dict[str, Any]) -> list[str]:
    """What a case changes in its scenario."""
    return [f"{path}={value}" for path, value in case.get("set", {}).items()]


def millionths(text: str) -> int:
    """A share in per cent."""
    return round(float(str(text).rstrip("%")) * 10_000)


def loans_of(case: dict[str, Any]) -> list[HandLoan]:
    """All loans of a case."""
    loans = [hand_loan(claim["loan"]) for claim in case["claims"]]
    if portfolio := case.get("portfolio"):
        loans += [hand_loan(portfolio["loan"])] * int(portfolio["number"])
    return loans


def hand_loan(said: dict[str, Any]) -> HandLoan:
    """Loan of a case: fails on ``DAY``, so that the rules may open its case."""
    flags = 0 if said.get("first_loan") else int(r.Flag.BORROWED_BEFORE)
    flags |= sum(int(flag) for key, flag in FLAGS.items() if said.get(key))
    return HandLoan(
        parse_money(str(said["requested"])),
        fails=DAY,
        grade=said.get("grade", ""),
        firm_class=said.get("firm_class", ""),
        route=said.get("route", ""),
        unsecured=millionths(said["unsecured"]) if "unsecured" in said else r.MILLION,
        flags=flags,
    )
