"""Contracts and loans made up by hypothesis, in the words of a scenario file but in fen, millionths and days."""

from __future__ import annotations

from typing import Any

from builders import TREASURY, HandLoan
from hypothesis import strategies as st

from simulator.rules import records as r
from simulator.rules.records import MILLION

ORDERS = ("pro_rata", "bank_first", "fund_first", "advance_then_settle")
LAST_FAILURE = 330
POOL, GUARANTOR, OTHER = "池", "担保", "其他"


def shares(most: int = MILLION) -> st.SearchStrategy[int]:
    """A share, round or crooked."""
    return st.one_of(st.sampled_from([0, most // 4, most // 2, most]), st.integers(0, most))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Something, or none of it, more often none."""
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def accounts(draw: st.DrawFn, *, may_queue: bool = True) -> dict[str, Any]:
    """A pool that may be too small, a guarantor and another payer that may have a budget."""
    rules: list[dict[str, Any]] = [{"rule": "none"}] * 3 + [{"rule": "last_year_payouts", "after_lending": True}, {"rule": "as_needed"}]
    rules += [{"rule": rule, "amount": draw(st.integers(0, 5_000)), "after_lending": True} for rule in ("annual_budget", "to_target")]
    pool = {
        "kind": "pool",
        "public": True,
        "endowment": draw(st.integers(0, 30_000)),
        "funded_by": {"财政": MILLION},
        "refill": draw(st.sampled_from(rules)),
        "when_short": draw(st.sampled_from(["pay_what_is_left", "pro_rata"] + ["queue"] * may_queue)),
        "annual_budget": draw(maybe(st.integers(0, 20_000))),
    }
    return {
        "财政": TREASURY,
        POOL: pool,
        GUARANTOR: {"kind": "guarantor"},
        OTHER: {"kind": "guarantor", "annual_budget": draw(maybe(st.integers(0, 9_999)))},
    }


@st.composite
def layers(draw: st.DrawFn, payers: list[str]) -> dict[str, Any]:
    """One to three layers on the loss, and up to two that share their payments."""
    found: dict[str, Any] = {}
    left = MILLION
    for number in range(draw(st.integers(1, 3))):
        share = draw(shares(left))
        left -= share
        basis = draw(st.sampled_from(["overdue_principal", "overdue_principal", "net_loss"]))
        found[f"层{number}"] = draw(one_layer(payers, share, basis))
    for number in range(draw(st.integers(0, 2))):
        backed = draw(st.sampled_from([name for name, layer in found.items() if layer["payer"] != POOL] or [None]))
        if backed:
            found[f"再{number}"] = {**draw(one_layer(payers, draw(shares(MILLION // 2)), "payment_of")), "of": backed}
    return found


@st.composite
def one_layer(draw: st.DrawFn, payers: list[str], share: int, basis: str) -> dict[str, Any]:
    """A layer with its times and limits."""
    layer: dict[str, Any] = {
        "payer": draw(st.sampled_from(payers)),
        "share": share,
        "basis": basis,
        "trigger": draw(st.sampled_from([0, 30, 90])),
        "lag": draw(st.sampled_from([0, 0, 30, 200])),
        "per_claim": draw(maybe(st.integers(0, 10_000))),
        "annual_limit": draw(maybe(st.integers(0, 10_000))),
    }
    if draw(st.sampled_from([True, False, False])):
        base, reset = draw(
            st.sampled_from([("lent_to_date", "never"), ("covered_volume", "never"), ("lent_in_period", "yearly"), ("covered_in_period", "yearly")])
        )
        bearers = ["bank", *payers]
        layer["aggregate"] = {"ratio": draw(shares()), "base": base, "reset": reset, "excess_to": draw(st.sampled_from(bearers))}
    return layer


@st.composite
def schemes(draw: st.DrawFn, *, may_queue: bool = True) -> dict[str, Any]:
    """A whole scheme without guards, fees and limits."""
    return {
        "accounts": draw(accounts(may_queue=may_queue)),
        "layers": draw(layers([POOL, GUARANTOR, OTHER])),
        "recoveries": {"order": draw(st.sampled_from(ORDERS)), "cost": draw(st.sampled_from([0, 50_000, 333_333]))},
    }


@st.composite
def loans(draw: st.DrawFn, *, most: int = 6) -> list[HandLoan]:
    """Some loans in the order of their days, most of them in default, all recovering in the same number of parts."""
    lumps = draw(st.integers(1, 3))
    days = sorted(draw(st.lists(st.integers(0, 300), min_size=1, max_size=most)))
    return [
        HandLoan(
            draw(st.integers(1_000, 20_000)),
            day=day,
            fails=draw(st.one_of(st.none(), st.integers(day + 1, day + LAST_FAILURE), st.integers(day + 1, day + 60))),
            lgd=draw(shares()),
            lags=tuple(sorted(draw(st.integers(0, 900)) for _ in range(lumps))),
        )
        for day in days
    ]


@st.composite
def late_loans(draw: st.DrawFn) -> list[HandLoan]:
    """Loans of few firms and of every repayment type, some late and cured before they fail or are repaid, many on the same days."""
    days = sorted(draw(st.lists(st.sampled_from([0, 0, 31, 90, 200]), min_size=2, max_size=8)))
    missed = [draw(maybe(st.integers(day + 20, day + 100))) for day in days]
    return [
        HandLoan(
            draw(st.integers(1_000, 20_000)),
            day=day,
            fails=draw(st.one_of(st.none(), st.sampled_from([day + 150, 400]))),
            lgd=draw(shares()),
            lags=(0, 0, 30),
            late=None if late is None else (late, late + draw(st.integers(1, 45))),
            firm=draw(st.integers(0, 3)),
            term_months=draw(st.sampled_from([6, 12, 15])),
            repayment=draw(st.sampled_from(r.Repayment)),
        )
        for day, late in zip(days, missed, strict=True)
    ]
