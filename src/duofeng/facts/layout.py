"""How facts lie on disk: as they were delivered, and, once laid together, by subject.

A delivery lies as it came: each of its files speaks of any subject. A file laid by subject holds every fact of one
range of subject codes, whoever delivered it: what is said of one subject is read from one file. Inside, both are sorted
by attribute, then subject, so that few attributes are few row groups. Rows keep their delivery and sequence: both
clocks, withdrawals and earlier versions answer as before.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from duofeng.facts.names import CODE_BITS
from duofeng.facts.store import SCRATCH, DataFile, Table, outside_faults

BOUNDS = ("delivery", "subject", "attribute", "valid_from", "valid_until")
"""Columns whose range in each file of facts is kept in the table's log."""
BY_SUBJECT = "by-subject-"
"""How the names of files laid by subject begin."""
ROWS_PER_FILE = 2_000_000
ROWS_AT_ONCE = 3_000_000
"""Rows sorted in memory together: under two gigabytes."""
SHARE = 0.25
MANY_FILES = 64
LEAST_ALIKE = 100
"""Rows of an attribute for each period and delivery, in the mean, from which these are part of the order."""
OPEN = (1 << 31) - 1

Numbers = npt.NDArray[np.int64]


def lay_by_subject(table: Table, kind: str, *, if_due: bool = False) -> int:
    """Lay the facts of a kind by subject, unless they all lie so; `if_due` only when enough came since. Returns how
    many files fewer there are.

    1. Pieces that fit into memory are sorted and put aside, each range of subjects in a row group of its own. 2. Range
    after range is read back from the pieces and written to one file. 3. One commit puts the new files in the place of
    the old ones. A load that ran meanwhile stays as it is; when another process laid the same files, this changes
    nothing and raises ProblemError (E253).
    """
    there = table.files().filter(pl.col("partition.kind") == kind)
    there = _due(there) if if_due else there
    old = [Path(path) for path in there["path"]]
    if all(path.name.startswith(BY_SUBJECT) for path in old):
        return 0
    bits = max(0, (int(there["rows"].sum()) - 1) // ROWS_PER_FILE).bit_length()
    new: list[DataFile] = []
    try:
        with _scratch(table.folder) as scratch, outside_faults(table.folder):
            pieces = [
                _Piece(rows, scratch / f"{number}.parquet", bits) for number, rows in enumerate(_read(table, old))
            ]
            for number in range(1 << bits):
                parts = [rows for piece in pieces if (rows := piece.range(number)) is not None]
                if parts:
                    rows = _sorted(pl.concat(parts), bits)
                    new.append(table.write(rows, f"{BY_SUBJECT}{uuid4().hex}", BOUNDS, kind=kind))
        table.replace(old, new)
    except BaseException:
        table.discard(new)
        raise
    return len(old) - len(new)


def _due(files: pl.DataFrame) -> pl.DataFrame:
    """Which of the files it is worth to lay together now: all once a quarter as much came as lies by subject, so that
    in the end a fact is written a few times only; until then what came, when it has become many files."""
    by_subject = pl.col("path").str.contains(f"/{BY_SUBJECT}", literal=True)
    came, laid = files.filter(~by_subject), files.filter(by_subject)
    if int(came["rows"].sum()) >= max(ROWS_PER_FILE, SHARE * int(laid["rows"].sum())):
        return files
    return came if came.height >= MANY_FILES else came.clear()


def sweep(folder: Path, before: float) -> int:
    """Remove what processes killed while laying left in the folder of the ledger before an instant (in seconds)."""
    left = [each for each in folder.glob(f"{SCRATCH}*") if each.stat().st_mtime < before]
    for each in left:
        shutil.rmtree(each, ignore_errors=True)
    return len(left)


def order_by(group: Numbers, subject: Numbers, bits: int = 0) -> Numbers:
    """The order of rows by one integer: the range of subjects (`bits` leading bits of the code), the group, then as
    many of the following bits of the subject as have room."""
    width, rest = int(group.max(initial=0)).bit_length(), CODE_BITS - bits
    key = (subject >> rest) << rest
    key |= group << (rest - width)
    key |= (subject & ((1 << rest) - 1)) >> width
    return np.argsort(key)


def _sorted(facts: pl.DataFrame, bits: int) -> pl.DataFrame:
    return facts[order_by(_groups(facts), facts["subject"].to_numpy(), bits)]


def _groups(facts: pl.DataFrame) -> Numbers:
    """A number for each row: of its attribute; where many rows share period and delivery, of these with it. So what a
    fold asks of the rows it asks once."""
    said = facts.select(
        "attribute",
        when=pl.col("valid_from").to_physical().cast(pl.Int64).fill_null(OPEN) * (1 << 32)
        + pl.col("valid_until").to_physical().fill_null(OPEN),
        by="delivery",
    )
    kinds = said.group_by("attribute", "when", "by").len()
    alike = pl.col("len").sum().over("attribute") >= LEAST_ALIKE * pl.len().over("attribute")
    groups = kinds.select(
        "attribute", "when", "by", group=pl.struct("attribute", pl.when(alike).then(pl.struct("when", "by")))
    ).with_columns(pl.col("group").rank("dense").cast(pl.Int64))
    found = said.join(groups, on=["attribute", "when", "by"], how="left", maintain_order="left")
    return found["group"].to_numpy()


@contextmanager
def _scratch(table: Path) -> Iterator[Path]:
    """A folder beside the table, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=table.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Piece:
    """Rows put aside in one file: a row group for each range of subjects that has some."""

    def __init__(self, facts: pl.DataFrame, path: Path, bits: int) -> None:
        facts = facts[order_by(np.zeros(facts.height, np.int64), facts["subject"].to_numpy(), bits)]
        ranges = facts["subject"].to_numpy() >> (CODE_BITS - bits)
        borders = np.searchsorted(ranges, np.arange((1 << bits) + 1))
        self._group: dict[int, int] = {}
        self._path = path
        schema = facts.to_arrow(compat_level=pl.CompatLevel.oldest()).schema
        with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
            for number, (first, last) in enumerate(pairwise(borders.tolist())):
                if last > first:
                    self._group[number] = len(self._group)
                    part = facts[first:last].to_arrow(compat_level=pl.CompatLevel.oldest())
                    writer.write_table(part, row_group_size=part.num_rows)

    def range(self, number: int) -> pl.DataFrame | None:
        """The rows of a range of subjects."""
        group = self._group.get(number)
        if group is None:
            return None
        return pl.DataFrame(pq.ParquetFile(self._path).read_row_group(group))


def _read(table: Table, paths: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """The rows of the files, as many at once as may be sorted together."""
    waiting: list[pl.DataFrame] = []
    for path in paths:
        for first in range(0, pq.ParquetFile(path).metadata.num_rows, ROWS_AT_ONCE):
            waiting.append(table.scan([str(path)]).slice(first, ROWS_AT_ONCE).collect())
            if sum(part.height for part in waiting) >= ROWS_AT_ONCE:
                yield pl.concat(waiting)
                waiting = []
    if waiting:
        yield pl.concat(waiting)
