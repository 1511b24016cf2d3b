"""Whole lists: what a delivery no longer names has ended.

Nothing is edited: each fact that still held is withdrawn and said again with its last day, so what was known before
stays as it was known. Where a row cannot be told whose it is, nobody's absence is certain and nothing ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from duofeng.facts.arrivals import COUNTED
from duofeng.facts.fact import DELIVERED, VALUES
from duofeng.facts.ledger import Ledger
from duofeng.facts.readers import table_problems
from duofeng.kernel.problem import Problem, Span
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone

MOST_MAY_END = 0.5
"""The share of subjects that may end at once where the source does not declare one."""
MOST_NAMED = 10


@dataclass
class Whole:
    """The states that earlier deliveries of a source left open, held against what the next one lists."""

    source: Source
    open: pl.DataFrame
    """FACT rows of states without a last day."""
    first: bool
    """Whether no delivery came before."""
    attributes: tuple[str, ...]
    day: date
    listed: list[pl.Series] = field(default_factory=list)
    unknown: int = 0

    @classmethod
    def of(cls, ledger: Ledger, source: Source, zone: Zone, known_at: datetime, day: date) -> Whole:
        declared, names = zone.attributes[source.register], zone.registers[source.register].name
        states = [each.attribute for each in source.columns.values() if declared[each.attribute].per == "state"]
        attributes = tuple(dict.fromkeys(name for name in states if name not in names))
        before = ledger.arrivals().filter((pl.col("source") == source.id) & pl.col("verdict").is_in(COUNTED))
        facts = ledger.facts(known_at=known_at, kind=source.register, attributes=attributes)
        held = facts.filter((pl.col("source") == source.id) & pl.col("valid_until").is_null()).collect()
        return cls(source, held, before.is_empty(), attributes, day)

    def look(self, subject: pl.Series, rows: int, facts: pl.DataFrame) -> pl.DataFrame:
        """Remember whom a batch of so many rows lists. Its facts come back; those of subjects that the last
        list did not have begin with this one."""
        self.unknown += rows - (len(subject) - subject.null_count())
        self.listed.append(subject.drop_nulls().unique())
        if self.first:
            return facts
        new = ~pl.col("subject").is_in(self.open["subject"].unique().implode())
        begins = new & pl.col("attribute").is_in(self.attributes) & pl.col("valid_from").is_null()
        return facts.with_columns(valid_from=pl.when(begins).then(pl.lit(self.day)).otherwise("valid_from"))

    def ended(self) -> pl.DataFrame:
        """DELIVERED rows: a withdrawal of each fact that held of those no longer listed, and the same with its end."""
        gone = self._gone()
        last = self.day - timedelta(days=1)
        withdrawn = gone.select(
            "kind", "subject", "attribute", retracts=pl.format("{}:{}", "arrival", "sequence"), place=pl.lit("whole")
        )
        closed = gone.filter(pl.col("valid_from").is_null() | (pl.col("valid_from") < self.day)).with_columns(
            valid_until=pl.lit(last), sequence=pl.lit(None, pl.Int64), retracts=pl.lit(None, pl.String)
        )
        closed = closed.unique(["subject", "attribute", *VALUES, "valid_from"], keep="first", maintain_order=True)
        return pl.concat([withdrawn, closed.select(DELIVERED.names())], how="diagonal")

    def _gone(self) -> pl.DataFrame:
        if self.unknown or self.open.is_empty():
            return self.open.clear()
        here = pl.concat(self.listed) if self.listed else pl.Series([], dtype=pl.String)
        newer = (self.open["valid_from"] > self.day).fill_null(value=False).any()
        return self.open.clear() if newer else self.open.filter(~pl.col("subject").is_in(here.implode()))

    def problems(self, span: Span) -> Iterator[Problem]:
        """Who ends, and why nobody does; an error where more would end than may."""
        if self.unknown and not self.first:
            yield table_problems.ENDS_UNSURE.at(span, count=self.unknown)
        gone = self._gone()["subject"].unique(maintain_order=True)
        if not len(gone):
            return
        before = self.open["subject"].n_unique()
        most = float(self.source.asserts.ends) if self.source.asserts and self.source.asserts.ends is not None else None
        most = MOST_MAY_END if most is None else most
        if len(gone) > most * before:
            yield table_problems.ENDS_TOO_MANY.at(span, count=len(gone), before=before, most=f"{most:.0%}")
        named = "、".join(gone.head(MOST_NAMED).to_list()) + (" …" if len(gone) > MOST_NAMED else "")
        yield table_problems.ENDS.at(span, count=len(gone), before=before, day=self.day, named=named)
