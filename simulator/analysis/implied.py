"""Figures that a scenario implies without a full run: default rates, amounts, volume, what cover is really worth, when a pool is used up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.analysis.sample import Sample, direct_layers, largest_groups
from simulator.rules import records as r
from simulator.rules.cover import effective_cover
from simulator.terms.contract import ORDER
from simulator.world.book import laws_by_firm
from simulator.world.failures import STATIC
from simulator.world.macro import draw_factors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario
    from simulator.world.population import WorldPlan

    Floats = NDArray[np.float64]

YEARS = (1, 2, 3, 5)
FACTORS = 20_000
"""Histories of the factor behind the implied default rates, drawn from the scenario's seed."""

FEWEST_FACTORS, MOST_PATHS = 1_000, 200_000
"""A tape may have hundreds of laws of failure: fewer histories of the factor for each, at most so many paths of hazard in all."""

NODES = 80
"""Points of the quadrature over a static factor."""

LOANS_A_GROUP = 200
"""Loans of a group of like shares on which cover is worked out."""


class Defaults(NamedTuple):
    """Default rates of firms drawn alike.

    Attributes
    ----------
    segment, grades : str
        Whom it holds for.
    pd : float
        As stated, within twelve months, before cures.
    effective_pd : float
        ``pd`` times the chance that it is not cured.
    cumulative, lasting : tuple of float
        Chance of a first missed payment, and of a failure for good, within each of ``YEARS`` at risk.
    """

    segment: str
    grades: tuple[str, ...]
    pd: float
    effective_pd: float
    cumulative: tuple[float, ...]
    lasting: tuple[float, ...]


class Amounts(NamedTuple):
    """What is asked for and what is lent; money in fen.

    Attributes
    ----------
    requested, lent : float
        Means of an application and of a loan.
    cut : float
        Part of the loans that a limit made smaller.
    refused : float
        Part of the applications that were not lent.
    loans : float
        Mean number of loans in a history.
    volume, volume_se : float
        Mean lent in a history, and its standard error.
    histories : int
    """

    requested: float
    lent: float
    cut: float
    refused: float
    loans: float
    volume: float
    volume_se: float
    histories: int


class Cover(NamedTuple):
    """What cover is worth on loans with the same shares.

    Attributes
    ----------
    shares : dict
        Layer name to its share, 0-1; layers that do not hold are left out.
    promised : float
        Sum of the direct layers' shares.
    volume : float
        Part of all lending.
    effective : float
        One less the bank's part of the net loss, under the expected recovery.
    by_order : dict
        The same under each order of recoveries.
    """

    shares: dict[str, float]
    promised: float
    volume: float
    effective: float
    by_order: dict[str, float]


class BreakEven(NamedTuple):
    """Cumulative default rate on all lending at which an account's endowment is used up.

    Attributes
    ----------
    account : str
    rate : float or None
        Where nothing is recovered; None where the account is refilled.
    rate_after_recovery : float or None
        Where the expected part is recovered and shared out.
    """

    account: str
    rate: float | None
    rate_after_recovery: float | None


class Recorded(NamedTuple):
    """Defaults that a replayed tape records, of the loans that the scheme lends; money in fen.

    Attributes
    ----------
    loans, defaults : int
    lent, owed, lost : int
        Lent in all; principal owed on the days of default; the part of it that was lost.
    """

    loans: int
    defaults: int
    lent: int
    owed: int
    lost: int


class Implied(NamedTuple):
    """All implied figures.

    Attributes
    ----------
    defaults : list of Defaults
        Empty in a replay.
    amounts : Amounts
    covers : list of Cover
    break_even : list of BreakEven
    default_rate : float
        Part of lending expected to fail for good within its terms; in a replay, the part that is recorded as failed.
    recorded : Recorded or None
        In a replay: what takes the place of default rates.
    """

    defaults: list[Defaults]
    amounts: Amounts
    covers: list[Cover]
    break_even: list[BreakEven]
    default_rate: float
    recorded: Recorded | None = None


