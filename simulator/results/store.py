"""Results as files: measures, monthly bands, final figures of every history, manifest."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import ResultsError
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from simulator.results.answers import Answer
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import RangeStudy, Span
    from simulator.results.results import Results

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
RISKY = ("=", "+", "-", "@", "\t")


def open_folder(folder: Path) -> Path:
    """Make a folder for results.

    Raises
    ------
    ResultsError
        If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".riskshare"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        zh = f"{folder}：无法写入（{error.strerror}）；请用 --out 指定另一个文件夹"
        en = f"{folder}: cannot be written ({error.strerror}); name another folder with --out"
        raise ResultsError(zh, en) from error
    return folder


def _cell(value: object) -> object:
    """Keep a text from being run as a formula by a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV that Excel opens as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([_cell(value) for value in row] for row in rows)


RANGE_HEAD = ("range_low", "range_high")


def span_cells(study: RangeStudy | None, name: str) -> tuple[object, ...]:
    """Return a measure's span as the two cells of ``RANGE_HEAD``, empty where it has none; no cells where no assumption was moved."""
    return () if study is None else _bounds(study.span(name))


def _bounds(span: Span | None) -> tuple[object, object]:
    return (span.low, span.high) if span else ("", "")


def write_measures(path: Path, measures: Mapping[str, Estimate | None], study: RangeStudy | None = None) -> None:
    """Write one row a measure: name, titles, unit, estimate, error, quantiles over histories, interval, and its span where assumptions were moved."""
    head = ("measure", "名称", "title", "unit", "mean", "se", "p05", "p50", "p95", "low", "high", "histories", *(RANGE_HEAD if study else ()))
    rows = []
    for name, found in measures.items():
        measure = measure_named(name)
        figures = (found.mean, found.se, found.p05, found.p50, found.p95, found.low, found.high, found.n) if found else ("",) * 8
        cells = ("" if value is None else value for value in figures)
        rows.append((name, measure.zh, measure.en, measure.unit, *cells, *span_cells(study, name)))
    write_table(path, head, rows)


def write_measures_side_by_side(path: Path, answers: Sequence[Answer]) -> None:
    """Write one row a measure, with estimate and standard error of every scenario, and its span where assumptions were moved."""
    head = ["measure", "名称", "title", "unit"]
    for answer in answers:
        columns = ("mean", "se", *(RANGE_HEAD if answer.ranges else ()))
        head += [f"{answer.loaded.name} {column}" for column in columns]
    rows = []
    for name in dict.fromkeys(name for answer in answers for name in answer.measures):
        measure = measure_named(name)
        row: list[object] = [name, measure.zh, measure.en, measure.unit]
        for answer in answers:
            found = answer.measures.get(name)
            row += [found.mean, "" if found.se is None else found.se] if found else ["", ""]
            row += span_cells(answer.ranges, name)
        rows.append(row)
    write_table(path, head, rows)


def write_differences(
    path: Path,
    answers: Sequence[Answer],
    differences: Sequence[Mapping[str, Estimate]],
    spans: Sequence[Mapping[str, Span]] = (),
) -> None:
    """Write one row a scenario and measure: the paired difference from the first scenario, and its span where assumptions were moved in both."""
    estimated = ("scenario", "baseline", "measure", "名称", "title", "unit", "difference", "se", "low", "high", "histories")
    head = (*estimated, *(RANGE_HEAD if any(spans) else ()))
    rows = []
    for answer, found, moved in zip(answers, differences, spans or [{}] * len(answers), strict=True):
        for name, one in found.items():
            measure = measure_named(name)
            figures = ("" if value is None else value for value in (one.mean, one.se, one.low, one.high))
            bounds = _bounds(moved.get(name)) if any(spans) else ()
            rows.append((answer.loaded.name, answers[0].loaded.name, name, measure.zh, measure.en, measure.unit, *figures, one.n, *bounds))
    write_table(path, head, rows)


def write_bands(path: Path, results: Results) -> None:
    """Write the quantiles over histories of every monthly series, month by month; money in fen."""
    rows = []
    for name, values in results.series.items():
        for month, quantiles in zip(results.months, np.quantile(values, LEVELS, axis=0, method="inverted_cdf").T, strict=True):
            rows.append((name, month, *(int(value) for value in quantiles)))
    write_table(path, ("series", "month", *(f"p{round(level * 100):02d}" for level in LEVELS)), rows)


def write_finals(path: Path, results: Results) -> None:
    """Write the final figures of every history, one row each, as compressed CSV; the same results give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("history", *results.finals))
    columns = [values.tolist() for values in results.finals.values()]
    writer.writerows((history, *row) for history, row in enumerate(zip(*columns, strict=True)))
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401  anything JSON can hold
    """Write JSON that people can read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8", newline="\n")


def write_results(
    folder: Path,
    results: Results,
    measures: Mapping[str, Estimate | None],
    manifest: Mapping[str, Any],
    study: RangeStudy | None = None,
) -> None:
    """Write all tables of one scenario and its manifest into a folder that exists."""
    write_measures(folder / "measures.csv", measures, study)
    write_bands(folder / "bands.csv", results)
    write_finals(folder / "finals.csv.gz", results)
    write_json(folder / "manifest.json", manifest)
