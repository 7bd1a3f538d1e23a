"""The built-in scenario files: they load, say where their numbers come from, and meet the published totals in expectation."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import norm

from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.models import Scenario, Segment

STEMS = [one.stem for one in list_builtin()]
SCHEMES = [one.stem for one in list_builtin() if one.kind == "scheme" and one.stem != "reference_pool"]
WAN = 10_000 * 100
YI = 10_000 * WAN
WAVE = (date(2025, 10, 31) - date(2025, 3, 25)).days
"""Days from the start of 湖北 to the date of the published totals."""

NUMBER = re.compile(r"^[-+]?\d|^LPR|^none$")
NOT_A_CLAIM = re.compile(
    r"^banks\.members\..*\.share$|^scheme\.in_force\.since$|\.(when|applies_to)\.\d+\.\w+$|\.otherwise$|\.(route|ip_pledge)$"
    r"|^scheme\.accounts\.[^.]+\.(endowment|funded_by\.[^.]+)$"
)
"""Shares of unnamed banks, conditions of a tier, what is left over, who funds alone, and endowments, which have a test of their own."""


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Every single value of a resolved tree by its dotted path."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from leaves(child, f"{path}.{key}" if path else str(key))
    elif isinstance(node, (list, tuple)):
        for number, child in enumerate(node):
            yield from leaves(child, f"{path}.{number}")
    else:
        yield path, node


def is_marked(path: str, marks: dict[str, Any]) -> bool:
    """Whether a value, or a block that holds it, carries a source or an assumption."""
    parts = path.split(".")
    return any(".".join(parts[:end]) in marks for end in range(1, len(parts) + 1))


@pytest.mark.parametrize("stem", STEMS)
def test_every_built_in_scenario_loads_and_says_what_it_is_in_both_languages(stem: str) -> None:
    scenario = load(stem).scenario
    assert stem.isascii()
    assert re.search(r"[\u4e00-\u9fff]", scenario.name)
    assert re.search(r"[\u4e00-\u9fff]", scenario.title)
    assert scenario.title_en
    assert scenario.title_en.isascii()
    assert scenario.summary or scenario.changes
    assert scenario.sources
    assert scenario.gaps


def test_built_in_names_are_unique_in_both_scripts() -> None:
    names = [name for one in list_builtin() for name in (one.name, one.stem)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("stem", SCHEMES)
def test_every_number_of_a_scheme_has_a_source_or_is_marked_as_assumed(stem: str) -> None:
    loaded = load(stem)
    bare = [
        path
        for path, value in leaves(loaded.plain)
        if path.startswith(("population", "macro", "losses", "prices", "banks", "scheme", "without_scheme"))
        and not isinstance(value, bool)
        and NUMBER.match(str(value))
        and not NOT_A_CLAIM.search(path)
        and not is_marked(path, loaded.marks)
    ]
    assert bare == []


@pytest.mark.parametrize("stem", SCHEMES)
def test_the_size_of_every_limited_pool_has_a_source_or_is_marked_as_assumed(stem: str) -> None:
    loaded = load(stem)
    limited = [name for name, account in loaded.scenario.scheme.accounts.items() if account.endowment is not None]
    assert limited or all(account.kind != "pool" for account in loaded.scenario.scheme.accounts.values())
    for name in limited:
        mark = loaded.marks[f"scheme.accounts.{name}.endowment"]
        assert mark.source or mark.assumption


@pytest.mark.parametrize("stem", SCHEMES)
def test_the_default_rate_of_every_scheme_is_an_assumption_with_a_range(stem: str) -> None:
    loaded = load(stem)
    for name, segment in loaded.scenario.population.segments.items():
        mark = loaded.marks[f"population.segments.{name}.pd"]
        assert mark.assumption
        assert mark.range
        assert mark.range[0] <= segment.pd <= mark.range[1]


@pytest.mark.parametrize("stem", STEMS)
def test_market_shares_of_the_banks_sum_to_one(stem: str) -> None:
    assert sum(bank.share for bank in load(stem).scenario.banks.members.values()) == 1_000_000


def test_hubei_has_at_least_twelve_banks_of_unequal_size() -> None:
    shares = [bank.share for bank in load("湖北").scenario.banks.members.values()]
    assert len(shares) >= 12
    assert max(shares) >= 3 * min(shares)


def test_hubei_states_its_variant_in_every_title() -> None:
    words = dict.fromkeys(("hubei", "hubei_refill", "hubei_refill_yearly", "hubei_cities"), "run_off") | {"hubei_hold": "hold", "hubei_grow": "grow"}
    for stem, word in words.items():
        scenario = load(stem).scenario
        assert word in scenario.title
        assert word in (scenario.title_en or "")


def test_hold_and_grow_start_with_the_published_wave_of_firms() -> None:
    for stem in ("hubei_hold", "hubei_grow"):
        scenario = load(stem).scenario
        wave = scenario.population.segments["科技型企业"]
        assert wave.firms == 14_916
        assert wave.applies_until == date(2025, 10, 31)
        others = [segment for name, segment in scenario.population.segments.items() if name != "科技型企业"]
        assert others
        assert all(segment.applies_from is not None and segment.applies_from > date(2025, 10, 31) for segment in others)


def test_titles_of_borrowed_rules_say_that_they_are_assumed() -> None:
    assert "珠海2022年假定" in load("广东").scenario.title
    assert "assumed" in (load("泉州").scenario.title_en or "")


@pytest.mark.parametrize(
    ("stem", "changed"),
    [
        ("hubei_ratio_50", {"scheme.layers.资金池补偿.share"}),
        ("hubei_pool_20", {"scheme.accounts.资金池.endowment"}),
        ("hubei_refill", {"scheme.accounts.资金池.refill.rule"}),
    ],
)
def test_a_reform_changes_only_what_it_says(stem: str, changed: set[str]) -> None:
    told = {"name", "title", "title_en", "summary", "summary_en", "changes"}
    assert {path for path, _, _ in load(stem).changed} - told == changed


def test_seventeen_cities_share_the_pool_of_hubei_cities() -> None:
    scenario = load("湖北分市").scenario
    regions = scenario.population.segments["科技型企业"].region
    assert len(regions) == 17
    assert sum(regions.values()) == 1_000_000
    assert scenario.scheme.accounts["资金池"].sub_accounts is not None


def by_grade(value: Any, grade: str) -> Any:
    """Value of one grade where a field may be one value or one a grade."""
    return value[grade] if isinstance(value, dict) else value


def mean_after_limit(mean: float, spread: float, limit: float) -> float:
    """Mean of a lognormal amount cut to a limit, by quadrature over its quantiles."""
    variance = np.log(1 + spread**2)
    quantiles = (np.arange(400_000) + 0.5) / 400_000
    amounts = np.exp(np.log(mean) - variance / 2 + np.sqrt(variance) * norm.ppf(quantiles))
    return float(np.minimum(amounts, limit).mean())


def loan_after_limit(scenario: Scenario, segment: Segment) -> float:
    """Mean amount lent on one application, fen."""
    total = 0.0
    for grade, share in segment.grade.items():
        limit = min(by_grade(scenario.scheme.limits.loan, grade) or np.inf, segment.loan.most)
        total += share / 1e6 * mean_after_limit(by_grade(segment.loan.mean, grade), segment.loan.spread, limit)
    return total


def loans_a_firm(segment: Segment, window: int) -> float:
    """Expected applications of a firm that fall into the window and are not void, by quadrature over first day and gaps.

    The first falls uniformly into the window, each gap is uniform on half to one and a half times the spacing; the firm must live until then.
    """
    whole, part = divmod(segment.drawdowns.mean, 1.0)
    gap_days = segment.drawdowns.spacing * (0.5 + (np.arange(2_000) + 0.5) / 2_000)
    day = (np.arange(window + 1) + 0.5) / (window + 1) * window
    exists = (day[:, None] + gap_days[None, :] <= window) * (1 - segment.pd) ** (gap_days / 365.25)[None, :]
    second = float(exists.mean())
    assert whole in (1, 2)
    assert whole == 1 or part == 0
    return 1 + second * (part if whole == 1 else 1.0)


def expected_volume(scenario: Scenario, name: str) -> float:
    """Expected lending of one segment over the scenario's lending window, fen."""
    segment = scenario.population.segments[name]
    window = (scenario.run.lend_until - scenario.run.start).days
    return float(segment.firms or 0) * loans_a_firm(segment, window) * loan_after_limit(scenario, segment)


