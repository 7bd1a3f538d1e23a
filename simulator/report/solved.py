"""What solving found, in sentences, as a summary and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.figures import save
from simulator.report.figures_solve import interval_text, optimum_curve, solution_curve
from simulator.report.levers import bound_text, estimate_text, lever_text, measure_text, target_text, values_text
from simulator.report.text import cell, either, plain
from simulator.results.measures import measure_named
from simulator.results.solved import Optimum, Solution, write_evaluations

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.levers import Lever
    from simulator.results.solved import About, Evaluation

CHARTS = "charts"


def sentences_of(found: Solution | Optimum, lang: str) -> list[str]:
    """Say what was found, first the answer, then what it rests on."""
    return solution_sentences(found, lang) if isinstance(found, Solution) else optimum_sentences(found, lang)


def warnings_of(found: Solution | Optimum, lang: str) -> list[str]:
    """Say what the reader must know before the answer is used."""
    return solution_warnings(found, lang) if isinstance(found, Solution) else optimum_warnings(found, lang)


def solution_sentences(found: Solution, lang: str) -> list[str]:
    """Say at which value the target is met, how sure that is, and what the file's own value gives."""
    lever, target = found.lever, found.target
    what, name = target_text(target, lang), lever.name(lang)
    said = []
    if found.answer:
        value = lever_text(lever, found.answer.place, lang)
        spread = interval_text(lever, found.answer.low, found.answer.high, lang)
        there = estimate_text(target.measure, found.answer.found, lang)
        said.append(
            either(
                lang,
                f"**{name} {value}** 时达到目标：{what}（{spread}）。该值处{measure_named(target.measure).zh}为 {there}。{_side(found, lang)}",
                f"**{name} {value}** meets the target, {what} ({spread}). {measure_named(target.measure).en.capitalize()} there: {there}. "
                f"{_side(found, lang)}",
            )
        )
    else:
        said.append(_not_found(found, lang))
    said.append(tried_words(found, lang))
    if found.own:
        own, value = found.own.measures[target.measure], lever_text(lever, found.own.places[0], lang)
        shown = estimate_text(target.measure, own, lang)
        said.append(either(lang, f"文件现值 {value}：{shown}。", f"The file's own value, {value}: {shown}."))
    return [*said, *_check_said(found, lang), *held_words(found.about, lang)]


def _side(found: Solution, lang: str) -> str:
    """Say on which side of the answer the target is met."""
    if found.answer is None or found.target.relation == "=":
        return ""
    first, last = (found.target.is_met(one.measures[found.target.measure].mean) for one in (found.evaluations[0], found.evaluations[-1]))
    if first == last:
        return ""
    end = lever_text(found.lever, found.lever.high if last else found.lever.low, lang)
    return either(lang, f"从此值到 {end} 试过的值都达到。", f"All values tried from there to {end} meet it.")


def _not_found(found: Solution, lang: str) -> str:
    lever, target = found.lever, found.target
    low, high = (lever_text(lever, place, lang) for place in (lever.low, lever.high))
    best = found.best.measures[target.measure]
    where, there = lever_text(lever, found.best.places[0], lang), estimate_text(target.measure, best, lang)
    if found.verdict == "met_everywhere":
        worst = max(found.evaluations, key=lambda one: target.missed_by(one.measures[target.measure].mean))
        place, shown = lever_text(lever, worst.places[0], lang), estimate_text(target.measure, worst.measures[target.measure], lang)
        zh = f"**{lever.zh} 在 {low} 到 {high} 之间处处达到目标**：{target_text(target, lang)}。最不利的是 {place}：{shown}；界限在范围之外。"
        en = f"**{lever.en}: every value tried from {low} to {high} meets the target**, {target_text(target, lang)}. "
        return either(lang, zh, f"{en}Least favourable is {place}: {shown}; the limit lies outside the range.")
    gap = measure_text(target.measure, target.missed_by(best.mean), best.n, lang)
    zh = f"**达不到目标**：{target_text(target, lang)}。{lever.zh} 在 {low} 到 {high} 之间，最接近的是 {where}：{there}，还差 {gap}。"
    en = f"**The target is out of reach**: {target_text(target, lang)}. {lever.en} from {low} to {high}: nearest is {where} with {there}, {gap} off."
    if target.may_be_met(best):
        zh += "但那里的区间含目标值，更多模拟可能改变结论。"
        en += " Its interval there holds the target, so more histories may change this."
    return either(lang, zh, en)


