"""Which kind of figure a number is, and which numbers are none."""

from __future__ import annotations

import re

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed
from duofeng.facts.documents.periods import SEVERAL_YEARS, at_the_end, last_year
from duofeng.facts.documents.sentence import Here
from duofeng.facts.documents.words import COUNTABLE_STRUCTURES, STOCK_WORDS

STOCK = re.compile(
    alternation(listed(STOCK_WORDS))
    + "|(?<!新)(?<!新增)入库|(?:项目|企业|学校|机构|平台|园区)共$|^共有|年末共?有?|累计(?:达到?|有|突破|超过?)$"
)
RATE = re.compile(r"(?:^|[,、])[^,、]{0,2}每[百千万]")
"""A count per so many of something is no stock, though its noun says 拥有."""
STRUCTURE = re.compile(rf"(?:的)?“?[^,、;。”]{{0,6}}?(?:{alternation(listed(COUNTABLE_STRUCTURES))})")
IN_PLACE = re.compile(r"^(?:依托|发挥|利用|借助|现有|目前|截至|当前|去年|上年|已)|目前|现有|已(?:有|建成|完成)")
KEEPS = re.compile(r"保持|稳定|维持|每年|年年|年均|始终")
FLOW = re.compile(r"新增|新建|改造|累计|建成(?!区)|发放|投入|完成|实施|引进|招引|培育|惠及|减免|整治|拆除|争取")
CAME_ABOUT = re.compile(r"脱贫|出列|摘帽|竣工|投产|通车|落地|上市|入驻|回流")
"""What is told behind a count to have happened to what is counted."""
STATE_VERB = re.compile(r"达|突破|超过?$|逾|[至到]$|居|位列|拥有|共有|现有")
STATE = re.compile(
    r"(?:率|占比|比重|比例|水平|余额|里程|保有量|拥有量|总量|规模|总数|人口|密度|强度|指数|收入比|床位数?|寿命|浓度)$|^(?:户籍|常住)|人均|亩均|每[千万百]"
)
"""Heads that tell how things stand, and not what came about in a time."""
ANNOUNCED = re.compile(r"(?:以下|如下|下列|做好|抓好|突出|抓住|围绕)$")
"""What leads to a list of matters that are only announced: 抓好以下七个方面."""
LIMIT_VERB = re.compile(r"(?:压缩|压减|缩减|缩短|精简|控制|限定|缩)(?:至|到|在|为)")
LIMIT_HEDGE = frozenset({"以内", "之内", "内", "不超过", "不高于", "最多", "至多"})
LIMIT_AFTER = re.compile(
    r"(?:内|之内)?(?:即?可?)(?:办结|办理|办完|办|发|审批|完成|拿证|拿地|出证|开办|领证|受理|答复|响应|送达|到位|出具|联系|反馈|处置)"
)
LIMIT_HEAD = re.compile(r"时间|时限|周期|期限|审批|办结|开办|全流程|到开工|审核")
SIZE_OF = re.compile(
    r"(?:以上|级|及以上)?(?:的)?(?:工业|镇|村|单位|[^,、;]{0,4}项目|[^,、;]{0,6}(?:企业|产业|园区|集群|市场|平台))"
)
GROUP = re.compile(r"的?(?:自然|行政|建制|中心)?(?:村|屯|小区|社区|居民点|安置[点区]|聚居点|集镇)")
"""What a number of households or persons tells the size of: 20户以上村组."""
LONGEST_GROUP = 6
"""Characters of 的 and the noun whose size a number tells: 收入10万元以上的村达到八成."""
MARK = frozenset(",、;:。")
NAMED_SIZE = frozenset({"超", "超过", "逾", "突破"})
LENGTH_IN_A_NAME = re.compile(r"(?:连续|近|未来|提前|每|为期|第|历时|用时?)$")
NEEDS_STRUCTURE = frozenset({"大", "个", "项", "条", "种", "类", "件"})


def period_of_level(here: Here, head: str) -> str | None:
    """Of several years a flow is their sum and a state is that of their end; a part is of the time of its whole."""
    period, previous = here.period, here.so_far.last
    if period is None or not SEVERAL_YEARS.fullmatch(period):
        return period
    if previous and previous.period and "其中" in here.text[previous.end : here.phrase.start]:
        return previous.period
    verb = here.words("v") + here.words("h")
    if KEEPS.search(here.before.written[-4:] + verb):
        return period
    clause = here.text[here.phrase.end :].partition(",")[0]
    if here.tag != "P" and (FLOW.search(head) or "累计" in verb or CAME_ABOUT.search(clause)):
        return period
    return at_the_end(period) if STATE_VERB.search(verb) or STATE.search(head) else period


