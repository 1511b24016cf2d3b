"""The names of all time zones."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """Found once, for finding them opens every file of the database."""
    return frozenset(available_timezones())
