"""省市 1∶1 与 4∶6 出资：总账不变，谁出多少、坏年份各出多少（湖北应补尽补；4∶6 为重庆的市与区县之比）。

    python reports/gallery/studies/funding.py

Who funds the pool changes nothing in its total, and everything for each level of government.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from kept import HISTORIES, YI, Row, framed, keep, row, titled

import simulator as rs
from simulator.report import style
from simulator.results.estimates import estimate, value_at_risk

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPLITS = {"1∶1": (50, 50), "4∶6": (40, 60)}
LEVELS = {"省级财政": style.PAYERS[0], "市级财政": style.PAYERS[1]}
FUNDED_BY = "scheme.accounts.资金池.funded_by"


def study() -> tuple[list[Row], Figure]:
    """Play both splits on the same firms and fates."""
    hubei = rs.load("湖北应补尽补")
    split = [rs.change(hubei, {FUNDED_BY: f"{{省级财政: {province}%, 市级财政: {cities}%}}"}) for province, cities in SPLITS.values()]
    found = rs.compare(split, histories=HISTORIES)
    rows = []
    for name, answer in zip(SPLITS, found.answers, strict=True):
        finals = answer.results.finals
        rows.append(row(name, "fiscal.net_cost", estimate(finals["fiscal.net_cost"], "fen")))
        for level in LEVELS:
            cost = finals[f"fiscal.net_cost.{level}"]
            rows.append(row(name, f"fiscal.net_cost.{level}", estimate(cost, "fen")))
            bad = value_at_risk(cost, 0.95, "fen")
            rows += [row(name, f"fiscal.net_cost.{level}, 95 %", bad)] if bad else []
    return rows, picture(rows)


def picture(rows: list[Row]) -> Figure:
    """Stacked bars: on average, and in a bad year."""
    with style.drawing():
        title = "省市 1∶1 与 4∶6 出资：合计不变，谁出多少"
        subtitle = f"湖北应补尽补的财政净成本；两种出资同一批企业、同样的命运；{HISTORIES} 次模拟，竖线为 95% 区间"
        figure, axes = framed(title, subtitle, 1, 2)
        for place, tail, name in zip(axes, ("", ", 95 %"), ("平均", "二十次里最坏的一次（95% 分位）"), strict=True):
            under = np.zeros(len(SPLITS))
            for level, colour in LEVELS.items():
                found = [one for one in rows if one.measure == f"fiscal.net_cost.{level}{tail}"]
                heights = np.array([one.mean / YI for one in found])
                errors = [1.96 * one.se / YI for one in found]
                place.bar(range(len(SPLITS)), heights, bottom=under, width=0.55, color=colour, yerr=errors, error_kw={"ecolor": style.INK, "lw": 1})
                for number, (height, base) in enumerate(zip(heights, under, strict=True)):
                    place.annotate(
                        f"{level} {height:.2f}", (number, base + height / 2), ha="center", va="center", color=style.ink_on(colour), fontsize=9
                    )
                under += heights
            place.set_xticks(range(len(SPLITS)), [f"省∶市 = {split}" for split in SPLITS])
            titled(place, name, "亿元", "")
    return figure


if __name__ == "__main__":
    keep("funding", *study())
