"""Commands, options and arguments that carry their help in both languages, and help pages that fit Chinese into the terminal.

``command``, ``option`` and ``argument`` are click's decorators with a ``Text`` where click takes a string; every command also takes ``--lang``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simulator.cli.commands import COMMANDS
from simulator.cli.text import LANGUAGES, Language, Text, choose, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

F = TypeVar("F", bound="Callable[..., Any]")
EXAMPLES = Text("例子", "Examples")
NOT_AT_LINE_START = "，。；：、！？）】》」％"
UNITS = re.compile(r"\s+|[!-~]+|[^ -~\s]")
"""What a line may be broken between: white space, a run of ASCII, one Chinese character."""


def cells(text: str) -> int:
    """Width of a text on a terminal: a Chinese character takes two cells."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrap(text: str, width: int) -> list[str]:
    """Break a paragraph into lines of at most ``width`` cells.

    A Chinese comma or full stop never starts a line: it takes the character before it along. A word without a space is not broken, and may be wider.

    Examples
    --------
    >>> wrap("银行承担其余部分，资金池付八成。", 16)
    ['银行承担其余部', '分，资金池付八', '成。']
    """
    lines: list[list[str]] = [[]]
    for unit in UNITS.findall(text):
        line = lines[-1]
        if not line or cells("".join(line) + unit) <= width or unit.isspace():
            line.append(unit)
            continue
        carried = [unit]
        while carried[0] in NOT_AT_LINE_START and len(line) > 1:
            carried.insert(0, line.pop())
        lines.append(carried)
    return ["".join(line).strip() for line in lines]


class HelpPage(click.HelpFormatter):
    """click's help page, measured in cells, so that Chinese neither overflows nor breaks inside words."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, each wrapped."""
        for line in text.splitlines():
            for part in wrap(line, self.width - self.current_indent):
                self.write(f"{'':{self.current_indent}}{part}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms and what they mean, in two columns."""
        rows = list(rows)
        left = min(max(cells(term) for term, _ in rows), col_max) + col_spacing
        margin = " " * (left + self.current_indent)
        for term, meaning in rows:
            lines = wrap(meaning, max(self.width - len(margin), 10))
            head = f"{'':{self.current_indent}}{term}"
            fits = cells(term) <= left - col_spacing
            self.write(head + " " * (len(margin) - cells(head)) + lines.pop(0) + "\n" if fits else head + "\n")
            for line in lines:
                self.write(f"{margin}{line}\n")


class Context(click.Context):
    """click's context with our help page."""

    formatter_class = HelpPage


class Option(click.Option):
    """An option whose help is in both languages."""

    def __init__(self, *declarations: Any, words: Text, **settings: Any) -> None:  # noqa: ANN401  handed on to click
        super().__init__(*declarations, **settings)
        self.words = words

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the two columns of the help page."""
        self.help = say(self.words)
        return super().get_help_record(ctx)


class Argument(click.Argument):
    """An argument whose help and name on the help page are in both languages."""

    def __init__(self, *declarations: Any, title: Text, words: Text, **settings: Any) -> None:  # noqa: ANN401  handed on to click
        super().__init__(*declarations, **settings)
        self.title = title
        self.words = words
        self.help = words.en

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the name on the usage line, with its brackets and dots."""
        name = say(self.title) if self.required else f"[{say(self.title)}]"
        return f"{name}..." if self.nargs != 1 else name

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Return the two columns of the help page."""
        return self.make_metavar(ctx), say(self.words)


class Command(click.Command):
    """A command whose help is in both languages and ends in examples."""

    context_class = Context

    def __init__(self, *arguments: Any, words: Text, examples: tuple[str, ...], **settings: Any) -> None:  # noqa: ANN401  handed on to click
        super().__init__(*arguments, **settings)
        self.words = words
        self.examples = examples
        self.params.append(language_option())

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        write_words(self.words, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.examples, formatter)


def write_words(words: Text, formatter: click.HelpFormatter) -> None:
    """Write a description on a help page."""
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(say(words))


def write_examples(examples: tuple[str, ...], formatter: click.HelpFormatter) -> None:
    """Write example commands on a help page, each on its line."""
    with formatter.section(say(EXAMPLES)):
        for example in examples:
            formatter.write(f"{'':{formatter.current_indent}}{example}\n")


def language_option() -> Option:
    """Return the option ``--lang``, which every command has."""
    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_choose,
        words=Text("语言：zh 中文，en 英文（默认按系统语言）", "language: zh or en (default: that of the system)"),
    )


def _choose(_context: click.Context, _option: click.Parameter, value: Language | None) -> None:
    if value is not None:
        choose(value)


def command(name: str, *examples: str, more: Text | None = None) -> Callable[[Callable[..., Any]], Command]:
    """Make a function the command ``name`` of the table; ``examples`` are whole command lines, ``more`` is said after the table's sentence."""
    words = COMMANDS[name]
    if more is not None:
        words = Text(f"{words.zh}。\n{more.zh}", f"{words.en}.\n{more.en}")

    def decorate(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, words=words, examples=examples)(function)

    return decorate


def option(*declarations: str, words: Text, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401  handed on to click
    """Add an option to a command."""
    return click.option(*declarations, cls=Option, words=words, **settings)


def argument(*declarations: str, title: Text, words: Text, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401  handed on to click
    """Add an argument to a command."""
    return click.argument(*declarations, cls=Argument, title=title, words=words, **settings)
