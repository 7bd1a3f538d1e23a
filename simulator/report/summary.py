"""The summary of a run in Markdown: three headline sentences, the table of measures, assumptions before findings are believed, sources, gaps.

A pure function of plain data; nothing here runs or reads a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.report.controlled import controlled_section
from simulator.report.precision import replication_words, stopping_words
from simulator.report.ranges import is_wider, range_caution, ranking_section, span_cells, span_in_words
from simulator.report.text import NOTHING, cell, chance, either, number_and_error, percent, plain, quantity
from simulator.report.vintages import vintage_section
from simulator.results.measures import MADE_UP, MEASURES, measure_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.results.controlled import Controlled
    from simulator.results.estimates import Estimate
    from simulator.results.precision import Precision
    from simulator.results.ranges import RangeStudy

GROUPS = {
    "bank": ("银行", "Banks"),
    "pool": ("资金池", "Pool"),
    "cover": ("分担", "Cover"),
    "lending": ("放款", "Lending"),
    "project": ("项目", "Projects"),
    "grant": ("拨款", "Grants"),
    "insurance": ("保险", "Insurance"),
    "equity": ("股权", "Equity"),
    "fiscal": ("财政", "Public money"),
    "stage": ("阶段", "Stages"),
    "paid_by": ("损失由谁承担", "Who bears the losses"),
}


@dataclass(frozen=True)
class AssumptionLine:
    """One assumed value: where it stands, what it is, how far it might be off and why it was chosen.

    Attributes
    ----------
    path : str
        Dotted path in the scenario file.
    value : str
        As the file writes it.
    low, high : str
        Range, as written; empty where none is given.
    why : str
        Reason.
    """

    path: str
    value: str
    low: str = ""
    high: str = ""
    why: str = ""


@dataclass(frozen=True)
class Findings:
    """All that a summary says about one scenario.

    Attributes
    ----------
    title, name : str
        Title of the scenario, and its short name.
    measures : mapping of str to Estimate or None
        What ``summarise`` returned.
    histories, seed : int
        Size and seed of the run.
    period : str
        ``2025-03-25 – 2025-10-31`` or the like: first and last day of lending.
    given : bool
        Lending is an input.
    has_pool : bool
        The scheme has a pool.
    replayed : bool
        Recorded defaults are replayed: every history is the same, and nothing is estimated.
    endowment : int, optional
        Of all pools, fen.
    summary, changes : str
        A sentence on the scheme; what a reform changes.
    assumptions, sources, gaps : sequences
        As the scenario file names them.
    figures : sequence of (str, str)
        File name and caption of each chart.
    manifest : mapping of str to str
        Shown on one line: scenario hash, versions.
    ranges : RangeStudy, optional
        What the assumptions move over their ranges.
    precision : Precision, optional
        How the number of histories came about, where it was not given.
    controlled : sequence of Controlled
        Estimates made surer by figures of known mean.
    labels : str
        Which labels the scheme brought to another's firms, and in which proportions; empty where none.
    """

    title: str
    name: str
    measures: Mapping[str, Estimate | None]
    histories: int
    seed: int
    period: str = ""
    given: bool = False
    has_pool: bool = True
    replayed: bool = False
    endowment: int | None = None
    summary: str = ""
    changes: str = ""
    assumptions: Sequence[AssumptionLine] = ()
    sources: Sequence[str] = ()
    gaps: Sequence[str] = ()
    figures: Sequence[tuple[str, str]] = ()
    manifest: Mapping[str, str] = field(default_factory=dict)
    ranges: RangeStudy | None = None
    precision: Precision | None = None
    controlled: Sequence[Controlled] = ()
    labels: str = ""


def summary_markdown(findings: Findings, lang: str = "zh") -> str:
    """Write the summary of one scenario.

    Parameters
    ----------
    findings : Findings
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        Markdown, ending in a line break.
    """
    parts = [f"# {plain(findings.title)}", *([plain(findings.summary)] if findings.summary else [])]
    if findings.changes:
        parts.append(either(lang, "改动：", "Changes: ") + plain(findings.changes))
    parts += [_basis(findings, lang), *([stopping_words(findings.precision, lang)] if findings.precision else [])]
    parts += ["\n".join(f"- {sentence}" for sentence in headline(findings, lang)), _caution(findings, lang)]
    parts += [words] if (words := replication_words(findings.measures, lang)) else []
    parts += labels_note(findings)
    parts += _assumptions(findings, lang)
    parts += ranking_section(findings.ranges, lang) if findings.ranges else []
    parts += [either(lang, "## 指标", "## Measures"), _table(findings, lang), *vintage_section(findings.measures, lang)]
    parts += controlled_section(findings.controlled, lang)
    for file, caption in findings.figures:
        parts.append(f"![{plain(caption)}]({file})")
    parts += _listed(findings.sources, either(lang, "来源", "Sources")) + _listed(
        findings.gaps, either(lang, "缺口与未建模之处", "Gaps and what is not modelled")
    )
    if findings.manifest:
        line = " · ".join(f"{plain(key)} {plain(value)}" for key, value in findings.manifest.items())
        parts += ["---", f"{either(lang, '复现：', 'To make it again: ')}{line}"]
    return "\n\n".join(parts) + "\n"


def labels_note(findings: Findings) -> list[str]:
    """Paragraph on the labels that a scheme brought along; none where it brought none."""
    return [f"> {plain(findings.labels)}"] if findings.labels else []


def headline(findings: Findings, lang: str = "zh") -> list[str]:
    """Return the three answers of every run, one sentence each: bank losses, pool depletion, lending volume; a fourth where there are projects.

    Each carries the wider of its two intervals: that of simulation, or what the assumptions move, with the one that moves it most.
    """
    return [_losses(findings, lang), _depletion(findings, lang), _lending(findings, lang), *_projects(findings, lang)]


def _projects(findings: Findings, lang: str) -> list[str]:
    """How many projects succeed and what comes back to the public purse, with their spread: few projects make means say little."""
    succeeded, back = findings.measures.get("project.succeeded"), findings.measures.get("fiscal.back")
    if succeeded is None or back is None:
        return []
    amount, low, high = _with_error("fiscal.back", findings, lang), quantity(back.p05, "fen", lang), quantity(back.p95, "fen", lang)
    few, many = (f"{value:,.0f}" for value in (succeeded.p05 or 0.0, succeeded.p95 or 0.0))
    moved = _moved("project.succeeded", findings, lang)
    passed = f"{succeeded.mean:,.1f}" + either(lang, " 个", "")
    passed += either(lang, f"（{moved}）", f" ({moved})") if moved else ""
    return [
        either(
            lang,
            f"**项目**：走完各阶段的平均 {passed}，九成模拟在 {few} 至 {many} 个之间；回流财政平均 {amount}，九成模拟在 {low} 至 {high} 之间。",
            f"**Projects**: {passed} pass all stages on average, {few} to {many} in nine histories of ten; {amount} comes back to the "
            f"public purse on average, {low} to {high} in nine of ten.",
        )
    ]


def _losses(findings: Findings, lang: str) -> str:
    net, rate = findings.measures.get("bank.net_loss"), findings.measures.get("bank.net_loss_rate")
    if net is None:
        return either(lang, "**银行损失**：没有结果。", "**Bank losses**: no result.")
    amount, share, tail = _with_error("bank.net_loss", findings, lang), percent(rate.mean, 2) if rate else "", _tail(findings, net, lang)
    of_volume = either(lang, f"，为放款额的 {share}", f", {share} of the volume lent") if rate else ""
    mean = either(lang, "", "is") if findings.replayed else either(lang, "平均", "averages")
    return either(
        lang, f"**银行损失**：银行净损失{mean} {amount}{of_volume}；{tail}。", f"**Bank losses**: bank net loss {mean} {amount}{of_volume}; {tail}."
    )


def _tail(findings: Findings, net: Estimate, lang: str) -> str:
    """How bad it may get, as far as the number of histories lets us say."""
    if findings.replayed:
        return either(lang, "重放台账记录的违约，没有抽样误差", "the tape's defaults are replayed, without sampling error")
    tail = findings.measures.get("bank.net_loss_var_99")
    if tail:
        far = quantity(tail.mean, "fen", lang)
        return either(lang, f"每100次模拟约有1次超过 {far}", f"about 1 history in 100 exceeds {far}")
    if net.n == 1:
        return either(lang, "只有一次模拟，看不出分布", "one history shows no distribution")
    far = quantity(net.p95, "fen", lang)
    return either(
        lang,
        f"95%的模拟不超过 {far}；模拟次数太少，说不出更远的尾部",
        f"95% of histories stay within {far}; they are too few to speak of the far tail",
    )


def _depletion(findings: Findings, lang: str) -> str:
    short = findings.measures.get("pool.shortfall_probability")
    if short is None:
        return either(
            lang, "**资金池耗尽**：本方案没有资金池，各账户都不限额。", "**Pool depletion**: this scheme has no pool, and no account is limited."
        )
    what = either(lang, "资金池", "the pool") if findings.has_pool else either(lang, "有限账户", "a limited account")
    share, enough = chance(short.mean, short.n), _enough(findings, lang)
    interval = f"{percent(short.low or 0.0)}–{percent(short.high or 0.0)}"
    known = _moved("pool.shortfall_probability", findings, lang) or either(lang, f"95%区间 {interval}", f"95% interval {interval}")
    return either(
        lang,
        f"**资金池耗尽**：在 {share} 的模拟里{what}有到期款项付不出（{known}）{enough}。",
        f"**Pool depletion**: in {share} of histories {what} cannot pay something when due ({known}){enough}.",
    )


def _enough(findings: Findings, lang: str) -> str:
    """What would have sufficed, said beside every chance of a shortfall."""
    needed = findings.measures.get("pool.needed")
    if needed is None:
        return ""
    size, p50, p95 = (quantity(value, "fen", lang) for value in (findings.endowment, needed.p50, needed.p95))
    return either(
        lang,
        f"；初始资金 {size}，要在一半的模拟里够用需 {p50}，要在95%的模拟里够用需 {p95}",
        f"; the endowment is {size}, {p50} would suffice in half of the histories and {p95} in 95% of them",
    )


def _lending(findings: Findings, lang: str) -> str:
    volume, firms, added = (findings.measures.get(name) for name in ("lending.volume", "lending.borrowers", "lending.additional_volume"))
    if volume is None:
        return either(lang, "**放款规模**：没有结果。", "**Lending volume**: no result.")
    amount = _with_error("lending.volume", findings, lang)
    who = either(lang, f"，惠及企业 {firms.mean:,.0f} 户", f" to {firms.mean:,.0f} firms") if firms else ""
    if findings.given:
        rest = either(
            lang, "；放款是给定的，不是模拟结论，新增放款不计算", "; lending is given, not a finding, so additional lending is not computed"
        )
    elif added:
        more = _with_error("lending.additional_volume", findings, lang)
        rest = either(lang, f"，比没有方案时多 {more}", f", {more} more than without the scheme")
    else:
        rest = ""
    return either(lang, f"**放款规模**：累计放款 {amount}{who}{rest}。", f"**Lending volume**: {amount} lent{who}{rest}.")


def _moved(name: str, findings: Findings, lang: str) -> str:
    """What the assumptions move a measure by, where that is more than simulation error; else empty."""
    found, study = findings.measures.get(name), findings.ranges
    span = study.span(name) if study else None
    return span_in_words(name, study, lang) if study and found and span and span.width > 0 and is_wider(span, found) else ""


def _with_error(name: str, findings: Findings, lang: str) -> str:
    found = findings.measures.get(name)
    if found is None:
        return NOTHING[lang]
    number, error = number_and_error(found, lang)
    moved = _moved(name, findings, lang)
    if moved:
        return either(lang, f"{number}（{moved}）", f"{number} ({moved})")
    if findings.replayed:
        return number
    if found.se is None:
        return either(lang, f"{number}（只有一次模拟，没有标准误）", f"{number} (one history, no standard error)")
    if error == "0":
        return either(lang, f"{number}（各次模拟相同）", f"{number} (the same in every history)")
    return either(lang, f"{number}（标准误 {error}）", f"{number} (standard error {error})")


def _basis(findings: Findings, lang: str) -> str:
    n = findings.histories
    period = either(lang, f"，放款期 {findings.period}", f", lending {findings.period}") if findings.period else ""
    return either(
        lang, f"{n:,} 次模拟，随机种子 {findings.seed}{period}。", f"{n:,} {'history' if n == 1 else 'histories'}, seed {findings.seed}{period}."
    )


def _caution(findings: Findings, lang: str) -> str:
    if findings.ranges:
        return f"> {range_caution(findings.ranges, lang, replayed=findings.replayed)}"
    ranged = sum(1 for line in findings.assumptions if line.low or line.high)
    if ranged:
        more = either(
            lang,
            f"下列 {ranged} 项假设带有范围，它们的变动没有计入，影响可能比模拟误差大得多；加 --ranges 推演。",
            f"Assumptions below that carry a range: {ranged}; what they may move is not counted, and may be far more than simulation error: "
            "--ranges plays it.",
        )
    else:
        more = either(lang, "假设本身的不确定没有计入。", "What the assumptions leave open is not counted.")
    if findings.replayed:
        return either(lang, f"> 重放没有模拟误差。{more}", f"> A replay has no simulation error. {more}")
    return either(lang, f"> 以上误差只是模拟误差。{more}", f"> The errors above are simulation error only. {more}")


def _assumptions(findings: Findings, lang: str) -> list[str]:
    if not findings.assumptions:
        return []
    head = either(lang, "| 假设 | 取值 | 范围 | 理由 |", "| assumption | value | range | why |")
    rows = [
        f"| `{cell(line.path)}` | {cell(line.value)} | {_range(line, lang)} | {cell(line.why)} |"
        for line in sorted(findings.assumptions, key=lambda line: not (line.low or line.high))
    ]
    return [either(lang, "## 假设", "## Assumptions"), "\n".join([head, "| --- | --- | --- | --- |", *rows])]


def _range(line: AssumptionLine, lang: str) -> str:
    return f"{cell(line.low)} – {cell(line.high)}" if line.low or line.high else NOTHING[lang]


def _table(findings: Findings, lang: str) -> str:
    head = either(lang, "| 指标 | 估计 | 标准误 | 5% | 50% | 95% |", "| measure | estimate | standard error | 5% | 50% | 95% |")
    moved = either(lang, " 假设变动时最低 | 最高 |", " least as assumptions move | greatest |") if findings.ranges else ""
    blank = " |" * (7 if findings.ranges else 5)
    lines = [head + moved, "| --- |" + " --: |" * (7 if findings.ranges else 5)]
    order = [measure.name for measure in MEASURES] + [
        name for name in findings.measures if name.startswith(MADE_UP) and not name.startswith("vintage.")
    ]
    group = ""
    for name in order:
        if name not in findings.measures:
            continue
        if name.partition(".")[0] != group:
            group = name.partition(".")[0]
            lines.append(f"| **{either(lang, *GROUPS[group])}** |{blank}")
        lines.append(_row(name, findings.measures[name], findings, lang))
    return "\n".join(lines)


def _row(name: str, found: Estimate | None, findings: Findings, lang: str) -> str:
    measure = measure_named(name)
    title = f"{cell(measure.title(lang))} `{cell(name)}`"
    if found is None:
        return f"| {title} | {_why_not(name, findings, lang)} |" + " |" * (6 if findings.ranges else 4)
    number, error = number_and_error(found, lang)
    if findings.given and name == "lending.volume":
        number += either(lang, "（给定）", " (given)")
    quantiles = [quantity(value, found.unit, lang) if value is not None else "" for value in (found.p05, found.p50, found.p95)]
    return f"| {title} | {number} | {error} | {' | '.join([*quantiles, *span_cells(name, findings.ranges, lang)])} |"


def _why_not(name: str, findings: Findings, lang: str) -> str:
    if "_var_" in name or "_es_" in name:
        words = ("模拟次数太少", "too few histories")
    elif name == "lending.first_time_borrowers":
        words = ("没有首贷户的假定", "no firm without a loan before is assumed")
    elif name == "cover.stopped":
        words = ("没有停止补偿的熔断", "no guard stops compensation")
    elif name == "fiscal.outstanding_exposure":
        words = ("没有公共账户", "no public account")
    elif name == "fiscal.quasi":
        words = ("没有再贷款", "no relending")
    elif name == "pool.first_shortfall" and findings.measures.get("pool.shortfall_probability"):
        words = ("从未短缺", "never short")
    elif name.startswith("pool.") and not findings.has_pool:
        words = ("没有资金池", "no pool")
    elif findings.given and name in ("lending.additional_volume", "fiscal.cost_per_added_yuan"):
        words = ("放款为给定", "lending is given")
    else:
        words = ("不适用", "not applicable")
    return either(lang, *words)


def _listed(items: Sequence[str], title: str) -> list[str]:
    return [f"## {title}", "\n".join(f"- {plain(item)}" for item in items)] if items else []
