"""同样的期望成本，三种分担方式：按比例、超额损失（上海 2011：3%–5% 一层，补 50%）、有上限的组合担保（80%，赔到上限为止）。

    python reports/gallery/studies/forms_of_cover.py

Every form is laid over the same losses of the same histories; ratio and cap are chosen so that all three cost the same on average. The Shanghai rule
reads an NPL rate at the year's end; here the whole loss of the loans lent stands in its place, in parts of the volume lent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from kept import YI, Row, framed, keep, row, titled
from scipy.optimize import brentq

import simulator as rs
from simulator.report import style
from simulator.results.estimates import estimate, expected_shortfall, value_at_risk
from simulator.rules.layering import layer_loss

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

HISTORIES = 1000
ATTACHMENT, DETACHMENT, SHARE = 0.03, 0.05, 500_000
"""Shanghai's rule of 2011: half of what lies between 3 % and 5 %."""
GUARANTEE_SHARE = 0.8
FORMS = {"按比例": style.POOL, "超额损失": style.LENDING, "有上限的组合担保": "#cc79a7"}


def study() -> tuple[list[Row], Figure]:
    """Lay the three forms over the losses of one run."""
    answer = rs.run(rs.load("湖北应补尽补"), histories=HISTORIES)
    loss, volume = answer.results.finals["bank.gross_loss"].astype(np.int64), answer.results.finals["lending.volume"].astype(np.int64)
    paid = payments(loss, volume)
    rows = []
    for form, amounts in paid.items():
        net = loss - amounts
        rows += [row(form, "public cost", estimate(amounts, "fen")), row(form, "bank.net_loss", estimate(net, "fen"))]
        found = (value_at_risk(net, 0.95, "fen"), expected_shortfall(net, 0.95, "fen"), value_at_risk(amounts, 0.95, "fen"))
        names = ("bank.net_loss_var_95", "bank.net_loss_es_95", "public cost_var_95")
        rows += [row(form, name, one) for name, one in zip(names, found, strict=True) if one is not None]
    return rows, picture(rows, loss / volume, {form: amounts / volume for form, amounts in paid.items()})


def payments(loss: NDArray[np.int64], volume: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """What each form pays in each history, all with one mean."""
    attachments = (ATTACHMENT * volume).astype(np.int64)
    limits = ((DETACHMENT - ATTACHMENT) * volume).astype(np.int64)
    excess = np.array([layer_loss(*one, SHARE) for one in zip(loss.tolist(), attachments.tolist(), limits.tolist(), strict=True)])
    ratio = excess.mean() / loss.mean()

    def up_to(cap: float) -> NDArray[np.int64]:
        return np.minimum(GUARANTEE_SHARE * loss, cap * volume).astype(np.int64)

    cap = brentq(lambda one: float(up_to(one).mean() - excess.mean()), 0.0, 1.0)
    return dict(zip(FORMS, ((ratio * loss).astype(np.int64), excess, up_to(float(cap))), strict=True))


def picture(rows: list[Row], loss: NDArray[np.float64], paid: dict[str, NDArray[np.float64]]) -> Figure:
    """What each form pays for a loss, and what is left to banks."""
    cost = next(one.mean for one in rows if one.measure == "public cost") / YI
    with style.drawing():
        title = "同样的期望成本，三种分担方式护住的地方不同"
        subtitle = f"湖北的贷款，{HISTORIES} 次模拟；三种方式的期望成本同为 {cost:.2f} 亿元；右图竖线为 95% 区间"
        figure, (left, right) = framed(title, subtitle, 1, 2)
        order = np.argsort(loss)
        for form, colour in FORMS.items():
            left.plot(100 * loss[order], 100 * paid[form][order], color=colour, linewidth=1.8, label=form)
        left.set_ylim(top=1.5 * left.get_ylim()[1])
        left.legend(frameon=False, loc="upper left")
        titled(left, "公共资金支付", "放款额的%", "毛损失，放款额的%")
        left.set_xlim(0, float(np.quantile(100 * loss, 0.995)))
        names = {"bank.net_loss": "平均", "bank.net_loss_var_95": "95%在险值", "bank.net_loss_es_95": "95%预期短缺"}
        for number, (form, colour) in enumerate(FORMS.items()):
            found = [one for name in names for one in rows if one.case == form and one.measure == name]
            places = np.arange(len(found)) + 0.26 * (number - 1)
            bars = [one.mean / YI for one in found]
            right.bar(places, bars, width=0.24, color=colour, yerr=[1.96 * one.se / YI for one in found], error_kw={"ecolor": style.INK, "lw": 1})
        right.set_xticks(range(len(names)), list(names.values()))
        titled(right, "留给银行的净损失", "亿元", "")
    return figure


if __name__ == "__main__":
    keep("forms_of_cover", *study())
