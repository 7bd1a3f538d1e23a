"""A tape's place beside its scenario, and what it says of its firms told as segments, sector by sector.

A scenario with a tape gets segments made of it: names, shares, mean amounts, rates and PDs, so that terms, limits and explanations find there what
they find for synthetic firms. The loans themselves come from the tape's rows.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.scenario import references
from simulator.scenario.positions import Entry, Mapping, Scalar, find, place_of, with_entry
from simulator.scenario.tape_rows import UNSAID

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.scenario.library import Location
    from simulator.scenario.models import Scenario, Segment
    from simulator.scenario.positions import Findings, Node
    from simulator.scenario.tape_rows import TapeRows

FILE = ("population", "tape", "file")
MILLION = 1_000_000
LIMIT_OF_DRAWDOWNS = 12.0


def with_folder(tree: Mapping, location: Location) -> Mapping:
    """Keep, with the name of a tape's file, the folder of the scenario that names it."""
    node = find(tree, FILE)
    if not isinstance(node, Scalar) or node.place.folder:
        return tree
    return _put(tree, FILE, replace(node, place=replace(node.place, folder=str(location.path.parent))))


def folder_of_tape(tree: Mapping) -> str:
    """Return the folder in which a scenario's tape lies; empty where it has none."""
    node = find(tree, FILE)
    return node.place.folder if node is not None else ""


def _put(tree: Mapping, path: tuple[str, ...], node: Node) -> Mapping:
    key, *rest = path
    entry = tree.entries[key]
    below = entry.node
    if rest and isinstance(below, Mapping):
        node = _put(below, tuple(rest), node)
    return with_entry(tree, key, Entry(entry.place, node))


def with_tape(scenario: Scenario, tree: Mapping, values: dict[str, Any], findings: Findings) -> Scenario:
    """Read a scenario's tape; returns the scenario with the tape's hash and the segments that it makes.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    tree : Mapping
        For places.
    values : dict
        The scenario as plain values, for the check of names.
    findings : Findings
        Takes names in conditions that no loan of the tape has.

    Raises
    ------
    TapeError
        Naming the rows that are wrong.
    """
    from simulator.scenario.tape import tape_of

    tape = scenario.population.tape
    node = find(tree, FILE)
    if tape is None or node is None:
        return scenario
    is_beside = node.place.file not in ("", "--set")
    shown = str(Path(node.place.file).parent / tape.file).replace("\\", "/") if is_beside else tape.file
    tape = tape.located(node.place.folder, shown)
    rows = tape_of(_with_population(scenario, tape=tape))
    segments = segments_of(rows, scenario)
    full = {**values, "population": {"segments": {name: _plain(segment) for name, segment in segments.items()}}}
    references.check(full, lambda path, **key: place_of(tree, path, **key), findings)
    located = tape.model_copy(update={"sha256": rows.sha256})
    return _with_population(scenario, tape=located, segments=segments)


def _with_population(scenario: Scenario, **update: Any) -> Scenario:  # noqa: ANN401  blocks of a population
    return scenario.model_copy(update={"population": scenario.population.model_copy(update=update)})


def _plain(segment: Segment) -> dict[str, Any]:
    return {key: dict(getattr(segment, key)) for key in references.FEATURES}


def segments_of(rows: TapeRows, scenario: Scenario) -> dict[str, Segment]:
    """Tell a tape as segments, one a sector.

    Shares are of loans; amounts, rates and PDs are means. Only what a tape makes of its firms as a whole is read off these segments.
    """
    import numpy as np

    sectors = rows.numbers["sector"]
    found = {name: sectors == number for number, name in enumerate(rows.names["sector"])}
    return {name: _segment_of(rows, mask, name, scenario) for name, mask in found.items() if np.any(mask)}


def _segment_of(rows: TapeRows, mask: NDArray[np.bool_], sector: str, scenario: Scenario) -> Segment:
    import numpy as np

    from simulator.scenario.models import Drawdowns, LoanSize, Segment

    tape = scenario.population.tape
    if tape is None:
        problem = "the scenario has no tape"
        raise ValueError(problem)
    said = tape.segment
    n_loans, n_firms = int(mask.sum()), len(np.unique(rows.firms[mask]))
    grades = rows.numbers["grade"][mask]
    found = {name: (grades == number) | (grades == UNSAID) for number, name in enumerate(rows.names["grade"])}
    by_grade = {name: of_grade for name, of_grade in found.items() if np.any(of_grade)}
    pd = np.nan_to_num(rows.pd[mask])
    labels: dict[str, Any] = {key: _label(rows.numbers[key][mask], rows.names[key], getattr(said, key)) for key in references.FEATURES}
    labels |= {key: float(np.where(flags < 0, getattr(said, key), flags)[mask].mean()) for key, flags in rows.flags.items()}
    unsecured = np.where(rows.unsecured < 0, round(sum(part * share for part, share in said.unsecured.items()) / MILLION), rows.unsecured)
    return Segment(
        firms=n_firms,
        sector=sector,
        **labels,
        unsecured={round(float(unsecured[mask].mean())): MILLION},
        first_application="spread",
        drawdowns=Drawdowns(mean=min(LIMIT_OF_DRAWDOWNS, n_loans / n_firms)),
        loan=LoanSize(mean=max(1, round(float(rows.amount[mask].mean()))), spread=0.0, round_to=1),
        term={months: share for months, share in _shares_of(rows.term_months[mask]).items() if share > 0},
        repayment={name: share for name, share in _shares_of(rows.repayment[mask]).items() if share > 0},
        pays_every=said.pays_every,
        rate={name: round(float(rows.rate[mask][of_grade].mean())) for name, of_grade in by_grade.items()},
        pd={name: float(pd[of_grade].mean()) for name, of_grade in by_grade.items()},
        default_curve=said.default_curve,
        pd_over=said.pd_over,
        seasoning=said.seasoning,
        at_maturity=said.at_maturity,
        asset_correlation=said.asset_correlation,
    )


def _label(numbers: NDArray[np.int64], names: tuple[str, ...], shares: dict[str, int]) -> dict[str, int]:
    """Shares of loans by name: those that the file names, and the others in the shares in which they are drawn."""
    import numpy as np

    said = np.bincount(numbers[numbers >= 0], minlength=len(names)).astype(np.int64)
    drawn = np.array([shares.get(name, 0) for name in names], np.int64)
    found = _parts(said * MILLION + drawn * int((numbers < 0).sum()))
    return {name: part for name, part in zip(names, found, strict=True) if part > 0}


def _shares_of(values: NDArray[Any]) -> dict[Any, int]:
    """Shares of the distinct values, in order; they sum to one."""
    import numpy as np

    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), _parts(counts), strict=True))


def _parts(weights: NDArray[np.int64]) -> list[int]:
    """Weights as millionths of their sum, which they sum to."""
    import numpy as np

    ends = [end * MILLION // int(weights.sum()) for end in np.cumsum(weights).tolist()]
    return [end - before for before, end in itertools.pairwise([0, *ends])]
