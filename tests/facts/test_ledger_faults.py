"""What the world does to a ledger: processes killed or at once, full and read-only disks, files lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from duofeng.facts import store
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.facts.problems import DISK_FULL
from duofeng.kernel.problem import ProblemError

LATER = datetime(2024, 2, 1, tzinfo=UTC)
KILLS = 20
LOAD = """
from datetime import UTC, datetime
from pathlib import Path
import polars as pl
from duofeng.facts import delivery
from duofeng.facts.arrivals import Arrival
from duofeng.facts.ledger import Ledger
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in

delivery.ROWS_PER_FILE = rows // 4
numbers = pl.int_range(rows, eager=True)
facts = pl.DataFrame({"subject": numbers.cast(pl.String), "number": numbers.cast(pl.Float64)}).with_columns(
    kind=pl.lit("organisation"), attribute=pl.lit("revenue"), place=pl.lit(checksum)
)
rejects = pl.DataFrame({"row": [1], "raw": ["?"], "code": ["E101"]})
report.send("started")
try:
    if limit:
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    arrival = Arrival("tax", "a.csv", checksum, datetime(2024, 1, 1, tzinfo=UTC), "Alice", rows=rows)
    receipt = Ledger.open(Path(folder)).append(arrival, facts.iter_slices(rows // 8), [rejects])
    report.send("duplicate" if receipt.duplicate_of else "loaded")
except ProblemError as error:
    report.send(f"{error.problems[0].code}  {told_in('en', error.problems[0].message)}")
"""
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["duofeng.facts.ledger", "duofeng.facts.delivery"])


class Load:
    """A load in a process of its own, begun when this returns."""

    def __init__(self, folder: Path, checksum: str, rows: int = 8_000, limit: int = 0) -> None:
        self.heard, report = PROCESSES.Pipe(duplex=False)
        given = {"folder": str(folder), "checksum": checksum, "rows": rows, "limit": limit, "report": report}
        self.process = PROCESSES.Process(target=exec, args=(LOAD, given))
        self.process.start()
        report.close()
        assert self.heard.recv() == "started"

    def outcome(self) -> str:
        told: str = self.heard.recv()
        self.process.join()
        return told


def state(folder: Path) -> tuple[int, int, int]:
    """Arrivals, facts, rejects, as any reader sees them."""
    ledger = Ledger.open(folder)
    facts = ledger.facts(known_at=LATER).select(pl.len()).collect().item()
    return ledger.arrivals().height, facts, ledger.rejects().height


def test_a_load_killed_at_any_moment_happened_whole_or_not_at_all(tmp_path: Path) -> None:
    moments = random.Random(20240201)
    folder = tmp_path / "ledger"
    assert Load(folder, "file-0").outcome() == "loaded"
    began = time.monotonic()
    assert Load(folder, "file-1").outcome() == "loaded"
    usual = time.monotonic() - began
    before, unfinished = 2, 0
    for number in range(2, KILLS + 2):
        load = Load(folder, f"file-{number}")
        time.sleep(usual * moments.uniform(0, 1))
        load.process.kill()
        load.process.join()
        arrivals, facts, rejects = state(folder)
        assert arrivals in (before, before + 1)
        assert (facts, rejects) == (8_000 * arrivals, arrivals)
        unfinished += arrivals == before
        before = arrivals
    assert unfinished
    # Every file can be sent again, whatever came of its first load.
    told = [Load(folder, f"file-{number}").outcome() for number in range(KILLS + 2)]
    assert told.count("loaded") == unfinished
    assert state(folder) == (KILLS + 2, 8_000 * (KILLS + 2), KILLS + 2)


def test_loads_of_two_processes_at_once_both_land(tmp_path: Path) -> None:
    loads = [Load(tmp_path / "ledger", f"file-{number}") for number in range(4)]
    assert [load.outcome() for load in loads] == ["loaded"] * 4
    assert state(tmp_path / "ledger") == (4, 32_000, 4)


def test_one_file_loaded_by_two_processes_at_once_counts_once(tmp_path: Path) -> None:
    loads = [Load(tmp_path / "ledger", "same") for _ in range(3)]
    told = [load.outcome() for load in loads]
    assert sorted(told) == ["duplicate", "duplicate", "loaded"]
    assert state(tmp_path / "ledger") == (1, 8_000, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a disk; RLIMIT_FSIZE and chmod stand in for it in the other tests")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_reported_and_the_ledger_is_as_before(small_disk: Path) -> None:
    folder = small_disk / "ledger"
    assert Load(folder, "small", 400).outcome() == "loaded"
    before = state(folder)
    assert "E250  the disk is full" in Load(folder, "large", 400_000).outcome()
    assert state(folder) == before
    assert Load(folder, "small-too", 400).outcome() == "loaded"


@pytest.mark.parametrize("free", range(4, 36, 4))
def test_a_disk_that_fills_between_two_commits_of_a_load_loses_nothing(small_disk: Path, free: int) -> None:
    """With so many KiB left, some of a load's commits find room and the next one does not."""
    folder = small_disk / "ledger"
    assert Load(folder, "small", 400).outcome() == "loaded"
    (small_disk / "filler").write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - free * 1024)))
    told = Load(folder, "next", 400).outcome()
    loaded = told == "loaded"
    assert loaded or "E250  the disk is full" in told
    (small_disk / "filler").unlink()
    assert state(folder) == ((2, 800, 2) if loaded else (1, 400, 1))
    assert Load(folder, "last", 400).outcome() == "loaded"


