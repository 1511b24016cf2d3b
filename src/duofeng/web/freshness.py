"""When each source last delivered, and which have gone silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import polars as pl

from duofeng.facts.arrivals import COUNTED
from duofeng.facts.snapshot import Snapshot
from duofeng.web import reader
from duofeng.zone.kinds.source import Source


@dataclass(frozen=True)
class Health:
    """One source: its last counted delivery, how many days ago, how many are allowed, what it brought."""

    source: Source
    last: datetime | None
    days: int | None
    deliveries: int
    rows: int
    facts: int
    rejects: int

    @property
    def allowed(self) -> int | None:
        return self.source.asserts.freshness_days if self.source.asserts else None

    @property
    def silent(self) -> bool:
        """It never delivered, or not within the days it promised."""
        return self.days is None or (self.allowed is not None and self.days > self.allowed)


def sources(now: datetime) -> list[Health]:
    """Every declared source; those gone silent first, then the longest ago."""
    by_source = _delivered(reader.snapshot())
    found = [_health(source, by_source.get(source.id), now) for source in reader.zone().sources.values()]
    return sorted(found, key=lambda each: (not each.silent, each.last or datetime.min.replace(tzinfo=UTC)))


@lru_cache(maxsize=2)
def _delivered(ledger: Snapshot) -> dict[str, dict[str, object]]:
    """Source → its last counted delivery and the sums of all."""
    arrivals = ledger.arrivals().filter(pl.col("verdict").is_in(COUNTED))
    counted = arrivals.group_by("source").agg(
        pl.col("recorded_at").max(), pl.len().alias("deliveries"), pl.col("rows", "facts", "rejects").sum()
    )
    return {row["source"]: row for row in counted.iter_rows(named=True)}


def _health(source: Source, row: dict[str, object] | None, now: datetime) -> Health:
    if row is None:
        return Health(source, None, None, 0, 0, 0, 0)
    last = row["recorded_at"]
    assert isinstance(last, datetime)
    sums = [int(str(row[name])) for name in ("deliveries", "rows", "facts", "rejects")]
    return Health(source, last, (now - last).days, *sums)
