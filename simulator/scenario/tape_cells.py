"""A tape's file to cells of text, row by row; nothing is read into numbers here.

CSV (plain or gzipped, UTF-8) is read with the standard library, Parquet with the optional package of the extra ``data``. Only the columns that are
asked for are kept.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import ExtraMissing, Problem, TapeError
from simulator.scenario.messages import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_BYTES = 2 * 2**30
"""Longest text of a tape; some ten million rows."""
MOST_TOLD = 20
"""Problems told at once."""
DELIMITERS = ",;\t"


class Cells(NamedTuple):
    """Cells of the columns asked for.

    Attributes
    ----------
    shown : str
        The file as the user named it.
    columns : dict
        Text of each column, blanks stripped, by its name in the file.
    places : dict
        Number of each column, counted from 1.
    lines : list of int
        Line of each row in a CSV file (its last, where a cell holds line breaks); number of the row in a Parquet file.
    sha256 : str
        Of the file's bytes.
    """

    shown: str
    columns: dict[str, list[str]]
    places: dict[str, int]
    lines: list[int]
    sha256: str

    def problem(self, row: int, column: str, zh: str, en: str) -> Problem:
        """Name what is wrong in one cell."""
        return Problem(self.shown, self.lines[row], self.places[column], column, zh, en)


def refused(shown: str, zh: str, en: str, line: int = 0, column: int = 0) -> TapeError:
    """Name one thing wrong with a tape's file."""
    return TapeError([Problem(shown, line, column, "", zh, en)])


def told(problems: list[Problem]) -> TapeError:
    """Turn many problems into one error that tells the first of them and counts the rest."""
    shown = problems[:MOST_TOLD]
    if len(problems) > MOST_TOLD:
        more = len(problems) - MOST_TOLD
        shown.append(Problem(problems[0].file, 0, 0, "", f"另有 {more:,} 处问题未列出", f"{more:,} more problems are not listed"))
    return TapeError(shown)


