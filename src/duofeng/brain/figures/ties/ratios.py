"""Percentages and averages against the numbers they are made of, where the text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

from duofeng.brain.figures.interval import Interval, exactly
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement, statement
from duofeng.brain.figures.ties.parts import ALL, REST, of_one_class
from duofeng.brain.figures.ties.relation import Number, equal, meant, over, quotient
from duofeng.brain.figures.ties.told import Told, alike, measured, named
from duofeng.kernel.message import Message
from duofeng.kernel.quantity import PERCENT

COMPLETES = re.compile(
    r"完成(?:率|比例|进度)|(?:完成|占|为|达到?|相当于)[^，。]{0,10}(?:计划|目标|任务|年初预算|预算数)"
)
PLANNED = re.compile(r"计划|目标|任务|预算数|年初|原定")
RATE = re.compile(r"([一-鿿]{2,6}?)(?:率|比例|占比|比重)(?:已|达到?|为|超过?|约)*$")
PART_OF_AMOUNT = re.compile(r"(?:占|为|相当于)[^，,。]*$")
ALL_OF_IT = re.compile(r"^(?:全社会|全部|全体)|(?:总额|总量|总数|合计)$")
OF_TWO = re.compile(r"(?:收入比|之比|比值)$")
OTHER_RATES = re.compile(r"增长|增速|贡献|完成|下降|提高|以上|综合|平均|入学|升学|城镇化|失业|利用率|覆盖|满意|知晓")
"""Rates whose two counts are not what stands before them."""
AREA = re.compile(r"^全?[国省市州区县]|同类|同期|全球|世界")
PER_HEAD = re.compile(
    r"^(?:人均|每(?P<times>千|万|十万|百万)?(?:名|个)?(?:常住)?(?:(?P<whom>老年人口?|老人|儿童|学生)|人口?|居民))(?:拥有|占有)?"
)
PER_ONE = re.compile(r"^(?P<unit>人|户|亩|店)均")
OWNED = re.compile(r"(?:拥有量|保有量|数量|总数|总量|数)$")
PEOPLE = re.compile(r"常住人口|总人口|^人口$")
WHOM = {"老": re.compile(r"老年人口?$|老人$"), "儿": re.compile(r"儿童$"), "学": re.compile(r"(?:学生|在校生)$")}
SAME_ONES = {"人": "人名位"}
TIMES = {"千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000}
YEARS_APART = Fraction(8, 100)
"""Heads are of the middle of the year for some averages: so much may they differ from those of its end."""
INDUSTRIES = re.compile(r"^(?:三次产业|一二三产业?)[^占]{0,4}(?:占比|比重)$")
OF_ONE_WHOLE = re.compile(r"(?:结构|构成|分布|来源|来看|中)[，,：:]")
STRUCTURE = re.compile(
    r"(?P<what>[一-鿿]{0,8}(?:结构|构成|比例|比重|占比))[^，,。；;\d]{0,6}"
    r"(?P<parts>\d+(?:\.\d+)?(?:\s*[:：∶︰]\s*\d+(?:\.\d+)?){2,4})"
)


def ratios(sentence: Sequence[Told], told: Sequence[Told]) -> Iterator[Check]:
    for at, each in enumerate(sentence):
        before = [other for other in sentence[:at] if other.is_amount]
        if each.share is not None and each.is_amount:
            yield from _share_of_stated(each.share, each, each.figure.share_of, told)
        if each.is_rate and COMPLETES.search(each.clause + each.head):
            yield from _completion(each, sentence, before, told)
        elif each.is_rate and (each.said.measure in ("level", "target") or not each.figure.share_of):
            yield from _rate(each, before)
        elif not each.figure.unit and OF_TWO.search(each.name) and len(before) > 1:
            yield from _of_two(each, *before[-2:])
        if each.is_amount:
            yield from _average(each, told)
    yield from _all_shares(sentence)


def _share_of_stated(share: Statement, part: Told, scope: str, told: Sequence[Told]) -> Iterator[Check]:
    """税收55.4亿元，占一般公共预算收入的83.8%, where the text states that revenue for the same time."""
    name = named(scope)
    if len(name) < 2 or AREA.match(name):
        return
    amounts = [
        each
        for each in told
        if each is not part and each.is_amount and alike(each, part) and each.period == part.period
    ]
    wholes = [each for each in amounts if each.name == name]
    if not wholes and "其中" in part.lead:
        wholes = [each for each in amounts if each.sentence == part.sentence and _is_called(each, name)]
        yield from meant(_is_share(share, part, whole, "share", False) for whole in wholes[:1])
        return
    yield from meant(_is_share(share, part, whole, "share", True) for whole in wholes)


def _is_called(whole: Told, name: str) -> bool:
    """贷款总额 for 发放贷款, 全社会用电量 for 用电量: the name of a whole with and without words for all of it."""
    bare = ALL_OF_IT.sub("", name)
    return len(bare) > 1 and ALL_OF_IT.sub("", whole.name).endswith(bare)


def _is_share(share: Statement, part: Told, whole: Told, rule: str, sure: bool) -> Check:
    computed = quotient(part.said, whole.said, 100) or Number(Fraction(0), Interval(None, None), PERCENT)
    return equal(rule, sure, (part.said, share, whole.said), over(part.said, whole.said), computed, share)


def _rate(rate: Told, before: Sequence[Told]) -> Iterator[Check]:
    """收到1260件，办结1190件，办结率99.9%: of two counts in one unit the second is what the rate is called after."""
    if (
        rate.lead.endswith("的")
        and len(before) > 1
        and PART_OF_AMOUNT.search(before[-1].clause)
        and alike(*before[-2:])
    ):
        yield _is_share(rate.said, before[-2], before[-1], "share", True)
        return
    named_after = RATE.search(rate.clause)
    if named_after is None or OTHER_RATES.search(rate.clause) or len(before) < 2:
        return
    whole, part = before[-2:]
    verb = _shared(named_after[1], part.clause + part.tail)
    if not verb and not ("其中" in part.lead and re.search("占比|比重|比例", rate.clause)):
        return
    planned = PLANNED.search(whole.clause) is not None
    if alike(part, whole) and (planned or not _shared(named_after[1], whole.clause + whole.tail)):
        others = [each for each in before[:-2] if alike(each, part)]
        sure = not others and rate.lead[:1] in "，,、" and part.period == whole.period
        yield from meant(_is_share(rate.said, part, each, "rate", sure) for each in (whole, *others))


def _of_two(ratio: Told, one: Told, other: Told) -> Iterator[Check]:
    """城镇收入56200元，农村收入31500元，城乡收入比1.92∶1: one over the other, where they measure one thing."""
    close = ratio.lead[:1] in "，,、" and one.period == other.period == ratio.period
    if close and alike(one, other) and one.name[-2:] == other.name[-2:]:
        computed = quotient(one.said, other.said)
        if computed is not None:
            number = Number(computed.value, computed.room, ratio.said.unit)
            said = (ratio.said, one.said, other.said)
            yield equal("rate", False, said, over(one.said, other.said), number, ratio.said)


def _shared(rate: str, words: str) -> bool:
    """Whether two characters in a row of a rate's name stand in the words."""
    return any(rate[at : at + 2] in words for at in range(len(rate) - 1))


