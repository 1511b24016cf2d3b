"""One file into the ledger: whole, with its rejects beside it, or not at all and kept in quarantine with the reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path, PurePath

import polars as pl

from duofeng.facts.arrivals import COUNTED, Arrival, Verdict
from duofeng.facts.assertions import OF_A_WHOLE, content_problems, delivery_problems, table_problems
from duofeng.facts.batch import Tally
from duofeng.facts.ledger import Ledger
from duofeng.facts.mapping import Mapper, fixed_period
from duofeng.facts.readers import problems
from duofeng.facts.readers.bytes import Delivered, deliver
from duofeng.facts.readers.opening import opened, reader_of
from duofeng.facts.readers.table import RawBatch, RawTable
from duofeng.facts.referred import Referred
from duofeng.facts.repeated import AgainError, Repeated
from duofeng.facts.resent import ROW_MARK, Settled, marked_arrival, unguarded
from duofeng.facts.totals import Totals
from duofeng.facts.verify import torn_deliveries
from duofeng.facts.whole_lists import Whole
from duofeng.kernel.problem import Problem, ProblemError, Span, hint
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone

MOST_REJECTS = 2_000_000
"""Cells. A delivery with more is no delivery with mistakes but the wrong file, and memory is bounded."""

LEDGER_FAULTS = frozenset(f"E{number}" for number in range(250, 300))
"""Codes that say the ledger could not be written: the file itself may be sound."""

Progress = Callable[[int], None]
"""Called with the number of rows of each batch read."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `kept` is where a quarantined file lies; `duplicate_of` an earlier arrival of
    the same."""

    file: Path
    source: str
    verdict: Verdict
    arrival: str
    rows: int = 0
    facts: int = 0
    rejects: int = 0
    problems: tuple[Problem, ...] = ()
    kept: Path | None = None
    duplicate_of: str | None = None
    replaced: str | None = None
    """The earlier arrival whose rejects this one settles."""


# ---- which source -------------------------------------------------------------------------------------------------


def source_for(path: Path, zone: Zone, named: str | None = None) -> Source:
    """The declared source of a file: the named one, else the one whose `files` matches. Raises ProblemError."""
    if named is not None:
        return _named(named, zone.sources, path)
    claiming = [source for source in zone.sources.values() if PurePath(path).match(source.files)]
    if len(claiming) == 1:
        return claiming[0]
    kind = problems.SOURCE_AMBIGUOUS if claiming else problems.SOURCE_NOT_FOUND
    candidates = [f"{source.id} ({source.files})" for source in claiming or zone.sources.values()]
    raise ProblemError(kind.at(Span(path.name), candidates="、".join(candidates) or "—"))


def _named(name: str, sources: Mapping[str, Source], path: Path) -> Source:
    if name not in sources:
        raise ProblemError(problems.SOURCE_UNKNOWN.at(Span(path.name), source=name, **hint(name, sources)))
    return sources[name]


# ---- reading ------------------------------------------------------------------------------------------------------


@dataclass
class Reading:
    """A walk over a delivery. `facts()` yields frames and raises ProblemError as soon as it must be quarantined, and
    AgainError when it has to be walked once more; what was found on the way stands in the fields in the end."""

    source: Source
    zone: Zone
    table: RawTable
    file: str
    today: date
    delivered_on: date
    settled: Settled
    repeated: Repeated
    progress: Progress = lambda _rows: None
    whole: Whole | None = None
    """What earlier lists left open, if each delivery is the whole list."""
    warnings: list[Problem] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)
    rows: int = 0
    fact_count: int = 0
    reject_count: int = 0

    @cached_property
    def referred(self) -> Referred:
        return Referred(self.zone, self.source.register)

    def facts(self) -> Iterator[pl.DataFrame]:
        # 1. the tables, one after the other
        tally = Tally()
        for table in (self.table, *self.table.further):
            yield from self._of(table, tally)
        # 2. what was said several times: known after a first walk, settled after a second
        span = Span(self.file)
        self._judge(self.repeated.walked(span))
        if self.repeated.aside:
            facts, rejects, told = self.repeated.settled(span)
            self._keep(rejects)
            yield self._numbered(facts)
            self._judge(told)
        self._judge(self.repeated.unsure(span))
        # 3. who is no longer listed
        if self.whole is not None:
            self._judge(self.whole.problems(span))
            ended = self.whole.ended()
            if ended.height:
                yield self._numbered(ended)
        # 4. what was promised of the whole
        found = delivery_problems(self.source, tally, self.fact_count, self.reject_count, self.today, self.file)
        waived = OF_A_WHOLE if self.settled.marked else frozenset()
        self._judge(problem for problem in found if problem.code not in waived)
        self._judge(self.table.seen.problems(span))

    def _of(self, table: RawTable, tally: Tally) -> Iterator[pl.DataFrame]:
        # 1. the header
        self._judge(table_problems(self.source, table, self.file))
        names = (self.file, *self.settled.came_as)
        mapper = Mapper(self.source, self.zone, table, *names, delivered_on=self.delivered_on, tally=tally)
        # 2. the rows; the first batch shows whether contents stand under their titles
        for number, written in enumerate(table.batches):
            batch = replace(written, cells=unguarded(written.cells)) if ROW_MARK in table.titles else written
            mapped = mapper.map(batch)
            if number == 0:
                self._judge(content_problems(mapper, batch.cells, self.file))
            self.settled.look_for(batch.cells)
            self._keep(mapped.rejects)
            self.rows += mapped.rows
            self.progress(mapped.rows)
            self.referred.look_at(mapped.facts)
            self.repeated.namesakes(mapped.work.cells, mapped.work.base, mapped.by_name)
            facts = mapped.facts
            if self.whole is not None:
                facts = self.whole.look(mapped.work.base["subject"], mapped.rows, facts)
            if facts.height:
                yield self._numbered(self.repeated.once(facts, mapped.work.cells, table.sheet))
        # 3. its totals
        self._judge(tally.totals.problems(Span(f"{self.file}!{table.sheet}" if table.sheet else self.file)))
        tally.totals = Totals()

    def _numbered(self, facts: pl.DataFrame) -> pl.DataFrame:
        first = self.fact_count
        self.fact_count += facts.height
        return facts.with_columns(sequence=pl.int_range(first, self.fact_count, dtype=pl.Int64, eager=True))

    def _judge(self, found: Iterable[Problem]) -> None:
        listed = list(found)
        if any(problem.severity == "error" for problem in listed):
            raise ProblemError(listed)
        self.warnings += listed

    def _keep(self, rejects: pl.DataFrame) -> None:
        if rejects.is_empty():
            return
        self.rejects.append(rejects)
        self.reject_count += rejects.height
        if self.reject_count > MOST_REJECTS:
            raise ProblemError(problems.NO_FACTS.at(Span(self.file), rows=self.rows, rejects=self.reject_count))


# ---- loading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loader:
    """Loads files of one zone into one ledger. `data` is the data folder; its `quarantine` keeps what is refused."""

    zone: Zone
    ledger: Ledger
    data: Path
    by: str
    today: date

    def load(
        self,
        path: Path,
        recorded_at: datetime,
        *,
        source: str | None = None,
        replaces: str | None = None,
        progress: Progress = lambda _rows: None,
    ) -> Outcome:
        """What became of the file. Raises ProblemError when it cannot be attempted: no such file, no source
        claims it, or the ledger cannot be written. A file that arrived but is refused is an outcome, not an error."""
        # 1. whose is it, and did it arrive before?
        if not path.is_file():
            raise ProblemError(problems.NO_FILE.at(Span(str(path))))
        chosen = self._source_of(path, source)
        delivered = deliver(path, reader_of(path, chosen) == "xlsx", chosen.encoding)
        checksum = _identity(delivered, chosen)
        earlier = self.ledger.earlier(chosen.id, checksum)
        torn = torn_deliveries(self.ledger, earlier.id) if earlier is not None else []
        if earlier is not None and torn:
            # What is left of it counts no more; the file is loaded again as what came then.
            self.ledger.mark_torn(torn, recorded_at, self.by)
            recorded_at = earlier.recorded_at
        elif earlier is not None:
            return Outcome(path, chosen.id, "duplicate", earlier.id, earlier.rows, duplicate_of=earlier.id)
        # 2. whole into the ledger, or not at all
        arrival = Arrival(chosen.id, path.name, checksum, recorded_at, self.by)
        settled = Settled.by(self.ledger, chosen, path.name, replaces or marked_arrival(path), recorded_at)
        try:
            twins = self._twins(delivered, chosen)
            repeated = Repeated(chosen, self.zone)
            accept = partial(self._accepted, delivered, chosen, arrival, settled, progress, twins, repeated)
            try:
                return accept()
            except AgainError:  # keys repeat; which ones is known now
                return accept()
        except ProblemError as error:
            if any(problem.code in LEDGER_FAULTS for problem in error.problems):
                raise
            # 3. refused: kept whole with the reason
            return self._quarantined(path, arrival, error.problems)
        except OSError as error:
            raise ProblemError(problems.UNREADABLE.at(Span(path.name), reason=error.strerror or str(error))) from error

    def _twins(self, delivered: Delivered, source: Source) -> list[Problem]:
        """A warning for each counted arrival with the same bytes under another period."""
        before = self.ledger.arrivals().filter((pl.col("source") == source.id) & pl.col("verdict").is_in(COUNTED))
        return [
            problems.SAME_CONTENT.at(Span(delivered.path.name), file=row["file"], arrival=row["id"])
            for row in before.iter_rows(named=True)
            if row["checksum"] == _identity(delivered, source, row["file"])
        ]

    def _source_of(self, path: Path, named: str | None) -> Source:
        resent = marked_arrival(path) if named is None else None
        if resent is not None:
            known = self.ledger.arrivals().filter(pl.col("id") == resent)["source"].to_list()
            named = known[0] if known else None
        return source_for(path, self.zone, named)

    def _accepted(
        self,
        delivered: Delivered,
        source: Source,
        arrival: Arrival,
        settled: Settled,
        progress: Progress,
        twins: list[Problem],
        repeated: Repeated,
    ) -> Outcome:
        height = 1 if settled.marked else None
        with opened(delivered, source, height=height) as table, self.ledger.deliver(arrival) as delivery:
            day = arrival.recorded_at.astimezone(self.zone.time_zone).date()
            file = delivered.path.name
            listed = source.whole and not settled.marked
            from_day = _begins(source, file, day) if listed else day
            whole = Whole.of(self.ledger, source, self.zone, arrival.recorded_at, from_day) if listed else None
            reading = Reading(
                source, self.zone, table, file, self.today, day, settled, repeated, progress, whole, [*twins]
            )
            for facts in _ahead(reading.facts()):
                delivery.write(facts)
            reading.warnings += reading.referred.warnings(delivery, self.ledger, arrival.recorded_at, file)
            for rejects in (*reading.rejects, settled.still_open()):
                delivery.reject(rejects)
            verdict: Verdict = "warnings" if reading.warnings else "accepted"
            notes = tuple(str(problem) for problem in reading.warnings)
            ended = replace(arrival, verdict=verdict, rows=reading.rows, notes=notes, replaces=settled.arrival)
            with self.ledger.keeping(ended):
                self.ledger.kept.file(ended, delivered.path)
                receipt = delivery.commit(ended)
            return Outcome(
                delivered.path,
                source.id,
                verdict if receipt.duplicate_of is None else "duplicate",
                arrival.id,
                reading.rows,
                delivery.facts,
                delivery.rejects,
                tuple(reading.warnings),
                duplicate_of=receipt.duplicate_of,
                replaced=settled.arrival,
            )

    def _quarantined(self, path: Path, arrival: Arrival, found: tuple[Problem, ...]) -> Outcome:
        folder = self.data / "quarantine" / arrival.id
        kept: Path | None = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / path.name)
            reasons = {"source": arrival.source, "file": path.name, "recorded_at": arrival.recorded_at.isoformat()}
            reasons |= {"by": arrival.by, "problems": [problem.stored() for problem in found]}  # type: ignore[dict-item]  # JSON
            (folder / "reason.json").write_text(json.dumps(reasons, ensure_ascii=False, indent=1), encoding="utf-8")
        except OSError as error:
            kept = None
            where = problems.UNREADABLE_ELSEWHERE.at(None, folder=folder, reason=error.strerror or str(error))
            found = (*found, where)
        with self.ledger.deliver(arrival) as delivery:
            notes = tuple(str(problem) for problem in found)
            delivery.commit(replace(arrival, verdict="quarantined", notes=notes))
        return Outcome(path, arrival.source, "quarantined", arrival.id, problems=found, kept=kept)


def _ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames, the next one being made while the last one is written. One batch more in memory, no more."""
    with ThreadPoolExecutor(1) as worker:
        pending = worker.submit(next, frames, None)
        while (frame := pending.result()) is not None:
            pending = worker.submit(next, frames, None)
            yield frame


