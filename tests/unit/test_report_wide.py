"""Comparisons of many schemes stay legible: wide tables are parted, tall charts keep their letters."""

from __future__ import annotations

import pytest
import report_sample as sample

from simulator.report.blocks import Column, Report, Section, Table
from simulator.report.formats import write_report
from simulator.report.memo import memo_of, narrow

SCHEMES = [f"方案{number}" for number in range(1, 9)]


def wide(n=8):
    columns = [Column("指标"), *(one for name in SCHEMES[:n] for one in (Column(name, "number", "mean"), Column("标准误", "number", "se")))]
    rows = [("概率", *(0.1 * k for k in range(2 * n))), ("比例", *(0.01 * k for k in range(2 * n)))]
    return Table("headline", "主要指标并排", columns, rows, ["share", "share"], note="注")


def test_parts_of_a_wide_table_hold_every_number_once_and_errors_beside_their_estimates():
    parts = narrow(wide(), "zh")
    assert [part.caption for part in parts] == ["主要指标并排（1/2）", "主要指标并排（2/2）"]
    assert [column.title for part in parts for column in part.columns if column.key == "mean"] == SCHEMES
    for part in parts:
        keys = [column.key for column in part.columns[1:]]
        assert keys == ["mean", "se"] * (len(keys) // 2)
        assert len(part.columns) <= 9
        assert list(part.kinds) == ["share", "share"]
    assert [row[0] for row in parts[1].rows] == ["概率", "比例"]
    assert [value for part in parts for value in part.rows[0][1:]] == list(wide().rows[0][1:])
    assert [part.note for part in parts] == ["", "注"]
    assert narrow(wide(6), "zh") == [wide(6)]


def test_paper_takes_the_parts_and_the_workbook_the_whole(tmp_path):
    openpyxl, pptx = pytest.importorskip("openpyxl"), pytest.importorskip("pptx")
    report = Report("宽", "", "zh", [Section("headline", "主要指标", [wide(), sample.awkward().sections[-1].blocks[-1]])], sample.WHERE)
    main, annexes = memo_of(report).main, memo_of(report).annexes
    assert sum(isinstance(block, Table) for section in (*main, *annexes) for block in section.blocks) == 2
    xlsx, deck = write_report(report, tmp_path, "wide", ["xlsx", "pptx"])
    assert openpyxl.load_workbook(xlsx)["headline"].max_column >= 17
    grids = [shape.table for slide in pptx.Presentation(deck).slides for shape in slide.shapes if shape.has_table]
    assert [cell.text for cell in grids[0].rows[0].cells] == ["指标", *SCHEMES]
    said = " ".join(shape.text_frame.text for slide in pptx.Presentation(deck).slides for shape in slide.shapes if shape.has_text_frame)
    assert "标准误见Word" in said
