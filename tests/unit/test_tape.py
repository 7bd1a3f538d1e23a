"""Loan tapes at the door: what a bank's file may hold, and every refusal with its row."""

from __future__ import annotations

import builtins
import datetime
import gzip
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simulator.dates import NEVER
from simulator.errors import ExtraMissing, ScenarioError, TapeError
from simulator.rules import records as r
from simulator.runs.play import play_histories, prepare
from simulator.scenario.loader import load
from simulator.scenario.tape import tape_of
from simulator.scenario.tape_reader import months_after, months_between
from simulator.world.draw import World, draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.scenario.models import Scenario
    from simulator.scenario.tape_rows import TapeRows

HEADER = "loan,firm,day,amount,months,share,default,loss"
ROWS = (
    "L1,F1,2021-03-01,1000.00,12,80%,,",
    "L2,F2,2021-03-01,2000.50,24,0.5,2022-01-31,1000.25",
    "L3,F1,2021-05-31,300,12,75%,2021-12-01,0",
)
COLUMNS = {
    "loan": "loan",
    "firm": "firm",
    "drawdown": "day",
    "amount": "amount",
    "term_months": "months",
    "default_date": "default",
    "loss": "loss",
    "shares": "{guarantee: share}",
}


def scenario_text(columns: dict[str, str], *, file: str, tape: str, run: str, basis: str, banks: str) -> str:
    """A scenario around a tape."""
    named = "".join(f"      {ours}: {theirs}\n" for ours, theirs in columns.items())
    layer = f"guarantee: {{payer: guarantor, share: {{from_tape: guarantee}}, basis: {basis}, trigger: 0天}}" if "shares" in columns else ""
    return f"""
name: 台账
title: a tape
run: {{start: 2021-01-01, lend_until: 2021-12-31, histories: 1{run}}}
population:
  tape:
    file: {file}
    {tape}
    columns:
{named}losses: {{lgd: {{mean: 50%}}, lag: {{mean: 30天}}}}
banks: {{members: {banks}}}
scheme:
  accounts: {{guarantor: {{kind: guarantor}}}}
  layers: {{{layer}}}
"""


