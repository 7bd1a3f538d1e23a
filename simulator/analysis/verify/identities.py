"""What follows by arithmetic from the words of real schemes, worked out by our own rules on histories written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.analysis.verify.check import Check, Subject
from simulator.analysis.verify.hand_made import HandLoan, Played, hand_history, hand_scenario, play_hand
from simulator.rules.layering import layer_loss
from simulator.rules.records import MILLION, Flag
from simulator.rules.repayment import subsidy_rate
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.scenario.models import Scenario

WAN = 1_000_000
PERCENT = 10_000
SHARE_VECTORS = ((20, 20, 20, 40), (20, 25, 20, 35), (20, 30, 20, 30), (40, 30, 20, 10), (54, 26, 16, 4), (30, 30, 40))
IN_ORDER = {"kind": "guarantor"}


def check_identities() -> list[Check]:
    """All identities of the schemes' own documents."""
    return [
        share_vectors_split_a_loss_exactly(),
        hubei_pool_is_empty_at_1_614_percent(),
        *zhuhai_first_loan(),
        guangzhou_shares_are_clipped(),
        *anhui_pool_behind_a_guarantor(),
        shanghai_excess_of_loss(),
        *caps_on_volume_and_on_covered_volume(),
        chongqing_advance_leaves_80_and_20(),
        guangdong_subsidy(),
    ]


def one_payer(share: int, **layer: object) -> dict[str, Any]:
    """Scheme of one unlimited payer on overdue principal."""
    return {"accounts": {"担保": IN_ORDER}, "layers": {"代偿": {"payer": "担保", "share": share, "basis": "overdue_principal", **layer}}}


