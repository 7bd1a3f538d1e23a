"""Checks against published tables: loss law, risk weights, layered contracts, the capped guarantee."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from simulator.analysis.verify.basel import risk_weight
from simulator.analysis.verify.check import Check, Subject
from simulator.analysis.verify.figures import read_figures
from simulator.analysis.verify.hand_made import HandLoan, hand_scenario, play_hand
from simulator.analysis.verify.vasicek import loss_chance, loss_quantile, standardised_percentile
from simulator.rules.layering import PORTFOLIO_LAYER, cede, net_of_layers
from simulator.rules.records import MILLION, UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulator.analysis.verify.basel import Exposure

OASIS = "OasisLMF validation, BSD-3-Clause, commit fc4e4056"
FEN = 100


def check_published() -> list[Check]:
    """All checks against published tables."""
    return [
        percentiles_of_the_loss_law(),
        inverse_of_the_loss_law(),
        risk_weights_of_annex_5(),
        single_layers(),
        *stacked_layers(),
        capped_guarantee(),
    ]


def percentiles_of_the_loss_law() -> Check:
    """Standardised percentiles of a large portfolio, three decimals."""
    rows = read_figures("vasicek_2002")
    got = [standardised_percentile(float(row["pd"]), float(row["correlation"]), float(row["chance"])) for row in rows]
    expected = [float(row["deviations_above_mean"]) for row in rows]
    subject = Subject("大资产组合损失分位数", "percentiles of a large portfolio's loss", "Vasicek, Risk, Dec 2002")
    return subject.all_near(expected, got, [5.001e-4] * len(rows))


def inverse_of_the_loss_law() -> Check:
    """The chance of staying below a quantile is the quantile's own chance."""
    rows = read_figures("vasicek_2002")
    laws = [(float(row["pd"]), float(row["correlation"]), float(row["chance"])) for row in rows]
    got = [loss_chance(pd, correlation, loss_quantile(pd, correlation, chance)) for pd, correlation, chance in laws]
    subject = Subject("损失分布函数与分位数互逆", "loss law and its inverse agree", "Vasicek, Risk, Dec 2002")
    return subject.all_near([chance for *_, chance in laws], got, [1e-9] * len(rows))


def risk_weights_of_annex_5() -> Check:
    """101 risk weights in per cent, two decimals."""
    rows = read_figures("basel2_annex5")
    got = [100.0 * _weight(row) for row in rows]
    subject = Subject("内部评级法风险权重", "risk weights of the internal-ratings formula", "Basel II (2006), Annex 5")
    return subject.all_near([float(row["risk_weight_percent"]) for row in rows], got, [0.0125] * len(rows), " pp")


def _weight(row: Mapping[str, str]) -> float:
    sales = float(row["sales_million_euros"] or 50.0)
    return risk_weight(cast("Exposure", row["exposure"]), float(row["pd"]), float(row["lgd"]), sales=sales)


def _layer(row: Mapping[str, str], priority: int = 1, ratio: str = "1") -> NDArray[np.void]:
    layer = np.zeros(1, PORTFOLIO_LAYER)
    layer["priority"], layer["ratio"], layer["share"] = priority, _millionths(ratio), _millionths(row["share"])
    for field in ("borrower_attachment", "attachment"):
        layer[field] = _fen(row[field])
    for field in ("borrower_limit", "limit"):
        layer[field] = _fen(row[field]) or UNLIMITED
    return layer


def _fen(text: str) -> int:
    return round(FEN * float(text))


def _millionths(text: str) -> int:
    return round(MILLION * float(text))


def single_layers() -> Check:
    """One contract at a time: two borrowers with their ratios, limits of each and of both together, share of the layer."""
    rows = read_figures("oasis_single_layers")
    got = []
    for row in rows:
        losses = np.array([round(FEN * float(row[f"loss_{borrower}"]) * float(row[f"ratio_{borrower}"])) for borrower in (1, 2)])
        got.append(_cede(_layer(row), losses) / FEN)
    expected = [float(row["ceded"]) for row in rows]
    subject = Subject("单层合同", "single layered contracts", f"{OASIS}, reinsurance1", "原文件为单精度浮点", "the files are single precision")
    return subject.all_near(expected, got, [max(60.0, 1e-6 * ceded) for ceded in expected])


def _cede(layer: NDArray[np.void], losses: NDArray[np.int64]) -> int:
    ceded = np.zeros(len(losses), np.int64)
    total = int(cede(layer[0], losses, np.arange(len(losses)), ceded))
    return total if total == ceded.sum() else -1


def stacked_layers() -> list[Check]:
    """Several contracts at several priorities: what is left of each loan's loss, and the sum taken."""
    contracts, losses = read_figures("oasis_stacked_contracts"), read_figures("oasis_stacked_losses")
    checks = []
    for programme in dict.fromkeys(row["programme"] for row in losses):
        own = [row for row in losses if row["programme"] == programme]
        gross, expected = ([float(row[column]) for row in own] for column in ("gross", "net"))
        net = _net([row for row in contracts if row["programme"] == programme], own) / FEN
        source = f"{OASIS}, reinsurance2 {programme}"
        each = Subject(f"多层合同 {programme}：逐笔净损失", f"stacked contracts {programme}: net of each loan", source)
        whole = Subject(f"多层合同 {programme}：分出总额", f"stacked contracts {programme}: sum taken", source)
        ceded = sum(gross) - sum(expected)
        checks.append(each.all_near(expected, net.tolist(), [6.0] * len(own)))
        checks.append(whole.near(ceded, sum(gross) - float(net.sum()), max(100.0, 2e-6 * ceded), ".2f"))
    return checks


def _net(contracts: list[dict[str, str]], losses: list[dict[str, str]]) -> NDArray[np.int64]:
    accounts = list(dict.fromkeys(row["account"] for row in losses))
    borrowers = np.full((len(contracts), len(losses)), -1, np.int64)
    for number, contract in enumerate(contracts):
        for loan in map(int, contract["covers"].split()):
            borrowers[number, loan] = loan if contract["borrower_is"] == "location" else accounts.index(losses[loan]["account"])
    layers = np.concatenate([_layer(row, int(row["priority"]), row["ratio"]) for row in contracts])
    net: NDArray[np.int64] = net_of_layers(layers, borrowers, np.array([_fen(row["gross"]) for row in losses]))
    return net


def capped_guarantee() -> Check:
    """Loan-by-loan cover up to a share of the covered volume, through our own claims."""
    rows = read_figures("eif_capped_guarantee")
    expected, got = [], []
    for row in rows:
        volume, loss = _fen(row["volume"]), _fen(row["loss"])
        cap = {"ratio": _millionths(row["cap_rate"]), "base": "covered_volume", "excess_to": "bank"}
        layer = {"payer": "担保", "share": _millionths(row["guarantee_rate"]), "basis": "overdue_principal", "aggregate": cap}
        scheme = {"accounts": {"担保": {"kind": "guarantor"}}, "layers": {"代偿": layer}}
        loans = [HandLoan(loss // 4, fails=100 + number) for number in range(4)] + [HandLoan(volume - loss)]
        played = play_hand(hand_scenario(scheme), loans)
        got += [played.paid("代偿"), played.bank_net_loss]
        expected += [_fen(row["paid"]), _fen(row["bank"])]
    source = "EIF/COSME: volume × guarantee rate × cap rate"
    subject = Subject("组合担保封顶", "capped portfolio guarantee", source, "公式公布，算例手算", "published formula, cases worked by hand")
    return subject.all_near(expected, got, [0.0] * len(expected), " fen")
