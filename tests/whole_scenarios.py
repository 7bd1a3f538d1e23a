"""Whole scenarios made up by hypothesis: every word of the scenario language, with firms that fail often enough for all of it to matter.

Values are in the program's units: fen, millionths, days, months. ``words_of`` tells which words a scenario uses, ``all_words`` which there are.
"""

from __future__ import annotations

import datetime
import hashlib
import typing
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from hypothesis import strategies as st
from pydantic import BaseModel

from simulator.scenario.checks import check
from simulator.scenario.models import Repayment, Scenario
from simulator.scenario.positions import Findings, Place
from simulator.scenario.stage_checks import later
from simulator.scenario.tape import tape_of
from simulator.scenario.tape_file import segments_of
from simulator.scenario.vocabulary import entries_of, options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAN = 1_000_000
MILLION = 1_000_000
MEAN = 100 * WAN
GRADES, REGIONS, ROUTES, CLASSES = ("A", "B"), ("东", "西"), ("直接", "担保"), ("小巨人", "其他")
BANKS = ("甲行", "乙行", "丙行")
REPAYMENTS = typing.get_args(Repayment)
ORDERS = ("pro_rata", "bank_first", "fund_first", "advance_then_settle")
UNLIMITED_PURSES = ("省", "市")
INSTRUMENTS = ("grants", "policies", "investments")
PAYERS = ("池", "担保", "再担保", "国家", "保险", "基金", "评估")


def some(*values: Any) -> st.SearchStrategy[Any]:
    """One of some values."""
    return st.sampled_from(values)


def chance(draw: st.DrawFn, percent: int) -> bool:
    """Whether something that is so in a given percentage of scenarios is so."""
    return draw(st.integers(0, 99)) < percent


def split(draw: st.DrawFn, names: tuple[Any, ...]) -> dict[Any, int]:
    """Shares of some names that sum to one."""
    cuts = sorted(draw(st.lists(some(100_000, 250_000, 333_333, 600_000, 900_000), min_size=len(names) - 1, max_size=len(names) - 1)))
    return {name: after - before for name, before, after in zip(names, [0, *cuts], [*cuts, MILLION], strict=True)}


