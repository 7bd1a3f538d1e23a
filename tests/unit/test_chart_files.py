"""The numbers behind charts as files: what the table holds, in yuan, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import report_sample as sample

from simulator.report.blocks import Chart, Column, Section, Table
from simulator.report.chart_files import write_chart_data
from simulator.report.style import blank_figure

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.report.blocks import Report


def report_with(*tables: Table, lang: str = "zh") -> Report:
    charts = [Chart("one", "一", lambda: blank_figure("", ""), table) for table in tables]
    return replace(sample.awkward(lang), sections=[Section("answer", "一", charts)])


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_numbers_are_whole_and_money_is_in_yuan(tmp_path: Path) -> None:
    columns = [Column("方案"), Column("损失", "money"), Column("概率", "share"), Column("首次", "day")]
    (file,) = write_chart_data(
        report_with(Table("t", "表", columns, [("湖北", 123_456_789, 1 / 3, 592.5), ("岱山", None, 0.0, None)])), tmp_path / "data"
    )
    assert file.name == "one.csv"
    assert read(file) == [
        ["方案", "损失（元）", "概率（占1的比例）", "首次（天）"],
        ["湖北", "1234567.89", repr(1 / 3), "592.5"],
        ["岱山", "", "0.0", ""],
    ]


def test_rows_of_different_kinds_name_their_unit(tmp_path: Path) -> None:
    columns = [Column("measure"), Column("mean", "number")]
    table = Table("t", "t", columns, [("loss", 250), ("chance", 0.5), ("=HYPERLINK()", 2)], ["money", "share", "number"])
    (file,) = write_chart_data(report_with(table, lang="en"), tmp_path)
    assert read(file) == [["measure", "mean", "unit"], ["loss", "2.5", "yuan"], ["chance", "0.5", "part of 1"], ["'=HYPERLINK()", "2", ""]]


def test_charts_of_one_name_are_told_apart_and_titles_are_not_run(tmp_path: Path) -> None:
    tables = [Table("t", "t", [Column("=1+1"), Column("n", "number")], [("a", number)]) for number in (1, 2)]
    files = write_chart_data(report_with(*tables), tmp_path)
    assert [file.name for file in files] == ["one.csv", "one-2.csv"]
    assert [read(file)[1][1] for file in files] == ["1", "2"]
    assert read(files[0])[0][0] == "'=1+1"


def test_a_report_without_charts_leaves_no_folder(tmp_path: Path) -> None:
    assert write_chart_data(report_with(), tmp_path / "data") == []
    assert not (tmp_path / "data").exists()
