"""What commands print: tables that survive a GBK console, JSON, notices, and progress with the time left.

Results go to standard output, everything else to standard error. rich is imported when the first table or bar is drawn.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

import click

from simulator.cli.text import Text, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PATIENCE_SECONDS = 2.0
"""Work that takes less shows no progress."""

WIDTH_WITHOUT_TERMINAL = 200


class Column(NamedTuple):
    """A table's column: its title, and the side its cells keep to (numbers keep right)."""

    title: Text
    side: Literal["left", "right"] = "left"


def say_line(text: Text) -> None:
    """Print one line or paragraph of results."""
    click.echo(say(text))


def notice(text: Text) -> None:
    """Tell the user something that is not part of the results."""
    click.echo(say(text), err=True)


def warn_of_compiling() -> None:
    """Say, before a first run, why it takes its time."""
    from simulator.compiled import is_warm

    if not is_warm():
        notice(Text("首次运行：正在编译计算内核，约需半分钟，以后不再需要。", "First run: compiling the kernels, about half a minute, once."))


def print_json(value: object) -> None:
    """Print one JSON value; Chinese stands as itself where the output is UTF-8, else escaped, so that no console spoils it."""
    plain = "utf" not in (sys.stdout.encoding or "utf-8").lower()
    click.echo(json.dumps(value, ensure_ascii=plain, indent=2))


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], title: Text | None = None) -> None:
    """Print a table; every cell is text as it shall appear.

    Lines are drawn with characters that GBK has, and with plain ASCII where the output is not Unicode.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title=say(title) if title else None, title_justify="left", title_style="", header_style="", show_edge=False)
    for column in columns:
        table.add_column(say(column.title), justify=column.side, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = _console()
    with console.capture() as drawn:
        console.print(table)
    for line in drawn.get().splitlines():
        click.echo(line.rstrip())


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


class Progress:
    """Progress of long work on standard error: a bar with the time left, shown after two seconds and only on a terminal.

    Parameters
    ----------
    text : Text
        What is being done.
    total : int
        Number of steps.

    Examples
    --------
    >>> with Progress(Text("推演", "playing"), 3) as progress:
    ...     for done in range(3):
    ...         progress.reached(done + 1)
    """

    def __init__(self, text: Text, total: int) -> None:
        self._text = text
        self._total = total
        self._done = 0
        self._start = time.monotonic()
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def seconds(self) -> float:
        """Time since the work began."""
        return time.monotonic() - self._start

    def expect(self, total: int) -> None:
        """Tell how many steps there will be, where that was not known at the start."""
        self._total = total
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=total)

    def reached(self, done: int) -> None:
        """Tell how many steps are finished so far (the runs count them: keep this cumulative)."""
        self._done = done
        if self._bar is None and sys.stderr.isatty() and time.monotonic() - self._start > PATIENCE_SECONDS:
            self._show()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        left = TextColumn(say(Text("剩余", "left")))
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), left, TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(say(self._text), total=self._total, completed=self._done)
        self._bar.start()