def test_a_load_whose_last_commit_is_refused_leaves_every_file_the_log_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ledger"
    assert Load(folder, "first", 400).outcome() == "loaded"
    ledger = Ledger.open(folder)

    def refuse(*_: object) -> None:
        raise ProblemError(DISK_FULL.at(folder=folder))

    monkeypatch.setattr(ledger, "commit_arrival", refuse)
    fact = Fact("organisation", "91A", "revenue", Decimal(1))
    with pytest.raises(ProblemError):
        ledger.record([fact], "tax", "Alice", LATER)
    assert state(folder) == (1, 400, 1)


def test_a_commit_that_landed_stands_whatever_fails_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DeltaError("No space left on device (checkpoint)")

    monkeypatch.setattr(store, "CHECKPOINT_EVERY", 1)
    monkeypatch.setattr(DeltaTable, "create_checkpoint", fail)
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.record([Fact("organisation", "91A", "revenue", Decimal(1))], "tax", "Alice", LATER)
    assert state(tmp_path / "ledger") == (1, 1, 0)


@pytest.mark.parametrize("length", [0, 100])
def test_a_checkpoint_cut_off_by_a_power_cut_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(store, "CHECKPOINT_EVERY", 1)
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.record([Fact("organisation", "91A", "revenue", Decimal(1))], "tax", "Alice", LATER)
    torn = list((tmp_path / "ledger").rglob("*.checkpoint.parquet"))
    assert len(torn) == 3
    for path in torn:
        os.truncate(path, length)
    assert state(tmp_path / "ledger") == (1, 1, 0)


def test_a_file_size_limit_stands_in_for_a_full_disk(tmp_path: Path) -> None:
    """RLIMIT_FSIZE refuses a write as a full disk does; Python ignores the signal that comes with it."""
    folder = tmp_path / "ledger"
    assert Load(folder, "small", 400).outcome() == "loaded"
    assert "E250  the disk is full" in Load(folder, "large", limit=20_000).outcome()
    assert state(folder) == (1, 400, 1)


def test_a_read_only_disk_can_be_read_and_refuses_a_load_clearly(small_disk: Path) -> None:
    folder = small_disk / "ledger"
    assert Load(folder, "first", 400).outcome() == "loaded"
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "E251" in Load(folder, "second", 400).outcome()
    assert state(folder) == (1, 400, 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; the test with a read-only disk covers it")
def test_a_folder_of_someone_else_refuses_a_load_clearly(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    assert Load(folder, "first", 400).outcome() == "loaded"
    inside = [path for path in folder.rglob("*") if path.is_dir()]
    for path in inside:
        path.chmod(0o555)
    told = Load(folder, "second", 400).outcome()
    for path in inside:
        path.chmod(0o755)
    assert "E251" in told
    assert state(folder) == (1, 400, 1)


@pytest.mark.parametrize("table", ["facts", "names", "arrivals"])
def test_a_file_of_the_ledger_deleted_by_hand_is_named_and_nothing_is_guessed(tmp_path: Path, table: str) -> None:
    folder = tmp_path / "ledger"
    assert Load(folder, "first", 400).outcome() == "loaded"
    lost = next((folder / table).rglob("*.parquet"))
    lost.unlink()
    with pytest.raises(ProblemError) as raised:
        state(folder)
    problem = raised.value.problems[0]
    assert problem.code == "E252"
    assert problem.params["file"] == str(lost)


def test_a_log_deleted_by_hand_is_not_taken_for_an_empty_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    assert Load(folder, "first", 400).outcome() == "loaded"
    shutil.rmtree(folder / "arrivals" / "_delta_log")
    with pytest.raises(ProblemError) as raised:
        state(folder)
    assert raised.value.problems[0].code == "E253"


def test_a_damaged_log_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    assert Load(folder, "first", 400).outcome() == "loaded"
    for log in (folder / "facts" / "_delta_log").glob("*.json"):
        log.write_text("no json", encoding="utf-8")
    with pytest.raises(ProblemError) as raised:
        state(folder)
    assert raised.value.problems[0].code == "E253"
