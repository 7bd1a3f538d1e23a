"""Money, shares, rates, times and dates: read as people write them, written so that they are read back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.errors import UnitError
from simulator.money import MOST_FEN, exact_yuan, format_money, parse_money, write_money
from simulator.scenario import models, quantities, times, units
from simulator.scenario.quantities import LprSpread, resolve_rate
from simulator.scenario.units import WRITTEN

MILLION = 1_000_000
YI = 10**10


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("10亿元", 10 * YI),
        ("519万元", 519_000_000),
        ("1000万", 1_000_000_000),
        ("12.5元", 1250),
        ("10亿", 10 * YI),
        ("１２．５万元", 12_500_000),
        ("1,000万元", 1_000_000_000),
        ("0.01元", 1),
        ("1分", 1),
        ("3 万元", 3_000_000),
        ("774.27亿元", 7_742_700_000_000),
        ("CNY 77.43bn", 7_743_000_000_000),
        ("5 million yuan", 500_000_000),
        ("¥12", 1200),
        ("2万亿元", 20_000 * YI),
    ],
)
def test_money_is_read_exactly(text: str, fen: int) -> None:
    assert parse_money(text) == fen


@pytest.mark.parametrize("text", ["10", "", "亿元", "10美元", "1.234元", "-5万元", "1e8元", "10亿元整", "99999万亿元"])
def test_what_is_no_amount_of_money_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(UnitError) as refused:
        parse_money(text)
    assert refused.value.render("zh") != refused.value.render("en")


@given(st.integers(0, MOST_FEN))
def test_money_written_is_read_back(fen: int) -> None:
    assert parse_money(write_money(fen)) == fen


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_exact_yuan_loses_no_fen(fen: int) -> None:
    assert round(float(exact_yuan(fen % YI).replace(",", "")) * 100) == fen % YI
    assert int(exact_yuan(fen).replace(",", "").replace(".", "")) == fen


def test_money_for_a_glance_is_rounded_in_its_unit() -> None:
    assert format_money(7_742_712_345_678) == "774.27亿元"
    assert format_money(7_742_712_345_678, "en") == "CNY 77.43bn"
    assert format_money(1_234_567_890_00, "en") == "CNY 1.23bn"
    assert format_money(-0.2) == "0元"
    assert format_money(float("nan")) == "—"
    assert format_money(12_345.6) == "123.46元"


def test_money_of_numpy_is_printed_like_any_other() -> None:
    numpy = pytest.importorskip("numpy")
    assert format_money(numpy.int64(33_000_000)) == format_money(numpy.float64(33_000_000.0)) == "33万元"
    assert exact_yuan(numpy.int64(1)) == "0.01"


@given(st.integers(0, MILLION))
def test_share_written_is_read_back(share: int) -> None:
    assert quantities.parse_share(quantities.write_share(share)) == share


@given(st.integers(-MILLION, MILLION))
def test_points_written_are_read_back(points: int) -> None:
    assert quantities.parse_points(quantities.write_share(points)) == points


@given(st.integers(-MILLION, MILLION), st.integers(0, 3 * MILLION))
def test_rate_against_the_lpr_written_is_read_back(spread: int, factor: int) -> None:
    assert quantities.parse_rate_or_lpr(str(LprSpread(spread, factor))) == LprSpread(spread, factor)


@given(st.floats(0, 1))
def test_chance_written_is_read_back(chance: float) -> None:
    assert quantities.parse_chance(quantities.write_chance(chance)) == pytest.approx(chance, rel=1e-15)


@given(st.floats(0, 1, exclude_max=True))
def test_persistence_written_is_read_back(persistence: float) -> None:
    assert times.parse_persistence(times.write_persistence(persistence)) == persistence


@given(st.integers(0, 200 * 365))
def test_days_and_months_written_are_read_back(number: int) -> None:
    assert times.parse_days(times.write_days(number)) == number
    assert times.parse_months(times.write_months(number // 31)) == number // 31


@pytest.mark.parametrize("found", ["80%", "80％", "８０％", " 80 % ", 0.8, "0.8"])
def test_share_may_be_written_in_several_ways(found: object) -> None:
    assert quantities.parse_share(found) == 800_000


def test_percentage_given_as_80_is_refused_with_what_to_write() -> None:
    with pytest.raises(UnitError, match=r"write 80% or 0\.8"):
        quantities.parse_share(80)


@pytest.mark.parametrize("found", [True, "80 percent", "", None, "八成", float("nan"), "1e400"])
def test_what_is_no_share_is_refused(found: object) -> None:
    with pytest.raises(UnitError):
        quantities.parse_share(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [("LPR", 30_000), ("lpr+150bp", 45_000), ("LPR-0.2%", 28_000), ("LPR*1.1", 33_000), ("LPR×1.1+20bp", 35_000), ("3.4%", 34_000), ("LPR-5%", 0)],
)
def test_rate_against_the_lpr_is_resolved(text: str, value: int) -> None:
    assert resolve_rate(quantities.parse_rate_or_lpr(text), 30_000) == value


@pytest.mark.parametrize(
    ("text", "days"), [("90天", 90), ("3个月", 90), ("2年", 730), ("1 month", 30), ("2 weeks", 14), ("一年", None), ("1季度", 90), ("0", 0)]
)
def test_days_are_read_with_their_unit(text: str, days: int | None) -> None:
    if days is None:
        with pytest.raises(UnitError, match="not a span of time"):
            times.parse_days(text)
    else:
        assert times.parse_days(text) == days


@pytest.mark.parametrize(("text", "months"), [("3年", 36), ("12个月", 12), ("18月", 18), ("2 years", 24), ("0.5年", 6)])
def test_months_are_read_with_their_unit(text: str, months: int) -> None:
    assert times.parse_months(text) == months


@pytest.mark.parametrize(
    ("text", "annual"), [("0.9每年", 0.9), ("0.97每月", 0.97**12), ("0.95每季", 0.95**4), ("0.9/year", 0.9), ("0.97 a month", 0.97**12)]
)
def test_persistence_is_turned_into_a_year(text: str, annual: float) -> None:
    assert times.parse_persistence(text) == pytest.approx(annual, rel=1e-12)


@pytest.mark.parametrize("text", ["2025-03-25", "2025年3月25日", "２０２５年３月２５日"])
def test_dates_are_read_in_both_forms(text: str) -> None:
    assert times.parse_date(text) == datetime.date(2025, 3, 25)


def test_values_from_python_are_in_the_programs_units() -> None:
    lag = models.Lag(mean=730, spread=0.5)
    assert (lag.mean, lag.spread) == (730, 0.5)
    assert models.Lgd(mean="45%", spread=0.1).mean == 450_000


def written(model: Any, **values: object) -> Any:
    return model.model_validate(values, context=WRITTEN)


def refusals(model: Any, **values: object) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        written(model, **values)
    return [error["msg"] for error in refused.value.errors()]


def test_none_is_said_and_never_meant_by_blank_or_zero() -> None:
    assert written(models.Limits, loan="none").loan is None
    assert written(models.Limits, loan={"A": "none", "B": "1万元"}).loan == {"A": None, "B": 10**6}
    assert any("blank does not mean unlimited" in message for message in refusals(models.Limits, loan=None))
    assert written(models.Limits, loan=0).loan == 0


def test_by_grade_takes_one_value_or_one_a_grade_and_tells_one_refusal() -> None:
    assert written(models.Macro, asset_correlation="12%").asset_correlation == 0.12
    assert written(models.Macro, asset_correlation={"A": "12%", "B": 0.2}).asset_correlation == {"A": 0.12, "B": 0.2}
    assert refusals(models.Macro, asset_correlation="1.2") == ["1.2 is not a probability; write 1.2% or 0.012"]


def test_layer_share_is_a_share_or_tiers() -> None:
    tiers = {"combine": "max", "tiers": {"首贷": {"share": "90%"}}}
    layer = written(models.Layer, payer="资金池", share=tiers, basis="net_loss")
    assert layer.share.tiers["首贷"].share == 900_000
    assert written(models.Layer, payer="资金池", share="50%", basis="net_loss").share == 500_000


def test_bare_name_means_all_of_it() -> None:
    drawn = written(models.Segment, pd="1%", loan={"mean": "1万元"}, route="科技保", term="3年", unsecured="30%")
    assert drawn.route == {"科技保": MILLION}
    assert drawn.term == {36: MILLION}
    assert drawn.unsecured == {300_000: MILLION}


def test_shares_that_miss_100_by_a_millionth_are_refused() -> None:
    thirds = {"甲": "33.3333%", "乙": "33.3333%", "丙": "33.3333%"}
    assert refusals(models.Segment, pd="1%", loan={"mean": "1万元"}, grade=thirds)[0].endswith("= 99.9999%")
    exact = {**thirds, "丙": "33.3334%"}
    assert sum(written(models.Segment, pd="1%", loan={"mean": "1万元"}, grade=exact).grade.values()) == MILLION


def test_every_unit_shows_an_example_that_it_reads() -> None:
    found = [unit for unit in vars(units).values() if isinstance(unit, units.Unit)]
    assert len(found) > 15
    for unit in found:
        for example in unit.examples:
            assert unit.take(unit.show(unit.take(example, written=True)), written=True) == unit.take(example, written=True)
