"""All that ``explain`` tells of a scenario: sentences, facts and assumptions, implied figures, one loan to the fen, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.analysis.cautions import Caution, cautions_of
from simulator.analysis.facts import Fact, facts_of
from simulator.analysis.implied import YEARS, Implied, implied_figures
from simulator.analysis.sample import take_sample
from simulator.analysis.worked_loan import WorkedLoan, choose_loan, follow_loan
from simulator.analysis.worked_project import cautions_of_projects, follow_project
from simulator.errors import ContractError
from simulator.scenario.phrases import Words
from simulator.scenario.sentences import Sentence, tell_scheme

if TYPE_CHECKING:
    from simulator.scenario.loader import Loaded


class Explanation(NamedTuple):
    """A scenario explained.

    Attributes
    ----------
    name : str
    title : Words
    order : str
        Of recoveries, as the file names it.
    sentences : list of Sentence
    facts : list of Fact
    implied : Implied or None
        None where there are no segments of firms: a tape or projects instead.
    worked : WorkedLoan or None
    cautions : list of Caution
    """

    name: str
    title: Words
    order: str
    sentences: list[Sentence]
    facts: list[Fact]
    implied: Implied | None
    worked: WorkedLoan | None
    cautions: list[Caution]


def explain(loaded: Loaded, *, grade: str | None = None, route: str | None = None) -> Explanation:
    """Explain a scenario.

    Parameters
    ----------
    loaded : Loaded
    grade, route : str, optional
        Of the loan that is followed; the most common ones if not given.

    Raises
    ------
    ContractError
        If there is no loan of the grade or route asked for.
    RunTooLarge
        If one history cannot fit.
    """
    scenario = loaded.scenario
    title, order = Words(scenario.title, scenario.title_en or scenario.title), scenario.scheme.recoveries.order
    told, facts = tell_scheme(scenario), facts_of(loaded)
    if scenario.population.tape or not scenario.population.segments:
        note = Words(
            "没有企业分组（来自台账或分阶段项目）：隐含数字从略",
            "there are no segments of firms (a tape or projects instead): implied figures are left out",
        )
        worked_project = None if scenario.population.tape else follow_project(scenario)
        return Explanation(
            loaded.name, title, order, told, facts, None, worked_project, [*cautions_of_projects(scenario), Caution(note, "population")]
        )
    loan = choose_loan(scenario, grade, route)
    sample = take_sample(scenario)
    implied = implied_figures(scenario, sample)
    cautions = [*cautions_of(scenario, sample, implied), *cautions_of_projects(scenario)]
    worked = None
    try:
        worked = follow_loan(scenario, loan)
    except ContractError as error:
        if grade or route:
            raise
        cautions.append(Caution(Words(error.zh, error.en), "scheme.limits"))
    return Explanation(loaded.name, title, order, told, facts, implied, worked, cautions)


def as_record(explanation: Explanation, lang: str) -> dict[str, Any]:
    """Return an explanation as plain values for JSON: money in fen, rates as parts of one, words in one language."""
    return {
        "scenario": explanation.name,
        "title": explanation.title.say(lang),
        "recovery_order": explanation.order,
        "sentences": [{"section": one.section, "text": one.words.say(lang), "path": one.path, "rule": one.rule} for one in explanation.sentences],
        "values": [{**one._asdict(), "title": one.title.say(lang)} for one in explanation.facts],
        "implied": _implied_record(explanation.implied) if explanation.implied else None,
        "loan": _loan_record(explanation.worked, lang) if explanation.worked else None,
        "cautions": [{"text": one.words.say(lang), "path": one.path} for one in explanation.cautions],
    }


def _implied_record(implied: Implied) -> dict[str, Any]:
    return {
        "years": YEARS,
        "defaults": [one._asdict() for one in implied.defaults],
        "amounts": implied.amounts._asdict(),
        "covers": [one._asdict() for one in implied.covers],
        "break_even": [one._asdict() for one in implied.break_even],
        "default_rate": implied.default_rate,
    }


def _loan_record(worked: WorkedLoan, lang: str) -> dict[str, Any]:
    return {
        "kind": worked.loan._asdict(),
        "requested": worked.requested,
        "lent": worked.lent,
        "steps": [{"date": one.date.isoformat(), "text": one.words.say(lang), "rule": one.rule} for one in worked.steps],
        "shares": [one._asdict() for one in worked.shares],
        "net_loss": worked.net_loss,
        "lost_interest": worked.lost_interest,
        "left_out": [one.say(lang) for one in worked.left_out],
    }
