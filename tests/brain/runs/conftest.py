"""The second zone of the project with its few example firms, loaded once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duofeng.brain.runs.compute import Inputs
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ROOT = Path(__file__).resolve().parents[3]
LOADED = datetime(2024, 6, 1, 9, tzinfo=UTC)
KNOWN = datetime(2024, 7, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def second() -> Zone:
    return load_zone(ROOT / "zones" / "second")


@pytest.fixture(scope="session")
def loaded(second: Zone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("second")
    ledger = Ledger.open(data / "ledger")
    for path in sorted((ROOT / "docs" / "examples" / "second").glob("*.csv")):
        assert Loader(second, ledger, data, "test", LOADED.date()).load(path, LOADED).facts
    return data


@pytest.fixture
def data(loaded: Path, tmp_path: Path) -> Path:
    """A data folder of one's own."""
    return Path(shutil.copytree(loaded, tmp_path / "data"))


@pytest.fixture
def inputs(second: Zone, data: Path) -> Callable[..., Inputs]:
    def make(as_of: date = date(2024, 6, 30), known_at: datetime = KNOWN, engine: str = "polars") -> Inputs:
        return Inputs(second, Ledger.open(data / "ledger"), as_of, known_at, "spark" if engine == "spark" else "polars")

    return make
