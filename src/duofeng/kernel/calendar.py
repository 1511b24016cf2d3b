"""Working days and working hours, for columns and for single instants.

A calendar knows a closed run of years. Outside them it raises E110 and never falls back on a weekend rule: days off and
make-up workdays (调休) are published one year at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal

import chinese_calendar
import numpy as np
import numpy.typing as npt

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.problems import (
    CALENDAR_BOTH,
    CALENDAR_DAY_OUTSIDE,
    CALENDAR_GAP,
    CALENDAR_UNKNOWN_YEAR,
    CALENDAR_WITHOUT_YEARS,
    HOURS_UNREADABLE,
)

Base = Literal["china", "weekdays"]
Days = npt.NDArray[np.datetime64]  # one date per element: dtype datetime64[D]
Instants = npt.NDArray[np.datetime64]  # datetime64[us], wall clock
Durations = npt.NDArray[np.timedelta64]  # timedelta64[us]
Hours = tuple[tuple[int, int], ...]  # parts of a working day as minutes after midnight, in order

OFFICE_HOURS: Hours = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
ROUND_THE_CLOCK: Hours = ((0, 24 * 60),)
MONDAY_TO_FRIDAY = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
_MICROSECONDS = 60_000_000


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are working days, and which hours of them.

    `base="china"` starts from the published calendar of the chinesecalendar package and its years; `base="weekdays"`
    starts from `weekdays` (Monday is 0) and knows only `years`. `off` and `work` (day → name) come on top of either.
    Raises ProblemError (E111, E112, E113) when its years have a gap or its days contradict each other.
    """

    name: str = "china"
    base: Base = "china"
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    years: frozenset[int] = frozenset()
    off: Mapping[date, str] = field(default_factory=dict)
    work: Mapping[date, str] = field(default_factory=dict)
    hours: Hours = OFFICE_HOURS

    def __post_init__(self) -> None:
        known = self.known_years
        if not known:
            raise ProblemError(CALENDAR_WITHOUT_YEARS.at(calendar=self.name))
        gap = [str(year) for year in range(known[0], known[-1]) if year not in known]
        problems = [CALENDAR_GAP.at(calendar=self.name, missing=", ".join(gap))] if gap else []
        for day in (*self.off, *self.work):
            if day.year not in known:
                problems.append(CALENDAR_DAY_OUTSIDE.at(calendar=self.name, date=day, year=day.year))
        problems += [CALENDAR_BOTH.at(calendar=self.name, date=day) for day in self.off if day in self.work]
        if problems:
            raise ProblemError(problems)

    @staticmethod
    def every_day(name: str = "round-the-clock", hours: Hours = ROUND_THE_CLOCK) -> WorkCalendar:
        """A calendar without days off, for clocks that never stop. It knows every year from 1900 to 2199."""
        return WorkCalendar(name, "weekdays", EVERY_DAY, frozenset(range(1900, 2200)), hours=hours)

    @cached_property
    def known_years(self) -> tuple[int, ...]:
        published = range(_published()[0], _published()[1] + 1) if self.base == "china" else ()
        return tuple(sorted({*published, *self.years}))

    def is_workday(self, day: date) -> bool:
        self._require(day)
        return bool(self._is_workday[(np.datetime64(day, "D") - self._first).astype(int)])

    def day_name(self, day: date) -> str | None:
        """The name of a listed day off or make-up workday; None for ordinary days."""
        return self.off.get(day) or self.work.get(day) or (_published_name(day) if self.base == "china" else None)

    def add_workdays(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`, which itself is not counted; before it when negative.

        With 0 it is `start`, or the next working day when `start` is a day off.
        """
        return date.fromisoformat(str(self.add_workdays_many(np.array([start], "M8[D]"), count)[0]))

    def add_workdays_many(self, starts: Days, counts: int | npt.NDArray[np.int64]) -> Days:
        """`add_workdays` for a whole column; NaT stays NaT. Raises ProblemError (E110) for the first day beyond."""
        starts = starts.astype("M8[D]")
        missing = np.isnat(starts)
        present = np.where(missing, self._first, starts)
        self._require_all(present)
        steps = np.broadcast_to(np.asarray(counts, dtype=np.int64), starts.shape)
        after = np.searchsorted(self.workdays, present, side="right") + steps - 1
        before = np.searchsorted(self.workdays, present, side="left") + steps
        index = np.where(missing, 0, np.where(steps > 0, after, before))
        beyond = (index >= len(self.workdays)) | (index < 0)
        if beyond.any():
            at = int(np.argmax(beyond))
            years = 1 if index[at] >= 0 else -1
            raise self._unknown(date((self.known_years[-1] if years > 0 else self.known_years[0]) + years, 1, 1))
        return np.where(missing, np.datetime64("NaT", "D"), self.workdays[index])

    def workdays_between(self, after: date, until: date) -> int:
        """Working days after `after` up to and including `until`; negative when `until` comes first."""
        days = np.array([after, until], "M8[D]")
        return int(self.workdays_between_many(days[:1], days[1:])[0])

    def workdays_between_many(self, after: Days, until: Days) -> npt.NDArray[np.int64]:
        """`workdays_between` for whole columns without NaT."""
        for days in (after, until):
            self._require_all(days.astype("M8[D]"))
        upto = [np.searchsorted(self.workdays, days.astype("M8[D]"), side="right") for days in (until, after)]
        return (upto[0] - upto[1]).astype(np.int64)

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant at which `duration` of working time has passed since `start` (wall clock, zone kept).

        A duration that fills a part of the day ends at that part's end, not at the next one's beginning.
        """
        if duration < timedelta(0):
            raise ValueError("working time runs forward only")
        if not duration:
            return start
        total = self._micros_since_midnight(start) + duration // timedelta(microseconds=1)
        whole_days, rest = divmod(total - 1, self._day_micros)
        today = self.add_workdays(start.date(), 0)
        day = self.add_workdays(today, whole_days) if whole_days else today
        at = datetime(day.year, day.month, day.day, tzinfo=start.tzinfo)
        return at + timedelta(microseconds=self._clock_of(rest + 1))

    def working_time_between(self, begin: datetime, end: datetime) -> timedelta:
        """Working time from `begin` to `end`; negative when `end` comes first."""
        if end < begin:
            return -self.working_time_between(end, begin)
        return timedelta(microseconds=self._micros_since_epoch(end) - self._micros_since_epoch(begin))

    def add_working_time_many(self, starts: Instants, durations: timedelta | Durations) -> Instants:
        """`add_working_time` for a column of wall-clock times without NaT; positive durations."""
        micros = np.broadcast_to(np.asarray(durations, dtype="m8[us]"), starts.shape).astype(np.int64)
        if (micros <= 0).any():
            raise ValueError("working time runs forward only")
        whole_days, rest = np.divmod(self._micros_of_many(starts) + micros - 1, self._day_micros)
        beyond = whole_days >= len(self.workdays)
        if beyond.any():
            raise self._unknown(date(self.known_years[-1] + 1, 1, 1))
        return np.asarray(self.workdays[whole_days].astype("M8[us]") + self._clock_of_many(rest + 1).astype("m8[us]"))

    def working_time_between_many(self, begins: Instants, ends: Instants) -> Durations:
        """`working_time_between` for columns of wall-clock times without NaT."""
        return (self._micros_of_many(ends) - self._micros_of_many(begins)).astype("m8[us]")

    def _micros_of_many(self, instants: Instants) -> npt.NDArray[np.int64]:
        """Working time from the first known day to each instant."""
        instants = instants.astype("M8[us]")
        day = instants.astype("M8[D]")
        self._require_all(day)
        clock = (instants - day).astype(np.int64)
        parts = [np.clip(clock - begin * _MICROSECONDS, 0, (end - begin) * _MICROSECONDS) for begin, end in self.hours]
        worked = self._is_workday[(day - self._first).astype(np.int64)]
        return np.searchsorted(self.workdays, day) * self._day_micros + np.where(worked, sum(parts), 0)

    def _clock_of_many(self, micros: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        begins, ends = (np.array(side, dtype=np.int64) * _MICROSECONDS for side in zip(*self.hours, strict=True))
        reached = np.cumsum(ends - begins)
        part = np.searchsorted(reached, micros, side="left")
        return np.asarray(ends[part] - (reached[part] - micros))

    def _micros_since_epoch(self, instant: datetime) -> int:
        self._require(instant.date())
        days = int(np.searchsorted(self.workdays, np.datetime64(instant.date(), "D"), side="left"))
        return days * self._day_micros + self._micros_since_midnight(instant)

    def _micros_since_midnight(self, instant: datetime) -> int:
        """Working time of that day that has passed at `instant`; none on a day off."""
        if not self.is_workday(instant.date()):
            return 0
        clock = (instant.hour * 3600 + instant.minute * 60 + instant.second) * 1_000_000 + instant.microsecond
        parts = ((begin * _MICROSECONDS, end * _MICROSECONDS) for begin, end in self.hours)
        return sum(min(max(clock - begin, 0), end - begin) for begin, end in parts)

    def _clock_of(self, micros: int) -> int:
        """The time of day, in microseconds, at which that much working time has passed."""
        for begin, end in self.hours:
            length = (end - begin) * _MICROSECONDS
            if micros <= length:
                return begin * _MICROSECONDS + micros
            micros -= length
        raise AssertionError("more working time than a day holds")

    @cached_property
    def _day_micros(self) -> int:
        return sum(end - begin for begin, end in self.hours) * _MICROSECONDS

    @cached_property
    def _first(self) -> np.datetime64:
        return np.datetime64(f"{self.known_years[0]:04d}-01-01", "D")

    @cached_property
    def _is_workday(self) -> npt.NDArray[np.bool_]:
        """One flag per day of all known years."""
        end = np.datetime64(f"{self.known_years[-1] + 1:04d}-01-01", "D")
        days = np.arange(self._first, end)
        weekday = (days.astype(np.int64) + 3) % 7  # day 0, 1 January 1970, was a Thursday
        flags = np.isin(weekday, list(self.weekdays))
        off, work = _published_days() if self.base == "china" else ((), ())
        for listed, flag in ((off, False), (work, True), (self.off, False), (self.work, True)):
            within = [day for day in listed if self.known_years[0] <= day.year <= self.known_years[-1]]
            flags[(np.array(within, "M8[D]") - self._first).astype(np.int64)] = flag
        return flags

    @cached_property
    def workdays(self) -> Days:
        """Every working day of the known years."""
        return (self._first + np.flatnonzero(self._is_workday)).astype("M8[D]")

    def _require(self, day: date) -> None:
        if not self.known_years[0] <= day.year <= self.known_years[-1]:
            raise self._unknown(day)

    def _require_all(self, days: Days) -> None:
        offset = (days - self._first).astype(np.int64)
        outside = (offset < 0) | (offset >= len(self._is_workday))
        if outside.any():
            raise self._unknown(date.fromisoformat(str(days[int(np.argmax(outside))])))

    def _unknown(self, day: date) -> ProblemError:
        first, last = self.known_years[0], self.known_years[-1]
        return ProblemError(CALENDAR_UNKNOWN_YEAR.at(calendar=self.name, first=first, last=last, date=day))


def parse_hours(text: str) -> Hours:
    """`09:00-12:00 13:00-17:00` as minutes after midnight. Raises ProblemError (E114)."""
    parts: list[tuple[int, int]] = []
    for word in re.split(r"[\s,，、]+", text.strip()):
        match = re.fullmatch(r"(\d{1,2}):(\d\d)[-–~](\d{1,2}):(\d\d)", word.replace("：", ":"))
        if match is None:
            raise ProblemError(HOURS_UNREADABLE.at(text=text))
        begin, end = (int(match[at]) * 60 + int(match[at + 1]) for at in (1, 3))
        minutes_exist = int(match[2]) < 60 and int(match[4]) < 60
        if not (minutes_exist and (parts[-1][1] if parts else 0) <= begin < end <= 24 * 60):
            raise ProblemError(HOURS_UNREADABLE.at(text=text))
        parts.append((begin, end))
    return tuple(parts)


@lru_cache(maxsize=1)
def _published() -> tuple[int, int]:
    days = chinese_calendar.constants.holidays
    return min(days).year, max(days).year


@lru_cache(maxsize=1)
def _published_days() -> tuple[Iterable[date], Iterable[date]]:
    return tuple(chinese_calendar.constants.holidays), tuple(chinese_calendar.constants.workdays)


def _published_name(day: date) -> str | None:
    listed = chinese_calendar.constants.holidays.get(day) or chinese_calendar.constants.workdays.get(day)
    if listed is None:
        return None
    return next((kind.chinese for kind in chinese_calendar.Holiday if kind.value == listed), str(listed))
