"""The numbers behind each chart, as tables: what a reader checks a picture with, and what writers with charts of their own draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report.blocks import Column, Table
from simulator.report.charted import LEVELS, bands
from simulator.report.figures_loss import shares_of_yuan
from simulator.report.figures_pool import not_short
from simulator.report.figures_projects import stages_of
from simulator.report.text import either, payer_word
from simulator.results.estimates import estimate, expected_shortfall, order_statistic, value_at_risk
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulator.report.blocks import Cell, Kind
    from simulator.report.charted import Charted
    from simulator.results.ranges import Ranged

BINS = 24
SIZES = 21
FARTHEST = 1.25
"""Largest endowment tried, as a multiple of what suffices in 95 % of histories or of the scheme's own."""

KINDS: dict[str, Kind] = {"fen": "money", "share": "share", "rate": "share", "count": "count", "day": "day", "times": "number"}
"""How a measure's unit is written in a table."""


def month_column(lang: str) -> Column:
    """Name the column of months."""
    return Column(either(lang, "月份", "month"), "text", "month")


def fan_table(charted: Charted, series: str, key: str, caption: str) -> Table:
    """Quantiles over histories of a monthly series, a row a month."""
    found = bands(np.asarray(charted.series[series]))
    columns = [month_column(charted.lang), *(Column(f"{level:.0%}", "money", f"p{round(level * 100):02d}") for level in LEVELS)]
    rows: list[tuple[Cell, ...]] = [(month, *(float(value) for value in found[:, number])) for number, month in enumerate(charted.months)]
    return Table(key, caption, columns, rows)


def survival_table(charted: Charted) -> Table:
    """Share of histories not short by the end of each month, with its 95 % interval."""
    share, band = not_short(charted)
    lang = charted.lang
    columns = [
        month_column(lang),
        Column(either(lang, "尚未短缺", "not short"), "share", "not_short"),
        *(Column(either(lang, f"95%区间{zh}", f"95% interval, {en}"), "share", en) for zh, en in (("下限", "low"), ("上限", "high"))),
    ]
    rows = [(month, float(share[i]), float(band[0, i]), float(band[1, i])) for i, month in enumerate(charted.months)]
    return Table(
        "pool_survival", either(lang, "各月末尚未发生短缺的模拟占比", "Share of histories with no shortfall by each month's end"), columns, rows
    )


def needed_table(charted: Charted) -> Table:
    """Chance that an endowment of each size would be too small."""
    needed, lang = np.asarray(charted.finals["pool.needed"], dtype=np.float64), charted.lang
    own = float(charted.endowment or 0)
    sizes = sorted({*np.linspace(0.0, max(own, order_statistic(needed, 0.95)) * FARTHEST, SIZES).tolist(), own})
    columns = (
        Column(either(lang, "初始资金", "endowment"), "money", "endowment"),
        Column(either(lang, "不够用的概率", "chance that it is too small"), "share", "too_small"),
    )
    rows = [(size, float(np.mean(needed > size))) for size in sizes]
    return Table("pool_needed", either(lang, "初始资金多大才够", "Which endowment would be enough"), columns, rows)


def loss_table(charted: Charted) -> Table:
    """Histogram of gross and bank net loss; the last class is open."""
    net, gross = (np.asarray(charted.finals[name], dtype=np.float64) for name in ("bank.net_loss", "bank.gross_loss"))
    lang, least = charted.lang, min(0.0, float(net.min()))
    most = max(float(np.quantile(gross, 0.995)), float(np.quantile(net, 0.999)), 1.0)
    edges = np.linspace(least, most, BINS + 1)
    closed = np.append(edges[:-1], np.inf)
    columns = (
        Column(either(lang, "损失不低于", "loss from"), "money", "from"),
        Column(either(lang, "总损失", "gross loss"), "share", "bank.gross_loss"),
        Column(either(lang, "银行净损失", "bank net loss"), "share", "bank.net_loss"),
    )
    shares = [np.histogram(values, closed)[0] / values.size for values in (gross, net)]
    rows = [(float(edges[i]), float(shares[0][i]), float(shares[1][i])) for i in range(BINS)]
    note = either(lang, "各档为模拟占比，最后一档不封顶。", "Shares of histories; the last class is open.")
    return Table("loss_distribution", either(lang, "损失分布", "Distribution of losses"), columns, rows, note=note)


def loss_marks_table(charted: Charted) -> Table:
    """Mean, value at risk and expected shortfall of bank net loss, as marked in its chart; those that too few histories bear are not applicable."""
    net, lang = np.asarray(charted.finals["bank.net_loss"], dtype=np.float64), charted.lang
    marks: list[tuple[Cell, ...]] = [(charted.say("mean"), float(net.mean()))]
    for measure, key, level in ((value_at_risk, "var", 0.95), (value_at_risk, "var", 0.99), (expected_shortfall, "es", 0.99)):
        found = measure(net, level, "fen")
        marks.append((charted.say(key, level=f"{level:.0%}"), found.mean if found else None))
    columns = (Column(either(lang, "银行净损失", "bank net loss")), Column(either(lang, "金额", "amount"), "money", "amount"))
    return Table("loss_marks", either(lang, "银行净损失的平均与尾部", "Bank net loss: mean and tail"), columns, marks)


def who_pays_table(charted: Charted) -> Table:
    """What each payer finally bears on average, and its part of a yuan of loss."""
    lang = charted.lang
    shares = shares_of_yuan(charted.payers)
    columns = (
        Column(either(lang, "承担方", "borne by"), "text", "payer"),
        Column(either(lang, "占损失", "part of the loss"), "share", "share"),
        Column(either(lang, "平均承担额", "borne on average"), "money", "borne"),
    )
    rows = [(payer_word(payer, lang), shares[payer] / 100, borne) for payer, borne in charted.payers.items()]
    note = either(lang, "支付减收回；为负的是净收入方。", "Paid less got back; below 0, a net receiver.")
    return Table("who_pays", either(lang, "损失由谁承担", "Who bears the loss"), columns, rows, note=note)


