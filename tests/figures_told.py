"""Figures in the sentences of a report, to be held against its tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNITS = {"亿元": 1e10, "万元": 1e6, "元": 1e2, "bn": 1e11, "m": 1e8, "": 1e2}
NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?"
FIGURES = {
    "zh": re.compile(rf"(?P<money>{NUMBER})(?P<unit>亿元|万元|元)|(?P<share>{NUMBER})(?:%|个百分点)"),
    "en": re.compile(rf"CNY (?P<money>{NUMBER})(?P<unit>bn|m|)|(?P<share>{NUMBER})(?:%| percentage points| pp)"),
}


def figures_in(text: str, lang: str, said_by_definition: re.Pattern[str]) -> Iterator[tuple[str, float, float]]:
    """Figures of a text, those apart that a definition names: kind, value in the tables' units, and half of its last digit."""
    for match in FIGURES[lang].finditer(said_by_definition.sub("", text)):
        kind = "money" if match["money"] else "share"
        written = match[kind].replace(",", "")
        one = UNITS[match["unit"]] if kind == "money" else 0.01
        yield kind, float(written) * one, 0.5000001 * one * 10.0 ** -len(written.partition(".")[2])
