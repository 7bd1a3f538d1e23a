"""The types of a scenario's values: what people write, checked and turned into the program's units.

Each type is an ordinary ``int``, ``float`` or ``date`` with a ``Unit`` beside it that knows how to read it, how to write it back and how to
describe it to an editor. Values read from a file (validation context ``WRITTEN``) need their units; values given from Python are already in the
program's units, so ``Lag(mean=730)`` means 730 days, and text is read in both cases.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from simulator.errors import UnitError
from simulator.money import checked_fen, parse_money, write_money
from simulator.scenario import quantities as q
from simulator.scenario import times
from simulator.scenario.quantities import LprSpread, resolve_rate

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WRITTEN", "LprSpread", "Unit", "item", "refusal", "resolve_rate", "unit_of"]

WRITTEN = {"written": True}
"""Validation context of values that a person wrote."""
NONE_WORD = "none"
MILLION = q.MILLION
ONE = "\x00one"
MANY = "\x00many"
TAPE = "\x00tape"
FROM_TAPE = "from_tape"
T = TypeVar("T")
S = TypeVar("S")


def refusal(error: UnitError) -> PydanticCustomError:
    """Turn a unit's refusal into one that the model collects; both languages travel in its context."""
    return PydanticCustomError("quantity", "{en}", {"zh": error.zh, "en": error.en})


@dataclass(frozen=True)
class Unit:
    """How one kind of value is read, written and described.

    Attributes
    ----------
    name : str
        Name in the reference, e.g. ``share``.
    read : callable
        From what a file holds to the program's unit; raises ``UnitError``.
    write : callable
        From the program's unit to the text that people write.
    examples : tuple of str
        As shown by editors.
    pattern : str
        Regular expression of the texts an editor accepts; the reader decides.
    bare : bool
        Whether a number without a unit is accepted in a file.
    inner : bool
        Whether the value is an int or float whose type and bounds are checked after reading.
    nothing : bool
        Whether ``none`` may be said.
    truth : bool
        Whether true and false may be said.
    """

    name: str
    read: Callable[[object], Any] = field(repr=False)
    write: Callable[[Any], str] = field(repr=False)
    examples: tuple[str, ...]
    pattern: str
    bare: bool = False
    inner: bool = True
    nothing: bool = False
    truth: bool = False

    def take(self, value: object, *, written: bool) -> Any:  # noqa: ANN401  the type is the field's
        """Read a value from a file (``written``) or from Python.

        Raises
        ------
        UnitError
            If it is not of this kind.
        """
        if self.nothing and (value == NONE_WORD or (value is None and not written)):
            return None
        if value is None:
            zh = "空白不等于不限；请写数值，或写 none 表示不限"
            en = "blank does not mean unlimited; write a value, or none for no limit"
            raise UnitError(zh, en)
        if isinstance(value, (dict, tuple, list)):
            zh = f"这里要一个值，如 {self.examples[0]}，不是一组"
            en = f"one value such as {self.examples[0]} belongs here, not several"
            raise UnitError(zh, en)
        if not written and isinstance(value, (int, float, datetime.date, LprSpread)) and not isinstance(value, bool):
            return value
        return self.read(value)

    def show(self, value: Any) -> str:  # noqa: ANN401  the type is the field's
        """Write a value of the program as people write it; ``take`` reads it back."""
        return NONE_WORD if value is None else self.write(value)

    def _validate(self, value: object, info: core_schema.ValidationInfo[Any]) -> Any:  # noqa: ANN401
        try:
            return self.take(value, written=bool(info.context and info.context.get("written")))
        except UnitError as error:
            raise refusal(error) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401
        if not self.inner:
            return core_schema.with_info_plain_validator_function(self._validate)
        return core_schema.with_info_before_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        text = {"type": "string", "pattern": self.pattern, "examples": list(self.examples)}
        kinds: list[dict[str, Any]] = [text, *([{"type": "number"}] if self.bare else [{"const": 0}])]
        return {"anyOf": [*kinds, *([{"const": NONE_WORD}] if self.nothing else []), *([{"type": "boolean"}] if self.truth else [])]}


