"""Reports say what their tables say: every figure of a sentence is read back and looked for, over many results; words follow the figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from figures_told import figures_in
from report_results import HISTORIES, SOURCES, compared, played, varied

from simulator.report.blocks import Bullets, Chart, Paragraph, Report, Table
from simulator.report.cells import is_number, kind_at
from simulator.report.outline import report_of, scheme_blocks
from simulator.report.outline_compare import comparison_report_of
from simulator.report.told import Told
from simulator.report.wording import LIKELY, chance_sentence, change_words, difference_sentence, direction, likelihood
from simulator.results.comparisons import Comparison
from simulator.results.estimates import Estimate, paired_difference, proportion
from simulator.results.ranges import Span
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.report.blocks import Section

DATE = "2026-11-27"
FOUND = {"answer", "losses", "pool", "projects", "lending", "fiscal"}
"""Sections whose sentences tell what was found."""
SAID_BY_DEFINITION = re.compile(
    r"95%(?:的?区间|的模拟)|95% (?:interval|of histories|of them)|约有1次|1 history in 100|每100次|九成|nine (?:histories )?of ten"
)


def tables_of(report: Report) -> Iterator[Table]:
    """Tables beside sentences: those of measures, payers and sizes, not the months behind charts."""
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Table) or (isinstance(block, Chart) and block.form == "stack"):
                yield block.data if isinstance(block, Chart) else block


def cells_of(report: Report) -> dict[str, list[float]]:
    """Numbers of the report's tables by kind."""
    found: dict[str, list[float]] = {"money": [], "share": []}
    for table in tables_of(report):
        for i, row in enumerate(table.rows):
            for j, value in enumerate(row):
                kind = kind_at(table, i, j)
                if is_number(value) and kind in found:
                    found[kind].append(float(value))  # type: ignore[arg-type]
    return found


def sentences_of(section: Section) -> Iterator[str]:
    """Sentences of a section."""
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items


def unmatched(report: Report) -> list[tuple[str, str]]:
    """Figures of sentences on findings that no table of the report holds."""
    cells = cells_of(report)
    missing = []
    for section in report.sections:
        if section.key in FOUND:
            for text in sentences_of(section):
                for kind, value, slack in figures_in(text.replace("每损失1元", ""), report.lang, SAID_BY_DEFINITION):
                    sizes = [abs(cell) for cell in cells[kind]] + cells[kind]
                    if not any(abs(cell - value) <= slack for cell in sizes):
                        missing.append((f"{kind} {value:g}", text))
    return missing


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_contradicts_the_tables_beside_it(name: str, lang: str) -> None:
    chance = np.random.default_rng(5)
    for n in (1, 2, HISTORIES, HISTORIES, 400, 400, 1200):
        report = report_of(varied(played(name), chance, n), lang, DATE)
        assert unmatched(report) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_of_a_comparison_contradicts_its_tables(lang: str) -> None:
    chance = np.random.default_rng(6)
    for name in ("湖北", "广东", "岱山"):
        for n in (2, HISTORIES, 400, 400):
            report = comparison_report_of(compared(varied(played(name), chance, n), chance), lang, DATE)
            assert unmatched(report) == []


def test_a_figure_that_no_table_holds_is_noticed() -> None:
    report = report_of(played("湖北"), "zh", DATE)
    lead = next(block for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead)
    wrong = re.sub(r"平均 [\d.,]+", "平均 123.456", lead.text)
    assert wrong != lead.text
    section = report.sections[0]
    told = Report(report.title, "", "zh", [type(section)("answer", "", [Paragraph(wrong)]), *report.sections[1:]], report.provenance)
    assert len(unmatched(told)) == 1


def test_words_on_differences_follow_the_verdicts_of_the_table() -> None:
    chance, seen = np.random.default_rng(7), set()
    words = {"增加": "高 ", "减少": "低 ", "不确定": "差异不确定", "相同": "完全相同"}
    for _ in range(30):
        report = comparison_report_of(compared(varied(played("广东"), chance, 200), chance), "zh", DATE)
        (table,) = (one for one in tables_of(report) if one.key == "differences_2")
        verdicts = {str(row[0]): (str(row[-1]), row) for row in table.rows}
        leads = [block.text for block in report.sections[0].blocks if isinstance(block, Paragraph) and block.is_lead]
        assert leads
        for text in leads:
            title = next(name for name in sorted(verdicts, key=len, reverse=True) if text.startswith(name))
            word, row = verdicts[title]
            seen.add(word)
            assert words[word] in text
            mean, low, high = (float(row[j]) for j in (1, 3, 4))  # type: ignore[arg-type]
            assert (word == "不确定") == (low <= 0 <= high and not (mean == low == high == 0))
    assert seen == set(words)


def test_an_interval_that_holds_zero_is_called_uncertain() -> None:
    chance = np.random.default_rng(3)
    noise = paired_difference(chance.normal(0, 1, 50), chance.normal(0, 1, 50), "fen")
    assert noise.low is not None
    assert noise.high is not None
    assert noise.low < 0 < noise.high
    assert direction(noise) == "uncertain"
    assert direction(paired_difference(np.arange(9) + 5, np.arange(9) + np.tile([0, 1, 2], 3), "fen")) == "higher"
    assert direction(paired_difference(np.arange(9), np.arange(9), "fen")) == "same"
    assert direction(Estimate(3.0, None, 1, None, None, None, "fen")) == "uncertain"


