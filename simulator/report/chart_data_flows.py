"""The numbers behind the charts of who pays, of public money and of projects through their stages."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.report.blocks import Column, Table
from simulator.report.figures_projects import stages_of
from simulator.report.money_flows import flows_of
from simulator.report.text import either, payer_word, say
from simulator.results.estimates import Estimate, estimate, order_statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulator.report.blocks import Cell, Kind
    from simulator.report.charted import Charted
    from simulator.report.money_flows import Flow
    from simulator.scenario.models import Scheme


def interval_columns(lang: str, kind: Kind) -> list[Column]:
    """Columns of the ends of a mean's 95 % interval."""
    return [Column(either(lang, f"95%区间{zh}", f"95% interval, {en}"), kind, en) for zh, en in (("下限", "low"), ("上限", "high"))]


def waterfall_table(charted: Charted) -> Table:
    """Gross loss, what each payer takes off it once recoveries are shared out, and what stays with the banks; means with their intervals."""
    lang, finals = charted.lang, charted.finals
    columns = (
        Column(either(lang, "步骤", "step"), "text", "step"),
        Column(either(lang, "金额", "amount"), "money", "amount"),
        Column(either(lang, "性质", "role"), "text", "role"),
        *interval_columns(lang, "money"),
    )
    steps = [(say("losses_gross", lang), finals["bank.gross_loss"], "total")]
    steps += [(payer_word(payer, lang), -np.asarray(finals[f"paid_by.{payer}"]), "change") for payer in list(charted.payers)[1:]]
    steps.append((say("losses_net", lang), finals["bank.net_loss"], "total"))
    rows = [(name, found.mean, role, found.low, found.high) for name, found, role in ((name, _mean(values), role) for name, values, role in steps)]
    note = either(
        lang,
        "合计项从0起；变动项接在上一步之后，负数减少损失。各方为支付减收回的净额。",
        "Totals start at 0; changes hang on where the step before ended, and take off the loss where they are below 0; paid less got back.",
    )
    return Table("waterfall", say("waterfall", lang), columns, rows, note=note)


def _mean(values: NDArray[Any]) -> Estimate:
    return estimate(np.asarray(values, dtype=np.float64), "fen")


def flow_table(charted: Charted, flows: Sequence[Flow] | None = None) -> Table:
    """Mean flows of public money with their intervals, those between the same two nodes together."""
    lang = charted.lang
    columns = (
        Column(either(lang, "自", "from"), "text", "from"),
        Column(either(lang, "至", "to"), "text", "to"),
        Column(either(lang, "平均金额", "mean amount"), "money", "amount"),
        *interval_columns(lang, "money"),
    )
    together: dict[tuple[str, str], NDArray[np.float64]] = {}
    for source, target, amounts in flows_of(charted) if flows is None else flows:
        together[source, target] = together.get((source, target), 0.0) + amounts
    found = [(*ends, _mean(amounts)) for ends, amounts in together.items()]
    rows = [(source, target, one.mean, one.low, one.high) for source, target, one in found]
    return Table("public_money", say("public_money", lang), columns, rows, note=_flow_note(lang))


def _flow_note(lang: str) -> str:
    return either(
        lang,
        "都是净额：补偿已扣除由追偿收回的部分，追偿单列；付给他方的费用、收到的费用和利息由净支出倒算。补偿分到各家银行的数没有留存，未画出；不到1元的不列。",
        "All net: compensation is less what recoveries gave back, which stand apart; fees and interest follow from the net cost. What each bank got "
        "is not kept and not shown; nor is less than a yuan.",
    )


