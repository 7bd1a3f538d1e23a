"""Claims that are held, put off or kept waiting, through whole histories small enough to check by eye."""

from __future__ import annotations

from builders import HandLoan, hand_scenario, layer, pool, scheme

from simulator.analysis.verify.hand_made import play_hand
from simulator.rules import records as r


def guarded(effect: str, *, lag: int) -> dict:
    """A pool with a guard that any default stops for good, and claims that it holds."""
    guard = {
        "numerator": "npl",
        "denominator": "outstanding",
        "per": "scheme",
        "stop": "0.0001%",
        "effect": effect,
        "claims": "hold",
        "reset": "yearly",
        "layers": ("补偿",),
    }
    return scheme({"池": pool(10_000)}, {"补偿": layer("池", "80%", lag=lag)}) | {"guards": {"熔断": guard}}


def test_a_claim_that_a_guard_holds_to_the_end_counts_as_stopped() -> None:
    terms = guarded("stop_compensation", lag=0)
    terms["guards"]["熔断"]["reset"] = "never"
    played = play_hand(hand_scenario(terms), [HandLoan(1000, fails=30), HandLoan(1000, fails=100)])
    assert played.figures["cover.stopped"] == 800
    assert played.figures["bank.net_loss"] == 200 + 1000


def test_a_payment_that_is_put_off_does_not_wait_its_lag_again() -> None:
    """Filed on day 320; the guard stops on 30 November, before the payment is due on day 350, and lets go on 1 January 2026, day 365."""
    terms = guarded("defer_payment", lag=30)
    played = play_hand(hand_scenario(terms, run={"lend_until": "2026-06-30"}), [HandLoan(1000, fails=230, term_months=12)])
    entries = played.history.books.journal[: int(played.history.books.history["n_entries"][0])]
    [paid] = entries[entries["reason"] == r.Reason.CLAIM]
    assert paid["day"] == 365


def test_claims_that_wait_behind_an_empty_pool_are_due_and_needed_all_the_same() -> None:
    terms = scheme({"池": pool(100, when_short="queue")}, {"补偿": layer("池", "80%")})
    played = play_hand(hand_scenario(terms), [HandLoan(1000, fails=30), HandLoan(1000, fails=40), HandLoan(1000, fails=50)])
    figures = played.figures
    assert (figures["pool.needed"], figures["pool.promised"], figures["pool.paid"], figures["cover.promised"]) == (2400, 2400, 100, 2400)


def test_no_more_is_promised_than_a_cap_lets_through_though_the_pool_is_empty_before() -> None:
    cap = {"ratio": "10%", "base": "lent_to_date", "excess_to": "bank"}
    terms = scheme({"池": pool(50)}, {"补偿": layer("池", "80%", aggregate=cap)})
    played = play_hand(hand_scenario(terms), [HandLoan(1000, fails=30), HandLoan(1000, fails=40)])
    assert (played.figures["pool.paid"], played.figures["pool.promised"], played.figures["pool.needed"]) == (50, 200, 200)
