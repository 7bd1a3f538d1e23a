"""Labels of loans: what a population says of its firms that contracts look at and fates do not.

A scheme that is played on another population needs labels which that population may not state. ``transplant`` has them drawn in the scheme's own
proportions and marks each with one of the reasons below; this module knows which labels those are, which a contract looks at, and how to tell what
was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.scenario.phrases import Words
from simulator.scenario.positions import split_path
from simulator.scenario.quantities import write_chance, write_share

if TYPE_CHECKING:
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Macro, Scenario, Segment, Tape, TapeSegment

TITLES = {
    "grade": Words("等级", "grade"),
    "region": Words("地区", "region"),
    "route": Words("业务通道", "route"),
    "firm_class": Words("企业类别", "firm class"),
    "unsecured": Words("信用部分占比", "unsecured part"),
    "ip_pledge": Words("知识产权质押", "IP pledged"),
    "key_list": Words("重点名单", "on a key list"),
    "policy_funded": Words("货币政策工具资金", "central-bank funding"),
    "borrowed_before": Words("曾有贷款", "borrowed before"),
}
LABELS = tuple(TITLES)
"""Labels of a firm; all but the grade never decide a fate, and the grade only where values go by it."""

LOOKED_AT = {"unsecured_over": "unsecured", "unsecured_at_least": "unsecured", "first_loan": "borrowed_before"}
"""Label behind a word of a condition, where the two differ."""

NOT_STATED = "按方案自己企业的占比抽取, 这批企业没有写。Drawn in the proportions of the scheme's own firms: this population does not state it."
OTHER_ROUTES = "按方案自己企业的占比抽取, 这批企业写的是别的方案的通道。Drawn in the proportions of the scheme's own firms: the routes are another's."
"""Why a label is assumed that a scheme brought along."""


def goes_by_grade(said: Segment | TapeSegment, macro: Macro) -> bool:
    """Whether PD, rate, amount or correlation differ by grade, so that a grade says more of a firm than what a contract looks at."""
    correlation = macro.asset_correlation if said.asset_correlation is None else said.asset_correlation
    loan = getattr(said, "loan", None)
    return any(isinstance(value, Mapping) for value in (said.pd, said.rate, correlation, loan.mean if loan else None))


def grade_names_blocks(tape: Tape, macro: Macro) -> bool:
    """Whether the grades of a tape's loans say more than what a contract looks at: the file states them, or values go by them."""
    return tape.columns.grade is not None or goes_by_grade(tape.segment, macro)


def without_labels(scenario: Scenario) -> Scenario:
    """Return a scenario of the same fates without the labels that do not decide them; the segments that a tape makes are left out."""
    population, macro = scenario.population, scenario.macro
    if population.tape:
        tape = population.tape
        said = _bare(tape.segment, is_grade_kept=grade_names_blocks(tape, macro))
        update: dict[str, Any] = {"segments": {}, "tape": tape.model_copy(update={"segment": said})}
    else:
        update = {"segments": {name: _bare(one, is_grade_kept=goes_by_grade(one, macro)) for name, one in population.segments.items()}}
    return scenario.model_copy(update={"population": population.model_copy(update=update)})


def _bare(said: Any, *, is_grade_kept: bool) -> Any:  # noqa: ANN401  a segment, of firms or of a tape
    return said.model_copy(update=dict.fromkeys(label for label in LABELS if label != "grade" or not is_grade_kept))


def labels_needed(scenario: Scenario) -> set[str]:
    """Labels that a scheme looks at."""
    scheme, limits = scenario.scheme, scenario.scheme.limits
    words = {LOOKED_AT.get(word, word) for condition in _conditions(scheme.model_dump(exclude_none=True)) for word in condition}
    if any(isinstance(said, Mapping) for said in (limits.loan, limits.firm, scenario.without_scheme.market_rate)):
        words.add("grade")
    if any(account.sub_accounts for account in scheme.accounts.values()) or any(guard.per == "region" for guard in scheme.guards.values()):
        words.add("region")
    return words & set(LABELS)


