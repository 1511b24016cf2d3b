"""The published word as the ledger has it: every stated figure of the zone, with the instant it was withdrawn."""

from __future__ import annotations

from datetime import datetime, time

import polars as pl

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.statement import statements
from duofeng.facts.ledger import Ledger
from duofeng.zone.zone import Zone


def book_of(ledger: Ledger, zone: Zone, now: datetime) -> Book:
    """All that was stated and recorded by `now`, withdrawn statements included; `known_at` tells what held when."""
    files = ledger.arrivals(now).select(arrival="id", file="file").unique("arrival")
    facts = ledger.facts(known_at=now, kind="zone", withdrawn=True).collect().join(files, on="arrival", how="left")
    return Book.of(statements(with_withdrawals(facts), zone.indicators, published(zone), zone.id), zone.indicators)


def published(zone: Zone) -> dict[str, datetime]:
    """The instant from which each dated document is known: the first of its day in the zone."""
    dated = {each.id: each.date for each in zone.documents.values()}
    return {id: datetime.combine(day, time.min, zone.time_zone) for id, day in dated.items() if day is not None}


def with_withdrawals(facts: pl.DataFrame) -> pl.DataFrame:
    """The facts that state something, with `retracted_at`: when each was first withdrawn, or null."""
    withdrawals = (
        facts.filter(pl.col("retracts").is_not_null())
        .group_by(fact=pl.col("retracts"))
        .agg(retracted_at=pl.col("recorded_at").min())
    )
    own = pl.format("{}:{}", "arrival", "sequence")
    stating = facts.filter(pl.col("number").is_not_null() | pl.col("money").is_not_null())
    return (
        stating.with_columns(fact=own).join(withdrawals, on="fact", how="left").drop("fact").sort("arrival", "sequence")
    )
