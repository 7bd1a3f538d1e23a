"""Results as files: measures, monthly bands, final figures of every history, manifest."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import ResultsError, why_unread
from simulator.results.answers import Answer
from simulator.results.answers_kept import read_surer
from simulator.results.arrays import open_files
from simulator.results.measures import measure_named
from simulator.results.ranges_kept import read_study
from simulator.results.results import Results, month_names, told_apart
from simulator.results.tables import write_table
from simulator.scenario.library import library_folder
from simulator.scenario.loader import load_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.results.estimates import Estimate
    from simulator.results.ranges import RangeStudy, Span

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
ROWS_AT_A_TIME = 1000


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


def homes_in(folder: Path, names: Sequence[str]) -> list[Path]:
    """Folders of several scenarios' own results, one each though two have one name."""
    return [folder / name for name in told_apart(names)]


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
        for number, month in enumerate(results.months):
            quantiles = np.quantile(values[:, number], LEVELS, method="inverted_cdf")
            rows.append((name, month, *(int(value) for value in quantiles)))
    write_table(path, ("series", "month", *(f"p{round(level * 100):02d}" for level in LEVELS)), rows)


def write_finals(path: Path, results: Results) -> None:
    """Write the final figures of every history, one row each, as compressed CSV; the same results give the same bytes."""
    columns = list(results.finals.values())
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed, io.TextIOWrapper(packed, "utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("history", *results.finals))
        for first in range(0, results.n_histories, ROWS_AT_A_TIME):
            some = (values[first : first + ROWS_AT_A_TIME].tolist() for values in columns)
            writer.writerows((first + row, *figures) for row, figures in enumerate(zip(*some, strict=True)))


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


def load_results(folder: Path | str) -> Answer:
    """Read a finished run back: a scenario's folder, as ``run`` writes it and ``compare`` writes one a scenario.

    Figures of single histories and months stay on disk until they are looked at. What assumptions moved comes from ``ranges.json``, what a reform
    changes from the manifest, precision and adjusted estimates from ``found.json.gz``; folders without them are read all the same.

    Raises
    ------
    ResultsError
        If there is no finished run, or its files do not fit together.

    Examples
    --------
    >>> load_results("reports/湖北").measures["bank.net_loss"].mean  # doctest: +SKIP
    """
    home = Path(folder)
    try:
        manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
        with gzip.open(home / "finals.csv.gz", "rt", encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))[1:]
        finals, series = open_files(home, names)
        loaded = load_text(manifest["file"], manifest["name"], folder=find_tape(manifest, home))
        months = month_names(loaded.scenario, next(iter(series.values())).shape[1])
        loaded = replace(loaded, changed=tuple(tuple(change) for change in manifest.get("changed", ())))
        surer = read_surer(home)
        return Answer(loaded, Results(loaded.scenario, months, finals, series), manifest["engine"], read_study(home), *surer)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        why = why_unread(error)
        zh = f"{home}：这里没有完整的推演结果（{why[0]}）；请用 riskshare run 推演，或用 riskshare resume 接着做完"
        en = f"{home}: there is no finished run here ({why[1]}); play it with riskshare run, or finish it with riskshare resume"
        raise ResultsError(zh, en) from error


def find_tape(manifest: Mapping[str, Any], beside: Path) -> str:
    """Folder of a stored scenario's loan tape: the current one, the result's, or the built-in cases'; empty without a tape."""
    tape = (manifest["scenario"].get("population") or {}).get("tape")
    if not tape:
        return ""
    places = [Path.cwd(), beside, library_folder() / "cases", library_folder()]
    return str(next((place for place in places if (place / tape["file"]).is_file()), places[0]))


def read_table(path: Path) -> list[dict[str, str]]:
    """Read back a CSV that ``write_table`` wrote."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
