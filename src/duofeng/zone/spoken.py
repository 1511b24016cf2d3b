"""The languages and the time zone of a zone, before it is read: its mistakes are told in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from duofeng.kernel.message import say
from duofeng.kernel.time_zones import time_zones
from duofeng.zone.source_file import read_source_file

UNSAID = ("zh", "en")
"""What a zone speaks that names no languages."""
CLOCK = "Asia/Shanghai"
"""The time zone of one that names none."""


def languages_of(folder: Path) -> tuple[str, ...]:
    """The languages zone.yaml names, whatever else is wrong in it."""
    named = _named(folder, "languages")
    return tuple(each for each in named if isinstance(each, str)) or UNSAID if isinstance(named, tuple) else UNSAID


def time_zone_of(folder: Path) -> ZoneInfo:
    """The time zone zone.yaml names; the usual one where it names none that there is."""
    named = _named(folder, "time_zone")
    return ZoneInfo(named if named in time_zones() else CLOCK)


def _named(folder: Path, key: str) -> Any:
    path = folder / "zone.yaml"
    data = read_source_file(path, str(path), say("园区", context="kind")).data if path.is_file() else None
    return data.get(key) if isinstance(data, dict) else None