def implied_figures(scenario: Scenario, sample: Sample) -> Implied:
    """Work out the implied figures of a scenario on a sample of its histories.

    The expected recovery behind cover and break-even rates is the scenario's mean LGD; in a replay, what the tape records over all its defaults.
    """
    recorded = recorded_of(sample)
    lgd = recorded.lost * r.MILLION // recorded.owed if recorded and recorded.owed else scenario.losses.lgd.mean
    covers, borne = covers_of(scenario, sample, lgd)
    amounts, break_even = amounts_of(sample), break_evens_of(scenario, sample, borne)
    if recorded:
        return Implied([], amounts, covers, break_even, recorded.owed / recorded.lent if recorded.lent else 0.0, recorded)
    cure = scenario.losses.cure.chance if scenario.losses.cure else 0.0
    hazards = monthly_hazards(sample.plan, scenario.run.seed)
    told = defaults_of_tape(sample.plan, hazards, cure) if sample.plan.tape else defaults_of(scenario, sample.plan, hazards, cure)
    return Implied(told, amounts, covers, break_even, default_rate_of(sample, hazards, cure))


def recorded_of(sample: Sample) -> Recorded | None:
    """Add up what a replayed tape records; None where fates are drawn."""
    tape = sample.plan.tape
    if tape is None or tape.replayed is None:
        return None
    lent = sample.is_lent
    links, recorded = sample.book.links[lent], tape.replayed[5]
    fates = links["fate"][links["failure_day"] < r.NEVER]
    total = int(sample.book.loans["amount"][lent].sum())
    return Recorded(len(links), len(fates), total, int(recorded["owed"][fates].sum()), int(recorded["loss"][fates].sum()))


class Hazard(NamedTuple):
    """Cumulative hazard after each month at risk, shape (n_cases, n_months + 1), and the weight of each case."""

    accrued: Floats
    weights: Floats

    def cumulative(self, month: int) -> float:
        """Chance of a first missed payment within so many months."""
        return float(self.weights @ -np.expm1(-self.accrued[:, month]))

    def lasting(self, month: int, cure: float) -> float:
        """Chance of a failure for good within so many months: a first failure not cured, or a second one."""
        accrued = self.accrued[:, month]
        twice = 1.0 - np.exp(-accrued) * (1.0 + accrued)
        return float(self.weights @ ((1.0 - cure) * -np.expm1(-accrued) + cure * twice))


