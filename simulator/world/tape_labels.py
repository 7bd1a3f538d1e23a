"""Labels of a tape's firms that its file does not say: drawn once, for all histories, in the shares that the scenario states.

A firm's labels stand at the addresses where a synthetic firm's do, keyed by the firm's name on the tape, so that they depend on the seed and the firm
alone: they move no fate, and the order of the rows and the other firms mean nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.compiled import compiled
from simulator.rules.records import Flag
from simulator.world.book_plan import BOOK_HISTORY
from simulator.world.firms import BANKING, FIRM, PLACE, PRODUCT, TIMING
from simulator.world.streams import NO_LINK, draws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulator.scenario.models import Scenario
    from simulator.scenario.names import Names
    from simulator.scenario.tape_rows import TapeRows

    Whole = NDArray[np.int64]

FLAG_OF = {"ip_pledge": Flag.IP_PLEDGE, "key_list": Flag.KEY_LIST, "policy_funded": Flag.POLICY_FUNDED, "borrowed_before": Flag.BORROWED_BEFORE}
ORDER_OF = {"grade": "grades", "firm_class": "firm_classes", "region": "regions", "route": "routes", "sector": "sectors"}
"""Field of ``Names`` for each feature of a tape."""

ADDRESS_OF = {
    "grade": (TIMING, 3),
    "region": (PLACE, 1),
    "firm_class": (PLACE, 3),
    "route": (PRODUCT, 0),
    "unsecured": (PRODUCT, 1),
    "ip_pledge": (PRODUCT, 2),
    "key_list": (PRODUCT, 3),
    "policy_funded": (BANKING, 0),
    "borrowed_before": (BANKING, 1),
}
"""Block and number of the draw that decides a label; those of ``draw_links`` and ``draw_traits``."""


def draw_labels(links: NDArray[np.void], rows: TapeRows, scenario: Scenario, names: Names) -> None:
    """Draw what the file of a tape does not say of its firms into the links of their loans.

    Parameters
    ----------
    links : ndarray of LINK, shape (n_loans,)
        Written: features, unsecured part and flags of the loans that lack them.
    rows : TapeRows
    scenario : Scenario
        States the shares.
    names : Names
    """
    said: Any = scenario.population.tape.segment if scenario.population.tape else None
    for label, (block, place) in ADDRESS_OF.items():
        found = rows.numbers[label] if label in rows.numbers else rows.flags.get(label, rows.unsecured)
        missing = np.flatnonzero(found < 0)
        if not len(missing):
            continue
        draw = firm_draws(rows.firm_keys, scenario.run.seed, block)[rows.firms[missing], place]
        value = getattr(said, label)
        if label in FLAG_OF:
            links["flags"][missing] |= np.where(draw < value, int(FLAG_OF[label]), 0).astype(np.int8)
        elif label == "unsecured":
            links[label][missing] = chosen(value, draw)
        else:
            known = getattr(names, ORDER_OF[label])
            links[label][missing] = chosen({known.index(name): share for name, share in value.items() if share > 0}, draw)


def chosen(shares: Mapping[int, int], draw: NDArray[np.float64]) -> Whole:
    """Values that uniform draws pick from shares, as ``choose`` does.

    Examples
    --------
    >>> chosen({7: 250_000, 9: 750_000}, np.array([0.1, 0.25, 0.9])).tolist()
    [7, 9, 9]
    """
    ends = np.cumsum(list(shares.values())) / sum(shares.values())
    return np.array(list(shares), np.int64)[np.searchsorted(ends[:-1], draw, side="right")]


@compiled
def firm_draws(keys: Whole, seed: int, block: int) -> NDArray[np.float64]:
    """Return the four draws of one block of every firm of a tape, shape (n_firms, 4)."""
    found = np.empty((len(keys), 4))
    for firm in range(len(keys)):
        found[firm, 0], found[firm, 1], found[firm, 2], found[firm, 3] = draws((seed, BOOK_HISTORY, keys[firm]), NO_LINK, FIRM, block)
    return found
