"""Both engines side by side on the same worlds: what each leaves, where they differ, and what happened on the way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import numpy as np

from simulator.engine import batch
from simulator.engine.event import History
from simulator.engine.standing import play_standing, stand
from simulator.engine.state import scratch_for, setting_for
from simulator.rules import records as r
from simulator.runs.play import responds
from simulator.terms.contract import lower_contract
from simulator.terms.without import lower_without_scheme
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.desks import Desk
    from simulator.engine.event import Claim
    from simulator.engine.finals import Finals
    from simulator.engine.standing import Standing
    from simulator.engine.state import Setting
    from simulator.rules.books import Books, LoanBook, Records, Scratch
    from simulator.rules.stages import StageBook
    from simulator.scenario.models import Scenario
    from simulator.world.draw import World

ROOM_FOR_JOURNAL = 60_000
WITHOUT_MEANING = {"accounts": ("asked",), "layers": ("room", "give"), "history": ("n_entries",)}
"""Fields that hold what a rule was just working on, and the number of entries of a journal that only the event engine keeps."""


ORDERS = ("PRO_RATA", "BANK_FIRST", "FUND_FIRST", "ADVANCE_THEN_SETTLE")
ACTS = (
    "claim held at filing",
    "claim held at payment",
    "held claim released",
    "held claim of a backer released",
    "claim refused",
    "claim still held at the end",
    "claim stopped for good",
    "claim gets its part of what is left",
    "claim waits behind another",
    "waiting claim tried again",
    "claim still waiting at the end",
    "claim paid in parts",
    "claim on the net loss paid",
    "most on one claim reached",
    "cap cut, the rest stays with the bank",
    "cap cut, the rest goes to another",
    "backer paid on the same day",
    "backer paid later",
    "backer of a backer paid",
    "annual budget spent",
    "guard warned",
    "guard let go",
    "missed payment cured",
    "interest subsidy lost with the loan",
    "recoveries of one loan on one day",
    "played as a standing book",
)


class Left(NamedTuple):
    """What one engine leaves of a history."""

    finals: Finals
    books: Books
    loans: LoanBook
    stages: StageBook


class Both(NamedTuple):
    """One history played by both engines.

    Attributes
    ----------
    event, batch : Left
    told : Left
        The event engine's once more, with a journal, which tells what has happened.
    acts : Counter
        What has happened, and how often.
    standing : tuple of ndarray or None
        Figures, parts and series of the batch engine's short way for standing books; None where it does not apply.
    """

    event: Left
    batch: Left
    told: Left
    acts: Counter[str]
    standing: tuple[Any, ...] | None = None

    @property
    def differences(self) -> list[str]:
        """Where the engines differ, with both values; empty where they are equal to the fen."""
        one, other, told = tables(self.event), tables(self.batch), tables(self.told)
        found = [difference for name in one for difference in unequal(name, one[name], other[name])]
        found += [f"with a journal: {difference}" for name in ("fixed", "parts") for difference in unequal(name, one[name], told[name])]
        short = zip(("fixed", "parts", "series"), self.standing or (), strict=False)
        return found + [f"as a standing book: {difference}" for name, figures in short for difference in unequal(name, one[name], figures)]


class Watched(History):
    """The event engine, counting what its desks go through."""

    def __init__(self, *arguments: Any) -> None:
        self.acts: Counter[str] = Counter()
        super().__init__(*arguments)

    def is_stopped(self, claim: Claim, desk: Desk) -> bool:
        held = len(self.held)
        stopped = super().is_stopped(claim, desk)
        self.acts["claim refused"] += stopped and len(self.held) == held
        self.acts["claim held at filing"] += len(self.held) > held and desk is self.filings
        self.acts["claim held at payment"] += len(self.held) > held and desk is self.payments
        return stopped

    def release_held(self, day: int) -> None:
        self.acts["held claim released"] += len(self.held)
        self.acts["held claim of a backer released"] += sum(
            self.layers["basis"][layer] == r.Basis.PAYMENT_OF and desk is self.payments for (_, _, layer, _), desk in self.held
        )
        super().release_held(day)

    def try_waiting(self, day: int) -> None:
        self.acts["claim still waiting at the end" if day == self.setting.end_day else "waiting claim tried again"] += len(self.waiting)
        super().try_waiting(day)

    def pay(self, claim: Claim, most: int, empty: set[int], day: int) -> None:
        self.acts["claim waits behind another"] += bool(empty) and self.payer(claim) in empty
        self.acts["claim gets its part of what is left"] += most < r.UNLIMITED
        super().pay(claim, most, empty, day)

    def play(self) -> Finals:
        finals = super().play()
        self.acts["claim still held at the end"] += len(self.held)
        return finals


def play_both(scenario: Scenario, *histories: int, without: bool = False) -> list[Both]:
    """Draw these histories of a scenario and play each with both engines; ``without``: as if there were no scheme."""
    setting = setting_for(scenario, lower_without_scheme if without else lower_contract)
    scratch = scratch_for(setting, scenario.losses.lgd.mean)
    plan = plan_world(scenario, setting_for(scenario).calendar)
    played = [play_world_twice(setting, scratch, draw_history(plan, history)) for history in histories]
    standing = None if without or responds(scenario) else stand(setting, scratch, plan)
    if standing is None:
        return played
    return [as_standing_book(both, standing, history) for both, history in zip(played, histories, strict=True)]


def as_standing_book(both: Both, standing: Standing, history: int) -> Both:
    """The same history, played the short way too."""
    told = play_standing(standing, history, history + 1)
    if told is None:
        return both
    fixed, parts, series = told
    return both._replace(standing=(fixed, parts[0], series[0]), acts=both.acts + Counter({"played as a standing book": 1}))


def play_world_twice(setting: Setting, scratch: Scratch, world: World) -> Both:
    """Play one world with both engines."""
    plain, watched = History(setting, scratch, world), Watched(setting, scratch, world, ROOM_FOR_JOURNAL)
    event, told = (Left(history.play(), history.books, history.loans, history.stages) for history in (plain, watched))
    closed: list[tuple[Any, ...]] = []

    def close(*given: Any) -> Finals:
        closed.append(given)
        return close_history(*given)

    close_history = batch.close_history
    with mock.patch.object(batch, "close_history", close):
        finals = batch.play_world(setting, scratch, world)
    ((_, books, loans, stages, _),) = closed
    return Both(event, Left(finals, books, loans, stages), told, watched.acts + acts_of(told))


def tables(left: Left) -> dict[str, Any]:
    """All that an engine leaves, by name."""
    found = {"fixed": left.finals.fixed, "parts": left.finals.parts, "series": left.finals.series}
    found |= {name: getattr(left.books, name) for name in left.books._fields if name != "journal"}
    found |= {name: getattr(left.loans, name) for name in ("loans", "firms", "banks", "guard_states", "due")}
    return found | {f"projects.{name}": getattr(left.stages, name) for name in ("paid", "totals")}


def unequal(name: str, one: Any, other: Any) -> list[str]:
    """Name the fields and rows of a table that differ."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return [f"{name}: {one.dtype} {one.shape} and {other.dtype} {other.shape}"]
    columns = [(f"{name}.{field}", one[field], other[field]) for field in one.dtype.names or () if field not in WITHOUT_MEANING.get(name, ())]
    found = []
    for column, here, there in columns or [(name, one, other)]:
        where = np.argwhere(here.view("i8") != there.view("i8") if here.dtype == np.float64 else here != there)
        if len(where):
            row = tuple(where[0].tolist())
            found.append(f"{column}{list(row)}: event {here[row]}, batch {there[row]} (and {len(where) - 1} more)")
    return found


