"""The exact path against closed forms, against every subset of a small book worked out one by one, and against the event engine."""

from __future__ import annotations

import datetime
import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from simulator.analysis.verify.figures import reference_pool
from simulator.analysis.verify.simulation import deviation_and_error, mean_and_error
from simulator.analysis.verify.vasicek import expected_up_to, loss_chance, loss_deviation
from simulator.engine import lattice
from simulator.engine.exact import exact_results
from simulator.engine.exactness import check_exact
from simulator.engine.lattice import Loans, law_of_sum, moments
from simulator.errors import NotExact
from simulator.results.estimates import quantile
from simulator.results.exact import Law
from simulator.runs.play import play_histories
from simulator.scenario.loader import load
from simulator.scenario.models import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

WAN = 1_000_000
MILLION = 1_000_000
CORRELATION = 0.2
ONE = np.ones(1)

BOOK = [
    # name, loans, requested 万元, PD, share of the pool, months
    ("甲", 1, 100, 0.02, 0.8, 12),
    ("乙", 1, 250, 0.05, 0.8, 12),
    ("丙", 1, 400, 0.10, 0.5, 24),
    ("丁", 1, 700, 0.03, 0.5, 12),
    ("戊", 1, 60, 0.20, 0.0, 36),
    ("己", 1, 325, 0.07, 0.8, 24),
]
LOAN_LIMIT = 500
LGD = 0.6
ENDOWMENT = 200


def scenario_of(book: list[tuple[str, int, int, float, float, int]], **blocks: Any) -> Scenario:
    """Book of one grade a kind of loan, the pool's share by grade, after disposal."""
    tiers = {name: {"share": int(share * MILLION), "when": ({"grade": (name,)},)} for name, _, _, _, share, _ in book}
    segments = {
        name: {
            "firms": firms,
            "first_application": "at_start",
            "grade": {name: MILLION},
            "loan": {"mean": amount * WAN, "spread": 0.0},
            "term": {months: MILLION},
            "pd": pd,
        }
        for name, firms, amount, pd, _, months in book
    }
    tree: dict[str, Any] = {
        "name": "小账",
        "title": "小账",
        "run": {"start": datetime.date(2025, 1, 1), "lend_until": datetime.date(2025, 1, 1)},
        "population": {"segments": segments},
        "macro": {"factor": "static", "asset_correlation": CORRELATION},
        "losses": {"lgd": {"mean": int(LGD * MILLION)}, "lag": {"mean": 180}},
        "banks": {"members": {"银行": {"share": MILLION}}},
        "scheme": {
            "accounts": {"财政": {"kind": "treasury", "public": True}, "池": pool(ENDOWMENT * WAN)},
            "layers": {"补偿": {"payer": "池", "share": {"combine": "first", "tiers": tiers}, "basis": "net_loss", "trigger": 90, "lag": 30}},
            "limits": {"loan": LOAN_LIMIT * WAN},
        },
    }
    for key, block in blocks.items():
        tree[key] = {**tree[key], **block} if isinstance(tree.get(key), dict) else block
    return Scenario.model_validate(tree)


def pool(endowment: int | None, **rest: Any) -> dict[str, Any]:
    return {"kind": "pool", "public": True, "endowment": endowment, "funded_by": {"财政": MILLION}, **rest}


