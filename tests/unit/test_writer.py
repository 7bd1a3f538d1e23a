"""A scenario written back: it loads again to the same, in people's units; and what differs between two is told with titles."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.library import list_builtin
from simulator.scenario.loader import load
from simulator.scenario.positions import plain
from simulator.scenario.reading import parse_tree
from simulator.scenario.schema import json_schema
from simulator.scenario.template import template
from simulator.scenario.writer import difference, quoted, show

if TYPE_CHECKING:
    from pathlib import Path


def saved(folder: Path, text: str) -> Path:
    path = folder / "shown.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("stem", [one.stem for one in list_builtin()])
def test_shown_scenario_loads_to_the_same_digest(stem: str, tmp_path: Path) -> None:
    loaded = load(stem)
    if loaded.scenario.population.tape:
        shutil.copy(loaded.path.parent / loaded.scenario.population.tape.file, tmp_path)
    for marks in ("comments", "inline"):
        assert load(saved(tmp_path, show(loaded, marks=marks))).digest == loaded.digest


@pytest.mark.parametrize("stem", ["hubei", "quanzhou", "hubei_refill"])
def test_scenario_shown_inline_keeps_every_source_assumption_and_range(stem: str, tmp_path: Path) -> None:
    loaded = load(stem)
    again = load(saved(tmp_path, show(loaded, marks="inline")))
    assert again.marks == loaded.marks
    assert show(again, marks="inline") == show(loaded, marks="inline")


def test_values_are_shown_as_people_write_them_with_what_is_known_about_them() -> None:
    text = show(load("湖北"))
    assert "endowment: 10亿元  # 来源: 简报·第293期（上）" in text
    assert "share: 80%  # 来源: " in text
    assert "persistence: 0.9每年  # 假设: 宏观因子持续性; 范围: 0.8每年 – 0.95每年" in text
    assert "# source: " in show(load("湖北"), lang="en")


def test_resolved_reform_holds_what_it_inherits_and_extends_nothing() -> None:
    text = show(load("hubei_refill"))
    assert "rule: as_needed" in text
    assert "不良率熔断:" in text
    assert "extends" not in text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40))
def test_quoted_text_is_read_back_as_this_text(text: str) -> None:
    assert plain(parse_tree(f"甲: {quoted(text)}\n", "x")) == {"甲": text}
    assert plain(parse_tree(f"甲: [{quoted(text)}, {quoted(text)}]\n", "x")) == {"甲": (text, text)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_template_loads_cleanly_and_marks_what_must_be_replaced(lang: str, tmp_path: Path) -> None:
    loaded = load(saved(tmp_path, template("试点: 某市", lang=lang)))
    assert loaded.name == "试点: 某市"
    assert sum(mark.assumption is not None for mark in loaded.marks.values()) == 2


def test_templates_say_the_same_in_both_languages(tmp_path: Path) -> None:
    zh, en = (load(saved(tmp_path, template(lang=lang))).scenario for lang in ("zh", "en"))
    assert list(zh.population.segments.values()) == list(en.population.segments.values())
    assert (zh.losses, zh.macro, zh.run, zh.scheme.limits, zh.scheme.recoveries) == (
        en.losses,
        en.macro,
        en.run,
        en.scheme.limits,
        en.scheme.recoveries,
    )
    assert [layer.share for layer in zh.scheme.layers.values()] == [layer.share for layer in en.scheme.layers.values()]


def test_difference_names_path_titles_and_both_values() -> None:
    found = difference(load("湖北"), load("湖北", sets=["scheme.layers.资金池补偿.share=0.7", "scheme.layers.资金池补偿.per_claim=300万元"]))
    assert [(one.path, one.zh, one.en, one.old, one.new) for one in found] == [
        ("scheme.layers.资金池补偿.share", "比例", "share", "80%", "70%"),
        ("scheme.layers.资金池补偿.per_claim", "单笔上限", "most it pays on one loan", "none", "300万元"),
    ]


def test_same_value_in_another_unit_is_no_difference() -> None:
    same = load("湖北", sets=["scheme.layers.资金池补偿.share=0.8", "scheme.accounts.资金池.endowment=100000万元", "losses.lag.mean=2年"])
    assert difference(load("湖北"), same) == []
    assert same.changed == ()


def test_default_written_out_is_no_difference() -> None:
    assert difference(load("湖北"), load("湖北", sets=["scheme.accounts.资金池.sub_accounts=none", "scheme.recoveries.cost=5%"])) == []


def test_dropped_block_is_told_with_nothing_on_the_new_side() -> None:
    found = difference(load("湖北"), load("湖北", sets=["scheme.guards.不良率熔断=remove"]))
    assert ("scheme.guards.不良率熔断.stop", "8%", "") in [(one.path, one.old, one.new) for one in found]
    assert ("scheme.guards.不良率熔断.numerator", "npl", "") in [(one.path, one.old, one.new) for one in found]


def test_schema_describes_every_key_in_chinese_and_can_be_stored() -> None:
    schema = json_schema()
    blocks = [schema, *(block for name, block in schema["$defs"].items())]
    keys = [entry for block in blocks for entry in block.get("properties", {}).values()]
    assert len(keys) > 120
    assert all(any("\u4e00" <= letter <= "\u9fff" or letter == "L" for letter in entry["description"]) for entry in keys)
    assert json.loads(json.dumps(schema)) == schema


def test_schema_shows_units_and_lets_a_reform_remove_a_value() -> None:
    endowment = json_schema()["$defs"]["Account"]["properties"]["endowment"]
    assert "300万元" in endowment["description"]
    assert {"const": "remove"} in endowment["anyOf"]


def rows(old: str, new: str) -> dict[str, tuple[str, str]]:
    return {one.path: (one.old, one.new) for one in difference(load(old), load(new))}


def test_value_by_grade_against_one_value_is_one_line_with_both() -> None:
    found = rows("湖北", "广东")
    mean = found["population.segments.科技型企业.loan.mean"]
    assert mean == ("{A: 800万元, B: 560万元, C: 400万元, D: 240万元, E: 80万元}", "577万元")
    assert not [path for path in found if path.startswith("population.segments.科技型企业.loan.mean.")]


def test_what_one_side_does_not_have_shows_no_defaults_there() -> None:
    found = rows("湖北", "广东")
    assert found["scheme.accounts.风险补偿资金.endowment"] == ("", "13.803亿元")
    assert found["scheme.accounts.地市财政.public"] == ("", "true")


def test_optional_block_that_one_side_leaves_out_differs_even_where_its_keys_have_defaults() -> None:
    assert rows("湖北", "湖北分市")["scheme.accounts.资金池.sub_accounts.by"] == ("", "region")
