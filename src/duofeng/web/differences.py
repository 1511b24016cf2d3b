"""Two runs compared, worked out once a process."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from django.http import Http404

from duofeng.brain.runs.difference import changed_outcomes
from duofeng.brain.runs.store import Run
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader


def asked(id: str | None) -> Run | None:
    """The run an address names; nothing where it names none. Raises Http404 for one that is not there."""
    if not id:
        return None
    try:
        return reader.runs()[id]
    except ProblemError:
        raise Http404 from None


def previous(run: Run | None) -> Run | None:
    """The run before: the one last known earlier."""
    if run is None:
        return None
    earlier = [each for each in reader.runs().all() if each.manifest.known_at < run.manifest.known_at]
    return max(earlier, key=lambda each: each.manifest.known_at, default=None)


def changes(before: Run, after: Run) -> pl.DataFrame:
    """policy, subject, before, after, cause: every answer to a firm that is another now."""
    return _changes(before.id, after.id)


@lru_cache(maxsize=8)
def _changes(before: str, after: str) -> pl.DataFrame:
    old, new = reader.runs()[before], reader.runs()[after]
    return changed_outcomes(old, new).filter(register=reader.FIRMS).drop("register")
