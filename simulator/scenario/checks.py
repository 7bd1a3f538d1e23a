"""What single values cannot show: shares that add up, dates in order, money that somebody provides.

Runs on a scenario whose values are all readable; each problem names the line where it can be put right.
"""

from __future__ import annotations

import itertools
import math
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from simulator.money import write_money
from simulator.scenario.messages import unknown
from simulator.scenario.models import FromTape, Guard, Layer, Limits, LoanSize, Scenario, Segment, Tiers, When
from simulator.scenario.quantities import MILLION, write_share
from simulator.scenario.stage_checks import check_stages
from simulator.scenario.times import write_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.scenario.positions import Findings, Path, Place

DIRECT = ("overdue_principal", "npl_balance", "net_loss")


def check(scenario: Scenario, place: Callable[..., Place], findings: Findings) -> None:
    """Note everything in a scenario that contradicts itself.

    Parameters
    ----------
    scenario : Scenario
        Validated value by value.
    place : callable
        From a path to where it is written.
    findings : Findings
        Takes the problems.
    """

    def refuse(path: Path, zh: str, en: str) -> None:
        findings.add(place(path), path, zh, en)

    parts = (_run, _population, _macro, _losses, _banks, _accounts, _layers, _sums, _guards, _limits, _subsidies, _payers_of_support)
    for part in (*parts, check_stages):
        part(scenario, refuse)


