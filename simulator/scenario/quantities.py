"""Shares, rates, chances and numbers as people write them: text to numbers and back, with no modelling library behind it.

Each ``parse_…`` takes what a YAML file holds (text or a number) and answers in the program's units; each ``write_…`` gives the text that people
write, and the parser reads it back to the same number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from simulator.errors import UnitError
from simulator.money import NUMBER, plain_digits

MILLION = 1_000_000

_PERCENT = re.compile(rf"({NUMBER})\s*(%|％|bp|bps|基点|个基点|个百分点|百分点|pp)?(?:\s*(?:每年|/年|年化|a year|p\.?a\.?))?", re.IGNORECASE)
_LPR = re.compile(rf"lpr(?:\s*[*x×]\s*({NUMBER}))?(?:\s*([+-])\s*(.+))?", re.IGNORECASE)
_SCALE = {"%": Decimal(10_000), "bp": Decimal(100), "pp": Decimal(10_000), "": Decimal(MILLION)}
_UNIT_OF = {"％": "%", "bps": "bp", "基点": "bp", "个基点": "bp", "个百分点": "pp", "百分点": "pp"}


@dataclass(frozen=True)
class LprSpread:
    """A rate written against the loan prime rate: ``factor × LPR + spread``.

    Attributes
    ----------
    spread : int
        Millionths a year, added; may be negative.
    factor : int
        Millionths; what the LPR is multiplied by.
    """

    spread: int = 0
    factor: int = MILLION

    def __str__(self) -> str:
        return write_rate(self)


def resolve_rate(value: int | LprSpread, lpr: int) -> int:
    """Rate a year once the loan prime rate is known.

    Parameters
    ----------
    value : int or LprSpread
        Millionths a year, or a rate written against the LPR.
    lpr : int
        Loan prime rate, millionths a year.

    Returns
    -------
    int
        Millionths a year, never below 0.

    Examples
    --------
    >>> resolve_rate(LprSpread(spread=15_000), 30_000), resolve_rate(LprSpread(factor=1_100_000), 30_000), resolve_rate(34_000, 30_000)
    (45000, 33000, 34000)
    """
    if isinstance(value, LprSpread):
        return max(value.factor * lpr // MILLION + value.spread, 0)
    return value


def parse_share(found: object) -> int:
    """Read a share of a whole: ``80%``, ``80％`` or ``0.8``; millionths, 0 to 1,000,000.

    Raises
    ------
    UnitError
        If it is no share, outside 0-100 % or finer than a millionth.

    Examples
    --------
    >>> parse_share("80%"), parse_share(0.8), parse_share("33.3333%")
    (800000, 800000, 333333)
    """
    number, unit = _split(found, "不是比例；请写 80% 或 0.8", "is not a share; write 80% or 0.8")
    if not unit and not 0 <= number <= 1:
        zh = f"{found} 不是比例；请写 {found}% 或 {number / 100}"
        en = f"{found} is not a share; write {found}% or {number / 100}"
        raise UnitError(zh, en)
    return _within(_millionths(number, unit, found), found, "比例", "a share")


def parse_rate(found: object) -> int:
    """Read a rate a year: ``3.4%``, ``150bp``, ``4.1%每年``; millionths, 0 to 1,000,000.

    Raises
    ------
    UnitError
        If the unit is missing or the rate is outside 0-100 %.

    Examples
    --------
    >>> parse_rate("3.4%"), parse_rate("150bp"), parse_rate("4.1%每年")
    (34000, 15000, 41000)
    """
    return _within(parse_points(found), found, "年利率", "a rate a year")


def parse_points(found: object) -> int:
    """Read percentage points a year with their sign: ``-0.3%``, ``20bp``; millionths, -1,000,000 to 1,000,000.

    Examples
    --------
    >>> parse_points("-0.3%"), parse_points("20bp"), parse_points(0)
    (-3000, 2000, 0)
    """
    number, unit = _split(found, "不是利率；请写 3.4% 或 150bp", "is not a rate; write 3.4% or 150bp")
    if not unit and number:
        zh = f"{found} 缺单位；请写 {found}% 或 {found}bp"
        en = f"{found} has no unit; write {found}% or {found}bp"
        raise UnitError(zh, en)
    points = _millionths(number, unit, found)
    if abs(points) > MILLION:
        zh = f"{found} 超出 -100% 至 100%"
        en = f"{found} is outside -100% to 100%"
        raise UnitError(zh, en)
    return points


def parse_rate_or_lpr(found: object) -> int | LprSpread:
    """Read a rate a year, or one written against the loan prime rate: ``LPR``, ``LPR+150bp``, ``LPR-0.2%``, ``LPR*1.1``.

    Examples
    --------
    >>> parse_rate_or_lpr("LPR+150bp"), parse_rate_or_lpr("LPR*1.1"), parse_rate_or_lpr("3.4%")
    (LprSpread(spread=15000, factor=1000000), LprSpread(spread=0, factor=1100000), 34000)
    """
    text = plain_digits(str(found))
    if not text.lower().startswith("lpr"):
        return parse_rate(found)
    match = _LPR.fullmatch(text)
    if match is None:
        zh = f"“{found}”看不懂；请写 LPR、LPR+150bp、LPR-0.2% 或 LPR*1.1"
        en = f"{found!r} is not understood; write LPR, LPR+150bp, LPR-0.2% or LPR*1.1"
        raise UnitError(zh, en)
    factor = _millionths(Decimal(match[1]), "", found) if match[1] else MILLION
    return LprSpread(spread=parse_points(f"{match[2]}{match[3]}") if match[3] else 0, factor=factor)


def parse_chance(found: object) -> float:
    """Read a probability: ``3%`` or ``0.03``; a float, 0 to 1.

    Examples
    --------
    >>> parse_chance("1.5%"), parse_chance(0.03)
    (0.015, 0.03)
    """
    number, unit = _split(found, "不是概率；请写 3% 或 0.03", "is not a probability; write 3% or 0.03")
    if not unit and not 0 <= number <= 1:
        zh = f"{found} 不是概率；请写 {found}% 或 {number / 100}"
        en = f"{found} is not a probability; write {found}% or {number / 100}"
        raise UnitError(zh, en)
    chance = number * _SCALE[unit] / MILLION
    if not 0 <= chance <= 1:
        zh = f"{found} 超出概率范围 0% 至 100%"
        en = f"{found} is outside 0% to 100%, the range of a probability"
        raise UnitError(zh, en)
    return float(chance)


def parse_number(found: object) -> float:
    """Read a plain number: ``1.6``, ``3``.

    Examples
    --------
    >>> parse_number("１.6"), parse_number(3)
    (1.6, 3.0)
    """
    number, unit = _split(found, "不是数字；请写如 1.6", "is not a number; write for instance 1.6")
    if unit:
        zh = f"{found} 带了单位；这里要不带单位的数，如 1.6"
        en = f"{found} carries a unit; a plain number such as 1.6 belongs here"
        raise UnitError(zh, en)
    return float(number)


def parse_count(found: object) -> int:
    """Read a whole number of at least one.

    Examples
    --------
    >>> parse_count("1,000"), parse_count(12)
    (1000, 12)
    """
    number, unit = _split(found, "不是整数；请写如 1000", "is not a whole number; write for instance 1000")
    if unit or number != int(number) or number < 1:
        zh = f"{found} 不是不小于 1 的整数"
        en = f"{found} is not a whole number of at least 1"
        raise UnitError(zh, en)
    return int(number)


def write_share(millionths: int) -> str:
    """Write millionths as a per cent.

    Examples
    --------
    >>> write_share(800_000), write_share(333_333), write_share(-3_000)
    ('80%', '33.3333%', '-0.3%')
    """
    return f"{_short(Decimal(millionths) / 10_000)}%"


def write_rate(rate: int | LprSpread) -> str:
    """Write a rate a year.

    Examples
    --------
    >>> write_rate(34_000), write_rate(LprSpread(15_000)), write_rate(LprSpread(-2_050)), write_rate(LprSpread(0, 1_100_000))
    ('3.4%', 'LPR+150bp', 'LPR-20.5bp', 'LPR*1.1')
    """
    if not isinstance(rate, LprSpread):
        return write_share(rate)
    factor = "" if rate.factor == MILLION else f"*{_short(Decimal(rate.factor) / MILLION)}"
    return f"LPR{factor}" + (f"{'+' if rate.spread > 0 else '-'}{_short(Decimal(abs(rate.spread)) / 100)}bp" if rate.spread else "")


def write_chance(chance: float) -> str:
    """Write a probability as a per cent, with every digit it has.

    Examples
    --------
    >>> write_chance(0.015), write_chance(1.0)
    ('1.5%', '100%')
    """
    return f"{_short(Decimal(repr(float(chance))) * 100)}%"


def write_number(number: float) -> str:
    """Write a plain number with every digit it has.

    Examples
    --------
    >>> write_number(1.6), write_number(3.0), write_number(1e-07)
    ('1.6', '3', '0.0000001')
    """
    return _short(Decimal(repr(float(number))))


def _split(found: object, zh: str, en: str) -> tuple[Decimal, str]:
    match = None if isinstance(found, bool) else _PERCENT.fullmatch(plain_digits(str(found)))
    if match is None and isinstance(found, float) and math.isfinite(found):
        return Decimal(repr(float(found))), ""
    if match is None:
        zh, en = f"“{found}”{zh}", f"{str(found)!r} {en}"
        raise UnitError(zh, en)
    unit = (match[2] or "").lower()
    return Decimal(match[1].replace(",", "")), _UNIT_OF.get(unit, unit)


def _millionths(number: Decimal, unit: str, found: object) -> int:
    scaled = number * _SCALE[unit]
    if scaled != int(scaled):
        zh = f"“{found}”太细；最小到百万分之一（0.0001%）"
        en = f"{str(found)!r} is too fine; the finest step is a millionth (0.0001%)"
        raise UnitError(zh, en)
    return int(scaled)


def _within(value: int, found: object, zh: str, en: str) -> int:
    if not 0 <= value <= MILLION:
        zh = f"{found} 超出{zh}的范围 0% 至 100%"
        en = f"{found} is outside 0% to 100%, the range of {en}"
        raise UnitError(zh, en)
    return value


def _short(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
