"""What every test stands on: a terminal of one width, whatever terminal the tests are run in; no deadline that a busy
machine could miss; one Spark for all; the zones that ship read once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from hypothesis import settings

from duofeng.kernel.units import know_counts
from duofeng.tell import catalogue
from duofeng.tell.extract import entries
from duofeng.tell.language import SOURCE, speaking
from duofeng.zone import load
from duofeng.zone.zone import Zone

os.environ["COLUMNS"] = "120"
settings.register_profile("duofeng", deadline=None)
settings.load_profile("duofeng")
HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent / "zones"
SPARK = "spark"
SLOWEST = (SPARK, "brain/scores/test_documentation.py", "brain/runs/test_earlier.py")
"""What begins first when tests run in several processes, so that none is left alone with it at the end."""


def _reading_what_ships_once() -> None:
    """Every command of a test would read the zone of the demo anew, two seconds each. Nobody writes to the zones that
    ship, so a process keeps them; other folders are read whenever asked. To be called before others import it."""
    reading, kept = load.load_zone, dict[Path | str, Zone]()

    @wraps(reading)
    def load_zone(folder: Path | str, peaks: Path | str | None = None) -> Zone:
        if peaks is not None or Path(folder).absolute().parent != SHIPPED:
            return reading(folder, peaks)
        if folder not in kept:
            kept[folder] = reading(folder)
        know_counts(kept[folder].counts)
        return kept[folder]

    load.load_zone = load_zone


_reading_what_ships_once()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first, Spark's tests side by side: dealt out in long runs, most go to one process."""
    groups = {item: SPARK if "spark_session" in item.fixturenames else item.path.relative_to(HERE).as_posix()
              for item in items}  # fmt: skip
    order = {group: place for place, group in enumerate(dict.fromkeys([*SLOWEST, *groups.values()]))}
    items.sort(key=lambda item: order[groups[item]])


@pytest.fixture(autouse=True)
def _read_in_chinese() -> Iterator[None]:
    """A test that speaks another language leaves it to nobody."""
    with speaking(SOURCE):
        yield


@pytest.fixture
def pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language made by a program: every text in brackets of its own."""
    made = Catalog(locale="en")
    for entry in sorted(entries()):
        both = (entry.id, entry.id) if entry.plural else entry.id
        made.add(
            both,
            tuple(f"⟦{entry.id}⟧" for _ in "12") if entry.plural else f"⟦{entry.id}⟧",
            context=entry.context or None,
        )
    place = tmp_path / "xx" / catalogue.FOLDER
    place.mkdir(parents=True)
    with (place / "duofeng.po").open("wb") as file:
        write_po(file, made)
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    caches = (catalogue.compiled, catalogue.sources_known, catalogue._chain)
    for cache in caches:
        cache.cache_clear()
    yield "xx"
    for cache in caches:
        cache.cache_clear()


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A local Spark. Compiling each query to bytecode would take longer than answering a few hundred rows."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is an optional dependency")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    builder = sql.SparkSession.builder.master("local[2]").appName("tests")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    opened = builder.getOrCreate()
    opened.sparkContext.setLogLevel("ERROR")
    yield opened
    opened.stop()
