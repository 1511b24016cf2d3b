"""Levels: the number says how much or how many of its head there is, was or shall be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.growth import add_growth, compares
from duofeng.facts.documents.kinds import counts_something, is_size, is_time_in_a_name, kind_of, sets_limit
from duofeng.facts.documents.naming import Naming, name_level
from duofeng.facts.documents.numbers import Quantity, quantity
from duofeng.facts.documents.sentence import COMPLETION, Draft, Here, Reading

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
    is_percent = here.tag == "P"
    if here.tag == "X":
        return _read_multiple
    if is_percent and GROWTH_NOUN.search(here.before.written):
        return _read_named_growth
    if sets_limit(here, number):
        return _read_limit
    if is_percent and COMPLETION.search(here.before.written):
        return _read_completion
    return _read_nothing if is_time_in_a_name(here, number) else _read_amount


def _read_nothing(here: Here, _number: Quantity) -> Reading:
    return here.so_far


def _read_named_growth(here: Here, number: Quantity) -> Reading:
    """GDP增速7.5%: the noun says that it is growth."""
    return add_growth(here, number, "", GROWTH_NOUN.findall(here.before.written)[-1])


def _read_amount(here: Here, number: Quantity) -> Reading:
    start, written, _ = here.before
    naming = name_level(here, number)
    draft = Draft(
        naming.head,
        _per(number, written),
        _kind_of_amount(here, number, naming),
        here.phrase.start if naming.behind and _is_another_matter(written) else start,
        here.phrase.end + naming.behind,
        naming.confidence,
        here.period,
        leans=naming.leans,
    )
    if here.tag == "P" and naming.behind and not naming.head.endswith(("目标", "水平", "比例", "比重")):
        kind = kind_of(here, written, "share")
        draft = draft._replace(kind=kind, share=number.value, share_of=naming.head)
    if here.tag == "C":
        in_a_name = here.phrase.number.match.group("struct") is not None
        draft = draft._replace(confidence=draft.confidence - 0.15, is_structure=in_a_name)
    another = here.following is not None and here.following.rule in {"level", "each"}
    return here.adding(draft, here.phrase.end + (naming.behind if naming.awarded or another else 0))


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


def read_growth(here: Here) -> Reading:
    number = quantity(here.phrase.number)
    if number is None:
        return here.so_far
    base = here.words("b")
    if here.tag in "NC" and not compares(here, base):
        return read_level(here)
    return add_growth(here, hedged(here, number), base, here.words("g"))


def completion_words(written: str) -> str:
    """全年目标的 → 完成全年目标比例."""
    words = written.strip(" ,、").rpartition(",")[2].removesuffix("的")
    words = re.sub(r"^(?:已|均|分别|相当于|为|占|达到?)+", "", words)
    return f"{words if words.startswith(('完成', '恢复')) else '完成' + words}比例"