def stage_flow_table(charted: Charted) -> Table:
    """Projects that enter, pass and fail in each stage: means, and 5 %-95 % of histories of those that enter."""
    lang, finals = charted.lang, charted.finals
    heads = (
        ("进入", "enter", "reached"),
        ("5%分位", "5%", "p05"),
        ("95%分位", "95%", "p95"),
        ("通过", "pass it", "passed"),
        ("失败", "fail", "failed"),
    )
    columns = (Column(either(lang, "阶段", "stage"), "text", "stage"), *(Column(either(lang, zh, en), "number", key) for zh, en, key in heads))
    rows: list[tuple[Cell, ...]] = []
    for stage in stages_of(charted):
        reached, failed = (np.asarray(finals[f"stage.{stage}.{what}"], dtype=np.float64) for what in ("reached", "failed"))
        rows.append((stage, float(reached.mean()), *_middle(reached), float((reached - failed).mean()), float(failed.mean())))
    through = np.asarray(finals["project.succeeded"], dtype=np.float64)
    rows.append((say("passed_all", lang), float(through.mean()), *_middle(through), float(through.mean()), 0.0))
    return Table("stage_flow", say("stage_flow", lang), columns, rows)


def _middle(values: NDArray[Any]) -> tuple[float, float]:
    return order_statistic(values, 0.05), order_statistic(values, 0.95)


class StageMoney(NamedTuple):
    """Money of one kind, and the stages at which it is paid.

    Attributes
    ----------
    key : str
        Phrase that names it.
    stages : sequence of str
        In the order in which projects pass them; empty for what comes back after the last.
    amount : Estimate
        Fen.
    """

    key: str
    stages: Sequence[str]
    amount: Estimate


def stage_money(charted: Charted) -> list[StageMoney]:
    """Money paid to projects by kind, those kinds that the scheme has; and what comes back to the public purse."""
    scenario, finals, order = charted.scenario, charted.finals, stages_of(charted)
    if scenario is None:
        return []
    scheme = scenario.scheme
    lent = np.asarray(finals["project.funding"]) - finals["grant.paid"] - finals["equity.invested"]
    loans = {one.loan.stage for one in (scenario.population.projects or {}).values() if one.loan}
    kinds = [
        ("money_grants", {one.stage for one in scheme.grants.values()}, finals["grant.paid"]),
        ("money_insurance", first_insured_stages(scheme, order), finals["insurance.premium"]),
        ("money_paid", {stage for one in scheme.policies.values() for stage in one.stages}, finals["insurance.paid"]),
        ("money_loans", loans, lent),
        ("money_equity", {one.stage for one in scheme.investments.values()}, finals["equity.invested"]),
    ]
    found = [StageMoney(key, [stage for stage in order if stage in at], _mean(values)) for key, at, values in kinds if at]
    return [*found, StageMoney("money_back", [], _mean(finals["fiscal.back"]))] if np.any(finals["fiscal.back"]) else found


def first_insured_stages(scheme: Scheme, order: Sequence[str]) -> set[str]:
    """Stages at whose start premiums are paid: the first that each policy covers."""
    return {next(stage for stage in order if stage in one.stages) for one in scheme.policies.values() if set(one.stages) & set(order)}


def stage_money_table(charted: Charted) -> Table:
    """Money paid to projects by kind and stage, on average, with its interval."""
    lang = charted.lang
    columns = (
        Column(either(lang, "资金", "money"), "text", "money"),
        Column(either(lang, "阶段", "stages"), "text", "stages"),
        Column(either(lang, "平均金额", "mean amount"), "money", "amount"),
        *interval_columns(lang, "money"),
    )
    dash = either(lang, "结束后", "afterwards")
    rows = [
        (say(one.key, lang), either(lang, "、", ", ").join(one.stages) or dash, one.amount.mean, one.amount.low, one.amount.high)
        for one in stage_money(charted)
    ]
    return Table("stage_money", either(lang, "各阶段花的钱", "Money spent at each stage"), columns, rows)


def hung(amounts: Sequence[float], is_total: Sequence[bool]) -> list[tuple[float, float]]:
    """Where each bar of a waterfall starts and ends: totals on 0, changes where the step before ended.

    Examples
    --------
    >>> hung([10.0, -4.0, 6.0], [True, False, True])
    [(0.0, 10.0), (10.0, 6.0), (0.0, 6.0)]
    """
    spans: list[tuple[float, float]] = []
    for value, is_on_nought in zip(amounts, is_total, strict=True):
        start = 0.0 if is_on_nought or not spans else spans[-1][1]
        spans.append((start, start if isnan(value) else start + value))
    return spans
