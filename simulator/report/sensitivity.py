"""A sensitivity study in words, tables and charts: what moves the answer, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.figures import save
from simulator.report.figures_sensitivity import sensitivity_figures
from simulator.report.quoted import value_words
from simulator.report.text import cell, either, number_and_error, percent, plain, quantity
from simulator.results.measures import measure_named
from simulator.results.sensitivity import Index, Screened, Swing, write_sensitivity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.results.sensitivity import SensitivityStudy

SHOWN = 8
"""Assumptions in a table."""

NOISY = 0.3
"""Part of the variance that is noise above which the summary asks for more histories."""

NO_EFFECT = ("没有影响", "no effect")

METHOD_WORDS = {
    "tornado": ("每次只动一项", "One at a time"),
    "morris": ("Morris 筛选", "Morris screening"),
    "sobol": ("Sobol 指数", "Sobol indices"),
}


def write_sensitivity_report(folder: Path, study: SensitivityStudy, lang: str) -> None:
    """Write tables, charts and summary into a folder that exists."""
    write_sensitivity(folder, study)
    figures = []
    for stem, figure in sensitivity_figures(study, lang):
        picture, _ = save(figure, folder / "charts", stem)
        method, _, name = stem.partition("_")
        figures.append((f"charts/{picture.name}", f"{either(lang, *METHOD_WORDS[method])}: {measure_named(name).title(lang)}"))
    (folder / "summary.md").write_text(sensitivity_markdown(study, lang, figures), encoding="utf-8", newline="\n")


def sensitivity_markdown(study: SensitivityStudy, lang: str, figures: Sequence[tuple[str, str]] = ()) -> str:
    """Write the summary."""
    title = study.title if lang == "zh" else study.title_en
    parts = [f"# {either(lang, '哪些假设最要紧', 'Which assumptions matter most')}: {plain(title)}"]
    parts.append("\n".join(f"- {sentence}" for sentence in sensitivity_headline(study, lang)))
    for method in study.methods:
        parts.append(f"## {either(lang, *METHOD_WORDS[method])}")
        parts += [part for name in study.measures for part in _section(study, method, name, lang)]
    parts += [f"![{plain(caption)}]({file})" for file, caption in figures]
    parts += [f"## {either(lang, '怎样算的', 'How it was made')}", "\n".join(f"- {sentence}" for sentence in how_made(study, lang))]
    if study.held:
        lines = [f"- `{cell(one.path)}`{either(lang, '：', ': ')}{plain(either(lang, one.zh, one.en))}" for one in study.held]
        parts += [either(lang, "没有变动的范围：", "Ranges that did not move:"), "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def sensitivity_headline(study: SensitivityStudy, lang: str) -> list[str]:
    """Say, a sentence a measure, what moves it most by the strongest method used."""
    return [sensitivity_sentence(study, name, lang) for name in study.measures]


def sensitivity_sentence(study: SensitivityStudy, name: str, lang: str) -> str:
    """Say what moves a measure most by the strongest method used."""
    title = measure_named(name).title(lang)
    for method in ("sobol", "tornado", "morris"):
        rows = study.found(method).get(name, ())
        told = [one for one in rows if one.told_apart]
        if told:
            return f"**{title}**{either(lang, '：', ': ')}{_strongest(told[0], name, len(told), len(rows), lang)}"
    if any(name in study.found(method) for method in study.methods):
        return either(
            lang,
            f"**{title}**：没有哪项假设的影响超出模拟噪声；增加模拟次数（--histories）再看。",
            f"**{title}**: no assumption does more than noise; try more histories (--histories).",
        )
    if any(name in names for names in study.missing.values()):
        return either(lang, f"**{title}**：多数点没有这个值，说不出什么。", f"**{title}**: has no value at most points; nothing can be said.")
    return either(lang, f"**{title}**：常数，所有点都相同。", f"**{title}**: constant, the same at all points.")


def _strongest(one: Swing | Screened | Index, name: str, told: int, n: int, lang: str) -> str:
    who = plain(one.assumption.name(lang))
    least, most = (value_words(end, lang) for end in (one.assumption.low, one.assumption.high))
    ends = f"{least} – {most}"
    rest = either(lang, f"{n} 项中 {told} 项的影响超出噪声。", f"{told} of {n} do more than noise.")
    unit = measure_named(name).unit
    if isinstance(one, Index):
        part = f"{percent(min(one.total, 1.0), 0)} ({percent(min(one.total_low, 1.0), 0)}–{percent(min(one.total_high, 1.0), 0)})"
        return either(lang, f"方差的 {part} 与 **{who}**（{ends}）有关；{rest}", f"{part} of its variance goes with **{who}** ({ends}); {rest}")
    if isinstance(one, Swing):
        low, high = quantity(one.at_low, unit, lang), quantity(one.at_high, unit, lang)
        return either(
            lang,
            f"**{who}** 从 {least} 到 {most}，它从 {low} 到 {high}；{rest}",
            f"**{who}** from {least} to {most} takes it from {low} to {high}; {rest}",
        )
    size = quantity(one.mu_star, unit, lang)
    return either(
        lang,
        f"**{who}** 走过整个范围（{ends}）平均移动 {size}；{rest}",
        f"**{who}** over its whole range ({ends}) moves it by {size} on average; {rest}",
    )


HEADS = {
    "tornado": (("下限时", "上限时", "差", "标准误"), ("at low", "at high", "difference", "s.e.")),
    "morris": (("μ*", "95%区间", "σ", "噪声"), ("μ*", "95% interval", "σ", "noise")),
    "sobol": (("一阶", "95%区间", "总", "95%区间"), ("first", "95% interval", "total", "95% interval")),
}


def rows_of(study: SensitivityStudy, method: str, name: str, lang: str, most: int = SHOWN) -> list[list[str]]:
    """Cells of a method's table: assumption, range, figures, whether it is told apart from noise."""
    unit = measure_named(name).unit
    return [
        [one.assumption.name(lang), f"{one.assumption.low} – {one.assumption.high}", *_cells(one, unit, lang), noise_word(one, lang)]
        for one in study.found(method).get(name, ())[:most]
    ]


