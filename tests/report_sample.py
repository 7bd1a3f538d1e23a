"""Reports to write: one from a small run of a scheme, one made by hand of everything that is awkward to write."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

import simulator as rs
from simulator.report import style
from simulator.report.blocks import Bullets, Chart, Column, Paragraph, Provenance, Report, Section, Table
from simulator.report.charted import bands, charted_from
from simulator.report.figures import SINGLE
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WHERE = Provenance("湖北", "0123456789abcdef", 20261127, 60, "0.1.0", "2026-11-27")
AWKWARD = (
    "=1+1",
    "+86 027",
    "-注意",
    "@SUM(A1)",
    '=HYPERLINK("http://x","点")',
    "武汉市硚口区 <甲> & \"乙\" 'c'",
    "\tTab",
    "{json} $math$ #typst *b* _i_ @ref \\",
)
LONG = "关于进一步完善知识价值信用贷款风险补偿资金池管理办法及其代偿比例封顶熔断条款的若干补充规定" * 3


@cache
def hubei(lang: str = "zh") -> Report:
    """Report on 60 histories of 湖北, made of the figures that a reader asks for first."""
    answer = rs.run(rs.load("湖北"), histories=60, workers=1)
    charted = charted_from(answer.results, lang)
    names = ("bank.gross_loss", "bank.net_loss", "bank.loss_rate", "pool.depletion_probability", "lending.volume", "loans.count")
    found = {name: answer.measures[name] for name in names if answer.measures.get(name)}
    kind = {"fen": "money", "share": "share", "rate": "share", "day": "day", "count": "count"}
    measures = Table(
        "headline",
        "主要指标",
        [Column("指标"), Column("平均", "number", "mean"), Column("标准误", "number", "se"), Column("模拟次数", "count", "n")],
        [(name, one.mean, one.se, one.n) for name, one in found.items()],
        [kind.get(measure_named(name).unit, "number") for name in found],
        "区间只含模拟误差。",
    )
    levels = bands(charted.series["pool.balance"])
    titles = ("5%", "25%", "中位数", "75%", "95%")
    fan = Table(
        "pool_balance",
        "资金池余额，逐月分位数",
        [Column("月份"), *(Column(title, "money", f"p{level:02.0f}") for title, level in zip(titles, (5, 25, 50, 75, 95), strict=True))],
        [(month, *(float(value) for value in levels[:, i])) for i, month in enumerate(charted.months)],
    )
    borne = {name: value / sum(charted.payers.values()) for name, value in charted.payers.items()}
    payers = Table(
        "who_pays",
        "每损失1元由谁承担",
        [Column("承担方"), Column("比例", "share", "share")],
        list(borne.items()),
    )
    bars = Table("who_pays_chart", "每损失1元由谁承担", [Column("方案"), *(Column(name, "share") for name in borne)], [("湖北", *borne.values())])
    sentence = "银行净损失平均约为总损失的两成；资金池在多数模拟中没有耗尽，但最差的二十分之一中余额明显下降。"
    sections = [
        Section("answer", "问题与回答", [Paragraph(sentence, is_lead=True), Paragraph("本次推演60条路径，结论只在所列假设下成立。" * 3)]),
        Section("scheme", "方案", [Bullets(["资金池补偿80%，银行自担20%。", "年度补偿以资金池余额为限。"])]),
        Section("headline", "主要结果", [Paragraph(sentence), measures]),
        Section(
            "pool", "资金池能撑多久", [Chart("pool_balance", "资金池余额：中位数与90%区间", lambda: SINGLE["pool_balance"](charted), fan, "line")]
        ),
        Section("who_pays", "谁承担损失", [payers, Chart("who_pays", "每损失1元由谁承担", lambda: SINGLE["who_pays"](charted), bars, "stack")]),
        Section("losses", "损失分布", [Chart("loss_distribution", "损失分布", lambda: SINGLE["loss_distribution"](charted), payers, "picture")]),
        Section("limits", "方法与局限", [Bullets(["只含模拟误差，不含参数误差。", "假设见附表。"])]),
    ]
    return Report("湖北知识价值信用贷款：风险分担推演", "武汉市硚口区等地 · 提交会议讨论", lang, sections, WHERE)


def _plain_figure() -> Figure:
    figure = style.blank_figure("硚口区", "两点")
    figure.add_axes((0.1, 0.12, 0.8, 0.6)).plot([0, 1], [0, 1])
    return figure


def awkward(lang: str = "zh") -> Report:
    """Report of one section a difficulty: signs that programs obey, long names, empty cells, many rows, many columns, all chart forms."""
    rng = np.random.default_rng(5)
    strange = Table(
        "strange",
        '名称中的符号 = + < & "',
        [Column("名称=1"), Column("<金额>", "money"), Column("比例&", "share"), Column("天数", "day")],
        [(name, None if i % 3 == 0 else float(10**9 * (i + 1)), i / 10, 30 * i if i else None) for i, name in enumerate(AWKWARD)],
        note="=1+1 不是公式",
    )
    long = Table("long", LONG[:40], [Column(LONG[:30]), Column(LONG[:25], "money")], [(LONG, 3.2e11), ("短", float("nan"))])
    many = Table(
        "many",
        "三十家银行",
        [Column("银行"), Column("基线", "money", "baseline"), Column("改革", "money", "reform"), Column("差", "money", "difference")],
        [(f"银行{i:02d}", 10**10 * i, 10**10 * i + 5 * 10**8, 5 * 10**8) for i in range(1, 31)],
    )
    wide = Table(
        "wide",
        "十二个县",
        [Column("年份"), *(Column(f"第{i}县", "money") for i in range(12))],
        [(str(y), *rng.uniform(1e9, 9e10, 12)) for y in range(2025, 2031)],
    )
    empty = Table("empty", "没有行的表", [Column("甲"), Column("乙", "money")], [])
    points = Table(
        "points",
        "代价与放款",
        [Column("方案"), Column("财政成本", "money"), Column("放款", "money")],
        [(name, 1e9 * (i + 1), 1e11 * (5 - i)) for i, name in enumerate(["甲", "乙", "丙=", "丁"])],
    )
    bars = Table(
        "bars",
        "四个方案",
        [Column("方案"), Column("净损失", "money", "mean")],
        [("湖北", 2e10), ("广东", 3e10), ("泉州", None), ("岱山县硚口区合作的很长名称", -1e9)],
    )
    flow = Table("flow", "资金流向", [Column("自"), Column("至"), Column("金额", "money")], [("财政", "资金池", 1e10), ("资金池", "银行", 5e9)])
    charts = [
        Chart("points", "代价与放款", _plain_figure, points, "scatter"),
        Chart("bars", "净损失", _plain_figure, bars, "bar"),
        Chart("flow", "资金流向 <&>", _plain_figure, flow, "flow"),
    ]
    sections = [
        Section("answer", "问题 & <回答>", [Paragraph("结论：" + LONG + "。", is_lead=True), Paragraph("=1+1 是文字。")]),
        Section("strange", "符号", [strange]),
        Section("long", LONG[:40], [long, Bullets([LONG + "。"] * 8)]),
        Section("many", "多行", [many]),
        Section("wide", "多列", [wide, empty]),
        Section("charts", "图", charts),
    ]
    return Report('硚口区 <试验> & "报告" = 1', LONG[:50], lang, sections, WHERE)
