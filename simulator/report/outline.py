"""The outline of a report on one scenario: question and answer, the scheme in words, what was found, how sure it is, where it comes from.

Every sentence is made from the estimates in a table beside it. Comparisons are in ``outline_compare``; formats only write what stands here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.report import chart_data, chart_data_flows
from simulator.report import report_tables as tables
from simulator.report.blocks import Bullets, Chart, Paragraph, Report, Section
from simulator.report.figures import SINGLE
from simulator.report.outline_method import manifest_section, method_section, provenance_of
from simulator.report.outline_scheme import marked_blocks, sentences_of_scheme
from simulator.report.ranges import SHOWN, how_ranked, measures_ranked, range_caution, who_leads
from simulator.report.summary import headline
from simulator.report.text import first_upper, payer_word, quantity, unmarked
from simulator.report.told import Told
from simulator.report.wording import chance_sentence, turns
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.report.blocks import Block, Table
    from simulator.results.answers import Answer
    from simulator.results.estimates import Estimate


def report_of(answer: Answer, lang: str, date: str) -> Report:
    """Make the report on one scenario.

    Parameters
    ----------
    answer : Answer
        Of a run, or read back from its folder.
    lang : {'zh', 'en'}
    date : str
        On which it is written, ``2026-11-27``.
    """
    told = Told(answer, lang)
    sections = [
        answer_section(told),
        scheme_section(told),
        headline_section(told),
        losses_section(told),
        *pool_section(told),
        *projects_section(told),
        lending_section(told),
        fiscal_section(told),
        *sensitivity_section(told),
        assumptions_section(told),
        method_section([answer], lang),
        measures_section(told),
        manifest_section([answer], lang, date),
    ]
    subtitle = told.either(f"风险分担方案推演报告 · {date}", f"Report on a risk-sharing scheme · {date}")
    return Report(told.findings.title, subtitle, lang, sections, provenance_of([answer], lang, date))


def answer_section(told: Told) -> Section:
    """The question and its answer in as many sentences as there are headlines."""
    question = told.either(
        f"问题：按“{told.name}”方案的规则执行，银行要承担多少损失，资金池会不会耗尽，能带动多少放款？",
        f"The question: under the rules of {told.name}, what do banks lose, does the pool run dry, and how much is lent?",
    )
    return Section("answer", told.either("问题与结论", "Question and answer"), [Paragraph(question), *leads(told)])


def leads(told: Told) -> list[Block]:
    """The headline sentences, set apart, and what their errors are."""
    return [*(Paragraph(unmarked(sentence), is_lead=True) for sentence in headline(told.findings, told.lang)), Paragraph(error_words(told))]


def error_words(told: Told) -> str:
    """Say what the errors of a run are, and what they are not."""
    findings = told.findings
    if findings.ranges:
        return range_caution(findings.ranges, told.lang, replayed=findings.replayed)
    if findings.replayed:
        return told.either(
            "重放没有模拟误差；假设的不确定没有计入。", "A replay has no simulation error; what the assumptions leave open is not counted."
        )
    return told.either(
        "误差只是模拟误差；假设的不确定没有计入，可能比它大得多。",
        "Errors are simulation error only; what the assumptions leave open is not counted, and may be far more.",
    )


def scheme_section(told: Told) -> Section:
    """The scheme in sentences, and what a reform changes, old to new."""
    findings, loaded = told.findings, told.answer.loaded
    blocks: list[Block] = [Paragraph(findings.summary)] if findings.summary else []
    blocks += [Paragraph(told.either(f"改动：{findings.changes}", f"Changes: {findings.changes}"))] if findings.changes else []
    caption = told.either("改动：原值与新值", "What changes: old and new values")
    changed = tables.changes_table("changes", caption, loaded, loaded.changed, told.lang)
    blocks += [changed] if changed.rows else []
    return Section("scheme", told.either("方案", "The scheme in words"), [*blocks, *scheme_blocks(told)])


def scheme_blocks(told: Told) -> Iterator[Block]:
    """The sentences of a scheme, part by part."""
    return sentences_of_scheme(told.answer.loaded, told.lang)


def headline_section(told: Told) -> Section:
    """The headline table with all its intervals."""
    caption = told.either("主要指标及其区间", "Headline measures and their intervals")
    table = tables.measures_table("headline", caption, tables.HEADLINE, told.answer.measures, told.lang, told.findings.ranges)
    return Section("headline", told.either("主要指标", "Headline figures"), [table])


def losses_section(told: Told) -> Section:
    """Losses and who bears them."""
    charted = told.charted
    yuan = chart_data.yuan_table([charted], "who_pays_yuan")
    caption = told.either("总损失和银行净损失的分布", "Distribution of gross and bank net losses")
    blocks: list[Block] = [
        Paragraph(payer_words(told)),
        chart(told, "who_pays", yuan.caption, yuan, "stack"),
        chart_data.who_pays_table(charted),
        chart(told, "waterfall", told.charted.say("waterfall"), chart_data_flows.waterfall_table(charted), "waterfall"),
        chart(told, "loss_distribution", caption, chart_data.loss_table(charted), "bar"),
        chart_data.loss_marks_table(charted),
    ]
    return Section("losses", told.either("损失由谁承担", "Who bears the losses"), blocks)


def payer_words(told: Told) -> str:
    """Say who bears a yuan of loss, in the order of the table beside it."""
    rows = [(payer, share) for payer, share, _ in chart_data.who_pays_table(told.charted).rows if isinstance(share, float) and abs(share) >= 0.0005]
    if not rows:
        return told.either("所有模拟中都没有损失。", "No history has a loss.")
    parts = told.either("、", ", ").join(f"{payer} {share * 100:.1f}%" for payer, share in rows)
    return told.either(f"平均每损失1元，各方最终承担：{parts}。", f"On average, each yuan lost is finally borne by: {parts}.")


def pool_section(told: Told) -> list[Section]:
    """When the pool runs dry; none where no account is limited."""
    short, charted = told.found("pool.shortfall_probability"), told.charted
    if short is None or not charted.has_limit:
        return []
    what = (
        told.either("资金池短缺", "A shortfall of the pool") if charted.has_pool else told.either("有限账户短缺", "A shortfall of a limited account")
    )
    blocks: list[Block] = [Paragraph(chance_sentence(what, short, told.span("pool.shortfall_probability"), told.lang) + first_words(told))]
    if charted.has_pool:
        caption = told.either("资金池余额：中位数与5%–95%", "Pool balance: median and 5%–95%")
        blocks.append(chart(told, "pool_balance", caption, chart_data.fan_table(charted, "pool.balance", "pool_balance", caption), "line"))
    caption = told.either("资金池能撑多久", "How long the pool lasts")
    blocks.append(chart(told, "pool_survival", caption, chart_data.survival_table(charted), "line"))
    if charted.has_pool and "pool.needed" in charted.finals:
        blocks += [pool_sizes(told), chart_data.needed_table(charted)]
    names = [name for name in told.starting("pool.", "cover.") if name != "pool.needed"]
    caption = told.either("资金池与补偿", "The pool and compensation")
    blocks.append(tables.measures_table("pool", caption, names, told.answer.measures, told.lang, told.findings.ranges))
    return [Section("pool", told.either("资金池何时耗尽", "When the pool runs dry"), blocks)]


def first_words(told: Told) -> str:
    """Say when the first shortfall comes, among histories that have one."""
    first = told.found("pool.first_shortfall")
    if first is None:
        return told.either("所有模拟都没有短缺。", " No history has one.")
    days = quantity(first.mean, "day", told.lang)
    return told.either(f"发生短缺的模拟里，首次短缺平均在起始后 {days}。", f" Where there is one, it first comes {days} after the start on average.")


def pool_sizes(told: Told) -> Block:
    """Endowment, and what would have sufficed in half and in 95 % of histories."""
    needed = told.found("pool.needed")
    said = [(told.either("初始资金", "endowment"), float(told.charted.endowment or 0))]
    if needed and needed.p50 is not None and needed.p95 is not None:
        said += [
            (told.either("一半的模拟里够用", "enough in half of the histories"), needed.p50),
            (told.either("95%的模拟里够用", "enough in 95% of the histories"), needed.p95),
        ]
    return tables.amounts_table("pool_sizes", told.either("资金池规模", "Sizes of the pool"), said, told.lang)


def projects_section(told: Told) -> list[Section]:
    """How far projects get; none in a scheme without projects."""
    if not told.charted.has_projects:
        return []
    caption = told.either("项目走到哪一阶段，财政花了多少", "How far projects get, and what they cost")
    names = told.starting("project.", "grant.", "insurance.", "equity.", "fiscal.back", "stage.")
    table = tables.quantiles_table("projects", told.either("项目与资金", "Projects and their funding"), names, told.answer.measures, told.lang)
    stream = chart_data_flows.stage_flow_table(told.charted)
    blocks: list[Block] = [
        chart(told, "stage_flow", stream.caption, stream, "picture"),
        chart_data_flows.stage_money_table(told.charted),
        chart(told, "project_stages", caption, chart_data.stages_table(told.charted), "bar"),
        table,
    ]
    return [Section("projects", told.either("项目", "Projects"), blocks)]


def lending_section(told: Told) -> Section:
    """Lending and what of it is additional."""
    charted = told.charted
    caption = told.either("累计放款与贷款余额", "Lent to date and outstanding")
    blocks: list[Block] = [Paragraph(additional_words(told))]
    if "lending.volume" in charted.series:
        data = chart_data.fan_table(charted, "lending.volume", "lending_volume", told.either("累计放款", "Lent to date"))
        blocks.append(chart(told, "lending_volume", caption, data, "line"))
    names = told.starting("lending.")
    table_caption = told.either("放款", "Lending")
    blocks.append(tables.measures_table("lending", table_caption, names, told.answer.measures, told.lang, told.findings.ranges))
    return Section("lending", told.either("放款与新增放款", "Lending and additionality"), blocks)


def additional_words(told: Told) -> str:
    """Say what of the lending would not exist without the scheme, and whether that can be told."""
    added = told.found("lending.additional_volume")
    if told.findings.given:
        return told.either(
            "各银行的放款是情景给定的，不是模拟结论，因此不计算新增放款。",
            "Lending is given by the scenario, not a finding; additional lending is not computed.",
        )
    if added is None:
        return told.either("没有新增放款的结果。", "There is no result on additional lending.")
    moved = turned_words(told, "lending.additional_volume")
    if is_unsure(added):
        return told.either(
            f"是否带来新增放款不确定：平均 {told.money(added.mean)}，95%区间含0{moved}。",
            f"Whether lending is added is uncertain: {told.money(added.mean)} on average, with an interval that holds 0{moved}.",
        )
    way = told.either("多", "more") if added.mean > 0 else told.either("少", "less")
    size, low, high = (told.money(value or 0.0) for value in (abs(added.mean), added.low, added.high))
    return told.either(
        f"与没有方案的同一世界相比，平均{way}放款 {size}（差额的95%区间 {low} 至 {high}）{moved}。",
        f"Banks lend {size} {way} than in the same world without the scheme (95% interval of the difference {low} to {high}){moved}.",
    )


def turned_words(told: Told, name: str) -> str:
    """Say that the assumptions decide a figure's sign, where they do."""
    span = told.span(name)
    if span is None or not turns(span):
        return ""
    low, high = told.money(span.low), told.money(span.high)
    return told.either(
        f"；假设变动时在 {low} 至 {high} 之间，正负随假设而变", f"; {low} to {high} as the assumptions move, so that they decide its sign"
    )


