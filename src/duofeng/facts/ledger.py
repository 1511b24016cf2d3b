"""The ledger: facts appended and never edited, read as known at an instant.

Four Delta tables in one folder: `facts`, `rejects`, `names` (the texts of the integer codes) and `arrivals`. A row of
the first three counts only when the delivery that brought it has an accepted row in `arrivals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from duofeng.facts.arrivals import ARRIVAL, COUNTED, REJECT, Arrival, Receipt, arrival_id
from duofeng.facts.delivery import Delivery
from duofeng.facts.fact import DELIVERED, FACT, VALUES, Fact
from duofeng.facts.kept import Kept
from duofeng.facts.names import ATTRIBUTE, LAST_CODE, NAME, Codebook, codes_of
from duofeng.facts.problems import FACT_UNKNOWN
from duofeng.facts.store import Table, outside_faults
from duofeng.kernel.problem import ProblemError

STORED = pl.Schema(
    {**DELIVERED, "subject": pl.Int64(), "attribute": pl.Int64(), "delivery": pl.Int64()},
)
"""A fact on disk: names are codes, what the arrival says is not repeated, `kind` is the partition."""


class Ledger:
    """The ledger in a folder. Every read says as known when; `version` fixes which arrivals exist at all."""

    def __init__(self, folder: Path, version: int | None = None) -> None:
        self.folder = folder
        self._fixed = version
        self.fact_table = Table(folder / "facts", STORED, partition_by="kind")
        self.reject_table = Table(folder / "rejects", pl.Schema({**REJECT, "delivery": pl.Int64()}))
        self.name_table = Table(folder / "names", NAME)
        self.arrival_table = Table(folder / "arrivals", ARRIVAL)
        self.kept = Kept(folder / "kept")

    @classmethod
    def open(cls, folder: Path, version: int | None = None) -> Ledger:
        """The ledger in `folder`, made when absent. `version` opens it as it was at an earlier version."""
        ledger = cls(folder, version)
        for table in (ledger.fact_table, ledger.reject_table, ledger.name_table, ledger.arrival_table):
            table.create()
        return ledger

    @property
    def version(self) -> int:
        """Grows with every arrival; the same version holds the same facts."""
        return self._fixed if self._fixed is not None else int(self.arrival_table.open().version())

    # Writing

    def deliver(self, arrival: Arrival) -> Delivery:
        """Begin a load that is written in pieces. Ask `earlier` first whether the file is known already."""
        known = self._names(arrival.recorded_at).drop("delivery")
        return Delivery(self, arrival, Codebook(known))

    def earlier(self, source: str, checksum: str) -> Arrival | None:
        """The counted arrival of the same file from the same source, if there is one."""
        found = self._first_arrivals().filter(pl.col("id") == arrival_id(source, checksum))
        return _arrival(found.row(0, named=True)) if found.height else None

    def append(
        self,
        arrival: Arrival,
        facts: Iterable[pl.DataFrame | pa.Table],
        rejects: Iterable[pl.DataFrame] | None = None,
    ) -> Receipt:
        """Load an arrival whole or not at all, and keep it. The same file again changes nothing and names the first."""
        earlier = self.earlier(arrival.source, arrival.checksum)
        if earlier is not None:
            return Receipt(earlier, duplicate_of=earlier.id)
        given, refused = [pl.DataFrame(frame) for frame in facts], list(rejects or ())
        with self.deliver(arrival) as delivery:
            for frame in given:
                delivery.write(frame)
            for frame in refused:
                delivery.reject(frame)
            with self.keeping(arrival):
                self.kept.rows(arrival, given, refused)
                return delivery.commit()

    @contextmanager
    def keeping(self, arrival: Arrival) -> Iterator[None]:
        """Around keeping an original and the commit it is kept for: where that fails, neither stays."""
        before = arrival.id in self.kept
        try:
            with outside_faults(self.folder):
                yield
        except BaseException:
            with suppress(ProblemError):
                if not before and self.earlier(arrival.source, arrival.checksum) is None:
                    self.kept.drop(arrival.id)
            raise

    def record(self, facts: Sequence[Fact], source: str, by: str, now: datetime, file: str = "") -> Receipt:
        """Append facts made by hand: decisions, confirmations, corrections, retractions.

        Raises ProblemError (E273) when one withdraws a fact that is not known.
        """
        self._refuse_unknown_retractions(facts, now)
        rows = [fact.row() for fact in facts]
        checksum = sha256(repr((source, by, now.isoformat(), rows)).encode()).hexdigest()
        arrival = Arrival(source, file, checksum, now, by, rows=len(rows))
        return self.append(arrival, [pl.DataFrame(rows, schema=_without(DELIVERED, "sequence"))])

    def commit_arrival(self, arrival: Arrival, delivery: int) -> bool:
        """The commit from which a delivery counts; only a `Delivery` calls it. False, and nothing is done, when the
        same file counts by then: what one was told of an arrival never changes."""
        row = {name: getattr(arrival, name) for name in ARRIVAL if name != "delivery"} | {"delivery": delivery}
        row["notes"] = list(arrival.notes)

        def first() -> bool:
            return arrival.verdict not in COUNTED or self.earlier(arrival.source, arrival.checksum) is None

        return self.arrival_table.append(pl.DataFrame([row], schema=ARRIVAL), agreed=first) is not None

    def mark_torn(self, deliveries: Sequence[int], now: datetime, by: str) -> None:
        """Let deliveries count no more of which not all is there; their files may be loaded again."""
        rows = self.arrival_table.read().filter(pl.col("delivery").is_in(deliveries))
        marks = rows.with_columns(
            verdict=pl.lit("torn"), recorded_at=pl.lit(now, rows.schema["recorded_at"]), by=pl.lit(by)
        )
        if marks.height:
            self.arrival_table.append(marks)

    # Reading

    def arrivals(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Every arrival in the order of recording. In ledgers of earlier versions one that lost a race against the same
        file stands as a duplicate."""
        rows = self.arrivals_of(self.arrival_table.read(self._fixed))
        return rows if known_at is None else rows.filter(pl.col("recorded_at") <= known_at)

    def arrivals_of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What became of arrivals, from the rows of their table."""
        rows = rows.sort("recorded_at", "id", "delivery")
        torn = rows.filter(pl.col("verdict") == "torn")["delivery"]
        is_torn = pl.col("delivery").is_in(torn.implode())
        rows = rows.filter(pl.col("verdict") != "torn")
        counted = pl.col("verdict").is_in(COUNTED) & ~is_torn
        again = counted & (pl.col("delivery") != pl.col("delivery").filter(counted).first().over("id"))
        verdict = pl.when(is_torn).then(pl.lit("torn")).when(again).then(pl.lit("duplicate")).otherwise("verdict")
        return rows.with_columns(verdict=verdict)

    def rejects(self, arrival: str | None = None, source: str | None = None, open_only: bool = True) -> pl.DataFrame:
        """Rejected cells. `open_only` leaves out those of arrivals that a later arrival replaced."""
        arrivals = self.arrivals().filter(~pl.col("verdict").is_in(["duplicate", "torn"]))
        if open_only:
            settled = arrivals.filter(pl.col("verdict").is_in(COUNTED))["replaces"].drop_nulls()
            arrivals = arrivals.filter(~pl.col("id").is_in(settled.implode()))
        found = self.reject_table.read().filter(pl.col("delivery").is_in(arrivals["delivery"].implode()))
        if arrival is not None:
            found = found.filter(pl.col("arrival") == arrival)
        if source is not None:
            found = found.filter(pl.col("source") == source)
        return found.drop("delivery").sort("recorded_at", "arrival", "sheet", "row", "column")

    def subjects(self, *, known_at: datetime, kind: str) -> pl.DataFrame:
        """`subject` and its `code`, of every subject of the kind known at the instant, sorted by subject."""
        names = self._names(known_at).filter(pl.col("kind") == kind)
        return names.select(pl.col("name").alias("subject"), "code").unique("subject").sort("subject")

    def registers(self, *, known_at: datetime) -> list[str]:
        """The registers some known fact is of."""
        return _kinds(self._names(known_at))

    def attributes(self, *, known_at: datetime) -> pl.DataFrame:
        """`attribute` and its `code`, of every attribute some known fact is of."""
        return self.subjects(known_at=known_at, kind=ATTRIBUTE).rename({"subject": "attribute"})

    def facts(
        self,
        *,
        known_at: datetime,
        kind: str | None = None,
        subjects: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        withdrawn: bool = False,
    ) -> pl.LazyFrame:
        """The facts known at the instant, in the columns of `FACT`.

        Facts withdrawn by then, and the retractions that withdrew them, are left out; `withdrawn` keeps both.
        """
        counted = self.counted(known_at)
        names = self._names(known_at)
        kinds = [kind] if kind else _kinds(names)
        scans = [self.scan(counted, one, subjects=subjects, attributes=attributes) for one in kinds]
        rows = pl.concat(scans or [pl.LazyFrame(schema=STORED)])
        if not withdrawn:
            rows = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in VALUES)).join(
                self.withdrawn(counted).lazy(), on=["delivery", "sequence"], how="anti"
            )
        said = counted.lazy().select("delivery", "source", "recorded_at", arrival="id")
        of_subjects = pl.col("kind") != ATTRIBUTE
        if subjects is not None:
            of_subjects &= pl.col("name").is_in(list(subjects))
        return (
            rows.join(said, on="delivery")
            .rename({"subject": "subject_code", "attribute": "attribute_code"})
            .join(_text_of(names, of_subjects, "subject", by_kind=True), on=["kind", "subject_code"])
            .join(_text_of(names, pl.col("kind") == ATTRIBUTE, "attribute"), on="attribute_code")
            .select(FACT.names())
        )

    def texts(self, *, known_at: datetime, kind: str, attributes: Sequence[str]) -> pl.DataFrame:
        """`subject`, `attribute`, `text`: what was said of these attributes, each once, with `recorded_at` of the last
        fact that says so. Withdrawn facts are left out."""
        counted = self.counted(known_at)
        said = (
            self.scan(counted, kind, attributes=attributes)
            .filter(pl.col("text").is_not_null())
            .join(self.withdrawn(counted).lazy(), on=["delivery", "sequence"], how="anti")
            .join(counted.lazy().select("delivery", "recorded_at"), on="delivery")
            .group_by("subject", "attribute", "text")
            .agg(pl.col("recorded_at").max())
            .collect(engine="streaming")
        )
        codes = pl.DataFrame({"attribute": attributes, "code": codes_of(ATTRIBUTE, attributes)})
        return (
            said.rename({"subject": "subject_code", "attribute": "code"})
            .join(self.subjects(known_at=known_at, kind=kind), left_on="subject_code", right_on="code")
            .join(codes, on="code")
            .select("subject", "attribute", "text", "recorded_at")
        )

    # What profile and evidence read

    def counted(self, known_at: datetime) -> pl.DataFrame:
        """The arrivals whose facts count at the instant, in the order of recording."""
        if known_at.tzinfo is None:
            raise ValueError("known_at needs a time zone")
        return self._first_arrivals().filter(pl.col("recorded_at") <= known_at)

    def fact_files(self, counted: pl.DataFrame, kind: str) -> pl.DataFrame:
        """The files of a kind that may hold facts of these arrivals."""
        files = self._listed().filter(pl.col("partition.kind") == kind)
        if not {"min.delivery", "max.delivery"} <= set(files.columns):
            return files
        one = pl.col("min.delivery") == pl.col("max.delivery")
        uncounted = one & ~pl.col("min.delivery").is_in(counted["delivery"].implode())
        return files.filter(uncounted.fill_null(False).not_())

    def scan(
        self,
        counted: pl.DataFrame,
        kind: str,
        *,
        subjects: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
    ) -> pl.LazyFrame:
        """Facts as stored (codes, deliveries), of one kind."""
        files = self.fact_files(counted, kind)
        wanted = codes_of(kind, subjects) if subjects is not None else None
        if wanted is not None:
            files = that_may_hold(files, wanted)
        paths = files["path"].to_list()
        if not paths:
            return pl.LazyFrame(schema=STORED)
        rows = self.fact_table.scan(paths).filter(pl.col("delivery").is_in(counted["delivery"].implode()))
        if wanted is not None:
            rows = rows.filter(pl.col("subject").is_in(wanted))
        if attributes is not None:
            rows = rows.filter(pl.col("attribute").is_in(codes_of(ATTRIBUTE, attributes)))
        return rows.select(pl.lit(kind).alias("kind"), *(name for name in STORED if name != "kind"))

    def withdrawn(self, counted: pl.DataFrame) -> pl.DataFrame:
        """`delivery` and `sequence` of the facts withdrawn by these arrivals, with `by`, the id of the retraction.

        The newest retraction is settled first: one that was itself withdrawn withdraws nothing.
        """
        files = self._listed()
        holding = (
            files.filter((pl.col("null_count.retracts") < pl.col("rows")).fill_null(True)) if files.height else files
        )
        found = pl.DataFrame(schema={"delivery": pl.Int64, "sequence": pl.Int64, "by": pl.String})
        if not holding.height:
            return found
        retractions = (
            self.fact_table.scan(holding["path"].to_list())
            .filter(pl.col("retracts").is_not_null())
            .select("delivery", "sequence", "retracts")
            .collect()
            .join(counted.select("delivery", "id", "recorded_at"), on="delivery")
            .sort("recorded_at", "id", "sequence", descending=True)
        )
        targets: dict[str, str] = {}
        for row in retractions.iter_rows(named=True):
            own = f"{row['id']}:{row['sequence']}"
            if own not in targets:
                targets.setdefault(row["retracts"], own)
        parts = pl.DataFrame(
            {"fact": list(targets), "by": list(targets.values())}, schema={"fact": pl.String, "by": pl.String}
        ).with_columns(
            id=pl.col("fact").str.split(":").list.get(0),
            sequence=pl.col("fact").str.split(":").list.get(1).cast(pl.Int64),
        )
        return parts.join(counted.select("id", "delivery"), on="id").select("delivery", "sequence", "by")

    def _listed(self) -> pl.DataFrame:
        """The files facts lie in now."""
        return self.fact_table.files()

    def _first_arrivals(self) -> pl.DataFrame:
        return self.arrivals().filter(pl.col("verdict").is_in(COUNTED))

    def _names(self, known_at: datetime) -> pl.DataFrame:
        # The names a torn delivery brought: later ones rest on them.
        arrivals = self.arrivals().filter(pl.col("verdict").is_in([*COUNTED, "torn"]))
        counted = arrivals.filter(pl.col("recorded_at") <= known_at)["delivery"].implode()
        return self.name_table.read().filter(pl.col("delivery").is_in(counted)).unique(["kind", "name"])

    def _refuse_unknown_retractions(self, facts: Sequence[Fact], now: datetime) -> None:
        wanted = {fact.retracts for fact in facts if fact.retracts is not None}
        if not wanted:
            return
        counted = self.counted(now).select("delivery", "id")
        kinds = {fact.kind for fact in facts if fact.retracts is not None}
        ids = pl.concat([self.scan(counted, kind) for kind in kinds]).select("delivery", "sequence")
        known = (
            ids.join(counted.lazy(), on="delivery")
            .select(fact=pl.format("{}:{}", "id", "sequence"))
            .filter(pl.col("fact").is_in(sorted(wanted)))
            .collect()["fact"]
        )
        unknown = sorted(wanted - set(known))
        if unknown:
            raise ProblemError(FACT_UNKNOWN.at(fact=fact) for fact in unknown)


def that_may_hold(files: pl.DataFrame, subjects: Sequence[int] | pl.Series) -> pl.DataFrame:
    """The files whose range of subjects has one of these; those laid by subject have narrow ones."""
    if not {"min.subject", "max.subject"} <= set(files.columns):
        return files
    wanted = np.sort(np.array(subjects, np.int64))
    low, high = files["min.subject"].fill_null(0).to_numpy(), files["max.subject"].fill_null(LAST_CODE).to_numpy()
    return files.filter(np.searchsorted(wanted, low) < np.searchsorted(wanted, high, side="right"))


def _kinds(names: pl.DataFrame) -> list[str]:
    return sorted(set(names["kind"]) - {ATTRIBUTE})


def _without(schema: pl.Schema, column: str) -> pl.Schema:
    return pl.Schema({name: kind for name, kind in schema.items() if name != column})


def _text_of(names: pl.DataFrame, which: pl.Expr, column: str, by_kind: bool = False) -> pl.LazyFrame:
    keys = ["kind"] if by_kind else []
    return (
        names.lazy().filter(which).select(*keys, pl.col("name").alias(column), pl.col("code").alias(f"{column}_code"))
    )


def _arrival(row: dict[str, object]) -> Arrival:
    known = {name: value for name, value in row.items() if name != "delivery"}
    known.pop("id")
    known["notes"] = tuple(known["notes"] or ())  # type: ignore[arg-type]  # a list column
    return Arrival(**known)  # type: ignore[arg-type]  # columns of ARRIVAL are fields of Arrival
