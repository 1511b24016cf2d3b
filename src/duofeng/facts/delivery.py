"""One load on its way into the ledger: written in pieces, counted by a single last commit.

The order is what makes a load all or nothing: rejects, names and facts are committed first and mean nothing until the
arrival's own row is committed, which is atomic. A process killed before that leaves rows no reader counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from duofeng.facts.arrivals import COUNTED, REJECT, REJECTED, Arrival, Receipt
from duofeng.facts.digest import Digests
from duofeng.facts.fact import DELIVERED, VALUES
from duofeng.facts.layout import BOUNDS, order_by
from duofeng.facts.names import ATTRIBUTE, Codebook
from duofeng.facts.store import DataFile

if TYPE_CHECKING:
    from duofeng.facts.ledger import Ledger

ROWS_PER_FILE = 1_000_000


class Delivery:
    """A load under way. Use it as a context: leaving without `commit` leaves the ledger as it was.

    Rows are kept sorted by attribute and subject inside each file, so that reading few attributes reads few row groups.
    Files are written by a thread of their own, one batch behind, while the source is read on.
    """

    def __init__(self, ledger: Ledger, arrival: Arrival, codebook: Codebook) -> None:
        self.arrival = arrival
        # A second attempt at the same arrival must not revive what a killed one left behind.
        self.code = uuid4().int >> 65
        self._ledger = ledger
        self._codebook = codebook
        self._waiting: list[pl.DataFrame] = []
        self._rejected: list[pl.DataFrame] = []
        self._files: list[DataFile] = []
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._writing: Future[None] | None = None
        self._digests = Digests()
        self._facts = 0
        self._rejects = 0
        self._finished = False

    @property
    def facts(self) -> int:
        """How many facts have been handed over so far."""
        return self._facts

    @property
    def rejects(self) -> int:
        return self._rejects

    def write(self, facts: pl.DataFrame | pa.Table) -> None:
        """Take facts in the columns of `DELIVERED`; missing columns are null, `sequence` is counted when absent."""
        frame = facts if isinstance(facts, pl.DataFrame) else pl.DataFrame(facts)
        for piece in frame.iter_slices(ROWS_PER_FILE):
            self._waiting.append(self._numbered(piece))
            if sum(waiting.height for waiting in self._waiting) >= ROWS_PER_FILE:
                self._flush()

    def reject(self, rejects: pl.DataFrame) -> None:
        """Take rejected cells in the columns of `REJECTED`."""
        self._rejects += rejects.height
        self._rejected.append(_shaped(rejects, REJECTED))

    def unknown(self, register: str, subjects: pl.Series) -> pl.Series:
        """Those of the subjects of whom nobody says anything, this delivery so far included."""
        self._flush()
        self._settle()
        return self._codebook.unknown(register, subjects)

    def commit(self, arrival: Arrival | None = None) -> Receipt:
        """End the load with what is now known of the arrival (its verdict, rows, notes).

        1. The last rows become files. 2. Rejects, names and facts are committed. 3. The arrival is committed: from here
        on the load counts. 4. If another process brought the same file meanwhile, that one counts and nothing of this.
        """
        arrival = arrival or self.arrival
        if (arrival.id, arrival.recorded_at) != (self.arrival.id, self.arrival.recorded_at):
            raise ValueError("an arrival cannot become another one while it is loaded")
        self._flush()
        self._settle()
        if arrival.verdict not in COUNTED:
            self._discard()
        names = self._codebook.fresh().height if self._files else 0
        digest = self._digests.of(self.code)
        arrival = replace(arrival, facts=self._facts, rejects=self._rejects, names=names, digest=digest)
        self._commit_parts(arrival)
        counts = self._ledger.commit_arrival(arrival, self.code)
        self._finished = True
        return Receipt(arrival, duplicate_of=None if counts else arrival.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._writer.shutdown(wait=True, cancel_futures=True)
        if not self._finished:
            self._discard()

    def _numbered(self, facts: pl.DataFrame) -> pl.DataFrame:
        if "sequence" not in facts.columns:
            facts = facts.with_row_index("sequence", self._facts)
        self._facts += facts.height
        facts = _shaped(facts, DELIVERED)
        _refuse_malformed(facts)
        return facts

    def _flush(self) -> None:
        if not self._waiting:
            return
        facts = pl.concat(self._waiting)
        self._waiting = []
        self._settle()
        self._writing = self._writer.submit(self._store, facts)

    def _settle(self) -> None:
        """Wait for the batch being written. Raises what went wrong with it."""
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def _store(self, facts: pl.DataFrame) -> None:
        for kind, group in _by_kind(facts):
            coded = group.drop("kind").with_columns(
                subject=self._codebook.encode(kind, group["subject"]),
                attribute=self._codebook.encode(ATTRIBUTE, group["attribute"]),
                delivery=pl.lit(self.code, pl.Int64),
            )
            self._digests.add(kind, coded, self.code)
            name = f"{self.code:016x}-{len(self._files):05d}"
            ordered = coded[_by_attribute_then_subject(coded)]
            self._files.append(self._ledger.fact_table.write(ordered, name, BOUNDS, kind=kind))

    def _commit_parts(self, arrival: Arrival) -> None:
        ledger = self._ledger
        if self._rejected:
            rejects = pl.concat(self._rejected).with_columns(
                arrival=pl.lit(arrival.id),
                source=pl.lit(arrival.source),
                file=pl.lit(arrival.file),
                recorded_at=pl.lit(arrival.recorded_at, REJECT["recorded_at"]),
                delivery=pl.lit(self.code, pl.Int64),
            )
            ledger.reject_table.append(rejects)
        if not self._files:
            return
        names = self._codebook.fresh()
        if names.height:
            ledger.name_table.append(names.with_columns(delivery=pl.lit(self.code, pl.Int64)))
        ledger.fact_table.commit(self._files)

    def _discard(self) -> None:
        self._ledger.fact_table.discard(self._files)
        self._files = []


def _by_kind(facts: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The facts of each kind; nothing is copied when there is only one, which is the rule."""
    if facts["kind"].n_unique() == 1:
        yield str(facts["kind"][0]), facts
        return
    for (kind,), group in facts.group_by("kind", maintain_order=True):
        yield str(kind), group


def _by_attribute_then_subject(coded: pl.DataFrame) -> npt.NDArray[np.int64]:
    attributes = coded["attribute"].unique().sort()
    number = coded["attribute"].replace_strict(attributes, pl.int_range(attributes.len(), eager=True))
    return order_by(number.to_numpy(), coded["subject"].to_numpy())


def _shaped(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    unknown = set(rows.columns) - set(schema)
    if unknown:
        raise ValueError(f"columns the ledger does not have: {sorted(unknown)}")
    return rows.select(
        (pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, kind)).alias(name)
        for name, kind in schema.items()
    )


def _refuse_malformed(facts: pl.DataFrame) -> None:
    """Raise ValueError unless every fact has a register and exactly one value, or none and something to retract."""
    if facts["kind"].null_count() or facts["kind"].is_in(["", ATTRIBUTE]).any():
        raise ValueError(f"a fact is of a register, and none is called {ATTRIBUTE}")
    values = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int8) for name in VALUES)
    wrong = facts.filter((values != 1) & ~((values == 0) & pl.col("retracts").is_not_null()))
    if wrong.height:
        raise ValueError(f"a fact has exactly one value: {wrong.row(0, named=True)}")
