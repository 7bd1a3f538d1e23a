"""What all interactive charts share: the frame with its axes and tools, the numbers in the chart's unit, what a finger or the mouse is told.

Charts are BokehJS models made from a chart's table and nothing else, so that what is drawn is what stands in the table beside it.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report.cells import cell_text, is_number, laid_out, named
from simulator.report.style import INK, QUIET, RULE, wrapped
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.blocks import Chart, Table
    from simulator.report.cells import Scale

FONT = 'Report, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'
"""Letters on the canvas: those the page carries, then what readers' machines have."""
TIP = '<div style="max-width:17rem;white-space:pre-line;line-height:1.5"><b>@{name}</b>\n@{told}</div>'
TOUCH = 0.04
"""Room left above the highest point, part of the axis."""
NAMES_A_AXIS = 12
"""More names than this along a horizontal axis are thinned."""
LABEL_COLUMNS = 18
"""Width of a row's name in half-width characters; longer ones take more lines."""
TICKS = {"share": "0[.]0%", "money": "0,0[.]00", "count": "0,0[.]0", "day": "0,0", "number": "0,0[.][000]", "text": "0,0"}
MONTH = re.compile(r"(\d{4})-(\d{2})")


def models() -> Any:  # noqa: ANN401  a module
    """BokehJS models, imported when a chart is drawn."""
    return library("bokeh.models", "bokeh")


@dataclass(frozen=True)
class Entry:
    """One entry of a chart's key.

    Attributes
    ----------
    name : str
    colour : str
        ``#rrggbb``.
    alpha : float
        Of bands.
    shape : str
        ``line``, ``band`` or ``dot``.
    """

    name: str
    colour: str
    alpha: float = 1.0
    shape: str = "band"


@dataclass
class Live:
    """A chart under construction: the plot, and the key that stands above it.

    Attributes
    ----------
    plot : bokeh.models.Plot
    key : list of Entry
    """

    plot: Any
    key: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """A chart's table as its plot takes it.

    Attributes
    ----------
    table : Table
    lang : str
    heads : sequence of str
        Titles with units.
    scales : sequence of Scale
        One a column; all money in one unit.
    """

    table: Table
    lang: str
    heads: Sequence[str]
    scales: Sequence[Scale]

    def numbers(self, column: int) -> list[float]:
        """Cells of a column in its unit, shares as shares; what is not applicable is not a number."""
        scale = self.scales[column]
        return [scale.number(value) if is_number(value := row[column]) else float("nan") for row in self.table.rows]  # type: ignore[arg-type]

    def told(self, row: int, columns: Sequence[int] | None = None) -> str:
        """What a row says, a line a number, with units."""
        chosen = range(1, len(self.scales)) if columns is None else columns
        cells = self.table.rows[row]
        return "\n".join(
            either(self.lang, f"{self.table.columns[j].title}：", f"{self.table.columns[j].title}: ") + self.written(row, j)
            for j in chosen
            if cells[j] is not None
        )

    def written(self, row: int, column: int) -> str:
        """One cell with its unit."""
        return cell_text(self.table.rows[row][column], named(self.scales[column], self.lang), self.lang)

    def bare(self, row: int, column: int) -> str:
        """One cell beside an axis that names the unit."""
        return cell_text(self.table.rows[row][column], self.scales[column], self.lang)

    def name(self, row: int) -> str:
        """Name of a row."""
        return self.written(row, 0)

    def unit(self, column: int) -> str:
        """Unit of a column's axis."""
        return self.scales[column].unit


def figures_of(chart: Chart, lang: str) -> Figures | None:
    """Take a chart's table; None where its rows are of different kinds, or there are none."""
    table = chart.data
    if table.kinds is not None or not table.rows:
        return None
    laid = laid_out(table, lang, one_unit=True)
    return Figures(table, lang, laid.heads, laid.scales[0])


def plain(text: str) -> Any:  # noqa: ANN401  a model
    """Text that is shown as it stands, dollar signs and all."""
    return models().PlainText(text=text)


