"""Days and instants as people type and read them in the terminal: by the clock of the zone, as on its pages."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path

from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError, declare
from duofeng.zone.spoken import time_zone_of

BAD_INSTANT = declare(
    "E140",
    "“{text}”不是日期或时刻：写 2024-06-30，或 2024-06-30T18:00。",
    explain="基准日（何时成立）写日期；所知（何时记录）写日期或时刻，只写日期时算到当天结束。",
)
_here: ContextVar[tzinfo] = ContextVar("here", default=UTC)


def keep_time_of(zone: Path) -> None:
    """From here on by the clock of the zone a command names."""
    _here.set(time_zone_of(zone))


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return day_of(now())


def day_of(instant: datetime) -> date:
    return instant.astimezone(_here.get()).date()


def moment(instant: datetime) -> str:
    """An instant to the minute."""
    return f"{instant.astimezone(_here.get()):%Y-%m-%d %H:%M}"


def shown(known_at: str) -> str:
    """An instant kept with its zone, to the minute."""
    return f"{datetime.fromisoformat(known_at).astimezone(_here.get()):%Y-%m-%dT%H:%M}"


def day(text: str | None) -> date | None:
    """The day typed, nothing for nothing. Raises ProblemError (E140)."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ProblemError(BAD_INSTANT.at(text=text)) from None


def instant(text: str | None) -> datetime | None:
    """The instant typed; a day means its last moment here. Raises ProblemError (E140)."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text) if len(text) > 10 else datetime.combine(date.fromisoformat(text), time.max)
    except ValueError:
        raise ProblemError(BAD_INSTANT.at(text=text)) from None
    return (found if found.tzinfo else found.replace(tzinfo=_here.get())).astimezone(UTC)


def end_of(period: str | None) -> datetime:
    """The last instant of a day or longer period typed; now without one."""
    if period is None:
        return now()
    return datetime.combine(Period.parse(period).last_day, time.max, _here.get()).astimezone(UTC)
