"""The law of a sum of independent losses, mixed over the systematic factor: no sampling, errors bounded.

Given the factor, loans default independently and the sum of what they lose is a sum of lattice variables. Its characteristic function is a product
over loans, written for loans of one chance of default as a series in ``chance / (1 - chance)`` whose terms are all read off one Fourier transform of
the loans' amounts. The functions of all factors are added up first and turned back into probabilities once.
"""

from __future__ import annotations

import cmath
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.compiled import compiled
from simulator.world.macro import conditional_chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Complexes = NDArray[np.complex128]

MOST_CELLS = 2**18
"""Largest lattice of one amount; each halving of it halves the time and doubles the rounding."""
MOST_CELLS_OF_PAIR = 2**19
MOST_NUMBERS = 2**23
"""Most numbers of 16 bytes in the transforms; where a default has several outcomes, most products at one factor."""

FARTHEST = 8.0
"""The factor is within it but for a chance of 1e-15."""
FIRST_STEP, LAST_STEP = 1 / 4, 1 / 512
SETTLED = 1e-9
"""Change of the distribution function below which a halved step of the quadrature is not halved again."""

NEGLIGIBLE = 40.0
"""A factor exp(-40) on a characteristic function is below its rounding error."""
UNLIKELY = 1e-12
"""Chance that the rounding of amounts passes its stated bound."""
SLOWEST = 0.995
"""Ratio of a series above which its terms are too many."""


class Loans(NamedTuple):
    """A fixed book's kinds of loan; loans of one kind are alike in everything.

    Attributes
    ----------
    level : ndarray, shape (n_kinds,)
        Normal quantile of the chance of default over the loan's life.
    correlation : ndarray, shape (n_kinds,)
        With the factor.
    copies : ndarray of int64, shape (n_kinds,)
        Loans of each kind.
    weights : ndarray, shape (n_outcomes,)
        Chances of the outcomes of a default (levels of the LGD), the same for all kinds.
    """

    level: Floats
    correlation: Floats
    copies: Whole
    weights: Floats


class Moments(NamedTuple):
    """Mean and standard deviation of a sum."""

    mean: float
    deviation: float


class SumLaw(NamedTuple):
    """Law of the sums of one or two amounts.

    Attributes
    ----------
    steps : (int, int)
        Lattice step of the rows and of the columns, fen.
    chances : ndarray, shape (n_rows, n_columns)
        Chance of each sum; one row for the law of one amount.
    rounding : (float, float)
        What the rounding of single amounts can move each sum by, fen; passed with a chance of at most ``UNLIKELY``.
    quadrature : float
        Change of the distribution function when the quadrature's step was last halved.
    """

    steps: tuple[int, int]
    chances: Floats
    rounding: tuple[float, float]
    quadrature: float


class Group(NamedTuple):
    """Loans of one chance of default, on the lattice.

    Attributes
    ----------
    n_loans : int
    points : ndarray of int64, shape (n_items, n_outcomes, 2)
        Row and column of the outcomes of each different loan.
    counts : ndarray of int64, shape (n_items,)
    transform : ndarray of complex, shape (n_rows, n_columns)
        Fourier transform of the number of loans by outcome.
    """

    n_loans: int
    points: Whole
    counts: Whole
    transform: Complexes


class Roots(NamedTuple):
    """``exp(-2 pi i m / n)`` for the rows and for the columns of a lattice; a lattice of one amount has one row."""

    of_rows: Complexes
    of_columns: Complexes


def classes_of(loans: Loans) -> tuple[Whole, Floats, Floats]:
    """Number of each kind's class of equal chance of default; level and correlation of each class."""
    pairs, number = np.unique(np.column_stack([loans.level, loans.correlation]), axis=0, return_inverse=True)
    return number.reshape(-1), pairs[:, 0], pairs[:, 1]


def chances_at(level: Floats, correlation: Floats, factors: Floats) -> Floats:
    """Chance of default of each class (rows) at each factor (columns)."""
    return np.array([[conditional_chance(*law, factor) for factor in factors] for law in zip(level.tolist(), correlation.tolist(), strict=True)])