def test_a_difference_that_the_assumptions_turn_round_is_told_so() -> None:
    found = Estimate(2e10, 1e9, 100, None, None, None, "fen", 1.8e10, 2.2e10)
    told = difference_sentence("bank.net_loss", found, Span(-1e10, 3e10), "基线", "zh")
    assert told == "银行净损失比基线高 2亿元（差值的95%区间 1.8亿元 至 2.2亿元）；假设变动时差值在 -1亿元 至 3亿元 之间，方向随假设而变。"
    assert "方向" not in difference_sentence("bank.net_loss", found, Span(1e10, 3e10), "基线", "zh")


def test_words_for_chances_follow_the_ipcc_table() -> None:
    expected = {0.995: "virtually certain", 0.95: "very likely", 0.7: "likely", 0.5: "about as likely as not", 0.2: "unlikely", 0.05: "very unlikely"}
    assert {share: likelihood(share, "en") for share in expected} == expected
    assert likelihood(0.0, "zh") == "几乎不可能"
    assert [least for least, _, _ in LIKELY] == sorted((least for least, _, _ in LIKELY), reverse=True)


def test_the_word_for_a_chance_is_that_of_the_figure_printed_beside_it() -> None:
    told = chance_sentence("短缺", proportion(np.array([1] * 659 + [0] * 341)), None, "zh")
    assert "较有可能：概率 65.9%" not in told
    close = chance_sentence("短缺", proportion(np.repeat([1, 0], [6597, 3403])), None, "zh")
    assert "较有可能：概率 66.0%" in close


def test_a_difference_of_shares_is_in_percentage_points() -> None:
    assert (change_words(-0.1333, "share", "zh"), change_words(0.1333, "share", "en")) == ("-13.33个百分点", "13.33 percentage points")


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_keys_are_unique_and_every_chart_has_its_numbers(name: str, lang: str) -> None:
    report = report_of(varied(played(name), np.random.default_rng(1), HISTORIES), lang, DATE)
    keys = [table.key for table in report.tables]
    assert len(set(keys)) == len(keys)
    assert all(key.isascii() for key in keys)
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    assert charts
    for table in report.tables:
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_tiers_stand_in_the_sentence_of_their_layer() -> None:
    told = Told(replace(played("湖北"), loaded=load("泉州")), "zh")
    said = [item for block in scheme_blocks(told) if isinstance(block, Bullets) for item in block.items]
    assert any("小额：金额不超过500万元" in item for item in said)
    assert not [item for item in said if item.startswith("·")]


def test_sections_of_a_scheme_without_a_pool_or_projects_are_left_out() -> None:
    hubei, daishan = (report_of(played(name), "zh", DATE) for name in ("湖北", "岱山"))
    assert "projects" not in [section.key for section in hubei.sections]
    assert "pool" not in [section.key for section in daishan.sections]


def test_what_a_reform_changes_stands_old_and_new_against_the_baseline() -> None:
    chance = np.random.default_rng(2)
    report = comparison_report_of(compared(played("湖北"), chance), "zh", DATE)
    assert not [table for table in report.tables if table.key.startswith("changes")]
    assert "与基线没有不同。" in list(sentences_of(next(one for one in report.sections if one.key == "scheme")))


def test_amounts_of_one_sentence_have_one_unit_unless_one_would_vanish() -> None:
    found = Estimate(1.29e10, 1e9, 100, None, None, None, "fen", 1.07e10, 1.5e10)
    told = difference_sentence("bank.net_loss", found, Span(9.764e9, 1.89e10), "湖北", "zh")
    assert told == "银行净损失比湖北高 1.29亿元（差值的95%区间 1.07亿元 至 1.5亿元）；假设变动时差值在 0.98亿元 至 1.89亿元 之间。"
    small = difference_sentence("bank.net_loss", found, Span(3e6, 1.89e10), "湖北", "zh")
    assert "3万元 至 1.89亿元" in small


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_gaps_are_told_in_the_language_of_the_report(lang: str) -> None:
    method = next(one for one in report_of(played("湖北"), lang, DATE).sections if one.key == "method")
    text = "".join(sentences_of(method))
    assert ("违约率只能假定" in text) == (lang == "zh")
    assert ("the assumed PD rules the answer" in text) == (lang == "en")


def test_amounts_of_the_scenario_file_are_in_english_for_a_reader_of_english() -> None:
    tables = report_of(played("湖北"), "en", DATE).tables
    cells = [cell for table in tables if table.key in ("assumptions", "facts") for row in table.rows for cell in row[1:4]]
    limits = [cell for table in tables if table.key == "assumptions" for row in table.rows if "limits.loan.B" in str(row[-1]) for cell in row[1:4]]
    assert limits == ["CNY 7m", "CNY 5m", "CNY 9m"]
    assert [cell for cell in cells if "元" in str(cell)] == []


def test_schemes_that_are_not_paired_are_not_said_to_differ() -> None:
    answers = [played("湖北"), played("岱山")]
    report = comparison_report_of(Comparison(answers, [True, False], [{}, {}], [{}, {}]), "zh", DATE)
    text = "".join(sentences_of(report.sections[0]))
    assert "没有面对同样的随机情景" in text
    assert "差值的95%区间" not in text
    assert not [table for table in report.tables if table.key.startswith("differences")]