def given_or_by_grade(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """One value, or one a grade."""
    return {grade: draw(values) for grade in GRADES} if chance(draw, 40) else draw(values)


def optional(draw: st.DrawFn, percent: int, **values: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Each of some keys with its value, in a percentage of scenarios."""
    return {key: draw(value) for key, value in values.items() if chance(draw, percent)}


@st.composite
def conditions(draw: st.DrawFn, *, is_tape: bool) -> dict[str, Any]:
    """A condition on a loan of one or two words."""
    words: dict[str, st.SearchStrategy[Any]] = {
        "grade": some(("A",), ("B",)),
        "firm_class": some(("小巨人",), ("其他",)),
        "region": some(("东",), ("西",)),
        "route": some(("直接",), ("担保",)),
        "first_loan": st.booleans(),
        "ip_pledge": st.booleans(),
        "key_list": st.booleans(),
        "policy_funded": st.booleans(),
        "amount_over": some(50 * WAN, 80 * WAN),
        "amount_up_to": some(90 * WAN, 150 * WAN),
        "unsecured_over": some(300_000, 500_000),
        "unsecured_at_least": some(500_000, 700_000),
        "term_up_to": some(6, 12),
    }
    if not is_tape:
        words |= {"segment": some(("企业",)), "sector": some(("软件",))}
    return {word: draw(words[word]) for word in draw(st.lists(some(*words), min_size=1, max_size=2, unique=True))}


def whens(*, is_tape: bool) -> st.SearchStrategy[tuple[Any, ...]]:
    """One or two conditions, any of which may hold."""
    return st.lists(conditions(is_tape=is_tape), min_size=1, max_size=2).map(tuple)


@st.composite
def tiers(draw: st.DrawFn, most: int, *, is_tape: bool) -> dict[str, Any]:
    """A ratio that depends on the loan, never above ``most`` where it must hold for all."""
    combine = draw(some("first", "max", "sum", "marginal"))
    found: dict[str, Any] = {"combine": combine, "tiers": {}, "otherwise": draw(some(0, most // 2))}
    if combine == "marginal":
        found["tiers"] = {
            "下": {"share": most, "when": ({"amount_up_to": 70 * WAN},)},
            "上": {"share": most // 3, "when": ({"amount_over": 70 * WAN},)},
        }
        return found
    for number in range(draw(st.integers(1, 3))):
        found["tiers"][f"档{number}"] = {"share": draw(some(most, most // 3, 123_457)), "when": draw(whens(is_tape=is_tape))}
    if combine == "sum" and chance(draw, 70):
        found["ceiling"] = draw(some(400_000, 900_000))
    return found


@st.composite
def sizes(draw: st.DrawFn) -> dict[str, Any]:
    """Amounts asked for, most of them not round."""
    if chance(draw, 20):
        return {"table": split(draw, (30 * WAN, 95 * WAN + 7, 200 * WAN))}
    mean = given_or_by_grade(draw, some(MEAN, MEAN // 2))
    return {
        "mean": mean,
        "spread": draw(some(0.0, 0.5, 1.2)),
        "round_to": draw(some(1, 12_345, WAN)),
        **optional(draw, 30, least=some(10 * WAN), most=some(400 * WAN)),
    }


@st.composite
def laws(draw: st.DrawFn) -> dict[str, Any]:
    """How loans fail, for segments and tapes."""
    found: dict[str, Any] = {"pd": given_or_by_grade(draw, some(0.05, 0.3, 0.5, 0.8))}
    found |= optional(draw, 20, seasoning=some({6: 0.2, 12: 1.0, 24: 2.5}), pd_over=some(6, 24), default_curve=some({6: 0.1, 12: 0.3, 36: 0.6}))
    found |= optional(draw, 40, at_maturity=some(300_000, MILLION))
    found |= {"asset_correlation": given_or_by_grade(draw, some(0.0, 0.12, 0.5))} if chance(draw, 30) else {}
    return found


def dates(start: datetime.date, months: int) -> st.SearchStrategy[datetime.date]:
    """First days of months from a start on."""
    return st.integers(0, months).map(lambda month: max(start, later(start, month)))


@st.composite
def segments(draw: st.DrawFn, start: datetime.date, months: int, most: int) -> dict[str, Any]:
    """Firms drawn alike."""
    number: dict[str, Any] = (
        {"arrivals": float(draw(some(most // 2, most)))} if chance(draw, 25) else {"firms": draw(st.integers(min(20, most), most))}
    )
    found = {**number, "loan": draw(sizes()), **draw(laws())}
    found |= {"grade": split(draw, GRADES), "firm_class": split(draw, CLASSES), "region": split(draw, REGIONS), "route": split(draw, ROUTES)}
    found["unsecured"] = split(draw, (300_000, 700_000, MILLION))
    found["term"] = split(draw, draw(some((6, 12), (3, 24), (12, 36))))
    found["repayment"] = split(draw, draw(some(REPAYMENTS, ("bullet", "equal_principal"), ("interest_only", "equal_instalment"))))
    found["rate"] = given_or_by_grade(draw, some(0, 34_000, 81_234, "LPR+150bp"))
    found |= optional(draw, 40, pays_every=some(3, 12), renewal=some(0.5, 0.9))
    found |= optional(draw, 50, ip_pledge=some(0.3), key_list=some(0.3), policy_funded=some(0.4), borrowed_before=some(0.0, 0.5))
    found |= optional(draw, 25, first_application=some("at_start"), applies_from=dates(start, months // 3))
    found |= {"applies_until": draw(dates(later(start, months // 2), months // 2))} if chance(draw, 25) else {}
    if chance(draw, 60):
        found["drawdowns"] = {"mean": draw(some(1.6, 3.0)), "spacing": draw(some(1, 20, 90))}
    return found


@st.composite
def projects(draw: st.DrawFn, start: datetime.date, months: int) -> dict[str, Any]:
    """Projects of two stages with a loan in the second."""
    found: dict[str, Any] = {
        "number": draw(st.integers(4, 15)),
        "grade": draw(some(*GRADES)),
        "region": draw(some(*REGIONS)),
        "route": draw(some(*ROUTES)),
        "firm_class": draw(some(*CLASSES)),
        "stages": {
            "早期": {"duration": draw(some(1, 2)), "success": draw(some(0.5, 0.95))},
            "中试": {
                "duration": draw(some(1, 2)),
                "success": draw(some(0.2, 0.6)),
                "loss": {"mean": draw(some(20 * WAN, 300 * WAN)), "spread": draw(some(0.0, 0.6))},
            },
        },
        "exit_value": {"success": {"mean": 2.5, "spread": draw(some(0.0, 1.0))}, "failure": draw(some(0.0, 0.1))},
        **optional(draw, 60, factor_loading=some(0.5)),
    }
    first = draw(dates(start, months - 7))
    found |= {"starts_from": first} if chance(draw, 80) else {}
    found |= {"starts_until": later(first, 2)} if chance(draw, 60) else {}
    if chance(draw, 85):
        found["loan"] = {
            "stage": draw(some("早期", "中试")),
            "amount": {"mean": MEAN, "spread": draw(some(0.0, 0.4))},
            "term": draw(some(3, 12)),
            "rate": draw(some(35_000, "LPR+50bp")),
            "repayment": draw(some(*REPAYMENTS)),
            "pays_every": draw(some(1, 3)),
            "default_given_failure": draw(some(0.4, 0.9)),
            "default_given_success": draw(some(0.05, 0.5)),
        }
    return found


@st.composite
def instruments(draw: st.DrawFn) -> dict[str, Any]:
    """Money for projects that is no loan."""
    only = {"projects": ("项目",)} if chance(draw, 50) else {}
    grant = {"payer": "省", "stage": draw(some("早期", "中试")), "amount": 12_345_678, "repaid_on_success": draw(some(0, 333_333)), **only}
    policy = {
        "insurer": "保险",
        "stages": ("中试",),
        "sum_insured": draw(some(30 * WAN, 320 * WAN)),
        "deductible": draw(some(0, 200_001)),
        "premium": draw(some(0, 31_234)),
        "pledged": draw(st.booleans()),
        "lag": draw(some(0, 60, 200)),
        **only,
        **optional(draw, 60, premium_subsidy=some({"payer": "市", "share": 500_001})),
    }
    back = {"back_to": "市", "back_share": 700_000} if chance(draw, 60) else {}
    investment = {"investor": "基金", "stage": draw(some("早期", "中试")), "amount": 300 * WAN, "exit_after": draw(some(0, 7)), **back, **only}
    return optional(draw, 80, grants=some({"拨款": grant}), policies=some({"保单": policy}), investments=some({"股权": investment}))


@st.composite
def accounts(draw: st.DrawFn, lent: int) -> dict[str, Any]:
    """A pool that is mostly too small for what is lent, and a payer of every other kind."""
    rule = draw(some("none", "as_needed", "last_year_payouts", "annual_budget", "to_target", "as_needed"))
    refill: dict[str, Any] = {"rule": rule, "after_lending": draw(st.booleans())}
    if rule in ("annual_budget", "to_target"):
        refill["amount"] = lent * draw(st.integers(0, 50)) // 1000
    pool: dict[str, Any] = {
        "kind": "pool",
        "public": draw(st.booleans()),
        "endowment": lent * draw(some(0, 2, 10, 60)) // 1000,
        "funded_by": split(draw, UNLIMITED_PURSES),
        "refill": refill,
        "when_short": draw(some("pay_what_is_left", "queue", "queue", "pro_rata")),
        **optional(draw, 30, annual_budget=st.integers(0, lent // 20), interest=some(15_000, 23_456)),
    }
    if chance(draw, 35):
        pool["sub_accounts"] = {"by": "region", "shares": split(draw, REGIONS)}
    found = {"省": {"kind": "treasury", "public": True}, "市": {"kind": "treasury", "public": draw(st.booleans())}, "池": pool}
    kinds = ("guarantor", "re_guarantor", "national_fund", "insurer", "fund", "third_party")
    for name, kind in zip(PAYERS[1:], kinds, strict=True):
        found[name] = {"kind": kind, **optional(draw, 15, annual_budget=st.integers(0, lent // 50))}
        if kind not in ("insurer", "fund") and chance(draw, 25):
            when_short = draw(some("pay_what_is_left", "queue", "pro_rata"))
            found[name] |= {"endowment": lent * draw(st.integers(0, 30)) // 1000, "funded_by": {"省": MILLION}, "when_short": when_short}
    return found


@st.composite
def one_layer(draw: st.DrawFn, share: Any, basis: str, *, least_trigger: int, is_tape: bool) -> dict[str, Any]:
    """A layer with its times and limits."""
    layer: dict[str, Any] = {
        "payer": draw(some("池", "池", "池", "池", *PAYERS)),
        "share": share,
        "basis": basis,
        "trigger": max(least_trigger, draw(some(0, 30, 90))),
        "lag": draw(some(0, 0, 1, 30, 200)),
        **optional(draw, 20, per_claim=some(15 * WAN + 3, 40 * WAN), annual_limit=some(100 * WAN, 300 * WAN + 1)),
        **optional(draw, 15, applies_to=whens(is_tape=is_tape)),
    }
    if chance(draw, 35):
        reset = draw(some("never", "yearly"))
        base = draw(some("lent_to_date", "covered_volume") if reset == "never" else some("lent_in_period", "covered_in_period"))
        layer["aggregate"] = {"ratio": draw(some(0, 20_000, 70_001)), "base": base, "reset": reset, "excess_to": draw(some("bank", *PAYERS))}
    return layer


@st.composite
def layers(draw: st.DrawFn, *, least_trigger: int, is_tape: bool) -> dict[str, Any]:
    """One to three layers on the loss, and up to three that share their payments or each other's."""
    found: dict[str, Any] = {}
    left = MILLION
    for number in range(draw(st.integers(1, 3))):
        most = draw(some(left, left // 2, left // 3))
        left -= most
        share: Any = draw(tiers(most, is_tape=is_tape)) if chance(draw, 35) else most
        if is_tape and chance(draw, 40):
            share = {"from_tape": "比例"}
        basis = draw(some("overdue_principal", "overdue_principal", "npl_balance", "net_loss"))
        found[f"层{number}"] = draw(one_layer(share, basis, least_trigger=least_trigger, is_tape=is_tape))
    free = dict.fromkeys(found, MILLION)
    for number in range(draw(some(0, 1, 2, 3, 3))):
        backed = draw(some(*free))
        share = draw(some(free[backed], free[backed] // 2))
        free[backed] -= share
        name = f"再{number}"
        free[name] = MILLION
        late = {"lag": draw(some(0, 0, 10, 60, 200))}
        found[name] = {**draw(one_layer(share, "payment_of", least_trigger=least_trigger, is_tape=is_tape)), **late, "of": backed}
    return found


@st.composite
def guards(draw: st.DrawFn, layers: dict[str, Any]) -> dict[str, Any]:
    """A ratio that is watched, with thresholds low enough to be passed."""
    shared: dict[str, list[str]] = {}
    for name, layer in layers.items():
        if layer["basis"] == "payment_of":
            shared.setdefault(layers[layer["of"]]["payer"], []).append(name)
    if shared and chance(draw, 40):
        return {
            "numerator": draw(some("npl", "losses_this_year", "payouts_this_year")),
            "denominator": draw(some("outstanding", "lent_this_year", "lent_to_date")),
            "per": "guarantor",
            "effect": draw(some("stop_compensation", "defer_payment")),
            "test": "monthly",
            "stop": draw(some(5_000, 30_000)),
            "claims": "hold",
            "layers": tuple(draw(some(*shared.values()))),
            "reset": draw(some("below_stop", "yearly", "yearly")),
        }
    layer_names = tuple(layers)
    effect = draw(some("warn", "stop_compensation", "stop_compensation", "stop_lending", "defer_payment"))
    stop = draw(some(5_000, 30_000, 80_000))
    found: dict[str, Any] = {
        "numerator": draw(some("npl", "losses_this_year", "payouts_this_year")),
        "denominator": draw(some("outstanding", "lent_this_year", "lent_to_date")),
        "per": draw(some("bank", "scheme", "region")),
        "effect": effect,
        "test": draw(some("monthly", "monthly", "quarterly", "yearly")),
        "stop": stop,
        "warn": stop // 2,
        "reset": draw(some("below_stop", "below_warn", "yearly", "yearly", "never")),
    }
    if effect in ("stop_compensation", "defer_payment"):
        found["claims"] = draw(some("hold", "hold", "hold", "old_loans_still_paid", *["refuse", "refuse"] * (effect == "stop_compensation")))
        found |= {"layers": tuple(draw(st.lists(some(*layer_names), min_size=1, unique=True)))} if chance(draw, 30) else {}
    return found


@st.composite
def limits(draw: st.DrawFn) -> dict[str, Any]:
    """What may be lent."""
    found = {
        key: given_or_by_grade(draw, values)
        for key, values in (("loan", some(90 * WAN + 1, 150 * WAN)), ("firm", some(110 * WAN, 200 * WAN)))
        if chance(draw, 25)
    }
    return found | optional(
        draw, 15, open_loans=some(1, 2), term=some(12), rate=some(30_000, "LPR+50bp"), bank_year=some(900 * WAN), scheme_year=some(2000 * WAN)
    )


@st.composite
def support(draw: st.DrawFn, layer_names: tuple[str, ...], *, is_tape: bool) -> dict[str, Any]:
    """Fees, interest subsidies and relending."""
    when = {"when": draw(whens(is_tape=is_tape))} if chance(draw, 30) else {}
    fee = {"payer": draw(some("borrower", "bank", "省")), "payee": draw(some("担保", "池", "再担保")), "rate": draw(some(5_000, 12_345)), **when}
    fee |= {"on": draw(some(*layer_names))} if chance(draw, 50) else {}
    form = draw(some({"final_rate": 20_000}, {"share": 350_001}, {"points": 12_345}))
    subsidy = {"payer": draw(some(*UNLIMITED_PURSES)), "if_repaid": draw(st.booleans()), **form, **when}
    relending = {"share": draw(some(600_000, MILLION)), "rate": 15_000, **when}
    return optional(draw, 45, fees=some({"费": fee}), interest_subsidies=some({"贴息": subsidy}), relending=some(relending))


@st.composite
def banks(draw: st.DrawFn) -> dict[str, Any]:
    """One to three banks, each with its costs and appetite."""
    names = BANKS[: draw(st.integers(1, 3))]
    return {"members": {name: {"share": share, **draw(one_bank())} for name, share in split(draw, names).items()}}


@st.composite
def one_bank(draw: st.DrawFn) -> dict[str, Any]:
    """Costs and appetite of a bank."""
    found = optional(draw, 15, quota=some(300 * WAN, 1200 * WAN), npl_tolerance=some(30_000, 100_000))
    if chance(draw, 35):
        found |= {"appetite": "margin", "trust": draw(some("full", "balance", "none")), "ancillary": {"mean": 60_000, "spread": 50_000}}
        found |= optional(draw, 40, signal_noise=some(0.3), minimum_margin=some(-20_000, 5_000), capital=some(50_000), hurdle=some(120_000))
        found |= optional(draw, 40, funding_cost=some(14_000), operating_cost=some(6_000))
    return found


@st.composite
def losses(draw: st.DrawFn) -> dict[str, Any]:
    """What is lost and when money comes back: often in several parts, some at once or on one day."""
    mean = draw(some(0, 300_000, 300_000, 700_000, 700_000, MILLION))
    found: dict[str, Any] = {"lgd": {"mean": mean, "spread": 0.2 if 0 < mean < MILLION and chance(draw, 70) else 0.0}}
    found["lumps"] = draw(some(1, 2, 3, 5))
    found["lag"] = {"mean": draw(some(0, 1, 45, 120, 400)), "spread": draw(some(0.0, 0.5, 2.0))}
    found |= {"cure": {"chance": draw(some(0.3, 0.8)), "within": draw(some(5, 30))}} if chance(draw, 35) else {}
    return found | optional(draw, 30, wrong_way=some(200_000), write_off_after=some(3, 7))


@st.composite
def macros(draw: st.DrawFn, start: datetime.date) -> dict[str, Any]:
    """The systematic factor."""
    factor = draw(some("static", "ar1", "path"))
    found = {"factor": factor, **optional(draw, 40, persistence=some(0.7), sector_loading=some(0.0, 0.6))}
    found |= {"asset_correlation": given_or_by_grade(draw, some(0.05, 0.3))} if chance(draw, 40) else {}
    if factor == "path":
        month = start.replace(day=1)
        found |= {"path": {later(month, 2): -1.5, later(month, 5): 0.7}, "otherwise": draw(some("draw", "neutral"))}
    return found


@st.composite
def tapes(draw: st.DrawFn, folder: Path, start: datetime.date, months: int, bank_names: tuple[str, ...]) -> dict[str, Any]:
    """A tape of up to 150 loans, drawn or replayed; half of its columns may be left to the block ``segment``, and labels drawn in its shares."""
    fates = draw(some("drawn", "replay"))
    rows = tape_rows(np.random.default_rng(draw(st.integers(0, 999))), draw(st.integers(10, 150)), start, months, bank_names)
    needed = {"drawdown", "amount", "grade", "region", "route", "firm_class", draw(some("term_months", "maturity")), "比例"}
    needed |= {"default_date", "loss"} if fates == "replay" else set()
    segment = {"bank": bank_names[0], "unsecured": 600_000, "rate": draw(some(40_000, 81_234)), "repayment": draw(some(*REPAYMENTS)), **draw(laws())}
    drawn = draw(labels(goes_by_grade=isinstance(segment["pd"], dict)))
    needed -= set(drawn)
    optional_ones = {"loan", "firm", "rate", "pd", "sector", "repayment", "unsecured", "ip_pledge", "key_list", "policy_funded", "borrowed_before"}
    kept = [key for key in rows[0] if key in needed or (key in optional_ones | {"bank"} and chance(draw, 70))]
    kept += [key for key in ("owed", "recovered", "recovered_on") if fates == "replay" and chance(draw, 50)]
    text = "\n".join([",".join(kept), *(",".join(str(row[key]) for key in kept) for row in rows)])
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.csv"
    (folder / name).write_text(text, encoding="utf-8")
    segment |= optional(draw, 40, pays_every=some(3), sector=some("软件"), **dict.fromkeys(("ip_pledge", "key_list", "policy_funded"), some(True)))
    segment |= optional(
        draw, 40, borrowed_before=some(False), term=some(12), grade=some("B"), firm_class=some("小巨人"), region=some("东"), route=some("担保")
    )
    segment |= drawn
    columns = {key: key for key in kept if key != "比例"}
    return {"file": name, "fates": fates, "columns": {**columns, "shares": {"比例": "比例"}}, "segment": segment}


@st.composite
def labels(draw: st.DrawFn, *, goes_by_grade: bool) -> dict[str, Any]:
    """Labels that a tape's file may not say, in shares; the grade only where no PD goes by it."""
    names = {"firm_class": CLASSES, "region": REGIONS, "route": ROUTES} | ({} if goes_by_grade else {"grade": GRADES})
    found = {label: draw(split_among(known)) for label, known in names.items() if chance(draw, 30)}
    found |= {"unsecured": draw(split_among((300_000, MILLION)))} if chance(draw, 30) else {}
    return found | optional(draw, 30, ip_pledge=some(0.4), borrowed_before=some(0.4))


def split_among(names: tuple[Any, ...]) -> st.SearchStrategy[dict[Any, int]]:
    """Shares of two names, neither of them nothing."""
    return some(250_000, 600_000).map(lambda share: {names[0]: share, names[1]: MILLION - share})


def tape_rows(random: np.random.Generator, n_loans: int, start: datetime.date, months: int, bank_names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Loans with a third of them in default; money in yuan with its fen."""
    found = []
    for number in range(n_loans):
        lent_on = start + datetime.timedelta(days=int(random.integers(0, 28 * months)))
        term = int(random.choice([3, 6, 12]))
        amount = int(random.integers(100 * 100, MEAN))
        owed = int(random.integers(1, amount + 1))
        loss = int(random.integers(0, owed + 1))
        failed_on = lent_on + datetime.timedelta(days=int(random.integers(1, 27 * term)))
        has_failed = random.random() < 0.35
        recorded = {
            "default_date": failed_on,
            "owed": f"{owed / 100:.2f}",
            "loss": f"{loss / 100:.2f}",
            "recovered": f"{(owed - loss) / 100:.2f}",
            "recovered_on": failed_on + datetime.timedelta(days=int(random.integers(0, 300))),
        }
        found.append(
            {
                "loan": f"L{number:03d}",
                "firm": f"F{int(random.integers(0, 1 + n_loans // 2)):03d}",
                "drawdown": lent_on,
                "amount": f"{amount / 100:.2f}",
                "term_months": term,
                "maturity": later(lent_on, term),
                "rate": str(random.choice(["4.35%", "6%", "0%"])),
                "pd": str(random.choice(["5%", "30%", "60%"])),
                "grade": GRADES[number % 2],
                "firm_class": CLASSES[number // 2 % 2],
                "region": REGIONS[number // 4 % 2],
                "route": ROUTES[number // 3 % 2],
                "sector": str(random.choice(["软件", "制造"])),
                "bank": str(random.choice(bank_names)),
                "repayment": str(random.choice(REPAYMENTS)),
                "unsecured": str(random.choice(["30%", "100%"])),
                **{flag: int(random.integers(0, 2)) for flag in ("ip_pledge", "key_list", "policy_funded", "borrowed_before")},
                "比例": str(random.choice(["80%", "50%", "66.67%", "0%"])),
                **(recorded if has_failed else dict.fromkeys(recorded, "")),
            }
        )
    return found


@st.composite
def schemes(draw: st.DrawFn, lent: int, *, least_trigger: int, has_projects: bool, is_tape: bool) -> dict[str, Any]:
    """A whole contract for about so much lent."""
    found_layers = draw(layers(least_trigger=least_trigger, is_tape=is_tape))
    names = tuple(found_layers)
    return {
        "accounts": draw(accounts(lent)),
        "layers": found_layers,
        "guards": {f"熔断{number}": draw(guards(found_layers)) for number in range(draw(some(0, 1, 1, 2)))},
        "limits": draw(limits()),
        "recoveries": {"order": draw(some(*ORDERS)), "cost": draw(some(0, 50_000, 333_333))},
        **draw(support(names, is_tape=is_tape)),
        **(draw(instruments()) if has_projects else {}),
    }


@st.composite
def populations(draw: st.DrawFn, folder: Path, start: datetime.date, months: int, bank_names: tuple[str, ...]) -> dict[str, Any]:
    """Segments, mostly; segments and projects; or a tape."""
    source = draw(some("segments", "both", "tape", "tape"))
    found: dict[str, Any] = {"book": draw(some("drawn", "drawn", "fixed"))}
    if source == "tape":
        return found | {"tape": draw(tapes(folder, start, months, bank_names))}
    names = ("企业", "另一组") if chance(draw, 30) else ("企业",)
    most = draw(st.integers(30, 130)) // len(names)
    found["segments"] = {name: {**draw(segments(start, months, most)), "sector": draw(some("软件", "制造"))} for name in names}
    found["segments"]["企业"]["sector"] = "软件"
    if source == "both":
        found["projects"] = {"项目": draw(projects(start, months))}
    return found


@st.composite
def whole_scenarios(draw: st.DrawFn, folder: Path) -> Scenario:
    """A scenario that the loader would accept; its tape, if it has one, lies in a folder."""
    first = datetime.date.fromisoformat(draw(some("2025-01-01", "2024-11-15", "2025-03-25", "2023-12-31", "2024-02-29")))
    months = draw(st.integers(8, 26))
    said_banks, said_losses = draw(banks()), draw(losses())
    population = draw(populations(folder, first, months, tuple(said_banks["members"])))
    least_trigger = said_losses["cure"]["within"] if "cure" in said_losses else 0
    scheme = draw(schemes(80 * MEAN, least_trigger=least_trigger, has_projects="projects" in population, is_tape="tape" in population))
    run = {"start": first, "lend_until": later(first, months), "seed": draw(st.integers(0, 999)), "run_off": draw(some("settle", "settle", "cut"))}
    said = {
        "name": "样例",
        "title": "样例",
        "run": {**run, "settle_years": draw(some(3, 4))},
        "population": population,
        "macro": draw(macros(first)),
        "losses": said_losses,
        "banks": said_banks,
        "scheme": scheme | optional(draw, 15, in_force=some({"since": later(first, 2), "until": later(first, months - 2)})),
        **optional(draw, 30, prices=some({"lpr": 31_000, "discount": 45_000})),
        **optional(draw, 40, without_scheme=some({"market_rate": 60_000, "share_without_collateral_product": 600_000})),
    }
    if "tape" not in population and chance(draw, 12):
        lend_on_one_day(said)
    return checked(Scenario.model_validate(said), folder)


def lend_on_one_day(said: dict[str, Any]) -> None:
    """Make a scenario's loans the same in every history, lent on its first day and repaid at maturity, with nothing to change them but defaults."""
    segment = {"firms": 60, "first_application": "at_start", "repayment": {"bullet": 400_000, "interest_only": 600_000}}
    dropped = {"arrivals", "drawdowns", "renewal", "applies_from", "applies_until"}
    some_segments = said["population"]["segments"]
    kept = {name: {key: value for key, value in one.items() if key not in dropped} | segment for name, one in some_segments.items()}
    said["population"] = {"book": "fixed", "segments": kept}
    said["scheme"] = {key: value for key, value in said["scheme"].items() if key not in ("guards", "interest_subsidies", *INSTRUMENTS, "in_force")}
    said["losses"] = {key: value for key, value in said["losses"].items() if key != "cure"}
    for bank in said["banks"]["members"].values():
        bank["appetite"] = "fixed"


def checked(scenario: Scenario, folder: Path) -> Scenario:
    """Find a scenario's tape, as the loader does, and see that the loader would have nothing to say against the scenario."""
    findings = Findings()
    check(scenario, lambda *_, **__: Place("", 0, 0), findings)
    assert not findings.found, findings.found
    population = scenario.population
    if population.tape:
        located = with_population(scenario, tape=population.tape.located(str(folder), population.tape.file))
        return with_population(located, segments=segments_of(tape_of(located), located))
    return scenario


def with_population(scenario: Scenario, **update: Any) -> Scenario:
    """The scenario with another population."""
    return scenario.model_copy(update={"population": scenario.population.model_copy(update=update)})


IDLE = {
    "Scenario": {"schema", "name", "title", "title_en", "summary", "summary_en", "changes", "sources", "gaps", "assumptions"},
    "Run": {"histories", "seed"},
    "Banks": {"common"},
    "Tape": {"file", "money_unit", "percent", "date_format", "sha256"},
    "Scheme": {"funding"},
    "SubAccounts": {"by=region"},
}
"""Words that say nothing about what is played, or how a file is read."""
KEYS = {("Segment", "repayment"): REPAYMENTS}
"""Where words stand as keys."""


def all_words(model: type[BaseModel] = Scenario) -> set[str]:
    """Words of the scenario language that mean something to an engine: every key, and every choice of a key that has named choices."""
    found: set[str] = set()
    for key, entry in entries_of(model).items():
        if key in IDLE.get(model.__name__, ()):
            continue
        kinds = [kind for kind, _ in options(entry.kind)]
        kinds += [part for kind in kinds for part in typing.get_args(kind) if typing.get_origin(kind) in (dict, tuple)]
        kinds = [kind for annotated in kinds for kind, _ in options(annotated)]
        choices = [choice for kind in kinds if typing.get_origin(kind) is Literal for choice in typing.get_args(kind)]
        choices += KEYS.get((model.__name__, key), ())
        found |= {f"{model.__name__}.{key}={choice}" for choice in choices} or {f"{model.__name__}.{key}"}
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= all_words(kind)
    return {word for word in found if word not in {f"{name}.{key}" for name, keys in IDLE.items() for key in keys}}


def words_of(block: BaseModel) -> Iterator[str]:
    """Words that a block uses, and those of the blocks in it: every choice, and every key that is not at its default.

    Segments that were made of a tape do not count.
    """
    name = type(block).__name__
    for key, entry in entries_of(type(block)).items():
        field = next(field for field, info in type(block).model_fields.items() if (info.alias or field) == key)
        value = getattr(block, field)
        if key == "segments" and getattr(block, "tape", None):
            continue
        if isinstance(value, str):
            yield f"{name}.{key}={value}"
        for choice in value if (name, key) in KEYS else ():
            yield f"{name}.{key}={choice}"
        if value != entry.default:
            yield f"{name}.{key}"
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        for part in parts:
            if isinstance(part, BaseModel):
                yield from words_of(part)
