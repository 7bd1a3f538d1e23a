"""Spans, dates and months as people write them: text to days, months and dates and back, with no modelling library behind it."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from simulator.errors import UnitError
from simulator.money import NUMBER, plain_digits
from simulator.scenario.quantities import write_number

DAYS_A_MONTH = 30
"""Days that a 月 or month stands for where days are asked: contracts say 三个月 for 90 days."""
DAYS_A_YEAR = 365
"""Days that a 年 or year stands for where days are asked."""
_TIME = re.compile(rf"({NUMBER})\s*(天|日|周|星期|个?月|季度?|年|days?|weeks?|months?|quarters?|years?)", re.IGNORECASE)
_PERSISTENCE = re.compile(rf"({NUMBER})\s*(?:每|/|a\s+|per\s+)\s*(年|季度?|个?月|year|quarter|month)", re.IGNORECASE)
_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2})|年(\d{1,2})月)")
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": DAYS_A_MONTH, "季": 3 * DAYS_A_MONTH, "年": DAYS_A_YEAR}
_MONTHS = {"月": 1, "季": 3, "年": 12}
_ENGLISH = {"day": "天", "week": "周", "month": "月", "quarter": "季", "year": "年"}


def parse_days(found: object) -> int:
    """Read a span in days: ``90天``, ``3个月`` (30 days each), ``2年`` (365 days each), ``1 month``.

    Examples
    --------
    >>> parse_days("90天"), parse_days("3个月"), parse_days("2 years")
    (90, 90, 730)
    """
    return _time(
        found, _DAYS, "90天、3个月（每月按30天）或 2年（每年按365天）", "90 days, 3 months (30 days each) or 2 years (365 days each)", "天", "days"
    )


def parse_months(found: object) -> int:
    """Read a span in months: ``12个月``, ``3年``, ``2 years``.

    Examples
    --------
    >>> parse_months("3年"), parse_months("12个月"), parse_months("1 quarter")
    (36, 12, 3)
    """
    return _time(found, _MONTHS, "12个月 或 3年", "12 months or 3 years", "个月", "months")


def parse_persistence(found: object) -> float:
    """Read how much of the factor is left after a year: ``0.9每年``, ``0.97每月`` (to the 12th power), ``0.95每季`` (to the 4th).

    Examples
    --------
    >>> parse_persistence("0.9每年"), round(parse_persistence("0.97每月"), 6)
    (0.9, 0.693842)
    """
    match = _PERSISTENCE.fullmatch(plain_digits(str(found)))
    if match is None:
        zh = f"“{found}”缺周期；请写 0.9每年、0.95每季 或 0.97每月"
        en = f"{found!r} names no period; write 0.9每年 (a year), 0.95每季 (a quarter) or 0.97每月 (a month)"
        raise UnitError(zh, en)
    if not 0 <= float(match[1]) < 1:
        zh = f"“{found}”超出范围；持续性不小于 0、小于 1"
        en = f"{found!r} is out of range; persistence is at least 0 and below 1"
        raise UnitError(zh, en)
    return float(match[1]) ** (12 // _MONTHS[_chinese(match[2])])


def parse_date(found: object) -> datetime.date:
    """Read a date: ``2025-03-25`` or ``2025年3月25日``.

    Examples
    --------
    >>> parse_date("2025年3月25日")
    datetime.date(2025, 3, 25)
    """
    if isinstance(found, datetime.date) and not isinstance(found, datetime.datetime):
        return found
    text = plain_digits(str(found))
    match = _CHINESE_DATE.fullmatch(text)
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])) if match else datetime.date.fromisoformat(text)
    except ValueError:
        zh = f"“{found}”不是日期；请写 2025-03-25 或 2025年3月25日"
        en = f"{str(found)!r} is not a date; write 2025-03-25 or 2025年3月25日"
        raise UnitError(zh, en) from None


def parse_calendar_month(found: object) -> datetime.date:
    """Read a calendar month, ``2026-01`` or ``2026年1月``, as its first day.

    Examples
    --------
    >>> parse_calendar_month("2026-01")
    datetime.date(2026, 1, 1)
    """
    if isinstance(found, datetime.date) and found.day == 1:
        return found
    match = _MONTH.fullmatch(plain_digits(str(found)))
    month = int(match[2] or match[3]) if match else 0
    if match is None or not 1 <= month <= 12:
        zh = f"“{found}”不是月份；请写 2026-01"
        en = f"{str(found)!r} is not a month; write 2026-01"
        raise UnitError(zh, en)
    return datetime.date(int(match[1]), month, 1)


def write_days(days: int) -> str:
    """Write a span in days: ``90天``."""
    return f"{days}天"


def write_months(months: int) -> str:
    """Write a span in months, in years where they are whole.

    Examples
    --------
    >>> write_months(36), write_months(18)
    ('3年', '18个月')
    """
    return f"{months // 12}年" if months and months % 12 == 0 else f"{months}个月"


def write_persistence(persistence: float) -> str:
    """Write the persistence of the factor a year: ``0.9每年``."""
    return f"{write_number(persistence)}每年"


def write_calendar_month(month: datetime.date) -> str:
    """Write a calendar month: ``2026-01``."""
    return f"{month:%Y-%m}"


def _chinese(word: str) -> str:
    word = word.lower().removeprefix("个").rstrip("s").removesuffix("度")
    return {"日": "天", "星期": "周"}.get(word, _ENGLISH.get(word, word))


def _time(found: object, units: dict[str, int], zh: str, en: str, unit_zh: str, unit_en: str) -> int:
    text = plain_digits(str(found))
    if text == "0":
        return 0
    match = None if isinstance(found, bool) else _TIME.fullmatch(text)
    if match is None and re.fullmatch(NUMBER, text):
        zh = f"{found} 缺单位；请写 {found}{unit_zh}"
        en = f"{found} has no unit; write {found} {unit_en}"
        raise UnitError(zh, en)
    size = units.get(_chinese(match[2])) if match else None
    if match is None or size is None:
        zh = f"“{found}”不是期限；请写 {zh}"
        en = f"{str(found)!r} is not a span of time; write {en}"
        raise UnitError(zh, en)
    span = Decimal(match[1].replace(",", "")) * size
    if span != int(span) or not 0 <= span <= 200 * DAYS_A_YEAR:
        zh = f"“{found}”不是 0 至 200 年内的整{unit_zh}"
        en = f"{str(found)!r} is not a whole number of {unit_en} between 0 and 200 years"
        raise UnitError(zh, en)
    return int(span)
