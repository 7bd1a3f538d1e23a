"""One check against a figure that is not ours, and the table of them all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Check(NamedTuple):
    """A figure of ours beside the figure it must meet.

    Attributes
    ----------
    title_zh, title_en : str
        What is checked.
    source : str
        Where the expected figure comes from.
    expected, got, tolerance : str
        As they are shown.
    passed : bool
    note_zh, note_en : str
        What a reader should know besides; may be empty.
    """

    title_zh: str
    title_en: str
    source: str
    expected: str
    got: str
    tolerance: str
    passed: bool
    note_zh: str = ""
    note_en: str = ""

    def title(self, lang: str) -> str:
        """Title in ``"zh"`` or ``"en"``."""
        return self.title_zh if lang == "zh" else self.title_en

    def note(self, lang: str) -> str:
        """Note in ``"zh"`` or ``"en"``."""
        return self.note_zh if lang == "zh" else self.note_en

    def as_record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return self._asdict()


class Subject(NamedTuple):
    """What a check is about, apart from its figures."""

    title_zh: str
    title_en: str
    source: str
    note_zh: str = ""
    note_en: str = ""

    def check(self, expected: str, got: str, tolerance: str, *, passed: bool) -> Check:
        """Check of this subject with its figures written out."""
        return Check(self.title_zh, self.title_en, self.source, expected, got, tolerance, passed, self.note_zh, self.note_en)

    def equal(self, expected: object, got: object) -> Check:
        """Check that two things are the same, to the last fen."""
        return self.check(str(expected), str(got), "0", passed=expected == got)

    def near(self, expected: float, got: float, tolerance: float, shown: str = ".6g") -> Check:
        """Check that two numbers differ by no more than ``tolerance``."""
        return self.check(f"{expected:{shown}}", f"{got:{shown}}", f"{tolerance:.2g}", passed=abs(got - expected) <= tolerance)

    def within_errors(self, expected: float, got: float, error: float, shown: str = ".5g", errors: float = 4.0) -> Check:
        """Check that an estimate lies within so many standard errors of the expected figure."""
        passed = math.isfinite(got) and abs(got - expected) <= errors * error
        return self.check(f"{expected:{shown}}", f"{got:{shown}}", f"{errors:g} SE = {errors * error:.2g}", passed=passed)

    def all_near(self, expected: Sequence[float], got: Sequence[float], tolerances: Sequence[float], unit: str = "") -> Check:
        """Check many figures at once; shows how many met their tolerance and the largest difference."""
        gaps = [abs(one - other) for one, other in zip(expected, got, strict=True)]
        met = sum(gap <= allowed for gap, allowed in zip(gaps, tolerances, strict=True))
        allowed = f"{min(tolerances):.2g}" if min(tolerances) == max(tolerances) else f"{min(tolerances):.2g}–{max(tolerances):.2g}"
        shown = f"{met}/{len(gaps)} (max |Δ| {max(gaps):.2g}{unit})"
        return self.check(f"{len(gaps)}/{len(gaps)}", shown, f"{allowed}{unit}", passed=met == len(gaps) > 0)


def checks_table(checks: Sequence[Check], lang: str = "zh") -> list[tuple[str, str, str, str, str, str]]:
    """Rows of a table of checks: what, expected, got, tolerance, result, source.

    Parameters
    ----------
    lang : {'zh', 'en'}
    """
    words = {True: "通过", False: "未通过"} if lang == "zh" else {True: "passed", False: "FAILED"}
    return [(check.title(lang), check.expected, check.got, check.tolerance, words[check.passed], check.source) for check in checks]
