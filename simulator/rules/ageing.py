"""How a default grows old: non-performing after 90 days, written off later. Both are counted when a month is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.recoveries import recognise_npl, write_off

if TYPE_CHECKING:
    from simulator.rules.books import Books

NPL_DAYS = 90


@rule
def age_cases(books: Books, write_off_days: int, day: int) -> None:
    """Recognise and write off the cases that have come of age by a day; cases are numbered in the order of their days."""
    history = books.history[0]
    while history.n_npl < history.n_cases and books.cases[history.n_npl].day + NPL_DAYS <= day:
        recognise_npl(books, history.n_npl)
        history.n_npl += 1
    while history.n_written_off < history.n_npl and books.cases[history.n_written_off].day + write_off_days <= day:
        write_off(books, history.n_written_off)
        history.n_written_off += 1
