"""What to write instead, where the arithmetic leaves only one honest way."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duofeng.brain.figures.draft import DRAFT
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, say
from duofeng.kernel.quantity import Quantity, plain
from duofeng.zone.zone import Zone

ASK = {
    "part": say("核对两处；若口径不同（如含意向、跨期），写明口径，否则部分不得大于整体"),
    "parts_of_period": say("核对全年数是否漏计，或写明两处口径不同"),
    "never_falls": say("累计数减少，写明剔除或口径变化"),
    "half_above_last_year": say("写明口径变化或异常增长的原因"),
    "one_base": say("写明人口口径（户籍、常住、服务人口）和年份"),
    "accumulates": say("核对各批新增与累计数"),
    "share_bounded": say("核对分子与分母"),
    "read_part": say("核对两数；若口径不同，写明口径，否则部分不得大于整体"),
    "read_sum": say("核对各部分与合计"),
    "read_shares": say("核对各项占比，合计应为100%"),
    "read_share": say("核对占比与它的分母"),
    "read_rate": say("核对分子与分母"),
    "read_completion": say("核对完成数与计划数"),
    "read_per_head": say("核对总量与人数（户数），或写明口径"),
    "read_growth": say("核对两期数与增速；若上年基数有修订，请注明"),
    "read_change": say("核对两期数与增减量"),
    "read_rank": say("核对两个名次"),
    "read_accumulates": say("核对新增数与累计数"),
    "read_same": say("两处写同一个数，或写明各是什么口径"),
    "read_within": say("核对全年数是否漏计，或写明两处口径不同"),
}


def suggestion(rule: str, check: Check, zone: Zone) -> Message | None:
    """A wording, or what has to be added, for a broken relation."""
    match rule, check.statements:
        case "share_of_count", (level, share):
            return _for_share(level, share)
        case "sum", (whole, *parts):
            together = sum((each.value for each in parts), start=Fraction(0))
            return say("各部分合计 {sum}，请改总数或部分", sum=Quantity(together, whole.unit))
        case "same_fact", statements:
            return _for_same_fact(statements, zone)
        case "growth", (_, now, before):
            percent = plain((now.value / before.value - 1) * 100)
            return say("按两期总量应为 {percent}%；若上年基数有修订，请注明", percent=percent)
        case "completion", (level, _, target):
            percent = plain(level.value / target.value * 100, 1)
            return say("按计划 {target} 应为 {percent}%", target=target.said, percent=percent)
    return ASK.get(rule)


def _for_share(level: Statement, share: Statement) -> Message:
    total = max(1, round(level.value / share.value * 100))
    percent = plain(level.value * 100 / total)
    return say("总数若为 {total}，写“{level}，占{percent}%”", total=total, level=level.said, percent=percent)


def _for_same_fact(statements: Sequence[Statement], zone: Zone) -> Message:
    other = next((each for each in statements if each.document != DRAFT), statements[-1])
    document = zone.documents.get(other.document)
    if document is None:
        return say("与另一处一致写 {number}，或注明修订", number=other.said)
    return say(
        "与{document}一致写 {number}，或注明修订", document=say("《{title}》", title=document.title), number=other.said
    )
