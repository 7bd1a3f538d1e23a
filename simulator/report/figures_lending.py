"""Charts of lending: what was lent to date, and what is outstanding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.report import style
from simulator.report.charted import fan, fan_ends, mark_horizon, month_axis, sentence_instead
from simulator.report.text import money_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.report.charted import Charted


def lending_volume(charted: Charted) -> Figure:
    """Fans of the volume lent to date and of the outstanding balance."""
    with style.drawing():
        title = charted.say("lending_given" if charted.given else "lending")
        figure = style.blank_figure(title, charted.subtitle(charted.say("bands_plain")), height=3.9)
        left, right = figure.subplots(1, 2)
        figure.subplots_adjust(wspace=0.85, left=0.6 / style.figure_width(), right=1 - 1.05 / style.figure_width(), top=figure.subplotpars.top - 0.06)
        _draw(left, charted, "lending.volume", "lent_to_date")
        _draw(right, charted, "lending.balance", "outstanding")
        return figure


def _draw(axes: Axes, charted: Charted, name: str, key: str) -> None:
    values = charted.series.get(name)
    if values is None:
        sentence_instead(axes, charted.say(key))
        return
    unit = money_unit(float(np.max(values)), charted.lang)
    found = fan(axes, np.asarray(values) / unit.fen, style.LENDING)
    month_axis(axes, charted.months, most=4)
    axes.set_ylim(0, float(found.max()) * 1.08 or 1)
    axes.set_title(charted.say(key), pad=20)
    mark_horizon(axes, charted)
    style.unit_on_top(axes, unit.label)
    style.label_ends(axes, fan_ends(charted, found, unit, style.LENDING))
