"""The command line as a whole: start, languages, exit codes, consoles."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib import import_module
from statistics import median
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result

from simulator.cli.commands import COMMANDS
from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.cli.text import Text, language_in, language_of_user
from simulator.cli.words import cells, command, wrap
from simulator.errors import LedgerError, Problem, ScenarioError, SimulatorError

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("numba", "numpy", "scipy", "pydantic", "matplotlib", "rich", "ruamel", "simpy")
START_SECONDS = 0.3


def riskshare(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    code = "from simulator.cli.main import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=False, env={**os.environ, **environment})


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(program(), list(arguments), prog_name="riskshare")


def failing(error: BaseException) -> click.Command:
    @click.command
    def fail() -> None:
        raise error

    return fail


@pytest.fixture(autouse=True)
def _language_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])
    monkeypatch.setenv("LANGUAGE", "C")


def test_help_loads_no_heavy_package() -> None:
    code = (
        "import sys\nfrom simulator.cli.main import program\n"
        "program().main(['--help'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stderr.strip() == "[]"


def test_help_appears_at_once() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        riskshare("--help")
        return time.perf_counter() - start

    assert median(seconds() for _ in range(5)) < START_SECONDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help_in_both_languages_and_examples(name: str) -> None:
    chinese, english = invoke(name, "--help", "--lang", "zh").output, invoke(name, "--help", "--lang", "en").output
    assert COMMANDS[name].zh in chinese
    assert "例子" in chinese
    assert COMMANDS[name].en.split()[0] in english
    assert english.count(f"riskshare {name}") >= 2
    assert not [character for character in english if cells(character) == 2 and character not in chinese]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_speaks_both_languages(name: str) -> None:
    for parameter in import_module(f"simulator.cli.{name}").main.params:
        assert parameter.words.zh != parameter.words.en
        assert any(cells(character) == 2 for character in parameter.words.zh)


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_fits_eighty_columns(name: str | None) -> None:
    lines = invoke(*([name] if name else []), "--help", "--lang", "zh").output.splitlines()
    prose = [line for line in lines if "riskshare" not in line]
    assert max(cells(line) for line in prose) <= 80


def test_the_words_of_click_are_chinese_too() -> None:
    result = invoke("--lang", "zh", "runn")
    assert result.exit_code == 2
    assert "错误：没有命令 'runn'。" in result.output
    assert "是否想写 'rerun', 'run'？" in result.output


def test_an_unknown_command_is_answered_with_the_nearest_in_english() -> None:
    result = invoke("--lang", "en", "shwo")
    assert "No such command 'shwo'. Did you mean 'show'?" in result.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "--lang", "en"], "en"),
        (["--lang=zh", "run"], "zh"),
        (["--lang", "en", "run", "--lang", "zh"], "zh"),
        (["--lang", "fr"], None),
        (["--lang"], None),
        ([], None),
    ],
)
def test_the_last_language_on_the_command_line_counts(arguments: list[str], expected: str | None) -> None:
    assert language_in(arguments) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.GBK", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "RISKSHARE_LANG": "zh"}, "zh"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "", "LC_ALL": "zh_TW"}, "zh"),
    ],
)
def test_the_language_follows_the_locale(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RISKSHARE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language_of_user() == expected


def test_bad_input_is_told_without_a_traceback_and_ends_with_2(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", ["en"])
    problem = Problem("a.yaml", 3, 7, "run.seed", "应为整数", "must be a whole number", "随机种子")
    assert exit_code_of([], failing(ScenarioError([problem]))) == 2
    assert capsys.readouterr().err == "a.yaml:3:7: run.seed: must be a whole number\n"


@pytest.mark.parametrize("fault", [ZeroDivisionError("no months"), LedgerError("差1分", "1 fen is missing")])
def test_a_fault_of_ours_leaves_a_log_and_asks_for_it(
    fault: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simulator.cli.text._chosen", ["en"])
    assert exit_code_of([], failing(fault)) == 3
    (log,) = tmp_path.glob("riskshare-error-*.log")
    told = capsys.readouterr().err
    assert str(log) in told
    assert "Traceback" not in told
    assert type(fault).__name__ in log.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_bad_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", ["en"])
    assert exit_code_of([], failing(PermissionError(13, "Permission denied", "reports/four"))) == 2
    assert "reports/four: cannot be read or written (Permission denied)" in capsys.readouterr().err


def test_an_interrupted_run_ends_with_130_and_says_what_to_do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", ["zh"])
    assert exit_code_of([], failing(KeyboardInterrupt())) == 130
    assert "已中断" in capsys.readouterr().err


def test_a_check_that_failed_ends_with_1() -> None:
    assert exit_code_of([], failing(click.exceptions.Exit(1))) == 1


def test_any_other_error_class_of_the_house_is_bad_input() -> None:
    assert exit_code_of([], failing(SimulatorError("坏", "bad"))) == 2


def test_a_gbk_console_gets_chinese_help() -> None:
    done = riskshare("--help", PYTHONIOENCODING="gbk", LC_ALL="zh_CN.GBK")
    assert done.returncode == 0
    assert "放贷规模" in done.stdout.decode("gbk")


def test_characters_that_a_console_lacks_do_not_end_the_program() -> None:
    done = riskshare("--help", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"riskshare list" in done.stdout


def test_a_line_never_starts_with_a_full_stop_and_keeps_to_its_width() -> None:
    lines = wrap("资金池按百分之八十补偿逾期本金，银行承担其余部分。pool pays 80%", 20)
    assert "".join(lines).replace(" ", "") == "资金池按百分之八十补偿逾期本金，银行承担其余部分。poolpays80%"
    assert all(line[0] not in "，。" for line in lines)
    assert max(cells(line) for line in lines) <= 20


def test_a_command_outside_the_table_is_refused() -> None:
    with pytest.raises(KeyError):
        command("no-such-command")


def test_a_text_is_said_in_the_chosen_language(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.cli.text import say

    monkeypatch.setattr("simulator.cli.text._chosen", ["zh"])
    assert say(Text("资金池", "pool")) == "资金池"
