"""Delta Lake tables on disk: open, append, list the files; what goes wrong outside becomes a Problem.

Rows go into Parquet files first and count by one commit to the table's log. Nothing here knows what a fact is.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema, WriterProperties
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from duofeng.facts.problems import DISK_FULL, FILE_MISSING, LEDGER_UNREADABLE, NOT_WRITABLE
from duofeng.kernel.problem import Problem, ProblemError, Span

LOG = "_delta_log"
ROW_GROUP = 128 * 1024
COMPRESSED = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=ROW_GROUP)
RETRIES = CommitProperties(max_commit_retries=100)
LEAST_ROOM = 64 * 1024
"""Bytes. The smallest load needs as much."""
FULL = re.compile("No space left|Disk quota exceeded|File too large")
FORBIDDEN = re.compile("Permission denied|Read-only file system|Operation not permitted")


@contextmanager
def outside_faults(folder: Path) -> Iterator[None]:
    """Turn what the disk or the table format refuses into a ProblemError."""
    try:
        yield
    except (OSError, DeltaError, pl.exceptions.PolarsError) as error:
        raise ProblemError(_fault(folder, str(error))) from error


def _fault(folder: Path, reason: str) -> Problem:
    span = Span(str(folder))
    if FULL.search(reason) or _no_room(folder):
        return DISK_FULL.at(span, folder=folder)
    if FORBIDDEN.search(reason):
        return NOT_WRITABLE.at(span, folder=folder)
    return LEDGER_UNREADABLE.at(span, folder=folder, reason=reason.splitlines()[0] if reason else "?")


def _no_room(folder: Path) -> bool:
    """A writer that runs out of room in the middle of a file may say only that the file could not be written."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free < LEAST_ROOM
    return False


