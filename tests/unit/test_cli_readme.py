"""The README keeps its word: its commands exist, its scenario loads, its set-up stands in two commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from simulator.cli.commands import COMMANDS
from simulator.cli.main import program
from simulator.scenario.loader import load

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
FIRST_SCREEN_LINES = 24
MOST_SCENARIO_LINES = 15


def block(language: str, number: int = 0) -> list[str]:
    return [text for name, text in BLOCKS if name == language][number].splitlines()


def commands_shown() -> list[str]:
    lines = [line for name, text in BLOCKS if name in {"sh", "powershell"} for line in text.splitlines()]
    return [found[0] for line in lines for found in re.finditer(r"riskshare [^#&;]+", line)]


@pytest.mark.parametrize("language", ["sh", "powershell"])
def test_two_commands_do_all_the_set_up(language: str) -> None:
    first, second = block(language)
    assert "-m venv" in first
    assert "riskshare compare" in first
    assert "[test]" in second
    assert second.rstrip().endswith("-m pytest")


def test_both_systems_run_the_same_job() -> None:
    jobs = [shlex.split(line.partition("riskshare ")[2].replace("\\", "/")) for line in (block("sh")[0], block("powershell")[0])]
    assert jobs[0] == jobs[1]


def test_powershell_5_can_read_its_block() -> None:
    assert not any("&&" in line or "||" in line for line in block("powershell"))


def test_the_set_up_stands_on_the_first_screen() -> None:
    assert README.splitlines().index(block("powershell")[1]) < FIRST_SCREEN_LINES


@pytest.mark.parametrize("line", commands_shown())
def test_every_command_shown_is_one_that_the_program_reads(line: str) -> None:
    _, name, *arguments = shlex.split(line.replace("\\", "/"))
    group = program()
    command = group.get_command(click.Context(group), name)
    assert command is not None
    command.make_context(name, arguments)


def test_every_command_is_shown() -> None:
    assert {line.split()[1] for line in commands_shown()} >= set(COMMANDS)


def test_the_scenario_shown_is_short_and_loads(tmp_path: Path) -> None:
    lines = block("yaml")
    file = tmp_path / "shown.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert len(lines) <= MOST_SCENARIO_LINES
    assert load(file).scenario.scheme.layers


def test_every_file_linked_is_there() -> None:
    missing = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target and not (CHECKOUT / target).exists()]
    assert missing == []
