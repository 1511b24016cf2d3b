"""A relation of a text as a check, and which of several bindings is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement
from duofeng.brain.figures.ties.told import Told
from duofeng.kernel.message import Message, say
from duofeng.kernel.quantity import PERCENT, Quantity, plain

TITLES = {
    "part": say("其中的数不大于整体"),
    "sum": say("各部分与整体"),
    "shares": say("各项占比合计"),
    "share": say("占比与它的整体"),
    "rate": say("比率与它的两个数"),
    "completion": say("完成比例与计划"),
    "per_head": say("平均数与总量"),
    "growth": say("增速与两期数"),
    "change": say("增减与两期数"),
    "rank": say("位次变化与两个名次"),
    "accumulates": say("累计数不小于新增数"),
    "same": say("同一名称的数前后一致"),
    "within": say("年内一段时间的数不大于全年"),
}
"""The relations a text can state. The id of one is its name here behind `read_`."""


class Number(NamedTuple):
    """A value with all that its rounding allows, in base units of `unit`."""

    value: Fraction
    room: Interval
    unit: str

    @staticmethod
    def of(said: Statement) -> Number:
        return Number(said.value, said.interval, said.unit)

    @property
    def said(self) -> Quantity | Message:
        return Message(plain(self.value) + PERCENT) if self.unit == PERCENT else Quantity(self.value, self.unit)


def equal(
    rule: str, sure: bool, said: tuple[Statement, ...], words: Message, computed: Number, stated: Statement
) -> Check:
    """`words` computed from the other numbers is the number stated."""
    holds = computed.room.overlaps(stated.interval)
    sides = {"words": words, "computed": computed.said, "sign": "≈" if holds else "≠", "stated": stated.said}
    arithmetic = Message("{words} = {computed} {sign} {stated}", sides)
    rounding = computed.room.half_width + stated.interval.half_width
    return _check(rule, sure, holds, said, arithmetic, (abs(computed.value - stated.value), rounding, stated.unit))


def no_more(rule: str, sure: bool, less: Told, more: Told) -> Check:
    """One number is at most the other."""
    one, other = less.said, more.said
    holds = not other.interval.below(one.interval)
    sides = {"less": _named(less), "sign": "≤" if holds else ">", "more": _named(more)}
    rounding = one.interval.half_width + other.interval.half_width
    gap = (abs(one.value - other.value), rounding, one.unit)
    return _check(rule, sure, holds, (one, other), Message("{less} {sign} {more}", sides), gap)


def _named(told: Told) -> Message:
    return Message("{name} {number}", {"name": Message(told.name), "number": told.said.said})


def _check(
    rule: str,
    sure: bool,
    holds: bool,
    said: tuple[Statement, ...],
    arithmetic: Message,
    gap: tuple[Fraction, Fraction, str],
) -> Check:
    severity = "error" if sure else "warning"
    return Check(f"read_{rule}", TITLES[rule], severity, holds, said, arithmetic, *gap, rule=f"read_{rule}")  # type: ignore[arg-type]  # one of two literals


def meant(bindings: Iterable[Check]) -> Iterator[Check]:
    """The binding that holds; else the surest."""
    found = list(bindings)
    holding = next((each for each in found if each.holds), None)
    if holding is not None:
        yield holding
    elif found:
        yield min(found, key=lambda each: each.severity != "error")


def quotient(one: Statement, other: Statement, times: int = 1) -> Number | None:
    """One number over another, `times` as much."""
    if other.value <= 0 or one.value < 0:
        return None
    return Number(one.value / other.value * times, one.interval.over(other.interval).scaled(times), PERCENT)


def over(one: Statement, other: Statement) -> Message:
    return Message("{one} ÷ {other}", {"one": one.said, "other": other.said})
