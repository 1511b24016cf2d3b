"""What follows from stated figures: growth, totals implied by shares, pace, and people implied by per-head figures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from duofeng.brain.figures.book import Book, slot_of
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.growth import growth_between
from duofeng.brain.figures.rules.shares import implied_total
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import PERCENT, Quantity
from duofeng.kernel.units import unit as unit_of
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.zone import Zone

Sort = Literal["growth", "increase", "implied_total", "implied_plan", "per_head"]


@dataclass(frozen=True, slots=True)
class Derived:
    """A number nobody stated, with the statements it follows from. `interval` is all that their rounding allows."""

    sort: Sort
    title: Message
    value: Fraction
    interval: Interval
    unit: str
    statements: tuple[Statement, ...]
    whole_numbers: tuple[int, ...] = ()
    """For an implied total of things that are counted: the first whole numbers possible."""

    @property
    def said(self) -> Quantity | Message:
        """`24家`, or a range when rounding leaves several."""
        if len(self.whole_numbers) == 1:
            return Quantity(Fraction(self.whole_numbers[0]), self.unit)
        value = Quantity(self.value, self.unit)
        low, high = (
            value if end is None else Quantity(end, self.unit) for end in (self.interval.low, self.interval.high)
        )
        if str(low) == str(high):
            return value
        return say("{value}（{low} – {high}）", value=value, low=low, high=high)


def derived(said: Statement, book: Book, zone: Zone) -> tuple[Derived, ...]:
    """All that follows for one level: against a year ago, from each share stated of it, and the heads it counts by."""
    shares = (_total(said, share, zone) for share in _shares(said, book))
    found = [_growth(said, book), *shares, *_people(said, book, zone)]
    return tuple(each for each in found if each is not None)


def _growth(said: Statement, book: Book) -> Derived | None:
    if said.period is None or said.measure != "level" or book.indicators[said.indicator].behaviour == "rank":
        return None
    before = book.one(said.indicator, (said.subject, str(said.period.year_ago())))
    if before is None or not before.value:
        return None
    if said.unit == PERCENT:
        value = said.value - before.value
        room = Interval(value - said.interval.half_width, value + said.interval.half_width)
        return Derived("increase", say("同比增减"), value, room, "pp", (said, before))
    value = (said.value / before.value - 1) * 100
    title = say("同比（现价总量计算）") if _is_money(said.unit) else say("同比")
    return Derived("growth", title, value, growth_between(said.interval, before.interval), PERCENT, (said, before))


def _is_money(unit: str) -> bool:
    try:
        return unit_of(unit).dimension == "money"
    except ProblemError:
        return False


def _shares(said: Statement, book: Book) -> list[Statement]:
    shares = [each for each in book.said if each.measure == "share" and each.indicator == said.indicator]
    return [each for each in shares if slot_of(each) == slot_of(said) and each.value]


def _total(said: Statement, share: Statement, zone: Zone) -> Derived:
    total = implied_total(said.interval, share.interval)
    title = say("由占{whole} {share} 推算的总量", whole=zone.file.comparisons.get(share.of, share.of), share=share.said)
    sort: Sort = "implied_plan" if share.of == "plan" else "implied_total"
    whole = total.integers() if said.is_count else ()
    return Derived(sort, title, said.value / share.value * 100, total, said.unit, (said, share), whole)


def _people(said: Statement, book: Book, zone: Zone) -> list[Derived]:
    """The population a per-head figure uses, where an identity says what it is per head of: the total over it."""
    bases = (base for identity in zone.declared(Identity).values() for base in identity.bases)
    totals = [base.total for base in bases if base.total is not None and base.per_head == said.indicator]
    total = book.one(totals[0], slot_of(said)) if totals and said.value else None
    if total is None:
        return []
    title = say("所用人口（{total} ÷ {per_head}）", total=total.said, per_head=said.said)
    value, room = total.value / said.value, total.interval.over(said.interval)
    return [Derived("per_head", title, value, room, said.unit.partition("/")[2], (said, total))]


def pace(result: Fraction, aim: Fraction, elapsed: Fraction) -> tuple[Fraction, Fraction]:
    """Share of the task done and share of the time gone, both in per cent."""
    return result / aim * 100, elapsed * 100
