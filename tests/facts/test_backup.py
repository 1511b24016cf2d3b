"""A copy taken while others write is of one instant and whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from duofeng.facts import backup
from duofeng.facts.arrivals import Arrival
from duofeng.facts.ledger import Ledger
from duofeng.facts.upkeep import compact
from duofeng.facts.verify import differences

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def load(ledger: Ledger, number: int) -> None:
    said = pl.DataFrame({"subject": ["A", f"only-{number}"], "number": [1.0, float(number)]}).with_columns(
        kind=pl.lit("organisation"), attribute=pl.lit("revenue")
    )
    at = NOW + timedelta(minutes=number)
    ledger.append(Arrival("tax", f"{number}.csv", f"{number}", at, "Alice"), [said], [pl.DataFrame({"row": [1]})])


def test_a_copy_made_while_files_are_loaded_and_laid_together_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(tmp_path / "ledger")
    load(ledger, 0)
    load(ledger, 1)
    copied, number = backup._copy_table, iter(range(2, 99))

    def beside_a_load(*asked: object) -> None:
        copied(*asked)  # type: ignore[arg-type]  # as it was asked
        load(ledger, next(number))
        compact(ledger)

    monkeypatch.setattr(backup, "_copy_table", beside_a_load)
    backup.copy_ledger(ledger, tmp_path / "copy" / "ledger")
    copy = Ledger(tmp_path / "copy" / "ledger")
    assert differences(copy, thorough=True).problems == []
    assert copy.arrivals()["file"].to_list() == ["0.csv", "1.csv"]
    assert copy.facts(known_at=NOW + timedelta(days=1)).collect().height == 4
    load(copy, 50)
    assert differences(copy, thorough=True).problems == []
    assert ledger.arrivals().height == 6
