"""The fold itself: file after file of facts, the best fact of each subject is kept for each asked column.

Columns are folded some attributes at a time, side by side in threads, so that memory stays within bounds: a column that
is being folded costs 24 bytes for each subject. Files are sorted by attribute and subject: a thread reads its own
stretch of each, and a column is filled by walking through memory, not by jumping.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.facts.asked import Asked
from duofeng.facts.fact import VALUES
from duofeng.facts.names import ATTRIBUTE, CODE_BITS, code_of
from duofeng.facts.order import day_number, days_of, first_days, holds, last_days, rank
from duofeng.facts.store import Table

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PHYSICAL: dict[str, npt.DTypeLike] = {
    "number": np.float64,
    "money": np.int64,
    "text": np.uint32,
    "date": np.int32,
    "instant": np.int64,
    "flag": np.bool_,
    "geometry": np.uint32,
}
TEXTUAL = frozenset(name for name, dtype in VALUES.items() if dtype == pl.String())
"""Folded as codes of their texts."""
LEAST_RUN = 64
"""Rows of one period and delivery that are worth being taken by themselves."""
THREADS = 2
CELLS_AT_ONCE = 40_000_000
"""Subjects times columns that one thread folds at once: a gigabyte."""


@dataclass(slots=True)
class BestFacts:
    """The best fact so far of each subject: its rank, its place in its arrival, its value. No fact has rank -1."""

    rank: Ints
    sequence: Ints
    value: npt.NDArray[Any]

    @classmethod
    def none_yet(cls, value: str, height: int) -> BestFacts:
        # A sequence is read only where there is a rank.
        return cls(np.full(height, -1), np.empty(height, np.int64), np.zeros(height, PHYSICAL[value]))

    def offer(self, subject: Ints, rank: Ints, sequence: Ints, value: npt.NDArray[Any]) -> None:
        """Keep, for each subject, the candidate of the highest rank, and of equal ranks the highest sequence."""
        if (subject[1:] > subject[:-1]).all():
            self._offer_once(subject, rank, sequence, value)
            return
        self.sequence[subject[rank > self.rank[subject]]] = -1
        np.maximum.at(self.rank, subject, rank)
        tied = np.flatnonzero(rank == self.rank[subject])
        subject, sequence, value = subject[tied], sequence[tied], value[tied]
        np.maximum.at(self.sequence, subject, sequence)
        first = sequence == self.sequence[subject]
        self.value[subject[first]] = value[first]

    def _offer_once(self, subject: Ints, rank: Ints, sequence: Ints, value: npt.NDArray[Any]) -> None:
        """The same for one candidate a subject, in fewer passes."""
        known = self.rank[subject]
        better = rank > known
        tied = np.flatnonzero(rank == known)
        better[tied] = sequence[tied] > self.sequence[subject[tied]]
        if not better.all():
            subject, rank, sequence, value = subject[better], rank[better], sequence[better], value[better]
        self.rank[subject], self.sequence[subject], self.value[subject] = rank, sequence, value


class CodeIndex:
    """Where each code stands in a sorted list. Codes are hashes: their leading bits spread them evenly over buckets."""

    def __init__(self, codes: Ints) -> None:
        bits = max(1, (codes.size * 4).bit_length())
        self._shift = CODE_BITS - bits
        self._codes = np.append(codes, np.iinfo(np.int64).max)
        self._start = np.searchsorted(codes, np.arange(1 << bits, dtype=np.int64) << self._shift).astype(np.int32)

    def positions(self, codes: Ints) -> Ints:
        """The position of each code. Raises KeyError when one is not in the list."""
        position = self._start[codes >> self._shift]
        behind = np.flatnonzero(self._codes[position] < codes)
        while behind.size:
            position[behind] += 1
            behind = behind[self._codes[position[behind]] < codes[behind]]
        if not np.array_equal(self._codes[position], codes):
            raise KeyError("a fact of a subject without a name")
        found: Ints = position.astype(np.int64)
        return found


class Fold:
    """Folds files of the table of facts; the result is the same whatever their order.

    `subjects` has `subject`, `code` and `canonical`, the subject it is one with; `counted` has `delivery` and
    `standing`, the facts of others are passed over; `withdrawn` has the `delivery` and `sequence` of facts that no
    longer count. `others` says that there are facts of subjects who are not among these.
    """

    def __init__(
        self,
        table: Table,
        subjects: pl.DataFrame,
        as_of: date,
        counted: pl.DataFrame,
        withdrawn: pl.DataFrame,
        *,
        others: bool = False,
    ) -> None:
        self._table = table
        self._as_of = day_number(as_of)
        self._subjects = subjects.sort("code")
        self._index = CodeIndex(self._subjects["code"].to_numpy())
        self._others, self._theirs = _canonical_positions(self._subjects)
        self._counted = counted.sort("delivery")
        self._withdrawn = withdrawn
        self._of = pl.col("subject").is_in(self._subjects["code"].implode()) if others else pl.lit(True)
        shown = self._subjects.with_row_index("position").filter(pl.col("subject") == pl.col("canonical"))
        self._shown = shown.sort("subject")
        self._rows = self._shown["position"].to_numpy()

    def run(self, files: Sequence[str], asked: Sequence[Asked], *, only_asked: bool) -> pl.DataFrame:
        """`subject` and the asked columns, sorted by subject.

        `only_asked` says that few rows of the files matter and the rest need not be read.
        """
        groups = self._groups(asked)
        with ThreadPoolExecutor(THREADS) as pool:
            folded = list(pool.map(lambda group: self._fold(files, group, only_asked), groups))
        found = {series.name: series for columns in folded for series in columns}
        return pl.DataFrame([self._shown["subject"], *(found[column.column] for column in asked)])

    def _groups(self, asked: Sequence[Asked]) -> list[list[Asked]]:
        """Columns in the order their attributes stand in the files, cut where an attribute ends."""
        ordered = sorted(asked, key=lambda column: code_of(ATTRIBUTE, column.attribute))
        most = max(1, CELLS_AT_ONCE // max(self._subjects.height, 1))
        size = min(most, -(-len(ordered) // THREADS)) or 1
        groups: list[list[Asked]] = []
        for _, columns in groupby(ordered, key=lambda column: column.attribute):
            if not groups or len(groups[-1]) >= size:
                groups.append([])
            groups[-1].extend(columns)
        return groups

    def _fold(self, files: Sequence[str], asked: Sequence[Asked], only_asked: bool) -> list[pl.Series]:
        # Polars forgets the texts behind the codes when no series of the type is alive.
        texts = pl.Categorical(pl.Categories.random())
        alive = pl.Series([""]).cast(texts)
        stretch = _Stretch.of(asked, only_asked, texts)
        best = [BestFacts.none_yet(column.value, self._subjects.height) for column in asked]
        for path in files:
            self._take(stretch, self._read(path, stretch), best)
        return [self._column(column, self._united(best.pop(0)), alive.dtype) for column in asked]

    def _united(self, best: BestFacts) -> BestFacts:
        """With the best facts of subjects that are one with another offered to that one. At the end: file by file the
        subjects would no longer stand in order."""
        here = best.rank[self._others] >= 0
        others = self._others[here]
        best.offer(self._theirs[here], best.rank[others], best.sequence[others], best.value[others])
        return best

    def _take(self, stretch: _Stretch, rows: pl.DataFrame, best: Sequence[BestFacts]) -> None:
        """Offer the facts of one file to the columns."""
        if not rows.height:
            return
        rows = rows.rechunk()
        subject, sequence = rows["subject"].to_numpy(), rows["sequence"].to_numpy()
        values = {name: rows[name].to_physical() for name in {column.value for column in stretch.asked}}
        for run in _runs(rows):
            for position in stretch.positions.get(run.attribute, ()):
                asked = stretch.asked[position]
                speaking = holds(run.start, run.until, days_of(asked.period) if asked.period else self._as_of)
                if not np.any(speaking):
                    continue
                known, value = _plain(values[asked.value][run.rows])
                if known is not None:
                    speaking = speaking & known
                chosen = slice(None) if np.all(speaking) else np.flatnonzero(speaking)
                ranks = np.broadcast_to(rank(self._standing(run.delivery), run.start), value.shape)
                at = self._index.positions(subject[run.rows][chosen])
                best[position].offer(at, ranks[chosen], sequence[run.rows][chosen], value[chosen])

    def _column(self, asked: Asked, best: BestFacts, texts: pl.DataType) -> pl.Series:
        values = pl.Series(best.value[self._rows]).set(pl.Series((best.rank < 0)[self._rows]), None)
        if asked.value in TEXTUAL:
            values = values.cat.to(texts)
        return values.cast(asked.dtype).alias(asked.column)

    def _read(self, path: str, stretch: _Stretch) -> pl.DataFrame:
        frame = self._table.scan([path]).filter(stretch.wanted, self._of).select(stretch.columns).collect()
        counted = self._counted["delivery"].implode()
        if not frame["delivery"].unique().is_in(counted).all():
            frame = frame.filter(pl.col("delivery").is_in(counted))
        if self._withdrawn.height:
            frame = frame.join(self._withdrawn, on=["delivery", "sequence"], how="anti", maintain_order="left")
        return frame

    def _standing(self, delivery: Ints | int) -> Ints | int:
        known, standing = self._counted["delivery"].to_numpy(), self._counted["standing"].to_numpy()
        found = standing[np.searchsorted(known, delivery)]
        return int(found) if isinstance(delivery, int) else found


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Columns folded together: the rows of a file that they need, and which of them an attribute's code is for."""

    asked: Sequence[Asked]
    positions: Mapping[int, Sequence[int]]
    wanted: pl.Expr
    columns: Sequence[pl.Expr]

    @staticmethod
    def of(asked: Sequence[Asked], only_asked: bool, texts: pl.DataType) -> _Stretch:
        positions: dict[int, list[int]] = {}
        for position, column in enumerate(asked):
            positions.setdefault(code_of(ATTRIBUTE, column.attribute), []).append(position)
        attribute = pl.col("attribute")
        wanted = attribute.is_between(min(positions), max(positions))
        if only_asked:
            wanted &= attribute.is_in(list(positions))
        plain = ["delivery", "subject", "attribute", "sequence", "valid_from", "valid_until"]
        names = [*plain, *sorted({column.value for column in asked})]
        columns = [pl.col(name).cast(texts) if name in TEXTUAL else pl.col(name) for name in names]
        return _Stretch(asked, positions, wanted, columns)


