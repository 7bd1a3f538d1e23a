"""What a chart is drawn from: one scenario's finals and monthly series, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report import style
from simulator.report.text import say
from simulator.results.measures import lending_is_given

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simulator.report.text import MoneyUnit
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import RangeStudy
    from simulator.results.results import Results
    from simulator.scenario.models import Scenario

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Charted:
    """One scenario's results, ready to draw.

    Attributes
    ----------
    name : str
        Short name, used where scenarios stand side by side.
    title : str
        Title of the scenario, shown under each chart's own.
    months : sequence of str
        ``2025-03``, one a column of the series.
    finals : mapping of str to ndarray, shape (n_histories,)
        Raw finals by dotted name; money in fen.
    series : mapping of str to ndarray, shape (n_histories, n_months)
        Month-end values by dotted name; money in fen.
    lang : str
        ``zh`` or ``en``.
    start : date, optional
        Day 0; the first day of the first month if not given.
    horizon : int, optional
        Month in which lending stops, an index into ``months``.
    endowment : int, optional
        Of all pools together, fen; ``None`` where there is no pool.
    given : bool
        Lending is an input (``appetite: fixed`` in every bank).
    has_limit : bool
        Some account can run out of money.
    ranges : RangeStudy, optional
        What the assumptions move.
    measures : mapping of str to Estimate or None
        The run's own estimates of its measures.
    scenario : Scenario, optional
        As played.
    is_paired : bool
        Whether it was played on the worlds of the first of those beside which it stands.
    """

    name: str
    title: str
    months: tuple[str, ...]
    finals: Mapping[str, NDArray[Any]]
    series: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    lang: str = "zh"
    start: datetime.date | None = None
    horizon: int | None = None
    endowment: int | None = None
    given: bool = False
    has_limit: bool = True
    ranges: RangeStudy | None = None
    measures: Mapping[str, Estimate | None] = field(default_factory=dict)
    scenario: Scenario | None = None
    is_paired: bool = True

    @property
    def n_histories(self) -> int:
        """Number of histories."""
        return len(next(iter(self.finals.values())))

    @property
    def has_pool(self) -> bool:
        """Whether there is a pool to draw."""
        return self.endowment is not None and "pool.balance" in self.series

    @property
    def has_projects(self) -> bool:
        """Whether there are projects that pass stages."""
        return "project.succeeded" in self.finals

    @property
    def has_ranges(self) -> bool:
        """Whether assumptions were moved and moved something."""
        return self.ranges is not None and self.ranges.principal is not None

    @property
    def payers(self) -> dict[str, float]:
        """Mean loss finally borne by each payer, fen; the bank first."""
        borne = {name.removeprefix("paid_by."): float(np.mean(values)) for name, values in self.finals.items() if name.startswith("paid_by.")}
        return {"银行": borne.pop("银行", 0.0)} | borne

    def say(self, key: str, **values: object) -> str:
        """Look up a phrase in this chart's language."""
        return say(key, self.lang, **values)

    def subtitle(self, *notes: str) -> str:
        """Line under a chart's title: scenario, number of histories, notes."""
        histories = self.say("one_history") if self.n_histories == 1 else self.say("histories", n=self.n_histories)
        return f"{self.title}\n" + " · ".join([histories, *(note for note in notes if note)])

    def month_ends(self) -> NDArray[np.int64]:
        """Last day of each month, counted from the start."""
        months = np.array(self.months, dtype="datetime64[M]")
        start = np.datetime64(self.start, "D") if self.start else months[0].astype("datetime64[D]")
        return ((months + 1).astype("datetime64[D]") - start).astype(np.int64) - 1


def charted_from(
    results: Results, lang: str = "zh", ranges: RangeStudy | None = None, measures: Mapping[str, Estimate | None] | None = None
) -> Charted:
    """Take what charts need from the results of one scenario, and from the study of its assumptions with the run's own estimates."""
    scenario, months = results.scenario, tuple(results.months)
    pools = [account.endowment or 0 for account in scenario.scheme.accounts.values() if account.kind == "pool"]
    last = f"{scenario.run.lend_until:%Y-%m}"
    return Charted(
        name=scenario.name,
        title=scenario.title_en if lang == "en" and scenario.title_en else scenario.title,
        months=months,
        finals=results.finals,
        series=results.series,
        lang=lang,
        start=scenario.run.start,
        horizon=months.index(last) if last in months else None,
        endowment=sum(pools) if pools else None,
        given=lending_is_given(scenario),
        has_limit=any(account.endowment is not None for account in scenario.scheme.accounts.values()),
        ranges=ranges,
        measures=measures or {},
        scenario=scenario,
    )


