"""The documentation keeps its word: its commands run, its outputs are those shown, its reference is made from the code, its links lead somewhere.

A fenced block says in its first line what is done with it: ``sh run`` runs each ``riskshare`` command (``exit=2``: it must end so), ``python run``
runs the code, ``yaml file=x.yaml`` writes a file; blocks of one page share a folder and come in order. ``text output`` shows what the block before
printed, ``output=1-5`` some of its lines; ``--update-expected`` writes these anew. Other blocks are for people, but their commands must exist.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import pytest

from simulator.cli import text
from simulator.cli.faults import exit_code_of
from simulator.cli.main import program
from simulator.report import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "docs"
GENERATED = DOCS / "reference"
PAGES = sorted(page for page in DOCS.rglob("*.md") if page.parent != GENERATED)
FIRST_RUN = DOCS / "first-run.md"
"""The one page whose charts are drawn; drawing them on every page would take most of the time."""

GUIDES = [page for page in PAGES if page.parent.name != "decisions"]
IN_TWO_LANGUAGES = ("first-run.md", "how-to.md", "background.md")
FEW_HISTORIES = "4"
FENCE = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FIGURE = re.compile(
    r"(?<![\w.〔-])\d[\d,.]*(?:\s?(?:%|‰|万元|亿元|元|bp|倍|秒|分钟|GiB|MiB|times|seconds|minutes)(?!\w)|\s(?:million|billion|per cent))"
)


class Block(NamedTuple):
    """One fenced block and where its text stands in the page."""

    language: str
    words: tuple[str, ...]
    text: str
    start: int
    end: int

    def option(self, name: str) -> str | None:
        """Value of ``name=value`` on the block's first line; empty where the name stands alone."""
        found = [word.partition("=")[2] for word in self.words if word.partition("=")[0] == name]
        return found[0] if found else None


def blocks_of(page: Path) -> list[Block]:
    written = page.read_text(encoding="utf-8")
    return [Block(found[1], tuple(found[2].split()), found[3], found.start(3), found.end(3)) for found in FENCE.finditer(written)]


def prose_of(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def name_of(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def commands_in(block: Block) -> Iterator[list[str]]:
    """Commands of a block, without what stands before the first ``riskshare`` and after it."""
    for line in block.text.replace("\\\n", " ").splitlines():
        for found in re.finditer(r"(?<![\w/-])riskshare ([^#&;|>]+)", line):
            yield shlex.split(found[1].replace("\\", "/"))


@pytest.mark.parametrize("page", [page for page in GUIDES if "run" in {word for block in blocks_of(page) for word in block.words}], ids=name_of)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_expected: bool) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKSHARE_LANG", "en" if page.parent.name == "en" else "zh")
    monkeypatch.setenv("COLUMNS", "96")  # whatever terminal the tests run in
    monkeypatch.setattr(text, "_chosen", [])
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    if page != FIRST_RUN:
        monkeypatch.setattr(answer, "figures_of", no_figures)
        monkeypatch.setattr(answer, "comparison_figures_of", no_figures)
    shown: list[tuple[Block, str]] = []
    printed = ""
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(page):
        if (file := block.option("file")) is not None:
            (tmp_path / file).write_text(block.text, encoding="utf-8")
        elif block.option("run") is not None:
            printed = run_python(block.text, names) if block.language == "python" else run_commands(block)
        elif (lines := block.option("output")) is not None:
            shown.append((block, part_of(printed, lines)))
    if page == FIRST_RUN:
        named = re.findall(r"^\| `([^`]+)` \|", prose_of(page), re.MULTILINE)
        assert named
        assert [name for name in named if not (tmp_path / "reports" / "first" / name).exists()] == []
    if update_expected:
        write_outputs(page, shown)
    assert [(block.text, actual) for block, actual in shown if block.text != actual] == [] or update_expected


def no_figures(_charted: object) -> tuple[()]:
    return ()


def run_commands(block: Block) -> str:
    expected = int(block.option("exit") or 0)
    printed = ""
    for arguments in commands_in(block):
        if arguments[0] in ("run", "compare") and "--histories" not in arguments and not any("histories" in word for word in arguments):
            arguments += ["--histories", FEW_HISTORIES]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = exit_code_of(arguments, program())
        assert code == expected, f"riskshare {' '.join(arguments)}\n{out.getvalue()}{err.getvalue()}"
        printed += out.getvalue() + (err.getvalue() if expected else "")
    return printed


def run_python(code: str, names: dict[str, Any]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "<page>", "exec"), names)  # noqa: S102  a page's own code
    return out.getvalue()