def _canonical_positions(subjects: pl.DataFrame) -> tuple[Ints, Ints]:
    """Positions of the subjects that are one with another, and of those others."""
    placed = subjects.with_row_index("position").select(pl.col("position").cast(pl.Int64), "subject", "canonical")
    one = placed.filter(pl.col("subject") != pl.col("canonical"))
    into = one.join(placed.select("subject", theirs="position"), left_on="canonical", right_on="subject", how="left")
    return one["position"].to_numpy(), into["theirs"].to_numpy()


def _plain(values: pl.Series) -> tuple[Mask | None, npt.NDArray[Any]]:
    """Which values are set (None for all), and all of them as numpy sees them, with anything where none is set."""
    if not values.null_count():
        return None, values.to_numpy()
    blank = False if values.dtype == pl.Boolean else 0
    return values.is_not_null().to_numpy(), values.fill_null(blank).to_numpy()


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of rows of one attribute; what is the same for all of them is one number."""

    rows: slice
    attribute: int
    start: Ints | int
    until: Ints | int
    delivery: Ints | int


def _runs(facts: pl.DataFrame) -> Iterator[_Run]:
    """Stretches of one attribute, and of one period and delivery where those are long enough to be worth it."""
    attribute, delivery = facts["attribute"].to_numpy(), facts["delivery"].to_numpy()
    start, until = first_days(facts["valid_from"]), last_days(facts["valid_until"])
    other = _changes(start) | _changes(until) | _changes(delivery)
    for first, last in _stretches(_changes(attribute), 0, attribute.size):
        if np.count_nonzero(other[first : last - 1]) * LEAST_RUN > last - first:
            rows = slice(first, last)
            yield _Run(rows, int(attribute[first]), start[rows], until[rows], delivery[rows])
            continue
        for one, behind in _stretches(other, first, last):
            same = int(attribute[one]), int(start[one]), int(until[one]), int(delivery[one])
            yield _Run(slice(one, behind), *same)


def _stretches(changes: Mask, first: int, last: int) -> list[tuple[int, int]]:
    """The stretches of rows between two changes."""
    borders = [first, *(np.flatnonzero(changes[first : last - 1]) + first + 1).tolist(), last]
    return list(pairwise(borders))


def _changes(values: Ints) -> Mask:
    """Where the next value is another one."""
    different: Mask = values[1:] != values[:-1]
    return different
