"""Upkeep removes only what no reader counted, and never what a load under way is still writing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from duofeng.facts.arrivals import Arrival
from duofeng.facts.delivery import Delivery
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.facts.upkeep import compact, vacuum
from duofeng.kernel.problem import ProblemError

NOW = datetime(2024, 1, 9, tzinfo=UTC)
REJECT = pl.DataFrame({"row": [3], "raw": ["?"], "code": ["E101"]})


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger")


def frame(*subjects: str) -> pl.DataFrame:
    return pl.DataFrame({"subject": subjects, "number": [float(place) for place in range(len(subjects))]}).with_columns(
        kind=pl.lit("organisation"), attribute=pl.lit("staff")
    )


def arrival(checksum: str) -> Arrival:
    return Arrival("tax", "a.csv", checksum, NOW, "Alice")


def left_half_way(ledger: Ledger) -> Delivery:
    """What a process killed just before its last commit leaves."""
    delivery = ledger.deliver(arrival("killed"))
    delivery.write(frame("K"))
    delivery.reject(REJECT)
    delivery._flush()
    delivery._settle()
    delivery._commit_parts(delivery.arrival)
    return delivery


def everything(ledger: Ledger) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    facts = ledger.facts(known_at=NOW).collect().sort("arrival", "sequence")
    return facts, ledger.arrivals(), ledger.rejects()


def test_the_remains_of_a_killed_load_are_removed_once_they_are_old(ledger: Ledger) -> None:
    ledger.append(arrival("whole"), [frame("A", "B")], [REJECT])
    left_half_way(ledger)
    before = everything(ledger)
    young = vacuum(ledger, datetime.now(UTC))
    assert young.deliveries == 0
    old = vacuum(ledger, datetime.now(UTC) + timedelta(hours=25))
    assert old.deliveries == 1
    assert all(one.equals(other) for one, other in zip(before, everything(ledger), strict=True))
    for table in (ledger.fact_table, ledger.name_table, ledger.reject_table):
        assert table.files()["rows"].sum() > 0
        assert vacuum(ledger, datetime.now(UTC) + timedelta(hours=25)).deliveries == 0


def test_a_load_under_way_survives_a_vacuum(ledger: Ledger) -> None:
    delivery = left_half_way(ledger)
    vacuum(ledger, datetime.now(UTC))
    ledger.commit_arrival(delivery.arrival, delivery.code)
    assert ledger.facts(known_at=NOW).collect().height == 1


def test_many_small_files_become_few_and_no_answer_changes(ledger: Ledger) -> None:
    first = ledger.append(arrival("first"), [frame("A", "B")], [REJECT])
    for day in range(1, 9):
        fact = Fact("organisation", "A", "staff", float(day), valid_from=date(2023, 1, day))
        ledger.record([fact], "form", "Alice", NOW - timedelta(days=day))
    ledger.record([Fact("organisation", "B", "staff", retracts=f"{first.arrival.id}:1")], "form", "Bob", NOW)
    before = everything(ledger)
    assert compact(ledger) >= 20
    assert all(one.equals(other) for one, other in zip(before, everything(ledger), strict=True))
    assert ledger.fact_table.files().height == 1
    ledger.append(arrival("next"), [frame("C")])
    assert ledger.facts(known_at=NOW).collect().height == before[0].height + 1
    early = NOW - timedelta(days=4)
    assert ledger.facts(known_at=early).collect()["number"].sort().to_list() == [4.0, 5.0, 6.0, 7.0, 8.0]


def test_a_file_that_could_not_be_removed_is_not_counted_as_removed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = ledger.fact_table.folder / "stray.parquet"
    stray.write_bytes(b"left")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ProblemError) as caught:
        vacuum(ledger, datetime.now(UTC) + timedelta(hours=1), timedelta(0))
    assert caught.value.problems[0].code == "E251"
