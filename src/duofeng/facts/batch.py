"""A batch of a table on its way to facts: what it is made of, what comes of it, and what is counted on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from duofeng.facts.totals import Totals


@dataclass(frozen=True)
class Mapped:
    """`facts`: DELIVERED without sequence; `rejects`: REJECTED; `rows`: data rows seen, notes and blank rows aside;
    `work`: the cells they came from; `by_name`: rows whose subject nothing but a name tells."""

    facts: pl.DataFrame
    rejects: pl.DataFrame
    rows: int
    work: Work
    by_name: pl.Series


@dataclass
class Tally:
    """What the assertions ask about a delivery, summed over its batches."""

    rows: int = 0
    usable: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    left_out: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, kind and text of what is no data: totals, remarks, repeated headers."""
    totals: Totals = field(default_factory=Totals)
    latest: date | None = None
    irregular: dict[str, int] = field(default_factory=dict)

    def count(self, column: str, usable: int, wrong: int) -> None:
        self.usable[column] = self.usable.get(column, 0) + usable
        self.wrong[column] = self.wrong.get(column, 0) + wrong


@dataclass
class Work:
    """A batch under way: its cells, whom and when each row is about, and what has come of it so far."""

    cells: pl.DataFrame
    base: pl.DataFrame
    """`subject`, `row`, WHEN and `since` (first day of a state), one row per row of `cells`."""
    bad_period: pl.Series
    totals: pl.DataFrame
    """The rows of totals among the batch."""
    facts: list[pl.DataFrame] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)
