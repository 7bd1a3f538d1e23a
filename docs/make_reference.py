"""Write the pages of ``docs/reference`` from the code: run ``python docs/make_reference.py`` after a change of keys, measures, commands or sentences.

``pages`` makes the texts, ``main`` writes them; a test compares what stands in the folder with what would be written now.
"""  # noqa: INP001  beside the pages

from __future__ import annotations

import inspect
from pathlib import Path

import click
import rule_tables
import scenario_tables
from scenario_tables import paragraph, table

from simulator import errors
from simulator.cli import faults
from simulator.cli.commands import COMMANDS
from simulator.cli.list import KINDS
from simulator.cli.main import program
from simulator.cli.words import Argument, Command, Option
from simulator.results.measures import MADE_UP, MEASURES, VINTAGE, measure_named
from simulator.scenario import studies
from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load
from simulator.scenario.study import list_studies, load_study
from simulator.scenario.vocabulary import entries_of

FOLDER = Path(__file__).parent / "reference"
UNITS = {
    "fen": ("分；终端和报告写成元、万元、亿元", "fen; printed in yuan"),
    "share": ("占比，0至1", "share, 0 to 1"),
    "count": ("个数", "a count"),
    "rate": ("每年的比率", "a rate a year"),
    "day": ("距起始日的天数", "days since the start"),
    "times": ("倍数", "times"),
}
KINDS_OF_MEASURE = {
    "mean": ("各路径的平均", "mean over histories"),
    "ratio": ("两个平均之比", "ratio of two means"),
    "chance": ("发生的路径占比", "share of histories in which it happens"),
    "when": ("发生的路径里的平均", "mean over histories in which it happens"),
    "value_at_risk": ("分位数", "quantile"),
    "expected_shortfall": ("尾部平均", "tail mean"),
}
NAMED_AFTER = {
    "stage.": ("stage.<阶段>.reached", "stage.<阶段>.failed"),
    "bank.net_loss.": ("bank.net_loss.<银行>",),
    "fiscal.net_cost.": ("fiscal.net_cost.<财政账户>",),
    "paid_by.": ("paid_by.<账户>",),
    "vintage.": tuple(f"vintage.<年份>.{what}" for what in VINTAGE),
}
"""Measures that carry a name of the file's own, by their beginning."""


def measure_page() -> str:
    """Page of all measures."""
    lines = [
        "# 指标 / Measures",
        "",
        "程序、`--json`、`measures.csv` 和报告用同样的名称。每个估计都带标准误、路径数和95%区间；方案没有的指标为空，不写成0。",
        "",
        paragraph(
            "Code, `--json`, `measures.csv` and reports use the same names. Every estimate carries its standard error, its number of histories and ",
            "a 95% interval; a measure that a scenario does not have is empty, never 0.",
        ),
        "",
        *table(("怎样算 kind", "中文", "English"), [(f"`{kind}`", *words) for kind, words in KINDS_OF_MEASURE.items()]),
        *table(("单位 unit", "中文", "English"), [(f"`{unit}`", *words) for unit, words in UNITS.items()]),
    ]
    measures = [*MEASURES, *(measure_named(name) for start in MADE_UP for name in NAMED_AFTER[start])]
    for group in dict.fromkeys(measure.name.partition(".")[0] for measure in measures):
        rows = [
            (f"`{one.name}`", one.zh, one.en, f"`{one.unit}`", f"`{one.kind}`", one.zh_says, one.en_says)
            for one in measures
            if one.name.partition(".")[0] == group
        ]
        lines += [f"## {group}", "", *table(("名称 name", "中文", "English", "单位", "怎样算", "定义", "definition"), rows)]
    return "\n".join(lines).rstrip() + "\n"


def command_page() -> str:
    """Page of all commands, from the program's own options."""
    group = program()
    context = click.Context(group)
    lines = [
        "# 命令 / Commands",
        "",
        paragraph(
            "情景可以是内置名称（见[内置情景](library.md)），也可以是文件。每条命令都有 `--help` 和 `--lang zh|en`；",
            "不写 `--lang` 时看环境变量 `RISKSHARE_LANG`，再看系统语言。",
        ),
        "",
        paragraph(
            "A scenario is a built-in name ([list](library.md)) or a file. Every command has `--help` and `--lang zh|en`; ",
            "without it the environment variable `RISKSHARE_LANG` decides, then the locale.",
        ),
        "",
    ]
    for name, summary in COMMANDS.items():
        command = group.get_command(context, name)
        if not isinstance(command, Command):
            message = f"the command {name} is not in two languages"
            raise TypeError(message)
        lines += [f"## {name}", "", f"{summary.zh}。{summary.en}.", ""]
        rows = [row for parameter in command.params if parameter.name != "lang" for row in [parameter_row(parameter)] if row]
        lines += table(("参数 parameter", "中文", "English", "允许 allowed", "默认 default"), rows) if rows else []
        lines += ["```sh", *command.examples, "```", ""]
    english = (faults.__doc__ or "").splitlines()[0]
    lines += ["## 退出码 / Exit codes", "", "完成 0，检验未通过 1，输入有误 2，程序出错 3（会指明日志文件），中断 130。", "", english, ""]
    return "\n".join(lines).rstrip() + "\n"


