"""What a scenario file may say: one class a block, one field a key.

Every key is English and carries a Chinese and an English title, used by ``explain``, by errors and by the editor schema. The classes hold the
units of ``units.py`` (money in fen, shares in millionths, time in days); what this version does not play is refused here, by name.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr

from simulator.scenario.units import (
    ByGrade,
    ByShape,
    CalendarMonth,
    Chance,
    Correlation,
    Date,
    Days,
    Loading,
    Money,
    MoneyOrNone,
    Months,
    Number,
    Persistence,
    Points,
    PositiveInt,
    Rate,
    RateOrLpr,
    Share,
    ShareOrNone,
    SharesByAmount,
    SharesByMonths,
    SharesByName,
    SharesByShare,
    YesOrChance,
    item,
)

Repayment = Literal["bullet", "interest_only", "equal_principal", "equal_instalment"]


class Block(BaseModel):
    """A block of a scenario file: unknown keys are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Run(Block):
    """When the clock starts, how long is lent, how many histories."""

    start: Date = item("起始日", "start date")
    lend_until: Date = item("最后放款日", "last day of lending")
    histories: PositiveInt = item("模拟次数", "number of histories", 1000)
    seed: int = item("随机种子", "random seed", 1, ge=0, le=2**63 - 1)
    run_off: Literal["settle", "cut"] = item("期末处理", "what happens after the last loan day", "settle")
    settle_years: PositiveInt = item("清算最长年数", "longest settlement, years", 5, le=30)


class Drawdowns(Block):
    """How many loans a firm draws under its line, and how far apart."""

    mean: Number = item("每户平均提款次数", "mean drawdowns a firm", 1.0, ge=1.0, le=12.0)
    spacing: Days = item("提款间隔", "mean days between drawdowns", 90)


class LoanSize(Block):
    """Amount requested: truncated lognormal by mean and spread, or a table of amounts."""

    mean: ByGrade[Money] | None = item("平均申请金额", "mean amount requested", None)
    spread: Number = item("离散系数", "coefficient of variation", 0.8, ge=0.0, le=5.0)
    least: Money = item("最小金额", "least amount", 1)
    most: Money = item("最大金额", "largest amount", 10**15)
    table: SharesByAmount | None = item("金额表", "table of amounts and their shares", None)
    round_to: Money = item("取整单位", "amounts are rounded to", 1_000_000)


class Segment(Block):
    """Firms drawn alike."""

    firms: PositiveInt | None = item("企业户数", "number of firms", None)
    arrivals: Number | None = item("每年新增户数", "new firms a year", None, gt=0)
    sector: str | None = item("行业", "sector of the systematic factor (default: the segment's name)", None)
    grade: SharesByName = item("等级分布", "shares of grades", {"A": 1_000_000})
    firm_class: SharesByName = item("企业类别分布", "shares of firm classes", {"其他": 1_000_000})
    region: SharesByName = item("地区分布", "shares of regions", {"全域": 1_000_000})
    route: SharesByName = item("业务通道分布", "shares of routes (which product a loan uses)", {"普通": 1_000_000})
    unsecured: SharesByShare = item("信用部分占比分布", "shares of the unsecured part of a loan", {1_000_000: 1_000_000})
    ip_pledge: Chance = item("知识产权质押占比", "chance that IP is pledged", 0.0)
    key_list: Chance = item("重点名单占比", "chance of being on a key list", 0.0)
    policy_funded: Chance = item("货币政策工具资金占比", "chance of central-bank funding", 0.0)
    borrowed_before: Chance = item("曾有贷款占比", "chance of an earlier loan elsewhere", 1.0)
    first_application: Literal["spread", "at_start"] = item("首次申请时间", "when firms first apply", "spread")
    applies_from: Date | None = item("首次申请起始日", "first day of first applications (default: the start)", None)
    applies_until: Date | None = item("首次申请截止日", "last day of first applications (default: the last day of lending)", None)
    drawdowns: Drawdowns = item("提款", "drawdowns", Drawdowns())
    renewal: Chance = item("续贷概率", "chance of a renewal after repaying", 0.0)
    loan: LoanSize = item("贷款金额", "loan size")
    term: SharesByMonths = item("期限分布", "shares of terms", {12: 1_000_000})
    repayment: SharesByName = item("还款方式分布", "shares of repayment types", {"bullet": 1_000_000})
    pays_every: Months = item("付息还款周期", "months between instalments", 1, ge=1, le=12)
    rate: ByGrade[RateOrLpr] = item("贷款利率", "loan rate before any cap", 35_000)
    pd: ByGrade[Chance] = item("年违约率", "probability of default within twelve months")
    default_curve: dict[Months, Chance] | None = item("累计违约率曲线", "cumulative default table by months at risk (in place of pd over time)", None)
    pd_over: Months = item("违约率所指月数", "months that the PD is over", 12, ge=1)
    seasoning: dict[Months, Number] | None = item("成熟曲线", "seasoning clock: months at risk to years of hazard", None)
    at_maturity: Share = item("到期违约占比", "part of the hazard of loans with principal due at maturity that falls on that day", 0)
    asset_correlation: ByGrade[Correlation] | None = item("资产相关系数", "asset correlation (default: macro's)", None)


