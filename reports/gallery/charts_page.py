"""One page of all charts, each with a line on how to read it: made by ``remake.py --charts`` from runs of its own."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

import simulator as rs
from simulator.analysis.compare import are_paired
from simulator.analysis.ranges import designs_of, study_of
from simulator.report import style
from simulator.report.charted import charted_from
from simulator.report.figures import COMPARED, SINGLE
from simulator.report.figures_frontier import frontier_chart
from simulator.report.figures_regret import regret_dots
from simulator.report.figures_sensitivity import tornado
from simulator.report.figures_solve import solution_curve
from simulator.report.figures_stress import side_by_side
from simulator.report.figures_sweep import sweep_figures
from simulator.results.answers import Answer
from simulator.runs.session import play_scenarios
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from simulator.report.charted import Charted

HOME = Path(__file__).parent / "charts"
HISTORIES, DOTS_AN_INCH, COLOURS = 400, 110, 64
SCHEMES = ("湖北", "广东", "泉州", "岱山")
REFORMS = ("湖北", "湖北补偿50", "湖北资金池20亿", "湖北应补尽补")
LENDS_BY_MARGIN = "banks.common.appetite=margin"
"""Banks that lend by their margin: lending is then a finding, and can be set against what it costs."""

SINGLES = (
    ("pool_balance", "湖北", "带子收窄或贴近零线，说明资金池快用完；虚线是初始资金。", "A band close to 0: the pool is running dry; dashed: the endowment."),
    (
        "pool_survival",
        "湖北",
        "左：到某月还没有短缺的模拟占比；右：换一个规模，不够用的机会有多大。",
        "Left: histories with no shortfall yet; right: the chance that a pool of another size is too small.",
    ),
    ("loss_distribution", "湖北", "橙色是分担后留在银行的损失；虚线标出平均和尾部。", "Orange: what stays with banks; dashed lines: mean and tail."),
    ("who_pays", "泉州", "每损失1元，各方最终承担几分。", "Of each yuan lost, how many fen each party finally bears."),
    ("waterfall", "泉州", "从总损失往下，每一步扣去一方承担的净额，最后是银行净损失。", "From gross loss, each step takes off what one party bears."),
    ("public_money", "泉州", "带子的粗细是钱数，从左到右：谁出钱、经过哪里、花在哪里。", "Ribbons as thick as the money: who pays, through what, for what."),
    ("public_money", "岱山", "分阶段项目：投入、增值和回流财政的钱。", "Staged projects: what goes in, what is gained, what comes back."),
    ("stage_flow", "岱山", "水流变窄处是项目失败；下面是拨、保、贷、投在哪个阶段花多少钱。", "The stream thins where projects fail; below, the money by stage."),
    ("project_stages", "岱山", "左：走到各阶段的项目及范围；右：财政净支出的分布。", "Left: how far projects get; right: the net fiscal cost."),
    ("lending_volume", "湖北", "累计放款和余额；标明放款是给定还是结论。", "Lent to date and outstanding; says whether lending is given."),
    ("assumption_ranges", "湖北", "假设在范围内变动时结果怎样变；灰带之内可能只是偶然。", "What the assumptions move; within the grey band it may be chance."),
)
TOGETHER = (
    ("compare_measures", "每格一个指标，各有单位；虚线是第一个方案。", "A panel a measure, each in its own unit; dashed: the first scheme."),
    ("compare_pool_balance", "同一尺度上的资金池余额。", "Pool balances on one scale."),
    ("compare_survival", "上：尚未短缺的占比；下：多大的资金池才够。", "Above: no shortfall so far; below: which pool would have sufficed."),
    ("compare_losses", "圆点是平均，粗线是它的区间，细线是大多数模拟。", "Dot: mean; thick: its interval; thin: most histories."),
    ("compare_who_pays", "一行一个方案，1元损失怎样分担；放不下的名字列在下面。", "A row a scheme; names that do not fit stand below."),
    ("compare_lending", "累计放款；给定的会注明。", "Volume lent; says where it is given."),
)


STUDIED = 60
"""Histories of each point of a study; fewer than of a run, since a study plays many points on the same worlds."""

SHARE, POOL = "scheme.layers.资金池补偿.share", "scheme.accounts.资金池.endowment"
STUDIES = (
    (
        "sweep",
        "一项政策变量取一串值，各指标怎样变；色带是区间，虚线是基线。",
        "One lever over a range of values; bands: intervals, dashed: the baseline.",
    ),
    (
        "sweep_differences",
        "与基线逐次配对之差：实心点是确定的差别，空心点分不清；不变的指标写在标题下。",
        "Paired differences from the baseline: filled dots are certain; what never differs is named under the title.",
    ),
    (
        "sweep_map",
        "两项变量的组合，格子里是数字，颜色越深越大；格子太小时改画等值线。",
        "Two levers together: numbers in the cells, darker is more; small cells get contours instead.",
    ),
    (
        "solve",
        "曲线穿过目标线处是答案，绿带是它的区间：在带内的值都可能够用。",
        "The answer is where the curve meets the target; the green band is its interval.",
    ),
    (
        "frontier",
        "左上最好：线上的点没有别的点全面胜过，标着变量的取值；空心方点说不清，灰点被支配。",
        "Upper left is best: nothing beats the points on the line, which bear the values of the levers; squares cannot be told, grey is dominated.",
    ),
    (
        "tornado",
        "每次只动一项假设：条越长越要紧；空心的与噪声分不开。",
        "One assumption at a time: the longer the bar, the more it matters; hollow bars are not told apart from noise.",
    ),
    (
        "stress",
        "一行一种情形，虚线是情景原样；圆、方、菱分别是原样、宏观路径、违约相关。",
        "A row a case, dashed: as modelled; circles, squares and diamonds: as modelled, paths of the economy, dependence of defaults.",
    ),
    (
        "regret",
        "每个方案在各种未来里比当时最好的方案差多少；越靠左越不后悔。",
        "How far each scheme falls behind the best one of each future; further left is safer.",
    ),
)


def _studies() -> dict[str, Callable[[str], Figure]]:
    """Play the studies of the page; returns what draws each in a language."""
    hubei = rs.change(rs.load("湖北"), {"run.histories": STUDIED})
    by_margin = rs.change(hubei, {"banks.common.appetite": "margin"})
    swept = rs.sweep(by_margin, {SHARE: "50%:95%:5%"})
    mapped = rs.sweep(by_margin, {SHARE: "50%:90%:10%", POOL: "5亿元:20亿元:5亿元"}, measures=["lending.additional_volume", "fiscal.net_cost"])
    solved = rs.solve(hubei, {POOL: ("1亿元", "40亿元")}, target="pool.shortfall_probability <= 20%")
    objectives = ["fiscal.net_cost:min", "lending.additional_volume:max"]
    front = rs.frontier(by_margin, {SHARE: ("50%", "90%"), POOL: ("2亿元", "18亿元")}, objectives=objectives, points=32)
    moved = rs.sensitivity(hubei, measures=["bank.net_loss"], histories=STUDIED)
    stressed = rs.stress(hubei, paths=["recession", "crisis", "1/50:18"])
    schemes = [rs.load(name) for name in ("湖北", "湖北补偿50", "湖北资金池20亿")]
    regretted = rs.regret(schemes, measures=["bank.net_loss"], futures=20, histories=20)
    return {
        "sweep": lambda lang: dict(sweep_figures(swept, lang))["sweep"],
        "sweep_differences": lambda lang: dict(sweep_figures(swept, lang))["sweep_differences"],
        "sweep_map": lambda lang: dict(sweep_figures(mapped, lang))["sweep"],
        "solve": lambda lang: solution_curve(solved, lang),
        "frontier": lambda lang: frontier_chart(front, lang),
        "tornado": lambda lang: tornado(moved, "bank.net_loss", lang),
        "stress": lambda lang: side_by_side(stressed, lang),
        "regret": lambda lang: regret_dots(regretted, regretted.measures["bank.net_loss"], lang),
    }


def remake_charts() -> None:
    """Draw every chart in both languages and write the page that shows them."""
    answers = {name: _answer(name) for name in SCHEMES}
    reforms = [_answer(name, LENDS_BY_MARGIN, ranges=False) for name in REFORMS]
    shown = [(f"{stem}_{answers[name].loaded.path.stem}", SINGLE[stem], [answers[name]], zh, en) for stem, name, zh, en in SINGLES]
    shown += [(stem, COMPARED[stem], [*answers.values()], zh, en) for stem, zh, en in TOGETHER]
    zh = "左上最好；灰叉是被支配的方案，空心是说不清。银行按利差放贷，放款才是结论。"
    en = "Upper left is best; grey crosses are dominated, hollow cannot be told. Banks lend by margin here, so that lending is a finding."
    shown.append(("lending_against_cost", COMPARED["lending_against_cost"], reforms, zh, en))
    parts = [HEAD]
    for stem, draw, own, zh, en in shown:
        titles = []
        for lang in ("zh", "en"):
            charted = [_charted(answer, own[0], lang) for answer in own]
            figure = draw(charted if stem in COMPARED else charted[0])  # type: ignore[operator]
            titles.append(figure.texts[0].get_text().replace("\n", ""))
            _keep(figure, HOME / lang / f"{stem}.png")
        parts.append(_passage(stem, titles, zh, en))
    parts.append(OF_STUDIES)
    drawn = _studies()
    for stem, zh, en in STUDIES:
        titles = []
        for lang in ("zh", "en"):
            figure = drawn[stem](lang)
            titles.append(figure.texts[0].get_text().replace("\n", "" if lang == "zh" else " "))
            _keep(figure, HOME / lang / f"{stem}.png")
        parts.append(_passage(stem, titles, zh, en))
    (HOME / "README.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")
    print(HOME)


def _passage(stem: str, titles: list[str], zh: str, en: str) -> str:
    """A chart in both languages under its title, with a line on how to read it."""
    return f"## {titles[0]} · {titles[1]}\n\n{zh}\n\n{en}\n\n![{titles[0]}](zh/{stem}.png)\n![{titles[1]}](en/{stem}.png)"


OF_STUDIES = f"""# 研究的图 · Charts of studies

