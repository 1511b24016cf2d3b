"""The observations the ledger is measured with: (credit code, attribute, value, month, source), uniform, fixed seed.

100 attributes of 100,000 organisations (a million in the large scale), 8 sources of different priority, 66 months. They
come as one CSV with a zone that declares it, as integers for the kernels written by hand, and as a ledger.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.harness import Scale

from duofeng.facts.arrivals import Arrival
from duofeng.facts.ledger import Ledger
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ATTRIBUTES, SOURCES, MONTHS = 100, 8, 66
FIRST_MONTH = date(2021, 1, 1)
AS_OF = date(2026, 3, 31)
LAST_MONTH_KNOWN = 62
"""The month of `AS_OF`, counted from the first: later observations must not win."""
ROWS: dict[Scale, int] = {"quick": 200_000, "full": 10_000_000, "large": 100_000_000}
SUBJECTS: dict[Scale, int] = {"quick": 20_000, "full": 100_000, "large": 1_000_000}
CHUNK = 5_000_000
PRIORITIES = (10, 80, 30, 60, 20, 70, 40, 50)


@dataclass(frozen=True)
class Observations:
    """Where the data of a scale lie."""

    scale: Scale

    @property
    def folder(self) -> Path:
        return Path(tempfile.gettempdir()) / "duofeng-benchmarks" / self.scale

    @property
    def csv(self) -> Path:
        return self.folder / "observations.csv"

    @property
    def integers(self) -> Path:
        return self.folder / "integers.parquet"

    @property
    def texts(self) -> Path:
        return self.folder / "texts.parquet"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    @property
    def rows(self) -> int:
        return ROWS[self.scale]

    @property
    def subjects(self) -> int:
        return SUBJECTS[self.scale]

    def chunks(self) -> Iterator[pl.DataFrame]:
        """`entity`, `attribute`, `priority`, `month` as small integers and `value`, in the order of arrival."""
        random = np.random.default_rng(20_260_331)
        for first in range(0, self.rows, CHUNK):
            size = min(CHUNK, self.rows - first)
            yield pl.DataFrame(
                {
                    "entity": random.integers(0, self.subjects, size, dtype=np.int32),
                    "attribute": random.integers(0, ATTRIBUTES, size, dtype=np.int8),
                    "source": random.integers(0, SOURCES, size, dtype=np.int8),
                    "month": random.integers(0, MONTHS, size, dtype=np.int16),
                    "value": np.round(random.lognormal(8, 2, size), 2),
                }
            )


def prepare_csv(scale: Scale) -> None:
    """Write the CSV and the zone that declares it, unless they are there."""
    data = Observations(scale)
    write_zone(data.folder / "zone")
    if data.csv.is_file():
        return
    unfinished = data.csv.with_suffix(".part")
    with unfinished.open("wb") as file:
        for number, texts in enumerate(_texts(data)):
            texts.write_csv(file, include_header=number == 0)
    unfinished.rename(data.csv)


def prepare_fold(scale: Scale) -> None:
    """Write the integers, the texts and the ledger, unless they are there."""
    data = Observations(scale)
    if (data.folder / "ready").is_file():
        return
    write_zone(data.folder / "zone")
    pl.concat(data.chunks()).with_columns(
        priority=pl.col("source").replace_strict(dict(enumerate(PRIORITIES)), return_dtype=pl.Int8)
    ).write_parquet(data.integers, row_group_size=122_880)
    if scale != "large":
        pl.concat(_texts(data)).write_parquet(data.texts, row_group_size=122_880)
    ledger = Ledger.open(data.ledger)
    names = credit_codes(data.subjects)
    for source in range(SOURCES):
        recorded = datetime(2026, 4, 1, source, tzinfo=UTC)
        arrival = Arrival(f"s{source}", data.csv.name, f"{scale}-{source}", recorded, "benchmark")
        ledger.append(arrival, _states(data, source, names))
    (data.folder / "ready").touch()


def _states(data: Observations, source: int, names: pl.Series) -> Iterator[pl.DataFrame]:
    for chunk in data.chunks():
        yield chunk.filter(pl.col("source") == source).select(
            pl.lit("organisation").alias("kind"),
            names.gather(pl.Series(chunk.filter(pl.col("source") == source)["entity"])).alias("subject"),
            attribute=_attribute(),
            number=pl.col("value"),
            valid_from=_month_start(),
            row=pl.int_range(pl.len(), dtype=pl.Int32),
            place=pl.lit("value"),
        )


def _texts(data: Observations) -> Iterator[pl.DataFrame]:
    names = credit_codes(data.subjects)
    for chunk in data.chunks():
        yield chunk.select(
            names.gather(chunk["entity"]).alias("credit_code"),
            attribute=_attribute(),
            value=pl.col("value"),
            period=_month_start().dt.strftime("%Y-%m"),
            source=pl.format("s{}", "source"),
        )


def _attribute() -> pl.Expr:
    return pl.format("measure_{}", pl.col("attribute").cast(pl.String).str.zfill(2))


def _month_start() -> pl.Expr:
    return pl.lit(FIRST_MONTH).dt.offset_by(pl.format("{}mo", "month"))


ALPHABET = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
CREDIT_WEIGHTS = np.array([3**place % 31 for place in range(17)])


def credit_codes(count: int) -> pl.Series:
    """Unified social credit codes with both check characters right (GB 32100-2015), all different."""
    numbers = np.arange(count)
    digits = np.zeros((count, 18), dtype=np.int64)
    digits[:, :8] = [9, 1, 9, 9, 9, 9, 0, 0]
    for place in range(8):
        digits[:, 15 - place] = numbers // 10**place % 10
    inner = (11 - digits[:, 8:16] @ ORGANISATION_WEIGHTS % 11) % 11
    digits[:, 16] = np.where(inner == 10, np.flatnonzero(ALPHABET == "X")[0], inner)
    digits[:, 17] = (31 - digits[:, :17] @ CREDIT_WEIGHTS % 31) % 31
    joined: npt.NDArray[np.str_] = ALPHABET[digits].view("<U18").ravel()
    return pl.Series("credit_code", joined.tolist())


ZONE = "title: {zh: 测量园区, en: Measured zone}\nlanguages: [zh, en]\npeaks: []\n"
SOURCE = """title: {zh: 观测值, en: Observations}
of: organisation
reader: csv
files: observations.csv
identifier: {credit_code: uscc}
attribute: attribute
value: value
period: {column: period}
repeated: last
asserts:
  rows: {min: 1000}
  filled: {credit_code: 1, value: 1}
"""


def write_zone(folder: Path) -> None:
    """A zone that declares the CSV: a source in long form, 100 attributes per month."""
    for part in ("vocabulary", "sources"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    attributes = [
        f"measure_{n:02}: {{title: {{zh: 量{n}, en: Measure {n}}}, type: number, unit: 人, per: month}}\n"
        for n in range(ATTRIBUTES)
    ]
    (folder / "zone.yaml").write_text(ZONE, encoding="utf-8")
    (folder / "vocabulary" / "organisation.yaml").write_text("".join(attributes), encoding="utf-8")
    (folder / "sources" / "observations.yaml").write_text(SOURCE, encoding="utf-8")


def zone_of(scale: Scale) -> Zone:
    return load_zone(Observations(scale).folder / "zone")