def acts_of(left: Left) -> Counter[str]:
    """Count what a history's books say has happened."""
    books, loans = left.books, left.loans
    journal = books.journal[: min(ROOM_FOR_JOURNAL, int(books.history["n_entries"][0]))]
    reasons = Counter(journal["reason"].tolist())
    acts = Counter({f"money moved: {reason.name}": reasons[reason] for reason in r.Reason})
    acts.update({f"application: {r.Status(int(status)).name}": 1 for status in loans.loans["status"]})
    acts.update(claims_of(journal, books))
    limited = books.accounts["is_limited"] == 1
    for when_short in r.WhenShort:
        short = limited & (books.accounts["first_short"] < r.NEVER) & (books.accounts["when_short"] == when_short)
        acts[f"short of money: {when_short.name}"] += int(short.sum())
    acts["annual budget spent"] += int((~limited & (books.accounts["first_short"] < r.NEVER)).sum())
    for effect in r.GuardEffect:
        rows = loans.guards["effect"] == effect
        acts[f"guard stopped: {effect.name}"] += int(loans.guard_states["stops"][rows].sum())
    acts["guard warned"] += int(loans.guard_states["is_warned"].sum())
    acts["guard let go"] += int(((loans.guard_states["stops"] > 0) & (loans.guard_states["is_stopped"] == 0)).sum())
    acts["claim stopped for good"] += int((books.layers["stopped"][r.PLAYED] > 0).sum())
    late = (loans.links["late_from"] < r.NEVER) & (loans.loans["amount"] > 0)
    acts["missed payment cured"] += int(late.sum())
    acts["interest subsidy lost with the loan"] += int(((loans.loans["status"] == r.Status.DEFAULTED) & (loans.loans["subsidy_due"] > 0)).sum())
    back = journal[journal["reason"] == r.Reason.RECOVERY]
    acts["recoveries of one loan on one day"] += len(back) - len({(int(entry["day"]), int(entry["loan"])) for entry in back})
    if journal["reason"].size and (journal["reason"] == r.Reason.RECOVERY_SHARE).any():
        acts[f"recovery shared: {ORDERS[int(books.history['recovery_order'][0])]}"] += 1
    return acts