class Population(Block):
    """The firms, or a loan tape in their place."""

    book: Literal["drawn", "fixed"] = item("贷款组合", "firms and their loans: drawn anew in every history, or once for all", "drawn")
    segments: dict[str, Segment] = item("企业分组", "segments", {})
    projects: dict[str, Projects] = item("分阶段项目", "projects that pass stages", {})
    tape: Tape | None = item("贷款台账", "loan tape in place of synthetic firms", None)


class Size(Block):
    """An amount of money: lognormal by mean and spread."""

    mean: Money = item("平均金额", "mean amount")
    spread: Number = item("离散系数", "coefficient of variation", 0.0, ge=0.0, le=5.0)


class Stage(Block):
    """One stage of a project: how long it takes, and whether it succeeds."""

    duration: Months = item("时长", "duration, months", ge=1, le=120)
    success: Chance = item("成功概率", "chance of success, given that the stage is reached")
    loss: Size | None = item("失败损失", "what a failure in this stage costs: the insured loss", None)


class ProjectLoan(Block):
    """The loan that each project asks for when a stage starts, and how it defaults."""

    stage: str = item("申请阶段", "stage at whose start it is asked for")
    amount: Size = item("申请金额", "amount requested")
    term: Months = item("期限", "term, months", ge=1, le=360)
    rate: RateOrLpr = item("贷款利率", "loan rate before any cap", 35_000)
    repayment: Repayment = item("还款方式", "repayment type", "bullet")
    pays_every: Months = item("付息还款周期", "months between instalments", 1, ge=1, le=12)
    default_given_failure: Chance = item("失败后的违约概率", "chance of default if the project fails before the loan is due")
    default_given_success: Chance = item("未失败时的违约概率", "chance of default if it does not fail before then")


class Multiple(Block):
    """What equity is worth at the exit, as a multiple of what was put in: lognormal by mean and spread."""

    mean: Number = item("平均倍数", "mean multiple", ge=0.0, le=1000.0)
    spread: Number = item("离散系数", "coefficient of variation", 0.0, ge=0.0, le=5.0)


class ExitValue(Block):
    """Value of equity at the exit."""

    success: Multiple = item("成功时", "if every stage succeeds")
    failure: Number = item("失败时倍数", "multiple if a stage fails", 0.0, ge=0.0, le=1000.0)


