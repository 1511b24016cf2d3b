"""The zone and its published figures, as the ledger hands them over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.stated import published
from duofeng.brain.figures.statement import Statement, statements
from duofeng.kernel.units import convert
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

PROJECT = Path(__file__).resolve().parents[3]
LOADED = datetime(2026, 1, 5, 9, tzinfo=UTC)


FIGURE_KINDS = ("codes", "documents", "figures", "identities", "indicators", "published", "targets", "vocabulary/zone")


@pytest.fixture(scope="session")
def zone_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zone with what figures are made of, and nothing that other rooms declare."""
    folder = tmp_path_factory.mktemp("zones") / "zhengzhou"
    for name in FIGURE_KINDS:
        if (PROJECT / "zones/zhengzhou" / name).is_dir():
            shutil.copytree(PROJECT / "zones/zhengzhou" / name, folder / name)
    (folder / "sources").mkdir()
    shutil.copy(PROJECT / "zones/zhengzhou/sources/published-figures.yaml", folder / "sources")
    declared = (PROJECT / "zones/zhengzhou/zone.yaml").read_text("utf-8")
    left_out = ("peaks:", "calendar:")
    kept = [line for line in declared.splitlines() if not line.startswith(left_out)]
    (folder / "zone.yaml").write_text("\n".join([*kept, "peaks: [statistics, enterprises, targets]", ""]), "utf-8")
    return folder


@pytest.fixture(scope="session")
def zone(zone_folder: Path) -> Zone:
    return load_zone(zone_folder, PROJECT / "peaks")


@pytest.fixture(scope="session")
def facts(zone: Zone) -> pl.DataFrame:
    """The published rows in the shape of ledger facts."""
    rows = []
    for file in sorted((zone.folder / "published").glob("*.csv")):
        frame = pl.read_csv(file, infer_schema=False)
        for number, row in enumerate(frame.iter_rows(named=True), 2):
            attribute = zone.attributes["zone"][row["attribute"]]
            value = convert(Decimal(row["value"]), row["unit"], attribute.unit or row["unit"])
            money = attribute.type == "money"
            yuan = convert(value, attribute.unit or "元", "元") if money else None
            rows.append(
                {
                    "kind": "zone",
                    "subject": row["subject"],
                    "attribute": row["attribute"],
                    "number": None if money else float(value),
                    "money": int(yuan * 100) if yuan is not None else None,
                    "period": row["period"],
                    "source": "published-figures",
                    "arrival": file.stem,
                    "recorded_at": LOADED,
                    "document": row["document"],
                    "start": int(row["start"]),
                    "end": int(row["end"]),
                    "written": row["written"],
                    "hedge": row["hedge"],
                    "row": number,
                    "sequence": number - 2,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


@pytest.fixture(scope="session")
def said(zone: Zone, facts: pl.DataFrame) -> tuple[Statement, ...]:
    return statements(facts, zone.indicators, published(zone), zone.id)


@pytest.fixture(scope="session")
def book(zone: Zone, said: tuple[Statement, ...]) -> Book:
    return Book.of(said, zone.indicators)


@pytest.fixture(scope="session")
def book_of(zone: Zone) -> Callable[..., Book]:
    return lambda *said: Book.of(said, zone.indicators)
