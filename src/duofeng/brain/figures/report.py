"""One indicator, laid open: its value, where it was said, what follows from it, and how it came to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from operator import itemgetter
from typing import Literal

from duofeng.brain.figures.book import Book, slot_of
from duofeng.brain.figures.derived import Derived, derived, pace
from duofeng.brain.figures.statement import THE_ZONE, Statement, known_at
from duofeng.brain.figures.targets import elapsed
from duofeng.kernel.message import Message, say
from duofeng.kernel.period import Period
from duofeng.zone.zone import Zone

Reason = Literal["due", "late", "confirmed", "corrected", "withdrawn"]
REASONS: dict[Reason, Message] = {
    "due": say("当时这一期还没有结束"),
    "late": say("迟到的数据"),
    "confirmed": say("再次说明，数值未变"),
    "corrected": say("数值更正"),
    "withdrawn": say("撤回", context="change"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a figure after the instant one looks from."""

    at: datetime
    reason: Reason
    statement: Statement


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a figure has come on its way to a target, beside how much of the time is gone; both in per cent."""

    target: Statement
    done: Fraction
    gone: Fraction


@dataclass(frozen=True, slots=True)
class FigureReport:
    """A figure of one period, as known at an instant. `value` is None when nobody had stated it by then."""

    indicator: str
    period: Period | None
    known: datetime
    value: Statement | None
    proof: tuple[Statement, ...]
    """Every statement of this indicator, subject and period, level, growth, shares, ranks and targets alike."""
    beside: tuple[Statement, ...]
    """What was published beside the level, or instead of it: growth, shares, ranks, the last word on each."""
    derived: tuple[Derived, ...]
    paces: tuple[Pace, ...]
    series: tuple[Statement, ...]
    """The levels of all periods known then, in the order of time."""
    changes: tuple[Change, ...]

    @property
    def silent(self) -> bool:
        """Whether nobody ever said anything of it."""
        return self.value is None and not self.proof and not self.changes


def figure_report(
    book: Book, indicator: str, period: Period | None, known: datetime, zone: Zone, subject: str = THE_ZONE
) -> FigureReport:
    """The figure of the zone itself, or of another subject; without a period the latest one known then."""
    then = Book.of(known_at(book.said, known), book.indicators)
    about = [each for each in then.said if each.indicator == indicator and each.subject == subject and each.period]
    chosen = period or _latest(about)
    slot = (subject, str(chosen) if chosen else "")
    proof = tuple(each for each in about if slot_of(each) == slot)
    value = then.one(indicator, slot)
    follows, paces = (derived(value, then, zone), tuple(_paces(value, then))) if value is not None else ((), ())
    series, changes = tuple(then.series(indicator, subject)), _changes(book, indicator, slot, known, zone)
    beside = {(each.measure, each.of): each for each in proof if each.measure in ("growth", "share", "rank")}
    return FigureReport(indicator, chosen, known, value, proof, tuple(beside.values()), follows, paces, series, changes)


def _paces(value: Statement, book: Book) -> Iterator[Pace]:
    """Against every target whose period holds the figure's."""
    for target in book.all(value.indicator, "target"):
        if value.period is None or target.period is None or not target.period.contains(value.period):
            continue
        if target.subject == value.subject and target.of == "" and target.value:
            gone = elapsed(target.period, value.period.last_day)
            yield Pace(target, *pace(value.value, target.value, gone))


def _latest(about: list[Statement]) -> Period | None:
    """The period that ends last, the longer one of two that end together; results before targets."""
    results = [each.period for each in about if each.period and each.measure != "target"]
    periods = results or [each.period for each in about if each.period]
    return max(periods, key=lambda each: (each.last_day, each.days), default=None)


def _changes(book: Book, indicator: str, slot: tuple[str, str], known: datetime, zone: Zone) -> tuple[Change, ...]:
    """In the order of time: what was said or withdrawn about it after `known`."""
    about = [each for each in book.said if each.indicator == indicator and slot_of(each) == slot]
    found = []
    for each in about:
        if each.known_from is not None and each.known_from > known:
            found.append(Change(each.known_from, _reason(each, each.known_from, about, zone.day_of(known)), each))
        if each.retracted_at is not None and each.retracted_at > known:
            found.append(Change(each.retracted_at, "withdrawn", each))
    return tuple(sorted(found, key=lambda change: (change.at, change.reason)))


def _reason(new: Statement, since: datetime, about: list[Statement], known: date) -> Reason:
    earlier = [(at, each) for each in about if each.key == new.key and (at := each.known_from) and at < since]
    if not earlier:
        return "due" if new.period is not None and new.period.last_day >= known else "late"
    _, last = max(earlier, key=itemgetter(0))
    return "confirmed" if last.interval.overlaps(new.interval) else "corrected"
