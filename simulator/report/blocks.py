"""What a report is made of, whatever its format: sections of paragraphs, tables and charts, and where it all comes from.

The outline fills these; a writer for each format (page, Word, slides, workbook, PDF) turns them into a file. Nothing here knows a format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

Kind = Literal["text", "money", "share", "count", "day", "number"]
"""What a column holds: money in fen, shares of 0 to 1, days since the start."""

Cell: TypeAlias = str | float | int | None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``is_lead`` sets the sentences apart that answer the question."""

    text: str
    is_lead: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title : str
    kind : str
        How its cells are written.
    key : str
        Dotted name of the measure, or a plain name, for machines.
    """

    title: str
    kind: Kind = "text"
    key: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose cells are numbers, not texts, wherever they can be.

    Attributes
    ----------
    key : str
        File stem and sheet name, ASCII.
    caption : str
    columns : sequence of Column
    rows : sequence of sequence of str, number or None
        One cell a column; None is not applicable.
    kinds : sequence of Kind, optional
        Kind of each row's numbers where it differs by row (a table of measures); None takes the columns'.
    note : str
        Under the table.
    """

    key: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    kinds: Sequence[Kind] | None = None
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: how it is drawn as a picture, and the numbers behind it.

    Attributes
    ----------
    key : str
        File stem, ASCII.
    caption : str
        What it shows, one sentence.
    draw : callable
        Draws it (matplotlib).
    data : Table
        The numbers behind it; a writer with charts of its own (slides, workbook, page) draws them from these.
    form : str
        ``line`` (bands: columns are quantiles), ``bar``, ``stack``, ``scatter``, ``waterfall``, ``flow`` or ``picture`` (no chart of a format's own
        does it justice).
    """

    key: str
    caption: str
    draw: Callable[[], Figure]
    data: Table
    form: Literal["line", "bar", "stack", "scatter", "waterfall", "flow", "picture"] = "picture"


Block: TypeAlias = Paragraph | Bullets | Table | Chart


@dataclass(frozen=True)
class Section:
    """A section of the report; ``key`` names it for machines and for slides' notes, an annex stands behind what a director reads."""

    key: str
    title: str
    blocks: Sequence[Block]
    is_annex: bool = False


@dataclass(frozen=True)
class Provenance:
    """Where the figures come from; on every page, slide and sheet.

    Attributes
    ----------
    scenario : str
        Name or names.
    sha256 : str
        First 16 digits of the scenario's hash; first 8 of each where there are several.
    seed, histories : int or None
        None where nothing was simulated (the exact path).
    version : str
        Of the program.
    date : str
        On which the report was written, ``2026-11-27``.
    """

    scenario: str
    sha256: str
    seed: int | None
    histories: int | None
    version: str
    date: str


@dataclass(frozen=True)
class Report:
    """A whole report in one language."""

    title: str
    subtitle: str
    lang: str
    sections: Sequence[Section]
    provenance: Provenance

    @property
    def tables(self) -> list[Table]:
        """All tables, those behind charts included, in order."""
        blocks = [block for section in self.sections for block in section.blocks]
        return [block.data if isinstance(block, Chart) else block for block in blocks if isinstance(block, Table | Chart)]
