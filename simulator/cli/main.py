"""The command ``riskshare``: finds a command in the table, loads its module, and turns every ending into an exit code."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from simulator.cli.commands import COMMANDS
from simulator.cli.faults import exit_code_of
from simulator.cli.text import Text, choose, language, language_in, say
from simulator.cli.words import Context, Option, language_option, write_examples, write_words

if TYPE_CHECKING:
    from simulator.cli.words import Command

WORDS = Text(
    "政府科技贷款风险分担方案模拟器：银行损失、资金池耗尽、放贷规模。\n情景可以是内置名称（湖北 或 hubei），也可以是文件。",
    "Simulator of government loan risk-sharing schemes: bank losses, pool depletion, lending volume.\n"
    "A scenario is a built-in name (湖北 or hubei) or a file.",
)
EXAMPLES = ("riskshare list", "riskshare explain 湖北", "riskshare run 湖北 --histories 200", "riskshare run --help")


class Program(click.Group):
    """The group of all commands; a command's module is imported when the command is called, never for ``--help``."""

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose the language first, since help and errors are written while arguments are read."""
        choose(language_in(args) or language())
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        loaded: Command = import_module(f"simulator.cli.{cmd_name}").main
        return loaded

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest known."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program does."""
        write_words(WORDS, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands."""
        with formatter.section(say(Text("命令", "Commands"))):
            formatter.write_dl([(name, say(summary)) for name, summary in COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(EXAMPLES, formatter)


def _show_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from simulator import __version__

        click.echo(f"riskshare {__version__}")
        context.exit()


def program() -> Program:
    """Build the group with its options."""
    words = Text("显示版本", "Show the version and exit.")
    version = Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_show_version, words=words)
    return Program("riskshare", params=[language_option(), version], no_args_is_help=True)


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(exit_code_of(sys.argv[1:], program()))
