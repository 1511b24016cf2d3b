"""Working hours on a cluster: the calendar as one array of working days before each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from duofeng.engine import kernels
from duofeng.kernel.calendar import WorkCalendar

if TYPE_CHECKING:
    from duofeng.engine.spark import Writer


def working_hours(writer: Writer, begin: str, end: str, calendar: WorkCalendar) -> str:
    """Hours between two wall-clock times, null outside the years of the calendar."""
    first, beyond = (np.datetime64(f"{year:04d}-01-01", "D") for year in kernels.years_of(calendar))
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
            f"greatest(0L, least({clock} - {start * kernels.MINUTE}L, {(stop - start) * kernels.MINUTE}L))"
            for start, stop in calendar.hours
        )
        length = sum(stop - start for start, stop in calendar.hours) * kernels.MINUTE
        return f"({counted} * {length}L + {today} * ({parts}))"

    def hours(pair: str) -> str:
        inside = " AND ".join(f"{pair}.{side}.d BETWEEN 0 AND {len(days) - 1}" for side in "ab")
        gap = f"({micros(pair + '.b')} - {micros(pair + '.a')})"
        return f"CASE WHEN {inside} THEN {gap} / {kernels.HOUR}.0D END"

    table = "array(" + ",".join(map(str, upto)) + ")"
    pair = f"struct({worked(begin)} AS a, {worked(end)} AS b)"
    return f"transform(array({table}), days -> {writer.let(pair, hours)})[0]"