def factors_of_step(step: float, *, first: bool) -> Floats:
    """Nodes of the trapezoidal rule; those that a halved step adds where it is not the first."""
    last = round(FARTHEST / step)
    numbers = np.arange(-last, last + 1)
    return np.asarray((numbers if first else numbers[numbers % 2 != 0]) * step, np.float64)


def density(factors: Floats) -> Floats:
    """Density of the standard normal law."""
    return np.asarray(np.exp(-0.5 * factors**2) / math.sqrt(2.0 * math.pi))


def moments(loans: Loans, amounts: Whole) -> Moments:
    """Mean and deviation of the sum of an amount over the loans in default, from the amounts themselves: no lattice.

    Parameters
    ----------
    amounts : ndarray of int64, shape (n_kinds, n_outcomes)
    """
    number, level, correlation = classes_of(loans)
    first = np.bincount(number, loans.copies * (amounts @ loans.weights), len(level))
    second = np.bincount(number, loans.copies * (amounts.astype(float) ** 2 @ loans.weights), len(level))
    squared = np.bincount(number, loans.copies * (amounts @ loans.weights) ** 2, len(level))
    factors = factors_of_step(1 / 256, first=True)
    weights = density(factors) / density(factors).sum()
    chance = chances_at(level, correlation, factors)
    mean_at, variance_at = first @ chance, second @ chance - squared @ chance**2
    mean = float(mean_at @ weights)
    return Moments(mean, math.sqrt(max(float((variance_at + (mean_at - mean) ** 2) @ weights), 0.0)))


def law_of_sum(loans: Loans, amounts: Sequence[Whole]) -> SumLaw:
    """Law of the sum of one amount, or of two together, over the loans in default.

    Parameters
    ----------
    loans : Loans
    amounts : sequence of one or two ndarray of int64, shape (n_kinds, n_outcomes)
        What each kind loses or calls in each outcome of its default, fen, >= 0.

    Returns
    -------
    SumLaw
        Its lattice has one row where there is one amount.
    """
    _, level, correlation = classes_of(loans)
    steps, shape, groups, rounding = on_lattice(loans, amounts)
    half = shape[1] // 2 + 1
    missing = np.array([(group.n_loans - group.transform[:, :half].real).ravel() for group in groups])
    roots = Roots(*(np.exp(-2j * np.pi * np.arange(size) / size) for size in shape))
    total = np.zeros(shape[0] * half, np.complex128)
    chances, weight, change, step = np.zeros(shape), 0.0, 1.0, FIRST_STEP
    while step >= LAST_STEP and change > SETTLED:
        factors = factors_of_step(step, first=step == FIRST_STEP)
        for chance, at in zip(chances_at(level, correlation, factors).T, density(factors).tolist(), strict=True):
            live = np.flatnonzero((chance * (1.0 - chance)) @ missing < NEGLIGIBLE)
            total[live] += at * characteristic(groups, chance, live, roots, loans.weights)
            weight += at
        found = np.fft.irfft2((total / weight).reshape(shape[0], half), s=shape)
        change = float(np.abs(np.cumsum(found - chances)).max())
        chances, step = found, step / 2
    return SumLaw(steps, np.clip(chances, 0.0, None), rounding, change)


def rounding_of(loans: Loans, amounts: Sequence[Whole]) -> tuple[float, float]:
    """What ``law_of_sum`` would round by, known before it is worked out."""
    return on_lattice(loans, amounts)[3]


def on_lattice(loans: Loans, amounts: Sequence[Whole]) -> tuple[tuple[int, int], tuple[int, int], list[Group], tuple[float, float]]:
    """Steps and shape of the lattice, loans on it by their chance of default, and the bound of the rounding."""
    number, level, _ = classes_of(loans)
    stacked = np.stack([np.zeros_like(amounts[0]), *amounts][-2:], axis=-1)
    steps, shape = lattice_for(loans, stacked, len(level))
    groups, rounding = put_on_lattice(loans, stacked, number, steps, shape)
    return steps, shape, groups, rounding


