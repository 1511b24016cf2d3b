"""Parts and wholes: 其中, sums of all there is, 合计, what is new and what there is all in all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.ties.relation import Number, equal, meant, no_more
from duofeng.brain.figures.ties.told import Told, alike
from duofeng.kernel.message import Message

NOT_ADDITIVE = re.compile(r"净|利润|顺差|逆差|增量|盈余|亏损|人均|户均|亩均|平均|每|单位|最[高大低小]|日均|均价|强度")
"""What a part may have more of than its whole, or what no parts add up to."""
THRESHOLD = re.compile(r"\d|以上|以下|超")
REST = re.compile(r"^(?:其他|其它|其余)")
ADDED = re.compile(r"合计|总计|共计")
ALL_IN_ALL = re.compile(
    r"^[，,]?(?:全区|目前|已|使|其)*(?P<what>[^，,]*?)(?:累计|总数|总量|总计)(?:已|达到?|为|共|有|认定|培育|拥有|突破)*$"
)
NEW = re.compile(r"新(?:增|认定|培育|建|建成|设|设立|注册|入库|获批|引进|招引|签约|开工|落地|上市|登记|申报)")
JOINED = re.compile(r"^[、和与及]")


SLIP = Fraction(6, 5)
"""Three parts and more that are so little above their whole are rather all of it than kinds that overlap."""


class All(NamedTuple):
    """Kinds that exclude each other and together are all of a whole; `whole` tells it without 其中."""

    kinds: tuple[str, ...]
    whole: str = ""


ALL = (
    All(("第一产业|一产", "第二产业|二产", "第三产业|三产"), "生产总值|GDP|增加值$"),
    All((r"^(?!进)\w*出口", "进口"), "进出口|外贸"),
    All(("^(?!非)税收", "非税"), "财政收入|公共预算收入"),
    All(("城镇|城市", "农村|乡村")),
    All(("男", "女")),
    All(("^(?!非)国有", "非国有|民营")),
    All(("内资", "外资")),
    All(("^(?!非)户籍", "非户籍|流动")),
    All(("公办", "民办")),
    All(("人民币", "外币")),
    All(("^(?!非)住宅", "非住宅|商业")),
    All(("上半年", "下半年")),
)
CLASSES = (
    re.compile(r"(?<!企)业(?:企业|项目)?$"),
    re.compile(r"国有|民营|外资|集体|私营|港澳台"),
    re.compile(r"^(?:国家|省|市|区|县)级"),
    re.compile(r"小学|初中|高中|中学|幼儿园|中职|九年一贯"),
    re.compile(r"主板|创业板|科创板|北交所|新三板"),
    re.compile(r"博士|硕士|本科|专科|大专|研究生"),
    re.compile(r"街道|办事处|镇$|片区|[东西南北]区"),
    re.compile(r"[一二三四]季度|\d+月"),
    re.compile(r"^(?:公司|企业)$|个体|合作社"),
    re.compile(r"新建|改建|扩建|改造"),
)
"""Kinds of one class: no thing is of two of them."""


def parts(sentence: Sequence[Told], before: Sequence[Told]) -> Iterator[Check]:
    amounts = [each for each in sentence if each.is_amount]
    for at, told in enumerate(amounts):
        if "其中" in told.lead:
            yield from _of_which(amounts, at, [each for each in before if each.is_amount])
        elif ADDED.search(told.clause):
            yield from _added_up(amounts, at)
        elif at and NEW.search(amounts[at - 1].head) and _is_all_in_all(amounts[at - 1], told):
            yield no_more("accumulates", amounts[at - 1].said.measure == told.said.measure, amounts[at - 1], told)
        elif at:
            yield from _all_kinds_of(amounts[at - 1], amounts[at:])
            yield from _all_kinds_of(told, amounts[max(0, at - 3) : at], behind=True)


def _of_which(amounts: Sequence[Told], at: int, before: Sequence[Told]) -> Iterator[Check]:
    first = amounts[at]
    in_sentence = [each for each in reversed(amounts[:at]) if alike(each, first)]
    wholes = in_sentence or [each for each in before if alike(each, first)]
    next_to_it = bool(in_sentence) and in_sentence[0] is amounts[at - 1]
    wholes = in_sentence[:1] if next_to_it else wholes
    listed = _listed(amounts, at)
    yield from _of_the_same_measure(amounts, at)
    if not wholes or any(NOT_ADDITIVE.search(each.head) for each in (*wholes, *listed)):
        return
    for told in (each for each in listed if each is first or JOINED.match(each.lead)):
        sure = next_to_it and _said_alike(told, wholes[0])
        yield from meant(no_more("part", sure, told, whole) for whole in wholes)
    if len(listed) > 1:
        yield from meant(check for whole in wholes for check in _sum(whole, listed, next_to_it))


def _of_the_same_measure(amounts: Sequence[Told], at: int) -> Iterator[Check]:
    """项目68个、总投资240亿元，其中大项目9个、总投资265亿元: the second measure of a part against that of its whole."""
    for told in amounts[at + 1 :]:
        if not JOINED.match(told.lead):
            return
        whole = next((each for each in reversed(amounts[:at]) if alike(each, told)), None)
        if whole and not alike(told, amounts[at]) and whole.name[-3:] == told.name[-3:]:
            yield no_more("part", False, told, whole)


def _listed(amounts: Sequence[Told], at: int) -> list[Told]:
    """What is listed behind 其中 in one unit, up to a semicolon or the next 其中."""
    listed = [amounts[at]]
    for told in amounts[at + 1 :]:
        if (
            not alike(told, amounts[at])
            or re.search("[;；]|其中", told.lead)
            or told.figure.start < listed[-1].figure.end
        ):
            break
        listed.append(told)
    return listed


def _said_alike(told: Told, whole: Told) -> bool:
    same_time = told.period is None or whole.period is None or whole.period.contains(told.period)
    return told.said.measure == whole.said.measure and same_time


def _sum(whole: Told, listed: Sequence[Told], sure: bool) -> Iterator[Check]:
    """Kinds that are all of a whole add up to it; kinds of one class are together no more than it."""
    if any(THRESHOLD.search(each.head) for each in listed):
        return
    rest = next((at for at, each in enumerate(listed) if REST.match(each.name)), None)
    if rest:
        yield _adds_up(whole, listed[: rest + 1], sure)
        return
    if any(_are(listed, every.kinds) for every in ALL):
        yield _adds_up(whole, listed, sure)
        return
    close = [each for each in listed if each is listed[0] or JOINED.match(each.lead)]
    check = _adds_up(whole, close, False)
    above = sum(each.said.value for each in close) / whole.said.value if whole.said.value else Fraction(0)
    nearly_all = len(close) > 2 and 1 < above <= SLIP
    if len(close) > 1 and (check.holds or (above > 1 and (of_one_class([each.name for each in close]) or nearly_all))):
        yield check


def of_one_class(names: Sequence[str]) -> bool:
    return any(all(of.search(name) for name in names) for of in CLASSES)


def _are(listed: Sequence[Told], kinds: Sequence[str]) -> bool:
    """Whether these are the kinds, each once, in some order."""
    if len(listed) != len(kinds):
        return False
    left = list(listed)
    for kind in kinds:
        found = next((each for each in left if re.search(kind, each.name)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _all_kinds_of(whole: Told, listed: Sequence[Told], behind: bool = False) -> Iterator[Check]:
    """进出口总额86.4亿元，出口52.3亿元、进口31.1亿元: the whole is named after its kinds, before or `behind` them."""
    for every in ALL:
        kinds = listed[-len(every.kinds) :] if behind else listed[: len(every.kinds)]
        if not every.whole or not re.search(every.whole, whole.name) or not _are(kinds, every.kinds):
            continue
        if all(alike(each, whole) and not NOT_ADDITIVE.search(each.head) for each in (whole, *kinds)):
            yield _adds_up(whole, kinds, all(each.period == whole.period for each in kinds))


def _added_up(amounts: Sequence[Told], at: int) -> Iterator[Check]:
    """一季度12.6亿元，二季度15.1亿元，两季度合计28.7亿元; 合计 may also be of the last two only."""
    before = [each for each in amounts[:at] if alike(each, amounts[at])]
    last = [before[-count:] for count in range(2, len(before) + 1)]
    if len(before) == at and not any(NOT_ADDITIVE.search(each.head) for each in before):
        yield from meant(_adds_up(amounts[at], each, len(before) == 2) for each in last)


def _adds_up(whole: Told, listed: Sequence[Told], sure: bool) -> Check:
    said = [each.said for each in listed]
    room = reduce(Interval.__add__, (each.interval for each in said))
    total = Number(sum((each.value for each in said), Fraction(0)), room, whole.said.unit)
    terms = [Message("{number}", {"number": each.said}) for each in said]
    words = reduce(lambda before, each: Message("{before} + {each}", {"before": before, "each": each}), terms)
    return equal("sum", sure, (whole.said, *said), words, total, whole.said)


def _is_all_in_all(new: Told, total: Told) -> bool:
    """新认定企业68家，累计达到256家: all there is of what was new."""
    found = ALL_IN_ALL.match(total.lead)
    if found is None or not alike(new, total) or NOT_ADDITIVE.search(new.head):
        return False
    return found["what"] in new.head