def claims_of(journal: Records, books: Books) -> Counter[str]:
    """Count what a journal says about the payment of claims."""
    acts: Counter[str] = Counter()
    layers = books.layers[r.PLAYED]
    backing = layers["basis"] == r.Basis.PAYMENT_OF
    second = backing & backing[layers["source"]]
    paid: dict[tuple[int, int], list[int]] = {}
    for entry in journal[np.isin(journal["reason"], (r.Reason.CLAIM, r.Reason.REIMBURSEMENT))]:
        paid.setdefault((int(entry["loan"]), int(entry["layer"])), []).append(int(entry["day"]))
    for (loan, layer), days in paid.items():
        acts["claim paid in parts"] += days[-1] > days[0]
        acts["claim on the net loss paid"] += bool(layers["basis"][layer] == r.Basis.NET_LOSS)
        backed = paid.get((loan, int(layers["source"][layer])), []) if backing[layer] else []
        acts["backer paid on the same day"] += bool(backed) and days[0] == backed[0]
        acts["backer paid later"] += bool(backed) and days[0] > backed[0]
        acts["backer of a backer paid"] += bool(second[layer])
    for row in np.flatnonzero(layers["capped"] > 0):
        acts["cap cut, the rest stays with the bank" if layers["excess_layer"][row] < 0 else "cap cut, the rest goes to another"] += 1
    acts["most on one claim reached"] += int((books.positions["paid"][r.PLAYED, :, :-1] == layers["per_claim"]).sum())
    return acts


def all_different(played: Iterable[Both]) -> list[str]:
    """Differences of several histories."""
    return [f"history {number}: {difference}" for number, both in enumerate(played) for difference in both.differences]


def acts_that_count() -> list[str]:
    """Everything that can happen on the way."""
    return [
        *(f"money moved: {reason.name}" for reason in r.Reason),
        *(f"application: {status.name}" for status in r.Status if status != r.Status.WAITING),
        *(f"short of money: {when_short.name}" for when_short in r.WhenShort),
        *(f"guard stopped: {effect.name}" for effect in r.GuardEffect if effect != r.GuardEffect.WARN),
        *(f"recovery shared: {order}" for order in ORDERS),
        *ACTS,
    ]