def kind_of(here: Here, written: str, alone: Kind = "actual") -> Kind:
    """`alone` is the kind it has when the text neither plans nor counts a stock."""
    ahead = not _in_place(here) if here.sentence.plan else here.looks_ahead()
    if ahead:
        return "target"
    return "cumulative" if alone == "actual" and _is_stock(here, written) else alone


def _in_place(here: Here) -> bool:
    """Whether a plan speaks of what is there already, or of a time before its own."""
    times = here.sentence.times
    if here.period is not None and times.year is not None:
        over = times.year if times.past is None else min(times.past + 1, times.year)
        if last_year(here.period) < over:
            return True
    lead = here.text[here.so_far.part : here.phrase.start]
    return IN_PLACE.search(lead.rpartition(",")[2].strip()) is not None


def _is_stock(here: Here, written: str) -> bool:
    if here.tag not in "NC" or RATE.search(written):
        return False
    unit = here.phrase.number.match.group("unit") if here.tag == "N" else "个"
    counted = units.DIMENSION.get(unit or "人", "count") == "count" or "累计" in written
    return counted and STOCK.search(written + here.words("v")) is not None


def is_size(here: Here, number: Quantity) -> bool:
    """亿元以上项目3个, 65岁以上老人3260人次: the first number says which, the second how many."""
    following, between = here.following, here.behind
    if number.hedge in {"以上", "以下"} and number.base in {"户", "人"} and GROUP.match(between):
        return True
    if following is None or following.rule not in {"level", "each", "share"}:
        return False
    if not between:
        return number.hedge in {"以上", "以下"} and units.DIMENSION.get(number.base) == "money"
    if not MARK.isdisjoint(between):
        return False
    if number.hedge not in {"以上", "以下"}:
        is_money = units.DIMENSION.get(number.base) == "money"
        return is_money and here.words("h") in NAMED_SIZE and SIZE_OF.match(between) is not None
    if following.rule == "share":
        return between.startswith("的")
    if between.startswith("的"):
        return len(between) <= LONGEST_GROUP and any(token.tag == "v" for token in following.tokens)
    return not between.startswith(("助力", "支持", "带动"))


def counts_something(here: Here) -> bool:
    """Whether a numeral in characters counts something or only belongs to a name (两个确保, 三项制度)."""
    token = here.phrase.number
    unit = next(filter(None, token.match.group("cnunit", "structunit", "oneunit")))
    quoted = here.sentence.quotes(token.start)
    if here.behind.startswith("方面") and ANNOUNCED.search(here.before.written):
        return False
    if unit == "证":
        return quoted or here.before.written.endswith(("发", "发齐", "办", "办齐", "领"))
    if units.is_time(unit) or unit == "要素":
        return True
    if unit not in NEEDS_STRUCTURE or (quoted and unit != "大"):
        return not quoted
    return _has_structure(here, unit)


def _has_structure(here: Here, unit: str) -> bool:
    if here.behind and here.behind[0] not in ",、。;”":
        return STRUCTURE.match(here.behind) is not None
    return unit != "大" and bool(heads.cleaned(here.before.written))


def is_time_in_a_name(here: Here, number: Quantity) -> bool:
    """三年行动计划, 20年弹性年期, 连续五年: a length of time that measures nothing by itself."""
    if number.unit != number.base or not units.is_time(number.base):
        return False
    written, behind = here.before.written, here.behind
    if LENGTH_IN_A_NAME.search(written) or not heads.cleaned(written):
        return True
    if number.base == "天":
        return False
    return behind[0] not in ",、;。)" if behind else here.following is not None


def sets_limit(here: Here, number: Quantity) -> bool:
    """一天办结, 压缩至51个工作日以内, 控制在限额43亿元以内: a bound the administration sets itself."""
    written, verb = here.before.written, here.words("v")
    bounded = (here.words("h") or number.hedge) in LIMIT_HEDGE
    if units.is_time(number.base) and number.base != "年":
        return bounded or any(
            (LIMIT_VERB.search(written[-6:] + verb), LIMIT_AFTER.match(here.behind), LIMIT_HEAD.search(written))
        )
    return number.unit == "证" or ("限额" in written and (bounded or "控制在" in written + verb))