def span_of(*values: Sequence[float], from_zero: bool = True) -> tuple[float, float]:
    """Lowest and highest of the numbers with room above, and below where some are negative.

    Examples
    --------
    >>> span_of([1.0, 50.0], [float("nan"), 100.0])
    (0.0, 104.0)
    """
    found = [value for numbers in values for value in numbers if not math.isnan(value)]
    low, high = min(found, default=0.0), max(found, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * TOUCH or abs(high) * TOUCH or 1.0
    return (low - room if low < 0 or not from_zero else low), (high + room if high > 0 or not from_zero else high)


def frame(x: tuple[float, float], y: tuple[float, float], *, unit: str = "", height: int = 340, zoom: str = "both") -> Live:
    """Make an empty plot of the page's width. A box zooms when the page's button for it is on, so that fingers can scroll past.

    Parameters
    ----------
    x, y : tuple of float
        Ends of the axes; nobody can leave them. A range from high to low runs downwards.
    unit : str
        Of the vertical axis, above it.
    height : int
        CSS pixels.
    zoom : {'both', 'width', 'height'}
        Along which axes a box zooms.
    """
    bokeh = models()
    box = bokeh.BoxZoomTool(dimensions=zoom)
    toolbar = bokeh.Toolbar(tools=[box], logo=None, active_drag=None, active_scroll=None, active_tap=None)
    ends = [bokeh.Range1d(start=start, end=end, bounds=(min(start, end), max(start, end))) for start, end in (x, y)]
    title = bokeh.Title(text=unit, text_font=FONT, text_font_size="12px", text_font_style="normal", text_color=QUIET)
    plot = bokeh.Plot(
        x_range=ends[0],
        y_range=ends[1],
        title=title,
        toolbar=toolbar,
        toolbar_location=None,
        sizing_mode="stretch_width",
        height=height,
        min_width=200,
        outline_line_color=None,
        background_fill_color=None,
        border_fill_color="#ffffff",
        min_border_right=12,
        lod_threshold=None,
    )
    return Live(plot)


def styled(axis: Any) -> Any:  # noqa: ANN401  a model
    """Give an axis the quiet looks that ours have on paper."""
    axis.update(
        axis_line_color=QUIET,
        major_tick_line_color=None,
        minor_tick_line_color=None,
        major_label_text_color=QUIET,
        major_label_text_font=FONT,
        major_label_text_font_size="12px",
        axis_label_text_color=QUIET,
        axis_label_text_font=FONT,
        axis_label_text_font_size="12px",
        axis_label_text_font_style="normal",
    )
    return axis


def number_axis(live: Live, where: str, scale: Scale, label: str = "") -> None:
    """Add an axis of numbers with its grid, ``below`` or ``left``."""
    bokeh = models()
    form = bokeh.NumeralTickFormatter(format=TICKS[scale.kind])
    axis = styled(bokeh.LinearAxis(ticker=bokeh.BasicTicker(desired_num_ticks=5), formatter=form))
    if label:
        axis.axis_label = plain(label)
    if where == "left":
        axis.axis_line_color = None
    live.plot.add_layout(axis, where)
    live.plot.add_layout(bokeh.Grid(dimension=0 if where == "below" else 1, ticker=axis.ticker, grid_line_color=RULE))


def name_axis(live: Live, where: str, names: Sequence[str]) -> None:
    """Add an axis that names whole numbers from 0 up, as many as there is room for."""
    bokeh = models()
    step = max(1, -(-len(names) // NAMES_A_AXIS)) if where == "below" else 1
    shown = range(0, len(names), step)
    axis = styled(bokeh.LinearAxis(ticker=bokeh.FixedTicker(ticks=list(shown))))
    axis.major_label_overrides = {i: plain("\n".join(wrapped(names[i], LABEL_COLUMNS)[:3])) for i in shown}
    if where == "left":
        axis.update(axis_line_color=None, major_label_text_color=INK)
    live.plot.add_layout(axis, where)


def month_axis(live: Live) -> None:
    """Add an axis of months or years, whichever the zoom leaves room for."""
    bokeh = models()
    months = [bokeh.MonthsTicker(months=list(range(1, 13, step))) for step in (1, 3, 6)]
    ticker = bokeh.CompositeTicker(tickers=[*months, bokeh.YearsTicker()], desired_num_ticks=5, num_minor_ticks=0)
    form = bokeh.DatetimeTickFormatter(months="%Y-%m", years="%Y-%m", days="%Y-%m")
    live.plot.add_layout(styled(bokeh.DatetimeAxis(ticker=ticker, formatter=form)), "below")


def month_of(text: str) -> float | None:
    """Milliseconds from 1970 to the start of a month; None for any other text.

    Examples
    --------
    >>> month_of("1970-02"), month_of("甲")
    (2678400000.0, None)
    """
    found = MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    return calendar.timegm((int(found[1]), int(found[2]), 1, 0, 0, 0)) * 1000.0


def source(**columns: Sequence[Any]) -> Any:  # noqa: ANN401  a model
    """Columns of numbers and texts for glyphs."""
    return models().ColumnDataSource(data={name: list(values) for name, values in columns.items()})


def add(live: Live, data: Any, glyph: str, **looks: Any) -> Any:  # noqa: ANN401  models
    """Draw a glyph; unchosen ones look alike. Returns its renderer."""
    return live.plot.add_glyph(data, getattr(models(), glyph)(**looks))


def write(live: Live, data: Any, x: str, y: str, text: str, **looks: Any) -> None:  # noqa: ANN401  models
    """Write a column of texts, centred on its places unless told otherwise."""
    usual = {"text_font": {"value": FONT}, "text_font_size": {"value": "12px"}, "text_color": INK, "text_align": "center", "text_baseline": "middle"}
    add(live, data, "Text", x=x, y=y, text=text, **(usual | looks))


def between(low: str, high: str) -> str:
    """Name of the band between two columns.

    Examples
    --------
    >>> between("95%区间下限", "95%区间上限"), between("95% interval, low", "95% interval, high"), between("5%", "95%")
    ('95%区间', '95% interval', '5%–95%')
    """
    alike = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))
    return alike.rstrip(" ,，") or f"{low}–{high}"


def tell(live: Live, renderers: Sequence[Any], mode: str = "mouse") -> None:
    """Tell the row's name and numbers where the mouse or a finger is; the sources have columns ``name`` and ``told``.

    Parameters
    ----------
    live : Live
    renderers : sequence of renderers
    mode : {'mouse', 'vline', 'hline'}
        ``vline``: the row nearest along the horizontal axis.
    """
    bokeh = models()
    looks = {"point_policy": "follow_mouse", "line_policy": "nearest"} if mode != "mouse" else {"point_policy": "follow_mouse"}
    live.plot.add_tools(bokeh.HoverTool(renderers=list(renderers), tooltips=TIP, mode=mode, visible=False, **looks))
    if mode == "vline":
        live.plot.add_tools(bokeh.CrosshairTool(dimensions="height", line_color=QUIET, line_alpha=0.5, visible=False))