class Made:
    """Writes tapes beside scenarios in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def source(self, rows: tuple[str, ...] = ROWS, header: str = HEADER, *, data: bytes | None = None, **words: Any) -> Path:
        """File of a scenario whose tape holds these rows; ``columns`` adds to or, as None, takes from the usual ones."""
        file = words.pop("file", "loans.csv")
        columns = {key: name for key, name in {**COLUMNS, **words.pop("columns", {})}.items() if name is not None}
        (self.folder / file).write_bytes(data if data is not None else "\n".join([header, *rows]).encode())
        text = {"tape": "", "run": "", "basis": "net_loss", "banks": "{甲: {share: 100%}}", **words}
        path = self.folder / "x.yaml"
        path.write_text(scenario_text(columns, file=file, **text), encoding="utf-8")
        return path

    def scenario(self, *args: Any, **words: Any) -> Scenario:
        """The scenario, loaded."""
        return load(self.source(*args, **words)).scenario

    def rows(self, *args: Any, **words: Any) -> TapeRows:
        """Its tape."""
        return tape_of(self.scenario(*args, **words))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def world_of(scenario: Scenario, history: int = 0) -> World:
    return draw_history(plan_world(scenario, prepare(scenario).setting.calendar), history)


def test_loans_stand_in_the_order_of_their_days_with_exact_amounts(made: Made) -> None:
    rows = made.rows(ROWS[::-1])
    assert rows.day.tolist() == [59, 59, 150]
    assert rows.amount.tolist() == [100_000, 200_050, 30_000]
    assert rows.firms.tolist() == [0, 1, 0]
    assert rows.lines.tolist() == [4, 3, 2]
    assert rows.shares[:, 0].tolist() == [800_000, 500_000, 750_000]
    assert rows.loss.tolist() == [0, 100_025, 0]
    assert rows.recovered.tolist() == [0, 100_025, 30_000]
    assert rows.default_day.tolist()[0] == NEVER


def test_scenario_tells_its_tape_as_a_segment(made: Made) -> None:
    scenario = made.scenario()
    (segment,) = scenario.population.segments.values()
    assert (segment.firms, segment.drawdowns.mean) == (2, 1.5)
    assert segment.term == {12: 666_666, 24: 333_334}
    assert scenario.population.tape is not None
    assert scenario.population.tape.sha256 == hashlib.sha256((made.folder / "loans.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("rows", "columns", "line", "column", "en", "zh"),
    [
        (("L1,F1,2021-03-01,-5,12,80%,,",), {}, 2, 4, "is negative", "为负"),
        (("L1,F1,2021-03-01,5x,12,80%,,",), {}, 2, 4, "is not an amount", "不是金额"),
        (("L1,F1,2021-03-01,1.005,12,80%,,",), {}, 2, 4, "finer than a hundredth", "不是整数分"),
        (("L1,F1,2021-03-01,0,12,80%,,",), {}, 2, 4, "must be above 0", "应大于 0"),
        (("L1,F1,2021-03-01,,12,80%,,",), {}, 2, 4, "blank", "空白"),
        (("L1,F1,2021-02-30,5,12,80%,,",), {}, 2, 3, "is not a date", "不是日期"),
        (("L1,F1,01/03/2021,5,12,80%,,",), {}, 2, 3, "write 2025-03-25", "请写 2025-03-25"),
        (("L1,F1,2020-12-31,5,12,80%,,",), {}, 2, 3, "before the start", "早于起始日"),
        (("L1,F1,2022-01-01,5,12,80%,,",), {}, 2, 3, "after the last day of lending", "晚于最后放款日"),
        (("L1,F1,2021-03-01,5,0,80%,,",), {}, 2, 5, "is not a term", "不是期限"),
        (("L1,F1,2021-03-01,5,12,80,,",), {}, 2, 6, "write 80%", "请写 80%"),
        (("L1,F1,2021-03-01,5,12,33.33333%,,",), {}, 2, 6, "finer than a millionth", "百万分之一"),
        ((*ROWS, ROWS[0]), {}, 5, 1, "first on line 2", "第 2 行已有"),
        (("L1,F1,2021-03-01,5,12,80%,2021-06-01,5.01",), {}, 2, 8, "above the amount lent, 5.00", "大于放款额 5.00"),
        (("L1,F1,2021-03-01,5,12,80%,2021-03-01,1",), {}, 2, 7, "not after the drawdown", "不晚于放款日"),
        (("L1,F1,2021-03-01,5,12,80%,,1",), {}, 2, 8, "without a date of default", "没有违约日"),
        (("L1,F1,2021-03-01,5,12,80%,2021-06-01,",), {}, 2, 8, "a default without a loss", "没有损失额"),
        (("L1,F1,2021-03-01,5,12,80%,",), {}, 2, 8, "this row has 7 cells and the header 8", "有 7 格"),
        (('L1,F1,2021-03-01,"5,12,80%,,',), {}, 2, 0, "quotation marks", "双引号"),
        (ROWS, {"amount": "amuont"}, 1, 1, "did you mean 'amount'", "是否想写“amount”"),
        (ROWS, {"region": "district"}, 1, 1, "unknown column 'district'", "没有列“district”"),
        (ROWS, {"term_months": None}, 0, 0, "the term is not known", "不知道期限"),
        (ROWS, {"term_months": None, "maturity": "day"}, 2, 3, "is not after the drawdown", "不晚于放款日"),
        (ROWS, {"bank": "firm"}, 2, 2, "unknown bank 'F1'", "没有银行“F1”"),
        (ROWS, {"repayment": "firm"}, 2, 2, "is not a repayment type", "不是还款方式"),
        (ROWS, {"ip_pledge": "firm"}, 2, 2, "neither yes nor no", "不是“是”或“否”"),
        (ROWS, {"loss": None}, 0, 0, "a replay needs columns.default_date", "重放要有违约日和损失"),
        (("L1,F1,2021-03-01,5,12,80%,2021-06-01,1",), {"owed": "months"}, 2, 5, "more is owed than was lent", "欠款大于放款额"),
        (("L1,F1,2021-03-01,5,12,80%,2029-06-01,1",), {}, 0, 0, "write run.settle_years: 8", "请写 run.settle_years: 8"),
    ],
)
def test_row_is_refused_at_its_cell(made: Made, rows: tuple[str, ...], columns: dict[str, Any], line: int, column: int, en: str, zh: str) -> None:
    with pytest.raises(TapeError) as refused:
        made.scenario(rows, columns=columns)
    told = [problem for problem in refused.value.problems if (problem.line, problem.column) in ((line, column), (line, 0))]
    assert told, refused.value.render("en")
    assert en in told[0].en
    assert zh in told[0].zh
    assert told[0].file.endswith("loans.csv")


def test_all_bad_rows_are_told_at_once_up_to_twenty(made: Made) -> None:
    rows = tuple(f"L{number},F,2021-03-01,-{number + 1},x,80%,," for number in range(15))
    with pytest.raises(TapeError) as refused:
        made.scenario(rows)
    assert [(problem.line, problem.column) for problem in refused.value.problems[:3]] == [(2, 4), (2, 5), (3, 4)]
    assert len(refused.value.problems) == 21
    assert refused.value.problems[-1].en == "10 more problems are not listed"


def test_share_past_100_per_cent_is_refused_without_the_advice_to_write_per_cent(made: Made) -> None:
    with pytest.raises(TapeError) as refused:
        made.scenario(("L1,F1,2021-03-01,5,12,180%,,",))
    (problem,) = refused.value.problems
    assert (problem.line, problem.column, problem.zh) == (2, 6, "“180%”不在 0 至 1 之间")


@pytest.mark.parametrize(
    ("data", "en", "zh"),
    [
        (b"", "holds no loans", "没有贷款"),
        (HEADER.encode() + b"\n\n,,,,,,,\n", "holds no loans", "没有贷款"),
        ((HEADER + "\nL1,企业,2021-03-01,5,12,80%,,").encode("gbk"), "save it as CSV UTF-8", "另存为"),
        (b"PK\x03\x04rest", "this is an Excel file", "这是 Excel 文件"),
        (b"\x1f\x8bbroken", "gzip file is damaged", "压缩文件已损坏"),
    ],
    ids=["empty", "header_alone", "gbk", "excel", "broken_gzip"],
)
def test_file_that_is_no_tape_is_refused(made: Made, data: bytes, en: str, zh: str) -> None:
    with pytest.raises(TapeError) as refused:
        made.scenario(data=data)
    assert en in refused.value.en
    assert zh in refused.value.zh


def test_gbk_file_is_refused_at_its_first_foreign_line(made: Made) -> None:
    text = f"{HEADER}\n{ROWS[0]}\nL9,企业,2021-03-01,5,12,80%,,"
    with pytest.raises(TapeError) as refused:
        made.scenario(data=text.encode("gbk"))
    assert refused.value.problems[0].line == 3


def test_missing_file_is_refused_by_its_name(made: Made) -> None:
    path = made.source()
    (made.folder / "loans.csv").unlink()
    with pytest.raises(TapeError, match="there is no such tape") as refused:
        load(path)
    assert refused.value.problems[0].file.endswith("loans.csv")


def test_link_to_a_file_outside_the_folder_is_refused(made: Made, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = made.source()
    outside = tmp_path_factory.mktemp("elsewhere") / "loans.csv"
    (made.folder / "loans.csv").rename(outside)
    (made.folder / "loans.csv").symlink_to(outside)
    with pytest.raises(TapeError, match="lies outside the scenario's folder"):
        load(path)


def test_tape_that_is_not_the_one_named_by_its_hash_is_refused(made: Made) -> None:
    with pytest.raises(TapeError, match="is not the one of SHA-256 abc"):
        made.scenario(tape="sha256: abc")


def test_excel_and_bank_ways_of_writing_are_read(made: Made) -> None:
    data = "\ufeffloan;firm;day;amount;months;share;default;loss\r\nL1;F1;2021年3月1日;￥１,000.5;3年;８０％;2021/6/1;1万元\r\n".encode()
    rows = made.rows(data=data, tape="money_unit: 1万元")
    assert (rows.amount[0], rows.loss[0], rows.shares[0, 0], rows.term_months[0]) == (1_000_500_000, 1_000_000, 800_000, 36)
    assert rows.default_day[0] == (datetime.date(2021, 6, 1) - datetime.date(2021, 1, 1)).days


def test_gzipped_tape_is_read(made: Made) -> None:
    plain = "\n".join([HEADER, *ROWS]).encode()
    assert made.rows(data=gzip.compress(plain), file="loans.csv.gz").amount.tolist() == made.rows().amount.tolist()


def test_dates_and_percentages_are_read_as_the_scenario_says(made: Made) -> None:
    rows = made.rows(("L1,F1,01/03/2021,5,12,80,,",), tape="date_format: '%d/%m/%Y'\n    percent: [shares.guarantee]")
    assert (rows.day[0], rows.shares[0, 0]) == (59, 800_000)


def test_percentages_of_a_column_of_money_are_refused(made: Made) -> None:
    with pytest.raises(TapeError, match=r"known: shares\.guarantee"):
        made.scenario(tape="percent: [amount]")


def test_what_the_file_does_not_say_comes_from_the_segment(made: Made) -> None:
    segment = "segment: {grade: B, rate: {B: LPR+60bp}, pd: {B: 2%}, repayment: equal_principal, region: 城区, key_list: true}"
    world = world_of(made.scenario(tape=f"fates: drawn\n    {segment}"))
    links = world.links
    assert set(links["rate"].tolist()) == {36_000}
    assert set(world.seen["pd"].tolist()) == {0.02}
    assert set(links["repayment"].tolist()) == {r.Repayment.EQUAL_PRINCIPAL}
    assert set(links["flags"].tolist()) == {r.Flag.KEY_LIST | r.Flag.BORROWED_BEFORE}


def test_grade_of_the_tape_without_a_rate_is_refused(made: Made) -> None:
    with pytest.raises(TapeError, match="grade 'F1' has no value"):
        made.scenario(columns={"grade": "firm"}, tape="segment: {rate: {F2: 4%}}")


def test_condition_that_no_loan_of_the_tape_meets_is_refused(made: Made) -> None:
    path = made.source(columns={"region": "firm"})
    path.write_text(path.read_text().replace("trigger: 0天", "trigger: 0天, applies_to: [{region: [F3]}]"))
    with pytest.raises(ScenarioError, match="unknown region 'F3'; did you mean"):
        load(path)


def test_layer_that_takes_an_unknown_share_is_refused(made: Made) -> None:
    path = made.source()
    path.write_text(path.read_text().replace("from_tape: guarantee", "from_tape: guarante"))
    with pytest.raises(ScenarioError, match="did you mean 'guarantee'"):
        load(path)


def test_layer_that_takes_its_share_from_no_tape_is_refused() -> None:
    with pytest.raises(ScenarioError, match="from_tape needs a loan tape"):
        load("湖北", sets=["scheme.layers.资金池补偿.share={from_tape: 比例}"])


def test_drawn_fates_without_a_pd_are_refused(made: Made) -> None:
    with pytest.raises(TapeError, match="3 loans have no PD"):
        made.scenario(tape="fates: drawn")


def test_parquet_without_its_extra_says_in_one_line_what_to_install(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *args: Any, **rest: Any) -> Any:
        if name == "duckdb":
            raise ImportError(name)
        return whole(name, *args, **rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ExtraMissing) as missing:
        made.scenario(data=b"PAR1", file="loans.parquet")
    assert "riskshare[data]" in missing.value.en
    assert "\n" not in missing.value.zh


def test_parquet_tape_is_the_same_tape(made: Made) -> None:
    duckdb = pytest.importorskip("duckdb")
    csv = made.rows()
    with duckdb.connect() as connection:
        connection.read_csv(str(made.folder / "loans.csv")).write_parquet(str(made.folder / "loans.parquet"))
    parquet = made.rows(data=(made.folder / "loans.parquet").read_bytes(), file="loans.parquet")
    assert parquet.amount.tolist() == csv.amount.tolist()
    assert parquet.default_day.tolist() == csv.default_day.tolist()
    assert parquet.keys.tolist() == csv.keys.tolist()


def test_file_that_is_no_parquet_is_refused(made: Made) -> None:
    pytest.importorskip("duckdb")
    with pytest.raises(TapeError, match="no Parquet file"):
        made.scenario(data=b"PAR1 but not really", file="loans.parquet")


def test_replay_is_the_same_in_every_history_and_for_any_seed(made: Made) -> None:
    (three,) = play_histories([made.scenario()], 3)
    (other,) = play_histories([made.scenario(run=", seed: 9")], 1)
    assert set(three.finals["bank.net_loss"].tolist()) == {other.finals["bank.net_loss"][0]} == {50_013}


@pytest.mark.parametrize("basis", ["net_loss", "overdue_principal"])
def test_what_is_owed_at_the_default_bounds_the_claim(made: Made, basis: str) -> None:
    row = "L1,F1,2021-03-01,1000,24,80%,2022-01-31,99.99"
    scenario = made.scenario((row,), columns={"owed": "loss"}, basis=basis)
    (results,) = play_histories([scenario], 1)
    assert results.finals["bank.defaulted_principal"].tolist() == [9_999]
    assert results.finals["paid_by.guarantor"].tolist() == [9_999 * 80 // 100]


def test_smaller_loan_loses_in_proportion(made: Made) -> None:
    path = made.source(("L1,F1,2021-03-01,1000,24,80%,2022-01-31,333.33",))
    scenario = load(path, sets=["scheme.limits.loan=500元"]).scenario
    (results,) = play_histories([scenario], 1)
    assert results.finals["bank.gross_loss"].tolist() == [33_333 // 2]


def test_default_recorded_after_the_maturity_finds_the_loan_unpaid(made: Made) -> None:
    (results,) = play_histories([made.scenario(("L1,F1,2021-03-01,1000,12,80%,2022-06-01,1000",))], 1)
    assert results.finals["bank.gross_loss"].tolist() == [100_000]


def test_recovery_comes_on_its_recorded_day(made: Made) -> None:
    header, row = f"{HEADER},back,on", "L1,F1,2021-03-01,1000,12,80%,2021-06-01,400,600,2021-08-15"
    world = world_of(made.scenario((row,), header, columns={"recovered": "back", "recovered_on": "on"}))
    assert world.lags.tolist() == [[75]]
    assert world.recorded[["owed", "loss"]].tolist() == [(100_000, 40_000)]


def test_loss_and_recovery_that_do_not_make_up_what_is_owed_are_refused(made: Made) -> None:
    header, row = f"{HEADER},back,owed", "L1,F1,2021-03-01,1000,12,80%,2021-06-01,400,500,1000"
    with pytest.raises(TapeError, match="must be loss plus recovery, 900"):
        made.scenario((row,), header, columns={"recovered": "back", "owed": "owed"})


DRAWN = {"tape": "fates: drawn\n    segment: {pd: 30%, repayment: bullet}", "run": ", seed: 5"}


def many_rows(n_loans: int) -> tuple[str, ...]:
    """Two loans a firm; the first 100 are made by May, the others later."""
    return tuple(
        f"L{number:04d},F{number // 2:04d},2021-0{1 + number % 5 if number < 100 else 6 + number % 4}-15,{1000 + number},36,80%,,"
        for number in range(n_loans)
    )


def fates_of(world: World) -> dict[int, tuple[int, int]]:
    return {int(link["amount"]): (int(link["failure_day"]), int(link["lgd"])) for link in world.links}


def test_order_of_the_rows_changes_no_drawn_fate(made: Made) -> None:
    one = world_of(made.scenario(many_rows(200), **DRAWN), 2)
    other = world_of(made.scenario(many_rows(200)[::-1], **DRAWN), 2)
    assert np.array_equal(one.links, other.links)
    assert np.array_equal(one.lags, other.lags)
    assert len(one.lags) > 20


def test_loans_of_later_days_change_no_earlier_loans_fate(made: Made) -> None:
    few, many = (fates_of(world_of(made.scenario(many_rows(number), **DRAWN), 1)) for number in (100, 200))
    assert few == {amount: fate for amount, fate in many.items() if amount < 110_000}
    assert len(many) > 1.5 * len(few)


def test_loans_of_one_firm_fail_together_and_none_starts_after_its_failure(made: Made) -> None:
    links = world_of(made.scenario(many_rows(400), **DRAWN)).links
    for firm in np.unique(links["firm"]):
        assert len(set(links["failure_day"][links["firm"] == firm].tolist())) == 1
    assert (links["day"] < links["failure_day"]).all()
    assert len(links) < 400


def test_shares_stay_with_their_loans_where_some_are_void(made: Made) -> None:
    rows = tuple(row.replace("80%", f"0.{number:06d}") for number, row in enumerate(many_rows(400)))
    world = world_of(made.scenario(rows, **DRAWN))
    assert (world.shares[:, 0] * 100 + 100_000 == world.links["amount"]).all()


def test_months_are_counted_by_the_calendar() -> None:
    assert months_after(datetime.date(2024, 1, 31), 1) == datetime.date(2024, 2, 29)
    assert months_after(datetime.date(2023, 11, 30), 3) == datetime.date(2024, 2, 29)
    assert months_between(datetime.date(2023, 11, 30), datetime.date(2024, 11, 30)) == 12
    assert months_between(datetime.date(2023, 11, 30), datetime.date(2024, 12, 1)) == 13
