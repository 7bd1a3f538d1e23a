"""The dictionary of scenario files as a page: units, then every block with its keys, made from the models alone."""  # noqa: INP001  beside the pages

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator.scenario import bank_sentences, layer_sentences, sentences, stage_sentences, units
from simulator.scenario.models import Scenario
from simulator.scenario.phrases import Words
from simulator.scenario.units import Unit, unit_of
from simulator.scenario.vocabulary import Entry, entries_of, is_vector, key_unit, options, titles_at, under

if TYPE_CHECKING:
    from collections.abc import Iterator

UNITS = {
    "money": Words("金额，带单位；内部为分", "an amount with its unit; fen inside"),
    "money_or_none": Words("金额，或 none（不限）", "an amount, or none for no limit"),
    "share": Words("比例；内部为百万分之一", "a share of a whole; millionths inside"),
    "share_or_none": Words("比例，或 none（不设）", "a share, or none"),
    "rate": Words("年利率；内部为百万分之一", "a rate a year; millionths inside"),
    "rate_or_lpr": Words("年利率，也可以写成LPR加减点或倍数", "a rate a year, also written against the LPR"),
    "points": Words("百分点，可为负；内部为百万分之一", "percentage points, may be negative; millionths inside"),
    "chance": Words("概率", "a chance"),
    "yes_or_chance": Words("是或否（true、false），或概率", "true or false, or a chance"),
    "correlation": Words("相关系数，小于1", "a correlation, below 1"),
    "loading": Words("载荷，0至1", "a loading, 0 to 1"),
    "number": Words("数，不带单位", "a bare number"),
    "count": Words("正整数", "a whole number, at least 1"),
    "days": Words("天数；月按30天、年按365天", "days; a month counts as 30, a year as 365"),
    "months": Words("月数", "months"),
    "persistence": Words("持续性，须写明周期", "persistence, with its period"),
    "date": Words("日期", "a date"),
    "calendar_month": Words("年月", "a calendar month"),
}
"""What each unit is, by the name it has in ``units.py``."""

CHOICES: dict[tuple[str, str], dict[str, Words]] = {
    ("Run", "run_off"): {
        "settle": Words("停贷后继续清算，直到结清或满最长年数", "claims and recoveries run on until settled, or to the longest settlement"),
        "cut": Words("停贷之日截止", "all ends on the last day of lending"),
    },
    ("Population", "book"): {
        "drawn": Words("每条路径重新抽取企业和贷款", "firms and loans are drawn anew in every history"),
        "fixed": Words(
            "企业和贷款只抽一次，各条路径相同，只抽谁违约；贷款台账总是如此",
            "firms and loans are drawn once, and a history draws only who defaults; those of a tape always are",
        ),
    },
    ("Segment", "first_application"): {
        "spread": Words("在首次申请的窗口内均匀分布", "uniform over the window of first applications"),
        "at_start": Words("都在窗口第一天", "all on the first day of the window"),
    },
    ("Tape", "fates"): {
        "drawn": Words("按违约率抽取违约", "defaults are drawn"),
        "replay": Words("重放台账记录的违约和损失", "recorded defaults and losses are played"),
    },
    ("Macro", "factor"): {
        "static": Words("每条路径抽一次，始终不变", "one draw a history"),
        "ar1": Words("逐月的一阶自回归", "first-order autoregression, month by month"),
        "path": Words("给定路径", "a given path"),
    },
    ("Macro", "otherwise"): {
        "draw": Words("按给定月份的条件分布抽取", "drawn, given the named months"),
        "neutral": Words("保持在中性点：违约率恰为所写的值", "held at the neutral point, where the PD is the stated one"),
    },
    ("Bank", "appetite"): {name: words for name, (words, _) in bank_sentences.APPETITES.items()},
    ("Bank", "trust"): bank_sentences.TRUSTS,
    ("Tiers", "combine"): layer_sentences.COMBINED,
    ("Refill", "rule"): {
        "none": Words("不补充", "never"),
        "last_year_payouts": Words("每年1月1日补上一年度的补偿支出", "on 1 January, what was paid out in the year before"),
        "annual_budget": Words("每年1月1日补固定金额", "on 1 January, a fixed amount"),
        "to_target": Words("每年1月1日补足到目标", "on 1 January, up to a target"),
        "as_needed": Words("不足支付时随时补足（应补尽补）", "whenever it is short"),
    },
    ("SubAccounts", "by"): {"region": Words("按地区", "by region")},
    ("Account", "kind"): sentences.KINDS,
    ("Account", "when_short"): sentences.SHORT,
    ("AggregateCap", "base"): layer_sentences.CAP_BASES,
    ("AggregateCap", "reset"): {
        "never": Words("不重新计算", "never counted anew"),
        "yearly": Words("每年重新计算", "counted anew each calendar year"),
    },
    ("Layer", "basis"): {
        **layer_sentences.BASES,
        "payment_of": Words("另一层的付款（写在 of）", "what another layer, named in of, has paid"),
    },
    ("Guard", "numerator"): layer_sentences.NUMERATORS,
    ("Guard", "denominator"): layer_sentences.DENOMINATORS,
    ("Guard", "per"): layer_sentences.UNITS,
    ("Guard", "effect"): layer_sentences.EFFECTS,
    ("Guard", "claims"): layer_sentences.HELD,
    ("Guard", "test"): layer_sentences.RHYTHMS,
    ("Guard", "reset"): {
        "below_stop": Words("检测时低于熔断线即恢复", "when a test finds the ratio below the stop threshold"),
        "below_warn": Words("检测时低于预警线才恢复", "when a test finds it below the warning threshold"),
        "yearly": Words("次年1月1日恢复", "on 1 January"),
        "never": Words("不再恢复", "never"),
    },
    ("Recoveries", "order"): sentences.ORDERS,
    ("ProjectLoan", "repayment"): stage_sentences.REPAYMENTS,
    ("TapeSegment", "repayment"): stage_sentences.REPAYMENTS,
}
"""Every choice in words; a choice that is missing here stops the page from being made."""