def is_unsure(found: Estimate) -> bool:
    """Whether a figure's sign cannot be told for simulation error."""
    return found.low is None or found.high is None or (found.low < found.high and found.low <= 0 <= found.high)


def fiscal_section(told: Told) -> Section:
    """What the scheme costs the public purse, by level of government."""
    levels = told.starting("fiscal.net_cost.")
    words = cost_bullets(told, "fiscal.net_cost", *levels)
    rest = [name for name in told.starting("fiscal.") if name not in levels]
    caption = told.either("财政支出", "Public money")
    table = tables.measures_table("fiscal", caption, [*rest, *levels], told.answer.measures, told.lang, told.findings.ranges)
    blocks: list[Block] = [Bullets(words)] if words else []
    flows = chart_data_flows.flow_table(told.charted)
    blocks += [chart(told, "public_money", flows.caption, flows, "flow")] if flows.rows else []
    return Section("fiscal", told.either("财政成本（按级次）", "Fiscal cost by level of government"), [*blocks, table])


def cost_bullets(told: Told, *names: str) -> list[str]:
    """Say what the public purse pays, in all and level by level."""
    total = told.either("财政净支出合计", "Net fiscal cost in all")
    whose = {name: payer_word(name.removeprefix("fiscal.net_cost."), told.lang) if name != "fiscal.net_cost" else total for name in names}
    return [cost_words(told, whose[name], name, found) for name in names if (found := told.found(name))]


