"""How a command ends: 0 done, 1 a check failed, 2 bad input, 3 the program's own fault, 130 interrupted.

Bad input is told without a traceback. For a fault of ours the traceback goes to a file, and the message asks for that file.
"""

from __future__ import annotations

import errno
import platform
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.text import Text, language, say
from simulator.errors import LedgerError, SimulatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

AGAIN = Text("已中断。用同一命令和同一种子重新运行，结果相同。", "Interrupted. The same command and seed give the same results again.")


class Stopped(click.exceptions.Abort):
    """The user interrupted work that can be taken up again.

    Parameters
    ----------
    how : Text
        What is kept, and how to go on.
    """

    def __init__(self, how: Text) -> None:
        super().__init__(how.en)
        self.how = how


BAD_INPUT, OUR_FAULT, INTERRUPTED = 2, 3, 130
OUTSIDE_THE_PROGRAM = frozenset({errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EROFS, errno.EDQUOT})
"""What the operating system refuses for reasons the user can mend: rights and space."""


def exit_code_of(arguments: Sequence[str], command: click.Command) -> int:
    """Run a command and return its exit code, having told the user what went wrong, if anything did."""
    try:
        ending = command.main(list(arguments), prog_name="riskshare", standalone_mode=False)
    except click.exceptions.Abort as error:
        click.echo(say(error.how if isinstance(error, Stopped) else AGAIN), err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return BAD_INPUT
    except Exception as error:  # noqa: BLE001  the one place where every fault of ours arrives
        return _ending_of(error, arguments)
    return ending if isinstance(ending, int) else 0


def _ending_of(error: Exception, arguments: Sequence[str]) -> int:
    if isinstance(error, SimulatorError) and not isinstance(error, LedgerError):
        click.echo(error.render(language()), err=True)
        return BAD_INPUT
    if isinstance(error, OSError) and error.errno in OUTSIDE_THE_PROGRAM:
        click.echo(say(_refusal(error)), err=True)
        return BAD_INPUT
    log = write_log(arguments)
    said = error.render(language()) if isinstance(error, SimulatorError) else f"{type(error).__name__}: {error}"
    ours = Text(
        f"程序内部出错：{said}\n这不是您的输入造成的。详细记录在 {log}，请把这个文件发给维护者。",
        f"The program failed: {said}\nThis is not due to your input. The details are in {log}; please send that file to the maintainers.",
    )
    click.echo(say(ours), err=True)
    return OUR_FAULT


def _refusal(error: OSError) -> Text:
    where = error.filename or ""
    return Text(
        f"{where}: 无法读写（{error.strerror}）。请检查权限和磁盘空间，或用 --out 换一个文件夹。",
        f"{where}: cannot be read or written ({error.strerror}). Check rights and disk space, or name another folder with --out.",
    )


def write_log(arguments: Sequence[str]) -> Path:
    """Write the exception being handled to a log file in the current folder, or a temporary one, and return its path."""
    from simulator import __version__

    now = datetime.now().astimezone()
    name = f"riskshare-error-{now:%Y%m%d-%H%M%S}.log"
    head = f"riskshare {__version__}\nPython {sys.version}\n{platform.platform()}\n{now.isoformat()}\nriskshare {' '.join(arguments)}\n\n"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        path = folder / name
        try:
            path.write_text(head + traceback.format_exc(), encoding="utf-8")
        except OSError:
            continue
        return path
    return Path("-")
