"""Days on a cluster, as in `dates`. A calendar is one array of working days before each day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from duofeng.engine import dates
from duofeng.kernel.calendar import WorkCalendar

if TYPE_CHECKING:
    from duofeng.engine.spark import Writer


def working_hours(writer: Writer, begin: str, end: str, calendar: WorkCalendar) -> str:
    """Hours between two wall-clock times, null outside the years of the calendar."""
    first, beyond = (np.datetime64(f"{year:04d}-01-01", "D") for year in dates.years_of(calendar))
    days = np.arange(first, beyond)
    first_works = int(calendar.is_workday(first.item()))
    ended = calendar.workdays_between_many(np.full(len(days), first), days) + first_works
    upto = [0, *map(int, ended)]  # working days before each day

    def worked(clock: str) -> str:
        day = f"datediff(CAST({clock} AS DATE), DATE'{first}')"
        return f"struct({day} AS d, {clock} AS c)"

    def micros(name: str) -> str:
        counted = f"CAST(days[{name}.d] AS BIGINT)"
        today = f"(days[{name}.d + 1] - days[{name}.d])"
        clock = f"(unix_micros(CAST({name}.c AS TIMESTAMP)) - unix_micros(CAST(CAST({name}.c AS DATE) AS TIMESTAMP)))"
        parts = " + ".join(
            f"greatest(0L, least({clock} - {start * dates.MINUTE}L, {(stop - start) * dates.MINUTE}L))"
            for start, stop in calendar.hours
        )
        length = sum(stop - start for start, stop in calendar.hours) * dates.MINUTE
        return f"({counted} * {length}L + {today} * ({parts}))"

    def hours(pair: str) -> str:
        inside = " AND ".join(f"{pair}.{side}.d BETWEEN 0 AND {len(days) - 1}" for side in "ab")
        gap = f"({micros(pair + '.b')} - {micros(pair + '.a')})"
        return f"CASE WHEN {inside} THEN {gap} / {dates.HOUR}.0D END"

    table = "array(" + ",".join(map(str, upto)) + ")"
    pair = f"struct({worked(begin)} AS a, {worked(end)} AS b)"
    return f"transform(array({table}), days -> {writer.let(pair, hours)})[0]"


def workdays(writer: Writer, function: str, first: str, second: str, calendar: WorkCalendar) -> str:
    """Working days between two dates, or the so manieth after one; null outside the years of the calendar."""
    begins, beyond = (np.datetime64(f"{year:04d}-01-01", "D") for year in dates.years_of(calendar))
    days = np.arange(begins, beyond)
    upto = np.searchsorted(calendar.workdays, days, side="right")  # working days up to the end of each day
    written = "array(" + ",".join(map(str, upto)) + ")"
    last, most, start = len(days) - 1, len(calendar.workdays) - 1, f"DATE'{begins}'"

    def apart(v: str) -> str:
        inside = f"{v}.a BETWEEN 0 AND {last} AND {v}.b BETWEEN 0 AND {last}"
        return f"CASE WHEN {inside} THEN CAST(days[{v}.b] - days[{v}.a] AS DOUBLE) END"

    def later(v: str) -> str:
        before = f"(CASE WHEN {v}.d = 0 THEN 0 ELSE days[{v}.d - 1] END)"
        index = f"(CASE WHEN {v}.n > 0 THEN days[{v}.d] + {v}.n - 1 WHEN {v}.n <= 0 THEN {before} + {v}.n END)"
        found = writer.let(
            index, lambda i: f"CASE WHEN {i} BETWEEN 0 AND {most} THEN array_position(days, {i} + 1) END"
        )
        there = writer.let(found, lambda p: f"CASE WHEN {p} > 0 THEN date_add({start}, CAST({p} - 1 AS INT)) END")
        return f"CASE WHEN {v}.d BETWEEN 0 AND {last} THEN {there} END"

    if function == "workdays_between":
        body = writer.let(f"struct(datediff({first}, {start}) AS a, datediff({second}, {start}) AS b)", apart)
    else:
        body = writer.let(f"struct(datediff({first}, {start}) AS d, {_whole(writer, second)} AS n)", later)
    return f"transform(array({written}), days -> {body})[0]"


def moved(writer: Writer, day: str, days: str, operator: str) -> str:
    return _within_years(writer, f"date_add({day}, {operator}{_whole(writer, days)})")


def _months_later(writer: Writer, args: list[str]) -> str:
    return _within_years(writer, f"add_months({args[0]}, {_whole(writer, args[1])})")


def _whole(writer: Writer, number: str) -> str:
    return writer.let(number, lambda v: f"CASE WHEN abs({v}) <= 4000000D THEN CAST(floor({v}) AS INT) END")


def _within_years(writer: Writer, day: str) -> str:
    """Null outside the calendar."""
    bounds = "DATE'0001-01-01' AND DATE'9999-12-31'"
    return writer.let(day, lambda name: f"CASE WHEN {name} BETWEEN {bounds} THEN {name} END")


def _complete_months(writer: Writer, args: list[str], each: int) -> str:
    def months(v: str) -> str:
        whole = f"(year({v}.b) - year({v}.a)) * 12 + month({v}.b) - month({v}.a)"
        return f"CAST(floor(({whole} - CASE WHEN day({v}.b) < day({v}.a) THEN 1 ELSE 0 END) / {each}) AS DOUBLE)"

    return writer.let(f"struct({args[0]} AS a, {args[1]} AS b)", months)


FUNCTIONS: Mapping[str, Callable[[Writer, list[str]], str]] = {
    "year": lambda _, args: f"CAST(year({args[0]}) AS DOUBLE)",
    "month": lambda _, args: f"CAST(month({args[0]}) AS DOUBLE)",
    "years_between": lambda writer, args: _complete_months(writer, args, 12),
    "months_between": lambda writer, args: _complete_months(writer, args, 1),
    "days_between": lambda _, args: f"CAST(datediff({args[1]}, {args[0]}) AS DOUBLE)",
    "minutes_between": lambda _, args: f"((unix_micros({args[1]}) - unix_micros({args[0]})) / {dates.MINUTE}.0D)",
    "add_months": _months_later,
}