@dataclass(frozen=True)
class ByShape:
    """A value that is either one thing or a mapping: tried by its shape, so that only one refusal is given."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  pydantic's own signature
        one, many, *tape = handler(source)["choices"]
        shapes = {ONE: one, MANY: many} | ({TAPE: tape[0]} if tape else {})
        return core_schema.tagged_union_schema(shapes, discriminator=_shape_or_tape if tape else _shape)


def _shape_or_tape(value: object) -> str:
    says_tape = FROM_TAPE in value if isinstance(value, dict) else hasattr(value, FROM_TAPE)
    return TAPE if says_tape else _shape(value)


def _shape(value: object) -> str:
    return ONE if value is None or isinstance(value, (str, int, float, datetime.date, tuple, list, LprSpread)) else MANY


@dataclass(frozen=True)
class Vector:
    """Shares by key that must sum to one; a bare key means all of it."""

    def _open(self, value: object) -> object:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return {value: "100%"}
        if isinstance(value, dict):
            return value
        raise refusal(UnitError("这里要名称与比例的对照，如 {甲: 40%, 乙: 60%}", "names and their shares belong here, such as {a: 40%, b: 60%}"))

    def _closed(self, shares: dict[Any, int]) -> dict[Any, int]:
        total = sum(shares.values())
        if total == MILLION:
            return shares
        parts = " + ".join(q.write_share(share) for share in shares.values())
        raise refusal(
            UnitError(
                f"各项比例之和应为 100%，现为 {parts} = {q.write_share(total)}", f"the shares must sum to 100%, but {parts} = {q.write_share(total)}"
            )
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  pydantic's own signature
        closed = core_schema.no_info_after_validator_function(self._closed, handler(source))
        return core_schema.no_info_before_validator_function(self._open, closed)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": SHARE.__get_pydantic_json_schema__(schema, handler)}]}


def read_money(found: object) -> int:
    """Read money from a file: text with its unit; a bare 0 is allowed.

    Raises
    ------
    UnitError
        If the unit is missing.
    """
    if isinstance(found, str):
        return parse_money(found)
    if found == 0 and not isinstance(found, bool):
        return 0
    zh = f"{found} 缺单位；请写 {found}万元、{found}亿元 或 {found}元"
    en = f"{found} has no unit; write {found}万元 (10,000 yuan), {found}亿元 (100 million yuan) or {found}元"
    raise UnitError(zh, en)


def _bounded(read: Callable[[object], float], most: float) -> Callable[[object], float]:
    def bounded(found: object) -> float:
        value = read(found)
        if value >= most:
            zh = f"{found} 应小于 {q.write_chance(most)}"
            en = f"{found} must be below {q.write_chance(most)}"
            raise UnitError(zh, en)
        return value

    return bounded


def _read_yes_or_chance(found: object) -> float:
    truth = {"true": True, "false": False}.get(found, found) if isinstance(found, str) else found
    return float(truth) if isinstance(truth, bool) else q.parse_chance(truth)


def _write_yes_or_chance(chance: float) -> str:
    return {0.0: "false", 1.0: "true"}.get(chance) or q.write_chance(chance)


def _read_money_in_bounds(found: object) -> int:
    return checked_fen(read_money(found), found)


_PERCENT = r"^[-+]?[0-9.,]+\s*(%|％|bp|pp|个?基点|个?百分点)?(每年|/年)?$"
MONEY = Unit(
    "money",
    _read_money_in_bounds,
    write_money,
    ("10亿元", "519万元", "12.5元"),
    r"^(CNY |¥)?[0-9.,]+ ?(分|元|千元?|万元?|百万元?|千万元?|亿元?|万亿元?|k|m|bn|thousand|million|billion)?( ?yuan)?$",
)
MONEY_OR_NONE = Unit("money_or_none", MONEY.read, write_money, ("300万元", NONE_WORD), MONEY.pattern, nothing=True)
SHARE = Unit("share", q.parse_share, q.write_share, ("80%", "0.8"), _PERCENT, bare=True)
SHARE_OR_NONE = Unit("share_or_none", q.parse_share, q.write_share, ("8%", NONE_WORD), _PERCENT, bare=True, nothing=True)
RATE = Unit("rate", q.parse_rate, q.write_share, ("3.4%", "150bp"), _PERCENT)
RATE_OR_LPR = Unit(
    "rate_or_lpr", q.parse_rate_or_lpr, q.write_rate, ("LPR+150bp", "LPR*1.1", "3.4%"), rf"^([Ll][Pp][Rr].*|{_PERCENT[1:-1]})$", inner=False
)
POINTS = Unit("points", q.parse_points, q.write_share, ("-0.3%", "20bp"), _PERCENT)
CHANCE = Unit("chance", q.parse_chance, q.write_chance, ("1.5%", "0.015"), _PERCENT, bare=True)
YES_OR_CHANCE = Unit("yes_or_chance", _read_yes_or_chance, _write_yes_or_chance, ("true", "30%"), _PERCENT, bare=True, truth=True)
CORRELATION = Unit("correlation", _bounded(q.parse_chance, 1.0), q.write_chance, ("12%", "0.12"), _PERCENT, bare=True)
LOADING = Unit("loading", q.parse_chance, q.write_chance, ("0.7", "70%"), _PERCENT, bare=True)
NUMBER = Unit("number", q.parse_number, q.write_number, ("1.6",), r"^[-+]?[0-9.,]+$", bare=True)
COUNT = Unit("count", q.parse_count, str, ("1000",), r"^[0-9,]+$", bare=True)
DAYS = Unit(
    "days",
    times.parse_days,
    times.write_days,
    ("90天", "3个月", "2年"),
    r"^[0-9.]+ ?(天|日|周|星期|个?月|季度?|年|days?|weeks?|months?|quarters?|years?)$",
)
MONTHS = Unit("months", times.parse_months, times.write_months, ("12个月", "3年"), r"^[0-9.]+ ?(个?月|季度?|年|months?|quarters?|years?)$")
PERSISTENCE = Unit(
    "persistence",
    times.parse_persistence,
    times.write_persistence,
    ("0.9每年", "0.97每月"),
    r"^[0-9.]+ ?(每|/|a |per )(年|季度?|个?月|year|quarter|month)$",
)
DATE = Unit("date", times.parse_date, str, ("2025-03-25", "2025年3月25日"), r"^\d{4}(-\d\d-\d\d|年\d{1,2}月\d{1,2}日)$")
CALENDAR_MONTH = Unit("calendar_month", times.parse_calendar_month, times.write_calendar_month, ("2026-01",), r"^\d{4}(-\d{1,2}|年\d{1,2}月)$")

Money = Annotated[int, MONEY]
MoneyOrNone = Annotated[int | None, MONEY_OR_NONE]
Share = Annotated[int, SHARE, Field(ge=0, le=MILLION)]
ShareOrNone = Annotated[int | None, SHARE_OR_NONE]
Rate = Annotated[int, RATE, Field(ge=0, le=MILLION)]
RateOrLpr = Annotated[int | LprSpread, RATE_OR_LPR]
Points = Annotated[int, POINTS, Field(ge=-MILLION, le=MILLION)]
Chance = Annotated[float, CHANCE, Field(ge=0.0, le=1.0)]
YesOrChance = Annotated[float, YES_OR_CHANCE, Field(ge=0.0, le=1.0)]
Correlation = Annotated[float, CORRELATION, Field(ge=0.0, lt=1.0)]
Loading = Annotated[float, LOADING, Field(ge=0.0, le=1.0)]
Number = Annotated[float, NUMBER]
PositiveInt = Annotated[int, COUNT, Field(ge=1)]
Days = Annotated[int, DAYS, Field(ge=0)]
Months = Annotated[int, MONTHS, Field(ge=0)]
Persistence = Annotated[float, PERSISTENCE, Field(ge=0.0, lt=1.0)]
Date = Annotated[datetime.date, DATE]
CalendarMonth = Annotated[datetime.date, CALENDAR_MONTH]
SharesByName = Annotated[dict[str, Share], Vector()]
SharesByAmount = Annotated[dict[Money, Share], Vector()]
SharesByMonths = Annotated[dict[Months, Share], Vector()]
SharesByShare = Annotated[dict[Share, Share], Vector()]
Either = Annotated[Union[S, T], ByShape()]  # noqa: UP007  a generic alias
ByGrade = Annotated[Union[T, dict[str, T]], ByShape()]  # noqa: UP007  a generic alias


def item(zh: str, en: str, default: Any = ..., **constraints: Any) -> Any:  # noqa: ANN401  pydantic's Field is untyped
    """One key of a scenario file with its Chinese and English title; without ``default`` it is required.

    Parameters
    ----------
    zh, en : str
        Titles, used by ``explain``, in errors and in editors.
    default : object
        Value where the file says nothing, in the program's units.
    **constraints
        As pydantic's ``Field`` takes them (``ge``, ``le``, ``alias`` …), in the program's units.
    """
    return Field(default, title=zh, description=en, json_schema_extra={"zh": zh, "en": en}, **constraints)


def unit_of(metadata: tuple[object, ...]) -> Unit | None:
    """Find the unit among a type's annotations."""
    return next((mark for mark in metadata if isinstance(mark, Unit)), None)
