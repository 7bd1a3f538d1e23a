"""Words of real contracts that the language does not have yet: refused by name, with what to write meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.scenario import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_SCORES = (
    "尚不支持创新积分；请按积分档次写等级（grade: {A: 20%, …}），再按等级写限额、比例和违约率",
    "innovation scores are not supported yet; write bands of the score as grades (grade: {A: 20%, …}) and let limits, shares and pd follow them",
)
NO_EFFORT = (
    "尚不支持道德风险的 {word}；可直接改 pd 或 lgd，比较两个情景",
    "the moral-hazard response {word} is not supported yet; change pd or lgd itself and compare the two scenarios",
)
NO_TRUE_UP = (
    "尚不支持年终清算（true_up）：每笔到期时按上限核对，超出部分即由 excess_to 承担；请删去这一行",
    "a yearly true_up is not supported yet: each payment is tested when due and the excess goes at once to excess_to; delete this line",
)
NOT_YET = {
    ("Layer", "principal_and_interest"): (
        "尚不支持以本息为基数：各层只补偿本金，利息损失由银行承担（bank.lost_interest）；请写 overdue_principal",
        "principal and interest as a basis is not supported yet: layers pay principal, lost interest stays with the bank; write overdue_principal",
    ),
    ("Guard", "exclude_bank"): (
        "尚不支持取消银行资格（exclude_bank）；请写 stop_lending（停止该行放款），要永久就写 reset: never",
        "excluding a bank (exclude_bank) is not supported yet; write stop_lending, with reset: never if it is for good",
    ),
    ("AggregateCap", "true_up"): NO_TRUE_UP,
    ("Layer", "true_up"): NO_TRUE_UP,
    ("Segment", "innovation_score"): NO_SCORES,
    ("Segment", "创新积分"): NO_SCORES,
    ("When", "innovation_score"): NO_SCORES,
    ("When", "创新积分"): NO_SCORES,
    ("Relending", "quota"): (
        "尚不支持再贷款额度；可用 when 限定再贷款适用的贷款",
        "a quota of relending is not supported yet; let when name the loans that are refinanced",
    ),
    ("Account", "leverage_limit"): (
        "尚不支持担保放大倍数上限；可用 limits.scheme_year 或 limits.bank_year 限制放款",
        "a limit on leverage is not supported yet; limit lending by limits.scheme_year or limits.bank_year",
    ),
    ("Bank", "screening"): NO_EFFORT,
    ("Bank", "collection"): NO_EFFORT,
}
"""Block and word (a key, or the value of a key) to what is said of it, in Chinese and English."""


def said_of(path: Sequence[str | float], value: object = None) -> tuple[str, str] | None:
    """Return what to say of a refused key, or of a refused value of a key; None where the word is simply not known.

    Examples
    --------
    >>> said_of(("scheme", "layers", "补偿", "basis"), "principal_and_interest")[0][:11]
    '尚不支持以本息为基数：'
    >>> said_of(("scheme", "layers", "补偿", "basis"), "loss") is None
    True
    """
    block = vocabulary.block_at(vocabulary.kind_at(path[:-1]))
    word = str(path[-1] if value is None else value)
    said = NOT_YET.get((block.__name__, word)) if block else None
    return (said[0].replace("{word}", word), said[1].replace("{word}", word)) if said else None
