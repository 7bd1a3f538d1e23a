"""One scenario's answer in one language, with what the sentences, tables and charts of a report are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.report.answer import findings_of
from simulator.report.charted import charted_from
from simulator.report.text import either, quantity

if TYPE_CHECKING:
    from simulator.report.charted import Charted
    from simulator.report.summary import Findings
    from simulator.results.answers import Answer
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Span


@dataclass(frozen=True)
class Told:
    """One scenario's answer in one language, with what sentences and charts are made from.

    Attributes
    ----------
    answer : Answer
    lang : str
        ``zh`` or ``en``.
    key : str
        Put before the keys of its tables and charts where several scenarios stand in one report.
    """

    answer: Answer
    lang: str
    key: str = ""

    @cached_property
    def findings(self) -> Findings:
        """What the summary says."""
        return findings_of(self.answer, self.lang)

    @cached_property
    def charted(self) -> Charted:
        """What charts are drawn from."""
        return charted_from(self.answer.results, self.lang, self.answer.ranges, self.answer.measures)

    @property
    def name(self) -> str:
        """Short name of the scenario."""
        return self.answer.loaded.name

    def either(self, zh: str, en: str) -> str:
        """Return the text of the report's language."""
        return either(self.lang, zh, en)

    def found(self, name: str) -> Estimate | None:
        """Estimate of a measure; None where the scenario has none."""
        return self.answer.measures.get(name)

    def span(self, name: str) -> Span | None:
        """Least and greatest value as the assumptions move; None where they did not."""
        study = self.findings.ranges
        return study.span(name) if study else None

    def money(self, fen: float) -> str:
        """Write an amount."""
        return quantity(fen, "fen", self.lang)

    def starting(self, *prefixes: str) -> list[str]:
        """Names of the run's measures that start so."""
        return [name for name in self.answer.measures if name.startswith(prefixes)]
