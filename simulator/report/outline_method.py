"""How the figures of a report came about, what their errors are, what they leave out, and how to make them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from simulator.report import report_tables as tables
from simulator.report.blocks import Bullets, Paragraph, Provenance, Section
from simulator.report.controlled import what_is_known
from simulator.report.outline_scheme import limits_blocks
from simulator.report.precision import replication_words, stopping_words
from simulator.report.text import either

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.report.blocks import Block
    from simulator.results.answers import Answer
    from simulator.results.controlled import Controlled

Line: TypeAlias = tuple[tuple[str, str], str]
"""What stands on a line of the manifest, in Chinese and English, and its value."""

HASH_DIGITS = 16
ENGINES = {
    "batch": ("批量引擎（编译的逐日推演，与逐事件引擎一分不差）", "the batch engine (compiled, day by day; the same to the fen as the event engine)"),
    "event": ("逐事件引擎（SimPy）", "the event engine (SimPy)"),
}


def method_section(answers: Sequence[Answer], lang: str, differences: Sequence[Sequence[Controlled]] = ()) -> Section:
    """Engine, histories, errors, what is not modelled; several answers each under their name where they differ.

    Parameters
    ----------
    answers : sequence of Answer
    lang : {'zh', 'en'}
    differences : sequence of sequence of Controlled
        Adjusted differences from the first answer, a sequence an answer.
    """
    names, loaded = [answer.loaded.name for answer in answers], [answer.loaded for answer in answers]
    general = Bullets([how_played(answers, lang), what_histories_are(lang), what_errors_are(lang), words_for_chances(lang)])
    limits = limits_blocks(names, loaded, [how_sure(answer, lang) for answer in answers], lang)
    adjusted = [block for number, answer in enumerate(answers, 1) for block in adjusted_blocks(answer, f"s{number}_" if names[1:] else "", lang)]
    adjusted += [
        tables.adjusted_table(f"adjusted_differences_{number}", found, lang, f"{names[number - 1]} − {names[0]}")
        for number, found in enumerate(differences, 1)
        if found
    ]
    return Section("method", either(lang, "方法与局限", "Method and limits"), [general, *limits, *adjusted], is_annex=True)


def how_sure(answer: Answer, lang: str) -> list[str]:
    """How many histories it took and which rule stopped it, where it was played to a precision; and what more would take."""
    stopping = [stopping_words(answer.precision, lang)] if answer.precision else []
    replication = replication_words(answer.measures, lang)
    return [*stopping, *([replication] if replication else [])]


def adjusted_blocks(answer: Answer, key: str, lang: str) -> list[Block]:
    """Estimates adjusted by figures of known mean beside the plain ones, and a sentence on what they are; none where there are none."""
    if not answer.controlled:
        return []
    return [Paragraph(what_is_known(answer.controlled, lang)), tables.adjusted_table(f"{key}adjusted", answer.controlled, lang)]


def how_played(answers: Sequence[Answer], lang: str) -> str:
    """Name the engines, histories and seeds."""
    parts = []
    for answer in answers:
        run, n = answer.loaded.scenario.run, answer.results.n_histories
        engine = engine_words(answer.engine, lang)
        who = f"{answer.loaded.name}{either(lang, '：', ': ')}" if len(answers) > 1 else ""
        parts.append(
            either(
                lang,
                f"{who}{engine}，{n:,} 次模拟，随机种子 {run.seed}，放款期 {run.start} 至 {run.lend_until}",
                f"{who}{engine}, {n:,} {'history' if n == 1 else 'histories'}, seed {run.seed}, lending {run.start} to {run.lend_until}",
            )
        )
    return either(lang, "；", "; ").join(parts) + either(lang, "。", ".")


def engine_words(engine: str, lang: str) -> str:
    """Name an engine and what it is."""
    return either(lang, *ENGINES.get(engine, (engine, engine)))


def what_histories_are(lang: str) -> str:
    """Say what one history is."""
    return either(
        lang,
        "每次模拟先抽出企业、贷款申请、宏观路径、违约和回收，再按合同逐日推演放款、还款、违约、申请补偿、支付和追偿；随机情景在看规则之前抽定，"
        "不同方案面对同样的随机情景。金额以分计，每次模拟后对账。",
        "Each history first draws firms, applications, the economy, defaults and recoveries, then plays the contract day by day: lending, repayment, "
        "default, claims, payments, recoveries. Chance is drawn before any rule is looked at, so that schemes meet the same luck. Money is kept in "
        "fen and balanced after every history.",
    )


def what_errors_are(lang: str) -> str:
    """Say what standard errors and intervals are made of."""
    return either(
        lang,
        "标准误和95%区间只反映模拟次数有限：平均用 t 区间，概率用 Wilson 区间，两个平均之比用 Fieller 区间，分位数用次序统计量的二项区间。"
        "区间含0的差异一律称为不确定。",
        "Standard errors and 95% intervals say only that histories are finite in number: Student's for means, Wilson's for chances, Fieller's for "
        "ratios of means, binomial ones of order statistics for quantiles. A difference whose interval holds 0 is called uncertain.",
    )


def words_for_chances(lang: str) -> str:
    """Say what the words for chances mean."""
    return either(
        lang,
        "概率的用词按政府间气候变化专门委员会（IPCC）的对照：1%以下几乎不可能，10%以下很不可能，33%以下不大可能，"
        "66%以上较有可能，90%以上很可能，99%以上几乎肯定。",
        "Words for chances are those of the IPCC: below 1% exceptionally unlikely, below 10% very unlikely, below 33% unlikely, from 66% likely, "
        "from 90% very likely, from 99% virtually certain.",
    )


def manifest_section(answers: Sequence[Answer], lang: str, date: str) -> Section:
    """What is needed to make every figure again."""
    said: list[Line] = []
    for answer in answers:
        played = [(("随机种子", "seed"), str(answer.manifest["seed"])), (("模拟次数", "histories"), f"{answer.results.n_histories:,}")]
        said += [*scenario_lines(answer.manifest), *played, *program_lines(answer.manifest)]
    return listed_manifest(said, lang, date)


def scenario_lines(manifest: Mapping[str, Any]) -> list[Line]:
    """Name and whole hash of a scenario."""
    return [(("情景", "scenario"), str(manifest["name"])), (("哈希（SHA-256）", "hash (SHA-256)"), str(manifest["sha256"]))]


def program_lines(manifest: Mapping[str, Any]) -> list[Line]:
    """Engine, platform and versions that made a result."""
    packages = ", ".join(f"{name} {version}" for name, version in manifest["packages"].items())
    return [
        (("引擎", "engine"), str(manifest["engine"])),
        (("平台", "platform"), f"Python {manifest['python']}, {manifest['platform']}"),
        (("版本", "versions"), packages),
    ]


def listed_manifest(said: Sequence[Line], lang: str, date: str) -> Section:
    """Section of the manifest: the lines, the report's date, where the numbers of its charts are, and the command that makes the same again."""
    beside = either(lang, "报告旁以“_data”结尾的文件夹，一图一个CSV文件", "a CSV file a chart, in the folder beside the report that ends in _data")
    again = either(lang, "riskshare rerun 结果文件夹（存有 manifest.json）", "riskshare rerun FOLDER (of the results, with manifest.json)")
    made = [(("报告日期", "date of the report"), date), (("图中各数", "numbers behind charts"), beside), (("重做", "to make it again"), again)]
    table = tables.listed_table("manifest", either(lang, "清单", "Manifest"), [(either(lang, *words), text) for words, text in [*said, *made]], lang)
    return Section("manifest", either(lang, "清单：怎样得到同样的数字", "Manifest: how to get the same figures"), [table], is_annex=True)


def hashes_shown(hashes: Sequence[str]) -> str:
    """First digits of scenarios' hashes: of one more than of several.

    Examples
    --------
    >>> hashes_shown(["0123456789abcdef0123"]), hashes_shown(["0123456789abcdef", "fedcba9876543210"])
    ('0123456789abcdef', '01234567 fedcba98')
    """
    return " ".join(one[: HASH_DIGITS if len(hashes) == 1 else HASH_DIGITS // 2] for one in hashes)


def provenance_of(answers: Sequence[Answer], lang: str, date: str) -> Provenance:
    """Say where the figures of a report come from; seed and histories are the first scenario's."""
    first, hashes = answers[0], [str(answer.manifest["sha256"]) for answer in answers]
    names = either(lang, "、", ", ").join(answer.loaded.name for answer in answers)
    version = first.manifest["packages"]["riskshare"]
    return Provenance(names, hashes_shown(hashes), first.loaded.scenario.run.seed, first.results.n_histories, version, date)
