"""Numbers and words as a reader of a report meets them, in Chinese or English.

Money is shown in 亿元 or 万元 (CNY bn, CNY m), shares in per cent; an error is shown with two significant digits and decides how many digits the
number beside it carries.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.money import WAN, YI, YUAN, format_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.report.charted import Charted
    from simulator.results.estimates import Estimate

NOTHING = {"zh": "—", "en": "-"}
CHINESE = "[\u4e00-\u9fff（）“”]"
"""A Chinese character or bracket, as a pattern."""
BANK = "银行"
PAYER_WORDS = {BANK: "banks"}


@dataclass(frozen=True)
class MoneyUnit:
    """One unit for a whole chart or row.

    Attributes
    ----------
    fen : int
        Fen in one unit.
    label : str
        As written on an axis.
    """

    fen: int
    label: str

    def number(self, fen: float) -> str:
        """Write an amount in this unit without naming it, to three or four digits."""
        value = fen / self.fen
        return f"{value:,.{0 if value == round(value) else self.decimals(fen)}f}"

    def decimals(self, fen: float) -> int:
        """Decimals with which an amount has three or four digits.

        Examples
        --------
        >>> [money_unit(10**11, "zh").decimals(fen) for fen in (10**11, 3 * 10**12, 5 * 10**13)]
        [2, 1, 0]
        """
        size = abs(fen / self.fen)
        return 0 if size >= 1000 else 1 if size >= 100 else 2

    def amount(self, fen: float) -> str:
        """Write an amount in this unit and name it.

        Examples
        --------
        >>> money_unit(10**11, "zh").amount(10**11), money_unit(10**11, "en").amount(10**11)
        ('10亿元', 'CNY 1bn')
        """
        return self.named(self.number(fen))

    def named(self, number: str) -> str:
        """Name this unit beside a number that is written already."""
        if self.label.startswith("CNY"):
            return f"CNY {number}{self.label.removeprefix('CNY').strip()}"
        return f"{number}{self.label}"


STEPS = {
    "zh": (MoneyUnit(YI, "亿元"), MoneyUnit(WAN, "万元"), MoneyUnit(YUAN, "元")),
    "en": (MoneyUnit(10 * YI, "CNY bn"), MoneyUnit(100 * WAN, "CNY m"), MoneyUnit(YUAN, "CNY")),
}


def money_unit(largest: float, lang: str) -> MoneyUnit:
    """Unit in which the largest amount shown reads well.

    Examples
    --------
    >>> money_unit(5_000_000_000, "zh").label, money_unit(20_000_000_000, "zh").label, money_unit(20_000_000_000, "en").label
    ('万元', '亿元', 'CNY m')
    """
    steps = STEPS[lang]
    return next((step for step in steps if abs(largest) >= step.fen), steps[-1])


def percent(share: float, decimals: int = 1) -> str:
    """Write a share of 0-1 in per cent.

    Examples
    --------
    >>> percent(0.4732)
    '47.3%'
    """
    return f"{share * 100:.{decimals}f}%"


def chance(share: float, n: int) -> str:
    """Write a chance, never finer than the number of histories allows.

    Examples
    --------
    >>> chance(0.473, 1000), chance(0.47, 100), chance(1.0, 50)
    ('47.3%', '47%', '100%')
    """
    return percent(share, 1 if n >= 1000 and 0 < share < 1 else 0)


def number_and_error(found: Estimate, lang: str) -> tuple[str, str]:
    """Write an estimate and its standard error in one unit, the error to two significant digits.

    Examples
    --------
    >>> from simulator.results.estimates import Estimate
    >>> number_and_error(Estimate(2.3123e10, 4.6e8, 1000, None, None, None, "fen"), "zh")
    ('2.312亿元', '0.046亿元')
    >>> number_and_error(Estimate(0.4732, 0.0158, 1000, None, None, None, "share"), "zh")
    ('47.3%', '1.6个百分点')
    """
    if found.se is None or found.se <= abs(found.mean) * 1e-12:
        return quantity(found.mean, found.unit, lang), NOTHING[lang] if found.se is None else "0"
    if found.unit == "fen":
        unit = money_unit(max(abs(found.mean), found.se), lang)
        decimals = _decimals(found.se / unit.fen)
        before, after = ("CNY ", unit.label.removeprefix("CNY").strip()) if lang == "en" else ("", unit.label)
        return tuple(f"{before}{value / unit.fen:,.{decimals}f}{after}" for value in (found.mean, found.se))  # type: ignore[return-value]
    if found.unit in ("share", "rate"):
        decimals = _decimals(found.se * 100)
        return f"{found.mean * 100:.{decimals}f}%", f"{found.se * 100:.{decimals}f}{'个百分点' if lang == 'zh' else ' pp'}"
    decimals = _decimals(found.se)
    words = _unit_word(found.unit, lang)
    return f"{found.mean:,.{decimals}f}{words}", f"{found.se:,.{decimals}f}{words}"


def quantity(value: float | None, unit: str, lang: str) -> str:
    """Write one value of a measure with its unit.

    Examples
    --------
    >>> quantity(0.0123, "share", "zh"), quantity(14916, "count", "zh"), quantity(410.0, "day", "en"), quantity(None, "fen", "zh")
    ('1.23%', '14,916', '410 days', '—')
    """
    if value is None:
        return NOTHING[lang]
    if unit == "fen":
        return format_money(float(value), lang)
    if unit in ("share", "rate"):
        return percent(value, 0 if value in (0, 1) else 2)
    decimals = 0 if value == round(value) else 1
    return f"{value:,.{decimals}f}{_unit_word(unit, lang)}"


def payer_word(payer: str, lang: str) -> str:
    """Name of a payer; accounts keep the name that the scenario gives them."""
    return PAYER_WORDS.get(payer, payer) if lang == "en" else payer


def either(lang: str, zh: str, en: str) -> str:
    """Return the text of one language."""
    return zh if lang == "zh" else en


def first_upper(text: str) -> str:
    """Begin a sentence as sentences begin."""
    return text[:1].upper() + text[1:]


def plain(text: object) -> str:
    """Write a text as one line that Markdown shows as it is, HTML included."""
    return " ".join(str(text).split()).replace("<", "&lt;")


def unmarked(text: str) -> str:
    """Take the marks of Markdown from a sentence, for formats that have marks of their own.

    Examples
    --------
    >>> unmarked("**Bank losses**: mostly by `losses.lgd` of A&lt;B"), unmarked("**银行净损失** 主要取决于 **年违约率**")
    ('Bank losses: mostly by losses.lgd of A<B', '银行净损失主要取决于年违约率')
    """
    tight = re.sub(rf"(?<={CHINESE}) (\*\*|`)|(\*\*|`) (?={CHINESE})", "", text)
    return tight.replace("**", "").replace("`", "").replace("&lt;", "<")


def cell(text: object) -> str:
    """Write a text as one cell of a Markdown table."""
    return plain(text).replace("|", "\\|")


def _unit_word(unit: str, lang: str) -> str:
    words = {"day": ("天", " days"), "times": ("倍", " times")}
    return words.get(unit, ("", ""))[0 if lang == "zh" else 1]


def _decimals(error: float) -> int:
    return min(max(1 - math.floor(math.log10(error)), 0), 4) if error > 0 else 2


def say(key: str, lang: str, **values: object) -> str:
    """Look up a phrase and fill it in."""
    return WORDS[key][0 if lang == "zh" else 1].format(**values)


def histories_of(charted: Sequence[Charted]) -> str:
    """Say how many histories several scenarios have."""
    counts, lang = sorted({one.n_histories for one in charted}), charted[0].lang
    if counts == [1]:
        return say("one_history", lang)
    return say("histories", lang, n=counts[-1]) if len(counts) == 1 else say("histories_between", lang, least=counts[0], most=counts[-1])


WORDS: dict[str, tuple[str, str]] = {
    "histories": ("{n:,}次模拟", "{n:,} histories"),
    "one_history": ("1次模拟", "1 history"),
    "median": ("中位数", "median"),
    "all_alike": ("5%–95%", "5%–95%"),
    "at_end": ("期末", "at end"),
    "mean": ("平均", "mean"),
    "endowment": ("初始资金", "endowment"),
    "horizon": ("停止放款", "lending stops"),
    "bands": ("深色带为中间50%，浅色带为中间90%，细线为单次模拟", "dark band: middle 50%; light band: middle 90%; thin lines: single histories"),
    "bands_plain": ("深色带为中间50%，浅色带为中间90%", "dark band: middle 50%; light band: middle 90%"),
    "pool_balance": ("资金池余额", "Pool balance"),
    "without_pool": ("没有资金池：{who}", "no pool: {who}"),
    "no_pool": ("本方案没有资金池", "This scheme has no pool"),
    "survival": ("资金池能撑多久", "How long the pool lasts"),
    "survival_no_pool": ("有限账户能撑多久", "How long limited accounts last"),
    "survival_left": ("尚未发生短缺的模拟占比", "Histories with no shortfall so far"),
    "survival_right": ("初始资金多大才够：不够用的概率", "Chance that an endowment of this size is too small"),
    "survival_right_none": ("没有资金池，不计算所需规模", "No pool: no size to compute"),
    "survival_note": ("左图浅色带为95%置信区间（只含模拟误差）", "band on the left: 95% interval (simulation error only)"),
    "not_short": ("{share}未短缺", "{share} not short"),
    "interval": ("95%区间\n{low}–{high}", "95% interval\n{low}–{high}"),
    "needed_at": ("{what} {amount}\n不够用的概率 {share}", "{what} {amount}\ntoo small: {share}"),
    "needed_axis": ("初始资金（{unit}）", "endowment ({unit})"),
    "never_called": ("资金池从未被动用", "The pool is never called"),
    "losses": ("损失分布", "Distribution of losses"),
    "losses_net": ("银行净损失", "bank net loss"),
    "colon": ("：", ": "),
    "losses_gross": ("总损失（无分担时）", "gross loss (with no cover)"),
    "losses_axis": ("损失（{unit}）", "loss ({unit})"),
    "losses_share": ("模拟占比", "share of histories"),
    "losses_none": ("所有模拟中都没有损失", "No loss in any history"),
    "losses_cut": ("有{share}的模拟损失超出图的右端", "{share} of histories lie beyond the right edge"),
    "too_few": ("模拟次数不足以估计{what}", "too few histories for {what}"),
    "var": ("{level}在险值", "{level} value at risk"),
    "es": ("{level}预期短缺", "{level} expected shortfall"),
    "who_pays": ("每损失1元，由谁承担", "Who bears one yuan of loss"),
    "who_pays_note": (
        "各方最终承担额（支付减收回）占总损失的比例，单位：分",
        "what each finally bears (paid less got back) of the gross loss, in fen of a yuan",
    ),
    "who_pays_axis": ("分（1元 = 100分）", "fen (1 yuan = 100 fen)"),
    "fen_of_yuan": ("{value}分", "{value} fen"),
    "negative_left_out": ("净收入方未画出：{who}", "net receivers not drawn: {who}"),
    "project_stages": ("项目走到哪一阶段，财政花了多少", "How far projects get, and what they cost the public purse"),
    "stages_note": ("左图横条为平均，细线为5%–95%的模拟", "bars on the left: means; thin lines: 5%–95% of histories"),
    "stages_left": ("进入各阶段的项目", "Projects that enter each stage"),
    "stage_passed": ("通过", "pass it"),
    "stage_failed": ("在此失败", "fail in it"),
    "passed_all": ("全部走完", "all passed"),
    "projects_axis": ("项目数", "projects"),
    "stages_right": ("财政净支出的分布", "Distribution of the net fiscal cost"),
    "cost_spent": ("净支出（{share}的模拟）", "net cost ({share} of histories)"),
    "cost_back": ("净收回（{share}）", "net gain ({share})"),
    "cost_axis": ("财政净支出（{unit}）", "net fiscal cost ({unit})"),
    "lending": ("放款", "Lending"),
    "lending_given": ("放款（给定，不是模拟结论）", "Lending (given, not a finding)"),
    "lent_to_date": ("累计放款", "Lent to date"),
    "outstanding": ("贷款余额", "Outstanding balance"),
    "given": ("（给定）", " (given)"),
    "compare_pool": ("资金池余额比较", "Pool balance compared"),
    "compare_survival": ("资金池能撑多久：比较", "How long the pool lasts, compared"),
    "compare_needed": ("所需资金池规模", "Pool that would have sufficed"),
    "compare_losses": ("银行净损失比较", "Bank net loss compared"),
    "compare_lending": ("累计放款比较", "Volume lent compared"),
    "compare_who_pays": ("每损失1元由谁承担：比较", "Who bears one yuan of loss, compared"),
    "dots": (
        "圆点为平均，细线为5%–95%的模拟，粗线为平均的95%置信区间（只含模拟误差）",
        "dot: mean; thin line: 5%-95% of histories; thick line: 95% interval of the mean (simulation error only)",
    ),
    "dots_needed": ("圆点为中位数，线为5%–95%的模拟，竖线为初始资金", "dot: median; line: 5%-95% of histories; tick: endowment"),
    "lent_axis": ("累计放款（{unit}）", "lent to date ({unit})"),
    "histories_between": ("{least:,}至{most:,}次模拟", "{least:,} to {most:,} histories"),
    "ranges": ("假设变动时的{what}", "What the assumptions move: {what}"),
    "ranges_note": (
        "{k}项假设在各自范围内一同变动：{n}个点，每点{h:,}次模拟；菱形为文件取值",
        "{k} assumptions move together over their ranges: {n} points of {h:,} histories; diamond: the file's own values",
    ),
    "ranges_own": ("文件取值 {value}", "own values {value}"),
    "ranges_against": ("对照与它相关最强的假设", "Against the assumption it goes with most"),
    "ranges_ranking": ("与各项假设的秩相关", "Rank correlation with each assumption"),
    "ranges_grey": ("灰带之内（±{bound}）偶然也会有", "within the grey band (±{bound}): may be chance"),
    "ranges_none": ("没有假设在范围内变动，或变动对指标没有影响", "No assumption was moved, or none moves a measure"),
    "assumption_ranges": ("假设在范围内变动", "The assumptions moved over their ranges"),
    "var_mark": ("菱形为99%在险值（模拟不足368次时不画）", "diamond: 99% value at risk (not drawn below 368 histories)"),
    "waterfall": ("谁来承担：从总损失到银行净损失", "Who pays: from gross loss to bank net loss"),
    "waterfall_note": (
        "横条为平均，各方为支付减收回；细线和括号为平均的95%区间（只含模拟误差）",
        "bars: means, paid less got back; thin lines and brackets: 95% interval of the mean (simulation error only)",
    ),
    "waterfall_axis": ("平均金额（{unit}）", "mean amount ({unit})"),
    "public_money": ("公共资金从哪里来、到哪里去", "Where public money comes from and goes"),
    "public_money_note": (
        "全期平均，均为净额；±为平均的95%区间半宽（只含模拟误差）",
        "means over the whole run, all net; ±: half of the 95% interval of the mean (simulation error only)",
    ),
    "no_projects": ("本方案没有分阶段的项目", "This scheme has no projects"),
    "no_measures": ("没有可比的指标", "There is no measure to compare"),
    "no_flows": ("没有可画的公共资金", "There is no flow of public money to draw"),
    "flow_from": ("资金来源", "from"),
    "flow_to": ("资金去向", "to"),
    "flow_cover": ("补偿银行的损失", "losses paid to banks"),
    "flow_left": ("资金池期末结余", "left in pools"),
    "flow_pool_income": ("存款利息等收入", "interest and other income"),
    "flow_income": ("担保费等收入", "fees and other income"),
    "flow_kept": ("机构留存收入", "income kept"),
    "flow_grants": ("拨款", "grants"),
    "flow_equity": ("股权投资", "equity"),
    "flow_to_projects": ("拨款与投资", "grants and equity"),
    "flow_subsidy": ("贴息", "interest subsidies"),
    "flow_premium": ("保费补贴", "premium subsidies"),
    "flow_rest": ("贴息、费用等支出", "subsidies, fees and other"),
    "flow_recoveries": ("追偿回收", "recoveries"),
    "flow_projects": ("项目", "projects"),
    "flow_back": ("回流财政", "back to the purse"),
    "flow_gone": ("留在项目里的投入", "spent on projects"),
    "flow_value": ("项目增值", "gained by projects"),
    "trade_off": ("放款与财政成本：各方案的位置", "Lending against public cost"),
    "trade_off_note": (
        "圆点为平均，十字为95%区间（只含模拟误差）；只比这两项，左上（少花钱、多放款）为优",
        "dot: mean; cross: 95% interval (simulation error only); judged by these two alone, upper left is best",
    ),
    "trade_off_cost": ("财政净支出（{unit}）", "net fiscal cost ({unit})"),
    "trade_off_front": ("没有被支配", "not dominated"),
    "trade_off_beaten": ("被“{who}”支配", "dominated by {who}"),
    "trade_off_unsure": ("差别在误差之内，说不清", "within the error, cannot be told"),
    "trade_off_given": ("放款为给定，不评优劣", "lending is given, not judged"),
    "trade_off_apart": ("随机情景不同，不可比", "other chance, not compared"),
    "compare_measures": ("主要指标并排", "Headline measures side by side"),
    "compare_measures_note": (
        "圆点为平均，粗线为95%区间（只含模拟误差），细线为5%–95%的模拟，虚线为{base}",
        "dot: mean; thick line: 95% interval (simulation error only); thin line: 5%–95% of histories; dashed: {base}",
    ),
    "given_who": ("放款为给定：{who}", "lending is given: {who}"),
    "stage_flow": ("项目走过各阶段：通过、失败和花的钱", "Projects through the stages: passed, failed, and the money spent"),
    "stage_flow_note": (
        "项目数为平均，括号为5%–95%的模拟；金额为平均，±为95%区间半宽（只含模拟误差）",
        "projects: means, brackets: 5%–95% of histories; money: means, ±: half of the 95% interval (simulation error only)",
    ),
    "stage_fails": ("失败 {n}", "fail {n}"),
    "money_grants": ("拨：拨款", "grants"),
    "money_insurance": ("保：保费", "premiums"),
    "money_paid": ("保：赔款", "insurance paid"),
    "money_loans": ("贷：贷款", "loans"),
    "money_equity": ("投：股权投资", "equity"),
    "money_back": ("回流财政", "back to the purse"),
}  # fmt: skip


def with_brackets(found: Estimate | None, lang: str) -> str:
    """An estimate with its standard error in brackets."""
    if found is None:
        return NOTHING[lang]
    number, error = number_and_error(found, lang)
    return number if error in ("0", NOTHING[lang]) else f"{number} ({error})"
