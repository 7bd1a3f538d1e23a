"""``riskshare explain``: a scheme in sentences, and one loan followed to the fen."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import click

from simulator.cli.console import Column, print_json, print_table
from simulator.cli.layout import heading, paragraph, subheading
from simulator.cli.options import json_option, scenario_argument, set_option
from simulator.cli.text import Text, language, say
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.analysis.cautions import Caution
    from simulator.analysis.explain import Explanation
    from simulator.analysis.facts import Fact
    from simulator.analysis.implied import Amounts, Cover, Implied, Recorded
    from simulator.analysis.worked_loan import WorkedLoan
    from simulator.scenario.sentences import Sentence

ORDERS = {
    "pro_rata": Text("按比例", "pro rata"),
    "bank_first": Text("银行优先", "bank 1st"),
    "fund_first": Text("基金优先", "fund 1st"),
    "advance_then_settle": Text("先垫后清", "settled"),
}
MOST_COVERS = 12
FEW_ALIKE = 3
"""Unmarked numbers that differ by one name are listed together from this many on."""


@command(
    "explain",
    "riskshare explain 湖北",
    "riskshare explain 我的方案.yaml --set scheme.layers.资金池补偿.share=70%",
    "riskshare explain 泉州 --route 技术创新基金 --json",
    more=Text(
        "分开写出有出处的数字和假定的数字，算出隐含违约率和有效补偿，并把一笔100万元贷款从违约、申请、补偿跟踪到回收，精确到分。"
        "每句话后面的方括号写明它在情景文件中的路径和执行它的函数（simulator 之下）。",
        "Facts and assumptions are told apart, implied default rates and effective cover are worked out, "
        "and one loan of 1 million yuan is followed through default, claim, payment and recovery, to the fen. "
        "Brackets after a sentence name its path in the scenario file and the function, below simulator, that plays it.",
    ),
)
@option("--grade", metavar="NAME", words=Text("跟踪哪个等级的贷款（默认最常见的）", "grade of the loan that is followed (default: the most common)"))
@option(
    "--route", metavar="NAME", words=Text("跟踪哪个业务通道的贷款（默认最常见的）", "route of the loan that is followed (default: the most common)")
)
@set_option
@json_option
@scenario_argument
def main(scenario: str, sets: tuple[str, ...], grade: str | None, route: str | None, as_json: bool) -> None:
    """Print the explanation."""
    from simulator.analysis.explain import as_record, explain
    from simulator.scenario.loader import load

    explanation = explain(load(scenario, sets=sets), grade=grade, route=route)
    if as_json:
        print_json(as_record(explanation, language()))
    else:
        print_explanation(explanation)


def print_explanation(explanation: Explanation) -> None:
    """Print all parts."""
    paragraph(explanation.title.say(language()), lead=f"{explanation.name}  ")
    chapters = _chapters()
    chapters(Text("方案", "The scheme"))
    print_sentences(explanation.sentences)
    chapters(Text("事实与假定", "Facts and assumptions"))
    print_facts(explanation.facts)
    if explanation.implied:
        chapters(Text("隐含的数字", "Implied figures"))
        print_implied(explanation.implied, explanation.order)
    if explanation.worked:
        chapters(Text("一笔贷款，从放款到回收", "One loan, from drawdown to recovery"))
        print_loan(explanation.worked)
    chapters(Text("需要留意", "To be looked at"))
    print_cautions(explanation.cautions)


def _chapters() -> Callable[[Text], None]:
    """Print headings numbered one after another, whichever parts a scenario has."""
    numbers = itertools.count(1)

    def chapter(title: Text) -> None:
        number = next(numbers)
        heading(Text(f"{'零一二三四五'[number]}、{title.zh}", f"{number}. {title.en}"))

    return chapter


def print_sentences(sentences: Iterable[Sentence]) -> None:
    """Print the scheme, section by section."""
    from simulator.scenario.sentences import SECTIONS

    section = ""
    for sentence in sentences:
        if sentence.section != section:
            section = sentence.section
            subheading(Text(*SECTIONS[section]))
        paragraph(sentence.words.say(language()), f"{sentence.path} | {sentence.rule}")


def print_facts(facts: list[Fact]) -> None:
    """Print what has a source, what is assumed, and what the file does not say."""
    kinds = (
        ("fact", Text("事实（有出处）", "Facts (with a source)"), Text("出处：", "source: ")),
        ("assumption", Text("假定（无人公布）", "Assumptions (nobody has published them)"), Text("理由：", "why: ")),
    )
    for kind, title, word in kinds:
        some = [fact for fact in facts if fact.kind == kind]
        subheading(Text(f"{title.zh}：{len(some)}项", f"{title.en}: {len(some)}"))
        for fact in some:
            span = "" if fact.range is None else say(Text(f"（{fact.range[0]} 至 {fact.range[1]}）", f" ({fact.range[0]} to {fact.range[1]})"))
            paragraph(f"{fact.title.say(language())} {fact.value}{span}", fact.path)
            paragraph(f"{say(word)}{fact.why}", lead="      ")
    unmarked = [fact for fact in facts if fact.kind == "unmarked"]
    subheading(Text(f"既无出处也未标明假定：{len(unmarked)}项", f"Neither sourced nor marked as assumed: {len(unmarked)}"))
    for text, path in alike(unmarked):
        paragraph(text, path)


def alike(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    """Put unmarked numbers that differ by one name on one line; returns texts and paths."""
    groups: dict[tuple[str, str], list[tuple[str, Fact]]] = {}
    for fact in facts:
        head, _, key = fact.path.rpartition(".")
        parent, _, name = head.rpartition(".")
        groups.setdefault((parent, key), []).append((name, fact))
    lines = []
    for (parent, key), members in groups.items():
        if len(members) >= FEW_ALIKE:
            listed = say(Text("、", ", ")).join(f"{name} {fact.value}" for name, fact in members)
            lines.append((f"{members[0][1].title.say(language())} {listed}", f"{parent}.*.{key}"))
        else:
            lines += [(f"{fact.title.say(language())} {fact.value}", fact.path) for _, fact in members]
    return lines


def print_implied(implied: Implied, order: str) -> None:
    """Print the implied figures."""
    if implied.recorded:
        print_recorded(implied.recorded)
    else:
        print_defaults(implied)
    print_amounts(implied.amounts)
    print_covers(implied.covers, order)
    print_break_even(implied)


def print_recorded(recorded: Recorded) -> None:
    """Print what a replayed tape records, in the place of default rates."""
    from simulator.money import format_money

    subheading(Text("台账记录的违约", "Defaults on the tape"))
    lang = language()
    lent, owed, lost = (format_money(value, lang) for value in (recorded.lent, recorded.owed, recorded.lost))
    of_loans, of_lending, lgd = (
        percent(part / whole if whole else 0.0)
        for part, whole in ((recorded.defaults, recorded.loans), (recorded.owed, recorded.lent), (recorded.lost, recorded.owed))
    )
    zh = (
        f"{recorded.loans:,}笔贷款{lent}，违约{recorded.defaults:,}笔（{of_loans}），违约时欠款{owed}（放款额的{of_lending}），"
        f"损失{lost}（欠款的{lgd}，即违约损失率）。"
    )
    en = (
        f"{recorded.loans:,} loans of {lent}, {recorded.defaults:,} defaults ({of_loans}); {owed} owed on default ({of_lending} of lending), "
        f"{lost} lost (an LGD of {lgd})."
    )
    paragraph(say(Text(zh, en)))


def print_defaults(implied: Implied) -> None:
    """Print default rates."""
    from simulator.analysis.implied import YEARS

    subheading(
        Text(
            "违约率：企业持续在险，治愈之后，若干年内违约的机会",
            "Default rates: chance that a firm at risk all along fails for good within so many years, after cures",
        )
    )
    columns = [
        Column(Text("分组", "segment")),
        Column(Text("等级", "grades")),
        Column(Text("年违约率", "PD"), "right"),
        Column(Text("治愈后", "cured"), "right"),
        *(Column(Text(f"{year}年", f"{year}y"), "right") for year in YEARS),
    ]
    print_table(columns, [(one.segment, " ".join(one.grades), *map(percent, (one.pd, one.effective_pd, *one.lasting))) for one in implied.defaults])


def print_amounts(amounts: Amounts) -> None:
    """Print amounts and volume."""
    from simulator.money import format_money

    subheading(Text("金额与放款量", "Amounts and volume"))
    lang, n = language(), amounts.histories
    requested, lent, volume = (format_money(value, lang) for value in (amounts.requested, amounts.lent, amounts.volume))
    paragraph(
        say(
            Text(
                f"平均申请{requested}，限额之后平均放款{lent}；{percent(amounts.cut)}的贷款被限额削减，{percent(amounts.refused)}的申请未获贷款。",
                f"Mean application {requested}, mean loan after limits {lent}; limits cut {percent(amounts.cut)} of the loans, "
                f"{percent(amounts.refused)} of the applications are not lent.",
            )
        )
    )
    zh = f"每次模拟平均放款{amounts.loans:,.0f}笔、{volume}"
    en = f"A history lends {amounts.loans:,.0f} loans of {volume} in all"
    if n > 1:
        spread = format_money(amounts.volume_se, lang)
        zh, en = f"{zh}（前{n}次模拟的平均，标准误{spread}）", f"{en} (mean of the first {n} histories, standard error {spread})"
    paragraph(say(Text(f"{zh}。", f"{en}.")))


def print_covers(covers: list[Cover], order: str) -> None:
    """Print what cover is worth under the scheme's order of recoveries, and what it would be under the others."""
    others = [other for other in ORDERS if other != order]
    subheading(
        Text(
            "有效补偿 = 1 - 银行净损失 / 净损失（预期回收；不计累计上限、预算和资金不足）；后三列：若改用别的回收顺序",
            "Effective cover = 1 - the bank's net loss / the net loss (expected recovery; caps, budgets and empty pools left out); "
            "last columns: under other orders of recovery",
        )
    )
    columns = [
        Column(Text("各层比例", "layers")),
        Column(Text("占放款", "lending"), "right"),
        Column(Text("名义", "headline"), "right"),
        Column(Text("有效", "real"), "right"),
        *(Column(ORDERS[other], "right") for other in others),
    ]
    none = say(Text("无", "none"))
    rows = [
        (
            "\n".join(f"{name} {percent(share)}" for name, share in one.shares.items()) or none,
            *map(percent, (one.volume, one.promised, one.effective, *(one.by_order[other] for other in others))),
        )
        for one in covers[:MOST_COVERS]
    ]
    print_table(columns, rows)
    if len(covers) > MOST_COVERS:
        rest = percent(sum(one.volume for one in covers[MOST_COVERS:]))
        more = len(covers) - MOST_COVERS
        paragraph(say(Text(f"另有{more}种组合，占放款{rest}，见 --json。", f"{more} more mixtures, {rest} of lending: see --json.")))


