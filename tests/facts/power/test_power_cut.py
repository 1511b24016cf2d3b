"""Power cut after any step of loads and a compaction: nothing accepted vanishes, nothing half counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import polars as pl
import pytest
from tests.facts.power.disk import Disk, replayed

from duofeng.facts import delivery
from duofeng.facts.ledger import Ledger
from duofeng.facts.mend import mend
from duofeng.facts.verify import differences

CUTS = int(os.environ.get("DUOFENG_TEST_POWER_CUTS", "10"))
"""States looked at; all steps in each way are some thousand."""
NOW = datetime(2024, 3, 1, tzinfo=UTC)
WORK = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import polars as pl
from duofeng.facts import delivery
from duofeng.facts.arrivals import Arrival
from duofeng.facts.disk import write_whole
from duofeng.facts.ledger import Ledger
from duofeng.facts.upkeep import compact

delivery.ROWS_PER_FILE = 4

def load(ledger, name):
    facts = pl.DataFrame({"subject": [f"{name}-{n}" for n in range(10)], "number": [float(n) for n in range(10)]})
    said = facts.with_columns(kind=pl.lit("organisation"), attribute=pl.lit("revenue"))
    at = datetime(2024, 1, ord(name) - 96, tzinfo=UTC)
    rejects = pl.DataFrame({"row": [1], "raw": ["?"], "code": ["E101"]})
    return ledger.append(Arrival("tax", name, name, at, "Alice", rows=10), [said], [rejects])

if __name__ == "__main__":
    top = Path(sys.argv[1])
    ledger = Ledger.open(top / "ledger")
    for name in "ab":
        load(ledger, name)
        (top / f"told-{name}").mkdir()
    compact(ledger)
    load(ledger, "c")
    (top / "told-c").mkdir()
    write_whole(top / "current", b"run")
    (top / "told-current").mkdir()
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder that was worked in, and the record of what was done to it."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or sys.platform != "linux":
        pytest.skip("recording what a process writes needs Linux and a C compiler")
    place = tmp_path_factory.mktemp("power")
    library, top, log = place / "recorder.so", place / "top", place / "log"
    source = Path(__file__).with_name("recorder.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl", "-lpthread"], check=True)
    top.mkdir()
    watched = {"LD_PRELOAD": str(library), "POWER_UNDER": str(top), "POWER_LOG": str(log)}
    subprocess.run([sys.executable, "-c", WORK, str(top)], env=os.environ | watched, check=True)
    return top, log


def test_the_record_misses_nothing(recorded: tuple[Path, Path]) -> None:
    top, log = recorded
    *_before, (_line, disk) = replayed(top, log)
    assert sorted(disk.seen()) == sorted(path.relative_to(top).as_posix() for path in top.rglob("*"))


def test_whenever_the_power_is_cut_what_was_accepted_is_there_and_nothing_half_counts(
    recorded: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, log = recorded
    monkeypatch.setattr(delivery, "ROWS_PER_FILE", delivery.ROWS_PER_FILE)  # `WORK` lowers it for its own process
    chance = Random(20240301)
    steps = sum(1 for _step in replayed(top, log))
    ways = [(step, how) for step in range(steps) for how in ("bare", "names", "mixed")]
    chosen = set(chance.sample(ways, min(CUTS, len(ways))))
    for step, (_line, disk) in enumerate(replayed(top, log)):
        for how in ("bare", "names", "mixed"):
            if (step, how) in chosen:
                state = tmp_path / f"{step}-{how}"
                disk.after_a_cut(state, how, Random(step))
                hold(disk, state)
                shutil.rmtree(state)


def hold(disk: Disk, state: Path) -> None:
    """What must be true of any state."""
    told = {name.removeprefix("told-") for name in disk.names[0] if name.startswith("told-")}
    if "current" in told:
        assert (state / "current").read_bytes() == b"run"
        told.remove("current")
    # 1. it opens; what was accepted counts, whole; nothing is torn
    ledger = Ledger.open(state / "ledger")
    found = differences(ledger, thorough=True)
    assert {problem.code for problem in found.problems} <= {"E262"}
    counted = set(ledger.counted(NOW)["file"])
    assert told <= counted <= {"a", "b", "c"}
    by_file = facts(ledger).group_by("source", "arrival").len()
    assert by_file["len"].to_list() == [10] * len(counted)
    # 2. what was under way and is kept is loaded by mending; the rest may be sent again
    mend(ledger, NOW, "Carol", lambda _path, _arrival: False)
    assert not differences(ledger, thorough=True).problems
    work: dict[str, object] = {"__name__": "again"}
    exec(WORK, work)
    for name in "abc":
        work["load"](ledger, name)  # type: ignore[operator]  # defined by WORK
    assert facts(ledger).height == 30
    assert facts(ledger)["subject"].n_unique() == 30


def facts(ledger: Ledger) -> pl.DataFrame:
    return ledger.facts(known_at=NOW).collect()
