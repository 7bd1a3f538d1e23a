"""The measures that a run answers: their names, titles and definitions, and how they follow from each history's final figures.

A measure is an average over histories, a ratio of two averages, a chance, a quantile or a tail mean (``kind``). ``summarise`` turns the finals of an
engine into one estimate a measure; a measure that the scenario does not have (no pool, lending given) is ``None``, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulator.dates import DAYS_A_YEAR
from simulator.results.estimates import (
    Estimate,
    estimate,
    expected_shortfall,
    proportion,
    ratio_of_means,
    value_at_risk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.results.estimates import Values
    from simulator.scenario.models import Scenario

Unit = Literal["fen", "share", "count", "rate", "day", "times"]
Kind = Literal["mean", "ratio", "chance", "when", "value_at_risk", "expected_shortfall"]
MILLION = 1_000_000
TAILS = {"value_at_risk": value_at_risk, "expected_shortfall": expected_shortfall}
LEVELS = {"95": 0.95, "99": 0.99, "999": 0.999}


@dataclass(frozen=True)
class Measure:
    """One measure of MODEL 5.

    Attributes
    ----------
    name : str
        Dotted name used in code, JSON, files and reports.
    zh, en : str
        Titles.
    unit : str
        ``fen``, ``share`` (0-1), ``count``, ``rate`` (a year), ``day`` (since the start) or ``times``.
    kind : str
        How it follows from the finals.
    zh_says, en_says : str
        A sentence of definition.
    of : tuple of str
        Finals it is made of; numerator and denominator for a ratio. Empty: the final of its own name.
    """

    name: str
    zh: str
    en: str
    unit: Unit
    kind: Kind
    zh_says: str
    en_says: str
    of: tuple[str, ...] = ()

    def title(self, lang: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def says(self, lang: str) -> str:
        """Definition in ``zh`` or ``en``."""
        return self.zh_says if lang == "zh" else self.en_says


def _tail(level: str, percent: str) -> tuple[Measure, Measure]:
    loss = ("bank.net_loss",)
    return (
        Measure(
            f"bank.net_loss_var_{level}", f"银行净损失在险值（{percent}）", f"value at risk of bank net loss, {percent}", "fen", "value_at_risk",
            f"{percent}的模拟里银行净损失不超过这个数。", f"Bank net loss is no larger in {percent} of histories.", loss,
        ),
        Measure(
            f"bank.net_loss_es_{level}", f"银行净损失预期短缺（{percent}）", f"expected shortfall of bank net loss, {percent}", "fen",
            "expected_shortfall",
            f"超过{percent}在险值的那些模拟里，银行净损失的平均。", f"Mean bank net loss in the histories beyond the {percent} value at risk.", loss,
        ),
    )  # fmt: skip


MEASURES: tuple[Measure, ...] = (
    Measure("bank.defaulted_principal", "违约本金", "defaulted principal", "fen", "mean",
            "违约日尚未归还的本金之和。", "Principal unpaid on the day of default, summed."),
    Measure("bank.gross_loss", "总损失", "gross loss", "fen", "mean",
            "违约本金减去扣除费用后的回收，即没有任何分担时的损失。", "Defaulted principal less recoveries net of cost: the loss with no cover."),
    Measure("bank.net_loss", "银行净损失", "bank net loss", "fen", "mean",
            "总损失减去其他各方支付，加上退回给他们的回收。", "Gross loss less what others paid, plus what was handed back to them."),
    Measure("bank.net_loss_rate", "银行净损失率", "bank net loss rate", "share", "ratio",
            "银行净损失除以累计放款额。", "Bank net loss over the volume lent.", ("bank.net_loss", "lending.volume")),
    Measure("bank.net_loss_rate_annual", "银行年净损失率", "bank net loss rate a year", "rate", "ratio",
            "银行净损失除以平均余额与年数之积。", "Bank net loss over average balance times years.", ("bank.net_loss", "bank.balance_years")),
    *(measure for level, percent in (("95", "95%"), ("99", "99%"), ("999", "99.9%")) for measure in _tail(level, percent)),
    Measure("bank.lost_interest", "利息损失", "lost interest", "fen", "mean",
            "违约日已欠而没有收到的利息；违约以后的利息不计。不计入净损失。",
            "Interest owed on the day of default and not received, without that of the days after it; not part of net loss."),
    Measure("bank.interest", "利息收入", "interest received", "fen", "mean",
            "银行收到的利息。", "Interest that banks received."),
    Measure("bank.profit", "银行税前利润", "bank profit before tax", "fen", "mean",
            "利息与补贴收入减去资金、运营成本、承担的费用和净损失，未扣税和资本成本；资金、运营成本计到违约日为止。",
            "Interest and subsidies less funding, operating cost, fees borne and net loss; before tax and cost of capital. "
            "Funding and operating cost run to the day of default."),
    Measure("bank.raroc", "风险调整资本回报率", "RAROC", "rate", "ratio",
            "银行税前利润除以平均资本占用与年数之积。", "Bank profit over average capital times years.", ("bank.profit", "bank.capital_years")),
    Measure("bank.promised_cover", "约定补偿率", "promised cover", "share", "ratio",
            "按合同应由他方支付的部分占总损失之比。",
            "Part of the gross loss that others owe under the contract.", ("cover.promised", "bank.gross_loss")),
    Measure("bank.realised_cover", "实际补偿率", "realised cover", "share", "ratio",
            "总损失中最终没有留在银行的部分。", "Part of the gross loss that did not stay with the bank.", ("bank.loss_shared", "bank.gross_loss")),
    Measure("pool.shortfall_probability", "资金短缺概率", "chance of a shortfall", "share", "chance",
            "至少有一笔按合同到期的款项因缺钱没有按时足额支付的模拟占比；没有资金池时看所有有限账户。",
            "Share of histories in which some amount due was not paid in full and on time for want of money; with no pool, of all limited accounts.",
            ("pool.short",)),
    Measure("pool.first_shortfall", "首次短缺日", "first shortfall", "day", "when",
            "发生短缺的模拟里，首次短缺距起始日的天数。", "Days from the start to the first shortfall, among histories that have one."),
    Measure("pool.needed", "所需资金池规模", "pool that would have sufficed", "fen", "mean",
            "一次模拟中刚好够用的初始资金：假如从不短缺，对资金池累计净支出的最大值。",
            "Endowment that would just have sufficed in a history: the largest cumulative net call if the pool were never short."),
    Measure("pool.paid", "资金池支付", "paid by the pool", "fen", "mean", "资金池支付的补偿。", "Compensation paid by the pool."),
    Measure("pool.promised", "资金池应付", "due from the pool", "fen", "mean",
            "按合同资金池应付的补偿。", "Compensation due from the pool under the contract."),
    Measure("pool.paid_over_promised", "资金池兑付率", "paid over promised", "share", "ratio",
            "资金池支付除以应付。", "Paid by the pool over due from it.", ("pool.paid", "pool.promised")),
    Measure("pool.topup", "追加资金", "top-up", "fen", "mean", "初始资金之外补充进资金池的钱。", "Money put into the pool beyond its endowment."),
    Measure("pool.paid_in", "投入资金", "paid in", "fen", "mean", "初始资金加补充。", "Endowment plus refills."),
    Measure("pool.lowest_balance", "最低余额", "lowest balance", "fen", "mean", "资金池余额的最低点。", "Lowest point of the pool's balance."),
    Measure("pool.final_balance", "期末余额", "final balance", "fen", "mean", "全部结清后资金池的余额。", "Balance of the pool at settlement."),
    Measure("pool.leverage", "放大倍数", "leverage", "times", "ratio",
            "累计放款额除以投入资金。", "Volume lent over money paid in.", ("lending.volume", "pool.paid_in")),
    Measure("cover.paid", "各方补偿支付", "paid by all who cover", "fen", "mean",
            "银行以外各方支付的补偿。", "Compensation paid by all but the bank."),
    Measure("cover.got_back", "各方收回", "got back by all who cover", "fen", "mean",
            "他们从回收中分得的钱。", "What came back to them from recoveries."),
    Measure("cover.capped", "因封顶未付", "not paid because of caps", "fen", "mean",
            "超过封顶而没有支付的补偿。", "Compensation not paid because a cap was reached."),
    Measure("cover.stopped", "因熔断未付", "not paid because of guards", "fen", "mean",
            "熔断期间没有支付的补偿。", "Compensation not paid because a guard stopped it."),
    Measure("lending.applications", "申请笔数", "applications", "count", "mean", "收到的贷款申请。", "Applications received."),
    Measure("lending.volume", "累计放款额", "volume lent", "fen", "mean", "放出的贷款本金之和。", "Principal of the loans granted."),
    Measure("lending.loans", "贷款笔数", "loans", "count", "mean", "放出的贷款。", "Loans granted."),
    Measure("lending.borrowers", "借款企业数", "borrowers", "count", "mean", "至少得到一笔贷款的企业。", "Firms with at least one loan."),
    Measure("lending.first_time_borrowers", "首贷户数", "first-time borrowers", "count", "mean",
            "其中此前没有贷款的企业。", "Those that had no loan before."),
    Measure("lending.additional_volume", "新增放款额", "additional volume", "fen", "mean",
            "与没有方案的同一世界相比多放的贷款；放款为给定时不计算。",
            "Lent beyond what the same world without the scheme lends; not computed where lending is given."),
    Measure("lending.average_rate", "平均利率", "average rate", "rate", "ratio",
            "按金额加权的贷款年利率。", "Loan rate a year, weighted by amount.", ("lending.yearly_interest", "lending.volume")),
    Measure("project.succeeded", "走完各阶段的项目", "projects that succeed", "count", "mean",
            "每个阶段都成功的项目数。", "Projects that pass every stage."),
    Measure("project.funding", "项目资金", "funding of projects", "fen", "mean",
            "拨款、股权投资与项目贷款之和；保险金额不是资金，不计入。",
            "Grants, equity and loans of projects; a sum insured is no funding and does not count."),
    Measure("grant.paid", "拨款", "grants", "fen", "mean",
            "付给项目的拨款，不扣除其后的返还。", "Grants paid to projects, before anything is repaid."),
    Measure("insurance.premium", "保费", "premiums", "fen", "mean",
            "保险机构收到的保费，含补贴部分。", "Premiums received by insurers, subsidies included."),
    Measure("insurance.paid", "保险赔款", "insurance paid", "fen", "mean",
            "项目失败后的赔款，先付给质押银行，余下付给企业；不扣除其后的追偿分配。",
            "Paid after the failure of projects, to the pledgee first and the rest to the firm; before any share of recoveries."),
    Measure("insurance.loss_ratio", "保险赔付率", "insurance loss ratio", "times", "ratio",
            "保险赔款除以保费。", "Insurance paid over premiums.", ("insurance.paid", "insurance.premium")),
    Measure("equity.invested", "股权投资", "equity invested", "fen", "mean", "投入项目的股权资金。", "Equity put into projects."),
    Measure("equity.proceeds", "股权退出收入", "equity proceeds", "fen", "mean", "退出时收到的金额，包括失败后的残值。",
            "What equity brings at its exit, what is left after a failure included."),
    Measure("fiscal.net_cost", "财政净支出", "net fiscal cost", "fen", "mean",
            "公共账户付给他方的钱减去从他方收到的钱；公共账户之间的拨款和期末余额不算支出。",
            "Money from public accounts to others less money from others; transfers between public accounts and closing balances are not cost."),
    Measure("fiscal.net_cost_pv", "财政净支出现值", "net fiscal cost, present value", "fen", "mean",
            "折现到起始日的财政净支出。", "Net fiscal cost discounted to the start."),
    Measure("fiscal.back", "回流财政", "back to the public purse", "fen", "mean",
            "项目带回公共账户的钱：返还的拨款、公共基金的退出收入、其他投资方返还的部分。",
            "What projects bring back to public accounts: grants repaid, proceeds of public funds, what other investors hand back."),
    Measure("fiscal.committed", "财政占用资金", "public money tied up", "fen", "mean", "公共资金占用的最高点。", "Peak of public money tied up."),
    Measure("fiscal.outstanding_exposure", "财政在保敞口最高值", "peak exposure of the public purse", "fen", "mean",
            "各月末公共账户对在贷余额和未付申请最多还要付多少，取最高的月末；资金有限且不按需补充的账户"
            "以其余额为限，不减预期回收。",
            "Most that public accounts may have to pay on the loans that are out and on open claims, at the month end at which it is "
            "highest; an account with limited money that is not topped up as needed counts up to its balance; expected recoveries are left in."),
    Measure("fiscal.quasi", "再贷款余额最高值", "peak of central-bank relending", "fen", "mean",
            "各月末贷款余额中由央行再贷款支持的部分，取最高的月末。",
            "Part of the loans outstanding that the central bank refinances, at the month end at which it is highest."),
    Measure("fiscal.subsidy_rate", "财政补贴率", "subsidy rate", "share", "ratio",
            "财政净支出现值除以累计放款额。", "Present value of net fiscal cost over the volume lent.", ("fiscal.net_cost_pv", "lending.volume")),
    Measure("fiscal.cost_per_yuan", "每元放款的财政净支出", "fiscal cost per yuan lent", "share", "ratio",
            "财政净支出除以累计放款额。", "Net fiscal cost over the volume lent.", ("fiscal.net_cost", "lending.volume")),
    Measure("fiscal.cost_per_added_yuan", "每元新增放款的财政净支出", "fiscal cost per added yuan", "share", "ratio",
            "财政净支出除以新增放款额。", "Net fiscal cost over the additional volume.", ("fiscal.net_cost", "lending.additional_volume")),
)  # fmt: skip

BY_NAME = {measure.name: measure for measure in MEASURES}
OF_PROJECTS = ("project.", "grant.", "insurance.", "equity.", "fiscal.back")
"""Measures that only schemes with projects have."""

MADE_UP = ("stage.", "bank.net_loss.", "fiscal.net_cost.", "paid_by.", "vintage.")
"""Measures named after a stage, a bank or an account of the file, or a year of it."""

VINTAGE = {
    "lent": ("放款", "lent in {year}", "{year}年放出的贷款本金之和。", "Principal of the loans drawn down in {year}."),
    "defaulted": (
        "放款的违约本金",
        "defaulted of {year}'s loans",
        "{year}年放出的贷款，至结清时的违约本金。",
        "Defaulted principal of the loans drawn down in {year}, over their whole life.",
    ),
    "gross_loss": (
        "放款的总损失",
        "gross loss of {year}'s loans",
        "{year}年放出的贷款，至结清时的总损失。",
        "Gross loss on the loans drawn down in {year}, over their whole life.",
    ),
    "net_loss": (
        "放款的银行净损失",
        "bank net loss of {year}'s loans",
        "{year}年放出的贷款，至结清时的银行净损失。",
        "Bank net loss on the loans drawn down in {year}, over their whole life.",
    ),
    "default_rate": (
        "放款的违约率",
        "default rate of {year}'s loans",
        "{year}年放款的违约本金除以放款额。",
        "Defaulted principal of {year}'s loans over what was lent.",
    ),
    "loss_rate": (
        "放款的损失率",
        "loss rate of {year}'s loans",
        "{year}年放款的总损失除以放款额。",
        "Gross loss of {year}'s loans over what was lent.",
    ),
}
"""Figures of the loans of one calendar year: titles and definitions."""

VINTAGE_RATES = {"default_rate": "defaulted", "loss_rate": "gross_loss"}
"""Those of them that are a ratio to what was lent, with what stands above the line."""


def measure_named(name: str) -> Measure:
    """Measure of a dotted name; those named after an account, a bank or a stage of the file (``MADE_UP``) are made up on demand.

    Raises
    ------
    KeyError
        If there is no such measure.
    """
    if name.startswith("paid_by."):
        payer = name.removeprefix("paid_by.")
        says = (f"损失中最终由{payer}承担的部分。", f"Part of the loss finally borne by {payer}.")
        return Measure(name, f"{payer}承担", f"borne by {'banks' if payer == '银行' else payer}", "fen", "mean", *says)
    if name.startswith("bank.net_loss."):
        bank = name.removeprefix("bank.net_loss.")
        return Measure(name, f"{bank}净损失", f"net loss of {bank}", "fen", "mean", f"{bank}的净损失。", f"Net loss of {bank}.")
    if name.startswith("fiscal.net_cost."):
        payer = name.removeprefix("fiscal.net_cost.")
        says = (
            f"{payer}的净支出；公共资金池的期末余额按出资比例退还后计。",
            f"Net cost to {payer}, once what is left in public pools is handed back to those who funded them.",
        )
        return Measure(name, f"{payer}的净支出", f"net cost to {payer}", "fen", "mean", *says)
    if name.startswith("vintage."):
        return _of_vintage(name)
    if name.startswith("stage."):
        stage, _, what = name.removeprefix("stage.").rpartition(".")
        if what == "reached":
            says = (f"进入{stage}的项目数。", f"Projects that enter the stage {stage}.")
            return Measure(name, f"进入{stage}的项目", f"projects that reach {stage}", "count", "mean", *says)
        says = (f"在{stage}失败的项目数。", f"Projects that fail in the stage {stage}.")
        return Measure(name, f"{stage}失败的项目", f"projects that fail in {stage}", "count", "mean", *says)
    return BY_NAME[name]


def _of_vintage(name: str) -> Measure:
    """Measure of the loans of one calendar year."""
    of_year, _, what = name.rpartition(".")
    year = of_year.removeprefix("vintage.")
    zh, en, zh_says, en_says = (text.format(year=year) for text in VINTAGE[what])
    if what in VINTAGE_RATES:
        return Measure(name, f"{year}年{zh}", en, "share", "ratio", zh_says, en_says, (f"{of_year}.{VINTAGE_RATES[what]}", f"{of_year}.lent"))
    return Measure(name, f"{year}年{zh}", en, "fen", "mean", zh_says, en_says)


def vintages_in(names: Iterable[str]) -> list[str]:
    """Calendar years in which loans were made, as they stand in the names of measures, in order.

    Examples
    --------
    >>> vintages_in(["bank.net_loss", "vintage.2025.lent", "vintage.2025.defaulted", "vintage.2026.lent"])
    ['2025', '2026']
    """
    return [name.removeprefix("vintage.").removesuffix(".lent") for name in names if name.startswith("vintage.") and name.endswith(".lent")]


def summarise(finals: Mapping[str, Values], scenario: Scenario) -> dict[str, Estimate | None]:
    """Estimates of all measures from each history's final figures.

    Parameters
    ----------
    finals : mapping of str to ndarray, shape (n_histories,)
        Raw dotted names: all int64: fen, counts, days (-1: never).
    scenario : Scenario
        Says which measures the scheme has, and the banks' capital.

    Returns
    -------
    dict
        Dotted name to estimate, in the order of ``MEASURES``, then those named after something in the file. ``None``: not modelled, not in the
        scheme, too few histories, or a ratio whose denominator may be 0.
    """
    known = parts_of(finals, scenario)
    if lending_is_given(scenario):
        known.pop("lending.additional_volume", None)
    unsaid = _unsaid(scenario)
    without_pool = not has_pool(scenario)
    nothing_limited = all(account.endowment is None for account in scenario.scheme.accounts.values())
    found: dict[str, Estimate | None] = {}
    for measure in MEASURES:
        if measure.name.startswith(OF_PROJECTS) and "project.funding" not in finals:
            continue
        absent = measure.name in unsaid or (
            measure.name.startswith("pool.") and (nothing_limited or (without_pool and measure.kind not in ("chance", "when")))
        )
        found[measure.name] = None if absent else _estimated(measure, known)
    for name in finals:
        if name.startswith(MADE_UP):
            found[name] = estimate(finals[name], measure_named(name).unit)
    for year in vintages_in(finals):
        for what in VINTAGE_RATES:
            found[f"vintage.{year}.{what}"] = _estimated(measure_named(f"vintage.{year}.{what}"), known)
    return found


def lending_is_given(scenario: Scenario) -> bool:
    """Whether every bank lends all that limits allow, so that lending is an input and not a finding."""
    return all(bank.appetite == "fixed" for bank in scenario.banks.members.values())


def has_pool(scenario: Scenario) -> bool:
    """Whether the scheme has an account of kind ``pool``."""
    return any(account.kind == "pool" for account in scenario.scheme.accounts.values())


def _unsaid(scenario: Scenario) -> set[str]:
    """Measures that would be 0 only because the scenario has no such thing: firms new to banks, stopping guards, public accounts, relending."""
    unsaid = set()
    if scenario.population.tape is None and all(segment.borrowed_before == 1.0 for segment in scenario.population.segments.values()):
        unsaid.add("lending.first_time_borrowers")
    if not any(guard.effect in ("stop_compensation", "defer_payment") for guard in scenario.scheme.guards.values()):
        unsaid.add("cover.stopped")
    if not any(account.public for account in scenario.scheme.accounts.values()):
        unsaid.add("fiscal.outstanding_exposure")
    if scenario.scheme.relending is None:
        unsaid.add("fiscal.quasi")
    return unsaid


def parts_of(finals: Mapping[str, Values], scenario: Scenario) -> dict[str, Values]:
    """Return the finals with those that follow from others and serve as parts of ratios."""
    return dict(finals) | _derived(finals, scenario)


def _derived(finals: Mapping[str, Values], scenario: Scenario) -> dict[str, Values]:
    found: dict[str, Values] = {}
    if "bank.balance_days" in finals:
        balance_years = np.asarray(finals["bank.balance_days"], dtype=np.float64) / DAYS_A_YEAR
        found |= {"bank.balance_years": balance_years, "bank.capital_years": balance_years * _capital(scenario)}
    if "bank.gross_loss" in finals and "bank.net_loss" in finals:
        found["bank.loss_shared"] = finals["bank.gross_loss"] - finals["bank.net_loss"]
    return found


def _capital(scenario: Scenario) -> float:
    """Capital held, 0-1 of the balance: mean over banks by share of applications."""
    banks = list(scenario.banks.members.values())
    total = sum(bank.share for bank in banks)
    if not total:
        return float(np.mean([bank.capital for bank in banks])) / MILLION if banks else 0.0
    return sum(bank.share * bank.capital for bank in banks) / total / MILLION


def _estimated(measure: Measure, finals: Mapping[str, Values]) -> Estimate | None:
    names = measure.of or (measure.name,)
    if any(name not in finals for name in names):
        return None
    values = finals[names[0]]
    if measure.kind == "ratio":
        return ratio_of_means(values, finals[names[1]], measure.unit)
    if measure.kind == "chance":
        return proportion(values)
    if measure.kind in TAILS:
        return TAILS[measure.kind](values, LEVELS[measure.name.rpartition("_")[2]], measure.unit)
    if measure.kind == "when":
        values = values[values >= 0]
    return estimate(values, measure.unit) if values.size else None
