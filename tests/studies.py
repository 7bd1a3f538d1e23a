"""Studies of moved assumptions made by hand, for the tests of what reports say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.results.ranges import Influence, Ranged, RangeStudy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PD = Ranged("population.segments.成长期.pd", "成长期 年违约率", "成长期 default rate", "1.5%", "0.8%", "2.5%", (0.008, 0.025), 0.015)
LGD = Ranged("losses.lgd.mean", "平均违约损失率", "mean LGD", "75%", "55%", "90%", (550_000.0, 900_000.0), 750_000.0)
LAG = Ranged("losses.lag.mean", "回收时滞 平均天数", "mean days", "730天", "365天", "1460天", (365.0, 1460.0), 730.0)
POINTS = 20


def study(spans: Mapping[str, tuple[float, float]], correlations: Mapping[str, Sequence[float]], **changes: object) -> RangeStudy:
    """Twenty points at which each measure runs from one end of its span to the other; correlations are those of PD, LGD and lag."""
    places = np.linspace(0.0, 1.0, POINTS)
    ranged = (PD, LGD, LAG)
    values = np.stack([one.ends[0] + places * (one.ends[1] - one.ends[0]) for one in ranged], axis=1)
    moved = {name: low + places * (high - low) for name, (low, high) in spans.items()}
    influences = {
        name: sorted((Influence(one, found) for one, found in zip(ranged, row, strict=True)), key=lambda one: -abs(one.correlation))
        for name, row in correlations.items()
    }
    fields = {
        "assumptions": ranged,
        "texts": [tuple(str(value) for value in row) for row in values],
        "values": values,
        "histories": 100,
        "own": {name: float(found.mean()) for name, found in moved.items()},
        "played": moved,
        "moved": moved,
        "chance_bound": 0.53,
        "influences": influences,
    }
    return RangeStudy(**{**fields, **changes})  # type: ignore[arg-type]