def tried_words(found: Solution | Optimum, lang: str) -> str:
    """Say how many points were tried, and in what steps."""
    levers = [found.lever] if isinstance(found, Solution) else found.levers
    n, rounds, about = found.n_evaluations, found.rounds, found.about
    steps = {lever.name(lang): _step_text(lever, lang) for lever in levers}
    zh = "，".join(f"{name}的步长 {step}" for name, step in steps.items())
    en = ", ".join(f"{name} in steps of {step}" for name, step in steps.items())
    return either(
        lang,
        f"试算 {n} 个点、{rounds} 轮，每点 {about.histories:,} 次模拟，用同一批随机情景；{zh}。",
        f"{n} points in {rounds} rounds, {about.histories:,} histories each on the same worlds; {en}.",
    )


def _step_text(lever: Lever, lang: str) -> str:
    if lang == "en" and (lever.names_money or lever.unit.name == "days"):
        return lever_text(lever, lever.step, lang)
    return lever.step_text()


def _check_said(found: Solution, lang: str) -> list[str]:
    """Say what one run's ``pool.needed`` gives for the same question."""
    if found.no_check:
        zh, en = found.no_check
        return [either(lang, f"不能用一次推演的所需规模核对：{zh}。", f"One run's pool that would have sufficed cannot check this: {en}.")]
    check = found.check
    if check is None:
        return []
    needed = measure_text("pool.needed", check.needed, found.about.histories, lang)
    ends = [either(lang, "无法给出", "not given") if end is None else measure_text("pool.needed", end, 1, lang) for end in (check.low, check.high)]
    at = lever_text(found.lever, check.place, lang)
    level = f"{check.level * 100:.10g}%"
    agreement = (
        either(lang, f"逐次比对 {check.compared:,} 次，全部一致", f"compared history by history, all {check.compared:,} agree")
        if check.agrees
        else either(
            lang,
            f"逐次比对 {check.compared:,} 次，{check.disagreements:,} 次不一致",
            f"of {check.compared:,} histories compared {check.disagreements:,} disagree",
        )
    )
    return [
        either(
            lang,
            f"核对：只推演规模 {at} 一次，所需规模的 {level} 分位为 {needed}（95%区间 {ends[0]} – {ends[1]}）；{agreement}。",
            f"Check: in a single run with {at}, the {level} quantile of the pool that would have sufficed is {needed} "
            f"(95% interval {ends[0]} to {ends[1]}); {agreement}.",
        )
    ]


def held_words(about: About, lang: str) -> list[str]:
    """Say that intervals are of simulation only, where assumptions with ranges stayed at the file's values."""
    if not about.held:
        return []
    return [
        either(
            lang,
            f"区间只含模拟误差；{about.held} 项带范围的假设取文件值不动，换假设（--set）答案会变。",
            f"Intervals are of simulation only; {about.held} assumptions with ranges stay at the file's values, others (--set) change the answer.",
        )
    ]


