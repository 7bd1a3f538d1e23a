"""What cover is worth on one loan: the contract's own rules, played on a scratch case in which every payer can pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.compiled import rule
from simulator.rules.arithmetic import share_of
from simulator.rules.claims import entitlement, net_loss, open_case, take_over
from simulator.rules.records import PLAYED, Basis
from simulator.rules.recoveries import split_recovery, take_back

if TYPE_CHECKING:
    from simulator.rules.books import Books, LoanBook

NET_LOSS, EXCESS_OF = int(Basis.NET_LOSS), int(Basis.EXCESS_OF)


@rule
def effective_cover(books: Books, lending: LoanBook, scratch: Books, number: int, amount: int, is_first: int, lgd: int) -> float:
    """Part of the net loss that others bear if this loan defaults on its full amount and the expected part is recovered.

    Layers on overdue principal pay before the recovery, layers on the net loss after it. Caps, budgets and empty pools are left out.
    """
    open_case(scratch, 0, number, 0, 0, 0, amount, 0, 0)
    for layer in range(scratch.layers.shape[1]):
        row = lending.cover[number, layer]
        scratch.positions[PLAYED, 0, layer].share = row.first if is_first else row.later
        if scratch.layers[PLAYED, layer].basis not in (NET_LOSS, EXCESS_OF):
            take_over(scratch, PLAYED, 0, layer, entitlement(scratch, PLAYED, 0, layer))
    gross = amount - share_of(amount, lgd)
    net = gross - share_of(gross, books.history[0].recovery_cost)
    take_back(scratch, PLAYED, 0, scratch.layers.shape[1], split_recovery(scratch, PLAYED, 0, net))
    for layer in range(scratch.layers.shape[1]):
        take_back(scratch, PLAYED, 0, layer, scratch.layers[PLAYED, layer].give)
    for layer in range(scratch.layers.shape[1]):
        if scratch.layers[PLAYED, layer].basis == NET_LOSS:
            take_over(scratch, PLAYED, 0, layer, entitlement(scratch, PLAYED, 0, layer))
    loss = net_loss(scratch, PLAYED, 0)
    return 1.0 - scratch.positions[PLAYED, 0, scratch.layers.shape[1]].borne / loss if loss > 0 else 0.0
