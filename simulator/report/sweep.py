"""A sweep's files: one table of all points and measures, charts, a summary in Markdown and the array file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.figures import save
from simulator.report.figures_sweep import sweep_figures
from simulator.report.sweep_text import axis_text, base_text, point_text, point_texts, words
from simulator.report.text import cell, either, number_and_error, plain, with_brackets
from simulator.results.labelled import write_labelled
from simulator.results.measures import measure_named
from simulator.results.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simulator.results.estimates import Estimate
    from simulator.results.sweeps import SweepFound, SweptPoint

CHARTS = "charts"
TABLE = "points.csv"
ESTIMATED = ("mean", "se", "low", "high")
CAPTIONS = {
    "sweep": ("各点的估计", "Estimates"),
    "sweep_differences": ("与基线的配对差值", "Paired differences from the baseline"),
}
VERDICTS = {
    "higher": ("确定更高", "certainly higher"),
    "lower": ("确定更低", "certainly lower"),
    "unclear": ("分不清", "cannot be told from the baseline"),
    "same": ("每次模拟都相同", "the same in every history"),
}


def write_sweep(folder: Path, found: SweepFound, lang: str) -> None:
    """Write all files of a sweep's answer into a folder that exists."""
    write_points(folder / TABLE, found)
    write_labelled(folder, found)
    figures = []
    for stem, figure in sweep_figures(found, lang):
        picture, _ = save(figure, folder / CHARTS, stem)
        figures.append((f"{CHARTS}/{picture.name}", CAPTIONS[stem][0 if lang == "zh" else 1]))
    (folder / "summary.md").write_text(sweep_markdown(found, lang, figures), encoding="utf-8", newline="\n")


def write_points(path: Path, found: SweepFound) -> None:
    """Write one row a point and measure: estimate with error and interval, and the difference from the baseline with its own."""
    axes = [axis.path for axis in found.axes]
    head = ("point", *axes, "measure", "名称", "title", "unit", *ESTIMATED, "p05", "p50", "p95", "histories")
    write_table(path, (*head, *(f"difference_{one}" for one in ESTIMATED), "verdict", "baseline", "fates"), _rows(found))


def _rows(found: SweepFound) -> Iterator[Sequence[object]]:
    base = base_text(found, "zh")
    for number, point in enumerate(found.points):
        where = "grid" if point.place is not None else "baseline"
        for name, one in point.measures.items():
            measure = measure_named(name)
            figures = _figures(one, (*ESTIMATED, "p05", "p50", "p95", "n"))
            differences = _figures(point.differences.get(name), ESTIMATED)
            told = (found.verdict(point, name), base, "same" if point.on_same_fates else "other")
            label = number if where == "grid" else where
            yield (label, *point.texts, name, measure.zh, measure.en, measure.unit, *figures, *differences, *told)


def _figures(found: Estimate | None, columns: Sequence[str]) -> list[object]:
    values = [getattr(found, column) if found else None for column in columns]
    return ["" if value is None else value for value in values]


def sweep_markdown(found: SweepFound, lang: str = "zh", figures: Sequence[tuple[str, str]] = ()) -> str:
    """Write the summary of a sweep.

    Parameters
    ----------
    found : SweepFound
    lang : str
        ``zh`` or ``en``.
    figures : sequence of (str, str)
        File name and caption of each chart.

    Returns
    -------
    str
        Markdown, ending in a line break.
    """
    parts = [f"# {plain(found.title if lang == 'zh' else found.title_en)}", _what(found, lang)]
    parts.append("\n".join(f"- {sentence}" for sentence in sweep_sentences(found, lang)))
    parts += [f"> {sentence}" for sentence in cautions(found, lang)]
    parts += [f"![{plain(caption)}]({file})" for file, caption in figures]
    names = found.headline()
    if names:
        parts += ["## " + either(lang, "各点的估计（括号内为标准误）", "Estimates (standard error in brackets)"), _table(found, names, lang)]
    if any(point.differences for point in found.points):
        base = plain(base_text(found, lang))
        parts.append("## " + either(lang, f"与基线（{base}）之差，逐次配对", f"Difference from the baseline ({base}), paired history by history"))
        parts.append(_table(found, names, lang, differences=True))
        parts.append(either(lang, "（?）：分不清与基线有没有差别。", "(?): cannot be told from the baseline."))
    parts.append(
        either(
            lang,
            f"全部指标在 {TABLE}；每条路径和各月分位数在 sweep.nc（未装 data 扩展时为 sweep.npz）；重做：riskshare rerun 本文件夹。",
            f"All measures are in {TABLE}; every history and the monthly quantiles in sweep.nc (sweep.npz without the extra data). "
            "Made again by riskshare rerun with this folder.",
        )
    )
    return "\n\n".join(parts) + "\n"


