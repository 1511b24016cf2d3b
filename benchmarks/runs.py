"""A whole run over a made-up zone: profile, every scorecard, every policy, history, bundles, budgets, published.

Beside it, what no run can go below: reading every fact of the ledger once, and reading its profile back. A last case
answers all policies for one firm after the other, as a page does.

The delivery of the third case is recorded later than the whole run knows, and only once: it changes no other case.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import polars as pl
from benchmarks.harness import ROOT, Case, Scale, Subject, Timed

from duofeng.brain.policies.plan import plan
from duofeng.brain.policies.subject import answers_for
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import profile_with_results
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.kernel.period import Period
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

HERE = "benchmarks.runs:"
FIRMS: dict[Scale, int] = {"quick": 2_000, "full": 100_000, "large": 1_000_000}
AS_OF = date(2024, 6, 30)
KNOWN_AT = datetime(2100, 1, 1, tzinfo=UTC)
ASKED = 200
"""Firms answered one by one."""


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    return Subject(
        f"A run over {FIRMS[scale]:,} firms",
        [
            Case("Polars, every fact of the ledger read once", HERE + "scan", size),
            Case("**duofeng run**", HERE + "whole_run", size),
            Case("**duofeng run, after a delivery about one firm in a hundred**", HERE + "after_a_delivery", size),
            Case(f"all policies for one firm, median of {ASKED}", HERE + "one_firm", size, most_rounds=1),
        ],
        prepare=[Case("data", HERE + "prepare", size)],
        remark="Making and loading the files is not timed. The note of a run is its steps in seconds.",
    )


def folder(scale: Scale) -> Path:
    return Path(tempfile.gettempdir()) / "duofeng-benchmarks" / f"zone-{scale}"


def prepare(scale: Scale) -> None:
    """Write a made-up zone and load it, unless it is there."""
    data = folder(scale)
    if (data / "ledger").is_dir():
        return
    files, unfinished = data.with_suffix(".files"), data.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    _command("synth", "--organisations", str(FIRMS[scale]), "--events", "1000", "--out", str(files))
    arriving = sorted(str(path) for path in files.glob("*.csv") if path.stem != "answer_key")
    _command("load", *arriving, "--data", str(unfinished))
    unfinished.rename(data)
    shutil.rmtree(files)


def _command(*arguments: str) -> None:
    command = [sys.executable, "-m", "duofeng.cli.main", *arguments]
    subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"DUOFENG_ZONE": str(_zone())}
    )


def _zone() -> Path:
    zones = ROOT / "zones"
    return zones / (zones / "DEFAULT").read_text("utf-8").strip()


def _opened() -> Zone:
    return load_zone(_zone())


def scan(scale: Scale) -> str:
    ledger = Ledger(folder(scale) / "ledger")
    files = ledger.fact_table.files()["path"].to_list()
    rows = pl.scan_parquet(files, hive_partitioning=False)
    read = rows.select(pl.len(), pl.all().exclude("kind").null_count().name.suffix(" null")).collect(engine="streaming")
    return f"{read['len'][0]:,} facts"


def whole_run(scale: Scale) -> Timed:
    runs = folder(scale) / "runs"
    shutil.rmtree(runs, ignore_errors=True)
    return _timed(scale, KNOWN_AT)[1]


def after_a_delivery(scale: Scale) -> Timed:
    runs, ledger = Runs(folder(scale) / "runs"), Ledger(folder(scale) / "ledger")
    before, later = runs.current(), KNOWN_AT + timedelta(days=1)
    firms = ledger.subjects(known_at=KNOWN_AT, kind="organisation")["subject"].gather_every(100)
    month = Period.parse("2024-05")
    told = [Fact("organisation", firm, "electricity", float(row), month) for row, firm in enumerate(firms, 1)]
    ledger.record(told, "synthetic-electricity", "benchmark", later)
    run, timed = _timed(scale, later)
    runs.point_at(before.id)
    shutil.rmtree(run.folder)
    return timed


def _timed(scale: Scale, known_at: datetime) -> tuple[Run, Timed]:
    """A run, how long it took, and of its steps the seconds."""
    zone, started, worked = _opened(), perf_counter(), process_time()
    run = compute(Inputs(zone, Ledger(folder(scale) / "ledger"), AS_OF, known_at), Runs(folder(scale) / "runs"))
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in run.manifest.measured["seconds"].items())
    return run, Timed(perf_counter() - started, f"{process_time() - worked:.1f} s of processor time; {steps}")


def one_firm(scale: Scale) -> Timed:
    run, zone = Runs(folder(scale) / "runs").current(), _opened()
    planned = plan(zone, run.as_of, "organisation")
    profile = profile_with_results(run, planned).collect()
    asked = profile.gather_every(max(1, profile.height // ASKED)).rows()
    rows = [pl.DataFrame([row], schema=profile.schema, orient="row") for row in asked]
    answers_for(zone, planned, rows[0])
    wall, processor = [], []
    for row in rows:
        started, worked = perf_counter(), process_time()
        answers_for(zone, planned, row)
        wall.append(perf_counter() - started)
        processor.append(process_time() - worked)
    note = f"{1000 * median(wall):.1f} ms, {1000 * median(processor):.1f} ms of processor time"
    return Timed(median(wall), note)
