"""The file that ``riskshare new`` writes: a small complete scenario, explained line by line, that loads and runs as it is."""

from __future__ import annotations

from simulator.scenario.writer import quoted

ZH = """\
# 情景文件：键用英文，值按平时的写法（10亿元、80%、90天、3年、LPR+150bp）。
# 任何数值都可以写成 {value: 80%, source: 出处} 或 {value: 80%, assumption: 理由, range: [50%, 90%]}。
# 检查：riskshare validate 本文件    看懂：riskshare explain 本文件    运行：riskshare run 本文件
# yaml-language-server: $schema=./scenario.schema.json
schema: 1
name: NAME
title: TITLE
sources: []                            # 依据的文件，如 - 某科技规〔2025〕1号
gaps: []                               # 没有公布、只能假定的地方

run:
  start: 2026-01-01                    # 起始日
  lend_until: 2028-12-31               # 最后放款日；之后只还款、代偿、追偿，直到结清
  histories: 1000                      # 模拟次数
  seed: 1                              # 随机种子：同一种子，同一结果

population:
  segments:                            # 企业分组，名称自定
    成长期:
      firms: 2000                      # 户数
      grade: {A: 20%, B: 50%, C: 30%}  # 等级分布，合计 100%
      loan:
        mean: {value: 300万元, assumption: 请按本地数据修改}   # 平均申请金额
        spread: 0.6                    # 离散系数（标准差 ÷ 平均）
      term: {1年: 60%, 2年: 20%, 3年: 20%}
      repayment: {bullet: 100%}        # bullet 到期还本；interest_only 按月付息到期还本；equal_principal；equal_instalment
      rate: 3.6%                       # 年利率，也可写 LPR+60bp
      pd: {value: {A: 0.8%, B: 1.5%, C: 2.5%}, assumption: 请按本地数据修改}   # 一年内违约率

macro:
  factor: ar1                          # 系统性因子：static、ar1 或 path
  persistence: 0.9每年                 # 周期必须写明
  asset_correlation: 12%

losses:
  lgd: {mean: 60%, spread: 0.2}        # 违约损失率
  lag: {mean: 2年, spread: 0.5}        # 回收平均要多久

prices:
  lpr: 3.0%

banks:
  common: {appetite: fixed, funding_cost: 1.7%, operating_cost: 1.0%}   # 各家相同的参数
  members:                             # 份额合计 100%
    合作银行甲: {share: 60%}
    合作银行乙: {share: 40%}

scheme:
  accounts:                            # 各方的钱；资金池要写明谁出资
    省级财政: {kind: treasury, public: true}
    市级财政: {kind: treasury, public: true}
    资金池:
      kind: pool
      public: true
      endowment: 1亿元
      funded_by: {省级财政: 50%, 市级财政: 50%}
      refill: {rule: none}             # 补充：none、last_year_payouts、annual_budget、to_target、as_needed
      when_short: pay_what_is_left     # 不足时：pay_what_is_left、queue、pro_rata
  layers:                              # 分担层，按先后；没有分出去的归银行
    资金池补偿:
      payer: 资金池
      share: 50%
      basis: overdue_principal         # 补偿基数：overdue_principal、npl_balance、net_loss、payment_of
      trigger: 90天                    # 逾期多少天可申请
      lag: 60天                        # 申请到付款
  guards:
    不良率熔断: {numerator: npl, denominator: outstanding, per: bank, warn: 5%, stop: 8%, effect: stop_compensation}
  limits:
    loan: {A: 1000万元, B: 500万元, C: 300万元}   # 不限请写 none
    term: 3年
    rate: LPR+150bp
  recoveries: {order: pro_rata, cost: 5%}         # 追偿回收：pro_rata、bank_first、fund_first、advance_then_settle
"""

EN = """\
# A scenario file: keys are English, values as people write them (10亿元 or CNY 1bn, 80%, 90 days, 3 years, LPR+150bp).
# Any value may be written {value: 80%, source: where from} or {value: 80%, assumption: why, range: [50%, 90%]}.
# Check: riskshare validate FILE    Understand: riskshare explain FILE    Run: riskshare run FILE
# yaml-language-server: $schema=./scenario.schema.json
schema: 1
name: NAME
title: TITLE
sources: []                            # the documents it rests on
gaps: []                               # what is not published and had to be assumed

run:
  start: 2026-01-01                    # first day
  lend_until: 2028-12-31               # last day of lending; repayment, claims and recoveries run on until settled
  histories: 1000                      # number of histories
  seed: 1                              # same seed, same result

population:
  segments:                            # firms drawn alike; names are yours
    growing:
      firms: 2000
      grade: {A: 20%, B: 50%, C: 30%}  # shares sum to 100%
      loan:
        mean: {value: CNY 3m, assumption: replace by local figures}   # mean amount requested
        spread: 0.6                    # standard deviation over mean
      term: {1 year: 60%, 2 years: 20%, 3 years: 20%}
      repayment: {bullet: 100%}        # or interest_only, equal_principal, equal_instalment
      rate: 3.6%                       # a year; LPR+60bp is read too
      pd: {value: {A: 0.8%, B: 1.5%, C: 2.5%}, assumption: replace by local figures}   # default within twelve months

macro:
  factor: ar1                          # static, ar1 or path
  persistence: 0.9/year                # the period must be named
  asset_correlation: 12%

losses:
  lgd: {mean: 60%, spread: 0.2}        # loss given default
  lag: {mean: 2 years, spread: 0.5}    # how long recoveries take

prices:
  lpr: 3.0%

banks:
  common: {appetite: fixed, funding_cost: 1.7%, operating_cost: 1.0%}   # what all banks share
  members:                             # shares sum to 100%
    bank one: {share: 60%}
    bank two: {share: 40%}

scheme:
  accounts:                            # everybody's money; a pool names who funds it
    province: {kind: treasury, public: true}
    city: {kind: treasury, public: true}
    pool:
      kind: pool
      public: true
      endowment: CNY 100m
      funded_by: {province: 50%, city: 50%}
      refill: {rule: none}             # none, last_year_payouts, annual_budget, to_target, as_needed
      when_short: pay_what_is_left     # pay_what_is_left, queue, pro_rata
  layers:                              # in order; what nobody takes stays with the bank
    pool pays:
      payer: pool
      share: 50%
      basis: overdue_principal         # overdue_principal, npl_balance, net_loss, payment_of
      trigger: 90 days                 # days overdue before a claim
      lag: 60 days                     # from claim to payment
  guards:
    npl guard: {numerator: npl, denominator: outstanding, per: bank, warn: 5%, stop: 8%, effect: stop_compensation}
  limits:
    loan: {A: CNY 10m, B: CNY 5m, C: CNY 3m}      # write none for no limit
    term: 3 years
    rate: LPR+150bp
  recoveries: {order: pro_rata, cost: 5%}         # pro_rata, bank_first, fund_first, advance_then_settle
"""


def template(name: str = "我的方案", *, title: str | None = None, lang: str = "zh") -> str:
    """Return the text of a starter scenario.

    Parameters
    ----------
    name : str
        Name of the scenario.
    title : str, optional
        Its title; the name if not given.
    lang : str
        Language of the comments and names, ``"zh"`` or ``"en"``.
    """
    return (ZH if lang == "zh" else EN).replace("NAME", quoted(name), 1).replace("TITLE", quoted(title or name), 1)