def _what(found: SweepFound, lang: str) -> str:
    sides = [f"{plain(axis.name(lang))} `{axis.path}`（{_span(found, number, lang)}）" for number, axis in enumerate(found.axes)]
    if lang == "en":
        sides = [side.replace("（", " (").replace("）", ")") for side in sides]
    varied = either(lang, "；", "; ").join(sides)
    n, h = len(found.grid), found.histories
    if lang == "zh":
        return f"情景：{plain(found.name)}。变动：{varied}。共 {n} 个点，每点 {h:,} 次模拟，种子 {found.seed}。"
    return f"Scenario: {plain(found.name)}. Varied: {varied}. {n} points of {h:,} histories, seed {found.seed}."


def _span(found: SweepFound, number: int, lang: str) -> str:
    axis = found.axes[number]
    texts = [plain(axis_text(axis, place, lang)) for place in range(len(axis))]
    if axis.values is None or len(texts) <= 4:
        return either(lang, "、", ", ").join(texts)
    return either(lang, f"{texts[0]} 至 {texts[-1]}，{len(texts)} 档", f"{texts[0]} to {texts[-1]}, {len(texts)} values")


def sweep_sentences(found: SweepFound, lang: str) -> list[str]:
    """Say for each measure shown between what it moves, and which differences from the baseline are certain."""
    return [sweep_sentence(found, name, lang) for name in found.headline()]


def least_and_most(found: SweepFound, name: str) -> list[tuple[SweptPoint, Estimate]]:
    """Points of the grid where a measure is least and where it is greatest, with its estimates; empty where no point has it."""
    known = [(point, one) for point in found.grid if (one := point.measures.get(name))]
    return [choose(known, key=lambda pair: pair[1].mean) for choose in (min, max)] if known else []


def sweep_sentence(found: SweepFound, name: str, lang: str) -> str:
    """Say between what a measure moves, and which differences from the baseline are certain."""
    ends = least_and_most(found, name)
    if not ends:
        return either(lang, f"**{measure_named(name).zh}**：各点都没有", f"**{measure_named(name).en}**: at no point")
    title = measure_named(name).title(lang) + (words("given", lang) if found.given and name == "lending.volume" else "")
    least, most = ends
    if least[1].mean == most[1].mean:
        what = either(lang, f"各点相同，{_pm(least[1], lang)}", f"the same at all points, {_pm(least[1], lang)}")
    else:
        low, high = (
            either(lang, f"{_pm(one, lang)}（取{_at(found, point, lang)}时）", f"{_pm(one, lang)} (at {_at(found, point, lang)})")
            for point, one in (least, most)
        )
        what = either(lang, f"最低 {low}，最高 {high}", f"least {low}, greatest {high}")
    return f"**{title}**{either(lang, '：', ': ')}{what}{_certain(found, name, lang)}"


def _at(found: SweepFound, point: SweptPoint, lang: str) -> str:
    return plain(point_text(found, point, lang))


