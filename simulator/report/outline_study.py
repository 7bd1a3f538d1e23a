"""The outline of a report on a study or an exact answer: one frame for all kinds, filled by the outline of each kind.

Question and answer, the scheme and what is varied in it, the main figures, what was found for whom, facts and assumptions, method and limits, and
how to get the same figures. Every sentence is made from the findings that its folder holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.report.blocks import Bullets, Paragraph, Provenance, Report, Section
from simulator.report.outline_exact import exact_part
from simulator.report.outline_frontier import frontier_part
from simulator.report.outline_method import (
    engine_words,
    hashes_shown,
    listed_manifest,
    program_lines,
    scenario_lines,
    what_errors_are,
    what_histories_are,
)
from simulator.report.outline_regret import regret_part
from simulator.report.outline_scheme import facts_section, limits_blocks, schemes_blocks, title_of
from simulator.report.outline_sensitivity import sensitivity_part
from simulator.report.outline_solve import optimum_part, solution_part
from simulator.report.outline_stress import stress_part
from simulator.report.outline_sweep import sweep_part
from simulator.report.text import either, first_upper
from simulator.results.pareto import FrontierFound
from simulator.results.regret import RegretStudy
from simulator.results.results import told_apart
from simulator.results.sensitivity import SensitivityStudy
from simulator.results.solved import Optimum, Solution
from simulator.results.stress import StressStudy
from simulator.results.sweeps import SweepFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.report.blocks import Block
    from simulator.report.outline_parts import Part
    from simulator.results.studies_kept import StoredExact, StudyAnswer
    from simulator.scenario.loader import Loaded

PARTS: dict[type, Callable[..., Part]] = {
    SweepFound: sweep_part,
    Solution: solution_part,
    Optimum: optimum_part,
    FrontierFound: frontier_part,
    SensitivityStudy: sensitivity_part,
    StressStudy: stress_part,
    RegretStudy: regret_part,
}
"""What makes each kind's part of the outline: of its findings, the study as asked, and the language."""

KINDS = {
    "sweep": ("逐档推演", "sweep"),
    "solve": ("求解", "solved values"),
    "frontier": ("取舍前沿", "frontier"),
    "sensitivity": ("敏感性分析", "sensitivity analysis"),
    "stress": ("压力测试", "stress test"),
    "regret": ("多种未来下的方案选择", "choice of schemes over futures"),
}


def study_report_of(stored: StudyAnswer, lang: str, date: str) -> Report:
    """Make the report on a study.

    Parameters
    ----------
    stored : StudyAnswer
        As read back from its folder.
    lang : {'zh', 'en'}
    date : str
        On which it is written, ``2026-11-27``.
    """
    study = stored.asked.study
    part = PARTS[type(stored.found)](stored.found, stored.asked, lang)
    title = study.title_en if lang == "en" and study.title_en else study.title
    for code, words in part.words.items():
        title = title.replace(code, words)
    summary = (study.summary_en if lang == "en" and study.summary_en else study.summary) or ""
    kind = either(lang, *KINDS[stored.kind])
    subtitle = either(lang, f"风险分担方案{kind}报告 · {date}", f"Report on a risk-sharing scheme: {kind} · {date}")
    sections = framed(part, stored.loaded, " ".join(summary.split()), played_words(part, stored.manifest, lang), lang)
    manifest = manifest_section(part, stored.manifest, stored.manifest["scenarios"], lang, date)
    return Report(title, subtitle, lang, [*sections, manifest], provenance_of(part, stored.manifest, stored.manifest["scenarios"], lang, date))


def exact_report_of(stored: StoredExact, lang: str, date: str) -> Report:
    """Make the report on an exact answer; see ``study_report_of``."""
    part = exact_part(stored.found, stored.loaded, lang)
    subtitle = either(lang, f"风险分担方案精确解报告 · {date}", f"Report on a risk-sharing scheme: exact answer · {date}")
    sections = framed(part, [stored.loaded], "", [], lang)
    manifest = manifest_section(part, stored.manifest, [stored.manifest], lang, date)
    return Report(
        title_of(stored.loaded, lang), subtitle, lang, [*sections, manifest], provenance_of(part, stored.manifest, [stored.manifest], lang, date)
    )


def framed(part: Part, loaded: Sequence[Loaded], summary: str, played: Sequence[str], lang: str) -> list[Section]:
    """Put a kind's part into the sections that all kinds share, the manifest apart."""
    names = told_apart([one.name for one in loaded])
    answer: list[Block] = [Paragraph(part.question), *(Paragraph(one, is_lead=True) for one in part.leads), *map(Paragraph, part.notes)]
    scheme: list[Block] = [*([Paragraph(summary)] if summary else []), *schemes_blocks(names, loaded, lang), *part.varied]
    method: list[Block] = [Bullets([*played, *part.method]), *limits_blocks(names, loaded, [()] * len(names), lang)]
    return [
        Section("answer", either(lang, "问题与结论", "Question and answer"), answer),
        Section("scheme", either(lang, "方案与变动", "The scheme, and what is varied"), scheme),
        Section("headline", either(lang, "主要结果", "Headline figures"), part.headline),
        *part.found,
        facts_section(names, loaded, lang),
        Section("method", either(lang, "方法与局限", "Method and limits"), method, is_annex=True),
    ]


def played_words(part: Part, manifest: Mapping[str, Any], lang: str) -> list[str]:
    """Say what was played, and what histories and errors are."""
    engine, n = engine_words(str(manifest["engine"]), lang), part.histories
    how = either(
        lang,
        f"{engine}，每个点 {n:,} 次模拟，随机种子 {part.seed}，各点面对同样的随机情景。",
        f"{first_upper(engine)}: {n:,} {'history' if n == 1 else 'histories'} a point, seed {part.seed}, all points on the same luck.",
    )
    return [how, what_histories_are(lang), what_errors_are(lang)]


def manifest_section(part: Part, manifest: Mapping[str, Any], scenarios: Sequence[Mapping[str, Any]], lang: str, date: str) -> Section:
    """What is needed to make every figure again."""
    said = [line for one in scenarios for line in scenario_lines(one)]
    if part.histories is not None:
        said += [(("随机种子", "seed"), str(part.seed)), (("每点模拟次数", "histories a point"), f"{part.histories:,}")]
    return listed_manifest([*said, *program_lines(manifest)], lang, date)


def provenance_of(part: Part, manifest: Mapping[str, Any], scenarios: Sequence[Mapping[str, Any]], lang: str, date: str) -> Provenance:
    """Say where the figures of a report come from."""
    names = either(lang, "、", ", ").join(told_apart([str(one["name"]) for one in scenarios]))
    hashes = hashes_shown([str(one["sha256"]) for one in scenarios])
    return Provenance(names, hashes, part.seed, part.histories, manifest["packages"]["riskshare"], date)
