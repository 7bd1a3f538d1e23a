"""One history told from its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.journal import journal_lines
from simulator.runs.play import prepare
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from simulator.engine.finals import Finals
    from simulator.engine.journal import Line
    from simulator.scenario.models import Scenario


def trace(scenario: Scenario, number: int, lang: str = "zh") -> tuple[list[Line], Finals]:
    """Play one history alone and keep its whole journal.

    Parameters
    ----------
    scenario : Scenario
    number : int
        Number of the history, from 0, as in a run of the same seed.
    lang : {'zh', 'en'}
        Language of parties and reasons.

    Returns
    -------
    lines : list of Line
        Every payment in the order of the day.
    finals : Finals
        The history's final figures, the same as in a run.
    """
    play = prepare(scenario)
    world = draw_history(plan_world(scenario, play.setting.calendar), number)
    room = 0
    history, finals = play.history(world, 1)
    while (entries := int(history.books.history["n_entries"][0])) > room:
        room = entries
        history, finals = play.history(world, room)
    return list(journal_lines(history.books.journal[:entries], play.setting, scenario.run.start, lang)), finals
