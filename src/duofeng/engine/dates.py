"""Days, months and working days over one block of rows, as `kernels` computes numbers.

Working days are those of the zone's calendar. Outside the years it has been announced for nothing is known.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from duofeng.engine.values import Bools, Data, Vector, either
from duofeng.kernel.calendar import Days, WorkCalendar

FIRST_DAY, LAST_DAY = -719162, 2932896  # 0001-01-01 and 9999-12-31


def days_apart(later: Vector, earlier: Vector) -> Vector:
    gap = np.subtract(later.data, earlier.data, dtype=np.float64)
    return Vector(gap, either(later.unknown, earlier.unknown))


def moved(day: Vector, days: Vector, sign: int) -> Vector:
    """Whole days only; unknown outside the calendar."""
    return _within(day.data + sign * np.floor(days.data), either(day.unknown, days.unknown))


def calendar_part(function: str, day: Vector) -> Vector:
    years, months, _ = _parts(day.data)
    return Vector((years if function == "year" else months).astype(np.float64), day.unknown)


def complete_months(first: Vector, last: Vector, months_each: int) -> Vector:
    """Complete months (or years: twelve of them) from one date to the other, below zero when it lies before."""
    year_a, month_a, day_a = _parts(first.data)
    year_b, month_b, day_b = _parts(last.data)
    months = (year_b - year_a) * 12 + (month_b - month_a) - (day_b < day_a)
    return Vector(np.floor_divide(months, months_each).astype(np.float64), either(first.unknown, last.unknown))


def months_later(day: Vector, months: Vector) -> Vector:
    """The same day so many months later; where that month is shorter, its last day."""
    _, _, number = _parts(day.data)
    month = np.asarray(day.data).astype("datetime64[D]").astype("datetime64[M]")
    month = month + np.floor(months.data).astype(np.int64)
    first, last = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]") - 1
    target = np.minimum(first.astype(np.int64) + number - 1, last.astype(np.int64))
    return _within(target, either(day.unknown, months.unknown))


def _within(days: Data, unknown: Bools | None) -> Vector:
    """Unknown outside the calendar."""
    outside = ~((days >= FIRST_DAY) & (days <= LAST_DAY))
    return Vector(np.where(outside, 0, days).astype(np.int32), either(unknown, outside) if np.any(outside) else unknown)


def _parts(days: Data) -> tuple[Data, Data, Data]:
    instants = np.asarray(days).astype("datetime64[D]")
    months = instants.astype("datetime64[M]")
    years = instants.astype("datetime64[Y]")
    month = months.astype(np.int64) - years.astype(np.int64) * 12 + 1
    return years.astype(np.int64) + 1970, month, (instants - months).astype(np.int64) + 1


# ---- instants ---------------------------------------------------------------------------------------------

MINUTE, HOUR = 60_000_000, 3_600_000_000  # in microseconds
DAY = 24 * HOUR


def minutes_apart(earlier: Vector, later: Vector) -> Vector:
    gap = np.subtract(later.data, earlier.data) / MINUTE
    return Vector(gap, either(earlier.unknown, later.unknown))


def day_of(instant: Vector, time_zone: str) -> Vector:
    return Vector(np.floor_divide(_wall_clock(instant, time_zone), DAY).astype(np.int32), instant.unknown)


def working_hours(begin: Vector, end: Vector, time_zone: str, calendar: WorkCalendar) -> Vector:
    begins, ends = np.broadcast_arrays(_wall_clock(begin, time_zone), _wall_clock(end, time_zone))
    first, last = (np.datetime64(f"{year:04d}-01-01", "us").astype(np.int64) for year in years_of(calendar))
    outside = (np.minimum(begins, ends) < first) | (np.maximum(begins, ends) >= last)
    safe = [np.where(outside, first, side).astype("M8[us]") for side in (begins, ends)]
    hours = calendar.working_time_between_many(*safe).astype(np.int64) / HOUR
    unknown = either(begin.unknown, end.unknown)
    return Vector(hours, either(unknown, outside) if outside.any() else unknown)


def years_of(calendar: WorkCalendar) -> tuple[int, int]:
    """The first year the calendar knows, and the first it knows no more."""
    return calendar.known_years[0], calendar.known_years[-1] + 1


def _wall_clock(instant: Vector, time_zone: str) -> Data:
    """Microseconds since 1970 as the clocks of the zone show them."""
    instants = instant.data if instant.unknown is None else np.where(instant.unknown, 0, instant.data)
    utc = pl.Series(np.atleast_1d(instants)).cast(pl.Datetime("us", "UTC"))
    local = utc.dt.convert_time_zone(time_zone).dt.replace_time_zone(None).to_physical().to_numpy()
    return local.reshape(np.shape(instants))


# ---- working days ------------------------------------------------------------------------------------------

A_FEW_YEARS = 5


def announced_later(calendar: WorkCalendar) -> WorkCalendar:
    """The calendar with some years more, in which only weekends are off: what can be said before they are announced."""
    last = calendar.known_years[-1]
    return replace(calendar, years=calendar.years | frozenset(range(last + 1, last + 1 + A_FEW_YEARS)))


def workdays_apart(after: Vector, until: Vector, calendar: WorkCalendar) -> Vector:
    """Working days after the first up to and including the second, below zero when that comes first."""
    (first, was_outside), (second, is_outside) = (_known_days(side, calendar) for side in (after, until))
    outside = was_outside | is_outside
    days = calendar.workdays_between_many(*np.broadcast_arrays(first, second)).astype(np.float64)
    unknown = either(after.unknown, until.unknown)
    return Vector(days, either(unknown, outside) if np.any(outside) else unknown)


def workdays_later(day: Vector, count: Vector, calendar: WorkCalendar) -> Vector:
    """The so manieth working day after a day, which itself is not counted; with 0 it is that day or the next one."""
    (days, outside), steps = _known_days(day, calendar), np.floor(count.data).astype(np.int64)
    after = np.searchsorted(calendar.workdays, days, side="right") + steps - 1
    index = np.where(steps > 0, after, np.searchsorted(calendar.workdays, days, side="left") + steps)
    outside = outside | (index < 0) | (index >= len(calendar.workdays))
    target = calendar.workdays[np.where(outside, 0, index)].astype(np.int32)
    unknown = either(day.unknown, count.unknown)
    return Vector(target, either(unknown, outside) if np.any(outside) else unknown)


def _known_days(day: Vector, calendar: WorkCalendar) -> tuple[Days, Bools]:
    """The days, and which of them lie outside the years of the calendar; these are some other day."""
    first, beyond = (np.datetime64(f"{year:04d}-01-01", "D") for year in years_of(calendar))
    days = np.asarray(day.data).astype("M8[D]")
    outside = (days < first) | (days >= beyond)
    return np.where(outside, first, days), outside