def monthly_hazards(plan: WorldPlan, seed: int, n_months: int = 12 * YEARS[-1]) -> list[Hazard]:
    """Work out the hazard of every law of failure of a plan, for a firm at risk from the start on.

    A static factor is integrated exactly; a monthly one is drawn, ``FACTORS`` times, by the world's own law.
    """
    laws = plan.failures.hazards
    ages = np.minimum(np.rint(np.arange(n_months + 1) * 365.25 / 12).astype(int), plan.failures.clocks.shape[1] - 1)
    if (laws["kind"] == STATIC).all():
        return [_static_hazard(plan, law, ages) for law in laws]
    n_factors = min(FACTORS, max(FEWEST_FACTORS, MOST_PATHS // len(laws)))
    factors = np.stack([draw_factors(plan.macro, seed, number)[:, :n_months] for number in range(n_factors)])
    return [_drawn_hazard(plan, law, ages, factors) for law in laws]


def _static_hazard(plan: WorldPlan, law: np.void, ages: NDArray[np.int_]) -> Hazard:
    from scipy import special

    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    levels = plan.failures.scales[law["scale"], ages]
    rho = float(law["correlation"])
    survival = special.log_ndtr(-(levels - math.sqrt(rho) * nodes[:, None]) / math.sqrt(1.0 - rho))
    return Hazard(-survival, weights / weights.sum())


def _drawn_hazard(plan: WorldPlan, law: np.void, ages: NDArray[np.int_], factors: Floats) -> Hazard:
    from scipy import special

    level, rho = float(law["level"]), float(law["correlation"])
    z = factors[:, int(law["sector"]), :]
    arguments = np.where(np.isnan(z), level, (level - math.sqrt(rho) * z) / math.sqrt(1.0 - rho))
    yearly = -special.log_ndtr(-arguments)
    steps = np.diff(plan.failures.clocks[law["clock"], ages])
    accrued = np.concatenate([np.zeros((len(z), 1)), np.cumsum(yearly[:, : len(steps)] * steps, axis=1)], axis=1)
    return Hazard(accrued, np.full(len(z), 1.0 / len(z)))


def defaults_of(scenario: Scenario, plan: WorldPlan, hazards: list[Hazard], cure: float) -> list[Defaults]:
    """Default rates segment by segment, grades of one law together."""
    found = []
    for number, name in enumerate(scenario.population.segments):
        grades_of: dict[tuple[int, float], list[str]] = {}
        for place, grade in enumerate(plan.names.grades):
            if scenario.population.segments[name].grade.get(grade):
                profile = plan.firms.profiles[number, place]
                grades_of.setdefault((int(profile["hazard"]), float(profile["pd"])), []).append(grade)
        for (law, pd), grades in grades_of.items():
            found.append(Defaults(name, tuple(grades), pd, pd * (1.0 - cure), *_within_years(hazards[law], cure)))
    return found


def _within_years(hazard: Hazard, cure: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    months = [12 * year for year in YEARS]
    return tuple(hazard.cumulative(month) for month in months), tuple(hazard.lasting(month, cure) for month in months)


def defaults_of_tape(plan: WorldPlan, hazards: list[Hazard], cure: float) -> list[Defaults]:
    """Default rates of the firms of a tape, by sector and grade of a firm's first loan: the mean over firms, by amount of that loan."""
    book = plan.book
    if plan.tape is None or book is None:
        return []
    first = book.borrowers["link"]
    starts, pds = book.links[first], book.seen["pd"][first]
    within = [_within_years(hazard, cure) for hazard in hazards]
    cumulative, lasting = (np.array([one[part] for one in within]) for part in (0, 1))
    found = []
    for sector, grade in sorted({(int(link["sector"]), int(link["grade"])) for link in np.unique(starts[["sector", "grade"]])}):
        some = (starts["sector"] == sector) & (starts["grade"] == grade)
        weights = starts["amount"][some] / starts["amount"][some].sum()
        pd, laws = float(weights @ pds[some]), book.borrowers["law"][some]
        rates = (tuple((weights @ chances[laws]).tolist()) for chances in (cumulative, lasting))
        found.append(Defaults(plan.names.sectors[sector], (plan.names.grades[grade],), pd, pd * (1.0 - cure), *rates))
    return found


def default_rate_of(sample: Sample, hazards: list[Hazard], cure: float) -> float:
    """Part of lending that is expected to fail for good before its maturity; loans of projects are left out."""
    book, fixed = sample.book, sample.plan.book
    lent = sample.is_lent & (book.links["segment"] < len(sample.plan.firms.profiles))
    links, amounts = book.links[lent], book.loans["amount"][lent].astype(np.float64)
    if not amounts.sum():
        return 0.0
    laws = laws_by_firm(fixed)[links["firm"]] if fixed else sample.plan.firms.profiles["hazard"][links["segment"], links["grade"]]
    chance = np.zeros(len(links))
    for law, hazard in enumerate(hazards):
        for term in np.unique(links["term_months"][laws == law]).tolist():
            months = min(term, hazard.accrued.shape[1] - 1)
            chance[(laws == law) & (links["term_months"] == term)] = hazard.lasting(months, cure)
    return float(chance @ amounts / amounts.sum())


def amounts_of(sample: Sample) -> Amounts:
    """Amounts requested and lent, and volume."""
    book, lent, volumes = sample.book, sample.is_lent, sample.volumes
    requested, given = book.links["amount"], book.loans["amount"][lent]
    n = len(volumes)
    return Amounts(
        requested=float(requested.mean()) if len(requested) else 0.0,
        lent=float(given.mean()) if len(given) else 0.0,
        cut=float((given < requested[lent]).mean()) if len(given) else 0.0,
        refused=float(1.0 - lent.mean()) if len(requested) else 0.0,
        loans=float(lent.sum() / n),
        volume=float(volumes.mean()),
        volume_se=float(volumes.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan,
        histories=n,
    )


class Borne(NamedTuple):
    """Part of all lending that each layer would bear if every loan failed: with nothing recovered, and after the expected recovery."""

    gross: Floats
    net: Floats


def covers_of(scenario: Scenario, sample: Sample, lgd: int) -> tuple[list[Cover], Borne]:
    """Work out what cover is worth on every group of loans with the same shares, by the contract's own rules, where ``lgd`` is lost."""
    contract, lent = sample.play.setting.contract, np.flatnonzero(sample.is_lent)
    shares, amounts = sample.shares[lent], sample.book.loans["amount"][lent]
    n_layers, total = shares.shape[1], float(amounts.sum())
    covers, gross, net = [], np.zeros(n_layers), np.zeros(n_layers)
    direct = direct_layers(sample)
    for row, members in largest_groups(shares, amounts):
        weight = float(amounts[members].sum()) / total
        loans = lent[members[:: max(1, len(members) // LOANS_A_GROUP)]]
        by_order = {order: _worth(sample, loans, lgd, number) for order, number in ORDER.items()}
        effective, parts = by_order[scenario.scheme.recoveries.order]
        gross += weight * _worth(sample, loans, r.MILLION, ORDER[scenario.scheme.recoveries.order])[1]
        net += weight * parts
        named = {contract.layer_names[layer]: int(row[layer]) / r.MILLION for layer in np.flatnonzero(row)}
        covers.append(Cover(named, int(row[direct].sum()) / r.MILLION, weight, effective, {order: worth for order, (worth, _) in by_order.items()}))
    return covers, Borne(gross, net)


def _worth(sample: Sample, loans: NDArray[np.int64], lgd: int, order: int) -> tuple[float, Floats]:
    """Effective cover of some loans by volume, and the part of them that each layer bears in the end."""
    scratch = sample.play.scratch.books._replace(history=sample.play.scratch.books.history.copy())
    scratch.history["recovery_order"] = order
    lost, kept, borne = 0.0, 0.0, np.zeros(scratch.layers.shape[1])
    for loan in loans.tolist():
        amount, is_first = int(sample.book.loans["amount"][loan]), int(sample.book.loans["is_first"][loan])
        effective_cover(sample.books, sample.book, scratch, loan, amount, is_first, lgd)
        parties = scratch.positions["borne"][r.PLAYED, 0]
        borne += parties[:-1]
        kept += int(parties[-1])
        lost += int(parties.sum())
    return (1.0 - kept / lost if lost else 0.0), borne / float(sample.book.loans["amount"][loans].sum())


def break_evens_of(scenario: Scenario, sample: Sample, borne: Borne) -> list[BreakEven]:
    """Break-even default rates of the accounts with a balance of their own that pay for any layer."""
    contract = sample.play.setting.contract
    payers = [contract.accounts.parties[payer] for payer in contract.layers["payer"][r.PLAYED]]
    found = []
    for name, account in scenario.scheme.accounts.items():
        pays = np.array([payer == name for payer in payers])
        if account.endowment is None or not pays.any():
            continue
        if account.refill.rule != "none":
            found.append(BreakEven(name, None, None))
            continue
        volume = float(sample.volumes.mean())
        gross, net = (float(part[pays].sum()) for part in borne)
        found.append(BreakEven(name, *(account.endowment / (volume * part) if volume * part > 0 else None for part in (gross, net))))
    return found
