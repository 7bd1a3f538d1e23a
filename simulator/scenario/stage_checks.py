"""What single values cannot show about projects: stages that fit their instruments, days that are reached, funding that adds up."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from simulator.money import write_money
from simulator.scenario.references import LOAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.scenario.models import Policy, Projects, Scenario
    from simulator.scenario.positions import Path

MOST_STAGES = 8


def check_stages(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    """Note everything about projects that contradicts itself; ``refuse`` takes a path and the text in Chinese and English."""
    if scenario.population.projects and scenario.population.tape:
        zh, en = "分阶段项目不能与贷款台账同时使用；请分成两个情景", "projects cannot stand beside a loan tape; make two scenarios of them"
        refuse(("population", "projects"), zh, en)
    for name, one in scenario.population.projects.items():
        _projects(scenario, name, one, refuse)
    _names(scenario, refuse)
    for name, policy in scenario.scheme.policies.items():
        _policy(scenario, name, policy, refuse)
    for name, investment in scenario.scheme.investments.items():
        path = ("scheme", "investments", name)
        if (investment.back_to is None) != (investment.back_share == 0):
            refuse(path, "back_to（返还账户）与 back_share（返还比例）要一起写", "back_to and back_share go together")
        for set_name, one in users_of(scenario, investment.projects):
            if investment.stage in one.stages and one.exit_value is None:
                zh = f"“{set_name}”有股权投资“{name}”，请写 exit_value（退出价值）"
                en = f"{set_name!r} has the investment {name!r}; write its exit_value"
                refuse(("population", "projects", set_name), zh, en)
    for kind in ("grants", "investments"):
        for name, used in getattr(scenario.scheme, kind).items():
            if not any(used.stage in one.stages for _, one in users_of(scenario, used.projects)):
                zh, en = f"没有项目经过阶段“{used.stage}”", f"no project passes the stage {used.stage!r}"
                refuse(("scheme", kind, name, "stage"), zh, en)
    _funding(scenario, refuse)


def users_of(scenario: Scenario, names: tuple[str, ...] | None) -> Iterator[tuple[str, Projects]]:
    """Sets of projects that something is for; all where no names are given."""
    for name, one in scenario.population.projects.items():
        if names is None or name in names:
            yield name, one


def _projects(scenario: Scenario, name: str, one: Projects, refuse: Callable[[Path, str, str], None]) -> None:
    path, run = ("population", "projects", name), scenario.run
    if not 1 <= len(one.stages) <= MOST_STAGES:
        zh = f"阶段数应为 1 至 {MOST_STAGES}，现为 {len(one.stages)}"
        en = f"a project has 1 to {MOST_STAGES} stages, not {len(one.stages)}"
        refuse((*path, "stages"), zh, en)
        return
    if name in scenario.population.segments:
        refuse(path, f"“{name}”既是企业分组又是分阶段项目；请换一个名称", f"{name!r} names both a segment and a set of projects; rename one")
    first, last = one.starts_from or run.start, one.starts_until or one.starts_from or run.start
    if not run.start <= first <= last:
        zh = f"项目启动日应满足：起始日 {run.start} ≤ {first} ≤ {last}"
        en = f"projects start from {first} to {last}; the run's start {run.start} must not be later, nor the days in reverse"
        refuse((*path, "starts_until" if one.starts_until else "starts_from"), zh, en)
    end = later(last, sum(stage.duration for stage in one.stages.values()))
    settled = later(run.lend_until, 0 if run.run_off == "cut" else 12 * run.settle_years)
    if end > settled:
        zh = f"最后启动的项目到 {end} 才走完各阶段，晚于模拟结束 {settled}；请推迟 run.lend_until 或提前启动"
        en = f"the last project passes its stages by {end}, after the run ends on {settled}; move run.lend_until or let projects start earlier"
        refuse((*path, "stages"), zh, en)
    if one.loan:
        months = sum(stage.duration for stage in list(one.stages.values())[: list(one.stages).index(one.loan.stage)])
        asked = later(last, months)
        if asked > run.lend_until:
            zh = f"最后启动的项目到 {asked} 才申请贷款，晚于最后放款日 {run.lend_until}；请推迟 run.lend_until"
            en = f"the last project asks for its loan on {asked}, after the last day of lending {run.lend_until}; move run.lend_until"
            refuse((*path, "loan", "stage"), zh, en)
        if one.loan.amount.mean <= 0:
            refuse((*path, "loan", "amount", "mean"), "申请金额应大于 0", "the amount requested must be above 0")


def later(day: datetime.date, months: int) -> datetime.date:
    """Same day some months later, the 28th at most: good enough to compare with the end of a run."""
    month = day.month - 1 + months
    return datetime.date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


def _names(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    scheme = scenario.scheme
    taken: dict[str, str] = dict.fromkeys(scheme.layers, "layers")
    for kind in ("grants", "policies", "investments"):
        for name in getattr(scheme, kind):
            if name in taken or name == LOAN:
                zh = f"名称“{name}”已用于 {taken.get(name, '贷款')}；拨款、保险、股权投资和分担层不能同名"
                en = f"the name {name!r} is taken ({taken.get(name, 'the loan')}); grants, policies, investments and layers need names of their own"
                refuse(("scheme", kind, name), zh, en)
            taken[name] = kind


def _policy(scenario: Scenario, name: str, policy: Policy, refuse: Callable[[Path, str, str], None]) -> None:
    path = ("scheme", "policies", name)
    if not policy.stages or not any(stage in one.stages for _, one in users_of(scenario, policy.projects) for stage in policy.stages):
        refuse((*path, "stages"), "承保阶段不是任何适用项目的阶段", "no project it is for passes an insured stage")
    for set_name, one in users_of(scenario, policy.projects):
        insured = [stage for stage in one.stages if stage in policy.stages]
        if not insured:
            continue
        without = [stage for stage in insured if one.stages[stage].loss is None]
        if without:
            zh = f"承保阶段“{'、'.join(without)}”没有 loss（失败损失），无法计算赔款"
            en = f"the insured stage {', '.join(without)} has no loss, so what is paid cannot be worked out"
            refuse(("population", "projects", set_name, "stages", without[0]), zh, en)
        order = list(one.stages)
        if policy.pledged and one.loan and order.index(one.loan.stage) > order.index(insured[-1]):
            zh = f"保单到“{insured[-1]}”为止，贷款到“{one.loan.stage}”才发放，质押落空；请改 stages 或 pledged: false"
            en = (
                f"the policy ends with {insured[-1]!r} and the loan is drawn in {one.loan.stage!r}: the pledge is empty; "
                "change stages, or write pledged: false"
            )
            refuse((*path, "pledged"), zh, en)


def _funding(scenario: Scenario, refuse: Callable[[Path, str, str], None]) -> None:
    scheme = scenario.scheme
    for name, funding in scheme.funding.items():
        loan = scenario.population.projects[name].loan
        parts: dict[str, int] = {}
        for one in funding.counts:
            used = scheme.grants.get(one) or scheme.investments.get(one)
            if used and used.projects is not None and name not in used.projects:
                zh, en = f"“{one}”不适用于“{name}”，不能计入", f"{one!r} is not for {name!r} and cannot count"
                refuse(("scheme", "funding", name, "counts"), zh, en)
                return
            parts[one] = used.amount if used else loan.amount.mean if loan else 0
        if sum(parts.values()) != funding.total:
            listed = " + ".join(f"{one} {write_money(amount)}" for one, amount in parts.items())
            zh = f"计入的资金之和应为 {write_money(funding.total)}，现为 {listed} = {write_money(sum(parts.values()))}"
            en = f"what counts must sum to {write_money(funding.total)}, but {listed} = {write_money(sum(parts.values()))}"
            refuse(("scheme", "funding", name, "total"), zh, en)
