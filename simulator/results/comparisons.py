"""Answers of several scenarios side by side, and their paired differences from the first: made by ``analysis.compare``, read back from a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import ResultsError, why_unread
from simulator.extras import library
from simulator.results.answers_kept import read_surer_differences
from simulator.results.estimates import Estimate, paired_difference
from simulator.results.frames import estimates_frame
from simulator.results.measures import MADE_UP, MEASURES
from simulator.results.ranges import Span, with_span
from simulator.results.results import told_apart
from simulator.results.store import RANGE_HEAD, homes_in, load_results, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from simulator.results.answers import Answer
    from simulator.results.controlled import Controlled


@dataclass(frozen=True)
class Comparison:
    """Answers of several scenarios; the first is the baseline.

    Attributes
    ----------
    answers : sequence of Answer
        In the order asked for.
    paired : sequence of bool
        Whether each scenario was played on the baseline's worlds; the baseline itself is.
    differences : sequence of mapping
        For each scenario, dotted name to the estimated difference from the baseline, of every measure that is a mean or a chance over histories;
        empty where not paired.
    spans : sequence of mapping
        For each scenario, dotted name to least and greatest difference when the assumptions of both move together; empty where they were not moved,
        or not at all points on the same worlds.
    controlled : sequence of sequence of Controlled
        For each scenario, differences made surer by figures of known mean, where that is worth it; they replace none.
    """

    answers: Sequence[Answer]
    paired: Sequence[bool]
    differences: Sequence[Mapping[str, Estimate]]
    spans: Sequence[Mapping[str, Span]]
    controlled: Sequence[Sequence[Controlled]] = ()

    def to_pandas(self) -> pd.DataFrame:
        """Return the paired differences from the first scenario: one row a scenario and measure; money in fen."""
        frames = [estimates_frame(found) for found in self.differences]
        names = told_apart([answer.loaded.name for answer in self.answers])
        frame: pd.DataFrame = library("pandas").concat(frames, keys=names, names=("scenario", "measure"))
        return frame

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "scenarios": [answer.as_json() for answer in self.answers],
            "paired": list(self.paired),
            "differences": [
                {name: with_span(found, moved.get(name)) if any(self.spans) else found.as_dict() for name, found in one.items()}
                for one, moved in zip(self.differences, self.spans, strict=True)
            ],
            "controlled_differences": [{one.measure: one.as_dict() for one in found} for found in self.controlled],
        }


def differences_of(reform: Answer, baseline: Answer) -> dict[str, Estimate]:
    """Paired differences of all measures that are one number a history."""
    names = [measure.name for measure in MEASURES if measure.kind in ("mean", "chance")]
    names += [name for name in reform.results.finals if name.startswith(MADE_UP)]
    found = {}
    for name in names:
        old, new = baseline.measures.get(name), reform.measures.get(name)
        source = "pool.short" if name == "pool.shortfall_probability" else name
        if old is None or new is None or source not in baseline.results.finals or source not in reform.results.finals:
            continue
        found[name] = paired_difference(reform.results.finals[source], baseline.results.finals[source], new.unit)
    return found


def load_comparison(folder: Path | str) -> Comparison:
    """Read a finished comparison back, as ``compare`` writes it.

    Differences are taken anew from the stored figures of each history; what assumptions move them by is read from ``differences.csv``, and those
    made surer by figures of known mean from ``found.json.gz``.

    Raises
    ------
    ResultsError
        If there is no finished comparison, or its files do not fit together.

    Examples
    --------
    >>> load_comparison("reports/湖北-湖北补偿50").paired  # doctest: +SKIP
    [True, True]
    """
    home = Path(folder)
    try:
        said = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
        names = [one["name"] for one in said["scenarios"]]
        paired = [bool(one) for one in said["paired"]]
        answers = [load_results(own) for own in homes_in(home, names)]
        differences = [
            differences_of(answer, answers[0]) if is_paired and number > 0 else {}
            for number, (answer, is_paired) in enumerate(zip(answers, paired, strict=True))
        ]
        spans = _stored_spans(home / "differences.csv", differences)
        return Comparison(answers, paired, differences, spans, read_surer_differences(home))
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = why_unread(error)
        zh = f"{home}：这里没有完整的比较结果（{why[0]}）；请用 riskshare compare 推演，或用 riskshare resume 接着做完"
        en = f"{home}: there is no finished comparison here ({why[1]}); play it with riskshare compare, or finish it with riskshare resume"
        raise ResultsError(zh, en) from error


def _stored_spans(path: Path, differences: Sequence[Mapping[str, Estimate]]) -> list[dict[str, Span]]:
    """Spans of the differences, row by row in the order in which they were written; scenarios may share a name, so names say nothing."""
    rows = iter(read_table(path))
    spans = []
    for found in differences:
        own = {row["measure"]: row for row in (next(rows, {"measure": ""}) for _ in found)}
        if set(own) != set(found):
            message = f"{path.name}: {', '.join(sorted(set(own) ^ set(found)))}"
            raise ValueError(message)
        ends = {name: [row.get(end) or "" for end in RANGE_HEAD] for name, row in own.items()}
        spans.append({name: Span(float(low), float(high)) for name, (low, high) in ends.items() if low and high})
    return spans
