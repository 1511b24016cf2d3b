"""Which kind of figure a number is, and which numbers are none."""

from __future__ import annotations

import re

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.lexer import Token
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed
from duofeng.facts.documents.periods import last_year
from duofeng.facts.documents.sentence import Sentence
from duofeng.facts.documents.words import COUNTABLE_STRUCTURES, STOCK_WORDS

STOCK = re.compile(
    alternation(listed(STOCK_WORDS))
    + "|(?<!新)入库|(?:项目|企业|学校|机构|平台|园区)共$|^共有|年末共?有?|累计(?:达|有)$"
)
STRUCTURE = re.compile(rf"(?:的)?“?[^,、;。”]{{0,6}}?(?:{alternation(listed(COUNTABLE_STRUCTURES))})")
IN_PLACE = re.compile(r"^(?:依托|发挥|利用|借助|现有|目前|截至|当前|去年|上年|已)|目前|现有|已(?:有|建成|完成)")
LIMIT_VERB = re.compile(r"(?:压缩|压减|缩减|缩短|精简|控制|限定|缩)(?:至|到|在|为)")
LIMIT_HEDGE = frozenset({"以内", "之内", "内", "不超过", "不高于", "最多", "至多"})
LIMIT_AFTER = re.compile(
    r"(?:内|之内)?(?:即?可?)(?:办结|办理|办完|办|发|审批|完成|拿证|拿地|出证|开办|领证|受理|答复|响应|送达|到位|出具|联系|反馈|处置)"
)
LIMIT_HEAD = re.compile(r"时间|时限|周期|期限|审批|办结|开办|全流程|到开工|审核")
SIZE_OF = re.compile(r"(?:以上|级|及以上)?(?:的)?(?:项目|企业|工业|镇|村|园区|产业|单位|集群|[^,、;]{0,4}项目)")
NEEDS_STRUCTURE = frozenset({"大", "个", "项", "条", "种", "类", "件"})


def kind_of(sentence: Sentence, phrase: Phrase, written: str, period: str | None, alone: Kind = "actual") -> Kind:
    """`alone` is the kind it has when the text neither plans nor counts a stock."""
    lead = sentence.text[sentence.part : phrase.start]
    if sentence.plan:
        is_past = period is not None and sentence.times.year is not None and last_year(period) < sentence.times.year
        in_place = IN_PLACE.search(lead.rpartition(",")[2].strip())
        if not is_past and not in_place:
            return "target"
    elif sentence.looks_ahead(phrase):
        return "target"
    return "cumulative" if alone == "actual" and _is_stock(sentence, phrase, written) else alone


def _is_stock(sentence: Sentence, phrase: Phrase, written: str) -> bool:
    if phrase.number.tag not in "NC":
        return False
    unit = phrase.number.match.group("unit") if phrase.number.tag == "N" else "个"
    counted = units.DIMENSION.get(unit or "人", "count") == "count" or "累计" in written
    if not counted:
        return False
    return STOCK.search(written + sentence.words_of(phrase, "v")) is not None


def is_size(sentence: Sentence, phrase: Phrase, number: Quantity, following: Phrase | None) -> bool:
    """亿元以上项目3个, 65岁以上老人3260人次: the first number says which, the second how many."""
    if following is None or following.rule not in {"level", "each", "share"}:
        return False
    between = sentence.text[phrase.end : following.start]
    if not between or any(mark in between for mark in ",、;:。"):
        return False
    if number.hedge in {"以上", "以下"}:
        if between.startswith("的"):
            return following.rule == "share"
        return following.rule != "share" and not between.startswith(("助力", "支持", "带动"))
    hedged = sentence.words_of(phrase, "h") in {"超", "超过", "逾", "突破"}
    return hedged and SIZE_OF.match(between) is not None and units.DIMENSION.get(number.base) == "money"


def counts_something(sentence: Sentence, token: Token, written: str, behind: str) -> bool:
    """Whether a numeral in characters counts something or only belongs to a name (两个确保, 三项制度)."""
    text = sentence.text
    quoted = text.rfind("“", 0, token.start) > text.rfind("”", 0, token.start)
    unit = token.match.group("cnunit") or token.match.group("structunit") or token.match.group("oneunit")
    if unit == "证":
        return quoted or written.endswith(("发", "发齐", "办", "办齐", "领"))
    if units.is_time(unit) or unit == "要素":
        return True
    if quoted and unit != "大":
        return False
    if unit not in NEEDS_STRUCTURE and not quoted:
        return True
    if not behind or behind[0] in ",、。;”":
        return unit != "大" and not quoted and bool(heads.cleaned(written))
    return STRUCTURE.match(behind) is not None


def is_time_in_a_name(number: Quantity, written: str, behind: str, following: Phrase | None) -> bool:
    """三年行动计划, 20年弹性年期, 连续五年: a length of time that measures nothing by itself."""
    if number.unit != number.base or not units.is_time(number.base):
        return False
    if re.search(r"(?:连续|近|未来|提前|每|为期|第|历时|用时?)$", written) or not heads.cleaned(written):
        return True
    if number.base != "天" and not behind and following is not None:
        return True
    return number.base != "天" and bool(behind) and behind[0] not in ",、;。)"


def sets_limit(sentence: Sentence, phrase: Phrase, number: Quantity, written: str, behind: str) -> bool:
    """一天办结, 压缩至51个工作日以内, 控制在限额43亿元以内: a bound the administration sets itself."""
    hedge = sentence.words_of(phrase, "h") or number.hedge
    verb = sentence.words_of(phrase, "v")
    if units.is_time(number.base) and number.base != "年":
        return bool(
            LIMIT_VERB.search(written[-6:] + verb)
            or hedge in LIMIT_HEDGE
            or LIMIT_AFTER.match(behind)
            or LIMIT_HEAD.search(written)
        )
    if number.unit == "证":
        return True
    return "限额" in written and (hedge in LIMIT_HEDGE or "控制在" in written + verb)
