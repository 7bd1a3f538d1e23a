"""Fixed books against the straightforward draw, one uniform threshold a firm, and against closed forms; at four standard errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import special, stats

from simulator.analysis.verify.figures import reference_pool
from simulator.dates import DAYS_A_YEAR
from simulator.rules.records import NEVER
from simulator.runs.play import play_histories
from simulator.scenario.loader import load
from simulator.world.draw import draw_history

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simulator.world.population import WorldPlan

    Plans = Callable[..., WorldPlan]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

pytestmark = pytest.mark.slow
M = 1_000_000
GRADES = {"A": 0.005, "B": 0.03, "C": 0.12}
RHO = 0.15
SEGMENT = {"firms": 600, "grade": {"A": 300_000, "B": 400_000, "C": 300_000}, "pd": GRADES, "term": {12: 400_000, 36: 300_000, 60: 300_000}}
MACROS = {"static": {"factor": "static", "asset_correlation": RHO}, "ar1": {"factor": "ar1", "persistence": 0.7, "asset_correlation": RHO}}
HISTORIES = 3000


def assert_mean(values: Any, expected: float) -> None:
    """Independent values average to what is expected, within four standard errors."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / math.sqrt(len(values))
    off = values.mean() - expected
    assert abs(off) <= 4 * error, f"{values.mean():.6g} is {off / error:.1f} standard errors from {expected:.6g}"


def hazard_by_day(pd: float, z: Floats, months: Whole, kind: str) -> Floats:
    """Hazard of each day of the calendar under an AR(1); of each day at risk under a static factor."""
    if kind == "static":
        ages = np.arange(len(months)) / DAYS_A_YEAR
        levels = special.ndtri(-np.expm1(ages * math.log1p(-pd)))
        accrued = -special.log_ndtr(-(levels - math.sqrt(RHO) * z[0]) / math.sqrt(1 - RHO))
        return np.diff(accrued, prepend=0.0)
    return -special.log_ndtr(-(special.ndtri(pd) - math.sqrt(RHO) * z[months]) / math.sqrt(1 - RHO)) / DAYS_A_YEAR


def straightforward(plan: WorldPlan, z: Floats, kind: str, thresholds: Floats) -> Whole:
    """Failure day of each loan of a book of one-loan firms: its hazard, day by day, against its own threshold."""
    assert plan.book is not None
    links = plan.book.links
    days = np.full(len(links), NEVER)
    for pd in GRADES.values():
        hazard = hazard_by_day(pd, z, plan.failures.month, kind)
        for row in np.flatnonzero(plan.book.seen["pd"] == pd):
            after, until = int(links["day"][row]), int(links["maturity"][row])
            own = hazard[1 : until - after + 1] if kind == "static" else hazard[after + 1 : until + 1]
            passed = int(np.searchsorted(np.cumsum(own), thresholds[row]))
            days[row] = after + 1 + passed if passed < len(own) else NEVER
    return days


@pytest.fixture(scope="module", params=["static", "ar1"])
def both(request: pytest.FixtureRequest, plan_of: Plans) -> tuple[WorldPlan, Whole, Whole, Floats]:
    """A book, its failure days drawn either way under the same factors, shape (n_histories, n_loans), and the factors' means."""
    kind = request.param
    plan = plan_of({"甲": SEGMENT}, macro=MACROS[kind], book="fixed")
    random = np.random.default_rng(293)
    skipping, plain, factors = [], [], []
    for history in range(HISTORIES):
        world = draw_history(plan, history)
        skipping.append(world.links["failure_day"].astype(np.int64))
        plain.append(straightforward(plan, world.z[0], kind, random.exponential(size=len(world.links))))
        factors.append(world.z[0, :36].mean())
    return plan, np.array(skipping), np.array(plain), np.array(factors)


def test_numbers_of_defaults_have_the_law_of_the_straightforward_draw(both: tuple[WorldPlan, Whole, Whole, Floats]) -> None:
    _, skipping, plain, factors = both
    one, other = ((days < NEVER).sum(axis=1).astype(float) for days in (skipping, plain))
    assert_mean(one - other, 0.0)
    assert_mean(one**2 - other**2, 0.0)
    assert_mean((one - other) * factors, 0.0)
    assert_mean((one - other) * factors**2, 0.0)
    bad = np.quantile(other, 0.95)
    assert_mean((one > bad).astype(float) - (other > bad), 0.0)
    assert np.corrcoef(one, factors)[0, 1] < -0.5


