"""What each kind of study puts into the common outline of a report, and whom its measures are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from simulator.report.blocks import Bullets, Column, Section, Table
from simulator.report.chart_data import KINDS
from simulator.report.quoted import value_words
from simulator.report.report_tables import estimated_columns, measure_column
from simulator.report.text import either, first_upper, unmarked
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from matplotlib.figure import Figure

    from simulator.report.blocks import Block, Cell, Kind
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Ranged

PARTIES = (
    ("banks", "对银行意味着什么", "What it means for banks", ("bank.", "paid_by.银行", "vintage.")),
    ("pool", "对资金池意味着什么", "What it means for the pool", ("pool.", "cover.", "paid_by.")),
    ("lending", "对放款意味着什么", "What it means for lending", ("lending.",)),
    ("projects", "对项目意味着什么", "What it means for projects", ("project.", "stage.", "insurance.", "equity.")),
    ("fiscal", "财政成本", "What it costs the public purse", ("fiscal.", "grant.")),
    ("others", "其他指标", "Other measures", ("",)),
)
"""Whom measures are about, by how their names begin; the first that fits."""

LEADS = 3
"""Sentences of an answer; the others stand where they belong."""


@dataclass(frozen=True)
class Part:
    """What a kind of study says in the outline that all kinds share.

    Attributes
    ----------
    question : str
    leads : sequence of str
        The answer, in about three sentences.
    notes : sequence of str
        What must be known beside the answer: warnings, and what its errors are.
    varied : sequence of Block
        What the study moves in the scheme: levers, ranges, points.
    headline : sequence of Block
        Tables of the main figures with their intervals.
    found : sequence of Section
        Charts, and what is found for banks, pool, lending and the public purse.
    method : sequence of str
        How this kind of study works and what its intervals are.
    histories, seed : int or None
        Of each point; None where nothing was simulated.
    words : mapping of str to str
        What the study's title says for machines, and the words for it.
    """

    question: str
    leads: Sequence[str]
    varied: Sequence[Block]
    headline: Sequence[Block]
    found: Sequence[Section]
    method: Sequence[str]
    histories: int | None
    seed: int | None
    notes: Sequence[str] = ()
    words: Mapping[str, str] = field(default_factory=dict)


def clean(sentences: Iterable[str]) -> list[str]:
    """Take the marks of Markdown from sentences, and begin them as sentences begin; those that begin with a path stay.

    Examples
    --------
    >>> clean(["**bank net loss**: 3", "`losses.lgd.mean`: fixed"])
    ['Bank net loss: 3', 'losses.lgd.mean: fixed']
    """
    return [text if one.startswith("`") else first_upper(text) for one in sentences for text in [unmarked(one)]]


def by_party(
    names: Iterable[str], lang: str, sentences_on: Callable[[str], Iterable[str]], blocks_on: Callable[[str], Iterable[Block]]
) -> list[Section]:
    """Sections on banks, pool, lending and so on: for each the sentences on its measures, then their charts and tables."""
    whose: dict[str, list[str]] = {key: [] for key, *_ in PARTIES}
    for name in names:
        whose[party_of(name)].append(name)
    sections = []
    for key, zh, en, _ in PARTIES:
        said = clean(sentence for name in whose[key] for sentence in sentences_on(name))
        blocks: list[Block] = [Bullets(said)] if said else []
        blocks += [block for name in whose[key] for block in blocks_on(name)]
        if blocks:
            sections.append(Section(key, either(lang, zh, en), blocks))
    return sections


def party_of(name: str) -> str:
    """Key of the section that a measure belongs to.

    Examples
    --------
    >>> party_of("bank.net_loss"), party_of("paid_by.银行"), party_of("paid_by.资金池"), party_of("fiscal.net_cost.省级财政")
    ('banks', 'banks', 'pool', 'fiscal')
    """
    return next(key for key, _, _, prefixes in PARTIES if name.startswith(prefixes))


def key_of(stem: str, names: Sequence[str], name: str) -> str:
    """Key of a measure's table or chart, in ASCII.

    Examples
    --------
    >>> key_of("sweep", ["bank.net_loss"], "bank.net_loss"), key_of("sweep", ["paid_by.银行"], "paid_by.银行")
    ('sweep_bank_net_loss', 'sweep_measure_1')
    """
    return f"{stem}_{name.replace('.', '_') if name.isascii() else f'measure_{list(names).index(name) + 1}'}"


def drawing(figures: Callable[[], Iterator[tuple[str, Figure]]], stem: str) -> Callable[[], Figure]:
    """Return what draws one chart of those that a study's own drawer makes one after another."""
    return partial(_pick, figures, stem)


def _pick(figures: Callable[[], Iterator[tuple[str, Figure]]], stem: str) -> Figure:
    return next(figure for name, figure in figures() if name == stem)


def kind_of(name: str) -> Kind:
    """How a measure's values are written in a table."""
    return KINDS[measure_named(name).unit]


def money_columns(name: str, lang: str) -> list[Column]:
    """Columns of one measure's estimate, standard error and 95 % interval."""
    return [Column(column.title, kind_of(name), column.key) for column in estimated_columns(lang)]


def estimate_cells(found: Estimate | None) -> tuple[Cell, ...]:
    """Cells of an estimate, its standard error and its 95 % interval."""
    return (found.mean, found.se, found.low, found.high) if found else (None,) * 4


def rows_by_measure(key: str, caption: str, heads: Sequence[str], rows: Iterable[tuple[str, Sequence[str], Estimate | None]], lang: str) -> Table:
    """Table of several measures: a row an estimate, with texts that say whose it is.

    Parameters
    ----------
    key, caption : str
    heads : sequence of str
        Titles of the texts.
    rows : iterable of (str, sequence of str, Estimate or None)
        Measure, texts, estimate; rows without an estimate are left out.
    lang : {'zh', 'en'}
    """
    shown = [(name, texts, found) for name, texts, found in rows if found]
    columns = [measure_column(lang), *(Column(head) for head in heads), *estimated_columns(lang)]
    cells = [(measure_named(name).title(lang), *texts, *estimate_cells(found)) for name, texts, found in shown]
    return Table(key, caption, columns, cells, kinds=[kind_of(name) for name, _, _ in shown])


def ends_in_words(one: Ranged, lang: str) -> tuple[str, str]:
    """Ends of an assumption's range as a reader meets them."""
    return value_words(one.low, lang), value_words(one.high, lang)


def moved_table(key: str, assumptions: Sequence[Ranged], lang: str) -> Table:
    """Table of the assumptions that a study moves over their ranges."""
    words = (("假设", "assumption"), ("文件取值", "file's value"), ("最低", "least"), ("最高", "greatest"), ("位置", "where"))
    rows = [
        (one.name(lang), value_words(one.value, lang) or either(lang, "（默认）", "(default)"), *ends_in_words(one, lang), one.path)
        for one in assumptions
    ]
    return Table(
        key, either(lang, "在范围内变动的假设", "Assumptions that move over their ranges"), [Column(either(lang, *word)) for word in words], rows
    )
