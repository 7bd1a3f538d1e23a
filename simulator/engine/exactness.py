"""What keeps a scenario from an exact answer: every feature, by the key that brings it in.

Exact are books in which lending leaves nothing to chance, defaults are driven by one static factor, the day of a default does not matter, and one
account or one aggregate cap at most limits what is paid, as ``min(sum, limit)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.fixed_book import MOST_KINDS, FixedBook, Limit, fixed_book
from simulator.errors import NotExact, Problem
from simulator.scenario.names import names_of
from simulator.scenario.tape import tape_of
from simulator.scenario.vocabulary import titles_at
from simulator.terms.accounts import lower_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.models import Account, Scenario, Segment

    Obstacle = tuple[tuple[str, ...], str, str]

TRAITS = ("grade", "firm_class", "region", "route", "unsecured", "term", "repayment")
CHANCES = ("ip_pledge", "key_list", "policy_funded", "borrowed_before")
AT_ONCE = ("bullet", "interest_only")


def check_exact(scenario: Scenario) -> FixedBook:
    """Return the book of a scenario that has an exact answer.

    Raises
    ------
    NotExact
        Naming every feature that keeps it from one: the key, what was found, what would be needed.
    """
    refuse(scenario, obstacles(scenario))
    limit = limit_of(scenario)
    book = fixed_book(scenario, limit)
    refuse(scenario, list(obstacles_in_play(scenario, book, limit)))
    return book


def refuse(scenario: Scenario, found: list[Obstacle]) -> None:
    """Raise where there are obstacles."""
    if found:
        raise NotExact([Problem(scenario.name, 0, 0, ".".join(path), zh, en, titles_at(path)[0]) for path, zh, en in found])


def obstacles(scenario: Scenario) -> list[Obstacle]:
    """All that can be read off the scenario itself."""
    parts = (_macro, _losses, _banks, _limits, _guards, _layers, _accounts, _flows, _one_limit, _population, _tape)
    return [obstacle for part in parts for obstacle in part(scenario)]


def limit_of(scenario: Scenario) -> Limit | None:
    """Return the one limit on payments: a limited account that pays layers, or an aggregate cap."""
    scheme, rows = scenario.scheme, lower_accounts(scenario, names_of(scenario)).number
    paid = [(number, layer) for number, layer in enumerate(scheme.layers.values())]
    limited = {layer.payer for _, layer in paid if scheme.accounts[layer.payer].endowment is not None}
    capped = [number for number, layer in paid if layer.aggregate]
    if not limited and not capped:
        return None
    payer = next(iter(limited)) if limited else paid[capped[0]][1].payer
    counted = tuple(number for number, layer in paid if layer.payer == payer) if limited else (capped[0],)
    return Limit(counted, rows[payer], scheme.accounts[payer].endowment, capped[0] if capped else -1)


def _macro(scenario: Scenario) -> Iterator[Obstacle]:
    macro = scenario.macro
    if macro.factor != "static":
        zh = f"现为 {macro.factor}；精确解需要 static（每次模拟一个因子）"
        yield ("macro", "factor"), zh, f"is {macro.factor}; an exact answer needs static, one factor a history"
    if macro.sector_loading < 1.0 and len(names_of(scenario).sectors) > 1:
        zh, en = "几个行业各有因子；精确解需要 1（共同因子）", "several sectors have factors of their own; an exact answer needs 1, one common factor"
        yield ("macro", "sector_loading"), zh, en


def _losses(scenario: Scenario) -> Iterator[Obstacle]:
    losses = scenario.losses
    if losses.wrong_way:
        zh, en = "违约损失率随因子变动；精确解需要 0", "the LGD moves with the factor; an exact answer needs 0"
        yield ("losses", "wrong_way"), zh, en
    if losses.cure:
        zh, en = "违约可以治愈；精确解需要删去 cure", "defaults may be cured; an exact answer needs no cure"
        yield ("losses", "cure"), zh, en
    if losses.lag.spread > 0.0:
        zh, en = "回收时滞是随机的；精确解需要 0", "the lag of recoveries is drawn; an exact answer needs 0"
        yield ("losses", "lag", "spread"), zh, en


def _banks(scenario: Scenario) -> Iterator[Obstacle]:
    for name, bank in scenario.banks.members.items():
        here = ("banks", "members", name)
        if bank.appetite == "margin":
            zh, en = "银行按利差决定放贷；精确解需要 fixed", "the bank decides by its margin; an exact answer needs fixed"
            yield (*here, "appetite"), zh, en
        for key in ("quota", "npl_tolerance"):
            if getattr(bank, key) is not None:
                yield (*here, key), "会限制放贷；精确解需要 none", "limits lending; an exact answer needs none"


def _limits(scenario: Scenario) -> Iterator[Obstacle]:
    for key in ("bank_year", "scheme_year"):
        if getattr(scenario.scheme.limits, key) is not None:
            yield ("scheme", "limits", key), "年度放款上限；精确解需要 none", "limits lending a year; an exact answer needs none"


def _guards(scenario: Scenario) -> Iterator[Obstacle]:
    for name, guard in scenario.scheme.guards.items():
        if guard.effect != "warn":
            zh = f"熔断会 {guard.effect}，结果取决于先后；精确解只允许 warn"
            yield ("scheme", "guards", name), zh, f"does {guard.effect}, so that the order of events matters; an exact answer allows warn only"


def _layers(scenario: Scenario) -> Iterator[Obstacle]:
    for name, layer in scenario.scheme.layers.items():
        here = ("scheme", "layers", name)
        if layer.basis == "payment_of":
            zh, en = (
                "分担另一层的支付；精确解只计直接补偿的层",
                "shares another layer's payments; an exact answer counts layers that pay on the loss itself",
            )
            yield (*here, "basis"), zh, en
        if layer.annual_limit is not None:
            yield (*here, "annual_limit"), "年度限额；精确解需要 none", "a yearly limit; an exact answer needs none"
        if layer.aggregate and layer.aggregate.reset != "never":
            yield (*here, "aggregate", "reset"), "封顶每年重置；精确解需要 never", "the cap starts anew each year; an exact answer needs never"


def _accounts(scenario: Scenario) -> Iterator[Obstacle]:
    scheme = scenario.scheme
    for name in dict.fromkeys(layer.payer for layer in scheme.layers.values()):
        account, here = scheme.accounts[name], ("scheme", "accounts", name)
        if account.annual_budget is not None:
            yield (*here, "annual_budget"), "年度预算；精确解需要 none", "a yearly budget; an exact answer needs none"
        if account.endowment is None:
            continue
        yield from _limited_payer(account, here)


def _limited_payer(account: Account, here: tuple[str, ...]) -> Iterator[Obstacle]:
    if account.refill.rule != "none":
        zh, en = f"补充规则 {account.refill.rule}；精确解需要 none", f"is refilled ({account.refill.rule}); an exact answer needs none"
        yield (*here, "refill", "rule"), zh, en
    if account.interest:
        yield (*here, "interest"), "余额计息；精确解需要 0", "earns interest; an exact answer needs 0"
    if account.sub_accounts:
        zh, en = "各地区分账户各自付尽；精确解需要一个账户", "each region's sub-account runs dry on its own; an exact answer needs one account"
        yield (*here, "sub_accounts"), zh, en
    if account.when_short == "pro_rata":
        zh, en = "余额不足时按比例分配；精确解需要 pay_what_is_left 或 queue", "shares what is left; an exact answer needs pay_what_is_left or queue"
        yield (*here, "when_short"), zh, en


def _flows(scenario: Scenario) -> Iterator[Obstacle]:
    """Money that moves in or out of a limited payer besides compensation."""
    scheme = scenario.scheme
    limited = {layer.payer for layer in scheme.layers.values() if scheme.accounts[layer.payer].endowment is not None}
    for name, fee in scheme.fees.items():
        for party in {fee.payer, fee.payee} & limited:
            zh, en = f"费用进出有限账户“{party}”；精确解不允许", f"moves money of the limited account {party!r}; an exact answer allows none"
            yield ("scheme", "fees", name), zh, en
    for name, subsidy in scheme.interest_subsidies.items():
        if subsidy.payer in limited:
            zh, en = (
                f"由有限账户“{subsidy.payer}”贴息；精确解不允许",
                f"is paid by the limited account {subsidy.payer!r}; an exact answer allows none",
            )
            yield ("scheme", "interest_subsidies", name), zh, en


def _one_limit(scenario: Scenario) -> Iterator[Obstacle]:
    """More limits than one, or one whose parts do not pay as ``min(sum, limit)``."""
    scheme = scenario.scheme
    payers = list(dict.fromkeys(layer.payer for layer in scheme.layers.values()))
    limited = [name for name in payers if scheme.accounts[name].endowment is not None]
    capped = {name: layer for name, layer in scheme.layers.items() if layer.aggregate}
    for name in limited[1:]:
        zh, en = f"“{limited[0]}”之外的又一个有限账户；精确解只允许一个", f"a limited account besides {limited[0]!r}; an exact answer allows one"
        yield ("scheme", "accounts", name, "endowment"), zh, en
    for name, layer in capped.items():
        here = ("scheme", "layers", name, "aggregate")
        if name != next(iter(capped)):
            yield here, "又一个累计上限；精确解只允许一个", "one more aggregate cap; an exact answer allows one"
        elif limited and layer.payer != limited[0]:
            zh, en = (
                f"累计上限之外另有有限账户“{limited[0]}”；精确解只允许一个",
                f"stands beside the limited account {limited[0]!r}; an exact answer allows one",
            )
            yield here, zh, en
        elif sum(other.payer == layer.payer for other in scheme.layers.values()) > 1:
            zh, en = "支付方还支付别的层；精确解要求它只付这一层", "its payer pays other layers too; an exact answer needs it to pay this one only"
            yield here, zh, en
        elif layer.aggregate and layer.aggregate.excess_to not in ("bank", layer.payer) and limited:
            zh = "超出部分由他方承担，而支付账户有限；精确解需要 bank"
            yield (*here, "excess_to"), zh, "another party bears the excess and the payer is limited; an exact answer needs bank"
        elif layer.aggregate and layer.aggregate.excess_to in scheme.accounts and scheme.accounts[layer.aggregate.excess_to].endowment is not None:
            yield (
                (*here, "excess_to"),
                "承担超出部分的账户有限；精确解不允许",
                "who bears the excess is limited; an exact answer allows no such account",
            )
    pools = [name for name, account in scheme.accounts.items() if account.kind == "pool"]
    for name in pools[1:]:
        zh, en = f"“{pools[0]}”之外的又一个资金池；精确解只允许一个", f"a pool besides {pools[0]!r}; an exact answer allows one"
        yield ("scheme", "accounts", name), zh, en


def _population(scenario: Scenario) -> Iterator[Obstacle]:
    if scenario.population.projects:
        yield ("population", "projects"), "分阶段项目没有精确解", "projects that pass stages have no exact answer"
    if scenario.population.tape:
        return
    for name, segment in scenario.population.segments.items():
        here = ("population", "segments", name)
        if scenario.population.book != "fixed":
            yield from _arrivals(scenario, segment, here)
            yield from _differences(segment, here)
        yield from _lending(segment, here)


def _arrivals(scenario: Scenario, segment: Segment, here: tuple[str, ...]) -> Iterator[Obstacle]:
    """Firms and days that are drawn anew in each history."""
    if segment.arrivals:
        zh, en = "新增户数是随机的；精确解需要 firms，或 population.book: fixed", "the number of firms is drawn; an exact answer needs firms"
        yield (*here, "arrivals"), zh, f"{en}, or population.book: fixed"
    if segment.first_application == "spread" and scenario.run.lend_until > scenario.run.start:
        zh, en = "首次申请的日子是随机的；精确解需要 at_start，或 population.book: fixed", "the day of the first application is drawn"
        yield (*here, "first_application"), zh, f"{en}; an exact answer needs at_start, or population.book: fixed"


def _lending(segment: Segment, here: tuple[str, ...]) -> Iterator[Obstacle]:
    """Chains, and loans whose balance falls before they are due."""
    if segment.drawdowns.mean != 1.0:
        zh, en = f"每户 {segment.drawdowns.mean:g} 笔；精确解需要 1", f"{segment.drawdowns.mean:g} loans a firm; an exact answer needs 1"
        yield (*here, "drawdowns", "mean"), zh, en
    if segment.renewal > 0.0:
        yield (*here, "renewal"), "贷款会续贷；精确解需要 0", "loans are renewed; an exact answer needs 0"
    for repayment in segment.repayment:
        if repayment not in AT_ONCE:
            zh, en = (
                f"{repayment}：违约时的余额取决于日子；精确解需要 bullet 或 interest_only",
                f"{repayment}: what is owed depends on the day of default",
            )
            yield (*here, "repayment"), zh, f"{en}; an exact answer needs bullet or interest_only"


def _differences(segment: Segment, here: tuple[str, ...]) -> Iterator[Obstacle]:
    """What is drawn anew for each firm in each history."""
    size = segment.loan
    if size.table is not None and len(size.table) > 1:
        zh, en = (
            "金额每次重新抽取；精确解需要一个金额，或 population.book: fixed",
            "amounts are drawn anew in each history; an exact answer needs one",
        )
        yield (*here, "loan", "table"), zh, f"{en}, or population.book: fixed"
    if size.table is None and size.spread > 0.0:
        zh, en = "金额每次重新抽取；精确解需要 0，或 population.book: fixed", "amounts are drawn anew in each history; an exact answer needs 0"
        yield (*here, "loan", "spread"), zh, f"{en}, or population.book: fixed"
    for key in TRAITS:
        if sum(share > 0 for share in getattr(segment, key).values()) > 1:
            zh, en = (
                "每户每次重新抽取；精确解需要唯一取值（可拆成几个分组），或 population.book: fixed",
                "is drawn anew for each firm; an exact answer needs one value",
            )
            yield (*here, key), zh, f"{en} (split the segment), or population.book: fixed"
    for key in CHANCES:
        if 0.0 < getattr(segment, key) < 1.0:
            zh, en = (
                "每户每次重新抽取；精确解需要 0% 或 100%，或 population.book: fixed",
                "is drawn anew for each firm; an exact answer needs 0% or 100%",
            )
            yield (*here, key), zh, f"{en}, or population.book: fixed"


def _tape(scenario: Scenario) -> Iterator[Obstacle]:
    tape = scenario.population.tape
    if tape is None:
        return
    here = ("population", "tape")
    if tape.fates != "drawn":
        zh, en = "重放已是确定的结果；精确解需要 drawn", "a replay is certain already; an exact answer needs drawn"
        yield (*here, "fates"), zh, en
    rows = tape_of(scenario)
    several = int((np.bincount(rows.firms) > 1).sum())
    if several:
        zh, en = f"{several} 户有不止一笔贷款；精确解需要每户一笔", f"{several} firms have more than one loan; an exact answer needs one a firm"
        yield (*here, "columns", "firm"), zh, en
    for repayment in sorted(set(rows.repayment.tolist()) - set(AT_ONCE)):
        zh, en = (
            f"{repayment}：违约时的余额取决于日子；精确解需要 bullet 或 interest_only",
            f"{repayment}: what is owed depends on the day of default",
        )
        yield (*here, "columns", "repayment"), zh, f"{en}; an exact answer needs bullet or interest_only"


def obstacles_in_play(scenario: Scenario, book: FixedBook, limit: Limit | None) -> Iterator[Obstacle]:
    """All that shows when every loan is played through its default."""
    names = list(scenario.scheme.layers)
    costs, latest = book.costs, book.latest
    if len(book.amount) == 0:
        yield ("scheme", "limits"), "没有一笔贷款获批", "no loan is granted"
        return
    if not all(np.array_equal(getattr(costs, part), getattr(latest, part)) for part in ("principal", "gross", "by_layer", "if_empty")):
        zh = "晚违约的贷款在期末前没有结清，损失取决于违约日；请加长 settle_years，并用 run_off: settle"
        en = "late defaults are not settled before the end, so that the day of a default matters; lengthen settle_years, with run_off: settle"
        yield ("run", "settle_years"), zh, en
    if book.lgd_step > 0.0 and len(book.amount) > MOST_KINDS:
        zh = f"损失率有离散，而贷款有 {len(book.amount):,} 种；精确解需要 0，或至多 {MOST_KINDS} 种"
        en = f"the LGD has a spread over {len(book.amount):,} kinds of loan; an exact answer needs 0, or {MOST_KINDS} kinds at most"
        yield ("losses", "lgd", "spread"), zh, en
    if limit is None:
        return
    for number in limit.layers:
        if costs.got_back[number] > 0:
            zh = "回收会流回有限的支付方；精确解需要先回收后补偿（basis: net_loss），或没有回收"
            en = (
                "recoveries flow back to a payer that is limited; an exact answer needs compensation after recovery (basis: net_loss), or no recovery"
            )
            yield ("scheme", "layers", names[number], "basis"), zh, en
    for number, name in enumerate(names):
        if number not in limit.layers and not np.array_equal(costs.by_layer[number], costs.if_empty[number]):
            zh = f"它付多少取决于“{names[limit.layers[0]]}”是否付得出；精确解要求互不影响"
            en = f"what it pays depends on whether {names[limit.layers[0]]!r} pays; an exact answer needs the two apart"
            yield ("scheme", "layers", name), zh, en
    if limit.capped >= 0:
        layer = scenario.scheme.layers[names[limit.capped]]
        if book.days[1] >= book.days[0] + 1 + layer.trigger + layer.lag:
            zh = "最早的补偿之后仍在放款，上限的基数还在变；精确解要求先放完款"
            en = "lending goes on after the earliest payment, so that the cap's base still grows; an exact answer needs all lent before"
            yield ("scheme", "layers", names[limit.capped], "aggregate", "base"), zh, en