def print_break_even(implied: Implied) -> None:
    """Print at which default rate accounts are used up; nothing where no account has a balance of its own."""
    if not implied.break_even:
        return
    subheading(Text("资金用完时的累计违约率（违约本金 / 放款额）", "Cumulative default rate (principal / lending) at which an account is used up"))
    rate = percent(implied.default_rate)
    zh, en = f"预期：放款额的{rate}会在到期前违约。", f"Expected: {rate} of lending fails before its maturity."
    if implied.recorded:
        zh, en = f"台账记录：放款额的{rate}违约。", f"On the tape: {rate} of lending fails."
    paragraph(say(Text(zh, en)))
    for one in implied.break_even:
        if one.rate is None or one.rate_after_recovery is None:
            zh, en = f"“{one.account}”会补充资金，没有这样的比率。", f"{one.account} is refilled: there is no such rate."
        elif one.rate > 1:
            zh, en = f"“{one.account}”全部贷款违约也用不完。", f"{one.account} lasts even if every loan fails."
        else:
            back = "100%" if one.rate_after_recovery > 1 else f"{one.rate_after_recovery:.3%}"
            zh, en = (
                f"“{one.account}”：无回收时{one.rate:.3%}，按预期回收时{back}。",
                f"{one.account}: {one.rate:.3%} with no recovery, {back} with the expected one.",
            )
        paragraph(say(Text(zh, en)))