def solution_warnings(found: Solution, lang: str) -> list[str]:
    """Warn where the measure does not run one way, or the answer or its interval stands at an end."""
    lever = found.lever
    said = []
    if found.turn:
        (a, b), (c, d) = ([lever_text(lever, place, lang) for place in pair] for pair in (found.turn.rises, found.turn.falls))
        said.append(
            either(
                lang,
                f"指标随 {lever.zh} 不是单调的：{a} 到 {b} 上升，{c} 到 {d} 下降，都超出噪声（配对检验）。请看图再用答案。",
                f"The measure does not run one way with {lever.en}: it rises from {a} to {b} and falls from {c} to {d}, both beyond noise "
                "(paired tests). Look at the chart before using the answer.",
            )
        )
    if found.others:
        others = [lever_text(lever, one.place, lang) for one in found.others]
        zh, en = f"指标还在 {'、'.join(others)} 处越过目标。", f"The measure passes the target at {', '.join(others)} too."
        said.append(either(lang, zh, en))
    if found.is_at_end:
        said.append(either(lang, "答案在范围的一端，请放宽范围再看。", "The answer stands at an end of the range; widen it and look again."))
    elif found.answer and (found.answer.low is None or found.answer.high is None):
        said.append(
            either(
                lang,
                "答案的区间超出所给范围：放宽范围，或增加模拟次数。",
                "The interval of the answer reaches beyond the range: widen it, or play more histories.",
            )
        )
    return said


def optimum_sentences(found: Optimum, lang: str) -> list[str]:
    """Say which values are best, what else may be, and which constraints hold them back."""
    objective = found.objective.measure
    levers = list(found.levers)
    said = []
    if found.best:
        values, shown = values_text(levers, found.best.places, lang), estimate_text(objective, found.best.measures[objective], lang)
        zh = f"**{values}**：{measure_named(objective).zh} {shown}，是试过的点中满足约束的最优。"
        en = f"**{values}**: {measure_named(objective).en} {shown}, the best of the points tried that meet the constraints."
        said.append(either(lang, zh, en))
        spans = [
            f"{lever.name(lang)} {lever_text(lever, low, lang)} – {lever_text(lever, high, lang)}"
            for lever, (low, high) in ((lever, found.span(number)) for number, lever in enumerate(levers))
        ]
        zh = f"分不出高下的范围（95%）：{'，'.join(spans)}（{len(found.plausible)} 个试过的点）。"
        said.append(either(lang, zh, f"May as well be the optimum (95%): {', '.join(spans)} ({len(found.plausible)} of the points tried)."))
        said += [_constraint(one.measure, found, lang) for one in found.binding]
    else:
        said.append(_infeasible(found, lang))
    said.append(tried_words(found, lang))
    if found.own:
        shown = either(lang, "；", "; ").join(
            f"{measure_named(name).title(lang)} {estimate_text(name, one, lang)}" for name, one in found.own.measures.items()
        )
        said.append(either(lang, f"文件现值：{shown}。", f"The file's own values: {shown}."))
    return [*said, *held_words(found.about, lang)]


def _constraint(name: str, found: Optimum, lang: str) -> str:
    if found.best is None:
        return ""
    shown = estimate_text(name, found.best.measures[name], lang)
    return either(lang, f"起约束作用：{measure_named(name).zh} {shown}。", f"What holds it back: {measure_named(name).en} {shown}.")


def _infeasible(found: Optimum, lang: str) -> str:
    levers = list(found.levers)
    parts = []
    for target in found.constraints:
        one = found.nearest.measures[target.measure]
        gap = target.missed_by(one.mean)
        if gap > 0:
            off = measure_text(target.measure, gap, one.n, lang)
            shown = estimate_text(target.measure, one, lang)
            zh = f"{measure_named(target.measure).zh} {shown}，约束 {bound_text(target, lang)}，还差 {off}"
            parts.append(either(lang, zh, f"{measure_named(target.measure).en} {shown} against {bound_text(target, lang)}, {off} off"))
    where = values_text(levers, found.nearest.places, lang)
    zh = f"**试过的点都不满足约束**。最接近的是 {where}：{'；'.join(parts)}。"
    return either(lang, zh, f"**No point tried meets the constraints.** Nearest is {where}: {'; '.join(parts)}.")


