"""Honest words for uncertain figures: how likely something is, and which way a difference goes, if any can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulator.report.ranges import span_texts
from simulator.report.text import chance, either, money_unit, percent, quantity
from simulator.results.measures import measure_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.results.estimates import Estimate
    from simulator.results.ranges import Span

LIKELY = (
    (0.99, "几乎肯定", "virtually certain"),
    (0.90, "很可能", "very likely"),
    (0.66, "较有可能", "likely"),
    (0.33, "可能性约为一半", "about as likely as not"),
    (0.10, "不大可能", "unlikely"),
    (0.01, "很不可能", "very unlikely"),
    (0.0, "几乎不可能", "exceptionally unlikely"),
)
"""Words for chances from so much on (IPCC guidance note on uncertainties, Mastrandrea et al. 2010, table 1)."""

VANISHES = 20
"""Of an amount this many times smaller than a unit of money, two decimals say too little."""

Direction = Literal["higher", "lower", "same", "uncertain"]
VERDICTS: dict[Direction, tuple[str, str]] = {
    "higher": ("增加", "higher"),
    "lower": ("减少", "lower"),
    "same": ("相同", "the same"),
    "uncertain": ("不确定", "uncertain"),
}


def likelihood(share: float, lang: str) -> str:
    """Name a chance of 0-1 in words.

    Examples
    --------
    >>> likelihood(0.95, "en"), likelihood(0.5, "zh"), likelihood(0.0, "en")
    ('very likely', '可能性约为一半', 'exceptionally unlikely')
    """
    return next(either(lang, zh, en) for least, zh, en in LIKELY if share >= least)


def direction(found: Estimate) -> Direction:
    """Which way a paired difference goes; ``uncertain`` where its 95 % interval holds 0 or cannot be given, ``same`` where no history differs.

    Examples
    --------
    >>> from simulator.results.estimates import Estimate
    >>> direction(Estimate(2.0, 0.5, 50, None, None, None, "fen", 1.0, 3.0))
    'higher'
    >>> direction(Estimate(2.0, 1.5, 50, None, None, None, "fen", -1.0, 5.0))
    'uncertain'
    """
    if found.mean == 0 and found.se == 0:
        return "same"
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return "uncertain"
    return "higher" if found.mean > 0 else "lower"


def verdict(found: Estimate, lang: str) -> str:
    """Name a difference's direction in one word, for a table."""
    return either(lang, *VERDICTS[direction(found)])


def turns(span: Span | None) -> bool:
    """Whether a difference changes its sign as the assumptions move."""
    return span is not None and span.low < 0 < span.high


def difference_sentence(name: str, found: Estimate, span: Span | None, base: str, lang: str) -> str:
    """Say what a reform does to a measure: how much, how surely, and whether the assumptions could turn it round."""
    title, way = measure_named(name).title(lang), direction(found)
    if way == "same":
        return either(lang, f"{title}与{base}完全相同。", f"The {title} is the same as in {base} in every history.")
    ends = span if span is not None and span.width > 0 else ()
    mean, low, high, *moved = changes_words([found.mean if way == "uncertain" else abs(found.mean), found.low, found.high, *ends], found.unit, lang)
    if way == "uncertain":
        between = either(lang, f"，95%区间 {low} 至 {high}，含0", f", 95% interval {low} to {high}, which holds 0") if low else ""
        said = either(
            lang,
            f"{title}与{base}相比的差异不确定：平均相差 {mean}{between}",
            f"The difference in {title} from {base} is uncertain: {mean} on average{between}",
        )
    else:
        said = either(
            lang,
            f"{title}比{base}{'高' if way == 'higher' else '低'} {mean}（差值的95%区间 {low} 至 {high}）",
            f"The {title} is {mean} {way} than in {base} (95% interval of the difference {low} to {high})",
        )
    if moved:
        turned = either(lang, "，方向随假设而变", ", so that the assumptions decide its sign") if turns(span) else ""
        least, most = moved
        said += either(lang, f"；假设变动时差值在 {least} 至 {most} 之间{turned}", f"; {least} to {most} as the assumptions move{turned}")
    return said + either(lang, "。", ".")


def changes_words(values: Sequence[float | None], unit: str, lang: str) -> list[str]:
    """Write differences of one measure; amounts of money in one unit, unless one of them would vanish in it. None is empty.

    Examples
    --------
    >>> changes_words([12_900_000_000.0, None, 9_764_410_000.0], "fen", "zh"), changes_words([12_900_000_000.0, 1_230_000.0], "fen", "zh")
    (['1.29亿元', '', '0.98亿元'], ['1.29亿元', '1.23万元'])
    """
    sizes = [abs(value) for value in values if value]
    one = money_unit(max(sizes), lang) if unit == "fen" and sizes else None
    if one is None or min(sizes) * VANISHES < one.fen:
        return [change_words(value, unit, lang) if value is not None else "" for value in values]
    return [one.named(f"{value / one.fen:,.2f}".rstrip("0").rstrip(".")) if value is not None else "" for value in values]


def change_words(value: float, unit: str, lang: str) -> str:
    """Write a difference; one of shares is in percentage points.

    Examples
    --------
    >>> change_words(0.0123, "share", "zh"), change_words(-500_000_000_00.0, "fen", "zh")
    ('1.23个百分点', '-5亿元')
    """
    if unit in ("share", "rate"):
        return f"{value * 100:.2f}{either(lang, '个百分点', ' percentage points')}"
    return quantity(value, unit, lang)


def chance_sentence(what: str, found: Estimate, span: Span | None, lang: str) -> str:
    """Say how likely something is, in words and figures, with the interval of simulation and what the assumptions move it between."""
    share = chance(found.mean, found.n)
    between = f"{percent(found.low or 0.0)}–{percent(found.high or 0.0)}"
    name = "pool.shortfall_probability"
    low, high = span_texts(name, span, lang) if span else ("", "")
    moved = either(lang, f"；假设变动时 {low} 至 {high}", f"; {low} to {high} as the assumptions move") if span and span.width > 0 else ""
    likely = likelihood(float(share.removesuffix("%")) / 100, lang)
    return either(
        lang,
        f"{what}{likely}：概率 {share}（95%区间 {between}{moved}）。",
        f"{what} is {likely}: {share} (95% interval {between}{moved}).",
    )