class Projects(Block):
    """Projects drawn alike: they pass named stages in order until one fails."""

    number: PositiveInt = item("项目数", "number of projects")
    starts_from: Date | None = item("首个启动日", "first day on which one starts (default: the start)", None)
    starts_until: Date | None = item("最后启动日", "last day on which one starts (default: the first, all start together)", None)
    grade: str = item("等级", "grade", "A")
    firm_class: str = item("企业类别", "firm class", "其他")
    region: str = item("地区", "region", "全域")
    route: str = item("业务通道", "route (which product the loan uses)", "普通")
    factor_loading: Loading = item("技术因子载荷", "loading of every outcome on the history's common technology factor", 0.0)
    stages: dict[str, Stage] = item("阶段", "stages, in order")
    loan: ProjectLoan | None = item("项目贷款", "the project's loan", None)
    exit_value: ExitValue | None = item("退出价值", "value of equity at the exit", None)


class TapeColumns(Block):
    """Where the file of a tape says what: the name of its column."""

    loan: str | None = item("借据号列", "loan number, no two alike", None)
    firm: str | None = item("企业列", "firm (default: each loan is a firm of its own)", None)
    drawdown: str = item("放款日列", "day of the drawdown")
    amount: str = item("放款金额列", "amount lent")
    term_months: str | None = item("期限列", "term, months", None)
    maturity: str | None = item("到期日列", "day of maturity, in place of the term", None)
    rate: str | None = item("利率列", "loan rate a year", None)
    pd: str | None = item("违约率列", "probability of default within twelve months", None)
    grade: str | None = item("等级列", "grade", None)
    firm_class: str | None = item("企业类别列", "firm class", None)
    region: str | None = item("地区列", "region", None)
    route: str | None = item("业务通道列", "route", None)
    sector: str | None = item("行业列", "sector of the systematic factor", None)
    bank: str | None = item("银行列", "bank, one of banks.members", None)
    repayment: str | None = item("还款方式列", "repayment type", None)
    unsecured: str | None = item("信用部分占比列", "unsecured part of the loan", None)
    ip_pledge: str | None = item("知识产权质押列", "IP pledged, yes or no", None)
    key_list: str | None = item("重点名单列", "on a key list, yes or no", None)
    policy_funded: str | None = item("货币政策工具资金列", "funded by a monetary-policy tool, yes or no", None)
    borrowed_before: str | None = item("曾有贷款列", "an earlier loan elsewhere, yes or no", None)
    default_date: str | None = item("违约日列", "first missed payment of a loan that defaulted, blank otherwise (replay)", None)
    owed: str | None = item("违约时欠款列", "principal owed on that day (default: loss and recovered together, else the amount)", None)
    loss: str | None = item("损失列", "principal lost in the end (replay)", None)
    recovered: str | None = item("回收列", "principal recovered in the end (replay)", None)
    recovered_on: str | None = item("回收日列", "day of the recovery (default: the mean lag of losses)", None)
    shares: dict[str, str] = item("比例列", "shares that layers take from the tape: a name of yours to the file's column", {})


class TapeSegment(Block):
    """What the file of a tape does not say, for all its loans; where a cell is blank, for that loan. Labels may be drawn, once a firm."""

    grade: SharesByName = item("等级分布", "grade, or shares of grades", {"A": 1_000_000})
    firm_class: SharesByName = item("企业类别分布", "firm class, or shares of classes", {"其他": 1_000_000})
    region: SharesByName = item("地区分布", "region, or shares of regions", {"全域": 1_000_000})
    route: SharesByName = item("业务通道分布", "route, or shares of routes", {"普通": 1_000_000})
    sector: str = item("行业", "sector of the systematic factor", "台账")
    bank: str | None = item("银行", "bank (default: the only one)", None)
    unsecured: SharesByShare = item("信用部分占比分布", "unsecured part of a loan, or its shares", {1_000_000: 1_000_000})
    ip_pledge: YesOrChance = item("知识产权质押", "IP pledged, or the chance of it", 0.0)
    key_list: YesOrChance = item("重点名单", "on a key list, or the chance of it", 0.0)
    policy_funded: YesOrChance = item("货币政策工具资金", "funded by a monetary-policy tool, or the chance of it", 0.0)
    borrowed_before: YesOrChance = item("曾有贷款", "an earlier loan elsewhere, or the chance of it", 1.0)
    term: Months | None = item("期限", "term", None, ge=1, le=360)
    repayment: Repayment = item("还款方式", "repayment type", "bullet")
    pays_every: Months = item("付息还款周期", "months between instalments", 1, ge=1, le=12)
    rate: ByGrade[RateOrLpr] = item("贷款利率", "loan rate before any cap", 35_000)
    pd: ByGrade[Chance] | None = item("年违约率", "probability of default within twelve months", None)
    default_curve: dict[Months, Chance] | None = item("累计违约率曲线", "cumulative default table by months at risk (in place of pd over time)", None)
    pd_over: Months = item("违约率所指月数", "months that the PD is over", 12, ge=1)
    seasoning: dict[Months, Number] | None = item("成熟曲线", "seasoning clock: months at risk to years of hazard", None)
    at_maturity: Share = item("到期违约占比", "part of the hazard of loans with principal due at maturity that falls on that day", 0)
    asset_correlation: ByGrade[Correlation] | None = item("资产相关系数", "asset correlation (default: macro's)", None)