def _completion(rate: Told, sentence: Sequence[Told], before: Sequence[Told], told: Sequence[Told]) -> Iterator[Check]:
    """Results over plans of one unit in the sentence; a plan says so in its own words. Else plans of the same name."""
    plans = [each for each in sentence if each.is_amount and PLANNED.search(each.clause + each.tail)]
    results = [each for each in before if each not in plans]
    pairs = [(done, plan) for done in reversed(results) for plan in plans if alike(done, plan)]
    if not pairs and results:
        plans = [each for each in told if each.said.measure == "target" and PLANNED.search(each.clause)]
        pairs = [(results[-1], each) for each in plans if alike(results[-1], each) and _same_thing(results[-1], each)]
        yield from meant(_is_share(rate.said, done, plan, "completion", False) for done, plan in pairs)
        return
    sure = len(pairs) == 1 and (pairs[0][0] is before[-1] or pairs[0][1] is before[-1])
    yield from meant(_is_share(rate.said, done, plan, "completion", sure) for done, plan in pairs)


def _same_thing(result: Told, plan: Told) -> bool:
    same_year = result.period is not None and plan.period is not None and plan.period.contains(result.period)
    return same_year and PLANNED.sub("", plan.name).endswith(result.name)


def _average(average: Told, told: Sequence[Told]) -> Iterator[Check]:
    """人均, 每千人口, 户均: the total of that name over the heads, where the text has both."""
    found = PER_HEAD.match(average.name)
    ones = PER_ONE.match(average.name)
    whom = WHOM.get((found["whom"] or "")[:1], PEOPLE) if found else PEOPLE
    if found and any(_are_people(each, whom) for each in told):
        what, times = average.name[found.end() :], TIMES.get(found["times"] or "", 1)
        heads = [each for each in told if _are_people(each, whom) and each.period == average.period]
        totals = [each for each in told if _is_total(each, what, average)]
        sure = len(heads) == 1 and len(totals) == 1
        yield from meant(_is_average(average, total, each, times, sure) for total in totals for each in heads)
    elif ones:
        same = [each for each in told if each.sentence == average.sentence and each.figure.start < average.figure.start]
        heads = [
            each
            for each in same
            if each.is_amount and each.figure.unit[-1] in SAME_ONES.get(ones["unit"], ones["unit"])
        ]
        totals = [each for each in same if each.is_amount and alike(each, average)]
        if len(heads) == 1 and len(totals) == 1:
            yield _is_average(average, totals[0], heads[0], 1, False, Fraction(0))


