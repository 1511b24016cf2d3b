"""What the ledger states about the zone, read once a ledger version and shared by cockpit, figures and API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from duofeng.brain.figures.board import Board, contradictions
from duofeng.brain.figures.book import Book
from duofeng.brain.figures.stated import book_of
from duofeng.brain.figures.statement import THE_ZONE, Statement, known_at
from duofeng.brain.figures.targets import TargetLine, target_ledger, targets_stated
from duofeng.brain.runs.store import Run
from duofeng.facts.snapshot import Snapshot
from duofeng.web import habits, reader
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.zone import Zone

MOST_DAYS = 16
"""Days of knowledge kept in memory for one ledger version."""


@dataclass(frozen=True, eq=False)
class Known:
    """What was known at the end of one day, and what follows from it."""

    zone: Zone
    book: Book
    as_of: date
    later: int = 0
    """Statements that a question does not see: learnt after it knows anything, or of periods that end after its day."""

    @cached_property
    def targets(self) -> tuple[TargetLine, ...]:
        """Every target with its fate."""
        wanted = [*self.zone.targets, *targets_stated(self.book.said, self.zone.targets)]
        return target_ledger(wanted, self.book, self.as_of)

    def said_of(self, indicator: str) -> list[Statement]:
        """Everything stated about the zone under one indicator, in any measure."""
        return self._said_of.get(indicator, [])

    @cached_property
    def _said_of(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for each in self.book.said:
            if each.subject == THE_ZONE:
                found.setdefault(each.indicator, []).append(each)
        return found

    @cached_property
    def board(self) -> Board:
        """The identities of the zone held against everything stated."""
        return contradictions(self.zone.declared(Identity).values(), self.book)


@dataclass(frozen=True, eq=False)
class Stated:
    """Everything ever stated, withdrawn statements included."""

    zone: Zone
    book: Book
    today: date
    question: Run | None = None
    _days: dict[date | None, Known] = field(default_factory=dict)

    def known(self, day: date | None = None) -> Known:
        """As known at the end of that day; without one now, or as the question that is looked at has it."""
        if day is None and self.question is not None:
            return self._asked
        if day not in self._days:
            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            then = Book.of(known_at(self.book.said, end_of(day)), self.book.indicators)
            self._days[day] = Known(self.zone, then, min(self.today, day or self.today))
        return self._days[day]

    @cached_property
    def _asked(self) -> Known:
        assert self.question is not None
        now, day = known_at(self.book.said, end_of(None)), self.question.as_of
        then = known_at(self.book.said, self.question.known_at)
        seen = [each for each in then if each.measure == "target" or not each.period or each.period.last_day <= day]
        return Known(self.zone, Book.of(seen, self.book.indicators), day, len(now) - len(seen))


def stated() -> Stated:
    run = reader.run()
    return _stated(reader.snapshot(), reader.zone(), today(), run if run and run.is_question else None)


@lru_cache(maxsize=2)
def _stated(ledger: Snapshot, zone: Zone, day: date, question: Run | None) -> Stated:
    return Stated(zone, book_of(ledger, zone, datetime.now(UTC)), day, question)


def end_of(day: date | None) -> datetime:
    """The last instant of a day; now without one."""
    return reader.zone().end_of(day) if day else datetime.now(UTC)


def today() -> date:
    """The day pages speak of: the current run's; without a run, today."""
    run = reader.run()
    return run.as_of if run else habits.today()
