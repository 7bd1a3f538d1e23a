"""A run as users ask for it: scenarios grouped by the world they share, sized before they start, played on all cores, kept as results."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from simulator.compiled import is_warm
from simulator.errors import RunTooLarge
from simulator.rules.records import COVER, FIRM, LINK, LOAN, SHEET
from simulator.runs.play import local_executor, pack, play_block, play_histories
from simulator.scenario.transplant import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.results.results import Results
    from simulator.scenario.models import Scenario, Segment

GIB = 2**30
MEMORY_LIMIT = 8 * GIB
"""Bytes one history may take."""

TIME_LIMIT_DAYS = 30.0
SECONDS_AN_APPLICATION = 4e-6
"""Rough cost of playing one application on one core, for the estimate of a run too long to start."""


def world_key(scenario: Scenario) -> str:
    """What decides a scenario's worlds: two scenarios with the same key meet the same firms and fates."""
    world = scenario.model_dump_json(
        include={"population": True, "macro": True, "losses": True, "prices": {"lpr"}, "run": {"start", "lend_until", "seed"}}
    )
    return f"{world} {[(name, bank.share) for name, bank in scenario.banks.members.items()]}"


def fate_key(scenario: Scenario) -> str:
    """What decides the fates of a scenario's firms: two scenarios with the same key can be compared in pairs.

    Labels that only contracts look at (product, firm class, collateral ...) are drawn on their own and move no other draw.
    """
    segments = {name: segment.model_copy(update=dict.fromkeys(LABELS)) for name, segment in scenario.population.segments.items()}
    return world_key(scenario.model_copy(update={"population": scenario.population.model_copy(update={"segments": segments})}))


def expected_applications(scenario: Scenario) -> float:
    """Applications a history, roughly: firms times drawdowns, renewed while lending lasts; one a project."""
    projects = sum(one.number for one in scenario.population.projects.values())
    return projects + sum(_applications(scenario, segment) for segment in scenario.population.segments.values())


def _largest(scenario: Scenario) -> tuple[str, str]:
    """What to lower where there are too many applications, in Chinese and English."""
    sizes = {
        f"population.segments.{name}": (_applications(scenario, segment), "firms 或 drawdowns.mean", "firms or drawdowns.mean")
        for name, segment in scenario.population.segments.items()
    }
    sizes |= {f"population.projects.{name}": (one.number, "number", "number") for name, one in scenario.population.projects.items()}
    path = max(sizes, key=lambda one: sizes[one][0])
    return f"{path} 的 {sizes[path][1]}", f"{sizes[path][2]} in {path}"


def _applications(scenario: Scenario, segment: Segment) -> float:
    years = max(1, (scenario.run.lend_until - scenario.run.start).days) / 365.25
    firms = segment.firms if segment.firms is not None else (segment.arrivals or 0.0) * years
    rounds = min(years * 12 / max(1, min(segment.term)), 1 / max(1e-9, 1 - segment.renewal))
    return firms * segment.drawdowns.mean * max(1.0, rounds)


def check_size(scenarios: Sequence[Scenario]) -> None:
    """Refuse, before it starts, a run that cannot fit.

    Raises
    ------
    RunTooLarge
        With the estimate and what to change.
    """
    for scenario in scenarios:
        applications = expected_applications(scenario)
        layers = len(scenario.scheme.layers)
        need = applications * (LINK.itemsize + SHEET.itemsize + LOAN.itemsize + FIRM.itemsize + COVER.itemsize * layers)
        if need > MEMORY_LIMIT:
            largest_zh, largest_en = _largest(scenario)
            zh = f"{scenario.name}：每次模拟约有 {applications:.3g} 笔申请，约需内存 {need / GIB:,.0f} GiB，上限 {MEMORY_LIMIT / GIB:.0f} GiB；"
            en = f"{scenario.name}: about {applications:.3g} applications a history need about {need / GIB:,.0f} GiB, and at most "
            zh, en = f"{zh}请减小 {largest_zh}", f"{en}{MEMORY_LIMIT / GIB:.0f} GiB is allowed; lower {largest_en}"
            raise RunTooLarge(zh, en)
        histories = scenario.run.histories
        days = applications * histories * SECONDS_AN_APPLICATION / 86400
        if days > TIME_LIMIT_DAYS:
            zh = f"{scenario.name}：{histories:,} 次模拟约需 {days:,.0f} 天，上限 {TIME_LIMIT_DAYS:.0f} 天；请减少 --histories"
            en = f"{scenario.name}: {histories:,} histories would take about {days:,.0f} days, at most {TIME_LIMIT_DAYS:.0f}; lower --histories"
            raise RunTooLarge(zh, en)


def play_scenarios(scenarios: Sequence[Scenario], *, workers: int = 1, on_progress: Callable[[int], None] = lambda _: None) -> list[Results]:
    """Play scenarios, those that share a world on the same draws.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Resolved; each with its own number of histories.
    workers : int
        Processes; with one, all is played in this process.
    on_progress : callable
        Told how many histories are finished so far, those of every scenario counted.

    Returns
    -------
    list of Results
        In the order of the scenarios; the same bytes for any number of workers.

    Raises
    ------
    RunTooLarge
        Before anything is played.
    """
    check_size(scenarios)
    groups: dict[tuple[str, int], list[int]] = {}
    for number, scenario in enumerate(scenarios):
        groups.setdefault((world_key(scenario), scenario.run.histories), []).append(number)
    found: dict[int, Results] = {}
    before = 0
    with ExitStack() as stack:
        many = workers > 1 and max(scenario.run.histories for scenario in scenarios) > 1
        if many and not is_warm():
            play_block(pack(scenarios[:1]), 0, 1)  # one process compiles, the others load what it compiled
        executor = stack.enter_context(local_executor(workers)) if many else None
        for (_, histories), members in groups.items():
            tell = partial(_tell, on_progress, before, len(members))
            results = play_histories([scenarios[number] for number in members], histories, executor=executor, on_progress=tell)
            before += histories * len(members)
            found.update(zip(members, results, strict=True))
    return [found[number] for number in range(len(scenarios))]


def _tell(on_progress: Callable[[int], None], before: int, n_schemes: int, done: int) -> None:
    on_progress(before + done * n_schemes)