def print_loan(worked: WorkedLoan) -> None:
    """Print the followed loan."""
    from simulator.money import format_money

    lang, loan = language(), worked.loan
    kind = say(
        Text(
            f"分组“{loan.segment}”，等级{loan.grade}，{loan.firm_class}，通道“{loan.route}”，期限{loan.term_months}个月，"
            f"{'首贷' if loan.is_first else '非首贷'}",
            f"segment {loan.segment}, grade {loan.grade}, class {loan.firm_class}, route {loan.route}, {loan.term_months} months, "
            f"{'first loan' if loan.is_first else 'not a first loan'}",
        )
    )
    requested, lent = format_money(worked.requested, lang), format_money(worked.lent, lang)
    paragraph(
        say(
            Text(
                f"申请{requested}，放款{lent}（{kind}）；{worked.fate.zh}。",
                f"{requested} asked for, {lent} lent ({kind}); {worked.fate.en}.",
            )
        )
    )
    if worked.left_out:
        listed = say(Text("、", ", ")).join(one.say(lang) for one in worked.left_out)
        paragraph(say(Text(f"单笔演示中不计：{listed}。", f"Left out with one loan alone: {listed}.")))
    click.echo()
    for step in worked.steps:
        paragraph(step.words.say(lang), step.rule, lead=f"  {step.date.isoformat()}  ")
    print_shares(worked)