def lattice_for(loans: Loans, amounts: Whole, n_classes: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Step and number of points of both axes: the amounts' common divisor where it fits, so that nothing is rounded; else the finest that fits."""
    from scipy import fft

    n_outcomes = amounts.shape[1]
    largest = [int(loans.copies @ amounts[:, :, axis].max(axis=1)) for axis in (0, 1)]
    steps = [max(int(np.gcd.reduce(amounts[:, :, axis], axis=None)), 1) for axis in (0, 1)]
    points = [total // step + 1 for total, step in zip(largest, steps, strict=True)]
    tables = n_classes if n_outcomes == 1 else len(amounts) * n_outcomes
    room = max(2**10, min(MOST_CELLS if min(points) == 1 else MOST_CELLS_OF_PAIR, MOST_NUMBERS // tables))
    if math.prod(points) > room:
        small, large = sorted((0, 1), key=points.__getitem__)
        for axis, most in ((small, math.isqrt(room)), (large, room // min(points[small], math.isqrt(room)))):
            if points[axis] > most:
                spare = 2 + (int(loans.copies.sum()) if n_outcomes > 1 else 0)
                steps[axis] = -(-largest[axis] // max(most - spare, 2**8))
                points[axis] = largest[axis] // steps[axis] + spare
    row, column = (1 if size == 1 else int(fft.next_fast_len(size, real=True)) for size in points)
    return (steps[0], steps[1]), (row, column)


def put_on_lattice(
    loans: Loans, amounts: Whole, number: Whole, steps: tuple[int, int], shape: tuple[int, int]
) -> tuple[list[Group], tuple[float, float]]:
    """Round amounts to the lattice so that what is rounded up and down cancels, and bound what is left of it.

    Amounts are rounded cumulatively, class by class from the smallest to the largest, so that no sum over loans in order is off by more than a step.
    Given the factor and who defaults, the rounding moves a sum by independent parts around a mean within a step a class: Bernstein's inequality.
    """
    repeats = loans.copies if amounts.shape[1] == 1 else np.ones_like(loans.copies)
    order = np.lexsort((amounts[:, -1, 0], number))
    kinds = np.repeat(order, repeats[order])
    points = np.empty((len(kinds), *amounts.shape[1:]), np.int64)
    rounding = []
    stands_for = np.ones(len(kinds)) if amounts.shape[1] == 1 else loans.copies[kinds].astype(float)
    for axis, step in enumerate(steps):
        cumulative = np.cumsum(amounts[kinds, :, axis].ravel())
        points[:, :, axis] = np.diff((2 * cumulative + step) // (2 * step), prepend=0).reshape(len(kinds), -1)
        off = points[:, :, axis] * float(step) - amounts[kinds, :, axis]
        rounding.append(bound_of(off, number[kinds], loans.weights, stands_for))
    groups = []
    for one in range(int(number.max()) + 1):
        own = points[number[kinds] == one]
        if amounts.shape[1] == 1:
            items, counts = np.unique(own, axis=0, return_counts=True)
        else:
            items, counts = own, loans.copies[kinds[number[kinds] == one]]
        groups.append(Group(int(counts.sum()), items, counts, transform_of(items, counts, loans.weights, shape)))
    return groups, (rounding[0], rounding[1])


def bound_of(off: Floats, number: Whole, weights: Floats, stands_for: Floats) -> float:
    """What roundings ``off``, shape (n_loans, n_outcomes), can move a sum by; passed with a chance of at most ``UNLIKELY``."""
    if not off.any():
        return 0.0
    mean = np.abs(np.bincount(number, stands_for * (off @ weights))).sum()
    return float(mean) + bernstein(float(stands_for @ (off**2 @ weights)), float(np.abs(off).max()))


def bernstein(variance: float, largest: float) -> float:
    """Bound of a sum of independent parts of mean 0: their variances added, and the largest part; passed with a chance of at most ``UNLIKELY``."""
    much = math.log(2.0 / UNLIKELY)
    return math.sqrt(2.0 * variance * much) + 2.0 / 3.0 * largest * much


def transform_of(points: Whole, counts: Whole, weights: Floats, shape: tuple[int, int]) -> Complexes:
    """Fourier transform of the number of loans by outcome."""
    cells = np.ravel_multi_index((points[:, :, 0], points[:, :, 1]), shape)
    histogram = np.bincount(cells.ravel(), np.outer(counts, weights).ravel(), math.prod(shape))
    return np.asarray(np.fft.fft2(histogram.reshape(shape)))


def characteristic(groups: Sequence[Group], chances: Floats, live: Whole, roots: Roots, weights: Floats) -> Complexes:
    """Characteristic function of the sum at one factor, at the frequencies where it is not negligible.

    Those are known beforehand: ``|1 - p + p f|^2 <= exp(-2 p (1 - p) (1 - Re f))`` for every ``|f| <= 1``.
    """
    values = np.ones(len(live), np.complex128)
    for group, chance in zip(groups, chances.tolist(), strict=True):
        less = min(chance, 1.0 - chance)
        terms = n_terms(less / (1.0 - less), group.n_loans)
        if len(weights) > 1 or terms > 3 * len(group.points):
            multiply_by_loans(values, live, group, roots, weights, chance)
        else:
            multiply_by_series(values, live, group, chance, terms)
    return values


def n_terms(ratio: float, n_loans: int) -> int:
    """Terms of ``log(1 + ratio x)`` that n loans need for 13 digits."""
    if ratio > SLOWEST:
        return 2**30
    if ratio < 1e-300:
        return 0
    return max(1, math.ceil(math.log(1e-13 * (1.0 - ratio) / n_loans) / math.log(ratio)))


@compiled
def multiply_by_series(values: Complexes, live: Whole, group: Group, chance: float, terms: int) -> None:
    """Multiply by one group's part: ``log prod (1 - p + p x)`` as a series in ``p / (1 - p)``, or in its inverse where p is above a half."""
    n_rows, n_columns = group.transform.shape
    half = n_columns // 2 + 1
    is_rare = chance <= 0.5
    less = chance if is_rare else 1.0 - chance
    ratio = less / (1.0 - less)
    whole_row, whole_column = 0, 0
    for item in range(len(group.points)):
        whole_row += group.points[item, 0, 0] * group.counts[item]
        whole_column += group.points[item, 0, 1] * group.counts[item]
    for place in range(len(live)):
        row, column = live[place] // half, live[place] % half
        logarithm = complex(group.n_loans * math.log1p(-less), 0.0)
        if not is_rare:
            turn = row * (whole_row % n_rows) % n_rows / n_rows + column * (whole_column % n_columns) % n_columns / n_columns
            logarithm -= complex(0.0, 2.0 * math.pi * turn)
        at_row, at_column, power = 0, 0, -1.0
        for term in range(1, terms + 1):
            at_row, at_column, power = (at_row + row) % n_rows, at_column + column, -power * ratio
            if at_column >= n_columns:
                at_column -= n_columns
            sums = group.transform[at_row, at_column]
            logarithm += power / term * (sums if is_rare else sums.conjugate())
        values[place] *= cmath.exp(logarithm)


@compiled
def multiply_by_loans(values: Complexes, live: Whole, group: Group, roots: Roots, weights: Floats, chance: float) -> None:
    """Multiply by one group's part, loan by loan."""
    n_rows, n_columns = len(roots.of_rows), len(roots.of_columns)
    half = n_columns // 2 + 1
    for place in range(len(live)):
        row, column = live[place] // half, live[place] % half
        for item in range(len(group.points)):
            of_default = complex(0.0, 0.0)
            for outcome in range(len(weights)):
                turn = roots.of_columns[column * group.points[item, outcome, 1] % n_columns]
                if n_rows > 1:
                    turn *= roots.of_rows[row * group.points[item, outcome, 0] % n_rows]
                of_default += weights[outcome] * turn
            part = 1.0 + chance * (of_default - 1.0)
            left = group.counts[item]
            while left > 0:
                if left % 2 == 1:
                    values[place] *= part
                part *= part
                left //= 2
            if values[place].real ** 2 + values[place].imag ** 2 < 1e-80:
                values[place] = 0.0
                break