def _pm(found: Estimate, lang: str) -> str:
    number, error = number_and_error(found, lang)
    return number if error in ("0", "—", "-") else f"{number} ± {error}"


def _certain(found: SweepFound, name: str, lang: str) -> str:
    """Which points differ from the baseline for certain; empty where there is nothing to compare."""
    told: dict[str, list[SweptPoint]] = {}
    for point in found.grid:
        if verdict := found.verdict(point, name):
            told.setdefault(verdict, []).append(point)
    if not told:
        return either(lang, "。", ".")
    n = sum(len(points) for points in told.values())
    said = [_told(found, verdict, told[verdict], n, lang) for verdict in VERDICTS if verdict in told]
    base = plain(base_text(found, lang))
    return either(lang, f"；与基线（{base}）比：{'；'.join(said)}。", f"; against the baseline ({base}): {'; '.join(said)}.")


def _told(found: SweepFound, verdict: str, points: Sequence[SweptPoint], n: int, lang: str) -> str:
    """Say of which of ``n`` points a verdict holds."""
    zh, en = VERDICTS[verdict]
    if lang == "zh" and len(points) == n:
        return f"全部 {n} 个点{zh if '都' in zh else f'都{zh}'}"
    return either(lang, f"{zh} {_which(found, points, n, lang)}", f"{en} at {_which(found, points, n, lang)}")


def _which(found: SweepFound, points: Sequence[SweptPoint], n: int, lang: str) -> str:
    if len(points) == n:
        return either(lang, f"全部 {n} 个点", f"all {n} points")
    if len(points) > 6 or len(found.axes) > 1:
        return either(lang, f"{len(points)} 个点", f"{len(points)} {'point' if len(points) == 1 else 'points'}")
    return either(lang, "、", ", ").join(plain(point_text(found, point, lang)) for point in points)


def cautions(found: SweepFound, lang: str) -> list[str]:
    """Say what the figures do not tell."""
    k = max(1, len(found.points) - 1)
    said = [
        either(
            lang,
            f"“确定”指同时看 {k} 个差值时，误判任何一个的机会不超过5%（Bonferroni），只含模拟误差；违约率等假设取文件中的值，没有变动。",
            f"“Certain” means that the chance of calling any of the {k} differences wrongly is at most 5% (Bonferroni), simulation error only; "
            "assumptions such as the PD keep the file's values.",
        )
    ]
    if not any(point.differences for point in found.points):
        said = [
            either(lang, "各点的模拟次数不同，没有配对差值。", "The points have different numbers of histories: there are no paired differences.")
        ]
    others = [point for point in found.points if not point.on_same_fates]
    if others:
        said.append(
            either(
                lang,
                f"{len(others)} 个点改变了企业本身或宏观（不是同一批命运），随机数相同，差值仍逐次配对，但误差较大。",
                f"{len(others)} points change the firms or the economy themselves: fates differ, draws are the same; "
                "differences are paired all the same, with larger errors.",
            )
        )
    return said


def _table(found: SweepFound, names: Sequence[str], lang: str, *, differences: bool = False) -> str:
    points = [point for point in found.points if not differences or point.differences]
    heads = " | ".join(cell(measure_named(name).title(lang)) for name in names)
    sides = " | ".join(cell(axis.name(lang)) for axis in found.axes)
    lines = [f"| {sides} | {heads} |", "|" + " --- |" * len(found.axes) + " --: |" * len(names)]
    for point in points:
        base = either(lang, "（基线）", " (baseline)") if point is found.base else ""
        texts = [cell(text) for text in point_texts(found, point, lang)]
        texts[0] = (texts[0] or words("as_it_is", lang)) + base
        cells = []
        for name in names:
            one = (point.differences if differences else point.measures).get(name)
            cells.append(with_brackets(one, lang) + (" (?)" if differences and found.verdict(point, name) == "unclear" else ""))
        lines.append(f"| {' | '.join(texts)} | {' | '.join(cells)} |")
    return "\n".join(lines)