`sweep`、`solve`、`frontier`、`sensitivity`、`stress`、`regret` 写出的图，湖北方案，每点{STUDIED}次模拟（后悔20次）。

What `sweep`, `solve`, `frontier`, `sensitivity`, `stress` and `regret` draw, of the Hubei scheme with {STUDIED} histories a point (regret: 20)."""

HEAD = f"""# 图表一览 · All charts

报告、幻灯片和 `run`、`compare` 写出的图用同一套画法：颜色对色盲可辨，名字和数字直接写在图上，坐标轴有单位，平均带区间（只含模拟误差，不含假设的不确定）。
所有图取自内置方案的推演（{HISTORIES}次模拟）；`python reports/gallery/remake.py --charts` 重新生成本页。

All charts of reports, slides, `run` and `compare` speak one language: colours that colour-blind readers can tell apart, names and figures on the chart
itself, units on the axes, means with their intervals (simulation error only). All show runs of the built-in schemes ({HISTORIES} histories);
`python reports/gallery/remake.py --charts` makes this page again."""


def _answer(name: str, *sets: str, ranges: bool = True) -> Answer:
    loaded = load(name, sets=[f"run.histories={HISTORIES}", *sets])
    (design,) = designs_of([loaded])
    results, *points = play_scenarios([loaded.scenario, *(design.scenarios if ranges else ())], workers=os.cpu_count() or 1)
    return Answer(loaded, results, "batch", study_of(design, results, points) if ranges else None)


def _charted(answer: Answer, first: Answer, lang: str) -> Charted:
    paired = are_paired(answer.loaded.scenario, first.loaded.scenario)
    return replace(charted_from(answer.results, lang, answer.ranges, answer.measures), is_paired=paired)


def _keep(figure: Figure, path: Path) -> None:
    """Write a chart small: few dots, few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = io.BytesIO()
    with style.drawing():
        figure.savefig(drawn, format="png", dpi=DOTS_AN_INCH, metadata={"Software": None})
    Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