class Tape(Block):
    """A loan tape: one row a loan, columns named here."""

    file: str = item("文件", "file, beside the scenario: .csv, .csv.gz or .parquet")
    columns: TapeColumns = item("列名对照", "our names to the file's columns")
    fates: Literal["drawn", "replay"] = item("违约来源", "draw the defaults, or replay the recorded ones", "replay")
    money_unit: Money = item("金额单位", "what 1 in the file's money columns is worth", 100)
    percent: tuple[str, ...] = item("百分数列", "columns (our names) whose bare numbers are per cent", ())
    date_format: str | None = item("日期格式", "how the file writes dates, such as %d/%m/%Y (default: 2025-03-25 and the like)", None)
    segment: TapeSegment = item("补充", "what the file does not say", TapeSegment())
    sha256: str | None = item("校验码", "SHA-256 of the file; a file that differs is refused", None)
    _folder: str = PrivateAttr("")
    _shown: str = PrivateAttr("")

    def located(self, folder: str, shown: str) -> Tape:
        """Return the tape with the folder that its file lies in and the file's name in messages."""
        found = self.model_copy()
        found._folder, found._shown = folder, shown  # noqa: SLF001  its own kind
        return found

    @property
    def folder(self) -> str:
        """Folder of the file; empty where the scenario was not read from a file."""
        return self._folder

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return self._shown or self.file


class FromTape(Block):
    """A ratio that each loan brings along on the tape."""

    from_tape: str = item("台账比例", "name in population.tape.columns.shares")


class Macro(Block):
    """The systematic factor that makes defaults move together."""

    factor: Literal["static", "ar1", "path"] = item("系统性因子", "kind of systematic factor", "ar1")
    persistence: Persistence = item("持续性", "persistence a year", 0.9)
    asset_correlation: ByGrade[Correlation] = item("资产相关系数", "asset correlation", 0.12)
    sector_loading: Loading = item("行业共同载荷", "loading of a sector's factor on the common one", 1.0)
    path: dict[CalendarMonth, Number] = item("给定路径", "factor by month", {})
    otherwise: Literal["draw", "neutral"] = item("未给定月份", "months the path does not name", "draw")


class Lgd(Block):
    """Loss given default among defaulted loans: Beta by mean and spread."""

    mean: Share = item("平均违约损失率", "mean LGD")
    spread: Chance = item("标准差", "standard deviation of LGD", 0.0)


class Lag(Block):
    """How long a recovery takes: lognormal by mean and coefficient of variation."""

    mean: Days = item("平均天数", "mean days")
    spread: Number = item("离散系数", "coefficient of variation", 0.0, ge=0.0, le=3.0)


class Cure(Block):
    """A missed payment made good before any claim."""

    chance: Chance = item("治愈概率", "chance of a cure")
    within: Days = item("治愈期限", "days within which it happens", 60, ge=1)