def _are_people(told: Told, whom: re.Pattern[str]) -> bool:
    return told.is_amount and measured(told.figure.unit) == measured("人") and whom.search(told.name) is not None


def _is_total(told: Told, what: str, average: Told) -> bool:
    if not told.is_amount or told is average or "均" in told.name or not what or told.period != average.period:
        return False
    what, name = OWNED.sub("", what), OWNED.sub("", told.name)
    same = name == what or (len(what) > 1 and name.endswith(what)) or (what == "GDP" and "生产总值" in told.name)
    return same and alike(told, average)


def _is_average(
    average: Told, total: Told, heads: Told, times: int, sure: bool, apart: Fraction = YEARS_APART
) -> Check:
    count = heads.said
    room = Interval(
        None if count.interval.low is None else count.interval.low * (1 - apart),
        None if count.interval.high is None else count.interval.high * (1 + apart),
    )
    value = total.said.value / count.value * times if count.value else Fraction(0)
    computed = Number(value, total.said.interval.over(room).scaled(times), average.said.unit)
    said = (average.said, total.said, count)
    return equal("per_head", sure, said, over(total.said, count), computed, average.said)


def _all_shares(sentence: Sequence[Told]) -> Iterator[Check]:
    """本科占45.3%、专科占38.2%、其他占26.5%: shares of one thing are together no more than all of it."""
    listed: list[tuple[str, Statement]] = []
    for each in sentence:
        share = each.share if each.share is not None else each.said if each.figure.kind == "share" else None
        of = _share_words(each)
        if share is None or of is None or ("其中" in each.lead and listed):
            if len(listed) > 2:
                break
            listed = []
            continue
        listed.append((of, share))
    names = [name for name, _ in listed]
    industries = [each.said for each in sentence if each.is_rate and INDUSTRIES.search(each.head)]
    if len(industries) == 3:
        yield from _make_a_hundred(industries, True, True)
    if len(listed) < 2 or len({share.start for _, share in listed}) < len(listed):
        return
    rest = REST.match(names[-1]) is not None or any(
        len(every.kinds) == len(names) and all(any(re.search(kind, name) for name in names) for kind in every.kinds)
        for every in ALL
    )
    degrees = len(names) > 2 and "以上" in names[0] and "以下" in names[-1]
    if rest or degrees or of_one_class(names) or OF_ONE_WHOLE.search(sentence[0].opening):
        yield from _make_a_hundred([share for _, share in listed], rest or degrees, rest or degrees)


def _share_words(told: Told) -> str | None:
    """What has the share, where nothing but 占 and a number stands behind it; None for a share of another place."""
    clause = told.opening[told.opening.rfind("：") + 1 :]
    words = re.split(r"[，,；;、]", clause)[-1]
    found = re.fullmatch(r"(?:其中)?([^占]{1,14}?)(?:占比?|比重)(?:为|达到?|约)*", words.strip())
    return found[1] if found and not AREA.match(found[1]) else None


def _make_a_hundred(shares: Sequence[Statement], all_of_it: bool, sure: bool) -> Iterator[Check]:
    room = reduce(Interval.__add__, (each.interval for each in shares))
    total = sum((each.value for each in shares), Fraction(0))
    whole = statement(shares[0].indicator, Fraction(100), PERCENT, written="100%", document=shares[0].document)
    stated = replace(whole, interval=exactly(100))
    terms = [Message("{share}", {"share": each.said}) for each in shares]
    words = reduce(lambda before, each: Message("{before} + {each}", {"before": before, "each": each}), terms)
    check = equal("shares", sure, tuple(shares), words, Number(total, room, PERCENT), stated)
    if all_of_it or check.holds or total > 100:
        yield check


def structures(text: str) -> Iterator[Check]:
    """三次产业结构为0.1∶50.4∶47.8: parts that nearly make a hundred have to make it."""
    for found in STRUCTURE.finditer(text):
        written = re.split(r"\s*[:：∶︰]\s*", found["parts"])
        values = [Fraction(each) for each in written]
        if not 90 <= sum(values) <= 110:
            continue
        start, end = found.span("parts")
        shares = [
            statement("", value, PERCENT, measure="share", written=f"{each}%", document="draft", start=start, end=end)
            for value, each in zip(values, written, strict=True)
        ]
        yield from _make_a_hundred(shares, True, True)
