"""From a sentence of ``explain`` to its rule: sentence, scenario key, function, tests; and from a reason in the journal to what writes it.

The sentences are those that ``explain`` tells of the built-in scenarios and of ``every_sentence.yaml``, one of each kind.
"""  # noqa: INP001  beside the pages

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scenario_tables import paragraph, table

from simulator.analysis.loan_story import PAYMENTS
from simulator.engine.journal import REASONS
from simulator.rules.records import Reason
from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load
from simulator.scenario.phrases import Words
from simulator.scenario.sentences import SECTIONS, Sentence, tell_scheme
from simulator.scenario.vocabulary import block_at, entries_of, kind_at

CHECKOUT = Path(__file__).resolve().parents[1]
FIRST = "hubei"
"""Scenario whose sentences serve as examples before any other's."""

EVERY_SENTENCE = Path(__file__).parent / "reference" / "every_sentence.yaml"
TAPE, LABELS = "tape_small", ("population.tape.segment.route={直接: 80%, 担保: 20%}",)
"""Built-in tape with labels that its file does not say."""
RULE = re.compile(r"(rules|terms|world|engine|scenario)(\.\w+){2,3}")
STORIES = [CHECKOUT / "simulator" / "analysis" / name for name in ("loan_story.py", "worked_loan.py", "worked_project.py")]
UNPAID = {
    "rules.defaults.default_loan": Words("企业未能按期付款，违约发生", "the firm misses a payment (day 0 of the default)"),
    "engine.event.History.file": Words(
        "逾期满触发天数（或追偿结束），银行提出申请", "on the trigger day, or when recovery has ended, the bank files its claim"
    ),
}
"""Steps of the followed loan that move no money."""

BLANKS = {"payer": "甲", "payee": "乙", "amount": "…", "layer": "某层"}
"""What stands for parties, amounts and layers in forms of sentences."""

TELLERS = sorted((CHECKOUT / "simulator" / "scenario").glob("*sentences.py"))
TESTS = {
    "engine.event": ("oracle/test_guard_words", "oracle/test_contract_words"),
    "engine.state": ("property/test_histories",),
    "rules.claims": ("unit/test_rules_claims", "oracle/test_contract_words"),
    "rules.guards": ("unit/test_rules_guards", "oracle/test_guard_words"),
    "rules.lending": ("unit/test_rules_lending", "oracle/test_policy_facts"),
    "rules.pools": ("unit/test_rules_pools", "oracle/test_contract_words"),
    "rules.recoveries": ("unit/test_rules_recoveries", "oracle/test_contract_words"),
    "rules.repayment": ("unit/test_rules_lending", "oracle/test_policy_facts"),
    "rules.selectors": ("unit/test_rules_lending", "oracle/test_policy_facts"),
    "rules.stages": ("unit/test_stages",),
    "scenario.stage_checks": ("unit/test_stages",),
    "scenario.tape": ("unit/test_tape", "oracle/test_replay"),
    "rules.counting": ("unit/test_rules_guards", "oracle/test_guard_words"),
    "rules.defaults": ("unit/test_rules_lending", "unit/test_tape"),
    "terms.without": ("unit/test_session",),
    "terms.sheet": ("unit/test_rules_lending", "oracle/test_policy_facts"),
    "world.stages": ("unit/test_stages",),
    "world.book_plan": ("unit/test_book", "statistical/test_book_laws"),
    "world.tape_labels": ("unit/test_transplant",),
    "world.draw": ("unit/test_tape", "oracle/test_replay"),
}
"""Where the functions of a module are checked."""


class Row(NamedTuple):
    """One kind of sentence: where it stands in a scenario, which function plays it, and an example."""

    section: str
    path: str
    rule: str
    example: Sentence


def rows() -> list[Row]:
    """One row a path and function, in the order in which ``explain`` tells."""
    files = [*sorted((one.path for one in list_builtin()), key=lambda file: file.stem != FIRST), EVERY_SENTENCE]
    scenarios = [*(load(file).scenario for file in files), load(TAPE, sets=LABELS).scenario]
    told = [(sentence, general(sentence.path)) for scenario in scenarios for sentence in tell_scheme(scenario)]
    found: dict[tuple[str, str], Row] = {}
    for sentence, path in told:
        found.setdefault((path, sentence.rule), Row(sentence.section, path, sentence.rule, sentence))
    order = list(SECTIONS)
    return sorted(found.values(), key=lambda row: order.index(row.section))


def general(path: str) -> str:
    """Path with names of the file's own replaced by a star; the language's own keys stay.

    Names may hold dots, so a name ends where the rest of the path is one that the language knows.
    """
    parts, kept = path.split("."), []
    while parts:
        kind = kind_at(kept) if kept else None
        block = block_at(kind) if kind is not None else None
        is_key = not kept or (block is not None and parts[0] in entries_of(block))
        kept.append(parts.pop(0) if is_key else "*")
        if not is_key:
            parts.pop(0)
    return ".".join(kept)


@cache
def functions_of(module: Path) -> dict[str, ast.FunctionDef]:
    """Functions of a module by name, methods with their class."""
    found = {}
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}": inner for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return found


def home_of(rule: str) -> tuple[Path, str]:
    """File and name of a function below ``simulator``.

    Raises
    ------
    LookupError
        If there is no such function: a sentence names a rule that is gone.
    """
    folder, module, name = rule.split(".", 2)
    file = CHECKOUT / "simulator" / folder / f"{module}.py"
    if not file.is_file() or name not in functions_of(file):
        message = f"a sentence of explain names {rule}, and there is no such function"
        raise LookupError(message)
    return file, name