def optimum_warnings(found: Optimum, lang: str) -> list[str]:
    """Warn where the best stands at an end, points were refused, or several levers were searched."""
    ends_zh, ends_en = "的最优值在范围的一端，放宽范围可能更好。", "stands at an end of its range in the best point; a wider range may be better."
    said = [either(lang, f"{lever.zh} {ends_zh}", f"{lever.en} {ends_en}") for lever in found.at_end]
    if len(found.levers) > 1:
        zh = "多个值一起求解：搜索不保证没有更好的组合，结论以试过的点为限。"
        said.append(either(lang, zh, "Several values were searched: nothing promises that no better combination lies between the points tried."))
    if found.refused:
        zh = f"{found.refused} 个组合不成立，略去。"
        said.append(either(lang, zh, f"{found.refused} combinations were refused by the scenario's checks and left out."))
    return said


def solved_markdown(found: Solution | Optimum, title: str, figure: str, lang: str) -> str:
    """Write the summary: sentences, warnings, chart, all points tried.

    Parameters
    ----------
    found : Solution or Optimum
    title : str
        Of the study.
    figure : str
        File of the chart.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        Markdown, ending in a line break.
    """
    parts = [f"# {plain(title)}", f"{plain(found.about.title(lang))}"]
    parts.append("\n".join(f"- {one}" for one in sentences_of(found, lang)))
    parts += [f"> {one}" for one in warnings_of(found, lang)]
    parts += [f"![{plain(title)}]({figure})", "## " + either(lang, "试算过的点", "Points tried"), _table(found, lang)]
    return "\n\n".join(parts) + "\n"


def marked(found: Solution | Optimum) -> list[tuple[str, Evaluation]]:
    """Return all points in order, each with what it is: ``answer``, ``own``, ``plausible`` or nothing."""
    rows = list(found.evaluations)
    if found.own and found.own not in rows:
        rows = sorted([*rows, found.own], key=lambda one: one.places)
    answer = (found.answer and (found.answer.place,)) if isinstance(found, Solution) else (found.best and found.best.places)
    may_be = [one.places for one in found.plausible] if isinstance(found, Optimum) else []
    own = found.own.places if found.own else None

    def word(places: tuple[float, ...]) -> str:
        return "answer" if places == answer else "own" if places == own else "plausible" if places in may_be else ""

    return [(word(one.places), one) for one in rows]


MARKS = {"answer": ("答案", "answer"), "own": ("现值", "own"), "plausible": ("可能", "may be"), "": ("", "")}


def _table(found: Solution | Optimum, lang: str) -> str:
    levers = [found.lever] if isinstance(found, Solution) else list(found.levers)
    names = list(found.evaluations[0].measures)
    head = [*(lever.name(lang) for lever in levers), *(measure_named(name).title(lang) for name in names), ""]
    lines = ["| " + " | ".join(cell(one) for one in head) + " |", "|" + " --: |" * (len(head) - 1) + " --- |"]
    for what, one in marked(found):
        cells = [lever_text(lever, place, lang) for lever, place in zip(levers, one.places, strict=True)]
        cells += [estimate_text(name, one.measures[name], lang) for name in names]
        lines.append(f"| {' | '.join(cells)} | {MARKS[what][0 if lang == 'zh' else 1]} |")
    return "\n".join(lines)


def write_solved(folder: Path, found: Solution | Optimum, title: str, lang: str) -> None:
    """Write summary, chart and table into a folder that exists."""
    levers = [found.lever] if isinstance(found, Solution) else list(found.levers)
    write_evaluations(folder / "evaluations.csv", levers, marked(found))
    figure = solution_curve(found, lang) if isinstance(found, Solution) else optimum_curve(found, lang)
    picture, _ = save(figure, folder / CHARTS, "solve")
    text = solved_markdown(found, title, f"{CHARTS}/{picture.name}", lang)
    (folder / "summary.md").write_text(text, encoding="utf-8", newline="\n")