def bands(values: NDArray[Any]) -> NDArray[np.float64]:
    """Quantiles of each month over histories, read month by month.

    Parameters
    ----------
    values : ndarray, shape (n_histories, n_months)

    Returns
    -------
    ndarray, shape (5, n_months)
        Order statistics at ``LEVELS``.
    """
    n_histories, n_months = values.shape
    ranks = [max(int(np.ceil(n_histories * level - 1e-9)), 1) - 1 for level in LEVELS]
    found = np.empty((len(LEVELS), n_months))
    for month in range(n_months):
        found[:, month] = np.partition(values[:, month], ranks)[ranks]
    return found


def month_axis(axes: Axes, months: tuple[str, ...], *, most: int = 8) -> None:
    """Name the months under an axis: each quarter on short spans, at most ``most`` Januaries on long ones."""
    n = len(months)
    if n <= 18:
        step = max(1, -(-n // 5))
        ticks = list(range(0, n, step))
        names = [months[i] for i in ticks]
    else:
        januaries = [i for i, month in enumerate(months) if month.endswith("-01")]
        ticks = januaries[:: max(1, -(-len(januaries) // most))]
        names = [months[i][:4] for i in ticks]
    axes.set_xticks(ticks, names)
    axes.set_xlim(-0.5 if n == 1 else 0, max(n - 1, 0.5))


ROOM_FOR_A_NAME = 0.15
"""Of the height of the axes."""


def mark_horizon(axes: Axes, charted: Charted) -> None:
    """Draw a dotted line where lending stops, named at whichever of its ends is farther from the curves."""
    if charted.horizon is None or charted.horizon >= len(charted.months) - 1:
        return
    axes.axvline(charted.horizon, color=style.QUIET, linewidth=0.9, linestyle=(0, (1, 2)))
    near_end = charted.horizon > 0.75 * len(charted.months)
    is_on_top = _is_freer_on_top(axes, charted.horizon, 0.25 * len(charted.months) * (-1 if near_end else 1))
    axes.annotate(
        charted.say("horizon"), (charted.horizon, 1 if is_on_top else 0), xycoords=("data", "axes fraction"),
        xytext=(-4 if near_end else 4, -4 if is_on_top else 4), textcoords="offset points", ha="right" if near_end else "left",
        va="top" if is_on_top else "bottom",
        fontsize=style.SMALLEST, color=style.QUIET, path_effects=style.halo(),
    )  # fmt: skip


def _is_freer_on_top(axes: Axes, start: float, width: float) -> bool:
    """Whether there is room at the top of the axes, and more than at the foot, beside the curves and levels of so many months from a month on."""
    foot, top = axes.get_ylim()
    first, last = sorted((start, start + width))
    heights: list[float] = []
    for line in axes.lines:
        months, levels = (np.asarray(ends, dtype=np.float64) for ends in line.get_data())
        if line.get_transform() == axes.transData:
            heights += levels[(first <= months) & (months <= last)].tolist()
        elif line.get_transform() == axes.get_yaxis_transform(which="grid"):
            heights += levels.tolist()
    room = top - max(heights, default=top)
    return room > ROOM_FOR_A_NAME * (top - foot) and room > min(heights) - foot


def fan(axes: Axes, values: NDArray[Any], colour: str, *, singles: int = 0) -> NDArray[np.float64]:
    """Draw the fan of a monthly series; returns its bands, shape (5, n_months)."""
    found = bands(values)
    x = np.arange(values.shape[1])
    marker = "o" if values.shape[1] == 1 else ""
    axes.fill_between(x, found[0], found[4], color=colour, alpha=0.15, linewidth=0)
    axes.fill_between(x, found[1], found[3], color=colour, alpha=0.28, linewidth=0)
    for history in range(min(singles, len(values))):
        axes.plot(x, values[history], color=colour, alpha=0.45, linewidth=0.6)
    axes.plot(x, found[2], color=colour, linewidth=2, marker=marker)
    return found


def fan_ends(charted: Charted, found: NDArray[np.float64], unit: MoneyUnit, colour: str) -> list[tuple[float, str, str]]:
    """Labels of a fan's right edge, lowest first: (height, text, colour); a fan that has closed gets one."""
    if found[0, -1] == found[4, -1]:
        return [(found[2, -1], f"{charted.say('all_alike' if charted.n_histories > 1 else 'at_end')} {unit.number(found[2, -1] * unit.fen)}", colour)]
    names = ((0, "5%"), (2, charted.say("median")), (4, "95%"))
    return [(found[i, -1], f"{name} {unit.number(found[i, -1] * unit.fen)}", colour) for i, name in names]


def sentence_instead(axes: Axes, text: str) -> None:
    """Fill axes that have nothing to draw with a sentence."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=12, color=style.QUIET)
