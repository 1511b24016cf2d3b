"""The ledger at one version, for a process that asks it again and again: what it asks often is read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from pathlib import Path

import polars as pl

from duofeng.facts.ledger import Ledger

MOST_KEPT = 64
"""Tables of one snapshot in memory: four, and the subjects of each register; more where earlier days are asked for."""


class Snapshot(Ledger):
    """Answers as `Ledger(folder, version)` does; not for writing. Threads may share it.

    Arrivals, names, rejects and withdrawals of a version never change and are kept. The list of fact files is kept
    until the log of their table changes: compaction puts the same facts into other files.
    """

    def __init__(self, folder: Path, version: int) -> None:
        super().__init__(folder, version)
        self._kept: dict[Hashable, pl.DataFrame] = {}

    def arrivals(self, known_at: datetime | None = None) -> pl.DataFrame:
        every = self._once("arrivals", super().arrivals)
        return every if known_at is None else every.filter(pl.col("recorded_at") <= known_at)

    def rejects(self, arrival: str | None = None, source: str | None = None, open_only: bool = True) -> pl.DataFrame:
        read = super().rejects
        return self._once(("rejects", arrival, source, open_only), lambda: read(arrival, source, open_only))

    def withdrawn(self, counted: pl.DataFrame) -> pl.DataFrame:
        read = super().withdrawn
        return self._once(("withdrawn", *counted["delivery"]), lambda: read(counted))

    def subjects(self, *, known_at: datetime, kind: str) -> pl.DataFrame:
        read = super().subjects
        found = ("subjects", kind, *self.counted(known_at)["delivery"])
        return self._once(found, lambda: read(known_at=known_at, kind=kind))

    def _listed(self) -> pl.DataFrame:
        return self._once(("files", self.fact_table.log_changed_at()), super()._listed)

    def _names(self, known_at: datetime) -> pl.DataFrame:
        read = super()._names
        return self._once(("names", *self.counted(known_at)["delivery"]), lambda: read(known_at))

    def _once(self, key: Hashable, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        found = self._kept.get(key)
        if found is None:
            found = read()
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found
