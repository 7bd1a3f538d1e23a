"""A loan tape in sentences: how many loans it holds, and whether their defaults are drawn or replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario import phrases as p
from simulator.scenario.labels import TITLES, is_certain, proportions
from simulator.scenario.layer_sentences import Sentence, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario.models import Scenario


def tell_tape(scenario: Scenario) -> Iterator[Sentence]:
    """Tell what a scenario's tape holds and what is done with it; nothing where there is none."""
    if scenario.population.tape is None:
        return
    from simulator.dates import NEVER
    from simulator.scenario.tape import tape_of

    tape, rows = scenario.population.tape, tape_of(scenario)
    n_loans, n_firms = len(rows.day), len(rows.firm_keys)
    lent = p.money(int(rows.amount.sum()))
    zh = f"贷款来自台账 {tape.file}：{n_firms}户企业的{n_loans}笔贷款，共{lent.zh}"
    en = f"loans come from the tape {tape.file}: {p.counted(n_loans, 'loan')} of {p.counted(n_firms, 'firm')}, {lent.en} in all"
    yield sentence("tape", zh, en, "population.tape.file", "scenario.tape.tape_of")
    if tape.fates == "replay":
        lost, failed = p.money(int(rows.loss.sum())), int((rows.default_day < NEVER).sum())
        zh = f"重放记录的{failed}笔违约，损失共{lost.zh}；每次模拟相同，一次即可"
        en = f"its {p.counted(failed, 'default')} are replayed as recorded, {lost.en} lost in all; every history is the same, so one suffices"
    else:
        zh = "违约按各笔贷款的违约率随机抽取，同一企业的贷款一同违约"
        en = "defaults are drawn from each loan's PD; loans of one firm fail together"
    yield sentence("tape", zh, en, "population.tape.fates", "world.draw.draw_history")
    drawn = [(TITLES[label], proportions(value)) for label, value in tape.segment if label in TITLES and not is_certain(value)]
    if drawn:
        zh = "台账没有写的标签每户抽取一次，各次模拟相同：" + "；".join(f"{title.zh} {shares.zh}" for title, shares in drawn)
        en = "labels that the file does not say are drawn once a firm, for all histories: "
        en += "; ".join(f"{title.en} {shares.en}" for title, shares in drawn)
        yield sentence("tape", zh, en, "population.tape.segment", "world.tape_labels.draw_labels")