def cell(text: str) -> str:
    """Keep a text from breaking the table it stands in."""
    return " ".join(text.split()).replace("|", "\\|")


def paragraph(*parts: str) -> str:
    """Join the parts of one paragraph."""
    return "".join(parts)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Write a table."""
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *("| " + " | ".join(map(cell, row)) + " |" for row in rows), ""]


def blocks() -> dict[type[BaseModel], list[str]]:
    """Every block in the order of a file, with the paths it stands at."""
    found: dict[type[BaseModel], list[str]] = {}
    waiting: list[tuple[type[BaseModel], str]] = [(Scenario, "")]
    while waiting:
        block, path = waiting.pop(0)
        if block not in found:
            keys = entries_of(block).items()
            waiting[:0] = [(inner, f"{path}.{key}{more}".lstrip(".")) for key, entry in keys for inner, more in blocks_in(entry.kind)]
        found.setdefault(block, []).append(path)
    return found


def blocks_in(kind: Any) -> Iterator[tuple[type[BaseModel], str]]:  # noqa: ANN401  a type annotation
    """Blocks that a value may be or hold, with what is added to its path."""
    for option, _ in options(kind):
        if isinstance(option, type) and issubclass(option, BaseModel):
            yield option, ""
        elif typing.get_origin(option) is dict:
            yield from ((block, f".<名称>{more}") for block, more in blocks_in(typing.get_args(option)[1]))
        elif typing.get_origin(option) is tuple:
            yield from ((block, f"[]{more}") for block, more in blocks_in(typing.get_args(option)[0]))


def written_as(kind: Any) -> str:  # noqa: ANN401
    """How a value is written: its unit, the words it may be, or the block it is."""
    if is_vector(kind):
        keys = key_unit(kind)
        return f"对照：{f'`{keys.name}`' if keys else '名称'} → `share`，合计100% (shares, summing to 100%)"
    return " / ".join(dict.fromkeys(_option(option, marks) for option, marks in options(kind)))


def _option(option: Any, marks: tuple[object, ...]) -> str:  # noqa: ANN401
    unit = unit_of(marks)
    if unit:
        return f"`{unit.name}`"
    origin, arguments = typing.get_origin(option), typing.get_args(option)
    if origin is Literal:
        return " · ".join(f"`{choice}`" for choice in arguments)
    if origin is dict:
        inner = ", ".join(dict.fromkeys(_option(*part) for part in options(arguments[1])))
        keys = unit_of(getattr(arguments[0], "__metadata__", ()))
        return f"{{{f'`{keys.name}`' if keys else '名称'}: {inner}}}"
    if origin is tuple:
        return f"[{', '.join(dict.fromkeys(_option(*part) for part in options(arguments[0])))}]"
    if isinstance(option, type) and issubclass(option, BaseModel):
        return f"[{option.__name__}](#{option.__name__.lower()})"
    return {str: "文字 text", int: "整数 whole number", bool: "true / false", object: "任意 any"}[option]


def bounds_of(block: type[BaseModel], key: str) -> str:
    """Bounds that a key sets on its value beyond those of its unit, as people write them."""
    info = next(info for name, info in block.model_fields.items() if (info.alias or name) == key)
    kind = entries_of(block)[key].kind
    unit = next((found for _, marks in options(kind) if (found := unit_of(marks))), None)
    inner = [mark for _, marks in options(kind) for beside in marks if isinstance(beside, FieldInfo) for mark in beside.metadata]
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    told = {sign: [getattr(mark, sign) for mark in [*inner, *info.metadata] if hasattr(mark, sign)] for sign in signs}
    named = {sign: max(ends) if sign in ("ge", "gt") else min(ends) for sign, ends in told.items() if ends}
    return ", ".join(f"{signs[sign]} {unit.show(named[sign]) if unit else named[sign]}" for sign in ("ge", "gt", "le", "lt") if sign in named)


def default_of(entry: Entry) -> str:
    """Default of a key as people write it."""
    if entry.required:
        return "**必填 required**"
    return _text(entry.default, entry.kind)


def _text(value: Any, kind: Any) -> str:  # noqa: ANN401
    unit = next((found for _, marks in options(kind) if (found := unit_of(marks))), None) if kind is not None else None
    if value is None:
        return "none" if unit and unit.nothing else "—"
    if isinstance(value, BaseModel):
        told = {key: getattr(value, name) for name, info in type(value).model_fields.items() for key in [info.alias or name]}
        said = [f"{key}: {_text(one, entries_of(type(value))[key].kind)}" for key, one in told.items() if one != entries_of(type(value))[key].default]
        return f"{{{', '.join(said)}}}" if said else "见该块 (see the block)"
    if isinstance(value, dict):
        keys = key_unit(kind)
        names = [keys.show(key) if keys else str(key) for key in value]
        texts = [units.SHARE.show(one) if is_vector(kind) else _text(one, under(kind, key)) for key, one in value.items()]
        return "{" + ", ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True)) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "全部 (all)" if value and isinstance(value[0], BaseModel) else "[]"
    return unit.show(value) if unit else str(value)


def block_section(block: type[BaseModel], paths: list[str]) -> list[str]:
    """One block: where it stands, its keys, its choices in words."""
    says = (block.__doc__ or "").strip().splitlines()[0]
    where = "、".join(f"`{path}`" for path in paths if path) or "整个文件 (the whole file)"
    zh = titles_at(paths[0].removesuffix("[]").split("."))[0] or "情景"
    lines = [f"### {block.__name__}", "", f"{zh}。{says} 位置 at: {where}", ""]
    rows = []
    for key, entry in entries_of(block).items():
        rows.append((f"`{key}`", entry.zh, entry.en, written_as(entry.kind), bounds_of(block, key), default_of(entry)))
    lines += table(("键 key", "中文", "English", "写法 written as", "范围 bounds", "默认 default"), rows)
    for key, entry in entries_of(block).items():
        literals = [option for option, _ in options(entry.kind) if typing.get_origin(option) is Literal]
        choices = [choice for literal in literals for choice in typing.get_args(literal) if isinstance(choice, str)]
        if choices:
            words = CHOICES[block.__name__, key]
            lines += table((f"`{key}`", "含义", "meaning"), [(f"`{choice}`", words[choice].zh, words[choice].en) for choice in choices])
    return lines


def units_section() -> list[str]:
    """Every unit with examples."""
    found = [value for value in vars(units).values() if isinstance(value, Unit)]
    rows = []
    for unit in found:
        examples = "、".join(f"`{example}`" for example in unit.examples)
        rows.append((f"`{unit.name}`", UNITS[unit.name].zh, UNITS[unit.name].en, examples, "可以 yes" if unit.bare else "不可以 no"))
    return table(("单位 unit", "中文", "English", "例 examples", "可否不写单位 bare number"), rows)


def page() -> str:
    """The whole page."""
    lines = [
        "# 情景词典 / Dictionary of scenario files",
        "",
        paragraph(
            "键用英文，值照平常的写法。任何值都可以写成 `{value: 80%, source: 出处}` 或 `{value: 80%, assumption: 理由, range: [50%, 90%]}`；",
            "`extends:` 写在文件顶层，指明基线；在改革方案里写 `remove` 删去基线的一项。`<名称>` 是自己起的名字。",
        ),
        "",
        paragraph(
            "Keys are English, values are written as people write them. Any value may also be `{value, source}` or `{value, assumption, range}`; ",
            "`extends:` at the top names a baseline, and the word `remove` takes one of its entries away. `<名称>` stands for a name of your own.",
        ),
        "",
        "## 单位 / Units",
        "",
        *units_section(),
        "按等级不同的值（如 `pd`、`limits.loan`）可以写一个值，也可以写 `{A: 值, B: 值}`，每个等级都要有。",
        "",
        "A value that may differ by grade is one value, or one for every grade.",
        "",
        "## 块 / Blocks",
        "",
    ]
    for block, paths in blocks().items():
        lines += block_section(block, paths)
    return "\n".join(lines).rstrip() + "\n"
