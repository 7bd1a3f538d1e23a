"""Tables, JSON and progress on the terminals that users have."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from simulator.cli import console
from simulator.cli.console import Column, Progress, print_json, print_table
from simulator.cli.text import Text
from simulator.cli.words import cells

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = (Column(Text("名称", "name")), Column(Text("金额", "amount"), "right"))
ROWS = (("湖北资金池", "1,000"), ("hubei ± 硚口", "2.5"))


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", ["zh"])


def printed_on_gbk(print_something: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> str:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="gbk", write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    print_something()
    return written.getvalue().decode("gbk")


def test_a_table_of_chinese_is_aligned_by_cells(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert len({cells(line) for line in lines[2:]}) == 1


def test_a_table_survives_a_gbk_console(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed_on_gbk(lambda: print_table(COLUMNS, ROWS, Text("标题", "title")), monkeypatch)
    assert "湖北资金池" in text
    assert "硚口" in text


def test_a_utf8_table_uses_only_characters_that_gbk_has(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, ROWS, Text("标题", "title"))
    assert capsys.readouterr().out.encode("gbk")


def test_a_long_cell_is_folded_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, [("资" * 300, "1")])
    assert capsys.readouterr().out.count("资") == 300


def test_json_keeps_chinese_where_the_output_is_unicode(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"名称": "湖北"})
    assert '"名称": "湖北"' in capsys.readouterr().out


def test_json_is_whole_on_a_gbk_console(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed_on_gbk(lambda: print_json({"名称": "硚口 𠀀"}), monkeypatch)
    assert json.loads(text) == {"名称": "硚口 𠀀"}


def progress_shown_on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, *, patience: float) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(console, "PATIENCE_SECONDS", patience)
    with Progress(Text("推演", "playing"), 4) as progress:
        for done in range(4):
            progress.reached(done + 1)
    return stream.getvalue()


def test_progress_on_a_terminal_shows_what_is_done_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = progress_shown_on(Terminal(), monkeypatch, patience=-1.0)
    assert "推演" in shown
    assert "剩余" in shown
    assert "4/4" in shown


def test_progress_is_silent_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert progress_shown_on(io.StringIO(), monkeypatch, patience=-1.0) == ""


def test_short_work_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    assert progress_shown_on(Terminal(), monkeypatch, patience=60.0) == ""
