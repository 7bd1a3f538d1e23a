"""The loans of a tape as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


UNSAID = -1
"""In place of a number that the file does not say."""


class TapeRows(NamedTuple):
    """The loans of a tape in the order of play; days count from the scenario's start, money is fen, shares are millionths.

    Attributes
    ----------
    sha256 : str
        Of the file.
    lines : ndarray of int64, shape (n_loans,)
        Line of each loan in the file.
    keys : ndarray of int64, shape (n_loans,)
        Address of each loan's draws: a hash of its number, or its place in the file where it has none.
    firms : ndarray of int64, shape (n_loans,)
        Dense number of each loan's firm.
    firm_keys : ndarray of int64, shape (n_firms,)
        Address of each firm's draws.
    day, maturity, term_months, amount, rate : ndarray of int64, shape (n_loans,)
    pd : ndarray of float64, shape (n_loans,)
        Yearly PD; not a number where nothing says it.
    names : dict
        Names of each feature, in alphabetical order.
    numbers : dict
        Number of each loan's name, by feature; ndarray of int64, shape (n_loans,). -1 here and below: the world draws it in the stated shares.
    bank : ndarray of int64, shape (n_loans,)
        Number among ``banks.members``.
    repayment : ndarray of str, shape (n_loans,)
    unsecured : ndarray of int64, shape (n_loans,)
        Millionths, or -1.
    flags : dict
        1, 0 or -1 by name; ndarray of int64, shape (n_loans,).
    default_day : ndarray of int64, shape (n_loans,)
        Recorded day 0; ``NEVER`` where none is.
    recovery_day : ndarray of int64, shape (n_loans,)
        Day of the recovery; ``NEVER`` where nothing says it.
    owed, loss, recovered : ndarray of int64, shape (n_loans,)
        Principal owed on day 0, the part of it that was lost and the part that came back; 0 without a default.
    shares : ndarray of int64, shape (n_loans, n_shares)
        In the order of ``columns.shares``.
    """

    sha256: str
    lines: Whole
    keys: Whole
    firms: Whole
    firm_keys: Whole
    day: Whole
    maturity: Whole
    term_months: Whole
    amount: Whole
    rate: Whole
    pd: NDArray[np.float64]
    names: dict[str, tuple[str, ...]]
    numbers: dict[str, Whole]
    bank: Whole
    repayment: NDArray[np.str_]
    unsecured: Whole
    flags: dict[str, Whole]
    default_day: Whole
    recovery_day: Whole
    owed: Whole
    loss: Whole
    recovered: Whole
    shares: Whole


def in_order(rows: TapeRows, order: Whole) -> TapeRows:
    """Rows of a tape in another order."""

    def moved(value: Any) -> Any:  # noqa: ANN401  an array, or arrays by name
        if isinstance(value, dict):
            return {key: part[order] for key, part in value.items()}
        return value[order]

    same = ("sha256", "firm_keys", "names")
    return rows._replace(**{key: moved(value) for key, value in rows._asdict().items() if key not in same})