def tests_of(rule: str) -> list[Path]:
    """Test modules that check a function: those of its module.

    Raises
    ------
    LookupError
        If the table names none, or one that is gone.
    """
    folder, module, _ = rule.split(".", 2)
    files = [CHECKOUT / "tests" / f"{name}.py" for name in TESTS.get(f"{folder}.{module}", ())]
    if not files or not all(file.is_file() for file in files):
        message = f"name in TESTS the test modules that check {folder}.{module}"
        raise LookupError(message)
    return files


def link(file: Path, text: str) -> str:
    """Link from a page in ``docs/reference``."""
    return f"[{text}](../../{file.relative_to(CHECKOUT).as_posix()})"


def rules_in(files: list[Path]) -> set[str]:
    """Every function that some sources name."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    texts = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {text for text in texts if RULE.fullmatch(text)}


def sentence_page() -> str:
    """Page from sentences to rules.

    Raises
    ------
    LookupError
        If a function that some sentence names is told by no scenario here, or does not exist.
    """
    told = rows()
    untold = rules_in(TELLERS) - {row.rule for row in told}
    if untold:
        message = f"no scenario tells the sentence of {', '.join(sorted(untold))}; add it to {EVERY_SENTENCE.name}"
        raise LookupError(message)
    lines = [
        "# 从一句话到规则 / From a sentence to its rule",
        "",
        paragraph(
            "`riskshare explain` 的每句话后面有方括号：情景文件中的路径，和执行它的函数。",
            "这里按同样的顺序列出每一种句子、它的键（`*` 是自己起的名字）、函数和检验它的测试。",
        ),
        "",
        paragraph(
            "Every sentence of `riskshare explain` ends in brackets: its path in the scenario file and the function that plays it. ",
            "Here is one sentence of each kind, with its key (`*` stands for a name of the file's own), its function and the tests that check it.",
        ),
        "",
    ]
    for section, title in SECTIONS.items():
        some = [row for row in told if row.section == section]
        if not some:
            continue
        lines += [f"## {title.zh} / {title.en}", ""]
        cells = []
        for row in some:
            tests = "、".join(link(test, test.stem) for test in tests_of(row.rule))
            cells.append((row.example.words.zh, row.example.words.en, f"`{row.path}`", link(home_of(row.rule)[0], f"`{row.rule}`"), tests))
        lines += table(("句子（例）", "sentence (example)", "键 key", "函数 function", "测试 tests"), cells)
    lines += ["## 一笔贷款的每一步 / Each step of the followed loan", "", *table(("句子", "sentence", "函数 function", "测试 tests"), steps())]
    return "\n".join(lines).rstrip() + "\n"


def steps() -> list[tuple[str, ...]]:
    """Rows of the steps in which ``explain`` follows one loan: every payment it can tell, then the steps that move no money.

    Raises
    ------
    LookupError
        If a step that moves no money has no words here.
    """
    told = [(form.zh.format(**BLANKS), form.en.format(**BLANKS), rule) for form, rule in PAYMENTS.values()]
    unpaid = rules_in(STORIES) - {rule for _, _, rule in told}
    if unpaid != UNPAID.keys():
        message = f"say in UNPAID what these steps are: {', '.join(sorted(unpaid ^ UNPAID.keys()))}"
        raise LookupError(message)
    told += [(words.zh, words.en, rule) for rule, words in UNPAID.items()]
    return [(zh, en, link(home_of(rule)[0], f"`{rule}`"), "、".join(link(test, test.stem) for test in tests_of(rule))) for zh, en, rule in told]


def writers_of(reason: Reason) -> list[tuple[Path, str]]:
    """Functions in ``rules`` that write a reason into the journal."""
    found = []
    for file in sorted((CHECKOUT / "simulator" / "rules").glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        aliases = {alias for node in tree.body if isinstance(node, ast.Assign) for alias in aliases_in(node, reason)}
        for name, function in functions_of(file).items():
            if any(isinstance(node, ast.Name) and node.id in aliases for node in ast.walk(function)):
                found.append((file, name))
    return found


def aliases_in(node: ast.Assign, reason: Reason) -> list[str]:
    """Names that an assignment like ``CLAIM, FEE = int(Reason.CLAIM), int(Reason.FEE)`` gives to a reason."""
    names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    pairs = zip(names, values, strict=False)
    return [name.id for name, value in pairs if isinstance(name, ast.Name) and ast.unparse(value) == f"int(Reason.{reason.name})"]


def journal_page() -> str:
    """Page of the journal's reasons."""
    lines = [
        "# 流水的原因 / Reasons in the journal",
        "",
        paragraph(
            "`riskshare trace` 的每一行写明日期、付款方、收款方、金额、原因、分担层、贷款、付后余额。",
            "原因只有下列几种；每种由规则中的一个或几个函数写入。",
        ),
        "",
        paragraph(
            "Every line of `riskshare trace` gives date, payer, payee, amount, reason, layer, loan and balance after. ",
            "These are the reasons, each with the functions that write it.",
        ),
        "",
    ]
    cells = []
    for reason in Reason:
        zh, en = REASONS[reason]
        writers = "、".join(link(file, f"`{file.stem}.{name}`") for file, name in writers_of(reason))
        form = PAYMENTS[int(reason)][0] if int(reason) in PAYMENTS else None
        said = form.zh.format(**BLANKS) if form else ""
        cells.append((str(int(reason)), zh, en, said, writers))
    lines += table(("编号 number", "中文", "English", "explain 怎样说 as told by explain", "函数 function"), cells)
    return "\n".join(lines).rstrip() + "\n"
