"""One number against another of the same indicator: said twice, of a part of the year, later, a year before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check, checked
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, say
from duofeng.kernel.quantity import Quantity
from duofeng.zone.kinds.identity import Identity


def same_fact(identity: Identity, book: Book) -> Iterator[Check]:
    """Two statements of one fact overlap. Targets are left out: a later plan may set another."""
    together: dict[object, list[Statement]] = {}
    for each in book.said:
        if each.measure != "target" and each.period is not None and each.indicator not in identity.besides:
            together.setdefault(each.key, []).append(each)
    for said in together.values():
        firsts: dict[Interval, Statement] = {}
        for each in said:
            first = firsts.setdefault(each.interval, each)
            if first is not each:
                yield _compared(identity, book, (first, each), True, "=")
        for one, other in combinations(firsts.values(), 2):
            holds = one.interval.overlaps(other.interval)
            yield _compared(identity, book, (one, other), holds, "=" if holds else "≠")


def parts_of_period(identity: Identity, book: Book) -> Iterator[Check]:
    """What was done in a half-year is no more than what was done in the year."""
    flows = book.each_indicator(identity.indicators, identity.besides, lambda each: each.behaviour == "flow")
    for indicator in flows:
        for one, other in combinations(book.series(indicator), 2):
            inner, outer = (one, other) if _inside(one, other) else (other, one)
            if _inside(inner, outer):
                holds = not outer.interval.below(inner.interval)
                yield _compared(identity, book, (inner, outer), holds, "≤" if holds else ">")


def never_falls(identity: Identity, book: Book) -> Iterator[Check]:
    """What accumulates never becomes less."""
    for indicator in identity.indicators:
        for before, after in pairwise(book.series(indicator)):
            holds = not after.interval.below(before.interval)
            yield _compared(identity, book, (before, after), holds, "≤" if holds else ">")


def half_above_last_year(identity: Identity, book: Book) -> Iterator[Check]:
    """Half a year above the whole year before is possible, and asks for a word of explanation."""
    for indicator in identity.indicators:
        series = book.series(indicator)
        for half in series:
            if half.period is None or half.period.grain != "half" or half.period.is_range:
                continue
            for year in series:
                if year.period and str(year.period) == str(half.period.year - 1):
                    holds = not year.interval.below(half.interval)
                    yield _compared(identity, book, (half, year), holds, "≤" if holds else ">")


def _inside(inner: Statement, outer: Statement) -> bool:
    return (
        inner.period is not None
        and outer.period is not None
        and inner.period != outer.period
        and outer.period.contains(inner.period)
    )


def _said(each: Statement) -> Message | Quantity:
    return Message("{period} {number}", {"period": each.period, "number": each.said}) if each.period else each.said


def _compared(identity: Identity, book: Book, pair: tuple[Statement, Statement], holds: bool, sign: str) -> Check:
    one, other = pair
    title = book.indicators[one.indicator].title
    arithmetic = say("{title}：{one} {sign} {other}", title=title, one=_said(one), sign=sign, other=_said(other))
    rounding = one.interval.half_width + other.interval.half_width
    gap = (abs(one.value - other.value), rounding, one.unit)
    return checked(identity, holds, (one, other), arithmetic, gap)
