"""What to write instead, where the arithmetic leaves only one honest way."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duofeng.brain.figures.draft import DRAFT
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement, plain, show
from duofeng.zone.model import Text
from duofeng.zone.zone import Zone

ASK = {
    "part": Text(
        zh="核对两处；若口径不同（如含意向、跨期），写明口径，否则部分不得大于整体",
        en="check both; if their calibres differ (intentions, another period), say so, else the part may not be larger",
    ),
    "parts_of_period": Text(
        zh="核对全年数是否漏计，或写明两处口径不同",
        en="see whether the year leaves something out, or say that the calibres differ",
    ),
    "never_falls": Text(
        zh="累计数减少，写明剔除或口径变化", en="a cumulative figure fell: say what was removed or redefined"
    ),
    "half_above_last_year": Text(
        zh="写明口径变化或异常增长的原因", en="say what changed in the calibre, or why it grew so much"
    ),
    "one_base": Text(
        zh="写明人口口径（户籍、常住、服务人口）和年份",
        en="say which population (registered, resident, served) and of which year",
    ),
    "accumulates": Text(zh="核对各批新增与累计数", en="check the batches and the cumulative figure"),
    "share_bounded": Text(zh="核对分子与分母", en="check numerator and denominator"),
}


def suggestion(rule: str, check: Check, zone: Zone) -> Text | None:
    """A wording, or what has to be added, for a broken relation."""
    match rule, check.statements:
        case "share_of_count", (level, share):
            return _for_share(level, share)
        case "sum", (whole, *parts):
            return _for_sum(whole, parts)
        case "same_fact", statements:
            return _for_same_fact(statements, zone)
        case "growth", (_, now, before):
            percent = plain((now.value / before.value - 1) * 100)
            return Text(
                zh=f"按两期总量应为 {percent}%；若上年基数有修订，请注明",
                en=f"the two levels give {percent}%; say so if the base was revised",
            )
        case "completion", (level, _, target):
            percent = plain(level.value / target.value * 100, 1)
            return Text(
                zh=f"按计划 {target.shown()} 应为 {percent}%",
                en=f"against the plan of {target.shown('en')} it is {percent}%",
            )
    return ASK.get(rule)


def _for_share(level: Statement, share: Statement) -> Text:
    total = max(1, round(level.value / share.value * 100))
    percent = plain(level.value * 100 / total)
    return Text(
        zh=f"总数若为 {total}，写“{level.shown()}，占{percent}%”", en=f"if there are {total} in all, write {percent}%"
    )


def _for_sum(whole: Statement, parts: Sequence[Statement]) -> Text:
    together = sum((each.value for each in parts), start=Fraction(0))
    zh, en = (show(together, whole.unit, language=each) for each in ("zh", "en"))
    return Text(zh=f"各部分合计 {zh}，请改总数或部分", en=f"the parts add up to {en}: correct one of them")


def _for_same_fact(statements: Sequence[Statement], zone: Zone) -> Text:
    other = next((each for each in statements if each.document != DRAFT), statements[-1])
    document = zone.documents.get(other.document)
    where = f"《{document.title.zh}》" if document else "另一处"
    return Text(
        zh=f"与{where}一致写 {other.shown()}，或注明修订",
        en=f"write {other.shown('en')} as stated before, or say that it is revised",
    )
