"""A digest of facts that does not ask in which order or in which files they lie, so that it outlives compaction.

Each row becomes a number of 64 bits, the same on every machine and in every version; a digest is their sum. It finds
what was lost, doubled or damaged; against somebody who writes a ledger of his own no digest inside it helps.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Words = npt.NDArray[np.uint64]

_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
AT_ONCE = 1 << 16
"""Rows whose words stay in the processor's cache."""
_HALF = np.uint64(32)
_ALL = (1 << 64) - 1


class Digests:
    """Sums of rows by a number each row has, such as its delivery."""

    def __init__(self) -> None:
        self.rows: dict[int, int] = {}
        self._sums: dict[int, int] = {}

    def add(self, kind: str, facts: pl.DataFrame, group: int | None = None) -> None:
        """Take facts of a register as they are stored; all of one group, else of the one `delivery` names."""
        for piece in facts.iter_slices(AT_ONCE):
            self._take(kind, piece, group)

    def _take(self, kind: str, facts: pl.DataFrame, group: int | None) -> None:
        words = row_words(kind, facts.drop("delivery", strict=False))
        if group is not None:
            self._add(group, words)
            return
        deliveries = facts["delivery"].to_numpy()
        order = np.argsort(deliveries, kind="stable")
        groups, first = np.unique(deliveries[order], return_index=True)
        for found, part in zip(groups.tolist(), np.split(words[order], first[1:]), strict=True):
            self._add(found, part)

    def _add(self, group: int, words: Words) -> None:
        self.rows[group] = self.rows.get(group, 0) + len(words)
        self._sums[group] = (self._sums.get(group, 0) + int(words.sum(dtype=np.uint64))) & _ALL

    def of(self, group: int) -> str:
        return f"{self._sums.get(group, 0):016x}"


def row_words(kind: str, facts: pl.DataFrame) -> Words:
    """A number for each row. What is null adds nothing, so that a column that came later changes no digest."""
    total = np.full(facts.height, _word(f"kind\0{kind}"), np.uint64)
    for name in facts.columns:
        column = facts[name]
        if column.null_count() < facts.height:
            total += _column_words(name, column)
    return _mixed(total)


def _column_words(name: str, column: pl.Series) -> Words:
    words = _text_words(column) if column.dtype == pl.String else _number_words(column)
    mixed = _mixed(words + np.uint64(_word(name)))
    if column.null_count():
        mixed[column.is_null().to_numpy()] = 0
    return mixed


def _number_words(column: pl.Series) -> Words:
    if column.dtype == pl.Float64:
        # Zero has two signs and one meaning.
        return (column.fill_null(0.0).to_numpy() + 0.0).view(np.uint64)
    return column.to_physical().cast(pl.Int64).fill_null(0).to_numpy().view(np.uint64)


def _text_words(column: pl.Series) -> Words:
    """Each text is looked at once; most columns say few different ones."""
    coded = column.fill_null("").to_arrow(compat_level=pl.CompatLevel.oldest()).dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    words = np.array([_word(str(text)) for text in coded.dictionary.to_pylist()], np.uint64)
    found: Words = words[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _word(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _mixed(words: Words) -> Words:
    """Every bit of the result rests on every bit of the word (the finisher of MurmurHash3)."""
    words = words ^ (words >> _HALF)
    words *= _FIRST
    words ^= words >> np.uint64(29)
    words *= _SECOND
    words ^= words >> _HALF
    return words