def part_of(printed: str, lines: str) -> str:
    rows = [line.rstrip() for line in printed.splitlines()]
    if lines:
        first, _, last = lines.partition("-")
        rows = rows[int(first) - 1 : int(last or first)]
    return "".join(f"{row}\n" for row in rows)


def write_outputs(page: Path, shown: list[tuple[Block, str]]) -> None:
    written = page.read_text(encoding="utf-8")
    for block, actual in reversed(shown):
        written = written[: block.start] + actual + written[block.end :]
    page.write_text(written, encoding="utf-8", newline="\n")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_shown_is_one_that_the_program_reads(page: Path) -> None:
    group = program()
    for block in blocks_of(page):
        for name, *arguments in commands_in(block) if block.language in ("sh", "powershell") else ():
            if name.startswith("--"):
                continue
            command = group.get_command(click.Context(group), name)
            assert command is not None, name
            if "--help" not in arguments:
                command.make_context(name, arguments)


@pytest.mark.parametrize("name", IN_TWO_LANGUAGES)
def test_a_page_does_the_same_in_both_languages(name: str) -> None:
    chinese, english = ([(block.language, doings(block)) for block in blocks_of(folder / name)] for folder in (DOCS, DOCS / "en"))
    assert chinese == english


def doings(block: Block) -> list[str]:
    """What a block does, but for the names of files and accounts."""
    return (
        [command[0] for command in commands_in(block)] if block.language == "sh" else [word for word in block.words if not word.startswith("file=")]
    )


@pytest.fixture(scope="module")
def made() -> Iterator[dict[Path, str]]:
    """Pages of the reference as the code makes them now."""
    sys.path.insert(0, str(DOCS))
    try:
        yield importlib.import_module("make_reference").pages()
    finally:
        sys.path.remove(str(DOCS))


def test_the_reference_is_what_the_code_says_now(made: dict[Path, str], update_expected: bool) -> None:
    if update_expected:
        for file, page in made.items():
            file.write_text(page, encoding="utf-8", newline="\n")
    stale = [file.name for file, page in made.items() if not file.is_file() or file.read_text(encoding="utf-8") != page]
    assert stale == [], "run python docs/make_reference.py, or pytest tests/docs --update-expected"


def test_every_page_of_the_reference_is_made_by_the_code(made: dict[Path, str]) -> None:
    assert {page.name for page in GENERATED.glob("*.md")} == {file.name for file in made}


@pytest.mark.parametrize("page", [*PAGES, *sorted(GENERATED.glob("*.md")), CHECKOUT / "README.md"], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [target for target in LINK.findall(prose_of(page)) if "://" not in target and not leads_somewhere(page, target)]
    assert lost == []


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    return file.exists() and (not anchor or anchor in anchors_of(file))


def anchors_of(page: Path) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_figure_stands_in_prose_that_nothing_reproduces(page: Path) -> None:
    known = " ".join(block.text for block in blocks_of(page)) + sources()
    unknown = [found[0] for found in FIGURE.finditer(prose_of(page)) if found[0] not in known]
    assert unknown == []


def sources() -> str:
    """Text that figures may come from: the scenarios with their sources, and the program itself."""
    files = [*(CHECKOUT / "scenarios").rglob("*.yaml"), *(CHECKOUT / "simulator").rglob("*.py"), *(CHECKOUT / "tests").rglob("*.py")]
    return " ".join(file.read_text(encoding="utf-8") for file in files)


def test_every_decision_says_what_was_asked_and_chosen() -> None:
    notes = [page for page in (DOCS / "decisions").glob("*.md") if page.name != "README.md"]
    parts = ("## Question", "## Options", "## Choice", "## When to look again")
    assert notes
    assert [note.name for note in notes if not all(part in note.read_text(encoding="utf-8") for part in parts)] == []
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert [note.name for note in notes if note.name not in index] == []