class Losses(Block):
    """What is lost when a firm fails, and when money comes back."""

    lgd: Lgd = item("违约损失率", "loss given default")
    wrong_way: Share = item("逆向相关", "correlation of LGD with the factor (omega)", 0, lt=1_000_000)
    lumps: PositiveInt = item("回收笔数", "payments in which a recovery comes", 1, le=12)
    lag: Lag = item("回收时滞", "lag of each payment", Lag(mean=730))
    cure: Cure | None = item("治愈", "cures", None)
    write_off_after: Months = item("核销月数", "months after which a loan is written off", 12, ge=3)


class Ancillary(Block):
    """Income from deposits, settlement and policy credit that a loan brings a bank, a year."""

    mean: Points = item("平均", "mean")
    spread: Points = item("标准差", "standard deviation", 0)


class Bank(Block):
    """One bank, or what all banks share unless they say otherwise."""

    share: Share = item("市场份额", "share of applications", 0)
    appetite: Literal["fixed", "margin"] = item("放贷意愿", "lend all that limits allow, or by margin", "fixed")
    funding_cost: Rate = item("资金成本", "funding cost a year", 17_000)
    operating_cost: Rate = item("运营成本", "operating cost a year", 10_000)
    capital: Share = item("资本占用", "capital held, of the loan (risk weight times ratio)", 84_000)
    hurdle: Rate = item("资本回报要求", "hurdle on capital a year", 100_000)
    minimum_margin: Points = item("最低利差", "least margin", 0)
    ancillary: Ancillary = item("综合收益", "ancillary income", Ancillary(mean=0))
    trust: Literal["full", "balance", "none"] = item("对补偿的信任", "how the bank believes in its cover", "full")
    signal_noise: Number = item("信号噪声", "noise of the grade signal", 0.0, ge=0.0, le=3.0)
    quota: MoneyOrNone = item("年度额度", "most it lends in a calendar year", None)
    npl_tolerance: ShareOrNone = item("不良容忍度", "stops lending above this NPL ratio", None)


class Banks(Block):
    """The banks: what all share, then each."""

    common: dict[str, object] = item("共同参数", "what every bank shares", {})
    members: dict[str, Bank] = item("银行", "banks")


class Prices(Block):
    """Market prices that other values are written against."""

    lpr: Rate = item("一年期LPR", "one-year loan prime rate", 30_000)
    discount: Rate = item("折现率", "rate for present values", 30_000)


class When(Block):
    """Which loans something holds for: every condition named must hold."""

    segment: tuple[str, ...] | None = item("分组", "segments", None)
    sector: tuple[str, ...] | None = item("行业", "sectors", None)
    grade: tuple[str, ...] | None = item("等级", "grades", None)
    firm_class: tuple[str, ...] | None = item("企业类别", "firm classes", None)
    region: tuple[str, ...] | None = item("地区", "regions", None)
    route: tuple[str, ...] | None = item("业务通道", "routes", None)
    first_loan: bool | None = item("首贷", "first loan", None)
    ip_pledge: bool | None = item("知识产权质押", "IP pledged", None)
    key_list: bool | None = item("重点名单", "on a key list", None)
    policy_funded: bool | None = item("货币政策工具资金", "funded by a monetary-policy tool", None)
    amount_over: Money | None = item("金额大于", "amount over", None)
    amount_up_to: Money | None = item("金额不超过", "amount up to", None)
    unsecured_over: Share | None = item("信用部分大于", "unsecured part over", None)
    unsecured_at_least: Share | None = item("信用部分不低于", "unsecured part at least", None)
    term_up_to: Months | None = item("期限不超过", "term up to, months", None)


class Tier(Block):
    """One rung of a ratio: the share, and the loans it holds for (any of ``when``)."""

    share: Share = item("比例", "share")
    when: tuple[When, ...] = item("适用条件", "holds when any of these holds", (When(),))


class Tiers(Block):
    """A ratio that depends on the loan."""

    combine: Literal["first", "max", "sum", "marginal"] = item("组合方式", "first match, highest, sum, or marginal by amount")
    tiers: dict[str, Tier] = item("档次", "tiers, by name")
    ceiling: Share = item("上限", "ceiling of the sum", 1_000_000)
    otherwise: Share = item("其余", "share where no tier holds", 0)


