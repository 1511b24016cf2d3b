"""Keeping the folder of a ledger small and quick: what no reader counts is removed, small files become few, facts are
laid by subject. No fact changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import polars as pl

from duofeng.facts.layout import BOUNDS, BY_SUBJECT, MANY_FILES, ROWS_PER_FILE, lay_by_subject, sweep
from duofeng.facts.ledger import Ledger
from duofeng.facts.problems import NOT_WRITABLE
from duofeng.facts.store import DataFile, Table, outside_faults
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

    Raises ProblemError (E251) when files could not be removed.
    """
    arrivals = ledger.arrivals()
    kept = arrivals.filter(pl.col("verdict") != "duplicate")["delivery"]
    before = (now - patience).timestamp() * 1000
    remains: set[int] = set()
    files = 0
    for table in (ledger.fact_table, ledger.name_table, ledger.reject_table):
        left = _left_behind(table, kept, before)
        remains.update(left)
        if left:
            without(table, left)
        files += _remove_unnamed(table, patience)
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
        there = table.files().filter(pl.col("rows") < ROWS_PER_FILE)
        if there.height < (MANY_FILES if if_due else 2):
            continue
        # As many rows at once as one file may have.
        for (_part,), files in there.group_by(pl.col("rows").cum_sum() // ROWS_PER_FILE, maintain_order=True):
            paths = files["path"].to_list()
            if len(paths) < 2:
                continue
            with outside_faults(table.folder):
                rows = table.scan(paths).collect()
            _put(table, [Path(path) for path in paths], [rows])
            fewer += len(paths) - 1
    return fewer


def without(table: Table, deliveries: Sequence[int]) -> None:
    """Write the files that hold rows of these deliveries anew without them; what lay there goes with the next vacuum
    of its age."""
    for path, partition in _with_partition(table):
        with outside_faults(table.folder):
            rows = table.scan([path]).collect()
        kept = rows.filter(~pl.col("delivery").is_in(deliveries))
        if kept.height < rows.height:
            _put(table, [Path(path)], [kept] if kept.height else [], partition)


def _with_partition(table: Table) -> list[tuple[str, dict[str, str]]]:
    column = table.partition_by
    return [
        (row["path"], {column: row[f"partition.{column}"]} if column else {})
        for row in table.files().iter_rows(named=True)
    ]


def _put(
    table: Table, old: Sequence[Path], rows: Sequence[pl.DataFrame], partition: Mapping[str, str] | None = None
) -> None:
    """Put rows in the place of files; their names keep saying how they lie."""
    new: list[DataFile] = []
    bounds = BOUNDS if partition else ()
    laid = BY_SUBJECT if all(path.name.startswith(BY_SUBJECT) for path in old) else ""
    try:
        for frame in rows:
            new.append(table.write(frame, f"{laid}{uuid4().hex}", bounds, **(partition or {})))
        table.replace(old, new)
    except BaseException:
        table.discard(new)
        raise


def _remove_unnamed(table: Table, patience: timedelta) -> int:
    """Remove files the table does not name any more, or never did; how many."""
    hours = int(patience / timedelta(hours=1))
    with outside_faults(table.folder):
        listed = table.open().vacuum(retention_hours=hours, dry_run=True, enforce_retention_duration=False, full=True)
    paths = [table.folder / unquote(file) for file in listed]
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    if any(path.exists() for path in paths):
        raise ProblemError(NOT_WRITABLE.at(Span(str(table.folder)), folder=table.folder))
    return len(paths)


def _left_behind(table: Table, kept: pl.Series, before: float) -> list[int]:
    """Deliveries of the table's old files that no arrival vouches for."""
    old = table.files().filter(pl.col("modified").dt.epoch("ms") < before)
    if not old.height:
        return []
    found = table.scan(old["path"].to_list()).select("delivery").unique().collect()
    return sorted(found.filter(~pl.col("delivery").is_in(kept.implode()))["delivery"])