def _run(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    run, force = scenario.run, scenario.scheme.in_force
    if run.lend_until < run.start:
        zh = f"最后放款日 {run.lend_until} 早于起始日 {run.start}"
        en = f"the last day of lending {run.lend_until} is before the start {run.start}"
        refuse(("run", "lend_until"), zh, en)
    if force.since and force.until and force.until < force.since:
        zh = f"有效期至 {force.until} 早于施行日 {force.since}"
        en = f"the scheme ends on {force.until}, before it begins on {force.since}"
        refuse(("scheme", "in_force", "until"), zh, en)
    elif (force.since and force.since > run.lend_until) or (force.until and force.until < run.start):
        key = "since" if force.since and force.since > run.lend_until else "until"
        window = f"{run.start} 至 {run.lend_until}", f"{run.start} to {run.lend_until}"
        refuse(
            ("scheme", "in_force", key), f"方案有效期与放款期 {window[0]} 没有重叠", f"the scheme is not in force at any time of lending, {window[1]}"
        )


def _population(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    population = scenario.population
    if bool(population.segments) == bool(population.tape) and not (population.projects and not population.tape):
        refuse(
            ("population",),
            "企业要么用 segments（分组）要么用 tape（贷款台账），两者写且只写一个；只有分阶段项目时写 projects",
            "give either segments or a tape, exactly one of them, or projects alone",
        )
    if population.book == "fixed" and not population.segments and not population.tape:
        zh, en = "没有可固定的普通企业：只有分阶段项目时不写 book", "there are no firms to keep: leave out book where there are only projects"
        refuse(("population", "book"), zh, en)
    for name, segment in population.segments.items():
        _segment(segment, ("population", "segments", name), refuse)
    tape = population.tape
    if tape and (
        PurePosixPath(tape.file).is_absolute() or PureWindowsPath(tape.file).drive or ".." in PurePosixPath(tape.file.replace("\\", "/")).parts
    ):
        zh = f"“{tape.file}”在情景文件夹之外；请把台账放在情景文件旁边"
        en = f"{tape.file!r} lies outside the scenario's folder; put the tape beside the scenario"
        refuse(("population", "tape", "file"), zh, en)


def _segment(segment: Segment, path: Path, refuse: Callable[[Path, str, str], None]) -> None:
    if (segment.firms is None) == (segment.arrivals is None):
        refuse(path, "firms（户数）与 arrivals（每年新增）写且只写一个", "give either firms or arrivals, exactly one of them")
    if segment.drawdowns.mean > 1 and segment.drawdowns.spacing < 1:
        refuse((*path, "drawdowns", "spacing"), "多次提款的间隔至少 1 天", "drawdowns need at least one day between them")
    for key, table in (("default_curve", segment.default_curve), ("seasoning", segment.seasoning)):
        steps = sorted((table or {}).items())
        if any(low[1] > high[1] for low, high in itertools.pairwise(steps)):
            refuse((*path, key), "曲线不能随月数下降", "the curve cannot fall as months pass")
    if min(segment.term) < 1:
        refuse((*path, "term"), "期限至少 1 个月", "a term is at least one month")
    _loan_size(segment.loan, (*path, "loan"), refuse)


def _loan_size(loan: LoanSize, path: Path, refuse: Callable[[Path, str, str], None]) -> None:
    if (loan.mean is None) == (loan.table is None):
        refuse(path, "贷款金额用 mean（平均）或 table（金额表），写且只写一个", "give either mean or table, exactly one of them")
    if loan.least > loan.most:
        zh = f"最小金额 {write_money(loan.least)} 大于最大金额 {write_money(loan.most)}"
        en = f"the least amount {write_money(loan.least)} is above the largest {write_money(loan.most)}"
        refuse((*path, "least"), zh, en)
        return
    means: dict[str | None, int] = {} if loan.mean is None else {None: loan.mean} if isinstance(loan.mean, int) else dict(loan.mean.items())
    for grade, mean in means.items():
        if not loan.least <= mean <= loan.most or mean <= 0:
            here = (*path, "mean") if grade is None else (*path, "mean", grade)
            bounds = f"{write_money(loan.least)} – {write_money(loan.most)}"
            zh = f"平均金额 {write_money(mean)} 不在最小与最大金额之间（{bounds}）"
            en = f"the mean {write_money(mean)} is not between the least and the largest amount ({bounds})"
            refuse(here, zh, en)
    if loan.table and min(loan.table) <= 0:
        refuse((*path, "table"), "金额表中的金额应大于 0", "amounts in the table must be above 0")
    if loan.round_to <= 0:
        refuse((*path, "round_to"), "取整单位应大于 0，如 1万元", "the rounding unit must be above 0, such as 1万元")


def _macro(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    macro = scenario.macro
    if macro.factor == "path" and not macro.path:
        refuse(("macro", "factor"), "factor: path 要给出 path（月份: 数值）", "factor path needs a path of months and values")
    if macro.factor != "path" and macro.path:
        zh = f"factor 为 {macro.factor} 时不写 path；请改 factor: path 或删去"
        en = f"a path belongs to factor path, not {macro.factor}; change the factor or delete it"
        refuse(("macro", "path"), zh, en)


def _losses(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    lgd, cure = scenario.losses.lgd, scenario.losses.cure
    mean = lgd.mean / MILLION
    widest = math.sqrt(mean * (1 - mean))
    if lgd.spread > 0 and lgd.spread >= widest:
        zh = f"标准差 {lgd.spread} 对均值 {write_share(lgd.mean)} 过大；应小于 {widest:.3g}"
        en = f"a spread of {lgd.spread} is too wide for a mean of {write_share(lgd.mean)}; it must be below {widest:.3g}"
        refuse(("losses", "lgd", "spread"), zh, en)
    triggers = [layer.trigger for layer in scenario.scheme.layers.values()]
    if cure and cure.chance > 0 and triggers and cure.within > min(triggers):
        zh = f"治愈期限 {write_days(cure.within)} 晚于最早的触发 {write_days(min(triggers))}；治愈应先于代偿"
        en = f"cures within {cure.within} days fall after the earliest trigger, {min(triggers)} days"
        refuse(("losses", "cure", "within"), zh, en)


def _banks(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    members = scenario.banks.members
    total = sum(bank.share for bank in members.values())
    if total == 0 and members and scenario.population.tape:
        return
    if total != MILLION:
        zh = f"各银行份额之和应为 100%，现为 {write_share(total)}" if members else "至少写一家银行"
        en = f"the banks' shares must sum to 100%, but sum to {write_share(total)}" if members else "name at least one bank"
        refuse(("banks", "members"), zh, en)


def _accounts(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    accounts = scenario.scheme.accounts
    for name, account in accounts.items():
        path = ("scheme", "accounts", name)
        if account.endowment is not None and account.funded_by is None:
            what = ("资金池", "the pool ") if account.kind == "pool" else ("有限的账户", "the limited account ")
            zh = f"{what[0]}“{name}”没有人出资；请写 funded_by，如 {{省级财政: 50%, 市级财政: 50%}}"
            en = f"nobody funds {what[1]}{name!r}; write funded_by, such as {{province: 50%, city: 50%}}"
            refuse(path, zh, en)
        needs = account.refill.rule in ("annual_budget", "to_target")
        if needs and account.refill.amount is None:
            refuse(
                (*path, "refill", "rule"), f"补充规则 {account.refill.rule} 要写 amount（金额）", f"refill rule {account.refill.rule} needs an amount"
            )
        if not needs and account.refill.amount is not None:
            zh = f"补充规则 {account.refill.rule} 不用 amount；请删去"
            en = f"refill rule {account.refill.rule} takes no amount; delete it"
            refuse((*path, "refill", "amount"), zh, en)
        if account.sub_accounts and account.kind != "pool":
            refuse((*path, "sub_accounts"), "只有资金池（kind: pool）能分账户", "only a pool has sub-accounts")
        if _funds_itself(name, scenario):
            refuse((*path, "funded_by"), f"账户“{name}”经由出资关系又给自己出资", f"account {name!r} funds itself through others")


def _funds_itself(name: str, scenario: Scenario) -> bool:
    reached: set[str] = set()
    waiting = list(scenario.scheme.accounts[name].funded_by or ())
    while waiting:
        funder = waiting.pop()
        if funder not in reached:
            reached.add(funder)
            waiting += list(scenario.scheme.accounts[funder].funded_by or ())
    return name in reached


def _layers(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    for name, layer in scenario.scheme.layers.items():
        path = ("scheme", "layers", name)
        if isinstance(layer.share, Tiers):
            _tiers(layer.share, (*path, "share"), refuse)
        elif isinstance(layer.share, FromTape) and scenario.population.tape is None:
            zh, en = "from_tape 要有贷款台账（population.tape）", "from_tape needs a loan tape (population.tape)"
            refuse((*path, "share"), zh, en)
        elif isinstance(layer.share, FromTape) and scenario.population.tape and layer.share.from_tape not in scenario.population.tape.columns.shares:
            known = list(scenario.population.tape.columns.shares)
            refuse((*path, "share", "from_tape"), *unknown(layer.share.from_tape, known, "台账比例", "share of the tape"))
        for i, when in enumerate(layer.applies_to):
            _condition(when, (*path, "applies_to", i), refuse)


def _tiers(tiers: Tiers, path: Path, refuse: Callable[[Path, str, str], None]) -> None:
    if not tiers.tiers:
        refuse((*path, "tiers"), "至少写一档", "name at least one tier")
    for name, tier in tiers.tiers.items():
        here = (*path, "tiers", name)
        by_amount = all(when.model_fields_set and when.model_fields_set <= {"amount_over", "amount_up_to"} for when in tier.when)
        if tiers.combine == "marginal" and not by_amount:
            zh = "分段累进（marginal）的档次只能按金额划分：amount_over、amount_up_to"
            en = "tiers combined as marginal are divided by amount only: amount_over, amount_up_to"
            refuse(here, zh, en)
        for i, when in enumerate(tier.when):
            _condition(when, (*here, "when", i), refuse)
    if tiers.combine != "sum" and tiers.ceiling != MILLION:
        refuse(
            (*path, "ceiling"), f"ceiling（上限）只用于 combine: sum，现为 {tiers.combine}", f"a ceiling belongs to combine sum, not {tiers.combine}"
        )


def _condition(when: When, path: Path, refuse: Callable[[Path, str, str], None]) -> None:
    if when.amount_over is not None and when.amount_up_to is not None and when.amount_over >= when.amount_up_to:
        zh, en = "没有贷款既大于 amount_over 又不超过 amount_up_to", "no loan is over amount_over and up to amount_up_to"
        refuse((*path, "amount_over"), zh, en)


def least_share(layer: Layer) -> int:
    """Share that a layer pays at least, whatever the loan. Millionths."""
    if isinstance(layer.share, FromTape):
        return 0
    if not isinstance(layer.share, Tiers):
        return layer.share
    tiers = layer.share
    return tiers.otherwise if tiers.combine == "sum" else min(tiers.otherwise, *(tier.share for tier in tiers.tiers.values()))


def _holds(layer: Layer, loan: When) -> bool:
    """Whether a layer surely holds for every loan of a kind."""
    facts = loan.model_dump(exclude_none=True)
    return any(when.model_dump(exclude_none=True).items() <= facts.items() for when in layer.applies_to)


def _sums(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    layers = scenario.scheme.layers
    direct = {name: layer for name, layer in layers.items() if layer.basis in DIRECT}
    _sum_of(direct, "各层对同一笔贷款的补偿比例", "the shares that layers pay on one loan", refuse)
    for name in layers:
        shared = {other: layer for other, layer in layers.items() if layer.basis == "payment_of" and layer.of == name}
        _sum_of(shared, f"对“{name}”支付的分担比例", f"the shares of what {name!r} pays", refuse)


def _sum_of(layers: dict[str, Layer], zh: str, en: str, refuse: Callable[[Path, str, str], None]) -> None:
    for loan in _kinds_of_loan(layers.values()):
        held = {name: least_share(layer) for name, layer in layers.items() if _holds(layer, loan)}
        total = sum(held.values())
        if total > MILLION:
            parts = " + ".join(f"{name} {write_share(share)}" for name, share in held.items())
            last = ("scheme", "layers", list(held)[-1], "share")
            refuse(last, f"{zh}超过 100%：{parts} = {write_share(total)}", f"{en} pass 100%: {parts} = {write_share(total)}")
            return


def _kinds_of_loan(layers: Iterable[Layer]) -> list[When]:
    kinds = [When(), *(when for layer in layers for when in layer.applies_to)]
    return [kind for number, kind in enumerate(kinds) if kind not in kinds[:number]]


def _guards(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    for name, guard in scenario.scheme.guards.items():
        _guard(guard, ("scheme", "guards", name), refuse)
        if guard.per == "guarantor":
            _guard_of_guarantor(guard, scenario.scheme.layers, ("scheme", "guards", name), refuse)


def _guard(guard: Guard, path: Path, refuse: Callable[[Path, str, str], None]) -> None:
    if guard.effect != "warn" and guard.stop is None:
        refuse((*path, "effect"), f"效果为 {guard.effect} 的熔断要写 stop（熔断线）", f"a guard with effect {guard.effect} needs a stop threshold")
    if guard.effect == "warn" and guard.warn is None:
        refuse((*path, "effect"), "效果为 warn 的熔断要写 warn（预警线）", "a guard with effect warn needs a warn threshold")
    if guard.warn is not None and guard.stop is not None and guard.warn > guard.stop:
        zh = f"预警线 {write_share(guard.warn)} 高于熔断线 {write_share(guard.stop)}"
        en = f"the warning at {write_share(guard.warn)} lies above the stop at {write_share(guard.stop)}"
        refuse((*path, "warn"), zh, en)
    if guard.reset == "below_warn" and guard.warn is None:
        refuse((*path, "reset"), "恢复条件 below_warn 要写 warn（预警线）", "reset below_warn needs a warn threshold")
    if guard.effect == "defer_payment" and guard.claims == "refuse":
        zh, en = "暂缓支付（defer_payment）的申请不能拒绝；请写 claims: hold", "claims that are deferred cannot be refused; write claims: hold"
        refuse((*path, "claims"), zh, en)
    if guard.layers is not None and guard.effect in ("warn", "stop_lending"):
        refuse((*path, "layers"), f"效果为 {guard.effect} 时不写 layers：它不停任何一层", f"effect {guard.effect} stops no layer; delete layers")


def _guard_of_guarantor(guard: Guard, layers: Mapping[str, Layer], path: Path, refuse: Callable[[Path, str, str], None]) -> None:
    """A guarantor is known by its layer, whose payments the guard's layers take over."""
    if not guard.layers:
        zh = "per: guarantor 要写 layers：写出分担这家担保机构代偿的层（basis: payment_of）"
        en = "per: guarantor needs layers: name those that take over payments of the guarantor (basis: payment_of)"
        refuse((*path, "per"), zh, en)
        return
    named = [layers[name] for name in guard.layers if name in layers]
    others = [name for name in guard.layers if name in layers and layers[name].basis != "payment_of"]
    if others:
        zh = f"per: guarantor 只用于分担担保机构代偿的层（basis: payment_of）；“{others[0]}”的 basis 是 {layers[others[0]].basis}"
        en = (
            f"per: guarantor is for layers that take over a guarantor's payments (basis: payment_of); {others[0]} has basis {layers[others[0]].basis}"
        )
        refuse((*path, "layers"), zh, en)
        return
    payers = list(dict.fromkeys(layers[layer.of].payer for layer in named if layer.of is not None and layer.of in layers))
    if len(payers) > 1:
        zh = f"一条 per: guarantor 的熔断只看一家担保机构；这些层分担 {'、'.join(payers)} 的代偿，请各写一条"
        en = f"a guard per guarantor watches one; these layers take over payments of {', '.join(payers)}: write a guard for each"
        refuse((*path, "layers"), zh, en)


def _limits(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    limits: Limits = scenario.scheme.limits
    terms = [term for segment in scenario.population.segments.values() for term in segment.term]
    if limits.term is not None and terms and limits.term < min(terms):
        zh = f"最长期限 {limits.term}个月 短于所有贷款的期限（最短 {min(terms)}个月）"
        en = f"a limit of {limits.term} months is shorter than every term (the shortest is {min(terms)} months)"
        refuse(("scheme", "limits", "term"), zh, en)
    for key in ("loan", "firm"):
        said = getattr(limits, key)
        for grade, most in said.items() if isinstance(said, dict) else [(None, said)]:
            if most == 0:
                path = ("scheme", "limits", key) if grade is None else ("scheme", "limits", key, grade)
                refuse(path, "上限 0 表示一分钱也不能贷；不限请写 none", "a limit of 0 lets nothing be lent; write none for no limit")


def _subsidies(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    for name, subsidy in scenario.scheme.interest_subsidies.items():
        given = [key for key in ("final_rate", "share", "points") if getattr(subsidy, key) is not None]
        if len(given) != 1:
            path = ("scheme", "interest_subsidies", name)
            refuse(path, "final_rate、share、points 写且只写一个", "give exactly one of final_rate, share and points")


def _payers_of_support(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    """Fees and subsidies have no rule for an empty purse, so whoever pays them must be unlimited."""
    scheme = scenario.scheme
    payers = [(("scheme", "fees", name, "payer"), fee.payer) for name, fee in scheme.fees.items()]
    payers += [(("scheme", "interest_subsidies", name, "payer"), subsidy.payer) for name, subsidy in scheme.interest_subsidies.items()]
    for path, payer in payers:
        account = scheme.accounts.get(payer)
        if account is not None and account.endowment is not None:
            zh = f"“{payer}”的资金有限，不能用来付费用或贴息；请改由不限额的账户（endowment: none）支付"
            en = f"{payer!r} has limited money and cannot pay fees or subsidies; let an unlimited account (endowment: none) pay"
            refuse(path, zh, en)
