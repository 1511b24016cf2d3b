"""The profile: for each subject of a kind, the best value of each asked column, as of a date, as known at an instant.

Among the facts that hold, the winner is the one of the source with the highest priority, then the one valid from the
latest day, then recorded last, then latest in its arrival: a total order, so that loading the same arrivals in another
order gives the same profile. One file of facts is in memory at a time; a column costs 24 bytes for each subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.facts.asked import Asked, asked_columns
from duofeng.facts.ledger import Ledger
from duofeng.facts.names import ATTRIBUTE, code_of
from duofeng.facts.store import outside_faults

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PHYSICAL: dict[str, npt.DTypeLike] = {
    "number": np.float64,
    "money": np.int64,
    "text": np.uint32,
    "date": np.int32,
    "flag": np.bool_,
}
ARRIVAL_BITS, DAY_BITS = 30, 22
"""A rank is priority, first day, order of recording in one integer: 11 + 22 + 30 bits."""
DAY_ZERO = 1 << 21
OPEN_START, OPEN_END = 0, (1 << DAY_BITS) - 1
"""A fact without a first day has held since before any other; one without a last day still holds."""


class ProfileZone(Protocol):
    """What a profile needs of a zone: its vocabulary and how much each source is worth."""

    @property
    def attributes(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def sources(self) -> Mapping[str, Any]: ...
    @property
    def documents(self) -> Mapping[str, Any]: ...


def profile(
    ledger: Ledger, zone: ProfileZone, kind: str, columns: Sequence[str], *, as_of: date, known_at: datetime
) -> pl.LazyFrame:
    """One row for each subject of the kind known at `known_at`, sorted by `subject`, and only the asked columns.

    A column is an attribute (a state, as of `as_of`) or `attribute[period]` (that period exactly). Unknown is null.
    Raises ProblemError (E270–E272) naming every column that cannot be answered.
    """
    asked = asked_columns(zone.attributes, kind, columns)
    subjects = ledger.subjects(known_at=known_at, kind=kind)
    counted = ranked(ledger.counted(known_at), zone)
    fold = _Fold(subjects, asked, as_of, counted, ledger.withdrawn(counted))
    with outside_faults(ledger.folder):
        for path in ledger.fact_files(counted, kind)["path"] if asked else ():
            fold.take(path)
    return fold.result().lazy()


HAND = 1001
DEFAULT = 50


def priority_of(source: str, zone: ProfileZone) -> int:
    """Declared sources have declared priorities; a source the zone does not declare is a person or a case, and wins."""
    if source in zone.sources:
        return int(zone.sources[source].priority)
    return DEFAULT if source in zone.documents else HAND


def ranked(counted: pl.DataFrame, zone: ProfileZone) -> pl.DataFrame:
    """The counted arrivals with the `priority` of their source and their `order` of recording."""
    priorities = {source: priority_of(source, zone) for source in counted["source"].unique()}
    return counted.sort("recorded_at", "id").with_columns(
        priority=pl.col("source").replace_strict(priorities, return_dtype=pl.Int64, default=0),
        order=pl.int_range(pl.len(), dtype=pl.Int64),
    )


@dataclass(slots=True)
class _Column:
    """The best fact so far of each subject: its rank, its place in its arrival, its value."""

    rank: Ints
    sequence: Ints
    value: npt.NDArray[Any]

    @classmethod
    def empty(cls, value: str, height: int) -> _Column:
        return cls(np.full(height, -1), np.full(height, -1), np.zeros(height, PHYSICAL[value]))

    def offer(self, subject: Ints, rank: Ints, sequence: Ints, value: npt.NDArray[Any]) -> None:
        """Keep, for each subject, the candidate of the highest rank, and of equal ranks the highest sequence."""
        better = rank > self.rank[subject]
        self.sequence[subject[better]] = -1
        np.maximum.at(self.rank, subject, rank)
        tied = np.flatnonzero(rank == self.rank[subject])
        subject, sequence, value = subject[tied], sequence[tied], value[tied]
        np.maximum.at(self.sequence, subject, sequence)
        first = sequence == self.sequence[subject]
        self.value[subject[first]] = value[first]


class _Fold:
    def __init__(
        self,
        subjects: pl.DataFrame,
        asked: Sequence[Asked],
        as_of: date,
        counted: pl.DataFrame,
        withdrawn: pl.DataFrame,
    ) -> None:
        self._subjects = subjects
        self._asked = asked
        self._as_of = _day(as_of)
        by_code = subjects.with_row_index("row").sort("code")
        self._codes = by_code["code"].to_numpy()
        self._rows = by_code["row"].to_numpy().astype(np.int64)
        self._by_attribute: dict[int, list[int]] = {}
        for position, column in enumerate(asked):
            self._by_attribute.setdefault(code_of(ATTRIBUTE, column.attribute), []).append(position)
        self._columns = [_Column.empty(column.value, subjects.height) for column in asked]
        self._counted = counted.sort("delivery")
        self._withdrawn = withdrawn
        self._texts = pl.Categorical(pl.Categories.random())
        # Polars forgets the texts behind the codes when no series of the type is alive.
        self._alive = pl.Series([""]).cast(self._texts)

    def take(self, path: str) -> None:
        """Fold one file of facts into the columns."""
        rows = self._read(path)
        if not rows.height:
            return
        subject = self._row_of(rows["subject"].to_numpy())
        start, until = _days(rows["valid_from"], if_open=OPEN_START), _days(rows["valid_until"], if_open=OPEN_END)
        rank = self._standing(rows["delivery"]) + (start << ARRIVAL_BITS)
        sequence = rows["sequence"].to_numpy()
        for code, run in _runs(rows["attribute"].to_numpy()):
            for position in self._by_attribute[code]:
                asked = self._asked[position]
                known, value = _plain(rows[asked.value][run])
                holds = known & self._holds(asked, start[run], until[run])
                chosen = slice(None) if holds.all() else np.flatnonzero(holds)
                self._columns[position].offer(
                    subject[run][chosen], rank[run][chosen], sequence[run][chosen], value[chosen]
                )

    def result(self) -> pl.DataFrame:
        series = [self._subjects["subject"]]
        for asked, column in zip(self._asked, self._columns, strict=True):
            values = pl.DataFrame({"value": column.value, "rank": column.rank}).select(
                pl.when(pl.col("rank") >= 0).then(pl.col("value"))
            )["value"]
            if asked.value == "text":
                values = values.cat.to(self._texts)
            series.append(values.cast(asked.dtype).alias(asked.column))
        return pl.DataFrame(series)

    def _read(self, path: str) -> pl.DataFrame:
        values = sorted({column.value for column in self._asked})
        rows = pl.scan_parquet(path, hive_partitioning=False).filter(
            pl.col("attribute").is_in(list(self._by_attribute)),
        )
        texts = [pl.col("text").cast(self._texts)] if "text" in values else []
        plain = [name for name in values if name != "text"]
        frame = rows.select(
            "delivery", "subject", "attribute", "sequence", "valid_from", "valid_until", *plain, *texts
        ).collect()
        counted = self._counted["delivery"]
        if not frame["delivery"].unique().is_in(counted.implode()).all():
            frame = frame.filter(pl.col("delivery").is_in(counted.implode()))
        if self._withdrawn.height:
            frame = frame.join(self._withdrawn, on=["delivery", "sequence"], how="anti", maintain_order="left")
        return frame

    def _standing(self, delivery: pl.Series) -> Ints:
        """What the arrival says of a fact's rank: the priority of its source above, the order of recording below."""
        counted = self._counted
        day_and_order = ARRIVAL_BITS + DAY_BITS
        weight = (counted["priority"].to_numpy() << day_and_order) + counted["order"].to_numpy()
        found: Ints = weight[np.searchsorted(counted["delivery"].to_numpy(), delivery.to_numpy())]
        return found

    def _row_of(self, codes: Ints) -> Ints:
        found: Ints = self._rows[np.searchsorted(self._codes, codes)]
        return found

    def _holds(self, asked: Asked, start: Ints, until: Ints) -> Mask:
        if asked.period is None:
            state: Mask = (start <= self._as_of) & (until >= self._as_of)
            return state
        flow: Mask = (start == _day(asked.period.first_day)) & (until == _day(asked.period.last_day))
        return flow


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days + DAY_ZERO


def _days(days: pl.Series, if_open: int) -> Ints:
    return (days.to_physical().cast(pl.Int64) + DAY_ZERO).fill_null(if_open).to_numpy()


def _plain(values: pl.Series) -> tuple[Mask, npt.NDArray[Any]]:
    """Which values are set, and all of them as numpy sees them, with anything where none is set."""
    physical = values.to_physical()
    blank = False if physical.dtype == pl.Boolean else 0
    return physical.is_not_null().to_numpy(), physical.fill_null(blank).to_numpy()


def _runs(codes: Ints) -> Iterator[tuple[int, slice]]:
    """The stretches of equal codes."""
    borders = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), codes.size]
    for first, last in pairwise(borders):
        yield int(codes[first]), slice(first, last)
