"""One population behind all per-head figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check, checked
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, say
from duofeng.kernel.quantity import Quantity
from duofeng.zone.kinds.identity import Base, Identity

PEOPLE = "万人"


@dataclass(frozen=True, slots=True)
class Heads:
    """A number of people, said or implied, and the statements it comes from."""

    value: Fraction
    interval: Interval
    statements: tuple[Statement, ...]

    @property
    def implied(self) -> bool:
        return len(self.statements) > 1

    @property
    def said(self) -> Quantity | Message:
        return say("{heads}（推算）", heads=Quantity(self.value, PEOPLE)) if self.implied else self.statements[0].said


def heads(base: Base, book: Book) -> list[Heads]:
    """Every statement of the heads, or every total with its per-head figure of the same period."""
    if base.stated is not None:
        return [Heads(each.value, each.interval, (each,)) for each in book.series(base.stated)]
    found = []
    for total in book.series(base.total or ""):
        per_head = book.one(base.per_head or "", (total.subject, str(total.period)))
        if per_head is not None and per_head.value:
            found.append(Heads(total.value / per_head.value, total.interval.over(per_head.interval), (total, per_head)))
    return found


def one_base(identity: Identity, book: Book) -> Iterator[Check]:
    """The smallest and the largest are one population within the declared tolerance; otherwise all are named."""
    stated = {each.value: each for base in identity.bases for each in heads(base, book)}
    found = sorted(stated.values(), key=lambda each: each.value)
    if len(found) < 2:
        return
    least, most = found[0], found[-1]
    room = 1 + Fraction(identity.tolerance) / 100
    times = float(most.value / least.value)
    rounding = least.interval.half_width + most.interval.half_width
    yield checked(
        identity,
        not least.interval.scaled(room).below(most.interval),
        tuple(statement for each in found for statement in each.statements),
        say(
            "{count} 个人口基数：{bases}；最大是最小的 {times:.2f} 倍",
            count=len(found),
            bases=tuple(each.said for each in found),
            times=times,
        ),
        (most.value - least.value, rounding, PEOPLE),
    )
