"""One cell of a tape to a value in the program's units: money, shares, dates, terms and truth values as bank files write them.

Each reader takes the text of a cell that is not blank and raises ``UnitError`` with what is allowed.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation

from simulator.errors import UnitError
from simulator.money import checked_fen, parse_money, plain_digits
from simulator.scenario.quantities import MILLION
from simulator.scenario.times import parse_months

LONGEST_TERM = 360
EARLIEST, LATEST = 1900, 2200
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?(e[+-]?\d{1,3})?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]|(\d{2})(\d{2}))(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_YES, _NO = {"1", "y", "yes", "true", "t", "是", "有"}, {"0", "n", "no", "false", "f", "否", "无"}
REPAYMENTS = {
    "bullet": ("到期还本付息", "一次性还本付息", "到期一次还本付息", "利随本清"),
    "interest_only": ("按月付息到期还本", "先息后本", "分期付息到期还本", "按期付息到期还本"),
    "equal_principal": ("等额本金",),
    "equal_instalment": ("等额本息",),
}
"""Repayment types with the words that Chinese bank files use."""


def number_in(text: str) -> Decimal:
    """Read a plain number, with or without thousands marks."""
    digits = plain_digits(text)
    if _NUMBER.fullmatch(digits):
        try:
            return Decimal(digits.replace(",", ""))
        except InvalidOperation:
            pass
    zh, en = f"“{text}”不是数字", f"{text!r} is not a number"
    raise UnitError(zh, en)


def money_in(text: str, unit: int) -> int:
    """Read an amount, fen; ``unit`` is what a bare 1 is worth.

    Examples
    --------
    >>> money_in("60,812.00", 100), money_in("$46813", 100), money_in("300万元", 100)
    (6081200, 4681300, 300000000)
    """
    digits = plain_digits(text)
    if digits.endswith(("元", "万", "亿", "千", "分")):
        return parse_money(digits)
    try:
        fen = number_in(re.sub(r"^([+-]?)(?:CNY|RMB|USD|[$¥])\s*|\s*(?:CNY|RMB|USD)$", r"\1", digits, flags=re.IGNORECASE)) * unit
    except UnitError:
        zh, en = f"“{text}”不是金额；请写数字，如 60000 或 60,000.00", f"{text!r} is not an amount; write a number such as 60000 or 60,000.00"
        raise UnitError(zh, en) from None
    if fen != int(fen):
        zh, en = f"“{text}”不是整数分；金额最小到 0.01", f"{text!r} is finer than a hundredth; round it"
        raise UnitError(zh, en)
    return checked_fen(int(fen), text)


def part_in(text: str, *, is_percent: bool) -> Decimal:
    """Read a part of a whole, 0-1: ``75%``, ``0.75``, or ``75`` where the column is said to be per cent.

    Examples
    --------
    >>> part_in("75%", is_percent=False), part_in("0.75", is_percent=False), part_in("75", is_percent=True)
    (Decimal('0.75'), Decimal('0.75'), Decimal('0.75'))
    """
    digits = plain_digits(text)
    has_sign = digits.endswith("%")
    number = number_in(digits.removesuffix("%").rstrip())
    part = number / 100 if has_sign or is_percent else number
    if not 0 <= part <= 1:
        zh, en = f"“{text}”不在 0 至 1 之间", f"{text!r} is not between 0 and 1"
        if not has_sign and 0 <= number <= 100:
            zh = f"{zh}；百分数请写 {number}%，或在 population.tape.percent 中列出本列"
            en = f"{en}; write {number}%, or name the column in population.tape.percent"
        raise UnitError(zh, en)
    return part


def share_in(text: str, *, is_percent: bool) -> int:
    """Read a share, millionths exactly."""
    millionths = part_in(text, is_percent=is_percent) * MILLION
    if millionths != int(millionths):
        zh, en = f"“{text}”细于百万分之一；请保留六位小数", f"{text!r} is finer than a millionth; round it to six decimals"
        raise UnitError(zh, en)
    return int(millionths)


def rate_in(text: str, *, is_percent: bool) -> int:
    """Read a yearly rate, to the nearest millionth."""
    return round(part_in(text, is_percent=is_percent) * MILLION)


def chance_in(text: str, *, is_percent: bool) -> float:
    """Read a probability below 1."""
    chance = float(part_in(text, is_percent=is_percent))
    if chance == 1.0:
        zh, en = f"“{text}”：违约率应小于 1", f"{text!r}: a probability of default is below 1"
        raise UnitError(zh, en)
    return chance


def date_in(text: str, written: str | None) -> datetime.date:
    """Read a date: ``2025-03-25``, ``2025/3/25``, ``20250325``, ``2025年3月25日``, or in the form that the scenario names.

    Examples
    --------
    >>> date_in("2025/3/25", None), date_in("25-Mar-03", "%d-%b-%y")
    (datetime.date(2025, 3, 25), datetime.date(2003, 3, 25))
    """
    digits = plain_digits(text)
    try:
        found = _DATE.fullmatch(digits)
        if written:
            date = datetime.datetime.strptime(digits, written).date()  # noqa: DTZ007  a day, no time
        elif found:
            year, month, day = (int(part) for part in found.groups() if part)
            date = datetime.date(year, month, day)
        if (written or found) and EARLIEST <= date.year <= LATEST:
            return date
    except ValueError:
        pass
    form = (f"应写成 {written} 的样子", f"it must read like {written}") if written else ("请写 2025-03-25", "write 2025-03-25")
    zh, en = f"“{text}”不是日期；{form[0]}", f"{text!r} is not a date; {form[1]}"
    raise UnitError(zh, en)


def term_in(text: str) -> int:
    """Read a term in months: ``36``, ``36个月`` or ``3年``."""
    digits = plain_digits(text)
    months = number_in(digits) if _NUMBER.fullmatch(digits) else Decimal(parse_months(digits))
    if months != int(months) or not 1 <= months <= LONGEST_TERM:
        zh, en = f"“{text}”不是期限；应为 1 至 {LONGEST_TERM} 个月的整数", f"{text!r} is not a term; whole months from 1 to {LONGEST_TERM} are"
        raise UnitError(zh, en)
    return int(months)


def yes_in(text: str) -> bool:
    """Read yes or no."""
    word = plain_digits(text).lower()
    if word not in _YES | _NO:
        zh, en = f"“{text}”不是“是”或“否”；请写 1 或 0、是 或 否", f"{text!r} is neither yes nor no; write 1 or 0, yes or no"
        raise UnitError(zh, en)
    return word in _YES


def repayment_in(text: str) -> str:
    """Read a repayment type, in the scenario's words or those of a bank's file."""
    word = re.sub(r"[，,、 ]", "", plain_digits(text))
    for repayment, words in REPAYMENTS.items():
        if word.lower() == repayment or word in words:
            return repayment
    known = "、".join([*REPAYMENTS, *(words[0] for words in REPAYMENTS.values())])
    zh, en = f"“{text}”不是还款方式；可写：{known}", f"{text!r} is not a repayment type; write one of {', '.join(REPAYMENTS)}"
    raise UnitError(zh, en)


def word_in(text: str) -> str:
    """Take a name as it is."""
    return text