def names_needed(scenario: Scenario, label: str) -> set[str]:
    """Names of one label that the conditions of a scheme hold."""
    return {name for condition in _conditions(scenario.scheme.model_dump(exclude_none=True)) for name in condition.get(label, ())}


def _conditions(node: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  plain values
    if isinstance(node, Mapping):
        for key, child in node.items():
            if key in ("when", "applies_to") and isinstance(child, (list, tuple)):
                yield from child
            else:
                yield from _conditions(child)


class Drawn(NamedTuple):
    """A label that was drawn in a scheme's own proportions.

    Attributes
    ----------
    label : str
    value : mapping or float
        Shares by name or by share, millionths; or a chance.
    segments : tuple of str
        Segments that it was drawn in; empty for the loans of a tape.
    is_replaced : bool
        The population states another scheme's routes, which mean nothing to this one.
    """

    label: str
    value: Mapping[Any, int] | float
    segments: tuple[str, ...]
    is_replaced: bool


def drawn_labels(loaded: Loaded) -> list[Drawn]:
    """Return the labels that a scheme brought to the population it is played on, in the order of ``LABELS``."""
    population = loaded.scenario.population
    found: dict[str, Drawn] = {}
    for path, mark in loaded.marks.items():
        if mark.assumption not in (NOT_STATED, OTHER_ROUTES):
            continue
        keys, _ = split_path(loaded.tree, path)
        label = str(keys[-1])
        said: Any = population.tape.segment if population.tape else population.segments[str(keys[-2])]
        segments = () if population.tape else (str(keys[-2]),)
        before = found[label].segments if label in found else ()
        found[label] = Drawn(label, getattr(said, label), (*before, *segments), mark.assumption == OTHER_ROUTES)
    return [found[label] for label in LABELS if label in found]


def tell_drawn_labels(loaded: Loaded) -> Words | None:
    """Say which labels a scheme brought along, and in which proportions they were drawn; None where it brought none."""
    drawn = drawn_labels(loaded)
    if not drawn:
        return None
    n_segments = len(loaded.scenario.population.segments)
    told = [_told(one, n_segments) for one in drawn]
    zh = f"{loaded.name}：这批企业没有写方案要看的标签，按方案自己企业的占比抽取，只供合同查看，不改变企业的命运："
    en = f"{loaded.name}: this population does not state labels that the scheme looks at; they were drawn in the proportions of the scheme's own "
    en += "firms, for contracts to look at, and change no firm's fate: "
    return Words(zh + "；".join(one.zh for one in told) + "。", en + "; ".join(one.en for one in told) + ".")


def _told(drawn: Drawn, n_segments: int) -> Words:
    title, where = TITLES[drawn.label], drawn.segments if len(drawn.segments) < n_segments else ()
    zh, en = "、".join(where), ", ".join(where)
    if drawn.is_replaced:
        zh, en = "；".join(filter(None, (zh, "原有的是别的方案的通道"))), "; ".join(filter(None, (en, "those stated are another scheme's")))
    shares = proportions(drawn.value)
    return Words(f"{title.zh}{f'（{zh}）' if zh else ''} {shares.zh}", f"{title.en}{f' ({en})' if en else ''} {shares.en}")


def is_certain(value: Mapping[Any, int] | float) -> bool:
    """Whether the proportions of a label leave nothing to chance."""
    return sum(share > 0 for share in value.values()) == 1 if isinstance(value, Mapping) else value in (0.0, 1.0)


def proportions(value: Mapping[Any, int] | float) -> Words:
    """Write the proportions of a label.

    Examples
    --------
    >>> proportions({"A": 50_000, "B": 950_000}).zh, proportions({300_000: 750_000, 1_000_000: 250_000}).en, proportions(0.502).en
    ('A 5%、B 95%', '30% (75%), 100% (25%)', '50.2%')
    """
    if not isinstance(value, Mapping):
        return Words(write_chance(value), write_chance(value))
    parts = [
        (write_share(name), f" ({write_share(share)})") if isinstance(name, int) else (name, f" {write_share(share)}")
        for name, share in value.items()
    ]
    en = [name + share for name, share in parts]
    return Words("、".join(en).replace(" (", "（").replace(")", "）"), ", ".join(en))