class Refill(Block):
    """How money is put back into a pool."""

    rule: Literal["none", "last_year_payouts", "annual_budget", "to_target", "as_needed"] = item("补充规则", "rule")
    amount: Money | None = item("金额", "yearly amount or target", None)
    after_lending: bool = item("停贷后继续", "goes on after the last day of lending", False)  # noqa: FBT003


class SubAccounts(Block):
    """Regional sub-accounts of a pool: each pays for its own region."""

    by: Literal["region"] = item("划分依据", "what divides them", "region")
    shares: SharesByName | None = item("份额", "endowment shares (default: the regions' shares of firms)", None)


class Account(Block):
    """A party's money."""

    kind: Literal["pool", "treasury", "guarantor", "re_guarantor", "national_fund", "insurer", "fund", "third_party"] = item("类型", "kind")
    public: bool = item("公共资金", "counts towards fiscal measures", False)  # noqa: FBT003
    endowment: MoneyOrNone = item("初始资金", "endowment (none: unlimited)", None)
    funded_by: SharesByName | None = item("出资", "funders and their shares", None)
    refill: Refill = item("补充", "refill", Refill(rule="none"))
    when_short: Literal["pay_what_is_left", "queue", "pro_rata"] = item("资金不足时", "what an empty account does", "pay_what_is_left")
    annual_budget: MoneyOrNone = item("年度预算", "most it pays in a calendar year", None)
    interest: Rate = item("存款利率", "interest on its balance", 0)
    sub_accounts: SubAccounts | None = item("分账户", "regional sub-accounts", None)


class AggregateCap(Block):
    """A limit on all that a layer pays: a share of a base."""

    ratio: Share = item("上限比例", "cap, as a share of the base")
    base: Literal["lent_to_date", "lent_in_period", "covered_volume", "covered_in_period"] = item("基数", "base")
    reset: Literal["never", "yearly"] = item("重置", "when the count starts anew", "never")
    excess_to: str = item("超出部分承担方", "who bears the excess")


class Layer(Block):
    """Who pays which part of a loss: one step of the waterfall."""

    payer: str = item("支付方", "payer")
    share: Annotated[Share | Tiers | FromTape, ByShape()] = item("比例", "share")
    basis: Literal["overdue_principal", "npl_balance", "net_loss", "payment_of"] = item("补偿基数", "basis")
    of: str | None = item("所分担的层", "layer whose payment is shared (basis payment_of)", None)
    applies_to: tuple[When, ...] = item("适用贷款", "loans it holds for (any of these)", (When(),))
    trigger: Days = item("触发天数", "days overdue before a claim", 90)
    lag: Days = item("支付时滞", "days from claim to payment", 0)
    per_claim: MoneyOrNone = item("单笔上限", "most it pays on one loan", None)
    annual_limit: MoneyOrNone = item("年度限额", "most it pays in a calendar year", None)
    aggregate: AggregateCap | None = item("累计上限", "aggregate cap", None)


class Guard(Block):
    """A ratio that is watched, and what happens when it passes a threshold."""

    numerator: Literal["npl", "losses_this_year", "payouts_this_year"] = item("分子", "numerator")
    denominator: Literal["outstanding", "lent_this_year", "lent_to_date"] = item("分母", "denominator")
    per: Literal["bank", "scheme", "region", "guarantor"] = item("统计单位", "unit", "bank")
    warn: ShareOrNone = item("预警线", "warning threshold", None)
    stop: ShareOrNone = item("熔断线", "stop threshold", None)
    effect: Literal["warn", "stop_compensation", "stop_lending", "defer_payment"] = item("效果", "effect")
    claims: Literal["hold", "refuse", "old_loans_still_paid"] = item("熔断期间的申请", "claims filed while stopped", "hold")
    layers: tuple[str, ...] | None = item("作用的层", "layers it stops, and whose loans alone it counts (default: all)", None)
    test: Literal["monthly", "quarterly", "yearly"] = item("检测频率", "test rhythm", "monthly")
    reset: Literal["below_stop", "below_warn", "yearly", "never"] = item("恢复条件", "reset", "below_stop")