def stages_table(charted: Charted) -> Table:
    """Projects that pass each stage and that fail in it, on average."""
    lang, finals = charted.lang, charted.finals
    columns = (
        Column(either(lang, "阶段", "stage"), "text", "stage"),
        *(Column(either(lang, zh, en), "number", key) for zh, en, key in (("通过", "pass it", "passed"), ("在此失败", "fail in it", "failed"))),
    )
    named = [(stage, finals[f"stage.{stage}.reached"], finals[f"stage.{stage}.failed"]) for stage in stages_of(charted)]
    named.append((charted.say("passed_all"), finals["project.succeeded"], np.zeros_like(finals["project.succeeded"])))
    rows = [(stage, float(np.mean(reached - failed)), float(np.mean(failed))) for stage, reached, failed in named]
    return Table("project_stages", either(lang, "项目走到哪一阶段", "How far projects get"), columns, rows)


def points_table(charted: Charted, key: str = "") -> Table:
    """Principal measure at each point of the study, against the assumption that goes with it most."""
    study, lang = charted.ranges, charted.lang
    if study is None or study.principal is None:
        message = "no assumption was moved"
        raise ValueError(message)
    measure, strongest = measure_named(study.principal), study.influences[study.principal][0].assumption
    column = [one.path for one in study.assumptions].index(strongest.path)
    kind, scale = _written(strongest)
    columns = (
        Column(either(lang, "点", "point"), "text", "point"),
        Column(strongest.name(lang), kind, strongest.path),
        Column(measure.title(lang), KINDS[measure.unit], measure.name),
    )
    rows = [(str(i + 1), float(study.values[i, column]) * scale, float(study.moved[measure.name][i])) for i in range(study.n_points)]
    return Table(f"{key}assumption_ranges", either(lang, "假设变动时的各点", "Points over the ranges of the assumptions"), columns, rows)


def _written(ranged: Ranged) -> tuple[Kind, float]:
    """Kind of an assumption's values as its file writes them, and what takes the program's numbers there."""
    text, most = ranged.high, ranged.ends[1]
    if text.endswith("%") and most:
        return "share", float(text.removesuffix("%")) / 100 / most
    return ("money" if "元" in text else "day" if text.endswith("天") else "number"), 1.0


def medians_table(charted: Sequence[Charted], series: str, key: str, caption: str) -> Table:
    """Medians of a monthly series, a column a scenario; a scenario that ends earlier has no more cells."""
    lang, months = charted[0].lang, max((one.months for one in charted), key=len)
    found = [_median(one.series[series]) for one in charted]
    columns = [month_column(lang), *(Column(one.name, "money", series) for one in charted)]
    rows = [(month, *(float(values[i]) if i < len(values) else None for values in found)) for i, month in enumerate(months)]
    return Table(key, caption, columns, rows, note=either(lang, "各月末的中位数。", "Medians at month ends."))


def _median(values: NDArray[Any]) -> NDArray[np.float64]:
    middle: NDArray[np.float64] = bands(np.asarray(values))[2]
    return middle


def survivals_table(charted: Sequence[Charted], caption: str) -> Table:
    """Share of histories not short by each month's end, a column a scenario."""
    lang, months = charted[0].lang, max((one.months for one in charted), key=len)
    found = [not_short(one)[0] for one in charted]
    columns = [month_column(lang), *(Column(one.name, "share", "not_short") for one in charted)]
    rows = [(month, *(float(values[i]) if i < len(values) else None for values in found)) for i, month in enumerate(months)]
    return Table("compare_survival", caption, columns, rows)


def spread_columns(lang: str, kind: Kind) -> list[Column]:
    """Columns of a measure over histories: mean with its interval, and the middle 90 % of histories."""
    titles = (
        ("平均", "mean", "mean"),
        ("95%区间下限", "95% interval, low", "low"),
        ("95%区间上限", "95% interval, high", "high"),
        ("5%分位", "5%", "p05"),
        ("95%分位", "95%", "p95"),
    )
    return [Column(either(lang, zh, en), kind, key) for zh, en, key in titles]


def dots_table(charted: Sequence[Charted], name: str, key: str, caption: str) -> Table:
    """Mean of a measure with its interval, and the middle 90 % of histories, a row a scenario."""
    lang = charted[0].lang
    columns = [Column(either(lang, "方案", "scheme")), *spread_columns(lang, "money")]
    estimates = [estimate(one.finals[name], "fen") for one in charted]
    rows = [(one.name, found.mean, found.low, found.high, found.p05, found.p95) for one, found in zip(charted, estimates, strict=True)]
    return Table(key, caption, columns, rows)


def yuan_table(charted: Sequence[Charted], key: str) -> Table:
    """Parts of a yuan of loss, a row a scenario, a column a payer."""
    lang = charted[0].lang
    shares = [shares_of_yuan(one.payers) for one in charted]
    payers = list(dict.fromkeys(payer for one in shares for payer in one))
    columns = [Column(either(lang, "方案", "scheme")), *(Column(payer_word(payer, lang), "share", payer) for payer in payers)]
    rows = [(one.name, *(split[payer] / 100 if payer in split else None for payer in payers)) for one, split in zip(charted, shares, strict=True)]
    return Table(key, either(lang, "每损失1元由谁承担", "Who bears one yuan of loss"), columns, rows)
