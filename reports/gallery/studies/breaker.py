"""熔断何时有用：停止补偿的不良率线，在违约率 1%、1.5%、3% 下替财政省下多少，又让银行多承担多少（湖北保持，应补尽补）。

    python reports/gallery/studies/breaker.py

A line at which compensation stops saves the public purse and costs the banks; how much depends on the default rate. Lending goes on to 2030 and the pool is
refilled as needed: where lending stops in 2025 the line is hardly ever tested in time, and a pool of 10亿元 runs dry with it or without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kept import YI, Row, column, framed, keep, points, rows_of, titled

import simulator as rs
from simulator.report import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HISTORIES = 100
LINES = (2, 3, 4, 5, 6, 8)
DEFAULT_RATES = {"1%": style.LENDING, "1.5%": style.POOL, "3%": style.BANK}
GUARD = "scheme.guards.不良率熔断"
FIRMS = "population.segments.科技型企业.pd"
MEASURES = ("fiscal.net_cost", "bank.net_loss", "cover.stopped")
REFILL = "scheme.accounts.资金池.refill.rule"


def study() -> tuple[list[Row], Figure]:
    """Play each line at each default rate, and no line at all."""
    rows = []
    for rate in DEFAULT_RATES:
        hubei = rs.change(rs.load("湖北保持"), {FIRMS: rate, REFILL: "as_needed"})
        refused = [rs.change(hubei, {f"{GUARD}.warn": "1%", f"{GUARD}.stop": f"{line}%", f"{GUARD}.claims": "refuse"}) for line in LINES]
        found = rs.compare([rs.change(hubei, {GUARD: "remove"}), *refused], histories=HISTORIES)
        names = ["none", *(f"{line}%" for line in LINES)]
        rows += [one for name, answer in zip(names, found.answers, strict=True) for one in rows_of(f"pd {rate}, stop {name}", answer, MEASURES)]
    return rows, picture(rows)


def picture(rows: list[Row]) -> Figure:
    """Public cost and bank loss over the line, one curve a default rate; without a line at the right."""
    with style.drawing():
        title = "熔断何时有用：停止补偿的线划在哪里，财政和银行各得失多少"
        subtitle = f"湖北保持，资金池应补尽补；熔断期间的申请不再受理（refuse）；各线同一批企业、同样的命运；{HISTORIES} 次模拟，竖线为 95% 区间"
        figure, axes = framed(title, subtitle, 1, 2)
        panels = (("fiscal.net_cost", "财政净成本", "亿元", YI), ("bank.net_loss", "银行净损失", "亿元", YI))
        places = [*LINES, LINES[-1] + 3]
        for place, (measure, name, unit, scale) in zip(axes, panels, strict=True):
            for rate, colour in DEFAULT_RATES.items():
                of_rate = [one for one in rows if one.case.startswith(f"pd {rate},")]
                means, halves = column(of_rate, measure, scale)
                points(place, places, ([*means[1:], means[0]], [*halves[1:], halves[0]]), colour, f"违约率每年 {rate}")
            place.set_xticks(places, [*(str(line) for line in LINES), "不设"])
            place.set_ylim(bottom=0)
            titled(place, name, unit, "停止补偿的不良率，%")
        axes[1].legend(frameon=False)
    return figure


if __name__ == "__main__":
    keep("breaker", *study())