def _cells(one: Swing | Screened | Index, unit: str, lang: str) -> list[str]:
    if isinstance(one, Swing):
        return [quantity(one.at_low, unit, lang), quantity(one.at_high, unit, lang), *number_and_error(one.difference, lang)]
    if isinstance(one, Screened):
        return [
            quantity(one.mu_star, unit, lang),
            f"{quantity(one.low, unit, lang)} – {quantity(one.high, unit, lang)}",
            quantity(one.sigma, unit, lang),
            quantity(one.noise, unit, lang),
        ]
    return [f"{one.first:.2f}", f"{one.first_low:.2f} – {one.first_high:.2f}", f"{one.total:.2f}", f"{one.total_low:.2f} – {one.total_high:.2f}"]


def noise_word(one: Swing | Screened | Index, lang: str) -> str:
    """Say what does nothing and what cannot be told apart from noise; nothing else."""
    if one.told_apart:
        return ""
    size = (one.difference.mean, one.difference.se) if isinstance(one, Swing) else (one.mu_star,) if isinstance(one, Screened) else (one.total,)
    return either(lang, *NO_EFFECT) if not any(size) else either(lang, "与噪声分不开", "not told apart from noise")


def head_of(method: str, lang: str) -> list[str]:
    """Column titles of a method's table."""
    return [either(lang, "假设", "assumption"), either(lang, "范围", "range"), *HEADS[method][lang != "zh"], ""]


def _section(study: SensitivityStudy, method: str, name: str, lang: str) -> list[str]:
    title = f"**{measure_named(name).title(lang)}** `{name}`"
    if name in study.constant.get(method, ()):
        return [f"{title}{either(lang, '：常数，所有点都相同。', ': constant, the same at all points.')}"]
    if name in study.missing.get(method, ()):
        return [f"{title}{either(lang, '：多数点没有这个值。', ': has no value at most points.')}"]
    own = quantity(study.own[name].mean, study.own[name].unit, lang)
    lines = [f"| {' | '.join(head_of(method, lang))} |", "| --- | --- |" + " --: |" * 4 + " --- |"]
    lines += [f"| {' | '.join(cell(part) for part in row)} |" for row in rows_of(study, method, name, lang)]
    said = [f"{title}{either(lang, f'（文件取值 {own}）', f' (own values: {own})')}", "\n".join(lines)]
    if method == "sobol":
        said.append(noise_sentence(study.noise.get(name, 0.0), lang))
    return said


def noise_sentence(share: float, lang: str) -> str:
    """Say how much of the variance between points is noise, and whether that is much."""
    said = either(lang, f"各点之间的方差里，模拟噪声占 {percent(share, 1)}。", f"Noise is {percent(share, 1)} of the variance between points.")
    if share <= NOISY:
        return said
    return said + either(
        lang,
        "噪声偏大，指数偏向均匀：请增加模拟次数（--histories）。",
        " That is much, and evens the indices out: raise the number of histories (--histories).",
    )


def how_made(study: SensitivityStudy, lang: str) -> list[str]:
    """Say how the figures were made and what they are not."""
    said = [
        either(
            lang,
            f"种子 {study.seed}，每点 {study.histories:,} 次模拟；各点用同一批随机情景，差值因此是配对的，共同的偶然抵消。没有写范围的假设不在其中。",
            f"Seed {study.seed}, {study.histories:,} histories a point; all points meet the same fates, so differences are paired and shared "
            "luck cancels. "
            "Assumptions without a range are not in it.",
        ),
        either(
            lang,
            "“与噪声分不开”：配对的 t 检验和换号检验都不能在整项研究 5% 的水平上说它有影响（已按假设的个数校正）；不等于没有影响。",
            "“Not told apart from noise”: neither paired t-tests nor drawing signs anew shows an effect at 5 % for the whole study "
            "(corrected for the number "
            "of assumptions); this is not the same as no effect.",
        ),
    ]
    if "morris" in study.points:
        said.append(
            either(
                lang,
                f"Morris：{study.points['morris']} 个点，4 档，影响按整个范围计。",
                f"Morris: {study.points['morris']} points, 4 levels; effects are over the whole range.",
            )
        )
    if "sobol" in study.points:
        said.append(
            either(
                lang,
                f"Sobol：{study.points['sobol']} 个点（打乱的 Sobol 序列，Saltelli 2010），假设在各自范围内均匀、互相独立；"
                "区间来自同时重抽点和路径的自助法。",
                f"Sobol: {study.points['sobol']} points (scrambled Sobol sequence, Saltelli 2010); assumptions are uniform over their ranges "
                "and independent; "
                "intervals by a bootstrap of points and histories at once.",
            )
        )
    said += [
        either(lang, f"{method}：{n} 组点不成立，已略去。", f"{method}: {n} groups of points are refused or have no value, and were left out.")
        for method, n in study.dropped.items()
        if n
    ]
    return said
