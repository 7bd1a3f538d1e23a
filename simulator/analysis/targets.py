"""Targets and objectives as users write them: ``pool.shortfall_probability <= 5%``, ``lending.volume >= 700亿元``, ``fiscal.net_cost:min``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from simulator.errors import UnitError
from simulator.money import NUMBER, parse_money, plain_digits
from simulator.results.measures import BY_NAME, MADE_UP, measure_named
from simulator.results.targets import Objective, Target
from simulator.scenario.messages import unknown
from simulator.scenario.times import parse_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.results.estimates import Estimate

RELATION = re.compile(r"(<=|>=|≤|≥|=<|=>|==|=|<|>)")
MEANT = {"≤": "<=", "=<": "<=", "<": "<=", "≥": ">=", "=>": ">=", ">": ">=", "==": "="}
PLAIN = re.compile(rf"({NUMBER})\s*(%|bp)?")
SENSES = {"min": "min", "max": "max", "最小": "min", "最大": "max"}


def target_of(text: str) -> Target:
    """Read a target: a measure, ``<=``, ``>=`` or ``=``, and a value in the measure's unit.

    Raises
    ------
    UnitError
        If it is not of that form, names no measure, or its value is of another kind.

    Examples
    --------
    >>> target_of("pool.shortfall_probability <= 5%"), target_of("bank.profit = 0")
    (Target(measure='pool.shortfall_probability', relation='<=', value=0.05), Target(measure='bank.profit', relation='=', value=0.0))
    >>> target_of("lending.volume ≥ 700亿元").value
    7000000000000.0
    """
    parts = RELATION.split(plain_digits(text), maxsplit=1)
    if len(parts) != 3 or not parts[0].strip() or not parts[2].strip():
        zh = f"“{text}”看不懂；请写 指标 <= 值、指标 >= 值 或 指标 = 值，如 pool.shortfall_probability <= 5%"
        en = f"{text!r} is not understood; write MEASURE <= VALUE, MEASURE >= VALUE or MEASURE = VALUE, such as pool.shortfall_probability <= 5%"
        raise UnitError(zh, en)
    name = measure_of(parts[0])
    return Target(name, MEANT.get(parts[1], parts[1]), value_of(name, parts[2].strip()))


def objective_of(text: str) -> Objective:
    """Read an objective of a frontier: a measure, and ``min`` or ``max`` after a colon.

    Examples
    --------
    >>> objective_of("lending.additional_volume:max")
    Objective(measure='lending.additional_volume', sense='max')
    """
    name, colon, word = plain_digits(text).rpartition(":")
    if not colon or word.strip() not in SENSES:
        zh = f"“{text}”看不懂；请写 指标:min 或 指标:max，如 fiscal.net_cost:min"
        en = f"{text!r} is not understood; write MEASURE:min or MEASURE:max, such as fiscal.net_cost:min"
        raise UnitError(zh, en)
    return Objective(measure_of(name), SENSES[word.strip()])


def measure_of(text: str) -> str:
    """Return the dotted name of a measure, given so or by its Chinese title.

    Raises
    ------
    UnitError
        With the nearest name.

    Examples
    --------
    >>> measure_of("资金短缺概率"), measure_of(" bank.net_loss ")
    ('pool.shortfall_probability', 'bank.net_loss')
    """
    name = text.strip()
    if name in BY_NAME or name.startswith(MADE_UP) or name == "fiscal.back":
        return name
    titled = {measure.zh: one for one, measure in BY_NAME.items()}
    if name in titled:
        return titled[name]
    zh, en = unknown(name, list(BY_NAME) if name.isascii() else list(titled), "指标", "measure")
    raise UnitError(zh, en)


def value_of(measure: str, text: str) -> float:
    """Read a value in a measure's unit: money with its unit (negative too), a share or rate in per cent, days, a number.

    Raises
    ------
    UnitError
        If it is of another kind.

    Examples
    --------
    >>> value_of("bank.profit", "-1亿元"), value_of("bank.net_loss_rate", "1%"), value_of("lending.loans", "25,000")
    (-10000000000.0, 0.01, 25000.0)
    """
    try:
        unit = measure_named(measure).unit
        if unit == "fen":
            sign, amount = (-1, text[1:]) if text.startswith("-") else (1, text)
            return float(sign * parse_money("0元" if amount.strip() == "0" else amount.strip()))
        if unit == "day" and not PLAIN.fullmatch(text):
            return float(parse_days(text))
    except (KeyError, ValueError):
        zh, en = unknown(measure, list(BY_NAME), "指标", "measure")
        raise UnitError(zh, en) from None
    except UnitError as error:
        zh, en = f"{measure}：{error.zh}", f"{measure}: {error.en}"
        raise UnitError(zh, en) from None
    match = PLAIN.fullmatch(text)
    if match is None or (match[2] and unit not in ("share", "rate")) or (unit in ("share", "rate") and not match[2] and abs(Decimal(match[1])) > 1):
        example = {"share": "5% 或 0.05", "rate": "5% 或 0.05"}.get(unit, "25000")
        zh = f"{measure}：“{text}”不是这个指标的值；请写如 {example}"
        en = f"{measure}: {text!r} is no value of this measure; write for instance {example.replace('或', 'or')}"
        raise UnitError(zh, en)
    return float(Decimal(match[1].replace(",", "")) * {"%": Decimal("0.01"), "bp": Decimal("0.0001")}.get(match[2] or "", Decimal(1)))


def need(measures: Mapping[str, Estimate | None], name: str, *, is_given: bool) -> Estimate:
    """Return a measure's estimate.

    Raises
    ------
    UnitError
        If the scenario has no such measure, or its histories are too few for it.
    """
    found = measures.get(name)
    if found is not None:
        return found
    if name == "lending.additional_volume" and is_given:
        zh = "放款为给定（appetite: fixed）：新增放款不是任何政策变量的结果；请改用 appetite: margin 的情景，或另选指标"
        en = "lending is given (appetite: fixed): added lending is no lever's effect; use a scenario with appetite: margin, or another measure"
        raise UnitError(zh, en)
    have = ", ".join(known for known, one in measures.items() if one is not None and "." in known and not known.startswith(MADE_UP))
    zh = f"{name}：这个情景没有这个指标，或模拟次数太少算不出。可用：{have}"
    en = f"{name}: this scenario has no such measure, or its histories are too few for it. Available: {have}"
    raise UnitError(zh, en)
