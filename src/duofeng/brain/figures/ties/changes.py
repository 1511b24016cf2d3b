"""Growth, amounts of change and places gained against the two values they lie between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.rules.growth import growth_between
from duofeng.brain.figures.statement import Statement
from duofeng.brain.figures.ties.relation import Number, equal, meant
from duofeng.brain.figures.ties.told import Told, alike
from duofeng.kernel.message import Message
from duofeng.kernel.quantity import PERCENT

CONSTANT_PRICES = re.compile(r"生产总值|GDP|增加值|固定资产投资|总产值")
"""Growth that is told at constant prices, or over another base than the one printed."""
OTHER_BASE = re.compile(
    r"年均|平均|同口径|可比|不变价|扣除|剔除|实际增|名义|环比|累计增|两年|五年|比20|较20|较年初|比年初"
)
GROWTH_RATE = re.compile(r"增长率|增速|增幅")
FROM = re.compile(r"[由从](?:[^，,。；;]{0,10})$")
LAST_YEAR = re.compile(r"^(?:[，,(（]?)(?:而|比)?(?:上年|去年|上一年)(?:同期|全年)?(?:为|是|完成|的)*$")
GAINED = re.compile(r"^[，,]?(?:前进|上升|提升|提高|跃升|前移|进|升|后退|下降|后移|退|降)了?$")


def changes(sentence: Sequence[Told], told: Sequence[Told]) -> Iterator[Check]:
    for at, each in enumerate(sentence):
        if each.growth is not None and each.is_amount:
            yield from _growth(each, sentence, at, told)
        elif each.said.measure == "increase":
            yield from _change(each, sentence, at, told)
        elif GAINED.match(each.lead) and at > 1:
            yield from _places_gained(each, sentence[at - 2], sentence[at - 1])


def _growth(now: Told, sentence: Sequence[Told], at: int, told: Sequence[Told]) -> Iterator[Check]:
    """Against what it was before, where the text says it; and against the amount by which it changed."""
    growth = now.growth
    behind = _behind(now, sentence)
    if at and LAST_YEAR.match(now.clause) and alike(sentence[at - 1], now):
        now, at = sentence[at - 1], at - 1
    if growth is None or OTHER_BASE.search(behind) or CONSTANT_PRICES.search(now.head):
        return
    bindings = [
        _grew(growth, now.said, each.said, _in_one_breath(each, now))
        for each in _a_year_before(now, sentence, at, told)
    ]
    amount = next(
        (each for each in sentence[at + 1 : at + 2] if each.said.measure == "increase" and alike(each, now)), None
    )
    if amount is not None and now.figure.start <= amount.figure.start < now.figure.end:
        bindings += _from_amount(growth, now.said, amount.said)
    yield from meant(bindings)


def _behind(now: Told, sentence: Sequence[Told]) -> str:
    """The words between a number and its growth."""
    last = sentence[-1].opening
    start = last.find(now.opening)
    return last[start + len(now.opening) :][:40] + now.tail if start >= 0 and len(last) > len(now.opening) else now.tail


def _a_year_before(now: Told, sentence: Sequence[Told], at: int, told: Sequence[Told]) -> list[Told]:
    """What it changed from in the same breath; else the numbers of its name a year before."""
    if at and _changes_from(sentence[at - 1], now):
        before = sentence[at - 1]
        return [before] if before.period is None or _is_year_before(before, now) else []
    behind = sentence[at + 1 : at + 2]
    if behind and alike(behind[0], now) and behind[0].is_amount and LAST_YEAR.match(behind[0].clause):
        return [*behind]
    return _of_the_year_before(now, told)


def _of_the_year_before(now: Told, told: Sequence[Told]) -> list[Told]:
    return [
        each
        for each in told
        if each.name == now.name and each.said.measure == now.said.measure and alike(each, now)
        and _is_year_before(each, now)
    ]  # fmt: skip


def _changes_from(before: Told, now: Told) -> bool:
    return before.head == now.head and FROM.search(before.clause) is not None and alike(before, now)


def _is_year_before(before: Told, now: Told) -> bool:
    return before.period is not None and now.period is not None and before.period == now.period.year_ago()


def _in_one_breath(before: Told, now: Told) -> bool:
    return before.sentence == now.sentence


def _grew(growth: Statement, now: Statement, before: Statement, sure: bool) -> Check:
    computed, value = growth_between(now.interval, before.interval), Fraction(0)
    if before.value > 0:
        value = (now.value / before.value - 1) * 100
    else:
        computed = Interval(None, None)
    words = Message("{now} ÷ {before} − 1", {"now": now.said, "before": before.said})
    return equal("growth", sure, (growth, now, before), words, Number(value, computed, PERCENT), growth)


def _from_amount(growth: Statement, now: Statement, amount: Statement) -> list[Check]:
    before = now.value - amount.value
    room = now.interval + Interval(_less(amount.interval.high), _less(amount.interval.low))
    if before <= 0 or room.low is None or room.low <= 0:
        return []
    value = (now.value / before - 1) * 100
    words = Message("{now} ÷ ({now} − {amount}) − 1", {"now": now.said, "amount": amount.said})
    number = Number(value, growth_between(now.interval, room), PERCENT)
    return [equal("growth", True, (growth, now, amount), words, number, growth)]


def _less(end: Fraction | None) -> Fraction | None:
    return None if end is None else -end


def _change(change: Told, sentence: Sequence[Told], at: int, told: Sequence[Told]) -> Iterator[Check]:
    """提高3.9个百分点, 增加25天: against the two values, where the text says both."""
    if not at or OTHER_BASE.search(change.clause):
        return
    now = sentence[at - 1]
    points = change.figure.unit == "个百分点"
    of_a_rate = now.is_rate or (now.figure.unit == PERCENT and GROWTH_RATE.search(now.head) is not None)
    if not (points and of_a_rate) and not (now.is_amount and alike(change, now)):
        return
    if not change.head.startswith(now.head):
        return
    befores = _befores(now, sentence, at - 1, told)
    yield from meant(_changed(change.said, now.said, each.said, _in_one_breath(each, now)) for each in befores)


def _befores(now: Told, sentence: Sequence[Told], at: int, told: Sequence[Told]) -> list[Told]:
    if at and _changes_from(sentence[at - 1], now):
        return [sentence[at - 1]]
    return _of_the_year_before(now, told)


def _changed(change: Statement, now: Statement, before: Statement, sure: bool) -> Check:
    room = now.interval + Interval(_less(before.interval.high), _less(before.interval.low))
    words = Message("{now} − {before}", {"now": now.said, "before": before.said})
    number = Number(now.value - before.value, room, change.unit)
    return equal("change", sure, (change, now, before), words, number, change)


def _places_gained(gain: Told, before: Told, now: Told) -> Iterator[Check]:
    """由第18位上升至第15位，前进3位."""
    if before.figure.kind == now.figure.kind == "rank" and before.head == now.head and gain.figure.unit in ("位", "名"):
        places = abs(before.said.value - now.said.value)
        words = Message("{before} → {now}", {"before": before.said.said, "now": now.said.said})
        number = Number(places, Interval(places, places), gain.said.unit)
        yield equal("rank", True, (before.said, now.said, gain.said), words, number, gain.said)
