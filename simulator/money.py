"""Money as people write it and as the program keeps it: text to whole fen and back.

Only parsing and printing; shares of money are taken in one compiled place, ``rules``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

from simulator.errors import UnitError

FEN = 1
YUAN = 100
WAN = 10_000 * YUAN
YI = 100_000_000 * YUAN
MOST_FEN = 10**16
"""100万亿元: far beyond any scheme, and far from where sums of int64 overflow."""

UNITS = {
    "分": FEN, "fen": FEN, "元": YUAN, "yuan": YUAN, "千元": 1000 * YUAN, "千": 1000 * YUAN,
    "万元": WAN, "万": WAN, "百万元": 100 * WAN, "百万": 100 * WAN, "千万元": 1000 * WAN, "千万": 1000 * WAN,
    "亿元": YI, "亿": YI, "万亿元": 10_000 * YI, "万亿": 10_000 * YI,
    "thousand": 1000 * YUAN, "k": 1000 * YUAN, "million": 100 * WAN, "m": 100 * WAN, "billion": 10 * YI, "bn": 10 * YI,
}  # fmt: skip
NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
PATTERN = re.compile(rf"(?P<currency>(?:人民币|cny|rmb|¥)\s*)?(?P<number>{NUMBER})\s*(?P<unit>[^\d\s.,]+)?(?:\s*(?P<yuan>yuan|元))?", re.IGNORECASE)


def plain_digits(text: str) -> str:
    """Turn full-width digits, signs and ％ into plain ones and strip the ends.

    Examples
    --------
    >>> plain_digits(" ８０％")
    '80%'
    """
    return unicodedata.normalize("NFKC", text).strip()


def parse_money(text: str) -> int:
    """Read an amount of money exactly.

    Parameters
    ----------
    text : str
        A number and its unit: ``10亿元``, ``519万元``, ``1000万``, ``12.5元``, ``CNY 1.2bn``. Full-width digits are read too.

    Returns
    -------
    int
        Fen, 0 to ``MOST_FEN``.

    Raises
    ------
    UnitError
        If the unit is missing or unknown, the amount is negative, too large or not a whole number of fen.

    Examples
    --------
    >>> parse_money("10亿元"), parse_money("12.5元"), parse_money("１０００万")
    (100000000000, 1250, 1000000000)
    """
    match = PATTERN.fullmatch(plain_digits(text))
    unit = _unit(match) if match else None
    if match is None or unit is None:
        zh = f"“{text}”不是金额；请写数字加单位，如 10亿元、519万元、12.5元"
        en = f"{text!r} is not an amount of money; write a number and a unit, such as 10亿元, 519万元 or 12.5元"
        raise UnitError(zh, en)
    fen = Decimal(match["number"].replace(",", "")) * unit
    if fen != int(fen):
        zh = f"“{text}”不是整数分；金额最小到分（0.01元）"
        en = f"{text!r} is not a whole number of fen; money goes down to 0.01元"
        raise UnitError(zh, en)
    return checked_fen(int(fen), text)


def _unit(match: re.Match[str]) -> int | None:
    word = (match["unit"] or "").lower()
    if not word:
        return YUAN if match["currency"] else None
    return UNITS.get(word)


def checked_fen(fen: int, found: object) -> int:
    """Return ``fen`` if it is within bounds.

    Raises
    ------
    UnitError
        If it is negative or above ``MOST_FEN``.
    """
    if fen < 0:
        zh = f"“{found}”为负；金额不能小于 0"
        en = f"{found!r} is negative; money cannot be below 0"
        raise UnitError(zh, en)
    if fen > MOST_FEN:
        zh = f"“{found}”过大；最多 {write_money(MOST_FEN)}"
        en = f"{found!r} is too large; at most {write_money(MOST_FEN)}"
        raise UnitError(zh, en)
    return fen


def write_money(fen: int) -> str:
    """Write an amount exactly, in the largest unit that needs at most four decimals; ``parse_money`` reads it back.

    Examples
    --------
    >>> write_money(100_000_000_000), write_money(33_000_000), write_money(1), write_money(0)
    ('10亿元', '33万元', '0.01元', '0元')
    """
    for unit, word in ((YI, "亿元"), (WAN, "万元")):
        if abs(fen) >= unit and fen * 10_000 % unit == 0:
            return f"{_trimmed(Decimal(fen) / unit, 4)}{word}"
    return f"{_trimmed(Decimal(fen) / YUAN, 2)}元"


def format_money(fen: float, lang: str = "zh") -> str:
    """Write an amount to be read at a glance, rounded to two decimals of its unit.

    Parameters
    ----------
    fen : float
        Amount in fen; may be a mean, so not whole, and may be negative. What is no number is written as a dash.
    lang : str
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> format_money(7_742_700_000_000), format_money(7_742_700_000_000, "en")
    ('774.27亿元', 'CNY 77.43bn')
    >>> format_money(-519_0000_00), format_money(1250, "en")
    ('-519万元', 'CNY 12.5')
    """
    if not math.isfinite(fen):
        return "—"
    amount = Decimal(int(fen)) if fen == int(fen) else Decimal(float(fen))
    steps = ((YI, "亿元"), (WAN, "万元"), (YUAN, "元")) if lang == "zh" else ((10 * YI, "bn"), (100 * WAN, "m"), (YUAN, ""))
    unit, word = next((step for step in steps if abs(amount) >= step[0]), steps[-1])
    return f"{'' if lang == 'zh' else 'CNY '}{_trimmed(amount / unit, 2, ',')}{word}"


def exact_yuan(fen: int) -> str:
    """Write an amount in yuan to the fen, with thousands marked.

    Examples
    --------
    >>> exact_yuan(123_456_789), exact_yuan(-5)
    ('1,234,567.89', '-0.05')
    """
    return f"{Decimal(int(fen)) / YUAN:,.2f}"


def _trimmed(value: Decimal, decimals: int, mark: str = "") -> str:
    text = f"{value:z{mark}.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
