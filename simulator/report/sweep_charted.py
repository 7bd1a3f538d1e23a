"""What all charts of a sweep share: the numbers of a measure over the points shown, head and notes, titles of panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.report import style
from simulator.report.sweep_text import base_text, words
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.figures_sweep import Cut
    from simulator.results.estimates import Estimate
    from simulator.results.sweeps import Axis, SweepFound

Rows = list[list["Estimate | None"]]


class SweepCharted(NamedTuple):
    """One chart of a sweep, as it is asked for.

    Attributes
    ----------
    found : SweepFound
    cut : Cut
        The points that it shows.
    lang : str
    differences : bool
        Whether it shows the differences from the baseline instead of the estimates.
    """

    found: SweepFound
    cut: Cut
    lang: str
    differences: bool

    @property
    def across(self) -> Axis:
        """The axis along the chart."""
        return self.found.axes[self.cut.across]

    @property
    def up(self) -> Axis | None:
        """The axis of lines or rows."""
        return None if self.cut.up is None else self.found.axes[self.cut.up]

    def estimates(self, name: str) -> Rows:
        """Return a measure at the points shown, a row a value of the axis up."""
        return [[self.estimate(number, name) for number in row] for row in self.cut.rows]

    def estimate(self, number: int, name: str) -> Estimate | None:
        """Return a measure, or its difference, at a point."""
        point = self.found.points[number]
        return (point.differences if self.differences else point.measures).get(name)

    def is_clear(self, number: int, name: str) -> bool:
        """Whether a point may be drawn full: an estimate, the baseline, or a difference that is certain."""
        return (
            not self.differences
            or number == self.found.baseline
            or self.found.verdict(self.found.points[number], name) in ("higher", "lower", "same")
        )

    def shown(self) -> list[str]:
        """Measures that have something to show."""
        return [name for name in self.found.headline() if not self.nothing(name)]

    def nothing(self, name: str) -> str:
        """What to say in place of a panel that would show nothing."""
        known = [one for row in self.estimates(name) for one in row if one]
        if not known:
            return words("no_measure", self.lang)
        return words("all_same", self.lang) if self.differences and not any(one.mean or one.se for one in known) else ""

    def head(self, notes: Sequence[str]) -> tuple[str, str]:
        """Return title and subtitle."""
        found, lang = self.found, self.lang
        title = found.title if lang == "zh" else found.title_en
        asked = words("figure_differences", lang, base=base_text(found, lang)) if self.differences else words("figure_levels", lang)
        shown = self.shown()
        left = [
            f"{self._named(name)}{'：' if lang == 'zh' else ': '}{self.nothing(name)}" for name in found.headline() if shown and name not in shown
        ]
        first = [words("histories", lang, n=found.histories), found.name, *([held] if (held := self._held()) else [])]
        return f"{title} — {asked}", f"{' · '.join(first)}\n{' · '.join([*notes, *left])}"

    def _held(self) -> str:
        """Name the values of axes that the chart does not show."""
        point = self.found.points[self.cut.rows[0][0]]
        others = [number for number in range(len(self.found.axes)) if number not in (self.cut.across, self.cut.up)]
        named = [f"{self.found.axes[number].name(self.lang)} {point.texts[number]}" for number in others]
        return words("held", self.lang, what=("、" if self.lang == "zh" else ", ").join(named)) if named else ""

    def titled(self, name: str, columns: int, unit: str = "") -> str:
        """Title of a measure's panel, of at most two lines, with the unit where it has no other place."""
        whole = unit.replace(" ", "\u00a0")
        units = "" if not unit else f"（{whole}）" if self.lang == "zh" else f" ({whole})"
        return "\n".join(style.at_most(f"{self._named(name)}{units}", columns))

    def _named(self, name: str) -> str:
        """Title of a measure; lending says where it is given."""
        return measure_named(name).title(self.lang) + (words("given", self.lang) if self.found.given and name == "lending.volume" else "")
