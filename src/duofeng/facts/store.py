"""Delta Lake tables on disk: open, append, list the files; what goes wrong outside becomes a Problem.

Rows go into Parquet files first and count by one commit to the table's log. Nothing here knows what a fact is.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError

from duofeng.facts import log
from duofeng.facts.disk import entries_to_disk, made_folder, to_disk, tree_to_disk
from duofeng.facts.log import LOG
from duofeng.facts.problems import DISK_FULL, FILE_DIFFERS, FILE_MISSING, LEDGER_UNREADABLE, NOT_WRITABLE
from duofeng.kernel.problem import Problem, ProblemError, Span

ROW_GROUP = 128 * 1024
ATTEMPTS = 1000
"""How often a commit is tried while other processes make the version it would have been."""
CHECKPOINT_EVERY = 100
SCRATCH = ".laying-"
"""How the names of folders begin whose contents count only when they are moved."""
DIGEST = "sha256"
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
    digest: str


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
        """Make the table unless it is there: whole, by one rename. Two processes may do so at once."""
        with outside_faults(self.folder):
            if DeltaTable.is_deltatable(str(self.folder)):
                return
            if self.folder.exists() and any(self.folder.rglob("*.parquet")):
                raise ProblemError(self._unreadable("_delta_log is missing"))
            made_folder(self.folder.parent)
            scratch = self.folder.parent / f"{SCRATCH}{uuid4().hex}"
            try:
                DeltaTable.create(scratch, self._declared(), partition_by=self.partition_by)
                tree_to_disk(scratch)
                scratch.rename(self.folder)
                to_disk(self.folder.parent)
            except OSError:
                if not DeltaTable.is_deltatable(str(self.folder)):
                    raise
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _declared(self) -> Schema:
        return Schema.from_arrow(pl.DataFrame(schema=self.schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema)

    def _widening(self, table: DeltaTable) -> list[log.Action]:
        """What adds the columns that were not there yet when the table was made."""
        there = table.schema().fields
        new = [field for field in self._declared().fields if field.name not in {known.name for known in there}]
        if not new:
            return []
        known = table.metadata()
        changed = {
            "id": str(known.id),
            "format": {"provider": "parquet", "options": {}},
            "schemaString": Schema([*there, *new]).to_json(),
            "partitionColumns": known.partition_columns,
            "configuration": known.configuration,
            "createdTime": known.created_time,
        }
        return [{"metaData": changed}]

    def open(self, version: int | None = None) -> DeltaTable:
        with outside_faults(self.folder):
            try:
                return DeltaTable(self.folder, version=version)
            except TableNotFoundError as error:
                raise ProblemError(self._unreadable("not a Delta table")) from error
            except DeltaError:
                # A power cut may have left half a checkpoint.
                if not log.without_checkpoint(self.folder):
                    raise
                return DeltaTable(self.folder, version=version)

    def _unreadable(self, reason: str) -> Problem:
        return LEDGER_UNREADABLE.at(Span(str(self.folder)), folder=self.folder, reason=reason)

    def newest(self, known: Newest | None = None) -> Newest:
        """The newest version. With what was known before, the log is read only when something was committed since."""
        changed_at = self.log_changed_at()
        same = known is not None and known.changed_at == changed_at
        if known is not None and same and not log.entry(self.folder, known.version + 1).exists():
            return known
        return Newest(int(self.open().version()), changed_at)

    def log_changed_at(self) -> int:
        """When the table was last committed to, in nanoseconds of the file system."""
        with outside_faults(self.folder):
            return (self.folder / LOG).stat().st_mtime_ns

    def listed(self, version: int | None = None) -> pl.DataFrame:
        """The files the log names, whether they are there or not."""
        table = self.open(version)
        with outside_faults(self.folder):
            found = pl.DataFrame(table.get_add_actions(flatten=True))
        where = pl.concat_str(pl.lit(f"{self.folder}/"), pl.col("path").str.replace_all("%3D", "=", literal=True))
        return found.with_columns(path=where).rename({"num_records": "rows", "modification_time": "modified"})

    def files(self, version: int | None = None) -> pl.DataFrame:
        """The files that make up the table: `path` (absolute), `rows`, `null_count.*`, `min.*`, `max.*`, `modified`.

        Raises ProblemError when one of them is no longer on disk (E252), or not as long as it was (E257).
        """
        listed = self.listed(version)
        missing, other = [], []
        for path, size in listed.select("path", "size_bytes").iter_rows():
            with suppress(FileNotFoundError):
                if Path(path).stat().st_size != size:
                    other.append(path)
                continue
            missing.append(path)
        found = [(FILE_MISSING, missing), (FILE_DIFFERS, other)]
        if missing or other:
            raise ProblemError(
                kind.at(Span(paths[0]), file=paths[0], count=len(paths), folder=self.folder.parent)
                for kind, paths in found
                if paths
            )
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
                to_disk(path)
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, DIGEST).hexdigest()
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return DataFile(path, partition, _stats(rows, bounds), digest)

    def commit(
        self, files: Sequence[DataFile], old: Sequence[Path] = (), agreed: Callable[[], bool] = lambda: True
    ) -> int | None:
        """Make the files part of the table, all or none, and take the old ones away. Returns the version of the table.

        `agreed` is asked at the very version the commit would follow; where it says no, nothing is done and nothing
        returned. Raises ProblemError (E253) when another process took one of the old ones away meanwhile.

        1. The files are on the disk; so are, now, their entries. 2. The commit is written. What fails afterwards (a
        checkpoint on a full disk) undoes nothing: the commit stands.
        """
        with outside_faults(self.folder):
            entries_to_disk((file.path for file in files), self.folder)
            adds = [_added(self.folder, file, change=not old) for file in files]
            removes = [_removed(self.folder, path) for path in old]
            for _attempt in range(ATTEMPTS):
                table = self.open()
                if old and not set(old) <= self._named(table):
                    raise ProblemError(self._unreadable("another process replaced the same files"))
                if not agreed():
                    return None
                version = int(table.version()) + 1
                if log.commit(self.folder, version, [*self._widening(table), *adds, *removes]):
                    if version % CHECKPOINT_EVERY == 0:
                        self._checkpoint()
                    return version
        raise ProblemError(self._unreadable("too many processes write at once"))

    def _checkpoint(self) -> None:
        """Let the next reader start here. Only time is lost where this fails or is torn."""
        with suppress(OSError, DeltaError, ProblemError):
            self.open().create_checkpoint()
            tree_to_disk(self.folder / LOG)

    def replace(self, old: Sequence[Path], new: Sequence[DataFile]) -> int:
        """Put new files in the place of old ones that hold the same rows. Returns the version of the table."""
        version = self.commit(new, old)
        assert version is not None
        return version

    def append(self, rows: pl.DataFrame, agreed: Callable[[], bool] = lambda: True) -> int | None:
        """Add rows of a small table in one file and one commit, if agreed."""
        file = self.write(rows.select(self.schema.names()), uuid4().hex)
        try:
            version = self.commit([file], agreed=agreed)
        except ProblemError:
            self.discard([file])
            raise
        if version is None:
            self.discard([file])
        return version

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
            named = pl.DataFrame(table.get_add_actions(flatten=True))["path"]
        return {self.folder / path.replace("%3D", "=") for path in named}


def _added(folder: Path, file: DataFile, change: bool) -> dict[str, Any]:
    status = file.path.stat()
    return {
        "add": {
            "path": file.path.relative_to(folder).as_posix(),
            "partitionValues": dict(file.partition),
            "size": status.st_size,
            "modificationTime": int(status.st_mtime * 1000),
            "dataChange": change,
            "stats": file.stats,
            "tags": {DIGEST: file.digest},
        }
    }


def _removed(folder: Path, path: Path) -> dict[str, Any]:
    now = int(time.time() * 1000)
    return {"remove": {"path": path.relative_to(folder).as_posix(), "deletionTimestamp": now, "dataChange": False}}


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
