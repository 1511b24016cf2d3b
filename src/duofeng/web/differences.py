"""Two runs compared, worked out once a process."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from django.http import Http404

from duofeng.brain.runs.difference import changed_outcomes
from duofeng.brain.runs.store import Run
from duofeng.desk.accounts.permissions import Rights
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader, registers
from duofeng.web.run_view import view_of


def asked(id: str | None) -> Run | None:
    """The run an address names; nothing where it names none. Raises Http404 for one that is not there."""
    if not id:
        return None
    try:
        return reader.runs()[id]
    except ProblemError:
        raise Http404 from None


def previous(run: Run | None) -> Run | None:
    """The run before: the one last known earlier. A question is held against the published run."""
    if run is None:
        return None
    if run.is_question:
        return reader.published()
    earlier = [each for each in reader.runs().all() if each.manifest.known_at < run.manifest.known_at]
    return max(earlier, key=lambda each: each.manifest.known_at, default=None)


@lru_cache(maxsize=8)
def changes(before: Run, after: Run) -> pl.DataFrame:
    """register, policy, subject, before, after, cause: every answer that is another now."""
    return changed_outcomes(before, after)


def opened(rights: Rights, before: Run, after: Run) -> pl.DataFrame:
    """What changed, of subjects this person may open, with their names; their addresses start with `begin`."""
    found = changes(before, after)
    parts = [found.clear().with_columns(name=pl.lit(None, pl.String), begin=pl.lit(None, pl.String))]
    for (register,), rows in found.partition_by("register", as_dict=True, maintain_order=True).items():
        if registers.opens(rights, str(register)):
            view = view_of(after if after.has("profile", str(register)) else before)
            begin = pl.lit(registers.list_address(str(register)))
            parts.append(view.with_names(rows, str(register)).with_columns(begin=begin))
    return pl.concat(parts)