def share_vectors_split_a_loss_exactly() -> Check:
    """Bank, guarantor, province, nation: every vector splits a loss without a fen left over."""
    loss = 12_345_600
    expected = [[loss * part // 100 for part in vector] for vector in SHARE_VECTORS]
    got = [_split(vector, loss) for vector in SHARE_VECTORS]
    subject = Subject("分担比例向量（6 组）加总等于损失", "six share vectors add up to the loss", "财金〔2024〕60号; 安徽4321; 台州; 天府科创贷")
    return subject.equal(_shown(expected), _shown(got))


def _shown(splits: Sequence[Sequence[int]]) -> str:
    return "; ".join("/".join(f"{part / 123_456:g}" for part in split) for split in splits)


def _split(vector: Sequence[int], loss: int) -> list[int]:
    names = [f"第{number}方" for number in range(1, len(vector))]
    layers = {name: {"payer": name, "share": part * PERCENT, "basis": "overdue_principal"} for name, part in zip(names, vector[1:], strict=True)}
    played = play_hand(hand_scenario({"accounts": dict.fromkeys(names, IN_ORDER), "layers": layers}), [HandLoan(loss, fails=100)])
    return [played.bank_net_loss, *(played.borne(name) for name in names)]


def hubei_pool_is_empty_at_1_614_percent() -> Check:
    """Losses of a thousandth of a per cent of 774.27亿元 each: how many the pool pays in full with nothing recovered."""
    scheme = load("hubei").scenario.scheme
    pool, layer = scheme.accounts["资金池"], scheme.layers["资金池补偿"]
    accounts = {"财政": {"kind": "treasury"}, "池": {"kind": "pool", "endowment": pool.endowment, "funded_by": {"财政": MILLION}}}
    volume = 7_742_700_000_000
    scheme_alone = {"accounts": accounts, "layers": {"补偿": {"payer": "池", "share": layer.share, "basis": "overdue_principal"}}}
    loans = [HandLoan(volume // 100_000, fails=100) for _ in range(1_700)]
    in_full = _paid_in_full(play_hand(hand_scenario(scheme_alone), loans), "补偿", volume // 100_000 * 4 // 5)
    subject = Subject("湖北资金池零回收时的耗尽点（累计损失率）", "Hubei pool without recoveries is empty at this loss rate", "简报第293期(上), 推算")
    return subject.equal("1.614%", f"{in_full / 1000:.3f}%")


def _paid_in_full(played: Played, layer: str, due: int) -> int:
    return int((played.of_layer("paid", layer) == due).sum())


def zhuhai_first_loan() -> list[Check]:
    """First loan, 60 % of it unsecured: 90 %; of 400万元 that is 360万元, clipped to 300万元."""
    loan = HandLoan(400 * WAN, day=10, fails=200, unsecured=600_000, flags=0)
    played = _play_built_in("zhuhai_2022", loan)
    share = int(played.history.loans.cover["first"][0, 0])
    source = "珠海2022年风险补偿办法"
    tier = Subject("珠海：首贷且信用部分 60% 的补偿比例", "Zhuhai: share on a first loan, 60 % unsecured", source)
    clipped = Subject("珠海：400万元按 90% 为 360万元，封顶", "Zhuhai: 90 % of 4 million, clipped", source)
    return [tier.equal("90%", f"{share / PERCENT:g}%"), clipped.equal("300万元", f"{played.paid('风险补偿') / WAN:g}万元")]


def _play_built_in(name: str, loan: HandLoan) -> Played:
    scenario: Scenario = load(name).scenario
    return play_hand(scenario, [loan])


def guangzhou_shares_are_clipped() -> Check:
    """400万元, IP pledged, funded by a monetary-policy tool: 40 + 15 + 5 is clipped to 50 %."""
    loan = HandLoan(400 * WAN, fails=200, route="政银", flags=Flag.IP_PLEDGE | Flag.POLICY_FUNDED, day=1)
    history = hand_history(load("guangzhou_2025").scenario, [loan])
    share = int(history.loans.cover["first"][0, 0])
    subject = Subject("广州：40+15+5 封顶", "Guangzhou: 40+15+5, clipped", "穗金管规字〔2025〕1号")
    return subject.equal("50%", f"{share / PERCENT:g}%")


def anhui_pool_behind_a_guarantor() -> list[Check]:
    """The pool pays 20 % of the bad principal, never more than 80 % of what the guarantor bears."""
    checks = []
    for burden, expected in ((40, 20), (20, 16)):
        share = min(20 * MILLION // burden, 800_000)
        scheme = one_payer(burden * PERCENT)
        scheme["accounts"]["资金池"] = {"kind": "treasury"}
        scheme["layers"]["资金池补偿"] = {"payer": "资金池", "share": share, "basis": "payment_of", "of": "代偿"}
        played = play_hand(hand_scenario(scheme), [HandLoan(100 * WAN, fails=100)])
        zh, en = f"安徽：担保方承担 {burden}% 时资金池分担", f"Anhui: pool's part where the guarantor bears {burden} %"
        subject = Subject(zh, en, "安徽省科技企业贷款风险补偿资金池")
        checks.append(subject.equal(f"{expected}%", f"{played.borne('资金池补偿') / WAN:g}%"))
    return checks


def shanghai_excess_of_loss() -> Check:
    """Half of what passes 3 % of the portfolio, up to 5 %."""
    volume = 100_000_000
    losses = [volume * percent // 100 for percent in (3, 5, 8)]
    paid = [int(layer_loss(loss, 3 * volume // 100, 2 * volume // 100, 500_000)) for loss in losses]
    subject = Subject("上海2011：不良率 3/5/8% 时的补偿率", "Shanghai 2011: paid at NPL 3/5/8 %", "上海2011年科技型中小企业信贷风险补偿")
    return subject.equal("0/1/1%", "/".join(f"{100 * part / volume:g}" for part in paid) + "%")


def caps_on_volume_and_on_covered_volume() -> list[Check]:
    """Default rates at which a cap stops payment, by its base."""
    cases = (
        ("EFG", 75, 13, "lent_to_date", "17.3%"),
        ("COSME", 50, 20, "lent_to_date", "40%"),
        ("EFG", 75, 13, "covered_volume", "13%"),
        ("COSME", 50, 20, "covered_volume", "20%"),
    )
    return [_cap_stops(*case) for case in cases]


def _cap_stops(name: str, share: int, cap: int, base: str, expected: str) -> Check:
    aggregate = {"ratio": cap * PERCENT, "base": base, "excess_to": "bank"}
    loans = [HandLoan(WAN, fails=100) for _ in range(1_000)]
    played = play_hand(hand_scenario(one_payer(share * PERCENT, aggregate=aggregate)), loans)
    in_full = _paid_in_full(played, "代偿", WAN * share // 100)
    on = ("发放额", "volume") if base == "lent_to_date" else ("担保额", "covered volume")
    zh, en = f"{name}：上限按{on[0]}计，封顶时的违约率", f"{name}: default rate at which a cap on {on[1]} stops payment"
    return Subject(zh, en, "EFG 75%/13%; COSME 50%/20%").equal(expected, f"{in_full / 10:g}%")


def chongqing_advance_leaves_80_and_20() -> Check:
    """Four fifths paid in advance and recoveries shared in proportion: pool and bank bear 80/20 of the net loss."""
    scheme = {**one_payer(800_000), "recoveries": {"order": "pro_rata"}}
    loan = HandLoan(1_000_000, fails=100, lgd=370_000, lags=(200, 300, 500))
    played = play_hand(hand_scenario(scheme), [loan])
    subject = Subject("重庆：先付 80%，按比例分配回收后的分担", "Chongqing: 80 % in advance, recoveries pro rata", "重庆知识价值信用贷款")
    net = 370_000
    return subject.equal("80/20", f"{100 * played.borne('代偿') / net:g}/{100 * played.bank_net_loss / net:g}")


def guangdong_subsidy() -> Check:
    """A subsidy of 35 % of the interest takes 2.29 % to 1.49 %."""
    scheme: Mapping[str, Any] = {"accounts": {"财政": {"kind": "treasury"}}, "interest_subsidies": {"贴息": {"payer": "财政", "share": 350_000}}}
    history = hand_history(hand_scenario(scheme), [HandLoan(WAN, rate=22_900)])
    left = 22_900 - int(subsidy_rate(history.loans.subsidies[0], 22_900))
    subject = Subject("广东：贴息 35% 后的利率", "Guangdong: rate after a subsidy of 35 %", "南方周末; 推算")
    return subject.equal("1.49%", f"{left / PERCENT:.2f}%")