class Limits(Block):
    """What may be lent."""

    loan: ByGrade[MoneyOrNone] = item("单笔上限", "most for one loan", None)
    firm: ByGrade[MoneyOrNone] = item("单户余额上限", "most outstanding to one firm", None)
    open_loans: PositiveInt | None = item("单户在贷笔数", "most open loans a firm", None)
    term: Months | None = item("最长期限", "longest term, months", None)
    rate: RateOrLpr | None = item("利率上限", "rate cap", None)
    bank_year: MoneyOrNone = item("单行年度上限", "most a bank lends in a calendar year", None)
    scheme_year: MoneyOrNone = item("年度总上限", "most all banks lend in a calendar year", None)


class Recoveries(Block):
    """Who gets what comes back."""

    order: Literal["pro_rata", "bank_first", "fund_first", "advance_then_settle"] = item("回收顺序", "order")
    cost: Share = item("追偿费用", "collection cost, of what is recovered", 0)


class Fee(Block):
    """A price for cover, charged once a year in advance on the covered amount."""

    payer: str = item("付费方", "who pays: borrower, bank or an account")
    payee: str = item("收费方", "account that receives it")
    rate: Rate = item("费率", "rate a year")
    on: str | None = item("计费的层", "layer whose covered amount is the base (default: the loan)", None)
    when: tuple[When, ...] = item("适用条件", "loans it holds for (any of these)", (When(),))


class InterestSubsidy(Block):
    """Part of the interest that an account pays for the borrower."""

    payer: str = item("支付方", "payer")
    final_rate: Rate | None = item("企业最终利率", "rate left with the firm", None)
    share: Share | None = item("贴息比例", "part of the interest", None)
    points: Rate | None = item("贴息点数", "percentage points", None)
    if_repaid: bool = item("按时还款才付", "only if repaid on time", False)  # noqa: FBT003
    when: tuple[When, ...] = item("适用条件", "loans it holds for (any of these)", (When(),))


class Relending(Block):
    """Central-bank money lent on through banks."""

    share: Share = item("再贷款比例", "part of the loan refinanced")
    rate: Rate = item("再贷款利率", "rate")
    when: tuple[When, ...] = item("适用条件", "loans it holds for (any of these)", (When(),))


class Grant(Block):
    """Money given to a project when it reaches a stage."""

    payer: str = item("支付方", "payer")
    stage: str = item("拨付阶段", "stage at whose start it is paid")
    amount: Money = item("金额", "amount a project")
    repaid_on_success: Share = item("成功后返还", "part repaid when the project has passed its last stage", 0)
    projects: tuple[str, ...] | None = item("适用项目", "projects it is for (default: all)", None)


class PremiumSubsidy(Block):
    """Part of a premium that an account pays."""

    payer: str = item("支付方", "payer")
    share: Share = item("比例", "part of the premium")


class Policy(Block):
    """Insurance against the failure of a stage; a pledged policy pays the bank first."""

    insurer: str = item("保险机构", "insurer")
    stages: tuple[str, ...] = item("承保阶段", "stages whose failure is insured; it starts with the first")
    sum_insured: Money = item("保险金额", "sum insured")
    deductible: Share = item("免赔率", "part of the insured loss that the project bears itself", 0)
    premium: Share = item("保险费率", "premium for the whole cover, of the sum insured", 0)
    premium_subsidy: PremiumSubsidy | None = item("保费补贴", "premium subsidy", None)
    pledged: bool = item("投保质押", "pledged to the project's loan", True)  # noqa: FBT003
    lag: Days = item("赔付时滞", "days from the failure to the payment", 60)
    projects: tuple[str, ...] | None = item("适用项目", "projects it is for (default: all)", None)


