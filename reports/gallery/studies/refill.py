"""补充资金值多少：不补充、每年补充、应补尽补，银行少承担多少，财政多出多少，放款多多少（湖北，银行按利差放贷）。

    python reports/gallery/studies/refill.py

What refilling the pool is worth: to banks, to borrowers, and what it costs the public purse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kept import HISTORIES, YI, Row, column, framed, keep, row, rows_of, titled

import simulator as rs
from simulator.report import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMES = {"湖北": "不补充", "湖北逐年补充": "每年补充", "湖北应补尽补": "应补尽补"}
MEASURES = ("bank.net_loss", "fiscal.net_cost", "lending.additional_volume", "pool.paid_over_promised", "pool.topup")


def study() -> tuple[list[Row], Figure]:
    """Play the three rules on the same firms and fates."""
    schemes = [rs.change(rs.load(name), {"banks.common.appetite": "margin"}) for name in SCHEMES]
    found = rs.compare(schemes, histories=HISTORIES)
    rows = [one for name, answer in zip(SCHEMES, found.answers, strict=True) for one in rows_of(SCHEMES[name], answer, MEASURES)]
    for name, differences in zip(list(SCHEMES)[1:], found.differences[1:], strict=True):
        rows += [row(f"{SCHEMES[name]} − 不补充", measure, differences[measure]) for measure in ("bank.net_loss", "fiscal.net_cost")]
    return rows, picture(rows)


def picture(rows: list[Row]) -> Figure:
    """Bars of the three rules."""
    panels = (
        ("bank.net_loss", "银行净损失", "亿元", YI, style.BANK),
        ("fiscal.net_cost", "财政净成本", "亿元", YI, style.POOL),
        ("lending.additional_volume", "新增贷款", "亿元", YI, style.LENDING),
        ("pool.paid_over_promised", "应付补偿中付出的", "%", 0.01, style.GROSS),
    )
    with style.drawing():
        title = "湖北：补充资金值多少——谁承担损失，放款多不多"
        subtitle = f"资金池 10亿元起步；银行按利差放贷；同一批企业、同样的命运；{HISTORIES} 次模拟，竖线为 95% 区间"
        figure, axes = framed(title, subtitle, 2, 2, height=5.6)
        for place, (measure, name, unit, scale, colour) in zip(axes, panels, strict=True):
            plain = [one for one in rows if one.case in SCHEMES.values()]
            means, halves = column(plain, measure, scale)
            place.bar(range(len(means)), means, yerr=halves, width=0.62, color=colour, error_kw={"ecolor": style.INK, "lw": 1})
            place.set_xticks(range(len(means)), list(SCHEMES.values()), fontsize=style.SMALLEST)
            titled(place, name, unit, "")
    return figure


if __name__ == "__main__":
    keep("refill", *study())