@dataclass(frozen=True, slots=True)
class DataFile:
    """A Parquet file written beside a table and not yet part of it."""

    path: Path
    partition: Mapping[str, str]
    stats: str


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a table, and when the folder of its log was changed last."""

    version: int
    changed_at: int


class Table:
    """One Delta table of a fixed schema. Creating it is the only thing done by `open`, and only when it is absent."""

    def __init__(self, folder: Path, schema: pl.Schema, partition_by: str | None = None) -> None:
        self.folder = folder
        self.schema = schema
        self.partition_by = partition_by

    def create(self) -> None:
        """Make the table unless it is there. Two processes may do so at once."""
        with outside_faults(self.folder):
            if DeltaTable.is_deltatable(str(self.folder)):
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.rglob("*.parquet")):
                raise ProblemError(self._unreadable("_delta_log is missing"))
            try:
                DeltaTable.create(self.folder, self._declared(), mode="ignore", partition_by=self.partition_by)
            except DeltaError:
                if not DeltaTable.is_deltatable(str(self.folder)):
                    raise

    def _declared(self) -> Schema:
        return Schema.from_arrow(pl.DataFrame(schema=self.schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema)

    def _widened(self, table: DeltaTable) -> DeltaTable:
        """The table with the columns that were not there yet when it was made. Two processes may add them at once."""
        known = {field.name for field in table.schema().fields}
        new = [field for field in self._declared().fields if field.name not in known]
        if not new:
            return table
        try:
            table.alter.add_columns(new)
            return table
        except DeltaError:
            table = DeltaTable(self.folder)
            if not {field.name for field in new} <= {field.name for field in table.schema().fields}:
                raise
            return table

    def open(self, version: int | None = None) -> DeltaTable:
        with outside_faults(self.folder):
            try:
                return DeltaTable(self.folder, version=version)
            except TableNotFoundError as error:
                raise ProblemError(self._unreadable("not a Delta table")) from error

    def _unreadable(self, reason: str) -> Problem:
        return LEDGER_UNREADABLE.at(Span(str(self.folder)), folder=self.folder, reason=reason)

    def newest(self, known: Newest | None = None) -> Newest:
        """The newest version. With what was known before, the log is read only when something was committed since."""
        changed_at = self.log_changed_at()
        if known is not None and known.changed_at == changed_at and not self._entry(known.version + 1).exists():
            return known
        return Newest(int(self.open().version()), changed_at)

    def _entry(self, version: int) -> Path:
        return self.folder / LOG / f"{version:020d}.json"

    def log_changed_at(self) -> int:
        """When the table was last committed to, in nanoseconds of the file system."""
        with outside_faults(self.folder):
            return (self.folder / LOG).stat().st_mtime_ns

    def files(self, version: int | None = None) -> pl.DataFrame:
        """The files that make up the table: `path` (absolute), `rows`, `null_count.*`, `min.*`, `max.*`, `modified`.

        Raises ProblemError (E252) when one of them is no longer on disk.
        """
        table = self.open(version)
        with outside_faults(self.folder):
            listed = pl.DataFrame(table.get_add_actions(flatten=True))
        listed = listed.with_columns(
            path=pl.concat_str(pl.lit(f"{self.folder}/"), pl.col("path").str.replace_all("%3D", "=", literal=True))
        ).rename({"num_records": "rows", "modification_time": "modified"})
        missing = [path for path in listed["path"] if not Path(path).is_file()]
        if missing:
            problem = FILE_MISSING.at(Span(missing[0]), file=missing[0], count=len(missing), folder=self.folder.parent)
            raise ProblemError(problem)
        return listed.sort("path")

    def read(self, version: int | None = None) -> pl.DataFrame:
        """The whole table, for the small ones."""
        paths = self.files(version)["path"].to_list()
        if not paths:
            return pl.DataFrame(schema=self.schema)
        with outside_faults(self.folder):
            return self.scan(paths).collect()

    def scan(self, paths: Sequence[str]) -> pl.LazyFrame:
        """Some of its files, without the partition; a column that came later is null in the files before it."""
        inside = pl.Schema({name: kind for name, kind in self.schema.items() if name != self.partition_by})
        return pl.scan_parquet(
            list(paths), schema=inside, missing_columns="insert", extra_columns="ignore", hive_partitioning=False
        )

    def write(self, rows: pl.DataFrame, name: str, bounds: Sequence[str] = (), **partition: str) -> DataFile:
        """Put rows into a new file that nobody reads before `commit`; `bounds` name columns whose range is kept."""
        inside = "/".join(f"{column}={value}" for column, value in partition.items())
        path = self.folder / inside / f"{name}.parquet"
        with outside_faults(self.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                rows.write_parquet(path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return DataFile(path, partition, _stats(rows, bounds))

    def commit(self, files: Sequence[DataFile]) -> int:
        """Make the files part of the table, all or none. Returns the version of the table.

        What fails after the log names the files (a checkpoint on a full disk) undoes nothing: the commit stands.
        """
        with outside_faults(self.folder):
            table = self._widened(self.open())
        try:
            with outside_faults(self.folder):
                adds: list[AddAction | RemoveAction] = [_add_action(self.folder, file) for file in files]
                table.create_write_transaction(
                    adds, "append", table.schema(), self.partition_by or [], commit_properties=RETRIES
                )
        except ProblemError:
            table = self.open()
            if not {file.path for file in files} <= self._named(table):
                raise
        return int(table.version())

    def replace(self, old: Sequence[Path], new: Sequence[DataFile]) -> int:
        """Put new files in the place of old ones that hold the same rows. Returns the version of the table.

        Raises ProblemError (E253) when another process took one of the old ones away meanwhile.
        """
        table = self.open()
        if not set(old) <= self._named(table):
            raise ProblemError(self._unreadable("another process replaced the same files"))
        with outside_faults(self.folder):
            now = int(time.time() * 1000)
            changes: list[AddAction | RemoveAction] = [_add_action(self.folder, file, change=False) for file in new]
            changes += [RemoveAction(path.relative_to(self.folder).as_posix(), False, now) for path in old]
            table.create_write_transaction(
                changes, "append", table.schema(), self.partition_by or [], commit_properties=RETRIES
            )
        return int(self.open().version())

    def append(self, rows: pl.DataFrame) -> int:
        """Add rows of a small table in one file and one commit."""
        file = self.write(rows.select(self.schema.names()), uuid4().hex)
        try:
            return self.commit([file])
        except ProblemError:
            self.discard([file])
            raise

    def discard(self, files: Sequence[DataFile]) -> None:
        """Remove files that no commit made part of the table; what cannot be removed stays unseen until a vacuum.

        A file the log names is never deleted, even when the delivery that wrote it does not count: without it the
        whole table could no longer be read.
        """
        if not files:
            return
        try:
            named = self._named(self.open())
        except ProblemError:
            return
        for file in files:
            if file.path not in named:
                with suppress(OSError):
                    file.path.unlink(missing_ok=True)

    def _named(self, table: DeltaTable) -> set[Path]:
        """The files the log of an open table names."""
        with outside_faults(self.folder):
            listed = pl.DataFrame(table.get_add_actions(flatten=True))["path"]
        return {self.folder / path.replace("%3D", "=") for path in listed}


def _add_action(folder: Path, file: DataFile, change: bool = True) -> AddAction:
    status = file.path.stat()
    return AddAction(
        path=file.path.relative_to(folder).as_posix(),
        size=status.st_size,
        partition_values=dict(file.partition),
        modification_time=int(status.st_mtime * 1000),
        data_change=change,
        stats=file.stats,
    )


def _stats(rows: pl.DataFrame, bounds: Sequence[str]) -> str:
    low = rows.select(pl.col(bounds).min()).row(0, named=True) if bounds else {}
    high = rows.select(pl.col(bounds).max()).row(0, named=True) if bounds else {}
    return json.dumps(
        {
            "numRecords": rows.height,
            "nullCount": {column: rows[column].null_count() for column in rows.columns},
            "minValues": _plain(low),
            "maxValues": _plain(high),
        }
    )


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {
        column: value.isoformat() if isinstance(value, date) else value
        for column, value in values.items()
        if value is not None
    }
