"""Levels: the number says how much or how many of its head there is, was or shall be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.growth import add_growth, compares
from duofeng.facts.documents.kinds import (
    counts_something,
    is_size,
    is_time_in_a_name,
    kind_of,
    period_of_level,
    sets_limit,
)
from duofeng.facts.documents.naming import Naming, name_level
from duofeng.facts.documents.numbers import Quantity, parts_of, quantity
from duofeng.facts.documents.periods import at_the_end, year_before
from duofeng.facts.documents.sentence import COMPLETION, Draft, Here, Reading

CONVERTED = re.compile(r"\([^()]*折(?:合|算)[^()]*$")
BY_A_RATE = re.compile(r"按[^,;]{2,16}的$")
RULED = re.compile(r"的?(?:安排|提取|计提|计算|给予|补助|返还|配套|奖励|测算)")
"""Behind a rate that only says how an amount was found: 按支出预算的1.2%安排."""
SAME_TIME_BEFORE = re.compile(r"(?:上年|去年)同期数?")
FIELD = re.compile(r"[一-鿿]{1,6}(?:\([^()]*\))?[中内里]的(?:排名|位次|名次)")
"""Behind a count that only tells among how many something is ranked: 86个县（市、区）中的排名."""
AREA_SHARE = re.compile(r"(?:超过?|近|约|达到?|为|不足|接近)(全[国省市县区州]|全球)的?$")
EQUIVALENT = re.compile(r"(?:相当于([^,]+?)的?(?:比例|比重)|对([^,]+?)的?贡献率)(?:达到?|为|超过?)?$")
"""A share said otherwise than by 占."""
WITHOUT_UNIT = re.compile(r"(?:收入比|指数|系数|之比|比值|得分|评分)$")
PERSONS_IN_HEAD = re.compile(r"就业|人数|人口|在校生|旅客|游客|劳动力")
MULTIPLE_OF = re.compile(r"(?:是|为|达到?|相当于|系)(.{1,20}?)的?$")
GROWTH_NOUN = re.compile(r"(增速|增幅|增长率|涨幅|降幅|增长速度)(?:为|达到?|分别)*$")
EARLIER = re.compile(r"去年|上年|同期|20\d\d年|年初")
PER_DAY = re.compile(r"日(?:均)?(?:加|供|产|处理|污水处理|发电|接待|运行|输|吞吐)[^,、;]{0,4}(?:能力|量)$")
PER_MU = re.compile(r"每亩|亩均")
OWNER = re.compile(r"((?:各|每个?)[一-鿿]{0,8}?(?:办事处|街道|镇|乡|社区|村|县|区|市|部门|单位|园区|企业|学校))")


Reader = Callable[[Here, Quantity], Reading]


def read_level(here: Here) -> Reading:
    number = quantity(here.phrase.number)
    if number is None or here.phrase.start < here.so_far.read_to or is_size(here, number):
        return here.so_far
    number = hedged(here, number)
    if FIELD.match(here.text, here.phrase.end):
        return here.so_far
    if (here.tag == "C" and not counts_something(here)) or _is_record(here, number):
        return here.so_far
    return _reader_of(here, number)(here, number)


def hedged(here: Here, number: Quantity) -> Quantity:
    """The number with the hedge of its phrase, which stands before one of its own."""
    hedge = here.words("h")
    return number._replace(hedge=hedge) if hedge else number


def _is_record(here: Here, number: Quantity) -> bool:
    """优良天数226天，首次突破200天: the second number is a mark the first one passed."""
    level = here.so_far.last_level
    if level is None or here.words("h") != "首次突破":
        return False
    return level.number.base == number.base and level.number.in_base > number.in_base


def _reader_of(here: Here, number: Quantity) -> Reader:
    if here.tag == "X":
        return _read_multiple
    if here.tag == "R":
        alone = _read_amount if "比" in here.before.written else _read_nothing
        return _read_parts if parts_of(here.phrase.number) else alone
    of_the_level = _said_of_the_level(here) if here.so_far.last_level else None
    if of_the_level:
        return of_the_level
    reader = _reader_of_percent(here) if here.tag == "P" else _read_planned if _is_planned(here) else None
    if reader is _read_completion and sets_limit(here, number):
        return _read_limit
    if reader:
        return reader
    if sets_limit(here, number):
        return _read_limit
    return _read_nothing if is_time_in_a_name(here, number) else _read_amount


def _said_of_the_level(here: Here) -> Reader | None:
    """What only says the level before once more: in another unit, or for the year before."""
    if "折" in here.before.written and CONVERTED.search(here.before.written):
        return _read_conversion
    return _read_year_before if SAME_TIME_BEFORE.fullmatch(here.before.written.strip(" ,(")) else None


def _reader_of_percent(here: Here) -> Reader | None:
    written = here.before.written
    if BY_A_RATE.search(written) and RULED.match(here.text, here.phrase.end):
        return _read_nothing
    if GROWTH_NOUN.search(written):
        return _read_named_growth
    return _read_completion if COMPLETION.search(written) else None


def _is_planned(here: Here) -> bool:
    """完成年初预算数25200万元的8.9%: the number is the plan that the percentage is of."""
    share = here.following
    ratio = share is not None and share.number.tag == "P" and here.text[here.phrase.end : share.start] == "的"
    return ratio and COMPLETION.search(here.before.written) is not None


def _read_planned(here: Here, number: Quantity) -> Reading:
    """The plan as a target beside the level, and the ratio of the level to it."""
    ratio = quantity(here.following.number) if here.following else None
    if here.following is None or ratio is None:
        return here.so_far
    start, written, _ = here.before
    head, told = here.head_or_topic(), completion_words(written)
    plan = head + re.sub(r"^完成|比例$", "", told)
    draft = Draft(plan, number, "target", start, here.phrase.end, 0.75, here.period, is_level=False)
    beside = here.adding(draft)
    end = here.following.end
    draft = Draft(f"{head}{told}", ratio, kind_of(here, written), start, end, 0.85, here.period, is_level=False)
    return here.after(beside).adding(draft, end)


def _read_conversion(here: Here, number: Quantity) -> Reading:
    """人均GDP78655元(折合11162美元): the level before once more, in another unit."""
    level = here.so_far.last_level
    if level is None:
        return here.so_far
    return here.adding(level._replace(
        number=number, start=here.before.start, end=here.phrase.end, yoy=None, share=None, share_of="", is_level=False
    ))  # fmt: skip


def _read_year_before(here: Here, number: Quantity) -> Reading:
    """利润2.17亿元，上年同期为2.48亿元: the level before, a year earlier."""
    level = here.so_far.last_level
    if level is None or level.period is None:
        return here.so_far
    return here.adding(level._replace(
        number=number, period=year_before(level.period), start=here.before.start, end=here.phrase.end,
        kind="actual", confidence=0.85, yoy=None, share=None, share_of="", is_level=False,
    ))  # fmt: skip


def _read_parts(here: Here, number: Quantity) -> Reading:
    """三次产业结构22:38:40: one figure for each part, in per cent."""
    start, written, _ = here.before
    head, reading = heads.cleaned(written) or here.head_or_topic(), here.so_far
    for nth, part in enumerate(parts_of(here.phrase.number), 1):
        share = number._replace(value=part, unit="%", base="%")
        draft = Draft(
            f"{head}(第{nth}项)", share, kind_of(here, written, "share"), start, here.phrase.end, 0.75,
            at_the_end(here.period), share=part, is_level=False,
        )  # fmt: skip
        reading = here.after(reading).adding(draft)
    return reading


def _read_nothing(here: Here, _number: Quantity) -> Reading:
    return here.so_far


def _read_named_growth(here: Here, number: Quantity) -> Reading:
    """GDP增速7.5%: the noun says that it is growth."""
    return add_growth(here, number, "", GROWTH_NOUN.findall(here.before.written)[-1])


def _read_amount(here: Here, number: Quantity) -> Reading:
    start, written, _ = here.before
    of_area = AREA_SHARE.search(written) if here.tag == "P" else None
    if of_area:
        return _read_part_of_area(here, number, of_area)
    naming = name_level(here, number)
    if not number.base and PERSONS_IN_HEAD.search(naming.head):
        number = number._replace(unit=f"{number.unit}人", base="人")
    draft = Draft(
        naming.head,
        _per(number, written),
        _kind_of_amount(here, number, naming),
        here.phrase.start if naming.behind and _is_another_matter(written) else start,
        here.phrase.end + naming.behind,
        naming.confidence,
        period_of_level(here, naming.head),
        leans=naming.leans,
    )
    of = EQUIVALENT.search(written) if here.tag == "P" else None
    if of:
        draft = draft._replace(kind=kind_of(here, written, "share"), share=number.value, share_of=of[1] or of[2])
    if here.tag == "P" and naming.behind and not naming.head.endswith(("目标", "水平", "比例", "比重")):
        kind = kind_of(here, written, "share")
        draft = draft._replace(kind=kind, share=number.value, share_of=naming.head)
    if here.tag == "C":
        in_a_name = here.phrase.number.match.group("struct") is not None
        draft = draft._replace(confidence=draft.confidence - 0.15, is_structure=in_a_name)
    another = here.following is not None and here.following.rule in {"level", "each"}
    return here.adding(draft, here.phrase.end + (naming.behind if naming.awarded or another else 0))


def _read_part_of_area(here: Here, number: Quantity, of: re.Match[str]) -> Reading:
    """新增装机超过全省一半: a share of what an area has."""
    head = heads.cleaned(here.before.written[: of.start()]) or here.head_or_topic()
    return here.adding(Draft(
        f"{head}占{of[1]}", number, kind_of(here, "", "share"), here.before.start, here.phrase.end, 0.75,
        at_the_end(here.period), share=number.value, share_of=of[1], is_level=False,
    ))  # fmt: skip


def _is_another_matter(written: str) -> bool:
    """Whether so much stands before a number that its noun behind it tells alone what it is."""
    return len(written) > 12 or "、" in written


def _per(number: Quantity, written: str) -> Quantity:
    """A unit whose other half stands in the head: 日处理能力20万吨, 亩均税收."""
    if PER_DAY.search(written):
        return number._replace(unit=f"{number.unit}/日")
    if PER_MU.search(written) and units.DIMENSION.get(number.base) == "money":
        return number._replace(unit=f"{number.unit}/亩")
    return number


def _kind_of_amount(here: Here, number: Quantity, naming: Naming) -> Kind:
    _, written, separator = here.before
    previous = here.so_far.last
    if separator == "i" and previous and previous.kind == "cumulative" and previous.number.base == number.base:
        return "cumulative"
    kind = kind_of(here, written, "growth" if here.tag == "D" else "actual")
    if kind == "actual" and naming.behind and not naming.awarded and heads.PLACE_ONLY.match(heads.cleaned(written)):
        return "cumulative"
    return kind


def _read_limit(here: Here, number: Quantity) -> Reading:
    start, written, _ = here.before
    own = f"{here.so_far.head}限额" if "限额" in written else heads.cleaned(written)
    quoted = written.rfind("“") > written.rfind("”") or number.unit == "证"
    if quoted or len(own) < 2:
        own = here.head_or_topic()
    head = own or heads.noun_after(here.text[here.phrase.end :])[0]
    confidence = 0.6 if quoted else 0.8
    draft = Draft(head, number, "limit", start, here.phrase.end, confidence, here.period, is_level=False)
    return here.adding(draft)._replace(head=head or here.so_far.head)


def _read_completion(here: Here, number: Quantity) -> Reading:
    """完成全年目标的80.8%: a ratio of its own, named after the level before."""
    start, written, _ = here.before
    head = f"{here.so_far.head}{completion_words(written)}"
    kind = kind_of(here, written)
    return here.adding(Draft(head, number, kind, start, here.phrase.end, 0.85, here.period, is_level=False))


def _read_multiple(here: Here, number: Quantity) -> Reading:
    """是全市平均水平的3.2倍."""
    start, written, _ = here.before
    of = MULTIPLE_OF.search(here.text[here.sentence.clause(here.phrase.start) : here.phrase.start])
    scope = of.group(1) if of else ""
    own = here.head_or_topic() if of else heads.cleaned(written) or here.so_far.head
    alone: Kind = "growth" if EARLIER.search(scope) else "actual"
    draft = Draft(
        f"{own}与{scope}之比" if scope else own,
        number,
        kind_of(here, written, alone),
        start,
        here.phrase.end,
        0.75,
        here.period,
        share_of=scope if alone == "actual" else "",
        is_level=False,
    )
    return here.adding(draft)


def read_each(here: Here) -> Reading:
    """建成养老服务中心各1个: a number for every one of the subjects named before."""
    level = here.phrase._replace(rule="level", tokens=here.phrase.tokens[1:])
    reading = read_level(replace(here, phrase=level))
    owner = OWNER.search(here.text[here.sentence.clause(here.phrase.start) : here.phrase.start])
    if owner and len(reading.drafts) > len(here.so_far.drafts):
        return reading.changing(-1, subject=owner.group(1))
    return reading


def read_index(here: Here) -> Reading:
    """收入比缩小到1.86: a bare number is a figure of what has no unit."""
    number = quantity(here.phrase.number)
    if number is None or not WITHOUT_UNIT.search(heads.cleaned(here.before.written)):
        return here.so_far
    return _read_amount(here, hedged(here, number))


def read_growth(here: Here) -> Reading:
    number = quantity(here.phrase.number)
    if number is None:
        return here.so_far
    base = here.words("b")
    if here.tag in "NC" and not compares(here, base, here.words("g")):
        return read_level(_without_growth(here) if number.unit == "‰" else here)
    return add_growth(here, hedged(here, number), base, here.words("g"))


def _without_growth(here: Here) -> Here:
    """人口自然增长率为-3.01‰: the rate is the head, and not a growth of something."""
    number = here.phrase.number
    return replace(here, phrase=here.phrase._replace(rule="level", tokens=[number], start=number.start))


def completion_words(written: str) -> str:
    """全年目标的 → 完成全年目标比例."""
    words = written.strip(" ,、").rpartition(",")[2].removesuffix("的")
    words = re.sub(r"^(?:已|均|分别|相当于|为|占|达到?)+", "", words)
    if words.endswith("进度") and not words.startswith("完成"):
        return words
    return f"{words if words.startswith(('完成', '恢复')) else '完成' + words}比例"
