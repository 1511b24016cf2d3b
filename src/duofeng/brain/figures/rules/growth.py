"""Growth against levels, and the growth of a whole against the growth of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import cast

from duofeng.brain.figures.book import Book, Slot, period_of
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check, checked
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import say
from duofeng.kernel.quantity import PERCENT, plain
from duofeng.zone.kinds.identity import Identity

COVERED = Fraction(95, 100)
"""Parts whose growth is known must be this much of the whole before their growth can be held against it."""


def growth_between(now: Interval, before: Interval) -> Interval:
    """Growth in per cent from one level to the next."""
    quotient = now.over(before).scaled(100)
    return Interval(
        None if quotient.low is None else quotient.low - 100, None if quotient.high is None else quotient.high - 100
    )


def against_levels(identity: Identity, book: Book) -> Iterator[Check]:
    """Stated growth against the two stated levels; at constant prices it cannot be recomputed and is only explained."""
    grows = ("flow", "stock")
    for indicator in book.each_indicator(identity.indicators, identity.besides, lambda each: each.behaviour in grows):
        for slot in book.slots(indicator, "growth"):
            stated = book.one((indicator, "growth", ""), slot)
            now = book.one(indicator, slot)
            before = book.one(indicator, (slot[0], str(period_of(slot).year_ago())))
            if stated is None or now is None or before is None:
                continue
            yield (
                _deflator(identity, stated, now, before)
                if identity.basis == "constant"
                else _nominal(identity, stated, now, before)
            )


def _nominal(identity: Identity, stated: Statement, now: Statement, before: Statement) -> Check:
    computed = growth_between(now.interval, before.interval)
    number = (now.value / before.value - 1) * 100
    holds = computed.overlaps(stated.interval)
    arithmetic = say(
        "{now} ÷ {before} − 1 = {growth}% {sign} {stated}",
        now=now.said,
        before=before.said,
        growth=plain(number),
        sign="≈" if holds else "≠",
        stated=stated.said,
    )
    gap = (abs(number - stated.value), computed.half_width + stated.interval.half_width, PERCENT)
    return checked(identity, holds, (stated, now, before), arithmetic, gap)


def _deflator(identity: Identity, stated: Statement, now: Statement, before: Statement) -> Check:
    nominal = (now.value / before.value - 1) * 100
    deflator = ((1 + nominal / 100) / (1 + stated.value / 100) - 1) * 100
    return checked(
        identity,
        None,
        (stated, now, before),
        say(
            "增速 {stated} 按不变价格计算，不能由现价总量重算：现价 {nominal}%，隐含价格变动或基数修订 {deflator}%",
            stated=stated.said,
            nominal=plain(nominal),
            deflator=plain(deflator),
        ),
    )


def of_parts(identity: Identity, book: Book) -> Iterator[Check]:
    """Taking each part back by its own growth and adding up gives the growth of the whole."""
    whole_id = cast(str, identity.whole)
    for slot in book.slots(whole_id, "growth"):
        stated, whole = book.one((whole_id, "growth", ""), slot), book.one(whole_id, slot)
        known = _parts_with_growth(identity, book, slot)
        if stated is None or whole is None or not known:
            continue
        if sum((level.value for level, _ in known), Fraction(0)) < whole.value * COVERED:
            continue
        yield _back_cast(identity, stated, known)


def _parts_with_growth(identity: Identity, book: Book, slot: Slot) -> list[tuple[Statement, Statement]]:
    found = []
    for part in identity.parts:
        level, growth = book.one(part, slot), book.one((part, "growth", ""), slot)
        if level is not None and growth is not None:
            found.append((level, growth))
    return found


def _back_cast(identity: Identity, stated: Statement, known: list[tuple[Statement, Statement]]) -> Check:
    now = reduce(Interval.__add__, (level.interval for level, _ in known))
    bases = [level.interval.over(_factor(growth.interval)) for level, growth in known]
    computed = growth_between(now, reduce(Interval.__add__, bases))
    level_now = sum((level.value for level, _ in known), Fraction(0))
    level_before = sum((level.value / (1 + growth.value / 100) for level, growth in known), Fraction(0))
    number = (level_now / level_before - 1) * 100
    slack = Fraction(identity.tolerance)
    allowed = Interval(_shift(stated.interval.low, -slack), _shift(stated.interval.high, slack))
    holds = computed.overlaps(allowed)
    sign = "≈" if holds else "≠"
    return checked(
        identity,
        holds,
        (stated, *(each for pair in known for each in pair)),
        say(
            "各部分 {parts} 合成 {growth}% {sign} {stated}",
            parts=tuple(say("{level}（{growth}）", level=level.said, growth=growth.said) for level, growth in known),
            growth=plain(number),
            sign=sign,
            stated=stated.said,
        ),
        (abs(number - stated.value), computed.half_width + stated.interval.half_width, PERCENT),
    )


def _factor(percent: Interval) -> Interval:
    """Growth in per cent as a factor: 8.9 → 1.089."""
    return Interval(_shift(_hundredth(percent.low), Fraction(1)), _shift(_hundredth(percent.high), Fraction(1)))


def _hundredth(number: Fraction | None) -> Fraction | None:
    return None if number is None else number / 100


def _shift(number: Fraction | None, by: Fraction) -> Fraction | None:
    return None if number is None else number + by
