"""The schemes' own arithmetic: identities of the published numbers, and the hand-sized cases replayed in exact fractions from the contract's wording.

Nothing here calls the simulator's rules: files are read as plain YAML, amounts are exact fractions of a yuan, rounded down to the fen when money
moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
CASE_FILES = sorted((SCENARIOS / "cases").glob("*.cases.yaml"))
UNITS = {"亿元": 100_000_000, "万元": 10_000, "元": 1}


def read(path: Path) -> Any:
    """Plain tree of a file, without what is said about its values."""
    return strip(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


def strip(node: Any) -> Any:
    """Replace ``{value, source, …}`` by its value, everywhere below."""
    if isinstance(node, dict):
        if "value" in node and set(node) <= {"value", "source", "assumption", "range"}:
            return strip(node["value"])
        return {key: strip(child) for key, child in node.items()}
    return [strip(child) for child in node] if isinstance(node, list) else node


def money(text: object) -> Fraction:
    """Yuan of an amount such as 300万元."""
    for unit, size in UNITS.items():
        if str(text).endswith(unit):
            return Fraction(str(text).removesuffix(unit)) * size
    msg = f"{text} is no amount"
    raise ValueError(msg)


def share(text: object) -> Fraction:
    """Fraction of a share such as 80%."""
    return Fraction(str(text).removesuffix("%")) / 100


def to_fen(amount: Fraction) -> Fraction:
    """Round down to the fen."""
    return Fraction(int(amount * 100), 100)


HOLDS = {
    "amount_over": lambda loan, bound: loan["amount"] > money(bound),
    "amount_up_to": lambda loan, bound: loan["amount"] <= money(bound),
    "unsecured_over": lambda loan, bound: share(loan.get("unsecured", "100%")) > share(bound),
    "unsecured_at_least": lambda loan, bound: share(loan.get("unsecured", "100%")) >= share(bound),
}


def holds(loan: dict[str, Any], condition: dict[str, Any]) -> bool:
    """Whether a loan meets every part of one condition."""
    return all(meets(loan, key, wanted) for key, wanted in condition.items())


def meets(loan: dict[str, Any], key: str, wanted: Any) -> bool:
    """Whether a loan meets one part of a condition: a bound, a yes or no, or one of some names."""
    if key in HOLDS:
        return bool(HOLDS[key](loan, wanted))
    if isinstance(wanted, bool):
        return loan.get(key, False) is wanted
    return loan.get(key) in wanted


def applies(loan: dict[str, Any], conditions: list[dict[str, Any]] | None) -> bool:
    """Whether a loan meets any of the conditions; no conditions hold for every loan."""
    return not conditions or any(holds(loan, condition) for condition in conditions)


def ratio(layer: dict[str, Any], loan: dict[str, Any]) -> Fraction:
    """Share of a layer on a loan, by the words of the contract."""
    if not applies(loan, layer.get("applies_to")):
        return Fraction(0)
    said = layer["share"]
    if not isinstance(said, dict):
        return share(said)
    found = [share(tier["share"]) for tier in said["tiers"].values() if applies(loan, tier.get("when"))]
    if not found:
        return share(said["otherwise"])
    how = {"first": lambda: found[0], "max": lambda: max(found), "sum": lambda: min(sum(found), share(said.get("ceiling", "100%")))}
    return how[said["combine"]]()


@dataclass
class Replay:
    """A case played by the contract's wording: who has paid and borne what."""

    scheme: dict[str, Any]
    balances: dict[str, Fraction] = field(default_factory=dict)
    paid: dict[str, Fraction] = field(default_factory=dict)
    lent: dict[str, Fraction] = field(default_factory=dict)
    covered: dict[str, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, account in self.scheme["accounts"].items():
            if account.get("endowment", "none") != "none":
                self.balances[name] = money(account["endowment"])

    def lend(self, loan: dict[str, Any], number: int = 1) -> Fraction:
        """Cut what is asked to the limits and count it towards every cap; return what is lent."""
        limits = self.scheme.get("limits", {}).get("loan")
        limit = limits.get(loan.get("grade")) if isinstance(limits, dict) else limits
        loan["amount"] = min(money(loan["requested"]), money(limit)) if limit else money(loan["requested"])
        for name, layer in self.scheme["layers"].items():
            if applies(loan, layer.get("applies_to")):
                self.lent[name] = self.lent.get(name, Fraction(0)) + number * loan["amount"]
                self.covered[name] = self.covered.get(name, Fraction(0)) + number * loan["amount"] * self.full_share(name, loan)
        return Fraction(loan["amount"])

    def full_share(self, name: str, loan: dict[str, Any]) -> Fraction:
        """Share of the loan that a layer covers, through the layers between."""
        layer = self.scheme["layers"][name]
        own = ratio(layer, loan)
        return own * self.full_share(layer["of"], loan) if layer["basis"] == "payment_of" else own

    def pay(self, name: str, owed: Fraction) -> Fraction:
        """Pay what a layer owes as far as its limits and its payer's money go."""
        layer = self.scheme["layers"][name]
        if layer.get("per_claim", "none") != "none":
            owed = min(owed, money(layer["per_claim"]))
        if layer.get("annual_limit", "none") != "none":
            owed = min(owed, money(layer["annual_limit"]) - self.paid.get(name, Fraction(0)))
        if "aggregate" in layer:
            base = self.lent if layer["aggregate"]["base"] == "lent_to_date" else self.covered
            owed = min(owed, to_fen(share(layer["aggregate"]["ratio"]) * base.get(name, Fraction(0))) - self.paid.get(name, Fraction(0)))
        payer = layer["payer"]
        paid = min(owed, self.balances[payer]) if payer in self.balances else owed
        if payer in self.balances:
            self.balances[payer] -= paid
        self.paid[name] = self.paid.get(name, Fraction(0)) + paid
        return paid

    def claim(self, loan: dict[str, Any], principal: Fraction, bases: tuple[str, ...]) -> dict[str, Fraction]:
        """Pay every layer of the given bases on one loan; payments of payments follow the layer they share."""
        paid: dict[str, Fraction] = {}
        for name, layer in self.scheme["layers"].items():
            if layer["basis"] == "payment_of" and layer["of"] in paid:
                paid[name] = self.pay(name, to_fen(ratio(layer, loan) * paid[layer["of"]]))
            elif layer["basis"] in bases:
                paid[name] = self.pay(name, to_fen(ratio(layer, loan) * principal))
        return paid

    def borne(self, paid: dict[str, Fraction]) -> dict[str, Fraction]:
        """What each layer has borne: paid, less what others paid in its stead."""
        borne = dict(paid)
        for name, amount in paid.items():
            if self.scheme["layers"][name]["basis"] == "payment_of":
                borne[self.scheme["layers"][name]["of"]] -= amount
        return borne


def with_changes(tree: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Set the values that a case changes."""
    for path, value in changes.items():
        *parents, last = path.split(".")
        node = tree
        for part in parents:
            node = node[part]
        node[last] = value
    return tree


def each_case() -> list[Any]:
    """Every case of every file, with its names."""
    return [pytest.param(path, name, id=f"{path.name.split('.')[0]}-{name}") for path in CASE_FILES for name in read(path)["cases"]]


@pytest.mark.parametrize(("path", "name"), each_case())
def test_a_hand_sized_case_follows_from_the_words_of_its_contract(path: Path, name: str) -> None:
    cases = read(path)
    case = cases["cases"][name]
    scheme = with_changes(read(SCENARIOS / f"{cases['scenario']}.yaml"), case.get("set", {}))["scheme"]
    replay = Replay(scheme)
    if "portfolio" in case:
        replay.lend(dict(case["portfolio"]["loan"]), case["portfolio"]["number"])
    loans = [dict(claim["loan"]) for claim in case["claims"]]
    for loan, claim in zip(loans, case["claims"], strict=True):
        assert replay.lend(loan) == money(claim["lent"])
    cost_share = share(scheme["recoveries"]["cost"])
    principals = [money(claim["principal"]) for claim in case["claims"]]
    advances = [replay.claim(loan, principal, ("overdue_principal", "npl_balance")) for loan, principal in zip(loans, principals, strict=True)]
    for loan, claim, principal, paid in zip(loans, case["claims"], principals, advances, strict=True):
        for layer, expected in claim["share"].items():
            assert ratio(scheme["layers"][layer], loan) == share(expected), layer
        direct = {layer: amount for layer, amount in paid.items() if scheme["layers"][layer]["basis"] != "payment_of"}
        if "bank_after_claim" in claim:
            assert principal - sum(direct.values()) == money(claim["bank_after_claim"])
        recovered = sum((money(lump) for lump in claim.get("recoveries", [])), Fraction(0))
        cost = to_fen(recovered * cost_share)
        assert cost == money(claim.get("cost", "0元"))
        borne = replay.borne(paid)
        back = {layer: to_fen((recovered - cost) * amount / principal) for layer, amount in borne.items()}
        for layer, expected in claim.get("got_back", {}).items():
            assert back[layer] == money(expected), layer
            payer = scheme["layers"][layer]["payer"]
            if payer in replay.balances:
                replay.balances[payer] += back[layer]
        settled = replay.claim(loan, principal - (recovered - cost), ("net_loss",))
        for layer, expected in claim["paid"].items():
            assert {**paid, **settled}[layer] == money(expected), layer
        net = principal - (recovered - cost) - sum(borne.values()) + sum(back.values()) - sum(settled.values())
        assert net == money(claim["bank_net"])
    for account, expected in case.get("balance_after", {}).items():
        assert replay.balances[account] == money(expected)


def test_every_scheme_has_a_case_file() -> None:
    assert {path.name.split(".")[0] for path in CASE_FILES} >= {"hubei", "guangdong", "zhuhai_2022", "guangzhou_2025", "quanzhou"}


def test_hubei_pool_is_empty_at_1_61_per_cent_of_cumulative_lending_without_recoveries() -> None:
    scheme = read(SCENARIOS / "hubei.yaml")["scheme"]
    pool, cover = money(scheme["accounts"]["资金池"]["endowment"]), share(scheme["layers"]["资金池补偿"]["share"])
    loss_rate = pool / (cover * Fraction("774.27") * 100_000_000)
    assert float(loss_rate) == pytest.approx(0.01614, abs=5e-6)
    guard = scheme["guards"]["不良率熔断"]
    assert loss_rate < share(guard["warn"]) < share(guard["stop"])


def test_hubei_claims_at_the_two_thresholds_of_its_guard_are_31_and_50_hundred_million() -> None:
    claims = [Fraction("774.27") * Fraction("0.8") * ratio for ratio in (Fraction("0.05"), Fraction("0.08"))]
    assert [round(float(claim)) for claim in claims] == [31, 50]


def test_hubei_average_loan_volume_a_firm_is_519_wan() -> None:
    assert round(774.27e8 / 14_916 / 1e4) == 519


def test_guangdong_pool_is_the_sum_of_its_funders_and_levers_34_6_times() -> None:
    account = read(SCENARIOS / "guangdong.yaml")["scheme"]["accounts"]["风险补偿资金"]
    assert money(account["endowment"]) == (Fraction("3.323") + Fraction("10.48")) * 100_000_000
    parts = [share(part) for part in account["funded_by"].values()]
    assert sum(parts) == 1
    assert float(parts[0]) == pytest.approx(3.323 / 13.803, abs=1e-6)
    leverage = 477.98 / 13.803
    assert leverage == pytest.approx(34.6, abs=0.05)


def test_guangdong_interest_subsidy_of_35_per_cent_takes_2_29_to_1_49_per_cent() -> None:
    before = 1.49 / 0.65
    assert before == pytest.approx(2.29, abs=0.005)
    assert before * 0.35 == pytest.approx(0.80, abs=0.005)
    paid_a_year = 6_000 * 4 / 3_000_000 * 100
    assert paid_a_year == pytest.approx(0.80, abs=1e-9)


def test_zhuhai_pool_is_500_wan_of_the_province_and_3500_of_the_city() -> None:
    account = read(SCENARIOS / "zhuhai_2022.yaml")["scheme"]["accounts"]["风险补偿金"]
    parts = {name: share(part) * money(account["endowment"]) for name, part in account["funded_by"].items()}
    assert parts == {"省级财政": 5_000_000, "市级财政": 35_000_000}


CLASSES = {
    "小巨人": (20, 20, 20, 40),
    "专精特新": (20, 20, 20, 40),
    "高新技术企业": (20, 25, 20, 35),
    "科技型中小企业": (20, 30, 20, 30),
    "其他": (20, 40, 20, 20),
}
GUARANTEES = {"融资担保": ("担保代偿", "省级再担保分担", "国担分担"), "科技保": ("批量担保代偿", "批量省级再担保分担", "批量国担分担")}


@pytest.mark.parametrize("firm_class", CLASSES)
@pytest.mark.parametrize("route", GUARANTEES)
def test_quanzhou_guarantee_stack_has_the_national_share_of_the_firm_class(firm_class: str, route: str) -> None:
    layers = read(SCENARIOS / "quanzhou.yaml")["scheme"]["layers"]
    loan = {"firm_class": firm_class, "route": route, "amount": money("100万元")}
    guarantor, province, national = (ratio(layers[name], loan) for name in GUARANTEES[route])
    vector = (1 - guarantor, guarantor * (1 - province - national), guarantor * province, guarantor * national)
    assert tuple(100 * part for part in vector) == CLASSES[firm_class]


def test_quanzhou_routes_do_not_stack_and_none_covers_more_than_80_per_cent() -> None:
    tree = read(SCENARIOS / "quanzhou.yaml")
    for route in ("融资担保", "科技保", "增信基金", "知识产权质押", "技术创新基金"):
        loan = {"route": route, "firm_class": "小巨人", "ip_pledge": True, "amount": money("300万元")}
        direct = [ratio(layer, loan) for layer in tree["scheme"]["layers"].values() if layer["basis"] != "payment_of"]
        assert sum(direct) == Fraction(4, 5), route


def test_quanzhou_saving_of_1_9_hundred_million_is_the_rate_gap_on_the_whole_fund() -> None:
    tree = read(SCENARIOS / "quanzhou.yaml")
    before = share(tree["population"]["segments"]["技改研发企业"]["rate"])
    after = share(tree["scheme"]["interest_subsidies"]["技术创新基金贴息"]["final_rate"])
    assert float((before - after) * 150) == pytest.approx(1.9, abs=0.01)
    assert round(30e8 / 415 / 1e4) == 723


def test_guangzhou_pool_of_2016_to_2020_implies_a_loss_rate_of_0_47_per_cent() -> None:
    loss_rate = 0.71 / 0.5 / 300.99
    assert loss_rate == pytest.approx(0.0047, abs=5e-5)


def test_reference_pool_is_the_published_reference_job() -> None:
    tree = read(SCENARIOS / "reference_pool.yaml")
    segment = tree["population"]["segments"]["同质企业"]
    layer, pool = tree["scheme"]["layers"]["资金池补偿"], tree["scheme"]["accounts"]["资金池"]
    volume = segment["firms"] * money(segment["loan"]["mean"])
    assert (segment["firms"], segment["pd"], layer["share"]) == (10_000, "3%", "80%")
    assert (tree["macro"]["asset_correlation"], tree["losses"]["lgd"]["mean"]) == ("15%", "45%")
    assert money(pool["endowment"]) == volume / 20
    assert (layer["basis"], layer["trigger"], layer["lag"]) == ("net_loss", "0天", "0天")
