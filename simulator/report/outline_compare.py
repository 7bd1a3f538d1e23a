"""The outline of a report on several schemes: what each changes against the first, how surely, and what stays unlike each other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from simulator.report import chart_data, chart_data_compare, chart_data_flows
from simulator.report import report_tables as tables
from simulator.report.blocks import Bullets, Chart, Paragraph, Report, Section, Table
from simulator.report.figures import COMPARED, SINGLE
from simulator.report.outline import (
    cost_words,
    error_words,
    leads,
    payer_words,
    sensitivity_blocks,
)
from simulator.report.outline_method import manifest_section, method_section, provenance_of
from simulator.report.outline_scheme import facts_section, schemes_blocks
from simulator.report.text import either, say
from simulator.report.told import Told
from simulator.report.wording import chance_sentence, difference_sentence
from simulator.results.results import told_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.report.blocks import Block
    from simulator.report.charted import Charted
    from simulator.results.comparisons import Comparison
    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Span

ANSWERED = ("bank.net_loss", "pool.shortfall_probability", "lending.volume", "fiscal.net_cost")
"""Differences told in sentences: the three answers, and what they cost the public purse."""

COST, SHORT = "fiscal.net_cost", "pool.shortfall_probability"


def comparison_report_of(comparison: Comparison, lang: str, date: str) -> Report:
    """Make the report on a comparison; the first scenario is the baseline.

    Parameters
    ----------
    comparison : Comparison
        As played, or read back from its folder.
    lang : {'zh', 'en'}
    date : str
        On which it is written, ``2026-11-27``.
    """
    view = Compared(comparison, lang)
    answers = comparison.answers
    sections = [
        view.answer_section(),
        view.scheme_section(),
        view.headline_section(),
        view.losses_section(),
        *view.pool_section(),
        view.lending_section(),
        view.fiscal_section(),
        *view.sensitivity_section(),
        view.assumptions_section(),
        method_section(answers, lang, comparison.controlled),
        manifest_section(answers, lang, date),
    ]
    title = either(lang, "方案比较：", "Comparison: ") + either(lang, "、", ", ").join(view.names)
    subtitle = either(lang, f"风险分担方案比较报告 · {date}", f"Report comparing risk-sharing schemes · {date}")
    return Report(title, subtitle, lang, sections, provenance_of(answers, lang, date))


class Compared:
    """A comparison in one language, section by section.

    Parameters
    ----------
    comparison : Comparison
    lang : {'zh', 'en'}
    """

    def __init__(self, comparison: Comparison, lang: str) -> None:
        self.comparison = comparison
        self.lang = lang
        self.names = told_apart([answer.loaded.name for answer in comparison.answers])
        keys = [f"s{number}_" for number in range(1, len(self.names) + 1)]
        self.told = [Told(answer, lang, key) for answer, key in zip(comparison.answers, keys, strict=True)]

    def either(self, zh: str, en: str) -> str:
        """Return the text of the report's language."""
        return either(self.lang, zh, en)

    @property
    def charted(self) -> list[Charted]:
        """What charts are drawn from."""
        return [replace(told.charted, is_paired=one) for told, one in zip(self.told, self.comparison.paired, strict=True)]

    @property
    def measures(self) -> list[Mapping[str, Estimate | None]]:
        """Estimates of each scenario."""
        return [told.answer.measures for told in self.told]

    @property
    def reforms(self) -> list[tuple[int, str, Mapping[str, Estimate], Mapping[str, Span]]]:
        """Scenarios paired with the first: number, name, differences, spans."""
        found = zip(self.names, self.comparison.differences, self.comparison.spans, strict=True)
        return [(number, name, differences, spans) for number, (name, differences, spans) in enumerate(found) if differences]

    def answer_section(self) -> Section:
        """The question, and for each scheme what it changes and how surely."""
        base, others = self.names[0], self.either("、", ", ").join(self.names[1:])
        question = self.either(
            f"问题：与“{base}”相比，{others}使银行损失、资金池和放款有什么不同？",
            f"The question: against {base}, how do bank losses, the pool and lending differ under {others}?",
        )
        blocks: list[Block] = [Paragraph(question)]
        for _, name, differences, spans in self.reforms:
            blocks.append(Paragraph(f"{name}{self.either('：', ':')}"))
            blocks += [Paragraph(sentence, is_lead=True) for sentence in self.sentences(differences, spans)]
        if self.reforms:
            blocks.append(Paragraph(error_words(self.told[0])))
        unpaired = [number for number, is_paired in enumerate(self.comparison.paired) if not is_paired]
        if unpaired:
            blocks.append(Paragraph(self.unpaired_words(unpaired)))
        for number in [0, *unpaired] if unpaired or not self.reforms else []:
            blocks += [Paragraph(f"{self.names[number]}{self.either('：', ':')}"), *leads(self.told[number])]
        return Section("answer", self.either("问题与结论", "Question and answer"), blocks)

    def sentences(self, differences: Mapping[str, Estimate], spans: Mapping[str, Span]) -> list[str]:
        """Sentences on the differences that answer the question."""
        base = self.names[0]
        return [difference_sentence(name, differences[name], spans.get(name), base, self.lang) for name in ANSWERED if name in differences]

    def unpaired_words(self, numbers: Sequence[int]) -> str:
        """Say of which scenarios differences cannot be taken."""
        names = self.either("、", ", ").join(self.names[number] for number in numbers)
        return self.either(
            f"{names}与{self.names[0]}的企业、宏观、种子或模拟次数不同，没有面对同样的随机情景：只能并排看，不计算差值，也不能据此说孰高孰低。",
            f"{names}: firms, macro, seed or number of histories differ from {self.names[0]}'s, so that they did not meet the same luck; read them "
            "side by side only, no difference is taken.",
        )

    def scheme_section(self) -> Section:
        """The baseline in sentences, and what the others change in it, old to new."""
        loaded = [answer.loaded for answer in self.comparison.answers]
        return Section("scheme", self.either("方案", "The schemes in words"), list(schemes_blocks(self.names, loaded, self.lang)))

    def headline_section(self) -> Section:
        """Estimates side by side, and the paired differences with their intervals."""
        panels = chart_data_compare.measures_table(self.charted)
        blocks: list[Block] = [self.chart("compare_measures", panels.caption, panels, "picture")]
        caption = self.either("主要指标并排", "Headline measures side by side")
        blocks += [tables.side_by_side_table("headline", caption, tables.HEADLINE, self.names, self.measures, self.lang)]
        for number, name, differences, spans in self.reforms:
            caption = self.either(f"{name}与{self.names[0]}之差（同样的随机情景，逐次配对）", f"{name} less {self.names[0]} (the same luck, paired)")
            blocks.append(tables.differences_table(f"differences_{number + 1}", caption, differences, spans, tables.HEADLINE, self.lang))
        return Section("headline", self.either("主要指标与差异", "Headline figures and differences"), blocks)

    def losses_section(self) -> Section:
        """Losses and who bears them, scheme by scheme."""
        caption = say("compare_losses", self.lang)
        blocks: list[Block] = [
            Bullets([f"{name}{self.either('：', ': ')}{payer_words(told)}" for name, told in zip(self.names, self.told, strict=True)]),
            self.chart("compare_who_pays", say("compare_who_pays", self.lang), chart_data.yuan_table(self.charted, "compare_who_pays"), "stack"),
            self.chart("compare_losses", caption, chart_data.dots_table(self.charted, "bank.net_loss", "compare_losses", caption), "bar"),
        ]
        return Section("losses", self.either("损失由谁承担", "Who bears the losses"), blocks)

    def pool_section(self) -> list[Section]:
        """When pools run dry; none where no scheme has an account that can."""
        limited = [(name, told) for name, told in zip(self.names, self.told, strict=True) if told.charted.has_limit and told.found(SHORT)]
        if not limited:
            return []
        said = [(name, found, told.span(SHORT)) for name, told in limited if (found := told.found(SHORT))]
        words = [chance_sentence(f"{name}{self.either('资金短缺', ': a shortfall')}", found, span, self.lang) for name, found, span in said]
        caption = self.either("资金短缺的概率", "Chance of a shortfall")
        blocks: list[Block] = [Bullets(words), tables.estimates_table("pool_chances", caption, SHORT, said, self.lang)]
        pooled = [one for one in self.charted if one.has_pool]
        if pooled:
            caption = say("compare_pool", self.lang)
            data = chart_data.medians_table(pooled, "pool.balance", "compare_pool_balance", caption)
            blocks.append(self.chart("compare_pool_balance", caption, data, "line"))
        caption, charted = say("compare_survival", self.lang), [told.charted for _, told in limited]
        data = chart_data.survivals_table(charted, caption)
        blocks.append(Chart("compare_survival", caption, partial(COMPARED["compare_survival"], charted), data, "line"))
        caption = self.either("资金池与补偿", "Pools and compensation")
        blocks.append(tables.side_by_side_table("pool", caption, self.starting("pool.", "cover."), self.names, self.measures, self.lang))
        return [Section("pool", self.either("资金池何时耗尽", "When the pool runs dry"), blocks)]

    def lending_section(self) -> Section:
        """Lending and additionality side by side."""
        caption = say("compare_lending", self.lang)
        data = chart_data.dots_table(self.charted, "lending.volume", "compare_lending", caption)
        table = tables.side_by_side_table("lending", self.either("放款", "Lending"), self.starting("lending."), self.names, self.measures, self.lang)
        title = self.either("放款与新增放款", "Lending and additionality")
        return Section("lending", title, [self.chart("compare_lending", caption, data, "bar"), table])

    def fiscal_section(self) -> Section:
        """Cost to the public purse, by level of government, side by side."""
        costs = [(name, told, found) for name, told in zip(self.names, self.told, strict=True) if (found := told.found(COST))]
        words = [cost_words(told, self.either(f"{name}，财政净支出合计", f"{name}, public purse in all"), COST, found) for name, told, found in costs]
        said = [(name, found, told.span(COST)) for name, told, found in costs]
        caption = self.either("财政净支出及其区间", "Net fiscal cost and its interval")
        total = tables.estimates_table("fiscal_cost", caption, COST, said, self.lang)
        names = sorted(self.starting("fiscal."), key=lambda name: name.startswith("fiscal.net_cost."))
        table = tables.side_by_side_table("fiscal", self.either("财政支出", "Public money"), names, self.names, self.measures, self.lang)
        blocks: list[Block] = [Bullets(words), total] if words else []
        if chart_data_compare.can_be_placed(self.charted):
            places = chart_data_compare.trade_off_table(self.charted)
            blocks.append(self.chart("lending_against_cost", places.caption, places, "picture"))
        for name, told in zip(self.names, self.told, strict=True):
            flows = chart_data_flows.flow_table(told.charted)
            caption = f"{name}{self.either('：', ': ')}{flows.caption}"
            data = replace(flows, key=f"{told.key}public_money", caption=caption)
            blocks += [Chart(data.key, caption, partial(SINGLE["public_money"], told.charted), data, "flow")] if flows.rows else []
        return Section("fiscal", self.either("财政成本（按级次）", "Fiscal cost by level of government"), [*blocks, table])

    def sensitivity_section(self) -> list[Section]:
        """The assumptions that matter most in each scheme; none where none was moved."""
        blocks: list[Block] = []
        for name, told in zip(self.names, self.told, strict=True):
            found = sensitivity_blocks(told)
            blocks += [Paragraph(f"{name}{self.either('：', ':')}"), *found] if found else []
        return [Section("sensitivity", self.either("哪些假设最要紧", "Which assumptions matter most"), blocks)] if blocks else []

    def assumptions_section(self) -> Section:
        """Facts and assumptions of the baseline, then of each other scheme what was not said before."""
        return facts_section(self.names, [answer.loaded for answer in self.comparison.answers], self.lang)

    def starting(self, *prefixes: str) -> list[str]:
        """Names of measures of any scheme that start so."""
        return list(dict.fromkeys(name for told in self.told for name in told.starting(*prefixes)))

    def chart(self, stem: str, caption: str, data: Table, form: str) -> Chart:
        """Chart of all schemes, with the numbers behind it."""
        return Chart(stem, caption, partial(COMPARED[stem], self.charted), data, form)  # type: ignore[arg-type]
