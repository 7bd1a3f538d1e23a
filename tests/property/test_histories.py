"""What holds for any contract on any world: money, parts of the whole, limits, directions."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from builders import GUARANTOR, hand_scenario, layer, pool, scheme
from contracts import ORDERS, POOL, loans, schemes, shares
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulator.analysis.verify.hand_made import HandLoan, Played, play_hand
from simulator.rules import records as r
from simulator.rules.arithmetic import share_of
from simulator.rules.books import n_books

few = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
START = datetime.date(2025, 1, 1)


def play(terms: dict[str, Any], applications: list[HandLoan]) -> Played:
    return play_hand(hand_scenario(terms), applications)


def journal(played: Played) -> np.ndarray:
    return played.history.books.journal[: int(played.history.books.history["n_entries"][0])]


@few
@given(terms=schemes(), applications=loans())
def test_money_is_neither_made_nor_lost(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    played = play(terms, applications)
    books = played.history.books
    assert books.accounts["balance"].sum() == 0
    cases = books.cases[: played.n_cases]
    borne = books.positions["borne"][: n_books(books), : played.n_cases]
    net = cases["principal"] - cases["recovered"] + cases["cost"]
    assert (borne.sum(axis=2) == net).all()
    assert (borne >= 0).all()
    assert played.bank_net_loss == borne[r.PLAYED, :, -1].sum()


@few
@given(terms=schemes(), applications=loans())
def test_the_journal_adds_up_to_the_balances(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    played = play(terms, applications)
    balances = np.zeros(len(played.history.books.accounts), np.int64)
    days = []
    for entry in journal(played):
        balances[entry["payer"]] -= entry["amount"]
        balances[entry["payee"]] += entry["amount"]
        assert entry["amount"] > 0
        assert (balances[entry["payer"]], balances[entry["payee"]]) == (entry["payer_after"], entry["payee_after"])
        days.append(int(entry["day"]))
    assert (balances == played.history.books.accounts["balance"]).all()
    assert days == sorted(days)


@few
@given(terms=schemes(), applications=loans())
def test_no_layer_passes_its_limits(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    played = play(terms, applications)
    rows = played.history.books.layers[r.PLAYED]
    claims = journal(played)
    claims = claims[np.isin(claims["reason"], (r.Reason.CLAIM, r.Reason.REIMBURSEMENT))]
    years = np.array([(START + datetime.timedelta(days=int(day))).year for day in claims["day"]])
    for number, row in enumerate(rows):
        own = claims["layer"] == number
        for year in set(years[own].tolist()):
            assert claims["amount"][own & (years == year)].sum() <= row["annual_limit"]
        positions = played.history.books.positions[r.PLAYED, : played.n_cases, number]
        assert (positions["borne"] <= row["per_claim"]).all()
        if row["cap_base"] in (r.CapBase.LENT_TO_DATE, r.CapBase.COVERED_VOLUME):
            base = row["lent"] if row["cap_base"] == r.CapBase.LENT_TO_DATE else row["covered"]
            assert row["paid"] <= share_of(int(base), int(row["cap_ratio"]))


def without_other_shortages(terms: dict[str, Any], endowment: int) -> dict[str, Any]:
    """The same scheme with a pool that is never refilled, all other payers without limit."""
    accounts = {
        name: {key: value for key, value in account.items() if key not in ("annual_budget", "refill")} for name, account in terms["accounts"].items()
    }
    return {**terms, "accounts": {**accounts, POOL: {**accounts[POOL], "endowment": endowment}}}


@few
@given(terms=schemes(may_queue=False), applications=loans())
def test_the_endowment_that_was_needed_just_suffices(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    needed = int(play(without_other_shortages(terms, 0), applications).figures["pool.needed"])
    assert play(without_other_shortages(terms, needed), applications).figures["pool.short"] == 0
    assume(needed > 0)
    assert play(without_other_shortages(terms, needed - 1), applications).figures["pool.short"] == 1


@few
@given(
    applications=loans(),
    order=st.sampled_from(ORDERS),
    low=shares(),
    high=shares(),
    limited=st.one_of(st.none(), st.integers(0, 30_000)),
    per_claim=st.one_of(st.none(), st.integers(0, 9_000)),
)
def test_more_cover_never_costs_the_bank_more_where_the_payer_is_unlimited_or_nothing_comes_back(
    applications: list[HandLoan], order: str, low: int, high: int, limited: int | None, per_claim: int | None
) -> None:
    if limited is not None:
        applications = [HandLoan(loan.amount, day=loan.day, fails=loan.fails, lags=loan.lags) for loan in applications]
    payer = GUARANTOR if limited is None else pool(limited)
    losses = [
        play(scheme({"付": payer}, {"补偿": layer("付", share, per_claim=per_claim)}, order), applications).bank_net_loss
        for share in sorted((low, high))
    ]
    assert losses[1] <= losses[0]


@few
@given(applications=loans(), order=st.sampled_from(ORDERS), share=shares(), small=st.integers(0, 30_000), more=st.integers(0, 10_000))
def test_a_larger_pool_never_costs_the_bank_more(applications: list[HandLoan], order: str, share: int, small: int, more: int) -> None:
    terms = {"补偿": layer("池", share)}
    losses = [play(scheme({"池": pool(endowment)}, terms, order), applications).bank_net_loss for endowment in (small, small + more)]
    assert losses[1] <= losses[0]


@few
@given(terms=schemes(may_queue=False), applications=loans(), lumps=st.integers(2, 5))
def test_recoveries_in_one_or_many_parts_end_in_the_same_split(terms: dict[str, Any], applications: list[HandLoan], lumps: int) -> None:
    terms = without_other_shortages(terms, 10**9)
    whole = [HandLoan(loan.amount, day=loan.day, fails=loan.fails, lgd=loan.lgd, lags=(800,)) for loan in applications]
    parts = [
        HandLoan(loan.amount, day=loan.day, fails=loan.fails, lgd=loan.lgd, lags=tuple(800 - lump for lump in range(lumps))[::-1])
        for loan in applications
    ]
    one, many = (play(terms, fates) for fates in (whole, parts))
    assert (one.history.books.positions["borne"] == many.history.books.positions["borne"]).all()


@few
@given(terms=schemes(), applications=loans())
def test_an_empty_reform_changes_nothing_in_any_figure(terms: dict[str, Any], applications: list[HandLoan]) -> None:
    one, other = (play(terms, applications) for _ in range(2))
    assert one.figures == other.figures
    assert (one.history.series == other.history.series).all()
    assert (journal(one) == journal(other)).all()


@few
@given(applications=loans(), share=shares(), order=st.sampled_from(ORDERS), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_a_day_changes_no_total_where_nothing_binds(applications: list[HandLoan], share: int, order: str, shuffled: Any) -> None:
    together = [HandLoan(loan.amount, day=0, fails=loan.fails and 90, lgd=loan.lgd, lags=loan.lags) for loan in applications]
    other = list(together)
    shuffled.shuffle(other)
    terms = scheme({"池": pool(10**9)}, {"补偿": layer("池", share)}, order)
    one, two = play(terms, together), play(terms, other)
    for figure in ("bank.net_loss", "bank.gross_loss", "pool.paid", "pool.needed", "pool.final_balance", "cover.got_back", "bank.interest"):
        assert one.figures[figure] == two.figures[figure], figure


def test_golden_more_cover_costs_the_bank_more_where_a_limited_pool_meets_recoveries() -> None:
    fates = [HandLoan(100, fails=100, lgd=0), HandLoan(100, fails=100)]
    losses = {share: play(scheme({"池": pool(80)}, {"补偿": layer("池", share)}), fates).bank_net_loss for share in ("40%", "80%")}
    assert losses == {"40%": 60, "80%": 100}