def test_each_grade_and_term_defaults_as_in_the_straightforward_draw(both: tuple[WorldPlan, Whole, Whole, Floats]) -> None:
    plan, skipping, plain, _ = both
    assert plan.book is not None
    links = plan.book.links
    counts = []
    for pd in GRADES.values():
        for term in (12, 36, 60):
            kind = (plan.book.seen["pd"] == pd) & (links["term_months"] == term)
            one, other = ((days[:, kind] < NEVER).sum(axis=1).astype(float) for days in (skipping, plain))
            assert_mean(one - other, 0.0)
            assert_mean(one**2 - other**2, 0.0)
            counts.append((one, other))
    for (one, other), (more, still) in zip(counts, counts[1:] + counts[:1], strict=True):
        assert_mean(one * more - other * still, 0.0)


def test_months_of_failure_have_the_law_of_the_straightforward_draw(both: tuple[WorldPlan, Whole, Whole, Floats]) -> None:
    plan, skipping, plain, _ = both
    table = np.array([np.bincount(plan.failures.month[days[days < NEVER]], minlength=70) for days in (skipping, plain)])
    table = table[:, table.sum(axis=0) >= 20]
    assert table.shape[1] > 50
    assert stats.chi2_contingency(table).pvalue > 1e-4


def test_every_place_in_a_block_is_as_likely_to_default(both: tuple[WorldPlan, Whole, Whole, Floats]) -> None:
    plan, skipping, plain, _ = both
    assert plan.book is not None
    links = plan.book.links
    for pd in list(GRADES.values())[1:]:
        kind = np.flatnonzero((plan.book.seen["pd"] == pd) & (links["term_months"] == 12))
        kind = kind[np.argsort(links["firm"][kind])]
        table = np.array([(days[:, kind] < NEVER).sum(axis=0) for days in (skipping, plain)])
        assert stats.chi2_contingency(table).pvalue > 1e-4


def test_a_fixed_cohort_follows_vasicek_at_every_horizon(plan_of: Plans) -> None:
    n_firms, pd = 400, 0.03
    segment = {"firms": n_firms, "pd": pd, "first_application": "at_start", "term": {60: M}}
    plan = plan_of({"甲": segment}, macro=MACROS["static"], book="fixed")
    days = [180, 365, 1095, 1826]
    counts = np.zeros((20_000, len(days)))
    for history in range(len(counts)):
        counts[history] = np.searchsorted(np.sort(draw_history(plan, history).links["failure_day"]), days, side="right")
    for column, day in zip(counts.T, days, strict=True):
        chance = 1 - (1 - pd) ** (day / DAYS_A_YEAR)
        level = stats.norm.ppf(chance)
        both = float(stats.multivariate_normal([0, 0], [[1, RHO], [RHO, 1]]).cdf([level, level]))
        assert_mean(column / n_firms, chance)
        assert_mean(column * (column - 1) / (n_firms * (n_firms - 1)), both)
        bad = n_firms * stats.norm.cdf((level + math.sqrt(RHO) * stats.norm.ppf(0.99)) / math.sqrt(1 - RHO))
        factors = np.linspace(-9.0, 9.0, 20_001)
        tails = stats.binom.sf(bad, n_firms, stats.norm.cdf((level - math.sqrt(RHO) * factors) / math.sqrt(1 - RHO)))
        assert_mean(column > bad, float(np.trapezoid(tails * stats.norm.pdf(factors), factors)))


def test_lgd_among_defaulters_of_a_fixed_book_is_the_stated_one(plan_of: Plans) -> None:
    losses = {"lgd": {"mean": 750_000, "spread": 0.2}, "wrong_way": 200_000}
    segment = {"firms": 2000, "pd": 0.03, "first_application": "at_start", "term": {12: M}}
    plan = plan_of({"甲": segment}, macro={"factor": "static", "asset_correlation": 0.12}, losses=losses, book="fixed")
    totals = np.zeros((6000, 2))
    for history in range(len(totals)):
        links = draw_history(plan, history).links
        totals[history] = (links["fate"] >= 0).sum(), links["lgd"].sum() / M
    assert_mean(totals[:, 1] - 0.75 * totals[:, 0], 0.0)


def test_the_reference_job_as_a_fixed_book_meets_its_exact_answer() -> None:
    exact = reference_pool()
    finals = play_histories([load("reference_pool", sets=["population.book=fixed", "run.seed=2"]).scenario], 1000)[0].finals
    assert_mean(finals["bank.net_loss"] / 1_000_000, exact["bank_loss_mean"])
    assert_mean(finals["pool.short"] > 0.0, exact["p_pool_depleted"])
