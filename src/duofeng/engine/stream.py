"""From a Parquet profile to Parquet answers, one row group at a time: memory does not grow with the zone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from duofeng.engine import statuses
from duofeng.engine.program import Program
from duofeng.engine.statuses import Bytes
from duofeng.engine.truths import SCHEMA, as_batch, packed
from duofeng.engine.values import Arrow, buffer_of
from duofeng.engine.words import TEXTUAL


@dataclass(frozen=True, slots=True)
class Answered:
    """How many subjects were answered, and how many pairs of each kind."""

    rows: int
    pairs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Group:
    statuses: Bytes
    subjects: Arrow
    truths: list[pa.RecordBatch]


def answer_parquet(
    program: Program,
    policies: Mapping[str, Sequence[int]],
    source: Path,
    target: Path,
    *,
    truths: Path | None = None,
    subject: str | None = None,
    threads: int = 2,
) -> Answered:
    """One byte per subject and policy (see `statuses`) into `target`, a column per policy.

    `policies` name, for each policy, the program's conditions in order. With `truths` the truth of every condition is
    kept in that file too; with `subject` the column of that name is carried along.

    Raises ProblemError when the profile lacks a column or has one of another type (E521, E522).
    """
    names = [*([subject] if subject else []), *policies]
    totals: dict[str, int] = {}
    rows = 0
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        kept = stack.enter_context(pq.ParquetWriter(truths, SCHEMA, compression="zstd")) if truths else None
        for group in _answers(program, list(policies.values()), source, subject, threads, keep=truths is not None):
            columns = [_bytes(row) for row in group.statuses]
            table = pa.table([group.subjects, *columns] if subject else columns, names=names)
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(target, table.schema, **_writing(policies)))
            writer.write_table(table)
            for batch in group.truths:
                assert kept is not None
                kept.write_batch(batch)
            rows += table.num_rows
            for kind, number in statuses.count(group.statuses).items():
                totals[kind] = totals.get(kind, 0) + number
    return Answered(rows, totals)


def _bytes(row: Bytes) -> Arrow:
    return pa.Array.from_buffers(pa.uint8(), len(row), [None, buffer_of(row)])


def _writing(policies: Iterable[str]) -> dict[str, Arrow]:
    return {**WRITING, "use_byte_stream_split": list(policies)}


# Parquet stores a byte as four: split by byte the three empty ones cost nothing, at half the time of a dictionary.
WRITING: Mapping[str, Arrow] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": False,
    "write_statistics": False,
}


def _answers(
    program: Program, policies: list[Sequence[int]], source: Path, subject: str | None, threads: int, *, keep: bool
) -> Iterator[_Group]:
    """Row groups in order. One more than there are threads is in memory, so that nobody waits while one is written."""
    readers: SimpleQueue[pq.ParquetFile] = SimpleQueue()
    for _ in range(threads):
        readers.put(_open(program, source))
    metadata = pq.read_metadata(source)
    first_rows = np.cumsum([0, *(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))])

    def work(group: int) -> _Group:
        # A reader is not safe in two threads at once.
        reader = readers.get()
        try:
            return _answer(program, policies, reader, (group, int(first_rows[group]), subject, keep))
        finally:
            readers.put(reader)

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[_Group]] = deque()
        for group in range(metadata.num_row_groups):
            waiting.append(pool.submit(work, group))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _open(program: Program, source: Path) -> pq.ParquetFile:
    """Texts stay dictionary codes from the file to the kernels. Not mapped: a mapped file counts as memory of ours."""
    texts = [name for name, kind in program.types.items() if kind in TEXTUAL]
    return pq.ParquetFile(source, read_dictionary=texts)


def _answer(
    program: Program, policies: list[Sequence[int]], file: pq.ParquetFile, job: tuple[int, int, str | None, bool]
) -> _Group:
    group, first_row, subject, keep = job
    present = set(file.schema_arrow.names)
    wanted = [name for name in dict.fromkeys([*program.columns, *([subject] if subject else [])]) if name in present]
    table = file.read_row_group(group, columns=wanted, use_threads=False)
    rows = table.num_rows
    batch = program.load(table)
    subjects = table.column(subject) if subject else None
    answered, kept = np.empty((len(policies), rows), np.uint8), []
    for first, length, truths in program.blocks(batch, rows):
        answered[:, first : first + length] = statuses.of_block(truths, policies, length)
        if keep:
            kept.append(as_batch(first_row + first, length, *packed(truths, length)))
    return _Group(answered, subjects, kept)