def print_shares(worked: WorkedLoan) -> None:
    """Print who has borne what in the end."""
    from simulator.money import exact_yuan

    subheading(Text("最终谁承担（元）", "Who has borne it in the end (yuan)"))
    columns = [
        Column(Text("各方", "party")),
        Column(Text("付出", "paid"), "right"),
        Column(Text("收回", "got back"), "right"),
        Column(Text("最终承担", "borne"), "right"),
        Column(Text("占净损失", "of net loss"), "right"),
    ]
    total = max(worked.net_loss, 1)
    rows = [(one.party, exact_yuan(one.paid), exact_yuan(one.got_back), exact_yuan(one.borne), percent(one.borne / total)) for one in worked.shares]
    rows.append((say(Text("净损失", "net loss")), "", "", exact_yuan(worked.net_loss), percent(worked.net_loss / total)))
    print_table(columns, rows)
    lost = exact_yuan(worked.lost_interest)
    paragraph(say(Text(f"银行另损失利息{lost}元。", f"The bank also loses CNY {lost} of interest.")))


def print_cautions(cautions: list[Caution]) -> None:
    """Print what a reader should look at."""
    for one in cautions:
        paragraph(one.words.say(language()) + say(Text("。", ".")), one.path, lead="! ")
    if not cautions:
        paragraph(say(Text("没有发现缺口、重叠或起作用的限额。", "No gap, overlap or binding limit was found.")))


def percent(part: float) -> str:
    """Write a part of one in per cent, with at most two decimals."""
    text = f"{100 * part:.2f}"
    return f"{text.rstrip('0').rstrip('.')}%"
