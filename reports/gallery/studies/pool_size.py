"""资金池多大才够：一次推演的 pool.needed 就给出整条生存曲线，逐个规模重新推演应与它一致（湖北）。

    python reports/gallery/studies/pool_size.py

One run's ``pool.needed`` holds the chance of survival of every pool size; pools of those sizes, played one by one, must agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from kept import HISTORIES, YI, Row, column, framed, keep, points, row, titled

import simulator as rs
from simulator.report import style
from simulator.results.estimates import proportion

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZES = (2, 5, 8, 10, 12, 15, 20, 25, 30)


def study() -> tuple[list[Row], Figure]:
    """Play pools of several sizes on the same firms and fates."""
    hubei = rs.load("湖北")
    found = rs.compare([rs.change(hubei, {"scheme.accounts.资金池.endowment": f"{size}亿元"}) for size in SIZES], histories=HISTORIES)
    needed = found.answers[0].results.finals["pool.needed"] / YI
    rows = []
    for size, answer in zip(SIZES, found.answers, strict=True):
        rows.append(row(f"{size}亿元", "played", proportion(1 - answer.results.finals["pool.short"])))
        rows.append(row(f"{size}亿元", "pool.needed", proportion(needed <= size)))
    return rows, picture(rows, needed)


def picture(rows: list[Row], needed: np.ndarray) -> Figure:
    """The curve of one run and the points of many."""
    with style.drawing():
        title = "湖北：资金池要多大，才在 95% 的情形下不断供"
        subtitle = f"曲线：一次推演的 pool.needed；点：按各规模重新推演，竖线为 95% 区间；违约率等假设取文件中的值；{HISTORIES} 次模拟"
        figure, (axes,) = framed(title, subtitle)
        axes.step(np.sort(needed), 100 * np.arange(1, len(needed) + 1) / len(needed), where="post", color=style.GROSS, linewidth=1.6)
        points(axes, SIZES, column(rows, "played", 0.01), style.POOL)
        axes.axhline(95, color=style.QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate("95%", (0, 95), xycoords=("axes fraction", "data"), xytext=(4, 3), textcoords="offset points", color=style.QUIET)
        axes.set_xlim(0, max(SIZES) * 1.04)
        axes.set_ylim(0, 102)
        titled(axes, "到最后一笔结清都没有断供的概率", "%", "资金池规模，亿元")
    return figure


if __name__ == "__main__":
    keep("pool_size", *study())
