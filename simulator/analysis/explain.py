"""All that ``explain`` tells of a scenario: sentences, facts and assumptions, implied figures, one loan to the fen, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.analysis.cautions import Caution, cautions_of
from simulator.analysis.facts import Fact, facts_of
from simulator.analysis.implied import YEARS, Implied, implied_figures
from simulator.analysis.sample import take_sample
from simulator.analysis.worked_loan import WorkedLoan, choose_loan, follow_loan
from simulator.analysis.worked_project import cautions_of_projects, follow_project
from simulator.analysis.worked_tape import follow_tape
from simulator.errors import ContractError
from simulator.scenario.phrases import Words
from simulator.scenario.sentences import Sentence, tell_scheme

if TYPE_CHECKING:
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario


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
        None where there are only projects.
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
    implied, cautions = _figures(scenario)
    worked, why_not = _follow(scenario, grade, route)
    return Explanation(loaded.name, title, order, told, facts, implied, worked, [*cautions, *cautions_of_projects(scenario), *why_not])


def _figures(scenario: Scenario) -> tuple[Implied | None, list[Caution]]:
    """Implied figures, and what they warn of; None where there are only projects."""
    if not scenario.population.segments:
        zh, en = "只有分阶段的项目，没有企业分组：隐含数字从略", "there are projects only, no segments of firms: implied figures are left out"
        return None, [Caution(Words(zh, en), "population")]
    sample = take_sample(scenario)
    implied = implied_figures(scenario, sample)
    return implied, cautions_of(scenario, sample, implied)


def _follow(scenario: Scenario, grade: str | None, route: str | None) -> tuple[WorkedLoan | None, list[Caution]]:
    """Follow one loan, or say why none is followed."""
    try:
        if scenario.population.tape:
            worked = follow_tape(scenario, grade, route)
            path, zh, en = "population.tape", "台账没有记录违约，没有可以跟踪的贷款", "the tape records no default, so there is no loan to follow"
        elif scenario.population.segments:
            return follow_loan(scenario, choose_loan(scenario, grade, route)), []
        else:
            _refuse_choice(grade, route)
            worked = follow_project(scenario)
            path, zh, en = "population.projects", "项目没有贷款可以跟踪", "the projects have no loan to follow"
    except ContractError as error:
        if grade or route:
            raise
        return None, [Caution(Words(error.zh, error.en), "scheme.limits")]
    return worked, [] if worked else [Caution(Words(zh, en), path)]


def _refuse_choice(grade: str | None, route: str | None) -> None:
    if grade or route:
        zh, en = (
            "分阶段的项目没有等级和通道可选；请去掉 --grade 和 --route",
            "projects have no grade or route to choose; leave out --grade and --route",
        )
        raise ContractError(zh, en)


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
        "recorded": implied.recorded._asdict() if implied.recorded else None,
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
