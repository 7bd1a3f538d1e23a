"""Everything that can go wrong through the user's input, as one tree.

::

    SimulatorError                 bad input or a broken promise; the command line prints it without a traceback
    ├── ScenarioError              a scenario file is wrong: holds every Problem found, each with its place
    │   ├── TapeError              a loan tape is: its problems name rows and columns
    │   └── NotExact               it has no exact answer: its problems name every feature that keeps it from one
    ├── UnitError                  a text is not a quantity of the kind asked for
    ├── ContractError              a rule was given values that no contract can mean
    ├── LedgerError                money was made or lost: the program's fault, never the user's
    ├── ResultsError               stored results are missing, spoilt or cannot be written
    ├── WorkerLost                 a worker was killed twice at the same work
    ├── RunTooLarge                a run cannot fit and was refused before it started
    └── ExtraMissing               a feature needs an optional package that is not installed

Every error speaks Chinese and English; the language is chosen when it is printed (``error.render("zh")``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class SimulatorError(Exception):
    """Something the user can put right.

    Parameters
    ----------
    zh, en : str
        What was found, what is allowed and what to do, in Chinese and in English. Without ``en`` the one text serves both.
    """

    def __init__(self, zh: str, en: str | None = None) -> None:
        self.zh = zh
        self.en = zh if en is None else en
        super().__init__(zh if en is None else f"{zh} / {en}")

    def render(self, lang: str) -> str:
        """Return the message in ``"zh"`` or ``"en"``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario, and where.

    Attributes
    ----------
    file : str
        File as the user named it, or ``--set``.
    line, column : int
        Place in the file, counted from 1; 0 where a file as a whole is meant.
    path : str
        Dotted path of the value, e.g. ``scheme.layers.资金池补偿.share``; empty where there is none.
    zh, en : str
        What was found, what is allowed, what to do.
    title_zh : str
        Chinese title of the key, shown beside the path.

    Examples
    --------
    >>> print(Problem("a.yaml", 3, 7, "run.seed", "应为整数", "must be a whole number", "随机种子").render("zh"))
    a.yaml:3:7: run.seed（随机种子）: 应为整数
    """

    file: str
    line: int
    column: int
    path: str
    zh: str
    en: str
    title_zh: str = ""

    def render(self, lang: str) -> str:
        """Return the problem as ``file:line:column: path: text`` in ``"zh"`` or ``"en"``."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        title = f"（{self.title_zh}）" if lang == "zh" and self.title_zh else ""
        path = f"{self.path}{title}: " if self.path else ""
        return f"{place}: {path}{self.zh if lang == 'zh' else self.en}"


class ScenarioError(SimulatorError):
    """A scenario file is wrong.

    Attributes
    ----------
    problems : tuple of Problem
        All that was found, in the order of the file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(p.render("zh") for p in self.problems), "\n".join(p.render("en") for p in self.problems))

    def __str__(self) -> str:
        return "\n".join(f"{p.render('zh')} / {p.en}" for p in self.problems)


class UnitError(SimulatorError):
    """A text is not a quantity of the kind asked for."""


class ContractError(SimulatorError):
    """A rule was given values that no contract can mean."""


class LedgerError(SimulatorError):
    """Money was made or lost."""


class TapeError(ScenarioError):
    """A loan tape cannot be read; the line and column of a problem are those of the tape's file."""


class NotExact(ScenarioError):  # noqa: N818  reads as a statement where it is raised
    """A scenario has features that keep it from an exact answer."""


class ResultsError(SimulatorError):
    """Stored results are missing, spoilt or cannot be written."""


class WorkerLost(SimulatorError):  # noqa: N818  reads as a statement where it is raised
    """A worker was killed twice at the same work."""


class RunTooLarge(SimulatorError):  # noqa: N818  reads as a statement where it is raised
    """A run cannot fit and was refused before it started."""


class ExtraMissing(SimulatorError):  # noqa: N818  reads as a statement where it is raised
    """A feature needs an optional package that is not installed."""


def why_unread(error: Exception) -> tuple[str, str]:
    """Say on one line why stored results could not be read, in Chinese and English.

    Examples
    --------
    >>> why_unread(FileNotFoundError(2, "No such file or directory", "reports/湖北/manifest.json"))
    ('没有 manifest.json', 'no manifest.json')
    """
    if isinstance(error, FileNotFoundError) and error.filename:
        name = PurePath(str(error.filename)).name
        return f"没有 {name}", f"no {name}"
    said = " ".join(str(error).split())[:200] or type(error).__name__
    return said, said