def lifetime_chance(pd: float, months: int) -> float:
    due = datetime.date(2025 + months // 12, 1, 1)
    return 1.0 - (1.0 - pd) ** ((due - datetime.date(2025, 1, 1)).days / 365.25)


def subsets_of(book: list[tuple[str, int, int, float, float, int]]) -> list[tuple[float, float, float, float]]:
    """Chance, gross loss, amount called and bank's loss (万元) of every set of defaults, by adaptive quadrature over the factor."""
    laws = [(special.ndtri(lifetime_chance(pd, months)), min(amount, LOAN_LIMIT) * LGD, share) for _, _, amount, pd, share, months in book]
    found = []
    for fails in itertools.product((False, True), repeat=len(book)):

        def density(z: float, fails: tuple[bool, ...] = fails) -> float:
            p = [special.ndtr((level - math.sqrt(CORRELATION) * z) / math.sqrt(1 - CORRELATION)) for level, *_ in laws]
            return float(stats.norm.pdf(z)) * math.prod(one if fail else 1.0 - one for one, fail in zip(p, fails, strict=True))

        chance = sum(integrate.quad(density, low, low + 2.0, epsabs=1e-14, epsrel=1e-11)[0] for low in range(-9, 9, 2))
        gross = sum(loss for (_, loss, _), fail in zip(laws, fails, strict=True) if fail)
        called = sum(loss * share for (_, loss, share), fail in zip(laws, fails, strict=True) if fail)
        found.append((chance, gross, called, gross - min(called, ENDOWMENT)))
    return found


@pytest.fixture(scope="module")
def subsets() -> list[tuple[float, float, float, float]]:
    return subsets_of(BOOK)


def mean_of(subsets: list[tuple[float, float, float, float]], figure: Callable[..., float]) -> float:
    return math.fsum(one[0] * figure(*one) for one in subsets)


def quantile_of(subsets: list[tuple[float, float, float, float]], column: int, level: float) -> float:
    total = 0.0
    for value, chance in sorted((one[column], one[0]) for one in subsets):
        total += chance
        if total >= level:
            return value
    raise AssertionError


def test_reference_pool_meets_its_exact_answer() -> None:
    expected = reference_pool()
    found = exact_results(load("reference_pool").scenario)
    assert found.laws["bank.gross_loss"].mean / WAN == pytest.approx(expected["gross_loss_mean"], rel=1e-9)
    assert found.laws["bank.net_loss"].mean / WAN == pytest.approx(expected["bank_loss_mean"], rel=1e-8)
    assert found.laws["bank.net_loss"].deviation / WAN == pytest.approx(expected["bank_loss_sd"], rel=1e-8)
    assert found.measures["pool.shortfall_probability"].mean == pytest.approx(expected["p_pool_depleted"], rel=1e-8)
    assert found.rounding == 0.0


@pytest.mark.parametrize("n", [1, 7, 60])
@pytest.mark.parametrize("correlation", [0.0, 0.15, 0.6])
def test_like_loans_are_mixed_binomials(n: int, correlation: float) -> None:
    level = float(special.ndtri(0.1))
    law = law_of_sum(Loans(np.array([level]), np.array([correlation]), np.array([n]), ONE), [np.array([[300]])])

    def chance(defaults: int) -> float:
        def at(z: float) -> float:
            p = special.ndtr((level - math.sqrt(correlation) * z) / math.sqrt(1 - correlation))
            return float(stats.norm.pdf(z) * stats.binom.pmf(defaults, n, p))

        return sum(integrate.quad(at, low, low + 1.0, epsabs=1e-15)[0] for low in range(-9, 9))

    assert law.steps[1] == 300
    assert law.chances[0, : n + 1] == pytest.approx([chance(defaults) for defaults in range(n + 1)], abs=1e-10)


def test_losses_of_six_different_loans_are_those_of_all_subsets(subsets) -> None:
    found = exact_results(scenario_of(BOOK))
    law = found.laws
    assert mean_of(subsets, lambda *_: 1.0) == pytest.approx(1.0, abs=1e-10)
    for name, column in (("bank.gross_loss", 1), ("cover.called", 2), ("bank.net_loss", 3)):
        mean = math.fsum(one[0] * one[column] for one in subsets)
        deviation = math.sqrt(math.fsum(one[0] * (one[column] - mean) ** 2 for one in subsets))
        assert law[name].mean / WAN == pytest.approx(mean, rel=1e-9), name
        assert law[name].deviation / WAN == pytest.approx(deviation, rel=1e-8), name
        assert law[name].rounding == 0.0
        for level in (0.5, 0.9, 0.95, 0.99, 0.999):
            assert law[name].quantile(level) / WAN == pytest.approx(quantile_of(subsets, column, level), abs=1e-6), (name, level)


def test_measures_of_six_different_loans_are_those_of_all_subsets(subsets) -> None:
    found = exact_results(scenario_of(BOOK)).measures
    expected = {
        "pool.shortfall_probability": mean_of(subsets, lambda _c, _g, called, _n: float(called > ENDOWMENT)),
        "pool.paid": mean_of(subsets, lambda _c, _g, called, _n: min(called, ENDOWMENT)) * WAN,
        "pool.final_balance": mean_of(subsets, lambda _c, _g, called, _n: ENDOWMENT - min(called, ENDOWMENT)) * WAN,
        "fiscal.net_cost": mean_of(subsets, lambda _c, _g, called, _n: min(called, ENDOWMENT)) * WAN,
        "lending.volume": (100 + 250 + 400 + 500 + 60 + 325) * WAN,
        "pool.leverage": (100 + 250 + 400 + 500 + 60 + 325) / ENDOWMENT,
    }
    for name, figure in expected.items():
        assert found[name].mean == pytest.approx(figure, rel=1e-8), name
        assert found[name].se == 0.0
    edge = quantile_of(subsets, 3, 0.99)
    beyond = mean_of(subsets, lambda _c, _g, _l, net: float(net > edge))
    tail = (mean_of(subsets, lambda _c, _g, _l, net: net * (net > edge)) + edge * (0.01 - beyond)) / 0.01
    assert found["bank.net_loss_es_99"].mean / WAN == pytest.approx(tail, rel=1e-8)
    assert found["pool.needed"].p95 / WAN == pytest.approx(quantile_of(subsets, 2, 0.95))


@pytest.mark.parametrize("excess_to", ["bank", "担保"])
def test_aggregate_cap_pays_the_lesser_and_its_bearer_the_excess(subsets, excess_to: str) -> None:
    share = 0.5
    book = [(name, n, amount, pd, share, months) for name, n, amount, pd, _, months in BOOK]
    layers = {
        "代偿": {
            "payer": "基金",
            "share": int(share * MILLION),
            "basis": "net_loss",
            "trigger": 0,
            "aggregate": {"ratio": 100_000, "base": "lent_to_date", "excess_to": excess_to},
        }
    }
    accounts = {"基金": {"kind": "fund"}, "担保": {"kind": "guarantor"}}
    scheme = {"accounts": accounts, "layers": layers, "limits": {"loan": LOAN_LIMIT * WAN}}
    found = exact_results(scenario_of(book, scheme=scheme)).measures
    cap = 0.1 * 1635
    paid = mean_of(subsets, lambda _c, gross, _l, _n: min(share * gross, cap))
    excess = mean_of(subsets, lambda _c, gross, _l, _n: max(share * gross - cap, 0.0))
    gross = mean_of(subsets, lambda _c, gross, _l, _n: gross)
    assert found["paid_by.基金"].mean / WAN == pytest.approx(paid, rel=1e-9)
    assert found["cover.capped"].mean / WAN == pytest.approx(excess, rel=1e-9)
    assert found["bank.net_loss"].mean / WAN == pytest.approx(gross - paid - (excess if excess_to != "bank" else 0.0), rel=1e-9)
    assert found["pool.shortfall_probability"] is None


def test_large_pool_follows_the_loss_law_and_its_mean_payout_the_bivariate_normal() -> None:
    pd, correlation, n = 0.05, 0.2, 100_000
    loans = Loans(np.array([special.ndtri(pd)]), np.array([correlation]), np.array([n]), ONE)
    law = law_of_sum(loans, [np.array([[1]])])
    below = np.cumsum(law.chances[0])
    for part in (0.01, 0.05, 0.2, 0.4):
        assert below[int(part * n)] == pytest.approx(loss_chance(pd, correlation, part), abs=2e-4)
    found = Law(np.arange(law.chances.size, dtype=float) / n, law.chances[0], pd, 0.0, 0.0)
    assert found.mean_up_to(0.08) == pytest.approx(expected_up_to(pd, correlation, 0.08), abs=1e-5)
    common = loss_deviation(pd, correlation) ** 2
    assert moments(loans, np.array([[1]])).deviation / n == pytest.approx(math.sqrt(common + (pd - pd**2 - common) / n), rel=1e-9)


def uneven(n: int) -> tuple[Loans, np.ndarray]:
    draws = np.random.default_rng(5)
    level = special.ndtri(np.array([0.01, 0.05, 0.3]))[np.arange(n) % 3]
    return Loans(level, np.full(n, 0.3), np.ones(n, np.int64), ONE), np.rint(np.exp(draws.normal(6.0, 0.7, n))).astype(np.int64)[:, None]


def convolved(loans: Loans, amounts: np.ndarray) -> np.ndarray:
    """Law of the sum by convolving one loan at a time, the factor on a fine grid of its own."""
    total = np.zeros(int(amounts.sum()) + 1)
    factors, weights = np.polynomial.hermite_e.hermegauss(120)
    for z, weight in zip(factors, weights / weights.sum(), strict=True):
        chances = special.ndtr((loans.level - np.sqrt(loans.correlation) * z) / np.sqrt(1 - loans.correlation))
        law = np.zeros_like(total)
        law[0] = 1.0
        for chance, amount in zip(chances, amounts[:, 0], strict=True):
            law[amount:] = law[amount:] * (1 - chance) + chance * law[:-amount]
            law[:amount] *= 1 - chance
        total += weight * law
    return total


def test_many_different_amounts_are_convolved_through_their_transform() -> None:
    loans, amounts = uneven(60)
    law = law_of_sum(loans, [amounts])
    assert law.steps[1] == 1
    expected = np.cumsum(convolved(loans, amounts))
    assert np.cumsum(law.chances[0])[: len(expected)] == pytest.approx(expected, abs=1e-6)


def test_series_and_product_over_loans_agree(monkeypatch) -> None:
    loans, amounts = uneven(150)
    monkeypatch.setattr(lattice, "MOST_CELLS", 2**12)
    by_series = law_of_sum(loans, [amounts]).chances
    monkeypatch.setattr(lattice, "n_terms", lambda *_: 2**30)
    assert law_of_sum(loans, [amounts]).chances == pytest.approx(by_series, abs=1e-12)


@pytest.mark.parametrize("room", [2**10, 2**12, 2**14])
def test_rounding_of_amounts_stays_within_its_stated_bound(monkeypatch, room: int) -> None:
    loans, amounts = uneven(150)
    sharp = law_of_sum(loans, [amounts])
    monkeypatch.setattr(lattice, "MOST_CELLS", room)
    rough = law_of_sum(loans, [amounts])
    assert rough.steps[1] > 1
    exact, rounded = (Law(law.steps[1] * np.arange(law.chances.size, dtype=float), law.chances[0], 0, 0, 0) for law in (sharp, rough))
    gaps = [abs(exact.quantile(level) - rounded.quantile(level)) for level in (0.05, 0.5, 0.95, 0.99, 0.999)]
    gaps.append(abs(exact.tail_mean(0.99) - rounded.tail_mean(0.99)))
    assert 0.0 < max(gaps) <= rough.rounding[1]
    mean = float(rounded.values @ rounded.chances)
    assert mean == pytest.approx(moments(loans, amounts).mean, abs=3 * rough.steps[1])


def test_two_amounts_have_the_laws_of_each_as_margins(monkeypatch) -> None:
    monkeypatch.setattr(lattice, "MOST_CELLS_OF_PAIR", 2**14)
    loans, amounts = uneven(20)
    other = amounts // 3 * np.array([[1], [2]] * 10)
    pair = law_of_sum(loans, [amounts, other])
    for axis, one in ((0, amounts), (1, other)):
        alone, margin = law_of_sum(loans, [one]), pair.chances.sum(axis=1 - axis)
        means = [float(law @ np.arange(law.size)) * step for law, step in ((alone.chances[0], alone.steps[1]), (margin, pair.steps[axis]))]
        assert means[1] == pytest.approx(means[0], abs=2 * pair.steps[axis])


def test_lgd_with_a_spread_keeps_its_mean_and_its_deviation() -> None:
    spread = 0.25
    book = [("甲", 40, 100, 0.1, 0.8, 12)]
    losses = {"lgd": {"mean": int(LGD * MILLION), "spread": spread}, "lag": {"mean": 180}}
    scheme = {"accounts": {"基金": {"kind": "fund"}}, "layers": {}}
    law = exact_results(scenario_of(book, losses=losses, scheme=scheme)).laws["bank.gross_loss"]
    level = special.ndtri(lifetime_chance(0.1, 12))
    p = lifetime_chance(0.1, 12)
    both, _ = integrate.quad(
        lambda z: stats.norm.pdf(z) * special.ndtr((level - math.sqrt(CORRELATION) * z) / math.sqrt(1 - CORRELATION)) ** 2, -9, 9, epsabs=1e-13
    )
    variance = 40 * p * (LGD**2 + spread**2) + 40 * 39 * both * LGD**2 - (40 * p * LGD) ** 2
    assert law.mean / WAN / 100 == pytest.approx(40 * p * LGD, rel=1e-4)
    assert law.deviation / WAN / 100 == pytest.approx(math.sqrt(variance), rel=1e-3)
    assert law.rounding > 0.0


def test_claims_that_wait_for_an_empty_pool_are_called_all_the_same() -> None:
    accounts = {"财政": {"kind": "treasury", "public": True}}
    found = []
    for when_short in ("pay_what_is_left", "queue"):
        scheme = {"accounts": {**accounts, "池": pool(ENDOWMENT * WAN, when_short=when_short)}, "layers": {"补偿": LAYER}}
        found.append(exact_results(scenario_of(BOOK, scheme=scheme)).measures)
    assert found[0] == found[1]
    assert found[0]["pool.needed"].mean == pytest.approx(0.8 * found[0]["bank.gross_loss"].mean, rel=1e-12)


def test_joint_law_that_would_be_too_rough_is_left_out_and_its_mean_kept(monkeypatch, subsets) -> None:
    monkeypatch.setattr("simulator.engine.exact.rounding_of", lambda *_: (1e12, 1e12))
    found = exact_results(scenario_of(BOOK))
    assert "bank.net_loss" not in found.laws
    assert found.measures["bank.net_loss_var_99"] is None
    assert "bank.net_loss_var_99" in found.missing
    assert found.measures["bank.net_loss"].p95 is None
    assert found.measures["bank.net_loss"].mean / WAN == pytest.approx(math.fsum(one[0] * one[3] for one in subsets), rel=1e-9)


LAYER = {"payer": "池", "share": 800_000, "basis": "net_loss"}

LARGER = [("甲", 12, 100, 0.02, 0.8, 12), ("乙", 9, 250, 0.05, 0.7, 12), ("丙", 6, 700, 0.10, 0.5, 24), ("丁", 15, 60, 0.15, 0.9, 36)]


@pytest.mark.slow
def test_event_engine_agrees_within_four_standard_errors() -> None:
    scenario = scenario_of(LARGER)
    exact, n = exact_results(scenario), 2_500
    finals = play_histories([scenario], n)[0].finals
    for name in ("bank.gross_loss", "bank.net_loss"):
        values, law = np.asarray(finals[name], float), exact.laws[name]
        for figure, (got, error) in ((law.mean, mean_and_error(values)), (law.deviation, deviation_and_error(values))):
            assert abs(got - figure) <= 4 * error, (name, got, figure, error)
    short = float((finals["pool.short"] > 0).mean())
    chance = exact.measures["pool.shortfall_probability"].mean
    assert abs(short - chance) <= 4 * math.sqrt(chance * (1 - chance) / n)
    for level in (0.5, 0.9, 0.95, 0.99):
        sampled = quantile(finals["pool.needed"], level, confidence=0.99994)
        assert sampled.low <= exact.laws["cover.called"].quantile(level) <= sampled.high, level
    for name in ("lending.volume", "lending.loans", "lending.first_time_borrowers"):
        assert set(finals[name].tolist()) == {exact.measures[name].mean}
    for name in ("pool.paid", "cover.paid", "fiscal.net_cost", "paid_by.池", "pool.final_balance"):
        got, error = mean_and_error(np.asarray(finals[name], float))
        assert abs(got - exact.measures[name].mean) <= 4 * error, name


FIXED = {
    "book": "fixed",
    "segments": {
        "企业": {
            "firms": 120,
            "grade": {"A": 600_000, "B": 400_000},
            "loan": {"mean": {"A": 300 * WAN, "B": 100 * WAN}, "spread": 0.8},
            "term": {12: 500_000, 24: 500_000},
            "pd": {"A": 0.03, "B": 0.1},
        }
    },
}


def test_firms_drawn_once_for_all_have_an_exact_answer_only_as_a_fixed_book() -> None:
    scheme = {"accounts": {"基金": {"kind": "fund"}}, "layers": {"补偿": {**LAYER, "payer": "基金"}}}
    run = {"start": datetime.date(2025, 1, 1), "lend_until": datetime.date(2025, 6, 30)}
    with pytest.raises(NotExact) as refused:
        check_exact(scenario_of(BOOK, population={**FIXED, "book": "drawn"}, scheme=scheme, run=run))
    found = {problem.path.removeprefix("population.segments.企业.") for problem in refused.value.problems}
    assert found == {"first_application", "loan.spread", "grade", "term"}
    assert all("population.book: fixed" in problem.en for problem in refused.value.problems)
    scenario = scenario_of(BOOK, population=FIXED, scheme=scheme, run=run)
    exact, n = exact_results(scenario), 400
    finals = play_histories([scenario], n)[0].finals
    assert set(finals["lending.volume"].tolist()) == {exact.measures["lending.volume"].mean}
    assert (exact.loans, exact.kinds > 100) == (120, True)
    for name in ("bank.gross_loss", "bank.net_loss"):
        got, error = mean_and_error(np.asarray(finals[name], float))
        assert abs(got - exact.laws[name].mean) <= 4 * error, name
        got, error = deviation_and_error(np.asarray(finals[name], float))
        assert abs(got - exact.laws[name].deviation) <= 4 * error, name


def changed(book: Mapping[str, Any]) -> Scenario:
    return scenario_of(BOOK[:2], **book)


SCHEME = scenario_of(BOOK[:2]).scheme.model_dump(exclude_none=True)


@pytest.mark.parametrize(
    ("key", "blocks"),
    [
        ("macro.factor", {"macro": {"factor": "ar1"}}),
        ("macro.sector_loading", {"macro": {"sector_loading": 0.5}}),
        ("losses.wrong_way", {"losses": {"wrong_way": 200_000}}),
        ("losses.cure", {"losses": {"cure": {"chance": 0.3}}}),
        ("losses.lag.spread", {"losses": {"lag": {"mean": 100, "spread": 0.5}}}),
        ("banks.members.银行.appetite", {"banks": {"members": {"银行": {"appetite": "margin"}}}}),
        ("banks.members.银行.quota", {"banks": {"members": {"银行": {"quota": WAN}}}}),
        ("scheme.limits.scheme_year", {"scheme": {"limits": {"scheme_year": WAN}}}),
        ("scheme.guards.线", {"scheme": {"guards": {"线": {"numerator": "npl", "denominator": "outstanding", "effect": "stop_lending"}}}}),
        ("scheme.layers.补偿.annual_limit", {"scheme": {"layers": {"补偿": {**LAYER, "annual_limit": WAN}}}}),
        ("scheme.accounts.池.refill.rule", {"scheme": {"accounts": {"财政": {"kind": "treasury"}, "池": pool(WAN, refill={"rule": "as_needed"})}}}),
        ("scheme.accounts.池.interest", {"scheme": {"accounts": {"财政": {"kind": "treasury"}, "池": pool(WAN, interest=10_000)}}}),
        ("scheme.accounts.池.annual_budget", {"scheme": {"accounts": {"财政": {"kind": "treasury"}, "池": pool(WAN, annual_budget=WAN)}}}),
        ("scheme.accounts.池.when_short", {"scheme": {"accounts": {"财政": {"kind": "treasury"}, "池": pool(WAN, when_short="pro_rata")}}}),
        ("scheme.fees.费", {"scheme": {"fees": {"费": {"payer": "bank", "payee": "池", "rate": 10_000}}}}),
        ("scheme.layers.补偿.basis", {"scheme": {"layers": {"补偿": {**LAYER, "basis": "overdue_principal"}}}}),
        ("run.settle_years", {"run": {"start": datetime.date(2025, 1, 1), "lend_until": datetime.date(2025, 1, 1), "settle_years": 1}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_keeps_a_scenario_from_an_exact_answer_is_named(key: str, blocks: dict[str, Any]) -> None:
    if "scheme" in blocks:
        layers = {"layers": {"补偿": LAYER}} if "accounts" in blocks["scheme"] else {}
        blocks = {"scheme": {**SCHEME, **layers, **blocks["scheme"]}}
    with pytest.raises(NotExact) as refused:
        check_exact(changed(blocks))
    assert key in [problem.path for problem in refused.value.problems]
    assert all(problem.zh and problem.en for problem in refused.value.problems)


def test_every_obstacle_is_named_at_once() -> None:
    with pytest.raises(NotExact) as refused:
        check_exact(load("湖北").scenario)
    paths = {problem.path for problem in refused.value.problems}
    assert {"macro.factor", "losses.lag.spread", "scheme.guards.不良率熔断", "population.segments.科技型企业.loan.spread"} <= paths


TAPE = "loan,drawn,amount,pd,share\nA,2025-01-01,100,2%,80%\nB,2025-03-01,250,5%,80%\nC,2025-02-01,400,10%,50%\n"


def test_tape_with_drawn_fates_has_an_exact_answer(tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_text(TAPE, encoding="utf-8")
    (tmp_path / "tape.yaml").write_text(
        """
schema: 1
name: 小台账
title: 小台账
run: {start: 2025-01-01, lend_until: 2025-12-31}
population:
  tape:
    file: loans.csv
    fates: drawn
    money_unit: 1万元
    columns: {loan: loan, drawdown: drawn, amount: amount, pd: pd, shares: {比例: share}}
    segment: {term: 12月}
macro: {factor: static, asset_correlation: 20%}
losses: {lgd: {mean: 60%}, lag: {mean: 180天}}
banks: {members: {银行: {share: 100%}}}
scheme:
  accounts: {基金: {kind: fund}}
  layers: {补偿: {payer: 基金, share: {from_tape: 比例}, basis: net_loss, trigger: 0天}}
""",
        encoding="utf-8",
    )
    found = exact_results(load(tmp_path / "tape.yaml").scenario)
    chances = [1.0 - (1.0 - pd) ** (365 / 365.25) for pd in (0.02, 0.05, 0.10)]
    losses = [0.6 * amount * WAN for amount in (100, 250, 400)]
    paid = math.fsum(p * loss * share for p, loss, share in zip(chances, losses, (0.8, 0.8, 0.5), strict=True))
    assert found.measures["cover.paid"].mean == pytest.approx(paid, rel=1e-9)
    assert found.measures["bank.gross_loss"].mean == pytest.approx(math.fsum(p * loss for p, loss in zip(chances, losses, strict=True)), rel=1e-9)
    assert found.kinds == 3