class Investment(Block):
    """Equity put into a project when it reaches a stage, and sold at an exit."""

    investor: str = item("投资方", "investor")
    stage: str = item("投资阶段", "stage at whose start it is paid")
    amount: Money = item("金额", "amount a project")
    exit_after: Months = item("退出时间", "months from the end of the last stage to the exit", 0, le=240)
    back_to: str | None = item("返还账户", "account that receives a part of the proceeds", None)
    back_share: Share = item("返还比例", "its part of the proceeds", 0)
    projects: tuple[str, ...] | None = item("适用项目", "projects it is for (default: all)", None)


class Funding(Block):
    """Total funding that a source states for one project, and what it is made of."""

    total: Money = item("资金总额", "total stated for one project")
    counts: tuple[str, ...] = item("计入的资金", "grants and investments that count, and the word loan; never a sum insured")


class InForce(Block):
    """The dates a scheme holds for: loans granted between them."""

    since: Date | None = item("施行日", "first day", None)
    until: Date | None = item("有效期至", "last day", None)


class Scheme(Block):
    """The contract: accounts, ordered layers, guards, limits, prices."""

    in_force: InForce = item("有效期", "dates in force", InForce())
    accounts: dict[str, Account] = item("账户", "accounts", {})
    layers: dict[str, Layer] = item("分担层", "layers, in order", {})
    guards: dict[str, Guard] = item("熔断", "guards", {})
    limits: Limits = item("限制", "limits", Limits())
    recoveries: Recoveries = item("追偿回收", "recoveries", Recoveries(order="pro_rata"))
    fees: dict[str, Fee] = item("费用", "fees", {})
    interest_subsidies: dict[str, InterestSubsidy] = item("贴息", "interest subsidies", {})
    relending: Relending | None = item("再贷款", "relending", None)
    grants: dict[str, Grant] = item("拨款", "grants to projects", {})
    policies: dict[str, Policy] = item("保险", "insurance of projects", {})
    investments: dict[str, Investment] = item("股权投资", "equity in projects", {})
    funding: dict[str, Funding] = item("单个项目资金", "funding of one project, by set of projects", {})


class WithoutScheme(Block):
    """The world with no scheme, for additionality."""

    market_rate: ByGrade[RateOrLpr] | None = item("市场利率", "loan rate without the scheme (default: the segment's)", None)
    share_without_collateral_product: Share = item("无抵押产品占比", "part of the amount requested that is still offered", 1_000_000)


class Assumption(Block):
    """A value nobody knows: its range and why."""

    range: tuple[object, object] | None = item("范围", "range", None)
    why: str = item("理由", "why this value")


class Scenario(Block):
    """A whole scenario, resolved: nothing inherited, every value plain."""

    schema_version: Literal[1] = item("格式版本", "version of the file format", 1, alias="schema")
    name: str = item("名称", "short Chinese name; the file's stem is the ASCII one")
    title: str = item("标题", "title")
    title_en: str | None = item("英文标题", "English title", None)
    summary: str | None = item("说明", "what it is, in a sentence", None)
    summary_en: str | None = item("英文说明", "the same in English", None)
    changes: str | None = item("改动", "what a reform changes, in a sentence", None)
    sources: tuple[str, ...] = item("来源", "sources", ())
    gaps: tuple[str, ...] = item("缺口", "what is not known or not modelled", ())
    run: Run = item("运行", "run")
    population: Population = item("企业", "population")
    macro: Macro = item("宏观", "macro", Macro())
    losses: Losses = item("损失", "losses")
    prices: Prices = item("价格", "prices", Prices())
    banks: Banks = item("银行", "banks")
    scheme: Scheme = item("分担方案", "scheme", Scheme())
    without_scheme: WithoutScheme = item("无方案对照", "the world without the scheme", WithoutScheme())
    assumptions: dict[str, Assumption] = item("假设", "assumptions by path", {})


Population.model_rebuild()
Scenario.model_rebuild()