def cost_words(told: Told, who: str, name: str, found: Estimate) -> str:
    """Say what one level pays, or gets, on average, and whether its sign is sure."""
    size, moved = told.money(abs(found.mean)), turned_words(told, name)
    if is_unsure(found) and found.low is not None and found.high is not None:
        low, high = told.money(found.low), told.money(found.high)
        return told.either(
            f"{who}：收支方向不确定，平均 {told.money(found.mean)}，95%区间 {low} 至 {high}{moved}。",
            f"{who}: spent or gained is uncertain, {told.money(found.mean)} on average, 95% interval {low} to {high}{moved}.",
        )
    if found.mean < 0:
        return told.either(f"{who}：平均净收回 {size}{moved}。", f"{who}: a net gain of {size} on average{moved}.")
    return told.either(f"{who}：平均净支出 {size}{moved}。", f"{who}: a net cost of {size} on average{moved}.")


def sensitivity_section(told: Told) -> list[Section]:
    """The assumptions that matter most; none where none was moved."""
    blocks = sensitivity_blocks(told)
    return [Section("sensitivity", told.either("哪些假设最要紧", "Which assumptions matter most"), blocks)] if blocks else []


def sensitivity_blocks(told: Told) -> list[Block]:
    """Who leads, the ranking, its chart and what its figures mean; empty where no assumption moves anything."""
    study = told.findings.ranges
    if study is None or study.principal is None:
        return []
    names = measures_ranked(study)
    blocks: list[Block] = [Bullets([first_upper(unmarked(who_leads(name, study, told.lang))) for name in names])]
    caption = told.either(f"假设变动时的{measure_named(study.principal).zh}", f"What the assumptions move: {measure_named(study.principal).en}")
    blocks += [
        chart(told, "assumption_ranges", caption, chart_data.points_table(told.charted, told.key), "scatter"),
        tables.ranking_table(f"{told.key}ranking", study, names, SHOWN, told.lang),
        Paragraph(how_ranked(study, told.lang)),
    ]
    return blocks


def assumptions_section(told: Told) -> Section:
    """Facts and assumptions with their sources."""
    blocks = marked_blocks(told.answer.loaded, told.key, told.lang)
    return Section("assumptions", told.either("事实与假定", "Facts and assumptions"), blocks, is_annex=True)


def measures_section(told: Told) -> Section:
    """Every measure that the run has, with its quantiles over histories."""
    caption = told.either("全部指标及其在各次模拟间的分位数", "All measures with their quantiles over histories")
    return Section(
        "measures",
        told.either("全部指标", "All measures"),
        [tables.quantiles_table("measures", caption, told.answer.measures, told.answer.measures, told.lang)],
        is_annex=True,
    )


def chart(told: Told, stem: str, caption: str, data: Table, form: str) -> Chart:
    """Chart of one scenario, with the numbers behind it."""
    return Chart(f"{told.key}{stem}", caption, partial(SINGLE[stem], told.charted), data, form)  # type: ignore[arg-type]