def test_hubei_lends_the_published_volume_to_the_published_firms_in_expectation() -> None:
    scenario = load("湖北").scenario
    segment = scenario.population.segments["科技型企业"]
    assert (scenario.run.lend_until - scenario.run.start).days == WAVE
    assert segment.firms == 14_916
    assert loans_a_firm(segment, WAVE) == pytest.approx(1.6, abs=0.05)
    assert expected_volume(scenario, "科技型企业") == pytest.approx(774.27 * YI, rel=0.003)


def test_hubei_limits_cut_the_requested_amount_to_the_stated_grades() -> None:
    limits = load("湖北").scenario.scheme.limits.loan
    assert isinstance(limits, dict)
    assert limits["A"] == 1_000 * WAN
    assert limits["E"] == 100 * WAN
    assert list(limits.values()) == sorted(limits.values(), reverse=True)


def test_guangdong_lends_the_volume_of_its_predecessor_in_expectation() -> None:
    scenario = load("广东").scenario
    assert expected_volume(scenario, "科技型企业") == pytest.approx(477.98 * YI, rel=0.01)


def test_guangzhou_lends_about_three_years_at_the_pace_of_2021_in_expectation() -> None:
    assert expected_volume(load("广州2025").scenario, "科技型中小企业") == pytest.approx(600 * YI, rel=0.02)


def test_zhuhai_lends_its_pool_times_the_leverage_of_guangdong_in_expectation() -> None:
    assert expected_volume(load("珠海2022").scenario, "科技型企业") == pytest.approx(0.4 * 477.98 / 13.803 * YI, rel=0.05)


def test_quanzhou_products_lend_the_published_amounts_in_expectation() -> None:
    scenario = load("泉州").scenario
    published = {"科技保企业": 5.0, "科创指数贷企业": 5.48, "技改研发企业": 30.0}
    for name, volume in published.items():
        assert expected_volume(scenario, name) == pytest.approx(volume * YI, rel=0.005)
