"""Text for the terminal: headings, and paragraphs wrapped by cells with a dim note that says where they come from."""

from __future__ import annotations

import shutil

import click

from simulator.cli.text import Text, say
from simulator.cli.words import cells, wrap

NARROWEST, WIDEST = 60, 100


def page_width() -> int:
    """Cells of a line: the terminal's, within what is pleasant to read."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((96, 24)).columns - 1))


def heading(text: Text) -> None:
    """Print the title of a part, after an empty line."""
    words = say(text)
    click.echo()
    click.secho(words, bold=True)
    click.echo("=" * cells(words))


def subheading(text: Text) -> None:
    """Print the title of a section, after an empty line."""
    click.echo()
    for line in wrap(say(text), page_width()):
        click.secho(line, bold=True)


def paragraph(text: str, note: str = "", *, lead: str = "  ") -> None:
    """Print a paragraph that hangs on ``lead``; its note follows dimly, on the same line where there is room.

    Parameters
    ----------
    text : str
    note : str
        Printed in brackets.
    lead : str
        Starts the first line; the others are indented as far.
    """
    width, margin = page_width(), " " * cells(lead)
    lines = wrap(text, width - cells(lead)) or [""]
    for number, line in enumerate(lines[:-1]):
        click.echo((margin if number else lead) + line)
    last = (margin if len(lines) > 1 else lead) + lines[-1]
    if not note:
        click.echo(last)
    elif cells(last) + cells(note) + 4 <= width:
        click.echo(f"{last}  {click.style(f'[{note}]', dim=True)}")
    else:
        click.echo(last)
        for line in wrap(f"[{note}]", width - len(margin) - 2):
            click.secho(f"{margin}  {line}", dim=True)
