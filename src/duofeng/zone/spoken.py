"""The languages of a zone, before the zone is read: its mistakes are told in them."""

from __future__ import annotations

from pathlib import Path

from duofeng.kernel.message import say
from duofeng.zone.source_file import read_source_file

UNSAID = ("zh", "en")
"""What a zone speaks that names no languages."""


def languages_of(folder: Path) -> tuple[str, ...]:
    """The languages zone.yaml names, whatever else is wrong in it."""
    path = folder / "zone.yaml"
    data = read_source_file(path, str(path), say("园区", context="kind")).data if path.is_file() else None
    named = data.get("languages") if isinstance(data, dict) else None
    return tuple(each for each in named if isinstance(each, str)) or UNSAID if isinstance(named, tuple) else UNSAID
