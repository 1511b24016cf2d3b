"""When each source last delivered, up to when its data reach, and which have gone silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import polars as pl

from duofeng.facts.arrivals import COUNTED
from duofeng.facts.snapshot import Snapshot
from duofeng.web import habits, reader
from duofeng.zone.kinds.source import Source


@dataclass(frozen=True)
class Health:
    """One source: its last counted delivery, what it brought, and how far behind it is.

    `days` is how far its newest data lie behind the day pages speak of, where the source promises how fresh it is; else
    how long ago it delivered.
    """

    source: Source
    last: datetime | None
    newest: date | None
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
        """It never delivered, or its newest data are older than it promised."""
        return self.days is None or (self.allowed is not None and self.days > self.allowed)


def sources(now: datetime) -> list[Health]:
    """Every declared source; those gone silent first, then the longest ago."""
    declared, ledger, clocks = reader.zone().sources.values(), reader.snapshot(), reader.clocks()
    by_source = _delivered(ledger)
    promised = tuple(
        sorted((each.register, each.id) for each in declared if each.asserts and each.asserts.freshness_days)
    )
    newest = _newest(ledger, promised) if promised else {}
    as_of = clocks.as_of if clocks else habits.day_of(now)
    found = [_health(each, by_source.get(each.id), newest.get(each.id), now, as_of) for each in declared]
    return sorted(found, key=lambda each: (not each.silent, each.last or datetime.min.replace(tzinfo=UTC)))


@lru_cache(maxsize=2)
def _delivered(ledger: Snapshot) -> dict[str, dict[str, object]]:
    """Source → its last counted delivery and the sums of all."""
    arrivals = ledger.arrivals().filter(pl.col("verdict").is_in(COUNTED))
    counted = arrivals.group_by("source").agg(
        pl.col("recorded_at").max(), pl.len().alias("deliveries"), pl.col("rows", "facts", "rejects").sum()
    )
    return {row["source"]: row for row in counted.iter_rows(named=True)}


@lru_cache(maxsize=2)
def _newest(ledger: Snapshot, promised: tuple[tuple[str, str], ...]) -> dict[str, date]:
    """Source → the newest day its facts speak of: the last of a period, the first on which a state holds."""
    found: dict[str, date] = {}
    counted = ledger.arrivals().filter(pl.col("verdict").is_in(COUNTED))
    for kind in {kind for kind, _source in promised}:
        own = counted.filter(pl.col("source").is_in([source for of, source in promised if of == kind]))
        day = pl.when(pl.col("period").is_null()).then("valid_from").otherwise("valid_until")
        latest = ledger.scan(own, kind).group_by("delivery").agg(day.max().alias("day")).collect()
        told = own.join(latest, on="delivery").group_by("source").agg(pl.col("day").max()).drop_nulls()
        found |= dict(told.iter_rows())
    return found


def _health(source: Source, row: dict[str, object] | None, newest: date | None, now: datetime, as_of: date) -> Health:
    if row is None:
        return Health(source, None, None, None, 0, 0, 0, 0)
    last = row["recorded_at"]
    assert isinstance(last, datetime)
    sums = [int(str(row[name])) for name in ("deliveries", "rows", "facts", "rejects")]
    days = (now - last).days if newest is None else max(0, (as_of - newest).days)
    return Health(source, last, newest, days, *sums)
