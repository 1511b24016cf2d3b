"""Days and instants as people type them on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from duofeng.kernel.problem import ProblemError, declare

BAD_INSTANT = declare(
    "E140",
    "“{text}”不是日期或时刻：写 2024-06-30，或 2024-06-30T18:00。",
    explain="基准日（何时成立）写日期；所知（何时记录）写日期或时刻，只写日期时算到当天结束。",
)


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
    return (found if found.tzinfo else found.astimezone()).astimezone(UTC)


def shown(known_at: str) -> str:
    """An instant kept with its zone as the clock here showed it, to the minute."""
    return f"{datetime.fromisoformat(known_at).astimezone():%Y-%m-%dT%H:%M}"
