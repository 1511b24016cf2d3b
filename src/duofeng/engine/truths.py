"""The truth of every condition for every subject, two bits each: kept, so that explaining runs nothing again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from duofeng.engine.values import Arrow, Bools, Truth, buffer_of

Bytes = NDArray[np.uint8]
NO, YES, UNKNOWN = 0, 1, 2
BLOCK = 32_768
FIELDS = ("first_row", "rows", "condition", "yes", "unknown")
TYPES = (pa.int64(), pa.int32(), pa.int32(), pa.binary(), pa.binary())
SCHEMA = pa.schema([pa.field(name, kind) for name, kind in zip(FIELDS, TYPES, strict=True)])


@dataclass(frozen=True, slots=True)
class Truths:
    """`yes` and `unknown`: one packed row of bits per condition, first subject in the highest bit of its byte."""

    rows: int
    yes: Bytes
    unknown: Bytes

    @property
    def conditions(self) -> int:
        return int(self.yes.shape[0])

    def of(self, condition: int) -> Bytes:
        """One byte per subject: 0 no, 1 yes, 2 unknown."""
        return self.truth(condition).yes.view(np.uint8) + 2 * self._bits(self.unknown, condition).view(np.uint8)

    def truth(self, condition: int) -> Truth:
        return Truth(self._bits(self.yes, condition), self._bits(self.unknown, condition))

    def series(self, condition: int, name: str = "") -> pl.Series:
        """The same as a column of true, false and null."""
        truth = self.truth(condition)
        return pl.Series(name, truth.yes).set(pl.Series(truth.unknown), None)

    def matrix(self) -> Bytes:
        """Subjects × conditions, one byte each. For few subjects; a whole zone is read condition by condition."""
        return np.stack([self.of(condition) for condition in range(self.conditions)], axis=1)

    def at(self, row: int) -> Bytes:
        """All conditions of one subject."""
        byte, bit = row // 8, 7 - row % 8
        return ((self.yes[:, byte] >> bit) & 1) + 2 * ((self.unknown[:, byte] >> bit) & 1)

    def write(self, path: Path) -> None:
        with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
            for first in range(0, max(self.rows, 1), BLOCK):
                self._write_block(writer, first, min(BLOCK, self.rows - first))

    def _write_block(self, writer: pq.ParquetWriter, first: int, rows: int) -> None:
        part = slice(first // 8, (first + rows + 7) // 8)
        writer.write_batch(as_batch(first, rows, self.yes[:, part], self.unknown[:, part]))

    @staticmethod
    def read(path: Path) -> Truths:
        """All subjects. Raises nothing of its own: a damaged file is the run's problem."""
        parts = list(_blocks(pq.ParquetFile(path)))
        sizes = [rows for _, rows, _, _ in parts]
        yes, unknown = _joined([yes for _, _, yes, _ in parts], sizes), _joined([part[3] for part in parts], sizes)
        return Truths(sum(sizes), yes, unknown)

    def _bits(self, packed: Bytes, condition: int) -> Bools:
        return np.unpackbits(packed[condition], count=self.rows).view(np.bool_)


def as_batch(first: int, rows: int, yes: Bytes, unknown: Bytes) -> pa.RecordBatch:
    """One block of subjects as one row per condition."""
    count = len(yes)
    columns = [
        _plain(np.full(count, first, np.int64), TYPES[0]),
        _plain(np.full(count, rows, np.int32), TYPES[1]),
        _plain(np.arange(count, dtype=np.int32), TYPES[2]),
        _binary(yes),
        _binary(unknown),
    ]
    return pa.record_batch(columns, schema=SCHEMA)


def _plain(values: NDArray[Any], kind: pa.DataType) -> Arrow:
    return pa.Array.from_buffers(kind, len(values), [None, buffer_of(values)])


def _binary(rows: Bytes) -> Arrow:
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * rows.shape[1]
    buffers = [None, buffer_of(offsets), buffer_of(np.ascontiguousarray(rows))]
    return pa.Array.from_buffers(pa.binary(), len(rows), buffers)


def spread(bits: Bools, rows: int) -> Bools:
    """One bit per row; what is the same for all rows is kept once."""
    return bits if bits.shape == (rows,) else np.broadcast_to(bits, rows)


def packed(truths: Sequence[Truth], rows: int) -> tuple[Bytes, Bytes]:
    width = (rows + 7) // 8
    yes, unknown = np.zeros((len(truths), width), np.uint8), np.zeros((len(truths), width), np.uint8)
    for position, truth in enumerate(truths):
        yes[position] = np.packbits(spread(truth.yes, rows))
        if truth.unknown is not None:
            unknown[position] = np.packbits(spread(truth.unknown, rows))
    return yes, unknown


def _joined(parts: Sequence[Bytes], sizes: Sequence[int]) -> Bytes:
    """Blocks side by side. Where a row group of the profile did not end at a whole byte, bits are shifted together."""
    if all(size % 8 == 0 for size in sizes[:-1]):
        return np.concatenate(parts, axis=1)
    bits = [np.unpackbits(part, axis=1, count=size) for part, size in zip(parts, sizes, strict=True)]
    return np.packbits(np.concatenate(bits, axis=1), axis=1)


def _blocks(file: pq.ParquetFile, groups: Iterable[int] | None = None) -> Iterator[tuple[int, int, Bytes, Bytes]]:
    for group in range(file.num_row_groups) if groups is None else groups:
        table = file.read_row_group(group)
        yes, unknown = (
            np.stack([np.frombuffer(cell or b"", np.uint8) for cell in table.column(name).to_pylist()])
            for name in ("yes", "unknown")
        )
        yield table.column("first_row")[0].as_py(), table.column("rows")[0].as_py(), yes, unknown