def _begins(source: Source, file: str, day: date) -> date:
    """The day from which a list holds: the first of the period its file is of, else the day it came."""
    period = fixed_period(source, (file,), source.habits.dates or "year_first")
    return period.first_day if period is not None else day


def _identity(delivered: Delivered, source: Source, name: str | None = None) -> str:
    """The checksum of what was said: the same bytes named after another month say something else."""
    if source.period is None or source.period.file_name is None:
        return delivered.checksum
    return sha256(f"{delivered.checksum}\0{name or delivered.path.name}".encode()).hexdigest()


# ---- looking before loading ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """The beginning of a delivery as it would be loaded. `columns`: title in the file → attribute or role,
    blank for none."""

    source: str
    columns: Mapping[str, str]
    cells: pl.DataFrame
    facts: pl.DataFrame
    rejects: pl.DataFrame
    problems: tuple[Problem, ...]


def preview(path: Path, source: Source, zone: Zone, rows: int = 50) -> Preview:
    """What the first rows would become. Writes nothing. Raises ProblemError when the file cannot be opened as a
    table."""
    delivered = deliver(path, reader_of(path, source) == "xlsx", source.encoding)
    with opened(delivered, source) as table:
        found = list(table_problems(source, table, path.name))
        roles = {title: _role(source, title) for title in table.titles}
        mapper = Mapper(source, zone, table, path.name)
        batch = next(iter(table.batches), None)
        if batch is None:
            return Preview(source.id, roles, pl.DataFrame(), pl.DataFrame(), pl.DataFrame(), tuple(found))
        first = RawBatch(batch.cells.head(rows), batch.broken.head(rows))
        mapped = mapper.map(first)
        found += content_problems(mapper, first.cells, path.name)
        return Preview(source.id, roles, first.cells, mapped.facts, mapped.rejects, tuple(found))


def _role(source: Source, title: str) -> str:
    if title in source.columns:
        return source.columns[title].attribute
    if title in source.identifier:
        return f"identifier:{source.identifier[title]}"
    period = source.period.column if source.period else None
    roles = {source.name: "name", source.attribute: "attribute", source.value: "value", source.unit: "unit"}
    roles |= {source.valid_from: "valid_from", period: "period"}
    roles |= {column: name for name, column in (source.printed.columns if source.printed else ())}
    return roles.get(title, "")
