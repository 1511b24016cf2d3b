"""A snapshot keeps what it read and still answers as the ledger at that version does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from duofeng.facts.arrivals import Arrival
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.facts.snapshot import Snapshot
from duofeng.facts.upkeep import compact, vacuum

FIRST = datetime(2024, 1, 1, 9, tzinfo=UTC)
LATER = FIRST + timedelta(days=400)


def staff(counts: dict[str, float]) -> pl.DataFrame:
    return pl.DataFrame({"subject": list(counts), "number": list(counts.values())}).with_columns(
        kind=pl.lit("organisation"), attribute=pl.lit("staff"), period=pl.lit("2023"), row=pl.lit(2, pl.Int32)
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger.open(tmp_path / "ledger")
    for day, counts in enumerate(({"A": 1.0, "B": 2.0}, {"A": 3.0}, {"C": 4.0})):
        at = FIRST + timedelta(days=day)
        ledger.append(Arrival("tax", f"{day}.csv", f"{day}", at, "Alice"), [staff(counts)])
    said = ledger.facts(known_at=LATER, subjects=["B"]).collect().row(0, named=True)
    took_back = Fact("organisation", "B", "staff", retracts=f"{said['arrival']}:{said['sequence']}")
    ledger.record([took_back], "cases", "Bob", FIRST + timedelta(days=5))
    return ledger


def answers(ledger: Ledger) -> list[Any]:
    found: list[Any] = []
    for day in (0, 1, 9, 400):
        known_at = FIRST + timedelta(days=day)
        for subjects in (None, ["A"], ["B", "C"], ["nobody"]):
            rows = ledger.facts(known_at=known_at, kind="organisation", subjects=subjects).collect()
            found.append(rows.sort("subject", "number").rows())
        found.append(ledger.subjects(known_at=known_at, kind="organisation").rows())
        found.append(ledger.arrivals(known_at).rows())
    return [*found, ledger.arrivals().rows(), ledger.rejects().rows()]


def test_a_snapshot_answers_as_the_ledger_at_its_version_however_often_it_is_asked(ledger: Ledger) -> None:
    for version in range(ledger.version + 1):
        snapshot, expected = Snapshot(ledger.folder, version), answers(Ledger(ledger.folder, version))
        assert answers(snapshot) == expected
        assert answers(snapshot) == expected


def test_a_snapshot_stays_as_it_was_while_more_arrives_and_files_are_put_together(ledger: Ledger) -> None:
    snapshot = Snapshot(ledger.folder, ledger.version)
    expected = answers(snapshot)
    ledger.append(Arrival("tax", "x.csv", "x", FIRST + timedelta(days=7), "Alice"), [staff({"A": 9.0})])
    assert answers(snapshot) == expected
    snapshot = Snapshot(ledger.folder, ledger.version)
    expected = answers(snapshot)
    assert compact(ledger)
    vacuum(ledger, LATER, patience=timedelta(0))
    rows = snapshot.facts(known_at=LATER, kind="organisation", subjects=["A"]).collect()
    assert sorted(rows["number"]) == [1.0, 3.0, 9.0]
    assert answers(Snapshot(ledger.folder, ledger.version)) == expected


def test_the_newest_version_is_noticed_without_reading_the_log_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = ledger.arrival_table
    known = table.newest()
    assert known.version == ledger.version
    other = Ledger.open(ledger.folder)
    with monkeypatch.context() as without:
        without.setattr(table, "open", lambda: pytest.fail("the log was read"))
        assert table.newest(known) is known
    other.append(Arrival("tax", "y.csv", "y", FIRST + timedelta(days=8), "Alice"), [staff({"D": 1.0})])
    assert table.newest(known).version == ledger.version == known.version + 1
