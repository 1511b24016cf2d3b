"""The load: 10⁷ facts from one CSV into the ledger, with identifiers validated and evidence kept, beside bare copies.

The peers only parse and store the five columns. Duofeng also checks both check characters of every code, the attribute
against the vocabulary and the period against the calendar, and keeps file, column and row of every fact.
"""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.csv
from benchmarks.harness import Case, Scale, Subject, Timed
from benchmarks.observations import Observations, zone_of
from deltalake import write_deltalake

from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader

POSTGRES = ("initdb", "pg_ctl", "psql")
TYPES = (
    "{'credit_code': 'VARCHAR', 'attribute': 'VARCHAR', 'value': 'DOUBLE', 'period': 'VARCHAR', 'source': 'VARCHAR'}"
)


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    here = "benchmarks.load:"
    missing = [program for program in POSTGRES if shutil.which(program) is None]
    own = [
        Case("DuckDB COPY csv TO parquet (zstd)", here + "duckdb_copy", size),
        Case("**duofeng load: validated, with evidence**", here + "duofeng", size),
    ]
    peers = [
        Case("Polars scan_csv, sink_parquet (zstd)", here + "polars_sink", size),
        Case("Delta append fed by pyarrow's CSV reader", here + "delta_append", size),
        Case(
            "PostgreSQL COPY, logged table, no index",
            here + "postgres_copy",
            size,
            skip=f"{', '.join(missing)} not found" if missing else None,
            most_rounds=2,
        ),
        Case("SQLite executemany, WAL, no index", here + "sqlite_insert", size, most_rounds=2),
    ]
    return Subject(
        title=f"Load {Observations(scale).rows:,} facts from one CSV",
        cases=own if scale == "large" else own + peers,
        prepare=[Case("data", "benchmarks.observations:prepare_csv", size)],
        remark="PostgreSQL's memory is the server's and not in the table.",
    )


def duofeng(scale: Scale) -> str:
    data = Observations(scale)
    with tempfile.TemporaryDirectory(dir=data.folder) as folder:
        loader = Loader(
            zone_of(scale), Ledger.open(Path(folder) / "ledger"), Path(folder), "benchmark", date(2026, 6, 1)
        )
        outcome = loader.load(data.csv, datetime(2026, 6, 1, tzinfo=UTC))
        assert outcome.facts == data.rows, outcome
        return f"{_stored(Path(folder))}, {outcome.facts:,} facts, {outcome.verdict}"


def duckdb_copy(scale: Scale) -> str:
    data = Observations(scale)
    with tempfile.TemporaryDirectory(dir=data.folder) as folder:
        duckdb.sql(
            f"COPY (FROM read_csv('{data.csv}', header = true, columns = {TYPES})) "
            f"TO '{folder}/copy.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
        return _stored(Path(folder))


def polars_sink(scale: Scale) -> str:
    data = Observations(scale)
    with tempfile.TemporaryDirectory(dir=data.folder) as folder:
        pl.scan_csv(data.csv).sink_parquet(f"{folder}/sink.parquet", compression="zstd")
        return _stored(Path(folder))


def delta_append(scale: Scale) -> str:
    data = Observations(scale)
    with tempfile.TemporaryDirectory(dir=data.folder) as folder:
        write_deltalake(f"{folder}/delta", pyarrow.csv.open_csv(data.csv), mode="append")
        return _stored(Path(folder))


def sqlite_insert(scale: Scale) -> str:
    data = Observations(scale)
    with tempfile.TemporaryDirectory(dir=data.folder) as folder, data.csv.open(encoding="utf-8", newline="") as file:
        base = sqlite3.connect(f"{folder}/ledger.sqlite")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("CREATE TABLE facts (credit_code TEXT, attribute TEXT, value REAL, period TEXT, source TEXT)")
        rows = csv.reader(file)
        next(rows)
        with base:
            base.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", rows)
        base.close()
        return _stored(Path(folder))


def postgres_copy(scale: Scale) -> Timed:
    """COPY by the server itself, in a cluster made for this and thrown away; making it is not timed."""
    csv_file = Observations(scale).csv
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        as_user: dict[str, str] = {}
        if os.geteuid() == 0:
            as_user = {"user": "nobody"}
            shutil.chown(folder, "nobody")

        def run(*command: str) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)  # type: ignore[call-overload]  # user

        socket = ["-h", str(folder), "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qc"]
        run("initdb", "-D", f"{folder}/cluster", "-U", "postgres", "-A", "trust")
        run("pg_ctl", "-D", f"{folder}/cluster", "-l", f"{folder}/log", "-w", "-o", f"-k {folder} -h ''", "start")
        try:
            columns = "credit_code text, attribute text, value double precision, period text, source text"
            run("psql", *socket, f"CREATE TABLE facts ({columns})")
            started = time.perf_counter()
            run("psql", *socket, f"COPY facts FROM '{csv_file}' (FORMAT csv, HEADER)")
            seconds = time.perf_counter() - started
            return Timed(seconds, _stored(folder / "cluster" / "base"))
        finally:
            run("pg_ctl", "-D", f"{folder}/cluster", "-m", "immediate", "stop")


def _stored(folder: Path) -> str:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{size / 1e6:,.0f} MB stored"
