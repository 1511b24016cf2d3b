"""Keeping the folder of a ledger small and quick: what no reader counts is removed, small files become few, facts are
laid by subject. No fact changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

import polars as pl

from duofeng.facts.layout import MANY_FILES, lay_by_subject, sweep
from duofeng.facts.ledger import Ledger
from duofeng.facts.problems import NOT_WRITABLE
from duofeng.facts.store import COMPRESSED, RETRIES, Table, outside_faults
from duofeng.kernel.problem import ProblemError, Span

PATIENCE = timedelta(hours=24)
"""No load takes longer; younger remains may belong to one that is still under way."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Deliveries whose rows were removed, and files that belonged to no table any more."""

    deliveries: int
    files: int


def vacuum(ledger: Ledger, now: datetime, patience: timedelta = PATIENCE) -> Removed:
    """Remove what killed and raced loads left behind, once it is older than `patience`.

    1. Rows of deliveries that have no arrival, or lost a race, leave the tables. 2. Files no table names are deleted.

    Raises ProblemError (E251) when files could not be removed: the table format passes over those in silence.
    """
    arrivals = ledger.arrivals()
    kept = arrivals.filter(pl.col("verdict") != "duplicate")["delivery"]
    before = (now - patience).timestamp() * 1000
    remains: set[int] = set()
    files = 0
    for table in (ledger.fact_table, ledger.name_table, ledger.reject_table):
        left = _left_behind(table, kept, before)
        remains.update(left)
        with outside_faults(table.folder):
            delta = table.open()
            if left:
                delta.delete(f"delivery IN ({', '.join(map(str, left))})", commit_properties=RETRIES)
            hours = int(patience / timedelta(hours=1))
            listed = delta.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True)
        if any((table.folder / unquote(file)).exists() for file in listed):
            raise ProblemError(NOT_WRITABLE.at(Span(str(table.folder)), folder=table.folder))
        files += len(listed)
    files += sweep(ledger.folder, before / 1000)
    return Removed(len(remains), files)


def compact(ledger: Ledger, *, if_due: bool = False) -> int:
    """Write many small files as few, those of facts by subject. Returns how many files fewer the tables have now.

    `if_due`, what a worker does again and again: only what is worth the work. The table of arrivals is left alone, for
    its version is the ledger's, and pages would take the ledger for another one.
    """
    kinds = ledger.fact_table.files()["partition.kind"].unique().sort()
    fewer = sum(lay_by_subject(ledger.fact_table, kind, if_due=if_due) for kind in kinds)
    small = [ledger.name_table, ledger.reject_table]
    for table in small if if_due else [*small, ledger.arrival_table]:
        if if_due and table.files().height < MANY_FILES:
            continue
        with outside_faults(table.folder):
            done = table.open().optimize.compact(writer_properties=COMPRESSED, commit_properties=RETRIES)
        fewer += int(done["numFilesRemoved"]) - int(done["numFilesAdded"])
    return fewer


def _left_behind(table: Table, kept: pl.Series, before: float) -> list[int]:
    """Deliveries of the table's old files that no arrival vouches for."""
    old = table.files().filter(pl.col("modified").dt.epoch("ms") < before)
    if not old.height:
        return []
    found = table.scan(old["path"].to_list()).select("delivery").unique().collect()
    return sorted(found.filter(~pl.col("delivery").is_in(kept.implode()))["delivery"])
