"""What all tests share: renewing expected files, and the folder of real loan data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.world.population import WorldPlan

CHECKOUT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-expected", action="store_true", help="write expected files anew instead of comparing with them")


@pytest.fixture
def update_expected(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written anew."""
    return bool(request.config.getoption("--update-expected"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Root folder of the checkout."""
    return CHECKOUT


@pytest.fixture(scope="session")
def loan_data() -> Path:
    """Folder of the real loan data, which is not part of the project; tests that need it are skipped where it is not found."""
    named = os.environ.get("RISKSHARE_DATA")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no loan data at {folder}; name their folder in RISKSHARE_DATA")
    return folder


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., WorldPlan]:
    """Function from a few blocks of a scenario, in the program's units, to the plan of its worlds."""
    import datetime

    from simulator.dates import calendar_from
    from simulator.scenario.models import Scenario
    from simulator.world.population import plan_world

    def plan(
        segments: dict[str, dict[str, object]],
        *,
        start: str = "2025-03-25",
        until: str = "2025-10-31",
        seed: int = 1,
        book: str = "drawn",
        **blocks: object,
    ) -> WorldPlan:
        first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(until)
        amount = {"loan": {"mean": 100_000_000, "spread": 0.0}}
        text = {
            "schema": 1,
            "name": "样例",
            "title": "样例",
            "run": {"start": first, "lend_until": last, "seed": seed},
            "population": {"book": book, "segments": {name: amount | segment for name, segment in segments.items()}},
            "losses": {"lgd": {"mean": 450_000}},
            "banks": {"members": {"甲银行": {"share": 1_000_000}}},
        }
        scenario = Scenario.model_validate(text | blocks)
        return plan_world(scenario, calendar_from(first, 366 * 12))

    return plan
