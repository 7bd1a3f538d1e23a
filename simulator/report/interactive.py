"""Charts that a reader can point at and enlarge, drawn by BokehJS in the page from the chart's own table.

A chart is handed to the page as JSON; BokehJS comes out of the installed package, so that nothing is fetched. What no table can carry (flows,
pictures of several panels) stays the drawing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.extras import library
from simulator.report import live_lines, live_rows
from simulator.report.live_frame import figures_of
from simulator.report.natives import native

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.report.blocks import Chart
    from simulator.report.live_frame import Entry, Figures, Live

BUNDLE = Path("server", "static", "js", "bokeh.min.js")
"""The core of BokehJS in its package; widgets, tables, WebGL and formulas are left out."""


@dataclass(frozen=True)
class Interactive:
    """A chart as the page takes it.

    Attributes
    ----------
    item : mapping
        For ``Bokeh.embed.embed_item``, plain JSON.
    key : sequence of Entry
        What the colours mean.
    """

    item: Mapping[str, Any]
    key: list[Entry]


def interactive(chart: Chart, lang: str, target: str) -> Interactive | None:
    """Make a chart interactive.

    Parameters
    ----------
    chart : Chart
    lang : {'zh', 'en'}
    target : str
        Id of the element that will hold it.

    Returns
    -------
    Interactive or None
        None where only the drawing does the chart justice.

    Raises
    ------
    ExtraMissing
        If bokeh is not installed.
    """
    figures = figures_of(chart, lang)
    live = _drawn(chart, figures) if figures else None
    if live is None:
        return None
    document = library("bokeh.document", "bokeh").Document()
    document.add_root(live.plot)
    said = _numbered(document.to_json(deferred=False), {})
    return Interactive({"target_id": target, "root_id": said["roots"][0]["id"], "doc": said}, live.key)


def _drawn(chart: Chart, figures: Figures) -> Live | None:
    if chart.form == "waterfall":
        return live_rows.waterfall(figures)
    if chart.form in ("scatter", "picture") and (crossed := live_rows.trade_off(figures)):
        return crossed
    known = native(chart)
    if known is None or chart.form != known.form:
        return None
    if known.form == "line":
        return live_lines.lines(figures, known)
    if known.form == "stack":
        return live_rows.stack(figures, known)
    if known.form == "scatter":
        return live_rows.scatter(figures, known)
    is_histogram = chart.data.columns[0].kind != "text" and live_lines.places_along(figures)[1] == "numbers"
    return live_lines.histogram(figures, known) if is_histogram else live_rows.bars(figures, known)


def _numbered(part: Any, known: dict[str, str]) -> Any:  # noqa: ANN401  JSON
    """Number the models of a document from 1 in order of mention: Bokeh counts on through a process, a page must not."""
    if isinstance(part, dict):
        return {
            name: known.setdefault(value, str(len(known) + 1)) if name == "id" and isinstance(value, str) else _numbered(value, known)
            for name, value in part.items()
        }
    return [_numbered(one, known) for one in part] if isinstance(part, list | tuple) else part


def bundle() -> str:
    """BokehJS as one script.

    Raises
    ------
    ExtraMissing
        If bokeh is not installed.
    """
    home = Path(library("bokeh", "bokeh").__file__).parent
    return (home / BUNDLE).read_text(encoding="utf-8")
