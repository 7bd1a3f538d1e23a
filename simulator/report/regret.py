"""A regret study in words, tables and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.figures import save
from simulator.report.figures_regret import regret_figures
from simulator.report.text import cell, either, percent, plain, quantity, with_brackets
from simulator.results.estimates import Estimate
from simulator.results.measures import measure_named
from simulator.results.regret import write_regret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.results.regret import MeasureRegret, RegretStudy

CAPTIONS = {"regret": ("选错会后悔多少", "What the wrong choice costs"), "map": ("什么情况下哪个方案最好", "Which scheme is best where")}
SHOWN = 3
"""Assumptions named as deciding who is best."""


def write_regret_report(folder: Path, study: RegretStudy, lang: str) -> None:
    """Write tables, charts and summary into a folder that exists."""
    write_regret(folder, study)
    figures = []
    for stem, figure in regret_figures(study, lang):
        picture, _ = save(figure, folder / "charts", stem)
        kind, _, name = stem.partition("_")
        figures.append((f"charts/{picture.name}", f"{either(lang, *CAPTIONS[kind])}: {measure_named(name).title(lang)}"))
    (folder / "summary.md").write_text(regret_markdown(study, lang, figures), encoding="utf-8", newline="\n")


def regret_markdown(study: RegretStudy, lang: str, figures: Sequence[tuple[str, str]] = ()) -> str:
    """Write the summary."""
    parts = [f"# {either(lang, '各种未来里哪个方案最好', 'Which scheme is best in which future')}"]
    parts.append("\n".join(f"- {sentence}" for sentence in regret_headline(study, lang)))
    for name, found in study.measures.items():
        measure = measure_named(name)
        way = either(
            lang, "越高越好" if found.better == "higher" else "越低越好", "higher is better" if found.better == "higher" else "lower is better"
        )
        parts.append(f"## {cell(measure.title(lang))} `{name}`{either(lang, f'（{way}）', f' ({way})')}")
        lines = [f"| {' | '.join(head_of(lang))} |", "| --- |" + " --: |" * 6]
        lines += [f"| {' | '.join(cell(part) for part in row)} |" for row in rows_of(study, found, lang)]
        parts += ["\n".join(lines), "\n".join(f"- {sentence}" for sentence in where_best(study, found, lang))]
    parts += [f"![{plain(caption)}]({file})" for file, caption in figures]
    titles = [
        f"- **{plain(name)}**{either(lang, '：', ': ')}{plain(either(lang, *title))}" for name, title in zip(study.schemes, study.titles, strict=True)
    ]
    parts += [f"## {either(lang, '方案', 'The schemes')}", "\n".join(titles)]
    parts += [f"## {either(lang, '怎样算的', 'How it was made')}", "\n".join(f"- {sentence}" for sentence in how_made(study, lang))]
    return "\n\n".join(parts) + "\n"


def regret_headline(study: RegretStudy, lang: str) -> list[str]:
    """Say, a sentence a measure, which scheme is safest and how often it is best."""
    return [regret_sentence(study, name, lang) for name in study.measures]


def regret_sentence(study: RegretStudy, name: str, lang: str) -> str:
    """Say which scheme is safest by one measure, and how often it is best."""
    found, measure = study.measures[name], measure_named(name)
    safest = found.least_regret
    alike = (found.worst == found.worst[safest]) & (found.mean == found.mean[safest])
    names = either(lang, "、", ", ").join(plain(scheme) for scheme, is_one in zip(study.schemes, alike, strict=True) if is_one)
    worst, share = quantity(float(found.worst[safest]), measure.unit, lang), percent(float(found.share_level[safest]), 0)
    return either(
        lang,
        f"**{measure.zh}**：最大后悔最小的是 **{names}**，最多比最好的方案差 {worst}；"
        f"在 {share} 的未来里它最好或不相上下；{percent(float(found.tied.mean()), 0)} 的未来分不出最好的。",
        f"**{measure.en}**: the least greatest regret is that of **{names}**, at most {worst} behind the best; "
        f"it is best or level in {share} of futures; in {percent(float(found.tied.mean()), 0)} no single scheme is told apart as best.",
    )


def head_of(lang: str) -> list[str]:
    """Column titles."""
    return (
        ["方案", "文件取值", "平均后悔（标准误）", "九成不超过", "最大后悔", "最好", "最好或不相上下"]
        if lang == "zh"
        else ["scheme", "own values", "mean regret (s.e.)", "nine in ten below", "greatest regret", "best", "best or level"]
    )


def rows_of(study: RegretStudy, found: MeasureRegret, lang: str) -> list[list[str]]:
    """Cells of the regret table, a row a scheme."""
    unit = measure_named(found.name).unit
    return [
        [
            name,
            quantity(float(found.own[number]), unit, lang),
            with_brackets(Estimate(float(found.mean[number]), float(found.errors[number]), study.histories, None, None, None, unit), lang),
            quantity(float(found.often[number]), unit, lang),
            quantity(float(found.worst[number]), unit, lang),
            percent(float(found.share_best[number]), 0),
            percent(float(found.share_level[number]), 0),
        ]
        for number, name in enumerate(study.schemes)
    ]


def where_best(study: RegretStudy, found: MeasureRegret, lang: str) -> list[str]:
    """Say what decides who is best: the split of the futures, and the assumptions that go with the difference of the rivals."""
    said = []
    split = found.split
    if split:
        who, value = plain(split.assumption.name(lang)), split.text
        below, above = plain(study.schemes[split.below]), plain(study.schemes[split.above])
        said.append(
            either(
                lang,
                f"以 **{who}** {value} 为界：不超过时 **{below}** 最好或不相上下（{split.n_below} 种未来中 {split.right_below} 种），"
                f"超过时 **{above}**（{split.n_above} 种中 {split.right_above} 种）。",
                f"Parted by **{who}** at {value}: up to it **{below}** is best or level (in {split.right_below} of {split.n_below} futures), "
                f"above it **{above}** (in {split.right_above} of {split.n_above}).",
            )
        )
    elif always := [plain(name) for name, share in zip(study.schemes, found.share_level, strict=True) if share == 1.0]:
        said.append(
            either(lang, f"**{'、'.join(always)}** 在每一种未来里都最好或不相上下。", f"**{', '.join(always)}**: best or level in every future.")
        )
    else:
        said.append(either(lang, "没有哪一项假设单独就能说明哪个方案最好。", "No assumption alone tells which scheme is best."))
    first, second = (plain(study.schemes[number]) for number in found.rivals)
    strong = [one for one in found.influences if abs(one.correlation) > study.chance_bound][:SHOWN]
    if strong:
        names = either(lang, "、", ", ").join(f"{plain(one.assumption.name(lang))} ({one.correlation:+.2f})" for one in strong)
        said.append(
            either(
                lang,
                f"{first} 与 {second} 之差主要随 {names} 变动（秩相关）。",
                f"What parts {first} from {second} goes with {names} (rank correlation).",
            )
        )
    else:
        said.append(
            either(
                lang,
                f"{first} 与 {second} 之差与各项假设的相关都没有超出偶然。",
                f"What parts {first} from {second} goes with no assumption more than chance would have it.",
            )
        )
    return said


def how_made(study: RegretStudy, lang: str) -> list[str]:
    """Say how the figures were made and what they are not."""
    said = [
        either(
            lang,
            f"{study.n_futures} 种未来：{len(study.assumptions)} 项假设在各自范围内的拉丁超立方，各方案共有的假设一同变动；每个方案每种未来 "
            f"{study.histories:,} 次模拟，种子 {study.seed}。",
            f"{study.n_futures} futures: a Latin hypercube of {len(study.assumptions)} assumptions over their ranges, those that schemes "
            "share moving together; "
            f"{study.histories:,} histories of each scheme in each future, seed {study.seed}.",
        ),
        either(
            lang,
            "后悔：在一种未来里比当时最好的方案差多少。平均只按这些未来等权，不是概率；没有写范围的假设不在其中。标准误来自模拟；“不相上下”是配对差在噪声之内。",
            "Regret: how far behind the best scheme of that future. Means weigh these futures alike and are no expectation; assumptions "
            "without a range are not in them. "
            "Standard errors come from the histories; “level” means that the paired difference is within noise.",
        ),
    ]
    if not study.paired:
        said.append(
            either(
                lang,
                "各方案的企业、宏观或种子不同，差异里含有各自的总体和随机情景；要在同一批企业上比较，用 --population。",
                "The schemes differ in firms, macro or seed, so that differences hold each one's own population and luck; --population plays "
                "all on one.",
            )
        )
    if study.redrawn or study.dropped:
        said.append(
            either(
                lang,
                f"{study.redrawn} 种未来因方案拒绝而重抽，{study.dropped} 种略去。",
                f"{study.redrawn} futures were drawn anew as some scheme refuses them, {study.dropped} were left out.",
            )
        )
    said += [f"`{cell(one.path)}`{either(lang, '：', ': ')}{plain(either(lang, one.zh, one.en))}" for one in study.held]
    return said
