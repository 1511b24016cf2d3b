"""A finished profile beside that of an earlier run: where do they differ, whatever the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.engine.links import rows_of

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


class Compared:
    """`before` and `now`, one row a subject each; subjects may have come and gone."""

    def __init__(self, before: pl.DataFrame, now: pl.DataFrame) -> None:
        self.before, self.now = before, now
        self._differing: dict[str, Mask] = {}

    @cached_property
    def _was(self) -> pl.Series | None:
        """The earlier row of each row, null where the subject is new; None where all stand where they stood."""
        there = self.before["subject"]
        return None if there.equals(self.now["subject"]) else rows_of(self.now["subject"], there)

    @cached_property
    def _gone(self) -> Mask:
        """Which earlier rows are no more."""
        if self._was is None:
            return np.zeros(self.before.height, np.bool_)
        gone = np.ones(self.before.height, np.bool_)
        gone[self._was.drop_nulls().to_numpy()] = False
        return gone

    def same(self, columns: Collection[str], of: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame) -> bool:
        """Whether the columns are what they were, of everybody or at least `of` those that matter."""
        if self._was is None and not any(self.differing(name).any() for name in columns):
            return True
        if set(columns) - set(self.before.columns):
            return False
        asked = ["subject", *columns]
        return of(self.before.select(asked)).equals(of(self.now.select(asked)))

    def matter(self, columns: Iterable[str], now: Mask, before: Mask) -> bool:
        """Whether one of the rows marked `now` or `before` is new, gone, or has another value in one of the columns."""
        if (before & self._gone).any():
            return True
        marked = now | self._aligned(before)
        return any((self.differing(name) & marked).any() for name in ("subject", *columns))

    def any_differing(self, columns: Iterable[str]) -> Mask:
        """The rows that are new, or with another value in one of the columns."""
        found = np.zeros(self.now.height, np.bool_)
        for name in ("subject", *dict.fromkeys(columns)):
            found |= self.differing(name)
        return found

    def was(self, part: slice) -> Rows:
        """The earlier rows of some rows; any near by of subjects that are new."""
        if self._was is None:
            return np.arange(self.now.height)[part]
        rows = self._was[part].fill_null(strategy="forward").fill_null(strategy="backward").fill_null(0)
        return rows.cast(pl.Int64).to_numpy()

    def differing(self, column: str) -> Mask:
        """The rows with another value than before; new rows differ. What neither side has is the same."""
        if column not in self._differing:
            self._differing[column] = self._compare(column)
        return self._differing[column]

    def _compare(self, column: str) -> Mask:
        sides = (column in self.before.columns) + (column in self.now.columns)
        if sides < 2:
            return np.full(self.now.height, sides == 1)
        earlier = self.before[column]
        if self._was is not None:
            earlier = earlier.gather(self._was)
        other: Mask = earlier.ne_missing(self.now[column]).to_numpy()
        return other if self._was is None else other | self._was.is_null().to_numpy()

    def _aligned(self, before: Mask) -> Mask:
        if self._was is None:
            return before
        aligned: Mask = pl.Series(before).gather(self._was).fill_null(False).to_numpy()
        return aligned