def parameter_row(parameter: click.Parameter) -> tuple[str, ...]:
    """Row of one option or argument.

    Raises
    ------
    TypeError
        If it has no words in two languages.
    """
    if isinstance(parameter, Argument):
        return (f"{parameter.title.zh} {parameter.title.en}", parameter.words.zh, parameter.words.en, "", "")
    if not isinstance(parameter, Option):
        message = f"{parameter.name} is not in two languages"
        raise TypeError(message)
    kind = parameter.type
    allowed = " · ".join(f"`{choice}`" for choice in kind.choices) if isinstance(kind, click.Choice) else ""
    if isinstance(kind, click.IntRange):
        allowed = f"≥ {kind.min}"
    default = str(parameter.default) if isinstance(parameter.default, (str, int)) and not isinstance(parameter.default, bool) else ""
    name = f"{'/'.join([parameter.opts[0], *parameter.secondary_opts])} {parameter.metavar or ''}".strip()
    return (f"`{name}`", parameter.words.zh, parameter.words.en, allowed, default)


def library_page() -> str:
    """Page of the built-in scenarios."""
    lines = [
        "# 内置情景 / Built-in scenarios",
        "",
        "文件在 `scenarios/`（安装后在 `simulator/library/`），可以复制出来修改。标题写明哪些是假定；每个文件列出来源和缺口。",
        "",
        paragraph(
            "The files are in `scenarios/` (installed: `simulator/library/`) and may be copied and changed. ",
            "Titles say what is assumed; each file lists its sources and gaps.",
        ),
        "",
    ]
    for kind, title in KINDS.items():
        rows = []
        for one in (one for one in list_builtin() if one.kind == kind):
            scenario = load(one.path).scenario
            note = scenario.changes or ""
            rows.append((one.name, f"`{one.stem}`", one.title, one.title_en, f"`{one.extends}`" if one.extends else "", note))
        lines += [f"## {title.zh} / {title.en}", "", *table(("名称 name", "英文名", "标题", "title", "继承 extends", "改动 changes"), rows)]
    return "\n".join(lines).rstrip() + "\n"


def study_page() -> str:
    """Page of study files: every kind with its keys, and the built-in studies."""
    lines = [
        "# 研究文件 / Study files",
        "",
        paragraph(
            "研究文件写明对哪个情景问什么，和情景文件一样严格读取；用 `riskshare study 文件` 推演。",
            "情景的值照情景文件那样写。`riskshare schema --study` 导出供编辑器用的 JSON Schema。",
        ),
        "",
        paragraph(
            "A study's file says what is asked of which scenario and is read as strictly as a scenario; `riskshare study FILE` plays it. ",
            "Values of the scenario are written as in its own file. `riskshare schema --study` exports the JSON Schema for editors.",
        ),
        "",
    ]
    for kind, model in studies.KINDS.items():
        rows = [(f"`{entry.key}`", entry.zh, entry.en, "是 yes" if entry.required else "") for entry in entries_of(model).values()]
        lines += [f"## study: {kind}", "", *table(("键 key", "含义", "meaning", "必写 required"), rows)]
    rows = [(f"`{path.stem}`", (asked := load_study(path.stem)).study.title, asked.study.title_en or "") for path in list_studies()]
    lines += ["## 内置研究 / Built-in studies", "", *table(("名称 name", "标题", "title"), rows)]
    return "\n".join(lines).rstrip() + "\n"


def error_page() -> str:
    """Page of the tree of errors."""
    drawn = [line for line in inspect.cleandoc(errors.__doc__ or "").splitlines() if line.startswith("    ")]
    lines = [
        "# 错误 / Errors",
        "",
        paragraph(
            "输入有误时，命令行写明位置、发现了什么、应当怎样，一次列出全部，退出码为2，不出现程序内部的调用记录。",
            '在 Python 里，这类错误都是 `SimulatorError`，`error.render("zh")` 给出中文。',
        ),
        "",
        paragraph(
            "Bad input is answered with the place, what was found and what is allowed, all problems at once, with exit code 2 and no traceback. ",
            'In Python all of these are a `SimulatorError`; `error.render("en")` speaks English.',
        ),
        "",
        "```text",
        *(line[4:] for line in drawn),
        "```",
    ]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Every generated page by its file."""
    made = {
        "scenario.md": scenario_tables.page,
        "studies.md": study_page,
        "measures.md": measure_page,
        "commands.md": command_page,
        "rules.md": rule_tables.sentence_page,
        "journal.md": rule_tables.journal_page,
        "library.md": library_page,
        "errors.md": error_page,
    }
    return {FOLDER / name: make() for name, make in made.items()}


def main() -> None:
    """Write all pages."""
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
