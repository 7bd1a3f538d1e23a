"""Quantities, names and conditions as phrases of a sentence, in Chinese and in English, exact as the scenario holds them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from simulator.money import WAN, YI, YUAN, write_money
from simulator.scenario.quantities import LprSpread, resolve_rate, write_rate, write_share

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from simulator.scenario.models import When

MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


class Words(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """Return the words in ``"zh"`` or ``"en"``."""
        return self.zh if lang == "zh" else self.en


def money(fen: int) -> Words:
    """Write an amount exactly.

    Examples
    --------
    >>> money(100_000_000_000), money(3_000_000_00), money(12_345_67)
    (Words(zh='10亿元', en='CNY 1 billion'), Words(zh='300万元', en='CNY 3 million'), Words(zh='12345.67元', en='CNY 12,345.67'))
    """
    for unit, word in ((10 * YI, "billion"), (100 * WAN, "million")):
        if fen >= unit and fen * 10_000 % unit == 0:
            return Words(write_money(fen), f"CNY {Decimal(fen) / unit:f} {word}")
    return Words(write_money(fen), f"CNY {Decimal(fen) / YUAN:,.2f}".removesuffix(".00"))


def rate(value: int | LprSpread, lpr: int) -> Words:
    """Write a yearly rate; one written against the LPR with what it comes to.

    Examples
    --------
    >>> rate(LprSpread(15_000), 30_000).zh, rate(34_000, 30_000).zh
    ('LPR+150bp（现为4.5%）', '3.4%')
    """
    if not isinstance(value, LprSpread):
        return Words(write_share(value), write_share(value))
    now = write_share(resolve_rate(value, lpr))
    return Words(f"{write_rate(value)}（现为{now}）", f"{write_rate(value)} ({now} now)")


def date(day: datetime.date) -> Words:
    """Write a date out."""
    return Words(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}")


def days(number: int) -> Words:
    """Write a number of days."""
    return Words(f"{number}天", counted(number, "day"))


def months(number: int) -> Words:
    """Write a number of months, whole years as years.

    Examples
    --------
    >>> months(36), months(18).en
    (Words(zh='3年', en='3 years'), '18 months')
    """
    if number % 12 == 0 and number > 0:
        return Words(f"{number // 12}年", counted(number // 12, "year"))
    return Words(f"{number}个月", counted(number, "month"))


def counted(number: int, noun: str) -> str:
    """Write an English noun with its number."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def named(name: str) -> Words:
    """Write a name of the file's own: in quotation marks in Chinese, bare in English."""
    return Words(f"“{name}”", name)


def listed(parts: Sequence[Words], zh: str = "和", en: str = "and") -> Words:
    """String phrases together.

    Examples
    --------
    >>> listed([Words("甲", "a"), Words("乙", "b"), Words("丙", "c")])
    Words(zh='甲、乙和丙', en='a, b and c')
    """
    if len(parts) <= 1:
        return parts[0] if parts else Words("", "")
    head = Words("、".join(part.zh for part in parts[:-1]), ", ".join(part.en for part in parts[:-1]))
    return Words(f"{head.zh}{zh}{parts[-1].zh}", f"{head.en} {en} {parts[-1].en}")


def one_of(names: Iterable[str]) -> Words:
    """Write alternatives among names of the file's own."""
    return listed([Words(f"“{name}”", name) for name in names], "或", "or")


def shares(vector: dict[str, int]) -> Words:
    """Write shares by name.

    Examples
    --------
    >>> shares({"省级财政": 500_000, "市级财政": 500_000}).zh
    '“省级财政”50%、“市级财政”50%'
    """
    parts = [(name, write_share(part)) for name, part in vector.items()]
    return Words("、".join(f"“{name}”{part}" for name, part in parts), ", ".join(f"{name} {part}" for name, part in parts))


def when(condition: When) -> Words | None:
    """Write one condition on loans as what is said of them (``loans of grade A and of up to CNY 5 million``); None where it holds for all."""
    parts = [*_by_name(condition), *_by_fact(condition), *_by_size(condition)]
    return listed(parts, "且", "and") if parts else None


def whens(conditions: Sequence[When]) -> Words | None:
    """Write alternatives, any of which suffices; None where one of them holds for all loans."""
    parts = [part for part in map(when, conditions) if part]
    if len(parts) < len(conditions):
        return None
    return Words("，或".join(part.zh for part in parts), ", or ".join(part.en for part in parts))


def _by_name(condition: When) -> list[Words]:
    forms = (
        ("segment", "属于{}分组", "in segment {}"),
        ("sector", "属于{}行业", "in sector {}"),
        ("grade", "等级为{}", "of grade {}"),
        ("firm_class", "企业类别为{}", "of firms of class {}"),
        ("region", "在{}地区", "in region {}"),
        ("route", "业务通道为{}", "on route {}"),
    )
    given = [(getattr(condition, key), zh, en) for key, zh, en in forms]
    return [Words(zh.format(one_of(names).zh), en.format(one_of(names).en)) for names, zh, en in given if names is not None]


def _by_fact(condition: When) -> list[Words]:
    forms = (
        ("first_loan", Words("属于首贷", "that are a firm's first"), Words("不属于首贷", "that are not a firm's first")),
        ("ip_pledge", Words("有知识产权质押", "with IP pledged"), Words("无知识产权质押", "without IP pledged")),
        ("key_list", Words("在重点名单内", "of firms on the key list"), Words("不在重点名单内", "of firms off the key list")),
        ("policy_funded", Words("使用货币政策工具资金", "with policy funding"), Words("未使用货币政策工具资金", "without policy funding")),
    )
    given = [(getattr(condition, key), yes, no) for key, yes, no in forms]
    return [yes if value else no for value, yes, no in given if value is not None]


def _by_size(condition: When) -> list[Words]:
    parts = []
    if condition.amount_over is not None:
        least = money(condition.amount_over)
        parts.append(Words(f"金额超过{least.zh}", f"of more than {least.en}"))
    if condition.amount_up_to is not None:
        most = money(condition.amount_up_to)
        parts.append(Words(f"金额不超过{most.zh}", f"of up to {most.en}"))
    if condition.unsecured_over is not None:
        part = write_share(condition.unsecured_over)
        parts.append(Words(f"信用部分超过{part}", f"unsecured for more than {part}"))
    if condition.unsecured_at_least is not None:
        part = write_share(condition.unsecured_at_least)
        parts.append(Words(f"信用部分不低于{part}", f"unsecured for at least {part}"))
    if condition.term_up_to is not None:
        longest = months(condition.term_up_to)
        parts.append(Words(f"期限不超过{longest.zh}", f"with a term of up to {longest.en}"))
    return parts
