"""Minus signs as print has them: as wide as a digit, and never parted from their number at the end of a line.

The terminal keeps the hyphen, since not every console has the sign.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.report.blocks import Bullets, Chart, Paragraph

if TYPE_CHECKING:
    from simulator.report.blocks import Block, Report

MINUS = "\N{MINUS SIGN}"
HYPHEN_OF_A_NUMBER = re.compile(r"(?<![\w.\-])-(?=\d)")
"""Not the hyphen of a date, of a range or of a name."""


def signed(text: str) -> str:
    """Text with its negative numbers under minus signs.

    Examples
    --------
    >>> signed("低 1.4%（-1.47 至 -1.26），2026-11-27，湖北-2")
    '低 1.4%（−1.47 至 −1.26），2026-11-27，湖北-2'
    """
    return HYPHEN_OF_A_NUMBER.sub(MINUS, text)


def with_minus_signs(report: Report) -> Report:
    """Report whose sentences, captions and notes have minus signs; the numbers of tables get theirs where they are written."""
    return replace(report, sections=[replace(section, blocks=[_signed(block) for block in section.blocks]) for section in report.sections])


def _signed(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=signed(block.text))
    if isinstance(block, Bullets):
        return Bullets([signed(item) for item in block.items])
    if isinstance(block, Chart):
        return replace(block, caption=signed(block.caption), data=replace(block.data, note=signed(block.data.note)))
    return replace(block, caption=signed(block.caption), note=signed(block.note))
