"""What a scenario's file says, as a reader of the report's language meets it: values with their units, notes that are written in both languages."""

from __future__ import annotations

import re

from simulator.money import format_money, parse_money
from simulator.report.text import CHINESE

TWICE = re.compile(rf"(?P<zh>.*{CHINESE}.*[。！？])\s*(?P<en>[A-Z][^。！？，；、]*(?: [^。！？，；、]+){{4,}})", re.DOTALL)
"""A note that says the same twice: first in Chinese, then, in a sentence of five words or more, in English."""


def in_language(text: str, lang: str) -> str:
    """The half of a note in the reader's language where it is written in Chinese and then in English; any other note whole.

    Examples
    --------
    >>> in_language("违约率没有公布(只能假定)。The default rate is not published.", "zh")
    '违约率没有公布(只能假定)。'
    >>> in_language("违约率没有公布。The default rate is not published.", "en"), in_language("违约率没有公布。", "en")
    ('The default rate is not published.', '违约率没有公布。')
    """
    found = TWICE.fullmatch(text)
    return found[lang] if found else text


AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?(?:亿|万)?元")
SPAN = re.compile(r"(\d+(?:\.\d+)?)(天|个月|年|每年)(?![一-鿿])")
SPANS = {"天": "day", "个月": "month", "年": "year"}


def value_words(text: str, lang: str) -> str:
    """Write a value of a scenario file for a reader of English: amounts of money and spans of time in English, all else as it stands.

    Examples
    --------
    >>> value_words("700万元", "en"), value_words("{A: 800万元, B: 560万元}", "en"), value_words("60天", "en"), value_words("0.9每年", "en")
    ('CNY 7m', '{A: CNY 8m, B: CNY 5.6m}', '60 days', '0.9 a year')
    >>> value_words("700万元", "zh"), value_words("LPR+150bp", "en"), value_words("科技2025年批", "en")
    ('700万元', 'LPR+150bp', '科技2025年批')
    """
    if lang == "zh":
        return text
    text = AMOUNT.sub(lambda found: format_money(parse_money(found[0]), "en"), text)
    return SPAN.sub(_span_words, text)


def _span_words(found: re.Match[str]) -> str:
    number, word = found.groups()
    return f"{number} a year" if word == "每年" else f"{number} {SPANS[word]}{'' if number == '1' else 's'}"
