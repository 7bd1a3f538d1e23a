"""补偿比例从 50% 到 95%：银行损失、资金池、放款与每元新增贷款的成本（湖北，银行按利差决定放贷）。

    python reports/gallery/studies/ratio.py

The ratio moves what banks lose, what the pool pays, how much is lent, and what an added yuan of lending costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kept import HISTORIES, YI, Row, column, framed, keep, points, rows_of, titled

import simulator as rs
from simulator.report import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATIOS = range(50, 100, 5)
MEASURES = ("bank.net_loss", "pool.shortfall_probability", "lending.additional_volume", "fiscal.cost_per_added_yuan")


def study() -> tuple[list[Row], Figure]:
    """Play every ratio on the same firms and fates."""
    hubei = rs.change(rs.load("湖北"), {"banks.common.appetite": "margin"})
    points_ = [rs.change(hubei, {"scheme.layers.资金池补偿.share": f"{ratio}%"}) for ratio in RATIOS]
    found = rs.compare(points_, histories=HISTORIES)
    rows = [one for ratio, answer in zip(RATIOS, found.answers, strict=True) for one in rows_of(f"{ratio}%", answer, MEASURES)]
    return rows, picture(rows)


def picture(rows: list[Row]) -> Figure:
    """Four curves over the ratio."""
    panels = (
        ("bank.net_loss", "银行净损失", "亿元", YI, style.BANK),
        ("pool.shortfall_probability", "资金池用尽的概率", "%", 0.01, style.POOL),
        ("lending.additional_volume", "新增贷款（比没有方案时多放的）", "亿元", YI, style.LENDING),
        ("fiscal.cost_per_added_yuan", "每新增一元贷款的财政成本", "分", 0.01, style.INK),
    )
    with style.drawing():
        title = "湖北：补偿比例从 50% 到 95%，银行损失、资金池、放款和成本怎样变"
        subtitle = f"资金池 10亿元，不补充；银行按利差放贷；各点同一批企业、同样的命运；{HISTORIES} 次模拟，竖线为 95% 区间"
        figure, axes = framed(title, subtitle, 2, 2, height=6.8)
        for place, (measure, name, unit, scale, colour) in zip(axes, panels, strict=True):
            points(place, list(RATIOS), column(rows, measure, scale), colour)
            titled(place, name, unit, "补偿比例，%")
            place.set_ylim(bottom=0)
    return figure


if __name__ == "__main__":
    keep("ratio", *study())