def read_cells(path: Path, shown: str, wanted: Iterable[tuple[str, str]]) -> Cells:
    """Read the columns of a tape that are asked for.

    Parameters
    ----------
    path : Path
        A file ending in ``.csv``, ``.csv.gz`` or ``.parquet``.
    shown : str
        The file as the user named it.
    wanted : iterable of (str, str)
        Our name of each column and its name in the file.

    Raises
    ------
    TapeError
        If the file cannot be read, is not UTF-8, lacks a column (the nearest name is told), has rows of another length, or no rows at all.
    ExtraMissing
        If it is Parquet and the extra is not installed.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        zh, en = "找不到台账文件；请放在情景文件旁边，并检查文件名", "there is no such tape; put it beside the scenario and check its name"
        raise refused(shown, zh, en) from None
    except OSError as error:
        zh, en = f"无法读取文件：{error.strerror}", f"the file cannot be read: {error.strerror}"
        raise refused(shown, zh, en) from None
    digest = hashlib.sha256(data).hexdigest()
    if path.name.lower().endswith(".parquet"):
        return _from_parquet(path, shown, list(wanted), digest)
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        zh, en = "这是 Excel 文件；请另存为“CSV UTF-8（逗号分隔）”", "this is an Excel file; save it as CSV UTF-8"
        raise refused(shown, zh, en)
    return _from_csv(_text(data, shown), shown, list(wanted), digest)


def _text(data: bytes, shown: str) -> str:
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as stream:
                data = stream.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            zh, en = "压缩文件已损坏；请重新压缩，或用未压缩的 CSV", "the gzip file is damaged; compress it again or use the plain CSV"
            raise refused(shown, zh, en) from None
    if len(data) > MOST_BYTES:
        zh, en = f"台账超过 {MOST_BYTES / 2**30:.0f} GiB；请拆成几个文件", f"the tape is larger than {MOST_BYTES / 2**30:.0f} GiB; split it"
        raise refused(shown, zh, en)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    zh = "台账不是 UTF-8 编码（多半是 GBK/ANSI）；请在 Excel 中另存为“CSV UTF-8（逗号分隔）”，或用编辑器另存为 UTF-8"
    raise refused(shown, zh, "the tape is not UTF-8 (most likely GBK); save it as CSV UTF-8", line, 1)


def _from_csv(text: str, shown: str, wanted: list[tuple[str, str]], digest: str) -> Cells:
    first = text.lstrip().split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    header: list[str] = []
    kept: list[list[str]] = []
    numbers: list[int] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        for row in reader:
            if not row or not any(row):
                continue
            if not header:
                header = [name.strip() for name in row]
                numbers = _places(header, shown, wanted)
                kept = [[] for _ in numbers]
                continue
            if len(row) != len(header):
                zh = f"这一行有 {len(row)} 格，表头有 {len(header)} 格；含逗号的内容请加英文双引号"
                en = f"this row has {len(row)} cells and the header {len(header)}; put a cell that holds a comma in quotation marks"
                problems.append(Problem(shown, reader.line_num, min(len(row), len(header)) + 1, "", zh, en))
                continue
            lines.append(reader.line_num)
            for column, number in zip(kept, numbers, strict=True):
                column.append(row[number].strip())
    except csv.Error as error:
        zh, en = f"这一行不是 CSV：{error}；请检查双引号是否成对", f"this line is not CSV: {error}; check that quotation marks come in pairs"
        raise refused(shown, zh, en, reader.line_num) from None
    if problems:
        raise told(problems)
    return _cells(shown, wanted, numbers, kept, lines, digest)


def _places(header: list[str], shown: str, wanted: list[tuple[str, str]]) -> list[int]:
    """Number of each column asked for, counted from 0."""
    problems = []
    for ours, name in wanted:
        if name not in header:
            zh, en = unknown(name, header, "列", "column")
            problems.append(Problem(shown, 1, 1, f"population.tape.columns.{ours}", f"台账{zh}", f"{en}"))
        elif header.count(name) > 1:
            zh, en = f"有 {header.count(name)} 列都叫“{name}”；请改名", f"{header.count(name)} columns are called {name!r}; rename them"
            problems.append(Problem(shown, 1, header.index(name) + 1, f"population.tape.columns.{ours}", zh, en))
    if problems:
        raise told(problems)
    return [header.index(name) for _, name in wanted]


def _cells(shown: str, wanted: list[tuple[str, str]], numbers: list[int], kept: list[list[str]], lines: list[int], digest: str) -> Cells:
    if not lines:
        zh, en = "台账里没有贷款：要有一行表头，以下每行一笔贷款", "the tape holds no loans: it needs a header and one row a loan"
        raise refused(shown, zh, en)
    names = [name for _, name in wanted]
    places = {name: number + 1 for name, number in zip(names, numbers, strict=True)}
    return Cells(shown, dict(zip(names, kept, strict=True)), places, lines, digest)


def _from_parquet(path: Path, shown: str, wanted: list[tuple[str, str]], digest: str) -> Cells:
    try:
        import duckdb
    except ImportError:
        zh = "读取 Parquet 需要扩展 data；请运行 pip install 'riskshare[data]'，或改用 CSV"
        en = "reading Parquet needs the extra data; run pip install 'riskshare[data]', or use CSV"
        raise ExtraMissing(zh, en) from None
    with duckdb.connect() as connection:
        try:
            header = [str(found[0]) for found in connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [_literal(path)]).description or ()]
            numbers = _places(header, shown, wanted)
            texts = ", ".join(f"CAST({_quoted(name)} AS VARCHAR)" for _, name in wanted)
            rows = connection.execute(f"SELECT {texts} FROM read_parquet(?)", [_literal(path)]).fetchall()  # noqa: S608  names are quoted
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            zh, en = f"不是可读的 Parquet 文件：{said}", f"this is no Parquet file that can be read: {said}"
            raise refused(shown, zh, en) from None
    kept = [[(cell or "").strip() for cell in column] for column in zip(*rows, strict=True)] if rows else [[] for _ in wanted]
    return _cells(shown, wanted, numbers, kept, list(range(1, len(rows) + 1)), digest)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _literal(path: Path) -> str:
    """Path in which no mark stands for several files."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path))
