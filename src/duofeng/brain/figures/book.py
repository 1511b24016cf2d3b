"""The stated numbers, found by what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from duofeng.brain.figures.statement import THE_ZONE, Measure, Statement
from duofeng.kernel.period import Period

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator

About = tuple[str, str, str]
"""Indicator, measure, and what a share or rank is of."""
Slot = tuple[str, str]
"""Subject and canonical period."""


@dataclass(frozen=True)
class Book:
    """Every statement known, indexed. A repeated statement of one fact is kept; `one` gives the last that was said."""

    said: tuple[Statement, ...]
    indicators: Mapping[str, Indicator]
    _index: dict[About, dict[Slot, list[Statement]]] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(said: Iterable[Statement], indicators: Mapping[str, Indicator]) -> Book:
        book = Book(tuple(said), indicators)
        for each in book.said:
            about = book._index.setdefault((each.indicator, each.measure, each.of), {})
            about.setdefault(slot_of(each), []).append(each)
        return book

    def all(self, indicator: str, measure: Measure = "level", of: str = "") -> list[Statement]:
        return [each for slot in self._index.get((indicator, measure, of), {}).values() for each in slot]

    def at(self, about: str | tuple[str, Measure, str], slot: Slot) -> list[Statement]:
        """Every statement about an indicator (its level, unless a measure is given) of a subject and period."""
        key = (about, "level", "") if isinstance(about, str) else about
        return self._index.get(key, {}).get(slot, [])

    def one(self, about: str | tuple[str, Measure, str], slot: Slot) -> Statement | None:
        """The one of them that was said last."""
        return max(self.at(about, slot), key=_last_said, default=None)

    def slots(self, indicator: str, measure: Measure = "level", of: str = "") -> tuple[Slot, ...]:
        """The subjects and periods it is stated for, in the order of time."""
        found = self._index.get((indicator, measure, of), {})
        periods = {slot: said[0].period for slot, said in found.items() if said[0].period}
        return tuple(sorted(periods, key=lambda slot: (periods[slot], slot)))

    def series(self, indicator: str, subject: str = THE_ZONE) -> list[Statement]:
        """One level per period, in the order of time: by last day, the longer period later."""
        levels = [self.one(indicator, slot) for slot in self.slots(indicator) if slot[0] == subject]
        found = [each for each in levels if each is not None]
        return sorted(found, key=lambda each: (each.period.last_day, each.period.days) if each.period else ())

    def each_indicator(
        self, wanted: Iterable[str], besides: Iterable[str], fits: Callable[[Indicator], bool]
    ) -> Iterator[str]:
        """The wanted indicators, or all that fit when none is named."""
        named = tuple(wanted)
        skipped = frozenset(besides)
        for indicator in named or sorted(self.indicators):
            if (
                indicator in self.indicators
                and indicator not in skipped
                and (named or fits(self.indicators[indicator]))
            ):
                yield indicator


def slot_of(said: Statement) -> Slot:
    return said.subject, str(said.period) if said.period else ""


def period_of(slot: Slot) -> Period:
    return Period.parse(slot[1])


def _last_said(said: Statement) -> tuple[str, int]:
    return (said.known_from.isoformat() if said.known_from else "", said.start or 0)
